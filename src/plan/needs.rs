//! Lays out what stops when something fails: on the page of each record, and for the whole runbook.

use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::show::Shower;
use super::view::{Count, DependenciesView, Impact, Link, Notice, Return, SinglePoint, Weakened};
use crate::model::{Model, Needs, NodeIx};
use crate::record::value::Value;
use crate::schema::field::Duration;
use crate::schema::kind::PageForm;
use crate::schema::role::Role;

/// How many of a sort are named in a sentence; the rest is counted.
const NAMED: usize = 12;
/// How many rows a list of returns has on a record's page, and on that of all.
const RETURNS: usize = 30;
const ALL_RETURNS: usize = 200;
/// How many single points of failure are listed.
const SINGLE_POINTS: usize = 50;

/// Lays out needs.
pub struct Layout<'a> {
    /// Shows values.
    pub show: &'a Shower<'a>,
}

impl Layout<'_> {
    /// Returns what happens when a record fails; nothing where nothing needs it.
    pub fn impact(&self, ix: NodeIx) -> Option<Impact> {
        let model = self.show.model;
        let needs = &model.needs;
        if model.is_retired(ix) || (needs.by(ix).is_empty() && needs.partners(ix).is_empty()) {
            return None;
        }
        let failure = needs.failure(ix);
        let all: Vec<NodeIx> = std::iter::once(ix).chain(failure.stops.iter().copied()).collect();
        let services = self.services(&failure.stops);
        let noticed = if services.is_empty() { &all } else { &services };
        let sites = self.sites(noticed);
        let people = self.people(&all, &sites);
        let order =
            if failure.stops.is_empty() { Vec::new() } else { self.order(&wanted(needs, &all)) };
        let weakened = failure.weakened.iter();
        let weakened = weakened.filter(|(other, _)| *other != ix);
        Some(Impact {
            total: failure.stops.len(),
            others: self.others(&failure.stops),
            sites: self.links(sites.iter().copied()),
            people: self.links(people.iter().copied().take(NAMED)),
            people_more: people.len().saturating_sub(NAMED),
            users: services.iter().filter_map(|ix| self.users(*ix)).max().unwrap_or(0),
            tell: self.tell(&services),
            partners: self.links(needs.partners(ix).iter().copied()),
            weakened: weakened
                .clone()
                .take(NAMED)
                .map(|(other, left)| Weakened {
                    link: self.link(*other),
                    left: self.links(left.iter().copied().take(NAMED)),
                })
                .collect(),
            weakened_more: weakened.count().saturating_sub(NAMED),
            services_more: services.len().saturating_sub(NAMED),
            services: self.links(services.into_iter().take(NAMED)),
            order_more: all.len().saturating_sub(order.len()),
            order,
        })
    }

    /// Returns what must work before a record can, in order; nothing where its page names all of it
    /// already, as what it needs itself.
    pub fn before(&self, ix: NodeIx) -> (Vec<Return>, usize) {
        let needs = &self.show.model.needs;
        let direct = needs.of(ix);
        if direct.iter().all(|need| needs.of(*need).iter().all(|next| direct.contains(next))) {
            return (Vec::new(), 0);
        }
        let all = needs.all_of(ix);
        (self.order(&all[..all.len().min(RETURNS)]), all.len().saturating_sub(RETURNS))
    }

    /// Returns the page of what everything hangs on; `loops` are the findings about that.
    pub fn page(&self, loops: Vec<Notice>) -> DependenciesView {
        let model = self.show.model;
        let needs = &model.needs;
        let mut single: Vec<(NodeIx, Vec<NodeIx>)> = (0..model.len())
            .into_par_iter()
            .map(NodeIx)
            .filter(|ix| !needs.by(*ix).is_empty())
            .map(|ix| (ix, self.services(&needs.failure(ix).stops)))
            .filter(|(_, services)| !services.is_empty())
            .collect();
        let soonest = |services: &[NodeIx]| {
            services.iter().filter_map(|ix| needs.within(*ix)).min().unwrap_or(u64::MAX)
        };
        single.sort_by_cached_key(|(ix, services)| {
            (std::cmp::Reverse(services.len()), soonest(services), *ix)
        });
        let wanted: FxHashSet<NodeIx> = (0..model.len())
            .map(NodeIx)
            .filter(|ix| needs.within(*ix).is_some() && !model.is_retired(*ix))
            .collect();
        let order = needs.in_order(wanted);
        let without: Vec<NodeIx> = (0..model.len())
            .map(NodeIx)
            .filter(|ix| self.is_service(*ix) && !model.is_retired(*ix))
            .filter(|ix| model.value(*ix, Role::Rto).is_none())
            .collect();
        DependenciesView {
            single_more: single.len().saturating_sub(SINGLE_POINTS),
            single: single.iter().take(SINGLE_POINTS).map(|it| self.single(it.0, &it.1)).collect(),
            order_more: order.len().saturating_sub(ALL_RETURNS),
            order: self.order(&order[..order.len().min(ALL_RETURNS)]),
            loops,
            without_time_more: without.len().saturating_sub(NAMED),
            without_time: self.links(without.into_iter().take(NAMED)),
        }
    }

    fn single(&self, ix: NodeIx, services: &[NodeIx]) -> SinglePoint {
        let needs = &self.show.model.needs;
        let within = services.iter().filter_map(|ix| needs.within(*ix)).min();
        SinglePoint {
            link: self.link(ix),
            services: self.links(services.iter().copied().take(5)),
            services_more: services.len().saturating_sub(5),
            total: services.len(),
            within: within.map(in_words).unwrap_or_default(),
            sites: self.links(self.sites(services).into_iter()),
            by: self.by(ix),
        }
    }

    /// Returns what the business notices: the records of kinds that have a recovery time, the soonest
    /// wanted first.
    fn services(&self, all: &[NodeIx]) -> Vec<NodeIx> {
        let needs = &self.show.model.needs;
        let mut services: Vec<NodeIx> =
            all.iter().copied().filter(|ix| self.is_service(*ix)).collect();
        services.sort_by_key(|ix| (needs.within(*ix).unwrap_or(u64::MAX), *ix));
        services
    }

    fn is_service(&self, ix: NodeIx) -> bool {
        !self.show.model.kind_of(ix).paths(Role::Rto).is_empty()
    }

    fn others(&self, all: &[NodeIx]) -> Vec<Count> {
        let model = self.show.model;
        let mut counts: Vec<(crate::schema::KindIx, usize)> = Vec::new();
        for ix in all.iter().filter(|ix| !self.is_service(**ix)) {
            let kind = model.node(*ix).kind;
            match counts.iter_mut().find(|(other, _)| *other == kind) {
                Some((_, count)) => *count += 1,
                None => counts.push((kind, 1)),
            }
        }
        counts.sort_unstable();
        let name = |(kind, count): (crate::schema::KindIx, usize)| {
            let kind = model.catalog.kind(kind);
            let text = if count == 1 { &kind.label } else { &kind.label_plural };
            Count { text: text.clone(), count }
        };
        counts.into_iter().map(name).collect()
    }

    fn sites(&self, all: &[NodeIx]) -> Vec<NodeIx> {
        let model = self.show.model;
        let sites: BTreeSet<NodeIx> =
            all.iter().flat_map(|ix| model.targets(*ix, Role::Location)).collect();
        sites.into_iter().filter(|ix| !model.is_retired(*ix)).take(NAMED).collect()
    }

    /// Who has one of the things, and who works where they are.
    fn people(&self, all: &[NodeIx], sites: &[NodeIx]) -> Vec<NodeIx> {
        let model = self.show.model;
        let mut people: BTreeSet<NodeIx> =
            all.iter().flat_map(|ix| model.targets(*ix, Role::UsedBy)).collect();
        for inbound in sites.iter().flat_map(|site| &model.node(*site).inbound) {
            let kind = model.kind_of(inbound.from);
            let is_place = !inbound.path.is_empty()
                && kind.field_at(&inbound.path).role == Some(Role::Location);
            if kind.page == PageForm::Person && is_place {
                people.insert(inbound.from);
            }
        }
        people.into_iter().filter(|ix| !model.is_retired(*ix)).collect()
    }

    fn users(&self, ix: NodeIx) -> Option<usize> {
        match self.show.model.value(ix, Role::Users)?.value {
            Value::Integer(number) => usize::try_from(number).ok(),
            _ => None,
        }
    }

    /// Whom the services say is to be called about them.
    fn tell(&self, services: &[NodeIx]) -> Vec<Link> {
        let model = self.show.model;
        let mut tell: Vec<NodeIx> = Vec::new();
        for contact in services.iter().flat_map(|ix| model.targets(*ix, Role::Contact)) {
            if !tell.contains(&contact) && !model.is_retired(contact) {
                tell.push(contact);
            }
        }
        self.links(tell.into_iter().take(NAMED))
    }

    /// Returns rows for records that are in the order of their return.
    fn order(&self, all: &[NodeIx]) -> Vec<Return> {
        let model = self.show.model;
        let shown: FxHashMap<NodeIx, usize> =
            all.iter().enumerate().map(|(at, ix)| (*ix, at)).collect();
        let row = |(at, ix): (usize, &NodeIx)| {
            let needs = model.needs.of(*ix);
            let before = |need: &&NodeIx| shown.get(*need).is_some_and(|there| *there < at);
            let behind: Vec<&NodeIx> = needs.iter().filter(before).collect();
            Return {
                number: at + 1,
                link: self.link(*ix),
                within: model.needs.within(*ix).map(in_words).unwrap_or_default(),
                own: model.value(*ix, Role::Rto).is_some_and(|value| match &value.value {
                    Value::Duration(own) => Some(own.in_minutes()) == model.needs.within(*ix),
                    _ => false,
                }),
                behind_more: behind.len().saturating_sub(4),
                behind: self.links(behind.into_iter().copied().take(4)),
                by: self.by(*ix),
            }
        };
        all.iter().enumerate().map(row).collect()
    }

    fn by(&self, ix: NodeIx) -> Vec<Link> {
        self.links(self.show.model.targets(ix, Role::RecoveredBy).into_iter())
    }

    fn link(&self, ix: NodeIx) -> Link {
        self.show.routes.link(self.show.root, ix)
    }

    fn links(&self, all: impl Iterator<Item = NodeIx>) -> Vec<Link> {
        all.map(|ix| self.link(ix)).collect()
    }
}

