//! Writes pictures as SVG that stands in a page.
//!
//! What holds for it everywhere: plain colours in attributes, as on paper, and classes by which a theme
//! sets others for the dark; no style sheet and no `style=`, which the policy of a page refuses; links
//! that can be reached by keyboard, each with its whole name; a title and a description. Nothing refers to
//! an id, so that any number of drawings may stand in one document.

use std::fmt::Write as _;

use super::escape;
use crate::drawing::letters::Style;
use crate::drawing::{Align, Area, Block, Line, Look, Part, Picture, Rect, Tone, Words};

/// The faces for which the widths of text are reckoned; another keeps to them too.
const FACES: &str = "Arial, 'Liberation Sans', Helvetica, sans-serif";
const INK: &str = "#172125";
const MUTED: &str = "#536067";
const GROUND: &str = "#ffffff";
const EDGE: &str = "#7f8a8e";
const AREA: &str = "#f6f7f5";
const AREA_EDGE: &str = "#c9ceca";

/// The colours of lines, by their hue.
const LINES: [&str; crate::drawing::HUES] =
    ["#3f5661", "#2f5d9b", "#15746f", "#6b4a9c", "#8a5a16", "#9c3c72"];

/// Returns a picture as an `svg` element.
pub fn write(picture: &Picture) -> String {
    let mut out = String::with_capacity(512 + 640 * picture.blocks.len());
    let Picture { width, height, .. } = picture;
    let _ = write!(
        out,
        "<svg class=\"drawing\" role=\"group\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"{FACES}\" font-size=\"{}\" fill=\"{INK}\">",
        Style::Usual.size()
    );
    element("title", &picture.title, &mut out);
    element("desc", &picture.description, &mut out);
    picture.areas.iter().for_each(|it| area(it, &mut out));
    picture.lines.iter().for_each(|it| line(it, &mut out));
    picture.blocks.iter().for_each(|it| block(it, &mut out));
    picture.words.iter().for_each(|it| words(it, &mut out));
    out.push_str("</svg>");
    out
}

fn element(name: &str, text: &str, out: &mut String) {
    if !text.is_empty() {
        let _ = write!(out, "<{name}>");
        escape::attribute(text, out);
        let _ = write!(out, "</{name}>");
    }
}

fn area(area: &Area, out: &mut String) {
    out.push_str("<rect class=\"d-area\"");
    place(area.frame.x, area.frame.y, area.frame.w, area.frame.h, out);
    let _ = write!(out, " rx=\"6\" fill=\"{AREA}\" stroke=\"{AREA_EDGE}\"/>");
    if let Some(name) = &area.name {
        part(name, out);
    }
}

fn line(line: &Line, out: &mut String) {
    let _ = write!(
        out,
        "<g class=\"d-line d-{} d-hue-{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\" stroke-linecap=\"square\"",
        line.stroke.name(),
        line.hue,
        LINES[line.hue % LINES.len()]
    );
    let dashes = line.stroke.dashes();
    if !dashes.is_empty() {
        let _ = write!(out, " stroke-dasharray=\"{dashes}\"");
    }
    layers(&line.layers, out);
    out.push_str("><path d=\"");
    for piece in &line.pieces {
        let mut last = None;
        for (x, y) in piece {
            match last {
                None => drop(write!(out, "M{x} {y}")),
                Some((before, _)) if before == *x => drop(write!(out, "V{y}")),
                Some((_, before)) if before == *y => drop(write!(out, "H{x}")),
                Some(_) => drop(write!(out, "L{x} {y}")),
            }
            last = Some((*x, *y));
        }
    }
    out.push_str("\"/>");
    for (x, y) in &line.dots {
        let _ = write!(
            out,
            "<circle class=\"d-dot\" cx=\"{x}\" cy=\"{y}\" r=\"2\" fill=\"{INK}\" stroke=\"none\"/>"
        );
    }
    out.push_str("</g>");
}

