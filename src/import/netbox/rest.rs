//! Reads answers of the REST interface: pages `{"count", "next", "previous", "results": […]}`, lists
//! and single objects, of NetBox 2.x to 4.x.
//!
//! What model an object is of says its own address (`…/api/dcim/devices/1/`); old versions give none
//! with the objects of a list, so there the page's address, what only this model has, and at last the
//! file's name decide.

use serde_json::{Map, Value};

use super::store::{self, Field, Fields, Object, Store, Target};
use crate::import::foreign::Foreign;
use crate::import::proposal::Origin;

/// Fields that only one model has, for objects without an address of their own.
const TELLING: &[(&str, &[&str])] = &[
    ("dcim.device", &["device_type", "site"]),
    ("dcim.devicetype", &["manufacturer", "model", "u_height"]),
    ("dcim.rack", &["site", "u_height", "desc_units"]),
    ("dcim.interface", &["device", "lag"]),
    ("dcim.cable", &["termination_a_type"]),
    ("dcim.cable", &["a_terminations"]),
    ("dcim.site", &["slug", "physical_address"]),
    ("dcim.region", &["slug", "site_count", "parent"]),
    ("ipam.ipaddress", &["address", "nat_inside"]),
    ("ipam.ipaddress", &["address", "family"]),
    ("ipam.prefix", &["prefix", "is_pool"]),
    ("ipam.vlan", &["vid", "name"]),
    ("circuits.circuit", &["cid", "provider"]),
    ("circuits.circuittermination", &["circuit", "term_side"]),
    ("circuits.provider", &["slug", "portal_url"]),
    ("circuits.provider", &["slug", "noc_contact"]),
    ("virtualization.virtualmachine", &["cluster", "vcpus"]),
    ("virtualization.cluster", &["name", "type", "group", "site"]),
    ("virtualization.vminterface", &["virtual_machine", "name", "mac_address"]),
    ("tenancy.tenant", &["name", "slug", "group", "custom_fields"]),
];

/// What fields without an address point to.
const FIELDS: &[(&str, &str)] = &[
    ("assigned_object", "dcim.interface"),
    ("circuit", "circuits.circuit"),
    ("cluster", "virtualization.cluster"),
    ("device", "dcim.device"),
    ("device_type", "dcim.devicetype"),
    ("interface", "dcim.interface"),
    ("lag", "dcim.interface"),
    ("location", "dcim.location"),
    ("manufacturer", "dcim.manufacturer"),
    ("platform", "dcim.platform"),
    ("provider", "circuits.provider"),
    ("rack", "dcim.rack"),
    ("region", "dcim.region"),
    ("site", "dcim.site"),
    ("tenant", "tenancy.tenant"),
    ("untagged_vlan", "ipam.vlan"),
    ("virtual_machine", "virtualization.virtualmachine"),
    ("vlan", "ipam.vlan"),
    ("vrf", "ipam.vrf"),
];

/// May hold credentials, by their nature.
pub const CONTEXTS: &[&str] = &["config_context", "local_context_data"];

/// Reads all objects of an answer into `store`; false where there are none.
pub fn read(value: &Value, file: &Foreign, store: &mut Store) -> bool {
    let hint = model_called(file.name.split('.').next().unwrap_or_default());
    let mut reader = Reader { file, store, count: 0 };
    reader.page(value, hint.as_deref(), "");
    reader.count > 0
}

struct Reader<'a> {
    file: &'a Foreign,
    store: &'a mut Store,
    count: usize,
}

