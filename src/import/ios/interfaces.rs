//! Interfaces and VLANs of an IOS configuration, and the networks behind them.

use std::net::IpAddr;

use super::text::{self, Block};
use super::{Config, REMOVED};
use crate::import::appliance::{Line, Port, Subnet};
use crate::import::normal::network;

/// The VLANs that there can be.
const VLANS: std::ops::RangeInclusive<i64> = 1..=4094;

/// Lines that an interface's own fields say.
const SAID: &[&str] = &[
    "description",
    "ip address",
    "no ip address",
    "ipv6 address",
    "shutdown",
    "no shutdown",
    "switchport mode",
    "switchport access vlan",
    "switchport trunk",
    "switchport voice vlan",
    "mac-address",
    "channel-group",
    "encapsulation dot1Q",
    "speed",
];

impl<'a> Config<'a> {
    pub(super) fn vlan_names(&mut self) {
        for (rest, block) in self.take("vlan") {
            // `vlan internal allocation policy` is a setting.
            if ids(rest).is_empty() {
                self.read.remove(&block.line);
            }
            let name = block.value("name").map(|name| name.trim_matches('"').to_owned());
            for id in ids(rest) {
                if let (Some(name), true) = (&name, ids(rest).len() == 1) {
                    self.vlans.insert(id, name.clone());
                } else {
                    self.vlans.entry(id).or_insert_with(|| format!("VLAN {id}"));
                }
            }
        }
    }

    pub(super) fn interfaces(&mut self) {
        for (name, block) in self.take("interface") {
            if name.starts_with("Null") {
                continue;
            }
            let port = self.port(name, block);
            let is_uplink = self.is_uplink(name, block);
            let subnet = self.subnet(&port, block);
            match is_uplink {
                true => self.line(&port, block),
                false => self.appliance.subnets.extend(subnet),
            }
            self.lists_applied(name, block);
            self.appliance.ports.push(port);
            for (_, line) in &block.inner {
                let is_said = SAID.iter().any(|words| text::behind(line, words).is_some());
                if !is_said && !line.contains(REMOVED) {
                    self.set_line(&format!("Interfaces / {name}"), line);
                }
            }
        }
        self.vlans_alone();
        self.management();
    }

    fn port(&self, name: &str, block: &Block<'_>) -> Port {
        let mut addresses: Vec<String> = Vec::new();
        for text in block.values("ip address").chain(block.values("ipv6 address")) {
            let words: Vec<&str> = text.split_whitespace().collect();
            let address = match words.as_slice() {
                [ip, mask, ..] if !ip.contains(':') => network::address(&format!("{ip} {mask}")),
                [ip, ..] => network::address(ip),
                [] => None,
            };
            addresses.extend(address.filter(|address| !addresses.contains(address)));
        }
        // A trunk is one before its VLANs are listed.
        let mode = match block.value("switchport mode") {
            Some("trunk") => Some("trunk"),
            Some("access") => Some("access"),
            _ => None,
        };
        let mut tagged: Vec<i64> = Vec::new();
        for list in block.values("switchport trunk allowed vlan") {
            tagged.extend(ids(list.trim_start_matches("add ")));
        }
        let voice = block.value("switchport voice vlan").and_then(id);
        tagged.extend(voice.filter(|id| !tagged.contains(id)));
        let untagged = match mode {
            Some("trunk") => block.value("switchport trunk native vlan").and_then(id),
            _ => block.value("switchport access vlan").and_then(id),
        };
        let speed = block.value("speed").filter(|speed| speed.bytes().all(|b| b.is_ascii_digit()));
        Port {
            name: name.to_owned(),
            kind: sort_of(name),
            description: block.value("description").map(str::to_owned),
            mac: block.value("mac-address").and_then(network::mac),
            addresses,
            enabled: Some(!block.has("shutdown")),
            mode,
            untagged,
            tagged,
            speed: speed.map(|speed| format!("{speed} Mbit/s")),
            lag: block
                .value("channel-group")
                .and_then(|rest| rest.split_whitespace().next())
                .map(|number| format!("Port-channel{number}")),
            peer: None,
        }
    }

