//! Values that are read with more than one field in mind: an address and its mask, a speed both ways, a
//! list of telephones in one cell.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::Value;

use super::{Draft, Thing, plain};
use crate::import::bounded::json;
use crate::import::normal::{network, one_line};
use crate::import::proposal::{Row, Wish};
use crate::import::words;

impl Draft<'_> {
    /// Says what the values with `@` tell together.
    pub(super) fn combine(&mut self, thing: &Thing) {
        match self.layout.kind {
            "device" => self.device(thing),
            "person" => self.person(),
            "site" => self.place(),
            "organization" => self.alert(),
            "circuit" => self.circuit(),
            "network" => self.network(),
            "wifi" => self.wifi(),
            "account" => self.account(),
            _ => {}
        }
        self.status();
        // What was not understood is kept as it was written.
        for (label, text) in std::mem::take(&mut self.combined).into_values() {
            self.keep(&label, &super::Cell::Text(text));
        }
    }

    fn take(&mut self, target: &str) -> Option<(String, String)> {
        self.combined.remove(target)
    }

    /// Returns the plain text of a target, and leaves it there.
    fn peek(&self, target: &str) -> Option<String> {
        self.combined.get(target).map(|(_, text)| plain(text))
    }

    fn status(&mut self) {
        let Some(text) = self.peek("@status") else { return };
        if self.shape.get("status").is_none() {
            return;
        }
        let label = self.combined["@status"].0.clone();
        if let Some(status) = words::status(&label, &text) {
            self.take("@status");
            if !self.said.iter().any(|said| said == "status") {
                self.say("status", &label, Wish::from(status));
            }
        }
    }

    fn device(&mut self, thing: &Thing) {
        let said = self.peek("@type");
        let known = said.as_deref().and_then(words::device_type);
        if known.is_some() {
            self.take("@type");
        }
        if !self.said.iter().any(|said| said == "type") {
            let text = |field: &str| self.proposal.text(field).unwrap_or_default().to_owned();
            let guessed = || words::type_by_system(&text("os"), &text("model"));
            let kind = known
                .or_else(guessed)
                .or_else(|| words::device_type(&thing.layout))
                .unwrap_or("other");
            self.say("type", "type", Wish::from(kind));
        }
        let mut rows = Interfaces::default();
        if let Some((label, text)) = self.take("@interfaces")
            && !rows.of_json(&text)
        {
            self.combined.insert("@interfaces", (label, text));
        }
        let addresses = self.addresses("@ip", network::address);
        let macs = self.addresses("@mac", network::mac);
        rows.add_pairs(addresses, macs);
        for row in rows.rows {
            self.proposal.row("interface", row);
        }
    }

    /// Returns the addresses in a cell; one in which something else stands is kept whole as well.
    fn addresses(&mut self, target: &str, read: fn(&str) -> Option<String>) -> Vec<String> {
        let Some(text) = self.peek(target) else { return Vec::new() };
        let parts = network::parts(&text);
        let found: Vec<String> = parts.iter().filter_map(|part| read(part)).collect();
        if found.len() == parts.len() {
            self.take(target);
        }
        found
    }

    fn person(&mut self) {
        if let Some(text) = self.peek("@contact") {
            const ROLES: &[(&str, &str)] = &[
                ("decision", "decision"),
                ("owner", "decision"),
                ("technical", "technical"),
                ("it contact", "technical"),
                ("billing", "billing"),
                ("accounts payable", "billing"),
                ("emergency", "emergency"),
                ("approver", "approver"),
                ("authorized", "approver"),
                ("end user", "user"),
            ];
            let lower = text.to_lowercase();
            let roles: Vec<&str> = ROLES
                .iter()
                .filter(|(word, _)| lower.contains(word))
                .map(|(_, role)| *role)
                .collect();
            if !roles.is_empty() {
                self.take("@contact");
                self.say("roles", "roles", Wish::from(roles));
            }
        }
        if let Some((label, text)) = self.take("@emails") {
            let mut values = Contacts::read(&text);
            if let Some(first) = values.take_first(|_| true) {
                self.offer("email", "Email", &first);
            }
            values.0.iter().for_each(|one| {
                self.proposal.custom(one.label_or(&label), one.value.as_str());
            });
        }
        if let Some((label, text)) = self.take("@phones") {
            let mut values = Contacts::read(&text);
            let is_mobile = |one: &Contact| {
                one.label.to_lowercase().contains("mobile")
                    || one.label.to_lowercase().contains("cell")
            };
            if let Some(mobile) = values.take_first(is_mobile) {
                self.offer("mobile", "Mobile", &mobile);
            }
            if let Some(phone) = values.take_first(|_| true) {
                self.offer("phone", "Phone", &phone);
            }
            values.0.iter().for_each(|one| {
                self.proposal.custom(one.label_or(&label), one.value.as_str());
            });
        }
    }

    fn offer(&mut self, field: &str, label: &str, contact: &Contact) {
        match self.said.iter().any(|said| said == field) {
            true => {
                self.proposal.custom(contact.label_or(label), contact.value.as_str());
            }
            false => self.say(field, label, Wish::from(contact.value.as_str())),
        }
    }

    fn place(&mut self) {
        let lines: Vec<String> =
            ["@address", "@address2"].iter().filter_map(|target| self.peek(target)).collect();
        if lines.is_empty() {
            return;
        }
        self.take("@address");
        self.take("@address2");
        if self.proposal.text("address").is_none() {
            self.say("address", "Address", Wish::from(lines.join(", ")));
        }
    }

    /// What everybody must see first stands above the notes.
    fn alert(&mut self) {
        if let Some((_, text)) = self.take("@alert") {
            let lines = super::prose(&text);
            let lines: Vec<String> =
                lines.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect();
            self.notes.insert(0, (None, format!("> [!IMPORTANT]\n{}", lines.join("\n"))));
        }
        if self.peek("@status").is_some_and(|text| text.eq_ignore_ascii_case("active")) {
            self.take("@status");
        }
    }

    fn circuit(&mut self) {
        self.take("@mask");
        for (target, field) in [("@down", "down"), ("@up", "up")] {
            if let Some(speed) = self.peek(target).as_deref().and_then(megabits) {
                let (label, _) = self.take(target).expect("it was just looked at");
                self.say(field, &label, number(speed));
            }
        }
        let Some(text) = self.peek("@speed") else { return };
        let (down, up) = match text.split_once(['/', '×']) {
            Some((down, up)) => (down.to_owned(), up.to_owned()),
            None => (text.clone(), text.clone()),
        };
        // `100/40 Mbps`: the unit stands behind the second.
        let unit: String = up.chars().skip_while(|c| !c.is_alphabetic()).collect();
        let down =
            if down.chars().any(char::is_alphabetic) { down } else { format!("{down} {unit}") };
        if let (Some(down), Some(up)) = (megabits(&down), megabits(&up)) {
            let (label, _) = self.take("@speed").expect("it was just looked at");
            if !self.said.iter().any(|said| said == "down") {
                self.say("down", &label, number(down));
            }
            if text.contains('/') && !self.said.iter().any(|said| said == "up") {
                self.say("up", &label, number(up));
            }
        }
    }

    fn network(&mut self) {
        let mask = self.peek("@mask");
        if let Some(text) = self.peek("@prefix") {
            let first = text.split([',', ';']).next().unwrap_or_default().trim();
            let with_mask = |mask: &String| {
                network::prefix(&format!("{first} {}", mask.trim_start_matches('/')))
            };
            let prefix = network::prefix(first).or_else(|| mask.as_ref().and_then(with_mask));
            if let Some(prefix) = prefix {
                let (label, whole) = self.take("@prefix").expect("it was just looked at");
                self.take("@mask");
                self.say("prefix", &label, Wish::from(prefix));
                if first != text {
                    self.proposal.custom(label, plain(&whole));
                }
            }
        }
        if let Some(text) = self.peek("@range")
            && let Some((from, to)) = range(&text)
        {
            self.take("@range");
            self.proposal.row("dhcp_range", Row::new().put("from", from).put("to", to));
        }
    }

    fn wifi(&mut self) {
        let Some(text) = self.peek("@security") else { return };
        let lower = text.to_lowercase();
        let encryption = match () {
            () if lower.contains("wpa3") && lower.contains("wpa2") => Some("wpa2-wpa3"),
            () if lower.contains("wpa3") => Some("wpa3"),
            () if lower.contains("wpa2") => Some("wpa2"),
            () if lower.contains("open") || lower == "none" => Some("none"),
            () if lower.contains("wep") || lower.contains("wpa") => Some("other"),
            () => None,
        };
        let auth = match () {
            () if lower.contains("enterprise") || lower.contains("802.1x") => Some("802-1x"),
            () if lower.contains("psk")
                || lower.contains("personal")
                || lower.contains("pre-shared") =>
            {
                Some("psk")
            }
            () if lower.contains("portal") => Some("portal"),
            () if lower.contains("open") => Some("open"),
            () => None,
        };
        if encryption.is_none() && auth.is_none() {
            return;
        }
        // `WPA2-PSK (TKIP)` says more than the choices.
        if matches!(encryption, Some("other")) {
            self.proposal.custom("Security", text.as_str());
        }
        self.take("@security");
        if let Some(encryption) = encryption {
            self.say("encryption", "encryption", Wish::from(encryption));
        }
        if let Some(auth) = auth {
            self.say("auth", "auth", Wish::from(auth));
        }
    }

    fn account(&mut self) {
        const TYPES: &[(&str, &str)] = &[
            ("break", "break-glass"),
            ("service", "service"),
            ("api", "api"),
            ("shared", "shared"),
            ("wireless", "psk"),
            ("wifi", "psk"),
            ("encryption", "encryption-key"),
            ("recovery", "recovery-key"),
            ("admin", "admin"),
        ];
        let Some(text) = self.peek("@category") else { return };
        let lower = text.to_lowercase();
        self.take("@category");
        if let Some((_, kind)) = TYPES.iter().find(|(word, _)| lower.contains(word)) {
            self.say("type", "type", Wish::from(*kind));
        }
        // Under a name without `password` in it: that would look like one.
        self.proposal.custom("Category", text);
    }
}

