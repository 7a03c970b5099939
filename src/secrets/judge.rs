//! Judges what a label announces: reads the value, and decides whether it looks like a secret.
//!
//! The more loosely a value hangs on its label, the more it must look like one: most sentences that
//! hold `password` tell how to handle it.

use std::ops::Range;

use super::book::{Group, Values};
use super::value;

/// How a value hangs on its label, from close to loose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tie {
    /// `password: x`, `password = x`, `--password x`.
    Direct,
    /// `| password | x |`, or the column called so.
    Cell,
    /// `the password is x`, `password for the switch: x`, or the line behind `password:`.
    Loose,
    /// ``the password `x` ``.
    Beside,
    /// `the password x`.
    Bare,
}

/// A value as it is written, and what surrounds it.
#[derive(Debug)]
struct Value<'t> {
    /// All of it: what is between the quotes, or the rest of the line, cell or clause.
    whole: &'t str,
    /// Its first word.
    first: &'t str,
    is_quoted: bool,
}

/// Judges the values of one label.
pub(super) struct Judge<'t> {
    pub(super) text: &'t str,
    pub(super) group: Group,
    pub(super) in_table: bool,
    pub(super) values: &'t Values,
}

impl<'t> Judge<'t> {
    /// Returns where the secret is that `bounds` begins with, if it looks like one.
    pub(super) fn secret(&self, tie: Tie, bounds: Range<usize>) -> Option<Range<usize>> {
        let from = &self.text[bounds.clone()];
        let secret = match self.group {
            Group::Login => pair(tie, from, self.values)?,
            group => pick(group, tie, &read_value(from, tie, self.in_table)?, self.values)?,
        };
        let start = bounds.start + (secret.as_ptr() as usize - from.as_ptr() as usize);
        Some(start..start + secret.len())
    }
}

/// Reads the value that `from` begins with. `None` where there is nothing to judge.
fn read_value(from: &str, tie: Tie, in_table: bool) -> Option<Value<'_>> {
    let from = from.trim_start();
    let unmarked = from.trim_start_matches(['*', '~']);
    // `*2580` is what a keypad is told; `**Winter**` is set in bold.
    let from = if unmarked.starts_with(|c: char| c.is_ascii_digit()) { from } else { unmarked };
    let from = from.strip_prefix("\"\"\"").or_else(|| from.strip_prefix("'''")).unwrap_or(from);
    let list = from.strip_prefix('[').filter(|list| list.starts_with(['"', '\'']));
    let from = list.unwrap_or(from);
    let from = yaml_tagged(from)?;
    if let Some(inside) = quoted(from) {
        let first = inside.split_whitespace().next()?;
        return Some(Value { whole: inside.trim(), first, is_quoted: true });
    }
    let whole = clause(from, in_table || tie == Tie::Cell);
    let first = bare_word(whole.split_whitespace().next()?);
    Some(Value { whole: bare_word(whole), first, is_quoted: false })
}

/// Returns what stands behind a tag that only names YAML's own type (`!!binary`). Other tags, such as
/// `!vault` and `!Ref`, say that the value is elsewhere.
fn yaml_tagged(from: &str) -> Option<&str> {
    let Some(tag) = from
        .strip_prefix('!')
        .filter(|tag| tag.starts_with(|c: char| c == '!' || c.is_alphabetic()))
    else {
        return Some(from);
    };
    match tag.split_once(' ') {
        Some((_, value)) if tag.starts_with('!') => Some(value),
        Some((name, _)) if name.chars().all(char::is_alphabetic) => None,
        _ => Some(from),
    }
}

/// Returns what stands between the quotes that `from` begins with.
fn quoted(from: &str) -> Option<&str> {
    let (skip, closers): (usize, &[&str]) = match from.chars().next()? {
        '\\' if from.starts_with("\\\"") => (2, &["\\\""]),
        '"' => (1, &["\""]),
        '\'' => (1, &["'"]),
        '`' => (1, &["`"]),
        open @ ('“' | '„') => (open.len_utf8(), &["”", "“"]),
        open @ '«' => (open.len_utf8(), &["»"]),
        _ => return None,
    };
    let inside = &from[skip..];
    let mut end = inside.len();
    for closer in closers {
        let mut search = 0;
        while let Some(at) = inside[search..].find(closer).map(|at| at + search) {
            let before = inside[..at].trim_end_matches('\\');
            let is_escaped = *closer == "\"" && (at - before.len()) % 2 == 1;
            if !is_escaped {
                end = end.min(at);
                break;
            }
            search = at + closer.len();
        }
    }
    Some(&inside[..end])
}

/// Returns `from` up to the end of its cell, clause, or the comment behind it.
fn clause(from: &str, in_table: bool) -> &str {
    let stops = [
        "`", " -->", " #", " //", " <!--", " ;", " !", ", ", "; ", " (", "<", "\t", "\\n", " / ",
        "\", ", "\",", "\" ",
    ];
    let mut end = stops.iter().filter_map(|stop| from.find(stop)).min().unwrap_or(from.len());
    // `--password x --target nas`
    let options = from.match_indices(" -");
    let is_option =
        |at: &usize| from[at + 2..].starts_with(|c: char| c == '-' || c.is_alphabetic());
    end = options.map(|(at, _)| at).find(is_option).map_or(end, |option| end.min(option));
    if in_table {
        end = end.min(from.find('|').unwrap_or(from.len()));
    }
    // `<password>` is a value, if a harmless one.
    let end = if end == 0 { from.find('>').map_or(from.len(), |end| end + 1) } else { end };
    from[..end].trim()
}

