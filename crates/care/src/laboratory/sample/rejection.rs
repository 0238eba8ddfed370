//! Why a sample is rejected: one of a closed list, with words where they are needed.

use crate::{Refusal, Refusals};
use serde::{Deserialize, Serialize};

/// What is wrong with a sample. Source: HL7 version 2.9, table 0490 (specimen reject reason), and the criteria for rejection of FHIR
/// (`rejection-criteria`), as far as they have one; a wrong tube and a delay are in neither and are named as laboratories name them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Ground {
    /// The label lacks an identifier, or says another one than the request.
    LabellingError,
    /// Too little for the test.
    InsufficientVolume,
    /// Red cells have burst.
    Haemolysed,
    /// Blood that had to stay liquid has clotted.
    Clotted,
    /// Another tube or preservative than the test needs.
    WrongTube,
    /// The container is broken or has leaked.
    Damaged,
    /// It was on its way for too long.
    Delayed,
    /// It may be another person's.
    WrongPatientSuspected,
    /// Another reason, in words.
    Other,
}

/// A rejection.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rejection {
    /// In words; all that there is of those that were written before there was a list.
    pub reason: String,
    /// Which of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<Ground>,
}

impl Ground {
    /// Every reason, with its name in forms.
    pub const ALL: [(&str, Ground); 9] = [
        ("labelling", Ground::LabellingError),
        ("insufficient", Ground::InsufficientVolume),
        ("haemolysed", Ground::Haemolysed),
        ("clotted", Ground::Clotted),
        ("wrong_tube", Ground::WrongTube),
        ("damaged", Ground::Damaged),
        ("delayed", Ground::Delayed),
        ("wrong_patient", Ground::WrongPatientSuspected),
        ("other", Ground::Other),
    ];

    /// The reason with a name in forms.
    pub fn named(name: &str) -> Option<Ground> {
        Ground::ALL.iter().find(|(own, _)| *own == name).map(|(_, ground)| *ground)
    }

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Ground::LabellingError => "Labelling error",
            Ground::InsufficientVolume => "Insufficient volume",
            Ground::Haemolysed => "Haemolysed",
            Ground::Clotted => "Clotted",
            Ground::WrongTube => "Wrong tube",
            Ground::Damaged => "Damaged or leaked",
            Ground::Delayed => "Delayed in transit",
            Ground::WrongPatientSuspected => "Wrong patient suspected",
            Ground::Other => "Other reason",
        }
    }

    /// Code of HL7 table 0490, where it has one.
    pub fn hl7(self) -> Option<&'static str> {
        match self {
            Ground::LabellingError => Some("RM"),
            Ground::InsufficientVolume => Some("QS"),
            Ground::Haemolysed => Some("RH"),
            Ground::Clotted => Some("RC"),
            Ground::Damaged => Some("RB"),
            Ground::WrongPatientSuspected => Some("RI"),
            Ground::WrongTube | Ground::Delayed | Ground::Other => None,
        }
    }

    /// What whoever takes the next sample should know.
    fn advice(self) -> &'static str {
        match self {
            Ground::LabellingError => "Label the tube beside the patient, with name, date of birth and NHS number as on the request.",
            Ground::InsufficientVolume => "Fill the tube to its mark.",
            Ground::Haemolysed => "Take it by a clean puncture, and do not shake the tube.",
            Ground::Clotted => "Invert the tube gently several times at once after it is filled.",
            Ground::WrongTube => "Take it into the tube that the order names.",
            Ground::Damaged => "Close the tube and pack it in a container that absorbs what leaks.",
            Ground::Delayed => "Send it on the day on which it is taken.",
            Ground::WrongPatientSuspected => {
                "Check at once from whom the tube was taken: a sample of somebody else may have been sent under this name, and theirs \
                 may be missing. Identify the patient by name, date of birth and NHS number before the next one is taken."
            }
            Ground::Other => "Ask the laboratory if it is not clear what has to be different.",
        }
    }
}

impl Rejection {
    /// A rejection for a reason of the list, with words.
    pub fn new(ground: Ground, reason: impl Into<String>) -> Rejection {
        Rejection { reason: reason.into(), ground: Some(ground) }
    }

    /// The same, complete; or what is missing.
    pub(super) fn checked(self) -> Result<Rejection, Refusals> {
        let reason = self.reason.trim().to_owned();
        let missing = match self.ground {
            None => Some(Refusal::new("ground", "Choose why the sample is rejected")),
            Some(Ground::Other) if reason.is_empty() => {
                Some(Refusal::new("reason", "Say why the sample is rejected, as it is for another reason"))
            }
            Some(_) => None,
        };
        match missing {
            Some(refusal) => Err(Refusals(vec![refusal])),
            None => Ok(Rejection { reason, ground: self.ground }),
        }
    }

    /// Why, in words.
    pub fn sentence(&self) -> String {
        match self.ground {
            None | Some(Ground::Other) => self.reason.clone(),
            Some(ground) if self.reason.is_empty() => ground.label().to_owned(),
            Some(ground) => format!("{}: {}", ground.label(), self.reason),
        }
    }

    /// What the requester does next; nothing of an order that ended, for which no new sample is expected.
    pub fn next_step(&self) -> String {
        format!("A new sample is needed and is expected already. {}", self.ground.unwrap_or(Ground::Other).advice())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Event;
    use super::*;

    #[test]
    fn what_was_rejected_before_there_was_a_list_is_read_as_before() {
        let old: Event = serde_json::from_str(r#"{"Rejected":{"reason":"Tube was empty"}}"#).expect("an old event");
        let Event::Rejected(rejection) = &old else { panic!("{old:?}") };
        assert_eq!((rejection.sentence().as_str(), rejection.ground), ("Tube was empty", None));
        assert_eq!(serde_json::to_string(&old).expect("written"), r#"{"Rejected":{"reason":"Tube was empty"}}"#);
    }

    #[test]
    fn a_rejection_is_for_a_reason_of_the_list_and_another_needs_words() {
        let refused = |rejection: Rejection| rejection.checked().map_or_else(|refusals| refusals.0[0].field, |_| "");
        assert_eq!(refused(Rejection { reason: "Empty".into(), ground: None }), "ground");
        assert_eq!(refused(Rejection::new(Ground::Other, " ")), "reason");
        assert_eq!(Rejection::new(Ground::Clotted, " ").checked().expect("complete").sentence(), "Clotted");
        assert_eq!(Rejection::new(Ground::WrongTube, "Heparin").sentence(), "Wrong tube: Heparin");
        assert_eq!(Rejection::new(Ground::Other, "Order cancelled").sentence(), "Order cancelled");
    }

    #[test]
    fn every_reason_has_a_name_and_says_what_to_do() {
        for (name, ground) in Ground::ALL {
            assert_eq!(Ground::named(name), Some(ground));
            assert!(Rejection::new(ground, "").next_step().len() > 60, "{ground:?}");
        }
        assert_eq!(Ground::named("Clotted"), None);
        let codes: std::collections::BTreeSet<_> = Ground::ALL.iter().filter_map(|(_, ground)| ground.hl7()).collect();
        assert_eq!(codes.len(), 6, "no two have one code");
    }
}
