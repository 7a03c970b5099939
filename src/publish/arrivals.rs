//! What has come in of a new site: its files without their content, each with what stood at its
//! path when the content was at hand.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::Path;

use super::error::{PublishError, Tried, Trying};
use super::manifest::{Entry, Manifest, OWN_NAMES};
use super::names::{self, NameProblem, check_site_path};
use super::stamp::Stamp;
use super::system::{self, Identity};
use super::wanted::{Item, is_as_listed};

/// What has come in so far.
#[derive(Default, Debug)]
pub(super) struct Arrivals {
    /// Nothing for a file that is still being looked at, that failed, or whose name is no good.
    pub(super) files: BTreeMap<String, Option<Arrival>>,
    /// Paths that came more than once.
    twice: BTreeSet<String>,
    /// The first thing that went wrong.
    pub(super) failure: Option<PublishError>,
}

impl Arrivals {
    /// Notes that the file at `path` has come. Says whether it is worth looking at.
    pub(super) fn expect(&mut self, path: &str) -> bool {
        if self.files.contains_key(path) {
            self.twice.insert(path.to_owned());
            return false;
        }
        self.files.insert(path.to_owned(), None);
        self.failure.is_none() && check_site_path(path).is_ok() && !OWN_NAMES.contains(&path)
    }

    /// Returns all files, sorted by path, if nothing was wrong with any.
    pub(super) fn all(self) -> Tried<Vec<Arrival>> {
        refuse_bad_names(self.files.keys(), &self.twice)?;
        match self.failure {
            Some(error) => Err(error),
            None => Ok(self.files.into_values().flatten().collect()),
        }
    }
}

/// A file of the new site that has come in, without its content, and what stood at its path then.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Arrival {
    pub(super) entry: Entry,
    pub(super) standing: Standing,
    /// Whether what stood there, or that nothing did, was not the program's doing.
    pub(super) changed_by_hand: bool,
}

impl Arrival {
    /// Looks what stands at the path of `item` in the site in `folder`, of which `old` is the
    /// manifest.
    ///
    /// Whether a link leads there is not looked at: [`super::survey`] finds links where pages belong,
    /// and refuses them.
    pub(super) fn look(folder: &Path, old: Option<&Manifest>, item: &Item<'_>) -> Tried<Arrival> {
        let path = folder.join(&item.entry.path);
        let standing = match path.symlink_metadata() {
            Ok(metadata) if metadata.is_file() => {
                let (is_same, metadata) = item.is_held_by(&path).trying("read", &path)?;
                if is_same { Standing::Same(system::identity(&metadata)) } else { Standing::Other }
            }
            Ok(_) => Standing::Absent,
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                Standing::Absent
            }
            Err(error) => return Err(error).trying("look at", &path),
        };
        let listed = old.and_then(|old| old.get(&item.entry.path));
        let changed_by_hand = match (standing, listed) {
            (Standing::Same(_), _) | (_, None) => false,
            (Standing::Absent, Some(_)) => true,
            (Standing::Other, Some(listed)) => {
                listed.digest == item.entry.digest
                    || !is_as_listed(&path, listed).trying("read", &path)?
            }
        };
        Ok(Arrival { entry: item.entry.clone(), standing, changed_by_hand })
    }
}

impl Arrival {
    /// Returns the file of the site in `folder` that `entry` lists, if it stands there as listed; it is
    /// not read where `stamp` vouches for it.
    ///
    /// Where it does not, nothing is told: it will be made, and looked at as any other.
    pub(super) fn standing(folder: &Path, stamp: Option<&Stamp>, entry: Entry) -> Option<Arrival> {
        let path = folder.join(&entry.path);
        let metadata = path.symlink_metadata().ok()?;
        let is_known = stamp.is_some_and(|stamp| stamp.vouches(&entry.path, &metadata));
        if !metadata.is_file() || !(is_known || is_as_listed(&path, &entry).ok()?) {
            return None;
        }
        let standing = Standing::Same(system::identity(&metadata));
        Some(Arrival { entry, standing, changed_by_hand: false })
    }
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

/// Checks `paths`, which are sorted; those of `twice` are there more than once.
pub(super) fn refuse_bad_names<'a>(
    paths: impl Iterator<Item = &'a String> + Clone,
    twice: &BTreeSet<String>,
) -> Tried<()> {
    let mut problems = names::check_all(paths.clone().map(String::as_str));
    for name in OWN_NAMES.into_iter().filter(|name| paths.clone().any(|path| path == name)) {
        // Capitals make some of these a problem already.
        problems.retain(|problem| problem.path != name);
        let why = "publishing writes it itself".to_owned();
        problems.push(NameProblem { path: name.to_owned(), why });
    }
    let why = "two files have this path";
    problems
        .extend(twice.iter().map(|path| NameProblem { path: path.clone(), why: why.to_owned() }));
    if problems.is_empty() { Ok(()) } else { Err(PublishError::Names(problems)) }
}
