//! Takes out of a file of records what an edition leaves out.

use std::collections::BTreeSet;
use std::ops::Range;

use super::choice::{Choice, Kept, Verdict};
use super::sheet::{Fate, Sheet};
use crate::config::LEFT_OUT;
use crate::model::NodeIx;
use crate::scaffold::toml_string;
use crate::schema::field::Shape;
use crate::source::{SourceFile, Span, Spanned};
use crate::syntax::{self, Document, Entry, Item, Table};

/// Returns the text of a file of records without what goes; nothing where no record of it stays.
/// `records` are those that the file holds, and `files` the attachments that stay.
pub(super) fn records(
    file: &SourceFile,
    choice: &Choice<'_>,
    records: &[NodeIx],
    files: &BTreeSet<String>,
) -> Option<String> {
    if records.iter().all(|ix| choice.kept(*ix).is_none()) {
        return None;
    }
    let document = syntax::parse(file).value;
    let text = file.as_text()?;
    let sheet = Sheet::new(text, document.body.as_ref().map(|body| body.span.range().start));
    let mut pruning = Pruning { choice, files, sheet };
    match records {
        [ix] if choice.model.node(*ix).span.range().is_empty() => pruning.one(&document, *ix)?,
        _ => pruning.many(&document, records),
    }
    Some(pruning.sheet.finish())
}

struct Pruning<'a> {
    choice: &'a Choice<'a>,
    files: &'a BTreeSet<String>,
    sheet: Sheet<'a>,
}

/// What becomes of what is not spoken of.
const STAYS: &Verdict = &Verdict::Stays;
const GOES: &Verdict = &Verdict::Goes;

