//! Puts everything that stands in a rack into its units, and reports what cannot be there.
//!
//! In: records that say in which rack and unit they sit, and the rows of a rack for what has no record.
//! Out: [`Racks`]. Drawing them is arithmetic, and the business of others.

use std::collections::BTreeMap;

use super::{Model, NodeIx, Target};
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::record::value::{Fields, Value};
use crate::schema::kind::FieldPath;
use crate::schema::role::Role;
use crate::source::Span;

/// Two things in one place of a rack.
pub static RACK_UNIT_TAKEN: Rule = Rule {
    code: "rack-unit-taken",
    level: Level::Warning,
    summary: "two things are in the same unit of a rack",
    detail: "A unit has room for one thing at its front and one at its rear. Where two records say \
             that they are on the same face, one of the two is written down wrongly, or has been \
             moved. What is mounted at the rear says `face = \"rear\"`; what takes the whole depth, \
             `face = \"both\"`.",
};

/// Something beyond the ends of its rack.
pub static OUTSIDE_RACK: Rule = Rule {
    code: "outside-rack",
    level: Level::Warning,
    summary: "something is in a unit that its rack does not have",
    detail: "The unit is the lowest that a thing takes, and its height counts upwards from there. All \
             of them must be units of the rack: `height_u` says how many it has, `starting_unit` \
             which number the first has, if not 1. What hangs beside the rails, such as a vertical \
             power strip, says `unit = 0`.",
};

/// The rules of racks.
pub static RULES: &[&Rule] = &[&RACK_UNIT_TAKEN, &OUTSIDE_RACK];

/// The most units that a rack is drawn with, whatever is written.
const MOST_UNITS: i64 = 100;

/// All racks that are in use, by their record.
pub type Racks = BTreeMap<NodeIx, Rack>;

/// A rack with what is in it.
#[derive(Clone, PartialEq, Debug)]
pub struct Rack {
    /// How many units it has; nothing where that is not recorded.
    pub units: Option<i64>,
    /// The number of its first unit.
    pub start: i64,
    /// Whether the units are counted from the top.
    pub descending: bool,
    /// What is in it, by unit, then as written.
    pub mounts: Vec<Mount>,
}

/// Something in a rack.
#[derive(Clone, PartialEq, Debug)]
pub struct Mount {
    /// Its record; nothing where it is a row of the rack's.
    pub node: Option<NodeIx>,
    /// What it is called.
    pub label: String,
    /// The lowest unit it takes; nothing where that is not written, or where it hangs beside the units.
    pub unit: Option<i64>,
    /// How many units it takes.
    pub height: i64,
    /// Where it is mounted, as far as that is written.
    pub face: Option<Face>,
    /// Whether space is only kept free.
    pub reserved: bool,
    /// The power it draws, in watts.
    pub watts: Option<i64>,
    /// Where its unit is written.
    pub span: Span,
}

/// A side of a rack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Face {
    /// The front.
    Front,
    /// The rear.
    Rear,
    /// The whole depth.
    Both,
}

impl Face {
    /// Whether something on this face takes the front of its units.
    pub fn is_front(face: Option<Face>) -> bool {
        face != Some(Face::Rear)
    }

    /// Whether something on this face takes the rear of its units.
    pub fn is_rear(face: Option<Face>) -> bool {
        matches!(face, Some(Face::Rear | Face::Both))
    }
}

impl Rack {
    /// Returns how many units are drawn: those it has, or those that are in use.
    pub fn drawn(&self) -> i64 {
        let highest = self.mounts.iter().filter_map(Mount::last).max();
        let used = highest.map_or(1, |last| last.saturating_sub(self.start).saturating_add(1));
        self.units.unwrap_or(used).clamp(1, MOST_UNITS)
    }

    /// Returns the numbers of its first and its last unit.
    pub fn range(&self) -> (i64, i64) {
        (self.start, self.start.saturating_add(self.drawn() - 1))
    }

