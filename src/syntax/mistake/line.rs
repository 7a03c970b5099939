//! Lines that are no statement at all.

use crate::diagnostic::Diagnostic;

use super::super::quoting::{
    Colon, equals_sign, from_yaml, is_value, quoted, shown, with_colon, without_comment,
};
use super::{Piece, TYPOGRAPHIC, Trouble};

/// Explains what is wrong with a line that has no key and `=`, or whose key cannot be read.
pub(in super::super) fn in_line(trouble: &Trouble) -> Diagnostic {
    let line = trouble.trimmed_line();
    if line.text.is_empty() {
        return trouble.as_the_parser_says();
    }
    let explanations = [
        left_by_a_merge,
        front_matter_line,
        foreign_comment,
        yaml_item,
        colon,
        key_that_needs_quotes,
        value_without_equals,
        stray_bracket,
    ];
    explanations.iter().find_map(|explain| explain(trouble, &line)).unwrap_or_else(|| {
        let message = format!("{} is not TOML", shown(line.text));
        trouble
            .finding(line.range(), message)
            .help("a line is `key = value`, a header `[table]`, or a comment `# …`")
    })
}

fn left_by_a_merge(trouble: &Trouble, line: &Piece) -> Option<Diagnostic> {
    let is_mark =
        ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|it| line.text.starts_with(it));
    is_mark.then(|| {
        trouble.finding(line.range(), "a merge left its marks here").help(
            "keep one of the two versions, and delete the lines with `<<<<<<<`, `=======` and \
                 `>>>>>>>`",
        )
    })
}

fn front_matter_line(trouble: &Trouble, line: &Piece) -> Option<Diagnostic> {
    let finding = |message: &str| trouble.finding(line.range(), message);
    match line.text {
        "+++" => Some(
            finding("`+++` stands only in Markdown files")
                .help("delete the line; or, where prose follows, give the file the ending `.md`"),
        ),
        "---" | "..." => {
            Some(finding("this line is YAML, which has no meaning in TOML").help("delete the line"))
        }
        _ => None,
    }
}

fn foreign_comment(trouble: &Trouble, line: &Piece) -> Option<Diagnostic> {
    let mark = ["//", "/*", ";", "--", "%", "REM ", "<!--"]
        .into_iter()
        .find(|it| line.text.starts_with(it))?;
    let span = trouble.text.span(line.start..line.start + mark.trim_end().len());
    let finding = trouble.finding(line.range(), "a comment begins with `#`");
    Some(finding.help("put `#` in its place").fix(span, "#"))
}

fn yaml_item(trouble: &Trouble, line: &Piece) -> Option<Diagnostic> {
    let item = line.text.strip_prefix("- ")?;
    let message = "this is written as an item of a YAML list";
    let is_plain = with_colon(item).is_none() && item.len() < 40;
    let example = if is_plain { from_yaml(item) } else { "\"a\", \"b\"".to_owned() };
    let help = format!("write the list behind its key: `key = [{example}]`");
    Some(trouble.finding(line.range(), message).help(help))
}

fn colon(trouble: &Trouble, line: &Piece) -> Option<Diagnostic> {
    let Colon { key, value } = with_colon(line.text)?;
    let span = trouble.text.span(line.range());
    if value.is_empty() || matches!(value, "|" | ">" | "|-" | ">-" | "{" | "[") {
        let message = format!("{} is written as in YAML", shown(line.text));
        let help = match value {
            "" | "{" => format!("a table begins with `[{key}]`"),
            "[" => format!("write `{key} = [`"),
            _ => format!("text of several lines stands between `{key} = \"\"\"` and `\"\"\"`"),
        };
        return Some(trouble.finding(line.range(), message).help(help));
    }
    let key = key.trim_matches('"');
    let is_bare = key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let key = if is_bare && !key.is_empty() { key.to_owned() } else { quoted(key) };
    Some(
        trouble
            .finding(line.range(), format!("{} is written as in YAML or JSON", shown(line.text)))
            .help("in TOML a key and its value have `=` between them, and text stands in quotes")
            .fix(span, format!("{key} = {}", from_yaml(value))),
    )
}

fn key_that_needs_quotes(trouble: &Trouble, line: &Piece) -> Option<Diagnostic> {
    let key = Piece::trimmed(&line.text[..equals_sign(line.text)?], line.start);
    if key.text.is_empty() {
        let message = "this value has no key";
        return Some(trouble.finding(line.range(), message).help("write `key = value`"));
    }
    let finding = |message: String| trouble.finding(key.range(), message);
    if key.text.split('.').any(|part| part.trim().is_empty()) {
        let message = format!("{} has a dot without a name beside it", shown(key.text));
        return Some(finding(message).help("dots stand between names: `table.key`"));
    }
    if let Some(plain) = key.text.strip_suffix(':') {
        return Some(
            finding(format!("{} has a colon before the `=`", shown(plain.trim_end())))
                .help("remove it")
                .fix(trouble.text.span(key.range()), plain.trim_end()),
        );
    }
    let plain = key.text.trim_matches(TYPOGRAPHIC).trim_matches(['"', '\'']);
    Some(
        finding(format!("{} cannot be a key without quotes", shown(key.text)))
            .help("a record's fields are letters a to z, digits and `_`; other keys need quotes")
            .fix(trouble.text.span(key.range()), quoted(plain)),
    )
}

fn value_without_equals(trouble: &Trouble, line: &Piece) -> Option<Diagnostic> {
    let text = without_comment(line.text);
    let (key, value) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if key.is_empty() || !key.chars().all(is_bare) {
        return None;
    }
    let value = value.trim();
    let finding = |message: String| trouble.finding(line.range(), message);
    if value.is_empty() {
        return Some(finding(format!("{} has no `=` and no value", shown(key))).help(
            "write `key = value`, or delete the line; a fact nobody knows is listed in `unknown`",
        ));
    }
    if is_value(value) {
        let span = trouble.text.span(line.start..line.start + text.len());
        return Some(
            finding(format!("{} has no `=` before its value", shown(key)))
                .help("put `=` between them")
                .fix(span, format!("{key} = {value}")),
        );
    }
    Some(finding(format!("{} is neither a key with a value nor a comment", shown(line.text))).help(
        "text of several lines stands between `key = \"\"\"` and `\"\"\"`; a comment begins \
                 with `#`",
    ))
}

fn stray_bracket(trouble: &Trouble, line: &Piece) -> Option<Diagnostic> {
    let text = without_comment(line.text).trim_end_matches(',');
    let what = match text {
        "]" | "}" | "]]" | "}}" => format!("{} closes nothing", shown(text)),
        "{" | "[" => format!("{} has no key before it", shown(text)),
        "\"\"\"" | "'''" => "these quotes have no key before them, or close nothing".to_owned(),
        _ => return None,
    };
    let help = "see whether the value above ends too early, or delete the line";
    Some(trouble.finding(line.range(), what).help(help))
}
