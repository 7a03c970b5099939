//! Puts records that were just saved into a runbook that was joined before.
//!
//! Who saves a record looks at its page. To join, judge and plan ten thousand records again takes a
//! second, and the page need not wait for it: where the records of a file are the same ones as before,
//! and nothing speaks against them, their pages can be made from the graph that is there.

use crate::compare::Story;
use crate::model::{Model, NodeIx};
use crate::plan::Facts;
use crate::record;
use crate::secrets;
use crate::source::{SourceFile, SourceTree};

/// Returns a runbook after some files of records were saved. Nothing where the whole runbook has to be
/// read for that: a record came or went, a file has an error, or something in it looks like a secret, which
/// no page may show.
pub(super) fn replace(facts: &Facts<'_>, saved: &[SourceFile]) -> Option<Ahead> {
    let tree = facts.tree.with(saved);
    let mut model = None;
    let mut story = facts.story.clone();
    let mut all = Vec::new();
    for file in saved {
        let (found, _) = secrets::check_text(file.id(), file.as_text()?);
        let before = model.as_ref().unwrap_or(facts.model);
        let given = record::read_file(file, &before.catalog, &facts.config.site.currency)?;
        if found.has_errors() || given.found.has_errors() {
            return None;
        }
        let (after, places) = before.with(&tree, given.value)?;
        story = story.with(file, &after.catalog)?;
        model = Some(after);
        all.extend(places);
    }
    Some(Ahead { tree, model: model?, story, places: all })
}

/// A runbook with records that were just saved.
pub(super) struct Ahead {
    pub tree: SourceTree,
    pub model: Model,
    pub story: Story,
    /// The records that were in the saved files.
    pub places: Vec<NodeIx>,
}
