//! Writes changes as `clearjar diff` prints them: for people, as JSON, and as Markdown.

mod human;
mod json;
mod markdown;

use super::{Changes, Sort};
use crate::text::plural;
pub use human::human;
pub use json::json;
pub use markdown::markdown;

/// What a report is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Between {
    /// What stands before.
    pub from: String,
    /// What stands after.
    pub to: String,
}

/// Returns how much differs: `3 records changed, 1 added; 2 files differ`.
pub fn tally(changes: &Changes) -> String {
    let words = [
        (Sort::Changed, "changed"),
        (Sort::Renamed, "renamed"),
        (Sort::Added, "added"),
        (Sort::Removed, "removed"),
        (Sort::Verified, "verified again"),
    ];
    let mut records: Vec<String> = Vec::new();
    for (sort, word) in words {
        let count = changes.count(sort);
        if count > 0 {
            records.push(match records.is_empty() {
                true => format!("{} {word}", plural(count, "record", "records")),
                false => format!("{count} {word}"),
            });
        }
    }
    let files = changes.files.iter().filter(|file| !file.is_volatile()).count();
    let mut parts = Vec::from_iter((!records.is_empty()).then(|| records.join(", ")));
    if files > 0 {
        parts.push(format!("{} changed", plural(files, "file", "files")));
    }
    if parts.is_empty() { "nothing differs".to_owned() } else { parts.join("; ") }
}
