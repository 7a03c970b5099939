//! A site that is looked at while people work on the runbook: a page is made when it is asked for, so
//! that it need not wait for ten thousand others; the rest is made meanwhile.
//!
//! What a page shows comes from its view alone, so one that is made when asked for is the page of the
//! whole site. A thread of its own holds the plan of the site as long as it is shown.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use jiff::civil::Date;

use super::{Inputs, Memory, Planned, check, plan, settle};
use crate::artifact::{Artifact, Artifacts, Sink};
use crate::diagnostic::Diagnostics;
use crate::digest::Digest;
use crate::source::{SourceFile, SourceTree};

/// The rest is begun when nobody has asked for this long: a page that somebody waits for comes first.
const QUIET: Duration = Duration::from_millis(200);

/// A runbook as it was read, and the days that its site speaks of.
#[derive(Clone)]
pub struct Seen {
    /// The files.
    pub tree: Arc<SourceTree>,
    /// What was found when they were read.
    pub found: Diagnostics,
    /// The day that was asked for.
    pub today: Option<Date>,
    /// The day by the clock.
    pub clock: Date,
}

/// A site that is shown.
pub struct Preview {
    to: mpsc::Sender<Message>,
    given_up: Arc<AtomicBool>,
    gives_way: Arc<AtomicBool>,
}

/// What came of planning it.
pub struct Begun {
    /// Everything that was found so far.
    pub found: Diagnostics,
    /// How many records there are.
    pub records: usize,
    /// The site, if nothing stands against it.
    pub site: Option<Preview>,
}

enum Message {
    /// A file is asked for.
    Ask(String, mpsc::SyncSender<Option<Artifact>>),
    /// Files of records were saved, of which the whole site does not know yet.
    Ahead(Vec<SourceFile>, mpsc::SyncSender<bool>),
    /// What was saved is not to be shown.
    TakeBack,
    /// All that is not made when asked for, and what was found meanwhile.
    Made(Artifacts, Diagnostics),
    /// That was broken off, to give way to something more urgent.
    BrokenOff,
    /// Nobody asks any more.
    Wake,
}

impl Preview {
    /// Plans the site of a runbook. `done` is called with everything that was found once the rest of
    /// the site is made; not if the preview is dropped before.
    pub fn begin(
        seen: Seen,
        memory: Arc<Memory>,
        done: impl FnOnce(Diagnostics) + Send + 'static,
    ) -> Begun {
        let (to, asked) = mpsc::channel();
        let (tell, told) = mpsc::sync_channel(1);
        let given_up = Arc::new(AtomicBool::new(false));
        let gives_way = Arc::new(AtomicBool::new(false));
        let preview = Preview {
            to: to.clone(),
            given_up: Arc::clone(&given_up),
            gives_way: Arc::clone(&gives_way),
        };
        thread::spawn(move || {
            let workshop = Workshop { seen, memory, to, asked, tell, given_up, gives_way };
            workshop.work(done);
        });
        let (found, records) = told.recv().expect("a run always tells what it has found");
        Begun { site: (!found.has_errors()).then_some(preview), found, records }
    }

    /// Returns the file at `path`; nothing where the site has none. Waits for it if need be.
    pub fn get(&self, path: &str) -> Option<Artifact> {
        let (to, answer) = mpsc::sync_channel(1);
        self.to.send(Message::Ask(path.to_owned(), to)).ok()?;
        answer.recv().ok()?
    }

    /// Shows the pages of the records in `saved`, files that were there before, ahead of the site that is
    /// planned next; says whether that could be done. Their lists, and what else names them, follow with
    /// that site.
    pub fn ahead(&self, saved: Vec<SourceFile>) -> bool {
        let (to, answer) = mpsc::sync_channel(1);
        self.to.send(Message::Ahead(saved, to)).is_ok() && answer.recv().unwrap_or(false)
    }

    /// Shows everything as it was planned: what was shown ahead did not become a site.
    pub fn take_back(&self) {
        let _ = self.to.send(Message::TakeBack);
    }

    /// Breaks off what is made unasked: another site is being planned, and somebody waits for it. Pages
    /// are still made when they are asked for, and the rest too.
    pub fn give_way(&self) {
        self.gives_way.store(true, Ordering::Relaxed);
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.given_up.store(true, Ordering::Relaxed);
        let _ = self.to.send(Message::Wake);
    }
}

/// The thread that holds a plan.
struct Workshop {
    seen: Seen,
    memory: Arc<Memory>,
    to: mpsc::Sender<Message>,
    asked: mpsc::Receiver<Message>,
    tell: mpsc::SyncSender<(Diagnostics, usize)>,
    given_up: Arc<AtomicBool>,
    gives_way: Arc<AtomicBool>,
}

