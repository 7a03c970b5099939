//! What a record says, before it is written down in one form or another.

use std::fmt;

use jiff::civil::{Date, date};

/// The day that the whole corpus is seen from.
pub const AS_OF: Date = date(2026, 11, 15);

/// The kinds that the corpus has, those first that others point to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    Organization,
    Site,
    Person,
    Vendor,
    Contract,
    Rack,
    Network,
    Circuit,
    Account,
    Licence,
    Document,
    Decision,
    Risk,
    Device,
    Procedure,
}

impl Kind {
    /// Every kind, in the order of the enum.
    pub const ALL: [Kind; 15] = [
        Kind::Organization,
        Kind::Site,
        Kind::Person,
        Kind::Vendor,
        Kind::Contract,
        Kind::Rack,
        Kind::Network,
        Kind::Circuit,
        Kind::Account,
        Kind::Licence,
        Kind::Document,
        Kind::Decision,
        Kind::Risk,
        Kind::Device,
        Kind::Procedure,
    ];

    /// Returns the name of the kind, and the plural that names its folder.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Kind::Organization => ("organization", "organizations"),
            Kind::Site => ("site", "sites"),
            Kind::Person => ("person", "people"),
            Kind::Vendor => ("vendor", "vendors"),
            Kind::Contract => ("contract", "contracts"),
            Kind::Rack => ("rack", "racks"),
            Kind::Network => ("network", "networks"),
            Kind::Circuit => ("circuit", "circuits"),
            Kind::Account => ("account", "accounts"),
            Kind::Licence => ("licence", "licences"),
            Kind::Document => ("document", "documents"),
            Kind::Decision => ("decision", "decisions"),
            Kind::Risk => ("risk", "risks"),
            Kind::Device => ("device", "devices"),
            Kind::Procedure => ("procedure", "procedures"),
        }
    }

    /// Returns the field that holds the kind's prose.
    pub fn prose_field(self) -> &'static str {
        match self {
            Kind::Decision => "decided",
            Kind::Risk => "what",
            _ => "notes",
        }
    }
}

/// Another record.
#[derive(Clone, Debug)]
pub struct Ref {
    pub kind: Kind,
    pub id: String,
}

impl fmt::Display for Ref {
    /// Writes `kind/id`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}/{}", self.kind.names().0, self.id)
    }
}

/// What a field is set to.
#[derive(Clone, Debug)]
pub enum Value {
    Text(String),
    Number(i64),
    Flag(bool),
    Day(Date),
    Words(Vec<String>),
    Numbers(Vec<i64>),
    To(Ref),
    ToAll(Vec<Ref>),
    /// A row of another record: `device:port`.
    ToPort(Ref, String),
    Table(Facts),
    Rows(Vec<Facts>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Number(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Value {
        Value::Flag(flag)
    }
}

impl From<Date> for Value {
    fn from(day: Date) -> Value {
        Value::Day(day)
    }
}

impl From<Ref> for Value {
    fn from(to: Ref) -> Value {
        Value::To(to)
    }
}

impl From<Vec<Ref>> for Value {
    fn from(to: Vec<Ref>) -> Value {
        Value::ToAll(to)
    }
}

impl From<Facts> for Value {
    fn from(table: Facts) -> Value {
        Value::Table(table)
    }
}

/// Fields and their values, in the order they are written.
#[derive(Clone, Default, Debug)]
pub struct Facts(pub Vec<(&'static str, Value)>);

impl Facts {
    /// Adds a field.
    pub fn add(&mut self, key: &'static str, value: impl Into<Value>) -> &mut Facts {
        self.0.push((key, value.into()));
        self
    }

    /// Returns the facts, with one more.
    pub fn with(mut self, key: &'static str, value: impl Into<Value>) -> Facts {
        self.add(key, value);
        self
    }
}

/// One step of a procedure.
#[derive(Clone, Debug)]
pub struct Step {
    pub text: String,
    pub who: Option<&'static str>,
    pub expected: Option<String>,
    /// The language and the lines.
    pub command: Option<(&'static str, String)>,
}

/// One record, with everything it says.
#[derive(Clone, Debug)]
pub struct Record {
    pub kind: Kind,
    pub id: String,
    pub name: String,
    pub facts: Facts,
    /// Rows of `[[setting]]`.
    pub settings: Vec<Facts>,
    pub steps: Vec<Step>,
    /// Markdown with links of the form `[[kind/id]]` and `[[kind/id|text]]`.
    pub prose: String,
    /// A file that belongs to it: path under `files/`, and text.
    pub attachment: Option<(String, String)>,
}

/// Returns the day this many days after [`AS_OF`], or before it.
pub fn day(from_as_of: i64) -> Date {
    AS_OF.saturating_add(jiff::Span::new().days(from_as_of))
}
