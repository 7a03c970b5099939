//! Finds many keywords in one pass over a text, whatever their case.
//!
//! In: the keywords. Out: a [`Keywords`] that tells where each of them ends. This is what makes clean
//! text cheap: regular expressions are only tried on lines that hold a keyword. The automaton is that
//! of Aho and Corasick ("Efficient string matching", 1975), as a table from state and class of byte to
//! state, so that a byte costs two look-ups however many keywords there are.

/// How many classes of bytes the table has room for, as a power of two.
const CLASS_BITS: u32 = 6;

/// Set in a table entry whose state ends a keyword.
const ENDS: u16 = 1 << 15;

/// How many parts of a text are looked at side by side. One state depends on the one before, and a
/// processor waits for that; with several to follow it need not.
const LANES: usize = 4;

/// An automaton over a set of keywords.
#[derive(Debug)]
pub(super) struct Keywords {
    /// Class of each byte; 0 for those in no keyword. Both cases of an ASCII letter share one.
    classes: [u8; 256],
    /// The state behind each state and class.
    table: Vec<u16>,
    /// The keywords that end at each state, and their lengths.
    ends: Vec<Vec<(u16, u16)>>,
    /// Length of the longest keyword.
    longest: usize,
}

impl Keywords {
    /// Returns the automaton for `words`, which are met in any case of their ASCII letters.
    ///
    /// Panics where there are more different bytes or more states than the table has room for; the
    /// keywords are part of the program, and a test builds them all.
    pub(super) fn new(words: &[&str]) -> Keywords {
        let longest = words.iter().map(|word| word.len()).max().unwrap_or(0);
        let mut built =
            Keywords { classes: classes(words), table: Vec::new(), ends: Vec::new(), longest };
        built.add_state();
        for (ix, word) in words.iter().enumerate() {
            built.add_word(word, ix as u16);
        }
        built.close();
        built
    }

    /// Calls `hit` with a keyword's index and the offset behind it, for each place it ends at.
    ///
    /// From left to right, but for a few bytes around the seams between [`LANES`].
    pub(super) fn find(&self, text: &str, mut hit: impl FnMut(usize, usize)) {
        let bytes = text.as_bytes();
        let piece = bytes.len() / LANES;
        let lanes: [&[u8]; LANES] = std::array::from_fn(|lane| &bytes[lane * piece..][..piece]);
        let mut states = [0; LANES];
        let mut hits: [Vec<(u16, usize)>; LANES] = std::array::from_fn(|_| Vec::new());
        #[expect(clippy::needless_range_loop, reason = "all lanes go by the same offset")]
        for offset in 0..piece {
            for lane in 0..LANES {
                let next = self.step(states[lane], lanes[lane][offset]);
                states[lane] = next & !ENDS;
                if next & ENDS != 0 {
                    hits[lane].push((states[lane], lane * piece + offset + 1));
                }
            }
        }
        for (lane, (mut state, hits)) in states.into_iter().zip(hits).enumerate() {
            for (state, end) in hits {
                self.ends[usize::from(state)].iter().for_each(|word| hit(usize::from(word.0), end));
            }
            let seam = (lane + 1) * piece;
            let is_last = lane + 1 == LANES;
            let behind = if is_last { bytes.len() } else { bytes.len().min(seam + self.longest) };
            for end in seam + 1..=behind {
                let next = self.step(state, bytes[end - 1]);
                state = next & !ENDS;
                // What begins behind the seam is the next lane's.
                let ends = self.ends[usize::from(state)].iter();
                let ends = ends.filter(|word| is_last || end - usize::from(word.1) < seam);
                ends.for_each(|word| hit(usize::from(word.0), end));
            }
        }
    }

    fn step(&self, state: u16, byte: u8) -> u16 {
        self.table[slot(state, self.classes[usize::from(byte)])]
    }

