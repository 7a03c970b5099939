//! The way to a value inside of a record: names of fields, and for a row of a list what tells it from
//! the others, never its number.
//!
//! `setting[group = "System / Admin", name = "Idle timeout"].value` is the value of that one setting.
//! So a line of a release says what it is about without a look at the record, and fits when somebody
//! has put a row above meanwhile.

use super::plain::Plain;
use crate::syntax::toml_string;

/// What tells a row from the others: fields with their value, or that it has none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key(pub Vec<(String, Option<Plain>)>);

/// A part of a way: a field, and the row of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// The field.
    pub name: String,
    /// The row.
    pub row: Option<Key>,
}

/// The way to a value.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Path(pub Vec<Part>);

impl Key {
    /// Returns what tells `row` from others by these fields; nothing where one of them is no plain word,
    /// number or yes-or-no.
    pub fn of(row: &Plain, fields: &[&str]) -> Option<Key> {
        let parts = fields.iter().map(|field| {
            let value = row.get(field).cloned();
            let is_plain = matches!(
                value,
                None | Some(Plain::Text(_) | Plain::Integer(_) | Plain::Boolean(_))
            );
            is_plain.then(|| ((*field).to_owned(), value))
        });
        parts.collect::<Option<Vec<_>>>().map(Key)
    }

    /// Whether `row` is the one.
    pub fn fits(&self, row: &Plain) -> bool {
        self.0.iter().all(|(field, value)| row.get(field) == value.as_ref())
    }

    /// Returns the words by which people know the row.
    pub fn words(&self) -> String {
        let words = self.0.iter().filter_map(|(_, value)| match value.as_ref()? {
            Plain::Text(text) => Some(text.to_string()),
            other => Some(other.to_toml()),
        });
        words.collect::<Vec<_>>().join(", ")
    }
}

impl Path {
    /// Returns the way one field further.
    pub fn field(&self, name: &str) -> Path {
        let mut parts = self.0.clone();
        parts.push(Part { name: name.to_owned(), row: None });
        Path(parts)
    }

    /// Returns the way to a row of the list that this one leads to.
    pub fn row(&self, key: Key) -> Path {
        let mut parts = self.0.clone();
        if let Some(last) = parts.last_mut() {
            last.row = Some(key);
        }
        Path(parts)
    }

    /// Reads a way as it is written; says what is wrong with it.
    pub fn parse(text: &str) -> Result<Path, String> {
        let mut reader = Reader { rest: text };
        let mut parts = Vec::new();
        loop {
            let name = reader.name()?;
            let row = if reader.takes('[') { Some(reader.key()?) } else { None };
            parts.push(Part { name, row });
            if reader.rest.is_empty() {
                return Ok(Path(parts));
            }
            if !reader.takes('.') {
                return Err(format!("`{}` does not go on a way", reader.rest));
            }
        }
    }

    /// Reads what tells a row from others, as it is written.
    pub fn parse_key(text: &str) -> Result<Key, String> {
        let mut reader = Reader { rest: text };
        let mut key = Vec::new();
        loop {
            key.push(reader.part()?);
            reader.spaces();
            if reader.rest.is_empty() {
                return Ok(Key(key));
            }
            reader.must(',')?;
        }
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (ix, part) in self.0.iter().enumerate() {
            let dot = if ix > 0 { "." } else { "" };
            write!(out, "{dot}{}", quoted(&part.name))?;
            if let Some(row) = &part.row {
                write!(out, "[{row}]")?;
            }
        }
        Ok(())
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (ix, (field, value)) in self.0.iter().enumerate() {
            let comma = if ix > 0 { ", " } else { "" };
            match value {
                None => write!(out, "{comma}no {}", quoted(field))?,
                Some(Plain::Text(text)) => {
                    write!(out, "{comma}{} = {}", quoted(field), json(text))?;
                }
                Some(other) => write!(out, "{comma}{} = {}", quoted(field), other.to_toml())?,
            }
        }
        Ok(())
    }
}

/// Returns a name as it is, or in quotes where it would be read as something else.
fn quoted(name: &str) -> String {
    let is_bare = !name.is_empty() && name.bytes().all(is_bare) && name != "no";
    if is_bare { name.to_owned() } else { json(name) }
}

fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Texts are quoted as JSON does it: in one way only.
fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn spaces(&mut self) {
        self.rest = self.rest.trim_start_matches(' ');
    }

    fn takes(&mut self, wanted: char) -> bool {
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn must(&mut self, wanted: char) -> Result<(), String> {
        self.spaces();
        match self.takes(wanted) {
            true => Ok(()),
            false if self.rest.is_empty() => Err(format!("it ends where `{wanted}` is missing")),
            false => Err(format!("`{wanted}` is missing before {}", toml_string(self.rest))),
        }
    }

    fn name(&mut self) -> Result<String, String> {
        if self.rest.starts_with('"') {
            return self.text();
        }
        let end = self.rest.bytes().take_while(|byte| is_bare(*byte)).count();
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        match name {
            "" => Err("it names no field".to_owned()),
            name => Ok(name.to_owned()),
        }
    }

    fn text(&mut self) -> Result<String, String> {
        let mut stream = serde_json::Deserializer::from_str(self.rest).into_iter::<String>();
        match stream.next() {
            Some(Ok(text)) => {
                self.rest = &self.rest[stream.byte_offset()..];
                Ok(text)
            }
            _ => Err("a text in it is not closed".to_owned()),
        }
    }

    fn key(&mut self) -> Result<Key, String> {
        let mut key = Vec::new();
        loop {
            key.push(self.part()?);
            self.spaces();
            if self.takes(']') {
                return Ok(Key(key));
            }
            self.must(',')?;
        }
    }

    fn part(&mut self) -> Result<(String, Option<Plain>), String> {
        self.spaces();
        if let Some(rest) = self.rest.strip_prefix("no ") {
            self.rest = rest;
            return Ok((self.name()?, None));
        }
        let field = self.name()?;
        self.must('=')?;
        self.spaces();
        let value = match self.rest.starts_with('"') {
            true => Plain::Text(self.text()?.into()),
            false => {
                let word = self.name()?;
                match word.as_str() {
                    "true" => Plain::Boolean(true),
                    "false" => Plain::Boolean(false),
                    number => Plain::Integer(
                        number.parse().map_err(|_| format!("`{number}` is no number"))?,
                    ),
                }
            }
        };
        Ok((field, Some(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "notes",
            "control.paid_by",
            "setting[group = \"System / Admin\", name = \"Idle \\\"x\\\" ü]\"].value",
            "rule[\"no\" = 4].log",
            "setting[no group, name = \"a\"]",
            "row[a = true, b = -3].\"odd name\".x",
            "custom.\"a.b\"",
        ] {
            assert_eq!(Path::parse(text).unwrap().to_string(), text);
        }
        let key = "group = \"A\", no id";
        assert_eq!(Path::parse_key(key).unwrap().to_string(), key);
    }

    #[test]
    fn a_slip_is_said_in_words() {
        for text in ["", ".", "a[", "a[b]", "a[b = ", "a[b = \"x]", "a[b = x]", "a b", "a..b"] {
            assert!(Path::parse(text).is_err(), "{text}");
        }
    }
}
