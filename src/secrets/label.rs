//! Reads what stands behind a word that announces a secret: `Password: …`, `| PIN | … |`,
//! `the key is …`, and a setting called `Admin password` with its `value = …`.
//!
//! In: the place of the word. Out: the values it announces that look like secrets. Whether they do is
//! the business of [`mod@super::judge`].

use std::ops::Range;

use super::book::{Label, Values};
use super::finder::line_near;
use super::judge::{Judge, Tie};
use super::table;

/// How many words may stand between a label and its `:` or `is`.
const WORDS_BETWEEN: usize = 5;

/// How far behind the name of a setting its value is looked for.
const LINES_TO_VALUE: usize = 10;

/// How many values are looked for in a list.
const LONGEST_LIST: usize = 20;

/// How long a remark in brackets behind a label may be, in bytes.
const LONGEST_REMARK: usize = 60;

/// A value that looks like a secret.
#[derive(Debug)]
pub(super) struct Announced {
    /// How the label and the value belong together, as a message says it.
    pub(super) how: String,
    pub(super) range: Range<usize>,
}

/// Where a label is met.
pub(super) struct Place<'t> {
    text: &'t str,
    word: Range<usize>,
    line: Range<usize>,
}

impl<'t> Place<'t> {
    /// Returns the place of `word` in `line` of `text`.
    pub(super) fn new(text: &'t str, word: Range<usize>, line: Range<usize>) -> Place<'t> {
        Place { text, word, line }
    }

    /// Whether `label` is what stands here, rather than a part of another word.
    pub(super) fn is_announced_by(&self, label: &Label) -> bool {
        let before = self.before();
        if !label.inside && label.after.is_empty() && !self.starts_a_word() {
            return false;
        }
        let joined = joined_words(before);
        let follows = |words: &[String]| words.iter().any(|word| joined.ends_with(word.as_str()));
        !follows(&label.not_after) && (label.after.is_empty() || follows(&label.after))
    }

    /// Returns what is announced here and looks like a secret.
    pub(super) fn values(&self, label: &Label, values: &Values) -> Vec<Announced> {
        let rest = &self.text[self.word.end..self.line.end];
        let Some(ended) = behind_word(rest, values) else { return Vec::new() };
        let judge =
            Judge { text: self.text, group: label.group, in_table: self.in_table(), values };
        let columns = table::column(self.text, &self.line, self.word.end + ended);
        if !columns.is_empty() {
            let cells = columns.into_iter().filter_map(|cell| judge.secret(Tie::Cell, cell));
            return cells.map(|range| self.announced("under `{}`", range)).collect();
        }
        let in_line = self.in_line(ended, label, &judge);
        if !in_line.is_empty() {
            return in_line;
        }
        let setting =
            self.setting_value(ended).and_then(|bounds| judge.secret(Tie::Direct, bounds));
        setting.into_iter().map(|range| self.announced("in the value of `{}`", range)).collect()
    }

    /// Returns the secrets that follow the label in its line, or below it.
    fn in_line(&self, ended: usize, label: &Label, judge: &Judge) -> Vec<Announced> {
        let Some((tie, how, offset)) = self.tied(ended, judge.values) else { return Vec::new() };
        let Some((below, mut bounds)) = self.next_value(offset) else { return Vec::new() };
        if label.tight && !matches!(tie, Tie::Direct | Tie::Cell) {
            return Vec::new();
        }
        let mut tie = below.unwrap_or(tie);
        let mut found = Vec::new();
        while let Some(range) =
            judge.secret(tie, bounds.clone()).filter(|_| found.len() < LONGEST_LIST)
        {
            bounds.start = range.end;
            found.push(self.announced(how, range));
            // `passwords: a, b` and `["a", "b"]`
            let rest = self.text[bounds.clone()].trim_start_matches(['"', '\'', '`']);
            let Some(next) = rest.strip_prefix(", ") else { break };
            bounds.start = bounds.end - next.len();
            tie = Tie::Cell;
        }
        found
    }

    fn announced(&self, how: &str, range: Range<usize>) -> Announced {
        Announced { how: how.replace("{}", &self.text[self.word.clone()]), range }
    }

    fn before(&self) -> &'t str {
        &self.text[self.line.start..self.word.start]
    }

    /// Whether no letter stands before the word, or it starts with a capital behind a small letter.
    fn starts_a_word(&self) -> bool {
        let before = self.before();
        let Some(last) = before.chars().next_back() else { return true };
        let first = self.text[self.word.start..].chars().next();
        !last.is_alphanumeric()
            || last.is_lowercase() && first.is_some_and(char::is_uppercase)
            || ["\\n", "\\t", "\\r"].iter().any(|escape| before.ends_with(escape))
    }

