//! Follows a runbook folder while people work in it (disk).
//!
//! In: a folder. Out: a [`Sight`] of it whenever it has changed and nobody is in the middle of saving.
//! What the system tells of files (`alarm`, `burst`) is only an alarm clock. It may come late, twice or
//! not at all; what counts is the folder, which is read anew each time and compared with what was seen
//! last (`changes`). So a rebuild is a build, and an event that was lost is made good by the next.
//!
//! Not every state that a folder goes through is one that somebody meant. An editor that writes in
//! place empties the file first; another deletes it and makes it again; a checkout writes a thousand
//! files one by one. A state is passed over while a file is still open for writing, while events keep
//! coming, when something happened during the reading itself, and for a moment also when a file that
//! had content is empty or gone.
#![allow(clippy::disallowed_methods, reason = "[disk]")]

mod alarm;
mod burst;
mod changes;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::diagnostic::{Checked, Diagnostics};
use crate::discover::{self, DiscoverError, Limits};
use crate::source::{SourceFile, SourceTree};

use alarm::{Alarm, Wake};

pub use alarm::Stopper;
pub use changes::Changes;

/// How often the folder is looked at where nothing tells of changes, if nobody says otherwise.
pub const USUAL_INTERVAL: Duration = Duration::from_secs(2);

/// How long a file that had content may be empty, or begin to be missing, before that is believed.
const EMPTY_FOR: Duration = Duration::from_millis(500);
const GONE_FOR: Duration = Duration::from_millis(50);

/// How long a folder that changes all the time is waited for, before it is taken as it is.
const RESTLESS_FOR: Duration = Duration::from_secs(5);

/// How often it is looked whether a folder that is gone has come back.
const LOST_INTERVAL: Duration = Duration::from_millis(200);

/// Two readings this far apart are one state, where no event says that nobody is writing.
const STILL_FOR: Duration = Duration::from_millis(50);

/// How changes become known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// The system tells of them.
    Events,
    /// The folder is read this often: for network folders, of whose changes nothing is told.
    Poll(Duration),
}

/// What there is to see.
#[derive(Debug)]
pub enum Sight {
    /// The runbook, for the first time or changed.
    Runbook(Seen),
    /// Files of records that were saved and were there before. The runbook that holds them is seen next, as
    /// soon as it is read.
    Saved(Vec<SourceFile>),
    /// The folder cannot be read as a runbook: gone, without its settings file, not permitted. Told once;
    /// when it is there again it is seen again, also if nothing in it has changed.
    Lost(DiscoverError),
    /// Nothing changed for as long as one was ready to wait.
    Elapsed,
    /// Somebody called [`Stopper::stop`].
    Stopped,
}

/// A runbook as it was read.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its files.
    pub tree: Arc<SourceTree>,
    /// What was found when they were read.
    pub found: Diagnostics,
    /// What is different from the last time.
    pub changes: Changes,
}

/// Looks at a runbook whenever it changes.
#[derive(Debug)]
pub struct Follower {
    root: PathBuf,
    alarm: Alarm,
    seen: Option<Checked<Arc<SourceTree>>>,
    is_lost: bool,
    /// Files that are believed to be empty.
    empty: BTreeSet<String>,
    /// Whether what was saved is told before the folder is read.
    tells_of_saving: bool,
    /// Whether that was told, and the runbook is still to follow, whatever it holds by then.
    has_told: bool,
}

/// Why a state is not shown yet.
enum Doubt {
    /// Something happened while it was read.
    Disturbed,
    /// Somebody may be in the middle of saving: look again after this time at the latest.
    HalfSaved(Duration),
}

impl Follower {
    /// Returns what follows the runbook in `root`, which [`discover::find_root`] gives.
    ///
    /// Where events are not to be had, it looks every [`USUAL_INTERVAL`], and [`Follower::notice`] says
    /// why.
    pub fn new(root: &Path, mode: Mode) -> Follower {
        let alarm = Alarm::new(root, mode);
        let root = root.to_owned();
        Follower {
            root,
            alarm,
            seen: None,
            is_lost: false,
            empty: BTreeSet::new(),
            tells_of_saving: false,
            has_told: false,
        }
    }

    /// Has [`Sight::Saved`] told.
    pub fn telling_of_saving(self) -> Follower {
        Follower { tells_of_saving: true, ..self }
    }

    /// Returns what people should know of how changes become known, once.
    pub fn notice(&mut self) -> Option<String> {
        self.alarm.notice.take()
    }

    /// Returns a handle by which another thread ends the waiting.
    pub fn stopper(&self) -> Stopper {
        self.alarm.stopper()
    }

