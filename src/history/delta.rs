//! What makes one state of the records of another: found by looking at both, and done to the first.
//!
//! Lists of rows are compared row by row. Which fields tell rows apart comes from the kind and is
//! written down with each change, so that doing it needs no kind.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::patch;
use super::path::{Key, Path};
use super::plain::Plain;
use super::state::{Kept, State};
use crate::schema::Catalog;
use crate::schema::field::{Field, FieldType, Shape};
use crate::schema::role::Role;

/// What changed between two states.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Delta {
    /// Records with a new id: from the new `kind/id` to the old one.
    pub renamed: BTreeMap<String, String>,
    /// Records that are new.
    pub added: BTreeMap<String, Arc<Plain>>,
    /// Records that are gone.
    pub removed: Vec<String>,
    /// Records that say something else, with what is done to them in order.
    pub changed: BTreeMap<String, Vec<(Path, Edit)>>,
    /// Attachments that came, went or changed.
    pub files: BTreeMap<String, FileEdit>,
}

/// What is done to a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Edit {
    /// It is given, or given anew.
    Set {
        /// What it was, where that reads well; nothing where there was none.
        was: Option<Plain>,
        /// What it is.
        now: Plain,
    },
    /// A text of several lines is changed by a patch.
    Lines(String),
    /// It is taken away.
    Gone {
        /// What it was, where that reads well.
        was: Option<Plain>,
    },
    /// A row comes.
    Row {
        /// The row.
        now: Plain,
        /// The row it stands behind; nothing for the first.
        after: Option<Key>,
    },
    /// A row changes its place.
    Moved {
        /// The row it stands behind; nothing for the first.
        after: Option<Key>,
    },
}

/// What happened to an attachment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileEdit {
    /// Its digest before.
    pub was: Option<String>,
    /// Its digest after.
    pub now: Option<String>,
    /// Its text after.
    pub text: Option<FileText>,
}

/// The text of an attachment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileText {
    /// As a whole.
    Whole(Arc<str>),
    /// As a patch of the text before.
    Lines(String),
}

/// Why an edit does not fit the state before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misfit {
    /// The record or file.
    pub what: String,
    /// The way inside of it, as it is written; empty for the whole.
    pub way: String,
    /// What is the case.
    pub why: String,
}

impl Delta {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        *self == Delta::default()
    }

    /// Returns what makes `new` of `old`.
    pub fn between(old: &State, new: &State, catalog: &Catalog) -> Delta {
        let renamed = renamed(old, new);
        let from: HashSet<&str> = renamed.values().map(String::as_str).collect();
        let mut delta = Delta::default();
        for (name, record) in &new.records {
            let former = renamed.get(&**name).map_or(&**name, String::as_str);
            match old.records.get(former) {
                None => drop(delta.added.insert(name.to_string(), Arc::clone(record))),
                Some(before) if Arc::ptr_eq(before, record) || before == record => {}
                Some(before) => {
                    let mut edits = Vec::new();
                    let shape = shape_of(name, catalog);
                    table_edits(before, record, shape, &Path::default(), &mut edits);
                    delta.changed.insert(name.to_string(), edits);
                }
            }
        }
        let stays = |name: &str| new.records.contains_key(name) || from.contains(name);
        let gone = old.records.keys().filter(|name| !stays(name));
        delta.removed = gone.map(ToString::to_string).collect();
        delta.files = file_edits(old, new);
        delta.renamed = renamed;
        delta
    }

    /// Does it to `state`. What does not fit is left undone and told.
    pub fn apply(&self, state: &mut State) -> Vec<Misfit> {
        let mut misfits = Vec::new();
        let mut misfit = |what: &str, way: String, why: &str| {
            misfits.push(Misfit { what: what.to_owned(), way, why: why.to_owned() });
        };
        // All at once, since ids may be exchanged.
        let moved: Vec<_> =
            self.renamed.iter().map(|(new, old)| (new, state.records.remove(&**old))).collect();
        for (new, record) in moved {
            match record {
                Some(record) => drop(state.records.insert(new.as_str().into(), record)),
                None => misfit(new, String::new(), "no record has the id that it had before"),
            }
        }
        for name in &self.removed {
            if state.records.remove(&**name).is_none() {
                misfit(name, String::new(), "there is no such record to take away");
            }
        }
        for (name, record) in &self.added {
            if state.records.insert(name.as_str().into(), Arc::clone(record)).is_some() {
                misfit(name, String::new(), "the record is there already");
            }
        }
        for (name, edits) in &self.changed {
            let Some(record) = state.records.get_mut(&**name) else {
                misfit(name, String::new(), "there is no such record to change");
                continue;
            };
            let record = Arc::make_mut(record);
            for (way, edit) in edits {
                if let Err(why) = apply_edit(record, way, edit) {
                    misfit(name, way.to_string(), &why);
                }
            }
        }
        for (path, edit) in &self.files {
            if let Err(why) = apply_file(state, path, edit) {
                misfit(path, String::new(), &why);
            }
        }
        misfits
    }
}

