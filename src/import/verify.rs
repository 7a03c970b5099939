//! Reads what an import would write as any runbook is read, before a byte is written.
//!
//! What stood in the runbook may have its mistakes; those of the import's own making are a bug of the
//! import, and then nothing is written at all.

use std::collections::HashSet;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostics, Level};
use crate::record::Record;
use crate::record::value::Value;
use crate::source::{SourceFile, SourceTree};
use crate::{config, model, record, schema, secrets, syntax};

use super::Refused;
use super::journal::Change;
use super::state;

/// Makes sure that the changed runbook has no error that the runbook before has not, and that nothing
/// in the changed records looks like a secret.
pub fn verify(
    before: &SourceTree,
    found: &Diagnostics,
    after: &SourceTree,
    changes: &[Change],
) -> Result<(), Refused> {
    let written: HashSet<&str> = changes.iter().map(|change| change.path.as_str()).collect();
    refuse_secrets(before, after, &written)?;
    // What the import keeps for itself is read into no record.
    if changes.iter().all(|change| !is_read(&change.path)) {
        return Ok(());
    }
    let new = errors(after);
    if new.is_empty() {
        return Ok(());
    }
    let mut known: HashSet<(String, String)> = errors(before).into_iter().collect();
    known.extend(found.iter().filter_map(|found| {
        let file = before.get(found.span.file)?;
        Some((file.path.clone(), found.message.clone()))
    }));
    let ours: Vec<String> = new
        .into_iter()
        .filter(|error| !known.contains(error))
        .map(|(path, message)| format!("{path}: {message}"))
        .collect();
    match ours.as_slice() {
        [] => Ok(()),
        [first, rest @ ..] => {
            let more = if rest.is_empty() { "" } else { ", and more" };
            Err(Refused::new(format!("the import would make a mistake: {first}{more}")).help(
                "nothing was written; this is a bug of the import: please report it with a few lines \
                 of the file that show it",
            ))
        }
    }
}

/// Returns path and message of every error of a runbook.
fn errors(tree: &SourceTree) -> Vec<(String, String)> {
    let mut found = Diagnostics::default();
    let currency = match tree.at(config::FILE_NAME) {
        Some(file) => config::read(&syntax::parse(file).value).value.site.currency,
        None => config::Config::empty().site.currency,
    };
    let catalog = schema::read(tree).report_to(&mut found);
    let slim = |_: &SourceFile, record| slim(record);
    let records = record::read_each(tree, &catalog, &currency, slim).report_to(&mut found);
    found.append(model::join(tree, catalog, records).found);
    let errors = found.iter().filter(|found| found.level == Level::Error);
    errors
        .filter_map(|found| Some((tree.get(found.span.file)?.path.clone(), found.message.clone())))
        .collect()
}

/// Whether a path is one of those that records are read from, or that they may name.
fn is_read(path: &str) -> bool {
    !path.starts_with(&format!("{}/", state::FOLDER))
}

/// Leaves of a record what it may be wrong in as a part of the whole: references, prose, files and rows.
/// Its other values have passed by themselves, and a hundred thousand of them would fill the memory.
fn slim(mut record: Record) -> Record {
    record.fields.retain(|value| {
        matches!(
            value,
            Value::Reference(_)
                | Value::Markdown(_)
                | Value::File(_)
                | Value::Table(_)
                | Value::List(_)
        )
    });
    record.envelope.custom.clear();
    record
}

fn refuse_secrets(
    before: &SourceTree,
    after: &SourceTree,
    written: &HashSet<&str>,
) -> Result<(), Refused> {
    let suspects = |file: &SourceFile| {
        let text = file.as_text().unwrap_or_default();
        secrets::scan(text).iter().filter(|suspect| suspect.allowed.is_none()).count()
    };
    let is_new = |file: &&SourceFile| {
        let count = suspects(file);
        // What a person wrote into a record is told by `check`, and is no reason to stop here.
        count > 0 && before.at(&file.path).map_or(0, suspects) < count
    };
    let files = after.files().par_iter().filter(|file| written.contains(file.path.as_str()));
    match files.find_first(is_new) {
        None => Ok(()),
        Some(file) => Err(Refused::new(format!(
            "`{}` would hold what looks like a secret, so nothing was imported",
            file.path
        ))
        .help("this is a bug of the import: please report which sort of value it was")),
    }
}
