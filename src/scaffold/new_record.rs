//! Decides what file a new record becomes: its kind, its id, its folder and its form.

use crate::diagnostic::Diagnostics;
use crate::record::check_id;
use crate::refused::Refused;
use crate::schema::field::Field;
use crate::schema::kind::Kind;
use crate::schema::{Catalog, KindIx};
use crate::source::{FileId, Span, Spanned};
use crate::text;

use super::words::any_of;

/// The form of a record's file.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Form {
    /// TOML, the form of most records.
    #[default]
    Toml,
    /// TOML between `+++` lines, then Markdown: for records that are mostly prose.
    Markdown,
}

/// A record that is to be written, every part of it checked.
#[derive(Clone, PartialEq, Debug)]
pub struct NewRecord {
    /// Its kind.
    pub kind: KindIx,
    /// Its id.
    pub id: String,
    /// Folders between the kind's and the file; they only group.
    pub folders: Vec<String>,
    /// Its form.
    pub form: Form,
    /// The field that chooses the subtype, and the choice, where one was asked for.
    pub subtype: Option<(String, String)>,
}

impl NewRecord {
    /// Returns the record of the kind that `kind` names, in one word of several that people use,
    /// called `id`. Folders may stand before the id: `hq/fw-hq-01`.
    ///
    /// A `subtype` is one of the choices that decide which further fields the kind has.
    pub fn new(
        catalog: &Catalog,
        kind: &str,
        id: &str,
        form: Form,
        subtype: Option<&str>,
    ) -> Result<NewRecord, Refused> {
        let kind_ix = find_kind(catalog, kind)?;
        let kind = catalog.kind(kind_ix);
        let mut folders: Vec<String> = id.split('/').map(str::to_owned).collect();
        let id = folders.pop().expect("splitting gives at least one part");
        for part in folders.iter().chain([&id]) {
            usable(part)?;
        }
        if form == Form::Markdown && kind.body.is_none() {
            return Err(Refused {
                message: format!("a record of the kind `{}` has no place for a text", kind.name),
                help: Some("leave out `--markdown`".to_owned()),
            });
        }
        let subtype = subtype.map(|word| find_subtype(kind, word)).transpose()?;
        Ok(NewRecord { kind: kind_ix, id, folders, form, subtype })
    }

    /// Returns the path of its file, relative to the runbook.
    pub fn path(&self, catalog: &Catalog) -> String {
        let extension = match self.form {
            Form::Toml => "toml",
            Form::Markdown => "md",
        };
        let mut parts = vec!["records", &catalog.kind(self.kind).plural];
        parts.extend(self.folders.iter().map(String::as_str));
        format!("{}/{}.{extension}", parts.join("/"), self.id)
    }
}

/// Returns the kind that `word` names: by its name, its folder or its label.
pub fn find_kind(catalog: &Catalog, word: &str) -> Result<KindIx, Refused> {
    let plain = word.to_lowercase().replace('-', "_");
    let named = |kind: &Kind| {
        [&kind.name, &kind.plural, &kind.label, &kind.label_plural]
            .iter()
            .any(|name| name.to_lowercase().replace(['-', ' '], "_") == plain)
    };
    if let Some(ix) = catalog.by_name(word) {
        return Ok(ix);
    }
    if let Some((ix, _)) = catalog.iter().find(|(_, kind)| named(kind)) {
        return Ok(ix);
    }
    let names: Vec<&str> = catalog.kinds().iter().map(|kind| kind.name.as_str()).collect();
    let near = text::nearest(&plain, names.iter().copied());
    Err(Refused {
        message: format!("there is no kind called `{word}`"),
        help: Some(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`clearjar kinds` lists them".to_owned(),
        }),
    })
}

/// Returns the fields whose value decides which other fields a record has, in the kind's order.
pub(super) fn choosers(kind: &Kind) -> Vec<&Field> {
    let chooses = |field: &&Field| {
        kind.shape
            .fields()
            .iter()
            .flat_map(|other| &other.only_for)
            .any(|condition| condition.field == field.name)
    };
    kind.shape.fields().iter().filter(chooses).collect()
}

