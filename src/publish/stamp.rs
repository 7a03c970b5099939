//! What a published folder looks like from outside: enough to know later, without reading ten thousand
//! files, that nobody has touched it.
//!
//! A file that has the same length, times and number on the disk holds what it held. Only a change
//! within the same tick of the disk's clock could hide behind equal times (the racy entries of git's
//! index), so a file whose times are among the last of all is never vouched for. No clock is asked:
//! whoever changes a file after the stamp was taken does so after the last change that it has seen.

use std::fs::Metadata;
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::destination::Place;
use super::error::{Tried, Trying};
use super::manifest::{MANIFEST, Manifest};
use super::system;
use super::tree::{self, Found, Sort};
use super::wanted::is_text;
use crate::digest::Digest;

/// The tick of a clock that counts fractions of a second, with room to spare: 20 ms, in ns.
const TICK: i64 = 20_000_000;

/// The tick of FAT's clock: 2 s, in ns.
const COARSE_TICK: i64 = 2_000_000_000;

/// What a published folder looks like from outside.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stamp {
    /// Files, sorted by path.
    files: Vec<FileStamp>,
    /// Folders, sorted by path.
    folders: Vec<String>,
    /// What the files held whose times do not vouch for them, by their place among all.
    racy: Vec<(usize, Digest)>,
}

/// What a file looks like from outside.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct FileStamp {
    path: String,
    look: Look,
}

/// Length, times in ns since 1970, and number on the disk.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Look {
    len: u64,
    modified: i64,
    changed: i64,
    inode: u64,
}

impl Look {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Look {
        use std::os::unix::fs::MetadataExt as _;
        let nanos = |seconds: i64, nanos| seconds.saturating_mul(1_000_000_000) + nanos;
        Look {
            len: metadata.len(),
            modified: nanos(metadata.mtime(), metadata.mtime_nsec()),
            changed: nanos(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
        }
    }

    #[cfg(not(unix))]
    fn of(metadata: &Metadata) -> Look {
        let since = |time: std::time::SystemTime| time.duration_since(std::time::UNIX_EPOCH).ok();
        let modified = metadata
            .modified()
            .ok()
            .and_then(since)
            .map_or(i64::MAX, |time| i64::try_from(time.as_nanos()).unwrap_or(i64::MAX));
        Look { len: metadata.len(), modified, changed: 0, inode: 0 }
    }

    fn last(&self) -> i64 {
        self.modified.max(self.changed)
    }
}

impl Stamp {
    /// Looks at the site in `folder`, which was published just now as `manifest` says; nothing where
    /// somebody has published another one meanwhile, or the disk does not let it be looked at.
    pub fn take(folder: &Path, manifest: &Manifest) -> Option<Stamp> {
        let stamp = Stamp::look(folder).ok()?;
        let is_same = is_text(&folder.join(MANIFEST), &manifest.to_json()).ok()?;
        is_same.then_some(stamp)
    }

    fn look(folder: &Path) -> Tried<Stamp> {
        let (files, folders) = look_through(folder)?;
        let last = files.iter().map(|file| file.look.last()).max().unwrap_or(0);
        let is_coarse = files.iter().all(|file| file.look.modified % 1_000_000_000 == 0);
        let racy_from = last - if is_coarse { COARSE_TICK } else { TICK };
        let racy: Tried<Vec<(usize, Digest)>> = files
            .par_iter()
            .enumerate()
            .filter(|(_, file)| file.look.last() >= racy_from)
            .map(|(ix, file)| Ok((ix, digest_of(&folder.join(&file.path))?)))
            .collect();
        Ok(Stamp { files, folders, racy: racy? })
    }

    /// Whether the site in `folder` is the very one that the stamp was taken of, and nothing else is
    /// in there or left beside it by a run that was cut off.
    pub fn holds(&self, folder: &Path) -> bool {
        self.compare(folder).unwrap_or(false)
    }

    fn compare(&self, folder: &Path) -> Tried<bool> {
        let place = Place::resolve(folder)?;
        let left = [place.stage()].into_iter().chain(place.probes());
        if left.into_iter().any(|path| path.symlink_metadata().is_ok()) {
            return Ok(false);
        }
        let (files, folders) = look_through(folder)?;
        let is_same = |(ix, digest): &(usize, Digest)| {
            let path = folder.join(&self.files[*ix].path);
            digest_of(&path).is_ok_and(|now| now == *digest)
        };
        Ok(files == self.files && folders == self.folders && self.racy.par_iter().all(is_same))
    }

    /// Whether the file at `path` in the site is the one that the stamp was taken of.
    pub(super) fn vouches(&self, path: &str, metadata: &Metadata) -> bool {
        let place = self.files.binary_search_by(|file| file.path.as_str().cmp(path));
        place.is_ok_and(|ix| {
            let is_racy = self.racy.binary_search_by_key(&ix, |(racy, _)| *racy).is_ok();
            self.files[ix].look == Look::of(metadata) && !is_racy
        })
    }
}

fn digest_of(path: &Path) -> Tried<Digest> {
    let file = system::open_source(path).trying("open", path)?;
    Ok(Digest::of_reader(file).trying("read", path)?.0)
}

fn look_through(folder: &Path) -> Tried<(Vec<FileStamp>, Vec<String>)> {
    let found = tree::walk(folder, |_| true)?;
    let (folders, rest): (Vec<Found>, Vec<Found>) =
        found.into_iter().partition(|found| found.sort == Sort::Folder);
    let files: Tried<Vec<FileStamp>> = rest
        .into_par_iter()
        .map(|found| {
            let path = folder.join(&found.path);
            let metadata = path.symlink_metadata().trying("look at", &path)?;
            let look = Look::of(&metadata);
            Ok(FileStamp { path: found.path, look })
        })
        .collect();
    let mut files = files?;
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    let mut folders: Vec<String> = folders.into_iter().map(|found| found.path).collect();
    folders.sort_unstable();
    Ok((files, folders))
}
