//! Judges the addresses of links: whether a browser that opens one could do anything but go there.

use std::fmt;

use ::url::Url;

use crate::diagnostic::clean::{is_bidi_control, one_line};

/// Where an address leads that is safe to offer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Destination<'a> {
    /// To a web site.
    Web,
    /// To a program for it: mail, telephone, a terminal, a remote desktop.
    Program,
    /// To an anchor in the same text, named without its `#`.
    Anchor(&'a str),
    /// To a file of the runbook, named by its path; whether it exists is for others to say.
    File(&'a str),
}

/// What is wrong with an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UrlProblem {
    /// It has a scheme that is not on the list: `javascript`, `file`, `ftp`.
    Scheme(String),
    /// It is a share or host without a scheme: `//server/x`, `\\server\x`.
    NetworkShare,
    /// It is a path on one computer: `C:\x`.
    LocalPath,
    /// It starts at the root, which is not the site's: `/x`.
    Rooted,
    /// It leaves the folder: `../x`.
    Outside,
    /// It has a backslash, which browsers read as `/`.
    Backslash,
    /// It has a character that cannot be seen.
    Unseen,
    /// It has a user name or password before its host.
    Credentials,
    /// It is spelt in a roundabout way that hides what it is: `%2F%2Fhost`, `https:host`.
    Disguised,
    /// It is an image that is not in the runbook: opening the page would call there.
    RemoteImage,
    /// It cannot be read as an address.
    Malformed,
}

impl UrlProblem {
    /// Returns what to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            UrlProblem::NetworkShare | UrlProblem::Backslash => {
                "write the path as code, in backticks, so that it can be copied"
            }
            UrlProblem::LocalPath | UrlProblem::Rooted | UrlProblem::Outside => {
                "put the file under `files/` and link to `files/…`, or write the path as code"
            }
            UrlProblem::Scheme(scheme) if scheme == "file" => {
                "put the file under `files/` and link to `files/…`, or write the path as code"
            }
            UrlProblem::Scheme(_) => {
                "use one of `https`, `http`, `mailto`, `tel`, `ssh`, `sftp` and `rdp`, or write it as code"
            }
            UrlProblem::Credentials => {
                "leave the name and password out, and say where the credential is kept"
            }
            UrlProblem::RemoteImage => "save the image under `files/` and show it from there",
            UrlProblem::Unseen | UrlProblem::Disguised | UrlProblem::Malformed => {
                "write the address plainly, as a browser shows it"
            }
        }
    }
}

impl fmt::Display for UrlProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UrlProblem::Scheme(scheme) => {
                write!(f, "the scheme `{}` is not allowed", one_line(scheme))
            }
            UrlProblem::NetworkShare => f.write_str("it names a host or share without a scheme"),
            UrlProblem::LocalPath => f.write_str("it is a path on one computer"),
            UrlProblem::Rooted => f.write_str("it starts at the root of a disk or web site"),
            UrlProblem::Outside => f.write_str("it leads out of the runbook"),
            UrlProblem::Backslash => f.write_str("it has a backslash"),
            UrlProblem::Unseen => f.write_str("it has a character that cannot be seen"),
            UrlProblem::Credentials => f.write_str("it has a user name or password in it"),
            UrlProblem::Disguised => {
                f.write_str("it is spelt so that it looks like something else")
            }
            UrlProblem::RemoteImage => f.write_str("it is an image from outside the runbook"),
            UrlProblem::Malformed => f.write_str("it cannot be read as an address"),
        }
    }
}

/// What opens in the browser.
const WEB: &[&str] = &["http", "https"];
/// What opens a program and names a host. Without `ftp`, which browsers no longer open: the link
/// would lead to whatever else has claimed the scheme.
const HOSTS: &[&str] = &["sftp", "ssh"];
/// What opens a program and names no host, or not where other addresses do.
const OTHERS: &[&str] = &["mailto", "rdp", "tel"];
/// What can do harm by itself, or is a share or a file of the reader's own computer.
const DANGEROUS: &[&str] = &[
    "about",
    "blob",
    "data",
    "file",
    "filesystem",
    "jar",
    "javascript",
    "livescript",
    "mhtml",
    "mocha",
    "ms-msdt",
    "nfs",
    "search-ms",
    "shell",
    "smb",
    "vbscript",
    "view-source",
];

/// Says whether `url`, the address of a link as Markdown understood it, may be offered to readers.
pub fn check_url(url: &str) -> Result<(), UrlProblem> {
    destination(url).map(|_| ())
}

/// Says whether `url` may be the address of an image.
pub fn check_image(url: &str) -> Result<(), UrlProblem> {
    match destination(url)? {
        Destination::File(_) => Ok(()),
        Destination::Anchor(_) => Err(UrlProblem::Malformed),
        Destination::Web | Destination::Program => Err(UrlProblem::RemoteImage),
    }
}

