//! Puts facts into the text of a record, and leaves everything else as it stands: comments, order,
//! spelling, and whatever a person wrote.
//!
//! For each value there are three: what stands, what the last import wrote, and what the source says
//! now. A value is written where none stands, or where what stands is what the import wrote; where a
//! person has changed or removed it, theirs stays and both are told.

mod rows;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use smol_str::{SmolStr, ToSmolStr};
use toml_edit::{DocumentMut, InlineTable, Item as Edit, Table, TableLike, Value as EditValue};

use crate::scaffold::toml_value;
use crate::schema::field::FieldType;
use crate::schema::kind::Kind;
use crate::source::{FileId, Span, Spanned};
use crate::syntax::{self, Item};

use super::facts::{CUSTOM, Step, Way};
use super::normal::{self, Context};
use super::proposal::Wish;
use super::state::{Written, digest};

/// A value with its place, ready to be written.
#[derive(Clone, PartialEq, Debug)]
pub struct Settled {
    /// The place.
    pub way: Way,
    /// The value.
    pub item: Item,
    /// Whether it is only worth saying where the record says nothing.
    pub is_guess: bool,
}

/// How a record is written in its file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Form {
    /// It is the file.
    File,
    /// It is one table of a file of many.
    Table(String),
    /// It is the front matter of a Markdown file, whose text is the value of this field.
    Markdown(Option<String>),
}

/// A value that a person wrote, or removed, and that stays so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// The place.
    pub way: String,
    /// What stands; nothing where it was removed.
    pub standing: Option<String>,
    /// What the source says.
    pub proposed: String,
}

/// What came of a record.
#[derive(Default, Debug)]
pub struct Merged {
    /// The file's text.
    pub text: String,
    /// Places that were written.
    pub written: Vec<SmolStr>,
    /// Values that stay as a person has them.
    pub kept: Vec<Kept>,
    /// What this import knows as its own now.
    pub last: Written,
}

/// Puts `facts` into the record of `form` in `text`.
///
/// Fails where the text is no TOML, which its own findings tell better.
pub fn merge(
    text: &str,
    form: &Form,
    facts: &[Settled],
    last: &Written,
    kind: &Kind,
    context: Context<'_>,
) -> Result<Merged, String> {
    let (before, front, behind) = match form {
        Form::Markdown(_) => front_matter(text).ok_or("its front matter has no end")?,
        _ => ("", text, ""),
    };
    let mut document: DocumentMut =
        front.parse().map_err(|_| "its file has mistakes; settle them first".to_owned())?;
    let body = match form {
        Form::Markdown(Some(field)) => {
            let text = behind.trim_start_matches("+++").trim();
            (!text.is_empty()).then(|| (field.clone(), Item::Text(text.to_owned())))
        }
        _ => None,
    };
    let table: &mut dyn TableLike = match form {
        Form::Table(id) => document
            .get_mut(id)
            .and_then(Edit::as_table_like_mut)
            .ok_or("its table is not found in its file")?,
        _ => document.as_table_mut(),
    };
    let mut merger = Merger { kind, context, last, merged: Merged::default() };
    merger.merged.last = last.clone();
    let facts = rows::called_as_they_stand(table, facts, kind);
    for group in groups(&facts) {
        merger.put_group(table, &group, body.as_ref());
    }
    let mut merged = merger.merged;
    merged.text = match merged.written.is_empty() {
        true => text.to_owned(),
        false => format!("{before}{document}{behind}"),
    };
    Ok(merged)
}

/// Returns what stands before, between and behind the `+++` lines.
fn front_matter(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find("+++")? + 3;
    let start = start + text[start..].find('\n')? + 1;
    let end = match text[start..].starts_with("+++") {
        true => start,
        false => start + text[start..].find("\n+++")? + 1,
    };
    Some((&text[..start], &text[start..end], &text[end..]))
}

/// Returns the facts in groups: each row's together, in the order in which the rows come up.
fn groups(facts: &[Settled]) -> Vec<Vec<&Settled>> {
    let mut groups: Vec<Vec<&Settled>> = Vec::new();
    let mut rows: HashMap<&[Step], usize> = HashMap::new();
    for fact in facts {
        match row_part(&fact.way) {
            None => groups.push(vec![fact]),
            Some(row) => match rows.entry(row) {
                Entry::Occupied(place) => groups[*place.get()].push(fact),
                Entry::Vacant(place) => {
                    place.insert(groups.len());
                    groups.push(vec![fact]);
                }
            },
        }
    }
    groups
}

