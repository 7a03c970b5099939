//! What the makers of records share: the store, who owns what, tags, contacts, and how an object begins
//! to be a record.

use std::collections::BTreeMap;

use super::networks;
use super::own::{Own, free_fact, label, prose};
use super::plan::Plan;
use super::ports::Ports;
use super::store::{Object, Store, Target};
use crate::import::proposal::{Harvest, Link, Proposal, Wish};

/// Everything that makers of records look at, and where the records go.
pub struct Book<'a> {
    /// What was read.
    pub store: &'a Store,
    /// What is plugged into what.
    pub ports: Ports<'a>,
    /// Which addresses are where.
    pub plan: Plan,
    /// The routers in each prefix.
    pub routers: BTreeMap<u64, Vec<Target>>,
    /// Where the records go.
    pub harvest: &'a mut Harvest,
    /// Whether the records of all tenants are wanted, so that each says whose it is.
    pub all_tenants: bool,
    /// Devices that an earlier import knows: what only points to one adds nothing to it.
    pub is_known: &'a dyn Fn(&str) -> bool,
    tags: BTreeMap<Target, Vec<String>>,
    /// The contacts of an object, the first to call first, with their role.
    pub contacts: BTreeMap<Target, Vec<(u64, Option<String>)>>,
    field_labels: BTreeMap<String, String>,
}

impl<'a> Book<'a> {
    /// Returns a book about what `store` holds.
    pub fn new(
        store: &'a Store,
        harvest: &'a mut Harvest,
        all_tenants: bool,
        is_known: &'a dyn Fn(&str) -> bool,
    ) -> Book<'a> {
        let mut tags: BTreeMap<Target, Vec<String>> = BTreeMap::new();
        for (_, item) in store.all("extras.taggeditem") {
            let tag = store.name_of(item, "tag", "extras.tag");
            let id = item.whole("object_id").and_then(|id| u64::try_from(id).ok());
            if let Some(((model, id), tag)) = item.text("content_type").zip(id).zip(tag) {
                tags.entry(Target::new(model, id)).or_default().push(tag);
            }
        }
        let labels = store
            .all("extras.customfield")
            .filter_map(|(_, field)| Some((field.text("name")?, field.text("label")?)));
        let contacts = contacts(store);
        let mut book = Book {
            ports: Ports::new(store),
            plan: Plan::new(store),
            routers: BTreeMap::new(),
            field_labels: labels.collect(),
            store,
            harvest,
            all_tenants,
            is_known,
            tags,
            contacts,
        };
        book.routers = networks::routers(&book);
        book
    }

    /// Returns the key under which an object is known for ever.
    pub fn key(&self, model: &str, id: u64) -> String {
        self.store.key(model, id)
    }

    /// Begins a record of `kind` about an object: its name, whose it is, its tags, custom fields,
    /// description and comments.
    pub fn begin(
        &self,
        kind: &'static str,
        model: &str,
        id: u64,
        object: &Object,
        name: String,
    ) -> (Proposal, Own) {
        let mut own = Own::new(object, model);
        let mut proposal = Proposal::new(kind, self.key(model, id), name, object.at.clone());
        let client = self.client(model, id);
        proposal.of_client(client.as_deref());
        proposal.on_demand = !object.whole;
        if self.all_tenants
            && let Some(client) = client
        {
            proposal.custom("Tenant", client);
        }
        own.pass(&["name", "tenant"]);
        if object.whole {
            // What only says the name once more says nothing.
            let about = own.text("description").filter(|text| *text != proposal.name);
            proposal.put_some("summary", about);
            proposal.put_some("notes", own.text("comments").map(|text| prose(&text)));
        }
        let mut tags = own.texts("tags");
        tags.extend(self.tags.get(&Target::new(model, id)).into_iter().flatten().cloned());
        proposal.put("tags", tags);
        for (name, field) in own.map("custom_field_data") {
            let label = self.field_labels.get(&name).cloned().unwrap_or_else(|| label(&name));
            match free_fact(&field) {
                Some(value) => {
                    proposal.put_as("", label, value);
                }
                None => own.put_back(&format!("custom field {name}"), field),
            }
        }
        (proposal, own)
    }

    /// Ends a record: what nobody took of the object is kept as free facts, and the record is handed on.
    pub fn end(&mut self, mut proposal: Proposal, own: Own) {
        own.rest(&mut proposal, self.harvest);
        self.harvest.propose(proposal);
    }

    /// Returns whose an object is: its own tenant, else that of what it is in.
    pub fn client(&self, model: &str, id: u64) -> Option<String> {
        self.nearest(&Target::new(model, id), DEPTH, &|target| {
            let object = self.store.at(target)?;
            match target.model.as_str() {
                "tenancy.tenant" => object.name(),
                _ => self.store.name_of(object, "tenant", "tenancy.tenant"),
            }
        })
    }

    /// Returns the site that an object is at, directly or through what it is in.
    pub fn site(&self, model: &str, id: u64) -> Option<u64> {
        let site = |target: &Target| (target.model == "dcim.site").then_some(target.id);
        self.nearest(&Target::new(model, id), DEPTH, &site)
    }

    /// Returns what `find` finds at an object, or at the nearest of what it is in.
    fn nearest<T>(
        &self,
        at: &Target,
        depth: usize,
        find: &dyn Fn(&Target) -> Option<T>,
    ) -> Option<T> {
        if let Some(found) = find(at) {
            return Some(found);
        }
        let object = self.store.at(at).filter(|_| depth > 0)?;
        around(object).iter().find_map(|around| self.nearest(around, depth - 1, find))
    }

    /// Returns the name of the site that an object is at.
    pub fn site_name(&self, model: &str, id: u64) -> Option<String> {
        self.store.get("dcim.site", self.site(model, id)?)?.name()
    }

    /// Returns a link to the site that an object is at.
    pub fn site_link(&self, model: &str, id: u64) -> Option<Link> {
        self.site(model, id).map(|site| Link::key("site", self.key("dcim.site", site)))
    }

    /// Returns a link to the record of a device or virtual machine.
    pub fn device_link(&self, device: &Target) -> Link {
        Link::key("device", self.key(&device.model, device.id))
    }

    /// Returns a device's name as records have it.
    pub fn device_name(&self, device: &Target) -> String {
        let Some(object) = self.store.at(device) else { return "a device".to_owned() };
        if let Some(name) = object.text("name") {
            return name;
        }
        let role = self.store.name_of(object, "role", "dcim.devicerole");
        let role = role.or_else(|| self.store.name_of(object, "device_role", "dcim.devicerole"));
        let rack = self.store.name_of(object, "rack", "dcim.rack");
        let unit = object.whole("position").map(|unit| format!("U{unit}"));
        let unit = unit.or_else(|| rack.is_none().then(|| device.id.to_string()));
        let words = [Some(role.unwrap_or_else(|| "Device".to_owned())), rack, unit];
        words.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Returns links to the contacts of an object.
    pub fn contact_links(&self, model: &str, id: u64) -> Vec<Link> {
        let contacts = self.contacts.get(&Target::new(model, id)).into_iter().flatten();
        contacts
            .map(|(contact, _)| Link::key("person", self.key("tenancy.contact", *contact)))
            .collect()
    }
}

