//! VPNs of a FortiGate: IPsec and SSL.

use super::Config;
use super::statements::Node;
use crate::import::appliance::Vpn;
use crate::import::normal::network;

impl Config<'_> {
    pub(super) fn ipsec(&mut self) {
        let mut seconds: Vec<&Node> = Vec::new();
        for section in ["vpn ipsec phase2-interface", "vpn ipsec phase2"] {
            seconds.extend(self.entries(section).into_iter().map(|(edit, _)| edit));
        }
        for section in ["vpn ipsec phase1-interface", "vpn ipsec phase1"] {
            for (first, domain) in self.entries(section) {
                let name = self.named(&first.name, domain);
                let vpn = self.tunnel(first, name, &seconds);
                self.appliance.vpns.push(vpn);
            }
        }
    }

    fn tunnel(&self, first: &Node, name: String, seconds: &[&Node]) -> Vpn {
        let is_dialup = first.is("type", "dynamic");
        let peer = first.value("remote-gw").or_else(|| first.value("remotegw-ddns"));
        let version = first.value("ike-version").unwrap_or("1");
        let mut ike = vec![format!("IKEv{version}")];
        ike.extend(first.values("proposal").iter().cloned());
        ike.extend(first.text("dhgrp").map(|groups| format!("group {groups}")));
        ike.extend(first.value("keylife").map(|seconds| format!("{seconds} s")));
        let mut vpn = Vpn {
            id: format!("ipsec-{}", first.name),
            name,
            kind: if is_dialup { "remote-access" } else { "site-to-site" },
            protocol: "ipsec",
            auth: match first.value("authmethod") {
                Some("signature") => Some("certificate"),
                _ => Some("psk"),
            },
            peer: peer.filter(|peer| *peer != "0.0.0.0" && !is_dialup).map(str::to_owned),
            ike: (!is_dialup).then(|| ike.join(", ")),
            enabled: !first.is("status", "disable"),
            users: first
                .text("authusrgrp")
                .map(|group| format!("Group {group}"))
                .filter(|_| is_dialup),
            ..Vpn::default()
        };
        if is_dialup {
            vpn.settings.set("IPsec / Phase 1", "Proposal", &ike.join(", "));
            if let (Some(from), Some(to)) =
                (first.value("ipv4-start-ip"), first.value("ipv4-end-ip"))
            {
                vpn.settings.set(
                    "IPsec / Phase 1",
                    "Addresses given out",
                    &format!("{from} to {to}"),
                );
            }
        }
        for (name, label) in [
            ("interface", "Interface"),
            ("localid", "Our identifier"),
            ("peerid", "Their identifier"),
            ("comments", "Comment"),
        ] {
            vpn.settings.set_some("IPsec / Phase 1", label, first.text(name).as_deref());
        }
        for second in seconds.iter().filter(|second| second.is("phase1name", &first.name)) {
            let (local, remote) = (self.end(second, "src"), self.end(second, "dst"));
            let value = format!("{} to {}", words(&local), words(&remote));
            vpn.settings.set("IPsec / Phase 2", &second.name, &value);
            let mut esp = vec!["ESP".to_owned()];
            esp.extend(second.values("proposal").iter().cloned());
            esp.extend(second.text("dhgrp").map(|groups| format!("group {groups}")));
            if !is_dialup {
                vpn.ipsec.get_or_insert(esp.join(", "));
            }
            let is_new = |nets: &[String], net: &String| *net != "0.0.0.0/0" && !nets.contains(net);
            vpn.local_nets.extend(local.filter(|net| !is_dialup && is_new(&vpn.local_nets, net)));
            vpn.remote_nets
                .extend(remote.filter(|net| !is_dialup && is_new(&vpn.remote_nets, net)));
        }
        vpn
    }

    /// Returns the network at one end of phase 2, which may be the name of an address.
    fn end(&self, second: &Node, side: &str) -> Option<String> {
        if let [net, mask] = second.values(&format!("{side}-subnet")) {
            return network::prefix(&format!("{net} {mask}"));
        }
        let name = second.value(&format!("{side}-name"))?;
        let sections = self.sections.iter().filter(|one| one.node.name == "firewall address");
        let address = sections.flat_map(|one| &one.node.edits).find(|edit| edit.name == name);
        match address.map(|edit| edit.values("subnet")) {
            Some([net, mask]) => network::prefix(&format!("{net} {mask}")),
            _ => Some(name.to_owned()),
        }
    }

    pub(super) fn ssl(&mut self) {
        for section in self.take("vpn ssl settings") {
            let settings = section.node;
            let interfaces = settings.values("source-interface");
            if interfaces.is_empty() || settings.is("status", "disable") {
                self.settings(settings, "vpn ssl settings");
                continue;
            }
            let groups: Vec<String> = settings
                .entries("authentication-rule")
                .flat_map(|rule| rule.values("groups").iter().chain(rule.values("users")).cloned())
                .collect();
            let mut vpn = Vpn {
                id: "ssl".to_owned(),
                name: self.named("SSL VPN", section.domain),
                kind: "remote-access",
                protocol: "ssl",
                users: (!groups.is_empty()).then(|| groups.join(", ")),
                enabled: true,
                ..Vpn::default()
            };
            for (name, values) in &settings.sets {
                vpn.settings.set("SSL VPN", name, &values.join(" "));
            }
            self.appliance.vpns.push(vpn);
        }
        for (portal, domain) in self.entries("vpn ssl web portal") {
            let group = self.named(&format!("vpn ssl web portal / {}", portal.name), domain);
            for (name, values) in &portal.sets {
                self.appliance.settings.set(&group, name, &values.join(" "));
            }
        }
    }
}

fn words(net: &Option<String>) -> &str {
    net.as_deref().unwrap_or("any")
}
