//! Reads what NetBox knows, of the versions 2.x to 4.x: answers of its REST interface, its lists as CSV,
//! and dumps of its database.
//!
//! All of them become a `store::Store` of objects first. From it records are made, each sort in a file
//! of its own; what they share is the `book::Book`. What nobody takes of an object is kept as a free
//! fact, or told.

mod book;
mod devices;
mod dump;
mod interfaces;
mod lines;
mod lists;
mod networks;
mod own;
mod places;
mod plan;
mod ports;
mod rest;
mod services;
mod store;

use std::collections::BTreeMap;

use super::foreign::Foreign;
use super::proposal::{Harvest, Origin};
use super::settle::ALL_CLIENTS;
use super::{Fit, Reader, Refused, Wishes, bounded, state};
use book::Book;
use store::Store;

/// The reader of NetBox.
pub struct NetBox;

/// Models whose objects become records, or parts of records.
const READ: &[&str] = &[
    "circuits.circuit",
    "circuits.circuittermination",
    "circuits.circuittype",
    "circuits.provider",
    "circuits.provideraccount",
    "circuits.providernetwork",
    "dcim.cable",
    "dcim.cabletermination",
    "dcim.consoleport",
    "dcim.consoleserverport",
    "dcim.device",
    "dcim.devicebay",
    "dcim.devicerole",
    "dcim.devicetype",
    "dcim.frontport",
    "dcim.interface",
    "dcim.inventoryitem",
    "dcim.location",
    "dcim.macaddress",
    "dcim.manufacturer",
    "dcim.module",
    "dcim.modulebay",
    "dcim.moduletype",
    "dcim.platform",
    "dcim.powerfeed",
    "dcim.poweroutlet",
    "dcim.powerpanel",
    "dcim.powerport",
    "dcim.rack",
    "dcim.rackreservation",
    "dcim.rackrole",
    "dcim.racktype",
    "dcim.rearport",
    "dcim.region",
    "dcim.site",
    "dcim.sitegroup",
    "dcim.virtualchassis",
    "extras.customfield",
    "extras.tag",
    "extras.taggeditem",
    "ipam.asn",
    "ipam.ipaddress",
    "ipam.iprange",
    "ipam.prefix",
    "ipam.role",
    "ipam.service",
    "ipam.vlan",
    "ipam.vlangroup",
    "ipam.vrf",
    "ipam.fhrpgroup",
    "tenancy.contact",
    "tenancy.contactassignment",
    "tenancy.contactgroup",
    "tenancy.contactrole",
    "tenancy.tenant",
    "tenancy.tenantgroup",
    "virtualization.cluster",
    "virtualization.clustergroup",
    "virtualization.clustertype",
    "virtualization.virtualdisk",
    "virtualization.virtualmachine",
    "virtualization.vminterface",
    "vpn.ipsecprofile",
    "vpn.tunnel",
    "vpn.tunnelgroup",
    "vpn.tunneltermination",
    "wireless.wirelesslan",
    "wireless.wirelesslangroup",
];

/// Models that are left out as they are, with the reason.
const LEFT_OUT: &[(&str, &str)] = &[
    ("dcim.cablepath", "worked out from others"),
    ("ipam.aggregate", "bookkeeping of address space"),
    ("ipam.rir", "bookkeeping of address space"),
    ("ipam.routetarget", "bookkeeping of address space"),
    ("extras.configcontext", "contexts, which may hold credentials"),
    ("secrets.secret", "secrets of an old plug-in, encrypted"),
];

/// Signs in the beginning of a file.
const MODELS: &[&str] = &[
    "\"circuits.",
    "\"contenttypes.",
    "\"dcim.",
    "\"extras.",
    "\"ipam.",
    "\"tenancy.",
    "\"virtualization.",
    "\"vpn.",
    "\"wireless.",
];

