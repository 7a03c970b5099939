//! `clearjar build`: makes the site.

use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use clearjar::diagnostic::human::{self, Style};
use clearjar::diagnostic::{Diagnostics, Level};
use clearjar::pipeline::{self, Checkup, Inputs, Outcome};
use clearjar::progress::{Progress as _, Stage};
use clearjar::publish::{self, Durability, Published, Publisher, Target};
use clearjar::text::plural;

use super::Exit;
use super::args::{Build, Common};
use super::check::{inputs, verdict};
use super::failure::{Failure, shown};
use super::follow::{Following, News, now};
use super::meter::Meter;
use super::runbook::{Runbook, from_here};
use super::terminal::Terminal;

/// Builds and publishes the site, unless errors stand against it.
pub fn run(args: &Build, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    if args.watches() {
        return watch(args, common, terminal);
    }
    let meter = Meter::start();
    meter.begin(Stage::Files, 0);
    // Never taken apart: the process ends soon, and a large runbook is a million small values.
    let runbook = ManuallyDrop::new(Runbook::read(common)?);
    let inputs = inputs(&runbook, common, &meter);
    let checkup = ManuallyDrop::new(pipeline::check(&inputs));
    let built = publish(&runbook, &inputs, &checkup, args, &meter);
    Ok(tell(&built?, &runbook, args, &meter, terminal))
}

/// Builds and publishes the site whenever the runbook changes.
fn watch(args: &Build, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let mut following = Following::begin(common, &args.follow)?;
    while let Some(news) = following.next(terminal) {
        let meter = Meter::start();
        let (runbook, changes) = match news {
            News::Runbook(runbook, changes) => (runbook, changes),
            News::Lost(error) => {
                terminal.say(&format!("{} {error}; the site stays as it is until then\n", now()));
                continue;
            }
        };
        if !changes.is_empty() {
            terminal.out_now(&format!("{} {changes}\n", now()));
        }
        let inputs = inputs(&runbook, common, &meter);
        let checkup = pipeline::check(&inputs);
        match publish(&runbook, &inputs, &checkup, args, &meter) {
            Ok(built) => drop(tell(&built, &runbook, args, &meter, terminal)),
            // A full disk, or another build at work: the next save tries again.
            Err(failure) => terminal.fail(&failure),
        }
        terminal.out_now("");
    }
    Ok(Exit::Done)
}

/// What came of a build.
enum Built {
    /// Findings stand against publishing.
    Refused(Diagnostics),
    /// The site is published.
    Done(Outcome, Box<Published>),
}

/// Returns the folder of the site.
fn site_folder(args: &Build, runbook: &Runbook) -> PathBuf {
    args.output.clone().unwrap_or_else(|| runbook.root.join("site"))
}

/// Makes and publishes the site of a runbook that was checked, unless findings stand against it.
/// Afterwards the meter is off the terminal.
fn publish(
    runbook: &Runbook,
    inputs: &Inputs<'_>,
    checkup: &Checkup,
    args: &Build,
    meter: &Meter,
) -> Result<Built, Failure> {
    if verdict(&checkup.found, &args.strict) == Exit::Problems {
        meter.clear();
        return Ok(Built::Refused(checkup.found.clone()));
    }
    let publisher = Publisher::begin(&Target {
        folder: site_folder(args, runbook),
        runbook: runbook.root.clone(),
        title: checkup.config.site.title.clone(),
        durability: Durability::Flushed,
    })?;
    let outcome = pipeline::make(inputs, checkup, &|path, file| publisher.put(path, file));
    meter.begin(Stage::Exchange, 0);
    if verdict(&outcome.found, &args.strict) == Exit::Problems {
        meter.clear();
        publisher.abandon();
        return Ok(Built::Refused(outcome.found));
    }
    let published = publisher.finish(outcome.imprint.clone());
    meter.clear();
    Ok(Built::Done(outcome, Box::new(published?)))
}

/// Tells what came of a build.
fn tell(
    built: &Built,
    runbook: &Runbook,
    args: &Build,
    meter: &Meter,
    terminal: &mut Terminal,
) -> Exit {
    let (outcome, published) = match built {
        Built::Refused(found) => return refused(found, runbook, terminal),
        Built::Done(outcome, published) => (outcome, published),
    };
    tell_findings(&outcome.found, runbook, terminal);
    tell_published(published, terminal);
    let index = from_here(&site_folder(args, runbook).join("index.html"));
    terminal.out(&summary(outcome, published, meter.elapsed().as_secs_f64(), &index));
    if args.timings {
        terminal.say(&meter.timings());
    }
    match published.outcome {
        publish::Outcome::VisibleNotFlushed { .. } => Exit::NotFlushed,
        publish::Outcome::New | publish::Outcome::NothingChanged => Exit::Done,
    }
}

/// Tells what stands against publishing.
fn refused(found: &Diagnostics, runbook: &Runbook, terminal: &mut Terminal) -> Exit {
    tell_findings(found, runbook, terminal);
    terminal.say("nothing was published: the site, if there is one, is as it was\n");
    Exit::Problems
}

/// Tells errors in full and warnings by their number: they are on the site, and `check` has them.
fn tell_findings(found: &Diagnostics, runbook: &Runbook, terminal: &mut Terminal) {
    tell_errors(found, runbook, terminal);
    let warnings = found.count(Level::Warning);
    if warnings > 0 {
        let count = plural(warnings, "warning", "warnings");
        terminal.say(&format!("{count}: run `clearjar check` to see them\n"));
    }
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

/// Returns the closing line: `152 records, 214 pages: 3 files written, 211 unchanged, …`.
fn summary(outcome: &Outcome, published: &Published, seconds: f64, index: &Path) -> String {
    format!(
        "{}, {}: {} written, {} unchanged, in {seconds:.2} s → {}\n",
        plural(outcome.counts.records, "record", "records"),
        plural(outcome.counts.pages, "page", "pages"),
        plural(published.written, "file", "files"),
        published.unchanged,
        index.display(),
    )
}
