//! A message's order as the order form that a person would have filled in.

use crate::{OrderForm, directory::catalogue::Catalogue, ordering::orders::PersonForm};
use annotation::Knowledge;
use care::{
    OdsCode, OrderId, Staff,
    directory::Test,
    ordering::{
        choice::{Answer, Category, Discussion, ELSEWHERE, How},
        client::Client,
        family::{Affected, Relationship},
        message::Fault,
        order::{
            Sender, Urgency,
            purpose::{Germline, Prenatal, PrenatalSample, Purpose, Tumour, TumourSample},
        },
    },
    people::patient::{Demographics, Identity},
};
use interop::incoming_order::{Code, Feature, IncomingOrder, OrderDetails, Person, ReasonForTesting, RecordOfDiscussion};
use jiff::{Span, civil::Date};
use ontology::TermId;

/// What a form is made with.
pub(super) struct Sources<'a> {
    pub knowledge: &'a Knowledge,
    pub catalogue: &'a Catalogue,
    pub client: &'a Client,
    pub by: &'a Staff,
    pub id: OrderId,
    pub incoming: &'a IncomingOrder,
    pub today: Date,
}

/// The form, or everything that is wrong. What was left out is noted.
pub(super) fn form(s: &Sources, details: &OrderDetails, notes: &mut Vec<String>) -> Result<OrderForm, Vec<Fault>> {
    let mut faults = Vec::new();
    faults.extend(other_organisation(s, details));
    let test = test(s, &details.tests).map_err(|fault| faults.push(fault)).ok();
    let delivery = details.gestation_days.map(|days| s.today.saturating_add(Span::new().days(TERM_DAYS - i64::from(days))));
    let mut people = Vec::new();
    for sent in &details.people {
        match person(s, sent, delivery) {
            Ok(person) => people.push(person),
            Err(wrong) => faults.extend(wrong),
        }
    }
    let (mut observed, mut excluded, mut notes_text) = (Vec::new(), Vec::new(), details.notes.clone());
    for feature in &details.features {
        match (term(s.knowledge, feature), feature.absent) {
            (Some(term), false) => observed.push(term),
            (Some(term), true) => excluded.push(term),
            (None, absent) => {
                let label = format!("{}{}", if absent { "not " } else { "" }, feature.code.label());
                notes.push(format!("{}: {label} is no term of the HPO; it stands in the history in words", feature.place));
                notes_text.push(label);
            }
        }
    }
    excluded.retain(|term| !observed.contains(term));
    notes.extend(details.not_used.iter().cloned());
    for consent in details.people.iter().filter_map(|p| p.discussion.as_ref()) {
        let sentence = if consent.test.is_some() {
            "was taken over; what it does not tell is not agreed to"
        } else {
            "says nothing of the test, so the discussion is asked for on the order"
        };
        notes.push(format!("{}: the record of discussion that you keep {sentence}", consent.place));
    }
    let purpose = purpose(details);
    let Some(test) = test.filter(|_| faults.is_empty()) else { return Err(faults) };
    Ok(OrderForm {
        test,
        purpose,
        people,
        observed,
        excluded,
        onsets: vec![],
        eligibility: format!("Stated by the requesting system ({}); the message holds no answer about the criteria", s.by.name),
        history: notes_text.join("\n"),
        urgency: if details.urgent { Urgency::Urgent } else { Urgency::Routine },
        id: s.id,
        sender: Some(Sender { client: s.by.id, number: s.incoming.number.clone() }),
    })
}

/// Days from the first day of the last period to the day of delivery. Source: NICE NG201, dating by 40 weeks.
const TERM_DAYS: i64 = 280;

/// A system asks for its own organisation only, or for a site of it: a site's code begins with that of its trust (ODS).
fn other_organisation(s: &Sources, details: &OrderDetails) -> Option<Fault> {
    let own = s.by.organisation.to_string();
    let named = details.organisation.as_ref()?.trim();
    let fits = named.parse::<OdsCode>().is_err() || named.starts_with(&own);
    (!fits).then(|| Fault::new(&s.incoming.place, format!("The order is requested for {named}, but the system that sent it is of {own}")))
}

