//! Places things in tiers: what comes from outside on top, what hangs on it below, those of one site or
//! room in a frame of their own.
//!
//! A layout for any graph puts the forty leaves of a switch side by side and so makes strips many metres
//! long. Here leaves are rows in the box of what they hang on, boxes are put onto shelves
//! ([`super::shelves`]), and of a few widths the one is taken that can be read best on a sheet of paper.

use std::collections::{BTreeMap, BTreeSet};

use super::boxes::{self, Measured, up_to_eight};
use super::letters::Style;
use super::shelves::{self, Arranged, End, Item, Net, Route, Side};
use super::sketch::{Joint, Sketch};
use super::{Area, HUES, Line, Part, Picture, Rect, Stroke, Words};

/// Round the picture.
const MARGIN: i32 = 8;
/// Inside of a frame, and what its name takes.
const INSIDE: i32 = 16;
const NAME: i32 = 28;
/// How wide shelves may be: tried one after another.
const ROOMS: [i32; 4] = [560, 760, 1000, 1400];
/// A sheet of A4 that stands, without its margins, in pixels of CSS.
const SHEET: (i32, i32) = (718, 1030);

/// Returns the picture of a sketch.
pub fn place(sketch: &Sketch) -> Picture {
    let joints = joints(sketch);
    let measured = measure(sketch, &joints);
    // Where all is in one place, there is nothing beside it.
    let beside = if sketch.places.is_empty() { &[1][..] } else { &[1, 2] };
    // The first of the best: not wider than it has to be.
    let mut best: Option<(i64, Picture)> = None;
    let rooms = ROOMS.iter().flat_map(|room| beside.iter().map(move |by| (*room, room * by)));
    for (room, beside) in rooms {
        let picture = compose(sketch, &joints, &measured, room, beside);
        let scale = scale(&picture);
        if best.as_ref().is_none_or(|(other, _)| scale > *other) {
            best = Some((scale, picture));
        }
    }
    best.map(|(_, picture)| picture).unwrap_or_default()
}

/// Returns by how much, in thousandths, a picture has to be made smaller for a sheet of paper.
fn scale(picture: &Picture) -> i64 {
    let (width, height) = (i64::from(picture.width.max(1)), i64::from(picture.height.max(1)));
    let on = |w: i32, h: i32| (i64::from(w) * 1000 / width).min(i64::from(h) * 1000 / height);
    on(SHEET.0, SHEET.1).max(on(SHEET.1, SHEET.0)).min(1000)
}

/// Returns the links, without those from a thing to itself; several between the same two are one.
fn joints(sketch: &Sketch) -> Vec<Joint> {
    let mut joints: BTreeMap<(usize, usize, Stroke), BTreeSet<&String>> = BTreeMap::new();
    let count = sketch.things.len();
    for joint in &sketch.joints {
        if joint.a != joint.b && joint.a < count && joint.b < count {
            let ends = (joint.a.min(joint.b), joint.a.max(joint.b), joint.stroke);
            joints.entry(ends).or_default().extend(&joint.layers);
        }
    }
    let joint = |((a, b, stroke), layers): ((usize, usize, Stroke), BTreeSet<&String>)| Joint {
        a,
        b,
        stroke,
        layers: layers.into_iter().cloned().collect(),
    };
    joints.into_iter().map(joint).collect()
}

/// Measures all boxes. Each is wide enough for the lines that may end at one of its sides.
fn measure(sketch: &Sketch, joints: &[Joint]) -> Vec<Measured> {
    let mut ends = vec![0; sketch.things.len()];
    let degrees = degrees(sketch, joints);
    for joint in joints {
        ends[other(joint, owner(joint, &degrees))] += 1;
    }
    let least = |ends: i32| 8 * (ends + 12);
    sketch.things.iter().zip(ends).map(|(thing, ends)| boxes::measure(thing, least(ends))).collect()
}

fn degrees(sketch: &Sketch, joints: &[Joint]) -> Vec<usize> {
    let mut degrees = vec![0; sketch.things.len()];
    for joint in joints {
        degrees[joint.a] += 1;
        degrees[joint.b] += 1;
    }
    degrees
}

