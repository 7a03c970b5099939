//! Tests of the reader of IOS configurations: real samples, counted a second time in the text itself.

use jiff::civil::date;

use super::*;
use crate::import::proposal::{Given, Link, Which, Wish};
use crate::import::trial::{self, of_kind, rows, sample, value_in};

fn harvest(files: &[(&str, &str)]) -> Result<Harvest, Refused> {
    let files: Vec<Foreign> =
        files.iter().map(|(name, text)| Foreign::of_bytes(name, text.as_bytes())).collect();
    trial::harvest_of(&Ios, &files)
}

fn is(row: &[Given], field: &str, text: &str) -> bool {
    value_in(row, field) == Some(&Wish::Text(text.to_owned()))
}

#[test]
fn a_switch_is_read_with_its_ports_vlans_and_serial_number() {
    let text = sample("secrets/oxidized/ios.txt");
    let harvest = harvest(&[("sw.txt", &text)]).unwrap();
    let device = of_kind(&harvest, "device")[0];
    assert_eq!(device.name, "LAB-SW123_9200L");
    for (field, value) in [
        ("type", "switch"),
        ("model", "C9200L-24P-4G"),
        ("serial", "JAE24FFFFFF"),
        ("os", "Cisco IOS XE"),
        ("os_version", "17.09.04a"),
        ("management", "10.42.11.42"),
    ] {
        assert_eq!(device.text(field), Some(value), "{field}");
    }
    let ports = text.lines().filter(|line| line.starts_with("interface ")).count();
    assert_eq!(rows(device, "interface").len(), ports);
    let trunk = rows(device, "interface").into_iter().find(|row| is(row, "mode", "trunk")).unwrap();
    assert_eq!(value_in(trunk, "tagged_vlans"), Some(&Wish::from(vec![2i64, 3])));
    let networks = of_kind(&harvest, "network");
    let names: Vec<&str> = networks.iter().map(|network| network.name.as_str()).collect();
    assert_eq!(names, ["two", "three"]);
    assert_eq!(networks[0].text("prefix"), Some("10.42.11.0/24"));
    assert_eq!(of_kind(&harvest, "account").len(), 2);
    let document = of_kind(&harvest, "document")[0];
    assert!(document.fields.iter().any(|given| given.value == Wish::Day(date(2024, 8, 20))));
}

#[test]
fn nothing_that_must_go_is_left() {
    let text = sample("secrets/oxidized/ios.txt");
    let harvest = harvest(&[("sw.txt", &text)]).unwrap();
    let kept = String::from_utf8(harvest.attachments[0].bytes.clone()).unwrap();
    let said = format!("{:?}", harvest.proposals);
    for word in ["SECRET", "public", "AAAAAAAAAABBBBBBBBBB"] {
        assert!(text.contains(word));
        assert!(!kept.contains(word) && !said.contains(word), "{word}");
    }
    assert_eq!(harvest.secrets.values().sum::<usize>(), 9, "{:?}", harvest.secrets);
}

