//! Times what the index for search costs, on one core; and writes what is in it for other libraries.
//!
//! `cargo run --release --example search_index -- RUNBOOK [ENTRIES]`
//!
//! Prints seconds as JSON: `views` to make every page's view, which a build does anyway, `read` to read
//! them for search beside that, `write` to make the index. With ENTRIES, a line of JSON for each page is
//! written there: its address, title, identifiers as read off labels, and words.
#![allow(clippy::disallowed_methods, reason = "a tool that measures, and writes a file")]

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clearjar::artifact::Nowhere;
use clearjar::discover::{self, Limits};
use clearjar::pipeline::{self, Inputs};
use clearjar::plan::{self, Facts};
use clearjar::search::{self, Entry};

/// The program's own, since making an index is making many small texts.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1).map(PathBuf::from);
    let Some(runbook) = words.next() else {
        eprintln!("usage: search_index RUNBOOK [ENTRIES]");
        return ExitCode::from(2);
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool of one");
    let entries_to = words.next();
    match pool.install(|| measure(&runbook, entries_to.as_deref())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn measure(runbook: &Path, entries_to: Option<&Path>) -> Result<(), String> {
    let read = discover::read(runbook, &Limits::default()).map_err(|error| format!("{error:?}"))?;
    let clock = jiff::civil::date(2026, 11, 15);
    let inputs = Inputs::new(&read.value, &read.found, clock);
    let checkup = pipeline::check(&inputs);
    let facts = Facts {
        tree: &read.value,
        config: &checkup.config,
        model: &checkup.model,
        sealed: &checkup.sealed,
        audit: &checkup.audit,
        story: &checkup.story,
        found: &checkup.found,
        is_searched: true,
    };
    let plan = plan::pages(&facts);
    let started = Instant::now();
    plan.map(|page| page.path.len());
    let views = started.elapsed();
    let started = Instant::now();
    let entries: Vec<Entry> = plan.map(search::read).into_iter().flatten().collect();
    let read = started.elapsed().saturating_sub(views);
    if let Some(path) = entries_to {
        write(&entries, path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let started = Instant::now();
    search::write(entries.iter().collect(), &Nowhere);
    let write = started.elapsed();
    let seconds = [views, read, write].map(|time| time.as_secs_f64());
    println!(
        "{{\"views\":{:.3},\"read\":{:.3},\"write\":{:.3}}}",
        seconds[0], seconds[1], seconds[2]
    );
    Ok(())
}

fn write(entries: &[Entry], path: &Path) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for entry in entries {
        let words: Vec<&str> = entry
            .words
            .iter()
            .flat_map(|(word, used)| {
                vec![word; usize::from(used.strong.max(used.body)).clamp(1, 5)]
            })
            .collect();
        let ids: Vec<&str> = entry
            .identifiers
            .iter()
            .filter(|(_, mention)| mention.weight > 1)
            .map(|(key, _)| key)
            .collect();
        let href = match entry.is_record {
            true => format!("{}/{}.html", entry.kind.0, entry.name),
            false => format!("{}.html", entry.name),
        };
        let line = serde_json::json!({
            "id": href,
            "title": entry.title,
            "ids": ids.join(" "),
            "body": words.join(" "),
        });
        writeln!(file, "{line}")?;
    }
    file.flush()
}
