//! Puts boxes onto shelves, one below another, and leads lines between them without touching any.
//!
//! Between two shelves lies a channel, in which every line has a lane of its own; left of all shelves lies
//! a trunk, by which a line gets from one channel to another. So a line meets other lines only at right
//! angles, and no box at all. A line has many ends: what one thing is joined to hangs on one line with
//! branches, as on a rail.

use std::collections::BTreeMap;

use super::Point;
use super::boxes::up_to_eight;

/// Between two boxes on a shelf.
const GAP: i32 = 32;
/// Between a shelf and the first lane, and between two lanes.
const CLEAR: i32 = 14;
const LANE: i32 = 10;
/// Between two shelves without a lane.
const BARE: i32 = 24;
/// Between two lines in the trunk, and between it and the shelves.
const TRUNK: i32 = 8;
const BESIDE: i32 = 16;

/// A box to be put onto a shelf.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    pub w: i32,
    pub h: i32,
    pub tier: usize,
}

/// Where a line ends at a box.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Side {
    Top,
    Bottom,
}

/// An end of a line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct End {
    pub item: usize,
    pub side: Side,
    /// How far from the left side of the box; where nothing is given, a free place is found.
    pub at: Option<i32>,
}

/// A line with all its branches.
#[derive(Clone, Debug, Default)]
pub(super) struct Net {
    pub ends: Vec<End>,
    /// Whether it leads out at the top as well.
    pub leaves: bool,
}

/// What a net has become.
#[derive(Clone, Debug, Default)]
pub(super) struct Route {
    pub pieces: Vec<Vec<Point>>,
    pub dots: Vec<Point>,
    /// Where it leaves at the top.
    pub exit: Option<i32>,
}

/// Everything in its place.
#[derive(Debug, Default)]
pub(super) struct Arranged {
    pub at: Vec<(i32, i32)>,
    pub w: i32,
    pub h: i32,
    pub routes: Vec<Route>,
}

/// Puts items onto shelves no wider than `room`, if their own width allows it: those of a tier side by
/// side, near what they are joined to on the shelves above.
pub(super) fn shelve(items: &[Item], joined: &[(usize, usize)], room: i32) -> Vec<Vec<usize>> {
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); items.len()];
    for (a, b) in joined {
        neighbours[*a].push(*b);
        neighbours[*b].push(*a);
    }
    let mut tiers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (ix, item) in items.iter().enumerate() {
        tiers.entry(item.tier).or_default().push(ix);
    }
    // Where on its shelf an item stands, from 0 to a million.
    let mut share: Vec<Option<i64>> = vec![None; items.len()];
    let mut shelves = Vec::new();
    for mut tier in tiers.into_values() {
        let wish = |ix: &usize| {
            let above: Vec<i64> =
                neighbours[*ix].iter().filter_map(|other| share[*other]).collect();
            let sum: i64 = above.iter().sum();
            sum.checked_div(above.len() as i64).unwrap_or(500_000)
        };
        tier.sort_by_cached_key(|ix| (wish(ix), *ix));
        side_by_side(&mut tier, &neighbours);
        for shelf in wrapped(&tier, items, room) {
            for (place, ix) in shelf.iter().enumerate() {
                share[*ix] = Some((2 * place as i64 + 1) * 500_000 / shelf.len() as i64);
            }
            shelves.push(shelf);
        }
    }
    shelves
}

/// What is joined within a tier, such as two firewalls that stand in for each other, stands side by side.
fn side_by_side(tier: &mut Vec<usize>, neighbours: &[Vec<usize>]) {
    let mut ordered: Vec<usize> = Vec::with_capacity(tier.len());
    for ix in tier.iter() {
        if ordered.contains(ix) {
            continue;
        }
        ordered.push(*ix);
        let inside: Vec<usize> =
            neighbours[*ix].iter().copied().filter(|other| tier.contains(other)).collect();
        if let [peer] = inside[..]
            && !ordered.contains(&peer)
        {
            ordered.push(peer);
        }
    }
    *tier = ordered;
}

/// Cuts a tier into shelves of about the same width.
fn wrapped(tier: &[usize], items: &[Item], room: i32) -> Vec<Vec<usize>> {
    let total: i32 = tier.iter().map(|ix| items[*ix].w + GAP).sum();
    let widest = tier.iter().map(|ix| items[*ix].w).max().unwrap_or(0);
    let count = (total - GAP + room - 1) / room.max(1);
    let even = (total / count.max(1) + widest / 2).min(room).max(widest);
    let mut shelves: Vec<Vec<usize>> = Vec::new();
    let mut used = 0;
    for ix in tier {
        let w = items[*ix].w;
        if shelves.is_empty() || used + GAP + w > even {
            shelves.push(Vec::new());
            used = -GAP;
        }
        used += GAP + w;
        shelves.last_mut().expect("one was pushed").push(*ix);
    }
    shelves
}

