//! What comes with the program: kinds, blocks, and the lists that need to know them.
//!
//! Everything that speaks of a kind by its name is data in this folder, so that the code never
//! does.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use crate::diagnostic::{Checked, Diagnostics};
use crate::drawing::{Stroke, Tone};
use crate::source::SourceFile;
use crate::syntax::{self, Document};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/schema");

/// An area of the navigation.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Area {
    /// Its name in a kind's file.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// One plain sentence.
    #[serde(default)]
    pub summary: String,
}

/// The checklist of what an incoming provider needs.
#[derive(Deserialize)]
pub struct Takeover {
    /// Its parts.
    #[serde(rename = "area")]
    pub areas: Vec<Area>,
    /// Its items.
    #[serde(rename = "item")]
    pub items: Vec<TakeoverItem>,
}

/// One item of the checklist.
#[derive(Deserialize)]
pub struct TakeoverItem {
    /// Its name in `clearjar.toml`.
    pub id: String,
    /// Its number.
    pub number: u32,
    /// The part it stands in.
    pub area: String,
    /// What is asked for.
    pub text: String,
    /// By when it is needed.
    pub when: When,
    /// What answers it: all of these.
    #[serde(default, rename = "answer")]
    pub answers: Vec<Answer>,
    /// Set where the program works it out another way.
    pub derived: Option<String>,
}

/// By when an incoming provider needs an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// On the first day.
    Day,
    /// In the first week.
    Week,
    /// In the first month.
    Month,
}

/// What answers an item: records of a kind, or any of several.
#[derive(Deserialize)]
pub struct Answer {
    /// One of these will do.
    #[serde(default)]
    pub any: Vec<Answer>,
    /// The kind of the records.
    #[serde(default)]
    pub kind: String,
    /// Which of them: field to any of these values.
    #[serde(default, rename = "where")]
    pub filter: BTreeMap<String, Values>,
    /// The fields that must be filled in.
    #[serde(default)]
    pub fields: Vec<String>,
    /// How many there must be.
    #[serde(default = "one")]
    pub at_least: usize,
    /// One for every record of this kind.
    pub per: Option<String>,
}

fn one() -> usize {
    1
}

/// One value or several, as people write either.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(untagged)]
pub enum Values {
    /// One.
    One(Plain),
    /// Several.
    Many(Vec<Plain>),
}

/// A value in a filter.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(untagged)]
pub enum Plain {
    /// True or false.
    Boolean(bool),
    /// A word.
    Text(String),
}

impl std::fmt::Display for Plain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Plain::Boolean(true) => write!(f, "yes"),
            Plain::Boolean(false) => write!(f, "no"),
            Plain::Text(text) => write!(f, "{text}"),
        }
    }
}

impl Values {
    /// Whether `value`, as a record's page would write it in code, is among these.
    pub fn contain(&self, value: &str) -> bool {
        let is = |plain: &Plain| match plain {
            Plain::Boolean(wanted) => value == if *wanted { "true" } else { "false" },
            Plain::Text(wanted) => value == wanted,
        };
        match self {
            Values::One(plain) => is(plain),
            Values::Many(plains) => plains.iter().any(is),
        }
    }
}

/// The emergency sheet.
#[derive(Deserialize)]
pub struct Emergency {
    /// Its parts.
    #[serde(rename = "block")]
    pub blocks: Vec<EmergencyBlock>,
}

/// A part of the emergency sheet.
#[derive(Deserialize)]
pub struct EmergencyBlock {
    /// Its anchor.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// A plain sentence beneath.
    #[serde(default)]
    pub note: String,
    /// The kind of the records.
    pub kind: String,
    /// Which of them: field to any of these values.
    #[serde(default, rename = "where")]
    pub filter: BTreeMap<String, Values>,
    /// Only those that have these fields.
    #[serde(default)]
    pub has: Vec<String>,
    /// The field they are sorted by.
    pub sort: Option<String>,
    /// What is shown of each.
    pub fields: Vec<String>,
    /// How many at most.
    #[serde(default = "eight")]
    pub limit: usize,
    /// How many stay where the sheet would be more than one side.
    #[serde(default = "two")]
    pub keep: usize,
}

fn eight() -> usize {
    8
}

fn two() -> usize {
    2
}

/// What auditors and insurers ask.
#[derive(Deserialize)]
pub struct Evidence {
    /// The field by which a record, or a setting, says itself to which control it belongs.
    pub maps_to: String,
    /// The controls, in the order of the page.
    #[serde(rename = "control")]
    pub controls: Vec<Control>,
}

/// Something that auditors and insurers ask about.
#[derive(Deserialize)]
pub struct Control {
    /// Its anchor.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What is asked, in plain words.
    pub text: String,
    /// Where the CIS Critical Security Controls v8.1 ask it.
    #[serde(default)]
    pub cis: Vec<String>,
    /// Where the NIST Cybersecurity Framework 2.0 asks it.
    #[serde(default)]
    pub csf: Vec<String>,
    /// Where ISO/IEC 27001:2022, Annex A, asks it.
    #[serde(default)]
    pub iso: Vec<String>,
    /// Which records speak of it.
    #[serde(rename = "source")]
    pub sources: Vec<EvidenceSource>,
}

