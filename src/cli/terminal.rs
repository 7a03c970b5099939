//! Writes to standard output and standard error: with colours where they are wanted, and never
//! with a panic where nobody reads on.

use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};

use clearjar::diagnostic::clean::printable;
use clearjar::scaffold::{Sheet, Tone};

use super::args::Color;
use super::failure::Failure;

/// Columns where no terminal says how wide it is.
const USUAL_WIDTH: usize = 100;

/// Where a command writes to.
pub struct Terminal {
    out: Output<BufWriter<io::StdoutLock<'static>>>,
    /// Whether to use colours on standard output.
    pub color: bool,
    /// Whether to use colours on standard error.
    pub error_color: bool,
    /// Columns of standard output.
    pub width: usize,
}

impl Terminal {
    /// Returns the terminal of this process, its standard output locked until the end.
    pub fn new(color: Color) -> Terminal {
        let (out, err) = (io::stdout(), io::stderr());
        Terminal {
            color: wants_color(color, out.is_terminal()),
            error_color: wants_color(color, err.is_terminal()),
            width: width(),
            out: Output::new(BufWriter::with_capacity(64 * 1024, out.lock())),
        }
    }

    /// Writes `text` to standard output as it is.
    pub fn out(&mut self, text: &str) {
        self.out.write(text);
    }

    /// Writes `sheet` to standard output, its tones as colours where they are wanted.
    pub fn sheet(&mut self, sheet: &Sheet) {
        match self.color {
            true => self.out.write(&colored(sheet)),
            false => self.out.write(&sheet.plain()),
        }
    }

    /// Writes `text` to standard output, and has it seen at once.
    pub fn out_now(&mut self, text: &str) {
        self.out.write(text);
        self.out.flush();
    }

    /// Writes `text` to standard error, behind what was written to standard output before.
    pub fn say(&mut self, text: &str) {
        self.out.flush();
        // Nobody can be told that standard error cannot be written.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Says why the command could not run.
    pub fn fail(&mut self, failure: &Failure) {
        let (bold, plain) = if self.error_color { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        let mut text = format!("{bold}error{plain}: {}\n", printable(&failure.message));
        if let Some(help) = &failure.help {
            text.push_str(&format!("  help: {}\n", printable(help)));
        }
        self.say(&text);
    }

    /// Makes sure that all of the output has been taken.
    ///
    /// A reader that went away is no failure: it has seen what it wanted.
    pub fn finish(&mut self) -> io::Result<()> {
        self.out.finish()
    }
}

/// A stream that stops at its first problem and tells of it at the end.
struct Output<W: Write> {
    stream: W,
    problem: Option<io::Error>,
}

impl<W: Write> Output<W> {
    fn new(stream: W) -> Output<W> {
        Output { stream, problem: None }
    }

    fn write(&mut self, text: &str) {
        if self.problem.is_none() {
            self.problem = self.stream.write_all(text.as_bytes()).err();
        }
    }

    fn flush(&mut self) {
        if self.problem.is_none() {
            self.problem = self.stream.flush().err();
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.flush();
        match self.problem.take() {
            Some(problem) if problem.kind() != ErrorKind::BrokenPipe => Err(problem),
            _ => Ok(()),
        }
    }
}

fn wants_color(color: Color, is_terminal: bool) -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match color {
        Color::Always => true,
        Color::Never => false,
        // https://no-color.org
        Color::Auto => {
            is_terminal
                && !is_set("NO_COLOR")
                && std::env::var_os("TERM").is_none_or(|t| t != "dumb")
        }
    }
}

fn width() -> usize {
    let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    asked.or_else(terminal_width).filter(|width| *width > 0).unwrap_or(USUAL_WIDTH)
}

#[cfg(unix)]
fn terminal_width() -> Option<usize> {
    let out = io::stdout();
    if !out.is_terminal() {
        return None;
    }
    rustix::termios::tcgetwinsize(&out).ok().map(|size| usize::from(size.ws_col))
}

#[cfg(not(unix))]
fn terminal_width() -> Option<usize> {
    None
}

fn colored(sheet: &Sheet) -> String {
    let mut text = String::new();
    for line in sheet.lines() {
        for piece in line {
            let code = match piece.tone {
                Tone::Plain => "",
                Tone::Heading => "\u{1b}[1m",
                Tone::Name => "\u{1b}[36m",
                Tone::Faint => "\u{1b}[2m",
            };
            text.push_str(code);
            text.push_str(&printable(&piece.text));
            text.push_str(if code.is_empty() { "" } else { "\u{1b}[0m" });
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream that fails in the given way.
    struct Broken(ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn a_reader_that_went_away_is_no_failure() {
        let mut out = Output::new(Broken(ErrorKind::BrokenPipe));
        out.write("a");
        out.write("b");
        assert!(out.finish().is_ok());
    }

    #[test]
    fn a_full_disk_is_told_even_if_it_shows_only_at_the_end() {
        let mut out = Output::new(BufWriter::new(Broken(ErrorKind::StorageFull)));
        out.write("a");
        assert_eq!(out.finish().unwrap_err().kind(), ErrorKind::StorageFull);
    }
}
