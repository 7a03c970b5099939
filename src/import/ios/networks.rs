//! What an IOS device hands out, translates and joins: DHCP, NAT, routes and tunnels.

use std::net::{IpAddr, Ipv4Addr};

use super::text::{self, Block};
use super::{Config, REMOVED};
use crate::import::appliance::{Host, Published, Subnet, Vpn};
use crate::import::normal::network;

/// How many ranges a network is told to hand out; more are holes, not ranges.
const RANGES: usize = 20;

impl Config<'_> {
    pub(super) fn dhcp(&mut self) {
        let excluded: Vec<(u32, u32)> = self
            .take("ip dhcp excluded-address")
            .iter()
            .filter_map(|(rest, _)| {
                let mut ips =
                    rest.split_whitespace().filter_map(|word| word.parse::<Ipv4Addr>().ok());
                let first = u32::from(ips.next()?);
                Some((first, ips.next().map_or(first, u32::from)))
            })
            .collect();
        for (name, block) in self.take("ip dhcp pool") {
            match block.value("host") {
                Some(host) => self.reserved(name, host, block),
                None => self.pool(name, block, &excluded),
            }
        }
    }

    fn reserved(&mut self, pool: &str, host: &str, block: &Block<'_>) {
        let mac = block.value("hardware-address").or_else(|| block.value("client-identifier"));
        let mac = mac.and_then(|text| {
            let bare: String =
                text.split_whitespace().next()?.chars().filter(char::is_ascii_hexdigit).collect();
            // A client identifier begins with the type of the hardware, 01 for Ethernet (RFC 2132, 9.14).
            network::mac(if bare.len() == 14 { bare.strip_prefix("01")? } else { &bare })
        });
        let name = block.value("client-name").unwrap_or(pool);
        self.appliance.hosts.push(Host {
            name: Some(name.trim_matches('"').to_owned()),
            mac,
            ip: host.split_whitespace().next().and_then(network::ip),
            ..Host::default()
        });
    }

    fn pool(&mut self, name: &str, block: &Block<'_>, excluded: &[(u32, u32)]) {
        let Some(prefix) = block.value("network").and_then(prefix_of) else {
            let at = self.at(block.line);
            return self.harvest.skip(at, format!("the DHCP pool {name} has no network"));
        };
        let lease = block.value("lease").and_then(lease);
        let ips = |words: &str| -> Vec<String> {
            let all = block.values(words).flat_map(str::split_whitespace);
            all.filter_map(network::ip).collect()
        };
        let mut options: Vec<String> =
            block.values("option").map(|rest| format!("- Option {rest}")).collect();
        options.extend(
            block.value("next-server").map(|rest| format!("- Network boot server: {rest}")),
        );
        options.extend(block.value("bootfile").map(|rest| format!("- Network boot file: {rest}")));
        let subnets = &mut self.appliance.subnets;
        let is_it = |one: &Subnet| one.prefix.is_some_and(|net| net.to_string() == prefix);
        let at = subnets.iter().position(is_it).unwrap_or_else(|| {
            let mut subnet =
                Subnet { port: format!("pool {name}"), name: name.to_owned(), ..Subnet::default() };
            subnet.take(&prefix);
            subnets.push(subnet);
            subnets.len() - 1
        });
        let subnet = &mut subnets[at];
        subnet.is_dhcp = true;
        if let Some(ipnet::IpNet::V4(net)) = subnet.prefix {
            subnet.ranges = ranges(net, excluded);
        }
        subnet.dns = ips("dns-server");
        subnet.domain = block.value("domain-name").map(str::to_owned);
        subnet.lease = lease;
        let gateway = ips("default-router").first().and_then(|ip| ip.parse().ok());
        subnet.gateway = gateway.or(subnet.gateway);
        subnet.options.extend(options);
    }

    pub(super) fn routes(&mut self) {
        for (rest, _) in self.take("ip route") {
            let words: Vec<&str> = rest.split_whitespace().collect();
            let (vrf, words) = match words.as_slice() {
                ["vrf", vrf, rest @ ..] => (format!(" (VRF {vrf})"), rest),
                all => (String::new(), all),
            };
            let (net, hop) = match words {
                // As NX-OS writes it: `0.0.0.0/0 10.0.0.1`.
                [net, hop @ ..] if net.contains('/') => ((*net).to_owned(), hop),
                [net, mask, hop @ ..] => (format!("{net} {mask}"), hop),
                _ => continue,
            };
            let name = format!("{}{vrf}", network::prefix(&net).unwrap_or(net));
            self.appliance.settings.set(
                "Routing / Routes",
                &name,
                &format!("through {}", hop.join(" ")),
            );
        }
        for (rest, _) in self.take("ipv6 route") {
            let (net, hop) = rest.split_once(' ').unwrap_or((rest, ""));
            self.appliance.settings.set("Routing / Routes", net, &format!("through {hop}"));
        }
    }

    /// Reads what is led from outside to a device inside, and how addresses are translated on the way
    /// out.
    pub(super) fn port_forwards(&mut self) {
        for (rest, block) in self.take("ip nat inside source") {
            let words: Vec<&str> = rest.split_whitespace().collect();
            let Some(published) = self.published(&words) else {
                self.appliance.ruleset.settings.set("NAT / Outbound", "Inside source", rest);
                continue;
            };
            if published.ip.is_none() {
                let at = self.at(block.line);
                self.harvest.skip(at, "a static translation that cannot be read");
                continue;
            }
            self.appliance.ruleset.published.push(published);
        }
        for (rest, _) in self.take("ip nat") {
            if !rest.starts_with("inside source") {
                self.appliance.ruleset.settings.set("NAT", "ip nat", rest);
            }
        }
    }

    fn published(&self, words: &[&str]) -> Option<Published> {
        let outside = |words: &[&str]| match words {
            ["interface", interface, rest @ ..] => {
                let port = self.appliance.ports.iter().find(|port| port.name == *interface);
                let address = port.and_then(|port| port.addresses.first());
                let address = address.and_then(|address| address.split('/').next());
                let address = address.map_or_else(|| format!("{interface} address"), str::to_owned);
                (address, rest.first().map(|port| (*port).to_owned()))
            }
            [ip, rest @ ..] => ((*ip).to_owned(), rest.first().map(|port| (*port).to_owned())),
            [] => (String::new(), None),
        };
        match words {
            ["static", protocol @ ("tcp" | "udp"), ip, port, rest @ ..] => {
                let (address, public) = outside(rest);
                Some(Published {
                    public: format!("{address}:{}/{protocol}", public.as_deref().unwrap_or(port)),
                    ip: network::ip(ip),
                    port: Some((*port).to_owned()),
                    ..Published::default()
                })
            }
            ["static", "network", ..] => None,
            ["static", ip, rest @ ..] => Some(Published {
                public: format!("{} (every port)", outside(rest).0),
                ip: network::ip(ip),
                ..Published::default()
            }),
            _ => None,
        }
    }

    /// Reads IPsec by crypto maps, and tunnel interfaces.
    pub(super) fn tunnels(&mut self) {
        let policies: Vec<String> = self
            .take("crypto isakmp policy")
            .iter()
            .map(|(_, block)| policy_words(block, "IKEv1"))
            .collect();
        let newer: Vec<String> = self
            .take("crypto ikev2 proposal")
            .iter()
            .map(|(_, block)| policy_words(block, "IKEv2"))
            .collect();
        let ike = match newer.first().or_else(|| policies.first()) {
            Some(_) => Some([newer, policies].concat().join("; ")),
            None => None,
        };
        let sets = self.take("crypto ipsec transform-set");
        let set_words = |name: &str| {
            let found = sets.iter().find_map(|(rest, _)| text::behind(rest, name));
            found.map_or_else(|| name.to_owned(), str::to_owned)
        };
        let profiles = self.take("crypto ipsec profile");
        for (rest, block) in self.take("crypto map") {
            let Some(peer) = block.value("set peer") else { continue };
            let name = rest.split(" ipsec").next().unwrap_or(rest);
            let (local_nets, remote_nets) =
                block.value("match address").map(|list| self.ends_of(list)).unwrap_or_default();
            self.appliance.vpns.push(Vpn {
                id: format!("crypto-map-{name}"),
                name: block
                    .value("description")
                    .map_or_else(|| format!("IPsec to {peer}"), str::to_owned),
                kind: "site-to-site",
                protocol: "ipsec",
                peer: Some(peer.split_whitespace().next().unwrap_or(peer).to_owned()),
                local_nets,
                remote_nets,
                ike: ike.clone(),
                ipsec: block.value("set transform-set").map(set_words),
                enabled: true,
                ..Vpn::default()
            });
        }
        let tunnels: Vec<&Block<'_>> = self
            .blocks
            .iter()
            .filter(|block| block.text.to_lowercase().starts_with("interface tunnel"))
            .collect();
        for block in tunnels {
            let Some(peer) = block.value("tunnel destination") else { continue };
            let profile = block.value("tunnel protection ipsec profile");
            let set = profile.and_then(|name| {
                let found = profiles.iter().find(|(rest, _)| *rest == name)?;
                found.1.value("set transform-set").map(set_words)
            });
            let name = block.text["interface ".len()..].to_owned();
            self.appliance.vpns.push(Vpn {
                id: name.to_lowercase(),
                name: block
                    .value("description")
                    .map_or_else(|| format!("{name} to {peer}"), str::to_owned),
                kind: "site-to-site",
                protocol: if profile.is_some() { "ipsec" } else { "other" },
                peer: Some(peer.to_owned()),
                ike: ike.clone().filter(|_| profile.is_some()),
                ipsec: set,
                enabled: !block.has("shutdown"),
                ..Vpn::default()
            });
        }
    }

    /// Returns the networks at both ends of what an access list permits.
    fn ends_of(&self, list: &str) -> (Vec<String>, Vec<String>) {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let named = format!("ip access-list extended {list}");
        let numbered = format!("access-list {list}");
        let mut lines: Vec<&str> = Vec::new();
        for block in self.blocks {
            if block.text == named {
                lines.extend(block.inner.iter().map(|(_, line)| *line));
            }
            lines.extend(text::behind(block.text, &numbered));
        }
        for line in lines.iter().filter(|line| !line.contains(REMOVED)) {
            let words: Vec<&str> =
                line.split_whitespace().skip_while(|word| *word != "permit").skip(2).collect();
            let nets: Vec<String> = words.chunks(2).filter_map(wildcard).collect();
            if let [our, their] = nets.as_slice() {
                ours.extend((!ours.contains(our)).then(|| our.clone()));
                theirs.extend((!theirs.contains(their)).then(|| their.clone()));
            }
        }
        (ours, theirs)
    }
}