/// The key by which a record names the ids that it had before.
pub const FORMERLY: &str = "formerly";

/// Returns the records that have a new id, each with the one before: those that are new, and name one
/// that is gone.
pub fn renamed(old: &State, new: &State) -> BTreeMap<String, String> {
    let mut renamed = BTreeMap::new();
    let mut taken = HashSet::new();
    for (name, record) in new.records.iter().filter(|(name, _)| !old.records.contains_key(*name)) {
        let Some(former) = record.get(FORMERLY) else { continue };
        let kind = name.split('/').next().unwrap_or_default();
        let ids = former.items().iter().rev().filter_map(Plain::as_text);
        let mut names = ids.map(|id| format!("{kind}/{id}"));
        let gone = names.find(|former| {
            old.records.contains_key(former.as_str()) && !new.records.contains_key(former.as_str())
        });
        if let Some(former) = gone.filter(|former| taken.insert(former.clone())) {
            renamed.insert(name.to_string(), former);
        }
    }
    renamed
}

/// Returns the fields of the record `kind/id`, as far as its kind is known.
pub fn shape_of<'a>(name: &str, catalog: &'a Catalog) -> Option<&'a Shape> {
    let kind = catalog.by_name(name.split('/').next()?)?;
    Some(&catalog.kind(kind).shape)
}

fn table_edits(
    old: &Plain,
    new: &Plain,
    shape: Option<&Shape>,
    way: &Path,
    edits: &mut Vec<(Path, Edit)>,
) {
    let mut keys: Vec<&str> = old.entries().iter().map(|(key, _)| &**key).collect();
    keys.extend(new.entries().iter().map(|(key, _)| &**key));
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let way = way.field(key);
        let field = shape.and_then(|shape| shape.get(key));
        match (old.get(key), new.get(key)) {
            (None, Some(now)) => edits.push((way, Edit::Set { was: None, now: now.clone() })),
            (Some(was), None) => edits.push((way, Edit::Gone { was: shown(was) })),
            (Some(was), Some(now)) if was != now => value_edits(was, now, field, way, edits),
            _ => {}
        }
    }
}

fn value_edits(
    was: &Plain,
    now: &Plain,
    field: Option<&Field>,
    way: Path,
    edits: &mut Vec<(Path, Edit)>,
) {
    match (was, now) {
        (Plain::Table(_), Plain::Table(_)) => {
            table_edits(was, now, field.map(|field| &field.shape), &way, edits);
        }
        (Plain::Text(a), Plain::Text(b)) if a.contains('\n') && b.contains('\n') => {
            edits.push((way, Edit::Lines(patch::make(a, b))));
        }
        _ => {
            let rows = was.rows().zip(now.rows());
            let keyed = rows.zip(field).and_then(|((was, now), field)| {
                let keys = keys_of(field, was, now)?;
                Some((was, now, &field.shape, keys))
            });
            match keyed {
                Some((was, now, shape, keys)) => row_edits(was, now, shape, &keys, &way, edits),
                None => edits.push((way, Edit::Set { was: shown(was), now: now.clone() })),
            }
        }
    }
}

/// Returns a value that is told for people, where it reads well.
fn shown(was: &Plain) -> Option<Plain> {
    was.is_short().then(|| was.clone())
}

