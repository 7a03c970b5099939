//! Reads Markdown and says what is in it: headings, links, steps, open ends, plain text.
//!
//! In: a text as people write it, CommonMark with tables, footnotes, task lists, strikethrough,
//! GitHub's alerts and `[[wiki links]]`. Out: an [`Outline`], with places in that text. Nothing is
//! turned into HTML here; that is the business of [`crate::render::prose`], which walks over the
//! very events this module reads, so that an anchor promised here exists there.
//!
//! Raw HTML is text like any other. Nesting, columns of a table and all else that a hostile text
//! could drive up are bounded.

pub(crate) mod events;

mod anchor;
mod destination;

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, LinkType, Tag, TagEnd};

use self::anchor::Names;
use self::events::{Piece, Reading, Source};
use crate::diagnostic::{Level, Rule};

pub use self::anchor::{Anchor, setting_anchor, slug, step_anchor, step_name, tell_apart};
pub use self::destination::{Destination, UrlProblem, check_image, check_url, destination};

/// A link whose address could harm whoever opens it, or could call somewhere unasked.
pub static UNSAFE_LINK: Rule = Rule {
    code: "unsafe-link",
    level: Level::Error,
    summary: "a link's address could harm whoever opens it",
    detail: "\
Links in a runbook are opened by people in a hurry, from a page they trust. So only addresses that
can do no more than open what they name are let through: `http`, `https`, `mailto`, `tel`, `ssh`,
`sftp` and `rdp`, other records (`[[kind/id]]`), headings of the same text (`#heading`) and files of
the runbook (`files/…`).

Refused are scripts (`javascript:`, `vbscript:`, `data:`), files of one computer (`file:`, `C:\\…`),
network shares (`//server/share`, `\\\\server\\share`: Windows would send the reader's name and
password hash there), addresses with a password in them, and addresses spelt so that they look like
something else. `ftp` is refused because browsers no longer open it. Images are shown only from
`files/`: one from elsewhere would tell that place who is reading, and be missing without a network.

Write the address of a share or a path as code, in backticks: it can be copied and does no harm. A
file that readers need belongs under `files/`.",
};

/// Steps that could only be told apart by a suffix.
pub static REPEATED_STEP: Rule = Rule {
    code: "repeated-step",
    level: Level::Note,
    summary: "two steps of a procedure have the same name",
    detail: "\
A step's address on the page is made from its first six words, or from the `{#name}` at the end of
its text. Where two steps come out equal, each has a few digits of its content added, so a link to
one of them breaks when its text changes. Give them names of their own: `{#stop-service}` behind the
text in Markdown, `id = \"stop-service\"` in TOML.",
};

/// The rules whose findings come from Markdown.
pub static RULES: &[&Rule] = &[&UNSAFE_LINK, &REPEATED_STEP];

/// What is in a text.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Outline {
    /// Its headings, in order.
    pub headings: Vec<Heading>,
    /// Its links and images, in order.
    pub links: Vec<Link>,
    /// The items of its top-level numbered lists, in order: the steps, if it is a procedure.
    pub steps: Vec<Step>,
    /// What is marked as unfinished, in order.
    pub todos: Vec<Todo>,
    text: String,
}

/// A heading.
#[derive(Clone, PartialEq, Debug)]
pub struct Heading {
    /// Its level as written, 1 to 6.
    pub level: u8,
    /// How deep it stands among the headings, from 1: what `#` and `###` without a `##` between
    /// them are shown as, so that no level is skipped.
    pub depth: u8,
    /// Its text without markup.
    pub text: String,
    /// Its anchor, unique in the text.
    pub anchor: String,
    /// Where it is, in bytes.
    pub range: Range<usize>,
}

/// A link or an image.
#[derive(Clone, PartialEq, Debug)]
pub struct Link {
    /// Where it is, in bytes.
    pub range: Range<usize>,
    /// What it points to.
    pub what: LinkKind,
}

/// What a link points to.
#[derive(Clone, PartialEq, Debug)]
pub enum LinkKind {
    /// `[[target]]`, `[[target#anchor]]`, `[[target#anchor|text]]`.
    Wiki(WikiLink),
    /// `[text](address)`: the address as written.
    Url(String),
    /// `![text](address)`: the address as written.
    Image(String),
    /// `<https://example.com>`, or the same without the angle brackets.
    Autolink(String),
}

/// A link to a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WikiLink {
    /// `id` or `kind/id`.
    pub target: String,
    /// What stands behind `#`.
    pub anchor: Option<String>,
    /// What stands behind `|`, without markup.
    pub text: Option<String>,
}

impl WikiLink {
    /// Returns `target#anchor` as it is written: the key of links resolved for a page.
    pub fn key(&self) -> String {
        match &self.anchor {
            Some(anchor) => format!("{}#{anchor}", self.target),
            None => self.target.clone(),
        }
    }

