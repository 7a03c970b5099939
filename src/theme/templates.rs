//! Reads the templates of a theme, all together, and tells what is wrong with them.

use std::collections::BTreeMap;

use tera::{ErrorKind, Tera};

use super::files::{File, Files};
use super::{FILTERS, FUNCTIONS, TEMPLATE, one_sentence};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::view::View;
use crate::source::{FileId, SourceTree, Span};

/// The template of the navigation.
pub const NAVIGATION: &str = "partials/nav.html";

/// The plain text that stands beside the first page.
pub const START_HERE: &str = "START-HERE.txt";

/// A template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Template {
    /// Its text.
    pub text: String,
    /// Its file, if the runbook brought it.
    pub own: Option<Span>,
}

/// Templates by name.
pub type Templates = BTreeMap<String, Template>;

/// Returns the templates: readable, and one for each sort of page; that of the search only where
/// there is one.
pub fn read(
    files: &Files<'_>,
    is_searched: bool,
    tree: &SourceTree,
    found: &mut Diagnostics,
) -> Templates {
    let mut templates = among(&files.all);
    check(&mut templates, &among(&files.embedded), tree, found);
    let search = is_searched.then_some(View::SEARCH);
    let needed = View::TEMPLATES.iter().copied().chain([NAVIGATION, START_HERE]).chain(search);
    for name in needed.filter(|name| !templates.contains_key(*name)) {
        let message = format!("the theme `{}` has no template `{name}`", files.theme);
        let help = format!("write `theme/templates/{name}`, or choose another theme");
        found.push(Diagnostic::new(&TEMPLATE, no_place(), message).help(help));
    }
    templates
}

fn among(files: &BTreeMap<String, File<'_>>) -> Templates {
    let template = |(path, file): (&String, &File<'_>)| {
        let name = path.strip_prefix("templates/")?.to_owned();
        Some((name, Template { text: file.text()?.to_owned(), own: file.own() }))
    };
    files.iter().filter_map(template).collect()
}

/// Reports every own template that cannot be read, and puts the embedded one in its place.
fn check(
    templates: &mut Templates,
    embedded: &Templates,
    tree: &SourceTree,
    found: &mut Diagnostics,
) {
    // All together, since one may include another. The one that an error names is taken out and the
    // rest tried again, so that one mistake does not hide another.
    while let Err(error) = engine(templates) {
        let own = || templates.iter().filter(|(_, template)| template.own.is_some());
        let named = blamed(&error).filter(|name| own().any(|(own, _)| own == name));
        let Some(name) = named.or_else(|| suspect(templates, embedded)) else { return };
        found.push(finding(&error, &name, templates, tree));
        take_out(&name, templates, embedded);
    }
}

fn take_out(name: &str, templates: &mut Templates, embedded: &Templates) {
    match embedded.get(name) {
        Some(template) => templates.insert(name.to_owned(), template.clone()),
        None => templates.remove(name),
    };
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
fn suspect(templates: &Templates, embedded: &Templates) -> Option<String> {
    let own = templates.iter().filter(|(_, template)| template.own.is_some());
    let names: Vec<&String> = own.map(|(name, _)| name).collect();
    let works_without = |name: &&&String| {
        let mut others = templates.clone();
        take_out(name, &mut others, embedded);
        engine(&others).is_ok()
    };
    names.iter().find(works_without).or(names.first()).map(|name| (*name).clone())
}

/// Returns an engine with these templates, and stand-ins for what [`crate::render`] provides.
fn engine(templates: &Templates) -> Result<Tera, tera::Error> {
    let mut tera = Tera::new();
    for name in FILTERS {
        tera.register_filter(*name, |value: tera::Value, _: tera::Kwargs, _: &tera::State| value);
    }
    for name in FUNCTIONS {
        tera.register_function(*name, |_: tera::Kwargs, _: &tera::State| String::new());
    }
    tera.add_raw_templates(templates.iter().map(|(name, template)| (name, &template.text)))?;
    Ok(tera)
}

/// Returns the finding for an error of a template; `name` is the one that is made or tried.
pub fn finding(
    error: &tera::Error,
    name: &str,
    templates: &Templates,
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
        (None, _) => no_place(),
    };
    let message = format!("the template `{name}` cannot be used: {}", one_sentence(&message));
    Diagnostic::new(&TEMPLATE, span, message)
        .help("correct the line, or remove the file to use the theme's own")
}

/// Stands for the theme as a whole.
pub fn no_place() -> Span {
    Span::whole(FileId::of("theme"))
}

fn place(tree: &SourceTree, file: Span, line: usize, column: usize) -> Span {
    let text = tree.get(file.file).and_then(|file| file.as_text()).unwrap_or_default();
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
    let offset = rest.char_indices().nth(column).map_or(0, |(offset, _)| offset);
    let end = rest.len().max(offset + usize::from(rest.len() > offset));
    Span::new(file.file, start + offset..start + end)
}
