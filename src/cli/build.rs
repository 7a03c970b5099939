//! `clearjar build`: makes the site.

use std::cell::OnceCell;
use std::mem::ManuallyDrop;
use std::path::PathBuf;

use clearjar::cache::{Cache, LastBuild};
use clearjar::diagnostic::human::{self, Style};
use clearjar::diagnostic::{Diagnostics, Level};
use clearjar::digest::Digest;
use clearjar::pipeline::{self, Checkup, Counts, Inputs, Memory, Outcome};
use clearjar::progress::{Progress as _, Stage};
use clearjar::publish::{self, Durability, Published, Publisher, Stamp, Target};
use clearjar::text::plural;

use super::Exit;
use super::args::{Build, Common, Strict};
use super::check::{inputs, verdict};
use super::edition::{Narrowed, narrow};
use super::failure::{Failure, shown};
use super::follow::{Following, News, now};
use super::meter::Meter;
use super::runbook::{Runbook, SITE, from_here};
use super::shell;
use super::terminal::Terminal;

/// Builds and publishes the site, unless errors stand against it.
pub fn run(args: &Build, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    if args.watches() {
        return watch(args, common, terminal);
    }
    let meter = Meter::start();
    meter.begin(Stage::Files, 0);
    // Never taken apart: the process ends soon, and a large runbook is a million small values.
    let whole = Runbook::read(common)?;
    let runbook = match narrow(whole, &args.readers, common, None, &meter)? {
        Narrowed::To(runbook) => ManuallyDrop::new(runbook),
        Narrowed::Not(whole, checkup) => {
            return Ok(refuse(
                &checkup.found,
                &whole,
                &shell::command("check", common),
                &meter,
                terminal,
            ));
        }
    };
    let memory = ManuallyDrop::new(OnceCell::new());
    let job = Job::of(&runbook, args, common, &meter);
    let exit = job.run(&memory, terminal)?;
    if let Some(memory) = memory.get() {
        meter.begin(Stage::Memory, 0);
        job.cache.keep(memory);
    }
    if args.timings {
        terminal.say(&meter.timings());
    }
    Ok(exit)
}

/// Builds and publishes the site whenever the runbook changes.
fn watch(args: &Build, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let mut following = Following::begin(common, &args.follow)?;
    let memory = OnceCell::new();
    while let Some(news) = following.next(terminal) {
        let meter = Meter::start();
        let (runbook, changes) = match news {
            News::Runbook(runbook, changes) => (runbook, changes),
            News::Saved(_) => continue,
            News::Lost(error) => {
                terminal
                    .say(&format!("{} {error}; the site stays as it is until it is back\n", now()));
                continue;
            }
        };
        if !changes.is_empty() {
            terminal.out_now(&format!("{} {changes}\n", now()));
        }
        let build = |terminal: &mut Terminal| -> Result<(), Failure> {
            match narrow(runbook, &args.readers, common, memory.get(), &meter)? {
                Narrowed::To(runbook) => {
                    Job::of(&runbook, args, common, &meter).run(&memory, terminal).map(drop)
                }
                Narrowed::Not(whole, checkup) => {
                    refuse(
                        &checkup.found,
                        &whole,
                        &shell::command("check", common),
                        &meter,
                        terminal,
                    );
                    Ok(())
                }
            }
        };
        // A full disk, or another build at work: the next save tries again.
        if let Err(failure) = build(terminal) {
            meter.clear();
            terminal.fail(&failure);
        }
        if args.timings {
            terminal.say(&meter.timings());
        }
        terminal.out_now("");
    }
    if let Some(memory) = memory.get() {
        Cache::of(&following.root, program()).keep(memory);
    }
    Ok(Exit::Done)
}

/// Returns what tells this program from any other version of it: it remembers for itself alone.
fn program() -> Digest {
    let metadata = std::env::current_exe().and_then(|path| path.metadata());
    let look = metadata.map(|metadata| (metadata.len(), metadata.modified().ok()));
    Digest::of(format!("{} {look:?}", env!("CARGO_PKG_VERSION")).as_bytes())
}

/// One build.
struct Job<'a> {
    runbook: &'a Runbook,
    inputs: Inputs<'a>,
    folder: PathBuf,
    cache: Cache,
    strict: &'a Strict,
    /// The command that tells the warnings.
    check: String,
    /// Whether the process lasts for more than this build.
    lasts: bool,
    meter: &'a Meter,
}

