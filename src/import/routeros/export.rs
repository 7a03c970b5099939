//! The lines of a RouterOS export: a path such as `/ip address`, and commands below it with `key=value`
//! pairs. A line may be wrapped with `\` at its end.
//!
//! While reading, the places of secrets are noted, so that the text can be kept without them.

use std::ops::Range;

use crate::import::appliance::redaction::Redaction;
use crate::import::secret;

/// A command: `add address=10.0.0.1/24 interface=bridge`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// The path it stands under, without the leading slash.
    pub path: String,
    /// What is done: `add`, `set`.
    pub verb: String,
    /// What it is done to: the words between verb and pairs, such as `[ find default-name=ether2 ]`.
    pub target: String,
    /// The pairs, in order.
    pub pairs: Vec<(String, String)>,
    /// Its line, from 1.
    pub line: usize,
}

impl Command {
    /// Returns a value, if it says something.
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Whether a value is this.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.value(name) == Some(value)
    }

    /// Returns the part of the target that finds what is changed: of `[ find default-name=ether2 ]`,
    /// `ether2`.
    pub fn found(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.target.split_once(&format!("{name}="))?;
        let end = rest.find([' ', ']']).unwrap_or(rest.len());
        Some(rest[..end].trim_matches('"')).filter(|value| !value.is_empty())
    }
}

/// Reads an export.
pub fn read(text: &str, redaction: &mut Redaction) -> Vec<Command> {
    let mut commands = Vec::new();
    let mut path = String::new();
    let mut line = 1;
    let mut at = 0;
    while at < text.len() {
        let (words, end, lines) = words(text, at);
        let started = line;
        line += lines;
        at = end;
        let mut rest: &[Word] = &words;
        let Some(first) = rest.first() else { continue };
        if first.text.starts_with('#') {
            continue;
        }
        if first.text.starts_with('/') {
            // A path may have its command on the same line, as older versions and people write it.
            let is_verb = |word: &&Word| matches!(word.text.as_str(), "add" | "set");
            let verb = rest.iter().position(|word| is_verb(&word)).unwrap_or(rest.len());
            let names: Vec<&str> =
                rest[..verb].iter().map(|word| word.text.trim_matches('/')).collect();
            path = names.join(" ").replace('/', " ");
            rest = &rest[verb..];
        }
        if let Some(command) = command(rest, &path, started, redaction) {
            commands.push(command);
        }
    }
    commands
}

fn command(words: &[Word], path: &str, line: usize, redaction: &mut Redaction) -> Option<Command> {
    let (verb, rest) = words.split_first()?;
    let mut command = Command {
        path: path.to_owned(),
        verb: verb.text.clone(),
        target: String::new(),
        pairs: Vec::new(),
        line,
    };
    for word in rest {
        let Some(equals) = word.equals.filter(|_| !word.is_target) else {
            if !command.target.is_empty() {
                command.target.push(' ');
            }
            command.target.push_str(&word.text);
            continue;
        };
        let (name, value) = (&word.text[..equals], &word.text[equals + 1..]);
        if is_secret(path, name) && !matches!(value, "yes" | "no" | "default" | "auto") {
            if !is_blank(value) {
                redaction.cut(word.value.clone(), name);
            }
            continue;
        }
        command.pairs.push((name.to_owned(), value.to_owned()));
    }
    Some(command)
}

/// Whether a pair is a secret: by its name, or by what stands under its path.
fn is_secret(path: &str, name: &str) -> bool {
    const ENDS: &[&str] =
        &["-key", "password", "passphrase", "secret", "-pass", "-psk", "pin", "token"];
    let is_key = name == "key" || ENDS.iter().any(|end| name.ends_with(end));
    let is_public = name.contains("public-key");
    let by_path = path == "snmp community" && name == "name"
        // A script may hold anything.
        || path.starts_with("system script") && name == "source"
        || path.starts_with("system scheduler") && name == "on-event";
    by_path || !is_public && (is_key || secret::is_secret_label(name))
}

fn is_blank(value: &str) -> bool {
    value.is_empty() || value.starts_with('<') || value.chars().all(|c| c == '*')
}

/// A word of a command.
struct Word {
    /// The word without quotes and wraps; with its name and `=` where it is a pair.
    text: String,
    /// Where in `text` the first `=` is that stands outside of quotes.
    equals: Option<usize>,
    /// Where its value stands in the file.
    value: Range<usize>,
    /// Whether it stands between square brackets.
    is_target: bool,
}

