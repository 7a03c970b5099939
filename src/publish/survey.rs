//! Compares the folder as it is with the site as it is to be.
//!
//! Contents are compared, never times or sizes alone. Whatever the standing manifest does not
//! list belongs to somebody else: it stays, and where it is in the way nothing is published.

use std::collections::BTreeSet;
use std::path::Path;

use rayon::prelude::*;

use super::error::{PublishError, Tried, Trying};
use super::manifest::{Entry, MANIFEST, Manifest, OWN_NAMES, SIGNATURE, SUMS};
use super::system::{self, Identity};
use super::tree::{self, Sort, all_folders, folders_above};
use super::wanted::{Item, Wanted, is_as_listed, is_text};

/// How the folder differs from what is wanted.
#[derive(Default)]
pub(super) struct Survey {
    /// For each wanted file, what stands at its path.
    pub(super) standing: Vec<Standing>,
    /// Files of the standing site that are no longer part of it, as they were written.
    pub(super) removed: Vec<String>,
    /// Files of the site that were changed or removed by hand, to be put right.
    pub(super) changed_by_hand: Vec<String>,
    /// As `removed`, but changed by hand since, so they stay.
    pub(super) kept_changed: Vec<String>,
    /// What others put into the folder; folders end in `/`.
    pub(super) kept_foreign: Vec<String>,
    /// Whether `manifest.json` and `SHA256SUMS` are already as wanted.
    pub(super) has_lists: bool,
    /// Whether the sums are signed and the signature still fits.
    pub(super) keeps_signature: bool,
}

/// What stands at the path of a wanted file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Standing {
    /// The very content.
    Same(Option<Identity>),
    /// Another one.
    Other,
    /// Nothing.
    Absent,
}

impl Survey {
    /// Whether the folder is the wanted site already.
    pub(super) fn is_current(&self) -> bool {
        self.has_lists && self.removed.is_empty() && self.unchanged() == self.standing.len()
    }

    /// Returns how many files stand as wanted.
    pub(super) fn unchanged(&self) -> usize {
        self.standing.iter().filter(|standing| matches!(standing, Standing::Same(_))).count()
    }

    /// Whether something has to stay in the folder that is not part of the wanted site.
    pub(super) fn keeps_anything(&self) -> bool {
        self.keeps_signature || !self.kept_changed.is_empty() || !self.kept_foreign.is_empty()
    }
}

/// Compares `folder`, which need not exist, with `wanted`; `old` is the manifest that stands there.
pub(super) fn compare(folder: &Path, old: Option<&Manifest>, wanted: &Wanted<'_>) -> Tried<Survey> {
    if folder.symlink_metadata().is_err() {
        let standing = wanted.items().map(|_| Standing::Absent).collect();
        return Ok(Survey { standing, ..Survey::default() });
    }
    let sorted = sort(folder, old, wanted)?;
    let (removed, kept_changed) = part_with(folder, &sorted.leaving)?;
    refuse_what_is_in_the_way(folder, wanted, &sorted, &kept_changed)?;

    let standing = compare_files(folder, wanted, &sorted)?;
    refuse_foreign_pages(folder, old, wanted, &standing)?;
    let mut changed_by_hand = find_changed_by_hand(folder, old, wanted, &standing)?;

    let same_manifest =
        is_text(&folder.join(MANIFEST), &wanted.json).trying("read", &folder.join(MANIFEST))?;
    let same_sums = is_text(&folder.join(SUMS), &wanted.sums).trying("read", &folder.join(SUMS))?;
    if same_manifest && !same_sums {
        changed_by_hand.push(SUMS.to_owned());
    }
    Ok(Survey {
        standing,
        removed,
        changed_by_hand,
        kept_changed,
        kept_foreign: sorted.foreign,
        has_lists: same_manifest && same_sums,
        // The sums are made from the manifest, so an equal manifest has equal sums.
        keeps_signature: same_manifest && sorted.is_signed,
    })
}

/// What is in the folder, by whose it is.
#[derive(Default)]
struct Sorted<'a> {
    /// Wanted files that are there.
    present: BTreeSet<String>,
    /// Files that the standing manifest lists and the wanted one does not.
    leaving: Vec<&'a Entry>,
    foreign: Vec<String>,
    /// Things where a page or a folder of pages belongs that are neither.
    blocking: Vec<String>,
    is_signed: bool,
}

