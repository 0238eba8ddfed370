//! What happened with questions from people's own pages. What they say stays between the person and the clinic.

use super::Describe;
use crate::results::question::Event;

impl Describe for Event {
    fn sentence(&self) -> String {
        match self {
            Event::Sent(_) => "A question was sent from a person's own page".into(),
            Event::Answered { by, .. } => format!("{} answered a question from a person's own page", by.name),
            Event::Discussed { by, .. } => format!("{} talked with a person about a question from their own page", by.name),
        }
    }
}
