//! Cuts secrets out of a `config.xml` by the names of its elements, and leaves every other byte as it is.

use quick_xml::events::Event;
use quick_xml::reader::Reader;

use crate::import::appliance::redaction::Redaction;
use crate::import::secret;

/// What stands where a secret stood, as XML writes `<removed>`.
pub const REMOVED: &str = "&lt;removed&gt;";

/// Finds the secrets of `text`; stops where it is no XML, which its reader tells.
pub fn secrets(text: &str) -> Redaction {
    let mut redaction = Redaction::default();
    let mut reader = Reader::from_str(text);
    let mut open: Vec<(String, bool)> = Vec::new();
    // A secret comes in pieces: text, references, CDATA.
    let mut start: Option<usize> = None;
    loop {
        let before = reader.buffer_position() as usize;
        let Ok(event) = reader.read_event() else { return redaction };
        let is_inside = open.last().is_some_and(|(_, is_secret)| *is_secret);
        match event {
            Event::Start(element) => {
                let name = element.name().into_inner().to_owned();
                let is_secret = is_inside || is_secret_element(&name);
                open.push((name, is_secret));
                start = None;
            }
            Event::End(_) => {
                if let (Some((name, true)), Some(from)) = (open.last(), start.take()) {
                    cut(&mut redaction, text, from, before, name);
                }
                open.pop();
                start = None;
            }
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if is_inside => {
                start.get_or_insert(before);
            }
            Event::Eof => return redaction,
            _ => {}
        }
    }
}

fn cut(redaction: &mut Redaction, text: &str, from: usize, to: usize, name: &str) {
    let whole = &text[from..to];
    let trimmed = whole.trim();
    // What somebody has taken out already is no secret.
    let is_blank = trimmed.is_empty()
        || trimmed == "<![CDATA[]]>"
        || trimmed == REMOVED
        || trimmed.chars().all(|c| c == '*');
    if !is_blank {
        let start = from + (whole.len() - whole.trim_start().len());
        redaction.cut_quietly(start..start + trimmed.len(), REMOVED);
        *redaction.counts.entry(name.to_owned()).or_default() += 1;
    }
}

/// Whether what stands in this element is a secret.
pub fn is_secret_element(name: &str) -> bool {
    const HARMLESS: &[&str] = &[
        "pub",
        "keyname",
        "keyid",
        "keylen",
        "keytype",
        "keyalgorithm",
        "keypair",
        "keyring",
        "usekey",
    ];
    let lower = name.to_lowercase();
    let is_key = ["key", "keys", "pass", "passwd", "pw", "pwd", "psk", "community"]
        .iter()
        .any(|end| lower.ends_with(end))
        && lower != "pass"
        && !lower.ends_with("bypass");
    (is_key || secret::is_secret_label(name)) && !HARMLESS.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_that_hold_secrets_are_known_by_name() {
        for name in [
            "bcrypt-hash",
            "password",
            "md5-hash",
            "authorizedkeys",
            "ipsecpsk",
            "otp_seed",
            "prv",
            "privkey",
            "psk",
            "pre-shared-key",
            "rocommunity",
            "tls",
            "shared_key",
            "key",
            "radius_secret",
            "auth_pass",
            "proxy_passwd",
            "ddnsdomainkey",
            "ldap_bindpw",
            "secret",
            "static_keys",
        ] {
            assert!(is_secret_element(name), "{name}");
        }
        for name in [
            "pubkey",
            "ddnsdomainkeyname",
            "descr",
            "type",
            "sslproxybypass",
            "crt",
            "public_key",
            "passthrough_networks",
            "ssl-certref",
        ] {
            assert!(!is_secret_element(name), "{name}");
        }
    }

    #[test]
    fn only_the_secret_goes() {
        let text = "<a><key>\n  x&amp;y </key>\r\n<psk><![CDATA[z<]]></psk><psk/><apikeys><item><id>7</id></item></apikeys></a>";
        let mut redaction = secrets(text);
        let rest = redaction.apply(text);
        assert_eq!(
            rest,
            "<a><key>\n  &lt;removed&gt; </key>\r\n<psk>&lt;removed&gt;</psk><psk/><apikeys><item><id>&lt;removed&gt;</id></item></apikeys></a>"
        );
        assert_eq!(redaction.counts["key"], 1);
    }
}
