//! Looks through markup for what acts, read as HTML in two ways and as XML.

use std::ops::Range;

use html5gum::{DefaultEmitter, Token, Tokenizer};
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::Act;

/// As what a browser reads a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A page, by its name.
    Html,
    /// A page, by its first characters.
    HtmlBySight,
    /// A drawing, by its name.
    Drawing,
    /// XML, by its name: only what is in the namespace of a page or a drawing acts.
    Xml,
    /// XML, by its first characters.
    XmlBySight,
}

impl Kind {
    /// Whether the name of a file says so.
    pub fn is_by_name(self) -> bool {
        matches!(self, Kind::Html | Kind::Drawing | Kind::Xml)
    }

    fn is_xml(self) -> bool {
        matches!(self, Kind::Drawing | Kind::Xml | Kind::XmlBySight)
    }
}

/// Namespaces whose elements act (Namespaces in XML; a reader may spell a character as a reference,
/// so they are looked for in what the values mean).
const LIVE: [&str; 3] = [
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1998/Math/MathML",
];

/// Elements that hold another page.
const FRAMES: [&str; 8] =
    ["iframe", "frame", "object", "embed", "applet", "portal", "fencedframe", "handler"];

/// Attributes that load what they name, in every element but those that only lead there.
const LOADS: [&str; 8] =
    ["src", "srcset", "href", "poster", "background", "data", "imagesrcset", "ping"];

/// Attributes in which an address that is a script runs.
const ADDRESSES: [&str; 11] = [
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "background",
    "values",
    "to",
    "from",
    "by",
];

/// What `rel` says of links that load nothing.
const QUIET: [&str; 12] = [
    "canonical",
    "alternate",
    "author",
    "license",
    "next",
    "prev",
    "help",
    "search",
    "shortlink",
    "me",
    "bookmark",
    "tag",
];

const SCRIPT: &str = "holds a script";
const HANDLER: &str = "has a handler, which is a script";
const ADDRESS: &str = "has an address that is a script";
const FRAME: &str = "holds another page or program";
const LEADS_ON: &str = "leads on to another page by itself";
const LOADED: &str = "loads something from elsewhere";
const SENDS: &str = "has a form that sends to elsewhere";
const ENTITIES: &str = "declares entities of its own, in which a script can hide";
const STYLESHEET: &str = "names a style sheet that can make a page of it";
const PACKED: &str = "cannot be looked through: its bytes are no text";

/// Returns all that `text` does.
pub(super) fn acts(text: &str, kind: Kind) -> Vec<Act> {
    let mut found = Finder::default();
    if text.contains('\0') {
        found.add(PACKED, 0..0);
    }
    if kind.is_xml() {
        found.xml(text);
        if kind != Kind::Drawing && !found.is_live {
            found.acts.retain(|act| act.what == STYLESHEET || act.what == PACKED);
            return found.acts;
        }
    }
    // Raw text and comments end where each way of reading thinks they do.
    found.html(text, true);
    found.html(text, false);
    found.acts
}

#[derive(Default)]
struct Finder {
    acts: Vec<Act>,
    /// Whether something in the file is in a namespace whose elements act.
    is_live: bool,
}

impl Finder {
    fn add(&mut self, what: &str, range: Range<usize>) {
        if self.acts.iter().filter(|act| act.what == what).count() < 3 {
            self.acts.push(Act { what: what.to_owned(), range });
        }
    }

