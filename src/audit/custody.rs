//! Works out who could lock the client out: credentials that one person holds, and what the current
//! provider owns, pays for or administers.

use std::collections::BTreeSet;

use super::parties::Parties;
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::model::{Model, NodeIx, Target};
use crate::record::value::Value;
use crate::schema::role::Role;
use crate::source::Spanned;

/// A credential that one person holds.
pub static SINGLE_CUSTODIAN: Rule = Rule {
    code: "single-custodian",
    level: Level::Warning,
    summary: "only one person holds a credential",
    detail: "If that person is ill, on holiday or gone, nobody can get in. Name a second person \
             who can reach the vault entry or the sealed envelope.",
};

/// Who controls a record.
#[derive(Clone, PartialEq, Debug)]
pub struct Control {
    /// The record.
    pub node: NodeIx,
    /// In what ways the current provider holds it.
    pub provider_ways: Vec<Way>,
}

/// A way to hold something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Way {
    /// It is theirs.
    Owns,
    /// It is in their name.
    Registered,
    /// They pay for it.
    Pays,
    /// They can administer it.
    Administers,
    /// Recovery codes or links go to them.
    Recovers,
    /// They hold the credential.
    Keeps,
}

impl Way {
    const ROLES: &[(Role, Way)] = &[
        (Role::Owner, Way::Owns),
        (Role::Ownership, Way::Owns),
        (Role::Registrant, Way::Registered),
        (Role::Payer, Way::Pays),
        (Role::Admin, Way::Administers),
        (Role::Recovery, Way::Recovers),
        (Role::Custodian, Way::Keeps),
    ];

    /// Returns the way in words that follow "the provider".
    pub fn in_words(self) -> &'static str {
        match self {
            Way::Owns => "owns it",
            Way::Registered => "is registered for it",
            Way::Pays => "pays for it",
            Way::Administers => "can administer it",
            Way::Recovers => "receives its recovery mail",
            Way::Keeps => "holds the credential",
        }
    }
}

/// Finds credentials with a single custodian.
pub(super) fn single_custodians(model: &Model, found: &mut Diagnostics) -> Vec<NodeIx> {
    let mut single = Vec::new();
    for (ix, node) in model.iter() {
        let custodians: BTreeSet<NodeIx> = model.targets(ix, Role::Custodian).into_iter().collect();
        let Some(custodian) = custodians.first().filter(|_| custodians.len() == 1) else {
            continue;
        };
        if model.is_retired(ix) || model.is_unread(ix, Role::Custodian) {
            continue;
        }
        single.push(ix);
        let span = model.value(ix, Role::Custodian).map_or(node.span, |value| value.span);
        let holder = &model.node(*custodian).name;
        let message = format!("only {holder} holds `{}`", model.full_id(ix));
        found.push(
            Diagnostic::new(&SINGLE_CUSTODIAN, span, message)
                .help("name a second person who can reach it"),
        );
    }
    single
}

/// Works out for every record that says who controls it how the current provider does.
pub(super) fn control(model: &Model, parties: &Parties) -> Vec<Control> {
    let mut all = Vec::new();
    for (ix, _) in model.iter() {
        if model.is_retired(ix) || !says_who_controls(model, ix) {
            continue;
        }
        let mut provider_ways: Vec<Way> = Way::ROLES
            .iter()
            .filter(|(role, _)| {
                model.values(ix, *role).iter().any(|value| is_providers(model, value, parties))
            })
            .map(|(_, way)| *way)
            .collect();
        provider_ways.sort_unstable();
        provider_ways.dedup();
        all.push(Control { node: ix, provider_ways });
    }
    all
}

fn says_who_controls(model: &Model, ix: NodeIx) -> bool {
    Way::ROLES.iter().any(|(role, _)| model.value(ix, *role).is_some())
}

fn is_providers(model: &Model, value: &Spanned<Value<Target>>, parties: &Parties) -> bool {
    match &value.value {
        Value::Choice(word) => word == "provider",
        Value::Email(address) => parties.is_provider_mail(address),
        Value::Text(text) => parties
            .provider
            .is_some_and(|provider| text.eq_ignore_ascii_case(&model.node(provider).name)),
        Value::Reference(target) => {
            parties.is_provider(target.node)
                // Recovery through an account goes to whoever holds that account alone.
                || {
                    let holders = model.targets(target.node, Role::Custodian);
                    !holders.is_empty() && holders.iter().all(|holder| parties.is_provider(*holder))
                }
        }
        _ => false,
    }
}
