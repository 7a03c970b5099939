//! Judges the look of values: how much they are like secrets.
//!
//! In: a value as it is written. Out: yes or no. What stands in for a secret never counts, see
//! [`super::harmless`]; beyond that, a [`Bar`] says how much a value must look like one.

use serde::Deserialize;

use super::book::Values;

/// How much a value must look like a secret where a rule has found it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Bar {
    /// It stands for itself.
    #[default]
    Given,
    /// And is no word of a sentence.
    NotProse,
    /// It has a digit, a symbol or inner capitals, or is long.
    UnlikeAWord,
    /// It has letters and digits.
    Mixed,
    /// `Given` where it is quoted, else `UnlikeAWord`.
    Config,
}

impl Bar {
    /// Whether `value` gets over it.
    pub(super) fn passes(self, value: &str, is_quoted: bool, values: &Values) -> bool {
        if values.is_stand_in(value) {
            return false;
        }
        match self {
            Bar::Given => true,
            Bar::NotProse => !values.is_word(value) && (value.len() > 3 || !is_digits(value)),
            Bar::UnlikeAWord => !values.is_word(value) && is_unlike_a_word(value),
            Bar::Mixed => has_letter(value) && has_digit(value),
            Bar::Config if is_quoted => !values.is_word(value),
            Bar::Config => Bar::UnlikeAWord.passes(value, is_quoted, values),
        }
    }
}

/// Whether `value` is a GUID (RFC 9562), with or without braces.
pub(super) fn is_guid(value: &str) -> bool {
    let groups: Vec<&str> = value.trim_matches(['{', '}']).split('-').collect();
    groups.len() == 5
        && groups
            .iter()
            .zip([8, 4, 4, 4, 12])
            .all(|(group, length)| group.len() == length && is_hex(group))
}

/// Whether `value` has what a password has and a word has not: digits or symbols beside letters.
pub(super) fn is_mixed(value: &str) -> bool {
    let kinds = [has_letter(value), has_digit(value), has_inner_symbol(value)];
    value.chars().count() >= 4 && kinds.iter().filter(|has| **has).count() >= 2
}

/// Whether `value` has so much of it that it needs no sign that a password follows.
pub(super) fn is_very_mixed(value: &str) -> bool {
    let lower = value.chars().any(char::is_lowercase);
    let upper = value.chars().any(char::is_uppercase);
    let symbol = value.chars().any(is_symbol);
    value.chars().count() >= 8
        && has_digit(value)
        && (lower && upper && !value.contains('-') || symbol && (lower || upper))
}

/// Whether `value` is one word of letters, hyphens and apostrophes.
pub(super) fn is_word_shaped(value: &str) -> bool {
    value.chars().count() >= 4
        && value.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '_' | '\'' | '’'))
}

/// `SSO`, `LDAP`: a few capitals.
pub(super) fn is_acronym(value: &str) -> bool {
    value.len() <= 5 && value.bytes().all(|b| b.is_ascii_uppercase())
}

/// `grafana-prod-2026`: words and numbers with something between them, as names of things are built.
pub(super) fn is_slug(value: &str) -> bool {
    let parts: Vec<&str> = value.split(['-', '_', '.', '/', ':']).collect();
    let is_part = |part: &&str| {
        is_digits(part) && part.len() <= 4
            || !part.is_empty() && part.chars().all(char::is_alphabetic)
    };
    parts.len() > 1
        && parts.iter().all(is_part)
        && parts.iter().any(|part| part.len() > 2 && has_letter(part))
}

/// Whether `value` looks made by a machine: long, with capitals, small letters and digits, and none of
/// the beginnings that public keys, certificates and digests have.
pub(super) fn is_strong(value: &str) -> bool {
    let public =
        ["AAAAB3Nza", "AAAAC3Nza", "AAAAE2Vj", "AAAAI", "MII", "MIG", "MFk", "SHA256:", "ssh-"];
    value.len() >= 20
        && value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'_' | b'=' | b'-'))
        && value.bytes().any(|b| b.is_ascii_lowercase())
        && value.bytes().any(|b| b.is_ascii_uppercase())
        && value.bytes().filter(u8::is_ascii_digit).count() >= 2
        && !public.iter().any(|start| value.starts_with(start))
}

/// Whether `value` is a number as doors, phones and cards ask for: four to sixteen digits, perhaps in
/// groups, perhaps with the keys beside the nought.
pub(super) fn is_pin(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    (4..=16).contains(&digits)
        && value.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'*' | b'#' | b'-' | b' '))
}

/// Whether `value` reads as some unrelated words in a row, as passphrases are made.
pub(super) fn is_phrase(value: &str, values: &Values) -> bool {
    let words: Vec<&str> = value.split(' ').collect();
    (4..=8).contains(&words.len())
        && words.iter().all(|word| {
            (3..=12).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase())
        })
        && !words.iter().any(|word| values.is_word(word))
}

fn is_unlike_a_word(value: &str) -> bool {
    let inner_capital =
        value.chars().skip(1).any(char::is_uppercase) && value.chars().any(char::is_lowercase);
    value.chars().count() >= 4
        && (has_digit(value) && has_letter(value)
            || value.bytes().filter(u8::is_ascii_digit).count() >= 4
            || has_inner_symbol(value)
            || inner_capital
            || value.len() >= 16 && !is_slug(value))
}

fn has_letter(value: &str) -> bool {
    value.chars().any(char::is_alphabetic)
}

pub(super) fn has_digit(value: &str) -> bool {
    value.bytes().any(|b| b.is_ascii_digit())
}

/// A sign that no word, name or number has inside. The last place does not count: it is where
/// sentences end.
fn has_inner_symbol(value: &str) -> bool {
    let mut chars = value.chars();
    chars.next_back();
    chars.any(is_symbol)
}

fn is_symbol(c: char) -> bool {
    matches!(
        c,
        '!' | '@'
            | '#'
            | '$'
            | '%'
            | '^'
            | '*'
            | '+'
            | '='
            | '?'
            | '~'
            | '<'
            | '>'
            | '{'
            | '}'
            | '\\'
            | '|'
            | '§'
            | '€'
            | '£'
            | ';'
    )
}

pub(super) fn is_digits(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())
}

pub(super) fn is_hex(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b.is_ascii_hexdigit())
}
