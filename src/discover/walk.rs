//! Lists the files of a runbook that the program has to do with.
//!
//! Sorted by name, so that the same folder gives the same list, and never through links, so that
//! it stays inside the runbook and comes to an end.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization as _;
use walkdir::{DirEntry, WalkDir};

use crate::diagnostic::clean::one_line;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::digest::Digest;
use crate::source::{Content, FileId, NOTE, SourceFile, Span};

use super::content::{a_link, not_regular, unreadable};
use super::open::type_name;
use super::{
    CONFIG, DiscoverError, FILE_NAME, Limits, MISNAMED_FOLDER, NOT_A_REGULAR_FILE, PUBLISHED_SITE,
    SAME_BUT_FOR_CASE, SOURCE_MARKER, TOO_MANY_FILES, UNKNOWN_FILE,
};

/// What a file is for, by the folder it is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Area {
    /// `clearjar.toml`.
    Config,
    /// A record under `records/`.
    Record,
    /// A kind in `kinds/`.
    Kind,
    /// A file of `history/`.
    History,
    /// What is encrypted under `sealed/`, and the note beside it.
    Sealed,
    /// Anything under `files/`, `imports/` and `theme/`.
    Attachment,
}

/// The folders of a runbook that are read, and what their files are for.
pub(super) const AREAS: [(&str, Area); 7] = [
    ("files", Area::Attachment),
    ("history", Area::History),
    ("imports", Area::Attachment),
    ("kinds", Area::Kind),
    ("records", Area::Record),
    ("sealed", Area::Sealed),
    ("theme", Area::Attachment),
];

/// A file to read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Found {
    /// Relative to the runbook, with `/` between its parts.
    pub(super) path: String,
    /// Where the disk has it.
    pub(super) disk: PathBuf,
    /// What it is for.
    pub(super) area: Area,
}

/// What a walk came upon.
#[derive(Default)]
pub(super) struct Walk {
    /// The files to read.
    pub(super) files: Vec<Found>,
    /// Places for findings about what is not read.
    pub(super) refused: Vec<SourceFile>,
    /// Those findings.
    pub(super) found: Diagnostics,
}

/// Returns the files of the runbook in `root`.
pub(super) fn files(root: &Path, limits: &Limits) -> Result<Walk, DiscoverError> {
    let mut walk = Walk::default();
    let names = top_level(root)?;
    if !names.iter().any(|name| name == CONFIG) {
        return Err(DiscoverError::NoRunbook(root.to_owned()));
    }
    walk.misnamed(&names);
    walk.config(root);
    walk.note(root);
    let mut others = limits.other_files;
    let mut records = limits.record_files;
    for (name, area) in AREAS {
        if names.iter().any(|it| it == name) {
            let (left, limit) = match area {
                Area::Record => (&mut records, ("record_files", limits.record_files)),
                _ => (&mut others, ("other_files", limits.other_files)),
            };
            Folder { root, area, left, limit, walk: &mut walk }.read(name);
        }
    }
    Ok(walk)
}

