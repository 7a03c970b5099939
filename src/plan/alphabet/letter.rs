//! Under which letter a name is looked for.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// The heading of all names in Chinese characters, which have no first letter.
const HAN: char = '漢';

/// The initial consonants of Hangul syllables, in the order of U+1100 and what follows.
const INITIALS: [char; 19] = [
    'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ',
    'ㅌ', 'ㅍ', 'ㅎ',
];

/// A heading of the alphabet, in the order of the page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Letter {
    /// Names that begin with a digit.
    Digit,
    /// `A` to `Z`, whatever stands above or below the letter.
    Latin(char),
    /// A letter of another script; all Chinese characters are one.
    Other(char),
    /// Names without a letter or a digit.
    Sign,
}

impl Letter {
    /// Returns the letter of a name: that of its first letter or digit, so that quotes, brackets and
    /// the like before it do not count.
    pub fn of(name: &str) -> Letter {
        name.nfkd().find_map(Letter::of_char).unwrap_or(Letter::Sign)
    }

    /// Returns the letter for a character of a decomposed name, or nothing for what does not count.
    fn of_char(c: char) -> Option<Letter> {
        if canonical_combining_class(c) != 0 {
            return None;
        }
        if c.is_numeric() {
            return Some(Letter::Digit);
        }
        c.is_alphabetic().then(|| latin(c).unwrap_or_else(|| Letter::Other(head(c))))
    }

    /// Returns the heading.
    pub fn label(self) -> String {
        match self {
            Letter::Digit => "0–9".to_owned(),
            Letter::Latin(c) | Letter::Other(c) => c.to_string(),
            Letter::Sign => "#".to_owned(),
        }
    }

    /// Returns the anchor of its heading.
    pub fn anchor(self) -> String {
        format!("letter-{}", self.slug())
    }

    /// Returns the letter in ASCII, for the names of pages.
    pub fn slug(self) -> String {
        match self {
            Letter::Digit => "0-9".to_owned(),
            Letter::Latin(c) => c.to_ascii_lowercase().to_string(),
            Letter::Other(c) => format!("u{:04x}", u32::from(c)),
            Letter::Sign => "sign".to_owned(),
        }
    }
}

/// Returns the letter of A to Z for a letter of the Latin script: `ß` is found at S, `ø` at O.
fn latin(c: char) -> Option<Letter> {
    if !matches!(c, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}' | '\u{a720}'..='\u{a7ff}')
    {
        return None;
    }
    let first = deunicode::deunicode_char(c)?.chars().next()?;
    first.is_ascii_alphabetic().then(|| Letter::Latin(first.to_ascii_uppercase()))
}

/// Returns what stands above the names that begin with this letter.
fn head(c: char) -> char {
    match c {
        '\u{3005}'
        | '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => HAN,
        // Katakana are found at the hiragana of the same sound.
        '\u{30a1}'..='\u{30f6}' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        '\u{1100}'..='\u{1112}' => INITIALS[(u32::from(c) - 0x1100) as usize],
        _ => c.to_uppercase().next().unwrap_or(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_at_its_first_letter_whatever_its_case_and_accents() {
        for (name, label) in [
            ("fw-hq-01", "F"),
            ("Ärzte", "A"),
            ("élan", "E"),
            ("straße", "S"),
            ("ßharp", "S"),
            ("Ørsted", "O"),
            ("Łódź", "L"),
            ("æther", "A"),
            ("ﬁbre", "F"),
            ("Ｆull", "F"),
            ("ıssız", "I"),
        ] {
            assert_eq!(Letter::of(name).label(), label, "{name}");
        }
    }

    #[test]
    fn digits_are_one_heading_in_whatever_script() {
        for name in ["10.20.0.0/24", "365 licences", "٣ sites", "²nd floor"] {
            assert_eq!(Letter::of(name), Letter::Digit, "{name}");
        }
    }

    #[test]
    fn what_stands_before_the_first_letter_does_not_count() {
        assert_eq!(Letter::of("“Front desk” printer"), Letter::Latin('F'));
        assert_eq!(Letter::of("\u{202e}(x)"), Letter::Latin('X'));
        assert_eq!(Letter::of("—"), Letter::Sign);
        assert_eq!(Letter::of(""), Letter::Sign);
    }

    #[test]
    fn other_scripts_have_their_own_letters() {
        for (name, label) in [
            ("ёлка", "Е"),
            ("ωmega", "Ω"),
            ("ガラス", "か"),
            ("がらす", "か"),
            ("서버", "ㅅ"),
            ("東京", "漢"),
            ("שרת", "ש"),
        ] {
            assert_eq!(Letter::of(name).label(), label, "{name}");
        }
    }

    #[test]
    fn slugs_are_ascii_and_differ() {
        let letters = ["1", "a", "Ж", "漢", "—"].map(Letter::of).map(Letter::slug);
        assert_eq!(letters, ["0-9", "a", "u0416", "u6f22", "sign"]);
    }

    #[test]
    fn digits_come_first_and_signs_last() {
        let mut letters = ["—", "Ж", "b", "1", "A"].map(Letter::of);
        letters.sort();
        assert_eq!(letters.map(Letter::label), ["0–9", "A", "B", "Ж", "#"]);
    }
}
