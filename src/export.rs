//! Turns a runbook into files that other programs read: nobody who takes over has to copy from pages.
//!
//! In: the model and what was found about it. Out: files under `data/` of the site, and `renewals.ics`
//! beside its first page; or any of them alone, for `clearjar export`. Each has a key, the digest of all
//! that it is made from, so that what has not changed is neither made nor written again.
//!
//! | format | file |
//! |---|---|
//! | `json` | the whole runbook as one document, with its JSON Schema |
//! | `csv` | a table for each kind, and for each sort of rows in it |
//! | `xlsx` | the inventory as a workbook |
//! | `ics` | everything with a date as a calendar |
//! | others | what a successor's tool takes in, by the mappings under `export/shape/` |
//!
//! Like [`crate::import`], this module translates between vocabularies, and may name kinds and fields;
//! it does so in data.

mod calendar;
mod census;
mod columns;
mod csv;
mod json;
mod json_schema;
mod pieces;
mod plain;
pub mod shape;
mod workbook;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::artifact::{Artifact, Put};
use crate::audit::Audit;
use crate::config::Config;
use crate::digest::Digest;
use crate::memo::Memo;
use crate::model::{Model, NodeIx};
use crate::schema::KindIx;
use crate::source::{SourceFile, SourceTree};
use shape::Shape;

pub use census::Census;
pub use csv::unguarded;
use pieces::{MadePiece, Pieces};

/// The folder on the site.
pub const FOLDER: &str = "data";

/// The whole runbook as one document.
pub const DOCUMENT: &str = "data/runbook.json";

/// What describes it.
pub const SCHEMA: &str = "data/runbook.schema.json";

/// The inventory.
pub const WORKBOOK: &str = "data/inventory.xlsx";

/// Everything with a date.
pub const CALENDAR: &str = "renewals.ics";

/// How many records a workbook of the site has at most: it is one file that any edit changes, and that is
/// made as a whole in memory. Beside the reading and checking, it took 0.4 s of processor time and 8 MB at
/// 5,000 records, 1.4 s and 22 MB at 20,000, 3 s and 220 MB at 50,000, with a file of 1, 4 and 10 MB; every
/// rebuild would wait for it. Beyond this size the page says how `clearjar export xlsx` makes it when it
/// is wanted.
pub const WORKBOOK_RECORDS: usize = 5_000;

/// What exports are made from.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The files.
    pub tree: &'a SourceTree,
    /// The settings.
    pub config: &'a Config,
    /// The records.
    pub model: &'a Model,
    /// What was found about them.
    pub audit: &'a Audit,
    /// How many of them say something where.
    pub census: &'a Census,
}

impl Facts<'_> {
    /// Returns the path of a record's page on the site.
    fn page_of(&self, ix: NodeIx) -> String {
        format!("{}/{}.html", self.model.kind_of(ix).plural, self.model.node(ix).id)
    }

    /// Returns the kinds that have records, in the order of the site.
    pub fn used(&self) -> impl Iterator<Item = KindIx> + '_ {
        let kinds = self.model.catalog.iter().map(|(ix, _)| ix);
        kinds.filter(|ix| !self.model.of_kind(*ix).is_empty())
    }
}

/// How cells of tables as text are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cells {
    /// So that a spreadsheet takes none for a formula.
    Safe,
    /// As the records have them, for programs.
    Raw,
}

/// What can be exported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// The whole runbook as one document.
    Json,
    /// Tables as text.
    Csv,
    /// A workbook.
    Xlsx,
    /// A calendar.
    Ics,
    /// What a successor's tool takes in, by its place among all.
    Tool(usize),
}

impl Format {
    /// Returns every format.
    pub fn all() -> impl Iterator<Item = Format> {
        let tools = (0..Shape::all().len()).map(Format::Tool);
        [Format::Json, Format::Csv, Format::Xlsx, Format::Ics].into_iter().chain(tools)
    }

    /// Returns the format of this name.
    pub fn from_name(name: &str) -> Option<Format> {
        Format::all().find(|format| format.name() == name)
    }

    /// Returns the word for it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
            Format::Ics => "ics",
            Format::Tool(ix) => Shape::all()[ix].name,
        }
    }
}

/// A file of an export.
#[derive(Clone, PartialEq, Debug)]
pub struct File {
    /// Its path on the site.
    pub path: String,
    what: What,
}

