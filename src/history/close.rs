//! Closes a maintenance window: finds what changed since the last release, and what its file says.

use jiff::civil::Date;

use super::delta::Delta;
use super::{FOLDER, History, State, files, stem, write};
use crate::diagnostic::Diagnostics;
use crate::record::check_id;
use crate::refused::Refused;
use crate::schema::Catalog;
use crate::source::{FileId, SourceFile, SourceTree, Span, Spanned};

/// A release that is to be written.
#[derive(Clone, PartialEq, Debug)]
pub struct Closing {
    /// The path of its file in the runbook.
    pub path: String,
    /// The text of its file.
    pub text: String,
    /// What changed.
    pub delta: Delta,
    /// The release before; nothing for the baseline.
    pub previous: Option<String>,
}

/// Returns the release `name` of a runbook of which nothing is found that stands against it; nothing
/// where nothing changed since the one before.
pub fn close(
    tree: &SourceTree,
    catalog: &Catalog,
    history: &History,
    name: &str,
    date: Date,
) -> Result<Option<Closing>, Refused> {
    refuse_name(name)?;
    let last = history.releases.last();
    if let Some(same) = history.releases.iter().find(|release| release.name == name) {
        return Err(Refused::new(format!("a window called `{name}` was closed on {}", same.date))
            .help("choose another name: pages and commands know a window by it"));
    }
    if let Some(last) = last {
        if date < last.date {
            let message = format!("the window `{}` was closed later, on {}", last.name, last.date);
            return Err(Refused::new(message).help(format!(
                "releases follow each other: `--date {}` or a later day",
                last.date
            )));
        }
        if stem(date, name) < last.stem() {
            let message = format!("`{name}` would stand before `{}`, of the same day", last.name);
            return Err(Refused::new(message).help(format!(
                "releases of one day are put in order by their names: choose one that comes later, such as \
                 `{}-2`",
                last.name
            )));
        }
    }
    let now = State::of(tree, catalog);
    let delta = Delta::between(&history.last, &now, catalog);
    if delta.is_empty() && last.is_some() {
        return Ok(None);
    }
    let before = files(tree).last().and_then(SourceFile::as_text);
    let text = write::release(name, date, before, &delta);
    let path = format!("{FOLDER}/{}.toml", stem(date, name));
    Ok(Some(Closing { path, text, delta, previous: last.map(|last| last.name.clone()) }))
}

fn refuse_name(name: &str) -> Result<(), Refused> {
    let mut found = Diagnostics::default();
    check_id(&Spanned::new(name.to_owned(), Span::whole(FileId::of(""))), &mut found);
    let help = match found.into_iter().next() {
        _ if ["now", "last"].contains(&name) => {
            Some("`clearjar diff` takes it for something else; choose another".to_owned())
        }
        // A window stands under its name in addresses, as records do under their ids.
        Some(found) => found.help,
        None => return Ok(()),
    };
    Err(Refused { message: format!("`{name}` cannot be the name of a window"), help })
}
