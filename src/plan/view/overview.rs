//! What the pages about the runbook as a whole show.

use serde::Serialize;

use super::{Count, Day, KindRef, Link, Notice, Prose, Renewal, Summary};

/// The first page.
#[derive(Serialize, Debug)]
pub struct HomeView {
    /// The client's record and facts.
    pub client: Option<Summary>,
    /// The current provider's record and facts.
    pub provider: Option<Summary>,
    /// Who documents say owns this.
    pub ownership: Option<Prose>,
    /// Whom to call, in order.
    pub call: Vec<Summary>,
    /// What is due soon.
    pub due: Vec<Renewal>,
    /// How many more are due.
    pub due_total: usize,
    /// The state of the takeover view.
    pub takeover: Tally,
    /// The client's sites.
    pub sites: Vec<Summary>,
    /// The most important systems, in plain words.
    pub systems: Vec<Summary>,
    /// The latest changes.
    pub changes: Vec<Summary>,
    /// All kinds by area.
    pub areas: Vec<NavArea>,
    /// Counts of what is missing.
    pub missing: Vec<Count>,
}

/// The emergency sheet.
#[derive(Serialize, Debug)]
pub struct EmergencyView {
    /// Its parts.
    pub blocks: Vec<EmergencyBlock>,
    /// How small it is set to fit on one side: nothing, `dense` or `denser`.
    pub density: &'static str,
    /// Whether texts had to be shortened to fit.
    pub shortened: bool,
}

/// A part of the emergency sheet.
#[derive(Serialize, Debug)]
pub struct EmergencyBlock {
    /// Its anchor.
    pub anchor: String,
    /// Its heading.
    pub title: String,
    /// A sentence beneath.
    pub note: String,
    /// What stands in it.
    pub entries: Vec<Summary>,
    /// How many more records there are.
    pub more: usize,
    /// Where those stand: the list of their kind.
    pub list: Option<Link>,
}

/// How the items of the takeover view stand.
#[derive(Serialize, Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    /// Answered by records.
    pub answered: usize,
    /// Answered, but not verified lately.
    pub stale: usize,
    /// Known to be unknown.
    pub unknown: usize,
    /// Not applicable here.
    pub not_applicable: usize,
    /// Answered by what is not in this edition.
    pub left_out: usize,
    /// Not recorded.
    pub missing: usize,
    /// All of them.
    pub total: usize,
}

/// The takeover view.
#[derive(Serialize, Debug)]
pub struct TakeoverView {
    /// How the items stand.
    pub tally: Tally,
    /// The parts of the list.
    pub areas: Vec<TakeoverArea>,
}

/// A part of the takeover view.
#[derive(Serialize, Debug)]
pub struct TakeoverArea {
    /// Its anchor.
    pub anchor: String,
    /// Its heading.
    pub title: String,
    /// How its items stand.
    pub tally: Tally,
    /// Its items.
    pub items: Vec<TakeoverItem>,
}

/// An item of the takeover view.
#[derive(Serialize, Debug)]
pub struct TakeoverItem {
    /// Its anchor, which is also its name in `clearjar.toml`.
    pub anchor: String,
    /// Its number.
    pub number: u32,
    /// What is asked for.
    pub text: String,
    /// `day`, `week` or `month`.
    pub when: &'static str,
    /// `answered`, `stale`, `unknown`, `not_applicable`, `left_out` or `missing`.
    pub state: &'static str,
    /// The reason, or what is missing.
    pub remarks: Vec<String>,
    /// The records that answer it.
    pub links: Vec<Link>,
    /// How many more records answer it.
    pub more: usize,
}

/// What is missing.
#[derive(Serialize, Debug)]
pub struct MissingView {
    /// Findings by rule.
    pub rules: Vec<MissingRule>,
    /// Facts that are known to be unknown.
    pub unknown: Vec<Gap>,
    /// Facts that do not apply, with the reason.
    pub not_applicable: Vec<Gap>,
    /// How many records there are, and how many of them have no finding.
    pub records: usize,
    /// Records without a finding.
    pub complete: usize,
    /// How many records were never verified, or not lately.
    pub unverified: usize,
}

