//! A field: what it is called, what it takes, and what it means.

use std::collections::HashMap;

use super::role::Role;
use crate::syntax::Item;

macro_rules! types {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal, $takes:literal),+ $(,)?) => {
        /// The type of a field's value.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum FieldType { $($(#[doc = $doc])+ $name),+ }

        impl FieldType {
            /// Every type, in the order of this page.
            pub const ALL: &[FieldType] = &[$(FieldType::$name),+];

            /// Returns the word that a kind's file uses.
            pub fn name(self) -> &'static str {
                match self { $(FieldType::$name => $word),+ }
            }

            /// Returns the type that a kind's file calls `word`.
            pub fn from_name(word: &str) -> Option<FieldType> {
                match word { $($word => Some(FieldType::$name),)+ _ => None }
            }

            /// Returns in words what a value of this type looks like.
            pub fn takes(self) -> &'static str {
                match self { $(FieldType::$name => $takes),+ }
            }
        }
    };
}

types! {
    /// A line of text.
    Text = "text", "text in quotes",
    /// Prose in Markdown.
    Markdown = "markdown", "text in quotes, Markdown allowed",
    /// Code or a command in some language.
    Code = "code", "a command or code in quotes",
    /// A whole number.
    Integer = "integer", "a whole number",
    /// A number with or without a fraction.
    Number = "number", "a number",
    /// Yes or no.
    Boolean = "boolean", "true or false",
    /// Any single TOML value, or a list of them: a setting's value.
    Scalar = "scalar", "text, a number, a date, true or false, or a list of those",
    /// A day.
    Date = "date", "a date without quotes, such as 2026-11-15",
    /// A day and a time.
    Datetime = "datetime", "a date and time without quotes, such as 2026-11-15T22:00:00",
    /// A length of time.
    Duration = "duration", "a duration such as \"90d\", \"4h\", \"30min\", \"2w\", \"6mo\" or \"1y\"",
    /// An amount in a currency (ISO 4217).
    Money = "money", "an amount such as \"1200 USD\"",
    /// A share of a hundred.
    Percent = "percent", "a number from 0 to 100, or text such as \"40 %\"",
    /// One of a list of words.
    Choice = "choice", "one of a list of words",
    /// An IP address.
    Ip = "ip", "an IP address such as \"192.0.2.10\" or \"2001:db8::10\"",
    /// A range of addresses in CIDR form (RFC 4632), without host bits.
    Prefix = "prefix", "a prefix such as \"192.0.2.0/24\" or \"2001:db8::/48\"",
    /// An IP address, with or without the length of its prefix.
    Address = "address", "an IP address such as \"192.0.2.10\" or \"192.0.2.10/24\"",
    /// An EUI-48 or EUI-64 address.
    Mac = "mac", "a MAC address such as \"00:00:5E:00:53:01\"",
    /// A host name (RFC 1123), or a wildcard of one.
    Hostname = "hostname", "a host name such as \"fw-hq-01.example.com\"",
    /// An address on the web.
    Url = "url", "an address such as \"https://portal.example.com\"",
    /// An e-mail address (RFC 5321).
    Email = "email", "an e-mail address such as \"it@example.com\"",
    /// A telephone number.
    Phone = "phone", "a telephone number such as \"+1 555 0100\"",
    /// One or many other records.
    Reference = "reference", "the id of a record, or kind/id",
    /// A file of the runbook.
    File = "file", "the path of a file under files/",
    /// A table of fields.
    Table = "table", "a table",
    /// A list of tables, written `[[name]]`.
    Tables = "tables", "a list of tables, each written [[name]]",
}

/// For whom something is written.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Audience {
    /// Anybody the client shows the site to.
    #[default]
    Everyone,
    /// Those who work on the systems.
    Technical,
    /// A few, named by the client.
    Restricted,
}

impl Audience {
    /// Every audience, from the widest.
    pub const ALL: &[Audience] = &[Audience::Everyone, Audience::Technical, Audience::Restricted];

    /// Returns the word that records use.
    pub fn name(self) -> &'static str {
        match self {
            Audience::Everyone => "everyone",
            Audience::Technical => "technical",
            Audience::Restricted => "restricted",
        }
    }

    /// Returns the audience called `name`.
    pub fn from_name(name: &str) -> Option<Audience> {
        Audience::ALL.iter().copied().find(|audience| audience.name() == name)
    }
}

