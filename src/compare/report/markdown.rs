//! Changes as Markdown, to be pasted into a ticket, a mail or a pull request.

use super::{Between, tally};
use crate::compare::{Changes, FactChange, FileChange, LineSort, RecordChange, Sort, text_of};
use crate::diagnostic::clean::one_line;

/// Returns the report.
pub fn markdown(changes: &Changes, between: &Between) -> String {
    let (from, to) = (escaped(&between.from), escaped(&between.to));
    let mut text = format!("## {from} → {to}\n\n{}.\n", tally(changes));
    let listed = |sort: Sort| changes.records.iter().filter(move |record| record.sort == sort);
    for (sort, heading) in [(Sort::Added, "Added"), (Sort::Removed, "Removed")] {
        if listed(sort).next().is_some() {
            text.push_str(&format!("\n### {heading}\n\n"));
        }
        for record in listed(sort) {
            text.push_str(&format!("- {} ({})\n", escaped(&record.title), code(&record.name)));
        }
    }
    let rest = changes.records.iter();
    for record in rest.filter(|it| matches!(it.sort, Sort::Changed | Sort::Renamed | Sort::Moved)) {
        text.push_str(&table(record));
    }
    let verified: Vec<String> = listed(Sort::Verified).map(|record| code(&record.name)).collect();
    if !verified.is_empty() {
        text.push_str(&format!("\n### Verified again\n\n{}\n", verified.join(", ")));
    }
    for file in &changes.files {
        text.push_str(&attachment(file));
    }
    text
}

fn table(record: &RecordChange) -> String {
    let mut text = format!("\n### {} ({})\n", escaped(&record.title), code(&record.name));
    if let Some(former) = &record.former {
        text.push_str(&format!("\nBefore: {}.\n", code(former)));
    }
    if !record.facts.is_empty() {
        text.push_str("\n| what | before | after |\n|---|---|---|\n");
    }
    for fact in &record.facts {
        text.push_str(&row(fact));
    }
    text
}

fn row(fact: &FactChange) -> String {
    let place: Vec<&str> =
        fact.under.iter().map(String::as_str).chain([fact.label.as_str()]).collect();
    let (before, after) = (text_of(&fact.before), text_of(&fact.after));
    format!("| {} | {} | {} |\n", cell(&place.join(" / ")), cell(&before), cell(&after))
}

fn attachment(file: &FileChange) -> String {
    let mut text = format!("\n### {}\n\n", code(&file.path));
    match &file.lines {
        _ if file.is_volatile() => text.push_str("Only what differs from export to export.\n"),
        Some(lines) => {
            // Longer than any row of backquotes in it, so that nothing ends it early.
            let longest =
                lines.iter().map(|line| line.text.split(|c| c != '`').map(str::len).max());
            let fence = "`".repeat(longest.flatten().max().unwrap_or(0).max(2) + 1);
            text.push_str(&format!("{fence}diff\n"));
            for line in lines {
                let mark = match line.sort {
                    LineSort::Same => ' ',
                    LineSort::Gone => '-',
                    LineSort::New => '+',
                    LineSort::Gap => '@',
                };
                text.push_str(&format!("{mark}{}\n", one_line(&line.text)));
            }
            text.push_str(&format!("{fence}\n"));
        }
        None => {
            let what = match file.sort {
                Sort::Added => "New.",
                Sort::Removed => "Gone.",
                _ => "Other content.",
            };
            text.push_str(&format!("{what}\n"));
        }
    }
    text
}

fn code(text: &str) -> String {
    format!("`{}`", one_line(text).replace('`', "'"))
}

fn cell(text: &str) -> String {
    escaped(text).replace('|', "\\|")
}

/// Values are text: nothing in them is a heading, a link or a tag.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in one_line(text.trim()).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
