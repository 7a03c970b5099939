//! Makes records of tenants, sites and racks.

use std::collections::BTreeMap;

use super::book::{Book, put_status};
use super::own::{Own, prose};
use super::store::{Object, Target};
use crate::import::proposal::{Link, Proposal, Row, Wish};

/// Makes an organisation of each tenant.
pub fn tenants(book: &mut Book<'_>) {
    const MODEL: &str = "tenancy.tenant";
    let with_things = book.store.pointed_to("tenant", MODEL);
    for (id, tenant) in book.store.all(MODEL) {
        let Some(name) = tenant.name() else { continue };
        let (mut proposal, mut own) = book.begin("organization", MODEL, id, tenant, name);
        if !with_things.contains(&id) {
            // Nothing is theirs: not a client among others, only an organisation.
            proposal.client = None;
        }
        // A tenant that only its things name is the client as it stands, not a record of its own.
        proposal.on_demand = !tenant.whole;
        proposal.put_some("primary_contact", book.contact_links(MODEL, id).first().cloned());
        if let Some(group) = own.link("group", "tenancy.tenantgroup") {
            let path = book.store.path_of("tenancy.tenantgroup", group);
            proposal.put_as("", "Group", path.unwrap_or_default());
        }
        own.pass(&["contacts"]);
        book.end(proposal, own);
    }
}

/// Makes a site of each site.
pub fn sites(book: &mut Book<'_>) {
    const MODEL: &str = "dcim.site";
    let power = power_of_sites(book);
    let rooms = rooms_of_sites(book);
    for (id, site) in book.store.all(MODEL) {
        let Some(name) = site.name() else { continue };
        let (mut proposal, mut own) = book.begin("site", MODEL, id, site, name);
        put_status(&mut proposal, &mut own);
        proposal.put_some("address", own.text("physical_address"));
        proposal.put_some("time_zone", own.text("time_zone"));
        proposal.put_some("power", power.get(&id).cloned().map(Wish::Markdown));
        let emergency =
            book.contacts.get(&Target::new(MODEL, id)).into_iter().flatten().find(|(_, role)| {
                role.as_deref().is_some_and(|role| role.to_lowercase().contains("emergency"))
            });
        let emergency = emergency.map(|(contact, _)| book.key("tenancy.contact", *contact));
        proposal.put_some("emergency_contact", emergency.map(|key| Link::key("person", key)));
        if let Some(region) = own.link("region", "dcim.region") {
            let path = book.store.path_of("dcim.region", region).unwrap_or_default();
            proposal.put_as("", "Region", path);
        }
        if let Some(group) = own.link("group", "dcim.sitegroup") {
            let path = book.store.path_of("dcim.sitegroup", group).unwrap_or_default();
            proposal.put_as("", "Site group", path);
        }
        proposal.put_as("", "Rooms", rooms.get(&id).cloned().unwrap_or_default());
        let numbers = own.links("asns", "ipam.asn");
        let numbers =
            numbers.iter().filter_map(|asn| book.store.get("ipam.asn", *asn)?.text("asn"));
        let mut numbers: Vec<String> = numbers.collect();
        numbers.extend(own.text("asn"));
        proposal.put_as("", "AS numbers", numbers);
        for (field, label) in [
            ("facility", "Facility"),
            ("shipping_address", "Shipping address"),
            ("latitude", "Latitude"),
            ("longitude", "Longitude"),
        ] {
            proposal.put_as("", label, own.text(field).unwrap_or_default());
        }
        site_contact(book, id, site, &mut own, &mut proposal);
        own.pass(&["contacts"]);
        book.end(proposal, own);
    }
}

/// Until 2.11 a site itself said whom to call there.
fn site_contact(
    book: &mut Book<'_>,
    id: u64,
    site: &Object,
    own: &mut Own,
    proposal: &mut Proposal,
) {
    let name = own.text("contact_name");
    let (phone, email) = (own.text("contact_phone"), own.text("contact_email"));
    let Some(name) = name.or_else(|| phone.clone().or_else(|| email.clone())) else { return };
    let own_key = format!("{}/contact", book.key("dcim.site", id));
    let mut person = Proposal::new("person", own_key, name, site.at.clone());
    person.client.clone_from(&proposal.client);
    person.put_some("phone", phone);
    person.put_some("email", email);
    person.put("site", Link::key("site", book.key("dcim.site", id)));
    proposal.put_as("", "Contact", person.name.clone());
    book.harvest.propose(person);
}

