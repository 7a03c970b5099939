//! Reads configurations of Cisco IOS and IOS XE: what `show running-config` prints, and what Oxidized
//! keeps of it with comments in front.
//!
//! Several devices are read together, so that networks which two of them are in become one, and links
//! between them. Secrets are cut out line by line before anything else looks at the text; every line that
//! becomes nothing else becomes a setting of its device.

mod interfaces;
mod networks;
mod redact;
mod rules;
mod system;
mod text;

use std::collections::{BTreeMap, HashSet};

use super::appliance::records::{self, Saved};
use super::appliance::redaction::Redaction;
use super::appliance::sharing;
use super::appliance::{self, Appliance};
use super::foreign::Foreign;
use super::proposal::{Harvest, Origin};
use super::secret::REMOVED;
use super::{Fit, Reader, Refused, Wishes};
use text::Block;

/// The reader of IOS configurations.
pub struct Ios;

impl Reader for Ios {
    fn name(&self) -> &'static str {
        "ios"
    }

    fn about(&self) -> &'static str {
        "configurations of Cisco IOS and IOS XE (show running-config, Oxidized)"
    }

    fn fit(&self, file: &Foreign) -> Fit {
        fit(&file.head_text())
    }

    fn reads_together(&self) -> bool {
        true
    }

    fn read(
        &self,
        files: &[Foreign],
        _wishes: &Wishes<'_>,
        harvest: &mut Harvest,
    ) -> Result<(), Refused> {
        let mut devices = Vec::new();
        for file in files {
            devices.push(read(file, harvest)?);
        }
        sharing::share(devices.iter_mut().map(|(appliance, _)| appliance));
        for (appliance, saved) in devices {
            records::propose(&appliance, saved, harvest);
        }
        Ok(())
    }
}

/// Other systems whose configurations look alike.
const OTHERS: &[&str] = &[
    "ASA Version",
    "Adaptive Security Appliance",
    "ArubaOS",
    "AOS-CX",
    "NX-OS",
    "NXOS",
    "Arista",
    "! device: ",
    "Dell EMC",
    "FASTPATH",
    "; J",
    "IOS XR",
    "!! IOS XR",
];

fn fit(head: &str) -> Fit {
    if OTHERS.iter().any(|other| head.contains(other)) {
        return Fit::No;
    }
    let mut seen: HashSet<&str> = HashSet::new();
    for line in head.lines().map(str::trim_end) {
        if line.starts_with("! Cisco IOS") || line.starts_with("Building configuration") {
            seen.insert("IOS");
        }
        let is_version = line.strip_prefix("version ").is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_digit()) && rest.contains('.')
        });
        let signs = [
            ("version", is_version),
            ("hostname", line.starts_with("hostname ")),
            ("interface", line.starts_with("interface ") || line.starts_with("vlan ")),
            ("mark", line == "!"),
            ("inner", line.starts_with(" ip address ") || line.starts_with(" switchport ")),
        ];
        seen.extend(signs.into_iter().filter(|(_, is_there)| *is_there).map(|(sign, _)| sign));
    }
    let has = |sign: &str| seen.contains(sign);
    let is_ios =
        has("hostname") && (has("version") || has("IOS")) && (has("mark") || has("interface"))
            || has("IOS") && (has("interface") || has("version"))
            || has("version") && has("interface") && has("mark")
            || has("hostname") && has("interface") && has("inner");
    if is_ios { Fit::Sure } else { Fit::No }
}

/// Returns the places of the secrets in a configuration.
pub(super) fn secrets(text: &str) -> Redaction {
    redact::secrets(text)
}

fn read(file: &Foreign, harvest: &mut Harvest) -> Result<(Appliance, Saved), Refused> {
    let text = appliance::text_of(file)?;
    let mut redaction = redact::secrets(&text);
    let text = redaction.apply(&text);
    let blocks = text::blocks(&text);
    let known = ["hostname", "interface", "vlan", "version", "ip", "username"];
    if !blocks.iter().any(|block| known.iter().any(|word| text::behind(block.text, word).is_some()))
    {
        return Err(Refused::new(format!("`{}` is no configuration of Cisco IOS", file.name))
            .help("save what `show running-config` prints"));
    }
    let appliance = Config::new(file, harvest, &blocks).read(&text);
    let saved = Saved { text: redaction.keep(&text), extension: "cfg", redaction };
    Ok((appliance, saved))
}

/// A configuration while it is read.
struct Config<'a> {
    file: &'a Foreign,
    harvest: &'a mut Harvest,
    appliance: Appliance,
    blocks: &'a [Block<'a>],
    /// Blocks that became something else than settings, by their lines.
    read: HashSet<usize>,
    /// Names of VLANs.
    vlans: BTreeMap<i64, String>,
    /// Where each access list is applied.
    applied: BTreeMap<String, Vec<String>>,
}

