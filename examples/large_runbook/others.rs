//! Every other kind: people, places, companies, agreements, networks, accounts and papers.

use sha2::{Digest, Sha256};

use crate::devices::network_start;
use crate::dice::Dice;
use crate::estate::{self, Estate, NETWORKS};
use crate::prose;
use crate::record::{Facts, Kind, Record, Value, day};
use crate::words;

/// Returns record `ix` of a kind that is neither a device nor a procedure.
pub fn record(estate: &Estate, kind: Kind, ix: usize) -> Record {
    let mut dice = Dice::for_record(kind, ix);
    let site = ix % estate.count(Kind::Site);
    let mut record = Record {
        kind,
        id: estate.id(kind, ix),
        name: String::new(),
        facts: Facts::default(),
        settings: vec![],
        steps: vec![],
        prose: prose::short(estate, site, &mut dice),
        attachment: None,
    };
    let fill = match kind {
        Kind::Organization => organization,
        Kind::Site => place,
        Kind::Person => person,
        Kind::Vendor => vendor,
        Kind::Contract => contract,
        Kind::Rack => rack,
        Kind::Network => network,
        Kind::Circuit => circuit,
        Kind::Account => account,
        Kind::Licence => licence,
        Kind::Document => document,
        Kind::Decision => decision,
        Kind::Risk => risk,
        Kind::Device | Kind::Procedure => unreachable!("they have modules of their own"),
    };
    fill(&mut record, estate, ix, &mut dice);
    record.facts.add("verified", verified(estate, 170, &mut dice));
    record
}

/// Returns who could lock the client out of something at `site`.
pub fn control(estate: &Estate, site: usize, dice: &mut Dice) -> Value {
    let organization = estate.organization_of(site);
    let facts = Facts::default()
        .with("owned_by", dice.pick(&["client", "client", "client", "third-party"]))
        .with("registered_to", organization_name(site % estate.count(Kind::Organization)))
        .with("paid_by", organization)
        .with("admin_held_by", vec![estate.engineer(dice), estate.employee(dice)])
        .with("recovery_via", format!("it@{}.example", estate::site_id(site)));
    Value::Table(facts)
}

/// Returns when somebody last looked, at most `days` ago.
pub fn verified(estate: &Estate, days: i64, dice: &mut Dice) -> Value {
    // One record in 400 has not been looked at for years.
    let ago = if dice.below(400) == 0 { dice.between(800, 1500) } else { dice.between(3, days) };
    let facts = Facts::default()
        .with("on", day(-ago))
        .with("by", estate.engineer(dice))
        .with("how", dice.pick(&["looked", "tested", "exported", "told"]));
    Value::Table(facts)
}

/// Returns address `host` of a site's line to the internet, out of 2001:db8::/32 (RFC 3849).
pub fn circuit_address(site: usize, host: usize) -> String {
    format!("2001:db8:{:x}::{host:x}/48", 0x8000 + site)
}

fn phone(dice: &mut Dice) -> String {
    // 555-01xx is set aside for stories.
    format!("+1 {} 555 01{:02}", dice.between(201, 989), dice.between(0, 99))
}

fn money(dice: &mut Dice, low: i64, high: i64) -> String {
    format!("{} USD", dice.between(low, high) * 10)
}

fn organization_name(ix: usize) -> String {
    format!("{} Group {}", words::CITIES[ix % words::CITIES.len()], ix + 1)
}

fn organization(record: &mut Record, estate: &Estate, ix: usize, dice: &mut Dice) {
    record.name = organization_name(ix);
    record
        .facts
        .add("purpose", "Runs the sites and pays for what stands in them.")
        .add("legal_name", format!("{} LLC", organization_name(ix)))
        .add("industry", dice.pick(&["dental care", "logistics", "retail", "accounting"]))
        .add("registration_no", format!("REG-{:06}", 4_000 + ix * 37))
        .add("phone", phone(dice))
        .add("website", format!("https://www.{}.example/", record.id))
        .add("primary_contact", estate.employee(dice))
        .add("headcount", dice.between(20, 900))
        .add("current_provider", estate.to(Kind::Vendor, 0))
        .add("documentation_owner", estate.employee(dice));
}

