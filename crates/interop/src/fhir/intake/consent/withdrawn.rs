//! What a consent takes back or refuses. None of it may be lost: who withdraws is heard, whatever else the message says.

use super::{
    provision::{mentions, permits_when},
    scope::{covered, says},
};
use crate::{
    codes::{Concept, act},
    fhir::intake::{
        bundle_index::BundleIndex,
        json::{kind, list, text},
        period::{Day, Holds, holds},
        reference::Target,
        shape::has_modifier,
    },
    incoming_order::{EndedConsent, Faults},
};
use care::ordering::{choice::Purpose, message::Fault};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

/// What a consent of a sender may be about, with its code.
pub(super) const PURPOSES: [(Purpose, Concept); 3] =
    [(Purpose::Test, act::TREATMENT), (Purpose::Research, act::RESEARCH), (Purpose::FamilySharing, act::FAMILY)];

/// Statuses with which a consent takes back what it was. Source: FHIR R4, `http://hl7.org/fhir/consent-state-codes`.
const TAKES_BACK: [&str; 2] = ["inactive", "entered-in-error"];

/// A consent refuses something: as a whole, or by a provision, whatever else is wrong with it. One that has not begun does not yet.
pub(super) fn refuses(resource: &Value, today: Day) -> bool {
    let status = text(resource, "/status");
    let denies = || PURPOSES.iter().any(|purpose| says(resource, *purpose, today) == Some(false));
    let has_begun = holds(&resource["provision"]["period"], today) != Holds::NotYet;
    (status == "rejected" && !about(resource).is_empty()) || (status == "active" && has_begun && denies())
}

/// What a consent takes back of what stood: it is not in force any more, or it has ended. Its place is left empty. One that is about
/// something else than an order records takes nothing back.
pub(super) fn taken_back(resource: &Value, today: Day) -> Vec<EndedConsent> {
    let mut ended = ended(resource, today);
    ended.retain(|ended| !ended.what.is_empty());
    ended
}

fn ended(resource: &Value, today: Day) -> Vec<EndedConsent> {
    let (status, provision) = (text(resource, "/status"), &resource["provision"]);
    let ended = |what: Vec<Purpose>, why: String, is_taken_back: bool| EndedConsent {
        place: String::new(),
        what,
        why,
        is_taken_back,
        day: day(text(resource, "/dateTime"), true),
    };
    if TAKES_BACK.contains(&status) {
        return vec![ended(about(resource), format!("its status is '{status}'"), true)];
    }
    if status == "rejected" && has_modifier(resource) {
        return vec![ended(about(resource), "its status is 'rejected'".into(), true)];
    }
    if status != "active" {
        return vec![];
    }
    // A consent of another edition of FHIR that refuses.
    if text(resource, "/decision") == "deny" {
        return vec![ended(about(resource), "its decision is 'deny'".into(), true)];
    }
    if has_modifier(resource) && refuses(resource, today) {
        return vec![ended(about(resource), "it refuses".into(), true)];
    }
    if holds(&provision["period"], today) == Holds::Ended {
        return vec![ended(about(resource), "its period has ended".into(), false)];
    }
    let is_over = |(purpose, code): &(Purpose, Concept)| {
        permits_when(provision, *code, Holds::Ended, today) && says(resource, (*purpose, *code), today).is_none()
    };
    let parts: Vec<Purpose> = PURPOSES.into_iter().filter(is_over).map(|(purpose, _)| purpose).collect();
    if parts.is_empty() { vec![] } else { vec![ended(parts, "the period of a part of it has ended".into(), false)] }
}

/// What a consent is about: what its provisions name, else what it is about as a whole.
fn about(resource: &Value) -> Vec<Purpose> {
    let is_form = text(resource, "/policy/0/uri").contains("record-of-discussion");
    let is_mentioned = |code: Concept| mentions(&resource["provision"], code);
    if PURPOSES.iter().any(|(_, code)| is_mentioned(*code)) {
        let is_named = |purpose: Purpose, code: Concept| is_mentioned(code) || (is_form && purpose == Purpose::Test);
        return PURPOSES.iter().filter(|(purpose, code)| is_named(*purpose, *code)).map(|(purpose, _)| *purpose).collect();
    }
    covered(resource)
}

/// The first day, or the last, that a date may mean; of an instant the day in universal time.
pub(in crate::fhir::intake) fn day(written: &str, is_last: bool) -> Option<Date> {
    if written.contains('T') {
        return Some(written.parse::<Timestamp>().ok()?.to_zoned(TimeZone::UTC).date());
    }
    let parts: Vec<&str> = written.split('-').collect();
    let number = |part: &str| part.parse::<i8>().ok();
    match parts[..] {
        [year] if is_last => Date::new(year.parse().ok()?, 12, 31).ok(),
        [year] => Date::new(year.parse().ok()?, 1, 1).ok(),
        [year, month] => {
            let first = Date::new(year.parse().ok()?, number(month)?, 1).ok()?;
            Some(if is_last { first.last_of_month() } else { first })
        }
        _ => written.parse().ok(),
    }
}

/// Why a consent withdraws something; nothing where it does not.
fn why(resource: &Value, today: Day) -> Option<String> {
    let back = taken_back(resource, today).into_iter().next().map(|back| back.why);
    back.or_else(|| refuses(resource, today).then(|| "it refuses".to_owned()))
}

