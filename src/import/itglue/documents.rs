//! The documents of an IT Glue export: a folder `DOC-<organisation>-<document> <name>` each, with its text
//! as HTML, its pictures, and files; and the attachments of other things.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Chosen, Export, file_name, text_of};
use crate::digest::Digest;
use crate::import::bounded::zip::{Archive, Member};
use crate::import::documented::{Thing, drafts};
use crate::import::html::{self, Reference};
use crate::import::proposal::{Harvest, Origin, Proposal, Wish};
use crate::import::slug::slug;
use crate::secrets;
use crate::text::{bytes_in_words, plural};

/// Bytes of one file that is brought into the runbook.
const FILE_BYTES: u64 = 32 * 1024 * 1024;

/// Bytes of all files together; they are held in memory until all is checked.
const ALL_BYTES: u64 = 512 * 1024 * 1024;

/// Files that are keys, or vaults of keys.
const KEYS: &[&str] =
    &["pfx", "p12", "key", "ppk", "kdbx", "kdb", "jks", "ovpn", "p8", "keytab", "mobileconfig"];

/// Pictures that a page can show.
const PICTURES: &[(&[u8], &str)] =
    &[(b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"), (b"RIFF", "webp")];

/// Reads texts, pictures and files of documents, and attachments, of whoever is chosen.
pub(super) fn read(
    archive: &mut Archive,
    export: &mut Export,
    chosen: &Chosen,
    harvest: &mut Harvest,
) {
    let folders = Folders::of(archive);
    let mut files = Files { archive, bytes: 0, by_path: BTreeMap::new(), taken: HashSet::new() };
    add_unlisted(&folders, export);
    let (mut texts, mut drafts, mut further) = (0, Vec::new(), Vec::new());
    let source = export.file.clone();
    for thing in export.things.iter_mut().filter(|thing| thing.kind == Some("document")) {
        if !chosen.has(thing.client.as_deref()) {
            continue;
        }
        let id = thing.key.rsplit('/').next().unwrap_or_default().to_owned();
        let Some(folder) = folders.by_document.get(&id) else { continue };
        let mut reading = Reading { files: &mut files, folder, id: &id, thing, harvest };
        texts += usize::from(reading.text(&mut drafts));
        reading.others(&mut further);
        if !folder.place.is_empty() {
            thing.say("Folder", &folder.place);
        }
    }
    if texts > 0 {
        harvest.note(format!("{source}: the text of {}", plural(texts, "document", "documents")));
    }
    attachments(&mut files, export, chosen, &mut further, harvest);
    export.things.extend(further);
    drafts.into_iter().for_each(|draft| harvest.propose(draft));
}

/// The folders of documents, by the document's number.
struct Folders {
    by_document: BTreeMap<String, Folder>,
}

/// The folder of a document.
#[derive(Default)]
struct Folder {
    organization: String,
    name: String,
    /// The folders it lies in, as people named them.
    place: String,
    members: Vec<Member>,
}

impl Folders {
    fn of(archive: &Archive) -> Folders {
        let mut by_document: BTreeMap<String, Folder> = BTreeMap::new();
        for member in &archive.members {
            let parts: Vec<&str> = member.path.split('/').collect();
            let Some(at) = parts.iter().position(|part| numbers(part).is_some()) else { continue };
            let Some((organization, document, name)) = numbers(parts[at]) else { continue };
            let folder = by_document.entry(document.to_owned()).or_default();
            if folder.members.is_empty() {
                let inside = parts[..at].iter().skip_while(|part| **part != "documents").skip(1);
                folder.place = inside.copied().collect::<Vec<_>>().join(" / ");
                folder.organization = organization.to_owned();
                folder.name = name.to_owned();
            }
            folder.members.push(member.clone());
        }
        Folders { by_document }
    }
}

/// Reads `DOC-<organisation>-<document> <name>`.
fn numbers(part: &str) -> Option<(&str, &str, &str)> {
    let (organization, rest) = part.strip_prefix("DOC-")?.split_once('-')?;
    let (document, name) = rest.split_once(' ').unwrap_or((rest, ""));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(organization) && is_number(document)).then_some((
        organization,
        document,
        name.trim(),
    ))
}

/// Adds documents that have a folder and no row.
fn add_unlisted(folders: &Folders, export: &mut Export) {
    let listed: Vec<String> = export
        .things
        .iter()
        .filter(|thing| thing.kind == Some("document"))
        .map(|thing| thing.key.clone())
        .collect();
    let owners: HashMap<String, Option<String>> = export
        .things
        .iter()
        .filter_map(|thing| {
            Some((thing.key.strip_prefix("organizations/")?.to_owned(), thing.client.clone()))
        })
        .collect();
    for (id, folder) in &folders.by_document {
        let key = format!("documents/{id}");
        if !listed.contains(&key) {
            let at = export.at(&folder.members[0].path);
            let mut thing = Thing::of_kind("document", key, folder.name.clone(), at);
            thing.client = owners.get(&folder.organization).cloned().flatten();
            export.things.push(thing);
        }
    }
}

/// A file that is in the runbook now.
#[derive(Clone)]
struct Brought {
    path: String,
    sum: String,
}

impl Brought {
    fn put_into(&self, thing: &mut Thing) {
        thing.fixed.push(("file", Wish::from(self.path.as_str())));
        thing.fixed.push(("sha256", Wish::from(self.sum.as_str())));
    }
}

/// The files of an archive that are brought into the runbook.
struct Files<'a> {
    archive: &'a mut Archive,
    bytes: u64,
    /// Paths in the runbook, by path in the archive.
    by_path: BTreeMap<String, Option<Brought>>,
    /// Paths in the runbook that are given away.
    taken: HashSet<String>,
}