/// Findings of one rule.
#[derive(Serialize, Debug)]
pub struct MissingRule {
    /// The rule.
    pub code: &'static str,
    /// Its anchor and heading.
    pub title: String,
    /// The level.
    pub level: &'static str,
    /// The findings.
    pub notices: Vec<Notice>,
}

/// A fact that is not there.
#[derive(Serialize, Debug)]
pub struct Gap {
    /// The record.
    pub link: Link,
    /// The field.
    pub field: String,
    /// The reason, where it does not apply.
    pub reason: String,
}

/// The glossary.
#[derive(Serialize, Debug)]
pub struct GlossaryView {
    /// The terms in order.
    pub terms: Vec<Term>,
}

/// A term.
#[derive(Serialize, Debug)]
pub struct Term {
    /// Its anchor.
    pub anchor: String,
    /// The term.
    pub name: String,
    /// Other spellings.
    pub also: Vec<String>,
    /// What it means.
    pub text: Prose,
    /// Its record, where the runbook defines it.
    pub link: Option<Link>,
}

/// The files for other programs.
#[derive(Serialize, Debug)]
pub struct DataView {
    /// The inventory as a workbook; nothing where the runbook is too large for one in the site.
    pub workbook: Option<String>,
    /// The calendar.
    pub calendar: String,
    /// The whole runbook as one document.
    pub document: String,
    /// What describes that.
    pub schema: String,
    /// The tables of each kind.
    pub tables: Vec<DataTable>,
    /// What the tools of a successor take in.
    pub tools: Vec<DataTool>,
}

/// A file for another program.
#[derive(Serialize, Debug)]
pub struct DataFile {
    /// Its name.
    pub name: String,
    /// Where it is, relative to the page.
    pub href: String,
}

/// The tables of a kind.
#[derive(Serialize, Debug)]
pub struct DataTable {
    /// The kind.
    pub kind: KindRef,
    /// The table of its records, then those of their rows.
    pub files: Vec<DataFile>,
}

/// What a tool takes in.
#[derive(Serialize, Debug)]
pub struct DataTool {
    /// Its anchor.
    pub anchor: String,
    /// What people call it.
    pub name: String,
    /// How the files are taken in, a sentence for each step.
    pub steps: Vec<String>,
    /// The files.
    pub files: Vec<DataFile>,
    /// What it has no place for.
    pub losses: Vec<DataLoss>,
    /// What it takes in another form.
    pub changes: Vec<DataChange>,
}

/// Something that a tool takes in another form than it was written in.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct DataChange {
    /// What people call many of the kind.
    pub kind: String,
    /// The field.
    pub field: String,
    /// What becomes of it.
    pub how: String,
}

/// What a tool has no place for.
#[derive(Serialize, Debug)]
pub struct DataLoss {
    /// What people call many of the kind.
    pub kind: String,
    /// The field; empty where it is the whole kind.
    pub field: String,
    /// How many records say something there.
    pub records: usize,
}

/// About this runbook.
#[derive(Serialize, Debug)]
pub struct AboutView {
    /// The day that the site speaks of.
    pub as_of: Day,
    /// The version of the program.
    pub version: &'static str,
    /// How many records there are of each kind.
    pub kinds: Vec<KindRef>,
    /// How many records there are.
    pub records: usize,
    /// How many files are attached.
    pub files: usize,
    /// What the client's own record says of the work.
    pub statement: Option<Prose>,
    /// The client.
    pub client: Option<Link>,
    /// The current provider.
    pub provider: Option<Link>,
}

/// An area of the navigation.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct NavArea {
    /// Its name.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// One plain sentence.
    pub summary: String,
    /// Its kinds that have records.
    pub kinds: Vec<KindRef>,
}
