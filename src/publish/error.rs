//! Why a site could not be published, in words, and what to do about it.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::names::NameProblem;
use crate::diagnostic::clean;

/// Why nothing was published.
///
/// The published site is as it was, except after [`PublishError::Unfinished`].
#[derive(Debug)]
pub enum PublishError {
    /// Files of the new site have names that do not work everywhere.
    Names(Vec<NameProblem>),
    /// The folder is one that nothing is published to.
    Refused(Refusal),
    /// Files that the program did not write stand where pages belong. Paths relative to the site.
    InTheWay {
        /// The site.
        folder: PathBuf,
        /// What stands there, sorted.
        paths: Vec<String>,
    },
    /// Another build is publishing to the folder just now.
    Locked {
        /// The site.
        folder: PathBuf,
    },
    /// A file of the runbook is no longer what it was when the runbook was read.
    SourceChanged {
        /// The file.
        path: PathBuf,
    },
    /// A file was written and read back, and held something else.
    NotAsWritten {
        /// The file.
        path: PathBuf,
    },
    /// The disk, or the right to use it, failed.
    Disk(DiskError),
    /// A publish file by file failed half-way. The next one completes it.
    Unfinished {
        /// The site.
        folder: PathBuf,
        /// What failed.
        cause: Box<PublishError>,
    },
}

/// What the operating system would not do.
#[derive(Debug)]
pub struct DiskError {
    /// What was tried: `write`, `read`, `rename`.
    pub action: &'static str,
    /// With which file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// A folder that nothing is published to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The folder.
    pub folder: PathBuf,
    /// Why.
    pub why: WhyRefused,
}

/// Why nothing is published to a folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WhyRefused {
    /// It is the root of a file system, or has no name.
    Root,
    /// It is the home folder, or a folder above it.
    Home,
    /// It is the runbook itself, or a folder above it.
    Runbook,
    /// It lies in a folder of sources (`records`) of a runbook.
    Sources(String),
    /// It holds a `clearjar.toml`.
    AnotherRunbook,
    /// It lies in another runbook.
    InAnotherRunbook,
    /// It is a symbolic link.
    Link,
    /// It is a file, or something else that is not a folder.
    NotAFolder,
    /// It holds files, and no manifest of ours that says which of them are.
    NotASite,
    /// Its manifest cannot be made sense of; the text says why.
    Damaged(String),
    /// It holds the site with this title, of another runbook.
    AnotherSite(String),
}

/// The result of trying something with a file.
pub(super) type Tried<T> = Result<T, PublishError>;

/// Says what was tried, and with which file, when it fails.
pub(super) trait Trying<T> {
    /// Turns an error of the system into one that names `action` and `path`.
    fn trying(self, action: &'static str, path: &Path) -> Tried<T>;
}

impl<T> Trying<T> for io::Result<T> {
    fn trying(self, action: &'static str, path: &Path) -> Tried<T> {
        self.map_err(|source| {
            PublishError::Disk(DiskError { action, path: path.to_owned(), source })
        })
    }
}

impl<T> Trying<T> for Result<T, walkdir::Error> {
    fn trying(self, action: &'static str, path: &Path) -> Tried<T> {
        self.map_err(|error| {
            let path = error.path().unwrap_or(path).to_owned();
            PublishError::Disk(DiskError { action, path, source: error.into() })
        })
    }
}

impl PublishError {
    /// Returns what to do about it.
    pub fn help(&self) -> String {
        match self {
            PublishError::Names(_) => "rename what the names come from".to_owned(),
            PublishError::Refused(refusal) => refusal.help(),
            PublishError::InTheWay { .. } => {
                "move these files elsewhere, or publish to another folder".to_owned()
            }
            PublishError::Locked { .. } => {
                "wait until it has finished, then build again".to_owned()
            }
            PublishError::SourceChanged { .. } => "build again when it is saved".to_owned(),
            PublishError::NotAsWritten { .. } => {
                "the disk may be failing: check it, or publish to another one".to_owned()
            }
            PublishError::Disk(error) => error.help(),
            PublishError::Unfinished { cause, .. } => {
                format!("{}; the next build completes what was begun", cause.help())
            }
        }
    }

    /// Whether the site that was there before is there as it was.
    pub fn old_site_kept(&self) -> bool {
        !matches!(self, PublishError::Unfinished { .. })
    }
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PublishError::Names(problems) => listed(f, problems),
            PublishError::Refused(refusal) => write!(f, "{refusal}"),
            PublishError::InTheWay { folder, paths } => {
                write!(
                    f,
                    "files that clearjar did not write as they are now are in the way in {}: ",
                    shown(folder)
                )?;
                let quoted: Vec<_> =
                    paths.iter().map(|path| format!("`{}`", clean::one_line(path))).collect();
                listed(f, &quoted)
            }
            PublishError::Locked { folder } => {
                write!(f, "another build is publishing to {}", shown(folder))
            }
            PublishError::SourceChanged { path } => {
                write!(f, "{} changed while the site was being built", shown(path))
            }
            PublishError::NotAsWritten { path } => {
                write!(f, "{} does not hold what was written to it", shown(path))
            }
            PublishError::Disk(error) => write!(f, "{error}"),
            PublishError::Unfinished { folder, cause } => {
                write!(f, "{} is part old, part new: {cause}", shown(folder))
            }
        }
    }
}

