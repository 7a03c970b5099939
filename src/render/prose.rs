//! Turns Markdown into HTML that is safe to put on a page.
//!
//! In: a text, and for every link in it that leads somewhere, where that is. Out: elements of a
//! short list, without style, script or any markup of the text's own. What cannot be offered, a
//! link to nothing or to where it could do harm, is shown as text; whoever reads the text's
//! [`Outline`] reports it.
//!
//! Anchors are those that [`crate::markdown::scan`] promised.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Event, LinkType, Tag, TagEnd};

use crate::markdown::events::{Reading, Source};
use crate::markdown::{
    self, Destination, Outline, WikiLink, check_image, destination, outline, plain_until,
    step_anchor,
};
use crate::render::escape;
use crate::render::highlight::{Highlighter, language_name};

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkTarget {
    /// Its address, relative to the page.
    pub href: String,
    /// What is there: shown where the link has no text of its own.
    pub title: String,
}

/// How a text is shown on its page.
#[derive(Clone, Debug)]
pub struct Options {
    /// The level of the text's outermost headings, 1 to 6.
    pub heading_base: u8,
    /// What stands before the anchors of headings and footnotes, so that two texts on a page do
    /// not meet: `notes.`.
    pub id_prefix: String,
    /// Whether the top-level numbered lists are the steps of a procedure.
    pub steps: bool,
    /// Whether a link to itself stands behind each heading.
    pub heading_links: bool,
    /// What stands before the anchors of steps. Empty on a record's own page, where they are
    /// `step.<id>`.
    pub step_prefix: String,
    /// The words that the program adds, in the site's language.
    pub words: Arc<Words>,
}

impl Default for Options {
    /// Outermost headings `<h2>`, no prefix, no steps, headings that link to themselves, English.
    fn default() -> Options {
        static ENGLISH: LazyLock<Arc<Words>> = LazyLock::new(Arc::default);
        Options {
            heading_base: 2,
            id_prefix: String::new(),
            steps: false,
            heading_links: true,
            step_prefix: String::new(),
            words: Arc::clone(&ENGLISH),
        }
    }
}

/// The words that stand in the HTML and not in the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    /// Says what the `#` behind a heading is.
    pub link_to_section: String,
    /// Names a table that can be scrolled.
    pub table: String,
    /// Titles of alerts.
    pub note: String,
    /// See [`Words::note`].
    pub tip: String,
    /// See [`Words::note`].
    pub important: String,
    /// See [`Words::note`].
    pub warning: String,
    /// See [`Words::note`].
    pub caution: String,
    /// Says that a task is ticked.
    pub done: String,
    /// Says that a task is not ticked.
    pub not_done: String,
    /// Heads the footnotes.
    pub footnotes: String,
    /// Says what the arrow behind a footnote is.
    pub back: String,
    /// Says that a text was too much to show.
    pub cut: String,
}

impl Default for Words {
    /// English.
    fn default() -> Words {
        Words {
            link_to_section: "Link to this section".to_owned(),
            table: "Table".to_owned(),
            note: "Note".to_owned(),
            tip: "Tip".to_owned(),
            important: "Important".to_owned(),
            warning: "Warning".to_owned(),
            caution: "Caution".to_owned(),
            done: "Done".to_owned(),
            not_done: "Not done".to_owned(),
            footnotes: "Footnotes".to_owned(),
            back: "Back to the text".to_owned(),
            cut: "The rest of this text is too long to show here.".to_owned(),
        }
    }
}

/// How long the HTML may become for a text of a given length, both in bytes. Honest texts stay far
/// below; what is cut off are texts that were made to fill a disk.
fn most_output(source: usize) -> usize {
    256 * 1024 + 16 * source
}

