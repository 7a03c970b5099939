//! What can be said on the command line, in the order in which people come to need it.

mod aids;
mod history;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

pub use aids::{About, Redact};
pub use history::{Dates, Diff, DiffFormat, Release};

/// Turns records of devices, settings and procedures into a runbook that the client owns
#[derive(Parser, Debug)]
#[command(
    name = "clearjar",
    version,
    long_about = "Turns records of devices, settings and procedures, kept as plain TOML files, \
                  into a website that opens by double-click: the IT runbook that the client owns.",
    after_long_help = "The everyday flow:\n\
        \n  clearjar init harborview          a new runbook, with a worked example of each kind\
        \n  cd harborview\
        \n  clearjar import devices.csv       what an RMM, a PSA or an asset list knows already\
        \n  clearjar new device prn-hq-01     a new record, every field explained\
        \n  clearjar serve                    the site in a browser, anew with every save\
        \n  clearjar check                    what is wrong, missing, out of date or at risk\
        \n  clearjar build                    the site: open site/index.html\n\
        \nExit codes: 0 done, 1 problems found, 2 could not run, 3 the site is visible but not \
        safely on the disk.",
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(clap::Args, Debug)]
pub struct Common {
    /// Work in this runbook instead of the nearest one upwards
    ///
    /// Without it the runbook is the nearest folder upwards with a `clearjar.toml`, as in git.
    #[arg(short = 'C', value_name = "DIR", global = true, help_heading = "For every command")]
    pub dir: Option<PathBuf>,

    /// Take this day for today: YYYY-MM-DD
    ///
    /// What is stale or ending depends on the day. The same runbook on the same day gives the same
    /// site, byte for byte. `as_of` in `clearjar.toml` pins the day for good.
    #[arg(
        long, value_name = "DATE", global = true, value_parser = day,
        help_heading = "For every command"
    )]
    pub today: Option<Date>,

    /// Use colours
    #[arg(
        long, value_name = "WHEN", global = true, value_enum, default_value_t = Color::Auto,
        hide_possible_values = true, help_heading = "For every command",
        long_help = "Use colours: auto (on a terminal, unless NO_COLOR is set), always or never"
    )]
    pub color: Color,
}

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// A command.
#[derive(Subcommand, Debug)]
pub enum Command {
    Init(Init),
    New(New),
    Check(Check),
    Build(Build),
    Serve(Serve),
    Diff(Diff),
    Release(Release),
    Dates(Dates),
    Import(Import),
    Export(Export),
    Kinds(Kinds),
    Schema(Schema),
    Redact(Redact),
    Seal(Seal),
    Sign(Sign),
    Bundle(Bundle),
    Verify(Verify),
    Restore(Restore),
    About(About),
}

/// Make a new runbook, with a worked example of each main kind
///
/// The folder has to be empty or not there yet. Everything in it is made up: a small office with
/// two sites, which builds at once and shows what a record can say. Change the examples into what
/// is really there, and delete the rest.
///
/// With `--from` there are no examples: the records are imported from the files, as by
/// `clearjar import`, the site is built, and what to fill in first is told. If something stands against
/// the import, no folder is made.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:\n\
    \n  clearjar init harborview --name \"Harborview Dental Group\"\
    \n  clearjar init harborview --from devices.csv\
    \n  clearjar init harborview --from all-clients.xlsx --client \"Harborview\"")]
pub struct Init {
    /// The folder
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,

    /// The client's name; if left out, the one behind `--client`, or the folder's name
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// Begin with what other systems export, instead of examples
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub from: Vec<PathBuf>,

    /// Take only this client's records out of an export of several
    #[arg(long, value_name = "NAME", requires = "from")]
    pub client: Option<String>,

    /// Read this sheet of a workbook [default: the one that looks most like a table]
    #[arg(long, value_name = "NAME", requires = "from")]
    pub sheet: Option<String>,
}

/// Begin a record: a file in which every field of its kind is explained
///
/// The file has what a record cannot do without, filled in, and every other field with its help
/// and an example behind a `#`. A record of work that was done, such as a `change`, names what differs since
/// the last release as well. The file's path is printed, so that an editor can open it. An existing file
/// is never overwritten.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:\n\
    \n  clearjar new device prn-hq-01 --type printer\
    \n  clearjar new device hq/sw-hq-02             in a folder of its own; the id is sw-hq-02\
    \n  clearjar new change new-firewall            with what differs since the last release\
    \n  clearjar new procedure restore-file --markdown")]
