//! What a record needs and what needs it, two steps each way: in columns, from what comes first on the
//! left to what hangs on it all on the right.
//!
//! In: columns of boxes and the needs between neighbours. Out: a picture. Between two columns each box on
//! the left has a lane of its own, from which its needs branch off, so that no line lies on another and none
//! can meet a box.

use serde::Serialize;

use super::letters::{self, Style};
use super::{Block, Line, Look, Part, Picture, Rect, Stroke, Tone, Words};

const NARROW: i32 = 96;
const WIDE: i32 = 148;
const LOW: i32 = 40;
const BETWEEN: i32 = 16;
/// How far lanes and ends of lines stand from one another. Lines leave a box at a multiple of it, and
/// come in half way between two.
const STEP: i32 = 8;

/// Columns of boxes.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Chain {
    /// What it shows, in a few words.
    pub title: String,
    /// The same for those who cannot see it.
    pub description: String,
    /// The columns, from the left.
    pub columns: Vec<Vec<Link>>,
    /// Needs between neighbours: the column on the left, the box in it, the box in the next.
    pub joints: Vec<(usize, usize, usize)>,
}

/// A box.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Link {
    /// What it is called.
    pub name: String,
    /// A few words more.
    pub detail: String,
    /// Where it leads.
    pub href: String,
    /// What sort of thing it is.
    pub tone: Tone,
    /// Whether it is the one that the picture is about.
    pub own: bool,
    /// Whether it only counts what is not drawn.
    pub rest: bool,
}

/// Returns the picture of a chain.
pub fn draw(chain: &Chain) -> Picture {
    let joints = |column: usize| chain.joints.iter().filter(move |joint| joint.0 == column);
    let mut sizes: Vec<Vec<i32>> = Vec::new();
    for (ix, column) in chain.columns.iter().enumerate() {
        let before = |row: usize| {
            let into =
                ix.checked_sub(1).map_or(0, |left| joints(left).filter(|it| it.2 == row).count());
            LOW.max(up((into as i32 + 1) * STEP))
        };
        sizes.push((0..column.len()).map(before).collect());
    }
    let high =
        |sizes: &Vec<i32>| sizes.iter().sum::<i32>() + (sizes.len().max(1) as i32 - 1) * BETWEEN;
    let height = sizes.iter().map(high).max().unwrap_or(0).max(LOW);
    let mut picture = Picture {
        title: chain.title.clone(),
        description: chain.description.clone(),
        height: height + 2 * STEP,
        ..Picture::default()
    };
    let mut places: Vec<Vec<usize>> = Vec::new();
    let mut x = 2;
    for (ix, column) in chain.columns.iter().enumerate() {
        let wide = column.iter().map(width).max().unwrap_or(NARROW);
        let mut y = STEP + down((height - high(&sizes[ix])) / 2);
        let mut own = Vec::new();
        for (link, high) in column.iter().zip(&sizes[ix]) {
            own.push(picture.blocks.len());
            picture.blocks.push(block(link, Rect::new(x, y, wide, *high)));
            y += high + BETWEEN;
        }
        places.push(own);
        x += wide + gap(joints(ix).map(|joint| joint.1).max().map_or(0, |last| last + 1));
    }
    let last = chain.columns.len().saturating_sub(1);
    picture.width = picture.blocks.iter().map(|block| block.frame.right()).max().unwrap_or(0) + 2;
    let mut entered = vec![0; picture.blocks.len()];
    for ix in 0..last {
        for row in 0..chain.columns[ix].len() {
            let targets: Vec<usize> = joints(ix)
                .filter(|joint| joint.1 == row && joint.2 < chain.columns[ix + 1].len())
                .map(|joint| places[ix + 1][joint.2])
                .collect();
            if !targets.is_empty() {
                let line = line(&picture, places[ix][row], &targets, row, &mut entered);
                picture.lines.push(line);
            }
        }
    }
    picture
}

