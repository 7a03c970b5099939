//! Turns the things of documentation systems (IT Glue, Hudu) into proposals: a type that people named,
//! labels that people named, values -> a record of a kind.
//!
//! What types and labels mean is data beside this module ([`layouts`]). In: [`Thing`]s, with their values
//! as the system has them. Out: proposals, in which names and ids of other things are links, HTML is
//! Markdown, long texts stand in the notes under their label, and what nobody has a field for is a free
//! fact. Nothing is dropped but secrets, which are counted, and what is refused, which is told.

mod combined;
pub mod drafts;
pub mod layouts;
mod naming;

use std::collections::{BTreeMap, HashMap};

use crate::schema::Catalog;
use crate::schema::field::{Field, FieldType, Target};

use super::READ_KINDS;
use super::html;
use super::normal::{meant, one_line};
use super::proposal::{Harvest, Link, Origin, Proposal, Wish};
use super::secret;
use layouts::{Layout, Verdict, bare};

/// From this length on a text stands in the notes rather than among free facts.
const LONG: usize = 200;

/// Something that a documentation system knows.
#[derive(Clone, Debug)]
pub struct Thing {
    /// Its type as people named it, such as `SSL Certificates`.
    pub layout: String,
    /// Its kind, where the type is one that the system gives.
    pub kind: Option<&'static str>,
    /// What the system calls it for ever: `configurations/455`.
    pub key: String,
    /// What people call it; empty where only its values tell.
    pub name: String,
    /// Whose it is.
    pub client: Option<String>,
    /// Whether it was put away.
    pub archived: bool,
    /// Where it was read.
    pub at: Origin,
    /// What is said of it: label and value.
    pub cells: Vec<(String, Cell)>,
    /// The key of what it belongs to: of the device whose password it is.
    pub about: Option<String>,
    /// For credentials: the vault, and the entry in it.
    pub vault: Option<(&'static str, String)>,
    /// Keys of documents that go with it.
    pub documents: Vec<String>,
    /// What is known of it in the words of its kind.
    pub fixed: Vec<(&'static str, Wish)>,
    /// Whether it is only made where something points to it.
    pub on_demand: bool,
}

/// A value of a thing.
#[derive(Clone, PartialEq, Debug)]
pub enum Cell {
    /// Text, plain or HTML.
    Text(String),
    /// Other things.
    Tags(Vec<Tag>),
    /// Something that is a secret by its kind of field.
    Secret,
}

/// Another thing that a value names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tag {
    /// Its key, where the system gives one.
    pub key: Option<String>,
    /// Its name.
    pub name: String,
}

impl Thing {
    /// Returns a thing of a type that people named.
    pub fn new(layout: &str, key: String, name: String, at: Origin) -> Thing {
        Thing {
            layout: layout.to_owned(),
            kind: None,
            key,
            name,
            client: None,
            archived: false,
            at,
            cells: Vec::new(),
            about: None,
            vault: None,
            documents: Vec::new(),
            fixed: Vec::new(),
            on_demand: false,
        }
    }

    /// Returns a thing of a type that the system gives.
    pub fn of_kind(kind: &'static str, key: String, name: String, at: Origin) -> Thing {
        Thing { kind: Some(kind), ..Thing::new("", key, name, at) }
    }

    /// Says something of it in plain text or HTML; what stands for nothing is not said.
    pub fn say(&mut self, label: &str, text: &str) {
        if let Some(text) = meant(text) {
            self.cells.push((label.to_owned(), Cell::Text(text.to_owned())));
        }
    }

