//! Turns a proposal into facts: one value for one place of a record, each of the type that the
//! catalogue asks for.
//!
//! Text is read as its field's type; what does not fit, and what no field takes, becomes a free fact
//! under `[custom]`, so that nothing is lost silently. Links stay links until all ids are known.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use smol_str::{SmolStr, ToSmolStr};

use crate::schema::field::{Field, FieldType, Shape};
use crate::schema::kind::Kind;
use crate::schema::role::Role;
use crate::source::Spanned;
use crate::syntax::Item;

use super::normal::{self, Context, nowhere, one_line};
use super::proposal::{Given, Link, Proposal, Wish};
use super::secret;

/// The table of free facts.
pub const CUSTOM: &str = "custom";

/// How long a free fact may be, in bytes; what is longer goes to the notes of nobody.
const CUSTOM_LENGTH: usize = 4000;

/// One step on the way to a value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    /// Into the key of a table.
    Key(SmolStr),
    /// Into the row that is called so.
    Row(SmolStr),
}

/// The way to a value of a record: `serial`, `rack.unit`, `interface[wan1].mac`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Way(pub Vec<Step>);

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (ix, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if ix == 0 => write!(f, "{key}")?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Row(row) => write!(f, "[{row}]")?,
            }
        }
        Ok(())
    }
}

impl Way {
    /// Returns the dotted path of the field, without rows.
    pub fn field(&self) -> Cow<'_, str> {
        if let [Step::Key(only)] = self.0.as_slice() {
            return Cow::Borrowed(only);
        }
        let keys = self.0.iter().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Row(_) => None,
        });
        Cow::Owned(keys.collect::<Vec<_>>().join("."))
    }

    fn then(&self, step: Step) -> Way {
        let mut way = self.clone();
        way.0.push(step);
        way
    }
}

/// A value and its place in a record.
#[derive(Clone, PartialEq, Debug)]
pub struct Fact {
    /// The place.
    pub way: Way,
    /// The value, or which record is meant.
    pub value: Value,
    /// What the source calls it.
    pub label: SmolStr,
    /// Whether it is only worth saying where the record says nothing.
    pub is_guess: bool,
}

/// The value of a fact.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// As a record has it.
    Item(Item),
    /// A reference, or several.
    Links {
        /// What is meant.
        links: Vec<Link>,
        /// Whether the field takes a list.
        many: bool,
    },
}

/// What came of a proposal.
#[derive(Default, Debug)]
pub struct Facts {
    /// Its values, in the order of the record's file.
    pub facts: Vec<Fact>,
    /// Labels of secrets that were dropped.
    pub secrets: Vec<String>,
    /// Labels of values that did not fit their field, with the reason.
    pub misfits: Vec<(String, String)>,
}

/// Returns the facts of `proposal`, which is of `kind`, and of which `fields` are said.
///
/// A field that the kind has not is the reader's mistake.
pub fn of(
    proposal: &Proposal,
    fields: &[Given],
    kind: &Kind,
    context: Context<'_>,
) -> Result<Facts, String> {
    let mut collector =
        Collector { kind, context, facts: Facts::default(), seen: HashSet::new(), mistake: None };
    let title = Given {
        field: kind.title.to_smolstr(),
        label: SmolStr::new_static("name"),
        value: Wish::Text(proposal.name.clone()),
        is_guess: proposal.is_name_guessed,
    };
    collector.say(&kind.shape, &Way(Vec::new()), &title);
    let deciding = deciding(kind);
    let decides = |given: &&Given| deciding.contains(given.field.as_str());
    let others = fields.iter().filter(|given| !decides(given));
    for given in fields.iter().filter(decides).chain(others) {
        collector.say(&kind.shape, &Way(Vec::new()), given);
    }
    match collector.mistake {
        Some(mistake) => Err(mistake),
        None => {
            let mut facts = collector.facts;
            facts.facts.sort_by_cached_key(|fact| order(kind, &fact.way));
            Ok(facts)
        }
    }
}

/// Returns the fields that decide which others a record has, so that they must be read first.
fn deciding(kind: &Kind) -> HashSet<&str> {
    let conditions = kind.shape.fields().iter().flat_map(|field| &field.only_for);
    conditions.map(|condition| condition.field.as_str()).collect()
}

struct Collector<'a> {
    kind: &'a Kind,
    context: Context<'a>,
    facts: Facts,
    seen: HashSet<Way>,
    mistake: Option<String>,
}

