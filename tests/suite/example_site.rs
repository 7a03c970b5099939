//! The example site: kept honestly, the same wherever it is built, and whole wherever it is opened.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::Folder;
use crate::site::{Site, attribute, build_example, example, tree};

/// Every warning of the example site on its day, as its README lists them: rule and record.
const WARNINGS: &[(&str, &str)] = &[
    ("stale", "device/prn-north-01"),
    ("stale", "licence/sql-server"),
    ("stale", "network/guest-north"),
    ("stale", "vendor/alder-holdings"),
    ("expiring", "certificate/vpn-harborview"),
    ("expiring", "contract/coastline-fibre"),
    ("expiring", "device/ws-xray-01"),
    ("single-custodian", "account/google-ads-owner"),
    ("never-tested", "procedure/move-phone-number"),
    ("incomplete", "procedure/move-phone-number"),
    ("backup-untested", "backup_job/network-configs"),
];

#[test]
fn it_has_no_errors_and_exactly_the_warnings_that_are_listed() {
    let folder = Folder::empty();
    let mut program = folder.program();
    let output = program.arg("-C").arg(example()).args(["check", "--format", "json"]).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(0));
    let findings: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let mut found: Vec<(&str, &str)> = findings
        .iter()
        .filter(|it| it["level"] != "note")
        .map(|it| (it["rule"].as_str().unwrap(), record_in(it["message"].as_str().unwrap())))
        .collect();
    let mut listed = WARNINGS.to_vec();
    found.sort();
    listed.sort();
    assert_eq!(found, listed);
    assert!(findings.iter().all(|it| it["level"] != "error"));
}

/// Returns the record that a message names: the first in backticks with a `/` inside.
fn record_in(message: &str) -> &str {
    message.split('`').skip(1).step_by(2).find(|name| name.contains('/')).unwrap_or_default()
}

#[test]
fn its_readme_lists_the_same_warnings() {
    let readme = fs::read_to_string(example().join("README.md")).unwrap();
    let (_, said) = readme.split_once("## What `check` says").expect("the heading is there");
    let told: Vec<(&str, &str)> = said
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | `"))
        .filter_map(|(rule, rest)| Some((rule, rest.split_once('`')?.0)))
        .collect();
    assert_eq!(told, WARNINGS);
}

#[test]
fn every_built_in_kind_has_a_record() {
    let folder = Folder::empty();
    let kinds = folder.run(&["kinds", "--format", "json"]).succeeds().out;
    let kinds: Vec<Value> = serde_json::from_str(&kinds).unwrap();
    let site = Site::of_example();
    let is_shown = |kind: &&Value| {
        let folder = kind["folder"].as_str().unwrap().strip_prefix("records/").unwrap();
        let is_record = |path: &String| {
            path.strip_prefix(folder).is_some_and(|name| !name.starts_with("index."))
        };
        site.pages.keys().any(is_record)
    };
    assert!(kinds.len() > 30);
    let missing: Vec<&Value> = kinds.iter().filter(|kind| !is_shown(kind)).collect();
    assert!(missing.is_empty(), "kinds without a record: {missing:?}");
}

#[test]
fn what_it_adds_and_replaces_is_on_its_pages() {
    let site = Site::of_example();
    let text = |path: &str| String::from_utf8_lossy(&site.files[path]).into_owned();
    assert!(site.pages.contains_key("imaging-units/index.html"), "a kind of its own");
    assert!(text("devices/ws-xray-01.html").contains("Patient data on it"), "a field of its own");
    assert!(text("contracts/coastline-fibre.html").contains("<strong>Yes</strong>"), "a template");
}

