//! Writes the corpus as a site for Zola: the same facts as front matter, and the templates of
//! `bench/zola`.
//!
//! Zola knows no backlinks but those of links in the text, so what points to a record stands ready in
//! its front matter, as in the book for mdBook. Its pages are folders with an `index.html` each.

use std::io;
use std::path::Path;

use crate::clearjar::step_in_markdown;
use crate::estate::Estate;
use crate::folder::write_file;
use crate::hugo::{for_templates, with_links, write_ref};
use crate::mdbook::pointing;
use crate::record::{Kind, Record, Value};
use crate::toml;

/// Names the files of `bench/zola` and takes their text into the program.
macro_rules! templates {
    ($($path:literal),+ $(,)?) => { &[$(($path, include_str!(concat!("../../bench/zola/", $path)))),+] };
}

const TEMPLATES: &[(&str, &str)] = templates![
    "config.toml",
    "static/style.css",
    "templates/base.html",
    "templates/facts.html",
    "templates/index.html",
    "templates/page.html",
    "templates/section.html",
];

/// What fields are called: the same for Hugo.
const DATA: &[(&str, &str)] = &[
    ("data/kinds.toml", include_str!("../../bench/hugo/data/kinds.toml")),
    ("data/tables.toml", include_str!("../../bench/hugo/data/tables.toml")),
];

/// Writes the site into `folder`.
pub fn write(estate: &Estate, folder: &Path) -> io::Result<()> {
    for (path, text) in TEMPLATES.iter().chain(DATA) {
        write_file(&folder.join(path), text)?;
    }
    let kinds: ::toml::Table = DATA[0].1.parse().expect("the file is TOML");
    write_file(&folder.join("content/_index.md"), "+++\n+++\n")?;
    let pointing = pointing(estate);
    for kind in Kind::ALL {
        let plural = kind.names().1;
        let section = format!(
            "+++\ntitle = {}\nsort_by = \"title\"\npaginate_by = 500\npaginate_path = \"page\"\n\
             [extra]\ncolumns = {}\n+++\n",
            kinds[plural]["label"], kinds[plural]["columns"],
        );
        write_file(&folder.join(format!("content/{plural}/_index.md")), &section)?;
        for ix in 0..estate.count(kind) {
            let record = crate::make(estate, kind, ix);
            let own = format!("{plural}/{}", record.id);
            let from = pointing.get(&own).map_or(&[][..], Vec::as_slice);
            write_file(&folder.join(format!("content/{own}.md")), &page(&record, from))?;
            if let Some((name, content)) = &record.attachment {
                write_file(&folder.join("static/files").join(name), content)?;
            }
        }
    }
    Ok(())
}

fn page(record: &Record, from: &[(String, String)]) -> String {
    let mut text = String::with_capacity(4096);
    text.push_str(&format!(
        "+++\ntitle = {}\n\n[extra]\npoints_here = [",
        toml::quoted(&record.name)
    ));
    for (path, name) in from {
        text.push_str(&format!("\n  {{ href = \"/{path}/\", name = {} }},", toml::quoted(name)));
    }
    text.push_str("\n]\n");
    let mut facts = for_templates(&record.facts);
    if !record.settings.is_empty() {
        facts.add("setting", Value::Rows(record.settings.clone()));
    }
    toml::write(&mut text, &facts, "extra.", write_ref);
    text.push_str("+++\n\n");
    for (ix, step) in record.steps.iter().enumerate() {
        text.push_str(&with_links(&step_in_markdown(ix + 1, step)));
    }
    text.push_str(&format!("\n{}\n", with_links(&record.prose)));
    // Hugo's links name HTML, Zola's a folder.
    text.replace(".html)", "/)")
}