/// Returns the names in the runbook's own folder, sorted; those that are not UTF-8 are not ours.
fn top_level(root: &Path) -> Result<Vec<String>, DiscoverError> {
    let failed =
        |error| DiscoverError::Io { action: "read the folder", path: root.to_owned(), error };
    let mut names = Vec::new();
    for entry in fs::read_dir(root).map_err(failed)? {
        names.extend(entry.map_err(failed)?.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

impl Walk {
    /// Reports `Records/`: on the next machine it may count as `records/`, and here it does not.
    fn misnamed(&mut self, names: &[String]) {
        let ours = AREAS.iter().map(|(name, _)| *name).chain([CONFIG]);
        for right in ours {
            for name in names.iter().filter(|it| *it != right && it.eq_ignore_ascii_case(right)) {
                let message = format!("`{}` is not read: its name has capitals", one_line(name));
                self.refuse(name.clone(), |span| {
                    Diagnostic::new(&MISNAMED_FOLDER, span, message)
                        .help(format!("rename it to `{right}`"))
                });
            }
        }
    }

    fn config(&mut self, root: &Path) {
        let disk = root.join(CONFIG);
        match disk.symlink_metadata() {
            Ok(metadata) if metadata.is_file() => {
                self.files.push(Found { path: CONFIG.to_owned(), disk, area: Area::Config });
            }
            Ok(metadata) => self.not_ours(CONFIG, metadata.file_type(), "a file"),
            Err(error) => self.refuse(CONFIG.to_owned(), |span| unreadable(span, &error)),
        }
    }

    /// Lists what the runbook says to people who open its folder, if it does.
    fn note(&mut self, root: &Path) {
        let disk = root.join(NOTE);
        if disk.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
            self.files.push(Found { path: NOTE.to_owned(), disk, area: Area::Attachment });
        }
    }

    /// Reports a part of the runbook that is of the wrong type; without it nothing can be right.
    fn not_ours(&mut self, name: &str, file_type: fs::FileType, wanted: &str) {
        let what = if file_type.is_symlink() { "a symbolic link" } else { type_name(file_type) };
        let message = format!("`{name}` is {what}, not {wanted}");
        self.refuse(name.to_owned(), |span| {
            Diagnostic::new(&NOT_A_REGULAR_FILE, span, message)
                .help(format!("put {wanted} of this name in its place"))
        });
    }

    /// Keeps a place for `path`, and the finding about it.
    fn refuse(&mut self, path: String, finding: impl FnOnce(Span) -> Diagnostic) {
        self.found.push(finding(Span::whole(FileId::of(&path))));
        let digest = Digest::of(b"");
        self.refused.push(SourceFile { path, content: Content::Refused, len: 0, digest });
    }
}

/// The walk through one folder of the runbook.
struct Folder<'a> {
    root: &'a Path,
    area: Area,
    /// How many more files may be listed.
    left: &'a mut usize,
    limit: (&'static str, usize),
    walk: &'a mut Walk,
}

/// Whether to go on into a folder.
#[derive(PartialEq, Eq)]
enum Next {
    GoOn,
    PassBy,
    Stop,
}

impl Folder<'_> {
    fn read(mut self, name: &str) {
        let top = self.root.join(name);
        match top.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(metadata) => return self.walk.not_ours(name, metadata.file_type(), "a folder"),
            Err(_) => return,
        }
        let mut entries = WalkDir::new(&top)
            .follow_links(false)
            .follow_root_links(false)
            .sort_by_file_name()
            .into_iter();
        while let Some(entry) = entries.next() {
            let next = match entry {
                Ok(entry) => self.look_at(&entry),
                Err(error) => self.failed(&top, &error),
            };
            match next {
                Next::GoOn => {}
                Next::PassBy => entries.skip_current_dir(),
                Next::Stop => return,
            }
        }
    }

    fn look_at(&mut self, entry: &DirEntry) -> Next {
        if entry.depth() > 0 && is_passed_over(entry.file_name()) {
            return if entry.file_type().is_dir() { Next::PassBy } else { Next::GoOn };
        }
        let is_folder = entry.file_type().is_dir();
        let path = match self.path_of(entry.path()) {
            Ok(path) => path,
            Err(shown) => {
                self.walk.refuse(shown, bad_name);
                return if is_folder { Next::PassBy } else { Next::GoOn };
            }
        };
        match entry.file_type() {
            it if it.is_symlink() => self.walk.refuse(path, a_link),
            it if it.is_dir() => return self.look_at_folder(entry, path),
            it if it.is_file() => return self.look_at_file(entry, path),
            it => self.walk.refuse(path, |span| not_regular(span, type_name(it))),
        }
        Next::GoOn
    }

    fn look_at_folder(&mut self, entry: &DirEntry, path: String) -> Next {
        if is_published(entry.path()) {
            self.walk.refuse(path, |span| {
                Diagnostic::new(&PUBLISHED_SITE, span, "this folder is a published site")
                    .help("move it out of the sources, for instance to `site/` beside them")
            });
            return Next::PassBy;
        }
        if entry.depth() == 0 {
            return Next::GoOn;
        }
        let is_strict = matches!(self.area, Area::Record | Area::Kind);
        if is_strict && (path.ends_with(".toml") || path.ends_with(".md")) {
            self.walk.refuse(path, |span| {
                not_regular(span, "a folder").help("rename it, or put a file in its place")
            });
            return Next::PassBy;
        }
        if self.area == Area::Kind {
            self.walk.refuse(path, |span| {
                Diagnostic::new(&UNKNOWN_FILE, span, "folders in `kinds/` are not read")
                    .help("put kinds directly into `kinds/`")
            });
            return Next::PassBy;
        }
        Next::GoOn
    }

    fn look_at_file(&mut self, entry: &DirEntry, path: String) -> Next {
        let allowed: &[&str] = match self.area {
            Area::Record => &["toml", "md"],
            Area::Kind => &["toml"],
            _ => &[],
        };
        let name = entry.file_name().to_string_lossy();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        if !allowed.is_empty() && !allowed.contains(&extension) {
            self.walk.refuse(path, |span| unknown(span, allowed, extension));
            return Next::GoOn;
        }
        if *self.left == 0 {
            self.walk.refuse(path, |span| too_many(span, self.limit));
            return Next::Stop;
        }
        *self.left -= 1;
        self.walk.files.push(Found { path, disk: entry.path().to_owned(), area: self.area });
        Next::GoOn
    }

    fn failed(&mut self, top: &Path, error: &walkdir::Error) -> Next {
        let path = self.path_of(error.path().unwrap_or(top)).unwrap_or_else(|shown| shown);
        match error.io_error() {
            // It went away between being listed and being read.
            Some(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Some(error) => self.walk.refuse(path, |span| unreadable(span, error)),
            None => self.walk.refuse(path, a_link),
        }
        Next::GoOn
    }

    /// Returns `disk` relative to the runbook; or as it may be shown, when it is no fit name.
    fn path_of(&self, disk: &Path) -> Result<String, String> {
        let relative = disk.strip_prefix(self.root).unwrap_or(disk);
        let parts: Vec<_> = relative.iter().map(readable).collect();
        let fit = relative.iter().zip(&parts).all(|(part, shown)| {
            part.to_str() == Some(shown.as_str()) && !shown.contains(['\\', '/'])
        });
        if fit { Ok(parts.join("/")) } else { Err(parts.join("/")) }
    }
}

/// Returns `name` as it may be shown: bytes that are not UTF-8 as `\xE9`, controls as pictures.
fn readable(name: &OsStr) -> String {
    let mut shown = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        shown.push_str(&one_line(chunk.valid()));
        shown.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
    }
    shown
}

