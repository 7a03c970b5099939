//! Finds out which networks ports and devices are in, and joins by addresses what no cable joins.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::joints::{ends_of, is_found_by_address, name_of};
use super::{Cable, End, Topology};
use crate::drawing::Stroke;
use crate::model::addresses::Prefix;
use crate::model::{Model, NodeIx, Target};
use crate::record::value::{Fields, Value};
use crate::schema::builtin;
use crate::schema::field::Field;
use crate::schema::role::Role;

/// A port and the networks it is in.
pub(super) struct Port {
    pub device: usize,
    pub name: String,
    pub networks: BTreeSet<NodeIx>,
}

/// Returns the ports that say in which networks they are: by name, by the numbers of VLANs at their site.
pub(super) fn ports(model: &Model, topology: &Topology) -> Vec<Port> {
    let vlans = vlans(model);
    let mut ports = Vec::new();
    for (device, it) in topology.devices.iter().enumerate() {
        let shape = &model.kind_of(it.node).shape;
        for (place, value) in model.node(it.node).fields.iter() {
            let field = &shape.fields()[place];
            if ends_of(field).is_none() {
                continue;
            }
            for row in Value::rows(value).iter().filter_map(|row| row.value.as_table()) {
                let Some(name) = name_of(field, row) else { continue };
                let networks = of_port(field, row, &|number| {
                    vlans.get(&(it.site, number)).or_else(|| vlans.get(&(None, number))).copied()
                });
                if !networks.is_empty() {
                    ports.push(Port { device, name: name.to_owned(), networks });
                }
            }
        }
    }
    ports
}

/// Returns the network of each VLAN, by its site; those of no site hold everywhere.
fn vlans(model: &Model) -> BTreeMap<(Option<NodeIx>, i64), NodeIx> {
    let mut vlans = BTreeMap::new();
    for (ix, _) in model.iter().filter(|(_, node)| !node.retired) {
        let Some(Value::Integer(number)) = model.value(ix, Role::Vlan).map(|it| &it.value) else {
            continue;
        };
        let sites = model.targets(ix, Role::Location);
        let sites = sites.into_iter().map(Some);
        let sites: Vec<Option<NodeIx>> = sites.collect();
        for site in if sites.is_empty() { vec![None] } else { sites } {
            vlans.entry((site, *number)).or_insert(ix);
        }
    }
    vlans
}

fn of_port(
    field: &Field,
    row: &Fields<Target>,
    vlan: &impl Fn(i64) -> Option<NodeIx>,
) -> BTreeSet<NodeIx> {
    let port = &builtin::tiers().port;
    let values = |names: &[String]| {
        let places = names.iter().filter_map(|name| field.shape.index(name));
        let values = places.filter_map(|place| row.get(place)).map(|value| &value.value);
        values.collect::<Vec<_>>()
    };
    let mut networks = BTreeSet::new();
    for value in values(&port.network) {
        networks.extend(value.as_reference().map(|target| target.node));
    }
    for value in values(&port.vlans) {
        match value {
            Value::Integer(number) => networks.extend(vlan(*number)),
            Value::List(items) => {
                networks.extend(items.iter().filter_map(|item| match item.value {
                    Value::Integer(number) => vlan(number),
                    _ => None,
                }))
            }
            _ => {}
        }
    }
    networks
}

/// Tells every device its networks, and joins those that only an address joins.
pub(super) fn add(model: &Model, topology: &mut Topology, ports: &[Port]) {
    for port in ports {
        topology.devices[port.device].networks.extend(&port.networks);
    }
    for (device, network) in by_address(model, topology) {
        topology.devices[device].networks.insert(network);
    }
    let joined = join_by_address(model, topology);
    topology.cables.extend(joined);
    topology.cables.sort();
}

/// Returns in which network, the narrowest that is written down, each address of a device lies.
fn by_address(model: &Model, topology: &Topology) -> Vec<(usize, NodeIx)> {
    let addresses = &model.addresses;
    let mut found = Vec::new();
    let mut open: Vec<&Prefix> = Vec::new();
    let mut next = addresses.prefixes.iter().peekable();
    // Both are in the order of addresses, and of two prefixes that begin alike the wider comes first.
    for claim in &addresses.claims {
        while let Some(prefix) = next.next_if(|prefix| prefix.net.addr() <= claim.address) {
            open.retain(|outer| last_of(outer) >= prefix.net.addr());
            open.push(prefix);
        }
        open.retain(|outer| last_of(outer) >= claim.address);
        if let (Some(device), Some(prefix)) = (topology.device(claim.node), open.last())
            && prefix.net.contains(&claim.address)
        {
            found.push((device, prefix.node));
        }
    }
    found
}

fn last_of(prefix: &Prefix) -> IpAddr {
    prefix.net.broadcast()
}

/// Joins what lies in one network and is joined in no other way: with what routes there, or else with the
/// uppermost.
fn join_by_address(model: &Model, topology: &Topology) -> Vec<Cable> {
    let mut parts = Parts::of(topology);
    let mut members: BTreeMap<NodeIx, Vec<usize>> = BTreeMap::new();
    for (ix, device) in topology.devices.iter().enumerate() {
        for network in device.networks.iter().filter(|_| is_found_by_address(device.tier)) {
            members.entry(*network).or_default().push(ix);
        }
    }
    let mut joined: BTreeMap<(usize, usize), BTreeSet<NodeIx>> = BTreeMap::new();
    for (network, members) in members {
        let routers = &builtin::tiers().place.router;
        let routers = routers.iter().filter_map(|field| model.at(network, field));
        let routers = routers.filter_map(|value| value.value.as_reference());
        let router = routers.filter_map(|target| topology.device(target.node)).next();
        let top = members.iter().copied().min_by_key(|ix| (topology.devices[*ix].tier, *ix));
        let Some(hub) = router.filter(|it| members.contains(it)).or(top) else { continue };
        for member in members {
            // What a cable joins already, by whatever way, needs no guess.
            if parts.root(hub) != parts.root(member) {
                joined.entry((hub.min(member), hub.max(member))).or_default().insert(network);
            }
        }
    }
    let cable = |((a, b), networks): ((usize, usize), BTreeSet<NodeIx>)| {
        let end = |device| End { device, port: String::new() };
        Cable { ends: [end(a), end(b)], stroke: Stroke::Guess, record: None, networks }
    };
    joined.into_iter().map(cable).collect()
}

/// What is joined to what, by whatever way.
struct Parts(Vec<usize>);

impl Parts {
    fn of(topology: &Topology) -> Parts {
        let mut parts = Parts((0..topology.devices.len()).collect());
        for cable in topology.cables.iter().filter(|cable| cable.stroke != Stroke::Tunnel) {
            parts.join(cable.ends[0].device, cable.ends[1].device);
        }
        parts
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}
