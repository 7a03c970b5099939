//! Puts the new site together beside the old one.
//!
//! What has not changed is linked from the published site, so that it keeps its times and costs
//! nothing; the rest was written as it came in and waits ([`super::waiting`]) to be given its name.
//! The list of what is to be there comes first, under another name, so that a cut leaves nothing
//! that the next run could not account for. It becomes the manifest when everything else is on the
//! disk.
//!
//! The site before the published one still stands there, and mostly has the same files. When only
//! few of them differ it is made the stage: ten thousand links and as many removals less.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::Durability;
use super::arrivals::Standing;
use super::destination::Place;
use super::error::{PublishError, Tried, Trying};
use super::manifest::{Entry, MANIFEST, Manifest, OWN_NAMES, SUMS};
use super::survey::Survey;
use super::system;
use super::tree::{self, Sort, all_folders, is_expendable};
use super::waiting::{Waiting, waits_at};
use super::wanted::{STATE, UNFINISHED, Wanted, copy, is_text, write_text};

/// A new site, read back and whole but for the name of its manifest, that nobody sees yet.
pub(super) struct Stage {
    /// Where it is.
    pub(super) folder: PathBuf,
    /// The files in it that were written, not linked.
    pub(super) written: Vec<PathBuf>,
    /// How many bytes they have.
    pub(super) bytes: u64,
}

impl Stage {
    /// Flushes the stage, and gives the manifest its name: from now on it is a site.
    ///
    /// In this order, so that a power cut leaves no folder that calls itself a site and is not.
    pub(super) fn seal(&self, durability: Durability) -> Tried<()> {
        if durability == Durability::Flushed {
            system::flush_tree(&self.folder, &self.written).trying("flush", &self.folder)?;
        }
        let (from, to) = (self.folder.join(UNFINISHED), self.folder.join(MANIFEST));
        fs::rename(&from, &to).trying("rename", &from)?;
        if durability == Durability::Flushed {
            system::flush_folder(&self.folder).trying("flush", &self.folder)?;
        }
        Ok(())
    }

    /// Takes the name from the manifest again, before the stage is taken apart.
    pub(super) fn unseal(&self) -> Tried<()> {
        let (from, to) = (self.folder.join(MANIFEST), self.folder.join(UNFINISHED));
        fs::rename(&from, &to).trying("rename", &from)
    }
}

/// Puts the wanted site together in the stage of `place`. On an error nothing is left of it.
pub(super) fn prepare(
    place: &Place,
    wanted: &Wanted,
    survey: &Survey,
    waiting: &mut Waiting,
) -> Tried<Stage> {
    fill(place, wanted, survey, waiting).inspect_err(|_| {
        waiting.discard();
        tree::dispose_or_keep(place, &place.stage(), &[&wanted.manifest]);
    })
}

fn fill(place: &Place, wanted: &Wanted, survey: &Survey, waiting: &mut Waiting) -> Tried<Stage> {
    let folder = place.stage();
    let begun = match reuse(place, wanted, survey, waiting)? {
        Some(begun) => begun,
        None => begin(&folder, wanted, survey, waiting)?,
    };
    make_folders(&folder, wanted, &begun)?;
    let written = add_files(place, wanted, survey, &begun)?;
    fs::remove_dir(folder.join(STATE)).trying("remove", &folder.join(STATE))?;
    waiting.release();
    complete(place, &folder, wanted)?;

    let bytes = written.iter().map(|entry| entry.len).sum();
    let written = written.into_iter().map(|entry| folder.join(&entry.path)).collect();
    Ok(Stage { folder, written, bytes })
}

/// What stands in the stage already.
#[derive(Default)]
struct Begun {
    /// Places in the manifest of the files that are there.
    files: HashSet<usize>,
    folders: BTreeSet<String>,
}

fn begin(folder: &Path, wanted: &Wanted, survey: &Survey, waiting: &mut Waiting) -> Tried<Begun> {
    if !waiting.is_in(folder) {
        fs::create_dir(folder).trying("create", folder)?;
        waiting.move_to(folder, &survey.changed(wanted))?;
    }
    write_text(&wanted.json, &folder.join(UNFINISHED))?;
    Ok(Begun::default())
}

/// Makes the stage out of the site before the published one, if that is less work.
fn reuse(
    place: &Place,
    wanted: &Wanted,
    survey: &Survey,
    waiting: &mut Waiting,
) -> Tried<Option<Begun>> {
    let (previous, folder) = (place.previous(), place.stage());
    let Some(plan) = plan_reuse(&previous, wanted, survey) else { return Ok(None) };
    waiting.move_to(&previous, &survey.changed(wanted))?;
    fs::rename(&previous, &folder).trying("rename", &previous)?;
    waiting.was_moved_to(&folder);
    write_text(&wanted.json, &folder.join(UNFINISHED))?;
    for file in &plan.stale {
        fs::remove_file(folder.join(file)).trying("remove", &folder.join(file))?;
    }
    for inner in plan.stale_folders.iter().rev() {
        fs::remove_dir(folder.join(inner)).trying("remove", &folder.join(inner))?;
    }
    Ok(Some(plan.begun))
}

