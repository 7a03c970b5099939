//! Keeps secrets out of what is imported.
//!
//! Three sieves, one behind the other: the name of the column, element or keyword (here as data); what
//! a reader knows to be a secret by its kind of field; and what a value looks like, by the rules that
//! check the runbook itself. What is dropped is counted by its column and never repeated.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::secrets;

/// What stands where a secret stood in prose.
pub const REMOVED: &str = "<removed>";

/// Names of columns, elements and keywords whose values are secrets.
#[derive(Deserialize)]
struct Names {
    /// The whole name, letters and digits only.
    exact: Vec<String>,
    /// Part of a name.
    part: Vec<String>,
    /// Names that hold a part and are none: where a secret is kept, when it was changed.
    harmless: Vec<String>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    toml::from_str(include_str!("secret/names.toml")).expect("a test reads the embedded names")
});

/// Whether what stands under this name is a secret, whatever it looks like.
pub fn is_secret_label(label: &str) -> bool {
    thread_local! {
        /// What was found of the labels before: a table has the same ones in each of its rows.
        static KNOWN: RefCell<HashMap<String, bool>> = RefCell::default();
    }
    const MOST: usize = 2_000;
    KNOWN.with_borrow_mut(|known| {
        if let Some(is_secret) = known.get(label) {
            return *is_secret;
        }
        let is_secret = names_a_secret(label);
        if known.len() < MOST && label.len() < 200 {
            known.insert(label.to_owned(), is_secret);
        }
        is_secret
    })
}

fn names_a_secret(label: &str) -> bool {
    // `Password [Required]`: what stands in brackets is about the column.
    let label = label.split('[').next().unwrap_or(label);
    let bare: String =
        label.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let has = |part: &String| bare.contains(part.as_str());
    let names = &*NAMES;
    if names.exact.contains(&bare) {
        return true;
    }
    names.part.iter().any(has) && !names.harmless.iter().any(has)
}

/// Whether `text`, under `label`, looks like a secret or holds one.
pub fn is_suspect(label: &str, text: &str) -> bool {
    !secrets::scan(text).is_empty() || !secrets::scan(&format!("{label} = \"{text}\"")).is_empty()
}

/// Returns prose with what looks like a secret taken out, and how often that was; nothing where it
/// still looks like one afterwards.
pub fn redact(text: &str) -> (Option<String>, usize) {
    let (redacted, found) = redact_all(text, REMOVED);
    let count = found.values().sum();
    (secrets::scan(&redacted).is_empty().then_some(redacted), count)
}

/// Returns a text with `instead` of what looks like a secret, and how often that was by each rule. It may
/// still look like one afterwards.
pub fn redact_all(text: &str, instead: &str) -> (String, BTreeMap<&'static str, usize>) {
    let mut redacted = text.to_owned();
    let mut found = BTreeMap::new();
    // Taking one out may bring another to light.
    for _ in 0..4 {
        let suspects = secrets::scan(&redacted);
        if suspects.is_empty() {
            break;
        }
        for suspect in suspects.iter().rev() {
            redacted.replace_range(suspect.range.clone(), instead);
            *found.entry(suspect.rule).or_default() += 1;
        }
    }
    (redacted, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_the_name_of_its_column() {
        for label in [
            "Password",
            "passwd",
            "Pass",
            "Secret",
            "OTP",
            "otp_secret",
            "one_time_password",
            "TOTP",
            "License Key(s)",
            "private-key",
            "PSK",
            "pre-shared-key",
            "Community",
            "Recovery code",
            "PIN",
            "CVV",
            "card",
            "Admin Password [Required]",
            "BitLocker recovery key",
            "Product Key",
            "snmp community",
            "API key",
            "rocommunity",
            "ipsecpsk",
            "bcrypt-hash",
            "Wi-Fi Passphrase",
        ] {
            assert!(is_secret_label(label), "{label}");
        }
        for label in [
            "name",
            "serial",
            "Password last changed",
            "password_category",
            "pinned",
            "Keyboard",
            "mac",
            "passport office",
            "key_location",
            "Community manager",
            "discard",
            "pwdLastSet",
            "pin_location",
            "SMTP server",
            "Card reader model",
        ] {
            assert!(!is_secret_label(label), "{label}");
        }
    }

    #[test]
    fn prose_loses_the_secret_and_keeps_the_rest() {
        let (text, count) = redact("Reset it, then\npassword: hunter2xZ9!\nand go on");
        let text = text.unwrap();
        assert_eq!(count, 1);
        assert!(!text.contains("hunter2") && text.contains("and go on"), "{text}");
        assert_eq!(redact("nothing here"), (Some("nothing here".to_owned()), 0));
    }
}
