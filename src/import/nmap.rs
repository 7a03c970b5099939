//! Reads what nmap found (`nmap -oX`): hosts with their addresses, names, open ports, and a guess at
//! their systems.
//!
//! A host that a record describes is known by its MAC address, then by its host name, then by its
//! address; it gains what the record lacks, and its open ports. The others become devices that a list of
//! their own keeps together, "Found, not documented". What scripts print is left out, but for the subject
//! and end of certificates and the titles of web pages.

mod guess;
mod known;

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::bounded::xml::{self, Element};
use super::certificate;
use super::foreign::Foreign;
use super::normal::{date, network, one_line};
use super::proposal::{Harvest, Link, Origin, Proposal, Row, Wish};
use super::{Fit, Reader, Refused, Wishes};
use known::Known;

/// The reader of scans.
pub struct Nmap;

/// The list of what no record describes.
const LIST: &str = "Found, not documented";

impl Reader for Nmap {
    fn name(&self) -> &'static str {
        "nmap"
    }

    fn about(&self) -> &'static str {
        "what nmap found (nmap -oX)"
    }

    fn fit(&self, file: &Foreign) -> Fit {
        match xml::root_name(&file.head_text()).as_deref() {
            Some("nmaprun") => Fit::Sure,
            _ => Fit::No,
        }
    }

    fn reads_together(&self) -> bool {
        true
    }

    fn read(
        &self,
        files: &[Foreign],
        wishes: &Wishes<'_>,
        harvest: &mut Harvest,
    ) -> Result<(), Refused> {
        let mut roots = Vec::new();
        for file in files {
            let root = xml::read(file)?;
            if root.name != "nmaprun" {
                return Err(Refused::new(format!("`{}` is no output of nmap", file.name))
                    .help("scan with `nmap -oX FILE`"));
            }
            roots.push((root, file));
        }
        let known = Known::read(wishes.tree);
        let mut scans = Scans {
            known,
            records: BTreeMap::new(),
            found: Vec::new(),
            date: None,
            scripts: BTreeMap::new(),
        };
        for (root, file) in &roots {
            scans.scan(root, file, harvest);
        }
        scans.finish(files, harvest);
        Ok(())
    }
}

/// All scans of an import.
struct Scans {
    known: Known,
    /// The key under which each record that stands is proposed.
    records: BTreeMap<String, String>,
    /// Hosts that no record describes.
    found: Vec<String>,
    /// The day of the last scan.
    date: Option<Date>,
    /// Scripts whose output is left out, with the number of their outputs.
    scripts: BTreeMap<String, usize>,
}

impl Scans {
    fn scan(&mut self, root: &Element, file: &Foreign, harvest: &mut Harvest) {
        let seconds = root.attribute("start").and_then(|start| start.parse::<i64>().ok());
        let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
        let day = time.map(|time| time.to_zoned(TimeZone::UTC).date());
        self.date = self.date.max(day);
        let (mut up, mut down) = (0, 0);
        for host in root.all("host") {
            let is_up =
                host.child("status").and_then(|status| status.attribute("state")) == Some("up");
            if !is_up {
                down += 1;
                continue;
            }
            up += 1;
            self.host(host, file, day, harvest);
        }
        let when = day.map(|day| format!(" on {day}")).unwrap_or_default();
        harvest.note(format!("{}: scanned{when}, {up} hosts up, {down} down or silent", file.name));
    }

    fn host(&mut self, host: &Element, file: &Foreign, day: Option<Date>, harvest: &mut Harvest) {
        let at = Origin::line(&file.name, host.line);
        let seen = Seen::read(host);
        let Some(own_key) = seen.key() else {
            return harvest.skip(at, "a host without an address");
        };
        let record = self.known.find(&seen);
        let key = match &record {
            Some(id) => self.records.entry(id.clone()).or_insert(own_key).clone(),
            None => own_key,
        };
        let is_new = record.is_none();
        let mut device = Proposal::new("device", key.clone(), seen.spoken_name(), at);
        device.is_name_guessed = true;
        device.record = record;
        let ports = open_ports(host);
        device.guess("type", guess::device_type(host, &ports));
        device.guess("hostname", seen.hostname.clone().unwrap_or_default());
        if let Some(vendor) = &seen.vendor {
            device.custom("Maker of the network card", vendor.as_str());
        }
        if let Some(guessed) = guess::system(host) {
            device.custom("System, as nmap guesses", guessed);
        }
        if seen.is_somewhere() {
            let (first, others) = seen
                .addresses
                .split_first()
                .map_or((None, &[][..]), |(first, rest)| (Some(first.clone()), rest));
            let row = Row::new()
                .put("name", "lan")
                .put_some("mac", seen.mac.clone())
                .put_some("address", first)
                .put("addresses", others.to_vec());
            device.row("interface", row);
        }
        for port in &ports {
            let row = Row::new()
                .put("group", "Open ports")
                .put("name", port.name.as_str())
                .put("value", port.words.as_str())
                .put_some("checked_on", day)
                .put("source", "nmap");
            device.row("setting", row);
        }
        if is_new {
            device.guess("documents", vec![Link::key("document", LIST)]);
            self.found.push(key.clone());
        }
        self.scripts(host, &key, &seen, file, harvest);
        harvest.propose(device);
    }

