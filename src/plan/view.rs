//! What the templates see: one view for each sort of page.
//!
//! A view holds all that its page may show, links resolved and made relative to the page: what is
//! not in the view, the template cannot see. The names of its fields are the interface that themes
//! are written against, described in `themes/default/README.md`.

use std::collections::BTreeMap;

use serde::Serialize;

/// A page: its place, what stands around its content, and the content.
#[derive(Serialize, Debug)]
pub struct Page {
    /// The file's path on the site.
    #[serde(skip)]
    pub path: String,
    /// What stands around the content.
    pub page: Frame,
    /// The content.
    pub view: View,
}

/// What stands around the content of a page.
#[derive(Serialize, Debug, Default)]
pub struct Frame {
    /// The page's own title.
    pub title: String,
    /// One plain sentence for search engines and previews.
    pub description: String,
    /// The way from this page to the site's root: `""` or `"../"`.
    pub root: &'static str,
    /// The path of the page from the root.
    pub path: String,
    /// Where in the navigation the page stands: a kind's plural, or a page's name.
    pub current: String,
    /// The way here from home.
    pub breadcrumbs: Vec<Link>,
    /// The contents of a long page.
    pub toc: Vec<TocEntry>,
    /// The page before this one in its list.
    pub previous: Option<Link>,
    /// The page behind this one in its list.
    pub next: Option<Link>,
    /// Where the page's record is written.
    pub source: Option<SourcePlace>,
}

/// A place in the runbook's sources.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct SourcePlace {
    /// The path of the file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
}

/// An entry of a page's contents.
#[derive(Serialize, Debug, Clone)]
pub struct TocEntry {
    /// The heading.
    pub text: String,
    /// Its anchor, without `#`.
    pub anchor: String,
    /// 2 for a section, 3 below it.
    pub level: u8,
}

/// A link within the site.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Link {
    /// What it says.
    pub text: String,
    /// Where it leads, relative to the page.
    pub href: String,
    /// The icon of what it leads to, or nothing.
    pub icon: String,
    /// A few words more: the kind, or what the thing is.
    pub detail: String,
}

/// Prose in Markdown with its links resolved; the filter `prose` makes HTML of it.
#[derive(Serialize, Debug, Clone, PartialEq, Default)]
pub struct Prose {
    /// The Markdown.
    pub source: String,
    /// Links to records and files, by their target as written.
    pub links: BTreeMap<String, ProseTarget>,
    /// What stands before the ids of its headings.
    pub prefix: String,
    /// The level of its first headings, 2 to 6.
    pub heading: u8,
    /// Whether its numbered lists are steps.
    pub steps: bool,
}

/// Where a link in prose leads.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct ProseTarget {
    /// Relative to the page.
    pub href: String,
    /// The name of what it leads to.
    pub title: String,
}

/// Code, coloured by the filter `colour`.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Code {
    /// The text.
    pub text: String,
    /// Its language, or nothing.
    pub language: String,
}

/// A day, as a date and in words.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Day {
    /// `2026-11-15`.
    pub iso: String,
    /// `15 Nov 2026`.
    pub text: String,
    /// `in 41 days`, from the day that the site speaks of.
    pub relative: String,
}

/// A mark beside a name: a word and a shape, never colour alone.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Badge {
    /// The word.
    pub text: String,
    /// `good`, `warn`, `bad`, `info` or `plain`.
    pub tone: &'static str,
    /// What it means, in a sentence.
    pub title: String,
}

