//! Writes the tables for IT Glue once more, as its interface answers them (JSON:API).
//!
//! Core types have attributes with hyphens in their names; every other table is a type of flexible
//! assets, whose columns are traits.

use std::ops::ControlFlow;

use serde_json::{Map, Value, json};

use super::{Place, Row, Shape, Table, each_row, found};
use crate::export::Facts;
use crate::export::pieces::Pieces;
use crate::model::NodeIx;
use crate::record::value::Value as Said;

/// The tool.
pub const NAME: &str = "itglue";

/// What IT Glue keeps of ports.
pub(super) const PORT_FIELDS: &[&str] = &["interface.name", "interface.address", "interface.mac"];

/// The field whose rows are ports.
const PORTS: &str = "interface";

/// Returns the file in the shape of the interface for each of the tables.
pub fn files(tables: &[&Table]) -> Vec<String> {
    tables.iter().map(|table| format!("{}.json", stem(table))).collect()
}

fn stem(table: &Table) -> &str {
    table.file.strip_suffix(".csv").unwrap_or(&table.file)
}

/// Says of what one of the files is made. A thing stands on a line of its own.
pub fn make<'a>(shape: &'static Shape, facts: Facts<'a>, file: &str, pieces: &mut Pieces<'a>) {
    let Some(table) =
        shape.tables.iter().find(|table| Some(stem(table)) == file.strip_suffix(".json"))
    else {
        return;
    };
    pieces.whole(|file| file.extend(b"{\"data\":["));
    pieces.records(&facts, table.records(&facts), move |records, is_first, file| {
        let mut lines = Lines { file, is_first };
        each_row(&facts, table, records, &mut |row| {
            lines.put(&thing(&facts, table, row));
            ControlFlow::Continue(())
        });
    });
    if has_ports(table) {
        pieces.whole(|file| file.extend(b"\n],\"included\":["));
        // One behind the other: which is the first, only those before can tell.
        pieces.whole(move |file| {
            let mut lines = Lines { file, is_first: true };
            for ix in table.records(&facts) {
                let ports = ports(&Place { facts: &facts, record: *ix, row: None });
                for (number, attributes) in ports.into_iter().enumerate() {
                    let id = port_id(&facts, *ix, number);
                    lines.put(&json!({
                        "id": id,
                        "type": "configuration-interfaces",
                        "attributes": attributes.with("-"),
                    }));
                }
            }
        });
    }
    pieces.whole(|file| file.extend(b"\n]}\n"));
}

fn has_ports(table: &Table) -> bool {
    table.columns.iter().any(|(_, column)| column.form == super::Form::Interfaces)
}

struct Lines<'f> {
    file: &'f mut Vec<u8>,
    is_first: bool,
}

impl Lines<'_> {
    fn put(&mut self, value: &Value) {
        self.file.extend(if self.is_first { "\n" } else { ",\n" }.bytes());
        self.is_first = false;
        serde_json::to_writer(&mut *self.file, value).expect("memory takes every byte");
    }
}

