//! The plan of addresses: which record of a network a prefix, a VLAN or an address belongs to, and which
//! addresses a port has.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::store::{Object, Store, Target};
use crate::import::normal::network;

/// The model of prefixes.
pub const PREFIX: &str = "ipam.prefix";

/// The model of VLANs.
pub const VLAN: &str = "ipam.vlan";

/// The model of addresses.
pub const ADDRESS: &str = "ipam.ipaddress";

/// A prefix in the plan.
#[derive(Clone, Debug)]
struct Net {
    net: IpNet,
    vrf: Option<u64>,
    prefix: u64,
    /// Whether it only holds other prefixes.
    is_container: bool,
}

/// What an address is assigned to, and the address.
pub type Assigned = (String, Option<u64>);

/// The plan.
#[derive(Default, Debug)]
pub struct Plan {
    /// The smallest first.
    nets: Vec<Net>,
    /// The prefixes of each VLAN.
    of_vlan: BTreeMap<u64, Vec<u64>>,
    /// The prefix whose record an IPv6 prefix of the same VLAN goes into.
    pub joined: BTreeMap<u64, u64>,
    /// The addresses of each port, with their VRF.
    pub addresses: BTreeMap<Target, Vec<Assigned>>,
    /// The hardware address of each port, where it is an object of its own.
    pub macs: BTreeMap<Target, String>,
    /// The keys of prefixes and VLANs.
    keys: BTreeMap<Target, String>,
}

impl Plan {
    /// Returns the plan of what a store holds.
    pub fn new(store: &Store) -> Plan {
        let mut plan = Plan::default();
        for (id, prefix) in store.all(PREFIX) {
            let Some(net) = net_of(prefix) else { continue };
            let is_container = prefix.text("status").as_deref() == Some("container");
            let vrf = prefix.link("vrf", "ipam.vrf");
            plan.nets.push(Net { net, vrf, prefix: id, is_container });
            if let Some(vlan) = prefix.link("vlan", VLAN) {
                plan.of_vlan.entry(vlan).or_default().push(id);
            }
        }
        for model in [PREFIX, VLAN] {
            for (id, _) in store.all(model) {
                plan.keys.insert(Target::new(model, id), store.key(model, id));
            }
        }
        plan.nets.sort_by_key(|one| (u8::MAX - one.net.prefix_len(), one.prefix));
        plan.join(store);
        for (_, address) in store.all(ADDRESS) {
            if let Some((target, text)) = assigned_to(address).zip(address.text("address")) {
                let vrf = address.link("vrf", "ipam.vrf");
                plan.addresses.entry(target).or_default().push((text, vrf));
            }
        }
        for (_, mac) in store.all("dcim.macaddress") {
            if let Some((target, text)) = mac.target("assigned_object").zip(mac.text("mac_address"))
            {
                plan.macs.entry(target).or_insert(text);
            }
        }
        plan
    }

    /// A VLAN with one prefix of each family is one network.
    fn join(&mut self, store: &Store) {
        for prefixes in self.of_vlan.values() {
            let is_v6 = |id: &&u64| {
                store.get(PREFIX, **id).and_then(net_of).is_some_and(|net| net.addr().is_ipv6())
            };
            let (v6, v4): (Vec<&u64>, Vec<&u64>) = prefixes.iter().partition(is_v6);
            if let ([v4], [v6]) = (v4.as_slice(), v6.as_slice()) {
                self.joined.insert(**v6, **v4);
            }
        }
    }

    fn key(&self, model: &str, id: u64) -> String {
        self.keys.get(&Target::new(model, id)).cloned().unwrap_or_default()
    }

    /// Returns the key of the record that a prefix is told by.
    pub fn key_of_prefix(&self, prefix: u64) -> String {
        self.key(PREFIX, *self.joined.get(&prefix).unwrap_or(&prefix))
    }

    /// Returns the key of the record that a VLAN is told by.
    pub fn key_of_vlan(&self, vlan: u64) -> String {
        match self.of_vlan.get(&vlan).and_then(|prefixes| prefixes.first()) {
            Some(prefix) => self.key_of_prefix(*prefix),
            None => self.key(VLAN, vlan),
        }
    }

    /// Whether the VLAN is told by the record of this prefix; of several the first tells it.
    pub fn tells_vlan(&self, prefix: u64, vlan: u64) -> bool {
        self.key_of_vlan(vlan) == self.key_of_prefix(prefix)
    }

    /// Whether a VLAN has a prefix, and so no record of its own.
    pub fn has_prefix(&self, vlan: u64) -> bool {
        self.of_vlan.contains_key(&vlan)
    }

    /// Returns the prefix that an address lies in: the smallest of its VRF that holds no others.
    pub fn prefix_of(&self, address: &str, vrf: Option<u64>) -> Option<u64> {
        let address: IpAddr = network::ip(address)?.parse().ok()?;
        let holds = |one: &&Net| one.vrf == vrf && one.net.contains(&address);
        let smallest = self.nets.iter().filter(holds).find(|one| !one.is_container);
        smallest.map(|one| one.prefix)
    }

    /// Returns the key of the record of the network that an address lies in.
    pub fn key_of_address(&self, address: &str, vrf: Option<u64>) -> Option<String> {
        self.prefix_of(address, vrf).map(|prefix| self.key_of_prefix(prefix))
    }
}

/// Returns the range of a prefix.
pub fn net_of(prefix: &Object) -> Option<IpNet> {
    network::prefix(&prefix.text("prefix")?)?.parse().ok()
}

/// Returns the port that an address is assigned to.
pub fn assigned_to(address: &Object) -> Option<Target> {
    address.target("assigned_object").or_else(|| {
        // Until 2.9 it named an interface.
        let id = address.link("interface", "dcim.interface")?;
        Some(Target::new("dcim.interface", id))
    })
}
