//! The files that are imported: opened once, bounded, and read as text in whatever encoding.
#![allow(clippy::disallowed_methods, reason = "[disk]")]

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use flate2::read::MultiGzDecoder;

use super::Refused;
use crate::text::bytes_in_words;

/// Bytes of one file that is read as a whole.
pub const FILE_BYTES: u64 = 512 * 1024 * 1024;

/// Bytes of an archive, which is read piece by piece.
pub const ARCHIVE_BYTES: u64 = 64 * 1024 * 1024 * 1024;

/// How much of a file is looked at to find its format.
const HEAD: usize = 64 * 1024;

/// The first bytes of a file that is packed with gzip (RFC 1952).
const GZIP: &[u8] = b"\x1f\x8b\x08";

/// A file to be imported.
#[derive(Clone, Debug)]
pub struct Foreign {
    /// Its name, without folders: it stands in records and reports.
    pub name: Arc<str>,
    /// Its first bytes, up to 64 KiB.
    pub head: Vec<u8>,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Bytes(Arc<[u8]>),
    OnDisk(PathBuf),
    /// Packed with gzip, as dumps come: read as what is inside.
    Packed(PathBuf),
}

impl Foreign {
    /// Opens a file.
    pub fn open(path: &Path) -> Result<Foreign, Refused> {
        let name = path.file_name().map_or_else(|| "".into(), |name| name.to_string_lossy());
        let failed = |error: io::Error| cannot_read(&name, &error);
        let metadata = std::fs::metadata(path).map_err(failed)?;
        if !metadata.is_file() {
            return Err(Refused::new(format!("`{name}` is no regular file"))
                .help("name the files themselves; a pipe is saved to a file first"));
        }
        let mut head = Vec::new();
        let file = File::open(path).map_err(failed)?;
        file.take(HEAD as u64).read_to_end(&mut head).map_err(failed)?;
        if head.is_empty() {
            return Err(Refused::new(format!("`{name}` is empty")).help("export it once more"));
        }
        if head.starts_with(GZIP) {
            return Foreign::unpacked(path, &name);
        }
        Ok(Foreign { name: name.as_ref().into(), head, content: Content::OnDisk(path.to_owned()) })
    }

    /// Opens what a file packed with gzip holds.
    fn unpacked(path: &Path, name: &str) -> Result<Foreign, Refused> {
        let mut head = Vec::new();
        let file = File::open(path).map_err(|error| cannot_read(name, &error))?;
        let read = MultiGzDecoder::new(file).take(HEAD as u64).read_to_end(&mut head);
        read.map_err(|_| damaged_gzip(name))?;
        let inside = match name.rsplit_once('.') {
            Some((stem, end)) if end.eq_ignore_ascii_case("gz") => stem,
            _ => name,
        };
        Ok(Foreign { name: inside.into(), head, content: Content::Packed(path.to_owned()) })
    }

    /// Returns a file that is held in memory: a part of an archive, or a test's.
    pub fn of_bytes(name: &str, bytes: impl Into<Vec<u8>>) -> Foreign {
        let bytes: Vec<u8> = bytes.into();
        let head = bytes[..bytes.len().min(HEAD)].to_vec();
        Foreign { name: name.into(), head, content: Content::Bytes(bytes.into()) }
    }

    /// Returns all bytes, up to [`FILE_BYTES`].
    pub fn bytes(&self) -> Result<Arc<[u8]>, Refused> {
        let name = &self.name;
        let mut bytes = Vec::new();
        let limit = FILE_BYTES + 1;
        match &self.content {
            Content::Bytes(bytes) => return Ok(bytes.clone()),
            Content::OnDisk(path) => {
                let file = File::open(path);
                let read = file.and_then(|file| file.take(limit).read_to_end(&mut bytes));
                read.map_err(|error| cannot_read(name, &error))?;
            }
            Content::Packed(path) => {
                let file = File::open(path).map_err(|error| cannot_read(name, &error))?;
                let read = MultiGzDecoder::new(file).take(limit).read_to_end(&mut bytes);
                read.map_err(|_| damaged_gzip(name))?;
            }
        }
        match bytes.len() as u64 > FILE_BYTES {
            true => Err(Refused::new(format!(
                "`{name}` is larger than {}, which is as much as is read at once",
                bytes_in_words(FILE_BYTES)
            ))
            .help("export it in parts")),
            false => Ok(bytes.into()),
        }
    }

