//! The FortiGate itself: model, serial number, version, administrators, certificates, Wi-Fi.

use super::{Config, in_domain};
use crate::import::appliance::{User, Wifi};
use crate::import::certificate;
use crate::import::normal::network;

impl Config<'_> {
    /// Reads what the comments in front say of the device.
    pub(super) fn identity(&mut self, text: &str) {
        let appliance = &mut self.appliance;
        appliance.manufacturer = Some("Fortinet".to_owned());
        appliance.os = Some("FortiOS".to_owned());
        for line in text.lines().take_while(|line| line.trim().is_empty() || line.starts_with('#'))
        {
            let comment = line.trim_start_matches('#').trim();
            if let Some(rest) = comment.strip_prefix("config-version=") {
                let mut parts = rest.split(['-', ':']);
                let model = parts.next().and_then(model_of);
                appliance.model = appliance.model.take().or(model);
                let version = parts.next().map(str::to_owned);
                appliance.os_version = appliance.os_version.take().or(version);
                continue;
            }
            let Some((label, value)) = comment.split_once(':') else { continue };
            let value = value.trim();
            match label.trim() {
                _ if value.is_empty() => {}
                "Version" => {
                    let (model, version) = value.split_once(' ').unwrap_or((value, ""));
                    appliance.model = Some(model.to_owned());
                    let version = version.trim_start_matches('v').split([',', ' ']).next();
                    appliance.os_version =
                        version.filter(|text| !text.is_empty()).map(str::to_owned);
                }
                "Model name" => appliance.model = Some(value.to_owned()),
                "Serial-Number" => appliance.serial = Some(value.to_owned()),
                "Security Level"
                | "BIOS version"
                | "System Part-Number"
                | "Operation Mode"
                | "Virtual domain configuration"
                | "FIPS-CC mode"
                | "Current HA mode"
                | "RAM"
                | "Hard disk"
                | "Hardware Revision" => appliance.settings.set("Hardware", label.trim(), value),
                _ => {}
            }
        }
        if let Some(serial) = &appliance.serial {
            appliance.key = serial.to_lowercase();
        }
        for section in self.take("system snmp sysinfo") {
            self.appliance.location = section.node.text("location");
            self.appliance.contact = section.node.text("contact-info");
            self.settings(section.node, "system snmp sysinfo");
        }
        for section in self.take("system global") {
            self.settings(section.node, "system global");
        }
    }

    /// Reads who may sign in.
    pub(super) fn admins(&mut self) {
        for (edit, _) in self.entries("system admin") {
            let profile = edit.value("accprofile");
            self.appliance.users.push(User {
                name: edit.name.clone(),
                description: edit.text("comments"),
                rights: profile.map(|profile| format!("Profile {profile}")),
                is_admin: profile == Some("super_admin") || profile.is_none(),
                is_disabled: false,
            });
            for (name, values) in edit.sets.iter().filter(|(name, _)| name.contains("trusthost")) {
                let trusted =
                    network::prefix(&values.join(" ")).unwrap_or_else(|| values.join(" "));
                if !name.is_empty() && trusted != "0.0.0.0/0" {
                    self.appliance.settings.set("Administrators let in from", &edit.name, &trusted);
                }
            }
            let group = "Administrators' second factor";
            self.appliance.settings.set_some(group, &edit.name, edit.value("two-factor"));
        }
    }

    /// Reads the certificates that it holds.
    pub(super) fn certificates(&mut self) {
        for section in [
            "vpn certificate local",
            "vpn certificate ca",
            "vpn certificate remote",
            "certificate local",
            "certificate ca",
            "certificate remote",
            "system certificate local",
        ] {
            for (edit, _) in self.entries(section) {
                let Some(name) =
                    ["certificate", "ca", "remote"].iter().find_map(|name| edit.text(name))
                else {
                    continue;
                };
                let (certificates, unread) = certificate::read(&name);
                if unread > 0 {
                    let at = self.at(edit);
                    let reason = format!("the certificate {} cannot be read", edit.name);
                    self.harvest.skip(at, reason);
                }
                for certificate in certificates {
                    self.appliance.certificates.push((edit.name.clone(), certificate));
                }
            }
        }
    }

    /// Reads the wireless networks that it sends.
    pub(super) fn wifi(&mut self) {
        for (edit, _) in self.entries("wireless-controller vap") {
            let Some(ssid) = edit.value("ssid") else { continue };
            let security = edit.value("security").unwrap_or("wpa2-only-personal");
            let auth = match security {
                "open" => Some("open"),
                "captive-portal" => Some("portal"),
                _ if security.contains("enterprise") => Some("802-1x"),
                _ if security.contains("personal") || security.contains("sae") => Some("psk"),
                _ => None,
            };
            let encryption = match security {
                "open" | "captive-portal" => Some("none"),
                _ if security.contains("transition") => Some("wpa2-wpa3"),
                _ if security.contains("wpa3") => Some("wpa3"),
                _ if security.contains("wpa2") => Some("wpa2"),
                _ => None,
            };
            self.appliance.wifi.push(Wifi {
                ssid: ssid.to_owned(),
                auth,
                encryption,
                hidden: edit.value("broadcast-ssid").map(|value| value == "disable"),
                port: Some(edit.name.clone()),
                enabled: true,
            });
        }
    }

    /// Returns a name as it is told where there are several virtual domains.
    pub(super) fn named(&self, name: &str, domain: &str) -> String {
        in_domain(name, domain)
    }
}

/// Returns the model as it is sold, from its short form: `FGT91G` is `FortiGate-91G`.
fn model_of(short: &str) -> Option<String> {
    const SERIES: &[(&str, &str)] = &[
        ("FGVM", "FortiGate-VM"),
        ("FGT", "FortiGate-"),
        ("FWF", "FortiWiFi-"),
        ("FGR", "FortiGateRugged-"),
        ("FG", "FortiGate-"),
        ("FW", "FortiWiFi-"),
    ];
    let (start, name) = SERIES.iter().find(|(start, _)| short.starts_with(start))?;
    Some(format!("{name}{}", &short[start.len()..]))
}
