//! Text for a terminal, with what each piece of it is; what that looks like is the terminal's
//! business.

/// What a piece of text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// Running text.
    Plain,
    /// A heading.
    Heading,
    /// Something to type: a name, a command.
    Name,
    /// Beside the matter: an example, a folder.
    Faint,
}

/// A piece of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// What it is.
    pub tone: Tone,
    /// Its text, without line feeds.
    pub text: String,
}

/// Lines of text.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Sheet {
    lines: Vec<Vec<Piece>>,
}

impl Sheet {
    /// Returns the lines, from the top.
    pub fn lines(&self) -> &[Vec<Piece>] {
        &self.lines
    }

    /// Returns the text alone, each line with its end.
    pub fn plain(&self) -> String {
        let mut text = String::new();
        for line in &self.lines {
            line.iter().for_each(|piece| text.push_str(&piece.text));
            text.push('\n');
        }
        text
    }

    pub(super) fn blank(&mut self) {
        self.lines.push(Vec::new());
    }

    pub(super) fn line(&mut self, tone: Tone, text: impl Into<String>) {
        self.lines.push(vec![Piece { tone, text: text.into() }]);
    }

    pub(super) fn pieces(&mut self, pieces: impl IntoIterator<Item = (Tone, String)>) {
        let line = pieces.into_iter().map(|(tone, text)| Piece { tone, text }).collect();
        self.lines.push(line);
    }
}
