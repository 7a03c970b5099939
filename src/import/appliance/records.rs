//! Turns a device by its configuration into proposals: an [`Appliance`] becomes the device itself and
//! every thing around it that deserves a page.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use super::redaction::Redaction;
use super::{Appliance, Host, Line, Port, Rule, Subnet, Vpn, zone_of};
use crate::import::normal::{meant, network, one_line};
use crate::import::proposal::{Harvest, Link, Proposal, Row, Wish};
use crate::import::slug::slug;
use crate::import::words;

/// The configuration itself, ready to be kept.
pub struct Saved {
    /// The text without its secrets; nothing where one may be left.
    pub text: Option<String>,
    /// The end of its file's name: `cfg`, `xml`.
    pub extension: &'static str,
    /// How many secrets were cut out.
    pub redaction: Redaction,
}

/// How many rows of a sort a record gets: ports, rules. A longer list is in the file itself.
const ROWS: usize = 3_000;

/// Whether a device is called as it came out of the box, as others are.
fn is_of_the_factory(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "pfsense",
        "opnsense",
        "firewall",
        "fortigate",
        "mikrotik",
        "router",
        "switch",
        "localhost",
        "gateway",
    ];
    NAMES.iter().any(|one| name.eq_ignore_ascii_case(one))
}

/// Proposes all records of a device, and keeps its configuration beside them.
pub fn propose(appliance: &Appliance, saved: Saved, harvest: &mut Harvest) {
    for (label, count) in &saved.redaction.counts {
        *harvest.secrets.entry(label.clone()).or_default() += count;
    }
    let sets = [&appliance.settings, &appliance.ruleset.settings];
    for settings in sets.into_iter().chain(appliance.vpns.iter().map(|vpn| &vpn.settings)) {
        settings.secrets.iter().for_each(|label| harvest.secret(label));
        if settings.left_out > 0 {
            harvest.stranger("settings beyond the first 1500", settings.left_out, false);
        }
    }
    let mut records = Records { appliance, harvest, config: None };
    records.document(saved);
    records.device();
    records.subnets();
    records.lines();
    records.hosts();
    records.ruleset();
    appliance.vpns.iter().for_each(|vpn| records.vpn(vpn));
    records.certificates();
    records.wifi();
    records.users();
}

struct Records<'a> {
    appliance: &'a Appliance,
    harvest: &'a mut Harvest,
    /// The document with the configuration.
    config: Option<Link>,
}