/// Returns the rooms of each site, by the path of their names.
fn rooms_of_sites(book: &Book<'_>) -> BTreeMap<u64, Vec<String>> {
    let mut rooms: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for (id, location) in book.store.all("dcim.location") {
        let Some(path) = book.store.path_of("dcim.location", id) else { continue };
        let about = location.text("description").map(|text| format!("{path}: {text}"));
        if let Some(site) = book.site("dcim.location", id) {
            rooms.entry(site).or_default().push(about.unwrap_or(path));
        }
    }
    rooms
}

/// Returns what is known of the power of each site: its panels, and what they feed.
fn power_of_sites(book: &Book<'_>) -> BTreeMap<u64, String> {
    let mut feeds: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for (id, feed) in book.store.all("dcim.powerfeed") {
        if let Some(panel) = feed.link("power_panel", "dcim.powerpanel") {
            let words = feed_in_words(book, id, feed);
            let rack = book.store.name_of(feed, "rack", "dcim.rack");
            let to = rack.map(|rack| format!(", rack {rack}")).unwrap_or_default();
            feeds
                .entry(panel)
                .or_default()
                .push(format!("  - {}", escaped(&format!("{words}{to}"))));
        }
    }
    let mut power: BTreeMap<u64, String> = BTreeMap::new();
    for (id, panel) in book.store.all("dcim.powerpanel") {
        let Some(site) = book.site("dcim.powerpanel", id) else { continue };
        let room = panel.link("location", "dcim.location");
        let room = room.and_then(|room| book.store.path_of("dcim.location", room));
        let about = [room, panel.text("description")].into_iter().flatten();
        let about: String = about.map(|text| format!(", {text}")).collect();
        let name = panel.name().unwrap_or_default();
        let mut lines = vec![format!("- {}", escaped(&format!("{name}{about}")))];
        lines.extend(feeds.remove(&id).unwrap_or_default());
        let text = power.entry(site).or_default();
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&lines.join("\n"));
    }
    power
}

/// Returns a feed in words: `P1-1A: primary, AC, single phase, 220 V, 20 A`.
pub fn feed_in_words(book: &Book<'_>, id: u64, feed: &Object) -> String {
    let name = feed.name().unwrap_or_else(|| format!("feed {id}"));
    let mut words: Vec<String> = Vec::new();
    let plain = |text: String| text.replace('-', " ");
    words.extend(feed.text("status").filter(|status| status != "active").map(plain));
    words.extend(feed.text("type").map(plain));
    words.extend(feed.text("supply").map(|supply| supply.to_uppercase()));
    words.extend(feed.text("phase").map(plain));
    words.extend(feed.text("voltage").map(|volts| format!("{volts} V")));
    words.extend(feed.text("amperage").map(|ampere| format!("{ampere} A")));
    words.extend(feed.text("max_utilization").map(|most| format!("at most {most} % in use")));
    words.extend(feed.text("description"));
    let tenant = book.all_tenants.then(|| book.store.name_of(feed, "tenant", "tenancy.tenant"));
    words.extend(tenant.flatten());
    match words.is_empty() {
        true => name,
        false => format!("{name}: {}", words.join(", ")),
    }
}

/// Returns words as Markdown that reads the same.
fn escaped(text: &str) -> String {
    crate::import::normal::plain_as_markdown(&crate::import::normal::one_line(text))
}

