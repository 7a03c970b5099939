//! What a volume of the book shows around the texts of its chapters.

use serde::Serialize;

use super::Summary;

/// A volume of the book: a file with the whole runbook, or with a part of it.
#[derive(Serialize, Debug)]
pub struct BookView {
    /// Whether this one file holds the whole book.
    pub whole: bool,
    /// Whether this is the first volume, which has title, contents and index.
    pub first: bool,
    /// The chapters: in the first volume all of them, in the others those whose text they hold.
    pub chapters: Vec<BookChapter>,
    /// The names of all records, in the first volume.
    pub index: Vec<BookLetter>,
    /// The client's record.
    pub client: Option<Summary>,
    /// The current provider's record.
    pub provider: Option<Summary>,
    /// The latest change that is recorded.
    pub changed: Option<Summary>,
    /// How many records there are.
    pub records: usize,
}

/// A chapter of the book: a page about the runbook as a whole, or the records of a kind.
#[derive(Serialize, Debug)]
pub struct BookChapter {
    /// Its number, from 1.
    pub number: usize,
    /// Its heading.
    pub title: String,
    /// One plain sentence; nothing where it is a page, which has its own.
    pub summary: String,
    /// The icon of its kind, or nothing where it is a page.
    pub icon: String,
    /// The area of the navigation that begins with it, or nothing.
    pub area: String,
    /// Its anchor, and the name of the place where its text is put in.
    pub anchor: String,
    /// Where it stands, from this volume.
    pub href: String,
    /// Whether this volume holds its text.
    pub here: bool,
    /// How many records it has in all volumes.
    pub count: usize,
    /// Its records in this volume.
    pub entries: Vec<BookEntry>,
}

/// A record in the contents or in the index.
#[derive(Serialize, Debug)]
pub struct BookEntry {
    /// Its number: chapter and place in it.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub detail: String,
    /// Where it stands, from this volume.
    pub href: String,
    /// Whether it is out of use.
    pub retired: bool,
}

/// The names of one letter in the index.
#[derive(Serialize, Debug)]
pub struct BookLetter {
    /// The heading: `A` to `Z`, another letter, `0–9`, or `#` for what begins with none.
    pub letter: String,
    /// The records.
    pub entries: Vec<BookEntry>,
}
