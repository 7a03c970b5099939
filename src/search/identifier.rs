//! Turns what is read off a label into keys that do not depend on how it is spelt.
//!
//! In: a folded chunk. Out: its whole forms ([`keys`], the same as the engine in the browser asks
//! for), and the parts of it that people type instead of the whole ([`tails`]). Addresses keep their
//! dots; everything else loses what joins its parts.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::Ipv4Net;

use super::tokens::{is_digit, is_joint};

/// Longer keys are cut: a prefix of a key finds it.
const LONGEST_KEY: usize = 48;

/// Most segments of one identifier that are looked at: what is longer is no identifier.
const MOST_SEGMENTS: usize = 24;

/// Most parts of one identifier that are kept.
const MOST_TAILS: usize = 6;

/// Whether a chunk of prose may be an identifier: it has a digit, or is an address or host name.
pub fn is_likely(chunk: &str) -> bool {
    chunk.chars().nth(1).is_some()
        && (chunk.contains(is_digit) || chunk.contains('@') || is_host_name(chunk))
}

fn is_host_name(chunk: &str) -> bool {
    let mut labels = chunk.split('.').rev();
    let last = labels.next().unwrap_or_default();
    let rest = labels.next().unwrap_or_default();
    last.chars().nth(1).is_some()
        && rest.chars().nth(1).is_some()
        && !chunk.contains(|c: char| is_joint(c) && !".-".contains(c))
}

/// Returns the whole forms of a chunk, the most telling first.
pub fn keys(chunk: &str) -> Vec<String> {
    if let Some((_, rest)) = chunk.split_once("://") {
        let mut all = vec![squash(rest)];
        for key in keys(host(rest)) {
            push(&mut all, key);
        }
        return all;
    }
    if is_mac(chunk) {
        return vec![squash(chunk)];
    }
    let bare = chunk.strip_prefix('v').unwrap_or(chunk);
    if let Some((address, length)) = dotted(bare) {
        let whole = match length {
            Some(length) => format!("{address}/{length}"),
            None => address.to_owned(),
        };
        let mut all = vec![whole];
        push(&mut all, address.to_owned());
        return all;
    }
    if let Some((address, port)) = chunk.split_once(':')
        && is_number(port)
        && dotted(address).is_some()
    {
        return keys(address);
    }
    let (address, length) = chunk.split_once('/').unwrap_or((chunk, ""));
    if let Some(expanded) = expanded(address) {
        let short = without_zeros(address);
        let short = if length.is_empty() { short } else { format!("{short}/{length}") };
        return vec![expanded, short];
    }
    vec![squash(chunk)]
}

/// Returns the parts of a chunk by which people look for it, and other whole spellings.
pub fn tails(chunk: &str) -> Vec<String> {
    if let Some((_, rest)) = chunk.split_once("://") {
        return tails(host(rest));
    }
    let mut all = Vec::new();
    if is_mac(chunk) {
        let bare = squash(chunk);
        all.extend([bare[6..].to_owned(), bare[8..].to_owned()]);
        return all;
    }
    let bare = chunk.strip_prefix('v').unwrap_or(chunk);
    if let Some((address, length)) = dotted(bare) {
        let octets: Vec<&str> = address.split('.').collect();
        if octets.len() == 4 {
            all.push(octets[2..].join("."));
        }
        if let Some(net) = length.and_then(|length| format!("{address}/{length}").parse().ok()) {
            let net: Ipv4Net = net;
            push(&mut all, net.trunc().to_string());
            push(&mut all, net.network().to_string());
        }
        return all;
    }
    let address = chunk.split('/').next().unwrap_or(chunk);
    if let Ok(IpAddr::V6(address)) = address.parse() {
        return vec![address.to_string()];
    }
    segments(chunk, &mut all);
    all
}

/// Adds what stands behind each joint, numbers with dots, and what follows a prefix of letters.
fn segments(chunk: &str, all: &mut Vec<String>) {
    for part in chunk.split(|c| is_joint(c) && c != '.') {
        if let Some((address, _)) = dotted(part.strip_prefix('v').unwrap_or(part)) {
            push(all, address.to_owned());
        }
    }
    let mut rest = chunk;
    for _ in 0..MOST_SEGMENTS {
        let Some(at) = rest.find(is_joint) else { break };
        rest = rest[at..].trim_start_matches(is_joint);
        if all.len() >= MOST_TAILS {
            return;
        }
        let tail = squash(rest);
        if tail.chars().count() >= 3 {
            push(all, tail);
        }
    }
    if let Some(at) = rest.find(is_digit) {
        let tail = squash(&rest[at..]);
        if at > 0 && tail.len() >= 3 {
            push(all, tail);
        }
    }
}

/// Returns the keys of a telephone number: its digits, and those from each printed group on.
pub fn phone(number: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut before = ' ';
    for (at, c) in number.char_indices() {
        if c.is_ascii_digit() && !before.is_ascii_digit() {
            let digits: String = number[at..].chars().filter(char::is_ascii_digit).collect();
            if digits.len() >= 4 {
                push(&mut all, digits);
            }
        }
        before = c;
    }
    // The trunk prefix `0` is dropped abroad and dialled at home.
    let national: Vec<String> =
        all.iter().filter_map(|key| key.strip_prefix('0')).map(str::to_owned).collect();
    national.into_iter().for_each(|key| push(&mut all, key));
    all
}

/// Drops what joins the parts of a chunk.
pub fn squash(chunk: &str) -> String {
    chunk.chars().filter(|c| !is_joint(*c)).take(LONGEST_KEY).collect()
}

fn push(all: &mut Vec<String>, key: String) {
    if !key.is_empty() && !all.contains(&key) {
        all.push(key);
    }
}

/// Returns the host of what stands behind `scheme://`.
fn host(rest: &str) -> &str {
    let authority = rest.split(['/', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    match host.matches(':').count() {
        1 => host.split(':').next().unwrap_or_default(),
        _ => host,
    }
}

/// Returns numbers joined by dots, and the length of a prefix behind them.
fn dotted(chunk: &str) -> Option<(&str, Option<&str>)> {
    let (address, length) = match chunk.split_once('/') {
        Some((address, length)) if is_number(length) => (address, Some(length)),
        Some(_) => return None,
        None => (chunk, None),
    };
    let fits = address.contains('.') && address.split('.').all(is_number);
    fits.then_some((address, length))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a chunk is an EUI-48 address: six pairs, three groups of four, or twelve digits.
fn is_mac(chunk: &str) -> bool {
    let groups = |joints: &[char], size: usize, count: usize| {
        let mut found = 0;
        chunk.split(joints).all(|group| {
            found += 1;
            group.len() == size && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        }) && found == count
    };
    groups(&[':', '-'], 2, 6) || groups(&['.'], 4, 3)
}

/// Returns the 32 digits of an IPv6 address, without the dots of RFC 4291 section 2.2.3.
fn expanded(chunk: &str) -> Option<String> {
    if !chunk.contains(':') || !chunk.bytes().all(|b| b == b':' || b.is_ascii_hexdigit()) {
        return None;
    }
    let address: Ipv6Addr = chunk.parse().ok()?;
    Some(address.segments().iter().map(|group| format!("{group:04x}")).collect())
}

/// Drops the zeros that the groups of an IPv6 address begin with.
fn without_zeros(address: &str) -> String {
    let groups: Vec<&str> = address
        .split(':')
        .map(|group| match group.trim_start_matches('0') {
            "" if !group.is_empty() => "0",
            rest => rest,
        })
        .collect();
    groups.join(":")
}