    /// Reads what stands between `[[` and `]]`, up to `|`. Nothing where that is not meant as a
    /// link, but is `[[ -f file ]]` of a shell.
    pub(crate) fn read(written: &str) -> Option<WikiLink> {
        let trimmed = written.trim();
        let spaced = written.starts_with(char::is_whitespace);
        if trimmed.is_empty() || (spaced && trimmed.contains(char::is_whitespace)) {
            return None;
        }
        let (target, anchor) = match trimmed.split_once('#') {
            Some((target, anchor)) => (target, Some(anchor.to_owned())),
            None => (trimmed, None),
        };
        Some(WikiLink { target: target.to_owned(), anchor, text: None })
    }
}

/// A step of a procedure.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// Its name, unique in the text; its anchor is [`step_anchor`] of it.
    pub id: String,
    /// Whether only a suffix tells it from another step.
    pub repeated: bool,
    /// Its first paragraph without markup.
    pub text: String,
    /// Where it is, in bytes, with its number.
    pub range: Range<usize>,
}

/// A word that marks something as unfinished.
#[derive(Clone, PartialEq, Debug)]
pub struct Todo {
    /// Where the word is, in bytes.
    pub range: Range<usize>,
    /// The line it stands in, without the blanks around it.
    pub line: String,
}

impl Outline {
    /// Returns the text without markup: a line for each paragraph, heading, item or row of a table.
    pub fn plain_text(&self) -> &str {
        &self.text
    }

    /// Returns the links that [`UNSAFE_LINK`] is about, and what is wrong with each.
    pub fn unsafe_links(&self) -> impl Iterator<Item = (&Link, UrlProblem)> {
        self.links.iter().filter_map(|link| {
            let problem = match &link.what {
                LinkKind::Wiki(_) => None,
                LinkKind::Url(url) | LinkKind::Autolink(url) => check_url(url).err(),
                LinkKind::Image(url) => check_image(url).err(),
            };
            problem.map(|problem| (link, problem))
        })
    }
}

/// Returns what is in `source`.
pub fn scan(source: &str) -> Outline {
    let prepared = Source::new(source);
    outline(source, &prepared.read())
}

/// Returns `source` without markup, see [`Outline::plain_text`].
pub fn plain_text(source: &str) -> String {
    if is_plain_sentence(source) { source.to_owned() } else { scan(source).text }
}

/// Whether a text is one paragraph in which no character could mean anything but itself: most
/// reasons and purposes of a runbook are, and need no parser.
pub fn is_plain_sentence(source: &str) -> bool {
    let mut bytes = source.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && !source.ends_with(' ')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b" ,;()'/%-.".contains(&byte))
        && !source.contains("www.")
}

/// Returns the beginning of `source`, without markup and headings, on one line and at most `most`
/// characters long; an ellipsis stands for what is left out.
pub fn excerpt(source: &str, most: usize) -> String {
    let prepared = Source::new(source);
    let mut text = String::new();
    let mut in_heading = false;
    for (event, _) in prepared.read().pieces {
        match event {
            Event::Start(Tag::Heading { .. }) => in_heading = true,
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            _ if in_heading => {}
            event => write_plain(&event, &mut text),
        }
        if text.len() > most * 8 {
            break;
        }
    }
    shortened(&text, most)
}

/// Returns `text` on one line, cut between two words where it is longer than `most` characters.
fn shortened(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most.saturating_sub(1)).collect();
    let end = cut.rfind(' ').filter(|end| *end > cut.len() / 2).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end_matches([',', ';', ':', '.', ' ']))
}

/// Returns what is in `source`, of which `reading` was read.
pub(crate) fn outline(source: &str, reading: &Reading) -> Outline {
    let mut outline = Outline::default();
    let mut depths = Depths::default();
    let mut anchors = Names::default();
    let mut in_code = false;
    for (ix, (event, range)) in reading.pieces.iter().enumerate() {
        let behind = &reading.pieces[ix + 1..];
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let text = plain_until(behind, |end| matches!(end, TagEnd::Heading(_)));
                outline.headings.push(Heading {
                    level: *level as u8,
                    depth: depths.enter(*level),
                    anchor: anchors.unique(slug(&text)),
                    text,
                    range: range.clone(),
                });
            }
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                let what = link_kind(*link_type, dest_url, behind);
                outline.links.push(Link { range: range.clone(), what });
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                let what = LinkKind::Image(dest_url.to_string());
                outline.links.push(Link { range: range.clone(), what });
            }
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(_) | Event::Html(_) | Event::InlineHtml(_) if !in_code => {
                find_todos(source, range, &mut outline.todos);
            }
            _ => {}
        }
        write_plain(event, &mut outline.text);
    }
    outline.text.truncate(outline.text.trim_end().len());
    outline.steps = steps(source, reading);
    outline
}

/// How deep each heading stands, whatever levels were skipped.
#[derive(Default)]
struct Depths(Vec<HeadingLevel>);

impl Depths {
    fn enter(&mut self, level: HeadingLevel) -> u8 {
        while self.0.last().is_some_and(|open| *open >= level) {
            self.0.pop();
        }
        self.0.push(level);
        self.0.len() as u8
    }
}

