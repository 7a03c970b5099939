//! Changes for people at a terminal.

use super::{Between, tally};
use crate::compare::{Changes, FactChange, FileChange, Line, LineSort, Piece, RecordChange, Sort};
use crate::diagnostic::clean::one_line;

/// Returns the report, with colours where they are wanted.
pub fn human(changes: &Changes, between: &Between, color: bool) -> String {
    let pen = Pen { color };
    let mut text =
        format!("{} → {}: {}\n", one_line(&between.from), one_line(&between.to), tally(changes));
    let is_review = |record: &&RecordChange| record.sort == Sort::Verified;
    for record in changes.records.iter().filter(|record| !is_review(record)) {
        text.push_str(&pen.record(record));
    }
    let verified: Vec<&str> =
        changes.records.iter().filter(is_review).map(|record| record.name.as_str()).collect();
    if !verified.is_empty() {
        text.push_str(&format!("\nverified again: {}\n", one_line(&verified.join(", "))));
    }
    for file in &changes.files {
        text.push_str(&pen.file(file));
    }
    text
}

const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const YELLOW: &str = "\u{1b}[33m";
const BOLD: &str = "\u{1b}[1m";
const FAINT: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

struct Pen {
    color: bool,
}

impl Pen {
    fn ink(&self, color: &str, text: &str) -> String {
        let text = one_line(text);
        if self.color && !text.is_empty() {
            format!("{color}{text}{PLAIN}")
        } else {
            text.into_owned()
        }
    }

    fn record(&self, record: &RecordChange) -> String {
        let (mark, color) = mark(record.sort);
        let name = one_line(&record.name).into_owned();
        let mut text = format!("\n{} {}", self.ink(color, mark), self.ink(BOLD, &name));
        if !name.ends_with(&format!("/{}", record.title)) {
            text.push_str(&format!("  {}", one_line(&record.title)));
        }
        if let Some(former) = &record.former {
            text.push_str(&format!("  (before: {})", one_line(former)));
        }
        text.push('\n');
        if matches!(record.sort, Sort::Added | Sort::Removed) {
            return text;
        }
        for fact in &record.facts {
            text.push_str(&self.fact(fact));
        }
        text
    }

    fn fact(&self, fact: &FactChange) -> String {
        let place: Vec<&str> =
            fact.under.iter().map(String::as_str).chain([fact.label.as_str()]).collect();
        let place = one_line(&place.join(" › ")).into_owned();
        let (before, after) =
            (self.side(&fact.before, RED, "[-", "-]"), self.side(&fact.after, GREEN, "{+", "+}"));
        let is_wide = fact.is_long && !fact.before.is_empty() && !fact.after.is_empty();
        match fact.sort {
            _ if is_wide => format!("    {place}:\n      - {before}\n      + {after}\n"),
            Sort::Added => format!("    {place}: {} {after}\n", self.ink(FAINT, "new:")),
            Sort::Removed => format!("    {place}: {} {before}\n", self.ink(FAINT, "gone:")),
            _ => format!("    {place}: {before} → {after}\n"),
        }
    }

    /// Without colours, what differs inside of a text stands in brackets.
    fn side(&self, pieces: &[Piece], color: &str, open: &str, close: &str) -> String {
        let is_mixed = pieces.iter().any(|piece| !piece.differs);
        let piece = |piece: &Piece| match piece.differs {
            true if self.color => self.ink(color, &piece.text),
            true if is_mixed => {
                let text = one_line(&piece.text);
                let (words, space) = text.split_at(text.trim_end().len());
                format!("{open}{words}{close}{space}")
            }
            _ => one_line(&piece.text).into_owned(),
        };
        pieces.iter().map(piece).collect()
    }

    fn file(&self, file: &FileChange) -> String {
        let (sign, color) = mark(file.sort);
        let mut text = format!("\n{} {}", self.ink(color, sign), self.ink(BOLD, &file.path));
        if let Some(former) = &file.former {
            text.push_str(&format!("  (before: {})", one_line(former)));
        }
        text.push('\n');
        match &file.lines {
            _ if file.is_volatile() => {
                text.push_str("    only what differs from export to export\n")
            }
            Some(lines) => lines.iter().for_each(|line| text.push_str(&self.line(line))),
            None if file.sort == Sort::Changed => text.push_str("    other content\n"),
            None => {}
        }
        text
    }

    fn line(&self, line: &Line) -> String {
        match line.sort {
            LineSort::Same => format!("      {}\n", self.ink(FAINT, &line.text)),
            LineSort::Gone => format!("    {}\n", self.ink(RED, &format!("- {}", line.text))),
            LineSort::New => format!("    {}\n", self.ink(GREEN, &format!("+ {}", line.text))),
            LineSort::Gap => format!("    {}\n", self.ink(FAINT, "…")),
        }
    }
}

fn mark(sort: Sort) -> (&'static str, &'static str) {
    match sort {
        Sort::Added => ("+", GREEN),
        Sort::Removed => ("-", RED),
        Sort::Renamed => (">", YELLOW),
        Sort::Changed | Sort::Moved | Sort::Verified => ("~", YELLOW),
    }
}
