//! All that is to be told of what changed in a runbook: at each release, since the last one, and since
//! the first.

use std::collections::BTreeMap;

use super::{Changes, Names, RecordChange, changes};
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
    /// The same in words.
    pub told: Told,
}

/// What changed, in words.
#[derive(Clone, Default, PartialEq, Debug)]
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
    /// Where in [`Told::since_baseline`] a record is.
    of_baseline: BTreeMap<String, usize>,
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
        let mut story = Story { history, since_last, since_baseline, told: Told::default() };
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
        let since_baseline = changes(&self.since_baseline, catalog, &names);
        let places = since_baseline.records.iter().enumerate();
        Told {
            of_baseline: places.map(|(place, it)| (it.name.clone(), place)).collect(),
            by_record: by_record(&windows, &self.since_last),
            since_last: changes(&self.since_last, catalog, &names),
            since_baseline,
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

impl Told {
    /// Returns what differs now in the record `kind/id` from the baseline.
    pub fn since_baseline_of(&self, name: &str) -> Option<&RecordChange> {
        self.of_baseline.get(name).map(|place| &self.since_baseline.records[*place])
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
