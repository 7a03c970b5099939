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
/// The most room for a line that says which port leads where.
const WIDEST: i32 = 300;
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
    /// Where each column of rows begins, how wide it is, and the room in it for what stands before names.
    columns: Vec<(i32, i32, i32)>,
}

/// Measures the box of a thing; `least` is how wide it has to be for the lines that end there.
pub(super) fn measure(thing: &Thing, least: i32) -> Measured {
    let rows = thing.rows.len();
    let columns = 1 + usize::from(rows > TWO_COLUMNS) + usize::from(rows > THREE_COLUMNS);
    let lines = rows.div_ceil(columns).max(1);
    let mut held: Vec<(i32, i32, i32)> = Vec::new();
    let mut at = LEFT;
    for column in thing.rows.chunks(lines) {
        let aside = column.iter().map(|row| letters::width(&row.aside, Style::Small)).max();
        let aside = aside.unwrap_or(0).min(ASIDE);
        let row = |row: &Row| letters::width(&row.name, Style::Usual).min(WIDE) + inset(row, aside);
        let w = column.iter().map(row).max().unwrap_or(0) + RIGHT + 4;
        held.push((at, w, aside));
        at += w;
    }
    let texts = thing.ties.iter().chain([&thing.detail]);
    let texts = texts.map(|text| letters::width(text, Style::Small)).max().unwrap_or(0);
    let name = letters::width(&thing.name, Style::Title).min(WIDE);
    let head = name.max(texts.min(WIDEST)).max(NARROW);
    let w = up_to_eight((LEFT + head + RIGHT).max(at).max(least));
    let (lines, foot) = if rows > 0 { (lines as i32, 4) } else { (0, 0) };
    Measured { w, h: head_height(thing) + lines * ROW + foot, columns: held }
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
    let lines = thing.rows.len().div_ceil(measured.columns.len().max(1)).max(1);
    for (column, rows) in measured.columns.iter().zip(thing.rows.chunks(lines)) {
        let at = |(line, row)| row_at(row, *column, x, top + line as i32 * ROW);
        parts.extend(rows.iter().enumerate().map(at));
    }
    let look = if thing.faint { Look::Faint } else { Look::Framed };
    Block { frame, tone: thing.tone, look, area: None, parts }
}

fn row_at(row: &Row, (left, w, aside): (i32, i32, i32), x: i32, y: i32) -> Part {
    let (x, inset) = (x + left, inset(row, aside));
    let name = Words::fit(x + inset, y + 16, &row.name, Style::Usual, w - inset - RIGHT);
    let mut is_cut = name.text != row.name;
    let mut words = Vec::with_capacity(2);
    if !row.aside.is_empty() {
        let aside = Words::fit(x, y + 16, &row.aside, Style::Small, aside);
        is_cut |= aside.text != row.aside;
        words.push(aside);
    }
    words.push(name);
    let title = match row.title.is_empty() && is_cut {
        true => whole(&row.name, &row.aside),
        false => row.title.clone(),
    };
    Part {
        frame: Rect::new(x - 4, y, w - 4, ROW),
        href: row.href.clone(),
        title,
        words,
        layers: row.layers.join(" "),
    }
}

fn whole(name: &str, detail: &str) -> String {
    if detail.is_empty() { name.to_owned() } else { format!("{name}, {detail}") }
}
