//! Writes the dictionary of identifiers, whole and by their tails.

use rayon::prelude::*;

use super::entry::Entry;
use super::lists::Lists;
use super::postings::{self, Posting};
use super::shards::{self, Family, Form, Line};
use super::terms::Mention;
use crate::artifact::Put;

/// The size of a shard before it is packed to less than half of it.
const SHARD: usize = 56 * 1024;

/// Writes the shards of all identifiers.
pub fn write(entries: &[&Entry], put: &Put<'_>) -> Family {
    let lists = Lists::new(entries, |entry| &entry.identifiers);
    let records = entries.len() as u32;
    let lines: Vec<Line> = (0..lists.len())
        .into_par_iter()
        .map(|place| {
            let (key, items) = lists.at(place);
            let postings: Vec<Posting> = items
                .iter()
                .map(|(doc, Mention { weight, own })| Posting {
                    doc: *doc,
                    title: *own,
                    weight: *weight,
                })
                .collect();
            let text = format!(";{key} {}", postings::write(&postings, records));
            Line { key: key.to_owned(), text }
        })
        .collect();
    shards::cut("i", &lines, SHARD, Form::Packed, put)
}
