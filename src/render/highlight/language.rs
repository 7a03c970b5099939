//! The languages there are, their other names, and which one a file is in.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::device::{self, Dialect};
use super::pen::Pen;
use super::{lists, program, shell, values};

/// How a language is coloured.
pub(super) enum Engine {
    /// By the lexer for devices, with this table of words.
    Device(&'static Dialect),
    /// By a lexer of our own.
    Own(fn(&mut Pen)),
    /// By syntect, with the grammar it knows by this name.
    Grammar(&'static str),
    /// Not at all.
    Plain,
}

/// A language.
pub(super) struct Language {
    /// Its name on the page.
    pub(super) name: &'static str,
    /// What else it is called behind the fence of a code block.
    aliases: &'static [&'static str],
    /// The extensions of its files.
    extensions: &'static [&'static str],
    /// How it is coloured.
    pub(super) engine: Engine,
}

const fn own(
    name: &'static str,
    aliases: &'static [&'static str],
    extensions: &'static [&'static str],
    lexer: fn(&mut Pen),
) -> Language {
    Language { name, aliases, extensions, engine: Engine::Own(lexer) }
}

const fn device(
    name: &'static str,
    aliases: &'static [&'static str],
    extensions: &'static [&'static str],
    dialect: &'static Dialect,
) -> Language {
    Language { name, aliases, extensions, engine: Engine::Device(dialect) }
}

const fn grammar(
    name: &'static str,
    aliases: &'static [&'static str],
    extensions: &'static [&'static str],
    syntax: &'static str,
) -> Language {
    Language { name, aliases, extensions, engine: Engine::Grammar(syntax) }
}

static LANGUAGES: &[Language] = &[
    own(
        "bash",
        &["sh", "shell", "zsh", "ash", "ksh", "dash", "posix"],
        &["sh", "bash", "zsh"],
        shell::sh,
    ),
    own("console", &["shell-session", "terminal", "session", "sh-session"], &[], shell::console),
    own("powershell", &["ps1", "pwsh", "ps", "posh"], &["ps1", "psm1", "psd1"], shell::powershell),
    own("batch", &["bat", "cmd", "dos", "batchfile"], &["bat", "cmd"], shell::batch),
    own("toml", &[], &["toml"], values::toml),
    own(
        "ini",
        &[
            "conf",
            "config",
            "cfg",
            "properties",
            "env",
            "dotenv",
            "systemd",
            "desktop",
            "registry",
            "reg",
        ],
        &["ini", "inf", "conf", "cnf", "env", "properties", "service", "timer", "reg", "rdp"],
        values::ini,
    ),
    own("json", &["jsonc", "json5", "hujson"], &["json", "jsonc", "webmanifest"], values::json),
    own("yaml", &["yml"], &["yaml", "yml"], values::yaml),
    own(
        "xml",
        &["svg", "plist", "pfsense", "opnsense", "xaml", "xsd", "wsdl"],
        &["xml", "plist", "xsd", "xsl", "admx", "adml", "rdg", "ovpnxml"],
        values::xml,
    ),
    own("diff", &["patch", "udiff"], &["diff", "patch"], lists::diff),
    own("zone", &["dns", "bind", "dns-zone", "zonefile"], &["zone", "dns"], lists::zone),
    device(
        "ios",
        &[
            "cisco",
            "cisco-ios",
            "ios-xe",
            "iosxe",
            "nxos",
            "nx-os",
            "asa",
            "cisco-asa",
            "eos",
            "arista",
            "aos-cx",
            "aoscx",
            "aruba",
            "arubaos",
            "procurve",
            "dell-os10",
            "brocade",
        ],
        &["ios"],
        &device::IOS,
    ),
    device(
        "junos",
        &["juniper", "srx", "vyos", "edgeos", "edgerouter"],
        &["junos"],
        &device::JUNOS,
    ),
    device("fortios", &["fortigate", "fortinet", "forti"], &[], &device::FORTIOS),
    device("routeros", &["mikrotik", "ros"], &["rsc"], &device::ROUTEROS),
    device("nginx", &["named", "named.conf", "dhcpd", "isc"], &["nginx"], &device::BRACED),
    device("apache", &["httpd", "htaccess", "apacheconf"], &["htaccess", "vhost"], &device::APACHE),
    device("dockerfile", &["docker", "containerfile"], &["dockerfile"], &device::DOCKERFILE),
    own("sql", &["mysql", "tsql", "mssql", "postgresql", "pgsql", "plsql"], &["sql"], program::sql),
    own("python", &["py", "python3"], &["py", "pyw"], program::python),
    grammar("javascript", &["js", "node", "mjs"], &["js", "mjs"], "javascript"),
    grammar("html", &["htm", "xhtml"], &["html", "htm"], "html"),
    grammar("css", &[], &["css"], "css"),
    grammar("php", &[], &["php"], "php"),
    grammar("perl", &["pl"], &["pl", "pm"], "perl"),
    grammar("ruby", &["rb"], &["rb"], "ruby"),
    grammar("lua", &[], &["lua"], "lua"),
    grammar("go", &["golang"], &["go"], "go"),
    grammar("rust", &["rs"], &["rs"], "rust"),
    grammar("c", &["h"], &["c", "h"], "c"),
    grammar("cpp", &["c++", "cxx"], &["cpp", "hpp", "cc"], "c++"),
    grammar("csharp", &["cs", "c#"], &["cs"], "c#"),
    grammar("java", &[], &["java"], "java"),
    grammar("make", &["makefile"], &["mk"], "makefile"),
    grammar("tcl", &["expect", "irule"], &["tcl", "exp"], "tcl"),
    grammar("markdown", &["md"], &["md", "markdown"], "markdown"),
    Language {
        name: "text",
        aliases: &["plain", "plaintext", "txt", "none", "log", "output", "csv"],
        extensions: &["txt", "log"],
        engine: Engine::Plain,
    },
];

