//! What the register shows.

use serde::Serialize;

/// Everything from A to Z, or a part of it.
#[derive(Serialize, Debug)]
pub struct AlphabetView {
    /// How many entries the whole register has.
    pub total: usize,
    /// The way to each letter.
    pub letters: Vec<LetterLink>,
    /// The letters on this page.
    pub sections: Vec<LetterSection>,
}

/// The way to a letter.
#[derive(Serialize, Debug)]
pub struct LetterLink {
    /// The letter.
    pub text: String,
    /// Its heading on this page, or its own page.
    pub href: String,
    /// Whether this page is it.
    pub current: bool,
}

/// A letter.
#[derive(Serialize, Debug)]
pub struct LetterSection {
    /// Its anchor.
    pub anchor: String,
    /// Its heading.
    pub title: String,
    /// How many entries it has, on whatever page.
    pub count: usize,
    /// Its entries on this page.
    pub entries: Vec<AlphabetEntry>,
    /// Where the entries stand if they have pages of their own.
    pub parts: Vec<LetterPart>,
}

/// A page of a letter.
#[derive(Serialize, Debug)]
pub struct LetterPart {
    /// The first name on it.
    pub first: String,
    /// The last name on it.
    pub last: String,
    /// Its address.
    pub href: String,
    /// How many entries it has.
    pub count: usize,
}

/// A name in the register.
#[derive(Serialize, Debug)]
pub struct AlphabetEntry {
    /// The name.
    pub text: String,
    /// What it leads to.
    pub href: String,
    /// What sort of thing that is; empty for a page about the runbook.
    pub kind: String,
    /// What it is called now or mostly, where the name is another one; else empty.
    pub see: String,
    /// Whether it is out of use.
    pub retired: bool,
}
