//! Puts names into the order people expect, finds the name they meant, and says counts, times and
//! sizes in words.
//!
//! In: plain values. Out: an order or a piece of a sentence, in the English of findings and reports;
//! what a page says in other languages is the theme's business.

use std::cmp::{Ordering, Reverse};

/// How many words a list shows before it only counts.
const MOST_LISTED: usize = 8;

/// Beyond so many days, times are told in months.
const DAYS_TO_MONTHS: u64 = 60;

/// Beyond so many days, times are told in years.
const DAYS_TO_YEARS: u64 = 2 * 365;

/// Returns the order in which people look for `a` and `b`.
///
/// Letter case and accents do not count (`Ärzte` stands with `arzte`), and digits count as the number
/// they are (`sw-9` before `sw-10`). What is equal by that is ordered by its bytes, so that only equal
/// strings are equal and sorting gives one result whatever the order was before.
pub fn natural_cmp(a: &str, b: &str) -> Ordering {
    let mut left = Folded::new(a);
    let mut right = Folded::new(b);
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => return a.cmp(b),
            (Some(c), Some(d)) if c.is_ascii_digit() && d.is_ascii_digit() => {
                by_value(&left.number(), &right.number())
            }
            (c, d) => {
                left.next();
                right.next();
                c.cmp(&d)
            }
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Returns the one of `candidates` that was most likely meant by `word`, for "did you mean".
///
/// Near is what takes at most one slip in a word of up to four letters, two in one of up to eight and
/// three in a longer one; a slip is a letter too many, too few, or wrong, or two that changed places
/// (optimal string alignment, after Damerau 1964 and Levenshtein 1966). Letter case does not count. Of
/// several with as many slips the one with swapped letters is taken, then the one that begins alike for
/// longest, then the first by [`natural_cmp`], so the order of the candidates does not matter.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = lowered(word);
    let most = match word.len() {
        0..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    let near = candidates.into_iter().filter_map(|candidate| {
        let letters = lowered(candidate);
        // Were every letter changed, the two would have nothing in common.
        let slips = slips(&word, &letters, most.min(word.len().saturating_sub(1)))?;
        let alike = word.iter().zip(&letters).take_while(|(a, b)| a == b).count();
        Some((slips, Reverse(is_swapped(&word, &letters)), Reverse(alike), candidate))
    });
    near.min_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)).then_with(|| natural_cmp(a.3, b.3)))
        .map(|(.., candidate)| candidate)
}

/// Returns ``"`a`, `b` or `c`"`` for the words and the joint `"or"`; of a long list the first few, as in
/// ``"`a`, `b`, `c` … and 12 more"``. Empty for no words.
pub fn list_of<S: AsRef<str>>(words: &[S], joint: &str) -> String {
    let quoted = |words: &[S]| {
        words.iter().map(|word| format!("`{}`", word.as_ref())).collect::<Vec<_>>().join(", ")
    };
    // To show the last word takes no more room than to say that there is one more.
    if words.len() > MOST_LISTED + 1 {
        let more = words.len() - MOST_LISTED;
        return format!("{} … and {more} more", quoted(&words[..MOST_LISTED]));
    }
    match words {
        [] => String::new(),
        [only] => quoted(std::slice::from_ref(only)),
        [first @ .., last] => format!("{} {joint} `{}`", quoted(first), last.as_ref()),
    }
}

/// Returns a label as it stands inside of a sentence: in small letters, except words such as `TLS` and
/// `Wi-Fi` that have capitals of their own.
pub fn in_sentence(label: &str) -> String {
    let is_name = |word: &str| word.chars().skip(1).any(char::is_uppercase);
    let lowered = label.split(' ').map(|word| match is_name(word) {
        true => word.to_owned(),
        false => word.to_lowercase(),
    });
    lowered.collect::<Vec<_>>().join(" ")
}

/// Returns a noun with `a` or `an`, by its first letter.
pub fn with_article(noun: &str) -> String {
    let article =
        if noun.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" };
    format!("{article} {noun}")
}

/// Returns `"1 record"` or `"3 records"`.
pub fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Returns a time so many days from today: `"in 41 days"`, `"today"`, `"yesterday"`, `"3 months ago"`.
///
/// Beyond 60 days in months, beyond two years in years, a year only once it is full, as people count age.
pub fn words_of_days(days: i64) -> String {
    let long = match days {
        -1 => return "yesterday".to_owned(),
        0 => return "today".to_owned(),
        1 => return "tomorrow".to_owned(),
        _ => length_of_days(days.unsigned_abs()),
    };
    if days > 0 { format!("in {long}") } else { format!("{long} ago") }
}

