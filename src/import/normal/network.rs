//! Addresses of the network in the spellings of other systems.

use std::net::IpAddr;

use ipnet::IpNet;

/// Returns the parts of a cell that holds several values: parted by commas, semicolons, spaces, bars
/// or lines, or a list as JSON writes it.
pub fn parts(text: &str) -> Vec<&str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '[' | ']' | '"'))
        .filter(|part| !part.is_empty())
        .collect()
}

/// Returns a MAC address in colon form, from any of `00-00-5E-…`, `0000.5e00.5301`, `00005E005301`.
pub fn mac(text: &str) -> Option<String> {
    let is_mark = |c: char| matches!(c, ':' | '-' | '.' | ' ');
    let digits: String = text.chars().filter(|c| !is_mark(*c)).collect::<String>().to_lowercase();
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if digits.len() != 12 || !is_hex || digits == "000000000000" || digits == "ffffffffffff" {
        return None;
    }
    let pairs: Vec<&str> = (0..6).map(|ix| &digits[ix * 2..ix * 2 + 2]).collect();
    Some(pairs.join(":"))
}

/// Returns an address without a length and a zone: `10.0.0.1/24` is `10.0.0.1`.
pub fn ip(text: &str) -> Option<String> {
    let bare = text.split(['/', '%', ' ']).next()?.trim_matches(['[', ']']);
    let address: IpAddr = bare.parse().ok()?;
    (!address.is_unspecified()).then(|| address.to_string())
}

/// Returns an address with the length of its network, if that is given: `10.0.0.1 255.255.255.0` is
/// `10.0.0.1/24`.
pub fn address(text: &str) -> Option<String> {
    let (bare, length) = match text.split_once(['/', ' ']) {
        Some((bare, length)) => (bare, Some(length.trim())),
        None => (text, None),
    };
    let address: IpAddr = bare.split('%').next()?.parse().ok()?;
    if address.is_unspecified() {
        return None;
    }
    match length {
        None => Some(address.to_string()),
        Some(length) => {
            Some(IpNet::new(address, prefix_length(length, address)?).ok()?.to_string())
        }
    }
}

/// Returns a prefix: of `10.0.0.1/24` or `10.0.0.0 255.255.255.0`, `10.0.0.0/24`.
pub fn prefix(text: &str) -> Option<String> {
    let (bare, length) = text.split_once(['/', ' '])?;
    let address: IpAddr = bare.parse().ok()?;
    let net = IpNet::new(address, prefix_length(length.trim(), address)?).ok()?;
    Some(net.trunc().to_string())
}

/// Returns the length of a prefix, given as a number or as a mask.
pub fn prefix_length(text: &str, address: IpAddr) -> Option<u8> {
    if let Ok(length) = text.parse::<u8>() {
        return Some(length);
    }
    match (text.parse().ok()?, address) {
        (IpAddr::V4(mask), IpAddr::V4(_)) => ipnet::ipv4_mask_to_prefix(mask).ok(),
        _ => None,
    }
}

/// Returns a web address with its scheme: `www.example.com` is `https://www.example.com`.
pub fn url(text: &str) -> String {
    let first = text.split(['/', '?', ':']).next().unwrap_or_default();
    let is_name = first.contains('.') && first.parse::<IpAddr>().is_err();
    match !text.contains("://") && is_name && !text.starts_with("mailto:") {
        true => format!("https://{text}"),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_in_the_spellings_of_other_systems() {
        for text in ["00:00:5E:00:53:01", "0000.5e00.5301", "00005E005301", "00-00-5e-00-53-01"] {
            assert_eq!(mac(text).as_deref(), Some("00:00:5e:00:53:01"), "{text}");
        }
        assert_eq!(mac("000000000000"), None);
        assert_eq!(address("10.0.0.1 255.255.255.0").as_deref(), Some("10.0.0.1/24"));
        assert_eq!(address("fe80::1%eth0").as_deref(), Some("fe80::1"));
        assert_eq!(address("0.0.0.0"), None);
        assert_eq!(ip("10.0.0.1/24").as_deref(), Some("10.0.0.1"));
        assert_eq!(prefix("10.0.0.9/24").as_deref(), Some("10.0.0.0/24"));
        assert_eq!(prefix("10.0.0.9"), None);
        assert_eq!(url("www.example.com/a"), "https://www.example.com/a");
        assert_eq!(url("ssh://x"), "ssh://x");
    }

    #[test]
    fn a_cell_with_several_values_is_parted() {
        assert_eq!(parts("[\"10.0.0.1\", \"10.0.0.2\"]"), ["10.0.0.1", "10.0.0.2"]);
        assert_eq!(parts("10.0.0.1;10.0.0.2 10.0.0.3"), ["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
    }
}