/// Appends `source` as HTML to `out`.
///
/// `links` holds where links lead, by what is written: `kind/id#anchor` for `[[kind/id#anchor]]`,
/// the address itself for `[text](files/plan.pdf)` and images. What is not in it is shown as text.
pub fn to_html(
    source: &str,
    links: &BTreeMap<String, LinkTarget>,
    options: &Options,
    colours: &Highlighter,
    out: &mut String,
) {
    if markdown::is_plain_sentence(source) {
        out.push_str("<p>");
        escape::content(source, out);
        out.push_str("</p>\n");
        return;
    }
    let prepared = Source::new(source);
    let reading = prepared.read();
    let outline = outline(source, &reading);
    let mut writer = Writer {
        reading: &reading,
        places: places(&outline, options),
        outline,
        links,
        options,
        colours,
        end: out.len() + most_output(source.len()),
        out,
        open: Vec::new(),
        columns: Vec::new(),
        column: 0,
        in_head: false,
        in_link: false,
        notes: Notes::of(&reading),
    };
    writer.write(0..reading.pieces.len());
    writer.write_notes();
    writer.finish();
}

/// Returns what stands in the paragraph of HTML that is one, for where a paragraph has no place, as in
/// a line of text; other HTML as it is.
pub fn without_paragraph(html: &str) -> &str {
    let inside = html.strip_prefix("<p>").and_then(|rest| rest.trim_end().strip_suffix("</p>"));
    inside.filter(|inside| !inside.contains("</p>")).unwrap_or(html)
}

/// Returns the anchors that a link within the text can lead to.
fn places(outline: &Outline, options: &Options) -> HashSet<String> {
    let headings = outline.headings.iter().map(|heading| heading.anchor.clone());
    let steps = outline.steps.iter().filter(|_| options.steps).map(|step| step_anchor(&step.id));
    headings.chain(steps).collect()
}

struct Writer<'a> {
    reading: &'a Reading<'a>,
    outline: Outline,
    /// The anchors a link within the text may lead to.
    places: HashSet<String>,
    links: &'a BTreeMap<String, LinkTarget>,
    options: &'a Options,
    colours: &'a Highlighter,
    out: &'a mut String,
    /// Length of `out` at which no more is written.
    end: usize,
    /// What closes each open element.
    open: Vec<Closing>,
    columns: Vec<Alignment>,
    column: usize,
    in_head: bool,
    in_link: bool,
    notes: Notes<'a>,
}

/// What is written at the end of an element.
enum Closing {
    With(&'static str),
    Heading { level: u8, id: String },
    Link,
}

/// The footnotes, by name.
struct Notes<'a> {
    /// Where each is defined, which may be more than once.
    defined: HashMap<&'a str, Vec<Range<usize>>>,
    /// In the order in which they are written.
    written: Vec<&'a str>,
    /// In the order in which they are shown.
    shown: Vec<&'a str>,
    /// For each that is shown, its number, from 1, and how often it was referred to.
    known: HashMap<&'a str, (usize, usize)>,
}

