//! Objects as PowerShell writes them, with its habits taken off.
//!
//! A list of one is that one alone. Lists of PowerShell 5 may be wrapped: `{"value": […], "Count": 2}`.
//! Days are `/Date(1613679244000)/`, ISO 8601, or an object with both. Words of a fixed set come as
//! numbers. Security identifiers are objects. What lay too deep is cut to `System.Object[]` or
//! `@{…}`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;

use crate::import::foreign::Foreign;
use crate::import::normal::date::{self, Order};
use crate::import::normal::meant;
use crate::import::proposal::{Harvest, Origin};
use crate::import::secret;

/// What an object is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// `Get-ADDomain`.
    Domain,
    /// `Get-ADForest`.
    Forest,
    /// `Get-ADDomainController`.
    Controller,
    /// `Get-ADComputer`.
    Computer,
    /// `Get-ADUser`.
    User,
    /// Something else of a directory.
    Other,
}

impl Sort {
    /// The properties that only one sort has.
    pub const SIGNS: &[(Sort, &[&str])] = &[
        (Sort::Forest, &["ForestMode", "SchemaMaster"]),
        (Sort::Domain, &["DomainMode", "PDCEmulator"]),
        (Sort::Domain, &["DNSRoot", "NetBIOSName"]),
        (Sort::Controller, &["OperationMasterRoles", "HostName"]),
        (Sort::Computer, &["DNSHostName", "SamAccountName"]),
        (Sort::User, &["UserPrincipalName", "SamAccountName", "GivenName"]),
        (Sort::Other, &["DistinguishedName", "ObjectClass", "ObjectGUID"]),
    ];

    /// Each sort, in words.
    pub const ALL: &[(Sort, &str, &str)] = &[
        (Sort::Forest, "forest", "forests"),
        (Sort::Domain, "domain", "domains"),
        (Sort::Controller, "domain controller", "domain controllers"),
        (Sort::Computer, "computer", "computers"),
        (Sort::User, "user account", "user accounts"),
    ];

    fn of(fields: &BTreeMap<String, Value>) -> Option<Sort> {
        let class = fields.get("objectclass").and_then(Value::as_str).unwrap_or_default();
        match class {
            "computer" => return Some(Sort::Computer),
            "user" => return Some(Sort::User),
            _ => {}
        }
        let has = |name: &&str| fields.contains_key(&name.to_lowercase());
        let fits = |signs: &&[&str]| signs.iter().all(has);
        Self::SIGNS.iter().find(|(_, signs)| fits(signs)).map(|(sort, _)| *sort)
    }
}

/// An object whose properties are taken one by one.
pub struct Object {
    /// What it is.
    pub sort: Sort,
    /// Where it was read.
    pub at: Origin,
    /// Its properties, by their name in small letters: modules differ in theirs.
    fields: BTreeMap<String, Value>,
    names: BTreeMap<String, String>,
}

/// Finds the objects in a value: alone, in a list, or in lists under names.
pub fn collect(value: &Value, file: &Foreign, way: &str, objects: &mut Vec<Object>) {
    match unwrapped(value) {
        Value::Array(items) => {
            for (ix, item) in items.iter().enumerate() {
                collect(item, file, &format!("{way}[{ix}]"), objects);
            }
        }
        Value::Object(given) => {
            let small = |name: &String| name.to_lowercase();
            let fields: BTreeMap<String, Value> =
                given.iter().map(|(name, value)| (small(name), value.clone())).collect();
            match Sort::of(&fields) {
                Some(sort) => {
                    let names = given.keys().map(|name| (small(name), name.clone())).collect();
                    let at =
                        Origin::path(&file.name, if way.is_empty() { "the object" } else { way });
                    objects.push(Object { sort, at, fields, names });
                }
                // A script may put several answers into one file: `{"Domain": {…}, "Computers": […]}`.
                None => {
                    for (name, value) in given.iter().filter(|(_, value)| !value.is_string()) {
                        let way =
                            if way.is_empty() { name.clone() } else { format!("{way}.{name}") };
                        collect(value, file, &way, objects);
                    }
                }
            }
        }
        _ => {}
    }
}

/// Returns the list in `{"value": […], "Count": 2}`, the wrapping of PowerShell 5.
fn unwrapped(value: &Value) -> &Value {
    match value {
        Value::Object(fields) if fields.len() == 2 && fields.contains_key("Count") => {
            fields.get("value").unwrap_or(value)
        }
        value => value,
    }
}