    /// Whether the word is an option of a command: `--password`, `-Password`, `/pass`.
    fn is_option(&self) -> bool {
        let option = self.before().rsplit(char::is_whitespace).next().unwrap_or_default();
        option.starts_with('-')
            && option.trim_start_matches('-').chars().all(|c| c.is_alphanumeric() || c == '-')
    }

    /// Returns how the value is tied to the label whose word ends at `ended` behind the label's start,
    /// how to say that, and where the value begins in the text.
    fn tied(&self, ended: usize, values: &Values) -> Option<(Tie, &'static str, usize)> {
        let start = self.word.end + ended;
        let rest = &self.text[start..self.line.end];
        let mut cursor = Cursor { rest, at: 0 };
        cursor.skip(|c| matches!(c, '"' | '\'' | '`' | '*' | '_' | '~' | ']' | '\\'));
        if cursor.rest[..cursor.at].ends_with(']') && cursor.rest().starts_with('(') {
            return None; // the text of a link
        }
        cursor.skip(char::is_whitespace);
        cursor.skip_remark();
        let (tie, how) = match cursor.separator() {
            Some(found) => found,
            None if self.is_option() => (Tie::Direct, "after `{}`"),
            None if cursor.rest().starts_with(['"', '\'', '`', '“', '«', '„']) && cursor.at > 0 => {
                (Tie::Beside, "after `{}`")
            }
            None => cursor.sentence(values)?,
        };
        Some((tie, how, start + cursor.at))
    }

    /// Returns where the value that begins at `offset` is: here, or alone on the line below where this
    /// one ends. Then it is tied less closely.
    fn next_value(&self, offset: usize) -> Option<(Option<Tie>, Range<usize>)> {
        let rest = self.text[offset..self.line.end].trim();
        if !["", "|", "|-", ">", ">-", "**", "\"\"\"", "'''", "\\"].contains(&rest) {
            return Some((None, offset..self.line.end));
        }
        let below = self.text.get(self.line.end + 1..)?.trim_start();
        let start = self.text.len() - below.len();
        let line = &self.text[start..line_near(self.text, start).end];
        let value = line.trim_start_matches(['-', '*', '>', ' ', '`', ':']);
        let start = start + (line.len() - value.len());
        let value = value.trim_end();
        let is_alone = !value.contains(char::is_whitespace) && !is_assignment(value);
        is_alone.then_some((Some(Tie::Loose), start..start + value.len()))
    }

    /// Returns the value of the setting whose name ends with this label: `name = "Admin password"`, then
    /// `value = …` on this line or one of the next, within one table.
    fn setting_value(&self, ended: usize) -> Option<Range<usize>> {
        let quote = self.text[self.word.end + ended..]
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''))?;
        let (head, _) = self.before().rsplit_once(quote)?;
        let key =
            head.trim_end().strip_suffix(['=', ':'])?.trim_end().trim_end_matches(['"', '\'']);
        let key = key.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next()?;
        if !["name", "label", "title", "field", "setting", "key", "option"]
            .contains(&key.to_lowercase().as_str())
        {
            return None;
        }
        let mut start = self.word.end + ended + 1;
        for line in self.text[start..].split_inclusive('\n').take(LINES_TO_VALUE) {
            if line.trim_start().starts_with('[') {
                return None;
            }
            if let Some(at) = value_key(line) {
                return Some(start + at..start + line.trim_end().len());
            }
            start += line.len();
        }
        None
    }

    fn in_table(&self) -> bool {
        self.text[self.line.clone()].trim_start().starts_with('|')
    }
}

/// Returns the last letters and digits of `before` in small letters, hyphens, points and spaces left
/// out, so that `API key`, `api_key` and `apikey` are one.
fn joined_words(before: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.');
    let near = before.char_indices().rev().take(30).take_while(|(_, c)| is_part(*c)).last();
    let near = near.map_or("", |(at, _)| &before[at..]);
    near.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns where the label's word ends in `rest`, past a plural and suffixes such as `_hash`, or
/// nothing where it is only a part of another word.
fn behind_word(rest: &str, values: &Values) -> Option<usize> {
    let plural = ["(s)", "s"]
        .iter()
        .find(|plural| rest.starts_with(**plural))
        .map_or(0, |plural| plural.len());
    let mut at = plural;
    loop {
        let tail = &rest[at..];
        let joint = tail.starts_with(['_', '-']) as usize;
        let word = tail[joint..]
            .find(|c: char| !c.is_alphanumeric())
            .map_or(&tail[joint..], |end| &tail[joint..joint + end]);
        let is_number =
            !word.is_empty() && word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
        let is_known = values.suffixes.contains(&word.to_lowercase());
        let is_joined = joint > 0 || word.starts_with(char::is_uppercase) && at == 0 || is_number;
        match word {
            "" => return Some(at),
            _ if is_joined && (is_number || is_known) => at += joint + word.len(),
            _ => return None,
        }
    }
}

/// Whether a line gives a value to a name of its own: `port=8443`.
fn is_assignment(line: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
    };
    let is_value = |value: &str| !value.is_empty() && !value.starts_with('=');
    line.split_once(['=', ':']).is_some_and(|(name, value)| is_name(name) && is_value(value))
}

