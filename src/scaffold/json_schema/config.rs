//! The JSON Schema of `clearjar.toml`.

use serde_json::{Map, Value, json};

use super::DIALECT;
use crate::config::FILE_NAME;
use crate::diagnostic::Level;
use crate::rules;
use crate::schema::field::Audience;
use crate::theme;

/// Returns the schema of `clearjar.toml`, as [`crate::config::read`] reads it.
pub(super) fn schema() -> Value {
    json!({
        "$schema": DIALECT,
        "title": FILE_NAME,
        "description": "What holds for the whole runbook.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "as_of": {
                "type": "string", "format": "date",
                "description": "Pins the day the site speaks of, so that a build gives the same \
                                pages on any day.",
            },
            "client": {
                "type": "string", "examples": ["organization/harborview"],
                "description": "The record of the client this runbook belongs to.",
            },
            "provider": {
                "type": "string", "examples": ["vendor/northwind-it"],
                "description": "The record of the company that looks after IT today.",
            },
            "site": site(),
            "check": check(),
            "edition": edition(),
            "takeover": takeover(),
            "git": table("What is taken from git.", json!({
                "dates": {
                    "type": "boolean",
                    "description": "Whether the dates of the last changes are read from git.",
                },
            })),
        },
    })
}

fn site() -> Value {
    table(
        "How the site looks and speaks.",
        json!({
            "title": {
                "type": "string", "examples": ["Harborview Dental Group: IT runbook"],
                "description": "What stands on top of every page.",
            },
            "language": {
                "type": "string", "examples": ["en"],
                "description": "The language the records are written in (BCP 47).",
            },
            "theme": { "enum": theme::names(), "description": "The theme." },
            "accent": {
                "type": "string", "pattern": "^#[0-9A-Fa-f]{6}$", "examples": ["#0b6e6e"],
                "description": "The accent colour.",
            },
            "index": { "type": "boolean", "description": "Whether search engines are let in." },
            "currency": {
                "type": "string", "pattern": "^[A-Z]{3}$", "examples": ["USD"],
                "description": "The currency (ISO 4217) of amounts that name none.",
            },
        }),
    )
}

fn check() -> Value {
    let levels: Vec<&str> = [Level::Error, Level::Warning, Level::Note, Level::Off]
        .into_iter()
        .map(Level::name)
        .collect();
    let rules: Map<String, Value> = rules::all()
        .into_iter()
        .map(|rule| {
            let description = format!("When {}. It is {}.", rule.summary, rule.level.name());
            let schema = json!({ "type": "string", "enum": levels, "description": description });
            (rule.code.to_owned(), schema)
        })
        .collect();
    table("Levels of rules that are to differ from their own.", Value::Object(rules))
}

fn edition() -> Value {
    let audiences: Vec<&str> = Audience::ALL.iter().map(|audience| audience.name()).collect();
    let word = json!({ "type": "string", "enum": audiences });
    let one = table(
        "A site for some audiences.",
        json!({
            "audience": {
                "description": "Who may read it; what is written for others is left out.",
                "anyOf": [{ "type": "array", "items": word }, word],
            },
            "built": {
                "type": "boolean",
                "description": "Whether this runbook is that edition: written by the program.",
            },
        }),
    );
    json!({
        "type": "object",
        "description": "Sites for some audiences, each under a name of its own.",
        "additionalProperties": one,
    })
}

fn takeover() -> Value {
    table(
        "Answers to items of the takeover list that no record gives.",
        json!({
            "unknown": {
                "description": "Items whose answer nobody knows.",
                "anyOf": [
                    { "type": "array", "items": { "type": "string" } },
                    { "type": "string" },
                ],
            },
            "not_applicable": {
                "type": "object", "additionalProperties": { "type": "string" },
                "description": "Items that do not apply here, each with the reason.",
            },
            "left_out": {
                "description": "Items that are answered by what this edition leaves out: written \
                                by the program.",
                "anyOf": [
                    { "type": "array", "items": { "type": "string" } },
                    { "type": "string" },
                ],
            },
        }),
    )
}

fn table(description: &str, properties: Value) -> Value {
    json!({
        "type": "object",
        "description": description,
        "properties": properties,
        "additionalProperties": false,
    })
}