/// Properties that PowerShell adds to every object, and those that say nothing to people.
const PASSED: &[&str] = &[
    "propertynames",
    "addedproperties",
    "removedproperties",
    "modifiedproperties",
    "propertycount",
    "objectclass",
    "objectguid",
    "objectcategory",
    "sid",
    "objectsid",
    "distinguishedname",
    "pscomputername",
    "runspaceid",
    "psshowcomputername",
    "writeerrorstream",
    "cn",
    "canonicalname",
    "instancetype",
    "dscorepropagationdata",
    "usnchanged",
    "usncreated",
    "sdrightseffective",
    "ntsecuritydescriptor",
    "nttypeversion",
    "codepage",
    "countrycode",
    "localpolicyflags",
    "modified",
    "modifytimestamp",
    "whenchanged",
    "createtimestamp",
    "created",
    "logoncount",
    "badlogoncount",
    "badpwdcount",
    "badpasswordtime",
    "lastbadpasswordattempt",
    "lastlogoff",
    "lastlogon",
    "lastlogontimestamp",
    "samaccounttype",
    "primarygroup",
    "primarygroupid",
    "useraccountcontrol",
    "isdeleted",
    "deleted",
    "protectedfromaccidentaldeletion",
    "iscriticalsystemobject",
    "lastknownparent",
    "subrefs",
    "wellknownobjects",
    "otherwellknownobjects",
    "userparameters",
    "@odata.context",
    "@odata.type",
    "pwdlastset",
    "accountexpires",
    "msds-user-account-control-computed",
    "msds-supportedencryptiontypes",
    "kerberosencryptiontype",
    "compoundidentitysupported",
    "authenticationpolicy",
    "authenticationpolicysilo",
    "certificates",
    "usercertificate",
    "principalsallowedtodelegatetoaccount",
    "allowreversiblepasswordencryption",
    "cannotchangepassword",
    "donotrequirepreauth",
    "homedirrequired",
    "mnslogonaccount",
    "passwordnotrequired",
    "smartcardlogonrequired",
    "usedeskeyonly",
    "accountnotdelegated",
    "passwordexpired",
    "name",
    "displayname",
    "samaccountname",
    "userprincipalname",
    "dnshostname",
    "enabled",
    "hostname",
];

