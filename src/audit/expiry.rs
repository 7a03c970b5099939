//! Finds what ends, and when something must be done about it.

use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::model::{Model, NodeIx};
use crate::record::value::Value;
use crate::schema::field::{Duration, Field};
use crate::schema::role::Role;
use crate::source::Span;

/// Something that ends soon, or has ended.
pub static EXPIRING: Rule = Rule {
    code: "expiring",
    level: Level::Warning,
    summary: "something ends soon or has ended, or notice must be given soon",
    detail: "A certificate, licence, warranty, contract or domain reaches its end within the time \
             that its field warns before, or its period of notice begins. Renew it and write down \
             the new date; or mark the record as retired if it is gone.",
};

/// A day to look again that has passed.
pub static OVERDUE: Rule = Rule {
    code: "overdue",
    level: Level::Warning,
    summary: "a day on which something was to be done or looked at again has passed",
    detail: "A decision was to be looked at again, a risk dealt with, a test repeated by this day. \
             Do it and write down the next day, or change the day.",
};

/// How long before an end to warn, unless the field says otherwise.
const WARN_BEFORE: Duration = Duration { months: 0, days: 30, minutes: 0 };

/// Something with a date.
#[derive(Clone, PartialEq, Debug)]
pub struct Renewal {
    /// The record.
    pub node: NodeIx,
    /// What people read for the field.
    pub label: String,
    /// The day.
    pub date: Date,
    /// The last day for giving notice, where there is a period of notice.
    pub notice_by: Option<Date>,
    /// Whether it is an end rather than a day to look again.
    pub ends: bool,
    /// Whether a finding says something about it.
    pub warned: bool,
}

impl Renewal {
    /// Returns the day by which something must be done: the last for notice, or the end.
    pub fn act_by(&self) -> Date {
        self.notice_by.map_or(self.date, |notice| notice.min(self.date))
    }
}

/// Collects every date, and reports those that are near.
pub(super) fn run(model: &Model, today: Date, found: &mut Diagnostics) -> Vec<Renewal> {
    let mut renewals = Vec::new();
    for (ix, node) in model.iter() {
        if model.is_retired(ix) {
            continue;
        }
        for role in [Role::Expires, Role::Due] {
            for path in model.catalog.kind(node.kind).paths(role) {
                let field = model.catalog.kind(node.kind).field_at(path);
                for value in node.fields.at(path) {
                    if let Some(date) = value.value.as_date() {
                        let dated = Dated { model, ix, field, role, date, span: value.span };
                        renewals.push(dated.judge(today, found));
                    }
                }
            }
        }
    }
    renewals.sort_by_key(|renewal| (renewal.act_by(), renewal.date, renewal.node));
    renewals
}

struct Dated<'a> {
    model: &'a Model,
    ix: NodeIx,
    field: &'a Field,
    role: Role,
    date: Date,
    span: Span,
}

impl Dated<'_> {
    fn judge(&self, today: Date, found: &mut Diagnostics) -> Renewal {
        let ends = self.role == Role::Expires;
        let notice_by = if ends { self.notice_by() } else { None };
        let id = self.model.full_id(self.ix);
        let is = |verb| format!("`{}` of `{id}` {verb} {}", self.field.name, self.date);
        let finding = if !ends {
            (self.date < today).then(|| (&OVERDUE, is("was")))
        } else if self.date < today {
            Some((&EXPIRING, is("was")))
        } else if self.is_near(self.date, today) {
            Some((&EXPIRING, is("is")))
        } else {
            notice_by
                .filter(|notice| *notice >= today && self.is_near(*notice, today))
                .map(|notice| (&EXPIRING, format!("notice for `{id}` must be given by {notice}")))
        };
        let warned = finding.is_some();
        if let Some((rule, message)) = finding {
            let help = match rule.code == OVERDUE.code {
                true => "do it and write down the next day",
                false => "renew it and write down the new date, or mark it as retired",
            };
            found.push(Diagnostic::new(rule, self.span, message).help(help));
        }
        let label = self.field.label.clone();
        Renewal { node: self.ix, label, date: self.date, notice_by, ends, warned }
    }

    fn is_near(&self, date: Date, today: Date) -> bool {
        self.field.warn_before.unwrap_or(WARN_BEFORE).before(date) <= today
    }

    fn notice_by(&self) -> Option<Date> {
        match self.model.value(self.ix, Role::Notice).map(|value| &value.value) {
            Some(Value::Duration(notice)) => Some(notice.before(self.date)),
            _ => None,
        }
    }
}
