//! Colours the configurations of routers, switches and firewalls, and of programs that are
//! configured in their manner: a command on each line, then its words.
//!
//! One lexer serves them all; what differs is a [`Dialect`], a table of words.

use super::pen::{Class, Pen};
use super::words::{self, Reach};

/// What tells one configuration language from another. All lists are sorted and in lower case.
pub(super) struct Dialect {
    /// What opens a comment at the start of a line.
    line_comments: &'static [&'static str],
    /// What opens a comment behind a command.
    trailing_comment: Option<&'static str>,
    /// First words that open a section; the words behind them name it.
    sections: &'static [&'static str],
    /// First words whose second word says what is set.
    setters: &'static [&'static str],
    /// First words that take something away; the command stands behind them.
    negations: &'static [&'static str],
    /// Words behind which the rest of the line is free text.
    texts: &'static [&'static str],
    /// Words that stand for a value.
    constants: &'static [&'static str],
    /// Words that refuse.
    refusals: &'static [&'static str],
    /// What else the syntax has.
    has: &'static [Has],
}

/// A trait of a syntax.
#[derive(Clone, Copy, PartialEq)]
enum Has {
    /// Statements end with `;`, blocks stand in `{}`, comments in `/* */`.
    Braces,
    /// `name=value`.
    Assignments,
    /// A section is a line that starts with `/` (RouterOS).
    Paths,
    /// A section is a line in `<>` (Apache).
    Tags,
    /// `$name` is a variable.
    Variables,
    /// `--name` is an option.
    Options,
    /// `banner motd ^C` starts text that goes on to the next `^C` (Cisco).
    Banners,
    /// Commands may stand behind a host's prompt.
    Prompts,
    /// A backslash at the end of a line takes the next one in.
    Continuations,
}

impl Dialect {
    fn has(&self, feature: Has) -> bool {
        self.has.contains(&feature)
    }
}

/// What the next word of a line is to be taken for.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Command,
    SetWhat,
    SectionName,
    Argument,
}

/// Colours all that `pen` holds.
pub(super) fn colour(pen: &mut Pen, dialect: &Dialect) {
    let mut place = Place::Command;
    while !pen.done() {
        pen.skip_blanks();
        if place == Place::Command && pen.at_line_start() {
            if comment(pen, dialect) || section_line(pen, dialect) {
                continue;
            }
            if dialect.has(Has::Prompts)
                && let Some(len) = words::prompt(pen.line())
            {
                pen.paint(Class::Operator, len);
                continue;
            }
        }
        place = token(pen, dialect, place);
    }
}

fn comment(pen: &mut Pen, dialect: &Dialect) -> bool {
    let opens = dialect.line_comments.iter().any(|mark| pen.starts_with(mark));
    if opens {
        pen.paint_line(Class::Comment);
    }
    opens
}

/// Writes a line that is as a whole the head of a section.
fn section_line(pen: &mut Pen, dialect: &Dialect) -> bool {
    if dialect.has(Has::Tags) && pen.peek() == b'<' {
        pen.paint_line(Class::Type);
        return true;
    }
    if dialect.has(Has::Paths) && pen.peek() == b'/' {
        // `/ip firewall filter add chain=…` on one line: the path ends at the command.
        pen.paint(Class::Type, 1);
        while pen.peek() > b' ' {
            let len = pen.run(|byte| byte > b' ' && byte != b'=');
            let word = pen.ahead(len);
            let command = words::listed(word, dialect.setters) || pen.peek_at(len) == b'=';
            if command || len == 0 {
                break;
            }
            pen.paint(Class::Type, len);
            pen.skip_blanks();
        }
        return true;
    }
    false
}

/// Writes one token and returns the place behind it.
fn token(pen: &mut Pen, dialect: &Dialect, place: Place) -> Place {
    let braces = dialect.has(Has::Braces);
    match pen.peek() {
        b'\n' => {
            pen.plain(1);
            return Place::Command;
        }
        b'"' | b'\'' => {
            let len = words::quoted(pen, b'\\', Reach::Lines);
            pen.paint(Class::Text, len);
            return Place::Argument;
        }
        b'/' if braces && pen.starts_with("/*") => pen.paint(Class::Comment, pen.through("*/")),
        b'{' | b'}' | b';' if braces => {
            pen.paint(Class::Operator, 1);
            return Place::Command;
        }
        b'[' | b']' | b'(' | b')' | b'{' | b'}' | b',' | b'=' | b';' => {
            pen.paint(Class::Operator, 1);
            return if place == Place::Command { Place::Argument } else { place };
        }
        b'\\' if dialect.has(Has::Continuations) && pen.peek_at(1) == b'\n' => {
            pen.paint(Class::Operator, 2);
            return Place::Argument;
        }
        b'$' if dialect.has(Has::Variables) => {
            let len = 1 + usize::from(pen.peek_at(1) == b'{');
            let name = pen.ahead(len + 64)[len..].bytes().take_while(|b| words::is_name(*b));
            pen.paint(Class::Variable, len + name.count() + usize::from(len == 2));
            return Place::Argument;
        }
        0 => pen.plain(1),
        _ => {
            if dialect.trailing_comment.is_some_and(|mark| pen.starts_with(mark)) {
                pen.paint_line(Class::Comment);
                return place;
            }
            return word(pen, dialect, place);
        }
    }
    place
}

