//! Colours what is typed into a shell: POSIX shells, PowerShell, the Windows command prompt, and
//! whole sessions with prompts and output.

use super::pen::{Class, Pen};
use super::words::{self, Reach};

const SH_KEYWORDS: &[&str] = &[
    "case", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "select",
    "then", "time", "until", "while",
];
const SH_BUILTINS: &[&str] = &[
    "alias", "bg", "break", "cd", "continue", "declare", "echo", "eval", "exec", "exit", "export",
    "false", "fg", "getopts", "hash", "kill", "let", "local", "printf", "pwd", "read", "readonly",
    "return", "set", "shift", "source", "test", "trap", "true", "type", "ulimit", "umask",
    "unalias", "unset", "wait",
];
/// Words behind which a command follows.
const SH_PREFIXES: &[&str] = &[
    "do", "doas", "elif", "else", "env", "exec", "if", "nice", "nohup", "sudo", "then", "time",
    "until", "while", "xargs",
];

/// Colours the language of POSIX shells, with what bash and zsh add.
pub(super) fn sh(pen: &mut Pen) {
    // Whether the next word is a command.
    let mut command = true;
    let mut heredoc: Option<String> = None;
    while !pen.done() {
        pen.skip_blanks();
        match pen.peek() {
            b'\n' => {
                pen.plain(1);
                command = true;
                if let Some(mark) = heredoc.take() {
                    pen.paint(Class::Text, heredoc_len(pen.rest(), &mark));
                }
            }
            b'#' if pen.before() <= b' ' || pen.before() == b';' => pen.paint_line(Class::Comment),
            b'\'' => {
                pen.paint(Class::Text, words::quoted(pen, 0, Reach::Lines));
                command = false;
            }
            b'"' => {
                double_quoted(pen);
                command = false;
            }
            b'$' => {
                pen.paint(Class::Variable, sh_variable(pen.rest().as_bytes()));
                command = pen.before() == b'(';
            }
            b'\\' if pen.peek_at(1) == b'\n' => pen.paint(Class::Operator, 2),
            b'<' if pen.starts_with("<<") && !pen.starts_with("<<<") => {
                heredoc = heredoc_start(pen);
            }
            byte if is_sh_operator(byte) => {
                let len = pen.run(is_sh_operator);
                command = pen.ahead(len).contains([';', '|', '&', '(', '{', '`'])
                    && !matches!(pen.before(), b'>' | b'<');
                pen.paint(Class::Operator, len);
            }
            _ => command = sh_word(pen, command),
        }
    }
}

fn is_sh_operator(byte: u8) -> bool {
    b";|&<>(){}[]!`".contains(&byte)
}

/// Writes one word; returns whether a command follows.
fn sh_word(pen: &mut Pen, command: bool) -> bool {
    let len = pen.run(|b| b > b' ' && !is_sh_operator(b) && !b"'\"$=\\".contains(&b)).max(1);
    let word = pen.ahead(len);
    if pen.peek_at(len) == b'=' && command && word.bytes().all(words::is_name) {
        pen.paint(Class::Variable, len);
        pen.paint(Class::Operator, 1);
        if pen.peek() > b' ' && !b"'\"$(".contains(&pen.peek()) {
            let len = pen.run(|b| b > b' ' && !is_sh_operator(b) && b != b'$');
            words::paint(pen, words::value(pen.ahead(len)), len);
        }
        return true;
    }
    let mut follows = false;
    let class = if word.starts_with('-') && !command {
        Some(Class::Parameter)
    } else if command || follows_keyword(word) {
        follows = command && words::listed(word, SH_PREFIXES);
        Some(match word {
            _ if words::listed(word, SH_KEYWORDS) => Class::Keyword,
            _ if words::listed(word, SH_BUILTINS) => Class::Builtin,
            _ => Class::Function,
        })
    } else {
        words::value(word)
    };
    words::paint(pen, class, len);
    follows
}

/// Whether `word` is a keyword where no command is expected: `for x in …`.
fn follows_keyword(word: &str) -> bool {
    matches!(word, "in")
}

/// Writes text in double quotes, its variables in their own colour.
fn double_quoted(pen: &mut Pen) {
    let whole = words::quoted(pen, b'\\', Reach::Lines);
    let text = pen.ahead(whole).as_bytes();
    let mut at = 0;
    let mut painted = 0;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'$' => {
                let len = sh_variable(&text[at..]);
                if len > 1 {
                    pen.paint(Class::Text, at - painted);
                    pen.paint(Class::Variable, len);
                    painted = at + len;
                }
                at += len;
            }
            _ => at += 1,
        }
    }
    pen.paint(Class::Text, text.len() - painted);
}

