//! Publishes file by file, where the folder cannot be swapped: a mount point, a disk or system
//! without exchange, a parent that may not be written to, or a folder in which others keep files.
//!
//! The changed files are first put whole into `.clearjar-stage` inside the site, named by their
//! place in the new manifest, then flushed. Giving the new manifest its name in there is the
//! **commit**: until then the old site is untouched, and an error leaves it so. After it the
//! `Step`s are carried out, each a rename or the removal of one file, and each may be carried out
//! again. The last one moves the new manifest to its place. A run that is cut off in between leaves
//! a site that is part old, part new, as [`super::verify()`] says; the next publish, or
//! [`super::complete()`], finds the committed manifest and carries out the steps that are left.
//!
//! What this does not give: readers may meet pages of both sites while the steps run, which takes
//! milliseconds per hundred changed files. Windows, where a rename fails while somebody holds the
//! file open, is not retried: such a run stops, says so, and is completed by the next.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::{PublishError, Tried, Trying, reason};
use super::manifest::{Entry, MANIFEST, Manifest, SIGNATURE, SUMS, read_file};
use super::survey::{Standing, Survey};
use super::system;
use super::tree::{all_folders, folders_above};
use super::wanted::{Job, STATE, UNFINISHED, Wanted, is_as_listed, is_text, write_all, write_text};
use super::{Durability, Outcome};

/// What was done.
pub(super) struct Applied {
    pub(super) outcome: Outcome,
    /// How many files were written.
    pub(super) written: usize,
    /// How many bytes they have.
    pub(super) bytes: u64,
}

/// Publishes `wanted` in `site`, whose manifest is `old`.
pub(super) fn publish(
    site: &Path,
    old: Option<&Manifest>,
    wanted: &Wanted<'_>,
    survey: &Survey,
    durability: Durability,
) -> Tried<Applied> {
    let (written, bytes) = commit(site, wanted, survey, durability).inspect_err(|_| clear(site))?;
    let outcome = apply(site, old, &wanted.manifest, durability)?;
    Ok(Applied { outcome, written, bytes })
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
        clear(site);
        return Ok(false);
    };
    let old = Manifest::read(site).ok().flatten();
    refuse_foreign(site, old.as_ref(), &new)?;
    apply(site, old.as_ref(), &new, durability)?;
    Ok(true)
}

/// Stages what has changed, and commits to it.
fn commit(
    site: &Path,
    wanted: &Wanted<'_>,
    survey: &Survey,
    durability: Durability,
) -> Tried<(usize, u64)> {
    let state = site.join(STATE);
    match fs::create_dir(&state) {
        // Somebody's files were in it and stayed when it was cleared.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => made.trying("create", &state)?,
    }
    let jobs: Vec<Job<'_>> = wanted
        .items()
        .filter(|item| !matches!(survey.standing[item.ix], Standing::Same(_)))
        .map(|item| (item, state.join(item.ix.to_string())))
        .collect();
    write_all(&jobs)?;
    write_text(&wanted.sums, &state.join(SUMS))?;
    let unfinished = state.join(UNFINISHED);
    write_text(&wanted.json, &unfinished)?;

    let bytes = jobs.iter().map(|(item, _)| item.entry.len).sum();
    let mut written: Vec<PathBuf> = jobs.into_iter().map(|(_, path)| path).collect();
    let count = written.len();
    written.extend([state.join(SUMS), unfinished.clone()]);
    if durability == Durability::Flushed {
        system::flush_tree(&state, &written).trying("flush", &state)?;
    }
    fs::rename(&unfinished, state.join(MANIFEST)).trying("rename", &unfinished)?;
    if durability == Durability::Flushed {
        system::flush_folder(&state).trying("flush", &state)?;
    }
    Ok((count, bytes))
}

/// Removes the files in the state folder that are ours, and the folder if nothing else is in it.
fn clear(site: &Path) {
    let state = site.join(STATE);
    let Ok(entries) = state.read_dir() else { return };
    let names: Vec<_> =
        entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    // The commit goes first: without it, what is left means nothing.
    let _ = fs::remove_file(state.join(MANIFEST));
    for name in names.iter().filter(|name| staged(name).is_some()) {
        let _ = fs::remove_file(state.join(name));
    }
    let _ = fs::remove_file(state.join(SUMS));
    let _ = fs::remove_file(state.join(UNFINISHED));
    let _ = fs::remove_dir(state);
}

