//! Makes records of devices and virtual machines, with the clusters that these run on.

use std::collections::BTreeMap;

use super::book::{Book, put_status};
use super::own::{Own, label};
use super::places::{feed_in_words, room};
use super::plan::{ADDRESS, assigned_to};
use super::store::{Object, Target};
use super::{interfaces, services};
use crate::import::normal::network;
use crate::import::proposal::{Link, Proposal, Row};
use crate::import::words;

/// The model of devices.
pub const DEVICE: &str = "dcim.device";

/// The model of virtual machines.
pub const VM: &str = "virtualization.virtualmachine";

const CLUSTER: &str = "virtualization.cluster";

/// Makes a device of each device.
pub fn devices(book: &mut Book<'_>) {
    let stacks = parents(book);
    let parts = parts(book);
    let services = services::of_devices(book);
    let names = names_in_dns(book);
    for (id, device) in book.store.all(DEVICE) {
        let target = Target::new(DEVICE, id);
        let (mut proposal, mut own) =
            book.begin("device", DEVICE, id, device, book.device_name(&target));
        proposal.on_demand = !device.whole && !book.ports.of_device.contains_key(&target);
        let kind = type_of(book, &target, device, &mut own);
        // What an earlier import made of the whole device is not overwritten by what a port knows of it.
        if device.whole || !(book.is_known)(&proposal.key) {
            proposal.put("type", kind);
        }
        put_status(&mut proposal, &mut own);
        proposal.put_some("site", book.site_link(DEVICE, id));
        proposal.put_some("room", room(book, &mut own));
        place_in_rack(book, &mut proposal, &mut own);
        proposal.put_some("serial", own.text("serial"));
        proposal.put_some("asset_tag", own.text("asset_tag"));
        proposal.put_some("os", platform(book, &mut own));
        addresses(book, &mut proposal, &mut own);
        // Several names are those of its ports, one is its own.
        if let Some([only]) = names.get(&target).map(Vec::as_slice) {
            proposal.put("hostname", only.as_str());
        }
        proposal.put("contact", book.contact_links(DEVICE, id));
        power(book, &target, kind, &mut proposal);
        if let Some(cluster) = own.link("cluster", CLUSTER) {
            let name = book.store.get(CLUSTER, cluster).and_then(Object::name).unwrap_or_default();
            proposal.put_as("cluster", "Cluster", name);
        }
        stack(book, &mut proposal, &mut own);
        if let Some(parent) = stacks.get(&id).cloned().or_else(|| own.link("parent_device", DEVICE))
        {
            // A blade goes dark with its chassis.
            proposal.put("depends_on", vec![book.device_link(&Target::new(DEVICE, parent))]);
        }
        proposal.put_as(
            "",
            "Airflow",
            own.text("airflow").map(|flow| label(&flow.replace('-', " "))).unwrap_or_default(),
        );
        proposal.put_as("", "Latitude", own.text("latitude").unwrap_or_default());
        proposal.put_as("", "Longitude", own.text("longitude").unwrap_or_default());
        interfaces::rows(book, &target, &mut proposal);
        for row in parts.get(&id).into_iter().flatten() {
            proposal.row("setting", row.clone());
        }
        for row in services.get(&target).into_iter().flatten() {
            proposal.row("setting", row.clone());
        }
        own.pass(&["site", "parent_device", "device_bay", "contacts", "services"]);
        book.end(proposal, own);
    }
}

/// Takes what a device is, and returns its type in the catalogue's words.
fn type_of(book: &mut Book<'_>, target: &Target, device: &Object, own: &mut Own) -> &'static str {
    let store = book.store;
    let role = own.link("role", "dcim.devicerole");
    let role = role.or_else(|| own.link("device_role", "dcim.devicerole"));
    let role = match role {
        Some(role) => store.get("dcim.devicerole", role).and_then(Object::name),
        None => own.text("role"),
    }
    .unwrap_or_default();
    let os = store.name_of(device, "platform", "dcim.platform").unwrap_or_default();
    let model = own_model(book, own).1.unwrap_or_default();
    let has = |kind: &str| {
        let ports = book.ports.of_device.get(target).into_iter().flatten();
        ports.into_iter().any(|port| port.model == kind)
    };
    by_role(&role)
        .or_else(|| words::device_type(&role))
        .or_else(|| has("dcim.frontport").then_some("patch-panel"))
        .or_else(|| words::type_by_system(&os, &model))
        .or_else(|| words::device_type(&model))
        .unwrap_or("other")
}

/// Returns the type that a role of data centres means, which the words of asset lists do not have.
fn by_role(role: &str) -> Option<&'static str> {
    const ROLES: &[(&str, &[&str])] = &[
        ("patch-panel", &["patch", "panel", "fiber", "fibre", "odf"]),
        ("appliance", &["console", "kvm", "load balancer", "chassis", "oob"]),
        ("pdu", &["pdu", "power"]),
        (
            "switch",
            &["tor", "leaf", "spine", "distribution", "access", "core", "fabric", "edge switch"],
        ),
        (
            "router",
            &["edge", "border", "pe", "p", "cpe", "provider edge", "route reflector", "wan"],
        ),
    ];
    let words = role.to_lowercase();
    // `Access point` is no switch, and a `core router` none either: those words go first.
    if matches!(words::device_type(role), Some(kind) if kind != "server") {
        return words::device_type(role);
    }
    let parts: Vec<&str> = words.split(|c: char| !c.is_alphanumeric()).collect();
    let is_one = |signs: &[&str]| {
        signs.iter().any(|sign| match sign.contains(' ') {
            true => words.contains(sign),
            false => parts.contains(sign),
        })
    };
    ROLES.iter().find(|(_, signs)| is_one(signs)).map(|(kind, _)| *kind)
}