/// The test that the codes name: the sender's own codes as mapped, then codes of the directory, then names of indications.
fn test(s: &Sources, codes: &[Code]) -> Result<Test, Fault> {
    let place = || format!("{} (test)", s.incoming.place);
    let mapped = |code: &Code| s.client.codes.get(&code.code).cloned().unwrap_or_else(|| code.code.clone()).to_uppercase();
    let names: String = codes.iter().map(|c| c.display.to_lowercase()).collect::<Vec<_>>().join(" ");
    for code in codes {
        if let Some(test) = s.catalogue.test(&mapped(code)) {
            return Ok(test.clone());
        }
    }
    for code in codes {
        let named = code.display.split(" - ").next().unwrap_or_default();
        let fits_code = |t: &&Test| t.code.indication() == mapped(code) || (!named.is_empty() && t.indication.eq_ignore_ascii_case(named));
        let tests: Vec<&Test> = s.catalogue.tests.iter().filter(fits_code).collect();
        // One test, or the one whose method the sender names.
        let by_method: Vec<&&Test> = tests.iter().filter(|t| !t.method.is_empty() && names.contains(&t.method.to_lowercase())).collect();
        match (tests.as_slice(), by_method.as_slice()) {
            ([], _) => {}
            ([one], _) => return Ok((*one).clone()),
            (_, [one]) => return Ok((**one).clone()),
            (several, _) => {
                let list: Vec<String> = several.iter().map(|t| format!("{} ({})", t.code, t.method)).collect();
                return Err(Fault::new(
                    place(),
                    format!("'{}' has several tests: {}. Send the code of one", code.label(), list.join(", ")),
                ));
            }
        }
    }
    let said: Vec<String> = codes.iter().map(Code::label).filter(|w| !w.is_empty()).collect();
    let message = if said.is_empty() {
        "The message names no test".to_owned()
    } else {
        format!(
            "'{}' is no test of the Test Directory ({}). Send its code, such as R29.4, or say once what the sender's code means",
            said.join("', '"),
            s.catalogue.label()
        )
    };
    Err(Fault::new(place(), message))
}

fn person(s: &Sources, sent: &Person, delivery: Option<Date>) -> Result<PersonForm, Vec<Fault>> {
    let mut faults = Vec::new();
    let number = match &sent.nhs_number {
        _ if sent.is_fetus => Identity::Fetus,
        Some(number) => match number.value.parse() {
            Ok(number) => Identity::NhsNumber(number),
            Err(why) => {
                faults.push(Fault::new(&number.place, format!("{}: {why}", number.value)));
                Identity::Fetus
            }
        },
        None if sent.hospital_number.is_empty() => Identity::Unavailable("not sent by the requesting system".into()),
        None => Identity::Unavailable(format!("not sent by the requesting system, which knows them as {}", sent.hospital_number)),
    };
    let born = match sent.birth_date.value.parse::<Date>() {
        _ if sent.is_fetus && delivery.is_some() => delivery,
        Ok(day) => Some(day),
        Err(_) => None,
    };
    if born.is_none() {
        let value = &sent.birth_date.value;
        let message = match (sent.is_fetus, value.is_empty()) {
            (true, _) => "A fetus needs its gestation: send the gestational age with the pregnancy".to_owned(),
            (_, true) => "The date of birth is missing".to_owned(),
            _ => format!("'{value}' is no whole date of birth"),
        };
        faults.push(Fault::new(&sent.birth_date.place, message));
    }
    let (mut family_name, mut given_name) = (sent.family_name.clone(), sent.given_name.clone());
    if sent.is_fetus {
        for name in [&mut family_name, &mut given_name] {
            if name.is_empty() {
                *name = "Fetus".into();
            }
        }
    }
    if family_name.is_empty() || given_name.is_empty() {
        faults.push(Fault::new(&sent.place, "A given name and a family name are needed"));
    }
    match born {
        Some(birth_date) if faults.is_empty() => Ok(PersonForm {
            demographics: Demographics { nhs_number: number, family_name, given_name, birth_date, sex: sent.sex },
            relationship: sent.relationship,
            affected: if sent.relationship == Relationship::Proband { Affected::Yes } else { sent.affected },
            choice: sent.discussion.as_ref().and_then(|consent| choice(s, consent)),
        }),
        _ => Err(faults),
    }
}

/// The choice that a form kept by the sender tells; nothing where it does not tell of the test.
fn choice(s: &Sources, consent: &RecordOfDiscussion) -> Option<Discussion<Relationship>> {
    let answer = |reply: Option<bool>| match reply {
        Some(true) => Answer::Yes,
        Some(false) => Answer::No,
        None => Answer::NotDiscussed,
    };
    consent.test?;
    Some(Discussion {
        order: s.id,
        wording: ELSEWHERE.into(),
        category: Category::OnForm { form: format!("{} ({})", consent.form, s.by.name) },
        test: answer(consent.test),
        research: answer(consent.research),
        recontact: Answer::NotDiscussed,
        secondary_findings: Answer::NotDiscussed,
        family_sharing: answer(consent.family),
        comment: String::new(),
        how: How::Spoken,
        interpreter: String::new(),
    })
}

