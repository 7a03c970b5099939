//! What a device is set to, as rows with a group and a name.

use std::collections::HashMap;

use crate::import::normal::one_line;
use crate::import::proposal::{Proposal, Row, Wish};
use crate::import::secret;

/// How many rows of settings a record gets; a longer list is no label any more.
const ROWS: usize = 1_500;

/// How long a value is at most, in characters; what is longer is in the file itself.
const VALUE: usize = 500;

/// Settings in the order in which they come up.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    rows: Vec<Setting>,
    places: HashMap<(String, String), usize>,
    /// Labels of values that are secrets by their name.
    pub secrets: Vec<String>,
    /// How many settings were too many.
    pub left_out: usize,
}

#[derive(Clone, PartialEq, Debug)]
struct Setting {
    group: String,
    name: String,
    values: Vec<String>,
    why: Option<String>,
}

impl Settings {
    /// Says what `name` of `group` is set to. What is said twice is set to several things.
    pub fn set(&mut self, group: &str, name: &str, value: &str) {
        self.set_why(group, name, value, None);
    }

    /// As [`Settings::set`], where there is something to say.
    pub fn set_some(&mut self, group: &str, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.set(group, name, value);
        }
    }

    /// As [`Settings::set`], with what is written beside it.
    pub fn set_why(&mut self, group: &str, name: &str, value: &str, why: Option<&str>) {
        let (group, name, value) = (one_line(group), one_line(name), short(&one_line(value)));
        if name.is_empty() || value.is_empty() {
            return;
        }
        if secret::is_secret_label(&name) {
            self.secrets.push(name);
            return;
        }
        let key = (group.to_lowercase(), name.to_lowercase());
        if self.rows.len() >= ROWS && !self.places.contains_key(&key) {
            self.left_out += 1;
            return;
        }
        let place = *self.places.entry(key).or_insert_with(|| {
            self.rows.push(Setting { group, name, values: Vec::new(), why: None });
            self.rows.len() - 1
        });
        let row = &mut self.rows[place];
        if !row.values.contains(&value) {
            row.values.push(value);
        }
        let why = why.map(one_line).filter(|why| !why.is_empty());
        row.why = match (row.why.take(), why) {
            (Some(old), Some(new)) if old != new => Some(format!("{old}; {new}")),
            (old, new) => old.or(new),
        };
    }

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes the rows into a record, group by group.
    pub fn write(&self, proposal: &mut Proposal) {
        let mut groups: Vec<&str> = Vec::new();
        let mut seen = HashMap::new();
        for row in &self.rows {
            seen.entry(row.group.to_lowercase()).or_insert_with(|| groups.push(&row.group));
        }
        for group in groups {
            for setting in
                self.rows.iter().filter(|row| row.group.to_lowercase() == group.to_lowercase())
            {
                let row = Row::new()
                    .put("group", group)
                    .put("name", setting.name.as_str())
                    .put("value", value_of(&setting.values))
                    .put_some("why", setting.why.clone());
                proposal.row("setting", row);
            }
        }
    }
}

/// Returns a value in its own type, several as a list.
fn value_of(values: &[String]) -> Wish {
    match values {
        [only] => typed(only),
        several => Wish::List(several.iter().map(|value| typed(value)).collect()),
    }
}

fn typed(text: &str) -> Wish {
    let is_plain = text == "0" || !text.starts_with('0') && text.len() < 16;
    match text {
        "true" => Wish::Boolean(true),
        "false" => Wish::Boolean(false),
        _ if is_plain && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.parse().map_or_else(|_| Wish::Text(text.to_owned()), Wish::Integer)
        }
        _ => Wish::Text(text.to_owned()),
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
