//! Knows what in a device's configuration differs from one export to the next though nothing was
//! changed: the day of the export, counters, secrets that are encrypted anew each time.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// What to overlook: what it looks like, and what to keep of it.
static VOLATILE: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    let volatile = [
        // FortiOS encrypts with a fresh initialisation vector whenever it writes a configuration.
        (r"^(\s*set \S+(?: \S+)*? ENC) \S+$", "$1"),
        (r"^(#(?:conf_file_ver|buildno|global_vdom|config-version))=.*$", "$1"),
        // Cisco IOS, NX-OS, Arista EOS, Juniper: comments of the export.
        (
            r"^(! Last configuration change at|! NVRAM config last updated at|!Time:|! Time:) .*$",
            "$1",
        ),
        (
            r"^(! Command: show running-config|!Running configuration last done at:|## Last (?:commit|changed):) ?.*$",
            "$1",
        ),
        (r"^(Current configuration :|Building configuration).*$", "$1"),
        (r"^(ntp clock-period) \d+$", "$1"),
        // RouterOS.
        (r"^# [a-z]{3}/\d{1,2}/\d{4} \d\d:\d\d:\d\d by (RouterOS).*$", "# $1"),
        (r"^# \d{4}-\d\d-\d\d \d\d:\d\d:\d\d by (RouterOS).*$", "# $1"),
        // pfSense and OPNsense: when and by whom a part was written.
        (r"^(\s*<(?:time|lastchange|created_at|updated_at)>)[\d.]+(</\w+>\s*)$", "$1$2"),
        (r"^(\s*<revision>).*$", "$1"),
        // HP, Aruba, and exports that say when they were made.
        (
            r"^([#;!/*\s]*(?:[Gg]enerated|[Ee]xported|[Cc]reated|[Ss]aved|[Ll]ast (?:modified|saved|changed))(?: (?:on|at|by))?:?) .*\d{4}.*$",
            "$1",
        ),
        (
            r"^([#;!/*]+.*\b(?:[Gg]enerated|[Ee]xported|[Cc]reated|[Ss]aved)\b.*?)\d{4}-\d\d-\d\d.*$",
            "$1",
        ),
        // The serial of a zone (RFC 1035) grows with every change to it.
        (r"^(\s*)\d{8,10}(\s*;\s*[Ss]erial.*)$", "$1$2"),
        (r"^(\s*(?:[\w ]+ )?[Uu]ptime(?: is)?:?) .*$", "$1"),
    ];
    let compile = |(pattern, kept): (&str, &'static str)| {
        (Regex::new(pattern).expect("the patterns are ours, and tested"), kept)
    };
    volatile.into_iter().map(compile).collect()
});

/// Returns a line without what may differ while nothing was changed.
pub fn settled(line: &str) -> Cow<'_, str> {
    let line = line.trim_end();
    for (pattern, kept) in VOLATILE.iter() {
        if pattern.is_match(line) {
            return Cow::Owned(pattern.replace(line, *kept).into_owned());
        }
    }
    Cow::Borrowed(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_exports_of_one_configuration_are_the_same() {
        for (before, after) in [
            ("    set passwd ENC SH2aaaa", "    set passwd ENC SH2bbbb"),
            ("        set password ENC AAAA=", "        set password ENC BBBB="),
            ("#conf_file_ver=1234", "#conf_file_ver=1235"),
            (
                "! Last configuration change at 10:00:00 UTC Sun Oct 4 2026 by sam",
                "! Last configuration change at 11:00:00 UTC Sun Nov 1 2026 by priya",
            ),
            ("ntp clock-period 36029056", "ntp clock-period 36029057"),
            ("# oct/04/2026 14:00:00 by RouterOS 7.10", "# nov/01/2026 09:12:44 by RouterOS 7.10"),
            ("# 2026-10-04 14:00:00 by RouterOS 7.16", "# 2026-11-01 09:12:44 by RouterOS 7.16"),
            ("\t\t<time>1759586400</time>", "\t\t<time>1762000000</time>"),
            ("; Generated: 4 Oct 2026", "; Generated: 1 Nov 2026"),
            (
                "; a.example, exported from NameKeeper on 2026-08-03",
                "; a.example, exported from NameKeeper on 2026-11-02",
            ),
            ("      2026080301 ; serial", "      2026110201 ; serial"),
            ("set x \t", "set x"),
        ] {
            assert_eq!(settled(before), settled(after));
        }
    }

    #[test]
    fn what_somebody_set_still_counts() {
        for (before, after) in [
            ("    set admintimeout 5", "    set admintimeout 10"),
            ("    set psksecret ENC AAAA", "    unset psksecret"),
            ("hostname fw-1", "hostname fw-2"),
            ("ntp server 10.0.0.1", "ntp server 10.0.0.2"),
            ("<timeout>5</timeout>", "<timeout>6</timeout>"),
        ] {
            assert_ne!(settled(before), settled(after));
        }
    }
}
