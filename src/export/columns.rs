//! Turns the fields of a kind into the columns of a table: as many and in the same order whatever the
//! records say, so that whoever reads a file again finds everything where it was.

use crate::schema::field::{Field, FieldType, Shape};
use crate::schema::kind::FieldPath;

/// A column: a field of the kind, or of a table in it.
pub struct Column<'a> {
    /// The way to the field.
    pub path: FieldPath,
    /// Its name: `serial`, `rack.unit`.
    pub name: String,
    /// What people read: `Serial number`, `Place in a rack: Unit`.
    pub label: String,
    /// The field.
    pub field: &'a Field,
}

/// Returns the columns for the fields that a record has once. Those of [`rows`] stand in tables of
/// their own.
pub fn columns(shape: &Shape) -> Vec<Column<'_>> {
    let mut columns = Vec::new();
    collect(shape, None, &mut columns);
    columns
}

/// Returns the fields that hold rows, such as interfaces and settings, with their places.
pub fn rows(shape: &Shape) -> impl Iterator<Item = (usize, &Field)> {
    shape.fields().iter().enumerate().filter(|(_, field)| has_rows(field))
}

/// Whether a field holds rows.
pub fn has_rows(field: &Field) -> bool {
    field.takes(FieldType::Tables) || (field.takes(FieldType::Table) && field.many)
}

fn collect<'a>(shape: &'a Shape, above: Option<&Column<'a>>, columns: &mut Vec<Column<'a>>) {
    for (place, field) in shape.fields().iter().enumerate() {
        if has_rows(field) && above.is_none() {
            continue;
        }
        let mut path = above.map(|above| above.path.clone()).unwrap_or_default();
        path.push(place);
        let joined = |above: &str, own: &str, joint: &str| format!("{above}{joint}{own}");
        let column = Column {
            path,
            name: above.map_or_else(|| field.name.clone(), |it| joined(&it.name, &field.name, ".")),
            label: above
                .map_or_else(|| field.label.clone(), |it| joined(&it.label, &field.label, ": ")),
            field,
        };
        match field.is_table() && !has_rows(field) {
            true => collect(&field.shape, Some(&column), columns),
            false => columns.push(column),
        }
    }
}
