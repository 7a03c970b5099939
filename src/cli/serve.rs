//! `clearjar serve`: the site in a browser, anew with every save.

use std::sync::Arc;
use std::time::Instant;

use clearjar::diagnostic::Level;
use clearjar::pipeline::{self, Inputs, Outcome};
use clearjar::progress::Silent;
use clearjar::serve::{Report, Server, Site};
use clearjar::text::plural;
use clearjar::watch::Changes;

use super::Exit;
use super::args::{Common, Serve};
use super::build::tell_errors;
use super::check::inputs;
use super::failure::Failure;
use super::follow::{Following, News, now};
use super::runbook::Runbook;
use super::terminal::Terminal;

/// Serves the site until Ctrl-C. Nothing is written to the disk.
pub fn run(args: &Serve, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let mut following = Following::begin(common, &args.follow)?;
    let server = start(args.port, terminal)?;
    terminal.out_now(&format!("{} shows the site, until Ctrl-C\n", server.address()));
    if args.open && open::that_detached(server.address()).is_err() {
        terminal.say("warning: no browser could be opened: open the address yourself\n");
    }
    while let Some(news) = following.next(terminal) {
        match news {
            News::Runbook(runbook, changes) => renew(&server, &runbook, &changes, common, terminal),
            News::Lost(error) => {
                server.report(&Report::lost(error.to_string()));
                terminal.say(&format!("{} {error}; the last good site stays until then\n", now()));
            }
        }
    }
    Ok(Exit::Done)
}

fn start(port: u16, terminal: &mut Terminal) -> Result<Server, Failure> {
    let server = Server::start(port).map_err(|error| {
        Failure::new(format!("cannot listen on this machine's own address: {error}"))
    })?;
    if port != 0 && server.port() != port {
        let other = server.port();
        terminal.say(&format!("note: port {port} is in use or not permitted, so it is {other}\n"));
    }
    Ok(server)
}

/// Makes the site anew, shows it if nothing stands against it, and tells what came of it in a line.
fn renew(
    server: &Server,
    runbook: &Runbook,
    changes: &Changes,
    common: &Common,
    terminal: &mut Terminal,
) {
    let started = Instant::now();
    let (outcome, site) = snapshot(&inputs(runbook, common, &Silent));
    let report = Report::of(&outcome.found, &runbook.tree);
    match site {
        Some(site) => server.show(site, &report),
        None => {
            server.report(&report);
            tell_errors(&outcome.found, runbook, terminal);
        }
    }
    let line = line(&outcome, changes, started.elapsed().as_secs_f64());
    terminal.out_now(&format!("{} {line}\n", now()));
}

/// Makes a site to be shown: the one place where that is done. Nothing where errors stand against it.
fn snapshot(inputs: &Inputs<'_>) -> (Outcome, Option<Arc<dyn Site>>) {
    let (outcome, artifacts) = pipeline::run_in_memory(inputs);
    let site = (!outcome.found.has_errors()).then(|| Arc::new(artifacts) as Arc<dyn Site>);
    (outcome, site)
}

/// What changed, how long it took, what was found.
fn line(outcome: &Outcome, changes: &Changes, seconds: f64) -> String {
    let what = match changes.is_empty() {
        true => plural(outcome.counts.records, "record", "records"),
        false => changes.to_string(),
    };
    let errors = outcome.found.count(Level::Error);
    if errors > 0 {
        let errors = plural(errors, "error", "errors");
        return format!("{what}: {errors}, so the last good site stays");
    }
    let pages = plural(outcome.counts.pages, "page", "pages");
    let mut line = format!("{what}: {pages} in {seconds:.2} s");
    let warnings = outcome.found.count(Level::Warning);
    if warnings > 0 {
        line.push_str(&format!(", {}", plural(warnings, "warning", "warnings")));
    }
    line
}
