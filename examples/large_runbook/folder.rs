//! Writing files into the folder that was asked for.

use std::fs;
use std::io;
use std::path::Path;

/// Writes `text` to `path`, and makes the folders above it.
pub fn write_file(path: &Path, text: &str) -> io::Result<()> {
    match fs::write(path, text) {
        // Asking first would cost a call per file.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
            fs::write(path, text)
        }
        outcome => outcome,
    }
}

/// Whether nothing would be overwritten in `folder`.
pub fn is_free(folder: &Path) -> bool {
    fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}
