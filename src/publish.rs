//! Turns the files of a site into a folder on a disk, so that the folder is at every instant the
//! whole old site or the whole new one.
//!
//! In: a [`Target`] and the site's files, handed to a [`Publisher`] as they are made. Out: the
//! folder, its [`Manifest`], and [`Published`], which says what was done; or a [`PublishError`], and
//! the old site is still there. Two publishes of the same files give the same bytes, whatever the
//! folders held before and in whatever order the files came.
//!
//! A file that differs from the published one (`survey`) is written at once and waits under a
//! name of its own (`waiting`); the others are only noted. When all have come there are two ways.
//! Usually the new site is put together beside the old one (`stage`) and the two are exchanged
//! (`swap`). Where a folder cannot be exchanged, or holds files of others, it is published file
//! by file with a list that survives a cut (`in_place`). Neither removes or overwrites what the
//! program did not write.
//!
//! A publish for a site called `site` uses, beside it: `.site.lock` while it runs, `.site.stage-new`
//! until it is done, `.site.previous` for the site before, and `.site.kept-1` for what turned up
//! among its own and is not. Hidden folders, but folders: who serves the parent of a site serves
//! them too. A previous site made for another audience is therefore removed at once.
//!
//! Assets of the site before are not carried over into the new one: that would make its bytes
//! depend on what the folder held. A page loaded in the instant before an exchange may have to be
//! loaded again.
#![allow(clippy::disallowed_methods, reason = "[disk]")]

use std::collections::BTreeSet;
use std::fmt;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use crate::artifact::{Artifact, Artifacts, Sink};
use crate::digest::Digest;

mod names;
mod error;
mod manifest;
mod system;
mod wanted;
mod destination;
mod lock;
mod tree;
mod waiting;
mod arrivals;
mod survey;
mod stage;
mod stamp;
mod swap;
mod in_place;
mod verify;

pub use error::{DiskError, PublishError, Refusal, WhyRefused};
pub use manifest::{Entry, Imprint, MANIFEST, Manifest, ManifestError, OWN_NAMES, SIGNATURE, SUMS};
pub use names::{LONGEST_PART, LONGEST_PATH, NameProblem, Seen, check_site_path};
pub use stamp::Stamp;
pub use system::{flush_tree, open_regular};
pub use verify::{Difference, VerifyError, WhatDiffers, compare, verify};

use arrivals::{Arrival, Arrivals, Standing, refuse_bad_names};
use destination::Place;
use error::Tried;
use lock::Lock;
use survey::Survey;
use swap::{Previous, Swapped};
use waiting::Waiting;
use wanted::{Item, Wanted};

/// Where a site is published.
#[derive(Clone, PartialEq, Debug)]
pub struct Target {
    /// The folder of the site. It is made if need be, and those above it.
    pub folder: PathBuf,
    /// The root of the runbook.
    pub runbook: PathBuf,
    /// The title of the site: another one's is not replaced.
    pub title: String,
    /// Whether to wait for the disk.
    pub durability: Durability,
}

/// Whether a publish waits until everything is on the disk itself.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Durability {
    /// It does: a power cut at any instant leaves a whole site.
    #[default]
    Flushed,
    /// It does not, for previews that nobody will miss.
    None,
}

/// What was done.
#[derive(Clone, PartialEq, Debug)]
pub struct Published {
    /// What became visible.
    pub outcome: Outcome,
    /// How it was done, if anything was.
    pub way: Option<Way>,
    /// The list of what the site consists of now.
    pub manifest: Manifest,
    /// How many files were written, `manifest.json` and `SHA256SUMS` not counted.
    pub written: usize,
    /// How many bytes they have.
    pub bytes: u64,
    /// How many files were as they should be already.
    pub unchanged: usize,
    /// How many files of the old site were left out.
    pub removed: usize,
    /// What others put into the folder and is still there; folders end in `/`. Notes, in a site.
    pub kept_foreign: Vec<String>,
    /// Files that are no longer part of the site, and were changed by hand, so they stayed.
    pub kept_changed: Vec<String>,
    /// Files of the site that had been changed or removed by hand and were put right. A warning.
    pub changed_by_hand: Vec<String>,
    /// Folders beside the site with things that turned up in an old tree of ours and are not ours.
    pub set_aside: Vec<PathBuf>,
}

/// What became visible.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The folder was the wanted site already, byte for byte. Nothing was written.
    NothingChanged,
    /// The new site is published and on the disk.
    New,
    /// The new site is visible, but a power cut may still take it back.
    VisibleNotFlushed {
        /// What the system said.
        reason: String,
    },
}

/// How a site is published.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// All at once.
    Exchange,
    /// File by file.
    InPlace(WhyInPlace),
}

/// Why a folder is not exchanged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WhyInPlace {
    /// It holds things that are not part of the site and stay.
    KeepsFiles,
    /// A disk is mounted on it.
    MountPoint,
    /// The file system or the operating system has no exchange.
    NoExchange,
    /// Nothing may be created beside it.
    ParentClosed,
}

