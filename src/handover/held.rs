//! A site as somebody holds it: a folder, or a bundle. Its list, and its files one by one.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::packed::Packed;
use crate::diagnostic::clean::one_line;
use crate::discover::CONFIG;
use crate::progress::Progress;
use crate::publish::{
    Difference, MANIFEST, Manifest, ManifestError, WhatDiffers, compare, open_regular,
};
use crate::refused::Refused;
use crate::text::bytes_in_words;

/// The most that is read of a small file of ours: the sums of a million files.
const LONGEST_SUMS: u64 = 256 * 1024 * 1024;

/// A site as somebody holds it.
pub struct Held {
    /// Where it is, as it was named.
    pub path: PathBuf,
    form: Form,
}

enum Form {
    Folder,
    Bundle(Packed),
}

impl Held {
    /// Opens the site at `path`: its folder, a runbook that holds one in `site/`, or a bundle.
    pub fn open(path: &Path) -> Result<Held, Refused> {
        let shown = one_line(&path.to_string_lossy()).into_owned();
        let metadata = path.metadata().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Refused::new(format!("there is no `{shown}`"))
                .help("name the folder of a site, or a bundle (.zip)"),
            _ => Refused::new(format!("cannot look at `{shown}`: {error}")),
        })?;
        if metadata.is_dir() {
            return open_folder(path, &shown);
        }
        if !metadata.is_file() {
            return Err(Refused::new(format!("`{shown}` is neither a folder nor a file"))
                .help("name the folder of a site, or a bundle (.zip)"));
        }
        let form = Form::Bundle(Packed::open(path, &shown)?);
        Ok(Held { path: path.to_owned(), form })
    }

    /// Whether it is a folder, not a bundle.
    pub fn is_folder(&self) -> bool {
        matches!(self.form, Form::Folder)
    }

    /// Reads its list.
    pub fn manifest(&mut self) -> Result<Manifest, Refused> {
        let shown = one_line(&self.path.to_string_lossy()).into_owned();
        let damaged = |error: ManifestError| {
            Refused::new(format!("the list `{MANIFEST}` of `{shown}` cannot be used: {error}"))
                .help("ask for the copy once more: without its list nothing can be said of it")
        };
        let read = match &mut self.form {
            Form::Folder => Manifest::read(&self.path).map_err(damaged)?,
            Form::Bundle(packed) => match packed.text(MANIFEST, Manifest::LONGEST)? {
                Some(text) => Some(Manifest::parse(&text).map_err(damaged)?),
                None => None,
            },
        };
        read.ok_or_else(|| Refused::new(format!("`{shown}` holds no `{MANIFEST}`")))
    }

    /// Returns in which files it is not what `manifest`, its own, says; sorted by path. Every byte is
    /// read.
    pub fn differences(
        &mut self,
        manifest: &Manifest,
        progress: &dyn Progress,
    ) -> Result<Vec<Difference>, Refused> {
        match &mut self.form {
            Form::Bundle(packed) => packed.differences(manifest, progress),
            Form::Folder => compare(&self.path, manifest, progress)
                .map_err(|error| Refused::new(error.to_string())),
        }
    }

    /// Refuses a site that is not what `manifest`, its own, says, and one in which others keep files:
    /// whoever gets it could not tell whose they are.
    pub fn must_be_whole(
        &mut self,
        manifest: &Manifest,
        progress: &dyn Progress,
    ) -> Result<(), Refused> {
        let differences = self.differences(manifest, progress)?;
        if differences.is_empty() {
            return Ok(());
        }
        let shown: Vec<String> = differences.iter().take(5).map(ToString::to_string).collect();
        let more = match differences.len() {
            count if count > 5 => format!(", and {} more", count - 5),
            _ => String::new(),
        };
        let help = match differences.iter().all(|it| it.what == WhatDiffers::Added) {
            true => "move what does not belong to the site elsewhere: what is handed over is whole",
            false => "build the site anew: `clearjar build` puts right what was changed",
        };
        let shown = shown.join(", ");
        Err(Refused::new(format!("the site is not as it was made: {shown}{more}")).help(help))
    }

    /// Gives the bytes of the file at `path` to `take`, one more than `limit` at most; nothing where
    /// there is no such file. An error of reading is the end of what could be read.
    pub fn read<T>(
        &mut self,
        path: &str,
        limit: u64,
        take: impl FnOnce(&mut dyn Read) -> T,
    ) -> Result<Option<T>, Refused> {
        match &mut self.form {
            Form::Bundle(packed) => packed.read(path, limit, take),
            Form::Folder => match open_regular(&self.path.join(path)) {
                Ok(file) => Ok(Some(take(&mut file.take(limit + 1)))),
                Err(error) if is_nothing(&error) => Ok(None),
                Err(error) => {
                    let shown = one_line(&self.path.join(path).to_string_lossy()).into_owned();
                    Err(Refused::new(format!("cannot read `{shown}`: {error}")))
                }
            },
        }
    }

    /// Reads a small file of ours as a whole; nothing where it is not there.
    pub fn bytes(&mut self, path: &str) -> Result<Option<Vec<u8>>, Refused> {
        let read = self.read(path, LONGEST_SUMS, |reader| {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).map(|_| bytes)
        })?;
        match read {
            Some(Ok(bytes)) if bytes.len() as u64 <= LONGEST_SUMS => Ok(Some(bytes)),
            Some(Ok(_)) => {
                let limit = bytes_in_words(LONGEST_SUMS);
                Err(Refused::new(format!("`{path}` is longer than {limit}")))
            }
            Some(Err(error)) => Err(Refused::new(format!("cannot read `{path}`: {error}"))),
            None => Ok(None),
        }
    }
}

/// Whether an error of opening says that there is no file to be read there.
fn is_nothing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidInput
    )
}

fn open_folder(path: &Path, shown: &str) -> Result<Held, Refused> {
    let holds_site = |folder: &Path| folder.join(MANIFEST).symlink_metadata().is_ok();
    let site = path.join("site");
    let form = Form::Folder;
    if holds_site(path) {
        return Ok(Held { path: path.to_owned(), form });
    }
    if path.join(CONFIG).is_file() && holds_site(&site) {
        return Ok(Held { path: site, form });
    }
    let refused = Refused::new(format!("`{shown}` holds no site: there is no `{MANIFEST}` in it"));
    // A bundle is unpacked into a folder around its one folder by many programs.
    let inside = path.read_dir().ok().and_then(|entries| {
        let mut folders = entries.flatten().map(|entry| entry.path()).filter(|it| holds_site(it));
        folders.next()
    });
    Err(match inside {
        Some(inside) => {
            refused.help(format!("did you mean `{}`?", one_line(&inside.to_string_lossy())))
        }
        None => refused.help("name the folder with `index.html`, or a bundle (.zip)"),
    })
}
