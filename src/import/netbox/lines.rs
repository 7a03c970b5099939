//! Makes records of what leads out of a site and between sites: circuits, tunnels, cables, radio.

use std::collections::BTreeMap;

use super::book::{Book, put_status};
use super::interfaces::{in_bits, in_words};
use super::own::{Own, label};
use super::ports::PORTS;
use super::store::{Object, Target};
use crate::import::proposal::{Link, Proposal, Wish};

const CIRCUIT: &str = "circuits.circuit";

const TERMINATION: &str = "circuits.circuittermination";

const CABLE: &str = "dcim.cable";

/// Makes a line of each circuit.
pub fn circuits(book: &mut Book<'_>) {
    let mut ends: BTreeMap<u64, Vec<(u64, &Object)>> = BTreeMap::new();
    for (id, end) in book.store.all(TERMINATION) {
        if let Some(circuit) = end.link("circuit", CIRCUIT) {
            ends.entry(circuit).or_default().push((id, end));
        }
    }
    let names = names(book);
    for (id, circuit) in book.store.all(CIRCUIT) {
        let number = circuit.text("cid").or_else(|| circuit.name()).unwrap_or_default();
        let provider = book.store.name_of(circuit, "provider", "circuits.provider");
        let name = match (names.get(&id), provider) {
            (Some(name), _) => name.clone(),
            (None, Some(provider)) => format!("{provider} {number}"),
            (None, None) => number.clone(),
        };
        let (mut proposal, mut own) = book.begin("circuit", CIRCUIT, id, circuit, name);
        let ends = ends.remove(&id).unwrap_or_default();
        proposal.on_demand = !circuit.whole && ends.is_empty();
        own.pass(&["cid"]);
        // A line without a number is called by its name there too.
        if names.get(&id).is_none_or(|name| *name != number) {
            proposal.put("circuit_id", number);
        }
        put_status(&mut proposal, &mut own);
        let vendor = own.link("provider", "circuits.provider");
        let vendor = vendor.map(|id| Link::key("vendor", book.key("circuits.provider", id)));
        proposal.put_some("vendor", vendor);
        let account = own.link("provider_account", "circuits.provideraccount");
        let account = account.and_then(|id| book.store.get("circuits.provideraccount", id));
        proposal.put_some("account_no", account.and_then(|one| one.text("account").or(one.name())));
        let kind = own.link("type", "circuits.circuittype");
        let kind = kind.and_then(|kind| book.store.get("circuits.circuittype", kind)?.name());
        let kind = kind.unwrap_or_default();
        let known = type_of(&kind);
        proposal.put_some("type", known);
        // What says no more than the type says nothing.
        if known != Some(kind.to_lowercase().replace(' ', "-").as_str()) {
            proposal.put_as("", "Circuit type", kind);
        }
        let rate = own.whole("commit_rate").map(in_bits);
        proposal.put_as("", "Committed rate", rate.unwrap_or_default());
        for (field, label) in [("install_date", "Installed on"), ("termination_date", "Ends on")] {
            proposal.put_as("", label, own.text(field).unwrap_or_default());
        }
        if let (Some(length), unit) = (own.text("distance"), own.text("distance_unit")) {
            proposal.put_as("", "Length", format!("{length} {}", unit.unwrap_or_default()));
        }
        proposal.put("contact", book.contact_links(CIRCUIT, id));
        own.pass(&["terminations", "termination_a", "termination_z", "contacts", "assignments"]);
        terminations(book, &ends, &mut proposal);
        book.end(proposal, own);
    }
}

/// Returns what circuits are called by a short description of their own: people know `Fibre Lyon`, not
/// its number.
fn names(book: &Book<'_>) -> BTreeMap<u64, String> {
    let short = |circuit: &Object| circuit.text("description").filter(|text| text.len() <= 40);
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for name in book.store.all(CIRCUIT).filter_map(|(_, circuit)| short(circuit)) {
        *uses.entry(name.to_lowercase()).or_default() += 1;
    }
    let named = book.store.all(CIRCUIT).filter_map(|(id, one)| Some((id, short(one)?)));
    named.filter(|(_, name)| uses[&name.to_lowercase()] == 1).collect()
}

