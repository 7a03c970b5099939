//! Cuts an index into scripts that are read one by one.
//!
//! A shard is a script of one call, `clearjar.shard("w12", "…")`, since a page that is opened from
//! a folder can read nothing but scripts. Shards of one family are cut by size, in order, so
//! that the first key of each tells where a key is. The sum of each stands in the directory: a shard
//! that was damaged, or is left from an earlier build, is known by it.

use miniz_oxide::deflate::compress_to_vec;
use rayon::prelude::*;
use serde::Serialize;

use super::postings::{ALPHABET, base64};
use crate::artifact::{Artifact, Put};

/// The level of compression: higher ones gain two percent and take twice as long.
const LEVEL: u8 = 6;

/// How the text of a family is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// As it is.
    Plain,
    /// Deflated (RFC 1951), in base64 (RFC 4648) without padding.
    Packed,
}

/// What the directory says of the shards of one family.
#[derive(Serialize, Debug)]
pub struct Family {
    /// The key of the first line of each.
    first: Vec<String>,
    /// The sum of each, four characters long.
    sums: String,
}

impl Family {
    /// Returns which shard has `key`.
    pub fn of(&self, key: &str) -> usize {
        self.first.partition_point(|first| first.as_str() <= key).saturating_sub(1)
    }
}

/// A line of a shard, and the key it is found by.
pub struct Line {
    /// The key.
    pub key: String,
    /// The line with what ends it.
    pub text: String,
}

/// Cuts `lines` into shards of at most `most` bytes each where a line is not longer, hands them to
/// `put` as `search/<name><number>.js`, and returns what the directory says of them.
pub fn cut(name: &str, lines: &[Line], most: usize, form: Form, put: &Put<'_>) -> Family {
    let mut groups: Vec<&[Line]> = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (ix, line) in lines.iter().enumerate() {
        if size + line.text.len() > most && ix > start {
            groups.push(&lines[start..ix]);
            (start, size) = (ix, 0);
        }
        size += line.text.len();
    }
    if start < lines.len() {
        groups.push(&lines[start..]);
    }
    let sums: Vec<String> = groups
        .par_iter()
        .enumerate()
        .map(|(ix, group)| {
            let text: String = group.iter().map(|line| line.text.as_str()).collect();
            write(&format!("{name}{ix}"), &text, form, put)
        })
        .collect();
    let first = groups.iter().map(|group| group[0].key.clone()).collect();
    Family { first, sums: sums.concat() }
}

/// Writes one shard, and returns its sum.
pub fn write(name: &str, text: &str, form: Form, put: &Put<'_>) -> String {
    let packed;
    let text = match form {
        Form::Plain => text,
        Form::Packed => {
            packed = base64(&compress_to_vec(text.as_bytes(), LEVEL));
            &packed
        }
    };
    let script = format!("clearjar.shard(\"{name}\",{});\n", literal(text));
    put.put(&format!("search/{name}.js"), Artifact::Bytes(script.into_bytes()));
    sum(text)
}

/// Returns a text as a literal of a script, with nothing in it that HTML or an old parser could take
/// for the end of the script or of the line.
fn literal(text: &str) -> String {
    let json = serde_json::to_string(text).expect("a text can be written as JSON");
    match json.contains(['<', '\u{2028}', '\u{2029}']) {
        true => json
            .replace('<', "\\u003c")
            .replace('\u{2028}', "\\u2028")
            .replace('\u{2029}', "\\u2029"),
        false => json,
    }
}

/// Returns 24 bits of the FNV-1a hash (Fowler, Noll, Vo) of a text's UTF-16 code units, as four
/// characters.
fn sum(text: &str) -> String {
    let hash = text
        .encode_utf16()
        .fold(0x811c_9dc5_u32, |hash, unit| (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193));
    let bits = (hash >> 8) ^ (hash & 0xff);
    [18, 12, 6, 0].map(|shift| char::from(ALPHABET[(bits >> shift & 63) as usize])).iter().collect()
}
