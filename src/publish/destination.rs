//! Where a site may be published, and the names beside it that publishing uses.
//!
//! All of this looks at folders and changes none. It guards against slips: a wrong `--output`
//! must never cost a home folder or the runbook itself.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Component, Path, PathBuf};

use super::error::{PublishError, Refusal, Tried, Trying, WhyRefused};
use super::manifest::{MANIFEST, Manifest, ManifestError};
use super::wanted::STATE;

/// The folders of a runbook that hold what people wrote, or what the program remembers.
const SOURCES: [&str; 9] =
    ["records", "files", "kinds", "theme", "history", "sealed", "imports", ".clearjar", ".git"];

/// The file that makes a folder a runbook.
const RUNBOOK: &str = "clearjar.toml";

/// A site's folder, and what stands beside it while it is published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// The folder of the site, without links in the path to it.
    pub(super) site: PathBuf,
    /// The folder it lies in.
    pub(super) parent: PathBuf,
    name: OsString,
}

impl Place {
    /// Finds out which folder `folder` means. It need not exist, nor the one above it.
    pub(super) fn resolve(folder: &Path) -> Tried<Place> {
        let absolute = std::path::absolute(folder).trying("find", folder)?;
        let resolved = match (absolute.file_name(), absolute.parent()) {
            // The last part is left as it is: a link there is to be noticed, not followed.
            (Some(name), Some(parent)) => real(parent).trying("find", parent)?.join(name),
            _ => real(&absolute).trying("find", &absolute)?,
        };
        match (resolved.file_name(), resolved.parent()) {
            (Some(name), Some(parent)) => Ok(Place {
                name: name.to_owned(),
                parent: parent.to_owned(),
                site: resolved.clone(),
            }),
            _ => Err(refused(&resolved, WhyRefused::Root)),
        }
    }

    /// The file that is locked while the site is published.
    pub(super) fn lock(&self) -> PathBuf {
        self.beside("lock")
    }

    /// Where the new site is put together.
    pub(super) fn stage(&self) -> PathBuf {
        self.beside("stage-new")
    }

    /// Where the site before this one is kept.
    pub(super) fn previous(&self) -> PathBuf {
        self.beside("previous")
    }

    /// Two names to try out whether folders can be exchanged here.
    pub(super) fn probes(&self) -> [PathBuf; 2] {
        [self.beside("stage-probe-a"), self.beside("stage-probe-b")]
    }

    /// Where things are put that the program found among its own and did not write.
    pub(super) fn kept(&self, number: usize) -> PathBuf {
        self.beside(&format!("kept-{number}"))
    }

    fn beside(&self, role: &str) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(&self.name);
        name.push(".");
        name.push(role);
        self.parent.join(name)
    }
}

/// Checks that `place` is one where a site of `runbook` may be published.
///
/// `home` is the home folder of whoever runs the program, if known.
pub(super) fn check(place: &Place, runbook: &Path, home: Option<&Path>) -> Tried<()> {
    let site = &place.site;
    let is_or_holds = |folder: &Path| real(folder).is_ok_and(|folder| folder.starts_with(site));
    if home.is_some_and(is_or_holds) {
        return Err(refused(site, WhyRefused::Home));
    }
    if is_or_holds(runbook) {
        return Err(refused(site, WhyRefused::Runbook));
    }
    if let Some(name) = among_sources(site) {
        return Err(refused(site, WhyRefused::Sources(name)));
    }
    if lies_in_another(site, runbook) {
        return Err(refused(site, WhyRefused::InAnotherRunbook));
    }
    let metadata = match site.symlink_metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).trying("look at", site),
    };
    let why = if metadata.is_symlink() {
        WhyRefused::Link
    } else if !metadata.is_dir() {
        WhyRefused::NotAFolder
    } else if exists(&site.join(RUNBOOK)) {
        WhyRefused::AnotherRunbook
    } else if !exists(&site.join(STATE)) && holds_no_site(site)? {
        WhyRefused::NotASite
    } else {
        return Ok(());
    };
    Err(refused(site, why))
}

/// Reads the manifest of the site that stands at `place`; nothing if there is no site yet.
///
/// Refuses a folder that holds other things and no manifest, a damaged manifest, which cannot say
/// what is ours, and that of another runbook: one with another title, unless the folder lies in
/// `runbook` itself.
pub(super) fn standing(place: &Place, runbook: &Path, title: &str) -> Tried<Option<Manifest>> {
    let manifest = match Manifest::read(&place.site) {
        Ok(Some(manifest)) => manifest,
        Ok(None) if holds_no_site(&place.site)? => {
            return Err(refused(&place.site, WhyRefused::NotASite));
        }
        Ok(None) => return Ok(None),
        Err(ManifestError::Damaged(why)) => {
            return Err(refused(&place.site, WhyRefused::Damaged(why)));
        }
        Err(ManifestError::Disk(error)) => {
            return Err(error).trying("read", &place.site.join(MANIFEST));
        }
    };
    let is_within = real(runbook).is_ok_and(|runbook| place.site.starts_with(runbook));
    if manifest.imprint.title != title && !is_within {
        return Err(refused(&place.site, WhyRefused::AnotherSite(manifest.imprint.title)));
    }
    Ok(Some(manifest))
}

