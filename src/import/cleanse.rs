//! Takes out of facts what looks like a secret, before they are compared with anything or written.

use std::collections::HashMap;
use std::ops::Range;

use rayon::prelude::*;

use crate::digest::Digest;
use crate::scaffold::toml_value;
use crate::secrets;
use crate::syntax::Item;

use super::facts::{Facts, Step, Value};
use super::proposal::{Proposal, Which, Wish};
use super::secret::{REMOVED, redact};

/// From this length on a text is prose, of which the rest is worth keeping.
const PROSE: usize = 60;

/// Takes secrets out of `facts`: a short value goes, prose loses the part. Scanned is what a record's
/// file would say, since a word such as `pin` in front of a value is half of what makes it a secret.
pub fn facts(facts: &mut Facts, title: &str) {
    for round in 0..4 {
        let (text, ranges) = lines(facts);
        let suspects = secrets::scan(&text);
        if suspects.is_empty() {
            return;
        }
        let hit: Vec<usize> = (0..ranges.len())
            .filter(|ix| {
                let line = &ranges[*ix];
                suspects
                    .iter()
                    .any(|found| found.range.start < line.end && line.start < found.range.end)
            })
            .collect();
        for ix in hit.into_iter().rev() {
            take_out(facts, ix, title, round == 3);
        }
    }
}

/// Returns the facts as lines of TOML, and where each line is.
fn lines(facts: &Facts) -> (String, Vec<Range<usize>>) {
    let mut text = String::new();
    let mut ranges = Vec::with_capacity(facts.facts.len());
    for fact in &facts.facts {
        let start = text.len();
        let name = fact.way.0.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Row(_) => None,
        });
        let value = match &fact.value {
            Value::Item(item) => toml_value(item),
            // What a link is called is judged where it is found to lead nowhere.
            Value::Links { .. } => String::new(),
        };
        text.push_str(&format!("{} = {value}\n", name.unwrap_or_default()));
        ranges.push(start..text.len());
    }
    (text, ranges)
}

fn take_out(facts: &mut Facts, ix: usize, title: &str, whole: bool) {
    let fact = &mut facts.facts[ix];
    facts.secrets.push(fact.label.to_string());
    let is_title = fact.way.to_string() == title;
    if let Value::Item(Item::Text(text)) = &mut fact.value {
        let is_prose = text.len() >= PROSE || text.contains('\n');
        match redact(text) {
            (Some(rest), count) if count > 0 && (is_prose || is_title) && !whole => {
                *text = rest;
                return;
            }
            _ if is_title => {
                *text = REMOVED.to_owned();
                return;
            }
            _ => {}
        }
    }
    facts.facts.remove(ix);
}

/// Gives proposals whose key looks like a secret another one, made from its digest.
pub fn keys(mut proposals: Vec<Proposal>) -> Vec<Proposal> {
    let is_suspect = |proposal: &&mut Proposal| {
        // It is noted as `"key":"…"`, and that word in front of it makes some a suspect.
        let noted = format!("\"key\":\"{}\"", proposal.key);
        !secrets::scan(&proposal.key).is_empty() || !secrets::scan(&noted).is_empty()
    };
    let renamed: HashMap<(&'static str, String), String> = proposals
        .par_iter_mut()
        .filter(is_suspect)
        .map(|proposal| {
            let new = Digest::of(proposal.key.as_bytes()).short();
            let old = std::mem::replace(&mut proposal.key, new.clone());
            ((proposal.kind, old), new)
        })
        .collect();
    if !renamed.is_empty() {
        for given in proposals.iter_mut().flat_map(|proposal| &mut proposal.fields) {
            rename(&mut given.value, &renamed);
        }
    }
    proposals
}

fn rename(wish: &mut Wish, renamed: &HashMap<(&'static str, String), String>) {
    match wish {
        Wish::Link(link) => {
            if let Which::Key(key) = &mut link.which
                && let Some(new) = renamed.get(&(link.kind, key.clone()))
            {
                key.clone_from(new);
            }
        }
        Wish::List(items) => items.iter_mut().for_each(|item| rename(item, renamed)),
        Wish::Row(fields) => fields.iter_mut().for_each(|given| rename(&mut given.value, renamed)),
        _ => {}
    }
}
