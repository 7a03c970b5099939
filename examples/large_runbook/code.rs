//! Commands and files in nine languages, a different one for every procedure.
//!
//! No two blocks are alike, since a colouring that is remembered by content would otherwise be
//! measured once and reused.

use crate::dice::Dice;
use crate::estate::{Estate, site_id};
use crate::record::Kind;

/// The names and numbers that fill a block.
struct Filling {
    host: String,
    other: String,
    site: String,
    network: String,
    port: i64,
    days: i64,
    limit: i64,
    vlan: i64,
    case: usize,
}

/// Writes one block.
type Lines = fn(&Filling) -> Vec<String>;

/// Returns the language and the lines of procedure `ix`, which is about a device of `site`.
pub fn block(estate: &Estate, ix: usize, site: usize, dice: &mut Dice) -> (&'static str, String) {
    let devices = estate.count(Kind::Device);
    let fill = Filling {
        host: estate.id(Kind::Device, dice.below(devices)),
        other: estate.id(Kind::Device, dice.below(devices)),
        site: site_id(site),
        network: format!("10.{}.{}", site / 256, site % 256),
        port: dice.between(1024, 65_000),
        days: dice.between(2, 365),
        limit: dice.between(10, 9_000),
        vlan: dice.between(2, 4_000),
        case: ix + 1,
    };
    let languages: [(&str, Lines); 9] = [
        ("bash", bash),
        ("powershell", powershell),
        ("cisco", cisco),
        ("toml", toml),
        ("sql", sql),
        ("yaml", yaml),
        ("json", json),
        ("ini", ini),
        ("python", python),
    ];
    // Shells are what runbooks hold most of.
    let (language, write) = languages[[0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8][ix % 14]];
    (language, write(&fill).join("\n"))
}

/// Makes a list of lines, each as `format!` makes it.
macro_rules! lines {
    ($($line:expr),+ $(,)?) => { vec![$(format!($line)),+] };
}

fn bash(f: &Filling) -> Vec<String> {
    let Filling { host, other, site, network, port, days, limit, case, .. } = f;
    lines![
        "#!/usr/bin/env bash",
        "# Case {case}: tidy {host}, then tell {other}",
        "set -euo pipefail",
        "readonly target=\"/srv/{site}/archive-{case}\"",
        "mkdir -p \"$target\" && cd \"$target\"",
        "for file in /var/log/{host}/*.log; do",
        "  if [[ $(stat -c %s \"$file\") -gt {limit} ]]; then",
        "    gzip --keep --suffix \".{case}.gz\" \"$file\" || echo \"skipped $file\" >&2",
        "  fi",
        "done",
        "find \"$target\" -name '*.gz' -mtime +{days} -print -delete | tee \"run-{case}.txt\"",
        "rsync --archive --port={port} \"$target/\" backup@{other}.example:{site}/",
        "ping -c 3 {network}.1 | awk -F/ 'END {{ print $5 \" ms\" }}'",
    ]
}

fn powershell(f: &Filling) -> Vec<String> {
    let Filling { host, other, site, days, limit, case, .. } = f;
    lines![
        "# Case {case}: accounts at {site} that nobody has used for {days} days",
        "$since = (Get-Date).AddDays(-{days})",
        "$people = Get-ADUser -Filter {{ LastLogonDate -lt $since }} -Properties LastLogonDate",
        "foreach ($person in $people | Select-Object -First {limit}) {{",
        "    if ($person.Enabled -and $person.DistinguishedName -like '*OU={site}*') {{",
        "        Disable-ADAccount -Identity $person -WhatIf",
        "        Write-Output \"$($person.SamAccountName) on {host}\"",
        "    }}",
        "}}",
        "Get-Service -ComputerName '{other}' -Name 'Spooler', 'W32Time' |",
        "    Where-Object Status -ne 'Running' | Start-Service -Verbose",
        "Export-Csv -Path \"C:\\Reports\\case-{case}.csv\" -InputObject $people -NoTypeInformation",
    ]
}

fn cisco(f: &Filling) -> Vec<String> {
    let Filling { host, other, network, vlan, limit, case, .. } = f;
    let port = case % 48 + 1;
    lines![
        "configure terminal",
        "hostname {host}",
        "vlan {vlan}",
        " name case-{case}",
        "interface GigabitEthernet1/0/{port}",
        " description to {other}",
        " switchport mode access",
        " switchport access vlan {vlan}",
        " storm-control broadcast level pps {limit}",
        " spanning-tree portfast",
        " no shutdown",
        "ip route {network}.0 255.255.255.0 {network}.1",
        "end",
        "show interfaces GigabitEthernet1/0/{port} status",
    ]
}

