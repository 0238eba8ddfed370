//! Step 2: who is tested. The NHS number comes first: whoever has it is shown, and what was typed is compared with them at once.

mod read;

pub(crate) use read::people;

use super::{Draft, Orderer, PageResult, who};
use crate::{
    error::PageError,
    pages::{Layout, Problem, people::patient, show},
};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use care::{NhsNumber, people::patient::Demographics};
use read::{fixed_sex, others, person, subject};
use serde::{Deserialize, Serialize};
use service::{Desk, ServiceError, people::trace};
use tower_sessions::Session;

/// One person as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Typed {
    pub relationship: String,
    pub given_name: String,
    pub family_name: String,
    pub nhs_number: String,
    pub no_number: String,
    pub day: String,
    pub month: String,
    pub year: String,
    pub sex: String,
    pub affected: String,
    /// Of another relative.
    #[serde(default)]
    pub relation: String,
}

/// The patient's key among the people of the form.
pub(crate) const PATIENT: &str = "proband";

/// The people that the form asks for; a parent without a name is not part of the order.
const FIELDS_ASKED: [(&str, &str); 5] = [
    (PATIENT, "Patient"),
    ("mother", "Mother (leave empty if not tested)"),
    ("father", "Father (leave empty if not tested)"),
    ("relative1", "Another relative (leave empty if nobody else)"),
    ("relative2", "Another relative (leave empty if nobody else)"),
];

/// Whoever has the NHS number that was entered, where that is not who was typed.
#[derive(Clone)]
struct Known {
    /// Of whom on the form.
    key: String,
    /// Name, date of birth with age, and sex, as the record has them.
    label: String,
    /// What was typed and is another.
    differs: String,
    /// The record can be this person's: the sex fits the relationship.
    may_be_taken: bool,
}

/// One person of the form.
struct Fields {
    key: &'static str,
    title: &'static str,
    typed: Typed,
    known: Option<Known>,
}

impl Fields {
    fn is_patient(&self) -> bool {
        self.key == PATIENT
    }

    /// Neither the patient nor a parent, so that relationship and sex are asked.
    fn is_other(&self) -> bool {
        self.key.starts_with("relative")
    }
}

#[derive(Template)]
#[template(path = "ordering/new_order/family.html")]
struct Page {
    layout: Layout,
    /// What names the draft.
    key: String,
    people: Vec<Fields>,
    others: Vec<(String, &'static str)>,
    is_fetus: bool,
    purpose: String,
    problems: Vec<Problem>,
}

fn page(desk: &Desk, draft: &Draft, known: &[Known], problems: Vec<Problem>) -> PageResult {
    let typed = |key: &str| draft.people.iter().find(|p| p.relationship == key).cloned().unwrap_or_default();
    let known_of = |key: &str| known.iter().find(|known| known.key == key).cloned();
    let people = FIELDS_ASKED.map(|(key, title)| Fields { key, title, typed: typed(key), known: known_of(key) });
    show(&Page {
        layout: draft.layout("Who is tested?", desk),
        key: draft.key(),
        people: people.into(),
        others: others().map(|(value, label, _)| (value, label)).collect(),
        is_fetus: draft.purpose.kind == "fetus",
        purpose: draft.purpose_label(),
        problems,
    })
}

pub(crate) async fn get(Orderer(desk): Orderer, session: Session) -> PageResult {
    page(&desk, &Draft::begun(&session).await?, &[], vec![])
}

/// Fields of a form, by person and name.
struct Sent(Vec<(String, String)>);

impl Sent {
    fn value(&self, name: &str) -> String {
        self.0.iter().find(|(field, _)| field == name).map_or_else(String::new, |(_, value)| value.trim().to_owned())
    }

    /// Whether the details of the record are to stand in place of what was typed of somebody.
    fn takes(&self, key: &str) -> bool {
        self.0.iter().any(|(field, value)| field == "take" && value == key)
    }

