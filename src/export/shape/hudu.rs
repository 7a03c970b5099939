//! Writes assets, their layouts and the company in the shape of Hudu's interface (`/api/v1`).
//!
//! Numbers are made from the records' ids, and are the same in the next export: the tool gives its own
//! when it makes the things, and by these they point to each other in the files.

use std::ops::ControlFlow;

use serde_json::{Map, Value, json};

use super::{Row, Shape, Table, client, each_row};
use crate::digest::Digest;
use crate::export::Facts;
use crate::export::pieces::Pieces;

/// The tool.
pub const NAME: &str = "hudu";

/// What all assets are in.
pub const ASSETS: &str = "assets.json";

/// The types of assets.
const LAYOUTS: &str = "asset_layouts.json";

/// Whose they are.
const COMPANIES: &str = "companies.json";

/// The number of the only company.
const COMPANY: usize = 1;

/// Returns the files in the shape of the interface.
pub fn files() -> Vec<String> {
    [COMPANIES, LAYOUTS, ASSETS].map(str::to_owned).into()
}

/// Says of what one of the files is made.
pub fn make<'a>(shape: &'static Shape, facts: Facts<'a>, file: &str, pieces: &mut Pieces<'a>) {
    match file {
        COMPANIES => {
            pieces.whole(move |file| pretty(&json!({"companies": [company(&facts)]}), file));
        }
        LAYOUTS => {
            pieces.whole(move |file| pretty(&json!({"asset_layouts": layouts(shape)}), file));
        }
        _ => assets(shape, facts, pieces),
    }
}

fn pretty(value: &Value, file: &mut Vec<u8>) {
    serde_json::to_writer_pretty(&mut *file, value).expect("memory takes every byte");
    file.push(b'\n');
}

fn company(facts: &Facts<'_>) -> Value {
    json!({
        "id": COMPANY,
        "name": company_name(facts),
        "company_type": "Customer",
        "parent_company_id": null,
        "archived": false,
    })
}

fn company_name(facts: &Facts<'_>) -> String {
    client(facts).unwrap_or_else(|| facts.config.site.title.clone())
}

fn layouts(shape: &Shape) -> Vec<Value> {
    let layout = |(ix, table): (usize, &Table)| {
        let fields = table.fields.iter().enumerate().map(|(place, (label, _))| {
            let kind = if label == "Notes" { "RichText" } else { "Text" };
            json!({
                "label": label,
                "field_type": kind,
                "required": false,
                "show_in_list": place < 4,
                "position": place + 1,
            })
        });
        json!({
            "id": ix + 1,
            "name": table.layout,
            "icon": "fas fa-circle",
            "active": true,
            "fields": fields.collect::<Vec<_>>(),
        })
    };
    shape.tables.iter().enumerate().map(layout).collect()
}

/// An asset stands on a line of its own.
fn assets<'a>(shape: &'static Shape, facts: Facts<'a>, pieces: &mut Pieces<'a>) {
    pieces.whole(|file| file.extend(b"{\"assets\":["));
    let company = company_name(&facts);
    let tables = shape.tables.iter().enumerate();
    let tables = tables.filter(|(_, table)| !table.records(&facts).is_empty());
    for (nth, (ix, table)) in tables.enumerate() {
        let company = company.clone();
        pieces.records(&facts, table.records(&facts), move |records, is_first, file| {
            let mut joint = if is_first && nth == 0 { "\n" } else { ",\n" };
            each_row(&facts, table, records, &mut |row| {
                file.extend(joint.bytes());
                joint = ",\n";
                let asset = asset(&facts, table, ix + 1, &company, row);
                serde_json::to_writer(&mut *file, &asset).expect("memory takes every byte");
                ControlFlow::Continue(())
            });
        });
    }
    pieces.whole(|file| file.extend(b"\n]}\n"));
}

fn asset(facts: &Facts<'_>, table: &Table, layout: usize, company: &str, row: Row) -> Value {
    let mut asset = Map::new();
    asset.insert("id".to_owned(), json!(number(&facts.model.full_id(row.record))));
    asset.insert("company_id".to_owned(), json!(COMPANY));
    asset.insert("company_name".to_owned(), json!(company));
    asset.insert("asset_layout_id".to_owned(), json!(layout));
    asset.insert("asset_type".to_owned(), json!(table.layout));
    let own = table.columns.iter().zip(row.cells).filter(|((name, _), _)| name != "company");
    asset.extend(own.map(|((name, _), cell)| (name.clone(), json!(cell))));
    asset.insert("archived".to_owned(), json!(false));
    let fields = table.fields.iter().zip(row.fields).enumerate();
    let fields = fields.filter(|(_, (_, cell))| !cell.is_empty()).map(|(place, ((label, _), cell))| {
        json!({"id": layout * 100 + place, "label": label, "value": cell, "position": place + 1})
    });
    asset.insert("fields".to_owned(), fields.collect());
    asset.insert("cards".to_owned(), json!([]));
    Value::Object(asset)
}

/// Returns a number for what has a name, of as many bits as every reader of JSON keeps.
fn number(name: &str) -> u64 {
    Digest::of(name.as_bytes()).prefix() >> 16
}
