//! What `check` writes for other programs, and the exit codes they go by.

use std::process::{Command, Stdio};

use regex::Regex;
use serde_json::Value;

use crate::program::{Folder, Run, TODAY};
use crate::site::example;

const FORMATS: [&str; 4] = ["human", "short", "json", "sarif"];

/// Checks the example site, which has notes and warnings of many sorts.
fn check(arguments: &[&str]) -> Run {
    let folder = Folder::empty();
    let mut program = folder.program();
    let output = program.arg("-C").arg(example()).arg("check").args(arguments).output().unwrap();
    Run::of(output, &folder.path(""))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn each_format_tells_the_same_findings_in_the_same_order() {
    let of_json: Vec<String> = json(&check(&["--format", "json"]).succeeds().out)
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let text = |key: &str| it[key].as_str().unwrap().to_owned();
            format!("{}:{}:{}: {}", text("path"), it["line"], it["column"], text("rule"))
        })
        .collect();
    assert!(of_json.len() > 50);

    let line =
        Regex::new(r"^([^:]+:\d+:\d+): (?:error|warning|note)\[([a-z0-9-]+)\] \S.*$").unwrap();
    let short = check(&["--format", "short"]).succeeds();
    let of_short: Vec<String> = short
        .out
        .lines()
        .map(|it| {
            let parts = line.captures(it).unwrap_or_else(|| panic!("not as it should be: {it}"));
            format!("{}: {}", &parts[1], &parts[2])
        })
        .collect();
    assert_eq!(of_short, of_json);

    let of_sarif: Vec<String> =
        json(&check(&["--format", "sarif"]).succeeds().out)["runs"][0]["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| {
                let place = &it["locations"][0]["physicalLocation"];
                let (path, region) = (&place["artifactLocation"]["uri"], &place["region"]);
                // A finding about a whole file has no region.
                let number = |key: &str| region[key].as_u64().unwrap_or(1);
                let (line, column) = (number("startLine"), number("startColumn"));
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                format!("{}:{line}:{column}: {}", text(path), text(&it["ruleId"]))
            })
            .collect();
    assert_eq!(of_sarif, of_json);

    let heading = Regex::new(r"(?m)^(?:error|warning|note)\[([a-z0-9-]+)\]: ").unwrap();
    let human = check(&["--format", "human"]).succeeds().out;
    let of_human: Vec<&str> =
        heading.captures_iter(&human).map(|it| it.get(1).unwrap().as_str()).collect();
    let rules: Vec<&str> = of_json.iter().map(|it| it.rsplit(' ').next().unwrap()).collect();
    assert_eq!(of_human, rules);
}

#[test]
fn the_closing_line_counts_what_was_told() {
    let run = check(&["--format", "short"]);
    let count =
        |level: &str| run.out.lines().filter(|it| it.contains(&format!(": {level}["))).count();
    let (warnings, notes) = (count("warning"), count("note"));
    let expected = format!("{warnings} warnings, {notes} notes in ");
    assert!(run.err.starts_with(&expected), "{expected}: {}", run.err);
}

