//! Reads the keys of a table one by one, and says which were not expected.
//!
//! For the files whose keys the program itself defines: `clearjar.toml` and the files of kinds.
//! Records are read against their kind instead, by [`crate::record`].

use jiff::civil::Date;

use super::{Item, Table};
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::source::{Span, Spanned};
use crate::text;

/// A key that nothing asks for.
pub static UNKNOWN_KEY: Rule = Rule {
    code: "unknown-key",
    level: Level::Error,
    summary: "`clearjar.toml`, a kind's file or a release has a key that the program does not know",
    detail: "Every key in `clearjar.toml` and in the files under `kinds/` and `history/` has a meaning. One that \
             has none is most often misspelt, and what it was meant to say would be lost in \
             silence. Correct the spelling, or take the line out.",
};

/// A value of the wrong sort.
pub static WRONG_TYPE: Rule = Rule {
    code: "wrong-type",
    level: Level::Error,
    summary: "a value is not of the type that its field takes",
    detail: "A field takes one sort of value: a date is written without quotes \
             (`expires = 2027-03-01`), text with them (`model = \"60F\"`), a list in brackets \
             (`admins = [\"dana-ruiz\"]`). The message says what the field takes and what stands \
             there. `clearjar kinds KIND` lists the fields of a kind with an example each.",
};

/// Reads one table; call [`TableReader::finish`] at the end.
pub struct TableReader<'a, 'f> {
    table: &'a Table,
    asked: Vec<&'static str>,
    found: &'f mut Diagnostics,
}

impl<'a, 'f> TableReader<'a, 'f> {
    /// Returns a reader of `table` that reports to `found`.
    pub fn new(table: &'a Table, found: &'f mut Diagnostics) -> TableReader<'a, 'f> {
        TableReader { table, asked: Vec::new(), found }
    }

    /// Returns where the table is written.
    pub fn span(&self) -> Span {
        self.table.span
    }

    /// Reports a finding of the caller's.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Returns the list that findings go to, for readers of what lies inside.
    pub fn found(&mut self) -> &mut Diagnostics {
        self.found
    }

    /// Whether the table has `key`.
    pub fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// Returns the value of `key`, of whatever type.
    pub fn item(&mut self, key: &'static str) -> Option<&'a Spanned<Item>> {
        self.asked.push(key);
        self.table.get(key).map(|entry| &entry.value)
    }

    /// Returns the string at `key`.
    pub fn text(&mut self, key: &'static str) -> Option<Spanned<&'a str>> {
        let item = self.item(key)?;
        match &item.value {
            Item::Text(text) => Some(Spanned::new(text.as_str(), item.span)),
            _ => self.wrong(key, item, "a string"),
        }
    }

    /// Returns the string at `key` as it is owned by what is read.
    pub fn string(&mut self, key: &'static str) -> Option<String> {
        self.text(key).map(|text| text.value.to_owned())
    }

    /// Returns the strings at `key`; a single string counts as a list of one.
    pub fn texts(&mut self, key: &'static str) -> Vec<Spanned<&'a str>> {
        let Some(item) = self.item(key) else { return Vec::new() };
        match &item.value {
            Item::Text(text) => vec![Spanned::new(text.as_str(), item.span)],
            Item::Array(items) => items.iter().filter_map(|item| self.text_in(key, item)).collect(),
            _ => self.wrong(key, item, "a list of strings").unwrap_or_default(),
        }
    }

    fn text_in(&mut self, key: &'static str, item: &'a Spanned<Item>) -> Option<Spanned<&'a str>> {
        match &item.value {
            Item::Text(text) => Some(Spanned::new(text.as_str(), item.span)),
            _ => self.wrong(key, item, "a string"),
        }
    }

    /// Returns `true` or `false` at `key`.
    pub fn boolean(&mut self, key: &'static str) -> Option<bool> {
        let item = self.item(key)?;
        match item.value {
            Item::Boolean(value) => Some(value),
            _ => self.wrong(key, item, "true or false"),
        }
    }

    /// Returns the integer at `key`.
    pub fn integer(&mut self, key: &'static str) -> Option<i64> {
        let item = self.item(key)?;
        match item.value {
            Item::Integer(value) => Some(value),
            _ => self.wrong(key, item, "an integer"),
        }
    }

    /// Returns the number at `key`, with or without a fraction.
    pub fn number(&mut self, key: &'static str) -> Option<f64> {
        let item = self.item(key)?;
        match item.value {
            Item::Integer(value) => Some(value as f64),
            Item::Float(value) => Some(value),
            _ => self.wrong(key, item, "a number"),
        }
    }

    /// Returns the day at `key`.
    pub fn date(&mut self, key: &'static str) -> Option<Date> {
        let item = self.item(key)?;
        match date_of(&item.value) {
            Some(date) => Some(date),
            None => {
                let message = format!("`{key}` takes a date, not {}", item.value.type_name());
                self.found.push(
                    Diagnostic::new(&WRONG_TYPE, item.span, message)
                        .label(item.value.type_name())
                        .help("a date is written without quotes: `2026-11-15`"),
                );
                None
            }
        }
    }

    /// Returns the table at `key`.
    pub fn table(&mut self, key: &'static str) -> Option<&'a Table> {
        let item = self.item(key)?;
        match &item.value {
            Item::Table(table) => Some(table),
            _ => self.wrong(key, item, "a table"),
        }
    }

    /// Returns the tables at `key`, written `[[key]]`.
    pub fn tables(&mut self, key: &'static str) -> Vec<&'a Table> {
        let Some(item) = self.item(key) else { return Vec::new() };
        let Item::Array(items) = &item.value else {
            return self.wrong(key, item, "a list of tables").unwrap_or_default();
        };
        let mut tables = Vec::new();
        for item in items {
            match &item.value {
                Item::Table(table) => tables.push(table),
                _ => {
                    self.wrong::<()>(key, item, "a table");
                }
            }
        }
        tables
    }

    /// Reports that the value of `key` is not `wanted`. Gives nothing, so that it can be returned.
    pub fn wrong<T>(&mut self, key: &str, item: &Spanned<Item>, wanted: &str) -> Option<T> {
        let stands = item.value.type_name();
        let message = format!("`{key}` takes {wanted}, not {stands}");
        let help = "correct the value, or take the line out";
        self.found.push(Diagnostic::new(&WRONG_TYPE, item.span, message).label(stands).help(help));
        None
    }

    /// Reports every key that was not asked for.
    pub fn finish(self) {
        for entry in &self.table.entries {
            let key = entry.key.value.as_str();
            if self.asked.contains(&key) {
                continue;
            }
            let mut found = Diagnostic::new(
                &UNKNOWN_KEY,
                entry.key.span,
                format!("`{key}` is not a key that is known here"),
            );
            found = match text::nearest(key, self.asked.iter().copied()) {
                Some(near) => {
                    found.help(format!("did you mean `{near}`?")).fix(entry.key.span, near)
                }
                None => found.help(format!("known here: {}", text::list_of(&self.asked, "and"))),
            };
            self.found.push(found);
        }
    }
}

/// Returns the day that a TOML value is, if it is a date without a time.
pub fn date_of(item: &Item) -> Option<Date> {
    match item {
        Item::Datetime(toml::value::Datetime { date: Some(date), time: None, .. }) => {
            Date::new(date.year as i16, date.month as i8, date.day as i8).ok()
        }
        _ => None,
    }
}
