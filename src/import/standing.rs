//! The records that stand in the runbook before an import, and how a proposal is known to be one of
//! them.
//!
//! First by what the last import noted, then by `source`, then by what identifies a thing: serial
//! number, asset tag, host name, MAC address; last by its name. A stronger sign that differs outweighs
//! a weaker one that agrees: two computers with one docking station's MAC address stay two.

use std::collections::{BTreeMap, HashMap};

use crate::record::Record;
use crate::record::value::Value;
use crate::schema::role::Role;
use crate::schema::{Catalog, KindIx};
use crate::source::SourceTree;

use super::slug::Taken;

/// A record that stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// Its kind.
    pub kind: KindIx,
    /// Its id.
    pub id: String,
    /// The file it is written in.
    pub path: String,
    /// Its identifying values, by field: `serial`, `interface.mac`.
    signs: BTreeMap<String, Vec<String>>,
    /// The system that it says it came from, and its ids there.
    source: Option<(String, Vec<String>)>,
}

impl Known {
    /// Whether it says that it came from `system`, where it is something else than `key`.
    pub fn is_another(&self, system: &str, key: &str) -> bool {
        self.source.as_ref().is_some_and(|(theirs, ids)| {
            theirs.eq_ignore_ascii_case(system) && !ids.contains(&key.to_lowercase())
        })
    }
}

/// All records that stand, by their signs.
#[derive(Default, Debug)]
pub struct Standing {
    records: Vec<Known>,
    by_id: HashMap<(KindIx, String), usize>,
    by_source: HashMap<(KindIx, String, String), usize>,
    by_sign: HashMap<(KindIx, String, String), Vec<usize>>,
    all_ids: HashMap<String, Vec<KindIx>>,
}

/// The field whose sign is the name people use.
const NAME: &str = "name";

impl Standing {
    /// Returns what stands in `records`.
    pub fn new(tree: &SourceTree, catalog: &Catalog, records: &[Record]) -> Standing {
        let mut standing = Standing::default();
        for record in records {
            let Some(file) = tree.get(record.file) else { continue };
            let mut signs = signs_of(record, catalog);
            let source = signs.remove("source.id").zip(text_at(record, catalog, "source.system"));
            let ix = standing.records.len();
            let kind = record.kind;
            for (field, values) in &signs {
                for value in values {
                    let sign = (kind, field.clone(), value.clone());
                    standing.by_sign.entry(sign).or_default().push(ix);
                }
            }
            let source = source.map(|(ids, system)| (system.to_lowercase(), ids));
            if let Some((system, ids)) = &source {
                for id in ids {
                    let source = (kind, system.clone(), id.clone());
                    standing.by_source.entry(source).or_insert(ix);
                }
            }
            let formerly = record.envelope.formerly.iter().map(|id| id.value.clone());
            for id in std::iter::once(record.id.value.clone()).chain(formerly) {
                standing.all_ids.entry(id.to_ascii_lowercase()).or_default().push(kind);
                standing.by_id.entry((kind, id)).or_insert(ix);
            }
            let (id, path) = (record.id.value.clone(), file.path.clone());
            standing.records.push(Known { kind, id, path, signs, source });
        }
        standing
    }

    /// Returns the record with this id, or the one that had it before.
    pub fn by_id(&self, kind: KindIx, id: &str) -> Option<&Known> {
        self.by_id.get(&(kind, id.to_owned())).map(|ix| &self.records[*ix])
    }

    /// Returns the record that says it came from `system`, where its id is `key`.
    pub fn by_source(&self, kind: KindIx, system: &str, key: &str) -> Option<&Known> {
        let source = (kind, system.to_lowercase(), key.to_lowercase());
        self.by_source.get(&source).map(|ix| &self.records[*ix])
    }

    /// Returns the one record that has these signs, strongest field first; the name comes last.
    pub fn by_signs(&self, kind: KindIx, signs: &[(String, String)]) -> Option<&Known> {
        for (place, (field, value)) in signs.iter().enumerate() {
            let sign = (kind, field.clone(), value.to_lowercase());
            let Some([only]) = self.by_sign.get(&sign).map(Vec::as_slice) else { continue };
            let known = &self.records[*only];
            let contradicts = signs[..place].iter().any(|(stronger, value)| {
                let theirs = known.signs.get(stronger);
                stronger != field && theirs.is_some_and(|all| !all.contains(&value.to_lowercase()))
            });
            if !contradicts {
                return Some(known);
            }
        }
        None
    }

    /// Returns the one record of this kind that people call `words`, or whose host name, serial
    /// number or MAC address that is.
    pub fn by_words(&self, kind: KindIx, words: &str) -> Option<&Known> {
        let wanted = words.trim().to_lowercase();
        if let Some(known) = self.by_id(kind, &wanted) {
            return Some(known);
        }
        let short = wanted.split('.').next().unwrap_or_default().to_owned();
        for field in [NAME, "hostname", "serial", "interface.mac", "email"] {
            for value in [&wanted, &short] {
                let sign = (kind, field.to_owned(), value.clone());
                if let Some([only]) = self.by_sign.get(&sign).map(Vec::as_slice) {
                    return Some(&self.records[*only]);
                }
            }
        }
        None
    }

    /// Returns the ids of `kind` that are taken.
    pub fn taken(&self, kind: KindIx) -> Taken {
        let mut taken = Taken::default();
        for (id, kinds) in &self.all_ids {
            if kinds.contains(&kind) {
                taken.take(id);
            }
        }
        taken
    }

    /// Whether another kind has a record with this id, so that a bare `[[id]]` would no longer be clear.
    pub fn is_id_elsewhere(&self, kind: KindIx, id: &str) -> bool {
        self.all_ids.get(id).is_some_and(|kinds| kinds.iter().any(|other| *other != kind))
    }
}

/// Returns the signs by which records of a kind are known, the strongest first.
pub fn sign_fields(catalog: &Catalog, kind: KindIx) -> Vec<String> {
    let kind = catalog.kind(kind);
    let fields = kind.paths(Role::Identifier).iter().map(|path| kind.name_of(path));
    let mut fields: Vec<String> = fields.filter(|field| field != "source.id").collect();
    // An account number or circuit id names a contract with somebody, not the thing alone.
    fields.retain(|field| field != "account_no");
    // The range of a network says more than its name.
    fields.extend(kind.paths(Role::Prefix).iter().map(|path| kind.name_of(path)));
    fields.push(kind.title.clone());
    fields
}

fn signs_of(record: &Record, catalog: &Catalog) -> BTreeMap<String, Vec<String>> {
    let kind = catalog.kind(record.kind);
    let mut signs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let title = kind.paths(Role::Title).iter();
    let prefixes = kind.paths(Role::Prefix).iter();
    for path in kind.paths(Role::Identifier).iter().chain(prefixes).chain(title) {
        let values = record.fields.at(path);
        let texts = values.iter().filter_map(|value| match &value.value {
            Value::Prefix(prefix) => Some(prefix.to_string()),
            value => value.as_text().map(str::to_lowercase),
        });
        let texts: Vec<String> = texts.collect();
        if !texts.is_empty() {
            signs.insert(kind.name_of(path), texts);
        }
    }
    signs
}

fn text_at(record: &Record, catalog: &Catalog, path: &str) -> Option<String> {
    let mut shape = &catalog.kind(record.kind).shape;
    let mut way = Vec::new();
    for name in path.split('.') {
        let ix = shape.index(name)?;
        way.push(ix);
        shape = &shape.fields()[ix].shape;
    }
    match record.fields.at(&way).first().map(|value| &value.value) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}
