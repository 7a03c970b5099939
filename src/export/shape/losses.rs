//! Finds what a tool has no place for: kinds that none of its tables is about, and fields that no column
//! takes, with how many records say something there.

use std::collections::{BTreeMap, BTreeSet};

use super::{Shape, Table};
use crate::export::Facts;
use crate::export::columns::{columns, has_rows};
use crate::schema::field::Field;
use crate::schema::kind::Kind;
use crate::text::plural;

/// The file that tells it.
pub const FILE: &str = "losses.txt";

/// Something that a tool has no place for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Loss {
    /// What people call many of the kind.
    pub kind: String,
    /// The field as people read it; nothing where it is the whole kind.
    pub field: Option<String>,
    /// How many records say something there.
    pub records: usize,
}

/// Returns what a tool has no place for, whole kinds first.
pub fn losses(facts: &Facts<'_>, shape: &Shape) -> Vec<Loss> {
    let model = facts.model;
    let (mut whole, mut fields) = (Vec::new(), Vec::new());
    for ix in facts.used() {
        let kind = model.catalog.kind(ix);
        let label = || kind.label_plural.clone();
        let tables: Vec<&Table> = shape.tables.iter().filter(|it| it.kind == kind.name).collect();
        if tables.is_empty() {
            whole.push(Loss { kind: label(), field: None, records: model.of_kind(ix).len() });
            continue;
        }
        let taken = taken(kind, &tables);
        for (name, what, label_of_field) in facts_of(kind) {
            if taken.contains(&name) {
                continue;
            }
            let says = facts.census.says(ix, &what);
            if says > 0 {
                fields.push(Loss { kind: label(), field: Some(label_of_field), records: says });
            }
        }
        let custom = facts.census.with_custom(ix);
        if custom > 0 {
            let field = Some("Facts without a field of their own".to_owned());
            fields.push(Loss { kind: label(), field, records: custom });
        }
    }
    whole.extend(fields);
    whole
}

/// Returns the dotted names of all fields of a kind that any column takes.
fn taken(kind: &Kind, tables: &[&Table]) -> BTreeSet<String> {
    let mut taken = BTreeSet::from([kind.title.clone()]);
    for table in tables {
        for (_, column) in table.columns.iter().chain(&table.fields) {
            for path in &column.from {
                let path = path.split('>').next().unwrap_or_default();
                match (path.strip_prefix('.'), &table.rows) {
                    (Some(inner), Some(rows)) => taken.insert(format!("{rows}.{inner}")),
                    _ => taken.insert(path.to_owned()),
                };
            }
        }
        // Which records a table is about, its file says.
        taken.extend(table.when.keys().cloned());
    }
    taken
}

/// Returns the fields of a kind, those of its rows too: the dotted name, the way, and the label.
fn facts_of(kind: &Kind) -> Vec<(String, Vec<usize>, String)> {
    let mut all: Vec<_> = columns(&kind.shape)
        .into_iter()
        .map(|column| (column.name, column.path, column.label))
        .collect();
    for (place, field) in kind.shape.fields().iter().enumerate() {
        let field: &Field = field;
        if has_rows(field) {
            all.extend(columns(&field.shape).into_iter().map(|column| {
                let path = [place].into_iter().chain(column.path).collect();
                let label = format!("{}: {}", field.label, column.label);
                (format!("{}.{}", field.name, column.name), path, label)
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
    for (kind, lines) in by_kind {
        text.push_str(&format!("\n  {kind}\n"));
        lines.iter().for_each(|line| text.push_str(&format!("    {line}\n")));
    }
    text
}
