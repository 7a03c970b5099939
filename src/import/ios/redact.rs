//! Finds the secrets of a Cisco IOS configuration, line by line.

use crate::import::appliance::redaction::Redaction;
use crate::import::secret::REMOVED;

/// Words behind which a secret stands.
const KEYWORDS: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "passphrase",
    "key-string",
    "pre-shared-key",
    "preshared-key",
    "server-key",
    "shared-secret",
    "psk",
    "wpa-psk",
    "authentication-key",
    "message-digest-key",
    "sent-password",
    "pap-password",
];

/// Words that may stand between such a word and the secret.
const BETWEEN: &[&str] = &[
    "0",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
    "encrypted",
    "unencrypted",
    "md5",
    "sha",
    "sha1",
    "sha256",
    "sha512",
    "hmac-md5",
    "hmac-sha1",
    "hmac-sha-256",
    "cmac-aes-128",
    "local",
    "remote",
    "ascii",
    "hex",
    "hexadecimal",
    "plain",
    "key",
];

/// Words that end a secret, since they say something else.
const BEHIND: &[&str] = &[
    "address",
    "hostname",
    "ipv6",
    "no-xauth",
    "auth-port",
    "acct-port",
    "timeout",
    "retransmit",
    "priv",
    "port",
    "privilege",
    "role",
    "access",
    "address-family",
    "common-criteria-policy",
    "one-time",
];

/// Lines of free words, which the rules for prose look at.
const PROSE: &[&str] = &["description", "remark", "name", "banner", "!", "alias", "hostname"];

/// Finds the secrets of `text`.
pub fn secrets(text: &str) -> Redaction {
    let mut redaction = Redaction::default();
    let mut start = 0;
    let mut head = "";
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if !line.starts_with([' ', '\t']) {
            head = bare;
        }
        if !PROSE.iter().any(|word| bare.starts_with(word)) {
            of_line(line, start, head, &mut redaction);
        }
        start += line.len();
    }
    redaction
}

/// A word of a line and where it begins in it.
type Word<'a> = (usize, &'a str);

fn of_line(line: &str, start: usize, head: &str, redaction: &mut Redaction) {
    let words: Vec<Word<'_>> = line
        .split(|c: char| c.is_whitespace())
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr() as usize - line.as_ptr() as usize, word))
        .collect();
    let at = |ix: usize| words.get(ix).map(|(_, word)| *word).unwrap_or_default();
    let mut cut = |from: usize, to: usize, label: &str| {
        let (Some((from, first)), Some((last, word))) = (words.get(from), words.get(to)) else {
            return;
        };
        if first.starts_with('<') || *first == REMOVED || first.chars().all(|c| c == '*') {
            return;
        }
        redaction.cut(start + from..start + last + word.len(), label);
    };
    match (at(0), at(1)) {
        ("no", _) => return,
        ("snmp-server", "community") => return cut(2, 2, "snmp-server community"),
        ("snmp-server", "host") => {
            if let Some(community) = community_of_host(&words) {
                cut(community, community, "snmp-server host");
            }
            return;
        }
        ("snmp-server", "user") => {
            for ix in 3..words.len() {
                if !matches!(at(ix), "auth" | "priv") {
                    continue;
                }
                let behind = (ix + 1..words.len()).find(|ix| {
                    !matches!(
                        at(*ix),
                        "md5" | "sha" | "sha-2" | "aes" | "des" | "3des" | "128" | "192" | "256"
                    )
                });
                if let Some(secret) = behind {
                    cut(secret, secret, "snmp-server user");
                }
            }
            return;
        }
        ("standby" | "vrrp", _) if at(2) == "authentication" && at(3) != "md5" => {
            let value = if at(3) == "text" { 4 } else { 3 };
            return cut(value, value, "authentication of a virtual router");
        }
        ("key", "config-key") => return cut(words.len() - 1, words.len() - 1, "key config-key"),
        _ => {}
    }
    let Some(keyword) = words.iter().enumerate().position(|(ix, (_, word))| {
        KEYWORDS.contains(word) || *word == "key" && is_secret_key(&words, ix, head)
    }) else {
        return;
    };
    if at(keyword) == "password" && at(keyword + 1) == "encryption" {
        return;
    }
    let mut from = keyword + 1;
    // `message-digest-key 1 md5 …` counts its keys.
    if matches!(at(keyword), "authentication-key" | "message-digest-key")
        && words.len() > from + 1
        && at(from).bytes().all(|byte| byte.is_ascii_digit())
    {
        from += 1;
    }
    if at(from) == "level" {
        from += 2;
    }
    // `pre-shared-key address 0.0.0.0 0.0.0.0 key …`
    if matches!(at(from), "address" | "hostname")
        && let Some(key) = (from..words.len()).find(|ix| at(*ix) == "key")
    {
        from = key + 1;
    }
    while from + 1 < words.len() && BETWEEN.contains(&at(from)) {
        from += 1;
    }
    let to = (from + 1..words.len()).find(|ix| BEHIND.contains(&at(*ix))).unwrap_or(words.len());
    if from < words.len() {
        let label =
            if keyword == 0 { at(0).to_owned() } else { format!("{} {}", at(0), at(keyword)) };
        cut(from, to - 1, label.trim());
    }
}

