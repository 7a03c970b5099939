//! Tells when a burst of events is over.
//!
//! In: what rings, one bell after another. Out: how long to wait for the next before the folder is
//! looked at. One saved file is looked at almost at once; a checkout of thousands when it is through; a
//! file that somebody still writes into when it is closed.
//!
//! Written here, and not the debouncer beside `notify`: that one holds every event back for the same
//! time, is woken by a clock of its own, and orders and merges events that nobody here looks at.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

/// Silence after a few events. An editor's save is several within a millisecond or two.
const QUIET: Duration = Duration::from_millis(12);

/// Silence after many, which another program writes: it may pause between two files.
const QUIET_AFTER_MANY: Duration = Duration::from_millis(80);

/// As many events as no editor's save makes.
const MANY: usize = 40;

/// How long it may go on, by what it is.
const LONGEST: Duration = Duration::from_millis(200);
const LONGEST_OF_MANY: Duration = Duration::from_secs(3);
const LONGEST_OPEN: Duration = Duration::from_secs(2);

/// What rings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Bell {
    /// Something was written into a file, and it is not closed yet. Only where closing is told.
    Written(PathBuf),
    /// A file that was open for writing is closed.
    Closed(PathBuf),
    /// A file came, went, or has other rights or another name.
    File(PathBuf),
    /// A folder did, so what is watched has to be gone through again.
    Folder,
    /// The system has lost count, or a watch is broken: anything may have changed.
    Overflow,
    /// The waiting is to end.
    Stop,
}

/// The bells that have rung since the folder was last looked at.
#[derive(Default, Debug)]
pub(super) struct Burst {
    bells: usize,
    open: BTreeSet<PathBuf>,
    /// The files, unless they are many.
    files: BTreeSet<PathBuf>,
    /// Whether a folder came, went or changed.
    pub(super) folders: bool,
    /// Whether events were lost.
    pub(super) overflow: bool,
    /// Whether the waiting is to end.
    pub(super) stop: bool,
}

impl Burst {
    /// Takes in one more.
    pub(super) fn add(&mut self, bell: Bell) {
        self.bells += 1;
        if let (Bell::Written(path) | Bell::Closed(path) | Bell::File(path), true) =
            (&bell, self.bells <= MANY)
        {
            self.files.insert(path.clone());
        }
        match bell {
            Bell::Written(path) => drop(self.open.insert(path)),
            Bell::Closed(path) => drop(self.open.remove(&path)),
            Bell::File(_) => {}
            Bell::Folder => self.folders = true,
            Bell::Overflow => self.overflow = true,
            Bell::Stop => self.stop = true,
        }
    }

    /// Returns the files that were saved, if that is all that happened, and they are few.
    pub(super) fn saved(self) -> BTreeSet<PathBuf> {
        let is_all = !self.folders && !self.overflow && self.open.is_empty() && self.bells <= MANY;
        if is_all { self.files } else { BTreeSet::new() }
    }

    /// Whether nothing has rung.
    pub(super) fn is_empty(&self) -> bool {
        self.bells == 0
    }

    /// Whether all that is known is that events were lost.
    pub(super) fn is_overflow_alone(&self) -> bool {
        self.overflow && self.bells == 1
    }

    /// Returns how long to wait for another, when the first came this long ago; nothing when it is over.
    pub(super) fn patience(&self, since_first: Duration) -> Option<Duration> {
        let is_crowd = self.bells > MANY;
        let (quiet, longest) = match (self.open.is_empty(), is_crowd) {
            (false, false) => (LONGEST_OPEN, LONGEST_OPEN),
            (false, true) => (LONGEST_OPEN, LONGEST_OF_MANY),
            (true, true) => (QUIET_AFTER_MANY, LONGEST_OF_MANY),
            (true, false) => (QUIET, LONGEST),
        };
        let left = longest.checked_sub(since_first).filter(|left| !left.is_zero())?;
        (!self.stop).then_some(quiet.min(left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bells: impl IntoIterator<Item = Bell>) -> Burst {
        let mut burst = Burst::default();
        bells.into_iter().for_each(|bell| burst.add(bell));
        burst
    }

    fn ms(number: u64) -> Duration {
        Duration::from_millis(number)
    }

    #[test]
    fn a_save_is_over_after_a_short_silence_and_in_any_case_soon() {
        let burst =
            of([Bell::File("a".into()), Bell::Written("a".into()), Bell::Closed("a".into())]);
        assert_eq!(burst.patience(ms(0)), Some(QUIET));
        assert_eq!(burst.patience(ms(195)), Some(ms(5)));
        assert_eq!(burst.patience(ms(200)), None);
    }

    #[test]
    fn a_file_that_is_open_is_waited_for_but_not_for_ever() {
        let mut burst = of([Bell::Written("a".into()), Bell::Written("b".into())]);
        burst.add(Bell::Closed("a".into()));
        assert_eq!(burst.patience(ms(500)), Some(LONGEST_OPEN - ms(500)));
        assert_eq!(burst.patience(LONGEST_OPEN), None);
        burst.add(Bell::Closed("b".into()));
        assert_eq!(burst.patience(ms(100)), Some(QUIET));
    }

    #[test]
    fn a_checkout_may_pause_between_two_files() {
        let burst = of((0..5_000).map(|number| Bell::File(number.to_string().into())));
        assert_eq!(burst.patience(ms(1_000)), Some(QUIET_AFTER_MANY));
        assert_eq!(burst.patience(LONGEST_OF_MANY), None);
    }

    #[test]
    fn the_wish_to_stop_ends_every_wait() {
        assert_eq!(of([Bell::Written("a".into()), Bell::Stop]).patience(ms(0)), None);
    }
}
