//! Shows how far a long run is, and tells afterwards where its time went.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use clearjar::progress::{Progress, Stage};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A run that is shorter than this shows nothing: what flickers past is no help.
const PATIENCE: Duration = Duration::from_millis(500);

/// Listens to a run.
pub struct Meter {
    started: Instant,
    laps: Mutex<Vec<Lap>>,
    /// Nothing where nobody looks: standard error is no terminal.
    bar: Option<ProgressBar>,
    is_shown: AtomicBool,
}

/// When a stage began.
struct Lap {
    stage: Stage,
    at: Instant,
    cpu: Option<Duration>,
}

impl Meter {
    /// Begins to listen.
    pub fn start() -> Meter {
        let is_watched = io::stderr().is_terminal();
        Meter {
            started: Instant::now(),
            laps: Mutex::default(),
            bar: is_watched
                .then(|| ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())),
            is_shown: AtomicBool::new(false),
        }
    }

    /// Takes the bar off the terminal: what follows is for reading.
    pub fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// Returns how long it has taken so far.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Returns a line for each stage: what went on, for how long, and how much work of all
    /// processors it was.
    pub fn timings(&self) -> String {
        let (end, end_cpu) = (Instant::now(), cpu_time());
        let laps = self.laps();
        let mut text = format!("{:22}{:>8}{:>9}\n", "", "wall s", "CPU s");
        for (ix, lap) in laps.iter().enumerate() {
            let (until, until_cpu) = match laps.get(ix + 1) {
                Some(next) => (next.at, next.cpu),
                None => (end, end_cpu),
            };
            let cpu = until_cpu.zip(lap.cpu).map(|(until, from)| until.saturating_sub(from));
            text.push_str(&line(lap.stage.name(), until - lap.at, cpu));
        }
        let began = laps.first().map_or(end, |lap| lap.at);
        text.push_str(&line("everything", began.elapsed(), end_cpu));
        text
    }

    fn laps(&self) -> MutexGuard<'_, Vec<Lap>> {
        self.laps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows the bar from now on, where the run has been long enough.
    fn show(&self, bar: &ProgressBar) {
        if self.started.elapsed() > PATIENCE && !self.is_shown.swap(true, Ordering::Relaxed) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Progress for Meter {
    fn begin(&self, stage: Stage, steps: usize) {
        self.laps().push(Lap { stage, at: Instant::now(), cpu: cpu_time() });
        let Some(bar) = &self.bar else { return };
        let template = match steps {
            0 => "  {msg} …",
            _ => "  {msg:20} {wide_bar:.cyan/dim} {human_pos} of {human_len}",
        };
        bar.set_style(ProgressStyle::with_template(template).expect("the template is well-formed"));
        bar.set_message(stage.name());
        bar.set_position(0);
        bar.set_length(steps as u64);
        self.show(bar);
        bar.tick();
    }

    fn step(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
            if !self.is_shown.load(Ordering::Relaxed) {
                self.show(bar);
            }
        }
    }
}

fn line(what: &str, wall: Duration, cpu: Option<Duration>) -> String {
    let cpu = cpu.map_or("–".to_owned(), |cpu| format!("{:.3}", cpu.as_secs_f64()));
    format!("{what:22}{:>8.3}{cpu:>9}\n", wall.as_secs_f64())
}

/// Returns what this process has had of all processors so far.
#[cfg(unix)]
fn cpu_time() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Some(Duration::new(time.tv_sec.try_into().ok()?, time.tv_nsec.try_into().ok()?))
}

#[cfg(not(unix))]
fn cpu_time() -> Option<Duration> {
    None
}
