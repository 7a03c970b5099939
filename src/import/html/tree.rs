//! Builds a small tree of HTML: the elements that become Markdown, everything else only as text.
//!
//! No deeper than [`DEEPEST`]: what lies deeper lies there, beside its parent.

use html5gum::{DefaultEmitter, HtmlString, Token, Tokenizer};

/// How deep elements may lie in each other.
const DEEPEST: usize = 40;

/// An element or a text.
#[derive(Debug)]
pub(super) enum Node {
    /// Text, entities decoded.
    Text(String),
    /// An element.
    Element(Element),
}

/// An element of the allow-list.
#[derive(Default, Debug)]
pub(super) struct Element {
    /// Its name, in small letters.
    pub name: &'static str,
    /// Attributes that matter.
    pub attributes: Vec<(&'static str, String)>,
    /// What is in it, as places in the tree.
    pub children: Vec<usize>,
}

impl Element {
    /// Returns an attribute's value.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| *own == name).map(|(_, value)| value.trim())
    }
}

/// A text as a tree.
pub(super) struct Tree {
    nodes: Vec<Node>,
}

/// Elements that begin a block of their own.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "aside",
    "nav",
    "address",
    "center",
    "figure",
    "figcaption",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "table",
    "tr",
    "td",
    "th",
    "caption",
    "hr",
    "details",
    "summary",
    "fieldset",
    "form",
];

/// Elements inside of a line.
const INLINE: &[&str] = &[
    "a", "b", "strong", "i", "em", "s", "strike", "del", "code", "kbd", "samp", "tt", "br", "img",
    "input",
];

/// Elements whose text is nothing for readers.
const SILENT: &[&str] = &["script", "style", "title", "template", "head"];

/// Elements that have no end.
const VOID: &[&str] = &["br", "hr", "img", "input"];

/// What an element's begin or end does not reach beyond.
const CELLS: &[&str] = &["td", "th", "caption", "table"];

const ATTRIBUTES: &[&str] =
    &["href", "src", "alt", "start", "colspan", "rowspan", "class", "type", "checked", "data-src"];

fn known(name: &[u8]) -> Option<&'static str> {
    let all = BLOCKS.iter().chain(INLINE).chain(SILENT);
    all.copied().find(|known| known.as_bytes() == name)
}

/// Whether an element begins a block of its own.
pub(super) fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name)
}

/// Whether an element has nothing for readers.
pub(super) fn is_silent(name: &str) -> bool {
    SILENT.contains(&name)
}

impl Tree {
    /// Reads HTML.
    pub fn of(html: &str) -> Tree {
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        let mut builder = Builder {
            tree: Tree {
                nodes: vec![Node::Element(Element { name: "div", ..Element::default() })],
            },
            open: vec![0],
            beyond: 0,
        };
        for token in Tokenizer::new_with_emitter(html, emitter) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => {
                    let attributes = tag.attributes.iter().filter_map(|(name, value)| {
                        let name = ATTRIBUTES.iter().find(|known| known.as_bytes() == &*name.0)?;
                        Some((*name, lossy(&value.value)))
                    });
                    builder.begin(&tag.name, attributes.collect());
                }
                Token::EndTag(tag) => builder.end(&tag.name),
                Token::String(text) => builder.text(lossy(&text.value)),
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        builder.tree
    }

    /// Returns the place of the element that holds all others.
    pub fn root(&self) -> usize {
        0
    }

    /// Returns what stands at a place.
    pub fn node(&self, ix: usize) -> &Node {
        &self.nodes[ix]
    }

    /// Returns the element at a place, if it is one.
    pub fn element(&self, ix: usize) -> Option<&Element> {
        match &self.nodes[ix] {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        }
    }

    /// Whether an element lies somewhere in the one at `ix`.
    pub fn has(&self, ix: usize, is_it: &dyn Fn(&Element) -> bool) -> bool {
        self.element(ix).is_some_and(|element| {
            let mut children = element.children.iter();
            children.any(|child| {
                self.element(*child)
                    .is_some_and(|element| is_it(element) || self.has(*child, is_it))
            })
        })
    }

    /// Returns all text in a node as it stands, line breaks included.
    pub fn raw_text(&self, ix: usize, text: &mut String) {
        match &self.nodes[ix] {
            Node::Text(own) => text.push_str(own),
            Node::Element(element) if element.name == "br" => text.push('\n'),
            Node::Element(element) => {
                element.children.iter().for_each(|child| self.raw_text(*child, text));
            }
        }
    }
}

fn lossy(bytes: &HtmlString) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

struct Builder {
    tree: Tree,
    /// The elements that are open, the outermost first; the first is never closed.
    open: Vec<usize>,
    /// How many elements were begun that lie too deep to be kept.
    beyond: usize,
}

impl Builder {
    fn begin(&mut self, name: &[u8], attributes: Vec<(&'static str, String)>) {
        if name == b"body" {
            // What an unclosed head swallows.
            self.open.truncate(1);
        }
        let Some(name) = known(name) else { return };
        self.end_implied(name);
        let is_void = VOID.contains(&name);
        if !is_void && self.open.len() >= DEEPEST {
            self.beyond += 1;
            return;
        }
        let ix = self.add(Node::Element(Element { name, attributes, children: Vec::new() }));
        if !is_void {
            self.open.push(ix);
        }
    }

    fn end(&mut self, name: &[u8]) {
        let Some(name) = known(name) else { return };
        if VOID.contains(&name) {
            return;
        }
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let stop: &[&str] = match name {
            "table" => &[],
            "tr" | "td" | "th" | "caption" => &["table"],
            _ => CELLS,
        };
        self.close(&[name], stop);
    }

    fn text(&mut self, text: String) {
        self.add(Node::Text(text));
    }

    fn add(&mut self, node: Node) -> usize {
        let ix = self.tree.nodes.len();
        self.tree.nodes.push(node);
        let parent = *self.open.last().expect("the first is never closed");
        if let Node::Element(parent) = &mut self.tree.nodes[parent] {
            parent.children.push(ix);
        }
        ix
    }

    /// Closes what the beginning of an element ends without saying so.
    fn end_implied(&mut self, name: &str) {
        if is_block(name) {
            self.close(
                &["p"],
                &["li", "dd", "dt", "div", "blockquote", "td", "th", "table", "section", "article"],
            );
        }
        match name {
            "li" => self.close(&["li"], &["ul", "ol", "td", "th", "table"]),
            "dt" | "dd" => self.close(&["dt", "dd"], &["dl", "td", "th", "table"]),
            "tr" => self.close(&["tr"], &["table"]),
            "td" | "th" => self.close(&["td", "th"], &["tr", "table"]),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.close(
                    &["h1", "h2", "h3", "h4", "h5", "h6"],
                    &["li", "td", "th", "div", "table"],
                );
            }
            "a" => self.close(&["a"], CELLS),
            _ => {}
        }
    }

    /// Closes the innermost open element of these names, unless one that it must not reach beyond lies
    /// in between.
    fn close(&mut self, names: &[&str], stop: &[&str]) {
        for depth in (1..self.open.len()).rev() {
            let name = self.tree.element(self.open[depth]).map_or("", |element| element.name);
            if names.contains(&name) {
                self.open.truncate(depth);
                return;
            }
            if stop.contains(&name) {
                return;
            }
        }
    }
}