/// Whether `url` has a scheme that can do harm by itself.
///
/// Text in angle brackets is often no link at all (`<sw-hq-01:eth0>`), so that an unknown scheme
/// there is no mistake, and only these are.
pub(super) fn is_dangerous(url: &str) -> bool {
    let seen: String = url.chars().filter(|c| !c.is_control() && *c != ' ').collect();
    scheme(&seen)
        .is_some_and(|(scheme, _)| DANGEROUS.contains(&scheme.to_ascii_lowercase().as_str()))
}

/// Returns where `url` leads, or why it is not offered.
///
/// Judged as browsers parse (WHATWG URL), and stricter: what they would quietly repair is refused.
pub fn destination(url: &str) -> Result<Destination<'_>, UrlProblem> {
    if url.chars().any(|c| c.is_control() || is_bidi_control(c) || is_invisible(c)) {
        return Err(UrlProblem::Unseen);
    }
    if url.as_bytes().get(1) == Some(&b':') && url.as_bytes()[0].is_ascii_alphabetic() {
        return Err(UrlProblem::LocalPath);
    }
    let start = url.trim_start();
    if ["//", "\\\\", "/\\", "\\/"].iter().any(|slashes| start.starts_with(slashes)) {
        return Err(UrlProblem::NetworkShare);
    }
    if url.contains('\\') {
        return Err(UrlProblem::Backslash);
    }
    if start.len() != url.len() || url.trim_end().len() != url.len() || url.is_empty() {
        return Err(UrlProblem::Malformed);
    }
    match scheme(url) {
        Some((scheme, behind)) => absolute(url, &scheme.to_ascii_lowercase(), behind),
        None => relative(url),
    }
}

/// Splits `url` at the colon of its scheme (RFC 3986, section 3.1).
fn scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, behind) = url.split_once(':')?;
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    valid.then_some((scheme, behind))
}

fn absolute<'a>(url: &str, scheme: &str, behind: &str) -> Result<Destination<'a>, UrlProblem> {
    let web = WEB.contains(&scheme);
    if !web && !HOSTS.contains(&scheme) && !OTHERS.contains(&scheme) {
        return Err(UrlProblem::Scheme(scheme.to_owned()));
    }
    if OTHERS.contains(&scheme) {
        // A line break in a mail address would start another header.
        let plain = !decoded(behind).chars().any(char::is_control)
            && behind.starts_with("//") == (scheme == "rdp")
            && behind.starts_with(|c| c != '/' || scheme == "rdp");
        return if plain { Ok(Destination::Program) } else { Err(UrlProblem::Disguised) };
    }
    // `https:host` is another place on one site and a host on another.
    let Some(authority) = behind.strip_prefix("//").filter(|rest| !rest.starts_with('/')) else {
        return Err(UrlProblem::Disguised);
    };
    let parsed = Url::parse(url).map_err(|_| UrlProblem::Malformed)?;
    if parsed.host_str().is_none_or(str::is_empty) {
        return Err(UrlProblem::Malformed);
    }
    let at = authority.split(['/', '?', '#']).next().is_some_and(|host| host.contains('@'));
    if parsed.password().is_some() || (web && (at || !parsed.username().is_empty())) {
        return Err(UrlProblem::Credentials);
    }
    Ok(if web { Destination::Web } else { Destination::Program })
}

fn relative(url: &str) -> Result<Destination<'_>, UrlProblem> {
    if let Some(anchor) = url.strip_prefix('#') {
        return if anchor.is_empty() {
            Err(UrlProblem::Malformed)
        } else {
            Ok(Destination::Anchor(anchor))
        };
    }
    if url.starts_with('/') {
        return Err(UrlProblem::Rooted);
    }
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let plain = decoded(path);
    if plain.chars().any(|c| c.is_control() || is_bidi_control(c) || is_invisible(c)) {
        return Err(UrlProblem::Unseen);
    }
    // A colon would make a scheme of what stands before it, however it is spelt; an entity that
    // survived Markdown was written to be decoded twice.
    let disguised = plain.starts_with('/')
        || plain.contains(['\\', ':'])
        || path.to_ascii_lowercase().contains("%2f")
        || has_entity(url);
    if disguised {
        return Err(UrlProblem::Disguised);
    }
    if plain.split('/').any(|part| part == "..") {
        return Err(UrlProblem::Outside);
    }
    if path.is_empty() { Err(UrlProblem::Malformed) } else { Ok(Destination::File(url)) }
}

/// Returns `text` with `%41` as `A`, as often as that changes anything: three times at most.
fn decoded(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..3 {
        if !text.contains('%') {
            break;
        }
        text = decoded_once(&text);
    }
    text
}

