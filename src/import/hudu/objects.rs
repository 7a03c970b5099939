//! Makes things of Hudu's objects, with what they say of each other.

use std::collections::HashMap;

use serde_json::Value;

use super::VAULT;
use super::gather::{Gathered, Object};
use crate::import::bounded::json;
use crate::import::documented::layouts::bare;
use crate::import::documented::{self, Cell, Tag, Thing, drafts};
use crate::import::html;
use crate::import::normal::{meant, one_line};
use crate::import::proposal::{Harvest, Link, Proposal, Wish};
use crate::schema::Catalog;
use crate::text::plural;

/// Objects that become records, or say something of those that do.
const KNOWN: &[&str] = &[
    "companies",
    "assets",
    "asset_layouts",
    "asset_passwords",
    "password_folders",
    "articles",
    "folders",
    "procedures",
    "procedure_tasks",
    "websites",
    "networks",
    "vlans",
    "vlan_zones",
    "ip_addresses",
    "rack_storages",
    "rack_storage_items",
    "relations",
    "expirations",
];

/// Makes proposals of all that was gathered.
pub(super) fn read(gathered: &Gathered, catalog: &Catalog, harvest: &mut Harvest) {
    let words =
        gathered.counts().map(|(name, count)| format!("{} {count}", name.replace('_', " ")));
    harvest.note(format!("Hudu: {}", words.collect::<Vec<_>>().join(", ")));
    for (name, count) in gathered.counts().filter(|(name, _)| !KNOWN.contains(name)) {
        harvest.stranger(&name.replace('_', " "), count, false);
    }
    let mut maker = Maker {
        gathered,
        companies: companies(gathered),
        things: Vec::new(),
        proposals: Vec::new(),
    };
    maker.companies();
    maker.assets();
    maker.passwords();
    maker.articles(harvest);
    maker.websites(harvest);
    maker.networks();
    maker.racks();
    maker.relations(harvest);
    maker.procedures(harvest);
    documented::place(maker.things, catalog, harvest);
    maker.proposals.into_iter().for_each(|proposal| harvest.propose(proposal));
}

/// Returns the names of companies by number: of the list of companies, and of what names them.
fn companies(gathered: &Gathered) -> HashMap<String, String> {
    let mut companies = HashMap::new();
    for company in gathered.all("companies") {
        companies.extend(company.text("name").map(|name| (company.id.clone(), name)));
    }
    for name in ["assets", "asset_passwords", "websites", "procedures"] {
        for object in gathered.all(name) {
            if let (Some(id), Some(name)) = (object.text("company_id"), object.text("company_name"))
            {
                companies.entry(id).or_insert(name);
            }
        }
    }
    companies
}

pub(super) struct Maker<'a> {
    pub(super) gathered: &'a Gathered,
    companies: HashMap<String, String>,
    pub(super) things: Vec<Thing>,
    /// What is made without a layout: drafts of procedures, certificates.
    proposals: Vec<Proposal>,
}

/// Types as relations and passwords name them, and what keys begin with.
fn key_of(kind: &str, id: &str) -> Option<String> {
    let keys = match kind {
        "Asset" => "assets",
        "Company" => "companies",
        "AssetPassword" | "Password" => "asset_passwords",
        "Article" => "articles",
        "Procedure" => "procedures",
        "Website" => "websites",
        "Network" => "networks",
        "RackStorage" => "rack_storages",
        "Vlan" | "VLAN" => "vlans",
        _ => return None,
    };
    Some(format!("{keys}/{id}"))
}

impl<'a> Maker<'a> {
    fn client(&self, object: &Object) -> Option<String> {
        let named = object.text("company_name");
        named.or_else(|| self.companies.get(&object.text("company_id")?).cloned())
    }

    pub(super) fn begin(&self, kind: &'static str, list: &str, object: &Object) -> Thing {
        let name = object.text("name").unwrap_or_default();
        let mut thing =
            Thing::of_kind(kind, format!("{list}/{}", object.id), name, object.at.clone());
        thing.client = self.client(object);
        thing.archived = object.is("archived");
        thing
    }

