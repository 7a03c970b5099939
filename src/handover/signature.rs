//! Ties the sums of a site to whoever made it, and reads such a tie.
//!
//! A signature is an SSHSIG (OpenSSH, `PROTOCOL.sshsig`) over `SHA256SUMS`, which lists every other
//! file. Any machine with OpenSSH can check it without this program:
//!
//! ```text
//! ssh-keygen -Y verify -f allowed_signers -I NAME -n runbook@clearjar \
//!     -s SHA256SUMS.sig < SHA256SUMS
//! ```
//!
//! Signing is left to `ssh-keygen`, so that keys in agents and on hardware work and no private key
//! enters this process. Reading is done here, for everybody.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use ssh_key::{HashAlg, LineEnding, PublicKey, SshSig};

use crate::diagnostic::clean::one_line;
use crate::refused::Refused;

/// What a signature is for: one made for something else does not count.
pub const NAMESPACE: &str = "runbook@clearjar";

/// A signature that fits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signed {
    /// The fingerprint of the key, as `ssh-keygen -l` writes it: `SHA256:…`.
    pub fingerprint: String,
    /// The sort of key: `ssh-ed25519`.
    pub algorithm: String,
    key: PublicKey,
}

impl Signed {
    /// Returns the line of `allowed_signers` (`ssh-keygen(1)`, "ALLOWED SIGNERS") by which the key
    /// stands for `name`.
    pub fn allowed_signer(&self, name: &str) -> String {
        let key = self.key.to_openssh().expect("a key that was read can be written");
        format!("{name} namespaces=\"{NAMESPACE}\" {key}\n")
    }
}

/// Checks that `name` can stand for a signer in a list of signers.
pub fn check_name(name: &str) -> Result<(), Refused> {
    let is_wrong = |c: char| c.is_whitespace() || c.is_control() || "\",*?!#\\".contains(c);
    if name.is_empty() || name.len() > 200 || name.contains(is_wrong) {
        return Err(Refused::new(format!("`{}` is no name of a signer", one_line(name))).help(
            "give one without spaces, commas and quotes, such as an e-mail address: \
             `--as info@northwind.example`",
        ));
    }
    Ok(())
}

/// Has `ssh-keygen` sign `sums` with the key in the file at `key`, which may be the public half of one
/// in an agent. Returns the text of the signature, which fits.
pub fn sign(sums: &[u8], key: &Path) -> Result<(String, Signed), Refused> {
    let shown = one_line(&key.to_string_lossy()).into_owned();
    if !key.is_file() {
        return Err(Refused::new(format!("there is no key in `{shown}`")).help(
            "name the file of a private key, or of the public half of one in an agent; \
             `ssh-keygen -t ed25519 -f KEY` makes one",
        ));
    }
    let failed = |error: &io::Error| {
        let refused = Refused::new(format!("cannot run `ssh-keygen`: {error}"));
        refused.help("it comes with OpenSSH, which Windows 10 and later, macOS and Linux have")
    };
    let mut child = Command::new("ssh-keygen")
        .args(["-q", "-Y", "sign", "-n", NAMESPACE, "-f"])
        .arg(key)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(&error))?;
    // One that ends without reading has said why on standard error.
    let written = child.stdin.take().map(|mut stdin| stdin.write_all(sums));
    let output = child.wait_with_output().map_err(|error| failed(&error))?;
    if !output.status.success() || !matches!(written, Some(Ok(()))) {
        return Err(Refused::new(format!("`ssh-keygen` did not sign with the key `{shown}`")));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let signed = read(sums, &text).map_err(|why| {
        Refused::new(format!("the key `{shown}` makes no signature that can be checked: {why}"))
            .help("sign with an Ed25519 key: `ssh-keygen -t ed25519 -f KEY` makes one")
    })?;
    Ok((text, signed))
}

/// Reads the signature `text`, and returns whose it is if it fits `sums`; else says what is wrong.
pub fn read(sums: &[u8], text: &str) -> Result<Signed, String> {
    let damaged = || "it is no SSH signature, or damaged".to_owned();
    let signature = SshSig::from_pem(text).map_err(|_| damaged())?;
    // Lengths that lead nowhere are read past: one signature has one text, but for line breaks.
    let again = signature.to_pem(LineEnding::LF).map_err(|_| damaged())?;
    if signature.version() != SshSig::VERSION
        || !again.split_whitespace().eq(text.split_whitespace())
    {
        return Err(damaged());
    }
    let key = PublicKey::from(signature.public_key().clone());
    let algorithm = key.algorithm().as_str().to_owned();
    if signature.namespace() != NAMESPACE {
        let namespace = one_line(signature.namespace()).into_owned();
        return Err(format!("it was made for something else: `{namespace}`"));
    }
    key.verify(NAMESPACE, sums, &signature).map_err(|error| match error {
        ssh_key::Error::AlgorithmUnsupported { .. } | ssh_key::Error::AlgorithmUnknown => {
            format!("keys of the sort {algorithm} cannot be checked here")
        }
        _ => "it does not fit the sums".to_owned(),
    })?;
    Ok(Signed { fingerprint: key.fingerprint(HashAlg::Sha256).to_string(), algorithm, key })
}

/// Returns the names for which the key of `signed` may sign a runbook, by the text of an
/// `allowed_signers` file.
///
/// Lines with a validity or a certificate authority are passed over: what they allow depends on the
/// clock or on more than the key, and `ssh-keygen` judges it.
pub fn names_of<'a>(signed: &Signed, allowed: &'a str) -> Vec<&'a str> {
    let lines = allowed.lines().filter_map(Line::read);
    let ours = lines.filter(|line| line.is_for_runbooks() && line.key == signed.key);
    ours.flat_map(|line| line.names.split(',')).filter(|name| !name.is_empty()).collect()
}

