//! What the page of a rack shows, and the sheet for its door.

use serde::Serialize;

use super::Link;
use crate::drawing::elevation::Elevation;

/// What is in a rack.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct RackView {
    /// How many units it has; 0 where that is not recorded.
    pub height: i64,
    /// How many units are free.
    pub free: usize,
    /// The largest free block: how many units, and which.
    pub largest: Option<(i64, String)>,
    /// How many units are kept for something.
    pub kept: i64,
    /// What is in its units, from the highest number.
    pub rows: Vec<RackRow>,
    /// What is beside them, or in no unit that is known.
    pub beside: Vec<RackRow>,
    /// The power it draws, in watts, as far as that is recorded.
    pub watts: i64,
    /// For how many things that is recorded.
    pub watts_known: usize,
    /// For how many it is not.
    pub watts_unknown: usize,
    /// What gives power.
    pub sockets: Vec<Sockets>,
    /// Its front.
    pub front: Elevation,
    /// Its rear.
    pub rear: Elevation,
    /// The sheet for its door.
    pub sheet: String,
}

/// Something in a rack.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct RackRow {
    /// Its units.
    pub units: String,
    /// Its record, if it has one.
    pub link: Option<Link>,
    /// What it is called.
    pub name: String,
    /// What sort of thing it is.
    pub detail: String,
    /// What stands beneath its name on its page.
    pub subtitle: String,
    /// `front`, `rear` or `both`.
    pub face: &'static str,
    /// Whether space is only kept free.
    pub reserved: bool,
    /// The power it draws, in watts.
    pub watts: Option<i64>,
}

/// Something that gives power.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Sockets {
    /// Its record.
    pub link: Link,
    /// How many things are recorded as fed by it.
    pub used: usize,
    /// How many sockets it has; 0 where that is not recorded.
    pub of: usize,
}

/// The sheet for the door of a rack.
#[derive(Serialize, Debug)]
pub struct RackSheetView {
    /// The rack.
    pub link: Link,
    /// What it is for.
    pub purpose: String,
    /// Where it is.
    pub sites: Vec<Link>,
    /// Whom to call about it.
    pub contacts: Vec<Link>,
    /// What is in it.
    pub rack: RackView,
}
