//! The records that stand in the runbook before an import, and how a proposal is known to be one of
//! them.
//!
//! First by what the last import noted, then by `source`, then by what identifies a thing: serial
//! number, asset tag, host name, MAC address; last by its name. A stronger sign that differs outweighs
//! a weaker one that agrees: two computers with one docking station's MAC address stay two.

use std::collections::HashMap;

use smol_str::{SmolStr, StrExt, ToSmolStr};

use crate::record::value::Value;
use crate::record::{self, Record};
use crate::schema::role::Role;
use crate::schema::{Catalog, KindIx};
use crate::source::{SourceFile, SourceTree};

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
    /// Its identifying values with their fields: `serial`, `interface.mac`.
    signs: Vec<(SmolStr, SmolStr)>,
    /// The system that it says it came from, and its ids there.
    source: Option<(SmolStr, Vec<SmolStr>)>,
    /// The ids it had before.
    formerly: Vec<SmolStr>,
}

impl Known {
    /// Whether it says that it came from `system`, where it is something else than `key`.
    pub fn is_another(&self, system: &str, key: &str) -> bool {
        self.source.as_ref().is_some_and(|(theirs, ids)| {
            theirs.eq_ignore_ascii_case(system) && !ids.contains(&key.to_lowercase_smolstr())
        })
    }
}

/// All records that stand, by their signs.
#[derive(Default, Debug)]
pub struct Standing {
    records: Vec<Known>,
    by_id: HashMap<(KindIx, SmolStr), usize>,
    by_source: HashMap<(KindIx, SmolStr, SmolStr), usize>,
    /// The one record that has a sign; nothing where several have it.
    by_sign: HashMap<(KindIx, SmolStr, SmolStr), Option<usize>>,
    all_ids: HashMap<SmolStr, Vec<KindIx>>,
}

/// The field whose sign is the name people use.
const NAME: &str = "name";

/// The field that says what another system calls it.
const SOURCE_ID: &str = "source.id";

impl Standing {
    /// Returns what stands in the records of `tree`.
    pub fn read(tree: &SourceTree, catalog: &Catalog, currency: &str) -> Standing {
        let known = |file: &SourceFile, record| known(file, &record, catalog);
        Standing::of(record::read_each(tree, catalog, currency, known).value)
    }

    fn of(records: Vec<Known>) -> Standing {
        let mut standing = Standing::default();
        for (ix, known) in records.iter().enumerate() {
            let kind = known.kind;
            for (field, value) in &known.signs {
                let sign = (kind, field.clone(), value.clone());
                let only = standing.by_sign.entry(sign).or_insert(Some(ix));
                *only = only.filter(|other| *other == ix);
            }
            if let Some((system, ids)) = &known.source {
                for id in ids {
                    let source = (kind, system.clone(), id.clone());
                    standing.by_source.entry(source).or_insert(ix);
                }
            }
            for id in std::iter::once(&SmolStr::new(&known.id)).chain(&known.formerly) {
                let kinds = standing.all_ids.entry(id.to_ascii_lowercase_smolstr()).or_default();
                kinds.push(kind);
                standing.by_id.entry((kind, id.clone())).or_insert(ix);
            }
        }
        standing.records = records;
        standing
    }

    /// Returns the record with this id, or the one that had it before.
    pub fn by_id(&self, kind: KindIx, id: &str) -> Option<&Known> {
        self.by_id.get(&(kind, id.into())).map(|ix| &self.records[*ix])
    }

    /// Returns the record that says it came from `system`, where its id is `key`.
    pub fn by_source(&self, kind: KindIx, system: &str, key: &str) -> Option<&Known> {
        let source = (kind, system.to_lowercase_smolstr(), key.to_lowercase_smolstr());
        self.by_source.get(&source).map(|ix| &self.records[*ix])
    }

    /// Returns the one record that has these signs, strongest field first; the name comes last.
    pub fn by_signs(&self, kind: KindIx, signs: &[(SmolStr, SmolStr)]) -> Option<&Known> {
        for (place, (field, value)) in signs.iter().enumerate() {
            let Some(known) = self.by_sign(kind, field, value) else { continue };
            let contradicts = signs[..place].iter().any(|(stronger, value)| {
                let value = value.to_lowercase_smolstr();
                let mut theirs =
                    known.signs.iter().filter(|(field, _)| field == stronger).peekable();
                stronger != field
                    && theirs.peek().is_some()
                    && !theirs.any(|(_, own)| *own == value)
            });
            if !contradicts {
                return Some(known);
            }
        }
        None
    }

    /// Returns the one record that has `value` in `field`, in whatever letter case.
    fn by_sign(&self, kind: KindIx, field: &str, value: &str) -> Option<&Known> {
        let sign = (kind, field.into(), value.to_lowercase_smolstr());
        let only = (*self.by_sign.get(&sign)?)?;
        Some(&self.records[only])
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
                if let Some(known) = self.by_sign(kind, field, value) {
                    return Some(known);
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
    let mut fields: Vec<String> = fields.filter(|field| field != SOURCE_ID).collect();
    // An account number or circuit id names a contract with somebody, not the thing alone.
    fields.retain(|field| field != "account_no");
    // The range of a network says more than its name.
    fields.extend(kind.paths(Role::Prefix).iter().map(|path| kind.name_of(path)));
    fields.push(kind.title.clone());
    fields
}

/// Returns what is remembered of a record that stands in `file`.
fn known(file: &SourceFile, record: &Record, catalog: &Catalog) -> Known {
    let (own, signs): (Vec<_>, Vec<_>) =
        signs_of(record, catalog).into_iter().partition(|(field, _)| field == SOURCE_ID);
    let ids: Vec<SmolStr> = own.into_iter().map(|(_, id)| id).collect();
    let system = text_at(record, catalog, "source.system").filter(|_| !ids.is_empty());
    Known {
        kind: record.kind,
        id: record.id.value.clone(),
        path: file.path.clone(),
        signs,
        source: system.map(|system| (system.to_lowercase_smolstr(), ids)),
        formerly: record.envelope.formerly.iter().map(|id| SmolStr::new(&id.value)).collect(),
    }
}

fn signs_of(record: &Record, catalog: &Catalog) -> Vec<(SmolStr, SmolStr)> {
    let kind = catalog.kind(record.kind);
    let title = kind.paths(Role::Title).iter();
    let prefixes = kind.paths(Role::Prefix).iter();
    let mut signs: Vec<(SmolStr, SmolStr)> = Vec::new();
    for path in kind.paths(Role::Identifier).iter().chain(prefixes).chain(title) {
        let field = SmolStr::new(kind.name_of(path));
        signs.extend(record.fields.at(path).iter().filter_map(|value| {
            let text = match &value.value {
                Value::Prefix(prefix) => prefix.to_smolstr(),
                value => value.as_text()?.to_lowercase_smolstr(),
            };
            Some((field.clone(), text))
        }));
    }
    signs.shrink_to_fit();
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
