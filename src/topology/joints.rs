//! Finds the cables, and tells those apart that are written down twice.

use std::collections::{BTreeMap, BTreeSet};

use super::networks::Port;
use super::{Cable, End, Topology};
use crate::drawing::Stroke;
use crate::model::cables::Port as Socket;
use crate::model::{Model, NodeIx, Target};
use crate::record::value::{Fields, Value};
use crate::schema::builtin::{self, Tier, TierJoint};
use crate::schema::field::{Field, Target as Allowed};

/// Two ends, the smaller first.
type Ends = (End, End);

/// What is known of a cable.
#[derive(Default)]
struct Known {
    stroke: Stroke,
    record: Option<NodeIx>,
}

/// A cable of which not both ports are known.
type Half = (Ends, Known);

/// Returns every cable once.
pub(super) fn cables(model: &Model, topology: &Topology, ports: &[Port]) -> Vec<Cable> {
    let mut found: BTreeMap<Ends, Known> = BTreeMap::new();
    for it in &topology.devices {
        plugged(model, topology, it.node, &mut found);
    }
    for joint in &builtin::tiers().joints {
        let Some(kind) = model.catalog.by_name(&joint.kind) else { continue };
        for ix in model.of_kind(kind).iter().filter(|ix| !model.is_retired(**ix)) {
            named(model, topology, joint, *ix, &mut found);
        }
    }
    let found = told_once(found);
    let networks: BTreeMap<(usize, &str), &BTreeSet<NodeIx>> =
        ports.iter().map(|port| ((port.device, port.name.as_str()), &port.networks)).collect();
    let cable = |((a, b), known): (Ends, Known)| {
        let of = |end: &End| networks.get(&(end.device, end.port.as_str())).copied();
        let networks = carried(of(&a), of(&b));
        Cable { ends: [a, b], stroke: known.stroke, record: known.record, networks }
    };
    found.into_iter().map(cable).collect()
}

/// What both ends carry; what one does where the other says nothing, or something else.
fn carried(a: Option<&BTreeSet<NodeIx>>, b: Option<&BTreeSet<NodeIx>>) -> BTreeSet<NodeIx> {
    let (a, b) = (a.cloned().unwrap_or_default(), b.cloned().unwrap_or_default());
    let both: BTreeSet<NodeIx> = a.intersection(&b).copied().collect();
    if both.is_empty() { a.union(&b).copied().collect() } else { both }
}

/// The ports of a device that say where they are plugged in.
fn plugged(model: &Model, topology: &Topology, node: NodeIx, found: &mut BTreeMap<Ends, Known>) {
    let shape = &model.kind_of(node).shape;
    for (place, value) in model.node(node).fields.iter() {
        let field = &shape.fields()[place];
        let Some(ends) = ends_of(field) else { continue };
        for row in Value::rows(value).iter().filter_map(|row| row.value.as_table()) {
            let Some(name) = name_of(field, row) else { continue };
            let Some(stroke) = medium(field, row) else { continue };
            for far in ends.iter().filter_map(|place| row.get(*place)) {
                let mut add = |target: &Target| {
                    let Some([near, far]) = through(model, (node, name.to_owned()), target) else {
                        return;
                    };
                    let end = |(node, port): Socket| {
                        topology.device(node).map(|device| End { device, port })
                    };
                    let (Some(near), Some(far)) = (end(near), end(far)) else { return };
                    found.entry(in_order(near, far)).or_default().stroke = stroke;
                };
                each(&far.value, &mut add);
            }
        }
    }
}

/// Returns the two ends of a cable. A patch panel is no part of the network: where one of the ends is a port
/// that is wired to another behind, they are those of the whole way; nothing where that ends in a panel.
fn through(model: &Model, near: Socket, target: &Target) -> Option<[Socket; 2]> {
    let rear = &model.cabling.rear;
    let far = (target.node, target.row.clone().unwrap_or_default());
    if !rear.contains_key(&near) && !rear.contains_key(&far) {
        return Some([near, far]);
    }
    let way = model.cabling.way(&near);
    let ends = [way.first()?.clone(), way.last()?.clone()];
    (!ends.iter().any(|end| rear.contains_key(end))).then_some(ends)
}

fn each(value: &Value<Target>, with: &mut impl FnMut(&Target)) {
    match value {
        Value::Reference(target) => with(target),
        Value::List(items) => items.iter().for_each(|item| each(&item.value, with)),
        _ => {}
    }
}

/// Returns the fields of a row by which it is joined to rows of others, where it has any.
pub(super) fn ends_of(field: &Field) -> Option<Vec<usize>> {
    field.row.as_ref()?;
    let to_row = |to: &Allowed| matches!(to, Allowed::Row { .. });
    let fields = field.shape.fields().iter().enumerate();
    let ends: Vec<usize> =
        fields.filter(|(_, inner)| inner.to.iter().any(to_row)).map(|(place, _)| place).collect();
    (!ends.is_empty()).then_some(ends)
}

