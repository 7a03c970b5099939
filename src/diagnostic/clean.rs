//! Makes text from outside safe to print: nothing in it can move the cursor, set a title or turn
//! the reading direction.

use std::borrow::Cow;

/// Returns `text` with control characters shown as the pictures Unicode has for them.
///
/// Line feeds and tabs stay. C0 and DEL become U+2400 and up; C1 (U+0080 to U+009F), the bidi
/// controls of UAX #9 and the line and paragraph separators become U+FFFD.
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(picture).collect())
}

/// As [`printable`], and on one line: line feeds and tabs become pictures as well.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| is_harmless(c) && !matches!(c, '\n' | '\t')) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .map(|c| if c == '\n' || c == '\t' { control(c) } else { picture(c) })
            .collect(),
    )
}

/// Whether `c` changes the reading direction or hides text: the bidi controls of UAX #9.
pub fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_harmless(c: char) -> bool {
    matches!(c, '\n' | '\t')
        || !(c.is_control() || is_bidi_control(c) || matches!(c, '\u{2028}' | '\u{2029}'))
}

fn picture(c: char) -> char {
    if is_harmless(c) { c } else { control(c) }
}

fn control(c: char) -> char {
    match c {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ => '\u{fffd}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_gets_through() {
        let hostile = "a\u{1b}[2Jb\u{7}c\u{9b}d\u{202e}e\u{0}f\tg\nh";
        assert_eq!(printable(hostile), "a␛[2Jb␇c\u{fffd}d\u{fffd}e␀f\tg\nh");
        assert_eq!(one_line("a\tb\nc"), "a␉b␊c");
        assert!(matches!(printable("plain ü"), Cow::Borrowed(_)));
    }
}