/// Gives every item and every line its place. Lines that leave at the top do so right of `clear`.
pub(super) fn arrange(
    items: &[Item],
    shelves: &[Vec<usize>],
    nets: &[Net],
    clear: i32,
) -> Arranged {
    let mut plan = Plan::new(items, shelves, nets);
    plan.find_ends(nets);
    plan.find_exits(nets, clear);
    plan.find_lanes(nets);
    plan.draw(nets)
}

struct Plan<'a> {
    items: &'a [Item],
    shelves: &'a [Vec<usize>],
    shelf_of: Vec<usize>,
    x: Vec<i32>,
    width: i32,
    /// The trunk's line of each net that needs one.
    trunk: Vec<Option<i32>>,
    /// Where the ends of each net are.
    ends: Vec<Vec<(usize, i32)>>,
    exits: Vec<Option<i32>>,
    /// The lane of each net in each channel it runs in.
    lanes: Vec<BTreeMap<usize, usize>>,
    /// How many lanes each channel has.
    counts: Vec<usize>,
}

impl<'a> Plan<'a> {
    fn new(items: &'a [Item], shelves: &'a [Vec<usize>], nets: &[Net]) -> Plan<'a> {
        let mut shelf_of = vec![0; items.len()];
        for (place, shelf) in shelves.iter().enumerate() {
            shelf.iter().for_each(|ix| shelf_of[*ix] = place);
        }
        let mut trunk = Vec::new();
        let mut next = TRUNK / 2;
        for net in nets {
            let channels = channels(net, &shelf_of);
            let is_long = channels.iter().any(|channel| *channel != channels[0]);
            trunk.push(is_long.then_some(next));
            next += if is_long { TRUNK } else { 0 };
        }
        let left = if next > TRUNK { up_to_eight(next + BESIDE) } else { 0 };
        let width = |shelf: &Vec<usize>| {
            shelf.iter().map(|ix| items[*ix].w).sum::<i32>() + GAP * (shelf.len() as i32 - 1)
        };
        let widest = shelves.iter().map(width).max().unwrap_or(0);
        let mut x = vec![0; items.len()];
        for shelf in shelves {
            let mut at = left + (widest - width(shelf)) / 16 * 8;
            for ix in shelf {
                x[*ix] = at;
                at += items[*ix].w + GAP;
            }
        }
        Plan {
            items,
            shelves,
            shelf_of,
            x,
            width: left + widest,
            trunk,
            ends: vec![Vec::new(); nets.len()],
            exits: vec![None; nets.len()],
            lanes: vec![BTreeMap::new(); nets.len()],
            counts: vec![0; shelves.len() + 1],
        }
    }

    /// Spreads the ends of lines over the sides of boxes, in the order of where they lead. Upper sides
    /// have the odd multiples of 4, lower ones the even, so that two never run in one upright.
    fn find_ends(&mut self, nets: &[Net]) {
        let middle = |end: &End| self.x[end.item] + self.items[end.item].w / 2;
        // Of each side: where a line there leads, which net it is, and which of its ends.
        let mut sides: BTreeMap<(usize, Side), Vec<_>> = BTreeMap::new();
        for (ix, net) in nets.iter().enumerate() {
            self.ends[ix] = vec![(0, 0); net.ends.len()];
            let sum: i64 = net.ends.iter().map(|end| i64::from(middle(end))).sum();
            for (place, end) in net.ends.iter().enumerate() {
                let others = sum - i64::from(middle(end));
                let wish: i64 = others.checked_div(net.ends.len() as i64 - 1).unwrap_or(0);
                sides.entry((end.item, end.side)).or_default().push((wish, ix, place));
            }
        }
        for ((item, side), mut all) in sides {
            all.sort_unstable();
            let (x, w, count) = (self.x[item], self.items[item].w, all.len() as i32);
            let pitch = ((w - 16) / count.max(1) / 8 * 8).clamp(8, 24);
            let first = (w / 2 - pitch * (count - 1) / 2).max(8) / 8 * 8;
            let odd = if side == Side::Top { 4 } else { 0 };
            for (place, (_, net, end)) in all.into_iter().enumerate() {
                let given = nets[net].ends[end].at;
                let at = given.unwrap_or(first + pitch * place as i32 + odd);
                self.ends[net][end] = (item, x + at);
            }
        }
        self.straighten(nets);
    }

    /// A line between just two boxes, one above the other, needs no bend where the upper box reaches over
    /// the end at the lower.
    fn straighten(&mut self, nets: &[Net]) {
        let mut taken: Vec<(usize, i32)> = Vec::new();
        for (ix, net) in nets.iter().enumerate() {
            let [a, b] = &net.ends[..] else { continue };
            let (upper, lower) = match (a.side, b.side) {
                (Side::Bottom, Side::Top) => (0, 1),
                (Side::Top, Side::Bottom) => (1, 0),
                _ => continue,
            };
            let next =
                self.shelf_of[net.ends[upper].item] + 1 == self.shelf_of[net.ends[lower].item];
            let (item, _) = self.ends[ix][upper];
            let (_, x) = self.ends[ix][lower];
            let reaches = self.x[item] + 4 <= x && x <= self.x[item] + self.items[item].w - 4;
            if net.leaves || !next || !reaches || taken.contains(&(item, x)) {
                continue;
            }
            taken.push((item, x));
            self.ends[ix][upper].1 = x;
        }
    }

    /// Finds where lines leave at the top: straight up where that is right of `clear`, else at a free place
    /// there.
    fn find_exits(&mut self, nets: &[Net], clear: i32) {
        let mut next = up_to_eight(clear);
        for (ix, _) in nets.iter().enumerate().filter(|(_, net)| net.leaves) {
            let ends = self.ends[ix].iter().map(|(_, x)| *x);
            let straight = match self.trunk[ix] {
                Some(trunk) => Some(trunk),
                None => ends.clone().find(|x| *x >= clear),
            };
            let exit = straight.filter(|x| *x >= clear).unwrap_or_else(|| {
                next += TRUNK;
                next - TRUNK
            });
            self.exits[ix] = Some(exit);
        }
        self.width = self.width.max(next);
    }

    /// Gives every line a lane in each channel it runs along, such that lanes are shared only by lines
    /// that do not meet.
    fn find_lanes(&mut self, nets: &[Net]) {
        for channel in 0..=self.shelves.len() {
            let mut wanted: Vec<(i32, i32, usize)> = Vec::new();
            for (ix, net) in nets.iter().enumerate() {
                let uprights = self.uprights(ix, net, channel);
                let (Some(from), Some(to)) = (uprights.iter().min(), uprights.iter().max()) else {
                    continue;
                };
                if from < to {
                    wanted.push((*from, *to, ix));
                }
            }
            wanted.sort_unstable();
            let mut free: Vec<i32> = Vec::new();
            for (from, to, ix) in wanted {
                let lane = free.iter().position(|end| end + TRUNK <= from).unwrap_or(free.len());
                if lane == free.len() {
                    free.push(to);
                }
                free[lane] = to;
                self.lanes[ix].insert(channel, lane);
            }
            self.counts[channel] = free.len();
        }
    }

    /// Returns where a line stands upright in a channel.
    fn uprights(&self, ix: usize, net: &Net, channel: usize) -> Vec<i32> {
        let mut uprights: Vec<i32> = Vec::new();
        for (end, (_, x)) in net.ends.iter().zip(&self.ends[ix]) {
            if channel_of(end, &self.shelf_of) == channel {
                uprights.push(*x);
            }
        }
        if channel == 0
            && let Some(exit) = self.exits[ix]
            && (!uprights.is_empty() || self.trunk[ix].is_some_and(|trunk| trunk != exit))
        {
            uprights.push(exit);
        }
        if let Some(trunk) = self.trunk[ix]
            && !uprights.is_empty()
        {
            uprights.push(trunk);
        }
        uprights
    }

    fn draw(self, nets: &[Net]) -> Arranged {
        let is_left = nets.iter().any(|net| net.leaves);
        let mut y = 0;
        let mut lanes_from = Vec::new();
        let mut tops = Vec::new();
        for channel in 0..=self.shelves.len() {
            lanes_from.push(y + CLEAR);
            let is_edge = channel == 0 || channel == self.shelves.len();
            y += match self.counts[channel] {
                0 if is_edge => {
                    if channel == 0 && is_left {
                        CLEAR
                    } else {
                        0
                    }
                }
                0 => BARE,
                count => 2 * CLEAR + LANE * (count as i32 - 1),
            };
            tops.push(y);
            if let Some(shelf) = self.shelves.get(channel) {
                y += shelf.iter().map(|ix| self.items[*ix].h).max().unwrap_or(0);
            }
        }
        let lane_y = |channel: usize, lane: usize| lanes_from[channel] + LANE * lane as i32;
        let item_top = |item: usize| tops[self.shelf_of[item]];
        let routes = nets.iter().enumerate().map(|(ix, net)| {
            let mut pen = Pen::default();
            let mut levels: Vec<i32> = Vec::new();
            for channel in 0..=self.shelves.len() {
                let uprights = self.uprights(ix, net, channel);
                let lane = self.lanes[ix].get(&channel).map(|lane| lane_y(channel, *lane));
                if let Some(y) = lane {
                    pen.level(y, &uprights);
                    levels.push(y);
                }
                let end_y = |end: &End| match end.side {
                    Side::Top => item_top(end.item),
                    Side::Bottom => item_top(end.item) + self.items[end.item].h,
                };
                let here = net.ends.iter().zip(&self.ends[ix]);
                let here = here.filter(|(end, _)| channel_of(end, &self.shelf_of) == channel);
                let here: Vec<(i32, i32)> = here.map(|(end, (_, x))| (*x, end_y(end))).collect();
                match (lane, &here[..]) {
                    (Some(lane), here) => {
                        here.iter().for_each(|(x, y)| pen.upright(*x, *y, lane));
                    }
                    // Straight from box to box.
                    (None, [(x, from), (_, to)]) => pen.upright(*x, *from, *to),
                    // Straight up and out.
                    (None, [(x, from)]) if channel == 0 => pen.upright(*x, *from, 0),
                    (None, _) => {}
                }
            }
            let exit = self.exits[ix];
            if let Some(trunk) = self.trunk[ix] {
                if exit == Some(trunk) {
                    levels.push(0);
                }
                let (from, to) = (levels.iter().min(), levels.iter().max());
                if let (Some(from), Some(to)) = (from, to) {
                    pen.upright(trunk, *from, *to);
                }
            }
            if let (Some(x), Some(lane)) = (exit, self.lanes[ix].get(&0)) {
                pen.upright(x, 0, lane_y(0, *lane));
            }
            let (pieces, dots) = pen.finish();
            Route { pieces, dots, exit }
        });
        let routes = routes.collect();
        let at = (0..self.items.len()).map(|item| (self.x[item], item_top(item))).collect();
        Arranged { at, w: self.width, h: y, routes }
    }
}

