//! Puts hostile words into every field of every kind, and reads all exports of it again: each file is
//! what it claims to be, no cell is a formula, and the words are the same behind the guard.
#![allow(clippy::disallowed_methods, reason = "tests and tools use the disk")]

mod every_kind;

use std::collections::BTreeMap;
use std::io::Cursor;
use std::process::Command;
use std::sync::LazyLock;

use calamine::{Data, Reader as _, Xlsx};
use clearjar::audit::Audit;
use clearjar::diagnostic::Diagnostics;
use clearjar::export::{self, Cells, Census, Facts, unguarded};
use clearjar::pipeline::{self, Inputs};
use clearjar::source::SourceTree;
use rayon::prelude::*;
use serde_json::Value;

/// What devices, guests and tickets might say. Each stands in all fields of words at once.
fn hostile() -> Vec<String> {
    let mut words: Vec<String> = [
        // Formulas, and what is guarded already.
        "=HYPERLINK(\"https://evil.example\")",
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1:A9)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "  =1+1",
        "\u{a0}=1+1",
        "'=1+1",
        "''-1",
        "\u{ff1d}1+1",
        // Separators, quotes and ends of lines.
        "a,b;c\td|e",
        "\"quoted\" \"\" 'single' `ticked`",
        "one\ntwo\r\nthree\rfour",
        "\\n \\, \\; \\\\ \\N",
        // What ends or opens something in a format.
        "]]><x>&amp;&lt;</x>",
        "_x0041_ _x000D_",
        "BEGIN:VEVENT\r\nSUMMARY:none\r\nEND:VEVENT",
        "{\"a\":[1,2]}",
        // What cannot be seen.
        "bell \u{7} escape \u{1b}[31m unit \u{1f} delete \u{7f} next \u{85}",
        "\u{202e}drawkcab \u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{200f}\u{2066}",
        "\u{feff}mark \u{2028} \u{2029} \u{fffe} \u{ffff} \u{10ffff}",
        "e\u{301}\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{1f9ff}",
    ]
    .map(str::to_owned)
    .into();
    // More than a cell of a workbook takes, which are 32,767 letters as UTF-16 counts them.
    words.push(format!("={}", "long \u{1f9ff} ".repeat(4_700)));
    words
}

/// Those of all that is tried, made once.
static ALL: LazyLock<Vec<Exports>> =
    LazyLock::new(|| hostile().par_iter().map(|said| Exports::of(said)).collect());

/// The exports of a runbook whose fields of words all say the same.
struct Exports {
    said: String,
    /// By path on the site, guarded as the site carries them.
    safe: BTreeMap<String, Vec<u8>>,
    /// As they are for programs.
    raw: BTreeMap<String, Vec<u8>>,
    document: Value,
    renewals: usize,
}

impl Exports {
    fn of(said: &str) -> Exports {
        // What is long stands in some fields, which is enough.
        let every = if said.len() > 1_000 { 25 } else { 1 };
        let mut asked = 0;
        let tree = every_kind::runbook(&mut |_| {
            asked += 1;
            if asked % every == 0 { said.to_owned() } else { format!("short {asked}") }
        });
        with(&tree, |facts| {
            let files = export::of_site(facts);
            let made = |cells| -> BTreeMap<String, Vec<u8>> {
                files.iter().map(|file| (file.path.clone(), file.make(facts, cells))).collect()
            };
            let safe = made(Cells::Safe);
            let document = serde_json::from_slice(&safe[export::DOCUMENT]).unwrap();
            let renewals = days(facts.audit);
            Exports { said: said.to_owned(), raw: made(Cells::Raw), safe, document, renewals }
        })
    }

    fn tables(files: &BTreeMap<String, Vec<u8>>) -> impl Iterator<Item = (&str, Vec<Vec<String>>)> {
        let tables = files.iter().filter(|(path, _)| path.ends_with(".csv"));
        tables.map(|(path, bytes)| (path.as_str(), rows(bytes)))
    }

    /// Returns the records of a kind, by its folder on the site.
    fn records(&self, plural: &str) -> &Vec<Value> {
        let kinds = self.document["kinds"].as_object().unwrap();
        let (name, _) = kinds.iter().find(|(_, kind)| kind["plural"] == *plural).unwrap();
        self.document["records"][name].as_array().unwrap()
    }
}

fn with<T>(tree: &SourceTree, then: impl FnOnce(&Facts<'_>) -> T) -> T {
    let found = Diagnostics::default();
    let inputs = Inputs::new(tree, &found, "2026-11-15".parse().unwrap());
    let checkup = pipeline::check(&inputs);
    let (config, model, audit) = (&checkup.config, &checkup.model, &checkup.audit);
    assert!(model.len() > 30, "{}", model.len());
    let census = Census::of(model);
    then(&Facts { tree, config, model, audit, census: &census })
}

fn days(audit: &Audit) -> usize {
    let notices = audit.renewals.iter().filter(|it| it.notice_by.is_some_and(|by| by < it.date));
    audit.renewals.len() + notices.count()
}

/// Reads a table, all of whose rows are as long as the first.
fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect());
    rows.collect()
}

