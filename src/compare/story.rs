//! All that is to be told of what changed in a runbook: at each release, since the last one, and since
//! the first.

use std::collections::BTreeMap;

use super::{Changes, Names, changes};
use crate::diagnostic::Checked;
use crate::history::{self, History, Pairs, State};
use crate::schema::Catalog;
use crate::source::SourceTree;

/// All that is to be told; nothing for a runbook that was never released.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Story {
    /// The releases.
    pub history: History,
    /// What differs now from the last of them.
    pub since_last: Pairs,
    /// What differs now from the first.
    pub since_baseline: Pairs,
}

/// The same in words.
#[derive(Default, Debug)]
pub struct Told {
    /// What changed in each window; nothing for the baseline.
    pub windows: Vec<Changes>,
    /// What differs now from the last release.
    pub since_last: Changes,
    /// What differs now from the first.
    pub since_baseline: Changes,
    /// What records are called and were called.
    pub names: Names,
    /// Where the changes of a record are, by `kind/id` as it is now: the window, and the place in it.
    by_record: BTreeMap<String, Vec<(usize, usize)>>,
}

impl Story {
    /// Returns the story of the runbook in `tree`.
    pub fn of(tree: &SourceTree, catalog: &Catalog) -> Checked<Story> {
        let Checked { value: history, found } = history::read(tree);
        if history.is_empty() {
            return Checked::new(Story { history, ..Story::default() }, found);
        }
        let now = State::of(tree, catalog);
        let since_last = Pairs::between(&history.last, &now);
        let since_baseline = Pairs::between(&history.baseline, &now);
        Checked::new(Story { history, since_last, since_baseline }, found)
    }

    /// Tells it in words.
    pub fn told(&self, catalog: &Catalog) -> Told {
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
            by_record: by_record(&windows, &self.since_last),
            since_last: changes(&self.since_last, catalog, &names),
            since_baseline: changes(&self.since_baseline, catalog, &names),
            windows,
            names,
        }
    }
}

impl Told {
    /// Returns in which windows the record `kind/id` changed, each with the place of the change in it,
    /// the latest first.
    pub fn of_record(&self, name: &str) -> &[(usize, usize)] {
        self.by_record.get(name).map_or(&[], Vec::as_slice)
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
