//! The device itself by its IOS configuration: model, serial number, version, accounts, certificates.

use jiff::civil::Date;

use super::{Config, text};
use crate::import::appliance::User;
use crate::import::certificate;
use crate::import::normal::date::{self, Order};

/// Beginnings of the models of switches.
const SWITCHES: &[&str] = &[
    "C9200", "C9300", "C9350", "C9400", "C9500", "C9600", "WS-C", "C1000", "C1200", "C1300",
    "C2960", "C3560", "C3750", "C3850", "C3650", "IE-", "CBS", "SG", "ME-",
];

impl Config<'_> {
    /// Reads what the comments in front, and a few lines, say of the device.
    pub(super) fn identity(&mut self, whole: &str) {
        self.appliance.manufacturer = Some("Cisco".to_owned());
        self.appliance.os = Some("Cisco IOS".to_owned());
        for comment in text::comments(whole).take(2_000) {
            self.comment(comment);
        }
        for (rest, _) in self.take("license udi pid") {
            let mut words = rest.split_whitespace();
            let (model, serial) = (words.next(), words.nth(1));
            let appliance = &mut self.appliance;
            appliance.model = appliance.model.take().or(model.map(str::to_owned));
            appliance.serial = appliance.serial.take().or(serial.map(str::to_owned));
        }
        let version = self.take("version").first().map(|(version, _)| (*version).to_owned());
        // `version 9.3(8) Bios:version 05.45` is a Nexus.
        let version = match version.as_deref().and_then(|line| line.split_once(" Bios:")) {
            Some((version, _)) => {
                self.appliance.os = Some("Cisco NX-OS".to_owned());
                self.appliance.kind = "switch";
                Some(version.to_owned())
            }
            None => version,
        };
        self.appliance.os_version = self.appliance.os_version.take().or(version);
        self.take("hostname");
        self.take("snmp-server location").iter().for_each(|(location, _)| {
            self.appliance.location = Some(location.trim_matches('"').to_owned());
        });
        self.take("snmp-server contact").iter().for_each(|(contact, _)| {
            self.appliance.contact = Some(contact.trim_matches('"').to_owned());
        });
        let model = self.appliance.model.clone().unwrap_or_default().to_uppercase();
        let is_switch = SWITCHES.iter().any(|start| model.starts_with(start))
            || self.blocks.iter().any(|block| block.value("switchport").is_some());
        if is_switch {
            self.appliance.kind = "switch";
        }
        if let Some(serial) = &self.appliance.serial {
            self.appliance.key = serial.to_lowercase();
        }
    }

    fn comment(&mut self, comment: &str) {
        let appliance = &mut self.appliance;
        let set = |field: &mut Option<String>, value: &str| {
            let value = value.trim().trim_end_matches(',');
            if field.is_none() && !value.is_empty() {
                *field = Some(value.to_owned());
            }
        };
        if let Some((software, version)) = comment.split_once(", Version ")
            && software.starts_with("Cisco IOS")
        {
            appliance.os =
                Some(if software.contains("XE") { "Cisco IOS XE" } else { "Cisco IOS" }.to_owned());
            set(&mut appliance.os_version, version.split([',', ' ']).next().unwrap_or_default());
        }
        if let Some(model) = comment.strip_prefix("Chassis type:") {
            set(&mut appliance.model, model);
        }
        if let Some(serial) = comment.strip_prefix("Processor ID:") {
            set(&mut appliance.serial, serial);
        }
        if let Some(rest) = comment.strip_prefix("PID:") {
            let model = rest.split(',').next().unwrap_or_default().trim().to_owned();
            let serial = rest.split("SN:").nth(1).unwrap_or_default().trim().to_owned();
            set(&mut appliance.model, &model);
            set(&mut appliance.serial, &serial);
            if !model.is_empty() && !serial.is_empty() {
                appliance.settings.set("Hardware", &model, &serial);
            }
        }
        for (start, label) in [
            ("Image: Software:", "Image"),
            ("Image: flash:", "Image file"),
            ("VTP: VTP Domain Name", "VTP domain"),
            ("VTP: VTP Operating Mode", "VTP mode"),
            ("Memory: main", "Memory"),
        ] {
            if let Some(value) = comment.strip_prefix(start) {
                let value = value.trim_start_matches([' ', ':']);
                appliance.settings.set("Hardware", label, value);
            }
        }
        let is_change = comment.starts_with("Last configuration change at")
            || comment.starts_with("NVRAM config last updated at");
        if is_change && appliance.saved_on.is_none() {
            appliance.saved_on = day_in(comment);
        }
    }

    /// Reads who may sign in.
    pub(super) fn users(&mut self) {
        for (rest, _) in self.take("username") {
            let mut words = rest.split_whitespace();
            let Some(name) = words.next().filter(|name| !name.starts_with('<')) else { continue };
            let words: Vec<&str> = words.collect();
            let level = words.iter().position(|word| *word == "privilege");
            let level = level.and_then(|at| words.get(at + 1)).copied();
            if self.appliance.users.iter().any(|user| user.name == name) {
                continue;
            }
            self.appliance.users.push(User {
                name: name.to_owned(),
                rights: level.map(|level| format!("Privilege level {level}")),
                is_admin: level == Some("15"),
                ..User::default()
            });
        }
    }

    /// Reads certificates, which stand in the configuration as hexadecimal digits.
    pub(super) fn certificates(&mut self) {
        for (chain, block) in self.take("crypto pki certificate chain") {
            let mut digits: Option<String> = None;
            let end = std::iter::once(&(0, "quit"));
            for (_, line) in block.inner.iter().chain(end) {
                let is_hex = !line.is_empty()
                    && line.chars().all(|c| c.is_ascii_hexdigit() || c.is_whitespace());
                match (&mut digits, is_hex) {
                    (Some(digits), true) => digits.extend(line.split_whitespace()),
                    (None, true) => {}
                    (_, false) => {
                        let whole = digits.take().filter(|digits| !digits.is_empty());
                        self.certificate(chain, whole.as_deref(), block.line);
                        digits = line.starts_with("certificate").then(String::new);
                    }
                }
            }
        }
    }

    fn certificate(&mut self, chain: &str, digits: Option<&str>, line: usize) {
        let Some(digits) = digits else { return };
        let bytes = data_encoding::HEXUPPER_PERMISSIVE.decode(digits.as_bytes());
        match bytes.ok().and_then(|bytes| certificate::of_der(&bytes)) {
            Some(certificate) => self.appliance.certificates.push((chain.to_owned(), certificate)),
            None => {
                let at = self.at(line);
                self.harvest.skip(at, "a certificate that cannot be read");
            }
        }
    }
}

/// Returns the day in a line such as `… at 09:37:40 CEST Tue Aug 20 2024 by oxidized`.
fn day_in(comment: &str) -> Option<Date> {
    const MONTHS: &[&str] =
        &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let words: Vec<&str> = comment.split_whitespace().collect();
    let at = words.iter().position(|word| MONTHS.contains(word))?;
    let month = MONTHS.iter().position(|month| *month == words[at])? + 1;
    let (day, year) = (words.get(at + 1)?, words.get(at + 2)?);
    date::read(&format!("{year}-{month:02}-{day:0>2}"), Order::Unknown).ok()
}
