//! Rules, port forwards, translation of addresses and aliases of a `config.xml`.

use super::addresses::{is_given, ports, service};
use super::{Config, day_of, is_on, is_one};
use crate::import::appliance::{Published, Rule};
use crate::import::bounded::xml::Element;

impl Config<'_> {
    /// Reads the rules, in the order in which they are applied, in both layouts.
    pub(super) fn filter(&mut self) {
        let root = self.root;
        for rule in root.child("filter").into_iter().flat_map(|all| all.all("rule")) {
            self.rule(rule);
        }
        let mut newer: Vec<&Element> = root
            .at("OPNsense/Firewall/Filter/rules")
            .into_iter()
            .flat_map(|all| all.all("rule"))
            .collect();
        newer.sort_by_key(|rule| rule.text_at("sequence").and_then(|no| no.parse::<i64>().ok()));
        for rule in newer {
            self.newer_rule(rule);
        }
        // Both products let nothing in that no rule lets in.
        if !self.appliance.ruleset.rules.is_empty() {
            self.appliance.ruleset.default_action = Some("deny");
        }
        self.read.extend(["filter", "OPNsense/Firewall/Filter/rules"]);
    }

    fn rule(&mut self, rule: &Element) {
        let interface = rule.text_at("interface").unwrap_or_default();
        let (source, source_port) = self.end(rule.child("source"));
        let (destination, port) = self.end(rule.child("destination"));
        let protocol = rule.text_at("protocol");
        let way = match rule.text_at("direction") {
            Some("out") => "leaving",
            Some("any") => "through",
            _ => "on",
        };
        let place = self.interfaces_words(interface);
        let source = match source_port {
            Some(port) => format!("{source} port {port}"),
            None => source,
        };
        let mut to = destination.clone();
        if let Some(gateway) = rule.text_at("gateway") {
            to.push_str(&format!(" through {gateway}"));
        }
        let action = rule.text_at("type").unwrap_or("pass");
        let mut what = service(rule.text_at("ipprotocol"), protocol, port.as_deref());
        if let Some(tag) = rule.text_at("tagged") {
            what.push_str(&format!(", only tagged {tag}"));
        }
        if let Some(tag) = rule.text_at("tag") {
            to.push_str(&format!(", tagged {tag}"));
        }
        let from = format!("{source} {way} {place}");
        let name = rule
            .text_at("descr")
            .map_or_else(|| format!("{action} {what} from {from} to {destination}"), str::to_owned);
        let is_disabled = is_given(rule, "disabled");
        let no = self.appliance.ruleset.rules.len() as i64 + 1;
        let created = rule.text_at("created/time").and_then(|time| time.parse().ok());
        self.appliance.ruleset.rules.push(Rule {
            name: name.clone(),
            no: Some(no),
            from,
            to,
            service: what,
            action: action_of(action),
            enabled: Some(!is_disabled),
            log: rule.child("log").map(|log| is_on(Some(log))),
            added_on: created.and_then(day_of),
            ..Rule::default()
        });
        let is_open = !is_disabled
            && action == "pass"
            && rule.text_at("direction") != Some("out")
            && rule.child("associated-rule-id").is_none();
        if is_open {
            let network = rule.text_at("destination/network").unwrap_or_default();
            self.open_on_the_firewall(
                interface,
                network,
                protocol,
                port.as_deref(),
                rule.text_at("descr"),
                &source,
            );
        }
    }

    fn newer_rule(&mut self, rule: &Element) {
        let interface = rule.text_at("interface").unwrap_or_default();
        let end = |net: &str, not: &str| {
            let place = match rule.text_at(net).unwrap_or("any") {
                "any" => "any".to_owned(),
                word => self.network_words(word),
            };
            if is_one(rule, not) { format!("not {place}") } else { place }
        };
        let (mut source, destination) =
            (end("source_net", "source_not"), end("destination_net", "destination_not"));
        if let Some(port) = rule.text_at("source_port") {
            source.push_str(&format!(" port {port}"));
        }
        let port = rule.text_at("destination_port").map(ports);
        let what = service(rule.text_at("ipprotocol"), rule.text_at("protocol"), port.as_deref());
        let action = rule.text_at("action").unwrap_or("pass");
        let from = format!("{source} on {}", self.interfaces_words(interface));
        let name = rule
            .text_at("description")
            .map_or_else(|| format!("{action} {what} from {from} to {destination}"), str::to_owned);
        let is_enabled = rule.child("enabled").is_none_or(|one| one.text == "1");
        let mut to = destination;
        if let Some(gateway) = rule.text_at("gateway") {
            to.push_str(&format!(" through {gateway}"));
        }
        let no = self.appliance.ruleset.rules.len() as i64 + 1;
        self.appliance.ruleset.rules.push(Rule {
            name,
            no: Some(no),
            from,
            to,
            service: what,
            action: action_of(action),
            enabled: Some(is_enabled),
            log: rule.child("log").map(|log| log.text == "1"),
            ..Rule::default()
        });
        if is_enabled && action == "pass" && rule.text_at("direction") != Some("out") {
            let network = rule.text_at("destination_net").unwrap_or_default();
            let (protocol, why) = (rule.text_at("protocol"), rule.text_at("description"));
            self.open_on_the_firewall(interface, network, protocol, port.as_deref(), why, &source);
        }
    }

    /// Notes a port of the firewall itself that a rule opens towards a carrier.
    fn open_on_the_firewall(
        &mut self,
        interface: &str,
        network: &str,
        protocol: Option<&str>,
        port: Option<&str>,
        why: Option<&str>,
        source: &str,
    ) {
        let is_line = |interface: &str| {
            let port = self.ports.get(interface);
            self.appliance.lines.iter().any(|line| Some(&line.port) == port)
        };
        let own = format!("{interface}ip");
        let Some(port) = port.filter(|_| is_line(interface)) else { return };
        if network != own && network != "(self)" {
            return;
        }
        let public = self.public(interface, port, protocol);
        self.appliance.ruleset.published.push(Published {
            public,
            ip: Some("this firewall".to_owned()),
            is_own: true,
            why: why.map(str::to_owned),
            limited_to: limit(source),
            ..Published::default()
        });
    }

    /// Returns address, port and protocol as seen from outside.
    fn public(&self, interface: &str, port: &str, protocol: Option<&str>) -> String {
        let address = self.address_of(interface);
        let address = address.unwrap_or_else(|| format!("{} address", self.name_of(interface)));
        outside(&address, Some(port), protocol)
    }

    /// Reads what is led from outside to a device inside.
    pub(super) fn port_forwards(&mut self) {
        let root = self.root;
        for rule in root.child("nat").into_iter().flat_map(|all| all.all("rule")) {
            self.port_forward(rule);
        }
        for rule in root.child("nat").into_iter().flat_map(|all| all.all("onetoone")) {
            let (Some(external), inside) =
                (rule.text_at("external"), self.end(rule.child("source")).0)
            else {
                continue;
            };
            if is_given(rule, "disabled") {
                let settings = &mut self.appliance.ruleset.settings;
                settings.set("Port forwards (off)", external, &inside);
                continue;
            }
            self.appliance.ruleset.published.push(Published {
                public: format!("{external} (every port)"),
                ip: Some(inside),
                why: rule.text_at("descr").map(str::to_owned),
                ..Published::default()
            });
        }
        self.read.extend(["nat/rule", "nat/onetoone", "nat/separator"]);
    }

    fn port_forward(&mut self, rule: &Element) {
        let interface = rule.text_at("interface").unwrap_or_default();
        let (words, port) = self.end(rule.child("destination"));
        let network = rule.text_at("destination/network").unwrap_or_default();
        let first = interface.split(',').next().unwrap_or_default().to_owned();
        let address = match network.strip_suffix("ip") {
            Some(one) => self.address_of(one).unwrap_or(words),
            None if network == "(self)" => self.address_of(&first).unwrap_or(words),
            None if words == "any" => {
                format!("any address on {}", self.interfaces_words(interface))
            }
            None => words,
        };
        let public = outside(&address, port.as_deref(), rule.text_at("protocol"));
        let inside_port = rule.text_at("local-port").map(ports);
        let target = rule.text_at("target").map(str::to_owned);
        if is_given(rule, "disabled") || is_given(rule, "nordr") {
            let inside = [target, inside_port].into_iter().flatten().collect::<Vec<_>>().join(":");
            let settings = &mut self.appliance.ruleset.settings;
            settings.set_why("Port forwards (off)", &public, &inside, rule.text_at("descr"));
            return;
        }
        let source = self.end(rule.child("source")).0;
        self.appliance.ruleset.published.push(Published {
            public,
            ip: target,
            port: inside_port,
            why: rule.text_at("descr").map(str::to_owned),
            limited_to: limit(&source),
            is_own: false,
        });
    }

    /// Reads how addresses are translated on the way out.
    pub(super) fn outbound(&mut self) {
        let root = self.root;
        let group = "NAT / Outbound";
        if let Some(outbound) = root.at("nat/outbound") {
            self.appliance.ruleset.settings.set_some(group, "Mode", outbound.text_at("mode"));
            for rule in outbound.all("rule") {
                let (source, destination) =
                    (self.end(rule.child("source")).0, self.end(rule.child("destination")).0);
                let interface = rule.text_at("interface").unwrap_or_default();
                let target = rule.text_at("target").map_or_else(
                    || format!("{} address", self.interfaces_words(interface)),
                    str::to_owned,
                );
                let port = rule.text_at("dstport").map(|port| format!(" port {port}"));
                let port = port.unwrap_or_default();
                let off = if is_given(rule, "disabled") { ", switched off" } else { "" };
                let value = format!(
                    "{source} to {destination}{port} on {}: as {target}{off}",
                    self.interfaces_words(interface)
                );
                let name = rule.text_at("descr").unwrap_or("without a description");
                self.appliance.ruleset.settings.set(group, name, &value);
            }
        }
        self.read.extend(["nat/outbound", "nat/npt"]);
    }

    /// Reads names for groups of addresses and ports: the appendix of the rules.
    pub(super) fn aliases(&mut self) {
        let root = self.root;
        let lists = [root.child("aliases"), root.at("OPNsense/Firewall/Alias/aliases")];
        for alias in lists.into_iter().flatten().flat_map(|all| all.all("alias")) {
            let Some(name) = alias.text_at("name") else { continue };
            let content = alias.text_at("address").or_else(|| alias.text_at("content"));
            let content = content.or_else(|| alias.text_at("url")).unwrap_or_default();
            let kind = alias.text_at("type").unwrap_or("group");
            let off = if alias.text_at("enabled") == Some("0") { ", switched off" } else { "" };
            let group = format!("Aliases / {kind}{off}");
            let why = alias.text_at("descr").or_else(|| alias.text_at("description"));
            for member in content.split_whitespace().take(500) {
                self.appliance.ruleset.settings.set_why(&group, name, member, why);
            }
        }
        self.read.extend(["aliases", "OPNsense/Firewall/Alias"]);
    }
}

fn action_of(word: &str) -> Option<&'static str> {
    match word {
        "pass" => Some("allow"),
        "block" => Some("deny"),
        "reject" => Some("reject"),
        _ => None,
    }
}

/// Returns what a forward is limited to, if it is.
fn limit(source: &str) -> Option<String> {
    (source != "any").then(|| source.to_owned())
}

/// Returns address, port and protocol in the form `203.0.113.2:443/tcp`.
fn outside(address: &str, port: Option<&str>, protocol: Option<&str>) -> String {
    let bracketed = address.contains(':') && address.parse::<std::net::IpAddr>().is_ok();
    let address = if bracketed { format!("[{address}]") } else { address.to_owned() };
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let protocol = protocol.filter(|protocol| *protocol != "any");
    let protocol =
        protocol.map(|protocol| format!("/{}", protocol.replace('/', "+").to_lowercase()));
    format!("{address}{port}{}", protocol.unwrap_or_default())
}