#[derive(Clone, PartialEq, Debug)]
enum What {
    Document,
    Schema,
    Workbook,
    Calendar,
    Records(KindIx),
    Rows(KindIx, usize),
    Tool(usize, String),
}

/// Returns the files of a format.
pub fn files(facts: &Facts<'_>, format: Format) -> Vec<File> {
    let one = |path: &str, what| File { path: path.to_owned(), what };
    match format {
        Format::Json => vec![one(DOCUMENT, What::Document), one(SCHEMA, What::Schema)],
        Format::Xlsx => vec![one(WORKBOOK, What::Workbook)],
        Format::Ics => vec![one(CALENDAR, What::Calendar)],
        Format::Tool(ix) => {
            let shape = &Shape::all()[ix];
            let names = shape.files(facts).into_iter();
            names
                .map(|name| File {
                    path: format!("{FOLDER}/{}/{name}", shape.name),
                    what: What::Tool(ix, name),
                })
                .collect()
        }
        Format::Csv => facts.used().flat_map(|ix| tables(facts, ix)).collect(),
    }
}

/// Returns the tables of a kind: of its records, and of the rows that any of them has.
pub fn tables(facts: &Facts<'_>, ix: KindIx) -> Vec<File> {
    let kind = facts.model.catalog.kind(ix);
    let path = |tail: &str| format!("{FOLDER}/csv/{}{tail}.csv", kind.plural);
    let used = columns::rows(&kind.shape).filter(|(place, _)| facts.census.says(ix, &[*place]) > 0);
    let rows = used.map(|(place, field)| File {
        path: path(&format!(".{}", field.name)),
        what: What::Rows(ix, place),
    });
    [File { path: path(""), what: What::Records(ix) }].into_iter().chain(rows).collect()
}

/// Returns the files that the site carries.
pub fn of_site(facts: &Facts<'_>) -> Vec<File> {
    let is_carried = |format: &Format| *format != Format::Xlsx || has_workbook(facts.model);
    Format::all().filter(is_carried).flat_map(|format| files(facts, format)).collect()
}

/// Whether the site carries a workbook.
pub fn has_workbook(model: &Model) -> bool {
    model.len() <= WORKBOOK_RECORDS
}

impl File {
    /// Returns its name without the folders that the site has it in.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Makes the file.
    pub fn make(&self, facts: &Facts<'_>, cells: Cells) -> Vec<u8> {
        self.pieces(*facts, cells).make()
    }

    /// Returns what the file is made of.
    fn pieces<'a>(&'a self, facts: Facts<'a>, cells: Cells) -> Pieces<'a> {
        let mut pieces = Pieces::default();
        match &self.what {
            What::Document => json::document(facts, &mut pieces),
            What::Schema => pieces.whole(move |file| file.extend(json_schema::schema(facts.model))),
            What::Workbook => pieces.whole(move |file| file.extend(workbook::workbook(&facts))),
            What::Calendar => pieces.whole(move |file| file.extend(calendar::calendar(&facts))),
            What::Records(kind) => csv::records(facts, *kind, cells, &mut pieces),
            What::Rows(kind, place) => csv::rows(facts, *kind, *place, cells, &mut pieces),
            What::Tool(ix, name) => Shape::all()[*ix].make(facts, name, cells, &mut pieces),
        }
        pieces
    }
}

/// What is known of a file that was made before.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Made {
    key: Digest,
    len: u64,
    digest: Digest,
    pieces: Vec<MadePiece>,
}

/// Hands the site's files to `put`; those that `known` knows from a run before, and that the site has as
/// they were, are left as they are.
pub fn write(facts: &Facts<'_>, known: Option<&Memo<Made>>, put: &Put<'_>) {
    let known = known.map(|known| (known, Keys::new(facts)));
    of_site(facts).par_iter().with_max_len(1).for_each(|file| match &known {
        _ if !put.is_wanted() => {}
        Some((known, keys)) => write_one(facts, file, known, keys, put),
        None => put.put(&file.path, Artifact::Bytes(file.make(facts, Cells::Safe))),
    });
}

