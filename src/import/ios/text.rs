//! A configuration of Cisco IOS as blocks: a line, and the lines that stand below it, further to the
//! right.

/// A line with what belongs to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block<'a> {
    /// The line, without the space around.
    pub text: &'a str,
    /// Its number, from 1.
    pub line: usize,
    /// The lines that belong to it, each with its number.
    pub inner: Vec<(usize, &'a str)>,
}

impl<'a> Block<'a> {
    /// Returns what stands behind `words` at the beginning of the first inner line that has them.
    pub fn value(&self, words: &str) -> Option<&'a str> {
        self.values(words).next()
    }

    /// Returns what stands behind `words` at the beginning of each inner line that has them.
    pub fn values(&self, words: &str) -> impl Iterator<Item = &'a str> {
        self.inner.iter().filter_map(move |(_, line)| behind(line, words))
    }

    /// Whether an inner line is just this.
    pub fn has(&self, line: &str) -> bool {
        self.inner.iter().any(|(_, inner)| *inner == line)
    }
}

/// Returns what stands behind `words`, where `line` begins with them.
pub fn behind<'a>(line: &'a str, words: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(words)?;
    match rest.chars().next() {
        None => Some(""),
        Some(' ') => Some(rest.trim()),
        Some(_) => None,
    }
}

/// Returns the blocks of a configuration; comments, banners and what a terminal adds are left out.
pub fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut banner: Option<String> = None;
    for (ix, raw) in text.lines().enumerate() {
        if let Some(end) = &banner {
            if raw.contains(end.as_str()) {
                banner = None;
            }
            continue;
        }
        let line = raw.trim();
        if line.is_empty() || line.starts_with('!') {
            continue;
        }
        if let Some(rest) = behind(line, "banner") {
            banner = open_banner(rest);
            continue;
        }
        let is_inner = raw.starts_with([' ', '\t']);
        match blocks.last_mut() {
            Some(block) if is_inner => block.inner.push((ix + 1, line)),
            _ => blocks.push(Block { text: line, line: ix + 1, inner: Vec::new() }),
        }
    }
    blocks
}

/// Returns the mark that ends a banner, unless it ends on its first line.
fn open_banner(rest: &str) -> Option<String> {
    let text = rest.split_once(' ').map_or("", |(_, text)| text).trim_start();
    let mark: String = match text.starts_with("^C") {
        true => "^C".to_owned(),
        false => text.chars().take(1).collect(),
    };
    let is_closed = text.strip_prefix(mark.as_str()).is_none_or(|rest| rest.contains(&mark));
    (!mark.is_empty() && !is_closed).then_some(mark)
}

/// Returns the lines that a person or program put in front and behind as comments.
pub fn comments(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter_map(|line| line.strip_prefix('!'))
        .map(str::trim)
        .filter(|line| !line.is_empty())
}

/// Splits a line into what is set and what it is set to: `ntp server 10.0.0.1` is `ntp server` and the
/// address, `no ip http server` is `ip http server` and `false`.
pub fn setting(line: &str) -> (String, String) {
    const NAMES: &[&str] = &[
        "aaa accounting",
        "aaa authentication",
        "aaa authorization",
        "banner",
        "boot system",
        "clock summer-time",
        "clock timezone",
        "ip access-group",
        "ip domain name",
        "ip domain-name",
        "ip flow-export",
        "ip ftp",
        "ip name-server",
        "ip policy route-map",
        "ip tacacs source-interface",
        "ip tftp",
        "lldp",
        "logging",
        "login",
        "media-type",
        "monitor session",
        "neighbor",
        "network",
        "ntp",
        "privilege",
        "redistribute",
        "route-map",
        "service",
        "set",
        "match",
        "snmp-server enable traps",
        "snmp-server",
        "spanning-tree mode",
        "spanning-tree",
        "switchport mode",
        "transport input",
        "transport output",
        "tunnel mode",
        "tunnel source",
        "vrf forwarding",
        "ip vrf forwarding",
        "vtp domain",
        "vtp mode",
        "duplex",
        "speed",
        "encapsulation",
        "crypto map",
        "ip nat",
        "negotiation",
        "address-family",
    ];
    if let Some(rest) = line.strip_prefix("no ") {
        return (rest.to_owned(), "false".to_owned());
    }
    let named = NAMES.iter().filter(|name| behind(line, name).is_some_and(|rest| !rest.is_empty()));
    let named = named.max_by_key(|name| name.len());
    if let Some(name) = named {
        return ((*name).to_owned(), line[name.len()..].trim().to_owned());
    }
    let is_value = |word: &&str| {
        word.contains(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || c == '"')
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.iter().position(is_value) {
        Some(at) if at > 0 => (words[..at].join(" "), words[at..].join(" ")),
        _ => (line.to_owned(), "true".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_blocks_and_banners_are_passed_over() {
        let text = "hostname a\nbanner motd ^C\ninterface no\n^C\nbanner exec #one line#\n!\ninterface b\n no shutdown\n !\n ip address 1.2.3.4 255.0.0.0\nend\n";
        let blocks = blocks(text);
        let heads: Vec<&str> = blocks.iter().map(|block| block.text).collect();
        assert_eq!(heads, ["hostname a", "interface b", "end"]);
        assert_eq!(blocks[1].value("ip address"), Some("1.2.3.4 255.0.0.0"));
        assert_eq!(blocks[1].line, 7);
    }

    #[test]
    fn a_line_says_what_is_set_to_what() {
        for (line, name, value) in [
            ("ntp server 10.0.0.1", "ntp", "server 10.0.0.1"),
            ("no ip http server", "ip http server", "false"),
            ("ip ssh version 2", "ip ssh version", "2"),
            ("ip cef", "ip cef", "true"),
            ("vtp domain Oxidized", "vtp domain", "Oxidized"),
            ("exec-timeout 0 0", "exec-timeout", "0 0"),
        ] {
            assert_eq!(setting(line), (name.to_owned(), value.to_owned()), "{line}");
        }
    }
}
