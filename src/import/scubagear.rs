//! Reads what ScubaGear (CISA) exports of a Microsoft 365 tenant: the tenant, its domains with their mail
//! records, licences, administrators, conditional access, mail flow and a choice of settings.
//!
//! The file is PowerShell's JSON: a list of one is that one, days are `/Date(…)/`, choices are numbers.
//! The table of product names that comes with ScubaGear gives licences their names; the one of the day
//! this was written is built in, and a newer one may be imported beside the export.

mod mail;
mod settings;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::bounded::json;
use super::csv::Part;
use super::foreign::Foreign;
use super::normal::date::{self, Order};
use super::normal::one_line;
use super::proposal::{Harvest, Link, Origin, Proposal, Row, Wish};
use super::{Fit, Reader, Refused, Wishes};
use crate::text::plural;

/// The reader of ScubaGear's exports.
pub struct ScubaGear;

/// How the system is called in records.
const SYSTEM: &str = "m365";

/// Product names by their identifier: Microsoft's published list, as ScubaGear carries it.
const PRODUCTS: &str = include_str!("scubagear/products.csv");

impl Reader for ScubaGear {
    fn name(&self) -> &'static str {
        "scubagear"
    }

    fn about(&self) -> &'static str {
        "Microsoft 365 tenants as ScubaGear exports them (JSON)"
    }

    fn fit(&self, file: &Foreign) -> Fit {
        let text = file.head_text();
        let is_json = text.trim_start().starts_with('{');
        let has = |marks: &[&str]| marks.iter().all(|mark| text.contains(mark));
        let is_export = has(&["\"baseline_version\"", "\"tenant_details\""])
            || has(&["\"scuba_config\""])
            || has(&["\"module_version\"", "\"report_uuid\""])
            || has(&["\"MetaData\"", "\"ScubaGear\""]);
        if is_json && is_export || is_table(&text) { Fit::Sure } else { Fit::No }
    }

    fn reads_together(&self) -> bool {
        true
    }

    fn system(&self, _files: &[Foreign], _wishes: &Wishes<'_>) -> String {
        SYSTEM.to_owned()
    }

    fn read(
        &self,
        files: &[Foreign],
        _wishes: &Wishes<'_>,
        harvest: &mut Harvest,
    ) -> Result<(), Refused> {
        let mut products = names(PRODUCTS);
        let (tables, exports): (Vec<&Foreign>, Vec<&Foreign>) =
            files.iter().partition(|file| is_table(&file.head_text()));
        for table in tables {
            products.extend(names(&table.text()?.text));
        }
        if exports.is_empty() {
            return Err(Refused::new(
                "a table of product names says nothing of a tenant by itself",
            )
            .help("import it together with ScubaGear's ProviderSettingsExport.json"));
        }
        exports.into_iter().try_for_each(|file| read(file, &products, harvest))
    }
}

/// Whether a file begins as the table of product names does.
fn is_table(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first.contains("String_Id") && first.contains("Product_Display_Name")
}

/// Returns the product names of a table, by their identifier.
fn names(text: &str) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let Some(part) = Part::of(text) else { return names };
    let place = |name: &str| part.headers().iter().position(|header| header == name);
    let (Some(id), Some(name)) = (place("String_Id"), place("Product_Display_Name")) else {
        return names;
    };
    part.each(&mut |_, cells| {
        if let Ok(cells) = cells {
            // A product stands there once for each of its parts.
            names.entry(cells[id].trim().to_owned()).or_insert_with(|| one_line(cells[name]));
        }
    });
    names
}

