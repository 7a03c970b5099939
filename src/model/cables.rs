//! Finds ports that are plugged in twice: references of rows to rows that contradict each other.

use std::collections::BTreeMap;

use super::{Model, NodeIx, Target, references};
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::record::value::{Fields, Value};
use crate::schema::field::{Field, FieldType, Target as Allowed};
use crate::source::Span;

/// A port with two cables.
pub static PORT_USED_TWICE: Rule = Rule {
    code: "port-used-twice",
    level: Level::Warning,
    summary: "a port is connected to two different ports",
    detail: "A port takes one cable. Where records say that it leads to two places, at least one \
             of them is wrong, and whoever pulls a cable in an emergency would pull the wrong one. \
             It is enough to write the connection at one end.",
};

/// A port: the record and the row's key.
type Port = (NodeIx, String);

/// Compares every connection between rows with its other end.
pub(super) fn check(model: &Model, found: &mut Diagnostics) {
    let mut other_ends: BTreeMap<Port, Vec<(Port, Span)>> = BTreeMap::new();
    for (ix, node) in model.iter() {
        for (place, value) in node.fields.iter() {
            let field = &model.catalog.kind(node.kind).shape.fields()[place];
            if !field.takes(FieldType::Tables) || !has_ends(field) {
                continue;
            }
            for row in Value::rows(value) {
                connections(ix, field, row.value.as_table(), row.span, &mut other_ends);
            }
        }
        cable(&node.fields, &mut other_ends);
    }
    for ((ix, port), ends) in &other_ends {
        let (first, first_span) = &ends[0];
        if let Some((second, span)) = ends.iter().find(|(end, _)| end != first) {
            let name = |(ix, port): &Port| format!("{}:{port}", model.node(*ix).id);
            let message = format!(
                "`{}:{port}` is connected to `{}` and to `{}`",
                model.node(*ix).id,
                name(first),
                name(second)
            );
            found.push(
                Diagnostic::new(&PORT_USED_TWICE, *span, message)
                    .other(*first_span, "the other connection")
                    .help("write down only the cable that is there"),
            );
        }
    }
}

/// A record that itself names two rows is the cable between them.
fn cable(fields: &Fields<Target>, other_ends: &mut BTreeMap<Port, Vec<(Port, Span)>>) {
    let mut ends = fields.iter().filter_map(|(_, value)| {
        let target = value.value.as_reference()?;
        Some(((target.node, target.row.clone()?), value.span))
    });
    if let (Some((a, a_span)), Some((b, b_span)), None) = (ends.next(), ends.next(), ends.next()) {
        other_ends.entry(a.clone()).or_default().push((b.clone(), a_span));
        other_ends.entry(b).or_default().push((a, b_span));
    }
}

/// Whether rows of the field can be connected to others.
fn has_ends(field: &Field) -> bool {
    let to_row = |to: &Allowed| matches!(to, Allowed::Row { .. });
    field.shape.fields().iter().any(|inner| inner.to.iter().any(to_row))
}

fn connections(
    ix: NodeIx,
    field: &Field,
    row: Option<&Fields<Target>>,
    span: Span,
    other_ends: &mut BTreeMap<Port, Vec<(Port, Span)>>,
) {
    let (Some(row), Some(key)) = (row, field.row.as_deref().and_then(|key| field.shape.index(key)))
    else {
        return;
    };
    let Some(name) = row.get(key).and_then(|value| value.value.as_text()) else { return };
    references(row, &mut Vec::new(), &mut |_, target| {
        let Some(far) = &target.row else { return };
        let near = (ix, name.to_owned());
        let far = (target.node, far.clone());
        other_ends.entry(near.clone()).or_default().push((far.clone(), span));
        other_ends.entry(far).or_default().push((near, span));
    });
}
