//! Says what of a site holds: its files, who signed it, and whether it is older than a copy at hand.

use super::held::Held;
use super::signature::{self, Signed};
use crate::diagnostic::clean::one_line;
use crate::progress::Progress;
use crate::publish::{Difference, Imprint, Manifest, OWN_NAMES, SIGNATURE, SUMS};
use crate::refused::Refused;
use crate::sources;

/// What was found of a site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// What it says of itself.
    pub imprint: Imprint,
    /// How many files its list has, the list itself and the sums with them.
    pub files: usize,
    /// How many bytes the files in its list have together.
    pub bytes: u64,
    /// In what it is not as its list says, sorted by path.
    pub differences: Vec<Difference>,
    /// What is known of a signature.
    pub signature: Signature,
    /// How it stands to the copy that it was compared with.
    pub age: Option<Age>,
}

/// What is known of a signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Signature {
    /// There is none.
    None,
    /// There is one, and it does not count: why.
    Wrong(String),
    /// It fits, and nobody whom the list of signers knows made it.
    Unknown(Signed),
    /// It fits, and the list of signers has its key.
    Known {
        /// Whose it is.
        signed: Signed,
        /// The names that the list has for the key.
        names: Vec<String>,
        /// Where the list came from.
        by: Signers,
    },
}

/// Where a list of signers came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signers {
    /// From the site itself, which could have been made by anybody.
    Itself,
    /// From whoever asks.
    Given,
}

/// How a site stands to another copy of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Age {
    /// They are the same.
    Same,
    /// It follows the copy.
    Newer,
    /// It is older than the copy.
    Older,
    /// It does not come from the copy: why.
    Stranger(String),
}

impl Report {
    /// Whether everything that was asked for holds. `is_signer_asked`: whether somebody said whose
    /// signatures count.
    pub fn holds(&self, is_signer_asked: bool) -> bool {
        let is_signed = match &self.signature {
            Signature::Known { .. } => true,
            Signature::None => !is_signer_asked,
            Signature::Wrong(_) | Signature::Unknown(_) => false,
        };
        let is_new = matches!(self.age, None | Some(Age::Same | Age::Newer));
        self.differences.is_empty() && is_signed && is_new
    }
}

/// Looks at everything in `held`. `signers` is the text of an `allowed_signers` file that whoever asks
/// trusts; `copy` one that they have.
pub fn verify(
    held: &mut Held,
    signers: Option<&str>,
    copy: Option<&Manifest>,
    progress: &dyn Progress,
) -> Result<Report, Refused> {
    let manifest = held.manifest()?;
    let differences = held.differences(&manifest, progress)?;
    let signature = signature_of(held, signers)?;
    Ok(Report {
        files: manifest.files().len() + OWN_NAMES.len() - SIGNATURE.len(),
        bytes: manifest.files().iter().map(|entry| entry.len).sum(),
        age: copy.map(|copy| age(&manifest, copy)),
        imprint: manifest.imprint,
        differences,
        signature,
    })
}

fn signature_of(held: &mut Held, signers: Option<&str>) -> Result<Signature, Refused> {
    let [name, list] = SIGNATURE;
    let Some(text) = held.bytes(name)? else { return Ok(Signature::None) };
    let sums = held.bytes(SUMS)?.unwrap_or_default();
    let signed = match signature::read(&sums, &String::from_utf8_lossy(&text)) {
        Ok(signed) => signed,
        Err(why) => return Ok(Signature::Wrong(why)),
    };
    let own = match signers {
        Some(_) => Vec::new(),
        None => held.bytes(list)?.unwrap_or_default(),
    };
    let own = String::from_utf8_lossy(&own);
    let (list, by) = match signers {
        Some(given) => (given, Signers::Given),
        None => (&*own, Signers::Itself),
    };
    let names: Vec<String> = signature::names_of(&signed, list)
        .into_iter()
        .map(|name| one_line(name).into_owned())
        .collect();
    Ok(match names.is_empty() {
        true => Signature::Unknown(signed),
        false => Signature::Known { signed, names, by },
    })
}

/// Tells how a site stands to a copy: by the releases of the runbook, of which each has the digest of
/// the one before, and then by the day.
fn age(new: &Manifest, copy: &Manifest) -> Age {
    let (imprint, before) = (&new.imprint, &copy.imprint);
    if new == copy {
        return Age::Same;
    }
    if imprint.title != before.title {
        let title = one_line(&before.title).into_owned();
        return Age::Stranger(format!("the copy is of another runbook: {title}"));
    }
    if imprint.edition != before.edition {
        return Age::Stranger("the copy is of another edition".to_owned());
    }
    if imprint.serial < before.serial {
        return Age::Older;
    }
    // The last release that the copy knew is among those of the newer one, if that came from it.
    let releases = || {
        let folder = sources::route("history/");
        new.files().iter().filter(move |entry| entry.path.starts_with(&folder))
    };
    if let Some(last) = before.previous
        && !releases().any(|release| release.digest == last)
    {
        return Age::Stranger("the last release in the copy is not among its releases".to_owned());
    }
    if imprint.serial == before.serial && imprint.day < before.day {
        return Age::Older;
    }
    Age::Newer
}
