//! Decides what an edition holds: which records, which of their fields, and which links.
//!
//! A record that is written for others goes, and with it everything that only makes sense beside it:
//! references to it, and rows and records that cannot be without such a reference. Nothing of a record
//! that goes is left in others: neither its id nor its name.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use rayon::prelude::*;

use crate::config::Edition;
use crate::markdown::{self, Destination, LinkKind, WikiLink};
use crate::model::{Model, Node, NodeIx, Target};
use crate::record::value::{Fields, Value};
use crate::scaffold::toml_string;
use crate::schema::field::{Audience, Field, FieldType, Shape};
use crate::source::{Span, Spanned};

/// What stands where prose had a link without words of its own, or a value has to stand.
pub(super) const INSTEAD: &str = "(not in this edition)";

/// What becomes of a value.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It stays.
    Stays,
    /// It goes.
    Goes,
    /// Parts of a table, by the field's place.
    Fields(Vec<(usize, Verdict)>),
    /// Parts of a list, each by where it is written.
    Items(Vec<(Span, Verdict)>),
    /// Prose, with stretches of it that are said otherwise.
    Prose(String, Vec<(Range<usize>, String)>),
    /// Another value, as TOML.
    Value(String),
    /// Parts of a table that has no shape, by key.
    Keys(Vec<(String, Verdict)>),
}

impl Verdict {
    pub(super) fn goes(&self) -> bool {
        matches!(self, Verdict::Goes)
    }

    /// Whether all of it stays as it is.
    pub(super) fn is_whole(&self) -> bool {
        match self {
            Verdict::Stays => true,
            Verdict::Goes | Verdict::Prose(..) | Verdict::Value(_) => false,
            Verdict::Fields(parts) => parts.iter().all(|(_, part)| part.is_whole()),
            Verdict::Items(parts) => parts.iter().all(|(_, part)| part.is_whole()),
            Verdict::Keys(parts) => parts.iter().all(|(_, part)| part.is_whole()),
        }
    }
}

/// What becomes of a record that stays.
pub(super) struct Kept {
    /// What becomes of its fields, by their place.
    pub(super) fields: Vec<(usize, Verdict)>,
    /// Fields of which the takeover asks and that have no value any more, as dotted paths.
    pub(super) left_out: Vec<String>,
}

/// The choice for an edition.
pub(super) struct Choice<'a> {
    pub(super) model: &'a Model,
    edition: &'a Edition,
    /// By place: what becomes of the record, or nothing where it goes.
    records: Vec<Option<Kept>>,
    /// Rows that go, of records that stay: the record, the field, the row's name.
    rows: HashSet<(NodeIx, usize, String)>,
}

