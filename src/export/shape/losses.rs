//! Finds what a tool has no place for: kinds that none of its tables is about, and fields that no column
//! takes, with how many records say something there; and what it takes in another form.

use std::collections::{BTreeMap, BTreeSet};

use super::{Column, Form, Place, Shape, Table, found};
use crate::export::Facts;
use crate::export::columns::{columns, has_rows};
use crate::model::NodeIx;
use crate::schema::KindIx;
use crate::schema::field::Field;
use crate::schema::kind::Kind;
use crate::text::{list_of, plural};

/// The file that tells it.
pub const FILE: &str = "losses.txt";

/// Something that a tool has no place for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Loss {
    /// The kind, as the catalogue calls it.
    pub of: String,
    /// What people call many of the kind.
    pub kind: String,
    /// The field, dotted; nothing where it is more than one.
    pub name: Option<String>,
    /// The field as people read it; nothing where it is the whole kind.
    pub field: Option<String>,
    /// How many records say something there that has no place.
    pub records: usize,
}

/// Something that a tool takes in another form than it was written in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The kind, as the catalogue calls it.
    pub of: String,
    /// What people call many of the kind.
    pub kind: String,
    /// The field, dotted.
    pub name: String,
    /// The field as people read it.
    pub field: String,
    /// What becomes of it.
    pub how: String,
}

/// Returns what a tool has no place for, whole kinds first.
pub fn losses(facts: &Facts<'_>, shape: &Shape) -> Vec<Loss> {
    let model = facts.model;
    let (mut whole, mut fields) = (Vec::new(), Vec::new());
    for ix in facts.used() {
        let kind = model.catalog.kind(ix);
        let loss = |name: Option<&str>, field: Option<String>, records: usize| Loss {
            of: kind.name.clone(),
            kind: kind.label_plural.clone(),
            name: name.map(str::to_owned),
            field,
            records,
        };
        let tables = shape.about(kind);
        if tables.is_empty() {
            whole.push(loss(None, None, model.of_kind(ix).len()));
            continue;
        }
        let (left_out, why) = without_a_row(facts, kind, &tables, model.of_kind(ix));
        fields.extend((left_out > 0).then(|| loss(None, Some(why), left_out)));
        for fact in facts_of(kind).into_iter().filter(|fact| fact.name != kind.title) {
            let says = facts.census.says(ix, &fact.way);
            let lost = if says > 0 { lost(facts, &fact, &tables, ix, says) } else { 0 };
            fields.extend((lost > 0).then(|| loss(Some(&fact.name), Some(fact.label), lost)));
        }
        let custom = facts.census.with_custom(ix);
        let label = "Facts without a field of their own".to_owned();
        fields.extend((custom > 0).then(|| loss(None, Some(label), custom)));
    }
    whole.extend(fields);
    whole
}

/// Returns what a tool takes in another form.
pub fn changes(facts: &Facts<'_>, shape: &Shape) -> Vec<Change> {
    let mut changes = Vec::new();
    for ix in facts.used() {
        let kind = facts.model.catalog.kind(ix);
        let tables = shape.about(kind);
        for fact in facts_of(kind) {
            let how = shape.changed(&kind.name, &fact.name);
            let is_taken = || !carriers(&fact.name, &tables).is_empty();
            if let Some(how) = how.filter(|_| facts.census.says(ix, &fact.way) > 0 && is_taken()) {
                changes.push(Change {
                    of: kind.name.clone(),
                    kind: kind.label_plural.clone(),
                    name: fact.name,
                    field: fact.label,
                    how: how.to_owned(),
                });
            }
        }
    }
    changes
}

impl Shape {
    /// Returns the tables about a kind.
    fn about(&self, kind: &Kind) -> Vec<&Table> {
        self.tables.iter().filter(|it| it.kind == kind.name).collect()
    }

    /// Returns what becomes of a field that is taken in another form.
    fn changed(&self, kind: &str, field: &str) -> Option<&str> {
        let called = |name: String| self.changed.iter().find(|(of, _)| *of == name);
        let found = called(format!("{kind}.{field}")).or_else(|| called(format!("*.{field}")));
        found.map(|(_, how)| how.as_str())
    }
}

/// Returns how many records are in none of the tables, and what those lack.
fn without_a_row(
    facts: &Facts<'_>,
    kind: &Kind,
    tables: &[&Table],
    records: &[NodeIx],
) -> (usize, String) {
    let own = tables.iter().filter(|table| table.rows.is_none() && !table.distinct);
    let own: Vec<&&Table> = own.collect();
    if own.is_empty() || own.iter().any(|table| table.takes_all()) {
        return (0, String::new());
    }
    let has_row = |ix: &&NodeIx| {
        own.iter().any(|table| table.places(facts, **ix).iter().any(|place| table.takes(place)))
    };
    let asked = own.iter().flat_map(|table| {
        let columns = table.columns.iter().filter(|(name, _)| table.needs.contains(name));
        columns.flat_map(|(_, column)| &column.from).chain(&table.with)
    });
    let labels: BTreeSet<&str> = asked
        .filter_map(|path| kind.shape.at_path(path.split('>').next().unwrap_or_default()))
        .map(|field| field.label.as_str())
        .collect();
    let labels: Vec<&str> = labels.into_iter().collect();
    let count = records.len() - records.iter().filter(has_row).count();
    (count, format!("All of it, where nothing is said under {}", list_of(&labels, "or")))
}

