//! Knows what is no secret: what only stands where one would, and what is plainly something else.
//!
//! In: a value as it is written. Out: yes or no. The words this needs are data.

use std::net::IpAddr;

use super::book::Values;
use super::value::{has_digit, is_digits, is_hex};

impl Values {
    /// Whether `value` is a choice, a state, or a word of a sentence.
    pub(super) fn is_word(&self, value: &str) -> bool {
        let word = value.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']).to_lowercase();
        self.choices.contains(&word) || self.prose.contains(&word)
    }

    /// Whether `value` only stands where a secret would: a placeholder, a variable, what a scrubber left.
    pub(super) fn is_stand_in(&self, value: &str) -> bool {
        self.is_blanked(value) || self.is_placeholder(value) || self.is_variable(value)
    }

    fn is_blanked(&self, value: &str) -> bool {
        let mut marks = value.chars().filter(|c| c.is_alphanumeric()).peekable();
        if marks.peek().is_none() || marks.all(|c| matches!(c, 'x' | 'X')) {
            return true;
        }
        let lower = value.to_lowercase();
        self.blanked.iter().any(|word| lower.contains(word.as_str()))
            || lower.ends_with("xxxxxxxx") && !has_digit(value) && !value.contains('$')
    }

    fn is_placeholder(&self, value: &str) -> bool {
        let encloses = |open, close| value.starts_with(open) && value.ends_with(close);
        let opens_tag = value.starts_with('<')
            && value[1..].starts_with(|c: char| c.is_alphabetic() || c == '/');
        if opens_tag
            || encloses('{', '}')
            || encloses('[', ']')
            || value.starts_with('{') && !has_digit(value)
            || value.starts_with('#')
                && value[1..].bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
            || value.starts_with("&lt;")
            || value.starts_with("&#")
        {
            return true;
        }
        let lower = value.to_lowercase();
        self.placeholders.iter().any(|start| lower.starts_with(start.as_str())) && !has_digit(value)
            || matches!(
                lower.as_str(),
                "pass" | "password" | "passwd" | "pw" | "secret" | "token" | "api_key"
            )
    }

