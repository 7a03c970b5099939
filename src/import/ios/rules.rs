//! Access lists of an IOS configuration as rules.

use super::Config;
use super::networks::wildcard;
use crate::import::appliance::Rule;

impl Config<'_> {
    /// Reads access lists: named ones as blocks, numbered ones line by line.
    pub(super) fn access_lists(&mut self) {
        let mut entries: Vec<(String, usize, String)> = Vec::new();
        for words in ["ip access-list extended", "ip access-list standard", "ipv6 access-list"] {
            for (list, block) in self.take(words) {
                let lines = block.inner.iter();
                entries.extend(lines.map(|(no, line)| (list.to_owned(), *no, (*line).to_owned())));
            }
        }
        for (rest, block) in self.take("access-list") {
            let (list, line) = rest.split_once(' ').unwrap_or((rest, ""));
            entries.push((list.to_owned(), block.line, line.to_owned()));
        }
        // As they stand in the file, whatever their form.
        entries.sort_by_key(|(_, no, _)| *no);
        let mut remark: Option<String> = None;
        for (list, no, line) in &entries {
            match line.strip_prefix("remark ") {
                Some(text) => remark = Some(text.trim().to_owned()),
                None => self.rule(list, *no, line, remark.take()),
            }
        }
        if !self.applied.is_empty() && !entries.is_empty() {
            // An access list refuses what it does not mention.
            self.appliance.ruleset.default_action = Some("deny");
        }
        for (list, places) in &self.applied {
            for place in places {
                self.appliance.ruleset.settings.set("Access lists applied", list, place);
            }
        }
    }

    fn rule(&mut self, list: &str, no: usize, line: &str, remark: Option<String>) {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        let number = words.first().and_then(|word| word.parse::<i64>().ok());
        if number.is_some() {
            words.remove(0);
        }
        let action = match words.first() {
            Some(&"permit") => "allow",
            Some(&"deny") => "deny",
            _ => {
                let at = self.at(no);
                return self
                    .harvest
                    .skip(at, format!("a line of the access list {list} that cannot be read"));
            }
        };
        let is_logged = words.iter().any(|word| matches!(*word, "log" | "log-input"));
        let (from, to, service) = parts(&words[1..]);
        let place = self.applied.get(list).map(|places| format!(", {}", places.join(", ")));
        let told = remark.unwrap_or_else(|| words.join(" "));
        self.appliance.ruleset.rules.push(Rule {
            name: format!("{list}: {told}"),
            no: number,
            from: format!("{from}{}", place.unwrap_or_default()),
            to,
            service,
            action: Some(action),
            log: is_logged.then_some(true),
            ..Rule::default()
        });
    }
}

/// Returns source, destination and service of what stands behind `permit`.
fn parts(words: &[&str]) -> (String, String, String) {
    const PROTOCOLS: &[&str] = &[
        "ip",
        "ipv6",
        "tcp",
        "udp",
        "icmp",
        "icmpv6",
        "esp",
        "ahp",
        "gre",
        "ospf",
        "eigrp",
        "igmp",
        "pim",
        "object-group",
    ];
    let mut rest = words;
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let protocol = match rest.first() {
        Some(first) if PROTOCOLS.contains(first) || is_number(first) => {
            rest = &rest[1..];
            (*first).to_owned()
        }
        // A standard list speaks of sources alone.
        _ => return (end(&mut rest).0, "any".to_owned(), "IP".to_owned()),
    };
    let (from, from_port) = end(&mut rest);
    let (to, port) = end(&mut rest);
    let from = match from_port {
        Some(port) => format!("{from} port {port}"),
        None => from,
    };
    let others: Vec<&str> =
        rest.iter().copied().filter(|word| !matches!(*word, "log" | "log-input")).collect();
    let mut service = protocol.to_uppercase();
    for more in port.into_iter().chain((!others.is_empty()).then(|| others.join(" "))) {
        service.push(' ');
        service.push_str(&more);
    }
    (from, to, service)
}

/// Takes an end off the words: an address, and its port if there is one.
fn end(rest: &mut &[&str]) -> (String, Option<String>) {
    let (place, used) = match rest {
        ["any" | "any4" | "any6", ..] => ("any".to_owned(), 1),
        ["host", ip, ..] => ((*ip).to_owned(), 2),
        ["object-group", name, ..] => (format!("group {name}"), 2),
        [ip, mask, ..] if wildcard(&[ip, mask]).is_some() => {
            (wildcard(&[ip, mask]).unwrap_or_default(), 2)
        }
        [ip, mask, ..] if mask.parse::<std::net::Ipv4Addr>().is_ok() => (format!("{ip} {mask}"), 2),
        [ip, ..] if ip.contains(['.', ':']) => ((*ip).to_owned(), 1),
        _ => return ("any".to_owned(), None),
    };
    *rest = &rest[used..];
    let (port, used) = match rest {
        ["eq", port, ..] => (Some((*port).to_owned()), 2),
        ["gt", port, ..] => (Some(format!("above {port}")), 2),
        ["lt", port, ..] => (Some(format!("below {port}")), 2),
        ["neq", port, ..] => (Some(format!("not {port}")), 2),
        ["range", from, to, ..] => (Some(format!("{from}-{to}")), 3),
        _ => (None, 0),
    };
    *rest = &rest[used..];
    (place, port)
}
