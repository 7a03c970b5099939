//! Explains what is wrong with a line, and how it would be written.
//!
//! The parser says what it expected; people want to know what they did. So the line itself is
//! looked at for the mistakes that are made again and again.

mod header;
mod inside;
mod line;
mod unclosed;
mod value;

use std::ops::Range;

use crate::diagnostic::Diagnostic;

use super::{TOML_SYNTAX, Text};

pub(super) use self::header::in_header;
pub(super) use self::inside::inside;
pub(super) use self::line::in_line;
pub(super) use self::unclosed::unclosed;
pub(super) use self::value::in_value;

/// A place where the parser stumbled.
pub(super) struct Trouble<'a> {
    /// The text, as it was written.
    pub(super) text: &'a Text<'a>,
    /// The line.
    pub(super) line: Range<usize>,
    /// What the parser points at.
    pub(super) at: Range<usize>,
    /// What the parser says.
    pub(super) message: &'a str,
}

/// Beyond this many bytes a line is not looked at more closely: nobody wrote it by hand.
const LONGEST_LINE: usize = 4096;

/// Returns `line`, or nothing of one that is too long to be looked at.
pub(super) fn short(line: &str) -> &str {
    if line.len() > LONGEST_LINE { "" } else { line }
}

impl<'a> Trouble<'a> {
    /// Returns the line.
    fn line(&self) -> &'a str {
        short(&self.text.text[self.line.clone()])
    }

    /// Returns the line without the spaces around it, and where that is.
    fn trimmed_line(&self) -> Piece<'a> {
        Piece::trimmed(self.line(), self.line.start)
    }

    fn finding(&self, range: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(&TOML_SYNTAX, self.text.span(range), message)
    }

    /// Returns the line below; an empty one at the end.
    fn next_line(&self) -> &'a str {
        short(self.text.text[self.line.end..].lines().nth(1).unwrap_or_default())
    }

    /// Returns what the parser has to say, for what was not foreseen.
    fn as_the_parser_says(&self) -> Diagnostic {
        let end = self.at.end.min(self.line.end).max(self.at.start);
        let message = match self.message {
            it if it.starts_with("unexpected key or value") => "there is more behind the value",
            it if it.starts_with("unclosed table") => "this header is not closed",
            it => it,
        };
        self.finding(self.at.start..end, message)
    }
}

/// A part of the text, and where it is.
#[derive(Clone, Debug)]
struct Piece<'a> {
    text: &'a str,
    start: usize,
}

impl<'a> Piece<'a> {
    /// Returns `text`, found at `start`, without the spaces around it.
    fn trimmed(text: &'a str, start: usize) -> Piece<'a> {
        let start = start + (text.len() - text.trim_start().len());
        Piece { text: text.trim(), start }
    }

    fn range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

/// What word processors and phones make of quotes.
const TYPOGRAPHIC: [char; 16] =
    ['“', '”', '„', '‟', '«', '»', '‹', '›', '‘', '’', '‚', '‛', '″', '′', '＂', '´'];