/// Writes one word and returns the place behind it.
fn word(pen: &mut Pen, dialect: &Dialect, place: Place) -> Place {
    let len = pen.run(|byte| !ends_word(byte)).max(1);
    let word = pen.ahead(len);
    if dialect.has(Has::Assignments) && pen.peek_at(len) == b'=' {
        pen.paint(Class::Parameter, len);
        return Place::Argument;
    }
    if words::listed(word, dialect.texts) {
        return text(pen, dialect, place, word);
    }
    match place {
        Place::Command => command(pen, dialect, word),
        Place::SetWhat => {
            pen.paint(Class::Parameter, len);
            Place::Argument
        }
        Place::SectionName => {
            words::paint(pen, words::value(word).or(Some(Class::Type)), len);
            Place::SectionName
        }
        Place::Argument => {
            words::paint(pen, argument(dialect, word), len);
            Place::Argument
        }
    }
}

fn ends_word(byte: u8) -> bool {
    matches!(byte, 0..=b' ' | b'"' | b'{' | b'}' | b';' | b'[' | b']' | b'(' | b')' | b',' | b'=')
}

/// Writes the first word of a line.
fn command(pen: &mut Pen, dialect: &Dialect, word: &str) -> Place {
    let len = word.len();
    if words::listed(word, dialect.negations) {
        pen.paint(Class::Negation, len);
        return if words::listed(word, dialect.setters) { Place::SetWhat } else { Place::Command };
    }
    if let Some(class) = words::value(word) {
        // The number of a rule; its command follows.
        pen.paint(class, len);
        return Place::Command;
    }
    if words::listed(word, dialect.sections) || opens_block(pen, dialect) {
        pen.paint(Class::Type, len);
        return Place::SectionName;
    }
    words::paint(pen, refusal(dialect, word).or(Some(Class::Keyword)), len);
    if words::listed(word, dialect.setters) { Place::SetWhat } else { Place::Argument }
}

/// Whether the statement that starts here opens a block rather than ends with `;`.
fn opens_block(pen: &Pen, dialect: &Dialect) -> bool {
    dialect.has(Has::Braces)
        && pen.ahead(200).bytes().find(|byte| matches!(byte, b'{' | b';' | b'\n')) == Some(b'{')
}

fn argument(dialect: &Dialect, word: &str) -> Option<Class> {
    if dialect.has(Has::Options) && word.starts_with("--") {
        return Some(Class::Parameter);
    }
    let bare = word.strip_prefix('!').unwrap_or(word);
    words::value(bare)
        .or_else(|| words::listed(bare, dialect.constants).then_some(Class::Builtin))
        .or_else(|| refusal(dialect, bare))
}

fn refusal(dialect: &Dialect, word: &str) -> Option<Class> {
    words::listed(word, dialect.refusals).then_some(Class::Negation)
}

/// Writes a word such as `description`, and what it introduces.
fn text(pen: &mut Pen, dialect: &Dialect, place: Place, word: &str) -> Place {
    let class = if place == Place::Command { Class::Keyword } else { Class::Parameter };
    pen.paint(class, word.len());
    pen.skip_blanks();
    if dialect.has(Has::Banners) && word.eq_ignore_ascii_case("banner") {
        banner(pen);
    } else if !matches!(pen.peek(), b'"' | b'\'') {
        let len = pen.run(|byte| byte != b'\n' && (byte != b';' || !dialect.has(Has::Braces)));
        pen.paint(Class::Text, len);
    }
    Place::Argument
}

