//! Walks over a piece of code and writes it as HTML, a stretch at a time, each in its colour.
//!
//! A lexer says how far the next stretch reaches and what it is; it cannot change, repeat or leave
//! out a character, for the [`Pen`] itself holds the text and the place. That is why a mistake in
//! a lexer gives a wrong colour and never a wrong command.

use crate::render::escape;

/// What a stretch of code is; each becomes a class of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// A word of the language, `c-k`.
    Keyword,
    /// Quoted text, or free text such as a description, `c-s`.
    Text,
    /// A number, `c-n`.
    Number,
    /// A comment, `c-c`.
    Comment,
    /// A command or function, `c-f`.
    Function,
    /// A variable, `c-v`.
    Variable,
    /// A type, or what opens a section, `c-t`.
    Type,
    /// An operator or prompt, `c-o`.
    Operator,
    /// A parameter, option or key, `c-p`.
    Parameter,
    /// An IP address, prefix or MAC address, `c-a`.
    Address,
    /// A constant or what the language brings, `c-b`.
    Builtin,
    /// A refusal, a negation or an error, `c-e`.
    Negation,
    /// An inserted line, `c-i`.
    Inserted,
    /// A deleted line, `c-d`.
    Deleted,
    /// A heading, `c-h`.
    Heading,
}

impl Class {
    /// Returns the start tag of a span of this class.
    fn tag(self) -> &'static str {
        match self {
            Class::Keyword => "<span class=\"c-k\">",
            Class::Text => "<span class=\"c-s\">",
            Class::Number => "<span class=\"c-n\">",
            Class::Comment => "<span class=\"c-c\">",
            Class::Function => "<span class=\"c-f\">",
            Class::Variable => "<span class=\"c-v\">",
            Class::Type => "<span class=\"c-t\">",
            Class::Operator => "<span class=\"c-o\">",
            Class::Parameter => "<span class=\"c-p\">",
            Class::Address => "<span class=\"c-a\">",
            Class::Builtin => "<span class=\"c-b\">",
            Class::Negation => "<span class=\"c-e\">",
            Class::Inserted => "<span class=\"c-i\">",
            Class::Deleted => "<span class=\"c-d\">",
            Class::Heading => "<span class=\"c-h\">",
        }
    }
}

/// A text, the place reached in it, and the HTML of what lies before that place.
pub(super) struct Pen<'t, 'o> {
    text: &'t str,
    at: usize,
    out: &'o mut String,
    open: Option<Class>,
    /// Where the blanks start that have been passed and not been written yet: they go inside an
    /// open span only if the same colour goes on behind them in the same line.
    blanks_from: usize,
}

impl<'t, 'o> Pen<'t, 'o> {
    pub(super) fn new(text: &'t str, out: &'o mut String) -> Pen<'t, 'o> {
        Pen { text, at: 0, out, open: None, blanks_from: 0 }
    }

    /// Writes what is left, plain, and closes the last span.
    pub(super) fn finish(mut self) {
        self.plain(self.text.len() - self.at);
        self.close();
        self.blanks(self.at);
    }

