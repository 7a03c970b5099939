//! Guesses what a host is, by its system and its open ports.

use super::OpenPort;
use crate::import::bounded::xml::Element;
use crate::import::words;

/// Ports that only some sort of device has open.
const TELLING: &[(u32, &str)] = &[
    (9100, "printer"),
    (515, "printer"),
    (631, "printer"),
    (554, "camera"),
    (5060, "phone"),
    (902, "hypervisor"),
    (8006, "hypervisor"),
    (5000, "nas"),
    (5001, "nas"),
];

/// Returns the type of a device, as the catalogue calls it.
pub fn device_type(host: &Element, ports: &[OpenPort]) -> &'static str {
    let has = |number: u32| ports.iter().any(|port| port.number == number);
    if let Some(kind) = by_class(host) {
        return kind;
    }
    // A domain controller answers for Kerberos and the directory.
    if has(88) && has(389) {
        return "server";
    }
    if let Some((_, kind)) = TELLING.iter().find(|(number, _)| has(*number)) {
        return kind;
    }
    let system = system(host).unwrap_or_default();
    match words::type_by_system(&system, "") {
        Some(kind) => kind,
        None if [25, 53, 80, 143, 443, 1433, 3306, 5432].into_iter().any(has) && has(22) => {
            "server"
        }
        None => "other",
    }
}

/// Returns the type that nmap itself names, unless it is a general one.
fn by_class(host: &Element) -> Option<&'static str> {
    const CLASSES: &[(&str, &str)] = &[
        ("print server", "printer"),
        ("printer", "printer"),
        ("webcam", "camera"),
        ("voip phone", "phone"),
        ("voip adapter", "phone"),
        ("phone", "mobile"),
        ("storage-misc", "nas"),
        ("firewall", "firewall"),
        ("broadband router", "router"),
        ("router", "router"),
        ("switch", "switch"),
        ("wap", "ap"),
        ("power-device", "ups"),
        ("security-misc", "alarm"),
    ];
    let best = best(host)?;
    // Older versions have the class beside the match, and say how sure they are of it.
    let beside = host.child("os").into_iter().flat_map(|os| os.all("osclass"));
    let of_match = best.all("osclass");
    let class = of_match.chain(beside).max_by_key(|class| accuracy(class))?;
    let named = class.attribute("type")?.to_lowercase();
    CLASSES.iter().find(|(class, _)| *class == named).map(|(_, kind)| *kind)
}

/// Returns the best guess at the system, with how sure nmap is.
pub fn system(host: &Element) -> Option<String> {
    let best = best(host)?;
    let name = best.attribute("name")?;
    Some(format!("{name} ({} %)", accuracy(best)))
}

fn best(host: &Element) -> Option<&Element> {
    let matches = host.child("os").into_iter().flat_map(|os| os.all("osmatch"));
    // Of equally good ones the first.
    matches.fold(None, |best: Option<&Element>, one| match best {
        Some(best) if accuracy(best) >= accuracy(one) => Some(best),
        _ => Some(one),
    })
}

fn accuracy(element: &Element) -> u32 {
    element.attribute("accuracy").and_then(|text| text.parse().ok()).unwrap_or(0)
}