/// Records that speak of a control.
#[derive(Deserialize)]
pub struct EvidenceSource {
    /// Their kind.
    pub kind: String,
    /// Which of them: field to any of these values.
    #[serde(default, rename = "where")]
    pub filter: BTreeMap<String, Values>,
    /// Only those that have these fields.
    #[serde(default)]
    pub has: Vec<String>,
    /// Fields that are counted: how many of the records say them.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Fields that are shown of each record.
    #[serde(default)]
    pub facts: Vec<String>,
    /// Fields that name what can be looked at.
    #[serde(default = "its_documents")]
    pub evidence: Vec<String>,
}

fn its_documents() -> Vec<String> {
    vec!["documents".to_owned()]
}

/// What stands in a drawing of the network, and what joins it beside the cables between ports.
#[derive(Deserialize)]
pub struct Tiers {
    /// What stands where.
    #[serde(rename = "sort")]
    pub sorts: Vec<TierSort>,
    /// What joins two things.
    #[serde(rename = "joint")]
    pub joints: Vec<TierJoint>,
    /// What places are known by.
    pub place: TierPlace,
    /// What a port says.
    pub port: TierPort,
}

/// Things of one tier and one colour.
#[derive(Deserialize)]
pub struct TierSort {
    /// How far down.
    pub tier: Tier,
    /// In which colours.
    pub tone: Tone,
    /// The words of the field with the role of a tier.
    #[serde(default)]
    pub types: Vec<String>,
    /// Kinds without such a field.
    #[serde(default)]
    pub kinds: Vec<String>,
}

/// How far down in a drawing of the network something stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Comes from a carrier.
    Outside,
    /// Ends a carrier's line.
    Edge,
    /// Stands between outside and inside.
    Guard,
    /// Joins what is inside.
    Fabric,
    /// Serves others.
    Host,
    /// Serves the one who sits at it.
    Leaf,
    /// No part of the network.
    Apart,
}

/// Records that join two things, or that are one of the two.
#[derive(Deserialize)]
pub struct TierJoint {
    /// Their kind.
    pub kind: String,
    /// The fields that name the ends; with one, the record itself is the other.
    pub ends: Vec<String>,
    /// How the line is drawn.
    #[serde(default)]
    pub stroke: Stroke,
    /// The field that says what the line is made of.
    #[serde(default)]
    pub medium: String,
    /// The words in it for lines through the air.
    #[serde(default)]
    pub air: Vec<String>,
    /// The words in it for lines that are no part of the network.
    #[serde(default)]
    pub apart: Vec<String>,
}

/// What places are known by.
#[derive(Deserialize)]
pub struct TierPlace {
    /// Fields of a network that name what joins it to the others.
    pub router: Vec<String>,
    /// Fields of a thing, or of its rack, that name the room.
    pub room: Vec<String>,
}

/// What a port says.
#[derive(Deserialize)]
pub struct TierPort {
    /// Fields that name its network.
    pub network: Vec<String>,
    /// Fields with the numbers of VLANs it carries.
    pub vlans: Vec<String>,
    /// The field that says what sort of port it is.
    pub medium: String,
    /// The words in it for ports that are no part of the network.
    pub apart: Vec<String>,
    /// The words in it for ports through the air.
    pub air: Vec<String>,
}

/// What stands on the page that is signed at a hand-over.
#[derive(Deserialize)]
pub struct Acceptance {
    /// The records of hand-overs that were accepted before.
    pub accepted: AcceptanceSource,
    /// What stays open by decision.
    pub open: AcceptanceSource,
}

/// Records on that page.
#[derive(Deserialize)]
pub struct AcceptanceSource {
    /// Their kind.
    pub kind: String,
    /// Which of them: field to any of these values.
    #[serde(default, rename = "where")]
    pub filter: BTreeMap<String, Values>,
    /// What is shown of each.
    pub facts: Vec<String>,
    /// Fields whose prose is shown.
    #[serde(default)]
    pub prose: Vec<String>,
}

/// The glossary.
#[derive(Deserialize)]
pub struct Glossary {
    /// Its terms.
    #[serde(rename = "term")]
    pub terms: Vec<Term>,
}

/// A term in plain words.
#[derive(Deserialize)]
pub struct Term {
    /// Its anchor.
    pub id: String,
    /// The term.
    pub name: String,
    /// What it means.
    pub text: String,
    /// Other spellings.
    #[serde(default)]
    pub also: Vec<String>,
}

/// Returns the takeover checklist.
pub fn takeover() -> &'static Takeover {
    static TAKEOVER: LazyLock<Takeover> = LazyLock::new(|| data("takeover.toml"));
    &TAKEOVER
}

