//! Finds what looks like a secret in text: keys, tokens, device passwords, and values behind words
//! such as `password`.
//!
//! In: the text of any file of the runbook. Out: [`Suspect`]s, or with [`check_text`] findings. A
//! runbook says where a secret is kept, never the secret; no field can hold one, so this is for free
//! text, comments and attachments. Nothing here ever repeats a value: not `what`, not a message, and
//! the findings are marked so that writers hide the source line's part ([`Diagnostic::mask()`]).
//!
//! What secrets look like is data (`secrets/rules.toml`, `secrets/labels.toml`). A suspicion is
//! settled only by a mark with a reason, and every mark is counted.

mod book;
mod finder;
mod harmless;
mod judge;
mod keywords;
mod label;
mod mark;
mod table;
#[cfg(test)]
mod tests;
mod value;

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::digest::Digest;
use crate::source::{FileId, Span};

use finder::Find;
use mark::{Mark, line_around};

/// Something in the runbook looks like a secret.
pub static SUSPECTED_SECRET: Rule = Rule {
    code: "suspected-secret",
    level: Level::Error,
    summary: "something looks like a password, a key or another secret",
    detail: "\
The runbook is handed to the client, printed, copied and kept for years. Whoever holds a copy would
hold the secret, so nothing is published while one seems to be in it. The value is never shown in
messages.

What to do:

1. Put the secret into the vault, if it is not there yet.
2. Write where it is kept instead: an account record with `vault` and `vault_item`, and a reference
   to that record in place of the value.
3. Change the secret itself wherever others may have seen it. Deleting it from the file does not
   take it out of backups and version control.

In an attachment, such as the backup of a configuration, replace the values by `<removed>` before you
add the file.

If it only looks like a secret, say so in a comment on the same line or the line above, with the
reason:

    # clearjar: not a secret, the example from the vendor's manual

For an attachment, the mark stands on the record that names the file. It holds for one rule and one
version of the file. All marks are counted and listed. This rule has no other switch: its level cannot
be changed.
",
};

/// A mark says that something is no secret, but not why.
pub static MARK_WITHOUT_REASON: Rule = Rule {
    code: "mark-without-reason",
    level: Level::Warning,
    summary: "a `not a secret` mark gives no reason, so it does not count",
    detail: "\
A mark outlives the memory of whoever wrote it. With a reason, the next reader can tell whether it
still holds; without one, nobody dares to remove it. So a mark without a reason is as good as none.

Write the reason behind the comma:

    # clearjar: not a secret, the example from the vendor's manual
",
};

/// A mark stands where nothing looks like a secret.
pub static MARK_WITHOUT_SECRET: Rule = Rule {
    code: "mark-without-secret",
    level: Level::Note,
    summary: "a `not a secret` mark stands where nothing looks like a secret",
    detail: "\
A mark that has nothing to speak of would quietly cover what somebody writes there later. Remove it,
or put it on the line of what it means, or the line above.
",
};

/// The rules of this module.
pub static RULES: &[&Rule] = &[&SUSPECTED_SECRET, &MARK_WITHOUT_REASON, &MARK_WITHOUT_SECRET];

/// Something that looks like a secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suspect {
    /// Which rule of the data has found it: `aws-access-key`, `password-label`.
    pub rule: &'static str,
    /// What it is, without its value: "an AWS access key", "what looks like a password after
    /// `password:`".
    pub what: String,
    /// The bytes to hide.
    pub range: Range<usize>,
    /// Why it is none, if a mark says so.
    pub allowed: Option<String>,
}

/// Something that looks like a secret, and a mark says why it is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AllowedSecret {
    /// Which rule of the data has found it.
    pub rule: &'static str,
    /// What it looks like, without its value.
    pub what: String,
    /// Where it is.
    pub span: Span,
    /// The reason the mark gives.
    pub reason: String,
}

/// A mark on the record that names an attachment: in that version of the file, what this rule finds
/// is no secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileMark {
    /// The rule of the data, as the finding names it.
    pub rule: String,
    /// The version of the file that somebody has looked at.
    pub digest: Digest,
    /// Why it is none.
    pub reason: String,
}

/// Returns what looks like a secret in `text`, in order and without overlaps, marked ones included.
pub fn scan(text: &str) -> Vec<Suspect> {
    judge(text).suspects
}

/// Returns a finding for each suspect of `text` that no mark settles and for each mark that does not
/// count; and beside them what marks have settled.
pub fn check_text(file: FileId, text: &str) -> (Diagnostics, Vec<AllowedSecret>) {
    check(file, text, |_| None, &help_in_text)
}

