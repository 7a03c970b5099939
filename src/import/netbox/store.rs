//! What NetBox knows, by model and id, whatever form it came in: a [`Store`] of plain objects whose
//! references are resolved.
//!
//! A page of the REST interface gives an object's relations in part (`{"id": 1, "name": "HQ"}`). Such
//! a part stands in for the whole until that comes, on this page or another.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::import::proposal::Origin;
use crate::import::secret;

/// Fields of an object by name; what is empty is not there.
pub type Fields = BTreeMap<String, Field>;

/// A value of an object.
#[derive(Clone, PartialEq, Debug)]
pub enum Field {
    /// Text.
    Text(String),
    /// A whole number; in dumps a reference too.
    Whole(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A reference whose model is known.
    To(Target),
    /// Several values.
    List(Vec<Field>),
    /// Values by name, such as custom fields.
    Map(Fields),
}

/// An object that is pointed to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Target {
    /// The model, as NetBox calls it: `dcim.device`.
    pub model: String,
    /// The id in it.
    pub id: u64,
}

impl Target {
    /// Returns the object `id` of `model`.
    pub fn new(model: impl Into<String>, id: u64) -> Target {
        Target { model: model.into(), id }
    }
}

/// An object.
#[derive(Clone, PartialEq, Debug)]
pub struct Object {
    /// Its fields.
    pub fields: Fields,
    /// Whether it was read as a whole, rather than where another one points to it.
    pub whole: bool,
    /// Where it was read.
    pub at: Origin,
}

impl Object {
    /// Returns the text of a field; numbers as they are written.
    pub fn text(&self, name: &str) -> Option<String> {
        self.fields.get(name).and_then(as_text)
    }

    /// Returns a whole number.
    pub fn whole(&self, name: &str) -> Option<i64> {
        self.fields.get(name).and_then(as_whole)
    }

    /// Returns the id of the object of `model` that a field points to.
    pub fn link(&self, name: &str, model: &str) -> Option<u64> {
        self.fields.get(name).and_then(|field| as_link(field, model))
    }

    /// Returns what a reference to any model points to: `scope_type` and `scope_id` for `scope`.
    pub fn target(&self, name: &str) -> Option<Target> {
        if let Some(Field::To(target)) = self.fields.get(name) {
            return Some(target.clone());
        }
        let model = self.text(&format!("{name}_type"))?;
        let id = self.whole(&format!("{name}_id"))?;
        Some(Target::new(model, u64::try_from(id).ok()?))
    }

    /// Returns what it is called, whatever it is.
    pub fn name(&self) -> Option<String> {
        ["name", "cid", "model", "address", "prefix", "asn", "display", "slug"]
            .into_iter()
            .find_map(|field| self.text(field))
    }
}

/// Returns a value as text.
pub fn as_text(field: &Field) -> Option<String> {
    match field {
        Field::Text(text) => Some(text.clone()),
        Field::Whole(number) => Some(number.to_string()),
        Field::Number(number) => Some(number.to_string()),
        Field::Flag(value) => Some(if *value { "yes" } else { "no" }.to_owned()),
        _ => None,
    }
}

/// Returns a value as a whole number: NetBox writes the unit of a rack as `4.0`.
pub fn as_whole(field: &Field) -> Option<i64> {
    match field {
        Field::Whole(number) => Some(*number),
        Field::Number(number) => Some(number.floor() as i64),
        Field::Text(text) => {
            text.trim().parse::<f64>().ok().filter(|n| n.is_finite()).map(|n| n.floor() as i64)
        }
        _ => None,
    }
}

/// Returns the id that a value points to. A reference to another model is none.
pub fn as_link(field: &Field, model: &str) -> Option<u64> {
    match field {
        Field::To(target) if target.model == model => Some(target.id),
        Field::Whole(id) => u64::try_from(*id).ok(),
        _ => None,
    }
}

/// From here on numbers stand for names; NetBox's own ids are far below.
const FIRST_OF_NAMED: u64 = 1 << 62;

/// Everything that was read.
#[derive(Default, Debug)]
pub struct Store {
    models: BTreeMap<String, BTreeMap<u64, Object>>,
    /// What things are called that are known by their name alone.
    names: BTreeMap<Target, String>,
    by_name: BTreeMap<(String, String), u64>,
    /// How many of what was left out on purpose: by the reason and the name.
    pub left_out: BTreeMap<(&'static str, String), usize>,
    /// How many secrets were passed over, by place.
    pub secrets: BTreeMap<String, usize>,
}

impl Store {
    /// Takes an object. Of two with one id the whole one stays, with what only the other says.
    pub fn add(&mut self, target: &Target, object: Object) {
        let of_model = self.models.entry(target.model.clone()).or_default();
        match of_model.entry(target.id) {
            Entry::Vacant(place) => {
                place.insert(object);
            }
            Entry::Occupied(mut place) => {
                let standing = place.get_mut();
                let (mut first, second) = match object.whole && !standing.whole {
                    true => (object, standing.clone()),
                    false => (standing.clone(), object),
                };
                for (name, field) in second.fields {
                    first.fields.entry(name).or_insert(field);
                }
                *standing = first;
            }
        }
    }

