//! Fills the tables that another tool takes in, by a mapping from its columns to fields of records, and
//! says what it has no place for.
//!
//! The mappings are data, under `shape/`. A column is a dotted field (`rack.unit`), one of the row that a
//! table is about (`.mac`), or one of the record that a field refers to (`site>city`); `@name`, `@id`,
//! `@row` and `@client` are what a record is called, its id, the row a reference points to, and whose
//! runbook it is. `a | b` is the first that says something, `a + b` both, each a paragraph.

mod hudu;
mod itglue;
mod losses;
mod netbox;
mod rows;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::LazyLock;

use serde::Deserialize;

use super::csv::{Readers, Table as Csv};
use super::pieces::Pieces;
use super::{Cells, Facts};
use crate::model::NodeIx;
use crate::schema::KindIx;
use rows::{Place, Row, client, each_row, found, slug};

pub use losses::{Change, Loss, changes, losses, report};

/// The mappings of all tools.
static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    [
        ("netbox", include_str!("shape/netbox.toml")),
        ("itglue", include_str!("shape/itglue.toml")),
        ("hudu", include_str!("shape/hudu.toml")),
        ("snipe-it", include_str!("shape/snipe-it.toml")),
    ]
    .map(|(name, text)| {
        let written: Written = toml::from_str(text).expect("a test reads the embedded mappings");
        Shape::of(name, written)
    })
    .into()
});

/// A tool and what it takes in.
#[derive(Debug)]
pub struct Shape {
    /// Its name on the command line and the name of its folder.
    pub name: &'static str,
    /// What people call it.
    pub label: String,
    /// How the files are taken in, a sentence for each step.
    pub steps: Vec<String>,
    /// Its tables, in the order in which it takes them.
    pub tables: Vec<Table>,
    /// What of a field it takes in another form, by `kind.field`; `*.field` for all kinds.
    changed: Vec<(String, String)>,
}

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Its file.
    pub file: String,
    /// The kind of its records.
    pub kind: String,
    /// The field whose rows it lists, if it is not about the records themselves.
    pub rows: Option<String>,
    /// Only records, or rows, that say something at all of these paths.
    with: Vec<String>,
    /// And at none of these.
    without: Vec<String>,
    /// Whether each row stands in it only once.
    distinct: bool,
    /// The columns of two ends: what joins the same two ends stands in it only once.
    ends: Option<[Vec<String>; 2]>,
    /// Columns without which a row says nothing.
    needs: Vec<String>,
    /// The type of assets that it is, for a tool that knows types.
    layout: Option<String>,
    columns: Vec<(String, Column)>,
    /// What a type of assets has beside what all have.
    fields: Vec<(String, Column)>,
}

/// Where the cells of a column come from.
#[derive(Debug)]
struct Column {
    from: Vec<String>,
    /// Whether it says all of them, not the first that says something.
    joins: bool,
    text: String,
    words: BTreeMap<String, String>,
    default: String,
    form: Form,
    /// How many letters the tool takes.
    most: Option<usize>,
}

/// How a value is written.
#[derive(Clone, Copy, Default, PartialEq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Form {
    #[default]
    Plain,
    /// In small letters, digits and hyphens.
    Slug,
    /// The number of an amount, without its currency.
    Amount,
    /// The first of several.
    First,
    /// An address without the length of its prefix.
    Host,
    /// With the length of its prefix; one without it stands for itself alone.
    Address,
    /// `Yes` or `No`.
    Yes,
    /// The first word, and all behind it.
    FirstWord,
    OtherWords,
    /// The name of the choice in the record.
    Key,
    /// A day as it is written in the United States.
    UsDay,
    /// Rows of ports as a list in JSON, in the words of IT Glue.
    Interfaces,
    /// What a port is, with how fast it is, in the words of NetBox.
    PortType,
    /// A speed in kilobits a second.
    Kilobits,
}

