//! Lays out the page about the files that other programs read.

use super::view::{DataChange, DataFile, DataLoss, DataTable, DataTool, DataView, KindRef};
use crate::export::shape::{Shape, changes, losses};
use crate::export::{self, Format};
use crate::schema::KindIx;

/// Returns the page. `kind` refers to a kind from the root.
pub fn view(facts: &export::Facts<'_>, kind: impl Fn(KindIx) -> KindRef) -> DataView {
    let tables = facts.used().map(|ix| DataTable {
        kind: kind(ix),
        files: export::tables(facts, ix).iter().map(file).collect(),
    });
    let tools = Shape::all().iter().enumerate().map(|(place, shape)| DataTool {
        anchor: format!("tool.{}", shape.name),
        name: shape.label.clone(),
        steps: shape.steps.clone(),
        files: export::files(facts, Format::Tool(place)).iter().map(file).collect(),
        losses: losses(facts, shape)
            .into_iter()
            .map(|loss| DataLoss {
                kind: loss.kind,
                field: loss.field.unwrap_or_default(),
                records: loss.records,
            })
            .collect(),
        changes: changes(facts, shape)
            .into_iter()
            .map(|change| DataChange { kind: change.kind, field: change.field, how: change.how })
            .collect(),
    });
    DataView {
        workbook: export::has_workbook(facts.model).then(|| export::WORKBOOK.to_owned()),
        calendar: export::CALENDAR.to_owned(),
        document: export::DOCUMENT.to_owned(),
        schema: export::SCHEMA.to_owned(),
        tables: tables.collect(),
        tools: tools.collect(),
    }
}

fn file(file: &export::File) -> DataFile {
    DataFile { name: file.name().to_owned(), href: file.path.clone() }
}
