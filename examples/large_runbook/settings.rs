//! Rows of `[[setting]]`: value, default, and for about one in three the reason.

use crate::dice::Dice;
use crate::estate::{self, Estate};
use crate::record::{Facts, Kind, Value, day};

/// What a setting may be set to. The first is the default.
enum Takes {
    Number(&'static [i64], &'static str),
    Word(&'static [&'static str]),
    Flag(bool),
    /// A host of the site, by the start of its name.
    Host(&'static str),
}

use Takes::{Flag, Host, Number, Word};

const SETTINGS: &[(&str, &str, Takes)] = &[
    ("System / General", "Time zone", Word(&["UTC", "Europe/London", "America/New_York"])),
    ("System / General", "Language of the console", Word(&["English", "Local"])),
    ("System / General", "Banner before sign-in", Flag(false)),
    ("System / General", "Log retention", Number(&[7, 14, 30, 90, 180], "days")),
    ("System / Admin", "Idle timeout", Number(&[5, 10, 15, 30], "min")),
    ("System / Admin", "Lock out after", Number(&[10, 3, 5], "attempts")),
    ("System / Admin", "Web console on port", Number(&[443, 8443, 10443], "")),
    ("System / Admin", "Plain HTTP redirects to HTTPS", Flag(false)),
    ("System / Admin", "Administration from the internet", Flag(false)),
    ("System / Admin", "Lowest TLS version", Word(&["1.0", "1.2", "1.3"])),
    ("System / Time", "First time server", Host("ntp1")),
    ("System / Time", "Second time server", Host("ntp2")),
    ("System / Time", "Poll interval", Number(&[64, 256, 1024], "s")),
    ("System / Update", "Check for updates", Word(&["never", "daily", "weekly"])),
    ("System / Update", "Install by itself", Flag(true)),
    ("System / Update", "Install window starts at", Word(&["any time", "02:00", "03:30", "22:00"])),
    ("System / Update", "Channel", Word(&["latest", "stable", "long-term"])),
    ("Logging / Remote", "Log server", Host("log")),
    ("Logging / Remote", "Lowest level sent", Word(&["debug", "information", "warning", "error"])),
    ("Logging / Remote", "Transport", Word(&["UDP", "TCP", "TLS"])),
    ("Logging / Local", "Size of the local log", Number(&[4, 16, 64], "MB")),
    ("Logging / Local", "Overwrite when full", Flag(true)),
    ("Monitoring / SNMP", "Version", Word(&["2c", "3", "off"])),
    ("Monitoring / SNMP", "Queries allowed from", Host("monitor")),
    ("Monitoring / SNMP", "Traps on link change", Flag(true)),
    ("Monitoring / Health", "Warn at temperature", Number(&[70, 60, 65], "°C")),
    ("Monitoring / Health", "Warn at storage use", Number(&[95, 80, 85, 90], "%")),
    ("Monitoring / Health", "Probe interval", Number(&[60, 30, 300], "s")),
    ("Network / DNS", "First resolver", Host("dns1")),
    ("Network / DNS", "Second resolver", Host("dns2")),
    ("Network / DNS", "Search suffix", Host("corp")),
    ("Network / Ports", "Link speed", Word(&["auto", "1G full", "100M full"])),
    ("Network / Ports", "Flow control", Flag(true)),
    ("Network / Ports", "Energy-efficient Ethernet", Flag(true)),
    ("Network / Ports", "Unused ports", Word(&["on", "off", "in VLAN 999"])),
    ("Network / Spanning tree", "Mode", Word(&["classic", "rapid", "multiple"])),
    ("Network / Spanning tree", "Bridge priority", Number(&[32768, 4096, 8192, 16384], "")),
    ("Network / Discovery", "LLDP", Flag(false)),
    ("Network / Discovery", "Multicast snooping", Flag(false)),
    ("Security / Access", "Sign-in through the directory", Flag(false)),
    ("Security / Access", "Directory server", Host("dc1")),
    ("Security / Access", "Local sign-in stays possible", Flag(true)),
    ("Security / Access", "USB ports", Word(&["open", "read only", "off"])),
    ("Security / Firewall", "Default for incoming", Word(&["allow", "drop", "reject"])),
    ("Security / Firewall", "Reply to ping", Flag(true)),
    ("Security / Firewall", "Limit of new connections", Number(&[0, 200, 500, 2000], "per s")),
    ("Storage / Snapshots", "Every", Number(&[24, 1, 4, 12], "h")),
    ("Storage / Snapshots", "Kept for", Number(&[7, 14, 30], "days")),
    ("Power / Saving", "Sleep after", Number(&[30, 0, 60, 120], "min")),
    ("Power / Saving", "Start again after power loss", Word(&["stay off", "last state", "always"])),
    ("Power / Saving", "Wake on LAN", Flag(false)),
];

/// Returns 8 to 25 settings of a device at `site`, fewer more often than many.
pub fn of_device(estate: &Estate, site: usize, dice: &mut Dice) -> Vec<Facts> {
    let count = (0..3).map(|_| dice.between(8, 25)).min().unwrap_or(8);
    dice.some(count as usize, SETTINGS.len())
        .into_iter()
        .map(|ix| row(&SETTINGS[ix], estate, site, dice))
        .collect()
}

fn row(
    (group, name, takes): &(&'static str, &'static str, Takes),
    estate: &Estate,
    site: usize,
    dice: &mut Dice,
) -> Facts {
    let mut row = Facts::default().with("group", *group).with("name", *name);
    let (value, unit, default): (Value, &str, Option<Value>) = match takes {
        Number(choices, unit) => (dice.pick(choices).into(), unit, Some(choices[0].into())),
        Word(choices) => (dice.pick(choices).into(), "", Some(choices[0].into())),
        Flag(default) => (dice.chance(50).into(), "", Some((*default).into())),
        Host(start) => (format!("{start}.{}.example", estate::site_id(site)).into(), "", None),
    };
    row.add("value", value);
    if !unit.is_empty() {
        row.add("unit", unit);
    }
    if let Some(default) = default {
        row.add("default", default);
    }
    if dice.chance(30) {
        row.add("why", reason(estate, site, dice));
    }
    row
}

fn reason(estate: &Estate, site: usize, dice: &mut Dice) -> String {
    let on = day(-dice.between(20, 1500));
    let ticket = dice.between(1000, 99_999);
    match dice.below(8) {
        0 => format!(
            "Asked for by {}, {on}.",
            estate::person_name(dice.below(estate.count(Kind::Person)))
        ),
        1 => format!("As in the baseline of {on}."),
        2 => {
            format!("The default filled the log in {} hours; ticket {ticket}.", dice.between(2, 60))
        }
        3 => format!("Agreed with the staff of {} after ticket {ticket}.", estate::site_name(site)),
        4 => format!("Raised to fit {} users at month end.", dice.between(12, 400)),
        5 => format!("The insurer's questionnaire of {on} asks for it."),
        6 => format!("A fault on {on} was traced to the default."),
        _ => format!(
            "Same as on every device of {}, so that nobody has to guess.",
            estate::site_name(site)
        ),
    }
}
