//! Hides what findings must not show, wherever a writer would show it.
//!
//! In: all findings of a run and the files they speak of. Out: a [`Mask`], which every writer asks
//! before it shows a source line or a message. One for the whole run, not one per finding: a line with
//! a secret is also shown by the finding about a misspelt key beside it, and a message about a wrong
//! type quotes the value.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::{Diagnostic, Diagnostics, Fix, Label};
use crate::source::{Content, FileId, SourceTree, Span};

/// What stands in place of a hidden text. Always of one length: that of a secret is nobody's business.
pub const VEIL: &str = "••••••••";

/// Shorter texts are hidden where they stand, but not looked for in messages: they are in many words.
const SHORTEST_QUOTE: usize = 4;

/// Knows what must not be shown.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Mask {
    /// What is hidden in each file: pieces of one line each, sorted and apart.
    pieces: BTreeMap<FileId, Vec<Range<usize>>>,
    /// The hidden texts, the long before the short.
    texts: Vec<String>,
}

impl Mask {
    /// Returns the mask for all findings of a run.
    pub fn new(found: &Diagnostics, tree: &SourceTree) -> Mask {
        let mut mask = Mask::default();
        for finding in found.iter().filter(|finding| finding.mask) {
            let Some(text) = tree.snippet(finding.span) else { continue };
            let pieces = mask.pieces.entry(finding.span.file).or_default();
            let mut start = finding.span.range().start;
            for line in text.split_inclusive('\n') {
                let shown = line.trim();
                let from = start + (line.len() - line.trim_start().len());
                if !shown.is_empty() {
                    pieces.push(from..from + shown.len());
                    mask.texts.push(shown.to_owned());
                }
                start += line.len();
            }
        }
        mask.pieces.values_mut().for_each(join);
        mask.texts.retain(|text| text.len() >= SHORTEST_QUOTE);
        mask.texts.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        mask.texts.dedup();
        mask
    }

    /// Returns the `text` of `file` as it may be shown, with as many lines as it has.
    ///
    /// Places in it are those that [`Mask::range`] gives.
    pub fn source<'t>(&self, file: FileId, text: &'t str) -> Cow<'t, str> {
        let Some(pieces) = self.pieces.get(&file) else { return Cow::Borrowed(text) };
        let mut shown = String::with_capacity(text.len());
        let mut at = 0;
        for piece in pieces {
            shown.push_str(text.get(at..piece.start).unwrap_or_default());
            shown.push_str(VEIL);
            at = piece.end;
        }
        shown.push_str(text.get(at..).unwrap_or_default());
        Cow::Owned(shown)
    }

    /// Returns where `span` lies in what [`Mask::source`] gives. What begins or ends inside a hidden
    /// text covers all of it.
    pub fn range(&self, span: Span) -> Range<usize> {
        let range = span.range();
        let start = self.moved(span.file, range.start, |piece| piece.start);
        let end = if range.is_empty() {
            start
        } else {
            self.moved(span.file, range.end, |piece| piece.end)
        };
        start..end
    }

    /// Returns a message, label or help as it may be shown.
    pub fn message<'m>(&self, message: &'m str) -> Cow<'m, str> {
        let mut shown = Cow::Borrowed(message);
        for text in &self.texts {
            if shown.contains(text.as_str()) {
                shown = Cow::Owned(shown.replace(text.as_str(), VEIL));
            }
        }
        shown
    }

    fn finding(&self, finding: &Diagnostic) -> Diagnostic {
        let place = |span: Span| Span::new(span.file, self.range(span));
        let words = |text: &String| self.message(text).into_owned();
        Diagnostic {
            message: words(&finding.message),
            span: place(finding.span),
            label: finding.label.as_ref().map(words),
            others: finding
                .others
                .iter()
                .map(|label| Label { span: place(label.span), message: words(&label.message) })
                .collect(),
            help: finding.help.as_ref().map(words),
            fix: finding
                .fix
                .as_ref()
                .map(|fix| Fix { span: place(fix.span), replacement: words(&fix.replacement) }),
            ..finding.clone()
        }
    }

    /// Returns the place of `offset` once all pieces before it are replaced; `edge` says which end of a
    /// piece an offset inside it goes to.
    fn moved(&self, file: FileId, offset: usize, edge: fn(&Range<usize>) -> usize) -> usize {
        let pieces = self.pieces.get(&file).map_or(&[][..], Vec::as_slice);
        let inside = pieces.iter().find(|piece| piece.start < offset && offset < piece.end);
        let offset = inside.map_or(offset, edge);
        let before = pieces.iter().filter(|piece| piece.end <= offset);
        let (veiled, hidden) = before
            .fold((0, 0), |(veiled, hidden), piece| (veiled + VEIL.len(), hidden + piece.len()));
        offset - hidden + veiled
    }
}

