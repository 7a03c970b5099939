//! The statements of a FortiGate's configuration as a tree: `config`, `edit`, `set`, `next`, `end`.
//!
//! Values are words or quoted texts, which may go on over lines. While reading, the places of secrets are
//! noted, so that the text can be kept without them.

use std::ops::Range;

use crate::import::appliance::redaction::Redaction;
use crate::import::secret;

/// How deep sections may lie in each other; those of the product go to about six.
const DEPTH: usize = 32;

/// A section, or an entry of one.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Node {
    /// What stands behind `config` or `edit`.
    pub name: String,
    /// Its line, from 1.
    pub line: usize,
    /// What is set, in order.
    pub sets: Vec<(String, Vec<String>)>,
    /// Its entries.
    pub edits: Vec<Node>,
    /// The sections in it.
    pub sections: Vec<Node>,
}

impl Node {
    /// Returns the first value of what is set, if it says something.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values(name).first().map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Returns all values of what is set.
    pub fn values(&self, name: &str) -> &[String] {
        let set = self.sets.iter().find(|(key, _)| key == name);
        set.map_or(&[], |(_, values)| values)
    }

    /// Returns all values with spaces between.
    pub fn text(&self, name: &str) -> Option<String> {
        let text = self.values(name).join(" ");
        (!text.is_empty()).then_some(text)
    }

    /// Returns the entries of a section in it.
    pub fn entries<'a>(&'a self, section: &'a str) -> impl Iterator<Item = &'a Node> {
        self.sections.iter().filter(move |one| one.name == section).flat_map(|one| &one.edits)
    }

    /// Whether it is set to this.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.value(name) == Some(value)
    }
}

/// A word of a statement.
struct Word {
    text: String,
    range: Range<usize>,
}

/// Reads a configuration. The root holds the sections of the whole device; also returned is whether
/// everything that was opened was closed.
pub fn read(text: &str, redaction: &mut Redaction) -> (Node, bool) {
    let mut reader = Reader { text, at: 0, line: 1 };
    let mut open: Vec<(Node, bool)> = vec![(Node::default(), true)];
    while let Some((words, line)) = reader.statement() {
        let Some(first) = words.first() else { continue };
        let rest = || words[1..].iter().map(|word| word.text.clone()).collect::<Vec<_>>();
        match first.text.as_str() {
            "config" if open.len() < DEPTH => {
                let node = Node { name: rest().join(" "), line, ..Node::default() };
                open.push((node, true));
            }
            "edit" if open.len() < DEPTH => {
                let node = Node { name: rest().join(" "), line, ..Node::default() };
                open.push((node, false));
            }
            "set" if words.len() > 2 => {
                let section = section_of(&open);
                let name = words[1].text.clone();
                if is_secret(&section, &name, &words[2].text) {
                    let range = words[2].range.start..words[words.len() - 1].range.end;
                    if !is_blank(&words[2].text) {
                        redaction.cut(range, &name);
                    }
                    continue;
                }
                let values = words[2..].iter().map(|word| word.text.clone()).collect();
                if let Some((node, _)) = open.last_mut() {
                    node.sets.push((name, values));
                }
            }
            "next" if open.last().is_some_and(|(_, is_section)| !is_section) => close(&mut open),
            "end" => {
                // An entry that was not closed ends with its section.
                while open.len() > 1 && open.last().is_some_and(|(_, is_section)| !is_section) {
                    close(&mut open);
                }
                if open.len() > 1 {
                    close(&mut open);
                }
            }
            _ => {}
        }
    }
    let is_whole = open.len() == 1;
    while open.len() > 1 {
        close(&mut open);
    }
    (open.pop().map(|(node, _)| node).unwrap_or_default(), is_whole)
}

fn close(open: &mut Vec<(Node, bool)>) {
    let Some((node, is_section)) = open.pop() else { return };
    let Some((parent, _)) = open.last_mut() else { return };
    match is_section {
        true => parent.sections.push(node),
        false => parent.edits.push(node),
    }
}