/// A term by its identifier, or by the exact name or a synonym that a code of another system is displayed with.
fn term(knowledge: &Knowledge, feature: &Feature) -> Option<TermId> {
    let term_text = if feature.code.is_hpo() { &feature.code.code } else { &feature.code.display };
    let plain = term_text.split(" (").next().unwrap_or(term_text).to_owned();
    if plain.is_empty() {
        return None;
    }
    ontology::search::resolve(&knowledge.hpo, &[plain]).ok()?.pop()
}

fn purpose(details: &OrderDetails) -> Purpose {
    let reason = || details.notes.iter().find(|n| !n.is_empty()).cloned().unwrap_or_default();
    let died = details.people.first().and_then(|p| p.death_date.as_ref());
    match details.reason {
        ReasonForTesting::Diagnostic => match died.map(|day| day.parse::<Date>()) {
            Some(Ok(died)) => Purpose::AfterDeath { died, coroner: String::new() },
            _ => Purpose::Diagnosis,
        },
        ReasonForTesting::Predictive => Purpose::Predictive { variant: variant(details), relative: details.earlier.clone() },
        ReasonForTesting::Carrier => Purpose::Carrier { condition: named(details), reason: reason() },
        ReasonForTesting::Storage => {
            Purpose::Storage { reason: if reason().is_empty() { "Storage is all that is asked for".into() } else { reason() } }
        }
        ReasonForTesting::Reanalysis => Purpose::Reanalysis { order: order_number(&details.earlier), reason: reason() },
        ReasonForTesting::Reinterpretation => Purpose::Reinterpretation { variant: variant(details), reason: reason() },
        ReasonForTesting::Tumour => tumour(details),
        ReasonForTesting::Prenatal => Purpose::Prenatal(Prenatal {
            gestation_weeks: details.gestation_days.map_or(0, |days| u8::try_from(days / 7).unwrap_or(u8::MAX)),
            fetus: details.fetus.unwrap_or((1, 1)),
            lost: false,
            sample: prenatal_sample(&details.specimens),
        }),
    }
}

/// An order number of the service, out of a reference that holds one.
fn order_number(earlier: &str) -> String {
    earlier.rsplit('/').next().unwrap_or_default().to_owned()
}

/// The first word of the notes that is a variant in HGVS.
fn variant(details: &OrderDetails) -> String {
    let is_hgvs = |word: &&str| word.contains(":c.") || word.contains(":g.") || word.contains(":n.") || word.contains(":m.");
    let terms = details.notes.iter().flat_map(|n| n.split_whitespace());
    terms.map(|w| w.trim_matches([',', ';'])).find(|w| is_hgvs(w)).unwrap_or_default().to_owned()
}

/// The diagnosis, else what the test is called.
fn named(details: &OrderDetails) -> String {
    let of_test = || details.tests.iter().map(|c| c.display.clone()).find(|d| !d.is_empty()).unwrap_or_default();
    if details.diagnosis.is_empty() { of_test() } else { details.diagnosis.clone() }
}

fn tumour(details: &OrderDetails) -> Purpose {
    let specimens = details.specimens.join("; ");
    let lower = specimens.to_lowercase();
    let sample = match () {
        () if lower.contains("marrow") => TumourSample::BoneMarrow,
        () if lower.contains("blood") => TumourSample::Blood,
        () if lower.contains("fresh") || lower.contains("frozen") => TumourSample::FreshFrozen,
        () if lower.contains("fluid") || lower.contains("effusion") => TumourSample::Fluid,
        () => TumourSample::Block,
    };
    Purpose::Tumour(Tumour { diagnosis: named(details), sample, pathology: specimens, germline: Germline::Later })
}

fn prenatal_sample(specimens: &[String]) -> PrenatalSample {
    let lower = specimens.join(" ").to_lowercase();
    match () {
        () if lower.contains("chorion") || lower.contains("villus") => PrenatalSample::ChorionicVillus,
        () if lower.contains("cord") || lower.contains("fetal blood") => PrenatalSample::CordBlood,
        () if lower.contains("tissue") => PrenatalSample::Tissue,
        () => PrenatalSample::AmnioticFluid,
    }
}
