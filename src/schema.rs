//! Turns the files of kinds into the catalogue of what a record may say.
//!
//! In: the built-in kinds, embedded in the program, and those of the runbook's `kinds/` folder, in
//! the same form. Out: a [`Catalog`]. A kind declares and never computes; the types of fields and
//! their roles are a closed set, and behaviour hangs on them, never on a name.

pub mod builtin;
pub mod field;
pub mod kind;
mod read;
pub mod role;

use std::collections::HashMap;

use crate::diagnostic::{Checked, Diagnostic, Diagnostics, Rule};
use crate::source::{SourceTree, Span, Spanned};
use crate::syntax::{self, Document};
use crate::text;
use field::{Field, FieldType, Shape, Target};
use kind::Kind;
pub use read::KIND_FILE;
use read::KindFile;

/// The rules of this stage.
pub static RULES: &[&Rule] = &[&KIND_FILE];

/// Folders at a site's root that a kind's pages must not use.
const RESERVED_PLURALS: &[&str] =
    &["assets", "data", "files", "source", "search", "changes", "sealed", "drawings"];

/// Blocks that every kind has, whether it names them or not.
const EVERYWHERE: [&str; 2] = ["settings", "common"];

/// The place of a kind in the catalogue.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct KindIx(pub usize);

/// All kinds, in the order of the navigation.
#[derive(Clone, PartialEq, Debug)]
pub struct Catalog {
    kinds: Vec<Kind>,
    by_name: HashMap<String, KindIx>,
    by_plural: HashMap<String, KindIx>,
    areas: Vec<builtin::Area>,
}

impl Catalog {
    /// Returns all kinds, in the order of the navigation.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// Returns every kind with its place.
    pub fn iter(&self) -> impl Iterator<Item = (KindIx, &Kind)> {
        self.kinds.iter().enumerate().map(|(ix, kind)| (KindIx(ix), kind))
    }

    /// Returns the kind at a place.
    pub fn kind(&self, ix: KindIx) -> &Kind {
        &self.kinds[ix.0]
    }

    /// Returns the place of the kind called `name`.
    pub fn by_name(&self, name: &str) -> Option<KindIx> {
        self.by_name.get(name).copied()
    }

    /// Returns the place of the kind whose folder is `plural`.
    pub fn by_plural(&self, plural: &str) -> Option<KindIx> {
        self.by_plural.get(plural).copied()
    }

    /// Returns the areas of the navigation, in order.
    pub fn areas(&self) -> &[builtin::Area] {
        &self.areas
    }
}

/// Returns the catalogue of the built-in kinds and those of the runbook.
pub fn read(tree: &SourceTree) -> Checked<Catalog> {
    let mut found = Diagnostics::default();
    let mut blocks = HashMap::new();
    for document in builtin::blocks().report_to(&mut found) {
        if let Some((name, shape)) = read::block(&document, &mut found) {
            blocks.insert(name, shape);
        }
    }
    let mut builder = Builder { kinds: Vec::new(), blocks, found };
    for document in builtin::kinds().report_to(&mut builder.found) {
        builder.add(&document, false);
    }
    for file in tree.under("kinds").filter(|file| file.extension() == "toml") {
        let document = syntax::parse(file).report_to(&mut builder.found);
        builder.add(&document, true);
    }
    builder.finish()
}

struct Builder {
    kinds: Vec<(Kind, Span)>,
    blocks: HashMap<String, Shape>,
    found: Diagnostics,
}

impl Builder {
    fn add(&mut self, document: &Document, own: bool) {
        let Some(file) = read::kind(document, own, &mut self.found) else { return };
        match self.kinds.iter().position(|(kind, _)| kind.name == file.kind.name) {
            Some(ix) if file.extends => self.extend(ix, file),
            Some(_) => {
                let message = format!("the kind `{}` exists already", file.kind.name);
                let help = "to add fields to it, write `extends = true` below `kind`; otherwise \
                            choose another name";
                self.report(file.span, message, help);
            }
            None if file.extends => {
                let names = self.kinds.iter().map(|(kind, _)| kind.name.as_str());
                let help = match text::nearest(&file.kind.name, names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "remove `extends = true` to declare it as new".to_owned(),
                };
                let message = format!("there is no kind `{}` to extend", file.kind.name);
                self.report(file.span, message, &help);
            }
            None => self.add_new(file),
        }
    }

    fn add_new(&mut self, mut file: KindFile) {
        let clash = self.kinds.iter().find(|(kind, _)| kind.plural == file.kind.plural);
        if let Some((kind, _)) = clash {
            let message = format!("`{}` is the folder of `{}`", file.kind.plural, kind.name);
            self.report(file.span, message, "choose another `plural`");
            return;
        }
        let plural = file.kind.plural.as_str();
        if RESERVED_PLURALS.contains(&plural) || !is_folder_name(plural) {
            let message = format!("`{plural}` cannot be the folder of a kind's pages");
            let help = "choose a `plural` of lower-case letters, digits and `-` that the site \
                        does not use itself";
            self.report(file.span, message, help);
            return;
        }
        self.add_blocks(&mut file);
        self.kinds.push((file.kind, file.span));
    }