impl fmt::Display for WhyInPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            WhyInPlace::KeepsFiles => "the folder holds files that are not part of the site",
            WhyInPlace::MountPoint => "a disk is mounted on the folder",
            WhyInPlace::NoExchange => "the disk cannot exchange two folders",
            WhyInPlace::ParentClosed => "nothing may be created beside the folder",
        })
    }
}

/// Publishes a site whose files come in one by one, as they are made.
///
/// What has changed is written at once, to where nobody sees it; nothing is held in memory but the
/// list of what the site consists of. The published site is not touched before
/// [`Publisher::finish`]; without that, or after a failure, what was written is removed again.
/// Another build waits until then, for the folder is locked.
#[derive(Debug)]
pub struct Publisher {
    place: Place,
    durability: Durability,
    /// The manifest of the published site.
    old: Option<Manifest>,
    /// What the published site looked like when it was done, if that is known.
    stamp: Option<Stamp>,
    /// What a cut-off run left and could not be accounted for yet.
    aside: Vec<PathBuf>,
    arrivals: Mutex<Arrivals>,
    // The lock is the last to go, when nothing is left to be removed.
    waiting: Waiting,
    _lock: Lock,
}

impl Publisher {
    /// Locks the target's folder, completes or clears away what a run that was cut off left there,
    /// and reads what the published site consists of; or says why nothing is published there.
    pub fn begin(target: &Target) -> Result<Publisher, PublishError> {
        let place = Place::resolve(&target.folder)?;
        destination::check(&place, &target.runbook, std::env::home_dir().as_deref())?;
        let lock = Lock::take(&place)?;
        in_place::resume(&place.site, target.durability)?;
        let old = destination::standing(&place, &target.runbook, &target.title)?;
        let lists: Vec<&Manifest> = old.iter().collect();
        let aside = swap::clear_debris(&place, &lists).into_iter().collect();
        let waiting = Waiting::new(&place);
        let (durability, arrivals) = (target.durability, Mutex::default());
        let stamp = None;
        Ok(Publisher { place, durability, old, stamp, aside, arrivals, waiting, _lock: lock })
    }

    /// Spares reading files of the published site that look as they did when `stamp` was taken.
    pub fn trusting(self, stamp: Option<Stamp>) -> Publisher {
        Publisher { stamp, ..self }
    }

    /// Takes a file in; `digest` where it is known already.
    fn take_in(&self, path: &str, artifact: &Artifact, digest: Option<Digest>) {
        if !self.arrivals().expect(path) {
            return;
        }
        let digest = digest.unwrap_or_else(|| artifact.digest());
        let result = self.compare(&Item::new(path, artifact, digest));
        let mut arrivals = self.arrivals();
        match result {
            Ok(arrival) => drop(arrivals.files.insert(path.to_owned(), Some(arrival))),
            // A disk that is full fails everywhere; the first failure says why.
            Err(error) => drop(arrivals.failure.get_or_insert(error)),
        }
    }

    /// Compares the file with what is published, and writes it if it differs.
    fn compare(&self, item: &Item<'_>) -> Tried<Arrival> {
        let arrival = Arrival::look(&self.place.site, self.old.as_ref(), item)?;
        if !matches!(arrival.standing, Standing::Same(_)) {
            self.waiting.write(item)?;
        }
        Ok(arrival)
    }

    fn arrivals(&self) -> MutexGuard<'_, Arrivals> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Publishes what has come in: it is the whole site. Files of the old one that have not come
    /// are removed.
    pub fn finish(mut self, imprint: Imprint) -> Result<Published, PublishError> {
        let arrivals = mem::take(&mut *self.arrivals()).all()?;
        let files = arrivals.iter().map(|arrival| arrival.entry.clone()).collect();
        let wanted = Wanted::new(Manifest::new(imprint, files));
        let survey = survey::compare(
            &self.place.site,
            self.old.as_ref(),
            &wanted,
            &arrivals,
            &self.waiting,
        )?;
        let aside = swap::reconsider(mem::take(&mut self.aside), &wanted.manifest);
        let mut done = match survey.is_current() {
            true => Done::nothing(),
            false => self.switch(&wanted, &survey)?,
        };
        done.set_aside.extend(aside);
        Ok(report(done, survey, wanted.manifest))
    }

    /// Removes what was written. The published site stays. To drop the publisher does the same.
    pub fn abandon(self) {}

    fn switch(&mut self, wanted: &Wanted, survey: &Survey) -> Tried<Done> {
        match swap::impediment(&self.place, survey)? {
            None => self.swap(wanted, survey),
            Some(why) => self.in_place(wanted, survey, why),
        }
    }

