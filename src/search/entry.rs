//! Reads a page's view: what search says about it, and by which words it is found.

use serde::{Deserialize, Serialize};

use super::terms::{Collector, Mention, Place, Terms, Use, Worth};
use crate::markdown;
use crate::plan::view::{
    EmergencyView, Fact, GlossaryView, Grid, Label, Page, Prose, RecordView, Shown, Sought, Step,
    TakeoverView, TocEntry, View,
};

/// Longer texts of parts are cut.
const LONGEST_PART: usize = 90;

/// A page has no more parts than these that can be opened by a hit.
const MOST_PARTS: usize = 1000;

/// What the overview pages stand under among the hits: folder, one of them, many.
pub const PAGES: (&str, &str, &str) = ("pages", "Page", "Pages");

/// What the pages of what changed stand under, in the folder of that name.
const CHANGES: (&str, &str, &str) = ("changes", "Maintenance window", "Maintenance windows");

/// What search knows of one page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// What it stands under: its kind's folder, one of them, many.
    pub kind: (String, String, String),
    /// Whether it is a record; else it is a page about the runbook as a whole.
    pub is_record: bool,
    /// The name of its file, without `.html`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// A line about it.
    pub line: String,
    /// Whether the record is out of use.
    pub retired: bool,
    /// How many words its title has.
    pub title_words: usize,
    /// How many words its body has.
    pub length: u32,
    /// What can be opened within it.
    pub parts: Vec<Part>,
    /// Its words.
    pub words: Terms<Use>,
    /// Its identifiers.
    pub identifiers: Terms<Mention>,
}

/// A place within a page: a setting, a step, a row, a heading, a term.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Part {
    /// What it is called.
    pub text: String,
    /// What it says.
    pub detail: String,
    /// Its anchor.
    pub anchor: String,
}

/// Returns what search knows of a page; nothing for lists and for pages that only lead elsewhere.
pub fn read(page: &Page) -> Option<Entry> {
    let mut reader = Reader::default();
    let kind = match &page.view {
        View::Record(view) => {
            reader.record(view);
            let kind = &view.kind;
            (kind.plural.clone(), kind.label.clone(), kind.label_plural.clone())
        }
        View::Takeover(view) => reader.takeover(view),
        View::Glossary(view) => reader.glossary(view),
        View::Emergency(view) => reader.emergency(view),
        View::Timeline(_) | View::Window(_) => {
            reader.contents(&page.page.toc);
            owned(CHANGES)
        }
        View::Home(_)
        | View::Control(_)
        | View::Ownership(_)
        | View::Renewals(_)
        | View::Network(_)
        | View::Dependencies(_)
        | View::Addresses(_)
        | View::Missing(_)
        | View::Evidence(_)
        | View::Acceptance(_)
        | View::Sealed(_)
        | View::About(_)
        | View::Data(_) => reader.contents(&page.page.toc),
        View::List(_)
        | View::Alphabet(_)
        | View::RackSheet(_)
        | View::Search {}
        | View::Book(_)
        | View::Moved { .. }
        | View::NotFound {} => return None,
    };
    let title = &page.page.title;
    // A window is called after what was touched in it, which is looked for more often than the window.
    let (place, worth) = match &page.view {
        View::Window(_) => (Place::Strong(1), Worth::STRONG),
        _ => (Place::Title, Worth::NAME),
    };
    reader.said.add(title, place, worth);
    let (line, retired) = match &page.view {
        View::Record(view) => (line_of(view), view.retired),
        _ => (page.page.description.clone(), false),
    };
    let file = page.path.rsplit('/').next().unwrap_or_default();
    let (title_words, length) = (reader.said.title_words, reader.said.length);
    let (words, identifiers) = reader.said.finish();
    Some(Entry {
        kind,
        is_record: matches!(page.view, View::Record(_)),
        name: file.trim_end_matches(".html").to_owned(),
        title: title.clone(),
        line,
        retired,
        title_words,
        length,
        parts: reader.parts,
        words,
        identifiers,
    })
}

/// A line about a record: what stands beneath its name, or what it is for.
fn line_of(view: &RecordView) -> String {
    match &view.purpose {
        Some(purpose) if view.subtitle.is_empty() => markdown::excerpt(&purpose.source, 140),
        _ => cut(&view.subtitle, 140),
    }
}

