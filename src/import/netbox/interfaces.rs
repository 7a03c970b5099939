//! Makes rows of a device's ports: interfaces with their addresses and VLANs, ports of patch panels,
//! consoles and power, each with what is plugged into it.

use super::book::Book;
use super::ports::Way;
use super::store::{Object, Target};
use crate::import::normal::network;
use crate::import::proposal::{Link, Proposal, Row, Wish};

/// Adds the rows of a device or virtual machine.
pub fn rows(book: &mut Book<'_>, device: &Target, proposal: &mut Proposal) {
    let ports = book.ports.of_device.get(device).cloned().unwrap_or_default();
    for port in ports {
        if port.model == "dcim.rearport" && book.ports.is_mere_rear(port.id) {
            continue;
        }
        let Some(object) = book.store.at(&port) else { continue };
        let row = row(book, &port, object);
        proposal.row("interface", row);
        left_out(book, &port.model, object);
    }
}

/// Tells of facts about ports that a row has no place for.
fn left_out(book: &mut Book<'_>, model: &str, port: &Object) {
    const UNTOLD: &[&str] = &[
        "wwn",
        "bridge",
        "vdcs",
        "tx_power",
        "rf_role",
        "rf_channel",
        "rf_channel_frequency",
        "rf_channel_width",
        "wireless_link",
        "l2vpn_termination",
        "allocated_draw",
        "feed_leg",
        "qinq_svlan",
        "vlan_translation_policy",
        "custom_field_data",
        "tags",
    ];
    for name in UNTOLD {
        if port.fields.contains_key(*name) {
            book.harvest.stranger(&format!("{model} {name}"), 1, false);
        }
    }
}

fn row(book: &Book<'_>, port: &Target, object: &Object) -> Row {
    let name = book.ports.name(port).unwrap_or_default();
    let kind = object.text("type").unwrap_or_default();
    let addresses = book.plan.addresses.get(port).cloned().unwrap_or_default();
    let mut words: Vec<String> = Vec::new();
    words.extend(object.text("label").map(|label| format!("labelled {label}")));
    words.extend(object.text("description"));
    let (connects_to, via) = match port.model.as_str() {
        "dcim.frontport" | "dcim.rearport" => panel(book, port, &mut words),
        _ => connection(book, port, object, &mut words),
    };
    words.extend(object.text("parent").is_some().then(|| parent(book, object)).flatten());
    words.extend(object.text("mtu").map(|mtu| format!("MTU {mtu}")));
    words.extend(object.text("duplex").map(|duplex| format!("{duplex} duplex")));
    words.extend(vrf(book, object));
    words.extend(object.text("maximum_draw").map(|watts| format!("draws up to {watts} W")));
    let untagged = object.link("untagged_vlan", "ipam.vlan");
    let network =
        addresses.iter().find_map(|(address, vrf)| book.plan.key_of_address(address, *vrf));
    let network = network.or_else(|| untagged.map(|vlan| book.plan.key_of_vlan(vlan)));
    let lag = object.link("lag", "dcim.interface");
    let lag = lag.and_then(|lag| book.ports.name(&Target::new("dcim.interface", lag)));
    let mut addresses = addresses.into_iter().map(|(address, _)| address);
    Row::new()
        .put("name", name)
        .put_some("type", type_of(&port.model, &kind, object))
        .put_some("mac", mac(book, port, object))
        .put_some("address", addresses.next())
        .put("addresses", addresses.collect::<Vec<String>>())
        .put_some("network", network.map(|key| Link::key("network", key)))
        .put_some("mode", mode(object))
        .put_some("untagged_vlan", untagged.and_then(|vlan| vid(book, vlan)))
        .put("tagged_vlans", tagged(book, object))
        .put_some("speed", speed(&kind, object))
        .put_some("poe", (object.text("poe_mode").as_deref() == Some("pse")).then_some(true))
        .put_some("lag", lag)
        .put("description", words.join("; "))
        .put_some("connects_to", connects_to)
        .put("via", via)
        .put_some("enabled", (object.text("enabled").as_deref() == Some("no")).then_some(false))
}

