//! Which paths a file of the site may have, so that a copy of it arrives whole on every disk.
//!
//! The strictest of Windows, exFAT, macOS and web servers decides. What the program names itself
//! is lower-case ASCII. Below `files/` and `source/` stand files that people named: there any
//! letter will do, and only what some system would refuse, change or hide is left out.

use std::collections::HashMap;
use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::diagnostic::clean;

/// The longest path, in UTF-16 units: Windows stops at 260 for a whole path by default, and the
/// site has to fit below somebody's `Documents` folder.
pub const LONGEST_PATH: usize = 180;

/// The longest part of a path, in bytes of UTF-8, as ext4 and most others have it.
pub const LONGEST_PART: usize = 255;

/// Folders whose files people named.
const NAMED_BY_PEOPLE: [&str; 2] = ["files/", "source/"];

/// Names with capitals that the program gives: to be seen first, and as convention has it.
const WITH_CAPITALS: [&str; 1] = ["START-HERE.txt"];

/// A path that cannot be a file of the site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NameProblem {
    /// The path.
    pub path: String,
    /// What is wrong with it, as the end of "`path` cannot be a file of the site: ".
    pub why: String,
}

impl fmt::Display for NameProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = clean::one_line(&self.path);
        write!(f, "`{path}` cannot be a file of the site: {}", self.why)
    }
}

/// Checks that `path`, relative to the site with `/` between its parts, is safe everywhere.
///
/// Every part consists of `a-z`, `0-9`, `.`, `_` and `-` (`START-HERE.txt` excepted); below
/// `files/` and `source/` of any characters but controls, invisible ones and `< > : " \ | ? *`. No part is
/// empty, starts with a dot or a space, ends with one, or is a name that Windows reserves, with or
/// without an extension ("Naming Files, Paths, and Namespaces", and `CONIN$`, `CONOUT$`).
/// At most [`LONGEST_PATH`] long, each part at most [`LONGEST_PART`].
pub fn check_site_path(path: &str) -> Result<(), NameProblem> {
    let problem = |why: String| Err(NameProblem { path: path.to_owned(), why });
    if path.encode_utf16().count() > LONGEST_PATH {
        return problem(format!("it is longer than {LONGEST_PATH} characters"));
    }
    let by_people = NAMED_BY_PEOPLE.iter().any(|folder| path.starts_with(folder));
    for part in path.split('/') {
        if let Some(why) = wrong_with(part) {
            return problem(why);
        }
        let harmful = if by_people { is_harmful } else { is_not_plain };
        if let Some(c) = part.chars().find(|c| harmful(*c))
            && !WITH_CAPITALS.contains(&path)
        {
            return problem(format!("it holds {}", described(c)));
        }
    }
    Ok(())
}

/// Checks all paths of a site: each by itself, and that no two fall together on a system that
/// does not tell capitals from small letters or one spelling of an accent from another.
///
/// `paths` are sorted and distinct.
pub(super) fn check_all<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<NameProblem> {
    let mut problems = Vec::new();
    let mut seen = Seen::default();
    for path in paths {
        problems.extend(check_site_path(path).and_then(|()| seen.add(path)).err());
    }
    problems
}

/// The paths met so far, files and the folders above them.
#[derive(Default)]
pub struct Seen<'a>(HashMap<String, Met<'a>>);

struct Met<'a> {
    path: &'a str,
    is_file: bool,
}

impl<'a> Seen<'a> {
    /// Adds the file at `path`, unless it meets one of those before it.
    pub fn add(&mut self, path: &'a str) -> Result<(), NameProblem> {
        let mut end = path.len();
        let mut is_file = true;
        loop {
            let part = &path[..end];
            let met = self.0.entry(folded(part)).or_insert(Met { path: part, is_file });
            let is_new = std::ptr::eq(met.path, part);
            if !is_new && (met.path != part || met.is_file || is_file) {
                let why = format!("it meets `{}`", clean::one_line(met.path));
                return Err(NameProblem { path: path.to_owned(), why });
            }
            match part.rfind('/') {
                // A folder met before had its own parents looked at then.
                Some(slash) if is_new => end = slash,
                _ => return Ok(()),
            }
            is_file = false;
        }
    }
}

/// What a path becomes on a system that tells neither case nor normalisation apart.
fn folded(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    path.nfc().flat_map(char::to_lowercase).collect()
}

fn wrong_with(part: &str) -> Option<String> {
    if part.is_empty() {
        return Some("a part of it is empty".to_owned());
    }
    if part.starts_with('.') {
        return Some("a part of it starts with a dot, and would be hidden".to_owned());
    }
    if part.ends_with('.')
        || part.starts_with(char::is_whitespace)
        || part.ends_with(char::is_whitespace)
    {
        return Some("a part of it starts or ends with a space, or ends with a dot".to_owned());
    }
    if part.len() > LONGEST_PART {
        return Some(format!("a part of it is longer than {LONGEST_PART} bytes"));
    }
    is_reserved(part).then(|| format!("Windows reserves the name `{part}`"))
}