/// Writes `motd ^C`, the text, and the `^C` that ends it; or, as Arista has it, up to `EOF`.
fn banner(pen: &mut Pen) {
    let len = pen.run(|byte| byte > b' ');
    pen.paint(Class::Parameter, len);
    pen.skip_blanks();
    let mark = match pen.peek() {
        b'\n' => "\nEOF",
        b'^' => pen.ahead(2),
        0..=b' ' => return,
        _ => pen.ahead(1),
    };
    let body = &pen.rest()[mark.len().min(pen.rest().len())..];
    let end = if mark == "\nEOF" {
        pen.rest().find(mark)
    } else {
        body.find(mark).map(|at| at + mark.len())
    };
    match end {
        Some(end) if end < 8_192 => pen.paint(Class::Text, end + mark.len()),
        _ => pen.paint_line(Class::Text),
    }
}

const PLAIN: Dialect = Dialect {
    line_comments: &["#"],
    trailing_comment: None,
    sections: &[],
    setters: &[],
    negations: &[],
    texts: &[],
    constants: &[
        "disable", "disabled", "enable", "enabled", "false", "no", "none", "off", "on", "true",
        "yes",
    ],
    refusals: &[],
    has: &[],
};

/// Cisco IOS, IOS XE and NX-OS, ASA, Arista EOS, ArubaOS-CX and what else speaks like them.
pub(super) static IOS: Dialect = Dialect {
    line_comments: &["!"],
    sections: &[
        "aaa",
        "access-list",
        "class",
        "class-map",
        "controller",
        "crypto",
        "feature",
        "group-policy",
        "interface",
        "key",
        "line",
        "mac",
        "management",
        "object",
        "object-group",
        "policy-map",
        "port-channel",
        "route-map",
        "router",
        "spanning-tree",
        "tunnel-group",
        "vlan",
        "vrf",
        "zone",
    ],
    negations: &["default", "no"],
    texts: &["banner", "description", "remark"],
    constants: &[
        "any", "any4", "any6", "auto", "both", "disable", "dynamic", "enable", "full", "half",
        "host", "in", "inside", "local", "none", "out", "outside", "permit", "static", "up",
    ],
    refusals: &["deny", "down", "drop", "shutdown"],
    has: &[Has::Banners, Has::Prompts],
    ..PLAIN
};

/// Fortinet's FortiOS.
pub(super) static FORTIOS: Dialect = Dialect {
    sections: &["config"],
    setters: &["append", "select", "set", "unselect", "unset"],
    negations: &["delete", "purge", "unset"],
    constants: &["accept", "all", "always", "disable", "enable"],
    refusals: &["block", "deny"],
    has: &[Has::Prompts],
    ..PLAIN
};

/// Juniper's Junos in both its forms, and VyOS.
pub(super) static JUNOS: Dialect = Dialect {
    line_comments: &["#"],
    trailing_comment: Some("##"),
    setters: &["activate", "annotate", "deactivate", "delete", "edit", "protect", "rename", "set"],
    negations: &["deactivate", "delete", "inactive:"],
    texts: &["description"],
    constants: &["accept", "any", "disable", "enable", "permit", "self", "trust", "untrust"],
    refusals: &["deny", "discard", "drop", "reject"],
    has: &[Has::Braces, Has::Prompts],
    ..PLAIN
};

/// MikroTik's RouterOS, as `/export` writes it.
pub(super) static ROUTEROS: Dialect = Dialect {
    setters: &[
        "add", "disable", "edit", "enable", "export", "find", "import", "monitor", "move", "ping",
        "print", "remove", "reset", "set", "unset",
    ],
    negations: &["remove", "unset"],
    constants: &[
        "accept",
        "all",
        "any",
        "auto",
        "disabled",
        "enabled",
        "masquerade",
        "no",
        "none",
        "yes",
    ],
    refusals: &["drop", "reject", "tarpit"],
    has: &[Has::Assignments, Has::Paths, Has::Variables, Has::Continuations, Has::Prompts],
    ..PLAIN
};

/// nginx, and BIND's and ISC DHCP's own files.
pub(super) static BRACED: Dialect = Dialect {
    line_comments: &["#", "//"],
    trailing_comment: Some("#"),
    constants: &["all", "any", "localhost", "no", "none", "off", "on", "yes"],
    refusals: &["deny", "return"],
    has: &[Has::Braces, Has::Variables],
    ..PLAIN
};

/// Apache's httpd.
pub(super) static APACHE: Dialect =
    Dialect { refusals: &["denied", "deny"], has: &[Has::Tags], ..PLAIN };

/// A Dockerfile.
pub(super) static DOCKERFILE: Dialect = Dialect {
    sections: &["from"],
    has: &[Has::Variables, Has::Options, Has::Assignments, Has::Continuations],
    ..PLAIN
};

