//! What a consent is about where no provision of it names a purpose. Source: FHIR R4, Consent.scope and
//! `http://terminology.hl7.org/CodeSystem/consentscope`.

use super::{provision::answer, withdrawn::PURPOSES};
use crate::{
    codes::Concept,
    fhir::intake::{
        json::{list, text},
        period::Day,
    },
};
use care::ordering::choice::Purpose;
use serde_json::Value;

/// What a consent is about as a whole: a record of discussion about everything, whatever its scope (in England that of privacy); another
/// one about what its scope says, and about everything where that is not known.
pub(super) fn covered(resource: &Value) -> Vec<Purpose> {
    let everything = || PURPOSES.map(|(purpose, _)| purpose).to_vec();
    let codings = list(resource, "/scope/coding");
    if codings.is_empty() || text(resource, "/policy/0/uri").contains("record-of-discussion") {
        return everything();
    }
    let by_scope: Option<Vec<&[Purpose]>> = codings.iter().map(|coding| of_scope(text(coding, "/code"))).collect();
    by_scope.map_or_else(everything, |purposes| purposes.concat())
}

/// What a scope is about; nothing where it is not known.
fn of_scope(code: &str) -> Option<&'static [Purpose]> {
    match code {
        "treatment" => Some(&[Purpose::Test]),
        "research" => Some(&[Purpose::Research]),
        // Whether data are disclosed, which research and relatives need, and the test does not.
        "patient-privacy" => Some(&[Purpose::Research, Purpose::FamilySharing]),
        // What is to be done at the end of a life.
        "adr" => Some(&[]),
        _ => None,
    }
}

/// What a consent says of a purpose on a day.
pub(super) fn says(resource: &Value, (purpose, code): (Purpose, Concept), today: Day) -> Option<bool> {
    answer(&resource["provision"], code, covered(resource).contains(&purpose), today)
}

/// A consent refuses something, whatever it is.
pub(super) fn denies(resource: &Value) -> bool {
    fn is_denied(provision: &Value) -> bool {
        text(provision, "/type") == "deny" || list(provision, "/provision").iter().any(is_denied)
    }
    text(resource, "/status") == "rejected" || is_denied(&resource["provision"])
}
