//! A value as TOML knows it, without the place where it is written: what history keeps of records.
//!
//! Plain values know nothing of kinds, so that an old state can be read when kinds have changed.

use std::borrow::Cow;

use crate::syntax::{Item, Table, toml_key, toml_string};

/// A plain value. Keys of tables are in order, so that what means the same is the same.
#[derive(Clone, Debug)]
pub enum Plain {
    /// A string.
    Text(Box<str>),
    /// An integer.
    Integer(i64),
    /// A float.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A date, a time, or both, as TOML writes it.
    Datetime(Box<str>),
    /// A list.
    List(Vec<Plain>),
    /// A table, sorted by key.
    Table(Vec<(Box<str>, Plain)>),
}

/// Returns `text` with lines that end in LF, however many CR stood before it: what is read from what was
/// written so has to be the same again.
pub fn with_line_feeds(text: &str) -> Cow<'_, str> {
    if !text.contains("\r\n") {
        return Cow::Borrowed(text);
    }
    let mut lines: Vec<&str> = text.split('\n').collect();
    let last = lines.pop().unwrap_or_default();
    let ended = lines.into_iter().map(|line| line.trim_end_matches('\r'));
    Cow::Owned(ended.chain([last]).collect::<Vec<_>>().join("\n"))
}

/// Returns `text` without what a machine's git puts before the end of each line: one CR.
pub fn without_returns(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Floats are compared by their bits: what is not a number is the same as itself.
impl PartialEq for Plain {
    fn eq(&self, other: &Plain) -> bool {
        match (self, other) {
            (Plain::Text(a), Plain::Text(b)) | (Plain::Datetime(a), Plain::Datetime(b)) => a == b,
            (Plain::Integer(a), Plain::Integer(b)) => a == b,
            (Plain::Float(a), Plain::Float(b)) => a.to_bits() == b.to_bits(),
            (Plain::Boolean(a), Plain::Boolean(b)) => a == b,
            (Plain::List(a), Plain::List(b)) => a == b,
            (Plain::Table(a), Plain::Table(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Plain {}

impl Plain {
    /// Returns the value that was read. Lines of a text end in LF, however those of its file do: git may
    /// have another end for each machine.
    pub fn of(item: &Item) -> Plain {
        match item {
            Item::Text(text) => Plain::Text(with_line_feeds(text).as_ref().into()),
            Item::Integer(number) => Plain::Integer(*number),
            Item::Float(number) => Plain::Float(*number),
            Item::Boolean(value) => Plain::Boolean(*value),
            Item::Datetime(moment) => Plain::Datetime(moment.to_string().into()),
            Item::Array(items) => {
                Plain::List(items.iter().map(|item| Plain::of(&item.value)).collect())
            }
            Item::Table(table) => Plain::of_table(table),
        }
    }

    /// Returns the table that was read.
    pub fn of_table(table: &Table) -> Plain {
        let entries = table.entries.iter();
        Plain::table(entries.map(|entry| {
            let key: Box<str> = entry.key.value.as_str().into();
            (key, Plain::of(&entry.value.value))
        }))
    }

    /// Returns the table of `entries`.
    pub fn table(entries: impl IntoIterator<Item = (Box<str>, Plain)>) -> Plain {
        let mut entries: Vec<(Box<str>, Plain)> = entries.into_iter().collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        Plain::Table(entries)
    }

    /// Returns the text of a string.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Plain::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the entries of a table; none of anything else.
    pub fn entries(&self) -> &[(Box<str>, Plain)] {
        match self {
            Plain::Table(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the value at `key` of a table.
    pub fn get(&self, key: &str) -> Option<&Plain> {
        let entries = self.entries();
        let at = entries.binary_search_by(|(name, _)| (**name).cmp(key)).ok()?;
        Some(&entries[at].1)
    }

    /// Returns the value at a dotted path of keys.
    pub fn at(&self, path: &str) -> Option<&Plain> {
        path.split('.').try_fold(self, |table, key| table.get(key))
    }

    /// Returns the items of a list; a single value counts as a list of one.
    pub fn items(&self) -> &[Plain] {
        match self {
            Plain::List(items) => items,
            other => std::slice::from_ref(other),
        }
    }

    /// Returns the rows of a list of tables that is not empty; nothing where it is something else.
    pub fn rows(&self) -> Option<&[Plain]> {
        match self {
            Plain::List(items) if !items.is_empty() => {
                items.iter().all(|item| matches!(item, Plain::Table(_))).then_some(items)
            }
            _ => None,
        }
    }

    /// Puts a value at `key` of a table, or takes it away.
    pub fn put(&mut self, key: &str, value: Option<Plain>) {
        let Plain::Table(entries) = self else { return };
        match (entries.binary_search_by(|(name, _)| (**name).cmp(key)), value) {
            (Ok(at), Some(value)) => entries[at].1 = value,
            (Ok(at), None) => drop(entries.remove(at)),
            (Err(at), Some(value)) => entries.insert(at, (key.into(), value)),
            (Err(_), None) => {}
        }
    }

    /// Returns the value for changing at `key` of a table.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Plain> {
        let Plain::Table(entries) = self else { return None };
        let at = entries.binary_search_by(|(name, _)| (**name).cmp(key)).ok()?;
        Some(&mut entries[at].1)
    }

    /// Whether it holds neither a table nor a text of several lines, so that it reads well on one line.
    pub fn is_short(&self) -> bool {
        match self {
            Plain::Text(text) => !text.contains('\n'),
            Plain::Table(_) => false,
            Plain::List(items) => items.iter().all(Plain::is_short),
            _ => true,
        }
    }

    /// Returns the value as TOML, on one line but for texts that have several.
    pub fn to_toml(&self) -> String {
        match self {
            Plain::Text(text) => toml_string(text),
            Plain::Integer(number) => number.to_string(),
            Plain::Float(number) if number.is_nan() => "nan".to_owned(),
            Plain::Float(number) => format!("{number:?}"),
            Plain::Boolean(value) => value.to_string(),
            Plain::Datetime(moment) => moment.to_string(),
            Plain::List(items) => {
                let items: Vec<String> = items.iter().map(Plain::to_toml).collect();
                format!("[{}]", items.join(", "))
            }
            Plain::Table(entries) if entries.is_empty() => "{}".to_owned(),
            Plain::Table(entries) => {
                let entries = entries.iter();
                let entries =
                    entries.map(|(key, value)| format!("{} = {}", toml_key(key), value.to_toml()));
                format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Returns the value as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Plain::Text(text) | Plain::Datetime(text) => (&**text).into(),
            Plain::Integer(number) => (*number).into(),
            Plain::Float(number) => (*number).into(),
            Plain::Boolean(value) => (*value).into(),
            Plain::List(items) => items.iter().map(Plain::to_json).collect(),
            Plain::Table(entries) => {
                let entries = entries.iter();
                entries.map(|(key, value)| (key.to_string(), value.to_json())).collect()
            }
        }
    }
}