/// Makes a rack of each rack.
pub fn racks(book: &mut Book<'_>) {
    const MODEL: &str = "dcim.rack";
    let feeds = feeds_of_racks(book);
    let mut reserved = reservations(book);
    for (id, rack) in book.store.all(MODEL) {
        let Some(name) = rack.name() else { continue };
        let (mut proposal, mut own) = book.begin("rack", MODEL, id, rack, name);
        put_status(&mut proposal, &mut own);
        proposal.put_some("site", book.site_link(MODEL, id));
        proposal.put_some("room", room(book, &mut own));
        own.pass(&["site"]);
        let kind = rack_type(book, &mut own);
        let mut text = |field: &str| own.text(field).or_else(|| kind.as_ref()?.text(field));
        let whole = |text: Option<String>| text.and_then(|text| text.parse::<f64>().ok());
        proposal.put_some("height_u", whole(text("u_height")).map(|height| height.ceil() as i64));
        let width = text("width").map(|inches| {
            let digits: String = inches.chars().take_while(char::is_ascii_digit).collect();
            format!("{digits} in")
        });
        proposal.put_some("width", width);
        let unit = text("outer_unit").unwrap_or_else(|| "mm".to_owned());
        proposal.put_some("depth", text("outer_depth").map(|depth| format!("{depth} {unit}")));
        let outer = text("outer_width").map(|width| format!("{width} {unit}"));
        proposal.put_as("", "Outer width", outer.unwrap_or_default());
        let mounting = text("mounting_depth").map(|depth| format!("{depth} mm"));
        proposal.put_as("", "Mounting depth", mounting.unwrap_or_default());
        let form = text("type").or_else(|| text("form_factor")).map(|form| form.replace('-', " "));
        proposal.put_as("", "Type", form.unwrap_or_default());
        if let Some(start) = whole(text("starting_unit")).filter(|start| *start != 1.0) {
            proposal.put("starting_unit", start as i64);
        }
        if own.flag("desc_units") == Some(true) {
            proposal.put("descending", true);
        }
        let role = own.link("role", "dcim.rackrole");
        let role = role.and_then(|role| book.store.get("dcim.rackrole", role)?.name());
        proposal.put_as("", "Role", role.unwrap_or_default());
        proposal.put_as("", "Facility id", own.text("facility_id").unwrap_or_default());
        proposal.put_as("", "Serial number", own.text("serial").unwrap_or_default());
        proposal.put_as("", "Asset tag", own.text("asset_tag").unwrap_or_default());
        proposal.put("contact", book.contact_links(MODEL, id));
        proposal.put_some("power_feeds", feeds.get(&id).cloned().map(Wish::Markdown));
        for row in reserved.remove(&id).unwrap_or_default() {
            proposal.row("item", row);
        }
        own.pass(&["contacts"]);
        book.end(proposal, own);
    }
}

/// Returns the type of a rack, which says its measures from 4.1 on.
fn rack_type(book: &Book<'_>, own: &mut Own) -> Option<Object> {
    let id = own.link("rack_type", "dcim.racktype")?;
    book.store.get("dcim.racktype", id).cloned()
}

/// Takes the location of an object, and returns it as the name of a room.
pub fn room(book: &Book<'_>, own: &mut Own) -> Option<String> {
    match own.link("location", "dcim.location") {
        Some(location) => book.store.path_of("dcim.location", location),
        None => own.text("location"),
    }
}

fn feeds_of_racks(book: &Book<'_>) -> BTreeMap<u64, String> {
    let mut feeds: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for (id, feed) in book.store.all("dcim.powerfeed") {
        let Some(rack) = feed.link("rack", "dcim.rack") else { continue };
        let panel = book.store.name_of(feed, "power_panel", "dcim.powerpanel");
        let from = panel.map(|panel| format!("{panel}, ")).unwrap_or_default();
        let words = feed_in_words(book, id, feed);
        feeds.entry(rack).or_default().push(format!("- {}", escaped(&format!("{from}{words}"))));
    }
    feeds.into_iter().map(|(rack, lines)| (rack, lines.join("\n"))).collect()
}

/// Returns the reserved places of each rack, one row for units that lie together.
fn reservations(book: &Book<'_>) -> BTreeMap<u64, Vec<Row>> {
    let mut rows: BTreeMap<u64, Vec<Row>> = BTreeMap::new();
    for (id, one) in book.store.all("dcim.rackreservation") {
        let Some(rack) = one.link("rack", "dcim.rack") else { continue };
        let label = one.text("description").unwrap_or_else(|| format!("Reserved {id}"));
        let mut own = Own::new(one, "dcim.rackreservation");
        let mut units: Vec<i64> =
            own.texts("units").iter().filter_map(|unit| unit.parse().ok()).collect();
        units.sort_unstable();
        let runs = units.chunk_by(|a, b| a + 1 == *b).collect::<Vec<_>>();
        for (ix, run) in runs.iter().enumerate() {
            let label = if ix == 0 { label.clone() } else { format!("{label} ({})", ix + 1) };
            let row = Row::new()
                .put("label", label)
                .put("unit", run[0])
                .put("height", run.len() as i64)
                .put("reserved", true);
            rows.entry(rack).or_default().push(row);
        }
    }
    rows
}

