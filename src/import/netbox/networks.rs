//! Makes records of networks: of prefixes with their VLANs, ranges and single addresses.

use std::collections::BTreeMap;

use super::book::{Book, put_status};
use super::devices::{DEVICE, VM};
use super::own::{Own, label};
use super::plan::{ADDRESS, PREFIX, VLAN, assigned_to};
use super::store::{Object, Target};
use crate::import::normal::network;
use crate::import::proposal::{Harvest, Link, Proposal, Row};

const RANGE: &str = "ipam.iprange";

/// Makes a network of each prefix, and of each VLAN without one.
pub fn networks(book: &mut Book<'_>) {
    let mut reserved = reservations(book);
    let mut ranges = ranges(book);
    let mut gateways = gateways(book);
    let names = names(book);
    for (id, prefix) in book.store.all(PREFIX) {
        if book.plan.joined.contains_key(&id) {
            second(book, id, prefix);
            continue;
        }
        let name = names.get(&id).cloned().unwrap_or_default();
        let (mut proposal, mut own) = book.begin("network", PREFIX, id, prefix, name);
        if own.peek("status").as_deref() == Some("container") {
            proposal.put("tags", vec!["container".to_owned()]);
        }
        put_status(&mut proposal, &mut own);
        proposal.put_some("site", book.site_link(PREFIX, id));
        let text = own.text("prefix").unwrap_or_default();
        let field = if text.contains(':') { "prefix6" } else { "prefix" };
        proposal.put_as(field, "prefix", text);
        if let Some(joined) = book.plan.joined.iter().find(|(_, v4)| **v4 == id).map(|(v6, _)| *v6)
        {
            let second = book.store.get(PREFIX, joined).and_then(|one| one.text("prefix"));
            proposal.put_some("prefix6", second);
        }
        vlan_of_prefix(book, id, &mut own, &mut proposal);
        scope(book, &mut own, &mut proposal);
        zone(book, &mut own, &mut proposal);
        vrf(book, &mut own, &mut proposal);
        if own.flag("is_pool") == Some(true) {
            proposal.put_as("", "Pool", "All addresses of it are in use");
        }
        for (address, is_v6) in gateways.remove(&id).unwrap_or_default() {
            proposal.put(if is_v6 { "gateway6" } else { "gateway" }, address);
        }
        if let Some(router) = router(book, id) {
            proposal.put("routed_by", router);
        }
        for row in ranges.remove(&id).unwrap_or_default() {
            row.put(&mut proposal);
        }
        for row in reserved.remove(&id).unwrap_or_default() {
            proposal.row("reservation", row);
        }
        own.pass(&["mark_utilized", "prefix_length"]);
        book.end(proposal, own);
    }
    vlans(book);
}

/// The IPv6 prefix of a VLAN whose IPv4 prefix has the record: only what it alone says is told.
fn second(book: &mut Book<'_>, id: u64, prefix: &Object) {
    let mut own = Own::new(prefix, PREFIX);
    own.pass(&[
        "prefix",
        "vlan",
        "site",
        "scope",
        "scope_type",
        "scope_id",
        "status",
        "role",
        "tenant",
        "vrf",
        "is_pool",
        "mark_utilized",
        "custom_field_data",
        "tags",
        "comments",
        "description",
    ]);
    let mut proposal = Proposal::new("network", book.plan.key_of_prefix(id), "", prefix.at.clone());
    let v4 = book.plan.joined.get(&id).and_then(|v4| book.store.get(PREFIX, *v4));
    let about = prefix.text("description");
    let about =
        about.filter(|text| v4.is_none_or(|v4| v4.text("description").as_ref() != Some(text)));
    let about = about.map(|text| format!("IPv6: {text}"));
    proposal.put_as("", "IPv6", about.unwrap_or_default());
    proposal.of_client(book.client(PREFIX, id).as_deref());
    proposal.on_demand = !prefix.whole;
    own.tell(book.harvest);
    if !proposal.fields.is_empty() {
        book.harvest.propose(proposal);
    }
}

