//! Encrypts files of credentials into `sealed/`, and writes down beside each what it is and for whom.
//!
//! In: a file anywhere but in the runbook, and the public keys or the passphrase of those it is for. Out:
//! `sealed/NAME.age`, as text that any program of age opens (<https://c2sp.org/age>), and `NAME.toml`. The
//! plain text goes through memory once and is written nowhere.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use age::armor::{ArmoredWriter, Format};
use age::secrecy::SecretString;
use age::{Encryptor, Recipient, scrypt, ssh, x25519};
use jiff::civil::Date;
use toml_edit::{Array, DocumentMut, value};

use super::beside::beside;
use crate::diagnostic::clean::one_line;
use crate::discover;
use crate::publish::check_site_path;
use crate::refused::Refused;
use crate::schema::field::Audience;
use crate::sealed::{ENDING, FOLDER, NOTE_ENDING};
use crate::sources;

/// The base-2 logarithm of scrypt's work for a passphrase: a second or two in a browser, and the most
/// that most programs accept without asking. Fixed, so that a fast machine does not lock out slow ones.
pub const WORK_FACTOR: u8 = 18;

/// The fewest characters of a passphrase. Whoever has the file can try as many as they like, for ever.
pub const SHORTEST_PASSPHRASE: usize = 12;

/// The most bytes of a file: it has to fit into `sealed/` as text, where everything is held in memory.
pub const MOST_BYTES: u64 = 10 * 1024 * 1024;

/// For whom something is encrypted.
pub struct Readers {
    recipients: Vec<Box<dyn Recipient>>,
    /// What the keys say of their holders, if every one does.
    pub names: Vec<String>,
}

/// What is to be sealed, and what to write of it. What is not given stays as an older note has it.
pub struct Wanted<'a> {
    /// The name under `sealed/`, without `.age`.
    pub name: &'a str,
    /// What people call it.
    pub title: Option<&'a str>,
    /// What is in it.
    pub holds: Option<&'a str>,
    /// Who can open it.
    pub readers: &'a [String],
    /// Today.
    pub since: Date,
    /// Who seals it.
    pub by: Option<&'a str>,
    /// Where the key or passphrase lies.
    pub key_at: Option<&'a str>,
    /// Who may know that it exists.
    pub audience: Option<Audience>,
    /// Whether a file of the name may be replaced.
    pub force: bool,
}

impl Readers {
    /// Returns those who hold a key: each of `keys` is one of age (`age1…`) or of SSH (`ssh-ed25519 …`,
    /// `ssh-rsa …`), or the path of a file with such keys, one on a line.
    pub fn with_keys(keys: &[String]) -> Result<Readers, Refused> {
        let mut lines = Vec::new();
        for key in keys {
            if is_public_key(key) {
                lines.push(key.clone());
            } else if is_private(key) {
                return Err(Refused::new("this is a private key, which opens what is sealed")
                    .help(
                        "give the public one (`age1…`); and since your shell may remember what you \
                     typed, make a new pair",
                    ));
            } else {
                lines.extend(lines_of(Path::new(key))?);
            }
        }
        let mut recipients: Vec<Box<dyn Recipient>> = Vec::new();
        for line in &lines {
            recipients.push(recipient(line)?);
        }
        let names: Option<Vec<String>> = lines.iter().map(|line| comment(line)).collect();
        Ok(Readers { recipients, names: names.unwrap_or_default() })
    }

    /// Returns those who know a passphrase.
    pub fn with_passphrase(passphrase: String) -> Result<Readers, Refused> {
        let passphrase = SecretString::from(passphrase);
        let letters = age::secrecy::ExposeSecret::expose_secret(&passphrase).chars().count();
        if letters < SHORTEST_PASSPHRASE {
            return Err(Refused::new(format!(
                "the passphrase is shorter than {SHORTEST_PASSPHRASE} characters"
            ))
            .help("take five or six words that have nothing to do with each other"));
        }
        let mut recipient = scrypt::Recipient::new(passphrase);
        recipient.set_work_factor(WORK_FACTOR);
        Ok(Readers { recipients: vec![Box::new(recipient)], names: Vec::new() })
    }
}

/// Refuses a file that the site would carry as it is: sealing a copy would hide nothing.
pub fn refuse_inside(root: &Path, file: &Path) -> Result<(), Refused> {
    let (Ok(root), Ok(file)) = (root.canonicalize(), file.canonicalize()) else { return Ok(()) };
    let Ok(inside) = file.strip_prefix(&root) else { return Ok(()) };
    if !discover::is_carried(inside) {
        return Ok(());
    }
    let shown = one_line(&inside.to_string_lossy()).into_owned();
    Err(Refused::new(format!("`{shown}` is a part of the runbook, and published as it is")).help(
        "move it out of the runbook first; if it was published or committed before, the passwords in \
         it have to be changed",
    ))
}

