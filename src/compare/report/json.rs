//! Changes as JSON, for programs.

use serde_json::{Value, json};

use super::Between;
use crate::compare::{Changes, FactChange, FileChange, LineSort, Piece, RecordChange, text_of};
use crate::diagnostic::clean::escape_json;

/// Returns the report: an object with `from`, `to`, `records` and `files`.
pub fn json(changes: &Changes, between: &Between) -> String {
    let value = json!({
        "from": between.from,
        "to": between.to,
        "records": changes.records.iter().map(record).collect::<Vec<_>>(),
        "files": changes.files.iter().map(file).collect::<Vec<_>>(),
    });
    format!("{}\n", escape_json(&format!("{value:#}")))
}

fn record(record: &RecordChange) -> Value {
    json!({
        "record": record.name,
        "formerly": record.former,
        "title": record.title,
        "change": record.sort.name(),
        "facts": record.facts.iter().map(fact).collect::<Vec<_>>(),
    })
}

fn fact(fact: &FactChange) -> Value {
    let side = |pieces: &[Piece]| (!pieces.is_empty()).then(|| text_of(pieces));
    json!({
        "way": fact.way,
        "under": fact.under,
        "label": fact.label,
        "change": fact.sort.name(),
        "before": side(&fact.before),
        "after": side(&fact.after),
        "setting": fact.is_setting,
    })
}

fn file(file: &FileChange) -> Value {
    let lines = file.lines.as_ref().map(|lines| {
        let lines = lines.iter().map(|line| {
            let mark = match line.sort {
                LineSort::Same => " ",
                LineSort::Gone => "-",
                LineSort::New => "+",
                LineSort::Gap => "…",
            };
            format!("{mark}{}", line.text)
        });
        lines.collect::<Vec<_>>()
    });
    json!({
        "path": file.path,
        "formerly": file.former,
        "change": file.sort.name(),
        "before": file.before,
        "after": file.after,
        "volatile": file.is_volatile(),
        "lines": lines,
    })
}
