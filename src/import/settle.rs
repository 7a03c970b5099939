//! Decides which record each proposal is: one that stands, or a new one with an id of its own.
//!
//! In: proposals with their facts. Out: for each its kind and id, and whether it stands. Proposals that
//! are one thing (the same kind and key) become one; what nobody asks for goes.

use std::collections::{BTreeMap, HashMap, HashSet};

use smol_str::SmolStr;

use crate::schema::{Catalog, KindIx};
use crate::text::{list_of, nearest};

use super::Refused;
use super::gist::Gist;
use super::normal::meant;
use super::proposal::{Link, Proposal, Which, Wish};
use super::slug::{Taken, slug};
use super::standing::{Known, Standing, sign_fields};
use super::state::{self, State};

/// What stands for all clients of an export at once.
pub const ALL_CLIENTS: &str = "*";

/// Leaves the proposals of one client, or refuses to mix several. Returns them with the client's name.
pub fn of_one_client(
    proposals: Vec<Proposal>,
    wanted: Option<&str>,
) -> Result<(Vec<Proposal>, Option<String>), Refused> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for proposal in proposals.iter().filter(|proposal| !proposal.on_demand) {
        if let Some(client) = &proposal.client {
            *counts.entry(client).or_default() += 1;
        }
    }
    let Some(wanted) = wanted else {
        let only = counts.keys().next().map(|client| (*client).to_owned());
        return match counts.len() {
            0 | 1 => Ok((proposals, only)),
            _ => Err(several_clients(&counts)),
        };
    };
    if wanted == ALL_CLIENTS {
        return Ok((proposals, None));
    }
    let Some(name) = client_called(wanted, &counts) else {
        let names: Vec<&str> = counts.keys().copied().collect();
        let refused = Refused::new(format!("the import has no client called `{wanted}`"));
        return Err(match nearest(wanted, names.iter().copied()) {
            Some(near) => refused.help(format!("did you mean `{near}`?")),
            None if names.is_empty() => refused.help("it names no clients: leave `--client` out"),
            None => refused.help(format!("it has {}", list_of(&names, "and"))),
        });
    };
    let keep = |proposal: &Proposal| match &proposal.client {
        Some(client) => slug(client) == slug(&name),
        None => true,
    };
    let mut kept: Vec<Proposal> = proposals.into_iter().filter(keep).collect();
    // What is nobody's comes along only where the client's records point to it.
    if kept.iter().any(|proposal| proposal.client.is_some()) {
        kept.iter_mut().filter(|one| one.client.is_none()).for_each(|one| one.on_demand = true);
    }
    Ok((kept, Some(name)))
}

/// Returns the name of the client that is meant: by its name, its id, or the first words of just one.
pub fn client_called(wanted: &str, counts: &BTreeMap<&str, usize>) -> Option<String> {
    let wanted = slug(wanted);
    let start = format!("{wanted}-");
    let mut names = counts.keys().copied();
    if let Some(name) = names.find(|name| slug(name) == wanted) {
        return Some(name.to_owned());
    }
    let mut begin =
        counts.keys().filter(|name| !wanted.is_empty() && slug(name).starts_with(&start));
    match (begin.next(), begin.next()) {
        (Some(only), None) => Some((*only).to_owned()),
        _ => None,
    }
}

fn several_clients(counts: &BTreeMap<&str, usize>) -> Refused {
    let mut lines: Vec<String> =
        counts.iter().take(200).map(|(client, count)| format!("{client} ({count})")).collect();
    if counts.len() > lines.len() {
        lines.push(format!("and {} more", counts.len() - lines.len()));
    }
    Refused::new(format!("this export holds {} clients: {}", counts.len(), lines.join(", "))).help(
        "a runbook is one client's: choose with `--client NAME`, or take all with `--client '*'`",
    )
}

