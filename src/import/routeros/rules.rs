//! Rules, translation of addresses and address lists of a RouterOS export.

use super::export::Command;
use super::{Config, comment, is_off};
use crate::import::appliance::{Published, Rule};

impl Config<'_> {
    pub(super) fn filter(&mut self) {
        for (path, family) in [("ip firewall filter", ""), ("ipv6 firewall filter", "IPv6 ")] {
            for command in self.take(path) {
                if command.verb == "add" {
                    self.rule(command, family);
                }
            }
        }
        if !self.appliance.ruleset.rules.is_empty() {
            // What no rule mentions is let through; most exports end with a rule that refuses the rest.
            self.appliance.ruleset.default_action = Some("allow");
        }
    }

    fn rule(&mut self, command: &Command, family: &str) {
        let chain = command.value("chain").unwrap_or("forward");
        let action = command.value("action").unwrap_or("accept");
        let from = end(command, "src", "in");
        let to = match chain {
            "input" => "this device".to_owned(),
            _ => end(command, "dst", "out"),
        };
        let service = format!("{family}{}", service(command));
        let name = command.value("comment").map_or_else(
            || format!("{action} {chain} {service} from {from} to {to}"),
            str::to_owned,
        );
        let no = self.appliance.ruleset.rules.len() as i64 + 1;
        let destination =
            match (chain, command.value("dst-address").or(command.value("dst-address-list"))) {
                ("input", Some(address)) => format!("{to} at {address}"),
                _ => to,
            };
        self.appliance.ruleset.rules.push(Rule {
            name: format!("{family}{chain}: {name}"),
            no: Some(no),
            from,
            to: destination,
            service: service.clone(),
            action: match action {
                "accept" | "fasttrack-connection" => Some("allow"),
                "drop" | "tarpit" => Some("deny"),
                "reject" => Some("reject"),
                _ => None,
            },
            nat: None,
            purpose: None,
            enabled: Some(!is_off(command)),
            log: command.value("log").map(|log| log == "yes"),
            added_on: None,
        });
        let list = command.value("in-interface-list").or_else(|| command.value("in-interface"));
        let is_outside = list.is_some_and(|list| self.is_outside(list));
        if let (true, "input", "accept", false, Some(port)) =
            (is_outside, chain, action, is_off(command), command.value("dst-port"))
        {
            let sources = ["src-address", "src-address-list"];
            self.appliance.ruleset.published.push(Published {
                public: outside(&self.outside_address(), Some(port), command.value("protocol")),
                ip: Some("this device".to_owned()),
                is_own: true,
                why: comment(command).map(str::to_owned),
                limited_to: sources.iter().find_map(|name| command.value(name)).map(str::to_owned),
                ..Published::default()
            });
        }
    }

    /// Whether a name of an interface or a list is one that leads to a carrier.
    fn is_outside(&self, name: &str) -> bool {
        let is_line =
            |interface: &str| self.appliance.lines.iter().any(|line| line.port == interface);
        let members = self.lists.get(name);
        is_line(name) || members.is_some_and(|members| members.iter().any(|one| is_line(one)))
    }

    /// Returns the first fixed address towards a carrier.
    fn outside_address(&self) -> String {
        let mut addresses = self.appliance.lines.iter().flat_map(|line| &line.prefixes);
        let first = addresses.next().and_then(|address| address.split('/').next());
        first.map_or_else(|| "WAN address".to_owned(), str::to_owned)
    }

    pub(super) fn nat(&mut self) {
        for path in ["ip firewall nat", "ipv6 firewall nat"] {
            for command in self.take(path).into_iter().filter(|command| command.verb == "add") {
                match command.value("action") {
                    Some("dst-nat" | "netmap" | "redirect") => self.port_forward(command),
                    _ => self.outbound(command),
                }
            }
        }
    }

    fn port_forward(&mut self, command: &Command) {
        let address = command.value("dst-address").map_or_else(
            || self.outside_address(),
            |text| text.split('/').next().unwrap_or(text).to_owned(),
        );
        let port = command.value("dst-port");
        let public = match port {
            Some(_) => outside(&address, port, command.value("protocol")),
            None => format!("{address} (every port)"),
        };
        let is_inside = command
            .value("in-interface-list")
            .or_else(|| command.value("in-interface"))
            .is_some_and(|list| !self.is_outside(list) && !list.starts_with('!'));
        let target = command.value("to-addresses");
        let inside_port = command.value("to-ports").or(port);
        if is_off(command) || is_inside || command.is("action", "redirect") {
            let group =
                if is_off(command) { "NAT / Forwards (off)" } else { "NAT / Forwards inside" };
            let value = [target, inside_port].into_iter().flatten().collect::<Vec<_>>().join(":");
            self.appliance.ruleset.settings.set_why(group, &public, &value, comment(command));
            return;
        }
        let sources = ["src-address", "src-address-list"];
        self.appliance.ruleset.published.push(Published {
            public,
            ip: target.map(str::to_owned),
            port: inside_port.filter(|_| port.is_some()).map(str::to_owned),
            is_own: false,
            why: comment(command).map(str::to_owned),
            limited_to: sources.iter().find_map(|name| command.value(name)).map(str::to_owned),
        });
    }

    fn outbound(&mut self, command: &Command) {
        let action = command.value("action").unwrap_or("accept");
        let mut value =
            format!("{action}: {} to {}", end(command, "src", "in"), end(command, "dst", "out"));
        if let Some(target) = command.value("to-addresses") {
            value.push_str(&format!(" as {target}"));
        }
        if is_off(command) {
            value.push_str(", switched off");
        }
        let name = command.value("comment").unwrap_or("without a comment");
        self.appliance.ruleset.settings.set("NAT / Outbound", name, &value);
    }

    pub(super) fn address_lists(&mut self) {
        for path in ["ip firewall address-list", "ipv6 firewall address-list"] {
            for command in self.take(path) {
                if let (Some(list), Some(address)) =
                    (command.value("list"), command.value("address"))
                {
                    let off = if is_off(command) { " (off)" } else { "" };
                    let value = format!("{address}{off}");
                    let settings = &mut self.appliance.ruleset.settings;
                    settings.set_why("Address lists", list, &value, comment(command));
                }
            }
        }
    }
}