    fn companies(&mut self) {
        for company in self.gathered.all("companies") {
            let mut thing = self.begin("organization", "companies", company);
            thing.client = Some(thing.name.clone());
            for label in [
                "nickname",
                "address_line_1",
                "address_line_2",
                "city",
                "state",
                "zip",
                "country_name",
                "phone_number",
                "fax_number",
                "website",
                "id_number",
                "notes",
            ] {
                say(&mut thing, label, company);
            }
            let kind = company.text("company_type").unwrap_or_default();
            if kind.to_lowercase().contains("vendor") || kind.to_lowercase().contains("supplier") {
                thing.kind = Some("vendor");
                thing.client = None;
                thing.on_demand = true;
            }
            self.things.push(thing);
        }
    }

    fn assets(&mut self) {
        let kinds = self.field_kinds();
        let names: HashMap<String, String> = self
            .gathered
            .all("asset_layouts")
            .iter()
            .filter_map(|layout| Some((layout.id.clone(), layout.text("name")?)))
            .collect();
        for asset in self.gathered.all("assets") {
            let by_id = || names.get(&asset.text("asset_layout_id")?).cloned();
            let layout = asset.text("asset_type").or_else(by_id).unwrap_or_default();
            let mut thing = self.begin("document", "assets", asset);
            thing.kind = None;
            thing.layout = layout;
            for (from, label) in [
                ("primary_serial", "primary serial"),
                ("primary_mail", "primary mail"),
                ("primary_model", "primary model"),
                ("primary_manufacturer", "primary manufacturer"),
            ] {
                if let Some(text) = asset.text(from) {
                    thing.say(label, &text);
                }
            }
            let layout_id = asset.text("asset_layout_id").unwrap_or_default();
            let mut fields: Vec<&Value> =
                json::at(&asset.value, &["fields"]).map_or(&[][..], json::items).iter().collect();
            fields.sort_by_key(|field| {
                field.get("position").and_then(Value::as_i64).unwrap_or(i64::MAX)
            });
            for field in fields {
                let Some(label) = json::text_at(field, &["label"]) else { continue };
                let kind = kinds.get(&(layout_id.clone(), bare(&label))).map_or("", String::as_str);
                field_of(&mut thing, &label, field.get("value").unwrap_or(&Value::Null), kind);
            }
            cards(&mut thing, &asset.value);
            self.things.push(thing);
        }
        self.addresses();
    }

    /// Returns the kinds of fields, by layout and label.
    fn field_kinds(&self) -> HashMap<(String, String), String> {
        let layouts = self.gathered.all("asset_layouts").iter();
        layouts
            .flat_map(|layout| {
                let fields = json::at(&layout.value, &["fields"]).map_or(&[][..], json::items);
                fields.iter().filter_map(|field| {
                    let label = bare(&json::text_at(field, &["label"])?);
                    Some(((layout.id.clone(), label), json::text_at(field, &["field_type"])?))
                })
            })
            .collect()
    }

    pub(super) fn thing(&mut self, key: &str) -> Option<&mut Thing> {
        self.things.iter_mut().find(|thing| thing.key == key)
    }

    fn passwords(&mut self) {
        for password in self.gathered.all("asset_passwords") {
            let mut thing = self.begin("account", "asset_passwords", password);
            for label in ["username", "url", "description"] {
                say(&mut thing, label, password);
            }
            let category =
                password.text("password_type").or_else(|| password.text("password_folder_name"));
            if let Some(category) = category {
                thing.say("password folder name", &category);
            }
            for label in ["password", "otp_secret"] {
                if password.text(label).is_some() {
                    thing.cells.push((label.to_owned(), Cell::Secret));
                }
            }
            if password.text("otp_secret").is_some() {
                thing.fixed.push(("mfa", Wish::from("app")));
            }
            let about = password.text("passwordable_type").zip(password.text("passwordable_id"));
            thing.about = about.and_then(|(kind, id)| key_of(&kind, &id));
            thing.vault =
                Some((VAULT, format!("{}, entry {}", one_line(&thing.name), password.id)));
            self.things.push(thing);
        }
    }

