//! Tells in words what differs between two states of the records.
//!
//! In: [`Pairs`] of what was and what is, and the kinds. Out: [`Changes`], field by field: settings by
//! group and name, rows and steps by what tells them apart, prose word by word, configurations line by
//! line. What `clearjar diff` prints and what the pages of changes show comes from here, so both say
//! the same.

mod fields;
mod lines;
pub mod report;
mod story;
mod volatile;
mod words;

use rayon::prelude::*;

use crate::history::pairs::FilePair;
use crate::history::{Pair, Pairs};
use crate::schema::Catalog;
pub use lines::{Line, LineSort, lines};
pub use story::{Story, Told};
pub use words::{Names, Piece, setting_in_words, text_of, title};

/// What differs between two states.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Changes {
    /// The records, sorted by `kind/id`.
    pub records: Vec<RecordChange>,
    /// The attachments, sorted by path.
    pub files: Vec<FileChange>,
}

/// What became of a record, a fact or a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sort {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has a new id, and may say something else.
    Renamed,
    /// It says something else.
    Changed,
    /// It stands in another place of its list.
    Moved,
}

impl Sort {
    /// Returns the word that programs and style sheets know it by.
    pub fn name(self) -> &'static str {
        match self {
            Sort::Added => "added",
            Sort::Removed => "removed",
            Sort::Renamed => "renamed",
            Sort::Changed => "changed",
            Sort::Moved => "moved",
        }
    }
}

/// What became of a record.
#[derive(Clone, PartialEq, Debug)]
pub struct RecordChange {
    /// `kind/id`: that after, or of a record that is gone the one before.
    pub name: String,
    /// `kind/id` before, where the record has a new id.
    pub former: Option<String>,
    /// What it is called.
    pub title: String,
    /// What became of it.
    pub sort: Sort,
    /// Field by field: what it said and says. Of a record that is new or gone, all of it.
    pub facts: Vec<FactChange>,
}

/// What became of a fact.
#[derive(Clone, PartialEq, Debug)]
pub struct FactChange {
    /// The way to it in the record, as releases write it.
    pub way: String,
    /// What it stands under on the page: the list, the group.
    pub under: Vec<String>,
    /// What people read.
    pub label: String,
    /// The anchor of its row on the record's page, or nothing.
    pub anchor: String,
    /// What became of it.
    pub sort: Sort,
    /// What it said, in pieces.
    pub before: Vec<Piece>,
    /// What it says, in pieces.
    pub after: Vec<Piece>,
    /// Whether it is the value of a setting.
    pub is_setting: bool,
    /// Whether it is prose or code, which takes the full width.
    pub is_long: bool,
}

/// What became of an attachment.
#[derive(Clone, PartialEq, Debug)]
pub struct FileChange {
    /// Its path in the runbook.
    pub path: String,
    /// What became of it.
    pub sort: Sort,
    /// SHA-256 before, in hexadecimal.
    pub before: Option<String>,
    /// SHA-256 after.
    pub after: Option<String>,
    /// The lines that differ, where both are known as texts.
    pub lines: Option<Vec<Line>>,
}

impl FileChange {
    /// Whether all that differs is what differs from one export to the next.
    pub fn is_volatile(&self) -> bool {
        self.lines.as_ref().is_some_and(Vec::is_empty)
    }
}

impl Changes {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.files.is_empty()
    }

    /// Returns how many records were added, removed, renamed or changed.
    pub fn count(&self, sort: Sort) -> usize {
        self.records.iter().filter(|record| record.sort == sort).count()
    }
}

/// Tells `pairs` in words.
pub fn changes(pairs: &Pairs, catalog: &Catalog, names: &Names) -> Changes {
    let records = pairs.records.par_iter().filter_map(|pair| record(pair, catalog, names));
    Changes { records: records.collect(), files: pairs.files.par_iter().map(file).collect() }
}

fn record(pair: &Pair, catalog: &Catalog, names: &Names) -> Option<RecordChange> {
    let sort = match (&pair.before, &pair.after, &pair.former) {
        (None, _, _) => Sort::Added,
        (_, None, _) => Sort::Removed,
        (_, _, Some(_)) => Sort::Renamed,
        _ => Sort::Changed,
    };
    let said = pair.after.as_deref().or(pair.before.as_deref())?;
    let facts = fields::facts(pair, catalog, names);
    // A record whose references are only spelt otherwise says what it said.
    if sort == Sort::Changed && facts.is_empty() {
        return None;
    }
    Some(RecordChange {
        name: pair.name.clone(),
        former: pair.former.clone(),
        title: title(&pair.name, said, catalog),
        sort,
        facts,
    })
}

fn file(pair: &FilePair) -> FileChange {
    let text = |kept: &Option<std::sync::Arc<crate::history::Kept>>| {
        kept.as_ref().and_then(|kept| kept.text.clone())
    };
    FileChange {
        path: pair.path.clone(),
        sort: match (&pair.before, &pair.after) {
            (None, _) => Sort::Added,
            (_, None) => Sort::Removed,
            _ => Sort::Changed,
        },
        before: pair.before.as_ref().map(|kept| kept.digest.clone()),
        after: pair.after.as_ref().map(|kept| kept.digest.clone()),
        lines: text(&pair.before).zip(text(&pair.after)).map(|(old, new)| lines(&old, &new)),
    }
}

#[cfg(test)]
mod tests;
