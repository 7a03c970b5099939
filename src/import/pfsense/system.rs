//! The system of a firewall by its `config.xml`: settings, accounts and certificates.

use super::dhcp::texts;
use super::{Config, is_on};
use crate::import::appliance::User;
use crate::import::bounded::xml::Element;
use crate::import::certificate;

/// Elements that stand for yes by being there, though they are empty.
const FLAGS: &[&str] = &[
    "ipv6allow",
    "dnsallowoverride",
    "dnssec",
    "dnssecstripped",
    "hideidentity",
    "hideversion",
    "noantilockout",
    "regdhcp",
    "regdhcpstatic",
    "forwarding",
    "prefetch",
    "prefetchkey",
    "natreflectionhelper",
    "strictbind",
];

impl Config<'_> {
    /// Reads what the firewall is set to, beside its networks and rules.
    pub(super) fn settings(&mut self) {
        let root = self.root;
        if let Some(system) = root.child("system") {
            for name in ["dnsserver", "timeservers"] {
                let label = if name == "dnsserver" { "DNS servers" } else { "Time servers" };
                for value in texts(system, name).iter().flat_map(|text| text.split_whitespace()) {
                    self.appliance.settings.set("System", label, value);
                }
            }
            const ELSEWHERE: &[&str] =
                &["hostname", "user", "group", "dnsserver", "timeservers", "nextuid", "nextgid"];
            self.leaves(system, "System", ELSEWHERE);
            self.management(system);
        }
        self.read.push("system");
        for (name, group) in [
            ("unbound", "DNS / Resolver"),
            ("ntpd", "Time"),
            ("syslog", "Logs"),
            ("snmpd", "SNMP"),
            ("hasync", "High availability"),
            ("notifications", "Notifications"),
            ("proxyarp", "Proxy ARP"),
        ] {
            if let Some(part) = root.child(name) {
                self.leaves(
                    part,
                    group,
                    &["hosts", "domainoverrides", "acls", "syslocation", "syscontact"],
                );
            }
            self.read.push(name);
        }
        for unbound in root.all("unbound") {
            self.names_for_addresses(unbound, "DNS / Names");
        }
        self.unbound_plus();
        self.tunables();
        self.jobs();
        self.packages();
        self.dynamic_dns();
    }

    /// Puts every value of a part into a row, with the ways of its parts as groups.
    fn leaves(&mut self, part: &Element, group: &str, elsewhere: &[&str]) {
        for child in part.children.iter().filter(|child| !elsewhere.contains(&child.name.as_str()))
        {
            if !child.children.is_empty() {
                self.leaves(child, &format!("{group} / {}", child.name), &[]);
                continue;
            }
            let is_flag = FLAGS.contains(&child.name.as_str())
                || child.name.starts_with("disable")
                || child.name.starts_with("enable");
            let value = match child.text.as_str() {
                "" if is_flag => "true",
                "on" | "yes" | "enabled" => "true",
                "1" if is_flag => "true",
                "0" if is_flag => "false",
                text => text,
            };
            self.appliance.settings.set(group, &child.name, value);
        }
    }

    /// Works out where the firewall is administered: the web page at its first address inside.
    fn management(&mut self, system: &Element) {
        let protocol = system.text_at("webgui/protocol").unwrap_or("https");
        let port = system.text_at("webgui/port").map(|port| format!(":{port}")).unwrap_or_default();
        let inside = self.address_of("lan").or_else(|| {
            let first = self.appliance.subnets.iter().find(|subnet| subnet.is_routed)?;
            let port = self.appliance.ports.iter().find(|one| one.name == first.port)?;
            port.addresses.first()?.split('/').next().map(str::to_owned)
        });
        let Some(inside) = inside else { return };
        let host = if inside.contains(':') { format!("[{inside}]") } else { inside };
        self.appliance.management = Some(format!("{protocol}://{host}{port}"));
    }

    /// Reads names that the firewall answers for itself: `hosts`, and `domainoverrides`.
    pub(super) fn names_for_addresses(&mut self, part: &Element, group: &str) {
        for host in part.all("hosts") {
            let words = [host.text_at("host"), host.text_at("domain")];
            let name = words.into_iter().flatten().collect::<Vec<_>>().join(".");
            let why = host.text_at("descr");
            if let Some(ip) = host.text_at("ip") {
                self.appliance.settings.set_why(group, &name, ip, why);
            }
        }
        for domain in part.all("domainoverrides") {
            let (name, ip) = (domain.text_at("domain"), domain.text_at("ip"));
            if let (Some(name), Some(ip)) = (name, ip) {
                let why = domain.text_at("descr");
                self.appliance.settings.set_why("DNS / Other name servers", name, ip, why);
            }
        }
    }

    /// Reads the resolver in OPNsense's newer layout.
    fn unbound_plus(&mut self) {
        let root = self.root;
        let Some(part) = root.at("OPNsense/unboundplus") else { return };
        for name in ["general", "forwarding", "dnsbl"] {
            if let Some(part) = part.child(name) {
                self.leaves(part, &format!("DNS / Resolver / {name}"), &[]);
            }
        }
        for host in part.child("hosts").into_iter().flat_map(|all| all.all("host")) {
            let words = [host.text_at("hostname"), host.text_at("domain")];
            let name = words.into_iter().flatten().collect::<Vec<_>>().join(".");
            let ip = host.text_at("server").or_else(|| host.text_at("mx"));
            if let Some(ip) = ip {
                let why = host.text_at("description");
                self.appliance.settings.set_why("DNS / Names", &name, ip, why);
            }
        }
        for dot in part.child("dots").into_iter().flat_map(|all| all.all("dot")) {
            let Some(server) = dot.text_at("server") else { continue };
            let name = dot.text_at("domain").unwrap_or("every name");
            self.appliance.settings.set("DNS / Other name servers", name, server);
        }
        self.read.extend([
            "OPNsense/unboundplus/general",
            "OPNsense/unboundplus/forwarding",
            "OPNsense/unboundplus/dnsbl",
            "OPNsense/unboundplus/hosts",
            "OPNsense/unboundplus/dots",
        ]);
    }

    /// Reads kernel tunables that are set to something.
    fn tunables(&mut self) {
        let root = self.root;
        let mut defaults = 0;
        for item in root.child("sysctl").into_iter().flat_map(|all| all.all("item")) {
            match (item.text_at("tunable"), item.text_at("value")) {
                (Some(name), Some(value)) if value != "default" => {
                    self.appliance.settings.set("System / Tunables", name, value);
                }
                _ => defaults += 1,
            }
        }
        if defaults > 0 {
            self.harvest.stranger("sysctl at its default", defaults, false);
        }
        self.read.push("sysctl");
    }

    /// Reads what runs at a time of its own.
    fn jobs(&mut self) {
        let root = self.root;
        for item in root.child("cron").into_iter().flat_map(|all| all.all("item")) {
            let Some(command) = item.text_at("command") else { continue };
            let times = ["minute", "hour", "mday", "month", "wday"];
            let times = times.map(|name| item.text_at(name).unwrap_or("*")).join(" ");
            self.appliance.settings.set("System / Scheduled jobs", command, &times);
        }
        self.read.push("cron");
    }

    fn packages(&mut self) {
        let root = self.root;
        for package in
            root.child("installedpackages").into_iter().flat_map(|all| all.all("package"))
        {
            let Some(name) = package.text_at("name") else { continue };
            let version = package.text_at("version").unwrap_or("installed");
            self.appliance.settings.set("System / Packages", name, version);
        }
        self.read.push("installedpackages/package");
    }

    fn dynamic_dns(&mut self) {
        let root = self.root;
        for one in root.child("dyndnses").into_iter().flat_map(|all| all.all("dyndns")) {
            let Some(host) = one.text_at("host") else { continue };
            let interface = self.name_of(one.text_at("interface").unwrap_or_default());
            let off = if is_on(one.child("enable")) { "" } else { ", switched off" };
            let value =
                format!("{} on {interface}{off}", one.text_at("type").unwrap_or("a service"));
            self.appliance.settings.set("DNS / Dynamic names", host, &value);
        }
        self.read.push("dyndnses");
    }

    /// Reads who may sign in.
    pub(super) fn users(&mut self) {
        let root = self.root;
        let Some(system) = root.child("system") else { return };
        for user in system.all("user") {
            let Some(name) = user.text_at("name") else { continue };
            let uid = user.text_at("uid").unwrap_or_default();
            let mut groups: Vec<&str> = user.text_at("groupname").into_iter().collect();
            let memberships = user.text_at("group_memberships").unwrap_or_default();
            for group in system.all("group") {
                let Some(group_name) = group.text_at("name").filter(|name| *name != "all") else {
                    continue;
                };
                let is_member = group.all("member").any(|member| {
                    member.text.split(',').any(|one| !uid.is_empty() && one.trim() == uid)
                });
                let gid = group.text_at("gid").unwrap_or_default();
                let is_listed = memberships.split(',').any(|one| !gid.is_empty() && one == gid);
                if (is_member || is_listed) && !groups.contains(&group_name) {
                    groups.push(group_name);
                }
            }
            let may_all = |element: &Element| {
                element.all("priv").any(|one| one.text.split(',').any(|one| one == "page-all"))
            };
            let is_admin = may_all(user)
                || groups.contains(&"admins")
                || system.all("group").any(|group| {
                    may_all(group)
                        && group.text_at("name").is_some_and(|name| groups.contains(&name))
                });
            self.appliance.users.push(User {
                name: name.to_owned(),
                description: user.text_at("descr").map(str::to_owned),
                rights: (!groups.is_empty()).then(|| format!("Groups: {}", groups.join(", "))),
                is_admin,
                is_disabled: user.child("disabled").is_some_and(|one| one.text != "0"),
            });
        }
    }

    /// Reads the certificates and authorities that it holds.
    pub(super) fn certificates(&mut self) {
        let root = self.root;
        for one in root.all("cert").chain(root.all("ca")) {
            let called = one.text_at("descr").unwrap_or_default().to_owned();
            let at = self.at(one);
            let Some(text) = one.text_at("crt") else {
                if !one.children.is_empty() {
                    self.harvest.skip(at, "a certificate that is not there yet, only its request");
                }
                continue;
            };
            let (certificates, unread) = certificate::read(text);
            if unread > 0 {
                self.harvest.skip(at, "a certificate that cannot be read");
            }
            let many = certificates.len() > 1;
            for certificate in certificates {
                let called = match many {
                    true => format!("{called}: {}", certificate.subject),
                    false => called.clone(),
                };
                self.appliance.certificates.push((called, certificate));
            }
        }
        self.read.extend(["cert", "ca", "crl"]);
    }
}