pub struct New {
    /// The kind, such as `device`; `clearjar kinds` lists them
    pub kind: String,

    /// The id: lower-case letters, digits and `-`, unique in its kind, and for ever
    pub id: String,

    /// Leave out the fields of other types, for kinds that have types
    #[arg(long = "type", value_name = "TYPE")]
    pub subtype: Option<String>,

    /// Write Markdown with the fields on top, for records that are mostly prose
    #[arg(long)]
    pub markdown: bool,
}

/// Find what is wrong, missing, out of date or at risk
///
/// Everything is told in one run, each with file, line and column. Errors have to be settled before
/// a site is built; warnings and notes are shown on the site as well, on the page "What is missing".
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:\n\
    \n  clearjar check\
    \n  clearjar check --explain unknown-field      what a finding means, and what to do\
    \n  clearjar check --format short | grep devices/")]
pub struct Check {
    /// How findings are written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Human)]
    pub format: Format,

    /// Tell what a rule means instead of checking; without a name, list all rules
    #[arg(long, value_name = "RULE", num_args = 0..=1, conflicts_with_all = ["format", "deny"])]
    pub explain: Option<Option<String>>,

    /// Tell where the time went
    #[arg(long, conflicts_with = "explain")]
    pub timings: bool,

    #[command(flatten)]
    pub readers: Readers,

    #[command(flatten)]
    pub strict: Strict,
}

/// Build the site
///
/// The site is put together beside the old one, and the two are exchanged: whoever has it open sees
/// the whole old site or the whole new one. If there are errors, the old site stays.
#[derive(clap::Args, Default, Debug)]
#[command(after_long_help = "Examples:\n\
    \n  clearjar build                              then open site/index.html\
    \n  clearjar build --watch                      and again whenever a file is saved\
    \n  clearjar build --edition owner --output ../owner   only what the owner is to read")]
pub struct Build {
    /// The folder of the site [default: `site` in the runbook]
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,

    /// Go on: build again whenever a file is saved, until Ctrl-C
    ///
    /// The site is replaced after each build without errors; with errors, the last good one stays.
    #[arg(long)]
    pub watch: bool,

    #[command(flatten)]
    pub readers: Readers,

    #[command(flatten)]
    pub follow: Follow,

    /// Tell where the time went
    #[arg(long)]
    pub timings: bool,

    #[command(flatten)]
    pub strict: Strict,
}

impl Build {
    /// Whether to go on; asking how often to look is asking for that.
    pub fn watches(&self) -> bool {
        self.watch || self.follow.poll.is_some()
    }
}

/// Show the site in a browser on this machine, and keep it up with every save
///
/// Nothing is written. Pages that are open load themselves anew when what they show has changed. Mistakes are
/// shown over the last good page, with file and line, until they are mended. Only this machine's own
/// browsers get an answer. Ctrl-C ends it.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:\n\
    \n  clearjar serve                              then open the address that it prints\
    \n  clearjar serve --open                       and the browser comes by itself\
    \n  clearjar serve --poll 5                     for a folder whose changes are not told")]
pub struct Serve {
    /// The port; a free one is taken if it is in use
    #[arg(long, value_name = "PORT", default_value_t = 8377)]
    pub port: u16,

    /// Open the site in the browser
    #[arg(long)]
    pub open: bool,

    #[command(flatten)]
    pub readers: Readers,

    #[command(flatten)]
    pub follow: Follow,
}

/// For whom.
#[derive(clap::Args, Clone, Default, Debug)]
pub struct Readers {
    /// Only what is written for some: an edition that `clearjar.toml` names
    ///
    /// `[edition.NAME]` there says for whom: `audience = ["everyone"]`. What is written for others is
    /// not hidden but absent: from pages, search and sources.
    #[arg(long, value_name = "NAME")]
    pub edition: Option<String>,
}

/// How changes become known.
#[derive(clap::Args, Default, Debug)]
pub struct Follow {
    /// Look every so many seconds, for network folders of whose changes nothing is told [without a
    /// number: 2]
    #[arg(
        long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "2", value_parser = interval
    )]
    pub poll: Option<Duration>,
}

