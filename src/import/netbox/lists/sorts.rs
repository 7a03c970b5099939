//! Which lists NetBox has: what each is known by, and what its columns are.

/// How a cell is read.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum As {
    /// As text.
    Text,
    /// As a word of a choice: in small letters.
    Word,
    /// As the name of an object of this model.
    Name(&'static str),
    /// As the name of an object of this model, at the site of the row.
    Here(&'static str),
    /// As the type of a device, by the maker of the row.
    Type,
    /// As names of tags, parted by commas.
    Tags,
    /// As a number with a unit behind it: `42U`.
    Figure,
    /// As yes or no.
    Flag,
    /// As the end of a circuit.
    Side(&'static str),
    /// Of no use: what NetBox counts and works out.
    Nothing,
}

/// A sort of list.
pub struct Sort {
    /// The model of its objects.
    pub model: &'static str,
    /// Columns of which all must be there; several lists for the spellings of exports and imports.
    pub known_by: &'static [&'static [&'static str]],
    /// Names of files that have it, bare: lists that say little more than a name look all the same.
    pub files: &'static [&'static str],
    /// Whether it only says what the objects of other lists point to, and gives no record of its own.
    pub is_named_by_others: bool,
    /// The field that a column is, by its bare name.
    pub columns: &'static [(&'static str, &'static str, As)],
}

/// The model of sites.
pub const SITE: &str = "dcim.site";
/// That of rooms.
pub const LOCATION: &str = "dcim.location";
/// That of racks.
pub const RACK: &str = "dcim.rack";
/// That of devices.
pub const DEVICE: &str = "dcim.device";
/// That of types of devices, which are known by their maker and their model.
pub const DEVICE_TYPE: &str = "dcim.devicetype";
/// That of ports.
pub const INTERFACE: &str = "dcim.interface";
/// That of prefixes.
pub const PREFIX: &str = "ipam.prefix";
/// That of addresses.
pub const ADDRESS: &str = "ipam.ipaddress";
/// That of VLANs.
pub const VLAN: &str = "ipam.vlan";
/// That of hardware addresses.
pub const MAC: &str = "dcim.macaddress";
/// That of cables.
pub const CABLE: &str = "dcim.cable";
const TENANT: &str = "tenancy.tenant";

/// Columns of most lists.
pub const COMMON: &[(&str, &str, As)] = &[
    ("id", "id", As::Text),
    ("name", "name", As::Text),
    ("slug", "slug", As::Text),
    ("status", "status", As::Word),
    ("tenant", "tenant", As::Name(TENANT)),
    ("site", "site", As::Name(SITE)),
    ("description", "description", As::Text),
    ("comments", "comments", As::Text),
    ("tags", "tags", As::Tags),
    ("created", "created", As::Nothing),
    ("lastupdated", "last_updated", As::Nothing),
    ("tenantgroup", "tenantgroup", As::Nothing),
    ("url", "url", As::Nothing),
    ("contacts", "contacts", As::Nothing),
];

/// What most sorts are.
const SORT: Sort =
    Sort { model: "", known_by: &[], files: &[], is_named_by_others: false, columns: &[] };

/// All lists that are known.
pub static SORTS: &[Sort] = &[
    Sort {
        model: CABLE,
        known_by: &[
            &["sideadevice", "sideaname", "sidebdevice", "sidebname"],
            &["devicea", "terminationa", "deviceb", "terminationb"],
        ],
        columns: &[
            ("label", "label", As::Text),
            ("type", "type", As::Word),
            ("color", "color", As::Text),
            ("length", "length", As::Figure),
            ("lengthunit", "length_unit", As::Word),
            ("sitea", "a_site", As::Nothing),
            ("locationa", "a_location", As::Nothing),
            ("racka", "a_rack", As::Nothing),
            ("siteb", "b_site", As::Nothing),
            ("locationb", "b_location", As::Nothing),
            ("rackb", "b_rack", As::Nothing),
        ],
        ..SORT
    },
    Sort {
        model: DEVICE,
        known_by: &[
            &["name", "status", "tenant", "site", "rack", "role", "manufacturer", "type"],
            &["name", "role", "manufacturer", "devicetype", "status", "site"],
            &["name", "devicerole", "manufacturer", "devicetype", "status", "site"],
        ],
        columns: &[
            ("location", "location", As::Here(LOCATION)),
            ("rack", "rack", As::Here(RACK)),
            ("role", "role", As::Name("dcim.devicerole")),
            ("devicerole", "role", As::Name("dcim.devicerole")),
            ("manufacturer", "manufacturer", As::Name("dcim.manufacturer")),
            ("type", "device_type", As::Type),
            ("devicetype", "device_type", As::Type),
            ("platform", "platform", As::Name("dcim.platform")),
            ("serialnumber", "serial", As::Text),
            ("serial", "serial", As::Text),
            ("assettag", "asset_tag", As::Text),
            ("position", "position", As::Figure),
            ("positionu", "position", As::Figure),
            ("rackface", "face", As::Word),
            ("face", "face", As::Word),
            ("airflow", "airflow", As::Word),
            ("ipaddress", "primary_ip", As::Text),
            ("ipv4address", "primary_ip4", As::Text),
            ("ipv6address", "primary_ip6", As::Text),
            ("oobip", "oob_ip", As::Text),
            ("cluster", "cluster", As::Name("virtualization.cluster")),
            ("virtualchassis", "virtual_chassis", As::Name("dcim.virtualchassis")),
            ("vcposition", "vc_position", As::Figure),
            ("vcpriority", "vc_priority", As::Figure),
            ("parentdevice", "parent_device", As::Here(DEVICE)),
            ("region", "region", As::Nothing),
            ("sitegroup", "sitegroup", As::Nothing),
        ],
        ..SORT
    },
    Sort {
        model: "virtualization.virtualmachine",
        known_by: &[&["name", "cluster", "vcpus"]],
        columns: &[
            ("cluster", "cluster", As::Name("virtualization.cluster")),
            ("device", "device", As::Here(DEVICE)),
            ("role", "role", As::Name("dcim.devicerole")),
            ("platform", "platform", As::Name("dcim.platform")),
            ("vcpus", "vcpus", As::Figure),
            ("memorymb", "memory", As::Figure),
            ("memory", "memory", As::Figure),
            ("diskgb", "disk", As::Figure),
            ("disk", "disk", As::Figure),
            ("serialnumber", "serial", As::Text),
            ("serial", "serial", As::Text),
            ("ipaddress", "primary_ip", As::Text),
            ("ipv4address", "primary_ip4", As::Text),
            ("ipv6address", "primary_ip6", As::Text),
        ],
        ..SORT
    },
    Sort {
        model: INTERFACE,
        known_by: &[
            &["device", "name", "type", "enabled"],
            &["device", "name", "type", "mgmtonly"],
        ],
        columns: &[
            ("device", "device", As::Name(DEVICE)),
            ("label", "label", As::Text),
            ("enabled", "enabled", As::Flag),
            ("type", "type", As::Word),
            ("macaddress", "mac_address", As::Text),
            ("mtu", "mtu", As::Figure),
            ("mgmtonly", "mgmt_only", As::Flag),
            ("managementonly", "mgmt_only", As::Flag),
            ("mode", "mode", As::Word),
            ("speed", "speed", As::Figure),
            ("poemode", "poe_mode", As::Word),
            ("duplex", "duplex", As::Word),
            ("cable", "cable", As::Nothing),
            ("connection", "connection", As::Nothing),
            ("ipaddresses", "ip_addresses", As::Nothing),
        ],
        ..SORT
    },
    Sort {
        model: RACK,
        known_by: &[
            &["site", "name", "status", "racktype"],
            &["site", "name", "status", "uheight"],
            &["site", "name", "height", "role", "tenant"],
        ],
        columns: &[
            ("location", "location", As::Here(LOCATION)),
            ("role", "role", As::Name("dcim.rackrole")),
            ("racktype", "type", As::Word),
            ("type", "type", As::Word),
            ("facilityid", "facility_id", As::Text),
            ("serialnumber", "serial", As::Text),
            ("serial", "serial", As::Text),
            ("assettag", "asset_tag", As::Text),
            ("width", "width", As::Figure),
            ("height", "u_height", As::Figure),
            ("uheight", "u_height", As::Figure),
            ("descunits", "desc_units", As::Flag),
            ("outerwidth", "outer_width", As::Figure),
            ("outerdepth", "outer_depth", As::Figure),
            ("outerunit", "outer_unit", As::Word),
            ("mountingdepth", "mounting_depth", As::Figure),
            ("devices", "devices", As::Nothing),
            ("space", "space", As::Nothing),
            ("power", "power", As::Nothing),
        ],
        ..SORT
    },
    Sort {
        model: VLAN,
        known_by: &[&["vid", "name", "status"]],
        columns: &[
            ("vid", "vid", As::Figure),
            ("group", "group", As::Name("ipam.vlangroup")),
            ("role", "role", As::Name("ipam.role")),
            ("prefixes", "prefixes", As::Nothing),
        ],
        ..SORT
    },
    Sort {
        model: PREFIX,
        known_by: &[&["prefix", "status", "vrf"], &["prefix", "status", "vlan"]],
        columns: &[
            ("prefix", "prefix", As::Text),
            ("vrf", "vrf", As::Name("ipam.vrf")),
            ("vlan", "vlan", As::Here(VLAN)),
            ("scope", "site", As::Name(SITE)),
            ("role", "role", As::Name("ipam.role")),
            ("pool", "is_pool", As::Flag),
            ("ispool", "is_pool", As::Flag),
            ("children", "children", As::Nothing),
            ("utilization", "utilization", As::Nothing),
            ("depth", "depth", As::Nothing),
            ("vlangroup", "vlan_group", As::Nothing),
            ("vlansite", "vlan_site", As::Nothing),
        ],
        ..SORT
    },
    Sort {
        model: ADDRESS,
        known_by: &[&["ipaddress", "status", "vrf", "dnsname"], &["address", "status", "vrf"]],
        columns: &[
            ("ipaddress", "address", As::Text),
            ("address", "address", As::Text),
            ("vrf", "vrf", As::Name("ipam.vrf")),
            ("role", "role", As::Word),
            ("dnsname", "dns_name", As::Text),
            ("assigned", "assigned", As::Nothing),
            ("isprimary", "is_primary", As::Nothing),
            ("natinside", "nat_inside", As::Nothing),
        ],
        ..SORT
    },
    Sort {
        model: MAC,
        known_by: &[
            &["macaddress", "device", "interface", "isprimary"],
            &["macaddress", "parent", "interface"],
        ],
        columns: &[
            ("macaddress", "mac_address", As::Text),
            ("assigned", "assigned", As::Nothing),
            ("isprimary", "is_primary", As::Nothing),
            ("primary", "is_primary", As::Nothing),
        ],
        ..SORT
    },
    Sort {
        model: "circuits.circuit",
        known_by: &[&["circuitid", "provider", "type", "status"], &["cid", "provider", "type"]],
        columns: &[
            ("circuitid", "cid", As::Text),
            ("cid", "cid", As::Text),
            ("provider", "provider", As::Name("circuits.provider")),
            ("account", "provider_account", As::Name("circuits.provideraccount")),
            ("provideraccount", "provider_account", As::Name("circuits.provideraccount")),
            ("type", "type", As::Name("circuits.circuittype")),
            ("sidea", "a", As::Side("A")),
            ("sidez", "z", As::Side("Z")),
            ("installdate", "install_date", As::Text),
            ("terminationdate", "termination_date", As::Text),
            ("commitratekbps", "commit_rate", As::Figure),
            ("commitrate", "commit_rate", As::Figure),
        ],
        ..SORT
    },
    Sort {
        model: LOCATION,
        known_by: &[&["site", "name", "slug", "status"]],
        columns: &[("parent", "parent", As::Here(LOCATION))],
        ..SORT
    },
    Sort {
        model: SITE,
        known_by: &[
            &["name", "slug", "status", "region"],
            &["name", "slug", "status", "group"],
            &["name", "status", "facility", "region"],
        ],
        columns: &[
            ("region", "region", As::Name("dcim.region")),
            ("group", "group", As::Name("dcim.sitegroup")),
            ("facility", "facility", As::Text),
            ("timezone", "time_zone", As::Text),
            ("physicaladdress", "physical_address", As::Text),
            ("shippingaddress", "shipping_address", As::Text),
            ("latitude", "latitude", As::Text),
            ("longitude", "longitude", As::Text),
            ("asns", "asns", As::Nothing),
            ("asncount", "asn_count", As::Nothing),
        ],
        ..SORT
    },
    Sort {
        model: "tenancy.contact",
        known_by: &[&["name", "title", "phone", "email", "address", "link"]],
        columns: &[
            ("title", "title", As::Text),
            ("phone", "phone", As::Text),
            ("email", "email", As::Text),
            ("address", "address", As::Text),
            ("link", "link", As::Text),
            ("group", "group", As::Name("tenancy.contactgroup")),
            ("groups", "group", As::Name("tenancy.contactgroup")),
        ],
        ..SORT
    },
    Sort {
        model: TENANT,
        files: &["tenants"],
        columns: &[("group", "group", As::Name("tenancy.tenantgroup"))],
        ..SORT
    },
    Sort {
        model: "circuits.provider",
        files: &["providers"],
        columns: &[
            ("accounts", "accounts", As::Nothing),
            ("circuits", "circuits", As::Nothing),
            ("asns", "asns", As::Nothing),
        ],
        ..SORT
    },
    Sort {
        model: DEVICE_TYPE,
        known_by: &[&["manufacturer", "model", "slug"]],
        files: &["devicetypes"],
        columns: &[
            ("manufacturer", "manufacturer", As::Name("dcim.manufacturer")),
            ("model", "model", As::Text),
            ("devicetype", "model", As::Text),
            ("partnumber", "part_number", As::Text),
            ("uheight", "u_height", As::Figure),
            ("isfulldepth", "is_full_depth", As::Nothing),
            ("instances", "instances", As::Nothing),
        ],
        is_named_by_others: true,
    },
    Sort {
        model: "dcim.manufacturer",
        files: &["manufacturers"],
        columns: &[
            ("devicetypes", "devicetypes", As::Nothing),
            ("inventoryitems", "inventoryitems", As::Nothing),
            ("platforms", "platforms", As::Nothing),
        ],
        is_named_by_others: true,
        ..SORT
    },
    Sort {
        model: "dcim.devicerole",
        known_by: &[&["name", "slug", "color", "vmrole"]],
        files: &["deviceroles"],
        columns: &[
            ("color", "color", As::Text),
            ("vmrole", "vm_role", As::Flag),
            ("devices", "devices", As::Nothing),
            ("vms", "vms", As::Nothing),
        ],
        is_named_by_others: true,
    },
    Sort {
        model: "circuits.circuittype",
        files: &["circuittypes"],
        columns: &[("color", "color", As::Text), ("circuits", "circuits", As::Nothing)],
        is_named_by_others: true,
        ..SORT
    },
];
