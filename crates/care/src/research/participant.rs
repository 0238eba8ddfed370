//! Somebody in the research library: under which number, and since when no more.

use crate::{AnalysisId, Fold, PatientId, event::StreamKind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A participant. The data of each analysis lie under a number of their own, so that a release goes on holding those that it was
/// made of.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Participant {
    /// Numbers that they ever had, the first first: nobody else gets one of them.
    pub numbers: Vec<u32>,
    /// Data that the library holds, the latest last.
    pub datasets: Vec<Dataset>,
    /// When they were taken out.
    pub left: Option<Timestamp>,
}

/// Data of one analysis.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dataset {
    /// Number in the library.
    pub no: u32,
    /// Analysis.
    pub analysis: AnalysisId,
    /// Code of the ancestry group that their variants fit; empty where none fits clearly.
    pub ancestry: String,
    /// What was made up with them, of somebody who is not real.
    pub simulated: Option<Simulation>,
}

/// What a demonstration makes up of somebody beside their order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Simulation {
    /// A cause is told of them.
    pub is_solved: bool,
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
        /// Code of the ancestry group that their variants fit; empty where none fits clearly.
        #[serde(default)]
        ancestry: String,
        /// Reference pack by whose frequencies: name and digest.
        #[serde(default)]
        reference: (String, String),
        /// Somebody who is not real, with what was made up; nothing of everybody else.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        simulated: Option<Simulation>,
    },
    /// Earlier data, which no release holds any more, were taken out of every file: later ones stand for them.
    Outdated {
        /// Their number.
        no: u32,
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

/// The stream of a person.
pub fn stream(patient: PatientId) -> String {
    StreamKind::Participant.stream(patient)
}

impl Fold for Participant {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Participant {
        match event {
            Event::Entered { no, analysis, ancestry, simulated, .. } => {
                if !self.numbers.contains(no) {
                    self.numbers.push(*no);
                }
                self.datasets.retain(|dataset| dataset.no != *no);
                self.datasets.push(Dataset { no: *no, analysis: *analysis, ancestry: ancestry.clone(), simulated: *simulated });
                self.left = None;
            }
            Event::Outdated { no } => self.datasets.retain(|dataset| dataset.no != *no),
            Event::Left { at, .. } => {
                self.datasets.clear();
                self.left = Some(*at);
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn entered(no: u32, analysis: u128) -> Event {
        let analysis = AnalysisId(Uuid::from_u128(analysis));
        Event::Entered { no, analysis, ancestry: "EUR".into(), reference: ("demo".into(), "0".into()), simulated: None }
    }

    fn fold(events: &[Event]) -> (Vec<u32>, Vec<u32>, bool) {
        let datasets = events.iter().fold(Participant::default(), Fold::apply);
        (datasets.numbers, datasets.datasets.iter().map(|datasets| datasets.no).collect(), datasets.left.is_some())
    }

    #[test]
    fn each_analysis_has_a_number_of_its_own_until_no_release_holds_it() {
        let mut events = vec![entered(3, 1), entered(9, 2)];
        assert_eq!(fold(&events), (vec![3, 9], vec![3, 9], false));
        events.push(Event::Outdated { no: 3 });
        assert_eq!(fold(&events), (vec![3, 9], vec![9], false), "a number is never anybody else's");
        events.push(Event::Left { why: "No".into(), files: 1, at: Timestamp::UNIX_EPOCH });
        assert_eq!(fold(&events), (vec![3, 9], vec![], true));
        events.push(entered(12, 2));
        assert_eq!(fold(&events), (vec![3, 9, 12], vec![12], false));
    }

    #[test]
    fn an_event_of_an_earlier_program_is_read() {
        let event = serde_json::from_str(r#"{"Entered":{"no":4,"analysis":"00000000-0000-0000-0000-000000000001"}}"#).expect("read");
        let Event::Entered { ancestry, simulated, .. } = event else { panic!("it entered") };
        assert_eq!((ancestry.as_str(), simulated), ("", None));
    }
}
