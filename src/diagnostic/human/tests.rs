//! What people see, and that hostile or huge files cannot spoil it.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::super::examples::{self, ORPHAN, UNKNOWN_FIELD};
use super::*;
use crate::source::{FileId, SourceFile, Span};

const PLAIN: Style = Style { color: false, width: 100 };

fn file(path: &str, text: &str) -> SourceTree {
    SourceTree::new(vec![SourceFile::text(path, text)])
}

fn one(finding: Diagnostic, tree: &SourceTree) -> String {
    write(&Diagnostics::from_iter([finding]), tree, PLAIN)
}

#[test]
fn a_change_is_shown_beneath_the_help() {
    let (found, tree) = examples::misspelt();
    assert_snapshot!(write(&found, &tree, PLAIN), @r#"
    error[unknown-field]: `device` has no field `hostnmae`
     --> records/devices/db1.toml:2:1
      |
    2 | hostnmae = "db1"
      | ^^^^^^^^
      |
    help: did you mean `hostname`?
      |
    2 - hostnmae = "db1"
    2 + hostname = "db1"
      |
    "#);
}

#[test]
fn places_that_are_near_share_an_excerpt_and_far_ones_get_their_own() {
    let text = "a = 1\nb = 2\na = 3\n".to_owned() + &"\n".repeat(20) + "a = 4\n";
    let tree = file("a.toml", &text);
    let id = FileId::of("a.toml");
    let finding = Diagnostic::new(&UNKNOWN_FIELD, Span::new(id, 12..13), "`a` is written twice")
        .label("again")
        .other(Span::new(id, 1..1), "first")
        .other(Span::new(id, 38..39), "and here")
        .help("keep one");
    assert_snapshot!(one(finding, &tree), @r#"
    error[unknown-field]: `a` is written twice
      --> a.toml:3:1
       |
     1 | a = 1
       |  - first
     2 | b = 2
     3 | a = 3
       | ^ again
       |
      ::: a.toml:24:1
       |
    24 | a = 4
       | - and here
       |
       = help: keep one
    "#);
}

#[test]
fn a_whole_file_has_no_source_line() {
    let tree = file("records/x.xls", "a\nb\n");
    let id = FileId::of("records/x.xls");
    let finding = Diagnostic::new(&ORPHAN, Span::whole(id), "it is a spreadsheet").help("move it");
    assert_snapshot!(one(finding.clone(), &tree), @r#"
    note[orphan-record]: it is a spreadsheet
    --> records/x.xls
     = help: move it
    "#);
    let finding = finding.other(Span::new(id, 2..3), "this line");
    assert_snapshot!(one(finding, &tree), @r#"
    note[orphan-record]: it is a spreadsheet
     --> records/x.xls
      |
     ::: records/x.xls:2:1
      |
    2 | b
      | - this line
      |
      = help: move it
    "#);
}

#[test]
fn a_long_line_is_cut_and_its_column_stays_true() {
    let text = "a = \"".to_owned() + &"ü".repeat(50_000) + "\" x = " + &"z".repeat(50_000);
    let tree = file("a.toml", &text);
    let at = text.find("x =").unwrap();
    let span = Span::new(FileId::of("a.toml"), at..at + 1);
    assert_snapshot!(one(Diagnostic::new(&ORPHAN, span, "stray"), &tree), @r#"
    note[orphan-record]: stray
     --> a.toml:1:50008
      |
    1 | …üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü" x = zzzzzzzzzzzzzzzzzzzzzzzzzzz...
      |                                                               ^
    "#);
}

#[test]
fn several_lines_are_marked_at_their_first() {
    let tree = file("a.toml", "a = [\n1,\n2,\n");
    let span = Span::new(FileId::of("a.toml"), 4..12);
    let finding = Diagnostic::new(&ORPHAN, span, "not closed").label("opened here");
    let finding = finding.fix(Span::new(span.file, 11..11), "]");
    assert_snapshot!(one(finding, &tree), @r#"
    note[orphan-record]: not closed
     --> a.toml:1:5
      |
    1 | a = [
      |     ^ opened here
      |
    help: this would settle it
      |
    3 | 2,]
      |   +
    "#);
}

#[test]
fn the_end_of_a_file_is_a_place_too() {
    let tree = file("a.toml", "a = 1\n");
    let span = Span::new(FileId::of("a.toml"), 6..6);
    let finding = Diagnostic::new(&ORPHAN, span, "ends here");
    let finding = finding.other(Span::new(span.file, 1..1), "began here");
    assert_snapshot!(one(finding, &tree), @r#"
    note[orphan-record]: ends here
     --> a.toml:2:1
      |
    1 | a = 1
      |  - began here
    2 |
      | ^
    "#);
}

#[test]
fn colours_are_the_only_escapes() {
    let (found, tree) = examples::hostile();
    examples::assert_harmless(&write(&found, &tree, PLAIN));
    let coloured = write(&found, &tree, Style { color: true, ..PLAIN });
    let sequence = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    assert!(sequence.is_match(&coloured));
    examples::assert_harmless(&sequence.replace_all(&coloured, ""));
}

#[test]
fn no_line_of_a_message_can_pass_for_a_finding() {
    let (found, tree) = examples::hostile();
    let written = write(&found, &tree, PLAIN);
    assert!(written.lines().all(|line| !line.starts_with("error[forged]")), "{written}");
}

proptest! {
    #[test]
    fn any_spans_in_any_text_can_be_drawn(
        text in "([a-z =\"ü𝄞\\t]|\\r|\\n|\\x00|\\x{85}|\\x{202e}|\\x{301}){0,80}",
        spans in proptest::collection::vec((0usize..90, 0usize..90), 1..4),
        replacement in "[a\\n\\r\\x1b\\tü]{0,6}",
        width in 0usize..120,
    ) {
        let tree = file("a.toml", &text);
        let span = |(a, b): (usize, usize)| Span::new(FileId::of("a.toml"), a.min(b)..a.max(b));
        let mut finding = Diagnostic::new(&ORPHAN, span(spans[0]), "m").label("l").help("h");
        for other in &spans[1..] {
            finding = finding.other(span(*other), "o");
        }
        for finding in [finding.clone().fix(span(*spans.last().unwrap()), replacement), finding] {
            for color in [false, true] {
                let found = Diagnostics::from_iter([finding.clone()]);
                let written = write(&found, &tree, Style { color, width });
                if !color {
                    examples::assert_harmless(&written);
                }
            }
        }
    }
}
