//! Colours the formats that hold values rather than commands: TOML, INI and its many kin, JSON,
//! YAML and XML.

use super::pen::{Class, Pen};
use super::words::{self, Reach};

const CONSTANTS: &[&str] =
    &["false", "inf", "nan", "no", "none", "null", "off", "on", "true", "yes"];

/// Returns what a value without quotes is.
fn bare(word: &str) -> Option<Class> {
    words::value(word)
        .or_else(|| words::listed(word, CONSTANTS).then_some(Class::Builtin))
        .or_else(|| is_date(word).then_some(Class::Number))
}

/// Whether `word` starts as a date or a time of day does: `2026-11-23`, `08:30`.
fn is_date(word: &str) -> bool {
    let bytes = word.as_bytes();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    matches!((digits, bytes.get(digits)), (4, Some(b'-')) | (2, Some(b':')))
        && bytes.get(digits + 1).is_some_and(u8::is_ascii_digit)
}

/// Colours TOML 1.0.
pub(super) fn toml(pen: &mut Pen) {
    // Whether the next word of this line is a key.
    let mut key = true;
    let mut brackets = 0_u32;
    while !pen.done() {
        pen.skip_blanks();
        match pen.peek() {
            b'\n' => {
                pen.plain(1);
                key = brackets == 0;
            }
            b'#' => pen.paint_line(Class::Comment),
            b'[' if key && pen.at_line_start() => pen.paint(Class::Type, header(pen)),
            b'"' | b'\'' => {
                let len = toml_string(pen);
                pen.paint(if key { Class::Parameter } else { Class::Text }, len);
            }
            b'=' => {
                pen.paint(Class::Operator, 1);
                key = false;
            }
            byte @ (b'[' | b']' | b'{' | b'}' | b',') => {
                match byte {
                    b'[' => brackets += 1,
                    b']' => brackets = brackets.saturating_sub(1),
                    b'{' => key = true,
                    // Within an inline table a key follows; within a list its `=` is missing and
                    // the word is taken for a value after all.
                    _ => key = byte == b',' && assigned(pen),
                }
                pen.paint(Class::Operator, 1);
            }
            _ => {
                let len = pen.run(|b| b > b' ' && !b"=,[]{}#\"'".contains(&b)).max(1);
                let class = if key { Some(Class::Parameter) } else { bare(pen.ahead(len)) };
                words::paint(pen, class, len);
            }
        }
    }
}

/// Whether the word behind the comma here is a key.
fn assigned(pen: &Pen) -> bool {
    let behind = pen.ahead(80).bytes().skip(1).find(|b| b"=,[]{}#\"'\n".contains(b));
    behind == Some(b'=')
}

/// Returns the length of a table's header: to the bracket that closes it.
fn header(pen: &Pen) -> usize {
    let line = pen.line();
    let head = line.split('#').next().unwrap_or(line);
    head.rfind(']').map_or(line.len(), |end| end + 1)
}

fn toml_string(pen: &Pen) -> usize {
    for mark in ["\"\"\"", "'''"] {
        if pen.starts_with(mark) {
            let behind = &pen.rest()[mark.len()..];
            return behind.find(mark).map_or(pen.rest().len(), |end| end + 2 * mark.len());
        }
    }
    words::quoted(pen, if pen.peek() == b'"' { b'\\' } else { 0 }, Reach::Line)
}

/// Colours INI, systemd units, `.properties`, `.env`, `.reg` and what else has `key = value` or
/// `key value` on its lines.
pub(super) fn ini(pen: &mut Pen) {
    while !pen.done() {
        pen.skip_blanks();
        match pen.peek() {
            b'#' | b';' => pen.paint_line(Class::Comment),
            b'[' => pen.paint_line(Class::Type),
            b'\n' => {}
            _ => assignment(pen),
        }
        pen.plain(1);
    }
}

/// Writes one line with a key and what it is set to.
fn assignment(pen: &mut Pen) {
    let line = pen.line();
    let name = line.find(['=', ':']);
    let spaced = line.find([' ', '\t']);
    // `key = value`, or else `key value`: a sign deep inside a value separates nothing.
    let key = match (name, spaced) {
        (Some(sign), Some(blank)) if !line[blank..sign.max(blank)].trim().is_empty() => blank,
        (Some(sign), _) => sign,
        (None, blank) => blank.unwrap_or(line.len()),
    };
    pen.paint(Class::Parameter, key);
    pen.skip_blanks();
    if matches!(pen.peek(), b'=' | b':') {
        pen.paint(Class::Operator, 1);
        pen.skip_blanks();
    }
    while pen.peek() != b'\n' && !pen.done() {
        match pen.peek() {
            b'"' | b'\'' => pen.paint(Class::Text, words::quoted(pen, b'\\', Reach::Line)),
            b',' => pen.paint(Class::Operator, 1),
            _ => {
                let len = pen.run(|byte| byte > b' ' && byte != b',').max(1);
                words::paint(pen, bare(pen.ahead(len)), len);
            }
        }
        pen.skip_blanks();
    }
}