fn bare_word(word: &str) -> &str {
    word.trim_end_matches(['.', ',', ';', ')', ']', '"', '\'', '`', '*', '”', '»', '\\', ':'])
}

/// Returns the part of `value` that looks like what `group` announces.
fn pick<'t>(group: Group, tie: Tie, value: &Value<'t>, values: &Values) -> Option<&'t str> {
    let Value { whole, first, is_quoted } = *value;
    if values.is_stand_in(whole)
        || values.is_stand_in(first)
        || !is_allowed(group, whole, first, values)
    {
        return None;
    }
    let is_alone = whole == first;
    let is_one = is_quoted && is_alone || group == Group::Pin && value::is_pin(whole);
    let candidate = if is_one { whole } else { first };
    let passes = match group {
        Group::Password => return password(tie, value, values),
        Group::Secret => secret(tie, candidate),
        Group::Token => token(tie, candidate),
        Group::Key => {
            tie != Tie::Bare
                && tie != Tie::Beside
                && value::is_strong(candidate)
                && !value::is_guid(candidate)
        }
        Group::Pin => pin(tie, candidate, whole, values),
        Group::Login => false, // `pair` has answered
    };
    passes.then_some(candidate)
}

/// Whether the value is not plainly something else.
fn is_allowed(group: Group, whole: &str, first: &str, values: &Values) -> bool {
    let is_id = || value::is_guid(first) && group != Group::Token;
    let is_else = || values.is_something_else(whole) || values.is_something_else(first);
    !values.is_word(first) && !values.is_word(whole) && !is_else() && !is_id()
}

fn password<'t>(tie: Tie, value: &Value<'t>, values: &Values) -> Option<&'t str> {
    let Value { whole, first, is_quoted } = *value;
    let is_alone = whole == first;
    let digits = first.len() >= 4 && first.bytes().all(|b| b.is_ascii_digit());
    let word = value::is_word_shaped(first) && !value::is_acronym(first);
    match tie {
        Tie::Direct if is_alone && (value::is_mixed(first) || digits || word) => Some(first),
        Tie::Direct if value::is_phrase(whole, values) => Some(whole),
        Tie::Direct if is_quoted && is_short_and_mixed(whole, values) => Some(whole),
        Tie::Cell if is_alone && digits => Some(first),
        Tie::Loose if is_alone && is_quoted && (digits || word) => Some(first),
        Tie::Direct | Tie::Cell | Tie::Loose if value::is_mixed(first) => Some(first),
        Tie::Beside if value::is_mixed(first) => Some(whole),
        Tie::Bare if value::is_very_mixed(first) => Some(first),
        _ => None,
    }
}

/// A few words, at least one of which has digits or symbols inside.
fn is_short_and_mixed(whole: &str, values: &Values) -> bool {
    let words = whole.split_whitespace();
    words.clone().count() <= 3
        && words.clone().any(|word| value::is_mixed(word) && !values.is_something_else(word))
}

fn secret(tie: Tie, candidate: &str) -> bool {
    let is_long = candidate.len() >= 16
        && !value::is_slug(candidate)
        && tie != Tie::Bare
        && tie != Tie::Loose;
    let is_mixed = candidate.len() >= 6 && value::is_mixed(candidate) && !value::is_slug(candidate);
    if tie == Tie::Bare { value::is_very_mixed(candidate) } else { is_mixed || is_long }
}

fn token(tie: Tie, candidate: &str) -> bool {
    let is_long = candidate.len() >= 12 && value::is_mixed(candidate) && !value::is_slug(candidate);
    is_long && (tie != Tie::Bare || candidate.len() >= 16 && value::is_very_mixed(candidate))
}

fn pin(tie: Tie, candidate: &str, whole: &str, values: &Values) -> bool {
    let next = whole.split_whitespace().nth(1).unwrap_or_default().to_lowercase();
    if value::is_pin(candidate) {
        return !values.counts.contains(&next);
    }
    // Recovery codes have letters too; a sentence would go on behind them.
    tie != Tie::Bare
        && candidate.len() >= 6
        && value::is_mixed(candidate)
        && !value::is_slug(candidate)
}

/// `admin / Hunter2`, `admin:Hunter2`: returns the second.
fn pair<'t>(tie: Tie, from: &'t str, values: &Values) -> Option<&'t str> {
    if !matches!(tie, Tie::Direct | Tie::Cell | Tie::Beside) {
        return None;
    }
    let marks = |c: char| c.is_whitespace() || matches!(c, '`' | '"' | '\'' | '*');
    let (user, rest) = from.trim_start_matches(marks).split_once(['/', ':'])?;
    let user = user.trim_end_matches(marks);
    let rest = rest.trim_start_matches(marks);
    let end = rest.find(|c: char| marks(c) || matches!(c, '|' | '<')).unwrap_or(rest.len());
    let password = bare_word(&rest[..end]);
    let is_user = !user.is_empty()
        && !user.contains(char::is_whitespace)
        && !user.bytes().all(|b| b.is_ascii_digit())
        && !rest.starts_with('/');
    let is_else = values.is_stand_in(password) || values.is_something_else(password);
    (is_user && !is_else && value::is_mixed(password) && !value::is_slug(password))
        .then_some(password)
}
