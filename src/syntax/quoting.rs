//! How text is written in TOML, and how what people wrote instead is taken apart.

use toml::de::DeValue;

/// Returns `text` as a TOML string on one line: in double quotes, or in single quotes where that
/// spares a backslash.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = |c: char| !c.is_control() || c == '\t';
    if !text.contains(['"', '\\']) && text.chars().all(is_plain) {
        return format!("\"{text}\"");
    }
    literal(text).unwrap_or_else(|| escaped(text))
}

/// Returns `text` in single quotes, where a backslash is a backslash; nothing where that cannot be.
pub(super) fn literal(text: &str) -> Option<String> {
    let is_plain = |c: char| (!c.is_control() || c == '\t') && c != '\'';
    text.chars().all(is_plain).then(|| format!("'{text}'"))
}

/// Returns `text` in double quotes with escapes (TOML 1.0, "String").
fn escaped(text: &str) -> String {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            '\n' => written.push_str("\\n"),
            '\t' => written.push('\t'),
            c if c.is_control() => written.push_str(&format!("\\u{:04X}", c as u32)),
            c => written.push(c),
        }
    }
    written + "\""
}

/// Whether `text` is a TOML value as it stands.
pub(super) fn is_value(text: &str) -> bool {
    DeValue::parse(text).is_ok()
}

/// Returns where the `=` behind the key of a line is.
pub(super) fn equals_sign(line: &str) -> Option<usize> {
    let (at, c) = outside_quotes(line).find(|(_, c)| matches!(c, '=' | '#'))?;
    (c == '=').then_some(at)
}

/// Returns `value` without a comment behind it, and without the spaces around it.
///
/// Only what stands apart counts as a comment: `a#b` without quotes was meant as text.
pub(super) fn without_comment(value: &str) -> &str {
    let is_apart = |at: usize| at == 0 || value[..at].ends_with([' ', '\t']);
    let comment = outside_quotes(value).find(|(at, c)| *c == '#' && is_apart(*at));
    comment.map_or(value, |(at, _)| &value[..at]).trim()
}

/// Returns the characters of `text` that are not in quotes; a quote that is never closed is none.
pub(super) fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut rest = text.char_indices();
    std::iter::from_fn(move || {
        let (at, c) = rest.next()?;
        if matches!(c, '"' | '\'')
            && let Some(close) = closing_quote(&text[at..])
        {
            while rest.offset() < at + close + 1 {
                rest.next();
            }
        }
        Some((at, c))
    })
}

/// Returns where the quote that `text` begins with is closed, on its line.
pub(super) fn closing_quote(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return None,
            _ if is_escaped => is_escaped = false,
            '\\' if quote == '"' => is_escaped = true,
            c if c == quote => return Some(at),
            _ => {}
        }
    }
    None
}

/// Returns the brackets that are open at the end of `text`, outermost first.
pub(super) fn open_brackets(text: &str) -> Vec<char> {
    let mut open = Vec::new();
    let mut is_comment = false;
    for (_, c) in outside_quotes(text) {
        match c {
            '\n' => is_comment = false,
            _ if is_comment => {}
            '#' => is_comment = true,
            '[' | '{' => open.push(c),
            ']' | '}' => {
                open.pop();
            }
            _ => {}
        }
    }
    open
}

/// Whether `line` looks as if a new statement began there: a header, or a key with its `=`.
pub(super) fn begins_statement(line: &str) -> bool {
    let line = line.trim();
    let is_name = |text: &str| {
        let text = text.trim();
        let bare = |c: char| c.is_alphanumeric() || "-_. \"'".contains(c);
        !text.is_empty() && text.chars().all(bare)
    };
    if let Some(header) = line.strip_prefix('[') {
        let header = without_comment(header).trim_start_matches('[');
        return header.strip_suffix(']').is_some_and(|name| is_name(name.trim_end_matches(']')));
    }
    // In a list or a small table a line ends with a comma; a statement never does.
    let is_element = without_comment(line).ends_with(',');
    !is_element && equals_sign(line).is_some_and(|at| is_name(&line[..at]))
}