/// Returns names for prefixes: their VLAN's, their description or role with the site, else themselves.
fn names(book: &Book<'_>) -> BTreeMap<u64, String> {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    let short: Vec<(u64, Option<String>)> = book
        .store
        .all(PREFIX)
        .filter(|(id, _)| !book.plan.joined.contains_key(id))
        .map(|(id, prefix)| {
            let vlan = prefix.link("vlan", VLAN).filter(|vlan| book.plan.tells_vlan(id, *vlan));
            let vlan = vlan.and_then(|vlan| book.store.get(VLAN, vlan)?.name());
            let about = prefix.text("description").filter(|text| text.len() <= 40);
            let is_container = prefix.text("status").as_deref() == Some("container");
            let role = book.store.name_of(prefix, "role", "ipam.role").filter(|_| !is_container);
            (id, vlan.or(about).or(role))
        })
        .collect();
    for name in short.iter().filter_map(|(_, name)| name.clone()) {
        *uses.entry(name.to_lowercase()).or_default() += 1;
    }
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let name = |(id, short): (u64, Option<String>)| {
        let prefix = book.store.get(PREFIX, id).and_then(|one| one.text("prefix"));
        let prefix = prefix.unwrap_or_default();
        let Some(short) = short else { return (id, prefix) };
        let site = book.site_name(PREFIX, id);
        let is_used = uses.get(&short.to_lowercase()).is_some_and(|count| *count > 1);
        let name = match site {
            Some(site) if is_used && !short.contains(&site) => format!("{short}, {site}"),
            _ => short,
        };
        let count = taken.entry(name.to_lowercase()).or_default();
        *count += 1;
        (id, if *count > 1 { format!("{name}, {prefix}") } else { name })
    };
    short.into_iter().map(name).collect()
}

fn vlan_of_prefix(book: &Book<'_>, id: u64, own: &mut Own, proposal: &mut Proposal) {
    let Some(vlan) = own.link("vlan", VLAN) else { return };
    let Some(object) = book.store.get(VLAN, vlan) else { return };
    let vid = object.whole("vid");
    let name = object.name().unwrap_or_default();
    if !book.plan.tells_vlan(id, vlan) {
        // Two records with one number at one site would look like a mistake.
        let vid = vid.map(|vid| vid.to_string()).unwrap_or_default();
        proposal.put_as("", "Second range of VLAN", format!("{vid} {name}"));
        return;
    }
    proposal.put_some("vlan_id", vid);
    // A VLAN and its prefix often say the same.
    let prefix = book.store.get(PREFIX, id);
    let beside = |field: &str| {
        let of_prefix = prefix.and_then(|prefix| prefix.text(field));
        object.text(field).filter(|text| of_prefix.as_ref() != Some(text))
    };
    if name != proposal.name {
        proposal.put_as("", "VLAN name", name);
    }
    proposal.put_as("", "About the VLAN", beside("description").unwrap_or_default());
    proposal.put_as("", "Comments on the VLAN", beside("comments").unwrap_or_default());
    let group = book.store.name_of(object, "group", "ipam.vlangroup");
    proposal.put_as("", "VLAN group", group.unwrap_or_default());
}

/// Passes over the scope where it is a site, and keeps it where it is a region or a group.
fn scope(book: &Book<'_>, own: &mut Own, proposal: &mut Proposal) {
    let scope = own.target("scope");
    if let Some(scope) = scope
        && !matches!(scope.model.as_str(), "dcim.site")
        && let Some(path) = book.store.path_of(&scope.model, scope.id)
    {
        proposal.put_as("", "Scope", path);
    }
    own.pass(&["site", "scope", "scope_type", "scope_id"]);
}

/// Puts the zone that a role gives away, and the role itself.
fn zone(book: &Book<'_>, own: &mut Own, proposal: &mut Proposal) {
    const ZONES: &[(&str, &[&str])] = &[
        ("voice", &["voice", "voip", "phone", "telephony", "sip"]),
        ("guest", &["guest", "visitor"]),
        ("mgmt", &["management", "mgmt", "oob", "out-of-band", "ipmi"]),
        ("dmz", &["dmz"]),
        ("server", &["server", "servers"]),
        ("iot", &["iot", "camera", "cameras", "cctv", "building"]),
        ("wan", &["wan", "transit", "uplink", "internet", "p2p"]),
        ("vpn", &["vpn", "remote access"]),
    ];
    let role = own.link("role", "ipam.role");
    let role = role.and_then(|role| book.store.get("ipam.role", role)?.name());
    let words = format!("{} {}", role.clone().unwrap_or_default(), proposal.name).to_lowercase();
    let parts: Vec<&str> = words.split(|c: char| !c.is_alphanumeric() && c != '-').collect();
    let is_one = |signs: &[&str]| signs.iter().any(|sign| parts.contains(sign));
    let zone = ZONES.iter().find(|(_, signs)| is_one(signs)).map(|(zone, _)| *zone);
    proposal.put_some("zone", zone);
    proposal.put_as("", "Role", role.unwrap_or_default());
}

fn vrf(book: &Book<'_>, own: &mut Own, proposal: &mut Proposal) {
    let vrf = own.link("vrf", "ipam.vrf").and_then(|vrf| book.store.get("ipam.vrf", vrf));
    let Some(vrf) = vrf else { return };
    let name = vrf.name().unwrap_or_default();
    let rd = vrf.text("rd").map(|rd| format!(" ({rd})")).unwrap_or_default();
    proposal.put_as("", "VRF", format!("{name}{rd}"));
}

