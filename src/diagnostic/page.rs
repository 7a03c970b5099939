//! Writes findings for a page: as plain data that a script puts into elements, one by one.
//!
//! In: findings and the files they speak of. Out: [`Shown`], with the source line in three pieces, so
//! that what is marked needs no counting. Nothing in it is HTML, and nothing can steer what it is shown in.

use serde::Serialize;

use super::clean::{one_line, printable};
use super::human::excerpt::{Excerpt, Mark};
use super::mask;
use super::place::Places;
use super::{Diagnostic, Diagnostics};
use crate::source::SourceTree;

/// A finding, ready to be shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Shown {
    /// `error`, `warning` or `note`.
    pub level: &'static str,
    /// The rule's code.
    pub rule: &'static str,
    /// One plain fact.
    pub message: String,
    /// Where: `records/devices/fw.toml:5:1`, or the path alone for a file as a whole.
    pub place: Option<String>,
    /// The line that it is about.
    pub source: Option<Line>,
    /// What stands at the mark, if that has to be said.
    pub label: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// The line, or lines, as they would be right.
    pub change: Option<String>,
}

/// A line of a file, in three pieces.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Line {
    /// Its number.
    pub number: usize,
    /// What stands before the marked part.
    pub before: String,
    /// What is marked; may be empty.
    pub marked: String,
    /// What stands behind.
    pub after: String,
}

/// Returns `found` as it may be shown, in its order.
pub fn write(found: &Diagnostics, tree: &SourceTree) -> Vec<Shown> {
    match mask::veil(found, tree) {
        Some((found, tree)) => write_shown(&found, &tree),
        None => write_shown(found, tree),
    }
}

fn write_shown(found: &Diagnostics, tree: &SourceTree) -> Vec<Shown> {
    let mut places = Places::new(tree);
    found.iter().map(|finding| shown(finding, &mut places)).collect()
}

fn shown(finding: &Diagnostic, places: &mut Places) -> Shown {
    let text = |text: &String| printable(text).into_owned();
    let mark = Mark::main(finding.span, finding.label.as_deref());
    let change = finding.fix.as_ref().and_then(|fix| {
        Some(Excerpt::of_change(&fix.span, places)?.with(&printable(&fix.replacement)))
    });
    Shown {
        level: finding.level.name(),
        rule: finding.rule.code,
        message: one_line(&finding.message).into_owned(),
        place: places.place(finding.span).map(|place| {
            let path = one_line(place.path);
            match place.whole {
                true => path.into_owned(),
                false => format!("{path}:{}:{}", place.start.line, place.start.column),
            }
        }),
        source: Excerpt::of_marks(&[mark], places).map(|excerpt| line(&excerpt)),
        label: finding.label.as_ref().map(text),
        help: finding.help.as_ref().map(text),
        change,
    }
}

fn line(excerpt: &Excerpt) -> Line {
    let (number, text, mark) = excerpt.first_line();
    let piece = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default().to_owned();
    Line {
        number,
        before: piece(0..mark.start),
        marked: piece(mark.start..mark.end),
        after: piece(mark.end..text.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::examples;
    use super::*;

    #[test]
    fn a_finding_comes_with_its_line_in_three_pieces_and_the_line_as_it_would_be_right() {
        let (found, tree) = examples::misspelt();
        let shown = write(&found, &tree);
        let line = shown[0].source.as_ref().unwrap();
        assert_eq!(shown[0].place.as_deref(), Some("records/devices/db1.toml:2:1"));
        assert_eq!((line.number, &*line.before, &*line.marked), (2, "", "hostnmae"));
        assert!(line.after.starts_with(" ="), "{line:?}");
        assert!(shown[0].change.as_ref().unwrap().starts_with("hostname ="), "{shown:?}");
    }

    #[test]
    fn hostile_text_cannot_steer_what_it_is_shown_in() {
        let (found, tree) = examples::hostile();
        for shown in write(&found, &tree) {
            let texts = [Some(shown.message), shown.place, shown.label, shown.help, shown.change];
            let line = shown.source.map(|line| [line.before, line.marked, line.after].concat());
            for text in texts.into_iter().flatten().chain(line) {
                examples::assert_harmless(&text);
            }
        }
    }
}
