//! Tables: of HTML's rows, spans and nesting a grid that Markdown can say.

use super::render::Renderer;
use super::tree::Tree;

/// How many columns a table may have; wider ones become lines of text.
const COLUMNS: usize = 40;

/// How far a cell reaches at most, over rows and columns.
const SPAN: usize = 40;

/// Returns the table at `ix` as blocks: a table, or what is in its cells where it only made columns.
pub(super) fn blocks(tree: &Tree, ix: usize, renderer: &mut Renderer<'_, '_>) -> Vec<String> {
    let rows = rows(tree, ix);
    let cells = || rows.iter().flatten();
    let widest = rows.iter().map(Vec::len).max().unwrap_or(0);
    let nested =
        cells().any(|cell| tree.has(*cell, &|element| matches!(element.name, "table" | "pre")));
    if widest <= 1 || widest > COLUMNS || nested {
        return cells().flat_map(|cell| renderer.blocks(*cell)).collect();
    }
    let mut blocks: Vec<String> = Vec::new();
    if let Some(caption) = child_called(tree, ix, "caption") {
        blocks.extend(renderer.blocks(caption));
    }
    let grid = grid(tree, &rows, renderer);
    let width = grid.iter().map(Vec::len).max().unwrap_or(0).min(COLUMNS);
    if grid.iter().flatten().all(String::is_empty) {
        return blocks;
    }
    let is_head = |row: &Vec<usize>| {
        !row.is_empty()
            && row.iter().all(|cell| tree.element(*cell).is_some_and(|cell| cell.name == "th"))
    };
    let has_head = rows.first().is_some_and(is_head);
    let mut lines: Vec<String> = Vec::with_capacity(grid.len() + 2);
    let line = |cells: &[String]| {
        let cells = (0..width).map(|ix| cells.get(ix).map_or("", String::as_str));
        format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
    };
    let mut grid = grid.into_iter();
    let head = if has_head { grid.next().unwrap_or_default() } else { Vec::new() };
    lines.push(line(&head));
    lines.push(format!("|{}", " --- |".repeat(width)));
    lines.extend(grid.filter(|row| !row.iter().all(String::is_empty)).map(|row| line(&row)));
    blocks.push(lines.join("\n"));
    blocks
}

/// Returns the cells of each row of a table, without those of tables in it.
fn rows(tree: &Tree, ix: usize) -> Vec<Vec<usize>> {
    let children =
        |ix: usize| tree.element(ix).map_or(&[][..], |element| element.children.as_slice());
    let is_called = |ix: usize, names: &[&str]| {
        tree.element(ix).is_some_and(|element| names.contains(&element.name))
    };
    let rows = children(ix).iter().filter(|child| is_called(**child, &["tr"]));
    rows.map(|row| {
        children(*row).iter().copied().filter(|cell| is_called(*cell, &["td", "th"])).collect()
    })
    .collect()
}

fn child_called(tree: &Tree, ix: usize, name: &str) -> Option<usize> {
    let children = &tree.element(ix)?.children;
    children.iter().copied().find(|child| tree.element(*child).is_some_and(|one| one.name == name))
}

/// Returns the text of every place of the table: where a cell reaches over several, it stands in the first.
fn grid(tree: &Tree, rows: &[Vec<usize>], renderer: &mut Renderer<'_, '_>) -> Vec<Vec<String>> {
    let mut grid: Vec<Vec<String>> = Vec::with_capacity(rows.len());
    // For each column, over how many further rows the cell above it reaches.
    let mut from_above = [0_usize; COLUMNS];
    for row in rows {
        let mut texts: Vec<String> = Vec::new();
        let fill = |texts: &mut Vec<String>, from_above: &mut [usize; COLUMNS]| {
            while texts.len() < COLUMNS && from_above[texts.len()] > 0 {
                from_above[texts.len()] -= 1;
                texts.push(String::new());
            }
        };
        for cell in row {
            fill(&mut texts, &mut from_above);
            let span = |name: &str| {
                let written = tree.element(*cell).and_then(|cell| cell.attribute(name));
                written.and_then(|text| text.parse().ok()).unwrap_or(1).clamp(1, SPAN)
            };
            let (columns, down) = (span("colspan"), span("rowspan"));
            for ix in 0..columns {
                if texts.len() >= COLUMNS {
                    break;
                }
                from_above[texts.len()] = down - 1;
                texts.push(if ix == 0 { barred(&renderer.line(*cell)) } else { String::new() });
            }
        }
        fill(&mut texts, &mut from_above);
        grid.push(texts);
    }
    grid
}

/// Returns a cell's text with every bar marked, those in code too, where only a table asks for it.
fn barred(text: &str) -> String {
    text.replace("\\|", "|").replace('|', "\\|")
}