/// Encrypts what `plain` gives into the runbook in `root`. Returns the paths of the file and of its note,
/// relative to the runbook.
pub fn seal(
    root: &Path,
    plain: &mut dyn Read,
    readers: &Readers,
    wanted: &Wanted<'_>,
) -> Result<[String; 2], Refused> {
    let path = format!("{FOLDER}/{}{ENDING}", wanted.name);
    let note_path = format!("{FOLDER}/{}{NOTE_ENDING}", wanted.name);
    check_name(wanted.name, &path)?;
    let (place, note_place) = (root.join(&path), root.join(&note_path));
    if !wanted.force && place.symlink_metadata().is_ok() {
        return Err(Refused::new(format!("`{path}` is there already"))
            .help("choose another name with `--name`, or replace it with `--force`"));
    }
    let note = note(&note_place, &note_path, wanted)?;
    let sealed = encrypt(plain, readers).map_err(|error| could_not("encrypt", &path, &error))?;
    let folder = place.parent().unwrap_or(root);
    fs::create_dir_all(folder).map_err(|error| could_not("make the folder of", &path, &error))?;
    // Both are whole before either is there.
    let parts = [part(&place, &path, &sealed)?, part(&note_place, &note_path, note.as_bytes())?];
    for (part, path) in parts.iter().zip([&path, &note_path]) {
        fs::rename(part, root.join(path)).map_err(|error| {
            parts.iter().for_each(|part| drop(fs::remove_file(part)));
            let shown = one_line(path).into_owned();
            Refused::new(format!("cannot write `{shown}`: {error}"))
                .help("see what is in `sealed/`, then call this again with `--force`")
        })?;
    }
    Ok([path, note_path])
}

fn check_name(name: &str, path: &str) -> Result<(), Refused> {
    let is_hidden = name.split('/').any(|part| part.starts_with('.') || part.ends_with('~'));
    let why = match check_site_path(&sources::route(path)) {
        Err(problem) => problem.why,
        Ok(()) if name.is_empty() || is_hidden => "it would be hidden".to_owned(),
        Ok(()) => return Ok(()),
    };
    let shown = one_line(name);
    Err(Refused::new(format!("nothing can be called `{shown}` in a runbook: {why}"))
        .help("give it a plain name: `--name router-passwords`"))
}

/// Returns the encrypted bytes, as text.
fn encrypt(plain: &mut dyn Read, readers: &Readers) -> io::Result<Vec<u8>> {
    let recipients = readers.recipients.iter().map(|it| it.as_ref() as &dyn Recipient);
    let encryptor = Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
    let armored = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?;
    let mut writer = encryptor.wrap_output(armored)?;
    let copied = io::copy(&mut plain.take(MOST_BYTES + 1), &mut writer)?;
    if copied > MOST_BYTES {
        let message = "it is larger than 10 MB; seal the key to it, and keep it elsewhere";
        return Err(io::Error::other(message));
    }
    writer.finish()?.finish()
}

/// Writes a file under a name of its own beside `place`.
fn part(place: &Path, path: &str, bytes: &[u8]) -> Result<PathBuf, Refused> {
    let part = beside(place, ".part")?;
    let written = File::create(&part).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| {
        let _ = fs::remove_file(&part);
        could_not("write", path, &error)
    })?;
    Ok(part)
}

fn could_not(action: &str, path: &str, error: &io::Error) -> Refused {
    Refused::new(format!("cannot {action} `{}`: {error}", one_line(path)))
        .help("nothing of it is in the runbook")
}

