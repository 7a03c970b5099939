//! Sets aside what later stages say about a line that is not TOML.
//!
//! The reader keeps a guess of what such a line says, so that later stages have something to go on.
//! What they find in the guess is no mistake of the person who wrote the line.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::diagnostic::Diagnostics;
use crate::source::{FileId, SourceTree, Span};

use super::{RULES, TOML_SYNTAX};

/// Returns `found` without the findings of other stages at lines that are not TOML.
///
/// What hides its text, since it may be a secret, always stays, and so does what stands for a whole
/// file.
pub fn without_echoes(found: Diagnostics, tree: &SourceTree) -> Diagnostics {
    let mut lines: HashMap<FileId, Vec<Range<usize>>> = HashMap::new();
    for finding in found.iter().filter(|finding| finding.rule.code == TOML_SYNTAX.code) {
        lines.entry(finding.span.file).or_default().extend(lines_of(finding.span, tree));
    }
    if lines.is_empty() {
        return found;
    }
    let own: HashSet<&str> = RULES.iter().map(|rule| rule.code).collect();
    let is_echo = |span: Span| {
        let start = span.start as usize;
        let is_whole = span == Span::whole(span.file);
        let lines = lines.get(&span.file).map_or(&[][..], Vec::as_slice);
        !is_whole && lines.iter().any(|line| line.contains(&start))
    };
    found
        .into_iter()
        .filter(|finding| finding.mask || own.contains(finding.rule.code) || !is_echo(finding.span))
        .collect()
}

/// Returns the bytes of the lines that `span` is on.
fn lines_of(span: Span, tree: &SourceTree) -> Option<Range<usize>> {
    let text = tree.get(span.file)?.as_text()?;
    let start = text.get(..span.start as usize)?.rfind('\n').map_or(0, |feed| feed + 1);
    let end = span.end as usize;
    let end = text.get(end..)?.find('\n').map_or(text.len(), |feed| end + feed);
    // The last line of a file has no end, and what stands there may be empty.
    Some(start..end.max(start) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Diagnostic, Level, Rule};
    use crate::source::SourceFile;

    static OTHER: Rule = Rule { code: "other", level: Level::Error, summary: "", detail: "" };

    #[test]
    fn only_what_other_stages_say_of_the_line_goes() {
        let tree = SourceTree::new(vec![SourceFile::text("a.toml", "a = 1\nb = x\nc = 2")]);
        let id = FileId::of("a.toml");
        let at = |rule, range| Diagnostic::new(rule, Span::new(id, range), "x");
        let found = Diagnostics::from_iter([
            at(&TOML_SYNTAX, 10..11),
            at(&OTHER, 0..1),
            at(&OTHER, 6..7),
            at(&OTHER, 10..11).mask(),
            at(&OTHER, 12..13),
            Diagnostic::new(&OTHER, Span::whole(id), "x"),
        ]);
        let left: Vec<_> = without_echoes(found, &tree).into_iter().map(|f| f.span.start).collect();
        assert_eq!(left, [10, 0, 10, 12, 0]);
    }
}
