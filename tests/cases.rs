//! Runs the cases of `tests/cases/`: small runbooks in Markdown, each with the findings it expects.
//!
//! A fenced block with `file=PATH` is a file of the runbook. A comment behind a line of it says
//! what is to be found there: `# error: [unknown-field] "no field"`, with a part of the message.
//! Findings that no comment expects fail the case, and so do comments without a finding. A line
//! `today: DATE` sets the day, and `levels: note` also compares notes.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use clearjar::diagnostic::{Diagnostics, Level};
use clearjar::pipeline::{self, Inputs};
use clearjar::rules;
use clearjar::source::{SourceFile, SourceTree};

/// One small runbook.
struct Case {
    title: String,
    files: Vec<(String, String)>,
    today: jiff::civil::Date,
    lowest: Level,
}

/// A finding, reduced to what cases speak of.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug, Clone)]
struct Finding {
    path: String,
    line: usize,
    level: &'static str,
    rule: String,
    message: String,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

fn cases() -> Vec<Case> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    paths.iter().flat_map(|path| cases_in(&fs::read_to_string(path).unwrap())).collect()
}

fn cases_in(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match &mut open {
            Some((path, content)) if line == "```" => {
                let case = cases.last_mut().expect("a file stands below a heading");
                case.files.push((std::mem::take(path), std::mem::take(content)));
                open = None;
            }
            Some((_, content)) => {
                content.push_str(line);
                content.push('\n');
            }
            None if line.starts_with("## ") => cases.push(Case {
                title: line[3..].to_owned(),
                files: Vec::new(),
                today: jiff::civil::date(2026, 11, 15),
                lowest: Level::Warning,
            }),
            None if line.starts_with("```") && line.contains("file=") => {
                let path = line.split("file=").nth(1).unwrap().trim();
                open = Some((path.to_owned(), String::new()));
            }
            None => {
                let Some(case) = cases.last_mut() else { continue };
                if let Some(day) = line.strip_prefix("today: ") {
                    case.today = day.trim().parse().unwrap();
                } else if line.trim() == "levels: note" {
                    case.lowest = Level::Note;
                }
            }
        }
    }
    cases
}

fn expected(case: &Case) -> BTreeSet<Finding> {
    let mut findings = BTreeSet::new();
    for (path, content) in &case.files {
        for (number, line) in content.lines().enumerate() {
            for part in line.split("# ").skip(1) {
                findings.extend(expectation(path, number + 1, part));
            }
        }
    }
    findings
}

fn expectation(path: &str, line: usize, text: &str) -> Option<Finding> {
    let (level, rest) = text.split_once(": [")?;
    let level = Level::from_name(level)?.name();
    let (rule, rest) = rest.split_once(']')?;
    let message = rest.trim().strip_prefix('"')?.rsplit_once('"')?.0;
    Some(Finding {
        path: path.to_owned(),
        line,
        level,
        rule: rule.to_owned(),
        message: message.to_owned(),
    })
}

fn found(case: &Case) -> Vec<Finding> {
    let files = case.files.iter().map(|(path, text)| SourceFile::text(path.clone(), text.clone()));
    let tree = SourceTree::new(files.collect());
    let found = Diagnostics::default();
    let inputs = Inputs { tree: &tree, found: &found, today: Some(case.today), clock: case.today };
    let (outcome, _) = pipeline::run_in_memory(&inputs);
    outcome
        .found
        .iter()
        .filter(|found| found.level >= case.lowest)
        .map(|found| {
            let position = tree.position(found.span);
            Finding {
                path: position.as_ref().map_or("", |position| position.path).to_owned(),
                line: position.as_ref().map_or(0, |position| position.line),
                level: found.level.name(),
                rule: found.rule.code.to_owned(),
                message: found.message.clone(),
            }
        })
        .collect()
}

#[test]
fn every_case_finds_what_it_expects_and_nothing_else() {
    let cases = cases();
    assert!(cases.len() >= 20, "only {} cases were read", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let mut open: Vec<Finding> = expected(case).into_iter().collect();
        for found in found(case) {
            let fits = |wanted: &Finding| {
                (&wanted.path, wanted.line, wanted.level, &wanted.rule)
                    == (&found.path, found.line, found.level, &found.rule)
                    && found.message.contains(&wanted.message)
            };
            match open.iter().position(fits) {
                Some(ix) => {
                    open.remove(ix);
                }
                None => wrong.push(format!("{}: not expected: {found:?}", case.title)),
            }
        }
        wrong.extend(open.iter().map(|left| format!("{}: not found: {left:?}", case.title)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rules about the disk cannot show in a case, which holds text; their tests stand with them.
const OF_THE_DISK: &[&str] = &[
    "case-clash",
    "not-a-regular-file",
    "not-utf8",
    "symbolic-link",
    "too-large",
    "too-many-files",
    "unknown-file",
    "unreadable-file",
    "published-site",
    "file-name",
];

#[test]
fn every_rule_has_a_case() {
    let shown: BTreeSet<String> =
        cases().iter().flat_map(expected).map(|finding| finding.rule).collect();
    let missing: Vec<&str> = rules::all()
        .iter()
        .map(|rule| rule.code)
        .filter(|code| !shown.contains(*code) && !OF_THE_DISK.contains(code))
        .collect();
    assert!(missing.is_empty(), "rules without a case: {missing:?}");
}
