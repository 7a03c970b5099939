//! What the program has to say about a runbook: one finding, its place, and a way on.
//!
//! A stage never fails on what people wrote. It returns [`Checked`], a value together with what
//! was found on the way to it, so that all mistakes are told in one run. How findings are printed
//! is the business of the writers below this module.

pub mod clean;
pub mod place;
pub mod human;
pub mod json;
pub mod mask;
pub mod page;
pub mod sarif;
pub mod short;

#[cfg(test)]
mod examples;

use crate::source::Span;

/// How serious a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// Not looked at.
    Off,
    /// Counted and shown; nobody has to do anything.
    Note,
    /// Published and shown on "What is missing".
    Warning,
    /// Nothing is published while one stands.
    Error,
}

impl Level {
    /// Returns the word for it, as `clearjar.toml` and the writers use it.
    pub fn name(self) -> &'static str {
        match self {
            Level::Off => "off",
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }

    /// Returns the level called `name`.
    pub fn from_name(name: &str) -> Option<Level> {
        [Level::Off, Level::Note, Level::Warning, Level::Error]
            .into_iter()
            .find(|level| level.name() == name)
    }
}

/// A rule that findings refer to: defined once, read by settings, manual and tests.
#[derive(PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its name, in words with hyphens: `unknown-field`.
    pub code: &'static str,
    /// Its level unless `clearjar.toml` says otherwise.
    pub level: Level,
    /// One line: what is the case when this is found.
    pub summary: &'static str,
    /// What it means, why it matters and what to do, for `check --explain`. Markdown.
    pub detail: &'static str,
}

/// A second place that helps to understand a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there.
    pub message: String,
}

/// A change to the source that would settle a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What to replace.
    pub span: Span,
    /// What to write there.
    pub replacement: String,
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// The rule it comes from.
    pub rule: &'static Rule,
    /// The rule's level, until `clearjar.toml` has been asked.
    pub level: Level,
    /// One plain fact in lower case, names in backticks, no full stop.
    pub message: String,
    /// Where it is.
    pub span: Span,
    /// What stands at the place, in a few words beneath the source line.
    pub label: Option<String>,
    /// Further places.
    pub others: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// The change that would settle it, ready to apply.
    pub fix: Option<Fix>,
    /// Whether the text of `span` must not be shown, not even in the source line of another finding:
    /// it may be a secret. Writers ask [`mask::Mask`].
    pub mask: bool,
}

impl Diagnostic {
    /// Returns a finding of `rule` at `span`.
    pub fn new(rule: &'static Rule, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            rule,
            level: rule.level,
            message: message.into(),
            span,
            label: None,
            others: Vec::new(),
            help: None,
            fix: None,
            mask: false,
        }
    }

    /// Adds a few words beneath the source line.
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = Some(label.into());
        self
    }

    /// Adds a second place.
    pub fn other(mut self, span: Span, message: impl Into<String>) -> Diagnostic {
        self.others.push(Label { span, message: message.into() });
        self
    }

    /// Adds what to do.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Adds a change that would settle it.
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Diagnostic {
        self.fix = Some(Fix { span, replacement: replacement.into() });
        self
    }

    /// Says that the text at the place must not be shown.
    pub fn mask(mut self) -> Diagnostic {
        self.mask = true;
        self
    }
}

/// A collection of findings.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all of `other`.
    pub fn append(&mut self, mut other: Diagnostics) {
        self.0.append(&mut other.0);
    }

    /// Returns the findings in the order they were made, or after [`Diagnostics::settle`] by place.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns how many have exactly this level.
    pub fn count(&self, level: Level) -> usize {
        self.0.iter().filter(|found| found.level == level).count()
    }

    /// Whether one of them stops publishing.
    pub fn has_errors(&self) -> bool {
        self.count(Level::Error) > 0
    }

    /// Gives every finding the level that `level_of` says, drops those that are off, and sorts.
    ///
    /// `key` gives the order of files, so that the list reads by path whatever the ids are.
    pub fn settle<K: Ord>(
        mut self,
        level_of: impl Fn(&Rule) -> Level,
        key: impl Fn(Span) -> K,
    ) -> Diagnostics {
        for found in &mut self.0 {
            found.level = level_of(found.rule);
        }
        self.0.retain(|found| found.level != Level::Off);
        self.0.sort_by_cached_key(|found| {
            (key(found.span), found.span.start, found.rule.code, found.message.clone())
        });
        self.0.dedup();
        self
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(iter: I) -> Diagnostics {
        Diagnostics(iter.into_iter().collect())
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// A value, and what was found on the way to it.
#[must_use]
#[derive(Clone, PartialEq, Debug)]
pub struct Checked<T> {
    /// The value, without the parts that could not be made sense of.
    pub value: T,
    /// What was found.
    pub found: Diagnostics,
}

impl<T> Checked<T> {
    /// Returns `value` with nothing found.
    pub fn clean(value: T) -> Checked<T> {
        Checked { value, found: Diagnostics::default() }
    }

    /// Returns `value` with what was found.
    pub fn new(value: T, found: Diagnostics) -> Checked<T> {
        Checked { value, found }
    }

    /// Returns a value made from this one, with the same findings.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Checked<U> {
        Checked { value: change(self.value), found: self.found }
    }

    /// Moves what was found to `all` and gives the value.
    pub fn report_to(self, all: &mut Diagnostics) -> T {
        all.append(self.found);
        self.value
    }
}