fn gap(lanes: usize) -> i32 {
    3 * STEP + lanes as i32 * STEP
}

/// The line from a box by its lane to all that needs it.
fn line(
    picture: &Picture,
    from: usize,
    targets: &[usize],
    lane: usize,
    entered: &mut [i32],
) -> Line {
    let source = picture.blocks[from].frame;
    let x = source.right() + 2 * STEP + lane as i32 * STEP;
    let start = source.y + down(source.h / 2);
    let mut pieces = vec![vec![(source.right(), start), (x, start)]];
    let mut ends = vec![from];
    let (mut top, mut bottom) = (start, start);
    let mut dots = Vec::new();
    for target in targets {
        let frame = picture.blocks[*target].frame;
        entered[*target] += 1;
        let y = frame.y + entered[*target] * STEP - STEP / 2;
        pieces.push(vec![(x, y), (frame.x, y)]);
        (top, bottom) = (top.min(y), bottom.max(y));
        ends.push(*target);
        if targets.len() > 1 {
            dots.push((x, y));
        }
    }
    pieces.push(vec![(x, top), (x, bottom)]);
    Line {
        pieces,
        dots,
        ends,
        stroke: Stroke::Cable,
        hue: lane % super::HUES,
        layers: String::new(),
    }
}

fn up(length: i32) -> i32 {
    (length + STEP - 1) / STEP * STEP
}

fn down(length: i32) -> i32 {
    length / STEP * STEP
}

fn width(link: &Link) -> i32 {
    let name = letters::width(&link.name, Style::Title);
    let detail = letters::width(&link.detail, Style::Small);
    (name.max(detail) + 22).clamp(NARROW, WIDE)
}

fn block(link: &Link, frame: Rect) -> Block {
    let room = frame.w - 21;
    let x = frame.x + 13;
    let (mut words, mut is_whole) = (Vec::new(), true);
    let style = if link.rest { Style::Small } else { Style::Title };
    let name_at = if link.detail.is_empty() { frame.h / 2 + 4 } else { frame.h / 2 - 3 };
    for (text, style, at) in
        [(&link.name, style, name_at), (&link.detail, Style::Small, frame.h / 2 + 13)]
    {
        if !text.is_empty() {
            let line = Words::fit(x, frame.y + at, text, style, room);
            is_whole &= line.text == *text;
            words.push(line);
        }
    }
    let title = match (is_whole, link.detail.is_empty()) {
        (true, _) => String::new(),
        (false, true) => link.name.clone(),
        (false, false) => format!("{}, {}", link.name, link.detail),
    };
    let look = match (link.own, link.rest) {
        (_, true) => Look::Faint,
        (true, _) => Look::Filled,
        _ => Look::Framed,
    };
    let part = Part { frame, href: link.href.clone(), title, words, ..Part::default() };
    Block { frame, tone: link.tone, look, area: None, parts: vec![part] }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check;
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn whatever_needs_whatever_no_line_meets_a_box_or_lies_on_another(
            columns in prop::collection::vec(prop::collection::vec("[ -~漢]{0,60}", 1..11), 1..6),
            joints in prop::collection::btree_set((0usize..5, 0usize..10, 0usize..10), 0..80),
        ) {
            let link = |name: &String| Link {
                name: name.clone(),
                detail: "Device".to_owned(),
                href: "a.html".to_owned(),
                ..Link::default()
            };
            let columns: Vec<Vec<Link>> =
                columns.iter().map(|names| names.iter().map(link).collect()).collect();
            let there = |joint: &(usize, usize, usize)| {
                joint.0 + 1 < columns.len()
                    && joint.1 < columns[joint.0].len()
                    && joint.2 < columns[joint.0 + 1].len()
            };
            let joints = joints.into_iter().filter(there).collect();
            let picture = draw(&Chain { columns, joints, ..Chain::default() });
            prop_assert_eq!(check::faults(&picture), Vec::<String>::new());
        }
    }
}
