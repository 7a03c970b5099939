//! Reads the marks by which people say that something only looks like a secret.
//!
//! A mark is `clearjar: not a secret, REASON` in a comment of any form, on the line of what it speaks
//! of or on the line above. Without a reason it does not count: in a year nobody knows why it is there.

use std::ops::Range;

/// What calls for a look at the text behind it.
pub(super) const KEYWORD: &str = "clearjar: not a secret";

/// How many letters and digits a reason has at least.
const SHORTEST_REASON: usize = 3;

/// One mark.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Mark {
    /// Where `clearjar: not a secret` stands.
    pub(super) range: Range<usize>,
    /// The line it stands on, without its end.
    pub(super) line: Range<usize>,
    /// Why it is none, if a reason is given.
    pub(super) reason: Option<String>,
}

impl Mark {
    /// Reads the mark whose keyword ends at `end` of `text`.
    pub(super) fn read(text: &str, end: usize) -> Mark {
        let range = end - KEYWORD.len()..end;
        let line = line_around(text, &range);
        let reason = reason(&text[end..line.end]);
        Mark { range, line, reason }
    }
}

/// Returns the lines that `range` lies on, without the end of the last.
pub(super) fn line_around(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |newline| range.end + newline);
    start..end
}

/// Returns the reason in what follows the keyword, without the comment's end.
fn reason(rest: &str) -> Option<String> {
    let closers = ["-->", "*/", "#}", "}}", "--", "\\n"];
    let end = closers.iter().filter_map(|closer| rest.find(closer)).min().unwrap_or(rest.len());
    let reason = rest[..end].trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(c, ',' | ':' | ';' | '.' | '-' | '–' | '—' | '"' | '\'' | '`' | '|' | ')')
    });
    let letters = reason.chars().filter(|c| c.is_alphanumeric()).count();
    let stands_in = reason.trim_matches(['<', '>']).eq_ignore_ascii_case("reason");
    (letters >= SHORTEST_REASON && !stands_in).then(|| reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason_in(line: &str) -> Option<String> {
        let text = format!("before\n{line}\nbehind");
        let end = text.to_lowercase().find(KEYWORD).unwrap() + KEYWORD.len();
        Mark::read(&text, end).reason
    }

    #[test]
    fn a_reason_is_read_from_any_form_of_comment() {
        for line in [
            "<!-- clearjar: not a secret, printed in RFC 7519 -->",
            "# clearjar: not a secret, printed in RFC 7519",
            "! Clearjar: not a secret - printed in RFC 7519.",
            "/* clearjar: not a secret: printed in RFC 7519 */",
            "x = 1 // clearjar: not a secret — printed in RFC 7519",
            "| a | clearjar: not a secret, printed in RFC 7519 |",
        ] {
            assert_eq!(reason_in(line).as_deref(), Some("printed in RFC 7519"), "{line}");
        }
    }

    #[test]
    fn what_gives_no_reason_has_none() {
        for line in [
            "# clearjar: not a secret",
            "<!-- clearjar: not a secret, -->",
            "# clearjar: not a secret, REASON",
            "# clearjar: not a secret, ok",
        ] {
            assert_eq!(reason_in(line), None, "{line}");
        }
    }
}
