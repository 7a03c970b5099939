//! Reads a bundle that may have been made to harm whoever opens it.
//!
//! Nothing is unpacked here. A bundle is refused as a whole when its names could not have been written
//! by us: one folder at the top, below it paths that a site may have, each once, plain files only,
//! packed as we pack. Sizes that an archive claims are never believed: whoever reads a file says how
//! many bytes it may have, by the list of the site.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use zip::{CompressionMethod, System, ZipArchive, ZipWriter};

use crate::diagnostic::clean::one_line;
use crate::digest::Digest;
use crate::progress::{Progress, Stage};
use crate::publish::{Difference, Manifest, OWN_NAMES, SUMS, Seen, WhatDiffers, check_site_path};
use crate::refused::Refused;
use crate::text::bytes_in_words;

/// How many files a bundle may hold.
const MOST_FILES: usize = 1_000_000;

/// How many times as large the files may be together as the bundle. Pages of one site are much alike,
/// and pack fifteen times at most; deflate itself ends at 1,032.
const RATIO: u64 = 250;

/// Below this size nobody minds how well a bundle is packed.
const SMALL: u64 = 256 * 1024 * 1024;

/// The attributes of a file, and of a program, as an archive has them.
const MODES: [u32; 2] = [0o100_644 << 16, 0o100_755 << 16];

/// A bundle whose names were looked at.
pub(super) struct Packed {
    archive: ZipArchive<BufReader<File>>,
    shown: String,
    /// From the path below the top folder to the place in the archive.
    files: BTreeMap<String, usize>,
}

impl Packed {
    /// Opens the bundle at `path`, which is shown as `shown`.
    pub(super) fn open(path: &Path, shown: &str) -> Result<Packed, Refused> {
        let open = || {
            let file = File::open(path);
            file.map_err(|error| Refused::new(format!("cannot open `{shown}`: {error}")))
        };
        let (file, again) = (open()?, open()?);
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|_| damaged(shown))?;
        let files = look_through(&mut archive, size, again).map_err(|why| {
            Refused::new(format!("`{shown}` is no bundle of ours: {why}"))
                .help("nothing was unpacked; ask whoever made it where it comes from")
        })?;
        Ok(Packed { archive, shown: shown.to_owned(), files })
    }

    /// As [`super::held::Held::differences`].
    pub(super) fn differences(
        &mut self,
        manifest: &Manifest,
        progress: &dyn Progress,
    ) -> Result<Vec<Difference>, Refused> {
        progress.begin(Stage::Verify, manifest.files().len());
        let mut found = Vec::new();
        let mut differs = |path: &str, what| found.push(Difference { path: path.to_owned(), what });
        for entry in manifest.files() {
            let read = self.read(&entry.path, entry.len, |reader| Digest::of_reader(reader))?;
            match read {
                None => differs(&entry.path, WhatDiffers::Missing),
                Some(Ok(read)) if read == (entry.digest, entry.len) => {}
                // What cannot be unpacked is not what was packed.
                Some(_) => differs(&entry.path, WhatDiffers::Changed),
            }
            progress.step();
        }
        let sums = manifest.to_sums();
        match self.read(SUMS, sums.len() as u64, |reader| Digest::of_reader(reader))? {
            None => differs(SUMS, WhatDiffers::Missing),
            Some(Ok((digest, _))) if digest == Digest::of(sums.as_bytes()) => {}
            Some(_) => differs(SUMS, WhatDiffers::Changed),
        }
        for path in self.files.keys() {
            if manifest.get(path).is_none() && !OWN_NAMES.contains(&path.as_str()) {
                differs(path, WhatDiffers::Added);
            }
        }
        found.sort();
        Ok(found)
    }

    /// As [`super::held::Held::read`].
    pub(super) fn read<T>(
        &mut self,
        path: &str,
        limit: u64,
        take: impl FnOnce(&mut dyn Read) -> T,
    ) -> Result<Option<T>, Refused> {
        let Some(place) = self.files.get(path) else { return Ok(None) };
        let entry = self.archive.by_index(*place).map_err(|_| damaged(&self.shown))?;
        Ok(Some(take(&mut entry.take(limit.saturating_add(1)))))
    }

    /// Reads a file as text; nothing where it is not there.
    pub(super) fn text(&mut self, path: &str, limit: u64) -> Result<Option<String>, Refused> {
        let read = self.read(path, limit, |reader| {
            let mut text = String::new();
            reader.read_to_string(&mut text).map(|_| text)
        })?;
        match read {
            None => Ok(None),
            Some(Ok(text)) if text.len() as u64 <= limit => Ok(Some(text)),
            Some(Ok(_)) => {
                let (shown, limit) = (&self.shown, bytes_in_words(limit));
                Err(Refused::new(format!("`{path}` in `{shown}` is longer than {limit}")))
            }
            Some(Err(_)) => Err(damaged(&self.shown)),
        }
    }
}

