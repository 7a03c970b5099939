//! Turns what is to be drawn into pictures: boxes, lines and words, each with its place.
//!
//! In: things and the links between them ([`Sketch`]), which [`place`] puts into tiers; or what somebody
//! has placed already, as a rack is arithmetic. Out: a [`Picture`], in whole pixels of CSS, the same on
//! every machine. Writing SVG is the business of [`crate::render`], and [`check`] says what would be hard
//! to read in a picture: the tests of everything that draws ask it.

pub mod cells;
pub mod check;
pub mod elevation;
pub mod letters;
pub mod needs;
pub mod ways;
mod boxes;
mod shelves;
mod sketch;
mod tiers;

use serde::{Deserialize, Serialize};

use letters::Style;

#[cfg(test)]
mod tests;

pub use sketch::{Joint, Place, Row, Sketch, Thing};
pub use tiers::place;

/// What is drawn, ready to be written as SVG.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Picture {
    /// What it shows, in a few words.
    pub title: String,
    /// The same for those who cannot see it; where the facts stand as a table.
    pub description: String,
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
    /// What lies behind boxes: a site, a room, a rack. None lies over another.
    pub areas: Vec<Area>,
    /// The lines.
    pub lines: Vec<Line>,
    /// The boxes. None lies over another.
    pub blocks: Vec<Block>,
    /// Words that stand in no box.
    pub words: Vec<Words>,
}

impl Picture {
    /// Whether it fills a sheet that lies rather than one that stands.
    pub fn is_wide(&self) -> bool {
        self.width * 5 > self.height * 4
    }
}

/// A place: how far from the left, and from the top.
pub type Point = (i32, i32);

/// A rectangle.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Rect {
    /// Its left side.
    pub x: i32,
    /// Its upper side.
    pub y: i32,
    /// Its width.
    pub w: i32,
    /// Its height.
    pub h: i32,
}

impl Rect {
    /// Returns the rectangle with these sides.
    pub fn new(x: i32, y: i32, w: i32, h: i32) -> Rect {
        Rect { x, y, w, h }
    }

    /// Returns the rectangle moved.
    pub fn moved(self, x: i32, y: i32) -> Rect {
        Rect { x: self.x + x, y: self.y + y, ..self }
    }

    /// Returns where it ends on the right.
    pub fn right(self) -> i32 {
        self.x + self.w
    }

    /// Returns where it ends below.
    pub fn bottom(self) -> i32 {
        self.y + self.h
    }

    /// Whether the two have more in common than a side.
    pub fn overlaps(self, other: Rect) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// Whether `other` lies inside.
    pub fn holds(self, other: Rect) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
    }
}

/// What lies behind boxes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Area {
    /// Where it is.
    pub frame: Rect,
    /// Its name, and where that stands.
    pub name: Option<Part>,
}

/// A box.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// Where it is.
    pub frame: Rect,
    /// What sort of thing it stands for.
    pub tone: Tone,
    /// How it is painted.
    pub look: Look,
    /// The area it lies in.
    pub area: Option<usize>,
    /// What stands in it.
    pub parts: Vec<Part>,
}

/// A piece of a box that is read, and followed, as one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Part {
    /// What can be clicked, and is marked when the keyboard stands there.
    pub frame: Rect,
    /// Where it leads; empty for nowhere.
    pub href: String,
    /// The whole of it in words, for a pointer and for ears; empty where the words say all.
    pub title: String,
    /// The words.
    pub words: Vec<Words>,
    /// The layers it belongs to, with spaces between.
    pub layers: String,
}

/// A line of text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    /// Where it begins, ends, or has its middle.
    pub x: i32,
    /// Its base line.
    pub y: i32,
    /// The text.
    pub text: String,
    /// Its size and weight.
    pub style: Style,
    /// What [`Words::x`] is.
    pub align: Align,
}

impl Words {
    /// Returns text that begins at `x`, cut to the room there is.
    pub fn fit(x: i32, y: i32, text: &str, style: Style, room: i32) -> Words {
        Words { x, y, text: letters::cut(text, style, room), style, align: Align::Begin }
    }

    /// Returns the same around `x`, or before it.
    pub fn aligned(self, align: Align) -> Words {
        Words { align, ..self }
    }

    /// Returns how wide it is.
    pub fn width(&self) -> i32 {
        letters::width(&self.text, self.style)
    }

