//! Turns `clearjar.toml` into the settings of a build, checked once and final.
//!
//! References to records and the codes of rules are kept with their place, since what they name is
//! known only to later stages.

use jiff::civil::Date;

use crate::diagnostic::{Checked, Diagnostic, Diagnostics, Level, Rule};
use crate::schema::field::Audience;
use crate::source::{FileId, Span, Spanned};
use crate::syntax::reader::TableReader;
use crate::syntax::{Document, Item, Table};
use crate::text;

/// The name of the file that marks a runbook.
pub const FILE_NAME: &str = "clearjar.toml";

/// The key of the editions that there are.
pub const EDITION: &str = "edition";

/// The key by which an edition says that this runbook is it.
pub const BUILT: &str = "built";

/// The key of what is said about the takeover view.
pub const TAKEOVER: &str = "takeover";

/// The key of what an edition leaves out, in records and in the takeover view.
pub const LEFT_OUT: &str = "left_out";

/// A setting that cannot be used.
pub static CONFIGURATION: Rule = Rule {
    code: "configuration",
    level: Level::Error,
    summary: "`clearjar.toml` sets something to a value that cannot be used",
    detail: "The message names the setting, what it takes, and what stands there. Nothing is \
             built until it is settled, because a wrong title, day or audience would show on \
             every page.",
};

/// The rules of this stage.
pub static RULES: &[&Rule] = &[&CONFIGURATION];

/// The settings of a runbook.
#[derive(Clone, PartialEq, Debug)]
pub struct Config {
    /// The file.
    pub file: FileId,
    /// The day that the site speaks of, where it is pinned.
    pub as_of: Option<Date>,
    /// The client's record.
    pub client: Option<Spanned<String>>,
    /// The current provider's record.
    pub provider: Option<Spanned<String>>,
    /// How the site looks and speaks.
    pub site: SiteConfig,
    /// Levels of rules that differ from their own.
    pub levels: Vec<(Spanned<String>, Level)>,
    /// The editions that can be built.
    pub editions: Vec<Edition>,
    /// Items of the takeover view that do not apply here, with the reason.
    pub takeover_not_applicable: Vec<(Spanned<String>, String)>,
    /// Items of the takeover view that are known to be unknown.
    pub takeover_unknown: Vec<Spanned<String>>,
    /// Items of the takeover view that are answered by what this edition leaves out.
    pub takeover_left_out: Vec<Spanned<String>>,
    /// Whether dates are taken from git.
    pub git_dates: bool,
}

/// How the site looks and speaks.
#[derive(Clone, PartialEq, Debug)]
pub struct SiteConfig {
    /// What stands on top of every page.
    pub title: String,
    /// The language of the records (BCP 47).
    pub language: String,
    /// The theme.
    pub theme: String,
    /// Where that is written.
    pub theme_span: Span,
    /// The accent colour, `#rrggbb`, where the theme's own is not wanted.
    pub accent: Option<String>,
    /// Whether search engines are let in.
    pub index: bool,
    /// The currency (ISO 4217) of amounts that name none.
    pub currency: String,
}

/// A site built for some audiences.
#[derive(Clone, PartialEq, Debug)]
pub struct Edition {
    /// Its name.
    pub name: Spanned<String>,
    /// Who may read it.
    pub audience: Vec<Audience>,
    /// Whether this runbook is that edition: what is written for others was left out of it.
    pub built: bool,
}

impl Edition {
    /// Whether what is written for `audience` is in it. What is for everyone is in each.
    pub fn is_for(&self, audience: Audience) -> bool {
        audience == Audience::Everyone || self.audience.contains(&audience)
    }
}

impl Config {
    /// Returns the settings of a runbook whose `clearjar.toml` says nothing.
    pub fn empty() -> Config {
        Config {
            file: FileId::of(FILE_NAME),
            as_of: None,
            client: None,
            provider: None,
            site: SiteConfig {
                title: "IT runbook".to_owned(),
                language: "en".to_owned(),
                theme: "default".to_owned(),
                theme_span: Span::whole(FileId::of(FILE_NAME)),
                accent: None,
                index: false,
                currency: "USD".to_owned(),
            },
            levels: Vec::new(),
            editions: Vec::new(),
            takeover_not_applicable: Vec::new(),
            takeover_unknown: Vec::new(),
            takeover_left_out: Vec::new(),
            git_dates: false,
        }
    }