/// Returns the fields that tell rows of both lists apart; nothing where none do.
pub fn keys_of(field: &Field, old: &[Plain], new: &[Plain]) -> Option<Vec<String>> {
    let shape = &field.shape;
    let name = |role| shape.with_role(role).map(|field| field.name.as_str());
    let mut keys: Vec<&str> = match (field.role, &field.row) {
        (Some(Role::Settings), _) => {
            let roles = [Role::SettingGroup, Role::SettingName, Role::SettingId];
            // What no row has tells none apart.
            let is_said = |key: &&str| old.iter().chain(new).any(|row| row.get(key).is_some());
            roles.into_iter().filter_map(name).filter(is_said).collect()
        }
        (Some(Role::Steps), _) => {
            let id = name(Role::StepId);
            let have_ids =
                |rows: &[Plain]| rows.iter().all(|row| id.is_some_and(|id| row.get(id).is_some()));
            let role = if have_ids(old) && have_ids(new) { Role::StepId } else { Role::StepText };
            name(role).into_iter().collect()
        }
        (_, Some(row)) => vec![row],
        _ => shape.fields().iter().filter(|f| f.required).map(|f| f.name.as_str()).collect(),
    };
    let mut others = shape.fields().iter().filter(|other| !other.is_table());
    loop {
        if !keys.is_empty() && tells_apart(&keys, old) && tells_apart(&keys, new) {
            return Some(keys.into_iter().map(str::to_owned).collect());
        }
        let more = others.find(|other| {
            !keys.contains(&other.name.as_str()) && !other.takes(FieldType::Markdown)
        });
        keys.push(&more?.name);
    }
}

fn tells_apart(keys: &[&str], rows: &[Plain]) -> bool {
    let mut seen = HashSet::new();
    rows.iter().all(|row| {
        let key = Key::of(row, keys).map(|key| key.to_string());
        key.is_some_and(|key| seen.insert(key))
    })
}

fn row_edits(
    old: &[Plain],
    new: &[Plain],
    shape: &Shape,
    keys: &[String],
    way: &Path,
    edits: &mut Vec<(Path, Edit)>,
) {
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let key = |row: &Plain| Key::of(row, &keys).expect("keys_of() tried them on every row");
    let places: HashMap<String, usize> =
        old.iter().enumerate().map(|(at, row)| (key(row).to_string(), at)).collect();
    let now: HashSet<String> = new.iter().map(|row| key(row).to_string()).collect();
    for row in old.iter().filter(|row| !now.contains(&key(row).to_string())) {
        edits.push((way.row(key(row)), Edit::Gone { was: None }));
    }
    let before: Vec<Option<usize>> =
        new.iter().map(|row| places.get(&key(row).to_string()).copied()).collect();
    let staying = longest_rising(&before);
    for (at, row) in new.iter().enumerate() {
        let way = way.row(key(row));
        let after = || at.checked_sub(1).map(|at| key(&new[at]));
        let Some(place) = before[at] else {
            edits.push((way, Edit::Row { now: row.clone(), after: after() }));
            continue;
        };
        if !staying.contains(&at) {
            edits.push((way.clone(), Edit::Moved { after: after() }));
        }
        if old[place] != *row {
            table_edits(&old[place], row, Some(shape), &way, edits);
        }
    }
}

/// Returns the places of the longest part of a list that rises, leaving gaps out: what need not be
/// moved. (Patience sorting, after Schensted 1961.)
fn longest_rising(list: &[Option<usize>]) -> HashSet<usize> {
    let mut piles: Vec<usize> = Vec::new();
    let mut behind: Vec<Option<usize>> = vec![None; list.len()];
    for (at, value) in list.iter().enumerate().filter(|(_, value)| value.is_some()) {
        let pile = piles.partition_point(|top| list[*top] < *value);
        behind[at] = pile.checked_sub(1).map(|pile| piles[pile]);
        match piles.get_mut(pile) {
            Some(top) => *top = at,
            None => piles.push(at),
        }
    }
    let mut rising = HashSet::new();
    let mut next = piles.last().copied();
    while let Some(at) = next {
        rising.insert(at);
        next = behind[at];
    }
    rising
}

fn file_edits(old: &State, new: &State) -> BTreeMap<String, FileEdit> {
    let mut edits = BTreeMap::new();
    for (path, kept) in &new.files {
        let before = old.files.get(path);
        if before.is_some_and(|before| before.digest == kept.digest) {
            continue;
        }
        let known = before.and_then(|before| before.text.as_ref());
        let text = kept.text.as_ref().map(|text| match known {
            Some(known) => FileText::Lines(patch::make(known, text)),
            None => FileText::Whole(Arc::clone(text)),
        });
        let was = before.map(|before| before.digest.clone());
        edits.insert(path.to_string(), FileEdit { was, now: Some(kept.digest.clone()), text });
    }
    for (path, kept) in old.files.iter().filter(|(path, _)| !new.files.contains_key(*path)) {
        let gone = FileEdit { was: Some(kept.digest.clone()), now: None, text: None };
        edits.insert(path.to_string(), gone);
    }
    edits
}

