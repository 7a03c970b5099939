use std::collections::BTreeMap;
use std::sync::Mutex;

use miniz_oxide::inflate::decompress_to_vec;
use proptest::prelude::*;
use serde::Deserialize;

use super::postings::{ALPHABET, Posting};
use super::terms::{Collector, Place, Worth};
use super::tokens::{self, Token};
use super::{Entry, Part, fold, identifier, postings};
use crate::artifact::Artifact;

/// A text, and what both the generator and the engine read in it.
#[derive(Deserialize)]
struct Case {
    text: String,
    words: Vec<String>,
    identifiers: Vec<String>,
}

#[test]
fn texts_are_cut_as_the_engine_cuts_them() {
    let cases: Vec<Case> =
        serde_json::from_str(include_str!("../../tests/data/search/tokens.json")).unwrap();
    assert!(cases.len() > 15);
    for case in cases {
        let folded = fold::fold(&case.text);
        let (mut words, mut identifiers) = (Vec::new(), Vec::new());
        tokens::each(&folded, |token| match token {
            Token::Word(word) => words.push(word.to_owned()),
            Token::Number(number) => add(&mut identifiers, number.to_owned()),
            Token::Chunk(chunk) if identifier::is_likely(chunk) => {
                identifier::keys(chunk).into_iter().for_each(|key| add(&mut identifiers, key));
            }
            Token::Chunk(_) => {}
        });
        assert_eq!(words, case.words, "{}", case.text);
        assert_eq!(identifiers, case.identifiers, "{}", case.text);
    }
}

#[test]
fn a_number_without_joints_has_the_keys_of_any_identifier() {
    for text in ["ftx1234abcd", "kb5030219", "90", "x1", "1883", "00005e005301", "0x8007000e"] {
        let mut said = Collector::default();
        said.add(text, Place::Body, Worth::IDENTIFIER);
        let (_, found) = said.finish();
        let found: BTreeMap<String, u8> =
            found.iter().map(|(key, mention)| (key.to_owned(), mention.weight)).collect();
        let whole = identifier::keys(text).into_iter().map(|key| (key, 7));
        let parts = identifier::tails(text).into_iter().map(|key| (key, 5));
        assert_eq!(found, parts.chain(whole).collect(), "{text}");
    }
}

fn add(list: &mut Vec<String>, key: String) {
    if !list.contains(&key) {
        list.push(key);
    }
}

#[test]
fn parts_of_an_identifier_that_people_type_are_kept() {
    let tails = |chunk: &str| identifier::tails(chunk).join(" ");
    assert_eq!(tails("10.30.1.5"), "1.5");
    assert_eq!(tails("10.30.1.5/24"), "1.5 10.30.1.0/24 10.30.1.0");
    assert_eq!(tails("00:00:5e:00:53:01"), "005301 5301");
    assert_eq!(tails("fw-hq-01.example.com"), "hq01examplecom 01examplecom examplecom com");
    assert_eq!(tails("sn-99s1234"), "99s1234");
    assert_eq!(tails("ftx1234abcd"), "1234abcd");
    assert_eq!(tails("kb5030219"), "5030219");
    assert_eq!(tails("it@example.com"), "examplecom com");
    assert_eq!(tails("7.4.3-b2573"), "7.4.3 43b2573 3b2573 b2573 2573");
    assert_eq!(tails("2001:db8:0:0:0:0:0:10"), "2001:db8::10");
    assert_eq!(tails("https://portal.example.com/x"), "examplecom com");
    let phone = |number: &str| identifier::phone(number).join(" ");
    assert_eq!(phone("+1 (555) 010-0199"), "15550100199 5550100199 0100199 0199 100199 199");
    assert_eq!(phone("030 123 4567"), "0301234567 1234567 4567 301234567");
}

proptest! {
    #[test]
    fn a_list_is_read_as_it_was_written(
        docs in prop::collection::btree_set(0_u32..5000, 1..400),
        weights in prop::collection::vec((0_u8..8, any::<bool>()), 400),
        more in 0_u32..100_000,
    ) {
        let records = docs.last().unwrap() + 1 + more;
        let list: Vec<Posting> = docs
            .iter()
            .zip(&weights)
            .map(|(doc, (weight, title))| Posting { doc: *doc, title: *title, weight: *weight })
            .collect();
        prop_assert_eq!(read(&postings::write(&list, records), records), list);
    }

    #[test]
    fn every_word_and_identifier_of_a_page_is_found_by_its_own_list(
        texts in prop::collection::vec("(\\PC{1,12} ?){1,20}", 1..20),
    ) {
        let entries: Vec<Entry> = texts.iter().map(|text| entry(text)).collect();
        let index = Index::of(entries.clone());
        for (doc, entry) in entries.iter().enumerate() {
            let doc = doc as u32;
            for (word, used) in entry.words.iter() {
                let found = index.find("w", word).into_iter().find(|posting| posting.doc == doc);
                prop_assert_eq!(found.map(|posting| posting.title), Some(used.title), "{}", word);
            }
            for (key, mention) in entry.identifiers.iter() {
                let found = index.find("i", key).into_iter().find(|posting| posting.doc == doc);
                prop_assert_eq!(found.map(|posting| posting.weight), Some(mention.weight), "{}", key);
            }
        }
    }
}

