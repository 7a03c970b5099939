//! Ends of rules and addresses of a `config.xml`, in words.

use std::net::IpAddr;

use super::Config;
use crate::import::bounded::xml::Element;

/// Returns an address with the length of its network, where it is one.
pub(super) fn with_length(address: &str, length: Option<&str>) -> Option<String> {
    let ip: IpAddr = address.parse().ok()?;
    let most = if ip.is_ipv4() { 32 } else { 128 };
    match length.and_then(|length| length.parse::<u8>().ok()).filter(|length| *length <= most) {
        Some(length) => Some(format!("{ip}/{length}")),
        None => Some(ip.to_string()),
    }
}

/// Whether the element is there and does not say no.
pub(super) fn is_given(parent: &Element, name: &str) -> bool {
    parent.child(name).is_some_and(|child| child.text != "0")
}

impl Config<'_> {
    /// Returns one end of a rule in words: `LAN net`, `10.0.2.2`, `not GUESTS`, with its port.
    pub(super) fn end(&self, end: Option<&Element>) -> (String, Option<String>) {
        let Some(end) = end else { return ("any".to_owned(), None) };
        let place = match (end.text_at("network"), end.text_at("address")) {
            _ if is_given(end, "any") => "any".to_owned(),
            (Some(network), _) => self.network_words(network),
            (None, Some(address)) => address.to_owned(),
            (None, None) => "any".to_owned(),
        };
        let not = if is_given(end, "not") { "not " } else { "" };
        (format!("{not}{place}"), end.text_at("port").map(ports))
    }

    /// Returns what a word for a network means: `lan` is `LAN net`, `wanip` is `WAN address`.
    pub(super) fn network_words(&self, word: &str) -> String {
        if word == "(self)" {
            return "this firewall".to_owned();
        }
        if self.names.contains_key(word) {
            return format!("{} net", self.name_of(word));
        }
        match word.strip_suffix("ip").filter(|interface| self.names.contains_key(*interface)) {
            Some(interface) => format!("{} address", self.name_of(interface)),
            None => word.to_owned(),
        }
    }

    /// Returns interfaces, which a rule names with commas between, in words.
    pub(super) fn interfaces_words(&self, list: &str) -> String {
        let names = list.split(',').map(|one| self.name_of(one.trim()));
        names.collect::<Vec<_>>().join(", ")
    }

    /// Returns the first fixed address of an interface.
    pub(super) fn address_of(&self, interface: &str) -> Option<String> {
        let port = self.ports.get(interface)?;
        let port = self.appliance.ports.iter().find(|one| one.name == *port)?;
        let address = port.addresses.first()?;
        address.split('/').next().map(str::to_owned)
    }
}

/// Returns a range of ports as it is written elsewhere: `80:443` is `80-443`.
pub(super) fn ports(text: &str) -> String {
    text.trim().replace(':', "-")
}

/// Returns protocol and port in words: `TCP/UDP 53`, `IPv6 any`.
pub(super) fn service(family: Option<&str>, protocol: Option<&str>, port: Option<&str>) -> String {
    let family = match family {
        Some("inet6") => "IPv6 ",
        Some("inet") => "IPv4 ",
        _ => "",
    };
    let protocol = match protocol {
        Some(protocol) if protocol != "any" => protocol.to_uppercase(),
        _ => "any".to_owned(),
    };
    match port {
        Some(port) => format!("{family}{protocol} {port}"),
        None => format!("{family}{protocol}"),
    }
}
