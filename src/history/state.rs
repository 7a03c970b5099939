//! What all records of a runbook say at one time, and which files were attached.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::Known;
use super::plain::Plain;
use crate::config::LEFT_OUT;
use crate::digest::Digest;
use crate::record;
use crate::schema::Catalog;
use crate::source::{Content, SourceFile, SourceTree};

/// The folder of attachments.
const FILES: &str = "files";

/// Texts up to this size are kept with their digest, so that what changed in a configuration can be
/// told line by line.
const LONGEST_TEXT: u64 = 256 * 1024;

/// What all records say at one time.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct State {
    /// The records, by `kind/id`.
    pub records: BTreeMap<Arc<str>, Arc<Plain>>,
    /// The attachments, by their path in the runbook.
    pub files: BTreeMap<Arc<str>, Arc<Kept>>,
}

/// What is known of an attachment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// SHA-256 of its bytes, in hexadecimal.
    pub digest: String,
    /// Its text, where it is text and not too long.
    pub text: Option<Arc<str>>,
}

impl State {
    /// Returns what the records in one file say.
    pub fn of_file(file: &SourceFile, catalog: &Catalog) -> Vec<(Arc<str>, Arc<Plain>)> {
        records_of(file, catalog)
    }

    /// Returns what the records in `tree` say.
    pub fn of(tree: &SourceTree, catalog: &Catalog) -> State {
        State::of_known(tree, catalog, None)
    }

    /// As [`State::of`]; files that are `known` from a run before are not read again.
    pub fn of_known(tree: &SourceTree, catalog: &Catalog, known: Option<&Known>) -> State {
        let files: Vec<&SourceFile> = tree.under("records").collect();
        let kinds: Vec<&SourceFile> = tree.under("kinds").collect();
        let kinds = kinds.iter().flat_map(|file| [file.path.as_bytes(), file.digest.as_bytes()]);
        let kinds = Digest::of_all(kinds);
        let read = |file: &SourceFile| match known {
            None => records_of(file, catalog),
            Some(known) => {
                let parts: [&[u8]; 3] =
                    [kinds.as_bytes(), file.path.as_bytes(), file.digest.as_bytes()];
                let key = Digest::of_all(parts);
                (*known.records.get_or(key, || records_of(file, catalog))).clone()
            }
        };
        let records: Vec<Vec<(Arc<str>, Arc<Plain>)>> =
            files.par_iter().map(|file| read(file)).collect();
        let attached = tree.under(FILES).filter(|file| file.content != Content::Refused);
        State {
            records: records.into_iter().flatten().collect(),
            files: attached.map(|file| (file.path.as_str().into(), kept(file))).collect(),
        }
    }
}

fn records_of(file: &SourceFile, catalog: &Catalog) -> Vec<(Arc<str>, Arc<Plain>)> {
    let Some((kind, tables)) = record::tables(file, catalog) else { return Vec::new() };
    let kind = &catalog.kind(kind).name;
    let tables = tables.into_iter();
    let plain = tables.map(|(id, table)| {
        let mut record = Plain::of_table(&table);
        // What an edition leaves out is no fact of the record.
        record.put(LEFT_OUT, None);
        (format!("{kind}/{id}").into(), Arc::new(record))
    });
    plain.collect()
}

fn kept(file: &SourceFile) -> Arc<Kept> {
    let text = match &file.content {
        Content::Text(text) if file.len <= LONGEST_TEXT => Some(Arc::clone(text)),
        _ => None,
    };
    Arc::new(Kept { digest: file.digest.to_string(), text })
}
