//! The commands that stand beside the flow: a copy without secrets, and what the program is made of.

use std::path::PathBuf;

/// Write a copy of a device's configuration without its secrets, safe to publish
///
/// Every password, key, hash and community becomes `<removed>`; all else stays as it is, line by line.
/// Configurations of pfSense, OPNsense, Cisco IOS, FortiGate and RouterOS are known by their own keywords; in
/// every text goes what `clearjar check` would take for a secret. Addresses, names and rules stay: they are
/// what the document is for. The file itself is not touched.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:\n\
    \n  clearjar redact fw-hq-01.conf                                writes fw-hq-01.redacted.conf\
    \n  clearjar redact config.xml --output files/fw-hq-01.xml\
    \n  clearjar redact running.txt --output - | less")]
pub struct Redact {
    /// The file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Where the copy goes; `-` is the output [default: beside the file, as NAME.redacted.ENDING]
    #[arg(long, value_name = "PATH")]
    pub output: Option<PathBuf>,

    /// Replace what is there
    #[arg(long)]
    pub force: bool,
}

/// Say what this program is, and on which terms
///
/// With `--licences`, the licence of the program and of all that is part of it: crates, icons, data.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:\n\
    \n  clearjar about\
    \n  clearjar about --licences > LICENCES.txt")]
pub struct About {
    /// The full text of all licences
    #[arg(long)]
    pub licences: bool,
}
