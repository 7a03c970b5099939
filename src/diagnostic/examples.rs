//! Findings that the tests of all writers share.

use super::{Diagnostic, Diagnostics, Level, Rule};
use crate::source::{FileId, SourceFile, SourceTree, Span};

/// A rule as the stages define them.
pub static UNKNOWN_FIELD: Rule = Rule {
    code: "unknown-field",
    level: Level::Error,
    summary: "a record has a field its kind does not define",
    detail: "The field would not appear anywhere.\n",
};

/// A second rule, so that the order of rules can be seen.
pub static ORPHAN: Rule = Rule {
    code: "orphan-record",
    level: Level::Note,
    summary: "nothing points at a record",
    detail: "Nothing links to it.\n",
};

/// A misspelt field with the change that settles it.
pub fn misspelt() -> (Diagnostics, SourceTree) {
    let path = "records/devices/db1.toml";
    let file = SourceFile::text(path, "name = \"db\"\nhostnmae = \"db1\"\n");
    let span = Span::new(FileId::of(path), 12..20);
    let finding = Diagnostic::new(&UNKNOWN_FIELD, span, "`device` has no field `hostnmae`")
        .help("did you mean `hostname`?")
        .fix(span, "hostname");
    (Diagnostics::from_iter([finding]), SourceTree::new(vec![file]))
}

/// Text from outside that would move a cursor, set a title, reverse a line or forge one.
pub const HOSTILE: &str = "a\u{1b}[2J\u{1b}]0;t\u{7}\u{9b}31m\u{90}\u{0}\u{7f}\u{85}\u{202e}\u{2066}\u{200f}\u{2028}\r\u{8}b\n\
     error[forged]: c";

/// Hostile text in every part of findings: path, line, message, label, help and change.
pub fn hostile() -> (Diagnostics, SourceTree) {
    let path = format!("records/{HOSTILE}.toml");
    let text = format!("x = 1\ny = '{HOSTILE}'\nz = '{HOSTILE}'\n");
    let file = FileId::of(&path);
    let span = Span::new(file, 10..20);
    let finding = Diagnostic::new(&UNKNOWN_FIELD, span, HOSTILE)
        .label(HOSTILE)
        .other(Span::new(file, 0..1), HOSTILE)
        .help(HOSTILE);
    let found = [
        finding.clone(),
        finding.clone().fix(span, HOSTILE),
        Diagnostic::new(&ORPHAN, Span::whole(file), HOSTILE).help(HOSTILE),
        Diagnostic::new(&ORPHAN, Span::whole(FileId::of("gone")), HOSTILE),
        Diagnostic { others: Vec::new(), label: None, help: None, ..finding }.fix(span, HOSTILE),
    ];
    (Diagnostics::from_iter(found), SourceTree::new(vec![SourceFile::text(path, text)]))
}

/// Fails when a terminal would do more with `text` than show it.
pub fn assert_harmless(text: &str) {
    for c in text.chars().filter(|c| *c != '\n') {
        assert!(!c.is_control(), "control character {c:?} in {text:?}");
        assert!(!super::clean::is_bidi_control(c), "bidi control {c:?} in {text:?}");
        assert!(!matches!(c, '\u{2028}' | '\u{2029}'), "line separator in {text:?}");
    }
}