    fn is_variable(&self, value: &str) -> bool {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '-' | '>');
        let is_named = value.strip_prefix('$').is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_alphabetic() || c == '_') && rest.chars().all(is_name)
        });
        value.starts_with("${")
            || value.starts_with("$(")
            || is_named
            || value.len() > 2 && value.starts_with('%') && value.ends_with('%')
            || is_constant_name(value)
            || self.is_call(value)
    }

    /// `get_secret("x")`, `process.env.X`: code that fetches the value.
    fn is_call(&self, value: &str) -> bool {
        let is_call = value.split_once('(').is_some_and(|(name, rest)| {
            let is_path =
                |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':' | '>' | '-');
            let is_name = name.len() > 2 && name.chars().all(is_path);
            let is_plain = name.chars().all(char::is_alphabetic) && !has_digit(rest);
            is_name
                && (is_plain
                    || name.contains(['.', '_', ':', '>'])
                    || rest.starts_with(['"', '\'']))
        });
        is_call
            || value.contains("![")
            || self.code.iter().any(|root| value.starts_with(root.as_str()))
    }

    /// Whether `value` is plainly something else than a secret: a date, an address, a path, a reference,
    /// a measure, the name of a standard.
    pub(super) fn is_something_else(&self, value: &str) -> bool {
        is_date_or_time(value)
            || is_address(value)
            || self.is_path(value)
            || self.is_reference(value)
            || self.is_measure(value)
            || self.is_technical_name(value)
    }

    fn is_path(&self, value: &str) -> bool {
        let bytes = value.as_bytes();
        let drive = bytes.len() > 2
            && bytes[0].is_ascii_alphabetic()
            && bytes[1] == b':'
            && matches!(bytes[2], b'\\' | b'/');
        let rooted = ["./", "../", "~/", "\\\\", "HKLM\\", "HKCU\\", "HKEY_"]
            .iter()
            .any(|root| value.starts_with(root));
        // A base64 key may begin with a slash; a path of that length has further ones.
        let slashed =
            value.starts_with('/') && (value.len() < 24 || value[1..].contains(['/', '.']));
        drive
            || rooted
            || slashed
            || self.extensions.iter().any(|end| value.to_lowercase().ends_with(end.as_str()))
    }

    fn is_reference(&self, value: &str) -> bool {
        let scheme = value
            .split_once(':')
            .is_some_and(|(scheme, _)| self.schemes.contains(&scheme.to_lowercase()));
        let id = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| {
                    b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_')
                })
        };
        let record = value.split_once('/').is_some_and(|(kind, name)| {
            kind.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'_'))
                && kind.len() > 2
                && id(name)
        });
        scheme || record || value.contains("[[") || value.contains("](")
    }

    fn is_measure(&self, value: &str) -> bool {
        let digits =
            value.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')).count();
        let unit = value[digits..].trim_start_matches(['-', '–', '+', ' ']).to_lowercase();
        (1..=4).contains(&digits) && self.units.contains(&unit)
    }

    /// `SHA-256`, `WPA2-PSK`, `M365`: the name of a standard or a product, with its number.
    fn is_technical_name(&self, value: &str) -> bool {
        let mut words =
            value.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).peekable();
        has_digit(value)
            && value.len() <= 24
            && value
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.' | '#'))
            && words.peek().is_some()
            && words.enumerate().all(|(ix, word)| {
                // One letter begins a name (`M365`); several between digits are a code.
                (ix == 0 || word.len() > 1) && self.standards.contains(&word.to_lowercase())
            })
            || value.starts_with('#') && is_digits(&value[1..])
    }
}

/// `DB_PASSWORD`: the name of an environment variable, where its value would stand.
fn is_constant_name(value: &str) -> bool {
    value.contains('_')
        && value
            .split('_')
            .all(|part| part.len() > 1 && part.bytes().all(|b| b.is_ascii_uppercase()))
}

fn is_date_or_time(value: &str) -> bool {
    let day = value.split('T').next().unwrap_or(value);
    let parts: Vec<&str> = day.split(['-', '/', '.', ':']).collect();
    if parts.len() < 2 || !parts.iter().all(|part| is_digits(part) && part.len() <= 4) {
        return false;
    }
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let dashed = day.contains('-');
    match lengths[..] {
        [4, 1..=2] | [4, 1..=2, 1..=2] | [1..=2, 1..=2, 4] | [1..=2, 4] => true,
        [1..=2, 2] | [1..=2, 2, 2] | [1..=2, 1..=2, 2] => !dashed,
        _ => false,
    }
}

fn is_address(value: &str) -> bool {
    let bare = value.split('/').next().unwrap_or(value);
    bare.parse::<IpAddr>().is_ok() || is_mac(value) || is_email(value) || is_host_name(value)
}

fn is_mac(value: &str) -> bool {
    let groups: Vec<&str> = value.split([':', '-', '.']).collect();
    let all_hex = |length: usize| groups.iter().all(|group| group.len() == length && is_hex(group));
    groups.len() == 6 && all_hex(2) || groups.len() == 3 && all_hex(4) && value.contains('.')
}

fn is_email(value: &str) -> bool {
    let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    value.split_once('@').is_some_and(|(local, domain)| {
        local.len() > 1 && local.chars().all(name) && domain.contains('.') && is_host_name(domain)
    })
}

/// Lower-case labels with dots between them, the last one of letters.
fn is_host_name(value: &str) -> bool {
    let label = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let last = value.rsplit('.').next().unwrap_or_default();
    value.contains('.')
        && value.split('.').all(label)
        && last.len() > 1
        && last.bytes().all(|b| b.is_ascii_lowercase())
}
