//! Markdown that nobody has to believe: sentences about the records, with links between them.

use crate::dice::Dice;
use crate::estate::{self, Estate};
use crate::record::{Kind, Ref};
use crate::words;

/// Returns a link to another record, half of them with a text of its own.
pub fn link(to: &Ref, text: &str, dice: &mut Dice) -> String {
    if dice.chance(50) { format!("[[{to}]]") } else { format!("[[{to}|{text}]]") }
}

/// Returns the notes of a device at `site`.
pub fn about_device(estate: &Estate, site: usize, dice: &mut Dice) -> String {
    let neighbour = estate.devices_at(site, 1, dice).remove(0);
    let procedure = estate.some(Kind::Procedure, dice);
    format!(
        "{} {} If it fails, look at {} first; {} says how.",
        sentence(estate, site, dice),
        sentence(estate, site, dice),
        link(&neighbour, "its neighbour", dice),
        link(&procedure, "the procedure", dice),
    )
}

/// Returns a few paragraphs for a procedure: why, and what to watch for.
pub fn about_procedure(estate: &Estate, site: usize, dice: &mut Dice) -> String {
    let decision = estate.some(Kind::Decision, dice);
    let vendor = estate.some(Kind::Vendor, dice);
    format!(
        "## What to watch for\n\n{} {} It was settled in {}.\n\n* **Before noon** {}\n* *After hours* {}\n* {}\n\n{}",
        sentence(estate, site, dice),
        sentence(estate, site, dice),
        link(&decision, "a decision", dice),
        sentence(estate, site, dice),
        sentence(estate, site, dice),
        sentence(estate, site, dice),
        format_args!(
            "Ask {} before changing `/etc/{}.conf`. {}",
            link(&vendor, "the vendor", dice),
            estate::site_id(site),
            sentence(estate, site, dice)
        ),
    )
}

/// Returns a short paragraph for any other record.
pub fn short(estate: &Estate, site: usize, dice: &mut Dice) -> String {
    let device = estate.devices_at(site, 1, dice).remove(0);
    format!(
        "{} See also {}. {}",
        sentence(estate, site, dice),
        link(&device, "this device", dice),
        sentence(estate, site, dice)
    )
}

/// Returns one sentence, some of them with emphasis or code.
pub fn sentence(estate: &Estate, site: usize, dice: &mut Dice) -> String {
    let system = dice.pick(&words::SYSTEMS);
    let place = estate::site_name(site);
    let number = dice.between(2, 900);
    let person = estate::person_name(dice.below(estate.count(Kind::Person)));
    match dice.below(12) {
        0 => format!("The {system} of {place} was down for {number} minutes last spring."),
        1 => format!("{person} knows the history of the {system}."),
        2 => format!("About {number} people notice within a minute."),
        3 => format!("The room is locked; reception of {place} has the keys."),
        4 => format!("It was moved here from the old building when the {system} was replaced."),
        5 => format!("Keep **{number} MB** free, or the {system} stops."),
        6 => format!("The status page is read at `/status/{number}`."),
        7 => format!("{person} asked for it in writing."),
        8 => format!("There is a spare on shelf {number}."),
        9 => format!("Nothing else of {place} depends on the {system}."),
        10 => format!("It takes about {number} seconds to come back, *longer* after an update."),
        _ => format!("The label on the back carries the number {number}."),
    }
}
