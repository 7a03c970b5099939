//! Works out what stops when something fails: what every record needs to work, what can stand in for
//! it, and in which order things come back.
//!
//! In: the fields that say what a record needs, by their roles. Out: [`Needs`], a graph of records.
//! A loop of needs is reported, and never stops a walk.

use std::collections::{BTreeSet, VecDeque};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Model, NodeIx};
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::record::value::Value;
use crate::schema::role::Role;
use crate::source::Span;

#[cfg(test)]
mod tests;

/// A record that needs itself.
pub static DEPENDS_ON_ITSELF: Rule = Rule {
    code: "depends-on-itself",
    level: Level::Warning,
    summary: "a record depends on itself",
    detail: "What a record depends on is what must work before it does. It cannot be its own \
             condition: most likely another record was meant.",
};

/// Records that need each other.
pub static DEPENDENCY_LOOP: Rule = Rule {
    code: "dependency-loop",
    level: Level::Warning,
    summary: "records depend on each other in a loop",
    detail: "When everything is down, none of the records in the loop can come back first, each \
             waits for another. Often one of the needs is only wanted and not needed: take that one \
             out. Where the loop is real, as with a directory on a server that signs in to it, write \
             down in the procedure how to start from nothing, and keep the need that is met first \
             out of the records. A need that one of several records can meet makes no loop.",
};

/// The rules of needs.
pub static RULES: &[&Rule] = &[&DEPENDS_ON_ITSELF, &DEPENDENCY_LOOP];

/// What records need, and what needs them. Records out of use are not among them.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Needs {
    nodes: Vec<Need>,
}

#[derive(Clone, Default, PartialEq, Debug)]
struct Need {
    /// What must all work.
    all: Vec<NodeIx>,
    /// Of each group, one must work.
    one_of: Vec<Vec<NodeIx>>,
    /// What takes over when this fails.
    partners: Vec<NodeIx>,
    /// What has this among its needs.
    needed_by: Vec<NodeIx>,
    /// How soon it must be back, in minutes: by its own word, or by that of what needs it.
    within: Option<u64>,
    /// Its place by the client's own word, when everything is started again.
    place: Option<i64>,
    /// Where its needs are written.
    spans: Vec<(NodeIx, Span)>,
}

/// What happens when a record fails.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Failure {
    /// What stops with it, in the order in which it comes back; without the record itself.
    pub stops: Vec<NodeIx>,
    /// What goes on, with what it has left.
    pub weakened: Vec<(NodeIx, Vec<NodeIx>)>,
}

impl Needs {
    /// Returns what a record needs itself: what must all work, then what one of must.
    pub fn of(&self, ix: NodeIx) -> Vec<NodeIx> {
        self.nodes.get(ix.0).map(Need::direct).unwrap_or_default()
    }

    /// Returns what needs a record itself, in the order of the site.
    pub fn by(&self, ix: NodeIx) -> &[NodeIx] {
        self.nodes.get(ix.0).map_or(&[], |need| &need.needed_by)
    }

    /// Returns what takes over when a record fails.
    pub fn partners(&self, ix: NodeIx) -> &[NodeIx] {
        self.nodes.get(ix.0).map_or(&[], |need| &need.partners)
    }

    /// Returns how soon a record must be back, in minutes: the shortest recovery time (RTO, ISO 22301)
    /// of itself and of all that needs it.
    pub fn within(&self, ix: NodeIx) -> Option<u64> {
        self.nodes.get(ix.0)?.within
    }

    /// Returns what happens when a record fails.
    pub fn failure(&self, ix: NodeIx) -> Failure {
        let mut failed: FxHashSet<NodeIx> = FxHashSet::from_iter([ix]);
        let mut weakened: BTreeSet<NodeIx> = BTreeSet::new();
        let mut queue = VecDeque::from([ix]);
        while let Some(next) = queue.pop_front() {
            // What relies on the partner of something is hit when the partner fails too.
            let hit = self.by(next).iter();
            let hit = hit.chain(self.partners(next).iter().flat_map(|other| self.by(*other)));
            for other in hit {
                if failed.contains(other) {
                    continue;
                }
                if self.goes_on(*other, &failed) {
                    weakened.insert(*other);
                } else {
                    failed.insert(*other);
                    queue.push_back(*other);
                }
            }
        }
        failed.remove(&ix);
        let weakened = weakened.into_iter().filter(|other| *other != ix && !failed.contains(other));
        let weakened = weakened.map(|other| (other, self.left(other, ix, &failed))).collect();
        Failure { stops: self.in_order(failed), weakened }
    }