fn block(block: &Block, out: &mut String) {
    let (tone, frame) = (block.tone, block.frame);
    let (look, fill, edge) = match block.look {
        Look::Framed => ("framed", GROUND, EDGE),
        Look::Filled | Look::Mounted => ("filled", tone.fill(), tone.edge()),
        Look::Faint => ("faint", "none", EDGE),
    };
    let _ = write!(out, "<g class=\"d-box d-{look} d-{}\"><rect class=\"d-frame\"", tone.name());
    place(frame.x, frame.y, frame.w, frame.h, out);
    let _ = write!(out, " rx=\"3\" fill=\"{fill}\" stroke=\"{edge}\"");
    if block.look == Look::Faint {
        out.push_str(" stroke-dasharray=\"3 3\"");
    }
    out.push_str("/>");
    if block.look == Look::Framed {
        out.push_str("<rect class=\"d-band\"");
        place(frame.x, frame.y, 5.min(frame.w), frame.h, out);
        let _ = write!(out, " rx=\"2\" fill=\"{}\"/>", tone.edge());
    }
    if block.look == Look::Mounted {
        shape(tone, frame, out);
    }
    block.parts.iter().for_each(|it| part(it, out));
    out.push_str("</g>");
}

/// Draws the shape of a sort at the left side of a box: it tells sorts apart where colours do not.
fn shape(tone: Tone, frame: Rect, out: &mut String) {
    let (x, y) = (frame.x + 7, frame.y + frame.h / 2 - 6);
    let _ = write!(
        out,
        "<path class=\"d-shape\" transform=\"translate({x} {y})\" d=\"{}\" fill=\"none\" stroke=\"{}\" \
         stroke-linecap=\"round\" stroke-linejoin=\"round\"/>",
        outline(tone),
        tone.edge()
    );
}

/// Returns the shape of a sort, as the path of a line in a square of twelve pixels.
fn outline(tone: Tone) -> &'static str {
    match tone {
        Tone::Outside => "M6 .5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M.5 6h11M6 .5v11",
        Tone::Guard => "M6 .5 11 2v4c0 3-2 4.5-5 5.5C3 10.5 1 9 1 6V2Z",
        Tone::Route => "M1 4h9M8 2l2 2-2 2M11 8H2M4 6 2 8l2 2",
        Tone::Switch => "M.5 3h11v6H.5ZM3 6v1.5M6 6v1.5M9 6v1.5",
        Tone::Air => "M1 5c3-3.5 7-3.5 10 0M3 7.5c2-2 4-2 6 0M6 10h.1",
        Tone::Server => "M1 1h10v4H1ZM1 7h10v4H1ZM3 3h.1M3 9h.1",
        Tone::Store => "M1 2.5c0-2 10-2 10 0v7c0 2-10 2-10 0ZM1 2.5c0 2 10 2 10 0",
        Tone::Power => "M7 .5 2 7h3.5L5 11.5 10 5H6.5Z",
        Tone::Client => "M1 1.5h10v7H1ZM4 11h4M6 8.5V11",
        Tone::Voice => "M2 1h2l1 3-1.5 1c.5 1.5 2 3 3.5 3.5L8 7l3 1v2c-5 2-11-4-9-9Z",
        Tone::Watch => "M1 3h7v6H1ZM8 5.5l3-1.5v4L8 6.5",
        Tone::Passive => "M.5 4h11v4H.5ZM2.5 6h.1M5 6h.1M7.5 6h.1M9.8 6h.1",
        Tone::Plain => "M2 2h8v8H2Z",
    }
}

