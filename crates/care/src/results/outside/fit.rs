//! Whether a result of another laboratory belongs on an order: by the person first, then by who sends it.

use super::{Filed, FiledBy, Received};
use crate::{
    OdsCode, OrderId, PatientId, Refusals,
    ordering::order::State,
    people::{
        identifier::HospitalNumber,
        matching,
        name::{is_same_family, may_be_same_given},
        patient::{Demographics, Identity},
    },
};

/// An order on which a result may belong.
pub struct Candidate<'a> {
    /// Its number.
    pub number: &'a str,
    /// Where it stands.
    pub state: &'a State,
    /// The relative whose part of it this is; nobody where it is the patient's.
    pub relative: Option<PatientId>,
    /// Its patient, or the relative.
    pub who: &'a Demographics,
    /// Numbers by which hospitals know the patient.
    pub numbers: &'a [HospitalNumber],
    /// Its laboratory.
    pub laboratory: &'a OdsCode,
    /// Laboratories that its samples were sent on to.
    pub sent_on: &'a [OdsCode],
}

impl Candidate<'_> {
    /// The result as it is filed there.
    pub(super) fn filed(&self, order: OrderId, how: FiledBy) -> Filed {
        Filed { order, number: self.number.into(), laboratory: self.laboratory.clone(), relative: self.relative, how }
    }
}

/// Why a result is not filed on an order by itself; nothing where it is. The person must be the order's, and whoever sends it
/// must have had a sample of the order, or send results to its laboratory by agreement.
pub fn unfit(candidate: &Candidate, received: &Received, results_in: &[OdsCode]) -> Option<String> {
    let number = candidate.number;
    if !matching::is_named(candidate.who, candidate.numbers, &received.person.named()) {
        return Some(format!("The person of the result is not certainly the patient of {number}"));
    }
    if is_called_otherwise(candidate, received) {
        return Some(format!("The person of the result has another given name than the patient of {number}"));
    }
    if let State::Rejected { .. } | State::Cancelled { .. } | State::EnteredInError { .. } = candidate.state {
        return Some(format!("{number} is {}", candidate.state.label().to_lowercase()));
    }
    let is_expected = candidate.sent_on.contains(&received.laboratory) || results_in.contains(candidate.laboratory);
    (!is_expected).then(|| format!("No sample of {number} was sent to {}, and its laboratory takes no results of it", received.laboratory))
}

/// A number and a day of birth that fit, and a given name that does not: one of them is somebody else's.
fn is_called_otherwise(candidate: &Candidate, received: &Received) -> bool {
    let given_name = &received.person.given_name;
    !given_name.is_empty() && candidate.who.nhs_number != Identity::Fetus && !may_be_same_given(given_name, &candidate.who.given_name)
}

/// In what the person of a result differs from the patient of an order, or cannot be compared: for somebody who files it by hand.
pub fn differences(candidate: &Candidate, received: &Received) -> Vec<String> {
    let (who, sent) = (candidate.who, &received.person);
    let named = sent.named();
    if matching::is_named(who, candidate.numbers, &named) {
        return if is_called_otherwise(candidate, received) { vec!["another given name".into()] } else { vec![] };
    }
    let mut found = Vec::new();
    match (&who.nhs_number, named.nhs_number) {
        (Identity::NhsNumber(one), Some(other)) if *one != other => found.push("another NHS number"),
        (_, None) if !sent.nhs_number.is_empty() => found.push("an NHS number that is none"),
        (Identity::NhsNumber(_), None) => found.push("no NHS number"),
        (Identity::Unavailable(_) | Identity::Fetus, Some(_)) => found.push("an NHS number, of which the order knows none"),
        _ => {}
    }
    match named.birth_date {
        Some(day) if day != who.birth_date => found.push("another date of birth"),
        None => found.push("no date of birth"),
        Some(_) => {}
    }
    if !may_be_same_given(&sent.given_name, &who.given_name) {
        found.push("another given name");
    }
    if !is_same_family(&sent.family_name, &who.family_name) {
        found.push("another family name");
    }
    if found.is_empty() {
        found.push("no number that is known of the patient");
    }
    found.into_iter().map(str::to_owned).collect()
}

/// Refuses to file by hand what is certainly of another person, or nobody answers for.
pub(super) fn by_hand(candidate: &Candidate, received: &Received, is_person_confirmed: bool) -> Result<Vec<String>, Refusals> {
    if let State::Rejected { .. } | State::EnteredInError { .. } = candidate.state {
        return Err(Refusals::one("number", format!("{} is {}", candidate.number, candidate.state.label().to_lowercase())));
    }
    if let (Identity::NhsNumber(one), Some(other)) = (&candidate.who.nhs_number, received.person.named().nhs_number)
        && *one != other
    {
        let message = format!(
            "The NHS number of the result is not that of the patient of {}: it is of somebody else. Ring the laboratory that sent it",
            candidate.number
        );
        return Err(Refusals::one("number", message));
    }
    let differs = differences(candidate, received);
    if differs.is_empty() || is_person_confirmed {
        return Ok(differs);
    }
    let message = format!(
        "The result has {}. Compare both, and confirm that you are sure it is the patient of {}; or ring the laboratory that sent it",
        differs.join(", "),
        candidate.number
    );
    Err(Refusals::one("confirmed", message))
}
