//! What `serve` and `build --watch` share: the runbook whenever there is news of it, until Ctrl-C.

use std::path::PathBuf;
use std::time::Duration;

use clearjar::discover::DiscoverError;
use clearjar::source::SourceFile;
use clearjar::watch::{Changes, Follower, Mode, Seen, Sight};
use jiff::{ToSpan, Zoned};

use super::args::{Common, Follow};
use super::failure::Failure;
use super::runbook::{Runbook, clock};
use super::signals;
use super::terminal::Terminal;

/// What there is to do something about.
pub enum News {
    /// The runbook: for the first time, changed, or on another day.
    Runbook(Runbook, Changes),
    /// Files of records were saved; the runbook comes next.
    Saved(Vec<SourceFile>),
    /// It cannot be read any more.
    Lost(DiscoverError),
}

/// Follows a runbook.
pub struct Following {
    /// Its folder.
    pub root: PathBuf,
    follower: Follower,
    /// What was read last, to be gone through again when the day changes.
    last: Option<Seen>,
    /// Whether the day is the clock's.
    follows_clock: bool,
}

impl Following {
    /// Begins to follow the runbook that the arguments name; Ctrl-C and SIGTERM end it from now on.
    pub fn begin(common: &Common, follow: &Follow) -> Result<Following, Failure> {
        let root = Runbook::root(common)?;
        let mode = follow.poll.map_or(Mode::Events, Mode::Poll);
        let follower = Follower::new(&root, mode);
        let stopper = follower.stopper();
        signals::on_end(move || stopper.stop())?;
        Ok(Following { root, follower, last: None, follows_clock: common.today.is_none() })
    }

    /// Has [`News::Saved`] told.
    pub fn telling_of_saving(self) -> Following {
        Following { follower: self.follower.telling_of_saving(), ..self }
    }

    /// Waits for news; nothing when it is to end.
    pub fn next(&mut self, terminal: &mut Terminal) -> Option<News> {
        let day = clock();
        loop {
            let patience = self.follows_clock.then(|| until_midnight(&Zoned::now()));
            let sight = self.follower.next(patience);
            if let Some(notice) = self.follower.notice() {
                terminal.say(&format!("note: {notice}\n"));
            }
            match sight {
                Sight::Runbook(seen) => {
                    self.last = Some(Seen { changes: Changes::default(), ..seen.clone() });
                    return Some(self.runbook(seen));
                }
                Sight::Saved(files) => return Some(News::Saved(files)),
                Sight::Lost(error) => return Some(News::Lost(error)),
                Sight::Stopped => return None,
                Sight::Elapsed if clock() == day => {}
                Sight::Elapsed => {
                    let Some(seen) = self.last.clone() else { continue };
                    return Some(self.runbook(seen));
                }
            }
        }
    }

    fn runbook(&self, seen: Seen) -> News {
        let runbook = Runbook::of(self.root.clone(), seen.tree, seen.found);
        News::Runbook(runbook, seen.changes)
    }
}

/// Returns the time of day, to stand before a line.
pub fn now() -> String {
    Zoned::now().strftime("%H:%M:%S").to_string()
}

/// Returns how long this day still is. At most an hour is waited at once, since a computer that sleeps
/// does not count the time.
fn until_midnight(now: &Zoned) -> Duration {
    const HOUR: Duration = Duration::from_secs(3600);
    let midnight = now.start_of_day().and_then(|day| day.checked_add(1.day()));
    let left = midnight.map(|midnight| now.duration_until(&midnight).unsigned_abs());
    left.map_or(HOUR, |left| left.min(HOUR)) + Duration::from_millis(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_day_is_waited_for_and_no_longer_than_an_hour_at_once() {
        let at = |text: &str| until_midnight(&text.parse().unwrap());
        assert_eq!(at("2026-11-15T23:59:00[UTC]"), Duration::from_millis(60_010));
        assert_eq!(at("2026-11-15T10:00:00[UTC]"), Duration::from_millis(3_600_010));
    }
}
