//! Packs a site into one file to hand over: a ZIP archive that opens everywhere.
//!
//! The archive keeps to ISO/IEC 21320-1: entries stored or deflated, names in UTF-8, no encryption, no
//! ZIP64 but where a size needs it, no data descriptors; one folder at the top; times from the day of the
//! site. So the same site gives the same bytes on every machine. It is written beside its place, read
//! back, and given its name when it is whole.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write as _};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use rayon::prelude::*;
use zip::write::{PreparedZipFile, SimpleFileOptions};
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use super::beside::beside;
use super::held::Held;
use super::signature::{self, Signed};
use crate::diagnostic::clean::one_line;
use crate::digest::{self, CopyError, Digest};
use crate::licences;
use crate::progress::{Progress, Stage};
use crate::publish::{Entry, MANIFEST, Manifest, SIGNATURE, SUMS, open_regular};
use crate::refused::Refused;

/// Where the program is, in a bundle that has it.
const PROGRAM_FOLDER: &str = "program/";

/// Files up to this size are packed side by side in memory, others one by one.
const SMALL: u64 = 8 * 1024 * 1024;

/// How much is held in memory at a time.
const AT_ONCE: u64 = 64 * 1024 * 1024;

/// What is packed, and how.
#[derive(Clone, Copy, Default, Debug)]
pub struct Wishes<'a> {
    /// The running program, to be packed with its licences.
    pub program: Option<&'a Path>,
    /// Who signs: the file of the key, and the name.
    pub signer: Option<(&'a Path, &'a str)>,
    /// Whether a file that is there already may be replaced.
    pub force: bool,
}

/// A bundle that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bundled {
    /// How many files are in it.
    pub files: usize,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its SHA-256.
    pub digest: Digest,
    /// Whose signature is in it.
    pub signed: Option<Signed>,
}

/// Packs the site in the folder `site` into the file `output`.
pub fn bundle(
    site: &Path,
    output: &Path,
    wishes: Wishes<'_>,
    progress: &dyn Progress,
) -> Result<Bundled, Refused> {
    refuse_taken(output, wishes.force)?;
    let mut held = Held::open(site)?;
    let manifest = held.manifest()?;
    held.must_be_whole(&manifest, progress)?;
    let packing = Packing::new(&mut held, &manifest, wishes)?;

    let part = Part::begin(output)?;
    progress.begin(Stage::Pack, packing.files.len());
    packing.write(&part, progress)?;
    let (digest, bytes) = part.read_back(&packing.manifest)?;
    part.finish(output, wishes.force)?;
    Ok(Bundled { files: packing.files.len(), bytes, digest, signed: packing.signed })
}

/// What is to be packed.
struct Packing<'a> {
    site: PathBuf,
    manifest: Manifest,
    signed: Option<Signed>,
    options: SimpleFileOptions,
    top: String,
    /// By path: the content, if it is not in the site.
    files: BTreeMap<String, Content<'a>>,
}

enum Content<'a> {
    /// A file of the site, as it is listed.
    Listed(Entry),
    /// A file from elsewhere, which is a program.
    Program(&'a Path),
    Text(Vec<u8>),
}

