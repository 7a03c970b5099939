//! Rings when something in a runbook may have changed.
//!
//! `notify` asks the system for events; only those about files that a reading would look at ring.
//! What is watched is gone through again whenever a folder came or went, and *before* the folder is
//! read: what happened before that is read, what happens later rings.
//!
//! Watched are the runbook's own folder, for its settings and for folders that come, and those in it
//! that are read, with all that is below. So neither the site that is written nor `.git` rings.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, CreateKind, EventKind, ModifyKind, RemoveKind};
use notify::{ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher};

use super::burst::{Bell, Burst};
use super::{Mode, USUAL_INTERVAL};
use crate::discover;

/// Whether the system tells when a file that was written is closed.
const TELLS_OF_CLOSING: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// How long to let be what only says that events were lost, the first time and at most. Reading a large
/// folder makes so many events that it can be their cause.
const AFTER_OVERFLOW: Duration = Duration::from_millis(50);
const LONGEST_AFTER_OVERFLOW: Duration = Duration::from_secs(5);

/// Why the waiting ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wake {
    /// Something may have changed.
    Changed,
    /// The time is over.
    Elapsed,
    /// It is to end.
    Stopped,
}

/// Waits for changes.
pub(super) struct Alarm {
    root: PathBuf,
    mode: Mode,
    bells: Receiver<Bell>,
    ringer: Sender<Bell>,
    /// Bells that were heard while nobody waited.
    heard: VecDeque<Bell>,
    watcher: Option<RecommendedWatcher>,
    overflows: u32,
    is_stopped: bool,
    /// The files that the last burst was about, where it was about a few files alone.
    pub(super) saved: BTreeSet<PathBuf>,
    /// What people should know of how changes become known.
    pub(super) notice: Option<String>,
}

/// Ends the waiting of a [`super::Follower`], from any thread.
#[derive(Clone, Debug)]
pub struct Stopper(Sender<Bell>);

impl Stopper {
    /// Has [`super::Follower::next`] return [`super::Sight::Stopped`], now and from now on.
    pub fn stop(&self) {
        // A follower that is gone needs no stopping.
        let _ = self.0.send(Bell::Stop);
    }
}

impl Alarm {
    pub(super) fn new(root: &Path, mode: Mode) -> Alarm {
        let (ringer, bells) = mpsc::channel();
        let mut alarm = Alarm {
            root: root.to_owned(),
            mode,
            bells,
            ringer,
            heard: VecDeque::new(),
            watcher: None,
            overflows: 0,
            is_stopped: false,
            saved: BTreeSet::new(),
            notice: None,
        };
        if mode == Mode::Events && is_remote(root) {
            alarm.poll_instead("the folder is on a network, where changes by others are not told");
        }
        alarm
    }

    pub(super) fn stopper(&self) -> Stopper {
        Stopper(self.ringer.clone())
    }

    pub(super) fn is_polling(&self) -> bool {
        matches!(self.mode, Mode::Poll(_))
    }

    /// Whether something has rung since the last wait.
    pub(super) fn is_ringing(&mut self) -> bool {
        self.heard.extend(self.bells.try_iter());
        !self.heard.is_empty()
    }

    /// Makes sure that everything is watched that is there. Costs nothing while no folder has changed.
    pub(super) fn arm(&mut self) {
        if self.watcher.is_some() || self.is_polling() {
            return;
        }
        match watch(&self.root, self.ringer.clone()) {
            Ok(watcher) => self.watcher = Some(watcher),
            // It is gone or closed to us, and cannot be read either; whoever waits for that to change
            // looks often enough.
            Err(error) if is_about_the_folder(&error) => {}
            Err(error) => self.poll_instead(&in_words(&error)),
        }
    }

    fn poll_instead(&mut self, why: &str) {
        self.mode = Mode::Poll(USUAL_INTERVAL);
        let seconds = USUAL_INTERVAL.as_secs();
        self.notice = Some(format!("{why}, so it is looked at every {seconds} seconds"));
    }

    /// Waits for a burst of events to come and to be over, for at most `patience` until its first.
    pub(super) fn wait(&mut self, patience: Option<Duration>) -> Wake {
        let interval = match self.mode {
            Mode::Poll(interval) => Some(interval),
            Mode::Events => None,
        };
        let mut burst = Burst::default();
        match self.next(patience.into_iter().chain(interval).min()) {
            Some(bell) => burst.add(bell),
            // What is shorter: the time to look again, or the time one is ready to wait.
            None if self.is_stopped => return Wake::Stopped,
            None if interval.is_some_and(|it| patience.is_none_or(|patience| it <= patience)) => {
                return Wake::Changed;
            }
            None => return Wake::Elapsed,
        }
        self.hear_out(&mut burst);
        let wake = self.settle(&burst);
        self.saved = burst.saved();
        wake
    }