/// Returns what is plugged into a port, and through which panels.
fn connection(
    book: &Book<'_>,
    port: &Target,
    object: &Object,
    words: &mut Vec<String>,
) -> (Option<Wish>, String) {
    let mut way = book.ports.follow(port);
    if way.far.is_empty() && way.via.is_empty() {
        way.far = book.ports.told(object);
    }
    let via: Vec<String> = way.via.iter().map(|port| in_words(book, port)).collect();
    words.extend(way.far.iter().filter_map(|far| line_or_feed(book, far)));
    let to = way.far.iter().find_map(|far| link(book, far));
    // Where the way ends at a panel, that is what is known.
    let ends_at = || way.via.last().and_then(|port| link(book, port));
    let via = if to.is_some() { via.join("; ") } else { String::new() };
    (to.or_else(ends_at), via)
}

/// Returns what a panel's port leads to, at the front and at the rear. Whoever stands before the panel
/// reads it here; the connection itself is written down at its ends, so the panel points to a device.
fn panel(book: &Book<'_>, port: &Target, words: &mut Vec<String>) -> (Option<Wish>, String) {
    let here = book.ports.follow(port);
    let behind = match port.model.as_str() {
        "dcim.frontport" => book.ports.follow_rear(port.id),
        _ => Way::default(),
    };
    let side = |way: &Way| -> Option<String> {
        let stops: Vec<String> =
            way.via.iter().chain(&way.far).map(|port| in_words(book, port)).collect();
        (!stops.is_empty()).then(|| stops.join(" → "))
    };
    match port.model.as_str() {
        "dcim.frontport" => {
            words.extend(side(&here).map(|to| format!("front: {to}")));
            words.extend(side(&behind).map(|to| format!("rear: {to}")));
            words.extend(shared_rear(book, port.id));
        }
        _ => {
            words.extend(side(&here).map(|to| format!("to {to}")));
        }
    }
    let far = here.far.iter().chain(&behind.far).find_map(|far| book.ports.device(far));
    let next = here.via.iter().chain(&behind.via).find_map(|port| book.ports.device(port));
    (far.or(next).map(|device| Wish::from(book.device_link(&device))), String::new())
}

/// Returns which position of a rear port for many fibres a front port is.
fn shared_rear(book: &Book<'_>, front: u64) -> Option<String> {
    let rear = book.ports.rear(front)?;
    if book.ports.is_mere_rear(rear.id) {
        return None;
    }
    let position = book.store.get("dcim.frontport", front)?.whole("rear_port_position")?;
    Some(format!("{position} of {}", book.ports.name(&rear)?))
}

fn link(book: &Book<'_>, far: &Target) -> Option<Wish> {
    let device = book.ports.device(far)?;
    let link = book.device_link(&device);
    Some(Wish::from(match book.ports.name(far) {
        Some(name) => link.row(name),
        None => link,
    }))
}

/// Returns a port with its device, as people say it.
pub fn in_words(book: &Book<'_>, port: &Target) -> String {
    let name = book.ports.name(port).unwrap_or_default();
    match book.ports.device(port) {
        Some(device) => format!("{}, {name}", book.device_name(&device)),
        None => line_or_feed(book, port).unwrap_or_else(|| "something else".to_owned()),
    }
}

/// Returns the line or power feed at the end of a cable.
fn line_or_feed(book: &Book<'_>, far: &Target) -> Option<String> {
    let object = book.store.at(far)?;
    match far.model.as_str() {
        "circuits.circuittermination" => {
            let circuit = book.store.linked(object, "circuit", "circuits.circuit")?;
            let provider = book.store.name_of(circuit, "provider", "circuits.provider");
            let name = circuit.name()?;
            Some(match provider {
                Some(provider) => format!("line {name} of {provider}"),
                None => format!("line {name}"),
            })
        }
        "dcim.powerfeed" => Some(format!("power feed {}", object.name()?)),
        _ => None,
    }
}

fn parent(book: &Book<'_>, object: &Object) -> Option<String> {
    ["dcim.interface", "virtualization.vminterface"].iter().find_map(|model| {
        let parent = object.link("parent", model)?;
        Some(format!("part of {}", book.ports.name(&Target::new(*model, parent))?))
    })
}

