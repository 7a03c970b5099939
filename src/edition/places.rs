//! Finds again in the whole runbook what was found in an edition of it: people mend what they wrote, and
//! there other lines stand around it.

use std::collections::HashMap;

use similar::{DiffOp, TextDiff};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{FileId, SourceTree, Span};

/// Returns what was found in `edition`, with the places where the same stands in `whole`, of which it was
/// made.
pub fn in_whole(found: &Diagnostics, edition: &SourceTree, whole: &SourceTree) -> Diagnostics {
    let mut places: HashMap<FileId, Places> = HashMap::new();
    let mut moved = |span: Span| {
        let of_file = || Places::of(edition, whole, span.file);
        places.entry(span.file).or_insert_with(of_file).moved(span)
    };
    let of_whole = |found: &Diagnostic| {
        let mut found = found.clone();
        found.span = moved(found.span).0;
        for other in &mut found.others {
            other.span = moved(other.span).0;
        }
        found.fix = found.fix.take().and_then(|mut fix| {
            let (span, is_same) = moved(fix.span);
            fix.span = span;
            is_same.then_some(fix)
        });
        found
    };
    found.iter().map(of_whole).collect()
}

/// Where the lines of a file stand in the whole runbook; none where it is the same file.
struct Places(Vec<Line>);

struct Line {
    /// Where it starts in the edition.
    start: usize,
    /// Where it starts in the whole, or what stands there instead.
    there: usize,
    /// How long that is, without its end.
    len: usize,
    is_same: bool,
}

impl Places {
    fn of(edition: &SourceTree, whole: &SourceTree, file: FileId) -> Places {
        let text = |tree: &SourceTree| {
            tree.get(file).and_then(|file| file.as_text()).unwrap_or_default().to_owned()
        };
        let (here, there) = (text(edition), text(whole));
        if here == there {
            return Places(Vec::new());
        }
        let (ours, theirs) = (lines(&here), lines(&there));
        let mut places = Vec::with_capacity(ours.len());
        for op in TextDiff::from_lines(&here, &there).ops() {
            let is_same = matches!(op, DiffOp::Equal { .. });
            for (number, line) in op.old_range().enumerate() {
                let other = match is_same {
                    true => op.new_range().start + number,
                    false => op.new_range().start,
                };
                let (there, len) = theirs.get(other).copied().unwrap_or((there.len(), 0));
                places.push(Line { start: ours[line].0, there, len, is_same });
            }
        }
        Places(places)
    }

    /// Returns where `span` stands in the whole, and whether the same is written there.
    fn moved(&self, span: Span) -> (Span, bool) {
        let range = span.range();
        let line = |at: usize| {
            let behind = self.0.partition_point(|line| line.start <= at);
            self.0.get(behind.checked_sub(1)?)
        };
        let (Some(first), Some(last)) = (line(range.start), line(range.end)) else {
            return (span, true);
        };
        if range.is_empty() && range.start == 0 {
            return (span, true);
        }
        if !first.is_same || !last.is_same {
            return (Span::new(span.file, first.there..first.there + first.len), false);
        }
        let at = |line: &Line, offset: usize| line.there + (offset - line.start);
        (Span::new(span.file, at(first, range.start)..at(last, range.end)), true)
    }
}

/// Returns where each line starts, and how long it is without its end.
fn lines(text: &str) -> Vec<(usize, usize)> {
    let mut start = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let place = (start, line.trim_end_matches(['\r', '\n']).len());
            start += line.len();
            place
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Level, Rule};
    use crate::source::SourceFile;

    static RULE: Rule = Rule { code: "x", level: Level::Note, summary: "", detail: "" };

    #[test]
    fn a_place_is_found_again_behind_what_was_left_out() {
        let tree = |text: &str| SourceTree::new(vec![SourceFile::text("a.toml", text)]);
        let whole = tree("[a]\nx = 1\n[b]\ny = [1, 2]\nz = 3\n");
        let edition = tree("[b]\ny = [1]\nleft_out = []\nz = 3\n");
        let id = FileId::of("a.toml");
        let place = |what: &str| {
            let at = edition.at("a.toml").unwrap().as_text().unwrap().find(what).unwrap();
            let span = Span::new(id, at..at + what.len());
            let found = Diagnostic::new(&RULE, span, "").fix(span, "x");
            let moved = in_whole(&Diagnostics::from_iter([found]), &edition, &whole);
            let found = moved.iter().next().unwrap().clone();
            (whole.snippet(found.span).unwrap().to_owned(), found.fix.is_some())
        };
        assert_eq!(place("z"), ("z".to_owned(), true));
        assert_eq!(place("[b]"), ("[b]".to_owned(), true));
        assert_eq!(place("[1]"), ("y = [1, 2]".to_owned(), false));
    }
}
