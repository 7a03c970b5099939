//! The parts that views are made of: links, values, days, marks.

use std::collections::BTreeMap;

use serde::Serialize;

/// A place in the runbook's sources.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct SourcePlace {
    /// The path of the file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// When the file was last edited, where that is known.
    pub edited: Option<Day>,
}

/// A link within the site.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Link {
    /// What it says.
    pub text: String,
    /// Where it leads, relative to the page.
    pub href: String,
    /// The icon of what it leads to, or nothing.
    pub icon: String,
    /// A few words more: the kind, or what the thing is.
    pub detail: String,
}

/// Prose in Markdown with its links resolved; the filter `prose` makes HTML of it.
///
/// A template hands it on and looks at nothing inside, so what is empty is left out: there are
/// hundreds of thousands of these in a large runbook.
#[derive(Serialize, Debug, Clone, PartialEq, Default)]
pub struct Prose {
    /// The Markdown.
    pub source: String,
    /// Links to records and files, by their target as written.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<String, ProseTarget>,
    /// What stands before the ids of its headings.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    /// The level of its first headings, 2 to 6.
    pub heading: u8,
    /// Whether its numbered lists are steps.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub steps: bool,
}

/// Where a link in prose leads.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct ProseTarget {
    /// Relative to the page.
    pub href: String,
    /// The name of what it leads to.
    pub title: String,
}

/// Code, coloured by the filter `colour`.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Code {
    /// The text.
    pub text: String,
    /// Its language, or nothing.
    pub language: String,
}

/// A day, as a date and in words.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Day {
    /// `2026-11-15`.
    pub iso: String,
    /// `15 Nov 2026`.
    pub text: String,
    /// `in 41 days`, from the day that the site speaks of.
    pub relative: String,
}

/// A mark beside a name: a word and a shape, never colour alone.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Badge {
    /// The word.
    pub text: String,
    /// `good`, `warn`, `bad`, `info` or `plain`.
    pub tone: &'static str,
    /// What it means, in a sentence.
    pub title: String,
}

/// The value of a field.
#[derive(Serialize, Debug, Clone, PartialEq)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Shown {
    /// Plain text, with a copy button where it is read off or typed.
    Text {
        /// The text.
        text: String,
        /// Whether it can be copied.
        copy: bool,
        /// Whether it has several lines.
        lines: bool,
    },
    /// Prose.
    Prose {
        /// The prose.
        prose: Prose,
    },
    /// Code or a command.
    Code {
        /// The code.
        code: Code,
    },
    /// A number with its unit.
    Number {
        /// The number as people read it.
        text: String,
        /// Its unit, or nothing.
        unit: String,
        /// For sorting.
        sort: f64,
    },
    /// Yes or no.
    Boolean {
        /// The value.
        yes: bool,
    },
    /// A word of a choice.
    Choice {
        /// The key that the record uses.
        key: String,
        /// What people read.
        text: String,
        /// Whose it says something is: `client`, `provider`, `third` or nothing.
        party: &'static str,
    },
    /// A day.
    Date {
        /// The day.
        day: Day,
        /// `good`, `warn`, `bad` or `plain`.
        tone: &'static str,
    },
    /// A link to a record, or to a row of one.
    Reference {
        /// The link.
        link: Link,
    },
    /// An address outside the site: web, mail, telephone.
    External {
        /// What it says.
        text: String,
        /// Where it leads.
        href: String,
        /// `url`, `email` or `phone`.
        form: &'static str,
    },
    /// A file of the runbook.
    File {
        /// The file.
        file: Attachment,
    },
    /// Facts of a table.
    Table {
        /// The facts.
        facts: Vec<Fact>,
    },
    /// A list of values.
    List {
        /// The values.
        items: Vec<Shown>,
    },
}

/// A field and its value.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Fact {
    /// The field's name in the record.
    pub name: String,
    /// What people read.
    pub label: String,
    /// `given`, `unknown`, `not_applicable`, `left_out` or `missing`.
    pub state: &'static str,
    /// Why it does not apply.
    pub reason: String,
    /// The value, where it is given.
    pub value: Option<Shown>,
    /// Whether the value takes the full width: prose, code, tables.
    pub wide: bool,
    /// How search finds it.
    #[serde(skip)]
    pub sought: Sought,
}

/// How search finds the value of a field. Templates do not see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sought {
    /// Its weight from 1 to 9; 0 for no more than any other word of the page.
    pub weight: u8,
    /// Whether it is read off a label.
    pub identifier: bool,
}

/// A file of the runbook, as it is on the site.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its path in the runbook.
    pub path: String,
    /// Where it is, relative to the page.
    pub href: String,
    /// Its size in words.
    pub size: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Its text, where it is text and not too long to be shown.
    pub code: Option<Code>,
    /// Whether it is a picture that a browser shows.
    pub picture: bool,
}

/// A kind, as pages refer to it.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct KindRef {
    /// One of them.
    pub label: String,
    /// Many.
    pub label_plural: String,
    /// The folder.
    pub plural: String,
    /// The icon.
    pub icon: String,
    /// One plain sentence.
    pub summary: String,
    /// The list, relative to the page.
    pub href: String,
    /// How many records there are.
    pub count: usize,
}

/// Something to know about a record.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Notice {
    /// `error`, `warning` or `note`.
    pub level: &'static str,
    /// What is the case.
    pub text: String,
    /// What to do about it.
    pub help: String,
    /// The rule.
    pub rule: &'static str,
    /// Where it is written.
    pub place: Option<SourcePlace>,
    /// The record, relative to the page.
    pub link: Option<Link>,
}

/// A word and how often it occurs.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Count {
    /// The word.
    pub text: String,
    /// How often.
    pub count: usize,
}

/// A record in a few words.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Summary {
    /// The record.
    pub link: Link,
    /// What it is, in plain words.
    pub text: String,
    /// Some of its facts.
    pub facts: Vec<Fact>,
    /// Marks.
    pub badges: Vec<Badge>,
}
