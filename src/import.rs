//! Turns what other systems export into records: foreign bytes + the runbook -> changed files.
//!
//! A [`Reader`] for each format turns bytes into [`proposal::Proposal`]s; everything else happens once,
//! here: text becomes values of the catalogue's types ([`facts`]), secrets go ([`secret`]), proposals are
//! known to be records that stand or get ids of their own ([`settle`]), and facts are merged into what
//! stands without ever going over a person's edit ([`merge`], [`state`]). The result is read back as any
//! runbook is before a byte is written, and written as a whole ([`journal`]).
//!
//! # How to add a format
//!
//! 1. A file `src/import/FORMAT.rs` with a unit struct that implements [`Reader`], and a line in
//!    [`READERS`]. `fit` looks at the first 64 KiB and never at the name's extension alone.
//! 2. `read` walks the file with a bounded reader ([`foreign::Foreign::text`], [`bounded`]) and hands over
//!    proposals: `Proposal::new(kind, key, name, origin)`, then `put(field, value)`. Give text as the
//!    source spells it; it is read as the field's type, and what does not fit becomes a free fact under
//!    `[custom]`. Tables are dotted (`rack.unit`), rows are `row("interface", Row::new().put(…))`, what no
//!    field takes is `custom(label, value)`.
//! 3. `key` is what the system calls the thing for ever. References are `Link::key(kind, key)`,
//!    `Link::name(kind, words)`, or `harvest.ensure(kind, name, …)` for what has only a name.
//! 4. Names of columns and elements are given as labels, so that secrets go by name; a value that is a
//!    secret by its kind of field is not put at all but counted: `harvest.secret(label)`.
//! 5. What cannot be imported is `harvest.skip(origin, reason)`. Nothing else fails but a file that is
//!    damaged as a whole ([`Refused`]); never a panic.
//! 6. Tests at the foot with a few lines of the format, the real samples under `tests/data/import/`.

pub mod active_directory;
mod attach;
pub mod appliance;
pub mod bounded;
pub mod certificate;
mod cleanse;
pub mod csv;
pub mod documented;
pub mod facts;
pub mod foreign;
pub mod fortigate;
mod gist;
pub mod graph;
pub mod html;
pub mod hudu;
pub mod ios;
pub mod itglue;
pub mod itglue_api;
pub mod journal;
pub mod merge;
pub mod netbox;
pub mod nmap;
pub mod normal;
pub mod pfsense;
pub mod proposal;
pub mod redact;
pub mod report;
pub mod routeros;
pub mod scubagear;
pub mod secret;
pub mod settle;
pub mod slug;
pub mod standing;
pub mod state;
pub mod table;
mod verify;
mod weave;
pub mod words;
pub mod xlsx;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::config;
use crate::diagnostic::Diagnostics;
use crate::source::SourceTree;
use crate::syntax;
use crate::text::{list_of, nearest};

pub use crate::refused::Refused;

use foreign::Foreign;
use journal::Change;
use proposal::Harvest;
use report::Report;

/// Every format, the particular ones first.
pub static READERS: &[&dyn Reader] = &[
    &pfsense::PfSense,
    &ios::Ios,
    &fortigate::FortiGate,
    &routeros::RouterOs,
    &nmap::Nmap,
    &netbox::NetBox,
    &xlsx::Xlsx,
    &itglue::ItGlue,
    &itglue_api::ItGlueApi,
    &hudu::Hudu,
    &scubagear::ScubaGear,
    &active_directory::ActiveDirectory,
    &graph::Graph,
    &csv::Csv,
];

/// The kinds that imports make. A test holds them against the catalogue.
pub static READ_KINDS: &[&str] = &[
    "account",
    "application",
    "backup_job",
    "certificate",
    "circuit",
    "contract",
    "device",
    "document",
    "domain",
    "licence",
    "link",
    "network",
    "organization",
    "person",
    "procedure",
    "rack",
    "ruleset",
    "service",
    "setting",
    "site",
    "vendor",
    "vpn",
    "wifi",
];

/// Reads one format.
pub trait Reader: Sync {
    /// Returns the word for it on the command line: `csv`, `netbox`.
    fn name(&self) -> &'static str;

    /// Returns what it reads, in a few words for `clearjar import --help`.
    fn about(&self) -> &'static str;

    /// Says how sure it is that a file is of its format, by its first bytes.
    fn fit(&self, file: &Foreign) -> Fit;

    /// Whether several files are parts of one export, such as the pages of an API, and are read together.
    fn reads_together(&self) -> bool {
        false
    }

    /// Returns the name under which `source.system` and `imports/` know it; the same for the next export.
    fn system(&self, _files: &[Foreign], _wishes: &Wishes<'_>) -> String {
        self.name().to_owned()
    }

    /// Reads files into `harvest`.
    fn read(
        &self,
        files: &[Foreign],
        wishes: &Wishes<'_>,
        harvest: &mut Harvest,
    ) -> Result<(), Refused>;
}

/// How sure a reader is that a file is of its format.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fit {
    /// It is not.
    No,
    /// It could be read so, if nobody knows better: any table is a CSV.
    Perhaps,
    /// It has what only this format has.
    Sure,
}

