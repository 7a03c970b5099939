//! Turns what lies in `sealed/` into a list of encrypted files: what each holds, for whom, since when, and
//! what opens it.
//!
//! Credentials are nothing that a runbook says, and yet somebody has to hand them over. So they may lie
//! beside it, encrypted by age (<https://age-encryption.org>) to keys or a passphrase of those they are
//! for: `NAME.age`, and beside it a note `NAME.toml` on what it is. Nothing here ever opens one.

pub mod header;

use jiff::civil::Date;

use crate::config::unknown_audience;
use crate::diagnostic::{Checked, Diagnostic, Diagnostics, Level, Rule};
use crate::schema::field::Audience;
use crate::source::{Content, FileId, NOTE, SourceFile, SourceTree, Span};
use crate::syntax;
use crate::syntax::reader::TableReader;
use header::Opener;

/// The folder of a runbook with what is encrypted.
pub const FOLDER: &str = "sealed";

/// The ending of an encrypted file.
pub const ENDING: &str = ".age";

/// The ending of the note beside it.
pub const NOTE_ENDING: &str = ".toml";

/// Something in `sealed/` that everybody can read.
pub static NOT_SEALED: Rule = Rule {
    code: "not-sealed",
    level: Level::Error,
    summary: "a file in `sealed/` is not encrypted",
    detail: "Whoever opens the site can read every file of the runbook, and takes for granted that \
             what lies in `sealed/` is encrypted. So each file there is one that `age` has \
             encrypted, named `NAME.age`, a note on it in `NAME.toml`, or a `README.md`.\n\n\
             Move the file out of the runbook, and encrypt it: `clearjar seal FILE --to KEY`. If it \
             was published or committed before, change what is in it: the old state can still be \
             read.\n",
};

/// A sealed file of which nobody knows what it is.
pub static SEALED_NOTE: Rule = Rule {
    code: "sealed-note",
    level: Level::Warning,
    summary: "it is not written down what a file in `sealed/` is, or for whom",
    detail: "An encrypted file does not show what it holds. On the day it is needed somebody has to \
             know that it is the right one, and who can open it. The note beside it says so: \
             `sealed/keys.toml` for `sealed/keys.age`, with `title`, `for` (names of those who can \
             open it) and `since`, the day on which it was encrypted; and, if you like, `holds`, \
             `by`, `key_at` (where the key or the passphrase lies) and `audience`.\n\n\
             `clearjar seal` writes it.\n",
};

/// The rules of this stage.
pub static RULES: &[&Rule] = &[&NOT_SEALED, &SEALED_NOTE];

/// An encrypted file.
#[derive(Clone, PartialEq, Debug)]
pub struct Sealed {
    /// The file.
    pub file: FileId,
    /// Its path in the runbook.
    pub path: String,
    /// What opens it.
    pub openers: Vec<Opener>,
    /// What is written of it, if anything is.
    pub note: Option<Note>,
}

impl Sealed {
    /// Returns the path without the folder and `.age`.
    pub fn name(&self) -> &str {
        name_of(&self.path, ENDING).unwrap_or(&self.path)
    }
}

/// What is written of an encrypted file.
#[derive(Clone, PartialEq, Debug)]
pub struct Note {
    /// Its path in the runbook.
    pub path: String,
    /// What people call it.
    pub title: Option<String>,
    /// What is in it, in words.
    pub holds: Option<String>,
    /// Who can open it.
    pub readers: Vec<String>,
    /// The day on which it was encrypted.
    pub since: Option<Date>,
    /// Who did.
    pub by: Option<String>,
    /// Where the key or the passphrase lies.
    pub key_at: Option<String>,
    /// Who may know that it exists.
    pub audience: Audience,
}

/// Returns the encrypted files by path. What is not encrypted is found, and not among them.
pub fn read(tree: &SourceTree) -> Checked<Vec<Sealed>> {
    let mut found = Diagnostics::default();
    let mut all = Vec::new();
    for file in tree.under(FOLDER).filter(|file| file.content != Content::Refused) {
        if name_of(&file.path, NOTE_ENDING).is_some() {
            check_that_it_has_a_file(file, tree, &mut found);
        } else if !file.name().eq_ignore_ascii_case(NOTE) {
            match openers(file) {
                Ok(openers) => all.push(sealed(file, openers, tree, &mut found)),
                Err(finding) => found.push(*finding),
            }
        }
    }
    Checked::new(all, found)
}

