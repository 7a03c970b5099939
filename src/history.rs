//! Turns the releases of a runbook into what its records said at each of them.
//!
//! In: the files under `history/`, one for each maintenance window that was closed. The first, the
//! baseline, holds what every record said; each further one holds what changed since the one before.
//! Out: a [`History`], replayed to its end. Telling differences in words is the business of
//! [`crate::compare`]; making release files is that of [`mod@write`], which takes no look at a disk.

pub mod close;
pub mod dates;
pub mod delta;
pub mod pairs;
pub mod patch;
pub mod path;
pub mod plain;
mod read;
mod rules;
pub mod state;
pub mod write;

use std::sync::Arc;

use jiff::civil::Date;

use crate::diagnostic::{Checked, Diagnostic, Diagnostics};
use crate::digest::Digest;
use crate::memo::Memo;
use crate::source::{FileId, SourceFile, SourceTree, Span};
use crate::syntax::toml_key;
pub use delta::{Delta, Misfit};
pub use pairs::{Pair, Pairs};
pub use plain::Plain;
use plain::without_returns;
pub use rules::*;
pub use state::{Kept, State};

/// The folder of releases.
pub const FOLDER: &str = "history";

/// The newest form of release files that is known here.
pub const FORMAT: i64 = 1;

/// A maintenance window that was closed.
#[derive(Clone, PartialEq, Debug)]
pub struct Release {
    /// Its name, by which people and commands speak of it.
    pub name: String,
    /// The day it was closed.
    pub date: Date,
    /// The mark of the file before; nothing for the baseline.
    pub previous: Option<String>,
    /// What changed.
    pub delta: Delta,
    /// Its file.
    pub file: FileId,
    /// Whether its file is not as it was written.
    pub edited: bool,
}

impl Release {
    /// Returns the name of its file and of its page, without what stands behind the dot.
    pub fn stem(&self) -> String {
        stem(self.date, &self.name)
    }
}

/// Returns the name of the file of a release, without what stands behind the dot.
pub fn stem(date: Date, name: &str) -> String {
    format!("{date}-{name}")
}

/// All releases of a runbook, in order, and what they come to.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct History {
    /// The releases; the first is the baseline.
    pub releases: Vec<Release>,
    /// What changed in each of them: nothing for the baseline.
    pub windows: Vec<Pairs>,
    /// What the records said at the first.
    pub baseline: State,
    /// What they said at the last.
    pub last: State,
}

impl History {
    /// Whether nothing was ever released.
    pub fn is_empty(&self) -> bool {
        self.releases.is_empty()
    }

    /// Returns the place of the release called `name`; the day before it may be said as well.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.releases.iter().position(|release| release.name == name || release.stem() == name)
    }

    /// Returns what the records said at the release at `place`.
    pub fn state_at(&self, place: usize) -> State {
        let mut state = State::default();
        for release in &self.releases[..=place] {
            release.delta.apply(&mut state);
        }
        state
    }
}

/// Whether the program takes this file for a release.
pub fn is_release(file: &SourceFile) -> bool {
    file.extension() == "toml" && file.stem().starts_with(|c: char| c.is_ascii_digit())
}

/// Whether this is the file of a release, and nobody has changed it since the program wrote it.
pub fn is_as_written(file: &SourceFile) -> bool {
    let in_folder = file.path.strip_prefix(FOLDER).is_some_and(|rest| rest.starts_with('/'));
    let text = file.as_text().filter(|_| in_folder && is_release(file));
    text.is_some_and(|text| write::sum_in(text).is_some_and(|said| said == write::sum(text)))
}

/// Returns the files of releases, in the order of their days.
pub fn files(tree: &SourceTree) -> impl Iterator<Item = &SourceFile> {
    tree.under(FOLDER).filter(|file| is_release(file))
}

/// Returns the mark of a file of a release, by which the next one knows it: of its text, however its
/// lines end.
pub fn mark(text: &str) -> String {
    Digest::of(without_returns(text).as_bytes()).to_string()[..32].to_owned()
}

