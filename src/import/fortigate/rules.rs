//! Policies, virtual addresses and address objects of a FortiGate.

use std::collections::BTreeMap;

use super::Config;
use super::statements::Node;
use crate::import::appliance::{Published, Rule};
use crate::import::normal::network;

impl Config<'_> {
    /// Reads the policies in their order, and what they publish.
    pub(super) fn policies(&mut self) {
        // Where each virtual address is let in from, by policies that are on.
        let mut let_in: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for section in ["firewall policy", "firewall policy6", "firewall consolidated policy"] {
            for (policy, domain) in self.entries(section) {
                self.policy(policy, domain);
                if policy.is("action", "accept") && !policy.is("status", "disable") {
                    for destination in policy.values("dstaddr") {
                        let sources = let_in.entry(destination.clone()).or_default();
                        sources.extend(policy.values("srcaddr").iter().cloned());
                    }
                }
            }
        }
        for (group, _) in self.entries("firewall vipgrp") {
            if let Some(sources) = let_in.get(&group.name).cloned() {
                for member in group.values("member") {
                    let_in.entry(member.clone()).or_default().extend(sources.iter().cloned());
                }
            }
        }
        for (vip, _) in self.entries("firewall vip") {
            self.virtual_address(vip, let_in.get(&vip.name));
        }
        if !self.appliance.ruleset.rules.is_empty() {
            // The policy with the number 0 refuses what no other one mentions.
            self.appliance.ruleset.default_action = Some("deny");
        }
    }

    fn policy(&mut self, policy: &Node, domain: &str) {
        let list = |names: &[&str]| {
            let values: Vec<String> =
                names.iter().flat_map(|name| policy.values(name).to_vec()).collect();
            if values.is_empty() { "any".to_owned() } else { values.join(", ") }
        };
        let mut from = format!("{} on {}", list(&["srcaddr", "srcaddr6"]), list(&["srcintf"]));
        if policy.is("srcaddr-negate", "enable") {
            from = format!("not {from}");
        }
        if !policy.values("groups").is_empty() || !policy.values("users").is_empty() {
            from.push_str(&format!(", people of {}", list(&["groups", "users"])));
        }
        let destination = match policy.is("internet-service", "enable") {
            true => list(&["internet-service-name", "internet-service-id"]),
            false => list(&["dstaddr", "dstaddr6"]),
        };
        let to = format!("{destination} on {}", list(&["dstintf"]));
        let nat = match (policy.is("nat", "enable"), policy.values("poolname")) {
            (false, _) => None,
            (true, []) => Some(format!("To the address of {}", list(&["dstintf"]))),
            (true, pool) => Some(format!("To the pool {}", pool.join(", "))),
        };
        let mut service = list(&["service"]);
        if let Some(schedule) = policy.value("schedule").filter(|schedule| *schedule != "always") {
            service.push_str(&format!(", {schedule}"));
        }
        let name = policy.text("name").unwrap_or_else(|| format!("Policy {}", policy.name));
        self.appliance.ruleset.rules.push(Rule {
            name: self.named(&name, domain),
            no: policy.name.parse().ok(),
            from,
            to,
            service,
            action: match policy.value("action") {
                Some("accept")
                    if !policy.values("ips-sensor").is_empty()
                        || policy.is("utm-status", "enable") =>
                {
                    Some("inspect")
                }
                Some("accept" | "ipsec") => Some("allow"),
                _ => Some("deny"),
            },
            nat,
            purpose: policy.text("comments"),
            enabled: Some(!policy.is("status", "disable")),
            log: policy.value("logtraffic").map(|log| log != "disable"),
            added_on: None,
        });
    }

    fn virtual_address(&mut self, vip: &Node, sources: Option<&Vec<String>>) {
        let outside = vip.value("extip").unwrap_or("any address").to_owned();
        let inside = vip.value("mappedip").map(str::to_owned);
        let is_port = vip.is("portforward", "enable");
        let protocol = vip.value("protocol").unwrap_or("tcp");
        let public = match vip.value("extport").filter(|_| is_port) {
            Some(port) => format!("{outside}:{port}/{protocol}"),
            None => format!("{outside} (every port)"),
        };
        let public = match outside.as_str() {
            "0.0.0.0" => public.replacen(
                "0.0.0.0",
                &format!("{} address", vip.value("extintf").unwrap_or("any")),
                1,
            ),
            _ => public,
        };
        let port = vip.value("mappedport").or(vip.value("extport")).filter(|_| is_port);
        let why = vip.text("comment").or_else(|| Some(vip.name.clone()));
        let Some(sources) = sources else {
            let value = [inside, port.map(str::to_owned)]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(":");
            let group = "Virtual addresses that no policy lets in";
            self.appliance.ruleset.settings.set_why(group, &public, &value, why.as_deref());
            return;
        };
        let limited = sources.iter().all(|source| source != "all");
        self.appliance.ruleset.published.push(Published {
            public,
            ip: inside,
            port: port.map(str::to_owned),
            is_own: false,
            why,
            limited_to: (limited && !sources.is_empty()).then(|| sources.join(", ")),
        });
    }

    /// Reads names for addresses and services: the appendix of the policies.
    pub(super) fn objects(&mut self) {
        for (address, domain) in self.entries("firewall address") {
            let value = match address.values("subnet") {
                [net, mask] => network::prefix(&format!("{net} {mask}")),
                [net] => Some(net.clone()),
                _ => None,
            };
            let range =
                || Some(format!("{} to {}", address.value("start-ip")?, address.value("end-ip")?));
            let other = || {
                ["fqdn", "wildcard-fqdn", "country", "interface", "macaddr"]
                    .iter()
                    .find_map(|name| address.text(name))
            };
            let value = other().or(value).or_else(range).unwrap_or_else(|| "all".to_owned());
            let (name, why) = (self.named(&address.name, domain), address.text("comment"));
            self.appliance.ruleset.settings.set_why("Addresses", &name, &value, why.as_deref());
        }
        for (section, group, members) in [
            ("firewall addrgrp", "Address groups", "member"),
            ("firewall service group", "Service groups", "member"),
            ("firewall ippool", "Address pools", "startip"),
        ] {
            for (edit, domain) in self.entries(section) {
                let name = self.named(&edit.name, domain);
                let mut value = edit.values(members).join(", ");
                if let Some(end) = edit.value("endip") {
                    value.push_str(&format!(" to {end}"));
                }
                let why = edit.text("comment").or_else(|| edit.text("comments"));
                self.appliance.ruleset.settings.set_why(group, &name, &value, why.as_deref());
            }
        }
        for (service, domain) in self.entries("firewall service custom") {
            let ports =
                [("tcp-portrange", "TCP"), ("udp-portrange", "UDP"), ("sctp-portrange", "SCTP")];
            let words: Vec<String> = ports
                .iter()
                .filter_map(|(name, protocol)| Some(format!("{protocol} {}", service.text(name)?)))
                .collect();
            let value = match words.is_empty() {
                false => words.join(", "),
                true => service.text("protocol").unwrap_or_else(|| "any".to_owned()),
            };
            let name = self.named(&service.name, domain);
            let why = service.text("comment");
            self.appliance.ruleset.settings.set_why("Services", &name, &value, why.as_deref());
        }
    }
}
