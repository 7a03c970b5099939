//! What a build makes: the files of the site, by their path, before any of them is written.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::digest::Digest;
use crate::source::{Content, SourceFile};

/// The content of one file of the site.
#[derive(Clone, PartialEq, Debug)]
pub enum Artifact {
    /// Bytes made by the program.
    Bytes(Vec<u8>),
    /// A copy of a file of the runbook, streamed when it is written.
    Copy {
        /// Where its bytes are.
        from: PathBuf,
        /// How many there are.
        len: u64,
        /// Their SHA-256, as it was when the runbook was read.
        digest: Digest,
    },
}

impl Artifact {
    /// Returns a file of the runbook, byte for byte; nothing for one that was refused.
    pub fn of(file: &SourceFile) -> Option<Artifact> {
        match &file.content {
            Content::Text(text) if text.len() as u64 == file.len => {
                Some(Artifact::Bytes(text.as_bytes().to_vec()))
            }
            // A byte-order mark was left off when the text was read.
            Content::Text(text) => Some(Artifact::Bytes(format!("\u{feff}{text}").into_bytes())),
            Content::Bytes(bytes) => Some(Artifact::Bytes(bytes.to_vec())),
            Content::OnDisk(from) => {
                Some(Artifact::Copy { from: from.clone(), len: file.len, digest: file.digest })
            }
            Content::Refused => None,
        }
    }

    /// Returns the length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Artifact::Bytes(bytes) => bytes.len() as u64,
            Artifact::Copy { len, .. } => *len,
        }
    }

    /// Whether the file is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the SHA-256 of the content.
    pub fn digest(&self) -> Digest {
        match self {
            Artifact::Bytes(bytes) => Digest::of(bytes),
            Artifact::Copy { digest, .. } => *digest,
        }
    }
}

/// Who takes the site's files as they are made: from several threads, in no particular order.
pub trait Sink: Sync {
    /// Takes the file at `path`, which is relative to the site's root.
    fn put(&self, path: &str, artifact: Artifact);

    /// Takes a file made by the program whose digest is known already.
    fn put_known(&self, path: &str, bytes: Vec<u8>, _digest: Digest) {
        self.put(path, Artifact::Bytes(bytes));
    }

    /// Takes the file that the site has at `path` already, as it is, if it has this length and
    /// digest; else says no, and the file has to be made and put.
    fn keep(&self, _path: &str, _len: u64, _digest: Digest) -> bool {
        false
    }

    /// Whether the files are still wanted: where they are not, no more need be made.
    fn is_wanted(&self) -> bool {
        true
    }

    /// Returns the bytes of a file that was kept; nothing when they cannot be had any more.
    fn kept(&self, _path: &str, _digest: Digest) -> Option<Vec<u8>> {
        None
    }
}

impl<F: Fn(&str, Artifact) + Sync> Sink for F {
    fn put(&self, path: &str, artifact: Artifact) {
        self(path, artifact);
    }
}

/// A sink for runs that only look for mistakes.
#[derive(Clone, Copy, Debug)]
pub struct Nowhere;

impl Sink for Nowhere {
    fn put(&self, _: &str, _: Artifact) {}
}

/// A sink that holds the site in memory.
#[derive(Default, Debug)]
pub struct Held(Mutex<Artifacts>);

impl Held {
    /// Returns the site's files.
    pub fn into_artifacts(self) -> Artifacts {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Held {
    fn put(&self, path: &str, artifact: Artifact) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(path.to_owned(), artifact);
    }
}

/// A [`Sink`] as it is handed on.
pub type Put<'a> = dyn Sink + 'a;

/// All files of the site: path relative to its root, with `/` between its parts, to content.
pub type Artifacts = BTreeMap<String, Artifact>;