    fn html(&mut self, text: &str, switches: bool) {
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        emitter.naively_switch_states(switches);
        let mut style_from: Option<usize> = None;
        for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
            match token {
                Token::StartTag(tag) => {
                    let range = inside(text, tag.span.start..tag.span.end);
                    let name = lossy(&tag.name);
                    let attributes: Vec<(String, String)> = tag
                        .attributes
                        .iter()
                        .map(|(key, value)| (lossy(key), lossy(&value.value)))
                        .collect();
                    if local(&name) == "style" {
                        style_from = Some(range.end);
                    }
                    self.element(&name, &attributes, &range);
                }
                Token::EndTag(tag) => {
                    if let Some(from) = style_from.take_if(|_| local(&lossy(&tag.name)) == "style")
                    {
                        self.style(text, inside(text, from..tag.span.start));
                    }
                }
                _ => {}
            }
        }
        if let Some(from) = style_from {
            self.style(text, from..text.len());
        }
    }

    fn style(&mut self, text: &str, range: Range<usize>) {
        if loads_in_style(&text[range.clone()]) {
            let end = text.floor_char_boundary(range.end.min(range.start + 60));
            self.add(LOADED, range.start..end);
        }
    }

    fn xml(&mut self, text: &str) {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        loop {
            let from = reader.buffer_position() as usize;
            let event = reader.read_event();
            let range = inside(text, from..reader.buffer_position() as usize);
            match event {
                // What is behind a mistake no browser reads as XML.
                Err(_) | Ok(Event::Eof) => return,
                Ok(Event::Start(start) | Event::Empty(start)) => self.xml_element(&start, range),
                Ok(Event::DocType(doctype)) => {
                    let declared: &str = &doctype;
                    if declared.contains("<!ENTITY") {
                        self.is_live = true;
                    }
                    if declares_markup(declared) {
                        self.add(ENTITIES, range);
                    }
                }
                Ok(Event::PI(instruction)) => {
                    let is_sheet = instruction.trim_start().starts_with("xml-stylesheet");
                    if is_sheet {
                        self.add(STYLESHEET, range);
                    }
                }
                Ok(_) => {}
            }
        }
    }

    fn xml_element(&mut self, start: &BytesStart<'_>, range: Range<usize>) {
        let name = start.name().as_ref().to_owned();
        let mut all = start.html_attributes();
        let attributes = all.with_checks(false).flatten().map(|attribute| {
            let raw = &attribute.value;
            let value = quick_xml::escape::unescape(raw).map_or(raw.to_string(), Into::into);
            (attribute.key.as_ref().to_owned(), value)
        });
        let attributes: Vec<(String, String)> = attributes.collect();
        let names_live = |(key, value): &(String, String)| {
            (key == "xmlns" || key.starts_with("xmlns:")) && LIVE.contains(&value.trim())
        };
        self.is_live |= attributes.iter().any(names_live);
        self.element(&name, &attributes, &range);
    }

    /// Looks at an element, wherever it was found.
    fn element(&mut self, name: &str, attributes: &[(String, String)], range: &Range<usize>) {
        let name = local(name).to_lowercase();
        let value_of = |wanted: &str| {
            let found = attributes.iter().find(|(key, _)| local(key).eq_ignore_ascii_case(wanted));
            found.map(|(_, value)| value.to_lowercase())
        };
        if name == "script" {
            self.add(SCRIPT, range.clone());
        }
        if FRAMES.contains(&name.as_str()) {
            self.add(FRAME, range.clone());
        }
        if name == "meta" && value_of("http-equiv").is_some_and(|it| it.trim() == "refresh") {
            self.add(LEADS_ON, range.clone());
        }
        let rel = value_of("rel").unwrap_or_default();
        let is_quiet = match name.as_str() {
            "a" | "area" => true,
            "link" => !rel.is_empty() && rel.split_whitespace().all(|it| QUIET.contains(&it)),
            _ => false,
        };
        for (key, value) in attributes {
            let is_declared = key.starts_with("xmlns");
            let key = local(key).to_lowercase();
            if key.len() > 2 && key.starts_with("on") {
                self.add(HANDLER, range.clone());
            } else if key == "srcdoc" {
                self.add(FRAME, range.clone());
            } else if ADDRESSES.contains(&key.as_str()) && is_script(value) {
                self.add(ADDRESS, range.clone());
            } else if key == "style" || is_painted(&key) {
                if loads_in_style(value) {
                    self.add(LOADED, range.clone());
                }
            } else if matches!(key.as_str(), "action" | "formaction") && is_elsewhere(value) {
                self.add(SENDS, range.clone());
            } else if LOADS.contains(&key.as_str())
                && (key == "ping" || !is_quiet && !is_declared)
                && value.split(',').any(is_elsewhere)
            {
                self.add(LOADED, range.clone());
            }
        }
    }
}

