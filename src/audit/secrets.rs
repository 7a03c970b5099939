//! Looks for secrets in everything that would be published.
//!
//! A line that looks like one and is none is marked where it stands; a line in an attached file, by
//! the record that names the file, for just this content of it.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::digest::Digest;
use crate::history;
use crate::memo::Memo;
use crate::model::Model;
use crate::secrets::{self, AllowedSecret, FileMark};
use crate::source::{SourceTree, Span};

/// Where attachments lie.
const FILES: &str = "files/";

/// What was found in a file, and what is marked as no secret.
pub type Scanned = (Diagnostics, Vec<AllowedSecret>);

/// Scans every text of the runbook, and returns what is marked as no secret.
pub(super) fn run(
    tree: &SourceTree,
    model: &Model,
    known: Option<&Memo<Scanned>>,
    found: &mut Diagnostics,
) -> Vec<AllowedSecret> {
    let scanned: Vec<_> = tree
        .files()
        .par_iter()
        .filter_map(|file| {
            let text = match file.path.starts_with(FILES) {
                true => file.decoded()?,
                false => Cow::Borrowed(file.as_text()?),
            };
            // What a release holds was searched before it was written; the marks of what is no secret
            // are in the records.
            if history::is_as_written(file) {
                return None;
            }
            Some(match file.path.starts_with(FILES) {
                true => {
                    let marks = marks_of(&file.path, model);
                    let scan = secrets::check_attachment(file.id(), &text, file.digest, &marks);
                    match text {
                        Cow::Borrowed(_) => scan,
                        // What is shown of a file is its bytes, in which these places are elsewhere.
                        Cow::Owned(text) => with_lines(scan, &text),
                    }
                }
                false => {
                    let scan = || secrets::check_text(file.id(), &text);
                    let Some(known) = known else { return Some(scan()) };
                    let key = Digest::of_all([file.path.as_bytes(), file.digest.as_bytes()]);
                    (*known.get_or(key, scan)).clone()
                }
            })
        })
        .collect();
    let mut allowed = Vec::new();
    for (diagnostics, marked) in scanned {
        found.append(diagnostics);
        allowed.extend(marked);
    }
    allowed
}

/// Returns findings in a text that is not UTF-8 with their lines in words.
fn with_lines((found, allowed): Scanned, text: &str) -> Scanned {
    let placed = found.iter().map(|found| {
        let line = text[..found.span.range().start].matches('\n').count() + 1;
        let message = format!("{} (line {line})", found.message);
        Diagnostic { message, span: Span::whole(found.span.file), ..found.clone() }
    });
    let allowed = allowed.into_iter();
    let whole = allowed.map(|it| AllowedSecret { span: Span::whole(it.span.file), ..it });
    (placed.collect(), whole.collect())
}

/// Returns what the records that name a file say of it.
fn marks_of(path: &str, model: &Model) -> Vec<FileMark> {
    let by = model.files.get(path).map_or(&[][..], Vec::as_slice);
    by.iter()
        .flat_map(|ix| &model.node(*ix).envelope.not_a_secret)
        .filter(|mark| mark.file == path)
        .map(|mark| mark.mark.clone())
        .collect()
}
