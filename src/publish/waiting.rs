//! Keeps the changed files of a site from when they are made until it is known how to publish it.
//!
//! They wait in one folder, [`STATE`], each under the SHA-256 of its path: a name that says by
//! itself that the file is ours, that needs no list, and that the new manifest leads to. So a run
//! that is cut off while files come in leaves nothing that the next could not clear away.
//!
//! The folder is made for the first file that needs it: in the stage beside the site, or, where
//! nothing may be created there or a disk is mounted on the site, in the site itself. From there
//! the files are only renamed, unless the site turns out to lie on another disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::destination::Place;
use super::error::{Tried, Trying};
use super::lock::is_forbidden;
use super::manifest::{Entry, MANIFEST, SUMS};
use super::system;
use super::wanted::{Item, STATE, UNFINISHED, copy};
use crate::digest::Digest;

/// The files that wait. Dropped, it removes them.
#[derive(Debug)]
pub(super) struct Waiting {
    site: PathBuf,
    stage: PathBuf,
    /// The site, the stage or the site before, in which the folder is; nothing before the first
    /// file comes, and when they have all gone.
    holder: Mutex<Option<PathBuf>>,
}

impl Waiting {
    pub(super) fn new(place: &Place) -> Waiting {
        Waiting { site: place.site.clone(), stage: place.stage(), holder: Mutex::new(None) }
    }

    /// Writes a file that is to wait. Called from several threads, once for each path.
    pub(super) fn write(&self, item: &Item<'_>) -> Tried<()> {
        item.write(&waits_at(&self.holder()?, &item.entry.path))
    }

    /// Returns in what the folder is, and makes it if it is not there yet.
    fn holder(&self) -> Tried<PathBuf> {
        let mut holder = self.holder.lock().unwrap_or_else(PoisonError::into_inner);
        match &*holder {
            Some(holder) => Ok(holder.clone()),
            None => Ok(holder.insert(self.make()?).clone()),
        }
    }

    fn make(&self) -> Tried<PathBuf> {
        if !system::is_mount_point(&self.site) {
            match fs::create_dir(&self.stage) {
                Err(error) if is_forbidden(&error) => {}
                made => {
                    made.trying("create", &self.stage)?;
                    make_in(&self.stage).inspect_err(|_| drop(fs::remove_dir(&self.stage)))?;
                    return Ok(self.stage.clone());
                }
            }
        }
        make_in(&self.site)?;
        Ok(self.site.clone())
    }

    /// Makes the files, which are those of `entries`, wait in `folder`, whether there are any or
    /// not.
    pub(super) fn move_to(&mut self, folder: &Path, entries: &[&Entry]) -> Tried<()> {
        let holder = self.holder.get_mut().unwrap_or_else(PoisonError::into_inner);
        let Some(before) = holder.clone() else {
            make_in(folder)?;
            *holder = Some(folder.to_owned());
            return Ok(());
        };
        if before == folder {
            return Ok(());
        }
        if fs::rename(before.join(STATE), folder.join(STATE)).is_err() {
            // Somebody's files are in the one there, or it is on another disk.
            make_in(folder)?;
            for entry in entries {
                let [from, to] = [&before, folder].map(|holder| waits_at(holder, &entry.path));
                bring(&from, entry, &to).inspect_err(|_| clear(folder))?;
            }
        }
        *holder = Some(folder.to_owned());
        self.leave(&before);
        Ok(())
    }

    /// Takes in the files of `entries` again from `tree`, where they have their own names, so that
    /// they wait in the site.
    pub(super) fn take_back(&mut self, tree: &Path, entries: &[&Entry]) -> Tried<()> {
        let site = self.site.clone();
        self.move_to(&site, &[])?;
        entries.iter().try_for_each(|entry| {
            bring(&tree.join(&entry.path), entry, &waits_at(&site, &entry.path))
        })
    }

    /// Tells that the folder is now in `folder`, which was renamed with all that is in it.
    pub(super) fn was_moved_to(&mut self, folder: &Path) {
        self.set(Some(folder.to_owned()));
    }

