//! A network device by its saved configuration, whatever the product: what the readers of
//! configurations have in common.
//!
//! A reader turns its format into an [`Appliance`]; [`records`] turns that into proposals, the same for
//! each product: the device with its ports and settings, networks, lines, rules, VPNs, certificates,
//! and the devices that have reserved addresses. Secrets never come this far: a reader cuts them out of
//! the text first ([`redaction`]), and the text that is left is kept beside the records.

pub mod records;
pub mod redaction;
pub mod settings;
pub mod sharing;

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::civil::Date;

use super::Refused;
use super::certificate::Certificate;
use super::foreign::Foreign;
use super::proposal::Origin;
use crate::text::bytes_in_words;
use settings::Settings;

/// Bytes of a configuration.
const BYTES: usize = 64 * 1024 * 1024;

/// Returns the text of a configuration, which is of a bearable size.
pub fn text_of(file: &Foreign) -> Result<String, Refused> {
    let text = file.text()?.text;
    match text.len() > BYTES {
        false => Ok(text),
        true => Err(Refused::new(format!(
            "`{}` is larger than {}, which no configuration is",
            file.name,
            bytes_in_words(BYTES as u64)
        ))
        .help("export the configuration alone, without logs and graphs")),
    }
}

/// What a configuration says of its device, and of the networks around it.
#[derive(Clone, Debug)]
pub struct Appliance {
    /// The file.
    pub at: Origin,
    /// What identifies it: its serial number, else its full name.
    pub key: String,
    /// What it calls itself.
    pub name: String,
    /// Its type, as the catalogue calls it.
    pub kind: &'static str,
    /// Who makes it, or its software.
    pub manufacturer: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The serial number.
    pub serial: Option<String>,
    /// The operating system.
    pub os: Option<String>,
    /// Its version.
    pub os_version: Option<String>,
    /// Where it is administered: an address or a web page.
    pub management: Option<String>,
    /// Where it says that it stands, such as SNMP's location.
    pub location: Option<String>,
    /// Whom it names to be called, such as SNMP's contact.
    pub contact: Option<String>,
    /// Its ports and virtual interfaces.
    pub ports: Vec<Port>,
    /// The networks that it is in or knows of.
    pub subnets: Vec<Subnet>,
    /// Lines to a carrier.
    pub lines: Vec<Line>,
    /// Devices that it has promised an address.
    pub hosts: Vec<Host>,
    /// What it is set to.
    pub settings: Settings,
    /// Who may talk to whom.
    pub ruleset: Ruleset,
    /// Ways into other networks.
    pub vpns: Vec<Vpn>,
    /// Certificates that it holds, with what it calls them.
    pub certificates: Vec<(String, Certificate)>,
    /// Wireless networks that it sends.
    pub wifi: Vec<Wifi>,
    /// Who may sign in.
    pub users: Vec<User>,
    /// The day on which the configuration was last changed or saved, if it says so.
    pub saved_on: Option<Date>,
}

impl Appliance {
    /// Returns a device of which nothing but its name is known.
    pub fn new(at: Origin, kind: &'static str, name: &str) -> Appliance {
        Appliance {
            at,
            key: name.to_lowercase(),
            name: name.to_owned(),
            kind,
            manufacturer: None,
            model: None,
            serial: None,
            os: None,
            os_version: None,
            management: None,
            location: None,
            contact: None,
            ports: Vec::new(),
            subnets: Vec::new(),
            lines: Vec::new(),
            hosts: Vec::new(),
            settings: Settings::default(),
            ruleset: Ruleset::default(),
            vpns: Vec::new(),
            certificates: Vec::new(),
            wifi: Vec::new(),
            users: Vec::new(),
            saved_on: None,
        }
    }

    /// Returns the network behind the interface `port`, made if there is none yet.
    pub fn subnet(&mut self, port: &str) -> &mut Subnet {
        let at = self.subnets.iter().position(|subnet| subnet.port == port);
        let at = at.unwrap_or_else(|| {
            self.subnets.push(Subnet { port: port.to_owned(), ..Subnet::default() });
            self.subnets.len() - 1
        });
        &mut self.subnets[at]
    }

    /// Returns the network that `address` is in.
    pub fn subnet_of(&mut self, address: IpAddr) -> Option<&mut Subnet> {
        self.subnets.iter_mut().find(|subnet| subnet.holds(address))
    }