/// Collects the pieces of one line, and finds where they join.
#[derive(Default)]
struct Pen {
    levels: Vec<(i32, i32, i32)>,
    uprights: Vec<(i32, i32, i32)>,
}

impl Pen {
    fn level(&mut self, y: i32, xs: &[i32]) {
        if let (Some(from), Some(to)) = (xs.iter().min(), xs.iter().max())
            && from < to
        {
            self.levels.push((y, *from, *to));
        }
    }

    fn upright(&mut self, x: i32, from: i32, to: i32) {
        let (from, to) = (from.min(to), from.max(to));
        if from == to {
            return;
        }
        // Two that touch on one upright are one.
        match self.uprights.iter_mut().find(|(at, f, t)| *at == x && *f <= to && from <= *t) {
            Some((_, f, t)) => (*f, *t) = ((*f).min(from), (*t).max(to)),
            None => self.uprights.push((x, from, to)),
        }
    }

    fn finish(self) -> (Vec<Vec<Point>>, Vec<Point>) {
        let mut dots = Vec::new();
        for (y, from, to) in &self.levels {
            for (x, top, bottom) in &self.uprights {
                let meets = from <= x && x <= to && top <= y && y <= bottom;
                let level = u8::from(from < x) + u8::from(x < to);
                let upright = u8::from(top < y) + u8::from(y < bottom);
                if meets && level + upright > 2 {
                    dots.push((*x, *y));
                }
            }
        }
        dots.sort_unstable();
        dots.dedup();
        let levels = self.levels.iter().map(|(y, from, to)| vec![(*from, *y), (*to, *y)]);
        let uprights = self.uprights.iter().map(|(x, from, to)| vec![(*x, *from), (*x, *to)]);
        (levels.chain(uprights).collect(), dots)
    }
}

/// Returns the channels a net runs in; more than one need the trunk.
fn channels(net: &Net, shelf_of: &[usize]) -> Vec<usize> {
    let mut channels: Vec<usize> = net.ends.iter().map(|end| channel_of(end, shelf_of)).collect();
    if net.leaves {
        channels.push(0);
    }
    channels
}

fn channel_of(end: &End, shelf_of: &[usize]) -> usize {
    match end.side {
        Side::Top => shelf_of[end.item],
        Side::Bottom => shelf_of[end.item] + 1,
    }
}
