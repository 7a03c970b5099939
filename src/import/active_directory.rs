//! Reads what PowerShell tells of Active Directory, as JSON: `Get-ADDomain`, `Get-ADForest`,
//! `Get-ADDomainController`, `Get-ADComputer` and `Get-ADUser`, each with `| ConvertTo-Json`.
//!
//! What sort of object one is, its own properties say. The habits of PowerShell's JSON are the business
//! of `object`; here directories become services, computers devices, and accounts that programs and
//! administrators use accounts.

mod computers;
mod domains;
mod object;
mod users;

use super::foreign::Foreign;
use super::proposal::{Harvest, Origin};
use super::{Fit, Reader, Refused, Wishes, bounded};
use object::{Object, Sort};

/// The reader of Active Directory.
pub struct ActiveDirectory;

impl Reader for ActiveDirectory {
    fn name(&self) -> &'static str {
        "active-directory"
    }

    fn about(&self) -> &'static str {
        "Active Directory: Get-ADDomain, Get-ADForest, Get-ADComputer and others as JSON"
    }

    fn fit(&self, file: &Foreign) -> Fit {
        let text = file.head_text();
        let is_json = text.trim_start().starts_with(['{', '[']);
        let has = |names: &[&str]| names.iter().all(|name| text.contains(&format!("\"{name}\"")));
        let is_one = Sort::SIGNS.iter().any(|(_, signs)| has(signs));
        if is_json && is_one { Fit::Sure } else { Fit::No }
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
        let mut objects: Vec<Object> = Vec::new();
        for file in files {
            let value = bounded::json::read(file)?;
            let before = objects.len();
            object::collect(&value, file, "", &mut objects);
            if objects.len() == before {
                return Err(Refused::new(format!(
                    "`{}` holds no domain, forest, computer or account",
                    file.name
                ))
                .help("save the output of `Get-ADDomain | ConvertTo-Json -Depth 4`, or of another command"));
            }
        }
        tell(&objects, files, harvest);
        let directory = domains::Directory::of(&objects);
        domains::services(&mut objects, &directory, harvest);
        computers::devices(&mut objects, &directory, wishes, harvest);
        users::accounts(&mut objects, &directory, wishes, harvest);
        for object in objects {
            object.tell_rest(harvest);
        }
        Ok(())
    }
}

fn tell(objects: &[Object], files: &[Foreign], harvest: &mut Harvest) {
    let count = |sort: Sort| objects.iter().filter(|object| object.sort == sort).count();
    let words: Vec<String> = Sort::ALL
        .iter()
        .filter(|(sort, ..)| count(*sort) > 0)
        .map(|(sort, one, many)| crate::text::plural(count(*sort), one, many))
        .collect();
    harvest.note(format!("Active Directory: {}", words.join(", ")));
    let unknown = count(Sort::Other);
    if let Some(file) = files.first().filter(|_| unknown > 0) {
        let objects = crate::text::plural(unknown, "object", "objects");
        harvest.skip(Origin::whole(&file.name), format!("{objects} of a sort that is not read"));
    }
}

#[cfg(test)]
mod tests;
