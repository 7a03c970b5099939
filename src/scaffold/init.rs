//! The runbook that a new one begins with: a small office that does not exist, one worked record
//! of each main kind, with comments that teach; or nothing but the client, for an import to fill.
//!
//! The files are embedded from `init/runbook/` and `init/bare/` as they are written there, but for what stands between
//! `{{` and `}}`: the client's name and id, and days counted from today, so that a fresh runbook is
//! not stale from the start.

use include_dir::{Dir, DirEntry, include_dir};
use jiff::civil::Date;

use crate::diagnostic::Diagnostics;
use crate::digest::Digest;
use crate::record::check_id;
use crate::schema;
use crate::schema::field::Duration;
use crate::source::{SourceTree, Spanned};

use super::json_schema;
use crate::syntax::toml_string;

static EXAMPLES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/scaffold/init/runbook");

static BARE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/scaffold/init/bare");

/// What the first runbook has to know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Welcome {
    /// The client's name as people write it.
    pub name: String,
    /// The day from which the examples' days are counted.
    pub today: Date,
}

/// The files of a new runbook.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Runbook {
    /// Path, relative to the runbook and with `/` between its parts, and text; sorted by path.
    pub files: Vec<(String, String)>,
}

/// The file that tells git what of a runbook is not kept.
pub const GIT_IGNORE: &str = ".gitignore";

/// Returns what stands in [`GIT_IGNORE`] of a new runbook.
pub fn gitignore() -> &'static str {
    let file = BARE.get_file("gitignore").and_then(|file| file.contents_utf8());
    file.expect("the file is embedded")
}

impl Runbook {
    /// Returns the example files for a client, with the schemas of the built-in kinds.
    pub fn new(welcome: &Welcome) -> Runbook {
        Runbook::filled(welcome, &embedded(&EXAMPLES))
    }

    /// Returns the files of a runbook that knows its client alone, with the schemas of the built-in
    /// kinds.
    pub fn bare(welcome: &Welcome) -> Runbook {
        Runbook::filled(welcome, &embedded(&BARE))
    }

    fn filled(welcome: &Welcome, embedded: &[(String, &'static str)]) -> Runbook {
        let client = client_id(&welcome.name, embedded);
        let filler = Filler { welcome, client, embedded };
        let mut files: Vec<(String, String)> = embedded
            .iter()
            .map(|(path, text)| {
                // A file of this name would be git's own where the program's sources are kept.
                let path = if path == "gitignore" { GIT_IGNORE } else { path };
                (filler.fill(path), filler.fill(text))
            })
            .collect();
        let catalog = schema::read(&SourceTree::default()).value;
        for (name, text) in json_schema::all(&catalog) {
            files.push((format!("{}/{name}", json_schema::FOLDER), text));
        }
        files.sort();
        Runbook { files }
    }
}

/// Returns the embedded files with their paths, `/` between the parts.
fn embedded(folder: &'static Dir<'static>) -> Vec<(String, &'static str)> {
    let mut files = Vec::new();
    collect(folder, &mut files);
    files.sort();
    files
}

fn collect(folder: &'static Dir<'static>, files: &mut Vec<(String, &'static str)>) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(inner) => collect(inner, files),
            DirEntry::File(file) => {
                let path = file.path().to_string_lossy().replace('\\', "/");
                let text = file.contents_utf8().expect("a test reads all embedded files as UTF-8");
                files.push((path, text));
            }
        }
    }
}

/// Returns an id made from a name: `Harborview Dental Group` becomes `harborview-dental-group`.
///
/// A name that gives no id, or one that an example has already, gives `client`.
fn client_id(name: &str, embedded: &[(String, &'static str)]) -> String {
    let id: String = deunicode::deunicode(name)
        .to_lowercase()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-");
    let id = id.get(..40).unwrap_or(&id).trim_end_matches('-').to_owned();
    let mut found = Diagnostics::default();
    check_id(&Spanned::new(id.clone(), super::nowhere()), &mut found);
    let file = format!("/{id}.toml");
    let taken = embedded.iter().any(|(path, _)| path.ends_with(&file));
    if found.is_empty() && !taken { id } else { "client".to_owned() }
}

struct Filler<'a> {
    welcome: &'a Welcome,
    client: String,
    embedded: &'a [(String, &'static str)],
}

impl Filler<'_> {
    /// Returns `text` with every `{{…}}` replaced by what it stands for.
    fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (name, after) =
                after.split_once("}}").expect("a test finds every placeholder closed");
            filled.push_str(before);
            filled.push_str(&self.value(name));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    fn value(&self, name: &str) -> String {
        let client = &self.welcome.name;
        match name {
            "client" => self.client.clone(),
            "name" => client.clone(),
            "\"name\"" => toml_string(client),
            "title" => toml_string(&format!("{client}: IT runbook")),
            "today" => self.welcome.today.to_string(),
            _ => match name.split_once(' ') {
                Some(("sha256", path)) => self.digest(path).to_string(),
                _ => self.day(name).expect("a test fills every placeholder").to_string(),
            },
        }
    }

    /// Returns the day of `today + 3mo` or `today - 14d`.
    fn day(&self, words: &str) -> Option<Date> {
        let (sign, length) = words.strip_prefix("today ")?.split_once(' ')?;
        let length = Duration::parse(length)?;
        match sign {
            "+" => Some(length.after(self.welcome.today)),
            "-" => Some(length.before(self.welcome.today)),
            _ => None,
        }
    }

    fn digest(&self, path: &str) -> Digest {
        let file = self.embedded.iter().find(|(there, _)| there == path);
        let (_, text) = file.expect("a test finds every file that is named");
        Digest::of(self.fill(text).as_bytes())
    }
}

#[cfg(test)]
mod tests;
