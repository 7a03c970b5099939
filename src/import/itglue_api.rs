//! Reads what the API of IT Glue answers: JSON:API pages of organisations, configurations, flexible assets
//! and all else, in any order and number of files.
//!
//! A thing is `{id, type, attributes, relationships}`; what belongs to it (interfaces, records of a
//! monitoring tool) is included beside. It is the same system as the account export, so that a record made
//! of one is known again in the other.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::bounded::json;
use super::documented::layouts::bare;
use super::documented::{self, Cell, Tag, Thing, drafts};
use super::foreign::Foreign;
use super::html;
use super::normal::one_line;
use super::proposal::{Harvest, Origin, Wish};
use super::{Fit, Reader, Refused, Wishes, itglue};
use crate::schema;

/// The reader of the API's answers.
pub struct ItGlueApi;

/// What only answers of this API have.
const MARKS: &[&str] = &[
    "\"organization-name\"",
    "\"organization-id\"",
    "itglue.com",
    "\"flexible-asset-type-name\"",
    "\"organization-type-name\"",
    "\"flexible-asset-type-id\"",
];

impl Reader for ItGlueApi {
    fn name(&self) -> &'static str {
        "itglue-api"
    }

    fn about(&self) -> &'static str {
        "IT Glue API answers (JSON)"
    }

    fn fit(&self, file: &Foreign) -> Fit {
        let text = file.head_text();
        let is_json = text.trim_start().starts_with(['{', '[']);
        let is_api = text.contains("\"attributes\"") && text.contains("\"type\"");
        match is_json && is_api && MARKS.iter().any(|mark| text.contains(mark)) {
            true => Fit::Sure,
            false => Fit::No,
        }
    }

    fn reads_together(&self) -> bool {
        true
    }

    fn system(&self, _files: &[Foreign], _wishes: &Wishes<'_>) -> String {
        itglue::SYSTEM.to_owned()
    }

    fn read(
        &self,
        files: &[Foreign],
        wishes: &Wishes<'_>,
        harvest: &mut Harvest,
    ) -> Result<(), Refused> {
        let mut pages = Pages::default();
        for file in files {
            let value = json::read(file)?;
            if !pages.add(&value, &file.name, "data") {
                return Err(Refused::new(format!(
                    "`{}` holds nothing that IT Glue's API answers",
                    file.name
                ))
                .help("save an answer as it comes: `{\"data\": […], \"included\": […]}`"));
            }
        }
        pages.things(harvest, &schema::read(wishes.tree).value);
        Ok(())
    }
}

/// A thing as the API gives it.
struct Item {
    id: String,
    kind: String,
    attributes: Map<String, Value>,
    /// Keys of included things, by relationship.
    related: Vec<String>,
    at: Origin,
}

#[derive(Default)]
struct Pages {
    items: Vec<Item>,
    seen: HashSet<String>,
}

impl Pages {
    /// Takes a page, a list of pages or of things. False where nothing of these is in it.
    fn add(&mut self, value: &Value, file: &Arc<str>, way: &str) -> bool {
        match value {
            Value::Array(items) => {
                let mut found = items.is_empty();
                for (ix, item) in items.iter().enumerate() {
                    found |= self.add(item, file, &format!("{way}[{ix}]"));
                }
                found
            }
            Value::Object(fields) if fields.contains_key("attributes") => {
                self.item(value, file, way)
            }
            Value::Object(fields) => {
                let mut found = false;
                for name in ["data", "included"] {
                    if let Some(inner) = fields.get(name) {
                        found |= self.add(inner, file, name);
                    }
                }
                found
            }
            _ => false,
        }
    }

    fn item(&mut self, value: &Value, file: &Arc<str>, way: &str) -> bool {
        let id = json::text_at(value, &["id"]);
        let kind = json::text_at(value, &["type"]);
        let (Some(id), Some(kind), Some(Value::Object(attributes))) =
            (id, kind, json::at(value, &["attributes"]))
        else {
            return false;
        };
        let kind = kind.replace('_', "-");
        // A thing may be on two pages, and included once more.
        if !self.seen.insert(format!("{kind}/{id}")) {
            return true;
        }
        let relationships = json::at(value, &["relationships"]).and_then(Value::as_object);
        let related = relationships.into_iter().flatten().flat_map(|(_, one)| {
            let data = json::at(one, &["data"]).map_or(&[][..], json::items);
            data.iter().filter_map(|one| {
                Some(format!(
                    "{}/{}",
                    json::text_at(one, &["type"])?.replace('_', "-"),
                    json::text_at(one, &["id"])?
                ))
            })
        });
        let related = related.collect();
        let at = Origin::path(file, way);
        self.items.push(Item { id, kind, attributes: attributes.clone(), related, at });
        true
    }

