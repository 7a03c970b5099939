//! Reads Markdown into a flat list of events that is safe to walk over.
//!
//! What comes out keeps what pulldown-cmark promises, starts and ends balanced, and further:
//! * nothing is nested deeper than [`DEEPEST`]; below that only the text is left;
//! * no table has more than [`MOST_COLUMNS`] columns; what stands in further ones is in the last;
//! * texts that stand side by side are one;
//! * links in angle brackets, and bare `https://…`, are links; `<sw-hq-01:eth0>` is text;
//! * `[[links]]` have a target without blanks around it; `[[ -f x ]]` is text;
//! * raw HTML comes as [`Event::Html`] inside a paragraph, and is text for whoever shows it;
//! * the `{#name}` at the end of a step is taken out of its text.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::destination::{destination, is_dangerous};
use super::{Destination, WikiLink};

/// How deep tags may be nested.
pub(crate) const DEEPEST: usize = 32;

/// How many columns a table may have.
pub(crate) const MOST_COLUMNS: usize = 64;

/// An event, and the bytes of the source that it stands for.
pub(crate) type Piece<'a> = (Event<'a>, Range<usize>);

/// The name that the text of a step gives it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Mark {
    /// Which piece starts the item.
    pub(crate) item: usize,
    /// What stands between `{#` and `}`.
    pub(crate) name: String,
}

/// What was read.
#[derive(Default, Debug)]
pub(crate) struct Reading<'a> {
    /// The events, in order.
    pub(crate) pieces: Vec<Piece<'a>>,
    /// The names of steps, in order.
    pub(crate) marks: Vec<Mark>,
}

/// A text, made ready to be read.
pub(crate) struct Source<'a> {
    text: Cow<'a, str>,
}

/// Stands for the `|` of a wiki link in a table while pulldown-cmark looks for columns. It is as
/// long as the bar, so places in the text stay what they are.
const HIDDEN_BAR: &str = "\u{1f}";

impl<'a> Source<'a> {
    /// Returns `source` with the bars of wiki links hidden where they would part the columns of a
    /// table: `| [[device/fw|the firewall]] | 2 |`.
    pub(crate) fn new(source: &'a str) -> Source<'a> {
        let candidate = source.contains("[[") && source.contains('|');
        if !candidate || source.contains(HIDDEN_BAR) {
            return Source { text: Cow::Borrowed(source) };
        }
        let mut text = String::with_capacity(source.len());
        for line in source.split_inclusive('\n') {
            hide_bars(line, &mut text);
        }
        Source { text: Cow::Owned(text) }
    }

    /// Returns what stands in it.
    pub(crate) fn read(&self) -> Reading<'_> {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_GFM
            | Options::ENABLE_WIKILINKS;
        let mut reader = Reader::new(&self.text, matches!(self.text, Cow::Owned(_)));
        for (event, range) in Parser::new_ext(&self.text, options).into_offset_iter() {
            reader.take(event, range);
        }
        reader.flush();
        let mut reading = Reading { pieces: reader.pieces, marks: Vec::new() };
        take_marks(&mut reading);
        reading
    }
}

/// Adds `line` to `text`, the bars inside its wiki links hidden if it has others as well.
fn hide_bars(line: &str, text: &mut String) {
    let bars = line.bytes().filter(|byte| *byte == b'|').count();
    let mut inside = 0;
    let mut rest = line;
    let start = text.len();
    while let Some(open) = rest.find("[[") {
        let body = &rest[open + 2..];
        let end = body.find(['[', ']', '`', '<', '\\']).unwrap_or(body.len());
        let hidden = body[end..].starts_with("]]") && body[..end].contains('|');
        text.push_str(&rest[..open + 2]);
        if hidden {
            inside += body[..end].matches('|').count();
            text.push_str(&body[..end].replace('|', HIDDEN_BAR));
            rest = &body[end..];
        } else {
            rest = body;
        }
    }
    text.push_str(rest);
    if inside == bars {
        text.truncate(start);
        text.push_str(line);
    }
}

/// Text that may still grow.
struct Pending<'a> {
    text: Cow<'a, str>,
    range: Range<usize>,
    /// Whether `text` is what stands at `range`, letter for letter.
    as_written: bool,
}

