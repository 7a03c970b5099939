//! What a reader hands over: records as somebody else's system knows them, in our words.
//!
//! A [`Proposal`] names a kind and its fields and gives values as the source spells them. What they
//! become is settled in one place: text is read as the type of its field, links become references,
//! secrets go. So a reader cannot write a record that is not one.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use smol_str::SmolStr;

use super::slug::slug;

/// Where in a foreign file something was read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Origin {
    /// The file's name.
    pub file: Arc<str>,
    /// The place in it.
    pub place: Place,
}

/// A place in a foreign file, as people speak of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Place {
    /// The file as a whole.
    Whole,
    /// A line, from 1.
    Line(usize),
    /// A row of a sheet, from 1.
    Row(String, usize),
    /// A way through JSON or XML, or a file in an archive: `results[3].name`.
    Path(String),
}

impl Origin {
    /// Returns the place `line`, from 1, in `file`.
    pub fn line(file: &Arc<str>, line: usize) -> Origin {
        Origin { file: file.clone(), place: Place::Line(line) }
    }

    /// Returns the place `path` in `file`.
    pub fn path(file: &Arc<str>, path: impl Into<String>) -> Origin {
        Origin { file: file.clone(), place: Place::Path(path.into()) }
    }

    /// Returns `file` as a whole.
    pub fn whole(file: &Arc<str>) -> Origin {
        Origin { file: file.clone(), place: Place::Whole }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = &self.file;
        match &self.place {
            Place::Whole => write!(f, "{file}"),
            Place::Line(line) => write!(f, "{file}:{line}"),
            Place::Row(sheet, row) => write!(f, "{file}, sheet {sheet}, row {row}"),
            Place::Path(path) => write!(f, "{file}, {path}"),
        }
    }
}

/// A record that an import would like to make or to bring up to date.
#[derive(Clone, PartialEq, Debug)]
pub struct Proposal {
    /// The kind, as the catalogue calls it.
    pub kind: &'static str,
    /// What the foreign system calls it for ever: an id, a serial number. It stands in `source.id`,
    /// and two proposals of one kind with one key are the same thing.
    pub key: String,
    /// What people call it; the id is made from it. Nameless things get a name from their type and
    /// place.
    pub name: String,
    /// Where it was read.
    pub at: Origin,
    /// Whose it is, where the source holds several clients.
    pub client: Option<String>,
    /// What is said of it, in the order of the source.
    pub fields: Vec<Given>,
    /// Labels of secrets that its reader dropped.
    pub secrets: Vec<String>,
    /// Whether it is only needed if something links to it: a manufacturer, a site that is only a name.
    pub on_demand: bool,
    /// The name of the thing that it is a part of, if it is one: the firewall of a network.
    pub part_of: Option<String>,
    /// Whether the name is only what the source could see: a record that stands has a better one.
    pub is_name_guessed: bool,
    /// The id of the record that stands and is this, where the reader knows it.
    pub record: Option<String>,
}

/// One thing that is said of a record.
#[derive(Clone, PartialEq, Debug)]
pub struct Given {
    /// The field, dotted for fields of a table: `serial`, `rack.unit`. Empty for a free fact.
    pub field: SmolStr,
    /// What the source calls it: its column, element or keyword. A name such as `password` is enough
    /// to drop the value, whatever the field.
    pub label: SmolStr,
    /// The value.
    pub value: Wish,
    /// Whether it is only worth saying where the record says nothing.
    pub is_guess: bool,
}

impl Given {
    fn new(field: SmolStr, label: SmolStr, value: Wish) -> Given {
        Given { field, label, value, is_guess: false }
    }

    /// Returns what is said in a field of our own, under its own name.
    fn own(field: &'static str, value: Wish) -> Given {
        let field = SmolStr::new_static(field);
        Given::new(field.clone(), field, value)
    }
}

/// A value as the source gives it.
#[derive(Clone, PartialEq, Debug)]
pub enum Wish {
    /// Plain text: read as the type of the field, so `01/02/2024` becomes a date where one is due.
    Text(String),
    /// Markdown. Plain text in a Markdown field is [`Wish::Text`].
    Markdown(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Boolean(bool),
    /// A day.
    Day(Date),
    /// A reference to another record; in a box, since most values are plain and short.
    Link(Box<Link>),
    /// Several values of a field that takes several.
    List(Vec<Wish>),
    /// A row of a field that takes rows, such as `interface`. Give one for each row.
    Row(Vec<Given>),
}

/// A reference to another record of the import or of the runbook.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// Its kind.
    pub kind: &'static str,
    /// Which one.
    pub which: Which,
    /// The row of it that is meant: the port of `device:port`.
    pub row: Option<String>,
}

