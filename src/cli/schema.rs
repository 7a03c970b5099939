//! `clearjar schema`: writes the JSON Schemas for editors.

use std::fs;
use std::path::Path;

use clearjar::scaffold::json_schema;
use clearjar::schema::{self, Catalog};
use clearjar::text::plural;

use super::Exit;
use super::args::{Common, Schema};
use super::failure::{Failure, shown};
use super::runbook::{Runbook, from_here};
use super::terminal::Terminal;

/// Writes the schemas, and says how many and where.
pub fn run(args: &Schema, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let runbook = Runbook::read(common)?;
    let catalog = schema::read(&runbook.tree);
    let broken = catalog.found.iter().filter(|found| runbook.tree.get(found.span.file).is_some());
    let broken = broken.count();
    let folder = match &args.output {
        Some(folder) => folder.clone(),
        None => runbook.root.join(json_schema::FOLDER),
    };
    let count = write(&folder, &catalog.value)?;
    if broken > 0 {
        let lines = plural(broken, "problem", "problems");
        terminal.say(&format!("{lines} in the files under kinds/: `clearjar check` tells more\n"));
    }
    let files = plural(count, "schema", "schemas");
    terminal.out(&format!("{files} in {}\n", shown(&from_here(&folder))));
    Ok(Exit::Done)
}

/// Brings the schemas of the runbook up to date, so that the first line of a record finds its own.
///
/// They are a help in editing: a folder that cannot be written is told, and stops nothing.
pub fn refresh(root: &Path, catalog: &Catalog, terminal: &mut Terminal) {
    if let Err(failure) = write(&root.join(json_schema::FOLDER), catalog) {
        terminal.say(&format!("warning: {}\n", failure.message));
    }
}

/// Writes all schemas that differ from what is there. Returns how many there are.
fn write(folder: &Path, catalog: &Catalog) -> Result<usize, Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::disk("make the folder", folder, &error))?;
    let files = json_schema::all(catalog);
    for (name, text) in &files {
        let path = folder.join(name);
        // Editors look at the files again whenever they change, so that only those that do are
        // written.
        if fs::read_to_string(&path).is_ok_and(|there| there == *text) {
            continue;
        }
        fs::write(&path, text).map_err(|error| Failure::disk("write", &path, &error))?;
    }
    Ok(files.len())
}