impl Object {
    /// Takes text; nothing where it stands for nothing.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let name = name.to_lowercase();
        let text = as_text(self.fields.get(&name)?)?;
        self.fields.remove(&name);
        Some(text)
    }

    /// Returns text without taking it.
    pub fn peek(&self, name: &str) -> Option<String> {
        as_text(self.fields.get(&name.to_lowercase())?)
    }

    /// Takes several texts; one alone is a list of one.
    pub fn texts(&mut self, name: &str) -> Vec<String> {
        let texts = self.peek_texts(name);
        self.fields.remove(&name.to_lowercase());
        texts
    }

    /// Returns several texts without taking them.
    pub fn peek_texts(&self, name: &str) -> Vec<String> {
        match self.fields.get(&name.to_lowercase()).map(unwrapped) {
            Some(Value::Array(items)) => items.iter().filter_map(as_text).collect(),
            Some(value) => as_text(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Returns yes or no.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.fields.get(&name.to_lowercase())? {
            Value::Bool(value) => Some(*value),
            Value::Number(number) => number.as_i64().map(|number| number != 0),
            Value::String(text) => crate::import::normal::boolean(text),
            _ => None,
        }
    }

    /// Takes a day.
    pub fn day(&mut self, name: &str) -> Option<Date> {
        let text = self.text(name)?;
        date::read(&text, Order::Unknown).ok()
    }

    /// Takes a word of a fixed set, which may be its number.
    pub fn word(&mut self, name: &str, words: &[(i64, &'static str)]) -> Option<String> {
        let text = self.text(name)?;
        Some(match text.parse::<i64>() {
            Ok(number) => match words.iter().find(|(one, _)| *one == number) {
                Some((_, word)) => (*word).to_owned(),
                None => format!("level {number}"),
            },
            Err(_) => text,
        })
    }

    /// Takes values that are secrets, and counts them by their name.
    pub fn drop_secrets(&mut self, harvest: &mut Harvest) {
        let secrets: Vec<String> =
            self.fields.keys().filter(|name| secret::is_secret_label(name)).cloned().collect();
        for name in secrets {
            let value = self.fields.remove(&name);
            let says = match value {
                None | Some(Value::Null | Value::Bool(_)) => false,
                Some(Value::String(text)) => !text.trim().is_empty(),
                Some(Value::Array(items)) => !items.is_empty(),
                Some(Value::Object(fields)) => !fields.is_empty(),
                Some(Value::Number(_)) => true,
            };
            if says {
                harvest.secret(self.names.get(&name).map_or(name.as_str(), String::as_str));
            }
        }
    }

    /// Passes over properties of which another place speaks.
    pub fn pass(&mut self, names: &[&str]) {
        names.iter().for_each(|name| {
            self.fields.remove(&name.to_lowercase());
        });
    }

    /// Tells of properties that nobody took.
    pub fn tell_rest(mut self, harvest: &mut Harvest) {
        self.drop_secrets(harvest);
        for (name, value) in &self.fields {
            let says = match unwrapped(value) {
                Value::Null | Value::Bool(false) => false,
                Value::String(text) => meant(text).is_some(),
                Value::Array(items) => !items.is_empty(),
                Value::Object(fields) => !fields.is_empty(),
                _ => true,
            };
            if says && !PASSED.contains(&name.as_str()) {
                let name = self.names.get(name).map_or(name.as_str(), String::as_str);
                harvest.stranger(name, 1, false);
            }
        }
    }
}

/// Returns a value as text: of an identifier or a day its value.
fn as_text(value: &Value) -> Option<String> {
    match unwrapped(value) {
        Value::String(text) if is_cut(text) => None,
        Value::String(text) => meant(text).map(str::to_owned),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(if *value { "yes" } else { "no" }.to_owned()),
        Value::Object(fields) => {
            let inner = ["Value", "value", "DateTime", "Name", "DistinguishedName"];
            inner.iter().find_map(|name| as_text(fields.get(*name)?))
        }
        Value::Array(items) => match items.as_slice() {
            [only] => as_text(only),
            _ => None,
        },
        Value::Null => None,
    }
}

/// Whether `ConvertTo-Json` wrote the name of a type, or a cut object, for what lay too deep.
fn is_cut(text: &str) -> bool {
    text.starts_with("System.")
        || text.starts_with("@{")
        || text.starts_with("Microsoft.ActiveDirectory.")
}

/// Returns the first name in a distinguished name: of `CN=DC01,OU=…` it is `DC01`.
pub fn first_name(dn: &str) -> String {
    match parts(dn).first() {
        Some((_, value)) => value.clone(),
        None => dn.to_owned(),
    }
}

/// Returns the folders in which an object lies, from the top: `Servers / Berlin`.
pub fn folders(dn: &str) -> Option<String> {
    let parts = parts(dn);
    let inner = parts.get(1..)?.iter().filter(|(kind, _)| kind == "OU" || kind == "CN");
    let mut names: Vec<&str> = inner.map(|(_, value)| value.as_str()).collect();
    names.reverse();
    (!names.is_empty()).then(|| names.join(" / "))
}

/// Returns the domain that a distinguished name ends in: `corp.example`.
pub fn domain_of(dn: &str) -> Option<String> {
    let parts = parts(dn);
    let labels: Vec<String> = parts
        .iter()
        .filter(|(kind, _)| kind == "DC")
        .map(|(_, label)| label.to_lowercase())
        .collect();
    (!labels.is_empty()).then(|| labels.join("."))
}

/// Returns the parts of a distinguished name (RFC 4514), each with its kind in capitals.
fn parts(dn: &str) -> Vec<(String, String)> {
    let mut pieces: Vec<String> = vec![String::new()];
    let mut escaped = false;
    for c in dn.chars() {
        let piece = pieces.last_mut().expect("there is one from the beginning");
        match c {
            _ if escaped => {
                piece.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            ',' => pieces.push(String::new()),
            _ => piece.push(c),
        }
    }
    let part = |piece: &String| {
        let (kind, value) = piece.split_once('=')?;
        Some((kind.trim().to_uppercase(), value.trim().to_owned()))
    };
    pieces.iter().filter_map(part).collect()
}
