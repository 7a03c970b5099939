//! Writes into the settings of an edition that they are those of an edition, and which.

use std::ops::Range;

use super::choice::Choice;
use super::pruning::{is_written, joined, list, statement};
use super::sheet::{Fate, Sheet};
use crate::config::{BUILT, EDITION, LEFT_OUT, TAKEOVER};
use crate::source::SourceFile;
use crate::syntax::{self, Entry, Item, Table};

/// Returns the text of `clearjar.toml` for the edition called `name`.
///
/// The other editions go: who reads this one need not know for whom there are others. This one is
/// marked as what the runbook is, so that a build without `--edition` gives it again. `items` are those
/// of the takeover view that are answered by what goes.
pub(super) fn settings(
    file: &SourceFile,
    name: &str,
    choice: &Choice<'_>,
    items: &[&str],
) -> String {
    let text = file.as_text().unwrap_or_default();
    let document = syntax::parse(file).value;
    let mut settings = Settings { sheet: Sheet::new(text, None), name };
    let mut takeover = None;
    for entry in &document.root.entries {
        let is_client_or_provider = matches!(entry.key.value.as_str(), "client" | "provider");
        match &entry.value.value {
            Item::Table(table) if entry.key.value == EDITION => settings.editions(entry, table),
            Item::Text(record) if is_client_or_provider && !choice.keeps_name(record) => {
                settings.entry(entry, Fate::Goes);
            }
            _ => settings.entry(entry, Fate::Stays),
        }
        if entry.key.value == TAKEOVER {
            takeover = Some(entry);
        }
    }
    if !items.is_empty() {
        settings.takeover(takeover, items);
    }
    settings.sheet.finish()
}

struct Settings<'a> {
    sheet: Sheet<'a>,
    name: &'a str,
}

impl Settings<'_> {
    fn editions(&mut self, entry: &Entry, table: &Table) {
        if is_written(entry) {
            self.sheet.statement(statement(entry), Fate::Thinned);
            let mut elements = Vec::new();
            for edition in &table.entries {
                ends(edition, self.fate(edition), &mut elements);
                self.mark(edition, Place::Braces);
            }
            self.sheet.elements(table.span.range(), &elements);
            return;
        }
        self.header(table, Fate::Stays);
        for edition in &table.entries {
            self.entry(edition, self.fate(edition));
            self.mark(edition, if is_written(edition) { Place::Braces } else { Place::Lines });
        }
    }

    fn fate(&self, edition: &Entry) -> Fate {
        if edition.key.value == self.name { Fate::Stays } else { Fate::Goes }
    }

    /// Marks an edition as what this runbook is, if it is that.
    fn mark(&mut self, edition: &Entry, place: Place) {
        let Item::Table(table) = &edition.value.value else { return };
        if self.fate(edition) == Fate::Goes {
            return;
        }
        match table.get(BUILT) {
            Some(mark) => self.sheet.replace(mark.value.span.range(), "true"),
            None => drop(self.add(table, &format!("{BUILT} = true"), place)),
        }
    }

    /// Says which items of the takeover view are answered by what goes.
    fn takeover(&mut self, entry: Option<&Entry>, items: &[&str]) {
        let line = format!("{LEFT_OUT} = {}", list(items));
        let added = entry.is_some_and(|entry| {
            let Item::Table(table) = &entry.value.value else { return false };
            if let Some(before) = table.get(LEFT_OUT) {
                let range = before.value.span.range();
                self.sheet.replace(range, list(&joined(&before.value.value, items)));
                return true;
            }
            let place = if is_written(entry) { Place::Braces } else { Place::Lines };
            self.add(table, &line, place) || self.add_below_header(table, &line)
        });
        if !added {
            let end = self.sheet.text().len();
            let gap = if self.sheet.text().ends_with('\n') { "\n" } else { "\n\n" };
            self.sheet.replace(end..end, format!("{gap}[{TAKEOVER}]\n{line}\n"));
        }
    }

    /// Adds a key to a table, behind its first; says whether it has one.
    fn add(&mut self, table: &Table, line: &str, place: Place) -> bool {
        let Some(first) = table.entries.iter().find(|entry| is_written(entry)) else {
            return false;
        };
        let Range { start, end } = statement(first);
        let before = &self.sheet.text()[..start];
        match place {
            Place::Braces => {
                let prefix = &before[before.rfind(['{', ',']).map_or(0, |at| at + 1)..];
                self.sheet.replace(end..end, format!(", {}{line}", prefix.trim_start()));
            }
            Place::Lines => {
                let prefix = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
                self.sheet.add_line_behind(end, &format!("{prefix}{line}"));
            }
        }
        true
    }

    /// Adds a line below a table's own header; says whether it has one.
    fn add_below_header(&mut self, table: &Table, line: &str) -> bool {
        let range = table.span.range();
        let header = self.sheet.text()[range.clone()].trim_matches(['[', ']', ' ', '\t']);
        if header != TAKEOVER {
            return false;
        }
        self.sheet.add_line_behind(range.end, line);
        true
    }

    fn entry(&mut self, entry: &Entry, fate: Fate) {
        if is_written(entry) {
            self.sheet.statement(statement(entry), fate);
            return;
        }
        if let Item::Table(table) = &entry.value.value {
            self.header(table, fate);
            table.entries.iter().for_each(|entry| self.entry(entry, fate));
        }
    }

    fn header(&mut self, table: &Table, fate: Fate) {
        let range = table.span.range();
        if self.sheet.text()[range.clone()].starts_with('[') {
            self.sheet.statement(range, fate);
        }
    }
}

/// How a table is written.
#[derive(Clone, Copy)]
enum Place {
    Lines,
    Braces,
}

/// Collects where the members of a table in braces end that an entry stands for.
fn ends(entry: &Entry, fate: Fate, elements: &mut Vec<(usize, Fate)>) {
    match &entry.value.value {
        Item::Table(table) if !is_written(entry) => {
            table.entries.iter().for_each(|entry| ends(entry, fate, elements));
        }
        _ => elements.push((entry.value.span.range().end, fate)),
    }
}