    /// Returns the network behind an interface, where it has an address with a length.
    fn subnet(&self, port: &Port, block: &Block<'_>) -> Option<Subnet> {
        let mut subnet = Subnet { port: port.name.clone(), ..Subnet::default() };
        port.addresses.iter().for_each(|address| subnet.take(address));
        let net = subnet.prefix.or(subnet.prefix6)?;
        subnet.vlan = vlan_of(&port.name, block);
        let vlan_name = subnet.vlan.and_then(|id| self.vlans.get(&id)).cloned();
        subnet.is_transit = subnet.vlan.is_none();
        let description = port.description.clone();
        subnet.name =
            vlan_name.clone().or_else(|| description.clone()).unwrap_or_else(|| net.to_string());
        subnet.description = description.filter(|text| vlan_name.is_some() && *text != subnet.name);
        subnet.is_routed = self.routes_between();
        let own = |v4: bool| {
            let ips = port
                .addresses
                .iter()
                .filter_map(|text| text.split('/').next()?.parse::<IpAddr>().ok());
            let mut ips = ips.filter(|ip| ip.is_ipv4() == v4);
            ips.next()
        };
        if subnet.is_routed {
            let shared = block.inner.iter().filter_map(|(_, line)| virtual_gateway(line)).next();
            subnet.gateway = shared.or_else(|| own(true)).filter(|_| subnet.prefix.is_some());
            subnet.gateway6 = own(false).filter(|_| subnet.prefix6.is_some());
        }
        for helper in block.values("ip helper-address") {
            subnet.options.push(format!("- Requests are passed on to {helper}"));
        }
        Some(subnet)
    }

    /// Whether the device joins networks: any router, and a switch that is told to.
    fn routes_between(&self) -> bool {
        self.appliance.kind == "router"
            || self.blocks.iter().any(|block| block.text == "ip routing")
    }

    /// Whether an interface leads to a carrier: addresses are translated on the way out, or it dials in.
    fn is_uplink(&self, name: &str, block: &Block<'_>) -> bool {
        block.has("ip nat outside")
            || name.starts_with("Dialer")
            || block.has("ip address negotiated")
    }

    fn line(&mut self, port: &Port, block: &Block<'_>) {
        let default = self.blocks.iter().find_map(|one| {
            let rest = text::behind(one.text, "ip route 0.0.0.0 0.0.0.0")?;
            rest.split_whitespace().find_map(|word| word.parse::<IpAddr>().ok())
        });
        let holds = |ip: &IpAddr| {
            let nets = port.addresses.iter().filter_map(|text| text.parse::<ipnet::IpNet>().ok());
            nets.into_iter().any(|net| net.contains(ip))
        };
        let user = block.value("ppp chap hostname").map(str::to_owned).or_else(|| {
            let rest = block.value("ppp pap sent-username")?;
            rest.split_whitespace().next().map(str::to_owned)
        });
        let method = match () {
            _ if block.has("ip address dhcp") => Some("DHCP"),
            _ if port.name.starts_with("Dialer") || user.is_some() => Some("PPPoE"),
            _ => None,
        };
        self.appliance.lines.push(Line {
            port: port.name.clone(),
            name: port.description.clone().unwrap_or_else(|| port.name.clone()),
            prefixes: port.addresses.clone(),
            gateway: default.filter(holds),
            vlan: vlan_of(&port.name, block),
            method: method.map(str::to_owned),
            username: user.filter(|user| !user.contains(REMOVED)),
            ..Line::default()
        });
    }