fn read(
    file: &Foreign,
    products: &BTreeMap<String, String>,
    harvest: &mut Harvest,
) -> Result<(), Refused> {
    let value = json::read(file)?;
    let export = value.get("Raw").unwrap_or(&value);
    let Value::Object(fields) = export else {
        return Err(Refused::new(format!("`{}` is no export of a tenant", file.name))
            .help("import ProviderSettingsExport.json, or ScubaResults.json"));
    };
    let tenant = Tenant { fields, file, key: key(fields) };
    let Some(key) = tenant.key.clone() else {
        return Err(Refused::new(format!("`{}` does not say which tenant it is of", file.name))
            .help("run ScubaGear with all products, or at least with Entra ID (`aad`)"));
    };
    tenant.service(&key, harvest);
    tenant.domains(harvest);
    tenant.licences(&key, products, harvest);
    tenant.administrators(&key, harvest);
    mail::read(&tenant, &key, harvest);
    tenant.left_out(harvest);
    Ok(())
}

/// Returns the number of the tenant.
fn key(fields: &Map<String, Value>) -> Option<String> {
    let details = fields.get("tenant_details").map_or(&[][..], json::items);
    let of_details = details.iter().find_map(|one| {
        json::text_at(one, &["TenantId"])
            .or_else(|| json::text_at(one, &["AADAdditionalData", "0", "Id"]))
    });
    of_details.or_else(|| json::text_at(fields.get("tenant_id")?, &[]))
}

/// What is read, by its name in the export; all else is told.
const READ: &[&str] = &[
    "tenant_details",
    "tenant_id",
    "domain_settings",
    "accepted_domains",
    "spf_records",
    "dkim_config",
    "dkim_records",
    "dmarc_records",
    "license_information",
    "privileged_users",
    "privileged_service_principals",
    "conditional_access_policies",
    "cap_table_data",
    "inbound_connectors",
    "outbound_connectors",
    "transport_rule",
    "remote_domains",
    "environment_list",
    "total_user_count",
    "authorization_policies",
    "SPO_tenant",
    "admin_audit_log_config",
    "transport_config",
    "org_config",
    "federation_configuration",
    "meeting_policies",
    "baseline_version",
    "module_version",
    "date",
    "timestamp_zulu",
    "report_uuid",
    "scuba_config",
    "OneDrive_PnP_Flag",
];

/// A tenant's export.
struct Tenant<'a> {
    fields: &'a Map<String, Value>,
    file: &'a Foreign,
    key: Option<String>,
}

