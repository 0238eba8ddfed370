//! Questions of order forms, and what answers mean. Source: order forms of the North West's systems in the published examples; LOINC
//! 2.80; SNOMED CT UK edition.

use super::super::{segment::Segment, value};
use crate::{
    codes::snomed::{FORM_QUESTIONS, GESTATIONAL_AGE, MESSAGE_QUESTIONS, PREGNANCY},
    wording::Sense,
};

/// What an observation of an order asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Question {
    TypeOfReferral,
    WhichFetus,
    Indication,
    TestCode,
    /// Which tests of an indication are ticked: "Please Select R240 Test(s)".
    TestChoice,
    Diagnosis,
    EarlierOrder,
    Gestation,
    DeliveryDate,
    FamilyStructure,
    Urgency,
    /// What the patient shows, or does not.
    Features {
        absent: bool,
    },
    /// Something about a relative: never about the patient.
    OfRelative,
    /// Something about a pregnancy or a fetus: about the patient where they are the fetus.
    OfPregnancy,
    /// A question of an order form that asks for no feature.
    OfForm,
    Other,
}

/// Codes of questions: LOINC gestational age, estimated date of delivery; SNOMED CT estimated date of delivery.
const GESTATION: [&str; 4] = [GESTATIONAL_AGE, "18185-9", "11884-4", "49051-6"];
const DELIVERY_DATE: [&str; 3] = ["161714006", "11778-8", "11779-6"];

/// Words by which questions are known, in order: the first that fits.
const BY_TEXT: [(&str, Question); 19] = [
    ("type of referral", Question::TypeOfReferral),
    ("which patient is the referral", Question::WhichFetus),
    ("clinical indication", Question::Indication),
    ("test code", Question::TestCode),
    ("test directory", Question::TestCode),
    ("test requested", Question::TestCode),
    ("requested test", Question::TestCode),
    ("family structure", Question::FamilyStructure),
    ("relatives tested", Question::FamilyStructure),
    ("relatives to be tested", Question::FamilyStructure),
    ("gestational age", Question::Gestation),
    ("weeks of gestation", Question::Gestation),
    ("date of delivery", Question::DeliveryDate),
    ("due date", Question::DeliveryDate),
    ("previous order", Question::EarlierOrder),
    ("earlier order", Question::EarlierOrder),
    ("original order", Question::EarlierOrder),
    ("urgen", Question::Urgency),
    ("priority", Question::Urgency),
];

/// Parts of questions for an urgency that a patient feels: no order is urgent by it.
const SYMPTOMS: [&str; 7] = ["urin", "bladder", "micturition", "bowel", "faecal", "fecal", "defecat"];

/// Beginnings of words of a question about somebody's family, or somebody else than the patient.
const OF_OTHERS: [&str; 8] = ["famil", "consanguin", "donor", "spouse", "husband", "wife", "carer", "guardian"];
/// The same for a pregnancy.
const OF_PREGNANCY: [&str; 6] = ["pregnan", "fetus", "fetal", "foetus", "foetal", "gestation"];
/// Questions about the family. Source: LOINC 2.80, history of family member diseases.
const FAMILY_CODES: [&str; 2] = ["10157-6", "54114-4"];
/// Questions about a pregnancy. Source: LOINC 2.80, pregnancy status, pregnancy status as reported, start of the last period.
const PREGNANCY_CODES: [&str; 4] = ["82810-3", "11449-6", "8665-2", PREGNANCY];

const OF_FEATURES: [&str; 5] = ["phenotype", "clinical feature", "hpo", "features", "symptoms"];

impl Question {
    /// What an observation asks.
    pub fn read(obx: &Segment) -> Question {
        let code = obx.get(3, 1);
        let text = value::question(obx).to_lowercase();
        let has = |terms: &[&str]| terms.iter().any(|term| text.contains(term));
        if GESTATION.contains(&code.as_str()) || text == "gestation" {
            return Question::Gestation;
        }
        if DELIVERY_DATE.contains(&code.as_str()) {
            return Question::DeliveryDate;
        }
        let is_symptom = has(&SYMPTOMS);
        let known = BY_TEXT.iter().find(|(part, question)| text.contains(part) && !(*question == Question::Urgency && is_symptom));
        if let Some((_, question)) = known {
            return *question;
        }
        if has(&["select"]) && has(&["test"]) {
            return Question::TestChoice;
        }
        let begins = |list: &[&str]| {
            let mut parts = text.split(|c: char| !c.is_alphanumeric());
            parts.any(|part| list.iter().any(|beginning| part.starts_with(beginning)))
        };
        match () {
            () if Sense::read(&text) == Sense::OfRelative => Question::OfRelative,
            () if FAMILY_CODES.contains(&code.as_str()) || begins(&OF_OTHERS) => Question::OfRelative,
            () if PREGNANCY_CODES.contains(&code.as_str()) || begins(&OF_PREGNANCY) => Question::OfPregnancy,
            () if FORM_QUESTIONS.contains(&code.as_str()) || MESSAGE_QUESTIONS.contains(&code.as_str()) => Question::OfForm,
            () if has(&OF_FEATURES) => Question::Features { absent: Sense::read(&text) == Sense::Absent },
            () if text == "diagnosis"
                || has(&["working diagnosis", "tumour diagnosis", "diagnosis of tumour", "tumour type", "primary site"]) =>
            {
                Question::Diagnosis
            }
            () => Question::Other,
        }
    }

    /// Whether a term that answers it may be a feature of the patient, who may be a fetus.
    pub fn may_name_features(self, is_fetus: bool) -> bool {
        match self {
            Question::Features { .. } | Question::Indication | Question::Diagnosis | Question::Other => true,
            Question::OfPregnancy => is_fetus,
            Question::TypeOfReferral
            | Question::WhichFetus
            | Question::TestCode
            | Question::TestChoice
            | Question::EarlierOrder
            | Question::Gestation
            | Question::DeliveryDate
            | Question::FamilyStructure
            | Question::Urgency
            | Question::OfRelative
            | Question::OfForm => false,
        }
    }
}

/// Days of a pregnancy: `12+3`, `12 weeks 3 days`, `87 days`, or a number of weeks.
pub(super) fn gestation_days(answer: &str) -> Option<u32> {
    let weeks_of_40 = answer.trim().strip_suffix("/40").unwrap_or(answer);
    let numbers: Vec<u32> =
        weeks_of_40.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).map_while(|part| part.parse().ok()).collect();
    let days = match numbers.as_slice() {
        [days] if answer.to_lowercase().contains("day") || answer.trim_end().ends_with(" d") => *days,
        [weeks] => weeks.checked_mul(7)?,
        [weeks, days] if *days < 7 => weeks.checked_mul(7)?.checked_add(*days)?,
        _ => return None,
    };
    (days <= GESTATION_DAYS_MAX).then_some(days)
}

/// No pregnancy is longer: 44 weeks.
const GESTATION_DAYS_MAX: u32 = 308;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gestation_is_read_in_weeks_and_days() {
        for (answer, days) in [
            ("12+3", Some(87)),
            ("12 weeks 3 days", Some(87)),
            ("12/40", Some(84)),
            ("12+3/40", Some(87)),
            ("87 days", Some(87)),
            ("12 wk", Some(84)),
            ("12", Some(84)),
            ("99", None),
            ("", None),
            ("4294967295", None),
            ("99999999999999999999 1", None),
        ] {
            assert_eq!(gestation_days(answer), days, "{answer}");
        }
    }
}