    /// Returns the units, from the lowest number, of which the front is neither taken nor kept.
    pub fn free(&self) -> Vec<i64> {
        let (first, last) = self.range();
        let takes = |unit: i64, mount: &Mount| {
            Face::is_front(mount.face)
                && mount.unit.zip(mount.last()).is_some_and(|(a, b)| (a..=b).contains(&unit))
        };
        (first..=last).filter(|unit| !self.mounts.iter().any(|mount| takes(*unit, mount))).collect()
    }

    /// Returns the first and last unit of the largest block that is free, the lowest of equals.
    pub fn largest_free(&self) -> Option<(i64, i64)> {
        let mut best: Option<(i64, i64)> = None;
        let mut open: Option<(i64, i64)> = None;
        for unit in self.free() {
            open = match open {
                Some((from, to)) if to + 1 == unit => Some((from, unit)),
                _ => Some((unit, unit)),
            };
            let size = |block: Option<(i64, i64)>| block.map_or(0, |(from, to)| to - from + 1);
            if size(open) > size(best) {
                best = open;
            }
        }
        best
    }
}

impl Mount {
    /// Returns the highest unit it takes.
    pub fn last(&self) -> Option<i64> {
        self.unit.map(|unit| unit.saturating_add(self.height - 1))
    }
}

/// Collects what is in racks, and reports what is in another one's place or beyond the ends.
pub(super) fn plan(model: &Model, found: &mut Diagnostics) -> Racks {
    let mut racks = Racks::new();
    for (ix, node) in model.iter().filter(|(_, node)| !node.retired) {
        let kind = model.kind_of(ix);
        if !kind.paths(Role::RackItems).is_empty() {
            racks.insert(ix, rack(model, ix));
        }
        for path in kind.paths(Role::Rack) {
            for (target, mount) in placed(model, ix, &node.fields, path) {
                if let Some(rack) = racks_of(&mut racks, model, target) {
                    rack.mounts.push(mount);
                }
            }
        }
    }
    for (ix, rack) in &mut racks {
        let start = rack.start;
        for mount in &mut rack.mounts {
            // Beside the units: `0`, where the first is 1.
            mount.unit = mount.unit.filter(|unit| *unit != 0 || start == 0);
        }
        rack.mounts.sort_by_key(|mount| (mount.unit, mount.span));
        check(model, *ix, rack, found);
    }
    racks
}

/// A record may refer to a rack that stands behind it in the site.
fn racks_of<'r>(racks: &'r mut Racks, model: &Model, ix: NodeIx) -> Option<&'r mut Rack> {
    if model.is_retired(ix) || model.kind_of(ix).paths(Role::RackItems).is_empty() {
        return None;
    }
    Some(racks.entry(ix).or_insert_with(|| rack(model, ix)))
}

fn rack(model: &Model, ix: NodeIx) -> Rack {
    let fields = &model.node(ix).fields;
    let kind = model.kind_of(ix);
    let own = |role| {
        let mut paths = kind.paths(role).iter().filter(|path| path.len() == 1);
        paths.next().and_then(|path| fields.get(path[0])).map(|value| &value.value)
    };
    let integer = |role| own(role).and_then(as_integer);
    let mut mounts = Vec::new();
    for path in kind.paths(Role::RackItems) {
        let field = kind.field_at(path);
        let key = field.row.as_deref().and_then(|key| field.shape.index(key));
        let rows = path.first().and_then(|place| fields.get(*place)).map_or(&[][..], Value::rows);
        for row in rows {
            let Some(table) = row.value.as_table() else { continue };
            let label = key.and_then(|key| table.get(key)?.value.as_text()).unwrap_or_default();
            let written = |role| table.get(field.shape.index_of_role(role)?);
            let at = |role| written(role).map(|it| &it.value);
            mounts.push(Mount {
                node: None,
                label: label.to_owned(),
                unit: at(Role::RackUnit).and_then(as_integer),
                height: at(Role::RackHeight).and_then(as_integer).unwrap_or(1).max(1),
                face: at(Role::RackFace).and_then(as_face),
                reserved: matches!(at(Role::Reserved), Some(Value::Boolean(true))),
                watts: at(Role::Watts).and_then(as_integer),
                span: written(Role::RackUnit).map_or(row.span, |unit| unit.span),
            });
        }
    }
    Rack {
        units: integer(Role::RackHeight),
        start: integer(Role::RackStart).unwrap_or(1),
        descending: matches!(own(Role::RackDescending), Some(Value::Boolean(true))),
        mounts,
    }
}

