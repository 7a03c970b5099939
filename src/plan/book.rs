//! Lays out the book: the whole runbook as one document for the safe.
//!
//! In: the records in the site's order. Out: chapters with numbers, and the files, *volumes*, that
//! hold them. The text of a chapter is that of the site's own pages; [`crate::render`] takes it from
//! them, so that the book never says anything else than the site. A book that a browser could not
//! open in one piece is cut by kind.

use std::collections::HashMap;

use super::alphabet::letter::Letter;
use super::overview::Overview;
use super::route::{self, PAGES, ROWS_PER_PART};
use super::view::{
    BookChapter, BookEntry, BookLetter, BookView, Frame, KindRef, Link, NavArea, Page, View,
};
use super::{Owners, Planner, lists, network};
use crate::digest::Digest;
use crate::model::NodeIx;
use crate::schema::KindIx;
use crate::text::natural_cmp;

/// The file of the book, or of its first volume.
pub const BOOK: &str = "book.html";

/// The most records that stand in one file: about as much as a browser opens and prints with ease.
pub const WHOLE_UP_TO: usize = 2000;

/// The pages about the runbook as a whole that stand before the records, and behind them.
const BEFORE: &[&str] = &[
    "emergency.html",
    "takeover.html",
    "control.html",
    "ownership.html",
    "renewals.html",
    route::DEPENDENCIES,
    "addresses.html",
    "evidence.html",
    route::SEALED,
];
const BEHIND: &[&str] = &["glossary.html", "about.html"];

/// The book: what stands where in it.
pub struct Book<'a> {
    planner: &'a Planner<'a>,
    chapters: Vec<Chapter>,
    volumes: Vec<Volume>,
    places: HashMap<String, Place>,
}

/// Where the text of a page stands in the book.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The number that stands before its heading and behind links to it: `7.12`.
    pub number: String,
    /// Its id in the volume; what stands before the ids inside of it.
    pub anchor: String,
    /// The volume, from 0.
    pub volume: usize,
    /// Its place among the texts of the volume, from 0.
    pub slot: usize,
    /// How many levels its headings are moved down.
    pub deeper: u8,
    /// Whether it is the text of a record, which gets an element of its own.
    pub is_record: bool,
}

struct Chapter {
    number: usize,
    title: String,
    summary: String,
    icon: String,
    /// The area that begins with this chapter.
    area: String,
    anchor: String,
    content: Content,
}

enum Content {
    Page,
    Records(KindIx),
}

/// A file of the book.
struct Volume {
    path: String,
    /// The chapters whose text it holds, with how many texts each has in this volume.
    chapters: Vec<(usize, usize)>,
    /// Its first record among those of its kind, where it holds a part of one kind.
    first: usize,
}

