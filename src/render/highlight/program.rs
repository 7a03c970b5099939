//! Colours the two programming languages that runbooks hold most after shells: SQL and Python.
//!
//! A grammar colours them as well, at a hundred times the cost; over a large runbook that was a
//! tenth of a build.

use super::pen::{Class, Pen};
use super::words::{self, Reach};

const SQL_KEYWORDS: &[&str] = &[
    "add",
    "all",
    "alter",
    "and",
    "any",
    "as",
    "asc",
    "backup",
    "begin",
    "between",
    "by",
    "cascade",
    "case",
    "check",
    "checkpoint",
    "close",
    "collate",
    "column",
    "commit",
    "constraint",
    "create",
    "cross",
    "cursor",
    "database",
    "declare",
    "default",
    "delete",
    "desc",
    "distinct",
    "drop",
    "else",
    "end",
    "escape",
    "except",
    "exec",
    "execute",
    "exists",
    "explain",
    "fetch",
    "for",
    "foreign",
    "from",
    "full",
    "function",
    "go",
    "grant",
    "group",
    "having",
    "identity",
    "if",
    "in",
    "index",
    "inner",
    "insert",
    "intersect",
    "into",
    "is",
    "join",
    "key",
    "left",
    "like",
    "limit",
    "lock",
    "log",
    "match",
    "merge",
    "move",
    "natural",
    "not",
    "of",
    "off",
    "offset",
    "on",
    "only",
    "open",
    "option",
    "or",
    "order",
    "outer",
    "over",
    "partition",
    "plan",
    "primary",
    "print",
    "procedure",
    "raise",
    "read",
    "references",
    "release",
    "rename",
    "replace",
    "restore",
    "return",
    "returning",
    "revoke",
    "right",
    "rollback",
    "rows",
    "schema",
    "select",
    "session",
    "set",
    "shrink",
    "table",
    "then",
    "to",
    "top",
    "transaction",
    "trigger",
    "truncate",
    "union",
    "unique",
    "update",
    "use",
    "using",
    "values",
    "view",
    "waitfor",
    "when",
    "where",
    "while",
    "with",
    "work",
];

const SQL_BUILTINS: &[&str] = &[
    "bigint",
    "binary",
    "bit",
    "blob",
    "boolean",
    "char",
    "date",
    "datetime",
    "decimal",
    "double",
    "false",
    "float",
    "int",
    "integer",
    "money",
    "null",
    "numeric",
    "nvarchar",
    "real",
    "serial",
    "smallint",
    "text",
    "time",
    "timestamp",
    "true",
    "uuid",
    "varbinary",
    "varchar",
    "xml",
];

/// Colours SQL, of whatever dialect (ISO/IEC 9075 and what vendors added).
pub(super) fn sql(pen: &mut Pen) {
    while !pen.done() {
        match pen.peek() {
            b'-' if pen.starts_with("--") => pen.paint_line(Class::Comment),
            b'/' if pen.starts_with("/*") => pen.paint(Class::Comment, pen.through("*/")),
            b'\'' => pen.paint(Class::Text, words::quoted(pen, 0, Reach::Lines)),
            b'"' | b'`' => pen.paint(Class::Type, words::quoted(pen, 0, Reach::Line)),
            b'@' | b':' if words::is_name(pen.peek_at(1)) => {
                let len = 1 + name_behind(pen, 1);
                pen.paint(Class::Variable, len);
            }
            byte if words::is_name(byte) => word(pen, SQL_KEYWORDS, SQL_BUILTINS),
            byte if b"=<>!+-*/%|".contains(&byte) => pen.paint(Class::Operator, 1),
            _ => pen.plain(1),
        }
    }
}

const PYTHON_KEYWORDS: &[&str] = &[
    "and", "as", "assert", "async", "await", "break", "case", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "match", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with",
    "yield",
];

const PYTHON_BUILTINS: &[&str] = &[
    "dict", "false", "float", "int", "len", "list", "none", "open", "print", "range", "self",
    "set", "str", "true", "tuple",
];

/// Colours Python.
pub(super) fn python(pen: &mut Pen) {
    while !pen.done() {
        match pen.peek() {
            b'#' => pen.paint_line(Class::Comment),
            b'"' if pen.starts_with("\"\"\"") => long_text(pen, "\"\"\""),
            b'\'' if pen.starts_with("'''") => long_text(pen, "'''"),
            b'"' | b'\'' => pen.paint(Class::Text, words::quoted(pen, b'\\', Reach::Line)),
            b'@' if words::is_name(pen.peek_at(1)) => {
                let len = 1 + name_behind(pen, 1);
                pen.paint(Class::Builtin, len);
            }
            byte if words::is_name(byte) => word(pen, PYTHON_KEYWORDS, PYTHON_BUILTINS),
            byte if b"=<>!+-*/%|&^~".contains(&byte) => pen.paint(Class::Operator, 1),
            _ => pen.plain(1),
        }
    }
}

fn long_text(pen: &mut Pen, quote: &str) {
    let rest = &pen.rest()[quote.len()..];
    let len = rest.find(quote).map_or(rest.len(), |at| at + quote.len());
    pen.paint(Class::Text, quote.len() + len);
}

fn name_behind(pen: &Pen, ahead: usize) -> usize {
    pen.rest().bytes().skip(ahead).take_while(|byte| words::is_name(*byte)).count()
}

/// A word is a keyword, a built-in, a call where a bracket follows, a number, or a plain name.
fn word(pen: &mut Pen, keywords: &[&str], builtins: &[&str]) {
    let number = pen.peek().is_ascii_digit();
    let len = pen.run(|byte| words::is_name(byte) || (number && byte == b'.')).max(1);
    let word = pen.ahead(len);
    let class = if words::listed(word, keywords) {
        Some(Class::Keyword)
    } else if words::listed(word, builtins) {
        Some(Class::Builtin)
    } else if words::is_number(word) {
        Some(Class::Number)
    } else if pen.peek_at(len) == b'(' {
        Some(Class::Function)
    } else {
        None
    };
    words::paint(pen, class, len);
}

#[cfg(test)]
mod tests {
    use super::super::pen::coloured;
    use super::*;

    #[test]
    fn the_word_lists_are_sorted_for_looking_up() {
        for list in [SQL_KEYWORDS, SQL_BUILTINS, PYTHON_KEYWORDS, PYTHON_BUILTINS] {
            assert!(list.is_sorted());
        }
    }

    #[test]
    fn a_query_shows_keywords_calls_and_texts() {
        assert_eq!(
            coloured("SELECT count(*) FROM t WHERE a = 'x''y' -- all\n/* b */ @c 1.5", sql),
            "‹k:SELECT› ‹f:count›(‹o:*›) ‹k:FROM› t ‹k:WHERE› a ‹o:=› ‹s:'x''y'› ‹c:-- all›\n‹c:/* b */› ‹v:@c› ‹n:1.5›"
        );
    }

    #[test]
    fn a_script_shows_definitions_texts_and_comments() {
        assert_eq!(
            coloured("def go(a):\n    \"\"\"do\n it\"\"\"\n    return len(a) + 1  # end", python),
            "‹k:def› ‹f:go›(a):\n    ‹s:\"\"\"do›\n ‹s:it\"\"\"›\n    ‹k:return› ‹b:len›(a) ‹o:+› ‹n:1›  ‹c:# end›"
        );
        assert_eq!(coloured("'''open", python), "‹s:'''open›");
    }
}
