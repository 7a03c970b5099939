//! VPNs of a `config.xml`: OpenVPN, IPsec and WireGuard, each in its older and newer layout.

use super::addresses::is_given;
use super::{Config, is_one};
use crate::import::appliance::Vpn;
use crate::import::appliance::settings::Settings;
use crate::import::bounded::xml::Element;

impl Config<'_> {
    pub(super) fn openvpn(&mut self) {
        let root = self.root;
        for one in root.child("openvpn").into_iter().flat_map(|all| &all.children) {
            match one.name.as_str() {
                "openvpn-server" => self.openvpn_server(one),
                "openvpn-client" => self.openvpn_client(one),
                _ if !one.children.is_empty() => {
                    let at = self.at(one);
                    let what = one.text_at("common_name").unwrap_or(&one.name).to_owned();
                    self.harvest.skip(at, format!("OpenVPN: settings for the one client {what}"));
                }
                _ => {}
            }
        }
        let instances = root.at("OPNsense/OpenVPN/Instances");
        for one in instances.into_iter().flat_map(|all| all.all("Instance")) {
            self.openvpn_instance(one);
        }
        self.read.extend(["openvpn", "OPNsense/OpenVPN"]);
    }

    fn openvpn_server(&mut self, one: &Element) {
        let mode = one.text_at("mode").unwrap_or_default();
        let is_between_sites = mode.starts_with("p2p");
        let auth = match mode {
            "p2p_shared_key" => Some("psk"),
            "p2p_tls" | "server_tls" => Some("certificate"),
            "server_user" | "server_tls_user" => match one.text_at("authmode") {
                Some(source) if !source.contains("Local") => Some("radius"),
                _ => Some("local"),
            },
            _ => None,
        };
        let id = one.text_at("vpnid").unwrap_or("0");
        let name = one
            .text_at("description")
            .map_or_else(|| format!("OpenVPN server {id}"), str::to_owned);
        let mut vpn = Vpn {
            id: format!("openvpn-server-{id}"),
            name,
            kind: if is_between_sites { "site-to-site" } else { "remote-access" },
            protocol: "openvpn",
            auth: auth.filter(|auth| *auth != "radius"),
            enabled: !is_given(one, "disable"),
            pool: one.text_at("tunnel_network").map(str::to_owned),
            settings: self.openvpn_settings(one),
            ..Vpn::default()
        };
        match is_between_sites {
            true => {
                vpn.local_nets = list(one.text_at("local_network"));
                vpn.remote_nets = list(one.text_at("remote_network"));
            }
            false => {
                vpn.users = one.text_at("authmode").map(|source| format!("accounts of {source}"));
                let nets = one.text_at("local_network");
                vpn.settings.set_some("OpenVPN", "Networks that can be reached", nets);
            }
        }
        self.appliance.vpns.push(vpn);
    }

    fn openvpn_client(&mut self, one: &Element) {
        let id = one.text_at("vpnid").unwrap_or("0");
        let peer = one.text_at("server_addr").map(str::to_owned);
        let name = one
            .text_at("description")
            .map_or_else(|| format!("OpenVPN client {id}"), str::to_owned);
        let auth = match one.text_at("mode") {
            Some("p2p_shared_key") => Some("psk"),
            _ if one.text_at("certref").is_some() => Some("certificate"),
            _ => None,
        };
        let mut settings = self.openvpn_settings(one);
        settings.set_some("OpenVPN", "Port there", one.text_at("server_port"));
        settings.set_some("OpenVPN", "User name there", one.text_at("auth_user"));
        self.appliance.vpns.push(Vpn {
            id: format!("openvpn-client-{id}"),
            name,
            kind: "site-to-site",
            protocol: "openvpn",
            auth,
            peer,
            remote_nets: list(one.text_at("remote_network")),
            enabled: !is_given(one, "disable"),
            pool: one.text_at("tunnel_network").map(str::to_owned),
            settings,
            ..Vpn::default()
        });
    }

    fn openvpn_settings(&self, one: &Element) -> Settings {
        let mut settings = Settings::default();
        for (element, label) in [
            ("mode", "Mode"),
            ("protocol", "Protocol"),
            ("dev_mode", "Device mode"),
            ("local_port", "Port"),
            ("crypto", "Encryption"),
            ("data_ciphers", "Encryption"),
            ("ncp-ciphers", "Encryption, negotiable"),
            ("digest", "Digest"),
            ("topology", "Topology"),
            ("compression", "Compression"),
            ("maxclients", "Clients at once"),
            ("dns_domain", "Search domain for clients"),
            ("dns_server1", "DNS server for clients"),
            ("dns_server2", "DNS server for clients"),
            ("gwredir", "All traffic through the tunnel"),
            ("custom_options", "Further options"),
        ] {
            settings.set_some("OpenVPN", label, one.text_at(element));
        }
        if let Some(interface) = one.text_at("interface") {
            settings.set("OpenVPN", "Interface", &self.name_of(interface));
        }
        for (element, label) in [("certref", "Certificate"), ("caref", "Authority")] {
            let called =
                one.text_at(element).and_then(|reference| self.certificate_called(reference));
            settings.set_some("OpenVPN", label, called.as_deref());
        }
        settings
    }

    /// Returns what the certificate or authority with this reference is called.
    fn certificate_called(&self, reference: &str) -> Option<String> {
        let both = self.root.all("cert").chain(self.root.all("ca"));
        let mut found = both.filter(|one| one.text_at("refid") == Some(reference));
        found.next()?.text_at("descr").map(str::to_owned)
    }

    fn openvpn_instance(&mut self, one: &Element) {
        let id = one.text_at("vpnid").unwrap_or("0");
        let is_server = one.text_at("role") == Some("server");
        let name =
            one.text_at("description").map_or_else(|| format!("OpenVPN {id}"), str::to_owned);
        let mut settings = Settings::default();
        for (element, label) in [
            ("proto", "Protocol"),
            ("port", "Port"),
            ("dev_type", "Device mode"),
            ("topology", "Topology"),
            ("data-ciphers", "Encryption"),
            ("auth", "Digest"),
            ("verify_client_cert", "Client certificates"),
            ("maxclients", "Clients at once"),
            ("redirect_gateway", "All traffic through the tunnel"),
            ("dns_servers", "DNS server for clients"),
            ("username", "User name there"),
        ] {
            settings.set_some("OpenVPN", label, one.text_at(element));
        }
        for (element, label) in [("cert", "Certificate"), ("ca", "Authority")] {
            let called =
                one.text_at(element).and_then(|reference| self.certificate_called(reference));
            settings.set_some("OpenVPN", label, called.as_deref());
        }
        let remote_nets = list(one.text_at("remote_network"));
        let is_remote_access = is_server && remote_nets.is_empty();
        let mut vpn = Vpn {
            id: format!("openvpn-{id}"),
            name,
            kind: if is_remote_access { "remote-access" } else { "site-to-site" },
            protocol: "openvpn",
            auth: one.text_at("cert").map(|_| "certificate"),
            enabled: is_one(one, "enabled"),
            pool: one.text_at("server").map(str::to_owned),
            settings,
            ..Vpn::default()
        };
        match is_remote_access {
            true => {
                vpn.users = one.text_at("authmode").map(|source| format!("accounts of {source}"));
                let nets = one.text_at("push_route");
                vpn.settings.set_some("OpenVPN", "Networks that can be reached", nets);
            }
            false => {
                let peer =
                    one.text_at("remote").and_then(|text| list(Some(text)).into_iter().next());
                vpn.peer = peer.map(|peer| without_port(&peer));
                vpn.local_nets = list(one.text_at("push_route"));
                vpn.remote_nets = remote_nets;
            }
        }
        self.appliance.vpns.push(vpn);
    }

    pub(super) fn ipsec(&mut self) {
        let root = self.root;
        if let Some(ipsec) = root.child("ipsec") {
            for one in ipsec.all("phase1") {
                self.phase1(one, ipsec);
            }
        }
        if let Some(swanctl) = root.at("OPNsense/Swanctl") {
            for one in
                swanctl.child("Connections").into_iter().flat_map(|all| all.all("Connection"))
            {
                self.connection(one, swanctl);
            }
        }
        self.read.extend(["ipsec", "OPNsense/Swanctl", "OPNsense/IPsec"]);
    }

    fn phase1(&mut self, one: &Element, ipsec: &Element) {
        let id = one.text_at("ikeid").unwrap_or("0");
        let peer = one.text_at("remote-gateway");
        let is_mobile = is_given(one, "mobile");
        let name = one.text_at("descr").map(str::to_owned).unwrap_or_else(|| match peer {
            Some(peer) => format!("IPsec to {peer}"),
            None => format!("IPsec {id}"),
        });
        let auth = match one.text_at("authentication_method") {
            Some("pre_shared_key" | "xauth_psk_server" | "hybrid_rsa_server") => Some("psk"),
            Some(method) if method.contains("radius") => Some("radius"),
            Some("cert" | "rsasig" | "eap-tls") => Some("certificate"),
            Some("eap-mschapv2" | "xauth_rsa_server") => Some("local"),
            _ => None,
        };
        let mut vpn = Vpn {
            id: format!("ipsec-{id}"),
            name,
            kind: if is_mobile { "remote-access" } else { "site-to-site" },
            protocol: "ipsec",
            auth,
            peer: peer.filter(|_| !is_mobile).map(str::to_owned),
            ike: Some(ike_words(one)),
            enabled: !is_given(one, "disabled"),
            ..Vpn::default()
        };
        for phase2 in ipsec.all("phase2").filter(|phase2| phase2.text_at("ikeid") == Some(id)) {
            let (local, remote) =
                (self.net_of(phase2.child("localid")), self.net_of(phase2.child("remoteid")));
            let off = if is_given(phase2, "disabled") { ", switched off" } else { "" };
            let label = phase2.text_at("descr").unwrap_or("Traffic");
            let words = |net: &Option<String>| net.clone().unwrap_or_else(|| "any".to_owned());
            let value = format!("{} to {}{off}", words(&local), words(&remote));
            vpn.settings.set("IPsec / Phase 2", label, &value);
            vpn.ipsec.get_or_insert_with(|| esp_words(phase2));
            vpn.local_nets.extend(local.filter(|net| !vpn.local_nets.contains(net)));
            vpn.remote_nets.extend(remote.filter(|net| !vpn.remote_nets.contains(net)));
        }
        if is_mobile {
            let client = ipsec.child("client");
            let pool = client.and_then(|client| {
                Some(format!(
                    "{}/{}",
                    client.text_at("pool_address")?,
                    client.text_at("pool_netbits")?
                ))
            });
            vpn.pool = pool;
            vpn.users = client
                .and_then(|client| client.text_at("user_source"))
                .map(|source| format!("accounts of {source}"));
        }
        if let Some(interface) = one.text_at("interface") {
            vpn.settings.set("IPsec / Phase 1", "Interface", &self.name_of(interface));
        }
        for (element, label) in
            [("myid_data", "Our identifier"), ("peerid_data", "Their identifier"), ("mode", "Mode")]
        {
            vpn.settings.set_some("IPsec / Phase 1", label, one.text_at(element));
        }
        self.appliance.vpns.push(vpn);
    }

    /// Returns a network of phase 2: an address with its length, or the interface's own.
    fn net_of(&self, end: Option<&Element>) -> Option<String> {
        let end = end?;
        match (end.text_at("address"), end.text_at("netbits")) {
            (Some(address), Some(bits)) => Some(format!("{address}/{bits}")),
            (Some(address), None) => {
                Some(format!("{address}/{}", if address.contains(':') { 128 } else { 32 }))
            }
            (None, _) => {
                let port = self.ports.get(end.text_at("type")?)?;
                let subnet = self.appliance.subnets.iter().find(|one| one.port == *port)?;
                subnet.prefix.map(|net| net.to_string())
            }
        }
    }

    fn connection(&mut self, one: &Element, swanctl: &Element) {
        let id = attribute(one, "uuid");
        let peer = one.text_at("remote_addrs").map(|text| list(Some(text)));
        let peer = peer.and_then(|peers| peers.into_iter().next()).filter(|peer| peer != "%any");
        let name = one.text_at("description").map_or_else(|| "IPsec".to_owned(), str::to_owned);
        let mut vpn = Vpn {
            id: format!("swanctl-{id}"),
            name,
            kind: if peer.is_some() { "site-to-site" } else { "remote-access" },
            protocol: "ipsec",
            peer,
            ike: one.text_at("proposals").map(|text| {
                let version = match one.text_at("version") {
                    Some("1") => "IKEv1, ",
                    Some("2") => "IKEv2, ",
                    _ => "",
                };
                format!("{version}{text}")
            }),
            enabled: is_one(one, "enabled"),
            ..Vpn::default()
        };
        let children = swanctl.child("children").into_iter().flat_map(|all| all.all("child"));
        for child in children.filter(|child| child.text_at("connection") == Some(id)) {
            vpn.ipsec = vpn.ipsec.take().or(child.text_at("esp_proposals").map(str::to_owned));
            vpn.local_nets.extend(list(child.text_at("local_ts")));
            vpn.remote_nets.extend(list(child.text_at("remote_ts")));
        }
        let locals = swanctl.child("locals").into_iter().flat_map(|all| all.all("local"));
        let mut own = locals.filter(|local| local.text_at("connection") == Some(id));
        vpn.auth = match own.next().and_then(|local| local.text_at("auth")) {
            Some("psk") => Some("psk"),
            Some("pubkey" | "eap-tls") => Some("certificate"),
            Some(method) if method.contains("radius") => Some("radius"),
            _ => None,
        };
        self.appliance.vpns.push(vpn);
    }

    pub(super) fn wireguard(&mut self) {
        let root = self.root;
        if let Some(wireguard) = root.at("OPNsense/wireguard") {
            let servers = wireguard.at("server/servers");
            for server in servers.into_iter().flat_map(|all| all.all("server")) {
                self.wireguard_server(server, wireguard);
            }
        }
        let package = root.at("installedpackages/wireguard");
        let tunnels = package.and_then(|package| package.child("tunnels"));
        for tunnel in tunnels.into_iter().flat_map(|all| all.all("item")) {
            self.wireguard_tunnel(tunnel, package);
        }
        self.read.extend(["OPNsense/wireguard", "installedpackages/wireguard"]);
    }

    fn wireguard_server(&mut self, server: &Element, wireguard: &Element) {
        let wanted = server.text_at("peers").unwrap_or_default();
        let clients = wireguard.at("client/clients").into_iter().flat_map(|all| all.all("client"));
        let peers: Vec<Peer> = clients
            .filter(|client| wanted.split(',').any(|id| id == attribute(client, "uuid")))
            .map(|client| Peer {
                name: client.text_at("name").unwrap_or("unnamed").to_owned(),
                endpoint: client.text_at("serveraddress").map(str::to_owned),
                nets: list(client.text_at("tunneladdress")),
                is_on: is_one(client, "enabled"),
            })
            .collect();
        let is_on = wireguard.at("general").is_none_or(|general| is_one(general, "enabled"));
        let id = attribute(server, "uuid");
        let name = server.text_at("name").unwrap_or("WireGuard");
        let mut vpn = wireguard_vpn(id, name, &peers);
        vpn.enabled = is_on && is_one(server, "enabled");
        vpn.pool = list(server.text_at("tunneladdress")).into_iter().next();
        vpn.settings.set_some("WireGuard", "Port", server.text_at("port"));
        vpn.settings.set_some("WireGuard", "Public key", server.text_at("pubkey"));
        vpn.settings.set_some("WireGuard", "MTU", server.text_at("mtu"));
        vpn.settings.set_some("WireGuard", "Own address", server.text_at("tunneladdress"));
        self.appliance.vpns.push(vpn);
    }

    fn wireguard_tunnel(&mut self, tunnel: &Element, package: Option<&Element>) {
        let Some(id) = tunnel.text_at("name") else { return };
        let items = package.and_then(|package| package.child("peers"));
        let peers: Vec<Peer> = items
            .into_iter()
            .flat_map(|all| all.all("item"))
            .filter(|peer| peer.text_at("tun") == Some(id))
            .map(|peer| Peer {
                name: peer.text_at("descr").unwrap_or("unnamed").to_owned(),
                endpoint: peer.text_at("endpoint").map(str::to_owned),
                nets: rows(peer.child("allowedips")),
                is_on: peer.text_at("enabled") == Some("yes"),
            })
            .collect();
        let mut vpn = wireguard_vpn(id, tunnel.text_at("descr").unwrap_or(id), &peers);
        vpn.enabled = tunnel.text_at("enabled") == Some("yes");
        vpn.pool = rows(tunnel.child("addresses")).into_iter().next();
        vpn.settings.set_some("WireGuard", "Port", tunnel.text_at("listenport"));
        self.appliance.vpns.push(vpn);
    }
}

