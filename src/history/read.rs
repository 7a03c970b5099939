//! Reads the file of a release, and says what is wrong with it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::delta::{Delta, Edit, FileEdit, FileText, Misfit};
use super::path::{Key, Path};
use super::plain::{Plain, without_returns};
use super::write::{ADDED, BEHIND, MOVED};
use super::{
    FORMAT, RELEASE_EDITED, RELEASE_FILE, RELEASE_ORDER, RELEASE_REPLAY, Release, about,
    is_as_written, mark, place_of, stem,
};
use crate::diagnostic::{Checked, Diagnostic, Diagnostics};
use crate::source::{FileId, SourceFile, Span, Spanned};
use crate::syntax::reader::TableReader;
use crate::syntax::{self, Entry, Item, Table};

/// What to do where a file is not what the program wrote.
const BRING_BACK: &str = "bring the file back from a copy or from git; \
                          `clearjar check --explain release-file` says more";

/// How git marks a place where two versions of a file do not go together.
const CONFLICT: [&str; 3] = ["<<<<<<< ", "=======", ">>>>>>> "];

/// Reads the release in `file`; nothing where it cannot be used.
pub(super) fn release(file: &SourceFile) -> Checked<Option<Release>> {
    let mut found = Diagnostics::default();
    let release = read(file, &mut found);
    Checked::new(release.filter(|_| !found.has_errors()), found)
}

fn read(file: &SourceFile, found: &mut Diagnostics) -> Option<Release> {
    let text = file.as_text()?;
    if let Some(finding) = conflict(file, text) {
        found.push(finding);
        return None;
    }
    let as_written = is_as_written(file);
    let (document, records) = match as_written {
        true => in_parts(file, text),
        false => (syntax::parse(file).map(|document| document.root), Vec::new()),
    };
    let Checked { value: root, found: errors } = document;
    if errors.has_errors() {
        found.append(errors);
        return None;
    }
    // What looks odd in a text was looked at when it was written into its record.
    let mut reader = TableReader::new(&root, found);
    let format = reader.integer("format");
    if format.is_some_and(|format| format > FORMAT) {
        let span = reader.item("format").map_or(Span::whole(file.id()), |item| item.span);
        found.push(
            Diagnostic::new(
                &RELEASE_FILE,
                span,
                "the release was written by a newer version of Clearjar",
            )
            .help("use that version or a newer one; the records themselves are not touched"),
        );
        return None;
    }
    let name = reader.string("name");
    let date = reader.date("date");
    let previous = reader.string("previous");
    reader.string("check");
    let removed = reader.texts("removed").iter().map(|text| text.value.to_owned()).collect();
    let renamed = reader.table("renamed");
    let added = reader.table("added");
    let changed = reader.table("changed");
    let files = reader.table("files");
    reader.finish();
    let mut delta = Delta { removed, ..Delta::default() };
    for entry in entries(renamed) {
        match &entry.value.value {
            Item::Text(old) => drop(delta.renamed.insert(entry.key.value.clone(), old.clone())),
            _ => found.push(wrong(entry.value.span, "a record's id before is a text")),
        }
    }
    delta.added.extend(records);
    for entry in entries(added) {
        match &entry.value.value {
            Item::Table(table) => {
                let record = Arc::new(Plain::of_table(table));
                delta.added.insert(entry.key.value.clone(), record);
            }
            _ => found.push(wrong(entry.value.span, "a record is a table")),
        }
    }
    // A text's own returns are written as escapes, so one that stands there is git's.
    let has_returns = text.contains('\r');
    for entry in entries(changed) {
        let Item::Table(table) = &entry.value.value else {
            found.push(wrong(entry.value.span, "what changed in a record is a table"));
            continue;
        };
        let edits = table.entries.iter().filter_map(|entry| edit(entry, has_returns, found));
        let edits = edits.collect();
        delta.changed.insert(entry.key.value.clone(), edits);
    }
    delta.files = read_files(files, has_returns, found);
    let (Some(name), Some(date), Some(_)) = (name, date, format) else {
        let message = "a release says `format`, `name` and `date`, and this does not".to_owned();
        found.push(about(file, &RELEASE_FILE, message).help(BRING_BACK));
        return None;
    };
    if file.stem() != stem(date, &name) {
        let message =
            format!("the file of this release should be called `{}.toml`", stem(date, &name));
        let help =
            "give it that name: it is where its page stands, and how releases are put in order";
        found.push(about(file, &RELEASE_ORDER, message).help(help));
        return None;
    }
    Some(Release { name, date, previous, delta, file: file.id(), edited: !as_written })
}

/// A record that is new, by `kind/id`.
type Added = (String, Arc<Plain>);