impl Collector<'_> {
    fn say(&mut self, shape: &Shape, base: &Way, given: &Given) {
        if secret::is_secret_label(&given.label) {
            self.facts.secrets.push(given.label.to_string());
            return;
        }
        if given.field.is_empty() {
            return self.custom(given);
        }
        let mut way = base.clone();
        let mut shape = shape;
        let mut names = given.field.split('.').peekable();
        while let Some(name) = names.next() {
            let Some(field) = shape.get(name) else {
                let kind = &self.kind.name;
                self.mistake = Some(format!("`{kind}` has no field `{}`", given.field));
                return;
            };
            way = way.then(Step::Key(SmolStr::new(name)));
            if names.peek().is_none() {
                return self.value(field, way, given);
            }
            shape = &field.shape;
        }
    }

    fn value(&mut self, field: &Field, way: Way, given: &Given) {
        if !self.belongs(field) {
            return self.custom(given);
        }
        let value = match &given.value {
            Wish::Row(fields) => return self.row(field, &way, fields),
            Wish::Link(link) => Value::Links { links: vec![(**link).clone()], many: field.many },
            Wish::List(items) if items.iter().all(|item| matches!(item, Wish::Link(_))) => {
                let links = items.iter().filter_map(|item| match item {
                    Wish::Link(link) => Some((**link).clone()),
                    _ => None,
                });
                Value::Links { links: links.collect(), many: field.many }
            }
            wish => match normal::read(field, wish, self.context) {
                Ok(Some(item)) => Value::Item(item),
                Ok(None) => return,
                Err(reason) => {
                    self.facts.misfits.push((given.label.to_string(), reason));
                    return self.custom(given);
                }
            },
        };
        self.add(way, value, given);
    }

    /// Whether the field belongs to this type of record: there are fields of firewalls only.
    fn belongs(&self, field: &Field) -> bool {
        field.only_for.is_empty()
            || field.only_for.iter().any(|condition| {
                let way = Way(vec![Step::Key(condition.field.to_smolstr())]);
                self.facts.facts.iter().any(|fact| {
                    fact.way == way
                        && matches!(&fact.value, Value::Item(Item::Text(text)) if condition.values.contains(text))
                })
            })
    }

    fn row(&mut self, field: &Field, way: &Way, fields: &[Given]) {
        let Some(name) = row_name(field, fields) else {
            self.mistake = Some(format!("a row of `{way}` has nothing that tells it from others"));
            return;
        };
        // A row is known by its name, in the record and in what the import notes of it.
        if secret::is_suspect("name", &name) {
            self.facts.secrets.push(format!("{way} name"));
            return;
        }
        if normal::meant(&name).is_none() {
            self.facts.misfits.push((way.to_string(), "a row without a name".to_owned()));
            return;
        }
        let inside = way.then(Step::Row(name.into()));
        let is_name = |given: &&Given| field.row.as_deref() == Some(&*given.field);
        for given in fields.iter().filter(is_name).chain(fields.iter().filter(|g| !is_name(g))) {
            self.say(&field.shape, &inside, given);
        }
    }

    /// Keeps what no field takes.
    fn custom(&mut self, given: &Given) {
        let label = custom_label(&given.label);
        let item = match &given.value {
            Wish::Integer(number) => Item::Integer(*number),
            Wish::Number(number) => Item::Float(*number),
            Wish::Boolean(value) => Item::Boolean(*value),
            Wish::Day(day) => normal::date::item(*day),
            Wish::Text(text) | Wish::Markdown(text) => match normal::meant(text) {
                Some(text) => Item::Text(one_line(text)),
                None => return,
            },
            Wish::List(items) => {
                let words = items.iter().filter_map(|item| match item {
                    Wish::Text(text) => normal::meant(text).map(one_line),
                    _ => None,
                });
                let items: Vec<_> =
                    words.map(|text| Spanned::new(Item::Text(text), nowhere())).collect();
                if items.is_empty() {
                    return;
                }
                Item::Array(items)
            }
            Wish::Row(_) | Wish::Link(_) => return,
        };
        if matches!(&item, Item::Text(text) if text.len() > CUSTOM_LENGTH) {
            let reason = format!("longer than the {CUSTOM_LENGTH} bytes that a free fact may have");
            self.facts.misfits.push((label, reason));
            return;
        }
        let way = Way(vec![Step::Key(SmolStr::new_static(CUSTOM)), Step::Key(label.into())]);
        self.add(way, Value::Item(item), given);
    }

    /// Adds a fact; of two for one place the first stays.
    fn add(&mut self, way: Way, value: Value, given: &Given) {
        if self.seen.insert(way.clone()) {
            let (label, is_guess) = (given.label.clone(), given.is_guess);
            self.facts.facts.push(Fact { way, value, label, is_guess });
        }
    }
}

/// Returns a free fact's name: one line, of moderate length, with something in it.
fn custom_label(label: &str) -> String {
    let clean: String = one_line(label).chars().filter(|c| *c != '.').take(60).collect();
    if clean.is_empty() { "unnamed".to_owned() } else { clean }
}

/// Returns what tells a row from others: its own name; for settings with their group and id.
fn row_name(field: &Field, fields: &[Given]) -> Option<String> {
    let text_of = |name: &str| {
        let given = fields.iter().find(|given| given.field == name)?;
        match &given.value {
            Wish::Text(text) | Wish::Markdown(text) => Some(one_line(text)),
            Wish::Integer(number) => Some(number.to_string()),
            _ => None,
        }
    };
    let name = text_of(field.row.as_deref()?)?;
    let beside = [Role::SettingGroup, Role::SettingId];
    let beside = beside.iter().filter_map(|role| field.shape.with_role(*role));
    let mut words: Vec<String> = beside.filter_map(|field| text_of(&field.name)).collect();
    words.push(name);
    Some(words.join(" / "))
}

/// Where a fact stands in its file: the title first, then fields as the kind has them, tables behind.
fn order(kind: &Kind, way: &Way) -> (u8, usize, Way) {
    let Some(Step::Key(first)) = way.0.first() else { return (0, 0, way.clone()) };
    if *first == kind.title {
        return (0, 0, Way(Vec::new()));
    }
    let Some(ix) = kind.shape.index(first) else { return (2, 0, Way(Vec::new())) };
    let field = &kind.shape.fields()[ix];
    match field.takes(FieldType::Tables) {
        true => (3, ix, Way(Vec::new())),
        false if field.takes(FieldType::Table) => (1, ix, Way(Vec::new())),
        false => (0, ix + 1, Way(Vec::new())),
    }
}
