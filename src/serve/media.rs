//! Says what a file of the site is to a browser (media types, RFC 9110, 8.3.1).

use mime_guess::mime;

use crate::active;

/// Folders with files that people and other systems made: nobody knows what scripts are in them.
const BY_OTHERS: [&str; 2] = ["files/", "source/"];

/// Returns the value of `Content-Type` for a file: by its name, and if that says nothing, text where
/// the bytes are text.
pub(super) fn content_type(path: &str, is_text: bool) -> String {
    let usual = if is_text { mime::TEXT_PLAIN } else { mime::APPLICATION_OCTET_STREAM };
    let kind = mime_guess::from_path(path).first().unwrap_or(usual);
    let is_utf8 =
        kind.type_() == mime::TEXT || kind.subtype() == "json" || active::is_markup(&kind);
    if is_utf8 { format!("{kind}; charset=utf-8") } else { kind.to_string() }
}

/// Whether the file is a page that the program made.
pub(super) fn is_page(path: &str) -> bool {
    path.ends_with(".html") && !is_by_others(path)
}

/// Whether the file could run scripts of others as if they were ours.
pub(super) fn is_strange_markup(path: &str) -> bool {
    is_by_others(path) && mime_guess::from_path(path).iter().any(|kind| active::is_markup(&kind))
}

fn is_by_others(path: &str) -> bool {
    BY_OTHERS.iter().any(|folder| path.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_what_their_names_say() {
        for (path, kind) in [
            ("index.html", "text/html; charset=utf-8"),
            ("assets/a.css", "text/css; charset=utf-8"),
            ("assets/a.js", "text/javascript; charset=utf-8"),
            ("assets/jar.svg", "image/svg+xml; charset=utf-8"),
            ("renewals.ics", "text/calendar; charset=utf-8"),
            ("files/plan.pdf", "application/pdf"),
            ("manifest.json", "application/json; charset=utf-8"),
            ("files/fw.conf-2026", "text/plain; charset=utf-8"),
        ] {
            assert_eq!(content_type(path, true), kind, "{path}");
        }
        assert_eq!(content_type("files/image.strange", false), "application/octet-stream");
    }

    #[test]
    fn pages_and_drawings_of_others_are_known() {
        for path in ["files/report.html", "files/a.svg", "files/a.xhtml", "source/files/a.htm"] {
            assert!(is_strange_markup(path) && !is_page(path), "{path}");
        }
        assert!(is_page("devices/fw.html") && !is_strange_markup("assets/jar.svg"));
        assert!(!is_strange_markup("files/plan.pdf"));
    }
}