fn toml(f: &Filling) -> Vec<String> {
    let Filling { host, other, network, port, days, limit, case, .. } = f;
    lines![
        "# Case {case}: what the agent on {host} reads",
        "[agent]",
        "name = \"{host}\"",
        "listen = \"{network}.10:{port}\"",
        "keep_days = {days}",
        "compress = true",
        "",
        "[agent.limits]",
        "queue = {limit}",
        "retry = [1, 5, 30]",
        "",
        "[[target]]",
        "host = \"{other}.example\"",
        "since = 2026-11-15T22:00:00Z",
    ]
}

fn sql(f: &Filling) -> Vec<String> {
    let Filling { host, site, days, limit, case, .. } = f;
    lines![
        "-- Case {case}: bookings at {site} without an invoice",
        "BEGIN TRANSACTION;",
        "CREATE TEMPORARY TABLE open_{case} AS",
        "SELECT b.id, b.booked_on, COUNT(l.id) AS lines, SUM(l.amount) AS total",
        "FROM bookings AS b",
        "LEFT JOIN booking_lines AS l ON l.booking_id = b.id",
        "WHERE b.site = '{site}' AND b.booked_on > CURRENT_DATE - INTERVAL '{days} days'",
        "GROUP BY b.id, b.booked_on",
        "HAVING SUM(l.amount) > {limit}.50;",
        "UPDATE bookings SET checked_by = '{host}' WHERE id IN (SELECT id FROM open_{case});",
        "COMMIT;",
    ]
}

fn yaml(f: &Filling) -> Vec<String> {
    let Filling { host, other, network, port, days, limit, case, .. } = f;
    lines![
        "# Case {case}",
        "- name: Settle {host}",
        "  hosts: [{host}, {other}]",
        "  become: true",
        "  vars:",
        "    keep_days: {days}",
        "    resolver: \"{network}.1\"",
        "  tasks:",
        "    - name: Limit the journal",
        "      ansible.builtin.lineinfile:",
        "        path: /etc/systemd/journald.conf",
        "        line: \"SystemMaxUse={limit}M\"",
        "    - name: Open the port",
        "      ansible.posix.firewalld: {{ port: {port}/tcp, state: enabled, permanent: true }}",
    ]
}

fn json(f: &Filling) -> Vec<String> {
    let Filling { host, other, network, port, days, limit, vlan, case, .. } = f;
    lines![
        "{{",
        "  \"case\": {case},",
        "  \"host\": \"{host}\",",
        "  \"peers\": [\"{other}\", \"{network}.1\"],",
        "  \"port\": {port},",
        "  \"vlan\": {vlan},",
        "  \"keep\": {{ \"days\": {days}, \"megabytes\": {limit}, \"forever\": false }},",
        "  \"notes\": null",
        "}}",
    ]
}

fn ini(f: &Filling) -> Vec<String> {
    let Filling { host, other, site, network, port, days, limit, case, .. } = f;
    lines![
        "; Case {case}: the scanner share of {site}",
        "[global]",
        "netbios name = {host}",
        "interfaces = {network}.10/24",
        "smb ports = {port}",
        "log level = 2",
        "",
        "[scans-{case}]",
        "path = /srv/{site}/scans",
        "hosts allow = {other}",
        "max log size = {limit}",
        "; kept for {days} days by a job of its own",
        "read only = no",
    ]
}

fn python(f: &Filling) -> Vec<String> {
    let Filling { host, site, network, port, days, limit, case, .. } = f;
    lines![
        "\"\"\"Case {case}: which addresses at {site} still answer.\"\"\"",
        "import socket",
        "from datetime import date, timedelta",
        "",
        "SINCE = date(2026, 11, 15) - timedelta(days={days})",
        "",
        "def answers(address: str, port: int = {port}) -> bool:",
        "    try:",
        "        with socket.create_connection((address, port), timeout=0.5):",
        "            return True",
        "    except OSError:",
        "        return False",
        "",
        "print(\"{host}\", SINCE, [n for n in range({limit} % 200, 250) if answers(f\"{network}.{{n}}\")])",
    ]
}
