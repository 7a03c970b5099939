//! Makes accounts of what programs and administrators sign in with, and people of the others where they
//! are wanted.
//!
//! A list of everybody's accounts is personal data that a runbook rarely needs: without `--people` they
//! are counted and left out.

use super::domains::{self, Directory};
use super::object::{Object, Sort, first_name, folders};
use crate::import::Wishes;
use crate::import::proposal::{Harvest, Link, Origin, Proposal};

/// Makes the accounts and people.
pub fn accounts(
    objects: &mut [Object],
    directory: &Directory,
    wishes: &Wishes<'_>,
    harvest: &mut Harvest,
) {
    let mut left_out = 0;
    let mut first: Option<Origin> = None;
    for object in objects.iter_mut().filter(|object| object.sort == Sort::User) {
        object.drop_secrets(harvest);
        let user = object.peek("SamAccountName").or_else(|| object.peek("UserPrincipalName"));
        let Some(user) = user else {
            harvest.skip(object.at.clone(), "an account without a name");
            continue;
        };
        let kind = sort_of(object, &user);
        match kind {
            Some(kind) => account(object, &user, kind, directory, harvest),
            None if wishes.people => person(object, &user, harvest),
            None => {
                left_out += 1;
                first.get_or_insert_with(|| object.at.clone());
                object.pass(&[
                    "GivenName",
                    "Surname",
                    "EmailAddress",
                    "mail",
                    "Title",
                    "Department",
                    "MemberOf",
                    "OfficePhone",
                    "MobilePhone",
                    "Office",
                    "Company",
                    "Manager",
                    "Description",
                    "LastLogonDate",
                    "whenCreated",
                    "telephoneNumber",
                    "PasswordLastSet",
                ]);
            }
        }
    }
    if let Some(at) = first {
        let accounts = crate::text::plural(left_out, "person's account", "people's accounts");
        let origin = Origin { file: at.file, place: crate::import::proposal::Place::Whole };
        harvest.skip(origin, format!("{accounts}: `--people` takes them as people"));
    }
}

/// Returns what sort of account one is; nothing for a person's own.
fn sort_of(object: &Object, user: &str) -> Option<&'static str> {
    const SERVICE: &[&str] =
        &["svc", "srv", "sa", "service", "sql", "app", "backup", "scan", "sync"];
    const ADMIN: &[&str] = &["admin", "adm", "administrator", "da", "a"];
    let small = user.to_lowercase();
    let words: Vec<&str> = small.split(['-', '_', '.', ' ']).collect();
    let is_one = |names: &[&str]| words.len() > 1 && words.iter().any(|word| names.contains(word));
    let groups = object.peek_texts("MemberOf");
    let is_in = |group: &str| groups.iter().any(|dn| first_name(dn).eq_ignore_ascii_case(group));
    let is_admin = object.peek("adminCount").as_deref() == Some("1")
        || ["Domain Admins", "Enterprise Admins", "Schema Admins"].iter().any(|group| is_in(group));
    let has_service = !object.peek_texts("ServicePrincipalNames").is_empty()
        || !object.peek_texts("servicePrincipalName").is_empty();
    match small.as_str() {
        "krbtgt" | "guest" | "defaultaccount" => Some("service"),
        "administrator" => Some("admin"),
        _ if has_service || is_one(SERVICE) || small.starts_with("svc") => Some("service"),
        _ if is_admin || is_one(ADMIN) || small.starts_with("adm") => Some("admin"),
        _ => None,
    }
}

fn key_of(object: &Object, user: &str) -> String {
    object.peek("ObjectGUID").map_or_else(|| user.to_lowercase(), |guid| guid.to_lowercase())
}

fn account(
    object: &mut Object,
    user: &str,
    kind: &'static str,
    directory: &Directory,
    harvest: &mut Harvest,
) {
    let mut account = Proposal::new("account", key_of(object, user), user, object.at.clone());
    account.put("type", kind);
    account.put("username", object.peek("UserPrincipalName").unwrap_or_else(|| user.to_owned()));
    match domains::of_object(object, directory) {
        Some(domain) => {
            account.put("system", Link::key("service", Directory::service_key(&domain)));
        }
        None => {
            account.put("system", "Active Directory");
        }
    }
    if object.flag("Enabled") == Some(false) {
        account.put("status", "retired");
    }
    account.put_some("summary", object.text("Description"));
    if let Some(day) = object.day("PasswordLastSet") {
        account.put("last_rotated", day);
    }
    let groups: Vec<String> = object.texts("MemberOf").iter().map(|dn| first_name(dn)).collect();
    account.put_as("", "Groups", groups);
    let services = [object.texts("ServicePrincipalNames"), object.texts("servicePrincipalName")];
    account.put_as("", "Runs", services.concat());
    let folder = object.peek("DistinguishedName").and_then(|dn| folders(&dn));
    account.put_as("", "Folder in the directory", folder.unwrap_or_default());
    if let Some(day) = object.day("LastLogonDate") {
        account.put_as("", "Last sign-in", day);
    }
    if object.flag("PasswordNeverExpires") == Some(true) {
        account.put_as("", "Never has to be changed", true);
    }
    object.pass(&["adminCount", "PasswordNeverExpires", "GivenName", "Surname", "whenCreated"]);
    harvest.propose(account);
}

fn person(object: &mut Object, user: &str, harvest: &mut Harvest) {
    let names = [object.text("GivenName"), object.text("Surname")];
    let full: Vec<String> = names.into_iter().flatten().collect();
    let shown = object.peek("DisplayName").or_else(|| object.peek("Name"));
    let name =
        shown.unwrap_or_else(|| if full.is_empty() { user.to_owned() } else { full.join(" ") });
    let mut person = Proposal::new("person", key_of(object, user), name, object.at.clone());
    person.put("roles", vec!["user"]);
    let mail = object.text("EmailAddress").or_else(|| object.text("mail"));
    person.put_some("email", mail.or_else(|| object.peek("UserPrincipalName")));
    person.put_some("job_title", object.text("Title"));
    let phone = object.text("OfficePhone").or_else(|| object.text("telephoneNumber"));
    person.put_some("phone", phone);
    person.put_some("mobile", object.text("MobilePhone"));
    if object.flag("Enabled") == Some(false) {
        person.put("status", "retired");
    }
    for (name, label) in
        [("Department", "Department"), ("Office", "Office"), ("Company", "Company")]
    {
        person.put_as("", label, object.text(name).unwrap_or_default());
    }
    if let Some(manager) = object.text("Manager") {
        person.put_as("", "Manager", first_name(&manager));
    }
    person.put_as("", "Log-on name", user);
    object.pass(&["MemberOf", "LastLogonDate", "whenCreated", "Description", "PasswordLastSet"]);
    harvest.propose(person);
}