/// The end of a link from which its line comes: the one with more links, on whose line it is a branch.
fn owner(joint: &Joint, degrees: &[usize]) -> usize {
    if degrees[joint.b] > degrees[joint.a] { joint.b } else { joint.a }
}

fn other(joint: &Joint, end: usize) -> usize {
    if joint.a == end { joint.b } else { joint.a }
}

/// A line that is to be drawn, between boxes of the whole picture.
struct Wire {
    ends: Vec<(usize, Side)>,
    stroke: Stroke,
    layers: BTreeSet<String>,
}

/// The boxes of one place.
struct Group {
    place: Option<usize>,
    members: Vec<usize>,
    shelves: Vec<Vec<usize>>,
}

fn compose(
    sketch: &Sketch,
    joints: &[Joint],
    measured: &[Measured],
    room: i32,
    beside_room: i32,
) -> Picture {
    let groups = groups(sketch, joints, measured, room);
    let mut home = vec![0; sketch.things.len()];
    for (ix, group) in groups.iter().enumerate() {
        group.members.iter().for_each(|thing| home[*thing] = ix);
    }
    let (wires, beside) = wires(sketch, joints, &groups, &home);
    let inner: Vec<Inner> = groups
        .iter()
        .enumerate()
        .map(|(ix, group)| Inner::new(sketch, measured, group, ix, &wires, &home))
        .collect();
    let outer = Outer::new(&inner, &wires, beside_room);
    draw(sketch, measured, &Drawn { groups, inner, outer, wires, beside })
}

/// Sorts things by where they stand. Those whose place is not known come first, in no frame if that is
/// all there is.
fn groups(sketch: &Sketch, joints: &[Joint], measured: &[Measured], room: i32) -> Vec<Group> {
    let mut by_place: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for (ix, thing) in sketch.things.iter().enumerate() {
        let place = thing.place.filter(|place| *place < sketch.places.len());
        by_place.entry(place).or_default().push(ix);
    }
    let group = |(place, members): (Option<usize>, Vec<usize>)| {
        let item = |ix: &usize| Item {
            w: measured[*ix].w,
            h: measured[*ix].h,
            tier: sketch.things[*ix].tier,
        };
        let items: Vec<Item> = members.iter().map(item).collect();
        let local: BTreeMap<usize, usize> =
            members.iter().enumerate().map(|(at, ix)| (*ix, at)).collect();
        let joined: Vec<(usize, usize)> = joints
            .iter()
            .filter_map(|joint| Some((*local.get(&joint.a)?, *local.get(&joint.b)?)))
            .collect();
        let shelves = shelves::shelve(&items, &joined, room);
        let global = |shelf: Vec<usize>| shelf.into_iter().map(|at| members[at]).collect();
        Group { place, shelves: shelves.into_iter().map(global).collect(), members }
    };
    by_place.into_iter().map(group).collect()
}

/// Returns the lines, and the pairs of boxes that stand side by side with nothing but a short line
/// between them.
fn wires(
    sketch: &Sketch,
    joints: &[Joint],
    groups: &[Group],
    home: &[usize],
) -> (Vec<Wire>, Vec<(usize, usize, Joint)>) {
    let degrees = degrees(sketch, joints);
    let mut shelf_of = vec![(0, 0); sketch.things.len()];
    for (shelf, boxes) in groups.iter().flat_map(|group| group.shelves.iter().enumerate()) {
        boxes.iter().enumerate().for_each(|(place, ix)| shelf_of[*ix] = (shelf, place));
    }
    let mut wires: BTreeMap<(usize, u8, Stroke), Wire> = BTreeMap::new();
    let mut beside: Vec<(usize, usize, Joint)> = Vec::new();
    for joint in joints {
        let from = owner(joint, &degrees);
        let to = other(joint, from);
        let ((shelf, place), (far_shelf, far_place)) = (shelf_of[from], shelf_of[to]);
        let (sort, side, far) = match () {
            () if home[from] != home[to] => (0, Side::Top, Side::Top),
            () if shelf == far_shelf && place.abs_diff(far_place) == 1 => {
                let (left, right) = if place < far_place { (from, to) } else { (to, from) };
                if !beside.iter().any(|(l, r, _)| (*l, *r) == (left, right)) {
                    beside.push((left, right, joint.clone()));
                    continue;
                }
                (1, Side::Top, Side::Top)
            }
            () if shelf == far_shelf => (1, Side::Top, Side::Top),
            () if shelf < far_shelf => (2, Side::Bottom, Side::Top),
            () => (3, Side::Top, Side::Bottom),
        };
        let new =
            || Wire { ends: vec![(from, side)], stroke: joint.stroke, layers: BTreeSet::new() };
        let wire = wires.entry((from, sort, joint.stroke)).or_insert_with(new);
        wire.ends.push((to, far));
        wire.layers.extend(joint.layers.iter().cloned());
    }
    (wires.into_values().collect(), beside)
}