/// Makes one proposal of those that are the same thing, and leaves out what is asked for by nobody.
pub fn together(proposals: Vec<Proposal>) -> Vec<Proposal> {
    let proposals = with_stand_ins_replaced(proposals);
    let mut places: HashMap<(&'static str, String), usize> = HashMap::new();
    let mut one_each: Vec<Proposal> = Vec::with_capacity(proposals.len());
    for proposal in proposals {
        match places.get(&(proposal.kind, proposal.key.clone())) {
            Some(place) => {
                let first = &mut one_each[*place];
                first.fields.extend(proposal.fields);
                first.secrets.extend(proposal.secrets);
                first.on_demand &= proposal.on_demand;
            }
            None => {
                places.insert((proposal.kind, proposal.key.clone()), one_each.len());
                one_each.push(proposal);
            }
        }
    }
    asked_for(one_each, &places)
}

/// Where a site stands in by its name alone and the export has that site in full, the full one is meant.
fn with_stand_ins_replaced(mut proposals: Vec<Proposal>) -> Vec<Proposal> {
    let whole: HashMap<(&'static str, String, Option<String>), String> = proposals
        .iter()
        .filter(|proposal| !proposal.on_demand)
        .map(|one| ((one.kind, slug(&one.name), lower(&one.client)), one.key.clone()))
        .collect();
    for proposal in proposals.iter_mut().filter(|proposal| proposal.on_demand) {
        let name = (proposal.kind, slug(&proposal.name), lower(&proposal.client));
        let no_client = (proposal.kind, slug(&proposal.name), None);
        if let Some(key) = whole.get(&name).or_else(|| whole.get(&no_client)) {
            // The key stays known as another name of the whole one.
            proposal.fields.clear();
            proposal.fields.push(super::proposal::Given {
                field: ALIAS.into(),
                label: ALIAS.into(),
                value: Wish::Text(key.clone()),
                is_guess: false,
            });
        }
    }
    let aliases: HashMap<(&'static str, String), String> = proposals
        .iter()
        .filter_map(|one| Some(((one.kind, one.key.clone()), one.text(ALIAS)?.to_owned())))
        .collect();
    if aliases.is_empty() {
        return proposals;
    }
    proposals.retain(|one| one.text(ALIAS).is_none());
    for proposal in &mut proposals {
        for given in &mut proposal.fields {
            each_link(&mut given.value, &mut |link| {
                if let Which::Key(key) = &mut link.which
                    && let Some(whole) = aliases.get(&(link.kind, key.clone()))
                {
                    key.clone_from(whole);
                }
            });
        }
    }
    proposals
}

const ALIAS: &str = "\u{0}alias";

fn lower(client: &Option<String>) -> Option<String> {
    client.as_ref().map(|client| client.to_lowercase())
}

fn each_link(wish: &mut Wish, visit: &mut impl FnMut(&mut Link)) {
    match wish {
        Wish::Link(link) => visit(link),
        Wish::List(items) => items.iter_mut().for_each(|item| each_link(item, visit)),
        Wish::Row(fields) => {
            fields.iter_mut().for_each(|given| each_link(&mut given.value, visit));
        }
        _ => {}
    }
}

/// Leaves out what is made on demand and nothing points to, directly or through others.
fn asked_for(
    mut proposals: Vec<Proposal>,
    places: &HashMap<(&'static str, String), usize>,
) -> Vec<Proposal> {
    let mut wanted: HashSet<usize> =
        (0..proposals.len()).filter(|ix| !proposals[*ix].on_demand).collect();
    let mut waiting: Vec<usize> = wanted.iter().copied().collect();
    while let Some(ix) = waiting.pop() {
        for given in &mut proposals[ix].fields {
            each_link(&mut given.value, &mut |link| {
                if let Which::Key(key) = &link.which
                    && let Some(place) = places.get(&(link.kind, key.clone()))
                    && wanted.insert(*place)
                {
                    waiting.push(*place);
                }
            });
        }
    }
    let mut ix = 0;
    proposals.retain(|_| {
        ix += 1;
        wanted.contains(&(ix - 1))
    });
    proposals
}

/// Which record a proposal is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// The kind.
    pub kind: KindIx,
    /// The id.
    pub id: String,
    /// The record that stands, if it does.
    pub standing: Option<Known>,
}

/// Returns the identity of each proposal, in their order.
pub fn identities(
    proposals: &[Proposal],
    gists: &[Gist],
    catalog: &Catalog,
    standing: &Standing,
    state: &State,
    system: &str,
) -> Vec<Identity> {
    let mut settler = Settler {
        catalog,
        standing,
        state,
        system,
        taken: HashMap::new(),
        signs: HashMap::new(),
        claimed: HashSet::new(),
        names: proposals
            .iter()
            .map(|one| ((one.kind, one.key.as_str()), one.name.as_str()))
            .collect(),
    };
    let known: Vec<Option<Known>> =
        proposals.iter().map(|proposal| settler.noted(proposal)).collect();
    let known: Vec<Option<Known>> = known
        .into_iter()
        .enumerate()
        .map(|(ix, known)| known.or_else(|| settler.recognised(&proposals[ix], &gists[ix])))
        .collect();
    let settled = proposals.iter().zip(known);
    settled.map(|(proposal, known)| settler.identity(proposal, known)).collect()
}

struct Settler<'a> {
    catalog: &'a Catalog,
    standing: &'a Standing,
    state: &'a State,
    system: &'a str,
    taken: HashMap<KindIx, Taken>,
    /// By which fields records of a kind are known.
    signs: HashMap<KindIx, Vec<String>>,
    claimed: HashSet<(KindIx, String)>,
    names: HashMap<(&'static str, &'a str), &'a str>,
}

impl Settler<'_> {
    /// Returns the record that the last import, or the record itself, says this is.
    fn noted(&mut self, proposal: &Proposal) -> Option<Known> {
        let kind = self.catalog.by_name(proposal.kind)?;
        if let Some(id) = &proposal.record {
            let known = self.standing.by_id(kind, id)?;
            return self.claim(known);
        }
        let note = self.state.records.get(&state::key_of(proposal));
        let noted = note.and_then(|(id, _)| self.standing.by_id(kind, id));
        let known = noted.or_else(|| self.standing.by_source(kind, self.system, &proposal.key))?;
        self.claim(known)
    }

    /// Returns the record that has what identifies this.
    fn recognised(&mut self, proposal: &Proposal, gist: &Gist) -> Option<Known> {
        let kind = self.catalog.by_name(proposal.kind)?;
        let fields = self.signs.entry(kind).or_insert_with(|| sign_fields(self.catalog, kind));
        let signs: Vec<(SmolStr, SmolStr)> = fields
            .iter()
            .flat_map(|field| gist.texts.iter().filter(move |(there, _)| there == field))
            .cloned()
            .collect();
        // `LAN` may be any firewall's network.
        let title = &self.catalog.kind(kind).title;
        let is_telling = |(field, _): &(SmolStr, SmolStr)| match proposal.part_of {
            Some(_) => field != title,
            None => true,
        };
        let signs: Vec<(SmolStr, SmolStr)> = signs.into_iter().filter(is_telling).collect();
        let known = self.standing.by_signs(kind, &signs).or_else(|| {
            // What is only a name may be an id as well: the site `HQ` is `site/hq`.
            let words = proposal.on_demand.then_some(&proposal.name)?;
            self.standing.by_words(kind, words)
        });
        let is_another = |known: &&Known| {
            proposal.part_of.is_some() && known.is_another(self.system, &proposal.key)
        };
        self.claim(known.filter(|known| !is_another(known))?)
    }

    /// Two things of one system are not one record.
    fn claim(&mut self, known: &Known) -> Option<Known> {
        self.claimed.insert((known.kind, known.id.clone())).then(|| known.clone())
    }

    fn identity(&mut self, proposal: &Proposal, known: Option<Known>) -> Identity {
        let kind = self
            .catalog
            .by_name(proposal.kind)
            .expect("facts were made of it, which asks for its kind");
        if let Some(known) = known {
            return Identity { kind, id: known.id.clone(), standing: Some(known) };
        }
        let standing = self.standing;
        let taken = self.taken.entry(kind).or_insert_with(|| standing.taken(kind));
        let site = site_of(proposal, &self.names);
        let mut further: Vec<&str> = Vec::new();
        let base = slug(&proposal.name);
        let elsewhere = standing.is_id_elsewhere(kind, &base);
        further.extend(site);
        further.extend(proposal.part_of.as_deref());
        further.push(&proposal.key);
        // The same word twice tells nothing apart.
        further.retain(|word| slug(word) != base);
        let id = match elsewhere {
            true => taken.choose(&format!("{base} {}", proposal.kind), &further),
            false => taken.choose(&proposal.name, &further),
        };
        Identity { kind, id, standing: None }
    }
}

/// Returns the name of the site that a proposal is at.
fn site_of<'a>(
    proposal: &'a Proposal,
    names: &HashMap<(&'static str, &'a str), &'a str>,
) -> Option<&'a str> {
    let given = proposal.fields.iter().find(|given| matches!(&*given.field, "site" | "sites"))?;
    match &given.value {
        Wish::Link(link) => match &link.which {
            Which::Key(key) => names.get(&(link.kind, key.as_str())).copied(),
            Which::Name(name) => Some(name),
        },
        _ => None,
    }
}

/// Returns a name for what has none: its type and place in a rack, else its type and key.
pub fn name_of(proposal: &Proposal) -> String {
    if let Some(name) = meant(&proposal.name) {
        return super::normal::one_line(name);
    }
    let what = proposal.text("type").unwrap_or(proposal.kind);
    let rack = proposal.fields.iter().find(|given| given.field == "rack.rack");
    let rack = rack.and_then(|given| match &given.value {
        Wish::Link(link) => match &link.which {
            Which::Key(name) | Which::Name(name) => Some(name.as_str()),
        },
        _ => None,
    });
    let unit = proposal.fields.iter().find(|given| given.field == "rack.unit");
    let unit = unit.and_then(|given| match &given.value {
        Wish::Text(text) => Some(text.clone()),
        Wish::Integer(number) => Some(number.to_string()),
        Wish::Number(number) => Some(number.to_string()),
        _ => None,
    });
    match rack.zip(unit) {
        Some((rack, unit)) => format!("{what}-{rack}-u{unit}"),
        None => format!("{what} {}", proposal.key),
    }
}
