//! A span: something that the program did, from when to when.

use std::time::SystemTime;

/// What a span is, or what happened in it, says under a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A word or a template.
    Text(String),
    /// A number.
    Number(i64),
    /// Yes or no.
    Truth(bool),
}

/// Attributes by their names.
pub(super) type Attributes = Vec<(&'static str, Value)>;

/// Whether somebody outside waits for what was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The program's own work.
    Internal,
    /// A request that was answered.
    Server,
}

/// Something that happened in a span.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moment {
    /// What.
    pub name: &'static str,
    /// When.
    pub time: SystemTime,
    /// What is said of it.
    pub attributes: Attributes,
}

/// Something that was done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Span {
    /// The trace that it is part of.
    pub trace: u128,
    /// Its own number.
    pub id: u64,
    /// The span in which it was done.
    pub parent: Option<u64>,
    /// Who waits for it.
    pub kind: Kind,
    /// What was done, in a few words of which there are few.
    pub name: String,
    /// When it began.
    pub began: SystemTime,
    /// When it ended.
    pub ended: SystemTime,
    /// What is said of it.
    pub attributes: Attributes,
    /// What happened meanwhile.
    pub moments: Vec<Moment>,
    /// How much more happened than is kept.
    pub moments_dropped: u32,
    /// Whether the program could not do it.
    pub is_failed: bool,
}

/// The number of a new trace: random, and never nothing.
pub fn new_trace() -> u128 {
    rand::random::<u128>().max(1)
}

/// The number of a new span.
pub fn new_span() -> u64 {
    rand::random::<u64>().max(1)
}
