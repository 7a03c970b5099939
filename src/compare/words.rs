//! Says plain values as people read them, and what differs between two of them.

use std::collections::HashMap;

use jiff::civil::{Date, DateTime};
use similar::{ChangeTag, TextDiff};

use crate::history::{Plain, State};
use crate::schema::Catalog;
use crate::schema::field::{Duration, Field, FieldType, Target};
use crate::schema::role::Role;

/// Text that stays is shortened beyond so many characters, where it stands between differences.
const MOST_SAME: usize = 160;

/// Values up to so many bytes are taken in at a glance.
const SHORT: usize = 32;

/// A piece of a text of which another version is compared with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// Its text.
    pub text: String,
    /// Whether only this version has it.
    pub differs: bool,
}

/// What records are called, before and after, by `kind/id` and by their bare ids.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Names {
    titles: HashMap<String, String>,
    kinds: HashMap<String, Vec<String>>,
}

impl Names {
    /// Returns the names of all records in `states`; what an earlier one says counts.
    pub fn of(states: &[&State], catalog: &Catalog) -> Names {
        let mut names = Names::default();
        for (name, record) in states.iter().flat_map(|state| &state.records) {
            names.add(name, record, catalog);
        }
        names
    }

    /// Adds what a record is called, unless that is known.
    pub fn add(&mut self, name: &str, record: &Plain, catalog: &Catalog) {
        if self.titles.contains_key(name) {
            return;
        }
        self.titles.insert(name.to_owned(), title(name, record, catalog));
        if let Some((kind, id)) = name.split_once('/') {
            self.kinds.entry(id.to_owned()).or_default().push(kind.to_owned());
        }
    }

    /// Puts what a known record is called now.
    pub fn put(&mut self, name: &str, title: String) {
        self.titles.insert(name.to_owned(), title);
    }

    /// Returns what the record `kind/id` is called.
    pub fn title<'a>(&'a self, name: &'a str) -> &'a str {
        self.titles.get(name).map_or(name, String::as_str)
    }

    /// Returns `kind/id` of what a reference names.
    fn resolve(&self, field: &Field, text: &str) -> Option<String> {
        if text.contains('/') {
            return self.titles.contains_key(text).then(|| text.to_owned());
        }
        let kinds = self.kinds.get(text)?;
        let allowed = |kind: &&String| {
            field.to.iter().any(|to| match to {
                Target::Any => true,
                Target::Kind(name) | Target::Row { kind: name, .. } => name == *kind,
            })
        };
        let kind = kinds.iter().find(allowed)?;
        Some(format!("{kind}/{text}"))
    }

    /// Returns what a reference names as words, and in one spelling however it is written.
    fn reference(&self, field: &Field, text: &str) -> Option<(String, String)> {
        let (id, row) = match text.split_once(':') {
            Some((id, row)) => (id, Some(row)),
            None => (text, None),
        };
        let name = self.resolve(field, id)?;
        let title = self.title(&name).to_owned();
        Some(match row {
            Some(row) => (format!("{title}: {row}"), format!("{name}:{row}")),
            None => (title, name),
        })
    }
}

/// Returns what a record is called: its title, or its id where it has none.
pub fn title(name: &str, record: &Plain, catalog: &Catalog) -> String {
    let (kind, id) = name.split_once('/').unwrap_or(("", name));
    let kind = catalog.by_name(kind).map(|kind| catalog.kind(kind));
    let title = kind.and_then(|kind| record.at(&kind.title)).and_then(Plain::as_text);
    title.unwrap_or(id).to_owned()
}

/// Returns a value as people read it.
pub fn in_words(field: Option<&Field>, value: &Plain, names: &Names) -> String {
    match value {
        Plain::List(items) => {
            let items: Vec<String> =
                items.iter().map(|item| in_words(field, item, names)).collect();
            let joint = if items.iter().any(|item| item.contains(',')) { "; " } else { ", " };
            items.join(joint)
        }
        Plain::Table(entries) => {
            let words = entries.iter().map(|(key, value)| {
                let field = field.and_then(|field| field.shape.get(key));
                let label = field.map_or(&**key, |field| field.label.as_str());
                format!("{label}: {}", in_words(field, value, names))
            });
            words.collect::<Vec<_>>().join("; ")
        }
        single => one_in_words(field, single, names),
    }
}

fn one_in_words(field: Option<&Field>, value: &Plain, names: &Names) -> String {
    let takes = |kind| field.is_some_and(|field| field.takes(kind));
    let with_unit = |text: String| match field.and_then(|field| field.unit.as_deref()) {
        Some(unit) => format!("{text} {unit}"),
        None => text,
    };
    match value {
        Plain::Text(text) if takes(FieldType::Choice) => {
            field.map_or(&**text, |field| field.choice_label(text)).to_owned()
        }
        Plain::Text(text) if takes(FieldType::Reference) => field
            .and_then(|field| names.reference(field, text))
            .map_or(text.to_string(), |(words, _)| words),
        Plain::Text(text) if takes(FieldType::Duration) => {
            Duration::parse(text).map_or(text.to_string(), |duration| duration.in_words())
        }
        Plain::Text(text) => text.to_string(),
        Plain::Integer(number) => with_unit(number.to_string()),
        Plain::Float(number) => with_unit(number.to_string()),
        // As the values of settings are said on the pages of records.
        Plain::Boolean(value) if takes(FieldType::Scalar) => {
            if *value { "on" } else { "off" }.to_owned()
        }
        Plain::Boolean(value) => if *value { "yes" } else { "no" }.to_owned(),
        Plain::Datetime(moment) => moment_in_words(moment),
        Plain::List(_) | Plain::Table(_) => String::new(),
    }
}

