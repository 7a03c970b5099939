//! Resolves references: from words to records.

use std::collections::HashMap;

use super::{DUPLICATE_ID, Node, NodeIx, Target};
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::record::value::{Fields, Value};
use crate::record::{Record, Written};
use crate::schema::field::{Field, Target as Allowed};
use crate::schema::kind::Kind;
use crate::schema::{Catalog, KindIx};
use crate::source::Span;
use crate::text;

/// A reference to nothing.
pub static UNKNOWN_RECORD: Rule = Rule {
    code: "unknown-record",
    level: Level::Error,
    summary: "a reference names a record that does not exist, or one of the wrong kind",
    detail: "A reference is the id of another record, or `kind/id`. The field's kind says what \
             sorts of record it may point to. Correct the spelling, write the missing record \
             (`clearjar new KIND ID`), or say that the fact is unknown: `unknown = [\"field\"]`.",
};

/// A reference that could mean several records.
pub static AMBIGUOUS_REFERENCE: Rule = Rule {
    code: "ambiguous-reference",
    level: Level::Error,
    summary: "a reference names several records of different kinds",
    detail: "A bare id is enough when just one of the kinds that the field may point to has it. \
             Where several do, write `kind/id`.",
};

/// Suggestions cost a look at every id, so only so many findings of a run get one.
const MOST_SUGGESTIONS: usize = 200;

/// Every id there is.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Index {
    ids: HashMap<(KindIx, String), NodeIx>,
    /// For `device:port`: the keys of the rows, by record and the field's place.
    rows: HashMap<(NodeIx, usize), Vec<String>>,
    /// Old ids, with the record that has them now.
    former: HashMap<(KindIx, String), NodeIx>,
    /// All ids by kind, for suggestions.
    by_kind: Vec<Vec<String>>,
    kinds_of_id: HashMap<String, Vec<KindIx>>,
}

impl Index {
    /// Returns the index of records in the order of the site.
    pub fn new(catalog: &Catalog, records: &[Record], found: &mut Diagnostics) -> Index {
        let mut index = Index {
            ids: HashMap::with_capacity(records.len()),
            rows: HashMap::new(),
            former: HashMap::new(),
            by_kind: vec![Vec::new(); catalog.kinds().len()],
            kinds_of_id: HashMap::new(),
        };
        for (ix, record) in records.iter().enumerate() {
            let id = record.id.value.clone();
            index.by_kind[record.kind.0].push(id.clone());
            index.kinds_of_id.entry(id.clone()).or_default().push(record.kind);
            index.ids.insert((record.kind, id), NodeIx(ix));
            index.add_rows(catalog.kind(record.kind), NodeIx(ix), &record.fields);
        }
        for (ix, record) in records.iter().enumerate() {
            index.add_former(NodeIx(ix), record, found);
        }
        index
    }

    /// Returns the record of this kind and id.
    pub fn exact(&self, kind: KindIx, id: &str) -> Option<NodeIx> {
        self.ids.get(&(kind, id.to_owned())).copied()
    }

    fn add_rows(&mut self, kind: &Kind, ix: NodeIx, fields: &Fields<Written>) {
        for (place, field) in kind.shape.fields().iter().enumerate() {
            let Some(key) = field.row.as_deref().and_then(|row| field.shape.index(row)) else {
                continue;
            };
            let Some(value) = fields.get(place) else { continue };
            let keys = Value::rows(value)
                .iter()
                .filter_map(|row| row.value.as_table()?.get(key)?.value.as_text())
                .map(str::to_owned);
            self.rows.insert((ix, place), keys.collect());
        }
    }

    fn add_former(&mut self, ix: NodeIx, record: &Record, found: &mut Diagnostics) {
        for old in &record.envelope.formerly {
            let key = (record.kind, old.value.clone());
            if self.ids.contains_key(&key) || self.former.contains_key(&key) {
                let message = format!("`{}` is the id of another record of its kind", old.value);
                found.push(
                    Diagnostic::new(&DUPLICATE_ID, old.span, message)
                        .help("an old id can lead to one page only; remove it here or there"),
                );
                continue;
            }
            self.former.insert(key, ix);
        }
    }