/// Returns a prefix, given with a mask or a length.
fn prefix_of(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        [net, mask, ..] => network::prefix(&format!("{net}/{}", mask.trim_start_matches('/'))),
        [net] => network::prefix(net),
        [] => None,
    }
}

/// Returns a prefix of an address with a wildcard mask, or of a single host.
pub(super) fn wildcard(words: &[&str]) -> Option<String> {
    match words {
        ["host", ip] => network::prefix(&format!("{ip}/32")),
        [ip, mask] => {
            let mask: Ipv4Addr = mask.parse().ok()?;
            network::prefix(&format!("{ip}/{}", Ipv4Addr::from(!u32::from(mask))))
        }
        _ => None,
    }
}

/// Returns what of a network is handed out when these addresses are not.
fn ranges(net: ipnet::Ipv4Net, excluded: &[(u32, u32)]) -> Vec<(String, String)> {
    let (first, last) = (u32::from(net.network()), u32::from(net.broadcast()));
    if last - first < 3 {
        return Vec::new();
    }
    let mut holes: Vec<(u32, u32)> = excluded.to_vec();
    holes.sort_unstable();
    let mut ranges = Vec::new();
    let mut from = first + 1;
    let end = last - 1;
    for (low, high) in holes {
        if high < from || low > end {
            continue;
        }
        if low > from {
            ranges.push((from, low - 1));
        }
        from = high.saturating_add(1);
    }
    if from <= end {
        ranges.push((from, end));
    }
    let words = |ip: u32| IpAddr::from(Ipv4Addr::from(ip)).to_string();
    ranges.into_iter().take(RANGES).map(|(from, to)| (words(from), words(to))).collect()
}

/// Returns how long an address is kept, given as days, hours and minutes.
fn lease(text: &str) -> Option<String> {
    let mut numbers =
        text.split_whitespace().map(|word| word.parse::<u64>().ok().filter(|n| *n < 10_000));
    let days = numbers.next()??;
    let hours = numbers.next().flatten().unwrap_or(0);
    let minutes = numbers.next().flatten().unwrap_or(0);
    match (days, hours, minutes) {
        (0, 0, 0) => None,
        (days, 0, 0) => Some(format!("{days}d")),
        (days, hours, 0) => Some(format!("{}h", days * 24 + hours)),
        (days, hours, minutes) => Some(format!("{}min", (days * 24 + hours) * 60 + minutes)),
    }
}

/// Returns a policy of the first phase in words.
fn policy_words(block: &Block<'_>, version: &str) -> String {
    let mut words = vec![version.to_owned()];
    for name in ["encr", "encryption", "hash", "integrity", "prf"] {
        words.extend(block.value(name).map(|value| value.to_uppercase()));
    }
    words.extend(block.value("group").map(|group| format!("group {group}")));
    words.extend(block.value("lifetime").map(|seconds| format!("{seconds} s")));
    words.join(", ")
}
