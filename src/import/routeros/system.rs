//! The device itself by its RouterOS export: model, serial number, version, names, Wi-Fi.

use jiff::civil::Date;

use super::{Config, comment, is_off};
use crate::import::appliance::{User, Wifi};
use crate::import::normal::date::{self, Order};

impl Config<'_> {
    /// Reads what the comments in front say of the device.
    pub(super) fn identity(&mut self, text: &str) {
        let appliance = &mut self.appliance;
        appliance.manufacturer = Some("MikroTik".to_owned());
        appliance.os = Some("RouterOS".to_owned());
        let comments = text.lines().filter(|line| line.starts_with('#')).take(1_000);
        for line in comments {
            let line = line.trim_start_matches('#').trim();
            if let Some((when, version)) = line.split_once(" by RouterOS ") {
                appliance.os_version = Some(version.trim().to_owned());
                appliance.saved_on = appliance.saved_on.or_else(|| day_of(when));
                continue;
            }
            let Some((label, value)) = line.split_once('=').or_else(|| line.split_once(':')) else {
                continue;
            };
            let value = value.trim();
            match label.trim() {
                _ if value.is_empty() => {}
                "model" => appliance.model = Some(value.to_owned()),
                "board-name" => appliance.model = appliance.model.take().or(Some(value.to_owned())),
                "serial number" | "serial-number" => appliance.serial = Some(value.to_owned()),
                "version" | "installed-version" => {
                    let version = value.split_whitespace().next().map(str::to_owned);
                    appliance.os_version = appliance.os_version.take().or(version);
                }
                "total-memory" | "cpu" | "cpu-count" | "total-hdd-space" | "architecture-name"
                | "factory-software" | "software id" => {
                    appliance.settings.set("Hardware", label.trim(), value)
                }
                _ => {}
            }
        }
        if let Some(serial) = &appliance.serial {
            appliance.key = serial.to_lowercase();
        }
        let model = appliance.model.clone().unwrap_or_default();
        appliance.kind = match model.as_str() {
            model if model.starts_with("CRS") || model.starts_with("CSS") => "switch",
            model
                if model.starts_with("RBcAP")
                    || model.starts_with("cAP")
                    || model.starts_with("wAP")
                    || model.starts_with("RBwAP") =>
            {
                "ap"
            }
            _ => "router",
        };
        self.take("system identity");
        for command in self.take("snmp") {
            self.appliance.location = command.value("location").map(str::to_owned);
            self.appliance.contact = command.value("contact").map(str::to_owned);
            self.settings(command);
        }
    }

    /// Reads the names that it answers for itself.
    pub(super) fn names(&mut self) {
        for command in self.take("ip dns static") {
            let Some(name) = command.value("name").or_else(|| command.value("regexp")) else {
                continue;
            };
            let values = ["address", "cname", "forward-to", "text", "type"];
            let Some(value) = values.iter().find_map(|value| command.value(value)) else {
                continue;
            };
            let off = if is_off(command) { " (off)" } else { "" };
            let value = format!("{value}{off}");
            self.appliance.settings.set_why("DNS / Names", name, &value, comment(command));
        }
    }

    /// Reads who may sign in.
    pub(super) fn users(&mut self) {
        for command in self.take("user") {
            let Some(name) = command.value("name") else { continue };
            let group = command.value("group");
            self.appliance.users.push(User {
                name: name.to_owned(),
                description: comment(command).map(str::to_owned),
                rights: group.map(|group| format!("Group {group}")),
                is_admin: group == Some("full"),
                is_disabled: is_off(command),
            });
        }
    }

    /// Reads wireless networks, in the layouts of both drivers and of the controller.
    pub(super) fn wifi(&mut self) {
        let profiles = self.take("interface wireless security-profiles");
        for command in self.take("interface wireless") {
            let Some(ssid) = command.value("ssid") else {
                self.settings(command);
                continue;
            };
            let name = command.value("security-profile").unwrap_or("default");
            let profile = profiles.iter().find(|profile| {
                profile.is("name", name) || profile.found("default").is_some() && name == "default"
            });
            let kinds = profile
                .and_then(|profile| profile.value("authentication-types"))
                .unwrap_or_default();
            let port = command.value("name").or_else(|| command.found("default-name"));
            self.appliance.wifi.push(Wifi {
                ssid: ssid.to_owned(),
                auth: auth_of(kinds),
                encryption: encryption_of(kinds),
                hidden: command.value("hide-ssid").map(|value| value == "yes"),
                port: port.map(str::to_owned),
                enabled: !is_off(command),
            });
        }
        for path in [
            "interface wifi",
            "interface wifi configuration",
            "interface wifiwave2",
            "interface wifiwave2 configuration",
            "caps-man configuration",
        ] {
            for command in self.take(path) {
                let ssid = command.value("configuration.ssid").or_else(|| command.value("ssid"));
                let Some(ssid) = ssid else {
                    self.settings(command);
                    continue;
                };
                let kinds = ["security.authentication-types", "authentication-types"];
                let kinds = kinds.iter().find_map(|name| command.value(name)).unwrap_or_default();
                self.appliance.wifi.push(Wifi {
                    ssid: ssid.to_owned(),
                    auth: auth_of(kinds),
                    encryption: encryption_of(kinds),
                    hidden: None,
                    port: None,
                    enabled: !is_off(command),
                });
            }
        }
    }
}

fn auth_of(kinds: &str) -> Option<&'static str> {
    match kinds {
        "" => None,
        kinds if kinds.contains("eap") => Some("802-1x"),
        _ => Some("psk"),
    }
}

fn encryption_of(kinds: &str) -> Option<&'static str> {
    match (kinds.contains("wpa3"), kinds.contains("wpa2")) {
        (true, true) => Some("wpa2-wpa3"),
        (true, false) => Some("wpa3"),
        (false, true) => Some("wpa2"),
        (false, false) => None,
    }
}

/// Returns the day of an export, in the old spelling `mar/10/2025 15:04:16` or the new one.
fn day_of(when: &str) -> Option<Date> {
    const MONTHS: &[&str] =
        &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let day = when.split_whitespace().next()?;
    let parts: Vec<&str> = day.split('/').collect();
    let iso = match parts.as_slice() {
        [month, day, year] => {
            let month = MONTHS.iter().position(|name| *name == month.to_lowercase())? + 1;
            format!("{year}-{month:02}-{day:0>2}")
        }
        _ => day.to_owned(),
    };
    date::read(&iso, Order::Unknown).ok()
}
