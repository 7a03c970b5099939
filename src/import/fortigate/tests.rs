//! Tests of the reader of FortiGate configurations.

use super::*;
use crate::import::trial::{self, of_kind, rows, text_in};

fn harvest(text: &str) -> Result<Harvest, Refused> {
    trial::harvest(&FortiGate, "fw.conf", text)
}

fn sample() -> String {
    trial::sample("secrets/oxidized/fortigate.txt")
}

#[test]
fn the_sample_says_what_it_is_and_keeps_no_secret() {
    let text = sample();
    let harvest = harvest(&text).unwrap();
    let device = of_kind(&harvest, "device")[0];
    for (field, value) in [
        ("model", "FortiGate-91G"),
        ("serial", "FGT91GTK00000000"),
        ("os_version", "7.4.7"),
        ("hostname", "TEST-FW1234"),
        ("management", "https://192.0.2.2"),
    ] {
        assert_eq!(device.text(field), Some(value), "{field}");
    }
    let circuit = of_kind(&harvest, "circuit")[0];
    assert_eq!(circuit.name, "outside (TEST-FW1234)");
    let encoded = text.matches(" ENC ").count();
    assert_eq!(harvest.secrets.values().sum::<usize>(), encoded + 1, "with the private key");
    let kept = String::from_utf8(harvest.attachments[0].bytes.clone()).unwrap();
    let said = format!("{:?}", harvest.proposals);
    for word in ["AAAAAAAAAABBBBBBBBBBCCCCCCCCCC", "PRIVATEKEY"] {
        assert!(!kept.contains(word) && !said.contains(word), "{word}");
    }
    assert_eq!(kept.matches("<removed>").count(), encoded + 1);
    // The sample's certificate is a dummy, and that is told.
    assert_eq!(harvest.skipped.len(), 1);
}

/// What the sample does not have.
const OFFICE: &str = "#config-version=FGT60F-7.2.5-FW-build1517-230606:opmode=0:vdom=0:user=admin
config system global
    set hostname \"fw-hq\"
    set admin-sport 8443
end
config system interface
    edit \"wan1\"
        set ip 203.0.113.2 255.255.255.248
        set role wan
        set type physical
    next
    edit \"internal\"
        set ip 10.0.0.1 255.255.255.0
        set allowaccess ping https
        set role lan
        set alias \"Office\"
    next
    edit \"guest\"
        set ip 10.0.20.1 255.255.255.0
        set interface \"internal\"
        set vlanid 20
    next
end
config system dhcp server
    edit 1
        set dns-service local
        set default-gateway 10.0.0.1
        set netmask 255.255.255.0
        set interface \"internal\"
        config ip-range
            edit 1
                set start-ip 10.0.0.100
                set end-ip 10.0.0.199
            next
        end
        config reserved-address
            edit 1
                set ip 10.0.0.40
                set mac 00:00:5e:00:53:40
                set description \"Front desk printer\"
            next
        end
    next
end
config router static
    edit 1
        set gateway 203.0.113.1
        set device \"wan1\"
    next
end
config firewall address
    edit \"srv\"
        set subnet 10.0.0.5 255.255.255.255
    next
end
config firewall vip
    edit \"web\"
        set extip 203.0.113.3
        set mappedip \"10.0.0.5\"
        set extintf \"wan1\"
        set portforward enable
        set extport 443
        set mappedport 8443
    next
    edit \"old\"
        set extip 203.0.113.4
        set mappedip \"10.0.0.6\"
    next
end
config firewall policy
    edit 7
        set name \"Web in\"
        set srcintf \"wan1\"
        set dstintf \"internal\"
        set action accept
        set srcaddr \"all\"
        set dstaddr \"web\"
        set service \"HTTPS\"
        set comments \"patients fill in forms\"
    next
    edit 8
        set srcintf \"internal\"
        set dstintf \"wan1\"
        set action accept
        set status disable
        set srcaddr \"all\"
        set dstaddr \"all\"
        set service \"ALL\"
        set nat enable
    next
end
config vpn ipsec phase1-interface
    edit \"north\"
        set interface \"wan1\"
        set ike-version 2
        set proposal aes256-sha256
        set dhgrp 14
        set remote-gw 198.51.100.9
        set psksecret \"two words\"
    next
end
config vpn ipsec phase2-interface
    edit \"north-p2\"
        set phase1name \"north\"
        set proposal aes256-sha256
        set src-subnet 10.0.0.0 255.255.255.0
        set dst-subnet 10.9.0.0 255.255.0.0
    next
end
config antivirus profile
    edit \"default\"
    next
end
";

#[test]
fn an_office_is_read_with_its_networks_policies_and_vpn() {
    let harvest = harvest(OFFICE).unwrap();
    let device = of_kind(&harvest, "device").into_iter().find(|one| one.name == "fw-hq").unwrap();
    assert_eq!(device.text("model"), Some("FortiGate-60F"));
    assert_eq!(device.text("management"), Some("https://10.0.0.1:8443"));
    let networks = of_kind(&harvest, "network");
    assert_eq!(
        networks.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        ["Office", "guest"]
    );
    assert_eq!(text_in(rows(networks[0], "dhcp_range")[0], "to"), Some("10.0.0.199"));
    assert_eq!(rows(networks[0], "reservation").len(), 1);
    assert_eq!(of_kind(&harvest, "circuit")[0].text("gateway"), Some("203.0.113.1"));
    let ruleset = of_kind(&harvest, "ruleset")[0];
    let rules = rows(ruleset, "rule");
    assert_eq!(text_in(rules[0], "purpose"), Some("patients fill in forms"));
    assert_eq!(text_in(rules[1], "name"), Some("Policy 8"));
    let published = rows(ruleset, "published_port");
    assert_eq!(published.len(), 1, "the other one is let in by no policy");
    assert_eq!(text_in(published[0], "public"), Some("203.0.113.3:443/tcp"));
    assert_eq!(text_in(published[0], "inside"), Some("10.0.0.5:8443"));
    let vpn = of_kind(&harvest, "vpn")[0];
    assert_eq!(vpn.text("ike"), Some("IKEv2, aes256-sha256, group 14"));
    assert_eq!(harvest.secrets["psksecret"], 1);
    let told: Vec<&str> = harvest.strangers.iter().map(|one| one.label.as_str()).collect();
    assert_eq!(told, ["antivirus profile"]);
}

#[test]
fn virtual_domains_are_told_apart() {
    let text = "config global\nconfig system global\nset hostname \"f\"\nend\nend\nconfig vdom\nedit root\nconfig firewall policy\nedit 1\nset action deny\nnext\nend\nnext\nedit guest\nconfig firewall policy\nedit 1\nset action accept\nnext\nend\nnext\nend\n";
    let harvest = harvest(text).unwrap();
    let rules = rows(of_kind(&harvest, "ruleset")[0], "rule");
    let names: Vec<_> = rows(of_kind(&harvest, "ruleset")[0], "rule")
        .iter()
        .map(|row| text_in(row, "name").unwrap().to_owned())
        .collect();
    assert_eq!((rules.len(), names.join("|")), (2, "root: Policy 1|guest: Policy 1".to_owned()));
}

#[test]
fn a_configuration_that_is_cut_off_is_refused_and_never_a_panic() {
    let mut taken = 0;
    for end in 0..OFFICE.len() {
        taken += usize::from(harvest(&OFFICE[..end]).is_ok());
    }
    // Between two sections nothing tells that more was to come.
    assert!(taken < OFFICE.len() / 20, "{taken}");
    assert!(harvest("").is_err() && harvest("hello").is_err());
}