impl Records<'_> {
    fn part(&self, kind: &'static str, key: &str, name: &str) -> Proposal {
        let appliance = self.appliance;
        let key = format!("{}/{key}", appliance.key).to_lowercase();
        let mut proposal = Proposal::new(kind, key, name, appliance.at.clone());
        proposal.part_of(&appliance.name);
        proposal
    }

    fn me(&self) -> Link {
        Link::key("device", self.appliance.key.as_str())
    }

    fn document(&mut self, saved: Saved) {
        let appliance = self.appliance;
        let Some(text) = saved.text else {
            let reason = "its text is not kept: it may still hold a secret";
            self.harvest.skip(appliance.at.clone(), reason);
            return;
        };
        let stem = match slug(&appliance.name) {
            stem if stem.is_empty() => "device".to_owned(),
            stem => stem,
        };
        let path = self.path(&stem, saved.extension, &appliance.key);
        let path = self.harvest.attach("configs", &path, text.into_bytes());
        let name = format!("Configuration of {}", appliance.name);
        let mut document = self.part("document", "config", &name);
        document
            .put("file", path.trim_start_matches("files/"))
            .put("type", "config")
            .put("redacted", true)
            .put_some("date", appliance.saved_on);
        self.config = Some(Link::key("document", document.key.as_str()));
        self.harvest.propose(document);
    }

    /// Returns a file name that no other device of this import has.
    fn path(&self, stem: &str, extension: &str, key: &str) -> String {
        let plain = format!("{stem}.{extension}");
        let is_taken =
            self.harvest.attachments.iter().any(|other| other.path.ends_with(&format!("/{plain}")));
        match is_taken {
            true => format!("{stem}-{}.{extension}", slug(key)),
            false => plain,
        }
    }

    fn device(&mut self) {
        let appliance = self.appliance;
        self.told_of_rows();
        let at = appliance.at.clone();
        let mut device = Proposal::new("device", appliance.key.clone(), appliance.name.clone(), at);
        if is_of_the_factory(&appliance.name) {
            device.part_of(&appliance.key);
        }
        device
            .put("type", appliance.kind)
            .put("hostname", appliance.name.as_str())
            .put_some("manufacturer", appliance.manufacturer.clone())
            .put_some("model", appliance.model.clone())
            .put_some("serial", appliance.serial.clone())
            .put_some("os", appliance.os.clone())
            .put_some("os_version", appliance.os_version.clone())
            .put_some("management", appliance.management.clone())
            .put_some("config_backup", self.config.clone());
        if let Some(location) = &appliance.location {
            device.put_as("site", "Location (SNMP)", Link::name("site", location.as_str()));
        }
        if let Some(contact) = &appliance.contact {
            device.put_as("contact", "Contact (SNMP)", Link::name("person", contact.as_str()));
        }
        let admins = appliance.users.iter().filter(|user| user.is_admin);
        let admins: Vec<Link> = admins.map(|user| self.account(&user.name)).collect();
        device.put("admin", admins);
        let names = unique(appliance.ports.iter().map(|port| port.name.as_str()));
        for (port, name) in appliance.ports.iter().zip(names).take(ROWS) {
            let row = self.port(port, &name);
            device.row("interface", row);
        }
        appliance.settings.write(&mut device);
        self.harvest.propose(device);
    }

    /// Tells of lists that are longer than a record's may be.
    fn told_of_rows(&mut self) {
        let appliance = self.appliance;
        for (what, count) in [
            ("ports", appliance.ports.len()),
            ("rules", appliance.ruleset.rules.len()),
            ("ports reachable from outside", appliance.ruleset.published.len()),
        ] {
            if count > ROWS {
                self.harvest.stranger(
                    &format!("{what} beyond the first {ROWS}"),
                    count - ROWS,
                    false,
                );
            }
        }
    }

    fn port(&self, port: &Port, name: &str) -> Row {
        let network = self.appliance.subnets.iter().find(|subnet| subnet.port == port.name);
        let network = network.map(|subnet| self.network(subnet));
        let peer = port
            .peer
            .as_ref()
            .map(|(device, row)| Link::key("device", device.as_str()).row(row.as_str()));
        let tagged: Vec<i64> = port.tagged.clone();
        Row::new()
            .put("name", name)
            .put_some("type", port.kind)
            .put_some("description", port.description.clone())
            .put_some("mac", port.mac.clone())
            .put_some("address", port.addresses.first().cloned())
            .put("addresses", port.addresses.iter().skip(1).cloned().collect::<Vec<_>>())
            .put_some("network", network)
            .put_some("mode", port.mode)
            .put_some("untagged_vlan", port.untagged)
            .put("tagged_vlans", tagged)
            .put_some("speed", port.speed.clone())
            .put_some("lag", port.lag.clone())
            .put_some("connects_to", peer)
            .put_some("enabled", port.enabled)
    }

    fn network(&self, subnet: &Subnet) -> Link {
        Link::key("network", self.appliance.key_of(subnet))
    }

    fn subnets(&mut self) {
        for subnet in &self.appliance.subnets {
            let mut network = self.part("network", "", &subnet.name);
            network.key = self.appliance.key_of(subnet);
            network
                .put_some("summary", subnet.description.clone())
                .put_some("prefix", subnet.prefix.map(|net| net.to_string()))
                .put_some("prefix6", subnet.prefix6.map(|net| net.to_string()))
                .put_some("vlan_id", subnet.vlan)
                .put_some("zone", subnet.zone.or_else(|| zone_of(&subnet.name)))
                .put_some("gateway", subnet.gateway.map(|ip| ip.to_string()))
                .put_some("gateway6", subnet.gateway6.map(|ip| ip.to_string()))
                .put_some("routed_by", subnet.is_routed.then(|| self.me()))
                .put("dns", subnet.dns.clone())
                .put_some("domain_name", subnet.domain.clone())
                .put_some("dhcp_server", subnet.is_dhcp.then(|| self.me()))
                .put_some("dhcp_lease", subnet.lease.clone());
            if !subnet.options.is_empty() {
                network.put("dhcp_options", Wish::Markdown(subnet.options.join("\n")));
            }
            for (from, to) in subnet.ranges.iter().take(ROWS) {
                network.row(
                    "dhcp_range",
                    Row::new().put("from", from.as_str()).put("to", to.as_str()),
                );
            }
            for (host, row) in self.reservations(subnet).into_iter().take(ROWS) {
                network.row("reservation", row.put("device", Link::key("device", host_key(host))));
            }
            self.harvest.propose(network);
        }
    }

    /// Returns the devices that have a reserved address in `subnet`, with the rows for it.
    fn reservations(&self, subnet: &Subnet) -> Vec<(&Host, Row)> {
        let hosts = self.appliance.hosts.iter().filter(|host| {
            match host.ip.as_deref().and_then(|ip| ip.parse::<IpAddr>().ok()) {
                Some(ip) => subnet.holds(ip),
                None => false,
            }
        });
        hosts
            .map(|host| {
                let row = Row::new()
                    .put_some("ip", host.ip.clone())
                    .put_some("mac", host.mac.clone())
                    .put_some("name", host.name.clone().or_else(|| host.description.clone()));
                (host, row)
            })
            .collect()
    }

    fn lines(&mut self) {
        for line in &self.appliance.lines {
            let name = format!("{} ({})", line.name, self.appliance.name);
            let mut circuit = self.part("circuit", &format!("line/{}", line.port), &name);
            let public: Vec<String> =
                line.prefixes.iter().filter_map(|prefix| network::prefix(prefix)).collect();
            circuit
                .put("public_ips", public)
                .put_some("gateway", line.gateway.map(|ip| ip.to_string()))
                .put("dns", line.dns.clone())
                .put_some("vlan_tag", line.vlan)
                .put_some("failover_role", line.role)
                .custom("Comes in at", format!("{}, {}", self.appliance.name, line.port));
            if let Some(method) = &line.method {
                circuit.custom("Address by", method.as_str());
            }
            if let Some(account) = self.line_login(line, &name) {
                circuit.put("account", account);
            }
            self.harvest.propose(circuit);
        }
    }

    fn line_login(&mut self, line: &Line, name: &str) -> Option<Link> {
        let username = line.username.as_ref()?;
        let key = format!("login/{}", line.port);
        let mut account = self.part("account", &key, &format!("Line login of {name}"));
        account.put("username", username.as_str()).put("type", "service");
        let link = Link::key("account", account.key.as_str());
        let used_by = Link::key("device", self.appliance.key.as_str());
        account.put("used_by", vec![used_by]);
        self.harvest.propose(account);
        Some(link)
    }

    /// Proposes devices that have a reserved address: often the quickest list of printers, cameras and
    /// telephones.
    fn hosts(&mut self) {
        for host in &self.appliance.hosts {
            let key = host_key(host);
            let words = [&host.name, &host.description].into_iter().flatten();
            let words = words.map(String::as_str).collect::<Vec<_>>().join(" ");
            let name = host.name.clone().or_else(|| host.description.clone());
            let name = name.unwrap_or_else(|| format!("device {key}"));
            let mut device = Proposal::new("device", key, name, self.appliance.at.clone());
            device.is_name_guessed = true;
            device.guess("type", words::device_type(&words).unwrap_or("other"));
            device.guess("summary", host.description.clone().unwrap_or_default());
            device.guess("hostname", host.name.clone().unwrap_or_default());
            let subnet =
                host.ip.as_deref().and_then(|ip| ip.parse().ok()).and_then(|ip: IpAddr| {
                    self.appliance.subnets.iter().find(|subnet| subnet.holds(ip))
                });
            let row = Row::new()
                .put("name", "lan")
                .put_some("mac", host.mac.clone())
                .put_some("address", host.ip.clone())
                .put_some("network", subnet.map(|subnet| self.network(subnet)));
            device.row("interface", row);
            self.harvest.propose(device);
        }
    }

    fn ruleset(&mut self) {
        let ruleset = &self.appliance.ruleset;
        if ruleset.rules.is_empty() && ruleset.published.is_empty() && ruleset.settings.is_empty() {
            return;
        }
        let name = format!("Rules of {}", self.appliance.name);
        let mut record = self.part("ruleset", "rules", &name);
        record
            .put("device", self.me())
            .put_some("exported_on", self.appliance.saved_on)
            .put_some("default_action", ruleset.default_action)
            .put_some("config_file", self.config.clone());
        let names = unique(ruleset.rules.iter().map(|rule| rule.name.as_str()));
        for (rule, name) in ruleset.rules.iter().zip(names).take(ROWS) {
            record.row("rule", rule_row(rule, &name));
        }
        let publics = unique(ruleset.published.iter().map(|port| port.public.as_str()));
        for (published, public) in ruleset.published.iter().zip(publics).take(ROWS) {
            let inside = match (&published.ip, &published.port) {
                (Some(ip), Some(port)) => Some(format!("{ip}:{port}")),
                (ip, _) => ip.clone(),
            };
            let device = match published.is_own {
                true => Some(self.me()),
                false => published.ip.as_deref().and_then(|ip| self.device_at(ip)),
            };
            let row = Row::new()
                .put("public", public)
                .put_some("inside", inside)
                .put_some("device", device)
                .put_some("why", published.why.clone())
                .put_some("limited_to", published.limited_to.clone());
            record.row("published_port", row);
        }
        ruleset.settings.write(&mut record);
        self.harvest.propose(record);
    }

    /// Returns the device that has the address `ip`, where the configuration says so.
    fn device_at(&self, ip: &str) -> Option<Link> {
        let host = self.appliance.hosts.iter().find(|host| host.ip.as_deref() == Some(ip));
        host.map(|host| Link::key("device", host_key(host)))
    }

    fn vpn(&mut self, vpn: &Vpn) {
        let mut record = self.part("vpn", &format!("vpn/{}", vpn.id), &vpn.name);
        record
            .put("type", vpn.kind)
            .put("protocol", vpn.protocol)
            .put("status", if vpn.enabled { "active" } else { "standby" })
            .put("local", self.me())
            .put_some("auth", vpn.auth)
            .put("local_nets", prefixes(&vpn.local_nets))
            .put("remote_nets", prefixes(&vpn.remote_nets))
            .put_some("peer_address", vpn.peer.clone())
            .put_some("ike", vpn.ike.clone())
            .put_some("ipsec", vpn.ipsec.clone())
            .put_some("users", vpn.users.clone());
        let pool = vpn.pool.as_deref().and_then(network::prefix);
        if let Some(pool) = pool {
            let mut network = self.part("network", &format!("pool/{}", vpn.id), &vpn.name);
            network.put("prefix", pool).put("zone", "vpn").put("routed_by", self.me());
            record.put("network", Link::key("network", network.key.as_str()));
            self.harvest.propose(network);
        }
        vpn.settings.write(&mut record);
        self.harvest.propose(record);
    }

    fn certificates(&mut self) {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for (called, certificate) in &self.appliance.certificates {
            let count = seen.entry(&certificate.fingerprint).or_default();
            *count += 1;
            if *count > 1 {
                continue;
            }
            let name = if called.is_empty() { &certificate.subject } else { called };
            let key = format!("certificate/{}", certificate.fingerprint.replace(':', ""));
            let mut record = self.part("certificate", &key, name);
            record
                .put("names", certificate.names.clone())
                .put("issuer", certificate.issuer.as_str())
                .put_some("expires", certificate.expires)
                .put("serial", certificate.serial.as_str())
                .put("fingerprint", format!("SHA-256 {}", certificate.fingerprint))
                .put("installed_on", vec![self.me()]);
            let is_own = certificate.subject == certificate.issuer;
            match (certificate.is_authority, is_own) {
                (true, _) => record.put("type", "authority"),
                (false, true) => record.put("type", "internal"),
                (false, false) => &mut record,
            };
            self.harvest.propose(record);
        }
    }

    fn wifi(&mut self) {
        for wifi in &self.appliance.wifi {
            let mut record = self.part("wifi", &format!("wifi/{}", wifi.ssid), &wifi.ssid);
            let network = wifi.port.as_ref().and_then(|port| {
                let subnet = self.appliance.subnets.iter().find(|subnet| subnet.port == *port)?;
                Some(self.network(subnet))
            });
            record
                .put("ssid", wifi.ssid.as_str())
                .put("status", if wifi.enabled { "active" } else { "standby" })
                .put_some("auth", wifi.auth)
                .put_some("encryption", wifi.encryption)
                .put_some("hidden", wifi.hidden)
                .put_some("network", network)
                .put("controller", self.me());
            self.harvest.propose(record);
        }
    }

    fn users(&mut self) {
        for user in &self.appliance.users {
            let name = format!("{} on {}", user.name, self.appliance.name);
            let mut record = self.part("account", &format!("user/{}", user.name), &name);
            record
                .put("system", self.me())
                .put("username", user.name.as_str())
                .put_some("summary", user.description.clone())
                .put_some("rights", user.rights.clone())
                .put("type", if user.is_admin { "admin" } else { "user" });
            if user.is_disabled {
                record.put("status", "standby");
            }
            self.harvest.propose(record);
        }
    }

    fn account(&self, user: &str) -> Link {
        Link::key("account", format!("{}/user/{user}", self.appliance.key).to_lowercase())
    }
}