impl<'a> Book<'a> {
    /// Lays out the book of a site.
    pub(super) fn new(planner: &'a Planner<'a>) -> Book<'a> {
        let chapters = chapters(planner);
        let volumes = volumes(planner, &chapters);
        let mut book = Book { planner, chapters, volumes, places: HashMap::new() };
        book.places = book.places();
        book
    }

    /// Returns the paths of the volumes, in order.
    pub fn volumes(&self) -> impl ExactSizeIterator<Item = &str> {
        self.volumes.iter().map(|volume| volume.path.as_str())
    }

    /// Returns where the page at `path` stands in the book.
    pub fn place(&self, path: &str) -> Option<&Place> {
        self.places.get(path)
    }

    /// Returns the digest of what texts take from the book's layout: the numbers and anchors that
    /// links to other records carry.
    pub fn digest(&self) -> Digest {
        let mut places: Vec<(&String, &Place)> = self.places.iter().collect();
        places.sort_unstable_by_key(|(path, _)| *path);
        let numbers = places.iter().flat_map(|(path, place)| {
            let Place { number, anchor, volume, .. } = place;
            let volume = self.volumes[*volume].path.as_bytes();
            [path.as_bytes(), number.as_bytes(), anchor.as_bytes(), volume]
        });
        Digest::of_all(numbers)
    }

    /// Returns how many texts stand in each chapter of a volume, with the chapter's anchor.
    pub fn texts(&self, volume: usize) -> impl Iterator<Item = (&str, usize)> {
        let of =
            |(chapter, count): &(usize, usize)| (self.chapters[*chapter].anchor.as_str(), *count);
        self.volumes[volume].chapters.iter().map(of)
    }

    /// Returns the page of a volume; the texts of its chapters are put in where its template wants
    /// them.
    pub fn page(&self, volume: usize) -> Page {
        let facts = self.planner.facts;
        let show = self.planner.show("");
        let owners = Owners::new(facts.model);
        let (audit, found) = (facts.audit, facts.found);
        let overview = Overview { show, audit, found, owners: &owners };
        let first = volume == 0;
        let held = &self.volumes[volume];
        let of_one_kind = held.chapters.first().filter(|_| !first);
        let title = match of_one_kind {
            Some((chapter, _)) => self.chapters[*chapter].title.clone(),
            None => page_title(BOOK).to_owned(),
        };
        let view = BookView {
            whole: self.volumes.len() == 1,
            first,
            chapters: if first { self.contents() } else { self.part(held) },
            index: if first { self.index() } else { Vec::new() },
            client: audit.parties.client.map(|ix| overview.summary(ix, &[])),
            provider: audit.parties.provider.map(|ix| overview.summary(ix, &[])),
            changed: overview.changes().into_iter().next(),
            records: facts.model.len(),
        };
        let neighbour = |volume: Option<usize>| Some(self.volume_link(volume?));
        Page {
            path: held.path.clone(),
            page: Frame {
                title,
                path: held.path.clone(),
                current: BOOK.to_owned(),
                previous: neighbour(volume.checked_sub(1)),
                next: neighbour(Some(volume + 1).filter(|next| *next < self.volumes.len())),
                ..Frame::default()
            },
            view: View::Book(Box::new(view)),
        }
    }

    fn volume_link(&self, volume: usize) -> Link {
        let held = &self.volumes[volume];
        let title = match held.chapters.first() {
            Some((chapter, _)) if volume > 0 => {
                let chapter = &self.chapters[*chapter];
                format!("{}.{} {}", chapter.number, held.first + 1, chapter.title)
            }
            _ => page_title(BOOK).to_owned(),
        };
        Link { text: title, href: held.path.clone(), icon: String::new(), detail: String::new() }
    }

    /// All chapters; with their records where they stand in this file.
    fn contents(&self) -> Vec<BookChapter> {
        let chapter = |(ix, chapter): (usize, &Chapter)| {
            let holds = |volume: &Volume| volume.chapters.iter().any(|(held, _)| *held == ix);
            match self.volumes.iter().position(holds) {
                Some(0) => {
                    let entries = match chapter.content {
                        Content::Records(kind) => self.entries(kind, 0, usize::MAX),
                        Content::Page => Vec::new(),
                    };
                    self.chapter_view(chapter, format!("#{}", chapter.anchor), true, entries)
                }
                elsewhere => {
                    let path = elsewhere.map_or("", |volume| self.volumes[volume].path.as_str());
                    self.chapter_view(chapter, path.to_owned(), false, Vec::new())
                }
            }
        };
        self.chapters.iter().enumerate().map(chapter).collect()
    }

    /// The one chapter, or part of one, that a further volume holds.
    fn part(&self, volume: &Volume) -> Vec<BookChapter> {
        let chapter = |(ix, count): &(usize, usize)| {
            let chapter = &self.chapters[*ix];
            let entries = match chapter.content {
                Content::Records(kind) => self.entries(kind, volume.first, *count),
                Content::Page => Vec::new(),
            };
            self.chapter_view(chapter, format!("#{}", chapter.anchor), true, entries)
        };
        volume.chapters.iter().map(chapter).collect()
    }

    fn chapter_view(
        &self,
        chapter: &Chapter,
        href: String,
        here: bool,
        entries: Vec<BookEntry>,
    ) -> BookChapter {
        let count = match chapter.content {
            Content::Records(kind) => self.planner.facts.model.of_kind(kind).len(),
            Content::Page => 0,
        };
        BookChapter {
            number: chapter.number,
            title: chapter.title.clone(),
            summary: chapter.summary.clone(),
            icon: chapter.icon.clone(),
            area: chapter.area.clone(),
            anchor: chapter.anchor.clone(),
            href,
            here,
            count,
            entries,
        }
    }

    /// The records of a kind from `first` on, as entries of the volume that holds them.
    fn entries(&self, kind: KindIx, first: usize, count: usize) -> Vec<BookEntry> {
        let records = self.planner.facts.model.of_kind(kind);
        let records = records.iter().skip(first).take(count);
        records.map(|ix| self.entry(*ix, |place| format!("#{}", place.anchor))).collect()
    }

    fn entry(&self, ix: NodeIx, href: impl Fn(&Place) -> String) -> BookEntry {
        let model = self.planner.facts.model;
        let place = &self.places[&self.planner.routes.record(ix)];
        BookEntry {
            number: place.number.clone(),
            name: model.node(ix).name.clone(),
            detail: model.kind_of(ix).label.clone(),
            href: href(place),
            retired: model.is_retired(ix),
        }
    }

    /// All names from A to Z, as seen from the first volume.
    fn index(&self) -> Vec<BookLetter> {
        let model = self.planner.facts.model;
        let mut names: Vec<(Letter, &str, NodeIx)> = model
            .iter()
            .map(|(ix, node)| (Letter::of(&node.name), node.name.as_str(), ix))
            .collect();
        names.sort_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| natural_cmp(a.1, b.1)).then_with(|| a.2.cmp(&b.2))
        });
        let href = |place: &Place| match place.volume {
            0 => format!("#{}", place.anchor),
            volume => format!("{}#{}", self.volumes[volume].path, place.anchor),
        };
        let mut letters: Vec<BookLetter> = Vec::new();
        for (letter, _, ix) in names {
            let entry = self.entry(ix, href);
            let letter = letter.label();
            match letters.last_mut().filter(|last| last.letter == letter) {
                Some(last) => last.entries.push(entry),
                None => letters.push(BookLetter { letter, entries: vec![entry] }),
            }
        }
        letters
    }

    fn places(&self) -> HashMap<String, Place> {
        let Planner { facts, routes, .. } = self.planner;
        let mut places = HashMap::new();
        for (at, volume) in self.volumes.iter().enumerate() {
            let mut slot = 0;
            for (ix, count) in &volume.chapters {
                let chapter = &self.chapters[*ix];
                let Content::Records(kind) = chapter.content else {
                    let place = Place {
                        number: chapter.number.to_string(),
                        anchor: chapter.anchor.clone(),
                        volume: at,
                        slot,
                        deeper: 1,
                        is_record: false,
                    };
                    let path = chapter.anchor.trim_start_matches(PAGE_PREFIX);
                    places.insert(format!("{path}.html"), place);
                    slot += 1;
                    continue;
                };
                let records = facts.model.of_kind(kind).iter().enumerate();
                for (in_kind, node) in records.skip(volume.first).take(*count) {
                    let place = Place {
                        number: format!("{}.{}", chapter.number, in_kind + 1),
                        anchor: format!("{}.{}", chapter.anchor, facts.model.node(*node).id),
                        volume: at,
                        slot,
                        deeper: 2,
                        is_record: true,
                    };
                    places.insert(routes.record(*node), place);
                    slot += 1;
                }
                // A link to the list of a kind leads to its chapter.
                places.entry(routes.list(kind, 1)).or_insert_with(|| Place {
                    number: chapter.number.to_string(),
                    anchor: chapter.anchor.clone(),
                    volume: at,
                    slot: usize::MAX,
                    deeper: 0,
                    is_record: false,
                });
            }
        }
        places
    }
}