    fn swap(&mut self, wanted: &Wanted, survey: &Survey) -> Tried<Done> {
        let place = &self.place;
        let stage = stage::prepare(place, wanted, survey, &mut self.waiting)?;
        let discard = || drop(tree::dispose_or_keep(place, &stage.folder, &[&wanted.manifest]));
        match swap::swap(place, &stage, self.durability).inspect_err(|_| discard())? {
            Swapped::Done(outcome) => Ok(Done {
                outcome,
                way: Some(Way::Exchange),
                written: stage.written.len(),
                bytes: stage.bytes,
                set_aside: swap::tidy(place, self.previous(wanted)),
            }),
            Swapped::Impossible(why) => {
                let changed = survey.changed(wanted);
                let taken = self.waiting.take_back(&stage.folder, &changed);
                discard();
                taken?;
                self.in_place(wanted, survey, why)
            }
        }
    }

    /// A site made for one audience is not left lying about when another is published.
    fn previous(&self, wanted: &Wanted) -> Previous {
        let audience = |manifest: &Manifest| manifest.imprint.edition.clone();
        match &self.old {
            Some(old) if audience(old) != audience(&wanted.manifest) => Previous::Removed,
            _ => Previous::Kept,
        }
    }

    fn in_place(&mut self, wanted: &Wanted, survey: &Survey, why: WhyInPlace) -> Tried<Done> {
        let (place, old) = (&self.place, self.old.as_ref());
        let waiting = &mut self.waiting;
        let applied =
            in_place::publish(&place.site, old, wanted, survey, waiting, self.durability)?;
        // Left from when the folder could be exchanged, and older than the site before by now.
        let aside = tree::dispose_or_keep(place, &place.previous(), &[]);
        Ok(Done {
            outcome: applied.outcome,
            way: Some(Way::InPlace(why)),
            written: applied.written,
            bytes: applied.bytes,
            set_aside: aside.into_iter().collect(),
        })
    }
}

/// A failure is told by [`Publisher::finish`]; from then on nothing more is written.
impl Sink for Publisher {
    fn put(&self, path: &str, artifact: Artifact) {
        self.take_in(path, &artifact, None);
    }

    fn put_known(&self, path: &str, bytes: Vec<u8>, digest: Digest) {
        self.take_in(path, &Artifact::Bytes(bytes), Some(digest));
    }

    fn keep(&self, path: &str, len: u64, digest: Digest) -> bool {
        let entry = Entry { path: path.to_owned(), len, digest };
        let listed = self.old.as_ref().and_then(|old| old.get(path));
        if listed != Some(&entry) {
            return false;
        }
        let Some(arrival) = Arrival::standing(&self.place.site, self.stamp.as_ref(), entry) else {
            return false;
        };
        let mut arrivals = self.arrivals();
        // After a failure nothing is expected any more; noted here, it would seem to come twice.
        if arrivals.failure.is_some() || !arrivals.expect(path) {
            return false;
        }
        arrivals.files.insert(path.to_owned(), Some(arrival));
        true
    }

    fn kept(&self, path: &str, digest: Digest) -> Option<Vec<u8>> {
        let file = self.place.site.join(path);
        let is_listed = self.old.as_ref().and_then(|old| old.get(path)).map(|it| it.digest);
        let is_vouched_for = is_listed == Some(digest)
            && self.stamp.as_ref().zip(file.symlink_metadata().ok()).is_some_and(
                |(stamp, metadata)| metadata.is_file() && stamp.vouches(path, &metadata),
            );
        let bytes = std::fs::read(file).ok()?;
        (is_vouched_for || Digest::of(&bytes) == digest).then_some(bytes)
    }
}

/// Publishes a site that is in memory as a whole: as a [`Publisher`] does, and looks at all names
/// first.
pub fn publish(
    artifacts: &Artifacts,
    target: &Target,
    imprint: Imprint,
) -> Result<Published, PublishError> {
    refuse_bad_names(artifacts.keys(), &BTreeSet::new())?;
    let publisher = Publisher::begin(target)?;
    artifacts.par_iter().for_each(|(path, artifact)| publisher.take_in(path, artifact, None));
    publisher.finish(imprint)
}

/// Completes a publish in place that was cut off, if there is one in the site in `folder`.
///
/// [`Publisher::begin`] does so by itself; this is for whoever reads a site without publishing it.
pub fn complete(folder: &Path) -> Result<bool, PublishError> {
    let place = Place::resolve(folder)?;
    let _lock = Lock::take(&place)?;
    in_place::resume(&place.site, Durability::Flushed)
}

/// What was written, and how.
struct Done {
    outcome: Outcome,
    way: Option<Way>,
    written: usize,
    bytes: u64,
    set_aside: Vec<PathBuf>,
}

impl Done {
    fn nothing() -> Done {
        Done {
            outcome: Outcome::NothingChanged,
            way: None,
            written: 0,
            bytes: 0,
            set_aside: Vec::new(),
        }
    }
}

fn report(done: Done, survey: Survey, manifest: Manifest) -> Published {
    Published {
        outcome: done.outcome,
        way: done.way,
        written: done.written,
        bytes: done.bytes,
        unchanged: survey.unchanged(),
        removed: survey.removed.len(),
        kept_foreign: survey.kept_foreign,
        kept_changed: survey.kept_changed,
        changed_by_hand: survey.changed_by_hand,
        set_aside: done.set_aside,
        manifest,
    }
}