    fn lists_applied(&mut self, name: &str, block: &Block<'_>) {
        for list in block.values("ip access-group").chain(block.values("ipv6 traffic-filter")) {
            let mut words = list.split_whitespace();
            if let Some(list) = words.next() {
                let way = words.next().unwrap_or_default();
                let places = self.applied.entry(list.to_owned()).or_default();
                places.push(format!("{name} {way}").trim().to_owned());
            }
        }
    }

    /// Makes networks of the VLANs that no interface is in.
    fn vlans_alone(&mut self) {
        for (id, name) in self.vlans.clone() {
            let has_it = |subnet: &Subnet| subnet.vlan == Some(id);
            if !self.appliance.subnets.iter().any(has_it) {
                self.appliance.subnets.push(Subnet {
                    port: format!("vlan {id}"),
                    name,
                    vlan: Some(id),
                    ..Subnet::default()
                });
            }
        }
    }

    /// Reads where a switch sends what is for other networks.
    pub(super) fn default_gateway(&mut self) {
        for (gateway, block) in self.take("ip default-gateway") {
            let Ok(ip) = gateway.parse::<IpAddr>() else { continue };
            match self.appliance.subnet_of(ip) {
                Some(subnet) => subnet.gateway = subnet.gateway.or(Some(ip)),
                None => self.set_line("Routing", block.text),
            }
        }
    }

    /// Works out where the device is administered: the first VLAN of a switch, the loopback of a router.
    fn management(&mut self) {
        let first = |kind: &str| {
            let mut ports = self.appliance.ports.iter().filter(|port| port.kind == Some(kind));
            ports.find_map(|port| port.addresses.first())
        };
        let any = || self.appliance.ports.iter().find_map(|port| port.addresses.first());
        let address = match self.appliance.kind {
            "switch" => first("mgmt").or_else(|| first("vlan")).or_else(any),
            _ => first("loopback").or_else(any),
        };
        let bare = address.and_then(|address| address.split('/').next()).map(str::to_owned);
        self.appliance.management = bare;
    }
}

/// Returns the VLAN of an interface that is in one: `Vlan10`, or a part of a port with its tag.
fn vlan_of(name: &str, block: &Block<'_>) -> Option<i64> {
    let own = name.strip_prefix("Vlan").or_else(|| name.strip_prefix("vlan")).and_then(id);
    own.or_else(|| block.value("encapsulation dot1Q").and_then(id))
}

/// Returns the address that routers share by HSRP or VRRP.
fn virtual_gateway(line: &str) -> Option<IpAddr> {
    let rest = text::behind(line, "standby").or_else(|| text::behind(line, "vrrp"))?;
    let mut words = rest.split_whitespace().skip_while(|word| *word != "ip");
    words.next()?;
    words.next()?.parse().ok()
}

fn id(text: &str) -> Option<i64> {
    text.split_whitespace().next()?.parse().ok().filter(|id| VLANS.contains(id))
}

/// Returns the VLANs of a list: `2,3,10-12`.
fn ids(list: &str) -> Vec<i64> {
    let mut all = Vec::new();
    for part in list.split(',').map(str::trim) {
        match part.split_once('-') {
            Some((from, to)) => {
                if let (Some(from), Some(to)) = (id(from), id(to)) {
                    all.extend(from..=to);
                }
            }
            None => all.extend(id(part)),
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn sort_of(name: &str) -> Option<&'static str> {
    const SORTS: &[(&str, &str)] = &[
        ("vlan", "vlan"),
        ("bdi", "vlan"),
        ("bvi", "virtual"),
        ("loopback", "loopback"),
        ("port-channel", "lag"),
        ("tunnel", "virtual"),
        ("dialer", "virtual"),
        ("virtual", "virtual"),
        ("mgmt", "mgmt"),
        ("management", "mgmt"),
    ];
    let lower = name.to_lowercase();
    if lower.contains('.') {
        return Some("vlan");
    }
    SORTS.iter().find(|(start, _)| lower.starts_with(start)).map(|(_, kind)| *kind)
}
