//! Finds the numbered lists of a text: what could be the steps of a procedure.

use super::render::Renderer;
use super::tree::{Element, Tree, is_block};

/// A numbered list.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Steps {
    /// The heading it stands under, without markup.
    pub heading: Option<String>,
    /// Its items, as Markdown.
    pub steps: Vec<String>,
}

impl Steps {
    pub(super) fn map_text(mut self, change: impl Fn(String) -> String) -> Steps {
        for step in &mut self.steps {
            *step = change(std::mem::take(step));
        }
        self
    }
}

/// Returns the numbered lists that lie in no other list and no table. A list that goes on with the next
/// number after a picture or a paragraph is one; what lies between belongs to the step before.
pub(super) fn of<'t>(tree: &'t Tree, renderer: &mut Renderer<'t, '_>) -> Vec<Steps> {
    let mut finder =
        Finder { tree, renderer, heading: None, lists: Vec::new(), between: Vec::new() };
    finder.walk(tree.root());
    finder.lists
}

struct Finder<'a, 't, 'f> {
    tree: &'t Tree,
    renderer: &'a mut Renderer<'t, 'f>,
    heading: Option<String>,
    lists: Vec<Steps>,
    /// What came behind the last list.
    between: Vec<usize>,
}

impl Finder<'_, '_, '_> {
    fn walk(&mut self, ix: usize) {
        let Some(element) = self.tree.element(ix) else { return };
        for child in &element.children {
            let Some(inner) = self.tree.element(*child) else {
                self.between.push(*child);
                continue;
            };
            match inner.name {
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                    let text = crate::markdown::plain_text(&self.renderer.line(*child));
                    self.heading = Some(text).filter(|text| !text.trim().is_empty());
                    self.between = vec![*child];
                }
                "ol" => self.list(inner),
                "ul" | "table" | "pre" | "blockquote" | "p" | "dl" => self.between.push(*child),
                _ if is_block(inner.name) => self.walk(*child),
                _ => self.between.push(*child),
            }
        }
    }

    fn list(&mut self, element: &Element) {
        let start = element.attribute("start").and_then(|text| text.parse::<usize>().ok());
        let between = std::mem::take(&mut self.between);
        let is_item = |ix: &&usize| self.tree.element(**ix).is_some_and(|item| item.name == "li");
        let items: Vec<usize> = element.children.iter().filter(is_item).copied().collect();
        let texts = items.into_iter().map(|item| {
            self.renderer.blocks(item).join(
                "

",
            )
        });
        let mut steps: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
        let goes_on = |list: &Steps| {
            list.heading == self.heading
                && start.is_some_and(|start| start > 1 && start == list.steps.len() + 1)
        };
        match self.lists.last_mut().filter(|list| goes_on(list)) {
            Some(list) => {
                let text = self.renderer.blocks_of(&between).join("\n\n");
                if let Some(last) = list.steps.last_mut().filter(|_| !text.is_empty()) {
                    *last = format!("{last}\n\n{text}");
                }
                list.steps.append(&mut steps);
            }
            None if steps.is_empty() => {}
            None => self.lists.push(Steps { heading: self.heading.clone(), steps }),
        }
    }
}
