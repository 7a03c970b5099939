//! Names beside a file or folder that is being made, and its last step: the whole of it at once.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::diagnostic::clean::one_line;
use crate::refused::Refused;

/// Returns the path beside `path` with its name, a leading dot and `ending`: hidden, and to be told
/// apart from what a person made.
pub(super) fn beside(path: &Path, ending: &str) -> Result<PathBuf, Refused> {
    let whole = std::path::absolute(path).map_err(|error| {
        let shown = one_line(&path.to_string_lossy()).into_owned();
        Refused::new(format!("cannot find `{shown}`: {error}"))
    })?;
    let Some(name) = whole.file_name() else {
        let shown = one_line(&path.to_string_lossy()).into_owned();
        return Err(Refused::new(format!("`{shown}` has no name")).help("name another place"));
    };
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(ending);
    Ok(whole.with_file_name(hidden))
}

/// Returns the first name beside `path`, with `.old-1` and so on behind it, that nothing has.
pub(super) fn free(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?;
    (1..1000)
        .map(|number| {
            let mut free = name.to_owned();
            free.push(format!(".old-{number}"));
            path.with_file_name(free)
        })
        .find(|free| free.symlink_metadata().is_err())
}