impl<'a> Notes<'a> {
    fn of(reading: &'a Reading) -> Notes<'a> {
        let mut defined: HashMap<_, Vec<_>> = HashMap::new();
        let mut written = Vec::new();
        for (ix, (event, _)) in reading.pieces.iter().enumerate() {
            if let Event::Start(Tag::FootnoteDefinition(name)) = event {
                let behind = ix + 1;
                let end = behind + end_of(&reading.pieces[behind..]);
                defined.entry(&**name).or_default().push(behind..end);
                written.push(&**name);
            }
        }
        Notes { defined, written, shown: Vec::new(), known: HashMap::new() }
    }

    /// Returns number of the footnote called `name`, and how often it was referred to before.
    fn refer(&mut self, name: &'a str) -> (usize, usize) {
        let next = self.shown.len() + 1;
        let known = self.known.entry(name).or_insert((next, 0));
        if known.0 == next {
            self.shown.push(name);
        }
        known.1 += 1;
        (known.0, known.1 - 1)
    }

    /// Has the footnote called `name` shown, if it is not yet.
    fn put_in_line(&mut self, name: &'a str) {
        if !self.known.contains_key(name) {
            self.shown.push(name);
            self.known.insert(name, (self.shown.len(), 0));
        }
    }
}

/// Returns how many of the pieces `behind` the start of an element come before its end.
fn end_of(behind: &[(Event, Range<usize>)]) -> usize {
    let mut open = 1_usize;
    let end = behind.iter().position(|(event, _)| {
        match event {
            Event::Start(_) => open += 1,
            Event::End(_) => open -= 1,
            _ => {}
        }
        open == 0
    });
    end.unwrap_or(behind.len())
}

impl<'a> Writer<'a> {
    /// Writes the pieces in `range`, unless the text has become too long.
    fn write(&mut self, range: Range<usize>) {
        let reading = self.reading;
        let mut at = range.start;
        while at < range.end && self.out.len() < self.end {
            at = match &reading.pieces[at].0 {
                Event::Start(tag) => self.start(tag, at),
                Event::End(tag) => self.close(*tag, at),
                Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                    escape::content(text, self.out);
                    at + 1
                }
                Event::Code(code) => {
                    self.out.push_str("<code>");
                    escape::content(code, self.out);
                    self.out.push_str("</code>");
                    at + 1
                }
                Event::SoftBreak => self.add("\n", at),
                Event::HardBreak => self.add("<br>\n", at),
                Event::Rule => self.add("<hr>\n", at),
                Event::TaskListMarker(done) => self.task(*done, at),
                Event::FootnoteReference(name) => self.refer(name, at),
                Event::InlineMath(_) | Event::DisplayMath(_) => at + 1,
            };
        }
    }

    fn add(&mut self, html: &str, at: usize) -> usize {
        self.out.push_str(html);
        at + 1
    }

    fn open(&mut self, html: &str, closing: &'static str, at: usize) -> usize {
        self.open.push(Closing::With(closing));
        self.add(html, at)
    }

    /// Writes the start of an element; returns which piece is next.
    fn start(&mut self, tag: &'a Tag<'a>, at: usize) -> usize {
        match tag {
            Tag::Paragraph => self.open("<p>", "</p>\n", at),
            Tag::Heading { .. } => self.heading(at),
            Tag::BlockQuote(None) => self.open("<blockquote>\n", "</blockquote>\n", at),
            Tag::BlockQuote(Some(kind)) => self.alert(*kind, at),
            Tag::CodeBlock(kind) => self.code(kind, at),
            Tag::List(start) => self.list(*start, at),
            Tag::Item => self.item(at),
            Tag::FootnoteDefinition(_) => at + end_of(&self.reading.pieces[at + 1..]) + 2,
            Tag::Table(columns) => self.table(columns, at),
            Tag::TableHead => {
                (self.in_head, self.column) = (true, 0);
                self.open("<thead><tr>", "</tr></thead>\n<tbody>\n", at)
            }
            Tag::TableRow => {
                (self.in_head, self.column) = (false, 0);
                self.open("<tr>", "</tr>\n", at)
            }
            Tag::TableCell => self.cell(at),
            Tag::Emphasis => self.open("<em>", "</em>", at),
            Tag::Strong => self.open("<strong>", "</strong>", at),
            Tag::Strikethrough => self.open("<del>", "</del>", at),
            Tag::Link { link_type, dest_url, title, .. } => {
                self.link(*link_type, dest_url, title, at)
            }
            Tag::Image { dest_url, .. } => self.image(dest_url, at),
            // Not asked of the parser.
            _ => self.open("", "", at),
        }
    }

    /// Writes the end of the innermost element.
    fn close(&mut self, tag: TagEnd, at: usize) -> usize {
        if tag == TagEnd::TableHead {
            self.in_head = false;
        }
        self.close_one();
        at + 1
    }

