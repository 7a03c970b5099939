//! What is asked of the operating system beyond the standard library; nothing is decided here.
//!
//! Linux is what this was run on. macOS has the same calls under other names. Elsewhere nothing
//! can be exchanged, and sites are published in place.

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// Names a file on this machine, whatever it is called: device and inode.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Identity(u64, u64);

/// Returns the identity of the file that `metadata` is of, where the system has such a thing.
pub(super) fn identity(metadata: &Metadata) -> Option<Identity> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Some(Identity(metadata.dev(), metadata.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        None
    }
}

/// Whether the file has a second name somewhere, so that removing this one loses nothing.
pub(super) fn has_other_names(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        metadata.nlink() > 1
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        false
    }
}

/// Opens a file of the runbook to read it, and neither follows a link nor waits for a pipe.
pub(super) fn open_source(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32);
    }
    options.open(path)
}

/// Opens the file at `path` to read it, if it is a regular one; else `InvalidInput`. Neither follows
/// a link nor waits for a pipe.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let file = open_source(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::ErrorKind::InvalidInput.into()),
    }
}

/// Exchanges two folders, so that at no time either name is without one.
///
/// `renameat2(2)` with `RENAME_EXCHANGE`; `renameatx_np(2)` with `RENAME_SWAP` on macOS.
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
    }
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    {
        let _ = (one, other);
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Whether `error` says that an exchange is not possible there, rather than that it went wrong.
///
/// See `rename(2)`: another file system or a lower layer, a mount point, a file system or kernel
/// that does not know the flag, a parent that may not be written to.
pub(super) fn cannot_exchange(error: &io::Error) -> bool {
    use io::ErrorKind::*;
    matches!(
        error.kind(),
        CrossesDevices | ResourceBusy | InvalidInput | Unsupported | PermissionDenied
    )
}

/// Whether another file system, or another part of one, is mounted on `folder`.
///
/// Unknown is no: the exchange itself fails later, and says so.
pub(super) fn is_mount_point(folder: &Path) -> bool {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
        let flags = AtFlags::SYMLINK_NOFOLLOW;
        statx(CWD, folder, flags, StatxFlags::BASIC_STATS)
            .is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = folder;
        false
    }
}

/// Writes to the disk itself all that was changed in `folder`, of which `written` are the new
/// files.
///
/// One `syncfs(2)` where there is one: a twentieth of the cost of a flush per file. It flushes
/// what other programs wrote to the same disk as well.
pub fn flush_tree(folder: &Path, written: &[PathBuf]) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        let _ = written;
        Ok(rustix::fs::syncfs(File::open(folder)?)?)
    }
    #[cfg(not(target_os = "linux"))]
    {
        written.iter().try_for_each(|path| File::options().write(true).open(path)?.sync_all())?;
        flush_folder(folder)
    }
}

/// Writes to the disk itself which names are in `folder`.
pub(super) fn flush_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        File::open(folder)?.sync_all()
    }
    // Other systems open no folders; theirs keep names in a journal.
    #[cfg(not(unix))]
    {
        let _ = folder;
        Ok(())
    }
}
