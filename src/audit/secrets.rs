//! Looks for secrets in everything that would be published.

use rayon::prelude::*;

use crate::diagnostic::Diagnostics;
use crate::secrets::{self, AllowedSecret};
use crate::source::SourceTree;

/// Scans every text of the runbook, and returns what is marked as no secret.
pub(super) fn run(tree: &SourceTree, found: &mut Diagnostics) -> Vec<AllowedSecret> {
    let scanned: Vec<_> = tree
        .files()
        .par_iter()
        .filter_map(|file| Some(secrets::check_text(file.id(), file.as_text()?)))
        .collect();
    let mut allowed = Vec::new();
    for (diagnostics, marked) in scanned {
        found.append(diagnostics);
        allowed.extend(marked);
    }
    allowed
}
