//! Turns the records of a runbook into one graph.
//!
//! In: records that fit their kind. Out: a [`Model`] where every reference is an index and every
//! record knows who points at it. A reference to nothing is reported and left out, so later stages
//! never meet one. Judging the content is the business of [`crate::audit`].

pub mod addresses;
pub mod anchors;
pub mod cables;
mod files;
pub mod needs;
mod prose;
pub mod racks;
mod resolve;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Checked, Diagnostic, Diagnostics, Level, Rule};
use crate::markdown::Outline;
use crate::memo::Memo;
use crate::record::value::{Fields, Value};
use crate::record::{Envelope, Record, Unread};
use crate::schema::field::{Field, FieldType};
use crate::schema::kind::{FieldPath, Kind};
use crate::schema::role::Role;
use crate::schema::{Catalog, KindIx};
use crate::source::{FileId, SourceTree, Span, Spanned};
use crate::text::natural_cmp;

pub use addresses::Addresses;
pub use cables::Cabling;
pub use files::MISSING_FILE;
pub use needs::{Failure, Needs};
pub use prose::{Anchor, ProseLink};
pub use racks::Racks;
pub use resolve::UNKNOWN_RECORD;

/// Two records of one kind with one id.
pub static DUPLICATE_ID: Rule = Rule {
    code: "duplicate-id",
    level: Level::Error,
    summary: "two records of one kind have the same id",
    detail: "The id is the address of a record's page and what other records refer to, so one \
             kind has it once. Deeper folders only group: `records/devices/hq/sw-01.toml` and \
             `records/devices/sw-01.toml` are both the device `sw-01`. An id listed under \
             `formerly` counts as taken too.",
};

/// The rules of this stage.
pub static RULES: &[&Rule] = &[
    &DUPLICATE_ID,
    &resolve::UNKNOWN_RECORD,
    &resolve::AMBIGUOUS_REFERENCE,
    &resolve::REFERENCE_AS_TEXT,
    &prose::UNKNOWN_ANCHOR,
    &files::MISSING_FILE,
    &files::UNUSED_FILE,
    &cables::PORT_USED_TWICE,
    &needs::DEPENDS_ON_ITSELF,
    &needs::DEPENDENCY_LOOP,
    &racks::RACK_UNIT_TAKEN,
    &racks::OUTSIDE_RACK,
    &addresses::DUPLICATE_ADDRESS,
    &addresses::ADDRESS_OUTSIDE_PREFIX,
    &addresses::OVERLAPPING_PREFIXES,
    &addresses::VLAN_CLASH,
    &addresses::ADDRESS_IN_DHCP_RANGE,
];

/// The place of a record in the model.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeIx(pub usize);

/// What a reference points to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// The record.
    pub node: NodeIx,
    /// The row of it, in references such as `device:port`.
    pub row: Option<String>,
}

/// A record, with its references resolved and the ways back known.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// Its kind.
    pub kind: KindIx,
    /// Its id.
    pub id: String,
    /// What people call it: its title, or its id where it has none.
    pub name: String,
    /// The file it is written in.
    pub file: FileId,
    /// Where it begins.
    pub span: Span,
    /// Its values.
    pub fields: Fields<Target>,
    /// What is said beside its fields.
    pub envelope: Envelope,
    /// Whether it is out of use.
    pub retired: bool,
    /// What is written and could not be read, or names nothing.
    pub unread: Unread,
    /// The wiki links in its prose, by their target as written.
    pub links: BTreeMap<String, ProseLink>,
    /// Files its prose links to or shows.
    pub prose_files: Vec<Spanned<String>>,
    /// TODO marks in its prose: the words around each, and the field's place.
    pub todos: Vec<Spanned<String>>,
    /// Whether the text that is its body holds a numbered list of steps.
    pub has_steps_in_body: bool,
    /// Who points here, in the order of the site.
    pub inbound: Vec<Inbound>,
}

/// A reference from another record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inbound {
    /// The record that refers.
    pub from: NodeIx,
    /// The field it does so in; empty for a link in prose.
    pub path: FieldPath,
    /// The row it refers to.
    pub row: Option<String>,
}

/// All records of a runbook as one graph, in the order of the site: by kind, then by id.
#[derive(Clone, PartialEq, Debug)]
pub struct Model {
    /// What a record may say.
    pub catalog: Catalog,
    nodes: Vec<Arc<Node>>,
    index: Arc<resolve::Index>,
    by_kind: Vec<Vec<NodeIx>>,
    /// Files under `files/` with the records that refer to them.
    pub files: BTreeMap<String, Vec<NodeIx>>,
    /// What is known of addresses.
    pub addresses: Addresses,
    /// What records need to work.
    pub needs: Needs,
    /// Which port is wired to which.
    pub cabling: Cabling,
    /// What is in which unit of which rack.
    pub racks: Racks,
}

impl Model {
    /// Returns how many records there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Returns every record with its place.
    pub fn iter(&self) -> impl Iterator<Item = (NodeIx, &Node)> {
        self.nodes.iter().enumerate().map(|(ix, node)| (NodeIx(ix), &**node))
    }

