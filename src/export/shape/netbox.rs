//! Says what ports are in the words of NetBox, whose types of interfaces name a plug and a speed in one
//! (`InterfaceTypeChoices`).

/// Returns the type of a port that is `kind` in the records and runs at `speed` kilobits a second.
///
/// A copper or fibre port whose speed nobody wrote down is taken for one of a gigabit, the commonest.
pub fn type_of_port(kind: &str, speed: Option<u64>) -> String {
    const MEGABIT: u64 = 1_000;
    let megabits = speed.map_or(1_000, |speed| speed / MEGABIT);
    let copper = match megabits {
        0..=10 => "10base-t",
        11..=100 => "100base-tx",
        101..=1_000 => "1000base-t",
        1_001..=2_500 => "2.5gbase-t",
        2_501..=5_000 => "5gbase-t",
        _ => "10gbase-t",
    };
    let fibre = match megabits {
        0..=100 => "100base-fx",
        101..=1_000 => "1000base-x-sfp",
        1_001..=10_000 => "10gbase-x-sfpp",
        10_001..=25_000 => "25gbase-x-sfp28",
        25_001..=40_000 => "40gbase-x-qsfpp",
        _ => "100gbase-x-qsfp28",
    };
    match kind {
        "ethernet" | "mgmt" => copper,
        "fibre" => fibre,
        "wifi" => "ieee802.11ax",
        "virtual" | "vlan" | "loopback" => "virtual",
        "lag" => "lag",
        _ => "other",
    }
    .to_owned()
}

/// Returns a speed as people write it in kilobits a second: `2.5 Gbit/s`, `100 Mbps`, `1G`.
pub fn kilobits(speed: &str) -> Option<u64> {
    let bare: String =
        speed.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let digits = bare.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(bare.len());
    let (number, unit) = bare.split_at(digits);
    let factor = match unit {
        "g" | "gb" | "gbit" | "gbit/s" | "gb/s" | "gbps" => 1_000_000.0,
        "m" | "mb" | "mbit" | "mbit/s" | "mb/s" | "mbps" => 1_000.0,
        "k" | "kbit" | "kbit/s" | "kb/s" | "kbps" => 1.0,
        _ => return None,
    };
    let speed = number.parse::<f64>().ok()? * factor;
    // NetBox keeps it as a positive integer of 32 bits.
    (speed >= 1.0 && speed <= f64::from(i32::MAX)).then_some(speed.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_read_as_people_write_it() {
        for (written, speed) in [
            ("1 Gbit/s", Some(1_000_000)),
            ("2.5 Gbps", Some(2_500_000)),
            ("100 Mbit/s", Some(100_000)),
            ("10G", Some(10_000_000)),
            ("64 kbit/s", Some(64)),
            ("fast", None),
            ("", None),
            ("99999999999 G", None),
        ] {
            assert_eq!(kilobits(written), speed, "{written}");
        }
    }

    #[test]
    fn a_port_has_the_type_of_its_plug_and_speed() {
        assert_eq!(type_of_port("ethernet", Some(2_500_000)), "2.5gbase-t");
        assert_eq!(type_of_port("ethernet", None), "1000base-t");
        assert_eq!(type_of_port("fibre", Some(10_000_000)), "10gbase-x-sfpp");
        assert_eq!(type_of_port("console", None), "other");
    }
}
