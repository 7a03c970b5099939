//! Resolves the links that people write in prose: `[[id]]`, `[[kind/id#anchor|text]]`, and links
//! to files.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Model, Node, NodeIx, anchors, prose_of};
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::digest::Digest;
use crate::markdown::{self, Destination, LinkKind, Outline, REPEATED_STEP, UNSAFE_LINK, WikiLink};
use crate::memo::Memo;
use crate::schema::Catalog;
use crate::schema::field::{Field, FieldType};
use crate::source::{SourceTree, Span, Spanned};
use crate::text;

/// A link to a place that its page does not have.
pub static UNKNOWN_ANCHOR: Rule = Rule {
    code: "unknown-anchor",
    level: Level::Error,
    summary: "a link names a setting, step or heading that its record does not have",
    detail: "`[[device/fw-hq-01#set.system-admin.idle-timeout]]` leads to one setting, \
             `[[procedure/restore-file#step.pick-the-day]]` to one step, and a heading's words to \
             that heading. The part behind `#` may be shortened to its last word where only one \
             place ends so.",
};

/// Where a link in prose leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProseLink {
    /// The record.
    pub node: NodeIx,
    /// The place on its page.
    pub anchor: Anchor,
}

/// A place on a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Anchor {
    /// The page's top.
    Top,
    /// The element with this id.
    Id(String),
}

/// What the prose of one record holds.
#[derive(Default)]
struct Prose {
    links: BTreeMap<String, ProseLink>,
    /// Anchors to look up once every record is there: the link as written, and its place.
    wanted: Vec<(String, String, Span)>,
    files: Vec<Spanned<String>>,
    todos: Vec<Spanned<String>>,
    has_steps: bool,
}

/// Resolves the prose of these records. A text whose outline is `known` is not parsed again.
pub(super) fn resolve(
    model: &mut Model,
    records: &[NodeIx],
    tree: &SourceTree,
    known: Option<&Memo<Outline>>,
    found: &mut Diagnostics,
) {
    let read: Vec<(Prose, Diagnostics)> =
        records.par_iter().map(|ix| read(model, *ix, tree, known)).collect();
    let mut wanted = Vec::new();
    for (ix, (prose, diagnostics)) in records.iter().map(|ix| ix.0).zip(read) {
        found.append(diagnostics);
        let node = Arc::make_mut(&mut model.nodes[ix]);
        node.links = prose.links;
        node.todos = prose.todos;
        node.prose_files = prose.files;
        node.has_steps_in_body = prose.has_steps;
        wanted
            .extend(prose.wanted.into_iter().map(|(link, anchor, span)| (ix, link, anchor, span)));
    }
    let mut known = HashMap::new();
    for (ix, link, anchor, span) in wanted {
        let target = model.nodes[ix].links[&link].node;
        let anchors = known.entry(target).or_insert_with(|| anchors::all(model, target));
        match complete(&anchor, anchors) {
            Some(id) => {
                let link = Arc::make_mut(&mut model.nodes[ix]).links.get_mut(&link);
                link.expect("it was read above").anchor = Anchor::Id(id);
            }
            None if has_unread_places(&model.nodes[target.0], &model.catalog) => {}
            None => found.push(unknown_anchor(&anchor, &model.full_id(target), span, anchors)),
        }
    }
}

/// Whether the place that is meant may be among what could not be read.
fn has_unread_places(node: &Node, catalog: &Catalog) -> bool {
    let fields = catalog.kind(node.kind).shape.fields();
    let has_places =
        |field: &&Field| field.takes(FieldType::Tables) || field.takes(FieldType::Markdown);
    node.unread.is_torn()
        || fields.iter().filter(has_places).any(|field| node.unread.at(&field.name))
}