/// Returns the type of line that a circuit's type means, where it means one.
fn type_of(kind: &str) -> Option<&'static str> {
    const TYPES: &[(&str, &[&str])] = &[
        ("sip", &["sip", "voip"]),
        ("analogue", &["analog", "pots", "isdn", "fax"]),
        ("mobile", &["lte", "4g", "5g", "mobile", "cellular", "wwan"]),
        ("satellite", &["satellite", "starlink", "vsat"]),
        ("radio", &["radio", "microwave", "wireless"]),
        ("dsl", &["dsl"]),
        ("cable", &["coax", "cable", "docsis"]),
        ("leased-line", &["leased", "mpls", "point-to-point", "private line", "e-line", "vpls"]),
        ("fibre", &["fiber", "fibre", "ftth", "fttp", "gpon", "wavelength"]),
    ];
    let kind = kind.to_lowercase();
    let is_one = |signs: &[&str]| signs.iter().any(|sign| kind.contains(sign));
    let known = TYPES.iter().find(|(_, signs)| is_one(signs)).map(|(kind, _)| *kind);
    known.or((kind == "other").then_some("other"))
}

/// Puts where a line ends, what is plugged in there, and how fast it is.
fn terminations(book: &mut Book<'_>, ends: &[(u64, &Object)], proposal: &mut Proposal) {
    let mut lines: Vec<String> = Vec::new();
    let mut ends: Vec<(u64, &Object)> = ends.to_vec();
    ends.sort_by_key(|(_, end)| end.text("term_side"));
    let mut site = None;
    let mut boxes: Vec<Target> = Vec::new();
    for (id, end) in &ends {
        let mut own = Own::new(end, TERMINATION);
        let target = Target::new(TERMINATION, *id);
        let here = book.site(TERMINATION, *id).or_else(|| {
            own.target("termination").filter(|one| one.model == "dcim.site").map(|one| one.id)
        });
        site = site.or(here);
        let place = here.and_then(|site| book.store.get("dcim.site", site)?.name());
        let network = own.link("provider_network", "circuits.providernetwork");
        let network = network.and_then(|id| book.store.get("circuits.providernetwork", id)?.name());
        let cloud = own.target("termination").filter(|_| here.is_none());
        let cloud = cloud.and_then(|target| book.store.at(&target)?.name());
        let mut words = vec![place.or(network).or(cloud).unwrap_or_else(|| "somewhere".to_owned())];
        let mut way = book.ports.follow(&target);
        if way.far.is_empty() && way.via.is_empty() {
            way.far = book.ports.told(end);
            way.far.extend(
                own.link("interface", "dcim.interface").map(|id| Target::new("dcim.interface", id)),
            );
        }
        boxes.extend(way.far.iter().filter_map(|far| book.ports.device(far)));
        let stops: Vec<String> =
            way.via.iter().chain(&way.far).map(|port| in_words(book, port)).collect();
        if !stops.is_empty() {
            words.push(format!("plugged into {}", stops.join(" → ")));
        }
        if let Some(cable) = book.ports.cable(&target) {
            words.extend(cable_in_words(book, cable));
        }
        words.extend(own.text("xconnect_id").map(|id| format!("cross-connect {id}")));
        words.extend(own.text("pp_info").map(|info| format!("patch panel {info}")));
        words.extend(own.text("description"));
        let down = own.whole("port_speed");
        let up = own.whole("upstream_speed").or(down);
        if proposal.text("down").is_none() && down.is_some() {
            proposal.put_some("down", down.map(megabits));
            proposal.put_some("up", up.map(megabits));
        }
        let side = own.text("term_side").unwrap_or_default();
        let line = crate::import::normal::plain_as_markdown(&words.join(", "));
        lines.push(format!("- {side}: {line}"));
        own.pass(&[
            "circuit",
            "site",
            "connected_endpoints",
            "connected_endpoint",
            "link_peers",
            "cable_peer",
            "termination",
            "termination_type",
            "termination_id",
            "provider_network",
            "custom_field_data",
            "tags",
        ]);
        own.tell(book.harvest);
    }
    proposal.put_some("site", site.map(|site| Link::key("site", book.key("dcim.site", site))));
    boxes.sort();
    boxes.dedup();
    if let [only] = boxes.as_slice() {
        proposal.put("cpe", book.device_link(only));
    }
    if !lines.is_empty() {
        proposal.put("demarc", Wish::Markdown(lines.join("\n")));
    }
}