    fn articles(&mut self, harvest: &mut Harvest) {
        let folders: HashMap<&str, String> = self
            .gathered
            .all("folders")
            .iter()
            .filter_map(|folder| Some((folder.id.as_str(), folder.text("name")?)))
            .collect();
        let mut nobodys = 0;
        for article in self.gathered.all("articles") {
            let mut thing = self.begin("document", "articles", article);
            let prose = html::read(&article.text("content").unwrap_or_default(), &mut |_| None);
            let text = drafts::without_title(&prose.markdown, &thing.name).to_owned();
            thing.fixed.push(("notes", Wish::Markdown(text)));
            if article.is("draft") {
                thing.fixed.push(("status", Wish::from("planned")));
            }
            if let Some(folder) =
                article.text("folder_id").and_then(|id| folders.get(id.as_str()).cloned())
            {
                thing.say("Folder", &folder);
            }
            nobodys += usize::from(thing.client.is_none());
            self.proposals.extend(drafts::of(&thing, prose.lists));
            self.things.push(thing);
        }
        if nobodys > 0 {
            harvest.note(format!(
                "{} of no company: with `--client` only what a record points to is imported of them",
                plural(nobodys, "article", "articles")
            ));
        }
    }

    /// Websites are services; of their domain and certificate the days are known on which they end.
    fn websites(&mut self, harvest: &mut Harvest) {
        let mut used = 0;
        let ends: HashMap<(String, bool), String> = self
            .gathered
            .all("expirations")
            .iter()
            .filter(|one| one.text("expirationable_type").as_deref() == Some("Website"))
            .filter_map(|one| {
                let kind = one.text("expiration_type")?.to_lowercase();
                let is_domain = kind.contains("domain");
                let is_certificate = kind.contains("ssl") || kind.contains("cert");
                used += usize::from(is_domain || is_certificate);
                (is_domain || is_certificate)
                    .then_some(((one.text("expirationable_id")?, is_domain), one.text("date")?))
            })
            .collect();
        let others = self.gathered.all("expirations").len() - used;
        if others > 0 {
            harvest.note(format!(
                "{} of assets are left to the dates in the assets",
                plural(others, "expiration", "expirations")
            ));
        }
        for website in self.gathered.all("websites") {
            let mut thing = self.begin("service", "websites", website);
            thing.fixed.push(("type", Wish::from("web")));
            thing.fixed.push(("url", Wish::from(thing.name.as_str())));
            say(&mut thing, "notes", website);
            let host = host_of(&thing.name);
            thing.name = host.clone().unwrap_or_else(|| thing.name.clone());
            let Some(host) = host else {
                self.things.push(thing);
                continue;
            };
            let end = |is_domain: bool| ends.get(&(website.id.clone(), is_domain));
            if let Some(end) = end(false) {
                let mut certificate = Proposal::new(
                    "certificate",
                    format!("websites/{}/certificate", website.id),
                    host.clone(),
                    website.at.clone(),
                );
                certificate.of_client(thing.client.as_deref());
                certificate.put("names", vec![host.as_str()]).put("expires", end.as_str());
                certificate.put("installed_on", vec![Link::key("service", thing.key.clone())]);
                self.proposals.push(certificate);
            }
            // `shop.example.com` is no domain that somebody registers; `example.com` is.
            let bare = host.trim_start_matches("www.");
            if bare.matches('.').count() == 1 || end(true).is_some() {
                let key = format!("websites/{}/domain", website.id);
                let mut domain = Thing::of_kind("domain", key, bare.to_owned(), website.at.clone());
                domain.client.clone_from(&thing.client);
                if let Some(end) = end(true) {
                    domain.fixed.push(("expires", Wish::from(end.as_str())));
                }
                self.things.push(domain);
            }
            self.things.push(thing);
        }
    }