    /// Adds the fields of the blocks a kind names behind its own, then those that every record has.
    fn add_blocks(&mut self, file: &mut KindFile) {
        let everywhere = EVERYWHERE.map(|name| Spanned::new(name.to_owned(), file.span));
        for block in file.blocks.iter().chain(&everywhere) {
            let Some(shape) = self.blocks.get(&block.value) else {
                let mut names: Vec<&str> = self.blocks.keys().map(String::as_str).collect();
                names.sort_unstable();
                let help = format!("there are {}", text::list_of(&names, "and"));
                self.found.push(
                    Diagnostic::new(
                        &KIND_FILE,
                        block.span,
                        format!("there is no block called `{}`", block.value),
                    )
                    .help(help),
                );
                continue;
            };
            for field in shape.fields() {
                let unwanted = file.without.iter().any(|name| name.value == field.name);
                if !unwanted && file.kind.shape.get(&field.name).is_none() {
                    file.kind.shape.put(field.clone());
                }
            }
        }
    }

    fn extend(&mut self, ix: usize, mut file: KindFile) {
        self.add_blocks_for_extension(ix, &mut file);
        let (kind, _) = &mut self.kinds[ix];
        let mut clashes = Vec::new();
        for field in file.kind.shape.fields() {
            match kind.shape.get(&field.name) {
                Some(there) if there.types != field.types => clashes.push(field.name.clone()),
                _ => kind.shape.put(field.clone()),
            }
        }
        kind.sections.extend(file.kind.sections);
        if file.given.columns {
            kind.columns = file.kind.columns;
        }
        if file.given.group_by {
            kind.group_by = file.kind.group_by;
        }
        if file.given.review_every {
            kind.review_every = file.kind.review_every;
        }
        for name in clashes {
            let message = format!("the field `{name}` exists already with another type");
            self.report(file.span, message, "choose another name, or keep its type");
        }
    }

    fn add_blocks_for_extension(&mut self, ix: usize, file: &mut KindFile) {
        let there = self.kinds[ix].0.shape.clone();
        for block in std::mem::take(&mut file.blocks) {
            let Some(shape) = self.blocks.get(&block.value) else { continue };
            for field in shape.fields().iter().filter(|field| there.get(&field.name).is_none()) {
                file.kind.shape.put(field.clone());
            }
        }
    }

    fn report(&mut self, span: Span, message: String, help: &str) {
        self.found.push(Diagnostic::new(&KIND_FILE, span, message).help(help));
    }

    fn finish(mut self) -> Checked<Catalog> {
        let areas = builtin::areas();
        let place = |kind: &Kind| {
            let area = areas.iter().position(|area| area.id == kind.area).unwrap_or(areas.len());
            (area, kind.order, kind.label_plural.clone())
        };
        self.kinds.sort_by_cached_key(|(kind, _)| place(kind));
        let names: Vec<String> = self.kinds.iter().map(|(kind, _)| kind.name.clone()).collect();
        for (kind, span) in &self.kinds {
            check_kind(kind, *span, &self.kinds, &names, &mut self.found);
        }
        let mut kinds: Vec<Kind> = self.kinds.into_iter().map(|(kind, _)| kind).collect();
        kinds.iter_mut().for_each(Kind::index_roles);
        let index = |name: fn(&Kind) -> &String| {
            kinds.iter().enumerate().map(|(ix, kind)| (name(kind).clone(), KindIx(ix))).collect()
        };
        let (by_name, by_plural) = (index(|kind| &kind.name), index(|kind| &kind.plural));
        Checked::new(Catalog { kinds, by_name, by_plural, areas }, self.found)
    }
}

