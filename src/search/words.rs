//! Writes the dictionary of words: in which records each stands, and how much it weighs there.
//!
//! Weights are those of BM25F (Robertson and Zaragoza 2009), worked out here and cut to three bits,
//! with a bit of its own for the title. Beginnings of words that would take many shards to look up have
//! the records that fit best listed beforehand.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::entry::Entry;
use super::lists::Lists;
use super::postings::{self, Posting};
use super::shards::{self, Family, Form, Line};
use super::terms::Use;
use crate::artifact::Put;

/// The size of a shard of words: two or three are read for a query.
const SHARD: usize = 24 * 1024;

/// A beginning of a word whose words stand in more shards than these has a list of its own.
const MOST_SHARDS: usize = 3;

/// How many records such a list has.
const LIST: usize = 60;

/// The longest beginnings that have lists.
const LONGEST_BEGINNING: usize = 4;

/// The size of a shard of the vocabulary, before it is packed.
const VOCABULARY_SHARD: usize = 200 * 1024;

/// A vocabulary of so many words has all of them; a larger one leaves out what occurs once, which is
/// as often a slip itself.
const WHOLE_VOCABULARY: usize = 30_000;

/// BM25's saturation, and how much a long text lowers the weight of each word.
const SATURATION: f64 = 1.2;
const LENGTH: f64 = 0.6;

/// How much more than prose a marked field counts, for each point of its weight.
const STRONG: f64 = 1.5;

/// What the directory says of the words.
pub struct Words {
    /// Words with their records.
    pub words: Family,
    /// Beginnings of words with the records that fit best.
    pub beginnings: Family,
    /// All words, for misspellings.
    pub vocabulary: Family,
}

/// Writes the shards of all words.
pub fn write(entries: &[&Entry], put: &Put<'_>) -> Words {
    let lists = Lists::new(entries, |entry| &entry.words);
    let usual = usual_length(entries);
    let records = entries.len() as u32;
    let postings_of = |place: usize| -> Vec<Posting> {
        let (_, items) = lists.at(place);
        items.iter().map(|(doc, used)| posting(*doc, *used, entries, usual)).collect()
    };
    let lines: Vec<Line> = (0..lists.len())
        .into_par_iter()
        .map(|place| {
            let key = lists.at(place).0.to_owned();
            let text = format!(";{key} {}", postings::write(&postings_of(place), records));
            Line { key, text }
        })
        .collect();
    let words = shards::cut("w", &lines, SHARD, Form::Plain, put);
    let keys: Vec<&str> = lines.iter().map(|line| line.key.as_str()).collect();
    let lines: Vec<Line> = crowded(&keys, &words)
        .into_par_iter()
        .map(|(beginning, places)| {
            let all = places.flat_map(|place| {
                let postings = postings_of(place);
                let rarity = rarity(records, postings.len());
                postings.into_iter().map(move |posting| (posting, rarity))
            });
            let text = format!(";{beginning} {}", postings::write(&best(all), records));
            Line { key: beginning, text }
        })
        .collect();
    let beginnings = shards::cut("p", &lines, SHARD, Form::Plain, put);
    let vocabulary = vocabulary(&lists, put);
    Words { words, beginnings, vocabulary }
}

/// The usual number of words of a page, rounded so that one edit does not change every weight.
fn usual_length(entries: &[&Entry]) -> f64 {
    let sum: u64 = entries.iter().map(|entry| u64::from(entry.length)).sum();
    let mean = sum / entries.len().max(1) as u64;
    let step = (mean / 8).max(1).next_power_of_two();
    (mean / step * step).max(8) as f64
}

fn posting(doc: u32, used: Use, entries: &[&Entry], usual: f64) -> Posting {
    let length = f64::from(entries[doc as usize].length);
    let body = f64::from(used.body) / (1.0 - LENGTH + LENGTH * length / usual);
    let all = STRONG * f64::from(used.strong) + body;
    let weight = (all / (all + SATURATION) * 8.0) as u8;
    Posting { doc, title: used.title, weight: weight.min(7) }
}

/// Four times the binary logarithm of how rare a word is, in whole numbers: the same everywhere.
fn rarity(records: u32, count: usize) -> u32 {
    (u128::from(records) * 4 / count.max(1) as u128 + 1).pow(4).ilog2()
}

/// Returns the beginnings of words that stand in many shards, and the places of their words.
fn crowded(keys: &[&str], words: &Family) -> BTreeMap<String, std::ops::Range<usize>> {
    let mut found = BTreeMap::new();
    for length in 2..=LONGEST_BEGINNING {
        let mut start = 0;
        while start < keys.len() {
            let Some(beginning) = beginning(keys[start], length) else {
                start += 1;
                continue;
            };
            let end = start + keys[start..].partition_point(|key| key.starts_with(beginning));
            if words.of(keys[end - 1]).saturating_sub(words.of(keys[start])) >= MOST_SHARDS {
                found.insert(beginning.to_owned(), start..end);
            }
            start = end;
        }
    }
    found
}

fn beginning(key: &str, length: usize) -> Option<&str> {
    match key.char_indices().nth(length) {
        Some((end, _)) => Some(&key[..end]),
        None => (key.chars().count() == length).then_some(key),
    }
}

/// Returns the postings that fit best, in the order of their records.
fn best(all: impl Iterator<Item = (Posting, u32)>) -> Vec<Posting> {
    let mut by_doc: rustc_hash::FxHashMap<u32, (u32, Posting)> = rustc_hash::FxHashMap::default();
    for (posting, rarity) in all {
        let score = (u32::from(posting.weight) + 1 + 12 * u32::from(posting.title)) * (rarity + 4);
        let kept = by_doc.entry(posting.doc).or_insert((score, posting));
        if score > kept.0 {
            *kept = (score, posting);
        }
    }
    let mut best: Vec<(u32, Posting)> = by_doc.into_values().collect();
    best.sort_unstable_by_key(|(score, posting)| (std::cmp::Reverse(*score), posting.doc));
    best.truncate(LIST);
    let mut best: Vec<Posting> = best.into_iter().map(|(_, posting)| posting).collect();
    best.sort_unstable_by_key(|posting| posting.doc);
    best
}

/// Writes the words that a misspelt one may have meant.
fn vocabulary(lists: &Lists<'_, Use>, put: &Put<'_>) -> Family {
    let all = lists.len() <= WHOLE_VOCABULARY;
    let lines: Vec<Line> = (0..lists.len())
        .map(|place| lists.at(place))
        .filter(|(word, _)| word.chars().count() >= 3)
        .filter(|(_, items)| all || items.len() > 1 || items.iter().any(|(_, used)| used.title))
        .map(|(word, _)| Line { key: String::new(), text: format!("{word} ") })
        .collect();
    shards::cut("v", &lines, VOCABULARY_SHARD, Form::Packed, put)
}
