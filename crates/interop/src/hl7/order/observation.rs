//! Observations of an order: features of the patient, answers of the order form, documents. Source: HL7 2.5.1, chapter 7.4.2.

mod companions;

use super::{
    super::{
        document::{self, Found},
        observation_status::ObservationStatus,
        person::day,
        segment::Segment,
        value::{self, Kind},
    },
    fetus, hpo,
    question::{Question, gestation_days},
    reply::{self, Reply},
    test_code,
};
use crate::{
    codes::snomed::MESSAGE_QUESTIONS,
    incoming_order::{Code, OrderDetails, ReasonForTesting},
    wording::{self, Sense},
};
use companions::Presence;
pub(super) use companions::{Companions, Groups};
use jiff::civil::Date;

/// Reads an observation into an order, with those after it that hold the rest of its document, and with what those beside it say; a
/// message of a day counts pregnancies to that day.
pub(super) fn read((obx, further): (&Segment, &[&Segment]), beside: &Companions, sent_on: Option<Date>, details: &mut OrderDetails) {
    let status = ObservationStatus::read(obx);
    let marked = |how: &str| format!("{}: {} is marked {how}", obx.place_of_field(11), value::question(obx));
    if let Some(why) = status.withdrawn() {
        return details.not_used.push(marked(&format!("as {why} and was not used")));
    }
    details.not_used.extend(status.doubt_of_answer().map(|how| marked(&format!("{how}; it was read, and may not hold"))));
    match document::read_whole(obx, further) {
        Found::Document(document) => return details.documents.push(document),
        Found::Note(note) => return details.not_used.push(note),
        Found::Nothing => {}
    }
    if is_feature(obx) {
        return read_feature(obx, beside, details);
    }
    let question = Question::read(obx);
    let answer = value::text(obx);
    let used_up = read_terms(obx, beside, question, details);
    read_answer(question, &answer, obx, sent_on, details);
    if !answer.is_empty() && !used_up {
        let parts = [beside.label.clone(), value::question(obx), answer];
        details.notes.push(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": "));
    }
}

/// Whether the question itself is a feature of the patient: a term of the HPO, or of SNOMED CT without an answer.
fn is_feature(obx: &Segment) -> bool {
    let value = obx.first(3);
    let is_snomed = value.component(3).to_uppercase().starts_with("SNM") || value.component(3).to_uppercase().starts_with("SCT");
    hpo::term(value).is_some() || (is_snomed && obx.field(5).is_empty() && !MESSAGE_QUESTIONS.contains(&value.component(1).as_str()))
}

/// Whether an observation that counts says which test is asked for.
pub(super) fn names_test(obx: &Segment) -> bool {
    let asks = || matches!(Question::read(obx), Question::Indication | Question::TestCode | Question::TestChoice);
    obx.name == "OBX" && ObservationStatus::read(obx).withdrawn().is_none() && !is_feature(obx) && asks()
}

/// The feature that a question is.
fn feature(obx: &Segment) -> Code {
    let value = obx.first(3);
    hpo::term(value).unwrap_or_else(|| Code::new(&value.component(3), &value.component(1), &value.component(2)))
}

fn read_feature(obx: &Segment, beside: &Companions, details: &mut OrderDetails) {
    let code = feature(obx);
    let place = obx.place_of_field(3);
    let said = || format!("{}: {}", value::question(obx), value::text(obx));
    let reply = Reply::read(obx);
    let is_contradicted = match beside.presence {
        Presence::Unclear => true,
        Presence::Absent => reply == Reply::Present && !obx.field(5).is_empty(),
        Presence::Present => reply == Reply::Absent,
        Presence::Unsaid => false,
    };
    match reply {
        Reply::NotKnown => details.notes.push(said()),
        Reply::Unclear => unclear_answer(details, &code, obx),
        _ if is_contradicted => unclear(details, &code, &place),
        Reply::Described if wording::is_unsure(&value::text(obx)) => {
            unclear(details, &code, &place);
            details.notes.push(said());
        }
        reply => {
            add_feature(details, code, reply == Reply::Absent || beside.presence == Presence::Absent, &place);
            if reply == Reply::Described {
                details.notes.push(said());
            }
        }
    }
}

/// A feature of which it is left open whether it is there, or whose it is: it stands in the history in words.
pub(super) fn unclear(details: &mut OrderDetails, code: &Code, place: &str) {
    let label = code.label();
    details.not_used.push(format!("{place}: whether {label} is present is not said for certain; it was not used as a feature"));
    details.notes.push(format!("Not certain whether present: {label}"));
}

/// A feature whose answer is neither yes nor no: what was sent stands in the history.
fn unclear_answer(details: &mut OrderDetails, code: &Code, obx: &Segment) {
    let (place, label, answer) = (obx.place_of_field(5), code.label(), reply::shown(obx));
    let why = format!("the answer '{answer}' does not say for certain whether {label} is present");
    details.not_used.push(format!("{place}: {why}; it was not used as a feature and stands in the history in words"));
    details.notes.extend([format!("Not certain whether present: {label}"), format!("{}: {answer}", value::question(obx))]);
}

/// Terms that answer a question which is not about the patient's features: they stand in the history with their question.
fn of_others(obx: &Segment, details: &mut OrderDetails) {
    let codes: Vec<Code> = match value::kind(obx) {
        Kind::Coded => obx.repeats(5).filter_map(hpo::term).collect(),
        Kind::Text | Kind::Number | Kind::Data | Kind::Pointer => hpo::terms(&value::text(obx)).into_iter().map(|(code, _)| code).collect(),
    };
    let (place, question) = (obx.place_of_field(5), value::question(obx));
    let why = format!("answers '{question}', which does not ask for features of the patient; it stands in the history in words");
    details.not_used.extend(codes.iter().map(|code| format!("{place}: {} {why}", code.label())));
}