fn moment_in_words(moment: &str) -> String {
    if let Ok(date) = moment.parse::<Date>()
        && moment.len() == 10
    {
        return date.strftime("%-d %b %Y").to_string();
    }
    match moment.parse::<DateTime>() {
        Ok(time) => time.strftime("%-d %b %Y, %H:%M").to_string(),
        Err(_) => moment.to_owned(),
    }
}

/// Whether two values say the same in other spellings: a reference with its kind and without.
pub fn is_same(field: Option<&Field>, a: &Plain, b: &Plain, names: &Names) -> bool {
    let Some(field) = field.filter(|field| field.takes(FieldType::Reference)) else {
        return false;
    };
    let spelt = |value: &Plain| {
        let spelt = value.items().iter().map(|item| {
            let text = item.as_text()?;
            Some(names.reference(field, text)?.1)
        });
        spelt.collect::<Option<Vec<String>>>()
    };
    spelt(a).is_some_and(|spelt_a| spelt(b) == Some(spelt_a))
}

/// Returns the two versions of a text in pieces, those that differ marked. Long stretches that stay are
/// shortened.
pub fn pieces(before: &str, after: &str) -> (Vec<Piece>, Vec<Piece>) {
    let diff = TextDiff::from_words(before, after);
    // Texts that have little in common are read one after the other, not word by word; so are short ones.
    let is_short = before.len() <= SHORT && after.len() <= SHORT;
    if is_short || diff.ratio() < 0.4 {
        let whole = |text: &str| vec![Piece { text: text.to_owned(), differs: true }];
        return (whole(before), whole(after));
    }
    let mut sides = (Vec::new(), Vec::new());
    for change in diff.iter_all_changes() {
        let text = change.value();
        match change.tag() {
            ChangeTag::Equal => {
                push(&mut sides.0, text, false);
                push(&mut sides.1, text, false);
            }
            ChangeTag::Delete => push(&mut sides.0, text, true),
            ChangeTag::Insert => push(&mut sides.1, text, true),
        }
    }
    (shortened(sides.0), shortened(sides.1))
}

fn push(pieces: &mut Vec<Piece>, text: &str, differs: bool) {
    match pieces.last_mut() {
        Some(last) if last.differs == differs => last.text.push_str(text),
        _ => pieces.push(Piece { text: text.to_owned(), differs }),
    }
}

fn shortened(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let last = pieces.len().saturating_sub(1);
    for (ix, piece) in pieces.iter_mut().enumerate().filter(|(_, piece)| !piece.differs) {
        let chars: Vec<char> = piece.text.chars().collect();
        if chars.len() <= MOST_SAME {
            continue;
        }
        let kept = MOST_SAME / 3;
        let head: String = chars[..kept].iter().collect();
        let tail: String = chars[chars.len() - kept..].iter().collect();
        let head = if ix == 0 { String::new() } else { head };
        let tail = if ix == last { String::new() } else { tail };
        piece.text = format!("{head} … {tail}");
    }
    pieces
}

/// Returns the text of pieces.
pub fn text_of(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

/// Returns what a setting is set to, with its unit.
pub fn setting_in_words(shape: &crate::schema::field::Shape, row: &Plain, names: &Names) -> String {
    let at = |role| {
        let field = shape.with_role(role)?;
        Some((field, row.get(&field.name)?))
    };
    let value = at(Role::SettingValue).map(|(field, value)| in_words(Some(field), value, names));
    let unit = at(Role::SettingUnit).and_then(|(_, unit)| unit.as_text());
    match (value, unit) {
        (Some(value), Some(unit)) => format!("{value} {unit}"),
        (value, _) => value.unwrap_or_default(),
    }
}

/// Returns prose with links in words: what stands in brackets is for the program.
pub fn prose(text: &str, names: &Names) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("[[") {
        let Some((link, after)) = behind.split_once("]]") else { break };
        words.push_str(before);
        match link.split_once('|') {
            Some((_, shown)) => words.push_str(shown.trim()),
            None => words.push_str(names.wiki(link)),
        }
        rest = after;
    }
    words.push_str(rest);
    words.trim_end().to_owned()
}

impl Names {
    /// Returns what the record is called that a link in prose names.
    fn wiki<'a>(&'a self, link: &'a str) -> &'a str {
        let target = link.split('#').next().unwrap_or(link).trim();
        if target.contains('/') {
            return self.title(target);
        }
        let kinds = self.kinds.get(target).map_or(&[][..], Vec::as_slice);
        match kinds {
            [kind] => self.titles.get(&format!("{kind}/{target}")).map_or(target, String::as_str),
            _ => target,
        }
    }
}
