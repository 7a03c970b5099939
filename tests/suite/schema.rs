//! `clearjar schema`, called as a person calls it.

use std::fs;

use snapbox::str;

use crate::program::Folder;

#[test]
fn the_schemas_are_written_into_the_runbook() {
    let folder = Folder::with_runbook();
    fs::remove_dir_all(folder.path("rb/.clearjar")).unwrap();
    let run = folder.run(&["-C", "rb", "schema"]).succeeds();
    snapbox::assert_data_eq!(
        run.out,
        str![[r#"
[..] schemas in `rb/.clearjar/schema`

"#]]
    );
    for name in ["device.json", "account.map.json", "clearjar-toml.json", "kind-file.json"] {
        let text = folder.read(&format!("rb/.clearjar/schema/{name}"));
        let schema: serde_json::Value = serde_json::from_str(&text).expect("a schema is JSON");
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#", "{name}");
    }
}

#[test]
fn another_folder_can_be_named() {
    let folder = Folder::with_runbook();
    folder.run(&["-C", "rb", "schema", "--output", "out/schemas"]).succeeds();
    assert!(folder.path("out/schemas/device.json").is_file());
}

#[test]
fn the_fields_of_ones_own_are_in_them() {
    let folder = Folder::with_runbook();
    folder.write(
        "rb/kinds/device.toml",
        "kind = \"device\"\nextends = true\n[field.shelf]\ntype = \"text\"\n",
    );
    folder.run(&["-C", "rb", "schema"]).succeeds();
    assert!(folder.read("rb/.clearjar/schema/device.json").contains("\"shelf\""));
}

#[test]
fn a_kind_that_cannot_be_used_is_told() {
    let folder = Folder::with_runbook();
    folder.write("rb/kinds/odd.toml", "kind = \"Odd Name\"\n");
    let run = folder.run(&["-C", "rb", "schema"]).succeeds();
    assert_eq!(run.err, "1 problem in the files under kinds/: `clearjar check` tells more\n");
}

#[test]
fn a_folder_that_cannot_be_made_is_told_with_its_path() {
    let folder = Folder::with_runbook();
    folder.write("file", "");
    folder.run(&["-C", "rb", "schema", "--output", "file/inside"]).fails(
        2,
        str![[r#"
error: cannot make the folder `file/inside`: [..]

"#]],
    );
}