/// Returns the manufacturer and model of a device whose type was not taken yet.
fn own_model(book: &Book<'_>, own: &Own) -> (Option<String>, Option<String>) {
    let kind = own.peek_link("device_type", "dcim.devicetype");
    let Some(kind) = kind.and_then(|id| book.store.get("dcim.devicetype", id)) else {
        return (None, None);
    };
    let maker = book.store.name_of(kind, "manufacturer", "dcim.manufacturer");
    (maker, kind.text("model").or_else(|| kind.name()))
}

/// Puts manufacturer, model, and where in a rack it is.
fn place_in_rack(book: &Book<'_>, proposal: &mut Proposal, own: &mut Own) {
    let (maker, model) = own_model(book, own);
    proposal.put_some("manufacturer", maker);
    proposal.put_some("model", model);
    let kind = own.link("device_type", "dcim.devicetype");
    let kind = kind.and_then(|id| book.store.get("dcim.devicetype", id));
    if let Some(kind) = kind {
        proposal.put_as("", "Part number", kind.text("part_number").unwrap_or_default());
        let about = [kind.text("description"), kind.text("comments")];
        let about: Vec<String> = about.into_iter().flatten().collect();
        proposal.put_as("", "About the model", about.join("; "));
    }
    if let Some(rack) = own.link("rack", "dcim.rack") {
        proposal.put("rack.rack", Link::key("rack", book.key("dcim.rack", rack)));
        let unit = own.whole("position");
        proposal.put_some("rack.unit", unit);
        let height = kind.and_then(|kind| kind.text("u_height")?.parse::<f64>().ok());
        let height = height.filter(|height| *height > 0.0 && unit.is_some());
        proposal.put_some("rack.height", height.map(|height| height.ceil() as i64));
        let face = own.text("face").map(|face| face.to_lowercase());
        proposal.put_some("rack.face", face);
    }
}

fn platform(book: &Book<'_>, own: &mut Own) -> Option<String> {
    match own.link("platform", "dcim.platform") {
        Some(platform) => book.store.get("dcim.platform", platform)?.name(),
        None => own.text("platform"),
    }
}

/// Puts the addresses by which a device is reached.
fn addresses(book: &Book<'_>, proposal: &mut Proposal, own: &mut Own) {
    const IP: &str = "ipam.ipaddress";
    let mut take = |name: &str| {
        let address = match own.link(name, IP) {
            Some(id) => book.store.get(IP, id)?.text("address"),
            None => own.text(name),
        };
        network::ip(&address?)
    };
    let (v4, v6) = (take("primary_ip4"), take("primary_ip6"));
    let primary = take("primary_ip");
    proposal.put_some("management", v4.or(primary).or(v6));
    proposal.put_some("oob", take("oob_ip"));
}

/// Returns the names in DNS that the addresses of each device have.
fn names_in_dns(book: &Book<'_>) -> BTreeMap<Target, Vec<String>> {
    let mut names: BTreeMap<Target, Vec<String>> = BTreeMap::new();
    for (_, address) in book.store.all(ADDRESS) {
        let device = assigned_to(address).and_then(|port| book.ports.device(&port));
        if let Some((device, name)) = device.zip(address.text("dns_name")) {
            let known = names.entry(device).or_default();
            if !known.contains(&name) {
                known.push(name);
            }
        }
    }
    names
}

