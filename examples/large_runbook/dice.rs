//! Numbers that look random and are the same in every run.

use crate::record::Kind;

/// Where every corpus starts from. Another number is another corpus, and no longer comparable.
const SEED: u64 = 0xC1EA_27A2_2026_1115;

/// The step of SplitMix64: 2^64 divided by the golden ratio.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// SplitMix64 (Steele, Lea and Flood, 2014).
pub struct Dice(u64);

impl Dice {
    /// Returns the dice of one record, which owe nothing to the records before it.
    pub fn for_record(kind: Kind, ix: usize) -> Dice {
        let mut dice = Dice(SEED ^ ((kind as u64) << 48) ^ ix as u64);
        dice.0 = dice.roll();
        dice
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Returns a number from 0 up to, and without, `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.roll()) * end as u128) >> 64) as usize
    }

    /// Returns a number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as usize) as i64
    }

    /// Returns true this often in a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Returns one of `choices`.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// Returns `count` different numbers below `end`, in ascending order.
    pub fn some(&mut self, count: usize, end: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..end).collect();
        let count = count.min(end);
        for ix in 0..count {
            let other = ix + self.below(end - ix);
            all.swap(ix, other);
        }
        all.truncate(count);
        all.sort_unstable();
        all
    }
}
