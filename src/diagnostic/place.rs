//! Tells in lines and columns where findings are.
//!
//! In: a [`SourceTree`] and spans of bytes. Out: [`Place`]s. Each file's lines are counted once,
//! when it is first asked for, so that forty thousand findings in one file stay quick to write.

use std::collections::HashMap;

use crate::source::{FileId, SourceTree, Span};

/// A point in a text as people count: both numbers start at 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Point {
    /// The line.
    pub line: usize,
    /// The column, in characters (Unicode scalar values).
    pub column: usize,
}

/// A span as people speak of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place<'a> {
    /// Path of the file, relative to the runbook.
    pub path: &'a str,
    /// Where it starts.
    pub start: Point,
    /// Where it ends: the point behind its last character.
    pub end: Point,
    /// Whether it stands for the file as a whole; both points are then line 1, column 1.
    pub whole: bool,
}

/// One line of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line<'a> {
    /// Offset of its first byte in the file.
    pub start: usize,
    /// The line without its end.
    pub text: &'a str,
}

/// Answers where spans are; keeps what it counted.
pub struct Places<'a> {
    tree: &'a SourceTree,
    counted: HashMap<FileId, Counted<'a>>,
}

impl<'a> Places<'a> {
    /// Returns the places in the files of `tree`.
    pub fn new(tree: &'a SourceTree) -> Places<'a> {
        Places { tree, counted: HashMap::new() }
    }

    /// Returns where `span` is, or nothing for a file the tree does not have.
    pub fn place(&mut self, span: Span) -> Option<Place<'a>> {
        let path = self.tree.get(span.file)?.path.as_str();
        let counted = self.counted(span.file)?;
        let whole = (span.start, span.end) == (0, 0);
        let start = counted.point(span.start as usize);
        let end = counted.point(span.end as usize).max(start);
        Some(Place { path, start, end, whole })
    }

    /// Returns line `number` (from 1) of `file`.
    pub fn line(&mut self, file: FileId, number: usize) -> Option<Line<'a>> {
        self.counted(file)?.line(number)
    }

    /// Whether the tree holds the text of `file`.
    pub fn has_text(&self, file: FileId) -> bool {
        self.tree.get(file).is_some_and(|file| file.as_text().is_some())
    }

    fn counted(&mut self, file: FileId) -> Option<&Counted<'a>> {
        let text = self.tree.get(file)?.as_text().unwrap_or_default();
        Some(self.counted.entry(file).or_insert_with(|| Counted::new(text)))
    }
}

/// Every so many bytes the number of characters so far is kept.
const STRIDE: usize = 4096;

/// A text whose lines and characters have been counted.
struct Counted<'a> {
    text: &'a str,
    /// Offset of each line's first byte.
    lines: Vec<usize>,
    /// Characters before each multiple of [`STRIDE`].
    characters: Vec<usize>,
}

impl<'a> Counted<'a> {
    fn new(text: &'a str) -> Counted<'a> {
        let feeds = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(feeds.map(|(at, _)| at + 1)).collect();
        let mut characters = vec![0];
        for (ix, piece) in text.as_bytes().chunks(STRIDE).enumerate() {
            characters.push(characters[ix] + characters_in(piece));
        }
        Counted { text, lines, characters }
    }

    fn point(&self, offset: usize) -> Point {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines[line - 1];
        let before = match offset - start < STRIDE {
            true => characters_in(&self.text.as_bytes()[start..offset]),
            false => self.characters_before(offset) - self.characters_before(start),
        };
        Point { line, column: before + 1 }
    }

    fn characters_before(&self, offset: usize) -> usize {
        let kept = offset / STRIDE;
        self.characters[kept] + characters_in(&self.text.as_bytes()[kept * STRIDE..offset])
    }

    fn line(&self, number: usize) -> Option<Line<'a>> {
        let start = *self.lines.get(number.checked_sub(1)?)?;
        let end = self.lines.get(number).map_or(self.text.len(), |next| next - 1);
        let text = &self.text[start..end];
        Some(Line { start, text: text.strip_suffix('\r').unwrap_or(text) })
    }
}

/// Counts the bytes that start a character in UTF-8 (RFC 3629: all but `10xxxxxx`).
fn characters_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    fn tree(text: &str) -> SourceTree {
        SourceTree::new(vec![SourceFile::text("a.toml", text)])
    }

    #[test]
    fn places_agree_with_the_tree_at_every_offset_of_a_text_with_wide_characters() {
        let text = "ü = 1\r\n".to_owned() + &"äö€𝄞x".repeat(1_000) + "\nz = 2\n";
        let tree = tree(&text);
        let mut places = Places::new(&tree);
        for start in 1..=text.len() {
            let span = Span::new(FileId::of("a.toml"), start..text.len());
            let (place, position) = (places.place(span).unwrap(), tree.position(span).unwrap());
            assert_eq!((place.start.line, place.start.column), (position.line, position.column));
            assert_eq!(places.line(span.file, place.start.line).unwrap().text, position.text);
        }
    }

    #[test]
    fn an_empty_span_at_the_start_is_the_whole_file() {
        let tree = tree("a = 1");
        let place = Places::new(&tree).place(Span::whole(FileId::of("a.toml"))).unwrap();
        assert!(place.whole);
        assert_eq!(place.start, Point { line: 1, column: 1 });
    }

    #[test]
    fn a_span_beyond_the_text_is_its_end() {
        let tree = tree("a = 1\n");
        let span = Span::new(FileId::of("a.toml"), 900..901);
        let place = Places::new(&tree).place(span).unwrap();
        assert_eq!(place.start, Point { line: 2, column: 1 });
        assert_eq!(Places::new(&tree).place(Span::whole(FileId::of("b.toml"))), None);
    }
}