impl<'a> Job<'a> {
    fn of(runbook: &'a Runbook, args: &'a Build, common: &Common, meter: &'a Meter) -> Job<'a> {
        Job {
            runbook,
            inputs: inputs(runbook, common, meter),
            folder: args.output.clone().unwrap_or_else(|| runbook.root.join(SITE)),
            cache: Cache::of(&runbook.root, program()),
            strict: &args.strict,
            check: shell::command("check", common),
            lasts: args.watches(),
            meter,
        }
    }

    /// Builds, with what is remembered from the build before, in this process or an earlier one.
    fn run(&self, memory: &OnceCell<Memory>, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let last = self.cache.last_build(&self.folder);
        if let Some(last) = &last
            && self.is_current(last)
        {
            self.meter.clear();
            tell_warnings(last.warnings, &self.check, terminal);
            terminal.out(&self.summary(last.counts, 0, last.files));
            return Ok(Exit::Done);
        }
        let memory = memory.get_or_init(|| match self.lasts {
            true => self.cache.memory().lasting(),
            false => self.cache.memory(),
        });
        let inputs = Inputs { memory: Some(memory), ..self.inputs };
        let checkup = ManuallyDrop::new(pipeline::check(&inputs));
        if self.stops(&checkup.found) {
            return Ok(refuse(&checkup.found, self.runbook, &self.check, self.meter, terminal));
        }
        let publisher = Publisher::begin(&self.target(&checkup))?;
        let publisher = publisher.trusting(last.map(|last| last.site));
        let outcome = pipeline::make(&inputs, &checkup, &publisher);
        self.meter.begin(Stage::Exchange, 0);
        if self.stops(&outcome.found) {
            publisher.abandon();
            return Ok(refuse(&outcome.found, self.runbook, &self.check, self.meter, terminal));
        }
        let published = publisher.finish(outcome.imprint.clone());
        self.meter.clear();
        tell_findings(&outcome.found, self.runbook, &self.check, terminal);
        let published = published?;
        tell_published(&published, terminal);
        let (written, unchanged) = (published.written, published.unchanged);
        terminal.out(&self.summary(outcome.counts, written, unchanged));
        memory.end_run();
        self.remember(&outcome, &published);
        Ok(match published.outcome {
            publish::Outcome::VisibleNotFlushed { .. } => Exit::NotFlushed,
            publish::Outcome::New | publish::Outcome::NothingChanged => Exit::Done,
        })
    }

    /// Whether the site is what a build would make of it: it was made from the same, and nobody has
    /// touched it since.
    fn is_current(&self, last: &LastBuild) -> bool {
        let is_denied = self.strict.denies_warnings() && last.warnings > 0;
        last.inputs == self.inputs.digest()
            && self.runbook.found.is_empty()
            && !is_denied
            && last.site.holds(&self.folder)
    }

    fn stops(&self, found: &Diagnostics) -> bool {
        verdict(found, self.strict) == Exit::Problems
    }

    fn target(&self, checkup: &Checkup) -> Target {
        Target {
            folder: self.folder.clone(),
            runbook: self.runbook.root.clone(),
            title: checkup.config.site.title.clone(),
            durability: Durability::Flushed,
        }
    }

    /// Returns the closing line: `152 records, 214 pages: 3 files written, 211 unchanged, …`.
    fn summary(&self, counts: Counts, written: usize, unchanged: usize) -> String {
        format!(
            "{}, {}: {} written, {unchanged} unchanged, in {:.2} s → {}\n",
            plural(counts.records, "record", "records"),
            plural(counts.pages, "page", "pages"),
            plural(written, "file", "files"),
            self.meter.elapsed().as_secs_f64(),
            from_here(&self.folder.join("index.html")).display(),
        )
    }

    /// Keeps what the site looks like now.
    fn remember(&self, outcome: &Outcome, published: &Published) {
        self.meter.begin(Stage::Memory, 0);
        // What has to be told again at the next build is not passed over then.
        let is_quiet = self.runbook.found.is_empty()
            && published.kept_foreign.is_empty()
            && published.kept_changed.is_empty()
            && !matches!(published.outcome, publish::Outcome::VisibleNotFlushed { .. });
        let site = is_quiet.then(|| Stamp::take(&self.folder, &published.manifest)).flatten();
        let build = site.map(|site| LastBuild {
            inputs: self.inputs.digest(),
            site,
            counts: outcome.counts,
            files: published.manifest.files().len(),
            warnings: outcome.found.count(Level::Warning),
        });
        self.cache.keep_build(&self.folder, build.as_ref());
    }
}

/// Tells what stands against publishing.
fn refuse(
    found: &Diagnostics,
    runbook: &Runbook,
    check: &str,
    meter: &Meter,
    terminal: &mut Terminal,
) -> Exit {
    meter.clear();
    tell_findings(found, runbook, check, terminal);
    terminal.say("nothing was published: the site, if there is one, is as it was\n");
    Exit::Problems
}

/// Tells errors in full and warnings by their number: they are on the site, and `check` has them.
fn tell_findings(found: &Diagnostics, runbook: &Runbook, check: &str, terminal: &mut Terminal) {
    tell_errors(found, runbook, terminal);
    tell_warnings(found.count(Level::Warning), check, terminal);
}

/// Tells errors in full, and how many they are.
pub fn tell_errors(found: &Diagnostics, runbook: &Runbook, terminal: &mut Terminal) {
    let errors: Diagnostics =
        found.iter().filter(|found| found.level == Level::Error).cloned().collect();
    if !errors.is_empty() {
        let style = Style { color: terminal.error_color, width: terminal.width };
        let text = human::write(&errors, &runbook.tree, style);
        let count = plural(errors.len(), "error", "errors");
        terminal.say(&format!("{text}\n{count}\n"));
    }
}

fn tell_warnings(warnings: usize, check: &str, terminal: &mut Terminal) {
    if warnings > 0 {
        let count = plural(warnings, "warning", "warnings");
        terminal.say(&format!("{count}: run `{check}` to see them\n"));
    }
}

/// Tells what a person should know of the folder: what others put there, and what was put right.
fn tell_published(published: &Published, terminal: &mut Terminal) {
    let mut tell = |paths: &[String], what: &str| {
        for path in paths.iter().take(5) {
            terminal.say(&format!("{what}: {path}\n"));
        }
        if paths.len() > 5 {
            terminal.say(&format!("{what}: {} more\n", paths.len() - 5));
        }
    };
    tell(&published.changed_by_hand, "warning: changed by hand, and put right");
    tell(&published.kept_changed, "note: no page any more, but changed by hand, so it stays");
    tell(&published.kept_foreign, "note: not part of the site, and left alone");
    for path in &published.set_aside {
        terminal.say(&format!("note: kept beside the site: {}\n", shown(path)));
    }
    if let publish::Outcome::VisibleNotFlushed { reason } = &published.outcome {
        terminal.say(&format!(
            "warning: the new site is visible, but a power cut may still take it back: {reason}\n"
        ));
    }
}
