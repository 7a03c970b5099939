//! Finds the row of a record that a source calls by another name: the port with the same MAC address
//! is the same port.
//!
//! In: facts with the source's names of rows. Out: the same facts with the names that stand, so that a
//! port which a person called `Front desk` gains what a scan knows of it, and is not written twice.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

use smol_str::SmolStr;
use toml_edit::{Item as Edit, TableLike, Value as EditValue};

use super::{Settled, name_of_row, of_edit, row_part, row_stands};
use crate::import::facts::{Step, Way};
use crate::schema::field::Field;
use crate::schema::kind::Kind;
use crate::schema::role::Role;
use crate::syntax::Item;

/// Returns `facts` with the rows called as they stand in `table`, where one is known by what identifies
/// it.
pub fn called_as_they_stand<'a>(
    table: &dyn TableLike,
    facts: &'a [Settled],
    kind: &Kind,
) -> Cow<'a, [Settled]> {
    let mut renamed: BTreeMap<Vec<Step>, SmolStr> = BTreeMap::new();
    for fact in facts {
        let Some(row) = row_part(&fact.way).filter(|row| row.len() == 2) else { continue };
        if renamed.contains_key(row) || row_stands(table, row, kind) {
            continue;
        }
        let name = standing_name(table, row, facts, kind)
            .filter(|name| !is_wanted_by_another(row, name, facts));
        if let Some(name) = name.filter(|name| !renamed.values().any(|taken| taken == name)) {
            renamed.insert(row.to_vec(), name.into());
        }
    }
    if renamed.is_empty() {
        return Cow::Borrowed(facts);
    }
    Cow::Owned(facts.iter().filter_map(|fact| called_anew(fact, &renamed, kind)).collect())
}

/// Whether the source has a row of that name itself.
fn is_wanted_by_another(row: &[Step], name: &str, facts: &[Settled]) -> bool {
    facts
        .iter()
        .filter_map(|fact| row_part(&fact.way))
        .any(|other| other.first() == row.first() && other.get(1) == Some(&Step::Row(name.into())))
}

fn called_anew(
    fact: &Settled,
    renamed: &BTreeMap<Vec<Step>, SmolStr>,
    kind: &Kind,
) -> Option<Settled> {
    let Some(name) = row_part(&fact.way).and_then(|row| renamed.get(row)) else {
        return Some(fact.clone());
    };
    let [Step::Key(list), _, rest @ ..] = fact.way.0.as_slice() else { return Some(fact.clone()) };
    let named_by = kind.shape.get(list).and_then(|field| field.row.clone());
    // It keeps the name that it has.
    if matches!(rest, [Step::Key(key)] if named_by.as_deref() == Some(key.as_str())) {
        return None;
    }
    let mut way = vec![Step::Key(list.clone()), Step::Row(name.clone())];
    way.extend(rest.iter().cloned());
    Some(Settled { way: Way(way), ..fact.clone() })
}

/// Returns the name of the one row that has what identifies the row at `way`.
fn standing_name(
    table: &dyn TableLike,
    way: &[Step],
    facts: &[Settled],
    kind: &Kind,
) -> Option<String> {
    let [Step::Key(list), Step::Row(_)] = way else { return None };
    let field = kind.shape.get(list)?;
    let rows = rows(table.get(list)?);
    let said = |inner: &Field| {
        let is_it = |fact: &&Settled| {
            matches!(fact.way.0.as_slice(), [.., Step::Key(key)] if *key == inner.name)
                && row_part(&fact.way) == Some(way)
        };
        match facts.iter().find(is_it).map(|fact| &fact.item) {
            Some(Item::Text(text)) => Some(text.clone()),
            _ => None,
        }
    };
    for role in [Role::Identifier, Role::ClaimsAddress] {
        for (inner, sign) in with_role(field, role).filter_map(|inner| Some((inner, said(inner)?)))
        {
            let mut same = rows.iter().filter(|row| has_sign(**row, inner, &sign));
            let (Some(row), None) = (same.next(), same.next()) else { continue };
            // Two ports with different MAC addresses are two, whatever their addresses are.
            let contradicts = |inner: &Field| {
                let theirs = row.get(&inner.name).is_some();
                theirs && said(inner).is_some_and(|sign| !has_sign(*row, inner, &sign))
            };
            if !with_role(field, Role::Identifier).any(contradicts) {
                return name_of_row(*row, list, kind);
            }
        }
    }
    None
}