impl Form {
    /// Whether the cell says all that the field said.
    fn is_whole(self) -> bool {
        !matches!(self, Form::Slug | Form::First | Form::Host | Form::FirstWord | Form::OtherWords)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    label: String,
    steps: Vec<String>,
    #[serde(default)]
    changed: toml::Table,
    table: Vec<WrittenTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTable {
    file: String,
    kind: String,
    rows: Option<String>,
    #[serde(default)]
    with: Vec<String>,
    #[serde(default)]
    without: Vec<String>,
    #[serde(default)]
    distinct: bool,
    ends: Option<[Vec<String>; 2]>,
    #[serde(default)]
    needs: Vec<String>,
    layout: Option<String>,
    #[serde(default)]
    columns: toml::Table,
    #[serde(default)]
    fields: toml::Table,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenColumn {
    Path(String),
    More {
        #[serde(default)]
        from: String,
        #[serde(default)]
        text: String,
        #[serde(default)]
        words: BTreeMap<String, String>,
        #[serde(default)]
        default: String,
        #[serde(default)]
        form: Form,
        most: Option<usize>,
    },
}

impl Shape {
    fn of(name: &'static str, written: Written) -> Shape {
        let tables = written.table.into_iter().map(|table| Table {
            file: table.file,
            kind: table.kind,
            rows: table.rows,
            with: table.with,
            without: table.without,
            distinct: table.distinct,
            ends: table.ends,
            needs: table.needs,
            layout: table.layout,
            columns: columns(table.columns),
            fields: columns(table.fields),
        });
        let changed = written.changed.into_iter().map(|(field, how)| {
            (field, how.as_str().expect("a test reads the embedded mappings").to_owned())
        });
        let (tables, changed) = (tables.collect(), changed.collect());
        Shape { name, label: written.label, steps: written.steps, tables, changed }
    }

    /// Returns all tools.
    pub fn all() -> &'static [Shape] {
        &SHAPES
    }

    /// Returns the names of the files that have anything in them, in the order in which they are taken in.
    pub fn files(&self, facts: &Facts<'_>) -> Vec<String> {
        let used: Vec<&Table> = self.tables.iter().filter(|table| table.has_rows(facts)).collect();
        let mut files: Vec<String> = Vec::new();
        for table in &used {
            if !files.contains(&table.file) {
                files.push(table.file.clone());
            }
        }
        files.extend(match self.name {
            hudu::NAME => hudu::files(),
            itglue::NAME => itglue::files(&used),
            _ => Vec::new(),
        });
        files.push(losses::FILE.to_owned());
        files
    }

    /// Says of what one of the files is made.
    pub fn make<'a>(
        &'static self,
        facts: Facts<'a>,
        file: &str,
        cells: Cells,
        pieces: &mut Pieces<'a>,
    ) {
        match (self.name, file) {
            (_, losses::FILE) => {
                pieces.whole(move |file| file.extend(report(&facts, self).bytes()))
            }
            (_, file) if file.ends_with(".csv") => self.csv(facts, file, cells, pieces),
            (hudu::NAME, file) => hudu::make(self, facts, file, pieces),
            (_, file) => itglue::make(self, facts, file, pieces),
        }
    }

    /// Whether a file says more of other records than their names.
    pub fn reaches_beyond_names(&self, file: &str) -> bool {
        let paths = self.tables_in(file).flat_map(|table| {
            let columns = table.columns.iter().chain(&table.fields);
            let shown = columns.flat_map(|(_, column)| &column.from);
            shown.chain(&table.with).chain(&table.without)
        });
        let mut beyond = paths.filter_map(|path| path.split_once('>'));
        beyond.any(|(_, rest)| !rest.starts_with('@'))
    }

    /// Returns the kinds of whose records alone a file is made, beside the names of others; nothing where
    /// it is made of more.
    pub fn made_of(&self, facts: &Facts<'_>, file: &str) -> Option<Vec<KindIx>> {
        let of_tables = file != losses::FILE && self.tables_in(file).next().is_some();
        (of_tables && !self.reaches_beyond_names(file)).then(|| {
            let catalog = &facts.model.catalog;
            self.tables_in(file).filter_map(|table| catalog.by_name(&table.kind)).collect()
        })
    }

    /// Returns the tables whose rows a file has.
    fn tables_in<'s>(&'s self, file: &'s str) -> impl Iterator<Item = &'s Table> {
        let is_in = move |table: &&Table| file == hudu::ASSETS || stem(&table.file) == stem(file);
        self.tables.iter().filter(is_in)
    }

    fn csv<'a>(&'static self, facts: Facts<'a>, file: &str, cells: Cells, pieces: &mut Pieces<'a>) {
        let mut tables = self.tables.iter().filter(|table| table.file == file).peekable();
        if let Some(first) = tables.peek() {
            let names = first.columns.iter().chain(&first.fields).map(|(name, _)| name.as_str());
            let head = Csv::headed(Readers::Programs, cells, names);
            pieces.whole(move |file| file.extend_from_slice(&head));
        }
        for table in tables {
            let written = move |records: &[NodeIx], file: &mut Vec<u8>| {
                let mut csv = Csv::new(cells, file);
                each_row(&facts, table, records, &mut |row| {
                    row.cells.iter().chain(&row.fields).for_each(|cell| csv.cell(cell));
                    csv.end_row();
                    ControlFlow::Continue(())
                });
            };
            let records = table.records(&facts);
            match table.distinct || table.ends.is_some() {
                // What stands in it depends on all records before.
                true => pieces.whole(move |file| written(records, file)),
                false => {
                    pieces.records(&facts, records, move |records, _, file| written(records, file))
                }
            }
        }
    }
}

/// Returns the name of a file without its endings.
fn stem(file: &str) -> &str {
    file.split('.').next().unwrap_or_default()
}

fn columns(written: toml::Table) -> Vec<(String, Column)> {
    let column = |value: toml::Value| {
        let written: WrittenColumn = value.try_into().expect("a test reads the embedded mappings");
        let (from, text, words, default, form, most) = match written {
            WrittenColumn::Path(from) => {
                (from, String::new(), BTreeMap::new(), String::new(), Form::Plain, None)
            }
            WrittenColumn::More { from, text, words, default, form, most } => {
                (from, text, words, default, form, most)
            }
        };
        let paths = from.split(['|', '+']).map(|path| path.trim().to_owned());
        let paths = paths.filter(|it| !it.is_empty()).collect();
        Column { from: paths, joins: from.contains('+'), text, words, default, form, most }
    };
    written.into_iter().map(|(name, value)| (name, column(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;
    use crate::source::SourceTree;

    #[test]
    fn every_column_names_a_kind_and_a_field_that_there_are() {
        let catalog = schema::read(&SourceTree::default()).value;
        let mut seen = 0;
        for table in Shape::all().iter().flat_map(|shape| &shape.tables) {
            let kind = catalog.by_name(&table.kind).expect(&table.kind);
            let shape = &catalog.kind(kind).shape;
            for (name, column) in table.columns.iter().chain(&table.fields) {
                for path in &column.from {
                    let first = path.split('>').next().unwrap_or_default();
                    let field = match (first.strip_prefix('.'), &table.rows) {
                        (Some(inner), Some(rows)) => shape.at_path(&format!("{rows}.{inner}")),
                        _ => shape.at_path(first),
                    };
                    assert!(first.starts_with('@') || field.is_some(), "{name}: {path}");
                    seen += 1;
                }
            }
        }
        assert!(seen > 100, "{seen}");
    }
}
