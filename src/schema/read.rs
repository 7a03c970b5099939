//! Reads the file of a kind or a block.

use super::field::{Audience, Choice, Condition, Duration, Field, FieldType, Shape, Target};
use super::kind::{Kind, PageForm, Section};
use super::role::Role;
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::source::{Span, Spanned};
use crate::syntax::reader::TableReader;
use crate::syntax::{Document, Item, Table};
use crate::text;

/// A kind's file that cannot be used as it is.
pub static KIND_FILE: Rule = Rule {
    code: "kind-file",
    level: Level::Error,
    summary: "a file under `kinds/` says something about a kind that cannot be used",
    detail: "A kind's file declares fields, their types and their roles. A name that is not \
             declared, a type or role that does not exist, or one field with two types leaves \
             records that nobody can read. The message says what does not fit; the built-in kinds, \
             printed by `clearjar kinds KIND --source`, are worked examples.",
};

/// A kind's file as it was read: a kind of its own, or additions to another.
pub(super) struct KindFile {
    /// Whether the kind exists already and this only adds to it.
    pub extends: bool,
    /// The kind, with its own and its subtypes' fields but no blocks yet.
    pub kind: Kind,
    /// The blocks it names.
    pub blocks: Vec<Spanned<String>>,
    /// The common fields it does without.
    pub without: Vec<Spanned<String>>,
    /// Which of the keys that can be overridden were given.
    pub given: Given,
    /// Where the name is written.
    pub span: Span,
}

/// Which keys a file gave, so that additions override only those.
#[derive(Default)]
pub(super) struct Given {
    pub columns: bool,
    pub group_by: bool,
    pub review_every: bool,
}

/// Reads the file of a kind. Gives nothing where it does not even say which.
pub(super) fn kind(document: &Document, own: bool, found: &mut Diagnostics) -> Option<KindFile> {
    let mut reader = TableReader::new(&document.root, found);
    let Some(name) = reader.text("kind") else {
        let whole = Span::whole(document.file);
        reader.report(
            Diagnostic::new(&KIND_FILE, whole, "the file does not say which kind it declares")
                .help("begin with `kind = \"name\"`"),
        );
        return None;
    };
    if !is_name(name.value) {
        reader.report(bad_name(name));
        return None;
    }
    let plural =
        reader.string("plural").unwrap_or_else(|| format!("{}s", name.value.replace('_', "-")));
    let label = reader.string("label").unwrap_or_else(|| title_case(name.value));
    let columns = owned(reader.texts("columns"));
    let group_by = reader.string("group_by");
    let review_every = duration(&mut reader, "review_every");
    let mut file = KindFile {
        extends: reader.boolean("extends").unwrap_or(false),
        blocks: spanned(reader.texts("blocks")),
        without: spanned(reader.texts("without")),
        given: Given {
            columns: !columns.is_empty(),
            group_by: group_by.is_some(),
            review_every: review_every.is_some(),
        },
        span: name.span,
        kind: Kind {
            name: name.value.to_owned(),
            label_plural: reader.string("label_plural").unwrap_or_else(|| format!("{label}s")),
            label,
            plural,
            summary: reader.string("summary").unwrap_or_default(),
            icon: reader.string("icon").unwrap_or_else(|| "box".to_owned()),
            page: page_form(&mut reader),
            area: reader.string("area").unwrap_or_else(|| "reference".to_owned()),
            order: reader.integer("order").unwrap_or(100),
            title: reader.string("title").unwrap_or_else(|| "name".to_owned()),
            subtitle: reader.string("subtitle"),
            columns,
            group_by,
            review_every,
            body: reader.string("body"),
            sections: sections(&mut reader),
            shape: Shape::default(),
            roles: Default::default(),
            own,
        },
    };
    file.kind.shape = fields(&mut reader, &[]);
    for table in reader.tables("subtype") {
        subtype(table, &mut file.kind, reader.found());
    }
    reader.finish();
    Some(file)
}

/// A block's file: its name and its fields.
pub(super) fn block(document: &Document, found: &mut Diagnostics) -> Option<(String, Shape)> {
    let mut reader = TableReader::new(&document.root, found);
    let name = reader.string("block")?;
    let _ = (reader.text("label"), reader.text("summary"));
    let shape = fields(&mut reader, &[]);
    reader.finish();
    Some((name, shape))
}

fn subtype(table: &Table, kind: &mut Kind, found: &mut Diagnostics) {
    let mut reader = TableReader::new(table, found);
    let conditions = match reader.table("when") {
        Some(when) => conditions(when, reader.found()),
        None => Vec::new(),
    };
    if conditions.is_empty() {
        let message = "the subtype does not say when it applies";
        reader.report(
            Diagnostic::new(&KIND_FILE, table.span, message)
                .help("add a line such as `when = { type = [\"firewall\"] }`"),
        );
    }
    let _ = (reader.text("label"), reader.text("summary"));
    let shape = fields(&mut reader, &conditions);
    let place = kind.sections.iter().position(|section| section.after_subtypes);
    let place = place.unwrap_or(kind.sections.len());
    kind.sections.splice(place..place, sections(&mut reader));
    reader.finish();
    for field in shape.fields() {
        join(kind, field, table.span, found);
    }
}