impl<'a> Choice<'a> {
    /// Chooses what is in an edition.
    pub(super) fn of(model: &'a Model, edition: &'a Edition) -> Choice<'a> {
        let mut choice = Choice { model, edition, records: Vec::new(), rows: HashSet::new() };
        let nodes: Vec<&Node> = model.iter().map(|(_, node)| node).collect();
        let is_meant = |node: &&Node| choice.is_for(node.envelope.audience);
        let blank =
            |is_meant: bool| is_meant.then(|| Kept { fields: Vec::new(), left_out: Vec::new() });
        choice.records = nodes.iter().map(|node| blank(is_meant(node))).collect();
        // What goes may take others with it, until nothing more does.
        loop {
            let before = choice.size();
            let judged = nodes.par_iter().zip(&choice.records);
            let judged: Vec<Option<Kept>> = judged
                .map(|(node, kept)| kept.as_ref().and_then(|_| choice.record(node)))
                .collect();
            choice.records = judged;
            choice.rows = choice.rows_that_go();
            if choice.size() == before {
                return choice;
            }
        }
    }

    /// Whether what is written for `audience` is in the edition.
    pub(super) fn is_for(&self, audience: Audience) -> bool {
        self.edition.is_for(audience)
    }

    /// Returns what becomes of a record, or nothing where it goes.
    pub(super) fn kept(&self, ix: NodeIx) -> Option<&Kept> {
        self.records[ix.0].as_ref()
    }

    /// Whether `kind/id` stays; so does what names no record.
    pub(super) fn keeps_name(&self, name: &str) -> bool {
        self.model.by_name(name).is_none_or(|ix| self.kept(ix).is_some())
    }

    /// Whether a mark about the field at a dotted path stays: not where the field is for others.
    pub(super) fn keeps_path(&self, shape: &Shape, path: &str) -> bool {
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let Some(field) = shape.get(first) else { return true };
        self.is_for(field.audience) && (rest.is_empty() || self.keeps_path(&field.shape, rest))
    }

    /// Returns the attachments that something names which stays.
    pub(super) fn files(&self) -> BTreeSet<String> {
        let named = self.model.iter().par_bridge().filter_map(|(ix, node)| {
            let kept = self.kept(ix)?;
            let mut files = Vec::new();
            let shape = &self.model.kind_of(ix).shape;
            files_of(shape, &node.fields, &kept.fields, &mut files);
            Some(files)
        });
        named.flatten().collect()
    }

    fn size(&self) -> (usize, usize) {
        (self.records.iter().flatten().count(), self.rows.len())
    }

    fn record(&self, node: &Node) -> Option<Kept> {
        let kind = self.model.catalog.kind(node.kind);
        let Verdict::Fields(fields) = self.fields(node, &kind.shape, &node.fields, false) else {
            return None;
        };
        let mut left_out = Vec::new();
        gaps(&kind.shape, &fields, "", &mut left_out);
        Some(Kept { fields, left_out })
    }

    /// A table goes with all its fields, or with one that it cannot be without.
    fn fields(
        &self,
        node: &Node,
        shape: &Shape,
        fields: &Fields<Target>,
        is_inner: bool,
    ) -> Verdict {
        let mut verdicts = Vec::new();
        for (place, value) in fields.iter() {
            let field = &shape.fields()[place];
            let verdict = match self.is_for(field.audience) {
                true => self.value(node, field, value),
                false => Verdict::Goes,
            };
            if verdict.goes() && field.required {
                return Verdict::Goes;
            }
            verdicts.push((place, verdict));
        }
        let is_empty = !verdicts.is_empty() && verdicts.iter().all(|(_, verdict)| verdict.goes());
        if is_inner && is_empty { Verdict::Goes } else { Verdict::Fields(verdicts) }
    }

    fn value(&self, node: &Node, field: &Field, value: &Spanned<Value<Target>>) -> Verdict {
        match &value.value {
            Value::Reference(target) if !self.keeps(target) => {
                match field.required && field.takes(FieldType::Text) {
                    true => Verdict::Value(toml_string(INSTEAD)),
                    false => Verdict::Goes,
                }
            }
            Value::Markdown(text) if text.contains("[[") => self.prose(node, text),
            Value::Table(fields) => self.fields(node, &field.shape, fields, true),
            Value::List(items) => {
                let judged = items.iter().map(|item| (item.span, self.value(node, field, item)));
                let judged: Vec<_> = judged.collect();
                match !judged.is_empty() && judged.iter().all(|(_, verdict)| verdict.goes()) {
                    true => Verdict::Goes,
                    false => Verdict::Items(judged),
                }
            }
            _ => Verdict::Stays,
        }
    }

    /// Whether what a reference points to stays: the record, and the row of it.
    fn keeps(&self, target: &Target) -> bool {
        let goes = |row: &String| {
            let fields = 0..self.model.kind_of(target.node).shape.fields().len();
            let mut rows = fields.map(|place| (target.node, place, row.clone()));
            rows.any(|row| self.rows.contains(&row))
        };
        self.kept(target.node).is_some()
            && (self.rows.is_empty() || !target.row.as_ref().is_some_and(goes))
    }

    fn prose(&self, node: &Node, text: &str) -> Verdict {
        let mut changes = Vec::new();
        for link in markdown::scan(text).links {
            let LinkKind::Wiki(wiki) = &link.what else { continue };
            let target = node.links.get(&wiki.key());
            if target.is_some_and(|target| self.kept(target.node).is_none()) {
                let words = words_of(&text[link.range.clone()], wiki);
                changes.push((link.range, words));
            }
        }
        match changes.is_empty() {
            true => Verdict::Stays,
            false => Verdict::Prose(text.to_owned(), changes),
        }
    }

    fn rows_that_go(&self) -> HashSet<(NodeIx, usize, String)> {
        let mut rows = HashSet::new();
        for (ix, node) in self.model.iter() {
            let Some(kept) = self.kept(ix) else { continue };
            let shape = &self.model.kind_of(ix).shape;
            for (place, verdict) in &kept.fields {
                let field = &shape.fields()[*place];
                let key = field.row.as_deref().and_then(|row| field.shape.index(row));
                let (Some(key), Some(value)) = (key, node.fields.get(*place)) else { continue };
                for (row, verdict) in Value::rows(value).iter().zip(of_items(verdict)) {
                    let name = row.value.as_table().and_then(|row| row.get(key));
                    let name = name.and_then(|name| name.value.as_text());
                    if let (true, Some(name)) = (verdict, name) {
                        rows.insert((ix, *place, name.to_owned()));
                    }
                }
            }
        }
        rows
    }
}

