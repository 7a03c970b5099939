//! `clearjar kinds`: which kinds there are, and the manual of one.

use clearjar::scaffold::{self, find_kind};
use clearjar::schema::{self, Catalog, KindIx, builtin};
use clearjar::source::{SourceFile, SourceTree};
use clearjar::syntax::{self, Item};

use super::Exit;
use super::args::{Common, Kinds, ListFormat};
use super::failure::Failure;
use super::runbook::Runbook;
use super::terminal::Terminal;

/// Prints the list of kinds, or one kind's fields or file. Outside a runbook, the built-in kinds.
pub fn run(args: &Kinds, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let tree = Runbook::read_if_any(common)?.map(|read| read.tree).unwrap_or_default();
    let catalog = schema::read(&tree).value;
    let kind = args.kind.as_deref().map(|word| find_kind(&catalog, word)).transpose()?;
    match (args.format, kind) {
        (_, Some(kind)) if args.source => terminal.out(&source(&tree, &catalog, kind)),
        (ListFormat::Json, kind) => terminal.out(&scaffold::json_of(&catalog, kind)),
        (ListFormat::Human, Some(kind)) => {
            terminal.sheet(&scaffold::manual(&catalog, kind, terminal.width));
        }
        (ListFormat::Human, None) => terminal.sheet(&scaffold::list(&catalog, terminal.width)),
    }
    Ok(Exit::Done)
}

/// Returns the file of a kind, with the runbook's additions to it behind.
fn source(tree: &SourceTree, catalog: &Catalog, kind: KindIx) -> String {
    let name = &catalog.kind(kind).name;
    let mut text = builtin::kind_source(name).unwrap_or_default().to_owned();
    for file in tree.under("kinds").filter(|file| declares(file, name)) {
        if !text.is_empty() {
            text.push_str(&format!("\n# ---- {} ----\n\n", file.path));
        }
        text.push_str(file.as_text().unwrap_or_default());
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn declares(file: &SourceFile, name: &str) -> bool {
    let root = syntax::parse(file).value.root;
    let named = root.get("kind").map(|entry| &entry.value.value);
    matches!(named, Some(Item::Text(text)) if text == name)
}
