//! Binds the book from the pages of the site.
//!
//! In: every page's HTML, as it is made, from several threads. Out: the volumes of the book, each as
//! soon as its last page has come, so that never more than a few volumes' text is in memory. What a
//! page gives to the book, its template says: all that stands between `<!--book-->` and
//! `<!--/book-->`. So the book is no second rendering of the records, which would cost as much as
//! the first, and never says anything else than the site. A page that the site has already, and that
//! was not made, is read again only if its volume has to be made.

mod text;

use std::sync::{Arc, Mutex, PoisonError};

use memchr::memmem;
use rayon::prelude::*;

use super::{Cuts, Sheet};
use crate::digest::Digest;
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
    texts: Vec<Text>,
    wanted: usize,
}

/// What a page gives to a volume.
#[derive(Clone, Default)]
struct Text {
    /// The digest of the page's view.
    key: Option<Digest>,
    form: Form,
}

#[derive(Clone)]
enum Form {
    Ready(String),
    /// The page was not made: it is on the site as it was.
    Kept(Kept),
}

/// A page that the site has already.
#[derive(Clone)]
pub struct Kept {
    /// Its path.
    pub path: String,
    /// The way from it to the root.
    root: &'static str,
    /// What is known of it.
    pub sheet: Arc<Sheet>,
}

impl Default for Form {
    fn default() -> Form {
        Form::Ready(String::new())
    }
}

/// A volume all of whose texts have come.
pub struct Bound {
    volume: usize,
    texts: Vec<Text>,
}

impl Bound {
    /// Returns the digest of the views of all pages that the volume takes texts from, if all have one.
    pub fn digest(&self) -> Option<Digest> {
        let keys: Option<Vec<Digest>> = self.texts.iter().map(|text| text.key).collect();
        Some(Digest::of_all(keys?.iter().map(|key| key.as_bytes().as_slice())))
    }
}

impl<'a> Binder<'a> {
    /// Returns a binder that has nothing yet.
    pub fn new(book: Book<'a>) -> Binder<'a> {
        let volumes = (0..book.volumes().len())
            .map(|volume| {
                let wanted = book.texts(volume).map(|(_, count)| count).sum();
                Mutex::new(Texts { texts: vec![Text::default(); wanted], wanted })
            })
            .collect();
        Binder { book, volumes }
    }

    /// Returns the digest of the book's layout.
    pub fn layout(&self) -> Digest {
        self.book.digest()
    }

    /// Takes from a page what belongs into the book, and its marks off; returns where in the page that
    /// stands, and the volume that is complete with it. `key` is the digest of the page's view.
    pub fn take(
        &self,
        page: &Page,
        key: Option<Digest>,
        html: String,
    ) -> (String, Cuts, Option<Bound>) {
        let marks = Marks::of(&html);
        let bound = self.book.place(&page.path).and_then(|place| {
            let pieces = marks.inside.iter().map(|range| &html[range.clone()]);
            let form = Form::Ready(self.text(place, page.page.root, pieces));
            self.add(place, Text { key, form })
        });
        let cuts = marks.cuts();
        (marks.unmarked(html), cuts, bound)
    }

    /// Notes that a page is on the site as it was; returns the volume that is complete with it.
    pub fn pass(&self, page: &Page, key: Digest, sheet: &Arc<Sheet>) -> Option<Bound> {
        let place = self.book.place(&page.path)?;
        let (path, root, sheet) = (page.path.clone(), page.page.root, Arc::clone(sheet));
        let form = Form::Kept(Kept { path, root, sheet });
        self.add(place, Text { key: Some(key), form })
    }

    fn text<'t>(&self, place: &Place, root: &str, pieces: impl Iterator<Item = &'t str>) -> String {
        let mut text = text::Text::new(&self.book, place, root);
        pieces.for_each(|piece| text.push(piece));
        text.finish()
    }