#[test]
fn it_is_the_same_byte_for_byte_wherever_it_is_built() {
    let folder = Folder::empty();
    build_example(&folder, "one", |program| {
        program
            .env("TZ", "Pacific/Kiritimati")
            .env("LC_ALL", "C")
            .env("RAYON_NUM_THREADS", "1")
            .current_dir(std::env::temp_dir());
    });
    // Nothing of this may show; and what a folder lists first is another file.
    copy_backwards(&example(), &folder.path("zz-leak/runbook"));
    let built = folder
        .program()
        .env("TZ", "America/Los_Angeles")
        .env("LC_ALL", "tr_TR.UTF-8")
        .env("LANG", "tr_TR.UTF-8")
        .env("RAYON_NUM_THREADS", "2")
        .env("HOME", folder.path("zz-leak"))
        .env("TMPDIR", folder.path("zz-leak"))
        .env("USER", "zz-leak")
        .env("LOGNAME", "zz-leak")
        .env("SOURCE_DATE_EPOCH", "1")
        .current_dir(folder.path("zz-leak/runbook"))
        .args(["build", "--output", "../out"])
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let (one, other) = (tree(&folder.path("one")), tree(&folder.path("zz-leak/out")));
    assert!(one.keys().eq(other.keys()));
    let differ: Vec<_> = one.iter().filter(|(path, bytes)| other[*path] != **bytes).collect();
    assert!(differ.is_empty(), "{:?}", differ.iter().map(|it| it.0).collect::<Vec<_>>());
    for (path, bytes) in &other {
        let has_leak = bytes.windows(7).any(|it| it == b"zz-leak");
        assert!(!has_leak, "{path} tells where or by whom it was built");
    }
}

/// Copies a folder, the last file first.
fn copy_backwards(from: &Path, to: &Path) {
    for (path, bytes) in tree(from).into_iter().rev() {
        let there = to.join(&path);
        fs::create_dir_all(there.parent().unwrap()).unwrap();
        if !path.ends_with('/') {
            fs::write(there, bytes).unwrap();
        }
    }
}

/// Schemes that do no more than open what they name.
const OUTSIDE: &[&str] = &["https:", "http:", "mailto:", "tel:", "ssh:", "sftp:", "rdp:"];

// That every address leads to a file and to a place on it is tested with the properties.
#[test]
fn every_address_means_the_same_on_a_disk_and_on_a_server() {
    let site = Site::of_example();
    let mut seen = 0;
    for (path, page) in &site.pages {
        for address in page.addresses() {
            seen += 1;
            let path_of_it = address.split(['?', '#']).next().unwrap();
            let is_relative = !path_of_it.starts_with('/') && !path_of_it.contains([':', '\\']);
            let names_a_file = !path_of_it.ends_with(['/', '.']);
            let is_outside = OUTSIDE.iter().any(|scheme| address.starts_with(scheme));
            assert!(is_outside || (is_relative && names_a_file), "{path}: {address}");
        }
        assert!(page.repeated_ids.is_empty(), "{path}: {:?}", page.repeated_ids);
    }
    assert!(seen > 10_000, "only {seen} were seen");
}

#[test]
fn no_page_has_script_or_style_of_its_own() {
    for (path, page) in &Site::of_example().pages {
        assert_eq!(page.inline.trim(), "", "{path}");
        for (element, attributes) in &page.elements {
            for (name, value) in attributes {
                let inline = name == "style" || name.starts_with("on") || name == "srcdoc";
                assert!(!inline, "{path}: <{element} {name}=\"{value}\">");
            }
            assert_ne!(element, "style", "{path}");
        }
        for script in page.all("script") {
            assert!(attribute(script, "src").is_some(), "{path}");
            // Does not work from a disk.
            assert_eq!(attribute(script, "integrity"), None, "{path}");
            assert_ne!(attribute(script, "type"), Some("module"), "{path}");
        }
    }
}

#[test]
fn every_page_has_the_same_strict_policy_before_anything_it_loads() {
    let site = Site::of_example();
    let mut policies: BTreeMap<&str, usize> = BTreeMap::new();
    for (path, page) in &site.pages {
        let is_policy = |(_, attributes): &(String, Vec<_>)| {
            attribute(attributes, "http-equiv") == Some("Content-Security-Policy")
        };
        let loads = |(name, _): &(String, Vec<_>)| matches!(&**name, "script" | "link" | "img");
        let policy = page.elements.iter().position(is_policy);
        let policy = policy.unwrap_or_else(|| panic!("{path} has no policy"));
        let loads = page.elements.iter().position(loads);
        assert!(loads.is_none_or(|loads| policy < loads), "{path}");
        *policies.entry(attribute(&page.elements[policy].1, "content").unwrap()).or_default() += 1;
    }
    assert_eq!(policies.len(), 1, "{policies:#?}");
    let policy = policies.keys().next().unwrap();
    for needed in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'"]
    {
        assert!(policy.split(';').any(|it| it.trim() == needed), "{needed} is not in {policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'));
}

#[test]
fn the_paths_of_pages_can_be_kept_on_every_system() {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_./".contains(c);
    for path in Site::of_example().pages.keys() {
        assert!(path.chars().all(plain), "{path}");
        assert!(path.len() < 150, "{path}");
    }
}
