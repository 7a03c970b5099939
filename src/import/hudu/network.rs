//! Hudu's networks, VLANs, addresses and racks.

use std::collections::{BTreeMap, HashMap};

use super::gather::Object;
use super::objects::{Maker, say};
use crate::import::documented::layouts::bare;
use crate::import::documented::{Cell, Tag, Thing};
use crate::import::proposal::{Link, Row, Wish};

impl Maker<'_> {
    /// Gives addresses to the assets that have them; others stand in their network as reserved.
    pub(super) fn addresses(&mut self) {
        let mut by_asset: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for address in self.gathered.all("ip_addresses") {
            if let (Some(asset), Some(text)) = (address.text("asset_id"), address.text("address")) {
                by_asset.entry(format!("assets/{asset}")).or_default().push(text);
            }
        }
        for (key, addresses) in by_asset {
            if let Some(thing) = self.thing(&key) {
                let known = thing
                    .cells
                    .iter_mut()
                    .find(|(label, _)| matches!(bare(label).as_str(), "ipaddress" | "ip"));
                match known {
                    Some((_, Cell::Text(text))) => {
                        *text = format!("{text}, {}", addresses.join(", "))
                    }
                    _ => thing.say("IP addresses", &addresses.join(", ")),
                }
            }
        }
    }

    pub(super) fn networks(&mut self) {
        let vlans: HashMap<&str, &Object> =
            self.gathered.all("vlans").iter().map(|vlan| (vlan.id.as_str(), vlan)).collect();
        let mut used: Vec<String> = Vec::new();
        let mut networks = Vec::new();
        for network in self.gathered.all("networks") {
            let mut thing = self.begin("network", "networks", network);
            for label in ["address", "description", "notes"] {
                say(&mut thing, label, network);
            }
            if let Some(vlan) =
                network.text("vlan_id").and_then(|id| vlans.get(id.as_str()).copied())
            {
                used.push(vlan.id.clone());
                if let Some(number) = vlan.text("vlan_id") {
                    thing.say("vlan", &number);
                }
                if let Some(name) = vlan.text("name").filter(|name| *name != thing.name) {
                    thing.say("VLAN name", &name);
                }
            }
            self.located(&mut thing, network, "location");
            let free = self.gathered.all("ip_addresses").iter().filter(|address| {
                address.text("asset_id").is_none()
                    && address.text("network_id").as_deref() == Some(&network.id)
            });
            for address in free {
                let row = Row::new()
                    .put_some("ip", address.text("address"))
                    .put_some("name", address.text("fqdn").or_else(|| address.text("description")));
                if address.text("address").is_some() {
                    thing.fixed.push(("reservation", Wish::from(row)));
                }
            }
            networks.push(thing);
        }
        for vlan in self.gathered.all("vlans").iter().filter(|vlan| !used.contains(&vlan.id)) {
            let mut thing = self.begin("network", "vlans", vlan);
            if let Some(number) = vlan.text("vlan_id") {
                thing.say("vlan", &number);
            }
            for label in ["description", "notes"] {
                say(&mut thing, label, vlan);
            }
            networks.push(thing);
        }
        self.things.extend(networks);
    }

    /// Says at which place something is: an asset of the layout for places.
    fn located(&mut self, thing: &mut Thing, object: &Object, label: &str) {
        let Some(id) = object.text("location_id") else { return };
        let key = format!("assets/{id}");
        if let Some(name) = self.thing(&key).map(|place| place.name.clone()) {
            thing.cells.push((label.to_owned(), Cell::Tags(vec![Tag { key: Some(key), name }])));
        }
    }

    pub(super) fn racks(&mut self) {
        let mut racks = Vec::new();
        for rack in self.gathered.all("rack_storages") {
            let mut thing = self.begin("rack", "rack_storages", rack);
            for label in ["height", "width", "starting_unit", "description", "notes"] {
                say(&mut thing, label, rack);
            }
            self.located(&mut thing, rack, "location");
            racks.push(thing);
        }
        self.things.extend(racks);
        let number = |object: &Object, name: &str| {
            object.text(name).and_then(|text| text.parse::<i64>().ok())
        };
        for item in self.gathered.all("rack_storage_items") {
            let (Some(asset), Some(rack)) = (item.text("asset_id"), item.text("rack_storage_id"))
            else {
                continue;
            };
            let (first, last) = (number(item, "start_unit"), number(item, "end_unit"));
            let units =
                first.zip(last).map(|(first, last)| (first.min(last), (first - last).abs() + 1));
            let side = item.text("side").unwrap_or_default().to_lowercase();
            let Some(thing) = self.thing(&format!("assets/{asset}")) else { continue };
            thing.fixed.push((
                "rack.rack",
                Wish::from(Link::key("rack", format!("rack_storages/{rack}"))),
            ));
            if let Some((unit, height)) = units {
                thing.fixed.push(("rack.unit", Wish::Integer(unit)));
                thing.fixed.push(("rack.height", Wish::Integer(height)));
            }
            if matches!(side.as_str(), "front" | "rear" | "both") {
                thing.fixed.push(("rack.face", Wish::from(side)));
            }
        }
    }
}
