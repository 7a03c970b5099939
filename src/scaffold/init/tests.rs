//! Holds the example runbook against every stage that reads it.

use jiff::civil::date;

use super::*;
use crate::diagnostic::Level;
use crate::source::SourceFile;
use crate::syntax::{self, Item, Table};
use crate::{audit, config, model, record};

const TODAY: Date = date(2026, 11, 23);

fn runbook(name: &str) -> Runbook {
    Runbook::new(&Welcome { name: name.to_owned(), today: TODAY })
}

fn bare(name: &str) -> Runbook {
    Runbook::bare(&Welcome { name: name.to_owned(), today: TODAY })
}

fn tree(runbook: &Runbook) -> SourceTree {
    let files = runbook.files.iter().map(|(path, text)| SourceFile::text(path, text.as_str()));
    SourceTree::new(files.collect())
}

#[test]
fn whatever_the_client_is_called_the_files_can_be_read() {
    for name in ["Harborview Dental Group", "O'Neill \"& Söhne\" \\ GmbH", "...", "Northwind IT"] {
        let tree = tree(&runbook(name));
        let catalog = schema::read(&tree).value;
        let records = record::read(&tree, &catalog, "USD");
        assert!(records.found.is_empty(), "{name}: {:#?}", records.found);
        assert!(records.value.len() > 30, "{name}");
        let file = tree.at(config::FILE_NAME).expect("it marks the runbook");
        let config = config::read(&syntax::parse(file).value);
        assert!(config.found.is_empty(), "{name}: {:#?}", config.found);
        assert_eq!(config.value.site.title, format!("{name}: IT runbook"));
    }
}

/// What every stage up to the audit finds in the runbook, on the day it was made.
fn findings(runbook: &Runbook) -> Diagnostics {
    let tree = tree(runbook);
    let mut found = Diagnostics::default();
    let catalog = schema::read(&tree).report_to(&mut found);
    let file = tree.at(config::FILE_NAME).expect("it marks the runbook");
    let config = config::read(&syntax::parse(file).report_to(&mut found)).report_to(&mut found);
    let records = record::read(&tree, &catalog, &config.site.currency).report_to(&mut found);
    let model = model::join(&tree, catalog, records).report_to(&mut found);
    audit::run(&tree, &model, &config, TODAY, None).report_to(&mut found);
    found
}

#[test]
fn nothing_is_missing_stale_or_broken_in_the_examples() {
    for name in ["Harborview Dental Group", "Northwind IT"] {
        let found = findings(&runbook(name));
        let beside_notes: Vec<_> = found
            .iter()
            .filter(|found| found.level > Level::Note)
            .map(|found| &found.message)
            .collect();
        assert!(beside_notes.is_empty(), "{name}: {beside_notes:#?}");
    }
}

#[test]
fn a_bare_runbook_is_in_order_and_knows_its_client_alone() {
    for name in ["Harborview Dental Group", "O'Neill \"& Söhne\" \\ GmbH", "..."] {
        let runbook = bare(name);
        assert!(!findings(&runbook).has_errors(), "{name}: {:#?}", findings(&runbook));
        let records = runbook.files.iter().filter(|(path, _)| path.starts_with("records/"));
        assert_eq!(records.count(), 1, "{name}");
    }
}

#[test]
fn days_are_counted_from_today() {
    let runbook = runbook("Harborview");
    let tree = tree(&runbook);
    let file = tree.at("records/contracts/it-services.toml").expect("it is among the examples");
    let root = syntax::parse(file).value.root;
    assert_eq!(day(&root, "start"), "2024-11-23");
    assert_eq!(day(&root, "end"), "2027-11-23");
    let Item::Table(verified) = &root.get("verified").unwrap().value.value else { panic!() };
    assert_eq!(day(verified, "on"), "2026-11-23");
}

fn day(table: &Table, key: &str) -> String {
    match &table.get(key).expect("the example has it").value.value {
        Item::Datetime(day) => day.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_attached_file_has_the_checksum_that_its_record_says() {
    let runbook = runbook("Harborview");
    let text = |path: &str| &runbook.files.iter().find(|(there, _)| there == path).unwrap().1;
    let digest = Digest::of(text("files/configs/fw-hq-01.conf").as_bytes()).to_string();
    assert!(text("records/documents/fw-hq-01-config.toml").contains(&digest));
}

#[test]
fn every_toml_file_names_a_schema_that_is_there() {
    for runbook in [runbook("Harborview"), bare("Harborview")] {
        names_its_schemas(&runbook);
    }
}

fn names_its_schemas(runbook: &Runbook) {
    for (path, text) in runbook.files.iter().filter(|(path, _)| path.ends_with(".toml")) {
        let line = text.lines().next().unwrap_or_default();
        let named = runbook.files.iter().any(|(schema, _)| {
            schema
                .strip_prefix(json_schema::FOLDER)
                .is_some_and(|name| line == json_schema::directive(path, &name[1..]))
        });
        assert!(named, "{path}: {line}");
        assert_eq!(text.lines().nth(1), Some(""), "{path}: Tombi wants a blank line here");
    }
}

#[test]
fn only_addresses_kept_for_documentation_are_used() {
    let runbook = runbook("Harborview");
    let written = regex::Regex::new(r"\b\d{1,3}(\.\d{1,3}){3}\b").expect("the pattern is right");
    let examples = runbook.files.iter().filter(|(path, _)| !path.starts_with(".clearjar/"));
    for (path, text) in examples {
        for address in written.find_iter(text).map(|found| found.as_str()) {
            let kept = ["192.0.2.", "198.51.100.", "203.0.113.", "255.255.255."];
            assert!(kept.iter().any(|net| address.starts_with(net)), "{path}: {address}");
        }
    }
}

#[test]
fn a_name_without_a_usable_id_gets_a_plain_one() {
    let client_id = |name: &str| client_id(name, &embedded(&EXAMPLES));
    assert_eq!(client_id("Harborview Dental Group"), "harborview-dental-group");
    assert_eq!(client_id("Zahnärzte am Kai"), "zahnarzte-am-kai");
    assert_eq!(client_id("***"), "client");
    assert_eq!(client_id("CON"), "client");
    // The example provider is called so.
    assert_eq!(client_id("Northwind IT"), "client");
    assert_eq!(client_id(&"long ".repeat(40)).len(), 39);
}
