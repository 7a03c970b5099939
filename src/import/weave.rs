//! Weaves what a reader hands over into the runbook: a harvest and a tree become the tree as it will
//! be, and a report.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;
use smol_str::{SmolStr, StrExt};

use crate::scaffold::json_schema;
use crate::schema::field::{Field, Target};
use crate::schema::kind::Kind;
use crate::schema::{self, Catalog, KindIx};
use crate::source::{Content, SourceFile, SourceTree, Spanned};
use crate::syntax::Item;
use crate::text::in_sentence;

use super::Refused;
use super::attach;
use super::cleanse;
use super::facts::{self, CUSTOM, Fact, Facts, Step, Value, Way};
use super::gist::Gist;
use super::journal::Change;
use super::merge::{self, Form, Kept, Merged, Settled};
use super::normal::Context;
use super::proposal::{Given, Harvest, Link, Proposal, Skipped, Stranger, Which};
use super::report::Report;
use super::settle::{self, Identity};
use super::slug::slug;
use super::standing::{self, Standing};
use super::state::{self, State, Written};

/// The runbook with a harvest in it.
pub struct Woven {
    /// Its files.
    pub tree: SourceTree,
    /// What was done.
    pub report: Report,
    /// The bytes of attachments, by path.
    pub attached: BTreeMap<String, Vec<u8>>,
    /// The client whose records they are, where the source names it.
    pub client: Option<String>,
}

/// Puts `harvest`, which came from `system`, into the runbook.
pub fn weave(
    tree: &SourceTree,
    currency: &str,
    system: &str,
    harvest: Harvest,
    client: Option<&str>,
) -> Result<Woven, Refused> {
    let catalog = schema::read(tree).value;
    let context = Context { catalog: &catalog, currency };
    let mut report = Report {
        notes: harvest.notes,
        skipped: harvest.skipped,
        secrets: harvest.secrets,
        ..Report::default()
    };
    for kind in catalog.kinds() {
        let labels = (in_sentence(&kind.label), in_sentence(&kind.label_plural));
        report.labels.insert(kind.name.clone(), labels);
    }
    let (proposals, client) = settle::of_one_client(harvest.proposals, client)?;
    report.strangers = strangers_of(harvest.strangers, client.as_deref());
    let mut proposals = settle::together(cleanse::keys(proposals));
    let maker = Maker { system, context };
    let gists = maker.gists(&mut proposals, &mut report)?;
    let standing = Standing::read(tree, &catalog, currency);
    let mut state = state::load(tree, system)?;
    let identities = settle::identities(&proposals, &gists, &catalog, &standing, &state, system);
    let said: Vec<Vec<Given>> =
        proposals.iter_mut().map(|proposal| std::mem::take(&mut proposal.fields)).collect();
    let resolver = Resolver::new(&proposals, &gists, &identities, &standing, &catalog);
    let is_clean: Vec<bool> = gists.iter().map(|gist| gist.is_clean).collect();
    drop(gists);
    let last = Last::new(&state);
    let jobs: Vec<Job<'_>> = said
        .into_iter()
        .enumerate()
        .map(|(ix, said)| Job {
            place: ix,
            proposal: &proposals[ix],
            identity: &identities[ix],
            said,
            is_clean: is_clean[ix],
            last: last.of(&proposals[ix], &identities[ix]),
        })
        .collect();
    drop(last);
    forget_renamed(&mut state, &jobs);
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let done = write_all(tree, &resolver, maker, jobs).map_err(|mistake| bug(&mistake))?;
    drop(resolver);
    drop(standing);
    for done in done.into_iter().flatten() {
        let (proposal, identity) = (&proposals[done.job], &identities[done.job]);
        note(&mut report, &mut state, (proposal, identity), done, &mut files);
    }
    let is_named_anew = |path: &str| {
        let names = |text: &str| text.contains(path);
        files.iter().any(|(at, text)| {
            let before = tree.at(at).and_then(|file| file.as_text());
            names(text) && !before.is_some_and(names)
        })
    };
    let attached =
        attach::attach(tree, harvest.attachments, &is_named_anew, &mut state, &mut report);
    if !state.is_empty() {
        files.insert(state::path(system), state.write(system));
    }
    for (path, text) in harvest.mappings {
        if tree.at(&path).is_none() {
            report.files.push(path.clone());
            files.insert(path, text);
        }
    }
    let texts = files.into_iter().map(|(path, text)| SourceFile::text(path, text));
    let tree = with_files(tree, texts.chain(attached.files).collect());
    Ok(Woven { tree, report, attached: attached.bytes, client })
}

