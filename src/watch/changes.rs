//! Compares two readings of a runbook: which files came, changed and went.

use std::fmt;

use crate::diagnostic::clean::one_line;
use crate::source::{SourceFile, SourceTree};
use crate::text::plural;

/// Which files of a runbook are different; paths relative to it, sorted.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Changes {
    /// Files that were not there before.
    pub added: Vec<String>,
    /// Files with other bytes.
    pub changed: Vec<String>,
    /// Files that are not there any more.
    pub removed: Vec<String>,
}

impl Changes {
    /// Returns what is different in `after`. Without a `before` nothing is: it is the first reading.
    pub fn between(before: Option<&SourceTree>, after: &SourceTree) -> Changes {
        let mut changes = Changes::default();
        let Some(before) = before else { return changes };
        let (mut old, mut new) =
            (before.files().iter().peekable(), after.files().iter().peekable());
        loop {
            match (old.peek(), new.peek()) {
                (None, None) => return changes,
                (Some(was), Some(is)) if was.path == is.path => {
                    if !is_same(was, is) {
                        changes.changed.push(is.path.clone());
                    }
                    old.next();
                    new.next();
                }
                (Some(was), is) if is.is_none_or(|is| was.path < is.path) => {
                    changes.removed.push(was.path.clone());
                    old.next();
                }
                (_, Some(is)) => {
                    changes.added.push(is.path.clone());
                    new.next();
                }
                (Some(_), None) => unreachable!("a path before no other is a removed one"),
            }
        }
    }

    /// Whether nothing is different.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns how many files are different.
    pub fn len(&self) -> usize {
        self.added.len() + self.changed.len() + self.removed.len()
    }
}

/// A file that is refused has no digest of its own, so what is held of it is compared as well.
fn is_same(was: &SourceFile, is: &SourceFile) -> bool {
    let is_held = |file: &SourceFile| std::mem::discriminant(&file.content);
    was.digest == is.digest && was.len == is.len && is_held(was) == is_held(is)
}

/// In words, short enough for a line: `records/devices/fw-hq-01.toml`, `4 files`, `a.toml, b.toml gone`.
impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.len() > 2 {
            return f.write_str(&plural(self.len(), "file", "files"));
        }
        let named = |paths: &[String], what: &'static str| -> Vec<String> {
            paths.iter().map(|path| format!("{}{what}", one_line(path))).collect()
        };
        let words = [
            named(&self.changed, ""),
            named(&self.added, " (new)"),
            named(&self.removed, " (gone)"),
        ];
        f.write_str(&words.concat().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> SourceTree {
        SourceTree::new(files.iter().map(|(path, text)| SourceFile::text(*path, *text)).collect())
    }

    #[test]
    fn files_that_came_changed_and_went_are_told_apart() {
        let before = tree(&[("a", "1"), ("b", "1"), ("c", "1"), ("z", "1")]);
        let after = tree(&[("a", "1"), ("aa", "1"), ("c", "2"), ("d", "1")]);
        let changes = Changes::between(Some(&before), &after);
        assert_eq!(changes.added, ["aa", "d"]);
        assert_eq!(changes.changed, ["c"]);
        assert_eq!(changes.removed, ["b", "z"]);
        assert!(Changes::between(Some(&before), &before).is_empty());
        assert!(Changes::between(None, &before).is_empty());
    }

    #[test]
    fn few_are_named_and_many_counted() {
        let before = tree(&[("a.toml", "1"), ("b.toml", "1")]);
        let said = |after| Changes::between(Some(&before), &tree(after)).to_string();
        assert_eq!(said(&[("a.toml", "2"), ("b.toml", "1")]), "a.toml");
        assert_eq!(said(&[("a.toml", "2"), ("c.toml", "1")]), "3 files");
        assert_eq!(said(&[("a.toml", "1"), ("b\u{1b}.toml", "1")]), "b␛.toml (new), b.toml (gone)");
    }
}