/// What files gave, in runs before.
#[derive(Default, Debug)]
pub struct Known {
    /// Releases, by their file.
    releases: Memo<Checked<Option<Release>>>,
    /// Records as they are written, by their file and the kinds of the runbook.
    records: Memo<Vec<(Arc<str>, Arc<Plain>)>>,
}

impl Known {
    /// Ends a run: forgets what it has had no use for.
    pub fn end_run(&self) {
        self.releases.end_run();
        self.records.end_run();
    }
}

/// Reads the releases in `tree`. Behind the first that does not fit none is read.
pub fn read(tree: &SourceTree) -> Checked<History> {
    read_with(tree, None)
}

/// As [`read()`]; releases that are `known` from a run before are not read again.
pub fn read_with(tree: &SourceTree, known: Option<&Known>) -> Checked<History> {
    let mut found = Diagnostics::default();
    for stranger in tree.under(FOLDER).filter(|file| file.extension() == "toml") {
        if !is_release(stranger) && stranger.name() != dates::NAME {
            found.push(read::no_release(stranger));
        }
    }
    let files: Vec<&SourceFile> = files(tree).collect();
    let read = |file: &SourceFile| match known {
        None => read::release(file),
        Some(known) => {
            let key = Digest::of_all([file.path.as_bytes(), file.digest.as_bytes()]);
            (*known.releases.get_or(key, || read::release(file))).clone()
        }
    };
    let read: Vec<Checked<Option<Release>>> = files.iter().map(|file| read(file)).collect();
    let mut history = History::default();
    let mut before: Option<(&SourceFile, bool)> = None;
    let mut is_whole = true;
    for (file, read) in files.into_iter().zip(read) {
        let Some(release) = read.report_to(&mut found) else {
            is_whole = false;
            continue;
        };
        let is_edited = release.edited;
        if let Some(same) = history.releases.iter().find(|other| other.name == release.name) {
            found.push(read::same_name(file, &release, same.file));
            is_whole = false;
        }
        if is_whole && let Some(finding) = read::out_of_order(file, &release, before) {
            found.push(finding);
            is_whole = false;
        }
        if is_whole {
            is_whole = history.add(file, release, &mut found);
        }
        before = Some((file, is_edited));
    }
    Checked::new(history, found)
}

impl History {
    /// Adds the next release; gives whether it fits.
    fn add(&mut self, file: &SourceFile, release: Release, found: &mut Diagnostics) -> bool {
        let before = pairs::Before::of(&release.delta, &self.last);
        let misfits = release.delta.apply(&mut self.last);
        if !misfits.is_empty() {
            misfits.iter().for_each(|misfit| found.push(read::misfit(file, misfit)));
            return false;
        }
        if release.edited {
            found.push(read::edited(file));
        }
        let window = match self.releases.is_empty() {
            true => {
                self.baseline = self.last.clone();
                Pairs::default()
            }
            false => before.and_after(&release.delta, &self.last),
        };
        self.windows.push(window);
        self.releases.push(release);
        true
    }
}

/// Returns where a release says something about a record or file, as well as it can be found.
fn place_of(file: &SourceFile, what: &str, way: &str) -> Span {
    let text = file.as_text().unwrap_or_default();
    let key = toml_key(what);
    let Some(at) = text.find(&key) else { return Span::whole(file.id()) };
    let inside = toml_key(way);
    match text[at..].find(&format!("\n{inside} = ")).filter(|_| !way.is_empty()) {
        Some(behind) => Span::new(file.id(), at + behind + 1..at + behind + 1 + inside.len()),
        None => Span::new(file.id(), at..at + key.len()),
    }
}

/// Returns a finding about the whole of a file.
fn about(file: &SourceFile, rule: &'static crate::diagnostic::Rule, message: String) -> Diagnostic {
    Diagnostic::new(rule, Span::whole(file.id()), message)
}

#[cfg(test)]
mod tests;
