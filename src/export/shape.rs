//! Fills the tables that another tool takes in, by a mapping from its columns to fields of records, and
//! says what it has no place for.
//!
//! The mappings are data, under `shape/`. A column is a dotted field (`rack.unit`), one of the row that a
//! table is about (`.mac`), or one of the record that a field refers to (`site>city`); `@name`, `@id`,
//! `@row` and `@client` are what a record is called, its id, the row a reference points to, and whose
//! runbook it is. `a | b` is the first that says something.

mod hudu;
mod itglue;
mod losses;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::LazyLock;

use serde::Deserialize;

use super::csv::{Readers, Table as Csv};
use super::pieces::Pieces;
use super::{Cells, Facts};
use crate::model::{NodeIx, Target};
use crate::record::value::{Fields, Value};
use crate::schema::KindIx;
use crate::schema::field::{Field, Shape as Fielded};

pub use losses::{Loss, losses, report};

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
    /// Only records whose field has one of these values.
    when: BTreeMap<String, Vec<String>>,
    /// Whether each row stands in it only once.
    distinct: bool,
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
    text: String,
    words: BTreeMap<String, String>,
    default: String,
    form: Form,
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
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    label: String,
    steps: Vec<String>,
    table: Vec<WrittenTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTable {
    file: String,
    kind: String,
    rows: Option<String>,
    #[serde(default)]
    when: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    distinct: bool,
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
    },
}

impl Shape {
    fn of(name: &'static str, written: Written) -> Shape {
        let tables = written.table.into_iter().map(|table| Table {
            file: table.file,
            kind: table.kind,
            rows: table.rows,
            when: table.when,
            distinct: table.distinct,
            needs: table.needs,
            layout: table.layout,
            columns: columns(table.columns),
            fields: columns(table.fields),
        });
        let tables = tables.collect();
        Shape { name, label: written.label, steps: written.steps, tables }
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
        let stem = |file: &str| file.split('.').next().unwrap_or_default().to_owned();
        let is_in = |table: &&Table| file == hudu::ASSETS || stem(&table.file) == stem(file);
        let tables = self.tables.iter().filter(is_in);
        let columns = tables.flat_map(|table| table.columns.iter().chain(&table.fields));
        let mut beyond =
            columns.flat_map(|(_, column)| &column.from).filter_map(|path| path.split_once('>'));
        beyond.any(|(_, rest)| !rest.starts_with('@'))
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
            match table.distinct {
                // What stands in it depends on all records before.
                true => pieces.whole(move |file| written(records, file)),
                false => {
                    pieces.records(&facts, records, move |records, _, file| written(records, file))
                }
            }
        }
    }
}

fn columns(written: toml::Table) -> Vec<(String, Column)> {
    let column = |value: toml::Value| {
        let written: WrittenColumn = value.try_into().expect("a test reads the embedded mappings");
        let (from, text, words, default, form) = match written {
            WrittenColumn::Path(from) => {
                (from, String::new(), BTreeMap::new(), String::new(), Form::Plain)
            }
            WrittenColumn::More { from, text, words, default, form } => {
                (from, text, words, default, form)
            }
        };
        let from = from.split('|').map(|path| path.trim().to_owned());
        Column { from: from.filter(|it| !it.is_empty()).collect(), text, words, default, form }
    };
    written.into_iter().map(|(name, value)| (name, column(value))).collect()
}

