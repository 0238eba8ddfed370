//! An order that is begun from a template: what came from it, and what whoever orders has to confirm for this patient.

use super::{
    Draft,
    purpose::{self, KINDS},
};
use crate::pages::Problem;
use care::{
    directory::Test,
    ordering::template::{Identifiers, Reason, Template, TestNow, Usual},
};
use ontology::TermId;
use serde::{Deserialize, Serialize};

/// The template that a draft was begun from, as it was then.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// Its name.
    pub name: String,
    /// Who keeps it.
    pub by: String,
    /// What it holds.
    pub usual: Usual,
    /// What the directory has otherwise than the template.
    pub changes: Vec<String>,
}

/// A part of an order that came from a template and is still as it was there.
pub(crate) struct Part {
    /// As the form names it.
    pub field: &'static str,
    /// In words.
    pub label: &'static str,
    /// Somebody ticked that it is right for this patient.
    pub is_confirmed: bool,
}

/// Reasons, each by the kind of request that the form has for it.
const REASONS: [(Reason, &str); 7] = [
    (Reason::Diagnosis, ""),
    (Reason::Tumour, "tumour"),
    (Reason::Prenatal, "fetus"),
    (Reason::AfterDeath, "death"),
    (Reason::Predictive, "predictive"),
    (Reason::Carrier, "carrier"),
    (Reason::Storage, "storage"),
];

fn kind(reason: Reason) -> &'static str {
    REASONS.iter().find(|(known, _)| *known == reason).map_or("", |(_, kind)| kind)
}

/// A reason in words.
pub(crate) fn label(reason: Reason) -> &'static str {
    KINDS.iter().find(|(value, _)| *value == kind(reason)).map_or("", |(_, label)| label)
}

/// What the directory has otherwise than a template.
pub(crate) fn changes(now: &TestNow) -> Vec<String> {
    let line = |(field, before, after): &(&str, String, String)| {
        let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
        format!("{field}: {} before, {} now", shown(before), shown(after))
    };
    match now {
        TestNow::Same => vec![],
        TestNow::Changed(fields) => fields.iter().map(line).collect(),
        TestNow::Withdrawn => vec!["The test is no longer in the Test Directory".into()],
    }
}

impl Draft {
    /// The same, begun from a template with its test as the directory has it now. Its features are proposed, and in the order only once
    /// somebody says that the patient has them.
    pub(crate) fn begun_from(self, template: Template, test: Test) -> Draft {
        let Template { name, by, usual, .. } = template;
        let kind = kind(usual.reason);
        let is_kept = self.purpose.kind == kind;
        let purpose = if is_kept { self.purpose.clone() } else { purpose::Typed { kind: kind.into(), ..purpose::Typed::default() } };
        let (responsible, changes) = (usual.responsible.clone(), changes(&usual.test_now(Some(&test))));
        let template = Some(Origin { name, by: by.name, usual, changes });
        Draft { purpose, responsible, template, ..self.for_test(test) }
    }

    /// Parts that came from a template and are still as they were there.
    pub(crate) fn template_parts(&self, confirmed: &[String]) -> Vec<Part> {
        let Some(Origin { usual, .. }) = &self.template else { return vec![] };
        let is_usual = |now: &String, usual: &String| !usual.is_empty() && now == usual;
        let parts = [
            ("from-test", "The test", self.test == usual.test.code.as_str()),
            ("from-reason", "The reason for the test", self.purpose.kind == kind(usual.reason)),
            ("from-features", "The clinical features", self.observed.iter().any(|id| usual.features.contains(&TermId(*id)))),
            ("from-consultant", "The responsible consultant", is_usual(&self.responsible.consultant, &usual.responsible.consultant)),
            ("from-address", "For whom the report is", is_usual(&self.responsible.address, &usual.responsible.address)),
        ];
        let came = parts.into_iter().filter(|(.., is_usual)| *is_usual);
        came.map(|(field, label, _)| Part { field, label, is_confirmed: confirmed.iter().any(|ticked| ticked == field) }).collect()
    }

    /// What came from a template and nobody confirmed for this patient.
    pub(super) fn unconfirmed(&self, confirmed: &[String]) -> Vec<Problem> {
        let name = self.template.as_ref().map_or("", |origin| &origin.name);
        let open = self.template_parts(confirmed).into_iter().filter(|part| !part.is_confirmed);
        let message = |label| format!("{label} came from the template “{name}”: tick that it is right for this patient, or change it");
        open.map(|part| Problem::new(part.field, message(part.label))).collect()
    }

    /// Features that the template proposes, and of which nobody said yet whether the patient has them.
    pub(super) fn proposed_features(&self) -> Vec<u32> {
        let features = self.template.iter().flat_map(|origin| &origin.usual.features).map(|term| term.0);
        features.filter(|id| !self.observed.contains(id) && !self.excluded.contains(id)).collect()
    }

