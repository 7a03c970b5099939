//! What a single word is, whatever the language: an address, a number, one of a list.

use std::cmp::Ordering;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::pen::{Class, Pen};

/// Whether `word` is in `list`, which is sorted and in lower case; the word's case is ignored.
pub(super) fn listed(word: &str, list: &[&str]) -> bool {
    list.binary_search_by(|entry| compare(entry, word)).is_ok()
}

fn compare(entry: &str, word: &str) -> Ordering {
    entry.bytes().cmp(word.bytes().map(|byte| byte.to_ascii_lowercase()))
}

/// Whether `word` is an IP address, alone, with a prefix length, mask, port or zone, or as a range
/// of two; or a MAC address in one of its three spellings.
pub(super) fn is_address(word: &str) -> bool {
    let first = word.bytes().next().unwrap_or(0);
    if word.len() < 3 || word.len() > 64 || !(first.is_ascii_hexdigit() || first == b':') {
        return false;
    }
    is_mac(word) || is_v4(word) || is_v6(word)
}

fn is_v4(word: &str) -> bool {
    if !word.as_bytes()[0].is_ascii_digit() {
        return false;
    }
    let v4 = |text: &str| text.parse::<Ipv4Addr>().is_ok();
    if let Some((address, behind)) = word.split_once('/') {
        return v4(address) && (is_up_to(behind, 32) || v4(behind));
    }
    if let Some((first, last)) = word.split_once('-') {
        return v4(first) && (v4(last) || is_up_to(last, 255));
    }
    v4(word.split_once(':').filter(|(_, port)| is_up_to(port, 65_535)).map_or(word, |(a, _)| a))
}

fn is_v6(word: &str) -> bool {
    let bare = match word.split_once('/') {
        Some((bare, length)) if is_up_to(length, 128) => bare,
        Some(_) => return false,
        None => word.split_once('%').map_or(word, |(bare, _)| bare),
    };
    bare.bytes().filter(|byte| *byte == b':').count() >= 2 && bare.parse::<Ipv6Addr>().is_ok()
}

fn is_mac(word: &str) -> bool {
    let groups = |separator: u8, size: usize, count: usize| {
        word.len() == count * (size + 1) - 1
            && word.bytes().enumerate().all(|(ix, byte)| {
                if ix % (size + 1) == size { byte == separator } else { byte.is_ascii_hexdigit() }
            })
    };
    groups(b':', 2, 6) || groups(b'-', 2, 6) || groups(b'.', 4, 3)
}

fn is_up_to(text: &str, most: u32) -> bool {
    text.len() <= 5 && text.parse::<u32>().is_ok_and(|number| number <= most)
}

/// Whether `word` is a number, with a fraction, a unit of up to three letters or `%` behind it, or
/// hexadecimal.
pub(super) fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        return !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    let number = digits.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    digits.len() - number.len() <= 3
        && number.as_bytes().first().is_some_and(u8::is_ascii_digit)
        && number.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_'))
}

/// Returns what a word is that needs no language to be known: an address or a number.
pub(super) fn value(word: &str) -> Option<Class> {
    match word.bytes().next()? {
        b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' | b':' | b'-' | b'+' => {}
        _ => return None,
    }
    if is_address(word) {
        Some(Class::Address)
    } else if is_number(word) {
        Some(Class::Number)
    } else {
        None
    }
}

/// Writes the next `len` bytes in the colour of `class`, or plain where there is none.
pub(super) fn paint(pen: &mut Pen, class: Option<Class>, len: usize) {
    match class {
        Some(class) => pen.paint(class, len),
        None => pen.plain(len),
    }
}

/// Whether `byte` belongs to a name in most languages; all beyond ASCII does.
pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// How far a quotation may reach.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Reach {
    /// To the end of its line.
    Line,
    /// Over line ends; but to the end of its line where it is never closed, for then it is more
    /// likely an apostrophe than a text that goes on for ever.
    Lines,
}

/// Longest quotation over several lines; a certificate with its chain is shorter. Without it, text
/// made to annoy could have its end looked for again and again.
const LONGEST: usize = 16 * 1024;

/// Returns the length of the quoted text that starts here.
///
/// `escape` is the byte that takes the meaning from the one behind it, or 0 for none.
pub(super) fn quoted(pen: &Pen, escape: u8, reach: Reach) -> usize {
    let rest = pen.rest().as_bytes();
    let mut line = rest.len();
    let mut len = 1;
    while let Some(byte) = rest.get(len) {
        if *byte == b'\n' && line == rest.len() {
            line = len;
        }
        if line < rest.len() && (reach == Reach::Line || len > LONGEST) {
            break;
        }
        len += 1;
        if *byte == rest[0] {
            return len;
        }
        if *byte == escape && escape != 0 && rest.get(len).is_some_and(|next| *next != b'\n') {
            len += 1;
        }
    }
    line
}

