//! `clearjar build`: makes the site.

use std::mem::ManuallyDrop;
use std::path::Path;

use clearjar::diagnostic::human::{self, Style};
use clearjar::diagnostic::{Diagnostics, Level};
use clearjar::pipeline::{self, Outcome};
use clearjar::progress::{Progress as _, Stage};
use clearjar::publish::{self, Durability, Published, Publisher, Target};
use clearjar::text::plural;

use super::Exit;
use super::args::{Build, Common};
use super::check::{inputs, verdict};
use super::failure::{Failure, shown};
use super::meter::Meter;
use super::runbook::{Runbook, from_here};
use super::terminal::Terminal;

/// Builds and publishes the site, unless errors stand against it.
pub fn run(args: &Build, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let meter = Meter::start();
    meter.begin(Stage::Files, 0);
    // Never taken apart: the process ends soon, and a large runbook is a million small values.
    let runbook = ManuallyDrop::new(Runbook::read(common)?);
    let inputs = inputs(&runbook, common, &meter);
    let checkup = ManuallyDrop::new(pipeline::check(&inputs));
    if verdict(&checkup.found, &args.strict) == Exit::Problems {
        meter.clear();
        return Ok(refused(&checkup.found, &runbook, terminal));
    }
    let folder = args.output.clone().unwrap_or_else(|| runbook.root.join("site"));
    let publisher = Publisher::begin(&Target {
        folder: folder.clone(),
        runbook: runbook.root.clone(),
        title: checkup.config.site.title.clone(),
        durability: Durability::Flushed,
    })?;
    let outcome = pipeline::make(&inputs, &checkup, &|path, file| publisher.put(path, file));
    meter.begin(Stage::Exchange, 0);
    if verdict(&outcome.found, &args.strict) == Exit::Problems {
        meter.clear();
        publisher.abandon();
        return Ok(refused(&outcome.found, &runbook, terminal));
    }
    let published = publisher.finish(outcome.imprint.clone());
    meter.clear();
    tell_findings(&outcome.found, &runbook, terminal);
    let published = published?;
    tell_published(&published, terminal);
    let index = from_here(&folder.join("index.html"));
    terminal.out(&summary(&outcome, &published, meter.elapsed().as_secs_f64(), &index));
    if args.timings {
        terminal.say(&meter.timings());
    }
    Ok(match published.outcome {
        publish::Outcome::VisibleNotFlushed { .. } => Exit::NotFlushed,
        publish::Outcome::New | publish::Outcome::NothingChanged => Exit::Done,
    })
}

/// Tells what stands against publishing.
fn refused(found: &Diagnostics, runbook: &Runbook, terminal: &mut Terminal) -> Exit {
    tell_findings(found, runbook, terminal);
    terminal.say("nothing was published: the site, if there is one, is as it was\n");
    Exit::Problems
}

/// Tells errors in full and warnings by their number: they are on the site, and `check` has them.
fn tell_findings(found: &Diagnostics, runbook: &Runbook, terminal: &mut Terminal) {
    let errors: Diagnostics =
        found.iter().filter(|found| found.level == Level::Error).cloned().collect();
    if !errors.is_empty() {
        let style = Style { color: terminal.error_color, width: terminal.width };
        let text = human::write(&errors, &runbook.tree, style);
        let count = plural(errors.len(), "error", "errors");
        terminal.say(&format!("{text}\n{count}\n"));
    }
    let warnings = found.count(Level::Warning);
    if warnings > 0 {
        let count = plural(warnings, "warning", "warnings");
        terminal.say(&format!("{count}: run `clearjar check` to see them\n"));
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
