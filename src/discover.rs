//! Reads a runbook folder from the disk.
//!
//! In: a folder. Out: a [`SourceTree`] with every file the program has to do with, and a finding
//! for each that could not be read or was refused. Only regular files are opened, links are never
//! followed, and sizes and counts are bounded. What the texts say is the business of later stages.
#![allow(clippy::disallowed_methods, reason = "[disk]")]

mod content;
mod open;
mod root;
mod rules;
mod text;
mod walk;

use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::diagnostic::clean::one_line;
use crate::diagnostic::{Checked, Diagnostic, Diagnostics};
use crate::source::{Content, NOTE, SourceFile, SourceTree, Span};

pub use self::root::{CONFIG, SOURCE_MARKER, find_root};
pub use self::rules::*;

/// How much is read at most. Each limit's finding names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes of one record, kind or settings file.
    pub record_bytes: u64,
    /// Bytes of one file of the history, which the program itself writes.
    pub history_bytes: u64,
    /// Bytes of one file under `sealed/`, all of which are held.
    pub sealed_bytes: u64,
    /// Bytes up to which other files are held and searched where they are text; beyond they stay on the
    /// disk.
    pub text_bytes: u64,
    /// Bytes of one file of any sort.
    pub file_bytes: u64,
    /// Bytes of all texts together.
    pub total_bytes: u64,
    /// Number of files under `records/`.
    pub record_files: usize,
    /// Number of files in all other folders together.
    pub other_files: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            record_bytes: 4 * MIB,
            history_bytes: 64 * MIB,
            sealed_bytes: 16 * MIB,
            text_bytes: 8 * MIB,
            // What fits on a memory stick with FAT.
            file_bytes: 4 * 1024 * MIB - 1,
            total_bytes: 2 * 1024 * MIB,
            record_files: 200_000,
            other_files: 200_000,
        }
    }
}

const MIB: u64 = 1024 * 1024;

/// Why a runbook cannot be read at all.
#[derive(Debug)]
pub enum DiscoverError {
    /// There is no `clearjar.toml` in this folder, nor in one above it where those were asked.
    NoRunbook(PathBuf),
    /// This folder is the `source/` of a published site.
    PublishedSource(PathBuf),
    /// The disk did not give what was asked for.
    Io {
        /// What was tried: `read the folder`.
        action: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl fmt::Display for DiscoverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |path: &Path| one_line(&path.to_string_lossy()).into_owned();
        match self {
            DiscoverError::NoRunbook(path) => write!(
                f,
                "there is no `{CONFIG}` in `{}` or a folder above it: go to a runbook, name one \
                 with `-C DIR`, or start one with `clearjar init NAME`",
                shown(path)
            ),
            DiscoverError::PublishedSource(path) => write!(
                f,
                "`{}` is the copy of the sources inside a published site, and the next publishing \
                 would replace it: copy it to a new place, and delete `{SOURCE_MARKER}` from the \
                 copy",
                shown(path)
            ),
            DiscoverError::Io { action, path, error } => {
                write!(f, "cannot {action} `{}`: {error}", shown(path))
            }
        }
    }
}

impl std::error::Error for DiscoverError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            DiscoverError::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}

/// Reads the runbook in the folder `root`, which [`find_root`] gives.
///
/// Files that could not be read stay in the tree as [`Content::Refused`], with the digest of
/// nothing, so that their findings have a path; so do folders that were not walked. Same folder,
/// same tree and findings, however many threads read it. A published `source/` is read like any
/// other folder: proving that it builds the same site needs that.
///
/// [`Content::Refused`]: crate::source::Content::Refused
pub fn read(root: &Path, limits: &Limits) -> Result<Checked<SourceTree>, DiscoverError> {
    let walk = walk::files(root, limits)?;
    let mut found = walk.found;
    found.append(walk::names_that_collide(&walk.files));
    let mut files = walk.refused;
    let mut budget = Budget::of(limits);
    // In pieces, so that a runbook beyond the limit of all texts is not held whole before that is
    // noticed.
    for piece in walk.files.chunks(256) {
        let read: Vec<_> = piece.par_iter().map(|file| content::read(file, limits)).collect();
        for file in read.into_iter().flatten() {
            let mut file = file.report_to(&mut found);
            budget.take(&mut file).report_to(&mut found);
            files.push(file);
        }
    }
    Ok(Checked::new(SourceTree::new(files), found))
}