    fn close_one(&mut self) {
        match self.open.pop() {
            Some(Closing::With(html)) => self.out.push_str(html),
            Some(Closing::Link) => {
                self.in_link = false;
                self.out.push_str("</a>");
            }
            Some(Closing::Heading { level, .. }) if !self.options.heading_links => {
                writeln!(self.out, "</h{level}>")
                    .expect("a String takes all that is written to it");
            }
            Some(Closing::Heading { level, id }) => {
                self.out.push_str(" <a class=\"anchor\" href=\"#");
                escape::attribute(&id, self.out);
                self.out.push_str("\" aria-label=\"");
                escape::attribute(&self.options.words.link_to_section, self.out);
                let written = writeln!(self.out, "\">#</a></h{level}>");
                written.expect("a String takes all that is written to it");
            }
            None => {}
        }
    }

    /// Closes what is open, and says so if that cut the text short.
    fn finish(mut self) {
        while !self.open.is_empty() {
            self.close_one();
        }
        if self.out.len() >= self.end {
            self.out.push_str("<p class=\"cut\">");
            escape::content(&self.options.words.cut, self.out);
            self.out.push_str("</p>\n");
        }
    }

    fn heading(&mut self, at: usize) -> usize {
        let start = self.reading.pieces[at].1.start;
        let found = self.outline.headings.binary_search_by_key(&start, |head| head.range.start);
        let heading = &self.outline.headings[found.expect("the outline is of these very pieces")];
        let base = self.options.heading_base.clamp(1, 6);
        let level = (base + (heading.depth - 1).min(5)).min(6);
        let id = format!("{}{}", self.options.id_prefix, heading.anchor);
        self.out.push_str("<h");
        self.out.push(char::from(b'0' + level));
        self.attribute("id", &id);
        self.out.push('>');
        self.open.push(Closing::Heading { level, id });
        at + 1
    }

    fn alert(&mut self, kind: BlockQuoteKind, at: usize) -> usize {
        let words = &self.options.words;
        let (class, title) = match kind {
            BlockQuoteKind::Note => ("note", &words.note),
            BlockQuoteKind::Tip => ("tip", &words.tip),
            BlockQuoteKind::Important => ("important", &words.important),
            BlockQuoteKind::Warning => ("warning", &words.warning),
            BlockQuoteKind::Caution => ("caution", &words.caution),
        };
        for html in ["<div class=\"alert alert-", class, "\"><p class=\"alert-title\">"] {
            self.out.push_str(html);
        }
        escape::content(title, self.out);
        self.open("</p>\n", "</div>\n", at)
    }

    /// Writes a whole block of code.
    fn code(&mut self, kind: &CodeBlockKind, at: usize) -> usize {
        let rest = &self.reading.pieces[at + 1..];
        let end = end_of(rest);
        let info = match kind {
            CodeBlockKind::Fenced(info) => info,
            CodeBlockKind::Indented => "",
        };
        self.out.push_str("<pre class=\"code\"");
        if let Some(name) = language_name(info) {
            self.attribute("data-lang", &name);
        }
        self.out.push_str(" tabindex=\"0\"><code>");
        for (event, _) in &rest[..end] {
            if let Event::Text(code) = event {
                self.colours.write(code, info, self.out);
            }
        }
        self.out.push_str("</code></pre>\n");
        at + end + 2
    }

    fn list(&mut self, start: Option<u64>, at: usize) -> usize {
        let Some(start) = start else { return self.open("<ul>\n", "</ul>\n", at) };
        let steps = self.options.steps && self.open.is_empty();
        self.out.push_str(if steps { "<ol class=\"steps\"" } else { "<ol" });
        if start != 1 {
            self.attribute("start", &start.to_string());
        }
        self.open(">\n", "</ol>\n", at)
    }

    fn item(&mut self, at: usize) -> usize {
        if self.options.steps && self.open.len() == 1 {
            let start = self.reading.pieces[at].1.start;
            let found = self.outline.steps.binary_search_by_key(&start, |step| step.range.start);
            if let Ok(ix) = found {
                let id = step_anchor(&self.outline.steps[ix].id);
                self.out.push_str("<li class=\"step\"");
                self.attribute("id", &format!("{}{id}", self.options.step_prefix));
                return self.open("><div class=\"step-body\">", "</div></li>\n", at);
            }
        }
        let behind = &self.reading.pieces[at + 1..];
        let task =
            behind.iter().take(2).any(|(event, _)| matches!(event, Event::TaskListMarker(_)));
        self.open(if task { "<li class=\"task\">" } else { "<li>" }, "</li>\n", at)
    }