/// Returns where the value begins in a line that gives one: `value = …`, `"default": …`.
fn value_key(line: &str) -> Option<usize> {
    let keys = ["value", "default", "current", "setting", "content", "was", "from", "to"];
    let mut at = 0;
    for part in line.split_inclusive(['=', ':']) {
        at += part.len();
        let Some(head) = part.strip_suffix(['=', ':']) else { continue };
        let head = head.trim_end().trim_end_matches(['"', '\'']);
        let key =
            head.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        if keys.contains(&key.to_lowercase().as_str()) {
            return Some(at);
        }
    }
    None
}

/// Walks over what stands between a label and its value.
struct Cursor<'t> {
    rest: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    fn rest(&self) -> &'t str {
        &self.rest[self.at..]
    }

    fn skip(&mut self, is_skipped: impl Fn(char) -> bool) {
        self.at = self.rest.len() - self.rest().trim_start_matches(is_skipped).len();
    }

    /// Steps over a remark in brackets: `password (root): …`.
    fn skip_remark(&mut self) {
        let Some(remark) = self.rest().strip_prefix('(') else { return };
        if let Some(end) = remark.find(')').filter(|end| *end <= LONGEST_REMARK) {
            self.at += end + 2;
            self.skip(|c| c.is_whitespace() || matches!(c, '*' | '"' | '`'));
        }
    }

    /// Steps over the sign that ties a value to its label, if there is one.
    fn separator(&mut self) -> Option<(Tie, &'static str)> {
        let rest = self.rest();
        let not = ["://", "::", "==", "=~", "!="];
        if not.iter().any(|sign| rest.starts_with(sign)) {
            return None;
        }
        let signs = [
            (":=", Tie::Direct, "after `{}=`"),
            (":", Tie::Direct, "after `{}:`"),
            ("：", Tie::Direct, "after `{}:`"),
            ("=>", Tie::Direct, "after `{}=`"),
            ("=", Tie::Direct, "after `{}=`"),
            ("->", Tie::Direct, "after `{}`"),
            ("→", Tie::Direct, "after `{}`"),
            ("|", Tie::Cell, "beside `{}`"),
        ];
        let (sign, mut tie, mut how) =
            signs.into_iter().find(|(sign, ..)| rest.starts_with(sign))?;
        self.at += sign.len();
        // `**Password:** x`, `"password": x`, `| Password: | x |`
        let closing = self.rest().find(|c| !matches!(c, '*' | '_')).unwrap_or(0);
        self.at += closing;
        self.skip(char::is_whitespace);
        if tie == Tie::Direct && self.rest().len() > 1 && self.rest().starts_with("| ") {
            self.at += 1;
            (tie, how) = (Tie::Cell, "beside `{}`");
        }
        self.skip(char::is_whitespace);
        Some((tie, how))
    }

    /// Steps over the words of a sentence up to the value: `for the switch is`, `root:`. Where none of
    /// them leads to a value, the next word itself may be one.
    fn sentence(&mut self, values: &Values) -> Option<(Tie, &'static str)> {
        let start = self.at;
        let mut is_purpose = false;
        for _ in 0..WORDS_BETWEEN {
            let rest = self.rest();
            let word = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
            let bare = word.trim_end_matches([':', '=']).to_lowercase();
            is_purpose |= values.purposes.contains(&bare);
            if word.is_empty() {
                break; // the line ends before anything ties a value to the label
            }
            if !is_purpose && values.heads.contains(&bare) {
                return None;
            }
            let is_verb = values.verbs.contains(&bare);
            let ends = is_verb || word.ends_with([':', '=']) && !word.ends_with("==");
            if !ends && word.contains(['"', '`', '|', ';', ',', '<', '=', '(', '.']) {
                break;
            }
            self.at += word.len();
            self.skip(char::is_whitespace);
            if ends {
                if is_verb {
                    self.skip(|c| c.is_whitespace() || c == ':');
                }
                return Some((Tie::Loose, if is_verb { "after `{} is`" } else { "after `{}`" }));
            }
        }
        self.at = start;
        self.rest[..start].ends_with(char::is_whitespace).then_some((Tie::Bare, "after `{}`"))
    }
}
