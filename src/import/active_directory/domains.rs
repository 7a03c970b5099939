//! Makes a service of each domain: its names, levels, controllers, and who holds which role.

use std::collections::{BTreeMap, BTreeSet};

use super::object::{Object, Sort, domain_of};
use crate::import::normal::plain_as_markdown;
use crate::import::proposal::{Harvest, Link, Origin, Proposal, Wish};

/// What a directory consists of, by names in small letters.
#[derive(Default, Debug)]
pub struct Directory {
    /// The domains, and where each was read.
    pub domains: BTreeMap<String, Origin>,
    /// The keys of computers, by host name and by short name.
    computers: BTreeMap<String, String>,
    /// Servers that a role or a list of controllers names, with the spelling there.
    pub controllers: BTreeMap<String, (Origin, String)>,
}

/// The functional levels as numbers (`ADDomainMode`, `ADForestMode`).
const LEVELS: &[(i64, &str)] = &[
    (0, "Windows2000"),
    (1, "Windows2003Interim"),
    (2, "Windows2003"),
    (3, "Windows2008"),
    (4, "Windows2008R2"),
    (5, "Windows2012"),
    (6, "Windows2012R2"),
    (7, "Windows2016"),
    (10, "Windows2025"),
];

/// The roles as numbers (`ADOperationMasterRole`).
const ROLES: &[(i64, &str)] = &[
    (0, "PDCEmulator"),
    (1, "RIDMaster"),
    (2, "InfrastructureMaster"),
    (3, "SchemaMaster"),
    (4, "DomainNamingMaster"),
];

/// The fields of a service for the roles.
const ROLE_FIELDS: &[(&str, &str)] = &[
    ("PDCEmulator", "pdc_emulator"),
    ("RIDMaster", "rid_master"),
    ("InfrastructureMaster", "infrastructure_master"),
    ("SchemaMaster", "schema_master"),
    ("DomainNamingMaster", "naming_master"),
];

impl Directory {
    /// Returns what these objects tell of.
    pub fn of(objects: &[Object]) -> Directory {
        let mut directory = Directory::default();
        for object in objects {
            let mut domain = |name: Option<String>| {
                if let Some(name) = name {
                    let name = name.to_lowercase();
                    directory.domains.entry(name).or_insert_with(|| object.at.clone());
                }
            };
            match object.sort {
                Sort::Domain => domain(object.peek("DNSRoot")),
                Sort::Forest => domain(object.peek("RootDomain").or_else(|| object.peek("Name"))),
                Sort::Controller => domain(object.peek("Domain")),
                _ => {}
            }
            let names = match object.sort {
                Sort::Domain => &["PDCEmulator", "RIDMaster", "InfrastructureMaster"][..],
                Sort::Forest => &["SchemaMaster", "DomainNamingMaster"],
                Sort::Controller => &["HostName"],
                _ => &[],
            };
            let lists =
                ["ReplicaDirectoryServers", "ReadOnlyReplicaDirectoryServers", "GlobalCatalogs"];
            let is_domain = matches!(object.sort, Sort::Domain | Sort::Forest);
            let servers = names.iter().filter_map(|name| object.peek(name));
            let listed =
                lists.iter().filter(|_| is_domain).flat_map(|list| object.peek_texts(list));
            for server in servers.chain(listed) {
                let name = server.to_lowercase();
                directory.controllers.entry(name).or_insert_with(|| (object.at.clone(), server));
            }
        }
        for object in objects.iter().filter(|object| object.sort == Sort::Computer) {
            let Some(key) = computer_key(object) else { continue };
            for name in [object.peek("DNSHostName"), object.peek("Name")].into_iter().flatten() {
                directory.computers.entry(name.to_lowercase()).or_insert_with(|| key.clone());
            }
        }
        directory
    }

    /// Returns the key of a server's record.
    pub fn key_of(&self, server: &str) -> String {
        let name = server.to_lowercase();
        let short = name.split('.').next().unwrap_or_default();
        let known = self.computers.get(&name).or_else(|| self.computers.get(short));
        known.cloned().unwrap_or_else(|| format!("server/{name}"))
    }

    /// Whether a server is among the computers that were read.
    pub fn has_computer(&self, server: &str) -> bool {
        !self.key_of(server).starts_with("server/")
    }

    /// Returns the key of the service for a domain.
    pub fn service_key(domain: &str) -> String {
        format!("domain/{}", domain.to_lowercase())
    }

