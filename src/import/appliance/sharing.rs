//! Finds networks that several devices of one import are in, and the links between devices that this
//! shows.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;

use super::Appliance;

/// Where a device is in a network.
struct End {
    device: usize,
    port: String,
    address: IpAddr,
}

/// Makes one network of those that several devices are in, and a link of those that just two ports of
/// different devices are in.
///
/// Two devices with the very same address are in two networks that only look alike.
pub fn share<'a>(devices: impl Iterator<Item = &'a mut Appliance>) {
    let mut devices: Vec<&mut Appliance> = devices.collect();
    tell_apart(&mut devices);
    let mut ends: BTreeMap<IpNet, Vec<End>> = BTreeMap::new();
    for (device, appliance) in devices.iter().enumerate() {
        for port in &appliance.ports {
            for net in port.addresses.iter().filter_map(|text| text.parse::<IpNet>().ok()) {
                let is_known = appliance.subnets.iter().any(|subnet| subnet.port == port.name);
                if is_known && net.prefix_len() < net.max_prefix_len() {
                    let end = End { device, port: port.name.clone(), address: net.addr() };
                    ends.entry(net.trunc()).or_default().push(end);
                }
            }
        }
    }
    for (net, ends) in ends.iter().filter(|(_, ends)| is_one_network(ends)) {
        for end in ends {
            let appliance = &mut devices[end.device];
            for subnet in appliance.subnets.iter_mut().filter(|one| one.port == end.port) {
                subnet.is_shared = true;
                // The way out of a network between routers is nobody's alone.
                subnet.gateway = subnet.gateway.filter(|ip| *ip != end.address);
                subnet.gateway6 = subnet.gateway6.filter(|ip| *ip != end.address);
                if subnet.name == end.port || subnet.vlan.is_none() {
                    subnet.name = net.to_string();
                }
            }
        }
        if let [a, b] = ends.as_slice() {
            for (here, there) in [(a, b), (b, a)] {
                let key = devices[there.device].key.clone();
                let port = devices[here.device].ports.iter_mut().find(|one| one.name == here.port);
                // Through a VLAN two devices see each other over any number of cables.
                if let Some(port) = port.filter(|port| port.kind != Some("vlan")) {
                    port.peer.get_or_insert((key, there.port.clone()));
                }
            }
        }
    }
}

/// Gives devices that have neither a serial number nor a name of their own keys by their files: two
/// that call themselves `Router` are two.
fn tell_apart(devices: &mut [&mut Appliance]) {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for device in devices {
        if !seen.insert(device.key.clone()) {
            let stem = device.at.file.split('.').next().unwrap_or_default().to_lowercase();
            device.key = format!("{}/{stem}", device.key);
            seen.insert(device.key.clone());
        }
    }
}

fn is_one_network(ends: &[End]) -> bool {
    let differ = |f: fn(&End) -> String| {
        let mut all: Vec<String> = ends.iter().map(f).collect();
        all.sort();
        all.dedup();
        all.len()
    };
    differ(|end| end.device.to_string()) > 1 && differ(|end| end.address.to_string()) == ends.len()
}
