//! The commands that have to do with what changed.

use clap::ValueEnum;
use jiff::civil::Date;

use super::day;

/// Tell what differs: from the last release, or between any two states of the records
///
/// FROM and TO are names of releases, or `baseline`, `last` or `now`; or folders of runbooks, sites, or
/// bundles. Settings are matched by group and name, rows and steps by what tells them apart, renamed records
/// by `formerly`. Of attached texts the lines are told; what differs from one export of a device to the next
/// though nobody changed it is passed over.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:\n\
    \n  clearjar diff                               from the last release to now\
    \n  clearjar diff baseline                      from the first release to now\
    \n  clearjar diff october november --format markdown\
    \n  clearjar diff handed-over.zip .             from a bundle to this runbook\
    \n  clearjar diff --exit-code                   exit code 1 if anything differs")]
pub struct Diff {
    /// What stands before: a release, `baseline`, `last`, `now`, a runbook, a site or a bundle [default: last]
    pub from: Option<String>,

    /// What stands after, named likewise [default: now]
    pub to: Option<String>,

    /// How it is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = DiffFormat::Human)]
    pub format: DiffFormat,

    /// Exit with 1 if anything differs
    #[arg(long)]
    pub exit_code: bool,
}

/// Close a maintenance window: write down what changed in the records since the last one
///
/// One small file under `history/` holds it, for people to read and git to merge. The first release is the
/// baseline, and holds what every record says. Nothing is written while errors stand in the runbook, or when
/// nothing changed. The next build has a page for the window.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:\n\
    \n  clearjar release baseline                   on the day of the takeover\
    \n  clearjar release 2026-10-firmware           at the end of a window\
    \n  clearjar release october --date 2026-10-04  a window that was closed on another day")]
pub struct Release {
    /// The name of the window: lower-case letters, digits and `-`
    pub name: String,

    /// The day it was closed [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub date: Option<Date>,
}

/// Take from git when each file of records was last edited
///
/// The days are kept in `history/dates.toml`, with the commit that was asked, so that a build asks nobody and
/// gives the same site without the repository. Pages show them where `clearjar.toml` says `dates = true` below
/// `[git]`; `clearjar release` then takes them anew. A file that was edited since shows none. No hook and no other
/// program is run, and no other machine is reached.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Example:\n\
    \n  clearjar dates                              after a commit")]
pub struct Dates {}

/// How differences are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum DiffFormat {
    /// For people
    Human,
    /// For programs
    Json,
    /// For tickets and mails
    Markdown,
}
