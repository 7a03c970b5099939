//! Turns text into the form that is compared: without case, accents and width.
//!
//! The engine in the browser does the same (`js/search/text.js`); `tests/data/search/tokens.json`
//! holds both to it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Adds `text` to `folded`: compatibility forms decomposed (NFKD, Unicode Standard Annex 15), marks
/// that only vary a letter dropped, lower case, letters such as `ß` and `ø` spelt in plain ones,
/// composed again (NFC).
pub fn fold_into(text: &str, folded: &mut String) {
    if text.is_ascii() {
        folded.extend(text.chars().map(|c| c.to_ascii_lowercase()));
    } else {
        let lowered = text.nfkd().filter(|c| !is_variation(*c)).flat_map(char::to_lowercase);
        folded.extend(lowered.flat_map(plain).nfc());
    }
}

/// Returns `text`, folded.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Whether a character belongs to a word: a letter, a digit, or a mark on one.
pub fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Whether a mark only varies the letter it stands on: those of Latin, Greek, Cyrillic, Hebrew and
/// Arabic. In Indic scripts, Thai and kana a mark makes another sound, and stays.
fn is_variation(c: char) -> bool {
    // The tatweel is no mark and only makes a word longer.
    matches!(c,
        '\0'..='\u{6ff}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
        && is_combining_mark(c)
        || c == '\u{640}'
}

/// Spells in plain letters what has no decomposition.
fn plain(c: char) -> impl Iterator<Item = char> {
    let spelt = match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' => "d",
        'þ' => "th",
        'ı' => "i",
        'ς' => "σ",
        _ => "",
    };
    let own = if spelt.is_empty() { Some(c) } else { None };
    own.into_iter().chain(spelt.chars())
}
