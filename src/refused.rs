//! Why something that a person asked for is not done, in words.

use std::fmt;

/// Why a command does nothing. Whatever stood before stands still.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// One plain fact in lower case.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Refused {
    /// Returns a refusal for the reason `message`.
    pub fn new(message: impl Into<String>) -> Refused {
        Refused { message: message.into(), help: None }
    }

    /// Adds what to do.
    pub fn help(mut self, help: impl Into<String>) -> Refused {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refused {}