    /// Whether the folder is there, and in `holder`.
    pub(super) fn is_in(&self, holder: &Path) -> bool {
        self.holder.lock().unwrap_or_else(PoisonError::into_inner).as_deref() == Some(holder)
    }

    /// Leaves the files to a committed publish in place, which carries its own list of them.
    pub(super) fn release(&mut self) {
        self.set(None);
    }

    /// Removes the files, and the folder if nothing of somebody else's is in it.
    pub(super) fn discard(&mut self) {
        let holder = self.holder.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(holder) = holder {
            self.leave(&holder);
        }
    }

    fn leave(&self, holder: &Path) {
        clear(holder);
        if holder == self.stage {
            // Only if nothing else was begun in it.
            let _ = fs::remove_dir(holder);
        }
    }

    fn set(&mut self, holder: Option<PathBuf>) {
        *self.holder.get_mut().unwrap_or_else(PoisonError::into_inner) = holder;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.discard();
    }
}

/// Returns where in `holder` the file waits whose path in the site is `path`.
pub(super) fn waits_at(holder: &Path, path: &str) -> PathBuf {
    holder.join(STATE).join(name(path))
}

/// Returns what the file is called while it waits.
pub(super) fn name(path: &str) -> String {
    Digest::of(path.as_bytes()).to_string()
}

/// Removes the files that wait in `holder`, and their folder if nothing else is in it.
pub(super) fn clear(holder: &Path) {
    let state = holder.join(STATE);
    if !state.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return;
    }
    let Ok(entries) = state.read_dir() else { return };
    let names: Vec<_> =
        entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    // The commit goes first: without it, what is left means nothing.
    let _ = fs::remove_file(state.join(MANIFEST));
    for name in names.iter().filter(|name| is_name(name)) {
        let _ = fs::remove_file(state.join(name));
    }
    let _ = fs::remove_file(state.join(SUMS));
    let _ = fs::remove_file(state.join(UNFINISHED));
    let _ = fs::remove_dir(state);
}

fn is_name(name: &str) -> bool {
    Digest::from_hex(name).is_some_and(|digest| digest.to_string() == name)
}

fn make_in(holder: &Path) -> Tried<()> {
    let state = holder.join(STATE);
    match fs::create_dir(&state) {
        // Somebody's files were in it and stayed when it was cleared.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made.trying("create", &state),
    }
}

/// Moves the file of `entry` to where there is none, to another disk if need be.
fn bring(from: &Path, entry: &Entry, to: &Path) -> Tried<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            copy(from, entry, to)?;
            fs::remove_file(from).trying("remove", from)
        }
        moved => moved.trying("rename", from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::Artifact;

    #[test]
    fn only_our_own_names_count_as_files_that_wait() {
        assert!(is_name(&name("devices/fw.html")));
        let capitals = name("index.html").to_uppercase();
        for name in ["", "12", "notes.txt", &name("x")[1..], &capitals] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn files_that_wait_follow_and_are_removed_in_the_end() {
        let root = tempfile::tempdir().unwrap();
        let site = root.path().join("site");
        fs::create_dir(&site).unwrap();
        let place = Place::resolve(&site).unwrap();
        let mut waiting = Waiting::new(&place);
        assert!(!place.stage().exists());

        let page = Artifact::Bytes(b"page".to_vec());
        let item = Item::new("devices/fw.html", &page, page.digest());
        waiting.write(&item).unwrap();
        assert_eq!(fs::read(waits_at(&place.stage(), "devices/fw.html")).unwrap(), b"page");

        // Somebody keeps a note where they are to go.
        fs::create_dir(place.site.join(STATE)).unwrap();
        fs::write(place.site.join(STATE).join("note"), "theirs").unwrap();
        waiting.move_to(&place.site, &[&item.entry]).unwrap();
        assert!(!place.stage().exists());
        assert_eq!(fs::read(waits_at(&place.site, "devices/fw.html")).unwrap(), b"page");

        drop(waiting);
        let left: Vec<_> = place.site.join(STATE).read_dir().unwrap().collect();
        assert_eq!(left.len(), 1);
    }
}
