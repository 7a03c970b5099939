//! Shows the last good site in a browser on this machine (net).
//!
//! In: a [`Site`] whenever there is a new one, and a [`Report`] of what is wrong. Out: answers over HTTP
//! to browsers on this machine, and word to the pages that are open when what they show has changed. A
//! page is changed on its way out (`dress`): it gets a script of ours, and its policy lets that speak to
//! this server. Rendering knows nothing of it, so nothing that is published can contain it.
//!
//! Who may ask what is decided in `gate`; `route` turns an address into a path of the site, by which the
//! site is asked. The disk is read for attachments alone, from where the site says they are. How much one
//! may ask of the server at once is bounded in `connection`.
//!
//! Over hyper itself: of what a framework adds to it only the routing of four addresses would be used,
//! and the bounds that matter here (time and size of a request's head) are set on hyper's connection.

mod answer;
mod connection;
mod dress;
mod events;
mod gate;
mod media;
mod route;

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::runtime::{self, Runtime};
use tokio::sync::watch;

use crate::artifact::Artifact;
use crate::diagnostic::page::{self, Shown as Finding};
use crate::diagnostic::{Diagnostics, Level};
use crate::pipeline::Preview;
use crate::source::SourceTree;

/// As many findings as a person reads before mending the first.
const MOST_FINDINGS: usize = 30;

/// How often a free port is looked for that is free on both addresses of this machine.
const TRIES: usize = 20;

/// How long connections may take to end.
const FAREWELL: Duration = Duration::from_millis(500);

/// A site that is asked for one file at a time.
pub trait Site: Send + Sync {
    /// Returns the file at `path`, relative to the site's root with `/` between its parts; nothing if the
    /// site has none there. May take its time: it is called on threads that may wait.
    fn get(&self, path: &str) -> Option<Artifact>;
}

impl Site for Preview {
    fn get(&self, path: &str) -> Option<Artifact> {
        Preview::get(self, path)
    }
}

/// What is to be said over a page.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// Mistakes, because of which the last good site stays.
    errors: Vec<Finding>,
    /// How many mistakes more there are.
    more: usize,
    /// How many warnings there are.
    warnings: usize,
    /// Why the runbook cannot be read at all.
    lost: Option<String>,
}

impl Report {
    /// Returns what is to be said of `found`.
    pub fn of(found: &Diagnostics, tree: &SourceTree) -> Report {
        let errors = found.iter().filter(|found| found.level == Level::Error);
        let errors: Diagnostics = errors.cloned().collect();
        let mut shown = page::write(&errors, tree);
        let more = shown.len().saturating_sub(MOST_FINDINGS);
        shown.truncate(MOST_FINDINGS);
        Report { errors: shown, more, warnings: found.count(Level::Warning), lost: None }
    }

    /// Returns that the runbook cannot be read, and why.
    pub fn lost(why: impl Into<String>) -> Report {
        Report { lost: Some(why.into()), ..Report::default() }
    }
}

/// What is shown at present.
#[derive(Clone)]
struct Shown {
    /// The last good site, once there has been one.
    site: Option<Arc<dyn Site>>,
    /// The report, as JSON on one line.
    report: Arc<str>,
}

/// Serves a site until it is dropped.
pub struct Server {
    shown: watch::Sender<Shown>,
    runtime: Option<Runtime>,
    port: u16,
}

impl Server {
    /// Listens on `port` of this machine's own addresses, 127.0.0.1 and, where there is IPv6, `[::1]`; on a
    /// free port if that one is taken or not permitted.
    pub fn start(port: u16) -> io::Result<Server> {
        let (port, listeners) = listen(port)?;
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("serve")
            .enable_all()
            .build()?;
        let report = json(&Report::default());
        let (shown, watching) = watch::channel(Shown { site: None, report });
        for listener in listeners {
            let _inside = runtime.enter();
            let listener = tokio::net::TcpListener::from_std(listener)?;
            runtime.spawn(connection::accept(listener, port, watching.clone()));
        }
        Ok(Server { shown, runtime: Some(runtime), port })
    }

    /// Returns the port that was taken.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the address of the first page.
    pub fn address(&self) -> String {
        format!("http://localhost:{}/", self.port)
    }

    /// Shows `site` from now on: the one place where a site takes the place of another.
    pub fn show(&self, site: Arc<dyn Site>, report: &Report) {
        self.shown.send_replace(Shown { site: Some(site), report: json(report) });
    }

    /// Says something else over the site that is shown already.
    pub fn report(&self, report: &Report) {
        self.shown.send_modify(|shown| shown.report = json(report));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(FAREWELL);
        }
    }
}

fn json(report: &Report) -> Arc<str> {
    serde_json::to_string(report).expect("a report has only strings and numbers").into()
}

fn listen(wanted: u16) -> io::Result<(u16, Vec<TcpListener>)> {
    use io::ErrorKind::{AddrInUse, PermissionDenied};
    let mut result = on_both(wanted);
    for _ in 0..TRIES {
        match &result {
            Err(error) if matches!(error.kind(), AddrInUse | PermissionDenied) => {
                result = on_both(0);
            }
            _ => break,
        }
    }
    result
}

/// Listens on both addresses, since `localhost` may mean either: if another program had one of them, it
/// would get what is meant for us.
fn on_both(port: u16) -> io::Result<(u16, Vec<TcpListener>)> {
    let four = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let port = four.local_addr()?.port();
    let mut listeners = vec![four];
    match TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
        Ok(six) => listeners.push(six),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
        // There is no IPv6 here.
        Err(_) => {}
    }
    for listener in &listeners {
        listener.set_nonblocking(true)?;
    }
    Ok((port, listeners))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_taken_on_either_address_is_not_shared() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert_ne!(Server::start(port).unwrap().port(), port);
        if let Ok(taken) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) {
            let port = taken.local_addr().unwrap().port();
            assert_ne!(Server::start(port).unwrap().port(), port);
        }
    }
}