/// Reads the prose of one record.
fn read(
    model: &Model,
    ix: NodeIx,
    tree: &SourceTree,
    known: Option<&Memo<Outline>>,
) -> (Prose, Diagnostics) {
    let node = model.node(ix);
    let mut prose = Prose::default();
    let mut found = Diagnostics::default();
    let kind = model.catalog.kind(node.kind);
    let body = kind.body.as_deref().and_then(|body| kind.shape.index(body));
    let body = body.map(|place| &kind.shape.fields()[place]);
    prose_of(kind, &node.fields, &mut |field, text, span| {
        if !may_hold_something(text) {
            return;
        }
        let outline = outline(text, known);
        let is_body = body.is_some_and(|body| std::ptr::eq(body, field));
        prose.has_steps |= is_body && !outline.steps.is_empty();
        let place = |range: Range<usize>| place_in(tree, span, text, range);
        for (link, problem) in outline.unsafe_links() {
            found.push(
                Diagnostic::new(&UNSAFE_LINK, place(link.range.clone()), problem.to_string())
                    .help(problem.help()),
            );
        }
        for step in outline.steps.iter().filter(|step| step.repeated) {
            if anchors::has_steps(kind, node, field) {
                let message = "another step begins with the same words";
                found.push(Diagnostic::new(&REPEATED_STEP, place(step.range.clone()), message));
            }
        }
        for link in &outline.links {
            let range = || link.range.clone();
            match &link.what {
                LinkKind::Wiki(link_to) => {
                    wiki(model, link_to, place(range()), &mut prose, &mut found);
                }
                LinkKind::Url(url) | LinkKind::Image(url) => {
                    if let Ok(Destination::File(path)) = markdown::destination(url) {
                        prose.files.push(Spanned::new(path.to_owned(), place(range())));
                    }
                }
                LinkKind::Autolink(_) => {}
            }
        }
        for todo in &outline.todos {
            prose.todos.push(Spanned::new(todo.line.clone(), place(todo.range.clone())));
        }
    });
    (prose, found)
}

fn outline(text: &str, known: Option<&Memo<Outline>>) -> Arc<Outline> {
    let scan = || markdown::scan(text);
    match known {
        Some(known) => known.get_or(Digest::of(text.as_bytes()), scan),
        None => Arc::new(scan()),
    }
}

/// Whether a text could hold a link, a list of steps or a mark: most texts of a runbook are a plain
/// sentence, and need not be parsed to see that.
fn may_hold_something(text: &str) -> bool {
    const MARKS: [&str; 5] = ["TODO", "FIXME", "TBC", "TBD", "XXX"];
    let is_step = text.trim_start().starts_with(|c: char| c.is_ascii_digit());
    is_step
        || text.bytes().any(|byte| matches!(byte, b'[' | b'<' | b'\n' | b'@'))
        || text.contains("://")
        || text.contains("www.")
        || MARKS.iter().any(|mark| text.contains(mark))
}

fn wiki(model: &Model, link: &WikiLink, span: Span, prose: &mut Prose, found: &mut Diagnostics) {
    match model.index.any(&link.target, &model.catalog) {
        Ok(node) => {
            prose.links.insert(link.key(), ProseLink { node, anchor: Anchor::Top });
            prose.wanted.extend(link.anchor.clone().map(|anchor| (link.key(), anchor, span)));
        }
        Err(miss) if model.index.is_lost(&miss) => {}
        Err(miss) => {
            let all: Vec<_> = model.catalog.iter().map(|(kind, _)| kind).collect();
            let finding =
                model.index.finding(miss, &link.target, span, &all, &model.catalog, found);
            found.push(finding);
        }
    }
}

/// Returns the place of `range` of a value's text, as near as its spelling in the file allows.
fn place_in(tree: &SourceTree, span: Span, text: &str, range: Range<usize>) -> Span {
    let raw = tree.snippet(span).unwrap_or_default();
    // Most begin behind one quote, or behind three and a line end: to search takes longer.
    let stands = |at: &usize| raw.get(*at..).is_some_and(|raw| raw.starts_with(text));
    match [1, 4, 5, 3].into_iter().find(stands).or_else(|| raw.find(text)) {
        Some(at) => {
            let start = span.range().start + at;
            Span::new(span.file, start + range.start..start + range.end)
        }
        None => span,
    }
}

/// Returns the anchor that is meant: the very one, or the only one that ends so.
fn complete(anchor: &str, anchors: &BTreeSet<String>) -> Option<String> {
    let slug = markdown::slug(anchor);
    for exact in [anchor, slug.as_str()] {
        if anchors.contains(exact) {
            return Some(exact.to_owned());
        }
    }
    let ends = |full: &&String| full.rsplit('.').next().is_some_and(|last| last == slug);
    let mut fits = anchors.iter().filter(ends);
    match (fits.next(), fits.next()) {
        (Some(only), None) => Some(only.clone()),
        _ => None,
    }
}

fn unknown_anchor(anchor: &str, id: &str, span: Span, anchors: &BTreeSet<String>) -> Diagnostic {
    let message = format!("`{id}` has no place called `{anchor}`");
    let diagnostic = Diagnostic::new(&UNKNOWN_ANCHOR, span, message);
    match text::nearest(anchor, anchors.iter().map(String::as_str)) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if anchors.is_empty() => diagnostic.help("its page has no places to link to"),
        None => diagnostic
            .help(format!("it has {}", text::list_of(&anchors.iter().collect::<Vec<_>>(), "and"))),
    }
}
