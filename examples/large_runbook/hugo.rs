//! Writes the corpus as a site for Hugo: the same facts as front matter, and the templates of
//! `bench/hugo`.

use std::io;
use std::path::Path;

use crate::clearjar::step_in_markdown;
use crate::estate::Estate;
use crate::folder::write_file;
use crate::record::{Facts, Kind, Record, Ref, Value};
use crate::toml;

/// Names the files of `bench/hugo` and takes their text into the program.
macro_rules! templates {
    ($($path:literal),+ $(,)?) => { &[$(($path, include_str!(concat!("../../bench/hugo/", $path)))),+] };
}

const TEMPLATES: &[(&str, &str)] = templates![
    "data/kinds.toml",
    "data/tables.toml",
    "hugo.toml",
    "layouts/_partials/backlinks.html",
    "layouts/_partials/header.html",
    "layouts/baseof.html",
    "layouts/home.html",
    "layouts/home.index.json",
    "layouts/page.html",
    "layouts/section.html",
    "static/style.css",
];

/// Writes the site into `folder`.
pub fn write(estate: &Estate, folder: &Path) -> io::Result<()> {
    for (path, text) in TEMPLATES {
        write_file(&folder.join(path), text)?;
    }
    for kind in Kind::ALL {
        let plural = kind.names().1;
        for ix in 0..estate.count(kind) {
            let record = crate::make(estate, kind, ix);
            let path = folder.join(format!("content/{plural}/{}.md", record.id));
            write_file(&path, &page(&record))?;
            if let Some((name, content)) = &record.attachment {
                write_file(&folder.join("static/files").join(name), content)?;
            }
        }
    }
    Ok(())
}

fn page(record: &Record) -> String {
    let mut text = String::with_capacity(4096);
    text.push_str(&format!("+++\ntitle = {}\n", toml::quoted(&record.name)));
    text.push_str(&format!("\n[params]\nlinks = [{}]\n", links_of(record).join(", ")));
    let mut params = for_templates(&record.facts);
    if !record.settings.is_empty() {
        params.add("setting", Value::Rows(record.settings.clone()));
    }
    toml::write(&mut text, &params, "params.", write_ref);
    text.push_str("+++\n\n");
    for (ix, step) in record.steps.iter().enumerate() {
        text.push_str(&with_links(&step_in_markdown(ix + 1, step)));
    }
    text.push_str(&format!("\n{}\n", with_links(&record.prose)));
    text
}

/// Returns the facts with days as text and Markdown links, so that no template has to turn them.
pub fn for_templates(facts: &Facts) -> Facts {
    let turned = facts.0.iter().map(|(key, value)| {
        let value = match value {
            Value::Day(day) => Value::Text(day.to_string()),
            Value::Text(text) if text.contains("[[") => Value::Text(with_links(text)),
            Value::Table(table) => Value::Table(for_templates(table)),
            other => other.clone(),
        };
        (*key, value)
    });
    Facts(turned.collect())
}

/// Returns what a record points to, each once: what the templates make backlinks from.
pub fn links_of(record: &Record) -> Vec<String> {
    let mut links = vec![];
    collect(&record.facts, &mut links);
    let steps = record.steps.iter().map(|step| step.text.as_str());
    let texts = record.facts.0.iter().filter_map(|(_, value)| match value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    });
    for text in steps.chain(texts).chain([record.prose.as_str()]) {
        links.extend(wiki_links(text).map(|(target, _)| path_of(target)));
    }
    links.sort();
    links.dedup();
    links.iter().map(|link| format!("\"{link}\"")).collect()
}

fn collect(facts: &Facts, links: &mut Vec<String>) {
    for (key, value) in &facts.0 {
        match value {
            Value::To(to) | Value::ToPort(to, _) => links.push(write_ref(key, to)),
            Value::ToAll(all) => links.extend(all.iter().map(|to| write_ref(key, to))),
            Value::Table(table) => collect(table, links),
            Value::Rows(rows) => rows.iter().for_each(|row| collect(row, links)),
            _ => {}
        }
    }
}

/// Returns a reference as the path of its page.
pub fn write_ref(_: &str, to: &Ref) -> String {
    format!("{}/{}", to.kind.names().1, to.id)
}

/// Returns each `[[kind/id|text]]` as its target and its text.
fn wiki_links(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("[[")
        .skip(1)
        .filter_map(|rest| rest.split_once("]]"))
        // In a shell script `[[` is a test.
        .filter(|(link, _)| link.contains('/'))
        .map(|(link, _)| link.split_once('|').unwrap_or((link, link)))
}

fn path_of(target: &str) -> String {
    let (name, id) = target.split_once('/').expect("links in the corpus name their kind");
    let kind = Kind::ALL.into_iter().find(|kind| kind.names().0 == name);
    format!("{}/{id}", kind.expect("links in the corpus are made from kinds").names().1)
}

/// Returns `text` with plain Markdown links in place of wiki links.
pub fn with_links(text: &str) -> String {
    let mut turned = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some((before, link)) = rest.split_once("[[") {
        turned.push_str(before);
        match wiki_links(&rest[before.len()..]).next() {
            Some((target, words)) if link.starts_with(target) => {
                let words = words.rsplit('/').next().unwrap_or(words);
                turned.push_str(&format!("[{words}](/{}.html)", path_of(target)));
                rest = link.split_once("]]").expect("it was just found").1;
            }
            _ => {
                turned.push_str("[[");
                rest = link;
            }
        }
    }
    turned.push_str(rest);
    turned
}
