//! Writes a tree of HTML as Markdown, block by block.

use super::tree::{Element, Node, Tree, is_block, is_silent};
use super::{Find, Reference, table};
use crate::markdown;

/// How deep lists lie in each other; deeper ones go on at the same level.
const LISTS: usize = 6;

/// Characters that are markup wherever they stand.
const MARKS: &[char] = &['\\', '`', '*', '[', ']', '<', '|', '~', '&', '$'];

/// Writes parts of a tree.
pub(super) struct Renderer<'t, 'f> {
    tree: &'t Tree,
    find: &'t mut Find<'f>,
    lists: usize,
}

impl<'t, 'f> Renderer<'t, 'f> {
    /// Returns what writes parts of `tree`, and asks `find` for places.
    pub fn new(tree: &'t Tree, find: &'t mut Find<'f>) -> Renderer<'t, 'f> {
        Renderer { tree, find, lists: 0 }
    }

    /// Returns what is in an element as blocks: paragraphs, lists, tables.
    pub fn blocks(&mut self, ix: usize) -> Vec<String> {
        match self.tree.element(ix) {
            Some(element) => self.blocks_of(&element.children),
            None => self.blocks_of(&[ix]),
        }
    }

    /// Returns what is in an element on one line, as a cell of a table has it.
    pub fn line(&mut self, ix: usize) -> String {
        let blocks = self.blocks(ix);
        let lines = blocks.iter().flat_map(|block| block.lines());
        let lines = lines.map(|line| line.trim().trim_end_matches('\\').trim_end());
        lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Returns nodes that stand beside each other as blocks.
    pub fn blocks_of(&mut self, nodes: &[usize]) -> Vec<String> {
        let mut blocks = Vec::new();
        let mut line = Line::default();
        for ix in nodes {
            let holds_blocks = |element: &Element| is_block(element.name);
            match self.tree.node(*ix) {
                Node::Element(element) if is_silent(element.name) => {}
                Node::Element(element) if is_block(element.name) => {
                    blocks.extend(line.end());
                    let own = self.block(*ix, element);
                    blocks.extend(own);
                }
                // `<b><p>…</p></b>`: the blocks count, the emphasis goes.
                Node::Element(element) if self.tree.has(*ix, &holds_blocks) => {
                    blocks.extend(line.end());
                    let own = self.blocks_of(&element.children);
                    blocks.extend(own);
                }
                _ => self.inline(*ix, &mut line),
            }
        }
        blocks.extend(line.end());
        blocks
    }

    fn block(&mut self, ix: usize, element: &'t Element) -> Vec<String> {
        match element.name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = usize::from(element.name.as_bytes()[1] - b'0');
                let text = self.line(ix);
                let text = text.trim_matches(|c: char| c == '#' || c.is_whitespace()).to_owned();
                if text.is_empty() {
                    Vec::new()
                } else {
                    vec![format!("{} {text}", "#".repeat(level))]
                }
            }
            "ul" | "ol" => self.list(element).into_iter().collect(),
            "dl" => self.terms(element).into_iter().collect(),
            "blockquote" => {
                let inside = self.blocks(ix).join("\n\n");
                let lines = inside.lines().map(|line| format!("> {line}").trim_end().to_owned());
                let lines: Vec<String> = lines.collect();
                if lines.is_empty() { Vec::new() } else { vec![lines.join("\n")] }
            }
            "pre" => self.code_block(ix).into_iter().collect(),
            "table" => table::blocks(self.tree, ix, self),
            "hr" => vec!["---".to_owned()],
            _ => self.blocks_of(&element.children),
        }
    }

    /// Returns a list; what stands in it beside its items belongs to the item before.
    fn list(&mut self, element: &'t Element) -> Option<String> {
        let start = element.attribute("start").and_then(|text| text.parse::<usize>().ok());
        let first = (element.name == "ol").then(|| start.unwrap_or(1).min(9_999));
        let mut items: Vec<Vec<String>> = Vec::new();
        self.lists += 1;
        for child in &element.children {
            let is_item = self.tree.element(*child).is_some_and(|child| child.name == "li");
            let blocks = match is_item {
                true => self.blocks(*child),
                false => self.blocks_of(&[*child]),
            };
            match items.last_mut() {
                Some(last) if !is_item => last.extend(blocks),
                _ if blocks.is_empty() => {}
                _ => items.push(blocks),
            }
        }
        self.lists -= 1;
        let is_flat = self.lists >= LISTS;
        let is_tight = items.iter().all(|blocks| blocks.iter().skip(1).all(|block| is_list(block)));
        let mut lines: Vec<String> = Vec::new();
        for (number, blocks) in items.iter().enumerate() {
            let marker = match first {
                Some(first) => format!("{}. ", first + number),
                None => "- ".to_owned(),
            };
            let indent = if is_flat { String::new() } else { " ".repeat(marker.len()) };
            let text = blocks.join(if is_tight { "\n" } else { "\n\n" });
            let mut marker = marker.as_str();
            for line in text.lines() {
                let lead = if marker.is_empty() { indent.as_str() } else { marker };
                lines.push(format!("{lead}{line}").trim_end().to_owned());
                marker = "";
            }
            if !is_tight && number + 1 < items.len() {
                lines.push(String::new());
            }
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// Returns a list of terms with what they mean.
    fn terms(&mut self, element: &'t Element) -> Option<String> {
        let mut lines: Vec<String> = Vec::new();
        for child in &element.children {
            let line = self.line(*child);
            if line.is_empty() {
                continue;
            }
            let is_meaning = self.tree.element(*child).is_some_and(|child| child.name == "dd");
            match lines.last_mut() {
                Some(last) if is_meaning => {
                    last.push_str(if last.ends_with("**") { ": " } else { " " });
                    last.push_str(&line);
                }
                _ => lines.push(format!("- **{line}**")),
            }
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// Returns preformatted text, fenced by more backticks than it has in a row.
    fn code_block(&mut self, ix: usize) -> Option<String> {
        let mut text = String::new();
        self.tree.raw_text(ix, &mut text);
        let text = crate::import::normal::tidy_prose(&text);
        if text.trim().is_empty() {
            return None;
        }
        let fence = "`".repeat(3.max(longest_run(&text) + 1));
        Some(format!("{fence}\n{text}\n{fence}"))
    }

    fn inline(&mut self, ix: usize, line: &mut Line) {
        let element = match self.tree.node(ix) {
            Node::Text(text) => return line.text(text),
            Node::Element(element) => element,
        };
        match element.name {
            "br" => line.brk(),
            "b" | "strong" => self.marked("**", element, line),
            "i" | "em" => self.marked("*", element, line),
            "s" | "strike" | "del" => self.marked("~~", element, line),
            "code" | "kbd" | "samp" | "tt" => {
                let mut text = String::new();
                self.tree.raw_text(ix, &mut text);
                line.code(&text);
            }
            "a" => self.link(element, line),
            "img" => self.image(element, line),
            "input" if element.attribute("type") == Some("checkbox") => {
                let is_on = element.attribute("checked").is_some();
                line.raw(if is_on { "☑ " } else { "☐ " });
            }
            name if is_silent(name) => {}
            _ => self.inlines(&element.children, line),
        }
    }

    fn inlines(&mut self, nodes: &[usize], line: &mut Line) {
        nodes.iter().for_each(|ix| self.inline(*ix, line));
    }

    fn marked(&mut self, mark: &'static str, element: &'t Element, line: &mut Line) {
        if line.marks.contains(&mark) {
            return self.inlines(&element.children, line);
        }
        let start = line.begin(mark);
        self.inlines(&element.children, line);
        line.finish(mark, start);
    }

    fn link(&mut self, element: &'t Element, line: &mut Line) {
        let written = element.attribute("href").unwrap_or_default();
        let found = (!written.is_empty()).then(|| (self.find)(Reference::Link(written))).flatten();
        let address = found.unwrap_or_else(|| written.to_owned());
        let leads =
            !line.in_link && !address.starts_with('#') && markdown::check_url(&address).is_ok();
        if !leads {
            return self.inlines(&element.children, line);
        }
        let mut inner = Line { in_link: true, marks: line.marks.clone(), ..Line::default() };
        self.inlines(&element.children, &mut inner);
        let text = inner.end().join(" ").replace("\\\n", " ");
        let plain = text.replace('\\', "");
        let bare = |text: &str| text.trim_start_matches("mailto:").trim_end_matches('/').to_owned();
        line.gap(&text);
        match () {
            () if text.trim().is_empty() => line.raw(&format!("<{}>", encoded(&address))),
            () if bare(&plain) == bare(&address) && !address.starts_with("files/") => {
                line.raw(&format!("<{}>", encoded(&address)));
            }
            () => line.raw(&format!("[{}]({})", text.trim(), encoded(&address))),
        }
    }

    fn image(&mut self, element: &'t Element, line: &mut Line) {
        let source = element.attribute("src").filter(|source| !source.is_empty());
        let Some(source) = source.or_else(|| element.attribute("data-src")) else { return };
        let alt = crate::import::normal::one_line(element.attribute("alt").unwrap_or_default());
        let found = (self.find)(Reference::Image(source));
        match found.filter(|path| markdown::check_image(path).is_ok()) {
            Some(path) => line.raw(&format!("![{}]({})", escaped(&alt), encoded(&path))),
            None => {
                let name = source.rsplit('/').next().unwrap_or_default();
                let name = if source.starts_with("data:") || name.len() > 80 { "" } else { name };
                let what = if alt.is_empty() { name } else { alt.as_str() };
                let what = if what.is_empty() { "picture" } else { what };
                line.text(&format!("(picture not included: {what})"));
            }
        }
    }
}

fn is_list(block: &str) -> bool {
    let digits = block.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
    block.starts_with("- ") || digits > 0 && block[digits..].starts_with(". ")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Returns an address as it stands in a link.
fn encoded(address: &str) -> String {
    address
        .replace(' ', "%20")
        .replace('(', "%28")
        .replace(')', "%29")
        .replace('<', "%3C")
        .replace('>', "%3E")
}

/// Returns text of which nothing is markup inside of a line.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 4);
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        // Inside of a word this marks nothing, and `srv_dc_01` reads better without.
        let in_word = before.is_alphanumeric() && rest.peek().is_some_and(|c| c.is_alphanumeric());
        if MARKS.contains(&c) || c == '_' && !in_word {
            escaped.push('\\');
        }
        escaped.push(c);
        before = c;
    }
    escaped
}

/// A paragraph in the making.
#[derive(Default)]
struct Line {
    out: String,
    /// The emphasis that is open.
    marks: Vec<&'static str>,
    in_link: bool,
    /// Whether a space is due before what comes next.
    space: bool,
    /// How many line breaks are due.
    breaks: usize,
    /// Paragraphs that are whole.
    done: Vec<String>,
    /// What was closed last, if nothing came behind it.
    closed: Option<(&'static str, usize)>,
}

impl Line {
    fn text(&mut self, text: &str) {
        let clean: String = text.chars().filter(|c| !is_unseen(*c)).collect();
        for (ix, word) in clean.split(char::is_whitespace).enumerate() {
            self.space |= ix > 0;
            if !word.is_empty() {
                let word = escaped(word);
                self.raw(&word);
            }
        }
    }

    /// Adds a word or markup, with what is due before it.
    fn raw(&mut self, text: &str) {
        self.gap(text);
        self.out.push_str(text);
        self.closed = None;
    }

    fn gap(&mut self, next: &str) {
        match self.breaks {
            0 => {
                // Markdown closes emphasis behind a punctuation mark only before a space.
                let tight = self.closed.is_some() && next.starts_with(char::is_alphanumeric);
                let behind_mark =
                    self.out.trim_end_matches(['*', '~']).ends_with(|c: char| !c.is_alphanumeric());
                let needed = self.space || tight && behind_mark;
                if needed && !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
                    self.out.push(' ');
                    self.closed = None;
                }
            }
            1 if !self.out.is_empty() && self.marks.is_empty() && !self.in_link => {
                self.out.push_str("\\\n");
                self.closed = None;
            }
            _ if self.marks.is_empty() && !self.in_link => self.whole(),
            _ => self.out.push(' '),
        }
        self.space = false;
        self.breaks = 0;
    }

    fn brk(&mut self) {
        self.breaks += 1;
        self.space = false;
    }

    fn code(&mut self, text: &str) {
        let text = crate::import::normal::one_line(text);
        if text.is_empty() {
            return;
        }
        let fence = "`".repeat(longest_run(&text) + 1);
        let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
        self.raw(&format!("{fence}{pad}{text}{pad}{fence}"));
    }

    /// Opens emphasis, and returns where it begins.
    fn begin(&mut self, mark: &'static str) -> usize {
        self.gap("");
        self.marks.push(mark);
        // `<b>a</b><b>b</b>` is one.
        if let Some((closed, start)) = self.closed.take()
            && closed == mark
            && self.out.ends_with(mark)
        {
            self.out.truncate(self.out.len() - mark.len());
            return start;
        }
        let start = self.out.len();
        self.out.push_str(mark);
        start
    }

    /// Closes emphasis; of one without text, or where Markdown would not see it, the marks go.
    fn finish(&mut self, mark: &'static str, start: usize) {
        self.marks.pop();
        let inside = start + mark.len();
        let text = self.out.get(inside..).unwrap_or_default();
        let led = text.len() - text.trim_start().len();
        let text = text.trim();
        let before = self.out[..start].chars().next_back();
        let in_word = before.is_some_and(char::is_alphanumeric);
        let begins = !in_word || text.starts_with(char::is_alphanumeric);
        let seen = !text.is_empty() && !text.ends_with('\\') && begins;
        let trailing = self.out.len() - self.out.trim_end().len();
        self.out.truncate(self.out.len() - trailing);
        if !seen {
            let end = (inside + led).min(self.out.len());
            self.out.replace_range(start..end, "");
        } else {
            self.out.replace_range(inside..inside + led, "");
            // `**Note:** text` is `**Note**: text`.
            let mark_behind = self
                .out
                .ends_with([':', '.', ',', ';', '!', '?'])
                .then(|| self.out.pop())
                .flatten();
            self.out.push_str(mark);
            match mark_behind {
                Some(c) => self.out.push(c),
                None => self.closed = Some((mark, start)),
            }
        }
        self.space |= trailing > 0;
    }

    /// Ends the paragraph.
    fn whole(&mut self) {
        let text = std::mem::take(&mut self.out);
        let lines = text.trim().split('\n').map(at_start).collect::<Vec<_>>();
        let text = lines.join("\n");
        let text = text.trim_end_matches('\n');
        if !text.is_empty() {
            self.done.push(text.to_owned());
        }
        self.closed = None;
    }

    fn end(&mut self) -> Vec<String> {
        self.whole();
        self.breaks = 0;
        self.space = false;
        std::mem::take(&mut self.done)
    }
}

/// Returns a line whose beginning is no markup of a block.
fn at_start(line: &str) -> String {
    let line = line.trim_start();
    let number = line.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
    let behind = line.get(number + 1..).unwrap_or_default();
    let is_item = line[number..].starts_with(['.', ')']) && is_end(behind);
    if number > 0 && is_item {
        return format!("{}\\{}", &line[..number], &line[number..]);
    }
    match line.starts_with(['#', '+', '-', '=', '>', ':']) {
        true => format!("\\{line}"),
        false => line.to_owned(),
    }
}

/// Whether a mark of a list would count before `behind`.
fn is_end(behind: &str) -> bool {
    behind.is_empty() || behind.starts_with(char::is_whitespace)
}

/// Whether a character cannot be seen and says nothing: what editors leave between words.
fn is_unseen(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
        || matches!(c, '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
        || crate::diagnostic::clean::is_bidi_control(c)
}