/// Whether Windows takes `part` for a device: alone, with an extension, or with spaces behind it.
fn is_reserved(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_lowercase();
    if matches!(&*stem, "con" | "prn" | "aux" | "nul" | "conin$" | "conout$" | "clock$") {
        return true;
    }
    // The digits written high count as the digits themselves.
    ["com", "lpt"].iter().any(|port| {
        stem.strip_prefix(port).is_some_and(|rest| {
            let mut digits = rest.chars();
            matches!(digits.next(), Some('0'..='9' | '¹' | '²' | '³')) && digits.next().is_none()
        })
    })
}

fn is_not_plain(c: char) -> bool {
    !matches!(c, 'a'..='z' | '0'..='9' | '.' | '_' | '-')
}

fn is_harmful(c: char) -> bool {
    c.is_control()
        || clean::is_bidi_control(c)
        || matches!(c, '<' | '>' | ':' | '"' | '\\' | '|' | '?' | '*')
        || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}')
        || matches!(c, '\u{e0000}'..='\u{e0fff}')
}

fn described(c: char) -> String {
    if c.is_ascii_graphic() || c.is_alphanumeric() {
        format!("`{c}`")
    } else if c == ' ' {
        "a space".to_owned()
    } else {
        format!("the character U+{:04X}", c as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(path: &str) -> String {
        check_site_path(path).expect_err(path).why
    }

    #[test]
    fn the_addresses_of_the_site_are_fine() {
        for path in [
            "index.html",
            "START-HERE.txt",
            "devices/fw-hq-01.html",
            "devices/index.2.html",
            "assets/style.0123456789.css",
            "files/Vertrag Müller (2026).pdf",
            "source/README.md",
            "files/console.txt",
            "files/com10.txt",
        ] {
            assert_eq!(check_site_path(path), Ok(()), "{path}");
        }
    }

    #[test]
    fn what_leads_out_of_the_site_or_is_hidden_is_refused() {
        for path in
            ["", "/etc/x", "a//b", "a/", "../x", "files/../x", "./x", ".git/config", "files/.x"]
        {
            assert!(check_site_path(path).is_err(), "{path}");
        }
    }

    #[test]
    fn names_that_windows_reserves_are_refused_in_every_form() {
        for name in [
            "con",
            "CON.txt",
            "nul.tar.gz",
            "aux ",
            "com1.html",
            "COM¹.txt",
            "lpt³",
            "conin$",
            "CONOUT$.x",
        ] {
            assert!(check_site_path(&format!("files/{name}")).is_err(), "{name}");
        }
        assert_eq!(why("devices/con.html"), "Windows reserves the name `con.html`");
    }

    #[test]
    fn what_some_disk_would_change_is_refused() {
        for path in [
            "files/tr.",
            "files/sp ",
            "files/ sp",
            "files/a:b",
            "files/q?",
            "files/a\\b",
            "files/a\u{202e}b",
            "files/a\u{200b}b",
            "files/a\nb",
        ] {
            assert!(check_site_path(path).is_err(), "{path:?}");
        }
        assert_eq!(why("devices/Fw.html"), "it holds `F`");
        assert_eq!(why("devices/a b.html"), "it holds a space");
        assert_eq!(why("devices/ü.html"), "it holds `ü`");
    }

    #[test]
    fn length_is_counted_as_windows_counts() {
        let fits = format!("files/{}", "ü".repeat(LONGEST_PART / 2));
        assert_eq!(check_site_path(&fits), Ok(()));
        assert!(check_site_path(&format!("files/{}", "ü".repeat(128))).is_err());
        assert!(check_site_path(&format!("{}x", "abc/".repeat(45))).is_err());
    }

    #[test]
    fn two_paths_that_fall_together_somewhere_are_refused() {
        let meets = |paths: &[&str]| check_all(paths.iter().copied()).len();
        assert_eq!(meets(&["files/a.txt", "files/b.txt", "files/c/a.txt"]), 0);
        assert_eq!(meets(&["files/A.txt", "files/a.txt"]), 1);
        assert_eq!(meets(&["files/Plan/a.txt", "files/plan/b.txt"]), 1);
        assert_eq!(meets(&["files/\u{fc}", "files/u\u{308}"]), 1);
        assert_eq!(meets(&["a", "a/b"]), 1);
        assert_eq!(meets(&["files/A/b", "files/a"]), 1);
    }
}
