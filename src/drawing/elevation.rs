//! The front or the rear of a rack, to scale: arithmetic.
//!
//! In: the units of a rack and what is mounted on one face. Out: a picture with eighteen pixels to the
//! unit, the numbers beside it, free blocks with their size. What claims a unit that something else has
//! stands beside that in half the width.

use serde::Serialize;

use super::letters::{self, Style};
use super::{Align, Area, Block, Look, Part, Picture, Rect, SHAPE, Tone, Words};

/// The height of a unit.
pub const UNIT: i32 = 18;
/// The room for numbers, the width of what is mounted, and that of the rails.
const NUMBERS: i32 = 26;
const WIDTH: i32 = 272;
const RAIL: i32 = 4;
const HEAD: i32 = 24;
/// The most that stand side by side where several claim a unit; the rest is in the table.
const LANES: usize = 3;

/// A face of a rack.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Elevation {
    /// What it shows, in a few words.
    pub title: String,
    /// The same for those who cannot see it.
    pub description: String,
    /// The name of the face.
    pub face: String,
    /// The number of the first unit.
    pub first: i64,
    /// How many units there are.
    pub units: i64,
    /// Whether they are counted from the top.
    pub descending: bool,
    /// What is mounted, by its lowest unit.
    pub slots: Vec<Slot>,
}

/// Something that takes units.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Slot {
    /// Its lowest unit.
    pub unit: i64,
    /// How many it takes.
    pub height: i64,
    /// What it is called.
    pub name: String,
    /// A few words more.
    pub detail: String,
    /// Where it leads.
    pub href: String,
    /// What sort of thing it is.
    pub tone: Tone,
    /// Whether nothing is mounted here: space that is kept or free, or the back of what is at the
    /// other face.
    pub faint: bool,
}

/// Returns the picture of a face.
pub fn draw(elevation: &Elevation) -> Picture {
    let height = i32::try_from(elevation.units).unwrap_or(1).clamp(1, 100) * UNIT;
    let inside = Rect::new(NUMBERS + RAIL, HEAD + RAIL, WIDTH, height);
    let frame = Rect::new(NUMBERS, HEAD, WIDTH + 2 * RAIL, height + 2 * RAIL);
    let mut picture = Picture {
        title: elevation.title.clone(),
        description: elevation.description.clone(),
        width: frame.right() + 2,
        height: frame.bottom() + 2,
        areas: vec![Area { frame, name: None }],
        ..Picture::default()
    };
    picture.words.push(Words::fit(NUMBERS, 15, &elevation.face, Style::Title, WIDTH));
    for unit in 0..elevation.units.min(100) {
        let top = row(elevation, elevation.first + unit, inside);
        let number = (elevation.first + unit).to_string();
        let words = Words::fit(NUMBERS - 5, top + 13, &number, Style::Small, NUMBERS - 5);
        picture.words.push(words.aligned(Align::End));
    }
    for (slot, lane, lanes) in lanes(elevation) {
        if lane < LANES {
            picture.blocks.push(block(elevation, slot, (lane, lanes.min(LANES)), inside));
        }
    }
    picture
}

/// Where the row of a unit begins.
fn row(elevation: &Elevation, unit: i64, inside: Rect) -> i32 {
    let from_first = i32::try_from(unit - elevation.first).unwrap_or(0);
    match elevation.descending {
        true => inside.y + from_first * UNIT,
        false => inside.bottom() - (from_first + 1) * UNIT,
    }
}

/// Gives each slot that lies in the rack its place beside those that claim the same units: which one
/// it is, of how many.
fn lanes(elevation: &Elevation) -> Vec<(&Slot, usize, usize)> {
    let last = elevation.first + elevation.units - 1;
    let span = |slot: &Slot| {
        (slot.unit.max(elevation.first), slot.unit.saturating_add(slot.height.max(1) - 1).min(last))
    };
    let mut slots: Vec<&Slot> =
        elevation.slots.iter().filter(|slot| span(slot).0 <= span(slot).1).collect();
    slots.sort_by_key(|slot| (slot.unit, slot.faint));
    let mut placed: Vec<(&Slot, usize, usize)> = Vec::new();
    let mut group = 0;
    let mut ends: Vec<i64> = Vec::new();
    for slot in slots {
        let (from, to) = span(slot);
        if ends.iter().all(|end| *end < from) {
            group = placed.len();
            ends.clear();
        }
        let lane = match ends.iter().position(|end| *end < from) {
            Some(lane) => lane,
            None => {
                ends.push(to);
                ends.len() - 1
            }
        };
        ends[lane] = to;
        placed.push((slot, lane, 1));
        let lanes = ends.len();
        placed[group..].iter_mut().for_each(|(_, _, of)| *of = lanes.max(*of));
    }
    placed
}