fn place(record: &mut Record, estate: &Estate, ix: usize, dice: &mut Dice) {
    record.name = estate::site_name(ix);
    record
        .facts
        .add("status", "active")
        .add("address", format!("{} {}", dice.between(1, 200), estate::site_name(ix)))
        .add("postal_code", format!("{:05}", dice.between(10_000, 99_999)))
        .add("city", words::CITIES[ix % words::CITIES.len()])
        .add("country", "US")
        .add("time_zone", "America/New_York")
        .add("phone", phone(dice))
        .add("hours", "Mon to Fri 8:00 to 18:00")
        .add("comms_room", format!("Room {}, behind reception.", dice.between(1, 60)))
        .add("access", "Reception has the keys; the alarm is off during opening hours.")
        .add("landlord", estate.some(Kind::Vendor, dice))
        .add(
            "power",
            format!("Two circuits of {} A; the panel is by the stairs.", dice.pick(&[16, 20, 32])),
        )
        .add("emergency_contact", estate.employee(dice))
        .add("headcount", dice.between(4, 180));
}

fn person(record: &mut Record, estate: &Estate, ix: usize, dice: &mut Dice) {
    record.name = estate::person_name(ix);
    let site = dice.below(estate.count(Kind::Site));
    let ours = ix < estate.engineers();
    let employer = if ours { estate.to(Kind::Vendor, 0) } else { estate.organization_of(site) };
    let roles: &[&str] = if ours {
        &["technical", "emergency"]
    } else {
        dice.pick(&[
            &["decision", "approver"] as &[&str],
            &["billing"],
            &["user"],
            &["user", "approver"],
        ])
    };
    let title = if ours {
        "Engineer"
    } else {
        dice.pick(&["Office manager", "Receptionist", "Bookkeeper", "Director"])
    };
    record
        .facts
        .add("status", "active")
        .add("roles", Value::Words(roles.iter().map(|role| role.to_string()).collect()))
        .add("authority", format!("May agree to spending up to {} USD.", dice.between(1, 90) * 100))
        .add("employer", employer)
        .add("job_title", title)
        .add("email", format!("{}@{}.example", record.id, estate::site_id(site)))
        .add("phone", phone(dice))
        .add("after_hours", ours)
        .add("language", "English")
        .add("site", estate.to(Kind::Site, site));
}

fn vendor(record: &mut Record, estate: &Estate, ix: usize, dice: &mut Dice) {
    record.name = estate::vendor_name(ix);
    record
        .facts
        .add("status", "active")
        .add("purpose", format!("Supplies the {}.", dice.pick(&words::SYSTEMS)))
        .add("category", words::TRADES[ix % words::TRADES.len()].0)
        .add("account_no", format!("ACC-{:06}", 100_000 + ix * 53))
        .add("support_phone", phone(dice))
        .add("support_email", format!("support@{}.example", record.id))
        .add("portal", format!("https://portal.{}.example/", record.id))
        .add("hours", dice.pick(&["day and night", "Mon to Fri 7:00 to 19:00"]))
        .add("sla", format!("Answers within **{} hours**.", dice.between(1, 48)))
        .add("authorised_callers", vec![estate.employee(dice)]);
}

fn contract(record: &mut Record, estate: &Estate, ix: usize, dice: &mut Dice) {
    let site = ix % estate.count(Kind::Site);
    let (contract_type, what) = dice.pick(&[
        ("support", "Support"),
        ("lease", "Lease"),
        ("maintenance", "Upkeep"),
        ("warranty", "Warranty"),
        ("saas", "Subscription"),
        ("insurance", "Insurance"),
    ]);
    let covers = dice.between(2, 6) as usize;
    record.name = format!("{what} for {} ({})", estate::site_name(site), ix + 1);
    record
        .facts
        .add("status", "active")
        .add("type", contract_type)
        .add("vendor", estate.some(Kind::Vendor, dice))
        .add("number", format!("CN-{:06}", 200_000 + ix * 41))
        .add("start", day(-dice.between(100, 900)))
        .add("end", day(dice.between(400, 1400)))
        .add("notice", dice.pick(&["30d", "60d", "90d"]))
        .add("auto_renew", dice.chance(50))
        .add("covers", estate.devices_at(site, covers, dice))
        .add("response", format!("{} hours", dice.between(2, 48)))
        .add("cost", money(dice, 20, 2000))
        .add("billing_cycle", dice.pick(&["monthly", "quarterly", "yearly"]))
        .add("lease_return", "In its own box, wiped, with the power lead.")
        .add("exit_terms", "A letter is enough; the data stays readable for 60 days.")
        .add("signed_by", estate.employee(dice))
        .add("control", control(estate, site, dice));
}

