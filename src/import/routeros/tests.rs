//! Tests of the reader of RouterOS exports.

use super::*;
use crate::import::trial::{self, of_kind, rows, text_in};

fn harvest(text: &str) -> Result<Harvest, Refused> {
    trial::harvest(&RouterOs, "r.rsc", text)
}

fn sample() -> String {
    trial::sample("import/oxidized/routeros.txt")
}

#[test]
fn the_sample_is_read_whole() {
    let text = sample();
    let harvest = harvest(&text).unwrap();
    let device = of_kind(&harvest, "device")[0];
    for (field, value) in [
        ("model", "RB5009UPr+S+"),
        ("serial", "123456789AB"),
        ("os_version", "7.18.2"),
        ("type", "router"),
    ] {
        assert_eq!(device.text(field), Some(value), "{field}");
    }
    // Every command under `filter`, counted by its lines.
    let mut rules = 0;
    let mut path = "";
    for line in text.lines() {
        if line.starts_with('/') {
            path = line;
        }
        rules += usize::from(path.ends_with("firewall filter") && line.starts_with("add "));
    }
    assert_eq!(rows(of_kind(&harvest, "ruleset")[0], "rule").len(), rules);
    let network = of_kind(&harvest, "network")[0];
    assert_eq!(network.text("prefix"), Some("192.168.88.0/24"));
    assert_eq!(network.text("gateway"), Some("192.168.88.1"));
    let range = rows(network, "dhcp_range")[0];
    assert_eq!(text_in(range, "to"), Some("192.168.88.254"));
    let circuit = of_kind(&harvest, "circuit")[0];
    assert_eq!(circuit.name, "ether1 (MikroTik)");
    let ports: Vec<&str> =
        rows(device, "interface").iter().filter_map(|row| text_in(row, "name")).collect();
    for port in ["bridge", "ether1", "ether2", "ether8", "sfp-sfpplus1"] {
        assert!(ports.contains(&port), "{port}: {ports:?}");
    }
}

/// What the sample does not have.
const OFFICE: &str = "# 2025-03-10 15:04:16 by RouterOS 7.18.2\n\
# model = CCR2004\n# serial number = HD1\n\
/interface ethernet\nset [ find default-name=ether1 ] comment=\"Carrier\" name=wan\n\
/interface vlan\nadd comment=Phones interface=bridge name=vlan20 vlan-id=20\n\
/interface wireguard\nadd listen-port=13231 name=wg0 private-key=\"yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\"\n\
/interface wireguard peers\nadd allowed-address=10.9.0.2/32 comment=dana interface=wg0 public-key=\"xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\" preshared-key=\"hush=\"\n\
/interface list member\nadd interface=wan list=WAN\n\
/ip address\nadd address=203.0.113.2/29 interface=wan\nadd address=10.0.20.1/24 interface=vlan20\n\
/ip pool\nadd name=p20 ranges=10.0.20.100-10.0.20.199,10.0.20.210\n\
/ip dhcp-server\nadd address-pool=p20 interface=vlan20 lease-time=1d12h name=d20\n\
/ip dhcp-server lease\nadd address=10.0.20.40 comment=\"Front desk phone\" mac-address=00:00:5E:00:53:40\n\
/ip dhcp-server network\nadd address=10.0.20.0/24 dns-server=10.0.20.1,9.9.9.9 gateway=10.0.20.1\n\
/ip firewall nat\nadd action=dst-nat chain=dstnat comment=\"Web\" dst-port=443 in-interface-list=WAN protocol=tcp to-addresses=10.0.20.5 \\\r\n    to-ports=8443\n\
/ip route\nadd gateway=203.0.113.1\n\
/ip service\nset telnet disabled=yes\n\
/ppp secret\nadd name=bob password=hush2 service=l2tp\n\
/snmp community\nset [ find default=yes ] name=hush3\n\
/system identity\nset name=edge\n\
/system script\nadd name=s source=\"/tool fetch password=hush4\"\n";

#[test]
fn an_office_is_read_with_its_networks_forwards_and_vpn() {
    let harvest = harvest(OFFICE).unwrap();
    let circuit = of_kind(&harvest, "circuit")[0];
    assert_eq!(
        (circuit.name.as_str(), circuit.text("gateway")),
        ("Carrier (ether1) (edge)", Some("203.0.113.1"))
    );
    let network = of_kind(&harvest, "network")[0];
    assert_eq!((network.name.as_str(), network.text("dhcp_lease")), ("Phones", Some("36h")));
    assert_eq!(rows(network, "dhcp_range").len(), 2);
    assert_eq!(rows(network, "reservation").len(), 1);
    let published = rows(of_kind(&harvest, "ruleset")[0], "published_port");
    assert_eq!(text_in(published[0], "public"), Some("203.0.113.2:443/tcp"));
    assert_eq!(text_in(published[0], "inside"), Some("10.0.20.5:8443"));
    assert_eq!(of_kind(&harvest, "vpn")[0].text("users"), Some("dana"));
    let phone =
        of_kind(&harvest, "device").into_iter().find(|one| one.key == "00:00:5e:00:53:40").unwrap();
    assert_eq!(phone.text("type"), Some("phone"));
    let said = format!("{:?}", harvest.proposals);
    let kept = String::from_utf8(harvest.attachments[0].bytes.clone()).unwrap();
    for word in ["hush", "yAnz5TF"] {
        assert!(!said.contains(word) && !kept.contains(word), "{word}: {kept}");
    }
    assert_eq!(harvest.secrets.values().sum::<usize>(), 5, "{:?}", harvest.secrets);
}

#[test]
fn an_export_that_is_cut_off_anywhere_is_never_a_panic() {
    for end in 0..OFFICE.len() {
        let _ = harvest(&OFFICE[..end]);
    }
    assert!(harvest("hello").is_err());
}

#[test]
fn an_export_is_known_by_what_it_says() {
    assert_eq!(fit(OFFICE), Fit::Sure);
    assert_eq!(fit(&sample()), Fit::Sure);
    assert_eq!(fit("/ip address add address=10.0.0.1/24 interface=b\n"), Fit::Sure);
    assert_eq!(fit("name,path\na,/ip\n"), Fit::No);
    assert_eq!(fit("/etc/hosts\nadd a=b\n"), Fit::No);
}