/// Adds a feature; one that is sent as present and as absent is noted.
fn add_feature(details: &mut OrderDetails, code: Code, absent: bool, place: &str) {
    if let Some(known) = details.features.iter().find(|known| known.code.code == code.code && known.absent != absent) {
        let note = format!("{place}: {} is sent as present and as absent; what stands in {} is used", code.label(), known.place);
        return details.not_used.push(note);
    }
    details.add_feature(code, absent, place);
}

/// Terms among the answers; true where they are all that is said.
fn read_terms(obx: &Segment, beside: &Companions, question: Question, details: &mut OrderDetails) -> bool {
    let sense = Sense::read(&value::question(obx));
    if companions::is_presence(obx) {
        return false;
    }
    let is_fetus = details.reason == ReasonForTesting::Prenatal;
    if sense == Sense::OfRelative || !question.may_name_features(is_fetus) {
        of_others(obx, details);
        return false;
    }
    if companions::is_onset(obx) {
        let onset = (value::kind(obx) == Kind::Coded).then(|| hpo::term(obx.first(5))).flatten();
        details.onsets.extend(beside.feature.clone().zip(onset));
        return false;
    }
    let of_absence = sense == Sense::Absent || beside.presence == Presence::Absent;
    let place = obx.place_of_field(5);
    let mut add = |code: Code, absent: bool| {
        let is_contradicted = beside.presence == Presence::Present && absent;
        if sense == Sense::Open || beside.presence == Presence::Unclear || is_contradicted {
            unclear(details, &code, &place);
        } else {
            add_feature(details, code, absent, &place);
        }
    };
    if value::kind(obx) != Kind::Coded {
        for (code, absent) in hpo::terms(&value::text(obx)) {
            add(code, absent || of_absence);
        }
        return false;
    }
    let mut all = true;
    let names_features = matches!(question, Question::Features { .. }) && Reply::read(obx) == Reply::Described;
    for value in obx.repeats(5) {
        let asked_for = names_features && !value.component(1).is_empty();
        let code = hpo::term(value).or_else(|| asked_for.then(|| Code::new(&value.component(3), &value.component(1), &value::name(value))));
        match code {
            Some(code) => add(code, of_absence),
            None => all = false,
        }
    }
    all && sense != Sense::Open && obx.repeats(5).next().is_some()
}

fn read_answer(question: Question, answer: &str, obx: &Segment, sent_on: Option<Date>, details: &mut OrderDetails) {
    let lower = answer.to_lowercase();
    match question {
        Question::TypeOfReferral => details.reason = reason(&lower).unwrap_or(details.reason),
        Question::WhichFetus => {
            details.fetus = fetus::which(answer);
            if details.fetus.is_none() && !answer.is_empty() {
                let place = obx.place_of_field(5);
                details.not_used.push(format!("{place}: which fetus is meant by '{answer}' is not understood; send Twin 1, or 2 of 3"));
            }
        }
        Question::Indication | Question::TestCode => details.tests.extend(test_code::answered(obx)),
        Question::TestChoice => details.tests.extend(test_code::chosen(obx)),
        Question::Diagnosis if details.diagnosis.is_empty() => answer.clone_into(&mut details.diagnosis),
        Question::EarlierOrder => answer.clone_into(&mut details.earlier),
        Question::Gestation => details.gestation_days = details.gestation_days.or_else(|| gestation_days(answer)),
        Question::DeliveryDate => details.gestation_days = details.gestation_days.or_else(|| days_until(answer, sent_on)),
        Question::Urgency => {
            let is_urgent = parts(&lower).next().is_some_and(|first| URGENT.contains(&first));
            details.urgent = Some(is_urgent || details.urgent == Some(true));
        }
        _ => {}
    }
}

/// Words with which an answer begins that says that an order is urgent.
const URGENT: [&str; 6] = ["urgent", "urgently", "yes", "y", "stat", "emergency"];

/// The letters and digits of a text, word by word.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty())
}

/// The reason for testing that a type of referral names; what it denies ("non-prenatal") is none.
fn reason(referral: &str) -> Option<ReasonForTesting> {
    let joined = referral.replace("re-analysis", "reanalysis");
    let named: Vec<&str> = parts(&joined).collect();
    let is_denied = |nth: usize| nth > 0 && ["non", "not", "no"].contains(&named[nth - 1]);
    let has = |word: &str| named.iter().enumerate().any(|(nth, part)| part.starts_with(word) && !is_denied(nth));
    Some(match () {
        () if has("prenatal") => ReasonForTesting::Prenatal,
        () if has("storage") => ReasonForTesting::Storage,
        () if has("predictive") || has("cascade") => ReasonForTesting::Predictive,
        () if has("carrier") => ReasonForTesting::Carrier,
        () if has("reanalysis") => ReasonForTesting::Reanalysis,
        () => return None,
    })
}

/// Days of gestation on the day of the message, of an expected day of delivery. Source: NICE NG201, dating by 40 weeks.
fn days_until(delivery: &str, sent_on: Option<Date>) -> Option<u32> {
    let delivery: Date = day(delivery).parse().ok()?;
    let ahead = sent_on?.until(delivery).ok()?.get_days();
    u32::try_from(TERM_DAYS - ahead).ok().filter(|days| *days <= 308)
}

/// Days from the first day of the last period to the day of delivery. Source: NICE NG201.
const TERM_DAYS: i32 = 280;
