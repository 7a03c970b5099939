//! What an import did, in words. No secret's value is in it, not even a part.

use std::collections::BTreeMap;

use crate::diagnostic::clean::one_line;
use crate::text::plural;

use super::merge::Kept;
use super::proposal::{Skipped, Stranger};

/// How many lines of a sort are shown; of the others the number.
const SHOWN: usize = 20;

/// How many names of columns are shown: what is not read must be told by its name.
const NAMES: usize = 200;

/// What came of an import.
#[derive(Default, Debug)]
pub struct Report {
    /// What was read, and how it was understood.
    pub notes: Vec<String>,
    /// Records that were made: kind and id.
    pub made: Vec<(String, String)>,
    /// What people call the kinds: one and several.
    pub labels: BTreeMap<String, (String, String)>,
    /// Records that were brought up to date: kind, id, and the places.
    pub updated: Vec<(String, String, Vec<String>)>,
    /// How many records say the same already.
    pub unchanged: usize,
    /// Values that stay as a person has them: the record and the values.
    pub kept: Vec<(String, Kept)>,
    /// What is not imported, and why.
    pub skipped: Vec<Skipped>,
    /// Columns that mean nothing to the reader.
    pub strangers: Vec<Stranger>,
    /// Values that did not fit their field: how many, by column and reason.
    pub misfits: BTreeMap<(String, String), usize>,
    /// Names that no record has: how many, by kind and name.
    pub nobody: BTreeMap<(String, String), usize>,
    /// Secrets that were dropped: how many, by column.
    pub secrets: BTreeMap<String, usize>,
    /// Other files that were written.
    pub files: Vec<String>,
    /// Other files that a person has changed or removed, and that stay so.
    pub kept_files: Vec<String>,
}

impl Report {
    /// Adds what another part of the same import did.
    pub fn append(&mut self, other: Report) {
        self.notes.extend(other.notes);
        self.made.extend(other.made);
        self.labels.extend(other.labels);
        self.updated.extend(other.updated);
        self.unchanged += other.unchanged;
        self.kept.extend(other.kept);
        self.skipped.extend(other.skipped);
        self.strangers.extend(other.strangers);
        self.files.extend(other.files);
        self.kept_files.extend(other.kept_files);
        let sum = |into: &mut BTreeMap<_, usize>, from: BTreeMap<_, usize>| {
            from.into_iter().for_each(|(key, count)| *into.entry(key).or_default() += count);
        };
        sum(&mut self.misfits, other.misfits);
        sum(&mut self.nobody, other.nobody);
        for (column, count) in other.secrets {
            *self.secrets.entry(column).or_default() += count;
        }
    }

    /// Whether the runbook says all of it already.
    pub fn is_nothing_new(&self) -> bool {
        self.made.is_empty() && self.updated.is_empty() && self.files.is_empty()
    }

    /// Returns the report as lines of text.
    pub fn write(&self, dry: bool) -> String {
        let mut text = String::new();
        for note in &self.notes {
            push(&mut text, note);
        }
        if !self.notes.is_empty() {
            text.push('\n');
        }
        self.write_made(&mut text, dry);
        self.write_updated(&mut text, dry);
        if self.unchanged > 0 {
            push(&mut text, &format!("unchanged: {}", plural(self.unchanged, "record", "records")));
        }
        self.write_kept(&mut text);
        self.write_left_out(&mut text);
        if self.is_nothing_new() {
            push(&mut text, "nothing changed: the runbook says all of this already");
        }
        text
    }

    fn write_made(&self, text: &mut String, dry: bool) {
        let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (kind, id) in &self.made {
            kinds.entry(kind).or_default().push(id);
        }
        let verb = if dry { "would make" } else { "made" };
        for (kind, ids) in kinds {
            push(text, &format!("{verb}: {}", self.counted(kind, &ids)));
        }
    }