impl Pruning<'_> {
    /// A file that is one record.
    fn one(&mut self, document: &Document, ix: NodeIx) -> Option<()> {
        let kept = self.choice.kept(ix)?;
        let kind = self.choice.model.kind_of(ix);
        self.record(&document.root, ix, kept);
        if let (Some(body), Some(field)) = (&document.body, kind.body.as_deref()) {
            match self.in_shape(&kind.shape, &kept.fields, field).0 {
                Verdict::Goes => self.sheet.replace(body.span.range(), ""),
                Verdict::Prose(text, changes) => self.prose(body.span, text, changes),
                _ => {}
            }
        }
        Some(())
    }

    /// A file of a table for each record.
    fn many(&mut self, document: &Document, records: &[NodeIx]) {
        let none = Shape::default();
        for entry in &document.root.entries {
            let is_here = |ix: &&NodeIx| self.choice.model.node(**ix).span == entry.key.span;
            let record = records.iter().find(is_here);
            let kept = record.and_then(|ix| Some((*ix, self.choice.kept(*ix)?)));
            match (&entry.value.value, kept) {
                (Item::Table(table), Some((ix, kept))) if is_written(entry) => {
                    let fate = self.record_in_braces(table, ix, kept);
                    self.sheet.statement(statement(entry), fate);
                }
                (Item::Table(table), Some((ix, kept))) => {
                    self.header(table.span, Fate::Stays);
                    self.record(table, ix, kept);
                }
                _ => self.entry(entry, GOES, &none),
            }
        }
    }

    /// The table of a record.
    fn record(&mut self, table: &Table, ix: NodeIx, kept: &Kept) {
        let shape = &self.choice.model.kind_of(ix).shape;
        let mut end_of_first = None;
        let mut marks = !kept.left_out.is_empty();
        for entry in &table.entries {
            let mark = self.mark(entry, shape, &kept.left_out);
            marks &= entry.key.value != LEFT_OUT;
            let (verdict, inner) = match &mark {
                Some(mark) => (mark, shape),
                None => self.in_shape(shape, &kept.fields, &entry.key.value),
            };
            self.entry(entry, verdict, inner);
            if end_of_first.is_none() && is_written(entry) && !verdict.goes() {
                end_of_first = Some(entry.value.span.range().end);
            }
        }
        if let (true, Some(end)) = (marks, end_of_first) {
            let line = format!("{LEFT_OUT} = {}", list(&kept.left_out));
            self.sheet.add_line_behind(end, &line);
        }
    }

    /// A record that is written in braces; says whether something of it goes.
    fn record_in_braces(&mut self, table: &Table, ix: NodeIx, kept: &Kept) -> Fate {
        let mut is_whole = true;
        let shape = &self.choice.model.kind_of(ix).shape;
        let mut elements = Vec::new();
        let mut marks = !kept.left_out.is_empty();
        for entry in &table.entries {
            let mark = self.mark(entry, shape, &kept.left_out);
            marks &= entry.key.value != LEFT_OUT;
            let (verdict, inner) = match &mark {
                Some(mark) => (mark, shape),
                None => self.in_shape(shape, &kept.fields, &entry.key.value),
            };
            is_whole &= verdict.is_whole();
            self.element(entry, verdict, inner, &mut elements);
        }
        let last = elements.iter().rfind(|(_, fate)| *fate == Fate::Stays);
        if let (true, Some((end, _))) = (marks, last) {
            self.sheet.replace(*end..*end, format!(", {LEFT_OUT} = {}", list(&kept.left_out)));
        }
        self.sheet.elements(table.span.range(), &elements);
        if is_whole { Fate::Stays } else { Fate::Thinned }
    }

    /// Returns what becomes of a key of a table, and the shape of its value.
    fn in_shape<'v>(
        &self,
        shape: &'v Shape,
        verdicts: &'v [(usize, Verdict)],
        key: &str,
    ) -> (&'v Verdict, &'v Shape) {
        let Some(place) = shape.index(key) else { return (STAYS, shape) };
        let field = &shape.fields()[place];
        let verdict = verdicts.iter().find(|(other, _)| *other == place).map(|(_, it)| it);
        let of_field = if self.choice.is_for(field.audience) { STAYS } else { GOES };
        (verdict.unwrap_or(of_field), &field.shape)
    }

    fn in_verdict<'v>(
        &self,
        verdict: &'v Verdict,
        shape: &'v Shape,
        key: &str,
    ) -> (&'v Verdict, &'v Shape) {
        match verdict {
            Verdict::Goes => (GOES, shape),
            Verdict::Fields(fields) => self.in_shape(shape, fields, key),
            Verdict::Keys(keys) => {
                let found = keys.iter().find(|(name, _)| name == key);
                (found.map_or(STAYS, |(_, verdict)| verdict), shape)
            }
            _ => (STAYS, shape),
        }
    }

    /// What stands on lines of its own.
    fn entry(&mut self, entry: &Entry, verdict: &Verdict, shape: &Shape) {
        if is_written(entry) {
            let fate =
                if verdict.is_whole() { Fate::Stays } else { fate(verdict).max(Fate::Thinned) };
            self.sheet.statement(statement(entry), fate);
            if fate == Fate::Thinned {
                self.written(&entry.value.value, entry.value.span, verdict, shape);
            }
            return;
        }
        match &entry.value.value {
            Item::Table(table) => self.table(table, verdict, shape),
            Item::Array(items) => {
                for item in items {
                    if let Item::Table(table) = &item.value {
                        self.table(table, item_of(verdict, item.span), shape);
                    }
                }
            }
            _ => {}
        }
    }

    /// A table with a header, or made by keys with dots.
    fn table(&mut self, table: &Table, verdict: &Verdict, shape: &Shape) {
        self.header(table.span, fate(verdict));
        for entry in &table.entries {
            let (verdict, inner) = self.in_verdict(verdict, shape, &entry.key.value);
            self.entry(entry, verdict, inner);
        }
    }

    fn header(&mut self, span: Span, fate: Fate) {
        let range = span.range();
        if self.sheet.text()[range.clone()].starts_with('[') {
            self.sheet.statement(range, fate);
        }
    }

    /// A value behind its key, or in a list.
    fn written(&mut self, item: &Item, span: Span, verdict: &Verdict, shape: &Shape) {
        match (item, verdict) {
            (_, Verdict::Value(text)) => self.sheet.replace(span.range(), text.clone()),
            (_, Verdict::Prose(text, changes)) => self.prose(span, text, changes),
            (Item::Array(items), Verdict::Items(_)) => {
                let mut elements = Vec::with_capacity(items.len());
                for item in items {
                    let verdict = item_of(verdict, item.span);
                    elements.push((item.span.range().end, fate(verdict)));
                    self.written(&item.value, item.span, verdict, shape);
                }
                self.sheet.elements(span.range(), &elements);
            }
            (item, Verdict::Items(items)) if !matches!(item, Item::Array(_)) => {
                if let [(_, verdict)] = items.as_slice() {
                    self.written(item, span, verdict, shape);
                }
            }
            (Item::Table(table), Verdict::Fields(_) | Verdict::Keys(_)) => {
                let mut elements = Vec::new();
                for entry in &table.entries {
                    let (verdict, inner) = self.in_verdict(verdict, shape, &entry.key.value);
                    self.element(entry, verdict, inner, &mut elements);
                }
                self.sheet.elements(span.range(), &elements);
            }
            _ => {}
        }
    }

    /// A member of a table in braces; one with dots in its key stands for several.
    fn element(
        &mut self,
        entry: &Entry,
        verdict: &Verdict,
        shape: &Shape,
        elements: &mut Vec<(usize, Fate)>,
    ) {
        match &entry.value.value {
            Item::Table(table) if !is_written(entry) => {
                for entry in &table.entries {
                    let (verdict, inner) = self.in_verdict(verdict, shape, &entry.key.value);
                    self.element(entry, verdict, inner, elements);
                }
            }
            item => {
                elements.push((entry.value.span.range().end, fate(verdict)));
                self.written(item, entry.value.span, verdict, shape);
            }
        }
    }

    /// Puts words in place of links, in the text as it is spelt; where it is spelt with escapes, all of
    /// it is written anew.
    fn prose(&mut self, span: Span, text: &str, changes: &[(Range<usize>, String)]) {
        let range = span.range();
        let spelt = &self.sheet.text()[range.clone()];
        if let Some(at) = spelt.find(text) {
            for (place, words) in changes {
                let start = range.start + at;
                self.sheet.replace(start + place.start..start + place.end, words.as_str());
            }
            return;
        }
        let mut changed = text.to_owned();
        for (place, words) in changes.iter().rev() {
            changed.replace_range(place.clone(), words);
        }
        self.sheet.replace(range, toml_string(&changed));
    }

    /// Returns what becomes of what a record says beside its fields.
    fn mark(&self, entry: &Entry, shape: &Shape, left_out: &[String]) -> Option<Verdict> {
        let value = &entry.value.value;
        match entry.key.value.as_str() {
            "unknown" => Some(self.unknown(value, shape)),
            "not_applicable" => Some(self.reasons(value, shape, "")),
            "not_a_secret" => Some(self.secret_marks(value)),
            LEFT_OUT if !left_out.is_empty() => {
                Some(Verdict::Value(list(&joined(value, left_out))))
            }
            _ => None,
        }
    }

    fn unknown(&self, value: &Item, shape: &Shape) -> Verdict {
        let goes =
            |item: &Item| matches!(item, Item::Text(path) if !self.choice.keeps_path(shape, path));
        match value {
            Item::Array(items) => of_items(items, goes),
            other if goes(other) => Verdict::Goes,
            _ => Verdict::Stays,
        }
    }

    fn reasons(&self, value: &Item, shape: &Shape, prefix: &str) -> Verdict {
        let Item::Table(table) = value else { return Verdict::Stays };
        let judged = table.entries.iter().map(|entry| {
            let path = format!("{prefix}{}", entry.key.value);
            let verdict = match &entry.value.value {
                inner @ Item::Table(_) => self.reasons(inner, shape, &format!("{path}.")),
                _ if self.choice.keeps_path(shape, &path) => Verdict::Stays,
                _ => Verdict::Goes,
            };
            (entry.key.value.clone(), verdict)
        });
        let judged: Vec<_> = judged.collect();
        match !judged.is_empty() && judged.iter().all(|(_, verdict)| verdict.goes()) {
            true => Verdict::Goes,
            false => Verdict::Keys(judged),
        }
    }

    fn secret_marks(&self, value: &Item) -> Verdict {
        let Item::Array(items) = value else { return Verdict::Stays };
        of_items(items, |item| {
            let Item::Table(table) = item else { return false };
            let Some(Item::Text(file)) = table.get("file").map(|entry| &entry.value.value) else {
                return false;
            };
            let inside = file.strip_prefix("files/").unwrap_or(file);
            !self.files.contains(&format!("files/{inside}"))
        })
    }
}