fn damaged(shown: &str) -> Refused {
    Refused::new(format!("`{shown}` is no archive that can be read: it is damaged or cut off"))
        .help("copy or download it once more")
}

/// Returns the files of an archive of `size` bytes by their path, or says why it is none of ours.
fn look_through(
    archive: &mut ZipArchive<BufReader<File>>,
    size: u64,
    again: File,
) -> Result<BTreeMap<String, usize>, String> {
    if archive.len() > MOST_FILES {
        return Err(format!("it holds more than {MOST_FILES} files"));
    }
    // Other programs read other parts of an archive than this one: what is in it is to be the same for
    // all of them.
    archive.validate_header_consistency().map_err(|_| "its two lists differ".to_owned())?;
    if archive.offset() != 0 || !archive.comment().is_empty() {
        return Err("it holds something beside its files".to_owned());
    }
    let mut files = BTreeMap::new();
    let mut top: Option<String> = None;
    let (mut packed, mut unpacked) = (0_u64, 0_u64);
    for place in 0..archive.len() {
        let entry = archive.by_index_raw(place).map_err(|_| "its list is damaged".to_owned())?;
        if entry.extra_data().is_some_and(|it| !it.is_empty()) || !entry.comment_raw().is_empty() {
            return Err("it holds something beside its files".to_owned());
        }
        let name = std::str::from_utf8(entry.name_raw()).map_err(|_| "a name is not UTF-8")?;
        let shown = one_line(name);
        if !entry.is_file() || entry.encrypted() {
            return Err(format!("`{shown}` is not a plain file"));
        }
        if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return Err(format!("`{shown}` is packed in another way"));
        }
        if entry.system() != System::Unix || !MODES.contains(&entry.external_attributes()) {
            return Err(format!("`{shown}` is marked in another way"));
        }
        let (folder, path) =
            name.split_once('/').ok_or_else(|| format!("`{shown}` is not in its folder"))?;
        if *top.get_or_insert_with(|| folder.to_owned()) != folder {
            return Err("it holds more than one folder".to_owned());
        }
        check_site_path(folder).map_err(|problem| problem.to_string())?;
        if !OWN_NAMES.contains(&path) {
            check_site_path(path).map_err(|problem| problem.to_string())?;
        }
        if files.insert(path.to_owned(), place).is_some() {
            return Err(format!("`{shown}` is in it twice"));
        }
        packed = packed.saturating_add(entry.compressed_size());
        unpacked = unpacked.saturating_add(entry.size());
    }
    let mut seen = Seen::default();
    files.keys().try_for_each(|path| seen.add(path)).map_err(|problem| problem.to_string())?;
    if packed > size {
        return Err("files in it overlap".to_owned());
    }
    if !is_framed_as_ours(archive, size, again).unwrap_or(false) {
        return Err("something beside its files was changed".to_owned());
    }
    if unpacked > SMALL && unpacked > size.saturating_mul(RATIO) {
        return Err("it would unpack to many times its size".to_owned());
    }
    Ok(files)
}

/// Whether everything around the packed files is as it would be written again: their names and times
/// stand in several places, of which each program reads others.
fn is_framed_as_ours(
    archive: &mut ZipArchive<BufReader<File>>,
    size: u64,
    again: File,
) -> io::Result<bool> {
    // Where a size does not fit into 32 bits, the frame is written in more than one step.
    let unpacked = archive.decompressed_size().unwrap_or(u128::MAX);
    if unpacked.max(u128::from(size)) >= u128::from(u32::MAX) {
        return Ok(true);
    }
    let echo = Echo { file: BufReader::new(again), at: 0, is_same: true };
    let mut writer = ZipWriter::new(echo);
    for place in 0..archive.len() {
        let entry = archive.by_index_raw(place)?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        writer.raw_copy_file_rename(entry, name)?;
    }
    let mut echo = writer.finish()?;
    let end = echo.file.seek(SeekFrom::End(0))?;
    Ok(echo.is_same && echo.at == end)
}

/// Compares what is written to it with what a file has at that place.
struct Echo {
    file: BufReader<File>,
    at: u64,
    is_same: bool,
}

impl Write for Echo {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut there = vec![0; bytes.len()];
        let is_there = self.file.read_exact(&mut there).is_ok();
        self.is_same &= is_there && there == bytes;
        self.at += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Echo {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}
