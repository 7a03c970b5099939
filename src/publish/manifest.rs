//! The list of what a site consists of, and its two written forms.
//!
//! `manifest.json` is UTF-8, one file of the site a line, so that two of them can be compared by
//! eye:
//!
//! ```json
//! {
//!   "format": 1,
//!   "program": "clearjar",
//!   "version": "0.1.0",
//!   "title": "Harborview Dental Group: IT runbook",
//!   "edition": null,
//!   "day": "2026-11-15",
//!   "serial": 3,
//!   "previous": null,
//!   "files": [
//!     {"path": "index.html", "length": 5120, "sha256": "9f86d081…"}
//!   ]
//! }
//! ```
//!
//! * `format`: 1. A reader refuses other numbers.
//! * `program`, `version`: what made the site.
//! * `title`: of the site. `edition`: the audience it was made for, `null` for the full one.
//! * `day`: the day it speaks of, as `YYYY-MM-DD`.
//! * `serial`: how many releases the runbook has had. `previous`: the SHA-256 of the release
//!   before, or `null`.
//! * `files`: all files of the site but [`OWN_NAMES`], sorted by the bytes of their path (relative,
//!   with `/`); `length` in bytes; `sha256` as 64 small hexadecimal digits.
//!
//! `SHA256SUMS` lists the same files and `manifest.json` as `sha256sum -c` reads them.
//!
//! Both are made from the runbook alone: nothing in them comes from the clock, the machine, or
//! from what the folder held before. Read back they are outside data, and everything is checked.

use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use jiff::civil::Date;
use serde::Deserialize;

use super::names::{Seen, check_site_path};
use crate::diagnostic::clean;
use crate::digest::Digest;

/// The name of the manifest, at the site's root.
pub const MANIFEST: &str = "manifest.json";
/// The name of the sums, at the site's root.
pub const SUMS: &str = "SHA256SUMS";
/// What stands beside the sums once they are signed. It fits no other sums.
pub const SIGNATURE: [&str; 2] = ["SHA256SUMS.sig", "allowed_signers"];
/// The files at the site's root that are the program's by name, and not in the manifest.
pub const OWN_NAMES: [&str; 4] = [MANIFEST, SUMS, SIGNATURE[0], SIGNATURE[1]];

const FORMAT: u32 = 1;
const PROGRAM: &str = "clearjar";

/// What a site says of itself. All of it is derived from the runbook and the day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Imprint {
    /// Version of the program.
    pub program_version: String,
    /// The day the site speaks of.
    pub day: Date,
    /// The audience it is made for; nothing for the full one.
    pub edition: Option<String>,
    /// How many releases the runbook has had.
    pub serial: u64,
    /// Digest of the release before.
    pub previous: Option<Digest>,
    /// Title of the site.
    pub title: String,
}

/// One file of a site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its path, relative to the site, with `/` between its parts.
    pub path: String,
    /// Its length in bytes.
    pub len: u64,
    /// The SHA-256 of its content.
    pub digest: Digest,
}

/// What a site consists of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manifest {
    /// What the site says of itself.
    pub imprint: Imprint,
    files: Vec<Entry>,
}

/// Why there is no manifest to be had from a folder.
#[derive(Debug)]
pub enum ManifestError {
    /// It could not be read.
    Disk(io::Error),
    /// It is not a manifest as described here; the text says why.
    Damaged(String),
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ManifestError::Disk(error) => write!(f, "{}", super::error::reason(error)),
            ManifestError::Damaged(why) => write!(f, "{why}"),
        }
    }
}

impl std::error::Error for ManifestError {}

impl Manifest {
    /// The longest `manifest.json`, in bytes: enough for a million files with long names. More is
    /// not one of ours.
    pub const LONGEST: u64 = 512 * 1024 * 1024;

    /// Returns the manifest of `files`, in the order of their paths.
    pub(super) fn new(imprint: Imprint, mut files: Vec<Entry>) -> Manifest {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Manifest { imprint, files }
    }

    /// Returns the list of the site with `more` files in it.
    pub fn with(&self, more: Vec<Entry>) -> Manifest {
        let files = self.files.iter().cloned().chain(more).collect();
        Manifest::new(self.imprint.clone(), files)
    }

    /// Returns the files, sorted by path, without [`OWN_NAMES`].
    pub fn files(&self) -> &[Entry] {
        &self.files
    }

    /// Returns the entry of the file at `path`.
    pub fn get(&self, path: &str) -> Option<&Entry> {
        let ix = self.files.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
        Some(&self.files[ix])
    }

    /// Reads the manifest of the site in `folder`; nothing when there is none.
    pub fn read(folder: &Path) -> Result<Option<Manifest>, ManifestError> {
        read_file(&folder.join(MANIFEST))
    }

