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

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use rayon::prelude::*;
use regex::Regex;

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
    /// It says the same, and somebody made sure of it again.
    Verified,
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
            Sort::Verified => "verified",
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
    /// Whether it says only that somebody made sure of the record.
    pub is_review: bool,
    /// Whether it is prose or code, which takes the full width.
    pub is_long: bool,
}

/// What became of an attachment.
#[derive(Clone, PartialEq, Debug)]
pub struct FileChange {
    /// Its path in the runbook.
    pub path: String,
    /// Its path before, where a newer version has another date in its name.
    pub former: Option<String>,
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
    let files = newer_versions(&pairs.files);
    Changes { records: records.collect(), files: files.par_iter().map(file).collect() }
}

/// An attachment before and after, under what may be two names.
struct Versions<'a> {
    before: Option<&'a FilePair>,
    after: Option<&'a FilePair>,
}

/// Puts a file that went and one that came together where their names differ by a date only: that is how
/// exports of configurations are kept.
fn newer_versions(pairs: &[FilePair]) -> Vec<Versions<'_>> {
    let mut gone: BTreeMap<String, Vec<&FilePair>> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.after.is_none()) {
        gone.entry(undated(&pair.path)).or_default().push(pair);
    }
    let mut versions = Vec::new();
    let mut taken: HashSet<&str> = HashSet::new();
    for pair in pairs.iter().filter(|pair| pair.after.is_some()) {
        let mut before = pair.before.as_ref().map(|_| pair);
        let earlier = gone.get_mut(&undated(&pair.path)).filter(|_| before.is_none());
        if let Some(earlier) = earlier.and_then(Vec::pop) {
            taken.insert(&earlier.path);
            before = Some(earlier);
        }
        versions.push(Versions { before, after: Some(pair) });
    }
    let left = pairs.iter().filter(|it| it.after.is_none() && !taken.contains(it.path.as_str()));
    versions.extend(left.map(|pair| Versions { before: Some(pair), after: None }));
    versions.sort_by_key(|it| it.after.or(it.before).map(|pair| &pair.path));
    versions
}

/// Returns a path without the dates in it.
fn undated(path: &str) -> String {
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\d{4}-?\d{2}(-?\d{2})?").expect("the pattern is ours, and tested")
    });
    DATE.replace_all(path, "").into_owned()
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
    let is_review = sort == Sort::Changed && facts.iter().all(|fact| fact.is_review);
    let sort = if is_review { Sort::Verified } else { sort };
    Some(RecordChange {
        name: pair.name.clone(),
        former: pair.former.clone(),
        title: title(&pair.name, said, catalog),
        sort,
        facts,
    })
}

fn file(versions: &Versions<'_>) -> FileChange {
    let before = versions.before.and_then(|pair| pair.before.as_ref());
    let after = versions.after.and_then(|pair| pair.after.as_ref());
    let path = versions.after.or(versions.before).map(|pair| pair.path.clone()).unwrap_or_default();
    let former = versions.before.map(|pair| pair.path.clone()).filter(|former| *former != path);
    let texts = before.and_then(|it| it.text.as_ref()).zip(after.and_then(|it| it.text.as_ref()));
    FileChange {
        path,
        former,
        sort: match (before, after) {
            (None, _) => Sort::Added,
            (_, None) => Sort::Removed,
            _ => Sort::Changed,
        },
        before: before.map(|kept| kept.digest.clone()),
        after: after.map(|kept| kept.digest.clone()),
        lines: texts.map(|(old, new)| lines(old, new)),
    }
}

#[cfg(test)]
mod tests;
