//! Writes text into HTML so that it stays text, and so that nothing in it is hidden from the
//! reader: control characters and the bidi controls of UAX #9 are spelt out.

use std::fmt::Write as _;
use std::io;

use crate::diagnostic::clean::is_bidi_control;

/// Appends `text` as the content of an element.
///
/// `&`, `<` and `>` become references. A character that cannot be seen, or that turns the reading
/// direction, becomes `<span class="bidi" title="U+202E">⟪U+202E⟫</span>`.
pub fn content(text: &str, out: &mut String) {
    write(text, out, Place::Content);
}

/// Appends `text` as the value of an attribute, to stand between double quotes.
///
/// Escapes both kinds of quotation marks as well. A character that cannot be seen is written as
/// `⟪U+202E⟫`, for an attribute holds no elements.
pub fn attribute(text: &str, out: &mut String) {
    write(text, out, Place::Attribute);
}

/// Writes `text` so that it may stand in an element and in an attribute: for templates, which do not
/// say where they put a value.
///
/// # Errors
/// Only those of `out`.
pub fn anywhere(text: &str, out: &mut dyn io::Write) -> io::Result<()> {
    if text.bytes().all(|byte| PLAIN[usize::from(byte)]) {
        return out.write_all(text.as_bytes());
    }
    let mut escaped = String::with_capacity(text.len() + 32);
    attribute(text, &mut escaped);
    out.write_all(escaped.as_bytes())
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Content,
    Attribute,
}

fn write(text: &str, out: &mut String, place: Place) {
    let bytes = text.as_bytes();
    let mut written = 0;
    let mut at = 0;
    while at < bytes.len() {
        if PLAIN[usize::from(bytes[at])] {
            at += 1;
            continue;
        }
        // Every byte that is not plain starts a character, so `at` is a boundary here.
        let Some(c) = text[at..].chars().next() else { break };
        let end = at + c.len_utf8();
        if let Some(reference) = reference(c, place) {
            out.push_str(&text[written..at]);
            out.push_str(reference);
            written = end;
        } else if is_unseen(c) {
            out.push_str(&text[written..at]);
            spell_out(c, out, place);
            written = end;
        }
        at = end;
    }
    out.push_str(&text[written..]);
}

/// The bytes that can be passed over: all but the five of HTML, the controls, and the three that
/// open the characters of [`is_unseen`] beyond ASCII.
const PLAIN: [bool; 256] = {
    let mut plain = [true; 256];
    let mut byte = 0;
    while byte < 0x20 {
        plain[byte] = false;
        byte += 1;
    }
    plain[b'\t' as usize] = true;
    plain[b'\n' as usize] = true;
    plain[0x7f] = false;
    plain[b'&' as usize] = false;
    plain[b'<' as usize] = false;
    plain[b'>' as usize] = false;
    plain[b'"' as usize] = false;
    plain[b'\'' as usize] = false;
    plain[0xc2] = false; // C1 controls
    plain[0xd8] = false; // U+061C
    plain[0xe2] = false; // U+200E and the other bidi controls
    plain
};

fn reference(c: char, place: Place) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' if place == Place::Attribute => Some("&quot;"),
        '\'' if place == Place::Attribute => Some("&#39;"),
        _ => None,
    }
}

fn is_unseen(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t')) || is_bidi_control(c)
}

fn spell_out(c: char, out: &mut String, place: Place) {
    let code = u32::from(c);
    let written = match place {
        Place::Content => {
            write!(out, r#"<span class="bidi" title="U+{code:04X}">⟪U+{code:04X}⟫</span>"#)
        }
        Place::Attribute => write!(out, "⟪U+{code:04X}⟫"),
    };
    written.expect("a String takes all that is written to it");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_content(text: &str) -> String {
        let mut out = String::new();
        content(text, &mut out);
        out
    }

    fn in_attribute(text: &str) -> String {
        let mut out = String::new();
        attribute(text, &mut out);
        out
    }

    #[test]
    fn the_five_characters_of_html_become_references() {
        assert_eq!(in_content("a<b> & \"c\" 'd'"), "a&lt;b&gt; &amp; \"c\" 'd'");
        assert_eq!(in_attribute("a<b> & \"c\" 'd'"), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
    }

    #[test]
    fn what_cannot_be_seen_is_spelt_out() {
        assert_eq!(
            in_content("a\u{202e}b"),
            "a<span class=\"bidi\" title=\"U+202E\">⟪U+202E⟫</span>b"
        );
        assert_eq!(in_attribute("\u{0}\u{85}"), "⟪U+0000⟫⟪U+0085⟫");
    }

    #[test]
    fn letters_that_share_a_first_byte_with_a_control_stay() {
        assert_eq!(in_content("© ‘ ⟪ ئ é\n\t"), "© ‘ ⟪ ئ é\n\t");
    }
}
