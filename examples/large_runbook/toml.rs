//! Writes facts as TOML 1.0, in the style that people type.

use crate::record::{Facts, Ref, Value};

/// How a reference is written.
pub type WriteRef = fn(key: &str, to: &Ref) -> String;

/// Appends `facts`: first what fits on a line, then `[tables]`, then `[[rows]]`.
///
/// `above` is the table they stand in (`"params."`), with a dot behind it, or empty.
pub fn write(out: &mut String, facts: &Facts, above: &str, write_ref: WriteRef) {
    for (key, value) in &facts.0 {
        if !matches!(value, Value::Table(_) | Value::Rows(_)) {
            out.push_str(&format!("{key} = {}\n", inline(key, value, write_ref)));
        } else if let Value::Table(table) = value
            && is_short(table)
        {
            out.push_str(&format!("{key} = {}\n", inline_table(table, write_ref)));
        }
    }
    for (key, value) in &facts.0 {
        match value {
            Value::Table(table) if !is_short(table) => {
                out.push_str(&format!("\n[{above}{key}]\n"));
                write(out, table, &format!("{above}{key}."), write_ref);
            }
            Value::Rows(rows) => {
                for row in rows {
                    out.push_str(&format!("\n[[{above}{key}]]\n"));
                    write(out, row, &format!("{above}{key}."), write_ref);
                }
            }
            _ => {}
        }
    }
}

/// Returns `text` in quotes, over several lines where it has several.
pub fn quoted(text: &str) -> String {
    let awkward = text.contains('\\') || text.contains('"');
    if text.contains('\n') {
        return if awkward && !text.contains("'''") {
            format!("'''\n{text}\n'''")
        } else {
            format!("\"\"\"\n{}\n\"\"\"", text.replace('\\', "\\\\").replace('"', "\\\""))
        };
    }
    if awkward && !text.contains('\'') {
        format!("'{text}'")
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

fn is_short(table: &Facts) -> bool {
    table.0.len() <= 3
        && !table.0.iter().any(|(_, value)| matches!(value, Value::Table(_) | Value::Rows(_)))
}

fn inline_table(table: &Facts, write_ref: WriteRef) -> String {
    let pairs: Vec<String> = table
        .0
        .iter()
        .map(|(key, value)| format!("{key} = {}", inline(key, value, write_ref)))
        .collect();
    format!("{{ {} }}", pairs.join(", "))
}

fn inline(key: &str, value: &Value, write_ref: WriteRef) -> String {
    match value {
        Value::Text(text) => quoted(text),
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Day(day) => day.to_string(),
        Value::Words(words) => list(words.iter().map(|word| quoted(word))),
        Value::Numbers(numbers) => list(numbers.iter().map(i64::to_string)),
        Value::To(to) => quoted(&write_ref(key, to)),
        Value::ToAll(all) => list(all.iter().map(|to| quoted(&write_ref(key, to)))),
        Value::ToPort(device, port) => quoted(&format!("{}:{port}", write_ref(key, device))),
        Value::Table(table) => inline_table(table, write_ref),
        Value::Rows(_) => unreachable!("rows are written as tables of their own"),
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}
