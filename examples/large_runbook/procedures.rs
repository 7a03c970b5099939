//! Procedures: what they are about, their steps, and a block of code each.

use crate::code;
use crate::dice::Dice;
use crate::estate::{self, Estate};
use crate::others::verified;
use crate::prose;
use crate::record::{Facts, Kind, Record, Step, day};
use crate::words;

const TYPES: [(&str, &str); 8] = [
    ("restore", "Restore the"),
    ("failover", "Switch over the"),
    ("restart", "Restart the"),
    ("maintenance", "Look after the"),
    ("incident", "When something is wrong with the"),
    ("install", "Set up the"),
    ("joiner", "Give a new colleague the"),
    ("leaver", "Take from a leaving colleague the"),
];

/// Returns procedure `ix`.
pub fn procedure(estate: &Estate, ix: usize) -> Record {
    let mut dice = Dice::for_record(Kind::Procedure, ix);
    let dice = &mut dice;
    let site = dice.below(estate.count(Kind::Site));
    let (procedure_type, what) = dice.pick(&TYPES);
    let system = dice.pick(&words::SYSTEMS);
    let place = estate::site_name(site);
    let mut facts = Facts::default();
    facts.add("type", procedure_type);
    facts.add("status", "active");
    facts.add("purpose", format!("Gets the {system} of {place} back without calling anybody."));
    facts.add(
        "when",
        format!("When the {system} has not answered for {} minutes.", dice.between(2, 60)),
    );
    let about = dice.between(1, 3) as usize;
    facts.add("applies_to", estate.devices_at(site, about, dice));
    facts.add("owner", estate.engineer(dice));
    facts.add("risk", dice.pick(&["low", "low", "medium", "high"]));
    facts.add(
        "prerequisites",
        format!("A seat in room {} and the {system} in sight.", dice.between(1, 90)),
    );
    facts.add("duration", format!("{}min", dice.between(1, 16) * 5));
    facts.add(
        "rollback",
        format!("Undo the steps from the last to the first; {}", tail(estate, site, dice)),
    );
    facts.add(
        "on_failure",
        format!("Stop, write down what was shown, and {}", tail(estate, site, dice)),
    );
    facts.add("last_tested", day(-dice.between(5, 350)));
    facts.add("tested_by", estate.engineer(dice));
    facts.add("verified", verified(estate, 350, dice));
    let steps = steps(estate, ix, site, dice);
    let prose = prose::about_procedure(estate, site, dice);
    Record {
        kind: Kind::Procedure,
        id: estate.id(Kind::Procedure, ix),
        name: format!("{what} {system} at {place} ({})", ix + 1),
        facts,
        settings: vec![],
        steps,
        prose,
        attachment: None,
    }
}

fn tail(estate: &Estate, site: usize, dice: &mut Dice) -> String {
    let who = estate.employee(dice);
    format!(
        "tell {} at {}.",
        prose::link(&who, "the person in charge", dice),
        estate::site_name(site)
    )
}

fn steps(estate: &Estate, ix: usize, site: usize, dice: &mut Dice) -> Vec<Step> {
    let count = dice.between(4, 7) as usize;
    let with_command = dice.below(count);
    // No more steps than there are sentences: two that begin alike would get addresses alike.
    let first = dice.below(8);
    (0..count)
        .map(|number| Step {
            command: (number == with_command).then(|| code::block(estate, ix, site, dice)),
            ..step(estate, site, first + number, dice)
        })
        .collect()
}

fn step(estate: &Estate, site: usize, sentence: usize, dice: &mut Dice) -> Step {
    let device = estate.devices_at(site, 1, dice).remove(0);
    let device = prose::link(&device, "the device", dice);
    let (n, system) = (dice.between(2, 600), dice.pick(&words::SYSTEMS));
    let text = match sentence % 8 {
        0 => format!("Sign in to {device} and wait {n} seconds."),
        1 => format!("Check on {device} that the light by port {} is green.", n % 8 + 1),
        2 => format!("Open *Status* on {device} and write down line {n}."),
        3 => format!("Stop the {system} in the right order, {device} last."),
        4 => format!("Type what stands here on {device}, once, for case {n}."),
        5 => format!("Compare the {system} with the sheet of {}.", estate::site_name(site)),
        6 => format!("Start {device} again and count to {n}."),
        _ => format!("Ask somebody at the {system} to try for {n} seconds."),
    };
    Step {
        text,
        who: dice.chance(20).then(|| dice.pick(&["engineer on call", "reception", "two people"])),
        expected: dice
            .chance(40)
            .then(|| format!("The {system} answers within {} seconds.", dice.between(1, 90))),
        command: None,
    }
}
