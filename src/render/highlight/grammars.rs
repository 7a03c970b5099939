//! Colours the languages that syntect has a grammar for, mapping its scopes to our few classes.
//!
//! Loaded at the first use: a build without such a language pays nothing for it.

use std::sync::LazyLock;

use syntect::parsing::{BasicScopeStackOp, ParseState, Scope, ScopeStack, SyntaxSet};

use super::pen::{Class, Pen};
use super::words;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// Beginnings of scope names and what they become; the first that fits counts. `None` takes away
/// the colour that the scope around would give.
const SCOPES: &[(&str, Option<Class>)] = &[
    ("comment", Some(Class::Comment)),
    ("punctuation.definition.comment", Some(Class::Comment)),
    ("string", Some(Class::Text)),
    ("punctuation.definition.string", Some(Class::Text)),
    ("constant.numeric", Some(Class::Number)),
    ("constant", Some(Class::Builtin)),
    ("keyword.operator", Some(Class::Operator)),
    ("keyword", Some(Class::Keyword)),
    ("storage.type.function", Some(Class::Keyword)),
    ("storage", Some(Class::Keyword)),
    ("entity.name.function", Some(Class::Function)),
    ("entity.name.tag", Some(Class::Type)),
    ("entity.other.attribute-name", Some(Class::Parameter)),
    ("entity.name", Some(Class::Type)),
    ("entity.other.inherited-class", Some(Class::Type)),
    ("support.function", Some(Class::Function)),
    ("support.type", Some(Class::Type)),
    ("support.class", Some(Class::Type)),
    ("support.constant", Some(Class::Builtin)),
    ("variable.function", Some(Class::Function)),
    ("variable.parameter", Some(Class::Parameter)),
    ("variable.language", Some(Class::Builtin)),
    ("variable.other.readwrite", Some(Class::Variable)),
    ("markup.heading", Some(Class::Heading)),
    ("markup.inserted", Some(Class::Inserted)),
    ("markup.deleted", Some(Class::Deleted)),
    ("invalid", None),
    ("meta.interpolation", None),
];

static CLASSES: LazyLock<Vec<(Scope, Option<Class>)>> = LazyLock::new(|| {
    let scope = |name| Scope::new(name).expect("the names above have few parts");
    SCOPES.iter().map(|(name, class)| (scope(name), *class)).collect()
});

/// Colours all that `pen` holds with the grammar called `syntax`, or leaves it plain from where the
/// grammar cannot go on.
pub(super) fn colour(pen: &mut Pen, syntax: &str) {
    let Some(grammar) = SYNTAXES.find_syntax_by_token(syntax) else { return };
    let mut state = ParseState::new(grammar);
    let mut scopes = ScopeStack::new();
    // What each scope on the stack makes of the text: its own class, or that of the one around it.
    let mut classes: Vec<Option<Class>> = Vec::new();
    for line in pen.rest().split_inclusive('\n') {
        let Ok(changes) = state.parse_line(line, &SYNTAXES) else { return };
        let mut written = 0;
        for (at, change) in changes {
            words::paint(pen, classes.last().copied().flatten(), at.saturating_sub(written));
            written = written.max(at);
            let applied = scopes.apply_with_hook(&change, |step, _| match step {
                BasicScopeStackOp::Push(scope) => classes.push(class_in(scope, &classes)),
                BasicScopeStackOp::Pop => drop(classes.pop()),
            });
            if applied.is_err() {
                return;
            }
        }
        words::paint(pen, classes.last().copied().flatten(), line.len() - written);
    }
}

/// Returns the class of text in `scope` where the scopes around it have `classes`.
fn class_in(scope: Scope, classes: &[Option<Class>]) -> Option<Class> {
    let own = CLASSES.iter().find(|(prefix, _)| prefix.is_prefix_of(scope));
    own.map_or_else(|| classes.last().copied().flatten(), |(_, class)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grammar_in_the_table_is_there() {
        for name in [
            "sql",
            "python",
            "javascript",
            "html",
            "css",
            "php",
            "perl",
            "ruby",
            "lua",
            "go",
            "rust",
            "c",
            "c++",
            "c#",
            "java",
            "makefile",
            "tcl",
            "markdown",
        ] {
            assert!(SYNTAXES.find_syntax_by_token(name).is_some(), "{name}");
        }
    }

    #[test]
    fn scopes_become_our_classes() {
        let mut out = String::new();
        let mut pen = Pen::new("SELECT 'a' FROM t -- c\n", &mut out);
        colour(&mut pen, "sql");
        pen.finish();
        assert_eq!(
            out,
            "<span class=\"c-k\">SELECT</span> <span class=\"c-s\">'a'</span> <span class=\"c-k\">FROM</span> t <span class=\"c-c\">-- c</span>\n"
        );
    }
}
