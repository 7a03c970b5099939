//! Collects the words and identifiers of one page, each once, with how much it weighs there.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::fold::fold_into;
use super::identifier;
use super::tokens::{self, Token};

/// Where on a page a text stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// In its title.
    Title,
    /// In a field that is marked for search, with this weight from 1 to 9.
    Strong(u8),
    /// Anywhere else.
    Body,
}

/// How much identifiers in a text weigh: the whole, and a part of it; from 1 to 7.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Worth {
    whole: u8,
    part: u8,
    /// Whether it names the page itself.
    own: bool,
}

impl Worth {
    /// The id of the page's record, present or former.
    pub const ID: Worth = Worth { whole: 7, part: 5, own: true };
    /// What is read off a label.
    pub const IDENTIFIER: Worth = Worth { whole: 7, part: 5, own: false };
    /// The page's title.
    pub const NAME: Worth = Worth { whole: 6, part: 4, own: true };
    /// A value that is marked for search.
    pub const STRONG: Worth = Worth { whole: 4, part: 2, own: false };
    /// Prose, settings and code.
    pub const MENTION: Worth = Worth { whole: 2, part: 1, own: false };

    fn of_whole(self) -> Mention {
        Mention { weight: self.whole, own: self.own }
    }

    fn of_part(self) -> Mention {
        Mention { weight: self.part, own: self.own }
    }
}

/// How an identifier stands on a page.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Mention {
    /// How much it weighs, from 1 to 7.
    pub weight: u8,
    /// Whether it is the page's own: its id, or in its title.
    pub own: bool,
}

/// How a word is used on a page.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Use {
    /// Whether it stands in the title.
    pub title: bool,
    /// The sum of the weights of the marked fields that have it.
    pub strong: u8,
    /// How often it stands elsewhere.
    pub body: u8,
}

/// Terms and what is known of each, in the order in which the page has them first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Terms<T> {
    text: Box<str>,
    ends: Box<[u32]>,
    values: Box<[T]>,
}

impl<T> Terms<T> {
    /// Returns the terms.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        let mut start = 0;
        self.ends.iter().zip(&self.values).map(move |(end, value)| {
            let term = &self.text[start..*end as usize];
            start = *end as usize;
            (term, value)
        })
    }

    fn of<'a>(pairs: impl Iterator<Item = (&'a str, T)>) -> Terms<T> {
        let (mut text, mut ends, mut values) = (String::new(), Vec::new(), Vec::new());
        let pairs: Vec<(&str, T)> = pairs.collect();
        text.reserve_exact(pairs.iter().map(|(term, _)| term.len()).sum());
        ends.reserve_exact(pairs.len());
        values.reserve_exact(pairs.len());
        for (term, value) in pairs {
            text.push_str(term);
            ends.push(text.len() as u32);
            values.push(value);
        }
        Terms { text: text.into(), ends: ends.into(), values: values.into() }
    }
}

/// What a page says, while it is read.
#[derive(Default)]
pub struct Collector {
    folded: String,
    words: Vec<(u32, u32, Place)>,
    numbers: Vec<(u32, u32, Mention)>,
    keys: Vec<(String, Mention)>,
    /// Words of the title.
    pub title_words: usize,
    /// Words of the body.
    pub length: u32,
}