/// Adds a subtype's field. A name that two subtypes share is one field with both conditions.
fn join(kind: &mut Kind, field: &Field, span: Span, found: &mut Diagnostics) {
    match kind.shape.get_mut(&field.name) {
        None => kind.shape.put(field.clone()),
        Some(there) if there.types == field.types && there.many == field.many => {
            if !there.only_for.is_empty() {
                there.only_for.extend(field.only_for.iter().cloned());
            }
            there.takeover |= field.takeover;
            there.unique |= field.unique;
        }
        Some(_) => found.push(
            Diagnostic::new(
                &KIND_FILE,
                span,
                format!("the field `{}` is declared twice with different types", field.name),
            )
            .help("give it one type in both, or choose another name"),
        ),
    }
}

fn conditions(table: &Table, found: &mut Diagnostics) -> Vec<Condition> {
    let mut all = Vec::new();
    for entry in &table.entries {
        let values = strings(&entry.value);
        if values.is_empty() {
            let message = format!("`{}` names no value", entry.key.value);
            let help = format!("write the values in brackets: `{} = [\"…\"]`", entry.key.value);
            found.push(Diagnostic::new(&KIND_FILE, entry.value.span, message).help(help));
        }
        all.push(Condition { field: entry.key.value.clone(), values });
    }
    all
}

fn fields(reader: &mut TableReader<'_, '_>, only_for: &[Condition]) -> Shape {
    let mut shape = Shape::default();
    let Some(table) = reader.table("field") else { return shape };
    for entry in &table.entries {
        let name = entry.key.as_ref().map(String::as_str);
        if !is_name(name.value) {
            reader.report(bad_name(name));
            continue;
        }
        match &entry.value.value {
            Item::Table(table) => {
                let field = field(name.value, table, only_for, reader.found());
                shape.put(field);
            }
            _ => {
                reader.wrong::<()>(name.value, &entry.value, "a table");
            }
        }
    }
    shape
}

fn field(name: &str, table: &Table, only_for: &[Condition], found: &mut Diagnostics) -> Field {
    let mut reader = TableReader::new(table, found);
    let label = reader.string("label").unwrap_or_else(|| title_case(name));
    let field = Field {
        name: name.to_owned(),
        help: reader.string("help").unwrap_or_default(),
        example: reader.item("example").map(|item| item.value.clone()),
        types: types(&mut reader),
        many: reader.boolean("many").unwrap_or(false),
        role: role(&mut reader),
        required: reader.boolean("required").unwrap_or(false),
        takeover: reader.boolean("takeover").unwrap_or(false),
        unique: reader.boolean("unique").unwrap_or(false),
        search: reader.integer("search").map_or(0, |weight| weight.clamp(0, 9) as u8),
        choices: choices(&mut reader),
        to: targets(&mut reader),
        inverse: reader.string("inverse"),
        min: reader.number("min"),
        max: reader.number("max"),
        unit: reader.string("unit"),
        language: reader.string("language"),
        row: reader.string("row"),
        warn_before: duration(&mut reader, "warn_before"),
        audience: audience(&mut reader),
        only_for: only_for.to_vec(),
        shape: fields(&mut reader, &[]),
        label,
    };
    check_field(&field, &mut reader);
    reader.finish();
    field
}

/// Finds what a field needs for its type and does not have.
fn check_field(field: &Field, reader: &mut TableReader<'_, '_>) {
    let lacks = if field.is_table() && field.shape.fields().is_empty() {
        "a table needs fields of its own: `[field.NAME.field.INNER]`"
    } else if field.takes(FieldType::Choice) && field.choices.is_empty() {
        "a choice needs its words: `choices = { key = \"Label\" }`"
    } else if field.takes(FieldType::Reference) && field.to.is_empty() {
        "a reference needs the kinds it may point to: `to = [\"device\"]`, or `[\"*\"]` for all"
    } else if field.row.as_ref().is_some_and(|row| field.shape.get(row).is_none()) {
        "`row` must name a field of the table"
    } else {
        return;
    };
    let message = format!("the field `{}` is not complete", field.name);
    reader.report(Diagnostic::new(&KIND_FILE, reader.span(), message).help(lacks));
}

fn types(reader: &mut TableReader<'_, '_>) -> Vec<FieldType> {
    let mut types = Vec::new();
    for word in reader.texts("type") {
        match FieldType::from_name(word.value) {
            Some(kind) => types.push(kind),
            None => unknown_word(reader, "type", word, FieldType::ALL.iter().map(|t| t.name())),
        }
    }
    match types.is_empty() {
        false => types,
        // What records say is not judged by a type that was not understood.
        true if reader.has("type") => vec![FieldType::Scalar],
        true => vec![FieldType::Text],
    }
}

