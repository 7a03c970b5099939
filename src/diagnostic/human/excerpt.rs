//! The few source lines that go with a finding: cut around what matters, and cleaned.
//!
//! In: spans of a file. Out: an [`Excerpt`], whose marks fit its own text. Cutting and cleaning
//! both move bytes, so marks are moved with them.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Patch, Snippet};

use super::super::clean::{one_line, printable};
use super::super::place::{Line, Places};
use crate::source::{FileId, Span};

/// Two places this many lines apart or less share one excerpt.
const NEAR: usize = 6;
/// A line of more bytes is cut around its mark.
const LONG: usize = 400;
/// How many bytes are kept on either side of where the mark starts.
const AROUND: usize = 120;
/// A change over more lines than this is not drawn.
const CHANGED_LINES: usize = 12;

/// A place to underline.
pub(in crate::diagnostic) struct Mark<'a> {
    span: Span,
    label: Option<&'a str>,
    kind: AnnotationKind,
}

impl<'a> Mark<'a> {
    /// Returns the mark of the finding itself.
    pub(in crate::diagnostic) fn main(span: Span, label: Option<&'a str>) -> Mark<'a> {
        Mark { span, label, kind: AnnotationKind::Primary }
    }

    /// Returns the mark of a further place.
    pub(super) fn other(span: Span, label: &'a str) -> Mark<'a> {
        Mark { span, label: Some(label), kind: AnnotationKind::Context }
    }

    /// Whether both can be shown in one excerpt.
    pub(super) fn is_near(&self, other: &Mark, places: &mut Places) -> bool {
        let lines = (self.line(places), other.line(places));
        self.span.file == other.span.file
            && matches!(lines, (Some(a), Some(b)) if a.abs_diff(b) <= NEAR)
    }

    /// Returns the line it starts on; none for a whole file.
    fn line(&self, places: &mut Places) -> Option<usize> {
        let place = places.place(self.span)?;
        (!place.whole && places.has_text(self.span.file)).then_some(place.start.line)
    }
}

/// Some lines of a file, ready to be drawn.
pub(in crate::diagnostic) struct Excerpt {
    path: String,
    first_line: usize,
    source: String,
    marks: Vec<(AnnotationKind, Range<usize>, Option<String>)>,
    /// What the drawing will say the first mark's place is, and what it is: cutting a line from
    /// the left moves its columns.
    columns: (usize, usize),
    /// The line both columns are on.
    line: usize,
}

impl Excerpt {
    /// Returns the lines that `marks`, all in one file, start on; none where there is no text.
    pub(in crate::diagnostic) fn of_marks(marks: &[Mark], places: &mut Places) -> Option<Excerpt> {
        let lines: Option<Vec<_>> = marks.iter().map(|mark| mark.line(places)).collect();
        let lines = lines?;
        let (first, last) = (*lines.iter().min()?, *lines.iter().max()?);
        let file = marks[0].span.file;
        let mut excerpt = Excerpt::empty(file, first, places)?;
        excerpt.line = lines[0];
        for number in first..=last {
            let here = marks.iter().zip(&lines).filter(|(_, line)| **line == number);
            let here: Vec<_> = here.map(|(mark, _)| mark).collect();
            excerpt.add_line(places.line(file, number)?, &here);
        }
        let place = places.place(marks[0].span)?;
        excerpt.columns.1 = place.start.column;
        Some(excerpt)
    }

    /// Returns the lines that a change at `span` touches; none where they are too many or too long.
    pub(in crate::diagnostic) fn of_change(span: &Span, places: &mut Places) -> Option<Excerpt> {
        let place = places.place(*span).filter(|_| places.has_text(span.file))?;
        let (first, last) = (place.start.line, place.end.line);
        if last - first >= CHANGED_LINES {
            return None;
        }
        let mut excerpt = Excerpt::empty(span.file, first, places)?;
        let mut range = 0..0;
        for number in first..=last {
            let line = places.line(span.file, number).filter(|line| line.text.len() <= LONG)?;
            let piece = Piece::whole(line);
            let at = excerpt.source.len();
            if number == first {
                range.start = at + piece.moved(span.start as usize);
            }
            range.end = at + piece.moved(span.end as usize);
            excerpt.source.push_str(&piece.text());
            excerpt.source.push('\n');
        }
        excerpt.marks.push((AnnotationKind::Primary, range, None));
        Some(excerpt)
    }

    fn empty(file: FileId, first_line: usize, places: &mut Places) -> Option<Excerpt> {
        let path = one_line(places.place(Span::whole(file))?.path).into_owned();
        let (source, marks) = (String::new(), Vec::new());
        Some(Excerpt { path, first_line, source, marks, columns: (0, 0), line: first_line })
    }

    fn add_line(&mut self, line: Line, marks: &[&Mark]) {
        let piece = Piece::around(line, marks.first().map(|mark| mark.span.start as usize));
        let (at, text) = (self.source.len(), piece.text());
        for mark in marks {
            let range = piece.moved(mark.span.start as usize)..piece.moved(mark.span.end as usize);
            if self.marks.is_empty() || mark.kind == AnnotationKind::Primary {
                self.columns.0 = text[..range.start].chars().count() + 1;
            }
            let range = at + range.start..at + range.end;
            self.marks.push((mark.kind, range, mark.label.map(|label| one_line(label).into())));
        }
        self.source.push_str(&text);
        self.source.push('\n');
    }

    /// Returns it with its marks.
    pub(super) fn marked(&self) -> Snippet<'_, Annotation<'_>> {
        let marks = self.marks.iter().map(|(kind, range, label)| {
            kind.span(range.clone()).label(label.as_deref().map(Cow::Borrowed))
        });
        Snippet::source(&self.source)
            .path(&self.path)
            .line_start(self.first_line)
            .annotations(marks)
    }

    /// Returns it with `replacement` at its mark.
    pub(super) fn changed<'a>(&'a self, replacement: Cow<'a, str>) -> Snippet<'a, Patch<'a>> {
        let range = self.marks[0].1.clone();
        Snippet::source(&self.source)
            .path(&self.path)
            .line_start(self.first_line)
            .patch(Patch::new(range, replacement))
    }

    /// Returns the number and the text of its first line, and where in it the first mark is.
    pub(in crate::diagnostic) fn first_line(&self) -> (usize, &str, Range<usize>) {
        let text = self.source.lines().next().unwrap_or_default();
        let mark = self.marks.first().map_or(0..0, |(_, range, _)| range.clone());
        (self.first_line, text, mark.start.min(text.len())..mark.end.min(text.len()))
    }

    /// Returns its text with `replacement` at its mark.
    pub(in crate::diagnostic) fn with(&self, replacement: &str) -> String {
        let range = self.marks[0].1.clone();
        let (before, after) = (&self.source[..range.start], &self.source[range.end..]);
        [before, replacement, after].concat().trim_end().to_owned()
    }

    /// Puts the file's column in place of the excerpt's in `drawn`.
    pub(super) fn with_true_column(&self, drawn: String) -> String {
        if self.columns.0 == self.columns.1 {
            return drawn;
        }
        let place = |column| format!("{}:{}:{column}", self.path, self.line);
        drawn.replacen(&place(self.columns.0), &place(self.columns.1), 1)
    }
}

/// The part of a line that is shown.
struct Piece<'a> {
    line: Line<'a>,
    kept: Range<usize>,
}

