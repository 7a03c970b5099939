//! Names content by its SHA-256: in manifests, in the names of assets and wherever two byte
//! strings are asked to be the same.

use std::fmt;
use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The SHA-256 (FIPS 180-4) of some bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Returns the digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// Returns the digest of all that `reader` gives, and how many bytes that was.
    ///
    /// Reads in pieces, so that a large attachment is never held in memory.
    pub fn of_reader(mut reader: impl Read) -> io::Result<(Digest, u64)> {
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        let mut length = 0;
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok((Digest(hasher.finalize().into()), length)),
                Ok(count) => {
                    hasher.update(&buffer[..count]);
                    length += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Returns the digest of several things, each told apart from the next.
    pub fn of_all<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Digest {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Digest(hasher.finalize().into())
    }

    /// Returns the 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads the 64 hexadecimal digits that [`fmt::Display`] writes.
    pub fn from_hex(text: &str) -> Option<Digest> {
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).ok()?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        Some(Digest(bytes))
    }

    /// Returns the first ten digits: enough to tell two versions of one asset apart in a file name.
    pub fn short(&self) -> String {
        self.to_string()[..10].to_owned()
    }

    /// Returns the first eight bytes as a number, for identities made from a name.
    pub fn prefix(&self) -> u64 {
        let first = self.0[..8].try_into().expect("a SHA-256 has more than eight bytes");
        u64::from_be_bytes(first)
    }
}

/// Passes on what is written, and works out its digest.
pub struct Digesting<W> {
    to: W,
    hasher: Sha256,
}

impl<W: Write> Digesting<W> {
    /// Returns one that passes on to `to`.
    pub fn new(to: W) -> Digesting<W> {
        Digesting { to, hasher: Sha256::new() }
    }

    /// Returns the digest of all that was written.
    pub fn finish(self) -> Digest {
        Digest(self.hasher.finalize().into())
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.to.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Which side of copying failed.
#[derive(Debug)]
pub enum CopyError {
    /// No more could be read.
    Read(io::Error),
    /// No more could be written.
    Write(io::Error),
}

/// Copies all that `from` gives to `to`, and returns its digest and how many bytes that was.
pub fn copy(from: impl Read, to: impl Write) -> Result<(Digest, u64), CopyError> {
    let mut copying = Copying { from, to, failed: None };
    let read = Digest::of_reader(&mut copying);
    match copying.failed {
        Some(error) => Err(CopyError::Write(error)),
        None => read.map_err(CopyError::Read),
    }
}

/// Writes whatever is read through it.
struct Copying<R, W> {
    from: R,
    to: W,
    failed: Option<io::Error>,
}

impl<R: Read, W: Write> Read for Copying<R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(buffer)?;
        if let Err(error) = self.to.write_all(&buffer[..count]) {
            let kind = error.kind();
            self.failed = Some(error);
            return Err(kind.into());
        }
        Ok(count)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hex = [0; 64];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        f.pad(std::str::from_utf8(&hex).expect("the digits are ASCII"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_written_and_read_as_sha256sum_does() {
        let digest = Digest::of(b"abc");
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest.to_string(), hex);
        assert_eq!(Digest::from_hex(hex), Some(digest));
        assert_eq!(Digest::from_hex("ba78"), None);
        assert_eq!(Digest::of_reader(&b"abc"[..]).unwrap(), (digest, 3));
    }
}
