//! `clearjar new`, called as a person calls it.

use std::fs;

use snapbox::str;

use crate::program::Folder;

#[test]
fn a_new_record_is_written_and_its_place_printed() {
    let folder = Folder::with_runbook();
    let run = folder.run(&["-C", "rb", "new", "device", "prn-hq-01", "--type", "printer"]);
    let run = run.succeeds();
    assert_eq!(run.out, "rb/records/devices/prn-hq-01.toml\n");
    let text = folder.read("rb/records/devices/prn-hq-01.toml");
    assert!(text.starts_with("#:schema ../../.clearjar/schema/device.json\n\n"), "{text}");
    assert!(text.contains("\ntype = \"printer\"\n"), "{text}");
}

#[test]
fn the_new_record_has_no_errors() {
    let folder = Folder::with_runbook();
    folder.run(&["-C", "rb", "new", "device", "prn-hq-01"]).succeeds();
    folder.run(&["-C", "rb", "new", "procedure", "new-joiner", "--markdown"]).succeeds();
    folder.run(&["-C", "rb", "check"]).succeeds();
}

#[test]
fn a_folder_before_the_id_is_made() {
    let folder = Folder::with_runbook();
    let run = folder.run(&["-C", "rb", "new", "device", "branch/ap-01"]).succeeds();
    assert_eq!(run.out, "rb/records/devices/branch/ap-01.toml\n");
}

#[test]
fn it_works_from_anywhere_inside_the_runbook() {
    let folder = Folder::with_runbook();
    let mut program = folder.program();
    program.current_dir(folder.path("rb/records/devices")).args(["new", "site", "store"]);
    assert!(program.output().unwrap().status.success());
    assert!(folder.path("rb/records/sites/store.toml").is_file());
}

#[test]
fn a_kind_of_ones_own_gets_its_schema_with_its_first_record() {
    let folder = Folder::with_runbook();
    folder.write("rb/kinds/autoclave.toml", "kind = \"autoclave\"\n");
    folder.run(&["-C", "rb", "new", "autoclave", "first"]).succeeds();
    assert!(folder.path("rb/.clearjar/schema/autoclave.json").is_file());
}

#[test]
fn an_existing_record_is_never_overwritten() {
    let folder = Folder::with_runbook();
    let before = folder.read("rb/records/devices/fw-hq-01.toml");
    folder.run(&["-C", "rb", "new", "device", "fw-hq-01"]).fails(
        2,
        str![[r#"
error: `device/fw-hq-01` is there already, in `records/devices/fw-hq-01.toml`
  help: open that one, or choose another id

"#]],
    );
    assert_eq!(folder.read("rb/records/devices/fw-hq-01.toml"), before);
}

#[test]
fn an_id_is_taken_by_a_record_in_a_file_of_many_as_well() {
    let folder = Folder::with_runbook();
    folder.run(&["-C", "rb", "new", "account", "fw-hq-admin"]).fails(
        2,
        str![[r#"
error: `account/fw-hq-admin` is there already, in `records/accounts.toml`, line 8
  help: open that one, or choose another id

"#]],
    );
}

#[test]
fn a_file_that_could_not_be_read_as_a_record_is_not_overwritten_either() {
    let folder = Folder::with_runbook();
    folder.write("rb/records/devices/odd.toml", "= not TOML");
    let run = folder.run(&["-C", "rb", "new", "device", "odd"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert_eq!(folder.read("rb/records/devices/odd.toml"), "= not TOML");
}

#[test]
fn a_bad_id_is_refused_with_a_better_one() {
    let folder = Folder::with_runbook();
    folder.run(&["-C", "rb", "new", "device", "FW HQ 02"]).fails(
        2,
        str![[r#"
error: `FW HQ 02` cannot be the id of a record
  help: use lower-case letters, digits and `-`: `fw-hq-02`

"#]],
    );
    for id in ["../../escaped", "con", "index", ""] {
        assert_eq!(folder.run(&["-C", "rb", "new", "device", id]).code, 2, "{id}");
    }
    assert!(!folder.path("escaped.toml").exists());
}

#[test]
fn an_unknown_kind_is_refused_with_the_nearest_one() {
    let folder = Folder::with_runbook();
    folder.run(&["-C", "rb", "new", "devise", "x"]).fails(
        2,
        str![[r#"
error: there is no kind called `devise`
  help: did you mean `device`?

"#]],
    );
}

#[test]
fn a_folder_that_cannot_be_made_is_told_with_its_path() {
    let folder = Folder::with_runbook();
    fs::remove_dir_all(folder.path("rb/records/racks")).unwrap();
    folder.write("rb/records/racks", "a file where a folder belongs");
    folder.run(&["-C", "rb", "new", "rack", "x"]).fails(
        2,
        str![[r#"
error: cannot make the folder `HERE/rb/records/racks`: [..]

"#]],
    );
}

#[test]
fn outside_a_runbook_it_says_how_to_get_into_one() {
    let folder = Folder::empty();
    let run = folder.run(&["new", "device", "x"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("`-C DIR`") && run.err.contains("clearjar init"), "{}", run.err);
}