    fn link(&self, server: &str) -> Link {
        Link::key("device", self.key_of(server))
    }
}

/// Returns what a computer is known by for ever.
pub fn computer_key(computer: &Object) -> Option<String> {
    let guid = computer.peek("ObjectGUID").map(|guid| guid.to_lowercase());
    guid.or_else(|| computer.peek("SID")).or_else(|| {
        let name = computer.peek("DNSHostName").or_else(|| computer.peek("Name"))?;
        Some(format!("computer/{}", name.to_lowercase()))
    })
}

/// Makes a service of each domain that any of the objects tells of.
pub fn services(objects: &mut [Object], directory: &Directory, harvest: &mut Harvest) {
    let mut services: BTreeMap<String, Proposal> = BTreeMap::new();
    for (domain, at) in &directory.domains {
        let name = format!("Active Directory {domain}");
        let mut service =
            Proposal::new("service", Directory::service_key(domain), name, at.clone());
        service.put("type", "ad");
        service.put("domain_fqdn", domain.as_str());
        services.insert(domain.clone(), service);
    }
    let mut controllers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut catalogs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut forests: BTreeMap<String, String> = BTreeMap::new();
    for object in objects.iter_mut() {
        match object.sort {
            Sort::Domain => {
                domain(object, directory, &mut services, &mut controllers, &mut forests)
            }
            Sort::Controller => {
                controller(object, directory, &mut services, &mut controllers, &mut catalogs);
            }
            _ => {}
        }
    }
    for object in objects.iter_mut().filter(|object| object.sort == Sort::Forest) {
        forest(object, directory, &mut services, &mut catalogs, &forests);
    }
    for (domain, mut service) in services {
        let links = |servers: &BTreeMap<String, BTreeSet<String>>| -> Vec<Link> {
            let servers = servers.get(&domain).into_iter().flatten();
            servers.map(|server| directory.link(server)).collect()
        };
        service.put("dcs", links(&controllers));
        service.put("gcs", links(&catalogs));
        harvest.propose(service);
    }
}

fn domain(
    object: &mut Object,
    directory: &Directory,
    services: &mut BTreeMap<String, Proposal>,
    controllers: &mut BTreeMap<String, BTreeSet<String>>,
    forests: &mut BTreeMap<String, String>,
) {
    let Some(name) = object.text("DNSRoot").map(|name| name.to_lowercase()) else { return };
    let Some(service) = services.get_mut(&name) else { return };
    service.put_some("netbios", object.text("NetBIOSName"));
    let forest = object.text("Forest").map(|name| name.to_lowercase());
    if let Some(forest) = &forest {
        forests.insert(name.clone(), forest.clone());
    }
    service.put_some("forest", forest);
    let level = object.word("DomainMode", LEVELS).map(|level| level_in_words(&level));
    service.put_some("functional_level", level);
    for (role, field) in &ROLE_FIELDS[..3] {
        put_role(service, field, role, object.text(role), directory);
    }
    let mut servers = object.texts("ReplicaDirectoryServers");
    servers.extend(object.texts("ReadOnlyReplicaDirectoryServers"));
    controllers
        .entry(name)
        .or_default()
        .extend(servers.into_iter().map(|name| name.to_lowercase()));
    service.put_as("", "Parent domain", object.text("ParentDomain").unwrap_or_default());
    service.put_as("", "Child domains", object.texts("ChildDomains"));
    service.put_as("", "Allowed suffixes", object.texts("AllowedDNSSuffixes"));
    service.put_as("", "Managed by", object.text("ManagedBy").unwrap_or_default());
    let sid = object.text("DomainSID").unwrap_or_default();
    service.put_as("", "Security identifier", sid);
    let policies = object.texts("LinkedGroupPolicyObjects");
    if !policies.is_empty() {
        service.put_as("", "Group policies linked to the domain", policies.len() as i64);
    }
    object.pass(&[
        "ComputersContainer",
        "DomainControllersContainer",
        "UsersContainer",
        "SystemsContainer",
        "DeletedObjectsContainer",
        "ForeignSecurityPrincipalsContainer",
        "LostAndFoundContainer",
        "QuotasContainer",
        "SubordinateReferences",
        "LastLogonReplicationInterval",
        "PublicKeyRequiredPasswordRolling",
    ]);
}