/// Returns the length of the prompt that `line` starts with: `$ `, `admin@fw:~$ `, `PS C:\> `,
/// `C:\>`, `switch(config)#`, `[admin@router] /ip> `.
///
/// A bare `#` or `>` is no prompt: it opens a comment or a quotation far more often.
pub(super) fn prompt(line: &str) -> Option<usize> {
    if line.starts_with("$ ") {
        return Some(1);
    }
    let head = &line.as_bytes()[..line.len().min(80)];
    for (ix, byte) in head.iter().enumerate().skip(1) {
        match byte {
            b'#' | b'>' | b'$' => {
                let glued = !matches!(head.get(ix + 1), None | Some(b' '));
                return is_host(&line[..ix], *byte, glued).then_some(ix + 1);
            }
            b'=' | b'"' | b'\'' | b'<' | b'|' | b';' | b'{' => return None,
            _ => {}
        }
    }
    None
}

/// Whether `text`, which stands before the `mark` of a prompt, can be a host's name with what
/// surrounds it there. Only devices and Windows have their commands `glued` to the mark.
fn is_host(text: &str, mark: u8, glued: bool) -> bool {
    if text.as_bytes().get(1..3) == Some(b":\\") {
        return true;
    }
    if !glued && (text.starts_with("PS ") || (text.starts_with('[') && text.contains('@'))) {
        return true;
    }
    // FortiOS alone puts a blank before its mark.
    let name = if mark == b'#' && !glued { text.trim_end() } else { text };
    let device = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.()@".contains(&byte);
    let shell = |byte: u8| device(byte) || b":~/".contains(&byte);
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| if glued { mark != b'$' && device(byte) } else { shell(byte) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_known_in_the_spellings_devices_use() {
        for word in [
            "10.0.0.1",
            "10.0.0.0/24",
            "10.0.0.0/255.0.0.0",
            "10.0.0.1:8443",
            "10.0.0.1-10.0.0.9",
            "192.168.88.10-254",
            "2001:db8::1",
            "2001:db8::/32",
            "fe80::1%eth0",
            "::/0",
            "aa:bb:cc:00:11:22",
            "AA-BB-CC-00-11-22",
            "40f0.7800.0000",
        ] {
            assert_eq!(value(word), Some(Class::Address), "{word}");
        }
        for word in ["10.0.0", "1.2.3.4.5", "10.0.0.1/33", "12:30:05", "add", "face", "ab:cd"] {
            assert_ne!(value(word), Some(Class::Address), "{word}");
        }
    }

    #[test]
    fn numbers_may_have_a_unit_but_names_are_no_numbers() {
        for word in ["10", "-1", "0x1f", "1.5", "100k", "64MiB", "80%", "1_000"] {
            assert!(is_number(word), "{word}");
        }
        for word in ["", "-", "ge-0", "10base", "0x", "1/2", "2x4x"] {
            assert!(!is_number(word), "{word}");
        }
    }

    #[test]
    fn prompts_of_shells_and_devices_are_told_from_text() {
        for (line, len) in [
            ("$ ls", 1),
            ("admin@fw:~$ ls", 11),
            ("root@nas:/etc# cat x", 14),
            ("PS C:\\Users\\Sam> Get-Date", 16),
            ("C:\\Windows> dir", 11),
            ("switch(config-if)# no shut", 18),
            ("sw1#show vlan", 4),
            ("C:\\>dir", 4),
            ("[admin@MikroTik] /ip> print", 21),
            ("fw-hq-01 # get system status", 10),
        ] {
            assert_eq!(prompt(line), Some(len), "{line}");
        }
        for line in [
            "# a comment",
            "> quoted",
            "x=1 # set",
            "cat a > b",
            "echo a | b# c",
            "é# x",
            "https://a/b#c",
        ] {
            assert_eq!(prompt(line), None, "{line}");
        }
    }

    #[test]
    fn a_quotation_that_is_never_closed_ends_with_its_line() {
        let mut out = String::new();
        let mut length = |text, escape, reach| quoted(&Pen::new(text, &mut out), escape, reach);
        assert_eq!(length(r#""a\"b" c"#, b'\\', Reach::Line), 6);
        assert_eq!(length("'a\\' b", 0, Reach::Line), 4);
        assert_eq!(length("'open\nnext'", 0, Reach::Line), 5);
        assert_eq!(length("'open\nnext'", 0, Reach::Lines), 11);
        assert_eq!(length("'open\nnext", 0, Reach::Lines), 5);
        assert_eq!(length("'open", 0, Reach::Line), 5);
        assert_eq!(length("\"a\\", b'\\', Reach::Line), 3);
        assert_eq!(length("'\0'", 0, Reach::Line), 3);
    }
}