/// Stands where something was left out.
const CUT: &str = "…";

impl<'a> Piece<'a> {
    fn whole(line: Line<'a>) -> Piece<'a> {
        Piece { line, kept: 0..line.text.len() }
    }

    /// Returns the line, or what lies around `offset` (in the file) when the line is long.
    fn around(line: Line<'a>, offset: Option<usize>) -> Piece<'a> {
        if line.text.len() <= LONG {
            return Piece::whole(line);
        }
        let middle = offset.map_or(0, |offset| offset - line.start);
        let start = line.text.floor_char_boundary(middle.saturating_sub(AROUND));
        let end = line.text.ceil_char_boundary(middle.max(AROUND) + AROUND);
        Piece { line, kept: start..end }
    }

    fn text(&self) -> String {
        let behind = if self.kept.end < self.line.text.len() { CUT } else { "" };
        [self.before(), &printable(&self.line.text[self.kept.clone()]), behind].concat()
    }

    fn before(&self) -> &'static str {
        if self.kept.start > 0 { CUT } else { "" }
    }

    /// Returns where `offset` (in the file) is in [`Piece::text`]; its end for what lies behind.
    fn moved(&self, offset: usize) -> usize {
        let offset = offset.saturating_sub(self.line.start);
        let offset = self.line.text.floor_char_boundary(offset);
        let offset = offset.clamp(self.kept.start, self.kept.end);
        self.before().len() + printable(&self.line.text[self.kept.start..offset]).len()
    }
}
