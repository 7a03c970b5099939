//! Puts large files together from pieces of a few records each: they are made by all threads, and those
//! whose records have not changed are taken from the file that was made before.
//!
//! Where one piece ends is for the records' ids to say, not for their number: a record more moves no
//! other from its piece.

use std::hash::Hasher as _;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHasher};
use serde::{Deserialize, Serialize};

use super::Facts;
use crate::digest::Digest;
use crate::model::NodeIx;

/// About how many records are in a piece; a power of two.
const ABOUT: u64 = 64;

/// How many pieces are made at once: all threads have work, and little waits to be put in its place.
const AT_ONCE: usize = 64;

/// What a file is made of.
#[derive(Default)]
pub struct Pieces<'a> {
    pieces: Vec<Piece<'a>>,
    /// How many times records were added.
    parts: u32,
}

struct Piece<'a> {
    records: &'a [NodeIx],
    /// With which others they were added: one record may be in several parts of a file.
    part: u32,
    /// Whether the first of these is among them.
    is_first: bool,
    make: Make<'a>,
}

/// Writes a piece.
type Make<'a> = Box<dyn Fn(&mut Vec<u8>) + Sync + Send + 'a>;

/// A piece of a file that was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MadePiece {
    key: Digest,
    len: u32,
}

impl<'a> Pieces<'a> {
    /// Adds what is not made of records one by one, and is made anew every time.
    pub fn whole(&mut self, make: impl Fn(&mut Vec<u8>) + Sync + Send + 'a) {
        let make = Box::new(make);
        self.pieces.push(Piece { records: &[], part: 0, is_first: false, make });
    }

    /// Adds the records, one after the other. `make` writes some of them, and is told whether they are
    /// the first.
    pub fn records(
        &mut self,
        facts: &Facts<'a>,
        records: &'a [NodeIx],
        make: impl Fn(&[NodeIx], bool, &mut Vec<u8>) + Sync + Send + Clone + 'a,
    ) {
        self.parts += 1;
        let mut rest = records;
        while !rest.is_empty() {
            let is_end = |ix: &NodeIx| is_end(&facts.model.node(*ix).id);
            let len = rest.iter().position(is_end).map_or(rest.len(), |last| last + 1);
            let (run, behind) = rest.split_at(len);
            let (make, is_first) = (make.clone(), rest.len() == records.len());
            let make = move |bytes: &mut Vec<u8>| make(run, is_first, bytes);
            let make = Box::new(make);
            self.pieces.push(Piece { records: run, part: self.parts, is_first, make });
            rest = behind;
        }
    }

    /// Makes the file.
    pub fn make(&self) -> Vec<u8> {
        self.put_together(0, |_, piece, bytes| (piece.make)(bytes)).0
    }

    /// Makes the file, and says of what pieces. `around` is what all depend on beside their records;
    /// `before` is what the file was made of before, and its bytes, if they can be had.
    pub fn make_from(
        &self,
        facts: &Facts<'_>,
        around: Digest,
        before: (&[MadePiece], Option<&[u8]>),
    ) -> (Vec<u8>, Vec<MadePiece>) {
        let keys: Vec<Digest> =
            self.pieces.par_iter().map(|piece| piece.key(facts, around)).collect();
        let known = Known::new(before.0, before.1);
        let room = before.1.map_or(0, |bytes| bytes.len() + bytes.len() / 64);
        let (bytes, lens) = self.put_together(room, |place, piece, bytes| {
            match known.get(keys[place]).filter(|_| !piece.records.is_empty()) {
                Some(made) => bytes.extend_from_slice(made),
                None => (piece.make)(bytes),
            }
        });
        let made = keys.into_iter().zip(lens).map(|(key, len)| MadePiece { key, len });
        (bytes, made.collect())
    }

    /// Returns the bytes of all pieces, one behind the other, and how many each has.
    fn put_together(
        &self,
        room: usize,
        make: impl Fn(usize, &Piece<'a>, &mut Vec<u8>) + Sync,
    ) -> (Vec<u8>, Vec<u32>) {
        let (mut bytes, mut lens) =
            (Vec::with_capacity(room), Vec::with_capacity(self.pieces.len()));
        for (batch, pieces) in self.pieces.chunks(AT_ONCE).enumerate() {
            let made = pieces.par_iter().enumerate().map(|(place, piece)| {
                let mut bytes = Vec::new();
                make(batch * AT_ONCE + place, piece, &mut bytes);
                bytes
            });
            for piece in made.collect::<Vec<_>>() {
                lens.push(u32::try_from(piece.len()).expect("a few records are no gigabytes"));
                bytes.extend(piece);
            }
        }
        (bytes, lens)
    }
}

impl Piece<'_> {
    /// Returns the digest of what it is made from: which records they are, and the files that they are in.
    fn key(&self, facts: &Facts<'_>, around: Digest) -> Digest {
        let of_record = |ix: &NodeIx| {
            let node = facts.model.node(*ix);
            let file = facts.tree.get(node.file);
            let file = file.map(|file| [file.path.as_bytes(), file.digest.as_bytes()]);
            [node.id.as_bytes()].into_iter().chain(file.into_iter().flatten())
        };
        let part = self.part.to_le_bytes();
        let first = [u8::from(self.is_first)];
        let parts = [around.as_bytes().as_slice(), &part, &first];
        Digest::of_all(parts.into_iter().chain(self.records.iter().flat_map(of_record)))
    }
}

/// The pieces of a file that was made before.
#[derive(Default)]
struct Known<'b>(FxHashMap<Digest, &'b [u8]>);

impl<'b> Known<'b> {
    fn new(pieces: &[MadePiece], bytes: Option<&'b [u8]>) -> Known<'b> {
        let whole: usize = pieces.iter().map(|piece| piece.len as usize).sum();
        let Some(mut rest) = bytes.filter(|bytes| bytes.len() == whole) else {
            return Known::default();
        };
        let known = pieces.iter().map(|piece| {
            let (made, behind) = rest.split_at(piece.len as usize);
            rest = behind;
            (piece.key, made)
        });
        Known(known.collect())
    }

    fn get(&self, key: Digest) -> Option<&'b [u8]> {
        self.0.get(&key).copied()
    }
}

/// Whether a piece ends behind the record with this id.
fn is_end(id: &str) -> bool {
    let mut hasher = FxHasher::default();
    hasher.write(id.as_bytes());
    hasher.finish().leading_zeros() >= ABOUT.trailing_zeros()
}
