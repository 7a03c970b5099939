//! `clearjar import [FORMAT] FILE…`: brings records from other systems into a runbook.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clearjar::diagnostic::Diagnostics;
use clearjar::import::foreign::Foreign;
use clearjar::import::journal::{self, Change, Lock};
use clearjar::import::{self, Outcome, READERS, Refused, Wishes};
use clearjar::source::SourceTree;
use clearjar::text::plural;
use similar::TextDiff;

use super::Exit;
use super::args::{Common, Import};
use super::failure::Failure;
use super::runbook::{Runbook, clock};
use super::terminal::Terminal;

/// Imports, and reports what came of it.
pub fn run(args: &Import, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let runbook = Runbook::read(common)?;
    let _lock = match args.dry_run {
        true => None,
        false => Some(Lock::take(&runbook.root)?),
    };
    let outcome = prepare(args, common, &runbook.tree, &runbook.found)?;
    terminal.out(&outcome.report.write(args.dry_run));
    if args.dry_run {
        tell_diff(&runbook.tree, &outcome, terminal);
        return Ok(Exit::Done);
    }
    journal::write(&runbook.root, &outcome.changes)?;
    Ok(Exit::Done)
}

/// Works out what the files change in the runbook `tree`, of which `found` was found when it was read.
pub(super) fn prepare(
    args: &Import,
    common: &Common,
    tree: &SourceTree,
    found: &Diagnostics,
) -> Result<Outcome, Failure> {
    let (format, files) = format_and_files(&args.files)?;
    let foreign: Vec<Foreign> =
        files.iter().map(|path| Foreign::open(path)).collect::<Result<_, Refused>>()?;
    let mapping = args.map.as_deref().map(mapping_name).transpose()?;
    let wishes = Wishes {
        tree,
        client: args.client.as_deref(),
        mapping: mapping.as_deref(),
        sheet: args.sheet.as_deref(),
        people: args.people,
        today: common.today.unwrap_or_else(clock),
    };
    let progress = Progress::new();
    let outcome =
        import::run(&foreign, format.as_deref(), &wishes, found, &|what| progress.tell(what));
    progress.clear();
    Ok(outcome?)
}

/// Returns the format, if the first word names one, and the files.
///
/// A file that is called like a format is meant where it stands alone.
fn format_and_files(words: &[PathBuf]) -> Result<(Option<String>, Vec<PathBuf>), Failure> {
    let [first, rest @ ..] = words else { return Err(no_files()) };
    let named = first.to_str().filter(|word| READERS.iter().any(|reader| reader.name() == *word));
    match named {
        Some(format) if !rest.is_empty() => Ok((Some(format.to_owned()), rest.to_vec())),
        Some(format) if !first.exists() => {
            Err(Failure::new(format!("which file is the {format}?"))
                .help(format!("`clearjar import {format} FILE`")))
        }
        // A word that is no file was meant as a format.
        None if !rest.is_empty() && is_word(first) && !first.exists() => {
            let word = first.to_string_lossy();
            Err(import::reader_called(&word).err().map_or_else(no_files, Failure::from))
        }
        _ => Ok((None, words.to_vec())),
    }
}

fn is_word(path: &Path) -> bool {
    path.to_str().is_some_and(|word| word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
}

fn no_files() -> Failure {
    Failure::new("no file is named").help("`clearjar import FILE`")
}

/// Returns the name of a mapping: `imports/assets.toml`, `assets.toml` and `assets` are one.
fn mapping_name(given: &str) -> Result<String, Failure> {
    let name = given.strip_prefix("imports/").unwrap_or(given);
    let name = name.strip_suffix(".toml").unwrap_or(name);
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    match !name.is_empty() && name.len() <= 60 && name.chars().all(fits) {
        true => Ok(name.to_owned()),
        false => Err(Failure::new(format!("`{given}` cannot be the name of a mapping")).help(
            "use lower-case letters, digits and `-`: `--map assets` is `imports/assets.toml` in the \
             runbook",
        )),
    }
}

/// How many new files a dry run shows; what changes in files that stand is shown whole.
const SHOWN: usize = 1000;

/// Tells what would change, line by line.
fn tell_diff(before: &SourceTree, outcome: &Outcome, terminal: &mut Terminal) {
    // What the program keeps for itself is no news to anybody.
    let changes = outcome.changes.iter().filter(|change| !change.path.ends_with(".jsonl"));
    let (mut standing, mut new): (Vec<&Change>, Vec<&Change>) =
        changes.partition(|change| change.before.is_some());
    standing.sort_by(|a, b| a.path.cmp(&b.path));
    new.sort_by(|a, b| a.path.cmp(&b.path));
    for change in standing.iter().chain(new.iter().take(SHOWN)) {
        let text = match std::str::from_utf8(&change.bytes) {
            Ok(new) => diff(before, &change.path, new),
            Err(_) => format!("\nnew file {}, {} bytes\n", change.path, change.bytes.len()),
        };
        terminal.out(&clearjar::diagnostic::clean::printable(&text));
    }
    if new.len() > SHOWN {
        let more = plural(new.len() - SHOWN, "more new file", "more new files");
        terminal.out(&format!("\nand {more}, not shown here\n"));
    }
}

/// Returns what changes in a file.
fn diff(before: &SourceTree, path: &str, new: &str) -> String {
    let old = before.at(path).and_then(|file| file.as_text()).unwrap_or_default();
    let from = if old.is_empty() { "/dev/null" } else { path };
    let diff = TextDiff::from_lines(old, new);
    let mut unified = diff.unified_diff();
    format!("\n{}", unified.context_radius(2).header(from, path))
}

/// Tells on a terminal what is being done, once it takes longer than people wait in silence.
struct Progress {
    started: Instant,
    is_terminal: bool,
}

impl Progress {
    fn new() -> Progress {
        Progress { started: Instant::now(), is_terminal: std::io::stderr().is_terminal() }
    }

    fn tell(&self, what: &str) {
        if self.is_terminal && self.started.elapsed() > Duration::from_millis(500) {
            eprint!("\r\u{1b}[K{what} …");
        }
    }

    fn clear(&self) {
        if self.is_terminal {
            eprint!("\r\u{1b}[K");
        }
    }
}
