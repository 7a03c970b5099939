//! Interfaces, addresses, DHCP and routes of a RouterOS export.

use std::net::IpAddr;

use super::export::Command;
use super::{Config, comment, is_off};
use crate::import::appliance::{Host, Line, Port, Subnet};
use crate::import::normal::network;

impl Config<'_> {
    /// Reads which interfaces belong to which list.
    pub(super) fn lists(&mut self) {
        for command in self.take("interface list member") {
            if let (Some(list), Some(interface)) =
                (command.value("list"), command.value("interface"))
            {
                let members = self.lists.entry(list.to_owned()).or_default();
                members.push(interface.to_owned());
                self.appliance.settings.set("Interface lists", list, interface);
            }
        }
        self.take("interface list");
    }

    /// Reads ports, bridges, VLANs and tunnels.
    pub(super) fn ports(&mut self) {
        for (path, kind) in [
            ("interface ethernet", None),
            ("interface bridge", Some("virtual")),
            ("interface vlan", Some("vlan")),
            ("interface bonding", Some("lag")),
            ("interface wireguard", Some("virtual")),
            ("interface pppoe-client", Some("virtual")),
            ("interface gre", Some("virtual")),
            ("interface eoip", Some("virtual")),
            ("interface ipip", Some("virtual")),
            ("interface vxlan", Some("virtual")),
            ("interface lte", None),
            ("interface loopback", Some("loopback")),
        ] {
            for command in self.take(path) {
                self.interface(command, path, kind);
            }
        }
        self.bridge_ports();
        for command in self.take("interface bonding") {
            let Some(name) = command.value("name") else { continue };
            for slave in
                command.value("slaves").unwrap_or_default().split(',').filter(|one| !one.is_empty())
            {
                self.port(slave).lag = Some(name.to_owned());
            }
        }
        for command in self.take("interface vlan") {
            let tag = command.value("vlan-id").and_then(|id| id.parse::<i64>().ok());
            if let (Some(tag), Some(parent)) = (tag, command.value("interface")) {
                let port = self.port(parent);
                port.mode = Some("trunk");
                if !port.tagged.contains(&tag) {
                    port.tagged.push(tag);
                }
            }
        }
    }

    fn interface(&mut self, command: &Command, path: &str, kind: Option<&'static str>) {
        let original = command.found("default-name");
        let Some(name) = command.value("name").or(original) else { return };
        let mac = ["admin-mac", "mac-address"].iter().find_map(|name| command.value(name));
        let description = match (comment(command), original.filter(|original| *original != name)) {
            (Some(comment), Some(original)) => Some(format!("{comment} ({original})")),
            (Some(comment), None) => Some(comment.to_owned()),
            (None, original) => original.map(str::to_owned),
        };
        let port = self.port(name);
        port.kind = kind;
        port.description = description;
        port.mac = mac.and_then(network::mac);
        port.enabled = Some(!is_off(command));
        port.speed = command.value("speed").map(str::to_owned);
        const SAID: &[&str] = &[
            "name",
            "comment",
            "admin-mac",
            "mac-address",
            "disabled",
            "speed",
            "vlan-id",
            "slaves",
        ];
        let group = format!("{path} / {name}");
        for (key, value) in command.pairs.iter().filter(|(key, _)| !SAID.contains(&key.as_str())) {
            self.appliance.settings.set(&group, key, &super::yes_or_no(value));
        }
    }

    fn bridge_ports(&mut self) {
        for command in self.take("interface bridge port") {
            let (Some(bridge), Some(interface)) =
                (command.value("bridge"), command.value("interface"))
            else {
                continue;
            };
            let off = if is_off(command) { " (off)" } else { "" };
            let value = format!("{interface}{off}");
            self.appliance.settings.set("Bridges", bridge, &value);
            let pvid = command.value("pvid").and_then(|id| id.parse().ok());
            let port = self.port(interface);
            port.untagged = pvid;
            if let Some(text) = comment(command) {
                port.description.get_or_insert_with(|| text.to_owned());
            }
        }
        for command in self.take("interface bridge vlan") {
            let ids = command.value("vlan-ids").unwrap_or_default().to_owned();
            let tags: Vec<i64> = ids.split(',').filter_map(|id| id.trim().parse().ok()).collect();
            let list = |name: &str| -> Vec<String> {
                let list = command.value(name).unwrap_or_default().split(',');
                list.filter(|one| !one.is_empty()).map(str::to_owned).collect()
            };
            for interface in list("tagged") {
                let port = self.port(&interface);
                port.mode = Some("trunk");
                port.tagged.extend(tags.iter().filter(|tag| (1..=4094).contains(*tag)));
                port.tagged.sort_unstable();
                port.tagged.dedup();
            }
            for interface in list("untagged") {
                let first = tags.first().copied();
                let port = self.port(&interface);
                port.untagged = port.untagged.or(first);
            }
        }
    }

    /// Returns the port that is called so, made if there is none yet.
    fn port(&mut self, name: &str) -> &mut Port {
        let ports = &mut self.appliance.ports;
        let at = ports.iter().position(|port| port.name == name).unwrap_or_else(|| {
            ports.push(Port { name: name.to_owned(), ..Port::default() });
            ports.len() - 1
        });
        &mut ports[at]
    }

    /// Returns the VLAN of an interface.
    fn tag_of(&self, interface: &str) -> Option<i64> {
        let mut vlans = self.commands.iter().filter(|command| command.path == "interface vlan");
        let found = vlans.find(|command| command.is("name", interface))?;
        found.value("vlan-id")?.parse().ok().filter(|tag| (1..=4094).contains(tag))
    }

    /// Whether an interface leads to a carrier: it is in the list that is called so, or gets its address
    /// from outside.
    fn is_uplink(&self, interface: &str) -> bool {
        let is_wan = |list: &String| {
            let lower = list.to_lowercase();
            lower == "wan" || lower == "internet" || lower.starts_with("wan")
        };
        let mut wan = self.lists.iter().filter(|(list, _)| is_wan(list));
        let dials = |path: &str, key: &str| {
            let mut all = self.commands.iter().filter(|command| command.path == path);
            all.any(|command| command.is(key, interface))
        };
        wan.any(|(_, members)| members.iter().any(|one| one == interface))
            || self.lists.is_empty() && dials("ip dhcp-client", "interface")
            || dials("interface pppoe-client", "name")
    }

    pub(super) fn addresses(&mut self) {
        for path in ["ip address", "ipv6 address"] {
            for command in self.take(path) {
                let (Some(address), Some(interface)) =
                    (command.value("address"), command.value("interface"))
                else {
                    continue;
                };
                let Some(address) = network::address(address) else {
                    let at = self.at(command);
                    self.harvest.skip(at, "an address that cannot be read");
                    continue;
                };
                if is_off(command) {
                    self.appliance.settings.set("Addresses (off)", interface, &address);
                    continue;
                }
                self.port(interface).addresses.push(address.clone());
                if self.is_uplink(interface) {
                    continue;
                }
                let tag = self.tag_of(interface);
                let spoken = self.spoken_name(interface, comment(command));
                let subnet = self.appliance.subnet(interface);
                if subnet.name.is_empty() {
                    subnet.name = spoken;
                }
                subnet.vlan = tag;
                subnet.is_routed = true;
                subnet.is_transit = true;
                subnet.take(&address);
                let own: Option<IpAddr> = address.split('/').next().and_then(|ip| ip.parse().ok());
                match own {
                    Some(ip @ IpAddr::V4(_)) => subnet.gateway = subnet.gateway.or(Some(ip)),
                    Some(ip) if subnet.prefix6.is_some() => {
                        subnet.gateway6 = subnet.gateway6.or(Some(ip))
                    }
                    _ => {}
                }
            }
        }
    }

    /// Returns what a network is called: what a person wrote beside its interface or address.
    fn spoken_name(&self, interface: &str, beside: Option<&str>) -> String {
        let port = self.appliance.ports.iter().find(|port| port.name == interface);
        let described = port.and_then(|port| port.description.as_deref());
        beside.or(described).unwrap_or(interface).to_owned()
    }

    /// Reads lines to a carrier.
    pub(super) fn uplinks(&mut self) {
        let clients = self.take("ip dhcp-client");
        let dialled = self.take("interface pppoe-client");
        let mut interfaces: Vec<String> = Vec::new();
        let members = self.lists.values().flatten().cloned();
        let named = clients.iter().filter_map(|client| client.value("interface"));
        let named = named.chain(dialled.iter().filter_map(|client| client.value("name")));
        for interface in members.chain(named.map(str::to_owned)) {
            if self.is_uplink(&interface) && !interfaces.contains(&interface) {
                interfaces.push(interface);
            }
        }
        // A port that only carries the dialled line is no line itself.
        let carriers: Vec<&str> =
            dialled.iter().filter_map(|client| client.value("interface")).collect();
        interfaces.retain(|interface| !carriers.contains(&interface.as_str()));
        for interface in interfaces {
            let client = clients.iter().find(|client| client.is("interface", &interface));
            let dial = dialled.iter().find(|client| client.is("name", &interface));
            let method = match (dial, client) {
                (Some(_), _) => Some("PPPoE"),
                (None, Some(client)) if !is_off(client) => Some("DHCP"),
                _ => None,
            };
            let prefixes = self.port(&interface).addresses.clone();
            let over =
                dial.and_then(|dial| dial.value("interface")).unwrap_or(&interface).to_owned();
            self.appliance.lines.push(Line {
                name: self.spoken_name(&interface, None),
                prefixes,
                vlan: self.tag_of(&over),
                method: method.map(str::to_owned),
                username: dial.and_then(|dial| dial.value("user")).map(str::to_owned),
                port: interface,
                ..Line::default()
            });
        }
        for client in clients {
            let is_told = client.value("interface").is_some_and(|one| self.is_uplink(one));
            if !is_told {
                self.settings(client);
            }
        }
    }

    pub(super) fn dhcp(&mut self) {
        let pools = self.take("ip pool");
        let ranges_of = |name: &str| -> Vec<(String, String)> {
            let pool = pools.iter().find(|pool| pool.is("name", name));
            let ranges = pool.and_then(|pool| pool.value("ranges")).unwrap_or_default().split(',');
            ranges.filter_map(range).collect()
        };
        let mut used: Vec<&str> = Vec::new();
        for server in self.take("ip dhcp-server") {
            let Some(interface) = server.value("interface") else {
                self.settings(server);
                continue;
            };
            let pool = server.value("address-pool").unwrap_or_default();
            used.push(pool);
            if is_off(server) {
                self.appliance.settings.set("DHCP (off)", interface, pool);
                continue;
            }
            let name = self.spoken_name(interface, None);
            let ranges = ranges_of(pool);
            let subnet = self.appliance.subnet(interface);
            if subnet.name.is_empty() {
                subnet.name = name;
            }
            subnet.is_dhcp = true;
            subnet.ranges.extend(ranges);
            subnet.lease = server.value("lease-time").and_then(lease);
        }
        for pool in
            pools.iter().filter(|pool| pool.value("name").is_none_or(|name| !used.contains(&name)))
        {
            self.entry(pool);
        }
        for one in self.take("ip dhcp-server network") {
            self.dhcp_network(one);
        }
        for lease in self.take("ip dhcp-server lease") {
            let host = Host {
                name: lease.value("host-name").map(str::to_owned),
                mac: lease.value("mac-address").and_then(network::mac),
                ip: lease.value("address").and_then(network::ip),
                description: comment(lease).map(str::to_owned),
                port: None,
            };
            match host.mac.is_some() || host.ip.is_some() {
                true => self.appliance.hosts.push(host),
                false => {
                    let at = self.at(lease);
                    self.harvest.skip(at, "a lease without a MAC address and an address");
                }
            }
        }
    }

    fn dhcp_network(&mut self, one: &Command) {
        let Some(prefix) = one.value("address").and_then(network::prefix) else { return };
        let list = |name: &str| -> Vec<String> {
            network::parts(one.value(name).unwrap_or_default())
                .into_iter()
                .filter_map(network::ip)
                .collect()
        };
        let is_it = |subnet: &Subnet| subnet.prefix.is_some_and(|net| net.to_string() == prefix);
        let Some(subnet) = self.appliance.subnets.iter_mut().find(|subnet| is_it(subnet)) else {
            return self.entry(one);
        };
        subnet.dns.extend(list("dns-server"));
        subnet.domain = one.value("domain").map(str::to_owned);
        let gateway = list("gateway").first().and_then(|ip| ip.parse().ok());
        subnet.gateway = gateway.or(subnet.gateway);
        for (name, label) in [
            ("ntp-server", "Time server"),
            ("wins-server", "WINS server"),
            ("next-server", "Network boot server"),
            ("boot-file-name", "Network boot file"),
            ("dhcp-option", "Options"),
        ] {
            subnet.options.extend(one.value(name).map(|value| format!("- {label}: {value}")));
        }
    }

    pub(super) fn routes(&mut self) {
        for path in ["ip route", "ipv6 route"] {
            for route in self.take(path) {
                let any = if path == "ip route" { "0.0.0.0/0" } else { "::/0" };
                let to = route.value("dst-address").unwrap_or(any);
                let gateway = route.value("gateway").unwrap_or("nothing");
                let mut value = format!("through {gateway}");
                for (name, label) in
                    [("distance", "distance"), ("routing-table", "table"), ("routing-mark", "mark")]
                {
                    value.push_str(
                        &route
                            .value(name)
                            .map(|text| format!(", {label} {text}"))
                            .unwrap_or_default(),
                    );
                }
                if is_off(route) {
                    value.push_str(", switched off");
                }
                self.appliance.settings.set_why("Routing / Routes", to, &value, comment(route));
                let ip: Option<IpAddr> = gateway.split('%').next().and_then(|ip| ip.parse().ok());
                let line = self.appliance.lines.iter_mut().find(|line| {
                    let holds = |net: &ipnet::IpNet| ip.is_some_and(|ip| net.contains(&ip));
                    line.prefixes.iter().filter_map(|text| text.parse().ok()).any(|net| holds(&net))
                });
                if let (Some(line), true) = (line, to == any && !is_off(route)) {
                    line.gateway = line.gateway.or(ip);
                }
            }
        }
    }
}

/// Returns the ends of a range: `10.0.0.10-10.0.0.99`, or a single address.
fn range(text: &str) -> Option<(String, String)> {
    let (from, to) = text.trim().split_once('-').unwrap_or((text.trim(), text.trim()));
    Some((network::ip(from)?, network::ip(to)?))
}

/// Returns a lease time such as `1d`, `8h` or `1d12h` as the catalogue writes durations.
fn lease(text: &str) -> Option<String> {
    let (mut minutes, mut number) = (0u64, String::new());
    for c in text.chars() {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        let count: u64 = number.parse().ok().filter(|count| *count < 100_000)?;
        number.clear();
        minutes += match c {
            'w' => count * 7 * 24 * 60,
            'd' => count * 24 * 60,
            'h' => count * 60,
            'm' => count,
            's' => count.div_ceil(60),
            _ => return None,
        };
    }
    Some(match minutes {
        0 => return None,
        _ if minutes.is_multiple_of(24 * 60) => format!("{}d", minutes / (24 * 60)),
        _ if minutes.is_multiple_of(60) => format!("{}h", minutes / 60),
        _ => format!("{minutes}min"),
    })
}
