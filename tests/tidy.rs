//! Holds what no compiler holds: the order of the modules, no kind's name in the code, files of a
//! readable length, the project speaking of itself alone.
#![allow(clippy::disallowed_methods, reason = "the code is what is looked at")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the words of other vocabularies are translated, and so kinds are named.
const TRANSLATORS: &[&str] = &["src/import", "src/export"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn name(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/")
}

/// The code of a file without its comments and without its tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| line.split(" // ").next().unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

fn modules() -> Vec<String> {
    fs::read_to_string(root().join("src/lib.rs"))
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_module_uses_only_modules_that_stand_above_it() {
    let modules = modules();
    assert!(modules.len() > 10, "the module list was not found");
    let mut wrong = Vec::new();
    for path in files("src", "rs") {
        let name = name(&path);
        let own = name.trim_start_matches("src/").split(['/', '.']).next().unwrap().to_owned();
        let Some(place) = modules.iter().position(|module| *module == own) else { continue };
        for (below, module) in modules.iter().enumerate() {
            let uses = code(&path).contains(&format!("crate::{module}::"))
                || code(&path).contains(&format!("crate::{module};"))
                || code(&path).contains(&format!("crate::{module}, "));
            if below > place && uses {
                wrong.push(format!("{name} uses {module}, which stands below {own}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_code_decides_nothing_by_the_name_of_a_kind_or_a_field() {
    let (kinds, fields) = vocabulary();
    assert!(kinds.len() > 25 && fields.len() > 150, "the kinds were not found");
    let mut wrong = Vec::new();
    for path in files("src", "rs") {
        let name = name(&path);
        if TRANSLATORS.iter().any(|folder| name.starts_with(folder)) {
            continue;
        }
        for (number, line) in code(&path).lines().enumerate() {
            let by_name = words_behind(line, LOOKUPS)
                .into_iter()
                .any(|word| kinds.contains(word) || fields.contains(word));
            let by_kind =
                words_behind(line, COMPARISONS).into_iter().any(|word| kinds.contains(word));
            if by_name || by_kind {
                wrong.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn imports_name_only_kinds_and_fields_that_there_are() {
    let (kinds, fields) = vocabulary();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for path in files("src/import", "rs").into_iter().chain([root().join("src/import.rs")]) {
        // A call may be broken behind its bracket.
        let code = code(&path).split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(");
        let named_kinds = words_behind(&code, PROPOSED_KINDS);
        let named_fields = words_behind(&code, PROPOSED_FIELDS);
        seen += named_kinds.len() + named_fields.len();
        let parts = named_fields.into_iter().flat_map(|field| field.split('.'));
        // A free fact has no field; `name` is what rows are called.
        let strange = parts.filter(|part| !matches!(*part, "" | "name") && !fields.contains(*part));
        let strangers =
            strange.chain(named_kinds.into_iter().filter(|kind| !kinds.contains(*kind)));
        wrong.extend(strangers.map(|word| format!("{}: {word}", name(&path))));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 5, "the names were not found");
}

/// How an import names a kind.
const PROPOSED_KINDS: &[&str] =
    &["Proposal::new(\"", "Link::key(\"", "Link::name(\"", ".ensure(\"", "kind_name == \""];

/// How an import names a field.
const PROPOSED_FIELDS: &[&str] = &[".put(\"", ".put_some(\"", ".put_as(\"", ".row(\""];

/// How the code would look up a kind or a field.
const LOOKUPS: &[&str] = &[
    ".at(\"",
    "by_name(\"",
    "by_plural(\"",
    ".index(\"",
    "at_path(\"",
    ".shape.get(\"",
    "kind_source(\"",
];

/// How the code would decide by a kind. Fields have ordinary words for names, as other things do.
const COMPARISONS: &[&str] = &["== \"", "!= \"", "=> \"", "matches!(kind, \""];

/// The words in quotes that stand behind one of the beginnings.
fn words_behind<'a>(line: &'a str, beginnings: &[&str]) -> Vec<&'a str> {
    beginnings
        .iter()
        .flat_map(|before| line.split(before).skip(1).filter_map(|rest| rest.split('"').next()))
        .collect()
}

/// The names of all kinds, and those of fields that are no ordinary words of the code.
fn vocabulary() -> (BTreeSet<String>, BTreeSet<String>) {
    let mut kinds = BTreeSet::new();
    let mut fields = BTreeSet::new();
    let all =
        files("src/schema/kinds", "toml").into_iter().chain(files("src/schema/blocks", "toml"));
    for path in all {
        let table: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
        if let Some(kind) = table.get("kind").and_then(|kind| kind.as_str()) {
            kinds.insert(kind.to_owned());
            kinds.insert(table["plural"].as_str().unwrap_or_default().to_owned());
        }
        collect_fields(&table, &mut fields);
    }
    (kinds, fields)
}

fn collect_fields(table: &toml::Table, fields: &mut BTreeSet<String>) {
    if let Some(inner) = table.get("field").and_then(|inner| inner.as_table()) {
        for (name, field) in inner {
            fields.insert(name.clone());
            if let Some(field) = field.as_table() {
                collect_fields(field, fields);
            }
        }
    }
    for subtype in table.get("subtype").and_then(|s| s.as_array()).into_iter().flatten() {
        collect_fields(subtype.as_table().unwrap(), fields);
    }
}

#[test]
fn files_stay_readable() {
    let long: Vec<String> = files("src", "rs")
        .iter()
        .filter(|path| fs::read_to_string(path).unwrap().lines().count() > 700)
        .map(|path| name(path))
        .collect();
    assert!(long.is_empty(), "one concept a file: {long:?}");
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<String> = files("src", "rs")
        .iter()
        .filter(|path| !path.ends_with("tests.rs"))
        .filter(|path| !fs::read_to_string(path).unwrap().starts_with("//! "))
        .map(|path| name(path))
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn nothing_is_left_behind_in_the_code() {
    let marks = ["todo!(", "unimplemented!(", "dbg!(", "eprintln!(\"DEBUG"];
    let mut left = Vec::new();
    for path in files("src", "rs") {
        let code = code(&path);
        left.extend(
            marks
                .iter()
                .filter(|mark| code.contains(**mark))
                .map(|mark| format!("{}: {mark}", name(&path))),
        );
    }
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_folder_that_is_embedded_makes_cargo_build_anew() {
    let script = fs::read_to_string(root().join("build.rs")).unwrap();
    let texts: Vec<String> = files("src", "rs").iter().map(|path| code(path)).collect();
    let embedded = texts.iter().flat_map(|text| {
        let places = text.split("include_dir!(\"$CARGO_MANIFEST_DIR/").skip(1);
        places.map(|place| place.split('"').next().unwrap())
    });
    let mut count = 0;
    for folder in embedded {
        count += 1;
        let mut above = Path::new(folder).ancestors().map(|it| format!("\"{}\"", it.display()));
        assert!(above.any(|it| script.contains(&it)), "build.rs does not name `{folder}`");
    }
    assert!(count > 3, "only {count} were found");
}

#[test]
fn what_comes_from_others_is_in_the_notice() {
    let notice = fs::read_to_string(root().join("NOTICE.md")).unwrap();
    let sources = ["tests/data", "themes"].map(|folder| files(folder, "md")).concat();
    let sources: Vec<_> = sources.iter().filter(|path| path.ends_with("SOURCE.md")).collect();
    assert!(sources.len() >= 5, "{sources:?}");
    for source in sources {
        let folder = name(source.parent().unwrap()) + "/";
        assert!(notice.contains(&format!("`{folder}`")), "NOTICE.md says nothing of {folder}");
        assert!(source.with_file_name("LICENSE").is_file(), "{folder} has no licence");
    }
}

#[test]
fn every_test_that_the_promises_name_is_there() {
    let code: String = [files("src", "rs"), files("tests", "rs"), files("tests/browser", "mjs")]
        .concat()
        .iter()
        .filter(|path| !name(path).contains("/node_modules/"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let promises = fs::read_to_string(root().join("docs/promises.md")).unwrap();
    let promises = promises.split("\n## What was tried").next().unwrap();
    let rows: Vec<&str> = promises.lines().filter(|line| line.starts_with("| P")).collect();
    assert_eq!(rows.len(), 29);
    for row in rows {
        let proof = row.split(" | ").last().unwrap();
        let quoted: Vec<&str> = proof.split('`').skip(1).step_by(2).collect();
        assert!(!quoted.is_empty(), "nothing proves: {row}");
        for test in quoted {
            let is_there = code.contains(&format!("fn {test}("))
                || code.contains(&format!("(\"{test}\""))
                || root().join(test).is_file();
            assert!(is_there, "there is no test `{test}`, which proves: {row}");
        }
    }
}

#[test]
fn links_in_the_documentation_lead_somewhere() {
    let documents = ["README.md", "NOTICE.md", "ARCHITECTURE.md", "CHANGELOG.md"];
    let themes = ["themes/README.md", "themes/default/README.md", "themes/plain/README.md"];
    let beside = ["example-site/README.md", "bench/README.md"];
    let mut seen = 0;
    for document in documents.into_iter().chain(themes).chain(beside) {
        let path = root().join(document);
        for link in fs::read_to_string(&path).unwrap().split("](").skip(1) {
            let link = link.split([')', '#']).next().unwrap();
            seen += 1;
            let is_there = link.starts_with("https://") || path.with_file_name(link).exists();
            assert!(is_there, "{document}: {link}");
        }
    }
    assert!(seen > 10);
}