/// What is inside of one place.
struct Inner {
    arranged: Arranged,
    /// Of each line with an end here: which of all it is.
    wires: Vec<usize>,
    frame: (i32, i32),
    /// From the frame's corner to what is arranged.
    shift: (i32, i32),
}

impl Inner {
    fn new(
        sketch: &Sketch,
        measured: &[Measured],
        group: &Group,
        ix: usize,
        wires: &[Wire],
        home: &[usize],
    ) -> Inner {
        let place = group.place.map(|place| &sketch.places[place]);
        let local: BTreeMap<usize, usize> =
            group.members.iter().enumerate().map(|(at, ix)| (*ix, at)).collect();
        let mut nets = Vec::new();
        let mut held = Vec::new();
        for (number, wire) in wires.iter().enumerate() {
            let here = wire.ends.iter().filter(|(thing, _)| home[*thing] == ix);
            let ends: Vec<End> = here
                .map(|(thing, side)| End { item: local[thing], side: *side, at: None })
                .collect();
            if !ends.is_empty() {
                let leaves = ends.len() < wire.ends.len();
                nets.push(Net { ends, leaves });
                held.push(number);
            }
        }
        let items: Vec<Item> = group
            .members
            .iter()
            .map(|ix| Item { w: measured[*ix].w, h: measured[*ix].h, tier: 0 })
            .collect();
        let shelves: Vec<Vec<usize>> =
            group.shelves.iter().map(|shelf| shelf.iter().map(|ix| local[ix]).collect()).collect();
        let name =
            place.map(|place| super::letters::width(&place.name, Style::Title).min(NAME_MOST));
        let clear = name.map_or(0, |name| name + 8);
        let arranged = shelves::arrange(&items, &shelves, &nets, clear);
        match name {
            None => {
                let frame = (up_to_eight(arranged.w), arranged.h);
                Inner { arranged, wires: held, frame, shift: (0, 0) }
            }
            Some(name) => {
                let w = up_to_eight(arranged.w.max(name) + 2 * INSIDE);
                let frame = (w, arranged.h + NAME + INSIDE);
                // Multiples of 8, so that lines keep to their places.
                Inner { arranged, wires: held, frame, shift: (INSIDE, NAME) }
            }
        }
    }
}

/// The most room for the name of a place.
const NAME_MOST: i32 = 320;

/// The places beside and below one another.
struct Outer {
    arranged: Arranged,
    /// Of each line between places: which of all it is.
    wires: Vec<usize>,
}

impl Outer {
    fn new(inner: &[Inner], wires: &[Wire], room: i32) -> Outer {
        let items: Vec<Item> = inner
            .iter()
            .enumerate()
            .map(|(ix, group)| Item {
                w: group.frame.0,
                h: group.frame.1,
                // What stands nowhere is above what stands somewhere.
                tier: usize::from(ix > 0 && inner[0].shift.0 == 0),
            })
            .collect();
        let mut nets = Vec::new();
        let mut held = Vec::new();
        for number in 0..wires.len() {
            let end = |(item, group): (usize, &Inner)| {
                let net = group.wires.iter().position(|wire| *wire == number)?;
                let exit = group.arranged.routes[net].exit?;
                Some(End { item, side: Side::Top, at: Some(exit + group.shift.0) })
            };
            let ends: Vec<End> = inner.iter().enumerate().filter_map(end).collect();
            if ends.len() > 1 {
                nets.push(Net { ends, leaves: false });
                held.push(number);
            }
        }
        let widest = items.iter().map(|item| item.w).max().unwrap_or(0);
        let shelves = shelves::shelve(&items, &[], room.max(widest));
        Outer { arranged: shelves::arrange(&items, &shelves, &nets, 0), wires: held }
    }
}

