//! Lays out the checklist that an incoming provider needs.

use super::route::Routes;
use super::view::{TakeoverArea, TakeoverItem, TakeoverView, Tally};
use crate::audit::{self, Audit, ItemState};
use crate::schema::builtin::{self, When};

/// How many records an item shows by name.
const MOST_LINKS: usize = 8;

/// Returns the takeover view.
pub fn view(audit: &Audit, routes: &Routes<'_>) -> TakeoverView {
    let list = builtin::takeover();
    let mut areas: Vec<TakeoverArea> = list
        .areas
        .iter()
        .map(|area| TakeoverArea {
            anchor: area.id.clone(),
            title: area.title.clone(),
            tally: Tally::default(),
            items: Vec::new(),
        })
        .collect();
    for item in &audit.takeover {
        let source = &list.items[item.item];
        let Some(area) = areas.iter_mut().find(|area| area.anchor == source.area) else { continue };
        count(&mut area.tally, item.state);
        area.items.push(shown(item, source, routes));
    }
    TakeoverView { tally: tally(audit), areas }
}

/// Counts how the items stand.
pub fn tally(audit: &Audit) -> Tally {
    let mut tally = Tally::default();
    audit.takeover.iter().for_each(|item| count(&mut tally, item.state));
    tally
}

fn count(tally: &mut Tally, state: ItemState) {
    tally.total += 1;
    match state {
        ItemState::Answered => tally.answered += 1,
        ItemState::Stale => tally.stale += 1,
        ItemState::Unknown => tally.unknown += 1,
        ItemState::NotApplicable => tally.not_applicable += 1,
        ItemState::LeftOut => tally.left_out += 1,
        ItemState::Missing => tally.missing += 1,
    }
}

fn shown(
    item: &audit::TakeoverItem,
    source: &builtin::TakeoverItem,
    routes: &Routes<'_>,
) -> TakeoverItem {
    TakeoverItem {
        anchor: source.id.clone(),
        number: source.number,
        text: source.text.clone(),
        when: match source.when {
            When::Day => "day",
            When::Week => "week",
            When::Month => "month",
        },
        state: match item.state {
            ItemState::Answered => "answered",
            ItemState::Stale => "stale",
            ItemState::Unknown => "unknown",
            ItemState::NotApplicable => "not_applicable",
            ItemState::LeftOut => "left_out",
            ItemState::Missing => "missing",
        },
        remarks: item.remarks.clone(),
        links: item.records.iter().take(MOST_LINKS).map(|ix| routes.link("", *ix)).collect(),
        more: item.records.len().saturating_sub(MOST_LINKS),
    }
}
