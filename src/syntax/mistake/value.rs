//! Values that are not written as TOML writes them.

use std::ops::Range;

use crate::diagnostic::Diagnostic;

use super::super::quoting::{
    begins_statement, closing_quote, is_value, literal, quoted, shown, without_comment,
};
use super::{Piece, TYPOGRAPHIC, Trouble, inside};

/// Explains what is wrong behind the `=` at offset `equals` of the line.
pub(in super::super) fn in_value(trouble: &Trouble, equals: usize) -> Diagnostic {
    let line = trouble.line();
    let start = trouble.line.start + equals + 1;
    let piece = Piece::trimmed(without_comment(&line[equals + 1..]), start);
    let start = start + (line[equals + 1..].len() - line[equals + 1..].trim_start().len());
    let value = Value { trouble, text: piece.text, range: start..start + piece.text.len() };
    if value.text.starts_with(['[', '{']) || value.text.starts_with("\"\"\"") {
        return inside(trouble);
    }
    let explanations = [
        nothing,
        second_equals,
        typographic,
        text_with_quotes,
        foreign_comment,
        something_behind,
        word,
        date,
        time,
        decimal_comma,
        leading_zero,
    ];
    explanations.iter().find_map(|explain| explain(&value)).unwrap_or_else(|| {
        let message = format!("{} is text, and text needs quotes", shown(value.text));
        value.finding(message, quoted(value.text)).help("put quotes around it")
    })
}

/// What stands behind the `=`.
struct Value<'a> {
    trouble: &'a Trouble<'a>,
    text: &'a str,
    range: Range<usize>,
}

impl Value<'_> {
    fn without_fix(&self, message: impl Into<String>) -> Diagnostic {
        self.trouble.finding(self.range.clone(), message)
    }

    fn finding(&self, message: impl Into<String>, replacement: impl Into<String>) -> Diagnostic {
        let span = self.trouble.text.span(self.range.clone());
        self.without_fix(message).fix(span, replacement)
    }

    /// Returns the finding with a change to a part of the value only.
    fn partly(&self, message: &str, part: Range<usize>, replacement: &str) -> Diagnostic {
        let part = self.range.start + part.start..self.range.start + part.end;
        self.without_fix(message).fix(self.trouble.text.span(part), replacement)
    }
}

fn nothing(value: &Value) -> Option<Diagnostic> {
    value.text.is_empty().then(|| {
        let line = value.trouble.trimmed_line();
        let key = without_comment(line.text).trim_end_matches('=').trim();
        value
            .trouble
            .finding(line.range(), format!("{} has no value", shown(key)))
            .help("write one, or delete the line; a fact nobody knows is listed in `unknown`")
    })
}

fn second_equals(value: &Value) -> Option<Diagnostic> {
    let rest = value.text.strip_prefix('=')?;
    let end = value.text.len() - rest.trim_start_matches(['=', '>', ' ']).len();
    let is_close = value.trouble.text.text[..value.range.start].ends_with('=');
    let space = if is_close { " " } else { "" };
    Some(value.partly("there is one `=` too many", 0..end, space).help("remove it"))
}

fn typographic(value: &Value) -> Option<Diagnostic> {
    let plain = value.text.strip_prefix(TYPOGRAPHIC)?;
    let plain = plain.trim_end_matches(TYPOGRAPHIC).trim_end_matches(['"', '\'']);
    let message = format!("{} has the quotes of a word processor", shown(value.text));
    Some(value.finding(message, quoted(plain)).help("TOML knows only the straight ones"))
}

fn text_with_quotes(value: &Value) -> Option<Diagnostic> {
    let quote = value.text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let message = value.trouble.message;
    let is_escape = ["missing escaped", "too few unicode", "invalid value"];
    if is_escape.iter().any(|it| message.starts_with(it)) {
        return Some(backslash(value));
    }
    match closing_quote(value.text) {
        None if quote == '"' && value.text.len() > 2 && value.text.ends_with("\\\"") => {
            Some(backslash(value))
        }
        None => Some(not_closed(value, quote)),
        Some(close) if close + 1 < value.text.len() => Some(behind_the_quote(value, quote, close)),
        Some(_) => Some(control(value)),
    }
}

