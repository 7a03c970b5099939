//! Answers one request: with a file of the site, with what the server itself has, or with why not.

use std::convert::Infallible;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use http_body_util::channel::Channel;
use http_body_util::{Either, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::{JoinError, spawn_blocking};

use super::dress::{OWN, dress};
use super::{Shown, Site, events, gate, media, route};
use crate::artifact::Artifact;
use crate::digest::Digest;
use crate::discover;
use crate::plan::route::NOT_FOUND;

/// Bytes of an attachment that are on their way at once.
const PIECE: u64 = 64 * 1024;

/// What the server itself has: the preview's script and style, and the page until there is a site.
const SCRIPT: &str = concat!(
    include_str!("preview/keep.js"),
    include_str!("preview/sheet.js"),
    include_str!("preview/live.js")
);
const STYLE: &str = include_str!("preview/preview.css");
const WAITING: &str = include_str!("preview/waiting.html");

/// A whole body, or one that is sent as it comes.
pub(super) type Body = Either<Full<Bytes>, Channel<Bytes, io::Error>>;

/// What goes with every answer: nothing is kept, sent on, guessed at, framed or read by others.
const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Pages and drawings that others made are shown without their scripts.
const SANDBOX: &str = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'";
const UNFRAMED: &str = "frame-ancestors 'none'";

/// Answers a request that came to `port`.
pub(super) async fn answer(
    request: Request<Incoming>,
    port: u16,
    watching: watch::Receiver<Shown>,
) -> Result<Response<Body>, Infallible> {
    let is_head = request.method() == Method::HEAD;
    let mut response = match gate::admit(request.method(), request.uri(), request.headers(), port) {
        Ok(()) => admitted(&request, watching).await,
        Err(status) => refused(status),
    };
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(UNFRAMED));
    if is_head {
        *response.body_mut() = Either::Left(Full::default());
    }
    Ok(response)
}

async fn admitted(request: &Request<Incoming>, watching: watch::Receiver<Shown>) -> Response<Body> {
    let address = request.uri().path();
    match address.strip_prefix(OWN) {
        Some("preview.js") => text(StatusCode::OK, "text/javascript; charset=utf-8", SCRIPT),
        Some("preview.css") => text(StatusCode::OK, "text/css; charset=utf-8", STYLE),
        Some("events") => told(request, watching),
        Some(_) => plain(StatusCode::NOT_FOUND),
        None => {
            let shown = watching.borrow().clone();
            file(address, shown).await
        }
    }
}

/// Answers with the events for the page whose address is asked for.
fn told(request: &Request<Incoming>, watching: watch::Receiver<Shown>) -> Response<Body> {
    let query = request.uri().query().unwrap_or_default();
    let page = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "page");
    let Some((_, page)) = page else { return plain(StatusCode::NOT_FOUND) };
    if request.method() == Method::HEAD {
        return text(StatusCode::OK, "text/event-stream", "");
    }
    let body = Either::Right(events::stream(page.into_owned(), watching));
    with_type(Response::new(body), "text/event-stream")
}

/// Answers with the file of the site that `address` means.
async fn file(address: &str, shown: Shown) -> Response<Body> {
    let Some(site) = shown.site else {
        let page = dress(WAITING, "", None);
        return text(StatusCode::SERVICE_UNAVAILABLE, "text/html; charset=utf-8", page);
    };
    let (path, artifact) = match asked(address, &site).await {
        Ok(Some(found)) => found,
        Ok(None) => return not_found(address, &site).await,
        Err(_) => return plain(StatusCode::SERVICE_UNAVAILABLE),
    };
    let mut response = match artifact {
        Artifact::Bytes(bytes) => made(&path, bytes),
        Artifact::Copy { from, len, .. } => copied(&path, &from, len).await,
    };
    if media::is_strange_markup(&path) {
        let value = HeaderValue::from_static(SANDBOX);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, value);
    }
    response
}