impl Files<'_> {
    /// Brings a file into the runbook, and returns its path there; nothing where it stays out, which is
    /// told.
    fn bring(
        &mut self,
        member: &Member,
        folder: &str,
        at: Origin,
        harvest: &mut Harvest,
    ) -> Option<Brought> {
        if let Some(known) = self.by_path.get(&member.path) {
            return known.clone();
        }
        let path = self.brought(member, folder, harvest).unwrap_or_else(|reason| {
            harvest.skip(at, reason);
            None
        });
        self.by_path.insert(member.path.clone(), path.clone());
        path
    }

    fn brought(
        &mut self,
        member: &Member,
        folder: &str,
        harvest: &mut Harvest,
    ) -> Result<Option<Brought>, String> {
        let own = file_name(&member.path);
        let (stem, extension) = own.rsplit_once('.').unwrap_or((own, ""));
        if KEYS.iter().any(|key| extension.eq_ignore_ascii_case(key)) {
            harvest.secret("files that hold keys");
            return Err("it holds a key by its name, and stays out".to_owned());
        }
        if self.bytes + member.size > ALL_BYTES {
            let limit = bytes_in_words(ALL_BYTES);
            return Err(format!("the files before it are {limit} already; copy it by hand"));
        }
        let bytes = self.archive.read(member, FILE_BYTES)?;
        if std::str::from_utf8(&bytes).is_ok_and(|text| !secrets::scan(text).is_empty()) {
            harvest.secret("files that hold what looks like a secret");
            return Err("it holds what looks like a secret, and stays out".to_owned());
        }
        self.bytes += bytes.len() as u64;
        let shown =
            PICTURES.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, ending)| *ending);
        let ending = match (extension, shown) {
            ("", Some(shown)) => format!(".{shown}"),
            ("", None) => String::new(),
            (own, _) => format!(".{}", slug(own)),
        };
        let stem = slug(stem);
        let stem = if stem.is_empty() { "file".to_owned() } else { stem };
        let mut names = std::iter::once(format!("{stem}{ending}"))
            .chain((2..).map(|number| format!("{stem}-{number}{ending}")));
        let name = names.find(|name| self.taken.insert(format!("{folder}/{name}")));
        let sum = Digest::of(&bytes).to_string();
        Ok(name.map(|name| Brought { path: harvest.attach(folder, &name, bytes), sum }))
    }
}

/// A document that is being read.
struct Reading<'a, 'f> {
    files: &'a mut Files<'f>,
    folder: &'a Folder,
    id: &'a str,
    thing: &'a mut Thing,
    harvest: &'a mut Harvest,
}

impl Reading<'_, '_> {
    fn at(&self, path: &str) -> Origin {
        Origin::path(&self.thing.at.file, path)
    }

    /// Reads the document's HTML. False where it has none.
    fn text(&mut self, made: &mut Vec<Proposal>) -> bool {
        let is_html = |member: &&Member| {
            let path = member.path.to_lowercase();
            path.ends_with(".html") || path.ends_with(".htm")
        };
        let Some(member) = self.folder.members.iter().find(is_html) else { return false };
        let read = self.files.archive.read(member, 64 * 1024 * 1024);
        let text = match read.and_then(|bytes| text_of(&bytes, &member.path)) {
            Ok(text) => text,
            Err(reason) => {
                let at = self.at(&member.path);
                self.harvest.skip(at, reason);
                return false;
            }
        };
        if text.len() > html::BYTES {
            let limit = bytes_in_words(html::BYTES as u64);
            let at = self.at(&member.path);
            self.harvest.skip(at, format!("longer than {limit}; only its beginning is read"));
        }
        let prose = html::read(&text, &mut |reference| match reference {
            Reference::Image(source) => self.picture(source),
            Reference::Link(_) => None,
        });
        let text = drafts::without_title(&prose.markdown, &self.thing.name);
        self.thing.fixed.push(("notes", Wish::Markdown(text.to_owned())));
        made.extend(drafts::of(self.thing, prose.lists));
        true
    }