/// What stands before the anchor of a chapter that is a page. No plural of a kind has a colon.
const PAGE_PREFIX: &str = "page:";

fn chapters(planner: &Planner<'_>) -> Vec<Chapter> {
    let before = BEFORE.iter().filter(|path| planner.has_page(path));
    let mut chapters: Vec<Chapter> = before.map(|path| page_chapter(path)).collect();
    // The map, or the overview of its parts: each device's own page has what is around it.
    chapters.extend(planner.map_link().map(|link| page_chapter(&link.href)));
    for area in planner.areas("") {
        let NavArea { title, kinds, .. } = area;
        let mut area = title;
        for kind in kinds {
            chapters.push(kind_chapter(planner, kind, std::mem::take(&mut area)));
        }
    }
    chapters.extend(BEHIND.iter().map(|path| page_chapter(path)));
    for (ix, chapter) in chapters.iter_mut().enumerate() {
        chapter.number = ix + 1;
    }
    chapters
}

fn page_chapter(path: &str) -> Chapter {
    Chapter {
        number: 0,
        title: page_title(path).to_owned(),
        summary: String::new(),
        icon: String::new(),
        area: String::new(),
        anchor: format!("{PAGE_PREFIX}{}", path.trim_end_matches(".html")),
        content: Content::Page,
    }
}

