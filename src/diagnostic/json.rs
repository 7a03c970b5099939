//! Writes findings as JSON, for scripts and editors.

use serde::Serialize;

use super::clean::escape_json;
use super::mask;
use super::place::Places;
use super::{Diagnostic, Diagnostics, Fix, Label};
use crate::source::SourceTree;

/// Returns a JSON array with one object for each of `found`, indented, its keys in a fixed order.
///
/// Lines and columns count from 1, columns in characters; `endLine` and `endColumn` are the point
/// behind the last character. `path` is relative to the runbook, with `/`. Text is whole: what
/// could steer a terminal is written as an escape.
pub fn write(found: &Diagnostics, tree: &SourceTree) -> String {
    match mask::veil(found, tree) {
        Some((found, tree)) => write_shown(&found, &tree),
        None => write_shown(found, tree),
    }
}

fn write_shown(found: &Diagnostics, tree: &SourceTree) -> String {
    let mut places = Places::new(tree);
    let findings: Vec<_> = found.iter().map(|finding| Finding::of(finding, &mut places)).collect();
    let json = serde_json::to_string_pretty(&findings)
        .expect("these structs have only strings and numbers, which always serialise");
    escape_json(&json).into_owned() + "\n"
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    rule: &'a str,
    level: &'a str,
    message: &'a str,
    #[serde(flatten)]
    region: Region<'a>,
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Change<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region<'a> {
    path: Option<&'a str>,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct Change<'a> {
    replacement: &'a str,
    #[serde(flatten)]
    region: Region<'a>,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    #[serde(flatten)]
    region: Region<'a>,
}

impl<'a> Finding<'a> {
    fn of(finding: &'a Diagnostic, places: &mut Places<'a>) -> Finding<'a> {
        Finding {
            rule: finding.rule.code,
            level: finding.level.name(),
            message: &finding.message,
            region: Region::of(finding.span, places),
            help: finding.help.as_deref(),
            fix: finding.fix.as_ref().map(|fix| Change::of(fix, places)),
            related: finding.others.iter().map(|label| Related::of(label, places)).collect(),
        }
    }
}

impl<'a> Region<'a> {
    fn of(span: crate::source::Span, places: &mut Places<'a>) -> Region<'a> {
        let Some(place) = places.place(span) else {
            return Region { path: None, line: 1, column: 1, end_line: 1, end_column: 1 };
        };
        Region {
            path: Some(place.path),
            line: place.start.line,
            column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
        }
    }
}

impl<'a> Change<'a> {
    fn of(fix: &'a Fix, places: &mut Places<'a>) -> Change<'a> {
        Change { replacement: &fix.replacement, region: Region::of(fix.span, places) }
    }
}

impl<'a> Related<'a> {
    fn of(label: &'a Label, places: &mut Places<'a>) -> Related<'a> {
        Related { message: &label.message, region: Region::of(label.span, places) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::examples;
    use super::*;

    #[test]
    fn a_finding_has_the_keys_others_rely_on_in_their_order() {
        let (found, tree) = examples::misspelt();
        insta::assert_snapshot!(write(&found, &tree), @r#"
        [
          {
            "rule": "unknown-field",
            "level": "error",
            "message": "`device` has no field `hostnmae`",
            "path": "records/devices/db1.toml",
            "line": 2,
            "column": 1,
            "endLine": 2,
            "endColumn": 9,
            "help": "did you mean `hostname`?",
            "fix": {
              "replacement": "hostname",
              "path": "records/devices/db1.toml",
              "line": 2,
              "column": 1,
              "endLine": 2,
              "endColumn": 9
            }
          }
        ]
        "#);
    }

    #[test]
    fn nothing_found_is_an_empty_list() {
        assert_eq!(write(&Diagnostics::default(), &SourceTree::default()), "[]\n");
    }

    #[test]
    fn hostile_text_comes_back_whole_and_cannot_steer_a_terminal() {
        let (found, tree) = examples::hostile();
        let written = write(&found, &tree);
        examples::assert_harmless(&written);
        let read: serde_json::Value = serde_json::from_str(&written).unwrap();
        for (object, finding) in read.as_array().unwrap().iter().zip(&found) {
            assert_eq!(object["message"], finding.message.as_str());
            assert_eq!(object["help"].as_str(), finding.help.as_deref());
        }
    }
}
