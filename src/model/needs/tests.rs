//! What stops, what goes on, and what comes back first.

use proptest::prelude::*;

use super::*;

fn ix(number: usize) -> NodeIx {
    NodeIx(number)
}

fn all(numbers: &[usize]) -> Vec<NodeIx> {
    numbers.iter().copied().map(NodeIx).collect()
}

/// Returns the needs of records: what each must have, and of what it needs one.
fn needs(of: &[(&[usize], &[usize])], times: &[Option<u64>]) -> Needs {
    let mut nodes: Vec<Need> = of
        .iter()
        .map(|(must, one_of)| {
            let mut need = Need { all: all(must), ..Need::default() };
            push_group(&mut need.one_of, all(one_of));
            need
        })
        .collect();
    for (need, within) in nodes.iter_mut().zip(times) {
        need.within = *within;
    }
    connect(&mut nodes);
    spread(&mut nodes);
    Needs { nodes }
}

#[test]
fn what_needs_it_by_way_of_others_stops_too() {
    // 2 needs 1 needs 0.
    let needs = needs(&[(&[], &[]), (&[0], &[]), (&[1], &[])], &[]);
    assert_eq!(needs.failure(ix(0)).stops, all(&[1, 2]));
    assert_eq!(needs.failure(ix(2)), Failure::default());
    assert_eq!(needs.all_of(ix(2)), all(&[0, 1]));
}

#[test]
fn what_needs_one_of_two_goes_on_with_the_other_until_both_have_failed() {
    // 3 needs 1 or 2, both of which need 0.
    let needs = needs(&[(&[], &[]), (&[0], &[]), (&[0], &[]), (&[], &[1, 2])], &[]);
    assert_eq!(
        needs.failure(ix(1)),
        Failure { stops: Vec::new(), weakened: vec![(ix(3), all(&[2]))] }
    );
    assert_eq!(needs.failure(ix(0)).stops, all(&[1, 2, 3]));
}

#[test]
fn a_partner_takes_over_and_what_feeds_both_still_stops_all() {
    // 3 needs 1, whose partner is 2; both need 0.
    let mut needs = needs(&[(&[], &[]), (&[0], &[]), (&[0], &[]), (&[1], &[])], &[]);
    needs.nodes[1].partners = all(&[2]);
    needs.nodes[2].partners = all(&[1]);
    assert_eq!(needs.failure(ix(1)).weakened, [(ix(3), all(&[2]))]);
    assert_eq!(needs.failure(ix(0)).stops, all(&[1, 2, 3]));
}

#[test]
fn what_is_wanted_soonest_comes_back_first_with_all_that_it_needs() {
    // 1 is wanted in an hour and needs 3; 0 in four hours and needs 2.
    let needs = needs(
        &[(&[2], &[]), (&[3], &[]), (&[], &[]), (&[], &[])],
        &[Some(240), Some(60), None, None],
    );
    assert_eq!(needs.within(ix(3)), Some(60));
    assert_eq!(needs.within(ix(2)), Some(240));
    let order = needs.in_order((0..4).map(NodeIx).collect());
    assert_eq!(order, all(&[3, 1, 2, 0]));
}

#[test]
fn a_chain_of_a_hundred_thousand_is_walked() {
    let ends: Vec<[usize; 1]> = (0..100_000).map(|at: usize| [at.saturating_sub(1)]).collect();
    let of: Vec<(&[usize], &[usize])> =
        ends.iter().enumerate().map(|(at, end)| (&end[..at.min(1)], &[][..])).collect();
    let needs = needs(&of, &[]);
    assert_eq!(needs.failure(ix(0)).stops.len(), 99_999);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_record_of_any_net_with_loops_comes_back_once_and_behind_what_it_can(
        edges in prop::collection::vec((0usize..12, 0usize..12), 0..40),
        times in prop::collection::vec(prop::option::of(1u64..9), 12),
    ) {
        let mut of = vec![Vec::new(); 12];
        for (from, to) in edges.into_iter().filter(|(from, to)| from != to) {
            of[from].push(to);
        }
        of.iter_mut().for_each(|to| { to.sort_unstable(); to.dedup(); });
        let given: Vec<(&[usize], &[usize])> = of.iter().map(|to| (&to[..], &[][..])).collect();
        let needs = needs(&given, &times);
        let order = needs.in_order((0..12).map(NodeIx).collect());
        let mut sorted = order.clone();
        sorted.sort_unstable();
        prop_assert_eq!(sorted, (0..12).map(NodeIx).collect::<Vec<_>>());
        let circles: Vec<usize> = in_circles(&needs.nodes);
        if circles.is_empty() {
            for (at, one) in order.iter().enumerate() {
                prop_assert!(needs.of(*one).iter().all(|need| order[..at].contains(need)));
            }
        } else {
            let found = circles.iter().filter_map(|ix| circle(&needs.nodes, *ix));
            let found: Vec<Vec<usize>> = found.collect();
            prop_assert!(!found.is_empty());
            for way in found {
                for (at, one) in way.iter().enumerate() {
                    prop_assert!(of[*one].contains(&way[(at + 1) % way.len()]));
                }
            }
        }
        for one in 0..12 {
            let stops = needs.failure(ix(one)).stops;
            prop_assert!(!stops.contains(&ix(one)));
        }
    }
}