    /// Returns the name under which imports know the network of `subnet`.
    ///
    /// Networks between two routers, and public ones, are the same for everybody who is in them; a
    /// private range such as `192.168.1.0/24` is used a million times, and is this device's own.
    pub fn key_of(&self, subnet: &Subnet) -> String {
        let is_shared = |net: &IpNet| match net {
            IpNet::V4(net) => net.prefix_len() >= 29 || !net.addr().is_private(),
            IpNet::V6(net) => !net.addr().is_unique_local(),
        };
        let net = subnet.prefix.or(subnet.prefix6);
        match net.filter(|net| subnet.is_shared || subnet.is_transit && is_shared(net)) {
            Some(net) => net.to_string(),
            None => format!("{}/{}", self.key, subnet.port).to_lowercase(),
        }
    }
}

/// A port or virtual interface.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Port {
    /// Its name on the device.
    pub name: String,
    /// What sort of port it is, as the catalogue calls it.
    pub kind: Option<&'static str>,
    /// What is written beside it.
    pub description: Option<String>,
    /// The hardware address.
    pub mac: Option<String>,
    /// Its addresses with the length of their network, the first one first.
    pub addresses: Vec<String>,
    /// Whether it is switched on.
    pub enabled: Option<bool>,
    /// Carries one VLAN (`access`) or several (`trunk`).
    pub mode: Option<&'static str>,
    /// The VLAN without a tag.
    pub untagged: Option<i64>,
    /// The VLANs with a tag.
    pub tagged: Vec<i64>,
    /// The speed that it is set to.
    pub speed: Option<String>,
    /// The bundle that it belongs to.
    pub lag: Option<String>,
    /// The port of another device that it is plugged into: the key of the device, and the port.
    pub peer: Option<(String, String)>,
}

/// A network, or a VLAN.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Subnet {
    /// The interface that is in it; for a VLAN alone, its number.
    pub port: String,
    /// What it is called.
    pub name: String,
    /// The IPv4 range.
    pub prefix: Option<IpNet>,
    /// The IPv6 range.
    pub prefix6: Option<IpNet>,
    /// The VLAN.
    pub vlan: Option<i64>,
    /// The way out, IPv4.
    pub gateway: Option<IpAddr>,
    /// The way out, IPv6.
    pub gateway6: Option<IpAddr>,
    /// Whether the device joins it to others.
    pub is_routed: bool,
    /// Whether several routers may be in it, so that it is nobody's own.
    pub is_transit: bool,
    /// Whether another device of the same import is in it.
    pub is_shared: bool,
    /// What sort of network it is, as the catalogue calls it.
    pub zone: Option<&'static str>,
    /// Name servers that devices in it are told to ask.
    pub dns: Vec<String>,
    /// The search domain.
    pub domain: Option<String>,
    /// Whether the device hands out addresses in it.
    pub is_dhcp: bool,
    /// First and last address of each range that is handed out.
    pub ranges: Vec<(String, String)>,
    /// How long an address is kept, as the catalogue writes durations.
    pub lease: Option<String>,
    /// What else is handed out, each as a line.
    pub options: Vec<String>,
    /// What is written beside it.
    pub description: Option<String>,
}

impl Subnet {
    /// Whether `address` is in it.
    pub fn holds(&self, address: IpAddr) -> bool {
        [self.prefix, self.prefix6].into_iter().flatten().any(|net| net.contains(&address))
    }

    /// Takes the network of an interface's address, such as `10.0.0.1/24`; a single address is none.
    pub fn take(&mut self, address: &str) {
        let Ok(net) = address.parse::<IpNet>() else { return };
        if net.prefix_len() == net.max_prefix_len() {
            return;
        }
        match net.trunc() {
            net @ IpNet::V4(_) => _ = self.prefix.get_or_insert(net),
            IpNet::V6(net) if net.addr().is_unicast_link_local() => {}
            net @ IpNet::V6(_) => _ = self.prefix6.get_or_insert(net),
        }
    }
}

/// A line to a carrier, as the device sees it.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Line {
    /// The interface that it comes in at.
    pub port: String,
    /// What it is called.
    pub name: String,
    /// Ranges of fixed public addresses.
    pub prefixes: Vec<String>,
    /// The carrier's side.
    pub gateway: Option<IpAddr>,
    /// The carrier's name servers.
    pub dns: Vec<String>,
    /// The VLAN that the carrier expects.
    pub vlan: Option<i64>,
    /// How an address is got: `DHCP`, `PPPoE`.
    pub method: Option<String>,
    /// The name that the line signs in with.
    pub username: Option<String>,
    /// `primary` or `backup`.
    pub role: Option<&'static str>,
}