fn link_kind(link_type: LinkType, address: &str, behind: &[Piece]) -> LinkKind {
    match link_type {
        LinkType::WikiLink { has_pothole } => {
            let mut link = WikiLink::read(address).unwrap_or_else(|| WikiLink {
                target: address.to_owned(),
                anchor: None,
                text: None,
            });
            let text = plain_until(behind, |end| *end == TagEnd::Link);
            link.text = Some(text).filter(|text| has_pothole && !text.trim().is_empty());
            LinkKind::Wiki(link)
        }
        LinkType::Autolink | LinkType::Email => LinkKind::Autolink(address.to_owned()),
        _ => LinkKind::Url(address.to_owned()),
    }
}

/// Returns the text of `pieces` without markup, up to the `end`.
pub(crate) fn plain_until(pieces: &[Piece], end: impl Fn(&TagEnd) -> bool) -> String {
    let mut text = String::new();
    for (event, _) in pieces {
        match event {
            Event::End(tag) if end(tag) => break,
            event => write_plain(event, &mut text),
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// Adds what `event` says without markup.
fn write_plain(event: &Event, text: &mut String) {
    match event {
        Event::Text(piece) | Event::Code(piece) | Event::Html(piece) | Event::InlineHtml(piece) => {
            text.push_str(piece);
        }
        Event::SoftBreak => text.push(' '),
        Event::HardBreak => text.push('\n'),
        Event::Start(Tag::TableCell) if !text.is_empty() && !text.ends_with('\n') => {
            text.push_str(" | ");
        }
        // A list inside an item of another starts on a line of its own.
        Event::Start(Tag::List(_) | Tag::Item | Tag::Paragraph | Tag::CodeBlock(_))
        | Event::End(
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::Item
            | TagEnd::CodeBlock
            | TagEnd::TableHead
            | TagEnd::TableRow,
        ) if !text.is_empty() && !text.ends_with('\n') => text.push('\n'),
        _ => {}
    }
}

/// Returns the items of the top-level numbered lists.
fn steps(source: &str, reading: &Reading) -> Vec<Step> {
    let mut found = Vec::new();
    for item in events::top_level_items(&reading.pieces) {
        let range = reading.pieces[item].1.clone();
        let behind = &reading.pieces[item + 1..];
        let text = first_paragraph(behind);
        let mark = reading.marks.iter().find(|mark| mark.item == item);
        let name = match mark {
            Some(mark) => slug(&mark.name),
            None if text.is_empty() => {
                anchor::step_name(&plain_until(behind, |end| *end == TagEnd::Item))
            }
            None => anchor::step_name(&text),
        };
        found.push((name, text, range));
    }
    let names: Vec<_> = found
        .iter()
        .map(|(name, _, range)| (name.clone(), source[range.clone()].trim_end()))
        .collect();
    let anchors = tell_apart(&names);
    let named = found.into_iter().zip(anchors);
    named
        .map(|((_, text, range), anchor)| Step {
            id: anchor.id,
            repeated: anchor.repeated,
            text,
            range,
        })
        .collect()
}

/// Returns the text of the first paragraph in an item whose pieces start `behind` its own.
fn first_paragraph(behind: &[Piece]) -> String {
    let end = events::end_of_first_paragraph(behind);
    let mut text = String::new();
    behind[..end].iter().for_each(|(event, _)| write_plain(event, &mut text));
    text.trim().to_owned()
}

/// Words that mark something as unfinished.
const TODO_WORDS: [&str; 5] = ["TODO", "FIXME", "TBC", "TBD", "XXX"];

/// Most marks that are told of one text; beyond that nobody reads them.
const MOST_TODOS: usize = 200;

fn find_todos(source: &str, range: &Range<usize>, todos: &mut Vec<Todo>) {
    let first = todos.len();
    let text = &source[range.clone()];
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    for word in TODO_WORDS {
        for (at, _) in text.match_indices(word) {
            let end = at + word.len();
            let alone = !text[..at].ends_with(joins) && !text[end..].starts_with(joins);
            if alone && todos.len() < MOST_TODOS {
                let range = range.start + at..range.start + end;
                todos.push(Todo { line: line_around(source, &range), range });
            }
        }
    }
    todos[first..].sort_by_key(|todo| todo.range.start);
}

/// Returns the line that `range` stands in; of a very long one the part around it.
fn line_around(source: &str, range: &Range<usize>) -> String {
    let mut from = range.start.saturating_sub(200);
    while !source.is_char_boundary(from) {
        from -= 1;
    }
    let mut to = (range.end + 200).min(source.len());
    while !source.is_char_boundary(to) {
        to += 1;
    }
    let start = source[from..range.start].rfind('\n').map_or(from, |at| from + at + 1);
    let end = source[range.end..to].find('\n').map_or(to, |at| range.end + at);
    source[start..end].trim().to_owned()
}

#[cfg(test)]
mod tests;
