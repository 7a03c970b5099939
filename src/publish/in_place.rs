//! Publishes file by file, where the folder cannot be swapped: a mount point, a disk or system
//! without exchange, a parent that may not be written to, or a folder in which others keep files.
//!
//! The changed files wait whole in `.clearjar-stage` inside the site (`waiting`) and are
//! flushed. Giving the new manifest its name in there is the **commit**: until then the old site is
//! untouched, and an error leaves it so. After it the `Step`s are carried out, each a rename or
//! the removal of one file, and each may be carried out again. The last one moves the new manifest to its place. A run that is cut off in between leaves
//! a site that is part old, part new, as [`super::verify()`] says; the next publish, or
//! [`super::complete()`], finds the committed manifest and carries out the steps that are left.
//!
//! What this does not give: readers may meet pages of both sites while the steps run, which takes
//! milliseconds per hundred changed files. Windows, where a rename fails while somebody holds the
//! file open, is not retried: such a run stops, says so, and is completed by the next.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::Path;

use super::error::{PublishError, Tried, Trying, reason};
use super::manifest::{Entry, MANIFEST, Manifest, SIGNATURE, SUMS, read_file};
use super::survey::Survey;
use super::system;
use super::tree::{all_folders, folders_above};
use super::waiting::{self, Waiting, waits_at};
use super::wanted::{STATE, UNFINISHED, Wanted, is_as_listed, is_text, write_text};
use super::{Durability, Outcome};

/// What was done.
pub(super) struct Applied {
    pub(super) outcome: Outcome,
    /// How many files were written.
    pub(super) written: usize,
    /// How many bytes they have.
    pub(super) bytes: u64,
}

/// Publishes `wanted`, whose changed files wait, in `site`, whose manifest is `old`.
pub(super) fn publish(
    site: &Path,
    old: Option<&Manifest>,
    wanted: &Wanted,
    survey: &Survey,
    waiting: &mut Waiting,
    durability: Durability,
) -> Tried<Applied> {
    let changed = survey.changed(wanted);
    waiting.move_to(site, &changed)?;
    commit(site, wanted, &changed, durability)?;
    waiting.release();
    let outcome = apply(site, old, &wanted.manifest, durability)?;
    let bytes = changed.iter().map(|entry| entry.len).sum();
    Ok(Applied { outcome, written: changed.len(), bytes })
}

/// Completes a publish that was cut off after its commit, and clears up after one cut off before.
/// Says whether there was one to complete.
pub(super) fn resume(site: &Path, durability: Durability) -> Tried<bool> {
    let state = site.join(STATE);
    match state.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => {}
        _ => return Ok(false),
    }
    // A manifest that cannot be read was never committed: it is flushed before it gets its name.
    let Ok(Some(new)) = read_file(&state.join(MANIFEST)) else {
        waiting::clear(site);
        return Ok(false);
    };
    let old = Manifest::read(site).ok().flatten();
    refuse_foreign(site, old.as_ref(), &new)?;
    apply(site, old.as_ref(), &new, durability)?;
    Ok(true)
}

/// Commits to a new site, of which the files of `changed` wait in `site`.
fn commit(site: &Path, wanted: &Wanted, changed: &[&Entry], durability: Durability) -> Tried<()> {
    let state = site.join(STATE);
    let unfinished = state.join(UNFINISHED);
    write_text(&wanted.sums, &state.join(SUMS))?;
    write_text(&wanted.json, &unfinished)?;
    if durability == Durability::Flushed {
        let mut written: Vec<_> = changed.iter().map(|entry| waits_at(site, &entry.path)).collect();
        written.extend([state.join(SUMS), unfinished.clone()]);
        system::flush_tree(&state, &written).trying("flush", &state)?;
    }
    fs::rename(&unfinished, state.join(MANIFEST)).trying("rename", &unfinished)?;
    if durability == Durability::Flushed {
        system::flush_folder(&state).trying("flush", &state)?;
    }
    Ok(())
}