/// Returns how many records say something in a field that no cell has; `says` of them say anything.
fn lost(facts: &Facts<'_>, fact: &Fact, tables: &[&Table], ix: KindIx, says: usize) -> usize {
    let carriers = carriers(&fact.name, tables);
    if carriers.is_empty() {
        return says;
    }
    if carriers.iter().any(|(table, column)| always_carries(table, column, &fact.name)) {
        return 0;
    }
    let is_lost = |ix: &&NodeIx| {
        let carried = |table: &Table, column: &Column, place: &Place<'_>| {
            table.takes(place) && carries(table, column, place, &fact.name)
        };
        // What rows of the record say has to stand in the table's rows for them, each by each.
        let rows = carriers.iter().find(|(table, _)| is_in_rows(table, &fact.name));
        if let Some((table, _)) = rows {
            let (_, inner) = fact.name.split_once('.').expect("a field in rows has a dot");
            return table.places(facts, **ix).iter().any(|place| {
                let says = place
                    .row
                    .is_some_and(|(field, fields)| !found(&field.shape, fields, inner).is_empty());
                says && !carriers.iter().any(|(table, column)| carried(table, column, place))
            });
        }
        let says = !facts.model.node(**ix).fields.at(&fact.way).is_empty();
        says && !carriers.iter().any(|(table, column)| {
            table.places(facts, **ix).iter().any(|place| carried(table, column, place))
        })
    };
    facts.model.of_kind(ix).iter().filter(is_lost).count()
}

/// Returns the columns that have what a field says, with their tables.
fn carriers<'t>(field: &str, tables: &[&'t Table]) -> Vec<(&'t Table, &'t Column)> {
    // What stands once for many is of none of them.
    let tables = tables.iter().filter(|table| !table.distinct);
    let columns = tables.flat_map(|table| {
        table.columns.iter().chain(&table.fields).map(|(_, column)| (*table, column))
    });
    let has = |(table, column): &(&Table, &Column)| match column.form {
        Form::Interfaces => super::itglue::PORT_FIELDS.contains(&field),
        form => form.is_whole() && column.from.iter().any(|path| is_at(table, path, field)),
    };
    columns.filter(has).collect()
}

fn is_at(table: &Table, path: &str, field: &str) -> bool {
    table.way(path).as_deref() == Some(field)
}

/// Whether a table lists the rows that a field is in.
fn is_in_rows(table: &Table, field: &str) -> bool {
    let rows = table.rows.as_deref().and_then(|rows| field.strip_prefix(rows));
    rows.is_some_and(|inner| inner.starts_with('.'))
}

/// Whether a column has what a field says in every record that says it.
fn always_carries(table: &Table, column: &Column, field: &str) -> bool {
    let is_first =
        column.joins || column.from.first().is_some_and(|path| is_at(table, path, field));
    let in_its_place = table.rows.is_none() || is_in_rows(table, field);
    let keeps_all = column.most.is_none() && column.form != Form::Kilobits;
    match column.form {
        Form::Interfaces => true,
        _ => table.takes_all() && in_its_place && is_first && keeps_all,
    }
}

/// Whether a column of a row has what a field says.
fn carries(table: &Table, column: &Column, place: &Place<'_>, field: &str) -> bool {
    let said: Vec<_> = place.said(column).collect();
    let letters = said.iter().map(|(_, text)| text.chars().count() + 2).sum::<usize>();
    let is_whole = column.most.is_none_or(|most| letters <= most + 2);
    is_whole && said.iter().any(|(path, _)| is_at(table, path, field))
}

/// A field of a kind, or of rows in it.
struct Fact {
    /// Its dotted name.
    name: String,
    way: Vec<usize>,
    label: String,
}

/// Returns the fields of a kind, those of its rows too.
fn facts_of(kind: &Kind) -> Vec<Fact> {
    let mut all: Vec<Fact> = columns(&kind.shape)
        .into_iter()
        .map(|column| Fact { name: column.name, way: column.path, label: column.label })
        .collect();
    for (place, field) in kind.shape.fields().iter().enumerate() {
        let field: &Field = field;
        if has_rows(field) {
            all.extend(columns(&field.shape).into_iter().map(|column| Fact {
                name: format!("{}.{}", field.name, column.name),
                way: [place].into_iter().chain(column.path).collect(),
                label: format!("{}: {}", field.label, column.label),
            }));
        }
    }
    all
}

/// Returns the report as plain text.
pub fn report(facts: &Facts<'_>, shape: &Shape) -> String {
    let mut text = format!(
        "{} files of: {}\nAs of {}.\n\nHow to take them in\n",
        shape.label, facts.config.site.title, facts.audit.today
    );
    for step in &shape.steps {
        text.push_str(&format!("  - {step}\n"));
    }
    text.push_str(&format!(
        "\nWhat {} has no place for\n  Nothing of it is gone: the pages, runbook.json and the tables under csv have it.\n",
        shape.label
    ));
    let mut by_kind: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let losses = losses(facts, shape);
    for loss in &losses {
        let records = plural(loss.records, "record", "records");
        let line = match &loss.field {
            None => format!("all of it, {records}"),
            Some(field) => format!("{field}, in {records}"),
        };
        by_kind.entry(&loss.kind).or_default().push(line);
    }
    listed(&by_kind, &mut text);
    let changes = changes(facts, shape);
    if !changes.is_empty() {
        text.push_str("\nWhat changes its form\n");
        let mut by_kind: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for change in &changes {
            let line = format!("{}: {}", change.field, change.how);
            by_kind.entry(&change.kind).or_default().push(line);
        }
        listed(&by_kind, &mut text);
    }
    text
}

fn listed(by_kind: &BTreeMap<&str, Vec<String>>, text: &mut String) {
    for (kind, lines) in by_kind {
        text.push_str(&format!("\n  {kind}\n"));
        lines.iter().for_each(|line| text.push_str(&format!("    {line}\n")));
    }
}
