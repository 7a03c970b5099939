//! Writes findings for people at a terminal: what, where with the source line, and a way on.
//!
//! annotate-snippets draws the frame. It is given only the lines it needs, already cut and cleaned:
//! it would count through a whole file for each finding, and it lets C1 controls, paths and titles
//! through as they are.

pub(super) mod excerpt;

use annotate_snippets as draw;
use annotate_snippets::{Element, Group, Origin, Renderer};

use self::excerpt::{Excerpt, Mark};
use super::clean::{one_line, printable};
use super::mask;
use super::place::Places;
use super::{Diagnostic, Diagnostics, Level};
use crate::source::SourceTree;

/// How the text is dressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// Whether to use the ANSI colours of a terminal.
    pub color: bool,
    /// Columns of the terminal; source lines are cut to fit.
    pub width: usize,
}

/// Returns all of `found`, a blank line between two, each with its source line where there is one.
///
/// But for the colours, nothing in it can steer a terminal: see [`super::clean`].
pub fn write(found: &Diagnostics, tree: &SourceTree, style: Style) -> String {
    match mask::veil(found, tree) {
        Some((found, tree)) => write_shown(&found, &tree, style),
        None => write_shown(found, tree, style),
    }
}

fn write_shown(found: &Diagnostics, tree: &SourceTree, style: Style) -> String {
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.hyperlink(false).term_width(style.width);
    let mut places = Places::new(tree);
    let drawn: Vec<_> =
        found.iter().map(|finding| draw_finding(finding, &mut places, &renderer)).collect();
    drawn.join("\n")
}

fn draw_finding(finding: &Diagnostic, places: &mut Places, renderer: &Renderer) -> String {
    let excerpts = excerpts(finding, places);
    let patch = finding.fix.as_ref().and_then(|fix| Excerpt::of_change(&fix.span, places));
    let mut main = title(finding).elements(whole_file(finding, places));
    main = main.elements(excerpts.iter().map(Excerpt::marked));
    let help = finding.help.as_deref().map(printable);
    let groups = match (&finding.fix, &patch, help) {
        (Some(fix), Some(patch), help) => {
            let help = help.unwrap_or("this would settle it".into());
            let change = patch.changed(printable(&fix.replacement));
            vec![main, draw::Level::HELP.secondary_title(help).element(change)]
        }
        (_, _, Some(help)) => vec![main.element(draw::Level::HELP.message(help))],
        (_, _, None) => vec![main],
    };
    let drawn = renderer.render(&groups);
    without_trailing_space(&excerpts.iter().fold(drawn, |text, it| it.with_true_column(text)))
}

fn title(finding: &Diagnostic) -> Group<'_> {
    let level = match finding.level {
        Level::Error => draw::Level::ERROR,
        Level::Warning => draw::Level::WARNING,
        Level::Note | Level::Off => draw::Level::NOTE,
    };
    Group::with_title(level.primary_title(one_line(&finding.message)).id(finding.rule.code))
}

/// Returns the line that names the file, for a finding about all of it or about one that is not
/// held as text.
fn whole_file<'a>(finding: &Diagnostic, places: &mut Places<'a>) -> Option<Element<'a>> {
    let place = places.place(finding.span)?;
    let has_excerpt = !place.whole && places.has_text(finding.span.file);
    (!has_excerpt).then(|| Origin::path(one_line(place.path)).into())
}

/// Returns the pieces of source to show: the finding's own, with the places that are near it, and
/// one for each of the others.
fn excerpts(finding: &Diagnostic, places: &mut Places) -> Vec<Excerpt> {
    let main = Mark::main(finding.span, finding.label.as_deref());
    let others = finding.others.iter().map(|label| Mark::other(label.span, &label.message));
    let mut groups: Vec<Vec<Mark>> = Vec::new();
    for mark in std::iter::once(main).chain(others) {
        match groups.first_mut() {
            Some(first) if first[0].is_near(&mark, places) => first.push(mark),
            _ => groups.push(vec![mark]),
        }
    }
    groups.iter().filter_map(|marks| Excerpt::of_marks(marks, places)).collect()
}

/// The frame has spaces before the end of otherwise empty lines.
fn without_trailing_space(drawn: &str) -> String {
    let mut text: String = drawn.lines().flat_map(|line| [line.trim_end(), "\n"]).collect();
    text.truncate(text.trim_end().len());
    text + "\n"
}

#[cfg(test)]
mod tests;
