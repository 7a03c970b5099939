use super::*;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::plan::view::View;
use crate::source::{Content, FileId, SourceFile};
use files::File;

fn site(theme: &str) -> SiteConfig {
    SiteConfig { theme: theme.to_owned(), ..Config::empty().site }
}

fn own(files: &[(&str, &str)]) -> SourceTree {
    let file = |(path, text): &(&str, &str)| SourceFile::text(*path, *text);
    SourceTree::new(files.iter().map(file).collect())
}

fn messages(found: &Diagnostics) -> Vec<&str> {
    found.iter().map(|finding: &Diagnostic| finding.message.as_str()).collect()
}

/// What is found in the theme `plain` when it has lost a file.
fn without(path: &str) -> Diagnostics {
    let mut found = Diagnostics::default();
    let tree = SourceTree::default();
    let mut files = Files::of("plain", &tree, &mut found);
    files.all.remove(path).expect("the theme has the file");
    files.embedded.remove(path);
    let manifest = manifest::read(&files, &mut found);
    put_together(&files, &manifest, &site("plain"), &tree, &mut found);
    found
}

#[test]
fn every_theme_that_comes_with_the_program_is_whole() {
    assert_eq!(names(), ["default", "plain"]);
    for name in names() {
        let Checked { value: theme, found } = read(&SourceTree::default(), &site(name));
        assert_eq!(messages(&found), Vec::<&str>::new(), "{name}");
        assert!(theme.assets.contains_key(&theme.style), "{name}");
    }
}

#[test]
fn a_theme_without_scripts_has_no_script_and_one_without_styles_no_style() {
    let theme = read(&SourceTree::default(), &site("plain")).value;
    assert_eq!(theme.script, "");
    assert_eq!(theme.assets.keys().collect::<Vec<_>>(), [&theme.style]);
    let bare = own(&[("theme/theme.toml", "name = \"bare\"\n")]);
    let Checked { value: theme, found } = read(&bare, &site("plain"));
    assert_eq!(messages(&found), Vec::<&str>::new());
    assert!(theme.style.is_empty() && theme.assets.is_empty());
}

#[test]
fn a_theme_that_lacks_a_page_is_told_which() {
    for name in View::TEMPLATES.iter().copied().chain([NAVIGATION, START_HERE]) {
        let found = without(&format!("templates/{name}"));
        let expected = format!("the theme `plain` has no template `{name}`");
        assert!(messages(&found).contains(&&*expected), "{name}: {:?}", messages(&found));
    }
}

#[test]
fn a_theme_that_lacks_a_text_is_told_its_key() {
    let theme = read(&SourceTree::default(), &site("plain")).value;
    let mut texts = theme.texts;
    texts.remove("steps").expect("procedures have steps");
    let mut found = Diagnostics::default();
    texts::check(&theme.templates, &texts, &mut found);
    let expected =
        "the template `partials/steps.html` asks for the text `steps`, which there is not";
    assert!(messages(&found).contains(&expected), "{:?}", messages(&found));
}

#[test]
fn what_is_carried_is_carried_byte_for_byte() {
    let logo = SourceFile {
        path: "theme/static/Logo.png".to_owned(),
        content: Content::OnDisk("somewhere/Logo.png".into()),
        len: 4,
        digest: Digest::of(b"\x89PNG"),
    };
    let (len, digest) = (logo.len, logo.digest);
    let manifest = SourceFile::text("theme/theme.toml", "carry = [\"Logo.png\"]\n");
    let tree = SourceTree::new(vec![logo, manifest]);
    let Checked { value: theme, found } = read(&tree, &site("plain"));
    assert_eq!(messages(&found), Vec::<&str>::new());
    let copy = Artifact::Copy { from: "somewhere/Logo.png".into(), len, digest };
    assert_eq!(theme.assets.get("logo.png"), Some(&copy));
}

#[test]
fn a_file_is_of_use_in_whatever_list_it_stands() {
    for list in ["css", "js", "search", "searchbox", "print", "book", "sealed", "carry"] {
        let manifest = format!("{list} = [\"own.js\"]\n");
        let tree = own(&[("theme/static/own.js", "1;"), ("theme/theme.toml", &manifest)]);
        let Checked { value: theme, found } = read(&tree, &site("plain"));
        let found: Vec<_> = found.iter().filter(|it| it.rule.code == "unused-theme-file").collect();
        assert!(found.is_empty(), "{list}: {found:?}");
        // A search box needs an engine.
        assert_eq!(theme.assets.is_empty(), list == "searchbox", "{list}");
    }
}

#[test]
fn a_picture_cannot_be_joined_nor_be_a_template() {
    let picture = |path: &str| SourceFile {
        path: path.to_owned(),
        content: Content::OnDisk(path.into()),
        len: 4,
        digest: Digest::of(b"\x89PNG"),
    };
    let manifest = "css = [\"css/a.css\"]\n";
    let tree = SourceTree::new(vec![
        picture("theme/static/css/a.css"),
        picture("theme/templates/home.html"),
        SourceFile::text("theme/theme.toml", manifest),
    ]);
    let Checked { value: theme, found } = read(&tree, &site("plain"));
    let told = messages(&found);
    assert_eq!(
        told,
        [
            "the theme's file `templates/home.html` is not a text in UTF-8",
            "the theme's file `static/css/a.css` is not a text in UTF-8",
        ]
    );
    assert!(theme.templates["home.html"].own.is_none(), "the theme's own is in its place");
    let place = found.iter().find(|it| it.message == told[1]).expect("it is told").span;
    assert_eq!(place.file, FileId::of("theme/theme.toml"));
    assert_eq!(&manifest[place.range()], "\"css/a.css\"");
}

#[test]
fn own_texts_lie_over_those_of_the_theme_and_those_over_the_shared() {
    let texts = |tree: &SourceTree| read(tree, &site("plain")).value.texts;
    let embedded = texts(&SourceTree::default());
    assert_eq!(embedded["was_changed"], "changed", "only this theme has it");
    assert!(embedded["about_read_1"].contains("There are no scripts."), "it says it otherwise");
    assert_eq!(embedded["yes"], "Yes", "it is shared");
    let changed = texts(&own(&[("theme/i18n/en.toml", "was_changed = \"new\"\n")]));
    assert_eq!((&*changed["was_changed"], &*changed["yes"]), ("new", "Yes"));
}

#[test]
fn the_layers_lie_over_each_other() {
    let tree = own(&[("theme/templates/home.html", "mine")]);
    let mut found = Diagnostics::default();
    let files = Files::of("plain", &tree, &mut found);
    let text = |path: &str| files.get(path).and_then(File::text).expect("the file is there");
    assert_eq!(text("templates/home.html"), "mine");
    assert_eq!(
        text("templates/START-HERE.txt"),
        include_str!("../../themes/shared/templates/START-HERE.txt")
    );
    assert_eq!(text("templates/base.html"), include_str!("../../themes/plain/templates/base.html"));
    assert!(files.get("static/js/theme.js").is_none(), "nothing of another theme");
}
