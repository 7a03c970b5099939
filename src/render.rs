//! Turns views into HTML: one file for each page, from the theme's templates.
//!
//! In: a page with its view, and the theme. Out: its file, handed over as soon as it is made, so that
//! no more than a few are ever in memory. A template sees its view and what every page knows, and
//! nothing else. A mistake that shows only while a page is made is a finding at the template's line.

mod book;
pub mod escape;
pub mod highlight;
pub mod prose;
pub mod svg;
mod symbols;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tera::{Context, Kwargs, State, Tera, Value};

use crate::artifact::{Artifact, Put};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::digest::Digest;
use crate::memo::Memo;
use crate::plan::SitePlan;
use crate::plan::rows::RowsFile;
use crate::plan::view::{Page, Site};
use crate::source::SourceTree;
use crate::theme::{self, NAVIGATION, START_HERE, Theme};
use book::{Binder, Bound, Kept};
use highlight::Highlighter;
use prose::{LinkTarget, Options};

/// The length of most pages, in bytes: room is made for it at once.
const USUAL_PAGE: usize = 24 * 1024;

/// Makes the files of a site.
pub struct Renderer<'a> {
    engine: Tera,
    frames: Frames<'a>,
    binder: Binder<'a>,
    plan: &'a SitePlan<'a>,
    theme: &'a Theme,
    tree: &'a SourceTree,
    memory: Option<Memory<'a>>,
}

/// What is known of files that were made before.
struct Memory<'a> {
    /// Volumes of the book, by what they were made from.
    volumes: &'a Memo<Sheet>,
    /// The digest of all that a page takes from elsewhere than its view.
    around: Digest,
    /// The digest of the book's layout.
    layout: Digest,
}

/// What is known of a page without its bytes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sheet {
    /// How many bytes it has.
    pub len: u64,
    /// Their digest.
    pub digest: Digest,
    /// What the book takes from it.
    cuts: Cuts,
}

/// Where something stands in a page: its first byte, and the one behind its last.
type Cuts = Vec<(u32, u32)>;

/// What came of a page.
pub struct Made {
    /// What is known of it from now on.
    pub sheet: Option<Arc<Sheet>>,
    /// What stood against it, or against the volume of the book that it completes.
    pub failure: Option<Failure>,
}

/// A page that could not be made.
pub struct Failure {
    path: String,
    template: &'static str,
    error: Box<tera::Error>,
}

