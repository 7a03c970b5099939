//! Ways through patch panels, from end to end: one in each row.
//!
//! In: the ports that each way runs through. Out: a picture with a box for each, and lines between them:
//! whole ones for cables that are plugged in, dashed ones for what is wired behind.

use serde::Serialize;

use super::letters::Style;
use super::{Block, Line, Look, Part, Picture, Rect, Stroke, Tone, Words};

const WIDE: i32 = 152;
const HIGH: i32 = 36;
const GAP: i32 = 36;
const ROW: i32 = 46;
/// The most boxes in a row, and the most rows that are drawn; the table has them all.
const MOST_STOPS: usize = 8;
const MOST_ROWS: usize = 48;

/// Ways from end to end.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Ways {
    /// What they show, in a few words.
    pub title: String,
    /// The same for those who cannot see it.
    pub description: String,
    /// The ways.
    pub rows: Vec<Vec<Stop>>,
}

/// A port on a way.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Stop {
    /// What has the port.
    pub name: String,
    /// The port.
    pub port: String,
    /// Where it leads.
    pub href: String,
    /// What sort of thing has it.
    pub tone: Tone,
    /// Whether the way from the stop before is wired behind, and not plugged in.
    pub behind: bool,
}

/// Returns the picture of ways.
pub fn draw(ways: &Ways) -> Picture {
    let rows: Vec<&[Stop]> =
        ways.rows.iter().take(MOST_ROWS).map(|row| &row[..row.len().min(MOST_STOPS)]).collect();
    let columns = rows.iter().map(|row| row.len()).max().unwrap_or(0).max(1) as i32;
    let mut picture = Picture {
        title: ways.title.clone(),
        description: ways.description.clone(),
        width: columns * WIDE + (columns - 1) * GAP + 2,
        height: (rows.len().max(1) as i32 - 1) * ROW + HIGH + 2,
        ..Picture::default()
    };
    for (number, row) in rows.iter().enumerate() {
        let top = number as i32 * ROW + 1;
        for (column, stop) in row.iter().enumerate() {
            let left = column as i32 * (WIDE + GAP) + 1;
            if column > 0 {
                let (y, end) = (top + HIGH / 2, picture.blocks.len());
                picture.lines.push(Line {
                    pieces: vec![vec![(left - GAP, y), (left, y)]],
                    dots: Vec::new(),
                    ends: vec![end - 1, end],
                    stroke: if stop.behind { Stroke::Tunnel } else { Stroke::Cable },
                    hue: usize::from(stop.behind),
                    layers: String::new(),
                });
            }
            picture.blocks.push(block(stop, Rect::new(left, top, WIDE, HIGH)));
        }
    }
    picture
}

fn block(stop: &Stop, frame: Rect) -> Block {
    let room = frame.w - 20;
    let name = Words::fit(frame.x + 12, frame.y + 15, &stop.name, Style::Title, room);
    let port = Words::fit(frame.x + 12, frame.y + 29, &stop.port, Style::Small, room);
    let is_whole = name.text == stop.name && port.text == stop.port;
    let title = if is_whole { String::new() } else { format!("{}, {}", stop.name, stop.port) };
    Block {
        frame,
        tone: stop.tone,
        look: Look::Framed,
        area: None,
        parts: vec![Part {
            frame,
            href: stop.href.clone(),
            title,
            words: vec![name, port],
            ..Part::default()
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn ways_of_any_length_are_drawn_without_a_fault() {
        let stop = |number: usize| Stop {
            name: "A panel with a long name ".repeat(number),
            port: number.to_string(),
            href: "a.html".to_owned(),
            behind: number.is_multiple_of(2),
            ..Stop::default()
        };
        let rows = (0..60).map(|row| (0..row % 12).map(stop).collect()).collect();
        let picture = draw(&Ways { rows, ..Ways::default() });
        assert_eq!(check::faults(&picture), Vec::<String>::new());
        assert!(picture.blocks.len() > 100);
    }
}
