//! Reads documents against their kind: out come records whose every value has the type that its
//! field takes.
//!
//! A value that does not fit is reported and left out, and the rest of the record is read on.
//! References are still words here; what they point to is the business of [`crate::model`].

mod envelope;
mod fields;
mod forms;
mod typed;
mod unread;
pub mod value;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::diagnostic::{Checked, Diagnostic, Diagnostics, Level, Rule};
use crate::digest::Digest;
use crate::memo::Memo;
use crate::schema::field::{Audience, Field};
use crate::schema::{Catalog, KindIx};
use crate::secrets::FileMark;
use crate::source::{FileId, SourceFile, SourceTree, Span, Spanned};
use crate::syntax::{self, Item, Table};
use crate::text;
use value::{Fields, Scalar};

pub use envelope::{BAD_ID, EMPTY_ANSWER, check_id};
pub use fields::{DUPLICATE_ROW, MISPLACED_FIELD, MISSING_FIELD, UNKNOWN_FIELD, WRONG_SUBTYPE};
pub use forms::NO_BODY;
pub use typed::BAD_VALUE;
pub use unread::Unread;

/// A file in a folder that is no kind's.
pub static UNKNOWN_KIND: Rule = Rule {
    code: "unknown-kind",
    level: Level::Error,
    summary: "a folder or file under `records/` is not named after a kind",
    detail: "The first folder under `records/` says what sort of record is in it: \
             `records/devices/fw-hq-01.toml` is a device. `clearjar kinds` lists the kinds and \
             their folders. A kind of your own is declared by a file under `kinds/`.",
};

/// The rules of this stage.
pub static RULES: &[&Rule] = &[
    &UNKNOWN_KIND,
    &BAD_ID,
    &UNKNOWN_FIELD,
    &MISPLACED_FIELD,
    &WRONG_SUBTYPE,
    &MISSING_FIELD,
    &BAD_VALUE,
    &DUPLICATE_ROW,
    &EMPTY_ANSWER,
    &NO_BODY,
    &syntax::reader::WRONG_TYPE,
    &syntax::reader::UNKNOWN_KEY,
];

/// A reference as it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// The words: `fw-hq-01`, `device/fw-hq-01`, `fw-hq-01:wan1`.
    pub text: String,
    /// Where they are.
    pub span: Span,
}

/// One documented thing, as its file says it.
#[derive(Clone, PartialEq, Debug)]
pub struct Record {
    /// Its kind.
    pub kind: KindIx,
    /// Its id, unique within the kind.
    pub id: Spanned<String>,
    /// The file it is written in.
    pub file: FileId,
    /// Where it begins: the file's start, or its table.
    pub span: Span,
    /// Its values.
    pub fields: Fields<Written>,
    /// What is said beside its fields.
    pub envelope: Envelope,
    /// What is written and could not be read.
    pub unread: Unread,
}

/// What any record may say beside the fields of its kind.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Envelope {
    /// Fields that are known to be unknown, as dotted paths.
    pub unknown: Vec<Spanned<String>>,
    /// Fields that an edition leaves out, as dotted paths.
    pub left_out: Vec<Spanned<String>>,
    /// Fields that do not apply, with the reason.
    pub not_applicable: Vec<(Spanned<String>, String)>,
    /// Ids it had before.
    pub formerly: Vec<Spanned<String>>,
    /// For whom it is written.
    pub audience: Audience,
    /// Free facts.
    pub custom: Vec<(String, Scalar)>,
    /// What looks like a secret in an attached file, and is none.
    pub not_a_secret: Vec<SecretMark>,
}

/// A word for an attached file: what looks like a secret in it is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SecretMark {
    /// The file, from the runbook's root.
    pub file: String,
    /// Which finding, for which content, and why.
    pub mark: FileMark,
}

/// Reads all records of the runbook, in the order of their files.
pub fn read(tree: &SourceTree, catalog: &Catalog, currency: &str) -> Checked<Vec<Record>> {
    read_with(tree, catalog, currency, None)
}

/// As [`read`], where no more is wanted of each record than what `make` makes of it: all records of a
/// large runbook are never in memory at once.
pub fn read_each<T: Send>(
    tree: &SourceTree,
    catalog: &Catalog,
    currency: &str,
    make: impl Fn(&SourceFile, Record) -> T + Sync,
) -> Checked<Vec<T>> {
    let files: Vec<&SourceFile> = tree.under("records").filter(|file| is_record(file)).collect();
    let mut found = strangers(&files, catalog);
    let read: Vec<(Vec<T>, Diagnostics)> = files
        .par_iter()
        .filter_map(|file| Some((file, kind_of(&file.path, catalog)?)))
        .map(|(file, kind)| {
            let read = forms::read_file(file, kind, catalog, currency);
            (read.value.into_iter().map(|record| make(file, record)).collect(), read.found)
        })
        .collect();
    let mut all = Vec::with_capacity(read.len());
    for (made, more) in read {
        all.extend(made);
        found.append(more);
    }
    Checked::new(all, found)
}

