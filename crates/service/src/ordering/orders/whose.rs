//! Who the people of a form are: what speaks against it, and what their records say otherwise.

use super::OrderForm;
use crate::{
    Desk, ServiceError, ServiceResult,
    intent::Intent,
    ordering::{consents, generations::CHECK},
    people,
};
use access::Permit;
use care::{
    Refusal,
    people::matching::{self, Fit},
};

/// What speaks against somebody of a form being who it says, and what their record says otherwise.
pub(super) async fn whose(
    desk: &Desk,
    (permit, intent): (&Permit, &Intent),
    (form, nth): (&OrderForm, usize),
    notes: &mut Vec<String>,
) -> ServiceResult<Vec<Refusal>> {
    let (mut refusals, mut changes) = (Vec::new(), Vec::new());
    let Some(person) = form.people.get(nth) else { return Ok(refusals) };
    match people::identify::identify(desk, permit, intent, &person.demographics, &person.numbers).await {
        Ok(Some(found)) => {
            if let Some(statement) = form.statement(nth) {
                let (_, restated) = consents::restated(desk, permit, intent, (found.patient, statement)).await?;
                notes.extend(consents::notes(person.relationship.label(), &restated));
            }
            changes.extend(found.changes);
        }
        Ok(None) => {}
        Err(ServiceError::Refused(more)) => refusals.extend(more.0),
        Err(other) => return Err(other),
    }
    match people::trace::fit_of_extract(desk, permit, &person.demographics).await? {
        Some(Fit::Differs(what)) => refusals.push(people::trace::belongs_to_another(&what)),
        Some(Fit::SameBut(more)) => changes.extend(more),
        Some(Fit::Same) | None => {}
    }
    for change in changes {
        // Who fills in a form is shown whose number it is, and asks the patient; a system sends what its hospital knows.
        match (form.sender.is_some(), change) {
            (true, matching::Change::FamilyName) => notes.push(format!("{}: {}", person.relationship.label(), change.label())),
            (true, matching::Change::Sex) => {
                let (who, what) = (person.relationship.label(), change.label());
                notes.push(format!("{CHECK}{who}: {what}: check that the order is on the record of the right person"));
            }
            (false, matching::Change::FamilyName) => refusals.push(of_another("with another name")),
            (false, matching::Change::Sex) => refusals.push(of_another("of another sex")),
        }
    }
    Ok(refusals)
}

/// Why the number of somebody else is not taken from a form.
fn of_another(what: &str) -> Refusal {
    Refusal::new("nhs_number", format!("This NHS number belongs to somebody {what}. Check it with the patient"))
}
