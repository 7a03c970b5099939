//! `clearjar init DIR`: makes a new runbook.

mod from;

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clearjar::diagnostic::clean::one_line;
use clearjar::import::settle::ALL_CLIENTS;
use clearjar::scaffold::{self, Welcome};

use super::Exit;
use super::args::{Common, Init};
use super::failure::{Failure, shown};
use super::runbook::clock;
use super::shell::quoted;
use super::terminal::Terminal;

/// Makes the runbook, and says what to do next.
pub fn run(args: &Init, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let folder = match &common.dir {
        Some(dir) => dir.join(&args.folder),
        None => args.folder.clone(),
    };
    let client = args.client.as_ref().filter(|client| *client != ALL_CLIENTS);
    let name = match args.name.as_ref().or(client) {
        Some(name) => checked_name(name)?,
        None => name_of(&folder)?,
    };
    refuse_used(&folder)?;
    let welcome = Welcome { name, today: common.today.unwrap_or_else(clock) };
    if !args.from.is_empty() {
        return from::run(args, &folder, &welcome, common, terminal);
    }
    let runbook = scaffold::Runbook::new(&welcome);
    write_all(&folder, &runbook)?;
    terminal.out(&farewell(&folder, &welcome, &runbook));
    Ok(Exit::Done)
}

/// Writes a runbook into its folder.
fn write_all(folder: &Path, runbook: &scaffold::Runbook) -> Result<(), Failure> {
    runbook.files.iter().try_for_each(|(path, text)| write_new(&folder.join(path), text))
}

/// Refuses a folder with anything in it, but for git's own: nothing of somebody's is mixed with
/// the examples.
fn refuse_used(folder: &Path) -> Result<(), Failure> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(Failure::new(format!("{} is not a folder", shown(folder)))
                .help("choose another name"));
        }
        Err(error) => return Err(Failure::disk("look into", folder, &error)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| Failure::disk("look into", folder, &error))?;
        if entry.file_name() == ".git" {
            continue;
        }
        let there = shown(Path::new(&entry.file_name())).to_string();
        return Err(Failure::new(format!("{} is not empty: it holds {there}", shown(folder)))
            .help("choose a folder that is empty or not there yet"));
    }
    Ok(())
}

fn checked_name(name: &str) -> Result<String, Failure> {
    let name = name.trim();
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(Failure::new("the name is empty or has more than one line")
            .help("write it as it would stand on a door: `--name \"Harborview Dental Group\"`"));
    }
    Ok(name.to_owned())
}

/// Returns a name made from the folder's: `harborview-dental` becomes `Harborview Dental`.
fn name_of(folder: &Path) -> Result<String, Failure> {
    let whole = std::path::absolute(folder)
        .map_err(|error| Failure::disk("find the folder", folder, &error))?;
    let clean: PathBuf = whole.components().collect();
    let last = clean.file_name().map(|name| name.to_string_lossy().into_owned());
    let words: Vec<String> = last
        .unwrap_or_default()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(capital)
        .collect();
    match words.is_empty() {
        true => Err(Failure::new("the folder's name makes no name for the client")
            .help("give one: `--name \"Harborview Dental Group\"`")),
        false => Ok(words.join(" ")),
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// Writes a file that must not be there yet, and the folders above it.
pub fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .map_err(|error| Failure::disk("make the folder", folder, &error))?;
    }
    let written = File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(Failure::new(format!("{} exists already", shown(path)))
                .help("open it, or choose another id"))
        }
        Err(error) => Err(Failure::disk("write", path, &error)),
    }
}

fn farewell(folder: &Path, welcome: &Welcome, runbook: &scaffold::Runbook) -> String {
    let count =
        |prefix: &str| runbook.files.iter().filter(|(path, _)| path.starts_with(prefix)).count();
    let place = one_line(&folder.to_string_lossy()).into_owned();
    let argument = quoted(&place);
    let site = one_line(&folder.join("site").join("index.html").to_string_lossy()).into_owned();
    format!(
        "{place} is a runbook now, for {name}. All that is in it is an example.\n\
         \n\
         \u{20} clearjar.toml      the title, the client, the provider\n\
         \u{20} README.md          how to edit it, in plain words\n\
         \u{20} records/           {records} files, at least one of each main kind\n\
         \u{20} files/             a configuration, kept with the record it belongs to\n\
         \u{20} .clearjar/schema/  by which editors complete and check the records\n\
         \n\
         Next:\n\
         \n\
         \u{20} clearjar -C {argument} build     then open {site}\n\
         \u{20} clearjar -C {argument} check     what is wrong, missing or out of date\n\
         \u{20} clearjar -C {argument} kinds     what else can be written down\n",
        name = one_line(&welcome.name),
        records = count("records/"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_name_to_the_client() {
        assert_eq!(name_of(Path::new("some/harborview-dental")).unwrap(), "Harborview Dental");
        assert_eq!(
            name_of(Path::new("some/x/../zahnärzte_am kai/")).unwrap_or_default(),
            "Zahnärzte Am Kai"
        );
        assert!(name_of(Path::new("/")).is_err());
    }

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(checked_name(" A & B ").unwrap(), "A & B");
        assert!(checked_name(" ").is_err() && checked_name("a\nb").is_err());
    }
}