impl<'a> Tenant<'a> {
    /// Returns the items under a name, without those that are nothing.
    fn items(&self, name: &str) -> Vec<&'a Value> {
        let items = self.fields.get(name).map_or(&[][..], json::items);
        items.iter().filter(|item| !item.is_null()).collect()
    }

    fn text(&self, way: &[&str]) -> Option<String> {
        let (first, rest) = way.split_first()?;
        let value = self.fields.get(*first)?;
        // A list of one is written as that one, or as a list.
        json::items(value).iter().find_map(|item| json::text_at(item, rest))
    }

    fn at(&self, way: &str) -> Origin {
        Origin::path(&self.file.name, way)
    }

    fn proposal(&self, kind: &'static str, key: String, name: String, way: &str) -> Proposal {
        Proposal::new(kind, key, name, self.at(way))
    }

    fn service(&self, key: &str, harvest: &mut Harvest) {
        let mut service =
            self.proposal("service", key.to_owned(), "Microsoft 365".to_owned(), "tenant_details");
        service.put("type", "m365").put("tenant_id", key);
        service.put_some("default_domain", self.default_domain());
        service
            .put("vendor", harvest.ensure("vendor", "Microsoft", None, &self.at("tenant_details")));
        let users = self.text(&["total_user_count"]).and_then(|text| text.parse::<i64>().ok());
        service.put_some("users", users.filter(|users| *users >= 0));
        service.put_some("sharing", self.sharing());
        let (all, global) = self.admin_links();
        service.put("admins", all).put("global_admins", global);
        for row in self.policies() {
            service.row("ca_policy", row);
        }
        settings::put(self, &mut service);
        self.facts(&mut service);
        harvest.propose(service);
    }

    fn facts(&self, service: &mut Proposal) {
        let details = self.items("tenant_details");
        let Some(details) = details.first() else { return };
        let more = |name: &str| json::text_at(details, &["AADAdditionalData", "0", name]);
        if let Some(name) = json::text_at(details, &["DisplayName"]) {
            service.custom("Organisation name", name);
        }
        let synchronised = more("OnPremisesSyncEnabled").as_deref() == Some("true");
        if synchronised {
            let last = more("OnPremisesLastSyncDateTime")
                .and_then(|text| date::read(&text, Order::Unknown).ok());
            service.custom(
                "Synchronised with a directory",
                last.map_or(Wish::Boolean(true), Wish::Day),
            );
        }
        let mails = json::at(details, &["AADAdditionalData", "0", "TechnicalNotificationMails"]);
        let mails =
            mails.map_or(&[][..], json::items).iter().filter_map(|mail| json::text_at(mail, &[]));
        service.custom("Technical notifications to", mails.collect::<Vec<_>>().join(", "));
        let environments = self.items("environment_list");
        let environments = environments.iter().filter_map(|one| {
            let name = json::text_at(one, &["DisplayName"])?;
            Some(match json::text_at(one, &["EnvironmentType"]) {
                Some(kind) => format!("{name} ({kind})"),
                None => name,
            })
        });
        service.custom("Power Platform environments", environments.collect::<Vec<_>>());
    }

    fn default_domain(&self) -> Option<String> {
        let is_default = |item: &&&Value| {
            ["IsDefault", "Default"]
                .iter()
                .any(|name| json::text_at(item, &[name]).as_deref() == Some("true"))
        };
        let settings = self.items("domain_settings");
        let of_settings =
            settings.iter().find(is_default).and_then(|item| json::text_at(item, &["Id"]));
        let accepted = self.items("accepted_domains");
        let of_accepted = || {
            accepted.iter().find(is_default).and_then(|item| json::text_at(item, &["DomainName"]))
        };
        of_settings.or_else(of_accepted).or_else(|| self.text(&["tenant_details", "DomainName"]))
    }

    /// What SharePoint lets out, in words (Microsoft's `SharingCapabilities`).
    fn sharing(&self) -> Option<String> {
        let said = self.text(&["SPO_tenant", "SharingCapability"])?;
        Some(match said.as_str() {
            "0" | "Disabled" => "Only people in the organisation".to_owned(),
            "1" | "ExternalUserSharingOnly" => "New and existing guests".to_owned(),
            "2" | "ExternalUserAndGuestSharing" => "Anyone with the link".to_owned(),
            "3" | "ExistingExternalUserSharingOnly" => "Existing guests".to_owned(),
            other => other.to_owned(),
        })
    }

    /// Returns the rules of conditional access, from the table for people if it is there.
    fn policies(&self) -> Vec<Row> {
        let mut names: Vec<String> = Vec::new();
        let mut own = |name: String| {
            let mut unique = name.clone();
            let mut number = 2;
            while names.contains(&unique) {
                unique = format!("{name} ({number})");
                number += 1;
            }
            names.push(unique.clone());
            unique
        };
        let table = self.items("cap_table_data");
        let rows: Vec<Row> = table
            .iter()
            .filter_map(|policy| {
                let name = own(one_line(&json::text_at(policy, &["Name"])?));
                let lines = |name: &str| -> Vec<String> {
                    let items = json::at(policy, &[name]).map_or(&[][..], json::items);
                    items.iter().filter_map(|item| json::text_at(item, &[])).collect()
                };
                let part = |start: &str| {
                    let users = lines("Users")
                        .into_iter()
                        .find_map(|line| line.strip_prefix(start).map(one_line));
                    users.filter(|text| text != "None")
                };
                let what =
                    [lines("Block/Grant Access"), lines("Session Controls"), lines("Conditions")]
                        .concat();
                let what: Vec<String> = what.into_iter().filter(|line| line != "None").collect();
                let applies = [
                    part("Users included: ").map(|users| format!("Users: {users}")),
                    Some(what.join("; ")),
                ];
                let applies: Vec<String> =
                    applies.into_iter().flatten().filter(|text| !text.is_empty()).collect();
                Some(
                    Row::new()
                        .put("name", name)
                        .put_some(
                            "state",
                            json::text_at(policy, &["State"]).as_deref().and_then(state),
                        )
                        .put("applies_to", applies.join(". "))
                        .put_some("excludes", part("Users excluded: ")),
                )
            })
            .collect();
        if !rows.is_empty() {
            return rows;
        }
        let policies = self.items("conditional_access_policies");
        let rows = policies.iter().filter_map(|policy| {
            let name = own(one_line(&json::text_at(policy, &["DisplayName"])?));
            let state = json::text_at(policy, &["State"]);
            Some(
                Row::new().put("name", name).put_some("state", state.as_deref().and_then(state_of)),
            )
        });
        rows.collect()
    }

    fn domains(&self, harvest: &mut Harvest) {
        let mut names: Vec<String> = Vec::new();
        for (list, field) in [("accepted_domains", "DomainName"), ("domain_settings", "Id")] {
            for item in self.items(list) {
                names.extend(json::text_at(item, &[field]).map(|name| name.to_lowercase()));
            }
        }
        let mut seen: Vec<&String> = Vec::new();
        for name in &names {
            if seen.contains(&name) || name.starts_with('*') {
                continue;
            }
            seen.push(name);
            let mut domain =
                self.proposal("domain", name.clone(), name.clone(), "accepted_domains");
            let record = |list: &str, start: &str| self.record(list, name, start);
            domain.put_some("spf", record("spf_records", "v=spf1"));
            domain.put_some("dmarc", record("dmarc_records", "v=DMARC1"));
            domain.put_some("dkim", self.dkim(name));
            domain.put(
                "mail_host",
                Link::key("service", mail::key(self.key.as_deref().unwrap_or_default())),
            );
            harvest.propose(domain);
        }
    }

    /// Returns the record of a domain that begins so.
    fn record(&self, list: &str, domain: &str, start: &str) -> Option<String> {
        let items = self.items(list);
        let own = items.iter().filter(|item| {
            json::text_at(item, &["domain"]).is_some_and(|name| name.eq_ignore_ascii_case(domain))
        });
        own.flat_map(|item| json::at(item, &["rdata"]).map_or(&[][..], json::items)).find_map(
            |text| {
                let text = json::text_at(text, &[])?;
                text.to_lowercase().starts_with(&start.to_lowercase()).then(|| one_line(&text))
            },
        )
    }

    fn dkim(&self, domain: &str) -> Option<String> {
        let items = self.items("dkim_config");
        let own = items.iter().find(|item| {
            json::text_at(item, &["Domain"]).is_some_and(|name| name.eq_ignore_ascii_case(domain))
        })?;
        let is_on = json::text_at(own, &["Enabled"]).as_deref() == Some("true");
        let selectors = ["Selector1CNAME", "Selector2CNAME"];
        let selectors = selectors.iter().filter_map(|name| json::text_at(own, &[name]));
        let selectors: Vec<String> = selectors.collect();
        Some(match is_on {
            true if selectors.is_empty() => "Signed by Microsoft 365".to_owned(),
            true => format!("Signed by Microsoft 365: {}", selectors.join(", ")),
            false => "Not signed".to_owned(),
        })
    }

    fn licences(&self, key: &str, products: &BTreeMap<String, String>, harvest: &mut Harvest) {
        for item in self.items("license_information") {
            let Some(sku) = json::text_at(item, &["SkuPartNumber"]) else { continue };
            let name = products.get(&sku).cloned().unwrap_or_else(|| sku.clone());
            let id = json::text_at(item, &["SkuId"]).unwrap_or_else(|| sku.clone());
            let mut licence = self.proposal("licence", id, name.clone(), "license_information");
            let number =
                |way: &[&str]| json::text_at(item, way).and_then(|text| text.parse::<i64>().ok());
            licence.put("product", name).put("tied_to", "client-tenant");
            licence.put(
                "vendor",
                harvest.ensure("vendor", "Microsoft", None, &self.at("license_information")),
            );
            licence.put_some("seats", number(&["PrepaidUnits", "Enabled"]));
            licence.put_some("assigned", number(&["ConsumedUnits"]));
            licence.put("covers", vec![Link::key("service", key)]);
            licence.custom("SKU", sku);
            for (name, label) in
                [("Warning", "Seats in their period of grace"), ("Suspended", "Seats suspended")]
            {
                let count = number(&["PrepaidUnits", name]).filter(|count| *count > 0);
                if let Some(count) = count {
                    licence.custom(label, count);
                }
            }
            harvest.propose(licence);
        }
    }

    /// Returns links to all administrators, and to the global ones.
    fn admin_links(&self) -> (Vec<Link>, Vec<Link>) {
        let (mut all, mut global) = (Vec::new(), Vec::new());
        if let Some(Value::Object(users)) = self.fields.get("privileged_users") {
            for (id, user) in users {
                all.push(Link::key("account", id.as_str()));
                if roles(user).iter().any(|role| role == "Global Administrator") {
                    global.push(Link::key("account", id.as_str()));
                }
            }
        }
        (all, global)
    }

    fn administrators(&self, key: &str, harvest: &mut Harvest) {
        for (list, kind, what) in [
            ("privileged_users", "admin", "Microsoft 365 administrator"),
            ("privileged_service_principals", "api", "application in Microsoft 365"),
        ] {
            let Some(Value::Object(accounts)) = self.fields.get(list) else { continue };
            for (id, account) in accounts {
                let name = json::text_at(account, &["DisplayName"])
                    .map_or_else(|| id.clone(), |name| one_line(&name));
                let mut proposal =
                    self.proposal("account", id.clone(), format!("{name} ({what})"), list);
                proposal.put("type", kind).put("system", Link::key("service", key));
                proposal.put_some("username", json::text_at(account, &["UserPrincipalName"]));
                proposal.put("rights", roles(account).join(", "));
                if let Some(id) = json::text_at(account, &["AppId"]) {
                    proposal.custom("Application id", id);
                }
                harvest.propose(proposal);
            }
        }
    }

    /// Tells what of the export is not read, and what ScubaGear could not ask for.
    fn left_out(&self, harvest: &mut Harvest) {
        let mut failed: Vec<String> = Vec::new();
        for (name, value) in self.fields {
            if name.ends_with("_unsuccessful_commands") {
                failed.extend(
                    json::items(value).iter().filter_map(|command| json::text_at(command, &[])),
                );
            } else if !READ.contains(&name.as_str()) && !name.ends_with("_commands") {
                let count = match value {
                    Value::Object(_) => 1,
                    value => json::items(value).len(),
                };
                if count > 0 {
                    harvest.stranger(name, count, false);
                }
            }
        }
        if !failed.is_empty() {
            let count = plural(failed.len(), "command", "commands");
            harvest.note(format!(
                "{}: ScubaGear could not run {count}: {}",
                self.file.name,
                failed.join(", ")
            ));
        }
    }
}

/// Returns the roles of an account, each once.
fn roles(account: &Value) -> Vec<String> {
    let mut roles: Vec<String> = Vec::new();
    for role in json::at(account, &["roles"]).map_or(&[][..], json::items) {
        if let Some(role) = json::text_at(role, &[]).filter(|role| !roles.contains(role)) {
            roles.push(role);
        }
    }
    roles
}

fn state(word: &str) -> Option<&'static str> {
    match word.to_lowercase().as_str() {
        "on" => Some("on"),
        "off" => Some("off"),
        word if word.contains("report") => Some("report-only"),
        word => state_of(word),
    }
}

/// Returns the state that Microsoft Graph's word means.
fn state_of(word: &str) -> Option<&'static str> {
    match word {
        "enabled" => Some("on"),
        "disabled" => Some("off"),
        "enabledForReportingButNotEnforced" => Some("report-only"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
