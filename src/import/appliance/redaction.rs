//! Cuts secrets out of the text of a configuration, so that the rest can be kept and read.
//!
//! A reader says where they are; what still looks like a secret afterwards, by the rules that check the
//! runbook, goes as well. The text that is left has `<removed>` in their place.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::import::secret::{REMOVED, redact};

/// Secrets that were found in a text: their places, and how many there are by what they are called.
#[derive(Default, Debug)]
pub struct Redaction {
    cuts: Vec<(Range<usize>, String)>,
    /// How many secrets there are, by keyword or element.
    pub counts: BTreeMap<String, usize>,
}

impl Redaction {
    /// Cuts out what is at `range`, which the source calls `label`.
    pub fn cut(&mut self, range: Range<usize>, label: &str) {
        if !range.is_empty() {
            *self.counts.entry(label.to_owned()).or_default() += 1;
            self.cuts.push((range, REMOVED.to_owned()));
        }
    }

    /// Cuts out a part of a secret that is counted already, and puts `instead` in its place.
    pub fn cut_quietly(&mut self, range: Range<usize>, instead: &str) {
        self.cuts.push((range, instead.to_owned()));
    }

    /// Returns `text` without what was cut out.
    pub fn apply(&mut self, text: &str) -> String {
        self.cuts.sort_by_key(|(range, _)| (range.start, usize::MAX - range.end));
        let mut rest = String::with_capacity(text.len());
        let mut done = 0;
        for (range, instead) in &self.cuts {
            // One inside another is gone with it.
            if range.start < done {
                continue;
            }
            rest.push_str(&text[done..range.start]);
            rest.push_str(instead);
            done = range.end;
        }
        rest.push_str(&text[done..]);
        rest
    }

    /// Returns `rest`, from which all that is known was cut out, as it can be kept: what looks like a
    /// secret goes as well. Nothing where it still looks like one afterwards.
    pub fn keep(&mut self, rest: &str) -> Option<String> {
        let (rest, count) = redact(rest);
        if count > 0 {
            *self.counts.entry("values that look like secrets".to_owned()).or_default() += count;
        }
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_cut_out_and_counted() {
        let text = "user a\nset key abc\npassword: hunter2xZ9!\n";
        let mut redaction = Redaction::default();
        redaction.cut(15..18, "key");
        redaction.cut(16..17, "key");
        let rest = redaction.apply(text);
        let rest = redaction.keep(&rest).unwrap();
        assert_eq!(rest, "user a\nset key <removed>\npassword: <removed>\n");
        assert_eq!(redaction.counts["values that look like secrets"], 1);
    }
}