fn kind_chapter(planner: &Planner<'_>, kind: KindRef, area: String) -> Chapter {
    let catalog = &planner.facts.model.catalog;
    let (ix, _) = catalog
        .iter()
        .find(|(_, it)| it.plural == kind.plural)
        .expect("the navigation shows kinds of the catalogue");
    Chapter {
        number: 0,
        title: kind.label_plural,
        summary: kind.summary,
        icon: kind.icon,
        area,
        anchor: kind.plural,
        content: Content::Records(ix),
    }
}

fn page_title(path: &str) -> &'static str {
    if path == network::MAP {
        return network::TITLE.0;
    }
    let page = PAGES.iter().find(|(file, _, _)| *file == path);
    page.expect("the book's pages are pages of the site").1
}

/// Cuts the book into files.
fn volumes(planner: &Planner<'_>, chapters: &[Chapter]) -> Vec<Volume> {
    let model = planner.facts.model;
    let whole = model.len() <= WHOLE_UP_TO;
    let mut first = Volume { path: BOOK.to_owned(), chapters: Vec::new(), first: 0 };
    let mut further = Vec::new();
    for (ix, chapter) in chapters.iter().enumerate() {
        match chapter.content {
            Content::Page => first.chapters.push((ix, 1)),
            Content::Records(kind) if whole => {
                first.chapters.push((ix, model.of_kind(kind).len()));
            }
            Content::Records(kind) => {
                further.extend(parts(ix, &chapter.anchor, model.of_kind(kind).len()));
            }
        }
    }
    std::iter::once(first).chain(further).collect()
}

/// The volumes of one kind, cut as its list is.
fn parts(chapter: usize, plural: &str, records: usize) -> Vec<Volume> {
    let count = lists::parts(records);
    let size = if count == 1 { records } else { ROWS_PER_PART };
    let volume = |part: usize| {
        let first = part * size;
        let path = match part {
            0 => format!("book.{plural}.html"),
            part => format!("book.{plural}.{}.html", part + 1),
        };
        Volume { path, chapters: vec![(chapter, size.min(records - first))], first }
    };
    (0..count).map(volume).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_kind_is_cut_into_volumes_of_five_hundred() {
        let paths = |records| {
            let parts = parts(3, "devices", records);
            parts.into_iter().map(|it| (it.path, it.first, it.chapters)).collect::<Vec<_>>()
        };
        assert_eq!(paths(1000), [("book.devices.html".to_owned(), 0, vec![(3, 1000)])]);
        let many = paths(1001);
        assert_eq!(many.len(), 3);
        assert_eq!(many[2], ("book.devices.3.html".to_owned(), 1000, vec![(3, 1)]));
    }
}
