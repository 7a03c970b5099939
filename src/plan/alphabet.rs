//! Lays out the register: everything that has a name, from A to Z.
//!
//! It is what a reader without scripts has in place of the search, and what anybody has who knows
//! how something begins. Records stand in it by name, their former ids and other names of terms with
//! "see". A long register is cut at its letters, and a long letter into parts, so that no page has
//! more rows than a browser carries easily.

pub(super) mod letter;

use std::ops::Range;

use rayon::prelude::*;

use super::route::{self, Routes};
use super::view::{
    AlphabetEntry, AlphabetView, Frame, LetterLink, LetterPart, LetterSection, Link,
};
use super::view::{GlossaryView, Page, View};
use crate::markdown;
use crate::model::{Model, NodeIx};
use crate::text::natural_cmp;
use letter::Letter;

/// Up to so many entries stand on one page.
const ROWS_ON_ONE_PAGE: usize = 2000;

/// How many rows a page of a long register has at most.
const ROWS_PER_PART: usize = 1000;

/// The register's entries in order, and how they are cut into pages.
pub struct Alphabet {
    entries: Vec<Entry>,
    letters: Vec<Letters>,
}

/// A letter with its entries.
struct Letters {
    letter: Letter,
    entries: Range<usize>,
}

/// A name, and what it leads to.
struct Entry {
    letter: Letter,
    name: String,
    to: To,
}

/// What an entry leads to.
enum To {
    /// The record of this name.
    Record(NodeIx),
    /// A record that has another name, now or beside it.
    Renamed(NodeIx),
    /// Something else: its address, what it is, and what it is called if that is not the name.
    Place { href: String, kind: String, see: String },
}

impl Alphabet {
    /// Returns the register of a runbook with this glossary, and these pages that are not about records.
    pub fn new(model: &Model, glossary: &GlossaryView, pages: &[Link]) -> Alphabet {
        let mut entries: Vec<Entry> = Vec::with_capacity(model.len());
        for (ix, node) in model.iter() {
            entries.push(Entry::new(node.name.clone(), To::Record(ix)));
            let former = node.envelope.formerly.iter().map(|id| id.value.as_str());
            let label = Some(node.id.as_str()).filter(|id| is_on_a_label(id, &node.name));
            let others = former.chain(label).map(str::to_owned);
            entries.extend(others.map(|name| Entry::new(name, To::Renamed(ix))));
        }
        entries.extend(terms(glossary));
        entries.extend(of_pages(pages));
        entries.par_sort_by(|a, b| {
            a.letter.cmp(&b.letter).then_with(|| natural_cmp(bare(&a.name), bare(&b.name)))
        });
        let letters = letters(&entries);
        Alphabet { entries, letters }
    }

    /// Returns how many pages the register has.
    pub fn len(&self) -> usize {
        match self.is_cut() {
            false => 1,
            true => 1 + self.letters.iter().map(Letters::parts).sum::<usize>(),
        }
    }

    /// Returns a page of the register: the first is 0.
    pub fn page(&self, number: usize, model: &Model, routes: &Routes<'_>) -> Page {
        let show = Show { alphabet: self, model, routes };
        match number.checked_sub(1) {
            None => show.first(),
            Some(number) => {
                let (letter, part) = self.place(number);
                show.part(letter, part)
            }
        }
    }

    fn is_cut(&self) -> bool {
        self.entries.len() > ROWS_ON_ONE_PAGE
    }

    /// Returns the letter, and which part of it, that stands on the page after so many others.
    fn place(&self, mut number: usize) -> (usize, usize) {
        for (at, letter) in self.letters.iter().enumerate() {
            match number.checked_sub(letter.parts()) {
                None => return (at, number),
                Some(rest) => number = rest,
            }
        }
        panic!("the register was asked for a page beyond its length")
    }
}

impl Letters {
    fn parts(&self) -> usize {
        self.entries.len().div_ceil(ROWS_PER_PART)
    }