fn sort<'a>(folder: &Path, old: Option<&'a Manifest>, wanted: &Wanted<'_>) -> Tried<Sorted<'a>> {
    let new = &wanted.manifest;
    let wanted_folders = all_folders(new.files().iter().map(|entry| &*entry.path));
    let old_folders = all_folders(old.iter().flat_map(|old| old.files()).map(|entry| &*entry.path));
    let is_ours = |path: &str| wanted_folders.contains(path) || old_folders.contains(path);
    let mut sorted = Sorted::default();
    for found in tree::walk(folder, is_ours)? {
        let path = found.path;
        let is_page = new.get(&path).is_some();
        let listed = old.and_then(|old| old.get(&path));
        match found.sort {
            Sort::Folder if is_ours(&path) => {}
            Sort::File if is_page => drop(sorted.present.insert(path)),
            Sort::File if let Some(entry) = listed => sorted.leaving.push(entry),
            Sort::File if OWN_NAMES.contains(&&*path) => {
                sorted.is_signed |= SIGNATURE.contains(&&*path);
            }
            sort if is_page || wanted_folders.contains(&*path) || OWN_NAMES.contains(&&*path) => {
                sorted.blocking.push(named(path, sort));
            }
            sort => sorted.foreign.push(named(path, sort)),
        }
    }
    Ok(sorted)
}

fn named(path: String, sort: Sort) -> String {
    if sort == Sort::Folder { path + "/" } else { path }
}

/// Divides the files that leave the site into those that go and those changed by hand, which stay.
fn part_with(folder: &Path, leaving: &[&Entry]) -> Tried<(Vec<String>, Vec<String>)> {
    let as_written: Vec<bool> = leaving
        .par_iter()
        .map(|entry| {
            let path = folder.join(&entry.path);
            is_as_listed(&path, entry).trying("read", &path)
        })
        .collect::<Tried<_>>()?;
    let (mut removed, mut kept) = (Vec::new(), Vec::new());
    for (entry, as_written) in leaving.iter().zip(as_written) {
        if as_written { &mut removed } else { &mut kept }.push(entry.path.clone());
    }
    Ok((removed, kept))
}

/// A thing that stays must not have the name of a folder of pages, nor lie in a folder that has
/// the name of a page.
fn refuse_what_is_in_the_way(
    folder: &Path,
    wanted: &Wanted<'_>,
    sorted: &Sorted<'_>,
    kept_changed: &[String],
) -> Tried<()> {
    let new = &wanted.manifest;
    let wanted_folders = all_folders(new.files().iter().map(|entry| &*entry.path));
    let staying = sorted.foreign.iter().chain(kept_changed);
    let meets = staying.filter(|path| {
        wanted_folders.contains(path.as_str())
            || folders_above(path).any(|folder| new.get(folder).is_some())
    });
    in_the_way(folder, sorted.blocking.iter().chain(meets).cloned().collect())
}

fn in_the_way(folder: &Path, mut paths: Vec<String>) -> Tried<()> {
    if paths.is_empty() {
        return Ok(());
    }
    paths.sort();
    Err(PublishError::InTheWay { folder: folder.to_owned(), paths })
}

fn compare_files(folder: &Path, wanted: &Wanted<'_>, sorted: &Sorted<'_>) -> Tried<Vec<Standing>> {
    let items: Vec<_> = wanted.items().collect();
    items
        .par_iter()
        .map(|item| {
            if !sorted.present.contains(&item.entry.path) {
                return Ok(Standing::Absent);
            }
            let path = folder.join(&item.entry.path);
            let (is_same, metadata) = item.is_held_by(&path).trying("read", &path)?;
            Ok(if is_same { Standing::Same(system::identity(&metadata)) } else { Standing::Other })
        })
        .collect()
}

/// A file that the standing site does not list may be taken for a page only if it is that page.
fn refuse_foreign_pages(
    folder: &Path,
    old: Option<&Manifest>,
    wanted: &Wanted<'_>,
    standing: &[Standing],
) -> Tried<()> {
    let is_listed = |item: &Item<'_>| old.is_some_and(|old| old.get(&item.entry.path).is_some());
    let foreign = wanted
        .items()
        .filter(|item| standing[item.ix] == Standing::Other && !is_listed(item))
        .map(|item| item.entry.path.clone());
    in_the_way(folder, foreign.collect())
}

/// Returns the wanted files that are neither what they are to be nor what they were when written.
fn find_changed_by_hand(
    folder: &Path,
    old: Option<&Manifest>,
    wanted: &Wanted<'_>,
    standing: &[Standing],
) -> Tried<Vec<String>> {
    let Some(old) = old else { return Ok(Vec::new()) };
    let suspects: Vec<(usize, &Entry)> = wanted
        .items()
        .filter(|item| !matches!(standing[item.ix], Standing::Same(_)))
        .filter_map(|item| Some((item.ix, old.get(&item.entry.path)?)))
        .collect();
    let is_changed = |ix: usize, entry: &Entry| match standing[ix] {
        Standing::Absent => Ok(true),
        _ if wanted.manifest.files()[ix].digest == entry.digest => Ok(true),
        _ => {
            let path = folder.join(&entry.path);
            is_as_listed(&path, entry).trying("read", &path).map(|as_written| !as_written)
        }
    };
    suspects
        .par_iter()
        .filter_map(|(ix, entry)| match is_changed(*ix, entry) {
            Ok(true) => Some(Ok(entry.path.clone())),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        })
        .collect()
}