/// Puts what a device takes its power from: it goes dark with it, unless there is a second one.
fn power(book: &Book<'_>, target: &Target, kind: &str, proposal: &mut Proposal) {
    let ports = book.ports.of_device.get(target).into_iter().flatten();
    let mut sources: Vec<Target> = Vec::new();
    let mut feeds: Vec<String> = Vec::new();
    for port in ports.filter(|port| port.model == "dcim.powerport") {
        for far in book.ports.follow(port).far {
            match far.model.as_str() {
                "dcim.poweroutlet" => sources.extend(book.ports.device(&far)),
                "dcim.powerfeed" => {
                    let Some(feed) = book.store.at(&far) else { continue };
                    let panel = book.store.name_of(feed, "power_panel", "dcim.powerpanel");
                    let from = panel.map(|panel| format!("{panel}, ")).unwrap_or_default();
                    feeds.push(format!("{from}{}", feed_in_words(book, far.id, feed)));
                }
                _ => {}
            }
        }
    }
    sources.sort();
    sources.dedup();
    if let [only] = sources.as_slice() {
        proposal.put("depends_on", vec![book.device_link(only)]);
    }
    if !feeds.is_empty() {
        let feeds = feeds.join("; ");
        match kind {
            "pdu" => proposal.put("fed_from", feeds),
            _ => proposal.put_as("", "Power", feeds),
        };
    }
    if kind == "pdu" {
        let ports = book.ports.of_device.get(target).into_iter().flatten();
        let outlets = ports.filter(|port| port.model == "dcim.poweroutlet").count();
        proposal.put_some("outlets", (outlets > 0).then_some(outlets as i64));
    }
}

/// Puts the stack of switches that a device belongs to.
fn stack(book: &Book<'_>, proposal: &mut Proposal, own: &mut Own) {
    let Some(id) = own.link("virtual_chassis", "dcim.virtualchassis") else { return };
    let name = book.store.get("dcim.virtualchassis", id).and_then(Object::name);
    let mut words = name.unwrap_or_else(|| format!("stack {id}"));
    if let Some(position) = own.whole("vc_position") {
        words.push_str(&format!(", member {position}"));
    }
    if let Some(priority) = own.whole("vc_priority") {
        words.push_str(&format!(", priority {priority}"));
    }
    proposal.put_as("", "Virtual chassis", words);
}

/// Returns in which device others are installed: blades in a chassis.
fn parents(book: &Book<'_>) -> BTreeMap<u64, u64> {
    let bays = book.store.all("dcim.devicebay");
    bays.filter_map(|(_, bay)| {
        Some((bay.link("installed_device", DEVICE)?, bay.link("device", DEVICE)?))
    })
    .collect()
}

/// Returns what is built into each device: modules and parts, as rows.
fn parts(book: &mut Book<'_>) -> BTreeMap<u64, Vec<Row>> {
    let mut rows: BTreeMap<u64, Vec<Row>> = BTreeMap::new();
    for model in ["dcim.module", "dcim.inventoryitem"] {
        for (id, part) in book.store.all(model) {
            let mut own = Own::new(part, model);
            let Some(device) = own.link("device", DEVICE) else { continue };
            let store = book.store;
            let bay = own.link("module_bay", "dcim.modulebay");
            let bay = bay.and_then(|bay| store.get("dcim.modulebay", bay)?.name());
            let name = bay.or_else(|| own.text("name")).unwrap_or_else(|| format!("part {id}"));
            let kind = own.link("module_type", "dcim.moduletype");
            let kind = kind.and_then(|kind| store.get("dcim.moduletype", kind));
            let maker = own.link("manufacturer", "dcim.manufacturer");
            let maker = match kind {
                Some(kind) => store.name_of(kind, "manufacturer", "dcim.manufacturer"),
                None => maker.and_then(|maker| store.get("dcim.manufacturer", maker)?.name()),
            };
            let what = [maker, kind.and_then(Object::name), own.text("part_id")];
            let what: Vec<String> = what.into_iter().flatten().collect();
            let more = [
                (!what.is_empty()).then(|| what.join(" ")),
                own.text("serial").map(|serial| format!("serial number {serial}")),
                own.text("asset_tag").map(|tag| format!("asset tag {tag}")),
                own.text("status").filter(|word| word != "active"),
                own.text("description"),
            ];
            let more: Vec<String> = more.into_iter().flatten().collect();
            let value = if more.is_empty() { "built in".to_owned() } else { more.join(", ") };
            let group = if model == "dcim.module" { "Modules" } else { "Parts" };
            let row = Row::new()
                .put("group", group)
                .put("name", name)
                .put("id", format!("{id}"))
                .put("value", value);
            rows.entry(device).or_default().push(row);
            own.pass(&[
                "name",
                "custom_field_data",
                "tags",
                "parent",
                "role",
                "discovered",
                "component",
                "local_context_data",
                "comments",
            ]);
            own.tell(book.harvest);
        }
    }
    rows
}