/// As [`check_text`] for an attachment with this `digest`, on which the records that name it may have
/// put `marks`.
pub fn check_attachment(
    file: FileId,
    text: &str,
    digest: Digest,
    marks: &[FileMark],
) -> (Diagnostics, Vec<AllowedSecret>) {
    let of_rule = |rule: &'static str| marks.iter().filter(move |mark| mark.rule == rule);
    let settled = |suspect: &Suspect| {
        of_rule(suspect.rule)
            .find(|mark| mark.digest == digest && !mark.reason.trim().is_empty())
            .map(|mark| mark.reason.clone())
    };
    let help = |suspect: &Suspect| {
        if of_rule(suspect.rule).any(|mark| mark.digest != digest) {
            return format!(
                "the file has changed since it was marked: look at it again, then mark it with rule \
                 `{}` and digest `{digest}`",
                suspect.rule
            );
        }
        format!(
            "replace the value by `<removed>` in the file; if it is no secret, say so on the record that \
             names the file: `[[not_a_secret]]` with `file`, `rule = \"{}\"`, `sha256 = \"{digest}\"` \
             and `reason`",
            suspect.rule
        )
    };
    check(file, text, settled, &help)
}

fn help_in_text(_: &Suspect) -> String {
    "write where it is kept instead, and change it if others may have seen it; if it is no secret, put \
     `clearjar: not a secret, REASON` in a comment on this line or the line above"
        .to_owned()
}

fn check(
    file: FileId,
    text: &str,
    settled: impl Fn(&Suspect) -> Option<String>,
    help: &dyn Fn(&Suspect) -> String,
) -> (Diagnostics, Vec<AllowedSecret>) {
    let judged = judge(text);
    let mut found = Diagnostics::default();
    let mut allowed = Vec::new();
    for suspect in judged.suspects {
        let span = Span::new(file, suspect.range.clone());
        match suspect.allowed.clone().or_else(|| settled(&suspect)) {
            Some(reason) => {
                allowed.push(AllowedSecret {
                    rule: suspect.rule,
                    what: suspect.what,
                    span,
                    reason,
                });
            }
            None => found.push(finding(&suspect, span, help)),
        }
    }
    for (mark, speaks_of_something) in &judged.marks {
        let span = Span::new(file, mark.range.clone());
        if let Some(finding) = finding_of_mark(mark, *speaks_of_something, span) {
            found.push(finding);
        }
    }
    (found, allowed)
}

fn finding(suspect: &Suspect, span: Span, help: &dyn Fn(&Suspect) -> String) -> Diagnostic {
    Diagnostic::new(&SUSPECTED_SECRET, span, format!("{} is written here", suspect.what))
        .label(format!("found by `{}`", suspect.rule))
        .help(help(suspect))
        .mask()
}

fn finding_of_mark(mark: &Mark, speaks_of_something: bool, span: Span) -> Option<Diagnostic> {
    if mark.reason.is_none() {
        let message = "this mark gives no reason, so it does not count";
        let help = "write why behind it: `clearjar: not a secret, REASON`";
        return Some(Diagnostic::new(&MARK_WITHOUT_REASON, span, message).help(help));
    }
    if speaks_of_something {
        return None;
    }
    let message = "nothing on this line or the next looks like a secret";
    let help = "remove the mark, or move it to the line it is meant for";
    Some(Diagnostic::new(&MARK_WITHOUT_SECRET, span, message).help(help))
}

/// Suspects with their marks, and marks with whether they have something to speak of.
struct Judged {
    suspects: Vec<Suspect>,
    marks: Vec<(Mark, bool)>,
}

fn judge(text: &str) -> Judged {
    let found = finder::look_through(text);
    let mut marks: Vec<(Mark, bool)> = found.marks.into_iter().map(|mark| (mark, false)).collect();
    let lines: Vec<Range<usize>> =
        if marks.is_empty() { Vec::new() } else { lines_of(text, &found.finds) };
    let mut suspects = Vec::new();
    for (ix, find) in found.finds.into_iter().enumerate() {
        let mark = marks.iter_mut().find(|(mark, _)| speaks_of(mark, ix, &lines));
        let allowed = mark.and_then(|(mark, speaks)| {
            *speaks = true;
            mark.reason.clone()
        });
        suspects.push(Suspect { rule: find.rule, what: find.what, range: find.range, allowed });
    }
    Judged { suspects, marks }
}

fn lines_of(text: &str, finds: &[Find]) -> Vec<Range<usize>> {
    finds.iter().map(|find| line_around(text, &find.range)).collect()
}

/// Whether `mark` speaks of the find whose lines are `lines[ix]`: it stands on the first of them, or on
/// the line above unless it speaks of something there.
fn speaks_of(mark: &Mark, ix: usize, lines: &[Range<usize>]) -> bool {
    let is_on =
        |line: &Range<usize>| line.start <= mark.range.start && mark.range.start <= line.end;
    let is_above = mark.line.end + 1 == lines[ix].start;
    is_on(&lines[ix]) || is_above && !lines.iter().any(is_on)
}
