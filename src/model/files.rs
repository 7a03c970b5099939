//! Joins records with the files they name.

use std::collections::BTreeMap;

use super::{Model, NodeIx};
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::record::value::{Fields, Value};
use crate::source::{SourceTree, Span};
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
/// round.
pub(super) fn check(model: &mut Model, tree: &SourceTree, found: &mut Diagnostics) {
    let mut uses: BTreeMap<String, Vec<NodeIx>> = BTreeMap::new();
    for (ix, node) in model.iter() {
        let mut named: Vec<(&str, Span)> = Vec::new();
        collect(&node.fields, &mut named);
        named.extend(node.prose_files.iter().map(|file| (file.value.as_str(), file.span)));
        for (path, span) in named {
            if tree.at(path).is_some() {
                let by = uses.entry(path.to_owned()).or_default();
                if by.last() != Some(&ix) {
                    by.push(ix);
                }
            } else {
                found.push(missing(path, span, tree));
            }
        }
    }
    for file in tree.under("files").filter(|file| !uses.contains_key(&file.path)) {
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

fn missing(path: &str, span: Span, tree: &SourceTree) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(&MISSING_FILE, span, format!("there is no file `{path}` in the runbook"));
    let same = |file: &&crate::source::SourceFile| file.path.eq_ignore_ascii_case(path);
    if let Some(file) = tree.under("files").find(same) {
        return diagnostic.help(format!("it is written `{}`", file.path));
    }
    match text::nearest(path, tree.under("files").map(|file| file.path.as_str())) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("put the file there, or correct the path"),
    }
}
