//! Finds and reads the runbook that a command works on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clearjar::diagnostic::Diagnostics;
use clearjar::discover::{self, DiscoverError, Limits};
use clearjar::handover::pinned;
use clearjar::import::journal;
use clearjar::publish::MANIFEST;
use clearjar::source::SourceTree;
use jiff::civil::Date;

use super::args::Common;
use super::failure::Failure;
use super::shell;

/// The folder of the site in a runbook, where no other is named.
pub const SITE: &str = "site";

/// A runbook as it was read.
pub struct Runbook {
    /// Its folder.
    pub root: PathBuf,
    /// Its files.
    pub tree: Arc<SourceTree>,
    /// What was found when they were read.
    pub found: Diagnostics,
    /// The day of today, where nothing says another: that for which the site was made that the
    /// runbook was restored from, as long as nobody has edited it, else that of the clock.
    pub today: Date,
}

impl Runbook {
    /// Reads the runbook that the arguments name, or the nearest one upwards.
    pub fn read(common: &Common) -> Result<Runbook, Failure> {
        let root = Runbook::root(common)?;
        let read = discover::read(&root, &Limits::default())?;
        Ok(Runbook::of(root, Arc::new(read.value), read.found))
    }

    /// Returns the runbook in `root`, whose files were read.
    pub fn of(root: PathBuf, tree: Arc<SourceTree>, found: Diagnostics) -> Runbook {
        let today = pinned::read(&root, || tree.digest()).unwrap_or_else(clock);
        Runbook { root, tree, found, today }
    }

    /// Returns the folder of the runbook that the arguments name, or of the nearest one upwards.
    pub fn root(common: &Common) -> Result<PathBuf, Failure> {
        let root = discover::find_root(start(common))?;
        journal::complete(&root)?;
        Ok(root)
    }

    /// Returns the folder of the site: `folder`, or that of the runbook that the arguments name.
    pub fn site(folder: Option<&Path>, common: &Common) -> Result<PathBuf, Failure> {
        match folder {
            Some(folder) => Ok(folder.to_owned()),
            None => {
                let site = Runbook::root(common)?.join(SITE);
                match site.join(MANIFEST).is_file() {
                    true => Ok(site),
                    false => Err(Failure::new("the runbook has no site yet")
                        .help(format!("make it: `{}`", shell::command("build", common)))),
                }
            }
        }
    }

    /// As [`Runbook::read`], for commands that are of use outside a runbook as well.
    pub fn read_if_any(common: &Common) -> Result<Option<Runbook>, Failure> {
        match discover::find_root(start(common)) {
            Err(DiscoverError::NoRunbook(_)) if common.dir.is_none() => Ok(None),
            _ => Runbook::read(common).map(Some),
        }
    }
}

fn start(common: &Common) -> &Path {
    common.dir.as_deref().unwrap_or(Path::new("."))
}

/// Returns `path` as it is shortest to say from where the command was called.
pub fn from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let inside = here.ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    match inside {
        Some(inside) if inside.as_os_str().is_empty() => PathBuf::from("."),
        Some(inside) => inside,
        None => path.to_owned(),
    }
}

/// Returns the day of this machine's clock, where it is.
pub fn clock() -> Date {
    jiff::Zoned::now().date()
}
