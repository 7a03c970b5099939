//! Finds what was written down and never tried: procedures, and backups without a restore.

use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::model::{Model, NodeIx};
use crate::schema::role::Role;

/// A procedure that nobody has tried.
pub static NEVER_TESTED: Rule = Rule {
    code: "never-tested",
    level: Level::Warning,
    summary: "a procedure has never been tested",
    detail: "Steps that nobody has followed are a draft. Follow them once in quiet times, correct \
             what does not work, and write down the day.",
};

/// A backup that nobody has restored from.
pub static BACKUP_UNTESTED: Rule = Rule {
    code: "backup-untested",
    level: Level::Warning,
    summary: "nobody has restored from a backup job",
    detail: "A backup is proven by a restore. Restore a file or a machine from it, and write a \
             record of the test that names the job, the day, the result and what was seen.",
};

/// A restore that did not work.
pub static RESTORE_FAILED: Rule = Rule {
    code: "restore-failed",
    level: Level::Warning,
    summary: "the latest restore test of a backup job failed",
    detail: "The latest test of this job did not bring the data back. Mend the job, test again, \
             and write down the result.",
};

/// Judges procedures and backup jobs.
pub(super) fn run(model: &Model, found: &mut Diagnostics) {
    for (ix, node) in model.iter() {
        if model.is_retired(ix) {
            continue;
        }
        let kind = model.catalog.kind(node.kind);
        let has_steps = !kind.paths(Role::Steps).is_empty();
        let is_tested =
            model.value(ix, Role::Tested).is_some() || model.is_unread(ix, Role::Tested);
        if has_steps && !is_tested {
            let message = format!("`{}` has never been tested", model.full_id(ix));
            found.push(
                Diagnostic::new(&NEVER_TESTED, node.span, message)
                    .help("follow it once in quiet times, and write down the day"),
            );
        }
        if !kind.paths(Role::BackupOf).is_empty() {
            judge_backup(model, ix, found);
        }
    }
}

fn judge_backup(model: &Model, ix: NodeIx, found: &mut Diagnostics) {
    let id = model.full_id(ix);
    let span = model.node(ix).span;
    let mut tests: Vec<NodeIx> = tests_of(model, ix);
    tests.sort_by_key(|test| {
        model.value(*test, Role::Happened).and_then(|value| value.value.as_date())
    });
    let Some(latest) = tests.last() else {
        // A test whose job could not be made out may be of this one.
        if model.iter().any(|(test, _)| model.is_unread(test, Role::TestOf)) {
            return;
        }
        found.push(
            Diagnostic::new(&BACKUP_UNTESTED, span, format!("nobody has restored from `{id}`"))
                .help("restore something from it, and write down how that went"),
        );
        return;
    };
    let result = model.value(*latest, Role::Result);
    if let Some(result) = result.filter(|result| result.value.as_text() == Some("fail")) {
        let message = format!("the latest restore test of `{id}` failed");
        found.push(
            Diagnostic::new(&RESTORE_FAILED, result.span, message)
                .other(span, "the backup job")
                .help("mend the job, test again, and write down the result"),
        );
    }
}

/// Returns the records that say they tested this one.
fn tests_of(model: &Model, ix: NodeIx) -> Vec<NodeIx> {
    model
        .node(ix)
        .inbound
        .iter()
        .filter(|inbound| {
            !inbound.path.is_empty()
                && model.kind_of(inbound.from).field_at(&inbound.path).role == Some(Role::TestOf)
        })
        .map(|inbound| inbound.from)
        .collect()
}