/// Returns a number as people write it: whole ones without a point.
fn number(value: f64) -> Wish {
    if value.fract() == 0.0 { Wish::Integer(value as i64) } else { Wish::Number(value) }
}

/// Returns a speed in megabits a second: `1 Gbps` is 1000.
fn megabits(text: &str) -> Option<f64> {
    let text = text.trim().to_lowercase();
    let end =
        text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(text.len());
    let number: f64 = text[..end].replace(',', "").parse().ok()?;
    let unit = text[end..].trim();
    match unit.chars().next() {
        None | Some('m') => Some(number),
        Some('g') => Some(number * 1000.0),
        Some('k') => Some(number / 1000.0),
        _ => None,
    }
}

/// Returns the ends of `10.0.0.100 - 10.0.0.200`; the second may be only its last number.
fn range(text: &str) -> Option<(String, String)> {
    let (from, to) = text.split_once(" to ").or_else(|| text.split_once(['-', '–', '—']))?;
    let (from, to) = (from.trim(), to.trim());
    let start: IpAddr = from.parse().ok()?;
    if to.parse::<IpAddr>().is_ok() {
        return Some((from.to_owned(), to.to_owned()));
    }
    let IpAddr::V4(start) = start else { return None };
    let [a, b, c, _] = start.octets();
    let last: u8 = to.trim_start_matches('.').parse().ok()?;
    Some((from.to_owned(), format!("{a}.{b}.{c}.{last}")))
}

