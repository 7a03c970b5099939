//! Narrows a runbook to one of its editions, for the commands that take `--edition`.

use std::sync::Arc;

use clearjar::edition;
use clearjar::pipeline::{self, Checkup, Inputs, Memory};
use clearjar::progress::Progress;
use clearjar::text::{list_of, nearest};

use super::args::{Common, Readers};
use super::check::inputs;
use super::failure::Failure;
use super::runbook::Runbook;

/// What comes of narrowing a runbook.
pub enum Narrowed {
    /// What is to be worked on: the edition, or all of it where none was asked for.
    To(Runbook),
    /// The runbook has errors, so that nobody can tell what is for whom: it, and what was found.
    Not(Runbook, Box<Checkup>),
}

/// Returns the edition of `runbook` that was asked for.
pub fn narrow(
    runbook: Runbook,
    readers: &Readers,
    common: &Common,
    memory: Option<&Memory>,
    progress: &dyn Progress,
) -> Result<Narrowed, Failure> {
    let Some(name) = readers.edition.as_deref() else { return Ok(Narrowed::To(runbook)) };
    let inputs = Inputs { memory, ..inputs(&runbook, common, progress) };
    let checkup = pipeline::check(&inputs);
    if checkup.found.has_errors() {
        return Ok(Narrowed::Not(runbook, Box::new(checkup)));
    }
    let Some(edition) = checkup.config.edition(name) else {
        return Err(no_such(name, &checkup.config));
    };
    let tree = edition::of(&inputs, &checkup, edition);
    // What was found when the files were read, of those that are left.
    let found = runbook.found.iter().filter(|found| tree.get(found.span.file).is_some());
    let found = found.cloned().collect();
    Ok(Narrowed::To(Runbook { tree: Arc::new(tree), found, ..runbook }))
}

fn no_such(name: &str, config: &clearjar::config::Config) -> Failure {
    let failure = Failure::new(format!("there is no edition called `{name}`"));
    let names: Vec<&str> = config.editions.iter().map(|edition| &*edition.name.value).collect();
    if let Some(built) = config.built_edition() {
        let built = &built.name.value;
        return failure.help(format!(
            "this runbook is itself the edition `{built}`: the others are made from the one that \
             holds everything"
        ));
    }
    match (nearest(name, names.iter().copied()), names.as_slice()) {
        (Some(near), _) => failure.help(format!("did you mean `{near}`?")),
        (None, []) => failure.help(
            "`clearjar.toml` names none: write `[edition.NAME]` there, and below it for whom it is: \
             `audience = [\"everyone\"]`",
        ),
        (None, _) => failure.help(format!("there are {}", list_of(&names, "and"))),
    }
}