    /// Returns the entries of a part; the first is 0. All parts are about as long.
    fn part(&self, part: usize) -> Range<usize> {
        let at = |part: usize| self.entries.start + self.entries.len() * part / self.parts();
        at(part)..at(part + 1)
    }
}

impl Entry {
    fn new(name: String, to: To) -> Entry {
        Entry { letter: Letter::of(&name), name, to }
    }
}

/// Makes the pages of a register.
struct Show<'s> {
    alphabet: &'s Alphabet,
    model: &'s Model,
    routes: &'s Routes<'s>,
}

impl Show<'_> {
    /// The first page: all of a short register, and of a long one where its parts begin.
    fn first(&self) -> Page {
        let is_cut = self.alphabet.is_cut();
        let letters = &self.alphabet.letters;
        let view = AlphabetView {
            total: self.alphabet.entries.len(),
            letters: letters.iter().map(|letter| self.jump(letter, false)).collect(),
            sections: letters
                .iter()
                .map(|letter| match is_cut {
                    true => section(letter, Vec::new(), self.parts(letter)),
                    false => section(letter, self.entries(letter.entries.clone()), Vec::new()),
                })
                .collect(),
        };
        page(route::A_TO_Z.to_owned(), title().to_owned(), vec![super::home("")], view)
    }

    /// A part of a letter.
    fn part(&self, letter: usize, part: usize) -> Page {
        let Alphabet { letters, .. } = self.alphabet;
        let shown = &letters[letter];
        let view = AlphabetView {
            total: self.alphabet.entries.len(),
            letters: letters
                .iter()
                .map(|other| self.jump(other, other.letter == shown.letter))
                .collect(),
            sections: vec![section(shown, self.entries(shown.part(part)), Vec::new())],
        };
        let title = part_title(shown, part);
        let mut page = page(part_path(shown, part), title, vec![super::home(""), register()], view);
        page.page.previous = match (part.checked_sub(1), letter.checked_sub(1)) {
            (Some(part), _) => Some(part_link(shown, part)),
            (None, Some(before)) => Some(part_link(&letters[before], letters[before].parts() - 1)),
            (None, None) => None,
        };
        page.page.next = match letters.get(letter + 1) {
            _ if part + 1 < shown.parts() => Some(part_link(shown, part + 1)),
            after => after.map(|after| part_link(after, 0)),
        };
        page
    }

    fn jump(&self, letter: &Letters, current: bool) -> LetterLink {
        let href = match self.alphabet.is_cut() {
            true => part_path(letter, 0),
            false => format!("#{}", letter.letter.anchor()),
        };
        LetterLink { text: letter.letter.label(), href, current }
    }

    /// The parts of a letter, each with the names that it begins and ends with.
    fn parts(&self, letter: &Letters) -> Vec<LetterPart> {
        let name = |at: usize| self.alphabet.entries[at].name.clone();
        (0..letter.parts())
            .map(|part| {
                let entries = letter.part(part);
                LetterPart {
                    first: name(entries.start),
                    last: name(entries.end - 1),
                    href: part_path(letter, part),
                    count: entries.len(),
                }
            })
            .collect()
    }

    fn entries(&self, range: Range<usize>) -> Vec<AlphabetEntry> {
        self.alphabet.entries[range].iter().map(|entry| self.entry(entry)).collect()
    }

    fn entry(&self, entry: &Entry) -> AlphabetEntry {
        let (href, kind, see, retired) = match &entry.to {
            To::Record(ix) | To::Renamed(ix) => {
                let name = &self.model.node(*ix).name;
                let see = matches!(entry.to, To::Renamed(_)).then(|| name.clone());
                let kind = self.model.kind_of(*ix).label.clone();
                (self.routes.record(*ix), kind, see.unwrap_or_default(), self.model.is_retired(*ix))
            }
            To::Place { href, kind, see } => (href.clone(), kind.clone(), see.clone(), false),
        };
        AlphabetEntry { text: entry.name.clone(), href, kind, see, retired }
    }
}

