//! Interfaces, VLANs, bundles, gateways and routes of a `config.xml`.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::addresses::with_length;
use super::{Config, is_on};
use crate::import::appliance::{Line, Port, Subnet};
use crate::import::bounded::xml::Element;

/// Words in place of an address that say that a carrier gives one.
const BY_CARRIER: &[&str] = &["dhcp", "pppoe", "ppp", "pptp", "l2tp"];

impl Config<'_> {
    /// Reads what the firewall is plugged into, and the networks there.
    pub(super) fn interfaces(&mut self) {
        let root = self.root;
        let interfaces: Vec<&Element> = match root.child("interfaces") {
            // Groups and tunnels that the system itself makes are no ports.
            Some(all) => all
                .children
                .iter()
                .filter(|one| one.child("if").is_some() && one.child("internal_dynamic").is_none())
                .collect(),
            None => Vec::new(),
        };
        for one in &interfaces {
            let called =
                one.text_at("descr").map_or_else(|| one.name.to_uppercase(), str::to_owned);
            self.names.insert(one.name.clone(), called);
            let port = one.text_at("if").unwrap_or(&one.name);
            self.ports.insert(one.name.clone(), port.to_owned());
        }
        let tags = self.tags();
        for one in interfaces {
            self.interface(one, &tags);
        }
        self.vlans();
        self.bundles();
        self.virtual_addresses();
        self.read.extend(["interfaces", "vlans", "laggs", "bridges", "ppps", "virtualip"]);
    }

    /// Returns the VLAN of each port that is one.
    fn tags(&self) -> BTreeMap<String, i64> {
        let vlans = self.root.child("vlans").into_iter().flat_map(|all| all.all("vlan"));
        let tagged = vlans.filter_map(|vlan| Some((port_of(vlan)?, tag_of(vlan)?)));
        tagged.collect()
    }

    fn interface(&mut self, one: &Element, tags: &BTreeMap<String, i64>) {
        let name = self.names[&one.name].clone();
        let port_name = self.ports[&one.name].clone();
        let tag = tags.get(&port_name).copied().or_else(|| tag_in_names(&port_name, &name));
        let mut addresses = Vec::new();
        for (address, length) in [("ipaddr", "subnet"), ("ipaddrv6", "subnetv6")] {
            let length = one.text_at(length);
            addresses.extend(one.text_at(address).and_then(|ip| with_length(ip, length)));
        }
        let is_enabled = is_on(one.child("enable"));
        self.appliance.ports.push(Port {
            name: port_name.clone(),
            kind: sort_of(&port_name, tag),
            description: Some(name.clone()),
            mac: one.text_at("spoofmac").map(str::to_owned),
            addresses: addresses.clone(),
            enabled: Some(is_enabled),
            untagged: None,
            ..Port::default()
        });
        self.words_for_addresses(one, &name);
        match self.is_uplink(one) {
            true => self.line(one, &name, &port_name, &addresses, tag),
            false => self.network(one, &name, &port_name, &addresses, tag),
        }
    }

    /// Keeps what stands in place of an address, such as `dhcp6` and `track6`.
    fn words_for_addresses(&mut self, one: &Element, name: &str) {
        let group = format!("Interfaces / {name}");
        for (element, label) in [("ipaddr", "IPv4"), ("ipaddrv6", "IPv6")] {
            let word = one.text_at(element).filter(|text| text.parse::<IpAddr>().is_err());
            self.appliance.settings.set_some(&group, label, word);
        }
        for (element, label) in [
            ("mtu", "MTU"),
            ("mss", "MSS"),
            ("media", "Media"),
            ("blockpriv", "Block private networks"),
            ("blockbogons", "Block bogon networks"),
            ("track6-interface", "IPv6 follows"),
            ("track6-prefix-id", "IPv6 prefix id"),
            ("dhcphostname", "Host name sent to DHCP"),
            ("lock", "Locked"),
        ] {
            let Some(value) = one.text_at(element) else { continue };
            let value = match value {
                "on" | "1" if element.starts_with("block") || element == "lock" => {
                    "true".to_owned()
                }
                "yes" => "true".to_owned(),
                interface if element == "track6-interface" => self.name_of(interface),
                other => other.to_owned(),
            };
            self.appliance.settings.set(&group, label, &value);
        }
        const SAID: &[&str] = &[
            "if",
            "descr",
            "enable",
            "ipaddr",
            "subnet",
            "ipaddrv6",
            "subnetv6",
            "spoofmac",
            "mtu",
            "mss",
            "media",
            "blockpriv",
            "blockbogons",
            "track6-interface",
            "track6-prefix-id",
            "dhcphostname",
            "lock",
        ];
        self.left_over(one, &group, SAID);
    }

    /// Whether an interface leads to a carrier: it is called so, has a way out of its own, or gets its
    /// address from outside.
    fn is_uplink(&self, one: &Element) -> bool {
        let by_carrier = one.text_at("ipaddr").is_some_and(|ip| BY_CARRIER.contains(&ip));
        one.name == "wan" || one.text_at("gateway").is_some_and(|name| name != "none") || by_carrier
    }

    fn line(
        &mut self,
        one: &Element,
        name: &str,
        port: &str,
        addresses: &[String],
        tag: Option<i64>,
    ) {
        let word = one.text_at("ipaddr").filter(|ip| BY_CARRIER.contains(ip));
        let ppp = self.ppp(port);
        let method = match (word, ppp) {
            (_, Some(ppp)) => Some(ppp.text_at("type").unwrap_or("PPP").to_uppercase()),
            (Some("pppoe"), None) => Some("PPPoE".to_owned()),
            (Some(word), None) => Some(word.to_uppercase()),
            (None, None) => None,
        };
        let username = ppp.and_then(|ppp| ppp.text_at("username"));
        let username = username.or_else(|| one.text_at("pppoe/username"));
        let is_public = |address: &&String| is_public(address);
        let line = Line {
            port: port.to_owned(),
            name: name.to_owned(),
            prefixes: addresses.iter().filter(is_public).cloned().collect(),
            vlan: tag,
            method: method.map(|method| method.replace("PPPOE", "PPPoE")),
            username: username.map(str::to_owned),
            ..Line::default()
        };
        self.appliance.lines.push(line);
        // Behind a carrier's own router there is a network as well.
        if addresses.iter().any(|address| !is_public(&address)) {
            let subnet = self.appliance.subnet(port);
            subnet.name = name.to_owned();
            subnet.zone = Some("wan");
            addresses.iter().for_each(|address| subnet.take(address));
        }
    }

    fn ppp(&self, port: &str) -> Option<&Element> {
        let mut all = self.root.child("ppps")?.all("ppp");
        all.find(|ppp| ppp.text_at("if") == Some(port))
    }

    fn network(
        &mut self,
        one: &Element,
        name: &str,
        port: &str,
        addresses: &[String],
        tag: Option<i64>,
    ) {
        if addresses.is_empty() && tag.is_none() {
            return;
        }
        let subnet = self.appliance.subnet(port);
        subnet.name = name.to_owned();
        subnet.vlan = tag;
        subnet.is_routed = true;
        addresses.iter().for_each(|address| subnet.take(address));
        let ip = |element: &str| one.text_at(element).and_then(|ip| ip.parse::<IpAddr>().ok());
        subnet.gateway = ip("ipaddr").filter(|_| subnet.prefix.is_some());
        subnet.gateway6 = ip("ipaddrv6").filter(|_| subnet.prefix6.is_some());
    }

    /// Reads VLANs that no interface is assigned to, and the ports that carry them.
    fn vlans(&mut self) {
        let root = self.root;
        for vlan in root.child("vlans").into_iter().flat_map(|all| all.all("vlan")) {
            let Some(tag) = tag_of(vlan) else {
                if !vlan.children.is_empty() {
                    let at = self.at(vlan);
                    self.harvest.skip(at, "a VLAN without a number");
                }
                continue;
            };
            if let Some(parent) = vlan.text_at("if") {
                let port = self.port(parent);
                port.mode = Some("trunk");
                if !port.tagged.contains(&tag) {
                    port.tagged.push(tag);
                    port.tagged.sort_unstable();
                }
            }
            let name = port_of(vlan).unwrap_or_default();
            let description = vlan.text_at("descr").map(str::to_owned);
            let is_known = self.appliance.subnets.iter().any(|subnet| subnet.port == name)
                || self.appliance.lines.iter().any(|line| line.port == name);
            match is_known {
                true => {
                    let subnet = self.appliance.subnets.iter_mut().find(|one| one.port == name);
                    let other = subnet.filter(|one| Some(&one.name) != description.as_ref());
                    if let Some(subnet) = other {
                        subnet.description = subnet.description.take().or(description);
                    }
                }
                false => self.appliance.subnets.push(Subnet {
                    port: name,
                    name: description.unwrap_or_else(|| format!("VLAN {tag}")),
                    vlan: Some(tag),
                    ..Subnet::default()
                }),
            }
        }
    }

    /// Returns the port that is called so, made if there is none yet.
    fn port(&mut self, name: &str) -> &mut Port {
        let ports = &mut self.appliance.ports;
        let at = ports.iter().position(|port| port.name == name).unwrap_or_else(|| {
            let kind = sort_of(name, None);
            ports.push(Port { name: name.to_owned(), kind, ..Port::default() });
            ports.len() - 1
        });
        &mut ports[at]
    }

    /// Reads bundles of ports and bridges.
    fn bundles(&mut self) {
        let root = self.root;
        for (list, item, name) in [("laggs", "lagg", "laggif"), ("bridges", "bridged", "bridgeif")]
        {
            for one in root.child(list).into_iter().flat_map(|all| all.all(item)) {
                let Some(bundle) = one.text_at(name) else { continue };
                let port = self.port(bundle);
                port.kind = Some(if item == "lagg" { "lag" } else { "virtual" });
                let description = one.text_at("descr").map(str::to_owned);
                port.description = port.description.take().or(description);
                let members: Vec<String> = one
                    .text_at("members")
                    .unwrap_or_default()
                    .split([',', ' '])
                    .filter(|member| !member.is_empty())
                    .map(|member| self.ports.get(member).map_or(member, String::as_str).to_owned())
                    .collect();
                for member in members {
                    self.port(&member).lag = Some(bundle.to_owned());
                }
                let group = "Interfaces / Bundles and bridges";
                self.appliance.settings.set_some(group, bundle, one.text_at("proto"));
            }
        }
    }

    fn virtual_addresses(&mut self) {
        let root = self.root;
        for vip in root.child("virtualip").into_iter().flat_map(|all| all.all("vip")) {
            let Some(address) = vip.text_at("subnet") else { continue };
            let Some(full) = with_length(address, vip.text_at("subnet_bits")) else { continue };
            let mode = vip.text_at("mode").unwrap_or("other");
            let interface = vip.text_at("interface").unwrap_or_default().to_owned();
            let mut value = format!("{mode} on {}", self.name_of(&interface));
            if let Some(group) = vip.text_at("vhid") {
                value.push_str(&format!(", group {group}"));
            }
            let settings = &mut self.appliance.settings;
            settings.set_why("Interfaces / Virtual addresses", &full, &value, vip.text_at("descr"));
            if let (Some(port), true) =
                (self.ports.get(&interface).cloned(), matches!(mode, "carp" | "ipalias"))
            {
                self.port(&port).addresses.push(full);
            }
        }
    }

    /// Reads the ways out, and the routes through them.
    pub(super) fn gateways(&mut self) {
        let root = self.root;
        let lists = [root.child("gateways"), root.at("OPNsense/Gateways")];
        let items: Vec<&Element> =
            lists.into_iter().flatten().flat_map(|all| all.all("gateway_item")).collect();
        let default = root.text_at("gateways/defaultgw4").unwrap_or_default().to_owned();
        let mut addresses: BTreeMap<&str, String> = BTreeMap::new();
        for item in &items {
            let (Some(name), Some(interface)) = (item.text_at("name"), item.text_at("interface"))
            else {
                continue;
            };
            let gateway = item.text_at("gateway").unwrap_or("dynamic");
            addresses.insert(name, gateway.to_owned());
            let mut value = format!("{gateway} on {}", self.name_of(interface));
            let is_default = name == default || is_on(item.child("defaultgw"));
            if is_default {
                value.push_str(", the default");
            }
            if item.child("disabled").is_some_and(|one| one.text != "0") {
                value.push_str(", switched off");
            }
            let settings = &mut self.appliance.settings;
            settings.set_why("Routing / Gateways", name, &value, item.text_at("descr"));
            let Some(port) = self.ports.get(interface) else { continue };
            let line = self.appliance.lines.iter_mut().find(|line| line.port == *port);
            if let (Some(line), Ok(ip)) = (line, gateway.parse::<IpAddr>()) {
                line.gateway.get_or_insert(ip);
                if is_default {
                    line.role = Some("primary");
                }
            }
        }
        self.old_gateways();
        for route in root.child("staticroutes").into_iter().flat_map(|all| all.all("route")) {
            let Some(network) = route.text_at("network") else { continue };
            let name = route.text_at("gateway").unwrap_or("nothing");
            let address = addresses.get(name).map(|ip| format!(" ({ip})")).unwrap_or_default();
            let is_off = route.child("disabled").is_some_and(|one| one.text != "0");
            let off = if is_off { ", switched off" } else { "" };
            let value = format!("through {name}{address}{off}");
            let settings = &mut self.appliance.settings;
            settings.set_why("Routing / Routes", network, &value, route.text_at("descr"));
        }
        self.read.extend(["gateways", "OPNsense/Gateways", "staticroutes"]);
    }

    /// The first generations had the carrier's address on the interface itself.
    fn old_gateways(&mut self) {
        let root = self.root;
        for one in root.child("interfaces").into_iter().flat_map(|all| &all.children) {
            let gateway = one.text_at("gateway").and_then(|ip| ip.parse::<IpAddr>().ok());
            let port = self.ports.get(&one.name);
            let line = self.appliance.lines.iter_mut().find(|line| Some(&line.port) == port);
            if let (Some(line), Some(ip)) = (line, gateway) {
                line.gateway.get_or_insert(ip);
            }
        }
    }
}

