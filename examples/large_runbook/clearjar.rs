//! Writes the corpus as a runbook for Clearjar.
//!
//! Every form of record occurs: mostly a file each; procedures as Markdown with TOML on top, and as
//! TOML with `[[step]]`, by turns; some small kinds as one file with a table per id.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::estate::{Estate, site_id};
use crate::folder::write_file;
use crate::record::{AS_OF, Facts, Kind, Record, Ref, Step, Value};
use crate::toml;

/// The kinds whose records share a file.
const IN_ONE_FILE: [Kind; 5] =
    [Kind::Circuit, Kind::Rack, Kind::Account, Kind::Licence, Kind::Risk];

/// The fields that may point to any kind, so that the id alone says too little for a reader.
const OF_ANY_KIND: [&str; 5] = ["system", "applies_to", "covers", "affects", "depends_on"];

/// Writes the runbook into `folder`.
pub fn write(estate: &Estate, folder: &Path) -> io::Result<()> {
    write_file(&folder.join("clearjar.toml"), &configuration(estate))?;
    for kind in Kind::ALL {
        let records = (0..estate.count(kind)).map(|ix| crate::make(estate, kind, ix));
        if IN_ONE_FILE.contains(&kind) {
            one_file(records, &folder.join(format!("records/{}.toml", kind.names().1)))?;
            continue;
        }
        for (ix, record) in records.enumerate() {
            file_of_its_own(estate, ix, &record, folder)?;
        }
    }
    Ok(())
}

fn configuration(estate: &Estate) -> String {
    let (client, provider) = (estate.to(Kind::Organization, 0), estate.to(Kind::Vendor, 0));
    format!(
        "as_of = {AS_OF}\nclient = \"{client}\"\nprovider = \"{provider}\"\n\n[site]\ntitle = \"A large runbook\"\n"
    )
}

fn one_file(records: impl Iterator<Item = Record>, path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(path.parent().expect("the path has `records` in it"))?;
    let mut file = BufWriter::new(File::create(path)?);
    for record in records {
        let above = format!("{}.", record.id);
        let mut text = format!("[{}]\n", record.id);
        toml::write(&mut text, &facts_of(&record), &above, write_ref);
        text.push('\n');
        file.write_all(text.as_bytes())?;
    }
    file.flush()
}

fn file_of_its_own(estate: &Estate, ix: usize, record: &Record, folder: &Path) -> io::Result<()> {
    let plural = record.kind.names().1;
    let id = &record.id;
    let as_markdown = record.kind == Kind::Procedure && ix.is_multiple_of(2);
    let (path, text) = if as_markdown {
        (format!("records/{plural}/{id}.md"), markdown(record))
    } else if record.kind == Kind::Device {
        let site = site_id(estate.place(ix).site);
        (format!("records/{plural}/{site}/{id}.toml"), all_toml(record))
    } else {
        (format!("records/{plural}/{id}.toml"), all_toml(record))
    };
    if let Some((name, content)) = &record.attachment {
        write_file(&folder.join("files").join(name), content)?;
    }
    write_file(&folder.join(path), &text)
}

fn all_toml(record: &Record) -> String {
    let mut text = String::with_capacity(4096);
    toml::write(&mut text, &facts_of(record), "", write_ref);
    text
}

fn markdown(record: &Record) -> String {
    let mut text = String::with_capacity(4096);
    text.push_str("+++\n");
    let facts = Facts(record.facts.0.clone());
    toml::write(&mut text, &named(record, facts), "", write_ref);
    text.push_str("+++\n\n");
    for (ix, step) in record.steps.iter().enumerate() {
        text.push_str(&step_in_markdown(ix + 1, step));
    }
    text.push_str(&format!("\n{}\n", record.prose));
    text
}

/// Returns a step as an item of a numbered list. The Hugo form shares it.
pub fn step_in_markdown(number: usize, step: &Step) -> String {
    let mut text = format!("{number}. {}", step.text);
    if let Some(who) = step.who {
        text.push_str(&format!(" Done by: {who}."));
    }
    if let Some(expected) = &step.expected {
        text.push_str(&format!(" Expected: {expected}"));
    }
    text.push('\n');
    if let Some((language, lines)) = &step.command {
        let indented = lines.replace('\n', "\n   ").replace("\n   \n", "\n\n");
        text.push_str(&format!("\n   ```{language}\n   {indented}\n   ```\n\n"));
    }
    text
}

fn named(record: &Record, facts: Facts) -> Facts {
    let mut all = Facts::default().with("name", record.name.as_str());
    all.0.extend(facts.0);
    all
}

fn facts_of(record: &Record) -> Facts {
    let mut facts = named(record, record.facts.clone());
    facts.add(record.kind.prose_field(), record.prose.as_str());
    if !record.settings.is_empty() {
        facts.add("setting", Value::Rows(record.settings.clone()));
    }
    if !record.steps.is_empty() {
        facts.add("step", Value::Rows(record.steps.iter().map(step_in_toml).collect()));
    }
    facts
}

fn step_in_toml(step: &Step) -> Facts {
    let mut facts = Facts::default().with("text", step.text.as_str());
    if let Some(who) = step.who {
        facts.add("who", who);
    }
    if let Some((language, lines)) = &step.command {
        facts.add("language", *language).add("command", lines.as_str());
    }
    if let Some(expected) = &step.expected {
        facts.add("expected", expected.as_str());
    }
    facts
}

fn write_ref(key: &str, to: &Ref) -> String {
    if OF_ANY_KIND.contains(&key) { to.to_string() } else { to.id.clone() }
}
