//! The rules about the files of a runbook.

use crate::diagnostic::{Level, Rule};

/// All rules of this stage, in the order of their names.
pub static RULES: &[&Rule] = &[
    &FILE_NAME,
    &MISNAMED_FOLDER,
    &NOT_A_REGULAR_FILE,
    &NOT_SEARCHED,
    &NOT_UTF8,
    &PUBLISHED_SITE,
    &SAME_BUT_FOR_CASE,
    &SYMBOLIC_LINK,
    &TOO_LARGE,
    &TOO_MANY_FILES,
    &UNKNOWN_FILE,
    &UNREADABLE_FILE,
];

/// A name that cannot be kept on every system.
pub static FILE_NAME: Rule = Rule {
    code: "file-name",
    level: Level::Error,
    summary: "a file or folder has a name that cannot be kept everywhere",
    detail: "The runbook is handed over on memory sticks, in archives and over the web. A name \
             that is not UTF-8, or that holds a control character, a mark that turns the reading \
             direction, or a backslash, does not survive that, and can deceive whoever reads it in \
             a terminal. Every site carries the sources it is made from under `source/`, so \
             what Windows reserves or refuses (`con.txt`, `a:b`, a dot at the end) and paths of \
             more than 173 characters are errors as well.\n\n\
             The finding shows the name with pictures such as `␛` or `\\xE9` for what is wrong. \
             Rename the file; for a folder, everything inside is read again after that.\n",
};

/// `Records/` instead of `records/`.
pub static MISNAMED_FOLDER: Rule = Rule {
    code: "misnamed-folder",
    level: Level::Error,
    summary: "a part of the runbook has capitals in its name",
    detail: "The parts of a runbook have fixed names in small letters: `clearjar.toml`, `records`, \
             `files`, `kinds`, `theme`, `history`, `sealed`. On Windows and macOS `Records` is the \
             same folder, on Linux it is not, so one runbook would give two different sites.\n\n\
             Rename it. On Windows and macOS go through another name first: `records-new`, then \
             `records`.\n",
};

/// A pipe, a socket, a device, or a folder where a file should be.
pub static NOT_A_REGULAR_FILE: Rule = Rule {
    code: "not-a-regular-file",
    level: Level::Error,
    summary: "something in the runbook is neither a file nor a folder as it should be",
    detail: "Only ordinary files are read. A named pipe, a socket or a device may have no end, and \
             cannot be handed over. A folder called like a record (`fw-hq-01.toml`) is usually \
             what an unpacking program or a merge left behind. `records`, `files` and the other \
             parts of the runbook must be real folders, because a link to a folder elsewhere \
             would not be handed over with them.\n\n\
             Move it out of the runbook, or put a file or folder in its place.\n",
};

/// Text in another encoding.
pub static NOT_UTF8: Rule = Rule {
    code: "not-utf8",
    level: Level::Error,
    summary: "a text of the runbook is not UTF-8",
    detail: "TOML is always UTF-8. Old Windows programs save text in the system's own code page \
             (there `é` is the single byte 0xE9), and some save UTF-16.\n\n\
             Save the file as UTF-8 in your editor: in Notepad under *Save as, Encoding*; in \
             Visual Studio Code by a click on the encoding at the lower right. Or convert it with \
             the command in the finding. A byte-order mark at the start of UTF-8 is fine.\n\n\
             The rest of the file is checked all the same, with `\u{fffd}` for what could not be \
             read.\n",
};

/// A text that nobody has looked through.
pub static NOT_SEARCHED: Rule = Rule {
    code: "not-searched",
    level: Level::Warning,
    summary: "an attached text is too large to be searched for secrets",
    detail: "Texts up to 8 MB are searched for passwords, keys and tokens before they are published. \
             A larger one, such as a log of a year, is handed over without that.\n\n\
             Attach the part that readers need. Or keep the file elsewhere, and say in a record \
             where it is.\n",
};

