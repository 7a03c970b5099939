//! Puts a theme together: the embedded one, with the runbook's own files in place of those of the
//! same path.
//!
//! In: the files under `theme/` in the runbook. Out: a [`Theme`] whose templates are known to be
//! readable. A template's mistake is a finding that shows the template's line; the embedded
//! template takes its place, so that all mistakes are told in one run.

pub mod packages;
mod script;

use std::collections::{BTreeMap, BTreeSet};

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use tera::{ErrorKind, Tera};

use crate::config::SiteConfig;
use crate::diagnostic::{Checked, Diagnostic, Diagnostics, Level, Rule};
use crate::digest::Digest;
use crate::source::{SourceTree, Span};
use crate::text;
use packages::Package;

/// A template that cannot be used.
pub static TEMPLATE: Rule = Rule {
    code: "template",
    level: Level::Error,
    summary: "a template of the runbook's own theme has a mistake",
    detail: "A file under `theme/templates/` stands in for the theme's file of the same path. The \
             message shows the line that cannot be read, or that asks for something the page's \
             view does not have; the views and their fields are described in the theme's README. \
             Removing the file brings the theme's own back.",
};

/// A theme that does not exist.
pub static UNKNOWN_THEME: Rule = Rule {
    code: "unknown-theme",
    level: Level::Error,
    summary: "`clearjar.toml` names a theme, or `theme/` holds a file, that there is not",
    detail: "The program comes with the theme `default`. Files under `theme/` replace its files \
             one by one, or add templates under `templates/` and files under `static/`.",
};

/// The rules of this stage.
pub static RULES: &[&Rule] = &[&TEMPLATE, &UNKNOWN_THEME];

static DEFAULT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// A theme, ready to render.
pub struct Theme {
    /// The templates by name, as `home.html` or `partials/nav.html`.
    pub templates: BTreeMap<String, Template>,
    /// Texts of the pages, by key.
    pub texts: BTreeMap<String, String>,
    /// Icons by name: the inside of an SVG file.
    pub icons: BTreeMap<String, String>,
    /// Files of the site's `assets/` folder: fingerprinted name to bytes.
    pub assets: BTreeMap<String, Vec<u8>>,
    /// The style sheet's name under `assets/`.
    pub style: String,
    /// The script's name under `assets/`.
    pub script: String,
    /// The name under `assets/` of the engine that searches the site; empty where the theme has none,
    /// and then there is no index either.
    pub search_script: String,
    /// The search box's name under `assets/`; empty where the theme has none, or no engine for it.
    pub searchbox: String,
    /// What the theme carries of others.
    pub packages: Vec<Package>,
}

/// A template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Template {
    /// Its text.
    pub text: String,
    /// Its file, if the runbook brought it.
    pub own: Option<Span>,
}

#[derive(Deserialize)]
struct Manifest {
    /// Style sheets in the order in which they are joined.
    css: Vec<String>,
    /// Scripts in the order in which they are joined.
    js: Vec<String>,
    /// Scripts of the engine that searches the site, in the order in which they are joined.
    #[serde(default)]
    search: Vec<String>,
    /// The scripts of the search box, in the order in which they are joined.
    #[serde(default)]
    searchbox: Vec<String>,
    /// Files under `static/` that the site carries as they are: licences.
    carry: Vec<String>,
}

/// Reads the theme.
pub fn read(tree: &SourceTree, site: &SiteConfig) -> Checked<Theme> {
    let mut found = Diagnostics::default();
    if site.theme != "default" {
        let message = format!("there is no theme called `{}`", site.theme);
        found.push(
            Diagnostic::new(&UNKNOWN_THEME, site.theme_span, message)
                .help("use `default`, and put files of your own under `theme/` in the runbook"),
        );
    }
    let files = Files::of(tree, &mut found);
    let manifest: Manifest = files.data("theme.toml", &mut found);
    let mut templates = files.templates();
    check_templates(&mut templates, tree, &mut found);
    let mut assets = BTreeMap::new();
    let mut style = script::compact(&files.join(&manifest.css)).into_owned();
    if let Some(accent) = &site.accent {
        style.push_str(&format!("\n:root {{ --accent: {accent}; }}\n"));
    }
    let style = put_asset(&mut assets, "site", "css", style.into_bytes());
    let script = put_scripts(&mut assets, "site", "", &files.join(&manifest.js));
    let texts = files.texts("i18n/en.toml", &mut found);
    let search_script = put_scripts(&mut assets, "search", "", &files.join(&manifest.search));
    let mut searchbox = String::new();
    if !search_script.is_empty() {
        let words = searchbox_words(&search_script, &texts);
        let scripts = files.join(&manifest.searchbox);
        searchbox = put_scripts(&mut assets, "searchbox", &words, &scripts);
    }
    for path in &manifest.carry {
        assets.insert(asset_name(path), files.bytes(&format!("static/{path}")).to_vec());
    }
    let theme = Theme {
        templates,
        texts,
        icons: files.icons(),
        assets,
        style,
        script,
        search_script,
        searchbox,
        packages: files.packages(),
    };
    Checked::new(theme, found)
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
    assets: &mut BTreeMap<String, Vec<u8>>,
    stem: &str,
    ahead: &str,
    scripts: &str,
) -> String {
    if scripts.is_empty() {
        return String::new();
    }
    let whole = format!("{ahead}{}", script::compact(scripts));
    put_asset(assets, stem, "js", whole.into_bytes())
}

