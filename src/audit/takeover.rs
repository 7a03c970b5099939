//! Evaluates the checklist of what an incoming provider needs.
//!
//! Every item comes out as answered, stale, unknown, not applicable or missing. What answers an
//! item is data beside the kinds; this module only compares.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::completeness;
use super::expiry::Renewal;
use super::staleness::{Review, ReviewState};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::model::{Model, NodeIx, Target};
use crate::record::value::Value;
use crate::schema::builtin::{self, Answer, Values};
use crate::source::Spanned;
use crate::text;

/// An item that is not on the checklist.
pub static UNKNOWN_ITEM: Rule = Rule {
    code: "unknown-takeover-item",
    level: Level::Error,
    summary: "`clearjar.toml` answers an item that is not on the takeover checklist",
    detail: "Under `[takeover]` an item is named by the word behind `#` in its address on the \
             page \"Takeover\". Correct the spelling, or remove the line.",
};

/// How an item stands. The order is from best to worst, so that the worst of an item's parts is
/// the greatest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ItemState {
    /// It does not apply.
    NotApplicable,
    /// What answers it is not in this edition.
    LeftOut,
    /// Records answer it.
    Answered,
    /// Records answer it, but all of them are stale.
    Stale,
    /// It is known to be unknown.
    Unknown,
    /// It is not recorded.
    Missing,
}

/// An item of the checklist and how it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct TakeoverItem {
    /// The item's place in the list.
    pub item: usize,
    /// How it stands.
    pub state: ItemState,
    /// The records that answer it.
    pub records: Vec<NodeIx>,
    /// The reason, or what is missing.
    pub remarks: Vec<String>,
}

/// Evaluates every item.
pub(super) fn run(
    model: &Model,
    config: &Config,
    reviews: &[Option<Review>],
    renewals: &[Renewal],
    found: &mut Diagnostics,
) -> Vec<TakeoverItem> {
    let items = &builtin::takeover().items;
    check_names(config, found);
    items
        .par_iter()
        .enumerate()
        .map(|(ix, item)| {
            let reason = config.takeover_not_applicable.iter().find(|(id, _)| id.value == item.id);
            if let Some((_, reason)) = reason {
                return TakeoverItem {
                    item: ix,
                    state: ItemState::NotApplicable,
                    records: Vec::new(),
                    remarks: vec![reason.clone()],
                };
            }
            let mut answer = match item.derived {
                Some(_) => derived(renewals),
                None => all_of(model, reviews, &item.answers),
            };
            let is_unknown = config.takeover_unknown.iter().any(|id| id.value == item.id);
            if is_unknown && answer.state == ItemState::Missing {
                answer.state = ItemState::Unknown;
            }
            let is_left_out = config.takeover_left_out.iter().any(|id| id.value == item.id);
            if is_left_out && answer.state >= ItemState::Unknown {
                answer.state = ItemState::LeftOut;
                answer.remarks.clear();
            }
            TakeoverItem {
                item: ix,
                state: answer.state,
                records: answer.records,
                remarks: answer.remarks,
            }
        })
        .collect()
}

fn check_names(config: &Config, found: &mut Diagnostics) {
    let items = &builtin::takeover().items;
    let named = config.takeover_not_applicable.iter().map(|(id, _)| id);
    for id in config.takeover_unknown.iter().chain(&config.takeover_left_out).chain(named) {
        if items.iter().any(|item| item.id == id.value) {
            continue;
        }
        let message = format!("no item of the takeover checklist is called `{}`", id.value);
        let diagnostic = Diagnostic::new(&UNKNOWN_ITEM, id.span, message);
        found.push(match text::nearest(&id.value, items.iter().map(|item| item.id.as_str())) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("`clearjar check --explain unknown-takeover-item` says more"),
        });
    }
}

/// What an answer, or a part of one, came to.
struct Given {
    state: ItemState,
    records: Vec<NodeIx>,
    remarks: Vec<String>,
}

impl Given {
    fn nothing(remark: String) -> Given {
        Given { state: ItemState::Missing, records: Vec::new(), remarks: vec![remark] }
    }

    /// Joins two parts that are both needed.
    fn and(mut self, other: Given) -> Given {
        self.state = self.state.max(other.state);
        for record in other.records {
            if !self.records.contains(&record) {
                self.records.push(record);
            }
        }
        self.remarks.extend(other.remarks);
        self
    }
}

/// The item about renewals is answered by there being dates at all.
fn derived(renewals: &[Renewal]) -> Given {
    let records: Vec<NodeIx> =
        renewals.iter().filter(|renewal| renewal.ends).map(|renewal| renewal.node).collect();
    match records.is_empty() {
        true => Given::nothing("no record says when anything ends".to_owned()),
        false => Given { state: ItemState::Answered, records, remarks: Vec::new() },
    }
}

fn all_of(model: &Model, reviews: &[Option<Review>], answers: &[Answer]) -> Given {
    answers
        .iter()
        .map(|answer| one(model, reviews, answer))
        .reduce(Given::and)
        .unwrap_or_else(|| Given::nothing("nothing is asked for".to_owned()))
}

