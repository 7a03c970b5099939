//! `clearjar dates`: takes from git when each file of records was last edited.
//!
//! The only command that asks git. It runs no hook, no program that a repository names, and reaches no
//! other machine; what it learns is kept in a file, so that builds ask nobody.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use clearjar::diagnostic::clean::one_line;
use clearjar::history::dates::Dates;
use clearjar::text::plural;
use jiff::civil::Date;

use super::Exit;
use super::args::Common;
use super::export::write;
use super::failure::Failure;
use super::runbook::{Runbook, from_here};
use super::terminal::Terminal;

/// Takes the dates, and says how many.
pub fn run(common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let runbook = Runbook::read(common)?;
    let dates = refresh(&runbook)?;
    let path = runbook.root.join(Dates::path());
    let files = plural(dates.files.len(), "file", "files");
    let commit = dates.commit.get(..12).unwrap_or(&dates.commit);
    terminal.out(&format!("{}: {files} as of commit {commit}\n", from_here(&path).display()));
    Ok(Exit::Done)
}

/// Takes the dates anew, and keeps them.
pub fn refresh(runbook: &Runbook) -> Result<Dates, Failure> {
    let dates = take(runbook)?;
    write(&runbook.root.join(Dates::path()), dates.to_toml().as_bytes())?;
    Ok(dates)
}

/// Takes the dates of the files of records that are as they were committed.
fn take(runbook: &Runbook) -> Result<Dates, Failure> {
    let root = &runbook.root;
    let commit = git(root, &["rev-parse", "--verify", "HEAD"])?.trim().to_owned();
    let log = git(
        root,
        &[
            "log",
            "--no-show-signature",
            "--no-ext-diff",
            "--no-textconv",
            "--no-renames",
            "--format=%x00%cs",
            "--name-only",
            "-z",
            "--relative",
            &commit,
            "--",
            "records",
        ],
    )?;
    let differs = [
        "diff",
        "--name-only",
        "-z",
        "--relative",
        "--no-ext-diff",
        "--no-textconv",
        &commit,
        "--",
        "records",
    ];
    let edited = git(root, &differs)?;
    let mut days: BTreeMap<String, Date> = BTreeMap::new();
    let mut day = None;
    for word in log.split('\0').map(|word| word.trim_start_matches('\n')) {
        if let Ok(date) = word.trim().parse::<Date>() {
            day = Some(date);
        } else if let (Some(day), false) = (day, word.is_empty()) {
            // The log begins with the latest.
            days.entry(word.to_owned()).or_insert(day);
        }
    }
    for path in edited.split('\0') {
        days.remove(path);
    }
    Ok(Dates::of(&runbook.tree, &commit, &days))
}

/// Settings that keep a repository from having programs run.
const HARMLESS: [&str; 5] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "protocol.allow=never",
    "log.showSignature=false",
];

fn git(root: &Path, arguments: &[&str]) -> Result<String, Failure> {
    let mut command = Command::new("git");
    command.arg("--no-pager").arg("--no-optional-locks").arg("-C").arg(root);
    for setting in HARMLESS {
        command.args(["-c", setting]);
    }
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_"))
    {
        command.env_remove(name);
    }
    let output = command
        .args(arguments)
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| {
            Failure::new(format!("git cannot be started: {error}"))
                .help("install git, or leave out `dates = true` in `clearjar.toml`")
        })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = one_line(said.lines().next().unwrap_or("it says nothing").trim()).into_owned();
        return Err(Failure::new(format!("git cannot tell the dates: {said}"))
            .help("the runbook has to be in a repository with at least one commit"));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
