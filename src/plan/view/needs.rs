//! What pages show of needs: what stops with a record, what comes back in which order, and what has
//! no stand-in.

use serde::Serialize;

use super::{Count, Link, Notice};
use crate::drawing::ways::Ways;

/// What happens when a record fails.
#[derive(Serialize, Debug, Clone, PartialEq, Default)]
pub struct Impact {
    /// How many records stop with it.
    pub total: usize,
    /// What the business notices: what has a recovery time, the soonest wanted first.
    pub services: Vec<Link>,
    /// How many more of those there are.
    pub services_more: usize,
    /// How many records of other kinds stop, by kind.
    pub others: Vec<Count>,
    /// Where that is.
    pub sites: Vec<Link>,
    /// Who works with it, or where it is.
    pub people: Vec<Link>,
    /// How many more of those there are.
    pub people_more: usize,
    /// The most that use one of the services; 0 where no number is recorded.
    pub users: usize,
    /// Who decides about what stops, and is to be told.
    pub tell: Vec<Link>,
    /// What takes over.
    pub partners: Vec<Link>,
    /// What goes on with less.
    pub weakened: Vec<Weakened>,
    /// How many more of those there are.
    pub weakened_more: usize,
    /// How it all comes back, in order; the record itself comes first.
    pub order: Vec<Return>,
    /// How many more there are.
    pub order_more: usize,
}

/// A record that goes on when another one fails.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Weakened {
    /// The record.
    pub link: Link,
    /// What it goes on with.
    pub left: Vec<Link>,
}

/// A record in the order in which things come back.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Return {
    /// Its place, from 1.
    pub number: usize,
    /// The record.
    pub link: Link,
    /// How soon it must be back, in words; empty where nothing says so.
    pub within: String,
    /// Whether that is the record's own recovery time, and not that of what needs it.
    pub own: bool,
    /// What of the list must be back before it.
    pub behind: Vec<Link>,
    /// How many more of those there are.
    pub behind_more: usize,
    /// The procedures that bring it back.
    pub by: Vec<Link>,
}

/// The page of what everything hangs on.
#[derive(Serialize, Debug)]
pub struct DependenciesView {
    /// What has no stand-in and stops something that the business notices, the worst first.
    pub single: Vec<SinglePoint>,
    /// How many more of those there are.
    pub single_more: usize,
    /// How everything comes back when all is down.
    pub order: Vec<Return>,
    /// How many more there are.
    pub order_more: usize,
    /// Findings about needs: loops.
    pub loops: Vec<Notice>,
    /// What the business uses without a recorded recovery time.
    pub without_time: Vec<Link>,
    /// How many more of those there are.
    pub without_time_more: usize,
}

/// A single point of failure.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct SinglePoint {
    /// The record.
    pub link: Link,
    /// What the business notices of it, the soonest wanted first.
    pub services: Vec<Link>,
    /// How many more of those there are.
    pub services_more: usize,
    /// How many of those there are.
    pub total: usize,
    /// How soon the first of them must be back, in words.
    pub within: String,
    /// Where it is noticed.
    pub sites: Vec<Link>,
    /// The procedures that bring it back.
    pub by: Vec<Link>,
}

/// The ways that cables take through patch panels, from end to end.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Patching {
    /// The ways.
    pub rows: Vec<WayRow>,
    /// How many more there are.
    pub more: usize,
    /// The drawing.
    pub drawing: Ways,
}

/// A way from end to end.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct WayRow {
    /// Where it begins.
    pub from: WayPort,
    /// What it runs through.
    pub through: Vec<WayPort>,
    /// Where it ends; none where nothing is plugged in.
    pub to: Option<WayPort>,
}

/// A port on a way.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct WayPort {
    /// The port.
    pub link: Link,
}