    /// What of this order can be kept as a template, with some of its features. Nothing where no test is chosen, or where the reason
    /// concerns one patient's earlier order.
    pub(crate) fn usual(&self, features: &[u32]) -> Option<Usual> {
        let (reason, _) = REASONS.iter().find(|(_, kind)| *kind == self.purpose.kind)?;
        let features = self.observed.iter().filter(|id| features.contains(id)).map(|id| TermId(*id)).collect();
        Some(Usual { test: self.seen.clone()?, reason: *reason, features, responsible: self.responsible.clone() })
    }

    /// What identifies its people, none of which may stand in a template.
    pub(crate) fn identifiers(&self) -> Identifiers {
        let names = self.people.iter().map(|person| (person.given_name.clone(), person.family_name.clone())).collect();
        let mut numbers = Vec::new();
        for person in &self.people {
            let days = [person.day.trim(), person.month.trim(), person.year.trim()];
            numbers.push(person.nhs_number.clone());
            if days.iter().all(|part| !part.is_empty()) {
                let [day, month, year] = days.map(|part| part.trim_start_matches('0'));
                numbers.extend([format!("{day} {month} {year}"), format!("{day:0>2} {month:0>2} {year}")]);
            }
        }
        Identifiers { names, numbers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::ordering::new_order::family;
    use care::{Role, Staff, StaffId, ordering::order::Responsible};

    fn test(code: &str) -> Test {
        Test {
            code: code.parse().expect("a code"),
            indication: "Coma".into(),
            group: String::new(),
            scope: String::new(),
            method: "WGS".into(),
            target: "Panel".into(),
            panels: vec![],
            genes: vec![],
            criteria: vec![],
            turnaround_days_max: 84,
        }
    }

    fn template() -> Template {
        let responsible = Responsible { consultant: "Dr Ada Lovell".into(), address: String::new() };
        let usual = Usual { test: test("R98.2"), reason: Reason::Diagnosis, features: vec![TermId(1259), TermId(1250)], responsible };
        let by = Staff {
            id: StaffId(uuid::Uuid::nil()),
            name: "Dr B".into(),
            role: Role::Clinician,
            organisation: "RXX01".parse().expect("a code"),
            organisation_name: "Hospital".into(),
        };
        Template { id: uuid::Uuid::nil(), name: "Coma".into(), by, usual, is_shared: false, revision: 0 }
    }

    fn fields(draft: &Draft) -> Vec<&'static str> {
        draft.template_parts(&[]).iter().map(|part| part.field).collect()
    }

    #[test]
    fn features_of_a_template_are_in_no_order_until_somebody_says_that_the_patient_has_them() {
        let mut draft = Draft::default().begun_from(template(), test("R98.2"));
        assert!(draft.observed.is_empty() && draft.excluded.is_empty() && !draft.is_blank());
        assert_eq!(draft.proposed_features(), [1259, 1250]);
        assert_eq!(fields(&draft), ["from-test", "from-reason", "from-consultant"]);
        draft.observed.push(1259);
        draft.excluded.push(1250);
        assert!(draft.proposed_features().is_empty());
        assert_eq!(fields(&draft), ["from-test", "from-reason", "from-features", "from-consultant"]);
        assert_eq!(draft.unconfirmed(&["from-test".into(), "from-reason".into()]).len(), 2);
        // What was changed for this patient is confirmed by that.
        draft.responsible.consultant = "Dr C".into();
        let draft = draft.for_test(test("R29.4"));
        assert_eq!(fields(&draft), ["from-reason", "from-features"]);
    }

    #[test]
    fn a_template_keeps_nothing_of_the_people_of_the_order_or_of_what_was_said_of_them() {
        let person = family::Typed {
            given_name: "Marcus".into(),
            family_name: "Oduya".into(),
            nhs_number: "9990000018".into(),
            day: "14".into(),
            month: "02".into(),
            year: "2021".into(),
            ..family::Typed::default()
        };
        let mut draft = Draft { people: vec![person], seen: Some(test("R98.2")), test: "R98.2".into(), ..Draft::default() };
        draft.observed = vec![1259, 1250];
        draft.excluded = vec![1251];
        (draft.history, draft.eligibility, draft.letter) = ("Marcus fell ill".into(), "He is 5".into(), "Dear Dr".into());
        draft.purpose.earlier = "OG-1".into();
        let usual = draft.usual(&[1259, 7]).expect("usual");
        assert_eq!(usual.features, [TermId(1259)], "no feature that the order has not");
        let kept = serde_json::to_string(&usual).expect("written");
        for said in ["Marcus", "Oduya", "9990000018", "2021", "He is 5", "Dear", "OG-1", "0001251"] {
            assert!(!kept.contains(said), "{said}: {kept}");
        }
        assert_eq!(draft.identifiers().numbers, ["9990000018", "14 2 2021", "14 02 2021"]);
        draft.purpose.kind = "reanalysis".into();
        assert_eq!(draft.usual(&[]), None);
    }
}
