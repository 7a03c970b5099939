//! Turns a runbook into one that holds only what is written for some: an edition.
//!
//! In: the files of a runbook that was checked, and for whom. Out: the files of a runbook of its own, from
//! which the pipeline makes that edition's site like any other. What an edition leaves out is therefore
//! absent from pages, search, sources and all else, not hidden there: no later stage has ever seen it.
//!
//! What stays is decided record by record and field by field (`choice`), and cut out of the texts so
//! that the rest is byte for byte as it was (`sheet`). Of the other files an edition holds what it needs
//! and knows to be for its readers: kinds, the theme, the attachments that something names which stays,
//! and the history of what stays. What is encrypted under `sealed/` is for those for whom the note beside
//! it says it is. Notes on folders, what imports keep to themselves, and whatever else may lie there are
//! nobody's in particular, so they are in no edition.
//!
//! The edition of an edition is the same: doing it twice changes nothing.

mod choice;
mod past;
mod places;
mod pruning;
mod settings;
mod sheet;

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use crate::audit::{Audit, ItemState, TakeoverItem};
use crate::config::{self, Edition};
use crate::diagnostic::Diagnostics;
use crate::digest::Digest;
use crate::model::NodeIx;
use crate::pipeline::{self, Checkup, Inputs};
use crate::schema::builtin;
use crate::sealed;
use crate::source::{Content, FileId, SourceFile, SourceTree};
use choice::Choice;
pub use places::in_whole;

/// Returns the files of an edition of the runbook in `inputs`, of which `checkup` tells no error.
pub fn of(inputs: &Inputs<'_>, checkup: &Checkup, edition: &Edition) -> SourceTree {
    let choice = Choice::of(&checkup.model, edition);
    let mut files = records_and_others(inputs.tree, &choice);
    let history = &checkup.story.history;
    files.extend(past::releases(inputs.tree, history, &checkup.config, &choice, edition));
    let settings = inputs.tree.at(config::FILE_NAME);
    let Some(settings) = settings else { return SourceTree::new(files) };
    let text = settings::settings(settings, &edition.name.value, &choice, &[]);
    files.push(with_text(settings, text));
    let tree = SourceTree::new(files);
    let after = pipeline::check(&Inputs { tree: &tree, found: &Diagnostics::default(), ..*inputs });
    let items = items(&checkup.audit, &after.audit);
    if items.is_empty() {
        return tree;
    }
    let text = settings::settings(settings, &edition.name.value, &choice, &items);
    tree.with(&[with_text(settings, text)])
}

fn records_and_others(tree: &SourceTree, choice: &Choice<'_>) -> Vec<SourceFile> {
    let attachments = choice.files();
    let mut records: HashMap<FileId, Vec<NodeIx>> = HashMap::new();
    for (ix, node) in choice.model.iter() {
        records.entry(node.file).or_default().push(ix);
    }
    let sealed = sealed_files(tree, choice);
    let keep = |file: &SourceFile| match Part::of(file, &attachments, &sealed) {
        Part::Records => {
            let records = records.get(&file.id())?;
            let text = pruning::records(file, choice, records, &attachments)?;
            Some(with_text(file, text))
        }
        Part::Whole => Some(file.clone()),
        Part::Nothing => None,
    };
    tree.files().par_iter().filter_map(keep).collect()
}

/// Returns the encrypted files that are for the readers of an edition, and the notes on them. One that
/// nothing is written of is nobody's.
fn sealed_files(tree: &SourceTree, choice: &Choice<'_>) -> BTreeSet<String> {
    let all = sealed::read(tree).value.into_iter();
    let noted = all.filter_map(|it| Some((it.path, it.note?)));
    let meant = noted.filter(|(_, note)| choice.is_for(note.audience));
    meant.flat_map(|(path, note)| [path, note.path]).collect()
}

/// Returns the items of the takeover view that are answered before, and would seem open after: who reads
/// the edition must not think that nobody knows.
fn items(before: &Audit, after: &Audit) -> Vec<&'static str> {
    let list = &builtin::takeover().items;
    let is_answered = |item: &TakeoverItem| item.state < ItemState::Unknown;
    let both = before.takeover.iter().zip(&after.takeover);
    let lost = both.filter(|(before, after)| is_answered(before) && !is_answered(after));
    lost.map(|(item, _)| list[item.item].id.as_str()).collect()
}

/// How much of a file is in an edition.
enum Part {
    Records,
    Whole,
    Nothing,
}

impl Part {
    fn of(file: &SourceFile, attachments: &BTreeSet<String>, sealed: &BTreeSet<String>) -> Part {
        let area = file.path.split_once('/').map_or("", |(area, _)| area);
        match area {
            "records" => Part::Records,
            "kinds" | "theme" if !file.is_note() => Part::Whole,
            sealed::FOLDER if sealed.contains(&file.path) => Part::Whole,
            "files" if attachments.contains(&file.path) => Part::Whole,
            _ => Part::Nothing,
        }
    }
}

/// Returns a file with another text; a byte-order mark that it had stays.
fn with_text(file: &SourceFile, text: String) -> SourceFile {
    if file.as_text() == Some(&text) {
        return file.clone();
    }
    let had_mark = file.as_text().is_some_and(|before| before.len() as u64 != file.len);
    let mark = if had_mark { "\u{feff}" } else { "" };
    let bytes = [mark.as_bytes(), text.as_bytes()].concat();
    SourceFile {
        path: file.path.clone(),
        len: bytes.len() as u64,
        digest: Digest::of(&bytes),
        content: Content::Text(text.into()),
    }
}

#[cfg(test)]
mod tests;