fn block(elevation: &Elevation, slot: &Slot, (lane, lanes): (usize, usize), inside: Rect) -> Block {
    let last = elevation.first + elevation.units - 1;
    let from = slot.unit.max(elevation.first);
    let to = slot.unit.saturating_add(slot.height.max(1) - 1).min(last);
    let (one, other) = (row(elevation, from, inside), row(elevation, to, inside));
    let width = inside.w / lanes as i32;
    let frame = Rect::new(
        inside.x + lane as i32 * width,
        one.min(other),
        width,
        (one - other).abs() + UNIT,
    );
    let begin = frame.x + 8 + if slot.faint { 0 } else { SHAPE };
    let room = frame.right() - 6 - begin;
    let base = frame.y + frame.h / 2 + 4;
    let detail_wide = letters::width(&slot.detail, Style::Small);
    let (name_style, name_wide) = match slot.faint {
        true => (Style::Small, letters::width(&slot.name, Style::Small)),
        false => (Style::Title, letters::width(&slot.name, Style::Title)),
    };
    let beside = !slot.detail.is_empty() && name_wide + 12 + detail_wide <= room;
    let mut words = Vec::with_capacity(2);
    if beside || slot.detail.is_empty() || frame.h < 2 * UNIT {
        let name = Words::fit(begin, base, &slot.name, name_style, room);
        words.push(name);
        if beside {
            let detail =
                Words::fit(frame.right() - 6, base, &slot.detail, Style::Small, detail_wide);
            words.push(detail.aligned(Align::End));
        }
    } else {
        words.push(Words::fit(begin, base - 7, &slot.name, name_style, room));
        words.push(Words::fit(begin, base + 8, &slot.detail, Style::Small, room));
    }
    let said: Vec<&str> = words.iter().map(|words| words.text.as_str()).collect();
    let is_whole = said.contains(&slot.name.as_str())
        && (slot.detail.is_empty() || said.contains(&slot.detail.as_str()));
    let title = match (is_whole, slot.detail.is_empty()) {
        (true, _) => String::new(),
        (false, true) => slot.name.clone(),
        (false, false) => format!("{}, {}", slot.name, slot.detail),
    };
    Block {
        frame,
        tone: slot.tone,
        look: if slot.faint { Look::Faint } else { Look::Mounted },
        area: Some(0),
        parts: vec![Part { frame, href: slot.href.clone(), title, words, ..Part::default() }],
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check;
    use super::*;

    fn slot(unit: i64, height: i64, name: &str) -> Slot {
        Slot {
            unit,
            height,
            name: name.to_owned(),
            detail: "Switch".to_owned(),
            href: "sw.html".to_owned(),
            ..Slot::default()
        }
    }

    fn rack(units: i64, slots: Vec<Slot>) -> Elevation {
        Elevation { face: "Front".to_owned(), first: 1, units, slots, ..Elevation::default() }
    }

    #[test]
    fn a_unit_is_eighteen_pixels_high_and_the_first_is_below() {
        let picture = draw(&rack(10, vec![slot(1, 1, "A"), slot(4, 2, "B")]));
        let [a, b] = &picture.blocks[..] else { panic!("{picture:?}") };
        assert_eq!((a.frame.h, b.frame.h), (18, 36));
        assert_eq!(a.frame.bottom() - b.frame.bottom(), 3 * 18);
        let top_down = Elevation { descending: true, ..rack(10, vec![slot(1, 1, "A")]) };
        assert_eq!(draw(&top_down).blocks[0].frame.y, HEAD + RAIL);
    }

    #[test]
    fn words_keep_off_the_shape_of_what_is_mounted() {
        let free = Slot { faint: true, ..slot(5, 1, "free") };
        let picture = draw(&rack(10, vec![slot(1, 1, "A"), free]));
        let begins =
            |ix: usize| picture.blocks[ix].parts[0].words[0].x - picture.blocks[ix].frame.x;
        assert_eq!((begins(0), begins(1)), (8 + SHAPE, 8));
        assert_eq!((picture.blocks[0].look, picture.blocks[1].look), (Look::Mounted, Look::Faint));
    }

    #[test]
    fn two_in_one_unit_stand_side_by_side() {
        let picture = draw(&rack(10, vec![slot(3, 2, "A"), slot(4, 1, "B"), slot(6, 1, "C")]));
        let widths: Vec<i32> = picture.blocks.iter().map(|block| block.frame.w).collect();
        assert_eq!(widths, [WIDTH / 2, WIDTH / 2, WIDTH]);
        assert_eq!(check::faults(&picture), Vec::<String>::new());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn whatever_is_written_nothing_lies_over_anything(
            units in 1i64..60,
            first in 0i64..3,
            descending: bool,
            slots in prop::collection::vec((-3i64..70, 1i64..50, "[ -~é漢]{0,200}", any::<bool>()), 0..30),
        ) {
            let slots = slots.into_iter().map(|(unit, height, name, faint)| {
                Slot { faint, ..slot(unit, height, &name) }
            });
            let elevation =
                Elevation { first, descending, ..rack(units, slots.collect()) };
            prop_assert_eq!(check::faults(&draw(&elevation)), Vec::<String>::new());
        }
    }
}