/// Reads a release that is as the program wrote it: the records that are new each by itself, since a
/// baseline holds thousands of them; and all else.
fn in_parts(file: &SourceFile, text: &str) -> (Checked<Table>, Vec<Added>) {
    let begins = format!("\n{ADDED}");
    let starts: Vec<usize> = text.match_indices(&begins).map(|(at, _)| at + 1).collect();
    // Behind the last of them something else may stand.
    let end = starts.last().map_or(text.len(), |last| {
        let other = BEHIND.iter().filter_map(|it| text[*last..].find(&format!("\n{it}")));
        other.min().map_or(text.len(), |at| last + at + 1)
    });
    let ends = starts.iter().skip(1).copied().chain([end]);
    let parts: Vec<Range<usize>> = starts.iter().copied().zip(ends).map(|(a, b)| a..b).collect();
    let read: Vec<Checked<Option<Added>>> =
        parts.into_par_iter().map(|part| syntax::parse_part(file, part).map(added_in)).collect();
    let head = syntax::parse_part(file, 0..starts.first().copied().unwrap_or(text.len()));
    let mut root = head;
    if end < text.len() {
        let tail = syntax::parse_part(file, end..text.len());
        root.value.entries.extend(tail.value.entries);
        root.found.append(tail.found);
    }
    let mut records = Vec::with_capacity(read.len());
    for part in read {
        root.found.append(part.found);
        records.extend(part.value);
    }
    (root, records)
}

fn added_in(root: Table) -> Option<Added> {
    let Item::Table(added) = &root.entries.first()?.value.value else { return None };
    let record = added.entries.first()?;
    match &record.value.value {
        Item::Table(table) => Some((record.key.value.clone(), Arc::new(Plain::of_table(table)))),
        _ => None,
    }
}

fn entries(table: Option<&Table>) -> &[Entry] {
    table.map_or(&[], |table| &table.entries)
}

fn wrong(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(&RELEASE_FILE, span, format!("{what}, and this is not")).help(BRING_BACK)
}

/// Finds a place where git could not put two versions of the file together.
fn conflict(file: &SourceFile, text: &str) -> Option<Diagnostic> {
    let mut at = 0;
    let mut marks = Vec::new();
    for line in text.split_inclusive('\n') {
        if CONFLICT.iter().any(|mark| line.starts_with(mark)) {
            marks.push(at..at + line.trim_end().len());
        }
        at += line.len();
    }
    let first = marks.first().filter(|_| marks.len() > 1 && text.contains(CONFLICT[0]))?;
    let span = Span::new(file.id(), first.clone());
    Some(Diagnostic::new(&RELEASE_FILE, span, "two versions of this release were not put together").help(
        "take one of the two as it was (`git checkout --theirs` or `--ours` with the file's name), then \
         close a window for what the other one held",
    ))
}

/// Returns a text of several lines as it was written, where git may have put a return before each end.
fn as_written(text: &str, has_returns: bool) -> String {
    if has_returns { without_returns(text) } else { text.to_owned() }
}

fn edit(entry: &Entry, has_returns: bool, found: &mut Diagnostics) -> Option<(Path, Edit)> {
    let (written, is_move) = match entry.key.value.strip_suffix(MOVED) {
        Some(way) => (way, true),
        None => (entry.key.value.as_str(), false),
    };
    let way = match Path::parse(written) {
        Ok(way) => way,
        Err(why) => {
            let message = format!("this is no way to a field: {why}");
            found.push(Diagnostic::new(&RELEASE_FILE, entry.key.span, message).help(BRING_BACK));
            return None;
        }
    };
    let Item::Table(table) = &entry.value.value else {
        found.push(wrong(entry.value.span, "what is done to a field is a table"));
        return None;
    };
    let errors = found.len();
    let mut reader = TableReader::new(table, found);
    let plain = |item: Option<&Spanned<Item>>| item.map(|item| Plain::of(&item.value));
    let (was, now) = (plain(reader.item("was")), plain(reader.item("now")));
    let lines = reader.text("lines").map(|lines| as_written(lines.value, has_returns));
    let removed = reader.boolean("removed").unwrap_or(false);
    let moved = reader.boolean("moved").unwrap_or(false);
    let after = reader.text("after").map(|text| text.map(Path::parse_key));
    reader.finish();
    let after: Option<Key> = match after {
        None => None,
        Some(Spanned { value: Ok(key), .. }) => Some(key),
        Some(Spanned { value: Err(why), span }) => {
            let message = format!("this names no row: {why}");
            found.push(Diagnostic::new(&RELEASE_FILE, span, message).help(BRING_BACK));
            None
        }
    };
    let is_row = way.0.last().is_some_and(|last| last.row.is_some());
    let edit = match (is_row, is_move, now, lines, removed) {
        (true, true, None, None, false) if moved => Edit::Moved { after },
        (true, false, Some(now @ Plain::Table(_)), None, false) => Edit::Row { now, after },
        (_, false, None, None, true) => Edit::Gone { was },
        (false, false, Some(now), None, false) => Edit::Set { was, now },
        (false, false, None, Some(lines), false) => Edit::Lines(lines),
        _ => {
            if found.len() == errors {
                found.push(wrong(
                    entry.value.span,
                    "a change says what is `now`, or that it was `removed`",
                ));
            }
            return None;
        }
    };
    Some((way, edit))
}

