//! How wide text is, without asking a font.
//!
//! The widths are those of Helvetica (Adobe Font Metrics, in thousandths of the size), which Arial,
//! Liberation Sans and Arimo share, so that nearly every machine has a face that fits. Written as SVG a
//! text is told the width that was reckoned with (`textLength`), so that it keeps to its box in any other.

/// The size and weight of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// What a box is called.
    Title,
    /// What stands in it.
    Usual,
    /// What is said beside.
    Small,
}

impl Style {
    /// Returns its size, in pixels of CSS: 12 are 9 points on paper.
    pub fn size(self) -> i32 {
        match self {
            Style::Title => 13,
            Style::Usual => 12,
            Style::Small => 11,
        }
    }

    /// Whether it is bold.
    pub fn is_bold(self) -> bool {
        self == Style::Title
    }
}

/// The widths of the characters from space to tilde.
const REGULAR: [i32; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// The same in bold.
const BOLD: [i32; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667,
    611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556,
    278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
];

/// Returns how wide `text` is, rounded up.
pub fn width(text: &str, style: Style) -> i32 {
    let thousandths: i64 = text.chars().map(|c| i64::from(of(c, style))).sum();
    i32::try_from((thousandths * i64::from(style.size()) + 999) / 1000).unwrap_or(i32::MAX)
}

/// Returns `text` as far as there is room for it; what is cut is told by three dots.
pub fn cut(text: &str, style: Style, room: i32) -> String {
    if width(text, style) <= room {
        return text.to_owned();
    }
    let room = i64::from(room) * 1000 / i64::from(style.size()) - i64::from(of('…', style));
    let mut used = 0;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        used += i64::from(of(c, style));
        if used > room {
            break;
        }
        end = at + c.len_utf8();
    }
    format!("{}…", text[..end].trim_end())
}

fn of(c: char, style: Style) -> i32 {
    let table = if style.is_bold() { &BOLD } else { &REGULAR };
    match c {
        ' '..='~' => table[c as usize - ' ' as usize],
        '\u{a0}' | '·' => 278,
        '–' => 556,
        '…' | '—' | '↑' | '→' => 1000,
        // Marks that are set onto the letter before.
        '\u{300}'..='\u{36f}' => 0,
        // Ideographs, syllables and pictures as wide as they are high.
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' => 1000,
        '\u{fe30}'..='\u{ffe6}' | '\u{1f000}'..='\u{3ffff}' => 1000,
        'À'..='ÿ' => 667,
        _ => 722,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_cut_says_so_and_fits() {
        assert_eq!(cut("Front office printer", Style::Usual, 300), "Front office printer");
        let short = cut("Front office printer", Style::Usual, 70);
        assert_eq!(short, "Front offic…");
        assert!(width(&short, Style::Usual) <= 70);
    }

    #[test]
    fn widths_are_those_of_helvetica() {
        // 722 + 4 * 556, of 12 pixels.
        assert_eq!(width("Haaaa", Style::Usual), 36);
        assert!(width("W", Style::Title) > width("i", Style::Title));
        assert_eq!(width("日本", Style::Usual), 24);
    }

    #[test]
    fn a_name_of_a_thousand_letters_is_cut_to_any_room() {
        for room in [0, 1, 12, 500] {
            let cut = cut(&"ä漢".repeat(500), Style::Small, room);
            assert!(width(&cut, Style::Small) <= room.max(11), "{room}");
        }
    }
}