fn thing(facts: &Facts<'_>, table: &Table, row: Row) -> Value {
    let mut attributes = Map::new();
    let mut traits = Map::new();
    let (mut mails, mut phones) = (Vec::new(), Vec::new());
    let mut id = String::new();
    for ((name, column), cell) in table.columns.iter().zip(row.cells) {
        let said = if cell.is_empty() { Value::Null } else { json!(cell) };
        match (name.as_str(), &table.layout) {
            ("id", _) => id = cell,
            _ if column.form == super::Form::Interfaces => {}
            ("archived", _) => drop(attributes.insert("archived".to_owned(), json!(false))),
            ("organization" | "name", _) | (_, None) => match name.as_str() {
                "email" | "phone" | "mobile" if table.kind == "person" => {
                    let label = match name.as_str() {
                        "mobile" => "Mobile",
                        _ => "Work",
                    };
                    if !cell.is_empty() {
                        let list = if name == "email" { &mut mails } else { &mut phones };
                        let primary = list.is_empty();
                        list.push(json!({"value": cell, "primary": primary, "label-name": label}));
                    }
                }
                name => drop(attributes.insert(attribute(name), said)),
            },
            (_, Some(_)) => drop(traits.insert(key(name), said)),
        }
    }
    if table.kind == "person" && table.layout.is_none() {
        attributes.insert("contact-emails".to_owned(), Value::Array(mails));
        attributes.insert("contact-phones".to_owned(), Value::Array(phones));
    }
    let kind = match &table.layout {
        None => stem(table),
        Some(layout) => {
            attributes.insert("flexible-asset-type-name".to_owned(), json!(layout));
            attributes.insert("traits".to_owned(), Value::Object(traits));
            "flexible-assets"
        }
    };
    let mut thing = json!({"id": id, "type": kind, "attributes": attributes});
    if has_ports(table) {
        let place = Place { facts, record: row.record, row: None };
        let data: Vec<Value> = (0..ports(&place).len())
            .map(|number| json!({"type": "configuration-interfaces", "id": port_id(facts, row.record, number)}))
            .collect();
        thing["relationships"] = json!({"configuration-interfaces": {"data": data}});
    }
    thing
}

/// Returns the attribute for a column of the export's tables.
fn attribute(column: &str) -> String {
    const NAMED: &[&str] = &[
        "organization",
        "organization_type",
        "organization_status",
        "configuration_type",
        "configuration_status",
        "manufacturer",
        "model",
        "operating_system",
        "location",
        "contact",
        "country",
    ];
    let name = key(column);
    if NAMED.contains(&column) { format!("{name}-name") } else { name }
}

/// Returns the name of a trait: `IP Address(es)` is `ip-address-es`.
fn key(label: &str) -> String {
    super::slug(label)
}

/// A port in the words of IT Glue.
struct Port {
    name: String,
    address: Option<String>,
    mac: Option<String>,
    primary: bool,
}

impl Port {
    /// Returns its facts, whose names have `joint` between their words.
    fn with(&self, joint: &str) -> Value {
        let mut facts = Map::new();
        facts.insert("name".to_owned(), json!(self.name));
        facts.insert(format!("ip{joint}address"), json!(self.address));
        facts.insert(format!("mac{joint}address"), json!(self.mac));
        facts.insert("primary".to_owned(), json!(self.primary));
        Value::Object(facts)
    }
}

/// Returns the ports of a record that say anything that IT Glue keeps.
fn ports(place: &Place<'_>) -> Vec<Port> {
    let model = place.facts.model;
    let node = model.node(place.record);
    let shape = &model.catalog.kind(node.kind).shape;
    let mut ports: Vec<Port> = Vec::new();
    for (field, row) in found(shape, &node.fields, PORTS) {
        let Some(fields) = row.as_table() else { continue };
        let said = |name| found(&field.shape, fields, name).into_iter().next().map(|(_, it)| it);
        let text = |value: &Said<_>| super::super::plain::text(model, value);
        // Their address, without the length of the network's.
        let address = said("address").map(|value| match value {
            Said::Interface(net) => net.addr().to_string(),
            value => text(value),
        });
        let primary = address.is_some() && ports.iter().all(|port| !port.primary);
        let name = said("name").map(text).unwrap_or_default();
        ports.push(Port { name, address, mac: said("mac").map(text), primary });
    }
    ports
}

/// Returns the ports as the export's table has them.
pub(super) fn interfaces_in_a_cell(place: &Place<'_>) -> Option<String> {
    let ports: Vec<Value> = ports(place).iter().map(|port| port.with("_")).collect();
    (!ports.is_empty()).then(|| Value::Array(ports).to_string())
}

fn port_id(facts: &Facts<'_>, ix: NodeIx, number: usize) -> String {
    format!("{}-{}", facts.model.node(ix).id, number + 1)
}
