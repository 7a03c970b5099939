//! Holds the schemas against what the kinds and the readers of files say.

use super::*;
use crate::schema;
use crate::source::SourceTree;

fn catalog() -> Catalog {
    schema::read(&SourceTree::default()).value
}

fn schema_of(kind: &str) -> Value {
    let catalog = catalog();
    of_record(catalog.kind(catalog.by_name(kind).expect("it is built in")))
}

#[test]
fn each_kind_has_two_schemas_and_no_name_is_taken_twice() {
    let catalog = catalog();
    let files = all(&catalog);
    let mut names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 2 * catalog.kinds().len() + 2);
}

#[test]
fn the_schema_refuses_what_check_refuses() {
    let device = schema_of("device");
    assert_eq!(device["additionalProperties"], json!(false));
    assert_eq!(device["required"], json!(["type", "name"]));
    let properties = &device["properties"];
    assert!(properties["type"]["enum"].as_array().unwrap().contains(&json!("firewall")));
    assert_eq!(properties["warranty_ends"]["format"], json!("date"));
    assert_eq!(properties["interface"]["items"]["required"], json!(["name"]));
    assert_eq!(properties["control"]["additionalProperties"], json!(false));
    assert!(properties["unknown"].is_object() && properties["audience"]["enum"].is_array());
}

#[test]
fn a_list_may_be_written_as_a_single_value() {
    let admin = &schema_of("device")["properties"]["admin"];
    assert_eq!(admin["anyOf"][0]["type"], json!("array"));
    assert_eq!(admin["anyOf"][1]["type"], json!("string"));
}

#[test]
fn fields_of_other_types_are_refused() {
    let device = schema_of("device");
    let rules = device["allOf"].as_array().unwrap();
    let ups = rules
        .iter()
        .find(|rule| rule["else"]["properties"]["battery_date"] == json!(false))
        .expect("a UPS has a battery");
    assert_eq!(ups["if"]["properties"]["type"]["enum"], json!(["ups"]));
    assert_eq!(ups["if"]["required"], json!(["type"]));
}

#[test]
fn what_a_field_means_is_told_in_its_description() {
    let properties = schema_of("device")["properties"].clone();
    let owned = properties["control"]["properties"]["owned_by"]["description"].clone();
    let owned = owned.as_str().unwrap();
    assert!(owned.contains("`third-party` A third party"), "{owned}");
    let battery = properties["battery_date"]["description"].as_str().unwrap();
    assert!(battery.contains("Only where type is ups."), "{battery}");
}

#[test]
fn the_schema_of_the_configuration_knows_every_key_that_is_read() {
    let schema = config::schema();
    for key in ["as_of", "client", "provider", "site", "check", "edition", "takeover", "git"] {
        assert!(schema["properties"][key].is_object(), "{key}");
    }
    let site = &schema["properties"]["site"]["properties"];
    for key in ["title", "language", "theme", "accent", "index", "currency"] {
        assert!(site[key].is_object(), "{key}");
    }
    assert!(schema["properties"]["check"]["properties"]["unknown-field"].is_object());
}

#[test]
fn the_schema_of_kinds_knows_every_key_that_the_built_in_ones_use() {
    let schema = kind_file::schema();
    let own: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    let field: Vec<&String> =
        schema["definitions"]["field"]["properties"].as_object().unwrap().keys().collect();
    for kind in catalog().kinds() {
        let text = schema::builtin::kind_source(&kind.name).expect("it is built in");
        let file: toml::Table = toml::from_str(text).expect("a kind is TOML");
        for key in file.keys() {
            assert!(own.contains(&key), "{} {key}", kind.name);
        }
        let fields = file.get("field").and_then(toml::Value::as_table).into_iter().flatten();
        for (name, keys) in fields {
            for key in keys.as_table().unwrap().keys() {
                assert!(field.contains(&key), "{} {name} {key}", kind.name);
            }
        }
    }
}
