//! Puts a finished stage in the place of the published site, in one step that nothing can divide.
//!
//! Everything is flushed before that step, so that after a power cut the name leads to one whole
//! site or the other. What was published before becomes `.NAME.previous` and is kept until the
//! next time, for those who have it open.

use std::fs;
use std::path::{Path, PathBuf};

use super::destination::Place;
use super::error::{Tried, Trying, reason};
use super::lock::is_forbidden;
use super::manifest::{MANIFEST, Manifest};
use super::stage::Stage;
use super::survey::Survey;
use super::system;
use super::tree::{dispose, dispose_or_keep};
use super::waiting;
use super::wanted::UNFINISHED;
use super::{Durability, Outcome, WhyInPlace};

/// What became of an attempt to swap.
pub(super) enum Swapped {
    /// The new site is published.
    Done(Outcome),
    /// It cannot be done here. The stage is as it was before it was sealed.
    Impossible(WhyInPlace),
}

/// What becomes of the site published before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Previous {
    /// It is kept until the next publish.
    Kept,
    /// It is removed at once: it was made for another audience.
    Removed,
}

/// Clears up after a run that was cut off. Returns what was set aside because it is not ours.
pub(super) fn clear_debris(place: &Place, lists: &[&Manifest]) -> Option<PathBuf> {
    let (stage, previous) = (place.stage(), place.previous());
    let _ = place.probes().map(fs::remove_dir);
    waiting::clear(&stage);
    waiting::clear(&previous);
    let is_whole = exists(&stage.join(MANIFEST)) && !exists(&stage.join(UNFINISHED));
    // Cut off right behind the exchange: the stage is the site before.
    if is_whole && !exists(&previous) && fs::rename(&stage, &previous).is_ok() {
        return None;
    }
    dispose_or_keep(place, &stage, lists)
}

/// Looks again at what was set aside, now that the files of the new site are known: what it lists
/// of an unfinished stage is ours. Returns what is still not.
pub(super) fn reconsider(aside: Vec<PathBuf>, new: &Manifest) -> Vec<PathBuf> {
    let is_left = |folder: &PathBuf| !dispose(folder, &[new]);
    let left: Vec<_> = aside.into_iter().filter(is_left).collect();
    for folder in &left {
        let _ = fs::remove_file(folder.join(UNFINISHED));
    }
    left
}

/// Finds out whether the site can be swapped at all: why not, or nothing.
pub(super) fn impediment(place: &Place, survey: &Survey) -> Tried<Option<WhyInPlace>> {
    if !exists(&place.site) {
        // The first time the stage is only given its name.
        return Ok(None);
    }
    if survey.keeps_anything() {
        return Ok(Some(WhyInPlace::KeepsFiles));
    }
    if system::is_mount_point(&place.site) {
        return Ok(Some(WhyInPlace::MountPoint));
    }
    let probes = place.probes();
    let found = try_exchange(&probes);
    let _ = probes.map(fs::remove_dir);
    found
}

/// Tries an exchange with two empty folders beside the site.
fn try_exchange([one, other]: &[PathBuf; 2]) -> Tried<Option<WhyInPlace>> {
    for probe in [one, other] {
        match fs::create_dir(probe) {
            Err(error) if is_forbidden(&error) => return Ok(Some(WhyInPlace::ParentClosed)),
            made => made.trying("create", probe)?,
        }
    }
    match system::exchange(one, other) {
        Err(error) if system::cannot_exchange(&error) => Ok(Some(WhyInPlace::NoExchange)),
        done => done.trying("exchange", one).map(|()| None),
    }
}

/// Publishes the stage. An error means that the old site is still there.
pub(super) fn swap(place: &Place, stage: &Stage, durability: Durability) -> Tried<Swapped> {
    stage.seal(durability)?;
    if !exists(&place.site) {
        fs::rename(&stage.folder, &place.site).trying("create", &place.site)?;
    } else {
        match system::exchange(&stage.folder, &place.site) {
            Err(error) if system::cannot_exchange(&error) => {
                stage.unseal()?;
                return Ok(Swapped::Impossible(WhyInPlace::NoExchange));
            }
            done => done.trying("replace", &place.site)?,
        }
    }
    let flushed = match durability {
        Durability::Flushed => system::flush_folder(&place.parent),
        Durability::None => Ok(()),
    };
    Ok(Swapped::Done(match flushed {
        Ok(()) => Outcome::New,
        Err(error) => Outcome::VisibleNotFlushed { reason: reason(&error) },
    }))
}

/// Makes the old tree, which stands where the stage was, the previous one, and removes the one
/// before it. Returns what was set aside because it is not ours.
///
/// The new site is visible by now: whatever fails here is left to the next run.
pub(super) fn tidy(place: &Place, previous: Previous) -> Vec<PathBuf> {
    let (stage, kept) = (place.stage(), place.previous());
    // Nothing was there, or an empty folder.
    if !exists(&stage) || fs::remove_dir(&stage).is_ok() {
        return Vec::new();
    }
    let mut aside: Vec<_> = dispose_or_keep(place, &kept, &[]).into_iter().collect();
    if previous == Previous::Removed || fs::rename(&stage, &kept).is_err() {
        aside.extend(dispose_or_keep(place, &stage, &[]));
    }
    aside
}

fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
