//! Lays out racks: what is in which unit, what is free, what power there is.

use super::show::Shower;
use super::view::{Link, RackRow, RackSheetView, RackView, Sockets};
use crate::drawing::Tone;
use crate::drawing::elevation::{Elevation, Slot};
use crate::model::racks::{Face, Mount, Rack};
use crate::model::{Model, NodeIx};
use crate::record::value::Value;
use crate::schema::role::Role;

/// Lays out racks.
pub struct Layout<'a> {
    /// Shows values.
    pub show: &'a Shower<'a>,
}

impl Layout<'_> {
    /// Returns what is in a rack; nothing for what is none, or where nothing is in it.
    pub fn rack(&self, ix: NodeIx) -> Option<RackView> {
        let rack = self.show.model.racks.get(&ix).filter(|rack| !rack.mounts.is_empty())?;
        let free = rack.free();
        // What is only kept free draws nothing yet.
        let things = rack.mounts.iter().filter(|mount| !mount.reserved);
        let watts: Vec<Option<i64>> = things.map(|mount| mount.watts).collect();
        let known: Vec<i64> = watts.iter().copied().flatten().collect();
        let (in_units, beside): (Vec<&Mount>, Vec<&Mount>) =
            rack.mounts.iter().partition(|mount| mount.unit.is_some());
        let kept = in_units.iter().filter(|mount| mount.reserved).map(|mount| mount.height);
        Some(RackView {
            height: rack.units.unwrap_or(0),
            free: free.len(),
            largest: rack.largest_free().map(|(from, to)| (to - from + 1, units(from, to))),
            kept: kept.fold(0, i64::saturating_add),
            rows: in_units.iter().rev().map(|mount| self.row(mount)).collect(),
            beside: beside.iter().map(|mount| self.row(mount)).collect(),
            watts: known.iter().copied().fold(0, i64::saturating_add),
            watts_known: known.len(),
            watts_unknown: watts.len() - known.len(),
            sockets: self.sockets(rack),
            front: self.elevation(ix, rack, true),
            rear: self.elevation(ix, rack, false),
            sheet: format!("{}{}", self.show.root, self.show.routes.rack_sheet(ix)),
        })
    }

    /// Returns the sheet for the door of a rack.
    pub fn sheet(&self, ix: NodeIx) -> Option<RackSheetView> {
        let model = self.show.model;
        let links = |role| {
            let targets = model.targets(ix, role).into_iter();
            targets.map(|target| self.link(target)).collect::<Vec<Link>>()
        };
        Some(RackSheetView {
            link: self.link(ix),
            purpose: model
                .value(ix, Role::Purpose)
                .and_then(|value| value.value.as_text())
                .map(crate::markdown::plain_text)
                .unwrap_or_default(),
            sites: links(Role::Location),
            contacts: links(Role::Contact),
            rack: self.rack(ix)?,
        })
    }

    fn row(&self, mount: &Mount) -> RackRow {
        RackRow {
            units: mount
                .unit
                .zip(mount.last())
                .map(|(from, to)| units(from, to))
                .unwrap_or_default(),
            link: mount.node.map(|node| self.link(node)),
            name: mount.label.clone(),
            detail: self.detail(mount),
            subtitle: mount.node.map(|node| self.show.subtitle(node)).unwrap_or_default(),
            face: match mount.face {
                None | Some(Face::Front) => "front",
                Some(Face::Rear) => "rear",
                Some(Face::Both) => "both",
            },
            reserved: mount.reserved,
            watts: mount.watts,
        }
    }

    /// What sort of thing it is, in the words of its type.
    fn detail(&self, mount: &Mount) -> String {
        mount.node.map(|node| self.show.sort(node)).unwrap_or_default()
    }

    fn tone(&self, mount: &Mount) -> Tone {
        mount.node.map_or(Tone::Passive, |node| self.show.colours(node))
    }

    fn elevation(&self, ix: NodeIx, rack: &Rack, front: bool) -> Elevation {
        let (first, last) = rack.range();
        let name = &self.show.model.node(ix).name;
        let (face, side) = if front { ("Front", "front") } else { ("Rear", "rear") };
        let shown = |mount: &&Mount| match front {
            true => Face::is_front(mount.face),
            // What is mounted at the front shows its back.
            false => Face::is_rear(mount.face) || !mount.reserved,
        };
        let mut slots: Vec<Slot> =
            rack.mounts.iter().filter(shown).filter_map(|m| self.slot(m, front)).collect();
        if front {
            slots.extend(blocks(&rack.free()).into_iter().map(|(from, to)| Slot {
                unit: from,
                height: to - from + 1,
                name: format!("{} U free", to - from + 1),
                faint: true,
                ..Slot::default()
            }));
        }
        Elevation {
            title: format!("{name}: {side}"),
            description: format!(
                "The {side} of the rack to scale, unit by unit. The table beneath says the same."
            ),
            face: face.to_owned(),
            first,
            units: last - first + 1,
            descending: rack.descending,
            slots,
        }
    }

    fn slot(&self, mount: &Mount, front: bool) -> Option<Slot> {
        let is_back = !front && !Face::is_rear(mount.face);
        Some(Slot {
            unit: mount.unit?,
            height: mount.height,
            name: mount.label.clone(),
            detail: if is_back { "back".to_owned() } else { self.detail(mount) },
            href: mount.node.map(|node| self.link(node).href).unwrap_or_default(),
            tone: self.tone(mount),
            faint: mount.reserved || is_back,
        })
    }

    /// What gives power here, with how many of its sockets are in use as far as that is recorded.
    fn sockets(&self, rack: &Rack) -> Vec<Sockets> {
        let model = self.show.model;
        let of = |mount: &Mount| {
            let node = mount.node?;
            let of = match model.value(node, Role::Outlets).map(|value| &value.value) {
                Some(Value::Integer(number)) => usize::try_from(*number).unwrap_or(0),
                _ => 0,
            };
            let used = model.targets(node, Role::Feeds).len();
            (of > 0 || used > 0).then(|| Sockets { link: self.link(node), used, of })
        };
        rack.mounts.iter().filter_map(of).collect()
    }

    fn link(&self, ix: NodeIx) -> Link {
        self.show.routes.link(self.show.root, ix)
    }
}

/// Returns the racks in which something is.
pub fn with_sheet(model: &Model) -> Vec<NodeIx> {
    let used = model.racks.iter().filter(|(_, rack)| !rack.mounts.is_empty());
    used.map(|(ix, _)| *ix).collect()
}

/// Returns the first and last of each run of units, in order.
fn blocks(free: &[i64]) -> Vec<(i64, i64)> {
    let mut blocks: Vec<(i64, i64)> = Vec::new();
    for unit in free {
        match blocks.last_mut() {
            Some((_, to)) if *to + 1 == *unit => *to = *unit,
            _ => blocks.push((*unit, *unit)),
        }
    }
    blocks
}

fn units(from: i64, to: i64) -> String {
    if from == to { from.to_string() } else { format!("{from}–{to}") }
}