fn name_of<'a>(path: &'a str, ending: &str) -> Option<&'a str> {
    path.strip_prefix(FOLDER)?.strip_prefix('/')?.strip_suffix(ending)
}

fn openers(file: &SourceFile) -> Result<Vec<Opener>, Box<Diagnostic>> {
    let not_sealed = |message: String, help: &str| {
        Box::new(Diagnostic::new(&NOT_SEALED, Span::whole(file.id()), message).help(help))
    };
    let openers = header::openers(file.held().unwrap_or_default()).map_err(|why| {
        let help = "move it out of the runbook, and encrypt it: `clearjar seal FILE --to KEY`";
        not_sealed(format!("this file is not encrypted as it should be: {why}"), help)
    })?;
    if file.path.ends_with(ENDING) {
        return Ok(openers);
    }
    Err(not_sealed("an encrypted file is named `NAME.age`".to_owned(), "rename it"))
}

fn sealed(
    file: &SourceFile,
    openers: Vec<Opener>,
    tree: &SourceTree,
    found: &mut Diagnostics,
) -> Sealed {
    let mut sealed = Sealed { file: file.id(), path: file.path.clone(), openers, note: None };
    let path = format!("{FOLDER}/{}{NOTE_ENDING}", sealed.name());
    match tree.at(&path) {
        Some(file) => sealed.note = Some(note(file, found)),
        None => {
            let message = "it is not written down what this file holds, and who can open it";
            let help = format!("write `{path}` with `title`, `for` and `since`");
            found.push(Diagnostic::new(&SEALED_NOTE, Span::whole(file.id()), message).help(help));
        }
    }
    sealed
}

fn note(file: &SourceFile, found: &mut Diagnostics) -> Note {
    let document = syntax::parse(file).report_to(found);
    let mut reader = TableReader::new(&document.root, found);
    let said = |text: String| Some(text).filter(|text| !text.trim().is_empty());
    let mut note = Note {
        path: file.path.clone(),
        title: reader.string("title").and_then(said),
        holds: reader.string("holds").and_then(said),
        readers: reader.texts("for").into_iter().map(|name| name.value.to_owned()).collect(),
        since: reader.date("since"),
        by: reader.string("by").and_then(said),
        key_at: reader.string("key_at").and_then(said),
        audience: Audience::Everyone,
    };
    if let Some(word) = reader.text("audience") {
        match Audience::from_name(word.value) {
            Some(audience) => note.audience = audience,
            None => reader.report(unknown_audience(word)),
        }
    }
    reader.finish();
    note.readers.retain(|name| !name.trim().is_empty());
    let missing = [
        ("title", note.title.is_none(), "what people call it"),
        ("for", note.readers.is_empty(), "the names of those who can open it"),
        ("since", note.since.is_none(), "the day on which it was encrypted"),
    ];
    for (key, _, what) in missing.into_iter().filter(|(key, is_missing, _)| {
        *is_missing && document.root.get(key).is_none_or(|entry| is_blank(&entry.value.value))
    }) {
        let message = format!("`{key}` is missing: {what}");
        let finding = Diagnostic::new(&SEALED_NOTE, Span::whole(file.id()), message);
        found.push(finding.help(format!("add a line `{key} = …`")));
    }
    note
}

/// Whether nothing stands there; what stands there and is wrong has a finding of its own.
fn is_blank(item: &syntax::Item) -> bool {
    match item {
        syntax::Item::Text(text) => text.trim().is_empty(),
        syntax::Item::Array(items) => items.iter().all(|item| is_blank(&item.value)),
        _ => false,
    }
}

fn check_that_it_has_a_file(note: &SourceFile, tree: &SourceTree, found: &mut Diagnostics) {
    let path = format!("{FOLDER}/{}{ENDING}", name_of(&note.path, NOTE_ENDING).unwrap_or_default());
    if tree.at(&path).is_none() {
        let message = format!("this is a note on `{path}`, which is not there");
        let help = "remove the note, or rename it like its file";
        found.push(Diagnostic::new(&SEALED_NOTE, Span::whole(note.id()), message).help(help));
    }
}