/// Returns kilobits in a second as megabits.
fn megabits(kilobits: i64) -> Wish {
    match kilobits % 1000 {
        0 => Wish::Integer(kilobits / 1000),
        _ => Wish::Number(kilobits as f64 / 1000.0),
    }
}

/// Returns what is known of a cable, in words.
fn cable_in_words(book: &Book<'_>, cable: u64) -> Option<String> {
    let cable = book.store.get(CABLE, cable)?;
    let mut words: Vec<String> = Vec::new();
    words.extend(cable.text("type").map(|kind| kind.to_uppercase().replace('-', " ")));
    words.extend(cable.text("color").map(|colour| colour_in_words(&colour)));
    words.extend(cable.text("label").map(|label| format!("labelled {label}")));
    (!words.is_empty()).then(|| format!("by a cable: {}", words.join(", ")))
}

/// Makes a link of each cable that has facts of its own.
pub fn cables(book: &mut Book<'_>) {
    let mut without = 0;
    let sides: Vec<(u64, [Vec<Target>; 2])> =
        book.ports.cables.iter().map(|(id, sides)| (*id, sides.clone())).collect();
    for (id, sides) in sides {
        let Some(cable) = book.store.get(CABLE, id) else { continue };
        let ends = sides
            .each_ref()
            .map(|ends| ends.iter().find(|end| PORTS.contains(&end.model.as_str())).cloned());
        let is_power = sides.iter().flatten().any(|end| end.model.starts_with("dcim.power"));
        let tells = ["type", "label", "color", "length", "description", "comments", "profile"];
        let has_facts = tells.iter().any(|name| cable.fields.contains_key(*name))
            || cable.text("status").is_some_and(|status| status != "connected");
        // Lines tell of the cable that is plugged into them, and devices of the feed that they hang on.
        let [Some(a), Some(b)] = ends else { continue };
        if !has_facts && !is_power {
            without += 1;
            continue;
        }
        link(book, id, cable, [a, b], is_power);
    }
    if without > 0 {
        let cables = crate::text::plural(without, "cable", "cables");
        book.harvest.note(format!(
            "{cables} without a label, colour or type: told by the ports at both ends, not by a record"
        ));
    }
}

