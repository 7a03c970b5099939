//! Lays out the lists of the records of a kind.

use rayon::prelude::*;

use super::route::{ROWS_PER_PART, Routes};
use super::rows::{self, ROWS_PER_FILE, RowsFile};
use super::show::{Shower, text_of};
use super::view::{Count, KindRef, Link, ListRow, ListView, Shown};
use crate::model::{Model, NodeIx};
use crate::record::value::Value;
use crate::schema::KindIx;
use crate::schema::field::Field;
use crate::schema::kind::Kind;
use crate::schema::role::Role;

/// Returns how many parts the list of so many records has: none where there are no records.
///
/// One long page is easier to search than two; only what a browser cannot carry is cut.
pub fn parts(records: usize) -> usize {
    match records {
        0 => 0,
        few if few <= 2 * ROWS_PER_PART => 1,
        many => many.div_ceil(ROWS_PER_PART),
    }
}

/// Returns the files of a list that is cut into parts: all its rows, in the same order.
pub fn files(show: &Shower<'_>, kind_ix: KindIx) -> Vec<RowsFile> {
    let model = show.model;
    let records = model.of_kind(kind_ix);
    if parts(records.len()) < 2 {
        return Vec::new();
    }
    let kind = model.catalog.kind(kind_ix);
    let columns = columns(model, kind_ix);
    records
        .par_chunks(ROWS_PER_FILE)
        .map(|records| {
            let listed: Vec<ListRow> =
                records.iter().map(|record| row(show, *record, kind, &columns)).collect();
            let ids: Vec<&str> = records.iter().map(|record| &*model.node(*record).id).collect();
            rows::file(&listed, &ids)
        })
        .collect()
}

/// Returns the fields that a list shows beside the name: those its kind asks for, what it is grouped
/// by and where things are, as far as any record has them.
fn columns(model: &Model, kind_ix: KindIx) -> Vec<String> {
    let kind = model.catalog.kind(kind_ix);
    let records = model.of_kind(kind_ix);
    let has_value = |name: &String| records.iter().any(|record| model.at(*record, name).is_some());
    let mut columns: Vec<String> = kind
        .columns
        .iter()
        .filter(|name| **name != kind.title)
        .filter(|name| has_value(name))
        .cloned()
        .collect();
    let place = place_field(kind).map(|field| field.name.clone());
    for name in kind.group_by.iter().cloned().chain(place) {
        if !columns.contains(&name) && name != kind.title && has_value(&name) {
            columns.push(name);
        }
    }
    columns
}

fn place_field(kind: &Kind) -> Option<&Field> {
    kind.shape.fields().iter().find(|field| field.role == Some(Role::Location))
}

/// Returns a part of the list of a kind; the first is 1. `files` are the names of its files.
pub fn list(
    show: &Shower<'_>,
    kind_ix: KindIx,
    part: usize,
    kind_ref: &KindRef,
    files: Vec<String>,
) -> ListView {
    let model = show.model;
    let kind = model.catalog.kind(kind_ix);
    let records = model.of_kind(kind_ix);
    let count = parts(records.len());
    let size = if count == 1 { records.len() } else { ROWS_PER_PART };
    let shown = records.iter().skip((part - 1) * size).take(size);
    let columns = columns(model, kind_ix);
    ListView {
        kind: kind_ref.clone(),
        groups: counts(records.iter().map(|record| group(model, *record, kind))),
        grouped_by: group_label(kind),
        located_by: place_field(kind).map_or(String::new(), |field| field.label.clone()),
        sites: counts(records.iter().map(|record| site(model, *record))),
        columns: columns.iter().map(|name| column_label(kind, name)).collect(),
        rows: shown.map(|record| row(show, *record, kind, &columns)).collect(),
        part,
        parts: if count > 1 { part_links(show.routes, kind_ix, count) } else { Vec::new() },
        files,
        total: records.len(),
    }
}

fn row(show: &Shower<'_>, ix: NodeIx, kind: &Kind, columns: &[String]) -> ListRow {
    let node = show.model.node(ix);
    ListRow {
        link: show.routes.link(show.root, ix),
        group: group(show.model, ix, kind),
        site: site(show.model, ix),
        retired: show.model.is_retired(ix),
        cells: columns
            .iter()
            .map(|name| {
                let field = kind.shape.at_path(name)?;
                let value = show.model.at(ix, name)?;
                Some(short(show.value(node, field, value)))
            })
            .collect(),
    }
}

/// Long values are cut for a cell: prose to its first line, tables to their first fact.
fn short(shown: Shown) -> Shown {
    match shown {
        Shown::Prose { prose } => {
            let first = prose.source.lines().find(|line| !line.trim().is_empty());
            text_of(first.unwrap_or_default().trim().to_owned(), false)
        }
        Shown::Table { facts } => facts
            .into_iter()
            .find_map(|fact| fact.value)
            .map_or_else(|| text_of(String::new(), false), short),
        Shown::Text { text, .. } => text_of(text, false),
        other => other,
    }
}

fn group_label(kind: &Kind) -> String {
    kind.group_by
        .as_deref()
        .and_then(|name| kind.shape.at_path(name))
        .map_or(String::new(), |field| field.label.clone())
}

/// Returns the group of its list that a record is in.
pub fn group(model: &Model, ix: NodeIx, kind: &Kind) -> String {
    let Some(name) = &kind.group_by else { return String::new() };
    let (Some(field), Some(value)) = (kind.shape.at_path(name), model.at(ix, name)) else {
        return "Not recorded".to_owned();
    };
    match &value.value {
        Value::Choice(key) => field.choice_label(key).to_owned(),
        other => other.in_words(&|target| model.node(target.node).name.clone()),
    }
}

fn site(model: &Model, ix: NodeIx) -> String {
    let sites = model.targets(ix, Role::Location);
    sites.first().map_or(String::new(), |site| model.node(*site).name.clone())
}

fn column_label(kind: &Kind, name: &str) -> String {
    kind.shape.at_path(name).map_or_else(|| name.to_owned(), |field| field.label.clone())
}

fn counts(words: impl Iterator<Item = String>) -> Vec<Count> {
    let mut counts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for word in words.filter(|word| !word.is_empty()) {
        *counts.entry(word).or_default() += 1;
    }
    let mut counts: Vec<Count> =
        counts.into_iter().map(|(text, count)| Count { text, count }).collect();
    counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
    counts
}

fn part_links(routes: &Routes<'_>, kind: KindIx, count: usize) -> Vec<Link> {
    (1..=count)
        .map(|part| Link {
            text: part.to_string(),
            href: format!("../{}", routes.list(kind, part)),
            icon: String::new(),
            detail: String::new(),
        })
        .collect()
}
