//! Reads what a file holds, as its place in the runbook asks.

use std::io::Read as _;

use crate::diagnostic::{Checked, Diagnostic, Diagnostics};
use crate::digest::Digest;
use crate::source::{Content, FileId, SourceFile, Span};

use super::open::{self, Refusal};
use super::text::{self, Decoded, Problem};
use super::walk::{Area, Found};
use super::{
    Limits, NOT_A_REGULAR_FILE, NOT_SEARCHED, NOT_UTF8, SYMBOLIC_LINK, TOO_LARGE, UNREADABLE_FILE,
    in_words,
};

/// Reads `file`; nothing where it is no longer there.
pub(super) fn read(file: &Found, limits: &Limits) -> Option<Checked<SourceFile>> {
    let (read, limit) = match file.area {
        Area::Record | Area::Kind | Area::Config => {
            let limit = ("record_bytes", limits.record_bytes);
            (read_text(file, limit.1), limit)
        }
        Area::History => {
            let limit = ("history_bytes", limits.history_bytes);
            (read_text(file, limit.1), limit)
        }
        Area::Sealed => {
            let limit = ("sealed_bytes", limits.sealed_bytes);
            (read_held(file, limit.1), limit)
        }
        Area::Attachment => (read_attachment(file, limits), ("file_bytes", limits.file_bytes)),
    };
    match read {
        Ok(read) => Some(read),
        // As if the folder had been walked a moment later.
        Err(Refusal::Gone) => None,
        Err(refusal) => Some(refused(&file.path, &refusal, limit)),
    }
}

/// Reads a file that must be text.
fn read_text(file: &Found, limit: u64) -> Result<Checked<SourceFile>, Refusal> {
    let bytes = open::read(&file.disk, limit)?;
    let (digest, len) = (Digest::of(&bytes), bytes.len() as u64);
    let Decoded { text, problem } = text::decode(bytes);
    let found = problem.map(|problem| not_utf8(&file.path, &text, &problem));
    let content = Content::Text(text.into());
    let value = SourceFile { path: file.path.clone(), content, len, digest };
    Ok(Checked::new(value, Diagnostics::from_iter(found)))
}

/// Reads a file that may be anything: a text of moderate size is held, all else only measured.
///
/// Its text is byte for byte what is on the disk, with a byte-order mark where it has one, since
/// attachments are handed on as they are.
fn read_attachment(file: &Found, limits: &Limits) -> Result<Checked<SourceFile>, Refusal> {
    let (opened, claimed) = open::open(&file.disk)?;
    if claimed > limits.file_bytes {
        return Err(Refusal::TooLarge);
    }
    let mut head = Vec::with_capacity(claimed.min(limits.text_bytes) as usize + 1);
    (&opened).take(limits.text_bytes + 1).read_to_end(&mut head)?;
    if head.len() as u64 <= limits.text_bytes {
        return Ok(Checked::clean(attachment(file, head)));
    }
    // One byte more than allowed shows that it is too long.
    let rest = opened.take(limits.file_bytes.saturating_sub(head.len() as u64) + 1);
    let (digest, len) = Digest::of_reader(head.as_slice().chain(rest))?;
    if len > limits.file_bytes {
        return Err(Refusal::TooLarge);
    }
    let found = is_text(&head).then(|| not_searched(&file.path, limits.text_bytes));
    let content = Content::OnDisk(file.disk.clone());
    let value = SourceFile { path: file.path.clone(), content, len, digest };
    Ok(Checked::new(value, Diagnostics::from_iter(found)))
}

/// Reads a file that may be anything, and holds it whatever it is.
fn read_held(file: &Found, limit: u64) -> Result<Checked<SourceFile>, Refusal> {
    let bytes = open::read(&file.disk, limit)?;
    Ok(Checked::clean(with_content(file, bytes, |bytes| Content::Bytes(bytes.into()))))
}

fn attachment(file: &Found, bytes: Vec<u8>) -> SourceFile {
    with_content(file, bytes, |bytes| match is_text(&bytes) {
        // Secrets and scripts are looked for in every encoding.
        true => Content::Bytes(bytes.into()),
        false => Content::OnDisk(file.disk.clone()),
    })
}

/// Whether bytes look like text in some encoding: pictures, archives and programs have zeros in them.
fn is_text(bytes: &[u8]) -> bool {
    text::is_utf16(bytes) || !bytes.contains(&0)
}

fn not_searched(path: &str, limit: u64) -> Diagnostic {
    let span = Span::whole(FileId::of(path));
    let message = format!(
        "this text is larger than {}, the limit `text_bytes`: nobody has looked for secrets in it",
        in_words(limit)
    );
    Diagnostic::new(&NOT_SEARCHED, span, message)
        .help("attach the part that readers need, or keep it elsewhere and say where")
}