impl Reader<'_> {
    fn page(&mut self, value: &Value, hint: Option<&str>, way: &str) {
        match value {
            Value::Array(items) => {
                for (ix, item) in items.iter().enumerate() {
                    self.item(item, hint, &format!("{way}[{ix}]"));
                }
            }
            Value::Object(fields) => match fields.get("results") {
                Some(results) => {
                    let of_page = ["next", "previous"]
                        .into_iter()
                        .find_map(|name| Some(by_address(fields.get(name)?.as_str()?)?.0));
                    self.page(results, of_page.as_deref().or(hint), &format!("{way}results"));
                }
                None if fields.contains_key("id") => self.item(value, hint, way),
                // Several lists in one file, by what they are lists of.
                None => {
                    for (name, list) in fields {
                        let is_list = list.is_array() || list.get("results").is_some();
                        if is_list {
                            self.page(list, model_called(name).as_deref(), &format!("{name}."));
                        }
                    }
                }
            },
            _ => {}
        }
    }

    fn item(&mut self, value: &Value, hint: Option<&str>, way: &str) {
        let Value::Object(fields) = value else { return };
        let address = fields.get("url").and_then(Value::as_str).and_then(by_address);
        let model = address
            .map(|(model, _)| model)
            .or_else(|| telling(fields))
            .or_else(|| hint.map(str::to_owned));
        let id = fields.get("id").and_then(Value::as_u64);
        let Some((model, id)) = model.zip(id) else {
            return self.store.leave_out("of no model that could be found out", way.to_owned());
        };
        self.count += 1;
        self.add(&Target::new(model, id), fields, true, way);
    }

    fn add(&mut self, target: &Target, given: &Map<String, Value>, whole: bool, way: &str) {
        let mut fields = Fields::new();
        for (name, value) in given {
            if CONTEXTS.contains(&name.as_str()) {
                if value.as_object().is_some_and(|context| !context.is_empty()) {
                    let name = format!("{} {name}", target.model);
                    self.store.leave_out("contexts, which may hold credentials", name);
                }
                continue;
            }
            if store::is_secret(name) {
                if value.as_str().is_some_and(|text| !text.is_empty()) {
                    self.store.secret(&format!("{} {name}", target.model));
                }
                continue;
            }
            let name = now_called(name, &target.model);
            if let Some(field) = self.value(name, value, way) {
                fields.insert(name.to_owned(), field);
            }
        }
        // 2.x: the ends of a cable one by one.
        let at = Origin::path(&self.file.name, way);
        self.store.add(target, Object { fields, whole, at });
    }

    fn value(&mut self, name: &str, value: &Value, way: &str) -> Option<Field> {
        match value {
            Value::Object(fields) => match self.reference(name, fields, way) {
                Some(target) => Some(Field::To(target)),
                None => choice(fields)
                    .or_else(|| {
                        // A part without an address: its name is worth more than its number.
                        let is_part = fields.contains_key("id") && name != "custom_field_data";
                        is_part.then(|| name_in(fields)).flatten().map(Field::Text)
                    })
                    .or_else(|| store::field(value)),
            },
            Value::Array(items) => {
                let items: Vec<Field> =
                    items.iter().filter_map(|item| self.member(name, item, way)).collect();
                (!items.is_empty()).then_some(Field::List(items))
            }
            value => store::field(value),
        }
    }

    fn member(&mut self, name: &str, item: &Value, way: &str) -> Option<Field> {
        let Value::Object(fields) = item else { return store::field(item) };
        if name == "tags" {
            return name_in(fields).map(Field::Text);
        }
        // Ends of a cable: the object with its model beside it.
        let model = fields.get("object_type").and_then(Value::as_str);
        let id = fields.get("object_id").and_then(Value::as_u64);
        if let Some((model, id)) = model.zip(id) {
            let target = Target::new(model, id);
            if let Some(Value::Object(part)) = fields.get("object") {
                self.add(&target, part, false, way);
            }
            return Some(Field::To(target));
        }
        self.value(name, item, way)
    }

    /// Takes the part of another object that a field gives, and returns which it is.
    fn reference(&mut self, name: &str, part: &Map<String, Value>, way: &str) -> Option<Target> {
        let id = part.get("id").and_then(Value::as_u64)?;
        let by_url = part.get("url").and_then(Value::as_str).and_then(by_address);
        let by_name = || FIELDS.iter().find(|(field, _)| *field == name).map(|(_, m)| *m);
        let model = match by_url {
            Some((model, _)) => model,
            None => by_name()?.to_owned(),
        };
        let target = Target::new(model, id);
        self.add(&target, part, false, way);
        Some(target)
    }
}

/// Returns the value of a choice: `{"value": "active", "label": "Active"}`. In 2.x the value is a
/// number, and its label says more.
fn choice(fields: &Map<String, Value>) -> Option<Field> {
    let label = fields.get("label")?.as_str()?;
    match fields.get("value")? {
        Value::String(value) => Some(Field::Text(value.clone())),
        _ => Some(Field::Text(label.to_lowercase().replace(' ', "-"))),
    }
}

fn name_in(fields: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
    ["name", "display", "display_name", "label"].into_iter().find_map(text)
}

/// Returns what today's NetBox calls a field.
fn now_called<'a>(name: &'a str, model: &str) -> &'a str {
    match (name, model) {
        ("display_name", _) => "display",
        ("custom_fields", _) => "custom_field_data",
        ("form_factor", _) => "type",
        ("device_role", "dcim.device") => "role",
        ("group", "dcim.rack") => "location",
        ("interface", "ipam.ipaddress") => "assigned_object",
        _ => name,
    }
}

