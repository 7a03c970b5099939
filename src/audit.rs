//! Judges a model on a given day: what is missing, stale, ending, untested or held by one person.
//!
//! Nothing here stops a build but a suspected secret and a file that acts; the rest makes the page "What is missing"
//! and the takeover view. The day is an argument, so that one runbook says the same on every
//! machine.

mod completeness;
mod custody;
mod expiry;
mod identity;
mod parties;
mod practice;
mod secrets;
mod staleness;
mod takeover;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::active;
use crate::config::Config;
use crate::diagnostic::{Checked, Diagnostics, Rule};
use crate::memo::Memo;
use crate::model::{Model, NodeIx};
use crate::source::SourceTree;

pub use completeness::{Gap, GapKind, NOT_APPLICABLE, UNKNOWN_FACT, applies};
pub use custody::{Control, Way};
pub use expiry::Renewal;
pub use parties::Parties;
pub use secrets::Scanned;
pub use staleness::{Review, ReviewState};
pub use takeover::{ItemState, TakeoverItem, matches};

/// The rules of this stage.
pub static RULES: &[&Rule] = &[
    &completeness::INCOMPLETE,
    &completeness::UNKNOWN_FACT,
    &completeness::NOT_APPLICABLE,
    &completeness::TODO,
    &completeness::ORPHAN,
    &staleness::STALE,
    &staleness::NOT_YET,
    &staleness::UNVERIFIED,
    &expiry::EXPIRING,
    &expiry::OVERDUE,
    &custody::SINGLE_CUSTODIAN,
    &identity::SAME_VALUE,
    &practice::NEVER_TESTED,
    &practice::BACKUP_UNTESTED,
    &practice::RESTORE_FAILED,
    &takeover::UNKNOWN_ITEM,
];

/// What is to be said about a runbook on a day.
#[derive(Clone, PartialEq, Debug)]
pub struct Audit {
    /// The day.
    pub today: Date,
    /// The client and the current provider.
    pub parties: Parties,
    /// When each record was verified, in the order of the model; nothing for kinds that are not.
    pub reviews: Vec<Option<Review>>,
    /// Everything with a date, soonest first.
    pub renewals: Vec<Renewal>,
    /// Facts that are missing, unknown or not applicable.
    pub gaps: Vec<Gap>,
    /// Who controls what, for every record that says so.
    pub control: Vec<Control>,
    /// Credentials that one person holds.
    pub single_custodian: Vec<NodeIx>,
    /// The items of the takeover view.
    pub takeover: Vec<TakeoverItem>,
    /// How many suspected secrets are marked as none, with the reason.
    pub allowed_secrets: Vec<crate::secrets::AllowedSecret>,
}

/// Judges the model; files that `known` knows from a run before are not searched for secrets again.
pub fn run(
    tree: &SourceTree,
    model: &Model,
    config: &Config,
    today: Date,
    known: Option<&Memo<Scanned>>,
) -> Checked<Audit> {
    let mut found = Diagnostics::default();
    let parties = parties::find(model, config, &mut found);
    let reviews = staleness::run(model, today, &mut found);
    let gaps = completeness::run(model, &mut found);
    let renewals = expiry::run(model, today, &mut found);
    identity::run(model, &mut found);
    practice::run(model, &mut found);
    let single_custodian = custody::single_custodians(model, &mut found);
    let control = custody::control(model, &parties);
    let takeover = takeover::run(model, config, &reviews, &renewals, &mut found);
    let allowed_secrets = secrets::run(tree, model, known, &mut found);
    found.append(acting(tree));
    Checked::new(
        Audit {
            today,
            parties,
            reviews,
            renewals,
            gaps,
            control,
            single_custodian,
            takeover,
            allowed_secrets,
        },
        found,
    )
}

/// Finds files that would run scripts or load something when a reader opens them. A theme is what its
/// owner makes it.
fn acting(tree: &SourceTree) -> Diagnostics {
    let files: Vec<_> = tree.files().iter().filter(|it| !it.path.starts_with("theme/")).collect();
    let found: Vec<_> = files.par_iter().map(|file| active::check(file)).collect();
    found.into_iter().flatten().collect()
}
