//! Makes a copy of a device's configuration that is safe to publish: every secret in it becomes
//! `<removed>`, and everything else stays as it is.
//!
//! Known formats are cut by their own keywords and elements, as an import cuts them; what looks like a
//! secret afterwards, by the rules that check the runbook, goes as well, in every text. The copy passes
//! that check, or there is none.

use std::collections::BTreeMap;

use super::appliance::redaction::Redaction;
use super::appliance::text_of;
use super::foreign::Foreign;
use super::secret::{REMOVED, redact_all};
use super::{Fit, READERS, Refused, fortigate, ios, pfsense, routeros};
use crate::secrets;

/// A copy without secrets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Redacted {
    /// The text that is left.
    pub text: String,
    /// How many secrets went, by the keyword, the element or the rule that tells of them.
    pub counts: BTreeMap<String, usize>,
    /// As what it was read: the name of a format, as `clearjar import` knows it.
    pub format: Option<&'static str>,
}

/// Returns the copy of `file`.
pub fn redact(file: &Foreign) -> Result<Redacted, Refused> {
    let text = text_of(file)?;
    let format = READERS.iter().find(|reader| reader.fit(file) == Fit::Sure);
    let format = format.map(|reader| reader.name());
    let mut cuts = cuts(&text, format);
    let rest = cuts.apply(&text);
    let mut counts = std::mem::take(&mut cuts.counts);
    // Markup has a spelling of its own for it.
    let instead = if is_markup(&rest) { pfsense::REMOVED_IN_XML } else { REMOVED };
    let (rest, found) = redact_all(&rest, instead);
    for (rule, count) in found {
        *counts.entry(rule.to_owned()).or_default() += count;
    }
    Ok(Redacted { text: without_lines(rest, &mut counts), counts, format })
}

/// Returns what the keywords of a format tell of; of XML that nobody knows, its elements.
fn cuts(text: &str, format: Option<&str>) -> Redaction {
    match format {
        Some("ios") => ios::secrets(text),
        Some("fortigate") => fortigate::secrets(text),
        Some("routeros") => routeros::secrets(text),
        _ if is_markup(text) => pfsense::secrets(text),
        _ => Redaction::default(),
    }
}

fn is_markup(text: &str) -> bool {
    text.trim_start().starts_with('<')
}

/// Takes out whole lines where taking out values goes on bringing others to light.
fn without_lines(text: String, counts: &mut BTreeMap<String, usize>) -> String {
    let mut rest = text;
    // Each round makes at least one line shorter than it can be and still hold something.
    while let Some(suspect) = secrets::scan(&rest).first() {
        let start = rest[..suspect.range.start].rfind('\n').map_or(0, |newline| newline + 1);
        let end =
            rest[suspect.range.end..].find('\n').map_or(rest.len(), |at| suspect.range.end + at);
        *counts.entry("lines".to_owned()).or_default() += 1;
        rest.replace_range(start..end, if &rest[start..end] == REMOVED { "" } else { REMOVED });
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Redacted {
        redact(&Foreign::of_bytes("a.conf", text.as_bytes())).unwrap()
    }

    #[test]
    fn each_format_loses_its_secrets_and_nothing_else() {
        for (format, text, left) in [
            (
                Some("ios"),
                "version 15.2\nhostname sw-1\n!\nenable secret 5 $1$iUJi$AbCdEfGhIjKlMnOpQrStU1\nsnmp-server community pub1ic RO\ninterface Vlan1\n ip address 10.0.0.1 255.255.255.0\n!\n",
                "version 15.2\nhostname sw-1\n!\nenable secret 5 <removed>\nsnmp-server community <removed> RO\ninterface Vlan1\n ip address 10.0.0.1 255.255.255.0\n!\n",
            ),
            (
                Some("routeros"),
                "# 2026-01-01 by RouterOS 7.18.2\n/interface wireless security-profiles\nset [ find default=yes ] wpa2-pre-shared-key=hunter2xZ9\n",
                "# 2026-01-01 by RouterOS 7.18.2\n/interface wireless security-profiles\nset [ find default=yes ] wpa2-pre-shared-key=<removed>\n",
            ),
            (
                None,
                "<backup><user>admin</user><bindpw>x1y2</bindpw></backup>",
                "<backup><user>admin</user><bindpw>&lt;removed&gt;</bindpw></backup>",
            ),
            (
                None,
                "Sign in with password: Tr0ub4dor-and-3\r\n",
                "Sign in with password: <removed>\r\n",
            ),
        ] {
            let redacted = of(text);
            assert_eq!((redacted.format, redacted.text.as_str()), (format, left));
            assert!(!redacted.counts.is_empty());
        }
    }

    #[test]
    fn a_copy_is_its_own_copy_and_passes_the_check() {
        let text = "<pfsense><system><user><bcrypt-hash>$2y$10$abcdefghijklmnopqrstuv</bcrypt-hash></user></system><psk>x</psk>\npassword: Tr0ub4dor-and-3 token=ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8</pfsense>";
        let once = of(text);
        assert_eq!(secrets::scan(&once.text), []);
        let twice = of(&once.text);
        assert_eq!((twice.text, twice.counts.len()), (once.text, 0));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let error = redact(&Foreign::of_bytes("a.bin", b"ELF\0\0\0\x01\xff".to_vec())).unwrap_err();
        assert!(error.message.contains("`a.bin`"), "{error:?}");
    }
}