struct Reuse {
    begun: Begun,
    /// Files to remove first.
    stale: Vec<String>,
    /// Folders to remove after them, each before those inside it.
    stale_folders: Vec<String>,
}

/// Looks which files of the tree in `previous` are those of the published site that stay.
///
/// Nothing when there is none, when it holds something that is not ours to remove, or when so much
/// would have to be removed that a reader would wait for it.
fn plan_reuse(previous: &Path, wanted: &Wanted, survey: &Survey) -> Option<Reuse> {
    let own = Manifest::read(previous).ok()??;
    let files = wanted.manifest.files();
    let folders = all_folders(files.iter().map(|entry| &*entry.path));
    let mut plan = Reuse { begun: Begun::default(), stale: Vec::new(), stale_folders: Vec::new() };
    for found in tree::walk(previous, |_| true).ok()? {
        let place = files.binary_search_by(|entry| entry.path.cmp(&found.path)).ok();
        match (found.sort, place) {
            (Sort::Folder, _) if folders.contains(&*found.path) => {
                plan.begun.folders.insert(found.path);
            }
            (Sort::Folder, _) => plan.stale_folders.push(found.path),
            (Sort::File, Some(ix))
                if is_published(&previous.join(&found.path), survey.standing[ix]) =>
            {
                plan.begun.files.insert(ix);
            }
            (Sort::File, _) => plan.stale.push(found.path),
            (Sort::Other, _) => return None,
        }
    }
    plan.stale.retain(|path| path != MANIFEST);
    let is_ours = |path: &String| {
        OWN_NAMES.contains(&&**path)
            || own
                .get(path)
                .is_some_and(|entry| is_expendable(&previous.join(path), entry).unwrap_or(false))
    };
    let is_little = plan.stale.len() <= 16 + files.len() / 8;
    (is_little && plan.stale.iter().all(is_ours)).then_some(plan)
}

/// Whether the file at `path` is the one that stands in the published site and stays.
fn is_published(path: &Path, standing: Standing) -> bool {
    let Standing::Same(Some(identity)) = standing else { return false };
    path.symlink_metadata().is_ok_and(|metadata| system::identity(&metadata) == Some(identity))
}

fn make_folders(folder: &Path, wanted: &Wanted, begun: &Begun) -> Tried<()> {
    for inner in all_folders(wanted.manifest.files().iter().map(|entry| &*entry.path)) {
        if !begun.folders.contains(inner) {
            fs::create_dir(folder.join(inner)).trying("create", &folder.join(inner))?;
        }
    }
    Ok(())
}

/// Gives the files that wait their names, and links what stays the same, or copies it, as on a file
/// system without links. Returns what was written, not linked.
fn add_files<'a>(
    place: &Place,
    wanted: &'a Wanted,
    survey: &Survey,
    begun: &Begun,
) -> Tried<Vec<&'a Entry>> {
    let stage = place.stage();
    let mut written = Vec::new();
    let files = wanted.manifest.files().iter().enumerate();
    for (ix, entry) in files.filter(|(ix, _)| !begun.files.contains(ix)) {
        let to = stage.join(&entry.path);
        if !survey.is_same(ix) {
            fs::rename(waits_at(&stage, &entry.path), &to).trying("create", &to)?;
        } else {
            let published = place.site.join(&entry.path);
            if fs::hard_link(&published, &to).is_ok() {
                continue;
            }
            copy(&published, entry, &to)?;
        }
        written.push(entry);
    }
    Ok(written)
}

/// Adds the sums, reads them and the list back, and opens the folder to whom the site is open.
fn complete(place: &Place, folder: &Path, wanted: &Wanted) -> Tried<()> {
    let sums = folder.join(SUMS);
    write_text(&wanted.sums, &sums)?;
    for (path, text) in [(sums, &wanted.sums), (folder.join(UNFINISHED), &wanted.json)] {
        if !is_text(&path, text).trying("read", &path)? {
            return Err(PublishError::NotAsWritten { path });
        }
    }
    // Who may read the site was somebody's choice; a failure to copy it is not worth an error.
    if let Ok(metadata) = place.site.metadata() {
        let _ = fs::set_permissions(folder, metadata.permissions());
    }
    Ok(())
}
