//! `clearjar diff [FROM] [TO]`: tells what differs between releases, runbooks, sites, bundles and the
//! records as they are now.

use std::path::Path;

use clearjar::compare::report::{Between, human, json, markdown};
use clearjar::compare::{Names, changes};
use clearjar::diagnostic::Diagnostics;
use clearjar::diagnostic::clean::one_line;
use clearjar::discover::{self, CONFIG, Limits};
use clearjar::handover::held::Held;
use clearjar::handover::opened::sources_of;
use clearjar::history::{self, History, Pairs, State};
use clearjar::schema::{self, Catalog};
use clearjar::source::SourceTree;
use clearjar::text::{list_of, nearest};

use super::Exit;
use super::args::{Common, Diff, DiffFormat};
use super::build::tell_errors;
use super::failure::{Failure, shown};
use super::runbook::Runbook;
use super::shell;
use super::terminal::Terminal;

/// Prints what differs.
pub fn run(args: &Diff, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let here = Here::find(args, common)?;
    if let Some(here) = &here
        && here.found.has_errors()
    {
        tell_errors(&here.found, &here.runbook, terminal);
        terminal.say("the history cannot be read, so nothing was compared\n");
        return Ok(Exit::Problems);
    }
    let from = side(args.from.as_deref().unwrap_or(LAST), here.as_ref(), common)?;
    let to = side(args.to.as_deref().unwrap_or(NOW), here.as_ref(), common)?;
    let names = Names::of(&[&to.state, &from.state], &to.catalog);
    let told = changes(&Pairs::between(&from.state, &to.state), &to.catalog, &names);
    let between = Between { from: from.name, to: to.name };
    match args.format {
        DiffFormat::Human => terminal.out(&human(&told, &between, terminal.color)),
        DiffFormat::Json => terminal.out(&json(&told, &between)),
        DiffFormat::Markdown => terminal.out(&markdown(&told, &between)),
    }
    Ok(if args.exit_code && !told.is_empty() { Exit::Problems } else { Exit::Done })
}

/// The last release.
const LAST: &str = "last";
/// The records as they are.
const NOW: &str = "now";
/// The first release.
const BASELINE: &str = "baseline";

/// The runbook that the command was called in.
struct Here {
    runbook: Runbook,
    catalog: Catalog,
    history: History,
    found: Diagnostics,
}

impl Here {
    /// Returns the runbook; nothing where there is none, and none is needed.
    fn find(args: &Diff, common: &Common) -> Result<Option<Here>, Failure> {
        let is_path =
            |side: &Option<String>| side.as_ref().is_some_and(|it| Path::new(it).exists());
        let needs_none = is_path(&args.from) && is_path(&args.to);
        let runbook = match needs_none {
            true => Runbook::read_if_any(common)?,
            false => Some(Runbook::read(common)?),
        };
        Ok(runbook.map(|runbook| {
            let catalog = schema::read(&runbook.tree).value;
            let read = history::read(&runbook.tree);
            Here { runbook, catalog, history: read.value, found: read.found }
        }))
    }
}

/// One of the two that are compared.
struct Side {
    name: String,
    state: State,
    catalog: Catalog,
}

fn side(word: &str, here: Option<&Here>, common: &Common) -> Result<Side, Failure> {
    if let Some(here) = here {
        let release = match word {
            NOW => {
                let state = State::of(&here.runbook.tree, &here.catalog);
                return Ok(Side { name: NOW.to_owned(), state, catalog: here.catalog.clone() });
            }
            LAST => here.history.releases.len().checked_sub(1),
            word => here
                .history
                .find(word)
                .or_else(|| (word == BASELINE && !here.history.is_empty()).then_some(0)),
        };
        if let Some(place) = release {
            let release = &here.history.releases[place];
            let (name, catalog) =
                (format!("{} ({})", release.name, release.date), here.catalog.clone());
            return Ok(Side { name, state: here.history.state_at(place), catalog });
        }
        if [LAST, BASELINE].contains(&word) && !Path::new(word).exists() {
            let release = shell::command("release", common);
            return Err(Failure::new("nothing was released in this runbook yet").help(format!(
                "`{release} NAME` makes the baseline; or name what to compare: two releases, runbooks, sites \
                 or bundles"
            )));
        }
    }
    let path = Path::new(word);
    if !path.exists() {
        return Err(unknown(word, here));
    }
    let tree = open(path)?;
    let catalog = schema::read(&tree).value;
    let state = State::of(&tree, &catalog);
    Ok(Side { name: one_line(word).into_owned(), state, catalog })
}

/// Returns the files of the runbook in a folder, a site or a bundle.
fn open(path: &Path) -> Result<SourceTree, Failure> {
    if path.join(CONFIG).is_file() {
        return Ok(discover::read(path, &Limits::default())?.value);
    }
    Ok(sources_of(&mut Held::open(path)?)?)
}

fn unknown(word: &str, here: Option<&Here>) -> Failure {
    let failure = Failure::new(format!(
        "{} is neither a release nor a folder or file",
        shown(Path::new(word))
    ));
    let names: Vec<&str> = here
        .iter()
        .flat_map(|here| &here.history.releases)
        .map(|release| release.name.as_str())
        .collect();
    match nearest(word, names.iter().copied()) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None if names.is_empty() => failure.help("name a runbook, a site or a bundle"),
        None => failure.help(format!("there are the releases {}", list_of(&names, "and"))),
    }
}