impl<'a> Renderer<'a> {
    /// Returns what makes the pages of `plan`, or what is wrong with the frame round all of them.
    pub fn new(
        plan: &'a SitePlan<'a>,
        theme: &'a Theme,
        tree: &'a SourceTree,
        volumes: Option<&'a Memo<Sheet>>,
    ) -> Result<Renderer<'a>, Box<Diagnostic>> {
        let finding = |error: &tera::Error, name| {
            Box::new(theme::finding(error, name, &theme.templates, tree))
        };
        let engine = engine(theme, &plan.site).map_err(|error| finding(&error, "base.html"))?;
        let frames =
            Frames::new(&engine, plan, theme).map_err(|error| finding(&error, NAVIGATION))?;
        let binder = Binder::new(plan.book());
        let memory = volumes.map(|volumes| Memory {
            volumes,
            around: around(plan, theme, tree),
            layout: binder.layout(),
        });
        Ok(Renderer { engine, frames, binder, plan, theme, tree, memory })
    }

    /// Returns the digest of all that a page is made from; nothing where nothing is remembered.
    pub fn key(&self, page: &Page) -> Option<Digest> {
        let around = self.memory.as_ref()?.around;
        Some(Digest::of_all([around.as_bytes().as_slice(), page.digest().as_bytes()]))
    }

    /// Leaves a page as it stands on the site, if it is there as `sheet` says; `key` is what it is
    /// made from.
    pub fn leave(
        &self,
        page: &Page,
        key: Digest,
        sheet: &Arc<Sheet>,
        put: &Put<'_>,
    ) -> Option<Made> {
        if !put.keep(&page.path, sheet.len, sheet.digest) {
            return None;
        }
        let bound = self.binder.pass(page, key, sheet);
        let failure = bound.and_then(|bound| self.volume(bound, put));
        Some(Made { sheet: Some(Arc::clone(sheet)), failure })
    }

    /// Makes a page and hands it to `put`, and with it the volume of the book that it completes;
    /// `key` is what it is made from.
    pub fn page(&self, page: &Page, key: Option<Digest>, put: &Put<'_>) -> Made {
        let (html, cuts, bound) = match render(&self.engine, page, &self.frames) {
            Ok(html) => self.binder.take(page, key, html),
            Err(error) => return Made { sheet: None, failure: Some(Failure::of(page, error)) },
        };
        let bytes = html.into_bytes();
        let sheet = key.map(|_| Arc::new(Sheet::of(&bytes, cuts)));
        put.put(&page.path, Artifact::Bytes(bytes));
        Made { sheet, failure: bound.and_then(|bound| self.volume(bound, put)) }
    }

    /// Makes a page for itself, with nothing around it; nothing where something stands against it.
    pub fn alone(&self, page: &Page) -> Option<String> {
        let html = render(&self.engine, page, &self.frames).ok()?;
        Some(self.binder.unmarked(html))
    }

    /// Makes a volume of the book whose last text has come.
    fn volume(&self, mut bound: Bound, put: &Put<'_>) -> Option<Failure> {
        let page = self.binder.page(&bound);
        let key = self.volume_key(&bound, &page);
        if let (Some(memory), Some(key)) = (&self.memory, key)
            && let Some(sheet) = memory.volumes.get(key)
            && put.keep(&page.path, sheet.len, sheet.digest)
        {
            return None;
        }
        let bytes = match self.bind(&mut bound, &page, put) {
            Ok(html) => html.into_bytes(),
            Err(error) => return Some(Failure::of(&page, error)),
        };
        if let (Some(memory), Some(key)) = (&self.memory, key) {
            memory.volumes.put(key, Sheet::of(&bytes, Cuts::new()));
        }
        put.put(&page.path, Artifact::Bytes(bytes));
        None
    }

    fn volume_key(&self, bound: &Bound, page: &Page) -> Option<Digest> {
        let parts = [self.memory.as_ref()?.layout, self.key(page)?, bound.digest()?];
        Some(Digest::of_all(parts.iter().map(|part| part.as_bytes().as_slice())))
    }

    fn bind(&self, bound: &mut Bound, page: &Page, put: &Put<'_>) -> Result<String, tera::Error> {
        self.binder.fetch(bound, |kept| self.again(kept, put))?;
        let html = fill(&self.engine, page, &self.frames)?;
        Ok(symbols::put(self.binder.bind(bound, html), self.frames.icons))
    }

    /// Returns the HTML of a page that was left as it stands on the site.
    fn again(&self, kept: &Kept, put: &Put<'_>) -> Result<String, tera::Error> {
        let bytes = put.kept(&kept.path, kept.sheet.digest);
        if let Some(html) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
            return Ok(html);
        }
        // Somebody has taken it away meanwhile, so it is made after all.
        let made = self.plan.page(&kept.path, |page| render(&self.engine, page, &self.frames));
        Ok(self.binder.unmarked(made.expect("what was left is a page of the plan")?))
    }

    /// Hands over what is no page: the text beside the first page, assets, files of the runbook.
    pub fn others(&self, plan: &SitePlan<'_>, put: &Put<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        match self.engine.render(START_HERE, &Context::new()) {
            Ok(text) => put.put(START_HERE, Artifact::Bytes(text.into_bytes())),
            Err(error) => {
                found.push(theme::finding(&error, START_HERE, &self.theme.templates, self.tree));
            }
        }
        let is_left_out =
            |name: &String| !plan.site.opens_sealed && self.theme.only_sealed.contains(name);
        for (name, content) in self.theme.assets.iter().filter(|(name, _)| !is_left_out(name)) {
            put.put(&format!("assets/{name}"), content.clone());
        }
        // They are for scripts, which not every theme has.
        if !self.theme.script.is_empty() {
            plan.rows().par_iter().for_each(|(path, rows)| {
                put.put(path, Artifact::Bytes(rows_script(rows).into_bytes()));
            });
        }
        if !self.theme.sealed_script.is_empty() {
            for (path, text) in plan.sealed_scripts() {
                put.put(&path, Artifact::Bytes(text.into_bytes()));
            }
        }
        put_attachments(plan, self.tree, put);
        found
    }

    /// Returns the findings for pages that could not be made. A mistake in a template shows on every
    /// page that uses it, and is told once.
    pub fn findings(&self, failed: impl IntoIterator<Item = Failure>) -> Diagnostics {
        let mut found = Diagnostics::default();
        let mut told: BTreeSet<String> = BTreeSet::new();
        for Failure { path, template, error } in failed {
            let finding = theme::finding(&error, template, &self.theme.templates, self.tree);
            if told.insert(format!("{:?}{}", finding.span, finding.message)) {
                found.push(on_page(finding, &path));
            }
        }
        found
    }
}