impl Workshop {
    fn work(self, done: impl FnOnce(Diagnostics)) {
        let Seen { tree, found, today, clock } = &self.seen;
        let days = Inputs::new(tree, found, *clock);
        let inputs = Inputs { today: *today, memory: Some(&self.memory), ..days };
        let checkup = check(&inputs);
        let records = checkup.model.len();
        let mut is_told = false;
        let outcome = plan(&inputs, &checkup, |site| {
            is_told = true;
            let _ = self.tell.send((checkup.found.clone(), records));
            let done = |mut rest: Diagnostics| {
                rest.append(checkup.found.clone());
                done(settle(rest, &checkup.config, tree));
            };
            self.serve(site, done);
            Diagnostics::default()
        });
        if !is_told {
            let _ = self.tell.send((outcome.found, records));
        }
    }

    /// Answers until the preview is dropped.
    fn serve(&self, site: &Planned<'_>, done: impl FnOnce(Diagnostics)) {
        let (to, given_up, gives_way) = (&self.to, &*self.given_up, &*self.gives_way);
        let stops = [given_up, gives_way];
        let small = Rest::new(site, [given_up, given_up]);
        let mut found = site.others(&small);
        let mut files = small.into_artifacts();
        let mut done = Some(done);
        let mut ahead = Artifacts::default();
        let mut waiting: Vec<(String, mpsc::SyncSender<Option<Artifact>>)> = Vec::new();
        thread::scope(|scope| {
            let begin = || {
                gives_way.store(false, Ordering::Relaxed);
                scope.spawn(move || {
                    let rest = Rest::new(site, stops);
                    let found = in_background(|| site.pages(&rest));
                    let _ = to.send(match rest.is_wanted() {
                        true => Message::Made(rest.into_artifacts(), found),
                        false => Message::BrokenOff,
                    });
                });
            };
            let rest_may_begin = || !gives_way.load(Ordering::Relaxed);
            let mut state = Making::NotBegun;
            while !given_up.load(Ordering::Relaxed) {
                match self.asked.recv_timeout(QUIET) {
                    Err(_) if state == Making::NotBegun && rest_may_begin() => {
                        begin();
                        state = Making::Begun;
                    }
                    Err(_) | Ok(Message::Wake) => {}
                    Ok(Message::Ahead(saved, answer)) => {
                        let pages = site.ahead(&saved);
                        let _ = answer.send(pages.is_some());
                        ahead.extend(pages.unwrap_or_default());
                    }
                    Ok(Message::TakeBack) => ahead.clear(),
                    // Whoever has asked meanwhile waits for it.
                    Ok(Message::BrokenOff) if !waiting.is_empty() => begin(),
                    Ok(Message::BrokenOff) => state = Making::BrokenOff,
                    Ok(Message::Ask(path, answer)) => {
                        let file = ahead.get(&path).or_else(|| files.get(&path)).cloned();
                        let page =
                            || site.page(&path).map(|html| Artifact::Bytes(html.into_bytes()));
                        match file.or_else(page).or_else(|| site.beside(&path)) {
                            None if done.is_some() && site.may_come_with_others(&path) => {
                                if state != Making::Begun {
                                    begin();
                                    state = Making::Begun;
                                }
                                waiting.push((path, answer));
                            }
                            file => drop(answer.send(file)),
                        }
                    }
                    Ok(Message::Made(rest, of_rest)) => {
                        files.extend(rest);
                        self.memory.end_run();
                        for (path, answer) in waiting.drain(..) {
                            let _ = answer.send(files.get(&path).cloned());
                        }
                        found.append(of_rest);
                        if let Some(done) = done.take() {
                            done(std::mem::take(&mut found));
                        }
                    }
                }
            }
        });
    }
}

/// Works on half the processors, on threads of its own: on those that all stages share, the reading of
/// the next save would stand behind ten thousand pages.
fn in_background<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let threads = (rayon::current_num_threads() / 2).max(1);
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// How far the rest of the site is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Making {
    NotBegun,
    Begun,
    /// It is begun again when somebody asks for something of it.
    BrokenOff,
}

/// Takes what is not made when it is asked for.
struct Rest<'a> {
    site: &'a Planned<'a>,
    /// Whether to stop: any of these.
    stops: [&'a AtomicBool; 2],
    made: Mutex<Artifacts>,
}

impl<'a> Rest<'a> {
    fn new(site: &'a Planned<'a>, stops: [&'a AtomicBool; 2]) -> Rest<'a> {
        Rest { site, stops, made: Mutex::default() }
    }

    fn into_artifacts(self) -> Artifacts {
        self.made.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Rest<'_> {
    fn put(&self, path: &str, artifact: Artifact) {
        if !self.site.has_page(path) {
            let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            made.insert(path.to_owned(), artifact);
        }
    }

    fn keep(&self, path: &str, _: u64, _: Digest) -> bool {
        self.site.has_page(path)
    }

    fn is_wanted(&self) -> bool {
        !self.stops.iter().any(|stop| stop.load(Ordering::Relaxed))
    }
}