/// Turns pulldown-cmark's events into ours.
struct Reader<'a> {
    text: &'a str,
    /// Whether bars were hidden in the text; if not, a U+001F is what somebody wrote.
    hidden: bool,
    pieces: Vec<Piece<'a>>,
    /// For each open tag, whether it was kept.
    open: Vec<bool>,
    kept: usize,
    /// Text that may still grow.
    pending: Option<Pending<'a>>,
    /// How many links, images and code blocks are open: no links are made inside.
    verbatim: usize,
    /// Which cell of its row the next one is.
    column: usize,
    /// What an open wiki link shows instead of what stands in it, if its bar was hidden.
    shows: Option<String>,
    /// How many tags are open around what is text after all, although it looks like a link.
    literal: Option<usize>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, hidden: bool) -> Reader<'a> {
        Reader {
            text,
            hidden,
            pieces: Vec::new(),
            open: Vec::new(),
            kept: 0,
            pending: None,
            verbatim: 0,
            column: 0,
            shows: None,
            literal: None,
        }
    }

    fn take(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            _ if self.literal.is_some() => {}
            Event::Text(text) => match self.shows.take() {
                Some(shown) => self.add_text(shown.into(), range),
                None => {
                    let text = self.with_bars(text);
                    self.add_text(text, range);
                }
            },
            Event::Code(text) => {
                let text = self.with_bars(text);
                self.push(Event::Code(text), range);
            }
            Event::Html(text) => {
                let text = self.with_bars(text);
                self.push(Event::Html(text), range);
            }
            Event::InlineHtml(text) => {
                let text = self.with_bars(text);
                self.push(Event::InlineHtml(text), range);
            }
            event => self.push(event, range),
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        if self.literal.is_some() {
            return self.open.push(false);
        }
        let Some(tag) = self.adapted(tag) else {
            self.literal = Some(self.open.len());
            return self.open.push(false);
        };
        if matches!(tag, Tag::TableHead | Tag::TableRow) {
            self.column = 0;
        }
        if matches!(tag, Tag::TableCell) {
            self.column += 1;
            if self.column > MOST_COLUMNS {
                self.open.push(false);
                return self.add_text(CowStr::Borrowed(" "), range.start..range.start);
            }
        }
        // Parts of something that is kept are kept: an item of a list, a row of a table.
        let part = matches!(tag, Tag::Item | Tag::TableHead | Tag::TableRow | Tag::TableCell);
        let parent_kept = self.open.last().copied().unwrap_or(true);
        let keep = if part { parent_kept } else { self.kept < DEEPEST };
        self.open.push(keep);
        if !keep {
            return;
        }
        self.kept += 1;
        let verbatim = is_verbatim(&tag.to_end());
        self.push(Event::Start(tag), range);
        self.verbatim += usize::from(verbatim);
    }

    /// Returns the tag as we have it, or nothing where it is text as it is written.
    fn adapted(&mut self, tag: Tag<'a>) -> Option<Tag<'a>> {
        Some(match tag {
            Tag::HtmlBlock => Tag::Paragraph,
            Tag::Link { link_type: LinkType::WikiLink { has_pothole }, dest_url, title, id } => {
                let (link_type, dest_url) = self.wiki(has_pothole, &dest_url);
                WikiLink::read(&dest_url)?;
                let dest_url = CowStr::from(dest_url.trim().to_owned());
                Tag::Link { link_type, dest_url, title, id }
            }
            Tag::Image { link_type: LinkType::WikiLink { has_pothole }, dest_url, title, id } => {
                let (link_type, dest_url) = self.wiki(has_pothole, &dest_url);
                let dest_url = CowStr::from(dest_url.trim().to_owned());
                Tag::Image { link_type, dest_url, title, id }
            }
            Tag::Link { link_type: LinkType::Autolink, dest_url, .. }
                if destination(&dest_url).is_err() && !is_dangerous(&dest_url) =>
            {
                return None;
            }
            Tag::Link { link_type: LinkType::Email, dest_url, title, id } => {
                let dest_url = CowStr::from(format!("mailto:{dest_url}"));
                Tag::Link { link_type: LinkType::Email, dest_url, title, id }
            }
            tag => tag,
        })
    }

    /// Returns type and target of a wiki link, once its bar is no longer hidden or escaped.
    fn wiki(&mut self, has_pothole: bool, written: &str) -> (LinkType, String) {
        match written.split_once(HIDDEN_BAR).filter(|_| self.hidden) {
            Some((target, shown)) => {
                self.shows = Some(shown.replace(HIDDEN_BAR, "|"));
                (LinkType::WikiLink { has_pothole: true }, target.to_owned())
            }
            // `[[a\|b]]`: how a bar is written in a table elsewhere.
            None => (LinkType::WikiLink { has_pothole }, written.trim_end_matches('\\').to_owned()),
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        let kept = self.open.pop().unwrap_or(false);
        if self.literal.is_some_and(|around| self.open.len() > around) {
            return;
        }
        if self.literal.take().is_some() {
            self.shows = None;
            let written = self.with_bars(CowStr::Borrowed(&self.text[range.clone()]));
            return self.add_text(written, range);
        }
        if !kept {
            let block = !matches!(
                tag,
                TagEnd::Link
                    | TagEnd::Image
                    | TagEnd::Emphasis
                    | TagEnd::Strong
                    | TagEnd::Strikethrough
            );
            if block && tag != TagEnd::TableCell {
                self.push(Event::SoftBreak, range.end..range.end);
            }
            return;
        }
        self.kept -= 1;
        let tag = if tag == TagEnd::HtmlBlock { TagEnd::Paragraph } else { tag };
        // The last column stays open for what stands in those beyond it.
        if tag == TagEnd::TableCell && self.column >= MOST_COLUMNS {
            return;
        }
        if matches!(tag, TagEnd::TableHead | TagEnd::TableRow) && self.column >= MOST_COLUMNS {
            self.push(Event::End(TagEnd::TableCell), range.clone());
        }
        self.push(Event::End(tag), range);
        self.verbatim -= usize::from(is_verbatim(&tag));
    }

    /// Returns `text` with its bars no longer hidden.
    fn with_bars(&self, text: CowStr<'a>) -> CowStr<'a> {
        let found = self.hidden && text.contains(HIDDEN_BAR);
        if found { CowStr::from(text.replace(HIDDEN_BAR, "|")) } else { text }
    }

    fn push(&mut self, event: Event<'a>, range: Range<usize>) {
        self.flush();
        let event = match event {
            Event::Start(Tag::Table(mut columns)) => {
                columns.truncate(MOST_COLUMNS);
                Event::Start(Tag::Table(columns))
            }
            event => event,
        };
        self.pieces.push((event, range));
    }

    /// Adds text, as one with the text before it.
    fn add_text(&mut self, text: CowStr<'a>, range: Range<usize>) {
        let as_written = self.text.get(range.clone()) == Some(&*text);
        let text = match text {
            CowStr::Borrowed(text) => Cow::Borrowed(text),
            text => Cow::Owned(text.into_string()),
        };
        let Some(before) = &mut self.pending else {
            self.pending = Some(Pending { text, range, as_written });
            return;
        };
        let follows = before.range.end == range.start;
        before.as_written &= as_written && follows;
        before.range.start = before.range.start.min(range.start);
        before.range.end = before.range.end.max(range.end);
        match &mut before.text {
            // Both lie side by side in the source: no need to copy. Nor to compare them again, which
            // would take hours for a million brackets, each of them a text of its own.
            Cow::Borrowed(whole) if before.as_written => *whole = &self.text[before.range.clone()],
            whole => whole.to_mut().push_str(&text),
        }
    }

    fn flush(&mut self) {
        let Some(Pending { text, range, .. }) = self.pending.take() else { return };
        let text = match text {
            Cow::Borrowed(text) => CowStr::Borrowed(text),
            Cow::Owned(text) => CowStr::from(text),
        };
        if self.verbatim == 0 && text.contains("://") {
            with_bare_links(&text, range, &mut self.pieces);
        } else {
            self.pieces.push((Event::Text(text), range));
        }
    }
}

fn is_verbatim(tag: &TagEnd) -> bool {
    matches!(tag, TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock)
}

/// Adds `text` with its bare web addresses as links.
fn with_bare_links(text: &str, range: Range<usize>, pieces: &mut Vec<Piece>) {
    // Where the source has escapes the places inside are not known, only the whole.
    let exact = text.len() == range.len();
    let place = |from: usize, to: usize| {
        if exact { range.start + from..range.start + to } else { range.clone() }
    };
    let mut written = 0;
    for link in bare_links(text) {
        if link.start > written {
            let before = text[written..link.start].to_owned();
            pieces.push((Event::Text(before.into()), place(written, link.start)));
        }
        let at = place(link.start, link.end);
        let address = CowStr::from(text[link.clone()].to_owned());
        let tag = Tag::Link {
            link_type: LinkType::Autolink,
            dest_url: address.clone(),
            title: CowStr::Borrowed(""),
            id: CowStr::Borrowed(""),
        };
        pieces.push((Event::Start(tag), at.clone()));
        pieces.push((Event::Text(address), at.clone()));
        pieces.push((Event::End(TagEnd::Link), at));
        written = link.end;
    }
    if written < text.len() {
        let rest = CowStr::from(text[written..].to_owned());
        pieces.push((Event::Text(rest), place(written, text.len())));
    }
}

/// Returns where `http://…` and `https://…` stand in `text`, without the punctuation behind them
/// (GitHub Flavored Markdown, "extended autolinks").
fn bare_links(text: &str) -> Vec<Range<usize>> {
    let mut links: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices("://") {
        let Some(start) = ["https", "http"].iter().find_map(|scheme| {
            let start = at.checked_sub(scheme.len())?;
            text.get(start..at).filter(|found| found.eq_ignore_ascii_case(scheme)).map(|_| start)
        }) else {
            continue;
        };
        let follows = links.last().is_some_and(|link| link.end > start);
        if follows || text[..start].ends_with(char::is_alphanumeric) {
            continue;
        }
        let behind = &text[start..];
        let stop = |c: char| c.is_whitespace() || c.is_control() || "<>\"`{}|\\^".contains(c);
        let end = behind.find(stop).unwrap_or(behind.len());
        let link = without_punctuation(&behind[..end]);
        if destination(link) == Ok(Destination::Web) {
            links.push(start..start + link.len());
        }
    }
    links
}

fn without_punctuation(mut link: &str) -> &str {
    loop {
        let shorter =
            link.trim_end_matches(['.', ',', ':', ';', '!', '?', '\'', '*', '_', '~', ']']);
        let shorter = match shorter.strip_suffix(')') {
            Some(inside) if !balanced(shorter) => inside,
            _ => shorter,
        };
        if shorter.len() == link.len() {
            return link;
        }
        link = shorter;
    }
}

/// Whether `link` has no more closing brackets than opening ones.
fn balanced(link: &str) -> bool {
    link.matches(')').count() <= link.matches('(').count()
}

/// Returns which pieces start the items of the top-level numbered lists.
pub(crate) fn top_level_items(pieces: &[Piece]) -> Vec<usize> {
    let mut depth = 0_usize;
    let mut numbered = false;
    let mut items = Vec::new();
    for (ix, (event, _)) in pieces.iter().enumerate() {
        match event {
            Event::Start(tag) => {
                match tag {
                    Tag::List(start) if depth == 0 => numbered = start.is_some(),
                    Tag::Item if depth == 1 && numbered => items.push(ix),
                    _ => {}
                }
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        numbered &= depth > 0;
    }
    items
}

/// Returns how many of the `pieces` that stand in an item belong to its first paragraph, whether
/// it has tags of its own (in a loose list) or not.
pub(crate) fn end_of_first_paragraph(pieces: &[Piece]) -> usize {
    let own = matches!(pieces.first(), Some((Event::Start(Tag::Paragraph), _)));
    let ends = |event: &Event| match event {
        Event::End(TagEnd::Paragraph | TagEnd::Item) => true,
        Event::Start(tag) => !own && is_block(tag),
        _ => false,
    };
    pieces.iter().position(|(event, _)| ends(event)).unwrap_or(pieces.len())
}

fn is_block(tag: &Tag) -> bool {
    !matches!(
        tag,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
    )
}

/// Takes the names of steps out of their texts.
fn take_marks(reading: &mut Reading) {
    for item in top_level_items(&reading.pieces) {
        let behind = item + 1;
        let end = behind + end_of_first_paragraph(&reading.pieces[behind..]);
        let Some((Event::Text(text), _)) = reading.pieces[behind..end].last_mut() else { continue };
        let Some((shown, name)) = split_mark(text) else { continue };
        let name = name.to_owned();
        *text = CowStr::from(shown.to_owned());
        reading.marks.push(Mark { item, name });
    }
}

/// Splits `text {#name}` into text and name.
fn split_mark(text: &str) -> Option<(&str, &str)> {
    let inner = text.trim_end().strip_suffix('}')?;
    let (shown, name) = inner.rsplit_once("{#")?;
    let valid = !name.is_empty() && name.len() <= 80 && !name.contains(char::is_whitespace);
    valid.then(|| (shown.trim_end(), name))
}
