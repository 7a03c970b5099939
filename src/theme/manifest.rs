//! Reads `theme.toml`: what a theme is made of.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;

use super::files::{File, Files, MANIFEST, names};
use super::templates::no_place;
use super::{CONTRACT, TEMPLATE, UNUSED_THEME_FILE};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;
use crate::text;

/// What a theme is made of. All files are there.
#[derive(Default, Debug)]
pub struct Manifest {
    /// Style sheets in the order in which they are joined.
    pub css: Vec<String>,
    /// Scripts in the order in which they are joined; none for a theme without.
    pub js: Vec<String>,
    /// Scripts of the engine that searches the site, in the order in which they are joined; none
    /// for a theme without search.
    pub search: Vec<String>,
    /// The scripts of the search box, in the order in which they are joined.
    pub searchbox: Vec<String>,
    /// Style sheets for paper, in the order in which they are joined.
    pub print: Vec<String>,
    /// The scripts of the book, in the order in which they are joined.
    pub book: Vec<String>,
    /// The scripts of the page that opens what is encrypted, in the order in which they are joined.
    pub sealed: Vec<String>,
    /// Files under `static/` that the site carries as they are: licences, pictures.
    pub carry: Vec<String>,
}

/// The manifest as it is written. What is left out is not there, and nothing more may be in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: Option<Spanned<String>>,
    contract: Option<Spanned<u32>>,
    #[serde(default)]
    css: Vec<Spanned<String>>,
    #[serde(default)]
    js: Vec<Spanned<String>>,
    #[serde(default)]
    search: Vec<Spanned<String>>,
    #[serde(default)]
    searchbox: Vec<Spanned<String>>,
    #[serde(default)]
    print: Vec<Spanned<String>>,
    #[serde(default)]
    book: Vec<Spanned<String>>,
    #[serde(default)]
    sealed: Vec<Spanned<String>>,
    #[serde(default)]
    carry: Vec<Spanned<String>>,
}

/// How a file is used that a manifest names.
#[derive(Clone, Copy, PartialEq)]
enum Use {
    /// Joined with others.
    Joined,
    /// Carried as it is.
    Carried,
}

/// Reads the manifest. What it names and is not there is reported and left out.
pub fn read(files: &Files<'_>, found: &mut Diagnostics) -> Manifest {
    let written: Written = files.data(MANIFEST, found);
    // The embedded ones are whole, so what is wrong is in the runbook's own.
    let own = files.get(MANIFEST).and_then(File::own);
    let at = |range| own.map_or(no_place(), |own| Span::new(own.file, range));
    if let Some(problem) = written.misfit(files.theme) {
        let (range, message, help) = problem;
        found.push(Diagnostic::new(&TEMPLATE, at(range), message).help(help));
        return resolve(files.embedded_data(MANIFEST), files, &mut |_, _, _| ());
    }
    report_unused(files, &written, found);
    let mut report = |range, message: String, help: String| {
        found.push(Diagnostic::new(&TEMPLATE, at(range), message).help(help));
    };
    resolve(written, files, &mut report)
}

type Range = std::ops::Range<usize>;

impl Written {
    /// Says what makes it the manifest of something else: where, what, and what to do.
    fn misfit(&self, theme: &str) -> Option<(Range, String, String)> {
        let start = "copy that theme's `theme.toml` to `theme/theme.toml` and change it there";
        if let Some(contract) = self.contract.as_ref().filter(|it| *it.as_ref() != CONTRACT) {
            let message = format!(
                "the theme is written for version {} of the views, and this program has version \
                 {CONTRACT}",
                contract.as_ref()
            );
            return Some((contract.span(), message, start.replace("that", "the")));
        }
        let name = self.name.as_ref()?;
        let other = name.as_ref() != theme && names().contains(&name.as_ref().as_str());
        let message = format!(
            "this is what the theme `{}` is made of, and `clearjar.toml` chooses `{theme}`",
            name.as_ref()
        );
        other.then(|| (name.span(), message, start.to_owned()))
    }
}

/// Keeps what is there.
fn resolve(
    written: Written,
    files: &Files<'_>,
    report: &mut dyn FnMut(Range, String, String),
) -> Manifest {
    let mut keep = |names: Vec<Spanned<String>>, wanted| {
        let there = names.into_iter().filter(|name| match problem(files, name.as_ref(), wanted) {
            None => true,
            Some((message, help)) => {
                report(name.span(), message, help);
                false
            }
        });
        there.map(Spanned::into_inner).collect()
    };
    Manifest {
        css: keep(written.css, Use::Joined),
        js: keep(written.js, Use::Joined),
        search: keep(written.search, Use::Joined),
        searchbox: keep(written.searchbox, Use::Joined),
        print: keep(written.print, Use::Joined),
        book: keep(written.book, Use::Joined),
        sealed: keep(written.sealed, Use::Joined),
        carry: keep(written.carry, Use::Carried),
    }
}

/// Says why a file that the manifest names cannot be used, and what to do.
fn problem(files: &Files<'_>, name: &str, wanted: Use) -> Option<(String, String)> {
    let Some(file) = files.get(&format!("static/{name}")) else {
        let there = files.all.keys().filter_map(|path| path.strip_prefix("static/"));
        let help = match text::nearest(name, there) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("put it there as `theme/static/{name}`, or take the name out"),
        };
        return Some((format!("the theme has no file `static/{name}`"), help));
    };
    let is_no_text = wanted == Use::Joined && file.text().is_none();
    let message = format!("the theme's file `static/{name}` is not a text in UTF-8");
    is_no_text.then(|| (message, "name it under `carry`".to_owned()))
}

/// Reports the runbook's files under `static/` that no site carries.
fn report_unused(files: &Files<'_>, written: &Written, found: &mut Diagnostics) {
    // All of them, so that a list that is added here cannot be forgotten.
    let Written { name: _, contract: _, css, js, search, searchbox, print, book, sealed, carry } =
        written;
    let named = [css, js, search, searchbox, print, book, sealed, carry].into_iter().flatten();
    let named: BTreeSet<&str> = named.map(|name| name.as_ref().as_str()).collect();
    for (path, span) in files.own() {
        let Some(name) = path.strip_prefix("static/") else { continue };
        if name.starts_with("icons/") || named.contains(name) {
            continue;
        }
        let message = format!("the theme `{}` has no use for `static/{name}`", files.theme);
        let help = "name it in `theme/theme.toml`: under `css`, `js`, `search`, or `carry`";
        found.push(Diagnostic::new(&UNUSED_THEME_FILE, span, message).help(help));
    }
}
