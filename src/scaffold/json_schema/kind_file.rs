//! The JSON Schema of the files under `kinds/`.

use serde_json::{Value, json};

use super::DIALECT;
use crate::schema::field::{Audience, FieldType};
use crate::schema::kind::PageForm;
use crate::schema::role::Role;

/// Returns the schema of the file of a kind, as [`crate::schema`] reads it.
pub(super) fn schema() -> Value {
    let pages: Vec<&str> = PageForm::ALL.iter().map(|(_, name)| *name).collect();
    json!({
        "$schema": DIALECT,
        "title": "Kind",
        "description": "A kind of record: its fields, their types and what they mean.",
        "type": "object",
        "additionalProperties": false,
        "required": ["kind"],
        "properties": {
            "kind": {
                "type": "string", "pattern": "^[a-z][a-z0-9_]*$",
                "description": "Its name in references: lower-case letters, digits and `_`.",
            },
            "extends": {
                "type": "boolean",
                "description": "Whether this adds to a kind that exists already.",
            },
            "plural": {
                "type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$",
                "description": "The folder of its records and of its pages.",
            },
            "label": text("What people read for one."),
            "label_plural": text("What people read for many."),
            "summary": text("One plain sentence."),
            "icon": text("The name of an icon."),
            "page": word("Which template shows it.", &pages),
            "area": text("The area of the navigation it stands in."),
            "order": { "type": "integer", "description": "Its place within the area." },
            "title": text("The field shown as the record's name."),
            "subtitle": text("A pattern such as `{manufacturer} {model}` beneath the name."),
            "columns": list("The columns of the list."),
            "group_by": text("The field by which the list is grouped."),
            "review_every": text("How long a verification is good for, such as `180d`."),
            "blocks": list("Blocks of fields it shares with other kinds."),
            "without": list("Common fields it does without."),
            "body": text("The field that takes the text of a Markdown file."),
            "section": sections(),
            "field": { "$ref": "#/definitions/fields" },
            "subtype": {
                "type": "array",
                "description": "Further fields for some types of the thing.",
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["when"],
                    "properties": {
                        "when": {
                            "type": "object",
                            "description": "The field that decides, and its values.",
                            "additionalProperties": strings(),
                        },
                        "label": text("What people read for it."),
                        "summary": text("One plain sentence."),
                        "field": { "$ref": "#/definitions/fields" },
                        "section": sections(),
                    },
                },
            },
        },
        "definitions": {
            "fields": {
                "type": "object",
                "description": "Fields, each by its name.",
                "additionalProperties": { "$ref": "#/definitions/field" },
            },
            "field": field(),
        },
    })
}

fn sections() -> Value {
    json!({
        "type": "array",
        "description": "The page's parts, in order.",
        "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "title": text("Its heading."),
                "fields": list("The fields in it."),
                "lead": { "type": "boolean", "description": "Whether it opens the page." },
            },
        },
    })
}

fn field() -> Value {
    let types: Vec<&str> = FieldType::ALL.iter().map(|kind| kind.name()).collect();
    let roles: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
    let audiences: Vec<&str> = Audience::ALL.iter().map(|audience| audience.name()).collect();
    let type_word = json!({ "type": "string", "enum": types });
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "label": text("What people read."),
            "help": text("One sentence: what to write, and why it matters."),
            "example": { "description": "A plausible value." },
            "type": {
                "description": "What it takes; a list where it takes one of several.",
                "anyOf": [type_word, { "type": "array", "items": type_word }],
            },
            "many": flag("Whether it takes a list."),
            "role": word("What it means to the program.", &roles),
            "required": flag("Whether a record cannot exist without it."),
            "takeover": flag("Whether its absence counts in the takeover view."),
            "unique": flag("Whether no two records of the kind have the same."),
            "search": { "type": "integer", "minimum": 0, "maximum": 9, "description": "Its weight in search." },
            "choices": {
                "description": "The words that a choice takes, with their labels.",
                "anyOf": [
                    { "type": "object", "additionalProperties": { "type": "string" } },
                    { "type": "array", "items": { "type": "string" } },
                ],
            },
            "to": list("The kinds a reference may point to; `*` for all, `device.interface` for rows."),
            "inverse": text("The heading of the way back on the other record's page."),
            "min": { "type": "number", "description": "The least value." },
            "max": { "type": "number", "description": "The greatest value." },
            "unit": text("The unit of a number."),
            "language": text("The language of code."),
            "row": text("The field that identifies a row of a list of tables."),
            "warn_before": text("How long before the day to warn, such as `30d`."),
            "audience": word("For whom it is written.", &audiences),
            "field": { "$ref": "#/definitions/fields" },
        },
    })
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn flag(description: &str) -> Value {
    json!({ "type": "boolean", "description": description })
}

fn word(description: &str, words: &[&str]) -> Value {
    json!({ "type": "string", "description": description, "enum": words })
}

fn strings() -> Value {
    json!({ "anyOf": [
        { "type": "array", "items": { "type": "string" } },
        { "type": "string" },
    ] })
}

fn list(description: &str) -> Value {
    let mut list = strings();
    list["description"] = json!(description);
    list
}
