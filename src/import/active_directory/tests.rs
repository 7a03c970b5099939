//! Answers of PowerShell 5.1 and 7, in the encodings in which it saves them.

use super::*;
use crate::import::Outcome;
use crate::import::trial::{self, runbook};
use crate::source::SourceTree;

macro_rules! sample {
    ($name:literal) => {
        Foreign::of_bytes(
            $name,
            *include_bytes!(concat!("../../../tests/data/import/active-directory/", $name)),
        )
    };
}

fn wishes(tree: &SourceTree, people: bool) -> Wishes<'_> {
    Wishes { people, ..trial::wishes(tree) }
}

fn import(tree: &SourceTree, files: &[Foreign], people: bool) -> Outcome {
    trial::import_as_wished(files, &wishes(tree, people)).unwrap()
}

fn all() -> [Foreign; 4] {
    [
        sample!("domain-5.1.json"),
        sample!("forest-7.json"),
        sample!("computers-5.1.json"),
        sample!("users-7.json"),
    ]
}

#[track_caller]
fn says(tree: &SourceTree, path: &str, lines: &[&str]) {
    let file = tree.at(&format!("records/{path}.toml")).unwrap_or_else(|| panic!("no {path}"));
    let text = file.as_text().unwrap();
    for line in lines {
        assert!(text.lines().any(|there| there == *line), "{path} lacks {line}:\n{text}");
    }
}

const SERVICE: &str = "services/active-directory-corp-harborview-example";

#[test]
fn a_directory_says_who_holds_which_role() {
    let outcome = import(&runbook(), &all(), false);
    let tree = &outcome.tree;
    says(
        tree,
        SERVICE,
        &[
            "type = \"ad\"",
            "domain_fqdn = \"corp.harborview.example\"",
            "netbios = \"CORP\"",
            "forest = \"corp.harborview.example\"",
            "functional_level = \"Windows Server 2016\"",
            "dcs = [\"dc01\", \"dc02\"]",
            "gcs = [\"dc01\", \"dc02\"]",
            "schema_master = \"dc01\"",
            "naming_master = \"dc01\"",
            "rid_master = \"dc02\"",
            "pdc_emulator = \"dc01\"",
            "infrastructure_master = \"dc01\"",
            "\"Forest level\" = \"Windows Server 2012 R2\"",
            "\"Sign-in suffixes\" = [\"harborview.example\"]",
        ],
    );
    // The one controller is among the computers; the other is only named.
    says(tree, "devices/dc01", &["name = \"DC01\"", "os = \"Windows Server 2019 Standard\""]);
    says(
        tree,
        "devices/dc02",
        &["name = \"DC02\"", "type = \"server\"", "hostname = \"dc02.corp.harborview.example\""],
    );
    let again = import(tree, &all(), false);
    assert!(again.changes.is_empty(), "{:?}", again.report.updated);
}

#[test]
fn a_computer_says_what_it_runs_and_when_it_was_last_there() {
    let outcome = import(&runbook(), &all(), false);
    let tree = &outcome.tree;
    says(
        tree,
        "devices/srv-file",
        &[
            "type = \"server\"",
            "hostname = \"srv-file.corp.harborview.example\"",
            "os = \"Windows Server 2022 Standard\"",
            "os_version = \"10.0 (20348)\"",
            "status = \"active\"",
            "address = \"10.20.20.12\"",
            "\"Managed by\" = \"Ruiz, Dana\"",
            "\"Folder in the directory\" = \"HQ / Servers\"",
            "\"In the directory since\" = 2021-02-18",
            "Groups = [\"File servers\"]",
        ],
    );
    for name in ["pc-old", "pc-silent"] {
        says(tree, &format!("devices/{name}"), &["type = \"workstation\"", "status = \"retired\""]);
    }
    let told = outcome.report.write(false);
    assert!(told.contains("2 computers switched off or silent for 90 days"), "{told}");
    assert!(told.contains("SomethingNew (1)"), "{told}");
}