/// Returns for each item of a list whether it goes.
fn of_items(verdict: &Verdict) -> Box<dyn Iterator<Item = bool> + '_> {
    match verdict {
        Verdict::Items(items) => Box::new(items.iter().map(|(_, verdict)| verdict.goes())),
        other => Box::new(std::iter::repeat(other.goes())),
    }
}

/// Returns the words of a link that leads nowhere any more: its own, as they are written.
fn words_of(written: &str, link: &WikiLink) -> String {
    let own = written.trim_start_matches("[[").trim_end_matches("]]");
    match (&link.text, own.split_once('|')) {
        (Some(_), Some((_, words))) => words.trim().to_owned(),
        _ => INSTEAD.to_owned(),
    }
}

/// Collects the fields that the takeover asks for and that have lost their value: who reads the
/// edition must not think that nobody knows.
fn gaps(shape: &Shape, verdicts: &[(usize, Verdict)], prefix: &str, paths: &mut Vec<String>) {
    for (place, verdict) in verdicts {
        let field = &shape.fields()[*place];
        let path = format!("{prefix}{}", field.name);
        match verdict {
            Verdict::Goes if field.takeover => paths.push(path),
            Verdict::Fields(inner) => gaps(&field.shape, inner, &format!("{path}."), paths),
            _ => {}
        }
    }
}

/// Collects the attachments that values name which stay.
fn files_of(
    shape: &Shape,
    fields: &Fields<Target>,
    verdicts: &[(usize, Verdict)],
    files: &mut Vec<String>,
) {
    for (place, verdict) in verdicts {
        if let Some(value) = fields.get(*place) {
            files_in(&shape.fields()[*place], value, verdict, files);
        }
    }
}

fn files_in(
    field: &Field,
    value: &Spanned<Value<Target>>,
    verdict: &Verdict,
    files: &mut Vec<String>,
) {
    match (&value.value, verdict) {
        (_, Verdict::Goes) => {}
        (Value::File(path), _) => files.push(path.clone()),
        (Value::Markdown(text), _) if text.contains("files/") => {
            for link in markdown::scan(text).links {
                if let LinkKind::Url(url) | LinkKind::Image(url) = &link.what
                    && let Ok(Destination::File(path)) = markdown::destination(url)
                {
                    files.push(path.to_owned());
                }
            }
        }
        (Value::Table(fields), Verdict::Fields(verdicts)) => {
            files_of(&field.shape, fields, verdicts, files);
        }
        (Value::List(items), Verdict::Items(verdicts)) => {
            for (item, (_, verdict)) in items.iter().zip(verdicts) {
                files_in(field, item, verdict, files);
            }
        }
        _ => {}
    }
}