/// Makes a device of each virtual machine.
pub fn machines(book: &mut Book<'_>) {
    let services = services::of_devices(book);
    let disks = disks(book);
    for (id, machine) in book.store.all(VM) {
        let target = Target::new(VM, id);
        let Some(name) = machine.name() else { continue };
        let (mut proposal, mut own) = book.begin("device", VM, id, machine, name);
        proposal.on_demand = !machine.whole && !book.ports.of_device.contains_key(&target);
        proposal.put("type", "vm");
        put_status(&mut proposal, &mut own);
        proposal.put_some("site", book.site_link(VM, id));
        own.pass(&["site"]);
        let host = own.link("device", DEVICE);
        let cluster = own.link("cluster", CLUSTER);
        match (host, cluster) {
            (Some(host), cluster) => {
                proposal.put("host", book.device_link(&Target::new(DEVICE, host)));
                let name = cluster.and_then(|id| book.store.get(CLUSTER, id)?.name());
                proposal.put_as("", "Cluster", name.unwrap_or_default());
            }
            (None, Some(cluster)) => {
                proposal.put("host", Link::key("service", book.key(CLUSTER, cluster)));
            }
            (None, None) => {}
        }
        proposal.put_some("os", platform(book, &mut own));
        addresses(book, &mut proposal, &mut own);
        let cores = own
            .text("vcpus")
            .map(|cores| cores.trim_end_matches(".00").trim_end_matches(".0").to_owned());
        proposal.put_some("cpu", cores.map(|cores| format!("{cores} virtual cores")));
        proposal.put_some("ram", own.whole("memory").map(megabytes));
        let disk =
            disks.get(&id).cloned().or_else(|| own.whole("disk").map(|size| disk_size(book, size)));
        own.pass(&["disk"]);
        proposal.put_some("disk", disk);
        proposal.put_some("serial", own.text("serial"));
        let role = own.link("role", "dcim.devicerole");
        let role = role.and_then(|role| book.store.get("dcim.devicerole", role)?.name());
        proposal.put_as("", "Role", role.unwrap_or_default());
        proposal.put("contact", book.contact_links(VM, id));
        interfaces::rows(book, &target, &mut proposal);
        for row in services.get(&target).into_iter().flatten() {
            proposal.row("setting", row.clone());
        }
        own.pass(&["contacts", "services"]);
        book.end(proposal, own);
    }
}

fn megabytes(size: i64) -> String {
    match size % 1024 {
        0 if size > 0 => format!("{} GB", size / 1024),
        _ => format!("{size} MB"),
    }
}

/// From 4.1 on disks are told in megabytes; sizes that no one would write in gigabytes give it away.
fn disk_size(_book: &Book<'_>, size: i64) -> String {
    if size >= 10_000 { format!("{} GB", size / 1000) } else { format!("{size} GB") }
}

/// Returns the disks of virtual machines that are listed one by one.
fn disks(book: &Book<'_>) -> BTreeMap<u64, String> {
    let mut disks: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for (_, disk) in book.store.all("virtualization.virtualdisk") {
        if let Some((machine, size)) = disk.link("virtual_machine", VM).zip(disk.whole("size")) {
            let name = disk.name().unwrap_or_default();
            disks.entry(machine).or_default().push(format!("{name}: {}", disk_size(book, size)));
        }
    }
    disks.into_iter().map(|(machine, disks)| (machine, disks.join(", "))).collect()
}

/// Makes a service of each cluster of virtual machines.
pub fn clusters(book: &mut Book<'_>) {
    let mut hosts: BTreeMap<u64, Vec<Link>> = BTreeMap::new();
    for (id, device) in book.store.all(DEVICE) {
        if let Some(cluster) = device.link("cluster", CLUSTER) {
            hosts.entry(cluster).or_default().push(book.device_link(&Target::new(DEVICE, id)));
        }
    }
    for (id, cluster) in book.store.all(CLUSTER) {
        let Some(name) = cluster.name() else { continue };
        let (mut proposal, mut own) = book.begin("service", CLUSTER, id, cluster, name);
        proposal.put("type", "virtualisation");
        put_status(&mut proposal, &mut own);
        if let Some(site) = book.site_link(CLUSTER, id) {
            proposal.put("sites", vec![site]);
        }
        own.pass(&[
            "site",
            "scope",
            "scope_type",
            "scope_id",
            "contacts",
            "allocated_vcpus",
            "allocated_memory",
            "allocated_disk",
        ]);
        proposal.put("hosts", hosts.remove(&id).unwrap_or_default());
        let kind = own.link("type", "virtualization.clustertype");
        let kind = kind.and_then(|kind| book.store.get("virtualization.clustertype", kind)?.name());
        proposal.put_as("", "Cluster type", kind.unwrap_or_default());
        let group = own.link("group", "virtualization.clustergroup");
        let group =
            group.and_then(|one| book.store.get("virtualization.clustergroup", one)?.name());
        proposal.put_as("", "Cluster group", group.unwrap_or_default());
        proposal.put("contact", book.contact_links(CLUSTER, id));
        book.end(proposal, own);
    }
}
