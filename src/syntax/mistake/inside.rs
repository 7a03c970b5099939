//! Mistakes inside of lists, small tables and text blocks.

use std::ops::Range;

use crate::diagnostic::Diagnostic;

use super::super::quoting::{quoted, shown};
use super::{TYPOGRAPHIC, Trouble};

/// Explains what is wrong at a place inside of a value.
pub(in super::super) fn inside(trouble: &Trouble) -> Diagnostic {
    let message = trouble.message;
    let begins = |with: &str| message.starts_with(with);
    if trouble.line().is_empty() {
        return trouble.as_the_parser_says();
    }
    if begins("missing comma") {
        return missing_comma(trouble);
    }
    if begins("extra comma") {
        return trouble
            .finding(trouble.at.clone(), "there is a comma without anything before it")
            .help("remove it")
            .fix(trouble.text.span(trouble.at.clone()), "");
    }
    if begins("missing escaped value") || begins("too few unicode") || begins("invalid value") {
        return escape(trouble);
    }
    if begins("unexpected `=` in array") {
        return trouble
            .finding(trouble.at.clone(), "a list cannot have keys")
            .help("write a small table instead: `{ key = \"value\" }`");
    }
    let token = token(trouble);
    let written = &trouble.text.text[token.clone()];
    let is_word = begins("string values must be quoted")
        || begins("invalid float")
        || begins("invalid boolean")
        || begins("unexpected leading zero")
        || begins("invalid date");
    if is_word && !written.is_empty() && !written.contains(['"', '\'']) {
        let span = trouble.text.span(token.clone());
        return trouble
            .finding(token, format!("{} needs quotes", shown(written)))
            .help("text stands in quotes")
            .fix(span, quoted(written.trim_matches(TYPOGRAPHIC)));
    }
    trouble.as_the_parser_says()
}

fn missing_comma(trouble: &Trouble) -> Diagnostic {
    let before = trouble.text.text[..trouble.at.start].trim_end();
    let line = before.rfind('\n').map_or(0, |feed| feed + 1);
    let finding = trouble
        .finding(trouble.at.start..trouble.at.start, "there is no comma before this")
        .help("put a comma between two elements");
    // Behind a comment the comma would be part of it.
    if before[line..].contains('#') {
        return finding;
    }
    finding.fix(trouble.text.span(before.len()..before.len()), ",")
}

/// A backslash that is followed by none of the characters TOML knows.
fn escape(trouble: &Trouble) -> Diagnostic {
    let line = &trouble.text.text[trouble.line.start..trouble.at.start];
    let Some(at) = line.rfind('\\').map(|at| trouble.line.start + at) else {
        return trouble.as_the_parser_says();
    };
    let end = trouble.text.text.ceil_char_boundary(trouble.at.start + 1).min(trouble.line.end);
    let written = &trouble.text.text[at..end.max(at + 1)];
    trouble
        .finding(at..end.max(at + 1), format!("{} is not an escape TOML knows", shown(written)))
        .help("write `\\\\` for a backslash, or use '…' or ''' around the text")
        .fix(trouble.text.span(at..at + 1), "\\\\")
}

/// Returns the whole of the element that the parser points into.
fn token(trouble: &Trouble) -> Range<usize> {
    let line = &trouble.text.text[trouble.line.clone()];
    let at = trouble.at.start.clamp(trouble.line.start, trouble.line.end) - trouble.line.start;
    let is_border = |c: char| matches!(c, ',' | '[' | ']' | '{' | '}' | '=' | '#');
    let start = line[..at].rfind(is_border).map_or(0, |border| border + 1);
    let end = line[at..].find(is_border).map_or(line.len(), |border| at + border);
    let (start, end) = (trouble.line.start + start, trouble.line.start + end.max(start));
    super::Piece::trimmed(&trouble.text.text[start..end], start).range()
}
