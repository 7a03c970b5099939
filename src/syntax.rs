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

/// Stub.
pub static RULES: &[&crate::diagnostic::Rule] = &[];
static TOML_SYNTAX: crate::diagnostic::Rule = crate::diagnostic::Rule {
    code: "toml-syntax",
    level: crate::diagnostic::Level::Error,
    summary: "x",
    detail: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
};
/// Reads a file. (Stub until the real one is merged.)
pub fn parse(file: &crate::source::SourceFile) -> crate::diagnostic::Checked<Document> {
    let mut found = crate::diagnostic::Diagnostics::default();
    let text = file.as_text().unwrap_or_default();
    let (toml_text, offset, body) =
        match text.strip_prefix("+++\n").and_then(|r| r.split_once("\n+++\n")) {
            Some((front, body)) => (
                front,
                4usize,
                Some(Spanned::new(
                    body.to_owned(),
                    Span::new(file.id(), text.len() - body.len()..text.len()),
                )),
            ),
            None => (text, 0, None),
        };
    let (table, errors) = toml::de::DeTable::parse_recoverable(toml_text);
    for e in errors {
        let span = e.span().unwrap_or(0..0);
        found.push(crate::diagnostic::Diagnostic::new(
            &TOML_SYNTAX,
            Span::new(file.id(), span.start + offset..span.end + offset),
            e.message(),
        ));
    }
    let root = convert(table.get_ref(), file.id(), offset, 0..0);
    crate::diagnostic::Checked::new(Document { file: file.id(), root, body }, found)
}
fn convert(
    t: &toml::de::DeTable<'_>,
    file: FileId,
    o: usize,
    span: std::ops::Range<usize>,
) -> Table {
    let sp = |r: std::ops::Range<usize>| Span::new(file, r.start + o..r.end + o);
    Table {
        span: sp(span),
        entries: t
            .iter()
            .map(|(k, v)| Entry {
                key: Spanned::new(k.get_ref().to_string(), sp(k.span())),
                value: Spanned::new(item(v, file, o), sp(v.span())),
            })
            .collect(),
    }
}
fn item(v: &toml::Spanned<toml::de::DeValue<'_>>, file: FileId, o: usize) -> Item {
    use toml::de::DeValue as V;
    match v.get_ref() {
        V::String(s) => Item::Text(s.to_string()),
        V::Integer(i) => Item::Integer(i64::from_str_radix(i.as_str(), i.radix()).unwrap_or(0)),
        V::Float(f) => Item::Float(f.as_str().parse().unwrap_or(0.0)),
        V::Boolean(b) => Item::Boolean(*b),
        V::Datetime(d) => Item::Datetime(*d),
        V::Array(a) => Item::Array(
            a.iter()
                .map(|v| {
                    Spanned::new(
                        item(v, file, o),
                        Span::new(file, v.span().start + o..v.span().end + o),
                    )
                })
                .collect(),
        ),
        V::Table(t) => Item::Table(convert(t, file, o, v.span())),
    }
}

/// Returns the source text of a value.
pub fn raw(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap_or_default()
}