/// Makes a person of each contact.
pub fn people(book: &mut Book<'_>) {
    const MODEL: &str = "tenancy.contact";
    let mut jobs: BTreeMap<u64, Vec<(Target, Option<String>)>> = BTreeMap::new();
    for (target, contacts) in &book.contacts {
        for (contact, role) in contacts {
            jobs.entry(*contact).or_default().push((target.clone(), role.clone()));
        }
    }
    for (id, contact) in book.store.all(MODEL) {
        let Some(name) = contact.name() else { continue };
        let (mut proposal, mut own) = book.begin("person", MODEL, id, contact, name);
        let jobs = jobs.remove(&id).unwrap_or_default();
        let clients: Vec<String> =
            jobs.iter().filter_map(|(on, _)| book.client(&on.model, on.id)).collect();
        if let [first, rest @ ..] = clients.as_slice()
            && rest.iter().all(|client| client == first)
        {
            proposal.of_client(Some(first));
        }
        proposal.put("roles", roles(&jobs));
        proposal.put_some("job_title", own.text("title"));
        proposal.put_some("phone", own.text("phone"));
        proposal.put_some("email", own.text("email"));
        let employer = jobs.iter().find(|(on, _)| on.model == "tenancy.tenant");
        let employer =
            employer.map(|(on, _)| Link::key("organization", book.key(&on.model, on.id)));
        proposal.put_some("employer", employer);
        let sites: Vec<&Target> =
            jobs.iter().map(|(on, _)| on).filter(|on| on.model == "dcim.site").collect();
        if let [site] = sites.as_slice() {
            proposal.put("site", Link::key("site", book.key("dcim.site", site.id)));
        }
        let words = jobs.iter().filter_map(|(on, role)| {
            let name = match on.model.as_str() {
                "dcim.device" => book.device_name(on),
                _ => book.store.at(on)?.name()?,
            };
            Some(match role {
                Some(role) => format!("{role}, {name}"),
                None => name,
            })
        });
        proposal.put_as("", "Contact for", words.collect::<Vec<String>>());
        let mut groups = own.links("groups", "tenancy.contactgroup");
        groups.extend(own.link("group", "tenancy.contactgroup"));
        let groups = groups.iter().filter_map(|id| book.store.path_of("tenancy.contactgroup", *id));
        proposal.put_as("", "Group", groups.collect::<Vec<String>>());
        proposal.put_as("", "Address", own.text("address").unwrap_or_default());
        proposal.put_as("", "Web page", own.text("link").unwrap_or_default());
        book.end(proposal, own);
    }
}

/// Returns what people are contacts for, in the words of the catalogue.
fn roles(jobs: &[(Target, Option<String>)]) -> Vec<&'static str> {
    const ROLES: &[(&str, &[&str])] = &[
        ("technical", &["technical", "operation", "noc", "engineer", "admin-c", "tech"]),
        ("billing", &["billing", "account", "invoice", "payment"]),
        ("emergency", &["emergency", "on-call", "on call"]),
        ("decision", &["decision", "owner", "executive"]),
    ];
    let words: Vec<String> =
        jobs.iter().filter_map(|(_, role)| role.as_ref().map(|role| role.to_lowercase())).collect();
    let is_said = |signs: &[&str]| words.iter().any(|w| signs.iter().any(|sign| w.contains(sign)));
    ROLES.iter().filter(|(_, signs)| is_said(signs)).map(|(role, _)| *role).collect()
}

/// Makes a vendor of each provider of lines.
pub fn providers(book: &mut Book<'_>) {
    const MODEL: &str = "circuits.provider";
    let mut accounts: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for (_, account) in book.store.all("circuits.provideraccount") {
        let number = account.text("account").or_else(|| account.name());
        if let Some((provider, number)) = account.link("provider", MODEL).zip(number) {
            accounts.entry(provider).or_default().push(number);
        }
    }
    for (id, provider) in book.store.all(MODEL) {
        let Some(name) = provider.name() else { continue };
        let (mut proposal, mut own) = book.begin("vendor", MODEL, id, provider, name);
        proposal.put("category", "isp");
        let mut numbers: Vec<String> = own.text("account").into_iter().collect();
        numbers.extend(accounts.remove(&id).unwrap_or_default());
        match numbers.as_slice() {
            [only] => {
                proposal.put("account_no", only.as_str());
            }
            _ => {
                proposal.put_as("", "Account numbers", numbers);
            }
        }
        proposal.put_some("portal", own.text("portal_url"));
        let calls = [("noc_contact", "Network operations"), ("admin_contact", "Administration")];
        let calls = calls
            .into_iter()
            .filter_map(|(field, label)| Some(format!("{label}:\n\n{}", own.text(field)?)));
        let calls: Vec<String> = calls.collect();
        if !calls.is_empty() {
            proposal.put("escalation", prose(&calls.join("\n\n")));
        }
        let numbers = own.links("asns", "ipam.asn");
        let numbers =
            numbers.iter().filter_map(|asn| book.store.get("ipam.asn", *asn)?.text("asn"));
        let mut numbers: Vec<String> = numbers.collect();
        numbers.extend(own.text("asn"));
        proposal.put_as("", "AS numbers", numbers);
        proposal.put("contact", book.contact_links(MODEL, id));
        own.pass(&["contacts", "accounts"]);
        book.end(proposal, own);
    }
}
