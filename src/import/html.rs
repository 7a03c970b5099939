//! Turns the HTML of documents and cells into Markdown: markup of an editor -> text a person would have
//! written.
//!
//! In: HTML as editors and word processors leave it, of any age and damage. Out: Markdown of the
//! runbook's dialect with the elements of an allow-list (paragraphs, headings, lists, tables, quotes,
//! code, emphasis, links, pictures); of everything else the text stays and the markup goes. Text never
//! becomes markup by accident, links lead only where readers may be led
//! ([`crate::markdown::check_url`]), and pictures come from the runbook's files or are named.
//!
//! The tokens are the WHATWG standard's, read by `html5gum`; the tree is ours, since what a standard
//! tree builder makes of hostile nesting has no bound. It takes time in proportion to the text.

mod render;
mod steps;
mod table;
mod tree;

pub use steps::Steps;

use crate::markdown;

use tree::Tree;

/// Bytes of HTML that is read; the text of a record is bounded anyway.
pub const BYTES: usize = 3 * 1024 * 1024;

/// What stands in a text and leads to somewhere else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reference<'a> {
    /// A picture that is shown.
    Image(&'a str),
    /// A link.
    Link(&'a str),
}

/// Says where something that a text refers to is in the runbook: a path below `files/`, or an address.
/// Nothing where it is not there.
pub type Find<'a> = dyn FnMut(Reference<'_>) -> Option<String> + 'a;

/// What came of an HTML text.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Prose {
    /// The text.
    pub markdown: String,
    /// Its numbered lists, with the heading that each stands under.
    pub lists: Vec<Steps>,
}

/// Turns HTML into Markdown.
///
/// Of a text longer than [`BYTES`] only the beginning is read.
pub fn read(html: &str, find: &mut Find<'_>) -> Prose {
    let tree = Tree::of(&html[..html.floor_char_boundary(BYTES)]);
    let mut renderer = render::Renderer::new(&tree, find);
    let markdown = safe(renderer.blocks(tree.root()).join("\n\n"));
    let lists = steps::of(&tree, &mut renderer);
    let lists = lists.into_iter().map(|list| list.map_text(safe)).collect();
    Prose { markdown, lists }
}

/// Turns the HTML of a cell into Markdown; pictures in it are named, since a cell brings no files.
pub fn cell(html: &str) -> String {
    read(html, &mut |_| None).markdown
}

/// Returns HTML as plain text, a line for each paragraph.
pub fn text(html: &str) -> String {
    markdown::plain_text(&cell(html))
}

/// Whether a text is HTML rather than plain: it has an element of the kind that editors write.
pub fn is_html(text: &str) -> bool {
    const NAMES: &[&str] = &[
        "p",
        "div",
        "br",
        "span",
        "ul",
        "ol",
        "li",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "strong",
        "b",
        "em",
        "i",
        "a",
        "img",
        "html",
        "body",
        "pre",
        "code",
        "blockquote",
        "hr",
        "font",
        "u",
    ];
    text.match_indices('<').any(|(at, _)| {
        let rest = &text[at + 1..];
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let name = rest.find(|c: char| !c.is_ascii_alphanumeric()).map(|end| &rest[..end]);
        let Some(name) = name else { return false };
        // A begin without a near end is a sign of comparison, not markup.
        let behind = &rest[name.len()..rest.floor_char_boundary(name.len() + 2000)];
        let is_tag = behind.starts_with(['>', '/'])
            || behind.starts_with(char::is_whitespace) && behind.contains('>');
        is_tag && NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
    })
}

/// Takes the links out of Markdown that readers may not be led to, such as bare addresses with a
/// password in them; their text stays as code.
fn safe(mut markdown: String) -> String {
    for _ in 0..4 {
        let outline = markdown::scan(&markdown);
        let ranges: Vec<_> = outline.unsafe_links().map(|(link, _)| link.range.clone()).collect();
        if ranges.is_empty() {
            return markdown;
        }
        for range in ranges.into_iter().rev() {
            let text = markdown[range.clone()].replace('`', "'");
            markdown.replace_range(range, &format!("`{}`", text.replace('\n', " ")));
        }
    }
    crate::import::normal::plain_as_markdown(&markdown.replace("://", ": //"))
}

#[cfg(test)]
mod tests;