/// Whether an attribute of a drawing takes `url(…)`.
fn is_painted(key: &str) -> bool {
    matches!(key, "fill" | "stroke" | "filter" | "mask" | "clip-path" | "cursor")
        || key.starts_with("marker")
}

/// Whether an address is a script: what browsers leave out of an address is left out here.
fn is_script(value: &str) -> bool {
    let plain: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let plain = plain.to_lowercase();
    plain.split([';', ',']).any(|part| {
        ["javascript:", "vbscript:", "livescript:"].iter().any(|scheme| part.starts_with(scheme))
    })
}

/// Whether an address leads out of the folder that a site is in.
fn is_elsewhere(value: &str) -> bool {
    let plain: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let plain = plain.to_lowercase().replace('\\', "/");
    plain.starts_with("//")
        || ["http:", "https:", "ftp:", "file:", "ws:", "wss:"]
            .iter()
            .any(|it| plain.starts_with(it))
}

/// Whether a style loads something from elsewhere, comments and escapes taken out (CSS Syntax Level 3,
/// 4.3.7).
fn loads_in_style(style: &str) -> bool {
    let plain = unescaped(&without_comments(style)).to_lowercase();
    let plain: String = plain.chars().filter(|c| !c.is_whitespace()).collect();
    let behind =
        |word: &'static str| plain.split(word).skip(1).map(str::to_owned).collect::<Vec<_>>();
    let mut named =
        [behind("url("), behind("src("), behind("image-set("), behind("@import")].concat();
    for named in &mut named {
        while let Some(rest) =
            named.strip_prefix("url(").or_else(|| named.strip_prefix(['"', '\'']))
        {
            *named = rest.to_owned();
        }
    }
    // `@namespace svg url(http://www.w3.org/2000/svg)` names and does not load.
    named.iter().any(|it| is_elsewhere(it) && !LIVE.iter().any(|live| it.starts_with(live)))
}

fn without_comments(style: &str) -> String {
    let mut plain = String::with_capacity(style.len());
    let mut rest = style;
    while let Some((before, comment)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, behind)| behind);
    }
    plain + rest
}

fn unescaped(style: &str) -> String {
    let mut plain = String::with_capacity(style.len());
    let mut rest = style;
    while let Some((before, escape)) = rest.split_once('\\') {
        plain.push_str(before);
        let digits = escape.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
        let c = u32::from_str_radix(&escape[..digits], 16).ok().and_then(char::from_u32);
        plain.extend(c);
        let behind = &escape[digits..];
        rest = if digits > 0 { behind.strip_prefix(' ').unwrap_or(behind) } else { behind };
    }
    plain + rest
}

/// Whether a document type declares an entity that is more than plain words.
fn declares_markup(doctype: &str) -> bool {
    doctype.split("<!ENTITY").skip(1).any(|declared| {
        let declared = declared.split_once('>').map_or(declared, |(inside, _)| inside);
        let is_plain = !declared.trim_start().starts_with('%')
            && !declared.contains(['<', '&'])
            && !declared.contains("SYSTEM")
            && !declared.contains("PUBLIC")
            && !declared.to_lowercase().contains("script:");
        !is_plain
    })
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Returns `range` within `text` and at the ends of characters, the line's end and space in front cut
/// off.
fn inside(text: &str, range: Range<usize>) -> Range<usize> {
    let end = text.floor_char_boundary(range.end.min(text.len()));
    let start = text.floor_char_boundary(range.start.min(end));
    let start = start + text[start..end].find('<').unwrap_or(0);
    start..end
}