/// The value of a field.
#[derive(Serialize, Debug, Clone, PartialEq)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Shown {
    /// Plain text, with a copy button where it is read off or typed.
    Text {
        /// The text.
        text: String,
        /// Whether it can be copied.
        copy: bool,
    },
    /// Prose.
    Prose {
        /// The prose.
        prose: Prose,
    },
    /// Code or a command.
    Code {
        /// The code.
        code: Code,
    },
    /// A number with its unit.
    Number {
        /// The number as people read it.
        text: String,
        /// Its unit, or nothing.
        unit: String,
        /// For sorting.
        sort: f64,
    },
    /// Yes or no.
    Boolean {
        /// The value.
        yes: bool,
    },
    /// A word of a choice.
    Choice {
        /// The key that the record uses.
        key: String,
        /// What people read.
        text: String,
    },
    /// A day.
    Date {
        /// The day.
        day: Day,
        /// `good`, `warn`, `bad` or `plain`.
        tone: &'static str,
    },
    /// A link to a record, or to a row of one.
    Reference {
        /// The link.
        link: Link,
    },
    /// An address outside the site: web, mail, telephone.
    External {
        /// What it says.
        text: String,
        /// Where it leads.
        href: String,
        /// `url`, `email` or `phone`.
        form: &'static str,
    },
    /// A file of the runbook.
    File {
        /// The file.
        file: Attachment,
    },
    /// Facts of a table.
    Table {
        /// The facts.
        facts: Vec<Fact>,
    },
    /// A list of values.
    List {
        /// The values.
        items: Vec<Shown>,
    },
}

/// A field and its value.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Fact {
    /// The field's name in the record.
    pub name: String,
    /// What people read.
    pub label: String,
    /// What the field means.
    pub help: String,
    /// `given`, `unknown`, `not_applicable` or `missing`.
    pub state: &'static str,
    /// Why it does not apply.
    pub reason: String,
    /// The value, where it is given.
    pub value: Option<Shown>,
    /// Whether the value takes the full width: prose, code, tables.
    pub wide: bool,
}

/// A list of tables, as a table.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Grid {
    /// The field's name in the record.
    pub name: String,
    /// Its heading.
    pub title: String,
    /// What it holds.
    pub help: String,
    /// The headings of the columns that have a value anywhere.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<GridRow>,
}

/// A row of a grid.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct GridRow {
    /// Its anchor, or nothing.
    pub anchor: String,
    /// A value for each column, or nothing.
    pub cells: Vec<Option<Shown>>,
}

/// A part of a record's page.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Its anchor.
    pub anchor: String,
    /// Its facts.
    pub facts: Vec<Fact>,
    /// Its tables.
    pub grids: Vec<Grid>,
}

/// A record's settings, set like the label on a jar.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Label {
    /// How many there are.
    pub count: usize,
    /// How many differ from their default.
    pub changed: usize,
    /// The record they are written in, where it is another one.
    pub written_in: Option<Link>,
    /// The groups.
    pub groups: Vec<SettingGroup>,
}

/// A group of settings.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct SettingGroup {
    /// Its name.
    pub name: String,
    /// Its anchor.
    pub anchor: String,
    /// Its settings.
    pub rows: Vec<Setting>,
}

/// A setting: one ingredient.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its anchor.
    pub anchor: String,
    /// Its name.
    pub name: String,
    /// What it is set to.
    pub value: String,
    /// The unit.
    pub unit: String,
    /// The default, or nothing where it is not known.
    pub default: String,
    /// Whether the value differs from a known default.
    pub changed: bool,
    /// Why it is set so.
    pub why: Option<Prose>,
    /// Further facts of the row.
    pub facts: Vec<Fact>,
}

/// A step of a procedure.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Step {
    /// Its anchor.
    pub anchor: String,
    /// Its number, from 1.
    pub number: usize,
    /// What to do.
    pub text: Prose,
    /// Who does it.
    pub who: Option<Shown>,
    /// A command to run.
    pub command: Option<Code>,
    /// What to expect.
    pub expected: Option<Prose>,
    /// What to take care of.
    pub caution: Option<Prose>,
    /// How long it takes.
    pub duration: String,
    /// Further facts of the step.
    pub facts: Vec<Fact>,
}

/// References to a record under one heading.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Backlinks {
    /// The heading: the name of the way back.
    pub heading: String,
    /// The records.
    pub links: Vec<Link>,
}

/// When a record was verified.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Verified {
    /// `fresh`, `stale` or `never`.
    pub state: &'static str,
    /// The day.
    pub on: Option<Day>,
    /// Who.
    pub by: Vec<Shown>,
    /// How.
    pub how: String,
    /// When it is to be verified again.
    pub due: Option<Day>,
}