/// `"C:\Temp"`: what people write most often of all.
fn backslash(value: &Value) -> Diagnostic {
    let inner = &value.text[1..];
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let literal = literal(inner).filter(|_| !inner.contains("\\\""));
    let replacement = literal.unwrap_or_else(|| format!("\"{}\"", inner.replace('\\', "\\\\")));
    let message = "between double quotes a backslash begins an escape, and this one is none";
    let help = "use '…', where a backslash is a backslash";
    if is_value(&replacement) {
        return value.finding(message, replacement).help(help);
    }
    value.without_fix(message).help(help)
}

fn not_closed(value: &Value, quote: char) -> Diagnostic {
    let other = if quote == '"' { '\'' } else { '"' };
    let inner = value.text[1..].trim_end_matches(TYPOGRAPHIC);
    let inner = inner.strip_suffix(other).unwrap_or(inner);
    let message = "this text has no closing quote";
    let help = "put one at its end; text of several lines stands between `\"\"\"`";
    // Then it most likely is text of several lines.
    let goes_on = !stands_alone(value.trouble.next_line());
    if inner.contains('#') || goes_on {
        return value.without_fix(message).help(help);
    }
    value.finding(message, quoted(inner)).help(help)
}

/// Whether `line` is clearly none of a text that began above it.
fn stands_alone(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#') || begins_statement(line)
}

fn behind_the_quote(value: &Value, quote: char, close: usize) -> Diagnostic {
    let rest = value.text[close + 1..].trim_start();
    let list = format!("[{}]", value.text);
    if rest.starts_with(',') && is_value(&list) && rest.len() > 1 {
        let message = "several values need brackets around them";
        return value.finding(message, list).help("a list is written `[\"a\", \"b\"]`");
    }
    if rest == "," || rest == ";" {
        return something_behind(value).unwrap_or_else(|| value.trouble.as_the_parser_says());
    }
    if let Some(finding) = foreign_comment(value) {
        return finding;
    }
    let message = "there is more behind the closing quote";
    let help = "where the text itself has quotes, put the other sort around it";
    match value.text[1..].strip_suffix(quote) {
        Some(inner) if !rest.starts_with(quote) => value.finding(message, quoted(inner)).help(help),
        _ => value.without_fix(message).help(help),
    }
}

fn control(value: &Value) -> Diagnostic {
    let Some(c) = value.text.chars().find(|c| c.is_control() && *c != '\t') else {
        return value.trouble.as_the_parser_says();
    };
    let message = format!("the character U+{:04X} cannot stand in a text", c as u32);
    let plain: String = value.text.chars().filter(|c| !c.is_control() || *c == '\t').collect();
    value.finding(message, plain).help("it cannot be seen; delete it")
}

fn foreign_comment(value: &Value) -> Option<Diagnostic> {
    let (before, mark) = ["//", "/*", "--", ";"].into_iter().find_map(|mark| {
        let (before, _) = value.text.split_once(mark)?;
        is_value(before.trim()).then_some((before, mark))
    })?;
    let is_apart = before.ends_with([' ', '\t']);
    let is_all = value.text.len() == before.len() + mark.len();
    (is_apart && !is_all).then(|| {
        let part = before.len()..before.len() + mark.len();
        value.partly("a comment begins with `#`", part, "#").help("put `#` in its place")
    })
}

fn something_behind(value: &Value) -> Option<Diagnostic> {
    let before = value.text.strip_suffix([',', ';'])?;
    let message = format!("{} ends with a sign too many", shown(value.text));
    is_value(before.trim_end())
        .then(|| value.finding(message, before.trim_end()).help("a statement ends with its line"))
}

fn word(value: &Value) -> Option<Diagnostic> {
    let lower = value.text.to_ascii_lowercase();
    match lower.as_str() {
        "true" | "false" => {
            let message = format!("{} must be in small letters", shown(value.text));
            Some(value.finding(message, lower).help("`true` or `false`"))
        }
        "yes" | "no" | "on" | "off" => {
            let message = format!("{} is neither text nor `true` or `false`", shown(value.text));
            let meant = if matches!(lower.as_str(), "yes" | "on") { "true" } else { "false" };
            let help = format!("write `{meant}`; or, where a text is meant, `\"{}\"`", value.text);
            Some(value.without_fix(message).help(help))
        }
        "null" | "nil" | "none" | "~" | "n/a" | "undefined" => {
            Some(value.without_fix(format!("TOML has no {}", shown(value.text))).help(
                "delete the line; a fact nobody knows is listed in `unknown`, one that does not \
                     apply in `not_applicable`",
            ))
        }
        _ => None,
    }
}

