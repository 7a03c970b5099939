//! Ctrl-C and SIGTERM, for commands that go on until somebody ends them.

use std::io;
use std::thread;

use tokio::runtime;

use super::failure::Failure;

/// What a shell reports of a program that Ctrl-C ended: 128 and the number of SIGINT.
const KILLED_BY_CTRL_C: i32 = 130;

/// Calls `act` when the program is asked to end. Who asks a second time does not want to wait: then it
/// ends at once. Publishing bears that.
pub fn on_end(act: impl Fn() + Send + 'static) -> Result<(), Failure> {
    let failed = |error: &io::Error| Failure::new(format!("cannot listen for Ctrl-C: {error}"));
    let runtime = runtime::Builder::new_current_thread().enable_io().build();
    let runtime = runtime.map_err(|error| failed(&error))?;
    // Listening begins here, before anything is said to be ready.
    let mut asked = runtime.block_on(async { Asked::listen() }).map_err(|error| failed(&error))?;
    thread::spawn(move || {
        runtime.block_on(async {
            asked.wait().await;
            act();
            asked.wait().await;
            std::process::exit(KILLED_BY_CTRL_C);
        });
    });
    Ok(())
}

#[cfg(unix)]
struct Asked {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Asked {
    fn listen() -> io::Result<Asked> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Asked {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn wait(&mut self) {
        use std::future::poll_fn;
        use std::task::Poll;
        poll_fn(|context| {
            let interrupted = self.interrupt.poll_recv(context);
            match (interrupted, self.terminate.poll_recv(context)) {
                (Poll::Pending, Poll::Pending) => Poll::Pending,
                _ => Poll::Ready(()),
            }
        })
        .await;
    }
}

#[cfg(windows)]
struct Asked(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Asked {
    fn listen() -> io::Result<Asked> {
        tokio::signal::windows::ctrl_c().map(Asked)
    }

    async fn wait(&mut self) {
        self.0.recv().await;
    }
}
