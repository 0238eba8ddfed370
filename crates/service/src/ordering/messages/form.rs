//! A message's order as the order form that a person would have filled in.

use super::{doubts, person};
use crate::{
    Desk, OrderForm,
    directory::{
        catalogue::Catalogue,
        lookup::{Lookup, Nearest},
    },
    ordering::{
        consents::StatedConsent,
        generations,
        orders::{Enclosed, PersonForm},
    },
};
use annotation::Knowledge;
use care::{
    OrderId, Staff,
    directory::Test,
    ordering::{
        choice::{Answer, Category, Discussion, ELSEWHERE, How},
        client::Client,
        family::{Affected, Born, Misfit, Relationship, misfits},
        message::Fault,
        order::{
            Sender, Urgency,
            purpose::{Germline, Prenatal, PrenatalSample, Purpose, Tumour, TumourSample},
        },
    },
};
use interop::incoming_order::{Code, Feature, IncomingOrder, OrderDetails, Person, ReasonForTesting, RecordOfDiscussion, SentSpecimen};
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

impl<'a> Sources<'a> {
    /// Those of an order of a message, for whoever acts on it.
    pub fn for_order(
        desk: &'a Desk,
        catalogue: &'a Catalogue,
        client: &'a Client,
        (id, incoming): (OrderId, &'a IncomingOrder),
    ) -> Sources<'a> {
        Sources { knowledge: &desk.service.knowledge, catalogue, client, by: &desk.staff, id, incoming, today: desk.today() }
    }
}

/// The form, or everything that is wrong. What was left out is noted.
pub(super) fn form(s: &Sources, details: &OrderDetails, notes: &mut Vec<String>) -> Result<OrderForm, Vec<Fault>> {
    let mut faults = Vec::new();
    let test = test(s, &details.tests).map_err(|fault| faults.push(fault)).ok();
    let delivery = details.gestation_days.map(|days| s.today.saturating_add(Span::new().days(TERM_DAYS - i64::from(days))));
    let mut people = Vec::new();
    for sent in &details.people {
        match person(s, sent, delivery) {
            Ok(person) => people.push(person),
            Err(wrong) => faults.extend(wrong),
        }
    }
    if people.len() == details.people.len() {
        faults.extend(impossible_generations(&people, &details.people));
    }
    let Features { observed, excluded, unknown } = features(s, details, notes);
    let mut notes_text = [details.notes.clone(), unknown].concat();
    let onsets = onsets(s.knowledge, details, &observed);
    notes.extend(details.not_used.iter().cloned());
    notes_text.extend(details.specimens.iter().map(specimen_line));
    let is_storage = test.as_ref().is_some_and(|test| test.indication.to_lowercase().contains("to be stored"));
    let purpose = if is_storage { storage(details) } else { purpose(details, s.today) };
    notes.extend(doubts::of_test(details));
    faults.extend(doubts::mother(details, &purpose));
    let checks = doubts::checks(details, &purpose, s.today);
    // Whatever is asked for, a death that a system says is checked by somebody.
    let died = doubts::died(details).map(str::to_owned);
    notes.extend(checks.iter().cloned());
    notes_text.extend(checks);
    if observed.is_empty() && purpose.needs_phenotype() {
        notes.push(format!("{}: no HPO term came with the order; what the patient shows is asked for on the work list", s.incoming.place));
    }
    notes.extend(consent_notes(details));
    let Some(test) = test.filter(|_| faults.is_empty()) else { return Err(faults) };
    Ok(OrderForm {
        test,
        purpose,
        people,
        observed,
        excluded,
        onsets,
        eligibility: format!("Stated by the requesting system ({}); the message holds no answer about the criteria", s.by.name),
        history: notes_text.join("\n"),
        urgency: if details.urgent == Some(true) { Urgency::Urgent } else { Urgency::Routine },
        id: s.id,
        enclosed: Enclosed {
            is_test: details.is_test,
            specimens: details.specimens.clone(),
            documents: details.documents.clone(),
            consents: details.people.iter().map(consent).collect(),
            died,
            by_system: s.by.name.clone(),
            performers: details.performers.clone(),
        },
        responsible: care::ordering::order::Responsible::default(),
        sender: Some(Sender {
            client: s.by.id,
            number: Sender::kept_number(&s.incoming.number, s.incoming.part),
            system: s.incoming.number_system.clone(),
            part: s.incoming.part,
            stated_at: s.incoming.stated_at,
            resources: details.resources.clone(),
        }),
    })
}

/// What the patient shows, as far as it is in the ontology.
struct Features {
    observed: Vec<TermId>,
    excluded: Vec<TermId>,
    /// What is no term, in words.
    unknown: Vec<String>,
}