/// A line of an `allowed_signers` file.
struct Line<'a> {
    names: &'a str,
    options: Vec<&'a str>,
    key: PublicKey,
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Option<Line<'a>> {
        let line = line.trim();
        let (names, rest) = line.split_once(char::is_whitespace)?;
        if names.starts_with('#') {
            return None;
        }
        let rest = rest.trim_start();
        // A line without options has the key here.
        if let Ok(key) = key_of(rest) {
            return Some(Line { names: unquoted(names), options: Vec::new(), key });
        }
        let (options, key) = split_outside_quotes(rest, char::is_whitespace)?;
        let mut rest = options;
        let mut options = Vec::new();
        while let Some((option, behind)) = split_outside_quotes(rest, |c| c == ',') {
            options.push(option);
            rest = behind;
        }
        options.push(rest);
        Some(Line { names: unquoted(names), options, key: key_of(key.trim_start()).ok()? })
    }

    fn is_for_runbooks(&self) -> bool {
        self.options.iter().all(|option| {
            let value = option.strip_prefix("namespaces=").map(unquoted);
            value.is_some_and(|value| value.split(',').any(|it| it == NAMESPACE || it == "*"))
        })
    }
}

/// Reads a key and leaves the comment behind it, which may be any text.
fn key_of(text: &str) -> Result<PublicKey, ssh_key::Error> {
    let mut words = text.split_whitespace();
    let (sort, data) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut key = PublicKey::from_openssh(&format!("{sort} {data}"))?;
    key.set_comment("");
    Ok(key)
}

fn split_outside_quotes(text: &str, at: impl Fn(char) -> bool) -> Option<(&str, &str)> {
    let mut is_quoted = false;
    let place = text.char_indices().find(|(_, c)| {
        is_quoted ^= *c == '"';
        !is_quoted && at(*c)
    });
    let (place, c) = place?;
    Some((&text[..place], &text[place + c.len_utf8()..]))
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use ssh_key::PrivateKey;
    use ssh_key::private::{Ed25519Keypair, KeypairData};

    use super::*;

    fn key(seed: u8) -> PrivateKey {
        let pair = Ed25519Keypair::from_seed(&[seed; 32]);
        PrivateKey::new(KeypairData::Ed25519(pair), "ann@laptop").unwrap()
    }

    fn signature(namespace: &str, sums: &[u8]) -> String {
        let signature = SshSig::sign(&key(1), namespace, HashAlg::Sha512, sums).unwrap();
        signature.to_pem(LineEnding::LF).unwrap()
    }

    #[test]
    fn a_signature_fits_what_was_signed_and_nothing_else() {
        let text = signature(NAMESPACE, b"sums");
        let signed = read(b"sums", &text).unwrap();
        assert_eq!(signed.algorithm, "ssh-ed25519");
        assert_eq!(signed.fingerprint, key(1).fingerprint(HashAlg::Sha256).to_string());
        assert_eq!(read(b"sumz", &text).unwrap_err(), "it does not fit the sums");
        let other = signature("file", b"sums");
        assert_eq!(read(b"sums", &other).unwrap_err(), "it was made for something else: `file`");
    }

    #[test]
    fn no_damage_to_a_signature_passes_or_panics() {
        let text = signature(NAMESPACE, b"sums");
        for end in 0..text.trim_end().len() {
            assert!(read(b"sums", &text[..end]).is_err(), "cut at {end}");
        }
        let inside = text.find('\n').unwrap() + 1..text.rfind("\n-----END").unwrap();
        for place in inside {
            let mut bytes = text.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let damaged = String::from_utf8(bytes).unwrap();
            assert!(read(b"sums", &damaged).is_err(), "changed at {place}");
        }
    }

    #[test]
    fn a_list_of_signers_is_read_as_ssh_keygen_reads_it() {
        let signed = read(b"sums", &signature(NAMESPACE, b"sums")).unwrap();
        let own = signed.allowed_signer("info@northwind.example");
        assert_eq!(names_of(&signed, &own), ["info@northwind.example"]);
        assert!(!own.contains("ann@laptop"), "{own}");

        let public = key(1).public_key().to_openssh().unwrap();
        let other = key(2).public_key().to_openssh().unwrap();
        let names = |line: String| names_of(&signed, &line).join(" ");
        assert_eq!(names(format!("a,b {public}")), "a b");
        assert_eq!(names(format!("\"a\" namespaces=\"git,{NAMESPACE}\" {public} x y")), "a");
        assert_eq!(names(format!("# a {public}\n\na {other}\nb {public}\r\n")), "b");
        assert_eq!(names(format!("a namespaces=\"git\" {public}")), "");
        assert_eq!(names(format!("a cert-authority {public}")), "");
        assert_eq!(names(format!("a valid-before=\"20200101\" {public}")), "");
        assert_eq!(names(format!("a valid-before=\"x, y\",namespaces=\"*\" {public}")), "");
        for damaged in ["a", "a ssh-ed25519", "a ssh-ed25519 AAAA", "a \" ssh-ed25519 AAAA"] {
            assert_eq!(names(damaged.to_owned()), "");
        }
    }

    #[test]
    fn a_name_of_a_signer_is_one_word() {
        assert!(check_name("info@northwind.example").is_ok());
        for name in ["", "a b", "a,b", "a\"", "*", "#a", "a\n"] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
    }
}