/// The other end of a WireGuard tunnel.
struct Peer {
    name: String,
    endpoint: Option<String>,
    nets: Vec<String>,
    is_on: bool,
}

/// Returns a tunnel: one between sites where an end has a fixed address, else one for people.
fn wireguard_vpn(id: &str, name: &str, peers: &[Peer]) -> Vpn {
    let fixed = peers.iter().find(|peer| peer.endpoint.is_some());
    let mut vpn = Vpn {
        id: format!("wireguard-{id}"),
        name: name.to_owned(),
        kind: if fixed.is_some() { "site-to-site" } else { "remote-access" },
        protocol: "wireguard",
        peer: fixed.and_then(|peer| peer.endpoint.clone()),
        ..Vpn::default()
    };
    for peer in peers {
        let mut value = peer.nets.join(", ");
        if let Some(endpoint) = &peer.endpoint {
            value.push_str(&format!(" at {endpoint}"));
        }
        if !peer.is_on {
            value.push_str(", switched off");
        }
        vpn.settings.set("WireGuard / Peers", &peer.name, value.trim());
    }
    match fixed {
        Some(_) => vpn.remote_nets = peers.iter().flat_map(|peer| peer.nets.clone()).collect(),
        None if !peers.is_empty() => {
            let names: Vec<&str> = peers.iter().map(|peer| peer.name.as_str()).collect();
            vpn.users = Some(names.join(", "));
        }
        None => {}
    }
    vpn
}