impl Collector {
    /// Adds a text.
    pub fn add(&mut self, text: &str, place: Place, worth: Worth) {
        let start = self.folded.len();
        fold_into(text, &mut self.folded);
        self.folded.push(' ');
        let folded = &self.folded[start..];
        let place_of = |word: &str| {
            let start = start + (word.as_ptr() as usize - folded.as_ptr() as usize);
            (start as u32, (start + word.len()) as u32)
        };
        let (words, numbers, keys) = (&mut self.words, &mut self.numbers, &mut self.keys);
        let (mut in_title, mut in_body) = (0, 0);
        tokens::each(folded, |token| match token {
            Token::Word(word) => {
                let (start, end) = place_of(word);
                words.push((start, end, place));
                match place {
                    Place::Title => in_title += 1,
                    Place::Body => in_body += 1,
                    Place::Strong(_) => {}
                }
            }
            Token::Number(number) => {
                in_title += usize::from(place == Place::Title);
                let (start, end) = place_of(number);
                numbers.push((start, end, worth.of_part()));
            }
            Token::Chunk(chunk) if is_plain(chunk) => {
                // Most are a number of a setting, or a word: such a one is its own key. A word is one if
                // it is the whole of a label.
                let (start, end) = place_of(chunk);
                let digit = chunk.find(tokens::is_digit);
                let is_label = worth.whole == Worth::ID.whole && chunk == folded.trim();
                if digit.is_some() || is_label {
                    numbers.push((start, end, worth.of_whole()));
                }
                if let Some(digit) = digit.filter(|digit| *digit > 0 && chunk.len() >= digit + 3) {
                    numbers.push((start + digit as u32, end, worth.of_part()));
                }
            }
            Token::Chunk(chunk) if identifier::is_likely(chunk) => {
                add_identifier(chunk, worth, keys);
            }
            Token::Chunk(chunk) => {
                // `Guest-WLAN` of a label is found as `guestwlan` as well.
                if worth.own || worth == Worth::IDENTIFIER {
                    add_identifier(chunk, worth, keys);
                }
            }
        });
        self.title_words += in_title;
        self.length += in_body;
    }

    /// Adds what is read off a label: found in any spelling, with and without blanks.
    pub fn add_label(&mut self, text: &str, weight: u8, worth: Worth) {
        self.add(text, Place::Strong(weight.max(1)), worth);
        if text.contains(char::is_whitespace) {
            let mut folded = String::new();
            fold_into(text, &mut folded);
            folded.retain(super::fold::is_word);
            self.keys.push((identifier::squash(&folded), worth.of_whole()));
        }
    }

    /// Adds a telephone number.
    pub fn add_phone(&mut self, number: &str, worth: Worth) {
        let keys = identifier::phone(number).into_iter();
        self.keys.extend(keys.enumerate().map(|(ix, key)| match ix {
            0 => (key, worth.of_whole()),
            _ => (key, worth.of_part()),
        }));
    }

    /// Returns the words, and the identifiers with their weights.
    pub fn finish(self) -> (Terms<Use>, Terms<Mention>) {
        let (text, room) = (&self.folded, self.words.len() / 2);
        let mut known: FxHashMap<&str, usize> = FxHashMap::default();
        known.reserve(room);
        let mut words: Vec<(&str, Use)> = Vec::with_capacity(room);
        for (start, end, place) in &self.words {
            let word = &text[*start as usize..*end as usize];
            let ix = *known.entry(word).or_insert_with(|| {
                words.push((word, Use::default()));
                words.len() - 1
            });
            let used = &mut words[ix].1;
            match place {
                Place::Title => used.title = true,
                Place::Strong(weight) => used.strong = used.strong.saturating_add(*weight),
                Place::Body => used.body = used.body.saturating_add(1),
            }
        }
        known.clear();
        let mut keys: Vec<(&str, Mention)> = Vec::with_capacity(room);
        let made = self.keys.iter().map(|(key, mention)| (key.as_str(), *mention));
        let numbers = self.numbers.iter().map(|(start, end, mention)| {
            let number = &text[*start as usize..*end as usize];
            (number, *mention)
        });
        for (key, mention) in made.chain(numbers) {
            let ix = *known.entry(key).or_insert_with(|| {
                keys.push((key, mention));
                keys.len() - 1
            });
            let kept = &mut keys[ix].1;
            kept.weight = kept.weight.max(mention.weight);
            kept.own |= mention.own;
        }
        (Terms::of(words.into_iter()), Terms::of(keys.into_iter()))
    }
}

/// Whether a chunk has nothing in it that could be spelt otherwise, and is not too long for a key.
fn is_plain(chunk: &str) -> bool {
    (2..=32).contains(&chunk.len()) && chunk.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn add_identifier(chunk: &str, worth: Worth, keys: &mut Vec<(String, Mention)>) {
    keys.extend(identifier::keys(chunk).into_iter().map(|key| (key, worth.of_whole())));
    keys.extend(identifier::tails(chunk).into_iter().map(|key| (key, worth.of_part())));
}