#[test]
fn routers_that_share_networks_are_linked() {
    let names = [
        "as1border1",
        "as1border2",
        "as1core1",
        "as2border1",
        "as2border2",
        "as2core1",
        "as2core2",
        "as2dept1",
        "as2dist1",
        "as2dist2",
        "as3border1",
        "as3border2",
        "as3core1",
    ];
    let texts: Vec<String> =
        names.iter().map(|name| sample(&format!("import/batfish/{name}.cfg"))).collect();
    let files: Vec<(&str, &str)> =
        names.iter().copied().zip(texts.iter().map(String::as_str)).collect();
    let harvest = harvest(&files).unwrap();
    assert_eq!(of_kind(&harvest, "device").len(), 13);
    // Counted by the first three numbers of every address with a /24 mask, as all of these have.
    let mut nets: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let lines = files.iter().flat_map(|(name, text)| text.lines().map(move |line| (*name, line)));
    for (name, line) in lines {
        let Some(rest) = line.strip_prefix(" ip address ") else { continue };
        let (ip, mask) = rest.split_once(' ').unwrap();
        if mask.trim() == "255.255.255.0" {
            let net = ip.rsplit_once('.').unwrap().0.to_owned();
            nets.entry(net).or_default().push(name);
        }
    }
    let keys: HashSet<&str> =
        of_kind(&harvest, "network").iter().map(|network| network.key.as_str()).collect();
    assert_eq!(keys.len(), nets.len(), "{keys:?}");
    // One router is in a network twice; that is no link.
    let is_pair = |ends: &&Vec<&str>| ends.len() == 2 && ends[0] != ends[1];
    let pairs = nets.values().filter(is_pair).count();
    assert_eq!(pairs, 17);
    let linked = of_kind(&harvest, "device")
        .iter()
        .flat_map(|device| rows(device, "interface"))
        .filter(|row| value_in(row, "connects_to").is_some())
        .count();
    assert_eq!(linked, pairs * 2);
    let border =
        of_kind(&harvest, "device").into_iter().find(|one| one.name == "as2border1").unwrap();
    let row = rows(border, "interface")
        .into_iter()
        .find(|row| is(row, "name", "GigabitEthernet0/0"))
        .unwrap();
    let link = Link {
        kind: "device",
        which: Which::Key("as1border1".to_owned()),
        row: Some("GigabitEthernet1/0".to_owned()),
    };
    assert_eq!(value_in(row, "connects_to"), Some(&Wish::from(link)));
}

/// What the samples do not have: a router at a carrier, that hands out and translates addresses.
const ROUTER: &str = "Building configuration...\n\
hostname edge\n\
username admin privilege 15 password 7 0822455D0A16\n\
ip dhcp excluded-address 10.0.0.1 10.0.0.99\n\
ip dhcp excluded-address 10.0.0.200 10.0.0.254\n\
ip dhcp pool OFFICE\n network 10.0.0.0 255.255.255.0\n default-router 10.0.0.1\n dns-server 10.0.0.2 9.9.9.9\n lease 0 8\n\
ip dhcp pool PRINTER\n host 10.0.0.40 255.255.255.0\n client-identifier 0100.005e.0053.40\n client-name prn-front\n\
crypto isakmp policy 10\n encr aes 256\n hash sha256\n group 14\n\
crypto isakmp key hush123x address 198.51.100.9\n\
crypto ipsec transform-set TS esp-aes 256 esp-sha-hmac\n\
crypto map VPN 10 ipsec-isakmp\n set peer 198.51.100.9\n set transform-set TS\n match address NORTH\n\
interface GigabitEthernet0/0\n description Carrier\n ip address 203.0.113.2 255.255.255.248\n ip nat outside\n\
interface GigabitEthernet0/1.10\n encapsulation dot1Q 10\n ip address 10.0.0.1 255.255.255.0\n ip nat inside\n standby 1 ip 10.0.0.3\n\
ip nat inside source static tcp 10.0.0.5 443 interface GigabitEthernet0/0 8443\n\
ip nat inside source list 1 interface GigabitEthernet0/0 overload\n\
ip route 0.0.0.0 0.0.0.0 203.0.113.1\n\
ip access-list extended NORTH\n remark to the north\n permit ip 10.0.0.0 0.0.0.255 10.9.0.0 0.0.0.255\n\
end\n";