    /// Relations: what goes with a document, what a credential is for, what else has to do with what.
    fn relations(&mut self, harvest: &mut Harvest) {
        let mut left = 0;
        for relation in
            self.gathered.all("relations").iter().filter(|relation| !relation.is("is_inverse"))
        {
            let end = |side: &str| {
                let kind = relation.text(&format!("{side}_type"))?;
                key_of(&kind, &relation.text(&format!("{side}_id"))?)
            };
            let (Some(from), Some(to)) = (end("fromable"), end("toable")) else {
                left += 1;
                continue;
            };
            if !self.relate(&from, &to, relation.text("description"))
                && !self.relate(&to, &from, relation.text("description"))
            {
                left += 1;
            }
        }
        if left > 0 {
            let reason =
                format!("{} to what is not in these files", plural(left, "relation", "relations"));
            harvest.skip(self.gathered.all("relations")[0].at.clone(), reason);
        }
    }

    fn relate(&mut self, one: &str, other: &str, how: Option<String>) -> bool {
        // What belongs to a procedure is said when it is made.
        if one.starts_with("procedures/") || other.starts_with("procedures/") {
            return true;
        }
        let Some(name) = self.thing(other).map(|thing| thing.name.clone()) else { return false };
        let Some(thing) = self.thing(one) else { return false };
        if other.starts_with("articles/") {
            thing.documents.push(other.to_owned());
            return true;
        }
        if one.starts_with("asset_passwords/") && thing.about.is_none() {
            thing.about = Some(other.to_owned());
            return true;
        }
        if one.starts_with("articles/") {
            return false;
        }
        let label = how
            .and_then(|how| meant(&how).map(one_line))
            .unwrap_or_else(|| "Related to".to_owned());
        let tag = Tag { key: Some(other.to_owned()), name };
        match thing
            .cells
            .iter_mut()
            .find(|(own, cell)| *own == label && matches!(cell, Cell::Tags(_)))
        {
            Some((_, Cell::Tags(tags))) => tags.push(tag),
            _ => thing.cells.push((label, Cell::Tags(vec![tag]))),
        }
        true
    }

    fn procedures(&mut self, harvest: &mut Harvest) {
        let mut runs = 0;
        for procedure in self.gathered.all("procedures") {
            let kind = procedure.text("process_type").unwrap_or_default().to_lowercase();
            if kind.contains("run")
                || procedure.is("run")
                || procedure.text("parent_procedure_id").is_some()
            {
                runs += 1;
                continue;
            }
            let name = procedure.text("name").unwrap_or_default();
            let mut made = Proposal::new(
                "procedure",
                format!("procedures/{}", procedure.id),
                one_line(&name),
                procedure.at.clone(),
            );
            made.of_client(self.client(procedure).as_deref());
            if procedure.is("archived") {
                made.put("status", "retired");
            }
            let description = procedure.text("description").unwrap_or_default();
            let intro = if html::is_html(&description) {
                html::cell(&description)
            } else {
                crate::import::normal::plain_as_markdown(&description)
            };
            let steps = drafts::numbered(&self.tasks(procedure));
            let parts: Vec<String> =
                [intro, steps].into_iter().filter(|part| !part.is_empty()).collect();
            made.put("notes", Wish::Markdown(parts.join("\n\n")));
            made.put("applies_to", self.applies_to(&procedure.id));
            self.proposals.push(made);
        }
        if runs > 0 {
            harvest.note(format!(
                "{} left out: only what is to be done is imported",
                plural(runs, "run of a procedure", "runs of procedures")
            ));
        }
    }

