//! Writes releases for the corpus: a baseline and monthly windows, each of which changed some records.
//!
//! They are worked out backwards from the records as they are, so that the last release is what they say.

use std::io;
use std::path::Path;
use std::sync::Arc;

use ::clearjar::discover::{self, Limits};
use ::clearjar::history::{Delta, FOLDER, Plain, State, stem, write};
use ::clearjar::schema;
use jiff::ToSpan;
use jiff::civil::date;

use crate::folder::write_file;

/// How many records a window changes: one in so many, and some at least.
const ONE_IN: usize = 250;
const AT_LEAST: usize = 5;

/// Writes so many releases below `folder`, where the records are already.
pub fn write_releases(folder: &Path, releases: usize) -> io::Result<()> {
    let read = discover::read(folder, &Limits::default()).map_err(io::Error::other)?;
    let catalog = schema::read(&read.value).value;
    let mut states = vec![State::of(&read.value, &catalog)];
    for window in (1..releases).rev() {
        let after = &states[states.len() - 1];
        states.push(before(after, window));
    }
    states.reverse();
    let (mut last, mut before) = (None, State::default());
    for (ix, state) in states.iter().enumerate() {
        let day = date(2026, 11, 1) - ((states.len() - 1 - ix) as i32).months();
        let name = format!("window-{ix}");
        let text =
            write::release(&name, day, last.as_deref(), &Delta::between(&before, state, &catalog));
        write_file(&folder.join(FOLDER).join(format!("{}.toml", stem(day, &name))), &text)?;
        last = Some(text);
        before = state.clone();
    }
    Ok(())
}

/// Returns what the records said before a window.
fn before(after: &State, window: usize) -> State {
    let mut state = after.clone();
    let names: Vec<Arc<str>> = state.records.keys().cloned().collect();
    for place in 0..(names.len() / ONE_IN).max(AT_LEAST) {
        let name = &names[(window * 7919 + place * 131) % names.len()];
        let Some(record) = state.records.get_mut(name) else { continue };
        let record = Arc::make_mut(record);
        let was = Plain::Text(format!("as it was before window {window}").into());
        match record.get_mut("setting") {
            Some(Plain::List(rows)) if !rows.is_empty() => {
                let row = window % rows.len();
                rows[row].put("value", Some(was));
            }
            _ => record.put("purpose", Some(was)),
        }
    }
    state
}