fn write_one(facts: &Facts<'_>, file: &File, known: &Memo<Made>, keys: &Keys, put: &Put<'_>) {
    let (place, key) = (Digest::of(file.path.as_bytes()), keys.of(facts, file));
    let before = known.get(place);
    if let Some(before) = &before
        && before.key == key
        && put.keep(&file.path, before.len, before.digest)
    {
        return;
    }
    let bytes = before.as_ref().and_then(|before| put.kept(&file.path, before.digest));
    let before = before.as_ref().map_or(&[][..], |before| &before.pieces);
    let pieces = file.pieces(*facts, Cells::Safe);
    let (bytes, pieces) = pieces.make_from(facts, keys.around(file), (before, bytes.as_deref()));
    let (len, digest) = (bytes.len() as u64, Digest::of(&bytes));
    known.put(place, Made { key, len, digest, pieces });
    put.put_known(&file.path, bytes, digest);
}

/// Returns the file at `path` of the site, where that is an export.
pub fn get(facts: &Facts<'_>, path: &str) -> Option<Artifact> {
    if path != CALENDAR && !path.strip_prefix(FOLDER)?.starts_with('/') {
        return None;
    }
    let file = of_site(facts).into_iter().find(|file| file.path == path)?;
    Some(Artifact::Bytes(file.make(facts, Cells::Safe)))
}

/// What files are made from.
struct Keys {
    /// The settings, the kinds, and which records there are under which names: what the table of one kind
    /// takes from elsewhere than from the files of its records.
    around: Digest,
    /// All of that, all records, and the day.
    whole: Digest,
}

impl Keys {
    fn new(facts: &Facts<'_>) -> Keys {
        let Facts { tree, config, model, audit, .. } = facts;
        let mut names = String::with_capacity(model.len() * 32);
        for (ix, node) in model.iter() {
            names.extend([model.kind_of(ix).name.as_str(), "/", &node.id, "\0", &node.name, "\0"]);
        }
        let around = tree.under("kinds").chain(tree.get(config.file));
        let around = digest_of(around, &[names.as_bytes()]);
        let day = audit.today.to_string();
        let whole = digest_of(tree.under("records"), &[around.as_bytes(), day.as_bytes()]);
        Keys { around, whole }
    }

    /// Returns the digest of what pieces of a file are made from beside the files of their records.
    fn around(&self, file: &File) -> Digest {
        let reaches = |ix: usize, name: &str| Shape::all()[ix].reaches_beyond_names(name);
        let around = match &file.what {
            What::Tool(ix, name) if reaches(*ix, name) => self.whole,
            _ => self.around,
        };
        digest_of([], &[file.path.as_bytes(), around.as_bytes()])
    }

    /// Returns the digest of all that a file is made from.
    fn of(&self, facts: &Facts<'_>, file: &File) -> Digest {
        let path = file.path.as_bytes();
        match &file.what {
            What::Records(kind) | What::Rows(kind, _) => self.of_kinds(facts, path, &[*kind]),
            What::Tool(ix, name) => match Shape::all()[*ix].made_of(facts, name) {
                Some(kinds) => self.of_kinds(facts, path, &kinds),
                None => digest_of([], &[path, self.whole.as_bytes()]),
            },
            // Of the records only their kinds show in it, and those are in their names.
            What::Schema => digest_of([], &[path, self.around.as_bytes()]),
            _ => digest_of([], &[path, self.whole.as_bytes()]),
        }
    }
}

impl Keys {
    /// Returns the digest of what a file about all records of some kinds is made from.
    fn of_kinds(&self, facts: &Facts<'_>, path: &[u8], kinds: &[KindIx]) -> Digest {
        let model = facts.model;
        let records = kinds.iter().flat_map(|kind| model.of_kind(*kind));
        let mut files: Vec<_> = records.map(|ix| model.node(*ix).file).collect();
        files.sort_unstable();
        files.dedup();
        let files = files.into_iter().filter_map(|file| facts.tree.get(file));
        digest_of(files, &[path, self.around.as_bytes()])
    }
}

/// Returns the digest of files, by path and content, and of `more`.
fn digest_of<'f>(files: impl IntoIterator<Item = &'f SourceFile>, more: &[&[u8]]) -> Digest {
    let files = files.into_iter().flat_map(|file| [file.path.as_bytes(), file.digest.as_bytes()]);
    Digest::of_all(more.iter().copied().chain(files))
}