fn role(reader: &mut TableReader<'_, '_>) -> Option<Role> {
    let word = reader.text("role")?;
    let role = Role::from_name(word.value);
    if role.is_none() {
        unknown_word(reader, "role", word, Role::ALL.iter().map(|role| role.name()));
    }
    role
}

fn audience(reader: &mut TableReader<'_, '_>) -> Audience {
    let Some(word) = reader.text("audience") else { return Audience::default() };
    Audience::from_name(word.value).unwrap_or_else(|| {
        unknown_word(reader, "audience", word, Audience::ALL.iter().map(|a| a.name()));
        Audience::Restricted
    })
}

fn page_form(reader: &mut TableReader<'_, '_>) -> PageForm {
    let Some(word) = reader.text("page") else { return PageForm::default() };
    PageForm::from_name(word.value).unwrap_or_else(|| {
        unknown_word(reader, "page", word, PageForm::ALL.iter().map(|(_, name)| *name));
        PageForm::default()
    })
}

fn choices(reader: &mut TableReader<'_, '_>) -> Vec<Choice> {
    let Some(item) = reader.item("choices") else { return Vec::new() };
    let mut choices = Vec::new();
    match &item.value {
        Item::Table(table) => {
            for entry in &table.entries {
                let key = entry.key.value.clone();
                let label = match &entry.value.value {
                    Item::Text(label) => label.clone(),
                    _ => key.clone(),
                };
                choices.push(Choice { key, label });
            }
        }
        Item::Array(_) => choices
            .extend(strings(item).into_iter().map(|key| Choice { label: title_case(&key), key })),
        _ => {
            reader.wrong::<()>("choices", item, "a table of words and their labels");
        }
    }
    choices
}

fn targets(reader: &mut TableReader<'_, '_>) -> Vec<Target> {
    reader
        .texts("to")
        .into_iter()
        .map(|word| match word.value.split_once('.') {
            _ if word.value == "*" => Target::Any,
            Some((kind, field)) => Target::Row { kind: kind.to_owned(), field: field.to_owned() },
            None => Target::Kind(word.value.to_owned()),
        })
        .collect()
}

fn sections(reader: &mut TableReader<'_, '_>) -> Vec<Section> {
    let mut sections = Vec::new();
    for table in reader.tables("section") {
        let mut inner = TableReader::new(table, reader.found());
        sections.push(Section {
            title: inner.string("title").unwrap_or_default(),
            fields: owned(inner.texts("fields")),
            lead: inner.boolean("lead").unwrap_or(false),
            after_subtypes: inner.boolean("after_subtypes").unwrap_or(false),
            before_steps: inner.boolean("before_steps").unwrap_or(false),
        });
        inner.finish();
    }
    sections
}

fn duration(reader: &mut TableReader<'_, '_>, key: &'static str) -> Option<Duration> {
    let text = reader.text(key)?;
    let duration = Duration::parse(text.value);
    if duration.is_none() {
        let message = format!("`{}` is not a duration", text.value);
        reader.report(
            Diagnostic::new(&KIND_FILE, text.span, message)
                .help(format!("`{key}` takes {}", FieldType::Duration.takes())),
        );
    }
    duration
}

fn unknown_word<'w>(
    reader: &mut TableReader<'_, '_>,
    what: &str,
    word: Spanned<&str>,
    known: impl Iterator<Item = &'w str>,
) {
    let known: Vec<&str> = known.collect();
    let message = format!("there is no {what} called `{}`", word.value);
    let help = match text::nearest(word.value, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", text::list_of(&known, "and")),
    };
    reader.report(Diagnostic::new(&KIND_FILE, word.span, message).help(help));
}

fn bad_name(name: Spanned<&str>) -> Diagnostic {
    let message = format!("`{}` cannot be a name", name.value);
    Diagnostic::new(&KIND_FILE, name.span, message)
        .help("use lower-case letters, digits and `_`, beginning with a letter")
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Returns a name as a heading: `backup_job` becomes `Backup job`.
fn title_case(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let mut chars = words.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

fn strings(item: &Spanned<Item>) -> Vec<String> {
    match &item.value {
        Item::Text(text) => vec![text.clone()],
        Item::Boolean(value) => vec![value.to_string()],
        Item::Array(items) => items.iter().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

fn owned(texts: Vec<Spanned<&str>>) -> Vec<String> {
    texts.into_iter().map(|text| text.value.to_owned()).collect()
}

fn spanned(texts: Vec<Spanned<&str>>) -> Vec<Spanned<String>> {
    texts.into_iter().map(|text| text.map(str::to_owned)).collect()
}
