//! Who is who: the client, the current provider, and who works for it.

use std::collections::BTreeSet;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Model, NodeIx};
use crate::record::value::{Fields, Value};
use crate::schema::role::Role;
use crate::source::Spanned;
use crate::text;

/// The parties of a runbook.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Parties {
    /// The client's record.
    pub client: Option<NodeIx>,
    /// The current provider's record.
    pub provider: Option<NodeIx>,
    /// Everybody who works for the current provider.
    pub provider_people: BTreeSet<NodeIx>,
    /// The domains of the current provider's addresses: mail that goes there goes to it.
    pub provider_domains: BTreeSet<String>,
}

impl Parties {
    /// Whether the record is the current provider, or somebody who works for it.
    pub fn is_provider(&self, ix: NodeIx) -> bool {
        self.provider == Some(ix) || self.provider_people.contains(&ix)
    }

    /// Whether mail to the address goes to the current provider.
    pub fn is_provider_mail(&self, address: &str) -> bool {
        address
            .rsplit_once('@')
            .is_some_and(|(_, domain)| self.provider_domains.contains(&domain.to_lowercase()))
    }
}

/// Finds the records that `clearjar.toml` names.
pub(super) fn find(model: &Model, config: &Config, found: &mut Diagnostics) -> Parties {
    let client = named(model, config.client.as_ref(), found);
    let provider = named(model, config.provider.as_ref(), found);
    let mut parties = Parties { client, provider, ..Parties::default() };
    if let Some(provider) = provider {
        parties.provider_people = model
            .iter()
            .map(|(ix, _)| ix)
            .filter(|ix| model.targets(*ix, Role::Employer).contains(&provider))
            .collect();
        collect_domains(&model.node(provider).fields, &mut parties.provider_domains);
    }
    parties
}

fn named(model: &Model, name: Option<&Spanned<String>>, found: &mut Diagnostics) -> Option<NodeIx> {
    let name = name?;
    let record = model.by_name(&name.value);
    if record.is_none() {
        let message = format!("there is no record `{}`", name.value);
        let ids: Vec<String> = model.iter().map(|(ix, _)| model.full_id(ix)).collect();
        let diagnostic = Diagnostic::new(&crate::model::UNKNOWN_RECORD, name.span, message);
        found.push(match text::nearest(&name.value, ids.iter().map(String::as_str)) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("write it as `kind/id`, and the record beside it"),
        });
    }
    record
}

fn collect_domains<R>(fields: &Fields<R>, domains: &mut BTreeSet<String>) {
    for (_, value) in fields.iter() {
        for item in Value::rows(value) {
            if let Value::Email(address) = &item.value
                && let Some((_, domain)) = address.rsplit_once('@')
            {
                domains.insert(domain.to_lowercase());
            }
        }
    }
}