    /// Reads what [`Manifest::to_json`] writes, and checks that it could have written it: paths
    /// that are safe, sorted and distinct, a real day, digests and lengths.
    pub fn parse(text: &str) -> Result<Manifest, ManifestError> {
        let raw: Raw = serde_json::from_str(text).map_err(|error| {
            ManifestError::Damaged(clean::one_line(&error.to_string()).into_owned())
        })?;
        raw.check().map_err(ManifestError::Damaged)
    }

    /// Returns the content of `manifest.json`.
    pub fn to_json(&self) -> String {
        let mut json = String::with_capacity(512 + self.files.len() * 160);
        self.write_json(&mut json).expect("a string takes whatever is written to it");
        json
    }

    fn write_json(&self, json: &mut String) -> fmt::Result {
        let imprint = &self.imprint;
        let edition = imprint.edition.as_deref().map_or("null".to_owned(), quoted);
        let previous = imprint.previous.map_or("null".to_owned(), |digest| format!("\"{digest}\""));
        writeln!(json, "{{\n  \"format\": {FORMAT},\n  \"program\": {},", quoted(PROGRAM))?;
        writeln!(json, "  \"version\": {},", quoted(&imprint.program_version))?;
        writeln!(json, "  \"title\": {},", quoted(&imprint.title))?;
        writeln!(
            json,
            "  \"edition\": {edition},\n  \"day\": {},",
            quoted(&imprint.day.to_string())
        )?;
        writeln!(json, "  \"serial\": {},\n  \"previous\": {previous},", imprint.serial)?;
        write!(json, "  \"files\": [")?;
        for (ix, entry) in self.files.iter().enumerate() {
            let Entry { path, len, digest } = entry;
            let comma = if ix > 0 { "," } else { "" };
            write!(json, "{comma}\n    {{\"path\": {}, ", quoted(path))?;
            write!(json, "\"length\": {len}, \"sha256\": \"{digest}\"}}")?;
        }
        writeln!(json, "\n  ]\n}}")
    }

    /// Returns the content of `SHA256SUMS`.
    pub fn to_sums(&self) -> String {
        self.sums_with(Digest::of(self.to_json().as_bytes()))
    }

    /// As [`Manifest::to_sums`], where the digest of the JSON is known.
    pub(super) fn sums_with(&self, json: Digest) -> String {
        let own = self.files.partition_point(|entry| entry.path.as_str() < MANIFEST);
        let (before, behind) = self.files.split_at(own);
        let mut sums = String::with_capacity(self.files.len() * 110);
        let mut line = |digest: Digest, path: &str| {
            writeln!(sums, "{digest}  {path}").expect("a string takes whatever is written to it");
        };
        before.iter().for_each(|entry| line(entry.digest, &entry.path));
        line(json, MANIFEST);
        behind.iter().for_each(|entry| line(entry.digest, &entry.path));
        sums
    }
}

/// Reads the manifest in the file at `path`; nothing when there is no such file.
pub(super) fn read_file(path: &Path) -> Result<Option<Manifest>, ManifestError> {
    let is_file = match path.symlink_metadata() {
        Ok(metadata) => metadata.is_file(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ManifestError::Disk(error)),
    };
    if !is_file {
        return Err(ManifestError::Damaged("it is not a file".to_owned()));
    }
    let mut text = String::new();
    let file = File::open(path).map_err(ManifestError::Disk)?;
    match file.take(Manifest::LONGEST).read_to_string(&mut text) {
        Ok(_) => Manifest::parse(&text).map(Some),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(ManifestError::Damaged("it is not text".to_owned()))
        }
        Err(error) => Err(ManifestError::Disk(error)),
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("every string can be written as JSON")
}

/// The manifest as others may have written it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    format: u32,
    program: String,
    version: String,
    title: String,
    edition: Option<String>,
    day: String,
    serial: u64,
    previous: Option<String>,
    files: Vec<RawEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    path: String,
    length: u64,
    sha256: String,
}

impl Raw {
    fn check(self) -> Result<Manifest, String> {
        if self.format != FORMAT || self.program != PROGRAM {
            return Err(format!("it is not of format {FORMAT} of {PROGRAM}"));
        }
        let day = day(&self.day).ok_or("`day` is not a date")?;
        let previous = self.previous.as_deref().map(digest).transpose()?;
        let files = self.files.into_iter().map(RawEntry::check).collect::<Result<Vec<_>, _>>()?;
        if !files.is_sorted_by(|a, b| a.path < b.path) {
            return Err("its files are not sorted by path, or one is listed twice".to_owned());
        }
        let mut seen = Seen::default();
        for entry in &files {
            seen.add(&entry.path).map_err(|problem| problem.to_string())?;
        }
        if files.iter().try_fold(0, |sum: u64, entry| sum.checked_add(entry.len)).is_none() {
            return Err("its lengths are beyond all measure".to_owned());
        }
        let imprint = Imprint {
            program_version: self.version,
            day,
            edition: self.edition,
            serial: self.serial,
            previous,
            title: self.title,
        };
        Ok(Manifest { imprint, files })
    }
}