impl Table {
    /// Returns the records that it may be about.
    fn records<'a>(&self, facts: &Facts<'a>) -> &'a [NodeIx] {
        let kind = facts.model.catalog.by_name(&self.kind);
        let kind = kind.filter(|kind| self.can_have_rows(facts, *kind));
        kind.map_or(&[], |kind| facts.model.of_kind(kind))
    }

    /// Returns what its rows for a record are read from: the record, or the rows in it.
    fn places<'a>(&self, facts: &'a Facts<'a>, ix: NodeIx) -> Vec<Place<'a>> {
        let Some(name) = &self.rows else { return vec![Place { facts, record: ix, row: None }] };
        let node = facts.model.node(ix);
        let shape = &facts.model.catalog.kind(node.kind).shape;
        let Some(place) = shape.index(name) else { return Vec::new() };
        let rows = node.fields.get(place).map_or(&[][..], Value::rows).iter();
        rows.filter_map(|row| row.value.as_table())
            .map(|fields| Place { facts, record: ix, row: Some((&shape.fields()[place], fields)) })
            .collect()
    }

    fn has_rows(&self, facts: &Facts<'_>) -> bool {
        let mut has_any = false;
        each_row(facts, self, self.records(facts), &mut |_| {
            has_any = true;
            ControlFlow::Break(())
        });
        has_any
    }

    /// Returns the columns without which a row says nothing.
    fn needed(&self) -> impl Iterator<Item = &Column> {
        let needed = self.columns.iter().filter(|(name, _)| self.needs.contains(name));
        needed.map(|(_, column)| column)
    }

    /// Whether any record says what every row has to say.
    fn can_have_rows(&self, facts: &Facts<'_>, kind: KindIx) -> bool {
        let shape = &facts.model.catalog.kind(kind).shape;
        let is_said = |path: &String| {
            let way = self.way(path).and_then(|path| shape.way(&path));
            way.is_none_or(|way| facts.census.says(kind, &way) > 0)
        };
        let rows = self.rows.as_ref().is_none_or(&is_said);
        let can_be = |column: &Column| {
            !column.text.is_empty() || !column.default.is_empty() || column.from.iter().any(is_said)
        };
        rows && self.needed().all(can_be)
    }

    /// Returns the dotted field of the table's kind that a path begins with; nothing for one that begins
    /// with what every record has.
    fn way(&self, path: &str) -> Option<String> {
        let first = path.split('>').next().unwrap_or_default();
        match (first.strip_prefix('.'), &self.rows) {
            (Some(inner), Some(rows)) => Some(format!("{rows}.{inner}")),
            _ if first.starts_with('@') => None,
            _ => Some(first.to_owned()),
        }
    }
}

/// A row of a table.
struct Row {
    /// The record that it is about, or stands in.
    record: NodeIx,
    /// The cells of the columns.
    cells: Vec<String>,
    /// Those of the type's own fields.
    fields: Vec<String>,
}

/// Hands the rows of a table that `records` give to `take`, until it has had enough.
fn each_row(
    facts: &Facts<'_>,
    table: &Table,
    records: &[NodeIx],
    take: &mut dyn FnMut(Row) -> ControlFlow<()>,
) {
    let mut seen = BTreeSet::new();
    for ix in records {
        if !table.when.iter().all(|(field, words)| has(facts, *ix, field, words)) {
            continue;
        }
        for place in table.places(facts, *ix) {
            if !table.needed().all(|column| !place.cell(column).is_empty()) {
                continue;
            }
            let cells = |columns: &[(String, Column)]| -> Vec<String> {
                columns.iter().map(|(_, column)| place.cell(column)).collect()
            };
            let row =
                Row { record: *ix, cells: cells(&table.columns), fields: cells(&table.fields) };
            let is_new = !table.distinct || seen.insert(row.cells.clone());
            if is_new && take(row).is_break() {
                return;
            }
        }
    }
}

fn has(facts: &Facts<'_>, ix: NodeIx, field: &str, words: &[String]) -> bool {
    let value = facts.model.at(ix, field).and_then(|value| value.value.as_text());
    value.is_some_and(|value| words.iter().any(|word| word == value))
}

/// What the cells of a row are read from.
#[derive(Clone, Copy)]
struct Place<'a> {
    facts: &'a Facts<'a>,
    record: NodeIx,
    row: Option<(&'a Field, &'a Fields<Target>)>,
}

impl<'a> Place<'a> {
    fn cell(&self, column: &Column) -> String {
        if !column.text.is_empty() {
            return column.text.clone();
        }
        let said = column.from.iter().find_map(|path| {
            let texts = self.texts(path, column);
            (!texts.is_empty()).then(|| match column.form {
                Form::Plain | Form::Key | Form::Yes => texts.join(", "),
                _ => texts.into_iter().next().unwrap_or_default(),
            })
        });
        said.unwrap_or_else(|| column.default.clone())
    }