/// Bring in what other systems know: device lists, configurations, documentation
///
/// The format is found by the content; name it where that fails. What a record says already stays if
/// somebody wrote it: import again whenever you like. Passwords and keys never enter a record. All is
/// checked before anything is written.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:\n\
    \n  clearjar import devices.csv                 what any RMM or asset tool exports\
    \n  clearjar import --dry-run devices.csv       the report and a diff; nothing is written\
    \n  clearjar import --client \"Harborview\" all-clients.csv\
    \n  clearjar import csv assets-2026-11.csv --map assets\
    \n\
    \nThe match of a table's columns is kept in imports/NAME.toml of the runbook: change it there.")]
pub struct Import {
    /// The files, with the format in front where it is not found by itself
    #[arg(value_name = "[FORMAT] FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// Tell what would be done, with a diff, and write nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Take only this client's records out of an export of several
    #[arg(long, value_name = "NAME")]
    pub client: Option<String>,

    /// Read a table as `imports/NAME.toml` says, or keep its match there
    #[arg(long, value_name = "NAME")]
    pub map: Option<String>,

    /// Read this sheet of a workbook [default: the one that looks most like a table]
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,

    /// Import people's own accounts as well, where they are left out for privacy
    #[arg(long)]
    pub people: bool,
}

/// Write the runbook in a form that other programs read
///
/// The site carries the same files under `data/`. Nothing is written while errors stand in the runbook.
/// In tables as text, a value that a spreadsheet would take for a formula gets an apostrophe in front;
/// `--raw` leaves that off, for programs.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Formats:\n\
    \n  json       the whole runbook as one document, with its JSON Schema\
    \n  csv        a table for each kind of record, and for each sort of rows in it\
    \n  xlsx       the inventory as a workbook, a sheet for each kind\
    \n  ics        everything with a date, for a calendar\
    \n  netbox     tables that NetBox imports\
    \n  itglue     tables in the shape of IT Glue's export\
    \n  hudu       assets and their layouts in the shape of Hudu's interface\
    \n  snipe-it   assets and licences as Snipe-IT imports them\n\
    \nWhat a tool has no place for is told in losses.txt beside its files.\n\
    \nExamples:\n\
    \n  clearjar export xlsx                        inventory.xlsx, here\
    \n  clearjar export netbox --output /tmp/netbox\
    \n  clearjar export json --output - | jq .records.device")]
pub struct Export {
    /// The format: `json`, `csv`, `xlsx`, `ics`, `netbox`, `itglue`, `hudu` or `snipe-it`
    pub format: String,

    /// The file, or the folder for several files; `-` is the standard output [default: here, by its own name]
    #[arg(long, value_name = "PATH")]
    pub output: Option<PathBuf>,

    /// Write values as they are, for programs: a spreadsheet may take one for a formula
    #[arg(long)]
    pub raw: bool,

    /// Write over files that are there with other content
    #[arg(long)]
    pub force: bool,

    #[command(flatten)]
    pub readers: Readers,
}

/// List the kinds of records, or the fields of one
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:\n\
    \n  clearjar kinds                              which kinds there are, and their folders\
    \n  clearjar kinds device                       every field: what it takes, and what it is for\
    \n  clearjar kinds device --source              the kind's own file, a model for kinds of yours")]
pub struct Kinds {
    /// The kind whose fields are listed
    pub kind: Option<String>,

    /// Print the file that declares the kind
    #[arg(long, requires = "kind", conflicts_with = "format")]
    pub source: bool,

    /// How it is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ListFormat::Human)]
    pub format: ListFormat,
}

/// Write JSON Schemas, by which editors complete and check the files as they are typed
///
/// The `#:schema` line at the top of a record names its schema. Editors with Taplo (Even Better
/// TOML) or Tombi read it. Write them again after a change to the files under `kinds/`.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Example:\n\
    \n  clearjar schema                             into .clearjar/schema/ of the runbook")]