    /// Returns everything that a record needs, directly or by way of others, in the order in which it
    /// comes back.
    pub fn all_of(&self, ix: NodeIx) -> Vec<NodeIx> {
        let mut seen: FxHashSet<NodeIx> = FxHashSet::from_iter([ix]);
        let mut queue = vec![ix];
        while let Some(next) = queue.pop() {
            queue.extend(self.of(next).into_iter().filter(|need| seen.insert(*need)));
        }
        seen.remove(&ix);
        self.in_order(seen)
    }

    /// Returns records in the order in which they come back: each behind what it needs, and of those
    /// that could come next the one that is wanted soonest.
    pub fn in_order(&self, set: FxHashSet<NodeIx>) -> Vec<NodeIx> {
        let key = |ix: NodeIx| {
            let need = &self.nodes[ix.0];
            (need.within.unwrap_or(u64::MAX), need.place.unwrap_or(i64::MAX), ix)
        };
        let mut waits: FxHashMap<NodeIx, usize> = FxHashMap::default();
        #[allow(clippy::iter_over_hash_type, reason = "each record is counted for itself")]
        for ix in &set {
            waits.insert(*ix, self.of(*ix).iter().filter(|need| set.contains(need)).count());
        }
        let ready = waits.iter().filter(|(_, count)| **count == 0).map(|(ix, _)| key(*ix));
        let mut ready: BTreeSet<_> = ready.collect();
        let mut rest: BTreeSet<_> = set.iter().map(|ix| key(*ix)).collect();
        let mut order = Vec::with_capacity(set.len());
        while let Some(next) = ready.pop_first().or_else(|| rest.first().copied()) {
            if !rest.remove(&next) {
                continue;
            }
            order.push(next.2);
            for other in self.by(next.2) {
                if let Some(count) = waits.get_mut(other) {
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        ready.insert(key(*other));
                    }
                }
            }
        }
        order
    }

    /// Whether a record goes on while those have failed.
    fn goes_on(&self, ix: NodeIx, failed: &FxHashSet<NodeIx>) -> bool {
        let need = &self.nodes[ix.0];
        let is_met = |need: &NodeIx| self.is_met(*need, failed);
        need.all.iter().all(is_met) && need.one_of.iter().all(|group| group.iter().any(is_met))
    }

    fn is_met(&self, need: NodeIx, failed: &FxHashSet<NodeIx>) -> bool {
        !failed.contains(&need)
            || self.partners(need).iter().any(|partner| !failed.contains(partner))
    }

    /// What a weakened record is left with: the rest of its groups, and the partners of what failed.
    fn left(&self, ix: NodeIx, first: NodeIx, failed: &FxHashSet<NodeIx>) -> Vec<NodeIx> {
        let is_up = |other: &NodeIx| *other != first && !failed.contains(other);
        let need = &self.nodes[ix.0];
        let hit = need.one_of.iter().filter(|group| !group.iter().all(is_up));
        let partners = need.direct().into_iter().filter(|need| !is_up(need));
        let partners = partners.flat_map(|need| self.partners(need));
        let left: BTreeSet<NodeIx> = hit.flatten().chain(partners).copied().filter(is_up).collect();
        left.into_iter().collect()
    }
}

impl Need {
    fn direct(&self) -> Vec<NodeIx> {
        let mut direct: Vec<NodeIx> = Vec::new();
        for need in self.all.iter().chain(self.one_of.iter().flatten()) {
            if !direct.contains(need) {
                direct.push(*need);
            }
        }
        direct
    }

    /// What it cannot do without: the only record of a group is as good as needed by name.
    fn hard(&self) -> impl Iterator<Item = NodeIx> {
        let alone = self.one_of.iter().filter(|group| group.len() == 1).flatten();
        self.all.iter().chain(alone).copied()
    }
}

