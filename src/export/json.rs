//! Writes the whole runbook as one JSON document (RFC 8259), every value in the form that
//! [`super::json_schema`] describes.
//!
//! A record stands on a line of its own, so that two versions can be compared by any tool.

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use serde_json::json;

use super::columns::has_rows;
use super::pieces::Pieces;
use super::{Facts, SCHEMA, plain};
use crate::model::{Model, NodeIx, Target};
use crate::record::value::{Fields, Scalar, Value};
use crate::schema::field::{Field, Shape};

/// The version of the form: it grows by one when something is taken away or changes its meaning.
pub const VERSION: u32 = 1;

/// Makes the document.
pub fn document<'a>(facts: Facts<'a>, pieces: &mut Pieces<'a>) {
    pieces.whole(move |file| file.extend(head(&facts).into_bytes()));
    for (place, ix) in facts.used().enumerate() {
        pieces.whole(move |file| {
            let comma = if place == 0 { "" } else { "," };
            let name = quoted(&facts.model.catalog.kind(ix).name);
            file.extend(format!("{comma}\n{name}:[").into_bytes());
        });
        pieces.records(&facts, facts.model.of_kind(ix), move |records, is_first, file| {
            for (place, ix) in records.iter().enumerate() {
                file.extend(if is_first && place == 0 { "\n" } else { ",\n" }.bytes());
                let record = Record { facts: &facts, ix: *ix };
                serde_json::to_writer(&mut *file, &record).expect("memory takes every byte");
            }
        });
        pieces.whole(|file| file.extend(b"\n]"));
    }
    pieces.whole(|file| file.extend(b"\n}\n}\n"));
}

/// Returns all before the first record: what the document is, and the kinds in it.
fn head(facts: &Facts<'_>) -> String {
    let Facts { model, config, audit, .. } = facts;
    let party = |ix: Option<NodeIx>| ix.map(|ix| model.full_id(ix));
    let facts_of = [
        ("$schema", json!(SCHEMA.rsplit('/').next())),
        ("format", json!("clearjar-runbook")),
        ("version", json!(VERSION)),
        ("title", json!(config.site.title)),
        ("as_of", json!(audit.today.to_string())),
        ("language", json!(config.site.language)),
        ("client", json!(party(audit.parties.client))),
        ("provider", json!(party(audit.parties.provider))),
        ("made_by", json!(format!("Clearjar {}", env!("CARGO_PKG_VERSION")))),
    ];
    let mut text = String::from("{\n");
    for (name, value) in facts_of.iter().filter(|(_, value)| !value.is_null()) {
        text.push_str(&format!("{}:{value},\n", quoted(name)));
    }
    text.push_str("\"kinds\":{");
    for (place, ix) in facts.used().enumerate() {
        let kind = model.catalog.kind(ix);
        let about = json!({
            "label": kind.label,
            "plural": kind.plural,
            "summary": kind.summary,
            "records": model.of_kind(ix).len(),
        });
        let comma = if place == 0 { "" } else { "," };
        text.push_str(&format!("{comma}\n{}:{about}", quoted(&kind.name)));
    }
    text.push_str("\n},\n\"records\":{");
    text
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text can be written as JSON")
}

struct Record<'a> {
    facts: &'a Facts<'a>,
    ix: NodeIx,
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Facts { model, tree, .. } = self.facts;
        let node = model.node(self.ix);
        let envelope = &node.envelope;
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("id", &node.id)?;
        map.serialize_entry("title", &node.name)?;
        map.serialize_entry("page", &self.facts.page_of(self.ix))?;
        if let Some(position) = tree.position(node.span) {
            map.serialize_entry("file", position.path)?;
            map.serialize_entry("line", &position.line)?;
        }
        map.serialize_entry("audience", envelope.audience.name())?;
        map.serialize_entry("retired", &node.retired)?;
        let shape = &model.catalog.kind(node.kind).shape;
        map.serialize_entry("fields", &Table { model, shape, fields: &node.fields })?;
        if !envelope.custom.is_empty() {
            map.serialize_entry("custom", &Custom(&envelope.custom))?;
        }
        if !envelope.unknown.is_empty() {
            let unknown: Vec<&str> = envelope.unknown.iter().map(|it| it.value.as_str()).collect();
            map.serialize_entry("unknown", &unknown)?;
        }
        if !envelope.not_applicable.is_empty() {
            let reasons: serde_json::Map<String, serde_json::Value> = envelope
                .not_applicable
                .iter()
                .map(|(field, reason)| (field.value.clone(), json!(reason)))
                .collect();
            map.serialize_entry("not_applicable", &reasons)?;
        }
        if !envelope.formerly.is_empty() {
            let ids: Vec<&str> = envelope.formerly.iter().map(|it| it.value.as_str()).collect();
            map.serialize_entry("formerly", &ids)?;
        }
        map.end()
    }
}

struct Custom<'a>(&'a [(String, Scalar)]);

impl Serialize for Custom<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for (label, scalar) in self.0 {
            map.serialize_entry(label, &Plain(scalar))?;
        }
        map.end()
    }
}

struct Table<'a> {
    model: &'a Model,
    shape: &'a Shape,
    fields: &'a Fields<Target>,
}

impl Serialize for Table<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        for (place, value) in self.fields.iter() {
            let field = &self.shape.fields()[place];
            let shown = Shown { model: self.model, field, value: &value.value };
            // What takes several is a list, though only one is written.
            let is_list = matches!(value.value, Value::List(_));
            match (field.many || has_rows(field)) && !is_list {
                true => map.serialize_entry(&field.name, &[shown])?,
                false => map.serialize_entry(&field.name, &shown)?,
            }
        }
        map.end()
    }
}

/// A value with its field, in the form that JSON has for it.
pub struct Shown<'a> {
    /// The records.
    pub model: &'a Model,
    /// The field.
    pub field: &'a Field,
    /// The value.
    pub value: &'a Value<Target>,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let model = self.model;
        match self.value {
            Value::Integer(number) => to.serialize_i64(*number),
            Value::Number(number) | Value::Percent(number) => number_of(*number, to),
            Value::Boolean(value) => to.serialize_bool(*value),
            Value::Scalar(scalar) => Plain(scalar).serialize(to),
            Value::Money(money) => {
                let mut map = to.serialize_map(Some(2))?;
                map.serialize_entry("amount", &money.amount)?;
                map.serialize_entry("currency", &money.currency)?;
                map.end()
            }
            Value::Table(fields) => Table { model, shape: &self.field.shape, fields }.serialize(to),
            Value::List(items) => {
                let mut list = to.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Shown { value: &item.value, ..*self })?;
                }
                list.end()
            }
            value => to.serialize_str(&plain::text(model, value)),
        }
    }
}

/// JSON has no word for what is no number, or has no end.
fn number_of<S: Serializer>(number: f64, to: S) -> Result<S::Ok, S::Error> {
    match number.is_finite() {
        true => to.serialize_f64(number),
        false => to.serialize_str(&number.to_string()),
    }
}

struct Plain<'a>(&'a Scalar);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Scalar::Text(text) | Scalar::Date(text) => to.serialize_str(text),
            Scalar::Integer(number) => to.serialize_i64(*number),
            Scalar::Number(number) => number_of(*number, to),
            Scalar::Boolean(value) => to.serialize_bool(*value),
            Scalar::List(items) => {
                let mut list = to.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(&Plain(item)))?;
                list.end()
            }
        }
    }
}