pub struct Schema {
    /// The folder of the schemas [default: `.clearjar/schema` in the runbook]
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

/// Encrypt passwords and keys into the runbook, for those who may have them
///
/// A runbook says where a password is kept, never the password. What has to be handed over all the same is
/// encrypted into `sealed/`, in the open format of age, to public keys of those it is for, or with a
/// passphrase. The site has a page on what is there, for whom, and how it is opened. The file itself
/// stays where it is, unchanged.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:\n\
    \n  clearjar seal ~/router.txt --to age1ql3z… --for \"Dr. Maria Ortiz\" --title \"Router passwords\"\
    \n  clearjar seal ~/keys.csv --to owner.pub --to insurer.pub --for Ortiz --for \"Insurer\"\
    \n  clearjar seal ~/keys.csv --passphrase --for Ortiz --key-at \"Envelope 3 in the safe\"\
    \n  pass show router | clearjar seal - --name router --to owner.pub")]
pub struct Seal {
    /// The files; `-` is what comes from the input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// A public key of age or SSH, or a file with such keys; may be given several times
    #[arg(long, value_name = "KEY", required_unless_present = "passphrase")]
    pub to: Vec<String>,

    /// Ask for a passphrase, instead of keys
    #[arg(long, conflicts_with = "to")]
    pub passphrase: bool,

    /// What people call it
    #[arg(long, value_name = "WORDS")]
    pub title: Option<String>,

    /// What is in it, in words that everybody may read
    #[arg(long, value_name = "WORDS")]
    pub holds: Option<String>,

    /// Who can open it; may be given several times [default: what SSH keys say of their holders]
    #[arg(long = "for", value_name = "NAME")]
    pub readers: Vec<String>,

    /// Who seals it
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,

    /// Where the key or the passphrase lies
    #[arg(long, value_name = "WORDS")]
    pub key_at: Option<String>,

    /// Who may know of it; editions for others leave it out [default: everyone]
    #[arg(long, value_name = "AUDIENCE")]
    pub audience: Option<String>,

    /// The name under `sealed/` [default: that of the file]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// Replace what has this name; its note keeps what is not given anew
    #[arg(long)]
    pub force: bool,
}

/// Sign the site, so that whoever holds a copy can tell from whom it is
///
/// The signature is made by `ssh-keygen` with a key of yours, which may be in an agent or on a security
/// key, and stands beside the sums of the site. Any machine with OpenSSH can check it. Sign again after
/// each build that changes something.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:\n\
    \n  clearjar sign --key ~/.ssh/id_ed25519 --as info@northwind.example\
    \n  clearjar sign /srv/www/harborview --key ~/.ssh/id_ed25519 --as info@northwind.example")]
pub struct Sign {
    /// The folder of the site [default: `site` in the runbook]
    #[arg(value_name = "SITE")]
    pub site: Option<PathBuf>,

    #[command(flatten)]
    pub signer: Signer,
}

/// Who signs.
#[derive(clap::Args, Debug)]
pub struct Signer {
    /// The file of the key, or of its public half where an agent has it
    #[arg(long, value_name = "FILE", requires = "name")]
    pub key: Option<PathBuf>,

    /// The name of the signer, such as an e-mail address that the client knows
    #[arg(long = "as", value_name = "NAME", requires = "key")]
    pub name: Option<String>,
}

impl Signer {
    /// Returns the key and the name, where somebody is to sign.
    pub fn asked(&self) -> Option<(&Path, &str)> {
        self.key.as_deref().zip(self.name.as_deref())
    }
}

/// Pack the site with its sources into one file to hand over
///
/// The site is built first. The bundle is a ZIP archive that opens on every system: the pages, the
/// sources they are made from, the sums of all files, and the signature if there is one. The same site
/// gives the same bundle, byte for byte.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:\n\
    \n  clearjar bundle                             the bundle, in the runbook's folder\
    \n  clearjar bundle --output /media/stick/harborview.zip\
    \n  clearjar bundle --with-program --key ~/.ssh/id_ed25519 --as info@northwind.example\
    \n  clearjar bundle --site /srv/www/harborview  a site that is there, without its runbook")]
pub struct Bundle {
    /// The file [default: the title and the day of the site, `.zip`, in the runbook's folder]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Pack the site in this folder as it is, and build nothing
    #[arg(long, value_name = "DIR", conflicts_with = "edition")]
    pub site: Option<PathBuf>,