    /// Returns the record at a place.
    pub fn node(&self, ix: NodeIx) -> &Node {
        &self.nodes[ix.0]
    }

    /// Returns the kind of the record at a place.
    pub fn kind_of(&self, ix: NodeIx) -> &Kind {
        self.catalog.kind(self.node(ix).kind)
    }

    /// Returns the records of a kind, in order.
    pub fn of_kind(&self, kind: KindIx) -> &[NodeIx] {
        &self.by_kind[kind.0]
    }

    /// Returns the record of this kind and id.
    pub fn find(&self, kind: KindIx, id: &str) -> Option<NodeIx> {
        self.index.exact(kind, id)
    }

    /// Returns the record that `kind/id` names.
    pub fn by_name(&self, name: &str) -> Option<NodeIx> {
        let (kind, id) = name.split_once('/')?;
        self.find(self.catalog.by_name(kind)?, id)
    }

    /// Returns every value of a record in a field with this role, wherever it stands.
    pub fn values(&self, ix: NodeIx, role: Role) -> Vec<&Spanned<Value<Target>>> {
        let node = self.node(ix);
        let kind = self.catalog.kind(node.kind);
        kind.paths(role).iter().flat_map(|path| node.fields.at(path)).collect()
    }

    /// Returns the first value of a record in a field with this role.
    pub fn value(&self, ix: NodeIx, role: Role) -> Option<&Spanned<Value<Target>>> {
        self.values(ix, role).into_iter().next()
    }

    /// Whether a field with this role is written in a record and could not be read.
    pub fn is_unread(&self, ix: NodeIx, role: Role) -> bool {
        let kind = self.kind_of(ix);
        kind.paths(role).iter().any(|path| self.node(ix).unread.at(&kind.name_of(path)))
    }

    /// Returns the records that a record refers to in fields with this role.
    pub fn targets(&self, ix: NodeIx, role: Role) -> Vec<NodeIx> {
        self.values(ix, role)
            .into_iter()
            .filter_map(|value| value.value.as_reference().map(|target| target.node))
            .collect()
    }

    /// Returns the value at a dotted path of field names.
    pub fn at(&self, ix: NodeIx, path: &str) -> Option<&Spanned<Value<Target>>> {
        let node = self.node(ix);
        let mut shape = &self.catalog.kind(node.kind).shape;
        let mut fields = &node.fields;
        let mut rest = path;
        loop {
            let (name, inner) = rest.split_once('.').unwrap_or((rest, ""));
            let place = shape.index(name)?;
            let value = fields.get(place)?;
            if inner.is_empty() {
                return Some(value);
            }
            shape = &shape.fields()[place].shape;
            fields = value.value.as_table()?;
            rest = inner;
        }
    }

    /// Whether the record is out of use: its status says so.
    pub fn is_retired(&self, ix: NodeIx) -> bool {
        self.node(ix).retired
    }

    /// Returns `kind/id`, which names the record everywhere.
    pub fn full_id(&self, ix: NodeIx) -> String {
        let node = self.node(ix);
        format!("{}/{}", self.catalog.kind(node.kind).name, node.id)
    }

    /// Returns this model with `records`, all that their file holds, in place of those that the file held
    /// before, and the places of them; nothing where that is not all there is to it: a record came, went
    /// or has another id, or a reference names nothing.
    ///
    /// Who points at whom, addresses and files are as they were.
    pub fn with(&self, tree: &SourceTree, records: Vec<Record>) -> Option<(Model, Vec<NodeIx>)> {
        let file = records.first()?.file;
        let places: Vec<NodeIx> = records
            .iter()
            .map(|record| self.find(record.kind, &record.id.value))
            .collect::<Option<_>>()?;
        let before = self.iter().filter(|(_, node)| node.file == file).map(|(ix, _)| ix);
        let before: Vec<NodeIx> = before.collect();
        if before.len() != places.len() || !before.iter().all(|ix| places.contains(ix)) {
            return None;
        }
        let mut found = Diagnostics::default();
        let nodes = resolve::nodes(records, &self.catalog, &self.index, &mut found);
        let mut model = self.clone();
        for (ix, node) in places.iter().zip(nodes) {
            let inbound = self.node(*ix).inbound.clone();
            model.nodes[ix.0] = Arc::new(Node { inbound, ..node });
        }
        prose::resolve(&mut model, &places, tree, None, &mut found);
        (!found.has_errors()).then_some((model, places))
    }
}

/// Joins the records of a runbook.
pub fn join(tree: &SourceTree, catalog: Catalog, records: Vec<Record>) -> Checked<Model> {
    join_with(tree, catalog, records, None)
}

