//! Reads the account export of IT Glue: an archive with a table for each type, documents as HTML, and
//! attachments.
//!
//! References in it are names; only passwords say by number what they belong to. Values of passwords and
//! one-time codes stay out; where each is kept is recorded.

mod documents;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::bounded::zip::{Archive, MEMBER_BYTES, Member};
use super::csv::Part;
use super::documented::layouts::bare;
use super::documented::{self, Cell, Thing};
use super::foreign::{Foreign, decode};
use super::normal::{boolean, meant};
use super::proposal::{Harvest, Origin, Wish};
use super::slug::slug;
use super::{Fit, Reader, Refused, Wishes, settle};
use crate::schema;

/// The reader of account exports.
pub struct ItGlue;

/// How the system is called in records; the API's JSON is the same system.
pub const SYSTEM: &str = "itglue";

/// The vault that accounts name.
pub const VAULT: &str = "IT Glue";

/// Tables of an export that tell it from other archives.
const TABLES: &[&str] =
    &["organizations.csv", "configurations.csv", "passwords.csv", "documents.csv"];

impl Reader for ItGlue {
    fn name(&self) -> &'static str {
        "itglue"
    }

    fn about(&self) -> &'static str {
        "IT Glue account exports (.zip)"
    }

    fn fit(&self, file: &Foreign) -> Fit {
        let is_export = |archive: Archive| {
            let is_table = |member: &Member| TABLES.contains(&file_name(&member.path));
            let has_workbook = archive.member("xl/workbook.xml").is_some();
            !has_workbook && archive.members.iter().any(is_table)
        };
        let is_zip = file.head.starts_with(b"PK");
        if is_zip && Archive::open(file).is_ok_and(is_export) { Fit::Sure } else { Fit::No }
    }

    fn system(&self, _files: &[Foreign], _wishes: &Wishes<'_>) -> String {
        SYSTEM.to_owned()
    }

    fn read(
        &self,
        files: &[Foreign],
        wishes: &Wishes<'_>,
        harvest: &mut Harvest,
    ) -> Result<(), Refused> {
        files.iter().try_for_each(|file| read(file, wishes, harvest))
    }
}

fn read(file: &Foreign, wishes: &Wishes<'_>, harvest: &mut Harvest) -> Result<(), Refused> {
    let mut archive = Archive::open(file)?;
    for (name, why) in std::mem::take(&mut archive.left_out) {
        harvest.skip(Origin::path(&file.name, name), why);
    }
    let tables: Vec<Member> =
        archive.members.iter().filter(|member| is_table(&member.path)).cloned().collect();
    if tables.is_empty() {
        return Err(Refused::new(format!("`{}` holds no table of an IT Glue export", file.name))
            .help(
                "export the account (Account > Export) and import the archive as it was downloaded",
            ));
    }
    let mut export = Export { file: file.name.clone(), things: Vec::new(), counts: Vec::new() };
    for member in &tables {
        match archive.read(member, MEMBER_BYTES).and_then(|bytes| text_of(&bytes, &member.path)) {
            Ok(text) => export.table(member, &text, harvest),
            Err(reason) => harvest.skip(export.at(&member.path), reason),
        }
    }
    export.counts.sort();
    harvest.note(format!("{}: {}", file.name, export.counts.join(", ")));
    let chosen = Chosen::of(&export.things, wishes.client);
    documents::read(&mut archive, &mut export, &chosen, harvest);
    let catalog = schema::read(wishes.tree).value;
    documented::place(export.things, &catalog, harvest);
    Ok(())
}

/// Whose documents are read: texts and files of others would only be read to be left out.
enum Chosen {
    All,
    Only(Option<String>),
}

