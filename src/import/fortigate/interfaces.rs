//! Interfaces of a FortiGate, the networks behind them, what it hands out there, and its routes.

use std::net::IpAddr;

use super::Config;
use super::statements::Node;
use crate::import::appliance::{Host, Line, Port};
use crate::import::normal::network;

/// What an interface's own fields say.
const SAID: &[&str] = &[
    "vdom",
    "ip",
    "type",
    "alias",
    "description",
    "vlanid",
    "interface",
    "member",
    "macaddr",
    "speed",
    "status",
    "snmp-index",
    "username",
    "role",
    "mode",
];

impl Config<'_> {
    pub(super) fn interfaces(&mut self) {
        let edits = self.entries("system interface");
        for (edit, _) in &edits {
            self.interface(edit);
        }
        for (edit, _) in edits {
            self.members(edit);
        }
        for (edit, _) in self.entries("system switch-interface") {
            for member in edit.values("member") {
                if let Some(port) =
                    self.appliance.ports.iter_mut().find(|port| port.name == *member)
                {
                    port.lag = Some(edit.name.clone());
                }
            }
        }
        for (zone, domain) in self.entries("system zone") {
            let members = zone.values("interface").join(", ");
            let name = self.named(&zone.name, domain);
            self.appliance.settings.set_why("Zones", &name, &members, zone.value("description"));
        }
        self.management();
    }

    fn interface(&mut self, edit: &Node) {
        let addresses = addresses(edit);
        let tag = edit
            .value("vlanid")
            .and_then(|id| id.parse().ok())
            .filter(|id| (1..=4094).contains(id));
        let alias = edit.text("alias");
        self.appliance.ports.push(Port {
            name: edit.name.clone(),
            kind: match edit.value("type") {
                _ if tag.is_some() => Some("vlan"),
                Some("vlan") => Some("vlan"),
                Some("aggregate" | "redundant") => Some("lag"),
                Some("loopback") => Some("loopback"),
                Some("tunnel" | "vdom-link" | "switch" | "hard-switch" | "vxlan" | "gre") => {
                    Some("virtual")
                }
                Some("vap-switch") => Some("wifi"),
                _ => None,
            },
            description: match (alias.clone(), edit.text("description")) {
                (Some(alias), Some(text)) => Some(format!("{alias}: {text}")),
                (alias, text) => alias.or(text),
            },
            mac: edit.value("macaddr").and_then(network::mac),
            addresses: addresses.clone(),
            enabled: Some(!edit.is("status", "down")),
            speed: edit.value("speed").filter(|speed| *speed != "auto").map(str::to_owned),
            ..Port::default()
        });
        let name = alias.unwrap_or_else(|| edit.name.clone());
        let by_carrier = matches!(edit.value("mode"), Some("dhcp" | "pppoe"));
        let is_uplink = edit.is("role", "wan")
            || edit.value("role").is_none() && (by_carrier || edit.name.starts_with("wan"));
        match is_uplink {
            true => self.line(edit, &name, &addresses, tag),
            false => self.network(edit, &name, &addresses, tag),
        }
        let group = format!("Interfaces / {}", edit.name);
        for (key, values) in edit.sets.iter().filter(|(key, _)| !SAID.contains(&key.as_str())) {
            self.appliance.settings.set(&group, key, &values.join(" "));
        }
    }

    fn line(&mut self, edit: &Node, name: &str, addresses: &[String], vlan: Option<i64>) {
        let method = match edit.value("mode") {
            Some("dhcp") => Some("DHCP"),
            Some("pppoe") => Some("PPPoE"),
            _ => None,
        };
        self.appliance.lines.push(Line {
            port: edit.name.clone(),
            name: name.to_owned(),
            prefixes: addresses.to_vec(),
            vlan,
            method: method.map(str::to_owned),
            username: edit.text("username"),
            ..Line::default()
        });
    }

    fn network(&mut self, edit: &Node, name: &str, addresses: &[String], vlan: Option<i64>) {
        if edit.is("type", "tunnel")
            || edit.is("type", "loopback")
            || addresses.is_empty() && vlan.is_none()
        {
            return;
        }
        let zone = match edit.value("role") {
            Some("dmz") => Some("dmz"),
            Some("lan") => None,
            _ => None,
        };
        let subnet = self.appliance.subnet(&edit.name);
        subnet.name = name.to_owned();
        subnet.vlan = vlan;
        subnet.zone = zone;
        subnet.is_routed = true;
        subnet.description = edit.text("description");
        addresses.iter().for_each(|address| subnet.take(address));
        let own = |v4: bool| {
            let ips =
                addresses.iter().filter_map(|text| text.split('/').next()?.parse::<IpAddr>().ok());
            ips.into_iter().find(|ip| ip.is_ipv4() == v4)
        };
        subnet.gateway = own(true).filter(|_| subnet.prefix.is_some());
        subnet.gateway6 = own(false).filter(|_| subnet.prefix6.is_some());
    }

    /// Tells ports which bundle they belong to, and which VLANs they carry.
    fn members(&mut self, edit: &Node) {
        for member in edit.values("member") {
            if let Some(port) = self.appliance.ports.iter_mut().find(|port| port.name == *member) {
                port.lag = Some(edit.name.clone());
            }
        }
        let tag = edit.value("vlanid").and_then(|id| id.parse::<i64>().ok());
        let parent = edit.value("interface");
        let ports = &mut self.appliance.ports;
        let parent = parent.and_then(|name| ports.iter_mut().find(|port| port.name == name));
        if let (Some(tag), Some(port)) = (tag.filter(|tag| (1..=4094).contains(tag)), parent) {
            port.mode = Some("trunk");
            if !port.tagged.contains(&tag) {
                port.tagged.push(tag);
            }
        }
    }

    /// Works out where it is administered: the first inside address that answers there.
    fn management(&mut self) {
        let globals = self.sections.iter().find(|one| one.node.name == "system global");
        let port =
            globals.and_then(|one| one.node.value("admin-sport")).filter(|port| *port != "443");
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let edits = self.sections.iter().filter(|one| one.node.name == "system interface");
        let open: Vec<&Node> = edits
            .flat_map(|one| &one.node.edits)
            .filter(|edit| edit.values("allowaccess").iter().any(|access| access == "https"))
            .collect();
        let is_inside =
            |edit: &&&Node| !self.appliance.lines.iter().any(|line| line.port == edit.name);
        let chosen = open.iter().find(is_inside).or_else(|| open.first());
        let address = chosen.and_then(|edit| addresses(edit).into_iter().next());
        self.appliance.management = address.map(|address| {
            format!("https://{}{port}", address.split('/').next().unwrap_or_default())
        });
    }

    pub(super) fn dhcp(&mut self) {
        for (server, _) in self.entries("system dhcp server") {
            let Some(interface) = server.value("interface") else { continue };
            let ranges: Vec<(String, String)> = server
                .entries("ip-range")
                .filter_map(|range| {
                    Some((range.value("start-ip")?.to_owned(), range.value("end-ip")?.to_owned()))
                })
                .collect();
            if server.is("status", "disable") {
                let group = format!("DHCP / {interface} (off)");
                for (from, to) in ranges {
                    self.appliance.settings.set(&group, "Range", &format!("{from} to {to}"));
                }
                continue;
            }
            let dns = ["dns-server1", "dns-server2", "dns-server3", "dns-server4"];
            let dns: Vec<String> =
                dns.iter().filter_map(|name| server.value(name)).filter_map(network::ip).collect();
            let gateway = server.value("default-gateway").and_then(|ip| ip.parse::<IpAddr>().ok());
            let is_known = self.appliance.subnets.iter().any(|subnet| subnet.port == interface);
            let subnet = self.appliance.subnet(interface);
            if !is_known {
                subnet.name = interface.to_owned();
                let mask = server.value("netmask").unwrap_or("255.255.255.255");
                if let Some(net) = gateway.and_then(|ip| network::address(&format!("{ip} {mask}")))
                {
                    subnet.take(&net);
                }
            }
            subnet.is_dhcp = true;
            subnet.ranges.extend(ranges);
            subnet.dns.extend(dns);
            // It names itself where nothing else is told.
            if subnet.dns.is_empty() && server.is("dns-service", "local") {
                subnet.dns.extend(subnet.gateway.map(|ip| ip.to_string()));
            }
            subnet.gateway = gateway.or(subnet.gateway);
            subnet.domain = server.text("domain");
            subnet.lease = server.value("lease-time").and_then(lease);
            let options = server.entries("options").filter_map(|option| {
                let value = option.text("ip").or_else(|| option.text("value"))?;
                Some(format!("- Option {}: {value}", option.value("code")?))
            });
            subnet.options.extend(options);
            for reserved in server.entries("reserved-address") {
                self.appliance.hosts.push(Host {
                    name: None,
                    mac: reserved.value("mac").and_then(network::mac),
                    ip: reserved.value("ip").and_then(network::ip),
                    description: reserved.text("description"),
                    port: Some(interface.to_owned()),
                });
            }
        }
        let is_known = |host: &Host| host.mac.is_some() || host.ip.is_some();
        let before = self.appliance.hosts.len();
        self.appliance.hosts.retain(is_known);
        if self.appliance.hosts.len() < before {
            let count = before - self.appliance.hosts.len();
            self.harvest.stranger("reserved addresses without an address", count, false);
        }
    }

    pub(super) fn routes(&mut self) {
        for section in ["router static", "router static6"] {
            for (route, domain) in self.entries(section) {
                self.route(route, domain);
            }
        }
    }

    fn route(&mut self, route: &Node, domain: &str) {
        let destination = match route.values("dst") {
            [net, mask, ..] => {
                network::prefix(&format!("{net} {mask}")).unwrap_or_else(|| net.clone())
            }
            [net] => net.clone(),
            [] => route.text("dstaddr").unwrap_or_else(|| "0.0.0.0/0".to_owned()),
        };
        let gateway = route.value("gateway");
        let device = route.value("device").unwrap_or_default();
        let is_off = route.is("status", "disable");
        let mut value = match (gateway, route.is("blackhole", "enable")) {
            (_, true) => "nowhere (blackhole)".to_owned(),
            (Some(gateway), _) => format!("through {gateway} on {device}"),
            (None, _) => format!("through {device}"),
        };
        if let Some(distance) = route.value("distance") {
            value.push_str(&format!(", distance {distance}"));
        }
        if is_off {
            value.push_str(", switched off");
        }
        let name = self.named(&destination, domain);
        let why = route.text("comment");
        self.appliance.settings.set_why("Routing / Routes", &name, &value, why.as_deref());
        let line = self.appliance.lines.iter_mut().find(|line| line.port == device);
        if let (Some(line), true) = (line, destination == "0.0.0.0/0" && !is_off) {
            line.gateway = line.gateway.or(gateway.and_then(|ip| ip.parse().ok()));
        }
    }
}

/// Returns the addresses of an interface with the length of their networks, the first one first.
fn addresses(edit: &Node) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let of = |values: &[String]| match values {
        [ip, mask, ..] => network::address(&format!("{ip} {mask}")),
        [ip] => network::address(ip),
        [] => None,
    };
    all.extend(of(edit.values("ip")));
    all.extend(edit.entries("secondaryip").filter_map(|one| of(one.values("ip"))));
    let v6 = edit.sections.iter().filter(|one| one.name == "ipv6");
    all.extend(v6.filter_map(|one| network::address(one.value("ip6-address")?)));
    all
}

fn lease(seconds: &str) -> Option<String> {
    let seconds: u64 = seconds.parse().ok().filter(|seconds| *seconds > 0)?;
    Some(match seconds {
        _ if seconds.is_multiple_of(86_400) => format!("{}d", seconds / 86_400),
        _ if seconds.is_multiple_of(3_600) => format!("{}h", seconds / 3_600),
        _ => format!("{}min", seconds.div_ceil(60)),
    })
}