/// Finds names in a kind that mean nothing.
fn check_kind(
    kind: &Kind,
    span: Span,
    all: &[(Kind, Span)],
    names: &[String],
    found: &mut Diagnostics,
) {
    let mut missing = |what: &str, name: &str| {
        let help = match text::nearest(name, kind.shape.fields().iter().map(|f| f.name.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "declare it as `[field.NAME]`, or take the name out".to_owned(),
        };
        let message = format!("`{what}` of `{}` names `{name}`, which is no field", kind.name);
        found.push(Diagnostic::new(&KIND_FILE, span, message).help(help));
    };
    let named = [("title", Some(&kind.title)), ("group_by", kind.group_by.as_ref())];
    for (what, name) in named.into_iter().chain([("body", kind.body.as_ref())]) {
        if let Some(name) = name.filter(|name| kind.shape.at_path(name).is_none()) {
            missing(what, name);
        }
    }
    for name in kind.columns.iter().filter(|name| kind.shape.at_path(name).is_none()) {
        missing("columns", name);
    }
    for section in &kind.sections {
        for name in section.fields.iter().filter(|name| kind.shape.get(name).is_none()) {
            missing("section", name);
        }
    }
    check_targets(&kind.shape, span, all, names, found);
}

fn check_targets(
    shape: &Shape,
    span: Span,
    all: &[(Kind, Span)],
    names: &[String],
    found: &mut Diagnostics,
) {
    for field in shape.fields() {
        for target in &field.to {
            if let Some(problem) = target_problem(target, all) {
                let help = match target {
                    Target::Kind(name) | Target::Row { kind: name, .. } => {
                        text::nearest(name, names.iter().map(String::as_str))
                    }
                    Target::Any => None,
                };
                let mut diagnostic = Diagnostic::new(
                    &KIND_FILE,
                    span,
                    format!("`to` of the field `{}` {problem}", field.name),
                );
                diagnostic = match help {
                    Some(near) if !matches!(target, Target::Row { kind, .. } if kind == near) => {
                        diagnostic.help(format!("did you mean `{near}`?"))
                    }
                    _ => diagnostic.help("`clearjar kinds` lists the kinds and their fields"),
                };
                found.push(diagnostic);
            }
        }
        check_targets(&field.shape, span, all, names, found);
    }
}

fn target_problem(target: &Target, all: &[(Kind, Span)]) -> Option<String> {
    let kind_of = |name: &str| all.iter().map(|(kind, _)| kind).find(|kind| kind.name == name);
    let has_rows = |field: &Field| field.takes(FieldType::Tables) && field.row.is_some();
    match target {
        Target::Any => None,
        Target::Kind(name) if kind_of(name).is_some() => None,
        Target::Kind(name) => Some(format!("names the kind `{name}`, which does not exist")),
        Target::Row { kind, field } => match kind_of(kind).and_then(|k| k.shape.get(field)) {
            Some(field) if has_rows(field) => None,
            _ => Some(format!("names `{kind}.{field}`, which is no list of tables with a `row`")),
        },
    }
}

fn is_folder_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !name.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    fn messages(text: &str) -> Vec<String> {
        let tree = SourceTree::new(vec![SourceFile::text("kinds/own.toml", text)]);
        read(&tree).found.iter().map(|found| found.message.clone()).collect()
    }

    #[test]
    fn the_built_in_kinds_have_nothing_to_complain_about() {
        let found = read(&SourceTree::default()).found;
        let messages: Vec<_> = found.iter().map(|found| &found.message).collect();
        assert!(messages.is_empty(), "{messages:#?}");
    }

    #[test]
    fn a_runbook_adds_a_kind_and_fields_to_a_built_in_one() {
        let own = "kind = \"autoclave\"\nplural = \"autoclaves\"\nlabel = \"Autoclave\"\n\
                   [field.chamber]\ntype = \"integer\"\n";
        let more = "kind = \"device\"\nextends = true\n[field.shelf_colour]\ntype = \"text\"\n";
        let tree = SourceTree::new(vec![
            SourceFile::text("kinds/autoclave.toml", own),
            SourceFile::text("kinds/device.toml", more),
        ]);
        let catalog = read(&tree);
        assert!(catalog.found.is_empty(), "{:#?}", catalog.found);
        let catalog = catalog.value;
        let autoclave = catalog.kind(catalog.by_plural("autoclaves").unwrap());
        assert!(autoclave.own && autoclave.shape.get("name").is_some());
        let device = catalog.kind(catalog.by_name("device").unwrap());
        assert!(device.shape.get("shelf_colour").is_some());
    }

    #[test]
    fn names_that_mean_nothing_are_told() {
        assert_eq!(messages("label = \"x\"").len(), 1);
        assert_eq!(messages("kind = \"Bad Name\"").len(), 1);
        assert_eq!(messages("kind = \"device\"").len(), 1);
        assert_eq!(messages("kind = \"devise\"\nextends = true").len(), 1);
        assert_eq!(messages("kind = \"x\"\nplural = \"assets\"").len(), 1);
        assert_eq!(messages("kind = \"x\"\n[field.a]\ntype = \"txt\"").len(), 1);
        assert_eq!(messages("kind = \"x\"\n[field.a]\nrole = \"expire\"").len(), 1);
        assert_eq!(messages("kind = \"x\"\n[field.a]\ntype = \"choice\"").len(), 1);
        assert_eq!(messages("kind = \"x\"\n[field.a]\ntype = \"reference\"").len(), 1);
        let bad_target = "kind = \"x\"\n[field.a]\ntype = \"reference\"\nto = [\"devise\"]";
        assert_eq!(messages(bad_target).len(), 1);
        assert_eq!(messages("kind = \"x\"\ncolumns = [\"a\", \"b\"]").len(), 2);
    }
}
