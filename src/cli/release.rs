//! `clearjar release NAME`: closes a maintenance window.

use clearjar::compare::report::tally;
use clearjar::compare::{Names, changes};
use clearjar::history::Pairs;
use clearjar::history::close::{Closing, close};
use clearjar::pipeline::{self, Checkup};
use clearjar::text::plural;

use super::Exit;
use super::args::{Common, Release};
use super::build::tell_errors;
use super::check::inputs;
use super::dates;
use super::failure::Failure;
use super::init::write_new;
use super::meter::Meter;
use super::runbook::{Runbook, from_here};
use super::shell;
use super::terminal::Terminal;

/// Writes what changed since the last release, unless errors stand against it.
pub fn run(args: &Release, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let meter = Meter::start();
    let runbook = Runbook::read(common)?;
    let checkup = pipeline::check(&inputs(&runbook, common, &meter));
    meter.clear();
    if checkup.found.has_errors() {
        tell_errors(&checkup.found, &runbook, terminal);
        terminal.say("nothing was released\n");
        return Ok(Exit::Problems);
    }
    let (catalog, history) = (&checkup.model.catalog, &checkup.story.history);
    let day = args.date.unwrap_or(checkup.audit.today);
    let Some(closing) = close(&runbook.tree, catalog, history, &args.name, day)? else {
        let last = history.releases.last().map_or("", |last| last.name.as_str());
        terminal.out(&format!("nothing changed since `{last}`: there is nothing to release\n"));
        return Ok(Exit::Done);
    };
    let path = runbook.root.join(&closing.path);
    write_new(&path, &closing.text)?;
    terminal.out(&format!("{}: {}\n", from_here(&path).display(), summary(&closing, &checkup)));
    if checkup.config.git_dates
        && let Err(failure) = dates::refresh(&runbook)
    {
        terminal.say(&format!("warning: the dates were not taken: {}\n", failure.message));
    }
    let build = shell::command("build", common);
    terminal.say(&format!("`{build}` puts it on the site\n"));
    Ok(Exit::Done)
}

fn summary(closing: &Closing, checkup: &Checkup) -> String {
    let (catalog, history) = (&checkup.model.catalog, &checkup.story.history);
    let Some(previous) = &closing.previous else {
        let (records, files) = (closing.delta.added.len(), closing.delta.files.len());
        let records = plural(records, "record", "records");
        return format!("the baseline, {records} and {}", plural(files, "file", "files"));
    };
    let mut now = history.last.clone();
    closing.delta.apply(&mut now);
    let names = Names::of(&[&now, &history.last], catalog);
    let told = changes(&Pairs::between(&history.last, &now), catalog, &names);
    format!("{} since `{previous}`", tally(&told))
}
