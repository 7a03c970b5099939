//! Colours formats that are lists of lines: differences between two files, and DNS zones.

use super::pen::{Class, Pen};
use super::words::{self, Reach};

/// Colours the output of `diff -u` and `git diff`.
pub(super) fn diff(pen: &mut Pen) {
    while !pen.done() {
        let line = pen.line();
        let class = match line.as_bytes().first() {
            _ if line.starts_with("+++") || line.starts_with("---") => Some(Class::Heading),
            Some(b'+') => Some(Class::Inserted),
            Some(b'-') => Some(Class::Deleted),
            Some(b'@') => Some(Class::Heading),
            _ if line.starts_with("diff ") || line.starts_with("index ") => Some(Class::Comment),
            _ => None,
        };
        words::paint(pen, class, line.len());
        pen.plain(1);
    }
}

const RECORD_TYPES: &[&str] = &[
    "a", "aaaa", "caa", "cname", "dname", "dnskey", "ds", "hinfo", "https", "loc", "mx", "naptr",
    "ns", "nsec", "nsec3", "ptr", "rrsig", "smimea", "soa", "spf", "srv", "sshfp", "svcb", "tlsa",
    "txt", "uri",
];

/// Colours a DNS zone in master file format (RFC 1035, section 5).
pub(super) fn zone(pen: &mut Pen) {
    // Whether the type of this line's record has been seen; what stands behind it are its data.
    let mut typed = false;
    while !pen.done() {
        let owner = pen.before() == b'\n' && pen.peek() > b' ';
        pen.skip_blanks();
        match pen.peek() {
            b'\n' => {
                pen.plain(1);
                typed = false;
            }
            b';' => pen.paint_line(Class::Comment),
            b'"' => pen.paint(Class::Text, words::quoted(pen, b'\\', Reach::Line)),
            b'(' | b')' => pen.paint(Class::Operator, 1),
            byte => {
                let len = pen.run(|b| b > b' ' && !b";\"()".contains(&b)).max(1);
                let word = pen.ahead(len);
                let class = if byte == b'$' && owner {
                    Some(Class::Keyword)
                } else if owner {
                    Some(Class::Function)
                } else if !typed && words::listed(word, &["ch", "hs", "in"]) {
                    Some(Class::Builtin)
                } else if !typed && words::listed(word, RECORD_TYPES) {
                    typed = true;
                    Some(Class::Type)
                } else if word == "@" {
                    Some(Class::Variable)
                } else {
                    words::value(word)
                };
                words::paint(pen, class, len);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::pen::coloured;
    use super::*;

    #[test]
    fn a_difference_shows_what_came_and_what_went() {
        assert_eq!(
            coloured("--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n same\n", diff),
            "‹h:--- a›\n‹h:+++ b›\n‹h:@@ -1 +1 @@›\n‹d:-old›\n‹i:+new›\n same\n"
        );
    }

    #[test]
    fn a_zone_shows_owners_types_and_addresses() {
        assert!(RECORD_TYPES.is_sorted());
        assert_eq!(
            coloured(
                "$TTL 1h\n@ IN SOA ns1 host (\n 1 ; serial\n)\nmail 300 IN A 192.0.2.1\n  IN MX 10 mail\nx TXT \"v=spf1 -all\"",
                zone
            ),
            "‹k:$TTL› ‹n:1h›\n‹f:@› ‹b:IN› ‹t:SOA› ns1 host ‹o:(›\n ‹n:1› ‹c:; serial›\n‹o:)›\n‹f:mail› ‹n:300› ‹b:IN› ‹t:A› ‹a:192.0.2.1›\n  ‹b:IN› ‹t:MX› ‹n:10› mail\n‹f:x› ‹t:TXT› ‹s:\"v=spf1 -all\"›"
        );
    }
}