impl<'a> Config<'a> {
    fn new(file: &'a Foreign, harvest: &'a mut Harvest, blocks: &'a [Block<'a>]) -> Config<'a> {
        let named = blocks.iter().find_map(|block| text::behind(block.text, "hostname"));
        let stem = file.name.split('.').next().unwrap_or_default();
        let name = named.map(|name| name.trim_matches('"')).filter(|name| !name.is_empty());
        let appliance = Appliance::new(Origin::whole(&file.name), "router", name.unwrap_or(stem));
        let (vlans, applied) = (BTreeMap::new(), BTreeMap::new());
        Config { file, harvest, appliance, blocks, read: HashSet::new(), vlans, applied }
    }

    fn read(mut self, text: &str) -> Appliance {
        self.identity(text);
        self.vlan_names();
        self.interfaces();
        self.default_gateway();
        self.dhcp();
        self.port_forwards();
        self.access_lists();
        self.routes();
        self.tunnels();
        self.certificates();
        self.users();
        self.rest();
        self.appliance
    }

    /// Returns the blocks that begin with `words`, with what stands behind, and notes them as read.
    fn take(&mut self, words: &str) -> Vec<(&'a str, &'a Block<'a>)> {
        let found: Vec<(&'a str, &'a Block<'a>)> = self
            .blocks
            .iter()
            .filter_map(|block| Some((text::behind(block.text, words)?, block)))
            .collect();
        self.read.extend(found.iter().map(|(_, block)| block.line));
        found
    }

    /// Returns the place of a line.
    fn at(&self, line: usize) -> Origin {
        Origin::line(&self.file.name, line)
    }

    /// Makes settings of all that became nothing else.
    fn rest(&mut self) {
        let unread = |block: &&'a Block<'a>| !self.read.contains(&block.line);
        let rest: Vec<&'a Block<'a>> = self.blocks.iter().filter(unread).collect();
        for block in rest {
            if block.inner.is_empty() {
                let group = group_of(block.text);
                self.set_line(group, block.text);
                continue;
            }
            let group = match block.text {
                head if head.starts_with("router ") => {
                    format!("Routing / {}", &head["router ".len()..])
                }
                head => head.to_owned(),
            };
            let mut part = String::new();
            for (_, line) in &block.inner {
                if line.starts_with("address-family ") || line.starts_with("vrf ") {
                    part = format!(" / {line}");
                }
                self.set_line(&format!("{group}{part}"), line);
            }
        }
    }

    /// Makes a line a setting; one that held a secret is counted already.
    fn set_line(&mut self, group: &str, line: &str) {
        const NOTHING: &[&str] = &[
            "end",
            "exit",
            "exit-address-family",
            "Building configuration...",
            "boot-start-marker",
            "boot-end-marker",
            "quit",
        ];
        if line.contains(REMOVED)
            || NOTHING.contains(&line)
            || line.starts_with("Current configuration")
        {
            return;
        }
        let (name, value) = text::setting(line);
        self.appliance.settings.set(group, &name, &value);
    }
}

/// Returns under which heading a single line is found.
fn group_of(line: &str) -> &'static str {
    const GROUPS: &[(&str, &[&str])] = &[
        (
            "Accounts and access",
            &[
                "aaa",
                "login",
                "security",
                "tacacs",
                "tacacs-server",
                "radius",
                "radius-server",
                "enable",
                "password",
            ],
        ),
        ("Time", &["ntp", "clock", "sntp"]),
        ("Logs", &["logging", "archive"]),
        ("SNMP", &["snmp-server", "snmp"]),
        (
            "Switching",
            &[
                "spanning-tree",
                "vtp",
                "errdisable",
                "lldp",
                "cdp",
                "udld",
                "mac",
                "switch",
                "stack-mac",
                "port-channel",
            ],
        ),
        (
            "Services",
            &[
                "service",
                "ip http",
                "ip ssh",
                "ip ftp",
                "ip tftp",
                "ip scp",
                "no ip http",
                "no service",
            ],
        ),
        ("Names", &["ip name-server", "ip domain", "ip domain-name", "ip host", "no ip domain"]),
        ("Security", &["crypto", "ip access-list", "access-list"]),
        (
            "Routing",
            &[
                "ip prefix-list",
                "ip community-list",
                "ip bgp-community",
                "ip cef",
                "ip forward-protocol",
                "ip classless",
                "ip routing",
                "ipv6",
                "route-map",
                "no ipv6",
                "ip bgp",
            ],
        ),
    ];
    let begins = |words: &&&str| text::behind(line, words).is_some();
    let found = GROUPS.iter().find(|(_, words)| words.iter().any(|one| begins(&one)));
    found.map_or("System", |(group, _)| group)
}

#[cfg(test)]
mod tests;