/// Returns the path without links, as far as it exists.
///
/// What does not exist can hold no links, so there `..` means what it says.
fn real(path: &Path) -> io::Result<PathBuf> {
    match path.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        found => return found,
    }
    let (Some(parent), Some(last)) = (path.parent(), path.components().next_back()) else {
        return Err(io::ErrorKind::NotFound.into());
    };
    let mut resolved = real(parent)?;
    match last {
        Component::ParentDir => drop(resolved.pop()),
        part => resolved.push(part),
    }
    Ok(resolved)
}

/// Returns which folder of sources of any runbook `site` is or lies in.
fn among_sources(site: &Path) -> Option<String> {
    site.ancestors().find_map(|part| {
        let name = part.file_name().and_then(OsStr::to_str)?;
        let is_sources = SOURCES.iter().any(|source| source.eq_ignore_ascii_case(name));
        (is_sources && exists(&part.parent()?.join(RUNBOOK))).then(|| name.to_owned())
    })
}

/// Whether the nearest runbook above `site` is another than `runbook`.
fn lies_in_another(site: &Path, runbook: &Path) -> bool {
    let nearest = site.ancestors().skip(1).find(|folder| exists(&folder.join(RUNBOOK)));
    nearest.is_some_and(|nearest| real(runbook).is_ok_and(|runbook| runbook != nearest))
}

fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Whether `folder` holds somebody's files, and no manifest.
fn holds_no_site(folder: &Path) -> Tried<bool> {
    if exists(&folder.join(MANIFEST)) {
        return Ok(false);
    }
    let entries = match folder.read_dir() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        found => found.trying("look into", folder)?,
    };
    for entry in entries {
        if !is_furniture(&entry.trying("look into", folder)?.file_name()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether `name` is one that systems and git leave in a folder that is empty to its owner.
fn is_furniture(name: &OsStr) -> bool {
    const FURNITURE: [&str; 10] = [
        ".DS_Store",
        ".Spotlight-V100",
        ".Trashes",
        ".fseventsd",
        ".git",
        "$RECYCLE.BIN",
        "System Volume Information",
        "Thumbs.db",
        "desktop.ini",
        "lost+found",
    ];
    FURNITURE.iter().any(|known| name == *known)
}

fn refused(folder: &Path, why: WhyRefused) -> PublishError {
    PublishError::Refused(Refusal { folder: folder.to_owned(), why })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn why(folder: &Path, runbook: &Path, home: Option<&Path>) -> Option<WhyRefused> {
        match Place::resolve(folder).and_then(|place| check(&place, runbook, home)) {
            Ok(()) => None,
            Err(PublishError::Refused(refusal)) => Some(refusal.why),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn neither_root_nor_home_nor_what_holds_it_is_published_to() {
        let root = tempfile::tempdir().unwrap();
        let home = root.path().join("people/ann");
        let runbook = root.path().join("elsewhere");
        fs::create_dir_all(&home).unwrap();
        let why = |folder: &Path| why(folder, &runbook, Some(&home));
        assert_eq!(why(Path::new("/")), Some(WhyRefused::Root));
        assert_eq!(why(&home), Some(WhyRefused::Home));
        assert_eq!(why(&home.join("x/..")), Some(WhyRefused::Home));
        assert_eq!(why(&root.path().join("people")), Some(WhyRefused::Home));
        assert_eq!(why(&home.join("site")), None);
    }

    #[test]
    fn neither_the_runbook_nor_its_sources_are_published_to() {
        let root = tempfile::tempdir().unwrap();
        let runbook = root.path().join("clients/harborview");
        fs::create_dir_all(runbook.join("records")).unwrap();
        fs::write(runbook.join(RUNBOOK), "").unwrap();
        let why = |folder: &str| why(&runbook.join(folder), &runbook, None);
        assert_eq!(why(""), Some(WhyRefused::Runbook));
        assert_eq!(why(".."), Some(WhyRefused::Runbook));
        assert_eq!(why("records"), Some(WhyRefused::Sources("records".to_owned())));
        assert_eq!(why("Files/x/y"), Some(WhyRefused::Sources("Files".to_owned())));
        assert_eq!(why("site"), None);
        assert_eq!(why("out/records"), None);
        assert_eq!(why("nowhere/../theme/site"), Some(WhyRefused::Sources("theme".to_owned())));
    }

    #[cfg(unix)]
    #[test]
    fn a_way_through_a_link_is_followed_before_it_is_judged() {
        let root = tempfile::tempdir().unwrap();
        let runbook = root.path().join("harborview");
        fs::create_dir_all(runbook.join("records")).unwrap();
        fs::write(runbook.join(RUNBOOK), "").unwrap();
        std::os::unix::fs::symlink(runbook.join("records"), root.path().join("way")).unwrap();
        let why = |folder: &str| why(&root.path().join(folder), &runbook, None);
        assert_eq!(why("way/site"), Some(WhyRefused::Sources("records".to_owned())));
        assert_eq!(why("way"), Some(WhyRefused::Link));
        assert_eq!(why("way/"), Some(WhyRefused::Link));
    }

    #[test]
    fn the_names_beside_a_site_tell_whose_they_are() {
        let place = Place::resolve(Path::new("/nowhere/to/be/found/site")).unwrap();
        assert_eq!(place.stage(), Path::new("/nowhere/to/be/found/.site.stage-new"));
        assert_eq!(place.kept(2), Path::new("/nowhere/to/be/found/.site.kept-2"));
    }
}
