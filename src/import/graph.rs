//! Reads the users of a tenant as Microsoft Graph gives them: answers of `GET /users`, and
//! `Get-MgUser | ConvertTo-Json`. They are the rows of a table like any other then.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::foreign::Foreign;
use super::proposal::Harvest;
use super::table::{self, Table, TakeRow};
use super::{Fit, Reader, Refused, Wishes, bounded};

/// The reader of users.
pub struct Graph;

impl Reader for Graph {
    fn name(&self) -> &'static str {
        "graph"
    }

    fn about(&self) -> &'static str {
        "users of Microsoft Graph as JSON (GET /users, Get-MgUser)"
    }

    fn fit(&self, file: &Foreign) -> Fit {
        let text = file.head_text().to_lowercase();
        let is_json = text.trim_start().starts_with(['{', '[']);
        let has = |name: &str| text.contains(&format!("\"{name}\""));
        let is_user = has("userprincipalname") && has("displayname");
        // The same names stand in an answer of Active Directory and in a report on a tenant.
        let is_other = has("samaccountname") || has("tenant_details");
        if is_json && is_user && !is_other { Fit::Sure } else { Fit::No }
    }

    fn system(&self, _files: &[Foreign], _wishes: &Wishes<'_>) -> String {
        "entra".to_owned()
    }

    fn read(
        &self,
        files: &[Foreign],
        wishes: &Wishes<'_>,
        harvest: &mut Harvest,
    ) -> Result<(), Refused> {
        files.iter().try_for_each(|file| read(file, wishes, harvest))
    }
}

fn read(file: &Foreign, wishes: &Wishes<'_>, harvest: &mut Harvest) -> Result<(), Refused> {
    let value = bounded::json::read(file)?;
    let users = users(&value);
    if users.is_empty() {
        return Err(Refused::new(format!("`{}` holds no users", file.name))
            .help("save the output of `Get-MgUser -All | ConvertTo-Json`"));
    }
    let headers = headers(&users);
    let visit = |visit: &mut TakeRow<'_>| {
        for (ix, user) in users.iter().enumerate() {
            let lower: BTreeMap<String, &Value> =
                user.iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
            let cells: Vec<String> = headers
                .iter()
                .map(|name| lower.get(&name.to_lowercase()).map_or_else(String::new, |v| cell(v)))
                .collect();
            visit(ix + 1, Ok(&cells.iter().map(String::as_str).collect::<Vec<_>>()));
        }
    };
    // A user is told by its number in the file, since JSON has no lines that mean anything.
    let sheet = Some("users".to_owned());
    let table = Table { file: file.name.clone(), sheet, headers: headers.clone(), rows: &visit };
    table::read(&table, "entra", wishes, harvest)
}

/// Returns the users in an answer, in several pages of one, or in a list; PowerShell writes a list of one
/// as the one.
fn users(value: &Value) -> Vec<&Map<String, Value>> {
    match value {
        Value::Array(items) => items.iter().flat_map(users).collect(),
        Value::Object(fields) => match fields.get("value") {
            Some(inner @ Value::Array(_)) => users(inner),
            _ => {
                let is_user = |name: &String| name.eq_ignore_ascii_case("userPrincipalName");
                fields.keys().any(is_user).then_some(fields).into_iter().collect()
            }
        },
        _ => Vec::new(),
    }
}

/// Returns the properties that say something of any user, in the order in which they come up; the four
/// by which such a table is known are always among them.
fn headers(users: &[&Map<String, Value>]) -> Vec<String> {
    let mut headers: Vec<String> =
        ["id", "displayName", "userPrincipalName", "mail"].map(str::to_owned).to_vec();
    for (name, value) in users.iter().flat_map(|user| user.iter()) {
        let is_known = headers.iter().any(|known| known.eq_ignore_ascii_case(name));
        let is_about_the_answer = name.contains('@');
        if !is_known && !is_about_the_answer && !cell(value).is_empty() {
            headers.push(name.clone());
        }
    }
    headers
}

/// Returns a property as a table would say it; nothing of what is nested.
fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Array(items) => {
            let words: Vec<String> =
                items.iter().map(cell).filter(|text| !text.is_empty()).collect();
            words.join("; ")
        }
        Value::Null | Value::Object(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::trial::{self, of_kind};

    #[test]
    fn users_are_read_from_an_answer_a_list_and_one_alone() {
        let user = r#"{"id": "u1", "displayName": "Dana Reyes", "givenName": "Dana", "surname": "Reyes",
            "jobTitle": "Manager", "mail": null, "userPrincipalName": "dana@harborview.example",
            "businessPhones": ["+1 617 555 0100"], "accountEnabled": true, "passwordProfile": {"password": "x"}}"#;
        let shell = user.replace("\"id\"", "\"Id\"").replace("displayName", "DisplayName");
        for text in [
            format!("{{\"@odata.context\": \"x\", \"value\": [{user}]}}"),
            format!("[{user}]"),
            user.to_owned(),
            shell.replace("userPrincipalName", "UserPrincipalName"),
        ] {
            assert_eq!(Graph.fit(&Foreign::of_bytes("u.json", text.as_bytes())), Fit::Sure);
            let harvest = trial::harvest(&Graph, "u.json", &text).unwrap();
            let people = of_kind(&harvest, "person");
            let [dana] = people.as_slice() else { panic!("{people:?}") };
            assert_eq!((dana.name.as_str(), dana.key.as_str()), ("Dana Reyes", "u1"));
            assert_eq!(dana.text("email"), Some("dana@harborview.example"));
            assert_eq!(dana.text("phone"), Some("+1 617 555 0100"));
            assert_eq!(dana.text("job_title"), Some("Manager"));
        }
        for text in ["{}", "[]", "{\"value\": [{\"id\": 1}]}", "[1, null, \"userPrincipalName\"]"] {
            assert!(trial::harvest(&Graph, "u.json", text).is_err(), "{text}");
        }
    }
}