/// Returns the length of what starts with the `$` here: `$x`, `$1`, `${x:-y}`, `$(`.
fn sh_variable(rest: &[u8]) -> usize {
    match rest.get(1) {
        Some(b'{') => {
            let body = &rest[..rest.len().min(200)];
            body.iter()
                .position(|byte| matches!(byte, b'}' | b'\n'))
                .map_or(2, |end| end + usize::from(body[end] == b'}'))
        }
        Some(b'(' | b'?' | b'@' | b'*' | b'#' | b'$' | b'!' | b'-' | b'0'..=b'9') => 2,
        _ => 1 + rest[1..].iter().take_while(|byte| words::is_name(**byte)).count(),
    }
}

/// Writes `<<EOF` and returns the mark that will end the text; none for the `<<` of arithmetic.
fn heredoc_start(pen: &mut Pen) -> Option<String> {
    let len = pen.run(|byte| matches!(byte, b'<' | b'-' | b' '));
    pen.paint(Class::Operator, len);
    let len = pen.run(|byte| words::is_name(byte) || b"'\"\\-".contains(&byte));
    let mark = pen.ahead(len).trim_matches(['\'', '"', '\\']);
    if !mark.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return None;
    }
    pen.paint(Class::Text, len);
    Some(mark.to_owned())
}

/// Returns the length of the lines up to and with `mark`, or of everything.
fn heredoc_len(rest: &str, mark: &str) -> usize {
    let mut len = 0;
    for line in rest.split_inclusive('\n') {
        len += line.len();
        if line.trim() == mark {
            break;
        }
    }
    len
}

const PS_KEYWORDS: &[&str] = &[
    "begin", "break", "catch", "class", "continue", "do", "else", "elseif", "end", "enum", "exit",
    "filter", "finally", "for", "foreach", "function", "if", "in", "param", "process", "return",
    "switch", "throw", "trap", "try", "until", "using", "while",
];
const PS_OPERATORS: &[&str] = &[
    "-and",
    "-as",
    "-band",
    "-bor",
    "-ccontains",
    "-ceq",
    "-contains",
    "-eq",
    "-f",
    "-ge",
    "-gt",
    "-ieq",
    "-in",
    "-is",
    "-isnot",
    "-join",
    "-le",
    "-like",
    "-lt",
    "-match",
    "-ne",
    "-not",
    "-notcontains",
    "-notin",
    "-notlike",
    "-notmatch",
    "-or",
    "-replace",
    "-split",
    "-xor",
];

/// Colours PowerShell.
pub(super) fn powershell(pen: &mut Pen) {
    let mut command = true;
    while !pen.done() {
        pen.skip_blanks();
        let was_command = std::mem::replace(&mut command, false);
        match pen.peek() {
            b'\n' => {
                pen.plain(1);
                command = true;
            }
            b'#' if pen.before() <= b' ' || b";(){}|".contains(&pen.before()) => {
                pen.paint_line(Class::Comment);
            }
            b'<' if pen.starts_with("<#") => pen.paint(Class::Comment, pen.through("#>")),
            b'@' if pen.starts_with("@'\n") => pen.paint(Class::Text, pen.through("\n'@")),
            b'@' if pen.starts_with("@\"\n") => pen.paint(Class::Text, pen.through("\n\"@")),
            b'"' => pen.paint(Class::Text, words::quoted(pen, b'`', Reach::Lines)),
            b'\'' => pen.paint(Class::Text, words::quoted(pen, 0, Reach::Lines)),
            b'$' | b'@' => {
                let name = |b| words::is_name(b) || matches!(b, b':' | b'?');
                let len = 1 + pen.rest()[1..].bytes().take_while(|b| name(*b)).count();
                pen.paint(if len > 1 { Class::Variable } else { Class::Operator }, len);
            }
            b'[' if pen.peek_at(1).is_ascii_alphabetic() => {
                let len = pen.run(|b| words::is_name(b) || b"[.,".contains(&b));
                let closed = pen.peek_at(len) == b']';
                pen.paint(
                    if closed { Class::Type } else { Class::Operator },
                    len + usize::from(closed),
                );
            }
            b'`' => {
                command = was_command && pen.peek_at(1) == b'\n';
                pen.paint(Class::Operator, 2);
            }
            byte if b";|&(){}[]=<>,+*/%!".contains(&byte) => {
                pen.paint(Class::Operator, 1);
                command = b";|&({=".contains(&byte);
            }
            _ => powershell_word(pen, was_command),
        }
    }
}