/// Returns public addresses as prefixes: one address with its mask as the network it is in, without as
/// itself. Nothing where something else stands among them.
pub(super) fn public_prefixes(text: &str, mask: Option<&str>) -> Option<Vec<String>> {
    let parts: Vec<String> =
        plain(text).split([',', ';']).map(one_line).filter(|part| !part.is_empty()).collect();
    let mut prefixes: Vec<String> = Vec::new();
    for part in &parts {
        let part = part.as_str();
        let masked = |address: IpAddr| {
            let length = network::prefix_length(mask?.trim().trim_start_matches('/'), address)?;
            Some(IpNet::new(address, length).ok()?.trunc().to_string())
        };
        let prefix = match part.parse::<IpAddr>() {
            Ok(address) => masked(address).or_else(|| Some(IpNet::from(address).to_string())),
            Err(_) => network::prefix(part),
        }?;
        if !prefixes.contains(&prefix) {
            prefixes.push(prefix);
        }
    }
    (!prefixes.is_empty()).then_some(prefixes)
}

/// Interfaces of a device, each with a name of its own.
#[derive(Default)]
struct Interfaces {
    rows: Vec<Row>,
    names: Vec<String>,
    seen: Vec<String>,
}

impl Interfaces {
    fn name(&mut self, wanted: &str) -> String {
        let wanted = if wanted.is_empty() { "lan" } else { wanted };
        let mut name = wanted.to_owned();
        let mut number = 2;
        while self.names.contains(&name) {
            name = format!("{wanted} {number}");
            number += 1;
        }
        self.names.push(name.clone());
        name
    }

