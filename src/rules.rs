//! Every rule of every stage: for `clearjar.toml`, for `check --explain`, and for the manual.

use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::{
    active, audit, config, discover, history, markdown, model, record, schema, sealed, secrets,
    syntax, theme,
};

/// A level for a rule that there is not.
pub static UNKNOWN_RULE: Rule = Rule {
    code: "unknown-rule",
    level: Level::Error,
    summary: "`clearjar.toml` sets the level of a rule that does not exist",
    detail: "Under `[check]` each line names a rule and its level: `stale = \"note\"`. The name \
             stands in brackets behind the level of a finding; `clearjar check --explain` lists \
             all of them. The level of a suspected secret cannot be changed there: a line that is \
             none is marked where it stands, with a reason.",
};

/// Returns every rule, sorted by code.
pub fn all() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = [
        discover::RULES,
        syntax::RULES,
        schema::RULES,
        config::RULES,
        sealed::RULES,
        record::RULES,
        markdown::RULES,
        model::RULES,
        history::RULES,
        audit::RULES,
        secrets::RULES,
        active::RULES,
        theme::RULES,
        &[&UNKNOWN_RULE],
    ]
    .concat();
    rules.sort_by_key(|rule| rule.code);
    rules
}

/// Whether a rule keeps its level whatever `clearjar.toml` says: a suspected secret is settled by a
/// mark with its reason, a record that is not whole by making it whole, and what should be encrypted by
/// encrypting it.
pub fn is_fixed(code: &str) -> bool {
    let whole: [&Rule; 5] = [
        &syntax::TOML_SYNTAX,
        &discover::NOT_UTF8,
        &record::UNKNOWN_KIND,
        &model::DUPLICATE_ID,
        &sealed::NOT_SEALED,
    ];
    secrets::RULES.iter().copied().chain(whole).any(|rule| rule.code == code)
}

/// Finds levels in the configuration that no rule has.
pub fn check(config: &config::Config) -> Diagnostics {
    let rules = all();
    let mut found = Diagnostics::default();
    for (code, _) in &config.levels {
        if is_fixed(&code.value) {
            let is_secret = secrets::RULES.iter().any(|rule| rule.code == code.value);
            let message = format!("the level of `{}` cannot be changed", code.value);
            found.push(Diagnostic::new(&UNKNOWN_RULE, code.span, message).help(match is_secret {
                true => "mark the line that is no secret, with a reason",
                false => "correct what it finds: such a runbook must not be published",
            }));
        } else if !rules.iter().any(|rule| rule.code == code.value) {
            let message = format!("there is no rule called `{}`", code.value);
            let finding = Diagnostic::new(&UNKNOWN_RULE, code.span, message);
            let codes = rules.iter().map(|rule| rule.code);
            found.push(match crate::text::nearest(&code.value, codes) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("`clearjar check --explain` lists all rules"),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_code_of_its_own_and_says_what_to_do() {
        let rules = all();
        for pair in rules.windows(2) {
            assert_ne!(pair[0].code, pair[1].code);
        }
        for rule in rules {
            assert!(
                rule.code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                "{}",
                rule.code
            );
            assert!(!rule.summary.is_empty() && rule.detail.len() > 40, "{}", rule.code);
        }
    }
}
