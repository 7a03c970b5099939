//! Devices: where they stand, how they are connected, and how they are set.

use crate::dice::Dice;
use crate::estate::{self, Estate, HYPERVISOR, NETWORKS, Place, SWITCH_PORTS, SWITCHES};
use crate::others::{control, verified};
use crate::prose;
use crate::record::{Facts, Kind, Record, Value, day};
use crate::settings;
use crate::words;

/// Makers and models by type; all invented.
fn make_of(device_type: &str, dice: &mut Dice) -> (&'static str, &'static str) {
    let choices: &[(&str, &str)] = match device_type {
        "firewall" => &[("Palisade", "PG 60"), ("Palisade", "PG 120"), ("Drumlin", "Edge 4")],
        "switch" => &[("Drumlin", "Access 24"), ("Drumlin", "Access 48P"), ("Norrland", "SX-24")],
        "ap" => &[("Norrland", "Air 6"), ("Norrland", "Air 6E"), ("Drumlin", "Wave 2")],
        "hypervisor" | "server" => {
            &[("Ostler", "R450"), ("Ostler", "R650"), ("Bellwether", "Gen 11")]
        }
        "vm" => &[("Virtual", "4 vCPU"), ("Virtual", "8 vCPU")],
        "nas" => &[("Keepwell", "DX-8"), ("Keepwell", "DX-4")],
        "ups" => &[("Stillwater", "1500 VA"), ("Stillwater", "3000 VA")],
        "printer" => &[("Quillan", "M428"), ("Quillan", "C305")],
        "camera" => &[("Argent", "Dome 4"), ("Argent", "Bullet 8")],
        "phone" => &[("Carillon", "T46"), ("Carillon", "T54")],
        "workstation" => &[("Bellwether", "Desk 7"), ("Ostler", "Micro 5")],
        _ => &[("Bellwether", "Book 14"), ("Ostler", "Slim 13")],
    };
    dice.pick(choices)
}

/// Returns device `ix`.
pub fn device(estate: &Estate, ix: usize) -> Record {
    let mut dice = Dice::for_record(Kind::Device, ix);
    let place = estate.place(ix);
    let id = estate.id(Kind::Device, ix);
    let name =
        format!("{} {} {:02}", label(place.device_type), estate::site_name(place.site), place.slot);
    let mut facts = Facts::default();
    what_it_is(&mut facts, estate, &place, &mut dice);
    numbers_on_the_label(&mut facts, ix, &place, &id, &mut dice);
    for_its_type(&mut facts, estate, ix, &place, &mut dice);
    facts.add("control", control(estate, place.site, &mut dice));
    facts.add("verified", verified(estate, 175, &mut dice));
    facts.add("interface", Value::Rows(interfaces(estate, ix, &place)));
    let settings = settings::of_device(estate, place.site, &mut dice);
    let prose = prose::about_device(estate, place.site, &mut dice);
    Record { kind: Kind::Device, id, name, facts, settings, steps: vec![], prose, attachment: None }
}

fn label(device_type: &str) -> &'static str {
    match device_type {
        "firewall" => "Firewall",
        "switch" => "Switch",
        "ap" => "Access point",
        "hypervisor" => "Virtualisation host",
        "server" => "Server",
        "vm" => "Virtual server",
        "nas" => "Storage",
        "ups" => "Power supply",
        "printer" => "Printer",
        "camera" => "Camera",
        "phone" => "Telephone",
        "workstation" => "Workstation",
        _ => "Laptop",
    }
}

fn what_it_is(facts: &mut Facts, estate: &Estate, place: &Place, dice: &mut Dice) {
    facts.add("type", place.device_type);
    facts.add("status", dice.pick(&["active", "active", "active", "active", "standby"]));
    facts.add(
        "purpose",
        format!(
            "Serves the {} of {} for about {} people.",
            dice.pick(&words::SYSTEMS),
            estate::site_name(place.site),
            dice.between(2, 180)
        ),
    );
    facts.add("criticality", dice.pick(&["critical", "important", "normal"]));
    facts.add("site", estate.to(Kind::Site, place.site));
    facts.add("room", format!("Room {}.{:02}", dice.between(0, 4), dice.between(1, 40)));
    facts.add("contact", vec![estate.employee(dice)]);
    if dice.chance(30) {
        facts.add("tags", Value::Words(vec![dice.pick(&words::TAGS).to_owned()]));
    }
}

