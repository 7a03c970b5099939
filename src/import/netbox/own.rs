//! An object while it becomes a record: fields are taken from it one by one, and what nobody took is
//! kept under `[custom]` or told.

use super::store::{Field, Fields, Object, Target, as_link, as_text, as_whole};
use crate::import::normal::one_line;
use crate::import::proposal::{Harvest, Proposal, Wish};

/// Fields that say nothing of the thing itself, or nothing that is not said elsewhere.
const PASSED: &[&str] = &[
    "id",
    "url",
    "display",
    "display_url",
    "slug",
    "created",
    "last_updated",
    "lft",
    "rght",
    "tree_id",
    "level",
    "family",
    "color",
    "cable_end",
    "cable",
    "occupied",
    "link_peers_type",
    "cable_peer_type",
    "connected_endpoints_type",
    "connected_endpoint_type",
    "connected_endpoints_reachable",
    "connected_endpoint_reachable",
    "connection_status",
    "mark_connected",
    "front_image",
    "rear_image",
    "children",
    "is_connected",
    "interface_connection",
    "owner",
    "config_template",
    "config_backup",
    "has_primary_mac_address",
];

/// An object whose fields are taken.
pub struct Own {
    fields: Fields,
    model: String,
}

impl Own {
    /// Returns an object of `model` of which nothing was taken yet.
    pub fn new(object: &Object, model: &str) -> Own {
        Own { fields: object.fields.clone(), model: model.to_owned() }
    }

    /// Takes text; numbers as they are written.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let text = as_text(self.fields.get(name)?)?;
        self.fields.remove(name);
        Some(text)
    }

    /// Takes a whole number.
    pub fn whole(&mut self, name: &str) -> Option<i64> {
        let number = as_whole(self.fields.get(name)?)?;
        self.fields.remove(name);
        Some(number)
    }

    /// Takes yes or no.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        match self.fields.remove(name)? {
            Field::Flag(value) => Some(value),
            _ => None,
        }
    }

    /// Takes a reference to an object of `model`.
    pub fn link(&mut self, name: &str, model: &str) -> Option<u64> {
        let id = as_link(self.fields.get(name)?, model)?;
        self.fields.remove(name);
        Some(id)
    }

    /// Returns text without taking it.
    pub fn peek(&self, name: &str) -> Option<String> {
        as_text(self.fields.get(name)?)
    }

    /// Returns what a reference to any model points to: `scope_type` and `scope_id` for `scope`.
    pub fn target(&self, name: &str) -> Option<Target> {
        if let Some(Field::To(target)) = self.fields.get(name) {
            return Some(target.clone());
        }
        let id = as_whole(self.fields.get(&format!("{name}_id"))?)?;
        let model = as_text(self.fields.get(&format!("{name}_type"))?)?;
        Some(Target { model, id: u64::try_from(id).ok()? })
    }

    /// Returns a reference without taking it.
    pub fn peek_link(&self, name: &str, model: &str) -> Option<u64> {
        as_link(self.fields.get(name)?, model)
    }

    /// Takes references to objects of `model`.
    pub fn links(&mut self, name: &str, model: &str) -> Vec<u64> {
        match self.fields.remove(name) {
            Some(Field::List(items)) => {
                items.iter().filter_map(|item| as_link(item, model)).collect()
            }
            Some(one) => as_link(&one, model).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Takes a list of texts, such as tags.
    pub fn texts(&mut self, name: &str) -> Vec<String> {
        match self.fields.remove(name) {
            Some(Field::List(items)) => items.iter().filter_map(as_text).collect(),
            Some(one) => as_text(&one).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Takes values by name, such as custom fields.
    pub fn map(&mut self, name: &str) -> Fields {
        match self.fields.remove(name) {
            Some(Field::Map(fields)) => fields,
            _ => Fields::new(),
        }
    }

    /// Passes over fields of which another place speaks.
    pub fn pass(&mut self, names: &[&str]) {
        names.iter().for_each(|name| {
            self.fields.remove(*name);
        });
    }

    /// Puts something back that cannot be kept, so that it is told.
    pub fn put_back(&mut self, name: &str, field: Field) {
        self.fields.insert(name.to_owned(), field);
    }

    /// Keeps as free facts what nobody took, and tells of what a free fact cannot hold.
    pub fn rest(self, proposal: &mut Proposal, harvest: &mut Harvest) {
        for (name, field) in self.left() {
            match free_fact(field) {
                Some(wish) => {
                    proposal.custom(label(name), wish);
                    harvest.stranger(&format!("{} {name}", self.model), 1, true);
                }
                None => harvest.stranger(&format!("{} {name}", self.model), 1, false),
            }
        }
    }

    /// Tells of what nobody took, where there is no record to keep it in.
    pub fn tell(self, harvest: &mut Harvest) {
        for (name, _) in self.left() {
            harvest.stranger(&format!("{} {name}", self.model), 1, false);
        }
    }

    fn left(&self) -> impl Iterator<Item = (&str, &Field)> {
        let speaks = |name: &str| {
            !PASSED.contains(&name)
                && !name.starts_with('_')
                && !name.ends_with("_count")
                && !name.starts_with("count_")
        };
        self.fields
            .iter()
            .map(|(name, field)| (name.as_str(), field))
            .filter(move |(name, field)| speaks(name) && **field != Field::Flag(false))
    }
}

/// Returns a value as a free fact; nothing for references and nested values.
pub fn free_fact(field: &Field) -> Option<Wish> {
    Some(match field {
        Field::Text(text) => Wish::Text(text.clone()),
        Field::Whole(number) => Wish::Integer(*number),
        Field::Number(number) => Wish::Number(*number),
        Field::Flag(value) => Wish::Boolean(*value),
        Field::List(items) => {
            let texts: Option<Vec<String>> = items.iter().map(as_text).collect();
            Wish::from(texts?)
        }
        // A choice or an object of a custom field: what people call it.
        Field::Map(fields) => {
            let name = ["label", "name", "display", "value"];
            Wish::Text(name.iter().find_map(|name| as_text(fields.get(*name)?))?)
        }
        Field::To(_) => return None,
    })
}

/// Returns what people call a field: `mounting_depth` is `Mounting depth`.
pub fn label(name: &str) -> String {
    let words = one_line(&name.replace('_', " "));
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

/// Returns what somebody wrote in NetBox's Markdown: as Markdown where it means the same here, else as
/// plain text. There are no pages and files behind its links that could be reached from a runbook.
pub fn prose(text: &str) -> Wish {
    let is_web = |behind: &str| {
        ["http://", "https://", "mailto:"].iter().any(|scheme| behind.starts_with(scheme))
    };
    let all_web = text.split("](").skip(1).all(is_web);
    let is_plain = ["[[", "![", "<", "{", "]:"].iter().all(|mark| !text.contains(mark));
    match all_web && is_plain {
        true => Wish::Markdown(text.to_owned()),
        false => Wish::Text(text.to_owned()),
    }
}