fn apply_file(state: &mut State, path: &str, edit: &FileEdit) -> Result<(), String> {
    let before = state.files.remove(path);
    if before.as_ref().map(|before| &before.digest) != edit.was.as_ref() {
        let why = if edit.was.is_some() {
            "the file before is not this one"
        } else {
            "the file is there already"
        };
        if let Some(before) = before {
            state.files.insert(path.into(), before);
        }
        return Err(why.to_owned());
    }
    let Some(digest) = edit.now.clone() else { return Ok(()) };
    let text = match &edit.text {
        None => None,
        Some(FileText::Whole(text)) => Some(Arc::clone(text)),
        Some(FileText::Lines(lines)) => {
            let known = before.as_ref().and_then(|before| before.text.as_deref());
            let known =
                known.ok_or("the text before is not known, so its lines cannot be changed")?;
            Some(patch::apply(known, lines)?.into())
        }
    };
    state.files.insert(path.into(), Arc::new(Kept { digest, text }));
    Ok(())
}

fn apply_edit(record: &mut Plain, way: &Path, edit: &Edit) -> Result<(), String> {
    let Some((last, before)) = way.0.split_last() else {
        return Err("it names no field".to_owned());
    };
    let mut table = record;
    for part in before {
        let value = table.get_mut(&part.name);
        let value = value.ok_or_else(|| format!("there is no `{}`", part.name))?;
        table = match &part.row {
            None => value,
            Some(key) => {
                let at = place(value, key)?;
                let Plain::List(rows) = value else { unreachable!("place() found a row in it") };
                &mut rows[at]
            }
        };
    }
    if !matches!(table, Plain::Table(_)) {
        return Err("what it is in is no table".to_owned());
    }
    match &last.row {
        None => apply_field(table, &last.name, edit),
        Some(key) => apply_row(table, &last.name, key, edit),
    }
}

fn apply_field(table: &mut Plain, name: &str, edit: &Edit) -> Result<(), String> {
    let there = table.get(name);
    let differs = |was: &Option<Plain>| was.is_some() && was.as_ref() != there;
    match edit {
        Edit::Set { was, .. } | Edit::Gone { was } if differs(was) => {
            let is = there.map_or("nothing".to_owned(), |it| format!("`{}`", it.to_toml()));
            Err(format!("what was there before is {is}"))
        }
        Edit::Gone { .. } if there.is_none() => Err("there is nothing to take away".to_owned()),
        Edit::Set { now, .. } => {
            table.put(name, Some(now.clone()));
            Ok(())
        }
        Edit::Gone { .. } => {
            table.put(name, None);
            Ok(())
        }
        Edit::Lines(lines) => {
            let text = there.and_then(Plain::as_text).ok_or("there is no text to change")?;
            let text = patch::apply(text, lines)?;
            table.put(name, Some(Plain::Text(text.into())));
            Ok(())
        }
        Edit::Row { .. } | Edit::Moved { .. } => Err("it names no row".to_owned()),
    }
}

fn apply_row(table: &mut Plain, name: &str, key: &Key, edit: &Edit) -> Result<(), String> {
    let list = table.get_mut(name).ok_or_else(|| format!("there is no `{name}`"))?;
    match edit {
        Edit::Gone { .. } => take_row(list, key).map(drop),
        Edit::Row { now, after } => put_row(list, now.clone(), after.as_ref()),
        Edit::Moved { after } => {
            let row = take_row(list, key)?;
            put_row(list, row, after.as_ref())
        }
        Edit::Set { .. } | Edit::Lines(_) => {
            Err("a row comes, goes or moves as a whole".to_owned())
        }
    }
}

fn take_row(list: &mut Plain, key: &Key) -> Result<Plain, String> {
    let at = place(list, key)?;
    let Plain::List(rows) = list else { unreachable!("place() found a row in it") };
    Ok(rows.remove(at))
}

fn put_row(list: &mut Plain, row: Plain, after: Option<&Key>) -> Result<(), String> {
    let at = match after {
        Some(key) => place(list, key)? + 1,
        None => 0,
    };
    match list {
        Plain::List(rows) => {
            rows.insert(at, row);
            Ok(())
        }
        _ => Err("there is no list to put a row into".to_owned()),
    }
}

fn place(list: &Plain, key: &Key) -> Result<usize, String> {
    let Plain::List(rows) = list else { return Err("there are no rows".to_owned()) };
    rows.iter().position(|row| key.fits(row)).ok_or_else(|| format!("there is no row with {key}"))
}