    /// Returns what has not been written yet.
    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Returns what has not been written yet of this line, without its end.
    pub(super) fn line(&self) -> &'t str {
        let rest = self.rest();
        rest.find('\n').map_or(rest, |end| &rest[..end])
    }

    /// Whether all is written.
    pub(super) fn done(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Whether nothing but blanks stands before this place in its line.
    pub(super) fn at_line_start(&self) -> bool {
        let before = &self.text.as_bytes()[..self.at];
        before.iter().rev().find(|b| !matches!(b, b' ' | b'\t')).is_none_or(|b| *b == b'\n')
    }

    /// Returns the next byte, or 0 at the end.
    pub(super) fn peek(&self) -> u8 {
        self.peek_at(0)
    }

    /// Returns the byte `ahead` of the next, or 0 beyond the end.
    pub(super) fn peek_at(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Returns the byte before this place, or a line feed at the start.
    pub(super) fn before(&self) -> u8 {
        self.at.checked_sub(1).map_or(b'\n', |ix| self.text.as_bytes()[ix])
    }

    /// Whether the rest starts with `word`.
    pub(super) fn starts_with(&self, word: &str) -> bool {
        self.text.as_bytes()[self.at..].starts_with(word.as_bytes())
    }

    /// Returns how many bytes lie before the first that `part` refuses.
    pub(super) fn run(&self, part: impl Fn(u8) -> bool) -> usize {
        let rest = &self.text.as_bytes()[self.at..];
        rest.iter().position(|byte| !part(*byte)).unwrap_or(rest.len())
    }

    /// Returns the next `len` bytes as text; shorter where that would cut a character.
    pub(super) fn ahead(&self, len: usize) -> &'t str {
        let mut end = (self.at + len).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        &self.text[self.at..end]
    }

    /// Returns the length up to and with the next `end`, or of all that is left.
    pub(super) fn through(&self, end: &str) -> usize {
        let rest = self.rest();
        rest.find(end).map_or(rest.len(), |at| at + end.len())
    }

    /// Writes the next `len` bytes without colour.
    pub(super) fn plain(&mut self, len: usize) {
        let piece = self.advance(len);
        if piece.bytes().all(is_blank) {
            return;
        }
        self.close();
        self.blanks(self.at - piece.len());
        escape::content(piece, self.out);
        self.blanks_from = self.at;
    }

    /// Passes over spaces and tabs.
    pub(super) fn skip_blanks(&mut self) {
        self.at += self.run(|byte| matches!(byte, b' ' | b'\t'));
    }

    /// Writes the next `len` bytes in the colour of `class`, line by line.
    pub(super) fn paint(&mut self, class: Class, len: usize) {
        let start = self.at;
        let piece = self.advance(len);
        let mut from = start;
        for line in piece.split_inclusive('\n') {
            let end = from + line.len();
            let inner = line.trim_end_matches(['\n', ' ', '\t']);
            let lead = inner.len() - inner.trim_start_matches([' ', '\t']).len();
            if inner.len() > lead {
                self.coloured(class, from + lead, from + inner.len());
            }
            from = end;
        }
    }

    /// Writes the rest of this line in the colour of `class`.
    pub(super) fn paint_line(&mut self, class: Class) {
        self.paint(class, self.line().len());
    }

    /// Has `lexer` colour the rest of this line, which is all that it sees.
    pub(super) fn within_line(&mut self, lexer: fn(&mut Pen)) {
        let whole = self.text;
        self.text = &whole[..self.at + self.line().len()];
        lexer(self);
        self.plain(self.text.len() - self.at);
        self.text = whole;
    }

    /// Moves on by `len`, to the end of a character, and returns what was passed.
    fn advance(&mut self, len: usize) -> &'t str {
        let start = self.at;
        let mut end = (start + len).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        self.at = end;
        &self.text[start..end]
    }

    fn coloured(&mut self, class: Class, start: usize, end: usize) {
        let same = self.open == Some(class)
            && !self.text.as_bytes()[self.blanks_from..start].contains(&b'\n');
        if !same {
            self.close();
        }
        self.blanks(start);
        if !same {
            self.out.push_str(class.tag());
            self.open = Some(class);
        }
        escape::content(&self.text[start..end], self.out);
        self.blanks_from = end;
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.out.push_str("</span>");
        }
    }

    fn blanks(&mut self, end: usize) {
        self.out.push_str(&self.text[self.blanks_from..end]);
        self.blanks_from = end;
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n')
}

/// Returns what `lexer` makes of a text, in a short form for tests: `‹k:if›` for a keyword.
#[cfg(test)]
pub(super) fn coloured(text: &str, lexer: fn(&mut Pen)) -> String {
    let mut out = String::new();
    let mut pen = Pen::new(text, &mut out);
    lexer(&mut pen);
    pen.finish();
    out.replace("<span class=\"c-", "‹").replace("\">", ":").replace("</span>", "›")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(text: &str, stretches: &[(Option<Class>, usize)]) -> String {
        let mut out = String::new();
        let mut pen = Pen::new(text, &mut out);
        for (class, len) in stretches {
            match class {
                Some(class) => pen.paint(*class, *len),
                None => pen.plain(*len),
            }
        }
        pen.finish();
        out
    }

    const K: Option<Class> = Some(Class::Keyword);
    const S: Option<Class> = Some(Class::Text);

    #[test]
    fn one_colour_goes_on_over_blanks_but_not_over_lines() {
        assert_eq!(
            painted("no ip\nend", &[(K, 2), (None, 1), (K, 2), (None, 1), (K, 3)]),
            "<span class=\"c-k\">no ip</span>\n<span class=\"c-k\">end</span>"
        );
    }

    #[test]
    fn blanks_around_a_stretch_stay_outside_and_lines_are_closed() {
        assert_eq!(
            painted("a  'x\n  y' ", &[(None, 1), (S, 10)]),
            "a  <span class=\"c-s\">'x</span>\n  <span class=\"c-s\">y'</span> "
        );
    }

    #[test]
    fn a_length_inside_a_character_takes_all_of_it() {
        assert_eq!(painted("é<", &[(K, 1)]), "<span class=\"c-k\">é</span>&lt;");
        assert_eq!(painted("é", &[(K, 99), (K, 1)]), "<span class=\"c-k\">é</span>");
    }

    #[test]
    fn what_no_lexer_spoke_of_is_written_plain() {
        assert_eq!(painted("  x  \n", &[]), "  x  \n");
        assert_eq!(painted(" \n ", &[]), " \n ");
    }
}
