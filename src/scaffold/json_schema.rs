//! Writes JSON Schemas, by which editors complete and check the files of a runbook.
//!
//! Two for each kind, one for a file that is a record and one for a file that holds many, and one
//! each for `clearjar.toml` and for the files of kinds. They follow draft-07, as Taplo (Even Better
//! TOML) and Tombi read it. An editor should never call wrong what `check` calls right; so where a
//! schema cannot say exactly what the program accepts, it accepts more.

mod config;
mod kind_file;

use serde_json::{Map, Value, json};

use crate::schema::Catalog;
use crate::schema::field::{Audience, Condition, Field, FieldType, Shape};
use crate::schema::kind::Kind;
use crate::syntax::Item;

use super::template::example;
use super::words;

/// The folder of the schemas in a runbook.
pub const FOLDER: &str = ".clearjar/schema";

/// The name of the schema of `clearjar.toml`. No kind's name has a hyphen, so that none meets it.
pub const CONFIG_FILE: &str = "clearjar-toml.json";

/// The name of the schema of the files under `kinds/`.
pub const KIND_FILE: &str = "kind-file.json";

const DIALECT: &str = "http://json-schema.org/draft-07/schema#";

/// Returns the name of the schema of a file that is one record.
pub fn record_file(kind: &str) -> String {
    format!("{kind}.json")
}

/// Returns the name of the schema of a file that holds many records, a table each.
pub fn map_file(kind: &str) -> String {
    format!("{kind}.map.json")
}

/// Returns the line that tells editors the schema, for a file at `path` in the runbook.
///
/// A blank line has to follow it: Tombi reads such lines only at the very top, apart from others.
pub fn directive(path: &str, schema_file: &str) -> String {
    let up = "../".repeat(path.matches('/').count());
    let up = if up.is_empty() { "./" } else { &up };
    format!("#:schema {up}{FOLDER}/{schema_file}")
}

/// Returns all schemas: the name of each file, and its text. In the order of the kinds.
pub fn all(catalog: &Catalog) -> Vec<(String, String)> {
    let mut files = vec![
        (CONFIG_FILE.to_owned(), text_of(&config::schema())),
        (KIND_FILE.to_owned(), text_of(&kind_file::schema())),
    ];
    for kind in catalog.kinds() {
        files.push((record_file(&kind.name), text_of(&of_record(kind))));
        files.push((map_file(&kind.name), text_of(&of_many(kind))));
    }
    files
}

fn text_of(schema: &Value) -> String {
    let mut text = serde_json::to_string_pretty(schema).expect("a JSON value can be written");
    text.push('\n');
    text
}

/// Returns the schema of a file that is one record of `kind`.
pub fn of_record(kind: &Kind) -> Value {
    let mut schema = record(kind);
    schema.insert("$schema".to_owned(), json!(DIALECT));
    Value::Object(schema)
}

/// Returns the schema of a file that holds many records of `kind`, a table each.
pub fn of_many(kind: &Kind) -> Value {
    json!({
        "$schema": DIALECT,
        "title": kind.label_plural,
        "description": format!("{} One table for each: its header is the id.", kind.summary),
        "type": "object",
        "additionalProperties": { "$ref": "#/definitions/record" },
        "definitions": { "record": record(kind) },
    })
}

fn record(kind: &Kind) -> Map<String, Value> {
    let mut schema = table(&kind.shape);
    schema.insert("title".to_owned(), json!(kind.label));
    schema.insert("description".to_owned(), json!(kind.summary));
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    properties.expect("a table's schema has properties").extend(envelope());
    let rules = subtypes(&kind.shape);
    if !rules.is_empty() {
        schema.insert("allOf".to_owned(), Value::Array(rules));
    }
    schema
}

fn table(shape: &Shape) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in shape.fields() {
        properties.insert(field.name.clone(), property(field));
        // What only some types need is asked for below, together with the type.
        if field.required && field.only_for.is_empty() {
            required.push(json!(field.name));
        }
    }
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("additionalProperties".to_owned(), json!(false));
    if !required.is_empty() {
        schema.insert("required".to_owned(), Value::Array(required));
    }
    schema
}

