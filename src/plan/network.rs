//! Lays out the drawings of the network: the whole where it can be looked at as one, else an overview and
//! a drawing for each of its parts; and on the pages of devices and networks what is around them.
//!
//! In: the topology. Out: views with sketches in them, which become pictures when their pages are made.

mod parts;
mod sketching;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::show::Shower;
use super::view::{
    CableRow, Frame, Layer, Link, NetworkPart, NetworkView, Page, TocEntry, View, Wiring,
};
use super::{Planner, route};
use crate::drawing::{Joint, Place, Sketch, Thing, Tone};
use crate::model::{Model, NodeIx};
use crate::text::{self, natural_cmp};
use crate::topology::ranks::Ranks;
use crate::topology::{Cable, Topology};
use parts::Part;
use sketching::Sketcher;

/// The page of the whole, and what begins the names of those of its parts.
pub const MAP: &str = "drawings/network.html";

/// Its title and icon.
pub const TITLE: (&str, &str) = ("Network map", "network");

/// The section of a record's page with its drawing.
pub const ANCHOR: &str = "network-map";

/// The most cables that a table holds, and on the page of a record.
const MOST_CABLES: usize = 500;
const MOST_AROUND: usize = 100;

/// The most things without a cable that are named.
const MOST_LOOSE: usize = 60;

/// The most boxes that are drawn for one network, and in one overview.
const MOST_BOXES: usize = 60;
const MOST_PARTS: usize = 300;

/// The network, and how it is cut into drawings.
pub struct Map {
    topology: Topology,
    ranks: Ranks,
    parts: Vec<Part>,
    /// The part in whose drawing each device is.
    part_of: Vec<Option<usize>>,
    /// The devices that are in each network, and the cables that carry it.
    networks: BTreeMap<NodeIx, (BTreeSet<usize>, Vec<usize>)>,
}

impl Map {
    /// Finds the network in a model.
    pub fn of(model: &Model) -> Map {
        let topology = Topology::of(model);
        let ranks = Ranks::of(&topology);
        let parts = parts::cut(model, &topology, &ranks);
        let mut part_of = vec![None; topology.devices.len()];
        for (number, part) in parts.iter().enumerate() {
            part.boxes.iter().for_each(|device| part_of[*device] = Some(number));
        }
        for device in 0..topology.devices.len() {
            part_of[device] = part_of[ranks.box_of(device)];
        }
        let mut networks: BTreeMap<NodeIx, (BTreeSet<usize>, Vec<usize>)> = BTreeMap::new();
        for (ix, device) in topology.devices.iter().enumerate().filter(|(_, it)| !it.is_loose()) {
            for network in &device.networks {
                networks.entry(*network).or_default().0.insert(ix);
            }
        }
        for (ix, cable) in topology.cables.iter().enumerate() {
            for network in &cable.networks {
                networks.entry(*network).or_default().1.push(ix);
            }
        }
        Map { topology, ranks, parts, part_of, networks }
    }

    /// Whether there is anything to draw, without finding out what.
    pub fn is_there(model: &Model) -> bool {
        Topology::is_there(model)
    }

    /// Returns the paths of its pages; none where nothing is in a network.
    pub fn paths(&self) -> Vec<String> {
        if self.topology.devices.is_empty() {
            return Vec::new();
        }
        let parts = self.parts.iter().filter(|_| self.is_cut()).map(|part| part.path.clone());
        std::iter::once(MAP.to_owned()).chain(parts).collect()
    }

    fn is_cut(&self) -> bool {
        self.parts.len() > 1
    }
}

/// By what rows of cables are sorted.
struct CableKey<'a> {
    rank: usize,
    device: usize,
    port: &'a str,
    far: usize,
}

impl CableKey<'_> {
    fn cmp(&self, other: &CableKey<'_>) -> Ordering {
        let whole = (self.rank, self.device).cmp(&(other.rank, other.device));
        whole.then_with(|| natural_cmp(self.port, other.port)).then(self.far.cmp(&other.far))
    }
}

/// Lays out the pages of a map.
pub struct MapPages<'a> {
    /// Shows values.
    pub show: Shower<'a>,
    /// The network.
    pub map: &'a Map,
}

