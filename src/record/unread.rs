//! What is written in a record and could not be read.
//!
//! Each such place has been reported once. Later stages ask here before they call a fact missing, so
//! that one mistake gives one finding.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostics;
use crate::syntax::{FRONT_MATTER, TOML_SYNTAX};

/// The fields of a record that are written and have no value.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Unread {
    /// Dotted paths of field names; those of rows go without the row.
    paths: BTreeSet<String>,
    /// In a file with lines that are not TOML: the names that its lines begin with.
    names: BTreeSet<String>,
    /// Whether not even the place of the fields was found.
    is_all: bool,
}

impl Unread {
    /// Returns what is known from reading the file's `text` as TOML.
    pub(super) fn of(text: &str, found: &Diagnostics) -> Unread {
        let has = |code| found.iter().any(|finding| finding.rule.code == code);
        let is_torn = has(TOML_SYNTAX.code);
        let names = text.lines().filter(|_| is_torn).flat_map(names_before_value);
        Unread {
            paths: BTreeSet::new(),
            names: names.map(str::to_owned).collect(),
            is_all: has(FRONT_MATTER.code),
        }
    }

    /// Adds the field at a dotted path.
    pub(crate) fn add(&mut self, path: String) {
        self.paths.insert(path);
    }

    /// Whether the field at a dotted path is written, or may be.
    pub fn at(&self, path: &str) -> bool {
        let name = path.rsplit('.').next().unwrap_or(path);
        self.is_all || self.paths.contains(path) || self.names.contains(name)
    }

    /// Whether lines of its file are not TOML, so that more may be written than was read.
    pub fn is_torn(&self) -> bool {
        self.is_all || !self.names.is_empty()
    }
}

/// Returns the names that stand where a line of TOML has its key or its header.
fn names_before_value(line: &str) -> impl Iterator<Item = &str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let start = line.find(is_name).unwrap_or(line.len());
    let end = line[start..].find(|c| !is_name(c) && c != '.').map_or(line.len(), |end| start + end);
    line[start..end].split('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_a_line_are_found_whatever_stands_behind_them() {
        let names = |line| names_before_value(line).collect::<Vec<_>>();
        assert_eq!(names("serial: 5"), ["serial"]);
        assert_eq!(names("“serial” = 5"), ["serial"]);
        assert_eq!(names("[[control.paid_by]"), ["control", "paid_by"]);
        assert_eq!(names("# ="), [""]);
    }
}
