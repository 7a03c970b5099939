//! What was found in the runbook folder: the files, and places inside them.
//!
//! A [`SourceTree`] is plain data. Reading it from a disk is the business of [`crate::discover`];
//! everything later only looks at it, so tests can build one from strings.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use crate::digest::Digest;

/// Names a file by its path, so that one path has one id in every run and on every machine.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(u64);

impl FileId {
    /// Returns the id of the file at `path`, relative to the runbook, with `/` between its parts.
    pub fn of(path: &str) -> FileId {
        FileId(Digest::of(path.as_bytes()).prefix())
    }
}

/// A stretch of bytes in a file. An empty span at 0 stands for the file as a whole.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// Returns the span of `range` in `file`. Files are limited to far less than 4 GiB.
    pub fn new(file: FileId, range: Range<usize>) -> Span {
        Span { file, start: range.start as u32, end: range.end as u32 }
    }

    /// Returns the span that stands for all of `file`.
    pub fn whole(file: FileId) -> Span {
        Span::new(file, 0..0)
    }

    /// Returns the bytes' range.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and where it is written.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it is written.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Returns `value` as written at `span`.
    pub fn new(value: T, span: Span) -> Spanned<T> {
        Spanned { value, span }
    }

    /// Returns the value by reference, at the same place.
    pub fn as_ref(&self) -> Spanned<&T> {
        Spanned { value: &self.value, span: self.span }
    }

    /// Returns the same place with a value made from this one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), span: self.span }
    }
}

/// What people call a note on what is in a folder.
pub const NOTE: &str = "README.md";

/// What is known of a file's content.
#[derive(Clone, PartialEq, Debug)]
pub enum Content {
    /// Valid UTF-8 of moderate size, held in memory (without a byte-order mark).
    Text(Arc<str>),
    /// Bytes that are no UTF-8 and have to be looked at: what is encrypted under `sealed/`, and text in
    /// another encoding under `files/`.
    Bytes(Arc<[u8]>),
    /// Anything else under `files/`: read again from this path when it is copied.
    OnDisk(PathBuf),
    /// A file that could not be read or was refused; a finding says why.
    Refused,
}

/// One file of the runbook.
#[derive(Clone, PartialEq, Debug)]
pub struct SourceFile {
    /// Relative to the runbook, with `/` between its parts.
    pub path: String,
    /// Its text, or where its bytes are.
    pub content: Content,
    /// Length in bytes.
    pub len: u64,
    /// SHA-256 of its bytes as they are on the disk.
    pub digest: Digest,
}

impl SourceFile {
    /// Returns a text file, as tests and the embedded kinds need it.
    pub fn text(path: impl Into<String>, text: impl Into<String>) -> SourceFile {
        let text = text.into();
        SourceFile {
            path: path.into(),
            len: text.len() as u64,
            digest: Digest::of(text.as_bytes()),
            content: Content::Text(text.into()),
        }
    }

    /// Returns the id of this file.
    pub fn id(&self) -> FileId {
        FileId::of(&self.path)
    }

    /// Returns the text, if it is held.
    pub fn as_text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the bytes as far as they are held (of a text without its byte-order mark).
    pub fn held(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Text(text) => Some(text.as_bytes()),
            Content::Bytes(bytes) => Some(bytes),
            Content::OnDisk(_) | Content::Refused => None,
        }
    }

    /// Returns the text of a file that is held, whatever encoding it is in: UTF-16 where it looks like
    /// that, else as Windows-1252, which has a character for every byte.
    pub fn decoded(&self) -> Option<Cow<'_, str>> {
        match &self.content {
            Content::Text(text) => Some(Cow::Borrowed(text)),
            Content::Bytes(bytes) => Some(Cow::Owned(decoded(bytes))),
            Content::OnDisk(_) | Content::Refused => None,
        }
    }

    /// Returns the last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Returns the part of the name behind its last dot, or nothing.
    pub fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Whether the file only tells people what a folder is for: a `README.md` of the runbook, or
    /// among the records one without front matter. It is handed over like any other, and no page is
    /// made of it.
    pub fn is_note(&self) -> bool {
        self.name().eq_ignore_ascii_case(NOTE)
            && (self.path.len() == NOTE.len()
                || self.path.starts_with("records/")
                    && self.as_text().is_some_and(|text| !text.trim_start().starts_with("+++")))
    }

    /// Returns the part of the name before its last dot.
    pub fn stem(&self) -> &str {
        self.name().rsplit_once('.').map_or(self.name(), |(stem, _)| stem)
    }
}

/// Decodes bytes that are no UTF-8. Without a mark, UTF-16 shows in the zeros between two characters of
/// ASCII.
fn decoded(bytes: &[u8]) -> String {
    let encoding = match (encoding_rs::Encoding::for_bom(bytes), bytes) {
        (Some((encoding, _)), _) => encoding,
        (None, [1..=0xff, 0, 1..=0xff, 0, ..]) => encoding_rs::UTF_16LE,
        (None, [0, 1..=0xff, 0, 1..=0xff, ..]) => encoding_rs::UTF_16BE,
        (None, _) => encoding_rs::WINDOWS_1252,
    };
    encoding.decode(bytes).0.into_owned()
}