struct Drawn {
    groups: Vec<Group>,
    inner: Vec<Inner>,
    outer: Outer,
    wires: Vec<Wire>,
    beside: Vec<(usize, usize, Joint)>,
}

fn draw(sketch: &Sketch, measured: &[Measured], drawn: &Drawn) -> Picture {
    let mut picture = Picture {
        title: sketch.title.clone(),
        description: sketch.description.clone(),
        width: drawn.outer.arranged.w + 2 * MARGIN,
        height: drawn.outer.arranged.h + 2 * MARGIN,
        ..Picture::default()
    };
    let mut lines: Vec<Line> = drawn.wires.iter().enumerate().map(line).collect();
    let mut blocks = vec![None; sketch.things.len()];
    for (ix, (group, inner)) in drawn.groups.iter().zip(&drawn.inner).enumerate() {
        let (x, y) = drawn.outer.arranged.at[ix];
        let (x, y) = (x + MARGIN, y + MARGIN);
        let area = group.place.map(|place| {
            let place = &sketch.places[place];
            let frame = Rect::new(x, y, inner.frame.0, inner.frame.1);
            picture.areas.push(Area { frame, name: Some(name(&place.name, &place.href, frame)) });
            picture.areas.len() - 1
        });
        let (x, y) = (x + inner.shift.0, y + inner.shift.1);
        for (at, thing) in group.members.iter().enumerate() {
            let (left, top) = inner.arranged.at[at];
            let block = boxes::block(&sketch.things[*thing], &measured[*thing], x + left, y + top);
            blocks[*thing] = Some(super::Block { area, ..block });
        }
        for (wire, route) in inner.wires.iter().zip(&inner.arranged.routes) {
            add(&mut lines[*wire], route, (x, y));
            // From where it leaves what is arranged, past the name, to the frame.
            if let Some(exit) = route.exit
                && inner.shift.1 > 0
            {
                let (top, bottom) = (y - inner.shift.1, y);
                lines[*wire].pieces.push(vec![(x + exit, top), (x + exit, bottom)]);
            }
        }
    }
    for (wire, route) in drawn.outer.wires.iter().zip(&drawn.outer.arranged.routes) {
        add(&mut lines[*wire], route, (MARGIN, MARGIN));
    }
    picture.blocks = blocks.into_iter().flatten().collect();
    for (left, right, joint) in &drawn.beside {
        let (a, b) = (picture.blocks[*left].frame, picture.blocks[*right].frame);
        let y = a.y + 14;
        lines.push(Line {
            pieces: vec![vec![(a.right(), y), (b.x, y)]],
            dots: Vec::new(),
            ends: vec![*left, *right],
            stroke: joint.stroke,
            hue: lines.len() % HUES,
            layers: joint.layers.join(" "),
        });
    }
    picture.lines = lines;
    picture
}

fn line((number, wire): (usize, &Wire)) -> Line {
    Line {
        pieces: Vec::new(),
        dots: Vec::new(),
        ends: wire.ends.iter().map(|(thing, _)| *thing).collect(),
        stroke: wire.stroke,
        hue: number % HUES,
        layers: wire.layers.iter().cloned().collect::<Vec<_>>().join(" "),
    }
}

fn add(line: &mut Line, route: &Route, by: (i32, i32)) {
    let moved = |(x, y): &(i32, i32)| (x + by.0, y + by.1);
    line.pieces
        .extend(route.pieces.iter().map(|piece| piece.iter().map(moved).collect::<Vec<_>>()));
    line.dots.extend(route.dots.iter().map(moved));
}

fn name(name: &str, href: &str, area: Rect) -> Part {
    let words = Words::fit(area.x + INSIDE, area.y + 19, name, Style::Title, NAME_MOST);
    let title = if words.text == name { String::new() } else { name.to_owned() };
    let frame = Rect::new(area.x + INSIDE - 4, area.y + 2, words.width() + 8, 24);
    Part { frame, href: href.to_owned(), title, words: vec![words], layers: String::new() }
}