fn date(value: &Value) -> Option<Diagnostic> {
    let [first, second, third] = numbers(value.text)?;
    let written = |year: &str, month: &str, day: &str| format!("{year}-{month:0>2}-{day:0>2}");
    let help = "a date is year, month and day: `2026-02-01`";
    let message = format!("{} is not a date as TOML writes it", shown(value.text));
    if first.len() == 4 {
        let date = written(first, second, third);
        if date == value.text || !is_value(&date) {
            let reason = value.trouble.message.rsplit("expected ").next().unwrap_or_default();
            let message = format!("{} is not a day of the calendar", shown(value.text));
            return Some(value.without_fix(message).help(format!("{help}; expected {reason}")));
        }
        return Some(value.finding(message, date).help(help));
    }
    if third.len() != 4 {
        return None;
    }
    let (day_first, month_first) = (written(third, second, first), written(third, first, second));
    match (is_value(&day_first), is_value(&month_first)) {
        // In `03/04/2026` either may be the month.
        (true, true) if first != second && !value.text.contains('.') => {
            let help = format!("{help}; here that is `{day_first}` or `{month_first}`");
            Some(value.without_fix(message).help(help))
        }
        (true, _) => Some(value.finding(message, day_first).help(help)),
        (false, true) => Some(value.finding(message, month_first).help(help)),
        (false, false) => None,
    }
}

/// A time, or a day with a time, that no clock shows.
fn time(value: &Value) -> Option<Diagnostic> {
    let is_digit = |c: char| c.is_ascii_digit();
    let shape: String = value.text.chars().map(|c| if is_digit(c) { '0' } else { c }).collect();
    let is_time = ["00:00", "00:00:00"].contains(&shape.as_str());
    let is_both = ["0000-00-00T00:", "0000-00-00 00:"].iter().any(|it| shape.starts_with(it));
    if !is_time && !is_both {
        return None;
    }
    let expected = value.trouble.message.split_once("expected ").map_or("", |(_, rest)| rest);
    let message = format!("{} is not a time as TOML writes it", shown(value.text));
    let help = format!("write `14:30`, or with a day `2026-02-01T14:30:00`; expected {expected}");
    Some(value.without_fix(message).help(help))
}

/// Returns the three numbers of `2026-2-1`, `1.2.2026` or `1/2/2026`.
fn numbers(text: &str) -> Option<[&str; 3]> {
    let separator = text.chars().find(|c| matches!(c, '-' | '.' | '/'))?;
    let parts: Vec<_> = text.split(separator).collect();
    let fits =
        |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let parts: [&str; 3] = parts.try_into().ok()?;
    let years = parts.iter().filter(|part| part.len() == 4).count();
    let others = parts.iter().filter(|part| part.len() <= 2).count();
    (parts.iter().all(fits) && years == 1 && others == 2 && parts[1].len() <= 2).then_some(parts)
}

fn decimal_comma(value: &Value) -> Option<Diagnostic> {
    let (whole, part) = value.text.split_once(',')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole.trim_start_matches('-')) || !digits(part) {
        return None;
    }
    let message = format!("{} has a comma, and numbers have a point", shown(value.text));
    let fixed = format!("{whole}.{part}");
    // `1,234` may be one thousand and more.
    if part.len() == 3 {
        let help = format!("write `{fixed}`, or `{whole}{part}` if thousands are meant");
        return Some(value.without_fix(message).help(help));
    }
    Some(value.finding(message, fixed).help("write a point"))
}

fn leading_zero(value: &Value) -> Option<Diagnostic> {
    let is_number = value.text.len() > 1 && value.text.bytes().all(|b| b.is_ascii_digit());
    (is_number && value.text.starts_with('0')).then(|| {
        let message = format!("{} begins with 0, which no number does", shown(value.text));
        value.finding(message, quoted(value.text)).help("in quotes it stays as it is")
    })
}
