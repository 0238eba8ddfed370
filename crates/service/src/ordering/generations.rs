//! Dates of birth across the generations of an order: what cannot be is refused, what is rarer than a mistake is written down on the
//! order for a person to look at.

use crate::{Desk, ServiceResult, ordering::orders::PersonForm, people};
use access::{Action, Permit};
use care::{
    PatientId, Refusal, Refusals,
    ordering::{
        family::{Born, Misfit, Participant, Relationship, misfit, misfits},
        order::{Order, State},
        pedigree::{Individual, Pedigree},
    },
};
use jiff::civil::Date;

/// What to do about dates that cannot be.
pub(super) const MEND: &str = "correct the date of birth that is wrong, or how they are related";

/// How a line of the history begins that a person has to look at.
pub(super) const CHECK: &str = "To check by a person: ";

/// Somebody of a form. A date that whoever asks did not state is not named.
pub(super) fn born(person: &PersonForm) -> Born {
    Born {
        name: person.demographics.full_name(),
        relationship: person.relationship,
        sex: person.demographics.sex,
        birth_date: person.demographics.birth_date,
        is_named: person.is_stated,
    }
}

/// What is impossible of the people of a form, and what a person has to look at.
pub(super) fn of_form(people: &[PersonForm]) -> (Vec<Refusal>, Vec<String>) {
    let people: Vec<Born> = people.iter().map(born).collect();
    sorted(misfits(&people), "family")
}

fn sorted(misfits: Vec<Misfit>, field: &'static str) -> (Vec<Refusal>, Vec<String>) {
    let (mut refusals, mut checks) = (Vec::new(), Vec::new());
    for misfit in misfits {
        match misfit {
            Misfit::Impossible(what) => refusals.push(Refusal::new(field, format!("{what}: {MEND}"))),
            Misfit::Improbable(what) => checks.push(format!("{CHECK}{what}")),
        }
    }
    (refusals, checks)
}

/// A history with the lines that a person has to look at, each once.
pub(super) fn with_checks(history: &str, checks: &[String]) -> String {
    let new = checks.iter().filter(|check| !history.lines().any(|line| line == check.as_str()));
    let lines = std::iter::once(history).filter(|text| !text.is_empty()).chain(new.map(String::as_str));
    lines.collect::<Vec<_>>().join("\n")
}

/// Lines of a history that a person has to look at: a change of the history takes none of them away.
pub(super) fn checks_of(history: &str) -> Vec<String> {
    history.lines().filter(|line| line.starts_with(CHECK)).map(str::to_owned).collect()
}

/// The same without how such a line begins.
pub(super) fn checks(history: &str) -> Vec<String> {
    history.lines().filter_map(|line| line.strip_prefix(CHECK)).map(str::to_owned).collect()
}

/// Refuses a new date of birth with which somebody would be no parent, or no child, of a relative in an order. The order is named to
/// whoever may read it, and nobody else's date.
pub(crate) async fn of_orders(desk: &Desk, patient: PatientId, birth_date: Date) -> ServiceResult<()> {
    let store = &desk.service.store;
    let own = desk.service.own_permit(Action::ReadOrder, patient.stream()).await?;
    for view in store.orders_with(&own, patient).await? {
        let permit = desk.service.own_permit(Action::ReadOrder, view.id.stream()).await?;
        let order = store.load::<Order>(&permit, view.id.stream()).await?.state;
        // Of one that came to nothing, the family may be the mistake.
        if matches!(order.state, State::Rejected { .. } | State::Cancelled { .. } | State::EnteredInError { .. }) {
            continue;
        }
        let mut before = Vec::new();
        for person in order.request.iter().flat_map(|request| &request.people) {
            before.push((person.patient, of_participant(desk, &permit, person).await?));
        }
        let after = before.iter().map(|(id, who)| if *id == patient { Born { birth_date, ..who.clone() } } else { who.clone() });
        let after: Vec<Born> = after.collect();
        let before: Vec<Born> = before.into_iter().map(|(_, who)| who).collect();
        if count_impossible(&after) > count_impossible(&before) {
            let may_read = desk.permit(Action::ReadOrder, view.id).await.is_ok();
            let order = if may_read { format!("order {}", view.number) } else { "an order".to_owned() };
            let message = format!(
                "With this date of birth a parent in {order} would not be old enough for a child: nothing was changed. Compare both dates, \
                 and correct the one that is wrong"
            );
            return Err(Refusals::one("birth_date", message).into());
        }
    }
    Ok(())
}

