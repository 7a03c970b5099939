//! Lays the files of a theme over each other: what all themes share, the theme, the runbook's own.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};
use serde::de::DeserializeOwned;

use super::packages::{self, Package};
use super::{TEMPLATE, UNKNOWN_THEME, one_sentence};
use crate::artifact::Artifact;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{SourceFile, SourceTree, Span};
use crate::text;

static THEMES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes");

/// The folder of what lies beneath every theme.
const SHARED: &str = "shared";

/// Where the runbook's own files lie.
const OWN: &str = "theme/";

/// What makes a folder a theme.
pub const MANIFEST: &str = "theme.toml";

/// Returns the names of the themes that come with the program, in the order of the alphabet.
pub fn names() -> Vec<&'static str> {
    let is_theme = |folder: &&Dir<'_>| folder.get_file(folder.path().join(MANIFEST)).is_some();
    let name = |folder: &'static Dir<'_>| folder.path().to_str().expect("a theme's name is UTF-8");
    let mut names: Vec<&str> = THEMES.dirs().filter(is_theme).map(name).collect();
    names.sort_unstable();
    names
}

/// A file of a theme.
#[derive(Clone, Copy)]
pub enum File<'a> {
    /// It comes with the program.
    Embedded(&'a [u8]),
    /// The runbook brought it.
    Own(&'a SourceFile),
}

impl<'a> File<'a> {
    /// Returns its text, if it is one.
    pub fn text(self) -> Option<&'a str> {
        match self {
            File::Embedded(bytes) => std::str::from_utf8(bytes).ok(),
            File::Own(file) => file.as_text(),
        }
    }

    /// Returns where it is, if the runbook brought it.
    pub fn own(self) -> Option<Span> {
        match self {
            File::Embedded(_) => None,
            File::Own(file) => Some(Span::whole(file.id())),
        }
    }

    /// Returns it as it is, byte for byte; nothing for a file that was refused.
    pub fn artifact(self) -> Option<Artifact> {
        match self {
            File::Embedded(bytes) => Some(Artifact::Bytes(bytes.to_vec())),
            File::Own(file) => Artifact::of(file),
        }
    }
}

/// The files of a theme by their path in it.
pub struct Files<'a> {
    /// The theme's name.
    pub theme: &'a str,
    /// The runbook's files, and those that come with the program where it has none.
    pub all: BTreeMap<String, File<'a>>,
    /// Those that come with the program.
    pub embedded: BTreeMap<String, File<'a>>,
}

