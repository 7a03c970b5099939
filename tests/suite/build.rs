//! `clearjar build`, called as a person calls it.

use std::fs;

use snapbox::str;

use crate::program::Folder;

#[test]
fn a_fresh_runbook_builds_at_once() {
    let folder = Folder::with_runbook();
    let run = folder.run(&["-C", "rb", "build"]).succeeds();
    snapbox::assert_data_eq!(
        run.out,
        str![[r#"
[..] records, [..] pages: [..] files written, 0 unchanged, in [..] s → rb/site/index.html

"#]]
    );
    assert!(folder.read("rb/site/index.html").contains("Harborview Dental Group"));
    let again = folder.run(&["-C", "rb", "build"]).succeeds();
    assert!(again.out.contains(": 0 files written, "), "{}", again.out);
}

#[test]
fn an_error_leaves_the_site_as_it_was() {
    let folder = Folder::with_runbook();
    folder.run(&["-C", "rb", "build"]).succeeds();
    let before = folder.read("rb/site/manifest.json");
    folder.write("rb/records/terms/x.toml", "name = 1\n");
    let run = folder.run(&["-C", "rb", "build"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("error[wrong-type]"), "{}", run.err);
    assert!(run.err.contains("nothing was published"), "{}", run.err);
    assert_eq!(folder.read("rb/site/manifest.json"), before);
}

#[test]
fn another_folder_can_be_named() {
    let folder = Folder::with_runbook();
    let run = folder.run(&["-C", "rb", "build", "--output", "public/it"]).succeeds();
    assert!(run.out.ends_with("→ public/it/index.html\n"), "{}", run.out);
    assert!(folder.path("public/it/index.html").is_file());
    assert!(!folder.path("rb/site").exists());
}

#[test]
fn denied_warnings_stop_it() {
    let folder = Folder::with_runbook();
    folder.write("rb/records/sites/x.toml", "name = \"X\"\n");
    let run = folder.run(&["-C", "rb", "build", "--deny", "warnings"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("`clearjar -C rb check` to see them"), "{}", run.err);
    assert!(!folder.path("rb/site").exists());
}

#[test]
fn a_folder_with_the_files_of_others_is_not_published_to() {
    let folder = Folder::with_runbook();
    folder.write("photos/cat.jpg", "mine");
    let run = folder.run(&["-C", "rb", "build", "--output", "photos"]);
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    assert!(run.err.starts_with("error: ") && run.err.contains("\n  help: "), "{}", run.err);
    assert_eq!(fs::read_dir(folder.path("photos")).unwrap().count(), 1);
}

#[test]
fn the_site_carries_the_runbook_it_is_made_from() {
    let folder = Folder::with_runbook();
    folder.write("rb/records/README.md", "For people.\n");
    folder.write("rb/records/terms/marked.toml", "\u{feff}name = \"Marked\"\ntext = \"T\"\n");
    folder.run(&["-C", "rb", "build"]).succeeds();
    for file in ["clearjar.toml", "README.md", "records/README.md", "records/terms/marked.toml"] {
        let [ours, theirs] =
            ["rb/", "rb/site/source/"].map(|place| folder.read(&format!("{place}{file}")));
        assert_eq!(ours, theirs, "{file}");
    }
    // What is a copy is not worked on.
    let run = folder.run(&["-C", "rb/site/source", "check"]);
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    // A copy of the copy, without the mark, makes the same site.
    let copied = crate::site::tree(&folder.path("rb/site/source"));
    for (path, bytes) in copied.iter().filter(|(path, _)| !path.ends_with('/')) {
        let there = folder.path("again").join(path);
        fs::create_dir_all(there.parent().unwrap()).unwrap();
        fs::write(there, bytes).unwrap();
    }
    fs::remove_file(folder.path("again/DO-NOT-EDIT-HERE.txt")).unwrap();
    folder.run(&["-C", "again", "build"]).succeeds();
    let [one, other] = ["rb/site", "again/site"].map(|site| crate::site::tree(&folder.path(site)));
    assert!(one == other, "the site made of its own sources is the same, byte for byte");
}