/// Colours JSON (RFC 8259), with the comments some programs allow in it.
pub(super) fn json(pen: &mut Pen) {
    while !pen.done() {
        match pen.peek() {
            b'"' => {
                let len = words::quoted(pen, b'\\', Reach::Line);
                let behind = pen.rest()[len..].bytes().find(|byte| !byte.is_ascii_whitespace());
                let key = behind == Some(b':');
                pen.paint(if key { Class::Parameter } else { Class::Text }, len);
            }
            b'/' if pen.starts_with("//") => pen.paint_line(Class::Comment),
            b'/' if pen.starts_with("/*") => pen.paint(Class::Comment, pen.through("*/")),
            byte if byte.is_ascii_alphanumeric() || byte == b'-' => {
                let len = pen.run(|b| words::is_name(b) || matches!(b, b'.' | b'+' | b'-'));
                words::paint(pen, bare(pen.ahead(len)), len);
            }
            // Brackets, commas and blanks: plain, for they would double the size of the page.
            _ => {
                let len = pen.run(|b| !b.is_ascii_alphanumeric() && !b"\"/-".contains(&b));
                pen.plain(len.max(1));
            }
        }
    }
}

/// Colours YAML 1.2, a line at a time; block scalars by their indentation.
pub(super) fn yaml(pen: &mut Pen) {
    let mut block: Option<usize> = None;
    while !pen.done() {
        let line = pen.line();
        let indent = line.len() - line.trim_start_matches(' ').len();
        if let Some(depth) = block {
            if line.trim().is_empty() || indent > depth {
                pen.paint_line(Class::Text);
                pen.plain(1);
                continue;
            }
            block = None;
        }
        if line.starts_with("---") || line.starts_with("...") {
            pen.paint(Class::Operator, 3);
        }
        pen.skip_blanks();
        while pen.starts_with("- ") {
            pen.paint(Class::Operator, 1);
            pen.skip_blanks();
        }
        yaml_key(pen);
        if yaml_value(pen) {
            block = Some(indent);
        }
        pen.plain(1);
    }
}

/// Writes the key a line starts with, if it has one.
fn yaml_key(pen: &mut Pen) {
    let line = pen.line();
    let mut name = 0;
    if matches!(pen.peek(), b'"' | b'\'') {
        name = words::quoted(pen, b'\\', Reach::Line);
    }
    let key = line[name..].char_indices().find_map(|(at, c)| match c {
        ':' if line[name + at + 1..].starts_with([' ', '\t']) => Some(name + at),
        ':' if line[name + at + 1..].is_empty() => Some(name + at),
        '#' | '{' | '[' if at == 0 => Some(0),
        _ => None,
    });
    if let Some(len) = key.filter(|len| *len > 0) {
        pen.paint(Class::Parameter, len);
        pen.paint(Class::Operator, 1);
    }
}

/// Writes the rest of a line; returns whether it opens a block scalar.
fn yaml_value(pen: &mut Pen) -> bool {
    let mut opens = false;
    loop {
        pen.skip_blanks();
        if pen.done() {
            return opens;
        }
        match pen.peek() {
            b'\n' => return opens,
            b'#' if pen.before() <= b' ' => pen.paint_line(Class::Comment),
            b'"' => pen.paint(Class::Text, words::quoted(pen, b'\\', Reach::Line)),
            b'\'' => pen.paint(Class::Text, words::quoted(pen, 0, Reach::Line)),
            b'[' | b']' | b'{' | b'}' | b',' => pen.paint(Class::Operator, 1),
            b'|' | b'>' => {
                let len = pen.run(|b| b > b' ');
                pen.paint(Class::Operator, len);
                opens = true;
            }
            byte => {
                let len = pen.run(|b| b > b' ' && !b",[]{}".contains(&b)).max(1);
                let word = pen.ahead(len);
                let class = match byte {
                    b'&' | b'*' => Some(Class::Variable),
                    b'!' => Some(Class::Type),
                    _ if word.ends_with(':') => Some(Class::Parameter),
                    _ => bare(word),
                };
                words::paint(pen, class, len);
                opens = false;
            }
        }
    }
}

/// Colours XML 1.0, and HTML as far as it is like it.
pub(super) fn xml(pen: &mut Pen) {
    while !pen.done() {
        let text = pen.run(|byte| byte != b'<' && byte != b'&');
        xml_text(pen, text);
        if pen.starts_with("<!--") {
            pen.paint(Class::Comment, pen.through("-->"));
        } else if pen.starts_with("<![CDATA[") {
            pen.paint(Class::Text, pen.through("]]>"));
        } else if pen.starts_with("<?") || pen.starts_with("<!") {
            pen.paint(Class::Keyword, pen.through(">"));
        } else if pen.peek() == b'<' {
            tag(pen);
        } else if !pen.done() {
            let len =
                1 + pen.ahead(12)[1..].bytes().take_while(|b| *b != b';' && *b > b' ').count();
            pen.paint(Class::Builtin, len + usize::from(pen.peek_at(len) == b';'));
        }
    }
}

