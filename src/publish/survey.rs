//! Compares the folder as it is with the site as it is to be.
//!
//! Contents are compared, never times or sizes alone: those of the wanted files one by one as they
//! come in ([`Arrival::look`]), the rest here, when all are known. Whatever the standing manifest
//! does not list belongs to somebody else: it stays, and where it is in the way nothing is
//! published.

use std::collections::BTreeSet;
use std::path::Path;

use rayon::prelude::*;

use super::arrivals::{Arrival, Standing};
use super::error::{PublishError, Tried, Trying};
use super::manifest::{Entry, MANIFEST, Manifest, OWN_NAMES, SIGNATURE, SUMS};
use super::tree::{self, Sort, all_folders, folders_above};
use super::waiting::Waiting;
use super::wanted::{STATE, Wanted, is_as_listed, is_text};

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

impl Survey {
    /// Whether the folder is the wanted site already.
    pub(super) fn is_current(&self) -> bool {
        self.has_lists && self.removed.is_empty() && self.unchanged() == self.standing.len()
    }

    /// Returns how many files stand as wanted.
    pub(super) fn unchanged(&self) -> usize {
        self.standing.iter().filter(|standing| matches!(standing, Standing::Same(_))).count()
    }

    /// Whether the file with that place in the manifest stands as wanted.
    pub(super) fn is_same(&self, ix: usize) -> bool {
        matches!(self.standing[ix], Standing::Same(_))
    }

    /// Returns the files that are to be written.
    pub(super) fn changed<'a>(&self, wanted: &'a Wanted) -> Vec<&'a Entry> {
        let files = wanted.manifest.files().iter().enumerate();
        files.filter(|(ix, _)| !self.is_same(*ix)).map(|(_, entry)| entry).collect()
    }

    /// Whether something has to stay in the folder that is not part of the wanted site.
    pub(super) fn keeps_anything(&self) -> bool {
        self.keeps_signature || !self.kept_changed.is_empty() || !self.kept_foreign.is_empty()
    }
}

/// Compares `folder`, which need not exist, with `wanted`; `old` is the manifest that stands there,
/// and `arrivals` its files, in their order, of which the changed ones are `waiting`.
pub(super) fn compare(
    folder: &Path,
    old: Option<&Manifest>,
    wanted: &Wanted,
    arrivals: &[Arrival],
    waiting: &Waiting,
) -> Tried<Survey> {
    let standing: Vec<_> = arrivals.iter().map(|arrival| arrival.standing).collect();
    if folder.symlink_metadata().is_err() {
        refuse_what_has_changed_since(folder, arrivals, &BTreeSet::new())?;
        return Ok(Survey { standing, ..Survey::default() });
    }
    let sorted = sort(folder, old, wanted, waiting)?;
    let (removed, kept_changed) = part_with(folder, &sorted.leaving)?;
    refuse_what_is_in_the_way(folder, wanted, &sorted, &kept_changed)?;
    if old.is_some_and(|old| old.imprint.edition != wanted.manifest.imprint.edition) {
        // What was written for others must not lie among what is written for some.
        in_the_way(folder, kept_changed.clone())?;
    }
    refuse_what_has_changed_since(folder, arrivals, &sorted.present)?;
    refuse_foreign_pages(folder, old, arrivals)?;

    let by_hand = arrivals.iter().filter(|arrival| arrival.changed_by_hand);
    let mut changed_by_hand: Vec<_> = by_hand.map(|arrival| arrival.entry.path.clone()).collect();
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

fn sort<'a>(
    folder: &Path,
    old: Option<&'a Manifest>,
    wanted: &Wanted,
    waiting: &Waiting,
) -> Tried<Sorted<'a>> {
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
            Sort::Folder if path == STATE && waiting.is_in(folder) => {}
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
    wanted: &Wanted,
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

/// What was looked at when its content was at hand must still be there, or still not.
fn refuse_what_has_changed_since(
    folder: &Path,
    arrivals: &[Arrival],
    present: &BTreeSet<String>,
) -> Tried<()> {
    let has_changed = |arrival: &&Arrival| {
        present.contains(&arrival.entry.path) == (arrival.standing == Standing::Absent)
    };
    match arrivals.iter().find(has_changed) {
        None => Ok(()),
        Some(arrival) => {
            Err(PublishError::SourceChanged { path: folder.join(&arrival.entry.path) })
        }
    }
}

/// A file that the standing site does not list may be taken for a page only if it is that page.
fn refuse_foreign_pages(folder: &Path, old: Option<&Manifest>, arrivals: &[Arrival]) -> Tried<()> {
    let is_listed = |path: &str| old.is_some_and(|old| old.get(path).is_some());
    let foreign = arrivals
        .iter()
        .filter(|arrival| arrival.standing == Standing::Other && !is_listed(&arrival.entry.path))
        .map(|arrival| arrival.entry.path.clone());
    in_the_way(folder, foreign.collect())
}