impl Chosen {
    fn of(things: &[Thing], wanted: Option<&str>) -> Chosen {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for client in things.iter().filter_map(|thing| thing.client.as_deref()) {
            *counts.entry(client).or_default() += 1;
        }
        match wanted {
            Some(settle::ALL_CLIENTS) => Chosen::All,
            Some(wanted) => Chosen::Only(settle::client_called(wanted, &counts)),
            // Of several nobody was chosen, and the import is going to say so.
            None if counts.len() > 1 => Chosen::Only(None),
            None => Chosen::All,
        }
    }

    fn has(&self, client: Option<&str>) -> bool {
        match self {
            Chosen::All => true,
            Chosen::Only(chosen) => chosen
                .as_deref()
                .is_some_and(|chosen| client.is_none_or(|client| slug(client) == slug(chosen))),
        }
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Whether a member is one of the tables at the top, whatever folder the archive begins with.
fn is_table(path: &str) -> bool {
    let folders = ["documents/", "attachments/", "floor_plans_photos/"];
    let is_deeper = folders
        .iter()
        .any(|folder| path.starts_with(folder) || path.contains(&format!("/{folder}")));
    path.to_lowercase().ends_with(".csv") && path.matches('/').count() <= 1 && !is_deeper
}

fn text_of(bytes: &[u8], name: &str) -> Result<String, String> {
    decode(bytes, name).map(|text| text.text).map_err(|refused| refused.message)
}

/// What an export holds.
struct Export {
    file: Arc<str>,
    things: Vec<Thing>,
    /// How many rows each table has, in words.
    counts: Vec<String>,
}

/// Core types: the table, what keys begin with, and the kind.
const CORE: &[(&str, &str, &str)] = &[
    ("organizations", "organizations", "organization"),
    ("configurations", "configurations", "device"),
    ("locations", "locations", "site"),
    ("contacts", "contacts", "person"),
    ("documents", "documents", "document"),
    ("passwords", "passwords", "account"),
    ("domains", "domains", "domain"),
];

/// Columns of core tables that say nothing that a record would keep.
const SILENT: &[&str] =
    &["locator", "publisher", "organizationtype", "psaintegration", "primarylocation"];

/// Marks of core tables that say something only where they are set.
const MARKS: &[&str] = &["important", "primary"];

impl Export {
    fn at(&self, path: &str) -> Origin {
        Origin::path(&self.file, path)
    }

    fn table(&mut self, member: &Member, text: &str, harvest: &mut Harvest) {
        let name: Arc<str> = file_name(&member.path).into();
        let stem = name.strip_suffix(".csv").unwrap_or(&name).to_lowercase();
        let Some(part) = Part::of(text) else {
            harvest.skip(self.at(&member.path), "it has no row of headers");
            return;
        };
        let bares: Vec<String> = part.headers().iter().map(|header| bare(header)).collect();
        let (mut count, mut seen) = (0, HashMap::new());
        let mut things = Vec::new();
        part.each(&mut |line, cells| {
            let at = Origin::line(&name, line);
            match cells {
                Err(reason) => harvest.skip(at, reason),
                Ok(cells) if cells.iter().all(|cell| cell.trim().is_empty()) => {}
                Ok(cells) => {
                    let row = Row { headers: part.headers(), bares: &bares, cells };
                    count += 1;
                    let id = row.get("id").map_or_else(|| format!("line {line}"), str::to_owned);
                    if let Some(other) = seen.insert(id.clone(), line) {
                        harvest.skip(
                            at,
                            format!("the same id as line {other}; what it adds is added there"),
                        );
                        return things.push(row.thing(&stem, &id, Origin::line(&name, line)));
                    }
                    things.push(row.thing(&stem, &id, at));
                }
            }
        });
        self.counts.push(format!("{stem} {count}"));
        self.things.extend(things.into_iter().map(|mut thing| {
            // Records name the archive, not the table in it; the report names both.
            thing.at.file = self.file.clone();
            thing.at.place = super::proposal::Place::Path(at_line(&thing.at, &name));
            thing
        }));
    }
}

fn at_line(at: &Origin, table: &str) -> String {
    match at.place {
        super::proposal::Place::Line(line) => format!("{table}:{line}"),
        _ => table.to_owned(),
    }
}

/// A row of a table.
struct Row<'a> {
    headers: &'a [String],
    bares: &'a [String],
    cells: &'a [&'a str],
}