impl<'a> Files<'a> {
    /// Returns the files of the theme called `theme`, with those of the runbook over them.
    pub fn of(theme: &'a str, tree: &'a SourceTree, found: &mut Diagnostics) -> Files<'a> {
        let mut embedded = BTreeMap::new();
        for layer in [SHARED, theme] {
            let folder = THEMES.get_dir(layer).expect("both are folders of the embedded themes");
            collect(folder, layer, &mut embedded);
        }
        let mut all = embedded.clone();
        for file in tree.under(OWN.trim_end_matches('/')) {
            let path = file.path.strip_prefix(OWN).expect("it lies under that folder");
            let may_add = path.starts_with("templates/") || path.starts_with("static/");
            if !embedded.contains_key(path) && !may_add {
                found.push(no_such_file(path, file, &embedded));
            } else if file.as_text().is_none() && !path.starts_with("static/") {
                let span = Span::whole(file.id());
                let message = format!("the theme's file `{path}` is not a text in UTF-8");
                let help = "save it as UTF-8, or remove it to use the theme's own";
                found.push(Diagnostic::new(&TEMPLATE, span, message).help(help));
            } else {
                all.insert(path.to_owned(), File::Own(file));
            }
        }
        Files { theme, all, embedded }
    }

    /// Returns the file at `path`.
    pub fn get(&self, path: &str) -> Option<File<'a>> {
        self.all.get(path).copied()
    }

    /// Returns the runbook's own files.
    pub fn own(&self) -> impl Iterator<Item = (&str, Span)> {
        self.all.iter().filter_map(|(path, file)| Some((path.as_str(), file.own()?)))
    }

    fn text(&self, path: &str) -> &'a str {
        self.get(path).and_then(File::text).unwrap_or_default()
    }

    /// Reads a file of values. A runbook's own version that cannot be read is reported, and leaves
    /// the embedded one in force.
    pub fn data<T: DeserializeOwned>(&self, path: &str, found: &mut Diagnostics) -> T {
        let problem = match toml::from_str(self.text(path)) {
            Ok(data) => return data,
            Err(problem) => problem,
        };
        if let Some(own) = self.get(path).and_then(File::own) {
            let range = problem.span().unwrap_or(0..0);
            let message =
                format!("the theme's file `{path}` cannot be read: {}", problem.message());
            found.push(
                Diagnostic::new(&TEMPLATE, Span::new(own.file, range), one_sentence(&message))
                    .help("correct it, or remove the file to use the theme's own"),
            );
        }
        self.embedded_data(path)
    }

    /// Reads a file of values as it comes with the program.
    pub fn embedded_data<T: DeserializeOwned>(&self, path: &str) -> T {
        let text = self.embedded.get(path).copied().and_then(File::text).unwrap_or_default();
        toml::from_str(text).expect("a test reads all files of the embedded themes")
    }

    /// Returns the file at `path` as it comes with the program: the shared one, then the theme's own.
    pub fn layers(&self, path: &str) -> impl Iterator<Item = &'static str> {
        let layers = [SHARED, self.theme].map(|layer| format!("{layer}/{path}"));
        layers.into_iter().filter_map(|path| THEMES.get_file(path)?.contents_utf8())
    }

    /// Joins texts under `static/` in this order.
    pub fn join(&self, names: &[String]) -> String {
        let texts: Vec<&str> =
            names.iter().map(|name| self.text(&format!("static/{name}"))).collect();
        texts.join("\n")
    }

    /// What the theme carries of others. A list that cannot be read is not the reader's business: the
    /// embedded ones are tested, and a runbook's own has none to show.
    pub fn packages(&self) -> Vec<Package> {
        let lists = self.all.keys().filter_map(|path| {
            let folder = path.strip_prefix("static/")?.strip_suffix("/vendor.toml")?;
            packages::read(folder, self.text(path)).ok()
        });
        lists.flatten().collect()
    }

    /// Icons are put into pages, so only what stands inside their `svg` element is kept.
    pub fn icons(&self) -> BTreeMap<String, String> {
        self.all
            .keys()
            .filter_map(|path| {
                let name = path.strip_prefix("static/icons/")?.strip_suffix(".svg")?;
                let text = self.text(path);
                let start =
                    text.find("<svg").and_then(|at| Some(at + text[at..].find('>')? + 1))?;
                let end = text.rfind("</svg>")?;
                let inside = text.get(start..end)?.split_whitespace().collect::<Vec<_>>().join(" ");
                Some((name.to_owned(), inside))
            })
            .collect()
    }
}

/// Reports a file that stands in for none.
fn no_such_file(path: &str, file: &SourceFile, known: &BTreeMap<String, File<'_>>) -> Diagnostic {
    let message = format!("the theme has no file `{path}`");
    let finding = Diagnostic::new(&UNKNOWN_THEME, Span::whole(file.id()), message);
    match text::nearest(path, known.keys().map(String::as_str)) {
        Some(near) => finding.help(format!("did you mean `theme/{near}`?")),
        None => finding.help("templates go under `theme/templates/`"),
    }
}

fn collect(folder: &'static Dir<'static>, layer: &str, files: &mut BTreeMap<String, File<'_>>) {
    for file in folder.files() {
        let path = file.path().strip_prefix(layer).expect("it lies in the layer");
        let path = path.to_string_lossy().replace('\\', "/");
        files.insert(path, File::Embedded(file.contents()));
    }
    folder.dirs().for_each(|inner| collect(inner, layer, files));
}
