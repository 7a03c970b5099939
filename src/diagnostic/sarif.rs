//! Writes findings as SARIF 2.1.0 (OASIS), the form that code hosting sites and editors read.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::clean::escape_json;
use super::mask;
use super::place::{Place, Places};
use super::{Diagnostic, Diagnostics, Level, Rule};
use crate::source::{SourceTree, Span};

/// Returns a SARIF log with one run: the rules that were met, and one result for each of `found`.
///
/// Columns count characters (`unicodeCodePoints`). Addresses are relative to the runbook and
/// percent-encoded (RFC 3986). Same findings, same bytes.
pub fn write(found: &Diagnostics, tree: &SourceTree) -> String {
    match mask::veil(found, tree) {
        Some((found, tree)) => write_shown(&found, &tree),
        None => write_shown(found, tree),
    }
}

fn write_shown(found: &Diagnostics, tree: &SourceTree) -> String {
    let rules: BTreeMap<_, _> = found.iter().map(|it| (it.rule.code, it.rule)).collect();
    let index: BTreeMap<_, _> = rules.keys().zip(0_usize..).collect();
    let mut places = Places::new(tree);
    let results: Vec<_> =
        found.iter().map(|it| result(it, index[&it.rule.code], &mut places)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "clearjar",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.values().map(|rule| describe(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    let json = serde_json::to_string_pretty(&log)
        .expect("a JSON value has only string keys, which always serialise");
    escape_json(&json).into_owned() + "\n"
}

fn describe(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "shortDescription": { "text": rule.summary },
        "help": { "text": rule.detail, "markdown": rule.detail },
        "defaultConfiguration": { "level": level(rule.level) },
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Off => "none",
        Level::Note | Level::Warning | Level::Error => level.name(),
    }
}

fn result(finding: &Diagnostic, rule_index: usize, places: &mut Places) -> Value {
    let text = match &finding.help {
        Some(help) => format!("{}\n{help}", finding.message),
        None => finding.message.clone(),
    };
    let mut result = json!({
        "ruleId": finding.rule.code,
        "ruleIndex": rule_index,
        "level": level(finding.level),
        "message": { "text": text },
    });
    if let Some(place) = places.place(finding.span) {
        result["locations"] = json!([location(&place)]);
    }
    let related: Vec<_> =
        finding.others.iter().filter_map(|it| related(it.span, &it.message, places)).collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if let Some(fix) = &finding.fix
        && let Some(place) = places.place(fix.span)
    {
        result["fixes"] = json!([change(finding, &place, &fix.replacement)]);
    }
    result
}

fn location(place: &Place) -> Value {
    // Some readers insist on a region, so a whole file is pointed at by its first line.
    let region = if place.whole { json!({ "startLine": 1 }) } else { region(place) };
    let artifact = json!({ "uri": address(place.path) });
    json!({ "physicalLocation": { "artifactLocation": artifact, "region": region } })
}

fn related(span: Span, message: &str, places: &mut Places) -> Option<Value> {
    let mut location = location(&places.place(span)?);
    location["message"] = json!({ "text": message });
    Some(location)
}

fn change(finding: &Diagnostic, place: &Place, replacement: &str) -> Value {
    let text = finding.help.as_deref().unwrap_or("this would settle it");
    json!({
        "description": { "text": text },
        "artifactChanges": [{
            "artifactLocation": { "uri": address(place.path) },
            "replacements": [{
                "deletedRegion": region(place),
                "insertedContent": { "text": replacement },
            }],
        }],
    })
}

fn region(place: &Place) -> Value {
    json!({
        "startLine": place.start.line,
        "startColumn": place.start.column,
        "endLine": place.end.line,
        "endColumn": place.end.column,
    })
}

/// Returns `path` as a relative reference: all but RFC 3986's unreserved characters are encoded,
/// the colon too, which could otherwise end a scheme.
fn address(path: &str) -> String {
    let mut address = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                address.push(byte as char);
            }
            _ => {
                let _ = write!(address, "%{byte:02X}");
            }
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::super::examples;
    use super::*;

    #[test]
    fn a_finding_becomes_a_result_with_its_rule_and_its_change() {
        let (found, tree) = examples::misspelt();
        let written = write(&found, &tree).replace(env!("CARGO_PKG_VERSION"), "0.0.0");
        insta::assert_snapshot!(written, @r#"
        {
          "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
          "runs": [
            {
              "columnKind": "unicodeCodePoints",
              "results": [
                {
                  "fixes": [
                    {
                      "artifactChanges": [
                        {
                          "artifactLocation": {
                            "uri": "records/devices/db1.toml"
                          },
                          "replacements": [
                            {
                              "deletedRegion": {
                                "endColumn": 9,
                                "endLine": 2,
                                "startColumn": 1,
                                "startLine": 2
                              },
                              "insertedContent": {
                                "text": "hostname"
                              }
                            }
                          ]
                        }
                      ],
                      "description": {
                        "text": "did you mean `hostname`?"
                      }
                    }
                  ],
                  "level": "error",
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "records/devices/db1.toml"
                        },
                        "region": {
                          "endColumn": 9,
                          "endLine": 2,
                          "startColumn": 1,
                          "startLine": 2
                        }
                      }
                    }
                  ],
                  "message": {
                    "text": "`device` has no field `hostnmae`\ndid you mean `hostname`?"
                  },
                  "ruleId": "unknown-field",
                  "ruleIndex": 0
                }
              ],
              "tool": {
                "driver": {
                  "name": "clearjar",
                  "rules": [
                    {
                      "defaultConfiguration": {
                        "level": "error"
                      },
                      "help": {
                        "markdown": "The field would not appear anywhere.\n",
                        "text": "The field would not appear anywhere.\n"
                      },
                      "id": "unknown-field",
                      "shortDescription": {
                        "text": "a record has a field its kind does not define"
                      }
                    }
                  ],
                  "version": "0.0.0"
                }
              }
            }
          ],
          "version": "2.1.0"
        }
        "#);
    }

    #[test]
    fn rules_stand_once_and_in_the_order_of_their_names() {
        let (found, tree) = examples::hostile();
        let log: Value = serde_json::from_str(&write(&found, &tree)).unwrap();
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        let ids: Vec<_> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["orphan-record", "unknown-field"]);
        for result in log["runs"][0]["results"].as_array().unwrap() {
            let index = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(result["ruleId"], ids[index]);
        }
    }

    #[test]
    fn hostile_text_cannot_steer_a_terminal() {
        let (found, tree) = examples::hostile();
        examples::assert_harmless(&write(&found, &tree));
    }

    #[test]
    fn an_address_has_no_scheme_and_nothing_unencoded() {
        assert_eq!(address("a/b c.toml"), "a/b%20c.toml");
        assert_eq!(address("javascript:ü?#%"), "javascript%3A%C3%BC%3F%23%25");
    }
}