    /// Returns the edition called `name`.
    pub fn edition(&self, name: &str) -> Option<&Edition> {
        self.editions.iter().find(|edition| edition.name.value == name)
    }

    /// Returns the edition that this runbook is; nothing for one that holds everything.
    pub fn built_edition(&self) -> Option<&Edition> {
        self.editions.iter().find(|edition| edition.built)
    }

    /// Returns the level of `rule` in this runbook.
    pub fn level_of(&self, rule: &Rule) -> Level {
        self.levels
            .iter()
            .find(|(code, _)| code.value == rule.code)
            .map_or(rule.level, |(_, level)| *level)
    }
}

/// Reads the document of `clearjar.toml`.
pub fn read(document: &Document) -> Checked<Config> {
    let mut found = Diagnostics::default();
    let mut config = Config { file: document.file, ..Config::empty() };
    let mut reader = TableReader::new(&document.root, &mut found);
    config.as_of = reader.date("as_of");
    config.client = reader.text("client").map(|text| text.map(str::to_owned));
    config.provider = reader.text("provider").map(|text| text.map(str::to_owned));
    if let Some(table) = reader.table("site") {
        config.site = site(table, config.site, reader.found());
    }
    if let Some(table) = reader.table("check") {
        config.levels = levels(table, reader.found());
    }
    if let Some(table) = reader.table(EDITION) {
        config.editions = editions(table, reader.found());
    }
    if let Some(table) = reader.table(TAKEOVER) {
        takeover(table, &mut config, reader.found());
    }
    if let Some(table) = reader.table("git") {
        let mut git = TableReader::new(table, reader.found());
        config.git_dates = git.boolean("dates").unwrap_or(false);
        git.finish();
    }
    reader.finish();
    Checked::new(config, found)
}

fn site(table: &Table, default: SiteConfig, found: &mut Diagnostics) -> SiteConfig {
    let mut reader = TableReader::new(table, found);
    let accent = reader.text("accent");
    let currency = reader.text("currency");
    let language = reader.text("language");
    let theme = reader.text("theme");
    let site = SiteConfig {
        title: reader.string("title").unwrap_or(default.title),
        theme_span: theme.map_or(default.theme_span, |theme| theme.span),
        theme: theme.map_or(default.theme, |theme| theme.value.to_owned()),
        index: reader.boolean("index").unwrap_or(false),
        accent: usable(&mut reader, accent, is_colour, "a colour such as `#0b6e6e`"),
        currency: usable(&mut reader, currency, is_currency, "a currency code such as `USD`")
            .unwrap_or(default.currency),
        language: usable(&mut reader, language, is_language, "a language such as `en`")
            .unwrap_or(default.language),
    };
    reader.finish();
    site
}

fn usable(
    reader: &mut TableReader<'_, '_>,
    text: Option<Spanned<&str>>,
    fits: impl Fn(&str) -> bool,
    wanted: &str,
) -> Option<String> {
    let text = text?;
    if fits(text.value) {
        return Some(text.value.to_owned());
    }
    let message = format!("`{}` is not {wanted}", text.value);
    let help = "correct it, or take the line out to have the usual one";
    reader.report(Diagnostic::new(&CONFIGURATION, text.span, message).help(help));
    None
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.chars().all(|c| c.is_ascii_hexdigit()))
}

fn is_currency(text: &str) -> bool {
    iso_currency::Currency::from_code(text).is_some()
}

