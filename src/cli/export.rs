//! `clearjar export FORMAT`: writes the runbook in a form that other programs read.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clearjar::diagnostic::clean::one_line;
use clearjar::export::{self, Cells, File, Format};
use clearjar::pipeline;
use clearjar::text::{list_of, nearest, plural};

use super::Exit;
use super::args::{Common, Export};
use super::build::tell_errors;
use super::check::inputs;
use super::edition::{Narrowed, narrow};
use super::failure::{Failure, shown};
use super::meter::Meter;
use super::runbook::{Runbook, from_here};
use super::terminal::Terminal;

/// Writes the files of a format, unless errors stand against it.
pub fn run(args: &Export, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let Some(format) = Format::from_name(&args.format) else {
        return Err(unknown(&args.format));
    };
    let meter = Meter::start();
    let (runbook, checkup) =
        match narrow(Runbook::read(common)?, &args.readers, common, None, &meter)? {
            Narrowed::To(runbook) => {
                let checkup = pipeline::check(&inputs(&runbook, common, &meter));
                (runbook, checkup)
            }
            Narrowed::Not(runbook, checkup) => (runbook, *checkup),
        };
    meter.clear();
    if checkup.found.has_errors() {
        tell_errors(&checkup.found, &runbook, terminal);
        terminal.say("nothing was exported\n");
        return Ok(Exit::Problems);
    }
    let census = export::Census::of(&checkup.model);
    let facts = export::Facts {
        tree: &runbook.tree,
        config: &checkup.config,
        model: &checkup.model,
        audit: &checkup.audit,
        census: &census,
    };
    let cells = if args.raw { Cells::Raw } else { Cells::Safe };
    let files = export::files(&facts, format);
    let made = |file: &File| file.make(&facts, cells);
    match (&args.output, files.as_slice()) {
        (Some(output), [first, ..]) if output.as_os_str() == "-" => {
            if files.len() > 1 && format != Format::Json {
                return Err(Failure::new(format!("`{}` is several files", format.name()))
                    .help("name a folder: `--output DIR`"));
            }
            let mut out = std::io::stdout().lock();
            let written = out.write_all(&made(first)).and_then(|()| out.flush());
            written.map_err(|error| Failure::output(&error))?;
            return Ok(Exit::Done);
        }
        _ => {}
    }
    let targets = targets(args.output.as_deref(), format, &files);
    let bytes: Vec<Vec<u8>> = files.iter().map(made).collect();
    if !args.force {
        refuse_to_overwrite(&targets, &bytes)?;
    }
    for (path, bytes) in targets.iter().zip(&bytes) {
        write(path, bytes)?;
    }
    for path in targets.iter().take(1) {
        let place = if targets.len() == 1 { path } else { path.parent().unwrap_or(path) };
        let count = plural(targets.len(), "file", "files");
        terminal.out(&format!("{count} → {}\n", from_here(place).display()));
    }
    Ok(Exit::Done)
}

fn unknown(word: &str) -> Failure {
    let names = || Format::all().map(Format::name);
    let failure = Failure::new(format!("`{}` is no format of an export", one_line(word)));
    match nearest(word, names()) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help(format!("there are {}", list_of(&names().collect::<Vec<_>>(), "and"))),
    }
}

/// Returns where each file goes: a single one where `output` says, several into the folder it names.
fn targets(output: Option<&Path>, format: Format, files: &[File]) -> Vec<PathBuf> {
    match files {
        [only] => match output {
            Some(output) if !output.is_dir() => vec![output.to_owned()],
            Some(folder) => vec![folder.join(only.name())],
            None => vec![PathBuf::from(only.name())],
        },
        // A document that is named takes its description along.
        [document, schema] if format == Format::Json => match output {
            Some(output) if !output.is_dir() => {
                let folder = output.parent().unwrap_or(Path::new(""));
                vec![output.to_owned(), folder.join(schema.name())]
            }
            folder => {
                let folder = folder.unwrap_or(Path::new(""));
                vec![folder.join(document.name()), folder.join(schema.name())]
            }
        },
        files => {
            let folder = output.unwrap_or(Path::new(format.name()));
            files.iter().map(|file| folder.join(file.name())).collect()
        }
    }
}

/// What somebody else has put there is not gone over unasked.
fn refuse_to_overwrite(targets: &[PathBuf], bytes: &[Vec<u8>]) -> Result<(), Failure> {
    let differs = |(path, bytes): &(&PathBuf, &Vec<u8>)| match fs::read(path) {
        Ok(there) => there != **bytes,
        Err(_) => path.exists(),
    };
    match targets.iter().zip(bytes).find(differs) {
        None => Ok(()),
        Some((path, _)) => {
            Err(Failure::new(format!("{} is there already, with other content", shown(path)))
                .help("write it over with `--force`, or elsewhere with `--output PATH`"))
        }
    }
}

/// Writes a file beside its old version and gives it the name: whoever reads it sees the one or the other.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .map_err(|error| Failure::disk("make the folder", folder, &error))?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = path.with_file_name(name);
    fs::write(&new, bytes).and_then(|()| fs::rename(&new, path)).map_err(|error| {
        let _ = fs::remove_file(&new);
        Failure::disk("write", path, &error)
    })
}
