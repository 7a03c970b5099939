//! Tests of the reader of `config.xml`: real samples, counted a second time in the text itself, and
//! small files of the newer layouts.

use super::*;
use crate::import::proposal::Wish;
use crate::import::trial::{self, of_kind, rows, text_in};

/// Reads text, or a file below `tests/data/import`.
fn harvest(text: &str) -> Result<Harvest, Refused> {
    trial::harvest(&PfSense, "config.xml", text)
}

fn sample(path: &str) -> String {
    trial::sample(&format!("import/{path}"))
}

#[test]
fn what_a_file_holds_is_what_comes_of_it() {
    for path in [
        "oxidized/pfsense.txt",
        "opndossier/pfsense/config-2.7.x.xml",
        "opndossier/pfsense/config-pfSense.xml",
        "opndossier/sample.config.4.xml",
        "opndossier/sample.config.7.xml",
    ] {
        let text = sample(path);
        let harvest = harvest(&text).unwrap();
        let count = |needle: &str| text.matches(needle).count();
        let between = |open: &str, close: &str| {
            let part = text.split_once(open).and_then(|(_, rest)| rest.split_once(close));
            part.map_or("", |(part, _)| part).to_owned()
        };
        let rules = between("<filter>", "</filter>").matches("<rule").count();
        let forwards = between("<nat>", "</nat>").matches("<local-port>").count();
        let rulesets = of_kind(&harvest, "ruleset");
        assert_eq!(rows(rulesets[0], "rule").len(), rules, "{path}");
        let inside = rows(rulesets[0], "published_port");
        let inside =
            inside.iter().filter(|row| text_in(row, "inside").is_some_and(|to| to.contains(':')));
        assert_eq!(inside.count(), forwards, "{path}");
        let device = of_kind(&harvest, "device")[0];
        let ports = between("<interfaces>", "</interfaces>");
        let own = ports.matches("<if>").count() - ports.matches("<internal_dynamic>").count();
        assert_eq!(rows(device, "interface").len(), own, "{path}");
        assert_eq!(of_kind(&harvest, "device").len() - 1, count("<staticmap>"), "{path}");
        assert_eq!(
            of_kind(&harvest, "vpn").len(),
            count("<openvpn-client>") + count("<server uuid=")
        );
        assert_eq!(of_kind(&harvest, "account").len(), count("<user>"), "{path}");
        assert_eq!(harvest.attachments.len(), 1, "{path}");
        // Every secret of the file is gone from what is kept.
        let kept = String::from_utf8(harvest.attachments[0].bytes.clone()).unwrap();
        for word in [
            "$2y$",
            "$2b$",
            "PRIVATE",
            "LS0tLS1CRUdJTiBQUklW",
            "w9aO9TLbNoHxic3T",
            "Ku7rxJotUKNM",
            ">public<",
            "<auth_pass>M",
        ] {
            assert!(!kept.contains(word), "{path}: {word}");
        }
        assert!(crate::secrets::scan(&kept).is_empty(), "{path}");
    }
}

#[test]
fn ranges_reservations_and_vlans_stand_with_their_network() {
    let harvest = harvest(&sample("opndossier/sample.config.7.xml")).unwrap();
    let networks = of_kind(&harvest, "network");
    let lan = networks.iter().find(|network| network.name == "LAN").unwrap();
    assert_eq!(lan.text("prefix"), Some("10.1.1.0/24"));
    assert_eq!(lan.text("gateway"), Some("10.1.1.1"));
    assert_eq!(text_in(rows(lan, "dhcp_range")[0], "to"), Some("10.1.1.199"));
    assert_eq!(text_in(rows(lan, "reservation")[0], "ip"), Some("10.1.1.100"));
    let vlan = networks.iter().find(|network| network.name == "V933_Guest933").unwrap();
    assert!(
        vlan.fields
            .iter()
            .any(|given| given.field == "vlan_id" && given.value == Wish::Integer(933))
    );
    assert_eq!(harvest.skipped.len(), 1, "the DHCP of an interface that is not there");
}

