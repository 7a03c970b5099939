//! Reads the words of the pages, and finds what templates ask for and nobody gives.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::TEMPLATE;
use super::files::Files;
use super::templates::{Template, no_place};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;
use crate::text;

/// The file of the texts.
const FILE: &str = "i18n/en.toml";

/// Texts by key.
pub type Texts = BTreeMap<String, String>;

/// Reads the texts: the runbook's own over the theme's over the shared ones, so that each may give
/// only those it wants otherwise.
pub fn read(files: &Files<'_>, found: &mut Diagnostics) -> Texts {
    let mut texts = Texts::new();
    for layer in files.layers(FILE) {
        let read = toml::from_str::<Texts>(layer);
        texts.extend(read.expect("a test reads all files of the embedded themes"));
    }
    texts.extend(files.data::<Texts>(FILE, found));
    texts
}

/// Reports every text that a template asks for and that there is not. Told before a page is made,
/// since a rare page may be the only one to ask.
pub fn check(templates: &BTreeMap<String, Template>, texts: &Texts, found: &mut Diagnostics) {
    for (name, template) in templates {
        let mut told = BTreeSet::new();
        for (key, range) in asked_for(&template.text) {
            if texts.contains_key(key) || !told.insert(key) {
                continue;
            }
            let span = template.own.map_or(no_place(), |own| Span::new(own.file, range));
            let message =
                format!("the template `{name}` asks for the text `{key}`, which there is not");
            let help = match text::nearest(key, texts.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `t.{near}`?"),
                None => format!("give it in `theme/{FILE}`"),
            };
            found.push(Diagnostic::new(&TEMPLATE, span, message).help(help));
        }
    }
}

/// Returns the keys behind `t.` in the expressions of a template, with where they stand.
///
/// Of a template that has a variable of its own called `t` nothing is returned: what it asks for
/// shows when its page is made.
fn asked_for(template: &str) -> Vec<(&str, Range<usize>)> {
    let mut keys = Vec::new();
    for inside in expressions(template) {
        let code = &template[inside.clone()];
        if binds_t(code) {
            return Vec::new();
        }
        for (at, _) in code.match_indices("t.") {
            let before = code[..at].chars().next_back();
            let rest = &code[at + 2..];
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let is_part = before.is_some_and(|c| is_word(c) || c == '.');
            let is_asked_about = rest[end..].trim_start().starts_with("is ");
            if !is_part && !is_asked_about && end > 0 && !in_quotes(&code[..at]) {
                let start = inside.start + at + 2;
                keys.push((&rest[..end], start..start + end));
            }
        }
    }
    keys
}

fn binds_t(code: &str) -> bool {
    let words: Vec<&str> = code.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    let bound_by = |by: &str| words.windows(2).any(|pair| pair == [by, "t"]);
    let in_pair = words.first() == Some(&"for") || words.contains(&"for");
    ["set", "set_global", "for"].into_iter().any(bound_by)
        || (in_pair && words.windows(4).any(|it| it[0] == "for" && it[2..].contains(&"t")))
}

/// Whether what follows `code` stands inside a text in quotes.
fn in_quotes(code: &str) -> bool {
    let mut open = None;
    for c in code.chars() {
        match open {
            None if matches!(c, '"' | '\'' | '`') => open = Some(c),
            Some(quote) if quote == c => open = None,
            _ => {}
        }
    }
    open.is_some()
}

/// Returns where the insides of `{{ }}` and `{% %}` are; comments are passed over.
fn expressions(template: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = template[at..].find('{').map(|offset| at + offset) {
        let end = match template[open + 1..].chars().next() {
            Some('#') => "#}",
            Some('%') => "%}",
            Some('{') => "}}",
            _ => {
                at = open + 1;
                continue;
            }
        };
        let start = open + 2;
        let close = template[start..].find(end).map_or(template.len(), |offset| start + offset);
        if end != "#}" {
            found.push(start..close);
        }
        at = (close + end.len()).min(template.len());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(template: &str) -> Vec<&str> {
        asked_for(template).into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn the_texts_that_a_template_asks_for_are_found_in_its_expressions() {
        let template =
            "t.no {# {{ t.no }} #}{{ t.a }}{% if x.t.no %}{{ <w word={t.b ~ \"t.no\"} /> }}";
        assert_eq!(keys(template), ["a", "b"]);
        assert_eq!(keys("{{ about.no }}{% if t.no is defined %}{{ t.c | lower }}"), ["c"]);
    }

    #[test]
    fn a_template_with_a_t_of_its_own_is_left_to_the_engine() {
        assert!(keys("{% for t in terms %}{{ t.name }}{% endfor %}").is_empty());
        assert!(keys("{% for key, t in terms %}{{ t.name }}{% endfor %}").is_empty());
        assert!(keys("{% set t = term %}{{ t.name }}").is_empty());
    }
}
