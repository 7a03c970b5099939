//! Writes the file that a new record begins with: what it cannot do without filled in, every other
//! field explained and commented out.
//!
//! A line that begins with `##` explains; one that begins with `# ` is TOML, ready to be used when
//! that much is taken away. So a person deletes every line with a `#` in front when they are done,
//! and nothing but facts is left.

use crate::schema::Catalog;
use crate::schema::field::{Field, FieldType, Shape};
use crate::schema::kind::{Kind, PageForm};
use crate::schema::role::Role;
use crate::syntax::{Item, Table};

use super::json_schema;
use super::new_record::{Form, NewRecord, choosers};
use super::words::{self, wrap};
use crate::syntax::{toml_string, toml_value};

/// Columns of the explanations, for editors with two files side by side.
const WIDTH: usize = 100;

/// Returns the text of the file of `new`: valid as it stands, and just as valid with every line
/// that begins with `# ` put to use.
pub fn template(catalog: &Catalog, new: &NewRecord) -> String {
    let kind = catalog.kind(new.kind);
    let mut writer = Writer::new(kind, new);
    writer.opening();
    writer.required();
    writer.takeover();
    writer.sections();
    writer.envelope();
    writer.tables();
    writer.custom();
    match new.form {
        Form::Toml => writer.out,
        Form::Markdown => writer.with_body(),
    }
}

struct Writer<'a> {
    kind: &'a Kind,
    new: &'a NewRecord,
    /// The choices that are live, by which subtypes' fields are judged.
    chosen: Vec<(String, String)>,
    /// Fields that stand in the file already.
    done: Vec<&'a str>,
    out: String,
}