/// Which record is meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Which {
    /// The one that this import knows by this key.
    Key(String),
    /// The one that is called so, or has this host name, serial number or MAC address. Where there is
    /// none, the words are kept as a free fact.
    Name(String),
}

impl Link {
    /// Returns a link to what this import knows by `key`.
    pub fn key(kind: &'static str, key: impl Into<String>) -> Link {
        Link { kind, which: Which::Key(key.into()), row: None }
    }

    /// Returns a link to what people call `name`.
    pub fn name(kind: &'static str, name: impl Into<String>) -> Link {
        Link { kind, which: Which::Name(name.into()), row: None }
    }

    /// Means the row `row` of it.
    pub fn row(mut self, row: impl Into<String>) -> Link {
        self.row = Some(row.into());
        self
    }
}

impl From<&str> for Wish {
    fn from(text: &str) -> Wish {
        Wish::Text(text.to_owned())
    }
}

impl From<String> for Wish {
    fn from(text: String) -> Wish {
        Wish::Text(text)
    }
}

impl From<i64> for Wish {
    fn from(number: i64) -> Wish {
        Wish::Integer(number)
    }
}

impl From<bool> for Wish {
    fn from(value: bool) -> Wish {
        Wish::Boolean(value)
    }
}

impl From<Date> for Wish {
    fn from(day: Date) -> Wish {
        Wish::Day(day)
    }
}

impl From<Link> for Wish {
    fn from(link: Link) -> Wish {
        Wish::Link(Box::new(link))
    }
}

impl<T: Into<Wish>> From<Vec<T>> for Wish {
    fn from(values: Vec<T>) -> Wish {
        Wish::List(values.into_iter().map(Into::into).collect())
    }
}

impl From<Row> for Wish {
    fn from(row: Row) -> Wish {
        Wish::Row(row.0)
    }
}

impl Wish {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        match self {
            Wish::Text(text) | Wish::Markdown(text) => text.trim().is_empty(),
            Wish::List(items) => items.iter().all(Wish::is_empty),
            Wish::Row(fields) => fields.iter().all(|given| given.value.is_empty()),
            _ => false,
        }
    }
}

/// A row of a field that takes rows, put together field by field.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Row(Vec<Given>);

impl Row {
    /// Returns a row that says nothing yet.
    pub fn new() -> Row {
        Row::default()
    }

    /// Says something of it; what is empty is not said.
    pub fn put(mut self, field: &'static str, value: impl Into<Wish>) -> Row {
        let value = value.into();
        if !value.is_empty() {
            self.0.push(Given::own(field, value));
        }
        self
    }

    /// As [`Row::put`], where there is something to say.
    pub fn put_some(self, field: &'static str, value: Option<impl Into<Wish>>) -> Row {
        match value {
            Some(value) => self.put(field, value),
            None => self,
        }
    }
}

impl Proposal {
    /// Returns a proposal of `kind` that the source knows as `key`, and people as `name`.
    pub fn new(
        kind: &'static str,
        key: impl Into<String>,
        name: impl Into<String>,
        at: Origin,
    ) -> Proposal {
        Proposal {
            kind,
            key: key.into(),
            name: name.into(),
            at,
            client: None,
            fields: Vec::new(),
            secrets: Vec::new(),
            on_demand: false,
            part_of: None,
            is_name_guessed: false,
            record: None,
        }
    }

    /// Says that it is a part of `whole`: the network `LAN` of one firewall is not that of another, so
    /// the name alone tells nothing.
    pub fn part_of(&mut self, whole: &str) -> &mut Proposal {
        self.part_of = Some(whole.to_owned());
        self
    }

    /// Says what was only seen from outside or made up, such as a type by the open ports: worth saying
    /// where the record says nothing, and never a word against a person's.
    pub fn guess(&mut self, field: &'static str, value: impl Into<Wish>) -> &mut Proposal {
        let value = value.into();
        if !value.is_empty() {
            self.fields.push(Given { is_guess: true, ..Given::own(field, value) });
        }
        self
    }

    /// Says something of it; what is empty is not said.
    pub fn put(&mut self, field: &'static str, value: impl Into<Wish>) -> &mut Proposal {
        let field = SmolStr::new_static(field);
        self.put_as(field.clone(), field, value)
    }

    /// As [`Proposal::put`], where there is something to say.
    pub fn put_some(
        &mut self,
        field: &'static str,
        value: Option<impl Into<Wish>>,
    ) -> &mut Proposal {
        match value {
            Some(value) => self.put(field, value),
            None => self,
        }
    }

    /// As [`Proposal::put`], with what the source calls it.
    pub fn put_as(
        &mut self,
        field: impl Into<SmolStr>,
        label: impl Into<SmolStr>,
        value: impl Into<Wish>,
    ) -> &mut Proposal {
        let value = value.into();
        if !value.is_empty() {
            self.fields.push(Given::new(field.into(), label.into(), value));
        }
        self
    }