#[test]
fn no_cell_of_any_table_begins_as_a_formula_does() {
    ALL.par_iter().for_each(|exports| {
        for (path, table) in Exports::tables(&exports.safe) {
            for cell in table.iter().flatten() {
                let begins = cell.trim_start_matches([' ', '\u{a0}']);
                let is_number = cell.parse::<f64>().is_ok();
                let is_formula = begins.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
                    || begins.starts_with(['\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
                assert!(is_number || !is_formula, "{path}: {cell:?}");
            }
        }
    });
}

#[test]
fn every_table_says_the_same_behind_its_guard() {
    ALL.par_iter().for_each(|exports| {
        let raw: BTreeMap<_, _> = Exports::tables(&exports.raw).collect();
        let mut seen = 0;
        for (path, table) in Exports::tables(&exports.safe) {
            let raw = &raw[path];
            assert_eq!(table.len(), raw.len(), "{path}");
            for (cell, raw) in table.iter().flatten().zip(raw.iter().flatten()) {
                let is_number = cell == raw && raw.parse::<f64>().is_ok();
                assert!(is_number || unguarded(cell) == raw, "{path}: {cell:?} for {raw:?}");
                seen += usize::from(*raw == exports.said);
            }
        }
        let said = &exports.said;
        assert!(seen > 50 || said.contains('\n') || said.contains('\r'), "{seen} of {said:?}");
    });
}

#[test]
fn the_table_of_a_kind_says_what_the_document_says() {
    ALL.par_iter().for_each(|exports| {
        let mut seen = 0;
        for (path, table) in Exports::tables(&exports.raw) {
            let name = path.strip_prefix("data/csv/").and_then(|name| name.strip_suffix(".csv"));
            let Some(plural) = name.filter(|name| !name.contains('.')) else { continue };
            let (head, rows) = table.split_first().unwrap();
            for (row, record) in rows.iter().zip(exports.records(plural)) {
                assert_eq!(record["id"], row[0]);
                for (column, cell) in head.iter().zip(row).skip(1) {
                    let mut value = &record["fields"];
                    column.split('.').for_each(|name| value = &value[name]);
                    if let Some(text) = value.as_str() {
                        assert_eq!(text, cell, "{path}: {column}");
                        seen += 1;
                    }
                }
            }
        }
        assert!(seen > 300, "{seen}");
    });
}

#[test]
fn the_workbook_opens_and_shows_text() {
    ALL.par_iter().for_each(|exports| {
        let bytes = &exports.safe[export::WORKBOOK];
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.as_slice())).unwrap();
        let mut seen = 0;
        for name in book.sheet_names() {
            let formulas = book.worksheet_formula(&name).unwrap();
            assert_eq!(formulas.used_cells().count(), 0, "{name}");
            let cells = book.worksheet_range(&name).unwrap();
            for (row, column, cell) in cells.used_cells() {
                let Data::String(text) = cell else { continue };
                assert!(text.encode_utf16().count() <= 32_767, "{name} {row} {column}");
                let said = &exports.said;
                let is_whole = text == said;
                let is_cut = text.strip_suffix('…').is_some_and(|begin| said.starts_with(begin));
                seen += usize::from(is_whole || is_cut);
            }
        }
        let said = &exports.said;
        let has_strange = said.contains(['\r', '\u{fffe}', '\u{7}']) || said.contains("_x00");
        assert!(seen > 10 || has_strange, "{seen} of {said:?}");
    });
}

#[test]
fn the_calendar_keeps_to_its_lines() {
    ALL.par_iter().for_each(|exports| {
        let text = std::str::from_utf8(&exports.safe[export::CALENDAR]).unwrap();
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        for line in text.split("\r\n") {
            assert!(line.len() <= 75, "{line:?}");
            assert!(!line.contains(|c: char| c.is_control() && c != '\t'), "{line:?}");
        }
        let unfolded = text.replace("\r\n ", "");
        let count = |begin: &str| unfolded.split("\r\n").filter(|line| *line == begin).count();
        assert_eq!(count("BEGIN:VEVENT"), exports.renewals);
        assert_eq!(count("END:VEVENT"), exports.renewals);
    });
}

/// Others than us say so too, where Python and its readers are there.
#[test]
fn readers_of_others_read_hostile_exports() {
    let modules = "import openpyxl, icalendar, jsonschema";
    let has_readers = Command::new("python3").args(["-c", modules]).output();
    if !has_readers.is_ok_and(|output| output.status.success()) {
        eprintln!("not tested: python3 with openpyxl, icalendar and jsonschema is missing");
        return;
    }
    let script =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/read_exports.py");
    let folder = tempfile::tempdir().unwrap();
    let write = |(number, exports): (usize, &Exports)| {
        let site = folder.path().join(number.to_string());
        for (path, bytes) in &exports.safe {
            let path = site.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        site
    };
    let sites: Vec<_> = ALL.iter().enumerate().map(write).collect();
    let output = Command::new("python3").arg(script).args(&sites).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