impl<'a> Writer<'a> {
    fn new(kind: &'a Kind, new: &'a NewRecord) -> Writer<'a> {
        let mut chosen: Vec<(String, String)> = new.subtype.clone().into_iter().collect();
        for field in choosers(kind).into_iter().filter(|field| field.required) {
            if let (None, Item::Text(word)) = (&new.subtype, example(field)) {
                chosen.push((field.name.clone(), word));
            }
        }
        Writer { kind, new, chosen, done: Vec::new(), out: String::new() }
    }

    fn opening(&mut self) {
        match self.new.form {
            Form::Toml => {
                let path = format!("records/{}/{}x", self.kind.plural, self.folders());
                let schema = json_schema::record_file(&self.kind.name);
                self.line(&json_schema::directive(&path, &schema));
                self.line("");
            }
            Form::Markdown => self.line("+++"),
        }
        self.say(&format!("{}: {}", self.kind.label, self.kind.summary));
        self.say(
            "Lines with ## explain. Lines with a single # are facts not written down yet: put the \
             real value there and take the `# ` away. What is left behind a # may be deleted.",
        );
        if self.new.form == Form::Toml {
            self.say("Keep the first line: by it an editor knows the fields and completes them.");
        }
    }

    fn folders(&self) -> String {
        self.new.folders.iter().map(|folder| format!("{folder}/")).collect()
    }

    fn required(&mut self) {
        let mut fields = self.plain_fields();
        fields.sort_by_key(|field| field.name != self.kind.title);
        for field in fields {
            let chooses = self.new.subtype.as_ref().is_some_and(|(name, _)| *name == field.name);
            if (field.required && self.is_live(field)) || chooses {
                self.field(field, Live::Yes, Hint::All);
            }
        }
    }

    fn takeover(&mut self) {
        let asked: Vec<&Field> = self
            .plain_fields()
            .into_iter()
            .filter(|field| field.takeover && (field.only_for.is_empty() || self.is_live(field)))
            .filter(|field| !self.done.contains(&field.name.as_str()))
            .collect();
        if asked.is_empty() {
            return;
        }
        self.heading("Asked for first by whoever takes over");
        for field in asked {
            self.field(field, Live::No, Hint::NoTakeover);
        }
    }

    fn sections(&mut self) {
        let kind = self.kind;
        for section in &kind.sections {
            self.group(
                &section.title,
                section.fields.iter().filter_map(|name| kind.shape.get(name)),
            );
        }
        self.group("More", kind.shape.fields().iter());
    }

    fn group(&mut self, title: &str, fields: impl Iterator<Item = &'a Field>) {
        let fields: Vec<&Field> = fields
            .filter(|field| !field.is_table() && self.offered(field))
            .filter(|field| !self.done.contains(&field.name.as_str()))
            .collect();
        let Some(first) = fields.first() else { return };
        let shared = fields.iter().all(|field| field.only_for == first.only_for);
        match words::only_for(&first.only_for) {
            Some(when) if shared && !self.is_live(first) => {
                self.heading(&format!("{title} (only where {when})"));
            }
            _ => self.heading(title),
        }
        for field in fields {
            let hint = if shared || self.is_live(field) { Hint::NoSubtype } else { Hint::All };
            self.field(field, Live::No, hint);
        }
    }

    fn envelope(&mut self) {
        self.heading("About this record");
        let mut names = self.plain_fields();
        names.retain(|field| !field.required);
        names.sort_by_key(|field| !field.takeover);
        if let Some(field) = names.first() {
            self.blank();
            self.say(
                "Fields that nobody knows, and fields that do not apply, with the reason. Both are \
                 honest answers: they are counted, and nothing is wrong with them.",
            );
            self.put(&format!("unknown = [{}]", toml_string(&field.name)), Live::No);
            let other = names.get(1).unwrap_or(field);
            let reason = format!("not_applicable = {{ {} = \"the reason\" }}", other.name);
            self.put(&reason, Live::No);
        }
        self.blank();
        self.say("Ids it had before; their addresses on the site still answer.");
        self.put("formerly = [\"old-id\"]", Live::No);
        self.blank();
        self.say("For whom it is written: everyone, technical or restricted.");
        self.put("audience = \"everyone\"", Live::No);
    }

    /// Tables stand last: in TOML every key below a table's header belongs to that table.
    fn tables(&mut self) {
        let kind = self.kind;
        let in_order = kind.sections.iter().flat_map(|section| &section.fields);
        let named = in_order.filter_map(|name| kind.shape.get(name));
        for field in named.chain(kind.shape.fields()).filter(|field| field.is_table()) {
            let steps_are_below =
                self.new.form == Form::Markdown && field.role == Some(Role::Steps);
            if self.done.contains(&field.name.as_str()) || !self.offered(field) || steps_are_below {
                continue;
            }
            self.done.push(&field.name);
            let live = if field.required && self.is_live(field) { Live::Yes } else { Live::No };
            self.table(field, &field.name, live);
        }
    }

    fn table(&mut self, field: &Field, path: &str, live: Live) {
        self.heading(&field.label);
        self.explain(field, "", Hint::All);
        self.blank();
        let rows = field.takes(FieldType::Tables);
        let header = if rows { format!("[[{path}]]") } else { format!("[{path}]") };
        self.put(&header, live);
        self.rows(&field.shape, live);
        for inner in field.shape.fields().iter().filter(|inner| inner.is_table()) {
            let live = if inner.required { live } else { Live::No };
            self.table(inner, &format!("{path}.{}", inner.name), live);
        }
    }

    fn rows(&mut self, shape: &Shape, live: Live) {
        for field in shape.fields().iter().filter(|field| !field.is_table()) {
            self.explain(field, &field.label, Hint::All);
            let live = if field.required { live } else { Live::No };
            self.put(&format!("{} = {}", field.name, toml_value(&example(field))), live);
        }
    }

    fn custom(&mut self) {
        self.heading("Facts that have no field of their own");
        self.blank();
        self.put("[custom]", Live::No);
        self.put("\"Colour of the label\" = \"blue\"", Live::No);
    }

    fn with_body(mut self) -> String {
        self.line("+++");
        self.line("");
        // Marked as unfinished, so that it is counted until somebody has written the real thing.
        self.line("TODO: what there is to say, in Markdown.");
        if !self.kind.paths(Role::StepText).is_empty() {
            self.line("\n1. TODO: the first thing to do, one action to a step.");
        }
        self.out
    }

    /// Returns the record's own fields that are no tables and are offered, in the kind's order.
    fn plain_fields(&self) -> Vec<&'a Field> {
        let kind = self.kind;
        kind.shape
            .fields()
            .iter()
            .filter(|field| !field.is_table() && self.offered(field))
            .collect()
    }

    /// Whether the field stands in the file at all.
    fn offered(&self, field: &Field) -> bool {
        let is_body = self.new.form == Form::Markdown
            && self.kind.body.as_ref().is_some_and(|body| *body == field.name);
        !is_body && (self.new.subtype.is_none() || self.is_live(field))
    }

    /// Whether the field applies to the record as it stands.
    fn is_live(&self, field: &Field) -> bool {
        field.only_for.is_empty()
            || field.only_for.iter().any(|condition| {
                self.chosen.iter().any(|(name, value)| {
                    *name == condition.field && condition.values.contains(value)
                })
            })
    }

    fn field(&mut self, field: &'a Field, live: Live, hint: Hint) {
        self.done.push(&field.name);
        self.blank();
        self.explain(field, &field.label, hint);
        let value = self.value(field);
        self.put(&format!("{} = {value}", field.name), live);
    }

    /// The name is made from the id, so that no two records begin with the same one.
    fn value(&self, field: &Field) -> String {
        let chosen = self.chosen.iter().find(|(name, _)| *name == field.name);
        if let Some((_, word)) = chosen {
            return toml_string(word);
        }
        if field.name == self.kind.title && field.types == [FieldType::Text] {
            return toml_string(&name_from(&self.new.id, self.kind.page));
        }
        toml_value(&example(field))
    }

    fn explain(&mut self, field: &Field, label: &str, hint: Hint) {
        let mut text = String::new();
        if !label.is_empty() {
            text.push_str(&format!("{label}. "));
        }
        text.push_str(&field.help);
        if let Some(more) = alternatives(field) {
            text.push_str(&format!(" {more}"));
        }
        if let (Hint::All, Some(when)) = (hint, words::only_for(&field.only_for)) {
            text.push_str(&format!(" Only where {when}."));
        }
        if field.takeover && hint != Hint::NoTakeover {
            text.push_str(" Asked for at a takeover.");
        }
        self.say(&text);
    }

    fn heading(&mut self, title: &str) {
        self.blank();
        self.blank();
        self.line(&format!("## ---- {title} ----"));
    }

    fn say(&mut self, text: &str) {
        for line in wrap(text, WIDTH - 3) {
            self.line(&format!("## {line}"));
        }
    }

    fn put(&mut self, toml: &str, live: Live) {
        for line in toml.lines() {
            match live {
                Live::Yes => self.line(line),
                Live::No => self.line(&format!("# {line}")),
            }
        }
    }

    fn blank(&mut self) {
        self.out.push('\n');
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }
}