    /// Returns what a path leads to, as it is written in a cell.
    fn texts(&self, path: &str, column: &Column) -> Vec<String> {
        let (first, rest) = path.split_once('>').unwrap_or((path, ""));
        if column.form == Form::Interfaces {
            return itglue::interfaces_in_a_cell(self).into_iter().collect();
        }
        match first {
            "@name" => return vec![written(&self.facts.model.node(self.record).name, column.form)],
            "@id" => return vec![self.facts.model.node(self.record).id.clone()],
            "@client" => return client(self.facts).into_iter().collect(),
            _ => {}
        }
        let found = match (first.strip_prefix('.'), self.row) {
            (Some(inner), Some((field, fields))) => found(&field.shape, fields, inner),
            _ => {
                let node = self.facts.model.node(self.record);
                found(&self.facts.model.catalog.kind(node.kind).shape, &node.fields, first)
            }
        };
        found
            .into_iter()
            .flat_map(|(field, value)| match (value, rest) {
                (value, "") => vec![self.text(field, value, column)],
                (Value::Reference(target), "@row") => target.row.clone().into_iter().collect(),
                // Of what is no reference, the record that says it.
                (value, "@name") if value.as_reference().is_none() => {
                    vec![self.facts.model.node(self.record).name.clone()]
                }
                (Value::Reference(target), rest) => {
                    Place { record: target.node, row: None, ..*self }.texts(rest, column)
                }
                _ => Vec::new(),
            })
            .filter(|text| !text.is_empty())
            .collect()
    }

    fn text(&self, field: &Field, value: &Value<Target>, column: &Column) -> String {
        match (value, column.form) {
            (Value::Choice(key), form) => match column.words.get(key) {
                Some(word) => word.clone(),
                None if !column.words.is_empty() => column.default.clone(),
                None if form == Form::Key => key.clone(),
                None => written(field.choice_label(key), form),
            },
            (Value::Reference(target), form) => {
                written(&self.facts.model.node(target.node).name, form)
            }
            (Value::Money(money), Form::Amount) => money.amount.clone(),
            (Value::Boolean(value), Form::Yes) => if *value { "Yes" } else { "No" }.to_owned(),
            (Value::Interface(net), Form::Host) => net.addr().to_string(),
            (Value::Ip(address), Form::Address) => {
                format!("{address}/{}", if address.is_ipv4() { 32 } else { 128 })
            }
            (Value::Date(day), Form::UsDay) => {
                format!("{:02}/{:02}/{:04}", day.month(), day.day(), day.year())
            }
            (value, form) => written(&super::plain::text(self.facts.model, value), form),
        }
    }
}

/// Returns every value at a dotted path of field names, with its field.
fn found<'a>(
    shape: &'a Fielded,
    fields: &'a Fields<Target>,
    path: &str,
) -> Vec<(&'a Field, &'a Value<Target>)> {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    let Some(place) = shape.index(name) else { return Vec::new() };
    let (field, Some(value)) = (&shape.fields()[place], fields.get(place)) else {
        return Vec::new();
    };
    let items = Value::rows(value).iter().map(|item| &item.value);
    match rest {
        "" => items.map(|value| (field, value)).collect(),
        rest => items
            .filter_map(Value::as_table)
            .flat_map(|inner| found(&field.shape, inner, rest))
            .collect(),
    }
}

fn written(text: &str, form: Form) -> String {
    match form {
        Form::Slug => slug(text),
        Form::FirstWord => text.split_whitespace().next().unwrap_or_default().to_owned(),
        Form::OtherWords => text.split_whitespace().skip(1).collect::<Vec<_>>().join(" "),
        _ => text.to_owned(),
    }
}

fn slug(text: &str) -> String {
    let plain = deunicode::deunicode(text).to_lowercase();
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

/// Returns what the client is called.
fn client(facts: &Facts<'_>) -> Option<String> {
    facts.audit.parties.client.map(|ix| facts.model.node(ix).name.clone())
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