/// Returns what no reader had a field for, without the columns of other clients' rows; those of all
/// clients are counted together.
fn strangers_of(strangers: Vec<Stranger>, client: Option<&str>) -> Vec<Stranger> {
    let client = client.map(slug);
    let mut kept = Harvest::default();
    for one in strangers {
        let theirs = one.client.as_deref().map(slug);
        if client.is_none() || theirs.is_none() || theirs == client {
            kept.stranger(&one.label, one.count, one.kept);
        }
    }
    kept.strangers
}

fn bug(mistake: &str) -> Refused {
    Refused::new(format!("the import would make a mistake: {mistake}"))
        .help("nothing was written; this is a bug of the import: please report it")
}

/// Makes facts of proposals.
#[derive(Clone, Copy)]
struct Maker<'a> {
    system: &'a str,
    context: Context<'a>,
}

impl Maker<'_> {
    /// Returns the facts of a proposal of which `said` is said, free of secrets; where it `is_clean`, they
    /// were looked through before and had none.
    fn facts(&self, proposal: &Proposal, said: &[Given], is_clean: bool) -> Result<Facts, String> {
        let ix = self.context.catalog.by_name(proposal.kind);
        let ix = ix.ok_or_else(|| format!("there is no kind `{}`", proposal.kind))?;
        let kind = self.context.catalog.kind(ix);
        let mut facts = facts::of(proposal, said, kind, self.context)?;
        add_source(&mut facts, kind, proposal, self.system);
        if !is_clean {
            cleanse::facts(&mut facts, &kind.title);
        }
        Ok(facts)
    }

    /// Returns the gist of each proposal, gives each the name that it has in its facts, and enters into
    /// `report` what was dropped and what did not fit.
    fn gists(&self, proposals: &mut [Proposal], report: &mut Report) -> Result<Vec<Gist>, Refused> {
        for proposal in proposals.iter_mut() {
            proposal.name = settle::name_of(proposal);
        }
        let fields = known_by(self.context.catalog);
        let made: Result<Vec<Gist>, String> = proposals
            .par_iter_mut()
            .map(|proposal| {
                let facts = self.facts(proposal, &proposal.fields, false)?;
                let kind = self.context.catalog.by_name(proposal.kind).map_or(0, |kind| kind.0);
                let mut gist = Gist::of(facts, &fields[kind]);
                gist.secrets.append(&mut proposal.secrets);
                let title = &self.context.catalog.kind(KindIx(kind)).title;
                if let Some((_, name)) = gist.texts.iter().find(|(field, _)| field == title) {
                    proposal.name = name.to_string();
                }
                Ok(gist)
            })
            .collect();
        let mut gists = made.map_err(|mistake| bug(&mistake))?;
        for gist in &mut gists {
            for label in std::mem::take(&mut gist.secrets) {
                *report.secrets.entry(label).or_default() += 1;
            }
            for misfit in std::mem::take(&mut gist.misfits) {
                *report.misfits.entry(misfit).or_default() += 1;
            }
        }
        Ok(gists)
    }
}

/// Returns the fields by whose texts records are known or links find them, for each kind.
fn known_by(catalog: &Catalog) -> Vec<Vec<String>> {
    let of_kind = |kind| {
        let mut fields = standing::sign_fields(catalog, kind);
        fields.extend(LINKED_BY.iter().map(|field| (*field).to_owned()));
        fields
    };
    catalog.iter().map(|(kind, _)| of_kind(kind)).collect()
}

/// The fields that people name a record by, besides its title.
const LINKED_BY: &[&str] = &["hostname", "serial", "interface.mac", "email"];

