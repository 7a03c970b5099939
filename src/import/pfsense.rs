//! Reads the configuration of a pfSense or OPNsense firewall: `config.xml`, of any generation.
//!
//! Both grew out of one program. OPNsense moves one part after another into a second layout below
//! `<OPNsense>`; a file may have either or both. Secrets are cut out by the names of their elements
//! before anything else looks at the text. What no part of this module reads is told by its name.

mod addresses;
mod dhcp;
mod interfaces;
mod redact;
mod rules;
mod system;
mod vpn;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::appliance::records::{self, Saved};
use super::appliance::redaction::Redaction;
use super::appliance::{self, Appliance};
use super::bounded::xml::{self, Element};
use super::foreign::Foreign;
use super::proposal::{Harvest, Origin};
use super::secret::REMOVED;
use super::{Fit, Reader, Refused, Wishes};

/// The reader of `config.xml`.
pub struct PfSense;

impl Reader for PfSense {
    fn name(&self) -> &'static str {
        "pfsense"
    }

    fn about(&self) -> &'static str {
        "configurations of pfSense and OPNsense firewalls (config.xml)"
    }

    fn fit(&self, file: &Foreign) -> Fit {
        match xml::root_name(&file.head_text()).as_deref() {
            Some("pfsense" | "opnsense") => Fit::Sure,
            _ => Fit::No,
        }
    }

    fn system(&self, files: &[Foreign], _wishes: &Wishes<'_>) -> String {
        let root = files.first().and_then(|file| xml::root_name(&file.head_text()));
        root.unwrap_or_else(|| self.name().to_owned())
    }

    fn read(
        &self,
        files: &[Foreign],
        _wishes: &Wishes<'_>,
        harvest: &mut Harvest,
    ) -> Result<(), Refused> {
        files.iter().try_for_each(|file| read(file, harvest))
    }
}

pub(super) use redact::REMOVED as REMOVED_IN_XML;

/// Returns the places of the secrets in a configuration.
pub(super) fn secrets(text: &str) -> Redaction {
    redact::secrets(text)
}

fn read(file: &Foreign, harvest: &mut Harvest) -> Result<(), Refused> {
    let text = appliance::text_of(file)?;
    let mut redaction = redact::secrets(&text);
    let text = redaction.apply(&text);
    let mut root = xml::parse(&text, &file.name)?;
    drop_removed(&mut root);
    if !matches!(root.name.to_lowercase().as_str(), "pfsense" | "opnsense") {
        return Err(Refused::new(format!(
            "`{}` is no configuration of pfSense or OPNsense",
            file.name
        ))
        .help("its first element is `<pfsense>` or `<opnsense>`: export it once more"));
    }
    if root.child("system").is_none() && root.child("interfaces").is_none() {
        return Err(Refused::new(format!(
            "`{}` says nothing of its system and interfaces",
            file.name
        ))
        .help("export the whole configuration, not one area of it"));
    }
    let appliance = Config::new(&root, file, harvest).read(&text);
    let saved = Saved { text: redaction.keep(&text), extension: "xml", redaction };
    records::propose(&appliance, saved, harvest);
    Ok(())
}

/// Takes elements out of which the secret was cut: that one was there is no setting.
fn drop_removed(element: &mut Element) {
    element.children.retain(|child| child.text != REMOVED);
    element.children.iter_mut().for_each(drop_removed);
}

/// A configuration while it is read.
struct Config<'a> {
    root: &'a Element,
    file: &'a Foreign,
    harvest: &'a mut Harvest,
    appliance: Appliance,
    /// What people call the interfaces, by `wan`, `lan`, `opt1`.
    names: BTreeMap<String, String>,
    /// The port of each interface: `igb0`.
    ports: BTreeMap<String, String>,
    /// Parts that were read, as ways from the root.
    read: Vec<&'static str>,
}

