//! Reads a whole text as TOML, whatever is wrong with it.
//!
//! The parser recovers well inside of values, but gives up the rest of a file at the first line
//! that has no key and `=`, and lets a list that is never closed swallow what follows. So what it
//! stumbled over is told, painted over with spaces, and the text is read again, until nothing new
//! turns up. A text without mistakes is read once, and offsets never move.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::de::{DeTable, Error};

use crate::diagnostic::{Checked, Diagnostic, Diagnostics};

use super::mistake::{self, Trouble};
use super::quoting::{begins_statement, closing_quote, equals_sign};
use super::statements::{Statement, Statements};
use super::{TOML_SYNTAX, Table, Text, duplicate, tree};

/// Findings per file; one more says how many lines are left.
const MOST: usize = 20;
/// Bytes that are read again at most for the sake of further findings.
const PATIENCE: usize = 8 << 20;

/// Returns the top-level table of `text`, and one finding for each line that has a mistake.
pub(super) fn read(text: &Text) -> Checked<Table> {
    let (root, errors) = DeTable::parse_recoverable(text.text);
    if errors.is_empty() {
        return tree::convert(text, root.into_inner(), &[]);
    }
    Mending::of(text).read()
}

/// A text that is being read again and again.
struct Mending<'a> {
    text: &'a Text<'a>,
    lines: Lines<'a>,
    /// What was told, by the line it stands at.
    told: BTreeMap<usize, Diagnostic>,
    /// Lines whose mistake was told, here or with another line.
    done: BTreeSet<usize>,
    /// Bytes that may still be read.
    patience: usize,
}

/// What one reading came upon.
struct Pass<'e> {
    statements: Statements<'e>,
    /// The list, table or text block that has no end.
    unclosed: Option<Statement>,
}

/// What to do about a mistake.
struct Step {
    finding: Diagnostic,
    /// The line it stands at.
    line: usize,
    /// What to paint over before reading again.
    paint: Option<Range<usize>>,
}

