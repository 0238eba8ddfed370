//! What of a message is said twice, and differs: a feature by its identifier and its name, a death beside a request as for the living.

use crate::ordering::generations::CHECK;
use annotation::Knowledge;
use care::ordering::order::purpose::Purpose;
use interop::incoming_order::{Code, OrderDetails};
use ontology::{Hpo, TermId, search};

/// The patient has died, and the order is placed as for somebody who lives: the day is not known, or something else is asked for.
pub(super) fn death(details: &OrderDetails, purpose: &Purpose) -> Option<String> {
    let day = details.people.first()?.death_date.as_ref().filter(|_| !matches!(purpose, Purpose::AfterDeath { .. }))?;
    let day = if day.is_empty() { ", not on which day".to_owned() } else { format!(" ({day})") };
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
