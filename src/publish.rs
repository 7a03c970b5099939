//! Turns the files of a site in memory into a folder on a disk, so that the folder is at every
//! instant the whole old site or the whole new one.
//!
//! In: [`Artifacts`] and a [`Target`]. Out: the folder, its [`Manifest`], and [`Published`], which
//! says what was done; or a [`PublishError`], and the old site is still there. Two publishes of the
//! same files give the same bytes, whatever the folders held before.
//!
//! There are two ways. Usually the new site is put together beside the old one (`stage`) and the
//! two are exchanged (`swap`). Where a folder cannot be exchanged, or holds files of others, it
//! is published file by file with a list that survives a cut (`in_place`). Both only write what
//! differs (`survey`), and neither removes or overwrites what the program did not write.
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

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::artifact::Artifacts;

mod names;
mod error;
mod manifest;
mod system;
mod wanted;
mod destination;
mod lock;
mod tree;
mod survey;
mod stage;
mod swap;
mod in_place;
mod verify;

pub use error::{DiskError, PublishError, Refusal, WhyRefused};
pub use manifest::{Entry, Imprint, MANIFEST, Manifest, ManifestError, OWN_NAMES, SIGNATURE, SUMS};
pub use names::{LONGEST_PART, LONGEST_PATH, NameProblem, check_site_path};
pub use verify::{Difference, VerifyError, WhatDiffers, verify};

use destination::Place;
use error::{Tried, Trying as _};
use lock::Lock;
use survey::Survey;
use swap::{Previous, Swapped};
use wanted::Wanted;

/// Where a site is published, and what it says of itself.
#[derive(Clone, PartialEq, Debug)]
pub struct Target {
    /// The folder of the site. It is made if need be, and those above it.
    pub folder: PathBuf,
    /// The root of the runbook.
    pub runbook: PathBuf,
    /// What the manifest says besides the files.
    pub imprint: Imprint,
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

/// Publishes `artifacts` to the target's folder.
pub fn publish(artifacts: &Artifacts, target: &Target) -> Result<Published, PublishError> {
    refuse_bad_names(artifacts)?;
    let place = Place::resolve(&target.folder)?;
    destination::check(&place, &target.runbook, std::env::home_dir().as_deref())?;
    fs::create_dir_all(&place.parent).trying("create", &place.parent)?;
    let _lock = Lock::take(&place)?;

    in_place::resume(&place.site, target.durability)?;
    let old = destination::standing(&place, &target.runbook, &target.imprint.title)?;
    let wanted = Wanted::of(artifacts, &target.imprint);
    let survey = survey::compare(&place.site, old.as_ref(), &wanted)?;
    let lists: Vec<&Manifest> = old.iter().chain([&wanted.manifest]).collect();
    let aside = swap::clear_debris(&place, &lists);
    let mut done = if survey.is_current() {
        Done::nothing()
    } else {
        Publishing { place, old, wanted: &wanted, survey: &survey, durability: target.durability }
            .run()?
    };
    done.set_aside.extend(aside);
    Ok(report(done, survey, wanted.manifest))
}

/// Completes a publish in place that was cut off, if there is one in the site in `folder`.
///
/// [`publish`] does so by itself; this is for whoever reads a site without publishing it.
pub fn complete(folder: &Path) -> Result<bool, PublishError> {
    let place = Place::resolve(folder)?;
    let _lock = Lock::take(&place)?;
    in_place::resume(&place.site, Durability::Flushed)
}

fn refuse_bad_names(artifacts: &Artifacts) -> Tried<()> {
    let mut problems = names::check_all(artifacts);
    for name in OWN_NAMES.into_iter().filter(|name| artifacts.contains_key(*name)) {
        // Capitals make some of these a problem already.
        problems.retain(|problem| problem.path != name);
        let why = "publishing writes it itself".to_owned();
        problems.push(NameProblem { path: name.to_owned(), why });
    }
    if problems.is_empty() { Ok(()) } else { Err(PublishError::Names(problems)) }
}

/// A publish that has something to do.
struct Publishing<'a> {
    place: Place,
    old: Option<Manifest>,
    wanted: &'a Wanted<'a>,
    survey: &'a Survey,
    durability: Durability,
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

impl Publishing<'_> {
    fn run(&self) -> Tried<Done> {
        match swap::impediment(&self.place, self.survey)? {
            None => self.swap(),
            Some(why) => self.in_place(why),
        }
    }

    fn swap(&self) -> Tried<Done> {
        let place = &self.place;
        let stage = stage::prepare(place, self.wanted, self.survey)?;
        let discard = || tree::dispose_or_keep(place, &stage.folder, &[&self.wanted.manifest]);
        let swapped =
            swap::swap(place, &stage, self.durability).inspect_err(|_| drop(discard()))?;
        match swapped {
            Swapped::Done(outcome) => Ok(Done {
                outcome,
                way: Some(Way::Exchange),
                written: stage.written.len(),
                bytes: stage.bytes,
                set_aside: swap::tidy(place, self.previous()),
            }),
            Swapped::Impossible(why) => {
                discard();
                self.in_place(why)
            }
        }
    }

    /// A site made for one audience is not left lying about when another is published.
    fn previous(&self) -> Previous {
        let audience = |manifest: &Manifest| manifest.imprint.edition.clone();
        match &self.old {
            Some(old) if audience(old) != audience(&self.wanted.manifest) => Previous::Removed,
            _ => Previous::Kept,
        }
    }

    fn in_place(&self, why: WhyInPlace) -> Tried<Done> {
        let (place, old) = (&self.place, self.old.as_ref());
        let applied =
            in_place::publish(&place.site, old, self.wanted, self.survey, self.durability)?;
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
