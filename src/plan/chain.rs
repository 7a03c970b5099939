//! Lays out the drawing of what a record needs and what needs it: two steps each way, the rest counted.

use super::needs::Layout;
use crate::drawing::needs::{Chain, Link};
use crate::model::NodeIx;

/// How many boxes a column has; the rest is counted in one more.
const MOST_IN_COLUMN: usize = 9;

impl Layout<'_> {
    /// Returns the drawing round a record; nothing where it would show less than three records.
    pub fn chain(&self, ix: NodeIx) -> Option<Chain> {
        let model = self.show.model;
        if model.is_retired(ix) {
            return None;
        }
        let needs = &model.needs;
        let of = |ix: NodeIx| needs.of(ix);
        let by = |ix: NodeIx| needs.by(ix).to_vec();
        let (before, first) = steps(ix, of);
        let (behind, last) = steps(ix, by);
        if before.len() + first.len() + behind.len() + last.len() < 2 {
            return None;
        }
        let mut columns = [first, before, vec![ix], behind, last];
        // A record in a loop stands where it is first met, from the left.
        let mut seen = std::collections::BTreeSet::from([ix]);
        for column in columns.iter_mut().filter(|column| **column != [ix]) {
            column.retain(|ix| seen.insert(*ix));
        }
        let rests: Vec<usize> =
            columns.iter().map(|column| column.len().saturating_sub(MOST_IN_COLUMN)).collect();
        columns.iter_mut().for_each(|column| column.truncate(MOST_IN_COLUMN));
        let is_there = |at: usize| !columns[at].is_empty();
        let kept: Vec<usize> = (0..columns.len()).filter(|at| is_there(*at)).collect();
        let mut joints = Vec::new();
        for (place, pair) in kept.windows(2).enumerate() {
            for (row, left) in columns[pair[0]].iter().enumerate() {
                for (other, right) in columns[pair[1]].iter().enumerate() {
                    if needs.of(*right).contains(left) {
                        joints.push((place, row, other));
                    }
                }
            }
        }
        let name = &model.node(ix).name;
        Some(Chain {
            title: format!("What {name} needs and what needs it"),
            description:
                "From what comes first on the left to what hangs on it all on the right, two \
                          steps each way. The lists on this page say the same."
                    .to_owned(),
            columns: kept
                .iter()
                .map(|at| {
                    let mut links: Vec<Link> =
                        columns[*at].iter().map(|other| self.boxed(*other, *other == ix)).collect();
                    if rests[*at] > 0 {
                        let name = format!("and {} more", rests[*at]);
                        links.push(Link { name, rest: true, ..Link::default() });
                    }
                    links
                })
                .collect(),
            joints,
        })
    }

    fn boxed(&self, ix: NodeIx, own: bool) -> Link {
        let model = self.show.model;
        let link = self.show.routes.link(self.show.root, ix);
        Link {
            name: model.node(ix).name.clone(),
            detail: self.show.sort(ix),
            href: if own { String::new() } else { link.href },
            tone: self.show.colours(ix),
            own,
            rest: false,
        }
    }
}

/// Returns what is one step away, and what is two: a neighbour that another neighbour leads to as well
/// stands behind that.
fn steps(ix: NodeIx, next: impl Fn(NodeIx) -> Vec<NodeIx>) -> (Vec<NodeIx>, Vec<NodeIx>) {
    let direct: Vec<NodeIx> = next(ix).into_iter().filter(|other| *other != ix).collect();
    let leads_to = |from: NodeIx, to: NodeIx| from != to && next(from).contains(&to);
    let mut near: Vec<NodeIx> = direct
        .iter()
        .copied()
        .filter(|to| !direct.iter().any(|from| leads_to(*from, *to)))
        .collect();
    if near.is_empty() {
        near.clone_from(&direct);
    }
    let mut far: Vec<NodeIx> = Vec::new();
    for other in near.iter().flat_map(|from| next(*from)) {
        if other != ix && !near.contains(&other) && !far.contains(&other) {
            far.push(other);
        }
    }
    // Those that hang on a neighbour that is itself behind one.
    near.extend(direct.into_iter().filter(|other| !far.contains(other)).collect::<Vec<_>>());
    near.sort_unstable();
    near.dedup();
    far.sort_unstable();
    (near, far)
}
