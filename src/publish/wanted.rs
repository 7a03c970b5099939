//! The site as it is to be, and how one file of it is written, read back and compared.

use std::fs::{File, Metadata};
use std::io::{self, Read, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::error::{PublishError, Tried, Trying};
use super::manifest::{Entry, Manifest};
use super::system;
use crate::artifact::Artifact;
use crate::digest::{self, CopyError, Digest};

/// The folder in which changed files wait: inside a site that is published in place, or inside the
/// stage.
pub(super) const STATE: &str = ".clearjar-stage";
/// What a manifest is called while the files it lists are still being written.
pub(super) const UNFINISHED: &str = "manifest.json.unfinished";

/// The site as it is to be.
pub(super) struct Wanted {
    pub(super) manifest: Manifest,
    /// Content of `manifest.json`.
    pub(super) json: String,
    /// Content of `SHA256SUMS`.
    pub(super) sums: String,
}

impl Wanted {
    pub(super) fn new(manifest: Manifest) -> Wanted {
        let json = manifest.to_json();
        let sums = manifest.sums_with(Digest::of(json.as_bytes()));
        Wanted { manifest, json, sums }
    }
}

/// One file of the site, with its content.
pub(super) struct Item<'a> {
    pub(super) entry: Entry,
    artifact: &'a Artifact,
}

/// Writes a small file of our own, where there must be none.
pub(super) fn write_text(text: &str, path: &Path) -> Tried<()> {
    create(path)?.write_all(text.as_bytes()).trying("write", path)
}

/// Whether the file at `path` holds exactly `text`.
pub(super) fn is_text(path: &Path, text: &str) -> io::Result<bool> {
    match File::open(path) {
        Ok(file) => same_bytes(file, text.as_bytes()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the file at `path` holds what `entry` lists.
pub(super) fn is_as_listed(path: &Path, entry: &Entry) -> io::Result<bool> {
    let file = File::open(path)?;
    Ok(file.metadata()?.len() == entry.len && Digest::of_reader(file)?.0 == entry.digest)
}

/// Copies the file at `from`, which is to be as `entry` lists it, to where there must be none.
pub(super) fn copy(from: &Path, entry: &Entry, to: &Path) -> Tried<()> {
    let artifact = Artifact::Copy { from: from.to_owned(), len: entry.len, digest: entry.digest };
    Item { entry: entry.clone(), artifact: &artifact }.write(to)
}

impl<'a> Item<'a> {
    /// Returns a file that comes to `path`, whose content has this digest.
    pub(super) fn new(path: &str, artifact: &'a Artifact, digest: Digest) -> Item<'a> {
        Item { entry: Entry { path: path.to_owned(), len: artifact.len(), digest }, artifact }
    }

    /// Whether the file at `path` holds this content, and what the system says of that file.
    pub(super) fn is_held_by(&self, path: &Path) -> io::Result<(bool, Metadata)> {
        let file = system::open_source(path)?;
        let metadata = file.metadata()?;
        let is_same = metadata.len() == self.entry.len
            && match self.artifact {
                Artifact::Bytes(bytes) => same_bytes(file, bytes)?,
                Artifact::Copy { .. } => Digest::of_reader(file)?.0 == self.entry.digest,
            };
        Ok((is_same, metadata))
    }

    /// Writes the file to `path`, where there must be none, and reads it back.
    ///
    /// Reading back is for disks that take whatever they are given, and costs a tenth of the
    /// writing.
    pub(super) fn write(&self, path: &Path) -> Tried<()> {
        match self.artifact {
            Artifact::Bytes(bytes) => create(path)?.write_all(bytes).trying("write", path)?,
            Artifact::Copy { from, .. } => self.copy(from, path)?,
        }
        match self.is_held_by(path).trying("read", path)? {
            (true, _) => Ok(()),
            (false, _) => Err(PublishError::NotAsWritten { path: path.to_owned() }),
        }
    }

    /// Copies `from`, which must still be the file that was there when the runbook was read.
    fn copy(&self, from: &Path, path: &Path) -> Tried<()> {
        let changed = || PublishError::SourceChanged { path: from.to_owned() };
        let source = match system::open_source(from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(changed()),
            opened => opened.trying("open", from)?,
        };
        if !source.metadata().trying("look at", from)?.is_file() {
            return Err(changed());
        }
        match digest::copy(source.take(self.entry.len + 1), create(path)?) {
            Err(CopyError::Write(error)) => Err(error).trying("write", path),
            Err(CopyError::Read(error)) => Err(error).trying("read", from),
            Ok((digest, _)) if digest == self.entry.digest => Ok(()),
            Ok(_) => Err(changed()),
        }
    }
}

/// Two threads that create files in one folder spin against each other inside the system; a turn
/// each costs less.
static TURN: Mutex<()> = Mutex::new(());

fn create(path: &Path) -> Tried<File> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    File::options().write(true).create_new(true).open(path).trying("create", path)
}

fn same_bytes(mut file: File, bytes: &[u8]) -> io::Result<bool> {
    let mut buffer = [0; 16 * 1024];
    let mut rest = bytes;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(rest.is_empty()),
            Ok(count) => match rest.strip_prefix(&buffer[..count]) {
                Some(behind) => rest = behind,
                None => return Ok(false),
            },
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
