//! Puts the files that go with records into the runbook: saved configurations, pictures, documents.
//!
//! As with values there are three: what stands, what the last import wrote, and what the source says now.
//! A file that a person has changed, replaced or removed stays as it is, and that is told.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::digest::Digest;
use crate::secrets;
use crate::source::{Content, SourceFile, SourceTree};

use super::proposal::{Attachment, Origin, Skipped};
use super::report::Report;
use super::state::State;

/// Files that are new, or to be written again.
#[derive(Default)]
pub struct Attached {
    /// As the runbook knows them.
    pub files: Vec<SourceFile>,
    /// Their bytes, by path.
    pub bytes: BTreeMap<String, Vec<u8>>,
}

/// What is to be done with a file.
#[derive(PartialEq, Eq, Debug)]
enum Verdict {
    /// It is written.
    Write,
    /// It stands already.
    Same,
    /// It is a person's by now.
    Keep,
}

/// Returns which of `attachments` are written, and enters all of them into `state` and `report`. One
/// that still looks like it holds a secret stays out; one that was removed stays away, unless a record
/// names it anew: `is_named_anew` says so of a path.
pub fn attach(
    tree: &SourceTree,
    attachments: Vec<Attachment>,
    is_named_anew: &dyn Fn(&str) -> bool,
    state: &mut State,
    report: &mut Report,
) -> Attached {
    let mut attached = Attached::default();
    for Attachment { path, bytes } in attachments {
        let text = std::str::from_utf8(&bytes);
        if text.is_ok_and(|text| !secrets::scan(text).is_empty()) {
            let at = Origin::whole(&Arc::from(path.as_str()));
            let reason = "it holds what looks like a secret, and stays out".to_owned();
            report.skipped.push(Skipped { at, reason });
            continue;
        }
        let digest = Digest::of(&bytes);
        let standing = tree.at(&path).map(|file| file.digest);
        let last = state.files.get(&path).and_then(|hex| Digest::from_hex(hex));
        let verdict = match verdict(standing, last, digest) {
            Verdict::Keep if standing.is_none() && is_named_anew(&path) => Verdict::Write,
            verdict => verdict,
        };
        match verdict {
            Verdict::Same => {}
            Verdict::Keep => report.kept_files.push(path),
            Verdict::Write => {
                report.files.push(path.clone());
                state.files.insert(path.clone(), digest.to_string());
                attached.files.push(file(&path, &bytes, digest));
                attached.bytes.insert(path, bytes);
            }
        }
    }
    attached
}

fn verdict(standing: Option<Digest>, last: Option<Digest>, new: Digest) -> Verdict {
    match (standing, last) {
        (Some(standing), _) if standing == new => Verdict::Same,
        (None, None) => Verdict::Write,
        (Some(standing), Some(last)) if standing == last => Verdict::Write,
        _ => Verdict::Keep,
    }
}

fn file(path: &str, bytes: &[u8], digest: Digest) -> SourceFile {
    // What it holds is looked at as text; bytes of another sort have no place in memory here.
    let content = match std::str::from_utf8(bytes) {
        Ok(text) => Content::Text(text.into()),
        Err(_) => Content::OnDisk(PathBuf::new()),
    };
    SourceFile { path: path.to_owned(), content, len: bytes.len() as u64, digest }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "files/configs/fw.cfg";

    /// What is written of `new` where `standing` stands, with what the report says.
    fn import(standing: Option<&str>, state: &mut State, new: &str) -> (Vec<String>, Report) {
        let files = standing.map(|text| SourceFile::text(PATH, text)).into_iter().collect();
        let mut report = Report::default();
        let attachment = Attachment { path: PATH.to_owned(), bytes: new.as_bytes().to_vec() };
        let tree = SourceTree::new(files);
        let attached = attach(&tree, vec![attachment], &|_| false, state, &mut report);
        (attached.bytes.into_keys().collect(), report)
    }

    #[test]
    fn a_file_follows_the_source_until_a_person_changes_it() {
        let mut state = State::default();
        assert_eq!(import(None, &mut state, "one").0, [PATH]);
        assert!(import(Some("one"), &mut state, "one").0.is_empty(), "it stands already");
        assert_eq!(import(Some("one"), &mut state, "two").0, [PATH], "nobody has changed it");
        let (written, report) = import(Some("two, by hand"), &mut state, "three");
        assert!(written.is_empty() && report.kept_files == [PATH], "{report:?}");
        let (written, report) = import(None, &mut state, "three");
        assert!(written.is_empty() && report.kept_files == [PATH], "it was removed: {report:?}");
    }

    #[test]
    fn a_file_that_was_removed_is_back_once_a_record_names_it_anew() {
        let mut state = State::default();
        import(None, &mut state, "one");
        let attachment = || Attachment { path: PATH.to_owned(), bytes: b"one".to_vec() };
        let mut again = |is_named: bool| {
            let (tree, mut report) = (SourceTree::default(), Report::default());
            let named = |path: &str| is_named && path == PATH;
            let attached = attach(&tree, vec![attachment()], &named, &mut state, &mut report);
            (attached.bytes.len(), report.kept_files.len())
        };
        assert_eq!(again(false), (0, 1), "nobody asks for it");
        assert_eq!(again(true), (1, 0), "a record would point to nothing");
    }

    #[test]
    fn a_file_that_was_there_first_is_not_overwritten() {
        let mut state = State::default();
        let (written, report) = import(Some("by hand"), &mut state, "one");
        assert!(written.is_empty() && report.kept_files == [PATH], "{report:?}");
        assert!(state.is_empty());
    }

    #[test]
    fn a_file_with_a_secret_stays_out() {
        let (written, report) = import(None, &mut State::default(), "password: hunter2xZ9!\n");
        assert!(written.is_empty() && report.skipped.len() == 1, "{report:?}");
    }
}