/// Asks the site, which may take its time, for the file that `address` means. There is no answer, which
/// is not to say that there is no file, when the server ends meanwhile.
async fn asked(
    address: &str,
    site: &Arc<dyn Site>,
) -> Result<Option<(String, Artifact)>, JoinError> {
    let Some(path) = route::site_path(address) else { return Ok(None) };
    let site = Arc::clone(site);
    spawn_blocking(move || site.get(&path).map(|artifact| (path, artifact))).await
}

/// Returns the digest of what the page at `address` shows, if there is one; an error when the server ends
/// before that is known.
pub(super) async fn digest(address: &str, shown: &Shown) -> Result<Option<String>, JoinError> {
    let Some(site) = &shown.site else { return Ok(None) };
    let found = asked(address, site).await?;
    Ok(found.map(|(_, artifact)| artifact.digest().short()))
}

fn made(path: &str, bytes: Vec<u8>) -> Response<Body> {
    let kind = media::content_type(path, std::str::from_utf8(&bytes).is_ok());
    match std::str::from_utf8(&bytes) {
        Ok(page) if media::is_page(path) => {
            let page = dress(page, &Digest::of(&bytes).short(), None);
            text(StatusCode::OK, &kind, page)
        }
        _ => text(StatusCode::OK, &kind, bytes),
    }
}

/// Answers with a file of the runbook, read as it is sent.
async fn copied(path: &str, from: &Path, len: u64) -> Response<Body> {
    let from = from.to_owned();
    let opened = spawn_blocking(move || discover::open(&from)).await;
    // It has gone or become something else since it was read, and the site will soon be another.
    let Ok(Ok(file)) = opened else { return plain(StatusCode::NOT_FOUND) };
    let (to, body) = Channel::new(1);
    let here = Handle::current();
    spawn_blocking(move || send(file.take(len), len, to, &here));
    let kind = media::content_type(path, false);
    let mut response = with_type(Response::new(Either::Right(body)), &kind);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(len));
    response
}

/// Sends a file piece by piece, as fast as the browser takes it. One that has become shorter ends with an
/// error, so that nobody takes it for whole.
fn send(
    mut from: impl Read,
    len: u64,
    mut to: http_body_util::channel::Sender<Bytes, io::Error>,
    here: &Handle,
) {
    let mut left = len;
    while left > 0 {
        let mut piece = vec![0; PIECE.min(left) as usize];
        match from.read(&mut piece) {
            Ok(0) => return to.abort(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                piece.truncate(count);
                left -= count as u64;
                if here.block_on(to.send_data(piece.into())).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return to.abort(error),
        }
    }
}

/// Answers that there is nothing at `address`, with the site's own page for that.
async fn not_found(address: &str, site: &Arc<dyn Site>) -> Response<Body> {
    let site = Arc::clone(site);
    let page = spawn_blocking(move || site.get(NOT_FOUND)).await.ok().flatten();
    let Some(Artifact::Bytes(page)) = page else { return plain(StatusCode::NOT_FOUND) };
    let page = dress(&String::from_utf8_lossy(&page), "", Some(address));
    text(StatusCode::NOT_FOUND, "text/html; charset=utf-8", page)
}

fn refused(status: StatusCode) -> Response<Body> {
    let mut response = plain(status);
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    response
}

/// Answers with the name of the status alone.
fn plain(status: StatusCode) -> Response<Body> {
    text(status, "text/plain; charset=utf-8", format!("{status}\n"))
}

fn text(status: StatusCode, kind: &str, content: impl Into<Bytes>) -> Response<Body> {
    let content = content.into();
    let len = content.len();
    let mut response = with_type(Response::new(Either::Left(Full::new(content))), kind);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(len));
    *response.status_mut() = status;
    response
}

fn with_type(mut response: Response<Body>, kind: &str) -> Response<Body> {
    if let Ok(value) = HeaderValue::from_str(kind) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response
}