/// Returns a size of data in the units of the SI: `"0 bytes"`, `"1.4 kB"`, `"23 MB"`.
pub fn bytes_in_words(bytes: u64) -> String {
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 1000 {
        return format!("{bytes} {}", if bytes == 1 { "byte" } else { "bytes" });
    }
    let bytes = u128::from(bytes);
    let mut unit = 0;
    // By the rounded figure: 999,500 bytes are 1 MB and not 1000 kB.
    while unit + 1 < units.len() && rounded(bytes, size_of_unit(unit)) >= 1000 {
        unit += 1;
    }
    let name = units[unit];
    match rounded(bytes, size_of_unit(unit) / 10) {
        tenths if tenths < 100 && tenths % 10 > 0 => {
            format!("{}.{} {name}", tenths / 10, tenths % 10)
        }
        _ => format!("{} {name}", rounded(bytes, size_of_unit(unit))),
    }
}

/// Returns how many bytes a kB (0), MB (1) and so on has.
fn size_of_unit(unit: usize) -> u128 {
    (0..unit).fold(1000, |size, _| size * 1000)
}

/// Returns `"41 days"`, `"3 months"` or `"5 years"`.
fn length_of_days(days: u64) -> String {
    // A Gregorian year has 365.2425 days; a day more, since years of whole leap days are a little short.
    let parts = u128::from(days) * 10_000;
    let (months, years) = (rounded(parts * 12, 3_652_425), (parts + 10_000) / 3_652_425);
    let (count, one, many) = if days <= DAYS_TO_MONTHS {
        (u128::from(days), "day", "days")
    } else if days <= DAYS_TO_YEARS {
        (months, "month", "months")
    } else {
        (years, "year", "years")
    };
    plural(usize::try_from(count).unwrap_or(usize::MAX), one, many)
}

/// Returns `value / unit`, rounded to the nearest.
fn rounded(value: u128, unit: u128) -> u128 {
    (value + unit / 2) / unit
}

/// Orders two runs of digits by the number they stand for, however long.
fn by_value(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// The letters of a string without case and accents, one after another.
struct Folded<'t> {
    chars: std::str::Chars<'t>,
    /// What is left of the letters that the last character stands for: `ß` is two.
    pending: std::str::Chars<'static>,
    /// A character that has no such letters stands for itself.
    peeked: Option<char>,
}

impl<'t> Folded<'t> {
    fn new(text: &'t str) -> Folded<'t> {
        let mut folded = Folded { chars: text.chars(), pending: "".chars(), peeked: None };
        folded.next();
        folded
    }

    fn peek(&self) -> Option<char> {
        self.peeked
    }

    fn next(&mut self) {
        self.peeked = loop {
            if let Some(c) = self.pending.next() {
                break Some(c.to_ascii_lowercase());
            }
            match self.chars.next() {
                None => break None,
                Some(c) if c.is_ascii() => break Some(c.to_ascii_lowercase()),
                Some(c) => match deunicode::deunicode_char(c) {
                    Some(letters) => self.pending = letters.chars(),
                    None => break Some(c),
                },
            }
        };
    }

    /// Takes the digits that stand here.
    fn number(&mut self) -> String {
        let mut digits = String::new();
        while let Some(c) = self.peeked.filter(char::is_ascii_digit) {
            digits.push(c);
            self.next();
        }
        digits
    }
}

fn lowered(word: &str) -> Vec<char> {
    word.chars().flat_map(char::to_lowercase).collect()
}

/// Returns how many slips lie between two words, or nothing beyond `most`.
fn slips(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    // Three rows of the table of distances between beginnings: two back, one back, this one.
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let mut fewest =
                (last[j] + usize::from(letter != other)).min(last[j + 1] + 1).min(row[j] + 1);
            let is_swap = i > 0 && j > 0 && *letter == b[j - 1] && a[i - 1] == *other;
            if is_swap {
                fewest = fewest.min(before[j - 1] + 1);
            }
            row.push(fewest);
        }
        if row.iter().all(|slips| *slips > most) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|slips| *slips <= most)
}