fn rule_row(rule: &Rule, name: &str) -> Row {
    Row::new()
        .put("name", name)
        .put_some("no", rule.no)
        .put("from", rule.from.as_str())
        .put("to", rule.to.as_str())
        .put("service", rule.service.as_str())
        .put_some("action", rule.action)
        .put_some("nat", rule.nat.clone())
        .put_some("purpose", rule.purpose.clone())
        .put_some("added_on", rule.added_on)
        .put_some("enabled", rule.enabled)
        .put_some("log", rule.log)
}

/// Returns what a device with a reserved address is known by: its MAC address, else the address.
fn host_key(host: &Host) -> String {
    host.mac.clone().or_else(|| host.ip.clone()).unwrap_or_else(|| {
        // Readers leave out what has neither.
        slug(host.name.as_deref().unwrap_or_default())
    })
}

fn prefixes(nets: &[String]) -> Vec<String> {
    nets.iter().filter_map(|net| network::prefix(net)).collect()
}

/// Returns the names with a number behind those that come up again, as rows are told apart by them.
pub fn unique<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut taken: HashSet<String> = HashSet::new();
    let mut all = Vec::new();
    for name in names {
        let name = meant(name).map_or_else(|| "unnamed".to_owned(), one_line);
        let count = counts.entry(name.clone()).or_default();
        let mut unique = name.clone();
        while !taken.insert(unique.clone()) {
            *count += 1;
            unique = format!("{name} ({})", *count + 1);
        }
        all.push(unique);
    }
    all
}
