//! Finds records that nobody has verified for too long.

use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::model::{Model, NodeIx};
use crate::record::value::Value;
use crate::schema::field::Duration;
use crate::schema::role::Role;

/// A verification that is too old.
pub static STALE: Rule = Rule {
    code: "stale",
    level: Level::Warning,
    summary: "a record has not been verified for longer than it should",
    detail: "A kind says how often its records are to be verified (`review_every`), and a record's \
             `[verified]` may say `every = \"90d\"`. Look at the thing, correct the record, and \
             write down the day, who looked and how.",
};

/// A record that nobody has vouched for.
pub static UNVERIFIED: Rule = Rule {
    code: "unverified",
    level: Level::Note,
    summary: "a record has never been verified",
    detail: "Nobody has written down that they made sure of this record: add `[verified]` with \
             `on`, `by` and `how`.",
};

/// A verification that has not happened yet.
pub static NOT_YET: Rule = Rule {
    code: "not-yet",
    level: Level::Warning,
    summary: "a record was verified or tested on a day that has not come",
    detail: "A verification vouches for what somebody saw. On a day that is still to come nobody has \
             seen anything, so it counts as none: correct the day.",
};

/// When a record was verified.
#[derive(Clone, PartialEq, Debug)]
pub struct Review {
    /// The day, if there was one.
    pub on: Option<Date>,
    /// The day by which it is to be verified again.
    pub due: Option<Date>,
    /// How that stands on the day of the audit.
    pub state: ReviewState,
}

/// How a verification stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReviewState {
    /// It is good.
    Fresh,
    /// It is too old.
    Stale,
    /// There was none.
    Never,
}

/// Judges every record of a kind that is to be verified.
pub(super) fn run(model: &Model, today: Date, found: &mut Diagnostics) -> Vec<Option<Review>> {
    model.iter().map(|(ix, _)| review(model, ix, today, found)).collect()
}

fn review(model: &Model, ix: NodeIx, today: Date, found: &mut Diagnostics) -> Option<Review> {
    let kind = model.kind_of(ix);
    if kind.paths(Role::Reviewed).is_empty() || model.is_retired(ix) {
        return None;
    }
    let Some(value) = model.value(ix, Role::Reviewed) else {
        if model.is_unread(ix, Role::Reviewed) {
            return None;
        }
        let message = format!("`{}` has never been verified", model.full_id(ix));
        let help = "make sure of it, and write down `[verified]` with `on`, `by` and `how`";
        found.push(Diagnostic::new(&UNVERIFIED, model.node(ix).span, message).help(help));
        return Some(Review { on: None, due: None, state: ReviewState::Never });
    };
    let on = value.value.as_date()?;
    if on > today {
        let message =
            format!("`{}` is said to be verified on {on}, which is to come", model.full_id(ix));
        found.push(
            Diagnostic::new(&NOT_YET, value.span, message)
                .help("write the day on which it was done"),
        );
        return Some(Review { on: None, due: None, state: ReviewState::Never });
    }
    let due = interval(model, ix).map(|every| every.after(on));
    let state = match due {
        Some(due) if due < today => ReviewState::Stale,
        _ => ReviewState::Fresh,
    };
    if let (ReviewState::Stale, Some(due)) = (state, due) {
        let message =
            format!("`{}` was verified on {on} and was due again on {due}", model.full_id(ix));
        found.push(
            Diagnostic::new(&STALE, value.span, message)
                .help("look again, correct what has changed, and write down the day"),
        );
    }
    Some(Review { on: Some(on), due, state })
}

/// Returns how often the record is to be verified: by its own word, else by its kind's.
fn interval(model: &Model, ix: NodeIx) -> Option<Duration> {
    match model.value(ix, Role::ReviewInterval).map(|value| &value.value) {
        Some(Value::Duration(every)) => Some(*every),
        _ => model.kind_of(ix).review_every,
    }
}
