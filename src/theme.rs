//! Puts a theme together: the chosen one of those that come with the program, with the runbook's
//! own files in place of those of the same path.
//!
//! In: the files under `theme/` in the runbook. Out: a [`Theme`] that is whole: its templates are
//! readable, every page and every text that they ask for is there, and so is every file that its
//! manifest names. A mistake is a finding at its place; what comes with the program takes the place
//! of what cannot be used, so that all mistakes are told in one run.

mod files;
mod manifest;
pub mod packages;
mod script;
mod templates;
mod texts;

use std::collections::{BTreeMap, BTreeSet};

use crate::artifact::Artifact;
use crate::config::SiteConfig;
use crate::diagnostic::{Checked, Diagnostic, Diagnostics, Level, Rule};
use crate::digest::Digest;
use crate::source::SourceTree;
use crate::text;
use files::Files;
pub use files::names;
use manifest::Manifest;
use packages::Package;
pub use templates::{NAVIGATION, START_HERE, Template, finding};

/// The version of the views, variables and filters that templates are written for.
/// `themes/README.md` describes them.
pub const CONTRACT: u32 = 1;

/// The theme of a runbook that names none.
pub const DEFAULT: &str = "default";

/// A file of the theme that cannot be used.
pub static TEMPLATE: Rule = Rule {
    code: "template",
    level: Level::Error,
    summary: "a file of the runbook's own theme has a mistake",
    detail: "A file under `theme/` stands in for the theme's file of the same path. The message \
             shows the line that cannot be read, or that asks for something there is not: a field \
             that the page's view does not have, a text that `i18n/en.toml` does not give, a file \
             that does not lie under `theme/static/`. The views and their fields are described in \
             the themes' README. Removing the file brings the theme's own back.",
};

/// A theme that does not exist.
pub static UNKNOWN_THEME: Rule = Rule {
    code: "unknown-theme",
    level: Level::Error,
    summary: "`clearjar.toml` names a theme, or `theme/` holds a file, that there is not",
    detail: "The program comes with the themes `default` and `plain`. Files under `theme/` replace \
             files of the chosen one, or add templates under `templates/` and files under `static/`.",
};

/// A file that nothing carries.
pub static UNUSED_THEME_FILE: Rule = Rule {
    code: "unused-theme-file",
    level: Level::Warning,
    summary: "a file under `theme/static/` is not part of the site",
    detail: "The site carries what `theme.toml` names: style sheets under `css`, scripts under \
             `js`, everything else, such as a logo, under `carry`. A style sheet of one theme is \
             none of another, so a switch of theme can leave files behind.\n\n\
             Name the file in `theme/theme.toml`, a copy of the theme's own, or remove it.\n",
};

/// The rules of this stage.
pub static RULES: &[&Rule] = &[&TEMPLATE, &UNKNOWN_THEME, &UNUSED_THEME_FILE];

/// A theme, ready to render.
pub struct Theme {
    /// The templates by name, as `home.html` or `partials/nav.html`.
    pub templates: BTreeMap<String, Template>,
    /// Texts of the pages, by key.
    pub texts: BTreeMap<String, String>,
    /// Icons by name: the inside of an SVG file.
    pub icons: BTreeMap<String, String>,
    /// Files of the site's `assets/` folder, by name.
    pub assets: BTreeMap<String, Artifact>,
    /// The style sheet's name under `assets/`; empty where the theme has none.
    pub style: String,
    /// The script's name under `assets/`; empty where the theme has none.
    pub script: String,
    /// The name under `assets/` of the engine that searches the site; empty where the theme has none,
    /// and then there is no index either.
    pub search_script: String,
    /// The search box's name under `assets/`; empty where the theme has none, or no engine for it.
    pub searchbox: String,
    /// The name of the style sheet for paper, which the book also wears on a screen; empty where the
    /// theme has none.
    pub print_style: String,
    /// The name of the book's own script; empty where the theme has none.
    pub book_script: String,
    /// The name of the script of the page that opens what is encrypted; empty where the theme has none.
    pub sealed_script: String,
    /// The names of all assets that only that page needs: its script, and the licences of what is in it.
    pub only_sealed: BTreeSet<String>,
    /// What the theme carries of others.
    pub packages: Vec<Package>,
}

impl Theme {
    /// Returns the digest of all that a page takes from the theme.
    pub fn digest(&self) -> Digest {
        let mut parts: Vec<&[u8]> = Vec::new();
        let templates = self.templates.iter().map(|(name, template)| (name, &template.text));
        for (name, text) in templates.chain(&self.texts).chain(&self.icons) {
            parts.extend([name.as_bytes(), text.as_bytes()]);
        }
        // The names of assets hold the digest of their content.
        parts.extend(self.assets.keys().map(|name| name.as_bytes()));
        let scripts = [
            &self.script,
            &self.search_script,
            &self.searchbox,
            &self.book_script,
            &self.sealed_script,
        ];
        let styles = [&self.style, &self.print_style];
        parts.extend(scripts.into_iter().chain(styles).map(|name| name.as_bytes()));
        let packages = serde_json::to_vec(&self.packages).expect("packages can be written as JSON");
        parts.push(&packages);
        Digest::of_all(parts)
    }
}

/// Reads the theme that the runbook has chosen.
pub fn read(tree: &SourceTree, site: &SiteConfig) -> Checked<Theme> {
    let mut found = Diagnostics::default();
    let name = chosen(site, &mut found);
    let files = Files::of(name, tree, &mut found);
    let manifest = manifest::read(&files, &mut found);
    let theme = put_together(&files, &manifest, site, tree, &mut found);
    Checked::new(theme, found)
}

