//! Writes a runbook with every field of every kind, from the kinds themselves, so that a field that is
//! added tomorrow is in it too.
//!
//! All references hold and all values fit; what stands in fields of words is up to the caller.

use clearjar::schema::field::{Field, FieldType, Shape, Target};
use clearjar::schema::kind::Kind;
use clearjar::schema::role::Role;
use clearjar::schema::{self, Catalog, builtin};
use clearjar::source::{SourceFile, SourceTree};

/// What a field of words is to say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Words {
    /// Plain text of one line.
    Text,
    /// Markdown.
    Markdown,
}

/// Returns the runbook whose fields say what `words` gives for them, one after the other.
pub fn runbook(words: &mut dyn FnMut(Words) -> String) -> SourceTree {
    let catalog = schema::read(&SourceTree::default()).value;
    let mut writer = Writer { catalog: &catalog, words, numbers: 0 };
    let mut files = vec![SourceFile::text("clearjar.toml", writer.configuration())];
    for kind in catalog.kinds() {
        for (number, choice) in choices(kind).into_iter().enumerate() {
            let path = format!("records/{}/{}.toml", kind.plural, id(kind, number));
            files.push(SourceFile::text(path, writer.record(kind, choice.as_deref())));
        }
    }
    files.push(SourceFile::text("files/plan.txt", "A plan.\n"));
    SourceTree::new(files)
}

/// Returns the words of the field that decides the subtype, so that each is there once; nothing for a
/// kind without subtypes.
fn choices(kind: &Kind) -> Vec<Option<String>> {
    let mut words: Vec<Option<String>> = Vec::new();
    let conditions = kind.shape.fields().iter().flat_map(|field| &field.only_for);
    for value in conditions.flat_map(|condition| &condition.values) {
        if !words.iter().flatten().any(|word| word == value) {
            words.push(Some(value.clone()));
        }
    }
    if words.is_empty() {
        words.push(None);
    }
    words
}

fn id(kind: &Kind, number: usize) -> String {
    format!("{}-{number}", kind.name.replace('_', "-"))
}

/// Returns `text` as a TOML string.
pub fn quoted(text: &str) -> String {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            c if c.is_control() => written.push_str(&format!("\\u{:04X}", c as u32)),
            c => written.push(c),
        }
    }
    written + "\""
}

struct Writer<'a> {
    catalog: &'a Catalog,
    words: &'a mut dyn FnMut(Words) -> String,
    /// For addresses and names that occur once.
    numbers: usize,
}