/// Returns the names of the folders in a runbook in which people write, and which are worth watching.
pub fn folders() -> impl Iterator<Item = &'static str> {
    // What imports keep to themselves is nothing that a page shows.
    walk::AREAS.into_iter().map(|(name, _)| name).filter(|name| *name != "imports")
}

/// Whether [`read`] could look at `path`, relative to the runbook: settings, or below [`folders`] and
/// nothing that systems and editors leave behind.
pub fn is_read(path: &Path) -> bool {
    is_carried(path) && !path.starts_with("imports")
}

/// Whether a site would carry the file at `path`, relative to the runbook.
pub fn is_carried(path: &Path) -> bool {
    let mut parts = path.iter();
    let Some(first) = parts.next() else { return false };
    let is_area = walk::AREAS.iter().any(|(name, _)| first == *name);
    (is_area || first == CONFIG || first == NOTE) && !parts.any(walk::is_passed_over)
}

/// Opens the file of the runbook at `path`, to be read again: nothing but a regular file, and no link.
pub fn open(path: &Path) -> io::Result<File> {
    open::open(path).map(|(file, _)| file).map_err(|refusal| match refusal {
        open::Refusal::Io(error) => error,
        _ => io::ErrorKind::NotFound.into(),
    })
}

/// Reads a file of records again that was read before as `before`; nothing where there is more to say
/// of it than its text, which is for [`read`].
pub fn read_again(root: &Path, before: &SourceFile, limits: &Limits) -> Option<SourceFile> {
    let path = before.path.clone();
    let disk = root.join(path.strip_prefix("records/").map(|_| &*path)?);
    let file = walk::Found { path, disk, area: walk::Area::Record };
    let Checked { value, found } = content::read(&file, limits)?;
    (found.is_empty() && value.as_text().is_some()).then_some(value)
}

/// How many bytes of text may still be held.
struct Budget {
    limit: u64,
    held: u64,
    told: bool,
}

impl Budget {
    fn of(limits: &Limits) -> Budget {
        Budget { limit: limits.total_bytes, held: 0, told: false }
    }

    /// Counts `file`, and refuses it when there is no room for its text; says so once.
    fn take(&mut self, file: &mut SourceFile) -> Checked<()> {
        self.held += file.held().map_or(0, |bytes| bytes.len() as u64);
        if self.held <= self.limit || file.held().is_none() {
            return Checked::clean(());
        }
        file.content = Content::Refused;
        if std::mem::replace(&mut self.told, true) {
            return Checked::clean(());
        }
        let limit = in_words(self.limit);
        let finding = Diagnostic::new(
            &TOO_LARGE,
            Span::whole(file.id()),
            format!("the texts of the runbook are more than {limit}, the limit `total_bytes`"),
        );
        let help = "this text and those that follow in the order of their paths were not read; \
                    move large texts to another place, or keep them packed under `files/`";
        Checked::new((), Diagnostics::from_iter([finding.help(help)]))
    }
}

/// Returns `bytes` as people write sizes: whole units where it comes out even.
fn in_words(bytes: u64) -> String {
    let units = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")];
    match units.into_iter().find(|(size, _)| (bytes + 1) / size > 0) {
        Some((size, unit)) => format!("{} {unit}", (bytes + 1) / size),
        None => format!("{bytes} bytes"),
    }
}

#[cfg(all(test, unix))]
mod tests;
