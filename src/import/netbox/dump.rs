//! Reads a dump that `manage.py dumpdata` writes: `[{"model": "dcim.site", "pk": 1, "fields": {…}}]`.
//!
//! References are bare ids of a model that the field implies; those to any model have it beside them
//! as `["dcim", "interface"]`.

use serde_json::Value;

use super::rest::CONTEXTS;
use super::store::{self, Field, Fields, Object, Store, Target};
use crate::import::foreign::Foreign;
use crate::import::proposal::Origin;

/// Models of the program itself rather than of what it documents.
const OWN: &[&str] = &[
    "admin.",
    "auth.",
    "contenttypes.",
    "core.",
    "django_rq.",
    "sessions.",
    "social_django.",
    "taggit.",
    "users.",
    "extras.cachedvalue",
    "extras.objectchange",
    "extras.report",
    "extras.script",
    "extras.savedfilter",
    "extras.bookmark",
    "extras.dashboard",
    "extras.webhook",
    "extras.eventrule",
    "extras.exporttemplate",
    "extras.notification",
    "extras.subscription",
    "extras.graph",
    "extras.reportresult",
    "extras.jobresult",
    "extras.stagedchange",
    "extras.branch",
    "extras.tableconfig",
    "extras.customlink",
    "extras.scriptmodule",
    "extras.reportmodule",
];

/// Reads the objects of a dump into `store`; false where it is none.
pub fn read(value: &Value, file: &Foreign, store: &mut Store) -> bool {
    let Value::Array(rows) = value else { return false };
    let is_row = |row: &Value| row.get("model").is_some() && row.get("fields").is_some();
    if rows.is_empty() || !rows.iter().all(is_row) {
        return false;
    }
    for row in rows {
        object(row, file, store);
    }
    true
}

fn object(row: &Value, file: &Foreign, store: &mut Store) {
    let model = row["model"].as_str().unwrap_or_default().to_lowercase();
    let id = row.get("pk").and_then(Value::as_u64);
    let Value::Object(given) = &row["fields"] else { return };
    if OWN.iter().any(|own| model.starts_with(own)) {
        for secret in ["password", "session_data", "key", "secret"] {
            if given.get(secret).and_then(Value::as_str).is_some_and(|text| !text.is_empty()) {
                store.secret(&format!("{model} {secret}"));
            }
        }
        return store.leave_out("what NetBox keeps for itself", model);
    }
    if model.ends_with("template") && model.starts_with("dcim.") {
        return store.leave_out("templates for the parts of new devices", model);
    }
    let Some(id) = id else {
        return store.leave_out("without an id", model);
    };
    let mut fields = Fields::new();
    for (name, value) in given {
        if CONTEXTS.contains(&name.as_str()) {
            if !value.is_null() {
                let name = format!("{model} {name}");
                store.leave_out("contexts, which may hold credentials", name);
            }
            continue;
        }
        if store::is_secret(name) {
            if value.as_str().is_some_and(|text| !text.is_empty()) {
                store.secret(&format!("{model} {name}"));
            }
            continue;
        }
        match contenttype(name, value) {
            Some(model) => {
                fields.insert(name.clone(), Field::Text(model));
            }
            None => {
                if let Some(field) = store::field(value) {
                    fields.insert(name.clone(), field);
                }
            }
        }
    }
    let at = Origin::path(&file.name, format!("{model} {id}"));
    store.add(&Target::new(model, id), Object { fields, whole: true, at });
}

/// Returns the model that `["dcim", "interface"]` names.
fn contenttype(name: &str, value: &Value) -> Option<String> {
    let is_type = name.ends_with("_type") || name == "type";
    let Value::Array(parts) = value else { return None };
    match parts.as_slice() {
        [Value::String(app), Value::String(model)] if is_type => Some(format!("{app}.{model}")),
        _ => None,
    }
}