impl MapPages<'_> {
    /// Returns the page at `path`, one of [`Map::paths`].
    pub fn page(&self, path: &str) -> Page {
        let part = self.map.parts.iter().position(|part| part.path == path);
        let part = part.filter(|_| self.map.is_cut());
        let (title, view) = match part {
            Some(number) => (self.map.parts[number].name.clone(), self.part(number)),
            None if self.map.is_cut() => (TITLE.0.to_owned(), self.overview()),
            None => (TITLE.0.to_owned(), self.whole()),
        };
        let mut breadcrumbs = vec![super::home(self.show.root)];
        breadcrumbs.extend(part.map(|_| self.link(TITLE.0, MAP)));
        let neighbour = |number: Option<usize>| {
            let part = self.map.parts.get(number?)?;
            Some(self.link(&part.name, &part.path))
        };
        let page = Frame {
            title,
            root: self.show.root,
            path: path.to_owned(),
            current: MAP.to_owned(),
            breadcrumbs,
            toc: contents(&view),
            previous: part.and_then(|number| neighbour(number.checked_sub(1))),
            next: part.and_then(|number| neighbour(Some(number + 1))),
            ..Frame::default()
        };
        Page { path: path.to_owned(), page, view: View::Network(Box::new(view)) }
    }

    fn link(&self, text: &str, path: &str) -> Link {
        let link = route::link_to(path, text, TITLE.1);
        Link { href: format!("{}{path}", self.show.root), ..link }
    }

    fn sketcher(&self, layers: BTreeMap<NodeIx, String>) -> Sketcher<'_> {
        let Map { topology, ranks, .. } = self.map;
        Sketcher { show: &self.show, topology, ranks, layers }
    }

    fn whole(&self) -> NetworkView {
        let boxes = self.map.parts.first().map(|part| part.boxes.clone()).unwrap_or_default();
        self.view("whole", TITLE.0, &boxes, &BTreeSet::new())
    }

    fn part(&self, number: usize) -> NetworkView {
        let part = &self.map.parts[number];
        let own: BTreeSet<usize> = part.boxes.iter().copied().collect();
        let mut foreign = BTreeSet::new();
        for device in self.devices(&part.boxes) {
            let others = self.map.topology.neighbours(device).into_iter();
            let others = others.map(|other| self.map.ranks.box_of(other));
            foreign.extend(others.filter(|other| !own.contains(other)));
        }
        self.view("part", &part.name, &part.boxes, &foreign)
    }

    /// Returns what is in these boxes.
    fn devices(&self, boxes: &[usize]) -> Vec<usize> {
        let mut devices = Vec::new();
        let mut open: Vec<usize> = boxes.to_vec();
        while let Some(device) = open.pop() {
            devices.push(device);
            open.extend(&self.map.ranks.holds[device]);
        }
        devices.sort_unstable();
        devices
    }

    fn view(
        &self,
        form: &'static str,
        title: &str,
        boxes: &[usize],
        foreign: &BTreeSet<usize>,
    ) -> NetworkView {
        let devices = self.devices(boxes);
        let layers = self.layers(&devices);
        let ids = layers.iter().map(|(network, layer)| (*network, layer.id.clone())).collect();
        let sketch = self.sketcher(ids).sketch(title, boxes, foreign);
        let (cables, cables_more) = self.cables(&devices, MOST_CABLES);
        let (loose, loose_more) = if form == "whole" { self.loose() } else { (Vec::new(), 0) };
        NetworkView {
            form,
            sketch,
            parts: Vec::new(),
            layers: layers.into_iter().map(|(_, layer)| layer).collect(),
            cables,
            cables_more,
            loose,
            loose_more,
        }
    }

    /// Returns the networks that devices are in, by their VLANs and names.
    fn layers(&self, devices: &[usize]) -> Vec<(NodeIx, Layer)> {
        let mut counts: BTreeMap<NodeIx, usize> = BTreeMap::new();
        for network in devices.iter().flat_map(|ix| &self.map.topology.devices[*ix].networks) {
            *counts.entry(*network).or_default() += 1;
        }
        let of = |network: NodeIx| {
            let mut prefixes = self.show.model.addresses.prefixes.iter();
            prefixes.find(|prefix| prefix.node == network).and_then(|prefix| prefix.vlan)
        };
        let mut layers: Vec<(Option<i64>, NodeIx, usize)> =
            counts.into_iter().map(|(network, count)| (of(network), network, count)).collect();
        layers.sort_by_key(|(vlan, network, _)| (vlan.is_none(), *vlan, *network));
        let layer = |(number, (vlan, network, devices)): (usize, (Option<i64>, NodeIx, usize))| {
            let mut link = self.show.routes.link(self.show.root, network);
            link.href = format!("{}#{ANCHOR}", link.href);
            let vlan = vlan.map(|vlan| vlan.to_string()).unwrap_or_default();
            (network, Layer { id: (number + 1).to_string(), link, vlan, devices })
        };
        layers.into_iter().enumerate().map(layer).collect()
    }

    /// Returns the cables with an end at these devices, and how many more there are.
    fn cables(&self, devices: &[usize], most: usize) -> (Vec<CableRow>, usize) {
        let topology = &self.map.topology;
        let cables = devices.iter().flat_map(|device| &topology.devices[*device].cables);
        let cables: BTreeSet<usize> = cables.copied().collect();
        let more = cables.len().saturating_sub(most);
        let mut rows: Vec<(CableKey<'_>, CableRow)> =
            cables.into_iter().map(|cable| self.row(&topology.cables[cable], devices)).collect();
        rows.sort_by(|(a, _), (b, _)| a.cmp(b));
        (rows.into_iter().take(most).map(|(_, row)| row).collect(), more)
    }

    /// Returns a cable as a row, and by what rows are sorted: as it is drawn, downwards; on the page of one
    /// device from there.
    fn row<'s>(&'s self, cable: &'s Cable, devices: &[usize]) -> (CableKey<'s>, CableRow) {
        let link = |device: usize| {
            self.show.routes.link(self.show.root, self.map.topology.devices[device].node)
        };
        let record = |ix: NodeIx| self.show.routes.link(self.show.root, ix);
        let [a, b] = &cable.ends;
        let rank = |device: usize| self.map.ranks.rank[device];
        let turned = match devices {
            [own] => b.device == *own,
            _ => rank(b.device) < rank(a.device),
        };
        let (a, b) = if turned { (b, a) } else { (a, b) };
        let row = CableRow {
            a: link(a.device),
            a_port: a.port.clone(),
            b: link(b.device),
            b_port: b.port.clone(),
            sort: cable.stroke.name(),
            record: cable.record.map(record),
            networks: cable.networks.iter().map(|network| record(*network)).collect(),
        };
        (CableKey { rank: rank(a.device), device: a.device, port: &a.port, far: b.device }, row)
    }

    /// Returns what no cable is known of, and how many more there are.
    fn loose(&self) -> (Vec<Link>, usize) {
        let loose = self.map.topology.devices.iter().filter(|device| device.is_loose());
        let count = loose.clone().count();
        let link = |device: &crate::topology::Device| {
            let link = self.show.routes.link(self.show.root, device.node);
            Link { detail: device.sort.clone(), ..link }
        };
        (loose.take(MOST_LOOSE).map(link).collect(), count.saturating_sub(MOST_LOOSE))
    }

    fn overview(&self) -> NetworkView {
        let Map { topology, parts, part_of, ranks, .. } = self.map;
        let mut joints: BTreeMap<(usize, usize), BTreeSet<crate::drawing::Stroke>> =
            BTreeMap::new();
        for cable in &topology.cables {
            let [a, b] = cable.ends.each_ref().map(|end| part_of[end.device]);
            if let (Some(a), Some(b)) = (a, b)
                && a != b
            {
                joints.entry((a.min(b), a.max(b))).or_default().insert(cable.stroke);
            }
        }
        let link = |number: usize| self.link(&parts[number].name, &parts[number].path);
        let mut leads_to: Vec<Vec<Link>> = vec![Vec::new(); parts.len()];
        for (a, b) in joints.keys() {
            leads_to[*a].push(link(*b));
            leads_to[*b].push(link(*a));
        }
        let count = |part: &Part| self.devices(&part.boxes).len();
        let sites: BTreeSet<Option<NodeIx>> = parts.iter().map(|part| part.site).collect();
        let framed: Vec<NodeIx> = sites
            .iter()
            .filter(|_| sites.len() > 1)
            .filter(|site| parts.iter().filter(|part| part.site == **site).count() > 1)
            .filter_map(|site| *site)
            .collect();
        let things = parts.iter().take(MOST_PARTS).map(|part| Thing {
            name: part.name.clone(),
            href: format!("{}{}", self.show.root, part.path),
            detail: text::plural(count(part), "device", "devices"),
            ties: part.rooms.iter().filter(|_| part.rooms.len() > 1).take(6).cloned().collect(),
            tone: Tone::Switch,
            tier: part.boxes.iter().map(|device| ranks.rank[*device]).min().unwrap_or(0),
            place: framed.iter().position(|site| Some(*site) == part.site),
            ..Thing::default()
        });
        let joint = |((a, b), strokes): (&(usize, usize), &BTreeSet<crate::drawing::Stroke>)| {
            let stroke = strokes.first().copied().unwrap_or_default();
            Joint { a: *a, b: *b, stroke, layers: Vec::new() }
        };
        let place = |site: &NodeIx| {
            let link = self.show.routes.link(self.show.root, *site);
            Place { name: link.text, href: link.href }
        };
        let things: Vec<Thing> = things.collect();
        let sketch = Sketch {
            title: TITLE.0.to_owned(),
            description: format!("{} parts of the network, and what joins them", parts.len()),
            places: framed.iter().map(place).collect(),
            joints: joints.iter().map(joint).collect(),
            things,
        };
        let (loose, loose_more) = self.loose();
        let parts = parts.iter().enumerate().zip(leads_to);
        NetworkView {
            form: "overview",
            sketch,
            parts: parts
                .map(|((number, part), leads_to)| NetworkPart {
                    link: link(number),
                    devices: count(part),
                    leads_to,
                })
                .collect(),
            layers: Vec::new(),
            cables: Vec::new(),
            cables_more: 0,
            loose,
            loose_more,
        }
    }

    /// Returns what is around a device, or where a network runs; nothing for other records, and for what
    /// no cable is known of.
    pub fn around(&self, ix: NodeIx) -> Option<Wiring> {
        match self.map.topology.device(ix) {
            Some(device) => self.around_device(device),
            None => self.network(ix),
        }
    }

    fn around_device(&self, device: usize) -> Option<Wiring> {
        let topology = &self.map.topology;
        if topology.devices[device].cables.is_empty() {
            return None;
        }
        let sketch = self.sketcher(BTreeMap::new()).around(device);
        let (cables, more) = self.cables(&[device], MOST_AROUND);
        let map = self.map_of(self.map.part_of[device]);
        Some(Wiring { form: "device", sketch: Some(sketch), cables, more, map })
    }

    fn network(&self, network: NodeIx) -> Option<Wiring> {
        let topology = &self.map.topology;
        let (members, carriers) = self.map.networks.get(&network)?;
        let sketch = self.sketcher(BTreeMap::new()).network(network, members);
        let sketch = Some(sketch).filter(|sketch| sketch.things.len() <= MOST_BOXES);
        let more = carriers.len().saturating_sub(MOST_AROUND);
        let rows = carriers.iter().map(|cable| self.row(&topology.cables[*cable], &[]));
        let mut rows: Vec<(CableKey<'_>, CableRow)> = rows.collect();
        rows.sort_by(|(a, _), (b, _)| a.cmp(b));
        let cables = rows.into_iter().take(MOST_AROUND).map(|(_, row)| row).collect();
        let parts: BTreeSet<Option<usize>> =
            members.iter().map(|device| self.map.part_of[*device]).collect();
        let part = if parts.len() == 1 { parts.first().copied().flatten() } else { None };
        Some(Wiring { form: "network", sketch, cables, more, map: self.map_of(part) })
    }

    fn map_of(&self, part: Option<usize>) -> Link {
        match part.filter(|_| self.map.is_cut()) {
            Some(number) => {
                let part = &self.map.parts[number];
                self.link(&format!("{}: {}", TITLE.0, part.name), &part.path)
            }
            None => self.link(TITLE.0, MAP),
        }
    }
}