    /// Returns the file for readers that jump about in it, as those of archives do.
    pub fn seekable(&self) -> Result<Box<dyn Seekable>, Refused> {
        match &self.content {
            Content::Bytes(_) | Content::Packed(_) => Ok(Box::new(io::Cursor::new(self.bytes()?))),
            Content::OnDisk(path) => {
                let file = File::open(path).map_err(|error| cannot_read(&self.name, &error))?;
                Ok(Box::new(io::BufReader::new(file)))
            }
        }
    }

    /// Returns the text, whatever its encoding.
    pub fn text(&self) -> Result<Text, Refused> {
        decode(&self.bytes()?, &self.name)
    }

    /// Returns the beginning as text, for finding the format; what is cut through shows as `�`.
    pub fn head_text(&self) -> String {
        let (encoding, skip) = encoding_of(&self.head);
        let (text, _) = encoding.decode_without_bom_handling(&self.head[skip..]);
        text.into_owned()
    }
}

fn cannot_read(name: &str, error: &io::Error) -> Refused {
    Refused::new(format!("cannot read `{name}`: {error}"))
}

fn damaged_gzip(name: &str) -> Refused {
    Refused::new(format!("`{name}` is damaged or cut off: its gzip cannot be unpacked"))
        .help("copy or export it once more")
}

/// What archives are read from.
pub trait Seekable: io::Read + io::Seek + Send {}

impl<T: io::Read + io::Seek + Send> Seekable for T {}

/// The text of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// The text, without a byte-order mark.
    pub text: String,
    /// The encoding it was in: `UTF-8`, `UTF-16LE`, `windows-1252`.
    pub encoding: &'static str,
}

/// Reads bytes as text: UTF-8, UTF-16 with or without a byte-order mark, else Windows-1252.
pub fn decode(bytes: &[u8], name: &str) -> Result<Text, Refused> {
    let (encoding, skip) = encoding_of(bytes);
    let bytes = &bytes[skip..];
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    if had_errors && encoding != WINDOWS_1252 {
        return Err(Refused::new(format!(
            "`{name}` is damaged: it is not {} throughout",
            encoding.name()
        ))
        .help("export it once more, in UTF-8"));
    }
    if text.contains('\0') {
        return Err(Refused::new(format!("`{name}` is no text: it holds zero bytes"))
            .help("name the format, if it is one that `clearjar import --help` lists"));
    }
    Ok(Text { text: text.into_owned(), encoding: encoding.name() })
}

/// Returns the encoding, and the length of the byte-order mark.
fn encoding_of(bytes: &[u8]) -> (&'static Encoding, usize) {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return (encoding, length);
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    // Plain text in UTF-16 has a zero in every other byte.
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let is_most = |count: usize| count * 10 > head.len() * 3;
    match (is_most(even), is_most(odd)) {
        (false, true) => (UTF_16LE, 0),
        (true, false) => (UTF_16BE, 0),
        _ if is_utf8(bytes) => (UTF_8, 0),
        _ => (WINDOWS_1252, 0),
    }
}

/// Whether the bytes are UTF-8, but for a character that is cut off at their end.
fn is_utf8(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && bytes.len() == HEAD,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Text {
        decode(bytes, "x").unwrap()
    }

    #[test]
    fn text_is_read_in_the_encodings_that_exports_come_in() {
        let text = "Näme;Größe\n";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            utf16.clone(),
            [b"\xff\xfe".to_vec(), utf16].concat(),
            [b"\xfe\xff".to_vec(), utf16be].concat(),
            b"N\xe4me;Gr\xf6\xdfe\n".to_vec(),
        ] {
            assert_eq!(read(&bytes).text, text);
        }
        assert_eq!(read(b"N\xe4me").encoding, "windows-1252");
    }

    #[test]
    fn a_file_packed_with_gzip_is_read_as_what_is_inside() {
        use std::io::Write as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dump.json.gz");
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&b"[1, 2] ".repeat(30_000)).unwrap();
        let packed = packed.finish().unwrap();
        std::fs::write(&path, &packed).unwrap();
        let file = Foreign::open(&path).unwrap();
        assert_eq!((&*file.name, file.head.len()), ("dump.json", HEAD));
        assert_eq!(file.bytes().unwrap().len(), 210_000);
        for cut in [3, 12, packed.len() - 4] {
            std::fs::write(&path, &packed[..cut]).unwrap();
            let read = Foreign::open(&path).and_then(|file| file.bytes());
            assert!(read.unwrap_err().message.contains("cut off"), "{cut}");
        }
    }

    #[test]
    fn what_is_no_text_or_is_cut_off_is_refused() {
        assert!(decode(b"PK\x03\x04\0\0\0", "x.zip").is_err());
        assert!(decode(b"\xff\xfea\0b", "x").is_err());
    }
}
