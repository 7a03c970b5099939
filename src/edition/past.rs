//! Makes the history of an edition: what its records said at each release, as far as that is for its
//! readers.
//!
//! Each past state becomes a runbook of its own, and is narrowed like the one of today. What is for others
//! today, or is not there any more and ever was for others, is for others at all times; what no longer
//! fits the kinds is left out, since nobody can tell for whom it is. Releases stay, with what is left to
//! tell, and know each other by new marks.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::choice::Choice;
use super::pruning;
use crate::config::{Config, Edition, LEFT_OUT};
use crate::diagnostic::Level;
use crate::history::{self, Delta, History, Kept, Plain, State, write};
use crate::model::{self, Model};
use crate::record;
use crate::schema::Catalog;
use crate::schema::field::Audience;
use crate::source::{FileId, SourceFile, SourceTree};

/// The key by which a record says for whom it is.
const AUDIENCE: &str = "audience";

/// Returns the files of the releases of an edition. `choice` is what it holds today.
pub(super) fn releases(
    tree: &SourceTree,
    history: &History,
    config: &Config,
    choice: &Choice<'_>,
    edition: &Edition,
) -> Vec<SourceFile> {
    let catalog = &choice.model.catalog;
    let past = Past { tree, config, catalog, edition, others: others(history, choice, edition) };
    let mut files: Vec<SourceFile> = Vec::new();
    let (mut whole, mut before) = (State::default(), State::default());
    for release in &history.releases {
        release.delta.apply(&mut whole);
        let narrowed = past.narrowed(&whole);
        let delta = Delta::between(&before, &narrowed, catalog);
        let previous = files.last().and_then(SourceFile::as_text);
        let text = write::release(&release.name, release.date, previous, &delta);
        let path = format!("{}/{}.toml", history::FOLDER, release.stem());
        files.push(SourceFile::text(path, text));
        before = narrowed;
    }
    files
}

/// Returns the records, by `kind/id` now and before, that are for others at all times.
fn others(history: &History, choice: &Choice<'_>, edition: &Edition) -> HashSet<String> {
    let model = choice.model;
    let mut others: HashSet<String> = HashSet::new();
    let mut renamed: Vec<(String, String)> = Vec::new();
    for (ix, node) in model.iter() {
        let name = model.full_id(ix);
        let kind = &model.kind_of(ix).name;
        let former = node.envelope.formerly.iter().map(|old| format!("{kind}/{}", old.value));
        renamed.extend(former.map(|former| (name.clone(), former)));
        if choice.kept(ix).is_none() {
            others.insert(name);
        }
    }
    for release in &history.releases {
        let delta = &release.delta;
        renamed.extend(delta.renamed.iter().map(|(new, old)| (new.clone(), old.clone())));
    }
    let mut state = State::default();
    for release in &history.releases {
        release.delta.apply(&mut state);
        let touched = release.delta.added.keys().chain(release.delta.changed.keys());
        for name in touched.filter(|name| model.by_name(name).is_none()) {
            let record = state.records.get(&**name);
            if record.is_some_and(|record| !edition.is_for(audience_of(record))) {
                others.insert(name.clone());
            }
        }
    }
    // A record that had another id is the same one.
    loop {
        let before = others.len();
        for (new, old) in &renamed {
            if others.contains(new) {
                others.insert(old.clone());
            } else if others.contains(old) && model.by_name(new).is_none() {
                others.insert(new.clone());
            }
        }
        if others.len() == before {
            return others;
        }
    }
}

/// Returns for whom a record is; what cannot be understood is for the few.
fn audience_of(record: &Plain) -> Audience {
    match record.get(AUDIENCE) {
        None => Audience::Everyone,
        Some(word) => word.as_text().and_then(Audience::from_name).unwrap_or(Audience::Restricted),
    }
}

struct Past<'a> {
    tree: &'a SourceTree,
    config: &'a Config,
    catalog: &'a Catalog,
    edition: &'a Edition,
    others: HashSet<String>,
}

impl Past<'_> {
    /// Returns what of a state is for the edition's readers.
    fn narrowed(&self, state: &State) -> State {
        let mut records: BTreeMap<Arc<str>, SourceFile> = state
            .records
            .par_iter()
            .filter_map(|(name, record)| Some((Arc::clone(name), self.file(name, record)?)))
            .collect();
        let (tree, model) = loop {
            let kinds = self.tree.under("kinds").cloned();
            let tree = SourceTree::new(records.values().cloned().chain(kinds).collect());
            let (model, torn) = self.joined(&tree);
            if torn.is_empty() {
                break (tree, model);
            }
            let before = records.len();
            records.retain(|_, file| !torn.contains(&file.id()));
            if records.len() == before {
                return State::default();
            }
        };
        let choice = Choice::of(&model, self.edition);
        let attachments = choice.files();
        let places: HashMap<FileId, _> = model.iter().map(|(ix, node)| (node.file, ix)).collect();
        let kept = records.par_iter().filter_map(|(name, file)| {
            let ix = *places.get(&file.id())?;
            let text = pruning::records(tree.get(file.id())?, &choice, &[ix], &attachments)?;
            let (_, tables) = record::tables(&SourceFile::text(&file.path, text), self.catalog)?;
            let mut record = Plain::of_table(&tables.first()?.1);
            record.put(LEFT_OUT, None);
            Some((Arc::clone(name), Arc::new(record)))
        });
        State { records: kept.collect(), files: files(state, &attachments) }
    }

    /// Returns the file of a record as it was; nothing where its kind is not known any more.
    fn file(&self, name: &str, record: &Plain) -> Option<SourceFile> {
        let (kind, id) = name.split_once('/')?;
        let kind = self.catalog.kind(self.catalog.by_name(kind)?);
        let mut record = record.clone();
        if self.others.contains(name) {
            let word = Audience::ALL.iter().find(|audience| !self.edition.is_for(**audience))?;
            record.put(AUDIENCE, Some(Plain::Text(word.name().into())));
        }
        let path = format!("records/{}/{id}.toml", kind.plural);
        Some(SourceFile::text(path, write::record(&record)))
    }

    /// Joins the records of a past state, and returns the files that do not fit the kinds of today.
    fn joined(&self, tree: &SourceTree) -> (Model, BTreeSet<FileId>) {
        let read = record::read(tree, self.catalog, &self.config.site.currency);
        let joined = model::join(tree, self.catalog.clone(), read.value);
        let found = read.found.iter().chain(joined.found.iter());
        // Attachments are not looked for: only their names and digests are known.
        let torn =
            found.filter(|it| it.level == Level::Error && it.rule.code != model::MISSING_FILE.code);
        (joined.value, torn.map(|finding| finding.span.file).collect())
    }
}

fn files(state: &State, attachments: &BTreeSet<String>) -> BTreeMap<Arc<str>, Arc<Kept>> {
    let kept = state.files.iter().filter(|(path, _)| attachments.contains(&***path));
    kept.map(|(path, kept)| (Arc::clone(path), Arc::clone(kept))).collect()
}
