//! `clearjar seal`: encrypts files of credentials into the runbook.

use super::Exit;
use super::args::{Common, Seal};
use super::failure::Failure;
use super::terminal::Terminal;

/// Says that this program cannot do it, and what can.
#[cfg(not(feature = "seal"))]
pub fn run(_: &Seal, _: &Common, _: &mut Terminal) -> Result<Exit, Failure> {
    Err(Failure::new("this program was made without sealing").help(
        "make it with `cargo install --path . --features seal`, or use age (age-encryption.org): \
         `age -a -r KEY -o sealed/NAME.age FILE`, and write the note `sealed/NAME.toml`",
    ))
}

#[cfg(feature = "seal")]
pub use with_age::run;

#[cfg(feature = "seal")]
mod with_age {
    use std::fs::File;
    use std::io::{self, BufRead as _, IsTerminal as _, Read};
    use std::path::Path;

    use clearjar::handover::seal::{self, Readers, Wanted};
    use clearjar::schema::field::Audience;

    use super::{Common, Exit, Failure, Seal, Terminal};
    use crate::cli::failure::shown;
    use crate::cli::runbook::{Runbook, clock, from_here};
    use crate::cli::shell;

    /// The name of the standard input among files.
    const INPUT: &str = "-";

    /// Encrypts the files one after the other, and says for whom and what comes next.
    pub fn run(args: &Seal, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let root = Runbook::root(common)?;
        let audience = audience(args)?;
        refuse_what_cannot_be(args)?;
        for file in args.files.iter().filter(|file| *file != Path::new(INPUT)) {
            seal::refuse_inside(&root, file)?;
        }
        let readers = match args.passphrase {
            true => Readers::with_passphrase(passphrase()?)?,
            false => Readers::with_keys(&args.to)?,
        };
        let names = if args.readers.is_empty() { &readers.names } else { &args.readers };
        // What cannot be read is told before anything is sealed.
        let opened = args.files.iter().map(|file| Ok((file, name(args, file)?, open(file)?)));
        for (file, name, mut plain) in opened.collect::<Result<Vec<_>, Failure>>()? {
            let wanted = Wanted {
                name: &name,
                title: args.title.as_deref(),
                holds: args.holds.as_deref(),
                readers: names,
                since: common.today.unwrap_or_else(clock),
                by: args.by.as_deref(),
                key_at: args.key_at.as_deref(),
                audience,
                force: args.force,
            };
            let [path, note] = seal::seal(&root, &mut *plain, &readers, &wanted)?;
            let sealed = from_here(&root.join(path));
            terminal.out(&words(file, &sealed, args.passphrase));
            if args.title.is_none() || names.is_empty() {
                let note = shown(&from_here(&root.join(note))).to_string();
                terminal.out(&format!("  write into {note} what it is, and for whom\n"));
            }
        }
        Ok(Exit::Done)
    }

    fn words(file: &Path, sealed: &Path, passphrase: bool) -> String {
        let place = sealed.to_string_lossy();
        let key = if passphrase { "" } else { "-i KEY-FILE " };
        let mut words = format!("{} is encrypted\n", shown(sealed));
        words += &format!("  try whether it opens: `age -d {key}{}`\n", shell::quoted(&place));
        if file != Path::new(INPUT) {
            words += &format!("  then remove {}, which everybody can read\n", shown(file));
        }
        words
    }

    fn refuse_what_cannot_be(args: &Seal) -> Result<(), Failure> {
        let has_input = args.files.iter().any(|file| file == Path::new(INPUT));
        if args.files.len() > 1 && (args.name.is_some() || args.title.is_some() || has_input) {
            return Err(Failure::new("a name or a title is for one file, and there are several")
                .help("seal them one after the other"));
        }
        if has_input && args.passphrase && !io::stdin().is_terminal() {
            return Err(Failure::new(
                "the passphrase and the file cannot both come from the input",
            )
            .help("seal a file, or seal it to a key with `--to`"));
        }
        Ok(())
    }

    fn audience(args: &Seal) -> Result<Option<Audience>, Failure> {
        let Some(word) = &args.audience else { return Ok(None) };
        let names: Vec<&str> = Audience::ALL.iter().map(|audience| audience.name()).collect();
        let known = Audience::from_name(word).ok_or_else(|| {
            Failure::new("there is no such audience")
                .help(format!("use {}", clearjar::text::list_of(&names, "or")))
        });
        known.map(Some)
    }

    /// Returns the name under `sealed/`.
    fn name(args: &Seal, file: &Path) -> Result<String, Failure> {
        if let Some(name) = &args.name {
            return Ok(name.clone());
        }
        let name = file.file_name().filter(|_| file != Path::new(INPUT));
        let name = name.and_then(|name| name.to_str()).map(str::to_owned);
        name.ok_or_else(|| {
            Failure::new("what is sealed needs a name")
                .help("give it one: `--name router-passwords`")
        })
    }

    fn open(file: &Path) -> Result<Box<dyn Read>, Failure> {
        if file == Path::new(INPUT) {
            return Ok(Box::new(io::stdin().lock()));
        }
        let failed = |error: io::Error| {
            Failure::disk("read", file, &error).help("nothing of it was sealed; see to the path")
        };
        if file.metadata().map_err(failed)?.is_dir() {
            return Err(Failure::new(format!("{} is a folder", shown(file)))
                .help("name the files in it, or pack them into one"));
        }
        Ok(Box::new(File::open(file).map_err(failed)?))
    }

    /// Asks for the passphrase twice, unseen; from a pipe its first line is taken.
    fn passphrase() -> Result<String, Failure> {
        let failed = |error: io::Error| {
            Failure::new(format!("cannot read the passphrase: {error}"))
                .help("call this in a terminal, or give it as the first line of the input")
        };
        if !io::stdin().is_terminal() {
            let mut line = String::new();
            io::stdin().lock().take(4096).read_line(&mut line).map_err(failed)?;
            return Ok(line.trim_end_matches(['\n', '\r']).to_owned());
        }
        let first = rpassword::prompt_password("Passphrase (not shown): ").map_err(failed)?;
        let second = rpassword::prompt_password("The same again: ").map_err(failed)?;
        match first == second {
            true => Ok(first),
            false => Err(Failure::new("the two passphrases differ").help("type it once more")),
        }
    }
}
