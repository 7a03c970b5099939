//! Sorts what pages hold by what it is.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use crate::import::bounded::json;
use crate::import::proposal::Origin;

/// What the API calls lists and single things.
const NAMES: &[(&str, &str)] = &[
    ("companies", "company"),
    ("assets", "asset"),
    ("asset_layouts", "asset_layout"),
    ("asset_passwords", "asset_password"),
    ("password_folders", "password_folder"),
    ("articles", "article"),
    ("folders", "folder"),
    ("procedures", "procedure"),
    ("procedure_tasks", "procedure_task"),
    ("websites", "website"),
    ("networks", "network"),
    ("vlans", "vlan"),
    ("vlan_zones", "vlan_zone"),
    ("ip_addresses", "ip_address"),
    ("rack_storages", "rack_storage"),
    ("rack_storage_items", "rack_storage_item"),
    ("relations", "relation"),
    ("expirations", "expiration"),
    ("users", "user"),
    ("groups", "group"),
    ("uploads", "upload"),
    ("activity_logs", "activity_log"),
    ("lists", "list"),
    ("photos", "photo"),
    ("flags", "flag"),
    ("magic_dash", "magic_dash_item"),
];

/// What the items of a bare list have, the most telling first.
const SIGNS: &[(&str, &[&str])] = &[
    ("relations", &["fromable_type"]),
    ("expirations", &["expirationable_type"]),
    ("asset_passwords", &["passwordable_type"]),
    ("assets", &["asset_layout_id", "company_id"]),
    ("asset_layouts", &["fields", "icon"]),
    ("rack_storage_items", &["start_unit"]),
    ("rack_storages", &["starting_unit"]),
    ("ip_addresses", &["network_id", "address"]),
    ("networks", &["network_type", "address"]),
    ("networks", &["address", "vlan_id"]),
    ("vlan_zones", &["vlan_id_ranges"]),
    ("vlans", &["vlan_id", "vlan_zone_id"]),
    ("vlans", &["vlan_id", "company_id"]),
    ("websites", &["disable_ssl"]),
    ("procedure_tasks", &["procedure_id"]),
    ("procedures", &["procedure_tasks_attributes"]),
    ("articles", &["content", "folder_id"]),
    ("companies", &["company_type", "nickname"]),
];

/// An object of the API.
pub(super) struct Object {
    /// Its values.
    pub value: Value,
    /// Its number.
    pub id: String,
    /// Where it was read.
    pub at: Origin,
}

impl Object {
    /// Returns the text of a value, if it says something.
    pub fn text(&self, name: &str) -> Option<String> {
        json::text_at(&self.value, &[name]).filter(|text| !text.trim().is_empty())
    }

    /// Whether a value is true.
    pub fn is(&self, name: &str) -> bool {
        self.text(name).as_deref() == Some("true")
    }
}

/// All objects, by the plural name of what they are.
#[derive(Default)]
pub(super) struct Gathered {
    objects: BTreeMap<&'static str, Vec<Object>>,
    seen: HashSet<(&'static str, String)>,
}

impl Gathered {
    /// Returns the objects of a name.
    pub fn all(&self, name: &str) -> &[Object] {
        self.objects.get(name).map_or(&[], Vec::as_slice)
    }

    /// Returns how many objects there are of each name.
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.objects.iter().map(|(name, objects)| (*name, objects.len()))
    }

    /// Takes a page, or a list of pages. False where nothing known is in it.
    pub fn add(&mut self, value: &Value, file: &Arc<str>) -> bool {
        match value {
            Value::Array(items) => {
                let is_item = |signs: &[&str]| {
                    items.iter().any(|item| signs.iter().all(|sign| item.get(sign).is_some()))
                };
                match SIGNS.iter().find(|(_, signs)| is_item(signs)) {
                    Some((name, _)) => self.list(name, items, file, ""),
                    None => items
                        .iter()
                        .fold(items.is_empty(), |found, item| self.add(item, file) || found),
                }
            }
            Value::Object(fields) => {
                let mut found = false;
                for (key, inner) in fields {
                    let name = NAMES.iter().find(|(many, one)| key == many || key == one);
                    if let (Some((many, _)), Value::Array(_) | Value::Object(_)) = (name, inner) {
                        found |= self.list(many, json::items(inner), file, key);
                    }
                }
                let has = |signs: &[&str]| signs.iter().all(|sign| fields.contains_key(*sign));
                match SIGNS.iter().find(|(_, signs)| !found && has(signs)) {
                    Some((name, _)) => self.list(name, std::slice::from_ref(value), file, ""),
                    None => found,
                }
            }
            _ => false,
        }
    }

    fn list(&mut self, name: &'static str, items: &[Value], file: &Arc<str>, way: &str) -> bool {
        for (ix, item) in items.iter().enumerate().filter(|(_, item)| item.is_object()) {
            let id = json::text_at(item, &["id"]).unwrap_or_else(|| format!("{way}{ix}"));
            // Pages overlap where things are added while they are read.
            if self.seen.insert((name, id.clone())) {
                let at = Origin::path(file, format!("{way}[{ix}]"));
                self.objects.entry(name).or_default().push(Object { value: item.clone(), id, at });
            }
        }
        true
    }
}