const SOURCE: &str = "source";

fn add_source(facts: &mut Facts, kind: &Kind, proposal: &Proposal, system: &str) {
    if kind.shape.get(SOURCE).is_none() {
        return;
    }
    let says = [("system", system), ("id", proposal.key.as_str()), ("file", &*proposal.at.file)];
    let at = facts.facts.iter().position(|fact| {
        let behind = |step: &Step| matches!(step, Step::Row(_));
        fact.way.0.first() == Some(&Step::Key(SmolStr::new_static(CUSTOM)))
            || fact.way.0.iter().any(behind)
    });
    let at = at.unwrap_or(facts.facts.len());
    let said = says.into_iter().filter(|(_, text)| !text.is_empty()).map(|(key, text)| {
        let steps = [SOURCE, key].map(|step| Step::Key(SmolStr::new_static(step)));
        let value = Value::Item(Item::Text(super::normal::one_line(text)));
        Fact {
            way: Way(steps.to_vec()),
            value,
            label: SmolStr::new_static(SOURCE),
            is_guess: false,
        }
    });
    facts.facts.splice(at..at, said);
}

/// Finds out which records links mean.
struct Resolver<'a> {
    identities: &'a [Identity],
    /// The rows of each proposal that has some, where links lead to rows: its place, the list and the row.
    rows: HashSet<(usize, SmolStr, SmolStr)>,
    by_key: HashMap<(&'static str, &'a str), usize>,
    by_name: HashMap<(&'static str, SmolStr), usize>,
    standing: &'a Standing,
    catalog: &'a Catalog,
}

/// A proposal's facts without links.
struct Resolved {
    facts: Vec<Settled>,
    nobody: Vec<(String, String)>,
}

