//! Lays out who controls, owns and pays for what, and when it ends.

use std::collections::BTreeMap;

use super::show::{Shower, given};
use super::view::{
    ContractEnd, ControlKind, ControlRow, ControlView, Fact, Holding, KindRef, Link,
    OwnershipGroup, OwnershipRow, OwnershipView, Prose, Renewal, RenewalsView,
};
use crate::audit::{self, Audit, Control};
use crate::markdown;
use crate::model::NodeIx;
use crate::record::value::Value;
use crate::schema::KindIx;
use crate::schema::role::Role;

/// How far ahead the renewals page calls things soon, in days.
const SOON: i32 = 90;

/// How many rows a table of these pages has at most.
const MOST_ROWS: usize = 500;

/// Cuts a table to its most rows; gives how many were cut off.
fn cut<T>(rows: &mut Vec<T>) -> usize {
    let more = rows.len().saturating_sub(MOST_ROWS);
    rows.truncate(MOST_ROWS);
    more
}

/// Lays out the pages about control.
pub struct Keys<'a> {
    /// Shows values.
    pub show: Shower<'a>,
    /// What was found about the runbook.
    pub audit: &'a Audit,
}

impl Keys<'_> {
    /// Returns the control map.
    pub fn control(&self, kind_ref: impl Fn(KindIx) -> KindRef) -> ControlView {
        let mut kinds: BTreeMap<KindIx, Vec<ControlRow>> = BTreeMap::new();
        for control in &self.audit.control {
            let row = self.control_row(control);
            // Things that are merely bought say so on the ownership page.
            let says_more = [&row.owner, &row.registrant, &row.payer, &row.admin, &row.recovery]
                .iter()
                .any(|values| !values.is_empty());
            if says_more {
                kinds.entry(self.show.model.node(control.node).kind).or_default().push(row);
            }
        }
        ControlView {
            provider: self.audit.parties.provider.map(|ix| self.link(ix)),
            kinds: kinds
                .into_iter()
                .map(|(kind, mut rows)| {
                    // What depends on the provider is what the reader came for.
                    if rows.len() > MOST_ROWS {
                        rows.sort_by_key(|row| !row.provider);
                    }
                    let more = cut(&mut rows);
                    ControlKind { kind: kind_ref(kind), rows, more }
                })
                .collect(),
            held_total: self.held().count(),
            held_by_provider: self.held_by_provider(),
            single_custodian: self.single_custodian(),
        }
    }

    fn control_row(&self, control: &Control) -> ControlRow {
        let ix = control.node;
        ControlRow {
            link: self.link(ix),
            owner: self.show.role(ix, Role::Owner),
            registrant: self.show.role(ix, Role::Registrant),
            payer: self.show.role(ix, Role::Payer),
            admin: self.show.role(ix, Role::Admin),
            recovery: self.show.role(ix, Role::Recovery),
            provider: !control.provider_ways.is_empty(),
        }
    }

    fn held_by_provider(&self) -> Vec<Holding> {
        self.held()
            .take(MOST_ROWS)
            .map(|control| Holding {
                link: self.link(control.node),
                ways: control.provider_ways.iter().map(|way| way.in_words().to_owned()).collect(),
                people: Vec::new(),
            })
            .collect()
    }

    fn held(&self) -> impl Iterator<Item = &Control> {
        self.audit.control.iter().filter(|control| !control.provider_ways.is_empty())
    }

    fn single_custodian(&self) -> Vec<Holding> {
        let custodians = |ix| self.show.model.targets(ix, Role::Custodian);
        self.audit
            .single_custodian
            .iter()
            .map(|ix| Holding {
                link: self.link(*ix),
                ways: Vec::new(),
                people: custodians(*ix).into_iter().map(|person| self.link(person)).collect(),
            })
            .collect()
    }

    /// Returns the ownership page.
    pub fn ownership(&self, statement: Option<Prose>) -> OwnershipView {
        let model = self.show.model;
        let mut groups: Vec<OwnershipGroup> = Vec::new();
        for (ix, _) in model.iter().filter(|(ix, _)| !model.is_retired(*ix)) {
            // A device says how it was come by; whose an account or contract is, its control block.
            let is_bought = model.value(ix, Role::Ownership).is_some();
            let role = if is_bought { Role::Ownership } else { Role::Owner };
            let Some(field) = model.kind_of(ix).field_with(role) else { continue };
            let Some(value) = model.value(ix, role) else { continue };
            let key = value.value.as_text().unwrap_or_default();
            let title = ownership_title(role, field.choice_label(key));
            let row = self.ownership_row(ix);
            match groups.iter_mut().find(|group| group.title == title) {
                Some(group) => group.rows.push(row),
                None => groups.push(OwnershipGroup {
                    anchor: format!("owned.{}", markdown::slug(&title)),
                    title,
                    rows: vec![row],
                    more: 0,
                }),
            }
        }
        groups.sort_by(|a, b| b.rows.len().cmp(&a.rows.len()).then_with(|| a.title.cmp(&b.title)));
        for group in &mut groups {
            group.more = cut(&mut group.rows);
        }
        OwnershipView { statement, groups, contracts: self.contract_ends() }
    }

    fn ownership_row(&self, ix: NodeIx) -> OwnershipRow {
        let model = self.show.model;
        let contracts = model
            .node(ix)
            .inbound
            .iter()
            .filter(|inbound| !inbound.path.is_empty())
            .filter(|inbound| {
                model.kind_of(inbound.from).field_at(&inbound.path).role == Some(Role::Covers)
            })
            .map(|inbound| self.link(inbound.from))
            .collect();
        OwnershipRow { link: self.link(ix), detail: model.kind_of(ix).label.clone(), contracts }
    }

    fn contract_ends(&self) -> Vec<ContractEnd> {
        let model = self.show.model;
        model
            .iter()
            .filter(|(ix, _)| !model.is_retired(*ix))
            .filter(|(ix, _)| !model.kind_of(*ix).paths(Role::Exit).is_empty())
            .map(|(ix, _)| ContractEnd {
                link: self.link(ix),
                facts: self.facts(ix, &[Role::Expires, Role::Notice, Role::Cost]),
                covers: model
                    .targets(ix, Role::Covers)
                    .into_iter()
                    .map(|covered| self.link(covered))
                    .collect(),
                exit: self.facts(ix, &[Role::Exit, Role::WorkOwnership]),
            })
            .collect()
    }

    fn facts(&self, ix: NodeIx, roles: &[Role]) -> Vec<Fact> {
        let node = self.show.model.node(ix);
        let kind = self.show.model.kind_of(ix);
        let mut facts = Vec::new();
        for path in roles.iter().flat_map(|role| kind.paths(*role)) {
            let field = kind.field_at(path);
            for value in node.fields.at(path) {
                facts.push(given(field, self.show.value(node, field, value)));
            }
        }
        facts
    }

    /// Returns everything with a date, soonest first.
    pub fn renewals(&self) -> Vec<Renewal> {
        self.audit.renewals.iter().map(|renewal| self.renewal(renewal)).collect()
    }

    fn renewal(&self, renewal: &audit::Renewal) -> Renewal {
        let model = self.show.model;
        let cost = model.value(renewal.node, Role::Cost).map(|value| match &value.value {
            Value::Money(money) => format!("{} {}", money.amount, money.currency),
            other => other.in_words(&|_| String::new()),
        });
        Renewal {
            link: self.link(renewal.node),
            what: renewal.label.clone(),
            day: self.show.day(renewal.date),
            notice: renewal.notice_by.map(|notice| self.show.day(notice)),
            cost: cost.filter(|_| renewal.ends).unwrap_or_default(),
            tone: match (renewal.date < self.audit.today, renewal.warned) {
                (true, _) => "bad",
                (_, true) => "warn",
                _ => "plain",
            },
        }
    }

    /// Returns the renewals page.
    pub fn renewals_page(&self, renewals: &[Renewal]) -> RenewalsView {
        let mut view = RenewalsView {
            overdue: Vec::new(),
            soon: Vec::new(),
            later: Vec::new(),
            within_90_days: 0,
            more: 0,
        };
        for (renewal, shown) in self.audit.renewals.iter().zip(renewals) {
            let days = (renewal.act_by() - self.audit.today).get_days();
            let part = match days {
                _ if renewal.date < self.audit.today => &mut view.overdue,
                ..=SOON => &mut view.soon,
                _ => &mut view.later,
            };
            part.push(shown.clone());
        }
        view.within_90_days = view.soon.len();
        view.more = cut(&mut view.later);
        view
    }

    fn link(&self, ix: NodeIx) -> Link {
        self.show.routes.link(self.show.root, ix)
    }
}

/// A control block says whose an account or contract is; a device says how it was come by.
fn ownership_title(role: Role, label: &str) -> String {
    match role {
        Role::Owner => format!("Accounts and services: {}", label.to_lowercase()),
        _ => format!("Equipment: {}", label.to_lowercase()),
    }
}
