//! Lays out what is signed when IT is handed over: what there is, what is open, from whom to whom.
//!
//! Nothing has to be recorded for it beside what a runbook says anyway. What was accepted before stands
//! beneath, from the records that say so.

use super::overview::Overview;
use super::route::Routes;
use super::takeover;
use super::view::{AcceptanceView, Accepted, KindRef, Summary};
use crate::audit;
use crate::model::NodeIx;
use crate::schema::KindIx;
use crate::schema::builtin::{self, AcceptanceSource};
use crate::schema::role::Role;

/// How many open items and risks the page names: it is to be signed on a side or two of paper.
const MOST: usize = 12;

/// How many hand-overs of before it names.
const MOST_ACCEPTED: usize = 5;

/// Returns the page.
pub(super) fn view(
    overview: &Overview<'_>,
    kind_ref: impl Fn(KindIx) -> KindRef,
    routes: &Routes<'_>,
) -> AcceptanceView {
    let model = overview.show.model;
    let list = builtin::acceptance();
    let mut takeover = takeover::view(overview.audit, routes);
    let items = takeover.areas.iter_mut().flat_map(|area| std::mem::take(&mut area.items));
    let mut open: Vec<_> =
        items.filter(|item| ["missing", "unknown", "stale"].contains(&item.state)).collect();
    // What is not recorded is more than what is only not verified lately.
    open.sort_by_key(|item| (item.state == "stale", item.number));
    let risks = records(overview, &list.open);
    let used = |ix: &KindIx| !model.of_kind(*ix).is_empty();
    let parties = &overview.audit.parties;
    AcceptanceView {
        client: parties.client.map(|ix| overview.summary(ix, &[])),
        provider: parties.provider.map(|ix| overview.summary(ix, &[])),
        as_of: overview.show.day(overview.audit.today),
        records: model.len(),
        files: model.files.len(),
        tally: takeover.tally,
        areas: takeover.areas.into_iter().filter(|area| area.tally.total > 0).collect(),
        kinds: model.catalog.iter().map(|(ix, _)| ix).filter(used).map(kind_ref).collect(),
        open_more: open.len().saturating_sub(MOST),
        open: open.into_iter().take(MOST).collect(),
        risks_more: risks.len().saturating_sub(MOST),
        risks: risks.iter().take(MOST).map(|ix| entry(overview, *ix, &list.open)).collect(),
        held: overview.audit.control.iter().filter(|it| !it.provider_ways.is_empty()).count(),
        single_custodian: overview.audit.single_custodian.len(),
        accepted: accepted(overview, &list.accepted),
    }
}

/// Returns the parts of the page: heading and anchor.
pub(super) fn contents(view: &AcceptanceView) -> Vec<(&'static str, &'static str)> {
    let mut parts = vec![
        ("From whom to whom", "parties"),
        ("What is handed over", "handed-over"),
        ("Exceptions", "exceptions"),
        ("Signatures", "signatures"),
    ];
    if !view.accepted.is_empty() {
        parts.push(("Accepted before", "accepted"));
    }
    parts
}

/// Returns the records that are meant, the latest first where they have a day.
fn records(overview: &Overview<'_>, source: &AcceptanceSource) -> Vec<NodeIx> {
    let model = overview.show.model;
    let kind = model.catalog.by_name(&source.kind);
    let mut records: Vec<NodeIx> = kind.map_or(&[][..], |kind| model.of_kind(kind)).to_vec();
    records.retain(|ix| !model.is_retired(*ix) && audit::matches(model, *ix, &source.filter));
    let day = |ix: NodeIx| model.value(ix, Role::Happened)?.value.as_date();
    records.sort_by_key(|ix| std::cmp::Reverse(day(*ix)));
    records
}

fn entry(overview: &Overview<'_>, ix: NodeIx, source: &AcceptanceSource) -> Summary {
    overview.entry(ix, &source.facts)
}

fn accepted(overview: &Overview<'_>, source: &AcceptanceSource) -> Vec<Accepted> {
    let model = overview.show.model;
    let of = |ix: &NodeIx| {
        let node = model.node(*ix);
        let kind = model.kind_of(*ix);
        let prose = source.prose.iter().filter_map(|name| {
            let (field, value) = (kind.shape.at_path(name)?, model.at(*ix, name)?);
            Some(overview.show.prose(node, field, value.value.as_text()?))
        });
        let Summary { link, facts, .. } = entry(overview, *ix, source);
        Accepted { link, facts, prose: prose.collect() }
    };
    records(overview, source).iter().take(MOST_ACCEPTED).map(of).collect()
}