static BY_NAME: LazyLock<HashMap<&'static str, &'static Language>> = LazyLock::new(|| {
    let names = |language: &'static Language| {
        std::iter::once(&language.name).chain(language.aliases).map(move |name| (*name, language))
    };
    LANGUAGES.iter().flat_map(names).collect()
});

/// Returns the language that `info`, the words behind a code fence, names: `bash`, `Bash title="x"`,
/// `{.bash}`, `language-bash`. Nothing where it is unknown or absent.
pub(super) fn named(info: &str) -> Option<&'static Language> {
    let word = first_word(info);
    if let Some(language) = BY_NAME.get(word) {
        return Some(language);
    }
    BY_NAME.get(word.to_ascii_lowercase().as_str()).copied()
}

/// Returns the word of `info` that names the language.
pub(super) fn first_word(info: &str) -> &str {
    let info = info.trim_start_matches(['{', '.', ' ']);
    let info = info.strip_prefix("language-").unwrap_or(info);
    let end = info.find(|c: char| c.is_whitespace() || matches!(c, ',' | '}' | '{' | ':' | ';'));
    end.map_or(info, |end| &info[..end])
}

/// Returns the language of the file at `path`, by its name alone.
pub fn language_of_path(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    for (whole, language) in NAMED_FILES {
        if name == *whole {
            return Some(language);
        }
    }
    let (_, extension) = name.rsplit_once('.')?;
    LANGUAGES.iter().find(|lang| lang.extensions.contains(&extension)).map(|lang| lang.name)
}

const NAMED_FILES: &[(&str, &str)] = &[
    ("crontab", "bash"),
    ("dockerfile", "dockerfile"),
    ("containerfile", "dockerfile"),
    ("dhcpd.conf", "nginx"),
    ("fstab", "ini"),
    ("hosts", "ini"),
    ("httpd.conf", "apache"),
    ("apache2.conf", "apache"),
    ("makefile", "make"),
    ("named.conf", "nginx"),
    ("nginx.conf", "nginx"),
    ("sshd_config", "ini"),
];

/// Returns the language of the file at `path`: by its name where that is certain, else by what the
/// first lines of `text` look like.
///
/// Backups of devices are called `.cfg`, `.conf`, `.txt` or nothing at all, whoever made them.
pub fn guess_language(path: &str, text: &str) -> Option<&'static str> {
    let named = language_of_path(path);
    match named {
        None | Some("ini" | "text") => by_content(text).or(named),
        certain => certain,
    }
}

/// How many lines are looked at.
const LINES: usize = 200;

fn by_content(text: &str) -> Option<&'static str> {
    let start = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if start.starts_with("<?xml")
        || start.starts_with("<!DOCTYPE")
        || start.starts_with("<opnsense>")
    {
        return Some("xml");
    }
    if let Some(line) = start.strip_prefix("#!") {
        return interpreter(line.lines().next().unwrap_or(""));
    }
    if start.starts_with("$ORIGIN") || start.starts_with("$TTL") {
        return Some("zone");
    }
    let mut votes = [("ios", 0), ("fortios", 0), ("junos", 0), ("routeros", 0), ("nginx", 0)];
    for line in start.lines().take(LINES) {
        if let Some(vote) = vote(line)
            && let Some(entry) = votes.iter_mut().find(|(name, _)| *name == vote)
        {
            entry.1 += 1;
        }
    }
    votes
        .iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .filter(|(_, count)| *count > 1)
        .map(|vote| vote.0)
}