    fn things(&self, harvest: &mut Harvest, catalog: &schema::Catalog) {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let included: HashMap<String, &Item> =
            self.items.iter().map(|item| (format!("{}/{}", item.kind, item.id), item)).collect();
        let layouts = self.layouts();
        let secret = self.secret_traits();
        let mut things = Vec::new();
        let mut lists = Vec::new();
        for item in &self.items {
            *counts.entry(&item.kind).or_default() += 1;
            if let Some(thing) = item.thing(&included, &layouts, &secret, &mut lists) {
                things.push(thing);
            }
        }
        let understood =
            |kind: &str| KINDS.iter().any(|(name, _)| *name == kind) || HELPERS.contains(&kind);
        let words = counts.iter().map(|(kind, count)| format!("{kind} {count}"));
        harvest.note(format!("IT Glue: {}", words.collect::<Vec<_>>().join(", ")));
        for (kind, count) in counts.into_iter().filter(|(kind, _)| !understood(kind)) {
            harvest.stranger(kind, count, false);
        }
        documented::place(things, catalog, harvest);
        lists.into_iter().for_each(|draft| harvest.propose(draft));
    }

    /// Returns the names of flexible assets' types by their number.
    fn layouts(&self) -> HashMap<String, String> {
        let types = self.items.iter().filter(|item| item.kind == "flexible-asset-types");
        types.filter_map(|item| Some((item.id.clone(), item.text("name")?))).collect()
    }

    /// Returns the names of traits that are passwords by their kind of field.
    fn secret_traits(&self) -> HashSet<String> {
        let fields = self.items.iter().filter(|item| item.kind == "flexible-asset-fields");
        let secret = fields.filter(|item| {
            item.text("kind").is_some_and(|kind| kind.eq_ignore_ascii_case("password"))
        });
        secret
            .filter_map(|item| item.text("name-key").or_else(|| item.text("name")))
            .map(|name| bare(&name))
            .collect()
    }
}

/// Types that become records, and their kind; flexible assets go by their layout.
const KINDS: &[(&str, Option<&str>)] = &[
    ("organizations", Some("organization")),
    ("configurations", Some("device")),
    ("locations", Some("site")),
    ("contacts", Some("person")),
    ("documents", Some("document")),
    ("passwords", Some("account")),
    ("domains", Some("domain")),
    ("flexible-assets", None),
];

/// Types that only say more of others.
const HELPERS: &[&str] = &[
    "configuration-interfaces",
    "rmm-records",
    "flexible-asset-types",
    "flexible-asset-fields",
    "flexible-asset-field",
];

/// Attributes that say nothing a record would keep.
const SILENT: &[&str] = &[
    "configuration-type-kind",
    "organization-type-name",
    "has-password",
    "primary",
    "important",
    "psa-integration-type",
    "flexible-asset-type-name",
    "flexible-asset-type-icon",
    "organization-status-name",
    "manual-sync",
    "autofill-selectors",
    "content",
    "otp-enabled",
    "vault-id",
    "rmm-integration-type",
    "traits",
    "published-at",
    "published-by",
    "is-uploaded",
    "disk-usage",
];

impl Item {
    fn text(&self, name: &str) -> Option<String> {
        self.attributes.get(name).and_then(|value| json::text_at(value, &[]))
    }

    fn thing(
        &self,
        included: &HashMap<String, &Item>,
        layouts: &HashMap<String, String>,
        secret: &HashSet<String>,
        made: &mut Vec<super::proposal::Proposal>,
    ) -> Option<Thing> {
        let (_, kind) = KINDS.iter().find(|(name, _)| *name == self.kind)?;
        let key = format!("{}/{}", self.kind, self.id);
        let name = self.text("name").or_else(|| self.text("hostname")).unwrap_or_default();
        let mut thing = match kind {
            Some(kind) => Thing::of_kind(kind, key, name, self.at.clone()),
            None => {
                let by_id = || layouts.get(&self.text("flexible-asset-type-id")?).cloned();
                let layout =
                    self.text("flexible-asset-type-name").or_else(by_id).unwrap_or_default();
                Thing::new(&layout, key, name, self.at.clone())
            }
        };
        thing.client = self.text("organization-name");
        thing.archived = self.text("archived").as_deref() == Some("true");
        for (label, value) in &self.attributes {
            self.say(&mut thing, label, value);
        }
        for name in ["important", "primary"] {
            if self.text(name).as_deref() == Some("true") {
                thing.say(name, "Yes");
            }
        }
        if let Some(Value::Object(traits)) = self.attributes.get("traits") {
            for (label, value) in traits {
                match secret.contains(&bare(label)) {
                    true if !value.is_null() => thing.cells.push((label.clone(), Cell::Secret)),
                    true => {}
                    false => trait_of(&mut thing, label, value),
                }
            }
        }
        self.include(&mut thing, included);
        match self.kind.as_str() {
            "organizations" => {
                itglue::organization(&mut thing, self.text("organization-type-name").as_deref());
                thing.cells.retain(|(label, _)| label != "organization-type-name");
            }
            "passwords" => self.password(&mut thing),
            "documents" => {
                if let Some(content) = self.text("content") {
                    let prose = html::read(&content, &mut |_| None);
                    let text = drafts::without_title(&prose.markdown, &thing.name).to_owned();
                    thing.fixed.push(("notes", Wish::Markdown(text)));
                    made.extend(drafts::of(&thing, prose.lists));
                }
            }
            _ => {}
        }
        Some(thing)
    }

