//! Stub until merged.
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::source::Span;
use std::ops::Range;
#[derive(Default)]
pub struct Outline {
    pub headings: Vec<Heading>,
    pub links: Vec<Link>,
    pub steps: Vec<Step>,
    pub todos: Vec<Todo>,
}
pub struct Heading {
    pub level: u8,
    pub text: String,
    pub anchor: String,
}
pub struct Link {
    pub range: Range<usize>,
    pub kind: LinkKind,
}
pub enum LinkKind {
    Wiki { target: String, anchor: Option<String>, text: Option<String> },
    Url(String),
    Image(String),
    Autolink(String),
}
pub struct Step {
    pub id: String,
    pub text: String,
}
pub struct Todo {
    pub range: Range<usize>,
    pub text: String,
}
pub struct UrlProblem;
pub static UNSAFE_LINK: Rule =
    Rule { code: "unsafe-link", level: Level::Error, summary: "", detail: "" };
pub fn scan(_: &str) -> Outline {
    Outline::default()
}
pub fn slug(text: &str) -> String {
    text.to_lowercase().replace(' ', "-")
}
pub fn step_slug(text: &str) -> String {
    slug(text)
}
pub fn setting_anchor(g: &str, n: &str) -> String {
    format!("set.{}.{}", slug(g), slug(n))
}
pub fn check_url(_: &str) -> Result<(), UrlProblem> {
    Ok(())
}
pub fn unsafe_link(url: &str, _: &UrlProblem, span: Span) -> Diagnostic {
    Diagnostic::new(&UNSAFE_LINK, span, url)
}
pub fn plain_text(text: &str) -> String {
    text.to_owned()
}