/// Returns what stands on the emergency sheet.
pub fn emergency() -> &'static Emergency {
    static EMERGENCY: LazyLock<Emergency> = LazyLock::new(|| data("emergency.toml"));
    &EMERGENCY
}

/// Returns what auditors and insurers ask.
pub fn evidence() -> &'static Evidence {
    static EVIDENCE: LazyLock<Evidence> = LazyLock::new(|| data("evidence.toml"));
    &EVIDENCE
}

/// Returns what stands on the page that is signed at a hand-over.
pub fn acceptance() -> &'static Acceptance {
    static ACCEPTANCE: LazyLock<Acceptance> = LazyLock::new(|| data("acceptance.toml"));
    &ACCEPTANCE
}

/// Returns what stands in a drawing of the network.
pub fn tiers() -> &'static Tiers {
    static TIERS: LazyLock<Tiers> = LazyLock::new(|| data("tiers.toml"));
    &TIERS
}

/// Returns the glossary.
pub fn glossary() -> &'static Glossary {
    static GLOSSARY: LazyLock<Glossary> = LazyLock::new(|| data("glossary.toml"));
    &GLOSSARY
}

/// Returns the areas of the navigation, in order.
pub(super) fn areas() -> Vec<Area> {
    #[derive(Deserialize)]
    struct Areas {
        area: Vec<Area>,
    }
    data::<Areas>("areas.toml").area
}

/// Returns the text of the built-in file of the kind called `name`.
pub fn kind_source(name: &str) -> Option<&'static str> {
    FILES.get_file(format!("kinds/{name}.toml"))?.contents_utf8()
}

pub(super) fn kinds() -> Checked<Vec<Document>> {
    documents("kinds")
}

pub(super) fn blocks() -> Checked<Vec<Document>> {
    documents("blocks")
}

fn documents(folder: &str) -> Checked<Vec<Document>> {
    let mut found = Diagnostics::default();
    let mut documents = Vec::new();
    let mut files: Vec<_> =
        FILES.get_dir(folder).expect("the folder is embedded").files().collect();
    files.sort_by_key(|file| file.path());
    for file in files {
        let text = file.contents_utf8().expect("a test reads all embedded files as UTF-8");
        let path = format!("built-in/{}", file.path().display());
        documents.push(syntax::parse(&SourceFile::text(path, text)).report_to(&mut found));
    }
    Checked::new(documents, found)
}

fn data<T: serde::de::DeserializeOwned>(name: &str) -> T {
    let file = FILES.get_file(name).expect("the file is embedded");
    let text = file.contents_utf8().expect("a test reads all embedded files as UTF-8");
    toml::from_str(text).unwrap_or_else(|error| panic!("a test reads {name}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_beside_the_kinds_can_be_read() {
        assert_eq!(takeover().items.len(), 80);
        assert!(!emergency().blocks.is_empty() && glossary().terms.len() > 40);
        assert!(!areas().is_empty());
        assert!(evidence().controls.len() > 20 && !acceptance().accepted.facts.is_empty());
    }

    #[test]
    fn the_lists_beside_the_kinds_name_only_kinds_fields_and_choices_that_there_are() {
        let catalog = crate::schema::read(&crate::source::SourceTree::default()).value;
        let mut wrong = Vec::new();
        let mut check = |kind: &str, filter: &BTreeMap<String, Values>, fields: &[&[String]]| {
            let Some(found) = catalog.by_name(kind).map(|ix| catalog.kind(ix)) else {
                return wrong.push(kind.to_owned());
            };
            let named = fields.iter().copied().flatten().chain(filter.keys());
            let strange = named.filter(|name| found.shape.at_path(name).is_none());
            wrong.extend(strange.map(|name| format!("{kind}.{name}")));
            for (name, values) in filter {
                let Values::Many(values) = values else { continue };
                let field = found.shape.at_path(name).expect("it was seen to be there");
                let is_choice = |word: &str| field.choices.iter().any(|choice| choice.key == word);
                for value in values {
                    if let Plain::Text(word) = value
                        && !is_choice(word)
                    {
                        wrong.push(format!("{kind}.{name} = {word}"));
                    }
                }
            }
        };
        for source in evidence().controls.iter().flat_map(|control| &control.sources) {
            let fields = [&*source.has, &*source.fields, &*source.facts, &*source.evidence];
            check(&source.kind, &source.filter, &fields);
        }
        for joint in &tiers().joints {
            let medium = (!joint.medium.is_empty()).then(|| joint.medium.clone());
            let words =
                |words: &[String]| words.iter().cloned().map(Plain::Text).collect::<Vec<_>>();
            let words = Values::Many([words(&joint.air), words(&joint.apart)].concat());
            let filter = medium.into_iter().map(|medium| (medium, words.clone())).collect();
            check(&joint.kind, &filter, &[&*joint.ends]);
        }
        for source in [&acceptance().accepted, &acceptance().open] {
            check(&source.kind, &source.filter, &[&*source.facts, &*source.prose]);
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
