//! Turns views into HTML: one file for each page, from the theme's templates.
//!
//! In: a page with its view, and the theme. Out: its file, handed over as soon as it is made, so that
//! no more than a few are ever in memory. A template sees its view and what every page knows, and
//! nothing else. A mistake that shows only while a page is made is a finding at the template's line.

mod book;
pub mod escape;
pub mod highlight;
pub mod prose;
mod symbols;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use tera::{Context, Kwargs, State, Tera, Value};

use crate::artifact::{Artifact, Put};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::SitePlan;
use crate::plan::rows::RowsFile;
use crate::plan::view::{Page, Site};
use crate::source::SourceTree;
use crate::theme::{self, NAVIGATION, START_HERE, Theme};
use book::{Binder, Bound};
use highlight::Highlighter;
use prose::{LinkTarget, Options};

/// The length of most pages, in bytes: room is made for it at once.
const USUAL_PAGE: usize = 24 * 1024;

/// Makes the files of a site.
pub struct Renderer<'a> {
    engine: Tera,
    frames: Frames<'a>,
    binder: Binder<'a>,
    theme: &'a Theme,
    tree: &'a SourceTree,
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
        plan: &'a SitePlan<'_>,
        theme: &'a Theme,
        tree: &'a SourceTree,
    ) -> Result<Renderer<'a>, Box<Diagnostic>> {
        let finding = |error: &tera::Error, name| {
            Box::new(theme::finding(error, name, &theme.templates, tree))
        };
        let engine = engine(theme, &plan.site).map_err(|error| finding(&error, "base.html"))?;
        let frames =
            Frames::new(&engine, plan, theme).map_err(|error| finding(&error, NAVIGATION))?;
        Ok(Renderer { engine, frames, binder: Binder::new(plan.book()), theme, tree })
    }

    /// Makes a page and hands it to `put`, and with it the volume of the book that it completes;
    /// returns what stood against it.
    pub fn page(&self, page: &Page, put: &Put<'_>) -> Option<Failure> {
        let (html, bound) = match render(&self.engine, page, &self.frames) {
            Ok(html) => self.binder.take(page, html),
            Err(error) => return Some(Failure::of(page, error)),
        };
        put(&page.path, Artifact::Bytes(html.into_bytes()));
        bound.and_then(|bound| self.volume(bound, put))
    }

    /// Makes a volume of the book whose last text has come.
    fn volume(&self, bound: Bound, put: &Put<'_>) -> Option<Failure> {
        let page = self.binder.page(&bound);
        let html = match fill(&self.engine, &page, &self.frames) {
            Ok(html) => symbols::put(self.binder.bind(&bound, html), self.frames.icons),
            Err(error) => return Some(Failure::of(&page, error)),
        };
        put(&page.path, Artifact::Bytes(html.into_bytes()));
        None
    }

    /// Hands over what is no page: the text beside the first page, assets, files of the runbook.
    pub fn others(&self, plan: &SitePlan<'_>, put: &Put<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        match self.engine.render(START_HERE, &Context::new()) {
            Ok(text) => put(START_HERE, Artifact::Bytes(text.into_bytes())),
            Err(error) => {
                found.push(theme::finding(&error, START_HERE, &self.theme.templates, self.tree));
            }
        }
        for (name, content) in &self.theme.assets {
            put(&format!("assets/{name}"), content.clone());
        }
        // They are for scripts, which not every theme has.
        if !self.theme.script.is_empty() {
            plan.rows().par_iter().for_each(|(path, rows)| {
                put(path, Artifact::Bytes(rows_script(rows).into_bytes()));
            });
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
    let mut html = Vec::with_capacity(USUAL_PAGE);
    engine.render_to(page.view.template(), &context, &mut html)?;
    Ok(String::from_utf8(html).expect("a template and its values are UTF-8"))
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
    global.insert("packages", &theme.packages);
    global.insert("search_script", &theme.search_script);
    global.insert("searchbox", &theme.searchbox);
    global.insert("print_style", &theme.print_style);
    global.insert("book_script", &theme.book_script);
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
            put(route, artifact);
        }
    });
}
