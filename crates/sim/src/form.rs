//! The form of an invented order: what every one has alike. What another order has otherwise is written over it.

use care::{
    OrderId,
    directory::Test,
    ordering::{
        family::{Affected, Relationship},
        order::{Responsible, Urgency, purpose::Purpose},
    },
    people::patient::Demographics,
};
use ontology::TermId;
use service::{
    clock::{Clock, MachineClock},
    ordering::orders::{Enclosed, OrderForm, PersonForm},
};

/// Coma (HP:0001259).
const COMA: TermId = TermId(1259);

/// Somebody of an order, as a form gives them: the proband has the condition, relatives do not.
pub fn person(relationship: Relationship, demographics: Demographics) -> PersonForm {
    let affected = if relationship == Relationship::Proband { Affected::Yes } else { Affected::No };
    PersonForm { demographics, is_stated: true, numbers: vec![], relationship, affected, choice: None }
}

/// An order of a test for people, the proband first, who has been in a coma.
pub fn order(test: Test, people: Vec<PersonForm>) -> OrderForm {
    OrderForm {
        test,
        purpose: Purpose::Diagnosis,
        people,
        observed: vec![COMA],
        excluded: vec![],
        onsets: vec![],
        eligibility: "Meets the criteria".into(),
        history: String::new(),
        urgency: Urgency::Routine,
        id: OrderId(MachineClock.new_id()),
        responsible: Responsible::default(),
        sender: None,
        enclosed: Enclosed::default(),
    }
}