/// Returns what of records in order is wanted back by a time, as far as a page lists it; all of them
/// where no time is known.
fn wanted(needs: &Needs, all: &[NodeIx]) -> Vec<NodeIx> {
    let timed: Vec<NodeIx> =
        all.iter().copied().filter(|ix| needs.within(*ix).is_some()).take(RETURNS).collect();
    if timed.is_empty() { all.iter().copied().take(RETURNS).collect() } else { timed }
}

/// Returns the headings of the page with their anchors.
pub fn contents(view: &DependenciesView) -> Vec<(&'static str, &'static str)> {
    let parts = [
        ("Single points of failure", "single-points", !view.single.is_empty()),
        ("Needs that go round in a circle", "loops", !view.loops.is_empty()),
        ("When everything is down", "order", !view.order.is_empty()),
    ];
    let there = parts.into_iter().filter(|(_, _, is_there)| *is_there);
    there.map(|(title, anchor, _)| (title, anchor)).collect()
}

/// Whether a record of the model needs another one.
pub fn has_any(model: &Model) -> bool {
    model.iter().any(|(ix, _)| !model.needs.by(ix).is_empty())
}

/// Returns a length of time in minutes in words: `4 hours`, `2 days`.
fn in_words(minutes: u64) -> String {
    let day = 24 * 60;
    // Below two days people count in hours.
    let (days, minutes) =
        if minutes >= 2 * day { (minutes / day, minutes % day) } else { (0, minutes) };
    let part = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let length = Duration { months: 0, days: part(days), minutes: part(minutes) };
    match (days, minutes) {
        (_, 0) | (0, _) => length.in_words(),
        _ => Duration { minutes: 0, ..length }.in_words(),
    }
}
