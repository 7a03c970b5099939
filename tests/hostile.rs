//! Puts hostile words into every field of every kind, and looks at every page that comes of it: there
//! is no element and no attribute on it that harmless words do not give as well, and no address that
//! does more than open what it names.
//!
//! Words come from banners, host names, tickets and imports, so whoever can write to a device can
//! write to a runbook; its pages are opened by engineers and owners who trust them.
#![allow(clippy::disallowed_methods, reason = "tests and tools use the disk")]

mod every_kind;
#[path = "hostile/words.rs"]
mod words;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use clearjar::artifact::{Artifact, Artifacts};
use clearjar::diagnostic::{Diagnostics, Level};
use clearjar::pipeline::{self, Inputs};
use clearjar::source::SourceTree;
use every_kind::Words;
use rayon::prelude::*;
use scraper::{ElementRef, Html};
use words::{HARMLESS_MARKDOWN, HOSTILE, HOSTILE_MARKDOWN};

/// The one place that calls the program.
fn artifacts(tree: &SourceTree) -> Artifacts {
    let day = jiff::civil::date(2026, 11, 15);
    let found = Diagnostics::default();
    let inputs = Inputs::new(tree, &found, day);
    let (outcome, artifacts) = pipeline::run_in_memory(&inputs);
    let errors: Vec<_> =
        outcome.found.iter().filter(|found| found.level == Level::Error).take(9).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    artifacts
}

/// Returns the pages as text, by their path.
fn pages(artifacts: &Artifacts) -> Vec<(&str, &str)> {
    let pages: Vec<_> = artifacts
        .iter()
        .filter(|(path, _)| path.ends_with(".html"))
        .filter_map(|(path, artifact)| match artifact {
            Artifact::Bytes(bytes) => Some((path.as_str(), std::str::from_utf8(bytes).ok()?)),
            Artifact::Copy { .. } => None,
        })
        .collect();
    assert!(pages.len() > 60, "only {} pages were made", pages.len());
    pages
}

/// Every element, and every element with each of its attributes, on all pages.
fn vocabulary(artifacts: &Artifacts) -> BTreeSet<String> {
    let words_of = |(_, page): &(&str, &str)| -> BTreeSet<String> {
        let page = Html::parse_document(page);
        let elements = page.root_element().descendants().filter_map(ElementRef::wrap);
        let words = elements.flat_map(|element| {
            let name = element.value().name().to_owned();
            let attributes = element.value().attrs().map(|(key, _)| format!("{name} {key}"));
            attributes.chain([name.clone()]).collect::<Vec<_>>()
        });
        words.collect()
    };
    pages(artifacts).par_iter().map(words_of).reduce(BTreeSet::new, |mut all, some| {
        all.extend(some);
        all
    })
}

static HARMLESS: LazyLock<BTreeSet<String>> = LazyLock::new(|| vocabulary(&artifacts(&harmless())));

fn harmless() -> SourceTree {
    every_kind::runbook(&mut |words| match words {
        // What cannot be seen is spelt out in an element of its own.
        Words::Text => "Plain words \u{202e}".to_owned(),
        Words::Markdown => HARMLESS_MARKDOWN.to_owned(),
    })
}

fn look_at(tree: &SourceTree) {
    let artifacts = artifacts(tree);
    let new: Vec<String> = vocabulary(&artifacts).difference(&HARMLESS).cloned().collect();
    assert!(new.is_empty(), "pages have what harmless words do not give: {new:?}");
    let wrong: Vec<String> = pages(&artifacts).par_iter().flat_map(wrong_on).collect();
    let some = &wrong[..wrong.len().min(20)];
    assert!(wrong.is_empty(), "{} places are wrong, among them {some:#?}", wrong.len());
}

/// Returns what is wrong on a page.
fn wrong_on((path, text): &(&str, &str)) -> Vec<String> {
    let mut wrong: Vec<String> = Vec::new();
    if let Some(at) = text.find(is_unseen) {
        let around: String = text[..at].chars().rev().take(60).collect();
        let around: String = around.chars().rev().collect();
        let unseen = text[at..].chars().next();
        wrong.push(format!("{path}: {unseen:?} cannot be seen, behind {around:?}"));
    }
    let page = Html::parse_document(text);
    for element in page.root_element().descendants().filter_map(ElementRef::wrap) {
        for (key, value) in element.value().attrs() {
            if let Some(problem) = problem_of(element.value().name(), key, value) {
                wrong.push(format!(
                    "{path}: <{} {key}={value:?}>: {problem}",
                    element.value().name()
                ));
            }
        }
    }
    wrong
}

/// Controls, and the bidi controls of UAX #9.
fn is_unseen(c: char) -> bool {
    let is_bidi = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    is_bidi || c.is_control() && !matches!(c, '\n' | '\t')
}

fn problem_of(element: &str, key: &str, value: &str) -> Option<&'static str> {
    if key.starts_with("on") {
        return Some("a handler");
    }
    let addresses = ["href", "src", "srcset", "action", "formaction", "data", "poster", "cite"];
    if addresses.contains(&key) || key.ends_with(":href") {
        let plain: String =
            value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        let plain = plain.to_lowercase();
        let scheme = plain.split(['/', '?', '#']).next().unwrap_or_default().split_once(':');
        let known = ["http", "https", "mailto", "tel", "ssh", "sftp", "rdp"];
        let is_safe = match scheme {
            Some((scheme, _)) => known.contains(&scheme),
            None => !plain.starts_with("//") && !plain.starts_with('\\'),
        };
        if !is_safe {
            return Some("an address that does more than open what it names");
        }
        if scheme.is_some() && (key == "src" || element == "link") {
            return Some("loads from elsewhere");
        }
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_:;.,%() #".contains(c);
    let acts = ["url", "expression", "position", "import"].iter().any(|it| value.contains(it));
    (key == "style" && (acts || !value.chars().all(is_plain))).then_some("a style of its own")
}

