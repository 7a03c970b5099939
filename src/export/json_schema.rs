//! Describes the JSON document of a runbook by a JSON Schema (draft 2020-12), made from its kinds: those
//! that come with the program and its own.

use serde_json::{Map, Value, json};

use super::columns::has_rows;
use super::json::VERSION;
use crate::model::Model;
use crate::schema::field::{Audience, Field, FieldType, Shape, Target};
use crate::schema::kind::Kind;

/// Returns the schema.
pub fn schema(model: &Model) -> Vec<u8> {
    let used = model.catalog.iter().filter(|(ix, _)| !model.of_kind(*ix).is_empty());
    let kinds: Vec<&Kind> = used.map(|(_, kind)| kind).collect();
    let lists: Map<String, Value> = kinds
        .iter()
        .map(|kind| {
            let items = json!({"$ref": format!("#/$defs/{}", kind.name)});
            (
                kind.name.clone(),
                json!({"type": "array", "title": kind.label_plural, "items": items}),
            )
        })
        .collect();
    let mut defs: Map<String, Value> =
        kinds.iter().map(|kind| (kind.name.clone(), record(kind))).collect();
    defs.insert("-money".to_owned(), money());
    defs.insert("-plain".to_owned(), plain());
    defs.insert("-kind".to_owned(), about_kind());
    let day = json!({"type": "string", "format": "date"});
    let text = json!({"type": "string"});
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A runbook, written by Clearjar",
        "description": "Every record by its kind. References are written kind/id, or kind/id:row for a row of it; files as their path in the runbook; lengths of time as in ISO 8601; prose in Markdown, with [[kind/id]] for links.",
        "type": "object",
        "properties": {
            "$schema": text,
            "format": {"const": "clearjar-runbook"},
            "version": {"const": VERSION},
            "title": text,
            "as_of": day,
            "language": text,
            "client": text,
            "provider": text,
            "made_by": text,
            "kinds": {"type": "object", "additionalProperties": {"$ref": "#/$defs/-kind"}},
            "records": {"type": "object", "properties": lists, "additionalProperties": false},
        },
        "required": ["format", "version", "title", "as_of", "kinds", "records"],
        "additionalProperties": false,
        "$defs": defs,
    });
    let mut bytes = serde_json::to_vec(&schema).expect("a schema can be written as JSON");
    bytes.push(b'\n');
    bytes
}

fn record(kind: &Kind) -> Value {
    let texts = json!({"type": "array", "items": {"type": "string"}});
    let audiences: Vec<&str> = Audience::ALL.iter().map(|audience| audience.name()).collect();
    json!({
        "type": "object",
        "title": kind.label,
        "description": kind.summary,
        "properties": {
            "id": {"type": "string"},
            "title": {"type": "string"},
            "page": {"type": "string", "description": "Its page, from the root of the site."},
            "file": {"type": "string", "description": "The file of the runbook that it is written in."},
            "line": {"type": "integer", "minimum": 1},
            "audience": {"enum": audiences},
            "retired": {"type": "boolean", "description": "Whether it is out of use."},
            "fields": table(&kind.shape),
            "custom": {"type": "object", "additionalProperties": {"$ref": "#/$defs/-plain"}},
            "unknown": texts,
            "not_applicable": {"type": "object", "additionalProperties": {"type": "string"}},
            "formerly": texts,
        },
        "required": ["id", "title", "page", "audience", "retired", "fields"],
        "additionalProperties": false,
    })
}

fn table(shape: &Shape) -> Value {
    let fields: Map<String, Value> =
        shape.fields().iter().map(|it| (it.name.clone(), field(it))).collect();
    let always = shape.fields().iter().filter(|it| it.required && it.only_for.is_empty());
    let required: Vec<&str> = always.map(|it| it.name.as_str()).collect();
    json!({
        "type": "object",
        "properties": fields,
        "required": required,
        "additionalProperties": false,
    })
}

fn field(field: &Field) -> Value {
    let forms: Vec<Value> = field.types.iter().map(|kind| form(field, *kind)).collect();
    let one = match forms.len() {
        1 => forms.into_iter().next().unwrap_or_default(),
        _ => json!({"anyOf": forms}),
    };
    let mut schema = match field.many || has_rows(field) {
        true => json!({"type": "array", "items": one}),
        false => one,
    };
    if let Value::Object(map) = &mut schema {
        map.insert("title".to_owned(), json!(field.label));
        if !field.help.is_empty() {
            map.insert("description".to_owned(), json!(field.help));
        }
        if let Some(unit) = &field.unit {
            map.insert("x-unit".to_owned(), json!(unit));
        }
    }
    schema
}

/// Returns the form of one value of a type.
fn form(field: &Field, kind: FieldType) -> Value {
    match kind {
        FieldType::Integer => json!({"type": "integer"}),
        // What is no number is text, as JSON has no word for it.
        FieldType::Number => json!({"type": ["number", "string"]}),
        FieldType::Percent => json!({"type": "number", "minimum": 0, "maximum": 100}),
        FieldType::Boolean => json!({"type": "boolean"}),
        FieldType::Scalar => json!({"$ref": "#/$defs/-plain"}),
        FieldType::Date => json!({"type": "string", "format": "date"}),
        FieldType::Datetime => json!({
            "type": "string",
            "pattern": "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?$",
        }),
        FieldType::Duration => json!({"type": "string", "format": "duration"}),
        FieldType::Money => json!({"$ref": "#/$defs/-money"}),
        FieldType::Choice => {
            let keys: Vec<&str> = field.choices.iter().map(|choice| choice.key.as_str()).collect();
            json!({"enum": keys})
        }
        FieldType::Reference => json!({"type": "string", "pattern": reference_pattern(field)}),
        FieldType::Table | FieldType::Tables => table(&field.shape),
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
        | FieldType::File => json!({"type": "string"}),
    }
}

fn reference_pattern(field: &Field) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    for target in &field.to {
        match target {
            Target::Any => return "^[^/]+/.+$".to_owned(),
            Target::Kind(kind) | Target::Row { kind, .. } if !kinds.contains(&kind.as_str()) => {
                kinds.push(kind);
            }
            Target::Kind(_) | Target::Row { .. } => {}
        }
    }
    format!("^({})/.+$", kinds.join("|"))
}

fn money() -> Value {
    json!({
        "type": "object",
        "description": "An amount as decimal digits, and its currency (ISO 4217).",
        "properties": {
            "amount": {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        },
        "required": ["amount", "currency"],
        "additionalProperties": false,
    })
}

fn plain() -> Value {
    json!({"type": ["string", "number", "boolean", "array"], "items": {"$ref": "#/$defs/-plain"}})
}

fn about_kind() -> Value {
    json!({
        "type": "object",
        "properties": {
            "label": {"type": "string"},
            "plural": {"type": "string", "description": "The folder of its records and of its pages."},
            "summary": {"type": "string"},
            "records": {"type": "integer", "minimum": 0},
        },
        "required": ["label", "plural", "records"],
        "additionalProperties": false,
    })
}
