//! What other tools take in, read back by our own importer and held against what it was made from: each
//! fact comes back as it was, or the report of the losses names it.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use clearjar::diagnostic::Diagnostics;
use clearjar::discover::{self, Limits};
use clearjar::export::shape::{Shape, changes, losses};
use clearjar::export::{self, Cells, Census, Facts, Format};
use clearjar::pipeline::{self, Inputs};
use serde_json::{Map, Value};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::program::Folder;
use crate::site::example;

/// What a tool says of a field of a kind.
#[derive(Default)]
struct Told {
    /// How many records say something there that it has no place for; by kind and field.
    lost: BTreeMap<(String, String), usize>,
    /// Kinds that it has no place for.
    no_place: Vec<String>,
    /// Fields that it takes in another form.
    changed: Vec<(String, String)>,
}

/// The example as a tool takes it in.
struct Exported {
    folder: Folder,
    /// The records as they are.
    before: Value,
    told: Told,
}

impl Exported {
    fn of(tool: &str) -> Exported {
        let tree = discover::read(&example(), &Limits::default()).unwrap().value;
        let found = Diagnostics::default();
        let inputs = Inputs::new(&tree, &found, "2026-11-15".parse().unwrap());
        let checkup = pipeline::check(&inputs);
        let (config, model, audit) = (&checkup.config, &checkup.model, &checkup.audit);
        let census = Census::of(model);
        let facts = Facts { tree: &tree, config, model, audit, census: &census };
        let folder = Folder::empty();
        for file in export::files(&facts, Format::from_name(tool).unwrap()) {
            let bytes = file.make(&facts, Cells::Safe);
            folder.write(&format!("out/{}", file.name()), std::str::from_utf8(&bytes).unwrap());
        }
        let document = &export::files(&facts, Format::Json)[0];
        let before = serde_json::from_slice(&document.make(&facts, Cells::Safe)).unwrap();
        let shape = Shape::all().iter().find(|shape| shape.name == tool).unwrap();
        Exported { folder, before, told: Told::of(&facts, shape) }
    }

    /// Returns the names of the files with this ending.
    fn files(&self, ending: &str) -> Vec<String> {
        let files = crate::site::tree(&self.folder.path("out")).into_keys();
        files.filter(|it| it.ends_with(ending)).map(|it| format!("out/{it}")).collect()
    }

    /// Imports files into an empty runbook, and holds its records against the example's.
    fn comes_back(&self, format: &str, files: &[String]) {
        let folder = &self.folder;
        folder.write(&format!("{format}/clearjar.toml"), "[site]\ntitle = \"Harborview\"\n");
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let said = folder.run(&[&["-C", format, "import", format], files.as_slice()].concat());
        let said = said.succeeds();
        for word in ["not understood", "not known", "left out"] {
            assert!(
                !said.out.contains(word) && !said.err.contains(word),
                "{}{}",
                said.out,
                said.err
            );
        }
        let document = format!("{format}.json");
        folder.run(&["-C", format, "export", "json", "--output", &document]).succeeds();
        let after: Value = serde_json::from_str(&folder.read(&document)).unwrap();
        let wrong = Comparison::new(&self.before, &after).wrong(&self.told);
        assert!(wrong.is_empty(), "{format}:\n{}", wrong.join("\n"));
    }
}

impl Told {
    fn of(facts: &Facts<'_>, shape: &Shape) -> Told {
        let mut told = Told::default();
        for loss in losses(facts, shape) {
            match (loss.name, loss.field) {
                (Some(name), _) => drop(told.lost.insert((loss.of, name), loss.records)),
                (None, None) => told.no_place.push(loss.of),
                (None, Some(_)) => {}
            }
        }
        told.changed = changes(facts, shape).into_iter().map(|it| (it.of, it.name)).collect();
        told
    }
}

/// Two documents about the same records.
struct Comparison<'a> {
    before: &'a Value,
    after: &'a Value,
    /// The titles of the records by `kind/id`.
    titles: [BTreeMap<String, String>; 2],
}

