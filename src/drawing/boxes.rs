//! How large the box of a thing is, and what stands where in it.

use super::letters::{self, Style};
use super::sketch::{Row, Thing};
use super::{Block, Look, Part, Rect, Words};

/// Room beside text, where the band is and where it is not.
const LEFT: i32 = 13;
const RIGHT: i32 = 8;
/// The height of a name, with a few words beneath it or without.
const NAMED: i32 = 28;
const DETAILED: i32 = 44;
/// The height of a line that leads nowhere, and of a row that is a link: a finger can hit that.
const TIE: i32 = 16;
const ROW: i32 = 24;
/// How far a row stands in for each row it hangs on.
const STEP: i32 = 14;
/// The least and the most room for names.
const NARROW: i32 = 112;
const WIDE: i32 = 230;
/// The most room for what stands before a name in a row.
const ASIDE: i32 = 92;
/// Beyond so many rows they stand in two columns, and in three.
const TWO_COLUMNS: usize = 8;
const THREE_COLUMNS: usize = 24;

/// The measures of a thing's box.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    pub w: i32,
    pub h: i32,
    columns: usize,
    column: i32,
    aside: i32,
}

/// Measures the box of a thing; `least` is how wide it has to be for the lines that end there.
pub(super) fn measure(thing: &Thing, least: i32) -> Measured {
    let rows = thing.rows.len();
    let columns = 1 + usize::from(rows > TWO_COLUMNS) + usize::from(rows > THREE_COLUMNS);
    let widest = |widths: &mut dyn Iterator<Item = i32>| widths.max().unwrap_or(0);
    let aside = widest(&mut thing.rows.iter().map(|row| letters::width(&row.aside, Style::Small)));
    let aside = aside.min(ASIDE);
    let row = |row: &Row| letters::width(&row.name, Style::Usual).min(WIDE) + inset(row, aside);
    let column = widest(&mut thing.rows.iter().map(row)) + RIGHT;
    let name = letters::width(&thing.name, Style::Title);
    let detail = letters::width(&thing.detail, Style::Small);
    let ties = thing.ties.iter().map(|tie| letters::width(tie, Style::Small));
    let head = name.max(detail).max(widest(&mut ties.into_iter())).clamp(NARROW, WIDE);
    let rows_wide = LEFT + column * columns as i32;
    let w = up_to_eight((LEFT + head + RIGHT).max(rows_wide).max(least));
    let column = (w - LEFT) / columns as i32;
    let lines = thing.rows.len().div_ceil(columns) as i32;
    let foot = if lines > 0 { 4 } else { 0 };
    let h = head_height(thing) + lines * ROW + foot;
    Measured { w, h, columns, column, aside }
}

fn head_height(thing: &Thing) -> i32 {
    let head = if thing.detail.is_empty() { NAMED } else { DETAILED };
    let ties = thing.ties.len() as i32 * TIE;
    head + ties + if ties > 0 { 4 } else { 0 }
}

/// Where the name in a row begins, from the beginning of its column.
fn inset(row: &Row, aside: i32) -> i32 {
    let before = if aside > 0 { aside + 8 } else { 0 };
    before + row.depth as i32 * STEP
}

/// Returns the next multiple of 8: what lines keep to.
pub(super) fn up_to_eight(length: i32) -> i32 {
    (length + 7) / 8 * 8
}

/// Returns the box of a thing at its place.
pub(super) fn block(thing: &Thing, measured: &Measured, x: i32, y: i32) -> Block {
    let frame = Rect::new(x, y, measured.w, measured.h);
    let room = measured.w - LEFT - RIGHT;
    let mut words = vec![Words::fit(x + LEFT, y + 18, &thing.name, Style::Title, room)];
    let mut title = words[0].text != thing.name;
    if !thing.detail.is_empty() {
        let detail = Words::fit(x + LEFT, y + 34, &thing.detail, Style::Small, room);
        title |= detail.text != thing.detail;
        words.push(detail);
    }
    let head = if thing.detail.is_empty() { NAMED } else { DETAILED };
    let mut parts = vec![Part {
        frame: Rect { h: head, ..frame },
        href: thing.href.clone(),
        title: if title { whole(&thing.name, &thing.detail) } else { String::new() },
        words,
        layers: thing.layers.join(" "),
    }];
    for (ix, tie) in thing.ties.iter().enumerate() {
        let top = y + head + ix as i32 * TIE;
        let words = Words::fit(x + LEFT, top + 12, tie, Style::Small, room);
        let title = if words.text == *tie { String::new() } else { tie.clone() };
        let frame = Rect::new(x, top, measured.w, TIE);
        parts.push(Part { frame, title, words: vec![words], ..Part::default() });
    }
    let top = y + head_height(thing);
    let lines = thing.rows.len().div_ceil(measured.columns).max(1);
    for (ix, row) in thing.rows.iter().enumerate() {
        let left = x + LEFT + (ix / lines) as i32 * measured.column;
        parts.push(row_at(row, measured, left, top + (ix % lines) as i32 * ROW));
    }
    let look = if thing.faint { Look::Faint } else { Look::Framed };
    Block { frame, tone: thing.tone, look, area: None, parts }
}

fn row_at(row: &Row, measured: &Measured, x: i32, y: i32) -> Part {
    let inset = inset(row, measured.aside);
    let name = Words::fit(x + inset, y + 16, &row.name, Style::Usual, measured.column - inset - 4);
    let mut is_cut = name.text != row.name;
    let mut words = Vec::with_capacity(2);
    if !row.aside.is_empty() {
        let aside = Words::fit(x, y + 16, &row.aside, Style::Small, measured.aside);
        is_cut |= aside.text != row.aside;
        words.push(aside);
    }
    words.push(name);
    let title = match row.title.is_empty() && is_cut {
        true => whole(&row.name, &row.aside),
        false => row.title.clone(),
    };
    Part {
        frame: Rect::new(x - 4, y, measured.column, ROW),
        href: row.href.clone(),
        title,
        words,
        layers: row.layers.join(" "),
    }
}

fn whole(name: &str, detail: &str) -> String {
    if detail.is_empty() { name.to_owned() } else { format!("{name}, {detail}") }
}
