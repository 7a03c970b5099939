//! What a run tells of itself while it goes on, so that a person sees how far it is and where the
//! time went.
//!
//! The stages only say what they begin and what they have done. Whoever listens has the clock.

/// A part of a run, as a person thinks of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stage {
    /// Files are read from the disk.
    Files,
    /// Records are read from files.
    Records,
    /// Records are joined to one graph.
    Graph,
    /// The graph is judged on a day.
    Judgement,
    /// What pages there are and what those about the whole show.
    Plan,
    /// Pages are made, compared with the site and written.
    Pages,
    /// The search index is made and written.
    Index,
    /// The files for other programs are made and written.
    Exports,
    /// The site's other files are written.
    Others,
    /// The new site takes the place of the old one.
    Exchange,
    /// What the next run can use is kept.
    Memory,
    /// A site is compared with its list.
    Verify,
    /// Sources are taken out of a site.
    Restore,
    /// A site is packed.
    Pack,
}

impl Stage {
    /// Returns what goes on meanwhile, in a few words.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Files => "reading files",
            Stage::Records => "reading records",
            Stage::Graph => "joining records",
            Stage::Judgement => "judging records",
            Stage::Plan => "planning the site",
            Stage::Pages => "making pages",
            Stage::Index => "making the index",
            Stage::Exports => "making exports",
            Stage::Others => "copying files",
            Stage::Exchange => "publishing",
            Stage::Memory => "remembering",
            Stage::Verify => "checking files",
            Stage::Restore => "restoring files",
            Stage::Pack => "packing files",
        }
    }
}

/// Who is told.
pub trait Progress: Sync {
    /// A stage begins, and the one before has ended. `steps` is how many calls of
    /// [`Progress::step`] will follow; 0 where none is known.
    fn begin(&self, stage: Stage, steps: usize);

    /// One of the stage's steps is done. Comes from any thread.
    fn step(&self) {}
}

/// Nobody is told.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Stage, _: usize) {}
}
