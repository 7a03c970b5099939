//! Says in plain words what a field takes and when it applies.

use crate::schema::Catalog;
use crate::schema::field::{Condition, Field, FieldType, Target};

/// Columns of a text for people at most, however wide the terminal is: longer lines are hard to
/// read.
pub(super) const WIDEST: usize = 100;
/// Columns at least; a terminal narrower than this breaks the lines by itself.
pub(super) const NARROWEST: usize = 50;

/// Returns what the field takes: `date`, `ids of device or service`, `list, each text`.
pub(super) fn takes(field: &Field) -> String {
    let words: Vec<String> = field.types.iter().map(|kind| type_in_words(*kind, field)).collect();
    match (field.many, field.types.as_slice()) {
        (true, [FieldType::Reference]) => format!("ids of {}", targets(&field.to)),
        (true, _) => format!("list, each {}", any_of(&words)),
        (false, _) => any_of(&words),
    }
}

fn type_in_words(kind: FieldType, field: &Field) -> String {
    let word = match kind {
        FieldType::Text => "text",
        FieldType::Markdown => "Markdown",
        FieldType::Code => "code",
        FieldType::Integer => "whole number",
        FieldType::Number => "number",
        FieldType::Boolean => "true or false",
        FieldType::Scalar => "any plain value",
        FieldType::Date => "date",
        FieldType::Datetime => "date and time",
        FieldType::Duration => "duration",
        FieldType::Money => "amount of money",
        FieldType::Percent => "percentage",
        FieldType::Choice => "choice",
        FieldType::Ip => "IP address",
        FieldType::Prefix => "prefix",
        FieldType::Address => "IP address, with or without prefix length",
        FieldType::Mac => "MAC address",
        FieldType::Hostname => "host name",
        FieldType::Url => "web address",
        FieldType::Email => "e-mail address",
        FieldType::Phone => "phone number",
        FieldType::Reference => return format!("id of {}", targets(&field.to)),
        FieldType::File => "file under files/",
        FieldType::Table => "table",
        FieldType::Tables => "list of tables",
    };
    word.to_owned()
}

/// Returns what a reference may point to: `device or service`, `any record`, `device:interface`.
pub(super) fn targets(targets: &[Target]) -> String {
    let words: Vec<String> = targets
        .iter()
        .map(|target| match target {
            Target::Any => "any record".to_owned(),
            Target::Kind(kind) => kind.clone(),
            Target::Row { kind, field } => format!("{kind}:{field}"),
        })
        .collect();
    any_of(&words)
}

/// Returns whose id a reference takes, in a sentence: `The id of a device or service.`
pub(super) fn whose_id(to: &[Target]) -> String {
    let words = targets(to);
    let article = match words.chars().next() {
        _ if to.contains(&Target::Any) => "",
        Some('a' | 'e' | 'i' | 'o' | 'u') => "an ",
        _ => "a ",
    };
    format!("The id of {article}{words}.")
}

/// Returns `a`, `a or b`, `a, b or c`.
pub(super) fn any_of(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Returns when a subtype's field applies, without quotes: `type is ups or pdu`.
pub(super) fn only_for(conditions: &[Condition]) -> Option<String> {
    let field = &conditions.first()?.field;
    let same = conditions.iter().filter(|condition| condition.field == *field);
    let values: Vec<String> = same.flat_map(|condition| condition.values.clone()).collect();
    Some(format!("{field} is {}", any_of(&values)))
}

/// Returns the folder of a kind's records as a person types it.
pub(super) fn folder(plural: &str) -> String {
    format!("records/{plural}/")
}

/// Returns the heading of the area that kinds name, or the name itself.
pub(super) fn area_title<'a>(catalog: &'a Catalog, id: &'a str) -> &'a str {
    catalog.areas().iter().find(|area| area.id == id).map_or(id, |area| &area.title)
}

/// Breaks `text` into lines of at most `width` characters, where its words allow it.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let needed = line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && needed > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Returns `text` with its paragraphs, and the items of its lists, broken into lines of at most
/// `width` columns, or 100.
///
/// Tables, code and what is indented keep their places.
pub fn paragraphs(text: &str, width: usize) -> String {
    let width = width.clamp(NARROWEST, WIDEST);
    let mut out = String::new();
    for (ix, paragraph) in text.trim().split("\n\n").enumerate() {
        if ix > 0 {
            out.push('\n');
        }
        for line in broken(paragraph, width) {
            out.push_str(&format!("{line}\n"));
        }
    }
    out
}

fn broken(paragraph: &str, width: usize) -> Vec<String> {
    let is_kept = |line: &str| line.starts_with("    ") || line.starts_with(['|', '\t']);
    if paragraph.lines().any(is_kept) || paragraph.contains("```") {
        return paragraph.lines().map(str::to_owned).collect();
    }
    let mut items: Vec<String> = Vec::new();
    for line in paragraph.lines() {
        match items.last_mut() {
            Some(item) if !is_item(line) => *item = format!("{item} {line}"),
            _ => items.push(line.to_owned()),
        }
    }
    items.iter().flat_map(|item| hanging(item, width)).collect()
}

fn is_item(line: &str) -> bool {
    line.starts_with("* ") || line.starts_with("- ")
}

/// Returns the lines of an item, all but the first indented; or those of a paragraph.
fn hanging(item: &str, width: usize) -> Vec<String> {
    if !is_item(item) {
        return wrap(item, width);
    }
    let (mark, text) = item.split_at(2);
    let lines = wrap(text, width - 2);
    let before = std::iter::once(mark).chain(std::iter::repeat("  "));
    before.zip(lines).map(|(before, line)| format!("{before}{line}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_broken_between_words() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable ü", 4), ["unbreakable", "ü"]);
        assert!(wrap("  ", 4).is_empty());
    }

    #[test]
    fn paragraphs_and_items_are_broken_and_code_is_not() {
        let long = "word ".repeat(12);
        let line = "word ".repeat(10).trim_end().to_owned();
        let text = format!("{long}\n`a` word\n\n* {long}\n* b\n\n    {long}");
        let expected = format!(
            "{line}\nword word `a` word\n\n* {}\n  word word word\n* b\n\n    {}\n",
            "word ".repeat(9).trim_end(),
            long.trim_end(),
        );
        assert_eq!(paragraphs(&text, 50), expected);
    }

    #[test]
    fn a_reference_says_whose_id_it_takes() {
        let kind = |name: &str| Target::Kind(name.to_owned());
        assert_eq!(whose_id(&[kind("account")]), "The id of an account.");
        assert_eq!(whose_id(&[kind("person"), kind("vendor")]), "The id of a person or vendor.");
        assert_eq!(whose_id(&[Target::Any]), "The id of any record.");
    }

    #[test]
    fn lists_of_words_read_as_people_say_them() {
        let words = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(any_of(&words), "a, b or c");
        assert_eq!(any_of(&words[..2]), "a or b");
        assert_eq!(any_of(&words[..1]), "a");
    }
}
