//! Finds the runbook that somebody stands in.

use std::io;
use std::path::{Path, PathBuf};

use super::DiscoverError;

/// The file that makes a folder a runbook.
pub const CONFIG: &str = "clearjar.toml";

/// The file that says that a folder is the copy of the sources inside a published site. It is not a
/// hidden one: a person who opens the folder is to see it, and many a web server passes over those.
pub const SOURCE_MARKER: &str = "DO-NOT-EDIT-HERE.txt";

/// Returns the nearest folder with a `clearjar.toml`, from `start` upwards, as git does.
///
/// Refuses inside a published `source/`: what is written there is gone with the next publishing.
pub fn find_root(start: &Path) -> Result<PathBuf, DiscoverError> {
    let absolute = absolute(start).map_err(|error| DiscoverError::Io {
        action: "go to the folder",
        path: start.to_owned(),
        error,
    })?;
    for folder in absolute.ancestors() {
        if folder.join(SOURCE_MARKER).symlink_metadata().is_ok() {
            return Err(DiscoverError::PublishedSource(folder.to_owned()));
        }
        if folder.join(CONFIG).symlink_metadata().is_ok() {
            return Ok(folder.to_owned());
        }
    }
    Err(DiscoverError::NoRunbook(absolute))
}

/// Makes `path` absolute with its links and `..` resolved, so that "above" is what the disk says.
fn absolute(path: &Path) -> io::Result<PathBuf> {
    // On Windows the resolved form is `\\?\C:\…`, which people do not recognise in messages.
    if cfg!(windows) { std::path::absolute(path) } else { path.canonicalize() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "the disk is what is tested")]

    use std::fs;

    use super::*;

    #[test]
    fn the_nearest_runbook_upwards_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("records/devices/hq");
        fs::create_dir_all(&below).unwrap();
        fs::write(folder.path().join(CONFIG), "").unwrap();
        assert_eq!(find_root(&below).unwrap(), folder.path().canonicalize().unwrap());
        fs::write(below.join(CONFIG), "").unwrap();
        assert_eq!(find_root(&below).unwrap(), below.canonicalize().unwrap());
    }

    #[test]
    fn a_published_source_is_refused_with_the_way_back() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("site/source/records");
        fs::create_dir_all(&below).unwrap();
        fs::write(folder.path().join(CONFIG), "").unwrap();
        fs::write(folder.path().join("site/source").join(CONFIG), "").unwrap();
        fs::write(folder.path().join("site/source").join(SOURCE_MARKER), "").unwrap();
        let error = find_root(&below).unwrap_err();
        assert!(matches!(error, DiscoverError::PublishedSource(_)));
        assert!(error.to_string().contains("copy it to a new place"));
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let error = find_root(&folder.path().join("gone\u{1b}")).unwrap_err().to_string();
        assert!(error.starts_with("cannot go to the folder") && error.contains("gone␛"), "{error}");
    }
}