/// Returns the port of a VLAN: its own name, else its parent's with the number.
fn port_of(vlan: &Element) -> Option<String> {
    let own = vlan.text_at("vlanif").map(str::to_owned);
    own.or_else(|| Some(format!("{}.{}", vlan.text_at("if")?, tag_of(vlan)?)))
}

fn tag_of(vlan: &Element) -> Option<i64> {
    vlan.text_at("tag")?.parse().ok().filter(|tag| (1..=4094).contains(tag))
}

/// Returns the VLAN that both the port's name and the description speak of: `vlan0933`, `V933_Guest`.
fn tag_in_names(port: &str, description: &str) -> Option<i64> {
    let digits = port.strip_prefix("vlan0")?;
    let tag: i64 = digits.parse().ok().filter(|tag| (1..=4094).contains(tag))?;
    let mut numbers = description.split(|c: char| !c.is_ascii_digit());
    numbers.any(|number| number == digits).then_some(tag)
}

/// Returns what sort of port this is, where its name says so.
fn sort_of(port: &str, tag: Option<i64>) -> Option<&'static str> {
    const VIRTUAL: &[&str] = &[
        "wg",
        "tun_wg",
        "ovpn",
        "gif",
        "gre",
        "bridge",
        "ipsec",
        "pppoe",
        "enc",
        "tailscale",
        "tap",
    ];
    if tag.is_some() {
        return Some("vlan");
    }
    match port {
        _ if port.starts_with("lagg") => Some("lag"),
        _ if port.starts_with("lo") => Some("loopback"),
        _ if VIRTUAL.iter().any(|start| port.starts_with(start)) => Some("virtual"),
        _ => None,
    }
}

/// Whether an address with its length is reachable from everywhere.
fn is_public(address: &str) -> bool {
    let bare = address.split('/').next().unwrap_or_default();
    match bare.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => !ip.is_private() && !ip.is_link_local() && !ip.is_loopback(),
        Ok(IpAddr::V6(ip)) => !ip.is_unique_local() && !ip.is_unicast_link_local(),
        Err(_) => false,
    }
}
