//! What would be hard to read in a picture: the tests of everything that draws ask for it.
//!
//! In: a picture. Out: a sentence for each fault. Text lies over text or sticks out of its box, a box lies
//! over another, a line runs through a box or through an area where it has no business, two lines lie on
//! one another so that nobody could tell them apart, something is beyond the edge.

use super::{Picture, Rect, Words};

/// Returns what is wrong with a picture; nothing, if nothing is.
pub fn faults(picture: &Picture) -> Vec<String> {
    let mut faults = Vec::new();
    inside(picture, &mut faults);
    boxes(picture, &mut faults);
    texts(picture, &mut faults);
    lines(picture, &mut faults);
    on_one_another(picture, &mut faults);
    faults
}

fn inside(picture: &Picture, faults: &mut Vec<String>) {
    let sheet = Rect::new(0, 0, picture.width, picture.height);
    let blocks = picture.blocks.iter().map(|block| block.frame);
    let areas = picture.areas.iter().map(|area| area.frame);
    for frame in blocks.chain(areas).chain(all_words(picture).map(Words::frame)) {
        if !sheet.holds(frame) {
            faults.push(format!("beyond the edge: {frame:?}"));
        }
    }
    for (x, y) in picture.lines.iter().flat_map(|line| line.pieces.iter().flatten()) {
        if !sheet.holds(Rect::new(*x, *y, 0, 0)) {
            faults.push(format!("a line leaves the picture at {x}, {y}"));
        }
    }
}

fn boxes(picture: &Picture, faults: &mut Vec<String>) {
    for (ix, block) in picture.blocks.iter().enumerate() {
        for other in &picture.blocks[ix + 1..] {
            if block.frame.overlaps(other.frame) {
                faults.push(format!("boxes overlap: {:?}, {:?}", block.frame, other.frame));
            }
        }
        for part in &block.parts {
            if !block.frame.holds(part.frame) {
                faults.push(format!("a part sticks out of its box: {:?}", part.frame));
            }
            for words in &part.words {
                if !part.frame.holds(words.frame()) {
                    faults.push(format!("`{}` sticks out of its place", words.text));
                }
            }
        }
        for (place, area) in picture.areas.iter().enumerate() {
            let is_own = block.area == Some(place);
            if is_own && !area.frame.holds(block.frame) {
                faults.push(format!("a box sticks out of its area: {:?}", block.frame));
            }
            if !is_own && area.frame.overlaps(block.frame) {
                faults.push(format!("a box lies in a foreign area: {:?}", block.frame));
            }
        }
    }
    for (ix, area) in picture.areas.iter().enumerate() {
        for other in &picture.areas[ix + 1..] {
            if area.frame.overlaps(other.frame) {
                faults.push(format!("areas overlap: {:?}, {:?}", area.frame, other.frame));
            }
        }
    }
}

fn texts(picture: &Picture, faults: &mut Vec<String>) {
    let mut all: Vec<(Rect, &str)> =
        all_words(picture).map(|words| (words.frame(), words.text.as_str())).collect();
    all.sort_by_key(|(frame, _)| frame.y);
    for (ix, (frame, text)) in all.iter().enumerate() {
        for (other, words) in &all[ix + 1..] {
            if other.y >= frame.bottom() {
                break;
            }
            if frame.overlaps(*other) {
                faults.push(format!("`{text}` and `{words}` overlap"));
            }
        }
    }
    for words in &picture.words {
        if picture.blocks.iter().any(|block| block.frame.overlaps(words.frame())) {
            faults.push(format!("`{}` lies over a box", words.text));
        }
    }
}

fn lines(picture: &Picture, faults: &mut Vec<String>) {
    let loose: Vec<Rect> = picture.words.iter().map(Words::frame).collect();
    let names = picture.areas.iter().filter_map(|area| area.name.as_ref());
    let names: Vec<Rect> = names.flat_map(|name| name.words.iter().map(Words::frame)).collect();
    for line in &picture.lines {
        let home: Vec<Option<usize>> =
            line.ends.iter().map(|end| picture.blocks[*end].area).collect();
        for piece in line.pieces.iter().flat_map(|piece| piece.windows(2)) {
            let at = covered(piece[0], piece[1]);
            if piece[0].0 != piece[1].0 && piece[0].1 != piece[1].1 {
                faults.push(format!("a line is askew: {piece:?}"));
            }
            if let Some(block) = picture.blocks.iter().find(|block| crosses(at, block.frame)) {
                faults.push(format!("a line runs through a box: {piece:?}, {:?}", block.frame));
            }
            for (ix, area) in picture.areas.iter().enumerate() {
                if !home.contains(&Some(ix)) && crosses(at, area.frame) {
                    faults.push(format!("a line runs through a foreign area: {piece:?}"));
                }
            }
            if loose.iter().chain(&names).any(|words| crosses(at, *words)) {
                faults.push(format!("a line runs through words: {piece:?}"));
            }
        }
    }
}