fn powershell_word(pen: &mut Pen, command: bool) {
    let len = pen.run(|b| b > b' ' && !b";|&(){}[]=<>,+*%!'\"$`@".contains(&b)).max(1);
    let word = pen.ahead(len);
    let class = if word.starts_with('-') && word.len() > 1 {
        let operator = words::listed(word, PS_OPERATORS);
        words::value(word).or(Some(if operator { Class::Operator } else { Class::Parameter }))
    } else if words::listed(word, PS_KEYWORDS) {
        Some(Class::Keyword)
    } else if command || is_cmdlet(word) {
        words::value(word).or(Some(Class::Function))
    } else {
        words::value(word)
    };
    words::paint(pen, class, len);
}

/// Whether `word` is a name of the form `Get-ADUser`.
fn is_cmdlet(word: &str) -> bool {
    word.split_once('-').is_some_and(|(verb, noun)| {
        verb.len() > 2
            && verb.bytes().all(|byte| byte.is_ascii_alphabetic())
            && noun.starts_with(|c: char| c.is_ascii_uppercase())
    })
}

const BATCH_KEYWORDS: &[&str] = &[
    "call",
    "defined",
    "do",
    "else",
    "errorlevel",
    "exist",
    "exit",
    "for",
    "goto",
    "if",
    "in",
    "not",
    "pause",
    "setlocal",
    "shift",
];
const BATCH_BUILTINS: &[&str] = &[
    "cd", "chdir", "cls", "copy", "date", "del", "dir", "echo", "erase", "md", "mkdir", "move",
    "popd", "pushd", "rd", "ren", "rename", "rmdir", "set", "start", "time", "title", "type",
    "ver",
];

/// Colours the language of the Windows command prompt.
pub(super) fn batch(pen: &mut Pen) {
    let mut command = true;
    while !pen.done() {
        pen.skip_blanks();
        let was_command = std::mem::replace(&mut command, false);
        match pen.peek() {
            b'\n' => {
                pen.plain(1);
                command = true;
            }
            b':' if was_command && pen.peek_at(1) == b':' => pen.paint_line(Class::Comment),
            b':' if was_command => pen.paint_line(Class::Type),
            b'"' => {
                pen.paint(Class::Text, words::quoted(pen, 0, Reach::Line));
                // `if exist "file" command`
                command = was_command;
            }
            b'%' | b'!' => pen.paint(Class::Variable, batch_variable(pen)),
            b'@' if was_command => {
                pen.paint(Class::Operator, 1);
                command = true;
            }
            byte if b"&|()<>=,;^".contains(&byte) => {
                pen.paint(Class::Operator, 1);
                command = b"&|(".contains(&byte);
            }
            _ => command = batch_word(pen, was_command),
        }
    }
}

/// Writes one word; returns whether a command follows.
fn batch_word(pen: &mut Pen, command: bool) -> bool {
    let len = pen.run(|b| b > b' ' && !b"&|()<>=,;^\"%!".contains(&b)).max(1);
    let word = pen.ahead(len);
    if command && word.eq_ignore_ascii_case("rem") {
        pen.paint_line(Class::Comment);
        return false;
    }
    let class = if word.starts_with(['/', '-']) {
        Some(Class::Parameter)
    } else if words::listed(word, BATCH_KEYWORDS) {
        Some(Class::Keyword)
    } else if command {
        let builtin = words::listed(word, BATCH_BUILTINS);
        Some(if builtin { Class::Builtin } else { Class::Function })
    } else {
        words::value(word)
    };
    words::paint(pen, class, len);
    class == Some(Class::Keyword) && !word.eq_ignore_ascii_case("goto")
}

/// Returns the length of `%NAME%`, `!NAME!`, `%1`, `%~dp0` or `%%i`.
fn batch_variable(pen: &Pen) -> usize {
    let mark = pen.peek();
    let name =
        pen.ahead(64).bytes().skip(1).take_while(|b| words::is_name(*b) || b"~:".contains(b));
    let len = 1 + name.count();
    match pen.peek_at(1) {
        b'%' if mark == b'%' => 3,
        _ if pen.peek_at(len) == mark => len + 1,
        b'0'..=b'9' | b'*' => 2,
        b'~' => len,
        _ => 1,
    }
}