/// Whether an id says more than the name does, as `sw-hq-01` on a box that is called "Switch, ground
/// floor": it has a number in it, and is not the name itself.
fn is_on_a_label(id: &str, name: &str) -> bool {
    id.contains(|c: char| c.is_ascii_digit()) && markdown::slug(name) != id
}

/// The terms that come with the program, with their other spellings. A term of the runbook's own is
/// a record, and stands in the register already.
fn terms(glossary: &GlossaryView) -> Vec<Entry> {
    let kind = route::title_of(route::GLOSSARY);
    let of_program = glossary.terms.iter().filter(|term| term.link.is_none());
    let named = of_program.flat_map(|term| {
        let place = |see: &str| To::Place {
            href: format!("{}#{}", route::GLOSSARY, term.anchor),
            kind: kind.to_owned(),
            see: see.to_owned(),
        };
        let also = term.also.iter().map(move |name| (name, place(&term.name)));
        std::iter::once((&term.name, place(""))).chain(also)
    });
    named.map(|(name, to)| Entry::new(name.clone(), to)).collect()
}

/// The pages that are not about records.
fn of_pages(pages: &[Link]) -> impl Iterator<Item = Entry> {
    pages.iter().filter(|page| page.href != route::A_TO_Z).map(|page| {
        let (href, kind, see) = (page.href.clone(), String::new(), String::new());
        Entry::new(page.text.clone(), To::Place { href, kind, see })
    })
}

/// Returns where each letter begins and ends.
fn letters(entries: &[Entry]) -> Vec<Letters> {
    let mut letters = Vec::new();
    let mut start = 0;
    for run in entries.chunk_by(|a, b| a.letter == b.letter) {
        letters.push(Letters { letter: run[0].letter, entries: start..start + run.len() });
        start += run.len();
    }
    letters
}

/// Returns a name from its first letter or digit on, as it is put in order.
fn bare(name: &str) -> &str {
    let bare = name.trim_start_matches(|c: char| !c.is_alphanumeric());
    if bare.is_empty() { name } else { bare }
}

fn section(letter: &Letters, entries: Vec<AlphabetEntry>, parts: Vec<LetterPart>) -> LetterSection {
    let count = letter.entries.len();
    LetterSection {
        anchor: letter.letter.anchor(),
        title: letter.letter.label(),
        count,
        entries,
        parts,
    }
}

fn page(path: String, title: String, breadcrumbs: Vec<Link>, view: AlphabetView) -> Page {
    Page {
        page: Frame {
            title,
            root: "",
            path: path.clone(),
            current: route::A_TO_Z.to_owned(),
            breadcrumbs,
            ..Frame::default()
        },
        path,
        view: View::Alphabet(view),
    }
}

fn title() -> &'static str {
    route::title_of(route::A_TO_Z)
}

fn register() -> Link {
    plain_link(title().to_owned(), route::A_TO_Z.to_owned())
}

fn part_title(letter: &Letters, part: usize) -> String {
    match letter.parts() {
        1 => format!("{}: {}", title(), letter.letter.label()),
        parts => format!("{}: {} ({} of {parts})", title(), letter.letter.label(), part + 1),
    }
}

/// The name of a part's page: `a-z.s.html`, `a-z.s.2.html`.
fn part_path(letter: &Letters, part: usize) -> String {
    let stem = route::A_TO_Z.trim_end_matches(".html");
    match part {
        0 => format!("{stem}.{}.html", letter.letter.slug()),
        part => format!("{stem}.{}.{}.html", letter.letter.slug(), part + 1),
    }
}

fn part_link(letter: &Letters, part: usize) -> Link {
    plain_link(part_title(letter, part), part_path(letter, part))
}

fn plain_link(text: String, href: String) -> Link {
    Link { text, href, icon: String::new(), detail: String::new() }
}

#[cfg(test)]
mod tests;
