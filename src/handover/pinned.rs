//! Keeps the day for which a runbook's site was made, so that a restored runbook gives the same bytes
//! whenever it is built.
//!
//! The day stands in [`PATH`] with the digest of the sources that it belongs to. As soon as somebody
//! edits them, it is about something else and no longer counts.

use std::fs;
use std::io;
use std::path::Path;

use jiff::civil::Date;

use crate::digest::Digest;

/// Where the day stands, in the runbook.
pub const PATH: &str = ".clearjar/as-of";

/// Reads the day for the runbook in `root`, if one was kept for sources of this digest, which is worked
/// out only where a day stands.
pub fn read(root: &Path, sources: impl FnOnce() -> Digest) -> Option<Date> {
    // It is two short lines; what is longer is none of ours.
    let path = root.join(PATH);
    let is_short = path.symlink_metadata().is_ok_and(|it| it.is_file() && it.len() < 200);
    let text = is_short.then(|| fs::read_to_string(path).ok()).flatten()?;
    let (day, digest) = text.trim_end().split_once("  ")?;
    (Digest::from_hex(digest)? == sources()).then(|| day.parse().ok()).flatten()
}

/// Keeps `day` for the runbook in `root`, whose sources have this digest.
pub fn keep(root: &Path, day: Date, sources: Digest) -> io::Result<()> {
    let path = root.join(PATH);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, format!("{day}  {sources}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_counts_for_the_sources_that_it_was_kept_for() {
        let root = tempfile::tempdir().unwrap();
        let (day, sources) = (jiff::civil::date(2026, 11, 15), Digest::of(b"x"));
        assert_eq!(read(root.path(), || sources), None);
        keep(root.path(), day, sources).unwrap();
        assert_eq!(read(root.path(), || sources), Some(day));
        assert_eq!(read(root.path(), || Digest::of(b"edited")), None);
    }

    #[test]
    fn a_damaged_file_is_as_good_as_none() {
        let root = tempfile::tempdir().unwrap();
        let sources = Digest::of(b"x");
        keep(root.path(), jiff::civil::date(2026, 11, 15), sources).unwrap();
        let path = root.path().join(PATH);
        let long = "x".repeat(300);
        for text in ["", "2026-11-15", "2026-11-31  ", &format!("2026-11-31  {sources}"), &long] {
            fs::write(&path, text).unwrap();
            assert_eq!(read(root.path(), || sources), None, "{text}");
        }
    }
}