/// Returns the name under `assets/` of a file that the site carries as it is.
fn asset_name(path: &str) -> String {
    path.replace('/', "-").to_lowercase()
}

/// Adds an asset under a name that changes with its content, so that no browser shows an old one.
fn put_asset(
    assets: &mut BTreeMap<String, Vec<u8>>,
    stem: &str,
    extension: &str,
    bytes: Vec<u8>,
) -> String {
    let name = format!("{stem}-{}.{extension}", Digest::of(&bytes).short());
    assets.insert(name.clone(), bytes);
    name
}

/// The theme's files, the runbook's in place of the embedded ones.
struct Files<'a> {
    files: BTreeMap<String, (&'a [u8], Option<Span>)>,
}

impl<'a> Files<'a> {
    fn of(tree: &'a SourceTree, found: &mut Diagnostics) -> Files<'a> {
        let mut files = BTreeMap::new();
        collect(&DEFAULT, &mut files);
        let known: BTreeSet<String> = files.keys().cloned().collect();
        for file in tree.under("theme") {
            let path = file.path.trim_start_matches("theme/").to_owned();
            let span = Span::whole(file.id());
            let may_add = path.starts_with("templates/") || path.starts_with("static/");
            if !known.contains(&path) && !may_add {
                let message = format!("the theme has no file `{path}`");
                let finding = Diagnostic::new(&UNKNOWN_THEME, span, message);
                found.push(match text::nearest(&path, known.iter().map(String::as_str)) {
                    Some(near) => finding.help(format!("did you mean `theme/{near}`?")),
                    None => finding.help("templates go under `theme/templates/`"),
                });
            } else if let Some(text) = file.as_text() {
                files.insert(path, (text.as_bytes(), Some(span)));
            }
        }
        Files { files }
    }

    fn bytes(&self, path: &str) -> &'a [u8] {
        self.files.get(path).map_or(&[][..], |(bytes, _)| bytes)
    }

    fn text(&self, path: &str) -> &'a str {
        std::str::from_utf8(self.bytes(path)).unwrap_or_default()
    }

    /// Reads a file of values. A runbook's own version that cannot be read is reported, and leaves
    /// the embedded one in force.
    fn data<T: serde::de::DeserializeOwned>(&self, path: &str, found: &mut Diagnostics) -> T {
        let problem = match toml::from_str(self.text(path)) {
            Ok(data) => return data,
            Err(problem) => problem,
        };
        if let Some((_, Some(own))) = self.files.get(path) {
            let range = problem.span().unwrap_or(0..0);
            let message =
                format!("the theme's file `{path}` cannot be read: {}", problem.message());
            found.push(
                Diagnostic::new(&TEMPLATE, Span::new(own.file, range), one_sentence(&message))
                    .help("correct it, or remove the file to use the theme's own"),
            );
        }
        let file = DEFAULT.get_file(path).and_then(|file| file.contents_utf8());
        toml::from_str(file.expect("the file is embedded"))
            .expect("a test reads all files of the embedded theme")
    }

    /// Reads texts: the runbook's own over the embedded ones, so that it may give only those it wants
    /// otherwise.
    fn texts(&self, path: &str, found: &mut Diagnostics) -> BTreeMap<String, String> {
        let file = DEFAULT.get_file(path).and_then(|file| file.contents_utf8());
        let mut texts: BTreeMap<String, String> =
            toml::from_str(file.expect("the file is embedded"))
                .expect("a test reads all files of the embedded theme");
        texts.extend(self.data::<BTreeMap<String, String>>(path, found));
        texts
    }

    fn join(&self, names: &[String]) -> String {
        let texts: Vec<&str> =
            names.iter().map(|name| self.text(&format!("static/{name}"))).collect();
        texts.join("\n")
    }

    fn templates(&self) -> BTreeMap<String, Template> {
        self.files
            .iter()
            .filter_map(|(path, (bytes, own))| {
                let name = path.strip_prefix("templates/")?;
                let text = std::str::from_utf8(bytes).ok()?;
                Some((name.to_owned(), Template { text: text.to_owned(), own: *own }))
            })
            .collect()
    }

    /// What the theme carries of others. A list that cannot be read is not the reader's business: the
    /// embedded ones are tested, and a runbook's own has none to show.
    fn packages(&self) -> Vec<Package> {
        let lists = self.files.keys().filter_map(|path| {
            let folder = path.strip_prefix("static/")?.strip_suffix("/vendor.toml")?;
            packages::read(folder, self.text(path)).ok()
        });
        lists.flatten().collect()
    }

    /// Icons are put into pages, so only what stands inside their `svg` element is kept.
    fn icons(&self) -> BTreeMap<String, String> {
        self.files
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

fn collect(folder: &'static Dir<'static>, files: &mut BTreeMap<String, (&[u8], Option<Span>)>) {
    for file in folder.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        files.insert(path, (file.contents(), None));
    }
    folder.dirs().for_each(|inner| collect(inner, files));
}

