//! Turns code into HTML with a few classes for its colours; the theme says what colours they are.
//!
//! Languages a runbook is full of have small lexers of our own, below this module, because there
//! colouring was three quarters of a build's work; the rest is syntect's.

mod device;
mod grammars;
mod language;
mod lists;
mod pen;
mod program;
mod shell;
mod values;
mod words;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use self::language::{Engine, Language};
use self::pen::Pen;
use crate::digest::Digest;
use crate::render::escape;

pub use self::language::{guess_language, language_of_path};

/// Code longer than this, in bytes, is written without colours.
pub const MOST_CODE: usize = 200 * 1024;

/// The same where syntect would colour it, which takes some hundred times as long.
const MOST_FOR_A_GRAMMAR: usize = 64 * 1024;

/// How many bytes of coloured code are remembered.
const MOST_REMEMBERED: usize = 32 * 1024 * 1024;

/// Colours code. One serves a whole build, whatever the number of threads.
///
/// What syntect coloured is remembered by its content, so that a block that stands on many pages
/// is coloured once. What our own lexers do is done faster than looked up.
#[derive(Default)]
pub struct Highlighter {
    remembered: Mutex<Remembered>,
}

#[derive(Default)]
struct Remembered {
    by_content: HashMap<(&'static str, Digest), Arc<str>>,
    bytes: usize,
}

impl Highlighter {
    /// Returns a highlighter that has seen nothing yet.
    pub fn new() -> Highlighter {
        Highlighter::default()
    }

    /// Returns `code` as HTML: escaped text and `<span class="c-…">`, to stand in a `<code>`.
    ///
    /// `language` is a name or alias, or all that stands behind a code fence. In an unknown
    /// language, and beyond [`MOST_CODE`], the code stays without colours. Nothing in the text is
    /// changed, except that `\r\n` becomes `\n` and that characters nobody can see are spelt out,
    /// as [`escape::content`] does.
    pub fn html(&self, code: &str, language: &str) -> Arc<str> {
        let code = with_plain_line_ends(code);
        let language = language::named(language);
        if let Some((language, syntax)) = slow(&code, language) {
            return self.remembered(&code, language, syntax);
        }
        let mut out = String::with_capacity(code.len() * 2);
        write_fast(&code, language, &mut out);
        out.into()
    }

    /// Appends what [`Highlighter::html`] returns to `out`.
    pub fn write(&self, code: &str, language: &str, out: &mut String) {
        let code = with_plain_line_ends(code);
        let language = language::named(language);
        match slow(&code, language) {
            Some((language, syntax)) => out.push_str(&self.remembered(&code, language, syntax)),
            None => write_fast(&code, language, out),
        }
    }

    fn remembered(&self, code: &str, language: &Language, syntax: &str) -> Arc<str> {
        let key = (language.name, Digest::of(code.as_bytes()));
        if let Some(html) = self.lock().by_content.get(&key) {
            return Arc::clone(html);
        }
        let mut out = String::with_capacity(code.len() * 4);
        let mut pen = Pen::new(code, &mut out);
        grammars::colour(&mut pen, syntax);
        pen.finish();
        let html: Arc<str> = out.into();
        let mut remembered = self.lock();
        if remembered.bytes + html.len() <= MOST_REMEMBERED {
            remembered.bytes += html.len();
            remembered.by_content.insert(key, Arc::clone(&html));
        }
        html
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Remembered> {
        // A thread that panicked elsewhere leaves nothing half-written here.
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the name a page gives the language that `info`, the words behind a code fence, names:
/// `shell` is `bash`. Of an unknown one the word itself, if it is a plain one.
pub fn language_name(info: &str) -> Option<Cow<'_, str>> {
    if let Some(language) = language::named(info) {
        return Some(Cow::Borrowed(language.name));
    }
    let word = language::first_word(info);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+#-_.".contains(&byte);
    let usable = !word.is_empty() && word.len() <= 32 && word.bytes().all(plain);
    usable.then(|| Cow::Owned(word.to_ascii_lowercase()))
}

/// Returns the grammar for `code`, where it is a grammar that colours it.
fn slow(
    code: &str,
    language: Option<&'static Language>,
) -> Option<(&'static Language, &'static str)> {
    match language {
        Some(language @ Language { engine: Engine::Grammar(syntax), .. })
            if code.len() <= MOST_FOR_A_GRAMMAR =>
        {
            Some((language, syntax))
        }
        _ => None,
    }
}

fn write_fast(code: &str, language: Option<&Language>, out: &mut String) {
    let Some(language) = language.filter(|_| code.len() <= MOST_CODE) else {
        return escape::content(code, out);
    };
    let mut pen = Pen::new(code, out);
    match language.engine {
        Engine::Device(dialect) => device::colour(&mut pen, dialect),
        Engine::Own(lexer) => lexer(&mut pen),
        Engine::Grammar(_) | Engine::Plain => {}
    }
    pen.finish();
}

/// Returns `code` with line feeds for line ends: a browser would read `\r` as one more.
fn with_plain_line_ends(code: &str) -> Cow<'_, str> {
    if code.contains("\r\n") { Cow::Owned(code.replace("\r\n", "\n")) } else { Cow::Borrowed(code) }
}

#[cfg(test)]
mod tests;