#[cfg(test)]
mod tests {
    use super::*;

    fn coloured(text: &str, dialect: &Dialect) -> String {
        let mut out = String::new();
        let mut pen = Pen::new(text, &mut out);
        colour(&mut pen, dialect);
        pen.finish();
        out.replace("<span class=\"c-", "‹").replace("\">", ":").replace("</span>", "›")
    }

    #[test]
    fn the_word_lists_are_sorted_for_looking_up() {
        for dialect in [&IOS, &FORTIOS, &JUNOS, &ROUTEROS, &BRACED, &APACHE, &DOCKERFILE] {
            for list in [
                dialect.sections,
                dialect.setters,
                dialect.negations,
                dialect.texts,
                dialect.constants,
                dialect.refusals,
            ] {
                assert!(list.is_sorted(), "{list:?}");
            }
        }
    }

    #[test]
    fn a_cisco_configuration_shows_sections_negations_and_addresses() {
        let text = "! saved\ninterface Vlan2\n description to the clinic\n no ip address\n ip address 10.0.2.1 255.255.255.0\n10 deny any\nsw1#show vlan";
        assert_eq!(
            coloured(text, &IOS),
            "‹c:! saved›\n‹t:interface Vlan2›\n ‹k:description› ‹s:to the clinic›\n ‹e:no› ‹k:ip› address\n ‹k:ip› address ‹a:10.0.2.1 255.255.255.0›\n‹n:10› ‹e:deny› ‹b:any›\n‹o:sw1#›‹k:show› vlan"
        );
    }

    #[test]
    fn a_banner_goes_on_to_its_mark() {
        assert_eq!(
            coloured("banner motd ^C\nno interface\n^C\nend", &IOS),
            "‹k:banner› ‹p:motd› ‹s:^C›\n‹s:no interface›\n‹s:^C›\n‹k:end›"
        );
        assert_eq!(
            coloured("banner login\nhi\nEOF\n", &IOS),
            "‹k:banner› ‹p:login›\n‹s:hi›\n‹s:EOF›\n"
        );
    }

    #[test]
    fn a_fortigate_configuration_shows_what_is_set() {
        assert_eq!(
            coloured(
                "config system interface\n edit \"wan1\"\n  set ip 192.0.2.2 255.255.255.240\n  unset alias\n next\nend",
                &FORTIOS
            ),
            "‹t:config system interface›\n ‹k:edit› ‹s:\"wan1\"›\n  ‹k:set› ‹p:ip› ‹a:192.0.2.2 255.255.255.240›\n  ‹e:unset› ‹p:alias›\n ‹k:next›\n‹k:end›"
        );
    }

    #[test]
    fn both_forms_of_junos_are_known() {
        assert_eq!(
            coloured("system {\n  host-name fw; ## SECRET\n}\nset system host-name fw", &JUNOS),
            "‹t:system› ‹o:{›\n  ‹k:host-name› fw‹o:;› ‹c:## SECRET›\n‹o:}›\n‹k:set› ‹p:system› host-name fw"
        );
    }

    #[test]
    fn routeros_shows_paths_and_assignments() {
        assert_eq!(
            coloured(
                "/ip firewall nat\nadd action=drop \\\n    src-address=10.0.0.0/8 comment=\"a b\"",
                &ROUTEROS
            ),
            "‹t:/ip firewall nat›\n‹k:add› ‹p:action›‹o:=›‹e:drop› ‹o:\\›\n    ‹p:src-address›‹o:=›‹a:10.0.0.0/8› ‹p:comment›‹o:=›‹s:\"a b\"›"
        );
        assert_eq!(
            coloured("/ip address add address=1.1.1.1/24", &ROUTEROS),
            "‹t:/ip address› ‹k:add› ‹p:address›‹o:=›‹a:1.1.1.1/24›"
        );
    }

    #[test]
    fn nginx_and_dockerfiles_show_variables() {
        assert_eq!(
            coloured("location / {\n  proxy_pass http://$host; # up\n}", &BRACED),
            "‹t:location /› ‹o:{›\n  ‹k:proxy_pass› http://$host‹o:;› ‹c:# up›\n‹o:}›"
        );
        assert_eq!(
            coloured("FROM debian:12\nENV A=1\nCOPY --chown=www $SRC /x", &DOCKERFILE),
            "‹t:FROM debian:12›\n‹k:ENV› ‹p:A›‹o:=›‹n:1›\n‹k:COPY› ‹p:--chown›‹o:=›www ‹v:$SRC› /x"
        );
    }
}