    fn say(&self, thing: &mut Thing, label: &str, value: &Value) {
        // Numbers of other things stand beside their names.
        let is_number =
            label.ends_with("-id") || label.ends_with("-ids") || label.ends_with("-count");
        if is_number || SILENT.contains(&label) || matches!(label, "name" | "archived") {
            return;
        }
        match value {
            Value::String(text) => thing.say(label, text),
            Value::Number(_) => thing.say(label, &value.to_string()),
            Value::Bool(yes) => thing.say(label, if *yes { "Yes" } else { "No" }),
            Value::Array(items) if !items.is_empty() => thing.say(label, &value.to_string()),
            _ => {}
        }
    }

    /// Adds what is included beside it: interfaces, and what a monitoring tool knows.
    fn include(&self, thing: &mut Thing, included: &HashMap<String, &Item>) {
        let related: Vec<&&Item> =
            self.related.iter().filter_map(|key| included.get(key)).collect();
        let interfaces: Vec<Value> = related
            .iter()
            .filter(|item| item.kind == "configuration-interfaces")
            .map(|item| Value::Object(item.attributes.clone()))
            .collect();
        if !interfaces.is_empty() {
            thing.cells.retain(|(label, _)| bare(label) != "configurationinterfaces");
            thing.say("configuration-interfaces", &Value::Array(interfaces).to_string());
        }
        for item in related.iter().filter(|item| item.kind == "rmm-records") {
            for (from, label) in [
                ("cpu", "cpu"),
                ("memory-total", "memory"),
                ("operating-system-name", "operating-system"),
                ("last-seen-online", "Last seen online"),
            ] {
                if let Some(text) = item.text(from) {
                    thing.say(label, &text);
                }
            }
        }
    }

    fn password(&self, thing: &mut Thing) {
        let kind = match self.text("resource-type").as_deref() {
            Some("Configuration") => Some("configurations"),
            Some("Contact") => Some("contacts"),
            Some("Location") => Some("locations"),
            Some("Document") => Some("documents"),
            Some("Domain") => Some("domains"),
            Some("Flexible Asset" | "StructuredData::Row") => Some("flexible-assets"),
            _ => None,
        };
        thing.about = kind.zip(self.text("resource-id")).map(|(kind, id)| format!("{kind}/{id}"));
        itglue::password(thing, &self.id);
        let has_code = self.text("otp-enabled").as_deref() == Some("true");
        if has_code && !thing.fixed.iter().any(|(field, _)| *field == "mfa") {
            thing.fixed.push(("mfa", Wish::from("app")));
        }
    }
}

/// Says a trait of a flexible asset: text, or other things that it names.
fn trait_of(thing: &mut Thing, label: &str, value: &Value) {
    match value {
        Value::Object(fields) => {
            let kind = fields.get("type").and_then(Value::as_str).unwrap_or_default();
            let kind = kind.to_lowercase().replace([' ', '_'], "-");
            let values = fields.get("values").map_or(&[][..], json::items);
            let tags: Vec<Tag> = values
                .iter()
                .filter_map(|one| {
                    let name = ["name", "hostname", "title"]
                        .iter()
                        .find_map(|name| json::text_at(one, &[name]));
                    let id = json::text_at(one, &["id"]);
                    let name =
                        name.or_else(|| one.as_str().map(str::to_owned)).or_else(|| id.clone())?;
                    // Every other type than the core ones is a flexible asset.
                    let core = KINDS.iter().any(|(known, _)| *known == kind);
                    let kind = if core { kind.as_str() } else { "flexible-assets" };
                    Some(Tag { key: id.map(|id| format!("{kind}/{id}")), name: one_line(&name) })
                })
                .collect();
            if !tags.is_empty() {
                thing.cells.push((label.to_owned(), Cell::Tags(tags)));
            }
        }
        Value::Array(items) => {
            let words: Vec<String> =
                items.iter().filter_map(|item| json::text_at(item, &[])).collect();
            thing.say(label, &words.join(", "));
        }
        Value::Bool(yes) => thing.say(label, if *yes { "Yes" } else { "No" }),
        value => {
            if let Some(text) = json::text_at(value, &[]) {
                thing.say(label, &text);
            }
        }
    }
}