/// Returns what a row is called.
pub(super) fn name_of<'a>(field: &Field, row: &'a Fields<Target>) -> Option<&'a str> {
    let key = field.shape.index(field.row.as_deref()?)?;
    row.get(key)?.value.as_text()
}

/// Returns how a line from this port is drawn; nothing where it is no part of the network.
fn medium(field: &Field, row: &Fields<Target>) -> Option<Stroke> {
    let port = &builtin::tiers().port;
    let word = field.shape.index(&port.medium).and_then(|place| row.get(place)?.value.as_text());
    let is = |words: &[String]| word.is_some_and(|word| words.iter().any(|known| known == word));
    match () {
        () if is(&port.apart) => None,
        () if is(&port.air) => Some(Stroke::Air),
        () => Some(Stroke::Cable),
    }
}

/// Records that name both ends, or that are one end themselves.
fn named(
    model: &Model,
    topology: &Topology,
    joint: &TierJoint,
    ix: NodeIx,
    found: &mut BTreeMap<Ends, Known>,
) {
    let word = model.at(ix, &joint.medium).and_then(|value| value.value.as_text());
    let is = |words: &[String]| word.is_some_and(|word| words.iter().any(|known| known == word));
    if is(&joint.apart) {
        return;
    }
    let stroke = if is(&joint.air) { Stroke::Air } else { joint.stroke };
    let mut ends: Vec<Vec<End>> = Vec::new();
    for field in &joint.ends {
        let mut here = Vec::new();
        if let Some(value) = model.at(ix, field) {
            each(&value.value, &mut |target| {
                let port = target.row.clone().unwrap_or_default();
                here.extend(topology.device(target.node).map(|device| End { device, port }));
            });
        }
        ends.push(here);
    }
    let itself = topology.device(ix).map(|device| End { device, port: String::new() });
    let record = if ends.len() > 1 { Some(ix) } else { None };
    if ends.len() == 1 {
        ends.push(itself.into_iter().collect());
    }
    let [near, far] = &ends[..] else { return };
    for a in near {
        for b in far {
            let known = found.entry(in_order(a.clone(), b.clone())).or_default();
            (known.stroke, known.record) = (stroke, record.or(known.record));
        }
    }
}

fn in_order(a: End, b: End) -> Ends {
    if a <= b { (a, b) } else { (b, a) }
}

/// Joins what is the same cable: written at both ends, with the port of the other end at one of them or at
/// none.
fn told_once(found: BTreeMap<Ends, Known>) -> BTreeMap<Ends, Known> {
    let mut whole: BTreeMap<Ends, Known> = BTreeMap::new();
    let mut halves: Vec<Half> = Vec::new();
    // The ports of whole cables, by the devices they join.
    let mut told: BTreeMap<(usize, usize), BTreeSet<End>> = BTreeMap::new();
    for (ends, known) in found {
        // A cable from a device to itself joins nothing.
        if ends.0.device == ends.1.device {
            continue;
        }
        if ends.0.port.is_empty() || ends.1.port.is_empty() {
            halves.push((ends, known));
            continue;
        }
        let ports = told.entry((ends.0.device, ends.1.device)).or_default();
        ports.extend([ends.0.clone(), ends.1.clone()]);
        whole.insert(ends, known);
    }
    // Of two devices: the cables of which only the port at the first, or only that at the second, is known.
    let mut open: BTreeMap<(usize, usize), [Vec<Half>; 2]> = BTreeMap::new();
    for ((a, b), known) in halves {
        let bare = a.port.is_empty() && b.port.is_empty();
        let is_told = |ports: &BTreeSet<End>| bare || ports.contains(&a) || ports.contains(&b);
        if told.get(&(a.device, b.device)).is_some_and(is_told) {
            continue;
        }
        let sides = open.entry((a.device, b.device)).or_default();
        sides[usize::from(a.port.is_empty())].push(((a, b), known));
    }
    for [first, second] in open.into_values() {
        let (mut first, mut second) = (first.into_iter(), second.into_iter());
        loop {
            match (first.next(), second.next()) {
                (Some(((a, _), known)), Some(((_, b), other))) => {
                    let record = known.record.or(other.record);
                    whole.insert((a, b), Known { record, ..known });
                }
                (Some((ends, known)), None) | (None, Some((ends, known))) => {
                    whole.insert(ends, known);
                }
                (None, None) => break,
            }
        }
    }
    whole
}

/// Whether a device of this tier may be joined by an address alone.
pub(super) fn is_found_by_address(tier: Tier) -> bool {
    matches!(tier, Tier::Edge | Tier::Guard | Tier::Fabric | Tier::Host)
}