/// Reports every own template that cannot be read, and puts the embedded one in its place.
fn check_templates(
    templates: &mut BTreeMap<String, Template>,
    tree: &SourceTree,
    found: &mut Diagnostics,
) {
    // All together, since one may include another. The one that an error names is taken out and the
    // rest tried again, so that one mistake does not hide another.
    while let Err(error) = engine(templates) {
        let own = || templates.iter().filter(|(_, template)| template.own.is_some());
        let named = blamed(&error).filter(|name| own().any(|(own, _)| own == name));
        let Some(name) = named.or_else(|| suspect(templates)) else { return };
        found.push(finding(&error, &name, templates, tree));
        match embedded().remove(&name) {
            Some(template) => templates.insert(name, template),
            None => templates.remove(&name),
        };
    }
}

/// Returns the template that an error names.
fn blamed(error: &tera::Error) -> Option<String> {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            Some(report.filename().to_owned())
        }
        ErrorKind::MissingParent { current, .. } => Some(current.clone()),
        ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => {
            Some(tpl.clone())
        }
        _ => None,
    }
}

/// Returns the first own template without which the others can be used, or the first of all.
fn suspect(templates: &BTreeMap<String, Template>) -> Option<String> {
    let own = templates.iter().filter(|(_, template)| template.own.is_some());
    let names: Vec<&String> = own.map(|(name, _)| name).collect();
    let works_without = |name: &&&String| {
        let mut others = templates.clone();
        match embedded().remove(**name) {
            Some(template) => others.insert((**name).clone(), template),
            None => others.remove(**name),
        };
        engine(&others).is_ok()
    };
    names.iter().find(works_without).or(names.first()).map(|name| (*name).clone())
}

fn embedded() -> BTreeMap<String, Template> {
    let mut files = BTreeMap::new();
    collect(&DEFAULT, &mut files);
    Files { files }.templates()
}

/// Returns an engine with these templates, and stand-ins for what [`crate::render`] provides.
fn engine(templates: &BTreeMap<String, Template>) -> Result<Tera, tera::Error> {
    let mut tera = Tera::new();
    for name in crate::theme::FILTERS {
        tera.register_filter(*name, |value: tera::Value, _: tera::Kwargs, _: &tera::State| value);
    }
    for name in crate::theme::FUNCTIONS {
        tera.register_function(*name, |_: tera::Kwargs, _: &tera::State| String::new());
    }
    tera.add_raw_templates(templates.iter().map(|(name, template)| (name, &template.text)))?;
    Ok(tera)
}

/// The filters that templates may use beside Tera's own.
pub const FILTERS: &[&str] = &["prose", "colour"];

/// The functions that templates may use beside Tera's own.
pub const FUNCTIONS: &[&str] = &["icon"];

/// Returns the finding for an error of a template; `name` is the one that is made or tried.
pub fn finding(
    error: &tera::Error,
    name: &str,
    templates: &BTreeMap<String, Template>,
    tree: &SourceTree,
) -> Diagnostic {
    let (message, name, at) = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let span = report.span();
            let at = Some((span.start_line, span.start_col));
            (report.message().to_owned(), report.filename().to_owned(), at)
        }
        other => {
            let message = other.to_string();
            let first = message.lines().next().unwrap_or_default();
            (first.trim_start_matches("error: ").to_owned(), name.to_owned(), None)
        }
    };
    let own = templates.get(&name).and_then(|template| template.own);
    let span = match (own, at) {
        (Some(own), Some((line, column))) => place(tree, own, line, column),
        (Some(own), None) => own,
        (None, _) => Span::whole(crate::source::FileId::of("theme")),
    };
    let message = format!("the template `{name}` cannot be used: {}", one_sentence(&message));
    Diagnostic::new(&TEMPLATE, span, message)
        .help("correct the line, or remove the file to use the theme's own")
}

fn place(tree: &SourceTree, file: Span, line: usize, column: usize) -> Span {
    let text = tree.get(file.file).and_then(|file| file.as_text()).unwrap_or_default();
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
    let offset = rest.char_indices().nth(column).map_or(0, |(offset, _)| offset);
    let end = rest.len().max(offset + usize::from(rest.len() > offset));
    Span::new(file.file, start + offset..start + end)
}

fn one_sentence(message: &str) -> String {
    let lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
}
