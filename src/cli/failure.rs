//! Why a command could not run, in words, and what to do about it.

use std::fmt::Display;
use std::io;
use std::path::Path;

use clearjar::diagnostic::clean::one_line;
use clearjar::discover::DiscoverError;
use clearjar::publish::PublishError;
use clearjar::refused::Refused;

/// Why a command could not run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// One plain fact in lower case.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Failure {
    /// Returns a failure for the reason `message`.
    pub fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), help: None }
    }

    /// Adds what to do.
    pub fn help(mut self, help: impl Into<String>) -> Failure {
        self.help = Some(help.into());
        self
    }

    /// Returns the failure to `action` (`write the file`) at `path`.
    pub fn disk(action: &str, path: &Path, error: &io::Error) -> Failure {
        Failure::new(format!("cannot {action} {}: {error}", shown(path)))
    }

    /// Returns the failure to write what was asked for.
    pub fn output(error: &io::Error) -> Failure {
        Failure::new(format!("cannot write the output: {error}"))
    }
}

impl From<DiscoverError> for Failure {
    fn from(error: DiscoverError) -> Failure {
        Failure::new(error.to_string())
    }
}

impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Failure {
        let stays = if error.old_site_kept() { "; the site is as it was" } else { "" };
        Failure::new(format!("{error}{stays}")).help(error.help())
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Failure {
        Failure { message: refused.message, help: refused.help }
    }
}

/// Returns a path for a message: in backticks, and harmless to a terminal.
pub fn shown(path: &Path) -> impl Display {
    format!("`{}`", one_line(&path.to_string_lossy()))
}
