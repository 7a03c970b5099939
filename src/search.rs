//! Turns the views of all pages into an index that the reader's browser searches.
//!
//! In: each page, read on its own ([`read`], a pure function of the page). Out: scripts under
//! `search/` ([`write()`]), of which the engine in `themes/default/static/js/search/` reads only those
//! that a query needs, from a folder as well as from a server:
//!
//! | name | what |
//! |---|---|
//! | `d.js` | the directory: kinds, which shards there are, and what every answer needs |
//! | `w` | words with the records that have them |
//! | `p` | beginnings of words with the records that fit best |
//! | `i` | identifiers, whole and by their tails |
//! | `c` | cards: what is shown of a record, and the parts of it that can be opened |
//! | `v` | all words, read when one is misspelt |

mod cards;
mod entry;
pub mod fold;
pub mod identifier;
mod identifiers;
mod lists;
pub mod postings;
mod shards;
mod terms;
pub mod tokens;
mod words;

use serde::Serialize;

use crate::artifact::Put;
use shards::{Family, Form};

pub use entry::{Entry, Part, read};

/// The form of the index; the engine reads no other.
const VERSION: u32 = 2;

/// What the engine reads first.
#[derive(Serialize)]
struct Directory<'a> {
    version: u32,
    records: usize,
    kinds: Vec<KindRange<'a>>,
    w: Family,
    p: Family,
    v: Family,
    i: Family,
    c: Family,
    marks: String,
    names: Vec<(&'a str, &'a str)>,
}

/// The records of a kind, which have numbers side by side.
#[derive(Serialize)]
struct KindRange<'a> {
    kind: &'a str,
    label: &'a str,
    plural: &'a str,
    first: usize,
    /// Whether its pages stand in a folder of its name.
    folder: bool,
}

/// Writes the index of `entries`, in the order of the site, and hands its files to `put`.
pub fn write(mut entries: Vec<&Entry>, put: &Put<'_>) {
    // Records first: a reader looks for those, and pages about the whole stand behind them.
    entries.sort_by_key(|entry| !entry.is_record);
    let words::Words { words, beginnings, vocabulary } = words::write(&entries, put);
    let identifiers = identifiers::write(&entries, put);
    let cards::Cards { cards, names, marks } = cards::write(&entries, put);
    let directory = Directory {
        version: VERSION,
        records: entries.len(),
        kinds: kinds(&entries),
        w: words,
        p: beginnings,
        v: vocabulary,
        i: identifiers,
        c: cards,
        marks,
        names,
    };
    let text = serde_json::to_string(&directory).expect("a directory can be written as JSON");
    shards::write("d", &text, Form::Packed, put);
}

fn kinds<'a>(entries: &[&'a Entry]) -> Vec<KindRange<'a>> {
    let mut kinds: Vec<KindRange<'_>> = Vec::new();
    for (first, entry) in entries.iter().copied().enumerate() {
        let (kind, label, plural) = (&*entry.kind.0, &*entry.kind.1, &*entry.kind.2);
        if kinds.last().is_none_or(|last| last.kind != kind) {
            let folder = kind != entry::PAGES.0;
            kinds.push(KindRange { kind, label, plural, first, folder });
        }
    }
    kinds
}

#[cfg(test)]
mod tests;
