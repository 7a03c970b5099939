//! Reads TOML, and Markdown with TOML front matter, into documents that know where every key and
//! value is written.
//!
//! In: the text of one file. Out: a [`Document`], as whole as the text allows, and a finding for
//! each place that could not be read. What the keys mean is the business of later stages.

pub mod reader;

use crate::source::{FileId, Span, Spanned};

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

/// Reads a file. (Stub until the real one is merged.)
pub fn parse(file: &crate::source::SourceFile) -> crate::diagnostic::Checked<Document> {
    let root = Table { entries: Vec::new(), span: Span::whole(file.id()) };
    crate::diagnostic::Checked::clean(Document { file: file.id(), root, body: None })
}

/// Returns the source text of a value.
pub fn raw(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap_or_default()
}