    #[command(flatten)]
    pub readers: Readers,

    /// Pack this program too, with the licences of all that is in it
    #[arg(long)]
    pub with_program: bool,

    /// Replace a bundle that is there already
    #[arg(long)]
    pub force: bool,

    #[command(flatten)]
    pub signer: Signer,
}

/// Check that a site or a bundle is whole, and from whom
///
/// Every file is compared with the site's list, and nothing is changed or unpacked. Without `--signers`
/// a signature shows only that the copy is from whoever holds the key: compare the fingerprint with one
/// that you have from them. Exit code 0: all holds, 1: it does not, 2: it could not be checked.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:\n\
    \n  clearjar verify                             the site of the runbook here\
    \n  clearjar verify harborview-2026-11-15.zip\
    \n  clearjar verify new.zip --signers northwind.signers --newer-than old.zip\n\
    \nA list of signers has a line for each: NAME namespaces=\"runbook@clearjar\" ssh-ed25519 AAAA…\
    \nThe file `allowed_signers` in a site that you trust is one.")]
pub struct Verify {
    /// The folder of a site, or a bundle [default: `site` in the runbook]
    #[arg(value_name = "SITE-OR-BUNDLE")]
    pub path: Option<PathBuf>,

    /// Accept only signatures of those in this list
    #[arg(long, value_name = "FILE")]
    pub signers: Option<PathBuf>,

    /// Say whether it follows this copy, or is older
    #[arg(long, value_name = "COPY")]
    pub newer_than: Option<PathBuf>,

    /// How it is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ListFormat::Human)]
    pub format: ListFormat,
}

/// Make a runbook that can be edited out of a site or a bundle
///
/// Every source is compared with the site's list before the folder comes into being. To build the
/// runbook gives the same site, byte for byte, on whatever day, until something is edited.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:\n\
    \n  clearjar restore harborview-2026-11-15.zip harborview\
    \n  clearjar restore /media/stick/harborview ~/clients/harborview")]
pub struct Restore {
    /// The folder of a site, or a bundle
    #[arg(value_name = "SITE-OR-BUNDLE")]
    pub path: PathBuf,

    /// The folder of the runbook, which is not there yet
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,

    /// Give what is in the folder already another name, and go on
    #[arg(long)]
    pub force: bool,
}

/// How strict to be.
#[derive(clap::Args, Default, Debug)]
pub struct Strict {
    /// Count warnings as errors as well: `--deny warnings`
    #[arg(long, value_name = "LEVEL", value_enum, hide_possible_values = true)]
    pub deny: Option<Deny>,
}

impl Strict {
    /// Whether warnings count as errors.
    pub fn denies_warnings(&self) -> bool {
        self.deny.is_some()
    }
}

/// What counts as an error beside errors.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Deny {
    /// Warnings
    Warnings,
}

/// How findings are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Format {
    /// For people: with the source line, and what to do
    Human,
    /// One line each, for editors and grep
    Short,
    /// A JSON list, for programs
    Json,
    /// SARIF 2.1.0, for code review tools
    Sarif,
}

/// How lists are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ListFormat {
    /// For people
    Human,
    /// For programs
    Json,
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "write the day as YYYY-MM-DD, such as 2026-11-15".to_owned())
}

fn interval(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok().filter(|it| (0.05..=3600.0).contains(it));
    let seconds = seconds.ok_or("write seconds, from 0.05 to 3600, such as 2")?;
    Ok(Duration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_does_not_contradict_itself() {
        Args::command().debug_assert();
    }

    #[test]
    fn what_holds_for_every_command_may_stand_before_or_behind_it() {
        for words in [["-C", "x", "check"], ["check", "-C", "x"]] {
            let args = Args::try_parse_from([["clearjar"].as_slice(), &words].concat()).unwrap();
            assert_eq!(args.common.dir, Some(PathBuf::from("x")));
        }
    }

    #[test]
    fn a_day_is_one_that_exists() {
        assert!(day("2026-11-15").is_ok());
        for wrong in ["2026-02-30", "today", "15.11.2026", ""] {
            assert!(day(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_command_shows_an_example() {
        for command in Args::command().get_subcommands() {
            let help = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("clearjar "), "{}", command.get_name());
        }
    }
}