/// Whether a line counts, or waits behind a `#`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Live {
    Yes,
    No,
}

/// What is said of a field beside its help.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hint {
    All,
    NoTakeover,
    NoSubtype,
}

/// Returns what else the field takes, where its example cannot show it.
fn alternatives(field: &Field) -> Option<String> {
    if field.takes(FieldType::Choice) {
        let keys: Vec<String> = field.choices.iter().map(|choice| choice.key.clone()).collect();
        return Some(format!("One of {}.", words::any_of(&keys)));
    }
    field.takes(FieldType::Reference).then(|| words::whose_id(&field.to))
}

/// Returns the field's example in the form in which it takes it, or a value made up from its type.
pub(super) fn example(field: &Field) -> Item {
    let item = field.example.clone().unwrap_or_else(|| made_up(field));
    match item {
        Item::Array(_) => item,
        single if field.many => Item::Array(vec![unplaced(single)]),
        single => single,
    }
}

fn made_up(field: &Field) -> Item {
    let text = |text: &str| Item::Text(text.to_owned());
    match field.types[0] {
        FieldType::Text | FieldType::Scalar => text("text"),
        FieldType::Markdown => text("Text in Markdown."),
        FieldType::Code => text("command"),
        FieldType::Integer => Item::Integer(field.min.or(field.max).unwrap_or(1.0) as i64),
        FieldType::Number => Item::Float(field.min.or(field.max).unwrap_or(1.0)),
        FieldType::Boolean => Item::Boolean(true),
        FieldType::Date => moment("2026-11-15"),
        FieldType::Datetime => moment("2026-11-15T22:00:00"),
        FieldType::Duration => text("90d"),
        FieldType::Money => text("1200 USD"),
        FieldType::Percent => Item::Integer(50),
        FieldType::Choice => text(field.choices.first().map_or("word", |choice| &choice.key)),
        FieldType::Ip | FieldType::Address => text("192.0.2.10"),
        FieldType::Prefix => text("192.0.2.0/24"),
        FieldType::Mac => text("00:00:5E:00:53:01"),
        FieldType::Hostname => text("host.example.com"),
        FieldType::Url => text("https://www.example.com"),
        FieldType::Email => text("it@example.com"),
        FieldType::Phone => text("+1 555 0100"),
        FieldType::Reference => text("some-id"),
        FieldType::File => text("files/some-file.pdf"),
        FieldType::Table | FieldType::Tables => {
            Item::Table(Table { entries: Vec::new(), span: super::nowhere() })
        }
    }
}

fn moment(text: &str) -> Item {
    Item::Datetime(text.parse().expect("the program's own dates are written right"))
}

fn unplaced(item: Item) -> crate::source::Spanned<Item> {
    crate::source::Spanned::new(item, super::nowhere())
}

/// Returns a name made from an id: `restore-file` becomes `Restore file`, a person's `dana-ruiz`
/// `Dana Ruiz`, while `fw-hq-01`, which reads as a name already, stays.
fn name_from(id: &str, page: PageForm) -> String {
    if id.chars().any(|c| c.is_ascii_digit()) {
        return id.to_owned();
    }
    let words: Vec<String> = id
        .split('-')
        .enumerate()
        .map(|(ix, word)| match ix == 0 || page == PageForm::Person {
            true => capital(word),
            false => word.to_owned(),
        })
        .collect();
    words.join(" ")
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests;
