//! Lays out the page about what is encrypted: what each file is, for whom, and how it is opened.

use data_encoding::BASE64;

use super::show::Shower;
use super::view::{SealedFile, SealedView};
use crate::digest::Digest;
use crate::markdown;
use crate::sealed::header::{self, Opener};
use crate::sealed::{ENDING, Sealed};
use crate::source::SourceFile;
use crate::{sources, text};

/// The folder of the site with the scripts that hand encrypted files to the page.
const SCRIPTS: &str = "sealed";

/// Returns the page.
pub fn view(show: &Shower<'_>, all: &[Sealed]) -> SealedView {
    SealedView { files: all.iter().filter_map(|sealed| file(show, sealed)).collect() }
}

fn file(show: &Shower<'_>, sealed: &Sealed) -> Option<SealedFile> {
    let file = show.tree.at(&sealed.path)?;
    let note = sealed.note.as_ref();
    let words = |words: Option<&String>| words.cloned().unwrap_or_default();
    let count = |wanted: fn(&Opener) -> bool| sealed.openers.iter().filter(|it| wanted(it)).count();
    let passphrase = sealed.openers.iter().any(|it| matches!(it, Opener::Passphrase { .. }));
    let href = sources::route(&sealed.path);
    Some(SealedFile {
        anchor: anchor(sealed),
        title: note.and_then(|it| it.title.clone()).unwrap_or(sealed.name().to_owned()),
        holds: words(note.and_then(|it| it.holds.as_ref())),
        readers: note.map(|it| it.readers.clone()).unwrap_or_default(),
        since: note.and_then(|it| it.since).map(|day| show.day(day)),
        by: words(note.and_then(|it| it.by.as_ref())),
        key_at: words(note.and_then(|it| it.key_at.as_ref())),
        name: file.name().to_owned(),
        size: text::bytes_in_words(file.len),
        passphrase,
        age_keys: count(|it| *it == Opener::Age),
        ssh_keys: count(|it| *it == Opener::Ssh),
        other_keys: count(|it| matches!(it, Opener::Other(_))),
        command: command(passphrase, file.name(), &href),
        script: if opens_in_a_page(sealed) { script_path(file) } else { String::new() },
        href,
    })
}

/// Returns where a file is on the page. Two that differ only in what an anchor cannot hold stay apart.
fn anchor(sealed: &Sealed) -> String {
    let digest = Digest::of(sealed.path.as_bytes()).short();
    format!("{}.{digest}", markdown::slug(sealed.name()))
}

/// Returns the command that opens the file at `href`, in the folder of the site.
fn command(passphrase: bool, name: &str, href: &str) -> String {
    let key = if passphrase { "" } else { "-i KEY-FILE " };
    let plain = name.strip_suffix(ENDING).unwrap_or(name);
    format!("age -d {key}-o {} {}", quoted(plain, "OPENED-FILE"), quoted(href, "SEALED-FILE"))
}

/// Returns a word as all shells take it; `instead` where there is no one way for all of them.
fn quoted(word: &str, instead: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
    match word {
        word if word.starts_with('-') => instead.to_owned(),
        word if word.chars().all(is_plain) => word.to_owned(),
        word if word.chars().all(|c| is_plain(c) || c == ' ' || !c.is_ascii()) => {
            format!("\"{word}\"")
        }
        _ => instead.to_owned(),
    }
}

/// Whether a page can open it: the library in the page knows passphrases and age's own keys.
pub fn opens_in_a_page(sealed: &Sealed) -> bool {
    sealed.openers.iter().any(|it| matches!(it, Opener::Passphrase { .. } | Opener::Age))
}

/// The name changes with what is in the file, so that no browser hands over what was sealed before.
fn script_path(file: &SourceFile) -> String {
    let parts: [&[u8]; 2] = [file.path.as_bytes(), file.digest.as_bytes()];
    format!("{SCRIPTS}/{}.js", Digest::of_all(parts).short())
}

/// Returns the scripts that hand the encrypted files to the page, each with its path.
///
/// Scripts, because a page that was opened from a disk cannot read the files beside it otherwise.
pub fn scripts<'a>(
    show: &'a Shower<'_>,
    all: &'a [Sealed],
) -> impl Iterator<Item = (String, String)> + 'a {
    all.iter().filter(|sealed| opens_in_a_page(sealed)).filter_map(|sealed| {
        let file = show.tree.at(&sealed.path)?;
        let bytes = header::binary(file.held()?)?;
        let path = script_path(file);
        let text = format!("clearjar.sealed(\"{path}\",\"{}\");\n", BASE64.encode(&bytes));
        Some((path, text))
    })
}
