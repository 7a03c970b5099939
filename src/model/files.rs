//! Joins records with the files they name.

use std::collections::{BTreeMap, BTreeSet};

use super::{Model, Node, NodeIx};
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::record::value::{Fields, Value};
use crate::source::{SourceFile, SourceTree, Span};
use crate::text;

/// A file that is not there.
pub static MISSING_FILE: Rule = Rule {
    code: "missing-file",
    level: Level::Error,
    summary: "a record names a file that is not under `files/`",
    detail: "Attachments lie under `files/` in the runbook, and a record names them by their path, \
             such as `files/contracts/lease.pdf`. Large and small letters differ. Put the file \
             there, or correct the path.",
};

/// A file that no record names.
pub static UNUSED_FILE: Rule = Rule {
    code: "unused-file",
    level: Level::Warning,
    summary: "a file under `files/` is named by no record",
    detail: "A file without a record has no page that leads to it, so nobody will find it, and \
             nobody knows why it is kept. Write a document record that says what it is, or remove \
             it.",
};

/// Works out which records name which files, and finds files without records and the other way
/// round. `doubles` are records whose id is taken.
pub(super) fn check(
    model: &mut Model,
    doubles: &[Node],
    tree: &SourceTree,
    found: &mut Diagnostics,
) {
    let mut uses: BTreeMap<String, Vec<NodeIx>> = BTreeMap::new();
    // Files that a record seems to mean.
    let mut meant: BTreeSet<&str> = BTreeSet::new();
    let nodes = model.iter().map(|(ix, node)| (Some(ix), node));
    for (ix, node) in nodes.chain(doubles.iter().map(|node| (None, node))) {
        for (path, span) in named_by(node) {
            match (tree.at(path), ix) {
                (Some(_), Some(ix)) => {
                    let by = uses.entry(path.to_owned()).or_default();
                    if by.last() != Some(&ix) {
                        by.push(ix);
                    }
                }
                (Some(_), None) => {
                    meant.insert(path);
                }
                (None, _) => {
                    let near = near(path, tree);
                    meant.extend(near);
                    found.push(missing(path, span, near));
                }
            }
        }
    }
    let unused = |file: &&SourceFile| {
        let path = file.path.as_str();
        !uses.contains_key(path) && !meant.contains(path) && !is_in_unread(path, model, tree)
    };
    for file in tree.under("files").filter(unused) {
        let message = format!("no record names `{}`", file.path);
        found.push(
            Diagnostic::new(&UNUSED_FILE, Span::whole(file.id()), message)
                .help("write a document record for it, or remove it"),
        );
    }
    model.files = uses;
}

fn collect<'a, R>(fields: &'a Fields<R>, named: &mut Vec<(&'a str, Span)>) {
    for (_, value) in fields.iter() {
        for item in Value::rows(value) {
            match &item.value {
                Value::File(path) => named.push((path, item.span)),
                Value::Table(inner) => collect(inner, named),
                _ => {}
            }
        }
    }
}

fn named_by(node: &Node) -> Vec<(&str, Span)> {
    let mut named: Vec<(&str, Span)> = Vec::new();
    collect(&node.fields, &mut named);
    named.extend(node.prose_files.iter().map(|file| (file.value.as_str(), file.span)));
    named
}

/// Whether the path stands in a file of records that could not be read, or not all of it.
fn is_in_unread(path: &str, model: &Model, tree: &SourceTree) -> bool {
    let inside = path.strip_prefix("files/").unwrap_or(path);
    tree.under("records")
        .filter(|file| model.index.is_unread(file.id()))
        .any(|file| file.as_text().is_none_or(|text| text.contains(inside)))
}

/// Returns the file that is most likely meant by the path of none.
fn near<'a>(path: &str, tree: &'a SourceTree) -> Option<&'a str> {
    let paths = || tree.under("files").map(|file| file.path.as_str());
    let same = paths().find(|other| other.eq_ignore_ascii_case(path));
    same.or_else(|| text::nearest(path, paths()))
}

fn missing(path: &str, span: Span, near: Option<&str>) -> Diagnostic {
    let message = format!("there is no file `{path}` in the runbook");
    let diagnostic = Diagnostic::new(&MISSING_FILE, span, message);
    match near {
        Some(near) if near.eq_ignore_ascii_case(path) => {
            diagnostic.help(format!("it is written `{near}`"))
        }
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("put the file there, or correct the path"),
    }
}
