//! The views of the pages for those who hand over, take over, or look from outside.

use serde::Serialize;

use super::{Day, Fact, KindRef, Link, Prose, Shown, Summary, TakeoverArea, TakeoverItem, Tally};

/// What auditors and insurers ask, and what is recorded about it.
#[derive(Serialize, Debug)]
pub struct EvidenceView {
    /// What is asked, in order.
    pub controls: Vec<EvidenceControl>,
    /// Of how many of them something is recorded.
    pub recorded: usize,
}

/// Something that is asked.
#[derive(Serialize, Debug)]
pub struct EvidenceControl {
    /// Its anchor.
    pub anchor: String,
    /// Its heading.
    pub title: String,
    /// What is asked, in plain words.
    pub text: String,
    /// Where it is asked: a standard and its numbers.
    pub asked_in: Vec<Reference>,
    /// What is recorded; none where nothing is.
    pub rows: Vec<EvidenceRow>,
    /// Records and settings that say of themselves that they belong here.
    pub mapped: Vec<Link>,
    /// How many more of those there are.
    pub mapped_more: usize,
}

/// Numbers in a standard.
#[derive(Serialize, Debug)]
pub struct Reference {
    /// `cis`, `csf` or `iso`.
    pub standard: &'static str,
    /// The numbers, in words: `6.3, 6.4`.
    pub numbers: String,
}

/// Records of a kind that speak of what is asked.
#[derive(Serialize, Debug)]
pub struct EvidenceRow {
    /// The kind, with its list.
    pub kind: KindRef,
    /// Which of the kind, in words; empty for all of them.
    pub which: String,
    /// How many records there are.
    pub count: usize,
    /// Those that are shown, the latest first, with facts of each.
    pub records: Vec<Summary>,
    /// How many more there are.
    pub more: usize,
    /// How many of them say what.
    pub coverage: Vec<Coverage>,
    /// When they were verified.
    pub verified: Verifications,
    /// Who did.
    pub by: Vec<Shown>,
    /// What can be looked at.
    pub evidence: Vec<Link>,
    /// How much more of that there is.
    pub evidence_more: usize,
}

/// How many records say something.
#[derive(Serialize, Debug)]
pub struct Coverage {
    /// What.
    pub label: String,
    /// How many say it.
    pub given: usize,
    /// Of how many that could.
    pub of: usize,
}

/// When records were verified.
#[derive(Serialize, Debug, Default)]
pub struct Verifications {
    /// Whether records of this sort are verified at all.
    pub asked: bool,
    /// The first day that still counts.
    pub from: Option<Day>,
    /// The last.
    pub to: Option<Day>,
    /// How many are due again.
    pub due: usize,
    /// How many never were.
    pub never: usize,
}

/// The page that is signed when IT is handed over.
#[derive(Serialize, Debug)]
pub struct AcceptanceView {
    /// The client.
    pub client: Option<Summary>,
    /// The current provider, who hands over.
    pub provider: Option<Summary>,
    /// The day that the site speaks of.
    pub as_of: Day,
    /// How many records there are.
    pub records: usize,
    /// How many files are attached.
    pub files: usize,
    /// How the items of the takeover view stand.
    pub tally: Tally,
    /// The same for each part of the list; without the items.
    pub areas: Vec<TakeoverArea>,
    /// What there is of each kind.
    pub kinds: Vec<KindRef>,
    /// Items that are open: unknown, not recorded, or not verified lately.
    pub open: Vec<TakeoverItem>,
    /// How many more of those there are.
    pub open_more: usize,
    /// Known risks that stay.
    pub risks: Vec<Summary>,
    /// How many more of those there are.
    pub risks_more: usize,
    /// How much still depends on the current provider.
    pub held: usize,
    /// How many accounts only one person holds.
    pub single_custodian: usize,
    /// Hand-overs that were accepted before, the latest first.
    pub accepted: Vec<Accepted>,
}

/// A hand-over that was accepted.
#[derive(Serialize, Debug)]
pub struct Accepted {
    /// Its record.
    pub link: Link,
    /// When, by whom, from whom.
    pub facts: Vec<Fact>,
    /// What was said.
    pub prose: Vec<Prose>,
}

/// What is encrypted beside the records.
#[derive(Serialize, Debug)]
pub struct SealedView {
    /// The files by path.
    pub files: Vec<SealedFile>,
}

/// A file that only some can open. Texts are empty where nothing is said.
#[derive(Serialize, Debug)]
pub struct SealedFile {
    /// Where it stands on the page.
    pub anchor: String,
    /// What people call it.
    pub title: String,
    /// What is in it.
    pub holds: String,
    /// Who can open it.
    pub readers: Vec<String>,
    /// The day on which it was encrypted.
    pub since: Option<Day>,
    /// Who did.
    pub by: String,
    /// Where the key or the passphrase lies.
    pub key_at: String,
    /// Its name.
    pub name: String,
    /// Where it is, from the root.
    pub href: String,
    /// Its size in words.
    pub size: String,
    /// Whether a passphrase opens it.
    pub passphrase: bool,
    /// How many keys of age open it.
    pub age_keys: usize,
    /// How many keys of SSH open it.
    pub ssh_keys: usize,
    /// How many keys of another sort open it.
    pub other_keys: usize,
    /// The command that opens it, for the folder of the site.
    pub command: String,
    /// The script that hands it to the page; empty where a page cannot open it.
    pub script: String,
}
