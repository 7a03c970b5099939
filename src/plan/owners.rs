//! Finds the record that a place in the sources belongs to, and tells findings on its page.

use std::collections::BTreeMap;

use super::Facts;
use super::view::{Link, Notice, SourcePlace};
use crate::diagnostic::{Diagnostic, Level};
use crate::model::{Model, NodeIx};
use crate::source::{FileId, SourceTree, Span};

/// Returns what is to be said on the pages of records.
pub(super) fn notices_by_record(
    facts: &Facts<'_>,
    owners: &Owners,
) -> BTreeMap<NodeIx, Vec<Notice>> {
    let mut notices: BTreeMap<NodeIx, Vec<Notice>> = BTreeMap::new();
    for found in facts.found.iter().filter(|found| found.level >= Level::Warning) {
        if let Some(ix) = owners.of(found) {
            notices.entry(ix).or_default().push(notice_of(found, None, facts.tree));
        }
    }
    notices
}

/// Finds the record that a place in the sources belongs to.
pub struct Owners {
    /// By file: where each of its records begins, in order.
    by_file: BTreeMap<FileId, Vec<(u32, NodeIx)>>,
}

impl Owners {
    /// Returns the owners of all places.
    pub fn new(model: &Model) -> Owners {
        let mut by_file: BTreeMap<FileId, Vec<(u32, NodeIx)>> = BTreeMap::new();
        for (ix, node) in model.iter() {
            by_file.entry(node.file).or_default().push((node.span.start, ix));
        }
        by_file.values_mut().for_each(|records| records.sort());
        Owners { by_file }
    }

    /// Returns the record that a finding is about.
    pub fn of(&self, found: &Diagnostic) -> Option<NodeIx> {
        let records = self.by_file.get(&found.span.file)?;
        let behind = records.partition_point(|(start, _)| *start <= found.span.start);
        records.get(behind.checked_sub(1)?).map(|(_, ix)| *ix)
    }
}

/// Returns a finding as pages tell it.
pub(super) fn notice_of(found: &Diagnostic, link: Option<Link>, tree: &SourceTree) -> Notice {
    Notice {
        level: found.level.name(),
        text: found.message.clone(),
        help: found.help.clone().unwrap_or_default(),
        rule: found.rule.code,
        place: source_place(tree, found.span),
        link,
    }
}

/// Returns the place in the sources that a span stands for.
pub(super) fn source_place(tree: &SourceTree, span: Span) -> Option<SourcePlace> {
    let position = tree.position(span)?;
    Some(SourcePlace { path: position.path.to_owned(), line: position.line, edited: None })
}
