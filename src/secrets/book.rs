//! Reads what a secret looks like from the embedded data, once, and compiles each pattern when its
//! keyword is first met.
//!
//! In: `rules.toml` and `labels.toml`. Out: the [`Book`]. Compiling all patterns would take longer
//! than building a small site; most runbooks need a handful.

use std::collections::{BTreeMap, HashSet};
use std::sync::{LazyLock, OnceLock};

use regex::Regex;
use serde::Deserialize;

use super::keywords::Keywords;
use super::mark;
use super::value::Bar;

/// A quoted value, or a bare one up to the next space.
const VALUE: &str = r#"(?:\\?"([^"\n]+)|\\?'([^'\n]+)|`([^`\n]+)|([^\s"'`]\S*))"#;

/// Where a line, a cell, a string or a comment begins.
const START: &str = r#"(?:^|["'`|\#!;]|//|<!--)[ \t\#!<>*|"'`\\/;+-]*"#;

/// Where a line, a cell, a string or the part before a comment ends.
const END: &str = r#"[ \t]*(?:$|[|;"'`#!\r\\]|<!--|-->|<br|//)"#;

/// All that is known of secrets.
#[derive(Debug)]
pub(super) struct Book {
    /// Forms with marks of their own, the specific before the general.
    pub(super) rules: Vec<Form>,
    /// Words that announce a secret.
    pub(super) labels: Vec<Label>,
    /// Words that show a value to be none.
    pub(super) values: Values,
    /// Finds the keywords of all rules and labels, and the mark.
    pub(super) keywords: Keywords,
    /// For each keyword, what to try where it is met.
    pub(super) owners: Vec<Vec<Owner>>,
    lengths: Vec<usize>,
}

/// What a keyword calls for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner {
    /// A rule and one of its keywords, by their indices.
    Rule(usize, usize),
    /// A label by its index.
    Label(usize),
    /// The mark that says something is no secret.
    Mark,
}

/// One `[[rule]]`.
#[derive(Deserialize, Debug)]
pub(super) struct Form {
    pub(super) id: String,
    pub(super) what: String,
    keywords: Vec<String>,
    #[serde(rename = "patterns")]
    sources: Vec<String>,
    #[serde(rename = "value", default)]
    pub(super) bar: Bar,
    pub(super) until: Option<String>,
    pub(super) stride: Option<usize>,
    #[cfg(test)]
    pub(super) yes: Vec<String>,
    #[cfg(test)]
    pub(super) no: Vec<String>,
    #[serde(skip)]
    compiled: OnceLock<Vec<Regex>>,
}

/// One `[[label]]`.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct Label {
    words: Vec<String>,
    pub(super) group: Group,
    #[serde(default)]
    pub(super) after: Vec<String>,
    #[serde(default)]
    pub(super) not_after: Vec<String>,
    #[serde(default)]
    pub(super) inside: bool,
    #[serde(default)]
    pub(super) tight: bool,
}

/// What a label announces.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Group {
    /// A word of its own is enough.
    Password,
    /// Digits, symbols or inner capitals.
    Secret,
    /// The same, and long.
    Token,
    /// Longer still: the label is a common word.
    Key,
    /// Digits.
    Pin,
    /// A user name and a password.
    Login,
}

impl Group {
    /// Returns the id that counts and marks refer to.
    pub(super) fn rule(self) -> &'static str {
        match self {
            Group::Password => "password-label",
            Group::Secret => "secret-label",
            Group::Token => "token-label",
            Group::Key => "key-label",
            Group::Pin => "pin-label",
            Group::Login => "login-label",
        }
    }

    /// Returns what it is, with its article.
    pub(super) fn what(self) -> &'static str {
        match self {
            Group::Password => "a password",
            Group::Secret => "a secret",
            Group::Token => "a token",
            Group::Key => "a key",
            Group::Pin => "a PIN or code",
            Group::Login => "a user name with its password",
        }
    }
}

/// The `[values]`.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct Values {
    pub(super) suffixes: HashSet<String>,
    pub(super) heads: HashSet<String>,
    pub(super) verbs: HashSet<String>,
    pub(super) purposes: HashSet<String>,
    pub(super) choices: HashSet<String>,
    pub(super) prose: HashSet<String>,
    pub(super) blanked: Vec<String>,
    pub(super) placeholders: Vec<String>,
    pub(super) code: Vec<String>,
    pub(super) extensions: Vec<String>,
    pub(super) schemes: HashSet<String>,
    pub(super) units: HashSet<String>,
    pub(super) counts: HashSet<String>,
    pub(super) standards: HashSet<String>,
}

#[derive(Deserialize)]
struct Rules {
    rule: Vec<Form>,
}

#[derive(Deserialize)]
struct Labels {
    label: Vec<Label>,
    values: Values,
}

/// Returns the book; read on the first call.
pub(super) fn book() -> &'static Book {
    static BOOK: LazyLock<Book> = LazyLock::new(Book::read);
    &BOOK
}

impl Book {
    /// Returns the length of keyword `ix` in bytes.
    pub(super) fn keyword_len(&self, ix: usize) -> usize {
        self.lengths[ix]
    }

    fn read() -> Book {
        let rules: Rules =
            toml::from_str(include_str!("rules.toml")).expect("a test reads the embedded rules");
        let labels: Labels =
            toml::from_str(include_str!("labels.toml")).expect("a test reads the embedded labels");
        // One keyword may call for several rules and labels; BTreeMap, so that their order is theirs.
        let mut owners: BTreeMap<String, Vec<Owner>> = BTreeMap::new();
        let mut own = |word: &str, owner| {
            owners.entry(word.to_ascii_lowercase()).or_default().push(owner);
        };
        own(mark::KEYWORD, Owner::Mark);
        for (ix, rule) in rules.rule.iter().enumerate() {
            for (keyword_ix, keyword) in rule.keywords.iter().enumerate() {
                own(keyword, Owner::Rule(ix, keyword_ix));
            }
        }
        for (ix, label) in labels.label.iter().enumerate() {
            label.words.iter().for_each(|word| own(word, Owner::Label(ix)));
        }
        let words: Vec<&str> = owners.keys().map(String::as_str).collect();
        Book {
            keywords: Keywords::new(&words),
            lengths: words.iter().map(|word| word.len()).collect(),
            owners: owners.into_values().collect(),
            rules: rules.rule,
            labels: labels.label,
            values: labels.values,
        }
    }
}

impl Form {
    /// Whether keyword `ix` of this rule ends at `end` of `text`, which is known to hold it in some
    /// case. Where it has a capital letter it must be met as it is written.
    pub(super) fn is_met(&self, ix: usize, text: &str, end: usize) -> bool {
        let keyword = self.keywords[ix].as_bytes();
        !keyword.iter().any(u8::is_ascii_uppercase) || text.as_bytes()[..end].ends_with(keyword)
    }

    /// Returns the patterns, compiled on the first call.
    pub(super) fn patterns(&self) -> &[Regex] {
        self.compiled.get_or_init(|| self.sources.iter().map(|source| compile(source)).collect())
    }
}

fn compile(source: &str) -> Regex {
    // Unicode's idea of a word or a digit costs tables, and no vendor's token has use for it.
    let source = source
        .replace("{value}", VALUE)
        .replace("{start}", START)
        .replace("{end}", END)
        .replace(r"\b", r"(?-u:\b)")
        .replace(r"\d", "[0-9]");
    Regex::new(&source).expect("a test compiles the embedded patterns")
}