fn link(book: &mut Book<'_>, id: u64, cable: &Object, ends: [Target; 2], is_power: bool) {
    let [a, b] = ends.clone().map(|end| in_words(book, &end));
    let name = cable.text("label").unwrap_or_else(|| format!("{a} to {b}"));
    let (mut proposal, mut own) = book.begin("link", CABLE, id, cable, name);
    own.pass(&[
        "termination_a_type",
        "termination_a_id",
        "termination_a",
        "termination_b_type",
        "termination_b_id",
        "termination_b",
        "a_terminations",
        "b_terminations",
        "a_end",
        "b_end",
    ]);
    put_status(&mut proposal, &mut own);
    let [a, b] = ends;
    let client = [&a, &b].into_iter().find_map(|end| {
        let device = book.ports.device(end)?;
        book.client(&device.model, device.id)
    });
    if proposal.client.is_none() {
        proposal.of_client(client.as_deref());
    }
    // The way through a panel is written down at its far ends; a cable to a panel names the panel.
    let is_panel = |end: &Target| matches!(end.model.as_str(), "dcim.frontport" | "dcim.rearport");
    let panels = [is_panel(&a), is_panel(&b)];
    for (end, field, patch) in [(&a, "a", "patch_a"), (&b, "b", "patch_b")] {
        let Some(device) = book.ports.device(end) else { continue };
        let link = book.device_link(&device);
        let port = book.ports.name(end).unwrap_or_default().to_owned();
        if is_panel(end) {
            proposal.put_as(patch, patch, port.clone());
        }
        let link = if panels == [false, false] { link.row(port) } else { link };
        proposal.put_as(field, field, link);
    }
    let kind = own.text("type");
    let media = if is_power { Some("power") } else { kind.as_deref().and_then(media) };
    proposal.put_some("media", media);
    let exact = media.is_some_and(|media| kind.as_deref() == Some(media)) || is_power;
    if let Some(kind) = kind.filter(|_| !exact) {
        proposal.put_as("", "Cable type", kind.to_uppercase().replace('-', " "));
    }
    proposal.put_some("label", own.text("label"));
    if let Some(colour) = cable.text("color") {
        proposal.put("colour", colour_in_words(&colour));
    }
    let unit = own.text("length_unit");
    if let Some(length) = own.text("length").and_then(|length| length.parse::<f64>().ok()) {
        match metres(length, unit.as_deref()) {
            Some(metres) => proposal.put("length", metres),
            None => proposal.put_as("", "Length", format!("{length}")),
        };
    }
    book.end(proposal, own);
}

/// Returns a length in metres; a unit that is not known gives none.
fn metres(length: f64, unit: Option<&str>) -> Option<Wish> {
    let factor = match unit? {
        "km" | "kilometers" => 1000.0,
        "m" | "meters" => 1.0,
        "cm" | "centimeters" => 0.01,
        "mi" | "miles" => 1609.344,
        "ft" | "feet" => 0.3048,
        "in" | "inches" => 0.0254,
        _ => return None,
    };
    let rounded = (length * factor * 100.0).round() / 100.0;
    Some(match rounded.fract() == 0.0 {
        true => Wish::Integer(rounded as i64),
        false => Wish::Number(rounded),
    })
}

fn media(kind: &str) -> Option<&'static str> {
    let kind = kind.to_lowercase();
    let starts = |signs: &[&str]| signs.iter().any(|sign| kind.starts_with(sign));
    Some(match kind.as_str() {
        "cat5e" => "cat5e",
        "cat6" => "cat6",
        "cat6a" => "cat6a",
        "power" => "power",
        _ if starts(&["dac", "aoc"]) => "dac",
        _ if starts(&["mmf", "mm-", "multimode"]) => "multimode",
        _ if starts(&["smf", "sm-", "singlemode"]) => "singlemode",
        _ if starts(&["coax", "rg-"]) => "coax",
        _ => "other",
    })
}

/// Returns the word for a colour of NetBox's palette; others as they are written.
fn colour_in_words(hex: &str) -> String {
    const COLOURS: &[(&str, &str)] = &[
        ("aa1409", "dark red"),
        ("f44336", "red"),
        ("e91e63", "pink"),
        ("ffe4e1", "rose"),
        ("ff66ff", "fuchsia"),
        ("9c27b0", "purple"),
        ("673ab7", "dark purple"),
        ("3f51b5", "indigo"),
        ("2196f3", "blue"),
        ("03a9f4", "light blue"),
        ("00bcd4", "cyan"),
        ("009688", "teal"),
        ("00ffff", "aqua"),
        ("2f6a31", "dark green"),
        ("4caf50", "green"),
        ("8bc34a", "light green"),
        ("cddc39", "lime"),
        ("ffeb3b", "yellow"),
        ("ffc107", "amber"),
        ("ff9800", "orange"),
        ("ff5722", "dark orange"),
        ("795548", "brown"),
        ("c0c0c0", "light grey"),
        ("9e9e9e", "grey"),
        ("607d8b", "dark grey"),
        ("111111", "black"),
        ("000000", "black"),
        ("ffffff", "white"),
    ];
    let bare = hex.trim_start_matches('#').to_lowercase();
    let known = COLOURS.iter().find(|(code, _)| *code == bare).map(|(_, word)| *word);
    known.map_or_else(|| hex.to_owned(), str::to_owned)
}

