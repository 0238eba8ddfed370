//! What an order says of a death: as it was placed, as its family was drawn, and in its list of relatives.

use crate::{
    PatientId,
    ordering::{
        order::{Order, State},
        pedigree::Pedigree,
    },
    results::cascade::{self, Cascade},
};

/// Whether an order says that somebody, by any of their records, has died. What was entered in error says nothing; what another system
/// orders after a death says it as that system does, until somebody has checked it.
pub fn is_said(order: &Order, drawn: Option<&Pedigree>, cascade: &Cascade, records: &[PatientId]) -> bool {
    let Some(request) = order.request.as_ref().filter(|_| !matches!(order.state, State::EnteredInError { .. })) else { return false };
    let as_ordered = || Pedigree::from_participants(&request.people);
    let family = drawn.cloned().unwrap_or_else(as_ordered);
    let has_died = |id: &str| cascade.relatives.iter().any(|r| r.id == id && matches!(r.state, cascade::State::Deceased { .. }));
    let mut individuals = family.people.iter().filter(|one| one.patient.is_some_and(|patient| records.contains(&patient)));
    let is_after_death = request.sender.is_none() && records.iter().any(|record| request.is_after_death_of(*record));
    is_after_death || individuals.any(|one| one.deceased || has_died(&one.id))
}

/// Whether another system ordered a test after the death of somebody, by any of their records: as sure as what it says.
pub fn is_said_by_system(order: &Order, records: &[PatientId]) -> bool {
    let Some(request) = order.request.as_ref().filter(|_| !matches!(order.state, State::EnteredInError { .. })) else { return false };
    request.sender.is_some() && records.iter().any(|record| request.is_after_death_of(*record))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Fold, OrderId, ReportId, StaffId,
        ordering::{
            family::{Affected, Participant, Relationship},
            order::{Request, Sender, SenderResources, purpose::Purpose},
        },
        people::patient::Sex,
        results::cascade::{Begun, Event, Relative},
        samples,
    };
    use jiff::civil::Date;
    use uuid::Uuid;

    const PATIENT: PatientId = PatientId(Uuid::from_u128(1));
    const OTHER: PatientId = PatientId(Uuid::from_u128(2));

    fn order(purpose: Purpose, state: State) -> Order {
        let participant = |patient, relationship| Participant {
            patient,
            name: "Ada Bell".into(),
            relationship,
            sex: Sex::Female,
            affected: Affected::Unknown,
        };
        let people = vec![participant(PATIENT, Relationship::Proband), participant(OTHER, Relationship::Mother)];
        let request = Request { purpose, ..samples::request(people) };
        Order { request: Some(request), state, ..Order::default() }
    }

    /// The list of relatives, in which one is marked as somebody who has died.
    fn relatives(id: &str) -> Cascade {
        let begun = Begun {
            order: OrderId(Uuid::nil()),
            number: "OG-1".into(),
            report: ReportId(Uuid::nil()),
            organisation: "RP4".parse().expect("a code"),
            gene: "CFTR".into(),
            variant: "c.1A>G".into(),
            disorder: String::new(),
        };
        let state = cascade::State::Deceased { note: String::new() };
        let relative = Relative { id: id.into(), name: "Ada Bell".into(), degree: 1, state };
        Cascade::default().apply(&Event::Begun { begun: Box::new(begun), relatives: vec![relative] })
    }

    #[test]
    fn a_death_is_said_by_the_order_the_drawing_or_the_relatives_and_never_of_somebody_else() {
        let died = Purpose::AfterDeath { died: Date::constant(2026, 3, 27), coroner: String::new() };
        let none = Cascade::default();
        let after_death = order(died.clone(), State::Submitted);
        assert!(is_said(&after_death, None, &none, &[PATIENT]));
        assert!(is_said(&after_death, None, &none, &[OTHER, PATIENT]), "by whichever record");
        assert!(!is_said(&after_death, None, &none, &[OTHER]), "of the mother nothing is said");
        let in_error = order(died, State::EnteredInError { reason: "Another child".into() });
        assert!(!is_said(&in_error, None, &none, &[PATIENT]) && !is_said_by_system(&after_death, &[PATIENT]));
        let mut sent = after_death.clone();
        let sender = Sender {
            client: StaffId(Uuid::nil()),
            number: "P-1".into(),
            system: String::new(),
            part: None,
            stated_at: None,
            resources: SenderResources::default(),
        };
        sent.request.as_mut().expect("placed").sender = Some(sender);
        assert!(!is_said(&sent, None, &none, &[PATIENT]) && is_said_by_system(&sent, &[OTHER, PATIENT]), "as its system says");
        assert!(!is_said_by_system(&sent, &[OTHER]));

        let living = order(Purpose::Diagnosis, State::Submitted);
        assert!(!is_said(&living, None, &none, &[PATIENT]) && !is_said(&Order::default(), None, &none, &[PATIENT]));
        let mut drawn = Pedigree::from_participants(&living.request.as_ref().expect("placed").people);
        let mother = drawn.people.iter().position(|one| one.patient == Some(OTHER)).expect("drawn");
        assert!(is_said(&living, None, &relatives(&drawn.people[mother].id), &[OTHER]), "of the list, without a drawing");
        drawn.people[mother].deceased = true;
        assert!(is_said(&living, Some(&drawn), &none, &[OTHER]) && !is_said(&living, Some(&drawn), &none, &[PATIENT]));
    }
}
