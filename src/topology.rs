//! Finds out what is joined to what: the network as the records describe it.
//!
//! In: the model. Out: a [`Topology`] of devices and the cables between them, whoever wrote them down: a
//! port that says where it is plugged in, at one end or at both; a record of the cable itself; a line that
//! names the box it ends in. Where no cable is known, two that have addresses in one network are joined by
//! that. What stands on which tier of a drawing, and what hangs on what, is worked out in [`ranks`].
//! Drawing it is the business of [`crate::plan`].

mod joints;
mod networks;
pub mod ranks;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::drawing::{Stroke, Tone};
use crate::model::{Model, NodeIx};
use crate::schema::builtin::{self, Tier};
use crate::schema::role::Role;

/// The network as the records describe it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Topology {
    /// What stands in it, in the order of the site.
    pub devices: Vec<Device>,
    /// What joins two of them, in the order of what they join.
    pub cables: Vec<Cable>,
    by_node: BTreeMap<NodeIx, usize>,
}

/// Something in the network.
#[derive(Clone, PartialEq, Debug)]
pub struct Device {
    /// Its record.
    pub node: NodeIx,
    /// How far down it stands.
    pub tier: Tier,
    /// In which colours.
    pub tone: Tone,
    /// What sort of thing it is, in words.
    pub sort: String,
    /// The site it is at.
    pub site: Option<NodeIx>,
    /// The room it, or its rack, stands in; empty where nothing is written.
    pub room: String,
    /// Its cables, as indices.
    pub cables: Vec<usize>,
    /// The networks it has a port or an address in.
    pub networks: BTreeSet<NodeIx>,
}

/// What joins two devices.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Cable {
    /// The ends.
    pub ends: [End; 2],
    /// How it is drawn.
    pub stroke: Stroke,
    /// The record of the cable itself.
    pub record: Option<NodeIx>,
    /// The networks it carries, as far as its ports say.
    pub networks: BTreeSet<NodeIx>,
}

/// An end of a cable.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct End {
    /// The device, as an index.
    pub device: usize,
    /// The port; empty where it is not known.
    pub port: String,
}

impl Cable {
    /// Returns the end at a device and the other one.
    pub fn from(&self, device: usize) -> (&End, &End) {
        let [a, b] = &self.ends;
        if a.device == device { (a, b) } else { (b, a) }
    }
}

impl Device {
    /// Whether it should be joined to something, and nothing is known of it.
    pub fn is_loose(&self) -> bool {
        self.cables.is_empty() && self.tier != Tier::Apart
    }
}

impl Topology {
    /// Returns the network of a model. Records that are out of use are not in it.
    pub fn of(model: &Model) -> Topology {
        let mut topology = Topology { devices: devices(model), ..Topology::default() };
        let nodes = topology.devices.iter().enumerate().map(|(ix, device)| (device.node, ix));
        topology.by_node = nodes.collect();
        let ports = networks::ports(model, &topology);
        topology.cables = joints::cables(model, &topology, &ports);
        networks::add(model, &mut topology, &ports);
        for (ix, cable) in topology.cables.iter().enumerate() {
            for end in &cable.ends {
                topology.devices[end.device].cables.push(ix);
            }
        }
        topology
    }

    /// Whether anything that is in use stands in the network, without finding out how it is joined.
    pub fn is_there(model: &Model) -> bool {
        model.iter().any(|(ix, node)| !node.retired && sort_of(model, ix).is_some())
    }

    /// Returns the device of a record.
    pub fn device(&self, node: NodeIx) -> Option<usize> {
        self.by_node.get(&node).copied()
    }

    /// Returns what a device is joined to, each once, in order.
    pub fn neighbours(&self, device: usize) -> BTreeSet<usize> {
        let cables = self.devices[device].cables.iter();
        cables.map(|cable| self.cables[*cable].from(device).1.device).collect()
    }
}

fn devices(model: &Model) -> Vec<Device> {
    let mut devices = Vec::new();
    for (ix, _) in model.iter().filter(|(_, node)| !node.retired) {
        let Some((tier, tone)) = sort_of(model, ix) else { continue };
        let kind = model.kind_of(ix);
        let word = model.value(ix, Role::Tier).and_then(|value| value.value.as_text());
        let sort = match (word, kind.field_with(Role::Tier)) {
            (Some(word), Some(field)) => field.choice_label(word).to_owned(),
            _ => kind.label.clone(),
        };
        let rack = model.targets(ix, Role::Rack).into_iter().next();
        let site = |ix: NodeIx| model.targets(ix, Role::Location).into_iter().next();
        devices.push(Device {
            node: ix,
            tier,
            tone,
            sort,
            site: site(ix).or_else(|| rack.and_then(site)),
            room: room(model, rack).or_else(|| room(model, Some(ix))).unwrap_or_default(),
            cables: Vec::new(),
            networks: BTreeSet::new(),
        });
    }
    devices
}

/// Returns on which tier a record stands, and in which colours; nothing for what is in no network.
fn sort_of(model: &Model, ix: NodeIx) -> Option<(Tier, Tone)> {
    let kind = model.kind_of(ix);
    let word = model.value(ix, Role::Tier).and_then(|value| value.value.as_text());
    let is = |sort: &&builtin::TierSort| match word {
        Some(word) => sort.types.iter().any(|known| known == word),
        None => sort.kinds.contains(&kind.name),
    };
    match builtin::tiers().sorts.iter().find(is) {
        Some(sort) => Some((sort.tier, sort.tone)),
        None => kind.field_with(Role::Tier).map(|_| (Tier::Leaf, Tone::Plain)),
    }
}

fn room(model: &Model, ix: Option<NodeIx>) -> Option<String> {
    let fields = builtin::tiers().place.room.iter();
    let texts = fields.filter_map(|field| model.at(ix?, field)?.value.as_text().map(str::to_owned));
    texts.into_iter().next()
}
