//! The rules about how TOML and front matter are written.

use crate::diagnostic::{Level, Rule};

/// All rules of this stage, in the order of their names.
pub static RULES: &[&Rule] = &[&CONTROL_CHARACTER, &FRONT_MATTER, &TOML_SYNTAX];

/// `"C:\new"`, read as `C:`, a line break and `ew`.
pub static CONTROL_CHARACTER: Rule = Rule {
    code: "control-character",
    level: Level::Warning,
    summary: "a text between double quotes was read with a control character in it",
    detail: "Between double quotes a backslash starts an escape: `\\n` is a line break, `\\t` a \
             tab, `\\b` a backspace. So `\"C:\\new\"` is valid TOML, and is read as `C:`, a line \
             break and `ew`; in `\"\\\\nas\\backup\"` the share loses its first backslash and \
             `\\b` becomes a backspace. Nothing else would tell you.\n\n\
             Between single quotes a backslash is a backslash: `'C:\\new'`, `'\\\\nas\\backup'`.\n\n\
             If a line break is meant, write the text between `\"\"\"`, on as many lines as it \
             has.\n",
};

/// A Markdown record without its fields.
pub static FRONT_MATTER: Rule = Rule {
    code: "front-matter",
    level: Level::Error,
    summary: "a Markdown record does not begin with its fields between `+++` lines",
    detail: "A record that is mostly prose is a Markdown file that begins with its fields as \
             TOML, between two lines of `+++`:\n\n\
             ```\n\
             +++\n\
             title = \"Restore a file from last night's backup\"\n\
             applies_to = [\"srv-hq-01\"]\n\
             +++\n\n\
             1. Open the backup console.\n\
             ```\n\n\
             The first `+++` is the first line of the file. Front matter between `---` lines is \
             YAML, which is not read: the finding shows it as TOML where it is simple enough. A \
             `README.md` without front matter is for people: it is handed over, and no record.\n",
};

/// A line that is not TOML.
pub static TOML_SYNTAX: Rule = Rule {
    code: "toml-syntax",
    level: Level::Error,
    summary: "something is not written as TOML asks",
    detail: "A line of TOML is one of three: a comment (`# …`), a header (`[table]`, or \
             `[[table]]` for one of several), or `key = value`. A value is\n\n\
             * text in quotes: `\"HQ firewall\"`, or `'C:\\Temp'` where a backslash is a \
             backslash, or on many lines between `\"\"\"`;\n\
             * a number without quotes: `10`, `12.50`. Versions, addresses, telephone numbers and \
             whatever starts with a zero are text: `\"7.10\"`, `\"10.20.0.1\"`, `\"007\"`;\n\
             * `true` or `false`;\n\
             * a date: `2026-11-01`, or with a time: `2026-11-01T14:30:00`;\n\
             * a list: `[\"a\", \"b\"]`;\n\
             * a small table: `{ rack = \"hq-mdf\", unit = 40 }`.\n\n\
             A key stands once in its table, and everything below a header belongs to that table, \
             so a record's own fields come first. All mistakes of a file are reported in one run, \
             twenty at most.\n",
};
