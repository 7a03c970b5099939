//! Takes connections in, and bounds what each of them may cost.
//!
//! Only programs on this machine can connect; but a page in its browser is one of them, and a mistake in
//! any of the others is enough. So neither their number nor the time and memory of one is without end.

use std::future::Future as _;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Sleep, sleep};

use super::{Shown, answer};

/// Connections at once on one address; a browser opens six for itself.
const MOST_CONNECTIONS: usize = 100;

/// How long a request's head may take, and how long a connection may be without one.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);

/// How long a browser may take nothing of what is sent to it.
const WRITE_PATIENCE: Duration = Duration::from_secs(30);

/// Bytes and headers of a request's head. Requests in advance wait in here as well.
const LONGEST_HEAD: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;

/// Serves whoever connects to `listener`, as long as the runtime lives.
pub(super) async fn accept(listener: TcpListener, port: u16, watching: watch::Receiver<Shown>) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        // Who comes when all places are taken waits with the system.
        let place = Arc::clone(&places).acquire_owned().await.expect("nobody closes it");
        let Ok((stream, _)) = listener.accept().await else {
            // The system has no means left for another connection; some will end.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let watching = watching.clone();
        tokio::spawn(async move {
            serve(stream, port, watching).await;
            drop(place);
        });
    }
}

async fn serve(stream: TcpStream, port: u16, watching: watch::Receiver<Shown>) {
    // Answers are written whole; waiting to fill a packet would only cost time.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer::answer(request, port, watching.clone()));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(Patient { stream, waiting: None }), service);
    // Of a connection that fails there is nobody to tell.
    let _ = connection.await;
}

/// A connection that ends when its other side takes nothing for too long.
struct Patient {
    stream: TcpStream,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn stream(&mut self) -> Pin<&mut TcpStream> {
        Pin::new(&mut self.stream)
    }

    /// Passes on what writing came to, and counts the time while it comes to nothing.
    fn count<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waiting = None;
            return written;
        }
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(WRITE_PATIENCE)));
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream().poll_read(context, buffer)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = self.stream().poll_write(context, bytes);
        self.count(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.stream().poll_write_vectored(context, slices);
        self.count(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = self.stream().poll_flush(context);
        self.count(flushed, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(context)
    }
}
