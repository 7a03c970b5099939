//! Lays out the emergency sheet: what helps when nothing works, on one side of paper.
//!
//! In: the blocks of `emergency.toml` and the records. Out: as much of them as one side holds. A side
//! is reckoned in letters, since nobody knows here what the paper's engine makes of them. Where there
//! is too much, long texts are shortened first, then the longest blocks lose their last entries; the
//! sheet says how many are missing and where they stand.

use super::overview::Overview;
use super::show::{given, text_of};
use super::view::{EmergencyBlock, EmergencyView, Fact, Link, Shown, Summary};
use crate::audit;
use crate::markdown;
use crate::model::NodeIx;
use crate::schema::builtin;
use crate::text::natural_cmp;

/// How many letters one side holds, set as small as can be read at arm's length. Measured in Chromium
/// on A4 and Letter with runbooks of short and of long texts; `tests/browser` holds it.
const ROOM: usize = 8800;

/// From how many letters on the sheet is set smaller, and from how many as small as can be.
const DENSE: usize = 3200;
const DENSER: usize = 4500;

/// What a heading and what an entry take beside their texts, in letters.
const BLOCK: usize = 150;
const ENTRY: usize = 60;

/// To how many letters texts are shortened, one after the other, before entries are left out.
const SHORTER: &[usize] = &[240, 160, 110];

/// How many values of a list stay where texts are shortened.
const VALUES: usize = 4;

impl Overview<'_> {
    /// Returns the emergency sheet.
    pub fn emergency(&self) -> EmergencyView {
        let sheet = builtin::emergency();
        let mut blocks: Vec<EmergencyBlock> =
            sheet.blocks.iter().map(|block| self.block(block)).collect();
        let shortened = fit(&mut blocks, &|block| sheet.blocks[block].keep);
        let density = match letters(&blocks) {
            few if few <= DENSE => "",
            many if many <= DENSER => "dense",
            _ => "denser",
        };
        EmergencyView { blocks, density, shortened }
    }

    fn block(&self, block: &builtin::EmergencyBlock) -> EmergencyBlock {
        let model = self.show.model;
        let kind = model.catalog.by_name(&block.kind);
        let records = kind.map_or(&[][..], |kind| model.of_kind(kind));
        let mut records: Vec<NodeIx> = records
            .iter()
            .copied()
            .filter(|ix| !model.is_retired(*ix))
            .filter(|ix| audit::matches(model, *ix, &block.filter))
            .filter(|ix| block.has.iter().all(|field| model.at(*ix, field).is_some()))
            .collect();
        if let Some(field) = &block.sort {
            records.sort_by(|a, b| {
                let key =
                    |ix: NodeIx| model.at(ix, field).map(|v| v.value.in_words(&|_| String::new()));
                match (key(*a), key(*b)) {
                    (Some(a), Some(b)) => natural_cmp(&a, &b),
                    (a, b) => b.is_some().cmp(&a.is_some()),
                }
            });
        }
        EmergencyBlock {
            anchor: block.id.clone(),
            title: block.title.clone(),
            note: block.note.clone(),
            more: records.len().saturating_sub(block.limit),
            list: kind.filter(|_| !records.is_empty()).map(|kind| Link {
                text: model.catalog.kind(kind).label_plural.clone(),
                href: format!("{}{}", self.show.root, self.show.routes.list(kind, 1)),
                icon: model.catalog.kind(kind).icon.clone(),
                detail: String::new(),
            }),
            entries: records
                .into_iter()
                .take(block.limit)
                .map(|ix| self.entry(ix, &block.fields))
                .collect(),
        }
    }

    /// Returns a record in a few words, with these fields of it.
    pub fn entry(&self, ix: NodeIx, fields: &[String]) -> Summary {
        let model = self.show.model;
        let node = model.node(ix);
        let kind = model.kind_of(ix);
        let mut summary = self.summary(ix, &[]);
        for name in fields {
            let (Some(field), Some(value)) = (kind.shape.at_path(name), model.at(ix, name)) else {
                continue;
            };
            summary.facts.push(given(field, self.show.value(node, field, value)));
        }
        summary
    }
}

/// Makes the blocks fit on one side; returns whether a text had to be shortened. `keep` says how many
/// entries of a block stay in any case.
fn fit(blocks: &mut [EmergencyBlock], keep: &dyn Fn(usize) -> usize) -> bool {
    let mut shortened = false;
    for longest in SHORTER {
        if letters(blocks) <= ROOM {
            return shortened;
        }
        for entry in blocks.iter_mut().flat_map(|block| &mut block.entries) {
            shortened |= cut(&mut entry.link.text, *longest);
            for fact in &mut entry.facts {
                shortened |= shorten(fact, *longest);
            }
        }
    }
    while letters(blocks) > ROOM {
        // The last of those that have most, so that what comes first on the sheet stays longest.
        let spare = |ix: usize| blocks[ix].entries.len().saturating_sub(keep(ix));
        let Some(longest) = (0..blocks.len()).max_by_key(|ix| spare(*ix)) else { break };
        if spare(longest) == 0 {
            break;
        }
        blocks[longest].entries.pop();
        blocks[longest].more += 1;
    }
    shortened
}