    /// Waits for `time`, or until something rings.
    pub(super) fn pause(&mut self, time: Duration) -> Wake {
        let mut burst = Burst::default();
        if let Some(bell) = self.next(Some(time)) {
            burst.add(bell);
            self.hear_out(&mut burst);
        }
        self.settle(&burst)
    }

    fn hear_out(&mut self, burst: &mut Burst) {
        let first = Instant::now();
        while let Some(patience) = burst.patience(first.elapsed()) {
            match self.next(Some(patience)) {
                Some(bell) => burst.add(bell),
                None => break,
            }
        }
    }

    fn settle(&mut self, burst: &Burst) -> Wake {
        self.is_stopped |= burst.stop;
        if burst.folders || burst.overflow {
            // Made anew rather than mended: what of it is still right, nothing can tell.
            self.watcher = None;
        }
        self.overflows = if burst.is_overflow_alone() { self.overflows + 1 } else { 0 };
        if self.overflows > 0 {
            let time = AFTER_OVERFLOW * 2_u32.saturating_pow(self.overflows - 1);
            if let Some(bell) = self.next(Some(time.min(LONGEST_AFTER_OVERFLOW))) {
                self.heard.push_front(bell);
            }
        }
        match (self.is_stopped, burst.is_empty()) {
            (true, _) => Wake::Stopped,
            (_, true) => Wake::Elapsed,
            (_, false) => Wake::Changed,
        }
    }

    fn next(&mut self, patience: Option<Duration>) -> Option<Bell> {
        if let Some(bell) = self.heard.pop_front() {
            return Some(bell);
        }
        if self.is_stopped {
            return None;
        }
        let bell = match patience {
            Some(patience) => self.bells.recv_timeout(patience),
            None => self.bells.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        // There is always a sender: this has one itself.
        bell.ok()
    }
}

#[cfg(test)]
impl Alarm {
    /// Loses what watches, as if the system told nothing.
    pub(super) fn deafen(&mut self) {
        // Dropped, it ends on a thread of its own, and may tell of what is done meanwhile.
        for folder in discover::folders().map(|name| self.root.join(name)) {
            let _ = self.watcher.as_mut().map(|watcher| watcher.unwatch(&folder));
        }
        let _ = self.watcher.as_mut().map(|watcher| watcher.unwatch(&self.root));
        self.watcher = Some(notify::recommended_watcher(|_| {}).expect("there are events here"));
    }

    /// Rings as for events that were lost.
    pub(super) fn overflow(&self) {
        self.ringer.send(Bell::Overflow).expect("this has the other end itself");
    }
}

impl fmt::Debug for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alarm").field("root", &self.root).field("mode", &self.mode).finish()
    }
}

/// Watches what is read in the runbook in `root`.
fn watch(root: &Path, ringer: Sender<Bell>) -> notify::Result<RecommendedWatcher> {
    let base = root.to_owned();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        for bell in bells(&base, event) {
            // Nobody listens any more.
            let _ = ringer.send(bell);
        }
    })?;
    watcher.watch(root, RecursiveMode::NonRecursive)?;
    for folder in discover::folders().map(|name| root.join(name)) {
        // A link is not read, and what it leads to may be anything.
        if folder.symlink_metadata().is_ok_and(|it| it.is_dir()) {
            match watcher.watch(&folder, RecursiveMode::Recursive) {
                Err(error) if is_out_of_means(&error) => return Err(error),
                // Gone in this moment, or closed to us: its own folder tells when that changes.
                _ => {}
            }
        }
    }
    Ok(watcher)
}

/// Returns what an event rings: nothing if it is about something that is not read.
fn bells(root: &Path, event: notify::Result<Event>) -> Vec<Bell> {
    let event = match event {
        Ok(event) if event.need_rescan() => return vec![Bell::Overflow],
        Ok(event) => event,
        Err(_) => return vec![Bell::Overflow],
    };
    let paths = event.paths.into_iter().filter(|path| is_ours(root, path));
    paths.filter_map(|path| bell(root, event.kind, path)).collect()
}

