//! The program: parses the command line, runs the command, and says by its exit code what came of
//! it: 0 done, 1 problems found, 2 could not run, 3 the site is visible but not safely on the disk.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run(std::env::args_os()).into()
}
