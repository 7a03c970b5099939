//! Makes a runbook that people can edit out of the sources in a site.
//!
//! The folder comes into being as a whole, or not at all: everything is written beside it, each file
//! compared with the site's list, and given its name at the end. What stood there before is never
//! overwritten: it is set aside under another name, and that only when asked for.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::beside::{beside, free};
use super::held::Held;
use super::pinned;
use super::signature;
use crate::diagnostic::clean::one_line;
use crate::digest::{self, CopyError};
use crate::discover::{self, CONFIG, Limits, SOURCE_MARKER};
use crate::progress::{Progress, Stage};
use crate::publish::{Entry, Imprint, Manifest, SIGNATURE, SUMS, flush_tree};
use crate::refused::Refused;
use crate::scaffold::{GIT_IGNORE, gitignore};
use crate::sources;

/// What was restored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restored {
    /// The title of the site.
    pub title: String,
    /// The edition that the site was made for; what others may see is not in it.
    pub edition: Option<String>,
    /// The day that the site was made for.
    pub day: Date,
    /// How many files were written.
    pub files: usize,
    /// Where what stood in the folder before is now.
    pub set_aside: Option<PathBuf>,
}

/// Makes a runbook in `folder` of the sources in `held`. Where something is in that folder already, it
/// is set aside if `force` says so, else nothing is done.
pub fn restore(
    held: &mut Held,
    folder: &Path,
    force: bool,
    progress: &dyn Progress,
) -> Result<Restored, Refused> {
    let folder = std::path::absolute(folder).map_err(|error| disk("find", folder, &error))?;
    refuse_used(&folder, force)?;
    refuse_inside(held, &folder)?;
    let manifest = held.manifest()?;
    refuse_unfit(held, &manifest)?;
    let wanted = wanted(&manifest)?;

    let stage = Draft::begin(&folder, &wanted)?;
    progress.begin(Stage::Restore, wanted.len());
    let mut wrong = Vec::new();
    for (path, entry) in &wanted {
        if !stage.add(held, path, entry)? {
            wrong.push(entry.path.clone());
        }
        progress.step();
    }
    if !wrong.is_empty() {
        return Err(damaged(&wrong));
    }
    stage.pin(manifest.imprint.day)?;
    let set_aside = stage.finish(&folder)?;
    let (files, imprint) = (wanted.len(), manifest.imprint);
    let Imprint { title, edition, day, .. } = imprint;
    Ok(Restored { title, edition, day, files, set_aside })
}

/// Returns the files to write, each with its path in the runbook.
fn wanted(manifest: &Manifest) -> Result<Vec<(&str, &Entry)>, Refused> {
    let wanted: Vec<(&str, &Entry)> = manifest
        .files()
        .iter()
        .filter_map(|entry| Some((entry.path.strip_prefix(sources::FOLDER)?, entry)))
        .filter(|(path, _)| *path != SOURCE_MARKER)
        .collect();
    match wanted.iter().any(|(path, _)| *path == CONFIG) {
        true => Ok(wanted),
        false => Err(Refused::new(format!("the site holds no sources: there is no `{CONFIG}`"))
            .help("a site made by a newer version of Clearjar has them in `source/`")),
    }
}

/// Refuses a site whose sums are not those of its list, or whose signature is not one of its sums: then
/// the list is not the one that was handed over.
fn refuse_unfit(held: &mut Held, manifest: &Manifest) -> Result<(), Refused> {
    let sums = held.bytes(SUMS)?.unwrap_or_default();
    let why = if sums != manifest.to_sums().as_bytes() {
        Some(format!("`{SUMS}` is not that of its list"))
    } else {
        let text = held.bytes(SIGNATURE[0])?;
        let read = text.map(|text| signature::read(&sums, &String::from_utf8_lossy(&text)));
        read.and_then(Result::err).map(|why| format!("its signature does not count: {why}"))
    };
    match why {
        None => Ok(()),
        Some(why) => Err(Refused::new(format!("the copy is not as it was handed over: {why}"))
            .help("`clearjar verify` tells everything that is wrong; ask for the copy once more")),
    }
}

fn damaged(wrong: &[String]) -> Refused {
    let shown: Vec<String> =
        wrong.iter().take(10).map(|path| format!("`{}`", one_line(path))).collect();
    let more = match wrong.len() {
        count if count > 10 => format!(" and {} more", count - 10),
        _ => String::new(),
    };
    let are = if wrong.len() == 1 { "is" } else { "are" };
    let list = shown.join(", ");
    Refused::new(format!("{list}{more} {are} missing or changed; nothing was restored"))
        .help("ask for the copy once more; the files that are whole can be copied from `source/`")
}

/// Refuses a folder with something in it, unless that may be set aside.
fn refuse_used(folder: &Path, force: bool) -> Result<(), Refused> {
    let Ok(metadata) = folder.symlink_metadata() else { return Ok(()) };
    let shown = one_line(&folder.to_string_lossy()).into_owned();
    if is_empty(folder) || force {
        return Ok(());
    }
    let what = match metadata.is_dir() {
        true => format!("`{shown}` is not empty"),
        false => format!("`{shown}` is there already"),
    };
    Err(Refused::new(what).help(
        "name a folder that is not there yet; with `--force` what is there gets another name, and \
         stays",
    ))
}