    /// Returns the assets that a procedure is related to.
    fn applies_to(&self, id: &str) -> Vec<Link> {
        let own = format!("procedures/{id}");
        let ends = self.gathered.all("relations").iter().filter_map(|relation| {
            let end = |side: &str| {
                key_of(
                    &relation.text(&format!("{side}_type"))?,
                    &relation.text(&format!("{side}_id"))?,
                )
            };
            let (from, to) = (end("fromable")?, end("toable")?);
            if from == own { Some(to) } else { (to == own).then_some(from) }
        });
        let mut keys: Vec<String> = ends.collect();
        keys.sort();
        keys.dedup();
        let is_there = |key: &&String| self.things.iter().any(|thing| thing.key == **key);
        keys.iter()
            .filter(is_there)
            .filter_map(|key| {
                Some(Link::key(
                    documented::kind_of(self.things.iter().find(|thing| thing.key == *key)?)?,
                    key.clone(),
                ))
            })
            .collect()
    }

    /// Returns the tasks of a procedure as steps, those of other tasks as lists in them.
    fn tasks(&self, procedure: &Object) -> Vec<String> {
        let inside = json::at(&procedure.value, &["procedure_tasks_attributes"])
            .or_else(|| json::at(&procedure.value, &["procedure_tasks"]))
            .map_or(&[][..], json::items);
        let apart = self.gathered.all("procedure_tasks").iter();
        let apart = apart
            .filter(|task| task.text("procedure_id").as_deref() == Some(&procedure.id))
            .map(|task| &task.value);
        let mut tasks: Vec<&Value> = Vec::new();
        for task in inside.iter().chain(apart) {
            let id = json::text_at(task, &["id"]);
            if id.is_none() || !tasks.iter().any(|known| json::text_at(known, &["id"]) == id) {
                tasks.push(task);
            }
        }
        tasks.sort_by_key(|task| task.get("position").and_then(Value::as_i64).unwrap_or(i64::MAX));
        let parent = |task: &Value| json::text_at(task, &["parent_task_id"]);
        let is_known = |id: &String| {
            tasks.iter().any(|task| json::text_at(task, &["id"]).as_ref() == Some(id))
        };
        let is_top = |task: &&&Value| parent(task).filter(is_known).is_none();
        let step = |task: &Value| -> String {
            let mut text = task_text(task);
            let id = json::text_at(task, &["id"]);
            let below: Vec<String> = tasks
                .iter()
                .filter(|other| id.is_some() && parent(other) == id)
                .map(|other| format!("- {}", task_text(other).replace('\n', "\n  ")))
                .collect();
            if !below.is_empty() {
                text = format!("{text}\n{}", below.join("\n"));
            }
            text
        };
        tasks.iter().filter(is_top).map(|task| step(task)).filter(|text| !text.is_empty()).collect()
    }
}

/// Returns a task as Markdown.
fn task_text(task: &Value) -> String {
    let text = |name: &str| json::text_at(task, &[name]).unwrap_or_default();
    let name = crate::import::normal::plain_as_markdown(&one_line(&text("name")));
    let optional = if text("optional") == "true" { " (optional)" } else { "" };
    let description = text("description");
    let more = if html::is_html(&description) {
        html::cell(&description)
    } else {
        crate::import::normal::plain_as_markdown(&description)
    };
    match more.is_empty() {
        true => format!("{name}{optional}"),
        false => format!("{name}{optional}\n\n{more}"),
    }
}

pub(super) fn say(thing: &mut Thing, label: &str, object: &Object) {
    if let Some(text) = object.text(label) {
        thing.say(label, &text);
    }
}