/// Returns the way to the row that a fact is in.
pub(super) fn row_part(way: &Way) -> Option<&[Step]> {
    let at = way.0.iter().position(|step| matches!(step, Step::Row(_)))?;
    Some(&way.0[..=at])
}

struct Merger<'a> {
    kind: &'a Kind,
    context: Context<'a>,
    last: &'a Written,
    merged: Merged,
}

impl Merger<'_> {
    fn put_group(
        &mut self,
        table: &mut dyn TableLike,
        group: &[&Settled],
        body: Option<&(String, Item)>,
    ) {
        let row = group.first().and_then(|fact| row_part(&fact.way));
        let Some(row) = row.filter(|row| !row_stands(table, row, self.kind)) else {
            return group.iter().for_each(|fact| self.put(table, fact, body));
        };
        let name = Way(row.to_vec()).to_string();
        let prefix = format!("{name}.");
        if self.last.has_below(&prefix) {
            let proposed =
                group.iter().map(|fact| shown(&fact.item)).collect::<Vec<_>>().join(", ");
            self.merged.kept.push(Kept { way: name, standing: None, proposed });
            return;
        }
        let mut new = Table::new();
        for fact in group {
            if set(&mut new, &fact.way.0[row.len()..], &fact.item, self.kind) {
                let way = fact.way.to_smolstr();
                self.merged.last.insert(way.clone(), digest(&fact.item));
                self.merged.written.push(way);
            }
        }
        if !push_row(table, &row[..row.len() - 1], new) {
            let (way, standing) = (name, None);
            self.merged.kept.push(Kept { way, standing, proposed: "a row".to_owned() });
        }
    }

    fn put(&mut self, table: &mut dyn TableLike, fact: &Settled, body: Option<&(String, Item)>) {
        let way = fact.way.to_smolstr();
        let new = digest(&fact.item);
        let in_body = body.filter(|(field, _)| *field == way).map(|(_, text)| text.clone());
        let standing = in_body.clone().or_else(|| get(table, &fact.way.0, self.kind));
        let ours = self.last.get(&way);
        match standing {
            Some(standing) if self.is_same(&fact.way, &standing, &fact.item) => {
                if ours.is_some_and(|ours| ours == digest(&standing)) {
                    self.merged.last.insert(way, digest(&standing));
                }
            }
            Some(standing) => {
                let is_ours = ours.is_some_and(|ours| ours == digest(&standing));
                match is_ours && in_body.is_none() {
                    true => self.write(table, fact, way, new),
                    // A guess is no news to somebody who knows.
                    false if fact.is_guess => {}
                    false => self.keep(way, Some(&standing), &fact.item),
                }
            }
            None if ours.is_some() && fact.is_guess => {}
            None if ours.is_some() => self.keep(way, None, &fact.item),
            None if is_answered(table, &way, "not_applicable") => self.keep(way, None, &fact.item),
            None => {
                remove_unknown(table, &way);
                self.write(table, fact, way, new);
            }
        }
    }

    fn write(&mut self, table: &mut dyn TableLike, fact: &Settled, way: SmolStr, new: u64) {
        match set(table, &fact.way.0, &fact.item, self.kind) {
            true => {
                self.merged.last.insert(way.clone(), new);
                self.merged.written.push(way);
            }
            // Something of another form stands in the way.
            false => self.keep(way, None, &fact.item),
        }
    }

    fn keep(&mut self, way: SmolStr, standing: Option<&Item>, proposed: &Item) {
        let (way, standing) = (way.to_string(), standing.map(shown));
        self.merged.kept.push(Kept { way, standing, proposed: shown(proposed) });
    }

    /// Whether two values say the same, in whatever spelling.
    fn is_same(&self, way: &Way, standing: &Item, new: &Item) -> bool {
        if standing == new || digest(standing) == digest(new) {
            return true;
        }
        let (Item::Text(text), Some(field)) = (standing, self.kind.shape.at_path(&way.field()))
        else {
            return false;
        };
        if field.takes(FieldType::Address) && rows::is_less_exact(new, text) {
            return true;
        }
        let read = normal::read(field, &Wish::Text(text.clone()), self.context);
        !field.takes(FieldType::Markdown) && read.is_ok_and(|read| read.as_ref() == Some(new))
    }
}