    /// Reads a list of interfaces as JSON. False where it is none.
    fn of_json(&mut self, text: &str) -> bool {
        let Ok(Value::Array(items)) = json::parse(text, "interfaces") else { return false };
        for item in &items {
            let text = |names: &[&str]| names.iter().find_map(|name| json::text_at(item, &[name]));
            let address =
                text(&["ip_address", "ip-address", "ip"]).and_then(|text| network::address(&text));
            let mac =
                text(&["mac_address", "mac-address", "mac"]).and_then(|text| network::mac(&text));
            let called = text(&["name"]).unwrap_or_default();
            if address.is_none() && mac.is_none() && called.is_empty() {
                continue;
            }
            self.seen.extend([&address, &mac].into_iter().flatten().cloned());
            let row = Row::new()
                .put("name", self.name(&one_line(&called)))
                .put_some("mac", mac)
                .put_some("address", address)
                .put_some("description", text(&["notes", "description"]));
            self.rows.push(row);
        }
        true
    }

    /// Adds addresses that no interface has: the first address with the first MAC address, and so on.
    fn add_pairs(&mut self, addresses: Vec<String>, macs: Vec<String>) {
        let bare = |text: &str| text.split('/').next().unwrap_or_default().to_owned();
        let is_new = |text: &String| !self.seen.iter().any(|seen| bare(seen) == bare(text));
        let addresses: Vec<String> = addresses.into_iter().filter(is_new).collect();
        let macs: Vec<String> = macs.into_iter().filter(is_new).collect();
        for ix in 0..addresses.len().max(macs.len()) {
            let row = Row::new()
                .put("name", self.name("lan"))
                .put_some("mac", macs.get(ix).cloned())
                .put_some("address", addresses.get(ix).cloned());
            self.rows.push(row);
        }
    }
}

/// A mail address or telephone number.
struct Contact {
    label: String,
    value: String,
    primary: bool,
}

impl Contact {
    fn label_or(&self, general: &str) -> String {
        if self.label.is_empty() { general.to_owned() } else { one_line(&self.label) }
    }
}

/// Several of them, as one cell has them.
struct Contacts(Vec<Contact>);

impl Contacts {
    /// Reads a JSON list of `{value, primary, label_name}`, or values parted by commas or semicolons.
    fn read(text: &str) -> Contacts {
        if let Ok(Value::Array(items)) = json::parse(text, "contacts") {
            let read = items.iter().filter_map(|item| {
                let text =
                    |names: &[&str]| names.iter().find_map(|name| json::text_at(item, &[name]));
                let number = item
                    .as_str()
                    .map(str::to_owned)
                    .or_else(|| text(&["value", "formatted-value"]))?;
                let value = match text(&["extension"]) {
                    Some(extension) => format!("{number} ext. {extension}"),
                    None => number,
                };
                let label = text(&["label-name", "label_name", "label"]).unwrap_or_default();
                let primary = text(&["primary"]).is_some_and(|text| text == "true");
                Some(Contact { label, value, primary })
            });
            return Contacts(read.collect());
        }
        let parts = text.split([',', ';', '\n']).map(one_line).filter(|part| !part.is_empty());
        Contacts(
            parts.map(|value| Contact { label: String::new(), value, primary: false }).collect(),
        )
    }

    /// Takes the primary one of those that fit, else the first.
    fn take_first(&mut self, fits: impl Fn(&Contact) -> bool) -> Option<Contact> {
        let place = self.0.iter().position(|one| one.primary && fits(one));
        let place = place.or_else(|| self.0.iter().position(&fits))?;
        Some(self.0.remove(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_ranges_and_addresses_are_read_as_people_write_them() {
        assert_eq!(megabits("1 Gbps"), Some(1000.0));
        assert_eq!(megabits("940"), Some(940.0));
        assert_eq!(megabits("fast"), None);
        let ends = |text| range(text).map(|(from, to)| format!("{from} {to}"));
        assert_eq!(ends("10.0.0.100-10.0.0.200").as_deref(), Some("10.0.0.100 10.0.0.200"));
        assert_eq!(ends("10.0.0.100 – 200").as_deref(), Some("10.0.0.100 10.0.0.200"));
        assert_eq!(ends("the upper half"), None);
        let prefixes = |text, mask| public_prefixes(text, mask).map(|all| all.join(" "));
        assert_eq!(prefixes("203.0.113.10", None).as_deref(), Some("203.0.113.10/32"));
        assert_eq!(
            prefixes("203.0.113.10", Some("255.255.255.248")).as_deref(),
            Some("203.0.113.8/29")
        );
        assert_eq!(
            prefixes("203.0.113.8/29; 198.51.100.1", None).as_deref(),
            Some("203.0.113.8/29 198.51.100.1/32")
        );
        assert_eq!(prefixes("ask the ISP", None), None);
    }
}
