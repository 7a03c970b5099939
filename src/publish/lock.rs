//! One publisher at a time.
//!
//! A lock of the operating system on `.NAME.lock` beside the site: it ends with the process that
//! holds it, however that ends, so a dead publisher never blocks the next. The file only gives the
//! lock a place; that it exists means nothing.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::destination::Place;
use super::error::{PublishError, Tried, Trying};
use super::system;

/// Held while a site is published.
#[derive(Debug)]
pub(super) struct Lock {
    /// The open file whose closing ends the lock.
    _held: File,
    /// The lock file, to be removed again.
    file: Option<PathBuf>,
    /// Folders that were made for it, the innermost first; to be removed if they stay empty.
    made: Vec<PathBuf>,
}

impl Lock {
    /// Takes the lock for the site at `place`, or says that another build has it.
    ///
    /// Makes the folders above the site. Where nothing can be created beside the site, the folder
    /// of the site itself is locked: such a site is published in place, and its folder stays the
    /// same.
    pub(super) fn take(place: &Place) -> Tried<Lock> {
        let made = place
            .parent
            .ancestors()
            .take_while(|folder| folder.symlink_metadata().is_err())
            .map(Path::to_owned)
            .collect();
        fs::create_dir_all(&place.parent).trying("create", &place.parent)?;
        let path = place.lock();
        loop {
            let file = match File::options()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)
            {
                Ok(file) => file,
                Err(error) if is_forbidden(&error) && place.site.is_dir() => {
                    return Lock::on_folder(place);
                }
                Err(error) => return Err(error).trying("create", &path),
            };
            lock(&file, &path, place)?;
            // The holder before may have removed the file between our opening and locking it.
            if is_still_at(&file, &path) {
                return Ok(Lock { _held: file, file: Some(path), made });
            }
        }
    }

    fn on_folder(place: &Place) -> Tried<Lock> {
        let folder = File::open(&place.site).trying("open", &place.site)?;
        lock(&folder, &place.site, place)?;
        Ok(Lock { _held: folder, file: None, made: Vec::new() })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while the lock is still held, so that nobody holds a lock on a file without a
        // name. A file that holds something is not one of ours.
        if let Some(path) = &self.file
            && path
                .symlink_metadata()
                .is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0)
        {
            let _ = fs::remove_file(path);
        }
        // What holds a site by now cannot be removed like this.
        for folder in &self.made {
            let _ = fs::remove_dir(folder);
        }
    }
}

fn lock(file: &File, path: &Path, place: &Place) -> Tried<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(PublishError::Locked { folder: place.site.clone() }),
        Err(TryLockError::Error(error)) => Err(error).trying("lock", path),
    }
}

fn is_still_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), path.metadata()) {
        (Ok(held), Ok(found)) => system::identity(&held) == system::identity(&found),
        _ => false,
    }
}

/// Whether the system forbids to create files there.
pub(super) fn is_forbidden(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}