fn find_subtype(kind: &Kind, word: &str) -> Result<(String, String), Refused> {
    let choosers = choosers(kind);
    for field in &choosers {
        if let Some(choice) = field.choices.iter().find(|choice| choice.key == word) {
            return Ok((field.name.clone(), choice.key.clone()));
        }
    }
    let known: Vec<String> = choosers
        .iter()
        .flat_map(|field| field.choices.iter().map(|choice| choice.key.clone()))
        .collect();
    if known.is_empty() {
        return Err(Refused {
            message: format!("records of the kind `{}` all have the same fields", kind.name),
            help: Some("leave out `--type`".to_owned()),
        });
    }
    let near = text::nearest(word, known.iter().map(String::as_str));
    Err(Refused {
        message: format!("`{word}` is not a type of `{}`", kind.name),
        help: Some(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("choose {}", any_of(&known)),
        }),
    })
}

/// Refuses what could not be part of a path and of an address on the site.
fn usable(part: &str) -> Result<(), Refused> {
    let mut found = Diagnostics::default();
    let nowhere = Span::whole(FileId::of(""));
    check_id(&Spanned::new(part.to_owned(), nowhere), &mut found);
    match found.into_iter().next() {
        None => Ok(()),
        Some(found) => Err(Refused { message: found.message, help: found.help }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;
    use crate::source::SourceTree;

    fn catalog() -> Catalog {
        schema::read(&SourceTree::default()).value
    }

    fn path_of(kind: &str, id: &str, form: Form) -> Result<String, Refused> {
        let catalog = catalog();
        NewRecord::new(&catalog, kind, id, form, None).map(|record| record.path(&catalog))
    }

    #[test]
    fn a_kind_is_found_by_any_of_its_names() {
        for word in ["backup_job", "backup-job", "backup-jobs", "Backup", "backups"] {
            let path = path_of(word, "nightly", Form::Toml);
            assert_eq!(path.as_deref(), Ok("records/backup-jobs/nightly.toml"), "{word}");
        }
        assert!(path_of("nonsense", "x", Form::Toml).is_err());
    }

    #[test]
    fn folders_before_the_id_only_group() {
        assert_eq!(
            path_of("device", "hq/fw-hq-01", Form::Toml).as_deref(),
            Ok("records/devices/hq/fw-hq-01.toml")
        );
    }

    #[test]
    fn an_id_that_would_leave_the_folder_or_break_an_address_is_refused() {
        for id in ["", "../x", "a//b", "/etc/x", "FW-01", "a.b", "con", "index", "ü", "a/", "c:x"]
        {
            assert!(path_of("device", id, Form::Toml).is_err(), "{id}");
        }
        let refusal = path_of("device", "FW HQ 01", Form::Toml).unwrap_err();
        assert!(refusal.help.unwrap().contains("`fw-hq-01`"));
    }

    #[test]
    fn markdown_is_for_kinds_that_have_a_place_for_a_text() {
        assert_eq!(
            path_of("procedure", "restore-file", Form::Markdown).as_deref(),
            Ok("records/procedures/restore-file.md")
        );
        let own = "kind = \"autoclave\"\n[field.chamber]\ntype = \"integer\"\n";
        let file = crate::source::SourceFile::text("kinds/autoclave.toml", own);
        let catalog = schema::read(&SourceTree::new(vec![file])).value;
        assert!(NewRecord::new(&catalog, "autoclave", "a", Form::Markdown, None).is_err());
    }

    #[test]
    fn a_type_is_one_of_the_choices_that_decide_about_fields() {
        let catalog = catalog();
        let record = NewRecord::new(&catalog, "device", "ups-hq", Form::Toml, Some("ups")).unwrap();
        assert_eq!(record.subtype, Some(("type".to_owned(), "ups".to_owned())));
        assert!(NewRecord::new(&catalog, "device", "x", Form::Toml, Some("toaster")).is_err());
        assert!(NewRecord::new(&catalog, "term", "x", Form::Toml, Some("ups")).is_err());
    }
}
