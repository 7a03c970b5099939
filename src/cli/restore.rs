//! `clearjar restore`: makes a runbook out of a site or a bundle.

use clearjar::diagnostic::clean::one_line;
use clearjar::discover::{self, Limits};
use clearjar::handover::held::Held;
use clearjar::handover::restore;
use clearjar::text::plural;
use clearjar::{publish, schema};

use super::Exit;
use super::args::{Common, Restore};
use super::failure::{Failure, shown};
use super::meter::Meter;
use super::runbook::from_here;
use super::schema as schemas;
use super::shell;
use super::terminal::Terminal;

/// Restores the runbook, and says what to do next.
pub fn run(args: &Restore, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let folder = match &common.dir {
        Some(dir) => dir.join(&args.folder),
        None => args.folder.clone(),
    };
    let mut held = Held::open(&args.path)?;
    if held.is_folder() {
        complete(&held, terminal);
    }
    let meter = Meter::start();
    let restored = restore::restore(&mut held, &folder, args.force, &meter);
    meter.clear();
    let restored = restored?;

    let read = discover::read(&folder, &Limits::default())?;
    schemas::refresh(&folder, &schema::read(&read.value).value, terminal);
    let title = one_line(&restored.title).into_owned();
    let edition = match &restored.edition {
        Some(edition) => format!(" (edition {})", one_line(edition)),
        None => String::new(),
    };
    terminal.out(&format!(
        "{title}{edition}: {} in {}\n",
        plural(restored.files, "file", "files"),
        shown(&from_here(&folder))
    ));
    if let Some(aside) = &restored.set_aside {
        terminal.out(&format!("what was there before is now in {}\n", shown(&from_here(aside))));
    }
    let place = shell::quoted(&one_line(&folder.to_string_lossy()));
    terminal.out(&format!(
        "\nUntil something is edited, a build gives the site of {} again, byte for byte.\n\nNext:\n\n\
         \u{20} clearjar -C {place} build\n\u{20} clearjar -C {place} serve --open\n",
        restored.day
    ));
    Ok(Exit::Done)
}

/// Completes a publish that was cut off. Where that cannot be, as on a stick that is read only, the site is
/// judged as it is.
pub fn complete(held: &Held, terminal: &mut Terminal) {
    if let Ok(true) = publish::complete(&held.path) {
        terminal.say("a publish that was cut off is completed\n");
    }
}