/// Colours a session: what stands behind a prompt as the commands it is, the rest as the output
/// that it is.
pub(super) fn console(pen: &mut Pen) {
    while !pen.done() {
        let line = pen.line();
        // In a session, unlike in a script, a lone `#` is root's prompt.
        let root = (line.starts_with("# ")).then_some(1);
        if let Some(len) = words::prompt(line).or(root) {
            let windows = line[..len].contains(":\\");
            pen.paint(Class::Operator, len);
            pen.skip_blanks();
            pen.within_line(match windows {
                true if line.starts_with("PS ") => powershell,
                true => batch,
                false => sh,
            });
        } else {
            pen.plain(line.len());
        }
        pen.plain(1);
    }
}

#[cfg(test)]
mod tests {
    use super::super::pen::coloured;
    use super::*;

    #[test]
    fn the_word_lists_are_sorted_for_looking_up() {
        for list in [
            SH_KEYWORDS,
            SH_BUILTINS,
            SH_PREFIXES,
            PS_KEYWORDS,
            PS_OPERATORS,
            BATCH_KEYWORDS,
            BATCH_BUILTINS,
        ] {
            assert!(list.is_sorted(), "{list:?}");
        }
    }

    #[test]
    fn a_shell_script_shows_commands_options_and_variables() {
        assert_eq!(
            coloured(
                "# c\nif sudo zpool status -x \"$POOL\"; then\n  A=1 cp $f 'b c' | ssh 10.0.0.1\nfi\necho a#b",
                sh
            ),
            "‹c:# c›\n‹k:if› ‹f:sudo zpool› status ‹p:-x› ‹s:\"›‹v:$POOL›‹s:\"›‹o:;› ‹k:then›\n  ‹v:A›‹o:=›‹n:1› ‹f:cp› ‹v:$f› ‹s:'b c'› ‹o:|› ‹f:ssh› ‹a:10.0.0.1›\n‹k:fi›\n‹b:echo› a#b"
        );
    }

    #[test]
    fn a_here_document_is_text_up_to_its_mark() {
        assert_eq!(
            coloured("cat <<'EOF' > f\nif $x\nEOF\nls", sh),
            "‹f:cat› ‹o:&lt;&lt;›‹s:'EOF'› ‹o:&gt;› f\n‹s:if $x›\n‹s:EOF›\n‹f:ls›"
        );
    }

    #[test]
    fn powershell_shows_cmdlets_parameters_and_types() {
        assert_eq!(
            coloured(
                "$u = Get-ADUser -Filter 'x' | Where-Object { $_.Name -eq \"a`\"b\" } # c\n[int]$n = 5GB",
                powershell
            ),
            "‹v:$u› ‹o:=› ‹f:Get-ADUser› ‹p:-Filter› ‹s:'x'› ‹o:|› ‹f:Where-Object› ‹o:{› ‹v:$_›.Name ‹o:-eq› ‹s:\"a`\"b\"› ‹o:}› ‹c:# c›\n‹t:[int]›‹v:$n› ‹o:=› ‹n:5GB›"
        );
        assert_eq!(
            coloured("<# a\nb #>\n@'\nx\n'@", powershell),
            "‹c:&lt;# a›\n‹c:b #&gt;›\n‹s:@'›\n‹s:x›\n‹s:'@›"
        );
    }

    #[test]
    fn a_batch_file_shows_labels_variables_and_switches() {
        assert_eq!(
            coloured(
                "@echo off\nrem c\n:top\nif exist \"%A%\" del /q %1\nfor %%i in (a) do goto top",
                batch
            ),
            "‹o:@›‹b:echo› off\n‹c:rem c›\n‹t::top›\n‹k:if exist› ‹s:\"%A%\"› ‹b:del› ‹p:/q› ‹v:%1›\n‹k:for› ‹v:%%i› ‹k:in› ‹o:(›‹f:a›‹o:)› ‹k:do goto› top"
        );
    }

    #[test]
    fn a_session_colours_what_was_typed_and_leaves_the_output_plain() {
        assert_eq!(
            coloured(
                "$ ls -l\ntotal 8\nroot@nas:~# reboot\nPS C:\\> Get-Date\nC:\\>dir /w\n# id",
                console
            ),
            "‹o:$› ‹f:ls› ‹p:-l›\ntotal 8\n‹o:root@nas:~#› ‹f:reboot›\n‹o:PS C:\\&gt;› ‹f:Get-Date›\n‹o:C:\\&gt;›‹b:dir› ‹p:/w›\n‹o:#› ‹f:id›"
        );
    }
}
