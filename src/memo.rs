//! Keeps what pure functions gave, from one run to the next.
//!
//! A key is the digest of all that a result depends on, so a result that is found is the right one.
//! What a run has had no use for is forgotten at its end: an edit that is taken back within a run
//! costs nothing, and a session of days does not grow.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use crate::digest::Digest;

/// Results by the digest of what they were made from.
#[derive(Debug)]
pub struct Memo<V> {
    slots: Mutex<FxHashMap<Digest, Slot<V>>>,
    run: AtomicU32,
}

#[derive(Debug)]
struct Slot<V> {
    value: Arc<V>,
    /// The run that has last had a use for it.
    used: u32,
}

impl<V> Default for Memo<V> {
    fn default() -> Memo<V> {
        Memo { slots: Mutex::default(), run: AtomicU32::new(0) }
    }
}

impl<V> Memo<V> {
    /// Returns a memo that knows `known`, as if from the run before.
    pub fn of(known: impl IntoIterator<Item = (Digest, V)>) -> Memo<V> {
        let slots = known.into_iter().map(|(key, value)| {
            let slot = Slot { value: Arc::new(value), used: 0 };
            (key, slot)
        });
        Memo { slots: Mutex::new(slots.collect()), run: AtomicU32::new(1) }
    }

    /// Returns what is known for `key`.
    pub fn get(&self, key: Digest) -> Option<Arc<V>> {
        let run = self.run.load(Ordering::Relaxed);
        let mut slots = self.slots();
        let slot = slots.get_mut(&key)?;
        slot.used = run;
        Some(Arc::clone(&slot.value))
    }

    /// Keeps `value`, and returns it as it is kept.
    pub fn put(&self, key: Digest, value: V) -> Arc<V> {
        let value = Arc::new(value);
        let used = self.run.load(Ordering::Relaxed);
        self.slots().insert(key, Slot { value: Arc::clone(&value), used });
        value
    }

    /// Returns what is known for `key`, made by `make` where nothing is.
    pub fn get_or(&self, key: Digest, make: impl FnOnce() -> V) -> Arc<V> {
        match self.get(key) {
            Some(value) => value,
            None => self.put(key, make()),
        }
    }

    /// Ends a run: forgets what it has had no use for.
    pub fn end_run(&self) {
        let run = self.run.fetch_add(1, Ordering::Relaxed);
        self.slots().retain(|_, slot| slot.used == run);
    }

    /// Returns all that is known, in the order of the keys.
    pub fn all(&self) -> Vec<(Digest, Arc<V>)> {
        let slots = self.slots();
        let mut all: Vec<_> =
            slots.iter().map(|(key, slot)| (*key, Arc::clone(&slot.value))).collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        all
    }

    fn slots(&self) -> MutexGuard<'_, FxHashMap<Digest, Slot<V>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Digest {
        Digest::of(text.as_bytes())
    }

    #[test]
    fn what_a_run_has_no_use_for_is_forgotten_at_its_end() {
        let memo = Memo::default();
        memo.put(key("a"), 1);
        memo.put(key("b"), 2);
        memo.end_run();
        assert_eq!(memo.get(key("a")).as_deref(), Some(&1));
        memo.end_run();
        assert_eq!(memo.get(key("a")).as_deref(), Some(&1));
        assert_eq!(memo.get(key("b")), None);
    }

    #[test]
    fn what_was_known_before_lasts_for_the_first_run() {
        let memo = Memo::of([(key("a"), 1), (key("b"), 2)]);
        assert_eq!(*memo.get_or(key("a"), || unreachable!("it is known")), 1);
        memo.end_run();
        assert_eq!(memo.all().into_iter().map(|(key, _)| key).collect::<Vec<_>>(), [key("a")]);
    }
}