    /// Waits until there is something to see: the runbook itself at first, then what changes, for at
    /// most `patience` if that is said.
    pub fn next(&mut self, patience: Option<Duration>) -> Sight {
        let until = patience.map(|patience| Instant::now() + patience);
        loop {
            if !self.has_told && (self.seen.is_some() || self.is_lost) {
                let left = until.map(|until| until.saturating_duration_since(Instant::now()));
                let lost = self.is_lost.then_some(LOST_INTERVAL);
                match self.alarm.wait(left.into_iter().chain(lost).min()) {
                    Wake::Stopped => return Sight::Stopped,
                    Wake::Changed => {
                        if let Some(saved) = self.saved() {
                            self.has_told = true;
                            return Sight::Saved(saved);
                        }
                    }
                    Wake::Elapsed if left.is_some_and(|left| left.is_zero()) => {
                        return Sight::Elapsed;
                    }
                    Wake::Elapsed if self.is_lost => {}
                    Wake::Elapsed => return Sight::Elapsed,
                }
            }
            if let Some(sight) = self.look() {
                return sight;
            }
        }
    }

    /// Returns the files that were just saved, if they can be told before the folder is read: files of
    /// records, known already, that have other content now. What editors put beside them and have taken
    /// away again is none of it.
    fn saved(&mut self) -> Option<Vec<SourceFile>> {
        let paths = std::mem::take(&mut self.alarm.saved);
        let seen = self.seen.as_ref().filter(|_| self.tells_of_saving && !self.is_lost)?;
        let mut saved = Vec::new();
        for path in paths {
            let known =
                path.strip_prefix(&self.root).ok().and_then(|path| seen.value.at(&slashed(path)));
            let Some(before) = known else {
                if path.symlink_metadata().is_ok() {
                    return None;
                }
                continue;
            };
            let after = discover::read_again(&self.root, before, &Limits::default())?;
            if after.len == 0 {
                return None;
            }
            if after.digest != before.digest {
                saved.push(after);
            }
        }
        (!saved.is_empty()).then_some(saved)
    }

    /// Reads the folder until nothing speaks against what is read; nothing if that was seen before.
    fn look(&mut self) -> Option<Sight> {
        let begun = Instant::now();
        loop {
            let read = self.read();
            let doubt = self.doubt(&read, begun);
            let wake = match doubt {
                None => return self.judge(read),
                Some(Doubt::Disturbed) => self.alarm.wait(Some(Duration::ZERO)),
                Some(Doubt::HalfSaved(time)) => self.alarm.pause(time),
            };
            if wake == Wake::Stopped {
                return Some(Sight::Stopped);
            }
        }
    }

    /// The one place where the folder is read.
    fn read(&mut self) -> Result<Checked<SourceTree>, DiscoverError> {
        self.alarm.arm();
        discover::read(&self.root, &Limits::default())
    }

    fn doubt(
        &mut self,
        read: &Result<Checked<SourceTree>, DiscoverError>,
        begun: Instant,
    ) -> Option<Doubt> {
        if begun.elapsed() > RESTLESS_FOR {
            return None;
        }
        if self.alarm.is_ringing() {
            return Some(Doubt::Disturbed);
        }
        let left = |time: Duration| {
            time.checked_sub(begun.elapsed()).filter(|left| !left.is_zero()).map(Doubt::HalfSaved)
        };
        let seen = self.seen.as_ref()?;
        let Ok(read) = read else {
            // Settings that are saved by deleting and making them again, for instance.
            return if self.is_lost { None } else { left(GONE_FOR) };
        };
        let changes = Changes::between(Some(&seen.value), &read.value);
        let is_empty = |path: &&String| {
            let file = read.value.at(path);
            file.is_some_and(|file| file.len == 0) && !self.empty.contains(path.as_str())
        };
        if changes.changed.iter().any(|path| is_empty(&path)) {
            return left(EMPTY_FOR);
        }
        if !changes.removed.is_empty() {
            return left(GONE_FOR);
        }
        if !changes.is_empty() && self.alarm.is_polling() {
            return left(STILL_FOR);
        }
        None
    }

    fn judge(&mut self, read: Result<Checked<SourceTree>, DiscoverError>) -> Option<Sight> {
        let has_told = std::mem::take(&mut self.has_told);
        let read = match read {
            Ok(read) => read,
            Err(_) if std::mem::replace(&mut self.is_lost, true) => return None,
            Err(error) => return Some(Sight::Lost(error)),
        };
        let was_lost = std::mem::replace(&mut self.is_lost, false);
        let before = self.seen.as_ref();
        let changes = Changes::between(before.map(|seen| &*seen.value), &read.value);
        let is_known = before.is_some_and(|seen| seen.found == read.found) && changes.is_empty();
        if is_known && !was_lost && !has_told {
            return None;
        }
        let tree = Arc::new(read.value);
        let empty = tree.files().iter().filter(|file| file.len == 0);
        self.empty = empty.map(|file| file.path.clone()).collect();
        self.seen = Some(Checked::new(Arc::clone(&tree), read.found.clone()));
        Some(Sight::Runbook(Seen { tree, found: read.found, changes }))
    }
}

/// Returns a path of the runbook as the tree has it, with `/` between its parts.
fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests;