/// What a reference may point to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// Any record.
    Any,
    /// A record of this kind.
    Kind(String),
    /// A row of a list of tables of this kind: `device:port`.
    Row {
        /// The kind.
        kind: String,
        /// The field that holds the rows.
        field: String,
    },
}

/// A choice: the word a record uses, and what people read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// The word a record uses.
    pub key: String,
    /// What people read.
    pub label: String,
}

/// When a field of a subtype applies: the field named has one of these values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition {
    /// The field that chooses.
    pub field: String,
    /// The values for which the subtype applies.
    pub values: Vec<String>,
}

/// A length of time in calendar units.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Duration {
    /// Months; a year is twelve.
    pub months: u32,
    /// Days; a week is seven.
    pub days: u32,
    /// Minutes; an hour is sixty.
    pub minutes: u32,
}

impl Duration {
    /// Reads `"90d"`, `"4h"`, `"1h 30min"`, `"2w"`, `"6mo"`, `"1y"`.
    pub fn parse(text: &str) -> Option<Duration> {
        let mut duration = Duration::default();
        let mut rest = text.trim();
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit())?;
            let amount: u32 = rest[..digits].parse().ok()?;
            rest = rest[digits..].trim_start();
            let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            let (total, factor) = match &rest[..end] {
                "min" => (&mut duration.minutes, 1),
                "h" => (&mut duration.minutes, 60),
                "d" => (&mut duration.days, 1),
                "w" => (&mut duration.days, 7),
                "mo" => (&mut duration.months, 1),
                "y" => (&mut duration.months, 12),
                _ => return None,
            };
            *total = total.checked_add(amount.checked_mul(factor)?)?;
            rest = rest[end..].trim_start();
        }
        Some(duration)
    }

    /// Returns the length in minutes, a month counted as 30 days: for putting lengths in order.
    pub fn in_minutes(&self) -> u64 {
        (u64::from(self.months) * 30 + u64::from(self.days)) * 24 * 60 + u64::from(self.minutes)
    }

    /// Returns the day this long after `day`, in calendar months and days; parts of a day count as
    /// none. Days beyond the calendar's end stay at its end.
    pub fn after(&self, day: jiff::civil::Date) -> jiff::civil::Date {
        day.saturating_add(self.span())
    }

    /// Returns the day this long before `day`.
    pub fn before(&self, day: jiff::civil::Date) -> jiff::civil::Date {
        day.saturating_sub(self.span())
    }

    fn span(&self) -> jiff::Span {
        let days = self.days + self.minutes / (24 * 60);
        // jiff panics beyond its limits; 19,998 years of months and days lie within them.
        jiff::Span::new()
            .months(i64::from(self.months.min(200_000)))
            .days(i64::from(days.min(7_000_000)))
    }

    /// Returns the length in words: `90 days`, `4 hours`, `1 year 6 months`.
    pub fn in_words(&self) -> String {
        let (hours, days) = (self.minutes / 60, self.days);
        let parts = [
            (self.months / 12, "year"),
            (self.months % 12, "month"),
            (if days % 7 == 0 && days > 0 { days / 7 } else { 0 }, "week"),
            (if days % 7 == 0 { 0 } else { days }, "day"),
            (hours, "hour"),
            (self.minutes % 60, "minute"),
        ];
        let words: Vec<String> = parts
            .iter()
            .filter(|(amount, _)| *amount > 0)
            .map(|(amount, unit)| format!("{amount} {unit}{}", if *amount == 1 { "" } else { "s" }))
            .collect();
        if words.is_empty() { "none".to_owned() } else { words.join(" ") }
    }
}

