//! `clearjar init`, called as a person calls it.

use std::fs;

use snapbox::str;

use crate::program::Folder;

#[test]
fn a_new_runbook_says_what_it_holds_and_what_to_do_next() {
    let folder = Folder::empty();
    let run = folder.run(&["init", "harborview"]).succeeds();
    snapbox::assert_data_eq!(
        run.out,
        str![[r#"
harborview is a runbook now, for Harborview. All that is in it is an example.

  clearjar.toml      the title, the client, the provider
  README.md          how to edit it, in plain words
  records/           [..] files, at least one of each main kind
  files/             a configuration, kept with the record it belongs to
  .clearjar/schema/  by which editors complete and check the records

Next:

  clearjar -C harborview build     then open harborview/site/index.html
  clearjar -C harborview check     what is wrong, missing or out of date
  clearjar -C harborview kinds     what else can be written down

"#]]
    );
    assert!(folder.read("harborview/README.md").contains("# Harborview: IT runbook"));
    assert!(folder.read("harborview/.gitignore").contains("/site/"));
    assert!(folder.path("harborview/.clearjar/schema/device.json").is_file());
}

#[test]
fn the_clients_name_stands_where_it_belongs() {
    let folder = Folder::empty();
    folder.run(&["init", "rb", "--name", "O'Neill & Söhne"]).succeeds();
    assert!(folder.read("rb/clearjar.toml").contains("title = \"O'Neill & Söhne: IT runbook\""));
    let record = folder.read("rb/records/organizations/o-neill-sohne.toml");
    assert!(record.contains("name = \"O'Neill & Söhne\""), "{record}");
}

#[test]
fn an_existing_folder_with_nothing_but_git_in_it_is_as_good_as_none() {
    let folder = Folder::empty();
    fs::create_dir_all(folder.path("rb/.git")).unwrap();
    folder.run(&["init", "rb"]).succeeds();
    fs::create_dir_all(folder.path("here")).unwrap();
    folder.run(&["-C", "here", "init", ".", "--name", "Here"]).succeeds();
    assert!(folder.path("here/clearjar.toml").is_file());
}

#[test]
fn nothing_is_written_among_the_files_of_others() {
    let folder = Folder::empty();
    folder.write("rb/notes.txt", "mine");
    folder.run(&["init", "rb"]).fails(
        2,
        str![[r#"
error: `rb` is not empty: it holds `notes.txt`
  help: choose a folder that is empty or not there yet

"#]],
    );
    assert_eq!(fs::read_dir(folder.path("rb")).unwrap().count(), 1);
}

#[test]
fn a_file_is_no_folder() {
    let folder = Folder::empty();
    folder.write("rb", "a file");
    folder.run(&["init", "rb"]).fails(
        2,
        str![[r#"
error: `rb` is not a folder
  help: choose another name

"#]],
    );
    assert_eq!(folder.read("rb"), "a file");
}

#[test]
fn a_name_that_is_none_is_refused() {
    let folder = Folder::empty();
    let run = folder.run(&["init", "rb", "--name", "  "]);
    assert_eq!(run.code, 2);
    assert!(!folder.path("rb").exists());
}
