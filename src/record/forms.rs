//! The three forms of a record: a file of its own, a table in a file of many, and Markdown with
//! front matter.

use super::envelope;
use super::fields::Reader;
use super::unread::Unread;
use super::{Record, folder_of};
use crate::diagnostic::{Checked, Diagnostic, Diagnostics, Level, Rule};
use crate::schema::kind::Kind;
use crate::schema::{Catalog, KindIx};
use crate::source::{SourceFile, Span, Spanned};
use crate::syntax::reader::WRONG_TYPE;
use crate::syntax::{self, Document, Item, Table};

/// A Markdown file of a kind that has no place for its text, or text in two places.
pub static NO_BODY: Rule = Rule {
    code: "no-body",
    level: Level::Error,
    summary: "the text of a Markdown file has no place in its record",
    detail: "In a Markdown record the text behind the front matter is the value of one field of \
             its kind. A kind without such a field is written as TOML; a record must not give that \
             field in the front matter as well.",
};

/// Reads the records in one file.
pub(super) fn read_file(
    file: &SourceFile,
    kind: KindIx,
    catalog: &Catalog,
    currency: &str,
) -> Checked<Vec<Record>> {
    let mut found = Diagnostics::default();
    let document = syntax::parse(file).report_to(&mut found);
    let text = file.as_text().unwrap_or_default();
    let unread = Unread::of(text, &found);
    let mut form =
        Form { file, text, kind: catalog.kind(kind), kind_ix: kind, catalog, currency, unread };
    let records = match document.body {
        Some(_) => form.markdown(&document, &mut found).into_iter().collect(),
        None if is_many(&file.path) => form.tables(&document, &mut found),
        None => {
            let id = Spanned::new(file.stem().to_owned(), Span::whole(file.id()));
            vec![form.record(id, &document.root, Span::whole(file.id()), &mut found)]
        }
    };
    Checked::new(records, found)
}

/// Returns the ids and tables of the records in one file as they are written, the text of a Markdown
/// file in its field. What is wrong with them is told where they are read as records.
pub(super) fn tables(file: &SourceFile, kind: &Kind) -> Vec<(String, Table)> {
    let document = syntax::parse(file).value;
    let Some(body) = document.body else {
        if !is_many(&file.path) {
            return vec![(file.stem().to_owned(), document.root)];
        }
        let entries = document.root.entries.into_iter();
        let tables = entries.filter_map(|entry| match entry.value.value {
            Item::Table(table) => Some((entry.key.value, table)),
            _ => None,
        });
        return tables.collect();
    };
    let mut table = document.root;
    if let Some(field) = kind.body.as_deref().filter(|field| table.get(field).is_none())
        && !body.value.trim().is_empty()
    {
        let key = Spanned::new(field.to_owned(), body.span);
        table.entries.push(syntax::Entry { key, value: body.map(Item::Text) });
    }
    vec![(file.stem().to_owned(), table)]
}

/// Whether the file lies directly under `records/` and so holds many records, a table each.
fn is_many(path: &str) -> bool {
    path.strip_prefix("records/").is_some_and(|inside| {
        !inside.contains('/') && inside.ends_with(".toml") && !folder_of(path).is_empty()
    })
}

struct Form<'a> {
    file: &'a SourceFile,
    text: &'a str,
    kind: &'a Kind,
    kind_ix: KindIx,
    catalog: &'a Catalog,
    currency: &'a str,
    /// What every record of the file may say without being understood.
    unread: Unread,
}

impl Form<'_> {
    fn record(
        &mut self,
        id: Spanned<String>,
        table: &Table,
        span: Span,
        found: &mut Diagnostics,
    ) -> Record {
        envelope::check_id(&id, found);
        let mut unread = self.unread.clone();
        let envelope = envelope::read(table, self.kind, &mut unread, found);
        let mut reader = Reader {
            text: self.text,
            catalog: self.catalog,
            currency: self.currency,
            root: table,
            kind: self.kind,
            found,
            way: Vec::new(),
            unread,
        };
        let fields = reader.record(table, span);
        let unread = reader.unread;
        Record { kind: self.kind_ix, id, file: self.file.id(), span, fields, envelope, unread }
    }

    fn tables(&mut self, document: &Document, found: &mut Diagnostics) -> Vec<Record> {
        let mut records = Vec::new();
        for entry in &document.root.entries {
            match &entry.value.value {
                Item::Table(table) => {
                    let id = entry.key.clone();
                    records.push(self.record(id, table, entry.key.span, found));
                }
                other => found.push(
                    Diagnostic::new(
                        &WRONG_TYPE,
                        entry.value.span,
                        format!("`{}` is {}, not a record", entry.key.value, other.type_name()),
                    )
                    .help(
                        "this file holds one table for each record: write `[id]` and its fields \
                         below it",
                    ),
                ),
            }
        }
        records
    }

    fn markdown(&mut self, document: &Document, found: &mut Diagnostics) -> Option<Record> {
        let id = Spanned::new(self.file.stem().to_owned(), Span::whole(self.file.id()));
        let body = document.body.as_ref()?;
        let mut table = document.root.clone();
        match self.kind.body.as_deref() {
            None => found.push(
                Diagnostic::new(
                    &NO_BODY,
                    Span::whole(self.file.id()),
                    format!("{} has no place for a text", self.kind.with_article()),
                )
                .help(format!("write it as `{}.toml`", self.file.stem())),
            ),
            Some(field) => match table.get(field) {
                Some(entry) => found.push(
                    Diagnostic::new(
                        &NO_BODY,
                        entry.key.span,
                        format!("`{field}` is given here and by the text below"),
                    )
                    .help("keep one of the two"),
                ),
                None if !body.value.trim().is_empty() => table.entries.push(syntax::Entry {
                    key: Spanned::new(field.to_owned(), Span::whole(self.file.id())),
                    value: body.clone().map(Item::Text),
                }),
                None => {}
            },
        }
        Some(self.record(id, &table, Span::whole(self.file.id()), found))
    }
}