fn features(s: &Sources, details: &OrderDetails, notes: &mut Vec<String>) -> Features {
    let mut features = Features { observed: vec![], excluded: vec![], unknown: vec![] };
    for feature in &details.features {
        if let Some(why) = doubts::of_feature(s.knowledge, &feature.code) {
            notes.push(format!("{}: {why}; which of them is meant is not certain, so it was not used", feature.place));
            features.unknown.push(format!("Not certain which is meant: {}", feature.code.label()));
            continue;
        }
        let found = term(s.knowledge, feature);
        match (found.filter(|term| doubts::is_feature(s.knowledge, *term)), feature.absent) {
            (Some(term), false) => features.observed.push(term),
            (Some(term), true) => features.excluded.push(term),
            (None, absent) => {
                let label = format!("{}{}", if absent { "not " } else { "" }, feature.code.label());
                let what = if found.is_some() { "describes no feature by itself" } else { "is no term of the HPO" };
                notes.push(format!("{}: {label} {what}; it stands in the history in words", feature.place));
                features.unknown.push(label);
            }
        }
    }
    contradicted(s, details, &mut features, notes);
    features
}

/// A term that is sent as present and as absent is neither: it stands in the history in words.
fn contradicted(s: &Sources, details: &OrderDetails, features: &mut Features, notes: &mut Vec<String>) {
    let mut both: Vec<TermId> = features.observed.iter().filter(|term| features.excluded.contains(term)).copied().collect();
    both.sort_unstable();
    both.dedup();
    for found in both {
        features.observed.retain(|term| *term != found);
        features.excluded.retain(|term| *term != found);
        let name = s.knowledge.hpo.name(found).unwrap_or_default();
        let place = details.features.iter().find(|feature| term(s.knowledge, feature) == Some(found)).map_or("", |feature| &feature.place);
        notes.push(format!("{place}: {name} is sent as present and as absent, so it was not used as a feature; it stands in the history"));
        features.unknown.push(format!("Not certain whether present: {name} ({found})"));
    }
}

/// What became of each record of discussion that the sender keeps.
fn consent_notes(details: &OrderDetails) -> Vec<String> {
    let consents = details.people.iter().filter_map(|person| person.discussion.as_ref());
    let note = |consent: &RecordOfDiscussion| {
        let sentence = if consent.test.is_some() {
            "was taken over; what it does not tell is not agreed to"
        } else {
            "says nothing of the test, so the discussion is asked for on the order"
        };
        format!("{}: the record of discussion that you keep {sentence}", consent.place)
    };
    consents.map(note).collect()
}

/// Dates of birth that cannot be those of parents and their children. Whose date the sender did not state is not told it.
fn impossible_generations(people: &[PersonForm], sent: &[Person]) -> Vec<Fault> {
    let people: Vec<Born> = people.iter().map(generations::born).collect();
    let place = sent.iter().find(|person| person.relationship != Relationship::Proband).map_or("", |person| &person.birth_date.place);
    let impossible = misfits(&people).into_iter().filter_map(|misfit| match misfit {
        Misfit::Impossible(what) => Some(Fault::new(place, format!("{what}. Nothing was done: {}, and send it again", generations::MEND))),
        Misfit::Improbable(_) => None,
    });
    impossible.collect()
}

/// Days from the first day of the last period to the day of delivery. Source: NICE NG201, dating by 40 weeks.
const TERM_DAYS: i64 = 280;

/// The test that the codes name: the sender's own codes as mapped, then codes of the directory, then names of indications.
pub(super) fn test(s: &Sources, codes: &[Code]) -> Result<Test, Fault> {
    let place = || s.incoming.place_of_codes(codes);
    let mapped = |code: &Code| s.client.codes.get(&code.code).cloned().unwrap_or_else(|| code.code.clone()).to_uppercase();
    let names: String = codes.iter().map(|c| c.display.to_lowercase()).collect::<Vec<_>>().join(" ");
    let mut tests: Vec<&Test> = codes.iter().filter_map(|code| s.catalogue.test(&mapped(code))).collect();
    tests.dedup_by(|one, other| one.code == other.code);
    match tests[..] {
        [] => {}
        [test] => return Ok(test.clone()),
        // Which of them is meant is not for a program to choose.
        [..] => {
            let list: Vec<String> = tests.iter().map(|test| test.code.to_string()).collect();
            return Err(Fault::new(place(), format!("The order names several tests: {}. Send an order for each", list.join(", "))));
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
                    s.incoming.place_of_codes(std::slice::from_ref(code)),
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
            "'{}' is no test of the Test Directory ({}){}. Send its code, or say once what the sender's code means",
            said.join("', '"),
            s.catalogue.label(),
            nearest(s.catalogue, codes)
        )
    };
    Err(Fault::new(place(), message))
}