fn is_language(text: &str) -> bool {
    text.len() <= 35
        && text.split('-').all(|part| {
            (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
        })
}

fn levels(table: &Table, found: &mut Diagnostics) -> Vec<(Spanned<String>, Level)> {
    let mut levels = Vec::new();
    for entry in &table.entries {
        let level = match &entry.value.value {
            Item::Text(word) => Level::from_name(word),
            _ => None,
        };
        match level {
            Some(level) => levels.push((entry.key.clone(), level)),
            None => found.push(
                Diagnostic::new(
                    &CONFIGURATION,
                    entry.value.span,
                    format!("the level of `{}` cannot be read", entry.key.value),
                )
                .help("use \"error\", \"warning\", \"note\" or \"off\""),
            ),
        }
    }
    levels
}

fn editions(table: &Table, found: &mut Diagnostics) -> Vec<Edition> {
    let mut editions = Vec::new();
    for entry in &table.entries {
        let Item::Table(inner) = &entry.value.value else {
            let message = format!("`{}` is no edition", entry.key.value);
            let help = "write `[edition.NAME]` and below it `audience = [\"everyone\"]`";
            found.push(Diagnostic::new(&CONFIGURATION, entry.value.span, message).help(help));
            continue;
        };
        let mut reader = TableReader::new(inner, found);
        let mut audience = Vec::new();
        for word in reader.texts("audience") {
            match Audience::from_name(word.value) {
                Some(known) => audience.push(known),
                None => reader.report(unknown_audience(word)),
            }
        }
        let built = reader.boolean(BUILT).unwrap_or(false);
        reader.finish();
        if inner.get("audience").is_none() {
            let message = format!("the edition `{}` is for nobody", entry.key.value);
            let help = "say who may read it: `audience = [\"everyone\"]`";
            found.push(Diagnostic::new(&CONFIGURATION, entry.key.span, message).help(help));
        }
        editions.push(Edition { name: entry.key.clone(), audience, built });
    }
    editions
}

/// Returns the finding that an audience does not exist.
pub fn unknown_audience(word: Spanned<&str>) -> Diagnostic {
    let names: Vec<&str> = Audience::ALL.iter().map(|audience| audience.name()).collect();
    Diagnostic::new(
        &CONFIGURATION,
        word.span,
        format!("there is no audience called `{}`", word.value),
    )
    .help(format!("use {}", text::list_of(&names, "or")))
}

fn takeover(table: &Table, config: &mut Config, found: &mut Diagnostics) {
    let mut reader = TableReader::new(table, found);
    let mut items = |key: &'static str| {
        reader.texts(key).into_iter().map(|text| text.map(str::to_owned)).collect()
    };
    config.takeover_unknown = items("unknown");
    config.takeover_left_out = items(LEFT_OUT);
    if let Some(reasons) = reader.table("not_applicable") {
        for entry in &reasons.entries {
            match &entry.value.value {
                Item::Text(reason) if !reason.trim().is_empty() => {
                    config.takeover_not_applicable.push((entry.key.clone(), reason.clone()));
                }
                _ => reader.report(reason_missing(&entry.key.value, entry.value.span)),
            }
        }
    }
    reader.finish();
}

fn reason_missing(item: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&CONFIGURATION, span, format!("`{item}` needs a reason in words"))
        .help("write why it does not apply, such as `\"there is no such system here\"`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;
    use crate::syntax;

    fn config(text: &str) -> Checked<Config> {
        read(&syntax::parse(&SourceFile::text(FILE_NAME, text)).value)
    }

    #[test]
    fn a_full_configuration_is_read() {
        let checked = config(
            "as_of = 2026-11-15\nclient = \"organization/x\"\n[site]\ntitle = \"T\"\n\
             accent = \"#0b6e6e\"\ncurrency = \"EUR\"\n[check]\nstale = \"off\"\n\
             [edition.owner]\naudience = [\"everyone\"]\n[git]\ndates = false\n\
             [takeover]\nunknown = [\"a\"]\nnot_applicable = { b = \"none here\" }\n",
        );
        assert!(checked.found.is_empty(), "{:#?}", checked.found);
        assert_eq!(checked.value.as_of, Some(jiff::civil::date(2026, 11, 15)));
        assert_eq!(checked.value.editions[0].audience, [Audience::Everyone]);
        assert_eq!(checked.value.takeover_not_applicable[0].1, "none here");
    }

    #[test]
    fn every_mistake_is_told_in_one_run() {
        let checked = config(
            "as_of = \"today\"\ntitel = \"x\"\n[site]\naccent = \"red\"\ncurrency = \"dollars\"\n\
             [check]\nstale = \"loud\"\n[edition.owner]\naudience = [\"all\"]\n",
        );
        assert_eq!(checked.found.len(), 6, "{:#?}", checked.found);
    }
}