/// Collects what records need, and reports needs that go round in a circle.
pub(super) fn plan(model: &Model, found: &mut Diagnostics) -> Needs {
    let mut nodes = vec![Need::default(); model.len()];
    for (ix, _) in model.iter().filter(|(_, node)| !node.retired) {
        collect(model, ix, &mut nodes);
    }
    let mut fed: Vec<Vec<NodeIx>> = vec![Vec::new(); model.len()];
    for (ix, _) in model.iter().filter(|(_, node)| !node.retired) {
        for (target, span) in references(model, ix, Role::Feeds) {
            fed[target.0].push(ix);
            nodes[target.0].spans.push((ix, span));
        }
    }
    for (need, by) in nodes.iter_mut().zip(fed) {
        push_group(&mut need.one_of, by);
    }
    check(model, &nodes, found);
    for (ix, need) in nodes.iter_mut().enumerate() {
        need.all.retain(|other| other.0 != ix);
        need.one_of.retain(|group| !group.contains(&NodeIx(ix)));
    }
    connect(&mut nodes);
    spread(&mut nodes);
    nodes.iter_mut().for_each(|need| need.spans = Vec::new());
    Needs { nodes }
}

fn collect(model: &Model, ix: NodeIx, nodes: &mut [Need]) {
    for (target, span) in references(model, ix, Role::DependsOn) {
        if !nodes[ix.0].all.contains(&target) {
            nodes[ix.0].all.push(target);
            nodes[ix.0].spans.push((target, span));
        }
    }
    let kind = model.kind_of(ix);
    for path in kind.paths(Role::OneOf) {
        let values = model.node(ix).fields.at(path);
        let values = values.iter().filter_map(|v| Some((v.value.as_reference()?.node, v.span)));
        let group: Vec<_> = values.filter(|(target, _)| !model.is_retired(*target)).collect();
        nodes[ix.0].spans.extend(group.iter().copied());
        push_group(&mut nodes[ix.0].one_of, group.into_iter().map(|(target, _)| target).collect());
    }
    for (target, _) in references(model, ix, Role::Partner).into_iter().filter(|it| it.0 != ix) {
        for (one, other) in [(ix, target), (target, ix)] {
            if !nodes[one.0].partners.contains(&other) {
                nodes[one.0].partners.push(other);
            }
        }
    }
    let need = &mut nodes[ix.0];
    need.within = model.values(ix, Role::Rto).iter().find_map(|value| match &value.value {
        Value::Duration(duration) => Some(duration.in_minutes()),
        _ => None,
    });
    need.place = model.values(ix, Role::RecoveryOrder).iter().find_map(|value| match value.value {
        Value::Integer(place) => Some(place),
        _ => None,
    });
}

fn push_group(groups: &mut Vec<Vec<NodeIx>>, mut group: Vec<NodeIx>) {
    group.sort_unstable();
    group.dedup();
    if !group.is_empty() && !groups.contains(&group) {
        groups.push(group);
    }
}

/// The records in use that a record refers to in fields with this role, and where.
fn references(model: &Model, ix: NodeIx, role: Role) -> Vec<(NodeIx, Span)> {
    let values = model.values(ix, role).into_iter();
    let targets = values.filter_map(|value| Some((value.value.as_reference()?.node, value.span)));
    targets.filter(|(target, _)| !model.is_retired(*target)).collect()
}

fn connect(nodes: &mut [Need]) {
    for ix in 0..nodes.len() {
        for need in nodes[ix].direct() {
            nodes[need.0].needed_by.push(NodeIx(ix));
        }
    }
}

/// Hands the recovery times down: what is needed must be back at least as soon as what needs it.
fn spread(nodes: &mut [Need]) {
    let mut wanted: BTreeSet<(u64, usize)> =
        nodes.iter().enumerate().filter_map(|(ix, need)| Some((need.within?, ix))).collect();
    while let Some((within, ix)) = wanted.pop_first() {
        for need in nodes[ix].direct() {
            let there = &mut nodes[need.0].within;
            if there.is_none_or(|there| there > within) {
                if let Some(there) = there.replace(within) {
                    wanted.remove(&(there, need.0));
                }
                wanted.insert((within, need.0));
            }
        }
    }
}

