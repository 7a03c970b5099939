//! Writes the corpus as a book for mdBook: the same facts as tables of Markdown.
//!
//! mdBook knows no front matter, no backlinks and no lists of pages, so what points to a record and
//! what is in a kind stand ready in the text: the cheaper work is given to it.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::clearjar::step_in_markdown;
use crate::estate::Estate;
use crate::folder::write_file;
use crate::hugo::{links_of, with_links};
use crate::record::{Facts, Kind, Record, Ref, Value};

/// The settings: search is on, and nothing is copied or printed besides.
const BOOK: &str = "[book]\ntitle = \"A large runbook\"\nlanguage = \"en\"\n\n\
    [output.html]\nprint.enable = false\nplayground.copyable = false\n";

/// Writes the book into `folder`.
pub fn write(estate: &Estate, folder: &Path) -> io::Result<()> {
    write_file(&folder.join("book.toml"), BOOK)?;
    let pointing = pointing(estate);
    let mut summary = String::from("# Summary\n\n");
    for kind in Kind::ALL {
        let plural = kind.names().1;
        let mut list = format!("# {plural}\n\n");
        summary.push_str(&format!("- [{plural}]({plural}/index.md)\n"));
        for ix in 0..estate.count(kind) {
            let record = crate::make(estate, kind, ix);
            summary.push_str(&format!("  - [{}]({plural}/{}.md)\n", record.name, record.id));
            list.push_str(&format!("- [{}]({}.md)\n", record.name, record.id));
            let own = format!("{plural}/{}", record.id);
            let from = pointing.get(&own).map_or(&[][..], Vec::as_slice);
            write_file(&folder.join(format!("src/{own}.md")), &page(&record, from))?;
            if let Some((name, content)) = &record.attachment {
                write_file(&folder.join("src/files").join(name), content)?;
            }
        }
        write_file(&folder.join(format!("src/{plural}/index.md")), &list)?;
    }
    write_file(&folder.join("src/SUMMARY.md"), &summary)
}

/// Returns what points to each page: its path and name.
pub fn pointing(estate: &Estate) -> BTreeMap<String, Vec<(String, String)>> {
    let mut pointing: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for kind in Kind::ALL {
        for ix in 0..estate.count(kind) {
            let record = crate::make(estate, kind, ix);
            let own = format!("{}/{}", kind.names().1, record.id);
            for link in links_of(&record) {
                let to = link.trim_matches('"').to_owned();
                pointing.entry(to).or_default().push((own.clone(), record.name.clone()));
            }
        }
    }
    pointing
}

fn page(record: &Record, from: &[(String, String)]) -> String {
    let mut text = format!("# {}\n\n", record.name);
    table(&mut text, &record.facts);
    if !record.settings.is_empty() {
        text.push_str("## Settings\n\n");
        rows(&mut text, &record.settings);
    }
    for (ix, step) in record.steps.iter().enumerate() {
        text.push_str(&with_links(&step_in_markdown(ix + 1, step)));
    }
    text.push_str(&format!("\n{}\n\n## What points here\n\n", with_links(&record.prose)));
    for (path, name) in from {
        text.push_str(&format!("- [{name}](../{path}.md)\n"));
    }
    // Hugo's links start at the root and name HTML.
    text.replace("](/", "](../").replace(".html)", ".md)")
}

fn table(text: &mut String, facts: &Facts) {
    text.push_str("| Field | Value |\n|---|---|\n");
    let is_rows = |value: &Value| matches!(value, Value::Rows(_));
    for (key, value) in facts.0.iter().filter(|(_, value)| !is_rows(value)) {
        text.push_str(&format!("| {key} | {} |\n", cell(value)));
    }
    text.push('\n');
    for (key, value) in &facts.0 {
        if let Value::Rows(all) = value {
            text.push_str(&format!("## {key}\n\n"));
            rows(text, all);
        }
    }
}

/// Writes rows as one table, with a column for each field that any of them has.
fn rows(text: &mut String, rows: &[Facts]) {
    let mut columns: Vec<&str> = Vec::new();
    for (key, _) in rows.iter().flat_map(|row| &row.0) {
        if !columns.contains(key) {
            columns.push(key);
        }
    }
    text.push_str(&format!("| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len())));
    for row in rows {
        let cells = columns.iter().map(|column| {
            let found = row.0.iter().find(|(key, _)| key == column);
            found.map_or(String::new(), |(_, value)| cell(value))
        });
        text.push_str(&format!("| {} |\n", cells.collect::<Vec<_>>().join(" | ")));
    }
    text.push('\n');
}

fn cell(value: &Value) -> String {
    let text = match value {
        Value::Text(text) => with_links(text),
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::Day(day) => day.to_string(),
        Value::Words(words) => words.join(", "),
        Value::Numbers(numbers) => {
            numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
        }
        Value::To(to) => link(to),
        Value::ToAll(all) => all.iter().map(link).collect::<Vec<_>>().join(", "),
        Value::ToPort(to, port) => format!("{} {port}", link(to)),
        Value::Table(table) => {
            let facts = table.0.iter().map(|(key, value)| format!("{key}: {}", cell(value)));
            facts.collect::<Vec<_>>().join("; ")
        }
        Value::Rows(rows) => rows.len().to_string(),
    };
    text.replace('|', "\\|").replace('\n', " ")
}

fn link(to: &Ref) -> String {
    format!("[{}](/{}/{}.html)", to.id, to.kind.names().1, to.id)
}
