//! Runs the cases of `tests/cases/`: small runbooks in Markdown, each with the findings it expects.
//!
//! A case is a heading that says what must be, a few words on why, and the files of a runbook: fenced
//! blocks with `file=PATH`. A comment behind a line of a file says what is to be found there, by the
//! rule and a part of the message, and where it matters by the words that are underlined and a part of
//! the help or of the change that is offered:
//!
//! ```text
//! nmae = "HQ firewall"   # error: [unknown-field] "no field" at: "nmae" help: "did you mean `name`"
//! ```
//!
//! Where a file takes no comments the same stands below it: `expect: PATH:LINE error: [rule] "…"`.
//! Findings that nothing expects fail the case, and so do expectations that nothing meets. A line
//! `today: DATE` sets the day, `levels: note` compares notes too and `levels: error` errors only, and
//! `leave out: rule, rule` passes over what a case is not about.

#![allow(clippy::disallowed_methods, reason = "the cases are files")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use clearjar::diagnostic::{Diagnostic, Diagnostics, Level};
use clearjar::pipeline::{self, Inputs};
use clearjar::rules;
use clearjar::source::{SourceFile, SourceTree};
use rayon::prelude::*;

/// One small runbook.
#[derive(Default)]
struct Case {
    title: String,
    /// How many lines of words it has.
    words: usize,
    files: Vec<(String, String)>,
    expected: Vec<Expected>,
    today: Option<jiff::civil::Date>,
    lowest: Option<Level>,
    left_out: Vec<String>,
}

/// What a comment asks for.
#[derive(Debug, Clone)]
struct Expected {
    path: String,
    line: usize,
    level: Level,
    rule: String,
    message: String,
    at: Option<String>,
    help: Option<String>,
}

/// A finding, reduced to what cases speak of.
#[derive(Debug)]
struct Found {
    path: String,
    line: usize,
    level: Level,
    rule: &'static str,
    message: String,
    at: String,
    /// The help, and the change that is offered.
    help: String,
}

fn cases() -> Vec<Case> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
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
                let file = (std::mem::take(path), std::mem::take(content));
                case.expected.extend(expected_in(&file));
                case.files.push(file);
                open = None;
            }
            Some((_, content)) => {
                content.push_str(line);
                content.push('\n');
            }
            None => open = outside(line, &mut cases),
        }
    }
    assert!(open.is_none(), "a file is not closed");
    cases
}

/// Reads a line that is in no file; gives the file that it opens.
fn outside(line: &str, cases: &mut Vec<Case>) -> Option<(String, String)> {
    if let Some(title) = line.strip_prefix("## ") {
        cases.push(Case { title: title.to_owned(), ..Case::default() });
        return None;
    }
    let case = cases.last_mut()?;
    if line.starts_with("```") {
        let path = line.split_once("file=").expect("a fenced block is a file").1;
        return Some((path.trim().to_owned(), String::new()));
    }
    if let Some(day) = line.strip_prefix("today: ") {
        case.today = Some(day.trim().parse().unwrap());
    } else if let Some(level) = line.strip_prefix("levels: ") {
        case.lowest = Some(Level::from_name(level.trim()).unwrap());
    } else if let Some(rules) = line.strip_prefix("leave out: ") {
        case.left_out = rules.split(", ").map(|rule| rule.trim().to_owned()).collect();
    } else if let Some(expected) = line.strip_prefix("expect: ") {
        let (place, rest) = expected.split_once(' ').expect("a place and a finding");
        let (path, number) = place.rsplit_once(':').expect("a path and a line");
        let expected = expectation(path, number.parse().unwrap(), rest);
        case.expected.push(expected.expect("what is expected can be read"));
    } else if !line.trim().is_empty() {
        case.words += 1;
    }
    None
}

fn expected_in((path, content): &(String, String)) -> Vec<Expected> {
    let lines = content.lines().enumerate();
    lines
        .flat_map(|(number, line)| {
            line.split("# ").skip(1).filter_map(move |part| expectation(path, number + 1, part))
        })
        .collect()
}

fn expectation(path: &str, line: usize, text: &str) -> Option<Expected> {
    let (level, rest) = text.split_once(": [")?;
    let level = Level::from_name(level)?;
    let (rule, rest) = rest.split_once(']')?;
    let (rest, help) = without_part(rest, " help: ");
    let (rest, at) = without_part(rest, " at: ");
    Some(Expected {
        path: path.to_owned(),
        line,
        level,
        rule: rule.to_owned(),
        message: unquoted(rest),
        at,
        help,
    })
}

fn without_part<'a>(text: &'a str, key: &str) -> (&'a str, Option<String>) {
    match text.split_once(key) {
        Some((rest, part)) => (rest, Some(unquoted(part))),
        None => (text, None),
    }
}

fn unquoted(text: &str) -> String {
    let text = text.trim();
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or_else(|| panic!("{text} stands in quotes")).to_owned()
}