/// A file of the runbook, as it is on the site.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its path in the runbook.
    pub path: String,
    /// Where it is, relative to the page.
    pub href: String,
    /// Its size in words.
    pub size: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Its text, where it is text and not too long to be shown.
    pub code: Option<Code>,
    /// Whether it is a picture that a browser shows.
    pub picture: bool,
}

/// A kind, as pages refer to it.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct KindRef {
    /// One of them.
    pub label: String,
    /// Many.
    pub label_plural: String,
    /// The folder.
    pub plural: String,
    /// The icon.
    pub icon: String,
    /// One plain sentence.
    pub summary: String,
    /// The list, relative to the page.
    pub href: String,
    /// How many records there are.
    pub count: usize,
}

/// A record's page.
#[derive(Serialize, Debug)]
pub struct RecordView {
    /// Its kind.
    pub kind: KindRef,
    /// Which form of page: `record`, `person`, `procedure`, …
    pub form: &'static str,
    /// Its id.
    pub id: String,
    /// `kind/id`.
    pub full_id: String,
    /// Its name.
    pub name: String,
    /// What stands beneath the name.
    pub subtitle: String,
    /// In plain words: what it is and why it matters.
    pub purpose: Option<Prose>,
    /// Status, criticality, audience and the like.
    pub badges: Vec<Badge>,
    /// Facts that stand on top.
    pub lead: Vec<Fact>,
    /// The parts of the page.
    pub sections: Vec<Section>,
    /// The settings.
    pub label: Option<Label>,
    /// The steps.
    pub steps: Vec<Step>,
    /// The text of a Markdown record.
    pub body: Option<Prose>,
    /// What points here.
    pub backlinks: Vec<Backlinks>,
    /// Free facts.
    pub custom: Vec<Fact>,
    /// Files it names.
    pub files: Vec<Attachment>,
    /// When it was verified.
    pub verified: Option<Verified>,
    /// What `check` has to say about it, in words.
    pub notices: Vec<Notice>,
    /// Ids it had before.
    pub formerly: Vec<String>,
}

/// Something to know about a record.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Notice {
    /// `error`, `warning` or `note`.
    pub level: &'static str,
    /// What is the case.
    pub text: String,
    /// What to do about it.
    pub help: String,
    /// The rule.
    pub rule: &'static str,
    /// Where it is written.
    pub place: Option<SourcePlace>,
    /// The record, relative to the page.
    pub link: Option<Link>,
}

/// A list of the records of a kind, or a part of it.
#[derive(Serialize, Debug)]
pub struct ListView {
    /// The kind.
    pub kind: KindRef,
    /// Counts by the field that groups the list.
    pub groups: Vec<Count>,
    /// What the list is grouped by.
    pub grouped_by: String,
    /// Counts by site.
    pub sites: Vec<Count>,
    /// The headings of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<ListRow>,
    /// Which part of the list this is, from 1.
    pub part: usize,
    /// All parts, as links; empty where the list is whole.
    pub parts: Vec<Link>,
    /// How many records the whole list has.
    pub total: usize,
}

/// A word and how often it occurs.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Count {
    /// The word.
    pub text: String,
    /// How often.
    pub count: usize,
}

/// A row of a list.
#[derive(Serialize, Debug)]
pub struct ListRow {
    /// The record.
    pub link: Link,
    /// What it is grouped under.
    pub group: String,
    /// Whether it is out of use.
    pub retired: bool,
    /// A value for each column.
    pub cells: Vec<Option<Shown>>,
}

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

/// A record in a few words.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Summary {
    /// The record.
    pub link: Link,
    /// What it is, in plain words.
    pub text: String,
    /// Some of its facts.
    pub facts: Vec<Fact>,
    /// Marks.
    pub badges: Vec<Badge>,
}

/// The emergency sheet.
#[derive(Serialize, Debug)]
pub struct EmergencyView {
    /// Its parts.
    pub blocks: Vec<EmergencyBlock>,
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
    /// `answered`, `stale`, `unknown`, `not_applicable` or `missing`.
    pub state: &'static str,
    /// The reason, or what is missing.
    pub remarks: Vec<String>,
    /// The records that answer it.
    pub links: Vec<Link>,
    /// How many more records answer it.
    pub more: usize,
}

