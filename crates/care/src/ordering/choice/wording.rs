//! What people are asked, in the wording of each version.

use super::Purpose;

/// Version of the wording that is in force. Questions after the national record of discussion form; words our own.
pub const WORDING: &str = "2026-11";

/// One question of the record of discussion.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Question {
    /// What it is about.
    pub purpose: Purpose,
    /// Name of its field.
    pub field: &'static str,
    /// In a word or two.
    pub title: &'static str,
    /// What is agreed to.
    pub wording: &'static str,
}

/// The questions of every version of the wording, so that what somebody agreed to can be read again.
const WORDINGS: [(&str, [Question; 5]); 1] = [(
    WORDING,
    [
        Question {
            purpose: Purpose::Test,
            field: "test",
            title: "The test",
            wording: "I have talked about what the test may and may not find, and I agree that it is done.",
        },
        Question {
            purpose: Purpose::Research,
            field: "research",
            title: "Research",
            wording: "My coded data and samples may be kept in the research library and used for approved health research.",
        },
        Question {
            purpose: Purpose::Recontact,
            field: "recontact",
            title: "Being contacted again",
            wording: "I may be contacted if new knowledge changes the result, or about research that fits me.",
        },
        Question {
            purpose: Purpose::SecondaryFindings,
            field: "secondary_findings",
            title: "Other findings",
            wording: "I want to know about health findings that have nothing to do with the reason for the test, where they are looked for.",
        },
        Question {
            purpose: Purpose::FamilySharing,
            field: "family_sharing",
            title: "Sharing results with relatives’ care teams",
            wording: "My result may be used in the care of my relatives.",
        },
    ],
)];

/// The questions of a version of the wording.
pub fn questions(wording: &str) -> Option<&'static [Question; 5]> {
    WORDINGS.iter().find(|(version, _)| *version == wording).map(|(_, questions)| questions)
}