fn interpreter(line: &str) -> Option<&'static str> {
    let known = ["bash", "sh", "zsh", "python", "perl", "ruby", "php", "lua", "pwsh"];
    let name = line.split(['/', ' ']).rfind(|part| !part.is_empty() && !part.starts_with('-'))?;
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    known.into_iter().find(|known| *known == name).and_then(self::named).map(|lang| lang.name)
}

/// Returns the language that would have a line like this.
fn vote(line: &str) -> Option<&'static str> {
    let words = || line.split_ascii_whitespace();
    let first = words().next()?;
    let second = words().nth(1).unwrap_or("");
    match first {
        "!" | "hostname" | "interface" | "version" | "service" | "nameif" | "switchport"
            if !line.ends_with([';', '{']) =>
        {
            Some("ios")
        }
        "no" | "ip" if !second.is_empty() && !line.ends_with([';', '{']) => Some("ios"),
        "config" if matches!(second, "system" | "firewall" | "router" | "vpn" | "user" | "log") => {
            Some("fortios")
        }
        "edit" | "next" | "end" if line.starts_with(' ') => Some("fortios"),
        "#config-version=FGT" => Some("fortios"),
        "set"
            if matches!(
                second,
                "system" | "interfaces" | "security" | "protocols" | "vlans" | "firewall"
            ) =>
        {
            Some("junos")
        }
        "system" | "interfaces" | "security" | "routing-options" | "host-name" | "protocols"
            if line.ends_with([';', '{']) =>
        {
            Some("junos")
        }
        "server" | "location" | "listen" | "zone" | "subnet" | "option"
            if line.ends_with([';', '{']) =>
        {
            Some("nginx")
        }
        "add" | "set" if line.contains('=') => Some("routeros"),
        _ if first.starts_with('/') && !first[1..].contains('/') && !line.contains(['=', '.']) => {
            Some("routeros")
        }
        _ => None,
    }
}

#[cfg(test)]
pub(super) fn all_names() -> Vec<&'static str> {
    LANGUAGES.iter().map(|language| language.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_languages_share_a_name_or_an_extension() {
        let names: usize = LANGUAGES.iter().map(|language| 1 + language.aliases.len()).sum();
        assert_eq!(BY_NAME.len(), names);
        let mut extensions: Vec<_> = LANGUAGES.iter().flat_map(|lang| lang.extensions).collect();
        let count = extensions.len();
        extensions.sort();
        extensions.dedup();
        assert_eq!(extensions.len(), count);
    }

    #[test]
    fn the_words_behind_a_fence_may_be_written_in_many_ways() {
        for info in
            ["bash", "Bash", "sh title=\"x\"", "{.bash .numbered}", "language-shell", "bash,x"]
        {
            assert_eq!(named(info).map(|lang| lang.name), Some("bash"), "{info}");
        }
        assert!(named("klingon").is_none());
        assert!(named("").is_none());
    }

    #[test]
    fn a_file_is_known_by_its_name() {
        assert_eq!(language_of_path("files/fw/Export.RSC"), Some("routeros"));
        assert_eq!(language_of_path("files/Dockerfile"), Some("dockerfile"));
        assert_eq!(language_of_path("files/photo.jpg"), None);
        assert_eq!(language_of_path("files/README"), None);
    }

    #[test]
    fn a_backup_is_known_by_its_content() {
        let ios = "!\nversion 17.9\n!\nhostname sw1\ninterface Vlan1\n no ip address\n";
        let fortios = "#config-version=FGT60F-7.4\nconfig system global\n    set alias x\nend\nconfig system interface\n    edit \"wan1\"\n    next\nend\n";
        let junos = "system {\n    host-name fw;\n}\ninterfaces {\n}\n";
        let set = "set system host-name fw\nset interfaces ge-0/0/0 unit 0\n";
        let routeros = "# by RouterOS 7.18\n/interface bridge\nadd name=bridge\n/ip address\nadd address=10.0.0.1/24\n";
        for (path, text, language) in [
            ("sw1.cfg", ios, Some("ios")),
            ("running-config", ios, Some("ios")),
            ("fw.conf", fortios, Some("fortios")),
            ("fw.txt", junos, Some("junos")),
            ("fw.txt", set, Some("junos")),
            ("export.backup", routeros, Some("routeros")),
            ("config.bak", "<?xml version=\"1.0\"?><pfsense/>", Some("xml")),
            ("db.example", "$TTL 3600\n@ IN SOA a b (1)\n", Some("zone")),
            ("run", "#!/usr/bin/env python3\n", Some("python")),
            ("app.conf", "[main]\nkey = value\n", Some("ini")),
            ("notes.txt", "Call the provider first.\n", Some("text")),
            ("notes", "Call the provider first.\n", None),
            ("script.ps1", ios, Some("powershell")),
        ] {
            assert_eq!(guess_language(path, text), language, "{path}");
        }
    }
}