/// Returns what is wrong with the theme.
///
/// That the themes of the program are whole is held by a test. So a runbook without files of its own
/// under `theme/` can be wrong in the name alone, and is not made to wait for their templates.
pub fn check(tree: &SourceTree, site: &SiteConfig) -> Diagnostics {
    if tree.under("theme").next().is_some() {
        return read(tree, site).found;
    }
    let mut found = Diagnostics::default();
    chosen(site, &mut found);
    found
}

/// Returns the name of the theme, or of the usual one where there is no such theme.
fn chosen(site: &SiteConfig, found: &mut Diagnostics) -> &'static str {
    let names = names();
    if let Some(name) = names.iter().find(|name| **name == site.theme) {
        return name;
    }
    let message = format!("there is no theme called `{}`", site.theme);
    let near = text::nearest(&site.theme, names.iter().copied());
    let near = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
    let help = format!(
        "{near}use {}, and put files of your own under `theme/` in the runbook",
        text::list_of(&names, "or")
    );
    found.push(Diagnostic::new(&UNKNOWN_THEME, site.theme_span, message).help(help));
    DEFAULT
}

fn put_together(
    files: &Files<'_>,
    manifest: &Manifest,
    site: &SiteConfig,
    tree: &SourceTree,
    found: &mut Diagnostics,
) -> Theme {
    let templates = templates::read(files, !manifest.searchbox.is_empty(), tree, found);
    let texts = texts::read(files, found);
    texts::check(&templates, &texts, found);
    let mut assets = BTreeMap::new();
    let mut style = script::compact(&files.join(&manifest.css)).into_owned();
    if let Some(accent) = &site.accent {
        style.push_str(&format!("\n:root {{ --accent: {accent}; }}\n"));
    }
    let style = put_asset(&mut assets, "site", "css", style);
    let script = put_scripts(&mut assets, "site", "", &files.join(&manifest.js));
    let search_script = put_scripts(&mut assets, "search", "", &files.join(&manifest.search));
    let mut searchbox = String::new();
    if !search_script.is_empty() {
        let words = searchbox_words(&search_script, &texts);
        let scripts = files.join(&manifest.searchbox);
        searchbox = put_scripts(&mut assets, "searchbox", &words, &scripts);
    }
    let print = script::compact(&files.join(&manifest.print)).into_owned();
    let print_style = put_asset(&mut assets, "print", "css", print);
    let book_script = put_scripts(&mut assets, "book", "", &files.join(&manifest.book));
    let sealed_script = put_scripts(&mut assets, "sealed", "", &files.join(&manifest.sealed));
    let packages = files.packages();
    let only_sealed = only_sealed(&sealed_script, &manifest.sealed, &packages);
    let licences = packages.iter().map(|package| &package.licence_path);
    for path in manifest.carry.iter().chain(licences) {
        if let Some(content) = files.get(&format!("static/{path}")).and_then(|it| it.artifact()) {
            assets.insert(asset_name(path), content);
        }
    }
    Theme {
        templates,
        texts,
        icons: files.icons(),
        assets,
        style,
        script,
        search_script,
        searchbox,
        print_style,
        book_script,
        sealed_script,
        only_sealed,
        packages,
    }
}

/// Returns the assets that are for the page of what is encrypted alone. `scripts` are those of the page,
/// under `static/`: what lies beside one of them is there for its sake.
fn only_sealed(name: &str, scripts: &[String], packages: &[Package]) -> BTreeSet<String> {
    let folders: BTreeSet<&str> = scripts.iter().filter_map(|path| folder_of(path)).collect();
    let its = packages
        .iter()
        .filter(|it| folder_of(&it.licence_path).is_some_and(|f| folders.contains(f)));
    let licences = its.map(|package| package.licence_asset.clone());
    licences.chain([name.to_owned()]).filter(|name| !name.is_empty()).collect()
}

fn folder_of(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

/// Returns the line ahead of the search box: the engine's script and the words of the theme.
///
/// They are two kilobytes that a page does not have to carry, as only those who search need them.
fn searchbox_words(engine: &str, texts: &BTreeMap<String, String>) -> String {
    let words: BTreeMap<&str, &String> = texts
        .iter()
        .filter_map(|(name, text)| Some((name.strip_prefix("search_")?, text)))
        .collect();
    let line = serde_json::json!({ "engine": engine, "words": words });
    format!("window.clearjar.searchbox = {line};\n")
}

/// Adds scripts that readers wait for, and so without their comments, with something ahead of them.
/// Returns the asset's name; none for no scripts.
fn put_scripts(
    assets: &mut BTreeMap<String, Artifact>,
    stem: &str,
    ahead: &str,
    scripts: &str,
) -> String {
    if scripts.is_empty() {
        return String::new();
    }
    put_asset(assets, stem, "js", format!("{ahead}{}", script::compact(scripts)))
}

/// Returns the name under `assets/` of a file that the site carries as it is.
fn asset_name(path: &str) -> String {
    path.replace('/', "-").to_lowercase()
}

/// Adds an asset under a name that changes with its content, so that no browser shows an old one.
/// Of nothing there is no asset and no name.
fn put_asset(
    assets: &mut BTreeMap<String, Artifact>,
    stem: &str,
    extension: &str,
    text: String,
) -> String {
    if text.is_empty() {
        return String::new();
    }
    let name = format!("{stem}-{}.{extension}", Digest::of(text.as_bytes()).short());
    assets.insert(name.clone(), Artifact::Bytes(text.into_bytes()));
    name
}

/// The filters that templates may use beside Tera's own.
pub const FILTERS: &[&str] = &["prose", "colour"];

/// The functions that templates may use beside Tera's own.
pub const FUNCTIONS: &[&str] = &["icon"];

/// Writes an error of a parser as a part of a finding's sentence.
fn one_sentence(message: &str) -> String {
    let lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests;