/// Returns the model and id that an address such as `https://netbox/api/dcim/devices/1/` names.
fn by_address(url: &str) -> Option<(String, Option<u64>)> {
    let (_, rest) = url.split_once("/api/")?;
    let mut parts = rest.split(['/', '?']);
    let (app, list) = (parts.next()?, parts.next()?);
    let model = in_app(app, list)?;
    Some((model, parts.next().and_then(|id| id.parse().ok())))
}

const APPS: &[&str] = &[
    "circuits",
    "core",
    "dcim",
    "extras",
    "ipam",
    "tenancy",
    "users",
    "virtualization",
    "vpn",
    "wireless",
];

/// Returns the model of a list: `ip-addresses` of `ipam` are `ipam.ipaddress`.
fn in_app(app: &str, list: &str) -> Option<String> {
    if !APPS.contains(&app) || list.is_empty() {
        return None;
    }
    let plural = list.replace(['-', '_'], "");
    let one = match plural.as_str() {
        "interfaces" if app == "virtualization" => "vminterface".to_owned(),
        "virtualchassis" => plural,
        _ => match (plural.strip_suffix("ies"), plural.strip_suffix("es")) {
            (Some(stem), _) => format!("{stem}y"),
            (_, Some(stem)) if stem.ends_with("ss") || stem.ends_with('x') => stem.to_owned(),
            _ => plural.strip_suffix('s').unwrap_or(&plural).to_owned(),
        },
    };
    Some(format!("{app}.{one}"))
}

/// Returns the model that a list or a file is called after: `ip_addresses`, `dcim-devices-2`.
fn model_called(name: &str) -> Option<String> {
    const LISTS: &[(&str, &str)] = &[
        ("circuits", "circuits circuit-terminations circuit-types providers provider-networks"),
        (
            "dcim",
            "cables console-ports device-roles device-types devices front-ports interfaces \
             inventory-items locations manufacturers modules platforms power-feeds power-outlets \
             power-panels power-ports rack-roles racks rear-ports regions site-groups sites \
             virtual-chassis",
        ),
        ("ipam", "ip-addresses ip-ranges prefixes roles services vlan-groups vlans vrfs"),
        ("tenancy", "contact-assignments contact-roles contacts tenant-groups tenants"),
        ("virtualization", "cluster-types clusters virtual-machines"),
        ("wireless", "wireless-lans"),
        ("vpn", "tunnels"),
        ("extras", "tags custom-fields"),
    ];
    let name = name.to_lowercase().replace('_', "-");
    let words = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    for (app, lists) in LISTS {
        for list in lists.split(' ').filter(|list| !list.is_empty()) {
            let is_it = words == list
                || words
                    .strip_suffix(list)
                    .is_some_and(|before| before.ends_with(&format!("{app}-")));
            if is_it {
                return in_app(app, list);
            }
        }
    }
    None
}

/// Returns the model that alone has these fields.
fn telling(fields: &Map<String, Value>) -> Option<String> {
    let has_all = |names: &&[&str]| names.iter().all(|name| fields.contains_key(*name));
    TELLING.iter().find(|(_, names)| has_all(names)).map(|(model, _)| (*model).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_of_which_model_an_object_is() {
        for (url, model) in [
            ("http://localhost:8000/api/dcim/devices/1/", "dcim.device"),
            ("https://n.example/netbox/api/ipam/ip-addresses/5/", "ipam.ipaddress"),
            ("https://n.example/api/ipam/prefixes/?limit=50&offset=50", "ipam.prefix"),
            ("https://n.example/api/virtualization/interfaces/5/", "virtualization.vminterface"),
            ("https://n.example/api/dcim/virtual-chassis/5/", "dcim.virtualchassis"),
            ("https://n.example/api/dcim/mac-addresses/5/", "dcim.macaddress"),
            ("https://n.example/api/vpn/ike-policies/5/", "vpn.ikepolicy"),
        ] {
            assert_eq!(by_address(url).unwrap().0, model, "{url}");
        }
        assert_eq!(by_address("https://n.example/dcim/devices/1/"), None);
        assert_eq!(by_address("https://n.example/api/users"), None);
    }

    #[test]
    fn a_file_is_called_after_its_list() {
        assert_eq!(model_called("device_roles").as_deref(), Some("dcim.devicerole"));
        assert_eq!(model_called("dcim-devices-2").as_deref(), Some("dcim.device"));
        assert_eq!(
            model_called("virtual_machines").as_deref(),
            Some("virtualization.virtualmachine")
        );
        assert_eq!(model_called("assets"), None);
    }
}