#[test]
fn no_secret_of_a_directory_is_written_or_told() {
    let outcome = import(&runbook(), &all(), true);
    let told = outcome.report.write(false);
    for secret in ["q7!LapsSecret", "Tr0ub4dor", "Sup3rS3cret"] {
        assert!(!told.contains(secret), "{secret}");
        for file in outcome.tree.files() {
            assert!(!file.as_text().unwrap_or_default().contains(secret), "{}", file.path);
        }
    }
    assert!(told.contains("ms-Mcs-AdmPwd: 1"), "{told}");
}

#[test]
fn people_are_left_out_unless_they_are_asked_for() {
    let without = import(&runbook(), &all(), false);
    says(
        &without.tree,
        "accounts/svc-backup",
        &[
            "type = \"service\"",
            "username = \"svc-backup@corp.harborview.example\"",
            "system = \"service/active-directory-corp-harborview-example\"",
            "last_rotated = 2025-01-05",
        ],
    );
    says(&without.tree, "accounts/administrator", &["type = \"admin\""]);
    assert!(without.tree.at("records/people/dana-ruiz.toml").is_none());
    assert!(without.report.write(false).contains("1 person's account: `--people`"));
    let with = import(&runbook(), &all(), true);
    says(
        &with.tree,
        "people/dana-ruiz",
        &["email = \"dana@harborview.example\"", "job_title = \"Office manager\""],
    );
}

#[test]
fn answers_are_read_one_after_the_other_in_any_order() {
    let domain = import(&runbook(), &[sample!("domain-5.1.json")], false);
    says(&domain.tree, "devices/dc01", &["type = \"server\""]);
    let computers = import(&domain.tree, &[sample!("computers-5.1.json")], false);
    says(&computers.tree, "devices/dc01", &["os = \"Windows Server 2019 Standard\""]);
    assert!(computers.tree.at("records/devices/dc01-2.toml").is_none());
    let forest = import(&computers.tree, &[sample!("forest-7.json")], false);
    says(&forest.tree, SERVICE, &["schema_master = \"dc01\"", "pdc_emulator = \"dc01\""]);
}

#[test]
fn files_are_read_as_powershell_saves_them() {
    let text = String::from_utf8(sample!("domain-5.1.json").bytes().unwrap().to_vec()).unwrap();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [
        [b"\xff\xfe".to_vec(), utf16].concat(),
        [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        // A list of one, and several answers in one file.
        format!("[{text}]").into_bytes(),
        format!("{{\"Domain\": {text}, \"When\": \"today\"}}").into_bytes(),
    ] {
        let file = Foreign::of_bytes("domain.json", bytes);
        assert_eq!(ActiveDirectory.fit(&file), Fit::Sure);
        says(&import(&runbook(), &[file], false).tree, SERVICE, &["netbios = \"CORP\""]);
    }
}

fn read(bytes: &[u8]) -> Result<Harvest, Refused> {
    let tree = runbook();
    let mut harvest = Harvest::default();
    let file = Foreign::of_bytes("x.json", bytes);
    ActiveDirectory.read(&[file], &wishes(&tree, true), &mut harvest).map(|()| harvest)
}

#[test]
fn what_is_damaged_is_refused_and_other_forms_are_no_panic() {
    for sample in all() {
        let bytes = sample.bytes().unwrap();
        let whole = bytes.trim_ascii_end().len();
        for end in 0..whole {
            assert!(read(&bytes[..end]).is_err(), "{} {end}", sample.name);
        }
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let first = value.get(0).unwrap_or(&value).clone();
        let names: Vec<String> = first.as_object().unwrap().keys().cloned().collect();
        for name in names {
            for other in
                ["null", "true", "-9", "1e99", "\"\"", "[]", "{}", "[[1], {\"Value\": []}]"]
            {
                let mut damaged = first.clone();
                damaged[name.as_str()] = serde_json::from_str(other).unwrap();
                let _ = read(damaged.to_string().as_bytes());
            }
        }
    }
    for other in ["{}", "[]", "[1]", "{\"a\": {\"b\": []}}"] {
        assert!(read(other.as_bytes()).unwrap_err().message.contains("holds no domain"));
    }
}