/// A device with a reserved address.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Host {
    /// What it is called there.
    pub name: Option<String>,
    /// The hardware address.
    pub mac: Option<String>,
    /// The address that it is promised.
    pub ip: Option<String>,
    /// What is written beside it.
    pub description: Option<String>,
    /// The interface of its network.
    pub port: Option<String>,
}

/// The rules of a firewall.
#[derive(Clone, Default, Debug)]
pub struct Ruleset {
    /// `deny` or `allow`: what happens where no rule fits.
    pub default_action: Option<&'static str>,
    /// The rules, in the order in which they are applied.
    pub rules: Vec<Rule>,
    /// What can be reached from outside.
    pub published: Vec<Published>,
    /// Aliases, address lists and the translation of addresses on the way out.
    pub settings: Settings,
}

/// A rule of a firewall.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Rule {
    /// Its name or description there.
    pub name: String,
    /// Its number.
    pub no: Option<i64>,
    /// Where traffic comes from.
    pub from: String,
    /// Where it goes.
    pub to: String,
    /// Which protocol and ports.
    pub service: String,
    /// `allow`, `deny`, `reject` or `inspect`.
    pub action: Option<&'static str>,
    /// How addresses are translated.
    pub nat: Option<String>,
    /// What is written beside it, where it has a name as well.
    pub purpose: Option<String>,
    /// Whether it is active.
    pub enabled: Option<bool>,
    /// Whether it is logged.
    pub log: Option<bool>,
    /// When it was added.
    pub added_on: Option<Date>,
}

/// A port that can be reached from outside.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Published {
    /// Address, port and protocol as seen from outside.
    pub public: String,
    /// The address inside.
    pub ip: Option<String>,
    /// The port inside.
    pub port: Option<String>,
    /// Whether the device itself answers there.
    pub is_own: bool,
    /// What is written beside it.
    pub why: Option<String>,
    /// From where it can be reached, if that is limited.
    pub limited_to: Option<String>,
}

/// A way into another network.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Vpn {
    /// What the device knows it by.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// `site-to-site` or `remote-access`.
    pub kind: &'static str,
    /// `ipsec`, `wireguard`, `openvpn`, …
    pub protocol: &'static str,
    /// How the ends prove who they are, as the catalogue calls it.
    pub auth: Option<&'static str>,
    /// The address or name of the other end.
    pub peer: Option<String>,
    /// Our ranges.
    pub local_nets: Vec<String>,
    /// Their ranges.
    pub remote_nets: Vec<String>,
    /// The first phase of IPsec.
    pub ike: Option<String>,
    /// The second phase of IPsec.
    pub ipsec: Option<String>,
    /// Who may use it.
    pub users: Option<String>,
    /// Whether it is switched on.
    pub enabled: bool,
    /// The range from which addresses are given out.
    pub pool: Option<String>,
    /// Everything else that it is set to.
    pub settings: Settings,
}

/// A wireless network.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Wifi {
    /// The name that people see.
    pub ssid: String,
    /// How people join, as the catalogue calls it.
    pub auth: Option<&'static str>,
    /// How it is protected, as the catalogue calls it.
    pub encryption: Option<&'static str>,
    /// Whether the name is hidden.
    pub hidden: Option<bool>,
    /// The interface of its network.
    pub port: Option<String>,
    /// Whether it is switched on.
    pub enabled: bool,
}

/// Somebody who may sign in to the device.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct User {
    /// The name to sign in with.
    pub name: String,
    /// What is written beside it.
    pub description: Option<String>,
    /// What it may do.
    pub rights: Option<String>,
    /// Whether it may change everything.
    pub is_admin: bool,
    /// Whether it is switched off.
    pub is_disabled: bool,
}

/// Returns the zone that a network's name speaks of, if it is plain.
pub fn zone_of(name: &str) -> Option<&'static str> {
    const WORDS: &[(&str, &[&str])] = &[
        ("guest", &["guest", "guests", "gast", "visitor", "visitors", "hotspot"]),
        ("voice", &["voice", "voip", "phone", "phones", "telephony", "sip"]),
        ("dmz", &["dmz"]),
        ("mgmt", &["mgmt", "management"]),
        ("server", &["server", "servers"]),
        ("iot", &["iot", "camera", "cameras", "cctv"]),
        ("wan", &["wan", "wan1", "wan2", "internet", "outside"]),
        ("vpn", &["vpn", "wireguard", "openvpn"]),
        ("lan", &["lan", "office", "staff", "workstations", "inside"]),
    ];
    let lower = name.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let has = |wanted: &&str| words.contains(wanted);
    WORDS.iter().find(|(_, wanted)| wanted.iter().any(has)).map(|(zone, _)| *zone)
}