/// Two lines that lie on one another for a while cannot be told apart.
fn on_one_another(picture: &Picture, faults: &mut Vec<String>) {
    let mut all: Vec<(Rect, usize)> = Vec::new();
    for (ix, line) in picture.lines.iter().enumerate() {
        let pieces = line.pieces.iter().flat_map(|piece| piece.windows(2));
        all.extend(pieces.map(|piece| (covered(piece[0], piece[1]), ix)));
    }
    for (ix, (a, first)) in all.iter().enumerate() {
        for (b, second) in &all[ix + 1..] {
            let level = a.h == 0 && b.h == 0 && a.y == b.y && a.x < b.right() && b.x < a.right();
            let upright =
                a.w == 0 && b.w == 0 && a.x == b.x && a.y < b.bottom() && b.y < a.bottom();
            if first != second && (level || upright) {
                faults.push(format!("two lines lie on one another: {a:?}, {b:?}"));
            }
        }
    }
}

fn all_words(picture: &Picture) -> impl Iterator<Item = &Words> {
    let parts = picture.blocks.iter().flat_map(|block| &block.parts);
    let names = picture.areas.iter().filter_map(|area| area.name.as_ref());
    parts.chain(names).flat_map(|part| &part.words).chain(&picture.words)
}

fn covered(from: (i32, i32), to: (i32, i32)) -> Rect {
    let (x, y) = (from.0.min(to.0), from.1.min(to.1));
    Rect::new(x, y, (from.0 - to.0).abs(), (from.1 - to.1).abs())
}

/// Whether a line, which may have no width, runs inside of `frame` and not only along its side.
fn crosses(line: Rect, frame: Rect) -> bool {
    line.x < frame.right()
        && frame.x < line.right()
        && line.y < frame.bottom()
        && frame.y < line.bottom()
        || line.w == 0
            && frame.x < line.x
            && line.x < frame.right()
            && line.y < frame.bottom()
            && frame.y < line.bottom()
        || line.h == 0
            && frame.y < line.y
            && line.y < frame.bottom()
            && line.x < frame.right()
            && frame.x < line.right()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::letters::Style;
    use crate::drawing::{Area, Block, Line, Look, Part, Stroke, Tone};

    fn block(x: i32, y: i32, text: &str) -> Block {
        let frame = Rect::new(x, y, 100, 40);
        let words = vec![Words::fit(x + 8, y + 20, text, Style::Usual, 84)];
        let part = Part { frame, words, ..Part::default() };
        Block { frame, tone: Tone::Plain, look: Look::Framed, area: None, parts: vec![part] }
    }

    fn line(points: &[(i32, i32)], ends: &[usize]) -> Line {
        Line {
            pieces: vec![points.to_vec()],
            dots: Vec::new(),
            ends: ends.to_vec(),
            stroke: Stroke::Cable,
            hue: 0,
            layers: String::new(),
        }
    }

    fn picture(blocks: Vec<Block>, lines: Vec<Line>) -> Picture {
        Picture { width: 400, height: 200, blocks, lines, ..Picture::default() }
    }

    #[test]
    fn a_tidy_picture_has_no_faults() {
        let blocks = vec![block(0, 0, "a"), block(200, 0, "b"), block(0, 100, "c")];
        let lines =
            vec![line(&[(100, 20), (200, 20)], &[0, 1]), line(&[(50, 40), (50, 100)], &[0, 2])];
        assert_eq!(faults(&picture(blocks, lines)), Vec::<String>::new());
    }

    #[test]
    fn each_fault_is_seen() {
        let two = || vec![block(0, 0, "a"), block(200, 0, "b")];
        let faulty = [
            picture(vec![block(0, 0, "a"), block(50, 20, "b")], Vec::new()),
            picture(vec![block(350, 0, "a")], Vec::new()),
            picture(two(), vec![line(&[(50, 60), (50, 10), (250, 10)], &[0, 1])]),
            picture(two(), vec![line(&[(10, 60), (90, 70)], &[0])]),
            picture(
                two(),
                vec![line(&[(10, 60), (90, 60)], &[0]), line(&[(50, 60), (99, 60)], &[1])],
            ),
            Picture {
                words: vec![Words::fit(5, 22, "over it", Style::Usual, 90)],
                ..picture(two(), Vec::new())
            },
            Picture {
                areas: vec![Area { frame: Rect::new(0, 100, 200, 90), name: None }],
                ..picture(two(), vec![line(&[(20, 40), (20, 150)], &[0])])
            },
        ];
        for (ix, picture) in faulty.iter().enumerate() {
            assert!(!faults(picture).is_empty(), "fault {ix} was not seen");
        }
    }
}
