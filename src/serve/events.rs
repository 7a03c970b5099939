//! Tells an open page what has become of it: server-sent events (HTML, 9.2).
//!
//! With each event comes the digest of what the page would show now, and the report. A page that shows
//! something else loads itself anew; others stay as they are, with whatever is open on them.

use std::io;
use std::time::Duration;

use http_body_util::channel::{Channel, Sender};
use hyper::body::Bytes;
use tokio::sync::watch;
use tokio::time::timeout;

use super::{Shown, answer};

/// How often something is sent where nothing happens: so it shows when a browser has gone.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Returns a body that tells of the page at `address`, now and whenever that or the report changes.
pub(super) fn stream(
    address: String,
    mut watching: watch::Receiver<Shown>,
) -> Channel<Bytes, io::Error> {
    let (mut to, body) = Channel::new(1);
    tokio::spawn(async move { while tell(&address, &mut watching, &mut to).await.is_some() {} });
    body
}

/// Sends the present state and waits for the next; nothing when nobody listens or serves any more.
async fn tell(
    address: &str,
    watching: &mut watch::Receiver<Shown>,
    to: &mut Sender<Bytes, io::Error>,
) -> Option<()> {
    let shown = watching.borrow_and_update().clone();
    // A page that was told of none would load itself anew, from a server that is no more.
    let page = answer::digest(address, &shown).await.ok()?;
    let page = page.map_or("null".to_owned(), |digest| format!("\"{digest}\""));
    let event = format!("data: {{\"page\":{page},\"report\":{}}}\n\n", shown.report);
    to.send_data(event.into()).await.ok()?;
    loop {
        match timeout(HEARTBEAT, watching.changed()).await {
            Ok(changed) => return changed.ok(),
            Err(_) => to.send_data(": \n\n".into()).await.ok()?,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::artifact::Artifact;
    use crate::serve::Site;

    struct OnePage;

    impl Site for OnePage {
        fn get(&self, path: &str) -> Option<Artifact> {
            (path == "index.html").then(|| Artifact::Bytes(b"<p>here</p>".to_vec()))
        }
    }

    #[test]
    fn a_page_is_not_told_that_it_is_gone_while_the_server_ends() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let handle = runtime.handle().clone();
        runtime.shutdown_background();
        let _inside = handle.enter();
        let shown = Shown { site: Some(Arc::new(OnePage)), report: "{}".into() };
        let (_from, mut watching) = watch::channel(shown);
        let (mut to, _body) = Channel::new(1);
        let mut told = pin!(tell("/index.html", &mut watching, &mut to));
        let polled = told.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Ready(None)), "nothing is sent, and the stream ends");
    }
}