    fn person(&self, key: &str) -> Typed {
        let field = |name: &str| self.value(&format!("{key}_{name}"));
        Typed {
            relationship: key.into(),
            given_name: field("given_name"),
            family_name: field("family_name"),
            nhs_number: field("nhs_number"),
            no_number: field("no_number"),
            day: field("day"),
            month: field("month"),
            year: field("year"),
            sex: field("sex"),
            affected: field("affected"),
            relation: field("relation"),
        }
    }
}

pub(crate) async fn post(Orderer(desk): Orderer, session: Session, body: String) -> PageResult<Response> {
    let sent = Sent(crate::pages::form(&body)?);
    let (mut draft, mut known, mut problems) = (Draft::load_shown(&session, &sent.value("draft")).await?, Vec::new(), Vec::new());
    let before = std::mem::take(&mut draft.people);
    let mut people = FIELDS_ASKED.map(|(key, _)| sent.person(key).without_remains(&before)).to_vec();
    let is_fetus = draft.purpose.kind == "fetus";
    // The patient first: details taken from the record may make another person of them.
    for person in people.iter_mut().filter(|person| person.relationship == PATIENT && !is_fetus) {
        let takes_all = sent.takes(PATIENT);
        match compare(&desk, person, takes_all).await? {
            Ok(found) => known.extend(found),
            Err(refused) => problems.extend(refused),
        }
    }
    if is_another_patient(&before, &people) {
        draft = draft.for_another_patient(&desk);
        if !has_same_number(&before, &people) {
            people.retain(|person| person.relationship == PATIENT || !before.iter().any(|earlier| earlier.is_same_person(person)));
        }
    }
    people.retain(Typed::is_anybody);
    for mut person in people {
        // A fetus has no number: one that is entered is the mother's.
        if person.relationship != PATIENT {
            let takes_all = sent.takes(&person.relationship);
            match compare(&desk, &mut person, takes_all).await? {
                Ok(found) => known.extend(found),
                Err(refused) => problems.extend(refused),
            }
        }
        draft.people.push(person);
    }
    draft.keep_choices_of(&before);
    draft.save(&desk, &session).await?;
    problems.extend(known.iter().map(Known::problem));
    problems.extend(read::problems(&draft));
    if problems.is_empty() {
        return Ok(Redirect::to(draft.after_people()).into_response());
    }
    Ok(page(&desk, &draft, &known, problems)?.into_response())
}

impl Draft {
    /// The page after the people: what is still to be said of the purpose, then of eligibility.
    fn after_people(&self) -> &'static str {
        if self.purpose.is_complete() { "/order-a-test/eligibility" } else { "/order-a-test/purpose" }
    }

    /// Forgets the choices of whoever is not in the same place any more.
    fn keep_choices_of(&mut self, before: &[Typed]) {
        let people = &self.people;
        self.choices.retain(|place, _| {
            let mut earlier = before.iter().filter(|person| person.relationship == *place);
            let now = people.iter().find(|person| person.relationship == *place);
            now.is_some_and(|now| earlier.any(|earlier| earlier.is_same_person(now)))
        });
    }
}

fn patient_of(people: &[Typed]) -> Typed {
    people.iter().find(|person| person.relationship == PATIENT).cloned().unwrap_or_default()
}

/// Whether the patient is another than the one who was entered before: by NHS number; by given name, where there was none; by given name
/// and date of birth, whatever the number. Twins have one date of birth.
fn is_another_patient(before: &[Typed], now: &[Typed]) -> bool {
    let (before, now) = (patient_of(before), patient_of(now));
    let was_entered = !before.given_name.is_empty();
    let is_named_otherwise = before.given_name.to_lowercase() != now.given_name.to_lowercase();
    let is_another_by_name = is_named_otherwise && (before.number().is_none() || before.born() != now.born());
    now.has_other_number(&before) || (was_entered && is_another_by_name)
}

/// The number of the patient stood there before. Relatives were entered beside it, and stay.
fn has_same_number(before: &[Typed], now: &[Typed]) -> bool {
    let (before, now) = (patient_of(before).number(), patient_of(now).number());
    before.is_some() && before == now
}

impl Typed {
    fn number(&self) -> Option<NhsNumber> {
        self.nhs_number.parse().ok()
    }

    fn birth(&self) -> [&str; 3] {
        [&self.day, &self.month, &self.year]
    }

    /// The date of birth, whether or not its numbers begin with a nought.
    fn born(&self) -> [&str; 3] {
        self.birth().map(|part| part.trim_start_matches('0'))
    }

    /// There was an NHS number, and it is another now, or none.
    fn has_other_number(&self, before: &Typed) -> bool {
        before.number().is_some_and(|number| self.number() != Some(number))
    }