/// Returns a runbook in which the field after the next says the next hostile words, from `start` on.
fn one_by_one(start: usize) -> SourceTree {
    let (mut text, mut markdown) = (start, start);
    let in_markdown: Vec<&str> = HOSTILE.iter().chain(HOSTILE_MARKDOWN).copied().collect();
    every_kind::runbook(&mut |words| match words {
        Words::Text => {
            text += 1;
            HOSTILE[text % HOSTILE.len()].to_owned()
        }
        Words::Markdown => {
            markdown += 1;
            in_markdown[markdown % in_markdown.len()].to_owned()
        }
    })
}

#[test]
fn hostile_words_by_themselves_stay_words_in_every_field() {
    // Steps that share no factor with the number of words bring each word to each field in turn;
    // a few of them are enough here, since all are together in the next test.
    for start in [0, 17, 41] {
        look_at(&one_by_one(start));
    }
}

#[test]
fn all_hostile_words_together_stay_words_in_every_field() {
    let text = HOSTILE.join(" ");
    // Each in a paragraph of its own; what opens a block that is never closed comes last.
    let markdown =
        [HOSTILE.join("\n\n"), HOSTILE_MARKDOWN.join("\n\n"), "```".to_owned()].join("\n\n");
    look_at(&every_kind::runbook(&mut |words| match words {
        Words::Text => text.clone(),
        Words::Markdown => markdown.clone(),
    }));
}

#[test]
fn what_templates_would_act_on_is_shown_as_it_is_written() {
    let words = "{{ 7*7 }} {% raw %} {{ page }} {# x #}";
    let tree = every_kind::runbook(&mut |_| words.to_owned());
    let artifacts = artifacts(&tree);
    let pages = pages(&artifacts);
    let (_, page) = pages.iter().find(|(path, _)| *path == "devices/device-0.html").unwrap();
    let page = Html::parse_document(page);
    let text: String = page.root_element().text().collect();
    assert!(text.matches(words).count() > 20, "{text}");
}

/// Returns runbooks in which every field says the next of `list`, as many as it takes for each to have
/// been said `times` times, and at least one.
fn runbooks(list: &[String], times: usize) -> Vec<SourceTree> {
    let mut said = 0;
    let mut trees = Vec::new();
    while trees.is_empty() || said < list.len() * times {
        // Another field says it the next time.
        said += 7 * trees.len();
        trees.push(every_kind::runbook(&mut |_| {
            said += 1;
            list[said % list.len()].clone()
        }));
    }
    trees
}

/// How often each string is tried: in other fields each time.
fn times() -> usize {
    std::env::var("CLEARJAR_HOSTILE_TIMES").map_or(1, |times| times.parse().unwrap())
}

#[test]
fn strings_that_have_broken_other_programs_stay_words() {
    let list = words::naughty();
    let trees = runbooks(&list, times());
    trees.iter().for_each(look_at);
    println!("hostile strings: {} of others in {} sites", list.len(), trees.len());
}

#[test]
fn words_put_together_from_ways_out_and_what_could_run_stay_words() {
    let list = words::put_together();
    // A part of them, another one for each place of the list; all at full strength.
    let some: Vec<String> = match times() {
        1 => list.iter().step_by(5).cloned().collect(),
        _ => list.clone(),
    };
    let trees = runbooks(&some, times());
    trees.iter().for_each(look_at);
    println!("hostile strings: {} put together in {} sites", some.len(), trees.len());
}

/// What browsers walk in `tests/browser/hostile_text.test.mjs`.
#[test]
fn runbooks_of_hostile_words_are_there_for_browsers() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile");
    let all: Vec<String> = HOSTILE.iter().map(|it| (*it).to_owned()).collect();
    let all = [all, words::naughty(), words::put_together()].concat();
    let mut said = 0;
    let hostile = every_kind::runbook(&mut |words| {
        said += 13;
        match words {
            Words::Text => all[said % all.len()].clone(),
            Words::Markdown => {
                let some = (0..12).map(|more| all[(said + 97 * more) % all.len()].as_str());
                [some.collect::<Vec<_>>().join("\n\n"), HOSTILE_MARKDOWN.join("\n\n")].join("\n\n")
            }
        }
    });
    // One word, several, what has to be spelt out and what is worth copying: a theme shows them in its own
    // ways.
    let plain = ["word", "Plain words", "Plain words \u{202e}", "fw-hq-01.example"];
    let mut number = 0;
    let harmless = every_kind::runbook(&mut |words| {
        number += 1;
        match words {
            Words::Text => plain[number % plain.len()].to_owned(),
            Words::Markdown => HARMLESS_MARKDOWN.to_owned(),
        }
    });
    for (name, tree) in [("hostile", hostile), ("harmless", harmless)] {
        for file in tree.files() {
            let path = folder.join(name).join(&file.path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file.as_text().unwrap()).unwrap();
        }
    }
    let words =
        std::fs::read_to_string(folder.join("hostile/records/devices/device-0.toml")).unwrap();
    assert!(words.contains("alert(1)"));
}