/// What systems and editors leave behind, and what is hidden from people too.
pub(super) fn is_passed_over(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    bytes.starts_with(b".")
        || bytes.ends_with(b"~")
        || bytes.starts_with(b"~$")
        || (bytes.len() > 1 && bytes.starts_with(b"#") && bytes.ends_with(b"#"))
        || ["Thumbs.db", "desktop.ini"].iter().any(|it| name.eq_ignore_ascii_case(it))
}

/// Whether `folder` is what publishing writes; read as sources it would be published in itself.
fn is_published(folder: &Path) -> bool {
    let has = |name| folder.join(name).symlink_metadata().is_ok();
    has(SOURCE_MARKER) || (has("START-HERE.txt") && has("manifest.json"))
}

fn bad_name(span: Span) -> Diagnostic {
    let message =
        "the name has characters that cannot be in a name everywhere, so this is not read";
    Diagnostic::new(&FILE_NAME, span, message)
        .help("rename it: no control characters, no `\\`, and UTF-8")
}

fn unknown(span: Span, allowed: &[&str], extension: &str) -> Diagnostic {
    let lower = extension.to_ascii_lowercase();
    let help = match lower.as_str() {
        it if allowed.contains(&it) => format!("name it `.{lower}`, in small letters"),
        "yml" | "yaml" | "json" => "write it as TOML, with the ending `.toml`".to_owned(),
        "markdown" | "mdown" if allowed.contains(&"md") => "give it the ending `.md`".to_owned(),
        _ => "attachments belong under `files/`, and notes to yourself outside of it".to_owned(),
    };
    let listed = allowed.iter().map(|it| format!("`.{it}`")).collect::<Vec<_>>().join(" and ");
    Diagnostic::new(&UNKNOWN_FILE, span, format!("only {listed} files are read here")).help(help)
}

fn too_many(span: Span, (limit_name, limit): (&str, usize)) -> Diagnostic {
    let message = format!(
        "there are more than {limit} files, the limit `{limit_name}`: from here none is read"
    );
    Diagnostic::new(&TOO_MANY_FILES, span, message)
        .help("put many small records into one file, one table each, or split the runbook")
}

/// Reports attachments whose paths are one on systems where letter case does not count.
pub(super) fn names_that_collide(files: &[Found]) -> Diagnostics {
    let mut first = BTreeMap::new();
    let mut found = Diagnostics::default();
    for file in files.iter().filter(|file| matches!(file.area, Area::Attachment | Area::Sealed)) {
        let folded: String = file.path.to_lowercase().nfc().collect();
        match first.get(&folded) {
            None => {
                first.insert(folded, &file.path);
            }
            Some(other) => found.push(same_name(&file.path, other)),
        }
    }
    found
}

fn same_name(path: &str, other: &str) -> Diagnostic {
    let difference = match path.to_lowercase() == other.to_lowercase() {
        true => "the case of letters",
        false => "how its accents are written",
    };
    let message = format!("the name differs from `{other}` only by {difference}");
    Diagnostic::new(&SAME_BUT_FOR_CASE, Span::whole(FileId::of(path)), message)
        .other(Span::whole(FileId::of(other)), "the other file")
        .help("rename one of the two")
}