    fn add(&self, place: &Place, text: Text) -> Option<Bound> {
        let mut volume = self.volumes[place.volume].lock().unwrap_or_else(PoisonError::into_inner);
        *volume.texts.get_mut(place.slot)? = text;
        volume.wanted -= 1;
        let complete = volume.wanted == 0;
        complete.then(|| Bound { volume: place.volume, texts: std::mem::take(&mut volume.texts) })
    }

    /// Fetches the texts of pages that were not made: `page` gives the HTML of one, as it is on the
    /// site.
    pub fn fetch<E: Send>(
        &self,
        bound: &mut Bound,
        page: impl Fn(&Kept) -> Result<String, E> + Sync,
    ) -> Result<(), E> {
        bound.texts.par_iter_mut().try_for_each(|text| {
            let Form::Kept(kept) = &text.form else { return Ok(()) };
            let html = page(kept)?;
            let place = self.book.place(&kept.path).expect("what was passed has a place");
            let pieces =
                kept.sheet.cuts.iter().map(|(start, end)| &html[*start as usize..*end as usize]);
            text.form = Form::Ready(self.text(place, kept.root, pieces));
            Ok(())
        })
    }

    /// Takes the marks off a page that gives nothing.
    pub fn unmarked(&self, html: String) -> String {
        Marks::of(&html).unmarked(html)
    }

    /// Returns the page of a volume, for the theme to make.
    pub fn page(&self, bound: &Bound) -> Page {
        self.book.page(bound.volume)
    }

    /// Puts the texts of a volume into its HTML.
    pub fn bind(&self, bound: &Bound, html: String) -> String {
        // The frame that it shares with pages has marks for them.
        let html = Marks::of(&html).unmarked(html);
        let length: usize = bound.texts.iter().map(|text| text.ready().len()).sum();
        let mut out = String::with_capacity(html.len() + length + length / 16);
        let mut rest = html.as_str();
        while let Some((before, (anchor, behind))) = rest
            .split_once(CHAPTER)
            .and_then(|(before, behind)| Some((before, behind.split_once("-->")?)))
        {
            out.push_str(before);
            self.texts(bound, anchor).iter().for_each(|text| out.push_str(text.ready()));
            rest = behind;
        }
        out.push_str(rest);
        out
    }

    /// The texts of one chapter.
    fn texts<'b>(&self, bound: &'b Bound, chapter: &str) -> &'b [Text] {
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

impl Text {
    fn ready(&self) -> &str {
        match &self.form {
            Form::Ready(text) => text,
            Form::Kept(_) => "",
        }
    }
}

/// Where a page's marks are.
struct Marks {
    /// What stands inside of them.
    inside: Vec<std::ops::Range<usize>>,
    /// The marks themselves.
    marks: Vec<std::ops::Range<usize>>,
}

impl Marks {
    fn of(html: &str) -> Marks {
        let mut cuts = Marks { inside: Vec::new(), marks: Vec::new() };
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

    /// Returns where what stands inside of the marks is once they are off.
    fn cuts(&self) -> Cuts {
        let length = (BEGIN.len() + END.len()) as u32;
        let cut = |(ix, range): (usize, &std::ops::Range<usize>)| {
            let off = ix as u32 * length + BEGIN.len() as u32;
            (range.start as u32 - off, range.end as u32 - off)
        };
        self.inside.iter().enumerate().map(cut).collect()
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
        let cuts = Marks::of(html);
        let inside: Vec<&str> = cuts.inside.iter().map(|range| &html[range.clone()]).collect();
        assert_eq!(inside, ["<h1>A</h1>", "b"]);
        let unmarked = cuts.unmarked(html.to_owned());
        assert_eq!(unmarked, "<main><h1>A</h1><button></button>b");
        let inside: Vec<&str> =
            cuts.cuts().iter().map(|(from, to)| &unmarked[*from as usize..*to as usize]).collect();
        assert_eq!(inside, ["<h1>A</h1>", "b"]);
    }

    #[test]
    fn a_mark_without_its_end_is_none() {
        let html = "<main><!--book--><h1>A</h1>";
        assert!(Marks::of(html).inside.is_empty());
    }
}