/// The control map.
#[derive(Serialize, Debug)]
pub struct ControlView {
    /// The current provider.
    pub provider: Option<Link>,
    /// Everything with an account, a contract or a bill, by kind.
    pub kinds: Vec<ControlKind>,
    /// What still depends on the current provider.
    pub held_by_provider: Vec<Holding>,
    /// Credentials that fewer than two people hold.
    pub single_custodian: Vec<Holding>,
}

/// The controlled records of a kind.
#[derive(Serialize, Debug)]
pub struct ControlKind {
    /// The kind.
    pub kind: KindRef,
    /// Its records.
    pub rows: Vec<ControlRow>,
}

/// Who controls a record.
#[derive(Serialize, Debug)]
pub struct ControlRow {
    /// The record.
    pub link: Link,
    /// Who owns it.
    pub owner: Vec<Shown>,
    /// In whose name it is registered.
    pub registrant: Vec<Shown>,
    /// Who pays.
    pub payer: Vec<Shown>,
    /// Who can administer it.
    pub admin: Vec<Shown>,
    /// Where recovery goes.
    pub recovery: Vec<Shown>,
    /// Whether any of it is the current provider's.
    pub provider: bool,
}

/// A record and how somebody holds it.
#[derive(Serialize, Debug)]
pub struct Holding {
    /// The record.
    pub link: Link,
    /// In what way: "pays for it", "has the administrator's account".
    pub ways: Vec<String>,
    /// Who.
    pub people: Vec<Link>,
}

/// The ownership page.
#[derive(Serialize, Debug)]
pub struct OwnershipView {
    /// What the client's own record says of the work.
    pub statement: Option<Prose>,
    /// Things by how they are owned.
    pub groups: Vec<OwnershipGroup>,
    /// Every contract with what happens at its end.
    pub contracts: Vec<ContractEnd>,
}

/// Things owned in one way.
#[derive(Serialize, Debug)]
pub struct OwnershipGroup {
    /// The way, in words.
    pub title: String,
    /// Its anchor.
    pub anchor: String,
    /// The things.
    pub rows: Vec<OwnershipRow>,
}

/// A thing and the contracts that cover it.
#[derive(Serialize, Debug)]
pub struct OwnershipRow {
    /// The thing.
    pub link: Link,
    /// What it is.
    pub detail: String,
    /// The contracts that cover it.
    pub contracts: Vec<Link>,
}

/// What happens at the end of a contract.
#[derive(Serialize, Debug)]
pub struct ContractEnd {
    /// The contract.
    pub link: Link,
    /// Its end, notice and cost.
    pub facts: Vec<Fact>,
    /// What it covers.
    pub covers: Vec<Link>,
    /// What is to be done at its end.
    pub exit: Vec<Fact>,
}

/// The renewals page.
#[derive(Serialize, Debug)]
pub struct RenewalsView {
    /// What has passed.
    pub overdue: Vec<Renewal>,
    /// What is due within 90 days.
    pub soon: Vec<Renewal>,
    /// What comes later.
    pub later: Vec<Renewal>,
    /// The count of those within 90 days.
    pub within_90_days: usize,
}

/// Something with a date.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Renewal {
    /// The record.
    pub link: Link,
    /// What happens on the day.
    pub what: String,
    /// The day.
    pub day: Day,
    /// The last day for giving notice, where that comes first.
    pub notice: Option<Day>,
    /// What it costs.
    pub cost: String,
    /// `bad`, `warn` or `plain`.
    pub tone: &'static str,
}

/// The page of addresses.
#[derive(Serialize, Debug)]
pub struct AddressesView {
    /// The prefixes, as a tree.
    pub prefixes: Vec<PrefixRow>,
    /// The VLANs.
    pub vlans: Vec<VlanRow>,
    /// Every address that is claimed or reserved.
    pub addresses: Vec<AddressRow>,
    /// What clashes.
    pub conflicts: Vec<Notice>,
}