/// Returns the place in the manifest that the name of a staged file stands for.
fn staged(name: &str) -> Option<usize> {
    let ix: usize = name.parse().ok()?;
    (ix.to_string() == name).then_some(ix)
}

/// One step from the old site to the new one.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Step<'a> {
    /// Move a staged file to its place.
    Put { ix: usize, path: &'a str },
    /// Remove a file of the old site, if it is still as it was written.
    Remove(&'a Entry),
    /// Remove a folder of the old site, if nothing is left in it.
    RemoveFolder(&'a str),
}

/// Returns the steps from `old` to `new`, of whose files those with the places in `staged` wait.
///
/// What a new page needs comes before it, and what old pages need goes after them: assets, new
/// pages, changed pages, indexes, removals. Only what has the name of a new folder, or lies where a
/// new file belongs, has to go first.
fn steps<'a>(
    old: Option<&'a Manifest>,
    new: &'a Manifest,
    staged: &BTreeSet<usize>,
) -> Vec<Step<'a>> {
    let new_folders = all_folders(new.files().iter().map(|entry| &*entry.path));
    let leaving =
        old.iter().flat_map(|old| old.files()).filter(|entry| new.get(&entry.path).is_none());
    let (first, last): (Vec<_>, Vec<_>) = leaving.partition(|entry| {
        new_folders.contains(&*entry.path)
            || folders_above(&entry.path).any(|folder| new.get(folder).is_some())
    });
    let mut puts: Vec<_> = staged
        .iter()
        .filter_map(|ix| new.files().get(*ix).map(|entry| (*ix, &*entry.path)))
        .collect();
    let is_old = |path: &str| old.is_some_and(|old| old.get(path).is_some());
    puts.sort_by_key(|(ix, path)| (rank(path, is_old(path)), *ix));

    let removals = |entries: Vec<&'a Entry>| {
        let folders = all_folders(entries.iter().map(|entry| &*entry.path));
        let unused = folders.into_iter().rev().filter(|folder| !new_folders.contains(folder));
        let folders: Vec<_> = unused.map(Step::RemoveFolder).collect();
        entries.into_iter().map(Step::Remove).chain(folders)
    };
    let puts = puts.into_iter().map(|(ix, path)| Step::Put { ix, path });
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
    let mut waiting = BTreeSet::new();
    for entry in state.read_dir().trying("look into", &state)? {
        let name = entry.trying("look into", &state)?.file_name();
        waiting.extend(name.to_str().and_then(staged));
    }
    for step in steps(old, new, &waiting) {
        match step {
            Step::Put { ix, path } => put(&state.join(ix.to_string()), &site.join(path))?,
            Step::Remove(entry) => remove(&site.join(&entry.path), entry)?,
            Step::RemoveFolder(folder) => remove_folder(&site.join(folder))?,
        }
    }
    put_sums(site, &state)?;
    if durability == Durability::Flushed {
        let written: Vec<_> =
            waiting.iter().filter_map(|ix| Some(site.join(&new.files().get(*ix)?.path))).collect();
        system::flush_tree(site, &written).trying("flush", site)?;
    }
    put(&state.join(MANIFEST), &site.join(MANIFEST))
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
    let waits = |ix: usize| site.join(STATE).join(ix.to_string()).symlink_metadata().is_ok();
    let waiting = new.files().iter().enumerate().filter(|(ix, _)| waits(*ix));
    let mut paths: Vec<String> = waiting
        .filter(|(_, entry)| is_taken(site, old, entry))
        .map(|(_, entry)| entry.path.clone())
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

    fn plan(old: &[&str], new: &[&str], staged: &[&str]) -> Vec<String> {
        let (old, new) = (manifest(old), manifest(new));
        let places = new.files().iter().enumerate();
        let waiting = places.filter(|(_, entry)| staged.contains(&&*entry.path)).map(|(ix, _)| ix);
        steps(Some(&old), &new, &waiting.collect())
            .into_iter()
            .map(|step| match step {
                Step::Put { path, .. } => format!("put {path}"),
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

    #[test]
    fn only_our_own_names_count_as_staged_files() {
        assert_eq!(staged("12"), Some(12));
        for name in ["", "012", "+1", "1a", "notes.txt"] {
            assert_eq!(staged(name), None, "{name}");
        }
    }
}