/// Returns addresses that the WireGuard package keeps in rows.
fn rows(all: Option<&Element>) -> Vec<String> {
    let rows = all.into_iter().flat_map(|all| all.all("row"));
    rows.filter_map(|row| Some(format!("{}/{}", row.text_at("address")?, row.text_at("mask")?)))
        .collect()
}

/// Returns the parts of a list with commas, spaces or lines between.
fn list(text: Option<&str>) -> Vec<String> {
    let parts = text.unwrap_or_default().split(|c: char| c == ',' || c.is_whitespace());
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn without_port(peer: &str) -> String {
    match peer.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => {
            host.to_owned()
        }
        _ => peer.to_owned(),
    }
}

fn attribute<'a>(element: &'a Element, name: &str) -> &'a str {
    element.attribute(name).unwrap_or_default()
}

/// Returns the first phase in words: `IKEv2, AES-256, SHA256, group 14, 28800 s`.
fn ike_words(one: &Element) -> String {
    let version = match one.text_at("iketype") {
        Some("ikev1") => "IKEv1",
        Some("auto") => "IKEv1 or IKEv2",
        _ => "IKEv2",
    };
    let mut words = vec![version.to_owned()];
    let items = one.child("encryption").into_iter().flat_map(|all| all.all("item"));
    let older = one.child("encryption-algorithm").map(|_| one);
    for item in items.chain(older) {
        words.extend(algorithm(item.child("encryption-algorithm")));
        words.extend(item.text_at("hash-algorithm").map(str::to_uppercase));
        words.extend(item.text_at("dhgroup").map(|group| format!("group {group}")));
    }
    words.extend(one.text_at("lifetime").map(|seconds| format!("{seconds} s")));
    words.join(", ")
}

/// Returns the second phase in words: `ESP, AES-256, group 14, 3600 s`.
fn esp_words(one: &Element) -> String {
    let mut words = vec![one.text_at("protocol").unwrap_or("esp").to_uppercase()];
    words.extend(one.all("encryption-algorithm-option").filter_map(|item| algorithm(Some(item))));
    words.extend(
        one.all("hash-algorithm-option")
            .map(|item| item.text.trim_start_matches("hmac_").to_uppercase()),
    );
    words.extend(
        one.text_at("pfsgroup").filter(|group| *group != "0").map(|group| format!("group {group}")),
    );
    words.extend(one.text_at("lifetime").map(|seconds| format!("{seconds} s")));
    words.join(", ")
}

fn algorithm(item: Option<&Element>) -> Option<String> {
    let name = item?.text_at("name")?.to_uppercase();
    Some(match item?.text_at("keylen") {
        Some(length) => format!("{name}-{length}"),
        None => name,
    })
}