/// Says a field of an asset. `kind` is its kind of field, where the layout was read.
fn field_of(thing: &mut Thing, label: &str, value: &Value, kind: &str) {
    let said = json::text_at(value, &[]).is_some() || value.is_array() || value.is_object();
    match kind {
        _ if !said => {}
        "Heading" => {}
        "Password" | "ConfidentialText" => thing.cells.push((label.to_owned(), Cell::Secret)),
        _ => match value {
            Value::Bool(yes) => thing.say(label, if *yes { "Yes" } else { "No" }),
            Value::String(text) => match structured(text) {
                Some(inner) => nested(thing, label, &inner),
                None if kind == "CheckBox" => {
                    thing.say(label, if text == "true" { "Yes" } else { "No" })
                }
                None => thing.say(label, text),
            },
            Value::Number(_) => thing.say(label, &value.to_string()),
            value => nested(thing, label, value),
        },
    }
}

/// Returns the value that a text holds as JSON: links to other assets, an address.
fn structured(text: &str) -> Option<Value> {
    let text = text.trim();
    let is_json = text.starts_with('[') && text.ends_with(']')
        || text.starts_with('{') && text.ends_with('}');
    json::parse(text, "field").ok().filter(|_| is_json)
}

fn nested(thing: &mut Thing, label: &str, value: &Value) {
    let is_link = |one: &Value| {
        one.get("id").is_some() && (one.get("name").is_some() || one.get("url").is_some())
    };
    let items = json::items(value);
    if items.iter().any(is_link) {
        let tags = items.iter().filter(|one| is_link(one)).filter_map(|one| {
            let id = json::text_at(one, &["id"]);
            let name = json::text_at(one, &["name"]).or_else(|| id.clone())?;
            Some(Tag { key: id.map(|id| format!("assets/{id}")), name: one_line(&name) })
        });
        return thing.cells.push((label.to_owned(), Cell::Tags(tags.collect())));
    }
    let words: Vec<String> = match value {
        Value::Object(fields) => {
            fields.values().filter_map(|value| json::text_at(value, &[])).collect()
        }
        value => json::items(value).iter().filter_map(|value| json::text_at(value, &[])).collect(),
    };
    thing.say(label, &words.join(", "));
}

/// How many facts of an integration are kept.
const FACTS: usize = 24;

/// Keeps what an integration knows of an asset, with its name in front.
fn cards(thing: &mut Thing, asset: &Value) {
    for card in json::at(asset, &["cards"]).map_or(&[][..], json::items) {
        let name =
            json::text_at(card, &["integrator_name"]).unwrap_or_else(|| "Integration".to_owned());
        let name = documented::humanized(&one_line(&name));
        if let Some(id) = json::text_at(card, &["sync_identifier"]) {
            thing.say(&format!("{name}: number"), &id);
        }
        let Some(Value::Object(data)) = json::at(card, &["data"]) else { continue };
        let facts =
            data.iter().filter_map(|(label, value)| Some((label, json::text_at(value, &[])?)));
        for (label, text) in facts
            .filter(|(label, text)| !label.to_lowercase().ends_with("id") && text.len() <= 200)
            .take(FACTS)
        {
            if crate::import::secret::is_secret_label(label) {
                thing.cells.push((label.clone(), Cell::Secret));
            } else {
                thing.say(&format!("{name}: {}", spelt(label)), &text);
            }
        }
    }
}

/// Returns `lastContact` as `last contact`, and `publicIP` as `public IP`.
fn spelt(label: &str) -> String {
    let mut words = String::with_capacity(label.len() + 4);
    let mut chars = label.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_uppercase() && words.ends_with(char::is_lowercase) {
            words.push(' ');
        }
        let in_capitals = words.ends_with(char::is_uppercase)
            || chars.peek().is_none_or(|next| next.is_uppercase());
        match c {
            '_' | '-' => words.push(' '),
            c if c.is_uppercase() && in_capitals => words.push(c),
            c => words.extend(c.to_lowercase()),
        }
    }
    words
}

/// Returns the host of a website's address.
fn host_of(text: &str) -> Option<String> {
    let address = crate::import::normal::network::url(text.trim());
    let url = url::Url::parse(&address).ok()?;
    url.domain().map(str::to_lowercase).filter(|host| host.contains('.'))
}