impl Row<'_> {
    /// Returns the text of a column, if it says something.
    fn get(&self, column: &str) -> Option<&str> {
        let ix = self.bares.iter().position(|bare| bare == column)?;
        meant(self.cells[ix])
    }

    fn thing(&self, stem: &str, id: &str, at: Origin) -> Thing {
        let core = CORE.iter().find(|(table, ..)| *table == stem);
        let name = self.get("name").unwrap_or_default().to_owned();
        let mut thing = match core {
            Some((_, keys, kind)) => Thing::of_kind(kind, format!("{keys}/{id}"), name, at),
            None => {
                Thing::new(&documented::humanized(stem), format!("flexible-assets/{id}"), name, at)
            }
        };
        thing.client = self.get("organization").map(str::to_owned);
        thing.archived = self.get("archived").and_then(boolean) == Some(true);
        for ((header, bare), cell) in self.headers.iter().zip(self.bares).zip(self.cells) {
            let is_unset = MARKS.contains(&bare.as_str()) && boolean(cell.trim()) == Some(false);
            let is_silent = core.is_some() && (is_unset || SILENT.contains(&bare.as_str()));
            if !is_silent && bare != "organization" {
                thing.say(header, cell);
            }
        }
        match stem {
            "organizations" => organization(&mut thing, self.get("organizationtype")),
            "passwords" => self.password(&mut thing, id),
            "documents" => {
                // Whether it is shared with everybody outside is worth a line; its address in there is not.
                if let Some(author) = self.get("owner") {
                    thing.fixed.push(("author", Wish::from(author)));
                }
                thing.cells.retain(|(label, _)| bare(label) != "owner");
            }
            _ => {}
        }
        thing
    }

    fn password(&self, thing: &mut Thing, id: &str) {
        let kind = match self.get("resourcetype").unwrap_or_default() {
            "Configuration" => Some("configurations"),
            "StructuredData::Row" => Some("flexible-assets"),
            "Contact" => Some("contacts"),
            "Location" => Some("locations"),
            "Document" => Some("documents"),
            _ => None,
        };
        thing.about = kind.zip(self.get("resourceid")).map(|(kind, id)| format!("{kind}/{id}"));
        password(thing, id);
    }
}

/// Says where a password is kept, and that a second factor is kept with it.
pub fn password(thing: &mut Thing, id: &str) {
    let name = super::normal::one_line(&thing.name);
    thing.vault = Some((VAULT, format!("{name}, entry {id}")));
    let is_code = |label: &str| {
        matches!(
            bare(label).as_str(),
            "onetimepassword" | "otpsecret" | "otp" | "onetimepasswordsecret"
        )
    };
    if thing.cells.iter().any(|(label, _)| is_code(label)) {
        thing.fixed.push(("mfa", Wish::from("app")));
    }
    for (_, cell) in
        thing.cells.iter_mut().filter(|(label, _)| super::secret::is_secret_label(label))
    {
        *cell = Cell::Secret;
    }
}

/// Makes the client of an organisation, or a firm that others refer to.
pub fn organization(thing: &mut Thing, kind: Option<&str>) {
    let kind = kind.unwrap_or_default().to_lowercase();
    let is_firm = kind.contains("vendor")
        || kind.contains("supplier")
        || kind == "owner"
        || kind.contains("partner");
    match is_firm {
        true => {
            thing.kind = Some("vendor");
            thing.client = None;
            thing.on_demand = true;
            if kind == "owner" {
                thing.fixed.push(("category", Wish::from("msp")));
            }
        }
        false => thing.client = Some(thing.name.clone()),
    }
}

#[cfg(test)]
mod tests;