/// Returns the one router or firewall that has an address in a prefix: whatever leaves it passes there.
fn router(book: &Book<'_>, prefix: u64) -> Option<Link> {
    let routers = book.routers.get(&prefix)?;
    match routers.as_slice() {
        [only] => Some(book.device_link(only)),
        _ => None,
    }
}

/// Returns the addresses that stand for a gateway, by prefix: those that routers share.
fn gateways(book: &Book<'_>) -> BTreeMap<u64, Vec<(String, bool)>> {
    const SHARED: &[&str] = &["vrrp", "hsrp", "glbp", "carp", "vip"];
    let mut gateways: BTreeMap<u64, Vec<(String, bool)>> = BTreeMap::new();
    for (_, one) in book.store.all(ADDRESS) {
        let Some(text) = one.text("address") else { continue };
        let by_role = one.text("role").is_some_and(|role| SHARED.contains(&role.as_str()));
        let by_group = assigned_to(one).is_some_and(|target| target.model == "ipam.fhrpgroup");
        let prefix = book.plan.prefix_of(&text, one.link("vrf", "ipam.vrf"));
        if let Some((prefix, address)) =
            prefix.zip(network::ip(&text)).filter(|_| by_role || by_group)
        {
            let is_v6 = address.contains(':');
            let known = gateways.entry(prefix).or_default();
            if known.iter().all(|(_, other)| *other != is_v6) {
                known.push((address, is_v6));
            }
        }
    }
    gateways
}

/// Returns the addresses that are on no port, by the prefix they lie in.
fn reservations(book: &mut Book<'_>) -> BTreeMap<u64, Vec<Row>> {
    let mut rows: BTreeMap<u64, Vec<Row>> = BTreeMap::new();
    let mut nowhere = 0;
    for (_, address) in book.store.all(ADDRESS) {
        let mut own = Own::new(address, ADDRESS);
        let text = own.text("address").unwrap_or_default();
        let vrf = own.link("vrf", "ipam.vrf");
        let on_port = assigned_to(address).is_some_and(|on| on.model != "ipam.fhrpgroup");
        let words = [
            own.text("dns_name"),
            own.text("description"),
            own.text("role").map(|role| label(&role)),
            own.text("status").filter(|word| word != "active").map(|word| label(&word)),
            inside(book, &mut own),
        ];
        let words: Vec<String> = words.into_iter().flatten().collect();
        own.pass(&[
            "tenant",
            "assigned_object",
            "assigned_object_type",
            "assigned_object_id",
            "interface",
            "nat_outside",
            "tags",
        ]);
        let comments = own.text("comments");
        if on_port || !address.whole {
            // What a row of a device says is its address; a name in DNS is the host's.
            if address.whole {
                own.pass(&["custom_field_data"]);
                own.tell(book.harvest);
            }
            continue;
        }
        let name = words.into_iter().chain(comments).collect::<Vec<_>>().join(", ");
        own.tell(book.harvest);
        match (book.plan.prefix_of(&text, vrf), network::ip(&text)) {
            (Some(prefix), Some(ip)) => {
                let prefix = *book.plan.joined.get(&prefix).unwrap_or(&prefix);
                let row = Row::new().put("ip", ip).put("name", name);
                rows.entry(prefix).or_default().push(row);
            }
            _ => {
                nowhere += 1;
                if nowhere == 1 {
                    book.harvest.skip(address.at.clone(), "an address in no prefix of the export");
                }
            }
        }
    }
    if nowhere > 1 {
        book.harvest
            .note(format!("{nowhere} addresses lie in no prefix of the export and are left out"));
    }
    rows
}

/// Returns which address is behind this one.
fn inside(book: &Book<'_>, own: &mut Own) -> Option<String> {
    let inside = own.link("nat_inside", ADDRESS)?;
    Some(format!("NAT for {}", book.store.get(ADDRESS, inside)?.text("address")?))
}

/// A range of addresses in a network.
enum Range {
    /// Given out by DHCP.
    Dhcp(Row),
    /// Kept for something else.
    Other(String),
}

impl Range {
    fn put(self, proposal: &mut Proposal) {
        match self {
            Range::Dhcp(row) => {
                proposal.row("dhcp_range", row);
            }
            Range::Other(words) => {
                // Several of them are told one after the other.
                let count =
                    proposal.fields.iter().filter(|one| one.label.starts_with("Range")).count();
                let label =
                    if count == 0 { "Range".to_owned() } else { format!("Range {}", count + 1) };
                proposal.put_as("", label, words);
            }
        }
    }
}

