//! Writes values as TOML, so that reading the text gives the same value back.

use super::{Item, Table};
use crate::diagnostic::clean::is_bidi_control;

/// Returns `item` as TOML text, tables inline.
///
/// Reading it gives `item` again. Text of several lines becomes a string in three quotes, text with
/// backslashes or quotes one in single quotes where that is possible.
pub fn toml_value(item: &Item) -> String {
    match item {
        Item::Text(text) => toml_string(text),
        Item::Integer(number) => number.to_string(),
        Item::Float(number) => float(*number),
        Item::Boolean(value) => value.to_string(),
        Item::Datetime(moment) => moment.to_string(),
        Item::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| toml_value(&item.value)).collect();
            format!("[{}]", items.join(", "))
        }
        Item::Table(table) => inline_table(table),
    }
}

/// Returns `text` as a TOML string with its quotes.
pub fn toml_string(text: &str) -> String {
    if text.contains('\n') {
        return multi_line(text);
    }
    let awkward = text.contains(['\\', '"']);
    let literal = !text.contains('\'') && !text.chars().any(needs_escape);
    if awkward && literal {
        return format!("'{text}'");
    }
    basic(text)
}

/// Returns `key` as it is written on the left of `=`, in quotes where it must be.
pub fn toml_key(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !key.is_empty() && key.chars().all(bare) {
        return key.to_owned();
    }
    // A key must not span lines, so one with a line feed is written with an escape.
    if key.contains('\n') { basic(key) } else { toml_string(key) }
}

fn inline_table(table: &Table) -> String {
    if table.entries.is_empty() {
        return "{}".to_owned();
    }
    let entries: Vec<String> = table
        .entries
        .iter()
        .map(|entry| format!("{} = {}", toml_key(&entry.key.value), toml_value(&entry.value.value)))
        .collect();
    format!("{{ {} }}", entries.join(", "))
}

/// Returns `text` in double quotes, on one line.
fn basic(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            c => push_escaped(&mut quoted, c),
        }
    }
    quoted.push('"');
    quoted
}

/// TOML wants a point or an exponent in a float, and spells infinity and NaN its own way.
fn float(number: f64) -> String {
    if number.is_nan() { "nan".to_owned() } else { format!("{number:?}") }
}

/// A line feed right behind the opening quotes is not part of the text.
fn multi_line(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 8);
    quoted.push_str("\"\"\"\n");
    let mut quotes = 0;
    for (ix, c) in text.char_indices() {
        let last = ix + c.len_utf8() == text.len();
        quotes = if c == '"' { quotes + 1 } else { 0 };
        match c {
            '\n' => quoted.push('\n'),
            // Three in a row, or one before the closing three, would end the string.
            '"' if quotes == 3 || last => {
                quoted.push_str("\\\"");
                quotes = 0;
            }
            c => push_escaped(&mut quoted, c),
        }
    }
    quoted.push_str("\"\"\"");
    quoted
}

fn push_escaped(text: &mut String, c: char) {
    match c {
        '\\' => text.push_str("\\\\"),
        '\t' => text.push('\t'),
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        c if needs_escape(c) => text.push_str(&format!("\\u{:04X}", u32::from(c))),
        c => text.push(c),
    }
}

/// What TOML forbids in a string, and what would hide or turn around the text in an editor.
fn needs_escape(c: char) -> bool {
    (c.is_control() && c != '\t') || is_bidi_control(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_back(written: &str) -> String {
        let table: toml::Table = toml::from_str(&format!("x = {written}")).expect("it is TOML");
        table["x"].as_str().expect("it is a string").to_owned()
    }

    #[test]
    fn a_string_is_quoted_in_the_way_that_reads_best() {
        assert_eq!(toml_string("plain ü"), "\"plain ü\"");
        assert_eq!(toml_string(r"\\nas-hq-01\patients"), r"'\\nas-hq-01\patients'");
        assert_eq!(toml_string("say \"no\""), "'say \"no\"'");
        assert_eq!(toml_string("it's \"no\""), "\"it's \\\"no\\\"\"");
        assert_eq!(toml_string("a\nb"), "\"\"\"\na\nb\"\"\"");
        assert_eq!(toml_string("\u{202e}x"), "\"\\u202Ex\"");
    }

    #[test]
    fn whatever_the_text_is_reading_gives_it_back() {
        let awkward = [
            "",
            "\"",
            "'",
            "\\",
            "\n",
            "\n\n",
            "\"\"\"\n\"\"\"",
            "a\n\"",
            "a\n\"\"",
            "a\n\"\"\"\"",
            "\r\n",
            "\t",
            "\u{0}\u{7f}\u{85}",
            "'\"\\\n'",
            "\u{2028}\u{202a}",
            "a\n'''\\",
        ];
        for text in awkward {
            assert_eq!(read_back(&toml_string(text)), text, "{}", toml_string(text));
        }
    }

    #[test]
    fn a_key_is_quoted_only_where_it_must_be() {
        assert_eq!(toml_key("fw-hq_01"), "fw-hq_01");
        assert_eq!(toml_key("colour of it"), "\"colour of it\"");
        assert_eq!(toml_key(""), "\"\"");
        assert_eq!(toml_key("a\n'\""), "\"a\\n'\\\"\"");
    }

    #[test]
    fn numbers_keep_their_type() {
        assert_eq!(toml_value(&Item::Float(1.0)), "1.0");
        assert_eq!(toml_value(&Item::Float(f64::NEG_INFINITY)), "-inf");
        assert_eq!(toml_value(&Item::Float(f64::NAN)), "nan");
        assert_eq!(toml_value(&Item::Float(1e300)), "1e300");
        assert_eq!(toml_value(&Item::Integer(-4)), "-4");
    }
}
