//! `clearjar check`, called as a person calls it.

use snapbox::str;

use crate::program::Folder;

/// A runbook with one error, beside what its examples have.
fn broken() -> Folder {
    let folder = Folder::with_runbook();
    folder.write("rb/records/terms/x.toml", "name = \"X\"\ntxet = \"misspelt\"\n");
    folder
}

#[test]
fn a_fresh_runbook_has_no_errors() {
    let run = Folder::with_runbook().run(&["-C", "rb", "check"]).succeeds();
    assert!(run.err.ends_with(" records\n") && !run.err.contains("error"), "{}", run.err);
}

#[test]
fn errors_are_told_with_their_place_and_counted() {
    let run = broken().run(&["-C", "rb", "check", "--format", "short"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains("records/terms/x.toml:2:1: error[unknown-field]"), "{}", run.out);
    assert!(run.err.starts_with("1 error, "), "{}", run.err);
}

#[test]
fn json_is_nothing_but_json() {
    let run = broken().run(&["-C", "rb", "check", "--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    let findings: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let error = findings.as_array().unwrap().iter().find(|found| found["level"] == "error");
    let error = error.expect("there is one");
    assert_eq!(error["rule"], "unknown-field");
    assert_eq!(error["path"], "records/terms/x.toml");
    assert_eq!((&error["line"], &error["column"]), (&2.into(), &1.into()));
}

#[test]
fn warnings_can_be_denied() {
    let folder = Folder::with_runbook();
    folder.write("rb/records/sites/x.toml", "name = \"X\"\n");
    folder.run(&["-C", "rb", "check"]).succeeds();
    assert_eq!(folder.run(&["-C", "rb", "check", "--deny", "warnings"]).code, 1);
}

#[test]
fn the_day_decides_what_is_stale() {
    let folder = Folder::with_runbook();
    let stale = |day: &str| {
        let arguments = ["-C", "rb", "--today", day, "check", "--format", "short"];
        let output = folder.program().args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap().contains("[stale]")
    };
    assert!(!stale("2026-11-24"));
    assert!(stale("2030-01-01"));
}

#[test]
fn a_rule_is_explained_without_a_runbook() {
    let run = Folder::empty().run(&["check", "--explain", "unknown-field"]).succeeds();
    assert!(run.out.starts_with("unknown-field (error)\n"), "{}", run.out);
    assert!(run.out.lines().all(|line| line.chars().count() <= 100), "{}", run.out);
}

#[test]
fn all_rules_are_listed() {
    let run = Folder::empty().run(&["check", "--explain"]).succeeds();
    assert!(run.out.contains("\nunknown-field "), "{}", run.out);
}

#[test]
fn an_unknown_rule_is_refused_with_the_nearest_one() {
    Folder::empty().run(&["check", "--explain", "unknown-feld"]).fails(
        2,
        str![[r#"
error: there is no rule called `unknown-feld`
  help: did you mean `unknown-field`?

"#]],
    );
}

#[test]
fn files_that_could_not_be_read_are_among_the_findings() {
    let folder = Folder::with_runbook();
    std::fs::write(folder.path("rb/records/terms.toml"), b"\xff\xfe").unwrap();
    let run = folder.run(&["-C", "rb", "check", "--format", "short"]);
    assert_eq!(run.code, 1, "{}", run.out);
    assert!(run.out.contains("records/terms.toml"), "{}", run.out);
}