fn is_empty(folder: &Path) -> bool {
    folder.read_dir().is_ok_and(|mut entries| entries.next().is_none())
}

fn refuse_inside(held: &Held, folder: &Path) -> Result<(), Refused> {
    let site = held.path.canonicalize().unwrap_or_else(|_| held.path.clone());
    let is_inside = folder
        .ancestors()
        .any(|above| above.canonicalize().is_ok_and(|above| held.is_folder() && above == site));
    match is_inside {
        true => Err(Refused::new("the folder is inside the site that is to be restored")
            .help("name one elsewhere: the next publishing would remove it")),
        false => Ok(()),
    }
}

/// A runbook that is being written beside its place. Dropped, it is removed again.
struct Draft {
    folder: PathBuf,
    /// The paths of all files that may be in it.
    files: Vec<String>,
}

impl Draft {
    fn begin(target: &Path, wanted: &[(&str, &Entry)]) -> Result<Draft, Refused> {
        let folder = beside(target, ".restoring")?;
        let files = wanted.iter().map(|(path, _)| (*path).to_owned());
        let stage = Draft {
            folder,
            files: files.chain([pinned::PATH, GIT_IGNORE].map(str::to_owned)).collect(),
        };
        // A run that was cut off may have left its own.
        stage.remove();
        let parent = stage.folder.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(|error| disk("make the folder", parent, &error))?;
        fs::create_dir(&stage.folder).map_err(|error| {
            let refused = disk("make the folder", &stage.folder, &error);
            match error.kind() {
                io::ErrorKind::AlreadyExists => refused.help(
                    "it is left from a restore that was cut off: look into it, and remove it",
                ),
                _ => refused,
            }
        })?;
        let path = stage.folder.join(GIT_IGNORE);
        fs::write(&path, gitignore()).map_err(|error| disk("write", &path, &error))?;
        Ok(stage)
    }

    /// Writes a file. Says whether it is the one that is listed.
    fn add(&self, held: &mut Held, path: &str, entry: &Entry) -> Result<bool, Refused> {
        let to = self.folder.join(path);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(|error| disk("make the folder", folder, &error))?;
        }
        let mut file = File::create_new(&to).map_err(|error| disk("create", &to, &error))?;
        let copied = held.read(&entry.path, entry.len, |from| digest::copy(from, &mut file))?;
        match copied {
            Some(Ok(read)) => Ok(read == (entry.digest, entry.len)),
            Some(Err(CopyError::Write(error))) => Err(disk("write", &to, &error)),
            Some(Err(CopyError::Read(_))) | None => Ok(false),
        }
    }

    fn pin(&self, day: Date) -> Result<(), Refused> {
        let read = discover::read(&self.folder, &Limits::default())
            .map_err(|error| Refused::new(error.to_string()))?;
        pinned::keep(&self.folder, day, read.value.digest())
            .map_err(|error| disk("write", &self.folder.join(pinned::PATH), &error))
    }

    /// Gives the runbook its name. Returns the one that what was there before has now.
    fn finish(self, target: &Path) -> Result<Option<PathBuf>, Refused> {
        flush_tree(&self.folder, &self.written())
            .map_err(|error| disk("flush", &self.folder, &error))?;
        let is_used = target.symlink_metadata().is_ok() && !is_empty(target);
        let aside = is_used.then(|| free(target)).flatten();
        if let Some(aside) = &aside {
            fs::rename(target, aside).map_err(|error| disk("rename", target, &error))?;
        }
        // Not every system renames onto a folder, even one with nothing in it.
        if fs::rename(&self.folder, target).is_ok() {
            return Ok(aside);
        }
        let _ = fs::remove_dir(target);
        fs::rename(&self.folder, target).map_err(|error| {
            if let Some(aside) = &aside {
                let _ = fs::rename(aside, target);
            }
            disk("rename", &self.folder, &error)
        })?;
        Ok(aside)
    }

    fn written(&self) -> Vec<PathBuf> {
        self.files.iter().map(|path| self.folder.join(path)).collect()
    }

    /// Removes what may have been written, and the folders if nothing else is in them.
    fn remove(&self) {
        if !self.folder.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
            return;
        }
        let mut folders = BTreeSet::new();
        for path in self.written() {
            let _ = fs::remove_file(&path);
            let above =
                path.ancestors().skip(1).take_while(|above| above.starts_with(&self.folder));
            folders.extend(above.map(Path::to_owned));
        }
        for folder in folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
        let _ = fs::remove_dir(&self.folder);
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        self.remove();
    }
}

fn disk(action: &str, path: &Path, error: &io::Error) -> Refused {
    let shown = one_line(&path.to_string_lossy()).into_owned();
    Refused::new(format!("cannot {action} `{shown}`: {error}; nothing was restored"))
}
