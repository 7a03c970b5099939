//! Mistakes in `[table]` headers.

use crate::diagnostic::Diagnostic;

use super::super::quoting::{quoted, shown, without_comment};
use super::{Piece, TYPOGRAPHIC, Trouble};

/// Explains what is wrong with a header; what stands below it has not been looked at.
pub(in super::super) fn in_header(trouble: &Trouble) -> Diagnostic {
    let line = trouble.trimmed_line();
    let header = Piece { text: without_comment(line.text), start: line.start };
    let finding = look_at(trouble, &header);
    let rest = "what stands below it, up to the next header, was not checked";
    let help = match &finding.help {
        Some(help) => format!("{help}; {rest}"),
        None => rest.to_owned(),
    };
    finding.help(help)
}

fn look_at(trouble: &Trouble, header: &Piece) -> Diagnostic {
    let text = header.text;
    let opened = text.len() - text.trim_start_matches('[').len();
    let closed = text.len() - text.trim_end_matches(']').len();
    let name = text.trim_matches(['[', ']']).trim();
    let span = trouble.text.span(header.range());
    if text.is_empty() {
        return trouble.as_the_parser_says();
    }
    if name.is_empty() {
        return trouble.finding(header.range(), "this header has no name").help("write `[name]`");
    }
    if opened > 2 {
        let message = format!("{} has too many brackets", shown(text));
        let help = "`[name]` begins a table, `[[name]]` one of several";
        return trouble.finding(header.range(), message).help(help);
    }
    if let Some((_, behind)) = text.split_once(']')
        && !behind.trim_start_matches(']').is_empty()
        && closed != opened
    {
        let message = "there is something behind the header";
        return trouble.finding(header.range(), message).help("put it on a line of its own");
    }
    if name.split('.').any(|part| part.trim().is_empty()) {
        let message = format!("{} has a dot without a name beside it", shown(name));
        return trouble.finding(header.range(), message).help("dots stand between names");
    }
    if let Some(written) = part_without_quotes(name) {
        let message = format!("{} cannot be a name without quotes", shown(name));
        let brackets = |bracket: &str| bracket.repeat(opened);
        return trouble
            .finding(header.range(), message)
            .help("names are letters of English, digits, `_` and `-`; all else needs quotes")
            .fix(span, format!("{}{written}{}", brackets("["), brackets("]")));
    }
    if closed != opened {
        let fixed = format!("{}{name}{}", "[".repeat(opened), "]".repeat(opened));
        let message = format!("the header {} is not closed as it was opened", shown(text));
        return trouble
            .finding(header.range(), message)
            .help("`[name]` begins a table, `[[name]]` one of several")
            .fix(span, fixed);
    }
    trouble.as_the_parser_says()
}

/// Returns `name` with quotes around the parts that need them; nothing where none does.
fn part_without_quotes(name: &str) -> Option<String> {
    if name.contains(['"', '\'']) {
        return None;
    }
    let is_bare = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    let parts: Vec<_> = name.split('.').map(|part| part.trim().trim_matches(TYPOGRAPHIC)).collect();
    if name.split('.').all(|part| is_bare(part.trim())) {
        return None;
    }
    let written = parts.iter().map(|part| match is_bare(part) {
        true => (*part).to_owned(),
        false => quoted(part),
    });
    Some(written.collect::<Vec<_>>().join("."))
}