#[test]
fn a_router_says_its_line_its_ranges_and_what_it_lets_in() {
    let harvest = harvest(&[("r.cfg", ROUTER)]).unwrap();
    let circuit = of_kind(&harvest, "circuit")[0];
    assert_eq!(
        (circuit.name.as_str(), circuit.text("gateway")),
        ("Carrier (edge)", Some("203.0.113.1"))
    );
    let network = of_kind(&harvest, "network")[0];
    assert_eq!(
        (network.text("gateway"), network.text("dhcp_lease")),
        (Some("10.0.0.1"), Some("8h"))
    );
    let range = rows(network, "dhcp_range");
    assert_eq!(range.len(), 1);
    assert!(is(range[0], "from", "10.0.0.100") && is(range[0], "to", "10.0.0.199"));
    let ruleset = of_kind(&harvest, "ruleset")[0];
    let published = rows(ruleset, "published_port");
    assert!(
        is(published[0], "public", "203.0.113.2:8443/tcp")
            && is(published[0], "inside", "10.0.0.5:443")
    );
    assert!(is(rows(ruleset, "rule")[0], "name", "NORTH: to the north"));
    let vpn = of_kind(&harvest, "vpn")[0];
    assert_eq!(vpn.text("ike"), Some("IKEv1, AES 256, SHA256, group 14"));
    let remote = vpn.fields.iter().find(|given| given.field == "remote_nets").unwrap();
    assert_eq!(remote.value, Wish::from(vec!["10.9.0.0/24"]));
    assert!(of_kind(&harvest, "device").iter().any(|one| one.key == "00:00:5e:00:53:40"));
    let said = format!("{:?}{:?}", harvest.proposals, harvest.attachments);
    assert!(!said.contains("0822455D0A16") && !said.contains("hush123x"));
}

#[test]
fn a_configuration_that_is_cut_off_anywhere_is_read_as_far_as_it_goes() {
    for end in 0..ROUTER.len() {
        let _ = harvest(&[("r.cfg", &ROUTER[..end])]);
    }
    let damaged = ROUTER.replace(' ', "\u{a0}").replace('\n', "\r");
    let _ = harvest(&[("r.cfg", &damaged)]);
    assert!(harvest(&[("r.cfg", "nothing of the sort\n")]).is_err());
}

#[test]
fn a_configuration_is_known_by_what_it_says_not_by_its_name() {
    let fit = |text: &str| super::fit(text);
    assert_eq!(fit(ROUTER), Fit::Sure);
    assert_eq!(fit(&sample("secrets/oxidized/ios.txt")), Fit::Sure);
    assert_eq!(fit(&sample("import/batfish/as3core1.cfg")), Fit::Sure);
    assert_eq!(fit(&sample("secrets/oxidized/asa.txt")), Fit::No);
    assert_eq!(fit(&sample("secrets/oxidized/fortigate.txt")), Fit::No);
    assert_eq!(fit("name,hostname,interface\na,b,c\n"), Fit::No);
}

#[test]
fn a_nexus_is_known_by_its_version_and_its_routes_are_read() {
    let text = "!Command: show running-config\nversion 9.3(8) Bios:version 05.45\nhostname N9K\n\
        username admin password 5 $5$EEEE$abcdefghijklmnopqrstuvwxyz  role network-admin\n\
        vlan 10\n  name SERVERS\nvrf context management\n  ip route 0.0.0.0/0 10.9.9.1\n\
        interface Vlan10\n  no shutdown\n  ip address 10.0.10.2/24\n\
        interface mgmt0\n  vrf member management\n  ip address 10.9.9.2/24\n\
        ip route 0.0.0.0/0 10.0.10.254\n";
    let harvest = harvest(&[("n9k.cfg", text)]).unwrap();
    let device = of_kind(&harvest, "device")[0];
    for (field, value) in [("type", "switch"), ("os", "Cisco NX-OS"), ("os_version", "9.3(8)")] {
        assert_eq!(device.text(field), Some(value), "{field}");
    }
    let settings = rows(device, "setting");
    let route = |row: &&&Vec<Given>| is(row, "name", "0.0.0.0/0");
    let route = settings.iter().find(route).expect("the default route");
    assert!(is(route, "value", "through 10.0.10.254"), "{route:?}");
    let kept = String::from_utf8(harvest.attachments[0].bytes.clone()).unwrap();
    assert!(!kept.contains("EEEE"), "{kept}");
}