/// Reports records that need themselves, and one loop for each record that is in any.
fn check(model: &Model, nodes: &[Need], found: &mut Diagnostics) {
    let span = |ix: usize, need: NodeIx| {
        let spans = nodes[ix].spans.iter();
        let own = spans.filter(|(target, _)| *target == need).map(|(_, span)| *span).next();
        own.unwrap_or(model.node(NodeIx(ix)).span)
    };
    for (ix, need) in nodes.iter().enumerate() {
        if need.direct().contains(&NodeIx(ix)) {
            let message = format!("`{}` depends on itself", model.full_id(NodeIx(ix)));
            found.push(
                Diagnostic::new(&DEPENDS_ON_ITSELF, span(ix, NodeIx(ix)), message)
                    .help("name what must work before it, or take the line out"),
            );
        }
    }
    let mut told: FxHashSet<usize> = FxHashSet::default();
    for ix in in_circles(nodes) {
        if told.contains(&ix) {
            continue;
        }
        let Some(circle) = circle(nodes, ix) else { continue };
        told.extend(circle.iter().copied());
        let mut names: Vec<String> =
            circle.iter().map(|ix| format!("`{}`", model.full_id(NodeIx(*ix)))).collect();
        names.push(names[0].clone());
        let message = format!("these depend on each other: {}", names.join(" → "));
        let mut diagnostic =
            Diagnostic::new(&DEPENDENCY_LOOP, span(circle[0], NodeIx(circle[1])), message)
                .help("take out the need that it can do without");
        for (at, one) in circle.iter().enumerate().skip(1).take(5) {
            let next = circle[(at + 1) % circle.len()];
            diagnostic = diagnostic.other(span(*one, NodeIx(next)), "and this one");
        }
        found.push(diagnostic);
    }
}

/// The records that are left when those are taken away, again and again, that need nothing or that
/// nothing needs: all that are in a circle, and what lies between circles.
fn in_circles(nodes: &[Need]) -> Vec<usize> {
    let mut needs: Vec<Vec<usize>> = Vec::with_capacity(nodes.len());
    let mut by: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (ix, need) in nodes.iter().enumerate() {
        let mut hard: Vec<usize> = need.hard().map(|need| need.0).filter(|n| *n != ix).collect();
        hard.sort_unstable();
        hard.dedup();
        hard.iter().for_each(|need| by[*need].push(ix));
        needs.push(hard);
    }
    let mut left = vec![true; nodes.len()];
    for (there, back) in [(&needs, &by), (&by, &needs)] {
        let mut counts: Vec<usize> =
            there.iter().map(|all| all.iter().filter(|ix| left[**ix]).count()).collect();
        let mut gone: Vec<usize> =
            (0..nodes.len()).filter(|ix| left[*ix] && counts[*ix] == 0).collect();
        while let Some(ix) = gone.pop() {
            left[ix] = false;
            for other in back[ix].iter().filter(|other| left[**other]) {
                counts[*other] -= 1;
                if counts[*other] == 0 {
                    gone.push(*other);
                }
            }
        }
    }
    (0..nodes.len()).filter(|ix| left[*ix]).collect()
}

/// The shortest way from a record through its needs back to it.
fn circle(nodes: &[Need], start: usize) -> Option<Vec<usize>> {
    let mut from: FxHashMap<usize, usize> = FxHashMap::default();
    let mut queue = VecDeque::from([start]);
    while let Some(ix) = queue.pop_front() {
        for need in nodes[ix].hard().map(|need| need.0).filter(|need| *need != ix) {
            if need == start {
                let mut way = vec![ix];
                while let Some(before) = from.get(way.last().expect("it begins with one")) {
                    way.push(*before);
                }
                way.reverse();
                return Some(way);
            }
            if let std::collections::hash_map::Entry::Vacant(free) = from.entry(need) {
                free.insert(ix);
                queue.push_back(need);
            }
        }
    }
    None
}
