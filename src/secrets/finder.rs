//! Looks through one text: keywords first, then the patterns and labels they call for.
//!
//! In: a text. Out: [`Found`], what looks like a secret and which marks there are, each in the order of
//! the text. What a mark speaks of is the business of [`super`].

use std::ops::Range;

use super::book::{Book, Form, Owner, book};
use super::label;
use super::mark::Mark;

/// How much of a line is looked at before and behind a keyword. Lines of text are shorter; in a file
/// that is one line of a megabyte this bounds the work.
const BEFORE: usize = 512;
const BEHIND: usize = 4096;

/// The same for labels, whose values are near.
const BEFORE_LABEL: usize = 256;
const BEHIND_LABEL: usize = 1024;

/// How far a key block may reach.
const LONGEST_BLOCK: usize = 32 * 1024;

/// How much of it is looked at to see whether it holds a key.
const FIRST_OF_BODY: usize = 200;

/// How many characters of base64 show that a key follows its heading.
const SHORTEST_BODY: usize = 8;

/// Something that looks like a secret.
#[derive(Clone, Debug)]
pub(super) struct Find {
    pub(super) rule: &'static str,
    pub(super) what: String,
    pub(super) range: Range<usize>,
    /// Where its rule stands; the lower names what several rules have found.
    rank: usize,
}

/// What a text holds.
#[derive(Default, Debug)]
pub(super) struct Found {
    /// Secrets, in the order of the text, none overlapping another.
    pub(super) finds: Vec<Find>,
    /// Marks, in the order of the text.
    pub(super) marks: Vec<Mark>,
}

/// Looks through `text`.
pub(super) fn look_through(text: &str) -> Found {
    let book = book();
    let mut finder = Finder { text, book, found: Found::default(), seen: Vec::new() };
    book.keywords.find(text, |keyword, end| finder.meet(keyword, end));
    finder.found.finds = untangled(finder.found.finds);
    finder.found
}

struct Finder<'t> {
    text: &'t str,
    book: &'static Book,
    found: Found,
    /// For each rule, how far its patterns have been tried. Empty until the first keyword is met.
    seen: Vec<usize>,
}

impl Finder<'_> {
    fn meet(&mut self, keyword: usize, end: usize) {
        let mut is_announced = false;
        for owner in &self.book.owners[keyword] {
            match *owner {
                Owner::Rule(rule, ix) => {
                    let form = &self.book.rules[rule];
                    if form.is_met(ix, self.text, end) && strides(self.text, form, end) {
                        self.try_rule(rule, end);
                    }
                }
                Owner::Label(ix) if !is_announced => {
                    is_announced = self.try_label(ix, keyword, end);
                }
                Owner::Label(_) => {}
                Owner::Mark => self.found.marks.push(Mark::read(self.text, end)),
            }
        }
    }

    /// Tries the patterns of a rule on the line around `end`, unless that has been done for a keyword
    /// further to the left.
    fn try_rule(&mut self, rule: usize, end: usize) {
        self.seen.resize(self.book.rules.len(), 0);
        if end <= self.seen[rule] {
            return;
        }
        let line = window(self.text, end, BEFORE, BEHIND);
        // A window that was cut off is tried again from its middle on, so that nothing falls between.
        let is_whole = self.text[line.end..].starts_with('\n') || line.end == self.text.len();
        self.seen[rule] = if is_whole { line.end } else { line.end - BEHIND / 2 };
        let form = &self.book.rules[rule];
        let looked_at = &self.text[line.clone()];
        // Finding groups costs more than finding out that there is nothing to find.
        for pattern in form.patterns().iter().filter(|pattern| pattern.is_match(looked_at)) {
            for captures in pattern.captures_iter(looked_at) {
                let whole = captures.get(0).expect("a match has a group 0");
                let groups: Vec<_> = captures.iter().skip(1).flatten().collect();
                for group in if groups.is_empty() { vec![whole] } else { groups } {
                    let range = line.start + group.start()..line.start + group.end();
                    self.weigh(rule, form, completed(self.text, range, line.end));
                }
            }
        }
    }

    fn weigh(&mut self, rank: usize, form: &'static Form, range: Range<usize>) {
        let is_quoted = self.text[..range.start].ends_with(['"', '\'', '`']);
        let mut range = trimmed(self.text, range);
        if !form.bar.passes(&self.text[range.clone()], is_quoted, &self.book.values) {
            return;
        }
        if let Some(until) = &form.until {
            let Some(end) = block_end(self.text, range.end, until) else { return };
            range.end = end;
        }
        self.found.finds.push(Find { rule: &form.id, what: form.what.clone(), range, rank });
    }

    /// Returns whether label `ix` is the one that is met; what it announces may still be harmless.
    fn try_label(&mut self, ix: usize, keyword: usize, end: usize) -> bool {
        let label = &self.book.labels[ix];
        let word = end - self.book.keyword_len(keyword)..end;
        let line = line_near(self.text, end);
        let place = label::Place::new(self.text, word, line.clone());
        if !place.is_announced_by(label) {
            return false;
        }
        let group = label.group;
        for announced in place.values(label, &self.book.values) {
            self.found.finds.push(Find {
                rule: group.rule(),
                what: format!("what looks like {} {}", group.what(), announced.how),
                range: completed(self.text, announced.range, line.end),
                rank: self.book.rules.len() + ix,
            });
        }
        true
    }
}

