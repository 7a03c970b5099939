//! Reads the keys of a record's tables against the fields of its kind.

use std::collections::HashMap;

use super::Written;
use super::envelope;
use super::typed;
use super::unread::Unread;
use super::value::{Fields, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::schema::Catalog;
use crate::schema::field::{Field, FieldType, Shape};
use crate::schema::kind::Kind;
use crate::schema::role::Role;
use crate::source::{Span, Spanned};
use crate::syntax::reader::WRONG_TYPE;
use crate::syntax::{Entry, Item, Table};
use crate::text;

/// A field that the kind does not have.
pub static UNKNOWN_FIELD: Rule = Rule {
    code: "unknown-field",
    level: Level::Error,
    summary: "a record has a field that its kind does not have",
    detail: "Records are strict, so that a misspelt name is found at once and not when somebody \
             looks for the fact in an emergency. `clearjar kinds KIND` lists the fields. A fact \
             that has no field goes under `[custom]`, or a file under `kinds/` adds the field.",
};

/// A field of the record that landed in a table.
pub static MISPLACED_FIELD: Rule = Rule {
    code: "misplaced-field",
    level: Level::Error,
    summary: "a field of the record stands below a table's header, and so inside that table",
    detail: "In TOML every key below a header such as `[control]` belongs to that table, until the \
             next header. Fields of the record itself stand above the first header.",
};

/// A field of another subtype.
pub static WRONG_SUBTYPE: Rule = Rule {
    code: "wrong-subtype",
    level: Level::Error,
    summary: "a record has a field that its kind has only for other types of thing",
    detail: "Some fields make sense for some types only: a battery date for a UPS, FSMO role \
             holders for Active Directory. Either the record's type is another, or the fact has \
             another field; `clearjar kinds KIND` lists which field goes with which type.",
};

/// A record without what its page cannot exist without.
pub static MISSING_FIELD: Rule = Rule {
    code: "missing-field",
    level: Level::Error,
    summary: "a record lacks a field that its page cannot exist without",
    detail: "Few fields are required: the name, the type that decides which other fields there \
             are, and what identifies a row of a table. Everything else may be missing, and is \
             then counted on the page \"What is missing\".",
};

/// Two rows that cannot be told apart.
pub static DUPLICATE_ROW: Rule = Rule {
    code: "duplicate-row",
    level: Level::Error,
    summary: "two rows of a table have the same name",
    detail: "Rows are found by their names: `sw-hq-01:port24` is the port `port24`, and a link to a \
             setting leads to one setting. Settings are told apart by group and name, or by an `id` \
             where one group has a name twice. Correct the name, or join the two rows.",
};

/// Reads the tables of one record.
pub(super) struct Reader<'a> {
    /// The file's text, for the spelling of values.
    pub text: &'a str,
    pub catalog: &'a Catalog,
    pub currency: &'a str,
    /// The record's table, which decides its subtype.
    pub root: &'a Table,
    pub kind: &'a Kind,
    pub found: &'a mut Diagnostics,
    /// The names of the fields that are being read, from the record's own down.
    pub way: Vec<String>,
    pub unread: Unread,
}