fn rack(record: &mut Record, estate: &Estate, ix: usize, dice: &mut Dice) {
    record.name = format!("Rack of {}", estate::site_name(ix));
    let shelf = Facts::default().with("label", "Shelf").with("unit", 10).with("height", 1);
    record
        .facts
        .add("status", "active")
        .add("site", estate.to(Kind::Site, ix))
        .add("room", format!("Room {}", dice.between(1, 60)))
        .add("height_u", 42)
        .add("width", "19 in")
        .add("power_feeds", "One strip on each side, on two circuits.")
        .add("key_custodian", estate.employee(dice))
        .add("item", Value::Rows(vec![shelf]));
}

fn network(record: &mut Record, estate: &Estate, ix: usize, _: &mut Dice) {
    let sites = estate.count(Kind::Site);
    let (site, which) = (ix % sites, ix / sites);
    let (vlan, zone, what) = NETWORKS[which];
    let number = site * NETWORKS.len() + which;
    let start = network_start(number);
    record.name = format!("{what} of {}", estate::site_name(site));
    let firewall = estate.device_at(site, 0);
    let range =
        Facts::default().with("from", format!("{start}.180")).with("to", format!("{start}.240"));
    record
        .facts
        .add("status", "active")
        .add("purpose", format!("{what} reach each other and the internet through it."))
        .add("site", estate.to(Kind::Site, site))
        .add("vlan_id", vlan)
        .add("prefix", format!("{start}.0/24"))
        .add("prefix6", format!("2001:db8:0:{:x}::/64", number + 1))
        .add("zone", zone)
        .add("gateway", format!("{start}.1"))
        .add("routed_by", firewall.clone())
        .add("dns", Value::Words(vec![format!("{start}.1")]))
        .add("domain_name", format!("{}.example", estate::site_id(site)))
        .add("dhcp_server", firewall)
        .add("internet", true)
        .add("isolation", "Nothing from outside; other networks of the site by rule only.")
        .add("dhcp_range", Value::Rows(vec![range]));
}

fn circuit(record: &mut Record, estate: &Estate, ix: usize, dice: &mut Dice) {
    let start = format!("2001:db8:{:x}::", 0x8000 + ix);
    record.name = format!("Internet line of {}", estate::site_name(ix));
    record
        .facts
        .add("status", "active")
        .add("vendor", estate.some(Kind::Vendor, dice))
        .add("account_no", format!("LN-{:06}", 300_000 + ix * 29))
        .add("circuit_id", format!("CKT/{:05}/FB", 10_000 + ix * 17))
        .add("type", "fibre")
        .add("site", estate.to(Kind::Site, ix))
        .add("down", dice.pick(&[100, 300, 500, 1000]))
        .add("up", dice.pick(&[50, 100, 300]))
        .add("public_ips", Value::Words(vec![format!("{start}/48")]))
        .add("gateway", format!("{start}1"))
        .add("demarc", "The white box by the front door, left of the meter.")
        .add("cpe", estate.device_at(ix, 0))
        .add("support_phone", phone(dice))
        .add("failover_role", "primary")
        .add("control", control(estate, ix, dice));
}

fn account(record: &mut Record, estate: &Estate, ix: usize, dice: &mut Dice) {
    let sites = estate.count(Kind::Site);
    let site = ix % sites;
    let of_firewall = ix < sites;
    record.name = if of_firewall {
        format!("Administrator of the firewall, {}", estate::site_name(site))
    } else {
        format!("Account of the {} ({})", dice.pick(&words::SYSTEMS), ix + 1)
    };
    let system = if of_firewall {
        estate.device_at(site, 0)
    } else {
        estate.devices_at(site, 1, dice).remove(0)
    };
    record
        .facts
        .add("status", "active")
        .add("system", system)
        .add("username", format!("adm-{:04}", ix + 1))
        .add(
            "type",
            if of_firewall { "admin" } else { dice.pick(&["service", "shared", "break-glass"]) },
        )
        .add("vault", "Shared vault")
        .add("vault_item", format!("{} / {:04}", estate::site_name(site), ix + 1))
        .add("custodians", vec![estate.engineer(dice), estate.employee(dice)])
        .add("rights", dice.pick(&["everything", "read only", "backup and restore"]))
        .add("mfa", dice.pick(&["app", "hardware-key", "passkey"]))
        .add("rotate_every", "365d")
        .add("last_rotated", day(-dice.between(10, 300)))
        .add("last_tested", day(-dice.between(5, 150)))
        .add("breaks_if_changed", "The nightly job stops until it is told.")
        .add("control", control(estate, site, dice));
}