impl<'a> Mending<'a> {
    fn of(text: &'a Text<'a>) -> Mending<'a> {
        let lines = Lines::of(text.text);
        let patience = PATIENCE.max(2 * text.text.len());
        Mending { text, lines, told: BTreeMap::new(), done: BTreeSet::new(), patience }
    }

    fn read(mut self) -> Checked<Table> {
        let mut mended = self.text.text.to_owned();
        loop {
            let (root, errors) = DeTable::parse_recoverable(&mended);
            let troubles = self.new_troubles(&errors);
            let may_go_on = self.told.len() <= MOST && self.patience >= mended.len();
            self.patience = self.patience.saturating_sub(mended.len());
            let pass = Pass::of(root.get_ref(), &errors, &mended);
            let paint = if may_go_on { self.tell(&troubles, &pass) } else { None };
            let Some(range) = paint else {
                let left = self.new_troubles(&errors);
                let text = Text { text: &mended, ..*self.text };
                let read = tree::convert(&text, root.into_inner(), &offsets(&errors));
                return Checked::new(read.value, self.findings(&left, read.found));
            };
            drop((root, pass));
            mended = painted_over(mended, range);
        }
    }

    /// Returns the first error of each line that nothing has been told of.
    fn new_troubles<'e>(&self, errors: &'e [Error]) -> BTreeMap<usize, &'e Error> {
        let mut first: BTreeMap<usize, &Error> = BTreeMap::new();
        for error in errors {
            let line = self.lines.number(self.start(error));
            if self.done.contains(&line) {
                continue;
            }
            let known = first.entry(line).or_insert(error);
            if self.start(error) < self.start(known) {
                *known = error;
            }
        }
        first
    }

    /// Returns where `error` is. The parser has no place only for a key of too many parts.
    fn start(&self, error: &Error) -> usize {
        error.span().map_or(self.lines.most_dotted, |span| span.start)
    }

    /// Tells of the troubles up to the first that has to be painted over: what follows that one
    /// may be its doing, and the parser may have stopped there.
    fn tell(&mut self, troubles: &BTreeMap<usize, &Error>, pass: &Pass) -> Option<Range<usize>> {
        for (line, error) in troubles {
            let step = self.look_at(*line, error, pass);
            let is_painted = step.paint.as_ref().is_some_and(|it| self.is_anything_at(it));
            // A line further up may be at fault, and this one may have a mistake of its own.
            if step.line == *line || !is_painted {
                self.done.insert(*line);
            }
            self.done.insert(step.line);
            self.told.entry(step.line).or_insert(step.finding);
            if is_painted {
                return step.paint;
            }
        }
        None
    }

    fn is_anything_at(&self, range: &Range<usize>) -> bool {
        !self.text.text[range.clone()].trim().is_empty()
    }

    fn look_at(&self, number: usize, error: &Error, pass: &Pass) -> Step {
        let line = self.lines.range(number);
        let at = error.span().unwrap_or(line.clone());
        let trouble = Trouble { text: self.text, line, at, message: error.message() };
        let is_behind = |it: &&Statement| it.value.start <= trouble.at.start;
        if error.message().contains("recur") {
            return self.too_deep(&trouble, pass);
        }
        if let Some(open) = pass.unclosed.as_ref().filter(is_behind) {
            return self.unclosed(open);
        }
        if let Some(block) = pass.statements.block_that_runs_on(trouble.at.start) {
            return self.block_that_runs_on(block);
        }
        self.mistake(number, trouble, pass)
    }

    /// Tells of a mistake that concerns its own line only.
    fn mistake(&self, number: usize, trouble: Trouble, pass: &Pass) -> Step {
        let line = &self.text.text[trouble.line.clone()];
        let inside = pass.statements.around(trouble.at.start);
        let is_inside = inside.is_some_and(|it| it.value.start < trouble.line.start);
        let told = |finding| Step { finding, line: number, paint: None };
        if trouble.message.starts_with("duplicate key") || trouble.message.starts_with("cannot ext")
        {
            return told(duplicate::explain(&trouble, &pass.statements));
        }
        if is_inside {
            return told(mistake::inside(&trouble));
        }
        if line.trim_start().starts_with('[') {
            let end = self.lines.before_next(number, |line| line.trim_start().starts_with('['));
            let paint = Some(trouble.line.start..end);
            return Step { finding: mistake::in_header(&trouble), line: number, paint };
        }
        let is_read = pass.statements.any_key_in(&trouble.line);
        let paint = (!is_read).then(|| trouble.line.clone());
        let finding = match equals_sign(mistake::short(line)) {
            Some(equals) if has_closed_key(line) && self.is_before(equals, &trouble) => {
                mistake::in_value(&trouble, equals)
            }
            _ => mistake::in_line(&trouble),
        };
        Step { finding, line: number, paint }
    }

    fn is_before(&self, equals: usize, trouble: &Trouble) -> bool {
        trouble.line.start + equals < trouble.at.start
    }

    fn too_deep(&self, trouble: &Trouble, pass: &Pass) -> Step {
        let around = pass.statements.around(trouble.at.start);
        let (start, end) = match around {
            Some(it) => (self.lines.number(it.key), self.lines.number(it.value.end)),
            None => (self.lines.number(trouble.line.start), self.lines.number(trouble.line.start)),
        };
        let first = self.lines.range(start);
        // A line of a million brackets is pointed at by its start.
        let shown = first.start..first.end.min(first.start + 80);
        let finding = tree::too_deep(self.text.span(shown));
        let paint = Some(first.start..self.lines.range(end).end);
        Step { finding, line: start, paint }
    }

    fn unclosed(&self, open: &Statement) -> Step {
        let number = self.lines.number(open.key);
        let is_block = self.text.text[open.value.start..].starts_with(['"', '\'']);
        let end = match is_block {
            true => self.text.text.len(),
            false => self.lines.before_next(self.lines.number(open.value.start), begins_statement),
        };
        let finding = mistake::unclosed(self.text, open.value.start..end);
        Step { finding, line: number, paint: Some(self.lines.range(number).start..end) }
    }

    fn block_that_runs_on(&self, block: &Statement) -> Step {
        let number = self.lines.number(block.key);
        let last = self.lines.number(block.value.end);
        let end = self.lines.range(last).start;
        let next = self.text.span(self.lines.range(last));
        let open = self.text.span(block.value.start..block.value.start + 3);
        let message = "this text block is not closed before the next one begins";
        let finding = Diagnostic::new(&TOML_SYNTAX, open, message)
            .other(next, "these quotes close it, where they should open the next")
            .help("put the closing quotes on a line of their own behind its text");
        Step { finding, line: number, paint: Some(self.lines.range(number).start..end) }
    }

    /// Returns what was told and what the tree says, at most [`MOST`] lines of it.
    fn findings(self, left: &BTreeMap<usize, &Error>, of_tree: Diagnostics) -> Diagnostics {
        let too_many = self.told.len().saturating_sub(MOST) + left.len();
        let next = self.told.values().nth(MOST).map(|finding| finding.span);
        let next = next.or_else(|| {
            let line = left.keys().next()?;
            Some(self.text.span(self.lines.range(*line)))
        });
        let mut found: Vec<_> = self.told.into_values().take(MOST).collect();
        found.extend(of_tree);
        found.sort_by_key(|finding| finding.span.start);
        if let (Some(span), 1..) = (next, too_many) {
            let message = format!("and {too_many} more lines from here on cannot be read");
            let help = "settle those above first; some of these may then be gone";
            found.push(Diagnostic::new(&TOML_SYNTAX, span, message).help(help));
        }
        found.into_iter().collect()
    }
}

