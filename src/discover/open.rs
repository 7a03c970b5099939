//! Opens regular files and nothing else.
//!
//! A pipe opened by an ordinary program waits for ever, a link can lead out of the runbook, a
//! device may have no end. So: no links, no waiting, and the open file itself is asked what it is,
//! since what a folder's listing said may be out of date. Lengths are never trusted: at most one
//! byte more than allowed is read.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Why a file's bytes are not to be had.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It went away after the folder was listed.
    Gone,
    /// It is a symbolic link.
    Link,
    /// It is something else than a file: what, with its article.
    NotRegular(&'static str),
    /// It is longer than allowed.
    TooLarge,
    /// The system refused.
    Io(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Refusal {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Refusal::Gone,
            _ => Refusal::Io(error),
        }
    }
}

/// Returns all bytes of the file at `path`, `limit` of them at most.
pub(super) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Refusal> {
    let (file, len) = open(path)?;
    if len > limit {
        return Err(Refusal::TooLarge);
    }
    let mut bytes = Vec::with_capacity(len as usize + 1);
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(Refusal::TooLarge);
    }
    Ok(bytes)
}

/// Opens the regular file at `path` and returns it with the length the system claims it has.
pub(super) fn open(path: &Path) -> Result<(File, u64), Refusal> {
    let file = open_as_it_is(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() {
        return Ok((file, metadata.len()));
    }
    Err(Refusal::NotRegular(type_name(metadata.file_type())))
}

#[cfg(unix)]
fn open_as_it_is(path: &Path) -> Result<File, Refusal> {
    use rustix::fs::{Mode, OFlags};
    use rustix::io::Errno;

    let flags =
        OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(descriptor) => Ok(File::from(descriptor)),
        Err(Errno::LOOP) => Err(Refusal::Link),
        // A socket, or a device that nothing stands behind.
        Err(Errno::NXIO) => Err(Refusal::NotRegular("a socket")),
        Err(error) => Err(io::Error::from(error).into()),
    }
}

/// Elsewhere a link is asked for before opening; there are no pipes among files on Windows.
#[cfg(not(unix))]
fn open_as_it_is(path: &Path) -> Result<File, Refusal> {
    if path.symlink_metadata()?.file_type().is_symlink() {
        return Err(Refusal::Link);
    }
    Ok(File::open(path)?)
}

/// Returns what people call a file of this type, with its article.
pub(super) fn type_name(file_type: std::fs::FileType) -> &'static str {
    if file_type.is_dir() {
        return "a folder";
    }
    special_name(file_type)
}

#[cfg(unix)]
fn special_name(file_type: std::fs::FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;

    match file_type {
        it if it.is_fifo() => "a named pipe",
        it if it.is_socket() => "a socket",
        it if it.is_block_device() || it.is_char_device() => "a device",
        _ => "no regular file",
    }
}

#[cfg(not(unix))]
fn special_name(_: std::fs::FileType) -> &'static str {
    "no regular file"
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "the disk is what is tested")]

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    #[test]
    fn a_pipe_does_not_keep_anyone_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.toml");
        mknodat(CWD, &path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
        assert!(matches!(read(&path, 10), Err(Refusal::NotRegular("a named pipe"))));
    }

    #[test]
    fn a_socket_a_link_a_folder_and_a_device_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let _listener = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        assert!(matches!(read(&at("socket"), 10), Err(Refusal::NotRegular("a socket"))));
        std::os::unix::fs::symlink("/dev/zero", at("link")).unwrap();
        assert!(matches!(read(&at("link"), 10), Err(Refusal::Link)));
        assert!(matches!(read(folder.path(), 10), Err(Refusal::NotRegular("a folder"))));
        assert!(matches!(read(&at("gone"), 10), Err(Refusal::Gone)));
        let device = read(Path::new("/dev/null"), 10);
        assert!(matches!(device, Err(Refusal::NotRegular("a device"))));
    }

    #[test]
    fn a_file_may_be_as_long_as_the_limit_and_no_longer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        assert!(matches!(read(&path, 4), Err(Refusal::TooLarge)));
    }

    #[test]
    fn a_file_that_claims_to_be_empty_is_still_read_no_further_than_the_limit() {
        // Files of the process system have length 0 and content.
        let path = Path::new("/proc/cpuinfo");
        if path.exists() {
            assert!(matches!(read(path, 3), Err(Refusal::TooLarge)));
        }
    }
}
