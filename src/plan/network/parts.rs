//! Cuts a network into parts, each of which can be looked at: by site, then by room, and where that is not
//! enough along what hangs together.

use std::collections::BTreeMap;

use crate::model::{Model, NodeIx};
use crate::text::natural_cmp;
use crate::topology::Topology;
use crate::topology::ranks::Ranks;

/// The most devices in one drawing.
const MOST: usize = 60;

/// The most rows of one box that are counted: no more are drawn.
pub(super) const MOST_ROWS: usize = 40;

/// A part of a network.
pub(super) struct Part {
    /// Its page.
    pub path: String,
    /// What it is called.
    pub name: String,
    /// The site it is at.
    pub site: Option<NodeIx>,
    /// The rooms in it, where a site is cut.
    pub rooms: Vec<String>,
    /// The devices that have a box there.
    pub boxes: Vec<usize>,
}

/// Cuts the network; what is joined to nothing is in no part. There is one where it can be looked at as a
/// whole, and none where nothing is joined.
pub(super) fn cut(model: &Model, topology: &Topology, ranks: &Ranks) -> Vec<Part> {
    let boxes: Vec<usize> = in_order(topology, ranks);
    let weight = |boxes: &[usize]| boxes.iter().map(|ix| weight(ranks, *ix)).sum::<usize>();
    if boxes.is_empty() {
        return Vec::new();
    }
    if weight(&boxes) <= MOST {
        let (path, name) = (super::MAP.to_owned(), String::new());
        return vec![Part { path, name, site: None, rooms: Vec::new(), boxes }];
    }
    let mut by_site: BTreeMap<Option<NodeIx>, Vec<usize>> = BTreeMap::new();
    for ix in boxes {
        by_site.entry(topology.devices[ix].site).or_default().push(ix);
    }
    let mut parts = Vec::new();
    let is_one_site = by_site.len() == 1;
    for (site, boxes) in by_site {
        let name = site.map_or("Elsewhere".to_owned(), |site| model.node(site).name.clone());
        // No id has a `_`.
        let file = site.map_or("_", |site| model.node(site).id.as_str());
        let bins = match weight(&boxes) <= MOST {
            true => vec![(Vec::new(), boxes)],
            false => bins(topology, ranks, boxes),
        };
        let count = bins.len();
        for (number, (rooms, boxes)) in bins.into_iter().enumerate() {
            let path = match number {
                0 => format!("drawings/network.{file}.html"),
                number => format!("drawings/network.{file}.{}.html", number + 1),
            };
            let name = match count {
                1 => name.clone(),
                _ if is_one_site => called(&rooms, number + 1, count),
                _ => format!("{name}: {}", called(&rooms, number + 1, count)),
            };
            parts.push(Part { path, name, site, rooms, boxes });
        }
    }
    parts
}

/// What a part of a site is called: after its rooms, where they are known.
fn called(rooms: &[String], number: usize, count: usize) -> String {
    match rooms {
        [] => format!("Part {number} of {count}"),
        [room] => room.clone(),
        [room, more @ ..] => format!("{room} and {} more", more.len()),
    }
}

/// How many devices a box stands for in a drawing.
fn weight(ranks: &Ranks, ix: usize) -> usize {
    let rows: usize = ranks.holds[ix].iter().map(|held| weight(ranks, *held)).sum();
    1 + rows.min(MOST_ROWS)
}

/// Returns what has a box, such that what hangs together stands together.
fn in_order(topology: &Topology, ranks: &Ranks) -> Vec<usize> {
    let count = topology.devices.len();
    let has_box =
        |ix: &usize| ranks.hangs_on[*ix].is_none() && !topology.devices[*ix].cables.is_empty();
    let boxes: Vec<usize> = (0..count).filter(has_box).collect();
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut tops = Vec::new();
    for ix in &boxes {
        let above = topology.neighbours(*ix).into_iter().map(|other| ranks.box_of(other));
        let above = above.filter(|other| ranks.rank[*other] < ranks.rank[*ix]);
        match above.max_by_key(|other| (ranks.rank[*other], std::cmp::Reverse(*other))) {
            Some(other) => below[other].push(*ix),
            None => tops.push(*ix),
        }
    }
    let mut ordered = Vec::with_capacity(boxes.len());
    let mut open: Vec<usize> = tops.into_iter().rev().collect();
    while let Some(ix) = open.pop() {
        ordered.push(ix);
        open.extend(below[ix].iter().rev());
    }
    ordered
}

/// Boxes that are drawn together, and the rooms they stand in.
type Bin = (Vec<String>, Vec<usize>);

/// Fills parts with the rooms of one site, as many as there is room for; a room that is too much for one
/// is cut. What stands higher comes first.
fn bins(topology: &Topology, ranks: &Ranks, boxes: Vec<usize>) -> Vec<Bin> {
    let mut rooms: Vec<(&str, Vec<usize>)> = Vec::new();
    for ix in boxes {
        let room = room_of(topology, ix);
        match rooms.iter_mut().find(|(name, _)| *name == room) {
            Some((_, boxes)) => boxes.push(ix),
            None => rooms.push((room, vec![ix])),
        }
    }
    let highest = |boxes: &[usize]| boxes.iter().map(|ix| ranks.rank[*ix]).min();
    rooms.sort_by(|(a, first), (b, second)| {
        highest(first).cmp(&highest(second)).then_with(|| natural_cmp(a, b))
    });
    let mut bins: Vec<Bin> = Vec::new();
    let mut filled = MOST;
    for (room, boxes) in rooms {
        let whole: usize = boxes.iter().map(|ix| weight(ranks, *ix)).sum();
        let mut is_begun = filled + whole <= MOST;
        for ix in boxes {
            let weight = weight(ranks, ix);
            if !is_begun || filled + weight > MOST {
                bins.push((Vec::new(), Vec::new()));
                (filled, is_begun) = (0, true);
            }
            filled += weight;
            let (rooms, boxes) = bins.last_mut().expect("one was pushed");
            if !room.is_empty() && rooms.last().is_none_or(|last| last != room) {
                rooms.push(room.to_owned());
            }
            boxes.push(ix);
        }
    }
    bins
}

/// Returns the room of a device; where nothing is written, that of the first it is joined to.
fn room_of(topology: &Topology, ix: usize) -> &str {
    let room = |ix: usize| topology.devices[ix].room.as_str();
    let beside = || topology.neighbours(ix).into_iter().map(room).find(|room| !room.is_empty());
    if room(ix).is_empty() { beside().unwrap_or_default() } else { room(ix) }
}
