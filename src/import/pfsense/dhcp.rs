//! Addresses that a firewall hands out, and those that it has promised, in each layout of a `config.xml`:
//! ISC's server, Kea, and dnsmasq.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::{Config, is_on, is_one};
use crate::import::appliance::{Host, Subnet};
use crate::import::bounded::xml::Element;
use crate::import::normal::network;

impl Config<'_> {
    /// Reads the first layout: `dhcpd/lan/…`, and `dhcpdv6/lan/…`.
    pub(super) fn dhcp(&mut self) {
        let root = self.root;
        for one in root.child("dhcpd").into_iter().flat_map(|all| &all.children) {
            if one.children.is_empty() {
                continue;
            }
            let Some(port) = self.ports.get(&one.name).cloned() else {
                let reason = format!("DHCP for the interface `{}`, which is not there", one.name);
                let at = self.at(one);
                self.harvest.skip(at, reason);
                continue;
            };
            match is_on(one.child("enable")) {
                true => self.scope(one, &port),
                false => self.scope_that_is_off(one),
            }
            for reserved in one.all("staticmap") {
                self.reserved(reserved, &port);
            }
        }
        for one in root.child("dhcpdv6").into_iter().flat_map(|all| &all.children) {
            self.scope6(one);
        }
        self.read.extend(["dhcpd", "dhcpdv6"]);
    }

    fn scope(&mut self, one: &Element, port: &str) {
        let pools = one.all("pool");
        let ranges: Vec<(String, String)> =
            std::iter::once(one).chain(pools).filter_map(range_of).collect();
        let options = options(one);
        let name = self.name_of(&one.name);
        let own: Option<IpAddr> =
            self.address_of(&one.name).and_then(|address| address.parse().ok());
        let subnet = self.appliance.subnet(port);
        if subnet.name.is_empty() {
            subnet.name = name;
        }
        subnet.is_dhcp = true;
        subnet.ranges.extend(ranges);
        subnet.options.extend(options);
        let gateway = one.text_at("gateway").and_then(|ip| ip.parse::<IpAddr>().ok());
        subnet.gateway = gateway.or(subnet.gateway).or(own);
        subnet.dns.extend(texts(one, "dnsserver"));
        subnet.domain = one.text_at("domain").map(str::to_owned);
        subnet.lease = one.text_at("defaultleasetime").and_then(duration);
        const SAID: &[&str] = &[
            "enable",
            "gateway",
            "dnsserver",
            "domain",
            "defaultleasetime",
            "ntpserver",
            "winsserver",
            "tftp",
            "nextserver",
            "filename",
            "ldap",
            "domainsearchlist",
            "failover_peerip",
            "ddnsdomain",
            "mac_allow",
            "mac_deny",
        ];
        let group = format!("DHCP / {}", self.name_of(&one.name));
        self.left_over(one, &group, SAID);
    }

    /// Makes settings of the values directly in a part that nothing else says.
    pub(super) fn left_over(&mut self, part: &Element, group: &str, said: &[&str]) {
        let values = part.children.iter().filter(|child| child.children.is_empty());
        for child in values.filter(|child| !said.contains(&child.name.as_str())) {
            self.appliance.settings.set(group, &child.name, &child.text);
        }
    }

    /// Keeps what would be handed out if it were switched on.
    fn scope_that_is_off(&mut self, one: &Element) {
        let group = format!("DHCP / {} (off)", self.name_of(&one.name));
        if let Some((from, to)) = range_of(one) {
            self.appliance.settings.set(&group, "Range", &format!("{from} to {to}"));
        }
    }

    fn scope6(&mut self, one: &Element) {
        let Some(port) = self.ports.get(&one.name).cloned() else { return };
        let group = format!("DHCPv6 / {}", self.name_of(&one.name));
        for (element, label) in
            [("ramode", "Router advertisements"), ("rapriority", "Router priority")]
        {
            self.appliance.settings.set_some(&group, label, one.text_at(element));
        }
        if let Some((from, to)) = range_of(one) {
            let off = if is_on(one.child("enable")) { "" } else { " (off)" };
            self.appliance.settings.set(&group, "Range", &format!("{from} to {to}{off}"));
        }
        for reserved in one.all("staticmap") {
            let host = Host {
                name: reserved.text_at("hostname").map(str::to_owned),
                ip: reserved.text_at("ipaddrv6").and_then(network::ip),
                description: reserved.text_at("descr").map(str::to_owned),
                port: Some(port.clone()),
                ..Host::default()
            };
            self.host(reserved, host);
        }
    }

    fn reserved(&mut self, reserved: &Element, port: &str) {
        let host = Host {
            name: reserved.text_at("hostname").map(str::to_owned),
            mac: reserved.text_at("mac").and_then(network::mac),
            ip: reserved.text_at("ipaddr").and_then(network::ip),
            description: reserved.text_at("descr").map(str::to_owned),
            port: Some(port.to_owned()),
        };
        self.host(reserved, host);
    }

    /// Takes a device with a reserved address; one that says neither which device nor which address is
    /// told.
    fn host(&mut self, element: &Element, host: Host) {
        if host.mac.is_none() && host.ip.is_none() {
            let at = self.at(element);
            let reason = "a reservation without a MAC address and an address that can be read";
            return self.harvest.skip(at, reason);
        }
        self.appliance.hosts.push(host);
    }

    /// Reads OPNsense's Kea: `OPNsense/Kea/dhcp4/…`.
    pub(super) fn kea(&mut self) {
        let root = self.root;
        self.read.push("OPNsense/Kea");
        let Some(kea) = root.at("OPNsense/Kea/dhcp4") else { return };
        let is_on = kea.text_at("general/enabled") == Some("1");
        for one in kea.child("subnets").into_iter().flat_map(|all| all.all("subnet4")) {
            let Some(prefix) = one.text_at("subnet").and_then(network::prefix) else { continue };
            let data = one.child("option_data");
            let text = |name: &str| data.and_then(|data| data.text_at(name));
            let list = |name: &str| -> Vec<String> {
                network::parts(text(name).unwrap_or_default())
                    .into_iter()
                    .map(str::to_owned)
                    .collect()
            };
            let ranges: Vec<(String, String)> =
                one.text_at("pools").unwrap_or_default().lines().filter_map(pool).collect();
            if !is_on {
                let ranges = ranges.iter().map(|(from, to)| format!("{from} to {to}"));
                let ranges = ranges.collect::<Vec<_>>().join(", ");
                self.appliance.settings.set("DHCP / Kea (off)", &prefix, &ranges);
                continue;
            }
            let subnet = self.subnet_with(&prefix);
            subnet.is_dhcp = true;
            subnet.ranges.extend(ranges);
            subnet.dns.extend(list("domain_name_servers"));
            subnet.domain = text("domain_name").map(str::to_owned);
            let gateway = list("routers").first().and_then(|ip| ip.parse().ok());
            subnet.gateway = gateway.or(subnet.gateway);
            subnet.description =
                subnet.description.take().or(one.text_at("description").map(str::to_owned));
        }
        for reserved in kea.child("reservations").into_iter().flat_map(|all| all.all("reservation"))
        {
            let host = Host {
                name: reserved.text_at("hostname").map(str::to_owned),
                mac: reserved.text_at("hw_address").and_then(network::mac),
                ip: reserved.text_at("ip_address").and_then(network::ip),
                description: reserved.text_at("description").map(str::to_owned),
                port: None,
            };
            self.host(reserved, host);
        }
    }

    /// Returns the network with this range, made if no interface is in it.
    fn subnet_with(&mut self, prefix: &str) -> &mut Subnet {
        let subnets = &mut self.appliance.subnets;
        let is_it = |subnet: &Subnet| subnet.prefix.is_some_and(|net| net.to_string() == prefix);
        let at = subnets.iter().position(is_it).unwrap_or_else(|| {
            let mut subnet =
                Subnet { port: prefix.to_owned(), name: prefix.to_owned(), ..Subnet::default() };
            subnet.take(prefix);
            subnets.push(subnet);
            subnets.len() - 1
        });
        &mut subnets[at]
    }

    /// Reads dnsmasq: names for addresses in both products, and in OPNsense's newer layout ranges and
    /// reservations.
    pub(super) fn dnsmasq(&mut self) {
        let root = self.root;
        let Some(dnsmasq) = root.child("dnsmasq") else { return };
        let is_on = is_on(dnsmasq.child("enable"));
        for one in dnsmasq.all("dhcp_ranges") {
            let (Some(from), Some(to)) = (one.text_at("start_addr"), one.text_at("end_addr"))
            else {
                continue;
            };
            let from_ip: Option<IpAddr> = from.parse().ok();
            let subnet = from_ip.filter(|_| is_on).and_then(|ip| self.appliance.subnet_of(ip));
            match subnet {
                Some(subnet) if to.parse::<IpAddr>().is_ok() => {
                    subnet.is_dhcp = true;
                    subnet.ranges.push((from.to_owned(), to.to_owned()));
                }
                _ => {
                    self.appliance.settings.set(
                        "DHCP / dnsmasq",
                        "Range",
                        &format!("{from} to {to}"),
                    );
                }
            }
        }
        for one in dnsmasq.all("hosts").filter(|one| one.text_at("hwaddr").is_some()) {
            let host = Host {
                name: one.text_at("host").map(str::to_owned),
                mac: one.text_at("hwaddr").and_then(network::mac),
                ip: one.text_at("ip").and_then(network::ip),
                description: one.text_at("descr").map(str::to_owned),
                port: None,
            };
            self.host(one, host);
        }
        if is_one(dnsmasq, "enable") || dnsmasq.child("hosts").is_some() {
            self.names_for_addresses(dnsmasq, "DNS / Names (dnsmasq)");
        }
    }
}

