//! `clearjar about`: what the program is, and on which terms.

use clearjar::licences;

use super::Exit;
use super::args::About;
use super::failure::Failure;
use super::terminal::Terminal;

/// Prints it.
pub fn run(args: &About, terminal: &mut Terminal) -> Result<Exit, Failure> {
    if args.licences {
        terminal.out(&licences::text());
        return Ok(Exit::Done);
    }
    let seal =
        if cfg!(feature = "seal") { "yes" } else { "no; made with `--features seal` it does" };
    terminal.out(&format!(
        "clearjar {}\n{}\n\nlicence    {}; `clearjar about --licences` prints all texts\nseals      {seal}\n",
        env!("CARGO_PKG_VERSION"),
        env!("CARGO_PKG_DESCRIPTION"),
        env!("CARGO_PKG_LICENSE"),
    ));
    Ok(Exit::Done)
}
