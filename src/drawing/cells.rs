//! Addresses in rows of cells: which are in use, kept, handed out, free.
//!
//! In: how many there are, and runs of equal ones. Out: a picture with a cell for each address; a run is
//! one box in each row it touches, so that the picture of an empty network is as small as it looks.

use serde::Serialize;

use super::letters::{self, Style};
use super::{Align, Block, Look, Part, Picture, Rect, Tone, Words};

/// The height of a cell, and its width: narrower where many stand in a row.
const HIGH: i32 = 20;
const WIDE: i32 = 30;
const NARROW: i32 = 24;
/// The most room for what stands before a row.
const LABEL: i32 = 110;

/// A map of cells.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Cells {
    /// What it shows, in a few words.
    pub title: String,
    /// The same for those who cannot see it.
    pub description: String,
    /// How many cells stand in a row.
    pub columns: u32,
    /// What stands before each row: its first address.
    pub rows: Vec<String>,
    /// What the cells hold, in order and without gaps.
    pub runs: Vec<Run>,
}

/// Cells one behind the other that hold the same.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Run {
    /// How many.
    pub length: u32,
    /// What stands in them, where there is room for it.
    pub text: String,
    /// The whole of it in words.
    pub title: String,
    /// Where it leads.
    pub href: String,
    /// The colour.
    pub tone: Tone,
    /// Whether nothing is there.
    pub faint: bool,
}

/// Returns the picture of a map.
pub fn draw(cells: &Cells) -> Picture {
    let columns = cells.columns.clamp(1, 64);
    let wide = if columns > 16 { NARROW } else { WIDE };
    let label = cells.rows.iter().map(|row| letters::width(row, Style::Small)).max().unwrap_or(0);
    let left = label.min(LABEL) + 10;
    let mut picture = Picture {
        title: cells.title.clone(),
        description: cells.description.clone(),
        width: left + columns as i32 * wide + 2,
        height: cells.rows.len().max(1) as i32 * HIGH + 2,
        ..Picture::default()
    };
    for (row, text) in cells.rows.iter().enumerate() {
        let base = row as i32 * HIGH + 15;
        let words = Words::fit(left - 8, base, text, Style::Small, LABEL);
        picture.words.push(words.aligned(Align::End));
    }
    let mut at = 0;
    for run in &cells.runs {
        let end = at + run.length;
        while at < end {
            let (row, column) = (at / columns, at % columns);
            if row as usize >= cells.rows.len() {
                return picture;
            }
            let length = (columns - column).min(end - at);
            let frame = Rect::new(
                left + column as i32 * wide,
                row as i32 * HIGH + 1,
                length as i32 * wide,
                HIGH,
            );
            picture.blocks.push(block(run, frame));
            at += length;
        }
    }
    picture
}

fn block(run: &Run, frame: Rect) -> Block {
    let has_room = letters::width(&run.text, Style::Small) <= frame.w - 4;
    let text = if has_room { run.text.as_str() } else { "" };
    let words = Words::fit(frame.x + frame.w / 2, frame.y + 14, text, Style::Small, frame.w - 4);
    let words = if text.is_empty() { Vec::new() } else { vec![words.aligned(Align::Middle)] };
    Block {
        frame,
        tone: run.tone,
        look: if run.faint { Look::Faint } else { Look::Filled },
        area: None,
        parts: vec![Part {
            frame,
            href: run.href.clone(),
            title: run.title.clone(),
            words,
            ..Part::default()
        }],
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check;
    use super::*;

    fn run(length: u32, text: &str) -> Run {
        Run { length, text: text.to_owned(), ..Run::default() }
    }

    #[test]
    fn a_run_over_the_end_of_a_row_goes_on_in_the_next() {
        let cells = Cells {
            columns: 4,
            rows: vec![".0".to_owned(), ".4".to_owned()],
            runs: vec![run(3, "a"), run(3, "b"), run(9, "c")],
            ..Cells::default()
        };
        let picture = draw(&cells);
        let widths: Vec<i32> = picture.blocks.iter().map(|block| block.frame.w).collect();
        assert_eq!(widths, [3 * WIDE, WIDE, 2 * WIDE, 2 * WIDE]);
        assert_eq!(check::faults(&picture), Vec::<String>::new());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn whatever_is_in_the_cells_nothing_lies_over_anything(
            columns in 1u32..40,
            rows in prop::collection::vec("[0-9a-f:.]{0,40}", 1..20),
            runs in prop::collection::vec((1u32..30, "[ -~]{0,40}"), 0..40),
        ) {
            let runs = runs.into_iter().map(|(length, text)| run(length, &text)).collect();
            let cells = Cells { columns, rows, runs, ..Cells::default() };
            prop_assert_eq!(check::faults(&draw(&cells)), Vec::<String>::new());
        }
    }
}