/// Returns the text of the note: that which is there, with what is given now.
fn note(place: &Path, path: &str, wanted: &Wanted<'_>) -> Result<String, Refused> {
    let before = match fs::read_to_string(place) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(could_not("read", path, &error)),
    };
    let mut note: DocumentMut = before.parse().map_err(|error: toml_edit::TomlError| {
        Refused::new(format!("cannot read `{}`: {}", one_line(path), error.message()))
            .help("mend it, or remove it: it is written anew")
    })?;
    let since: toml_edit::Datetime = wanted.since.to_string().parse().expect("a day of a calendar");
    let readers = wanted.readers.iter().map(String::as_str).collect::<Array>();
    // In the order in which people want to know it.
    let given = [
        ("title", wanted.title.map(value)),
        ("holds", wanted.holds.map(value)),
        ("for", (!wanted.readers.is_empty()).then(|| value(readers))),
        ("since", Some(value(since))),
        ("by", wanted.by.map(value)),
        ("key_at", wanted.key_at.map(value)),
        ("audience", wanted.audience.map(|audience| value(audience.name()))),
    ];
    for (key, item) in given {
        match (note.get_mut(key), item) {
            (Some(there), Some(item)) => *there = item,
            (None, Some(item)) => drop(note.insert(key, item)),
            (_, None) => {}
        }
    }
    let begin = match before.is_empty() {
        true => format!(
            "# What `{}{ENDING}` beside this note is, for people who cannot open it.\n",
            wanted.name
        ),
        false => String::new(),
    };
    Ok(format!("{begin}{note}"))
}

fn is_public_key(text: &str) -> bool {
    ["age1", "ssh-ed25519 ", "ssh-rsa "].iter().any(|start| text.starts_with(start))
}

fn is_private(text: &str) -> bool {
    text.contains("AGE-SECRET-KEY-") || text.contains("PRIVATE KEY")
}

/// Returns the lines of a file of public keys that hold one.
fn lines_of(path: &Path) -> Result<Vec<String>, Refused> {
    let shown = one_line(&path.to_string_lossy()).into_owned();
    let text = fs::read_to_string(path).map_err(|error| {
        Refused::new(format!(
            "`{shown}` is no public key, and as a file it cannot be read: {error}"
        ))
        .help("give a key such as `age1…` or `ssh-ed25519 …`, or a file such as `id_ed25519.pub`")
    })?;
    if is_private(&text) {
        return Err(Refused::new(format!("`{shown}` holds a private key"))
            .help(format!("what is sealed is for a public one: `{shown}.pub`, or `age1…`")));
    }
    let is_key = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let lines: Vec<String> =
        text.lines().map(str::trim).filter(is_key).map(str::to_owned).collect();
    if lines.is_empty() {
        return Err(Refused::new(format!("there is no key in `{shown}`"))
            .help("a line is one key: `age1…` or `ssh-ed25519 …`"));
    }
    Ok(lines)
}

fn recipient(line: &str) -> Result<Box<dyn Recipient>, Refused> {
    if line.starts_with("age1") {
        let key: Result<x25519::Recipient, _> = line.trim().parse();
        return key.map(|key| Box::new(key) as Box<dyn Recipient>).map_err(|why| {
            Refused::new(format!("`{}` is no key of age: {why}", short(line)))
                .help("copy it whole; keys that need a plugin are not taken")
        });
    }
    let key: Result<ssh::Recipient, _> = line.parse();
    key.map(|key| Box::new(key) as Box<dyn Recipient>).map_err(|why| {
        Refused::new(format!("`{}` is no key that can be used: {}", short(line), words(&why)))
            .help("`ssh-ed25519`, `ssh-rsa` from 2048 bits, and `age1…` can")
    })
}

fn words(why: &ssh::ParseRecipientKeyError) -> String {
    use ssh::ParseRecipientKeyError as Why;
    match why {
        Why::Invalid(why) => (*why).to_owned(),
        Why::RsaModulusTooLarge => "it is longer than 4096 bits".to_owned(),
        Why::RsaModulusTooSmall => "it is shorter than 2048 bits".to_owned(),
        _ => "keys of this sort cannot encrypt".to_owned(),
    }
}

/// Returns the beginning of a key, by which a person knows it again.
fn short(line: &str) -> String {
    let start: String = line.chars().take(24).collect();
    let more = if start.len() < line.len() { "…" } else { "" };
    format!("{}{more}", one_line(&start))
}

