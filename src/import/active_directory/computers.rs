//! Makes a device of each computer, and of each domain controller that is only named.

use jiff::Span;
use jiff::civil::Date;

use super::domains::{Directory, computer_key};
use super::object::{Object, Sort, first_name, folders};
use crate::import::normal::network;
use crate::import::proposal::{Harvest, Proposal, Row};
use crate::import::{Wishes, words};

/// After so many days without a sign of life a computer counts as retired.
const SILENT_DAYS: i64 = 90;

/// Makes the devices.
pub fn devices(
    objects: &mut [Object],
    directory: &Directory,
    wishes: &Wishes<'_>,
    harvest: &mut Harvest,
) {
    let mut silent: Vec<String> = Vec::new();
    for object in objects.iter_mut() {
        match object.sort {
            Sort::Computer => computer(object, wishes.today, &mut silent, harvest),
            Sort::Controller => controller(object, directory, harvest),
            _ => {}
        }
    }
    for (server, (at, spelling)) in &directory.controllers {
        if !directory.has_computer(server) {
            let mut device = named(directory, spelling, at.clone());
            // The record that stands says more, and this is only what points to it.
            device.on_demand = true;
            harvest.propose(device);
        }
    }
    if !silent.is_empty() {
        let count = crate::text::plural(silent.len(), "computer", "computers");
        let few: Vec<&str> = silent.iter().take(10).map(String::as_str).collect();
        let more = if silent.len() > few.len() { ", …" } else { "" };
        harvest.note(format!(
            "{count} switched off or silent for {SILENT_DAYS} days, taken as retired: {}{more}",
            few.join(", ")
        ));
    }
}

fn computer(object: &mut Object, today: Date, silent: &mut Vec<String>, harvest: &mut Harvest) {
    object.drop_secrets(harvest);
    let host = object.peek("DNSHostName").map(|name| name.to_lowercase());
    let name = object
        .peek("Name")
        .or_else(|| host.as_ref().and_then(|host| host.split('.').next().map(str::to_owned)))
        .or_else(|| {
            object.peek("SamAccountName").map(|name| name.trim_end_matches('$').to_owned())
        });
    let Some((name, key)) = name.zip(computer_key(object)) else {
        return harvest.skip(object.at.clone(), "a computer without a name");
    };
    let mut device = Proposal::new("device", key, name.clone(), object.at.clone());
    let os = object.text("OperatingSystem");
    device.put("type", type_of(os.as_deref().unwrap_or_default()));
    device.put_some("hostname", host);
    device.put_some("os", os);
    let version = object.text("OperatingSystemVersion");
    let pack = object.text("OperatingSystemServicePack");
    let version: Vec<String> = version.into_iter().chain(pack).collect();
    device.put("os_version", version.join(" "));
    let last = object.day("LastLogonDate");
    let limit = today.saturating_sub(Span::new().days(SILENT_DAYS));
    let is_silent = last.is_some_and(|last| last < limit);
    if object.flag("Enabled") == Some(false) || is_silent {
        device.put("status", "retired");
        silent.push(name);
    } else if object.flag("Enabled") == Some(true) {
        device.put("status", "active");
    }
    device.put_some("summary", object.text("Description"));
    if let Some(manager) = object.text("ManagedBy") {
        device.put_as("", "Managed by", first_name(&manager));
    }
    device.put_as("", "Location in the directory", object.text("Location").unwrap_or_default());
    let folder = object.peek("DistinguishedName").and_then(|dn| folders(&dn));
    device.put_as("", "Folder in the directory", folder.unwrap_or_default());
    for (name, label) in
        [("LastLogonDate", "Last sign-in"), ("whenCreated", "In the directory since")]
    {
        let day = if name == "LastLogonDate" { last } else { object.day(name) };
        if let Some(day) = day {
            device.put_as("", label, day);
        }
    }
    interface(object, &mut device);
    let groups: Vec<String> = object.texts("MemberOf").iter().map(|dn| first_name(dn)).collect();
    device.put_as("", "Groups", groups);
    object.pass(&[
        "ServicePrincipalNames",
        "servicePrincipalName",
        "TrustedForDelegation",
        "TrustedToAuthForDelegation",
    ]);
    harvest.propose(device);
}

/// Returns what sort of device a system gives away; laptops are not told from desktops by it.
fn type_of(os: &str) -> &'static str {
    match words::type_by_system(os, "") {
        Some(kind) => kind,
        None if os.to_lowercase().contains("windows") => "workstation",
        None => "other",
    }
}

fn interface(object: &mut Object, device: &mut Proposal) {
    let v4 = object.text("IPv4Address").and_then(|text| network::ip(&text));
    let v6 = object.text("IPv6Address").and_then(|text| network::ip(&text));
    if v4.is_none() && v6.is_none() {
        return;
    }
    let (first, further) = match (v4, v6) {
        (Some(v4), v6) => (v4, v6.into_iter().collect()),
        (None, Some(v6)) => (v6, Vec::new()),
        (None, None) => return,
    };
    let row = Row::new().put("name", "lan").put("address", first).put("addresses", further);
    device.row("interface", row);
}

fn controller(object: &mut Object, directory: &Directory, harvest: &mut Harvest) {
    let Some(host) = object.peek("HostName") else { return };
    let mut device = named(directory, &host, object.at.clone());
    device.put_some("os", object.text("OperatingSystem"));
    device.put_some("os_version", object.text("OperatingSystemVersion"));
    device.put_as("", "Directory site", object.text("Site").unwrap_or_default());
    if object.flag("IsReadOnly") == Some(true) {
        device.put_as("", "Read-only controller", true);
    }
    interface(object, &mut device);
    object.pass(&[
        "ComputerObjectDN",
        "DefaultPartition",
        "InvocationId",
        "IsReadOnly",
        "LdapPort",
        "NTDSSettingsObjectDN",
        "OperatingSystemHotfix",
        "OperatingSystemServicePack",
        "Partitions",
        "ServerObjectDN",
        "ServerObjectGuid",
        "SslPort",
    ]);
    harvest.propose(device);
}

/// Begins the record of a server that is known by its host name.
fn named(directory: &Directory, host: &str, at: crate::import::proposal::Origin) -> Proposal {
    let short = host.split('.').next().unwrap_or(host).to_owned();
    let mut device = Proposal::new("device", directory.key_of(host), short, at);
    // Of a computer that was read too, that object says what it is.
    if !directory.has_computer(host) {
        device.put("type", "server");
        device.put("hostname", host.to_lowercase());
    }
    device
}
