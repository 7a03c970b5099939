//! Draws networks that nobody has thought of, and looks for what would be hard to read.

use proptest::collection::vec;
use proptest::prelude::*;

use super::check::faults;
use super::*;

fn thing(name: &str, tier: usize, place: Option<usize>, rows: usize) -> Thing {
    let row = |n: usize| Row {
        name: format!("{name} {n}"),
        href: "r.html".to_owned(),
        aside: format!("Gi1/0/{n}"),
        depth: n % 3,
        ..Row::default()
    };
    Thing {
        name: name.to_owned(),
        href: "t.html".to_owned(),
        detail: "Switch".to_owned(),
        tier,
        place,
        ties: vec!["Gi1/0/49 – core: Te1/1".to_owned()],
        rows: (0..rows).map(row).collect(),
        ..Thing::default()
    }
}

fn sketch(things: Vec<Thing>, joints: &[(usize, usize)], places: usize) -> Sketch {
    let place = |n: usize| Place { name: format!("Building {n} with a name"), href: String::new() };
    let joint = |(a, b): &(usize, usize)| Joint { a: *a, b: *b, ..Joint::default() };
    Sketch {
        title: "Network".to_owned(),
        places: (0..places).map(place).collect(),
        things,
        joints: joints.iter().map(joint).collect(),
        ..Sketch::default()
    }
}

fn tidy(sketch: &Sketch) -> Picture {
    let picture = place(sketch);
    assert_eq!(faults(&picture), Vec::<String>::new(), "{sketch:#?}");
    picture
}

#[test]
fn a_thing_under_another_is_joined_by_a_line_without_a_bend() {
    let things = vec![thing("above", 0, None, 0), thing("below", 1, None, 0)];
    let picture = tidy(&sketch(things, &[(0, 1)], 0));
    assert_eq!(picture.lines.len(), 1);
    assert_eq!(picture.lines[0].pieces.len(), 1);
}

#[test]
fn two_that_stand_in_for_each_other_stand_side_by_side() {
    let things = (0..6).map(|n| thing(&format!("firewall {n}"), 1, None, 0)).collect();
    let picture = tidy(&sketch(things, &[(0, 5)], 0));
    let (a, b) = (picture.blocks[0].frame, picture.blocks[5].frame);
    assert!(a.y == b.y && (b.x - a.right()).abs() <= 32, "{a:?} {b:?}");
}

#[test]
fn what_cannot_be_is_drawn_all_the_same() {
    tidy(&Sketch::default());
    // A link to itself, links to nothing, a place that there is not, a loop.
    let lost = vec![thing("a", 0, Some(7), 0), thing("b", 0, None, 0), thing("c", 9, None, 0)];
    tidy(&sketch(lost, &[(0, 0), (0, 9), (0, 1), (1, 2), (2, 0), (1, 0)], 0));
    // Names of 200 letters, and of none.
    let long = [&"W".repeat(200), "", "\u{202e}fdp", "漢字".repeat(60).as_str()].map(str::to_owned);
    let things = long.iter().map(|name| thing(name, 1, Some(0), 3)).collect();
    tidy(&sketch(things, &[(0, 1), (1, 2), (2, 3), (3, 0)], 1));
}

#[test]
fn five_hundred_links_to_one_thing_are_one_line_with_branches() {
    let mut things = vec![thing("hub", 0, None, 0)];
    things.extend((0..500).map(|n| thing(&format!("leaf {n}"), 1, Some(n % 3), 0)));
    let joints: Vec<(usize, usize)> = (1..=500).map(|n| (0, n)).collect();
    let picture = tidy(&sketch(things, &joints, 3));
    assert!(picture.lines.len() < 4);
}

#[test]
fn everything_joined_to_everything_is_drawn() {
    let things = (0..30).map(|n| thing(&format!("mesh {n}"), n / 8, Some(n % 2), 1)).collect();
    let joints: Vec<(usize, usize)> = (0..30).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
    tidy(&sketch(things, &joints, 2));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    #[test]
    fn no_text_overlaps_and_no_line_crosses_a_foreign_box(
        shapes in vec((0usize..5, 0usize..5, 0usize..30, 1usize..40), 1..24),
        ends in vec((0usize..24, 0usize..24), 0..50),
        places in 0usize..4,
    ) {
        let things = shapes.iter().enumerate().map(|(ix, (tier, home, rows, letters))| {
            let name = format!("{ix} {}", "name ".repeat(*letters));
            let rows = if *rows < 20 { 0 } else { *rows };
            thing(&name, *tier, Some(*home).filter(|home| *home < places), rows)
        });
        let sketch = sketch(things.collect(), &ends, places);
        let picture = place(&sketch);
        let found = faults(&picture);
        prop_assert!(found.is_empty(), "{found:#?}");
        prop_assert_eq!(place(&sketch), picture);
    }
}
