//! Writes assets, their layouts and the company in the shape of Hudu's interface (`/api/v1`).
//!
//! Numbers are counted here: the tool gives its own when it makes the things, and by these they point to
//! each other in the files.

use serde_json::{Map, Value, json};

use super::{Row, Shape, client, rows};
use crate::export::Facts;

/// What all assets are in.
pub const ASSETS: &str = "assets.json";

/// The types of assets.
pub const LAYOUTS: &str = "asset_layouts.json";

/// Whose they are.
pub const COMPANIES: &str = "companies.json";

/// The number of the only company.
const COMPANY: usize = 1;

/// Makes one of the files.
pub fn make(shape: &Shape, facts: &Facts<'_>, file: &str) -> Vec<u8> {
    let value = match file {
        COMPANIES => json!({"companies": [company(facts)]}),
        LAYOUTS => json!({"asset_layouts": layouts(shape)}),
        _ => json!({"assets": assets(shape, facts)}),
    };
    let mut bytes = serde_json::to_vec_pretty(&value).expect("values can be written as JSON");
    bytes.push(b'\n');
    bytes
}

fn company(facts: &Facts<'_>) -> Value {
    let name = client(facts).unwrap_or_else(|| facts.config.site.title.clone());
    json!({"id": COMPANY, "name": name, "company_type": "Customer", "parent_company_id": null, "archived": false})
}

fn layouts(shape: &Shape) -> Vec<Value> {
    let layout = |(ix, table): (usize, &super::Table)| {
        let fields = table.fields.iter().enumerate().map(|(place, (label, _))| {
            let kind = if label == "Notes" { "RichText" } else { "Text" };
            json!({"label": label, "field_type": kind, "required": false, "show_in_list": place < 4, "position": place + 1})
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

fn assets(shape: &Shape, facts: &Facts<'_>) -> Vec<Value> {
    let company = company(facts);
    let mut assets = Vec::new();
    for (ix, table) in shape.tables.iter().enumerate() {
        for Row { cells, fields } in rows(facts, table, usize::MAX) {
            let mut asset = Map::new();
            asset.insert("id".to_owned(), json!(assets.len() + 1));
            asset.insert("company_id".to_owned(), json!(COMPANY));
            asset.insert("company_name".to_owned(), company["name"].clone());
            asset.insert("asset_layout_id".to_owned(), json!(ix + 1));
            asset.insert("asset_type".to_owned(), json!(table.layout));
            let own = table.columns.iter().zip(cells);
            asset.extend(own.map(|((name, _), cell)| (name.clone(), json!(cell))));
            asset.insert("archived".to_owned(), json!(false));
            let fields = table.fields.iter().zip(fields).enumerate();
            let fields = fields.filter(|(_, (_, cell))| !cell.is_empty());
            let fields = fields.map(|(place, ((label, _), cell))| {
                json!({"id": (ix + 1) * 100 + place, "label": label, "value": cell, "position": place + 1})
            });
            asset.insert("fields".to_owned(), fields.collect());
            asset.insert("cards".to_owned(), json!([]));
            assets.push(Value::Object(asset));
        }
    }
    assets
}