fn part(part: &Part, out: &mut String) {
    let is_link = !part.href.is_empty();
    if is_link {
        out.push_str("<a href=\"");
        escape::attribute(&part.href, out);
        out.push('"');
    } else {
        out.push_str("<g");
    }
    layers(&part.layers, out);
    out.push('>');
    element("title", &part.title, out);
    if is_link {
        out.push_str("<rect class=\"d-hit\"");
        place(part.frame.x, part.frame.y, part.frame.w, part.frame.h, out);
        out.push_str(" fill=\"none\" pointer-events=\"all\"/>");
    }
    part.words.iter().for_each(|it| words(it, out));
    out.push_str(if is_link { "</a>" } else { "</g>" });
}

fn words(words: &Words, out: &mut String) {
    if words.text.is_empty() {
        return;
    }
    let _ = write!(out, "<text x=\"{}\" y=\"{}\"", words.x, words.y);
    match words.align {
        Align::Begin => {}
        Align::Middle => out.push_str(" text-anchor=\"middle\""),
        Align::End => out.push_str(" text-anchor=\"end\""),
    }
    match words.style {
        Style::Title => {
            let _ = write!(
                out,
                " class=\"d-title\" font-size=\"{}\" font-weight=\"700\"",
                Style::Title.size()
            );
        }
        Style::Usual => {}
        Style::Small => {
            let _ = write!(
                out,
                " class=\"d-small\" font-size=\"{}\" fill=\"{MUTED}\"",
                Style::Small.size()
            );
        }
    }
    let _ = write!(out, " textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\">", words.width());
    escape::attribute(&words.text, out);
    out.push_str("</text>");
}

fn layers(layers: &str, out: &mut String) {
    if !layers.is_empty() {
        out.push_str(" data-layers=\"");
        escape::attribute(layers, out);
        out.push('"');
    }
}

fn place(x: i32, y: i32, w: i32, h: i32, out: &mut String) {
    let _ = write!(out, " x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::drawing::Stroke;

    fn picture() -> Picture {
        let frame = Rect::new(0, 0, 100, 40);
        let words = vec![Words::fit(8, 20, "<b>\" & \u{202e}", Style::Usual, 84)];
        let title = "</title><script>alert(1)</script>".to_owned();
        let href = "a.html?\"><script>".to_owned();
        let part = Part { frame, words, title: title.clone(), href, ..Part::default() };
        let (tone, look) = (Tone::Guard, Look::Filled);
        Picture {
            title: title.clone(),
            description: title,
            width: 120,
            height: 90,
            blocks: vec![Block { frame, tone, look, area: None, parts: vec![part] }],
            lines: vec![Line {
                pieces: vec![vec![(50, 40), (50, 60), (90, 60)]],
                dots: vec![(50, 60)],
                ends: vec![0],
                stroke: Stroke::Tunnel,
                hue: 1,
                layers: "v1\" onload=\"x".to_owned(),
            }],
            ..Picture::default()
        }
    }

    #[test]
    fn text_stays_text() {
        let svg = write(&picture());
        assert!(
            !svg.contains("<script") && !svg.contains("<b>") && !svg.contains("\" onload"),
            "{svg}"
        );
        assert!(svg.contains("&lt;b&gt;") && svg.contains("⟪U+202E⟫"), "{svg}");
    }

    #[test]
    fn every_sort_of_what_is_mounted_has_a_shape_of_its_own() {
        let shapes: BTreeSet<&str> = Tone::ALL.iter().map(|tone| outline(*tone)).collect();
        assert_eq!(shapes.len(), Tone::ALL.len());
        let mut mounted = picture();
        mounted.blocks[0].look = Look::Mounted;
        assert!(write(&mounted).contains(outline(Tone::Guard)));
        assert!(!write(&picture()).contains("d-shape"));
    }

    #[test]
    fn nothing_in_it_is_refused_by_the_policy_of_a_page() {
        let svg = write(&picture());
        assert!(!svg.contains("style") && !svg.contains(" id=") && !svg.contains("xlink"), "{svg}");
        assert!(svg.contains("M50 40V60H90") && svg.contains("stroke-dasharray=\"9 4\""), "{svg}");
    }
}