    /// Takes certificates out of what scripts print, and counts the rest.
    fn scripts(
        &mut self,
        host: &Element,
        device: &str,
        seen: &Seen,
        file: &Foreign,
        harvest: &mut Harvest,
    ) {
        let ports = host.child("ports").into_iter().flat_map(|ports| ports.all("port"));
        let of_ports =
            ports.flat_map(|port| port.all("script").map(move |script| (Some(port), script)));
        let of_host = host.child("hostscript").into_iter().flat_map(|all| all.all("script"));
        for (port, script) in of_ports.chain(of_host.map(|script| (None, script))) {
            let id = script.attribute("id").unwrap_or("unnamed");
            let certificate = match (id, port) {
                ("ssl-cert", Some(port)) => certificate_of(script, device, port, seen, file),
                _ => None,
            };
            match certificate {
                Some(certificate) => harvest.propose(certificate),
                None if id == "http-title" => {}
                None => *self.scripts.entry(format!("script {}", one_line(id))).or_default() += 1,
            }
        }
    }

    fn finish(self, files: &[Foreign], harvest: &mut Harvest) {
        for (script, count) in self.scripts {
            harvest.stranger(&script, count, false);
        }
        let Some(file) = files.first() else { return };
        if self.found.is_empty() {
            return;
        }
        let mut list = Proposal::new("document", LIST, LIST, Origin::whole(&file.name));
        list.on_demand = true;
        list.put("type", "report").put_some("date", self.date).put(
            "notes",
            Wish::Markdown(
                "Hosts that a scan of the network has found and no record described. Find out what each \
                 one is, write it down, and take this document off its record."
                    .to_owned(),
            ),
        );
        harvest.propose(list);
        harvest.note(format!(
            "in no record: {}; each is a device now, and they stand together under \"{LIST}\"",
            crate::text::plural(self.found.len(), "host", "hosts")
        ));
    }
}

/// How a host shows on the network.
#[derive(Default)]
pub(super) struct Seen {
    addresses: Vec<String>,
    mac: Option<String>,
    vendor: Option<String>,
    hostname: Option<String>,
}

impl Seen {
    fn read(host: &Element) -> Seen {
        let mut seen = Seen::default();
        for address in host.all("address") {
            let Some(text) = address.attribute("addr") else { continue };
            match address.attribute("addrtype") {
                Some("mac") => {
                    seen.mac = network::mac(text);
                    seen.vendor = address.attribute("vendor").map(str::to_owned);
                }
                _ => seen.addresses.extend(network::ip(text)),
            }
        }
        let names = host.child("hostnames").into_iter().flat_map(|names| names.all("hostname"));
        let mut names: Vec<&Element> = names.collect();
        // What a person asked for stands before what the name server answers.
        names.sort_by_key(|name| name.attribute("type") != Some("user"));
        let name = names.iter().find_map(|name| name.attribute("name")).map(str::trim);
        seen.hostname = name.filter(|name| !name.is_empty()).map(str::to_lowercase);
        seen
    }

    /// Returns what the host is known by: its MAC address, else its address.
    fn key(&self) -> Option<String> {
        self.mac.clone().or_else(|| self.addresses.first().cloned())
    }

    fn spoken_name(&self) -> String {
        let address = || self.addresses.first().or(self.mac.as_ref());
        let name = self.hostname.clone();
        name.unwrap_or_else(|| format!("host {}", address().map_or("", String::as_str)))
    }

