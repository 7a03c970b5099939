//! The devices that stand in the runbook, by what a scan sees of them.

use std::collections::HashMap;
use std::net::IpAddr;

use super::Seen;
use crate::config;
use crate::record;
use crate::record::value::Value;
use crate::schema;
use crate::schema::role::Role;
use crate::source::SourceTree;
use crate::syntax;

/// Devices by MAC address, host name and address. What two records have tells nothing.
#[derive(Default)]
pub struct Known {
    macs: HashMap<String, Vec<String>>,
    names: HashMap<String, Vec<String>>,
    addresses: HashMap<IpAddr, Vec<String>>,
}

impl Known {
    /// Returns the devices of a runbook.
    pub fn read(tree: &SourceTree) -> Known {
        let mut known = Known::default();
        let catalog = schema::read(tree).value;
        let config =
            tree.at(config::FILE_NAME).map(|file| config::read(&syntax::parse(file).value).value);
        let currency = config.map(|config| config.site.currency).unwrap_or_default();
        let Some(device) = catalog.by_name("device") else { return known };
        let kind = catalog.kind(device);
        for record in record::read(tree, &catalog, &currency).value {
            if record.kind != device {
                continue;
            }
            let id = record.id.value.clone();
            let roles = [Role::Identifier, Role::ClaimsAddress, Role::Title];
            for path in roles.iter().flat_map(|role| kind.paths(*role)) {
                for value in record.fields.at(path) {
                    known.take(&value.value, &id);
                }
            }
        }
        known
    }

    fn take<R>(&mut self, value: &Value<R>, id: &str) {
        let mut add_address =
            |ip: IpAddr| self.addresses.entry(ip).or_default().push(id.to_owned());
        match value {
            Value::Mac(mac) => self.macs.entry(mac.to_lowercase()).or_default().push(id.to_owned()),
            Value::Hostname(name) | Value::Text(name) => {
                self.names.entry(name.to_lowercase()).or_default().push(id.to_owned());
            }
            Value::Ip(ip) => add_address(*ip),
            Value::Interface(net) => add_address(net.addr()),
            Value::Url(url) => {
                if let Some(ip) = url::Url::parse(url)
                    .ok()
                    .and_then(|url| url.host_str()?.trim_matches(['[', ']']).parse::<IpAddr>().ok())
                {
                    add_address(ip);
                }
            }
            Value::List(items) => items.iter().for_each(|item| self.take(&item.value, id)),
            _ => {}
        }
    }

    /// Returns the id of the one device that a host is.
    pub fn find(&self, seen: &Seen) -> Option<String> {
        if let Some(id) = seen.mac.as_ref().and_then(|mac| only(self.macs.get(mac))) {
            return Some(id);
        }
        if let Some(name) = &seen.hostname {
            let short = name.split('.').next().unwrap_or(name);
            let by_name = only(self.names.get(name)).or_else(|| only(self.names.get(short)));
            if by_name.is_some() {
                return by_name;
            }
        }
        let ips = seen.addresses.iter().filter_map(|text| text.parse::<IpAddr>().ok());
        ips.into_iter().find_map(|ip| only(self.addresses.get(&ip)))
    }
}

fn only(ids: Option<&Vec<String>>) -> Option<String> {
    let ids = ids?;
    let first = ids.first()?;
    ids.iter().all(|id| id == first).then(|| first.clone())
}
