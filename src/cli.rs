//! The command line: one file per command, each of which calls the library and writes for people.

#![allow(clippy::disallowed_methods, reason = "here the program meets disk, clock and environment")]

mod about;
mod args;
mod build;
mod bundle;
mod check;
mod dates;
mod diff;
mod edition;
mod export;
mod failure;
mod follow;
mod import;
mod init;
mod kinds;
mod meter;
mod new;
mod redact;
mod release;
mod restore;
mod runbook;
mod schema;
mod seal;
mod serve;
mod shell;
mod sign;
mod signals;
mod terminal;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use failure::Failure;
use terminal::Terminal;

/// What came of a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// It was done.
    Done,
    /// Problems were found in the runbook.
    Problems,
    /// It could not be run.
    NotRun,
    /// The new site is visible, but a power cut may still take it back.
    NotFlushed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Problems => 1,
            Exit::NotRun => 2,
            Exit::NotFlushed => 3,
        })
    }
}

/// Runs the command that `arguments` ask for.
pub fn run(arguments: impl Iterator<Item = OsString>) -> Exit {
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => return explain(&error),
    };
    let mut terminal = Terminal::new(args.common.color);
    let result = dispatch(&args, &mut terminal).and_then(|exit| {
        terminal.finish().map_err(|error| Failure::output(&error))?;
        Ok(exit)
    });
    result.unwrap_or_else(|failure| {
        terminal.fail(&failure);
        Exit::NotRun
    })
}

fn dispatch(args: &Args, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let common = &args.common;
    match &args.command {
        Command::Init(args) => init::run(args, common, terminal),
        Command::New(args) => new::run(args, common, terminal),
        Command::Check(args) => check::run(args, common, terminal),
        Command::Build(args) => build::run(args, common, terminal),
        Command::Dates(_) => dates::run(common, terminal),
        Command::Diff(args) => diff::run(args, common, terminal),
        Command::Release(args) => release::run(args, common, terminal),
        Command::Serve(args) => serve::run(args, common, terminal),
        Command::Import(args) => import::run(args, common, terminal),
        Command::Export(args) => export::run(args, common, terminal),
        Command::Kinds(args) => kinds::run(args, common, terminal),
        Command::Schema(args) => schema::run(args, common, terminal),
        Command::Redact(args) => redact::run(args, terminal),
        Command::Seal(args) => seal::run(args, common, terminal),
        Command::Sign(args) => sign::run(args, common, terminal),
        Command::Bundle(args) => bundle::run(args, common, terminal),
        Command::Verify(args) => verify::run(args, common, terminal),
        Command::Restore(args) => restore::run(args, common, terminal),
        Command::About(args) => about::run(args, terminal),
    }
}

/// Prints help, the version, or what is wrong with the arguments.
fn explain(error: &clap::Error) -> Exit {
    let wrong = error.use_stderr();
    match error.print() {
        Ok(()) if wrong => Exit::NotRun,
        Ok(()) => Exit::Done,
        // `clearjar --help | head -1`: the reader has seen what it wanted.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => {
            Terminal::new(args::Color::Auto).fail(&Failure::output(&error));
            Exit::NotRun
        }
    }
}