    /// By NHS number, else by name.
    fn is_same_person(&self, other: &Typed) -> bool {
        match (self.number(), other.number()) {
            (Some(one), Some(other)) => one == other,
            _ => (&self.given_name, &self.family_name) == (&other.given_name, &other.family_name),
        }
    }

    /// The patient, or a relative of whom something was typed.
    fn is_anybody(&self) -> bool {
        let is_named = [&self.given_name, &self.family_name, &self.nhs_number].iter().any(|text| !text.is_empty());
        self.relationship == PATIENT || is_named
    }

    /// Without the details that were left in the fields from the person whose NHS number stood there before.
    fn without_remains(mut self, before: &[Typed]) -> Typed {
        let Some(before) = before.iter().find(|p| p.relationship == self.relationship) else { return self };
        if self.has_other_number(before) {
            let fields = [
                (&mut self.given_name, &before.given_name),
                (&mut self.family_name, &before.family_name),
                (&mut self.day, &before.day),
                (&mut self.month, &before.month),
                (&mut self.year, &before.year),
                (&mut self.sex, &before.sex),
                (&mut self.affected, &before.affected),
            ];
            for (now, earlier) in fields {
                if *now == *earlier {
                    now.clear();
                }
            }
        }
        self
    }

    /// Fills in what is empty from the record; with `all`, everything.
    fn fill(&mut self, known: &Demographics, all: bool) {
        let date = known.birth_date;
        if all || self.birth() == [""; 3] {
            (self.day, self.month, self.year) = (date.day().to_string(), date.month().to_string(), date.year().to_string());
        }
        for (field, value) in [(&mut self.given_name, &known.given_name), (&mut self.family_name, &known.family_name)] {
            if all || field.is_empty() {
                field.clone_from(value);
            }
        }
        if all || self.sex.is_empty() {
            self.sex = patient::sex_name(known.sex).into();
        }
    }
}

impl Known {
    fn problem(&self) -> Problem {
        let whose = subject(&self.key);
        let message = format!("The NHS number of {whose} belongs to {}, and what was entered has {}", self.label, self.differs);
        Problem::new(format!("{}_nhs_number", self.key), message)
    }
}