/// The newer layout of OPNsense: Kea, rules, aliases, VPNs.
const NEWER: &str = r#"<?xml version="1.0"?>
<opnsense><system><hostname>edge</hostname><domain>corp.example</domain>
<user><name>ops</name><uid>7</uid><password>hush</password></user>
<group><name>admins</name><gid>1999</gid><member>0,7</member><priv>page-all</priv></group></system>
<interfaces>
<wan><if>pppoe0</if><enable>1</enable><ipaddr>pppoe</ipaddr></wan>
<lan><if>igc1</if><descr>Office</descr><enable>1</enable><ipaddr>10.0.0.1</ipaddr><subnet>24</subnet></lan>
</interfaces>
<ppps><ppp><type>pppoe</type><if>pppoe0</if><ports>igc0</ports><username>line@isp.example</username><password>c2VjcmV0</password></ppp></ppps>
<OPNsense>
<Firewall><Alias><aliases><alias uuid="a"><enabled>1</enabled><name>PRINTERS</name><type>host</type><content>10.0.0.40
10.0.0.41</content><description>All printers</description></alias></aliases></Alias>
<Filter><rules>
<rule uuid="2"><enabled>1</enabled><sequence>2</sequence><action>block</action><interface>lan</interface><source_net>PRINTERS</source_net><destination_net>any</destination_net><log>1</log></rule>
<rule uuid="1"><enabled>0</enabled><sequence>1</sequence><action>pass</action><interface>lan</interface><protocol>TCP</protocol><source_net>lan</source_net><source_not>1</source_not><destination_net>any</destination_net><destination_port>443</destination_port><description>Web</description></rule>
</rules></Filter></Firewall>
<Kea><dhcp4><general><enabled>1</enabled></general>
<subnets><subnet4 uuid="s"><subnet>10.0.0.0/24</subnet><option_data><routers>10.0.0.1</routers><domain_name_servers>10.0.0.1,9.9.9.9</domain_name_servers></option_data><pools>10.0.0.100-10.0.0.199</pools></subnet4></subnets>
<reservations><reservation uuid="r"><subnet>s</subnet><ip_address>10.0.0.40</ip_address><hw_address>00:00:5e:00:53:40</hw_address><hostname>prn-front</hostname><description>Front desk printer</description></reservation></reservations></dhcp4></Kea>
<Swanctl><Connections><Connection uuid="c"><enabled>1</enabled><description>North</description><version>2</version><remote_addrs>198.51.100.9</remote_addrs><proposals>aes256-sha256-modp2048</proposals></Connection></Connections>
<locals><local uuid="l"><connection>c</connection><auth>psk</auth></local></locals>
<children><child uuid="d"><connection>c</connection><esp_proposals>aes256gcm16</esp_proposals><local_ts>10.0.0.0/24</local_ts><remote_ts>10.9.0.0/24,10.9.1.0/24</remote_ts></child></children></Swanctl>
<IDS><general><enabled>1</enabled><ips>0</ips></general></IDS>
</OPNsense></opnsense>"#;

#[test]
fn the_newer_layout_is_read_as_the_older_one() {
    let harvest = harvest(NEWER).unwrap();
    let ruleset = of_kind(&harvest, "ruleset")[0];
    let rules = rows(ruleset, "rule");
    assert_eq!(text_in(rules[0], "name"), Some("Web"));
    assert_eq!(text_in(rules[0], "from"), Some("not Office net on Office"));
    assert_eq!(text_in(rules[1], "from"), Some("PRINTERS on Office"));
    let vpn = of_kind(&harvest, "vpn")[0];
    assert_eq!((vpn.text("peer_address"), vpn.text("auth")), (Some("198.51.100.9"), Some("psk")));
    let network = of_kind(&harvest, "network")[0];
    assert_eq!(text_in(rows(network, "dhcp_range")[0], "from"), Some("10.0.0.100"));
    let printer =
        of_kind(&harvest, "device").into_iter().find(|one| one.name == "prn-front").unwrap();
    assert_eq!(printer.text("type"), Some("printer"));
    let circuit = of_kind(&harvest, "circuit")[0];
    assert!(circuit.fields.iter().any(|given| given.value == Wish::Text("PPPoE".to_owned())));
    let login = of_kind(&harvest, "account");
    assert!(login.iter().any(|one| one.text("username") == Some("line@isp.example")));
    let told: Vec<&str> = harvest.strangers.iter().map(|one| one.label.as_str()).collect();
    assert_eq!(told, ["OPNsense/IDS"]);
    assert_eq!(harvest.secrets["password"], 2);
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_refused_and_never_a_panic() {
    for end in 0..NEWER.len() {
        if let Some(part) = NEWER.get(..end) {
            assert!(harvest(part).is_err(), "{end}");
        }
    }
}

#[test]
fn damage_in_the_middle_is_never_a_panic() {
    let bytes = NEWER.as_bytes();
    for at in (0..bytes.len()).step_by(3) {
        let mut damaged = bytes.to_vec();
        damaged[at] = b"<>&0x\xff "[at % 7];
        if let Ok(text) = String::from_utf8(damaged) {
            let _ = harvest(&text);
        }
    }
}

#[test]
fn what_is_no_configuration_is_refused() {
    for text in ["<pfsense></pfsense>", "<pfsense><system>", "<opnsense/>", "<html></html>"] {
        assert!(harvest(text).is_err(), "{text}");
    }
    let fit = |text: &str| PfSense.fit(&Foreign::of_bytes("x", text.as_bytes()));
    assert_eq!(fit("\u{feff}<?xml version=\"1.0\"?>\n<!-- a -->\n<pfsense>"), Fit::Sure);
    assert_eq!(fit("<nmaprun>"), Fit::No);
    assert_eq!(fit("name,serial\n<pfsense>"), Fit::No);
}