/// How many steps there are at most from an object to its site: a port, its device, a rack, rooms.
const DEPTH: usize = 5;

/// Returns what an object is in or at, the nearest first.
fn around(object: &Object) -> Vec<Target> {
    const NEAR: &[(&str, &str)] = &[
        ("rack", "dcim.rack"),
        ("location", "dcim.location"),
        ("site", "dcim.site"),
        ("device", "dcim.device"),
        ("cluster", "virtualization.cluster"),
        ("vlan", "ipam.vlan"),
    ];
    let near = NEAR
        .iter()
        .filter_map(|(field, model)| object.link(field, model).map(|id| Target::new(*model, id)));
    let is_place = |scope: &Target| matches!(scope.model.as_str(), "dcim.site" | "dcim.location");
    near.chain(object.target("scope").filter(is_place)).collect()
}

/// Returns who is assigned to what, primary contacts first.
fn contacts(store: &Store) -> BTreeMap<Target, Vec<(u64, Option<String>)>> {
    let mut found: BTreeMap<Target, Vec<(u8, u64, Option<String>)>> = BTreeMap::new();
    for (_, one) in store.all("tenancy.contactassignment") {
        let model = one.text("object_type").or_else(|| one.text("content_type"));
        let id = one.whole("object_id").and_then(|id| u64::try_from(id).ok());
        let contact = one.link("contact", "tenancy.contact");
        let Some(((model, id), contact)) = model.zip(id).zip(contact) else { continue };
        let order = match one.text("priority").as_deref() {
            Some("primary") => 0,
            Some("secondary") => 1,
            Some("inactive") => 3,
            _ => 2,
        };
        let role = store.name_of(one, "role", "tenancy.contactrole");
        found.entry(Target::new(model, id)).or_default().push((order, contact, role));
    }
    found
        .into_iter()
        .map(|(target, mut people)| {
            people.sort();
            (target, people.into_iter().map(|(_, contact, role)| (contact, role)).collect())
        })
        .collect()
}

/// Puts the status of an object as the catalogue calls it; a word that says more is kept beside it.
pub fn put_status(proposal: &mut Proposal, own: &mut Own) {
    let Some(word) = own.text("status") else { return };
    let (status, is_exact) = match word.to_lowercase().as_str() {
        "active" | "connected" | "container" => ("active", true),
        "planned" => ("planned", true),
        "retired" | "decommissioned" => ("retired", true),
        "staged" | "staging" | "provisioning" | "reserved" => ("planned", false),
        "offline" | "inventory" | "available" => ("standby", false),
        "decommissioning" | "deprovisioning" | "deprecated" => ("retired", false),
        _ => ("active", false),
    };
    proposal.put("status", status);
    if !is_exact {
        proposal.custom("Status in NetBox", Wish::Text(label(&word.replace('-', " "))));
    }
}