/// Returns the words of the command that begins at `at`, where the next begins, and how many lines it
/// takes.
fn words(text: &str, at: usize) -> (Vec<Word>, usize, usize) {
    let bytes = text.as_bytes();
    let mut scan = Scan { bytes, at, lines: 0 };
    let mut words = Vec::new();
    let mut depth = 0usize;
    loop {
        scan.skip_space();
        match scan.bytes.get(scan.at) {
            None => return (words, scan.at, scan.lines),
            Some(b'\n') => return (words, scan.at + 1, scan.lines + 1),
            Some(b'#') if words.is_empty() => {
                let rest = &bytes[scan.at..];
                let end = rest
                    .iter()
                    .position(|byte| *byte == b'\n')
                    .map_or(bytes.len(), |end| scan.at + end + 1);
                return (Vec::new(), end, scan.lines + 1);
            }
            Some(_) => {
                let word = scan.word(&mut depth);
                words.push(word);
            }
        }
    }
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    lines: usize,
}

impl Scan<'_> {
    /// Returns how long a wrap is that stands here: a backslash, the end of the line, and the space
    /// before the rest.
    fn wrap(&self) -> Option<usize> {
        let rest = &self.bytes[self.at..];
        let end = match rest {
            [b'\\', b'\n', ..] => 2,
            [b'\\', b'\r', b'\n', ..] => 3,
            _ => return None,
        };
        let space = rest[end..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        Some(end + space)
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            match (byte, self.wrap()) {
                (_, Some(length)) => {
                    self.at += length;
                    self.lines += 1;
                }
                (b' ' | b'\t' | b'\r', None) => self.at += 1,
                _ => return,
            }
        }
    }

    fn word(&mut self, depth: &mut usize) -> Word {
        let mut text: Vec<u8> = Vec::new();
        let mut equals = None;
        let mut value = self.at;
        let mut is_quoted = false;
        let mut is_target = *depth > 0;
        while let Some(byte) = self.bytes.get(self.at).copied() {
            if let Some(length) = self.wrap() {
                self.at += length;
                self.lines += 1;
                continue;
            }
            match (is_quoted, byte) {
                (false, b' ' | b'\t' | b'\r' | b'\n') => break,
                (_, b'"') => is_quoted = !is_quoted,
                (true, b'\\') if self.at + 1 < self.bytes.len() => {
                    self.at += 1;
                    text.push(self.bytes[self.at]);
                    self.lines += usize::from(self.bytes[self.at] == b'\n');
                }
                (false, b'=') if equals.is_none() => {
                    equals = Some(text.len());
                    text.push(byte);
                    value = self.at + 1;
                }
                _ => {
                    match (is_quoted, byte) {
                        (false, b'[') => {
                            *depth += 1;
                            is_target |= equals.is_none();
                        }
                        (false, b']') => *depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    self.lines += usize::from(byte == b'\n');
                    text.push(byte);
                }
            }
            self.at += 1;
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        // What was no text has another length now.
        let equals = equals.filter(|at| text.as_bytes().get(*at) == Some(&b'='));
        Word { text, equals, value: value..self.at, is_target }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_with_their_paths_wraps_and_quotes() {
        let text = "# by RouterOS\r\n/ip address\r\nadd address=10.0.0.1/24 comment=\"a \\\"b\\\" = c\" \\\r\n    interface=bri\\\r\n    dge\r\n/interface ethernet\nset [ find default-name=ether2 ] name=lan mtu=1514\n/ppp secret add name=bob password=hush profile=x\n";
        let mut redaction = Redaction::default();
        let commands = read(text, &mut redaction);
        assert_eq!(commands[0].path, "ip address");
        assert_eq!(commands[0].value("comment"), Some("a \"b\" = c"));
        assert_eq!(commands[0].value("interface"), Some("bridge"));
        assert_eq!((commands[1].found("default-name"), commands[1].line), (Some("ether2"), 7));
        assert_eq!(
            (commands[2].path.as_str(), commands[2].value("password")),
            ("ppp secret", None)
        );
        let rest = redaction.apply(text);
        assert!(rest.contains("password=<removed> profile=x") && !rest.contains("hush"), "{rest}");
    }

    #[test]
    fn secrets_go_by_name_and_by_path() {
        let text = "/snmp community\nset [ find default=yes ] name=public\n/system script\nadd name=a source=\":put \\\"pw\\\"\"\n/interface wireguard\nadd private-key=\"yAnz5TF+lXX=\" public-key=\"abc=\"\n";
        let mut redaction = Redaction::default();
        read(text, &mut redaction);
        let rest = redaction.apply(text);
        for word in ["public\n", "pw", "yAnz5TF"] {
            assert!(!rest.contains(word), "{word}: {rest}");
        }
        assert!(rest.contains("public-key=\"abc=\""));
    }
}