    /// Brings a picture into the runbook that a text shows.
    fn picture(&mut self, source: &str) -> Option<String> {
        let clean =
            source.split(['?', '#']).next().unwrap_or_default().trim_start_matches(['.', '/']);
        let tail = clean.find("docs/").map(|at| &clean[at..]);
        let ends = |member: &&Member, tail: &str| {
            member
                .path
                .strip_suffix(tail)
                .is_some_and(|before| before.is_empty() || before.ends_with('/'))
        };
        let inside = self.folder.members.iter();
        let found = inside.clone().find(|member| ends(member, clean));
        let found = found
            .or_else(|| inside.clone().find(|member| tail.is_some_and(|tail| ends(member, tail))));
        let elsewhere = || {
            let members = &self.files.archive.members;
            members.iter().find(|member| ends(member, tail.unwrap_or(clean)))
        };
        let member = found.or_else(elsewhere).filter(|_| !clean.is_empty())?.clone();
        let at = self.at(&member.path);
        let folder = format!("itglue/documents/{}", self.id);
        self.files.bring(&member, &folder, at, self.harvest).map(|file| file.path)
    }

    /// Brings the document's other files: the one that it is, or those that go with it.
    fn others(&mut self, further: &mut Vec<Thing>) {
        let has_text = self.thing.fixed.iter().any(|(field, _)| *field == "notes");
        let is_other = |member: &&Member| {
            let path = member.path.to_lowercase();
            let is_text = path.ends_with(".html") || path.ends_with(".htm");
            let is_read = is_text && has_text;
            !is_read && !path.contains("/images/")
        };
        let others: Vec<Member> = self.folder.members.iter().filter(is_other).cloned().collect();
        for member in &others {
            let at = self.at(&member.path);
            let folder = format!("itglue/documents/{}", self.id);
            let Some(path) = self.files.bring(member, &folder, at.clone(), self.harvest) else {
                continue;
            };
            match !has_text && others.len() == 1 {
                true => path.put_into(self.thing),
                false => {
                    let key = format!("documents/{}/{}", self.id, file_name(&member.path));
                    further.push(file_thing(key.clone(), &path, member, self.thing, at));
                    self.thing.documents.push(key);
                }
            }
        }
    }
}

/// Returns the record of a file that goes with `owner`.
fn file_thing(key: String, file: &Brought, member: &Member, owner: &Thing, at: Origin) -> Thing {
    let mut thing = Thing::of_kind("document", key, file_name(&member.path).to_owned(), at);
    thing.client.clone_from(&owner.client);
    file.put_into(&mut thing);
    thing
}

/// Brings the attachments of things: `attachments/<type>/<id>/…`.
fn attachments(
    files: &mut Files<'_>,
    export: &mut Export,
    chosen: &Chosen,
    further: &mut Vec<Thing>,
    harvest: &mut Harvest,
) {
    let by_key: HashMap<String, usize> =
        export.things.iter().enumerate().map(|(ix, thing)| (thing.key.clone(), ix)).collect();
    let members: Vec<Member> = files.archive.members.clone();
    let mut left: BTreeMap<String, usize> = BTreeMap::new();
    for member in &members {
        let parts: Vec<&str> = member.path.split('/').collect();
        if parts.first().is_some_and(|first| *first == "floor_plans_photos") {
            *left.entry("floor_plans_photos".to_owned()).or_default() += 1;
            continue;
        }
        let Some(at) = parts.iter().position(|part| *part == "attachments") else { continue };
        let (Some(kind), Some(id)) = (parts.get(at + 1), parts.get(at + 2)) else { continue };
        let core = super::CORE.iter().any(|(table, ..)| table == kind);
        let keys = if core { kind } else { "flexible-assets" };
        let place = Origin::path(&export.file, member.path.clone());
        let Some(owner) = by_key.get(&format!("{keys}/{id}")).map(|ix| &mut export.things[*ix])
        else {
            harvest.skip(place, "nothing in the export is what it is attached to");
            continue;
        };
        if !chosen.has(owner.client.as_deref()) {
            continue;
        }
        if *kind == "passwords" {
            owner.cells.push(("Attachments".to_owned(), crate::import::documented::Cell::Secret));
            continue;
        }
        let folder = format!("itglue/{kind}/{id}");
        let Some(path) = files.bring(member, &folder, place.clone(), harvest) else {
            continue;
        };
        let key = format!("attachments/{kind}/{id}/{}", file_name(&member.path));
        further.push(file_thing(key.clone(), &path, member, owner, place));
        owner.documents.push(key);
    }
    for (folder, count) in left {
        let reason = format!(
            "{}: the export does not say what they belong to",
            plural(count, "file", "files")
        );
        harvest.skip(export.at(&folder), reason);
    }
}
