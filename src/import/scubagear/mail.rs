//! How mail flows in a tenant: connectors and rules, on a record of the mail service.

use serde_json::Value;

use super::Tenant;
use crate::import::bounded::json;
use crate::import::normal::{one_line, plain_as_markdown};
use crate::import::proposal::{Harvest, Link, Wish};

/// Returns what the mail service of a tenant is known as.
pub(super) fn key(tenant: &str) -> String {
    format!("{tenant}/exchange")
}

/// Makes the record of the mail service.
pub(super) fn read(tenant: &Tenant<'_>, service: &str, harvest: &mut Harvest) {
    let lists = ["accepted_domains", "inbound_connectors", "outbound_connectors", "transport_rule"];
    if lists.iter().all(|list| tenant.items(list).is_empty()) {
        return;
    }
    let mut mail =
        tenant.proposal("service", key(service), "Exchange Online".to_owned(), "accepted_domains");
    mail.put("type", "email").put("depends_on", vec![Link::key("service", service)]);
    mail.put("vendor", harvest.ensure("vendor", "Microsoft", None, &tenant.at("accepted_domains")));
    let inbound =
        connectors(&tenant.items("inbound_connectors"), &["SenderDomains", "SenderIPAddresses"]);
    let outbound =
        connectors(&tenant.items("outbound_connectors"), &["RecipientDomains", "SmartHosts"]);
    mail.put("inbound_path", Wish::Markdown(inbound));
    mail.put("outbound_path", Wish::Markdown(outbound));
    let rules = rules(&tenant.items("transport_rule"));
    if !rules.is_empty() {
        mail.put("notes", Wish::Markdown(format!("### Mail flow rules\n\n{rules}")));
    }
    harvest.propose(mail);
}

/// Returns connectors as a list: what each is called, whether it is on, and for whom.
fn connectors(connectors: &[&Value], about: &[&str]) -> String {
    let lines = connectors.iter().filter_map(|connector| {
        let text = |name: &str| json::text_at(connector, &[name]);
        let name = text("Name")?;
        let mut facts: Vec<String> = Vec::new();
        facts.extend(text("ConnectorType").map(|kind| kind.to_lowercase()));
        facts
            .push(if text("Enabled").as_deref() == Some("true") { "on" } else { "off" }.to_owned());
        for field in about {
            let values = json::at(connector, &[field]).map_or(&[][..], json::items);
            let values = values.iter().filter_map(|value| json::text_at(value, &[]));
            // `smtp:example.com;1` is the domain with its weight.
            let values = values.map(|value| {
                value.trim_start_matches("smtp:").split(';').next().unwrap_or_default().to_owned()
            });
            let values: Vec<String> = values.filter(|value| !value.is_empty()).collect();
            if !values.is_empty() {
                facts.push(values.join(", "));
            }
        }
        if text("RequireTls").as_deref() == Some("true") {
            facts.push("encrypted only".to_owned());
        }
        Some(format!(
            "- {}: {}",
            plain_as_markdown(&one_line(&name)),
            plain_as_markdown(&facts.join("; "))
        ))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the rules as a numbered list, each with what Exchange says of it.
fn rules(rules: &[&Value]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (ix, rule) in rules.iter().enumerate() {
        let text = |name: &str| json::text_at(rule, &[name]);
        let name = text("Name").or_else(|| text("Identity")).unwrap_or_else(|| "Rule".to_owned());
        let state =
            text("State").map(|state| format!(" ({})", state.to_lowercase())).unwrap_or_default();
        let what = text("Description").map(|text| one_line(&text)).unwrap_or_default();
        let what =
            if what.is_empty() { String::new() } else { format!(": {}", plain_as_markdown(&what)) };
        lines.push(format!("{}. {}{state}{what}", ix + 1, plain_as_markdown(&one_line(&name))));
    }
    lines.join("\n")
}
