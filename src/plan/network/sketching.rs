//! Makes sketches of parts of the network.

use std::collections::{BTreeMap, BTreeSet};

use super::parts::MOST_ROWS;
use crate::drawing::{Joint, Place, Row, Sketch, Stroke, Thing};
use crate::model::NodeIx;
use crate::plan::show::Shower;
use crate::schema::builtin::Tier;
use crate::schema::role::Role;
use crate::text::natural_cmp;
use crate::topology::ranks::Ranks;
use crate::topology::{Cable, Topology};

/// The most lines in a box that say which port leads where.
const MOST_TIES: usize = 4;

/// The most boxes that belong to other parts.
const MOST_FOREIGN: usize = 24;

/// Makes sketches.
pub(super) struct Sketcher<'a> {
    pub show: &'a Shower<'a>,
    pub topology: &'a Topology,
    pub ranks: &'a Ranks,
    /// The name of each network's layer.
    pub layers: BTreeMap<NodeIx, String>,
}

impl Sketcher<'_> {
    /// Returns the sketch of these boxes with all that hangs on them, and of `foreign` ones that they are
    /// joined to.
    pub fn sketch(&self, title: &str, boxes: &[usize], foreign: &BTreeSet<usize>) -> Sketch {
        let foreign: Vec<usize> = foreign.iter().copied().take(MOST_FOREIGN).collect();
        let (places, place_of) = self.places(boxes);
        let all: Vec<usize> = boxes.iter().chain(&foreign).copied().collect();
        let things = all.iter().enumerate().map(|(number, device)| {
            let is_foreign = number >= boxes.len();
            let mut thing = self.thing(*device);
            thing.faint = is_foreign;
            if !is_foreign {
                thing.place = place_of.get(device).copied();
                thing.rows = self.rows(*device, &|_| true);
            }
            thing
        });
        self.finish(title, places, things.collect(), &all, &|_| true)
    }

    /// Returns the sketch of a device with all it is joined to.
    pub fn around(&self, device: usize) -> Sketch {
        let parent = self.ranks.hangs_on[device];
        let held: BTreeSet<usize> = self.ranks.holds[device].iter().copied().collect();
        let others = self.topology.neighbours(device).into_iter();
        let others: Vec<usize> = others.filter(|other| !held.contains(other)).collect();
        let mut all = vec![device];
        all.extend(others.iter().copied().take(MOST_FOREIGN));
        let rank = |other: usize| self.ranks.rank[other];
        let things = all.iter().map(|other| {
            let mut thing = self.thing(*other);
            thing.tier = match () {
                () if *other == device => 1,
                () if parent == Some(*other) => 0,
                () => {
                    1 + usize::from(rank(*other) > rank(device))
                        - usize::from(rank(*other) < rank(device))
                }
            };
            thing.faint = *other != device;
            if *other == device {
                thing.href = String::new();
                thing.rows = self.rows(device, &|_| true);
                self.and_more(&mut thing.rows, others.len() + 1 - all.len());
            }
            thing
        });
        let name = &self.show.model.node(self.topology.devices[device].node).name;
        let own = |cable: &Cable| cable.ends.iter().any(|end| end.device == device);
        self.finish(name, Vec::new(), things.collect(), &all, &own)
    }

    /// Returns the sketch of where a network runs: its members, and what carries it to them.
    pub fn network(&self, network: NodeIx, members: &BTreeSet<usize>) -> Sketch {
        let mut boxes: BTreeSet<usize> = BTreeSet::new();
        for member in members {
            let mut at = self.ranks.box_of(*member);
            // Up to what stands between inside and outside.
            while boxes.insert(at) && self.topology.devices[at].tier > Tier::Guard {
                match self.above(at) {
                    Some(above) => at = above,
                    None => break,
                }
            }
        }
        let all: Vec<usize> = boxes.into_iter().collect();
        let things = all.iter().map(|device| {
            let mut thing = self.thing(*device);
            thing.faint = !members.contains(device);
            thing.rows = self.rows(*device, &|held| members.contains(&held));
            thing
        });
        let name = &self.show.model.node(network).name;
        let (places, place_of) = self.places(&all);
        let mut things: Vec<Thing> = things.collect();
        for (thing, device) in things.iter_mut().zip(&all) {
            thing.place = place_of.get(device).copied();
        }
        let carries = |cable: &Cable| cable.stroke != Stroke::Tunnel;
        self.finish(name, places, things, &all, &carries)
    }

    /// Returns what a box is joined to above it.
    fn above(&self, device: usize) -> Option<usize> {
        let others = self.topology.neighbours(device).into_iter();
        let others = others.map(|other| self.ranks.box_of(other));
        let above = others.filter(|other| self.ranks.rank[*other] < self.ranks.rank[device]);
        above.min_by_key(|other| (self.ranks.rank[*other], *other))
    }

    /// Returns the frames round boxes: sites where there are several, rooms where these hold more than a
    /// box each; and which box is in which.
    fn places(&self, boxes: &[usize]) -> (Vec<Place>, BTreeMap<usize, usize>) {
        let device = |ix: &usize| &self.topology.devices[*ix];
        let sites: BTreeSet<Option<NodeIx>> = boxes.iter().map(|ix| device(ix).site).collect();
        if sites.len() > 1 {
            let sites: Vec<NodeIx> = sites.into_iter().flatten().collect();
            let place = |site: &NodeIx| {
                let link = self.show.routes.link(self.show.root, *site);
                Place { name: link.text, href: link.href }
            };
            let of = |ix: &usize| {
                let site = device(ix).site?;
                Some((*ix, sites.iter().position(|known| *known == site)?))
            };
            return (sites.iter().map(place).collect(), boxes.iter().filter_map(of).collect());
        }
        let rooms: BTreeSet<&str> = boxes.iter().map(|ix| device(ix).room.as_str()).collect();
        let rooms: Vec<&str> = rooms.into_iter().filter(|room| !room.is_empty()).collect();
        if rooms.len() < 2 || rooms.len() * 2 > boxes.len() {
            return (Vec::new(), BTreeMap::new());
        }
        let of = |ix: &usize| Some((*ix, rooms.iter().position(|room| *room == device(ix).room)?));
        let place = |room: &&str| Place { name: (*room).to_owned(), href: String::new() };
        (rooms.iter().map(place).collect(), boxes.iter().filter_map(of).collect())
    }

    /// Returns a device as a box, with nothing hanging on it.
    fn thing(&self, device: usize) -> Thing {
        let it = &self.topology.devices[device];
        let link = self.show.routes.link(self.show.root, it.node);
        let subtitle = self.show.subtitle(it.node);
        let is_said = subtitle.is_empty() || it.sort == subtitle;
        let detail = if is_said { it.sort.clone() } else { format!("{} · {subtitle}", it.sort) };
        Thing {
            name: link.text,
            href: link.href,
            detail,
            tone: it.tone,
            tier: self.ranks.rank[device],
            layers: self.layers_of(&it.networks),
            ..Thing::default()
        }
    }

    fn layers_of(&self, networks: &BTreeSet<NodeIx>) -> Vec<String> {
        let mut numbers: Vec<&String> =
            networks.iter().filter_map(|network| self.layers.get(network)).collect();
        numbers.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        numbers.into_iter().cloned().collect()
    }

    /// Returns what hangs on a device, as far as it is wanted or something wanted hangs on it.
    fn rows(&self, device: usize, is_wanted: &impl Fn(usize) -> bool) -> Vec<Row> {
        let mut rows = Vec::new();
        self.rows_below(device, 0, is_wanted, &mut rows);
        let more = rows.len().saturating_sub(MOST_ROWS);
        rows.truncate(MOST_ROWS);
        self.and_more(&mut rows, more);
        rows
    }

    fn rows_below(
        &self,
        device: usize,
        depth: usize,
        is_wanted: &impl Fn(usize) -> bool,
        rows: &mut Vec<Row>,
    ) {
        let mut held: Vec<(String, usize)> = self.ranks.holds[device]
            .iter()
            .map(|held| (self.ports_between(device, *held).join(", "), *held))
            .collect();
        held.sort_by(|a, b| natural_cmp(&a.0, &b.0).then(a.1.cmp(&b.1)));
        for (ports, held) in held {
            let before = rows.len();
            let it = &self.topology.devices[held];
            let link = self.show.routes.link(self.show.root, it.node);
            let title = match ports.is_empty() {
                true => format!("{}, {}", link.text, it.sort),
                false => format!("{ports}: {}, {}", link.text, it.sort),
            };
            // Ports of what itself hangs on something are not the box's own.
            let aside = if depth == 0 { ports } else { String::new() };
            let layers = self.layers_of(&it.networks);
            rows.push(Row { name: link.text, href: link.href, aside, title, depth, layers });
            self.rows_below(held, depth + 1, is_wanted, rows);
            if rows.len() == before + 1 && !is_wanted(held) {
                rows.pop();
            }
        }
    }

    fn and_more(&self, rows: &mut Vec<Row>, more: usize) {
        if more > 0 {
            rows.push(Row { name: format!("and {more} more"), ..Row::default() });
        }
    }

    /// Returns the ports of `device` that lead to `other`.
    fn ports_between(&self, device: usize, other: usize) -> Vec<String> {
        let cables = self.topology.devices[other].cables.iter();
        let ends = cables.map(|cable| self.topology.cables[*cable].from(device));
        let ends = ends.filter(|(near, far)| near.device == device && far.device == other);
        let mut ports: Vec<String> = ends.map(|(near, _)| short(&near.port)).collect();
        ports.retain(|port| !port.is_empty());
        ports.sort_by(|a, b| natural_cmp(a, b));
        ports
    }

    /// Joins things, and says in the lower of two which port leads where.
    fn finish(
        &self,
        title: &str,
        places: Vec<Place>,
        mut things: Vec<Thing>,
        devices: &[usize],
        is_drawn: &impl Fn(&Cable) -> bool,
    ) -> Sketch {
        let index: BTreeMap<usize, usize> =
            devices.iter().enumerate().map(|(number, device)| (*device, number)).collect();
        let cables: BTreeSet<usize> = devices
            .iter()
            .flat_map(|device| &self.topology.devices[*device].cables)
            .copied()
            .collect();
        let mut joints = Vec::new();
        let mut ties: Vec<Vec<String>> = vec![Vec::new(); things.len()];
        for cable in cables.iter().map(|cable| &self.topology.cables[*cable]) {
            let [a, b] = &cable.ends;
            let (Some(near), Some(far)) = (index.get(&a.device), index.get(&b.device)) else {
                continue;
            };
            if !is_drawn(cable) {
                continue;
            }
            let layers = self.layers_of(&cable.networks);
            joints.push(Joint { a: *near, b: *far, stroke: cable.stroke, layers });
            let is_down = (things[*near].tier, *near) < (things[*far].tier, *far);
            let (upper, lower) = if is_down { (a, b) } else { (b, a) };
            let into = if is_down { *far } else { *near };
            ties[into].extend(self.tie(cable, upper, lower));
        }
        for (thing, mut lines) in things.iter_mut().zip(ties) {
            let more = lines.len().saturating_sub(MOST_TIES);
            if more > 0 {
                lines.truncate(MOST_TIES);
                lines.push(format!("and {more} more"));
            }
            thing.ties = lines;
        }
        let description = format!(
            "{} and how they are joined; the table below says the same.",
            crate::text::plural(things.len(), "device", "devices")
        );
        Sketch { title: title.to_owned(), description, places, things, joints }
    }

    /// Returns a line that says which port leads where; nothing where no port is known.
    fn tie(
        &self,
        cable: &Cable,
        upper: &crate::topology::End,
        lower: &crate::topology::End,
    ) -> Option<String> {
        let name = &self.show.model.node(self.topology.devices[upper.device].node).name;
        let networks = || {
            let network = cable.networks.first()?;
            let prefix = self.show.model.value(*network, Role::Prefix)?;
            Some(prefix.value.in_words(&|_| String::new()))
        };
        match (&*short(&lower.port), &*short(&upper.port), cable.stroke) {
            ("", "", Stroke::Guess) => Some(format!("{} – {name}", networks()?)),
            ("", "", _) => None,
            ("", port, _) => Some(format!("– {name}: {port}")),
            (port, "", _) => Some(format!("{port} – {name}")),
            (port, far, _) => Some(format!("{port} – {name}: {far}")),
        }
    }
}

/// The long names of ports, and how devices themselves shorten them.
const SHORT: &[(&str, &str)] = &[
    ("HundredGigabitEthernet", "Hu"),
    ("HundredGigE", "Hu"),
    ("FortyGigabitEthernet", "Fo"),
    ("TwentyFiveGigE", "Twe"),
    ("TenGigabitEthernet", "Te"),
    ("GigabitEthernet", "Gi"),
    ("FastEthernet", "Fa"),
    ("Ethernet", "Et"),
    ("Port-channel", "Po"),
    ("Serial", "Se"),
];

/// Returns the name of a port as it is read off a box: `Gi1/0/24`.
fn short(port: &str) -> String {
    let known = SHORT.iter().find_map(|(long, short)| {
        let rest = port.strip_prefix(long)?;
        rest.starts_with(|c: char| c.is_ascii_digit()).then(|| format!("{short}{rest}"))
    });
    known.unwrap_or_else(|| port.to_owned())
}
