//! Cuts folded text into words, numbers, and chunks that may be identifiers.
//!
//! A chunk is what has no blank in it: words joined by `-`, `.`, `:` and the like, as in
//! `fw-hq-01.example.com`. It is told first, then its words. Scripts that put no blanks between words are cut
//! into pairs of characters. The engine in the browser does the same (`js/search/text.js`).

use super::fold::is_word;

/// Longer words are cut: nobody types more.
const LONGEST_WORD: usize = 32;

/// A piece of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Token<'a> {
    /// Words and what joins them.
    Chunk(&'a str),
    /// A word: letters only, at least two; or one or two characters of a script without blanks.
    Word(&'a str),
    /// At least two letters and digits, with a digit among them.
    Number(&'a str),
}

/// Calls `with` for every token of a folded text, in order.
pub fn each<'a>(folded: &'a str, mut with: impl FnMut(Token<'a>)) {
    let mut rest = folded;
    while let Some(start) = rest.find(is_word) {
        rest = &rest[start..];
        let end = end_of_chunk(rest);
        let chunk = &rest[..end];
        with(Token::Chunk(chunk));
        chunk.split(is_joint).filter(|run| !run.is_empty()).for_each(|run| run_of(run, &mut with));
        rest = &rest[end..];
    }
}

/// Whether a character joins words to a chunk.
pub fn is_joint(c: char) -> bool {
    matches!(c, '-' | '.' | ':' | '/' | '@' | '_' | '+' | '\\' | '#' | '~')
}

/// Whether a character is a digit, or counts as one.
pub fn is_digit(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { c.is_numeric() }
}

/// Returns where the chunk that `text` begins with ends: behind its last letter or digit.
fn end_of_chunk(text: &str) -> usize {
    let mut end = 0;
    for (at, c) in text.char_indices() {
        if is_word(c) {
            end = at + c.len_utf8();
        } else if !is_joint(c) {
            break;
        }
    }
    end
}

/// Cuts a run of letters and digits where scripts with and without blanks meet.
fn run_of<'a>(run: &'a str, with: &mut impl FnMut(Token<'a>)) {
    if run.is_ascii() {
        return spaced(run, with);
    }
    let mut rest = run;
    while let Some(first) = rest.chars().next() {
        let dense = is_dense(first);
        let end = rest.find(|c| is_dense(c) != dense).unwrap_or(rest.len());
        match dense {
            true => pairs(&rest[..end], with),
            false => spaced(&rest[..end], with),
        }
        rest = &rest[end..];
    }
}

/// Tells a word of a script with blanks.
fn spaced<'a>(run: &'a str, with: &mut impl FnMut(Token<'a>)) {
    let end = run.char_indices().nth(LONGEST_WORD).map_or(run.len(), |(at, _)| at);
    let word = &run[..end];
    if word.chars().nth(1).is_none() {
        return;
    }
    with(if word.contains(is_digit) { Token::Number(word) } else { Token::Word(word) });
}

/// Tells every two characters that stand side by side; a single one itself.
fn pairs<'a>(run: &'a str, with: &mut impl FnMut(Token<'a>)) {
    let mut starts = run.char_indices().map(|(at, _)| at).chain([run.len()]);
    let (mut first, mut second) = (starts.next().unwrap_or(0), starts.next().unwrap_or(0));
    let mut told = false;
    for third in starts {
        with(Token::Word(&run[first..third]));
        (first, second, told) = (second, third, true);
    }
    if !told {
        with(Token::Word(&run[first..second]));
    }
}

/// Whether a character belongs to a script without blanks: Han, kana, Thai, Lao, Khmer, Burmese.
fn is_dense(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}