/// Returns the first and last address of a range.
fn range_of(one: &Element) -> Option<(String, String)> {
    let from = one.text_at("range/from")?;
    let to = one.text_at("range/to")?;
    Some((from.to_owned(), to.to_owned()))
}

/// Returns the ends of a range as Kea writes it: `10.0.0.10-10.0.0.99`, or a prefix.
fn pool(line: &str) -> Option<(String, String)> {
    let (from, to) = line.trim().split_once('-')?;
    let is_ip = |text: &str| text.trim().parse::<IpAddr>().is_ok();
    (is_ip(from) && is_ip(to)).then(|| (from.trim().to_owned(), to.trim().to_owned()))
}

/// Returns what is handed out beside address, gateway and name servers, each as a line.
fn options(one: &Element) -> Vec<String> {
    let mut lines: BTreeMap<String, String> = BTreeMap::new();
    for (element, label) in [
        ("ntpserver", "Time server"),
        ("winsserver", "WINS server"),
        ("tftp", "TFTP server"),
        ("nextserver", "Network boot server"),
        ("filename", "Network boot file"),
        ("ldap", "LDAP server"),
        ("domainsearchlist", "Search domains"),
        ("failover_peerip", "Failover partner"),
        ("ddnsdomain", "Dynamic DNS domain"),
        ("mac_allow", "Only these MAC addresses"),
        ("mac_deny", "Not these MAC addresses"),
    ] {
        let values = texts(one, element);
        if !values.is_empty() {
            lines.insert(label.to_owned(), values.join(", "));
        }
    }
    let mut options: Vec<String> =
        lines.into_iter().map(|(label, value)| format!("- {label}: {value}")).collect();
    for item in one.child("numberoptions").into_iter().flat_map(|all| all.all("item")) {
        if let (Some(number), Some(value)) = (item.text_at("number"), item.text_at("value")) {
            options.push(format!("- Option {number}: {value}"));
        }
    }
    options
}

/// Returns the texts of all elements of this name.
pub(super) fn texts(parent: &Element, name: &str) -> Vec<String> {
    let all = parent.all(name).map(|one| one.text.clone());
    all.filter(|text| !text.is_empty()).collect()
}

/// Returns seconds as the catalogue writes durations.
pub(super) fn duration(seconds: &str) -> Option<String> {
    let seconds: u64 = seconds.trim().parse().ok().filter(|seconds| *seconds > 0)?;
    Some(match seconds {
        _ if seconds.is_multiple_of(86_400) => format!("{}d", seconds / 86_400),
        _ if seconds.is_multiple_of(3_600) => format!("{}h", seconds / 3_600),
        _ if seconds.is_multiple_of(60) => format!("{}min", seconds / 60),
        _ => format!("{seconds}s"),
    })
}
