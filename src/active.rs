//! Finds files that would do more than show themselves when a reader opens them from the site: pages
//! and drawings with scripts, with parts that come from elsewhere, or that lead on by themselves.
//!
//! In: a file of the runbook. Out: findings. Attachments are handed over byte for byte, under `files/`
//! and once more under `source/`; on a web server what is in them would act in the name of the site, and
//! from a disk it would reach out of it. So they are refused here, not repaired.
//!
//! What a browser takes for markup is decided by the name, and where the name says nothing by the first
//! character, as browsers do (WHATWG, MIME Sniffing, 7.1; more is taken for markup here than there). HTML
//! and XML disagree about where comments and raw text end, so a file is read in all the ways in which a
//! browser may read it, and what any of them finds counts.

mod markup;

use std::borrow::Cow;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::markdown;
use crate::source::{Content, SourceFile, Span};

pub use markup::Kind;

/// A file would act when it is opened.
pub static ACTIVE_FILE: Rule = Rule {
    code: "active-file",
    level: Level::Error,
    summary: "a file would run a script, or load something from elsewhere, when it is opened",
    detail: "\
A page (HTML) or a drawing (SVG) can hold scripts, and parts that come from somewhere on the internet.
Opened from the site, its scripts would act in the name of the site, and whoever made the file would
learn who reads it. Readers trust the site, so such a file is not published.

What to do, whichever is easiest:

1. A page: open it once and print it to PDF, and attach that.
2. A drawing: export it anew without scripts (in Inkscape as \"Plain SVG\"), or as PNG.
3. Pack it into a ZIP file, which no browser opens as a page: `files/report.zip`.

A page or a drawing without any of this may be attached as it is. Files under `theme/` are not looked
at: a theme is what its owner makes it.
",
};

/// The rules of this module.
pub static RULES: &[&Rule] = &[&ACTIVE_FILE];

/// How many different things are told of one file.
const MOST_TOLD: usize = 4;

/// Something in a file that acts when it is opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Act {
    /// What it does, in words that complete "this file": "holds a script".
    pub what: String,
    /// The bytes of the text in which it does.
    pub range: Range<usize>,
}

/// Returns a finding for each sort of thing that `file` would do when it is opened.
pub fn check(file: &SourceFile) -> Diagnostics {
    let mut found = Diagnostics::default();
    let text = file.decoded();
    let first = text.as_deref().unwrap_or_default();
    let Some(kind) = kind(&file.path, first) else { return found };
    let Some(text) = text else {
        if kind.is_by_name() && matches!(file.content, Content::OnDisk(_)) {
            let message = "this file is a page or a drawing, and nobody can tell what it does: it \
                           is too large to be looked through, or is no text";
            found.push(finding(Span::whole(file.id()), message));
        }
        return found;
    };
    let is_held = matches!(text, Cow::Borrowed(_));
    for act in acts(&text, kind) {
        let line = || text[..act.range.start].matches('\n').count() + 1;
        let (span, message) = match is_held {
            true => (Span::new(file.id(), act.range.clone()), format!("this file {}", act.what)),
            false => (Span::whole(file.id()), format!("this file {} (line {})", act.what, line())),
        };
        found.push(finding(span, message));
    }
    found
}

fn finding(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(&ACTIVE_FILE, span, message).help(
        "print the page to PDF, export the drawing without scripts or as PNG, or pack the file into a \
         ZIP, and attach that",
    )
}

/// Returns as what a browser would read a file that is called `path` and says `text`; nothing
/// where it would not read it as markup.
pub fn kind(path: &str, text: &str) -> Option<Kind> {
    let name = path.rsplit('/').next().unwrap_or(path);
    // By the ending that it has on the site.
    let extension = name.rsplit_once('.').map(|(_, extension)| markdown::slug(extension));
    match extension.as_deref().unwrap_or_default() {
        "html" | "htm" | "shtml" | "hta" | "mht" | "mhtml" | "xhtm" => Some(Kind::Html),
        "svg" | "svgz" => Some(Kind::Drawing),
        "xhtml" | "xht" | "xml" | "xsl" | "xslt" | "xbl" | "rdf" | "rss" | "atom" | "mml" => {
            Some(Kind::Xml)
        }
        known if is_inert(known) => None,
        known => match mime_guess::from_ext(known).iter().any(|it| is_markup(&it)) {
            true => Some(Kind::Xml),
            false => by_sight(text),
        },
    }
}

/// Whether a media type is that of a document in which scripts run.
pub fn is_markup(kind: &mime_guess::Mime) -> bool {
    use mime_guess::mime;
    kind.subtype() == mime::HTML || kind.subtype() == "xml" || kind.suffix() == Some(mime::XML)
}

/// Endings by which every browser knows that a file is no page, whatever is in it.
fn is_inert(extension: &str) -> bool {
    const INERT: [&str; 30] = [
        "txt", "csv", "json", "pdf", "png", "jpg", "jpeg", "gif", "webp", "avif", "bmp", "ico",
        "zip", "7z", "gz", "tar", "xlsx", "docx", "pptx", "odt", "ods", "mp3", "mp4", "webm",
        "woff2", "css", "js", "ics", "md", "toml",
    ];
    INERT.contains(&extension)
}

fn by_sight(text: &str) -> Option<Kind> {
    let text = text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    match text.as_bytes() {
        [b'<', b'?', ..] => Some(Kind::XmlBySight),
        [b'<', ..] => Some(Kind::HtmlBySight),
        _ => None,
    }
}

/// Returns what a text of this kind would do, each sort of thing once, where it stands first.
pub fn acts(text: &str, kind: Kind) -> Vec<Act> {
    let mut acts = markup::acts(text, kind);
    acts.sort_by(|a, b| a.range.start.cmp(&b.range.start).then_with(|| a.what.cmp(&b.what)));
    let mut told: Vec<Act> = Vec::new();
    for act in acts {
        if told.len() < MOST_TOLD && told.iter().all(|earlier| earlier.what != act.what) {
            told.push(act);
        }
    }
    told
}

#[cfg(test)]
mod tests;
