//! What is to be drawn, before anything has a place.

use serde::Serialize;

use super::{Stroke, Tone};

/// Things in tiers, and the links between them: what [`super::place`] makes a picture of.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Sketch {
    /// What it shows, in a few words.
    pub title: String,
    /// The same for those who cannot see it.
    pub description: String,
    /// Where things stand: what has a place is drawn in a box with the others there.
    pub places: Vec<Place>,
    /// The things.
    pub things: Vec<Thing>,
    /// The links.
    pub joints: Vec<Joint>,
}

/// Where things stand: a site, a room.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// Where it leads.
    pub href: String,
}

/// Something that has a box.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Thing {
    /// Its name.
    pub name: String,
    /// Where it leads.
    pub href: String,
    /// A few words more.
    pub detail: String,
    /// What sort of thing it is.
    pub tone: Tone,
    /// How far down it stands; the uppermost tier is 0.
    pub tier: usize,
    /// Where it is, as an index.
    pub place: Option<usize>,
    /// Lines beneath its name: which of its ports leads where.
    pub ties: Vec<String>,
    /// What hangs on it and has no box of its own.
    pub rows: Vec<Row>,
    /// Whether it belongs elsewhere and is here only because something leads there.
    pub faint: bool,
    /// The layers it belongs to.
    pub layers: Vec<String>,
}

/// Something that hangs on another and has no box of its own.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Where it leads.
    pub href: String,
    /// What stands before the name: the port.
    pub aside: String,
    /// The whole of it in words, where the name does not say it.
    pub title: String,
    /// How deep it hangs: 1 hangs on a row above.
    pub depth: usize,
    /// The layers it belongs to.
    pub layers: Vec<String>,
}

/// A link between two things.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Joint {
    /// One of them, as an index.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// How it is drawn.
    pub stroke: Stroke,
    /// The layers it belongs to.
    pub layers: Vec<String>,
}