fn vrf(book: &Book<'_>, object: &Object) -> Option<String> {
    Some(format!("VRF {}", book.store.name_of(object, "vrf", "ipam.vrf")?))
}

fn vid(book: &Book<'_>, vlan: u64) -> Option<i64> {
    book.store.get("ipam.vlan", vlan)?.whole("vid")
}

fn tagged(book: &Book<'_>, object: &Object) -> Vec<i64> {
    let mut own = super::own::Own::new(object, "dcim.interface");
    let vlans = own.links("tagged_vlans", "ipam.vlan");
    vlans.into_iter().filter_map(|vlan| vid(book, vlan)).collect()
}

fn mode(object: &Object) -> Option<&'static str> {
    match object.text("mode")?.to_lowercase().as_str() {
        "access" => Some("access"),
        "tagged" | "tagged-all" | "tagged-(all)" | "q-in-q" => Some("trunk"),
        _ => None,
    }
}

/// Returns the hardware address of a port; from 4.2 on it is an object of its own.
fn mac(book: &Book<'_>, port: &Target, object: &Object) -> Option<String> {
    const MAC: &str = "dcim.macaddress";
    let own = object.text("mac_address");
    let primary = || book.store.linked(object, "primary_mac_address", MAC)?.text("mac_address");
    let assigned = || book.plan.macs.get(port).cloned();
    network::mac(&own.or_else(primary).or_else(assigned)?)
}

fn type_of(model: &str, kind: &str, object: &Object) -> Option<&'static str> {
    match model {
        "virtualization.vminterface" => return Some("virtual"),
        "dcim.consoleport" | "dcim.consoleserverport" => return Some("console"),
        "dcim.powerport" | "dcim.poweroutlet" => return Some("power"),
        _ => {}
    }
    if object.text("mgmt_only").as_deref() == Some("yes") {
        return Some("mgmt");
    }
    let kind = kind.to_lowercase();
    let has = |signs: &[&str]| signs.iter().any(|sign| kind.contains(sign));
    Some(match kind.as_str() {
        "" => return None,
        "virtual" | "bridge" => "virtual",
        "lag" | "link-aggregation-group-(lag)" => "lag",
        _ if has(&[
            "base-t",
            "8p8c",
            "rj-45",
            "rj45",
            "rj11",
            "110-punch",
            "bnc",
            "gg45",
            "(1ge)",
        ]) =>
        {
            "ethernet"
        }
        _ if has(&["802.11", "802.15", "lte", "5g", "gsm", "cdma", "4g"]) => "wifi",
        _ if has(&[
            "base-x",
            "sfp",
            "xfp",
            "cfp",
            "gbic",
            "qsfp",
            "base-kx",
            "base-kr",
            "base-sr",
            "base-lr",
            "base-fx",
            "base-lx",
            "base-sx",
            "base-zr",
            "base-er",
            "lc",
            "sc",
            "st",
            "mpo",
            "mtrj",
            "fc",
            "cs",
            "sn",
            "urm",
            "splice",
            "gfc",
            "infiniband",
            "pon",
        ]) =>
        {
            "fibre"
        }
        _ => "other",
    })
}

/// Returns how fast a port is: as it is set, else what its type says.
fn speed(kind: &str, object: &Object) -> Option<String> {
    if let Some(kilobits) = object.whole("speed").filter(|speed| *speed > 0)
        && object.fields.contains_key("enabled")
    {
        return Some(in_bits(kilobits));
    }
    let digits: String = kind.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let behind = kind.strip_prefix(digits.as_str())?;
    match digits.parse::<f64>() {
        Ok(number) if behind.starts_with("gbase") => Some(format!("{number} Gbit/s")),
        Ok(number) if behind.starts_with("base") => Some(in_bits((number * 1000.0) as i64)),
        _ => None,
    }
}

/// Returns kilobits in a second in the usual unit.
pub fn in_bits(kilobits: i64) -> String {
    match kilobits {
        _ if kilobits % 1_000_000 == 0 => format!("{} Gbit/s", kilobits / 1_000_000),
        _ if kilobits % 1_000 == 0 => format!("{} Mbit/s", kilobits / 1_000),
        _ => format!("{kilobits} kbit/s"),
    }
}