impl Reader<'_> {
    /// Reads the record's own table.
    pub fn record(&mut self, table: &Table, span: Span) -> Fields<Written> {
        let shape = &self.kind.shape;
        let fields = self.fields(table, shape, true);
        self.check_required(&fields, shape, table, span);
        fields
    }

    fn fields(&mut self, table: &Table, shape: &Shape, is_record: bool) -> Fields<Written> {
        let mut entries = Vec::with_capacity(table.entries.len());
        for entry in &table.entries {
            let name = entry.key.value.as_str();
            if is_record && envelope::KEYS.contains(&name) {
                continue;
            }
            let Some(place) = shape.index(name) else {
                self.unknown(entry, table, shape, is_record);
                continue;
            };
            let field = &shape.fields()[place];
            if is_record && self.applies(field) == Some(false) {
                self.wrong_subtype(entry, field);
                continue;
            }
            self.way.push(name.to_owned());
            if let Some(value) = self.value(field, &entry.value) {
                entries.push((place, Spanned::new(value, entry.value.span)));
            }
            self.way.pop();
        }
        Fields::new(entries)
    }

    /// Whether the record's own choice makes a subtype's field apply; nothing where there is no
    /// choice, or one that does not exist, so that any field may be meant.
    fn applies(&self, field: &Field) -> Option<bool> {
        if field.only_for.is_empty() {
            return Some(true);
        }
        let mut is_open = false;
        for condition in &field.only_for {
            match self.choice(&condition.field) {
                Some(word) if condition.values.iter().any(|value| value == word) => {
                    return Some(true);
                }
                Some(_) => {}
                None => is_open = true,
            }
        }
        (!is_open).then_some(false)
    }

    /// Returns what the record chose in a field of its own, where that can be chosen.
    fn choice(&self, name: &str) -> Option<&str> {
        let Item::Text(word) = &self.root.get(name)?.value.value else { return None };
        let field = self.kind.shape.get(name)?;
        field.choices.iter().any(|choice| choice.key == *word).then_some(word)
    }

    /// Remembers that the field being read is written and cannot be understood.
    fn report_unread(&mut self, finding: Diagnostic) {
        self.found.push(finding);
        self.unread.add(self.way.join("."));
    }

    fn path_of(&self, name: &str) -> String {
        let mut path = self.way.join(".");
        if !path.is_empty() {
            path.push('.');
        }
        path + name
    }

    fn value(&mut self, field: &Field, item: &Spanned<Item>) -> Option<Value<Written>> {
        if field.takes(FieldType::Tables) {
            return self.tables(field, item);
        }
        match &item.value {
            Item::Array(items) if field.many => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    if let Some(value) = self.single(field, item) {
                        values.push(Spanned::new(value, item.span));
                    }
                }
                Some(Value::List(values))
            }
            _ if field.many => {
                let value = self.single(field, item)?;
                Some(Value::List(vec![Spanned::new(value, item.span)]))
            }
            _ => self.single(field, item),
        }
    }

    fn single(&mut self, field: &Field, item: &Spanned<Item>) -> Option<Value<Written>> {
        if let (true, Item::Table(table)) = (field.takes(FieldType::Table), &item.value) {
            let fields = self.fields(table, &field.shape, false);
            self.check_required(&fields, &field.shape, table, item.span);
            return Some(Value::Table(fields));
        }
        let context =
            typed::Context { text: self.text, catalog: self.catalog, currency: self.currency };
        match typed::read(field, item, &context) {
            Ok(value) => Some(value),
            Err(diagnostic) => {
                self.report_unread(*diagnostic);
                None
            }
        }
    }

    fn tables(&mut self, field: &Field, item: &Spanned<Item>) -> Option<Value<Written>> {
        let Item::Array(items) = &item.value else {
            let found = match &item.value {
                Item::Table(_) => Diagnostic::new(
                    &WRONG_TYPE,
                    item.span,
                    format!("`{}` is a list of tables, and this is a single one", field.name),
                )
                .help(format!("write `[[{}]]` with two brackets, once for each row", field.name)),
                other => typed::wrong_type(field, item.span, other),
            };
            self.report_unread(found);
            return None;
        };
        let mut rows: Vec<Spanned<Value<Written>>> = Vec::with_capacity(items.len());
        for item in items {
            match &item.value {
                Item::Table(table) => {
                    let fields = self.fields(table, &field.shape, false);
                    self.check_required(&fields, &field.shape, table, item.span);
                    rows.push(Spanned::new(Value::Table(fields), item.span));
                }
                other => self.report_unread(typed::wrong_type(field, item.span, other)),
            }
        }
        self.check_rows(field, &rows);
        Some(Value::List(rows))
    }

    /// Finds two rows with the same key: a reference to one of them could mean either.
    fn check_rows(&mut self, field: &Field, rows: &[Spanned<Value<Written>>]) {
        let Some(key) = field.row.as_deref().and_then(|row| field.shape.index(row)) else { return };
        let mut seen: HashMap<String, Span> = HashMap::new();
        for row in rows {
            let Some(fields) = row.value.as_table() else { continue };
            let Some(value) = fields.get(key) else { continue };
            let name = value.value.in_words(&|written| written.text.clone());
            let is_settings = field.role == Some(Role::Settings);
            let (name, help) = match is_settings {
                true => (setting_name(field, fields, &name), "give one of them an `id` of its own"),
                false => (format!("`{name}`"), "correct the name of one, or join the two"),
            };
            match seen.get(&name) {
                Some(first) => {
                    let message = format!("two rows of `{}` are called {name}", field.name);
                    self.found.push(
                        Diagnostic::new(&DUPLICATE_ROW, value.span, message)
                            .other(*first, "the first one")
                            .help(help),
                    );
                }
                None => {
                    seen.insert(name, value.span);
                }
            }
        }
    }

    fn check_required(
        &mut self,
        fields: &Fields<Written>,
        shape: &Shape,
        table: &Table,
        span: Span,
    ) {
        for (place, field) in shape.fields().iter().enumerate().filter(|(_, field)| field.required)
        {
            // What was given but could not be read has been reported already.
            let given = fields.get(place).is_some()
                || table.get(&field.name).is_some()
                || self.unread.at(&self.path_of(&field.name));
            if given || self.applies(field) != Some(true) {
                continue;
            }
            let message = format!("the field `{}` is missing", field.name);
            let help = match typed::example(field) {
                Some(example) => format!("add `{} = {example}`", field.name),
                _ => format!("add `{} = …`, {}", field.name, field.types[0].takes()),
            };
            self.found.push(Diagnostic::new(&MISSING_FIELD, span, message).help(help));
        }
    }

    fn unknown(&mut self, entry: &Entry, table: &Table, shape: &Shape, is_record: bool) {
        let name = entry.key.value.as_str();
        let label = text::in_sentence(&self.kind.label);
        let belongs_above =
            !is_record && (self.kind.shape.get(name).is_some() || envelope::KEYS.contains(&name));
        if belongs_above {
            let line = self.line_of_first_header(table);
            self.found.push(
                Diagnostic::new(
                    &MISPLACED_FIELD,
                    entry.key.span,
                    format!("`{name}` belongs to the {label}, but stands inside a table of it"),
                )
                .other(table.span, "the table begins here")
                .help(format!("move it above line {line}")),
            );
            self.unread.add(name.to_owned());
            return;
        }
        let names: Vec<&str> = shape
            .fields()
            .iter()
            .filter(|field| !is_record || self.applies(field) != Some(false))
            .map(|field| field.name.as_str())
            .chain(is_record.then_some(envelope::KEYS).into_iter().flatten().copied())
            .collect();
        let holder = if is_record { self.kind.with_article() } else { "this table".to_owned() };
        let message = format!("{holder} has no field `{name}`");
        let mut found = Diagnostic::new(&UNKNOWN_FIELD, entry.key.span, message);
        // What was misspelt is not missing as well.
        let near = text::nearest(name, names.iter().copied());
        let meant = near.filter(|near| table.get(near).is_none()).map(|near| self.path_of(near));
        meant.into_iter().for_each(|path| self.unread.add(path));
        found = match near {
            Some(near) => found.help(format!("did you mean `{near}`?")).fix(entry.key.span, near),
            None if is_record => found.help(format!(
                "`clearjar kinds {}` lists its fields; a fact without one goes under `[custom]`",
                self.kind.name
            )),
            None => found.help(format!("there are {}", text::list_of(&names, "and"))),
        };
        self.found.push(found);
    }

    /// Returns the line of the first header within the record, above which its own fields stand;
    /// `table` is one of those.
    fn line_of_first_header(&self, table: &Table) -> usize {
        let headers = self.root.entries.iter().filter_map(|entry| {
            let first = match &entry.value.value {
                Item::Array(items) => items.first()?.span.start,
                Item::Table(_) => entry.value.span.start,
                _ => return None,
            };
            // Behind its key a table is written on the key's own line.
            (first <= entry.key.span.start).then_some(first)
        });
        let first = headers.min().unwrap_or(table.span.start) as usize;
        self.text.get(..first).unwrap_or_default().matches('\n').count() + 1
    }

    fn wrong_subtype(&mut self, entry: &Entry, field: &Field) {
        let condition = &field.only_for[0];
        let words: Vec<&str> = field
            .only_for
            .iter()
            .filter(|other| other.field == condition.field)
            .flat_map(|other| other.values.iter().map(String::as_str))
            .collect();
        let message = format!(
            "`{}` is a field only where `{}` is {}",
            field.name,
            condition.field,
            text::list_of(&words, "or")
        );
        let mut found = Diagnostic::new(&WRONG_SUBTYPE, entry.key.span, message);
        if let Some(chooser) = self.root.get(&condition.field) {
            found = found.other(chooser.value.span, "here it is this");
        }
        self.found.push(found.help(format!(
            "remove it, correct `{}`, or keep the fact under `[custom]`",
            condition.field
        )));
    }
}

/// Returns a setting's name and its group, in words; its own id stands for its name.
fn setting_name(field: &Field, row: &Fields<Written>, name: &str) -> String {
    let text = |role| row.get(field.shape.index_of_role(role)?)?.value.as_text();
    let name = text(Role::SettingId).unwrap_or(name);
    match text(Role::SettingGroup) {
        Some(group) => format!("`{name}` in `{group}`"),
        None => format!("`{name}`"),
    }
}