impl<'e> Pass<'e> {
    fn of(root: &DeTable, errors: &[Error], text: &'e str) -> Pass<'e> {
        let statements = Statements::of(root, text);
        let end = text.trim_end().len();
        let is_unclosed = |error: &&Error| {
            let message = error.message();
            message.starts_with("unclosed array,")
                || message.starts_with("unclosed inline table")
                || (message.starts_with("invalid multi-line")
                    && error.span().is_some_and(|span| span.start >= end))
        };
        let at = errors.iter().find(is_unclosed).and_then(Error::span);
        let unclosed = at.and_then(|at| statements.last_before(at.start)).filter(|it| {
            let value = &text[it.value.start..];
            value.starts_with(['[', '{']) || value.starts_with("\"\"\"") || value.starts_with("'''")
        });
        Pass { unclosed: unclosed.cloned(), statements }
    }
}

/// Whether `line` does not begin with a quote that is never closed.
fn has_closed_key(line: &str) -> bool {
    let line = line.trim_start();
    !line.starts_with(['"', '\'']) || closing_quote(line).is_some()
}

fn offsets(errors: &[Error]) -> Vec<usize> {
    let mut offsets: Vec<_> = errors.iter().filter_map(|it| Some(it.span()?.start)).collect();
    offsets.sort();
    offsets
}

/// Returns `text` with spaces for everything in `range` but the ends of lines.
fn painted_over(text: String, range: Range<usize>) -> String {
    let paint = |c: char| if c == '\n' { "\n".to_owned() } else { " ".repeat(c.len_utf8()) };
    let painted: String = text[range.clone()].chars().map(paint).collect();
    [&text[..range.start], &painted, &text[range.end..]].concat()
}

/// Where the lines of a text are.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// Where the line with the most dots starts.
    most_dotted: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Lines<'a> {
        let feeds = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts: Vec<_> = std::iter::once(0).chain(feeds.map(|(at, _)| at + 1)).collect();
        let dots = |line: &&str| line.bytes().filter(|byte| *byte == b'.').count();
        let lines = text.split('\n').zip(&starts);
        let most_dotted = lines.max_by_key(|(line, _)| dots(line)).map_or(0, |(_, start)| *start);
        Lines { text, starts, most_dotted }
    }

    /// Returns which line, from 0, `offset` is in.
    fn number(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset) - 1
    }

    /// Returns where line `number` is, without its end.
    fn range(&self, number: usize) -> Range<usize> {
        let start = self.starts[number];
        let end = self.starts.get(number + 1).map_or(self.text.len(), |next| next - 1);
        start
            ..start
                + self.text[start..end].strip_suffix('\r').unwrap_or(&self.text[start..end]).len()
    }

    /// Returns the end of the last line behind `number` and before one that is `wanted`.
    fn before_next(&self, number: usize, wanted: impl Fn(&str) -> bool) -> usize {
        let next = (number + 1..self.starts.len())
            .find(|number| wanted(mistake::short(&self.text[self.range(*number)])));
        next.map_or(self.text.len(), |next| self.starts[next] - 1)
    }
}