impl Reader for NetBox {
    fn name(&self) -> &'static str {
        "netbox"
    }

    fn about(&self) -> &'static str {
        "NetBox: answers of its REST interface, lists as CSV, dumps of its database"
    }

    fn fit(&self, file: &Foreign) -> Fit {
        let text = file.head_text();
        let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let is_json = bare.starts_with(['{', '[']);
        if !is_json {
            return if lists::is_list(file) { Fit::Sure } else { Fit::No };
        }
        let is_dump = bare.starts_with("[{\"model\":\"") || bare.starts_with("[{\"pk\":");
        let has_model = MODELS.iter().any(|model| bare.contains(&format!("\"model\":{model}")));
        let is_page = bare.starts_with("{\"count\":") && bare.contains("\"results\":[");
        let has_address = ["circuits", "dcim", "ipam", "tenancy", "virtualization"]
            .iter()
            .any(|app| bare.contains(&format!("/api/{app}/")));
        match (is_dump, is_page) {
            (true, _) if has_model => Fit::Sure,
            (_, true) if has_address => Fit::Sure,
            (false, false) if has_address && bare.contains("\"url\":\"") => Fit::Sure,
            (false, false) => Fit::No,
            _ => Fit::Perhaps,
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
        let mut store = Store::default();
        let (vlans, others): (Vec<_>, Vec<_>) =
            files.iter().partition(|file| lists::is_of_vlans(file));
        for file in vlans.into_iter().chain(others) {
            read_file(file, &mut store, harvest)?;
        }
        tell(&store, files, harvest);
        let known = state::load(wishes.tree, self.name())?;
        let is_known = |key: &str| known.records.contains_key(&("device".into(), key.into()));
        let all_tenants = wishes.client == Some(ALL_CLIENTS);
        let mut book = Book::new(&store, harvest, all_tenants, &is_known);
        make_records(&mut book);
        Ok(())
    }
}

fn read_file(file: &Foreign, store: &mut Store, harvest: &mut Harvest) -> Result<(), Refused> {
    let text = file.text()?.text;
    let is_json = text.trim_start().starts_with(['{', '[']);
    let is_read = match is_json {
        true => {
            let value = bounded::json::parse(&text, &file.name)?;
            dump::read(&value, file, store) || rest::read(&value, file, store)
        }
        false => lists::read(&text, file, store, harvest),
    };
    match is_read {
        true => Ok(()),
        false => Err(Refused::new(format!(
            "`{}` holds nothing that NetBox would write",
            file.name
        ))
        .help(
            "save an answer of its REST interface (`/api/dcim/devices/?limit=0`), a list as \
                 CSV, or the output of `manage.py dumpdata`",
        )),
    }
}

fn make_records(book: &mut Book<'_>) {
    places::tenants(book);
    places::sites(book);
    places::racks(book);
    places::people(book);
    places::providers(book);
    devices::devices(book);
    devices::machines(book);
    devices::clusters(book);
    networks::networks(book);
    lines::circuits(book);
    lines::tunnels(book);
    lines::wireless(book);
    lines::cables(book);
}

/// Tells what was read, and what is left out.
fn tell(store: &Store, files: &[Foreign], harvest: &mut Harvest) {
    let Some(first) = files.first() else { return };
    let at = Origin::whole(&first.name);
    let mut read: Vec<String> = Vec::new();
    let mut left_out: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (model, count) in store.models().filter(|(_, count)| *count > 0) {
        let words = format!("{count} {model}");
        match model {
            _ if READ.contains(&model) => read.push(words),
            _ => match LEFT_OUT.iter().find(|(name, _)| *name == model) {
                Some((_, reason)) => left_out.entry(reason).or_default().push(words),
                None => harvest.stranger(model, count, false),
            },
        }
    }
    harvest.note(format!("NetBox: {}", read.join(", ")));
    for ((reason, name), count) in &store.left_out {
        left_out.entry(reason).or_default().push(format!("{count} {name}"));
    }
    for (reason, names) in left_out {
        harvest.skip(at.clone(), format!("{reason}: {}", names.join(", ")));
    }
    for (place, count) in &store.secrets {
        (0..*count).for_each(|_| harvest.secret(place));
    }
}

#[cfg(test)]
mod tests;