/// What was asked for beside the files.
#[derive(Clone, Copy, Debug)]
pub struct Wishes<'a> {
    /// The runbook, for mappings that are kept in it.
    pub tree: &'a SourceTree,
    /// The one client whose records are wanted.
    pub client: Option<&'a str>,
    /// The name of the mapping for tables.
    pub mapping: Option<&'a str>,
    /// The sheet of a workbook; without it the one that looks most like a table.
    pub sheet: Option<&'a str>,
    /// Whether people's own accounts are wanted where they are left out for privacy.
    pub people: bool,
    /// The day on which it is imported.
    pub today: Date,
}

/// What an import would do.
#[derive(Debug)]
pub struct Outcome {
    /// The files to write.
    pub changes: Vec<Change>,
    /// What happened, in words.
    pub report: Report,
    /// The runbook as it will be.
    pub tree: SourceTree,
    /// The client whose records they are, where a source names it.
    pub client: Option<String>,
}

/// Reads `files` and works out what they change in the runbook; writes nothing.
///
/// `found` is what was found when the runbook was read from the disk. Without `format`, each file's is
/// found by its content.
pub fn run(
    files: &[Foreign],
    format: Option<&str>,
    wishes: &Wishes<'_>,
    found: &Diagnostics,
    progress: &dyn Fn(&str),
) -> Result<Outcome, Refused> {
    let mut report = Report::default();
    let mut tree = wishes.tree.clone();
    let mut attached = BTreeMap::new();
    let mut client = None;
    for (reader, files) in by_reader(files, format)? {
        let mut harvest = Harvest::default();
        let names: Vec<&str> = files.iter().map(|file| &*file.name).collect();
        progress(&format!("reading {}", names.join(", ")));
        let wishes = Wishes { tree: &tree, ..*wishes };
        let system = reader.system(&files, &wishes);
        reader.read(&files, &wishes, &mut harvest)?;
        progress(&format!("comparing {} records", harvest.proposals.len()));
        let woven = weave::weave(&tree, &currency(&tree), &system, harvest, wishes.client)?;
        report.append(woven.report);
        attached.extend(woven.attached);
        client = client.or(woven.client);
        tree = woven.tree;
    }
    let changes = weave::changes(wishes.tree, &tree, attached);
    progress("checking what will be written");
    verify::verify(wishes.tree, found, &tree, &changes)?;
    Ok(Outcome { changes, report, tree, client })
}

fn currency(tree: &SourceTree) -> String {
    match tree.at(config::FILE_NAME) {
        Some(file) => config::read(&syntax::parse(file).value).value.site.currency,
        None => config::Config::empty().site.currency,
    }
}

/// A reader with the files that it is to read at once.
type Group = (&'static dyn Reader, Vec<Foreign>);

/// Returns the readers with the files that each is to read, in the order of the files.
fn by_reader(files: &[Foreign], format: Option<&str>) -> Result<Vec<Group>, Refused> {
    let named = format.map(reader_called).transpose()?;
    let mut groups: Vec<Group> = Vec::new();
    for file in files {
        let reader = match named {
            Some(reader) => reader,
            None => reader_for(file)?,
        };
        let group = groups.iter_mut().find(|(other, _)| other.name() == reader.name());
        match group.filter(|_| reader.reads_together()) {
            Some((_, files)) => files.push(file.clone()),
            None => groups.push((reader, vec![file.clone()])),
        }
    }
    Ok(groups)
}

/// Returns the reader that people call `name`.
pub fn reader_called(name: &str) -> Result<&'static dyn Reader, Refused> {
    let found = READERS.iter().find(|reader| reader.name() == name);
    found.copied().ok_or_else(|| {
        let names: Vec<&str> = READERS.iter().map(|reader| reader.name()).collect();
        let refused = Refused::new(format!("there is no format called `{name}`"));
        match nearest(name, names.iter().copied()) {
            Some(near) => refused.help(format!("did you mean `{near}`?")),
            None => refused.help(format!("there are {}", list_of(&names, "and"))),
        }
    })
}

fn reader_for(file: &Foreign) -> Result<&'static dyn Reader, Refused> {
    let fits = READERS.iter().map(|reader| (reader.fit(file), *reader));
    let best = fits.rev().max_by_key(|(fit, _)| *fit);
    match best {
        Some((fit, reader)) if fit > Fit::No => Ok(reader),
        _ => Err(Refused::new(format!("`{}` is of no format that is known", file.name))
            .help(help_for(file))),
    }
}

/// The first bytes of the binary files of old Office programs, and of workbooks under a password.
const OLE2: &[u8] = b"\xd0\xcf\x11\xe0";

/// Returns what to do with a file that no reader takes.
fn help_for(file: &Foreign) -> String {
    if file.head.starts_with(OLE2) {
        return "it is an old workbook, or one under a password: save it as .xlsx without a password, \
                or as CSV"
            .to_owned();
    }
    let names: Vec<&str> = READERS.iter().map(|reader| reader.name()).collect();
    format!(
        "export it as CSV with a row of headers, or name the format: there are {}",
        list_of(&names, "and")
    )
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod trial;
