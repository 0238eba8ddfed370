//! How far something that reads everything has come, for whoever waits for it.

/// What is gone through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Events of the journal, whose chains are walked.
    Journal,
    /// Lines of the audit, whose chains are walked.
    Audit,
    /// Events of the journal, whose lists are compared with it.
    Lists,
}

/// How far it has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// What is gone through.
    pub part: Part,
    /// How many are done.
    pub done: u64,
    /// How many there are.
    pub all: u64,
}

/// What is called after each page.
pub type Watch<'w> = &'w mut (dyn FnMut(Progress) + Send);
