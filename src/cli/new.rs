//! `clearjar new KIND ID`: begins a record.

use clearjar::pipeline;
use clearjar::progress::Silent;
use clearjar::record;
use clearjar::scaffold::{self, Form, NewRecord};
use clearjar::schema::{self, Catalog};

use super::Exit;
use super::args::{Common, New};
use super::check::inputs;
use super::failure::Failure;
use super::init::write_new;
use super::runbook::{Runbook, from_here};
use super::schema::refresh;
use super::terminal::Terminal;

/// Writes the record's file, and prints where.
pub fn run(args: &New, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let runbook = Runbook::read(common)?;
    let catalog = schema::read(&runbook.tree).value;
    let form = if args.markdown { Form::Markdown } else { Form::Toml };
    let new = NewRecord::new(&catalog, &args.kind, &args.id, form, args.subtype.as_deref())?;
    refuse_taken(&runbook, &catalog, &new)?;
    let path = new.path(&catalog);
    let template = scaffold::template(&catalog, &new);
    let text = drafted(template, &runbook, &catalog, &new, common);
    write_new(&runbook.root.join(&path), &text)?;
    refresh(&runbook.root, &catalog, terminal);
    terminal.out(&format!("{}\n", from_here(&runbook.root.join(&path)).display()));
    Ok(Exit::Done)
}

/// Returns the text of a new record: one that tells of work, with what differs since the last release.
fn drafted(
    template: String,
    runbook: &Runbook,
    catalog: &Catalog,
    new: &NewRecord,
    common: &Common,
) -> String {
    let kind = catalog.kind(new.kind);
    if !scaffold::is_work(kind) {
        return template;
    }
    let checkup = pipeline::check(&inputs(runbook, common, &Silent));
    let story = &checkup.story;
    let Some(last) = story.history.releases.last() else { return template };
    let (model, today) = (&checkup.model, checkup.audit.today);
    scaffold::draft(&template, kind, model, &story.told.since_last, &last.name, today)
}

/// Refuses an id that another file of the runbook has given away: in another folder, in the other
/// form, or in a file of many.
fn refuse_taken(runbook: &Runbook, catalog: &Catalog, new: &NewRecord) -> Result<(), Failure> {
    // The currency decides only how amounts are read, which nobody looks at here.
    let records = record::read(&runbook.tree, catalog, "USD").value;
    let taken = records
        .iter()
        .find(|record| record.kind == new.kind && record.id.value.eq_ignore_ascii_case(&new.id));
    let Some(taken) = taken else { return Ok(()) };
    let place = match runbook.tree.position(taken.id.span) {
        // A file that is the record begins with it.
        Some(at) if at.line == 1 => format!(", in `{}`", at.path),
        Some(at) => format!(", in `{}`, line {}", at.path, at.line),
        None => String::new(),
    };
    let kind = &catalog.kind(new.kind).name;
    Err(Failure::new(format!("`{kind}/{}` is there already{place}", new.id))
        .help("open that one, or choose another id"))
}