impl Planner<'_> {
    /// Returns the link to the map of the network, from the root; nothing where there is none.
    pub(super) fn map_link(&self) -> Option<Link> {
        let (title, icon) = TITLE;
        Map::is_there(self.facts.model).then(|| route::link_to(MAP, title, icon))
    }

    pub(super) fn drawing(&self, path: &str) -> Page {
        self.map_pages().page(path)
    }

    /// Returns the paths of all pages with drawings of the network.
    pub(super) fn drawings(&self) -> &[String] {
        if Map::is_there(self.facts.model) { &self.map().1 } else { &[] }
    }

    fn map(&self) -> &(Map, Vec<String>) {
        self.map.get_or_init(|| {
            let map = Map::of(self.facts.model);
            let paths = map.paths();
            (map, paths)
        })
    }

    pub(super) fn map_pages(&self) -> MapPages<'_> {
        MapPages { show: self.show("../"), map: &self.map().0 }
    }
}

fn contents(view: &NetworkView) -> Vec<TocEntry> {
    let entries = [
        (!view.parts.is_empty(), "Parts", "parts"),
        (!view.cables.is_empty(), "Cables", "cables"),
        (!view.loose.is_empty(), "Not plugged in", "loose"),
    ];
    let entry = |(_, text, anchor): (bool, &str, &str)| TocEntry {
        text: text.to_owned(),
        anchor: anchor.to_owned(),
        level: 2,
    };
    entries.into_iter().filter(|(is_there, ..)| *is_there).map(entry).collect()
}
