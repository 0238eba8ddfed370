//! Somebody in the research library: under which number, and since when no more.

use crate::{AnalysisId, Fold, PatientId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A participant.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Participant {
    /// Number in the library, for ever: nobody else gets it.
    pub no: Option<u32>,
    /// Analyses whose data the library holds.
    pub analyses: Vec<AnalysisId>,
    /// When they were taken out.
    pub left: Option<Timestamp>,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Event {
    /// Data of an analysis entered the library.
    Entered {
        /// Number in the library.
        no: u32,
        /// Analysis.
        analysis: AnalysisId,
    },
    /// The data were taken out of every file, because the choice ended.
    Left {
        /// Why, as the choice says.
        why: String,
        /// Files that were written anew.
        files: usize,
        /// When.
        at: Timestamp,
    },
}

/// Kind of its stream.
pub const KIND: &str = "participant";

/// The stream of a person.
pub fn stream(patient: PatientId) -> String {
    format!("{KIND}/{patient}")
}

impl Fold for Participant {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Participant {
        match event {
            Event::Entered { no, analysis } => {
                self.no = Some(*no);
                self.analyses.push(*analysis);
                self.left = None;
            }
            Event::Left { at, .. } => {
                self.analyses.clear();
                self.left = Some(*at);
            }
        }
        self
    }
}
