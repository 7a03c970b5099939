//! Archives: only plain files inside, of names that stay inside, of sizes that end.

use std::collections::HashSet;
use std::io::{self, Read as _};

use zip::ZipArchive;

use crate::import::Refused;
use crate::import::foreign::{ARCHIVE_BYTES, Foreign, Seekable};
use crate::text::bytes_in_words;

/// How many files an archive may hold.
pub const MEMBERS: usize = 200_000;

/// Bytes of one file in an archive that is read as a whole.
pub const MEMBER_BYTES: u64 = 512 * 1024 * 1024;

/// How many times as large a file may be as it is packed; text packs twenty times at most, what packs
/// more is made to fill disks.
pub const RATIO: u64 = 500;

/// Below this size nobody minds how well a file is packed.
const SMALL: u64 = 1024 * 1024;

/// An archive whose names were looked at.
pub struct Archive {
    archive: ZipArchive<Box<dyn Seekable>>,
    /// The files in it that can be read, in its order.
    pub members: Vec<Member>,
    /// What is left out: its name as it may be shown, and why.
    pub left_out: Vec<(String, &'static str)>,
}

/// A file in an archive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Its path, with `/` between the parts.
    pub path: String,
    /// How large it says it is.
    pub size: u64,
    index: usize,
}

impl Archive {
    /// Opens an archive.
    pub fn open(file: &Foreign) -> Result<Archive, Refused> {
        let name = &file.name;
        let damaged = || {
            Refused::new(format!("`{name}` is no archive that can be read, or is cut off"))
                .help("download it once more")
        };
        let mut archive = ZipArchive::new(file.seekable()?).map_err(|_| damaged())?;
        if archive.len() > MEMBERS {
            return Err(Refused::new(format!("`{name}` holds more than {MEMBERS} files")));
        }
        let (mut members, mut left_out) = (Vec::new(), Vec::new());
        let (mut names, mut total) = (HashSet::new(), 0_u64);
        for index in 0..archive.len() {
            let entry = archive.by_index_raw(index).map_err(|_| damaged())?;
            if entry.is_dir() {
                continue;
            }
            let raw = String::from_utf8_lossy(entry.name_raw()).into_owned();
            let path = entry.name().map_or_else(|_| raw.clone(), |name| name.into_owned());
            let why = match () {
                () if !is_inside(&path) => Some("its name leads out of the archive"),
                () if entry.is_symlink() => Some("it is a link"),
                () if entry.encrypted() => Some("it is encrypted"),
                () if is_bomb(entry.size(), entry.compressed_size()) => {
                    Some("it would unpack to many times its size")
                }
                () if !names.insert(path.to_lowercase()) => Some("another has the same name"),
                () => None,
            };
            match why {
                Some(why) => left_out.push((path, why)),
                None => {
                    total = total.saturating_add(entry.size());
                    members.push(Member { path, size: entry.size(), index });
                }
            }
        }
        if total > ARCHIVE_BYTES {
            let limit = bytes_in_words(ARCHIVE_BYTES);
            return Err(Refused::new(format!("`{name}` would unpack to more than {limit}")));
        }
        Ok(Archive { archive, members, left_out })
    }

    /// Reads one file, up to `limit` bytes, whatever its size is said to be.
    pub fn read(&mut self, member: &Member, limit: u64) -> Result<Vec<u8>, String> {
        let limit = limit.min(MEMBER_BYTES);
        let entry = self.archive.by_index(member.index);
        let mut entry = entry.map_err(|_| "it is packed in a way that is not read".to_owned())?;
        let packed = entry.compressed_size();
        let mut bytes = Vec::new();
        let allowed = limit.min(packed.saturating_mul(RATIO).max(SMALL));
        let read = entry.by_ref().take(allowed + 1).read_to_end(&mut bytes);
        read.map_err(|_| "it is damaged".to_owned())?;
        match bytes.len() as u64 > allowed {
            true => Err(format!("it is larger than {}", bytes_in_words(allowed))),
            false => Ok(bytes),
        }
    }

    /// Makes sure that a file unpacks to no more than `limit` bytes, whatever its size is said to be,
    /// for a library that reads it by itself.
    pub fn measure(&mut self, member: &Member, limit: u64) -> Result<(), String> {
        let entry = self.archive.by_index(member.index);
        let mut entry = entry.map_err(|_| "it is packed in a way that is not read".to_owned())?;
        let unpacked = io::copy(&mut entry.by_ref().take(limit + 1), &mut io::sink());
        match unpacked.map_err(|_| "it is damaged".to_owned())? > limit {
            true => Err(format!("it is larger than {}", bytes_in_words(limit))),
            false => Ok(()),
        }
    }

    /// Returns the file at `path`, whatever its letter case.
    pub fn member(&self, path: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.path.eq_ignore_ascii_case(path))
    }
}

/// Whether a name stays in the archive: no way up, no root, no drive, nothing a terminal would act on.
fn is_inside(path: &str) -> bool {
    !path.contains(['\\', ':', '\0'])
        && !path.chars().any(char::is_control)
        && path.len() <= 1024
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn is_bomb(size: u64, packed: u64) -> bool {
    size > SMALL && size > packed.saturating_mul(RATIO)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn open(bytes: Vec<u8>) -> Result<Archive, Refused> {
        Archive::open(&Foreign::of_bytes("x.zip", bytes))
    }

    #[test]
    fn a_file_in_an_archive_is_read() {
        let mut archive = open(archive(&[("a/b.csv", b"x")])).unwrap();
        let member = archive.member("A/B.csv").unwrap().clone();
        assert_eq!(archive.read(&member, 10), Ok(b"x".to_vec()));
        assert_eq!(archive.measure(&member, 1), Ok(()));
        assert!(archive.measure(&member, 0).is_err());
    }

    #[test]
    fn names_that_lead_out_are_left_out() {
        let names =
            ["../a", "/a", "a/../../b", "C:/a", "a\\..\\b", "\\\\host\\a", "a/./b", "\u{1b}[2J"];
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, &b"x"[..])).collect();
        let archive = open(archive(&files)).unwrap();
        assert_eq!(archive.members, []);
        assert_eq!(archive.left_out.len(), names.len());
    }

    #[test]
    fn what_unpacks_without_end_is_left_out_or_cut() {
        let zeros = vec![0; 20 * 1024 * 1024];
        let bytes = archive(&[("bomb", &zeros), ("A", b"1"), ("a", b"2")]);
        let mut opened = open(bytes).unwrap();
        let left: Vec<&str> = opened.left_out.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(left, ["bomb", "a"]);
        let member = opened.member("a").unwrap().clone();
        assert!(opened.read(&member, 0).is_err());
    }

    #[test]
    fn an_archive_that_is_cut_off_is_refused() {
        let whole = archive(&[("a", b"some text")]);
        for length in 0..whole.len() {
            assert!(open(whole[..length].to_vec()).is_err(), "{length}");
        }
    }
}
