//! What the page of a record and the list of a kind show.

use serde::Serialize;

use super::Day;
use super::{
    Attachment, Back, Badge, Code, Count, Fact, Impact, KindRef, Link, Notice, Patching, PrefixMap,
    Prose, RackView, RecordWindow, Return, Shown, Sought, Wiring,
};
use crate::drawing::needs::Chain;

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
    /// How search finds the values of each column.
    #[serde(skip)]
    pub sought: Vec<Sought>,
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
    /// Whether it is read before the steps of a procedure.
    pub before_steps: bool,
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

/// What a setting was at the baseline.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Then {
    /// The value with its unit; empty where it was not there.
    pub text: String,
    /// The day of the baseline.
    pub day: Day,
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
    /// What it was at the baseline, where that differs.
    pub baseline: Option<Then>,
    /// Whether the value needs a line of its own.
    pub long: bool,
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
    /// The drawing of what it needs and what needs it.
    pub chain: Option<Chain>,
    /// The ways that cables take through it and through patch panels.
    pub patching: Option<Patching>,
    /// What stops when it fails.
    pub impact: Option<Impact>,
    /// What must work before it can, in order, where that is more than it says itself.
    pub before: Vec<Return>,
    /// How many more of those there are.
    pub before_more: usize,
    /// What is in it, where it is a rack.
    pub rack: Option<RackView>,
    /// What is in the prefixes it defines.
    pub prefixes: Vec<PrefixMap>,
    /// The settings.
    pub label: Option<Label>,
    /// The steps.
    pub steps: Vec<Step>,
    /// The text of a Markdown record.
    pub body: Option<Prose>,
    /// Where it is in the network.
    pub wiring: Option<Wiring>,
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
    /// In which windows it changed, the latest first.
    pub history: Vec<RecordWindow>,
    /// How its settings stand to the baseline, where any differs.
    pub back: Option<Back>,
    /// Whether it is out of use; search shows it behind others.
    #[serde(skip)]
    pub retired: bool,
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
    /// The heading of the column that says where things are.
    pub located_by: String,
    /// The headings of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<ListRow>,
    /// Which part of the list this is, from 1.
    pub part: usize,
    /// All parts, as links; empty where the list is whole.
    pub parts: Vec<Link>,
    /// The names of the files `list.NAME.js` that hold the rows of a list that is cut.
    pub files: Vec<String>,
    /// How many records the whole list has.
    pub total: usize,
}

/// A row of a list.
#[derive(Serialize, Debug)]
pub struct ListRow {
    /// The record.
    pub link: Link,
    /// What it is grouped under.
    pub group: String,
    /// The site it is at, or nothing.
    pub site: String,
    /// Whether it is out of use.
    pub retired: bool,
    /// A value for each column.
    pub cells: Vec<Option<Shown>>,
}