/// Returns one end of a rule in words: addresses, and the interface.
fn end(command: &Command, side: &str, way: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for name in ["address", "address-list", "address-type", "mac-address"] {
        words.extend(command.value(&format!("{side}-{name}")).map(negated));
    }
    if side == "src" {
        words.extend(command.value("src-port").map(|port| format!("port {port}")));
    }
    let interface = ["interface", "interface-list"];
    let interface = interface.iter().find_map(|name| command.value(&format!("{way}-{name}")));
    let place = if words.is_empty() { "any".to_owned() } else { words.join(", ") };
    match interface {
        Some(interface) => format!("{place} on {}", negated(interface)),
        None => place,
    }
}

/// Returns a value with its `!` as a word.
fn negated(value: &str) -> String {
    value.strip_prefix('!').map_or_else(|| value.to_owned(), |rest| format!("not {rest}"))
}

/// Returns protocol, ports and what else is asked of the traffic.
fn service(command: &Command) -> String {
    let mut words = vec![
        command
            .value("protocol")
            .map_or_else(|| "any".to_owned(), |one| negated(one).to_uppercase()),
    ];
    words.extend(command.value("dst-port").map(negated));
    words.extend(command.value("port").map(|port| format!("port {port}")));
    for name in [
        "connection-state",
        "connection-nat-state",
        "icmp-options",
        "ipsec-policy",
        "tcp-flags",
        "content",
        "layer7-protocol",
        "limit",
        "dst-limit",
        "hop-limit",
        "packet-mark",
        "connection-mark",
        "jump-target",
        "time",
    ] {
        words.extend(
            command
                .value(name)
                .map(|value| format!("{} {}", name.replace('-', " "), negated(value))),
        );
    }
    words.join(" ")
}

/// Returns address, port and protocol in the form `203.0.113.2:443/tcp`.
fn outside(address: &str, port: Option<&str>, protocol: Option<&str>) -> String {
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let protocol = protocol.map(|protocol| format!("/{protocol}")).unwrap_or_default();
    format!("{address}{port}{protocol}")
}