/// Whether the words differ by two neighbouring letters that changed places, and nothing else.
fn is_swapped(a: &[char], b: &[char]) -> bool {
    let differ: Vec<usize> = (0..a.len().min(b.len())).filter(|ix| a[*ix] != b[*ix]).collect();
    a.len() == b.len() && matches!(differ[..], [i, j] if j == i + 1 && a[i] == b[j] && a[j] == b[i])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_label_inside_of_a_sentence_keeps_the_capitals_of_names() {
        assert_eq!(in_sentence("TLS certificate"), "TLS certificate");
        assert_eq!(in_sentence("Wi-Fi network"), "Wi-Fi network");
        assert_eq!(with_article(&in_sentence("Account")), "an account");
        assert_eq!(with_article(&in_sentence("Device")), "a device");
        assert_eq!(in_sentence(""), "");
    }

    fn sorted(mut words: Vec<&str>) -> Vec<&str> {
        words.sort_by(|a, b| natural_cmp(a, b));
        words
    }

    #[test]
    fn numbers_are_ordered_by_their_value_however_long() {
        let long = ["sw-99999999999999999999999998", "sw-99999999999999999999999999"];
        assert_eq!(
            sorted(vec![long[1], "sw-10", "sw-9", "sw-09", long[0], "sw-1-2", "sw-1-10", "sw"]),
            ["sw", "sw-1-2", "sw-1-10", "sw-09", "sw-9", "sw-10", long[0], long[1]]
        );
    }

    #[test]
    fn case_and_accents_do_not_separate_what_belongs_together() {
        assert_eq!(
            sorted(vec!["Zürich", "straße", "Ärzte", "zurich", "arzt", "Strasse", "Élan", "elan"]),
            ["arzt", "Ärzte", "elan", "Élan", "Strasse", "straße", "Zürich", "zurich"]
        );
    }

    #[test]
    fn only_equal_strings_are_equal() {
        assert_eq!(natural_cmp("a", "a"), Ordering::Equal);
        assert_ne!(natural_cmp("a", "A"), Ordering::Equal);
        assert_ne!(natural_cmp("a01", "a1"), Ordering::Equal);
        assert_eq!(natural_cmp("", "a"), Ordering::Less);
    }

    proptest! {
        #[test]
        fn the_order_is_total(words in prop::collection::vec("[aAä0-2ß²\\-]{0,5}", 3)) {
            let [a, b, c] = &words[..] else { unreachable!("three were asked for") };
            prop_assert_eq!(natural_cmp(a, b), natural_cmp(b, a).reverse());
            prop_assert_eq!(natural_cmp(a, b) == Ordering::Equal, a == b);
            if natural_cmp(a, b).is_le() && natural_cmp(b, c).is_le() {
                prop_assert!(natural_cmp(a, c).is_le());
            }
        }
    }

    #[test]
    fn a_slip_finds_the_word_that_was_meant() {
        let fields = ["hostname", "model", "site", "serial", "purpose", "ip", "not_applicable"];
        for (word, meant) in [
            ("hostnmae", Some("hostname")),
            ("Hostname", Some("hostname")),
            ("host_name", Some("hostname")),
            ("modle", Some("model")),
            ("stie", Some("site")),
            ("pi", Some("ip")),
            ("not_aplicabel", Some("not_applicable")),
            ("colour", None),
            ("it", Some("ip")),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, fields), meant, "{word}");
        }
    }

    #[test]
    fn of_equally_near_words_the_likelier_is_taken() {
        assert_eq!(nearest("form", ["fort", "from", "for"]), Some("from"));
        assert_eq!(nearest("sites", ["bites", "site"]), Some("site"));
        assert_eq!(nearest("cat", ["car", "cap"]), nearest("cat", ["cap", "car"]));
    }

    #[test]
    fn a_longer_word_forgives_more() {
        assert_eq!(nearest("site", ["sote"]), Some("sote"));
        assert_eq!(nearest("site", ["sota"]), None);
        assert_eq!(nearest("serial", ["saroal"]), Some("saroal"));
        assert_eq!(nearest("serial", ["saroaz"]), None);
        assert_eq!(nearest("manufacturer", ["manafacturre"]), Some("manafacturre"));
    }

    #[test]
    fn lists_read_as_people_write_them() {
        assert_eq!(list_of::<&str>(&[], "or"), "");
        assert_eq!(list_of(&["a"], "or"), "`a`");
        assert_eq!(list_of(&["a", "b"], "and"), "`a` and `b`");
        assert_eq!(list_of(&["a", "b", "c"], "or"), "`a`, `b` or `c`");
        let nine: Vec<String> = (1..=9).map(|number| number.to_string()).collect();
        assert!(list_of(&nine, "or").ends_with("`8` or `9`"));
        let many: Vec<String> = (1..=20).map(|number| number.to_string()).collect();
        assert_eq!(list_of(&many, "or"), "`1`, `2`, `3`, `4`, `5`, `6`, `7`, `8` … and 12 more");
    }

    #[test]
    fn one_thing_is_not_plural() {
        assert_eq!(plural(1, "entry", "entries"), "1 entry");
        assert_eq!(plural(0, "entry", "entries"), "0 entries");
    }

    #[test]
    fn days_are_told_in_the_unit_people_would_use() {
        for (days, words) in [
            (0, "today"),
            (1, "tomorrow"),
            (-1, "yesterday"),
            (41, "in 41 days"),
            (-60, "60 days ago"),
            (61, "in 2 months"),
            (-90, "3 months ago"),
            (365, "in 12 months"),
            (730, "in 24 months"),
            (731, "in 2 years"),
            (-1826, "5 years ago"),
        ] {
            assert_eq!(words_of_days(days), words);
        }
        assert!(words_of_days(i64::MIN).ends_with("years ago"));
    }

    #[test]
    fn sizes_have_two_digits_or_three() {
        for (bytes, words) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1000, "1 kB"),
            (1449, "1.4 kB"),
            (9949, "9.9 kB"),
            (9950, "10 kB"),
            (23_400_000, "23 MB"),
            (999_499, "999 kB"),
            (999_500, "1 MB"),
            (5_000_000_000, "5 GB"),
            (u64::MAX, "18 EB"),
        ] {
            assert_eq!(bytes_in_words(bytes), words, "{bytes}");
        }
    }
}