impl<'a> Resolver<'a> {
    fn new(
        proposals: &'a [Proposal],
        gists: &[Gist],
        identities: &'a [Identity],
        standing: &'a Standing,
        catalog: &'a Catalog,
    ) -> Resolver<'a> {
        let (mut by_key, mut by_name) = (HashMap::new(), HashMap::new());
        let mut rows = HashSet::new();
        for (ix, proposal) in proposals.iter().enumerate() {
            by_key.insert((proposal.kind, proposal.key.as_str()), ix);
            by_name.entry((proposal.kind, proposal.name.to_lowercase_smolstr())).or_insert(ix);
            let linked = |field: &str| LINKED_BY.contains(&field);
            for (_, text) in gists[ix].texts.iter().filter(|(field, _)| linked(field)) {
                by_name.entry((proposal.kind, text.to_lowercase_smolstr())).or_insert(ix);
            }
            rows.extend(gists[ix].rows.iter().map(|(list, row)| (ix, list.clone(), row.clone())));
        }
        Resolver { identities, rows, by_key, by_name, standing, catalog }
    }

    fn settle(&self, facts: Facts, kind: &Kind) -> Result<Resolved, String> {
        let mut resolved =
            Resolved { facts: Vec::with_capacity(facts.facts.len()), nobody: Vec::new() };
        for fact in facts.facts {
            let item = match &fact.value {
                Value::Item(_) => None,
                Value::Links { links, many } => {
                    self.items(&fact, links, *many, kind, &mut resolved)?
                }
            };
            let Fact { way, value, is_guess, .. } = fact;
            let item = match value {
                Value::Item(item) => Some(item),
                Value::Links { .. } => item,
            };
            if let Some(item) = item {
                resolved.facts.push(Settled { way, item, is_guess });
            }
        }
        Ok(resolved)
    }

    fn items(
        &self,
        fact: &Fact,
        links: &[Link],
        many: bool,
        kind: &Kind,
        resolved: &mut Resolved,
    ) -> Result<Option<Item>, String> {
        let field = kind.shape.at_path(&fact.way.field()).ok_or("a link in no field")?;
        let mut texts: Vec<String> = Vec::new();
        for link in links {
            match self.text(link, field)? {
                Some(text) if !texts.contains(&text) => texts.push(text),
                Some(_) => {}
                None => {
                    if let Which::Name(name) = &link.which {
                        let name = super::normal::one_line(name);
                        let clean = if super::secret::is_suspect(&fact.label, &name) {
                            super::secret::REMOVED.to_owned()
                        } else {
                            name
                        };
                        let way = Way(vec![
                            Step::Key(SmolStr::new_static(CUSTOM)),
                            Step::Key(fact.label.replace_smolstr(".", " ")),
                        ]);
                        let is_row = fact.way.0.iter().any(|step| matches!(step, Step::Row(_)));
                        if !is_row && !resolved.facts.iter().any(|other| other.way == way) {
                            let item = Item::Text(clean.clone());
                            resolved.facts.push(Settled { way, item, is_guess: false });
                        }
                        resolved.nobody.push((link.kind.to_owned(), clean));
                    }
                }
            }
        }
        let nowhere = super::normal::nowhere();
        Ok(match (many, texts.first()) {
            (_, None) => None,
            (false, Some(first)) => Some(Item::Text(first.clone())),
            (true, Some(_)) => {
                let items = texts.into_iter().map(|text| Spanned::new(Item::Text(text), nowhere));
                Some(Item::Array(items.collect()))
            }
        })
    }

    /// Returns the reference as it is written, or nothing where no record is meant.
    fn text(&self, link: &Link, field: &Field) -> Result<Option<String>, String> {
        let kind = self.catalog.by_name(link.kind);
        let kind = kind.ok_or_else(|| format!("there is no kind `{}`", link.kind))?;
        if !takes(field, link.kind) {
            return Err(format!("`{}` takes no reference to `{}`", field.name, link.kind));
        }
        let found = match &link.which {
            Which::Key(key) => self.by_key.get(&(link.kind, key.as_str())),
            Which::Name(name) => {
                let name = name.trim().to_lowercase_smolstr();
                let short = SmolStr::new(name.split('.').next().unwrap_or_default());
                self.by_name
                    .get(&(link.kind, name))
                    .or_else(|| self.by_name.get(&(link.kind, short)))
            }
        };
        let id = match (found, &link.which) {
            (Some(ix), _) => self.identities[*ix].id.clone(),
            (None, Which::Name(name)) => match self.standing.by_words(kind, name) {
                Some(known) => known.id.clone(),
                None => return Ok(None),
            },
            (None, Which::Key(_)) => return Ok(None),
        };
        let row = link.row.as_ref().filter(|row| self.has_row(found, field, row));
        let is_clear = targets(field).len() == 1 && field.types.len() == 1;
        let id = if is_clear { id } else { format!("{}/{id}", link.kind) };
        Ok(Some(match row {
            Some(row) => format!("{id}:{row}"),
            None => id,
        }))
    }

    fn has_row(&self, found: Option<&usize>, field: &Field, row: &str) -> bool {
        let Some(ix) = found else { return false };
        field.to.iter().any(|target| match target {
            Target::Row { field, .. } => self.rows.contains(&(*ix, field.into(), row.into())),
            _ => false,
        })
    }
}

fn takes(field: &Field, kind: &str) -> bool {
    field.to.iter().any(|target| match target {
        Target::Any => true,
        Target::Kind(name) | Target::Row { kind: name, .. } => name == kind,
    })
}

/// Returns the kinds that a field may point to; more than one where it may be any.
fn targets(field: &Field) -> HashSet<&str> {
    let mut kinds = HashSet::new();
    for target in &field.to {
        match target {
            Target::Any => {
                kinds.insert("");
                kinds.insert("*");
            }
            Target::Kind(name) | Target::Row { kind: name, .. } => {
                kinds.insert(name);
            }
        }
    }
    kinds
}

/// A record to be made or brought up to date.
struct Job<'a> {
    /// Its place among the proposals.
    place: usize,
    proposal: &'a Proposal,
    identity: &'a Identity,
    /// What is said of it.
    said: Vec<Given>,
    /// Whether that was looked through before, and held no secret.
    is_clean: bool,
    last: Arc<Written>,
}

/// What this system wrote last, by key and by record.
struct Last<'a> {
    state: &'a State,
    by_record: HashMap<(&'a str, &'a str), &'a Arc<Written>>,
}

