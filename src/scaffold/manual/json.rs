//! The manual of the kinds as JSON, for programs.

use serde::Serialize;
use serde_json::Value;

use crate::scaffold::json_schema::plain;
use crate::schema::field::{Field, Shape, Target};
use crate::schema::kind::Kind;
use crate::schema::{Catalog, KindIx};

#[derive(Serialize)]
struct KindOut<'a> {
    kind: &'a str,
    plural: &'a str,
    folder: String,
    label: &'a str,
    label_plural: &'a str,
    summary: &'a str,
    area: &'a str,
    page: &'a str,
    title: &'a str,
    body: Option<&'a str>,
    own: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FieldOut<'a>>,
}

#[derive(Serialize)]
struct FieldOut<'a> {
    name: &'a str,
    label: &'a str,
    help: &'a str,
    types: Vec<&'a str>,
    many: bool,
    required: bool,
    takeover: bool,
    role: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<ChoiceOut<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    to: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    only_for: Vec<ConditionOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    example: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FieldOut<'a>>,
}

#[derive(Serialize)]
struct ChoiceOut<'a> {
    key: &'a str,
    label: &'a str,
}

#[derive(Serialize)]
struct ConditionOut<'a> {
    field: &'a str,
    values: &'a [String],
}

/// Returns one kind with its fields, or the list of all kinds without them.
pub fn json_of(catalog: &Catalog, kind: Option<KindIx>) -> String {
    let written = match kind {
        Some(ix) => serde_json::to_string_pretty(&one(catalog.kind(ix), true)),
        None => {
            let all: Vec<_> = catalog.kinds().iter().map(|kind| one(kind, false)).collect();
            serde_json::to_string_pretty(&all)
        }
    };
    let mut text = written.expect("plain values can be written as JSON");
    text.push('\n');
    text
}

fn one(kind: &Kind, with_fields: bool) -> KindOut<'_> {
    KindOut {
        kind: &kind.name,
        plural: &kind.plural,
        folder: super::words::folder(&kind.plural),
        label: &kind.label,
        label_plural: &kind.label_plural,
        summary: &kind.summary,
        area: &kind.area,
        page: kind.page.name(),
        title: &kind.title,
        body: kind.body.as_deref(),
        own: kind.own,
        fields: if with_fields { fields(&kind.shape) } else { Vec::new() },
    }
}

fn fields(shape: &Shape) -> Vec<FieldOut<'_>> {
    shape.fields().iter().map(field).collect()
}

fn field(field: &Field) -> FieldOut<'_> {
    FieldOut {
        name: &field.name,
        label: &field.label,
        help: &field.help,
        types: field.types.iter().map(|kind| kind.name()).collect(),
        many: field.many,
        required: field.required,
        takeover: field.takeover,
        role: field.role.map(|role| role.name()),
        choices: field
            .choices
            .iter()
            .map(|choice| ChoiceOut { key: &choice.key, label: &choice.label })
            .collect(),
        to: field.to.iter().map(target).collect(),
        only_for: field
            .only_for
            .iter()
            .map(|condition| ConditionOut { field: &condition.field, values: &condition.values })
            .collect(),
        min: field.min,
        max: field.max,
        unit: field.unit.as_deref(),
        example: field.example.as_ref().map(plain),
        fields: fields(&field.shape),
    }
}

/// Returns a target as a kind's file writes it.
fn target(target: &Target) -> String {
    match target {
        Target::Any => "*".to_owned(),
        Target::Kind(kind) => kind.clone(),
        Target::Row { kind, field } => format!("{kind}.{field}"),
    }
}
