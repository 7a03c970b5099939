//! Works out how far down everything in the network stands, and what hangs on what.
//!
//! The tier comes from what a device is; within a tier, what is nearer to the outside stands higher, so
//! that the core of many switches is above the others. What serves people or others, and is joined to one
//! device only, hangs on that and needs no box of its own.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Topology;
use crate::drawing::Stroke;
use crate::schema::builtin::Tier;

/// From so many that hang on it, a device keeps its own box.
const OWN_BOX: usize = 6;

/// So deep do things hang on one another without a box.
const DEEPEST: usize = 3;

/// Where everything stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ranks {
    /// How far down each device stands.
    pub rank: Vec<usize>,
    /// What each device hangs on, where it has no box of its own.
    pub hangs_on: Vec<Option<usize>>,
    /// What hangs on each device.
    pub holds: Vec<Vec<usize>>,
}

impl Ranks {
    /// Works it out.
    pub fn of(topology: &Topology) -> Ranks {
        let neighbours: Vec<Vec<usize>> = (0..topology.devices.len())
            .map(|device| topology.neighbours(device).into_iter().collect())
            .collect();
        let tiers = tiers(topology, &neighbours);
        let hangs_on = hanging(&tiers, &neighbours);
        let mut holds = vec![Vec::new(); topology.devices.len()];
        for (ix, on) in hangs_on.iter().enumerate() {
            if let Some(on) = on {
                holds[*on].push(ix);
            }
        }
        Ranks { rank: ranks(topology, &tiers), hangs_on, holds }
    }

    /// Returns the device in whose box something stands: itself, or what it hangs on in the end.
    pub fn box_of(&self, mut device: usize) -> usize {
        while let Some(on) = self.hangs_on[device] {
            device = on;
        }
        device
    }
}

/// A router between a carrier's line and a firewall ends that line, whatever else it could do.
fn tiers(topology: &Topology, neighbours: &[Vec<usize>]) -> Vec<Tier> {
    let tier = |ix: usize| topology.devices[ix].tier;
    let has = |ix: usize, wanted: Tier| neighbours[ix].iter().any(|other| tier(*other) == wanted);
    let of = |ix: usize| match tier(ix) {
        Tier::Guard if has(ix, Tier::Outside) => {
            let guarded =
                |other: &&usize| tier(**other) == Tier::Guard && !has(**other, Tier::Outside);
            match neighbours[ix].iter().find(guarded) {
                Some(_) => Tier::Edge,
                None => Tier::Guard,
            }
        }
        // What feeds power or passes cables on hangs on the network like anything else.
        Tier::Apart => Tier::Leaf,
        other => other,
    };
    (0..topology.devices.len()).map(of).collect()
}

/// Takes off what hangs on one other thing, from the outermost inwards.
fn hanging(tiers: &[Tier], neighbours: &[Vec<usize>]) -> Vec<Option<usize>> {
    let count = tiers.len();
    let mut left: Vec<usize> = neighbours.iter().map(Vec::len).collect();
    let mut held = vec![0; count];
    let mut depth = vec![0; count];
    let mut hangs_on: Vec<Option<usize>> = vec![None; count];
    let mut queue: VecDeque<usize> = (0..count).filter(|ix| left[*ix] == 1).collect();
    // Leaves first, so that a server with its machines is taken off after them.
    queue.make_contiguous().sort_by_key(|ix| (std::cmp::Reverse(tiers[*ix]), *ix));
    while let Some(ix) = queue.pop_front() {
        let has_box = held[ix] >= OWN_BOX || depth[ix] >= DEEPEST;
        if tiers[ix] < Tier::Host || left[ix] != 1 || has_box {
            continue;
        }
        let on = neighbours[ix].iter().copied().find(|other| hangs_on[*other].is_none());
        let Some(on) = on else { continue };
        hangs_on[ix] = Some(on);
        held[on] += 1;
        depth[on] = depth[on].max(depth[ix] + 1);
        left[ix] = 0;
        left[on] -= 1;
        if left[on] == 1 {
            queue.push_back(on);
        }
    }
    hangs_on
}

fn ranks(topology: &Topology, tiers: &[Tier]) -> Vec<usize> {
    let mut rank = vec![usize::MAX; tiers.len()];
    let mut first = 0;
    for tier in [Tier::Outside, Tier::Edge, Tier::Guard, Tier::Fabric, Tier::Host, Tier::Leaf] {
        let members: Vec<usize> = (0..tiers.len()).filter(|ix| tiers[*ix] == tier).collect();
        let depths = depths(topology, tiers, tier, &members);
        for (ix, depth) in &depths {
            rank[*ix] = first + depth;
        }
        first += depths.values().max().map_or(0, |deepest| deepest + 1);
    }
    rank
}

/// Returns how far each of a tier is from the tiers above, along cables within the tier. Where none leads
/// up, those with most cables are the first.
fn depths(
    topology: &Topology,
    tiers: &[Tier],
    tier: Tier,
    members: &[usize],
) -> BTreeMap<usize, usize> {
    let beside = |ix: usize| {
        let cables = topology.devices[ix].cables.iter().map(|cable| &topology.cables[*cable]);
        let cables = cables.filter(|cable| cable.stroke != Stroke::Tunnel);
        cables.map(move |cable| cable.from(ix).1.device)
    };
    // Of what only serves, and of lines from outside, none stands deeper than the others.
    if !matches!(tier, Tier::Guard | Tier::Fabric) {
        return members.iter().map(|ix| (*ix, 0)).collect();
    }
    let mut depths = BTreeMap::new();
    let tops = members.iter().copied().filter(|ix| beside(*ix).any(|other| tiers[other] < tier));
    spread(tops.collect(), &beside, tiers, tier, &mut depths);
    let count = |ix: usize| beside(ix).filter(|other| tiers[*other] == tier).count();
    let mut rest: Vec<usize> = members.to_vec();
    rest.sort_by_cached_key(|ix| (std::cmp::Reverse(count(*ix)), *ix));
    for ix in &rest {
        if !depths.contains_key(ix) {
            let as_many =
                |other: &&usize| count(**other) == count(*ix) && !depths.contains_key(*other);
            let equals: Vec<usize> = match count(*ix) {
                0 | 1 => vec![*ix],
                _ => part_of(*ix, &beside, tiers, tier).iter().filter(as_many).copied().collect(),
            };
            spread(equals, &beside, tiers, tier, &mut depths);
        }
    }
    depths
}

/// Returns what hangs together with `ix` within its tier, in order.
fn part_of<I: Iterator<Item = usize>>(
    ix: usize,
    beside: &impl Fn(usize) -> I,
    tiers: &[Tier],
    tier: Tier,
) -> BTreeSet<usize> {
    let mut part = BTreeSet::new();
    let mut open = vec![ix];
    while let Some(ix) = open.pop() {
        if part.insert(ix) {
            open.extend(beside(ix).filter(|other| tiers[*other] == tier));
        }
    }
    part
}

fn spread<I: Iterator<Item = usize>>(
    from: Vec<usize>,
    beside: &impl Fn(usize) -> I,
    tiers: &[Tier],
    tier: Tier,
    depths: &mut BTreeMap<usize, usize>,
) {
    let mut queue: VecDeque<(usize, usize)> = from.into_iter().map(|ix| (ix, 0)).collect();
    while let Some((ix, depth)) = queue.pop_front() {
        if depths.contains_key(&ix) {
            continue;
        }
        depths.insert(ix, depth);
        queue.extend(
            beside(ix).filter(|other| tiers[*other] == tier).map(|other| (other, depth + 1)),
        );
    }
}