fn with_content(
    file: &Found,
    bytes: Vec<u8>,
    unless_text: impl FnOnce(Vec<u8>) -> Content,
) -> SourceFile {
    let (digest, len) = (Digest::of(&bytes), bytes.len() as u64);
    let content = match String::from_utf8(bytes) {
        Ok(text) => Content::Text(text.into()),
        Err(no_text) => unless_text(no_text.into_bytes()),
    };
    SourceFile { path: file.path.clone(), content, len, digest }
}

/// Returns the place of a file whose content is not to be had, and why that is.
pub(super) fn refused(
    path: &str,
    refusal: &Refusal,
    (limit_name, limit): (&str, u64),
) -> Checked<SourceFile> {
    let span = Span::whole(FileId::of(path));
    let finding = match refusal {
        Refusal::Gone => Diagnostic::new(&UNREADABLE_FILE, span, "the file went away"),
        Refusal::Link => a_link(span),
        Refusal::NotRegular(what) => not_regular(span, what),
        Refusal::TooLarge => {
            let message =
                format!("the file is larger than {}, the limit `{limit_name}`", in_words(limit));
            let help = match limit_name {
                "file_bytes" => "keep it elsewhere, and say in a record where it is",
                "sealed_bytes" => {
                    "seal keys and passwords, which are short; keep the rest where they open it"
                }
                _ => "split it, or keep its bulk as an attachment under `files/`",
            };
            Diagnostic::new(&TOO_LARGE, span, message).help(help)
        }
        Refusal::Io(error) => unreadable(span, error),
    };
    let digest = Digest::of(b"");
    let value = SourceFile { path: path.to_owned(), content: Content::Refused, len: 0, digest };
    Checked::new(value, Diagnostics::from_iter([finding]))
}

/// Returns the finding about a symbolic link.
pub(super) fn a_link(span: Span) -> Diagnostic {
    Diagnostic::new(&SYMBOLIC_LINK, span, "this is a symbolic link, and links are not followed")
        .help("put a copy of the file here instead of the link")
}

/// Returns the finding about something that is `what` (with its article) and not a file.
pub(super) fn not_regular(span: Span, what: &str) -> Diagnostic {
    let message = format!("this is {what}, not a file");
    Diagnostic::new(&NOT_A_REGULAR_FILE, span, message).help("move it out of the runbook")
}

/// Returns the finding about something the system would not let us read.
pub(super) fn unreadable(span: Span, error: &std::io::Error) -> Diagnostic {
    let help = match error.kind() {
        std::io::ErrorKind::PermissionDenied => {
            "let your user read it (`chmod u+r`; for a folder `chmod u+rx`), or move it out of \
             the runbook"
        }
        std::io::ErrorKind::InvalidFilename => "give it, or a folder it is in, a shorter name",
        _ => "see whether other programs can read it: the disk or the share may be at fault",
    };
    Diagnostic::new(&UNREADABLE_FILE, span, format!("cannot be read: {error}")).help(help)
}

fn not_utf8(path: &str, text: &str, problem: &Problem) -> Diagnostic {
    let file = FileId::of(path);
    let (finding, from) = match *problem {
        Problem::Utf16 => {
            let message = "the file is UTF-16, and TOML is UTF-8";
            (Diagnostic::new(&NOT_UTF8, Span::whole(file), message), "UTF-16")
        }
        Problem::Invalid { at, byte, places } => {
            let end = text.ceil_char_boundary(at + 1);
            let mut message = format!("the byte 0x{byte:02X} is not UTF-8 here");
            if places > 1 {
                message += &format!(", and {} more further on", places - 1);
            }
            (Diagnostic::new(&NOT_UTF8, Span::new(file, at..end), message), "WINDOWS-1252")
        }
    };
    finding.help(conversion(path, from))
}

/// Returns how to convert the file at `path`, ready to paste.
///
/// A path is quoted for both shells; one that could break out of its quotes is not written at all.
fn conversion(path: &str, from: &str) -> String {
    let path = if path.contains('\'') { "FILE" } else { path };
    let powershell = match from {
        "UTF-16" => format!("(Get-Content -Raw '{path}') | Set-Content -Encoding utf8 '{path}'"),
        _ => format!(
            "(Get-Content -Raw -Encoding Default '{path}') | Set-Content -Encoding utf8 '{path}'"
        ),
    };
    format!(
        "save it as UTF-8 in your editor, or convert it:\n\
         `iconv -f {from} -t UTF-8 '{path}' > converted && mv converted '{path}'`\n\
         in PowerShell: `{powershell}`"
    )
}
