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

/// Returns `json` with what could steer a terminal written as escapes (RFC 8259, section 7).
///
/// Outside of strings JSON has none of these characters but line feeds, which stay; so the text
/// that a reader gets is the same.
pub fn escape_json(json: &str) -> Cow<'_, str> {
    if json.chars().all(is_harmless) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        // All of them lie below U+10000, so one escape is enough.
        match is_harmless(c) {
            true => escaped.push(c),
            false => escaped.push_str(&format!("\\u{:04x}", c as u32)),
        }
    }
    Cow::Owned(escaped)
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

    #[test]
    fn escaped_json_reads_as_the_same_text() {
        let text = "a\u{9b}\u{202e}\u{7f}\u{85}ü";
        let json = serde_json::to_string(text).unwrap();
        let escaped = escape_json(&json);
        assert_eq!(escaped, r#""a\u009b\u202e\u007f\u0085ü""#);
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
    }
}