#[test]
fn json_has_the_keys_that_are_promised_and_no_others() {
    let folder = Folder::with_runbook();
    folder.write("rb/records/devices/x.toml", "nmae = \"X\"\ntype = \"switch\"\n");
    folder.write("rb/records/terms/a.toml", "name = \"A\"\nname = \"B\"\n");
    let run = folder.run(&["-C", "rb", "check", "--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    let findings = json(&run.out);
    let always =
        ["rule", "level", "message", "path", "line", "column", "endLine", "endColumn", "help"];
    for finding in findings.as_array().unwrap() {
        let finding = finding.as_object().unwrap();
        for key in always {
            assert!(finding.contains_key(key), "{key} is not in {finding:?}");
        }
        for key in finding.keys() {
            let known = always.contains(&key.as_str()) || key == "fix" || key == "related";
            assert!(known, "{key} is not promised");
        }
        assert!(["error", "warning", "note"].contains(&finding["level"].as_str().unwrap()));
        assert!(finding["line"].as_u64().unwrap() >= 1);
        let path = finding["path"].as_str().unwrap();
        assert!(!path.starts_with('/') && !path.contains('\\'), "{path}");
    }
}

#[test]
fn sarif_describes_every_rule_it_uses() {
    let log = json(&check(&["--format", "sarif"]).succeeds().out);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(!rule["shortDescription"]["text"].as_str().unwrap().is_empty());
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
    }
}

#[test]
fn the_number_of_threads_does_not_show() {
    for format in FORMATS {
        let with = |threads: &str| {
            let folder = Folder::empty();
            let mut program = folder.program();
            program.arg("-C").arg(example()).args(["check", "--format", format]);
            program.env("RAYON_NUM_THREADS", threads).output().unwrap().stdout
        };
        assert!(with("1") == with("4"), "{format}");
    }
}

#[test]
fn exit_codes_say_what_came_of_it() {
    let folder = Folder::with_runbook();
    let code = |arguments: &[&str]| folder.run(arguments).code;
    for format in FORMATS {
        assert_eq!(code(&["-C", "rb", "check", "--format", format]), 0, "{format}");
        // Notes are no warnings.
        assert_eq!(code(&["-C", "rb", "check", "--format", format, "--deny", "warnings"]), 0);
    }
    folder.write("rb/records/sites/x.toml", "name = \"X\"\n");
    for format in FORMATS {
        assert_eq!(code(&["-C", "rb", "check", "--format", format]), 0, "{format}");
        assert_eq!(code(&["-C", "rb", "check", "--format", format, "--deny", "warnings"]), 1);
    }
    folder.write("rb/records/terms/x.toml", "name = 1\n");
    for format in FORMATS {
        assert_eq!(code(&["-C", "rb", "check", "--format", format]), 1, "{format}");
        assert_eq!(code(&["-C", "nowhere", "check", "--format", format]), 2, "{format}");
    }
    assert_eq!(code(&["-C", "rb", "check", "--format", "xml"]), 2);
    assert_eq!(code(&["-C", "rb", "check", "--deny", "notes"]), 2);
}

#[test]
fn a_reader_that_stops_early_changes_no_exit_code() {
    let folder = Folder::with_runbook();
    folder.write("rb/records/terms/x.toml", "name = 1\n");
    for format in FORMATS {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output =
            called(&folder, format).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{format}: {error}");
        assert!(!error.contains("panicked"), "{format}: {error}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn findings_that_could_not_be_written_are_no_success() {
    let folder = Folder::with_runbook();
    for format in FORMATS {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = called(&folder, format).stdout(full).stderr(Stdio::piped()).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{format}: {error}");
        assert!(error.contains("error: cannot write the output: "), "{format}: {error}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_standard_error_that_cannot_be_written_is_no_panic() {
    let folder = Folder::with_runbook();
    folder.write("rb/records/terms/x.toml", "name = 1\n");
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = called(&folder, "short").stdout(Stdio::null()).stderr(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

fn called(folder: &Folder, format: &str) -> Command {
    let mut program = folder.program();
    program.args(["--today", TODAY, "-C", "rb", "check", "--format", format]);
    program
}

#[test]
fn every_rule_that_is_listed_is_explained() {
    let folder = Folder::empty();
    let list = folder.run(&["check", "--explain"]).succeeds().out;
    let rules: Vec<&str> = list
        .lines()
        .take_while(|line| !line.is_empty())
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(rules.len() > 40 && rules.is_sorted(), "{rules:?}");
    for rule in rules {
        let text = folder.run(&["check", "--explain", rule]).succeeds().out;
        assert!(text.starts_with(&format!("{rule} (")), "{text}");
        assert!(text.lines().count() >= 5, "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        assert!(text.contains("Its level can"), "{text}");
    }
}