/// A site among the sources.
pub static PUBLISHED_SITE: Rule = Rule {
    code: "published-site",
    level: Level::Error,
    summary: "a published site lies among the sources",
    detail: "A folder with `START-HERE.txt` and `manifest.json`, or a site's `source/` with its \
             marker `DO-NOT-EDIT-HERE.txt`, was found inside `records/`, `files/` or another part of \
             the runbook. Read as sources it would be published inside itself, and grow with every \
             build.\n\n\
             Move it away, and name another place with `build --output`. A site that must be \
             kept as an attachment can be packed as a bundle: `clearjar bundle`.\n",
};

/// `Photo.jpg` beside `photo.jpg`.
pub static SAME_BUT_FOR_CASE: Rule = Rule {
    code: "same-but-for-case",
    level: Level::Error,
    summary: "two attachments have names that differ only by the case of letters",
    detail: "On Windows, on macOS and on memory sticks `Photo.jpg` and `photo.jpg` are one file. \
             Copying the runbook there loses one of the two without a word. The same goes for \
             letters that are written in two ways, as `é` can be.\n\n\
             Rename one of them, and the records that name it.\n",
};

/// A link instead of a file.
pub static SYMBOLIC_LINK: Rule = Rule {
    code: "symbolic-link",
    level: Level::Warning,
    summary: "a symbolic link is not followed",
    detail: "A link points to a file elsewhere: on this machine, and not in the folder that is \
             handed over. It could also point out of the runbook to something that was never \
             meant to be published. So links are passed over.\n\n\
             Put a copy of the file in the place of the link.\n",
};

/// More bytes than allowed.
pub static TOO_LARGE: Rule = Rule {
    code: "too-large",
    level: Level::Error,
    summary: "a file, or all texts together, are larger than allowed",
    detail: "The limits keep a mistake (a disk image called `x.toml`) or a hostile file from \
             filling the memory. The finding names the limit:\n\n\
             * `record_bytes`: a record, a kind or `clearjar.toml`, 4 MB. A real record is a few \
             thousand bytes.\n\
             * `history_bytes`: a file of `history/`, 64 MB.\n\
             * `file_bytes`: an attachment, 4 GB, which is the most a memory stick with FAT can \
             hold in one file.\n\
             * `total_bytes`: all texts together, 2 GB.\n\n\
             Keep the bulk as an attachment under `files/`, or elsewhere with a record that says \
             where.\n",
};

/// More files than allowed.
pub static TOO_MANY_FILES: Rule = Rule {
    code: "too-many-files",
    level: Level::Error,
    summary: "the runbook has more files than allowed",
    detail: "At most 200,000 files are read under `records/` (`record_files`), and as many in all \
             other folders together (`other_files`). The finding stands at the first file that \
             was not read; those behind it in the order of their paths were not read either.\n\n\
             Small records can share one file: `records/accounts.toml` with one table each.\n",
};

/// A file the program has no use for.
pub static UNKNOWN_FILE: Rule = Rule {
    code: "unknown-file",
    level: Level::Note,
    summary: "a file is not read because its ending means nothing here",
    detail: "Under `records/` only `.toml` and `.md` files are records, and in `kinds/` only \
             `.toml` files are kinds. A `README.md` without front matter is handed over, and no \
             record. Passed over without a word are hidden files, and what editors and systems leave behind (`*~`, `.DS_Store`, \
             `Thumbs.db`).\n\n\
             Attachments belong under `files/`.\n",
};

/// A file the system would not give.
pub static UNREADABLE_FILE: Rule = Rule {
    code: "unreadable-file",
    level: Level::Error,
    summary: "the system refuses to read a file or folder",
    detail: "Most often the file belongs to another user. A failing disk or a share that went away \
             look the same. Nothing is published meanwhile, because a site without the record \
             would look as if the thing did not exist.\n",
};