    /// Returns how many of a kind there are, with the first few: `3 sites (hq, north-side, shop)`.
    fn counted(&self, kind: &str, names: &[&str]) -> String {
        let few: Vec<&str> = names.iter().take(5).copied().collect();
        let more = if names.len() > few.len() { ", …" } else { "" };
        let (one, many) = match self.labels.get(kind) {
            Some((one, many)) => (one.as_str(), many.as_str()),
            None => (kind, kind),
        };
        format!("{} ({}{more})", plural(names.len(), one, many), few.join(", "))
    }

    fn write_updated(&self, text: &mut String, dry: bool) {
        if self.updated.is_empty() {
            return;
        }
        let verb = if dry { "would update" } else { "updated" };
        push(text, &format!("{verb}: {}", plural(self.updated.len(), "record", "records")));
        let lines = self.updated.iter().map(|(kind, id, ways)| {
            let few: Vec<&str> = ways.iter().take(6).map(String::as_str).collect();
            let more = if ways.len() > few.len() { ", …" } else { "" };
            format!("{kind}/{id}: {}{more}", few.join(", "))
        });
        list(text, lines);
    }

    fn write_kept(&self, text: &mut String) {
        if self.kept.is_empty() {
            return;
        }
        let count = plural(self.kept.len(), "value", "values");
        push(text, &format!("kept as they stand in the runbook: {count}"));
        let lines = self.kept.iter().map(|(record, kept)| {
            let Kept { way, standing, proposed } = kept;
            match standing {
                Some(standing) => {
                    format!("{record} {way}: {standing} stays; the import says {proposed}")
                }
                None => format!("{record} {way}: stays empty; the import says {proposed}"),
            }
        });
        list(text, lines);
    }

    fn write_left_out(&self, text: &mut String) {
        if !self.skipped.is_empty() {
            push(text, &format!("skipped: {}", self.skipped.len()));
            list(text, self.skipped.iter().map(|skip| format!("{}: {}", skip.at, skip.reason)));
        }
        let (kept, dropped): (Vec<_>, Vec<_>) = self.strangers.iter().partition(|one| one.kept);
        let columns = |strangers: Vec<&Stranger>| {
            let words = strangers.iter().map(|one| format!("{} ({})", one.label, one.count));
            words.collect::<Vec<_>>()
        };
        if !kept.is_empty() {
            push(text, "not understood, kept as free facts under [custom]:");
            list_up_to(NAMES, text, columns(kept));
        }
        if !dropped.is_empty() {
            push(text, "not understood, left out:");
            list_up_to(NAMES, text, columns(dropped));
        }
        if !self.misfits.is_empty() {
            push(text, "values that do not fit their field, kept under [custom]:");
            let lines = self.misfits.iter();
            list(text, lines.map(|((label, why), count)| format!("{label}: {count}, {why}")));
        }
        if !self.nobody.is_empty() {
            push(text, "names that no record has, kept under [custom]:");
            let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for (kind, name) in self.nobody.keys() {
                kinds.entry(kind).or_default().push(name);
            }
            list(text, kinds.into_iter().map(|(kind, names)| self.counted(kind, &names)));
        }
        if !self.secrets.is_empty() {
            let all: usize = self.secrets.values().sum();
            push(text, &format!("secrets dropped: {all}"));
            list(text, self.secrets.iter().map(|(column, count)| format!("{column}: {count}")));
        }
        if !self.kept_files.is_empty() {
            push(text, "files changed or removed by hand, which stay as they are:");
            list(text, self.kept_files.iter().cloned());
        }
        for file in &self.files {
            push(text, &format!("written beside the records: {file}"));
        }
    }
}

fn list(text: &mut String, lines: impl IntoIterator<Item = String>) {
    list_up_to(SHOWN, text, lines);
}

fn list_up_to(shown: usize, text: &mut String, lines: impl IntoIterator<Item = String>) {
    let lines: Vec<String> = lines.into_iter().collect();
    for line in lines.iter().take(shown) {
        push(text, &format!("  {line}"));
    }
    if lines.len() > shown {
        push(text, &format!("  … and {} more", lines.len() - shown));
    }
}

fn push(text: &mut String, line: &str) {
    text.push_str(&one_line(line));
    text.push('\n');
}