    /// Whether its address means the same to everybody.
    fn is_somewhere(&self) -> bool {
        let is_own = |text: &String| text.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        self.mac.is_some() || !self.addresses.iter().any(is_own)
    }
}

/// A port that answers.
pub(super) struct OpenPort {
    /// The port and its protocol: `443/tcp`.
    name: String,
    number: u32,
    /// What answers.
    words: String,
}

fn open_ports(host: &Element) -> Vec<OpenPort> {
    let ports = host.child("ports").into_iter().flat_map(|ports| ports.all("port"));
    let open = ports.filter(|port| {
        port.child("state").and_then(|state| state.attribute("state")) == Some("open")
    });
    open.filter_map(|port| {
        let number: u32 = port.attribute("portid")?.parse().ok()?;
        let protocol = port.attribute("protocol").unwrap_or("tcp");
        Some(OpenPort { name: format!("{number}/{protocol}"), number, words: service_words(port) })
    })
    .collect()
}

/// Returns what answers at a port: `ssh, OpenSSH 5.3 (protocol 2.0)`.
fn service_words(port: &Element) -> String {
    let service = port.child("service");
    let text = |name: &str| service.and_then(|service| service.attribute(name)).map(str::trim);
    let mut words = text("name").unwrap_or("unknown service").to_owned();
    if let Some(tunnel) = text("tunnel") {
        words = format!("{words} over {tunnel}");
    }
    let product: Vec<&str> = ["product", "version"].into_iter().filter_map(text).collect();
    if !product.is_empty() {
        words.push_str(&format!(", {}", product.join(" ")));
    }
    if let Some(more) = text("extrainfo") {
        words.push_str(&format!(" ({more})"));
    }
    let title = port.all("script").find(|script| script.attribute("id") == Some("http-title"));
    if let Some(title) = title.and_then(|title| title.attribute("output")) {
        let title = title.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        words.push_str(&format!(", title: {}", one_line(title)));
    }
    words
}

/// Returns the certificate that a port showed.
fn certificate_of(
    script: &Element,
    device: &str,
    port: &Element,
    seen: &Seen,
    file: &Foreign,
) -> Option<Proposal> {
    let at = Origin::line(&file.name, script.line);
    let number = port.attribute("portid").unwrap_or_default();
    let key = format!("{device}/{number}/certificate");
    let elem = |element: &Element, key: &str| {
        let mut all = element.all("elem").filter(|elem| elem.attribute("key") == Some(key));
        all.next().map(|elem| elem.text.clone())
    };
    let table = |key: &str| script.all("table").find(|table| table.attribute("key") == Some(key));
    let mut proposal = match elem(script, "pem").map(|pem| certificate::read(&pem).0) {
        Some(all) if !all.is_empty() => {
            let one = &all[0];
            let mut proposal = Proposal::new("certificate", key, one.subject.clone(), at);
            proposal
                .put("names", one.names.clone())
                .put("issuer", one.issuer.as_str())
                .put_some("expires", one.expires)
                .put("serial", one.serial.as_str())
                .put("fingerprint", format!("SHA-256 {}", one.fingerprint));
            proposal
        }
        _ => {
            let output = script.attribute("output").unwrap_or_default();
            let line = |label: &str| {
                let line = output.lines().find_map(|line| line.trim().strip_prefix(label))?;
                Some(line.trim().to_owned())
            };
            let common = |text: String| {
                let (_, rest) = text.split_once("commonName=")?;
                Some(rest.split('/').next().unwrap_or(rest).to_owned())
            };
            let subject = table("subject").and_then(|table| elem(table, "commonName"));
            let subject = subject.or_else(|| line("Subject:").and_then(common))?;
            let issuer = table("issuer").and_then(|table| elem(table, "commonName"));
            let issuer = issuer.or_else(|| line("Issuer:").and_then(common));
            let end = table("validity").and_then(|table| elem(table, "notAfter"));
            let end = end.or_else(|| line("Not valid after:"));
            let end = end.and_then(|end| date::read(end.get(..10)?, date::Order::Unknown).ok());
            let mut proposal = Proposal::new("certificate", key, subject.clone(), at);
            proposal
                .put("names", vec![subject])
                .put_some("issuer", issuer)
                .put_some("expires", end);
            proposal
        }
    };
    proposal.part_of(&seen.spoken_name());
    proposal.put("installed_on", vec![Link::key("device", device)]);
    Some(proposal)
}

#[cfg(test)]
mod tests;
