//! Lays out the ways that cables take through patch panels and wall sockets, from end to end.

use std::collections::BTreeSet;

use super::show::Shower;
use super::view::{Patching, WayPort, WayRow};
use crate::drawing::ways::{Stop, Ways};
use crate::model::cables::Port;
use crate::model::{NodeIx, Target};

/// How many ways a page lists.
const MOST_WAYS: usize = 200;

/// Lays out ways.
pub struct Layout<'a> {
    /// Shows values.
    pub show: &'a Shower<'a>,
}

impl Layout<'_> {
    /// Returns the ways that run through a back and touch a record; nothing where there are none.
    pub fn ways(&self, ix: NodeIx) -> Option<Patching> {
        let cabling = &self.show.model.cabling;
        if cabling.rear.is_empty() {
            return None;
        }
        let from = (ix, String::new());
        let of = |ends: &std::collections::BTreeMap<Port, Port>| {
            let own = ends.range(from.clone()..).take_while(|(port, _)| port.0 == ix);
            own.map(|(port, _)| port.clone()).collect::<Vec<Port>>()
        };
        let ports: BTreeSet<Port> =
            of(&cabling.front).into_iter().chain(of(&cabling.rear)).collect();
        let mut ways: Vec<Vec<Port>> = Vec::new();
        let mut seen: BTreeSet<Port> = BTreeSet::new();
        let mut ports: Vec<Port> = ports.into_iter().collect();
        ports.sort_by(|a, b| crate::text::natural_cmp(&a.1, &b.1));
        for port in ports.into_iter().filter(|port| !self.show.model.is_retired(port.0)) {
            if seen.contains(&port) {
                continue;
            }
            let mut way = cabling.way(&port);
            if !way.iter().any(|port| cabling.rear.contains_key(port)) {
                continue;
            }
            seen.extend(way.iter().cloned());
            // The lesser end first, so that it is the same way wherever it is shown.
            if way.last() < way.first() {
                way.reverse();
            }
            ways.push(way);
        }
        if ways.is_empty() {
            return None;
        }
        let name = &self.show.model.node(ix).name;
        let more = ways.len().saturating_sub(MOST_WAYS);
        ways.truncate(MOST_WAYS);
        Some(Patching {
            rows: ways.iter().map(|way| self.row(way)).collect(),
            more,
            drawing: Ways {
                title: format!("The cables through {name}, from end to end"),
                description:
                    "A row for each way; whole lines are plugged in, dashed ones are wired \
                              behind. The table beneath says the same."
                        .to_owned(),
                rows: ways.iter().map(|way| self.stops(way)).collect(),
            },
        })
    }

    fn row(&self, way: &[Port]) -> WayRow {
        let ports: Vec<WayPort> = way.iter().map(|port| self.port(port)).collect();
        let (first, rest) = ports.split_first().expect("a way has a port");
        let (last, between) =
            rest.split_last().map_or((None, rest), |(last, rest)| (Some(last), rest));
        WayRow { from: first.clone(), through: between.to_vec(), to: last.cloned() }
    }

    fn port(&self, port: &Port) -> WayPort {
        let target = Target { node: port.0, row: Some(port.1.clone()) };
        let link = self.show.routes.target(self.show.root, &target);
        WayPort { link }
    }

    fn stops(&self, way: &[Port]) -> Vec<Stop> {
        let cabling = &self.show.model.cabling;
        let stop = |(at, port): (usize, &Port)| Stop {
            name: self.show.model.node(port.0).name.clone(),
            port: port.1.clone(),
            href: self.port(port).link.href,
            tone: self.show.colours(port.0),
            behind: at > 0 && cabling.rear.get(port) == Some(&way[at - 1]),
        };
        way.iter().enumerate().map(stop).collect()
    }
}