impl RawEntry {
    fn check(self) -> Result<Entry, String> {
        check_site_path(&self.path).map_err(|problem| problem.to_string())?;
        if OWN_NAMES.contains(&&*self.path) {
            return Err(format!("it lists `{}`", self.path));
        }
        Ok(Entry { digest: digest(&self.sha256)?, path: self.path, len: self.length })
    }
}

/// Reads a digest in the one spelling that is written.
fn digest(text: &str) -> Result<Digest, String> {
    Digest::from_hex(text)
        .filter(|digest| digest.to_string() == text)
        .ok_or_else(|| format!("`{}` is not a SHA-256", clean::one_line(text)))
}

/// Reads a date in the one spelling that is written: RFC 3339, `full-date`.
fn day(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|day| day.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let entry = |path: &str, bytes: &[u8]| Entry {
            path: path.to_owned(),
            len: bytes.len() as u64,
            digest: Digest::of(bytes),
        };
        let imprint = Imprint {
            program_version: "0.1.0".to_owned(),
            day: jiff::civil::date(2026, 11, 15),
            edition: Some("owner \"x\"".to_owned()),
            serial: 3,
            previous: Some(Digest::of(b"before")),
            title: "Harborview".to_owned(),
        };
        Manifest::new(imprint, vec![entry("z.html", b"z"), entry("files/Müller.pdf", b"m")])
    }

    fn why(change: impl Fn(String) -> String) -> String {
        let json = change(manifest().to_json());
        Manifest::parse(&json).expect_err(&json).to_string()
    }

    #[test]
    fn a_manifest_reads_back_as_it_was_written() {
        assert_eq!(Manifest::parse(&manifest().to_json()).unwrap(), manifest());
        let empty = Manifest::new(manifest().imprint, Vec::new());
        assert_eq!(Manifest::parse(&empty.to_json()).unwrap(), empty);
    }

    #[test]
    fn the_written_form_is_as_documented() {
        insta::assert_snapshot!(manifest().to_json(), @r#"
        {
          "format": 1,
          "program": "clearjar",
          "version": "0.1.0",
          "title": "Harborview",
          "edition": "owner \"x\"",
          "day": "2026-11-15",
          "serial": 3,
          "previous": "6db7d803e74f1ffa7d8f5adc0bf95b3e15bf4c8373fffadf546227cc6c6742cb",
          "files": [
            {"path": "files/Müller.pdf", "length": 1, "sha256": "62c66a7a5dd70c3146618063c344e531e6d4b59e379808443ce962b3abd63c5a"},
            {"path": "z.html", "length": 1, "sha256": "594e519ae499312b29433b7dd8a97ff068defcba9755b6d5d00e84c524d67b06"}
          ]
        }
        "#);
    }

    #[test]
    fn the_sums_list_the_manifest_among_the_files() {
        let paths: Vec<_> =
            manifest().to_sums().lines().map(|line| line[66..].to_owned()).collect();
        assert_eq!(paths, ["files/Müller.pdf", "manifest.json", "z.html"]);
        let json = Digest::of(manifest().to_json().as_bytes());
        assert!(manifest().to_sums().contains(&format!("{json}  manifest.json\n")));
    }

    #[test]
    fn everything_that_cannot_have_been_written_is_refused() {
        let replaced = |from: &'static str, to: &'static str| {
            why(move |json| {
                assert!(json.contains(from));
                json.replace(from, to)
            })
        };
        assert!(replaced("z.html", "../z.html").contains("starts with a dot"));
        assert!(replaced("z.html", "/etc/passwd").contains("empty"));
        assert!(replaced("z.html", "manifest.json").contains("it lists"));
        assert!(replaced("z.html", "a.html").contains("not sorted"));
        assert!(replaced("z.html", "files/müller.pdf").contains("meets"));
        assert!(replaced("\"format\": 1", "\"format\": 2").contains("format 1"));
        assert!(replaced("2026-11-15", "2026-11-31").contains("date"));
        assert!(replaced("2026-11-15", "20261115").contains("date"));
        assert!(replaced("\"594e", "\"594E").contains("SHA-256"));
        assert!(replaced("\"length\": 1", "\"length\": -1").contains("-1"));
        assert!(replaced("\"length\": 1", "\"length\": 18446744073709551615").contains("measure"));
        assert!(replaced("\"serial\"", "\"extra\": 1, \"serial\"").contains("extra"));
        assert!(why(|json| json[..json.len() / 2].to_owned()).contains("EOF"));
        assert!(why(|_| String::new()).contains("EOF"));
        assert!(why(|json| json + "x").contains("trailing"));
    }

    #[test]
    fn a_folder_without_one_has_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Manifest::read(folder.path()).unwrap().is_none());
        std::fs::create_dir(folder.path().join(MANIFEST)).unwrap();
        assert!(matches!(Manifest::read(folder.path()), Err(ManifestError::Damaged(_))));
    }
}
