//! Reads TOML, and Markdown with TOML front matter, into documents that know where every key and
//! value is written.
//!
//! In: the text of one file. Out: a [`Document`], as whole as the text allows, and a finding for
//! each place that could not be read. What the keys mean is the business of later stages.

mod control;
mod duplicate;
mod echo;
mod front_matter;
mod mistake;
mod quoting;
pub mod reader;
mod reading;
mod rules;
mod statements;
mod tree;
mod writing;

use std::ops::Range;

use crate::diagnostic::Checked;
use crate::source::{FileId, SourceFile, Span, Spanned};

pub use self::echo::without_echoes;
pub use self::rules::*;
pub use self::writing::{toml_key, toml_string, toml_value};

/// Reads `file`: as Markdown with front matter when its name ends in `.md`, else as TOML.
///
/// What could not be read is left out of the document, and a value whose spelling is wrong is kept
/// as the text it most likely should be, so that later stages have something to go on. A file that
/// is not held as text gives an empty document and no finding: whoever refused it has said why.
pub fn parse(file: &SourceFile) -> Checked<Document> {
    let (id, text) = (file.id(), file.as_text().unwrap_or_default());
    match file.extension() {
        "md" if file.as_text().is_some() => front_matter::read(id, text),
        _ => {
            let Checked { value: root, found } = reading::read(&Text { file: id, base: 0, text });
            Checked::new(Document { file: id, root, body: None }, found)
        }
    }
}

/// Reads a stretch of the TOML in `file` that stands by itself: whole statements from the start of a line.
pub fn parse_part(file: &SourceFile, range: Range<usize>) -> Checked<Table> {
    let text = file.as_text().unwrap_or_default();
    reading::read(&Text { file: file.id(), base: range.start, text: &text[range] })
}

/// A stretch of TOML in a file.
struct Text<'a> {
    file: FileId,
    /// Where the stretch begins in the file.
    base: usize,
    text: &'a str,
}

impl Text<'_> {
    /// Returns `range` of the stretch as a place in the file, widened to whole characters.
    fn span(&self, range: Range<usize>) -> Span {
        let start = self.text.floor_char_boundary(range.start);
        let end = self.text.ceil_char_boundary(range.end).max(start);
        Span::new(self.file, self.base + start..self.base + end)
    }
}

/// Returns the source text of a value, as it is written at `span` in `text`.
///
/// `text` is the whole file. This is what tells `7.10` from `7.1` where a field wants text.
pub fn raw(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap_or_default()
}

/// One file of TOML, with a Markdown body where it had front matter.
#[derive(Clone, PartialEq, Debug)]
pub struct Document {
    /// The file.
    pub file: FileId,
    /// Its top-level table.
    pub root: Table,
    /// The Markdown behind the front matter, in files that have one.
    pub body: Option<Spanned<String>>,
}

/// A table: entries in the order they are written, each key once.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    /// The entries.
    pub entries: Vec<Entry>,
    /// The table's header, or the braces of an inline table.
    pub span: Span,
}

/// A key and its value.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// The key.
    pub key: Spanned<String>,
    /// The value.
    pub value: Spanned<Item>,
}

/// A value as TOML knows it.
#[derive(Clone, PartialEq, Debug)]
pub enum Item {
    /// A string.
    Text(String),
    /// An integer.
    Integer(i64),
    /// A float.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A date, a time, or both.
    Datetime(toml::value::Datetime),
    /// An array, or an array of tables.
    Array(Vec<Spanned<Item>>),
    /// A table.
    Table(Table),
}

impl Item {
    /// Returns what people call this type of value, with its article.
    pub fn type_name(&self) -> &'static str {
        match self {
            Item::Text(_) => "a string",
            Item::Integer(_) => "an integer",
            Item::Float(_) => "a number with a fraction",
            Item::Boolean(_) => "true or false",
            Item::Datetime(_) => "a date or time",
            Item::Array(_) => "a list",
            Item::Table(_) => "a table",
        }
    }
}

impl Table {
    /// Returns the entry called `key`.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key.value == key)
    }
}

#[cfg(test)]
mod tests;