/// Returns a value as it is shown in a report: short, on one line.
fn shown(item: &Item) -> String {
    let text = match item {
        Item::Text(text) => format!("\"{}\"", normal::one_line(text)),
        other => toml_value(other),
    };
    match text.char_indices().nth(70) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Returns the value at a way.
fn get(table: &dyn TableLike, way: &[Step], kind: &Kind) -> Option<Item> {
    let mut names: Vec<&str> = Vec::new();
    let mut table = table;
    let mut steps = way.iter().peekable();
    while let Some(step) = steps.next() {
        let Step::Key(key) = step else { return None };
        names.push(key);
        let item = table.get(key)?;
        match steps.peek() {
            None => return of_edit(item),
            Some(Step::Row(row)) => {
                steps.next();
                table = row_of(item, row, &names.join("."), kind)?;
            }
            Some(Step::Key(_)) => table = item.as_table_like()?,
        }
    }
    None
}

/// Returns the row of a list of tables that is called so.
pub(super) fn row_of<'a>(
    item: &'a Edit,
    row: &str,
    field: &str,
    kind: &Kind,
) -> Option<&'a dyn TableLike> {
    match item {
        Edit::ArrayOfTables(tables) => tables
            .iter()
            .map(|table| table as &dyn TableLike)
            .find(|table| name_of_row(*table, field, kind).as_deref() == Some(row)),
        Edit::Value(EditValue::Array(array)) => array
            .iter()
            .filter_map(EditValue::as_inline_table)
            .map(|table| table as &dyn TableLike)
            .find(|table| name_of_row(*table, field, kind).as_deref() == Some(row)),
        _ => None,
    }
}

/// Returns what a row is called: what its field says identifies it, with a setting's group and id.
pub(super) fn name_of_row(table: &dyn TableLike, field: &str, kind: &Kind) -> Option<String> {
    use crate::schema::role::Role;
    let field = kind.shape.at_path(field)?;
    let text = |name: &str| match of_edit(table.get(name)?)? {
        Item::Text(text) => Some(text),
        Item::Integer(number) => Some(number.to_string()),
        _ => None,
    };
    let name = text(field.row.as_deref()?)?;
    let beside = [Role::SettingGroup, Role::SettingId];
    let beside = beside.iter().filter_map(|role| field.shape.with_role(*role));
    let mut words: Vec<String> = beside.filter_map(|field| text(&field.name)).collect();
    words.push(name);
    Some(words.join(" / "))
}

/// Whether the row at the end of a way stands.
pub(super) fn row_stands(table: &dyn TableLike, way: &[Step], kind: &Kind) -> bool {
    let Some((Step::Row(row), before)) = way.split_last() else { return false };
    let mut names = Vec::new();
    let mut here: Option<&dyn TableLike> = Some(table);
    let mut item = None;
    for step in before {
        let Step::Key(key) = step else { return false };
        names.push(key.as_str());
        item = here.and_then(|table| table.get(key));
        here = item.and_then(Edit::as_table_like);
    }
    item.is_some_and(|item| row_of(item, row, &names.join("."), kind).is_some())
}

/// Adds a row to the list at a way of keys. False where something of another form stands there.
fn push_row(table: &mut dyn TableLike, way: &[Step], row: Table) -> bool {
    let Some((Step::Key(key), rest)) = way.split_first() else { return false };
    if !rest.is_empty() {
        let inner = inner_table(table, key);
        return inner.is_some_and(|inner| push_row(inner, rest, row));
    }
    if table.get(key).is_none() {
        table.insert(key, Edit::ArrayOfTables(toml_edit::ArrayOfTables::new()));
    }
    match table.get_mut(key) {
        Some(Edit::ArrayOfTables(rows)) => rows.push(row),
        Some(Edit::Value(EditValue::Array(rows))) => rows.push(row.into_inline_table()),
        _ => return false,
    }
    true
}

/// Writes a value at a way, and the tables that lead to it. False where something of another form
/// stands in the way.
fn set(table: &mut dyn TableLike, way: &[Step], item: &Item, kind: &Kind) -> bool {
    let Some((Step::Key(key), rest)) = way.split_first() else { return false };
    match rest.first() {
        None => put_value(table, key, item),
        Some(Step::Key(_)) => {
            inner_table(table, key).is_some_and(|inner| set(inner, rest, item, kind))
        }
        Some(Step::Row(row)) => table
            .get_mut(key)
            .and_then(|list| row_mut(list, row, key, kind))
            .is_some_and(|inner| set(inner, &rest[1..], item, kind)),
    }
}