/// Whose consent it is, as it says.
fn of_whom(resource: &Value) -> String {
    let patient = &resource["patient"];
    let named = [text(patient, "/display"), text(patient, "/reference"), text(patient, "/identifier/value")];
    named.into_iter().find(|name| !name.is_empty()).map_or_else(|| "somebody whom it does not name".into(), str::to_owned)
}

/// What the proband of an order that ends takes back or refuses.
pub(in crate::fhir::intake) fn of_proband(index: &BundleIndex, request: usize, proband: &Target) -> Vec<EndedConsent> {
    let is_request = |place: usize, data: &Value| {
        index.resolve(place, &data["reference"], "ServiceRequest").is_ok_and(|target| target == Target::Resource(request))
    };
    let is_own = |(place, consent): &(usize, &Value)| {
        let patient = consent.get("patient").map(|patient| index.resolve(*place, patient, "Patient"));
        patient.map_or_else(
            || list(consent, "/provision/data").iter().any(|data| is_request(*place, data)),
            |patient| patient.is_ok_and(|target| target == *proband),
        )
    };
    let ended = index.resources_of_kind("Consent").filter(is_own).flat_map(|(place, consent)| {
        let back = taken_back(consent, index.today);
        let refused = if back.is_empty() { refused(consent, index.today) } else { vec![] };
        back.into_iter().chain(refused).map(move |ended| EndedConsent { place: index.path(place, ""), ..ended })
    });
    ended.collect()
}

/// What a consent refuses, as something that it takes back.
fn refused(resource: &Value, today: Day) -> Vec<EndedConsent> {
    if !refuses(resource, today) {
        return vec![];
    }
    let denied = |purpose: &(Purpose, Concept)| says(resource, *purpose, today) == Some(false);
    let named: Vec<Purpose> = PURPOSES.into_iter().filter(denied).map(|(purpose, _)| purpose).collect();
    let what = if text(resource, "/status") == "rejected" { about(resource) } else { named };
    vec![EndedConsent { place: String::new(), what, why: "it refuses".into(), is_taken_back: true, day: None }]
}

/// Faults for the consents of a bundle that withdraw something and were read for nobody.
pub(in crate::fhir::intake) fn unread(index: &BundleIndex, read: &[&str]) -> Faults {
    let consents = index.resources_of_kind("Consent").filter(|(place, _)| !read.contains(&index.path(*place, "").as_str()));
    let faults = consents.filter_map(|(place, resource)| {
        let message = format!(
            "This consent is withdrawn ({}) and is of {}, who is nobody of the orders of this bundle. Nothing was done: name the patient \
             as in their order, or tell the laboratory",
            why(resource, index.today)?,
            of_whom(resource)
        );
        Some(Fault::new(index.path(place, ".patient"), message))
    });
    faults.collect()
}

/// Faults for the consents of a bundle that withdraw something from a day that has not come: nothing ends before its day, and nobody
/// would end it then. A day of the sender's own time may begin before that of universal time, by less than a day.
pub(in crate::fhir::intake) fn from_later(index: &BundleIndex) -> Faults {
    let tomorrow = index.today.tomorrow().unwrap_or(index.today);
    let is_later = |day: &str| holds(&json!({ "start": day }), tomorrow) == Holds::NotYet;
    let faults = index.resources_of_kind("Consent").filter_map(|(place, resource)| {
        let day = Some(text(resource, "/dateTime")).filter(|day| is_later(day))?;
        let message = format!(
            "This consent is withdrawn ({}) and is dated {day}, which is in the future: nothing ends before its day, and nothing of this \
             bundle was done. Send it on that day, or have the withdrawal recorded on the order with the day from which it counts",
            why(resource, index.today)?
        );
        Some(Fault::new(index.path(place, ".dateTime"), message))
    });
    faults.collect()
}

/// Faults of a bundle that was refused, with those that say that what it withdraws was not done either.
pub(in crate::fhir::intake) fn not_done(mut faults: Faults, bundle: &Value, today: Day) -> Faults {
    for (nth, entry) in list(bundle, "/entry").iter().enumerate() {
        let place = format!("Bundle.entry[{nth}].resource.ofType(Consent)");
        let resource = &entry["resource"];
        let is_named = faults.iter().any(|fault| fault.at.starts_with(&place));
        if kind(resource) != "Consent" || is_named {
            continue;
        }
        if let Some(why) = why(resource, today) {
            let message = format!("The consent of {} is withdrawn ({why}), and that was not done either", of_whom(resource));
            faults.push(Fault::new(place, format!("{message}: mend the message and send it again, or tell the laboratory")));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_date_in_part_is_its_first_day_or_its_last() {
        for (written, first, last) in [
            ("2026", date(2026, 1, 1), date(2026, 12, 31)),
            ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
            ("2026-02-03", date(2026, 2, 3), date(2026, 2, 3)),
            ("2026-02-03T23:30:00-05:00", date(2026, 2, 4), date(2026, 2, 4)),
        ] {
            assert_eq!([day(written, false), day(written, true)], [Some(first), Some(last)], "{written}");
        }
        assert_eq!(["", "soon", "2026-13", "2026-02-30"].map(|written| day(written, true)), [None; 4]);
    }
}