/// A place as people speak of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Position<'a> {
    /// Path of the file, relative to the runbook.
    pub path: &'a str,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The whole line, without its end.
    pub text: &'a str,
}

/// All files of a runbook that the program has to do with, sorted by path.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct SourceTree {
    files: Vec<SourceFile>,
    by_id: HashMap<FileId, usize>,
    lines: LineStarts,
}

impl SourceTree {
    /// Returns the tree of `files`, in the order of their paths whatever order they came in.
    pub fn new(mut files: Vec<SourceFile>) -> SourceTree {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let by_id = files.iter().enumerate().map(|(ix, file)| (file.id(), ix)).collect();
        let lines = LineStarts::of(&files);
        SourceTree { files, by_id, lines }
    }

    /// Returns this tree with `files` in place of those of the same paths, which are in it.
    pub fn with(&self, files: &[SourceFile]) -> SourceTree {
        let mut all = self.files.clone();
        for file in files {
            if let Some(ix) = self.by_id.get(&file.id()) {
                all[*ix] = file.clone();
            }
        }
        let lines = LineStarts::of(&all);
        SourceTree { files: all, by_id: self.by_id.clone(), lines }
    }

    /// Returns all files, sorted by path.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// Returns the files below `folder` (`"records"`), sorted by path, without those that are
    /// [notes](SourceFile::is_note).
    pub fn under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a SourceFile> {
        self.files.iter().filter(move |file| {
            file.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
                && !file.is_note()
        })
    }

    /// Returns the digest of all files: of their paths and contents.
    pub fn digest(&self) -> Digest {
        Digest::of_all(self.files.iter().flat_map(|file| {
            let refused = matches!(file.content, Content::Refused);
            let sort: &[u8] = if refused { b"refused" } else { b"" };
            [file.path.as_bytes(), file.digest.as_bytes(), sort]
        }))
    }

    /// Returns the file with this id.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.by_id.get(&id).map(|ix| &self.files[*ix])
    }

    /// Returns the file at `path`.
    pub fn at(&self, path: &str) -> Option<&SourceFile> {
        self.get(FileId::of(path))
    }

    /// Returns the text that `span` covers, or nothing where the file is not held as text.
    pub fn snippet(&self, span: Span) -> Option<&str> {
        self.get(span.file)?.as_text()?.get(span.range())
    }

    /// Returns where `span` starts, as people speak of places.
    ///
    /// A span that stands for a whole file, or lies in one that is not held, is line 1, column 1.
    pub fn position(&self, span: Span) -> Option<Position<'_>> {
        let ix = *self.by_id.get(&span.file)?;
        let file = &self.files[ix];
        let text = file.as_text().unwrap_or_default();
        let offset = text.floor_char_boundary(span.start as usize);
        let (line, start) = self.lines.line(ix, text, offset);
        Some(Position {
            path: &file.path,
            line,
            column: text[start..offset].chars().count() + 1,
            text: text[start..].lines().next().unwrap_or_default(),
        })
    }
}

/// Where the lines of each file start, counted when a file is first asked for: every record and
/// every finding wants its line, and a file may hold thousands of them.
#[derive(Clone, Default, Debug)]
struct LineStarts(Vec<OnceLock<Vec<u32>>>);

/// What was counted follows from the texts, so it makes no tree different from another.
impl PartialEq for LineStarts {
    fn eq(&self, _: &LineStarts) -> bool {
        true
    }
}

impl LineStarts {
    fn of(files: &[SourceFile]) -> LineStarts {
        LineStarts(files.iter().map(|_| OnceLock::new()).collect())
    }

    /// Returns which line of `text`, from 1, `offset` is in, and where that line starts.
    fn line(&self, file: usize, text: &str, offset: usize) -> (usize, usize) {
        let starts = self.0[file].get_or_init(|| {
            let feeds = text.bytes().zip(1..).filter(|(byte, _)| *byte == b'\n');
            std::iter::once(0).chain(feeds.map(|(_, behind)| behind)).collect()
        });
        let line = starts.partition_point(|start| *start as usize <= offset);
        (line, starts[line - 1] as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_counts_characters_not_bytes() {
        let tree = SourceTree::new(vec![SourceFile::text("a.toml", "x = 1\nü = 2\n")]);
        let span = Span::new(FileId::of("a.toml"), 9..10);
        let position = tree.position(span).unwrap();
        assert_eq!((position.line, position.column, position.text), (2, 3, "ü = 2"));
    }

    #[test]
    fn files_are_sorted_and_found_by_folder() {
        let tree = SourceTree::new(vec![
            SourceFile::text("records/b.toml", ""),
            SourceFile::text("records-old/a.toml", ""),
            SourceFile::text("records/a.toml", ""),
        ]);
        let paths: Vec<_> = tree.under("records").map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["records/a.toml", "records/b.toml"]);
    }
}