impl<'a> Comparison<'a> {
    fn new(before: &'a Value, after: &'a Value) -> Comparison<'a> {
        Comparison { before, after, titles: [titles(before), titles(after)] }
    }

    /// Returns what did not come back and is not told.
    fn wrong(&self, told: &Told) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut seen = 0;
        for (kind, records) in self.before["records"].as_object().unwrap() {
            if told.no_place.contains(kind) {
                continue;
            }
            let mut differing: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for record in records.as_array().unwrap() {
                let back = self.called(kind, record);
                let after = back.map(|it| self.facts(1, it)).unwrap_or_default();
                let mut fields: BTreeMap<String, String> = BTreeMap::new();
                for (place, was) in self.facts(0, record) {
                    seen += 1;
                    let field = without_rows(&place);
                    let is = after.get(&place);
                    let is_changed = told.changed.contains(&(kind.clone(), field.clone()))
                        && back.is_some_and(|back| stands_in(&was, back));
                    if is != Some(&was) && !is_changed {
                        let title = &record["title"];
                        fields.insert(field, format!("{title}: {place}: {was} became {is:?}"));
                    }
                }
                fields
                    .into_iter()
                    .for_each(|(field, it)| differing.entry(field).or_default().push(it));
            }
            for (field, records) in differing {
                let lost = told.lost.get(&(kind.clone(), field.clone())).copied().unwrap_or(0);
                if records.len() > lost {
                    let (count, first) = (records.len(), &records[0]);
                    wrong.push(format!("{kind}.{field}: {count} differ, {lost} told: {first}"));
                }
            }
        }
        assert!(seen > 1000, "{seen}");
        wrong
    }

    fn called(&self, kind: &str, record: &Value) -> Option<&'a Value> {
        let records = self.after["records"][kind].as_array()?;
        records.iter().find(|it| it["title"] == record["title"])
    }

    /// Returns what a record says, by the way to it, rows by what identifies them. What it refers to
    /// stands there by its title.
    fn facts(&self, which: usize, record: &Value) -> BTreeMap<String, Value> {
        let mut facts = BTreeMap::new();
        self.collect(which, record["fields"].as_object().unwrap(), "", &mut facts);
        facts
    }

    fn collect(
        &self,
        which: usize,
        fields: &Map<String, Value>,
        way: &str,
        facts: &mut BTreeMap<String, Value>,
    ) {
        for (name, value) in fields {
            match value {
                Value::Object(inner) if !inner.contains_key("currency") => {
                    self.collect(which, inner, &format!("{way}{name}."), facts);
                }
                Value::Array(rows) if rows.iter().all(Value::is_object) => {
                    for (place, row) in rows.iter().enumerate() {
                        let known_by = ["name", "label", "ip", "from"];
                        let known_by = known_by.iter().find_map(|field| row[*field].as_str());
                        let known_by = known_by.map_or(place.to_string(), str::to_owned);
                        let way = format!("{way}{name}[{known_by}].");
                        self.collect(which, row.as_object().unwrap(), &way, facts);
                    }
                }
                value => drop(facts.insert(format!("{way}{name}"), self.titled(which, value))),
            }
        }
    }

    fn titled(&self, which: usize, value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.titled(which, item)).collect(),
            Value::String(text) => {
                let (id, row) = text.split_once(':').unwrap_or((text, ""));
                let title = self.titles[which].get(id);
                title.map_or_else(|| value.clone(), |title| format!("→ {title} {row}").into())
            }
            value => value.clone(),
        }
    }
}

fn titles(document: &Value) -> BTreeMap<String, String> {
    let kinds = document["records"].as_object().unwrap().iter();
    let records = kinds.flat_map(|(kind, records)| {
        records.as_array().unwrap().iter().map(move |record| {
            let id = format!("{kind}/{}", record["id"].as_str().unwrap());
            (id, record["title"].as_str().unwrap().to_owned())
        })
    });
    records.collect()
}

/// Returns the field that a way leads to: `interface[wan1].mac` is `interface.mac`.
fn without_rows(way: &str) -> String {
    let mut field = String::new();
    let mut depth = 0;
    for c in way.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            c if depth == 0 => field.push(c),
            _ => {}
        }
    }
    field
}

/// Whether a record says the words of a text anywhere. What is short, such as the word of a choice, may
/// have become another.
fn stands_in(text: &Value, record: &Value) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let Some(text) = text.as_str().filter(|text| text.len() > 20) else { return true };
    letters(&record.to_string().replace("\\n", " ")).contains(&letters(text))
}

#[test]
fn what_netbox_takes_in_comes_back_or_is_told() {
    let exported = Exported::of("netbox");
    exported.comes_back("netbox", &exported.files(".csv"));
}

#[test]
fn what_it_glue_takes_in_comes_back_or_is_told() {
    let exported = Exported::of("itglue");
    exported.comes_back("itglue-api", &exported.files(".json"));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for path in exported.files(".csv") {
        archive.start_file(path.trim_start_matches("out/"), SimpleFileOptions::default()).unwrap();
        archive.write_all(exported.folder.read(&path).as_bytes()).unwrap();
    }
    let archive = archive.finish().unwrap().into_inner();
    std::fs::write(exported.folder.path("account.zip"), archive).unwrap();
    exported.comes_back("itglue", &["account.zip".to_owned()]);
}

#[test]
fn what_hudu_takes_in_comes_back_or_is_told() {
    let exported = Exported::of("hudu");
    exported.comes_back("hudu", &exported.files(".json"));
}

#[test]
fn what_snipe_it_takes_in_comes_back_or_is_told() {
    let exported = Exported::of("snipe-it");
    exported.comes_back("csv", &exported.files(".csv"));
}