impl std::error::Error for PublishError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            PublishError::Disk(error) => Some(&error.source),
            PublishError::Unfinished { cause, .. } => Some(&**cause),
            _ => None,
        }
    }
}

impl DiskError {
    fn help(&self) -> String {
        match self.source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                "free some space, or publish to another disk"
            }
            ErrorKind::FileTooLarge => "allow larger files, or publish to another disk",
            ErrorKind::PermissionDenied => "allow writing there, or publish to another folder",
            ErrorKind::ReadOnlyFilesystem => "make it writable again, or publish to another folder",
            ErrorKind::Unsupported => {
                "publish to a disk of this machine, and copy the site from there"
            }
            _ if is_out_of_files(&self.source) => {
                "close some programs, or raise the limit (`ulimit -n`)"
            }
            _ => "check the disk, or publish to another folder",
        }
        .to_owned()
    }
}

impl fmt::Display for DiskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} {}: {}", self.action, shown(&self.path), reason(&self.source))
    }
}

impl Refusal {
    fn help(&self) -> String {
        match &self.why {
            WhyRefused::Link => "name the folder that the link points to".to_owned(),
            WhyRefused::NotASite => {
                "name an empty or new folder, or empty this one yourself".to_owned()
            }
            WhyRefused::Damaged(_) => {
                "move the folder away if you still need it, and build again".to_owned()
            }
            WhyRefused::AnotherSite(_) => {
                "name another folder; if the runbook was only given a new title, remove the old \
                 site yourself first"
                    .to_owned()
            }
            _ => "name a folder for the site alone, such as `site` in the runbook".to_owned(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the site cannot be published to {}: ", shown(&self.folder))?;
        match &self.why {
            WhyRefused::Root => write!(f, "it is the root of a file system"),
            WhyRefused::Home => write!(f, "it is the home folder, or holds it"),
            WhyRefused::Runbook => write!(f, "it is the runbook, or holds it"),
            WhyRefused::Sources(name) => {
                write!(f, "it lies in `{}`, among the sources of a runbook", clean::one_line(name))
            }
            WhyRefused::AnotherRunbook => write!(f, "it is a runbook (it holds `clearjar.toml`)"),
            WhyRefused::InAnotherRunbook => write!(f, "it lies in another runbook"),
            WhyRefused::Link => write!(f, "it is a symbolic link"),
            WhyRefused::NotAFolder => write!(f, "it is not a folder"),
            WhyRefused::NotASite => {
                write!(f, "it holds files, and no `manifest.json` that says they are a site")
            }
            WhyRefused::Damaged(why) => {
                write!(f, "its `manifest.json` is damaged or not clearjar's: {why}")
            }
            WhyRefused::AnotherSite(title) => {
                write!(f, "it holds the site of another runbook, `{}`", clean::one_line(title))
            }
        }
    }
}

/// Returns a path as it is shown in a message.
fn shown(path: &Path) -> String {
    format!("`{}`", clean::one_line(&path.to_string_lossy()))
}

/// Writes the first few of `items`, and how many there are besides.
fn listed<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
    const SHOWN: usize = 5;
    for (ix, item) in items.iter().take(SHOWN).enumerate() {
        write!(f, "{}{item}", if ix > 0 { ", " } else { "" })?;
    }
    match items.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => write!(f, " and {more} more"),
    }
}

/// Returns in plain words what the system said.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
        ErrorKind::FileTooLarge => "the file is too large for the disk or a limit".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        ErrorKind::NotFound => "it does not exist".to_owned(),
        _ if is_out_of_files(error) => "too many files are open".to_owned(),
        _ => clean::one_line(&error.to_string()).into_owned(),
    }
}

/// Whether the process or the machine has no file descriptor left: EMFILE and ENFILE, which the
/// standard library has no name for.
fn is_out_of_files(error: &io::Error) -> bool {
    cfg!(unix) && matches!(error.raw_os_error(), Some(23 | 24))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(kind: ErrorKind) -> PublishError {
        io::Result::<()>::Err(kind.into())
            .trying("write", Path::new("site/a\u{1b}.html"))
            .unwrap_err()
    }

    #[test]
    fn a_disk_error_says_what_was_tried_with_what_and_why() {
        let error = disk(ErrorKind::StorageFull);
        assert_eq!(error.to_string(), "cannot write `site/a␛.html`: the disk is full");
        assert_eq!(error.help(), "free some space, or publish to another disk");
        assert!(error.old_site_kept());
    }

    #[test]
    fn a_long_list_is_cut() {
        let paths = (0..7).map(|n| n.to_string()).collect();
        let error = PublishError::InTheWay { folder: "site".into(), paths };
        assert!(error.to_string().ends_with("`0`, `1`, `2`, `3`, `4` and 2 more"), "{error}");
    }
}