#[test]
fn the_index_is_the_same_whatever_the_threads() {
    let entries = || (0..300).map(|n| entry(&format!("word{n} common text {}", n * 7))).collect();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| Index::of(entries()).files)
    };
    assert_eq!(on(1), on(4));
}

#[test]
fn nothing_in_a_shard_ends_the_script_it_stands_in() {
    let index = Index::of(vec![entry("</script><!-- \u{2028} \" \\ "), entry("<script>")]);
    for (name, text) in &index.files {
        assert!(!text.contains(['<', '\u{2028}', '\u{2029}']), "{name}");
        assert!(text.starts_with("clearjar.shard(\"") && text.ends_with("\");\n"), "{name}");
    }
}

/// A page whose title and text are `text`.
fn entry(text: &str) -> Entry {
    let mut said = Collector::default();
    let title: String = text.chars().take(20).collect();
    said.add(&title, Place::Title, Worth::NAME);
    said.add(text, Place::Body, Worth::MENTION);
    let (title_words, length) = (said.title_words, said.length);
    let (words, identifiers) = said.finish();
    let part = Part { text: title.clone(), detail: text.to_owned(), anchor: "a".to_owned() };
    Entry {
        kind: ("things".to_owned(), "Thing".to_owned(), "Things".to_owned()),
        is_record: true,
        name: "x".to_owned(),
        title,
        line: text.to_owned(),
        retired: false,
        title_words,
        length,
        parts: vec![part],
        words,
        identifiers,
    }
}

/// An index, read back.
struct Index {
    files: BTreeMap<String, String>,
    directory: serde_json::Value,
}

impl Index {
    fn of(entries: Vec<Entry>) -> Index {
        let files = Mutex::new(BTreeMap::new());
        super::write(entries.iter().collect(), &|path: &str, artifact| {
            let Artifact::Bytes(bytes) = artifact else { panic!("{path} is a copy") };
            files.lock().unwrap().insert(path.to_owned(), String::from_utf8(bytes).unwrap());
        });
        let files = files.into_inner().unwrap();
        let directory = serde_json::from_str(&inflate(&text(&files, "d"))).unwrap();
        Index { files, directory }
    }

    fn find(&self, family: &str, key: &str) -> Vec<Posting> {
        let records = self.directory["records"].as_u64().unwrap() as u32;
        let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        let first = self.directory[family]["first"].as_array().unwrap();
        let behind = first.partition_point(|it| units(it.as_str().unwrap()) <= units(key));
        let mut shard = text(&self.files, &format!("{family}{}", behind - 1));
        if family == "i" {
            shard = inflate(&shard);
        }
        let start = shard.find(&format!(";{key} ")).unwrap_or_else(|| panic!("{key} is not there"));
        let list = shard[start..].split(' ').nth(1).unwrap().split(';').next().unwrap();
        read(list, records)
    }
}

fn text(files: &BTreeMap<String, String>, name: &str) -> String {
    let script = &files[&format!("search/{name}.js")];
    let text = script.strip_prefix(&format!("clearjar.shard(\"{name}\",")).unwrap();
    serde_json::from_str(text.strip_suffix(");\n").unwrap()).unwrap()
}

fn inflate(text: &str) -> String {
    String::from_utf8(decompress_to_vec(&bytes(text)).unwrap()).unwrap()
}

/// Reads base64 as browsers do: whole bytes.
fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for four in text.as_bytes().chunks(4) {
        let bits =
            four.iter().fold(0_u32, |bits, c| bits << 6 | value(*c)) << (6 * (4 - four.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..four.len()]);
    }
    bytes
}

fn value(character: u8) -> u32 {
    ALPHABET.iter().position(|c| *c == character).unwrap() as u32
}

/// Reads a list as the engine does.
fn read(list: &str, records: u32) -> Vec<Posting> {
    let bits: Vec<bool> = bytes(list)
        .into_iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1))
        .collect();
    let mut at = 0;
    let mut take = |count: u32| {
        let value =
            bits[at..at + count as usize].iter().fold(0, |all, bit| all << 1 | u32::from(*bit));
        at += count as usize;
        value
    };
    fn number(take: &mut impl FnMut(u32) -> u32) -> u32 {
        let mut length = 0;
        while take(1) == 0 {
            length += 1;
        }
        1 << length | take(length)
    }
    let count = number(&mut take);
    let titles = number(&mut take) - 1;
    let mut mean = (records / count) << 4;
    let mut next = 0;
    let mut found = Vec::new();
    for _ in 0..count {
        let shift = (((mean * 11) >> 8) | 1).ilog2();
        let mut quotient = 0;
        while quotient < 16 && take(1) == 1 {
            quotient += 1;
        }
        let distance =
            if quotient == 16 { number(&mut take) - 1 } else { quotient << shift | take(shift) };
        mean += distance;
        mean -= mean >> 4;
        let title = titles > 0 && take(1) == 1;
        found.push(Posting { doc: next + distance, title, weight: take(3) as u8 });
        next += distance + 1;
    }
    found
}