fn cut(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

#[derive(Default)]
struct Reader {
    said: Collector,
    parts: Vec<Part>,
}

impl Reader {
    fn record(&mut self, view: &RecordView) {
        self.said.add_label(&view.id, 2, Worth::ID);
        self.body_with(&view.full_id, Worth::ID);
        for old in &view.formerly {
            self.said.add(old, Place::Strong(1), Worth::ID);
        }
        self.said.add(&view.kind.label, Place::Strong(1), Worth::MENTION);
        self.said.add(&view.subtitle, Place::Strong(2), Worth::STRONG);
        if let Some(purpose) = &view.purpose {
            self.prose(purpose, Place::Strong(2));
        }
        self.facts(&view.lead);
        for section in &view.sections {
            self.facts(&section.facts);
            section.grids.iter().for_each(|grid| self.grid(grid));
        }
        if let Some(label) = &view.label {
            self.settings(label);
        }
        view.steps.iter().for_each(|step| self.step(step));
        if let Some(body) = &view.body {
            self.document(body);
        }
        self.facts(&view.custom);
        for file in &view.files {
            self.said.add(&file.name, Place::Body, Worth::STRONG);
            if let Some(code) = &file.code {
                self.body(&code.text);
            }
        }
    }

    fn body(&mut self, text: &str) {
        self.body_with(text, Worth::MENTION);
    }

    fn body_with(&mut self, text: &str, worth: Worth) {
        self.said.add(text, Place::Body, worth);
    }

    fn prose(&mut self, prose: &Prose, place: Place) {
        self.said.add(&markdown::plain_text(&prose.source), place, Worth::MENTION);
        for target in prose.links.values() {
            self.body(&target.title);
        }
    }

    fn facts(&mut self, facts: &[Fact]) {
        for fact in facts {
            self.body(&fact.label);
            self.body(&fact.reason);
            if let Some(value) = &fact.value {
                self.value(value, fact.sought);
            }
        }
    }

    fn value(&mut self, value: &Shown, sought: Sought) {
        let (place, worth) = match sought.weight {
            _ if sought.identifier => (Place::Strong(sought.weight.max(1)), Worth::IDENTIFIER),
            0 => (Place::Body, Worth::MENTION),
            weight => (Place::Strong(weight), Worth::STRONG),
        };
        match value {
            Shown::Text { text, copy, .. } if *copy || sought.identifier => {
                self.said.add_label(text, sought.weight, Worth::IDENTIFIER);
            }
            Shown::Text { text, .. } | Shown::Choice { text, .. } => {
                self.said.add(text, place, worth);
            }
            Shown::Number { text, unit, .. } => {
                self.said.add(text, place, worth);
                self.said.add(unit, place, worth);
            }
            Shown::Prose { prose } => self.prose(prose, place),
            Shown::Code { code } => self.said.add(&code.text, place, worth),
            Shown::Boolean { .. } => {}
            Shown::Date { day, .. } => self.body(&day.iso),
            Shown::Reference { link } => self.said.add(&link.text, place, worth),
            Shown::External { text, form: "phone", .. } => {
                self.said.add_phone(text, Worth::IDENTIFIER);
            }
            Shown::External { text, href, .. } => {
                // The scheme says where the host of an address on the web begins.
                let whole = if href.starts_with("mailto:") { text } else { href };
                self.said.add(whole, Place::Body, Worth::IDENTIFIER);
            }
            Shown::File { file } => self.said.add(&file.name, place, Worth::STRONG),
            Shown::Table { facts } => self.facts(facts),
            Shown::List { items } => items.iter().for_each(|item| self.value(item, sought)),
        }
    }

    fn grid(&mut self, grid: &Grid) {
        self.body(&grid.title);
        for row in &grid.rows {
            for (cell, sought) in row.cells.iter().zip(&grid.sought) {
                if let Some(value) = cell {
                    self.value(value, *sought);
                }
            }
            let mut words = row.cells.iter().flatten().map(in_words);
            let first = words.next().unwrap_or_default();
            let detail = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" · ");
            self.part(format!("{}: {first}", grid.title), &detail, &row.anchor);
        }
    }

    fn settings(&mut self, label: &Label) {
        for group in &label.groups {
            self.body(&group.name);
            for row in &group.rows {
                self.said.add(&row.name, Place::Strong(1), Worth::MENTION);
                self.said.add(&row.value, Place::Body, Worth::STRONG);
                if let Some(why) = &row.why {
                    self.prose(why, Place::Body);
                }
                self.facts(&row.facts);
                let value = match row.unit.as_str() {
                    "" => row.value.clone(),
                    unit => format!("{} {unit}", row.value),
                };
                self.part(format!("{}: {}", group.name, row.name), &value, &row.anchor);
            }
        }
    }

    fn step(&mut self, step: &Step) {
        for prose in [Some(&step.text), step.expected.as_ref(), step.caution.as_ref()] {
            prose.into_iter().for_each(|prose| self.prose(prose, Place::Body));
        }
        let command = step.command.as_ref().map_or("", |code| &code.text);
        self.body(command);
        self.facts(&step.facts);
        self.part(markdown::plain_text(&step.text.source), command, &step.anchor);
    }

    /// The text of a record that is written as Markdown: headings and steps can be opened.
    fn document(&mut self, prose: &Prose) {
        let outline = markdown::scan(&prose.source);
        self.body(outline.plain_text());
        for target in prose.links.values() {
            self.body(&target.title);
        }
        for heading in &outline.headings {
            self.said.add(&heading.text, Place::Strong(1), Worth::MENTION);
            let anchor = format!("{}{}", prose.prefix, heading.anchor);
            self.part(heading.text.clone(), "", &anchor);
        }
        if prose.steps {
            for step in &outline.steps {
                self.part(step.text.clone(), "", &markdown::step_anchor(&step.id));
            }
        }
    }

    fn takeover(&mut self, view: &TakeoverView) -> (String, String, String) {
        for area in &view.areas {
            self.body(&area.title);
            for item in &area.items {
                self.body(&item.text);
                item.remarks.iter().for_each(|remark| self.body(remark));
                self.part(item.text.clone(), &area.title, &item.anchor);
            }
        }
        pages()
    }

    fn glossary(&mut self, view: &GlossaryView) -> (String, String, String) {
        for term in &view.terms {
            self.said.add(&term.name, Place::Strong(3), Worth::MENTION);
            let also = term.also.join(", ");
            self.said.add(&also, Place::Strong(2), Worth::MENTION);
            self.prose(&term.text, Place::Body);
            let name = match also.as_str() {
                "" => term.name.clone(),
                also => format!("{} ({also})", term.name),
            };
            self.part(name, &markdown::plain_text(&term.text.source), &term.anchor);
        }
        pages()
    }

    fn emergency(&mut self, view: &EmergencyView) -> (String, String, String) {
        for block in &view.blocks {
            self.said.add(&block.title, Place::Strong(1), Worth::MENTION);
            self.body(&block.note);
            self.part(block.title.clone(), &block.note, &block.anchor);
        }
        pages()
    }

    fn contents(&mut self, toc: &[TocEntry]) -> (String, String, String) {
        for entry in toc {
            self.said.add(&entry.text, Place::Strong(1), Worth::MENTION);
            self.part(entry.text.clone(), "", &entry.anchor);
        }
        pages()
    }

    fn part(&mut self, text: String, detail: &str, anchor: &str) {
        if anchor.is_empty() || self.parts.len() >= MOST_PARTS {
            return;
        }
        self.parts.push(Part {
            text: cut(&text, LONGEST_PART),
            detail: cut(detail, LONGEST_PART),
            anchor: anchor.to_owned(),
        });
    }
}

fn pages() -> (String, String, String) {
    owned(PAGES)
}

fn owned((plural, label, label_plural): (&str, &str, &str)) -> (String, String, String) {
    (plural.to_owned(), label.to_owned(), label_plural.to_owned())
}

/// Returns a value as a part of a line.
fn in_words(value: &Shown) -> String {
    match value {
        Shown::Text { text, .. } | Shown::Choice { text, .. } | Shown::External { text, .. } => {
            text.clone()
        }
        Shown::Number { text, unit, .. } if unit.is_empty() => text.clone(),
        Shown::Number { text, unit, .. } => format!("{text} {unit}"),
        Shown::Prose { prose } => markdown::plain_text(&prose.source),
        Shown::Code { code } => code.text.clone(),
        Shown::Boolean { .. } => String::new(),
        Shown::Date { day, .. } => day.text.clone(),
        Shown::Reference { link } => link.text.clone(),
        Shown::File { file } => file.name.clone(),
        Shown::Table { facts } => {
            let words = facts.iter().filter_map(|fact| fact.value.as_ref()).map(in_words);
            words.collect::<Vec<_>>().join(", ")
        }
        Shown::List { items } => items.iter().map(in_words).collect::<Vec<_>>().join(", "),
    }
}
