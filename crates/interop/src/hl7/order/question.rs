//! Questions of order forms, and what answers mean. Source: order forms of the North West's systems in the published examples; LOINC
//! 2.80; SNOMED CT UK edition.

use super::super::{segment::Segment, value};
use crate::{
    codes::{
        loinc,
        snomed::{GESTATIONAL_AGE, NEGATIVE_ANSWERS},
    },
    wording::Sense,
};

/// What an observation of an order asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Question {
    TypeOfReferral,
    WhichFetus,
    Indication,
    TestCode,
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
        match () {
            () if Sense::read(&text) == Sense::OfRelative => Question::OfRelative,
            () if has(&OF_FEATURES) => Question::Features { absent: Sense::read(&text) == Sense::Absent },
            () if text == "diagnosis"
                || has(&["working diagnosis", "tumour diagnosis", "diagnosis of tumour", "tumour type", "primary site"]) =>
            {
                Question::Diagnosis
            }
            () => Question::Other,
        }
    }
}

/// What an answer says of a feature that is asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reply {
    /// Yes, or nothing beside the feature itself.
    Present,
    Absent,
    NotKnown,
    /// It is there, and more is said of it.
    Described,
}

const ABSENT: [&str; 12] =
    [loinc::ABSENT.code, "LA32-8", "N", "NO", "ABSENT", "NEG", "NEGATIVE", "NOT PRESENT", "FALSE", "0", "EXCLUDED", "NOT OBSERVED"];
const PRESENT: [&str; 11] = [loinc::PRESENT.code, "LA33-6", "Y", "YES", "PRESENT", "P", "POS", "POSITIVE", "TRUE", "1", "OBSERVED"];
const NOT_KNOWN: [&str; 11] = ["LA4489-6", "U", "UNK", "UNKNOWN", "NOT KNOWN", "NOT ASSESSED", "NA", "N/A", "ND", "261665006", "373068000"];

impl Reply {
    /// What the answer of an observation says.
    pub fn read(obx: &Segment) -> Reply {
        let value = obx.first(5);
        let parts = [value.component(1).to_uppercase(), value.component(2).to_uppercase()];
        let is_one_of = |list: &[&str]| parts.iter().any(|part| list.contains(&part.as_str()));
        match () {
            () if value.is_empty() => Reply::Present,
            () if is_one_of(&ABSENT) || is_one_of(&NEGATIVE_ANSWERS) => Reply::Absent,
            () if is_one_of(&NOT_KNOWN) => Reply::NotKnown,
            () if is_one_of(&PRESENT) => Reply::Present,
            () => Reply::Described,
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
