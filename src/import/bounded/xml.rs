//! XML as a tree of elements.
//!
//! Entities of a document's own are refused: they can grow without end and read files. A document type
//! without them, as nmap writes it, is passed over, and nothing is ever fetched.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::import::Refused;
use crate::import::foreign::Foreign;
use crate::text::bytes_in_words;

/// Bytes of an XML file; its tree takes up to ten times as much in memory.
pub const BYTES: usize = 192 * 1024 * 1024;

/// How deep elements may lie in each other.
pub const DEPTH: usize = 100;

/// How many elements a file may have.
pub const ELEMENTS: usize = 4_000_000;

/// How many attributes an element may have.
pub const ATTRIBUTES: usize = 1_000;

/// An element.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Element {
    /// Its name, with its prefix.
    pub name: String,
    /// Its attributes, in order.
    pub attributes: Vec<(String, String)>,
    /// The elements in it, in order.
    pub children: Vec<Element>,
    /// The text directly in it, without the space around.
    pub text: String,
    /// The line it begins in, from 1.
    pub line: usize,
}

impl Element {
    /// Returns the first element in it that is called `name`.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Returns the elements in it that are called `name`.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Returns the element at a way of names: `at("system/hostname")`.
    pub fn at(&self, way: &str) -> Option<&Element> {
        way.split('/').try_fold(self, |element, name| element.child(name))
    }

    /// Returns the text at a way of names, if there is any.
    pub fn text_at(&self, way: &str) -> Option<&str> {
        self.at(way).map(|element| element.text.as_str()).filter(|text| !text.is_empty())
    }

    /// Returns an attribute's value, if it is not empty.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

/// Reads a file as XML, and returns its root.
pub fn read(file: &Foreign) -> Result<Element, Refused> {
    let text = file.text()?.text;
    parse(&text, &file.name)
}

/// Returns the name of the first element in small letters, by the beginning of a file alone.
pub fn root_name(head: &str) -> Option<String> {
    let mut rest = head.trim_start();
    loop {
        rest = match rest.get(..4) {
            Some("<!--") => rest.split_once("-->")?.1.trim_start(),
            Some(start) if start.starts_with("<?") || start.starts_with("<!") => {
                rest.split_once('>')?.1.trim_start()
            }
            _ => break,
        };
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find(|c: char| !c.is_alphanumeric()).unwrap_or(name.len());
    Some(name[..end].to_lowercase())
}

/// Reads text as XML, and returns its root.
pub fn parse(text: &str, name: &str) -> Result<Element, Refused> {
    let refused =
        |what: String| Refused::new(format!("`{name}` {what}")).help("export it once more");
    if text.len() > BYTES {
        let limit = bytes_in_words(BYTES as u64);
        return Err(refused(format!(
            "is larger than {limit}, which is as much XML as is read at once"
        )));
    }
    let mut builder =
        Builder { text, line: 1, counted_to: 0, open: Vec::new(), root: None, count: 0 };
    let mut reader = Reader::from_str(text);
    loop {
        let before = reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|_| {
            let line = builder.line_of(reader.error_position() as usize);
            refused(format!("is no XML from line {line} on"))
        })?;
        let line = builder.line_of(before);
        let more =
            builder.take(event, line).map_err(|what| refused(format!("{what}, in line {line}")))?;
        if !more {
            break;
        }
    }
    match builder.root {
        Some(root) if builder.open.is_empty() => Ok(root),
        _ => Err(refused("is cut off: its XML has no end".to_owned())),
    }
}

struct Builder<'a> {
    text: &'a str,
    line: usize,
    counted_to: usize,
    open: Vec<Element>,
    root: Option<Element>,
    count: usize,
}

impl Builder<'_> {
    /// Returns the line of a place that is not before the last one that was asked for.
    fn line_of(&mut self, at: usize) -> usize {
        let at = at.min(self.text.len());
        if at > self.counted_to {
            let between = &self.text.as_bytes()[self.counted_to..at];
            self.line += between.iter().filter(|byte| **byte == b'\n').count();
            self.counted_to = at;
        }
        self.line
    }

    /// Takes an event, and tells whether more are to come.
    fn take(&mut self, event: Event<'_>, line: usize) -> Result<bool, String> {
        match event {
            Event::Start(start) => {
                let element = self.element(&start, line)?;
                self.open.push(element);
                if self.open.len() > DEPTH {
                    return Err(format!("has elements more than {DEPTH} deep in each other"));
                }
            }
            Event::Empty(start) => {
                let element = self.element(&start, line)?;
                self.close(element);
            }
            Event::End(_) => {
                let mut element = self.open.pop().ok_or("closes an element that is not open")?;
                let trimmed = element.text.trim();
                if trimmed.len() != element.text.len() {
                    element.text = trimmed.to_owned();
                }
                self.close(element);
            }
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let known = match &*reference {
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "amp" => Some('&'),
                    "apos" => Some('\''),
                    "quot" => Some('"'),
                    _ => reference.resolve_char_ref().ok().flatten(),
                };
                let c = known.ok_or("uses an entity of its own, which is not followed")?;
                self.text(c.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(doctype) => {
                if doctype.contains('[') || doctype.contains("ENTITY") {
                    return Err("declares entities of its own, which are not followed".to_owned());
                }
            }
            Event::Eof => return Ok(false),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
        Ok(true)
    }

    fn element(&mut self, start: &BytesStart<'_>, line: usize) -> Result<Element, String> {
        self.count += 1;
        if self.count > ELEMENTS {
            return Err(format!("has more than {ELEMENTS} elements"));
        }
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|_| "has an attribute that cannot be read")?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|_| "uses an entity of its own, which is not followed")?;
            attributes.push((attribute.key.into_inner().to_owned(), value.into_owned()));
            if attributes.len() > ATTRIBUTES {
                return Err(format!("has an element with more than {ATTRIBUTES} attributes"));
            }
        }
        let name = start.name().into_inner().to_owned();
        Ok(Element { name, attributes, line, ..Element::default() })
    }

    fn close(&mut self, element: Element) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None if self.root.is_none() => self.root = Some(element),
            None => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_attributes_and_text_are_read() {
        let root = parse(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE nmaprun>\n<a x=\"1 &amp; 2\">\n  <b> t &lt;&#x41;<![CDATA[<c>]]> </b>\n  <b/>\n</a>\n",
            "x.xml",
        )
        .unwrap();
        assert_eq!(root.attribute("x"), Some("1 & 2"));
        assert_eq!(root.text_at("b"), Some("t <A<c>"));
        assert_eq!(root.all("b").map(|b| b.line).collect::<Vec<_>>(), [4, 5]);
    }

    #[test]
    fn entities_depth_and_damage_are_refused() {
        let deep = format!("{}{}", "<a>".repeat(1000), "</a>".repeat(1000));
        for (text, told) in [
            ("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "declares entities"),
            ("<a>&b;</a>", "entity of its own"),
            ("<a x=\"&b;\"/>", "entity of its own"),
            (deep.as_str(), "100 deep"),
            ("<a><b></a>", "is no XML"),
            ("<a><b>", "is cut off"),
            ("<a x=1 <", "x.xml"),
            ("", "is cut off"),
        ] {
            let refused = parse(text, "x.xml").unwrap_err();
            assert!(refused.message.contains(told), "{text}: {}", refused.message);
        }
    }
}