    /// Returns the room it takes.
    pub fn frame(&self) -> Rect {
        let (width, size) = (self.width(), self.style.size());
        let x = match self.align {
            Align::Begin => self.x,
            Align::Middle => self.x - width / 2,
            Align::End => self.x - width,
        };
        // Capitals reach over three quarters of the size above the base line, tails a quarter below.
        Rect::new(x, self.y - size * 4 / 5, width, size)
    }
}

/// Which point of a text is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// Where it begins.
    Begin,
    /// Its middle.
    Middle,
    /// Where it ends.
    End,
}

/// How a box is painted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Look {
    /// On the page's own ground, with a band in the colour of its sort.
    Framed,
    /// In the colour of its sort.
    Filled,
    /// The same with the shape of its sort in front: [`SHAPE`] pixels for the words to keep off.
    Mounted,
    /// As something that is not there: free room, or a box that belongs elsewhere.
    Faint,
}

/// The room that the shape of a mounted thing takes.
pub const SHAPE: i32 = 18;

macro_rules! tones {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal $fill:literal $edge:literal),+ $(,)?) => {
        /// What sort of thing a box stands for. A word in the box says it too: colour only repeats it.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        #[derive(Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum Tone {
            $($(#[doc = $doc])+ $name,)+
            /// Anything else.
            #[default]
            Plain,
        }

        impl Tone {
            /// Every tone.
            pub const ALL: &[Tone] = &[$(Tone::$name),+, Tone::Plain];

            /// Returns its name, in data and as a class.
            pub fn name(self) -> &'static str {
                match self { $(Tone::$name => $word),+, Tone::Plain => "plain" }
            }

            /// Returns its ground on paper.
            pub fn fill(self) -> &'static str {
                match self { $(Tone::$name => $fill),+, Tone::Plain => "#f3f4f1" }
            }

            /// Returns its edge on paper, three times as dark as white at least.
            pub fn edge(self) -> &'static str {
                match self { $(Tone::$name => $edge),+, Tone::Plain => "#66706f" }
            }
        }
    };
}

tones! {
    /// What comes from outside: lines of a carrier.
    Outside = "outside" "#e6edf8" "#2f5d9b",
    /// Firewalls.
    Guard = "guard" "#f9e7e4" "#a8443a",
    /// Routers and modems.
    Route = "route" "#eee6f6" "#6b4a9c",
    /// Switches.
    Switch = "switch" "#e0f0ee" "#15746f",
    /// Access points.
    Air = "air" "#e5f2e2" "#3d7a33",
    /// Servers and virtual machines.
    Server = "server" "#e4eaf0" "#44586a",
    /// Storage.
    Store = "store" "#f3ecdd" "#8a6416",
    /// What feeds power.
    Power = "power" "#fbf1d2" "#8a6700",
    /// Computers of people.
    Client = "client" "#ecece8" "#5f6867",
    /// Phones.
    Voice = "voice" "#fbe8f1" "#9c3c72",
    /// Cameras, alarms, printers, tills.
    Watch = "watch" "#efe7de" "#75593b",
    /// Patch panels and other things without power.
    Passive = "passive" "#f3f4f1" "#7f8a8e",
}

/// A line, with all its branches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Its pieces: the corners of each.
    pub pieces: Vec<Vec<Point>>,
    /// Where pieces join.
    pub dots: Vec<Point>,
    /// The boxes it ends at.
    pub ends: Vec<usize>,
    /// How it is drawn.
    pub stroke: Stroke,
    /// Which of the colours for lines it has: neighbours differ, so that an eye can follow one.
    pub hue: usize,
    /// The layers it belongs to, with spaces between.
    pub layers: String,
}

/// How many colours lines have.
pub const HUES: usize = 6;

/// How a line is drawn.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Stroke {
    /// A cable.
    #[default]
    Cable,
    /// Through the air.
    Air,
    /// Through other networks: a tunnel.
    Tunnel,
    /// One runs on the other.
    Inside,
    /// Known from addresses alone: both ends are in one network.
    Guess,
}

impl Stroke {
    /// Returns its class.
    pub fn name(self) -> &'static str {
        match self {
            Stroke::Cable => "cable",
            Stroke::Air => "air",
            Stroke::Tunnel => "tunnel",
            Stroke::Inside => "inside",
            Stroke::Guess => "guess",
        }
    }

    /// Returns the lengths of its dashes and of the gaps between; empty for a whole line.
    pub fn dashes(self) -> &'static str {
        match self {
            Stroke::Cable => "",
            Stroke::Air => "2 4",
            Stroke::Tunnel => "9 4",
            Stroke::Inside => "1 3",
            Stroke::Guess => "5 4",
        }
    }
}