fn one(model: &Model, reviews: &[Option<Review>], answer: &Answer) -> Given {
    if answer.any.is_empty() {
        return records(model, reviews, answer);
    }
    // Of several ways to answer, the one that comes out best.
    answer
        .any
        .iter()
        .map(|way| one(model, reviews, way))
        .min_by_key(|given| given.state)
        .expect("the list was seen not to be empty")
}

fn records(model: &Model, reviews: &[Option<Review>], answer: &Answer) -> Given {
    let Some(kind) = model.catalog.by_name(&answer.kind) else {
        return Given::nothing(format!("there is no kind `{}`", answer.kind));
    };
    let label = text::in_sentence(&model.catalog.kind(kind).label);
    let matching: Vec<NodeIx> = model
        .of_kind(kind)
        .iter()
        .copied()
        .filter(|ix| !model.is_retired(*ix) && matches(model, *ix, &answer.filter))
        .collect();
    if matching.len() < answer.at_least {
        let wanted = match answer.at_least {
            0 | 1 => format!("no {label} is recorded{}", condition(&answer.filter)),
            many => format!(
                "{} of {many} recorded: {label}{}",
                matching.len(),
                condition(&answer.filter)
            ),
        };
        return Given { records: matching, ..Given::nothing(wanted) };
    }
    let mut given =
        Given { state: freshness(&matching, reviews), records: matching, remarks: Vec::new() };
    check_fields(model, answer, &mut given);
    check_per(model, answer, &label, &mut given);
    given
}

/// Whether a record has one of the wanted values in every field of the filter.
pub fn matches(model: &Model, ix: NodeIx, filter: &BTreeMap<String, Values>) -> bool {
    filter.iter().all(|(field, wanted)| {
        model.at(ix, field).is_some_and(|value| {
            Value::rows(value).iter().any(|item| wanted.contain(&filter_word(item)))
        })
    })
}

/// Returns a value as a filter writes it.
fn filter_word(value: &Spanned<Value<Target>>) -> String {
    match &value.value {
        Value::Boolean(value) => value.to_string(),
        other => other.in_words(&|_| String::new()),
    }
}

fn condition(filter: &BTreeMap<String, Values>) -> String {
    let words: Vec<String> = filter
        .iter()
        .map(|(field, values)| {
            let values = match values {
                Values::One(plain) => vec![plain.to_string()],
                Values::Many(plains) => plains.iter().map(ToString::to_string).collect(),
            };
            format!("{} {}", field.replace('_', " "), values.join(" or "))
        })
        .collect();
    if words.is_empty() { String::new() } else { format!(" with {}", words.join(", ")) }
}

fn freshness(records: &[NodeIx], reviews: &[Option<Review>]) -> ItemState {
    let is_stale = |ix: &NodeIx| {
        reviews[ix.0].as_ref().is_some_and(|review| review.state == ReviewState::Stale)
    };
    let all_stale = !records.is_empty() && records.iter().all(is_stale);
    if all_stale { ItemState::Stale } else { ItemState::Answered }
}

/// Every record that answers must have the fields filled in, or own up to the gap.
fn check_fields(model: &Model, answer: &Answer, given: &mut Given) {
    for ix in &given.records {
        let envelope = &model.node(*ix).envelope;
        let mut lacks = Vec::new();
        for field in &answer.fields {
            let parents = |path: &str| field == path || field.starts_with(&format!("{path}."));
            if model.at(*ix, field).is_some()
                || in_body(model, *ix, field)
                || envelope.not_applicable.iter().any(|(path, _)| parents(&path.value))
            {
                continue;
            }
            if envelope.unknown.iter().any(|path| parents(&path.value)) {
                given.state = given.state.max(ItemState::Unknown);
                given.remarks.push(format!(
                    "{}: {} is not known",
                    model.node(*ix).name,
                    said(field)
                ));
            } else {
                lacks.push(said(field));
            }
        }
        if !lacks.is_empty() {
            given.state = ItemState::Missing;
            given.remarks.push(format!("{}: {} missing", model.node(*ix).name, lacks.join(", ")));
        }
    }
}

/// Whether the record says it in its text instead.
fn in_body(model: &Model, ix: NodeIx, path: &str) -> bool {
    model
        .kind_of(ix)
        .shape
        .at_path(path)
        .is_some_and(|field| completeness::in_body(model, ix, field))
}

fn said(field: &str) -> String {
    field.replace(['_', '.'], " ")
}

/// Where an item asks for one record for every site, each must be referred to by one.
fn check_per(model: &Model, answer: &Answer, label: &str, given: &mut Given) {
    let Some(kind) = answer.per.as_deref().and_then(|name| model.catalog.by_name(name)) else {
        return;
    };
    for each in model.of_kind(kind) {
        if model.is_retired(*each) {
            continue;
        }
        let covered = model
            .node(*each)
            .inbound
            .iter()
            .any(|inbound| !inbound.path.is_empty() && given.records.contains(&inbound.from));
        if !covered && !given.records.contains(each) {
            given.state = ItemState::Missing;
            given.remarks.push(format!("no {label} is recorded for {}", model.node(*each).name));
        }
    }
}