    fn add_state(&mut self) -> u16 {
        let state = self.ends.len() as u16;
        assert!(state < ENDS, "the keywords have more letters than the table has room for");
        self.table.resize(self.table.len() + (1 << CLASS_BITS), 0);
        self.ends.push(Vec::new());
        state
    }

    fn add_word(&mut self, word: &str, ix: u16) {
        let mut state = 0;
        for byte in word.bytes() {
            let place = slot(state, self.classes[usize::from(byte)]);
            if self.table[place] == 0 {
                self.table[place] = self.add_state();
            }
            state = self.table[place];
        }
        self.ends[usize::from(state)].push((ix, word.len() as u16));
    }

    /// Turns the tree of keywords into an automaton: where a state does not go on, it goes where the
    /// longest of its endings goes that also begins a keyword.
    fn close(&mut self) {
        let mut fallback = vec![0; self.ends.len()];
        let mut waiting: std::collections::VecDeque<u16> =
            (0..1u8 << CLASS_BITS).map(|class| self.table[slot(0, class)]).collect();
        waiting.retain(|state| *state != 0);
        while let Some(state) = waiting.pop_front() {
            let behind: u16 = fallback[usize::from(state)];
            let inherited = self.ends[usize::from(behind)].clone();
            self.ends[usize::from(state)].extend(inherited);
            for class in 0..1u8 << CLASS_BITS {
                let instead = self.table[slot(behind, class)];
                let place = slot(state, class);
                if self.table[place] == 0 {
                    self.table[place] = instead;
                } else {
                    fallback[usize::from(self.table[place])] = instead;
                    waiting.push_back(self.table[place]);
                }
            }
        }
        for next in &mut self.table {
            if !self.ends[usize::from(*next)].is_empty() {
                *next |= ENDS;
            }
        }
    }
}

fn slot(state: u16, class: u8) -> usize {
    (usize::from(state) << CLASS_BITS) | usize::from(class)
}

fn classes(words: &[&str]) -> [u8; 256] {
    let mut classes = [0; 256];
    let mut last = 0;
    for byte in words.iter().flat_map(|word| word.bytes()) {
        if classes[usize::from(byte)] == 0 {
            last += 1;
            assert!(last < 1 << CLASS_BITS, "the keywords have more different bytes than classes");
            classes[usize::from(byte.to_ascii_lowercase())] = last;
            classes[usize::from(byte.to_ascii_uppercase())] = last;
        }
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(words: &[&str], text: &str) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        Keywords::new(words).find(text, |word, end| found.push((word, end)));
        found.sort_by_key(|(word, end)| (*end, *word));
        found
    }

    #[test]
    fn every_keyword_is_found_also_inside_and_across_others() {
        let words = ["password", "pass", "word", "ordeal", "wor"];
        assert_eq!(hits(&words, "a passwordeal"), [(1, 6), (4, 9), (0, 10), (2, 10), (3, 13)]);
    }

    #[test]
    fn case_does_not_matter_and_other_letters_are_bytes() {
        assert_eq!(hits(&["pin", "clé"], "PIN Clé CLÉ"), [(0, 3), (1, 8)]);
        assert_eq!(hits(&["AKIA"], "akia"), [(0, 4)]);
    }

    #[test]
    fn the_slow_way_finds_the_same() {
        let words = ["aab", "ab", "b", "bba", "abab"];
        for number in 0..1u32 << 12 {
            let text: String =
                (0..12).map(|bit| if number >> bit & 1 == 0 { 'a' } else { 'b' }).collect();
            let text = text.as_str();
            let mut slow: Vec<_> = words
                .iter()
                .enumerate()
                .flat_map(|(ix, word)| {
                    (0..text.len())
                        .filter(move |at| text[*at..].starts_with(word))
                        .map(move |at| (ix, at + word.len()))
                })
                .collect();
            let mut fast = hits(&words, text);
            slow.sort_unstable();
            fast.sort_unstable();
            assert_eq!(fast, slow, "in {text}");
        }
    }
}