impl<'a> Config<'a> {
    fn new(root: &'a Element, file: &'a Foreign, harvest: &'a mut Harvest) -> Config<'a> {
        let hostname = root.text_at("system/hostname").unwrap_or("firewall");
        let mut appliance = Appliance::new(Origin::whole(&file.name), "firewall", hostname);
        if let Some(domain) = root.text_at("system/domain") {
            appliance.key = format!("{hostname}.{domain}").to_lowercase();
        }
        let (names, ports) = (BTreeMap::new(), BTreeMap::new());
        Config { root, file, harvest, appliance, names, ports, read: Vec::new() }
    }

    fn read(mut self, text: &str) -> Appliance {
        self.identity(text);
        self.interfaces();
        self.gateways();
        self.dhcp();
        self.kea();
        self.dnsmasq();
        self.filter();
        self.port_forwards();
        self.outbound();
        self.aliases();
        self.openvpn();
        self.ipsec();
        self.wireguard();
        self.certificates();
        self.users();
        self.settings();
        self.strangers();
        self.appliance
    }

    fn identity(&mut self, text: &str) {
        let is_opnsense = self.root.name.eq_ignore_ascii_case("opnsense");
        self.appliance.os = Some(if is_opnsense { "OPNsense" } else { "pfSense" }.to_owned());
        self.appliance.os_version = version_in_comment(text);
        let time = self.root.text_at("revision/time").and_then(|time| time.parse::<f64>().ok());
        self.appliance.saved_on = time.and_then(day_of);
        self.appliance.location = self.root.text_at("snmpd/syslocation").map(str::to_owned);
        self.appliance.contact = self.root.text_at("snmpd/syscontact").map(str::to_owned);
        self.read.extend(["revision", "version", "snmpd/syslocation", "snmpd/syscontact"]);
    }

    /// Returns the place of an element.
    fn at(&self, element: &Element) -> Origin {
        Origin::line(&self.file.name, element.line)
    }

    /// Returns what people call an interface.
    fn name_of(&self, interface: &str) -> String {
        self.names.get(interface).cloned().unwrap_or_else(|| match interface {
            "openvpn" => "OpenVPN".to_owned(),
            "wireguard" => "WireGuard".to_owned(),
            "enc0" | "ipsec" => "IPsec".to_owned(),
            "" => "any interface".to_owned(),
            other => other.to_owned(),
        })
    }

    /// Tells of the parts that nothing reads, each with the number of its values.
    fn strangers(&mut self) {
        let is_read = |way: &str| {
            self.read.iter().any(|read| {
                *read == way || way.strip_prefix(read).is_some_and(|rest| rest.starts_with('/'))
            })
        };
        let holds_read = |way: &str| {
            self.read
                .iter()
                .any(|read| read.strip_prefix(way).is_some_and(|rest| rest.starts_with('/')))
        };
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut waiting: Vec<(String, &Element)> =
            self.root.children.iter().map(|child| (child.name.clone(), child)).collect();
        while let Some((way, element)) = waiting.pop() {
            if is_read(&way) {
                continue;
            }
            match holds_read(&way) && !element.children.is_empty() {
                true => waiting.extend(
                    element.children.iter().map(|child| (format!("{way}/{}", child.name), child)),
                ),
                false => *counts.entry(way).or_default() += values_in(element),
            }
        }
        for (way, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            self.harvest.stranger(&way, count, false);
        }
    }
}

/// Returns how many elements say something.
fn values_in(element: &Element) -> usize {
    let own = usize::from(element.children.is_empty() && !element.text.is_empty());
    own + element.children.iter().map(values_in).sum::<usize>()
}

/// Whether an element that stands for yes or no says yes: pfSense writes it empty, OPNsense as `1`.
fn is_on(element: Option<&Element>) -> bool {
    element.is_some_and(|element| !matches!(element.text.as_str(), "0" | "no" | "off" | "false"))
}

/// Whether an element of OPNsense's own layout says yes: `1`, and nothing else.
fn is_one(parent: &Element, name: &str) -> bool {
    parent.text_at(name) == Some("1")
}

/// Returns the product's version from the comment that Oxidized puts behind the file.
fn version_in_comment(text: &str) -> Option<String> {
    let (_, comment) = text.rsplit_once("<!--")?;
    let lower = comment.to_lowercase();
    let at = lower.find("sense ")?;
    let version = comment.get(at + "sense ".len()..)?.split_whitespace().next()?;
    version.starts_with(|c: char| c.is_ascii_digit()).then(|| version.to_owned())
}

/// Returns the day, in UTC, of a time in seconds since 1970.
fn day_of(seconds: f64) -> Option<Date> {
    let is_time = seconds.is_finite() && (0.0..1e11).contains(&seconds);
    let time = is_time.then(|| Timestamp::from_second(seconds as i64).ok()).flatten()?;
    Some(time.to_zoned(TimeZone::UTC).date())
}

#[cfg(test)]
mod tests;
