//! A choice of a tenant's settings: those that decide who gets in, what gets out and what is written down.

use serde_json::Value;

use super::Tenant;
use crate::import::bounded::json;
use crate::import::normal::one_line;
use crate::import::proposal::{Proposal, Row, Wish};

/// Group, name, and where the value stands: the list, then the way in its first item.
const SETTINGS: &[(&str, &str, &[&str])] = &[
    (
        "Guests and consent",
        "Who may invite guests",
        &["authorization_policies", "AllowInvitesFrom"],
    ),
    (
        "Guests and consent",
        "Users may register applications",
        &["authorization_policies", "DefaultUserRolePermissions", "AllowedToCreateApps"],
    ),
    (
        "Guests and consent",
        "Users may create tenants",
        &["authorization_policies", "DefaultUserRolePermissions", "AllowedToCreateTenants"],
    ),
    (
        "Guests and consent",
        "Users may read other users",
        &["authorization_policies", "DefaultUserRolePermissions", "AllowedToReadOtherUsers"],
    ),
    (
        "Guests and consent",
        "Consent to risky applications",
        &["authorization_policies", "AllowUserConsentForRiskyApps"],
    ),
    (
        "Guests and consent",
        "Self-service password reset for administrators",
        &["authorization_policies", "AllowedToUseSSPR"],
    ),
    (
        "Audit",
        "Audit log is written",
        &["admin_audit_log_config", "UnifiedAuditLogIngestionEnabled"],
    ),
    ("Audit", "Mailbox audit is switched off", &["org_config", "AuditDisabled"]),
    (
        "Mail",
        "SMTP sign-in with a password is switched off",
        &["transport_config", "SmtpClientAuthenticationDisabled"],
    ),
    ("Mail", "Customer lockbox", &["org_config", "CustomerLockboxEnabled"]),
    ("Mail", "Forwarding to other domains by itself", &["remote_domains", "AutoForwardEnabled"]),
    ("SharePoint", "Sharing limited to domains", &["SPO_tenant", "SharingAllowedDomainList"]),
    ("SharePoint", "Old sign-in protocols", &["SPO_tenant", "LegacyAuthProtocolsEnabled"]),
    (
        "SharePoint",
        "Links for anyone end after days",
        &["SPO_tenant", "RequireAnonymousLinksExpireInDays"],
    ),
    ("SharePoint", "Guests prove their address again", &["SPO_tenant", "EmailAttestationRequired"]),
    (
        "Teams",
        "People of other organisations",
        &["federation_configuration", "AllowFederatedUsers"],
    ),
    ("Teams", "Private Teams accounts", &["federation_configuration", "AllowTeamsConsumer"]),
    ("Teams", "Who skips the lobby", &["meeting_policies", "AutoAdmittedUsers"]),
    (
        "Teams",
        "Anonymous people may start meetings",
        &["meeting_policies", "AllowAnonymousUsersToStartMeeting"],
    ),
    ("Teams", "Meetings may be recorded", &["meeting_policies", "AllowCloudRecording"]),
];

/// Puts the settings that the export has into the service's record.
pub(super) fn put(tenant: &Tenant<'_>, service: &mut Proposal) {
    for (group, name, way) in SETTINGS {
        if let Some(value) = value(tenant, way) {
            let source = format!("ScubaGear: {}", way.join(" / "));
            let row = Row::new()
                .put("group", *group)
                .put("name", *name)
                .put("value", value)
                .put("source", source);
            service.row("setting", row);
        }
    }
}

fn value(tenant: &Tenant<'_>, way: &[&str]) -> Option<Wish> {
    let (list, rest) = way.split_first()?;
    let items = tenant.items(list);
    // Where there are several policies the one for everybody is meant.
    let general = items.iter().find(|item| {
        let name = json::text_at(item, &["Identity"]).or_else(|| json::text_at(item, &["Name"]));
        name.is_some_and(|name| matches!(name.as_str(), "Global" | "Default"))
    });
    let item = general.or_else(|| items.first())?;
    match json::at(item, rest)? {
        Value::Bool(yes) => Some(Wish::Boolean(*yes)),
        // Microsoft writes "never" as -1 day.
        Value::Number(number) => number.as_i64().map(|number| match number {
            ..0 => Wish::from("never"),
            number => Wish::Integer(number),
        }),
        Value::String(text) if !text.trim().is_empty() => Some(Wish::from(one_line(text))),
        _ => None,
    }
}
