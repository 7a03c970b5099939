//! Writes lists of records as printable text, and reads them back.
//!
//! A list is a string of bits, six to a character of base64 (RFC 4648): how many records, how many of
//! them have the word in their title, then for each record the distance from the one before as a
//! Rice code (Rice and Plaunt 1971) whose parameter follows the distances seen so far, a bit for the
//! title where any has it, and three bits of weight. Lists of common words take about a character
//! for a record; varints would take two.

/// The alphabet of base64, which a script may hold without escapes.
pub const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A quotient from here on is written as a plain number.
const ESCAPE: u32 = 16;

/// A record in a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Posting {
    /// Its number on the site.
    pub doc: u32,
    /// Whether its title has the word; of an identifier, whether it names the record.
    pub title: bool,
    /// How much the word or identifier weighs in it, from 0 to 7.
    pub weight: u8,
}

/// Returns the list of `postings`, in the order of their numbers, for a site of `records`.
pub fn write(postings: &[Posting], records: u32) -> String {
    let titles = postings.iter().filter(|posting| posting.title).count() as u32;
    let mut bits = Bits::default();
    bits.number(postings.len() as u32);
    bits.number(titles + 1);
    let mut distances = Distances::new(records, postings.len() as u32);
    let mut next = 0;
    for posting in postings {
        let distance = posting.doc - next;
        let shift = distances.shift();
        bits.rice(distance, shift);
        distances.saw(distance);
        next = posting.doc + 1;
        if titles > 0 {
            bits.put(u32::from(posting.title), 1);
        }
        bits.put(u32::from(posting.weight), 3);
    }
    bits.finish()
}

/// What is to be expected of the next distance.
struct Distances {
    /// Sixteen times the mean.
    mean: u32,
}

impl Distances {
    fn new(records: u32, count: u32) -> Distances {
        Distances { mean: (records / count.max(1)) << 4 }
    }

    fn shift(&self) -> u32 {
        ((self.mean * 11) >> 8 | 1).ilog2()
    }

    fn saw(&mut self, distance: u32) {
        self.mean += distance;
        self.mean -= self.mean >> 4;
    }
}

/// Bits, six to a character.
#[derive(Default)]
struct Bits {
    text: String,
    pending: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        self.pending = self.pending << count | u64::from(value);
        self.count += count;
        while self.count >= 6 {
            self.count -= 6;
            let six = (self.pending >> self.count) & 63;
            self.text.push(char::from(ALPHABET[six as usize]));
        }
        self.pending &= (1 << self.count) - 1;
    }

    /// A number from 1, as an Elias gamma code.
    fn number(&mut self, value: u32) {
        let length = value.ilog2();
        self.put(0, length);
        self.put(value, length + 1);
    }

    fn rice(&mut self, value: u32, shift: u32) {
        let quotient = value >> shift;
        if quotient >= ESCAPE {
            self.put((1 << ESCAPE) - 1, ESCAPE);
            return self.number(value + 1);
        }
        self.put((1 << (quotient + 1)) - 2, quotient + 1);
        self.put(value & ((1 << shift) - 1), shift);
    }

    fn finish(mut self) -> String {
        // Who reads base64 gets whole bytes, and what is left over behind the last one is lost.
        let bytes = (self.text.len() * 6 + self.count as usize).div_ceil(8);
        if self.count > 0 {
            self.put(0, 6 - self.count);
        }
        while self.text.len() < (bytes * 4).div_ceil(3) {
            self.text.push('A');
        }
        self.text
    }
}

/// Returns `bytes` in base64 without padding.
pub fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 4);
    for three in bytes.chunks(3) {
        let at = |ix: usize| u32::from(three.get(ix).copied().unwrap_or(0));
        let all = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..=three.len() {
            text.push(char::from(ALPHABET[(all >> (18 - 6 * place) & 63) as usize]));
        }
    }
    text
}