/// Reads what became of attachments.
fn read_files(
    table: Option<&Table>,
    has_returns: bool,
    found: &mut Diagnostics,
) -> BTreeMap<String, FileEdit> {
    let settled = |text: &str| as_written(text, has_returns);
    let mut files = BTreeMap::new();
    for entry in entries(table) {
        let Item::Table(table) = &entry.value.value else {
            found.push(wrong(entry.value.span, "what became of a file is a table"));
            continue;
        };
        let mut reader = TableReader::new(table, found);
        let (was, now) = (reader.string("was"), reader.string("now"));
        let whole = reader.text("text").map(|text| FileText::Whole(settled(text.value).into()));
        let lines = reader.text("lines").map(|text| FileText::Lines(settled(text.value)));
        reader.finish();
        files.insert(entry.key.value.clone(), FileEdit { was, now, text: whole.or(lines) });
    }
    files
}

/// Returns the finding that a file under `history/` is none of a release.
pub(super) fn no_release(file: &SourceFile) -> Diagnostic {
    let message = "this is no release: those are called `2026-10-04-NAME.toml`".to_owned();
    about(file, &RELEASE_FILE, message)
        .help("keep other files elsewhere; `clearjar release NAME` writes releases")
}

/// Returns the finding that a release has the name of another.
pub(super) fn same_name(file: &SourceFile, release: &Release, other: FileId) -> Diagnostic {
    let message = format!("two releases are called `{}`", release.name);
    about(file, &RELEASE_ORDER, message)
        .other(Span::whole(other), "the other one")
        .help("take out this one, and close the window again under another name")
}

/// Returns the finding that a release does not follow the one before, unless it does. Of one before that
/// was edited by hand that has been told, and whether the two fit is seen when they are replayed.
pub(super) fn out_of_order(
    file: &SourceFile,
    release: &Release,
    before: Option<(&SourceFile, bool)>,
) -> Option<Diagnostic> {
    let text = file.as_text().unwrap_or_default();
    let span = match text.find("\nprevious = ") {
        Some(at) => Span::new(file.id(), at + 1..at + 9),
        None => Span::whole(file.id()),
    };
    let finding = |message: &str| Diagnostic::new(&RELEASE_ORDER, span, message);
    match (before, &release.previous) {
        (None, None) => None,
        (None, Some(_)) => Some(
            finding("the release before this one is not here")
                .help("bring its file back from a copy or from git"),
        ),
        (Some((before, _)), None) => Some(
            finding("this is a baseline, and there is a release before it")
                .other(Span::whole(before.id()), "the one before")
                .help("a runbook has one baseline: take out this file, or all before it"),
        ),
        (Some((before, is_edited)), Some(previous)) => {
            (!is_edited && mark(before.as_text().unwrap_or_default()) != *previous).then(|| {
                finding("this does not follow the release before it")
                    .other(Span::whole(before.id()), "the one before")
                    .help(
                        "one between them is missing, the one before was changed by hand, or two were \
                         closed side by side: bring the files back, or take out this one and those behind \
                         it and close one window for what they held",
                    )
            })
        }
    }
}

/// Returns the finding that a release does not fit the state before it.
pub(super) fn misfit(file: &SourceFile, misfit: &Misfit) -> Diagnostic {
    let Misfit { what, way, why } = misfit;
    let at = if way.is_empty() { String::new() } else { format!(", `{way}`") };
    let message = format!("this does not fit what was there before: `{what}`{at}: {why}");
    Diagnostic::new(&RELEASE_REPLAY, place_of(file, what, way), message).help(
        "bring the files under `history/` back from a copy or from git, or take out this release and \
         those behind it and close one window for what they held",
    )
}

/// Returns the finding that a release was changed by hand.
pub(super) fn edited(file: &SourceFile) -> Diagnostic {
    let message = "this release was changed by hand since it was written".to_owned();
    about(file, &RELEASE_EDITED, message)
        .help("bring it back from a copy or from git, unless the change is meant")
}
