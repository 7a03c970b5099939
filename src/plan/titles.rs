//! Gives each page of a record a title that no other of its kind has: two racks called `Rack 1` say at
//! which site they stand, so that tabs, bookmarks and readers of the screen tell them apart.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::lists::group;
use crate::model::{Model, NodeIx};

/// The titles of records whose name another one of their kind has too.
pub struct Titles(BTreeMap<NodeIx, String>);

impl Titles {
    /// Returns the titles for the records of a model.
    pub fn new(model: &Model) -> Titles {
        let mut titles = BTreeMap::new();
        for (kind_ix, kind) in model.catalog.iter() {
            let of_kind = model.of_kind(kind_ix);
            for ix in equal(of_kind.iter().map(|ix| (*ix, model.node(*ix).name.as_str()))) {
                let name = &model.node(ix).name;
                let group = kind.group_by.as_ref().map(|_| group(model, ix, kind));
                titles.insert(ix, group.map_or_else(|| name.clone(), |it| format!("{name}, {it}")));
            }
            // Where the place does not tell them apart either, the id does.
            let longer = of_kind.iter().filter_map(|ix| Some((*ix, titles.get(ix)?.as_str())));
            for ix in equal(longer) {
                let node = model.node(ix);
                titles.insert(ix, format!("{} ({})", node.name, node.id));
            }
        }
        Titles(titles)
    }

    /// Returns the title of a record's page.
    pub fn of(&self, model: &Model, ix: NodeIx) -> String {
        self.0.get(&ix).unwrap_or(&model.node(ix).name).clone()
    }
}

/// Returns the records that are called as another one is.
fn equal<'a>(called: impl Iterator<Item = (NodeIx, &'a str)> + Clone) -> Vec<NodeIx> {
    let mut uses: FxHashMap<&str, usize> = FxHashMap::default();
    called.clone().for_each(|(_, name)| *uses.entry(name).or_default() += 1);
    called.filter(|(_, name)| uses[name] > 1).map(|(ix, _)| ix).collect()
}