fn numbers_on_the_label(facts: &mut Facts, ix: usize, place: &Place, id: &str, dice: &mut Dice) {
    let (manufacturer, model) = make_of(place.device_type, dice);
    facts.add("manufacturer", manufacturer).add("model", model);
    if place.device_type == "vm" {
        facts.add("not_applicable", no_box());
    } else {
        // An odd factor visits every number below 2^32 once, so no two serials are alike.
        let serial = (ix as u64).wrapping_mul(2_654_435_761) & 0xFFFF_FFFF;
        facts.add("serial", format!("{}{serial:010}", &manufacturer[..2].to_uppercase()));
        facts.add("asset_tag", format!("AT-{:06}", ix + 1));
        facts.add("ownership", dice.pick(&["bought", "bought", "bought", "leased"]));
        facts.add("purchased_on", day(-dice.between(100, 1800)));
        facts.add("warranty_ends", day(ends(ix, dice)));
    }
    facts.add("hostname", format!("{id}.{}.example", estate::site_id(place.site)));
    facts.add("management", format!("https://{}", address(place)));
    facts.add("os", format!("{manufacturer} OS"));
    facts.add(
        "os_version",
        format!("{}.{}.{}", dice.between(5, 12), dice.between(0, 9), dice.between(0, 20)),
    );
    facts.add("support_ends", day(dice.between(200, 2200)));
}

/// A warranty is over on one device in 500, so that there is something to find.
fn ends(ix: usize, dice: &mut Dice) -> i64 {
    if ix % 500 == 250 { -dice.between(5, 300) } else { dice.between(100, 1500) }
}

fn no_box() -> Facts {
    let reason = "it has no box of its own";
    ["serial", "ownership", "warranty_ends"]
        .into_iter()
        .fold(Facts::default(), |facts, key| facts.with(key, reason))
}

fn for_its_type(facts: &mut Facts, estate: &Estate, ix: usize, place: &Place, dice: &mut Dice) {
    match place.device_type {
        "firewall" => {
            facts.add("admin", vec![estate.to(Kind::Account, place.site)]);
            facts.add("config_backup", estate.to(Kind::Document, place.site));
            facts.add("subscription", "Threat updates and support");
            facts.add("subscription_ends", day(dice.between(70, 900)));
            facts.add("recovery_order", 1);
        }
        "switch" => {
            facts.add("uplink", "uplink");
            facts.add("depends_on", vec![estate.device_at(place.site, 0)]);
        }
        "vm" => {
            facts.add("host", estate.device_at(place.site, HYPERVISOR));
        }
        "hypervisor" | "server" | "nas" => {
            facts.add("cpu", format!("{} cores", dice.pick(&[8, 16, 24, 32])));
            facts.add("ram", format!("{} GB", dice.pick(&[32, 64, 128, 256])));
            facts.add("depends_on", vec![estate.device_at(place.site, SWITCHES.start)]);
        }
        "workstation" | "laptop" => {
            facts.add("assigned_to", estate.employee(dice));
            facts.add("encryption", "bitlocker");
        }
        "phone" => {
            facts.add("extension", format!("{}", 1000 + ix));
        }
        _ => {}
    }
    if let Some((unit, height)) = rack_unit(place) {
        let rack = Facts::default()
            .with("rack", estate.to(Kind::Rack, place.site))
            .with("unit", unit)
            .with("height", height);
        facts.add("rack", Value::Table(rack));
    }
}

/// Returns the lowest unit and the height of what stands in the site's rack of 42 units.
fn rack_unit(place: &Place) -> Option<(i64, i64)> {
    let slot = place.slot as i64;
    match place.device_type {
        "firewall" => Some((41, 1)),
        "switch" => Some((41 - slot, 1)),
        "hypervisor" => Some((34, 2)),
        "server" => Some((52 - 2 * slot, 2)),
        "nas" => Some((20, 2)),
        "ups" => Some((1, 2)),
        _ => None,
    }
}

