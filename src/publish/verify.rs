//! Compares a site with its own manifest.

use std::fmt;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::PublishError;
use super::error::{Tried, Trying};
use super::manifest::{Manifest, ManifestError, OWN_NAMES, SUMS};
use super::tree::{self, Sort, all_folders};
use super::wanted::{STATE, is_as_listed, is_text};
use crate::diagnostic::clean;
use crate::progress::{Progress, Silent, Stage};

/// A file in which a site is not what its manifest says.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Difference {
    /// Its path, relative to the site; that of a folder ends in `/`.
    pub path: String,
    /// What is the matter.
    pub what: WhatDiffers,
}

/// What is the matter with a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum WhatDiffers {
    /// It is listed and not there.
    Missing,
    /// It holds something else, or is not a file.
    Changed,
    /// It is there and not listed.
    Added,
    /// A publish was cut off half-way; the next one completes it.
    Unfinished,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.what {
            WhatDiffers::Missing => "is missing",
            WhatDiffers::Changed => "was changed",
            WhatDiffers::Added => "was added",
            WhatDiffers::Unfinished => "holds a publish that was cut off",
        };
        write!(f, "`{}` {what}", clean::one_line(&self.path))
    }
}

/// Why a folder could not be compared with its manifest.
#[derive(Debug)]
pub enum VerifyError {
    /// It holds no manifest.
    NoManifest(PathBuf),
    /// Its manifest cannot be read, or made sense of.
    Manifest(PathBuf, ManifestError),
    /// A file could not be read.
    Disk(PublishError),
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |path: &Path| clean::one_line(&path.to_string_lossy()).into_owned();
        match self {
            VerifyError::NoManifest(folder) => {
                write!(f, "`{}` holds no `manifest.json`", shown(folder))
            }
            VerifyError::Manifest(folder, error) => {
                write!(f, "the manifest of `{}` cannot be used: {error}", shown(folder))
            }
            VerifyError::Disk(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for VerifyError {}

/// Returns in which files the site in `folder` is not what its manifest says, sorted by path.
///
/// Every byte is read. Nothing is changed, not even a publish completed that was cut off.
pub fn verify(folder: &Path) -> Result<Vec<Difference>, VerifyError> {
    let manifest = Manifest::read(folder)
        .map_err(|error| VerifyError::Manifest(folder.to_owned(), error))?
        .ok_or_else(|| VerifyError::NoManifest(folder.to_owned()))?;
    compare(folder, &manifest, &Silent).map_err(VerifyError::Disk)
}

/// As [`verify`], where the manifest was read already.
pub fn compare(
    folder: &Path,
    manifest: &Manifest,
    progress: &dyn Progress,
) -> Result<Vec<Difference>, PublishError> {
    progress.begin(Stage::Verify, manifest.files().len());
    let mut differences: Vec<Difference> = manifest
        .files()
        .par_iter()
        .filter_map(|entry| {
            progress.step();
            let path = folder.join(&entry.path);
            let what = match path.symlink_metadata() {
                Err(_) => WhatDiffers::Missing,
                Ok(metadata) if !metadata.is_file() => WhatDiffers::Changed,
                Ok(_) => match is_as_listed(&path, entry).trying("read", &path) {
                    Ok(true) => return None,
                    Ok(false) => WhatDiffers::Changed,
                    Err(error) => return Some(Err(error)),
                },
            };
            Some(Ok(Difference { path: entry.path.clone(), what }))
        })
        .collect::<Tried<_>>()?;

    let sums = folder.join(SUMS);
    match sums.symlink_metadata() {
        Err(_) => {
            differences.push(Difference { path: SUMS.to_owned(), what: WhatDiffers::Missing })
        }
        Ok(_) if is_text(&sums, &manifest.to_sums()).trying("read", &sums)? => {}
        Ok(_) => differences.push(Difference { path: SUMS.to_owned(), what: WhatDiffers::Changed }),
    }
    differences.extend(additions(folder, manifest)?);
    differences.sort();
    Ok(differences)
}

fn additions(folder: &Path, manifest: &Manifest) -> Tried<Vec<Difference>> {
    let folders = all_folders(manifest.files().iter().map(|entry| &*entry.path));
    let is_known = |path: &str, sort| match sort {
        Sort::Folder => folders.contains(path) || manifest.get(path).is_some(),
        _ => manifest.get(path).is_some() || OWN_NAMES.contains(&path),
    };
    let found = tree::walk(folder, |path| folders.contains(path))?;
    let added = found.into_iter().filter(|found| !is_known(&found.path, found.sort));
    Ok(added
        .map(|found| Difference {
            what: if found.path == STATE { WhatDiffers::Unfinished } else { WhatDiffers::Added },
            path: if found.sort == Sort::Folder { found.path + "/" } else { found.path },
        })
        .collect())
}