    /// Adds a row to a field that takes rows.
    pub fn row(&mut self, field: &'static str, row: Row) -> &mut Proposal {
        self.put(field, row)
    }

    /// Keeps what no field takes, as a free fact under `[custom]`.
    pub fn custom(&mut self, label: impl Into<SmolStr>, value: impl Into<Wish>) -> &mut Proposal {
        self.put_as(SmolStr::default(), label, value)
    }

    /// Counts a secret of it that the reader dropped.
    pub fn secret(&mut self, label: &str) {
        self.secrets.push(label.to_owned());
    }

    /// Says whose it is.
    pub fn of_client(&mut self, client: Option<&str>) -> &mut Proposal {
        self.client = client.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        self
    }

    /// Returns the text that was put into `field`, if any.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|given| given.field == field).and_then(|given| match &given.value {
            Wish::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }
}

/// Something that was read and is not imported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Skipped {
    /// Where.
    pub at: Origin,
    /// Why, without its values.
    pub reason: String,
}

/// A column, element or keyword that the reader has no field for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stranger {
    /// Its name.
    pub label: String,
    /// How many values it had.
    pub count: usize,
    /// Whether they are kept under `[custom]`.
    pub kept: bool,
    /// Whose they are, where the source says so.
    pub client: Option<String>,
}

/// A file that goes with a record, redacted by its reader.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attachment {
    /// Where it goes: `files/configs/fw-hq-01.cfg`.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// All that readers hand over.
#[derive(Default, Debug)]
pub struct Harvest {
    /// Records.
    pub proposals: Vec<Proposal>,
    /// Files that go with them.
    pub attachments: Vec<Attachment>,
    /// What is not imported.
    pub skipped: Vec<Skipped>,
    /// Values that were dropped since they are secrets: how many, by column.
    pub secrets: BTreeMap<String, usize>,
    /// What the reader had no field for.
    pub strangers: Vec<Stranger>,
    /// What people should know: how columns were understood, what was guessed.
    pub notes: Vec<String>,
    /// Mappings that were found out and are worth keeping: path in the runbook and text.
    pub mappings: Vec<(String, String)>,
    known: HashMap<(&'static str, String, Option<String>), String>,
}

impl Harvest {
    /// Takes a record.
    pub fn propose(&mut self, proposal: Proposal) {
        self.proposals.push(proposal);
    }

    /// Returns a link to what is called `name`, and makes that record if nobody else does: a site or
    /// vendor of which the source gives the name alone.
    pub fn ensure(
        &mut self,
        kind: &'static str,
        name: &str,
        client: Option<&str>,
        at: &Origin,
    ) -> Link {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let whose = client.map(str::to_lowercase);
        let key = match &whose {
            Some(client) => format!("{}:{}", slug(client), slug(&name)),
            None => slug(&name),
        };
        let known = self.known.entry((kind, key.clone(), whose));
        if let std::collections::hash_map::Entry::Vacant(place) = known {
            place.insert(key.clone());
            let mut proposal = Proposal::new(kind, key.clone(), name, at.clone());
            proposal.of_client(client).on_demand = true;
            self.proposals.push(proposal);
        }
        Link::key(kind, key)
    }

    /// Leaves something out, and says why. The reason must not repeat values.
    pub fn skip(&mut self, at: Origin, reason: impl Into<String>) {
        self.skipped.push(Skipped { at, reason: reason.into() });
    }

    /// Counts a secret that the reader dropped and that belongs to no record; else [`Proposal::secret`].
    pub fn secret(&mut self, label: &str) {
        *self.secrets.entry(label.to_owned()).or_default() += 1;
    }

    /// Tells of a column that means nothing to the reader; told again, its values are counted together.
    pub fn stranger(&mut self, label: &str, count: usize, kept: bool) {
        self.stranger_of(None, label, count, kept);
    }

    /// As [`Harvest::stranger`], of one client.
    pub fn stranger_of(&mut self, client: Option<&str>, label: &str, count: usize, kept: bool) {
        let is_it = |one: &&mut Stranger| {
            one.label == label && one.kept == kept && one.client.as_deref() == client
        };
        match self.strangers.iter_mut().find(is_it) {
            Some(known) => known.count += count,
            None => {
                let (label, client) = (label.to_owned(), client.map(str::to_owned));
                self.strangers.push(Stranger { label, count, kept, client });
            }
        }
    }

    /// Tells people something.
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Adds a file that goes with a record, and returns its path for a field that takes a file.
    ///
    /// Text must be redacted already; what still looks like a secret keeps the file out.
    pub fn attach(&mut self, folder: &str, name: &str, bytes: Vec<u8>) -> String {
        let path = format!("files/{folder}/{name}");
        self.attachments.push(Attachment { path: path.clone(), bytes });
        path
    }
}
