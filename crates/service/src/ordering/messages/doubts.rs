//! What of a message is said twice, and differs: a feature by its identifier and its name, a death beside a request as for the living.

use crate::ordering::generations::CHECK;
use annotation::Knowledge;
use care::ordering::{message::Fault, order::purpose::Purpose};
use interop::incoming_order::{Code, OrderDetails};
use jiff::civil::Date;
use ontology::{Hpo, TermId, search};

/// That the patient has died, as the sender says: the day, empty where it says none. A test message says it of nobody.
pub(super) fn died(details: &OrderDetails) -> Option<&str> {
    details.people.first()?.death_date.as_deref().filter(|_| !details.is_test)
}

/// The day on which the patient has died, as the sender says, where it can be: not before the birth, and not in the future.
pub(super) fn day_of_death(details: &OrderDetails, today: Date) -> Option<Date> {
    let day = died(details)?.parse::<Date>().ok()?;
    let birth = details.people.first()?.birth_date.value.parse::<Date>().ok();
    (day <= today && birth.is_none_or(|birth| birth <= day)).then_some(day)
}

/// What a test message says of a death, which is not read.
pub(super) fn of_test(details: &OrderDetails) -> Option<String> {
    let person = details.people.first().filter(|person| details.is_test && person.death_date.is_some())?;
    Some(format!("{}: that the person has died was not taken over from a test message", person.place))
}

/// A test of a fetus needs the mother, who was named and cannot be registered as she was sent.
pub(super) fn mother(details: &OrderDetails, purpose: &Purpose) -> Option<Fault> {
    let seen = details.mother_seen.as_ref().filter(|_| matches!(purpose, Purpose::Prenatal(_)))?;
    Some(Fault::new(&seen.place, format!("A test of a fetus needs the pregnant person. {}: send it along", seen.value)))
}

/// What somebody has to look at before the order is worked on.
pub(super) fn checks(details: &OrderDetails, purpose: &Purpose, today: Date) -> Vec<String> {
    let stated = details.checks.iter().map(|check| format!("{CHECK}{check}"));
    death(details, purpose, today).into_iter().chain(stated).collect()
}

/// The patient has died, and the order is placed as for somebody who lives: the day is not known or cannot be, or something else is
/// asked for.
fn death(details: &OrderDetails, purpose: &Purpose, today: Date) -> Option<String> {
    let day = died(details).filter(|_| !matches!(purpose, Purpose::AfterDeath { .. }))?;
    let is_read = day.parse::<Date>().is_ok();
    let day = match day {
        "" => ", not on which day".to_owned(),
        day if is_read && day_of_death(details, today).is_none() => {
            format!(" ({day}, which lies before the birth or in the future and is not taken over)")
        }
        day => format!(" ({day})"),
    };
    let says = "the order is not one after death, so reason and material have to be looked at";
    Some(format!("{CHECK}The sender says that the patient has died{day}; {says}"))
}

/// A term that says what somebody shows: no mode of inheritance, age of onset, severity or frequency, and not the root of all features.
pub(super) fn is_feature(knowledge: &Knowledge, term: TermId) -> bool {
    let hpo = &knowledge.hpo;
    term != Hpo::PHENOTYPIC_ABNORMALITY && hpo.find(term).is_some_and(|index| hpo.is_phenotype(index))
}

/// What a feature's name contradicts: it is the name of a term that is neither the one beside it, nor above or below it.
pub(super) fn of_feature(knowledge: &Knowledge, code: &Code) -> Option<String> {
    let hpo = &knowledge.hpo;
    let name = code.display.split(" (").next().unwrap_or_default().trim();
    let own = code.code.parse::<TermId>().ok().and_then(|id| hpo.find(id)).filter(|_| code.is_hpo() && !name.is_empty())?;
    // Most names are those of their own term: nothing else is looked for then.
    if search::is_name_of(hpo, own, name) {
        return None;
    }
    let other = search::named(hpo, name).filter(|other| !hpo.is_within(*other, own) && !hpo.is_within(own, *other))?;
    let [own, other] = [own, other].map(|index| hpo.term(index));
    Some(format!("{} is {}, and {} is {}", own.id, own.name, other.name, other.id))
}
