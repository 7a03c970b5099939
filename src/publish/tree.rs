//! Walks a folder, and removes one of ours by its own list.
//!
//! Nothing here removes recursively. A file goes when a list names it and it holds what the list
//! says; a folder goes when nothing is left in it.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::destination::Place;
use super::error::{Tried, Trying};
use super::manifest::{Entry, MANIFEST, Manifest, SIGNATURE, SUMS, read_file};
use super::system;
use super::wanted::{UNFINISHED, is_as_listed};

/// What stands at a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sort {
    File,
    Folder,
    /// A link, a pipe, a device.
    Other,
}

/// Something found in a folder.
pub(super) struct Found {
    /// Relative to the folder, with `/` between its parts. What is not UTF-8 in it has become
    /// U+FFFD, which stands in no path of a manifest.
    pub(super) path: String,
    pub(super) sort: Sort,
}

/// Returns what is in `root`, sorted, going into the folders that `enter` agrees to.
///
/// Links are not followed. Folders that are not entered are listed as well.
pub(super) fn walk(root: &Path, enter: impl Fn(&str) -> bool) -> Tried<Vec<Found>> {
    let mut found = Vec::new();
    let mut entries = walkdir::WalkDir::new(root).min_depth(1).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        let entry = entry.trying("look into", root)?;
        let sort = match entry.file_type() {
            sort if sort.is_dir() => Sort::Folder,
            sort if sort.is_file() => Sort::File,
            _ => Sort::Other,
        };
        let path = relative(root, entry.path());
        if sort == Sort::Folder && !enter(&path) {
            entries.skip_current_dir();
        }
        found.push(Found { path, sort });
    }
    Ok(found)
}

fn relative(root: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(root).expect("a walk stays below its root");
    let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// Returns the folders above `path`, the nearest first: of `a/b/c`, `a/b` and `a`.
pub(super) fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('/').map(|(slash, _)| &path[..slash])
}

/// Returns all folders above `paths`, sorted, so that each stands before those inside it.
pub(super) fn all_folders<'a>(paths: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut folders = BTreeSet::new();
    for path in paths {
        for folder in folders_above(path) {
            // One met before has brought those above it.
            if !folders.insert(folder) {
                break;
            }
        }
    }
    folders
}

/// Whether a file that `entry` lists may go: it holds what was written, or nothing at all (as after
/// a power cut), or has another name elsewhere, so that nothing is lost with this one.
pub(super) fn is_expendable(path: &Path, entry: &Entry) -> io::Result<bool> {
    let metadata = match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        found => found?,
    };
    Ok(metadata.is_file()
        && (metadata.len() == 0
            || system::has_other_names(&metadata)
            || is_as_listed(path, entry)?))
}

/// Removes what `folder`, a site that is no longer wanted, lists as its own. Says whether the
/// folder is gone; else it holds what others put there, or what would not be removed.
///
/// `lists` are for a stage that was never finished: what they or its own unfinished list name was
/// written by us whatever it holds, since a cut leaves half a file behind.
///
/// The manifest goes last, so that a run that is cut off here is continued by the next. An
/// unfinished list stays with what it could not account for, in case another list can.
pub(super) fn dispose(folder: &Path, lists: &[&Manifest]) -> bool {
    let unfinished = folder.join(UNFINISHED);
    let is_unfinished = unfinished.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
    let own = Manifest::read(folder).ok().flatten();
    let begun = read_file(&unfinished).ok().flatten();
    let ours = |path: &str| {
        let was_begun =
            || begun.iter().chain(lists.iter().copied()).any(|list| list.get(path).is_some());
        let is_listed = |entry| is_expendable(&folder.join(path), entry).unwrap_or(false);
        (is_unfinished && was_begun())
            || own.as_ref().and_then(|list| list.get(path)).is_some_and(is_listed)
    };
    if own.is_none() && !is_unfinished {
        return fs::remove_dir(folder).is_ok();
    }
    let Ok(found) = walk(folder, |_| true) else { return false };
    for file in found.iter().filter(|found| found.sort == Sort::File && ours(&found.path)) {
        let _ = fs::remove_file(folder.join(&file.path));
    }
    // What is not empty stays. A folder that was empty already has lost nothing but its name.
    for inner in found.iter().rev().filter(|found| found.sort == Sort::Folder) {
        let _ = fs::remove_dir(folder.join(&inner.path));
    }
    for name in SIGNATURE.into_iter().chain([SUMS, MANIFEST]) {
        let _ = fs::remove_file(folder.join(name));
    }
    if folder.read_dir().is_ok_and(|left| left.count() == 1) {
        let _ = fs::remove_file(unfinished);
    }
    fs::remove_dir(folder).is_ok()
}

/// As [`dispose`], and gives what is left, if anything, a name that keeps it. Returns that.
pub(super) fn dispose_or_keep(
    place: &Place,
    folder: &Path,
    lists: &[&Manifest],
) -> Option<PathBuf> {
    if folder.symlink_metadata().is_err() || dispose(folder, lists) {
        return None;
    }
    let kept =
        (1..1000).map(|number| place.kept(number)).find(|path| path.symlink_metadata().is_err());
    match kept {
        Some(kept) if fs::rename(folder, &kept).is_ok() => Some(kept),
        _ => Some(folder.to_owned()),
    }
}
