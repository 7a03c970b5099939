//! `clearjar init DIR --from FILE…`: a runbook of what other systems know, built at once, with what to
//! fill in first.

use std::collections::BTreeMap;
use std::path::Path;

use clearjar::audit::{GapKind, ItemState};
use clearjar::diagnostic::Diagnostics;
use clearjar::diagnostic::clean::one_line;
use clearjar::import::{Outcome, journal};
use clearjar::pipeline::{self, Checkup};
use clearjar::progress::Silent;
use clearjar::scaffold::{self, Welcome};
use clearjar::schema::builtin::{self, Answer, When};
use clearjar::source::{SourceFile, SourceTree};
use clearjar::text::plural;

use super::write_all;
use crate::cli::Exit;
use crate::cli::args::{Build, Common, Import, Init};
use crate::cli::failure::Failure;
use crate::cli::runbook::Runbook;
use crate::cli::shell::quoted;
use crate::cli::terminal::Terminal;
use crate::cli::{build, check, import};

/// How many items of the takeover checklist are named.
const ITEMS: usize = 8;

/// How many fields are named that records lack.
const FIELDS: usize = 6;

/// Imports into a new runbook, builds it, and tells what to fill in first. What stands against the import
/// is found before anything is written.
pub fn run(
    args: &Init,
    folder: &Path,
    welcome: &Welcome,
    common: &Common,
    terminal: &mut Terminal,
) -> Result<Exit, Failure> {
    let asked = Import {
        files: args.from.clone(),
        dry_run: false,
        client: args.client.clone(),
        map: None,
        sheet: args.sheet.clone(),
        people: false,
    };
    let prepare = |welcome: &Welcome| -> Result<(scaffold::Runbook, Outcome), Failure> {
        let runbook = scaffold::Runbook::bare(welcome);
        let files = runbook.files.iter().map(|(path, text)| SourceFile::text(path, text.as_str()));
        let tree = SourceTree::new(files.collect());
        let outcome = import::prepare(&asked, common, &tree, &Diagnostics::default())?;
        Ok((runbook, outcome))
    };
    let (mut runbook, mut outcome) = prepare(welcome)?;
    let mut welcome = welcome.clone();
    // The export writes the client's name as people do; on the command line a part of it is enough.
    if let Some(name) = outcome.client.clone().filter(|_| args.name.is_none())
        && name != welcome.name
    {
        welcome.name = name;
        (runbook, outcome) = prepare(&welcome)?;
    }
    write_all(folder, &runbook)?;
    journal::write(folder, &outcome.changes)?;
    let place = one_line(&folder.to_string_lossy()).into_owned();
    terminal.out(&format!("{place} is a runbook now, for {}.\n\n", one_line(&welcome.name)));
    terminal.out(&outcome.report.write(false));
    terminal.out("\n");
    let there = Common { dir: Some(folder.to_owned()), today: common.today, color: common.color };
    let built = build::run(&Build::default(), &there, terminal)?;
    let runbook = Runbook::read(&there)?;
    let checkup = pipeline::check(&check::inputs(&runbook, &there, &Silent));
    terminal.out(&first_of_all(&checkup, &quoted(&place)));
    Ok(built)
}

/// Returns what to fill in first: what an incoming provider asks for on the first day and is not there,
/// then what most records lack.
fn first_of_all(checkup: &Checkup, place: &str) -> String {
    let items = missing_items(checkup);
    let fields = missing_fields(checkup);
    let mut text = "\nWhat to fill in first, for whoever has to take over:\n\n".to_owned();
    for (asked, kind) in items.iter().take(ITEMS) {
        let begin = match kind {
            Some(kind) => format!("\n      clearjar -C {place} new {kind} ID"),
            None => String::new(),
        };
        text.push_str(&format!("  - {}{begin}\n", one_line(asked)));
    }
    if items.len() > ITEMS {
        let more = items.len() - ITEMS;
        text.push_str(&format!("  … and {more} more, on the page \"Takeover view\" of the site\n"));
    }
    if !fields.is_empty() {
        text.push_str("\nWhat the records lack:\n\n");
    }
    for (field, count) in fields.iter().take(FIELDS) {
        text.push_str(&format!(
            "  - {}, in {}\n",
            one_line(field),
            plural(*count, "record", "records")
        ));
    }
    text.push_str(&format!(
        "\n  clearjar -C {place} check     names each of them, with file and line\n"
    ));
    text
}

/// Returns what the takeover checklist asks for and nothing answers, soonest first, with the kind of
/// the record that would.
fn missing_items(checkup: &Checkup) -> Vec<(&'static str, Option<&'static str>)> {
    let list = &builtin::takeover().items;
    let missing = checkup.audit.takeover.iter().filter(|item| item.state == ItemState::Missing);
    let mut items: Vec<_> = missing.map(|item| &list[item.item]).collect();
    items.sort_by_key(|item| match item.when {
        When::Day => 0,
        When::Week => 1,
        When::Month => 2,
    });
    items.into_iter().map(|item| (item.text.as_str(), kind_of(&item.answers))).collect()
}

fn kind_of(answers: &'static [Answer]) -> Option<&'static str> {
    let first = answers.first()?;
    if first.kind.is_empty() { kind_of(&first.any) } else { Some(&first.kind) }
}

/// Returns the fields that records lack, those that most lack first.
fn missing_fields(checkup: &Checkup) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for gap in checkup.audit.gaps.iter().filter(|gap| gap.kind == GapKind::Missing) {
        let kind = checkup.model.catalog.kind(checkup.model.node(gap.node).kind);
        *counts.entry(format!("{}: {}", kind.label_plural, gap.label)).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}
