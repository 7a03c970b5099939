//! `clearjar serve`: the site in a browser, anew with every save.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use std::time::Instant;

use clearjar::diagnostic::Level;
use clearjar::pipeline::{Begun, Memory, Preview, Seen};
use clearjar::progress::Silent;
use clearjar::serve::{Report, Server, Site};
use clearjar::source::SourceFile;
use clearjar::text::plural;
use clearjar::watch::Changes;

use super::Exit;
use super::args::{Common, Serve};
use super::build::tell_errors;
use super::edition::{Narrowed, narrow};
use super::failure::Failure;
use super::follow::{Following, News, now};
use super::runbook::Runbook;
use super::terminal::Terminal;

/// Serves the site until Ctrl-C. Nothing is written to the disk.
pub fn run(args: &Serve, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let mut following = Following::begin(common, &args.follow)?;
    // What was just saved may hold what the edition leaves out, so there it is not shown ahead.
    if args.readers.edition.is_none() {
        following = following.telling_of_saving();
    }
    let server = Arc::new(start(args.port, terminal)?);
    let mut show = Show {
        server: Arc::clone(&server),
        memory: Arc::new(Memory::default().lasting()),
        number: Arc::default(),
        shown: None,
        report: Report::default(),
        is_current: false,
    };
    terminal.out_now(&format!("{} shows the site, until Ctrl-C\n", server.address()));
    if args.open && open::that_detached(server.address()).is_err() {
        terminal.say("warning: no browser could be opened: open the address yourself\n");
    }
    while let Some(news) = following.next(terminal) {
        match news {
            News::Runbook(runbook, changes) => {
                if let Err(failure) = show.look(runbook, &changes, args, common, terminal) {
                    terminal.fail(&failure);
                }
            }
            News::Saved(files) => show.ahead(files),
            News::Lost(error) => {
                server.report(&Report::lost(error.to_string()));
                terminal.say(&format!(
                    "{} {error}; the last good site stays until it is back\n",
                    now()
                ));
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

/// Shows sites, one after the other.
struct Show {
    server: Arc<Server>,
    memory: Arc<Memory>,
    /// How many sites were begun, so that an old one's findings are not told over a new one.
    number: Arc<AtomicUsize>,
    /// The site that is shown.
    shown: Option<Arc<Preview>>,
    /// What is said over it.
    report: Report,
    /// Whether it is the site of the runbook as it was read last.
    is_current: bool,
}

impl Show {
    /// Shows the pages of records that were just saved, as far as that can be done before the site is made
    /// anew.
    fn ahead(&mut self, files: Vec<SourceFile>) {
        if let Some(shown) = self.shown.as_ref().filter(|_| self.is_current) {
            shown.give_way();
            if shown.ahead(files) {
                self.server.show(Arc::clone(shown) as Arc<dyn Site>, &self.report);
            }
        }
    }

    /// Shows the site of what was read, or of the edition of it that was asked for.
    fn look(
        &mut self,
        runbook: Runbook,
        changes: &Changes,
        args: &Serve,
        common: &Common,
        terminal: &mut Terminal,
    ) -> Result<(), Failure> {
        let memory = Some(&*self.memory);
        match narrow(runbook, &args.readers, common, memory, &Silent)? {
            Narrowed::To(runbook) => self.renew(&runbook, changes, common, terminal),
            Narrowed::Not(whole, checkup) => {
                let errors = plural(checkup.found.count(Level::Error), "error", "errors");
                tell_errors(&checkup.found, &whole, terminal);
                self.report = Report::of(&checkup.found, &whole.tree);
                self.server.report(&self.report);
                let what = match changes.is_empty() {
                    true => plural(checkup.model.len(), "record", "records"),
                    false => changes.to_string(),
                };
                let line = format!("{what}: {errors}, so the last good site stays");
                terminal.out_now(&format!("{} {line}\n", now()));
            }
        }
        Ok(())
    }

    /// Makes the site anew, shows it if nothing stands against it, and tells what came of it in a line.
    fn renew(
        &mut self,
        runbook: &Runbook,
        changes: &Changes,
        common: &Common,
        terminal: &mut Terminal,
    ) {
        let started = Instant::now();
        let number = self.number.fetch_add(1, Ordering::SeqCst) + 1;
        if let Some(shown) = &self.shown {
            shown.give_way();
        }
        let begun = Preview::begin(seen(runbook, common), Arc::clone(&self.memory), {
            let (server, latest) = (Arc::clone(&self.server), Arc::clone(&self.number));
            let tree = Arc::clone(&runbook.tree);
            move |found| {
                if latest.load(Ordering::SeqCst) == number {
                    server.report(&Report::of(&found, &tree));
                }
            }
        });
        let report = Report::of(&begun.found, &runbook.tree);
        let line = line(&begun, changes, started.elapsed().as_secs_f64());
        self.report = report.clone();
        self.is_current = begun.site.is_some();
        match begun.site {
            Some(site) => {
                let site = Arc::new(site);
                self.server.show(Arc::clone(&site) as Arc<dyn Site>, &report);
                self.shown = Some(site);
            }
            None => {
                if let Some(shown) = &self.shown {
                    shown.take_back();
                }
                self.server.report(&report);
                tell_errors(&begun.found, runbook, terminal);
            }
        }
        terminal.out_now(&format!("{} {line}\n", now()));
    }
}

fn seen(runbook: &Runbook, common: &Common) -> Seen {
    Seen {
        tree: Arc::clone(&runbook.tree),
        found: runbook.found.clone(),
        today: common.today,
        clock: runbook.today,
    }
}

/// What changed, how long it took, what was found.
fn line(begun: &Begun, changes: &Changes, seconds: f64) -> String {
    let what = match changes.is_empty() {
        true => plural(begun.records, "record", "records"),
        false => changes.to_string(),
    };
    let errors = begun.found.count(Level::Error);
    if errors > 0 {
        let errors = plural(errors, "error", "errors");
        return format!("{what}: {errors}, so the last good site stays");
    }
    let mut line = format!("{what}: the site is planned in {seconds:.2} s");
    let warnings = begun.found.count(Level::Warning);
    if warnings > 0 {
        line.push_str(&format!(", {}", plural(warnings, "warning", "warnings")));
    }
    line
}
