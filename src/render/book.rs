//! Binds the book from the pages of the site.
//!
//! In: every page's HTML, as it is made, from several threads. Out: the volumes of the book, each as
//! soon as its last page has come, so that never more than a few volumes' text is in memory. What a
//! page gives to the book, its template says: all that stands between `<!--book-->` and
//! `<!--/book-->`. So the book is no second rendering of the records, which would cost as much as
//! the first, and never says anything else than the site.

mod text;

use std::sync::{Mutex, PoisonError};

use memchr::memmem;

use crate::plan::book::{Book, Place};
use crate::plan::view::Page;

/// What stands before, and behind, what a page gives to the book.
const BEGIN: &str = "<!--book-->";
const END: &str = "<!--/book-->";

/// Where the template of a volume wants the text of a chapter; the chapter's anchor and `-->` follow.
const CHAPTER: &str = "<!--chapter ";

/// Gathers the texts of the volumes.
pub struct Binder<'a> {
    book: Book<'a>,
    volumes: Vec<Mutex<Texts>>,
}

/// The texts of a volume that have come.
struct Texts {
    texts: Vec<String>,
    wanted: usize,
}

/// A volume all of whose texts have come.
pub struct Bound {
    volume: usize,
    texts: Vec<String>,
}

impl<'a> Binder<'a> {
    /// Returns a binder that has nothing yet.
    pub fn new(book: Book<'a>) -> Binder<'a> {
        let volumes = (0..book.volumes().len())
            .map(|volume| {
                let wanted = book.texts(volume).map(|(_, count)| count).sum();
                Mutex::new(Texts { texts: vec![String::new(); wanted], wanted })
            })
            .collect();
        Binder { book, volumes }
    }

    /// Takes from a page what belongs into the book, and its marks off; returns the volume that is
    /// complete with it.
    pub fn take(&self, page: &Page, html: String) -> (String, Option<Bound>) {
        let cuts = Cuts::of(&html);
        let bound = self.book.place(&page.path).and_then(|place| {
            let text = self.text(page, place, &html, &cuts);
            self.keep(place, text)
        });
        (cuts.unmarked(html), bound)
    }

    fn text(&self, page: &Page, place: &Place, html: &str, cuts: &Cuts) -> String {
        let mut text = text::Text::new(&self.book, place, page.page.root);
        for range in &cuts.inside {
            text.push(&html[range.clone()]);
        }
        text.finish()
    }

    fn keep(&self, place: &Place, text: String) -> Option<Bound> {
        let mut volume = self.volumes[place.volume].lock().unwrap_or_else(PoisonError::into_inner);
        *volume.texts.get_mut(place.slot)? = text;
        volume.wanted -= 1;
        let complete = volume.wanted == 0;
        complete.then(|| Bound { volume: place.volume, texts: std::mem::take(&mut volume.texts) })
    }

    /// Returns the page of a volume, for the theme to make.
    pub fn page(&self, bound: &Bound) -> Page {
        self.book.page(bound.volume)
    }

    /// Puts the texts of a volume into its HTML.
    pub fn bind(&self, bound: &Bound, html: String) -> String {
        // The frame that it shares with pages has marks for them.
        let cuts = Cuts::of(&html);
        let html = cuts.unmarked(html);
        let length: usize = bound.texts.iter().map(String::len).sum();
        let mut out = String::with_capacity(html.len() + length + length / 16);
        let mut rest = html.as_str();
        while let Some((before, (anchor, behind))) = rest
            .split_once(CHAPTER)
            .and_then(|(before, behind)| Some((before, behind.split_once("-->")?)))
        {
            out.push_str(before);
            self.texts(bound, anchor).iter().for_each(|text| out.push_str(text));
            rest = behind;
        }
        out.push_str(rest);
        out
    }

    /// The texts of one chapter.
    fn texts<'b>(&self, bound: &'b Bound, chapter: &str) -> &'b [String] {
        let mut first = 0;
        for (anchor, count) in self.book.texts(bound.volume) {
            if anchor == chapter {
                return &bound.texts[first..first + count];
            }
            first += count;
        }
        &[]
    }
}

/// Where a page's marks are.
struct Cuts {
    /// What stands inside of them.
    inside: Vec<std::ops::Range<usize>>,
    /// The marks themselves.
    marks: Vec<std::ops::Range<usize>>,
}

impl Cuts {
    fn of(html: &str) -> Cuts {
        let mut cuts = Cuts { inside: Vec::new(), marks: Vec::new() };
        let mut at = 0;
        while let Some(begin) = memmem::find(&html.as_bytes()[at..], BEGIN.as_bytes()) {
            let begin = at + begin;
            let start = begin + BEGIN.len();
            let Some(length) = memmem::find(&html.as_bytes()[start..], END.as_bytes()) else {
                break;
            };
            let end = start + length;
            cuts.marks.extend([begin..start, end..end + END.len()]);
            cuts.inside.push(start..end);
            at = end + END.len();
        }
        cuts
    }

    /// Takes the marks off, which no reader of a page needs.
    fn unmarked(&self, html: String) -> String {
        if self.marks.is_empty() {
            return html;
        }
        let mut out = String::with_capacity(html.len());
        let mut at = 0;
        for mark in &self.marks {
            out.push_str(&html[at..mark.start]);
            at = mark.end;
        }
        out.push_str(&html[at..]);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_off_and_what_is_inside_is_known() {
        let html =
            "<main><!--book--><h1>A</h1><!--/book--><button></button><!--book-->b<!--/book-->";
        let cuts = Cuts::of(html);
        let inside: Vec<&str> = cuts.inside.iter().map(|range| &html[range.clone()]).collect();
        assert_eq!(inside, ["<h1>A</h1>", "b"]);
        assert_eq!(cuts.unmarked(html.to_owned()), "<main><h1>A</h1><button></button>b");
    }

    #[test]
    fn a_mark_without_its_end_is_none() {
        let html = "<main><!--book--><h1>A</h1>";
        assert!(Cuts::of(html).inside.is_empty());
    }
}