fn decoded_once(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let pair = behind.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            _ => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether `text` has what HTML would read as a character: `&colon;`, `&#58;`.
fn has_entity(text: &str) -> bool {
    text.match_indices('&').any(|(at, _)| {
        let behind = &text[at + 1..];
        let name = behind.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
        name > 0 && behind.as_bytes().get(name) == Some(&b';')
    })
}

/// Whether `c` takes no room: a place to hide one address in another.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2028}' | '\u{2029}' | '\u{2060}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_only_open_what_they_name_are_offered() {
        for url in [
            "https://example.com",
            "HTTP://Example.com:8080/a?b=c#d",
            "https://[2001:db8::1]/",
            "https://10.20.0.1",
            "https://example.com/a%20b/ü",
        ] {
            assert_eq!(destination(url), Ok(Destination::Web), "{url}");
        }
        for url in [
            "mailto:it@harborview.example?subject=Hi%20there",
            "tel:+49-30-555",
            "ssh://admin@10.0.0.1:22",
            "sftp://host/x",
            "rdp://full%20address=s:dc1",
        ] {
            assert_eq!(destination(url), Ok(Destination::Program), "{url}");
        }
        assert_eq!(destination("#how-to"), Ok(Destination::Anchor("how-to")));
        for url in
            ["files/a b.pdf", "files/a%20b.pdf", "files/ü.txt#page=2", "a&b.txt", "files/v1..2.txt"]
        {
            assert_eq!(destination(url), Ok(Destination::File(url)), "{url}");
        }
    }

    #[test]
    fn scripts_and_local_files_are_refused_however_they_are_spelt() {
        for url in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "javascript://example.com/%0aalert(1)",
            "vbscript:x",
            "data:text/html,<script>",
            "file:///etc/passwd",
            "file://host/share",
            "ftp://host",
            "smb://host/x",
            "ms-msdt:/id",
            "blob:x",
            "about:blank",
            "intent://x",
            "view-source:https://x",
            "feed:javascript:x",
            "custom+x.y-z:1",
        ] {
            assert!(matches!(destination(url), Err(UrlProblem::Scheme(_))), "{url}");
        }
        for (url, problem) in [
            ("java\tscript:alert(1)", UrlProblem::Unseen),
            ("java\nscript:alert(1)", UrlProblem::Unseen),
            ("\u{1}javascript:alert(1)", UrlProblem::Unseen),
            ("java\u{200b}script:x", UrlProblem::Unseen),
            ("https://example.com/\u{202e}gpj.exe", UrlProblem::Unseen),
            (" javascript:alert(1)", UrlProblem::Malformed),
            ("javascript&colon;alert(1)", UrlProblem::Disguised),
            ("javascript&#58;alert(1)", UrlProblem::Disguised),
            ("javascript%3Aalert(1)", UrlProblem::Disguised),
            ("javascript%253Aalert(1)", UrlProblem::Disguised),
            ("j%61vascript:alert(1)", UrlProblem::Disguised),
            ("//host/x", UrlProblem::NetworkShare),
            ("\\\\host\\x", UrlProblem::NetworkShare),
            ("/\\host", UrlProblem::NetworkShare),
            (" //host", UrlProblem::NetworkShare),
            ("%2F%2Fhost", UrlProblem::Disguised),
            ("a%5Cb", UrlProblem::Disguised),
            ("files\\x", UrlProblem::Backslash),
            ("https:\\\\host", UrlProblem::Backslash),
            ("https:host", UrlProblem::Disguised),
            ("https:/host", UrlProblem::Disguised),
            ("https:///host", UrlProblem::Disguised),
            ("https://", UrlProblem::Malformed),
            ("https://a b/", UrlProblem::Malformed),
            ("https://user:pw@host", UrlProblem::Credentials),
            ("https://bank.example@evil.example", UrlProblem::Credentials),
            ("ssh://root:pw@host", UrlProblem::Credentials),
            ("mailto:a@b?x=%0d%0abcc:c", UrlProblem::Disguised),
            ("C:\\Temp\\x", UrlProblem::LocalPath),
            ("c:/x", UrlProblem::LocalPath),
            ("/etc/passwd", UrlProblem::Rooted),
            ("../x", UrlProblem::Outside),
            ("files/%2e%2e/x", UrlProblem::Outside),
            ("", UrlProblem::Malformed),
            ("#", UrlProblem::Malformed),
            ("?theme=dark", UrlProblem::Malformed),
        ] {
            assert_eq!(destination(url), Err(problem), "{url:?}");
        }
    }

    #[test]
    fn only_schemes_that_do_harm_are_dangerous_in_angle_brackets() {
        assert!(is_dangerous("JavaScript:x"));
        assert!(is_dangerous("java\tscript:x"));
        assert!(is_dangerous("file:///x"));
        assert!(!is_dangerous("sw-hq-01:eth0"));
        assert!(!is_dangerous("https://x"));
    }

    #[test]
    fn a_problem_is_told_with_a_way_on() {
        let problem = check_url("file:///x").unwrap_err();
        assert_eq!(problem.to_string(), "the scheme `file` is not allowed");
        assert!(problem.help().contains("files/"));
    }
}