fn section_of(open: &[(Node, bool)]) -> String {
    let section = open.iter().rev().find(|(_, is_section)| *is_section);
    section.map(|(node, _)| node.name.clone()).unwrap_or_default()
}

/// Whether what is set here is a secret: by its name, or since the device has encoded it.
fn is_secret(section: &str, name: &str, value: &str) -> bool {
    const ENDS: &[&str] = &[
        "key",
        "key1",
        "key2",
        "key3",
        "key4",
        "pwd",
        "secret",
        "psk",
        "passwd",
        "passphrase",
        "token",
    ];
    let is_public = name.contains("public") || name.contains("pub-key");
    let by_name = ENDS.iter().any(|end| name.ends_with(end)) || secret::is_secret_label(name);
    let is_community = section == "system snmp community" && name == "name";
    value == "ENC"
        || is_community
        || by_name && !is_public && !matches!(value, "enable" | "disable")
}

fn is_blank(value: &str) -> bool {
    value.is_empty() || value.starts_with('<') || value.chars().all(|c| c == '*')
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl Reader<'_> {
    /// Returns the words of the next line that has any, and its number; a quoted text may go on over
    /// lines. Comments have none.
    fn statement(&mut self) -> Option<(Vec<Word>, usize)> {
        let bytes = self.text.as_bytes();
        let mut words: Vec<Word> = Vec::new();
        let mut first_line = self.line;
        while self.at < bytes.len() {
            match bytes[self.at] {
                b'\n' => {
                    self.at += 1;
                    self.line += 1;
                    if !words.is_empty() {
                        return Some((words, first_line));
                    }
                    first_line = self.line;
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'#' if words.is_empty() => self.skip_line(),
                _ => words.push(self.word()),
            }
        }
        (!words.is_empty()).then_some((words, first_line))
    }

    fn skip_line(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    }

    fn word(&mut self) -> Word {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut text: Vec<u8> = Vec::new();
        let mut quote: Option<u8> = None;
        while self.at < bytes.len() {
            let byte = bytes[self.at];
            match (quote, byte) {
                (None, b' ' | b'\t' | b'\r' | b'\n') => break,
                (None, b'"' | b'\'') => quote = Some(byte),
                (Some(open), _) if byte == open => quote = None,
                (Some(b'"'), b'\\') if self.at + 1 < bytes.len() => {
                    self.at += 1;
                    self.line += usize::from(bytes[self.at] == b'\n');
                    text.push(bytes[self.at]);
                }
                _ => {
                    self.line += usize::from(byte == b'\n');
                    text.push(byte);
                }
            }
            self.at += 1;
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        Word { text, range: start..self.at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_make_a_tree_and_secrets_are_noted() {
        let text = "config user tacacs+\n  edit \"a b\"\n    set server \"x\" 'y'\n    set key ENC QUJD\n    set passwd \"two\nlines\"\n    config more\n      set z 1\n    end\n  next\nend\nconfig system snmp community\n edit 1\n set name \"public\"\n next\nend\n";
        let mut redaction = Redaction::default();
        let (root, is_whole) = read(text, &mut redaction);
        assert!(is_whole);
        let entry = &root.sections[0].edits[0];
        assert_eq!(
            (entry.name.as_str(), entry.values("server").join("|")),
            ("a b", "x|y".to_owned())
        );
        assert_eq!(entry.sections[0].value("z"), Some("1"));
        let rest = redaction.apply(text);
        assert!(
            !rest.contains("QUJD") && !rest.contains("lines\"") && !rest.contains("public"),
            "{rest}"
        );
        assert_eq!(root.sections[1].line, 12);
    }

    #[test]
    fn what_is_not_closed_is_told_and_depth_has_an_end() {
        let mut redaction = Redaction::default();
        assert!(!read("config a\n edit 1\n set b 2\n", &mut redaction).1);
        let deep = "config a\n".repeat(10_000);
        let _ = read(&deep, &mut redaction);
        let _ = read("set a \"", &mut redaction);
    }
}