/// Writes the text between two tags.
fn xml_text(pen: &mut Pen, len: usize) {
    let text = pen.ahead(len);
    // Only where it is one word: an element's value, as backups of firewalls are full of.
    let class = if text.len() < 64 { words::value(text) } else { None };
    words::paint(pen, class, len);
}

fn tag(pen: &mut Pen) {
    let len = 1 + usize::from(pen.peek_at(1) == b'/');
    let name =
        pen.rest()[len..].bytes().take_while(|b| words::is_name(*b) || b":-.".contains(b)).count();
    if name == 0 {
        return pen.plain(len);
    }
    pen.paint(Class::Type, len + name);
    loop {
        let blanks = pen.run(|byte| byte.is_ascii_whitespace());
        pen.plain(blanks);
        match pen.peek() {
            b'>' => return pen.paint(Class::Type, 1),
            b'/' if pen.peek_at(1) == b'>' => return pen.paint(Class::Type, 2),
            b'"' | b'\'' => pen.paint(Class::Text, words::quoted(pen, 0, Reach::Lines)),
            b'=' => pen.paint(Class::Operator, 1),
            b'<' => return,
            _ if pen.done() => return,
            _ => {
                let len = pen.run(|b| words::is_name(b) || b":-.".contains(&b)).max(1);
                pen.paint(Class::Parameter, len);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::pen::coloured;
    use super::*;

    #[test]
    fn toml_shows_tables_keys_and_values() {
        assert!(CONSTANTS.is_sorted());
        assert_eq!(
            coloured(
                "[a.b] # c\nk-1 = \"v\" # n\nd = 2026-11-01\nl = [\n  1, 'x',\n]\nt = { u = true, v = 2 }\n",
                toml
            ),
            "‹t:[a.b]› ‹c:# c›\n‹p:k-1› ‹o:=› ‹s:\"v\"› ‹c:# n›\n‹p:d› ‹o:=› ‹n:2026-11-01›\n‹p:l› ‹o:= [›\n  ‹n:1›‹o:,› ‹s:'x'›‹o:,›\n‹o:]›\n‹p:t› ‹o:= {› ‹p:u› ‹o:=› ‹b:true›‹o:,› ‹p:v› ‹o:=› ‹n:2› ‹o:}›\n"
        );
        assert_eq!(
            coloured("n = \"\"\"\na = 1\n\"\"\"\n[[x]]", toml),
            "‹p:n› ‹o:=› ‹s:\"\"\"›\n‹s:a = 1›\n‹s:\"\"\"›\n‹t:[[x]]›"
        );
    }

    #[test]
    fn ini_takes_both_ways_of_writing_a_key() {
        assert_eq!(
            coloured(
                "; c\n[Unit]\nListen = 10.0.0.1:53\nPort 22\nsearch a.example\nurl http://x=1\n",
                ini
            ),
            "‹c:; c›\n‹t:[Unit]›\n‹p:Listen› ‹o:=› ‹a:10.0.0.1:53›\n‹p:Port› ‹n:22›\n‹p:search› a.example\n‹p:url› http://x=1\n"
        );
    }

    #[test]
    fn json_tells_keys_from_texts_and_leaves_brackets_plain() {
        assert_eq!(
            coloured("{\"a\": [1, \"b\", null], // c\n \"d\":-2.5e3}", json),
            "{‹p:\"a\"›: [‹n:1›, ‹s:\"b\"›, ‹b:null›], ‹c:// c›\n ‹p:\"d\"›:-2.5e3}"
        );
    }

    #[test]
    fn yaml_shows_keys_blocks_and_anchors() {
        assert_eq!(
            coloured(
                "---\na: &x 1\n- b: \"c: d\" # e\n  f: |\n    g: h\n\n    i\nj: [yes, 10.0.0.1]\n",
                yaml
            ),
            "‹o:---›\n‹p:a›‹o::› ‹v:&amp;x› ‹n:1›\n‹o:-› ‹p:b›‹o::› ‹s:\"c: d\"› ‹c:# e›\n  ‹p:f›‹o:: |›\n    ‹s:g: h›\n\n    ‹s:i›\n‹p:j›‹o:: [›‹b:yes›‹o:,› ‹a:10.0.0.1›‹o:]›\n"
        );
    }

    #[test]
    fn xml_shows_tags_attributes_and_single_values() {
        assert_eq!(
            coloured("<?xml version=\"1.0\"?>\n<a b='c'>10.0.0.1</a><!-- d --><e/>&amp; x", xml),
            "‹k:&lt;?xml version=\"1.0\"?&gt;›\n‹t:&lt;a› ‹p:b›‹o:=›‹s:'c'›‹t:&gt;›‹a:10.0.0.1›‹t:&lt;/a&gt;›‹c:&lt;!-- d --&gt;›‹t:&lt;e/&gt;›‹b:&amp;amp;› x"
        );
    }
}