fn controller(
    object: &mut Object,
    directory: &Directory,
    services: &mut BTreeMap<String, Proposal>,
    controllers: &mut BTreeMap<String, BTreeSet<String>>,
    catalogs: &mut BTreeMap<String, BTreeSet<String>>,
) {
    let domain = object.text("Domain").map(|name| name.to_lowercase());
    let Some((domain, host)) = domain.zip(object.peek("HostName")) else { return };
    let Some(service) = services.get_mut(&domain) else { return };
    let host = host.to_lowercase();
    controllers.entry(domain.clone()).or_default().insert(host.clone());
    if object.flag("IsGlobalCatalog") == Some(true) {
        catalogs.entry(domain).or_default().insert(host.clone());
    }
    service.put_some("forest", object.text("Forest").map(|name| name.to_lowercase()));
    for role in object.texts("OperationMasterRoles") {
        let named = match role.parse::<i64>() {
            Ok(number) => ROLES.iter().find(|(one, _)| *one == number).map(|(_, role)| *role),
            Err(_) => Some(role.as_str()),
        };
        let field = ROLE_FIELDS.iter().find(|(name, _)| Some(*name) == named);
        if let Some((role, field)) = field {
            put_role(service, field, role, Some(host.clone()), directory);
        }
    }
    object.pass(&["IsGlobalCatalog"]);
}

/// Puts what a forest says into the service of each of its domains.
fn forest(
    object: &mut Object,
    directory: &Directory,
    services: &mut BTreeMap<String, Proposal>,
    catalogs: &mut BTreeMap<String, BTreeSet<String>>,
    forests: &BTreeMap<String, String>,
) {
    let root = object.text("RootDomain").or_else(|| object.peek("Name"));
    let Some(root) = root.map(|name| name.to_lowercase()) else { return };
    let domains: Vec<String> =
        object.texts("Domains").iter().map(|name| name.to_lowercase()).collect();
    let level = object.word("ForestMode", LEVELS).map(|level| level_in_words(&level));
    let masters = ["SchemaMaster", "DomainNamingMaster"].map(|role| (role, object.text(role)));
    let sites = object.texts("Sites");
    let suffixes = object.texts("UPNSuffixes");
    let servers = object.texts("GlobalCatalogs");
    object.pass(&[
        "ApplicationPartitions",
        "CrossForestReferences",
        "PartitionsContainer",
        "SPNSuffixes",
    ]);
    for (name, service) in services.iter_mut() {
        let is_of_it = *name == root || domains.contains(name) || forests.get(name) == Some(&root);
        if !is_of_it {
            continue;
        }
        service.put("forest", root.as_str());
        service.put_as("", "Forest level", level.clone().unwrap_or_default());
        for (role, server) in &masters {
            let field = ROLE_FIELDS.iter().find(|(name, _)| name == role);
            if let Some((_, field)) = field {
                put_role(service, field, role, server.clone(), directory);
            }
        }
        let lines: Vec<String> =
            sites.iter().map(|site| format!("- {}", plain_as_markdown(site))).collect();
        service.put("sites_subnets", Wish::Markdown(lines.join("\n")));
        service.put_as("", "Sign-in suffixes", suffixes.clone());
        if domains.len() > 1 {
            service.put_as("", "Domains of the forest", domains.clone());
        }
        let ending = format!(".{name}");
        let own = servers.iter().map(|server| server.to_lowercase());
        // A catalogue stands in the domain that its name ends in, and in no domain below that.
        let is_here =
            |server: &String| server.strip_suffix(&ending).is_some_and(|host| !host.contains('.'));
        catalogs.entry(name.clone()).or_default().extend(own.filter(is_here));
    }
}

fn put_role(
    service: &mut Proposal,
    field: &'static str,
    role: &'static str,
    server: Option<String>,
    directory: &Directory,
) {
    if let Some(server) = server {
        service.put_as(field, role, directory.link(&server));
    }
}

/// Returns a level as people say it: `Windows2012R2Domain` is `Windows Server 2012 R2`.
fn level_in_words(level: &str) -> String {
    let bare = level.trim_end_matches("Domain").trim_end_matches("Forest");
    match bare.strip_prefix("Windows") {
        Some("2000") => "Windows 2000".to_owned(),
        Some(year) => {
            let year = year.replace("R2", " R2").replace("Interim", " interim");
            format!("Windows Server {year}")
        }
        None => level.to_owned(),
    }
}

/// Returns the domain of an object, by its distinguished name, where that is a domain that is known.
pub fn of_object(object: &Object, directory: &Directory) -> Option<String> {
    let domain = domain_of(&object.peek("DistinguishedName")?)?;
    directory.domains.contains_key(&domain).then_some(domain)
}
