//! Reads configurations of Fortinet's FortiGate firewalls: a backup, what `show full-configuration`
//! prints, and what Oxidized keeps of it with comments in front.

mod interfaces;
mod rules;
mod statements;
mod system;
mod vpn;

use std::collections::{BTreeMap, HashSet};

use super::appliance::records::{self, Saved};
use super::appliance::redaction::Redaction;
use super::appliance::{self, Appliance};
use super::foreign::Foreign;
use super::proposal::{Harvest, Origin};
use super::{Fit, Reader, Refused, Wishes};
use statements::Node;

/// The reader of FortiGate configurations.
pub struct FortiGate;

impl Reader for FortiGate {
    fn name(&self) -> &'static str {
        "fortigate"
    }

    fn about(&self) -> &'static str {
        "configurations of Fortinet FortiGate firewalls (backup, show full-configuration, Oxidized)"
    }

    fn fit(&self, file: &Foreign) -> Fit {
        let head = file.head_text();
        let has = |line: &str| head.lines().any(|one| one.trim_end() == line);
        let starts = |words: &str| head.lines().any(|one| one.starts_with(words));
        let is_fortigate = starts("#config-version=FG")
            || starts("#config-version=FW")
            || starts("# Version: Forti")
            || (has("config system global")
                || has("config system interface")
                || has("config firewall policy"))
                && head.lines().any(|one| one.trim_start().starts_with("set "));
        if is_fortigate { Fit::Sure } else { Fit::No }
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

/// Returns the places of the secrets in a configuration.
pub(super) fn secrets(text: &str) -> Redaction {
    let mut redaction = Redaction::default();
    statements::read(text, &mut redaction);
    redaction
}

fn read(file: &Foreign, harvest: &mut Harvest) -> Result<(), Refused> {
    let text = appliance::text_of(file)?;
    let mut redaction = Redaction::default();
    let (root, is_whole) = statements::read(&text, &mut redaction);
    if root.sections.is_empty() {
        return Err(Refused::new(format!("`{}` is no configuration of a FortiGate", file.name))
            .help("save a backup, or what `show full-configuration` prints"));
    }
    if !is_whole {
        return Err(Refused::new(format!("`{}` is cut off: a section has no `end`", file.name))
            .help("save it once more, and see that the terminal does not stop after each page"));
    }
    let appliance = Config::new(&root, file, harvest).read(&text);
    let text = redaction.apply(&text);
    let saved = Saved { text: redaction.keep(&text), extension: "conf", redaction };
    records::propose(&appliance, saved, harvest);
    Ok(())
}

/// A section with the virtual domain that it is in.
#[derive(Clone, Copy)]
struct Section<'a> {
    node: &'a Node,
    /// The virtual domain, where there are several.
    domain: &'a str,
}

/// A configuration while it is read.
struct Config<'a> {
    file: &'a Foreign,
    harvest: &'a mut Harvest,
    appliance: Appliance,
    sections: Vec<Section<'a>>,
    /// Names of sections that became something.
    read: HashSet<&'static str>,
}

impl<'a> Config<'a> {
    fn new(root: &'a Node, file: &'a Foreign, harvest: &'a mut Harvest) -> Config<'a> {
        let sections = flat(root);
        let global = sections.iter().find(|one| one.node.name == "system global");
        let name = global.and_then(|one| one.node.value("hostname")).unwrap_or("firewall");
        let appliance = Appliance::new(Origin::whole(&file.name), "firewall", name);
        Config { file, harvest, appliance, sections, read: HashSet::new() }
    }

    fn read(mut self, text: &str) -> Appliance {
        self.identity(text);
        self.interfaces();
        self.dhcp();
        self.routes();
        self.policies();
        self.objects();
        self.ipsec();
        self.ssl();
        self.certificates();
        self.admins();
        self.wifi();
        self.rest();
        self.appliance
    }

    /// Returns the sections of this name, and notes them as read.
    fn take(&mut self, name: &'static str) -> Vec<Section<'a>> {
        self.read.insert(name);
        self.sections.iter().copied().filter(|one| one.node.name == name).collect()
    }

    /// Returns the entries of the sections of this name, and notes them as read.
    fn entries(&mut self, name: &'static str) -> Vec<(&'a Node, &'a str)> {
        let sections = self.take(name);
        let all =
            sections.iter().flat_map(|one| one.node.edits.iter().map(|edit| (edit, one.domain)));
        all.collect()
    }

    fn at(&self, node: &Node) -> Origin {
        Origin::line(&self.file.name, node.line)
    }

    /// Makes settings of the sections that are one thing; of those with entries that nothing reads, the
    /// names are told.
    fn rest(&mut self) {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let rest: Vec<Section<'a>> = self
            .sections
            .iter()
            .copied()
            .filter(|one| !self.read.contains(one.node.name.as_str()))
            .collect();
        for section in rest {
            self.settings(section.node, &in_domain(&section.node.name, section.domain));
            let entries = section.node.edits.len()
                + section.node.sections.iter().map(|one| one.edits.len()).sum::<usize>();
            if entries > 0 {
                *counts.entry(&section.node.name).or_default() += entries;
            }
        }
        for (name, count) in counts {
            self.harvest.stranger(name, count, false);
        }
    }

    /// Puts what a section sets into rows.
    fn settings(&mut self, node: &Node, group: &str) {
        for (name, values) in &node.sets {
            let value = match values.as_slice() {
                [only] if only == "enable" => "true".to_owned(),
                [only] if only == "disable" => "false".to_owned(),
                all => all.join(" "),
            };
            self.appliance.settings.set(group, name, &value);
        }
        for inner in &node.sections {
            let part = format!("{group} / {}", inner.name);
            self.settings(inner, &part);
        }
    }
}

/// Returns all sections, those of virtual domains too.
fn flat(root: &Node) -> Vec<Section<'_>> {
    let domains: HashSet<&str> = root
        .sections
        .iter()
        .filter(|one| one.name == "vdom")
        .flat_map(|one| one.edits.iter())
        .filter(|edit| !edit.sections.is_empty())
        .map(|edit| edit.name.as_str())
        .collect();
    let mut all = Vec::new();
    for section in &root.sections {
        match section.name.as_str() {
            "global" => {
                all.extend(section.sections.iter().map(|node| Section { node, domain: "" }));
            }
            "vdom" => {
                for edit in &section.edits {
                    let domain = if domains.len() > 1 { edit.name.as_str() } else { "" };
                    all.extend(edit.sections.iter().map(|node| Section { node, domain }));
                }
            }
            _ => all.push(Section { node: section, domain: "" }),
        }
    }
    all
}

/// Returns a name with the virtual domain in front, where there are several.
fn in_domain(name: &str, domain: &str) -> String {
    if domain.is_empty() { name.to_owned() } else { format!("{domain}: {name}") }
}

#[cfg(test)]
mod tests;