/// One step from the old site to the new one.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Step<'a> {
    /// Move a staged file to its place.
    Put(&'a str),
    /// Remove a file of the old site, if it is still as it was written.
    Remove(&'a Entry),
    /// Remove a folder of the old site, if nothing is left in it.
    RemoveFolder(&'a str),
}

/// Returns the steps from `old` to `new`, of whose files those in `waiting` wait.
///
/// What a new page needs comes before it, and what old pages need goes after them: assets, new
/// pages, changed pages, indexes, removals. Only what has the name of a new folder, or lies where a
/// new file belongs, has to go first.
fn steps<'a>(
    old: Option<&'a Manifest>,
    new: &'a Manifest,
    waiting: &BTreeSet<&'a str>,
) -> Vec<Step<'a>> {
    let new_folders = all_folders(new.files().iter().map(|entry| &*entry.path));
    let leaving =
        old.iter().flat_map(|old| old.files()).filter(|entry| new.get(&entry.path).is_none());
    let (first, last): (Vec<_>, Vec<_>) = leaving.partition(|entry| {
        new_folders.contains(&*entry.path)
            || folders_above(&entry.path).any(|folder| new.get(folder).is_some())
    });
    let is_old = |path: &str| old.is_some_and(|old| old.get(path).is_some());
    let mut puts: Vec<&str> = waiting.iter().copied().collect();
    puts.sort_by_key(|path| rank(path, is_old(path)));

    let removals = |entries: Vec<&'a Entry>| {
        let folders = all_folders(entries.iter().map(|entry| &*entry.path));
        let unused = folders.into_iter().rev().filter(|folder| !new_folders.contains(folder));
        let folders: Vec<_> = unused.map(Step::RemoveFolder).collect();
        entries.into_iter().map(Step::Remove).chain(folders)
    };
    let puts = puts.into_iter().map(Step::Put);
    removals(first).chain(puts).chain(removals(last)).collect()
}

/// The order in which files are put in their place.
fn rank(path: &str, is_old: bool) -> u8 {
    let name = path.rsplit('/').next().unwrap_or(path);
    if path.starts_with("assets/") {
        0
    } else if path.starts_with("search/") || name.starts_with("index.") {
        3
    } else if is_old {
        2
    } else {
        1
    }
}

/// Carries out the steps that are left, from a committed state to the new site.
fn apply(
    site: &Path,
    old: Option<&Manifest>,
    new: &Manifest,
    durability: Durability,
) -> Tried<Outcome> {
    carry_out(site, old, new, durability).map_err(|cause| PublishError::Unfinished {
        folder: site.to_owned(),
        cause: Box::new(cause),
    })?;
    // The site is the new one from here on.
    let flushed = match durability {
        Durability::Flushed => system::flush_folder(site),
        Durability::None => Ok(()),
    };
    let _ = fs::remove_dir(site.join(STATE));
    Ok(match flushed {
        Ok(()) => Outcome::New,
        Err(error) => Outcome::VisibleNotFlushed { reason: reason(&error) },
    })
}

fn carry_out(
    site: &Path,
    old: Option<&Manifest>,
    new: &Manifest,
    durability: Durability,
) -> Tried<()> {
    let state = site.join(STATE);
    let waiting = waiting_in(&state, new)?;
    for step in steps(old, new, &waiting) {
        match step {
            Step::Put(path) => put(&waits_at(site, path), &site.join(path))?,
            Step::Remove(entry) => remove(&site.join(&entry.path), entry)?,
            Step::RemoveFolder(folder) => remove_folder(&site.join(folder))?,
        }
    }
    put_sums(site, &state)?;
    if durability == Durability::Flushed {
        let written: Vec<_> = waiting.iter().map(|path| site.join(path)).collect();
        system::flush_tree(site, &written).trying("flush", site)?;
    }
    put(&state.join(MANIFEST), &site.join(MANIFEST))
}

/// Returns the files of `new` that wait in `state`, sorted.
fn waiting_in<'a>(state: &Path, new: &'a Manifest) -> Tried<BTreeSet<&'a str>> {
    let mut names = HashSet::new();
    for entry in state.read_dir().trying("look into", state)? {
        names.extend(entry.trying("look into", state)?.file_name().into_string().ok());
    }
    let paths = new.files().iter().map(|entry| &*entry.path);
    Ok(paths.filter(|path| names.contains(&waiting::name(path))).collect())
}

fn put(from: &Path, to: &Path) -> Tried<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let folder = to.parent().unwrap_or(to);
            fs::create_dir_all(folder).trying("create", folder)?;
            fs::rename(from, to).trying("replace", to)
        }
        moved => moved.trying("replace", to),
    }
}

/// Removes a page that has left the site, unless somebody changed it.
fn remove(path: &Path, entry: &Entry) -> Tried<()> {
    let is_file = match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found.trying("look at", path)?.is_file(),
    };
    if is_file && is_as_listed(path, entry).trying("read", path)? {
        fs::remove_file(path).trying("remove", path)?;
    }
    Ok(())
}

fn remove_folder(path: &Path) -> Tried<()> {
    use io::ErrorKind::{DirectoryNotEmpty, NotADirectory, NotFound};
    match fs::remove_dir(path) {
        Err(error) if matches!(error.kind(), DirectoryNotEmpty | NotADirectory | NotFound) => {
            Ok(())
        }
        removed => removed.trying("remove", path),
    }
}