impl<'a> Last<'a> {
    fn new(state: &'a State) -> Last<'a> {
        let mut by_record = HashMap::with_capacity(state.records.len());
        for ((kind, _), (id, written)) in &state.records {
            by_record.entry((kind.as_str(), id.as_str())).or_insert(written);
        }
        Last { state, by_record }
    }

    /// Returns what was written into a record, under whatever key.
    fn of(&self, proposal: &Proposal, identity: &Identity) -> Arc<Written> {
        if identity.standing.is_none() {
            return Arc::default();
        }
        let noted = self.state.records.get(&state::key_of(proposal));
        let noted = noted.filter(|(id, _)| *id == identity.id).map(|(_, written)| written);
        let by_record = || self.by_record.get(&(proposal.kind, identity.id.as_str())).copied();
        noted.or_else(by_record).cloned().unwrap_or_default()
    }
}

/// Forgets under which key a record was known, where the system calls it by another one now.
fn forget_renamed(state: &mut State, jobs: &[Job<'_>]) {
    let is_renamed = |job: &&Job<'_>| {
        let key = state::key_of(job.proposal);
        job.identity.standing.is_some() && !state.records.contains_key(&key)
    };
    let renamed: HashSet<(&str, &str)> = jobs
        .iter()
        .filter(is_renamed)
        .map(|job| (job.proposal.kind, job.identity.id.as_str()))
        .collect();
    if !renamed.is_empty() {
        state.records.retain(|(kind, _), (id, _)| !renamed.contains(&(kind.as_str(), id.as_str())));
    }
}

/// What came of a job: its place in the list, the file and the outcome.
struct Done {
    job: usize,
    path: String,
    merged: Result<Merged, String>,
    nobody: Vec<(String, String)>,
}

/// Settles and merges all jobs; several in one file one after the other. What is said of a record goes
/// as soon as it is written.
fn write_all(
    tree: &SourceTree,
    resolver: &Resolver<'_>,
    maker: Maker<'_>,
    jobs: Vec<Job<'_>>,
) -> Result<Vec<Vec<Done>>, String> {
    let context = maker.context;
    let mut by_path: BTreeMap<String, Vec<Job<'_>>> = BTreeMap::new();
    for job in jobs {
        by_path.entry(path_of(&job, context.catalog)).or_default().push(job);
    }
    let by_path: Vec<(String, Vec<Job<'_>>)> = by_path.into_iter().collect();
    by_path
        .into_par_iter()
        .map(|(path, jobs)| {
            let mut text = tree.at(&path).and_then(|file| file.as_text()).map(str::to_owned);
            let mut done = Vec::with_capacity(jobs.len());
            let mut jobs = jobs.into_iter().peekable();
            while let Some(mut job) = jobs.next() {
                let kind = context.catalog.kind(job.identity.kind);
                let facts =
                    maker.facts(job.proposal, &std::mem::take(&mut job.said), job.is_clean)?;
                let resolved = resolver.settle(facts, kind)?;
                let merged = merge_one(&job, &resolved.facts, text.as_deref(), &path, context);
                if let Ok(merged) = &merged
                    && jobs.peek().is_some()
                {
                    text = Some(merged.text.clone());
                }
                let (job, path, nobody) = (job.place, path.clone(), resolved.nobody);
                done.push(Done { job, path, merged, nobody });
            }
            Ok(done)
        })
        .collect()
}

fn path_of(job: &Job<'_>, catalog: &Catalog) -> String {
    match &job.identity.standing {
        Some(known) => known.path.clone(),
        None => {
            format!("records/{}/{}.toml", catalog.kind(job.identity.kind).plural, job.identity.id)
        }
    }
}

fn merge_one(
    job: &Job<'_>,
    settled: &[Settled],
    text: Option<&str>,
    path: &str,
    context: Context<'_>,
) -> Result<Merged, String> {
    let kind = context.catalog.kind(job.identity.kind);
    let Some(known) = &job.identity.standing else {
        let mut merged =
            merge::merge("", &Form::File, settled, &Written::default(), kind, context)?;
        let schema = json_schema::directive(path, &json_schema::record_file(&kind.name));
        merged.text = format!("{schema}\n\n{}", merged.text);
        return Ok(merged);
    };
    let text = text.ok_or("its file could not be read")?;
    let form = form_of(known.path.as_str(), &known.id, kind);
    let is_source =
        |fact: &&Settled| fact.way.0.first() == Some(&Step::Key(SmolStr::new_static(SOURCE)));
    let facts = |want_source: bool| -> Vec<Settled> {
        let facts = settled.iter().filter(|fact| is_source(fact) == want_source);
        facts.cloned().collect()
    };
    let merged = merge::merge(text, &form, &facts(false), &job.last, kind, context)?;
    if merged.written.is_empty() {
        return Ok(merged);
    }
    // The file's name changes every month; that alone is no reason to touch a record.
    let mut source = merge::merge(&merged.text, &form, &facts(true), &merged.last, kind, context)?;
    source.written = merged.written;
    source.kept = merged.kept;
    Ok(source)
}

fn form_of(path: &str, id: &str, kind: &Kind) -> Form {
    let inside = path.strip_prefix("records/").unwrap_or(path);
    if inside.ends_with(".md") {
        return Form::Markdown(kind.body.clone());
    }
    if inside.contains('/') { Form::File } else { Form::Table(id.to_owned()) }
}

/// Enters what came of a job into report, state and files.
fn note(
    report: &mut Report,
    state: &mut State,
    (proposal, identity): (&Proposal, &Identity),
    done: Done,
    files: &mut BTreeMap<String, String>,
) {
    for name in done.nobody {
        *report.nobody.entry(name).or_default() += 1;
    }
    let merged = match done.merged {
        Ok(merged) => merged,
        Err(reason) => {
            let reason = format!("{}/{}: {reason}", proposal.kind, identity.id);
            report.skipped.push(Skipped { at: proposal.at.clone(), reason });
            return;
        }
    };
    let full = format!("{}/{}", proposal.kind, identity.id);
    report.kept.extend(merged.kept.into_iter().map(|kept: Kept| (full.clone(), kept)));
    match (&identity.standing, merged.written.is_empty()) {
        (None, _) => report.made.push((proposal.kind.to_owned(), identity.id.clone())),
        (Some(_), true) => report.unchanged += 1,
        (Some(_), false) => {
            let (kind, id) = (proposal.kind.to_owned(), identity.id.clone());
            let fields = merged.written.iter().map(SmolStr::to_string).collect();
            report.updated.push((kind, id, fields));
        }
    }
    if !merged.written.is_empty() {
        files.insert(done.path, merged.text);
    }
    let mut last = merged.last;
    last.shrink();
    state.records.insert(state::key_of(proposal), (SmolStr::new(&identity.id), Arc::new(last)));
}

/// Returns the tree with these files new or replaced.
fn with_files(tree: &SourceTree, files: Vec<SourceFile>) -> SourceTree {
    let new: HashSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let kept = tree.files().iter().filter(|file| !new.contains(file.path.as_str())).cloned();
    let all: Vec<SourceFile> = kept.collect();
    SourceTree::new(all.into_iter().chain(files).collect())
}

/// Returns what has to be written to get from one tree to the other. `attached` are the bytes of files
/// that are no text.
pub fn changes(
    before: &SourceTree,
    after: &SourceTree,
    mut attached: BTreeMap<String, Vec<u8>>,
) -> Vec<Change> {
    let differs =
        |file: &&SourceFile| before.at(&file.path).is_none_or(|old| old.digest != file.digest);
    let changed = after.files().iter().filter(differs);
    changed
        .filter_map(|file| {
            let bytes: Arc<[u8]> = match attached.remove(&file.path) {
                Some(bytes) => bytes.into(),
                None => match &file.content {
                    Content::Text(text) => text.clone().into(),
                    _ => return None,
                },
            };
            let before = before.at(&file.path).map(|old| old.digest);
            Some(Change { path: file.path.clone(), before, bytes })
        })
        .collect()
}