/// The one place that calls the program.
fn diagnostics(case: &Case) -> (SourceTree, Diagnostics) {
    let files = case.files.iter().map(|(path, text)| SourceFile::text(path.clone(), text.clone()));
    let tree = SourceTree::new(files.collect());
    let day = case.today.unwrap_or(jiff::civil::date(2026, 11, 15));
    let found = Diagnostics::default();
    let inputs = Inputs::new(&tree, &found, day);
    let found = pipeline::run_in_memory(&inputs).0.found;
    (tree, found)
}

/// Every case and what was found in it.
static CHECKED: LazyLock<Vec<(Case, SourceTree, Diagnostics)>> = LazyLock::new(|| {
    let check = |case: Case| {
        let (tree, found) = diagnostics(&case);
        (case, tree, found)
    };
    cases().into_par_iter().map(check).collect()
});

fn found(case: &Case, tree: &SourceTree, found: &Diagnostics) -> Vec<Found> {
    let lowest = case.lowest.unwrap_or(Level::Warning);
    found
        .iter()
        .filter(|found| found.level >= lowest)
        .filter(|found| !case.left_out.iter().any(|rule| rule == found.rule.code))
        .map(|found| reduced(found, tree))
        .collect()
}

fn reduced(found: &Diagnostic, tree: &SourceTree) -> Found {
    let position = tree.position(found.span);
    let replacement = found.fix.as_ref().map(|fix| format!("fix: {}", fix.replacement));
    Found {
        path: position.as_ref().map_or("", |position| position.path).to_owned(),
        line: position.as_ref().map_or(0, |position| position.line),
        level: found.level,
        rule: found.rule.code,
        message: found.message.clone(),
        at: tree.snippet(found.span).unwrap_or_default().to_owned(),
        help: [found.help.clone(), replacement].into_iter().flatten().collect::<Vec<_>>().join(" "),
    }
}

fn meets(found: &Found, expected: &Expected) -> bool {
    let place = (found.path.as_str(), found.line) == (expected.path.as_str(), expected.line);
    place
        && (found.level, found.rule) == (expected.level, expected.rule.as_str())
        && found.message.contains(&expected.message)
        && expected.at.as_ref().is_none_or(|at| found.at == *at)
        && expected.help.as_ref().is_none_or(|help| found.help.contains(help))
}

#[test]
fn every_case_finds_what_it_expects_and_nothing_else() {
    let mut wrong = Vec::new();
    for (case, tree, diagnostics) in CHECKED.iter() {
        let mut open = case.expected.clone();
        for found in found(case, tree, diagnostics) {
            match open.iter().position(|expected| meets(&found, expected)) {
                Some(ix) => {
                    open.remove(ix);
                }
                None => wrong.push(format!("{}\n  not expected: {found:?}", case.title)),
            }
        }
        wrong.extend(open.iter().map(|left| format!("{}\n  not found: {left:?}", case.title)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(CHECKED.len() >= 150, "only {} cases were read", CHECKED.len());
}

#[test]
fn every_case_has_a_heading_of_its_own_and_says_what_it_is_about() {
    let mut titles = BTreeSet::new();
    for (case, ..) in CHECKED.iter() {
        assert!(case.words > 0, "{}: no words", case.title);
        assert!(!case.files.is_empty(), "{}: no files", case.title);
        assert!(titles.insert(case.title.clone()), "{}: twice", case.title);
    }
}

#[test]
fn every_finding_is_one_plain_sentence_and_says_what_to_do() {
    let mut poor = BTreeSet::new();
    for finding in CHECKED.iter().flat_map(|(_, _, found)| found) {
        let (rule, message) = (finding.rule.code, finding.message.as_str());
        let mut letters = message.chars();
        let is_capital = letters.next().is_some_and(char::is_uppercase);
        // Names such as `DHCP` keep theirs.
        let is_name = letters.next().is_some_and(char::is_uppercase);
        if message.ends_with('.') || is_capital && !is_name {
            poor.insert(format!("{rule}: {message}"));
        }
        let has_way_on = finding.help.is_some() || finding.fix.is_some();
        if finding.level >= Level::Warning && !has_way_on {
            poor.insert(format!("{rule}, without help: {message}"));
        }
    }
    assert!(poor.is_empty(), "{poor:#?}");
}

/// Rules about the disk cannot show in a case, which holds text; their tests stand with them.
const OF_THE_DISK: &[&str] = &[
    "file-name",
    "misnamed-folder",
    "not-a-regular-file",
    "not-searched",
    "not-utf8",
    "published-site",
    "same-but-for-case",
    "symbolic-link",
    "too-large",
    "too-many-files",
    "unknown-file",
    "unreadable-file",
];

#[test]
fn every_rule_has_a_case() {
    let shown: BTreeSet<String> = CHECKED
        .iter()
        .flat_map(|(case, ..)| &case.expected)
        .map(|found| found.rule.clone())
        .collect();
    let known: BTreeSet<&str> = rules::all().iter().map(|rule| rule.code).collect();
    let missing: Vec<&&str> = known
        .iter()
        .filter(|code| !shown.contains(**code) && !OF_THE_DISK.contains(code))
        .collect();
    assert!(missing.is_empty(), "rules without a case: {missing:?}");
    let gone: Vec<&&str> = OF_THE_DISK.iter().filter(|code| !known.contains(*code)).collect();
    assert!(gone.is_empty(), "there are no such rules: {gone:?}");
}