/// Puts the new sums in place. Before that, a signature of other sums goes, so that at no time one
/// stands beside sums that it does not fit.
fn put_sums(site: &Path, state: &Path) -> Tried<()> {
    let waiting = state.join(SUMS);
    let text = match fs::read_to_string(&waiting) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found.trying("read", &waiting)?,
    };
    let sums = site.join(SUMS);
    if !is_text(&sums, &text).trying("read", &sums)? {
        for name in SIGNATURE {
            match fs::remove_file(site.join(name)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                removed => removed.trying("remove", &site.join(name))?,
            }
        }
    }
    put(&waiting, &sums)
}

/// Before a cut-off publish is completed: what somebody put in its way since then must stay.
fn refuse_foreign(site: &Path, old: Option<&Manifest>, new: &Manifest) -> Tried<()> {
    let waits = |path: &str| waits_at(site, path).symlink_metadata().is_ok();
    let waiting = new.files().iter().filter(|entry| waits(&entry.path));
    let mut paths: Vec<String> = waiting
        .filter(|entry| is_taken(site, old, entry))
        .map(|entry| entry.path.clone())
        .collect();
    if paths.is_empty() {
        return Ok(());
    }
    paths.sort();
    let folder = site.to_owned();
    let cause = Box::new(PublishError::InTheWay { folder: folder.clone(), paths });
    Err(PublishError::Unfinished { folder, cause })
}

/// Whether something that is not ours stands where the file of `entry` belongs, or above it.
fn is_taken(site: &Path, old: Option<&Manifest>, entry: &Entry) -> bool {
    let is_listed = |path: &str| old.is_some_and(|old| old.get(path).is_some());
    let blocks = |folder: &str| {
        let found = site.join(folder).symlink_metadata();
        found.is_ok_and(|found| !(found.is_dir() || found.is_file() && is_listed(folder)))
    };
    let path = site.join(&entry.path);
    let is_foreign = match path.symlink_metadata() {
        Ok(found) if found.is_file() => {
            !is_listed(&entry.path) && !is_as_listed(&path, entry).unwrap_or(false)
        }
        // A folder of old pages goes before the file is put there, if nothing else is in it.
        Ok(found) => !found.is_dir(),
        Err(_) => false,
    };
    is_foreign || folders_above(&entry.path).any(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;
    use crate::publish::Imprint;

    fn manifest(paths: &[&str]) -> Manifest {
        let entry = |path: &&str| Entry {
            path: (*path).to_owned(),
            len: 0,
            digest: Digest::of(path.as_bytes()),
        };
        let imprint = Imprint {
            program_version: String::new(),
            day: jiff::civil::date(2026, 11, 15),
            edition: None,
            serial: 0,
            previous: None,
            title: String::new(),
        };
        Manifest::new(imprint, paths.iter().map(entry).collect())
    }

    fn plan(old: &[&str], new: &[&str], waiting: &[&str]) -> Vec<String> {
        let (old, new) = (manifest(old), manifest(new));
        steps(Some(&old), &new, &waiting.iter().copied().collect())
            .into_iter()
            .map(|step| match step {
                Step::Put(path) => format!("put {path}"),
                Step::Remove(entry) => format!("remove {}", entry.path),
                Step::RemoveFolder(folder) => format!("remove {folder}/"),
            })
            .collect()
    }

    #[test]
    fn what_pages_need_comes_before_them_and_goes_after_them() {
        let old = ["a.html", "assets/x.1.css", "gone/b.html", "index.html", "search/s.js"];
        let new = ["a.html", "assets/x.2.css", "index.html", "new.html", "search/s.js"];
        assert_eq!(
            plan(&old, &new, &new),
            [
                "put assets/x.2.css",
                "put new.html",
                "put a.html",
                "put index.html",
                "put search/s.js",
                "remove assets/x.1.css",
                "remove gone/b.html",
                "remove gone/",
            ]
        );
    }

    #[test]
    fn what_stands_where_something_new_belongs_goes_first() {
        assert_eq!(
            plan(&["a", "b/c/d", "e"], &["a/x", "b", "f"], &["a/x", "b", "f"]),
            [
                "remove a",
                "remove b/c/d",
                "remove b/c/",
                "remove b/",
                "put a/x",
                "put b",
                "put f",
                "remove e"
            ]
        );
    }

    #[test]
    fn what_is_in_place_already_is_not_put_again() {
        assert_eq!(plan(&["a"], &["a", "b", "c"], &["c"]), ["put c"]);
    }
}