/// For rules whose keyword is a hyphen: whether two further ones follow at the distance they need.
fn strides(text: &str, form: &Form, end: usize) -> bool {
    form.stride.is_none_or(|stride| {
        let has_hyphen = |at: usize| text.as_bytes().get(at) == Some(&b'-');
        has_hyphen(end - 1 + stride) && has_hyphen(end - 1 + 2 * stride)
    })
}

/// Returns the line around `end`, or of a very long one the part that reaches so far.
fn window(text: &str, end: usize, before: usize, behind: usize) -> Range<usize> {
    let from = text.floor_char_boundary(end.saturating_sub(before));
    let to = text.ceil_char_boundary((end + behind).min(text.len()));
    let start = text[from..end].rfind('\n').map_or(from, |newline| from + newline + 1);
    let stop = text[end..to].find('\n').map_or(to, |newline| end + newline);
    start..stop
}

/// Returns the line around `end` as labels look at it.
pub(super) fn line_near(text: &str, end: usize) -> Range<usize> {
    window(text, end, BEFORE_LABEL, BEHIND_LABEL)
}

/// Returns `range` to the end of its word, where it was cut off with the window.
fn completed(text: &str, range: Range<usize>, window_end: usize) -> Range<usize> {
    if range.end < window_end {
        return range;
    }
    let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<');
    range.start..text[range.end..].find(is_end).map_or(text.len(), |end| range.end + end)
}

/// Leaves out what surrounds a value rather than belongs to it.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let value = text[range.clone()].trim_end_matches(['"', '\'', '`', '|', ';', ',', '\\', '\r']);
    range.start..range.start + value.len()
}

/// Returns where a block ends that begins before `start`: behind `until`, or where the text between
/// ends if it was cut short. Nothing where no key follows, as in a sentence about key files.
fn block_end(text: &str, start: usize, until: &str) -> Option<usize> {
    let to = text.ceil_char_boundary((start + LONGEST_BLOCK).min(text.len()));
    let rest = &text[start..to];
    if !has_body(&rest[..rest.floor_char_boundary(FIRST_OF_BODY)]) {
        return None;
    }
    match rest.find(until) {
        Some(at) => {
            let behind = at + until.len();
            let line = rest[behind..].find(['\n', '"', '\'', '<', '|', '\\']);
            Some(start + line.map_or(rest.len(), |end| behind + end))
        }
        None => Some(start + rest.find("\n\n").unwrap_or(rest.len())),
    }
}

/// Whether base64 or a header follows, past line ends and the signs that comments and quotes begin with.
fn has_body(rest: &str) -> bool {
    let rest = rest.replace("\\r", " ").replace("\\n", " ");
    let rest = rest.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, '>' | '#' | '!' | '/' | '*' | '|' | '"')
    });
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-');
    let body = rest.find(|c| !is_base64(c)).unwrap_or(rest.len());
    !rest.starts_with("-----END") && (body >= SHORTEST_BODY || rest[body..].starts_with(": "))
}

/// Sorts finds and makes one of those that overlap: the more specific rule names it, and all that any
/// of them covers is covered.
fn untangled(mut finds: Vec<Find>) -> Vec<Find> {
    finds.sort_by_key(|find| (find.range.start, find.rank));
    let mut apart: Vec<Find> = Vec::new();
    for find in finds {
        match apart.last_mut() {
            Some(last) if find.range.start < last.range.end => {
                last.range.end = last.range.end.max(find.range.end);
                if find.rank < last.rank {
                    (last.rank, last.rule, last.what) = (find.rank, find.rule, find.what);
                }
            }
            _ => apart.push(find),
        }
    }
    apart
}