/// A specimen as the history says it.
fn specimen_line(specimen: &SentSpecimen) -> String {
    let when = if specimen.collected.is_empty() { String::new() } else { format!(", taken {}", specimen.collected) };
    format!("Specimen sent: {}{when}", specimen.label())
}

/// What is known of codes that cannot be ordered: that one was withdrawn, and the nearest tests.
fn nearest(catalogue: &Catalogue, codes: &[Code]) -> String {
    codes
        .iter()
        .find_map(|code| {
            let (withdrawn, nearest) = match catalogue.lookup(&code.code, &code.display) {
                Lookup::Withdrawn(withdrawal, nearest) => (format!(". {}", withdrawal.line()), nearest),
                Lookup::Unknown(nearest) => (String::new(), nearest),
                Lookup::Test(_) | Lookup::Indication(_) => return None,
            };
            let lines: Vec<String> = nearest.iter().map(Nearest::line).collect();
            let nearest = if lines.is_empty() { String::new() } else { format!(". Nearest: {}", lines.join("; ")) };
            Some(withdrawn + &nearest).filter(|text| !text.is_empty())
        })
        .unwrap_or_default()
}

fn person(s: &Sources, sent: &Person, delivery: Option<Date>) -> Result<PersonForm, Vec<Fault>> {
    Ok(PersonForm {
        demographics: person::demographics(sent, delivery)?,
        is_stated: !sent.known_only,
        numbers: person::numbers(s.by, &sent.hospital_numbers),
        relationship: sent.relationship,
        affected: if sent.relationship == Relationship::Proband { Affected::Yes } else { sent.affected },
        choice: sent.discussion.as_ref().and_then(|consent| choice(s, consent)),
    })
}

/// What is stated of somebody's consent beside what is recorded of it: what ended, and what a form refuses that does not tell of the
/// test.
fn consent(sent: &Person) -> StatedConsent {
    let ended = sent.ended.iter().flat_map(|ended| {
        let why = format!("{} ({})", ended.why, ended.place);
        ended.what.iter().map(move |what| (*what, why.clone()))
    });
    let not_recorded = sent.discussion.iter().filter(|discussion| discussion.test.is_none());
    let refused = not_recorded.flat_map(|discussion| {
        let why = format!("it is refused ({})", discussion.place);
        discussion.refused().into_iter().map(move |what| (what, why.clone()))
    });
    StatedConsent { dated: sent.discussion.as_ref().and_then(|discussion| discussion.dated), ended: ended.chain(refused).collect() }
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
    let plain = term_text.split(" (").next().unwrap_or(term_text);
    if plain.is_empty() { None } else { ontology::search::exact(&knowledge.hpo, plain) }
}

/// When features that are present began, where both are terms of the HPO, the second of its branch of onsets.
fn onsets(knowledge: &Knowledge, details: &OrderDetails, observed: &[TermId]) -> Vec<(TermId, TermId)> {
    let exact = |code: &Code| ontology::search::exact(&knowledge.hpo, &code.code);
    let pairs = details.onsets.iter().filter_map(|(feature, onset)| Some((exact(feature)?, exact(onset)?)));
    pairs.filter(|(feature, onset)| observed.contains(feature) && ontology::onset::is_onset(&knowledge.hpo, *onset)).collect()
}

fn purpose(details: &OrderDetails, today: Date) -> Purpose {
    let reason = || details.notes.iter().find(|n| !n.is_empty()).cloned().unwrap_or_default();
    match details.reason {
        ReasonForTesting::Diagnostic => match doubts::day_of_death(details, today) {
            Some(died) => Purpose::AfterDeath { died, coroner: String::new() },
            None => Purpose::Diagnosis,
        },
        ReasonForTesting::Predictive => Purpose::Predictive { variant: variant(details), relative: details.earlier.clone() },
        ReasonForTesting::Carrier => Purpose::Carrier { condition: named(details), reason: reason() },
        ReasonForTesting::Storage => storage(details),
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

fn storage(details: &OrderDetails) -> Purpose {
    let stated = details.notes.iter().find(|note| !note.is_empty()).cloned();
    Purpose::Storage { reason: stated.unwrap_or_else(|| "Storage is all that is asked for".into()) }
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
    let specimens = details.specimens.iter().map(SentSpecimen::label).collect::<Vec<_>>().join("; ");
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

fn prenatal_sample(specimens: &[SentSpecimen]) -> PrenatalSample {
    let lower = specimens.iter().map(|s| s.material.to_lowercase()).collect::<Vec<_>>().join(" ");
    match () {
        () if lower.contains("chorion") || lower.contains("villus") => PrenatalSample::ChorionicVillus,
        () if lower.contains("cord") || lower.contains("fetal blood") => PrenatalSample::CordBlood,
        () if lower.contains("tissue") => PrenatalSample::Tissue,
        () => PrenatalSample::AmnioticFluid,
    }
}
