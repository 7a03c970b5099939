//! Explains a key or a table that is written twice.

use crate::diagnostic::Diagnostic;

use super::TOML_SYNTAX;
use super::mistake::{Trouble, short};
use super::quoting::shown;
use super::statements::{Statements, header_name};

/// Returns what to say about a key or header that is there already, with its first place.
pub(super) fn explain(trouble: &Trouble, statements: &Statements) -> Diagnostic {
    let line = short(&trouble.text.text[trouble.line.clone()]);
    let is_header =
        line.trim_start().starts_with('[') && statements.around(trouble.at.start).is_none();
    if is_header { table(trouble, line, statements) } else { key(trouble, statements) }
}

fn key(trouble: &Trouble, statements: &Statements) -> Diagnostic {
    let span = trouble.text.span(trouble.at.clone());
    let name = &trouble.text.text[trouble.at.clone()];
    let first = statements.first(name.trim_matches(['"', '\'']), trouble.at.start);
    let first = first.map(|it| trouble.text.span(it.key..it.key + name.len()));
    let finding = match trouble.message.strip_prefix("cannot extend value of type ") {
        Some(rest) => {
            let type_name = rest.split(" with").next().unwrap_or_default();
            let message =
                format!("{} is of type {type_name} already, and cannot hold keys", shown(name));
            Diagnostic::new(&TOML_SYNTAX, span, message)
                .help("give the two different names, or write the first as a table too")
        }
        None => Diagnostic::new(&TOML_SYNTAX, span, format!("{} is written twice", shown(name)))
            .label("again")
            .help("keep one of the two; for several values write a list: `[\"a\", \"b\"]`"),
    };
    match first {
        Some(first) => finding.other(first, "first here"),
        None => finding,
    }
}

fn table(trouble: &Trouble, line: &str, statements: &Statements) -> Diagnostic {
    let header = trouble.line.start + (line.len() - line.trim_start().len())
        ..trouble.line.start + line.trim_end().len();
    let name = header_name(line);
    let span = trouble.text.span(header);
    let finding = match trouble.message.starts_with("duplicate") {
        true => Diagnostic::new(
            &TOML_SYNTAX,
            span,
            format!("the table {} is written twice", shown(&name)),
        )
        .label("again")
        .help(format!(
            "put its keys together under one header; for several of them write `[[{name}]]` each \
             time"
        )),
        false => Diagnostic::new(
            &TOML_SYNTAX,
            span,
            format!("{} cannot be a table: a part of its name is something else", shown(&name)),
        )
        .help("give the two different names"),
    };
    match statements.first_table(&name, trouble.line.start) {
        Some(first) => finding.other(trouble.text.span(first), "first here"),
        None => finding,
    }
}
