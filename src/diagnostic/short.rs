//! Writes findings one to a line, as editors and `grep` like them.

use std::fmt::Write as _;

use super::clean::one_line;
use super::mask;
use super::place::Places;
use super::{Diagnostic, Diagnostics};
use crate::source::SourceTree;

/// Returns `path:line:column: level[rule] message (help)`, one line for each of `found`.
///
/// Nothing in it can steer a terminal: see [`super::clean`].
pub fn write(found: &Diagnostics, tree: &SourceTree) -> String {
    match mask::veil(found, tree) {
        Some((found, tree)) => write_shown(&found, &tree),
        None => write_shown(found, tree),
    }
}

fn write_shown(found: &Diagnostics, tree: &SourceTree) -> String {
    let mut places = Places::new(tree);
    let mut out = String::new();
    for finding in found {
        write_line(&mut out, finding, &mut places);
    }
    out
}

fn write_line(out: &mut String, finding: &Diagnostic, places: &mut Places) {
    if let Some(place) = places.place(finding.span) {
        let (line, column) = (place.start.line, place.start.column);
        let _ = write!(out, "{}:{line}:{column}: ", one_line(place.path));
    }
    let (level, code) = (finding.level.name(), finding.rule.code);
    let _ = write!(out, "{level}[{code}] {}", one_line(&finding.message));
    if let Some(help) = &finding.help {
        let _ = write!(out, " ({})", one_line(&help.replace('\n', " ")));
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::super::examples;
    use super::*;
    use crate::source::{FileId, SourceFile, Span};

    #[test]
    fn each_finding_is_one_line_with_place_rule_and_help() {
        let (found, tree) = examples::misspelt();
        let expected = "records/devices/db1.toml:2:1: error[unknown-field] `device` has no field \
                        `hostnmae` (did you mean `hostname`?)\n";
        assert_eq!(write(&found, &tree), expected);
    }

    #[test]
    fn hostile_text_stays_on_its_line() {
        let (found, tree) = examples::hostile();
        let written = write(&found, &tree);
        assert_eq!(written.lines().count(), found.len());
        examples::assert_harmless(&written);
    }

    #[test]
    fn forty_thousand_findings_in_one_file_do_not_count_its_lines_anew_each() {
        let tree = SourceTree::new(vec![SourceFile::text("a.toml", "a = 1\n".repeat(40_000))]);
        let span = |ix: usize| Span::new(FileId::of("a.toml"), ix * 6 + 1..ix * 6 + 2);
        let found = (0..40_000).map(|ix| Diagnostic::new(&examples::ORPHAN, span(ix), "x"));
        let written = write(&found.collect(), &tree);
        assert!(written.ends_with("a.toml:40000:2: note[orphan-record] x\n"));
    }
}
