//! Reads what the API of Hudu answers: companies, assets by layout, passwords without their values,
//! articles, procedures, networks, racks, websites and relations, in any order and number of files.
//!
//! Lists stand under their plural name (`{"assets": […]}`) or bare; a bare list is known by what its first
//! item has. What an asset is, its layout's name says.

mod gather;
mod network;
mod objects;

use super::bounded::json;
use super::foreign::Foreign;
use super::proposal::Harvest;
use super::{Fit, Reader, Refused, Wishes};
use crate::schema;

/// The reader of the API's answers.
pub struct Hudu;

/// How the system is called in records.
pub const SYSTEM: &str = "hudu";

/// The vault that accounts name.
pub const VAULT: &str = "Hudu";

/// What only answers of this API have: any one of a line's words, all of them.
const MARKS: &[&[&str]] = &[
    &["\"asset_layout_id\""],
    &["\"asset_layouts\""],
    &["\"asset_passwords\""],
    &["\"passwordable_type\""],
    &["\"id_in_integration\""],
    &["\"company_type\"", "\"parent_company_id\""],
    &["\"fromable_type\""],
    &["\"expirationable_type\""],
    &["\"company_id\"", "\"disable_ssl\""],
    &["\"company_id\"", "\"network_type\""],
    &["\"company_id\"", "\"vlan_zone_id\""],
    &["\"company_id\"", "\"network_id\"", "\"fqdn\""],
    &["\"company_id\"", "\"starting_unit\""],
    &["\"rack_storage_id\""],
    &["\"folders\"", "\"company_id\""],
    &["\"password_folders\"", "\"company_id\""],
    &["\"articles\"", "\"company_id\""],
    &["\"article\"", "\"enable_sharing\""],
    &["\"procedures\"", "\"company_id\""],
    &["\"procedure_tasks\""],
    &["\"procedure_tasks_attributes\""],
];

impl Reader for Hudu {
    fn name(&self) -> &'static str {
        "hudu"
    }

    fn about(&self) -> &'static str {
        "Hudu API answers (JSON)"
    }

    fn fit(&self, file: &Foreign) -> Fit {
        let text = file.head_text();
        let is_json = text.trim_start().starts_with(['{', '[']);
        let is_marked = MARKS.iter().any(|marks| marks.iter().all(|mark| text.contains(mark)));
        if is_json && is_marked { Fit::Sure } else { Fit::No }
    }

    fn reads_together(&self) -> bool {
        true
    }

    fn read(
        &self,
        files: &[Foreign],
        wishes: &Wishes<'_>,
        harvest: &mut Harvest,
    ) -> Result<(), Refused> {
        let mut gathered = gather::Gathered::default();
        for file in files {
            let value = json::read(file)?;
            if !gathered.add(&value, &file.name) {
                return Err(Refused::new(format!(
                    "`{}` holds nothing that Hudu's API answers",
                    file.name
                ))
                .help("save an answer as it comes: `{\"assets\": […]}`, or the bare list"));
            }
        }
        objects::read(&gathered, &schema::read(wishes.tree).value, harvest);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
