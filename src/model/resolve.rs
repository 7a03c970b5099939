//! Resolves references: from words to records.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::{DUPLICATE_ID, Node, NodeIx, Target};
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::record::value::{Fields, Value};
use crate::record::{Record, Written};
use crate::schema::field::{Field, FieldType, Shape, Target as Allowed};
use crate::schema::kind::Kind;
use crate::schema::role::Role;
use crate::schema::{Catalog, KindIx};
use crate::source::{FileId, SourceTree, Span, Spanned};
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

/// The id of a record where text may stand as well.
pub static REFERENCE_AS_TEXT: Rule = Rule {
    code: "reference-as-text",
    level: Level::Warning,
    summary: "a field that takes a reference or text has text that is the id of a record",
    detail: "Where a field takes either, `kind/id` is a reference and everything else is text: \
             `target = \"device/nas-hq-01\"` is a link, and `target = \"nas-hq-01\"` is only a word \
             that nothing follows when the record is renamed. Write the kind before the id; or, where \
             the word is meant, add something to it that no id has.",
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
    /// Records some rows of which could not be read, by the field's name.
    torn_rows: HashSet<(NodeIx, String)>,
    /// All ids by kind, for suggestions.
    by_kind: Vec<Vec<String>>,
    kinds_of_id: HashMap<String, Vec<KindIx>>,
    /// Ids in files that gave no record: of a folder that is no kind's, or that are not TOML.
    lost: HashSet<String>,
    /// Files under `records/` that could not be read, or not all of them.
    unread: HashSet<FileId>,
}

impl Index {
    /// Returns the index of records in the order of the site.
    pub fn new(
        tree: &SourceTree,
        catalog: &Catalog,
        records: &[Record],
        found: &mut Diagnostics,
    ) -> Index {
        let mut index = Index {
            ids: HashMap::with_capacity(records.len()),
            rows: HashMap::new(),
            torn_rows: HashSet::new(),
            former: HashMap::new(),
            by_kind: vec![Vec::new(); catalog.kinds().len()],
            kinds_of_id: HashMap::new(),
            lost: HashSet::new(),
            unread: HashSet::new(),
        };
        for (ix, record) in records.iter().enumerate() {
            let id = record.id.value.clone();
            index.by_kind[record.kind.0].push(id.clone());
            index.kinds_of_id.entry(id.clone()).or_default().push(record.kind);
            index.ids.insert((record.kind, id), NodeIx(ix));
            index.add_rows(catalog.kind(record.kind), NodeIx(ix), record);
        }
        for (ix, record) in records.iter().enumerate() {
            index.add_former(NodeIx(ix), record, found);
        }
        index.add_lost(tree, records);
        index
    }

    /// Whether a file under `records/` could not be read, or not all of it.
    pub fn is_unread(&self, file: FileId) -> bool {
        self.unread.contains(&file)
    }

    /// Collects the ids that a file gives a record and that no record has.
    fn add_lost(&mut self, tree: &SourceTree, records: &[Record]) {
        let read: HashSet<FileId> = records.iter().map(|record| record.file).collect();
        let torn = records.iter().filter(|record| record.unread.is_torn());
        self.unread = torn.map(|record| record.file).collect();
        for file in tree.under("records") {
            let id = file.id();
            if !read.contains(&id) {
                self.unread.insert(id);
                self.lost.insert(file.stem().to_owned());
            }
            if self.unread.contains(&id) {
                let headers = file.as_text().unwrap_or_default().lines();
                let names = headers.filter_map(|line| line.trim_start().strip_prefix('['));
                let is_id = |c: char| c.is_ascii_alphanumeric() || c == '-';
                let ids =
                    names.filter_map(|name| name.split(|c| !is_id(c)).find(|id| !id.is_empty()));
                self.lost.extend(ids.map(str::to_owned));
            }
        }
        self.lost.retain(|id| !self.kinds_of_id.contains_key(id));
    }

    /// Returns the record of this kind and id.
    pub fn exact(&self, kind: KindIx, id: &str) -> Option<NodeIx> {
        self.ids.get(&(kind, id.to_owned())).copied()
    }