    fn task(&mut self, done: bool, at: usize) -> usize {
        self.out.push_str("<input type=\"checkbox\" disabled");
        let words = Arc::clone(&self.options.words);
        if done {
            self.out.push_str(" checked");
        }
        self.attribute("aria-label", if done { &words.done } else { &words.not_done });
        self.add("> ", at)
    }

    fn table(&mut self, columns: &[Alignment], at: usize) -> usize {
        self.columns = columns.to_vec();
        let words = Arc::clone(&self.options.words);
        self.out.push_str("<div class=\"table-wrap\" tabindex=\"0\" role=\"region\"");
        self.attribute("aria-label", &words.table);
        self.open("><table>\n", "</tbody></table></div>\n", at)
    }

    fn cell(&mut self, at: usize) -> usize {
        let empty = matches!(self.reading.pieces.get(at + 1), Some((Event::End(_), _)));
        // A heading that says nothing would be read out as one.
        let heading = self.in_head && !empty;
        self.out.push_str(if heading { "<th scope=\"col\"" } else { "<td" });
        match self.columns.get(self.column) {
            Some(Alignment::Center) => self.out.push_str(" class=\"center\""),
            Some(Alignment::Right) => self.out.push_str(" class=\"right\""),
            _ => {}
        }
        self.column += 1;
        self.open(">", if heading { "</th>" } else { "</td>" }, at)
    }

    fn link(&mut self, kind: LinkType, address: &'a str, title: &'a str, at: usize) -> usize {
        if self.in_link {
            return self.open("", "", at);
        }
        if let LinkType::WikiLink { has_pothole } = kind {
            return self.wiki_link(address, has_pothole, at);
        }
        let lead = match destination(address) {
            Ok(Destination::Web) => Some((address.to_owned(), title, true)),
            Ok(Destination::Program) => Some((address.to_owned(), title, false)),
            Ok(Destination::Anchor(name)) if self.places.contains(name) => {
                let step = name.starts_with("step.");
                let prefix = if step { &self.options.step_prefix } else { &self.options.id_prefix };
                Some((format!("#{prefix}{name}"), title, false))
            }
            Ok(Destination::Anchor(_) | Destination::File(_)) => {
                let target = self.links.get(address);
                target.map(|target| {
                    (
                        target.href.clone(),
                        if title.is_empty() { &target.title } else { title },
                        false,
                    )
                })
            }
            Err(_) => None,
        };
        let Some((href, title, external)) = lead else { return self.open("", "", at) };
        self.open_link(&href, title, external);
        let behind = &self.reading.pieces[at + 1..];
        if matches!(behind.first(), Some((Event::End(TagEnd::Link), _))) {
            escape::content(address, self.out);
        }
        at + 1
    }

    /// Writes a whole wiki link, or the start of one that has a text of its own.
    fn wiki_link(&mut self, written: &'a str, has_pothole: bool, at: usize) -> usize {
        let key = WikiLink::read(written).map(|link| link.key()).unwrap_or_default();
        let target = self.links.get(&key);
        let behind = &self.reading.pieces[at + 1..];
        let own = has_pothole && !plain_until(behind, |end| *end == TagEnd::Link).is_empty();
        match (target, own) {
            (Some(target), true) => {
                self.open_link(&target.href, &target.title, false);
                at + 1
            }
            (None, true) => self.open("", "", at),
            (target, false) => {
                match target {
                    Some(target) => {
                        self.open_link(&target.href, "", false);
                        let shown = if target.title.is_empty() { written } else { &target.title };
                        escape::content(shown, self.out);
                        self.close_one();
                    }
                    None => escape::content(written, self.out),
                }
                at + end_of(behind) + 2
            }
        }
    }