/// Returns the script that hands the rows of a long list to the page.
///
/// As a string, for a browser reads JSON in half the time it takes for the same as a script.
fn rows_script(rows: &RowsFile) -> String {
    let mut script = String::with_capacity(rows.json.len() + rows.json.len() / 16);
    script.push_str("clearjar.rows(\"");
    script.push_str(&rows.name);
    script.push_str("\",'");
    for c in rows.json.chars() {
        match c {
            '\\' => script.push_str("\\\\"),
            '\'' => script.push_str("\\'"),
            '<' => script.push_str("\\x3c"),
            '\u{2028}' => script.push_str("\\u2028"),
            '\u{2029}' => script.push_str("\\u2029"),
            other => script.push(other),
        }
    }
    script.push_str("');\n");
    script
}

impl Sheet {
    fn of(bytes: &[u8], cuts: Cuts) -> Sheet {
        Sheet { len: bytes.len() as u64, digest: Digest::of(bytes), cuts }
    }
}

/// Returns the digest of all that pages take from elsewhere than their views: the theme, what every
/// page knows, and the kinds of the runbook, which say how search finds what a view holds.
fn around(plan: &SitePlan<'_>, theme: &Theme, tree: &SourceTree) -> Digest {
    let site = serde_json::to_vec(&plan.site).expect("a site can be written as JSON");
    let theme = theme.digest();
    let kinds: Vec<Digest> = tree.under("kinds").map(|file| file.digest).collect();
    let kinds = kinds.iter().map(|digest| digest.as_bytes().as_slice());
    Digest::of_all([theme.as_bytes().as_slice(), &site].into_iter().chain(kinds))
}

impl Failure {
    fn of(page: &Page, error: tera::Error) -> Failure {
        let (path, template) = (page.path.clone(), page.view.template());
        Failure { path, template, error: Box::new(error) }
    }
}

fn on_page(finding: Diagnostic, path: &str) -> Diagnostic {
    let message = format!("{} (on the page `{path}`)", finding.message);
    Diagnostic { message, ..finding }
}

/// What pages share and is worth making once: the navigation, for each place it is seen from.
struct Frames<'a> {
    icons: &'a BTreeMap<String, String>,
    navigation: BTreeMap<(&'static str, String), Value>,
}

impl<'a> Frames<'a> {
    fn new(
        engine: &Tera,
        plan: &SitePlan<'_>,
        theme: &'a Theme,
    ) -> Result<Frames<'a>, tera::Error> {
        let mut navigation = BTreeMap::new();
        for (root, current) in plan.places() {
            let mut context = Context::new();
            context.insert("root", root);
            context.insert("current", &current);
            let html = engine.render(NAVIGATION, &context)?;
            navigation.insert((root, current), Value::safe_string(&html));
        }
        Ok(Frames { icons: &theme.icons, navigation })
    }
}

fn render(engine: &Tera, page: &Page, frames: &Frames<'_>) -> Result<String, tera::Error> {
    Ok(symbols::put(fill(engine, page, frames)?, frames.icons))
}

fn fill(engine: &Tera, page: &Page, frames: &Frames<'_>) -> Result<String, tera::Error> {
    let key = (page.page.root, page.page.current.clone());
    let navigation = frames.navigation.get(&key).cloned().unwrap_or_else(Value::none);
    let mut context = Context::from_serialize(page)?;
    context.insert_value("navigation", navigation);
    context.insert_value("drawings", drawings(page));
    let mut html = Vec::with_capacity(USUAL_PAGE);
    engine.render_to(page.view.template(), &context, &mut html)?;
    Ok(String::from_utf8(html).expect("a template and its values are UTF-8"))
}

/// Returns the drawings of a page by their names, as templates see them. They are made here and not
/// with the view, which holds all that they show, so that a page that is left as it stands costs none.
fn drawings(page: &Page) -> Value {
    let mut drawings = tera::Map::new();
    for (name, picture) in page.view.drawings() {
        let mut shown = tera::Map::new();
        shown.insert("svg".into(), Value::safe_string(&svg::write(&picture)));
        shown.insert("title".into(), picture.title.clone().into());
        shown.insert("wide".into(), picture.is_wide().into());
        shown.insert("width".into(), picture.width.into());
        drawings.insert(name.into(), Value::from(shown));
    }
    Value::from(drawings)
}

