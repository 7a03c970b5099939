//! Turns bytes into text, whatever wrote them.
//!
//! What is not UTF-8 is decoded as well as can be, so that the rest of the file is checked in the
//! same run and nobody is told that a record is missing because one letter of it is unreadable.

/// A text, and what was wrong with its bytes.
#[derive(PartialEq, Debug)]
pub(super) struct Decoded {
    /// The text without a byte-order mark; what could not be decoded is U+FFFD.
    pub(super) text: String,
    /// What was wrong.
    pub(super) problem: Option<Problem>,
}

/// Why bytes are not UTF-8.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Problem {
    /// They are UTF-16.
    Utf16,
    /// They have bytes that stand for no character.
    Invalid {
        /// Where the first of them is in the decoded text.
        at: usize,
        /// The first of them.
        byte: u8,
        /// How many places there are.
        places: usize,
    },
}

/// Decodes the bytes of a file: UTF-8 with or without a byte-order mark, or UTF-16.
pub(super) fn decode(mut bytes: Vec<u8>) -> Decoded {
    if bytes.starts_with(UTF8_MARK) {
        bytes.drain(..UTF8_MARK.len());
    }
    if let Some(unit) = utf16(&bytes) {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let text = String::from_utf16_lossy(&units.collect::<Vec<_>>());
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
        return Decoded { text, problem: Some(Problem::Utf16) };
    }
    match String::from_utf8(bytes) {
        Ok(text) => Decoded { text, problem: None },
        Err(error) => lossy(error.as_bytes(), error.utf8_error().valid_up_to()),
    }
}

/// What some editors put before UTF-8 (Unicode 16, section 23.8).
pub(super) const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// Whether bytes look like UTF-16.
pub(super) fn is_utf16(bytes: &[u8]) -> bool {
    utf16(bytes).is_some()
}

/// Returns how to put two bytes together when `bytes` look like UTF-16.
///
/// By their mark; or without one, as two first characters of ASCII look.
fn utf16(bytes: &[u8]) -> Option<fn([u8; 2]) -> u16> {
    match bytes {
        // This is UTF-32's mark, which nobody's editor writes.
        [0xff, 0xfe, 0, 0, ..] => None,
        [0xff, 0xfe, ..] => Some(u16::from_le_bytes),
        [0xfe, 0xff, ..] => Some(u16::from_be_bytes),
        [1..=0xff, 0, 1..=0xff, 0, ..] => Some(u16::from_le_bytes),
        [0, 1..=0xff, 0, 1..=0xff, ..] => Some(u16::from_be_bytes),
        _ => None,
    }
}

fn lossy(bytes: &[u8], at: usize) -> Decoded {
    let places = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    let text = String::from_utf8_lossy(bytes).into_owned();
    Decoded { text, problem: Some(Problem::Invalid { at, byte: bytes[at], places }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_dropped() {
        let decoded = decode(b"\xef\xbb\xbfa = 1".to_vec());
        assert_eq!(decoded, Decoded { text: "a = 1".into(), problem: None });
    }

    #[test]
    fn utf_16_is_read_with_and_without_its_mark() {
        for little in [true, false] {
            for mark in ["\u{feff}", ""] {
                let units = mark.encode_utf16().chain("a = 'ü𝄞'".encode_utf16());
                let bytes =
                    |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
                let decoded = decode(units.flat_map(bytes).collect());
                assert_eq!(decoded.text, "a = 'ü𝄞'");
                assert_eq!(decoded.problem, Some(Problem::Utf16));
            }
        }
    }

    #[test]
    fn a_letter_in_an_old_encoding_spoils_only_itself() {
        let decoded = decode(b"a = 'caf\xe9'\nb = '\xfc'\n".to_vec());
        assert_eq!(decoded.text, "a = 'caf\u{fffd}'\nb = '\u{fffd}'\n");
        assert_eq!(decoded.problem, Some(Problem::Invalid { at: 8, byte: 0xe9, places: 2 }));
    }

    #[test]
    fn nothing_is_valid_text() {
        assert_eq!(decode(Vec::new()).problem, None);
        assert_eq!(decode(b"\xff".to_vec()).text, "\u{fffd}");
    }
}