    fn text(&self, wanted: impl Fn(&str) -> bool) -> Option<String> {
        self.cells.iter().find_map(|(label, cell)| match cell {
            Cell::Text(text) if wanted(label) => Some(plain(text)),
            _ => None,
        })
    }
}

/// Returns text without markup, on one line.
fn plain(text: &str) -> String {
    if html::is_html(text) { one_line(&html::text(text)) } else { one_line(text) }
}

/// Makes proposals of `things` and puts them into `harvest`.
pub fn place(things: Vec<Thing>, catalog: &Catalog, harvest: &mut Harvest) {
    let mut refused: BTreeMap<(String, &'static str), (usize, Origin)> = BTreeMap::new();
    let mut known: Vec<(Thing, &'static Layout)> = Vec::with_capacity(things.len());
    for mut thing in things {
        match thing
            .kind
            .map_or_else(|| layouts::of(&thing.layout), |kind| Verdict::Is(layouts::plain(kind)))
        {
            Verdict::Refused(why) => {
                let entry = refused.entry((thing.layout.clone(), why)).or_insert((0, thing.at));
                entry.0 += 1;
            }
            Verdict::Is(layout) => {
                let layout = naming::name(&mut thing, layout);
                known.push((thing, layout));
            }
        }
    }
    for ((layout, why), (count, at)) in refused {
        let count = crate::text::plural(count, "record", "records");
        harvest.skip(at, format!("{count} of the type \"{layout}\": {why}"));
    }
    let index = Index::of(&known);
    for (thing, layout) in known {
        let kind =
            catalog.by_name(layout.kind).expect("a test holds the layouts against the catalogue");
        let shape = &catalog.kind(kind).shape;
        let mut draft = Draft::new(&thing, layout, shape, &index, harvest);
        draft.fill(&thing);
        let proposal = draft.finish(&thing);
        harvest.propose(proposal);
    }
}

/// Which things there are, to find what values name.
struct Index {
    by_key: HashMap<String, &'static str>,
    by_name: HashMap<(String, &'static str, String), String>,
    organizations: HashMap<String, String>,
}

impl Index {
    fn of(things: &[(Thing, &'static Layout)]) -> Index {
        let mut index = Index {
            by_key: HashMap::new(),
            by_name: HashMap::new(),
            organizations: HashMap::new(),
        };
        for (thing, layout) in things {
            index.by_key.insert(thing.key.clone(), layout.kind);
            let client = thing.client.as_deref().unwrap_or_default().to_lowercase();
            if layout.kind == "organization" {
                index.organizations.entry(client.clone()).or_insert(thing.key.clone());
            }
            let name = (client, layout.kind, thing.name.to_lowercase());
            index.by_name.entry(name).or_insert(thing.key.clone());
        }
        index
    }

    /// Returns a link to the thing of one of `kinds` that is called so, of this client or of nobody.
    fn named(&self, kinds: &[&'static str], client: Option<&str>, name: &str) -> Option<Link> {
        let name = one_line(name).to_lowercase();
        let client = client.unwrap_or_default().to_lowercase();
        kinds.iter().find_map(|kind| {
            let of = |client: &str| self.by_name.get(&(client.to_owned(), *kind, name.clone()));
            Some(Link::key(kind, of(&client).or_else(|| of(""))?.clone()))
        })
    }
}

/// A proposal in the making.
struct Draft<'a> {
    proposal: Proposal,
    layout: &'static Layout,
    shape: &'a crate::schema::field::Shape,
    index: &'a Index,
    harvest: &'a mut Harvest,
    /// Parts of the notes: with the label as a heading, or without.
    notes: Vec<(Option<String>, String)>,
    documents: Vec<Wish>,
    /// Values that are read together, by target: label and text.
    combined: BTreeMap<&'static str, (String, String)>,
    /// Fields that were said: the first stays, and what comes later is kept beside.
    said: Vec<String>,
}

impl<'a> Draft<'a> {
    fn new(
        thing: &Thing,
        layout: &'static Layout,
        shape: &'a crate::schema::field::Shape,
        index: &'a Index,
        harvest: &'a mut Harvest,
    ) -> Draft<'a> {
        let mut proposal =
            Proposal::new(layout.kind, thing.key.clone(), thing.name.clone(), thing.at.clone());
        proposal.of_client(thing.client.as_deref());
        proposal.on_demand = thing.on_demand;
        Draft {
            proposal,
            layout,
            shape,
            index,
            harvest,
            notes: Vec::new(),
            documents: Vec::new(),
            combined: BTreeMap::new(),
            said: Vec::new(),
        }
    }

    fn fill(&mut self, thing: &Thing) {
        for (field, wish) in &thing.fixed {
            match wish {
                Wish::Markdown(text) if *field == "notes" => self.notes.push((None, text.clone())),
                // What no field of this kind takes: a place in a rack, of what is no device.
                _ if self.shape.at_path(field).is_none() => {}
                wish => {
                    self.said.push((*field).to_owned());
                    self.proposal.put(field, wish.clone());
                }
            }
        }
        for (field, value) in &self.layout.always {
            self.say(field, field, Wish::from(value.as_str()));
        }
        if thing.archived && self.shape.get("status").is_some() {
            self.say("status", "archived", Wish::from("retired"));
        }
        for (label, cell) in &thing.cells {
            self.cell(thing, label, cell);
        }
        self.combine(thing);
        self.named(thing);
        for key in &thing.documents {
            self.documents.push(Wish::from(Link::key("document", key.clone())));
        }
        self.about(thing);
    }

    fn cell(&mut self, thing: &Thing, label: &str, cell: &Cell) {
        let is_secret = *cell == Cell::Secret || secret::is_secret_label(label);
        if is_secret {
            return self.proposal.secret(&humanized(label));
        }
        if layouts::is_ignored(label) {
            return;
        }
        let target = self.layout.target(label);
        // Its name stands above all the rest.
        let repeats = |text: &String| one_line(text) == thing.name;
        let is_name = matches!(bare(label).as_str(), "name" | "title");
        if target.is_none() && (is_name || matches!(cell, Cell::Text(text) if repeats(text))) {
            return;
        }
        match (target, cell) {
            (Some("name.first" | "name.last"), _) => {}
            (Some("notes"), Cell::Text(text)) => {
                let heading = (!self.notes.is_empty()).then(|| humanized(label));
                self.notes.push((heading, prose(text)));
            }
            (Some(target), Cell::Text(text)) if target.starts_with('@') => {
                if self.combined.contains_key(target) {
                    return self.keep(label, cell);
                }
                self.combined.insert(target, (humanized(label), text.clone()));
            }
            (Some(field), cell) => match self.shape.at_path(field) {
                Some(shape) if !self.said.iter().any(|said| said == field) => {
                    self.put(thing, field, shape, label, cell);
                }
                _ => self.keep(label, cell),
            },
            (None, cell) => self.keep(label, cell),
        }
    }

    /// Puts a value into a field of the kind.
    fn put(&mut self, thing: &Thing, path: &str, field: &Field, label: &str, cell: &Cell) {
        if field.types.contains(&FieldType::Reference) {
            let wish = self.links(thing, field, cell);
            return self.say(path, label, wish);
        }
        let text = match cell {
            Cell::Text(text) => text.clone(),
            Cell::Tags(tags) => names(tags).join(", "),
            Cell::Secret => return,
        };
        let wish = match field.types.as_slice() {
            [FieldType::Markdown] => Wish::Markdown(prose(&text)),
            [FieldType::Prefix] if field.many => {
                match combined::public_prefixes(&text, self.mask(thing).as_deref()) {
                    Some(prefixes) => Wish::from(prefixes),
                    None => return self.keep(label, cell),
                }
            }
            [FieldType::Ip] if field.many => Wish::from(plain(&text)),
            [FieldType::Text] if !field.many => Wish::from(plain(&text)),
            _ if field.many => {
                let is_mark = |c: char| matches!(c, ',' | ';' | '\n');
                let is_words = field.types.contains(&FieldType::Hostname);
                let lines = if html::is_html(&text) { html::text(&text) } else { text };
                let parts = lines.split(|c: char| is_mark(c) || is_words && c.is_whitespace());
                let parts: Vec<String> =
                    parts.map(one_line).filter(|part| !part.is_empty()).collect();
                Wish::from(parts)
            }
            _ => Wish::from(plain(&text)),
        };
        self.say(path, label, wish);
    }

    /// Returns the mask that another value gives.
    fn mask(&self, thing: &Thing) -> Option<String> {
        thing.text(|label| self.layout.target(label) == Some("@mask"))
    }

    fn say(&mut self, field: &str, label: &str, wish: Wish) {
        self.said.push(field.to_owned());
        self.proposal.put_as(field.to_owned(), humanized(label), wish);
    }

    /// Returns links to what a value names. Places and firms are made where there are none; what else is
    /// not found stays a name, which the report tells.
    fn links(&mut self, thing: &Thing, field: &Field, cell: &Cell) -> Wish {
        let client = thing.client.as_deref();
        let kinds = kinds_of(field);
        let tags = match cell {
            Cell::Tags(tags) => tags.clone(),
            Cell::Text(text) => {
                let text = plain(text);
                let is_one = !field.many || self.index.named(&kinds, client, &text).is_some();
                let parts = if is_one {
                    vec![text]
                } else {
                    text.split([';', ',']).map(one_line).collect()
                };
                let parts = parts.into_iter().filter(|name| !name.is_empty());
                parts.map(|name| Tag { key: None, name }).collect()
            }
            Cell::Secret => Vec::new(),
        };
        let mut wishes: Vec<Wish> =
            tags.iter().map(|tag| self.link(tag, field, &kinds, client)).collect();
        match field.many {
            true => Wish::List(wishes),
            false if wishes.is_empty() => Wish::List(wishes),
            false => wishes.swap_remove(0),
        }
    }

    fn link(
        &mut self,
        tag: &Tag,
        field: &Field,
        kinds: &[&'static str],
        client: Option<&str>,
    ) -> Wish {
        const MADE: &[&str] = &["vendor", "site", "organization"];
        let by_key = tag.key.as_ref().and_then(|key| {
            let kind = self.index.by_key.get(key)?;
            kinds.contains(kind).then(|| Link::key(kind, key.clone()))
        });
        if let Some(link) = by_key.or_else(|| self.index.named(kinds, client, &tag.name)) {
            return Wish::from(link);
        }
        if field.types.contains(&FieldType::Text) {
            return Wish::from(tag.name.as_str());
        }
        match kinds.iter().find(|kind| MADE.contains(*kind)) {
            // A field for any of several kinds does not say which is meant.
            Some(kind) if kinds.len() == 1 => {
                Wish::from(self.harvest.ensure(kind, &tag.name, client, &self.proposal.at))
            }
            _ => Wish::from(Link::name(
                kinds.first().copied().unwrap_or("device"),
                tag.name.as_str(),
            )),
        }
    }

    /// Keeps what no field takes.
    fn keep(&mut self, label: &str, cell: &Cell) {
        let label = humanized(label);
        match cell {
            Cell::Secret => self.proposal.secret(&label),
            Cell::Tags(tags) => {
                let (documents, others): (Vec<&Tag>, Vec<&Tag>) = tags.iter().partition(|tag| {
                    tag.key.as_ref().and_then(|key| self.index.by_key.get(key)) == Some(&"document")
                });
                for key in documents.into_iter().filter_map(|tag| tag.key.clone()) {
                    self.documents.push(Wish::from(Link::key("document", key)));
                }
                let names: Vec<String> = others.iter().map(|tag| one_line(&tag.name)).collect();
                match names.len() {
                    0 | 1 => self.proposal.custom(label, names.join("")),
                    _ => self.proposal.custom(label, names),
                };
            }
            Cell::Text(text) => {
                let is_long = text.len() > LONG || text.trim().contains('\n');
                let is_rich = html::is_html(text) && html::cell(text).contains('\n');
                match is_long || is_rich {
                    true => self.notes.push((Some(label), prose(text))),
                    false => {
                        self.proposal.custom(label, plain(text));
                    }
                }
            }
        }
    }

    /// What the name of some things says beside.
    fn named(&mut self, thing: &Thing) {
        if self.layout.kind == "licence" && !self.said.iter().any(|said| said == "product") {
            self.say("product", "name", Wish::from(thing.name.as_str()));
        }
    }

    fn about(&mut self, thing: &Thing) {
        if let Some((vault, entry)) = &thing.vault {
            self.proposal.put("vault", *vault).put("vault_item", entry.as_str());
        }
        let Some(key) = &thing.about else { return };
        match (self.index.by_key.get(key), self.layout.kind) {
            (Some(kind), "account") => {
                self.proposal.put("system", Link::key(kind, key.clone()));
            }
            (None, "account") => {
                self.proposal.custom("Belongs to", key.as_str());
            }
            _ => {}
        }
    }

    fn finish(mut self, thing: &Thing) -> Proposal {
        if self.layout.kind == "person"
            && let Some(client) = &thing.client
            && let Some(key) = self.index.organizations.get(&client.to_lowercase())
        {
            self.proposal.put("employer", Link::key("organization", key.clone()));
        }
        if self.layout.is_sheet && !thing.layout.is_empty() {
            self.proposal.put("type", "other").put("tags", vec![one_line(&thing.layout)]);
        }
        let parts =
            self.notes.iter().filter(|(_, text)| !text.trim().is_empty()).map(|(heading, text)| {
                match heading {
                    Some(heading) => {
                        format!("### {}\n\n{text}", super::normal::plain_as_markdown(heading))
                    }
                    None => text.clone(),
                }
            });
        let notes = parts.collect::<Vec<_>>().join("\n\n");
        self.proposal.put("notes", Wish::Markdown(notes));
        self.documents.dedup();
        self.proposal.put("documents", Wish::List(self.documents));
        self.proposal
    }
}

/// Returns the kind that a thing becomes a record of, if it becomes one.
pub fn kind_of(thing: &Thing) -> Option<&'static str> {
    match thing.kind {
        Some(kind) => Some(kind),
        None => match layouts::of(&thing.layout) {
            Verdict::Is(layout) => Some(layout.kind),
            Verdict::Refused(_) => None,
        },
    }
}

fn names(tags: &[Tag]) -> Vec<String> {
    tags.iter().map(|tag| tag.name.clone()).collect()
}

/// Returns a value as Markdown, whether it is HTML or plain.
fn prose(text: &str) -> String {
    match html::is_html(text) {
        true => html::cell(text),
        false => super::normal::plain_as_markdown(text),
    }
}

/// Returns the kinds that a field may point to.
fn kinds_of(field: &Field) -> Vec<&'static str> {
    let kinds = field.to.iter().filter_map(|target| match target {
        Target::Kind(kind) | Target::Row { kind, .. } => {
            READ_KINDS.iter().find(|name| *name == kind).copied()
        }
        Target::Any => None,
    });
    let mut kinds: Vec<&'static str> = kinds.collect();
    kinds.dedup();
    if kinds.is_empty() { READ_KINDS.to_vec() } else { kinds }
}

/// Returns a label as people write it: `installed_by` is `Installed by`.
pub fn humanized(label: &str) -> String {
    if label.chars().any(char::is_uppercase) {
        return one_line(label);
    }
    let words = one_line(&label.replace(['_', '-'], " "));
    let mut words: Vec<String> = words
        .split(' ')
        .map(|word| match word {
            "url" | "ip" | "mac" | "dns" | "id" | "os" | "vlan" | "mfa" | "sla" | "vpn" => {
                word.to_uppercase()
            }
            word => word.to_owned(),
        })
        .collect();
    if let Some(first) = words.first_mut()
        && let Some(c) = first.chars().next()
    {
        *first = c.to_uppercase().chain(first.chars().skip(1)).collect();
    }
    words.join(" ")
}