impl Writer<'_> {
    fn configuration(&mut self) -> String {
        let kind = |name: &str| self.catalog.kind(self.catalog.by_name(name).unwrap());
        let client = format!("organization/{}", id(kind("organization"), 0));
        let provider = format!("vendor/{}", id(kind("vendor"), 0));
        let item = &builtin::takeover().items[0].id;
        format!(
            "as_of = 2026-11-15\nclient = \"{client}\"\nprovider = \"{provider}\"\n\
             [site]\ntitle = {}\n\
             [takeover]\nnot_applicable = {{ {item} = {} }}\n\
             [check]\nunknown-record = \"off\"\nunknown-anchor = \"off\"\nmissing-file = \"off\"\n\
             unsafe-link = \"off\"\nambiguous-reference = \"off\"\n",
            self.text(),
            self.text(),
        )
    }

    fn text(&mut self) -> String {
        quoted(&(self.words)(Words::Text))
    }

    fn record(&mut self, kind: &Kind, choice: Option<&str>) -> String {
        let mut written = String::new();
        let is_needed = |field: &&Field| field.required || field.role == Some(Role::Title);
        let left_out = kind.shape.fields().iter().find(|field| {
            !is_needed(field) && field.only_for.is_empty() && field.takes(FieldType::Reference)
        });
        for field in kind.shape.fields() {
            let applies = field.only_for.is_empty()
                || field.only_for.iter().any(|condition| {
                    condition.values.iter().any(|value| Some(value.as_str()) == choice)
                });
            let is_left_out = left_out.is_some_and(|other| other.name == field.name);
            if applies && !is_left_out {
                let decides = kind.shape.fields().iter().any(|other| {
                    other.only_for.iter().any(|condition| condition.field == field.name)
                });
                let value = match choice.filter(|_| decides) {
                    Some(choice) => quoted(choice),
                    None => self.value(field),
                };
                written.push_str(&format!("{} = {value}\n", field.name));
            }
        }
        if let Some(field) = left_out {
            let reason = self.text();
            written.push_str(&format!("not_applicable = {{ {} = {reason} }}\n", field.name));
        }
        let (name, fact) = (self.text(), self.text());
        written.push_str(&format!("[custom]\n{name} = {fact}\n"));
        written
    }

    fn value(&mut self, field: &Field) -> String {
        let value = self.single(field);
        match field.many && !field.takes(FieldType::Tables) {
            true => format!("[{value}]"),
            false => value,
        }
    }

    fn single(&mut self, field: &Field) -> String {
        self.numbers += 1;
        let number = self.numbers;
        let host = format!("{}.{}", number / 250, number % 250 + 1);
        let mut types = field.types.iter();
        // Words can hold more than anything else.
        let words = types.clone().find(|kind| matches!(kind, FieldType::Text | FieldType::Code));
        match words.or_else(|| types.next()).expect("a field has a type") {
            FieldType::Text | FieldType::Code | FieldType::Scalar => self.text(),
            FieldType::Markdown => quoted(&(self.words)(Words::Markdown)),
            FieldType::Integer | FieldType::Number => {
                format!("{}", field.min.unwrap_or(1.0).max(1.0) as i64)
            }
            FieldType::Percent => "40".to_owned(),
            FieldType::Boolean => "true".to_owned(),
            FieldType::Date => "2026-11-01".to_owned(),
            FieldType::Datetime => "2026-11-01T22:00:00".to_owned(),
            FieldType::Duration => "\"90d\"".to_owned(),
            FieldType::Money => "\"1200 USD\"".to_owned(),
            FieldType::Choice => quoted(&field.choices[0].key),
            FieldType::Ip => format!("\"10.20.{host}\""),
            FieldType::Prefix => format!("\"10.{}.{}.0/24\"", 30 + number / 250, number % 250),
            FieldType::Address => format!("\"10.21.{host}\""),
            FieldType::Mac => {
                format!("\"00:00:5e:00:{:02x}:{:02x}\"", number / 256, number % 256)
            }
            FieldType::Hostname => format!("\"host-{number}.example.com\""),
            FieldType::Url => format!("\"https://www.example.com/{number}\""),
            FieldType::Email => format!("\"it-{number}@example.com\""),
            FieldType::Phone => "\"+1 555 0100\"".to_owned(),
            FieldType::Reference => self.reference(&field.to),
            FieldType::File => "\"files/plan.txt\"".to_owned(),
            FieldType::Table => self.table(&field.shape),
            FieldType::Tables => format!("[{}]", self.table(&field.shape)),
        }
    }

    fn table(&mut self, shape: &Shape) -> String {
        let fields = shape.fields().iter();
        let entries: Vec<String> =
            fields.map(|field| format!("{} = {}", field.name, self.value(field))).collect();
        format!("{{ {} }}", entries.join(", "))
    }

    /// Returns a reference to the first record of the first kind; to no row, for those are named by
    /// words.
    fn reference(&mut self, to: &[Target]) -> String {
        let kind = match &to[0] {
            Target::Any => &self.catalog.kinds()[0],
            Target::Kind(name) | Target::Row { kind: name, .. } => {
                self.catalog.kind(self.catalog.by_name(name).expect("the built-in kinds exist"))
            }
        };
        format!("\"{}/{}\"", kind.name, id(kind, 0))
    }
}
