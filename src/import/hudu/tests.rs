use super::*;
use crate::import::trial;

fn read(text: &str) -> Result<Harvest, Refused> {
    trial::harvest(&Hudu, "x.json", text)
}

#[test]
fn a_list_is_known_under_its_name_and_bare() {
    for text in [
        r#"{"networks": [{"id": 1, "company_id": 1, "name": "A", "address": "10.0.0.0/24", "network_type": 1}]}"#,
        r#"[{"id": 1, "company_id": 1, "name": "A", "address": "10.0.0.0/24", "network_type": 1}]"#,
        r#"{"id": 1, "company_id": 1, "name": "A", "address": "10.0.0.0/24", "network_type": 1}"#,
        r#"[{"networks": [{"id": 1, "name": "A", "address": "10.0.0.0/24"}]}, {"networks": []}]"#,
    ] {
        let harvest = read(text).unwrap();
        assert_eq!(harvest.proposals.len(), 1, "{text}");
        assert_eq!(harvest.proposals[0].kind, "network", "{text}");
    }
    assert!(read("{\"what\": 1}").is_err());
    assert!(read("[1]").is_err());
}

#[test]
fn whatever_the_values_are_nothing_panics() {
    const LISTS: &[&str] = &[
        "companies",
        "assets",
        "asset_layouts",
        "asset_passwords",
        "articles",
        "procedures",
        "procedure_tasks",
        "websites",
        "networks",
        "vlans",
        "ip_addresses",
        "rack_storages",
        "rack_storage_items",
        "relations",
        "expirations",
        "folders",
    ];
    const NAMES: &[&str] = &[
        "id",
        "name",
        "company_id",
        "fields",
        "cards",
        "content",
        "procedure_tasks_attributes",
        "start_unit",
        "end_unit",
        "asset_id",
        "address",
        "fromable_type",
        "fromable_id",
        "toable_type",
        "toable_id",
        "date",
        "expirationable_type",
    ];
    for value in [
        "null",
        "1",
        "-1",
        "\"\"",
        "\"x\"",
        "[]",
        "[null]",
        "{}",
        "[[1]]",
        "true",
        "9223372036854775807",
    ] {
        for list in LISTS {
            let fields: Vec<String> =
                NAMES.iter().map(|name| format!("\"{name}\": {value}")).collect();
            read(&format!("{{\"{list}\": [{{{}}}, {value}]}}", fields.join(", "))).unwrap();
        }
    }
}

#[test]
fn an_answer_that_is_cut_off_anywhere_is_refused() {
    let whole = r#"{"assets": [{"id": 1, "company_id": 1, "company_name": "H", "asset_type": "Servers",
        "name": "SRV \u00e9", "fields": [{"label": "IP", "value": "10.0.0.1"}], "cards": []}]}"#;
    assert_eq!(read(whole).unwrap().proposals.len(), 1);
    for end in 0..whole.len() {
        assert!(read(&whole[..end]).is_err(), "{end}");
    }
}