fn bell(root: &Path, kind: EventKind, path: PathBuf) -> Option<Bell> {
    Some(match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Bell::Closed(path),
        // That somebody reads, we ourselves among them.
        EventKind::Access(_) => return None,
        _ if path == root => Bell::Folder,
        EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder) => {
            Bell::Folder
        }
        EventKind::Modify(ModifyKind::Data(_)) if TELLS_OF_CLOSING => Bell::Written(path),
        // Renamed, or with other rights. What is gone may have been a folder.
        EventKind::Modify(ModifyKind::Name(_) | ModifyKind::Metadata(_)) => {
            match path.symlink_metadata() {
                Ok(metadata) if metadata.is_dir() => Bell::Folder,
                Err(_) if path.extension().is_none() => Bell::Folder,
                _ => Bell::File(path),
            }
        }
        _ => Bell::File(path),
    })
}

/// Whether a change at `path` can be one to the runbook.
fn is_ours(root: &Path, path: &Path) -> bool {
    match path.strip_prefix(root) {
        Ok(inside) => inside.as_os_str().is_empty() || discover::is_read(inside),
        Err(_) => false,
    }
}

fn is_about_the_folder(error: &notify::Error) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound, PermissionDenied};
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => {
            matches!(error.kind(), NotFound | NotADirectory | PermissionDenied)
        }
        _ => false,
    }
}

fn is_out_of_means(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::MaxFilesWatch => true,
        ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::StorageFull,
        _ => false,
    }
}

/// Says why there are no events, and what would change that.
fn in_words(error: &notify::Error) -> String {
    match &error.kind {
        ErrorKind::MaxFilesWatch => "the system's limit of watched folders is reached \
                                     (fs.inotify.max_user_watches)"
            .to_owned(),
        // EMFILE, for which there is no kind: as many as are allowed follow folders already.
        ErrorKind::Io(error) if error.raw_os_error() == Some(24) => {
            "too many programs watch folders already (fs.inotify.max_user_instances)".to_owned()
        }
        _ => format!("the system does not tell of changes here ({error})"),
    }
}

/// Whether the folder is on a disk of another machine, by the type of its file system (statfs(2)).
#[cfg(any(target_os = "linux", target_os = "android"))]
#[allow(clippy::unnecessary_cast, reason = "the number has another type on other machines")]
fn is_remote(root: &Path) -> bool {
    const NFS: i64 = 0x6969;
    const SMB: [i64; 3] = [0x517b, 0xff53_4d42, 0xfe53_4d42];
    /// Windows' disks as WSL shows them, and folders that a virtual machine shares.
    const PLAN9: i64 = 0x0102_1997;
    /// sshfs, cloud drives and the like.
    const FUSE: i64 = 0x6573_5546;
    let Ok(stat) = rustix::fs::statfs(root) else { return false };
    let of = stat.f_type as i64;
    [NFS, PLAN9, FUSE].contains(&of) || SMB.contains(&of)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn is_remote(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use notify::event::{DataChange, Flag, MetadataKind};

    use super::*;

    fn rung(kind: EventKind, path: &str) -> Vec<Bell> {
        bells(Path::new("/rb"), Ok(Event::new(kind).add_path(PathBuf::from(path))))
    }

    #[test]
    fn only_what_is_read_rings() {
        let written = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        for path in
            ["/rb/clearjar.toml", "/rb/records/a/b.toml", "/rb/theme/x.css", "/rb/README.md"]
        {
            assert_eq!(rung(written, path).len(), 1, "{path}");
        }
        for path in [
            "/rb/site/index.html",
            "/rb/.site.stage-new/index.html",
            "/rb/.git/index",
            "/rb/.clearjar/cache",
            "/rb/records/.a.toml.swp",
            "/rb/records/a.toml~",
            "/other/records/a.toml",
        ] {
            assert_eq!(rung(written, path), [], "{path}");
        }
    }

    #[test]
    fn reading_does_not_ring() {
        let open = EventKind::Access(AccessKind::Open(AccessMode::Any));
        assert_eq!(rung(open, "/rb/records/a.toml"), []);
    }

    #[test]
    fn rights_of_the_runbook_itself_ring() {
        let rights = EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any));
        assert_eq!(rung(rights, "/rb").len(), 1);
    }

    #[test]
    fn lost_events_and_broken_watches_ring() {
        let lost = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert_eq!(bells(Path::new("/rb"), Ok(lost)), [Bell::Overflow]);
        let broken = notify::Error::generic("broken");
        assert_eq!(bells(Path::new("/rb"), Err(broken)), [Bell::Overflow]);
    }
}
