//! Reads exports of MikroTik's RouterOS: what `/export` prints, and what Oxidized keeps of it with
//! comments in front.
//!
//! Commands that become nothing else become settings of the device, under the path they stand in.

mod export;
mod interfaces;
mod rules;
mod system;
mod vpn;

use std::collections::{BTreeMap, HashSet};

use super::appliance::records::{self, Saved};
use super::appliance::redaction::Redaction;
use super::appliance::{self, Appliance, sharing};
use super::foreign::Foreign;
use super::proposal::{Harvest, Origin};
use super::{Fit, Reader, Refused, Wishes};
use export::Command;

/// The reader of RouterOS exports.
pub struct RouterOs;

impl Reader for RouterOs {
    fn name(&self) -> &'static str {
        "routeros"
    }

    fn about(&self) -> &'static str {
        "exports of MikroTik RouterOS (/export, Oxidized)"
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

fn fit(head: &str) -> Fit {
    const PATHS: &[&str] = &[
        "/interface",
        "/ip",
        "/ipv6",
        "/system",
        "/routing",
        "/snmp",
        "/tool",
        "/user",
        "/disk",
        "/queue",
        "/ppp",
        "/certificate",
        "/caps-man",
        "/port",
        "/radius",
    ];
    let mut below_path = false;
    for line in head.lines() {
        let line = line.trim();
        if line.starts_with('#') {
            if line.contains("by RouterOS") || line.contains("MikroTik") {
                return Fit::Sure;
            }
            continue;
        }
        let is_path = PATHS.iter().any(|path| {
            line.strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '/']))
        });
        let is_command = line.starts_with("add ") || line.starts_with("set ");
        if (below_path || is_path && (line.contains(" add ") || line.contains(" set ")))
            && (is_command || is_path)
            && line.contains('=')
        {
            return Fit::Sure;
        }
        below_path = is_path || below_path && is_command;
    }
    Fit::No
}

/// Returns the places of the secrets in an export.
pub(super) fn secrets(text: &str) -> Redaction {
    let mut redaction = Redaction::default();
    export::read(text, &mut redaction);
    redaction
}

fn read(file: &Foreign, harvest: &mut Harvest) -> Result<(Appliance, Saved), Refused> {
    let text = appliance::text_of(file)?;
    let mut redaction = Redaction::default();
    let commands = export::read(&text, &mut redaction);
    if !commands.iter().any(|command| !command.path.is_empty()) {
        return Err(Refused::new(format!("`{}` is no export of RouterOS", file.name))
            .help("save what `/export` prints"));
    }
    let appliance = Config::new(&commands, file, harvest).read(&text);
    let text = redaction.apply(&text);
    let saved = Saved { text: redaction.keep(&text), extension: "rsc", redaction };
    Ok((appliance, saved))
}

/// An export while it is read.
struct Config<'a> {
    file: &'a Foreign,
    harvest: &'a mut Harvest,
    appliance: Appliance,
    commands: &'a [Command],
    /// Commands that became something else than settings, by their lines.
    read: HashSet<usize>,
    /// The interfaces of each list, such as `WAN`.
    lists: BTreeMap<String, Vec<String>>,
}

impl<'a> Config<'a> {
    fn new(commands: &'a [Command], file: &'a Foreign, harvest: &'a mut Harvest) -> Config<'a> {
        let identity = commands.iter().find(|command| command.path == "system identity");
        // What a device without a name calls itself.
        let name = identity.and_then(|command| command.value("name")).unwrap_or("MikroTik");
        let appliance = Appliance::new(Origin::whole(&file.name), "router", name);
        let (read, lists) = (HashSet::new(), BTreeMap::new());
        Config { file, harvest, appliance, commands, read, lists }
    }

    fn read(mut self, text: &str) -> Appliance {
        self.identity(text);
        self.lists();
        self.ports();
        self.addresses();
        self.uplinks();
        self.dhcp();
        self.routes();
        self.names();
        self.filter();
        self.nat();
        self.address_lists();
        self.wireguard();
        self.ipsec();
        self.servers();
        self.wifi();
        self.users();
        self.rest();
        self.appliance
    }

    /// Returns the commands under a path, and notes them as read.
    fn take(&mut self, path: &str) -> Vec<&'a Command> {
        let found: Vec<&'a Command> =
            self.commands.iter().filter(|command| command.path == path).collect();
        self.read.extend(found.iter().map(|command| command.line));
        found
    }

    fn at(&self, command: &Command) -> Origin {
        Origin::line(&self.file.name, command.line)
    }

    /// Makes settings of all that became nothing else.
    fn rest(&mut self) {
        let unread = |command: &&'a Command| !self.read.contains(&command.line);
        let rest: Vec<&'a Command> = self.commands.iter().filter(unread).collect();
        for command in rest {
            match command.verb.as_str() {
                "set" => self.settings(command),
                _ => self.entry(command),
            }
        }
    }

    /// Makes a row of each value that is set.
    fn settings(&mut self, command: &Command) {
        let target = command.found("name").or_else(|| command.found("default-name"));
        let target = target.unwrap_or_else(|| command.target.trim_matches(['[', ']', ' ']));
        let target = if target.starts_with("find") { "" } else { target };
        for (name, value) in &command.pairs {
            let name = format!("{target} {name}");
            self.appliance.settings.set(&command.path, name.trim(), &yes_or_no(value));
        }
    }

    /// Makes one row of what is added.
    fn entry(&mut self, command: &Command) {
        let named = ["name", "comment", "interface", "address", "list", "dst-address", "topics"];
        let by = named.iter().find(|name| command.value(name).is_some());
        let name = by.and_then(|name| command.value(name)).unwrap_or(&command.verb);
        let others = command.pairs.iter().filter(|(key, _)| Some(&key.as_str()) != by);
        let value: Vec<String> = others.map(|(key, value)| format!("{key}={value}")).collect();
        let value = if value.is_empty() { "true".to_owned() } else { value.join(" ") };
        self.appliance.settings.set(&command.path, name, &value);
    }
}

fn yes_or_no(value: &str) -> String {
    match value {
        "yes" => "true".to_owned(),
        "no" => "false".to_owned(),
        other => other.to_owned(),
    }
}

/// Whether a command is switched off.
fn is_off(command: &Command) -> bool {
    command.is("disabled", "yes")
}

/// Returns what a person wrote beside a command; what the factory wrote says nothing.
fn comment(command: &Command) -> Option<&str> {
    command.value("comment").filter(|comment| *comment != "defconf")
}

#[cfg(test)]
mod tests;