fn licence(record: &mut Record, estate: &Estate, ix: usize, dice: &mut Dice) {
    let site = ix % estate.count(Kind::Site);
    let product = dice.pick(&words::PRODUCTS);
    let seats = dice.between(5, 300);
    record.name = format!("{product} for {} ({})", estate::site_name(site), ix + 1);
    let covers = dice.between(1, 5) as usize;
    record
        .facts
        .add("status", "active")
        .add("product", product)
        .add("vendor", estate.some(Kind::Vendor, dice))
        .add("edition", dice.pick(&["Standard", "Professional"]))
        .add("metric", "device")
        .add("seats", seats)
        .add("assigned", dice.between(1, seats))
        .add("agreement_no", format!("AG-{:06}", 500_000 + ix * 31))
        .add("reseller", estate.some(Kind::Vendor, dice))
        .add("tied_to", "client-tenant")
        .add("purchased_on", day(-dice.between(100, 700)))
        .add("expires", day(dice.between(90, 900)))
        .add("auto_renew", dice.chance(50))
        .add("cost", money(dice, 10, 900))
        .add("billing_cycle", "yearly")
        .add("covers", estate.devices_at(site, covers, dice))
        .add("control", control(estate, site, dice));
}

fn document(record: &mut Record, estate: &Estate, ix: usize, dice: &mut Dice) {
    let firewall = estate.id(Kind::Device, ix);
    record.name = format!("Configuration of {firewall}");
    let path = format!("configs/{firewall}.txt");
    let mut text = format!("# configuration of {firewall}, saved for the runbook\n");
    for (which, (vlan, zone, _)) in NETWORKS.iter().enumerate() {
        let start = network_start(ix * NETWORKS.len() + which);
        text +=
            &format!("interface vlan{vlan}\n  zone {zone}\n  address {start}.1/24\n  mtu 1500\n");
    }
    for rule in 1..=dice.between(4, 12) {
        let vlan = NETWORKS[dice.below(NETWORKS.len())].0;
        text += &format!(
            "rule {rule}\n  from vlan{vlan}\n  to wan1\n  port {}\n  allow\n",
            dice.between(20, 9000)
        );
    }
    let sum: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
    record
        .facts
        .add("status", "active")
        .add("type", "config")
        .add("file", format!("files/{path}"))
        .add("date", day(-dice.between(3, 90)))
        .add("author", estate.engineer(dice))
        .add("sha256", sum)
        .add("redacted", true)
        .add("original_location", format!("\\\\nas\\configs\\{firewall}.txt"));
    record.attachment = Some((path, text));
}

fn decision(record: &mut Record, estate: &Estate, ix: usize, dice: &mut Dice) {
    let site = ix % estate.count(Kind::Site);
    let system = dice.pick(&words::SYSTEMS);
    let affected = dice.between(1, 3) as usize;
    record.name = format!("The {system} of {} ({})", estate::site_name(site), ix + 1);
    record
        .facts
        .add("status", "active")
        .add("question", format!("Shall the {system} stay in the building?"))
        .add("reason", prose::sentence(estate, site, dice))
        .add("alternatives", "A rented one; none at all.")
        .add("date", day(-dice.between(20, 900)))
        .add("by", vec![estate.employee(dice)])
        .add("affects", estate.devices_at(site, affected, dice))
        .add("revisit", day(dice.between(120, 900)));
}

fn risk(record: &mut Record, estate: &Estate, ix: usize, dice: &mut Dice) {
    let site = ix % estate.count(Kind::Site);
    record.name = format!(
        "One {} only at {} ({})",
        dice.pick(&words::SYSTEMS),
        estate::site_name(site),
        ix + 1
    );
    record
        .facts
        .add("status", "active")
        .add("impact", prose::sentence(estate, site, dice))
        .add("likelihood", dice.pick(&["low", "medium", "high"]))
        .add("severity", dice.pick(&["low", "medium", "high"]))
        .add("treatment", "accept")
        .add("reason", "A second one costs more than a day without it.")
        .add("owner", estate.employee(dice))
        .add("due", day(dice.between(120, 900)))
        .add("accepted_by", estate.employee(dice))
        .add("accepted_on", day(-dice.between(20, 400)))
        .add("affects", estate.devices_at(site, 2, dice));
}
