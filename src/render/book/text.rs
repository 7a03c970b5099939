//! Makes the text of a page fit into the book: one pass over our own HTML.
//!
//! Ids get the page's anchor in front, so that they are unique over all pages. Links to pages that
//! stand in the book lead there, and carry the number that a reader of paper looks up; all others
//! lead from the book to where they led from the page. Headings are moved below that of the chapter,
//! the first one gets its number. What is folded is open. What only scripts of the page need is left
//! out.
//!
//! This is no HTML parser. It reads what the theme's templates and our own writers make: tags whose
//! values stand in double quotes, and text in which `<` and `&` are escaped. What it does not
//! understand it leaves as it is.

use std::borrow::Cow;

use memchr::memchr;

use crate::plan::book::{Book, Place};

/// Attributes that hold ids of the same page.
const REFERENCES: &[&str] =
    &["for", "headers", "aria-labelledby", "aria-describedby", "aria-controls"];

/// Attributes that only the page's scripts and its window need: a document of a thousand tables must
/// not stop at each of them on the way of the Tab key.
const DROPPED: &[&str] = &[
    "tabindex",
    "loading",
    "data-copy",
    "data-rel",
    "data-sort",
    "data-steps",
    "data-table",
    "data-v",
];

/// The text of a page on its way into the book.
pub struct Text<'a> {
    book: &'a Book<'a>,
    place: &'a Place,
    /// The way from the page to the site's root.
    root: &'a str,
    out: String,
    numbered: bool,
}