/// Returns the row of a list of tables that is called so, to be changed.
fn row_mut<'a>(
    list: &'a mut Edit,
    row: &str,
    field: &str,
    kind: &Kind,
) -> Option<&'a mut dyn TableLike> {
    let is_it = |table: &dyn TableLike| name_of_row(table, field, kind).as_deref() == Some(row);
    match list {
        Edit::ArrayOfTables(tables) => {
            let found = tables.iter_mut().find(|table| is_it(*table as &dyn TableLike))?;
            Some(found as &mut dyn TableLike)
        }
        Edit::Value(EditValue::Array(array)) => {
            let tables = array.iter_mut().filter_map(EditValue::as_inline_table_mut);
            let found = tables.into_iter().find(|table| is_it(*table as &dyn TableLike))?;
            Some(found as &mut dyn TableLike)
        }
        _ => None,
    }
}

/// Returns the table under a key, made if there is none.
fn inner_table<'a>(table: &'a mut dyn TableLike, key: &str) -> Option<&'a mut dyn TableLike> {
    if table.get(key).is_none() {
        let new = match key == CUSTOM {
            true => Edit::Table(Table::new()),
            false => Edit::Value(EditValue::InlineTable(InlineTable::new())),
        };
        table.insert(key, new);
    }
    table.get_mut(key).and_then(Edit::as_table_like_mut)
}

fn put_value(table: &mut dyn TableLike, key: &str, item: &Item) -> bool {
    let mut value = to_edit(item);
    match table.get_mut(key) {
        Some(Edit::Value(standing)) => {
            *value.decor_mut() = standing.decor().clone();
            *standing = value;
            true
        }
        Some(_) => false,
        None => {
            table.insert(key, Edit::Value(value));
            true
        }
    }
}

/// Returns a value in the spelling in which the program writes values.
fn to_edit(item: &Item) -> EditValue {
    match item {
        Item::Integer(number) => (*number).into(),
        Item::Boolean(value) => (*value).into(),
        Item::Text(text) if is_plain(text) => text.as_str().into(),
        item => toml_value(item).parse().expect("what is written as TOML is read as TOML"),
    }
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'\\' | b'"' | b'\''))
}

/// Returns a value as the rest of the program knows it.
pub(super) fn of_edit(item: &Edit) -> Option<Item> {
    match item {
        Edit::Value(value) => of_value(value),
        _ => None,
    }
}

fn of_value(value: &EditValue) -> Option<Item> {
    Some(match value {
        EditValue::String(text) => Item::Text(text.value().clone()),
        EditValue::Integer(number) => Item::Integer(*number.value()),
        EditValue::Float(number) => Item::Float(*number.value()),
        EditValue::Boolean(value) => Item::Boolean(*value.value()),
        EditValue::Datetime(moment) => Item::Datetime(moment.value().to_string().parse().ok()?),
        EditValue::Array(items) => Item::Array(
            items
                .iter()
                .filter_map(of_value)
                .map(|item| Spanned::new(item, Span::whole(FileId::of(""))))
                .collect(),
        ),
        EditValue::InlineTable(table) => Item::Table(syntax::Table {
            entries: table
                .iter()
                .filter_map(|(key, value)| {
                    let nowhere = Span::whole(FileId::of(""));
                    let value = Spanned::new(of_value(value)?, nowhere);
                    Some(syntax::Entry { key: Spanned::new(key.to_owned(), nowhere), value })
                })
                .collect(),
            span: Span::whole(FileId::of("")),
        }),
    })
}

/// Whether the record says that a field does not apply.
fn is_answered(table: &dyn TableLike, way: &str, answer: &str) -> bool {
    let Some(mut reasons) = table.get(answer).and_then(Edit::as_table_like) else { return false };
    let mut names = way.split('.').peekable();
    while let Some(name) = names.next() {
        match reasons.get(name) {
            Some(_) if names.peek().is_none() => return true,
            Some(inner) => match inner.as_table_like() {
                Some(inner) => reasons = inner,
                None => return false,
            },
            None => return false,
        }
    }
    false
}

/// Takes a field off the list of unknown ones: now it is known.
fn remove_unknown(table: &mut dyn TableLike, way: &str) {
    let Some(list) = table.get_mut("unknown").and_then(Edit::as_array_mut) else { return };
    list.retain(|value| value.as_str() != Some(way));
    if list.is_empty() {
        table.remove("unknown");
    }
}
