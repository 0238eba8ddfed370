//! What comes with an order that a message places, and is no part of what is asked for.

use crate::ordering::consents::StatedConsent;
use interop::{
    incoming_message::Document,
    incoming_order::{Performer, SentSpecimen},
};

/// What came with an order.
#[derive(Clone, Debug, Default)]
pub struct Enclosed {
    /// It was sent to try the exchange: the order says so wherever it is shown.
    pub is_test: bool,
    /// Specimens of the patient that are on their way.
    pub specimens: Vec<SentSpecimen>,
    /// Documents, such as the order form on paper.
    pub documents: Vec<Document>,
    /// What a message states of the consent of each person, in their order; nothing where a person filled in the form.
    pub consents: Vec<StatedConsent>,
    /// That the patient has died, where a message says it: the day, empty where it says none.
    pub died: Option<String>,
    /// Which system says it.
    pub by_system: String,
    /// Who is to do the test, as a message asks.
    pub performers: Vec<Performer>,
}