/// Which of a site's networks it is in.
fn network_of(place: &Place) -> usize {
    match place.device_type {
        "laptop" | "workstation" => 0,
        "printer" | "camera" | "phone" => 2,
        _ => 1,
    }
}

/// Returns the first three bytes of the network's addresses.
pub fn network_start(network: usize) -> String {
    format!("10.{}.{}", network / 256, network % 256)
}

fn address(place: &Place) -> String {
    // Counted site by site, not as `Estate::network_at` counts, so that one more site leaves the
    // addresses of the others alone.
    let network = place.site * NETWORKS.len() + network_of(place);
    let host = if place.slot == 0 { 1 } else { 10 + place.slot };
    format!("{}.{host}", network_start(network))
}

fn mac(ix: usize, row: usize) -> String {
    // 02: locally administered (IEEE 802), so it is nobody's.
    let number = ix * 8 + row;
    format!("02:43:4a:{:02x}:{:02x}:{:02x}", number >> 16 & 0xFF, number >> 8 & 0xFF, number & 0xFF)
}

fn interfaces(estate: &Estate, ix: usize, place: &Place) -> Vec<Facts> {
    match place.device_type {
        "firewall" => firewall_ports(estate, ix, place),
        "switch" => switch_ports(estate, ix, place),
        _ => vec![one_port(estate, ix, place)],
    }
}

fn firewall_ports(estate: &Estate, ix: usize, place: &Place) -> Vec<Facts> {
    let wan = Facts::default()
        .with("name", "wan1")
        .with("mac", mac(ix, 0))
        .with("address", crate::others::circuit_address(place.site, 2))
        .with("description", "To the provider's box");
    let inside = NETWORKS.iter().enumerate().map(|(which, (vlan, ..))| {
        let network = place.site * NETWORKS.len() + which;
        Facts::default()
            .with("name", format!("vlan{vlan}"))
            .with("type", "virtual")
            .with("address", format!("{}.1/24", network_start(network)))
            .with("network", estate.to(Kind::Network, estate.network_at(place.site, which)))
    });
    let ports = SWITCHES
        .map(|port| Facts::default().with("name", format!("port{port}")).with("speed", "1G"));
    std::iter::once(wan).chain(inside).chain(ports).collect()
}

fn switch_ports(estate: &Estate, ix: usize, place: &Place) -> Vec<Facts> {
    let management = Facts::default()
        .with("name", "mgmt")
        .with("mac", mac(ix, 0))
        .with("address", format!("{}/24", address(place)))
        .with("network", estate.to(Kind::Network, estate.network_at(place.site, 1)));
    let uplink = Facts::default()
        .with("name", "uplink")
        .with("mode", "trunk")
        .with("tagged_vlans", Value::Numbers(NETWORKS.iter().map(|(vlan, ..)| *vlan).collect()))
        .with(
            "connects_to",
            Value::ToPort(estate.device_at(place.site, 0), format!("port{}", place.slot)),
        );
    let ports = (1..=SWITCH_PORTS).map(|port| Facts::default().with("name", format!("port{port}")));
    [management, uplink].into_iter().chain(ports).collect()
}

fn one_port(estate: &Estate, ix: usize, place: &Place) -> Facts {
    let network = network_of(place);
    let mut port = Facts::default()
        .with("name", "eth0")
        .with("mac", mac(ix, 0))
        .with("address", format!("{}/24", address(place)))
        .with("network", estate.to(Kind::Network, estate.network_at(place.site, network)))
        .with("untagged_vlan", NETWORKS[network].0);
    let after_switches = place.slot - SWITCHES.end;
    let port_number = after_switches / SWITCHES.len() + 1;
    if place.device_type == "vm" {
        port.add("type", "virtual");
    } else if port_number <= SWITCH_PORTS {
        let switch = estate.device_at(place.site, SWITCHES.start + after_switches % SWITCHES.len());
        port.add("connects_to", Value::ToPort(switch, format!("port{port_number}")));
    } else {
        port.add("type", "wifi");
    }
    port
}
