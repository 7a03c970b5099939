//! Keeps on the disk, under `.clearjar/cache/` in the runbook, what a run knows, for the next process.
//!
//! It may be deleted at any time. Every file begins with the version of this form, the program that
//! has written it and the digest of the rest; what does not fit is as good as not there, and is
//! written anew. Nothing here is ever an error: a cache that cannot be read or written costs time, no
//! more.
#![allow(clippy::disallowed_methods, reason = "[disk]")]

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::digest::{Digest, Digesting};
use crate::export::Made;
use crate::memo::Memo;
use crate::pipeline::{Counts, Known, Memory};
use crate::publish::Stamp;
use crate::render::Sheet;

/// Where the cache is, in a runbook.
pub const FOLDER: &str = ".clearjar/cache";

/// What every file begins with.
const MAGIC: &[u8; 16] = b"clearjar cache 1";

/// The tag by which backup programs know a folder that need not be kept
/// (<https://bford.info/cachedir/>).
const TAG: (&str, &str) = (
    "CACHEDIR.TAG",
    "Signature: 8a477f597d28d172789f06886806bc55\n\
     # What Clearjar remembers between builds. It may be deleted at any time.\n",
);

/// The cache of a runbook.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    program: Digest,
}

/// What is known of the last build into a folder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LastBuild {
    /// The digest of all that it was made from.
    pub inputs: Digest,
    /// What the folder looked like when it was done.
    pub site: Stamp,
    /// What was counted.
    pub counts: Counts,
    /// How many files the site has.
    pub files: usize,
    /// How many warnings there were.
    pub warnings: usize,
}

/// What is known of pages, as it is written.
#[derive(Serialize, Deserialize)]
struct Pages<K, S, E> {
    pages: Vec<(Digest, K)>,
    volumes: Vec<(Digest, S)>,
    exports: Vec<(Digest, E)>,
}

impl Cache {
    /// Returns the cache of the runbook in `root`, as far as the program with this digest has written
    /// it: another one may see things otherwise.
    pub fn of(root: &Path, program: Digest) -> Cache {
        Cache { folder: root.join(FOLDER), program }
    }

    /// Returns what is known of pages from the runs before.
    pub fn memory(&self) -> Memory {
        match self.read::<Pages<Known, Sheet, Made>>("pages") {
            Some(Pages { pages, volumes, exports }) => Memory {
                pages: Memo::of(pages),
                volumes: Memo::of(volumes),
                exports: Memo::of(exports),
                ..Memory::default()
            },
            None => Memory::default(),
        }
    }

    /// Keeps what is known of pages.
    pub fn keep(&self, memory: &Memory) {
        let (pages, volumes) = (memory.pages.all(), memory.volumes.all());
        self.write("pages", &Pages { pages, volumes, exports: memory.exports.all() });
    }

    /// Returns what is known of the last build into the folder `output`.
    pub fn last_build(&self, output: &Path) -> Option<LastBuild> {
        self.read(&name_of(output))
    }

    /// Keeps what is known of a build into the folder `output`; nothing forgets the last one.
    pub fn keep_build(&self, output: &Path, build: Option<&LastBuild>) {
        match build {
            Some(build) => self.write(&name_of(output), build),
            None => drop(fs::remove_file(self.folder.join(name_of(output)))),
        }
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let bytes = fs::read(self.folder.join(name)).ok()?;
        let rest = bytes.strip_prefix(MAGIC)?.strip_prefix(self.program.as_bytes())?;
        let (digest, body) = rest.split_at_checked(self.program.as_bytes().len())?;
        if Digest::of(body).as_bytes() != digest {
            return None;
        }
        postcard::from_bytes(body).ok()
    }

    /// Writes a file beside its old version and gives it the name: who reads it sees the one or the
    /// other.
    fn write(&self, name: &str, value: &impl Serialize) {
        let (to, new) = (self.folder.join(name), self.folder.join(format!("{name}.new")));
        let written = fs::create_dir_all(&self.folder)
            .and_then(|()| fs::write(self.folder.join(TAG.0), TAG.1))
            .and_then(|()| self.write_new(&new, value))
            .and_then(|()| fs::rename(&new, &to));
        if written.is_err() {
            let _ = fs::remove_file(&new);
        }
    }

    /// Writes `value` piece by piece, and then its digest to where it belongs.
    fn write_new(&self, path: &Path, value: &impl Serialize) -> io::Result<()> {
        let mut file = File::create(path)?;
        let head = [MAGIC.as_slice(), self.program.as_bytes()].concat();
        file.write_all(&head)?;
        file.write_all(&[0; 32])?;
        let mut body = BufWriter::with_capacity(1 << 16, Digesting::new(&mut file));
        postcard::to_io(value, &mut body).map_err(io::Error::other)?;
        let digest = body.into_inner().map_err(io::IntoInnerError::into_error)?.finish();
        file.seek(SeekFrom::Start(head.len() as u64))?;
        file.write_all(digest.as_bytes())
    }
}

/// Returns the name of the file about the builds into a folder.
fn name_of(output: &Path) -> String {
    let whole = output.canonicalize().unwrap_or_else(|_| output.to_owned());
    format!("build-{}", Digest::of(whole.as_os_str().as_encoded_bytes()).short())
}
