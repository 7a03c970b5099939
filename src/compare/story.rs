//! All that is to be told of what changed in a runbook: at each release, since the last one, and since
//! the first.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Changes, Names, RecordChange, changes, title};
use crate::diagnostic::Checked;
use crate::history::dates::Dates;
use crate::history::delta::FORMERLY;
use crate::history::{self, History, Pair, Pairs, Plain, State};
use crate::schema::Catalog;
use crate::source::{SourceFile, SourceTree};

/// All that is to be told; nothing for a runbook that was never released.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Story {
    /// The releases.
    pub history: Arc<History>,
    /// What differs now from the last of them.
    pub since_last: Pairs,
    /// What differs now from the first.
    pub since_baseline: Pairs,
    /// The same in words.
    pub told: Told,
    /// When files of records were last edited.
    pub dates: Arc<Dates>,
}

/// What changed, in words.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Told {
    /// What changed in each window; nothing for the baseline.
    pub windows: Arc<Vec<Changes>>,
    /// What differs now from the last release.
    pub since_last: Changes,
    /// What differs now from the first.
    pub since_baseline: Changes,
    /// What records are called and were called.
    pub names: Arc<Names>,
    /// Where the changes of a record are, by `kind/id` as it is now: the window, and the place in it.
    by_record: Arc<BTreeMap<String, Vec<(usize, usize)>>>,
}

impl Story {
    /// Returns the story of the runbook in `tree`.
    pub fn of(tree: &SourceTree, catalog: &Catalog) -> Checked<Story> {
        Story::of_known(tree, catalog, None)
    }

    /// As [`Story::of`]; files that are `known` from a run before are not read again.
    pub fn of_known(
        tree: &SourceTree,
        catalog: &Catalog,
        known: Option<&history::Known>,
    ) -> Checked<Story> {
        let Checked { value: history, mut found } = history::read_with(tree, known);
        let history = Arc::new(history);
        let dates = Arc::new(Dates::read(tree).report_to(&mut found));
        if history.is_empty() {
            return Checked::new(Story { history, dates, ..Story::default() }, found);
        }
        let now = State::of_known(tree, catalog, known);
        let since_last = Pairs::between(&history.last, &now);
        let since_baseline = Pairs::between(&history.baseline, &now);
        let told = Told::default();
        let mut story = Story { history, since_last, since_baseline, told, dates };
        story.told = story.tell(catalog);
        Checked::new(story, found)
    }

    /// Tells it in words.
    fn tell(&self, catalog: &Catalog) -> Told {
        let mut names = Names::default();
        // What a record was called last counts.
        let pairs = [&self.since_last].into_iter().chain(self.history.windows.iter().rev());
        for pair in pairs.flat_map(|pairs| &pairs.records) {
            if let Some(after) = &pair.after {
                names.add(&pair.name, after, catalog);
            }
            if let Some(before) = &pair.before {
                names.add(pair.former.as_ref().unwrap_or(&pair.name), before, catalog);
            }
        }
        for (name, record) in self.history.last.records.iter().chain(&self.history.baseline.records)
        {
            names.add(name, record, catalog);
        }
        let windows: Vec<Changes> =
            self.history.windows.iter().map(|pairs| changes(pairs, catalog, &names)).collect();
        Told {
            by_record: Arc::new(by_record(&windows, &self.since_last)),
            since_last: changes(&self.since_last, catalog, &names),
            since_baseline: changes(&self.since_baseline, catalog, &names),
            windows: Arc::new(windows),
            names: Arc::new(names),
        }
    }

    /// Returns the story after the records of `file` were edited, and nothing else; nothing where more
    /// than their own entries may have changed: a record has a new id.
    pub fn with(&self, file: &SourceFile, catalog: &Catalog) -> Option<Story> {
        let mut story = self.clone();
        if self.history.is_empty() {
            return Some(story);
        }
        for (name, record) in State::of_file(file, catalog) {
            let is_renamed = |pairs: &Pairs| {
                pairs.records.iter().any(|pair| pair.name == *name && pair.former.is_some())
            };
            let last = self.history.last.records.get(&name);
            let may_be_renamed = last.is_none() && record.get(FORMERLY).is_some();
            if may_be_renamed || is_renamed(&self.since_last) || is_renamed(&self.since_baseline) {
                return None;
            }
            let title = title(&name, &record, catalog);
            if story.told.names.title(&name) != title {
                Arc::make_mut(&mut story.told.names).put(&name, title);
            }
            let baseline = self.history.baseline.records.get(&name);
            let names = Arc::clone(&story.told.names);
            let (pairs, told) = (&mut story.since_last, &mut story.told.since_last);
            put(&name, last, &record, pairs, told, catalog, &names);
            let (pairs, told) = (&mut story.since_baseline, &mut story.told.since_baseline);
            put(&name, baseline, &record, pairs, told, catalog, &names);
        }
        Some(story)
    }
}

/// Puts what a record says now in place of what it said.
fn put(
    name: &str,
    before: Option<&Arc<Plain>>,
    after: &Arc<Plain>,
    pairs: &mut Pairs,
    told: &mut Changes,
    catalog: &Catalog,
    names: &Names,
) {
    pairs.records.retain(|pair| pair.name != name);
    told.records.retain(|change| change.name != name);
    if before == Some(after) {
        return;
    }
    let pair = Pair {
        name: name.to_owned(),
        former: None,
        before: before.cloned(),
        after: Some(Arc::clone(after)),
    };
    let one = Pairs { records: vec![pair.clone()], files: Vec::new() };
    pairs.records.push(pair);
    pairs.records.sort_by(|a, b| a.name.cmp(&b.name));
    told.records.extend(changes(&one, catalog, names).records);
    told.records.sort_by(|a, b| a.name.cmp(&b.name));
}

impl Told {
    /// Returns in which windows the record `kind/id` changed, each with the place of the change in it,
    /// the latest first.
    pub fn of_record(&self, name: &str) -> &[(usize, usize)] {
        self.by_record.get(name).map_or(&[], Vec::as_slice)
    }
}

impl Told {
    /// Returns what differs now in the record `kind/id` from the baseline.
    pub fn since_baseline_of(&self, name: &str) -> Option<&RecordChange> {
        let records = &self.since_baseline.records;
        let place = records.binary_search_by(|change| change.name.as_str().cmp(name)).ok()?;
        Some(&records[place])
    }
}

/// Finds the changes of each record, under the id that it has at the end.
fn by_record(windows: &[Changes], since_last: &Pairs) -> BTreeMap<String, Vec<(usize, usize)>> {
    let mut by_record: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
    for (window, changes) in windows.iter().enumerate() {
        let renamed = changes.records.iter().filter_map(|it| Some((it.former.clone()?, &it.name)));
        let renamed: Vec<_> = renamed.collect();
        follow(&mut by_record, renamed);
        for (place, change) in changes.records.iter().enumerate() {
            by_record.entry(change.name.clone()).or_default().push((window, place));
        }
    }
    let renamed = since_last.records.iter().filter_map(|it| Some((it.former.clone()?, &it.name)));
    let renamed: Vec<_> = renamed.collect();
    follow(&mut by_record, renamed);
    by_record.values_mut().for_each(|places| places.reverse());
    by_record
}

fn follow(by_record: &mut BTreeMap<String, Vec<(usize, usize)>>, renamed: Vec<(String, &String)>) {
    let moved: Vec<_> = renamed
        .into_iter()
        .filter_map(|(former, name)| Some((name.clone(), by_record.remove(&former)?)))
        .collect();
    by_record.extend(moved);
}