fn count_impossible(people: &[Born]) -> usize {
    misfits(people).iter().filter(|misfit| matches!(misfit, Misfit::Impossible(_))).count()
}

async fn of_participant(desk: &Desk, permit: &Permit, person: &Participant) -> ServiceResult<Born> {
    let known = people::patients::demographics(desk, permit, person.patient).await?;
    let (name, sex) = (known.full_name(), known.sex);
    Ok(Born { name, relationship: person.relationship, sex, birth_date: known.birth_date, is_named: true })
}

/// Refuses a drawing in which somebody of the order is the parent of somebody older; gives what a person has to look at among the
/// parents that are new in it.
pub(super) async fn of_drawing(desk: &Desk, permit: &Permit, before: &Pedigree, after: &Pedigree) -> ServiceResult<Vec<String>> {
    let mut found = Vec::new();
    for child in &after.people {
        let was = before.get(&child.id);
        for (parent, role) in [(&child.mother, Relationship::Mother), (&child.father, Relationship::Father)] {
            let parent = parent.as_ref().and_then(|id| after.get(id));
            let is_known =
                was.is_some_and(|was| [&was.mother, &was.father].into_iter().flatten().any(|id| Some(id) == parent.map(|p| &p.id)));
            let Some(parent) = parent.filter(|_| !is_known) else { continue };
            let elder = born_of_drawing(desk, permit, parent, role).await?;
            let younger = born_of_drawing(desk, permit, child, Relationship::Child).await?;
            found.extend(elder.zip(younger).and_then(|(elder, younger)| misfit(&elder, &younger, 1)));
        }
    }
    let (refusals, checks) = sorted(found, "pedigree");
    Refusals::check(refusals)?;
    Ok(checks)
}

/// Somebody of a drawing who is part of the order, as their record says.
async fn born_of_drawing(desk: &Desk, permit: &Permit, who: &Individual, relationship: Relationship) -> ServiceResult<Option<Born>> {
    let Some(patient) = who.patient else { return Ok(None) };
    let known = people::patients::demographics(desk, permit, patient).await?;
    let (name, sex) = (known.full_name(), known.sex);
    Ok(Some(Born { name, relationship, sex, birth_date: known.birth_date, is_named: true }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use care::{
        ordering::family::Affected,
        people::patient::{Demographics, Identity, Sex},
    };

    fn person(relationship: Relationship, birth_date: Date, is_stated: bool) -> PersonForm {
        let demographics = Demographics {
            nhs_number: Identity::Unavailable("none".into()),
            family_name: "BELL".into(),
            given_name: format!("{relationship:?}"),
            birth_date,
            sex: Sex::Female,
        };
        PersonForm { demographics, is_stated, numbers: vec![], relationship, affected: Affected::Unknown, choice: None }
    }

    #[test]
    fn a_date_that_the_sender_did_not_state_is_told_in_no_note() {
        let child = || person(Relationship::Proband, Date::constant(2019, 6, 1), true);
        for year in [2009, 2016, 2021] {
            let (refusals, checks) = of_form(&[child(), person(Relationship::Mother, Date::constant(year, 12, 31), false)]);
            let said = format!("{}{}", refusals.iter().map(|refusal| refusal.message.as_str()).collect::<String>(), checks.join(""));
            assert!(said.contains("(born as the record says)") && !said.contains(&year.to_string()), "{said}");
            assert!(!said.contains("years older than") || said.contains("too few or too many"), "{said}");
        }
    }
}
