//! What the pages about changes show.

use serde::Serialize;

use super::{Day, Fact, Link, Prose};

/// All windows that were closed, and what differs now.
#[derive(Serialize, Debug)]
pub struct TimelineView {
    /// The windows, the latest first; the last of them is the baseline.
    pub windows: Vec<WindowRow>,
    /// The page of what differs now from the last of them, and how much that is.
    pub since_last: WindowRow,
    /// The page of what differs now from the baseline, and how much that is.
    pub since_baseline: WindowRow,
}

/// A window, in a line of the timeline.
#[derive(Serialize, Debug)]
pub struct WindowRow {
    /// Its page; what it says is the window's name.
    pub link: Link,
    /// The day it was closed, or of the release that is compared with.
    pub day: Day,
    /// Whether it is the baseline.
    pub baseline: bool,
    /// How much differs.
    pub counts: ChangeCounts,
    /// The work that was done in it.
    pub work: Vec<Link>,
}

/// How much differs.
#[derive(Serialize, Debug, Clone, Copy, Default)]
pub struct ChangeCounts {
    /// Records that say something else, or have a new id.
    pub changed: usize,
    /// Records that are new.
    pub added: usize,
    /// Records that are gone.
    pub removed: usize,
    /// Attachments that differ.
    pub files: usize,
    /// Records that say the same, and of which somebody made sure again.
    pub verified: usize,
    /// All but the verified of these.
    pub total: usize,
}

/// What differs: in one window, since the last, or since the baseline.
#[derive(Serialize, Debug)]
pub struct WindowView {
    /// `window`, `baseline`, `since_last` or `since_baseline`.
    pub form: &'static str,
    /// The window's name, or that of the release that is compared with.
    pub name: String,
    /// The day it was closed, or the day of what is compared with.
    pub day: Day,
    /// The release before; nothing for the baseline.
    pub before: Option<WindowRow>,
    /// How many records the baseline holds.
    pub records: usize,
    /// How much differs.
    pub counts: ChangeCounts,
    /// How many records are only named, since there are so many.
    pub short: usize,
    /// The work that was done.
    pub work: Vec<Work>,
    /// What differs and belongs to that work.
    pub explained: Vec<RecordDiff>,
    /// What differs besides.
    pub others: Vec<RecordDiff>,
    /// The attachments that differ.
    pub files: Vec<FileDiff>,
    /// Records that say the same, and of which somebody made sure again.
    pub verified: Vec<Link>,
}

/// A piece of work, as its record tells it.
#[derive(Serialize, Debug)]
pub struct Work {
    /// Its anchor.
    pub anchor: String,
    /// Its record.
    pub link: Link,
    /// What was done.
    pub what: Option<Prose>,
    /// Why.
    pub why: Option<Prose>,
    /// When, by whom, with what result.
    pub facts: Vec<Fact>,
    /// What it touched: the difference below where there is one, else the record.
    pub affected: Vec<Link>,
}

/// A record that differs.
#[derive(Serialize, Debug, Clone)]
pub struct RecordDiff {
    /// Its anchor.
    pub anchor: String,
    /// What it is called.
    pub name: String,
    /// Its page, where it still has one.
    pub link: Option<Link>,
    /// What sort of record it is.
    pub kind: String,
    /// The icon of its kind.
    pub icon: String,
    /// `added`, `removed`, `renamed` or `changed`.
    pub sort: &'static str,
    /// Its id before, where it has a new one.
    pub former: String,
    /// What differs.
    pub facts: Vec<FactDiff>,
    /// The work that it belongs to.
    pub work: Vec<Link>,
}

/// A fact that differs.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct FactDiff {
    /// What it stands under.
    pub under: Vec<String>,
    /// What people read.
    pub label: String,
    /// Where it stands now, or nothing.
    pub href: String,
    /// `added`, `removed`, `changed` or `moved`.
    pub sort: &'static str,
    /// What it said, in pieces.
    pub before: Vec<DiffPiece>,
    /// What it says, in pieces.
    pub after: Vec<DiffPiece>,
    /// Whether it takes the full width.
    pub long: bool,
}

/// A piece of a text of which another version stands beside it.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct DiffPiece {
    /// Its text.
    pub text: String,
    /// Whether only this version has it.
    pub differs: bool,
}

/// An attachment that differs.
#[derive(Serialize, Debug)]
pub struct FileDiff {
    /// Its anchor.
    pub anchor: String,
    /// Its path in the runbook.
    pub path: String,
    /// Its path before, where a newer version has another one; else empty.
    pub former: String,
    /// Where it is now, or nothing.
    pub href: String,
    /// `added`, `removed` or `changed`.
    pub sort: &'static str,
    /// Whether all that differs is what differs from one export to the next.
    pub volatile: bool,
    /// The lines that differ, with a few around them.
    pub lines: Vec<DiffLine>,
}

/// A line of an attachment.
#[derive(Serialize, Debug)]
pub struct DiffLine {
    /// `same`, `gone`, `new` or `gap`.
    pub sort: &'static str,
    /// Its text.
    pub text: String,
}

/// A window in which a record changed.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct RecordWindow {
    /// The window, at what it says of this record.
    pub link: Link,
    /// The day it was closed; nothing for what was not released yet.
    pub day: Option<Day>,
    /// `added`, `removed`, `renamed` or `changed`.
    pub sort: &'static str,
    /// What it changed.
    pub facts: Vec<FactDiff>,
}

/// How a record's settings stand to the baseline.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Back {
    /// The day of the baseline.
    pub day: Day,
    /// The page of what differs since then.
    pub link: Link,
    /// The settings that differ, in the order of the page.
    pub rows: Vec<BackRow>,
}

/// A setting that differs from the baseline.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct BackRow {
    /// Its group.
    pub group: String,
    /// Its name.
    pub name: String,
    /// Its anchor on the page, or nothing where it is not there any more.
    pub anchor: String,
    /// `added`, `removed` or `changed` since the baseline.
    pub sort: &'static str,
    /// What it is set to; empty where it is not there any more.
    pub now: String,
    /// What it was set to; empty where it was not there.
    pub then: String,
}
