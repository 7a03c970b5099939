//! Whatever is written for others: of a runbook without errors every edition is one without errors, its
//! edition is itself, and nothing in it names what it leaves out.
#![allow(clippy::disallowed_methods, reason = "tests and tools use the disk")]

use std::collections::BTreeSet;
use std::path::Path;

use clearjar::diagnostic::{Diagnostics, Level};
use clearjar::discover::{self, Limits};
use clearjar::edition;
use clearjar::pipeline::{self, Checkup, Inputs};
use clearjar::source::{SourceFile, SourceTree};
use rayon::prelude::*;

/// The runbook that comes with the program.
fn example() -> SourceTree {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("example-site");
    discover::read(&root, &Limits::default()).unwrap().value
}

fn check<T>(tree: &SourceTree, with: impl FnOnce(&Inputs<'_>, &Checkup) -> T) -> T {
    let found = Diagnostics::default();
    let inputs = Inputs::new(tree, &found, jiff::civil::date(2026, 11, 15));
    with(&inputs, &pipeline::check(&inputs))
}

fn errors(checkup: &Checkup) -> Vec<String> {
    let errors = checkup.found.iter().filter(|found| found.level == Level::Error);
    errors.map(|found| format!("{}: {}", found.rule.code, found.message)).collect()
}

/// Returns the runbook with every record for a few of which `is_for_few` says so by its full id, and
/// all others for everyone.
fn with_audiences(tree: &SourceTree, is_for_few: &dyn Fn(&str) -> bool) -> SourceTree {
    check(tree, |_, checkup| {
        let model = &checkup.model;
        let files = tree.files().iter().map(|file| {
            let mut here: Vec<_> =
                model.iter().filter(|(_, node)| node.file == file.id()).collect();
            if here.is_empty() {
                return file.clone();
            }
            here.sort_by_key(|(_, node)| node.span.start);
            let mut text = file.as_text().unwrap().to_owned();
            let few = here.iter().rev().filter(|(ix, _)| is_for_few(&model.full_id(*ix)));
            for (_, node) in few {
                let at = node.span.range();
                let from = match () {
                    () if file.path.ends_with(".md") => text.find('\n').unwrap() + 1,
                    () if at.is_empty() => 0,
                    () => at.end + text[at.end..].find('\n').unwrap() + 1,
                };
                // What it says of itself already is taken out first.
                let end = text[from..].find("\n[").map_or(text.len(), |end| from + end);
                if let Some(old) = text[from..end].find("audience = \"") {
                    let old = from + old;
                    let line = old + text[old..].find('\n').unwrap() + 1;
                    text.replace_range(old..line, "");
                }
                text.insert_str(from, "audience = \"restricted\"\n");
            }
            SourceFile::text(file.path.clone(), text)
        });
        SourceTree::new(files.collect())
    })
}

/// Makes the owner's edition, and says what is wrong with it.
fn judge(tree: &SourceTree) -> Vec<String> {
    let (owner, all) = check(tree, |inputs, checkup| {
        assert_eq!(errors(checkup), [] as [String; 0]);
        let edition = checkup.config.edition("owner").unwrap();
        let owner = edition::of(inputs, checkup, edition);
        let names: BTreeSet<String> =
            checkup.model.iter().map(|(ix, _)| checkup.model.full_id(ix)).collect();
        (owner, names)
    });
    check(&owner, |inputs, checkup| {
        let mut wrong = errors(checkup);
        let again = edition::of(inputs, checkup, checkup.config.edition("owner").unwrap());
        for (once, twice) in owner.files().iter().zip(again.files()) {
            if once != twice {
                wrong.push(format!("{} is another when done twice", once.path));
            }
        }
        let kept: BTreeSet<String> =
            checkup.model.iter().map(|(ix, _)| checkup.model.full_id(ix)).collect();
        assert!(kept.len() < all.len(), "something is left out");
        // As a reference or a link is written; the words of prose are the writers' own.
        for name in all.difference(&kept) {
            let written = [format!("\"{name}\""), format!("[[{name}]]"), format!("[[{name}|")];
            for file in owner.files().iter().filter(|file| file.path.starts_with("records/")) {
                let text = file.as_text().unwrap_or_default();
                if written.iter().any(|written| text.contains(written.as_str())) {
                    wrong.push(format!("{} names {name}", file.path));
                }
            }
        }
        wrong
    })
}

#[test]
fn an_edition_without_all_records_of_a_kind_has_no_errors_and_names_none_of_them() {
    let tree = example();
    let kinds: BTreeSet<String> = check(&tree, |_, checkup| {
        let model = &checkup.model;
        model.iter().map(|(ix, _)| model.kind_of(ix).name.clone()).collect()
    });
    assert!(kinds.len() > 25);
    let wrong: Vec<String> = kinds
        .par_iter()
        .flat_map(|kind| {
            let is_of_kind = |name: &str| name.split_once('/').is_some_and(|(it, _)| it == kind);
            let wrong = judge(&with_audiences(&tree, &is_of_kind));
            wrong.into_iter().map(|wrong| format!("without {kind}: {wrong}")).collect::<Vec<_>>()
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn an_edition_without_any_few_records_has_no_errors_and_names_none_of_them() {
    let tree = example();
    let wrong: Vec<String> = [2usize, 5, 11]
        .into_par_iter()
        .flat_map(|share| {
            let is_among = |name: &str| {
                let sum: usize = name.bytes().map(usize::from).sum();
                sum.is_multiple_of(share)
            };
            let wrong = judge(&with_audiences(&tree, &is_among));
            wrong.into_iter().map(|wrong| format!("one in {share}: {wrong}")).collect::<Vec<_>>()
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