/// Whether the word `key` at this place stands in front of a secret: not in `key chain`, nor in front of
/// the number of a key in one.
fn is_secret_key(words: &[Word<'_>], ix: usize, head: &str) -> bool {
    let first = words[0].1;
    let next = words.get(ix + 1).map(|(_, word)| *word).unwrap_or_default();
    let is_server = |line: &str| {
        line.starts_with("tacacs") || line.starts_with("radius") || line.starts_with("aaa")
    };
    match ix {
        0 => is_server(head) && next != "chain",
        _ => {
            is_server(first)
                || first == "server-private"
                || first == "client"
                || first == "crypto" && words[ix - 1].1 == "isakmp"
        }
    }
}

/// Returns which word of `snmp-server host …` is the community; version 3 has a user instead.
fn community_of_host(words: &[Word<'_>]) -> Option<usize> {
    let mut ix = 3;
    while let Some((_, word)) = words.get(ix) {
        match *word {
            "vrf" => ix += 2,
            "version" => {
                if words.get(ix + 1).is_some_and(|(_, version)| *version == "3") {
                    return None;
                }
                ix += 2;
            }
            "traps" | "trap" | "informs" => ix += 1,
            _ => return Some(ix),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_and_the_rest_of_the_line_stays() {
        for (line, rest) in [
            ("enable secret 9 $9$abc", "enable secret 9 <removed>"),
            ("enable password level 7 cisco", "enable password level 7 <removed>"),
            (
                "username rocks privilege 15 secret sommer wind",
                "username rocks privilege 15 secret <removed>",
            ),
            (
                "username rocks password 7 0822 privilege 3",
                "username rocks password 7 <removed> privilege 3",
            ),
            ("snmp-server community public RW 5", "snmp-server community <removed> RW 5"),
            (
                "snmp-server host 10.42.0.33 version 2c AAAA tty vtp",
                "snmp-server host 10.42.0.33 version 2c <removed> tty vtp",
            ),
            (
                "snmp-server host 10.42.0.35 vrf M informs version 3 auth oxidized",
                "snmp-server host 10.42.0.35 vrf M informs version 3 auth oxidized",
            ),
            (
                "snmp-server user m ops v3 auth sha Pw1 priv aes 128 Pw2",
                "snmp-server user m ops v3 auth sha <removed> priv aes 128 <removed>",
            ),
            (
                "crypto isakmp key hush address 203.0.113.9",
                "crypto isakmp key <removed> address 203.0.113.9",
            ),
            (
                " pre-shared-key address 0.0.0.0 0.0.0.0 key hush",
                " pre-shared-key address 0.0.0.0 0.0.0.0 key <removed>",
            ),
            (" neighbor 10.1.1.1 password 7 0944", " neighbor 10.1.1.1 password 7 <removed>"),
            (
                " ip ospf message-digest-key 1 md5 7 0944",
                " ip ospf message-digest-key 1 md5 7 <removed>",
            ),
            ("ntp authentication-key 1 md5 hush 7", "ntp authentication-key 1 md5 <removed>"),
            (
                " ppp pap sent-username u password 0 p",
                " ppp pap sent-username u password 0 <removed>",
            ),
            (
                "tacacs-server host 10.0.0.1 key 7 0822",
                "tacacs-server host 10.0.0.1 key 7 <removed>",
            ),
            (" standby 1 authentication hush", " standby 1 authentication <removed>"),
            (" client 10.10.20.20 server-key 7 AAAA", " client 10.10.20.20 server-key 7 <removed>"),
            ("service password-encryption", "service password-encryption"),
            ("password encryption aes", "password encryption aes"),
            ("key chain OSPF", "key chain OSPF"),
            (" description password: no", " description password: no"),
            ("no enable secret", "no enable secret"),
            (
                "aaa authentication enable default group tacacs+ enable",
                "aaa authentication enable default group tacacs+ enable",
            ),
        ] {
            let text = format!("{line}\n");
            let mut redaction = secrets(&text);
            assert_eq!(redaction.apply(&text), format!("{rest}\n"), "{line}");
        }
        let block = "tacacs server ISE\n address ipv4 10.0.0.1\n key 7 0822455D\nkey chain K\n key 1\n  key-string 7 0944\n";
        let rest = secrets(block).apply(block);
        assert!(
            !rest.contains("0822455D") && !rest.contains("0944") && rest.contains(" key 1\n"),
            "{rest}"
        );
    }
}