impl<'a> Text<'a> {
    /// Begins the text of the page that stands at `place`, and on the site at `root` from its root.
    pub fn new(book: &'a Book<'a>, place: &'a Place, root: &'a str) -> Text<'a> {
        let mut out = String::with_capacity(8 * 1024);
        if place.is_record {
            out.push_str("<article class=\"book-entry\" id=\"");
            out.push_str(&place.anchor);
            out.push_str("\">");
        }
        Text { book, place, root, out, numbered: false }
    }

    /// Ends the text.
    pub fn finish(mut self) -> String {
        if self.place.is_record {
            self.out.push_str("</article>\n");
        }
        self.out
    }

    /// Adds a piece of the page.
    pub fn push(&mut self, html: &str) {
        let mut rest = html;
        while let Some(at) = memchr(b'<', rest.as_bytes()) {
            self.out.push_str(&rest[..at]);
            rest = &rest[at..];
            let length = if rest.starts_with("<!--") {
                rest.find("-->").map(|at| at + "-->".len())
            } else {
                tag_length(rest)
            };
            let Some(length) = length else { break };
            self.tag(&rest[..length]);
            rest = &rest[length..];
        }
        self.out.push_str(rest);
    }

    /// Adds a tag; `tag` is all of it, `<` and `>` included.
    fn tag(&mut self, tag: &str) {
        let inside = &tag[1..tag.len() - 1];
        let name_end = inside
            .bytes()
            .position(|b| !(b.is_ascii_alphanumeric() || b == b'/'))
            .unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(name_end);
        if let [b'h', level @ b'1'..=b'6'] | [b'/', b'h', level @ b'1'..=b'6'] = name.as_bytes() {
            self.heading(name.starts_with('/'), level - b'0', attributes);
        } else if attributes.is_empty() {
            self.out.push_str(tag);
        } else {
            self.out.push('<');
            self.out.push_str(name);
            if name == "details" && !attributes.contains(" open") {
                self.out.push_str(" open");
            }
            self.attributes(name, attributes);
            self.out.push('>');
        }
    }

    fn heading(&mut self, is_end: bool, level: u8, attributes: &str) {
        let level = (level + self.place.deeper).min(6);
        self.out.push_str(if is_end { "</h" } else { "<h" });
        self.out.push(char::from(b'0' + level));
        self.attributes("h", attributes);
        self.out.push('>');
        if !is_end && !self.numbered {
            self.numbered = true;
            self.out.push_str("<span class=\"no\">");
            self.out.push_str(&self.place.number);
            self.out.push_str("</span> ");
        }
    }

    /// Adds what stands in a tag behind its name.
    fn attributes(&mut self, tag: &str, attributes: &str) {
        let mut rest = attributes;
        while let Some(at) = rest.find("=\"") {
            let (before, behind) = (&rest[..at], &rest[at + 2..]);
            let Some(end) = memchr(b'"', behind.as_bytes()) else { break };
            let name_at = before.rfind(' ').map_or(0, |space| space + 1);
            // Names without a value stand before the last.
            self.bare(&before[..name_at]);
            self.attribute(tag, &before[name_at..], &behind[..end]);
            rest = &behind[end + 1..];
        }
        self.bare(rest);
    }

    /// Adds attributes without a value.
    fn bare(&mut self, names: &str) {
        let is_dropped = |name: &&str| DROPPED.contains(name);
        for name in names.split(' ').filter(|name| !name.is_empty() && !is_dropped(name)) {
            self.out.push(' ');
            self.out.push_str(name);
        }
    }

    fn attribute(&mut self, tag: &str, name: &str, value: &str) {
        if DROPPED.contains(&name) || makes_landmark(tag, name, value) {
            return;
        }
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        match name {
            "id" => self.own(value),
            "href" if tag == "use" => self.out.push_str(value),
            "href" | "src" => {
                let (address, number) = self.address(value);
                self.out.push_str(&address);
                if let Some(number) = number {
                    self.out.push_str("\" data-no=\"");
                    self.out.push_str(number);
                }
            }
            name if REFERENCES.contains(&name) => {
                for (ix, id) in value.split(' ').enumerate() {
                    if ix > 0 {
                        self.out.push(' ');
                    }
                    self.own(id);
                }
            }
            _ => self.out.push_str(value),
        }
        self.out.push('"');
    }

    /// Adds an id of the page.
    fn own(&mut self, id: &str) {
        self.out.push_str(&self.place.anchor);
        self.out.push('.');
        self.out.push_str(id);
    }

    /// Returns where a link of the page leads from the book, and the number of what is there.
    fn address<'v>(&self, value: &'v str) -> (Cow<'v, str>, Option<&'a str>) {
        if let Some(anchor) = value.strip_prefix('#') {
            return (format!("#{}.{anchor}", self.place.anchor).into(), None);
        }
        let path_end = value.find(['#', '?']).unwrap_or(value.len());
        let (path, behind) = value.split_at(path_end);
        if path.contains(':') {
            return (value.into(), None);
        }
        let from_root = match path.strip_prefix(self.root) {
            Some(from_root) => Cow::Borrowed(from_root),
            // Within the page's own folder.
            None => Cow::Owned(format!("{}/{path}", self.folder())),
        };
        let Some(there) = self.book.place(&from_root) else {
            return (format!("{from_root}{behind}").into(), None);
        };
        let volume = match there.volume == self.place.volume {
            true => "",
            false => self.book.volumes().nth(there.volume).unwrap_or_default(),
        };
        let anchor = match behind.strip_prefix('#') {
            Some(anchor) if !anchor.is_empty() => format!("{volume}#{}.{anchor}", there.anchor),
            _ => format!("{volume}#{}", there.anchor),
        };
        (anchor.into(), Some(&there.number))
    }

    /// The folder of a record's page.
    fn folder(&self) -> &str {
        self.place.anchor.split('.').next().unwrap_or_default()
    }
}

/// Whether an attribute makes a landmark of what holds a table. On a page there are a few; in a book
/// there would be a thousand of a few names.
fn makes_landmark(tag: &str, name: &str, value: &str) -> bool {
    matches!(tag, "section" | "div")
        && (name.starts_with("aria-label") || (name == "role" && value == "region"))
}

/// Returns the length of the tag that `html` begins with; nothing where it has no end.
fn tag_length(html: &str) -> Option<usize> {
    let mut quoted = false;
    let end = html.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b'>' && !quoted
    });
    end.map(|end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_ends_behind_its_quotes() {
        assert_eq!(tag_length("<a title=\"a > b\">x</a>"), Some(17));
        assert_eq!(tag_length("<br>"), Some(4));
        assert_eq!(tag_length("<a title=\"x>"), None);
    }
}
