//! What an interpretation is after each event.

use super::{Difference, Event, Interpretation, Side, State};
use crate::{Fold, interpretation::edit};

impl Fold for Interpretation {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Interpretation {
        self.state = match (event, self.state) {
            (Event::Opened { analysis, order }, _) => {
                self.analysis = Some((*analysis, *order));
                State::Open
            }
            (Event::Carried { signed }, state) => {
                self.signed_before.clone_from(signed);
                state
            }
            (Event::Assessed(assessed), state) => {
                self.assessments.push((**assessed).clone());
                state
            }
            (Event::Noted(note), state) => {
                self.notes.push((**note).clone());
                state
            }
            (Event::PanelsChanged(change), state) => {
                self.panels.push((**change).clone());
                state
            }
            (Event::Proposed { conclusion, first }, _) => State::Proposed { conclusion: conclusion.clone(), first: first.clone() },
            (Event::Checked { second }, State::Proposed { conclusion, first }) => {
                State::Checked { conclusion, first, second: second.clone() }
            }
            (Event::Differed { conclusion, reason, second }, State::Proposed { conclusion: proposed, first }) => {
                let second = (conclusion.clone(), second.clone(), reason.clone());
                self.difference = Some(Box::new(Difference { first: (proposed, first), second, decided: None }));
                State::Differs
            }
            (Event::Resolved { side, reason, by }, state) => match &mut self.difference {
                None => state,
                Some(difference) => {
                    difference.decided = Some((*side, by.clone(), reason.clone()));
                    let (conclusion, first) = match side {
                        Side::First => difference.first.clone(),
                        Side::Second => (difference.second.0.clone(), difference.second.1.clone()),
                    };
                    State::Checked { conclusion, first, second: by.clone() }
                }
            },
            (Event::Returned { .. }, _) => {
                self.edits.clear();
                State::Open
            }
            (Event::TextRead { edit, by }, state) => {
                self.texts_read.push((*edit, by.id));
                state
            }
            (Event::TextEdited(_) | Event::TextAgreed { .. } | Event::TextDeclined { .. }, state) => {
                edit::apply(&mut self.edits, state, event)
            }
            (Event::Checked { .. } | Event::Differed { .. }, state) => state,
        };
        self
    }
}
