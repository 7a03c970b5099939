//! Turns the files of a runbook into the folder `source/` of its site: whoever holds the site holds the
//! runbook, can read it without the program, and can make the same site of it again.
//!
//! Every file is there byte for byte under its own path, so `source/` can be compared with the runbook by
//! eye or by `diff`. One file more, [`SOURCE_MARKER`], says that this is a copy: what is written in it is
//! gone with the next publishing.

use rayon::prelude::*;

use crate::artifact::{Artifact, Put};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::discover::{FILE_NAME, SOURCE_MARKER};
use crate::publish::check_site_path;
use crate::source::{Content, SourceFile, SourceTree, Span};

/// The folder of the site in which the sources are, with the `/` behind it.
pub const FOLDER: &str = "source/";

/// What [`SOURCE_MARKER`] says to whoever opens the folder.
const MARKER_TEXT: &str = "This folder holds the sources of the runbook: the text files that its pages are made from.\n\
    \n\
    It is a copy. Read it as you like, but do not edit it here: the next publishing replaces it.\n\
    \n\
    To carry on editing: copy this folder to a new place, and delete this file from the copy.\n";

/// Returns where the runbook's file at `path` is in the site.
pub fn route(path: &str) -> String {
    [FOLDER, path].concat()
}

/// Finds files whose names the site could not hand over: what some system would refuse or change, and
/// paths that are too long below the folder of a site.
pub fn check(tree: &SourceTree) -> Diagnostics {
    tree.files()
        .iter()
        .filter(|file| file.content != Content::Refused)
        .filter_map(wrong_name)
        .collect()
}

fn wrong_name(file: &SourceFile) -> Option<Diagnostic> {
    let problem = check_site_path(&route(&file.path)).err()?;
    let message = format!("the site cannot carry a file of this name: {}", problem.why);
    let help = "rename it, or the folder that it is in: the site hands over every file of the runbook \
                under its own name, and it has to arrive on every system";
    Some(Diagnostic::new(&FILE_NAME, Span::whole(file.id()), message).help(help))
}

/// Hands every file of the runbook to `put`. Those that could not be read are left out: a site with
/// such a finding is not published.
pub fn put(tree: &SourceTree, put: &Put<'_>) {
    put.put(&route(SOURCE_MARKER), marker());
    tree.files().par_iter().for_each(|file| {
        let path = route(&file.path);
        if !put.keep(&path, file.len, file.digest)
            && let Some(artifact) = Artifact::of(file)
        {
            put.put(&path, artifact);
        }
    });
}

/// Returns the file at `path` of the site, where that is one of the sources.
pub fn get(tree: &SourceTree, path: &str) -> Option<Artifact> {
    match path.strip_prefix(FOLDER)? {
        SOURCE_MARKER => Some(marker()),
        inside => tree.at(inside).and_then(Artifact::of),
    }
}

fn marker() -> Artifact {
    Artifact::Bytes(MARKER_TEXT.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::Held;

    #[test]
    fn every_file_is_there_byte_for_byte_under_its_own_path() {
        let mut marked = SourceFile::text("records/a.toml", "name = 1\n");
        // A byte-order mark is left off when a text is read, and counts in its length.
        marked.len += 3;
        let tree = SourceTree::new(vec![SourceFile::text("clearjar.toml", "x"), marked]);
        let held = Held::default();
        put(&tree, &held);
        let files = held.into_artifacts();
        let paths: Vec<_> = files.keys().map(String::as_str).collect();
        let marker = "source/DO-NOT-EDIT-HERE.txt";
        assert_eq!(paths, [marker, "source/clearjar.toml", "source/records/a.toml"]);
        let bytes = Artifact::Bytes("\u{feff}name = 1\n".into());
        assert_eq!(files["source/records/a.toml"], bytes);
        for (path, artifact) in &files {
            assert_eq!(get(&tree, path).as_ref(), Some(artifact), "{path}");
        }
        assert_eq!(get(&tree, "records/a.toml"), None);
    }

    #[test]
    fn a_name_that_does_not_arrive_everywhere_is_an_error_at_its_file() {
        let names = ["files/con.txt", "files/Plan (1).pdf", "records/a.toml", "files/a:b"];
        let tree = SourceTree::new(names.map(|name| SourceFile::text(name, "")).to_vec());
        let found = check(&tree);
        let messages: Vec<_> = found.iter().map(|found| found.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "the site cannot carry a file of this name: it holds `:`",
                "the site cannot carry a file of this name: Windows reserves the name `con.txt`",
            ]
        );
    }
}