/// Returns what stands behind an SSH key: mostly whose it is.
fn comment(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    words.next().filter(|first| first.starts_with("ssh-"))?;
    words.next()?;
    let comment = words.collect::<Vec<_>>().join(" ");
    Some(comment).filter(|comment| !comment.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealed::header::{Opener, openers};

    const SECRET: &str = "admin / correct horse battery staple\n";

    fn wanted<'a>(name: &'a str, readers: &'a [String]) -> Wanted<'a> {
        Wanted {
            name,
            title: Some("Router passwords"),
            holds: None,
            readers,
            since: jiff::civil::date(2026, 11, 23),
            by: None,
            key_at: None,
            audience: None,
            force: false,
        }
    }

    fn opened(sealed: &[u8], identity: &dyn age::Identity) -> String {
        let armored = age::armor::ArmoredReader::new(sealed);
        let mut text = String::new();
        let decryptor = age::Decryptor::new(armored).unwrap();
        decryptor.decrypt(std::iter::once(identity)).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn what_is_sealed_is_opened_by_each_of_the_keys_and_by_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let pair = [x25519::Identity::generate(), x25519::Identity::generate()];
        let keys: Vec<String> = pair.iter().map(|it| it.to_public().to_string()).collect();
        let readers = Readers::with_keys(&keys).unwrap();
        let names = ["Ann".to_owned()];
        let made = seal(folder.path(), &mut SECRET.as_bytes(), &readers, &wanted("a.csv", &names));
        let [path, note] = made.unwrap();
        assert_eq!([&*path, &*note], ["sealed/a.csv.age", "sealed/a.csv.toml"]);
        let sealed = fs::read(folder.path().join(path)).unwrap();
        assert_eq!(openers(&sealed).unwrap(), [Opener::Age, Opener::Age]);
        for identity in &pair {
            assert_eq!(opened(&sealed, identity), SECRET);
        }
        let other = x25519::Identity::generate();
        let decryptor = age::Decryptor::new(age::armor::ArmoredReader::new(&*sealed)).unwrap();
        assert!(decryptor.decrypt(std::iter::once(&other as _)).is_err());
        let written = fs::read_to_string(folder.path().join(note)).unwrap();
        assert!(
            written
                .ends_with("title = \"Router passwords\"\nfor = [\"Ann\"]\nsince = 2026-11-23\n"),
            "{written}"
        );
    }

    #[test]
    fn a_passphrase_costs_what_a_browser_can_pay() {
        let readers = Readers::with_passphrase("four words and more".to_owned()).unwrap();
        let sealed = encrypt(&mut SECRET.as_bytes(), &readers).unwrap();
        let wanted = Opener::Passphrase { work_factor: WORK_FACTOR };
        assert_eq!(openers(&sealed).unwrap(), [wanted]);
        let identity = scrypt::Identity::new("four words and more".to_owned().into());
        assert_eq!(opened(&sealed, &identity), SECRET);
        assert!(Readers::with_passphrase("short".to_owned()).is_err());
    }

    #[test]
    fn sealed_anew_a_note_keeps_what_people_wrote_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let key = x25519::Identity::generate().to_public().to_string();
        let readers = Readers::with_keys(&[key]).unwrap();
        let names = ["Ann".to_owned()];
        seal(folder.path(), &mut SECRET.as_bytes(), &readers, &wanted("a", &names)).unwrap();
        let note = folder.path().join("sealed/a.toml");
        let text =
            fs::read_to_string(&note).unwrap() + "# Ask Ann first.\nholds = \"Two of them.\"\n";
        fs::write(&note, text).unwrap();
        let again = seal(folder.path(), &mut SECRET.as_bytes(), &readers, &wanted("a", &names));
        assert!(again.unwrap_err().message.contains("is there already"));
        let later = Wanted {
            force: true,
            title: None,
            since: jiff::civil::date(2027, 1, 5),
            ..wanted("a", &[])
        };
        seal(folder.path(), &mut SECRET.as_bytes(), &readers, &later).unwrap();
        let text = fs::read_to_string(&note).unwrap();
        for kept in ["since = 2027-01-05\n", "for = [\"Ann\"]", "# Ask Ann first.", "Two of them."]
        {
            assert!(text.contains(kept), "{kept}: {text}");
        }
    }

    #[test]
    fn a_private_key_is_refused_and_never_said_again() {
        let folder = tempfile::tempdir().unwrap();
        let identity = x25519::Identity::generate();
        let secret = age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned();
        let file = folder.path().join("key.txt");
        fs::write(&file, format!("# created: today\n{secret}\n")).unwrap();
        for key in [secret.clone(), file.to_string_lossy().into_owned()] {
            let refused = Readers::with_keys(&[key]).err().unwrap();
            let said = format!("{refused:?}");
            assert!(!said.contains(&secret[..20]) && said.contains("private key"), "{said}");
        }
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let key = x25519::Identity::generate().to_public().to_string();
        let readers = Readers::with_keys(&[key]).unwrap();
        for name in ["../a", "/a", "con", "", ".hidden", "a/../../b", "a\u{202e}b", "x~"] {
            let made = seal(folder.path(), &mut SECRET.as_bytes(), &readers, &wanted(name, &[]));
            assert!(made.is_err(), "{name:?}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