/// Returns the fields of a row that have one value and this role.
fn with_role(field: &Field, role: Role) -> impl Iterator<Item = &Field> {
    field.shape.fields().iter().filter(move |inner| inner.role == Some(role) && !inner.many)
}

fn has_sign(row: &dyn TableLike, field: &Field, sign: &str) -> bool {
    match row.get(&field.name).and_then(of_edit) {
        Some(Item::Text(text)) => {
            text.eq_ignore_ascii_case(sign)
                || address_of(&text).is_some_and(|own| address_of(sign) == Some(own))
        }
        _ => false,
    }
}

/// Returns the rows of a list of tables, however it is written.
fn rows(list: &Edit) -> Vec<&dyn TableLike> {
    match list {
        Edit::ArrayOfTables(tables) => tables.iter().map(|table| table as &dyn TableLike).collect(),
        Edit::Value(EditValue::Array(array)) => array
            .iter()
            .filter_map(EditValue::as_inline_table)
            .map(|table| table as &dyn TableLike)
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether `new` is the address of `standing` without the length of its network.
pub fn is_less_exact(new: &Item, standing: &str) -> bool {
    let Item::Text(new) = new else { return false };
    !new.contains('/')
        && standing.contains('/')
        && address_of(new).is_some_and(|own| address_of(standing) == Some(own))
}

fn address_of(text: &str) -> Option<IpAddr> {
    text.split('/').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;
    use crate::source::SourceTree;

    const STANDING: &str = "
[[interface]]
name = \"Front desk\"
mac = \"00:00:5E:00:53:01\"
[[interface]]
name = \"Lab\"
address = \"10.0.0.9/24\"
";

    /// The name that a row with these values gets.
    fn name_of(values: &[(&str, &str)]) -> String {
        let catalog = schema::read(&SourceTree::default()).value;
        let kind = catalog.kind(catalog.by_name("device").unwrap());
        let table: toml_edit::DocumentMut = STANDING.parse().unwrap();
        let row = [Step::Key("interface".into()), Step::Row("lan".into())];
        let named = [("name", "lan")];
        let facts: Vec<Settled> = named
            .iter()
            .chain(values)
            .map(|(field, value)| Settled {
                way: Way([row.as_slice(), &[Step::Key((*field).into())]].concat()),
                item: Item::Text((*value).to_owned()),
                is_guess: false,
            })
            .collect();
        let facts = called_as_they_stand(table.as_table(), &facts, kind);
        facts.last().unwrap().way.to_string()
    }

    #[test]
    fn a_port_is_known_by_its_mac_address_then_by_its_address() {
        assert_eq!(name_of(&[("mac", "00:00:5e:00:53:01")]), "interface[Front desk].mac");
        assert_eq!(name_of(&[("address", "10.0.0.9")]), "interface[Lab].address");
        assert_eq!(name_of(&[("mac", "00:00:5e:00:53:02")]), "interface[lan].mac");
        let other = [("mac", "00:00:5e:00:53:02"), ("address", "10.0.0.8")];
        assert_eq!(name_of(&other), "interface[lan].address");
    }

    #[test]
    fn an_address_without_a_length_says_less_than_one_with_it() {
        let new = Item::Text("10.0.0.9".to_owned());
        assert!(is_less_exact(&new, "10.0.0.9/24"));
        assert!(!is_less_exact(&new, "10.0.0.8/24") && !is_less_exact(&new, "10.0.0.9"));
    }
}
