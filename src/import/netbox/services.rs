//! What runs on devices: the services that NetBox lists with their ports, as rows of the device.

use std::collections::BTreeMap;

use super::book::Book;
use super::devices::{DEVICE, VM};
use super::own::Own;
use super::store::Target;
use crate::import::proposal::Row;

/// Returns the services of each device and virtual machine.
pub fn of_devices(book: &Book<'_>) -> BTreeMap<Target, Vec<Row>> {
    let mut rows: BTreeMap<Target, Vec<Row>> = BTreeMap::new();
    for (id, service) in book.store.all("ipam.service") {
        let machine = service.link("virtual_machine", VM).map(|id| Target::new(VM, id));
        let device = service.link("device", DEVICE).map(|id| Target::new(DEVICE, id));
        // From 4.3 on it hangs on any parent.
        let on = device.or(machine).or_else(|| service.target("parent_object"));
        let Some(on) = on else { continue };
        let mut own = Own::new(service, "ipam.service");
        let ports = own.texts("ports");
        let ports = if ports.is_empty() { own.texts("port") } else { ports };
        let protocol = own.text("protocol").unwrap_or_default().to_uppercase();
        let addresses = own.links("ipaddresses", "ipam.ipaddress");
        let addresses = addresses
            .iter()
            .filter_map(|id| book.store.get("ipam.ipaddress", *id)?.text("address"))
            .collect::<Vec<String>>();
        let at = match addresses.is_empty() {
            true => String::new(),
            false => format!(" at {}", addresses.join(", ")),
        };
        let row = Row::new()
            .put("group", "Services")
            .put("name", service.name().unwrap_or_else(|| format!("service {id}")))
            .put("id", format!("{id}"))
            .put("value", format!("{protocol} {}{at}", ports.join(", ")))
            .put_some("why", own.text("description"));
        rows.entry(on).or_default().push(row);
    }
    rows
}
