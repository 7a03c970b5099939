//! Signs a site where it stands.

use std::fs;
use std::path::Path;

use super::beside::beside;
use super::held::Held;
use super::signature::{self, Signed};
use crate::diagnostic::clean::one_line;
use crate::progress::Progress;
use crate::publish::{SIGNATURE, SUMS};
use crate::refused::Refused;

/// Signs the site in the folder `site` with the key in the file at `key`, for the signer `name`, and
/// puts the signature and the list of signers beside its sums. A site that is not whole is not signed.
pub fn sign(
    site: &Path,
    key: &Path,
    name: &str,
    progress: &dyn Progress,
) -> Result<Signed, Refused> {
    signature::check_name(name)?;
    let mut held = Held::open(site)?;
    if !held.is_folder() {
        return Err(Refused::new("a bundle cannot be signed where it is")
            .help("sign while it is made: `clearjar bundle --key KEY --as NAME`"));
    }
    let manifest = held.manifest()?;
    held.must_be_whole(&manifest, progress)?;
    let sums = held.bytes(SUMS)?.unwrap_or_default();
    let (text, signed) = signature::sign(&sums, key)?;
    let [signature_name, list] = SIGNATURE;
    // The signature comes last: without it the list says nothing.
    put(&held.path.join(list), &signed.allowed_signer(name))?;
    put(&held.path.join(signature_name), &text)?;
    Ok(signed)
}

/// Writes a file as a whole, over the one that is there.
fn put(path: &Path, text: &str) -> Result<(), Refused> {
    let part = beside(path, ".part")?;
    let written = fs::write(&part, text).and_then(|()| fs::rename(&part, path));
    written.map_err(|error| {
        let _ = fs::remove_file(&part);
        let shown = one_line(&path.to_string_lossy()).into_owned();
        Refused::new(format!("cannot write `{shown}`: {error}; the site is not signed"))
    })
}