/// What a file of records gave.
pub type Given = Checked<Vec<Record>>;

/// As [`read`]; files that `known` knows from a run before are not read again.
pub fn read_with(
    tree: &SourceTree,
    catalog: &Catalog,
    currency: &str,
    known: Option<&Memo<Given>>,
) -> Checked<Vec<Record>> {
    let around = known.map(|_| around(tree, currency));
    let files: Vec<&SourceFile> = tree.under("records").filter(|file| is_record(file)).collect();
    let mut found = strangers(&files, catalog);
    let read: Vec<Checked<Vec<Record>>> = files
        .par_iter()
        .filter_map(|file| Some((file, kind_of(&file.path, catalog)?)))
        .map(|(file, kind)| {
            let read = || forms::read_file(file, kind, catalog, currency);
            let Some((known, around)) = known.zip(around) else { return read() };
            let parts =
                [around.as_bytes(), file.path.as_bytes(), file.digest.as_bytes().as_slice()];
            (*known.get_or(Digest::of_all(parts), read)).clone()
        })
        .collect();
    let mut records = Vec::new();
    for checked in read {
        records.extend(checked.report_to(&mut found));
    }
    Checked::new(records, found)
}

/// Reads the records of one file; nothing where it is none of records.
pub fn read_file(file: &SourceFile, catalog: &Catalog, currency: &str) -> Option<Given> {
    let kind = kind_of(&file.path, catalog).filter(|_| is_record(file))?;
    Some(forms::read_file(file, kind, catalog, currency))
}

/// Returns the records of one file as they are written: their kind, their ids and their tables. Nothing
/// where it is no file of records.
pub fn tables(file: &SourceFile, catalog: &Catalog) -> Option<(KindIx, Vec<(String, Table)>)> {
    let kind = kind_of(&file.path, catalog).filter(|_| is_record(file))?;
    Some((kind, forms::tables(file, catalog.kind(kind))))
}

/// Returns the digest of all that the records of a file are made from, besides the file.
fn around(tree: &SourceTree, currency: &str) -> Digest {
    let kinds: Vec<&SourceFile> = tree.under("kinds").collect();
    let kinds = kinds.iter().flat_map(|file| [file.path.as_bytes(), file.digest.as_bytes()]);
    Digest::of_all(kinds.chain([currency.as_bytes()]))
}

/// Says why `item` cannot be a value of `field`, or one of its values where it takes several.
///
/// For values that are still to be written: what passes here is read without a finding later, but
/// for references, which need the other records.
pub fn fits(
    field: &Field,
    item: &Spanned<Item>,
    catalog: &Catalog,
    currency: &str,
) -> Result<(), String> {
    typed::fits(field, item, catalog, currency)
}

/// Whether the program takes this file under `records/` for one of records.
fn is_record(file: &SourceFile) -> bool {
    matches!(file.extension(), "toml" | "md") && file.as_text().is_some()
}

/// Returns the kind that a path under `records/` stands for: by its first folder, or by its name
/// where it lies in no folder.
fn kind_of(path: &str, catalog: &Catalog) -> Option<KindIx> {
    catalog.by_plural(folder_of(path))
}

fn folder_of(path: &str) -> &str {
    let inside = path.strip_prefix("records/").unwrap_or(path);
    match inside.split_once('/') {
        Some((folder, _)) => folder,
        None => inside.rsplit_once('.').map_or(inside, |(stem, _)| stem),
    }
}

/// Finds folders that are no kind's: one finding each, at the first file.
fn strangers(files: &[&SourceFile], catalog: &Catalog) -> Diagnostics {
    let mut folders: BTreeMap<&str, (&SourceFile, usize)> = BTreeMap::new();
    for file in files.iter().filter(|file| kind_of(&file.path, catalog).is_none()) {
        folders.entry(folder_of(&file.path)).or_insert((file, 0)).1 += 1;
    }
    let known: Vec<&str> = catalog.kinds().iter().map(|kind| kind.plural.as_str()).collect();
    folders
        .into_iter()
        .map(|(folder, (file, count))| {
            let others = match count {
                1 => String::new(),
                _ => format!(", so {} were not read", text::plural(count, "file", "files")),
            };
            let message = format!("no kind has the folder `{folder}`{others}");
            let help = match text::nearest(folder, known.iter().copied()) {
                Some(near) => format!("did you mean `records/{near}`?"),
                None => "`clearjar kinds` lists the kinds and their folders".to_owned(),
            };
            Diagnostic::new(&UNKNOWN_KIND, Span::whole(file.id()), message).help(help)
        })
        .collect()
}
