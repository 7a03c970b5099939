//! Turns commands that a person may want next into words for a shell.

use clearjar::diagnostic::clean::one_line;

use super::args::Common;

/// Returns the command line that runs `command` on the runbook that `common` names.
pub fn command(command: &str, common: &Common) -> String {
    match &common.dir {
        Some(folder) => {
            format!("clearjar -C {} {command}", quoted(&one_line(&folder.to_string_lossy())))
        }
        None => format!("clearjar {command}"),
    }
}

/// Returns `argument` as it can be pasted into the shells of this system.
pub fn quoted(argument: &str) -> String {
    if cfg!(windows) { quoted_for_windows(argument) } else { quoted_for_unix(argument) }
}

fn is_plain(argument: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "-_./\\:+@".contains(c);
    !argument.is_empty() && argument.chars().all(plain)
}

/// In single quotes nothing is expanded; a single quote itself stands outside of them (POSIX shell,
/// 2.2.2).
fn quoted_for_unix(argument: &str) -> String {
    match is_plain(argument) && !argument.contains('\\') {
        true => argument.to_owned(),
        false => format!("'{}'", argument.replace('\'', r"'\''")),
    }
}

/// The name of a folder has no double quotes there.
fn quoted_for_windows(argument: &str) -> String {
    if is_plain(argument) { argument.to_owned() } else { format!("\"{argument}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_can_be_pasted_into_a_shell_whatever_it_is_called() {
        for (folder, unix, windows) in [
            ("clients/harborview", "clients/harborview", "clients/harborview"),
            ("Dr Müller", "'Dr Müller'", "\"Dr Müller\""),
            ("cash $HOME `x`", "'cash $HOME `x`'", "\"cash $HOME `x`\""),
            ("O'Neill", r"'O'\''Neill'", "\"O'Neill\""),
            (r"C:\rb", r"'C:\rb'", r"C:\rb"),
        ] {
            assert_eq!(quoted_for_unix(folder), unix);
            assert_eq!(quoted_for_windows(folder), windows);
        }
    }
}
