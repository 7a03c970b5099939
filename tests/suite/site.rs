//! Built sites, as those who open them find them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use scraper::{Html, Selector};

use crate::program::Folder;

/// The runbook that comes with the program.
pub fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("example-site")
}

/// Everything in a folder: path, with `/` between its parts, to content. Folders end in `/`.
pub fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(root).min_depth(1).into_iter().map(Result::unwrap);
    let read = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        match entry.file_type().is_dir() {
            true => (path + "/", Vec::new()),
            false => (path, fs::read(entry.path()).unwrap()),
        }
    };
    entries.map(read).collect()
}

/// Builds the example site to `output` in `folder`, on its own day, in the surroundings that
/// `prepare` makes.
pub fn build_example(folder: &Folder, output: &str, prepare: impl Fn(&mut Command)) {
    let mut program = folder.program();
    program.args(["build", "--output"]).arg(folder.path(output)).arg("-C").arg(example());
    prepare(&mut program);
    let built = program.output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
}

/// Copies the example site's runbook to `rb` in `folder` and has it choose a theme.
pub fn example_with_theme(folder: &Folder, theme: &str) {
    for (path, bytes) in tree(&example()) {
        let there = folder.path("rb").join(&path);
        fs::create_dir_all(there.parent().unwrap()).unwrap();
        if !path.ends_with('/') {
            fs::write(there, bytes).unwrap();
        }
    }
    choose_theme(folder, theme);
}

/// Has the runbook in `rb` choose a theme.
pub fn choose_theme(folder: &Folder, theme: &str) {
    let settings = folder.read("rb/clearjar.toml");
    let chosen = settings.replacen("[site]\n", &format!("[site]\ntheme = \"{theme}\"\n"), 1);
    assert_ne!(settings, chosen, "there is a table for the site");
    folder.write("rb/clearjar.toml", &chosen);
}

/// A site in memory.
pub struct Site {
    /// Path to content.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Path of each page to what it says.
    pub pages: BTreeMap<String, Page>,
}

impl Site {
    /// Returns the example site.
    pub fn of_example() -> Site {
        let folder = Folder::empty();
        build_example(&folder, "site", |_| {});
        Site::at(&folder.path("site"))
    }

    /// Reads a site from the disk.
    pub fn at(path: &Path) -> Site {
        let mut files = tree(path);
        files.retain(|path, _| !path.ends_with('/'));
        let is_page = |path: &&String| {
            path.ends_with(".html") && !path.starts_with("files/") && !path.starts_with("source/")
        };
        let page = |path: &String| (path.clone(), Page::of(&files[path]));
        let pages = files.keys().filter(is_page).map(page).collect();
        Site { files, pages }
    }
}

/// Attributes of an element: names and values.
pub type Attributes = [(String, String)];

/// What matters of a page.
pub struct Page {
    /// All elements in their order: name, and attributes with their values.
    pub elements: Vec<(String, Vec<(String, String)>)>,
    /// The text inside of its scripts and style sheets.
    pub inline: String,
    /// Ids of its elements.
    pub ids: BTreeSet<String>,
    /// Ids that more than one element has.
    pub repeated_ids: Vec<String>,
}

impl Page {
    fn of(bytes: &[u8]) -> Page {
        let html = Html::parse_document(std::str::from_utf8(bytes).expect("pages are UTF-8"));
        let mut page = Page {
            elements: Vec::new(),
            inline: String::new(),
            ids: BTreeSet::new(),
            repeated_ids: Vec::new(),
        };
        for element in html.select(&Selector::parse("*").unwrap()) {
            let value = element.value();
            let attributes = value.attrs().map(|(name, it)| (name.to_owned(), it.to_owned()));
            if let Some(id) = value.attr("id").filter(|id| !page.ids.insert((*id).to_owned())) {
                page.repeated_ids.push(id.to_owned());
            }
            if matches!(value.name(), "script" | "style") {
                page.inline.extend(element.text());
            }
            page.elements.push((value.name().to_owned(), attributes.collect()));
        }
        page
    }

    /// Returns all elements that are called `name`.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Attributes> {
        self.elements.iter().filter(move |it| it.0 == name).map(|it| it.1.as_slice())
    }

    /// Returns every address that the page names: links, what it loads, where it leads on to.
    pub fn addresses(&self) -> Vec<&str> {
        let mut addresses = Vec::new();
        for (name, value) in self.elements.iter().flat_map(|(_, attributes)| attributes) {
            match name.as_str() {
                "href" | "src" | "srcset" | "action" | "poster" | "data" => {
                    addresses.push(value.as_str())
                }
                "content" => addresses.extend(value.split_once("; url=").map(|(_, url)| url)),
                _ => {}
            }
        }
        addresses
    }
}

/// Returns the value of an attribute.
pub fn attribute<'a>(attributes: &'a Attributes, name: &str) -> Option<&'a str> {
    attributes.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
}
