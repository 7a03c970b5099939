//! What records and attachments were before and are after: only those that differ.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::delta::{self, Delta};
use super::plain::Plain;
use super::state::{Kept, State};

/// A record before and after.
#[derive(Clone, PartialEq, Debug)]
pub struct Pair {
    /// `kind/id`: that after, or of a record that is gone the one before.
    pub name: String,
    /// `kind/id` before, where the record has a new id.
    pub former: Option<String>,
    /// What it said; nothing for a new one.
    pub before: Option<Arc<Plain>>,
    /// What it says; nothing for one that is gone.
    pub after: Option<Arc<Plain>>,
}

/// An attachment before and after.
#[derive(Clone, PartialEq, Debug)]
pub struct FilePair {
    /// Its path.
    pub path: String,
    /// What was known of it; nothing for a new one.
    pub before: Option<Arc<Kept>>,
    /// What is known of it; nothing for one that is gone.
    pub after: Option<Arc<Kept>>,
}

/// All that differs between two states, sorted by name.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Pairs {
    /// The records.
    pub records: Vec<Pair>,
    /// The attachments.
    pub files: Vec<FilePair>,
}

impl Pairs {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.files.is_empty()
    }

    /// Returns what differs between two states.
    pub fn between(old: &State, new: &State) -> Pairs {
        let renamed = delta::renamed(old, new);
        let from: BTreeSet<&str> = renamed.values().map(String::as_str).collect();
        let mut pairs = Pairs::default();
        for (name, after) in &new.records {
            let former = renamed.get(&**name);
            let before = old.records.get(former.map_or(&**name, String::as_str));
            let is_same = before.is_some_and(|it| Arc::ptr_eq(it, after) || it == after);
            if !is_same || former.is_some() {
                pairs.records.push(Pair {
                    name: name.to_string(),
                    former: former.cloned(),
                    before: before.cloned(),
                    after: Some(Arc::clone(after)),
                });
            }
        }
        for (name, before) in &old.records {
            if !new.records.contains_key(name) && !from.contains(&**name) {
                let (name, before) = (name.to_string(), Some(Arc::clone(before)));
                pairs.records.push(Pair { name, former: None, before, after: None });
            }
        }
        pairs.records.sort_by(|a, b| a.name.cmp(&b.name));
        let paths: BTreeSet<&Arc<str>> = old.files.keys().chain(new.files.keys()).collect();
        for path in paths {
            let (before, after) = (old.files.get(path), new.files.get(path));
            if before.map(|it| &it.digest) != after.map(|it| &it.digest) {
                let (before, after) = (before.cloned(), after.cloned());
                pairs.files.push(FilePair { path: path.to_string(), before, after });
            }
        }
        pairs
    }
}

/// What was there before a change, of all that it touches.
pub(super) struct Before {
    records: BTreeMap<String, Arc<Plain>>,
    files: BTreeMap<String, Arc<Kept>>,
}

impl Before {
    pub(super) fn of(delta: &Delta, state: &State) -> Before {
        let former = |name: &String| delta.renamed.get(name).unwrap_or(name).clone();
        let names = delta.changed.keys().map(former).chain(delta.removed.iter().cloned());
        let names: BTreeSet<String> = names.chain(delta.renamed.values().cloned()).collect();
        let records = names.into_iter().filter_map(|name| {
            let record = Arc::clone(state.records.get(&*name)?);
            Some((name, record))
        });
        let files = delta
            .files
            .keys()
            .filter_map(|path| Some((path.clone(), Arc::clone(state.files.get(&**path)?))));
        Before { records: records.collect(), files: files.collect() }
    }

    pub(super) fn and_after(self, delta: &Delta, state: &State) -> Pairs {
        let touched: BTreeSet<&String> = delta
            .added
            .keys()
            .chain(&delta.removed)
            .chain(delta.changed.keys())
            .chain(delta.renamed.keys())
            .collect();
        let records = touched.into_iter().map(|name| {
            let former = delta.renamed.get(name);
            let before = match delta.added.contains_key(name) {
                true => None,
                false => self.records.get(former.unwrap_or(name)).cloned(),
            };
            let after = state.records.get(&**name).cloned();
            Pair { name: name.clone(), former: former.cloned(), before, after }
        });
        let files = delta.files.keys().map(|path| FilePair {
            path: path.clone(),
            before: self.files.get(path).cloned(),
            after: state.files.get(&**path).cloned(),
        });
        Pairs { records: records.collect(), files: files.collect() }
    }
}