fn ranges(book: &mut Book<'_>) -> BTreeMap<u64, Vec<Range>> {
    let mut ranges: BTreeMap<u64, Vec<Range>> = BTreeMap::new();
    for (_, range) in book.store.all(RANGE) {
        let mut own = Own::new(range, RANGE);
        let ends = (own.text("start_address"), own.text("end_address"));
        let (Some(start), Some(end)) = ends else { continue };
        let vrf = own.link("vrf", "ipam.vrf");
        let role = own.link("role", "ipam.role");
        let role = role.and_then(|role| book.store.get("ipam.role", role)?.name());
        let words = [
            own.text("description"),
            role,
            own.text("status").filter(|word| word != "active").map(|word| label(&word)),
        ];
        let words: Vec<String> = words.into_iter().flatten().collect();
        let note = words.join(", ");
        own.pass(&[
            "size",
            "tenant",
            "tags",
            "mark_utilized",
            "mark_populated",
            "comments",
            "custom_field_data",
        ]);
        own.tell(book.harvest);
        let is_dhcp = note.to_lowercase().contains("dhcp");
        let (Some(from), Some(to)) = (network::ip(&start), network::ip(&end)) else { continue };
        let made = match is_dhcp {
            true => Range::Dhcp(Row::new().put("from", from).put("to", to).put("note", note)),
            false => {
                let about = if note.is_empty() { String::new() } else { format!(": {note}") };
                Range::Other(format!("{from} to {to}{about}"))
            }
        };
        match book.plan.prefix_of(&start, vrf) {
            Some(prefix) => ranges.entry(prefix).or_default().push(made),
            None => book.harvest.skip(range.at.clone(), "a range in no prefix of the export"),
        }
    }
    ranges
}

/// Makes a network of each VLAN that has no prefix.
fn vlans(book: &mut Book<'_>) {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for (_, vlan) in book.store.all(VLAN) {
        *uses.entry(vlan.name().unwrap_or_default().to_lowercase()).or_default() += 1;
    }
    for (id, vlan) in book.store.all(VLAN) {
        if book.plan.has_prefix(id) {
            passed_vlan(vlan, book.harvest);
            continue;
        }
        let Some(name) = vlan.name() else { continue };
        let is_used = uses.get(&name.to_lowercase()).is_some_and(|count| *count > 1);
        let name = match book.site_name(VLAN, id).or_else(|| group_site(book, vlan)) {
            Some(site) if is_used => format!("{name}, {site}"),
            _ => name,
        };
        let (mut proposal, mut own) = book.begin("network", VLAN, id, vlan, name);
        put_status(&mut proposal, &mut own);
        proposal.put_some("vlan_id", own.whole("vid"));
        proposal.put_some("site", book.site_link(VLAN, id));
        zone(book, &mut own, &mut proposal);
        let group = own.link("group", "ipam.vlangroup");
        let group = group.and_then(|group| book.store.get("ipam.vlangroup", group)?.name());
        proposal.put_as("", "VLAN group", group.unwrap_or_default());
        own.pass(&["site"]);
        book.end(proposal, own);
    }
}

/// Returns the site whose group of VLANs one is in.
fn group_site(book: &Book<'_>, vlan: &Object) -> Option<String> {
    let group = book.store.linked(vlan, "group", "ipam.vlangroup")?;
    let scope = group.target("scope").filter(|scope| scope.model == "dcim.site")?;
    book.store.at(&scope)?.name()
}

/// Tells of what a VLAN says beside what its prefix's record tells.
fn passed_vlan(vlan: &Object, harvest: &mut Harvest) {
    let mut own = Own::new(vlan, VLAN);
    own.pass(&[
        "vid",
        "name",
        "site",
        "group",
        "tenant",
        "status",
        "role",
        "description",
        "comments",
        "tags",
        "custom_field_data",
        "l2vpn_termination",
        "qinq_role",
    ]);
    own.tell(harvest);
}

/// Returns the routers and firewalls that have an address in each prefix.
pub fn routers(book: &Book<'_>) -> BTreeMap<u64, Vec<Target>> {
    let mut routers: BTreeMap<u64, Vec<Target>> = BTreeMap::new();
    for (port, addresses) in &book.plan.addresses {
        let Some(device) = book.ports.device(port) else { continue };
        if !matches!(device.model.as_str(), DEVICE | VM) || !is_router(book, &device) {
            continue;
        }
        for (address, vrf) in addresses {
            if let Some(prefix) = book.plan.prefix_of(address, *vrf) {
                let known = routers.entry(prefix).or_default();
                if !known.contains(&device) {
                    known.push(device.clone());
                }
            }
        }
    }
    routers
}

fn is_router(book: &Book<'_>, device: &Target) -> bool {
    let Some(object) = book.store.at(device) else { return false };
    let role = ["role", "device_role"]
        .iter()
        .find_map(|field| book.store.name_of(object, field, "dcim.devicerole"));
    let role = role.unwrap_or_default().to_lowercase();
    role.contains("router") || role.contains("firewall") || role.contains("gateway")
}