fn of_items(items: &[Spanned<Item>], goes: impl Fn(&Item) -> bool) -> Verdict {
    let judged = items.iter().map(|item| {
        let verdict = if goes(&item.value) { Verdict::Goes } else { Verdict::Stays };
        (item.span, verdict)
    });
    let judged: Vec<_> = judged.collect();
    match !judged.is_empty() && judged.iter().all(|(_, verdict)| verdict.goes()) {
        true => Verdict::Goes,
        false => Verdict::Items(judged),
    }
}

/// Returns what was left out before, and what is now.
pub(super) fn joined(before: &Item, left_out: &[impl AsRef<str>]) -> Vec<String> {
    let before = match before {
        Item::Array(items) => items.iter().map(|item| &item.value).collect(),
        other => vec![other],
    };
    let words = before.into_iter().filter_map(|item| match item {
        Item::Text(word) => Some(word.clone()),
        _ => None,
    });
    let mut all: Vec<String> = words.collect();
    for word in left_out.iter().map(AsRef::as_ref) {
        if !all.iter().any(|other| other == word) {
            all.push(word.to_owned());
        }
    }
    all
}

/// Returns a list of words as TOML.
pub(super) fn list(words: &[impl AsRef<str>]) -> String {
    let words: Vec<String> = words.iter().map(|word| toml_string(word.as_ref())).collect();
    format!("[{}]", words.join(", "))
}

fn item_of(verdict: &Verdict, span: Span) -> &Verdict {
    match verdict {
        Verdict::Goes => GOES,
        Verdict::Items(items) => {
            items.iter().find(|(item, _)| *item == span).map_or(STAYS, |(_, verdict)| verdict)
        }
        _ => STAYS,
    }
}

fn fate(verdict: &Verdict) -> Fate {
    if verdict.goes() { Fate::Goes } else { Fate::Stays }
}

/// Whether the value stands behind its key: what only a header or dots have made does not.
pub(super) fn is_written(entry: &Entry) -> bool {
    entry.key.span.end <= entry.value.span.start
}

/// Returns where a key and its value are.
pub(super) fn statement(entry: &Entry) -> Range<usize> {
    entry.key.span.range().start..entry.value.span.range().end
}