    /// Returns the record that `id` names among `kinds`, or a finding's words and help.
    fn lookup(&self, id: &str, kinds: &[KindIx], catalog: &Catalog) -> Result<NodeIx, Miss> {
        if let Some((kind, id)) = id.split_once('/') {
            let Some(kind) = catalog.by_name(kind) else { return Err(Miss::NoKind(kind.into())) };
            if !kinds.contains(&kind) {
                return Err(Miss::OtherKind(kind));
            }
            let key = (kind, id.to_owned());
            return self.ids.get(&key).copied().ok_or(Miss::Nothing { id: key.1 });
        }
        let with_it = self.kinds_of_id.get(id).map_or(&[][..], Vec::as_slice);
        let allowed: Vec<KindIx> =
            with_it.iter().copied().filter(|kind| kinds.contains(kind)).collect();
        match allowed.as_slice() {
            [only] => Ok(self.ids[&(*only, id.to_owned())]),
            [] => match with_it.first() {
                Some(other) => Err(Miss::OtherKind(*other)),
                None => Err(Miss::Nothing { id: id.to_owned() }),
            },
            _ => Err(Miss::Several(allowed)),
        }
    }

    /// Resolves words that may name any record, as wiki links do.
    pub fn any(&self, id: &str, catalog: &Catalog) -> Result<NodeIx, Miss> {
        let all: Vec<KindIx> = catalog.iter().map(|(kind, _)| kind).collect();
        self.lookup(id, &all, catalog)
    }

    /// Returns the finding for a miss.
    pub fn finding(
        &self,
        miss: Miss,
        text: &str,
        span: Span,
        kinds: &[KindIx],
        catalog: &Catalog,
        found: &Diagnostics,
    ) -> Diagnostic {
        let labels: Vec<String> =
            kinds.iter().map(|kind| catalog.kind(*kind).label.to_lowercase()).collect();
        let wanted = match labels.len() {
            0..=4 => labels.join(" or "),
            _ => "record".to_owned(),
        };
        match miss {
            Miss::NoKind(kind) => {
                let names = catalog.kinds().iter().map(|kind| kind.name.as_str());
                let diagnostic =
                    Diagnostic::new(&UNKNOWN_RECORD, span, format!("there is no kind `{kind}`"));
                match text::nearest(&kind, names) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic.help("`clearjar kinds` lists the kinds"),
                }
            }
            Miss::OtherKind(kind) => Diagnostic::new(
                &UNKNOWN_RECORD,
                span,
                format!("`{text}` is a {}", catalog.kind(kind).label.to_lowercase()),
            )
            .help(format!("this takes a {wanted}")),
            Miss::Several(kinds) => {
                let bare = text.rsplit('/').next().unwrap_or(text);
                let candidates: Vec<String> = kinds
                    .iter()
                    .map(|kind| format!("{}/{bare}", catalog.kind(*kind).name))
                    .collect();
                let message = format!("`{text}` could be any of {} records", candidates.len());
                Diagnostic::new(&AMBIGUOUS_REFERENCE, span, message)
                    .help(format!("write {}", text::list_of(&candidates, "or")))
            }
            Miss::Nothing { id } => {
                let message = format!("no {wanted} is called `{id}`");
                let diagnostic = Diagnostic::new(&UNKNOWN_RECORD, span, message);
                if let Some(new) = self.renamed(&id, kinds) {
                    return diagnostic.help(format!("it is now called `{new}`"));
                }
                match self.near(&id, kinds, found) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic,
                }
            }
        }
    }

    fn renamed(&self, id: &str, kinds: &[KindIx]) -> Option<&str> {
        let now = kinds.iter().find_map(|kind| self.former.get(&(*kind, id.to_owned())))?;
        self.ids.iter().find(|(_, ix)| *ix == now).map(|((_, id), _)| id.as_str())
    }

    fn near(&self, id: &str, kinds: &[KindIx], found: &Diagnostics) -> Option<&str> {
        if found.len() > MOST_SUGGESTIONS {
            return None;
        }
        let ids = kinds.iter().flat_map(|kind| self.by_kind[kind.0].iter().map(String::as_str));
        text::nearest(id, ids)
    }
}