/// Returns the engine: the theme's templates, what every page knows, and the filters.
fn engine(theme: &Theme, site: &Site) -> Result<Tera, tera::Error> {
    let mut tera = Tera::new();
    // Tera's own lets pass what cannot be seen.
    tera.set_escape_fn(escape::anywhere);
    let colours = Arc::new(Highlighter::new());
    let for_prose = Arc::clone(&colours);
    tera.register_filter("prose", move |value: &Value, kwargs: Kwargs, _: &State| {
        let heading_links = kwargs.get::<bool>("heading_links")?.unwrap_or(true);
        let html = prose_html(value, heading_links, &for_prose);
        let html = match kwargs.get::<bool>("inline")?.unwrap_or(false) {
            true => prose::without_paragraph(&html),
            false => &html,
        };
        Ok::<Value, tera::Error>(Value::safe_string(html))
    });
    tera.register_filter("colour", move |text: &str, kwargs: Kwargs, _: &State| {
        let language = kwargs.get::<&str>("language")?.unwrap_or_default();
        let path = kwargs.get::<&str>("path")?.unwrap_or_default();
        let language = match language {
            "" if !path.is_empty() => highlight::guess_language(path, text).unwrap_or_default(),
            named => named,
        };
        Ok::<Value, tera::Error>(Value::safe_string(&colours.html(text, language)))
    });
    let icons: BTreeSet<String> = theme.icons.keys().cloned().collect();
    tera.register_function("icon", move |kwargs: Kwargs, _: &State| {
        let name = kwargs.must_get::<&str>("name")?;
        let name = if icons.contains(name) { name } else { "box" };
        Ok::<Value, tera::Error>(Value::safe_string(&format!(
            "<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#i-{name}\"></use></svg>"
        )))
    });
    let global = tera.global_context();
    global.insert("site", site);
    global.insert("t", &theme.texts);
    global.insert("style", &theme.style);
    global.insert("script", &theme.script);
    let is_there =
        |asset: &str| site.opens_sealed || !theme.only_sealed.iter().any(|only| only == asset);
    let packages: Vec<_> = theme.packages.iter().filter(|it| is_there(&it.licence_asset)).collect();
    global.insert("packages", &packages);
    global.insert("search_script", &theme.search_script);
    global.insert("searchbox", &theme.searchbox);
    global.insert("print_style", &theme.print_style);
    global.insert("book_script", &theme.book_script);
    global.insert("sealed_script", &theme.sealed_script);
    tera.add_raw_templates(theme.templates.iter().map(|(name, t)| (name, &t.text)))?;
    Ok(tera)
}

/// Returns the HTML of a [`crate::plan::view::Prose`] as a template holds it.
fn prose_html(value: &Value, heading_links: bool, colours: &Highlighter) -> String {
    let at = |name: &'static str| value.get_from_path(name);
    let mut links = BTreeMap::new();
    for (key, target) in at("links").and_then(Value::as_map).into_iter().flatten() {
        let text = |name| target.get_from_path(name).and_then(Value::as_str).unwrap_or_default();
        let target = LinkTarget { href: text("href").to_owned(), title: text("title").to_owned() };
        links.insert(key.to_string(), target);
    }
    let options = Options {
        heading_base: at("heading").and_then(Value::as_u64).map_or(3, |level| level as u8),
        id_prefix: at("prefix").and_then(Value::as_str).unwrap_or_default().to_owned(),
        steps: at("steps").and_then(Value::as_bool).unwrap_or(false),
        heading_links,
        ..Options::default()
    };
    let source = at("source").and_then(Value::as_str).unwrap_or_default();
    let mut html = String::with_capacity(source.len() * 2);
    prose::to_html(source, &links, &options, colours, &mut html);
    html
}

/// Hands over the runbook's files that pages lead to, byte for byte.
fn put_attachments(plan: &SitePlan<'_>, tree: &SourceTree, put: &Put<'_>) {
    plan.files.par_iter().for_each(|(path, route)| {
        if let Some(artifact) = tree.at(path).and_then(Artifact::of) {
            put.put(route, artifact);
        }
    });
}
