//! Reads the rows of a table from records, and writes their cells.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use super::{Column, Form, Table, itglue, netbox};
use crate::export::{Facts, plain};
use crate::model::{NodeIx, Target};
use crate::record::value::{Fields, Value};
use crate::schema::KindIx;
use crate::schema::field::{Field, Shape as Fielded};

impl Table {
    /// Returns the records that it may be about.
    pub(super) fn records<'a>(&self, facts: &Facts<'a>) -> &'a [NodeIx] {
        let kind = facts.model.catalog.by_name(&self.kind);
        let kind = kind.filter(|kind| self.can_have_rows(facts, *kind));
        kind.map_or(&[], |kind| facts.model.of_kind(kind))
    }

    /// Returns what its rows for a record are read from: the record, or the rows in it.
    pub(super) fn places<'a>(&self, facts: &'a Facts<'a>, ix: NodeIx) -> Vec<Place<'a>> {
        let Some(name) = &self.rows else { return vec![Place { facts, record: ix, row: None }] };
        let node = facts.model.node(ix);
        let shape = &facts.model.catalog.kind(node.kind).shape;
        let Some(place) = shape.index(name) else { return Vec::new() };
        let rows = node.fields.get(place).map_or(&[][..], Value::rows).iter();
        rows.filter_map(|row| row.value.as_table())
            .map(|fields| Place { facts, record: ix, row: Some((&shape.fields()[place], fields)) })
            .collect()
    }

    pub(super) fn has_rows(&self, facts: &Facts<'_>) -> bool {
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

    /// Whether a record, or a row in it, gives a row of the table.
    pub(super) fn takes(&self, place: &Place<'_>) -> bool {
        let is_said = |path: &String| place.says(path);
        self.needed().all(|column| !place.cell(column).is_empty())
            && self.with.iter().all(is_said)
            && !self.without.iter().any(is_said)
    }

    /// Whether every record, or every row in it, gives a row of the table.
    pub(super) fn takes_all(&self) -> bool {
        self.needs.is_empty() && self.with.is_empty() && self.without.is_empty()
    }

    /// Returns what tells a row from those that stand in the table already, where that matters.
    fn identity(&self, row: &Row) -> Option<Vec<String>> {
        let Some(ends) = &self.ends else { return self.distinct.then(|| row.cells.clone()) };
        let cell = |name: &String| {
            self.columns.iter().position(|(column, _)| column == name).map(|ix| &row.cells[ix])
        };
        let mut ends =
            ends.each_ref().map(|names| names.iter().filter_map(cell).collect::<Vec<_>>());
        // From which of the two it was written down makes no difference.
        ends.sort();
        Some(ends.concat().into_iter().cloned().collect())
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
        rows && self.needed().all(can_be) && self.with.iter().all(is_said)
    }

    /// Returns the dotted field of the table's kind that a path begins with; nothing for one that begins
    /// with what every record has.
    pub(super) fn way(&self, path: &str) -> Option<String> {
        let first = path.split('>').next().unwrap_or_default();
        match (first.strip_prefix('.'), &self.rows) {
            (Some(inner), Some(rows)) => Some(format!("{rows}.{inner}")),
            _ if first.starts_with('@') => None,
            _ => Some(first.to_owned()),
        }
    }
}

/// A row of a table.
pub(super) struct Row {
    /// The record that it is about, or stands in.
    pub record: NodeIx,
    /// The cells of the columns.
    pub cells: Vec<String>,
    /// Those of the type's own fields.
    pub fields: Vec<String>,
}

/// Hands the rows of a table that `records` give to `take`, until it has had enough.
pub(super) fn each_row(
    facts: &Facts<'_>,
    table: &Table,
    records: &[NodeIx],
    take: &mut dyn FnMut(Row) -> ControlFlow<()>,
) {
    let mut seen = BTreeSet::new();
    for ix in records {
        for place in table.places(facts, *ix) {
            if !table.takes(&place) {
                continue;
            }
            let cells = |columns: &[(String, Column)]| -> Vec<String> {
                columns.iter().map(|(_, column)| place.cell(column)).collect()
            };
            let row =
                Row { record: *ix, cells: cells(&table.columns), fields: cells(&table.fields) };
            let is_new = table.identity(&row).is_none_or(|it| seen.insert(it));
            if is_new && take(row).is_break() {
                return;
            }
        }
    }
}

/// What the cells of a row are read from.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub facts: &'a Facts<'a>,
    pub record: NodeIx,
    pub row: Option<(&'a Field, &'a Fields<Target>)>,
}

impl<'a> Place<'a> {
    fn cell(&self, column: &Column) -> String {
        if !column.text.is_empty() {
            return column.text.clone();
        }
        let said: Vec<String> = self.said(column).map(|(_, text)| text).collect();
        match (said.is_empty(), column.most) {
            (true, _) => column.default.clone(),
            (_, Some(most)) => shortened(said.join("\n\n"), most),
            _ => said.join("\n\n"),
        }
    }

    /// Returns the paths whose values stand in a cell, each with its text.
    pub(super) fn said<'c>(
        &self,
        column: &'c Column,
    ) -> impl Iterator<Item = (&'c String, String)> {
        let said = column.from.iter().filter_map(|path| {
            let texts = self.texts(path, column);
            let text = match column.form {
                Form::Plain | Form::Key | Form::Yes => listed(&texts),
                _ => texts.into_iter().next().unwrap_or_default(),
            };
            (!text.is_empty()).then_some((path, text))
        });
        said.take(if column.joins { usize::MAX } else { 1 })
    }

    /// Whether anything is said at a path.
    fn says(&self, path: &str) -> bool {
        !self.texts(path, &Column::PLAIN).is_empty()
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
            (Value::Choice(key), Form::PortType) => netbox::type_of_port(key, self.speed()),
            (Value::Text(speed), Form::Kilobits) => {
                netbox::kilobits(speed).map(|speed| speed.to_string()).unwrap_or_default()
            }
            (Value::Boolean(value), _) if !column.words.is_empty() => {
                column.words.get(&value.to_string()).cloned().unwrap_or_default()
            }
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
            (value, form) => written(&plain::text(self.facts.model, value), form),
        }
    }

    /// Returns how fast the port of the row is, in kilobits a second.
    fn speed(&self) -> Option<u64> {
        let (field, fields) = self.row?;
        let said = found(&field.shape, fields, "speed");
        said.first().and_then(|(_, value)| netbox::kilobits(value.as_text()?))
    }
}

impl Column {
    /// A value as it is.
    const PLAIN: Column = Column {
        from: Vec::new(),
        joins: false,
        text: String::new(),
        words: BTreeMap::new(),
        default: String::new(),
        form: Form::Plain,
        most: None,
    };
}

/// Returns every value at a dotted path of field names, with its field.
pub(super) fn found<'a>(
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

/// Returns several values as one cell, parted by a sign that is in none of them if that can be.
fn listed(texts: &[String]) -> String {
    let has_comma = texts.len() > 1 && texts.iter().any(|text| text.contains(','));
    texts.join(if has_comma { "; " } else { ", " })
}

/// Cuts a text to as many letters as a tool takes.
fn shortened(text: String, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
        None => text,
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

pub(super) fn slug(text: &str) -> String {
    let plain = deunicode::deunicode(text).to_lowercase();
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

/// Returns what the client is called.
pub(super) fn client(facts: &Facts<'_>) -> Option<String> {
    facts.audit.parties.client.map(|ix| facts.model.node(ix).name.clone())
}