/// Looks up who has the NHS number that was typed: fills in what is empty, and says what differs. A number that may not be looked up is
/// refused in words.
async fn compare(desk: &Desk, typed: &mut Typed, takes_all: bool) -> PageResult<Result<Option<Known>, Vec<Problem>>> {
    let Some(number) = typed.number() else { return Ok(Ok(None)) };
    let found = match trace::trace(desk, number).await {
        Ok(found) => found,
        Err(error @ ServiceError::Refused(_)) => return Ok(Err(crate::pages::refusals(error)?)),
        Err(other) => return Err(PageError::from(other)),
    };
    let Some(found) = found else { return Ok(Ok(None)) };
    typed.fill(&found, takes_all);
    // What is no date is said with everything else that is wrong with what was typed.
    let Ok(stated) = person(typed, false) else { return Ok(Ok(None)) };
    let differs = trace::differences(&found, &stated.demographics);
    let may_be_taken = fixed_sex(typed).is_none_or(|sex| !found.sex.is_known() || sex == found.sex);
    let known = Known {
        key: typed.relationship.clone(),
        label: format!("{}, {}, {}", found.full_name(), who::born(&found, desk.today()), found.sex.label().to_lowercase()),
        differs: differs.join(" and "),
        may_be_taken,
    };
    Ok(Ok(Some(known).filter(|_| !differs.is_empty())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::ordering::choice::ChoiceForm;

    fn typed(relationship: &str, nhs_number: &str, given_name: &str, year: &str) -> Typed {
        Typed {
            relationship: relationship.into(),
            nhs_number: nhs_number.into(),
            given_name: given_name.into(),
            family_name: "Oduya".into(),
            day: "3".into(),
            month: "4".into(),
            year: year.into(),
            ..Typed::default()
        }
    }

    #[test]
    fn another_number_is_another_patient_and_a_corrected_one_is_not() {
        let marcus = typed(PATIENT, "9990000018", "Marcus", "2021");
        for (before, now, is_another) in [
            (&marcus, typed(PATIENT, "999 000 0018", "Marcus", "2021"), false),
            (&marcus, typed(PATIENT, "9990000042", "Marcus", "2021"), true),
            (&marcus, typed(PATIENT, "", "Marcus", "2021"), true),
            // A number that was none, such as one that was mistyped, was nobody's.
            (&typed(PATIENT, "9990000019", "Marcus", "2021"), marcus.clone(), false),
            (&typed(PATIENT, "", "Marcus", "2021"), typed(PATIENT, "", "Marcus", "2012"), false),
            (&typed(PATIENT, "", "Marcus", "2021"), typed(PATIENT, "", "Efua", "2023"), true),
            (&typed(PATIENT, "", "", ""), marcus.clone(), false),
            // Twins.
            (&typed(PATIENT, "", "Marcus", "2021"), typed(PATIENT, "", "Efua", "2021"), true),
            (&typed(PATIENT, "", "Efua", "2021"), marcus.clone(), true),
            (&typed(PATIENT, "", "marcus", "2021"), marcus.clone(), false),
            // Taken from the record of whoever has the number.
            (&typed(PATIENT, "9990000018", "Simon", "2012"), marcus.clone(), true),
            (&typed(PATIENT, "", "Simon", "2012"), marcus.clone(), true),
            (&typed(PATIENT, "9990000018", "Markus", "2021"), marcus.clone(), false),
            (&marcus, typed(PATIENT, "9990000018", "Marcus", "2012"), false),
            (&Typed { day: "03".into(), month: "04".into(), ..typed(PATIENT, "9990000018", "Markus", "2021") }, marcus.clone(), false),
        ] {
            assert_eq!(is_another_patient(std::slice::from_ref(before), std::slice::from_ref(&now)), is_another, "{before:?} {now:?}");
        }
    }

    #[test]
    fn a_choice_stays_with_the_same_person_in_the_same_place() {
        let kept = |before: &[Typed], now: &[Typed]| {
            let choices = before.iter().map(|person| (person.relationship.clone(), ChoiceForm::default())).collect();
            let mut draft = Draft { people: now.to_vec(), choices, ..Draft::default() };
            draft.keep_choices_of(before);
            draft.choices.into_keys().collect::<Vec<_>>()
        };
        let (boy, mother) = (typed(PATIENT, "9990000018", "Marcus", "2021"), typed("mother", "9990000026", "Temi", "1990"));
        assert_eq!(kept(&[boy.clone(), mother.clone()], &[boy.clone(), mother.clone()]), ["mother", PATIENT]);
        let other = typed("mother", "9990000042", "Temi", "1990");
        assert_eq!(kept(&[boy.clone(), mother.clone()], &[boy.clone(), other]), [PATIENT]);
        let moved = Typed { relationship: "relative1".into(), ..mother.clone() };
        assert_eq!(kept(&[boy.clone(), mother], &[boy.clone(), moved]), [PATIENT]);
    }

    #[test]
    fn what_is_wrong_names_the_field_of_whoever_it_is_about() {
        let people = vec![typed(PATIENT, "9990000018", "Marcus", "2021"), typed("mother", "", "", "1990")];
        let problems = read::problems(&Draft { people, ..Draft::default() });
        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["mother_nhs_number", "mother_given_name"]);
    }

    #[test]
    fn a_mistyped_number_is_all_that_is_said_of_what_the_record_would_fill_in() {
        let mistyped = |typed: Typed| {
            let problems = read::problems(&Draft { people: vec![typed], ..Draft::default() });
            problems.into_iter().map(|problem| problem.field).collect::<Vec<_>>()
        };
        let alone = Typed { relationship: PATIENT.into(), nhs_number: "9990000019".into(), ..Typed::default() };
        assert_eq!(mistyped(alone.clone()), ["proband_nhs_number"]);
        assert_eq!(mistyped(Typed { day: "31".into(), month: "2".into(), ..alone }), ["proband_nhs_number", "proband_day"]);
    }

    #[test]
    fn nothing_of_the_person_before_stays_in_the_fields() {
        let before = [typed(PATIENT, "9990000018", "Marcus", "2021")];
        let left = typed(PATIENT, "9990000042", "Marcus", "2021").without_remains(&before);
        assert_eq!((left.given_name.as_str(), left.family_name.as_str(), left.birth()), ("", "", [""; 3]));
        let typed_over = typed(PATIENT, "9990000042", "Efua", "2023").without_remains(&before);
        assert_eq!((typed_over.given_name.as_str(), typed_over.year.as_str()), ("Efua", "2023"));
        let same = typed(PATIENT, "999 000 0018", "Marcus", "2021").without_remains(&before);
        assert_eq!(same.given_name, "Marcus");
    }
}
