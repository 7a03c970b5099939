//! `clearjar check`: tells what was found in a runbook.

use std::sync::Arc;

use clearjar::artifact::Nowhere;
use clearjar::diagnostic::human::{self, Style};
use clearjar::diagnostic::{Diagnostics, Level, Rule, json, sarif, short};
use clearjar::edition;
use clearjar::pipeline::{self, Inputs};
use clearjar::progress::{Progress, Stage};
use clearjar::rules;
use clearjar::scaffold::paragraphs;
use clearjar::secrets;
use clearjar::text::{nearest, plural};

use super::Exit;
use super::args::{Check, Common, Format, Strict};
use super::edition::{Narrowed, narrow};
use super::failure::Failure;
use super::meter::Meter;
use super::runbook::Runbook;
use super::terminal::Terminal;

/// Prints all findings, and closes with their number.
pub fn run(args: &Check, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    match &args.explain {
        Some(Some(code)) => return explain(code, terminal),
        Some(None) => {
            terminal.out(&all_rules(terminal.width));
            return Ok(Exit::Done);
        }
        None => {}
    }
    let meter = Meter::start();
    meter.begin(Stage::Files, 0);
    let whole = Runbook::read(common)?;
    let tree = Arc::clone(&whole.tree);
    let (found, records) = match narrow(whole, &args.readers, common, None, &meter)? {
        Narrowed::To(runbook) => {
            let (found, records) = find(&runbook, common, &meter);
            match args.readers.edition {
                Some(_) => (edition::in_whole(&found, &runbook.tree, &tree), records),
                None => (found, records),
            }
        }
        Narrowed::Not(_, checkup) => (checkup.found, checkup.model.len()),
    };
    meter.clear();
    match args.format {
        Format::Human => {
            let style = Style { color: terminal.color, width: terminal.width };
            terminal.out(&human::write(&found, &tree, style));
        }
        Format::Short => terminal.out(&short::write(&found, &tree)),
        Format::Json => terminal.out(&json::write(&found, &tree)),
        Format::Sarif => terminal.out(&sarif::write(&found, &tree)),
    }
    if matches!(args.format, Format::Human | Format::Short) {
        let gap = if found.is_empty() || args.format == Format::Short { "" } else { "\n" };
        let records = plural(records, "record", "records");
        terminal.say(&format!("{gap}{} in {records}\n", tally(&found)));
    }
    if args.timings {
        terminal.say(&meter.timings());
    }
    Ok(verdict(&found, &args.strict))
}

/// Returns all findings of a runbook, and how many records it has.
fn find(runbook: &Runbook, common: &Common, meter: &Meter) -> (Diagnostics, usize) {
    let inputs = inputs(runbook, common, meter);
    let checkup = pipeline::check(&inputs);
    let records = checkup.model.len();
    // A template's mistake may show only while a page is made. Where the theme is the program's own,
    // there is none to find.
    let has_own_theme = runbook.tree.under("theme").next().is_some();
    match has_own_theme {
        true => (pipeline::make(&inputs, &checkup, &Nowhere).found, records),
        false => (checkup.found, records),
    }
}

/// Returns what the pipeline is to go through.
pub fn inputs<'a>(runbook: &'a Runbook, common: &Common, progress: &'a dyn Progress) -> Inputs<'a> {
    let inputs = Inputs::new(&runbook.tree, &runbook.found, runbook.today);
    Inputs { today: common.today, progress, ..inputs }
}

/// Returns what the findings mean for the exit code.
pub fn verdict(found: &Diagnostics, strict: &Strict) -> Exit {
    let denied = strict.denies_warnings() && found.count(Level::Warning) > 0;
    if found.has_errors() || denied { Exit::Problems } else { Exit::Done }
}

/// Returns how much was found: `2 errors, 14 warnings, 30 notes`.
pub fn tally(found: &Diagnostics) -> String {
    let levels = [
        (Level::Error, "error", "errors"),
        (Level::Warning, "warning", "warnings"),
        (Level::Note, "note", "notes"),
    ];
    let words: Vec<String> = levels
        .into_iter()
        .map(|(level, one, many)| (found.count(level), one, many))
        .filter(|(count, _, _)| *count > 0)
        .map(|(count, one, many)| plural(count, one, many))
        .collect();
    if words.is_empty() { "nothing found".to_owned() } else { words.join(", ") }
}

fn explain(code: &str, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let rules = rules::all();
    let Some(rule) = rules.iter().find(|rule| rule.code == code) else {
        let failure = Failure::new(format!("there is no rule called `{code}`"));
        return Err(match nearest(code, rules.iter().map(|rule| rule.code)) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure.help("`clearjar check` shows the rule of a finding in brackets"),
        });
    };
    terminal.out(&explanation(rule, terminal.width));
    Ok(Exit::Done)
}

/// Returns every rule in a line or two, with its level.
fn all_rules(width: usize) -> String {
    let rules = rules::all();
    let codes = rules.iter().map(|rule| rule.code.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in rules {
        let start = codes + 11;
        let summary = paragraphs(rule.summary, width.saturating_sub(start));
        let mut lines = summary.lines();
        let (code, level, first) = (rule.code, rule.level.name(), lines.next().unwrap_or_default());
        text.push_str(&format!("{code:codes$}  {level:7}  {first}\n"));
        lines.for_each(|line| text.push_str(&format!("{:start$}{line}\n", "")));
    }
    text.push_str("\n`clearjar check --explain RULE` tells more of one.\n");
    text
}

fn explanation(rule: &Rule, width: usize) -> String {
    let (code, level) = (rule.code, rule.level.name());
    let (summary, detail) = (rule.summary, paragraphs(rule.detail, width));
    let fixed = secrets::RULES.iter().any(|other| other.code == code);
    let change = match fixed {
        true => "Its level cannot be changed.".to_owned(),
        false => {
            format!("Its level can be changed in `clearjar.toml`: {code} = \"note\" below [check].")
        }
    };
    format!("{code} ({level})\n{summary}\n\n{detail}\n{change}\n")
}
