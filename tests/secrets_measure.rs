//! Measures the secrets scan: what share of planted secrets it finds, form by form and place by place,
//! and that it leaves in peace what only looks like one.
//!
//! `cargo test --test secrets_measure -- --nocapture` prints the figures.
#![allow(clippy::disallowed_methods, reason = "what is measured on is files")]

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use clearjar::secrets::scan;

/// A text with the places of the secrets planted in it.
struct Planted {
    text: String,
    secrets: Vec<Range<usize>>,
}

impl Planted {
    /// Reads `‹secret›`.
    fn read(marked: &str) -> Planted {
        let mut planted = Planted { text: String::new(), secrets: Vec::new() };
        let mut start = 0;
        for c in marked.chars() {
            match c {
                '·' => {}
                '‹' => start = planted.text.len(),
                '›' => planted.secrets.push(start..planted.text.len()),
                _ => planted.text.push(c),
            }
        }
        planted
    }

    /// Returns how many secrets the scan covers from end to end.
    fn found(&self) -> usize {
        let suspects = scan(&self.text);
        let is_covered = |secret: &&Range<usize>| {
            // The dashes at the end of a block, its line's end and a closing quote are no secret.
            let end = secret.start + self.text[(*secret).clone()].trim_end_matches('-').len();
            suspects
                .iter()
                .any(|suspect| suspect.range.start <= secret.start && end <= suspect.range.end)
        };
        self.secrets.iter().filter(is_covered).count()
    }
}

fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/secrets").join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(data(path)).unwrap()
}

/// Returns the forms in a file, one a line, `⏎` standing between the lines of a block.
fn forms(path: &str) -> Vec<String> {
    read(path).lines().filter(|line| !line.is_empty()).map(|line| line.replace('⏎', "\n")).collect()
}

/// Returns `form` in each place where people write.
fn places(form: &str) -> Vec<(&'static str, String)> {
    let one_line = form.replace('\n', " ");
    let escaped = form.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let commented = form.replace('\n', "\n# ");
    let mut places = vec![
        ("paragraph", format!("Some words.\n\n{form}\n\nSome words.\n")),
        ("list item", format!("1. Some words\n   - {}\n", form.replace('\n', "\n     "))),
        ("code block", format!("Some words:\n\n```\n{form}\n```\n")),
        ("TOML string", format!("name = \"x\"\nnotes = \"{escaped}\"\nunit = 4\n")),
        ("TOML text", format!("notes = '''\n{form}\n'''\n")),
        ("TOML comment", format!("unit = 4\n# {commented}\n")),
        ("comment behind", format!("unit = 4 # {one_line}\n")),
        ("HTML comment", format!("Some words.\n\n<!-- {form} -->\n")),
    ];
    if !form.contains('|') {
        places.push((
            "table",
            format!("| a | b | c |\n|---|---|---|\n| one | {one_line} | three |\n"),
        ));
    }
    if !form.contains('`') {
        places.push(("code span", format!("Then run `{one_line}` and wait.\n")));
    }
    places
}

/// Prints the recall for each place and returns what was missed, with the number planted.
fn measure(path: &str) -> (Vec<String>, usize) {
    let mut missed = Vec::new();
    let mut figures: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for form in forms(path) {
        for (place, marked) in places(&form) {
            let planted = Planted::read(&marked);
            let found = planted.found();
            let figure = figures.entry(place).or_default();
            figure.0 += found;
            figure.1 += planted.secrets.len();
            if found < planted.secrets.len() {
                missed.push(format!("{place}: {form}"));
            }
        }
    }
    for (place, (found, planted)) in &figures {
        println!("{path:<18} {place:<16} {found:>4} of {planted:>4}");
    }
    (missed, figures.values().map(|(_, planted)| planted).sum())
}

#[test]
fn every_token_is_found_in_every_place() {
    let (missed, _) = measure("tokens.txt");
    assert!(missed.is_empty(), "missed:\n{}", missed.join("\n"));
}

#[test]
fn every_line_of_a_device_is_found_in_every_place() {
    let (missed, _) = measure("device-lines.txt");
    assert!(missed.is_empty(), "missed:\n{}", missed.join("\n"));
}

#[test]
fn nine_of_ten_announced_secrets_are_found_in_every_place() {
    let (missed, planted) = measure("labels.txt");
    println!("{}", missed.join("\n"));
    assert!(missed.len() * 10 <= planted, "missed {} of {planted}", missed.len());
}

#[test]
fn nine_of_ten_secrets_that_no_rule_was_written_for_are_found_in_every_place() {
    let (missed, planted) = measure("held-out.txt");
    println!("{}", missed.join("\n"));
    assert!(missed.len() * 10 <= planted, "missed {} of {planted}", missed.len());
}

#[test]
fn secrets_in_tables_settings_and_files_are_found() {
    for block in read("tables.md").split("\n\n====\n\n") {
        let planted = Planted::read(block);
        assert_eq!(planted.found(), planted.secrets.len(), "in:\n{block}");
    }
}

#[test]
fn look_alikes_are_left_in_peace_in_every_place() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in read("look-alikes.txt").lines() {
        let mut texts = places(line);
        texts.push(("alone", line.to_owned()));
        for (place, text) in texts {
            count += 1;
            for suspect in scan(&text) {
                wrong.push(format!("{place}: {line}: {} ({})", &text[suspect.range], suspect.rule));
            }
        }
    }
    println!("look-alikes: {} of {count}", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_found_in_real_procedures_and_configurations() {
    for folder in ["runbooks/prometheus-operator", "runbooks/counteractive", "runbooks/batfish"] {
        for entry in fs::read_dir(data(folder)).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let found: Vec<_> = scan(&text).into_iter().map(|suspect| suspect.what).collect();
            assert!(found.is_empty(), "{}: {found:?}", path.display());
        }
    }
}

#[test]
fn what_must_go_from_real_configurations_is_found_wherever_it_stands() {
    for device in ["asa", "fortigate", "ios", "vyos"] {
        let text = read(&format!("oxidized/{device}.txt"));
        let suspects = scan(&text);
        let list = read(&format!("oxidized/{device}.must-go.yaml"));
        let must_go: Vec<&str> = list
            .lines()
            .skip_while(|line| !line.starts_with("fail:"))
            .skip(1)
            .map_while(|line| line.trim().strip_prefix("- "))
            .map(|value| value.trim().trim_matches('\''))
            .collect();
        assert!(!must_go.is_empty());
        for value in must_go {
            for (at, _) in text.match_indices(value) {
                let end = at + value.len();
                let is_found = suspects
                    .iter()
                    .any(|suspect| suspect.range.start <= at && end <= suspect.range.end);
                let line = text[..at].lines().count();
                assert!(is_found, "{device}, line {line}: {value}");
            }
        }
    }
}
