//! Reads the header of an encrypted file: what it takes to open it, and nothing of what is in it.
//!
//! The format is that of age, version 1 (<https://c2sp.org/age>): a line with the version, a stanza for
//! each recipient, and a line with the header's own code. The whole may be wrapped as text ("armor").

use std::borrow::Cow;

use data_encoding::{BASE64, BASE64_NOPAD};

/// The first line of every such file.
const VERSION: &str = "age-encryption.org/v1";
const BEGIN: &str = "-----BEGIN AGE ENCRYPTED FILE-----";
const END: &str = "-----END AGE ENCRYPTED FILE-----";
/// Letters in a full line of a stanza's body, and of armor.
const LINE: usize = 64;
/// The least behind a header: a nonce, and the code of an empty text.
const LEAST_PAYLOAD: usize = 32;

/// What opens a sealed file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Opener {
    /// A passphrase.
    Passphrase {
        /// The base-2 logarithm of how often scrypt does its work (RFC 7914).
        work_factor: u8,
    },
    /// A key of age's own sort, `AGE-SECRET-KEY-1…`.
    Age,
    /// A key of SSH: `ssh-ed25519` or `ssh-rsa`.
    Ssh,
    /// A key of another sort, such as a hardware key by a plugin: its name in the file.
    Other(String),
}

/// Returns what opens the file of these `bytes`, or in what way it is no file of age.
pub fn openers(bytes: &[u8]) -> Result<Vec<Opener>, &'static str> {
    let bytes = binary(bytes).ok_or("its text form is damaged")?;
    let mut lines = Lines(&bytes);
    if lines.next() != Some(VERSION) {
        return Err("it does not begin as files of age do");
    }
    let mut openers = Vec::new();
    loop {
        let line = lines.next().ok_or(CUT)?;
        if let Some(code) = line.strip_prefix("--- ") {
            let is_code = BASE64_NOPAD.decode(code.as_bytes()).is_ok_and(|code| code.len() == 32);
            let is_whole = is_code && lines.0.len() >= LEAST_PAYLOAD && !openers.is_empty();
            return if is_whole { Ok(openers) } else { Err(CUT) };
        }
        let stanza = line.strip_prefix("-> ").ok_or("its header is damaged")?;
        // A body ends with a line that is not full.
        while lines.next().ok_or(CUT)?.len() == LINE {}
        openers.extend(opener(stanza)?);
    }
}

const CUT: &str = "it is cut off";

/// Returns what a stanza is for; nothing for one that is there to be passed over.
fn opener(stanza: &str) -> Result<Option<Opener>, &'static str> {
    let mut words = stanza.split(' ');
    Ok(match words.next().unwrap_or_default() {
        "X25519" => Some(Opener::Age),
        "ssh-ed25519" | "ssh-rsa" => Some(Opener::Ssh),
        "scrypt" => {
            let factor = words.nth(1).and_then(|factor| factor.parse().ok());
            let work_factor = factor.ok_or("its header is damaged")?;
            Some(Opener::Passphrase { work_factor })
        }
        // Put in at random by some programs, so that others learn to pass over what they do not know.
        name if name.ends_with("-grease") => None,
        name => Some(Opener::Other(name.to_owned())),
    })
}

/// Returns the bytes of a file that may be wrapped as text; nothing where that is damaged.
pub fn binary(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    if is_armored(bytes) { unwrap(bytes).map(Cow::Owned) } else { Some(Cow::Borrowed(bytes)) }
}

/// Whether the file is wrapped as text.
fn is_armored(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(BEGIN.as_bytes())
}

/// Returns the bytes of an armored file.
fn unwrap(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let body = text.strip_prefix(BEGIN)?.strip_suffix(END)?;
    let lines: Vec<&str> = body.trim().lines().map(str::trim_end).collect();
    let (last, full) = lines.split_last()?;
    let is_even = full.iter().all(|line| line.len() == LINE) && last.len() <= LINE;
    if !is_even {
        return None;
    }
    BASE64.decode(lines.concat().as_bytes()).ok()
}

/// The lines of a header, with the payload behind them.
struct Lines<'a>(&'a [u8]);

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let end = self.0.iter().position(|byte| *byte == b'\n')?;
        let (line, rest) = self.0.split_at(end);
        self.0 = &rest[1..];
        std::str::from_utf8(line).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(stanzas: &str) -> Vec<u8> {
        let code = BASE64_NOPAD.encode(&[7; 32]);
        let mut file = format!("{VERSION}\n{stanzas}--- {code}\n").into_bytes();
        file.extend([0xff; LEAST_PAYLOAD]);
        file
    }

    fn armored(bytes: &[u8]) -> String {
        let text = BASE64.encode(bytes);
        let lines: Vec<&str> =
            text.as_bytes().chunks(LINE).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("{BEGIN}\n{}\n{END}\n", lines.join("\n"))
    }

    #[test]
    fn the_header_tells_what_opens_a_file() {
        let full = "a".repeat(LINE);
        let bytes = file(&format!(
            "-> X25519 abc\nbody\n-> ssh-ed25519 a b\n{full}\nbody\n-> ssh-rsa a\n{full}\n\n\
             -> yubikey 1 2\n\n-> 9-grease x\n\n"
        ));
        let wanted = [Opener::Age, Opener::Ssh, Opener::Ssh, Opener::Other("yubikey".to_owned())];
        assert_eq!(openers(&bytes).unwrap(), wanted);
        assert_eq!(openers(armored(&bytes).as_bytes()).unwrap(), wanted);
        let windows = armored(&bytes).replace('\n', "\r\n");
        assert_eq!(openers(windows.as_bytes()).unwrap(), wanted);
        let bytes = file("-> scrypt c2FsdA 18\nbody\n");
        assert_eq!(openers(&bytes).unwrap(), [Opener::Passphrase { work_factor: 18 }]);
    }

    #[test]
    fn what_is_cut_off_or_something_else_is_not_taken_for_sealed() {
        let whole = file("-> X25519 abc\nbody\n");
        for len in 0..whole.len() {
            assert!(openers(&whole[..len]).is_err(), "{len}");
        }
        let text = armored(&whole);
        for len in 0..text.trim_end().len() {
            assert!(openers(&text.as_bytes()[..len]).is_err(), "{len}");
        }
        assert!(openers(b"password = hunter2\n").is_err());
        assert!(openers(&file("password = hunter2\n")).is_err());
        assert!(openers(&file("")).is_err(), "nobody could open it");
    }
}
