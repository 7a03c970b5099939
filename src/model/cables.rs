//! Finds ports that are plugged in twice: references of rows to rows that contradict each other.

use std::collections::BTreeMap;

use super::{Model, NodeIx, Target, references};
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::record::value::{Fields, Value};
use crate::schema::field::{Field, FieldType, Target as Allowed};
use crate::schema::role::Role;
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

/// The most ports that a way is followed through.
const LONGEST: usize = 24;

/// A port: the record and the row's key.
pub type Port = (NodeIx, String);

/// Which port is wired to which, in front and, where ports have a back, behind.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Cabling {
    /// What is plugged in.
    pub front: Ends,
    /// What a back is wired to: that of a patch panel's port to that of a wall socket.
    pub rear: Ends,
}

/// The other end of each port, as written first.
pub type Ends = BTreeMap<Port, Port>;

/// From a port to each of its other ends, and where that is written.
type Written = BTreeMap<Port, Vec<(Port, Span)>>;

impl Cabling {
    /// Returns the ports that one runs through, from end to end: from a port to what is plugged in there,
    /// through its back, and so on. `port` is one of them. A way that goes round in a circle ends where it
    /// would begin anew.
    pub fn way(&self, port: &Port) -> Vec<Port> {
        let mut behind = self.walk(port, true);
        let ahead = self.walk(port, false);
        behind.reverse();
        let is_round = !ahead.is_empty() && behind.contains(&ahead[0]);
        behind.push(port.clone());
        if !is_round {
            behind.extend(ahead);
        }
        behind
    }

    /// Goes on from a port, first by its front or by its back, then by the other side of each that it
    /// comes to.
    fn walk(&self, port: &Port, mut by_front: bool) -> Vec<Port> {
        let mut way: Vec<Port> = Vec::new();
        while way.len() < LONGEST {
            let side = if by_front { &self.front } else { &self.rear };
            let next = side.get(way.last().unwrap_or(port));
            let Some(next) = next.filter(|next| *next != port && !way.contains(next)) else {
                break;
            };
            way.push(next.clone());
            by_front = !by_front;
        }
        way
    }
}

/// Compares every connection between rows with its other end, and returns what is connected.
pub(super) fn plan(model: &Model, found: &mut Diagnostics) -> Cabling {
    let (mut front, mut rear) = (Written::new(), Written::new());
    for (ix, node) in model.iter() {
        for (place, value) in node.fields.iter() {
            let field = &model.catalog.kind(node.kind).shape.fields()[place];
            if !field.takes(FieldType::Tables) || !has_ends(field) {
                continue;
            }
            for row in Value::rows(value) {
                connections(ix, field, row.value.as_table(), row.span, [&mut front, &mut rear]);
            }
        }
        cable(&node.fields, &mut front);
    }
    check(model, &front, "connected", found);
    check(model, &rear, "wired behind", found);
    let first = |written: Written| {
        written.into_iter().filter_map(|(port, ends)| Some((port, ends.into_iter().next()?.0)))
    };
    Cabling { front: first(front).collect(), rear: first(rear).collect() }
}

fn check(model: &Model, other_ends: &Written, joined: &str, found: &mut Diagnostics) {
    for ((ix, port), ends) in other_ends {
        let (first, first_span) = &ends[0];
        if let Some((second, span)) = ends.iter().find(|(end, _)| end != first) {
            let name = |(ix, port): &Port| format!("{}:{port}", model.node(*ix).id);
            let message = format!(
                "`{}:{port}` is {joined} to `{}` and to `{}`",
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
fn cable(fields: &Fields<Target>, other_ends: &mut Written) {
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
    [front, rear]: [&mut Written; 2],
) {
    let (Some(row), Some(key)) = (row, field.row.as_deref().and_then(|key| field.shape.index(key)))
    else {
        return;
    };
    let Some(name) = row.get(key).and_then(|value| value.value.as_text()) else { return };
    references(row, &mut Vec::new(), &mut |path, target| {
        let Some(far) = &target.row else { return };
        let is_rear = field.shape.fields()[path[0]].role == Some(Role::Rear);
        let other_ends = if is_rear { &mut *rear } else { &mut *front };
        let near = (ix, name.to_owned());
        let far = (target.node, far.clone());
        other_ends.entry(near.clone()).or_default().push((far.clone(), span));
        other_ends.entry(far).or_default().push((near, span));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(number: usize) -> Port {
        (NodeIx(number), "1".to_owned())
    }

    fn cabling(front: &[(usize, usize)], rear: &[(usize, usize)]) -> Cabling {
        let ends = |pairs: &[(usize, usize)]| {
            let both = pairs.iter().flat_map(|(a, b)| [(port(*a), port(*b)), (port(*b), port(*a))]);
            both.collect()
        };
        Cabling { front: ends(front), rear: ends(rear) }
    }

    fn way(cabling: &Cabling, from: usize) -> Vec<usize> {
        cabling.way(&port(from)).into_iter().map(|(ix, _)| ix.0).collect()
    }

    #[test]
    fn a_way_is_the_same_from_wherever_one_looks_at_it() {
        // A computer, a wall socket, a panel, a switch.
        let cabling = cabling(&[(0, 1), (2, 3)], &[(1, 2)]);
        assert_eq!(way(&cabling, 1), [0, 1, 2, 3]);
        assert_eq!(way(&cabling, 2), [3, 2, 1, 0]);
        assert_eq!(way(&cabling, 0), [3, 2, 1, 0]);
    }

    #[test]
    fn a_way_in_a_circle_ends() {
        let cabling = cabling(&[(0, 1), (2, 3)], &[(1, 2), (3, 0)]);
        assert_eq!(way(&cabling, 0).len(), 4);
        let alone = self::cabling(&[(0, 0)], &[]);
        assert_eq!(way(&alone, 0), [0]);
    }
}