/// Returns the findings and the files as they may be shown, where something must be hidden at all.
///
/// Writers work on these as on any others: the places fit the hidden text. A column behind a hidden
/// text on the same line counts the veil's characters.
pub fn veil(found: &Diagnostics, tree: &SourceTree) -> Option<(Diagnostics, SourceTree)> {
    if !found.iter().any(|finding| finding.mask) {
        return None;
    }
    let mask = Mask::new(found, tree);
    let files = tree.files().iter().map(|file| {
        let mut file = file.clone();
        if let Content::Text(text) = &file.content {
            file.content = Content::Text(mask.source(file.id(), text).into());
        }
        file
    });
    let tree = SourceTree::new(files.collect());
    Some((found.iter().map(|finding| mask.finding(finding)).collect(), tree))
}

/// Sorts pieces and makes one of those that touch.
fn join(pieces: &mut Vec<Range<usize>>) {
    pieces.sort_by_key(|piece| (piece.start, piece.end));
    let mut apart: Vec<Range<usize>> = Vec::new();
    for piece in pieces.drain(..) {
        match apart.last_mut() {
            Some(last) if piece.start <= last.end => last.end = last.end.max(piece.end),
            _ => apart.push(piece),
        }
    }
    *pieces = apart;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Diagnostic, Level, Rule};
    use crate::source::SourceFile;

    static RULE: Rule = Rule { code: "a-rule", level: Level::Error, summary: "", detail: "" };

    const TEXT: &str = "psk = \"sommer\"\npin = \"4711\" # sommer\nkey = \"abc\ndéf\"\n";

    fn mask(hidden: &[&str]) -> (Mask, FileId) {
        let tree = SourceTree::new(vec![SourceFile::text("a.toml", TEXT)]);
        let file = FileId::of("a.toml");
        let found = hidden.iter().map(|hidden| {
            let start = TEXT.find(hidden).unwrap();
            Diagnostic::new(&RULE, Span::new(file, start..start + hidden.len()), "x").mask()
        });
        (Mask::new(&found.collect(), &tree), file)
    }

    #[test]
    fn each_line_of_a_hidden_text_is_veiled_and_lines_stay_lines() {
        let (mask, file) = mask(&["sommer", "4711", "abc\ndéf"]);
        assert_eq!(
            mask.source(file, TEXT),
            "psk = \"••••••••\"\npin = \"••••••••\" # sommer\nkey = \"••••••••\n••••••••\"\n"
        );
        assert!(matches!(mask.source(FileId::of("b.toml"), TEXT), Cow::Borrowed(TEXT)));
    }

    #[test]
    fn places_move_with_the_text_around_them() {
        let (mask, file) = mask(&["sommer", "4711"]);
        let shown = mask.source(file, TEXT);
        let at = |what: &str| {
            let start = TEXT.find(what).unwrap();
            &shown[mask.range(Span::new(file, start..start + what.len()))]
        };
        assert_eq!(at("psk"), "psk");
        assert_eq!(at("sommer"), VEIL);
        assert_eq!(at("pin"), "pin");
        assert_eq!(at("omm"), VEIL);
        assert_eq!(at("# sommer"), "# sommer");
        assert_eq!(mask.range(Span::whole(file)), 0..0);
    }

    #[test]
    fn messages_do_not_repeat_a_hidden_text() {
        let (mask, _) = mask(&["sommer", "abc"]);
        assert_eq!(mask.message("`sommer` is no address"), "`••••••••` is no address");
        assert!(matches!(mask.message("`abc` is no address"), Cow::Borrowed(_)));
    }
}