/// As [`join`]; texts whose outline is `known` from a run before are not parsed again.
pub fn join_with(
    tree: &SourceTree,
    catalog: Catalog,
    records: Vec<Record>,
    known: Option<&Memo<Outline>>,
) -> Checked<Model> {
    let mut found = Diagnostics::default();
    let (records, doubles) = in_order(records, &mut found);
    let index = resolve::Index::new(tree, &catalog, &records, &mut found);
    let nodes = resolve::nodes(records, &catalog, &index, &mut found);
    // They are on no page, but what they refer to is looked at all the same.
    let doubles = resolve::nodes(doubles, &catalog, &index, &mut found);
    let mut model = Model {
        by_kind: by_kind(&catalog, &nodes),
        index: Arc::new(index),
        catalog,
        nodes: nodes.into_iter().map(Arc::new).collect(),
        files: BTreeMap::new(),
        addresses: Addresses::default(),
        needs: Needs::default(),
        cabling: Cabling::default(),
        racks: Racks::default(),
    };
    let all: Vec<NodeIx> = (0..model.len()).map(NodeIx).collect();
    prose::resolve(&mut model, &all, tree, known, &mut found);
    connect(&mut model);
    files::check(&mut model, &doubles, tree, &mut found);
    model.cabling = cables::plan(&model, &mut found);
    model.addresses = addresses::plan(&model, &mut found);
    model.needs = needs::plan(&model, &mut found);
    model.racks = racks::plan(&model, &mut found);
    Checked::new(model, found)
}

/// Sorts records by kind and id, and reports and sets aside those whose id is taken.
fn in_order(mut records: Vec<Record>, found: &mut Diagnostics) -> (Vec<Record>, Vec<Record>) {
    records.sort_by(|a, b| a.kind.cmp(&b.kind).then_with(|| natural_cmp(&a.id.value, &b.id.value)));
    let mut unique: Vec<Record> = Vec::with_capacity(records.len());
    let mut doubles = Vec::new();
    for record in records {
        match unique.last() {
            Some(last) if last.kind == record.kind && last.id.value == record.id.value => {
                let message =
                    format!("`{}` is the id of another record of its kind", last.id.value);
                found.push(
                    Diagnostic::new(&DUPLICATE_ID, record.id.span, message)
                        .other(last.id.span, "the other one")
                        .help("rename one of them, or join the two"),
                );
                doubles.push(record);
            }
            _ => unique.push(record),
        }
    }
    (unique, doubles)
}

fn by_kind(catalog: &Catalog, nodes: &[Node]) -> Vec<Vec<NodeIx>> {
    let mut by_kind = vec![Vec::new(); catalog.kinds().len()];
    for (ix, node) in nodes.iter().enumerate() {
        by_kind[node.kind.0].push(NodeIx(ix));
    }
    by_kind
}

/// Tells every record who points at it.
fn connect(model: &mut Model) {
    let mut inbound: Vec<Vec<Inbound>> = vec![Vec::new(); model.nodes.len()];
    for (from, node) in model.iter() {
        let mut way = Vec::new();
        references(&node.fields, &mut way, &mut |path, target| {
            inbound[target.node.0].push(Inbound {
                from,
                path: path.to_vec(),
                row: target.row.clone(),
            });
        });
        for link in node.links.values() {
            let known = inbound[link.node.0].last().is_some_and(|last| last.from == from);
            if link.node != from && !known {
                inbound[link.node.0].push(Inbound { from, path: Vec::new(), row: None });
            }
        }
    }
    for (node, inbound) in model.nodes.iter_mut().zip(inbound) {
        Arc::make_mut(node).inbound = inbound;
    }
}

/// Calls `with` for every reference in the fields, with the way to its field.
pub fn references(
    fields: &Fields<Target>,
    way: &mut FieldPath,
    with: &mut impl FnMut(&[usize], &Target),
) {
    for (place, value) in fields.iter() {
        way.push(place);
        references_in(&value.value, way, with);
        way.pop();
    }
}

fn references_in(
    value: &Value<Target>,
    way: &mut FieldPath,
    with: &mut impl FnMut(&[usize], &Target),
) {
    match value {
        Value::Reference(target) => with(way, target),
        Value::Table(fields) => references(fields, way, with),
        Value::List(items) => items.iter().for_each(|item| references_in(&item.value, way, with)),
        _ => {}
    }
}

/// Calls `with` for every Markdown text in the fields, with its field and place.
pub fn prose_of<'a>(
    kind: &'a Kind,
    fields: &'a Fields<Target>,
    with: &mut impl FnMut(&'a Field, &'a str, Span),
) {
    prose_in(kind.shape.fields(), fields, with);
}

fn prose_in<'a>(
    shape: &'a [Field],
    fields: &'a Fields<Target>,
    with: &mut impl FnMut(&'a Field, &'a str, Span),
) {
    for (place, value) in fields.iter() {
        let field = &shape[place];
        if field.is_table() {
            for row in Value::rows(value) {
                if let Some(inner) = row.value.as_table() {
                    prose_in(field.shape.fields(), inner, with);
                }
            }
        } else if field.takes(FieldType::Markdown) {
            for item in Value::rows(value) {
                if let Value::Markdown(text) = &item.value {
                    with(field, text, item.span);
                }
            }
        }
    }
}
