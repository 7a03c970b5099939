//! A kind: what sort of record there is, and how its page is laid out.

use std::collections::HashMap;

use super::field::{Duration, Field, Shape};
use super::role::Role;
use crate::text;

/// Which template shows records of a kind.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Debug)]
pub enum PageForm {
    /// Facts in sections; the form of most kinds.
    #[default]
    Record,
    /// A person.
    Person,
    /// Steps that can be ticked.
    Procedure,
    /// A rack and its units.
    Rack,
    /// A network and its addresses.
    Network,
    /// A service.
    Service,
    /// A contract and its end.
    Contract,
    /// A change and what came of it.
    Change,
    /// A document and its file.
    Document,
}

impl PageForm {
    /// Every form with the word that a kind's file uses.
    pub const ALL: &[(PageForm, &str)] = &[
        (PageForm::Record, "record"),
        (PageForm::Person, "person"),
        (PageForm::Procedure, "procedure"),
        (PageForm::Rack, "rack"),
        (PageForm::Network, "network"),
        (PageForm::Service, "service"),
        (PageForm::Contract, "contract"),
        (PageForm::Change, "change"),
        (PageForm::Document, "document"),
    ];

    /// Returns the form that a kind's file calls `word`.
    pub fn from_name(word: &str) -> Option<PageForm> {
        PageForm::ALL.iter().find(|(_, name)| *name == word).map(|(form, _)| *form)
    }

    /// Returns the word that a kind's file uses.
    pub fn name(self) -> &'static str {
        PageForm::ALL
            .iter()
            .find(|(form, _)| *form == self)
            .map(|(_, name)| *name)
            .expect("ALL lists every form")
    }
}

/// A part of a record's page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// The fields in it.
    pub fields: Vec<String>,
    /// Whether it says what the thing is, and stands on top without a heading.
    pub lead: bool,
    /// Whether the sections of subtypes stand before it.
    pub after_subtypes: bool,
    /// Whether it is read before the steps of a procedure.
    pub before_steps: bool,
}

/// A kind of record.
#[derive(Clone, PartialEq, Debug)]
pub struct Kind {
    /// Its name in references and in the code of sites: `backup_job`.
    pub name: String,
    /// The folder of its records and of its pages: `backup-jobs`.
    pub plural: String,
    /// What people read for one.
    pub label: String,
    /// What people read for many.
    pub label_plural: String,
    /// One plain sentence.
    pub summary: String,
    /// The name of an icon.
    pub icon: String,
    /// Which template shows it.
    pub page: PageForm,
    /// The area of the navigation it stands in.
    pub area: String,
    /// Its place within the area.
    pub order: i64,
    /// The field shown as the record's name.
    pub title: String,
    /// A pattern such as `{manufacturer} {model}`, shown beneath the name.
    pub subtitle: Option<String>,
    /// The columns of the list.
    pub columns: Vec<String>,
    /// The field by which the list is grouped.
    pub group_by: Option<String>,
    /// How long a verification is good for, unless the record says otherwise.
    pub review_every: Option<Duration>,
    /// The field that takes a Markdown file's text.
    pub body: Option<String>,
    /// The page's parts in order.
    pub sections: Vec<Section>,
    /// All fields: the kind's own, those of its subtypes, and those of its blocks.
    pub shape: Shape,
    /// Where in a record each role is: paths of places in nested shapes.
    pub(super) roles: HashMap<Role, Vec<FieldPath>>,
    /// Whether a runbook added it.
    pub own: bool,
}

/// The way to a field through tables: its place in the kind's shape, then in the table's, …
pub type FieldPath = Vec<usize>;

impl Kind {
    /// Returns what people read for one inside of a sentence, with its article: `a device`.
    pub fn with_article(&self) -> String {
        text::with_article(&text::in_sentence(&self.label))
    }

    /// Returns the ways to all fields with this role, in the order of the kind's file.
    pub fn paths(&self, role: Role) -> &[FieldPath] {
        self.roles.get(&role).map_or(&[], Vec::as_slice)
    }

    /// Returns the first field with this role, wherever it is.
    pub fn field_with(&self, role: Role) -> Option<&Field> {
        self.paths(role).first().map(|path| self.field_at(path))
    }

    /// Returns the field that a way leads to.
    pub fn field_at(&self, path: &[usize]) -> &Field {
        let (first, rest) = path.split_first().expect("a way has at least one step");
        let mut field = &self.shape.fields()[*first];
        for step in rest {
            field = &field.shape.fields()[*step];
        }
        field
    }

    /// Returns the dotted path of names that a way stands for.
    pub fn name_of(&self, path: &[usize]) -> String {
        let mut shape = &self.shape;
        let mut names = Vec::with_capacity(path.len());
        for step in path {
            let field = &shape.fields()[*step];
            names.push(field.name.as_str());
            shape = &field.shape;
        }
        names.join(".")
    }

    /// Works out where the roles are. To be called once, when all fields are there.
    pub(super) fn index_roles(&mut self) {
        let mut roles = HashMap::new();
        collect_roles(&self.shape, &mut Vec::new(), &mut roles);
        self.roles = roles;
    }
}

fn collect_roles(shape: &Shape, way: &mut FieldPath, roles: &mut HashMap<Role, Vec<FieldPath>>) {
    for (ix, field) in shape.fields().iter().enumerate() {
        way.push(ix);
        if let Some(role) = field.role {
            roles.entry(role).or_default().push(way.clone());
        }
        collect_roles(&field.shape, way, roles);
        way.pop();
    }
}
