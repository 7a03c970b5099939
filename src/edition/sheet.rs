//! Cuts pieces out of a text of TOML, and leaves everything else byte for byte as it was.
//!
//! A comment goes with what it is about, and where that cannot be told with what is left out: what is
//! said there is meant for those who see the rest. So a comment stays only if nothing that goes touches
//! it: above what stays, with an empty line between it and what goes before. One above or behind a line
//! from which a part was taken may be about that part, and goes.

use std::ops::Range;

/// What the first line of a record may say to editors; it stays whatever goes.
const SCHEMA_LINE: &str = "#:schema";

/// A text that pieces are cut out of.
pub(super) struct Sheet<'a> {
    text: &'a str,
    /// Where its TOML is: all of it, or the front matter.
    toml: Range<usize>,
    statements: Vec<Statement>,
    /// What is put in place of a stretch.
    changes: Vec<(Range<usize>, String)>,
}

/// Lines that say one thing: a key and its value, or the header of a table.
struct Statement {
    lines: Range<usize>,
    /// Where what it says ends, before a comment on its line.
    end: usize,
    fate: Fate,
}

/// Whether something stays. The worst comes last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Fate {
    Stays,
    /// It stays without a part of it.
    Thinned,
    Goes,
}

impl<'a> Sheet<'a> {
    /// Returns the sheet of `text`, of which `body` on is no TOML.
    pub(super) fn new(text: &'a str, body: Option<usize>) -> Sheet<'a> {
        let toml = match body {
            None => 0..text.len(),
            Some(body) => front_matter(text, body),
        };
        Sheet { text, toml, statements: Vec::new(), changes: Vec::new() }
    }

    /// Returns the text.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// Has the statement that begins and ends in `range` stay or go. Of a header that is told of more
    /// than once, being that of a table and of those around it, the worst word counts.
    pub(super) fn statement(&mut self, range: Range<usize>, fate: Fate) {
        let lines = line_start(self.text, range.start)..line_end(self.text, range.end);
        self.statements.push(Statement { lines, end: range.end, fate });
    }

    /// Puts `text` in place of `range`.
    pub(super) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.changes.push((range, text.into()));
    }

    /// Adds a line behind the statement that ends at `end`.
    pub(super) fn add_line_behind(&mut self, end: usize, line: &str) {
        let at = line_end(self.text, end);
        let line_break = if self.text[..at].ends_with("\r\n") { "\r\n" } else { "\n" };
        let added = match self.text[..at].ends_with('\n') {
            true => format!("{line}{line_break}"),
            false => format!("{line_break}{line}"),
        };
        self.replace(at..at, added);
    }

    /// Takes elements out of the list or inline table in `range`, brackets included; `elements` says
    /// of each, in order, where it ends and whether it stays.
    pub(super) fn elements(&mut self, range: Range<usize>, elements: &[(usize, Fate)]) {
        let inside = range.start + 1..range.end - 1;
        let mut start = inside.start;
        let mut cells = Vec::with_capacity(elements.len());
        for (end, fate) in elements {
            let (comma, after) = behind_element(self.text, *end, inside.end);
            cells.push(Cell { start, comma, after, goes: *fate == Fate::Goes });
            start = after;
        }
        self.cut_cells(inside, &cells);
    }

    fn cut_cells(&mut self, inside: Range<usize>, cells: &[Cell]) {
        for cell in cells.iter().filter(|cell| cell.goes) {
            let mut end = cell.after;
            let starts_tightly = cell.start == inside.start
                && !self.text[cell.start..].starts_with(char::is_whitespace);
            if starts_tightly {
                let rest = &self.text[end..inside.end];
                end += rest.len() - rest.trim_start_matches([' ', '\t']).len();
            }
            self.replace(cell.start..end, "");
        }
        let Some(last) = cells.last().filter(|last| last.goes) else { return };
        let rest = &self.text[last.after..inside.end];
        if rest.contains('#') {
            // The comments above the closing bracket stood below what goes.
            let kept = rest.rfind('\n').map_or(inside.end, |feed| last.after + feed);
            self.replace(last.after..kept, "");
        }
        let before = cells.iter().rfind(|cell| !cell.goes).and_then(|cell| cell.comma);
        if let (None, Some(comma)) = (last.comma, before) {
            self.replace(comma..comma + 1, "");
        }
    }

    /// Returns the text without what goes.
    pub(super) fn finish(mut self) -> String {
        self.statements.sort_by_key(|statement| statement.lines.start);
        let mut cuts = self.cuts();
        let inside = |range: &Range<usize>, cut: &Range<usize>| {
            cut.start <= range.start && range.end <= cut.end && !range.is_empty()
        };
        self.changes.retain(|(range, _)| !cuts.iter().any(|cut| inside(range, cut)));
        let changes = self.changes.drain(..);
        let cut = cuts.drain(..).filter(|cut| !cut.is_empty()).map(|cut| (cut, String::new()));
        let mut changes: Vec<(Range<usize>, String)> = changes.chain(cut).collect();
        changes.sort_by_key(|(range, _)| (range.start, range.end));
        let mut written = String::with_capacity(self.text.len());
        let mut at = 0;
        for (range, text) in changes {
            written.push_str(&self.text[at..range.start.max(at)]);
            written.push_str(&text);
            at = at.max(range.end);
        }
        written.push_str(&self.text[at..]);
        written
    }