fn letters(blocks: &[EmergencyBlock]) -> usize {
    let of_block = |block: &EmergencyBlock| -> usize {
        BLOCK + block.entries.iter().map(of_entry).sum::<usize>()
    };
    blocks.iter().filter(|block| !block.entries.is_empty()).map(of_block).sum()
}

fn of_entry(entry: &Summary) -> usize {
    ENTRY + length(&entry.link.text) + entry.facts.iter().map(of_fact).sum::<usize>()
}

fn of_fact(fact: &Fact) -> usize {
    length(&fact.label) + fact.value.as_ref().map_or(0, of_value)
}

fn of_value(value: &Shown) -> usize {
    match value {
        Shown::Text { text, .. } | Shown::External { text, .. } | Shown::Choice { text, .. } => {
            length(text)
        }
        Shown::Prose { prose } => length(&prose.source),
        Shown::Code { code } => length(&code.text),
        Shown::Reference { link } => length(&link.text),
        Shown::Table { facts } => facts.iter().map(of_fact).sum(),
        Shown::List { items } => items.iter().map(|item| of_value(item) + 2).sum(),
        Shown::Number { .. } | Shown::Boolean { .. } | Shown::Date { .. } | Shown::File { .. } => {
            12
        }
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// Shortens the value of a fact to about `longest` letters; returns whether it was longer.
fn shorten(fact: &mut Fact, longest: usize) -> bool {
    let Some(value) = &mut fact.value else { return false };
    match value {
        Shown::Text { text, .. } => cut(text, longest),
        Shown::Prose { prose } if length(&prose.source) > longest => {
            let mut text = markdown::plain_text(&prose.source);
            let is_longer = cut(&mut text, longest);
            *value = text_of(text, false);
            is_longer
        }
        Shown::List { items } if of_value(&Shown::List { items: items.clone() }) > longest => {
            let is_longer = items.len() > VALUES;
            items.truncate(VALUES);
            if is_longer {
                items.push(text_of("…".to_owned(), false));
            }
            is_longer
        }
        _ => false,
    }
}

/// Cuts a text behind a word; returns whether it was longer.
fn cut(text: &mut String, longest: usize) -> bool {
    let Some((end, _)) = text.char_indices().nth(longest) else { return false };
    let word = text[..end].rfind(char::is_whitespace).filter(|word| *word > end / 2);
    text.truncate(word.unwrap_or(end));
    text.push_str(" …");
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(entries: usize, text: &str) -> EmergencyBlock {
        let fact = Fact {
            name: "notes".to_owned(),
            label: "Notes".to_owned(),
            state: "given",
            reason: String::new(),
            value: Some(text_of(text.to_owned(), false)),
            wide: false,
            sought: Default::default(),
        };
        let entry = Summary {
            link: Link {
                text: "Firewall".to_owned(),
                href: String::new(),
                icon: String::new(),
                detail: String::new(),
            },
            text: String::new(),
            facts: vec![fact],
            badges: Vec::new(),
        };
        EmergencyBlock {
            anchor: "x".to_owned(),
            title: "X".to_owned(),
            note: String::new(),
            entries: vec![entry; entries],
            more: 0,
            list: None,
        }
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        let mut blocks = vec![block(4, "Hold the button for three seconds.")];
        assert!(!fit(&mut blocks, &|_| 2));
        assert_eq!((blocks[0].entries.len(), blocks[0].more), (4, 0));
    }

    #[test]
    fn long_texts_are_shortened_before_entries_are_left_out() {
        let mut blocks = vec![block(20, &"word ".repeat(90)), block(2, "Short.")];
        assert!(fit(&mut blocks, &|_| 2));
        assert!(letters(&blocks) <= ROOM);
        assert_eq!((blocks[0].entries.len(), blocks[0].more), (20, 0));
    }

    #[test]
    fn the_longest_block_loses_its_last_entries_and_says_how_many() {
        let mut blocks = vec![block(300, &"word ".repeat(90)), block(3, "Short.")];
        fit(&mut blocks, &|_| 2);
        assert!(letters(&blocks) <= ROOM);
        assert_eq!(blocks[0].entries.len() + blocks[0].more, 300);
        assert_eq!((blocks[1].entries.len(), blocks[1].more), (3, 0));
    }

    #[test]
    fn a_text_is_cut_behind_a_word() {
        let mut text = "Hold the power button".to_owned();
        assert!(cut(&mut text, 15));
        assert_eq!(text, "Hold the power …");
        let mut one = "é".repeat(30);
        assert!(cut(&mut one, 10));
        assert_eq!(one, format!("{} …", "é".repeat(10)));
    }
}
