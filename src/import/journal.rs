//! Writes what an import makes, all of it or nothing.
//!
//! First a journal with every file's new content is written and flushed: from then on the import counts
//! as done, and whoever comes next completes it. Then each file is put in place, by a temporary name and
//! a rename. A crash before the journal is whole leaves the runbook as it was; one behind it is completed
//! by [`complete`], which every command calls. A file that somebody has changed in between is theirs.
#![allow(clippy::disallowed_methods, reason = "[disk]")]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use crate::digest::Digest;

use super::Refused;

/// Where the journal is.
const FOLDER: &str = ".clearjar";
const JOURNAL: &str = "import.journal";
const MAGIC: &str = "clearjar import journal 1";

/// A file that an import makes or changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Its path in the runbook, with `/` between its parts.
    pub path: String,
    /// The digest of what stands there; nothing for a new file.
    pub before: Option<Digest>,
    /// What it is to hold.
    pub bytes: Arc<[u8]>,
}

/// Keeps a second import out while one is running; the system lets go of it when the process ends.
pub struct Lock(#[allow(dead_code, reason = "held, not read")] File);

impl Lock {
    /// Takes the lock of the runbook at `root`.
    pub fn take(root: &Path) -> Result<Lock, Refused> {
        let path = root.join(FOLDER).join("import.lock");
        let failed =
            |error: io::Error| Refused::new(format!("cannot write `{}`: {error}", path.display()));
        fs::create_dir_all(root.join(FOLDER)).map_err(failed)?;
        let file = File::create(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Lock(file)),
            Err(fs::TryLockError::WouldBlock) => {
                Err(Refused::new("another import is running in this runbook")
                    .help("wait until it is done"))
            }
            Err(fs::TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

/// Writes all changes into the runbook at `root`.
pub fn write(root: &Path, changes: &[Change]) -> Result<(), Refused> {
    if changes.is_empty() {
        return Ok(());
    }
    let failed = |error: io::Error| {
        Refused::new(format!("cannot write the import: {error}"))
            .help("nothing was imported; make room or give the right to write, and import again")
    };
    refuse_changed(root, changes)?;
    write_journal(root, changes).map_err(failed)?;
    put_in_place(root, changes)
}

/// Completes an import that was cut off, and tells how many files it put in place.
pub fn complete(root: &Path) -> Result<usize, Refused> {
    let path = root.join(FOLDER).join(JOURNAL);
    let Ok(file) = File::open(&path) else { return Ok(0) };
    let Some(changes) = read_journal(BufReader::new(file)) else {
        // It was cut off before it was whole, so nothing was put in place.
        let _ = fs::remove_file(&path);
        return Ok(0);
    };
    put_in_place(root, &changes)?;
    Ok(changes.len())
}

/// Refuses to go over files that changed since they were read.
fn refuse_changed(root: &Path, changes: &[Change]) -> Result<(), Refused> {
    changes.par_iter().try_for_each(|change| {
        match standing(&root.join(&change.path))? == change.before {
            true => Ok(()),
            false => Err(Refused::new(format!("`{}` was changed meanwhile", change.path))
                .help("nothing was imported; import again")),
        }
    })
}

/// Returns the digest of the file that stands at `path`, if one does.
fn standing(path: &Path) -> Result<Option<Digest>, Refused> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(Digest::of(&bytes))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Refused::new(format!("cannot read `{}`: {error}", path.display()))),
    }
}

fn write_journal(root: &Path, changes: &[Change]) -> io::Result<()> {
    let folder = root.join(FOLDER);
    fs::create_dir_all(&folder)?;
    let waiting = folder.join("import.journal.new");
    let mut file = BufWriter::new(File::create(&waiting)?);
    writeln!(file, "{MAGIC}")?;
    for change in changes {
        let before = change.before.map_or_else(|| "-".to_owned(), |digest| digest.to_string());
        let (now, length) = (Digest::of(&change.bytes), change.bytes.len());
        writeln!(file, "{before} {now} {length} {}", change.path)?;
        file.write_all(&change.bytes)?;
        writeln!(file)?;
    }
    writeln!(file, "end {}", changes.len())?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(&waiting, folder.join(JOURNAL))?;
    flush_folder(&folder)
}

/// Reads a journal; nothing where it is not whole.
fn read_journal(mut file: impl io::BufRead) -> Option<Vec<Change>> {
    let mut changes = Vec::new();
    let mut line = String::new();
    file.read_line(&mut line).ok()?;
    if line.trim_end() != MAGIC {
        return None;
    }
    loop {
        line.clear();
        file.by_ref().read_line(&mut line).ok()?;
        let mut words = line.trim_end_matches('\n').splitn(4, ' ');
        let (first, second) = (words.next()?, words.next()?);
        if first == "end" {
            return (second.parse::<usize>() == Ok(changes.len())).then_some(changes);
        }
        let before = match first {
            "-" => None,
            hex => Some(Digest::from_hex(hex)?),
        };
        let now = Digest::from_hex(second)?;
        let length: u64 = words.next()?.parse().ok()?;
        let path = words.next()?.to_owned();
        let mut bytes = Vec::new();
        file.by_ref().take(length).read_to_end(&mut bytes).ok()?;
        let mut feed = [0];
        file.read_exact(&mut feed).ok()?;
        let is_whole =
            bytes.len() as u64 == length && Digest::of(&bytes) == now && is_inside(&path);
        if !is_whole {
            return None;
        }
        changes.push(Change { path, before, bytes: bytes.into() });
    }
}

/// Whether a path stays in the runbook.
fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && !path.contains(['\\', ':', '\0'])
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn put_in_place(root: &Path, changes: &[Change]) -> Result<(), Refused> {
    let failed = |path: &str, error: io::Error| {
        Refused::new(format!("cannot write `{path}`: {error}")).help(
            "the import is written down and waits: make room or give the right to write, and the \
             next command completes it",
        )
    };
    let folder_of = |change: &Change| {
        let path = root.join(&change.path);
        path.parent().unwrap_or(root).to_owned()
    };
    let folders: BTreeSet<PathBuf> = changes.iter().map(folder_of).collect();
    for folder in &folders {
        fs::create_dir_all(folder).map_err(|error| failed(&folder.to_string_lossy(), error))?;
    }
    changes.par_iter().try_for_each(|change| {
        put(&root.join(&change.path), change).map_err(|error| failed(&change.path, error))
    })?;
    flush(root, &folders).map_err(|error| failed("the folder", error))?;
    let journal = root.join(FOLDER).join(JOURNAL);
    fs::remove_file(&journal).map_err(|error| failed(JOURNAL, error))
}

/// Two threads that create files in one folder spin against each other inside the system; a turn
/// each costs less.
static TURN: Mutex<()> = Mutex::new(());

/// Puts one file in place, unless it is there already or somebody has changed it.
fn put(path: &Path, change: &Change) -> io::Result<()> {
    if change.before.is_none() {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let created = File::options().write(true).create_new(true).open(path);
        drop(turn);
        match created {
            // Cut off, it is only its beginning, and known as such when the import is completed.
            Ok(mut file) => return file.write_all(&change.bytes),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    match fs::read(path) {
        Ok(bytes) => {
            // A power cut may leave the beginning of a new file, or its name alone.
            let is_cut = change.bytes.starts_with(&bytes) && bytes.len() < change.bytes.len();
            let is_before = change.before.is_some_and(|before| before == Digest::of(&bytes));
            if !is_before && !is_cut {
                return Ok(());
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if change.before.is_some() {
                return Ok(());
            }
        }
        Err(error) => return Err(error),
    }
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let waiting = path.with_file_name(format!(".{name}.import~"));
    fs::write(&waiting, &change.bytes)?;
    fs::rename(&waiting, path)
}

#[cfg(target_os = "linux")]
fn flush(root: &Path, _: &BTreeSet<PathBuf>) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(root)?)?)
}

#[cfg(not(target_os = "linux"))]
fn flush(_: &Path, folders: &BTreeSet<PathBuf>) -> io::Result<()> {
    folders.iter().try_for_each(|folder| flush_folder(folder))
}

#[cfg(unix)]
fn flush_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn flush_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(path: &str, before: Option<&str>, text: &str) -> Change {
        let before = before.map(|text| Digest::of(text.as_bytes()));
        Change { path: path.to_owned(), before, bytes: text.as_bytes().into() }
    }

    fn text(root: &Path, path: &str) -> Option<String> {
        fs::read_to_string(root.join(path)).ok()
    }

    #[test]
    fn an_import_cut_off_behind_its_journal_is_completed_and_before_it_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::write(root.join("b.toml"), "old").unwrap();
        fs::write(root.join("c.toml"), "old").unwrap();
        let changes = [
            change("records/a.toml", None, "a\nnew"),
            change("b.toml", Some("old"), "new"),
            change("c.toml", Some("old"), "new"),
        ];
        write_journal(root, &changes).unwrap();
        fs::write(root.join("c.toml"), "by hand").unwrap();
        assert_eq!(complete(root).unwrap(), 3);
        assert_eq!(text(root, "records/a.toml").as_deref(), Some("a\nnew"));
        assert_eq!(text(root, "b.toml").as_deref(), Some("new"));
        assert_eq!(text(root, "c.toml").as_deref(), Some("by hand"));
        assert_eq!(complete(root).unwrap(), 0);

        write_journal(root, &changes[..1]).unwrap();
        for begun in ["", "a\nn"] {
            fs::write(root.join("records/a.toml"), begun).unwrap();
            write_journal(root, &changes[..1]).unwrap();
            assert_eq!(complete(root).unwrap(), 1);
            assert_eq!(text(root, "records/a.toml").as_deref(), Some("a\nnew"), "{begun:?}");
        }

        let whole = {
            write_journal(root, &[change("d.toml", None, "d")]).unwrap();
            fs::read(root.join(FOLDER).join(JOURNAL)).unwrap()
        };
        for length in 0..whole.len() {
            fs::write(root.join(FOLDER).join(JOURNAL), &whole[..length]).unwrap();
            let done = complete(root).unwrap();
            // Only the line feed behind the end mark may be missing.
            assert_eq!(done, usize::from(length + 1 == whole.len()), "{length}");
            let _ = fs::remove_file(root.join("d.toml"));
        }
    }

    #[test]
    fn a_file_that_was_changed_meanwhile_stops_all() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::write(root.join("a.toml"), "by hand").unwrap();
        let changes = [change("b.toml", None, "b"), change("a.toml", Some("old"), "a")];
        assert!(write(root, &changes).is_err());
        assert_eq!(text(root, "b.toml"), None);
    }

    #[test]
    fn a_journal_cannot_write_outside_the_runbook() {
        for path in ["../x", "/x", "a/../x", "a//b", "c:x", ""] {
            assert!(!is_inside(path), "{path}");
        }
    }
}
