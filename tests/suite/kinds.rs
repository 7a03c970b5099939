//! `clearjar kinds`, called as a person calls it.

use snapbox::str;

use crate::program::Folder;

#[test]
fn the_kinds_are_listed_outside_a_runbook_as_well() {
    let run = Folder::empty().run(&["kinds"]).succeeds();
    assert!(
        run.out.starts_with("People and companies\n  organization   organizations/ "),
        "{}",
        run.out
    );
}

#[test]
fn the_fields_of_a_kind_are_told() {
    let run = Folder::empty().run(&["kinds", "devices"]).succeeds();
    assert!(run.out.contains("\n  * type "), "{}", run.out);
    assert!(run.out.contains("\n  + serial "), "{}", run.out);
    assert!(run.out.contains("only where type is ups\n"), "{}", run.out);
}

#[test]
fn a_kind_of_ones_own_is_listed_inside_its_runbook() {
    let folder = Folder::with_runbook();
    let own = "kind = \"autoclave\"\nsummary = \"Cleans with steam.\"\n";
    folder.write("rb/kinds/autoclave.toml", own);
    assert!(folder.run(&["-C", "rb", "kinds"]).succeeds().out.contains("Cleans with steam."));
    assert!(!folder.run(&["kinds"]).succeeds().out.contains("Cleans with steam."));
    assert_eq!(folder.run(&["-C", "rb", "kinds", "autoclave", "--source"]).succeeds().out, own);
}

#[test]
fn the_source_of_a_kind_can_be_read_back_as_one() {
    let folder = Folder::empty();
    let source = folder.run(&["kinds", "device", "--source"]).succeeds().out;
    let table: toml::Table = source.parse().expect("a kind is TOML");
    assert_eq!(table["kind"].as_str(), Some("device"));
}

#[test]
fn additions_to_a_kind_stand_behind_its_source() {
    let folder = Folder::with_runbook();
    folder.write("rb/kinds/more.toml", "kind = \"device\"\nextends = true\n");
    let source = folder.run(&["-C", "rb", "kinds", "device", "--source"]).succeeds().out;
    assert!(source.ends_with("# ---- kinds/more.toml ----\n\nkind = \"device\"\nextends = true\n"));
}

#[test]
fn the_list_and_the_fields_are_there_as_json() {
    let folder = Folder::empty();
    let list: serde_json::Value =
        serde_json::from_str(&folder.run(&["kinds", "--format", "json"]).succeeds().out).unwrap();
    assert!(list.as_array().unwrap().iter().any(|kind| kind["folder"] == "records/devices/"));
    let run = folder.run(&["kinds", "device", "--format", "json"]).succeeds();
    let device: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(device["fields"][0]["name"], "type");
}

#[test]
fn an_unknown_kind_is_refused_with_the_nearest_one() {
    Folder::empty().run(&["kinds", "devise"]).fails(
        2,
        str![[r#"
error: there is no kind called `devise`
  help: did you mean `device`?

"#]],
    );
}

#[test]
fn a_folder_that_is_named_has_to_be_a_runbook() {
    let run = Folder::empty().run(&["-C", ".", "kinds"]);
    assert_eq!(run.code, 2, "{}", run.err);
}
