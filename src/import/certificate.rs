//! Reads certificates out of PEM text (RFC 7468, X.509 as in RFC 5280): what they are for, whose they
//! are, and when they run out.
//!
//! In: text with any number of PEM blocks, or one in base64 as configurations hold it. Out: what a
//! record says of each; what cannot be read is left out and counted. Private keys are never looked at.

use data_encoding::BASE64_MIME_PERMISSIVE;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};
use x509_parser::extensions::GeneralName;
use x509_parser::pem::Pem;
use x509_parser::prelude::X509Certificate;

/// How much text is looked at: certificates are short.
const BYTES: usize = 1024 * 1024;

/// How many certificates one text may hold.
const COUNT: usize = 200;

/// What is known of a certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Certificate {
    /// The common name of whom it is for, else the whole subject.
    pub subject: String,
    /// Every name and address that it is valid for.
    pub names: Vec<String>,
    /// Who issued it.
    pub issuer: String,
    /// The serial number, as pairs of hexadecimal digits.
    pub serial: String,
    /// The SHA-256 of the certificate, as pairs of hexadecimal digits.
    pub fingerprint: String,
    /// The last day on which it is valid, in UTC.
    pub expires: Option<Date>,
    /// Whether it may sign others.
    pub is_authority: bool,
}

/// Returns the certificates in `text`, which is PEM or PEM in base64, and how many blocks could not be
/// read.
pub fn read(text: &str) -> (Vec<Certificate>, usize) {
    let text = text.get(..text.len().min(BYTES)).unwrap_or_default();
    if text.contains("-----BEGIN") {
        return of_pem(text.as_bytes());
    }
    match BASE64_MIME_PERMISSIVE.decode(text.trim().as_bytes()) {
        Ok(bytes) if bytes.starts_with(b"-----BEGIN") => of_pem(&bytes),
        _ => (Vec::new(), 1),
    }
}

/// Returns the certificate in `bytes`, which is DER.
pub fn of_der(bytes: &[u8]) -> Option<Certificate> {
    let (_, certificate) = x509_parser::parse_x509_certificate(bytes).ok()?;
    Some(known(&certificate, bytes))
}

fn of_pem(bytes: &[u8]) -> (Vec<Certificate>, usize) {
    let (mut certificates, mut unread) = (Vec::new(), 0);
    for pem in Pem::iter_from_buffer(bytes).take(COUNT) {
        let Ok(pem) = pem else {
            unread += 1;
            continue;
        };
        if !pem.label.ends_with("CERTIFICATE") {
            continue;
        }
        match pem.parse_x509() {
            Ok(certificate) => certificates.push(known(&certificate, &pem.contents)),
            Err(_) => unread += 1,
        }
    }
    (certificates, unread)
}

fn known(certificate: &X509Certificate<'_>, bytes: &[u8]) -> Certificate {
    let common = |name: &x509_parser::x509::X509Name<'_>| {
        let first = name.iter_common_name().next().and_then(|part| part.as_str().ok());
        let organization = name.iter_organization().next().and_then(|part| part.as_str().ok());
        first.or(organization).map_or_else(|| name.to_string(), str::to_owned)
    };
    let subject = common(certificate.subject());
    let mut names: Vec<String> = Vec::new();
    if let Ok(Some(extension)) = certificate.subject_alternative_name() {
        let all = extension.value.general_names.iter();
        names.extend(all.filter_map(name_of));
    }
    if names.is_empty() {
        names.push(subject.clone());
    }
    let end = certificate.validity().not_after.timestamp();
    let expires = Timestamp::from_second(end).ok().map(|end| end.to_zoned(TimeZone::UTC).date());
    Certificate {
        subject,
        names,
        issuer: common(certificate.issuer()),
        serial: certificate.raw_serial_as_string(),
        fingerprint: pairs(&Sha256::digest(bytes)),
        expires,
        is_authority: certificate.is_ca(),
    }
}

fn name_of(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) | GeneralName::RFC822Name(name) | GeneralName::URI(name) => {
            Some((*name).to_owned())
        }
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes).ok().map(|b| std::net::Ipv4Addr::from(b).to_string()),
            16 => {
                <[u8; 16]>::try_from(*bytes).ok().map(|b| std::net::Ipv6Addr::from(b).to_string())
            }
            _ => None,
        },
        _ => None,
    }
}

fn pairs(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "the sample is a file")]

    use super::*;

    /// The certificate of the pfSense sample's own web interface.
    fn sample() -> String {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/import/oxidized/pfsense.txt");
        let text = std::fs::read_to_string(file).unwrap();
        let (_, rest) = text.split_once("<crt>").unwrap();
        rest.split_once("</crt>").unwrap().0.to_owned()
    }

    #[test]
    fn a_certificate_says_whose_it_is_and_when_it_ends() {
        let (certificates, unread) = read(&sample());
        assert_eq!((certificates.len(), unread), (1, 0));
        let one = &certificates[0];
        assert_eq!(one.subject, "pfSense-676149b4a3898");
        assert_eq!(one.names, ["pfSense-676149b4a3898"]);
        assert_eq!(one.expires, Some(jiff::civil::date(2026, 1, 19)));
        assert!(!one.is_authority);
    }

    #[test]
    fn what_is_no_certificate_is_counted_and_never_a_panic() {
        let whole = sample();
        for end in (0..whole.len()).step_by(7) {
            let _ = read(&whole[..end]);
        }
        let pem = BASE64_MIME_PERMISSIVE.decode(whole.as_bytes()).unwrap();
        for end in (0..pem.len()).step_by(5) {
            assert!(of_pem(&pem[..end]).0.is_empty() || end + 40 >= pem.len());
        }
        assert_eq!(read("no certificate at all").1, 1);
        assert_eq!(read("-----BEGIN CERTIFICATE-----\nXXXX\n-----END CERTIFICATE-----").1, 1);
    }
}
