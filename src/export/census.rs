//! Counts in one pass over the records how many of each kind say something in each field: which tables
//! there are, which columns are filled, and what a tool has no place for is then a matter of looking up.

use rayon::prelude::*;

use crate::model::{Model, NodeIx, Target};
use crate::record::value::{Fields, Value};
use crate::schema::KindIx;
use crate::schema::field::Shape;

/// How many records one thread counts at a time.
const CHUNK: usize = 512;

/// How many records say something where.
#[derive(Debug)]
pub struct Census(Vec<Kind>);

/// How many records of a kind there are that say something.
#[derive(Debug)]
struct Kind {
    fields: Vec<Count>,
    with_custom: usize,
}

/// How many records say something in a field, and in the fields within it.
#[derive(Default, Clone, Debug)]
struct Count {
    records: usize,
    /// The record that was counted last, its number plus one: a field that a record has in many rows counts once.
    last: usize,
    inner: Vec<Count>,
}

impl Census {
    /// Counts the records of all kinds.
    pub fn of(model: &Model) -> Census {
        let kinds: Vec<_> = model.catalog.iter().collect();
        let counted = kinds.par_iter().map(|(ix, kind)| Kind::of(model, *ix, &kind.shape));
        Census(counted.collect())
    }

    /// Returns how many records of a kind say something at the end of a way through their fields.
    pub fn says(&self, kind: KindIx, way: &[usize]) -> usize {
        let mut fields = &self.0[kind.0].fields;
        let mut records = 0;
        for place in way {
            let Some(count) = fields.get(*place) else { return 0 };
            (records, fields) = (count.records, &count.inner);
        }
        records
    }

    /// Returns how many records of a kind have facts without a field of their own.
    pub fn with_custom(&self, kind: KindIx) -> usize {
        self.0[kind.0].with_custom
    }
}

impl Kind {
    fn of(model: &Model, ix: KindIx, shape: &Shape) -> Kind {
        let nothing = || Kind { fields: Vec::new(), with_custom: 0 };
        let chunks = model.of_kind(ix).par_chunks(CHUNK);
        chunks.map(|records| Kind::counted(model, records, shape)).reduce(nothing, Kind::and)
    }

    fn counted(model: &Model, records: &[NodeIx], shape: &Shape) -> Kind {
        let mut fields = Vec::new();
        let mut with_custom = 0;
        for ix in records {
            let node = model.node(*ix);
            count(&mut fields, shape, &node.fields, ix.0 + 1);
            with_custom += usize::from(!node.envelope.custom.is_empty());
        }
        Kind { fields, with_custom }
    }

    fn and(self, other: Kind) -> Kind {
        let with_custom = self.with_custom + other.with_custom;
        Kind { fields: added(self.fields, other.fields), with_custom }
    }
}

fn count(counts: &mut Vec<Count>, shape: &Shape, fields: &Fields<Target>, record: usize) {
    if counts.is_empty() {
        counts.resize_with(shape.fields().len(), Count::default);
    }
    for (place, value) in fields.iter() {
        let count = &mut counts[place];
        count.records += usize::from(count.last != record);
        count.last = record;
        let inner = &shape.fields()[place].shape;
        for row in Value::rows(value) {
            if let Some(fields) = row.value.as_table() {
                self::count(&mut count.inner, inner, fields, record);
            }
        }
    }
}

fn added(mut into: Vec<Count>, from: Vec<Count>) -> Vec<Count> {
    if into.is_empty() {
        return from;
    }
    for (into, from) in into.iter_mut().zip(from) {
        into.records += from.records;
        into.inner = added(std::mem::take(&mut into.inner), from.inner);
    }
    into
}
