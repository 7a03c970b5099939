//! Turns the path of an address into that of a file of the site.
//!
//! The site is asked by name and nothing is looked up on a disk, so no path leads out of it. That names
//! are strict all the same has a reason: what is good here has to be good wherever the site is hosted.

use crate::publish::check_site_path;

/// Returns the path of the file that an address means, or nothing where no site could have one.
///
/// Decoded once (RFC 3986, 2.1). A folder means its `index.html`.
pub(super) fn site_path(address: &str) -> Option<String> {
    let mut path = decoded(address.strip_prefix('/')?)?;
    if path.is_empty() || path.ends_with('/') {
        path.push_str("index.html");
    }
    check_site_path(&path).ok()?;
    Some(path)
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_means_a_file_and_a_folder_its_index() {
        for (address, path) in [
            ("/", "index.html"),
            ("/devices/", "devices/index.html"),
            ("/devices/fw-hq-01.html", "devices/fw-hq-01.html"),
            ("/START-HERE.txt", "START-HERE.txt"),
            ("/files/Floor%20plan%20%28new%29.pdf", "files/Floor plan (new).pdf"),
            ("/files/a%25b.txt", "files/a%b.txt"),
        ] {
            assert_eq!(site_path(address).as_deref(), Some(path));
        }
    }

    #[test]
    fn what_no_site_has_is_nothing() {
        for address in [
            "",
            "*",
            "index.html",
            "//index.html",
            "/..",
            "/../etc/passwd",
            "/devices/../index.html",
            "/devices/./index.html",
            "/devices//index.html",
            "/%2e%2e/index.html",
            "/%2e%2e%2findex.html",
            "/..%5cindex.html",
            "/devices%5cfw-hq-01.html",
            "/index.html%00",
            "/index.html%00.png",
            "/%",
            "/%4",
            "/%zz",
            "/%ff",
            "/C:/Windows/win.ini",
            "/c%3a/windows/win.ini",
            "/con",
            "/nul.html",
            "/devices/aux.html",
            "/index.html.",
            "/index.html%20",
            "/devices./index.html",
            "/.git/config",
            "/.clearjar/events",
        ] {
            assert_eq!(site_path(address), None, "{address}");
        }
    }
}