/// Makes a VPN of each tunnel.
pub fn tunnels(book: &mut Book<'_>) {
    const MODEL: &str = "vpn.tunnel";
    const END: &str = "vpn.tunneltermination";
    let mut ends: BTreeMap<u64, Vec<(String, Target)>> = BTreeMap::new();
    for (_, end) in book.store.all(END) {
        let tunnel = end.link("tunnel", MODEL);
        let port = end.target("termination");
        let device = port.and_then(|port| book.ports.device(&port));
        if let Some((tunnel, device)) = tunnel.zip(device) {
            let role = end.text("role").unwrap_or_default();
            ends.entry(tunnel).or_default().push((role, device));
        }
    }
    for (id, tunnel) in book.store.all(MODEL) {
        let Some(name) = tunnel.name() else { continue };
        let (mut proposal, mut own) = book.begin("vpn", MODEL, id, tunnel, name);
        proposal.put("type", "site-to-site");
        put_status(&mut proposal, &mut own);
        let how = own.text("encapsulation").unwrap_or_default();
        let protocol =
            ["ipsec", "wireguard", "openvpn", "l2tp"].into_iter().find(|one| how.contains(one));
        proposal.put_some("protocol", protocol);
        proposal.put_as("", "Encapsulation", label(&how.replace('-', " ")));
        let ends = ends.remove(&id).unwrap_or_default();
        let mut devices: Vec<(String, Target)> = ends;
        // The hub is the end that others lead to.
        devices.sort_by_key(|(role, _)| role != "hub");
        if proposal.client.is_none() {
            let client =
                devices.iter().find_map(|(_, device)| book.client(&device.model, device.id));
            proposal.of_client(client.as_deref());
        }
        if let Some((_, first)) = devices.first() {
            proposal.put("local", book.device_link(first));
        }
        if let Some((_, second)) = devices.get(1) {
            proposal.put("peer", book.device_link(second));
        }
        let others = devices.iter().skip(2).map(|(_, device)| book.device_name(device));
        proposal.put_as("", "Further ends", others.collect::<Vec<String>>());
        let profile = own.link("ipsec_profile", "vpn.ipsecprofile");
        let profile = profile.and_then(|id| book.store.get("vpn.ipsecprofile", id)?.name());
        proposal.put_some("ipsec", profile);
        let group = own.link("group", "vpn.tunnelgroup");
        let group = group.and_then(|id| book.store.get("vpn.tunnelgroup", id)?.name());
        proposal.put_as("", "Group", group.unwrap_or_default());
        own.pass(&["terminations", "contacts"]);
        book.end(proposal, own);
    }
}

/// Makes a Wi-Fi of each wireless network.
pub fn wireless(book: &mut Book<'_>) {
    const MODEL: &str = "wireless.wirelesslan";
    for (id, lan) in book.store.all(MODEL) {
        let Some(ssid) = lan.text("ssid").or_else(|| lan.name()) else { continue };
        let (mut proposal, mut own) = book.begin("wifi", MODEL, id, lan, ssid.clone());
        own.pass(&["ssid"]);
        proposal.put("ssid", ssid);
        put_status(&mut proposal, &mut own);
        let auth = own.text("auth_type").and_then(|auth| match auth.as_str() {
            "open" => Some("open"),
            "wpa-personal" | "wep" => Some("psk"),
            "wpa-enterprise" => Some("802-1x"),
            _ => None,
        });
        proposal.put_some("auth", auth);
        proposal.put_as("", "Cipher", own.text("auth_cipher").unwrap_or_default());
        let vlan = own.link("vlan", "ipam.vlan").map(|vlan| book.plan.key_of_vlan(vlan));
        proposal.put_some("network", vlan.map(|key| Link::key("network", key)));
        own.pass(&["group", "scope", "scope_type", "scope_id"]);
        book.end(proposal, own);
    }
}
