//! `clearjar export`, called as a person calls it; and what it writes, read back.

use std::io::{Cursor, Write as _};

use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::program::Folder;
use crate::site::{build_example, example, tree};

fn export(folder: &Folder, arguments: &[&str]) {
    let output = folder.program().arg("-C").arg(example()).arg("export").args(arguments).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn no_cell_of_a_table_is_a_formula() {
    let folder = Folder::with_runbook();
    folder.write(
        "rb/records/devices/x.toml",
        "name = \"=1+1\"\ntype = \"server\"\nserial = \"@SUM(A1)\"\nnotes = \"-2+3\"\n",
    );
    folder.run(&["-C", "rb", "build"]).succeeds();
    let mut seen = 0;
    for (path, bytes) in tree(&folder.path("rb/site/data")) {
        if path.ends_with(".csv") {
            let text = String::from_utf8(bytes).unwrap();
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
            for cell in reader
                .records()
                .flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
            {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{path}: {cell}");
                seen += usize::from(cell == "'=1+1");
            }
        }
    }
    assert!(seen >= 3, "{seen}");
}

#[test]
fn an_export_alone_is_what_the_site_carries() {
    let folder = Folder::empty();
    build_example(&folder, "site", |_| {});
    let site = tree(&folder.path("site"));
    export(&folder, &["xlsx", "--output", &folder.path("a.xlsx").to_string_lossy()]);
    assert!(std::fs::read(folder.path("a.xlsx")).unwrap() == site["data/inventory.xlsx"]);
    export(&folder, &["netbox", "--output", &folder.path("nb").to_string_lossy()]);
    for (path, bytes) in tree(&folder.path("nb")) {
        assert!(bytes == site[&format!("data/netbox/{path}")], "{path}");
    }
}

/// What surrounds the program: zone, locale, threads, user, the mask of new files, a path.
#[cfg(unix)]
const SURROUNDINGS: &[[&str; 6]] = &[
    ["UTC", "C", "1", "ann", "022", "rb"],
    ["Pacific/Kiritimati", "de_DE.UTF-8", "7", "zz-leak", "077", "deep/zz-leak/r b"],
    ["America/Los_Angeles", "tr_TR.UTF-8", "2", "zz-leak", "000", "zz-leak ö/rb"],
];

/// Two runs of a command may differ in all of these, and its files in nothing.
#[cfg(unix)]
#[test]
fn exports_are_the_same_whatever_surrounds_the_program() {
    let folder = Folder::empty();
    let mut made: Option<std::collections::BTreeMap<String, Vec<u8>>> = None;
    for [zone, locale, threads, user, mask, place] in SURROUNDINGS {
        for (path, bytes) in tree(&example()) {
            let there = folder.path(place).join(&path);
            std::fs::create_dir_all(there.parent().unwrap()).unwrap();
            if !path.ends_with('/') {
                std::fs::write(there, bytes).unwrap();
            }
        }
        let formats = ["json", "csv", "xlsx", "ics", "netbox", "itglue", "hudu", "snipe-it"];
        for format in formats {
            let program = env!("CARGO_BIN_EXE_clearjar");
            let output = folder.path(place).with_extension("out").join(format);
            std::fs::create_dir_all(&output).unwrap();
            let run = std::process::Command::new("sh")
                .args(["-c", "umask \"$1\"; shift; exec \"$@\"", "sh", mask, program, "-C", place])
                .args(["export", format, "--output"])
                .arg(&output)
                .current_dir(folder.path("."))
                .env("TZ", zone)
                .env("LC_ALL", locale)
                .env("RAYON_NUM_THREADS", threads)
                .env("USER", user)
                .env("HOME", folder.path("home"))
                .output()
                .unwrap();
            assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        }
        let files = tree(&folder.path(place).with_extension("out"));
        assert!(files.len() > 80, "{}", files.len());
        for (path, bytes) in &files {
            assert!(!String::from_utf8_lossy(bytes).contains("zz-leak"), "{path}");
        }
        let first = made.get_or_insert_with(|| files.clone());
        let differing: Vec<_> =
            first.iter().filter(|(path, it)| files.get(*path) != Some(it)).collect();
        let paths: Vec<_> = differing.iter().map(|(path, _)| path).collect();
        assert!(paths.is_empty() && files.len() == first.len(), "{place}: {paths:?}");
    }
}

#[test]
fn what_is_exported_for_other_tools_is_read_back() {
    let folder = Folder::with_runbook();
    export(&folder, &["snipe-it", "--raw", "--output", &folder.path("s").to_string_lossy()]);
    folder.run(&["-C", "rb", "import", "s/assets.csv"]).succeeds();
    let record = folder.read("rb/records/devices/hq-firewall.toml");
    for line in ["name = \"HQ firewall\"", "type = \"firewall\"", "model = \"FortiGate 60F\""] {
        assert!(record.contains(line), "{line}\n{record}");
    }
}

/// What two documentation systems have a place for, by kind: it must come back as it was.
const KEPT: &[(&str, &[&str])] = &[
    (
        "device",
        &[
            "type",
            "manufacturer",
            "model",
            "serial",
            "asset_tag",
            "hostname",
            "os",
            "os_version",
            "firmware",
            "warranty_ends",
            "purchased_on",
            "support_ends",
            "management",
            "room",
            "status",
        ],
    ),
    ("network", &["prefix", "vlan_id", "gateway", "dns", "purpose"]),
    (
        "circuit",
        &[
            "account_no",
            "circuit_id",
            "gateway",
            "public_ips",
            "support_phone",
            "type",
            "down",
            "up",
        ],
    ),
    ("vendor", &["account_no", "support_phone", "support_email", "portal", "website"]),
    ("person", &["email", "phone", "mobile", "job_title"]),
    ("domain", &["expires", "dns_host", "nameservers", "registrar", "auto_renew"]),
    ("certificate", &["expires", "issuer", "serial"]),
    ("licence", &["product", "seats", "agreement_no", "expires", "edition", "cost"]),
    ("wifi", &["ssid"]),
    ("site", &["address", "city", "country", "postal_code", "phone"]),
];

#[test]
fn what_documentation_systems_take_in_comes_back_field_by_field() {
    let folder = Folder::empty();
    build_example(&folder, "site", |_| {});
    let before = document(&std::fs::read(folder.path("site/data/runbook.json")).unwrap());
    let files = |tool: &str, tail: &str| -> Vec<String> {
        let paths = tree(&folder.path(&format!("site/data/{tool}"))).into_keys();
        paths.filter(|it| it.ends_with(tail)).map(|it| format!("site/data/{tool}/{it}")).collect()
    };
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for path in files("itglue", ".csv") {
        let name = path.rsplit('/').next().unwrap();
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(&std::fs::read(folder.path(&path)).unwrap()).unwrap();
    }
    std::fs::write(folder.path("account.zip"), archive.finish().unwrap().into_inner()).unwrap();
    let ways = [
        ("hudu", files("hudu", ".json")),
        ("itglue-api", files("itglue", ".json")),
        ("itglue", vec!["account.zip".to_owned()]),
    ];
    for (way, files) in ways {
        folder.write(&format!("{way}/clearjar.toml"), "[site]\ntitle = \"Harborview\"\n");
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        folder.run(&[&["-C", way, "import", way], files.as_slice()].concat()).succeeds();
        folder.run(&["-C", way, "export", "json", "--output", &format!("{way}.json")]).succeeds();
        let after = document(folder.read(&format!("{way}.json")).as_bytes());
        let mut seen = 0;
        for (kind, fields) in KEPT {
            for (title, record) in titled(&before, kind) {
                let back = titled(&after, kind).find(|(it, _)| *it == title);
                let (_, back) = back.unwrap_or_else(|| panic!("{way}: no {kind} called {title}"));
                for field in fields.iter().filter(|field| !record["fields"][**field].is_null()) {
                    let (was, is) = (&record["fields"][*field], &back["fields"][*field]);
                    assert_eq!(was, is, "{way}: {kind} {title}: {field}");
                    seen += 1;
                }
            }
        }
        assert!(seen > 500, "{way}: {seen}");
    }
}

fn document(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

fn titled<'a>(document: &'a Value, kind: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let records = document["records"][kind].as_array();
    records.into_iter().flatten().map(|it| (it["title"].as_str().unwrap(), it))
}

#[test]
fn a_cell_that_was_guarded_against_formulas_comes_back_as_it_was() {
    let folder = Folder::empty();
    folder.write("a/clearjar.toml", "[site]\ntitle = \"A\"\n");
    folder.write(
        "a/records/devices/x.toml",
        "name = \"=SUM(A1)\"\ntype = \"server\"\nserial = \"'=2\"\nmodel = \"@x\"\n",
    );
    folder.write("b/clearjar.toml", "[site]\ntitle = \"B\"\n");
    folder.run(&["-C", "a", "export", "snipe-it", "--output", "out"]).succeeds();
    assert!(folder.read("out/assets.csv").contains("'=SUM(A1)"));
    folder.run(&["-C", "b", "import", "out/assets.csv"]).succeeds();
    folder.run(&["-C", "b", "export", "json", "--output", "b.json"]).succeeds();
    let device = document(folder.read("b.json").as_bytes())["records"]["device"][0].clone();
    let said = ["name", "serial", "model"].map(|field| device["fields"][field].clone());
    assert_eq!(said, ["=SUM(A1)", "'=2", "@x"].map(Value::from));
}

/// Others than us say that the files are what they claim to be, where Python and its readers are there.
#[test]
fn readers_of_others_take_the_files_for_what_they_are() {
    let modules = "import openpyxl, icalendar, jsonschema";
    let has_readers = std::process::Command::new("python3").args(["-c", modules]).output();
    if !has_readers.is_ok_and(|output| output.status.success()) {
        eprintln!("not tested: python3 with openpyxl, icalendar and jsonschema is missing");
        return;
    }
    let folder = Folder::empty();
    build_example(&folder, "example", |_| {});
    let hostile = Folder::with_runbook();
    hostile.write(
        "rb/records/devices/x.toml",
        "name = \"=1+1\"\ntype = \"server\"\nserial = \"@SUM(A1)\"\nmodel = \"+1\"\n\
         purpose = \"-2+3\"\nwarranty_ends = 2027-03-01\nnotes = \"=HYPERLINK(1)\"\n",
    );
    hostile.run(&["-C", "rb", "build"]).succeeds();
    for site in [folder.path("example"), hostile.path("rb/site")] {
        let script =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/read_exports.py");
        let output = std::process::Command::new("python3").arg(script).arg(&site).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