    /// Returns the stretches that go with statements: these, and the comments that touch them.
    fn cuts(&self) -> Vec<Range<usize>> {
        let mut cuts = Vec::new();
        let mut at = self.toml.start;
        let mut before = None;
        let mut is_anything_kept = false;
        for same in self.statements.chunk_by(|a, b| a.lines.start == b.lines.start) {
            let fate = same.iter().map(|it| it.fate).max().unwrap_or(Fate::Stays);
            let end = same.iter().map(|it| it.lines.end).max().unwrap_or(at);
            let gap = at..same[0].lines.start.max(at);
            let written = &self.text[gap.clone()];
            let kept_end = gap.end - if fate == Fate::Thinned { comment_above(written) } else { 0 };
            match (before, fate) {
                (_, Fate::Goes) => {
                    let kept = if before.is_none() { schema_line(written) } else { 0 };
                    is_anything_kept |= kept > 0;
                    cuts.push(gap.start + kept..end);
                }
                (Some(Fate::Goes), _) => {
                    let kept = own_comment(written, is_anything_kept);
                    cuts.push(gap.start..gap.end - kept);
                    cuts.push(kept_end..gap.end);
                }
                _ => cuts.push(kept_end..gap.end),
            }
            is_anything_kept |= fate != Fate::Goes;
            if fate == Fate::Thinned {
                let line = &self.text[same[0].end..end];
                cuts.push(
                    same[0].end..end - (line.len() - line.trim_end_matches(['\r', '\n']).len()),
                );
            }
            at = end;
            before = Some(fate);
        }
        if before == Some(Fate::Goes) {
            cuts.push(at..self.toml.end);
        }
        cuts
    }
}

/// An element of a list with what belongs to it.
struct Cell {
    /// Behind the element before, with its comma and the comment on its line.
    start: usize,
    /// Where its comma is.
    comma: Option<usize>,
    /// Where what belongs to the next begins.
    after: usize,
    goes: bool,
}

/// Returns where the comma of an element that ends at `end` is, and where what belongs to it ends:
/// behind the comma and a comment on the same line.
fn behind_element(text: &str, end: usize, limit: usize) -> (Option<usize>, usize) {
    let mut at = end;
    let mut comma = None;
    while at < limit {
        match text.as_bytes()[at] {
            b',' => {
                comma = Some(at);
                at += 1;
                break;
            }
            b'#' => at += text[at..limit].find('\n').unwrap_or(limit - at),
            byte if byte.is_ascii_whitespace() => at += 1,
            _ => break,
        }
    }
    if comma.is_none() {
        at = end;
    }
    let rest = &text[at..limit];
    let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
    let has_comment = line.trim_start().starts_with('#');
    (comma, if has_comment { at + line.trim_end_matches('\r').len() } else { at })
}

/// Returns how long the line for editors at the start of a file is, with the empty lines behind it.
fn schema_line(gap: &str) -> usize {
    match gap.starts_with(SCHEMA_LINE) {
        true => {
            let line = gap.find('\n').map_or(gap.len(), |feed| feed + 1);
            let rest = &gap[line..];
            let blank = rest.split_inclusive('\n').take_while(|line| line.trim().is_empty());
            line + blank.map(str::len).sum::<usize>()
        }
        false => 0,
    }
}

/// Returns how long the comment at the end of a gap is, right above what follows.
fn comment_above(gap: &str) -> usize {
    let lines = gap.split_inclusive('\n').rev().take_while(|line| !line.trim().is_empty());
    // What tells editors of the file is no comment on what follows.
    let lines = lines.take_while(|line| !line.starts_with(SCHEMA_LINE));
    lines.map(str::len).sum()
}

/// Returns how much of the end of a gap belongs to what stands below it, where what stood above goes:
/// the comment right above, if an empty line parts it from what goes, and the empty lines.
fn own_comment(gap: &str, is_anything_kept: bool) -> usize {
    let lines: Vec<&str> = gap.split_inclusive('\n').collect();
    let is_blank = |line: &&&str| line.trim().is_empty();
    let comment: usize = lines.iter().rev().take_while(|line| !is_blank(line)).count();
    if comment == lines.len() {
        return 0;
    }
    let blank = lines.iter().rev().skip(comment).take_while(is_blank).count();
    let kept = if is_anything_kept { comment + blank } else { comment };
    lines[lines.len() - kept..].iter().map(|line| line.len()).sum()
}

/// Returns where the fields of a Markdown file are whose text begins at `body`: between the lines of
/// `+++`.
fn front_matter(text: &str, body: usize) -> Range<usize> {
    let start = text.find('\n').map_or(0, |feed| feed + 1).min(body);
    let end = line_start(text, body.saturating_sub(1).max(start));
    start..end.max(start)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |feed| feed + 1)
}

/// Returns where the line ends that `at` is in or right behind, its line break included.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |feed| at + feed + 1)
}