/// The places in racks that a record has: the tables round its references to racks.
fn placed(
    model: &Model,
    ix: NodeIx,
    fields: &Fields<Target>,
    path: &FieldPath,
) -> Vec<(NodeIx, Mount)> {
    let kind = model.kind_of(ix);
    let (Some((last, around)), false) = (path.split_last(), path.len() < 2) else {
        return Vec::new();
    };
    let shape = &kind.field_at(around).shape;
    let place = around.first().and_then(|place| fields.get(*place));
    let tables = place.map_or(&[][..], Value::rows).iter().filter_map(|row| row.value.as_table());
    let mount = |table: &Fields<Target>| {
        let value = table.get(*last)?;
        let target = value.value.as_reference()?.node;
        let at = |role| table.get(shape.index_of_role(role)?);
        let integer = |role| at(role).and_then(|value| as_integer(&value.value));
        Some((
            target,
            Mount {
                node: Some(ix),
                label: model.node(ix).name.clone(),
                unit: integer(Role::RackUnit),
                height: integer(Role::RackHeight).unwrap_or(1).max(1),
                face: at(Role::RackFace).and_then(|value| as_face(&value.value)),
                reserved: false,
                watts: integer(Role::Watts),
                span: at(Role::RackUnit).unwrap_or(value).span,
            },
        ))
    };
    tables.filter_map(mount).collect()
}

fn as_integer(value: &Value<Target>) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        _ => None,
    }
}

fn as_face(value: &Value<Target>) -> Option<Face> {
    match value.as_text()? {
        "front" => Some(Face::Front),
        "rear" => Some(Face::Rear),
        "both" => Some(Face::Both),
        _ => None,
    }
}

fn check(model: &Model, ix: NodeIx, rack: &Rack, found: &mut Diagnostics) {
    let full_id = model.full_id(ix);
    let mut taken: BTreeMap<(i64, bool), &Mount> = BTreeMap::new();
    for mount in &rack.mounts {
        let Some((from, to)) = mount.unit.zip(mount.last()) else { continue };
        if let Some(units) = rack.units {
            let (first, last) = (rack.start, rack.start.saturating_add(units - 1));
            if from < first || to > last {
                let message = match mount.height {
                    1 => format!("`{full_id}` has no unit {from}: its units are {first} to {last}"),
                    _ => format!(
                        "units {from} to {to} are not all in `{full_id}`, whose units are {first} to {last}"
                    ),
                };
                found.push(
                    Diagnostic::new(&OUTSIDE_RACK, mount.span, message)
                        .help("correct the unit, the height, or the height of the rack"),
                );
            }
        }
        let mut told = false;
        let (first, last) = rack.range();
        for unit in from.max(first)..=to.min(last) {
            for (front, takes) in
                [(true, Face::is_front(mount.face)), (false, Face::is_rear(mount.face))]
            {
                if !takes {
                    continue;
                }
                match taken.get(&(unit, front)) {
                    Some(other) if !told => {
                        told = true;
                        let side = if front { "front" } else { "rear" };
                        let message = format!(
                            "the {side} of unit {unit} in `{full_id}` is taken by {}",
                            called(model, other)
                        );
                        found.push(
                            Diagnostic::new(&RACK_UNIT_TAKEN, mount.span, message)
                                .other(other.span, "it is in that unit too")
                                .help("correct one of the two units, or say which face each is on"),
                        );
                    }
                    Some(_) => {}
                    None => {
                        taken.insert((unit, front), mount);
                    }
                }
            }
        }
    }
}

fn called(model: &Model, mount: &Mount) -> String {
    match mount.node {
        Some(ix) => format!("`{}`", model.full_id(ix)),
        None => format!("`{}`", mount.label),
    }
}
