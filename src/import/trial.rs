//! What the tests of the readers share: how an import is asked for, and how to look at what came of it.
#![allow(clippy::disallowed_methods, reason = "the samples are files")]

use jiff::civil::date;

use super::foreign::Foreign;
use super::proposal::{Given, Harvest, Proposal, Wish};
use super::{Outcome, Reader, Refused, Wishes, run};
use crate::config;
use crate::diagnostic::Diagnostics;
use crate::source::{SourceFile, SourceTree};

/// Returns wishes for the runbook `tree` with nothing said beside the files.
pub fn wishes(tree: &SourceTree) -> Wishes<'_> {
    Wishes {
        tree,
        client: None,
        mapping: None,
        sheet: None,
        people: false,
        today: date(2026, 11, 27),
    }
}

/// Returns a runbook without records.
pub fn runbook() -> SourceTree {
    SourceTree::new(vec![SourceFile::text(config::FILE_NAME, "[site]\ntitle = \"T\"\n")])
}

/// Imports files into `tree`, each by the reader that its content asks for.
pub fn import(tree: &SourceTree, files: &[Foreign]) -> Outcome {
    import_as_wished(files, &wishes(tree)).unwrap()
}

/// As [`import`], with more said than the files.
pub fn import_as_wished(files: &[Foreign], wishes: &Wishes<'_>) -> Result<Outcome, Refused> {
    run(files, None, wishes, &Diagnostics::default(), &|_| {})
}

/// Returns what a reader makes of files.
pub fn harvest_of(reader: &dyn Reader, files: &[Foreign]) -> Result<Harvest, Refused> {
    let tree = SourceTree::default();
    let mut harvest = Harvest::default();
    reader.read(files, &wishes(&tree), &mut harvest)?;
    Ok(harvest)
}

/// Returns what a reader makes of a text.
pub fn harvest(reader: &dyn Reader, name: &str, text: &str) -> Result<Harvest, Refused> {
    harvest_of(reader, &[Foreign::of_bytes(name, text.as_bytes())])
}

/// Returns a sample below `tests/data`.
pub fn sample(path: &str) -> String {
    let path = format!("{}/tests/data/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// Returns the records of a kind, in the order in which they were read.
pub fn of_kind<'a>(harvest: &'a Harvest, kind: &str) -> Vec<&'a Proposal> {
    harvest.proposals.iter().filter(|proposal| proposal.kind == kind).collect()
}

/// Returns the rows that were put into a field.
pub fn rows<'a>(proposal: &'a Proposal, field: &str) -> Vec<&'a Vec<Given>> {
    let given = proposal.fields.iter().filter(|given| given.field == field);
    given
        .filter_map(|given| match &given.value {
            Wish::Row(row) => Some(row),
            _ => None,
        })
        .collect()
}

/// Returns what a row says in a field.
pub fn value_in<'a>(row: &'a [Given], field: &str) -> Option<&'a Wish> {
    row.iter().find(|given| given.field == field).map(|given| &given.value)
}

/// Returns the text that a row says in a field.
pub fn text_in<'a>(row: &'a [Given], field: &str) -> Option<&'a str> {
    match value_in(row, field)? {
        Wish::Text(text) => Some(text),
        _ => None,
    }
}