/// A prefix.
#[derive(Serialize, Debug)]
pub struct PrefixRow {
    /// The prefix.
    pub prefix: String,
    /// How deep in the tree, from 0.
    pub depth: usize,
    /// The record that defines it.
    pub link: Link,
    /// Where it is.
    pub sites: Vec<Link>,
    /// Its VLAN, or nothing.
    pub vlan: String,
    /// Its gateway, or nothing.
    pub gateway: String,
    /// Its DHCP ranges.
    pub dhcp: Vec<String>,
    /// How many addresses are written down.
    pub used: usize,
    /// How many there are; 0 for more than can be counted in a useful way.
    pub size: u64,
    /// Used in percent, rounded.
    pub percent: u64,
}

/// A VLAN.
#[derive(Serialize, Debug)]
pub struct VlanRow {
    /// Its number.
    pub number: i64,
    /// The network.
    pub link: Link,
    /// Where it is.
    pub sites: Vec<Link>,
    /// Its prefixes.
    pub prefixes: Vec<String>,
}

/// An address.
#[derive(Serialize, Debug)]
pub struct AddressRow {
    /// The address.
    pub address: String,
    /// The record that has it.
    pub link: Link,
    /// `in use` or `reserved`.
    pub state: &'static str,
    /// The prefix it lies in, or nothing.
    pub prefix: String,
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

/// The content of a page.
#[derive(Serialize, Debug)]
#[serde(untagged)]
pub enum View {
    /// The first page.
    Home(Box<HomeView>),
    /// A record.
    Record(Box<RecordView>),
    /// The records of a kind.
    List(Box<ListView>),
    /// The emergency sheet.
    Emergency(EmergencyView),
    /// The takeover view.
    Takeover(TakeoverView),
    /// The control map.
    Control(ControlView),
    /// Who owns what.
    Ownership(OwnershipView),
    /// What ends when.
    Renewals(RenewalsView),
    /// Prefixes, VLANs, addresses.
    Addresses(AddressesView),
    /// What is missing.
    Missing(MissingView),
    /// Terms in plain words.
    Glossary(GlossaryView),
    /// About this runbook.
    About(AboutView),
    /// The address of a record that has a new id.
    Moved {
        /// The record.
        link: Link,
    },
    /// A page that does not exist.
    NotFound {},
}

impl View {
    /// Returns the template that shows it.
    pub fn template(&self) -> &'static str {
        match self {
            View::Home(_) => "home.html",
            View::Record(record) => match record.form {
                "procedure" => "procedure.html",
                _ => "record.html",
            },
            View::List(_) => "kind.html",
            View::Emergency(_) => "emergency.html",
            View::Takeover(_) => "takeover.html",
            View::Control(_) => "control.html",
            View::Ownership(_) => "ownership.html",
            View::Renewals(_) => "renewals.html",
            View::Addresses(_) => "addresses.html",
            View::Missing(_) => "missing.html",
            View::Glossary(_) => "glossary.html",
            View::About(_) => "about.html",
            View::Moved { .. } => "moved.html",
            View::NotFound {} => "not-found.html",
        }
    }
}

/// What every page knows of the site.
#[derive(Serialize, Debug)]
pub struct Site {
    /// The title on top of every page.
    pub title: String,
    /// The language (BCP 47).
    pub language: String,
    /// A short name for the site in the reader's browser.
    pub id: String,
    /// Whether search engines are let in.
    pub index: bool,
    /// The day that the site speaks of.
    pub as_of: Day,
    /// The version of the program.
    pub version: &'static str,
    /// The client's name.
    pub client: String,
    /// The navigation, with links relative to the root.
    pub areas: Vec<NavArea>,
    /// The pages that are not about records: name and title.
    pub pages: Vec<Link>,
}

/// Every page of the site.
#[derive(Debug)]
pub struct SitePlan {
    /// What every page knows.
    pub site: Site,
    /// The pages, in the order of the site.
    pub pages: Vec<Page>,
    /// Files of the runbook on the site: from the runbook's path to the site's.
    pub files: BTreeMap<String, String>,
}