    fn add_rows(&mut self, kind: &Kind, ix: NodeIx, record: &Record) {
        for (place, field) in kind.shape.fields().iter().enumerate() {
            let Some((row, key)) =
                field.row.as_deref().and_then(|row| Some((row, field.shape.index(row)?)))
            else {
                continue;
            };
            if record.unread.at(&field.name)
                || record.unread.at(&format!("{}.{row}", field.name))
                || record.unread.is_torn()
            {
                self.torn_rows.insert((ix, field.name.clone()));
            }
            let Some(value) = record.fields.get(place) else { continue };
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

    /// Whether the row that is meant may be among those that could not be read.
    fn has_unread_rows(&self, node: NodeIx, to: &[Allowed]) -> bool {
        to.iter().any(|to| match to {
            Allowed::Row { field, .. } => self.torn_rows.contains(&(node, field.clone())),
            _ => false,
        })
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
            kinds.iter().map(|kind| text::in_sentence(&catalog.kind(*kind).label)).collect();
        let wanted = match labels.as_slice() {
            [only] => only.clone(),
            [first @ .., last] if first.len() < 4 => format!("{} or {last}", first.join(", ")),
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
                format!("`{text}` is {}", catalog.kind(kind).with_article()),
            )
            .help(format!("this takes {}", text::with_article(&wanted))),
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
                    None => diagnostic.help("correct it, or write the record that it names"),
                }
            }
        }
    }

    /// Whether what was missed is in a file that could not be read, which has been reported.
    pub fn is_lost(&self, miss: &Miss) -> bool {
        matches!(miss, Miss::Nothing { id } if self.lost.contains(id))
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

/// A reference that names nothing, as it is written, and the kinds that it may name.
struct Missed {
    miss: Miss,
    text: String,
    span: Span,
    kinds: Vec<KindIx>,
}

/// What was found at the references of a record. What to say of a missed one is found when all
/// records are resolved: it costs a look at every id.
#[derive(Default)]
struct Findings {
    found: Diagnostics,
    missed: Vec<Missed>,
}

/// Resolves the references of records.
pub(super) fn nodes(
    records: Vec<Record>,
    catalog: &Catalog,
    index: &Index,
    found: &mut Diagnostics,
) -> Vec<Node> {
    let resolve = |record| {
        let mut findings = Findings::default();
        (node(record, catalog, index, &mut findings), findings)
    };
    let (nodes, findings): (Vec<Node>, Vec<Findings>) =
        records.into_par_iter().map(resolve).unzip();
    for findings in findings {
        found.append(findings.found);
        for Missed { miss, text, span, kinds } in findings.missed {
            let finding = index.finding(miss, &text, span, &kinds, catalog, found);
            found.push(finding);
        }
    }
    nodes
}

/// Resolves the references of a record.
fn node(record: Record, catalog: &Catalog, index: &Index, findings: &mut Findings) -> Node {
    let kind = catalog.kind(record.kind);
    let mut unread = record.unread;
    let fields = record.fields.resolve(&mut |written: Written, path| {
        let target = target(&written, kind.field_at(path), catalog, index, findings);
        if target.is_none() {
            unread.add(kind.name_of(path));
        }
        target
    });
    find_ids_as_text(&kind.shape, &fields, catalog, index, &mut findings.found);
    let title = kind.shape.index(&kind.title).and_then(|place| fields.get(place));
    let name = title.and_then(|value| value.value.as_text()).unwrap_or(&record.id.value);
    let status = kind.paths(Role::Status).iter().flat_map(|path| fields.at(path)).next();
    let retired = status.and_then(|value| value.value.as_text()) == Some("retired");
    Node {
        kind: record.kind,
        retired,
        name: name.to_owned(),
        id: record.id.value,
        file: record.file,
        span: record.span,
        fields,
        envelope: record.envelope,
        unread,
        links: Default::default(),
        prose_files: Vec::new(),
        todos: Vec::new(),
        has_steps_in_body: false,
        inbound: Vec::new(),
    }
}

fn target(
    written: &Written,
    field: &Field,
    catalog: &Catalog,
    index: &Index,
    findings: &mut Findings,
) -> Option<Target> {
    let kinds = allowed_kinds(&field.to, catalog);
    let wants_row = field.to.iter().any(|to| matches!(to, Allowed::Row { .. }));
    let (id, row) = match written.text.split_once(':') {
        Some((id, row)) if wants_row => (id, Some(row)),
        _ => (written.text.as_str(), None),
    };
    let node = match index.lookup(id, &kinds, catalog) {
        Ok(node) => node,
        Err(miss) if index.is_lost(&miss) => return None,
        Err(miss) => {
            let text = id.to_owned();
            findings.missed.push(Missed { miss, text, span: written.span, kinds });
            return None;
        }
    };
    if let Some(row) = row {
        check_row(node, row, written, field, catalog, index, &mut findings.found)?;
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
    if index.has_unread_rows(node, &field.to) {
        return None;
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
    let mut kinds: Vec<KindIx> = Vec::with_capacity(to.len());
    for to in to {
        let (Allowed::Kind(kind) | Allowed::Row { kind, .. }) = to else { continue };
        kinds.extend(catalog.by_name(kind).filter(|kind| !kinds.contains(kind)));
    }
    kinds
}

/// Finds text that names a record where a reference could stand.
fn find_ids_as_text(
    shape: &Shape,
    fields: &Fields<Target>,
    catalog: &Catalog,
    index: &Index,
    found: &mut Diagnostics,
) {
    for (place, value) in fields.iter() {
        let field = &shape.fields()[place];
        for item in Value::rows(value) {
            match &item.value {
                Value::Table(inner) => {
                    find_ids_as_text(&field.shape, inner, catalog, index, found);
                }
                Value::Text(text) if field.takes(FieldType::Reference) => {
                    found_as_text(&Spanned::new(text, item.span), field, catalog, index, found);
                }
                _ => {}
            }
        }
    }
}

fn found_as_text(
    text: &Spanned<&String>,
    field: &Field,
    catalog: &Catalog,
    index: &Index,
    found: &mut Diagnostics,
) {
    // With a kind before it that does not exist, it was hardly meant as words.
    let id = text.value.rsplit_once('/').map_or(text.value.as_str(), |(_, id)| id);
    let kinds = allowed_kinds(&field.to, catalog);
    let with_it = index.kinds_of_id.get(id).map_or(&[][..], Vec::as_slice);
    let written: Vec<String> = with_it
        .iter()
        .filter(|kind| kinds.contains(kind))
        .map(|kind| format!("{}/{id}", catalog.kind(*kind).name))
        .collect();
    if written.is_empty() {
        return;
    }
    let message = format!("`{}` is read as text, and a record has the id `{id}`", text.value);
    let mut finding = Diagnostic::new(&REFERENCE_AS_TEXT, text.span, message)
        .help(format!("write {} for a link to it", text::list_of(&written, "or")));
    if let [only] = written.as_slice() {
        finding = finding.fix(text.span, format!("\"{only}\""));
    }
    found.push(finding);
}
