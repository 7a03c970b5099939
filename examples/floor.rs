//! The floor under every generator: writing the files of a site from memory, and nothing else.
//!
//! `cargo run --release --example floor -- FROM TO` reads every file below FROM into memory, then
//! writes them all below TO, in the order of their paths, and prints what the writing took:
//! `wall=0.412 cpu=0.398`, in seconds. `cpu` is left out where the system does not tell.
#![allow(clippy::disallowed_methods, reason = "a tool that reads and writes files")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [from, to] = arguments.as_slice() else {
        eprintln!("usage: floor FROM TO");
        return ExitCode::from(2);
    };
    match copy_through_memory(from, to) {
        Ok(took) => {
            println!("{took}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("cannot copy `{}` to `{}`: {error}", from.display(), to.display());
            ExitCode::from(2)
        }
    }
}

fn copy_through_memory(from: &Path, to: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    read_below(from, to, &mut files)?;
    files.sort();
    let (start, cpu_before) = (Instant::now(), cpu_seconds());
    write_all(&files)?;
    let wall = start.elapsed().as_secs_f64();
    Ok(match (cpu_before, cpu_seconds()) {
        (Some(before), Some(after)) => format!("wall={wall:.4} cpu={:.4}", after - before),
        _ => format!("wall={wall:.4}"),
    })
}

/// Reads what is below `from`, each file with the path it will have below `to`.
fn read_below(from: &Path, to: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            read_below(&entry.path(), &target, files)?;
        } else {
            files.push((target, fs::read(entry.path())?));
        }
    }
    Ok(())
}

fn write_all(files: &[(PathBuf, Vec<u8>)]) -> io::Result<()> {
    let mut folder = PathBuf::new();
    for (path, bytes) in files {
        // Files of one folder follow each other, so each folder is made once.
        if let Some(parent) = path.parent()
            && parent != folder
        {
            fs::create_dir_all(parent)?;
            folder = parent.to_owned();
        }
        fs::write(path, bytes)?;
    }
    Ok(())
}

/// Returns the time that this thread, the only one, has spent on a processor (Linux).
fn cpu_seconds() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/schedstat").ok()?;
    let nanoseconds: u64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds as f64 / 1e9)
}