/// Why words name no record.
pub(super) enum Miss {
    NoKind(String),
    OtherKind(KindIx),
    Several(Vec<KindIx>),
    Nothing { id: String },
}

/// Resolves the references of a record.
pub(super) fn node(
    record: Record,
    catalog: &Catalog,
    index: &Index,
    found: &mut Diagnostics,
) -> Node {
    let kind = catalog.kind(record.kind);
    let fields = record.fields.resolve(&mut |written: Written, path| {
        target(&written, kind.field_at(path), catalog, index, found)
    });
    let title = kind.shape.index(&kind.title).and_then(|place| fields.get(place));
    let name = title.and_then(|value| value.value.as_text()).unwrap_or(&record.id.value);
    Node {
        kind: record.kind,
        name: name.to_owned(),
        id: record.id.value,
        file: record.file,
        span: record.span,
        fields,
        envelope: record.envelope,
        links: Default::default(),
        prose_files: Vec::new(),
        todos: Vec::new(),
        inbound: Vec::new(),
    }
}

fn target(
    written: &Written,
    field: &Field,
    catalog: &Catalog,
    index: &Index,
    found: &mut Diagnostics,
) -> Option<Target> {
    let kinds = allowed_kinds(&field.to, catalog);
    let wants_row = field.to.iter().any(|to| matches!(to, Allowed::Row { .. }));
    let (id, row) = match written.text.split_once(':') {
        Some((id, row)) if wants_row => (id, Some(row)),
        _ => (written.text.as_str(), None),
    };
    let node = match index.lookup(id, &kinds, catalog) {
        Ok(node) => node,
        Err(miss) => {
            let finding = index.finding(miss, id, written.span, &kinds, catalog, found);
            found.push(finding);
            return None;
        }
    };
    if let Some(row) = row {
        check_row(node, row, written, field, catalog, index, found)?;
    }
    Some(Target { node, row: row.map(str::to_owned) })
}

/// Whether the record has the row, in one of the fields that the reference may point to.
fn check_row(
    node: NodeIx,
    row: &str,
    written: &Written,
    field: &Field,
    catalog: &Catalog,
    index: &Index,
    found: &mut Diagnostics,
) -> Option<()> {
    let mut known: Vec<&str> = Vec::new();
    for to in &field.to {
        let Allowed::Row { kind, field } = to else { continue };
        let place = catalog.by_name(kind).and_then(|kind| catalog.kind(kind).shape.index(field));
        let rows = place.and_then(|place| index.rows.get(&(node, place)));
        known.extend(rows.into_iter().flatten().map(String::as_str));
    }
    if known.contains(&row) {
        return Some(());
    }
    let id = written.text.split(':').next().unwrap_or_default();
    let message = format!("`{id}` has no row called `{row}`");
    let finding = Diagnostic::new(&UNKNOWN_RECORD, written.span, message);
    found.push(match text::nearest(row, known.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{id}:{near}`?")),
        None if known.is_empty() => finding.help("it has no rows of this sort yet"),
        None => finding.help(format!("there are {}", text::list_of(&known, "and"))),
    });
    None
}

fn allowed_kinds(to: &[Allowed], catalog: &Catalog) -> Vec<KindIx> {
    if to.contains(&Allowed::Any) {
        return catalog.iter().map(|(kind, _)| kind).collect();
    }
    to.iter()
        .filter_map(|to| match to {
            Allowed::Any => None,
            Allowed::Kind(kind) | Allowed::Row { kind, .. } => catalog.by_name(kind),
        })
        .collect()
}