impl<'a> Packing<'a> {
    fn new(held: &mut Held, site: &Manifest, wishes: Wishes<'a>) -> Result<Packing<'a>, Refused> {
        let listed = site.files().iter();
        let mut files: BTreeMap<String, Content<'a>> =
            listed.map(|entry| (entry.path.clone(), Content::Listed(entry.clone()))).collect();
        let mut manifest = site.clone();
        if let Some(program) = wishes.program {
            let (added, entries) = program_files(program)?;
            files.extend(added);
            manifest = manifest.with(entries);
        }
        let (json, sums) = (manifest.to_json(), manifest.to_sums());
        let (texts, signed) = signature_of(held, site, &sums, wishes)?;
        files.extend(texts);
        files.insert(MANIFEST.to_owned(), Content::Text(json.into_bytes()));
        files.insert(SUMS.to_owned(), Content::Text(sums.into_bytes()));
        let day = manifest.imprint.day;
        let (top, options) = (format!("runbook-{day}"), options(day));
        Ok(Packing { site: held.path.clone(), manifest, signed, options, top, files })
    }

    fn write(&self, part: &Part, progress: &dyn Progress) -> Result<(), Refused> {
        let mut archive = ZipWriter::new(BufWriter::new(&part.file));
        let failed = |error: &dyn std::fmt::Display| part.failed("write", error);
        let mut rest: Vec<(&String, &Content<'_>)> = self.files.iter().collect();
        rest.reverse();
        while let Some(batch) = next_batch(&mut rest) {
            let packed: Result<Vec<Option<PreparedZipFile>>, Refused> = batch
                .par_iter()
                .map(|(path, content)| match content.len() <= SMALL {
                    true => self.prepare(path, content).map(Some),
                    false => Ok(None),
                })
                .collect();
            for ((path, content), packed) in batch.into_iter().zip(packed?) {
                match packed {
                    Some(packed) => {
                        archive.add_prepared_file(packed).map_err(|error| failed(&error))?;
                    }
                    None => self.stream(&mut archive, path, content, part)?,
                }
                progress.step();
            }
        }
        let mut buffer = archive.finish().map_err(|error| failed(&error))?;
        buffer.flush().map_err(|error| failed(&error))
    }

    /// Packs a small file in memory.
    fn prepare(&self, path: &str, content: &Content<'_>) -> Result<PreparedZipFile, Refused> {
        let bytes = match content {
            Content::Text(text) => text.clone(),
            _ => self.read(path, content)?,
        };
        let options = self.options_of(content);
        PreparedZipFile::from_data(format!("{}/{path}", self.top), options, &bytes)
            .map_err(|error| Refused::new(format!("cannot pack `{path}`: {error}")))
    }

    fn read(&self, path: &str, content: &Content<'_>) -> Result<Vec<u8>, Refused> {
        let mut bytes = Vec::new();
        let from = self.place(path, content);
        let read =
            open_regular(&from).and_then(|file| file.take(SMALL + 1).read_to_end(&mut bytes));
        read.map_err(|error| cannot_read(&from, &error))?;
        match content {
            Content::Listed(entry) if Digest::of(&bytes) != entry.digest => Err(changed(&from)),
            _ => Ok(bytes),
        }
    }

    /// Packs a large file as it is read.
    fn stream(
        &self,
        archive: &mut ZipWriter<BufWriter<&File>>,
        path: &str,
        content: &Content<'_>,
        part: &Part,
    ) -> Result<(), Refused> {
        let len = content.len();
        let options = self.options_of(content).large_file(len >= u64::from(u32::MAX));
        let name = format!("{}/{path}", self.top);
        archive.start_file(name, options).map_err(|error| part.failed("write", &error))?;
        let from = self.place(path, content);
        let copied = match content {
            Content::Text(text) => digest::copy(text.as_slice(), &mut *archive),
            _ => {
                let file = open_regular(&from).map_err(|error| cannot_read(&from, &error))?;
                digest::copy(file.take(len + 1), &mut *archive)
            }
        };
        match (copied, content) {
            (Err(CopyError::Read(error)), _) => Err(cannot_read(&from, &error)),
            (Err(CopyError::Write(error)), _) => Err(part.failed("write", &error)),
            (Ok((digest, _)), Content::Listed(entry)) if digest != entry.digest => {
                Err(changed(&from))
            }
            (Ok(_), _) => Ok(()),
        }
    }

    fn place(&self, path: &str, content: &Content<'_>) -> PathBuf {
        match content {
            Content::Program(program) => (*program).to_owned(),
            _ => self.site.join(path),
        }
    }

    fn options_of(&self, content: &Content<'_>) -> SimpleFileOptions {
        match content {
            Content::Program(_) => self.options.unix_permissions(0o755),
            _ => self.options,
        }
    }
}

impl Content<'_> {
    fn len(&self) -> u64 {
        match self {
            Content::Listed(entry) => entry.len,
            Content::Program(path) => path.metadata().map_or(0, |metadata| metadata.len()),
            Content::Text(text) => text.len() as u64,
        }
    }
}

/// Takes as many files off the end of `rest` as may be in memory together.
fn next_batch<'a>(
    rest: &mut Vec<(&'a String, &'a Content<'a>)>,
) -> Option<Vec<(&'a String, &'a Content<'a>)>> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while bytes < AT_ONCE
        && let Some(next) = rest.pop()
    {
        bytes += next.1.len().min(SMALL);
        batch.push(next);
    }
    (!batch.is_empty()).then_some(batch)
}

/// Returns how every entry is packed: nothing of the machine or the clock is in it.
fn options(day: Date) -> SimpleFileOptions {
    let year = u16::try_from(day.year()).unwrap_or(0).clamp(1980, 2107);
    let [month, date] = [day.month(), day.day()].map(|it| u8::try_from(it).unwrap_or(1));
    let time = DateTime::from_date_and_time(year, month, date, 0, 0, 0).unwrap_or_default();
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(time)
        .unix_permissions(0o644)
        .system(System::Unix)
}

type Files<'a> = Vec<(String, Content<'a>)>;

/// Returns the program and its licences, with their entries in the list.
fn program_files(program: &Path) -> Result<(Files<'_>, Vec<Entry>), Refused> {
    let file = open_regular(program).map_err(|error| cannot_read(program, &error))?;
    let (digest, len) = Digest::of_reader(file).map_err(|error| cannot_read(program, &error))?;
    let name = format!("{PROGRAM_FOLDER}clearjar{}", std::env::consts::EXE_SUFFIX);
    let licences = licences::text().into_bytes();
    let terms = Entry {
        path: format!("{PROGRAM_FOLDER}licences.txt"),
        len: licences.len() as u64,
        digest: Digest::of(&licences),
    };
    let files = vec![
        (name.clone(), Content::Program(program)),
        (terms.path.clone(), Content::Text(licences)),
    ];
    Ok((files, vec![Entry { path: name, len, digest }, terms]))
}

