//! `clearjar bundle`: packs the site into one file to hand over.

use std::path::{Path, PathBuf};

use clearjar::diagnostic::clean::one_line;
use clearjar::handover::bundle::{self, Wishes};
use clearjar::handover::held::Held;
use clearjar::import::slug::slug;
use clearjar::publish::{self, Imprint};
use clearjar::text::{bytes_in_words, plural};

use super::Exit;
use super::args::{Build, Bundle, Common};
use super::build;
use super::failure::Failure;
use super::meter::Meter;
use super::runbook::{Runbook, SITE, from_here};
use super::terminal::Terminal;
use super::{shell, sign};

/// Builds the site unless one is named, packs it, and says how to check what was packed.
pub fn run(args: &Bundle, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let (site, folder) = match &args.site {
        Some(site) => (site.clone(), PathBuf::from(".")),
        None => {
            let readers = args.readers.clone();
            let exit = build::run(&Build { readers, ..Build::default() }, common, terminal)?;
            if exit != Exit::Done {
                return Ok(exit);
            }
            let root = Runbook::root(common)?;
            (root.join(SITE), root)
        }
    };
    publish::complete(&site)?;
    let imprint = Held::open(&site)?.manifest()?.imprint;
    let output = args.output.clone().unwrap_or_else(|| folder.join(name(&imprint)));
    let program = match args.with_program {
        true => Some(
            std::env::current_exe()
                .map_err(|error| Failure::new(format!("cannot find this program: {error}")))?,
        ),
        false => None,
    };
    let wishes =
        Wishes { program: program.as_deref(), signer: args.signer.asked(), force: args.force };
    let meter = Meter::start();
    let bundled = bundle::bundle(&site, &output, wishes, &meter);
    meter.clear();
    let bundled = bundled?;
    let place = from_here(&absolute(&output));
    terminal.out(&format!(
        "{}, {} → {}\n  SHA-256 {}\n",
        plural(bundled.files, "file", "files"),
        bytes_in_words(bundled.bytes),
        place.display(),
        bundled.digest,
    ));
    match &bundled.signed {
        Some(signed) => terminal.out(&sign::words(signed)),
        None => terminal.out("  not signed: `--key FILE --as NAME` shows from whom it is\n"),
    }
    let argument = shell::quoted(&one_line(&place.to_string_lossy()));
    terminal.out(&format!("  check it: clearjar verify {argument}\n"));
    Ok(Exit::Done)
}

/// Returns the name of the bundle of a site: its title, its edition if it is one, its day.
fn name(imprint: &Imprint) -> String {
    let parts = [Some(imprint.title.as_str()), imprint.edition.as_deref()];
    let words: Vec<String> =
        parts.into_iter().flatten().map(slug).filter(|slug| !slug.is_empty()).collect();
    let words = if words.is_empty() { "runbook".to_owned() } else { words.join("-") };
    let short: String = words.chars().take(100).collect();
    format!("{short}-{}.zip", imprint.day)
}

fn absolute(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).canonicalize();
    match (folder, path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}