fn property(field: &Field) -> Value {
    let one: Vec<Value> = field.types.iter().flat_map(|kind| forms(*kind, field)).collect();
    let mut forms = one.clone();
    if field.many && !field.is_table() {
        forms.insert(0, json!({ "type": "array", "items": one_of(one) }));
    }
    let mut schema = match one_of(forms) {
        Value::Object(schema) => schema,
        _ => Map::new(),
    };
    schema.insert("title".to_owned(), json!(field.label));
    schema.insert("description".to_owned(), json!(description(field)));
    if !field.is_table() {
        schema.insert("examples".to_owned(), json!([plain(&example(field))]));
    }
    Value::Object(schema)
}

/// Returns the schema that takes any of `forms`.
fn one_of(mut forms: Vec<Value>) -> Value {
    match forms.len() {
        1 => forms.remove(0),
        _ => json!({ "anyOf": forms }),
    }
}

fn description(field: &Field) -> String {
    let mut text = field.help.clone();
    let mut add = |more: String| {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&more);
    };
    if field.takes(FieldType::Choice) {
        let meanings: Vec<String> = field
            .choices
            .iter()
            .filter(|choice| !choice.key.eq_ignore_ascii_case(&choice.label))
            .map(|choice| format!("`{}` {}", choice.key, choice.label))
            .collect();
        if !meanings.is_empty() {
            add(format!("({})", meanings.join("; ")));
        }
    }
    if field.takes(FieldType::Reference) {
        add(words::whose_id(&field.to));
    }
    if let Some(when) = words::only_for(&field.only_for) {
        add(format!("Only where {when}."));
    }
    if field.takeover {
        add("Asked for at a takeover.".to_owned());
    }
    if field.unique {
        add("No two have the same.".to_owned());
    }
    text
}

/// Returns the forms in which a value of this type may be written.
fn forms(kind: FieldType, field: &Field) -> Vec<Value> {
    let text = || json!({ "type": "string" });
    match kind {
        FieldType::Integer => vec![number("integer", field)],
        FieldType::Number => vec![number("number", field)],
        FieldType::Boolean => vec![json!({ "type": "boolean" })],
        FieldType::Date => vec![json!({ "type": "string", "format": "date" })],
        FieldType::Datetime => moments(),
        FieldType::Scalar => scalars(),
        FieldType::Duration => {
            vec![json!({ "type": "string", "pattern": r"^\s*([0-9]+\s*(min|h|d|w|mo|y)\s*)+$" })]
        }
        FieldType::Money => vec![text(), json!({ "type": "number" }), money()],
        FieldType::Percent => {
            vec![json!({ "type": "number", "minimum": 0, "maximum": 100 }), text()]
        }
        FieldType::Choice => vec![choice(field)],
        FieldType::Table => vec![Value::Object(table(&field.shape))],
        FieldType::Tables => {
            vec![json!({ "type": "array", "items": Value::Object(table(&field.shape)) })]
        }
        FieldType::Text
        | FieldType::Markdown
        | FieldType::Code
        | FieldType::Ip
        | FieldType::Prefix
        | FieldType::Address
        | FieldType::Mac
        | FieldType::Hostname
        | FieldType::Url
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Reference
        | FieldType::File => vec![text()],
    }
}

fn number(kind: &str, field: &Field) -> Value {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!(kind));
    for (key, limit) in [("minimum", field.min), ("maximum", field.max)] {
        match limit {
            // Written without a fraction, so that an integer's limits are integers.
            Some(limit) if limit.fract() == 0.0 => {
                schema.insert(key.to_owned(), json!(limit as i64));
            }
            Some(limit) => {
                schema.insert(key.to_owned(), json!(limit));
            }
            None => {}
        }
    }
    Value::Object(schema)
}

/// TOML's dates are strings with a format here; a quoted date is a string without one, so that
/// editors tell the two apart.
fn moments() -> Vec<Value> {
    ["date-time-local", "date-time", "date"]
        .into_iter()
        .map(|format| json!({ "type": "string", "format": format }))
        .collect()
}

fn scalars() -> Vec<Value> {
    let mut forms = vec![
        json!({ "type": "string" }),
        json!({ "type": "number" }),
        json!({ "type": "boolean" }),
        json!({ "type": "array" }),
    ];
    forms.extend(moments());
    forms.push(json!({ "type": "string", "format": "time-local" }));
    forms
}