/// Returns the signature of `sums` and the list of signers: new ones, or those of the site where they
/// still fit.
fn signature_of<'a>(
    held: &mut Held,
    site: &Manifest,
    sums: &str,
    wishes: Wishes<'_>,
) -> Result<(Files<'a>, Option<Signed>), Refused> {
    let [signature_name, list_name] = SIGNATURE;
    if let Some((key, name)) = wishes.signer {
        signature::check_name(name)?;
        let (text, signed) = signature::sign(sums.as_bytes(), key)?;
        let list = signed.allowed_signer(name).into_bytes();
        let files = [(signature_name, text.into_bytes()), (list_name, list)];
        let files = files.map(|(name, text)| (name.to_owned(), Content::Text(text)));
        return Ok((files.into(), Some(signed)));
    }
    let Some(text) = held.bytes(signature_name)? else { return Ok((Vec::new(), None)) };
    if sums != site.to_sums() {
        return Err(Refused::new("with the program in it the bundle needs a signature of its own")
            .help("sign it: `--key KEY --as NAME`"));
    }
    let signed = signature::read(sums.as_bytes(), &String::from_utf8_lossy(&text));
    let signed = signed.map_err(|why| {
        Refused::new(format!("the signature in the site does not count: {why}"))
            .help("sign anew: `clearjar sign`, or `--key KEY --as NAME` here")
    })?;
    let mut files = vec![(signature_name.to_owned(), Content::Text(text))];
    if let Some(list) = held.bytes(list_name)? {
        files.push((list_name.to_owned(), Content::Text(list)));
    }
    Ok((files, Some(signed)))
}

/// A bundle while it is written: beside its place, under a name of its own. Dropped, it is removed.
struct Part {
    path: PathBuf,
    file: File,
    /// Whether it has its name, so that nothing of ours is left under the other.
    is_named: bool,
}

impl Part {
    fn begin(output: &Path) -> Result<Part, Refused> {
        let path = beside(output, ".part")?;
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)
                .map_err(|error| cannot("make the folder", parent, &error))?;
        }
        // One that was cut off is written over; one that is being written is locked.
        let file = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(|error| cannot("create", &path, &error))?;
        file.try_lock().map_err(|_| {
            Refused::new(format!("`{}` is being written just now", shown(output)))
                .help("wait until the other run is done")
        })?;
        file.set_len(0).map_err(|error| cannot("write", &path, &error))?;
        Ok(Part { path, file, is_named: false })
    }

    /// Makes sure that what is on the disk is what was to be packed. Returns its digest and length.
    fn read_back(&self, manifest: &Manifest) -> Result<(Digest, u64), Refused> {
        self.file.sync_all().map_err(|error| self.failed("write", &error))?;
        let mut held = Held::open(&self.path)?;
        let is_whole = held.manifest()? == *manifest
            && held.differences(manifest, &crate::progress::Silent)?.is_empty();
        if !is_whole {
            return Err(Refused::new(format!(
                "`{}` was not written as it should be",
                self.shown()
            ))
            .help("the disk may be failing: write to another one"));
        }
        let file = File::open(&self.path).map_err(|error| self.failed("read", &error))?;
        Digest::of_reader(file).map_err(|error| self.failed("read", &error))
    }

    fn finish(mut self, output: &Path, force: bool) -> Result<(), Refused> {
        // A link is never put over a file that came meanwhile, and the part goes when it is dropped.
        // Where there are no links, only the instant between looking and renaming is left open.
        if !force && fs::hard_link(&self.path, output).is_ok() {
            return Ok(());
        }
        refuse_taken(output, force)?;
        fs::rename(&self.path, output).map_err(|error| cannot("write", output, &error))?;
        self.is_named = true;
        Ok(())
    }

    fn shown(&self) -> String {
        shown(&self.path)
    }

    fn failed(&self, action: &str, error: &dyn std::fmt::Display) -> Refused {
        Refused::new(format!("cannot {action} `{}`: {error}; no bundle was made", self.shown()))
            .help("is the disk full? another place: `--output FILE`")
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.is_named {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn refuse_taken(output: &Path, force: bool) -> Result<(), Refused> {
    let Ok(metadata) = output.symlink_metadata() else { return Ok(()) };
    let place = shown(output);
    if !metadata.is_file() {
        return Err(Refused::new(format!("`{place}` is there, and is not a file"))
            .help("name a file for the bundle: `--output FILE.zip`"));
    }
    match force {
        true => Ok(()),
        false => Err(Refused::new(format!("`{place}` is there already"))
            .help("`--force` replaces it; `--output FILE.zip` names another")),
    }
}

fn shown(path: &Path) -> String {
    one_line(&path.to_string_lossy()).into_owned()
}

fn cannot(action: &str, path: &Path, error: &io::Error) -> Refused {
    Refused::new(format!("cannot {action} `{}`: {error}; no bundle was made", shown(path)))
}

fn cannot_read(path: &Path, error: &io::Error) -> Refused {
    cannot("read", path, error)
}

fn changed(path: &Path) -> Refused {
    Refused::new(format!("`{}` was changed meanwhile; no bundle was made", shown(path)))
        .help("run the command again")
}
