//! `clearjar redact`: a copy of a configuration without its secrets.

use std::path::{Path, PathBuf};

use clearjar::diagnostic::clean::one_line;
use clearjar::import::foreign::Foreign;
use clearjar::import::redact::{self, Redacted};
use clearjar::text::plural;

use super::Exit;
use super::args::Redact;
use super::export::write;
use super::failure::{Failure, shown};
use super::terminal::Terminal;

/// Writes the copy, and says what went and as what the file was read.
pub fn run(args: &Redact, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let redacted = redact::redact(&Foreign::open(&args.file)?)?;
    let is_output = args.output.as_deref() == Some(Path::new("-"));
    if is_output {
        terminal.out(&redacted.text);
        terminal.say(&format!("{}\n", words(&redacted)));
        return Ok(Exit::Done);
    }
    let target = args.output.clone().unwrap_or_else(|| beside(&args.file));
    refuse_target(args, &target)?;
    write(&target, redacted.text.as_bytes())?;
    terminal.out(&format!("{} → {}\n", words(&redacted), shown(&target)));
    Ok(Exit::Done)
}

/// Returns `fw.redacted.conf` for `fw.conf`.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_stem().unwrap_or_default().to_owned();
    name.push(".redacted");
    if let Some(extension) = file.extension().filter(|it| !it.eq_ignore_ascii_case("gz")) {
        name.push(".");
        name.push(extension);
    }
    file.with_file_name(name)
}

fn refuse_target(args: &Redact, target: &Path) -> Result<(), Failure> {
    let same = |path: &Path| path.canonicalize().ok();
    if same(target).is_some() && same(target) == same(&args.file) {
        return Err(Failure::new("the copy would go over the file itself")
            .help("name another place with `--output PATH`: what is cut out cannot be put back"));
    }
    match target.symlink_metadata().is_ok() && !args.force {
        false => Ok(()),
        true => Err(Failure::new(format!("{} is there already", shown(target)))
            .help("write it over with `--force`, or elsewhere with `--output PATH`")),
    }
}

/// Says what went, never what it was.
fn words(redacted: &Redacted) -> String {
    let read_as = match redacted.format {
        Some(format) => format!("read as `{format}`"),
        None => "of no known format, so only what looks like a secret was found".to_owned(),
    };
    let all: usize = redacted.counts.values().sum();
    if all == 0 {
        return format!("no secret was found ({read_as})");
    }
    let said = |(label, count): (&String, &usize)| format!("{count} × {}", one_line(label));
    let counts: Vec<String> = redacted.counts.iter().map(said).collect();
    let secrets = plural(all, "secret", "secrets");
    format!("{secrets} removed ({read_as}): {}", counts.join(", "))
}
