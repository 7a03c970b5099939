//! Reads the sources in a site or a bundle as the files of a runbook, without unpacking anything.

use std::path::PathBuf;

use super::held::Held;
use crate::digest::Digest;
use crate::discover::SOURCE_MARKER;
use crate::publish::Entry;
use crate::refused::Refused;
use crate::source::{Content, SourceFile, SourceTree};
use crate::sources;

/// What of the sources is read: what records and kinds say, and what is attached.
const AREAS: [&str; 4] = ["records/", "kinds/", "files/", "history/"];

/// Texts above this size are known by their digest only.
const LONGEST: u64 = 64 * 1024 * 1024;

/// Returns the sources in `held`, each compared with the site's list.
pub fn sources_of(held: &mut Held) -> Result<SourceTree, Refused> {
    let manifest = held.manifest()?;
    let mut files = Vec::new();
    for entry in manifest.files() {
        let Some(path) = entry.path.strip_prefix(sources::FOLDER) else { continue };
        if path != SOURCE_MARKER && AREAS.iter().any(|area| path.starts_with(area)) {
            files.push(file(held, entry, path)?);
        }
    }
    match files.is_empty() {
        true => Err(Refused::new("the site holds no sources")
            .help("a site made by a newer version of Clearjar has them in `source/`")),
        false => Ok(SourceTree::new(files)),
    }
}

fn file(held: &mut Held, entry: &Entry, path: &str) -> Result<SourceFile, Refused> {
    let mut bytes = Vec::new();
    if entry.len <= LONGEST {
        let read = held.read(&entry.path, entry.len, |reader| reader.read_to_end(&mut bytes))?;
        let is_whole = matches!(read, Some(Ok(_))) && Digest::of(&bytes) == entry.digest;
        if !is_whole {
            return Err(Refused::new(format!("`{}` is missing or changed", entry.path)).help(
                "`clearjar verify` tells everything that is wrong; ask for the copy once more",
            ));
        }
    }
    let content = match String::from_utf8(bytes) {
        Ok(text) if entry.len <= LONGEST => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            Content::Text(text.into())
        }
        _ => Content::OnDisk(PathBuf::new()),
    };
    Ok(SourceFile { path: path.to_owned(), content, len: entry.len, digest: entry.digest })
}