    fn open_link(&mut self, href: &str, title: &str, external: bool) {
        self.out.push_str(if external { "<a class=\"external\"" } else { "<a" });
        self.attribute("href", href);
        if !title.is_empty() {
            self.attribute("title", title);
        }
        self.out.push_str(if external { " rel=\"noopener noreferrer\">" } else { ">" });
        self.in_link = true;
        self.open.push(Closing::Link);
    }

    /// Writes a whole image, or its text where it is none of the site's.
    fn image(&mut self, address: &str, at: usize) -> usize {
        let behind = &self.reading.pieces[at + 1..];
        let end = end_of(behind);
        let text = plain_until(&behind[..end], |_| false);
        match self.links.get(address).filter(|_| check_image(address).is_ok()) {
            Some(target) => {
                self.out.push_str("<img");
                self.attribute("src", &target.href);
                self.attribute("alt", if text.is_empty() { &target.title } else { &text });
                self.out.push_str(" loading=\"lazy\">");
            }
            None => escape::content(&text, self.out),
        }
        at + end + 2
    }

    fn refer(&mut self, name: &'a str, at: usize) -> usize {
        if !self.notes.defined.contains_key(name) {
            escape::content(&format!("[^{name}]"), self.out);
            return at + 1;
        }
        let (number, before) = self.notes.refer(name);
        if self.in_link {
            return self.add(&format!("<sup>{number}</sup>"), at);
        }
        let prefix = self.options.id_prefix.clone();
        let again = if before > 0 { format!(".{}", before + 1) } else { String::new() };
        self.out.push_str("<sup class=\"footnote-ref\"><a");
        self.attribute("href", &format!("#{prefix}fn.{number}"));
        self.attribute("id", &format!("{prefix}fnref.{number}{again}"));
        self.add(&format!(" role=\"doc-noteref\">{number}</a></sup>"), at)
    }

    /// Writes the footnotes: those referred to in that order, then the others, for what nobody
    /// refers to was written all the same.
    fn write_notes(&mut self) {
        if self.notes.defined.is_empty() || self.out.len() >= self.end {
            return;
        }
        let words = Arc::clone(&self.options.words);
        self.out.push_str("<section class=\"footnotes\" role=\"doc-endnotes\"");
        self.attribute("aria-label", &words.footnotes);
        self.open("><ol>\n", "</ol></section>\n", 0);
        let mut next = 0;
        let mut written = 0;
        while self.out.len() < self.end {
            if next < self.notes.shown.len() {
                self.note(next);
                next += 1;
            } else if let Some(name) = self.notes.written.get(written).copied() {
                self.notes.put_in_line(name);
                written += 1;
            } else {
                break;
            }
        }
    }

    fn note(&mut self, ix: usize) {
        let name = self.notes.shown[ix];
        let ranges = self.notes.defined[name].clone();
        let mentioned = self.notes.known[name].1 > 0;
        let prefix = self.options.id_prefix.clone();
        self.out.push_str("<li");
        self.attribute("id", &format!("{prefix}fn.{}", ix + 1));
        self.open(">", "</li>\n", 0);
        let open = self.open.len();
        for range in ranges {
            self.write(range);
        }
        while self.open.len() > open {
            self.close_one();
        }
        if mentioned {
            // Inside the last paragraph, where there is one, so that it does not stand alone.
            let inside = self.out.ends_with("</p>\n");
            if inside {
                self.out.truncate(self.out.len() - "</p>\n".len());
            }
            self.out.push_str(" <a class=\"footnote-back\"");
            self.attribute("href", &format!("#{prefix}fnref.{}", ix + 1));
            let words = Arc::clone(&self.options.words);
            self.attribute("aria-label", &words.back);
            self.out.push_str(if inside { ">↩</a></p>\n" } else { ">↩</a>" });
        }
        self.close_one();
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape::attribute(value, self.out);
        self.out.push('"');
    }
}

#[cfg(test)]
mod tests;
