//! Writes what is shown of a record that was found: its card.
//!
//! A card is a line of JSON: title, file name, line, then the parts that can be opened, flat: what a
//! part is called with its anchor, and what it says. Settings have the same names in many records,
//! so what occurs often stands in one table and a card has its number.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::entry::{Entry, Part};
use super::shards::{self, Family, Form, Line};
use crate::artifact::Put;

/// The size of a shard of cards before it is packed.
const SHARD: usize = 32 * 1024;

/// How many names of parts the table has at most.
const MOST_NAMES: usize = 3000;

/// A name that occurs less often stands in the cards.
const LEAST_OFTEN: u32 = 3;

/// What the directory says of the cards.
pub struct Cards<'a> {
    /// The cards; the key of a shard is the number of its first record.
    pub cards: Family,
    /// The table of names, each with its anchor.
    pub names: Vec<(&'a str, &'a str)>,
    /// One character for each record: how long its title is, and whether it is retired.
    pub marks: String,
}

/// Writes the shards of all cards.
pub fn write<'a>(entries: &[&'a Entry], put: &Put<'_>) -> Cards<'a> {
    let names = frequent(entries);
    let numbers: FxHashMap<(&str, &str), usize> =
        names.iter().enumerate().map(|(number, name)| (*name, number)).collect();
    let lines: Vec<Line> = entries
        .par_iter()
        .enumerate()
        .map(|(doc, entry)| Line { key: doc.to_string(), text: card(entry, &numbers) })
        .collect();
    let cards = shards::cut("c", &lines, SHARD, Form::Packed, put);
    Cards { cards, names, marks: entries.iter().copied().map(mark).collect() }
}

/// Returns the names of parts that occur in many places, the commonest first.
fn frequent<'a>(entries: &[&'a Entry]) -> Vec<(&'a str, &'a str)> {
    let mut counts: FxHashMap<(&str, &str), u32> = FxHashMap::default();
    for part in entries.iter().copied().flat_map(|entry| &entry.parts) {
        *counts.entry((&part.text, &part.anchor)).or_default() += 1;
    }
    let mut names: Vec<((&str, &str), u32)> =
        counts.into_iter().filter(|(_, count)| *count >= LEAST_OFTEN).collect();
    names.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    names.truncate(MOST_NAMES);
    names.into_iter().map(|(name, _)| name).collect()
}

fn card(entry: &Entry, numbers: &FxHashMap<(&str, &str), usize>) -> String {
    let mut line = String::with_capacity(64 * (entry.parts.len() + 4));
    line.push('[');
    for text in [&entry.title, &entry.name, &entry.line] {
        line.push_str(&json(text));
        line.push(',');
    }
    line.push('[');
    for (ix, Part { text, detail, anchor }) in entry.parts.iter().enumerate() {
        let comma = if ix > 0 { "," } else { "" };
        let name = match numbers.get(&(text.as_str(), anchor.as_str())) {
            Some(number) => number.to_string(),
            None => json(&[text, anchor]),
        };
        line.push_str(&format!("{comma}{name},{}", json(detail)));
    }
    line.push_str("]]\n");
    line
}

fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("a text can be written as JSON")
}

fn mark(entry: &Entry) -> char {
    let bits = entry.title_words.min(31) | usize::from(entry.retired) << 5;
    char::from(b'0' + bits as u8)
}
