//! Turns the terms of all pages into a list of pages for each term.

use std::cmp::Ordering;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::entry::Entry;
use super::terms::Terms;

/// A list of pages for each term, in the order in which the engine looks for terms.
pub struct Lists<'a, T> {
    names: Vec<&'a str>,
    ranges: Vec<(u32, u32)>,
    items: Vec<(u32, T)>,
}

impl<'a, T: Copy + Default + Sync + 'a> Lists<'a, T> {
    /// Returns the lists of what `terms` gives of each entry.
    pub fn new(entries: &[&'a Entry], terms: impl Fn(&'a Entry) -> &'a Terms<T>) -> Self {
        let mut known: FxHashMap<&str, u32> = FxHashMap::default();
        let mut names: Vec<&str> = Vec::new();
        let mut counts: Vec<u32> = Vec::new();
        let mut met: Vec<u32> = Vec::new();
        for entry in entries.iter().copied() {
            for (term, _) in terms(entry).iter() {
                let number = *known.entry(term).or_insert_with(|| {
                    names.push(term);
                    counts.push(0);
                    names.len() as u32 - 1
                });
                counts[number as usize] += 1;
                met.push(number);
            }
        }
        drop(known);
        let mut starts: Vec<u32> = Vec::with_capacity(counts.len());
        let mut total = 0;
        for count in &counts {
            starts.push(total);
            total += count;
        }
        let mut ends = starts.clone();
        let mut items = vec![(0, T::default()); met.len()];
        let mut met = met.into_iter();
        for (doc, entry) in entries.iter().copied().enumerate() {
            for ((_, value), number) in terms(entry).iter().zip(met.by_ref()) {
                let end = &mut ends[number as usize];
                items[*end as usize] = (doc as u32, *value);
                *end += 1;
            }
        }
        let mut order: Vec<u32> = (0..names.len() as u32).collect();
        order.par_sort_unstable_by(|a, b| engine_order(names[*a as usize], names[*b as usize]));
        Lists {
            ranges: order.iter().map(|at| (starts[*at as usize], ends[*at as usize])).collect(),
            names: order.iter().map(|at| names[*at as usize]).collect(),
            items,
        }
    }

    /// Returns how many terms there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Returns the term at `place`, and the pages that have it with what is known of each.
    pub fn at(&self, place: usize) -> (&'a str, &[(u32, T)]) {
        let (start, end) = self.ranges[place];
        (self.names[place], &self.items[start as usize..end as usize])
    }
}

/// The order of strings in JavaScript: by UTF-16 code units.
fn engine_order(a: &str, b: &str) -> Ordering {
    // Bytes of UTF-8 give the same order, unless one is beyond the surrogates (RFC 3629).
    let is_high = |text: &str| text.bytes().any(|byte| byte >= 0xee);
    if is_high(a) || is_high(b) { a.encode_utf16().cmp(b.encode_utf16()) } else { a.cmp(b) }
}