/// Returns `text` in backticks, shortened to what fits in a message.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{}…`", text[..end].trim_end()),
        None => format!("`{text}`"),
    }
}

/// A `key: value` as YAML and JSON write it.
pub(super) struct Colon<'a> {
    /// The key, in quotes where it had some.
    pub(super) key: &'a str,
    /// What stands behind the colon, without a comment.
    pub(super) value: &'a str,
}

/// Takes `key: value`, `key:` and `"key": "value",` apart.
pub(super) fn with_colon(line: &str) -> Option<Colon<'_>> {
    let line = line.trim();
    let (key, rest) = match line.strip_prefix('"') {
        Some(_) => line.split_at(closing_quote(line)? + 1),
        None => line.split_at(line.find(':')?),
    };
    let value = rest.strip_prefix(':')?;
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '"');
    let is_apart = value.is_empty() || value.starts_with([' ', '\t']);
    let is_key = !key.is_empty() && key.chars().all(is_bare);
    (is_key && is_apart).then(|| Colon { key, value: without_comment(value) })
}

/// Returns a YAML or JSON scalar, or a list of them on one line, as TOML.
pub(super) fn from_yaml(value: &str) -> String {
    let value = value.trim();
    let value = value.strip_suffix(',').unwrap_or(value);
    if let Some(list) = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))
        && !list.contains(['[', '{', '"', '\''])
    {
        let items = list.split(',').map(str::trim).filter(|item| !item.is_empty());
        return format!("[{}]", items.map(from_yaml).collect::<Vec<_>>().join(", "));
    }
    match value {
        "True" | "TRUE" => "true".to_owned(),
        "False" | "FALSE" => "false".to_owned(),
        _ if is_value(value) => value.to_owned(),
        _ => quoted(value.trim_matches(['"', '\''])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_is_read_as_the_same_text() {
        let texts =
            ["a", "", "C:\\new", "it's", "say \"hi\"", "it's \"C:\\x\"", "a\nb\u{7}", "\u{85}"];
        for text in texts {
            let written = quoted(text);
            let read = DeValue::parse(&written).unwrap();
            assert_eq!(read.get_ref().as_str(), Some(text), "{written}");
        }
        assert_eq!(quoted("C:\\new"), r"'C:\new'");
    }

    #[test]
    fn a_comment_stands_apart_and_outside_of_quotes() {
        assert_eq!(without_comment(" \"a # b\" # c"), "\"a # b\"");
        assert_eq!(without_comment("colour#5"), "colour#5");
        assert_eq!(without_comment("it's # a"), "it's");
        assert_eq!(without_comment("# a"), "");
    }

    #[test]
    fn brackets_in_text_and_comments_do_not_count() {
        assert_eq!(open_brackets("[\"]\", { a = 1 # ]\n, '}'"), ['[', '{']);
        assert!(open_brackets("[1, [2]]").is_empty());
    }

    #[test]
    fn a_statement_is_told_from_an_element() {
        for line in ["a = 1", "[a.b]", "[[a]] # c", "  \"a b\" = 2", "größe = 1"] {
            assert!(begins_statement(line), "{line}");
        }
        for line in ["\"a\",", "a = 1,", "[1, 2],", "]", "{ a = 1 },", "# a = 1", ""] {
            assert!(!begins_statement(line), "{line}");
        }
    }

    #[test]
    fn yaml_becomes_toml() {
        for (yaml, toml) in [
            ("HQ firewall", "\"HQ firewall\""),
            ("10", "10"),
            ("10.20.0.1", "\"10.20.0.1\""),
            ("\"a\",", "\"a\""),
            ("True", "true"),
            ("[a, 7.2.8, 3]", "[\"a\", \"7.2.8\", 3]"),
            ("2026-11-01", "2026-11-01"),
            ("", "\"\""),
        ] {
            assert_eq!(from_yaml(yaml), toml);
        }
    }
}