fn money() -> Value {
    json!({
        "type": "object",
        "properties": {
            "amount": { "type": "number" },
            "currency": { "type": "string", "pattern": "^[A-Z]{3}$" },
        },
        "required": ["amount"],
        "additionalProperties": false,
    })
}

fn choice(field: &Field) -> Value {
    let keys: Vec<&str> = field.choices.iter().map(|choice| choice.key.as_str()).collect();
    let labels: Vec<&str> = field.choices.iter().map(|choice| choice.label.as_str()).collect();
    json!({ "type": "string", "enum": keys, "x-taplo": { "docs": { "enumValues": labels } } })
}

/// Returns rules that refuse a subtype's fields where the type is another.
///
/// They stand beside the fields and not inside the types: an editor then completes all of them, and
/// says at once which do not go with the type.
fn subtypes(shape: &Shape) -> Vec<Value> {
    let mut groups: Vec<(&[Condition], Vec<&Field>)> = Vec::new();
    for field in shape.fields().iter().filter(|field| !field.only_for.is_empty()) {
        match groups.iter_mut().find(|(conditions, _)| *conditions == field.only_for) {
            Some((_, fields)) => fields.push(field),
            None => groups.push((&field.only_for, vec![field])),
        }
    }
    groups.into_iter().map(|(conditions, fields)| subtype(conditions, &fields)).collect()
}

fn subtype(conditions: &[Condition], fields: &[&Field]) -> Value {
    let applies: Vec<Value> = conditions
        .iter()
        .map(|condition| {
            let value = json!({ "enum": condition.values });
            json!({ "properties": { &condition.field: value }, "required": [condition.field] })
        })
        .collect();
    let refused: Map<String, Value> =
        fields.iter().map(|field| (field.name.clone(), json!(false))).collect();
    let required: Vec<&str> =
        fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
    let mut rule = Map::new();
    rule.insert("if".to_owned(), one_of(applies));
    if !required.is_empty() {
        rule.insert("then".to_owned(), json!({ "required": required }));
    }
    rule.insert("else".to_owned(), json!({ "properties": refused }));
    Value::Object(rule)
}

/// What any record may say beside the fields of its kind.
fn envelope() -> Map<String, Value> {
    let audiences: Vec<&str> = Audience::ALL.iter().map(|audience| audience.name()).collect();
    let names = json!({ "anyOf": [
        { "type": "array", "items": { "type": "string" } },
        { "type": "string" },
    ] });
    let with = |schema: &Value, description: &str| {
        let mut schema = schema.clone();
        schema["description"] = json!(description);
        schema
    };
    let anything = json!({ "type": "object", "additionalProperties": true });
    let entries = [
        (
            "unknown",
            with(&names, "Fields that nobody knows: counted, and nothing is wrong with it."),
        ),
        ("formerly", with(&names, "Ids it had before; their addresses on the site still answer.")),
        ("not_applicable", with(&anything, "Fields that do not apply, each with the reason.")),
        ("left_out", with(&names, "Fields that this edition leaves out: written by the program.")),
        ("custom", with(&anything, "Facts that have no field of their own.")),
        (
            "not_a_secret",
            with(
                &json!({ "type": "array", "items": {
                    "type": "object",
                    "properties": {
                        "file": { "type": "string" },
                        "rule": { "type": "string" },
                        "sha256": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
                        "reason": { "type": "string" },
                    },
                    "required": ["file", "rule", "sha256", "reason"],
                    "additionalProperties": false,
                } }),
                "What looks like a secret in an attached file, and is none.",
            ),
        ),
        (
            "audience",
            with(&json!({ "type": "string", "enum": audiences }), "For whom it is written."),
        ),
    ];
    entries.into_iter().map(|(key, schema)| (key.to_owned(), schema)).collect()
}

/// Returns a TOML value as JSON, dates as text.
pub(super) fn plain(item: &Item) -> Value {
    match item {
        Item::Text(text) => json!(text),
        Item::Integer(number) => json!(number),
        Item::Float(number) => json!(number),
        Item::Boolean(value) => json!(value),
        Item::Datetime(moment) => json!(moment.to_string()),
        Item::Array(items) => items.iter().map(|item| plain(&item.value)).collect(),
        Item::Table(table) => table
            .entries
            .iter()
            .map(|entry| (entry.key.value.clone(), plain(&entry.value.value)))
            .collect(),
    }
}

#[cfg(test)]
mod tests;