    /// Returns the object of a model that is known by a name alone, under a number of its own.
    pub fn named(&mut self, model: &str, name: &str) -> Target {
        let next = FIRST_OF_NAMED + self.by_name.len() as u64;
        let known = self.by_name.entry((model.to_owned(), name.to_owned()));
        let target = Target::new(model, *known.or_insert(next));
        self.names.entry(target.clone()).or_insert_with(|| name.to_owned());
        target
    }

    /// Lets an object be known by another name too, unless that is another one's.
    pub fn also_named(&mut self, target: &Target, name: &str) {
        self.by_name.entry((target.model.clone(), name.to_owned())).or_insert(target.id);
    }

    /// Whether there is an object of a model that is known by this name.
    pub fn is_named(&self, model: &str, name: &str) -> bool {
        self.by_name.contains_key(&(model.to_owned(), name.to_owned()))
    }

    /// Returns what an object is called for ever: its model with its id, or with its name where a list
    /// gives no id.
    pub fn key(&self, model: &str, id: u64) -> String {
        if id < FIRST_OF_NAMED {
            return format!("{model}/{id}");
        }
        let name = self.names.get(&Target::new(model, id));
        format!("{model}/{}", name.map_or_else(|| id.to_string(), Clone::clone))
    }

    /// Returns all objects of a model, by id.
    pub fn all(&self, model: &str) -> impl Iterator<Item = (u64, &Object)> {
        self.models.get(model).into_iter().flatten().map(|(id, object)| (*id, object))
    }

    /// Returns the models that there are, with the number of objects read as a whole.
    pub fn models(&self) -> impl Iterator<Item = (&str, usize)> {
        self.models.iter().map(|(model, objects)| {
            (model.as_str(), objects.values().filter(|object| object.whole).count())
        })
    }

    /// Returns an object.
    pub fn get(&self, model: &str, id: u64) -> Option<&Object> {
        self.models.get(model)?.get(&id)
    }

    /// Returns an object that is pointed to.
    pub fn at(&self, target: &Target) -> Option<&Object> {
        self.get(&target.model, target.id)
    }

    /// Returns the object that a field of another one points to.
    pub fn linked(&self, object: &Object, field: &str, model: &str) -> Option<&Object> {
        self.get(model, object.link(field, model)?)
    }

    /// Returns the objects of `model` that a field of any object points to.
    pub fn pointed_to(&self, field: &str, model: &str) -> BTreeSet<u64> {
        let all = self.models.values().flat_map(BTreeMap::values);
        all.filter(|object| object.whole).filter_map(|object| object.link(field, model)).collect()
    }

    /// Returns the name of what a field points to.
    pub fn name_of(&self, object: &Object, field: &str, model: &str) -> Option<String> {
        self.linked(object, field, model)?.name()
    }

    /// Returns an object's name behind those of all that it lies in: `Europe / France / Lyon`.
    pub fn path_of(&self, model: &str, id: u64) -> Option<String> {
        let mut names = Vec::new();
        let mut here = Some(id);
        // A tree of regions that is a circle is damaged; 20 steps end it.
        while let Some(object) =
            here.and_then(|id| self.get(model, id)).filter(|_| names.len() < 20)
        {
            names.push(object.name()?);
            here = object.link("parent", model);
        }
        names.reverse();
        (!names.is_empty()).then(|| names.join(" / "))
    }

    /// Counts something that is left out for a reason.
    pub fn leave_out(&mut self, reason: &'static str, name: impl Into<String>) {
        *self.left_out.entry((reason, name.into())).or_default() += 1;
    }

    /// Counts a secret that is passed over.
    pub fn secret(&mut self, place: &str) {
        *self.secrets.entry(place.to_owned()).or_default() += 1;
    }
}

/// Whether a field holds a secret by its name. Custom fields have names of people's own, and are judged
/// with all other values.
pub fn is_secret(name: &str) -> bool {
    name.ends_with("_psk") || secret::is_secret_label(name)
}

/// Returns a JSON value as a field; nothing where it says nothing.
pub fn field(value: &Value) -> Option<Field> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(value) => Field::Flag(*value),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Field::Whole(whole),
            None => Field::Number(number.as_f64()?),
        },
        Value::String(text) if text.trim().is_empty() => return None,
        Value::String(text) => Field::Text(text.clone()),
        Value::Array(items) => {
            let items: Vec<Field> = items.iter().filter_map(field).collect();
            if items.is_empty() {
                return None;
            }
            Field::List(items)
        }
        Value::Object(fields) => {
            let fields: Fields = fields
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), field(value)?)))
                .collect();
            if fields.is_empty() {
                return None;
            }
            Field::Map(fields)
        }
    })
}