/// A field of a kind, a block or a table.
#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    /// The key in a record.
    pub name: String,
    /// What people read.
    pub label: String,
    /// One sentence: what to write, and why it matters.
    pub help: String,
    /// A plausible value.
    pub example: Option<Item>,
    /// What it takes: one of these.
    pub types: Vec<FieldType>,
    /// Whether it takes a list.
    pub many: bool,
    /// What it means.
    pub role: Option<Role>,
    /// Whether a record cannot exist without it.
    pub required: bool,
    /// Whether its absence is a warning and counts in the takeover view.
    pub takeover: bool,
    /// Whether no two records of the kind have the same: two that do are most likely one.
    pub unique: bool,
    /// Its weight in search, 0 for none.
    pub search: u8,
    /// The words that a choice takes.
    pub choices: Vec<Choice>,
    /// What a reference may point to.
    pub to: Vec<Target>,
    /// The heading of the way back on the other record's page.
    pub inverse: Option<String>,
    /// The least value of a number.
    pub min: Option<f64>,
    /// The greatest value of a number.
    pub max: Option<f64>,
    /// The unit of a number, as it is shown behind it.
    pub unit: Option<String>,
    /// The language of code.
    pub language: Option<String>,
    /// The field that identifies a row of `tables`.
    pub row: Option<String>,
    /// How long before an end to warn.
    pub warn_before: Option<Duration>,
    /// For whom it is written.
    pub audience: Audience,
    /// The subtypes it belongs to; empty for a field of every record of the kind.
    pub only_for: Vec<Condition>,
    /// The fields of a table.
    pub shape: Shape,
}

impl Field {
    /// Whether the field holds a table or a list of tables.
    pub fn is_table(&self) -> bool {
        self.types.iter().any(|t| matches!(t, FieldType::Table | FieldType::Tables))
    }

    /// Whether `kind` is among the types it takes.
    pub fn takes(&self, kind: FieldType) -> bool {
        self.types.contains(&kind)
    }

    /// Returns the label of the choice `key`, or the key itself.
    pub fn choice_label<'a>(&'a self, key: &'a str) -> &'a str {
        self.choices.iter().find(|choice| choice.key == key).map_or(key, |choice| &choice.label)
    }
}

/// The fields of a kind or table, in the order of its file.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Shape {
    fields: Vec<Field>,
    by_name: HashMap<String, usize>,
}

impl Shape {
    /// Returns the fields in order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Returns the place of the field called `name`.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Returns the field called `name`.
    pub fn get(&self, name: &str) -> Option<&Field> {
        self.index(name).map(|ix| &self.fields[ix])
    }

    /// Returns the field with the role, the first if there are several.
    pub fn with_role(&self, role: Role) -> Option<&Field> {
        self.fields.iter().find(|field| field.role == Some(role))
    }

    /// Returns the place of the first field with the role.
    pub fn index_of_role(&self, role: Role) -> Option<usize> {
        self.fields.iter().position(|field| field.role == Some(role))
    }

    /// Returns the field at a dotted path such as `control.paid_by`.
    pub fn at_path(&self, path: &str) -> Option<&Field> {
        match path.split_once('.') {
            None => self.get(path),
            Some((first, rest)) => self.get(first)?.shape.at_path(rest),
        }
    }

    /// Returns the way to the field at a dotted path.
    pub fn way(&self, path: &str) -> Option<Vec<usize>> {
        let (first, rest) =
            path.split_once('.').map_or((path, None), |(it, rest)| (it, Some(rest)));
        let place = self.index(first)?;
        let mut way = vec![place];
        if let Some(rest) = rest {
            way.extend(self.fields[place].shape.way(rest)?);
        }
        Some(way)
    }

    /// Adds a field, or replaces the one of its name in its place.
    pub(super) fn put(&mut self, field: Field) {
        match self.by_name.get(&field.name) {
            Some(ix) => self.fields[*ix] = field,
            None => {
                self.by_name.insert(field.name.clone(), self.fields.len());
                self.fields.push(field);
            }
        }
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Field> {
        let ix = self.index(name)?;
        Some(&mut self.fields[ix])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_read_added_and_told() {
        let duration = Duration::parse("1y 6mo").unwrap();
        assert_eq!(duration.in_words(), "1 year 6 months");
        let day = jiff::civil::date(2026, 8, 31);
        assert_eq!(duration.after(day), jiff::civil::date(2028, 2, 29));
        assert_eq!(Duration::parse("1h30min").unwrap().in_minutes(), 90);
        assert_eq!(Duration::parse("90d").unwrap().in_words(), "90 days");
        for wrong in ["", "90", "d", "90 days", "-1d", "4294967295y", "1.5h"] {
            assert_eq!(Duration::parse(wrong), None, "{wrong}");
        }
        Duration::parse("4294967295d").unwrap().after(day);
    }

    #[test]
    fn every_type_is_found_by_its_own_name() {
        for kind in FieldType::ALL {
            assert_eq!(FieldType::from_name(kind.name()), Some(*kind));
        }
    }
}
