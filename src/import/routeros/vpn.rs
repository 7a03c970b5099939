//! VPNs of a RouterOS export: WireGuard, IPsec, and the servers for people outside.

use super::{Config, comment, is_off};
use crate::import::appliance::Vpn;

impl Config<'_> {
    pub(super) fn wireguard(&mut self) {
        let interfaces = self.take("interface wireguard");
        let peers = self.take("interface wireguard peers");
        for interface in interfaces {
            let Some(name) = interface.value("name") else { continue };
            let own: Vec<_> = peers.iter().filter(|peer| peer.is("interface", name)).collect();
            let endpoint = own.iter().find_map(|peer| peer.value("endpoint-address"));
            let mut vpn = Vpn {
                id: format!("wireguard-{name}"),
                name: comment(interface).unwrap_or(name).to_owned(),
                kind: if endpoint.is_some() { "site-to-site" } else { "remote-access" },
                protocol: "wireguard",
                peer: endpoint.map(str::to_owned),
                enabled: !is_off(interface),
                ..Vpn::default()
            };
            let mut names: Vec<&str> = Vec::new();
            for peer in &own {
                let label = comment(peer).or_else(|| peer.value("name")).unwrap_or("peer");
                names.push(label);
                let nets = peer.value("allowed-address").unwrap_or_default();
                let mut value = nets.to_owned();
                value.push_str(
                    &peer
                        .value("endpoint-address")
                        .map(|at| format!(" at {at}"))
                        .unwrap_or_default(),
                );
                value.push_str(if is_off(peer) { ", switched off" } else { "" });
                vpn.settings.set("WireGuard / Peers", label, value.trim());
                if endpoint.is_some() {
                    vpn.remote_nets
                        .extend(nets.split(',').filter(|net| !net.is_empty()).map(str::to_owned));
                }
            }
            if endpoint.is_none() && !names.is_empty() {
                vpn.users = Some(names.join(", "));
            }
            vpn.settings.set_some("WireGuard", "Port", interface.value("listen-port"));
            self.appliance.vpns.push(vpn);
        }
    }

    pub(super) fn ipsec(&mut self) {
        let policies = self.take("ip ipsec policy");
        let identities = self.take("ip ipsec identity");
        let proposals = self.take("ip ipsec proposal");
        let profiles = self.take("ip ipsec profile");
        for peer in self.take("ip ipsec peer") {
            let address = peer.value("address").and_then(|text| text.split('/').next());
            let Some(name) = peer.value("name").or(address) else { continue };
            let identity = identities.iter().find(|identity| identity.is("peer", name));
            let auth = match identity.and_then(|identity| identity.value("auth-method")) {
                None | Some("pre-shared-key") => Some("psk"),
                Some(method) if method.contains("signature") || method.contains("rsa") => {
                    Some("certificate")
                }
                Some("eap-radius") => Some("radius"),
                Some(_) => None,
            };
            let is_open = address.is_none_or(|address| matches!(address, "0.0.0.0" | "::"));
            let profile = peer.value("profile").unwrap_or("default");
            let profile = profiles.iter().find(|one| {
                one.is("name", profile) || one.found("default").is_some() && profile == "default"
            });
            let mut ike = vec![match peer.value("exchange-mode") {
                Some("ike2") => "IKEv2".to_owned(),
                _ => "IKEv1".to_owned(),
            }];
            for name in ["enc-algorithm", "hash-algorithm", "dh-group", "lifetime"] {
                ike.extend(profile.and_then(|profile| profile.value(name)).map(str::to_owned));
            }
            let own: Vec<_> = policies.iter().filter(|policy| policy.is("peer", name)).collect();
            let nets = |side: &str| -> Vec<String> {
                own.iter().filter_map(|policy| policy.value(side)).map(str::to_owned).collect()
            };
            let proposal =
                own.iter().find_map(|policy| policy.value("proposal")).unwrap_or("default");
            let proposal = proposals.iter().find(|one| {
                one.is("name", proposal) || one.found("default").is_some() && proposal == "default"
            });
            let esp: Vec<&str> = ["auth-algorithms", "enc-algorithms", "pfs-group", "lifetime"]
                .iter()
                .filter_map(|name| proposal.and_then(|proposal| proposal.value(name)))
                .collect();
            let ike = ike.join(", ");
            let mut vpn = Vpn {
                id: format!("ipsec-{name}"),
                name: comment(peer).unwrap_or(name).to_owned(),
                kind: if is_open { "remote-access" } else { "site-to-site" },
                protocol: "ipsec",
                auth,
                enabled: !is_off(peer),
                ..Vpn::default()
            };
            match is_open {
                true => vpn.settings.set("IPsec", "Phase 1", &ike),
                false => {
                    vpn.peer = address.map(str::to_owned);
                    vpn.local_nets = nets("src-address");
                    vpn.remote_nets = nets("dst-address");
                    vpn.ike = Some(ike);
                    vpn.ipsec = (!esp.is_empty()).then(|| format!("ESP, {}", esp.join(", ")));
                }
            }
            self.appliance.vpns.push(vpn);
        }
    }

    /// Reads the servers that people outside dial in to, and who may.
    pub(super) fn servers(&mut self) {
        let people = self.take("ppp secret");
        let names: Vec<&str> =
            people.iter().filter(|one| !is_off(one)).filter_map(|one| one.value("name")).collect();
        for (path, protocol, name) in [
            ("interface l2tp-server server", "l2tp", "L2TP server"),
            ("interface ovpn-server server", "openvpn", "OpenVPN server"),
            ("interface sstp-server server", "ssl", "SSTP server"),
            ("interface pptp-server server", "other", "PPTP server"),
        ] {
            for command in self.take(path) {
                if !command.is("enabled", "yes") && !command.is("disabled", "no") {
                    self.settings(command);
                    continue;
                }
                let mut vpn = Vpn {
                    id: path.to_owned(),
                    name: name.to_owned(),
                    kind: "remote-access",
                    protocol,
                    users: (!names.is_empty()).then(|| names.join(", ")),
                    enabled: true,
                    ..Vpn::default()
                };
                for (key, value) in &command.pairs {
                    vpn.settings.set(name, key, value);
                }
                self.appliance.vpns.push(vpn);
            }
        }
    }
}
