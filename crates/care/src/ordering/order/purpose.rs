//! What a request is for, with what only that kind of request needs.

use super::Request;
use crate::{
    PatientId, Refusal,
    directory::eligibility::Subject,
    ordering::family::{Participant, Relationship},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a request is for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Purpose {
    /// To find why a patient is ill.
    #[default]
    Diagnosis,
    /// A tumour, solid or of the blood.
    Tumour(Tumour),
    /// A fetus, during the pregnancy or after its loss.
    Prenatal(Prenatal),
    /// Somebody who has died.
    AfterDeath {
        /// When.
        died: Date,
        /// The coroner who asks; empty when it is the family or the clinician.
        coroner: String,
    },
    /// Whether a relative carries a variant that is known in the family.
    Predictive {
        /// The variant, in HGVS.
        variant: String,
        /// The relative in whom it was found, and where.
        relative: String,
    },
    /// Whether somebody carries a variant that their children could have.
    Carrier {
        /// The gene or the condition.
        condition: String,
        /// Why: a partner who carries, a relative, ancestry.
        reason: String,
    },
    /// DNA is taken and kept; nothing is tested yet.
    Storage {
        /// Why.
        reason: String,
    },
    /// To follow, confirm or complete an earlier order.
    FollowUp {
        /// Number of the earlier order.
        order: String,
        /// Why.
        reason: String,
    },
    /// To look at earlier data again (R387).
    Reanalysis {
        /// Number of the earlier order.
        order: String,
        /// What is new.
        reason: String,
    },
    /// To classify a reported variant again (R442).
    Reinterpretation {
        /// The variant, in HGVS.
        variant: String,
        /// What is new.
        reason: String,
    },
}

/// A tumour.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tumour {
    /// Diagnosis, confirmed or suspected.
    pub diagnosis: String,
    /// What is sent.
    pub sample: TumourSample,
    /// Pathology laboratory that holds the tissue, and its number of the block or specimen.
    pub pathology: String,
    /// Whether a germline sample comes with it.
    pub germline: Germline,
}

/// What is sent of a tumour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum TumourSample {
    FreshFrozen,
    Block,
    BoneMarrow,
    Blood,
    Fluid,
}

/// Whether a germline sample comes with a tumour's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Germline {
    /// With it.
    Now,
    /// The tumour is started first.
    Later,
    /// The test needs none.
    NotNeeded,
}

/// A pregnancy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Prenatal {
    /// Completed weeks.
    pub gestation_weeks: u8,
    /// Which fetus, and of how many.
    pub fetus: (u8, u8),
    /// The pregnancy has ended in loss.
    pub lost: bool,
    /// What is sent of the fetus.
    pub sample: PrenatalSample,
}

/// What is sent of a fetus.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum PrenatalSample {
    AmnioticFluid,
    ChorionicVillus,
    CordBlood,
    Tissue,
}

impl TumourSample {
    /// As a label says it.
    pub fn label(self) -> &'static str {
        match self {
            TumourSample::FreshFrozen => "Tumour (fresh frozen)",
            TumourSample::Block => "Tumour (FFPE block)",
            TumourSample::BoneMarrow => "Bone marrow (EDTA)",
            TumourSample::Blood => "Leukaemic blood (EDTA)",
            TumourSample::Fluid => "Tumour (fluid)",
        }
    }
}

impl PrenatalSample {
    /// As a label says it.
    pub fn label(self) -> &'static str {
        match self {
            PrenatalSample::AmnioticFluid => "Amniotic fluid",
            PrenatalSample::ChorionicVillus => "Chorionic villus",
            PrenatalSample::CordBlood => "Cord blood (EDTA)",
            PrenatalSample::Tissue => "Fetal tissue",
        }
    }
}

/// Blood for DNA.
pub const BLOOD: &str = "Blood (EDTA)";
/// No pregnancy lasts longer, in weeks.
const GESTATION_WEEKS_MAX: u8 = 44;

impl Purpose {
    /// Who is tested, as the eligibility for a test sees it.
    pub fn subject(&self) -> Subject {
        match self {
            Purpose::Prenatal(_) => Subject::Unborn,
            Purpose::AfterDeath { died, .. } => Subject::Deceased { on: *died },
            _ => Subject::Living,
        }
    }

    /// In words.
    pub fn label(&self) -> String {
        match self {
            Purpose::Diagnosis => "Diagnosis".into(),
            Purpose::Tumour(t) => format!("Tumour: {}", t.diagnosis),
            Purpose::Prenatal(p) if p.fetus.1 > 1 => {
                format!("Fetus {} of {}, {} weeks{}", p.fetus.0, p.fetus.1, p.gestation_weeks, lost(p))
            }
            Purpose::Prenatal(p) => format!("Fetus, {} weeks{}", p.gestation_weeks, lost(p)),
            Purpose::AfterDeath { died, coroner } if coroner.is_empty() => format!("After death on {died}"),
            Purpose::AfterDeath { died, coroner } => format!("After death on {died}, for the coroner ({coroner})"),
            Purpose::Predictive { variant, relative } => format!("Predictive test for {variant} ({relative})"),
            Purpose::Carrier { condition, .. } => format!("Carrier test for {condition}"),
            Purpose::Storage { .. } => "DNA storage".into(),
            Purpose::FollowUp { order, .. } => format!("Follows {order}"),
            Purpose::Reanalysis { order, .. } => format!("Reanalysis of {order}"),
            Purpose::Reinterpretation { variant, .. } => format!("Interpret {variant} again"),
        }
    }

    /// Nothing new is taken from anybody.
    pub fn uses_earlier_data(&self) -> bool {
        matches!(self, Purpose::Reanalysis { .. } | Purpose::Reinterpretation { .. })
    }

    /// Number of the earlier order that it goes on from.
    pub fn earlier_order(&self) -> Option<&str> {
        match self {
            Purpose::FollowUp { order, .. } | Purpose::Reanalysis { order, .. } => Some(order),
            _ => None,
        }
    }

    /// What it lacks itself.
    pub fn faults(&self) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        let mut need = |value: &str, field: &'static str, message: &str| {
            if value.trim().is_empty() {
                refusals.push(Refusal::new(field, message));
            }
        };
        match self {
            Purpose::Diagnosis | Purpose::AfterDeath { .. } => {}
            Purpose::Tumour(t) => {
                need(&t.diagnosis, "diagnosis", "Enter the diagnosis of the tumour, confirmed or suspected");
                if matches!(t.sample, TumourSample::Block | TumourSample::FreshFrozen) {
                    need(&t.pathology, "pathology", "Say which pathology laboratory holds the tissue, and its number");
                }
            }
            Purpose::Prenatal(p) => {
                if p.gestation_weeks == 0 || p.gestation_weeks > GESTATION_WEEKS_MAX {
                    refusals.push(Refusal::new("gestation", format!("Enter the gestation in completed weeks, 1 to {GESTATION_WEEKS_MAX}")));
                }
                if p.fetus.0 == 0 || p.fetus.0 > p.fetus.1 {
                    refusals.push(Refusal::new("fetus", "Say which fetus it is, and of how many"));
                }
            }
            Purpose::Predictive { variant, relative } => {
                need(variant, "variant", "Enter the variant that is known in the family, in HGVS");
                need(relative, "relative", "Say in which relative it was found, and by which laboratory or report");
            }
            Purpose::Carrier { condition, reason } => {
                need(condition, "condition", "Say for which gene or condition, such as CFTR or cystic fibrosis");
                need(reason, "purpose_reason", "Say why: a partner who is a carrier, a relative, ancestry");
            }
            Purpose::Storage { reason } => need(reason, "purpose_reason", "Say why the DNA is kept"),
            Purpose::FollowUp { order, reason } | Purpose::Reanalysis { order, reason } => {
                need(order, "earlier_order", "Enter the number of the earlier order, such as OG-1A2B3-C4D5E");
                need(reason, "purpose_reason", "Say what is new since the earlier order");
            }
            Purpose::Reinterpretation { variant, reason } => {
                need(variant, "variant", "Enter the variant that is looked at again, in HGVS");
                need(reason, "purpose_reason", "Say what is new about the variant");
            }
        }
        refusals
    }

    /// Whether what the patient shows is part of the minimum data set.
    pub fn needs_phenotype(&self) -> bool {
        matches!(self, Purpose::Diagnosis | Purpose::Prenatal(_) | Purpose::AfterDeath { .. })
    }

    /// What is taken of the proband or of another person; none when nothing is taken.
    fn materials(&self, is_proband: bool) -> Vec<&'static str> {
        match self {
            _ if self.uses_earlier_data() => vec![],
            Purpose::Tumour(t) if is_proband => {
                let germline = if t.germline == Germline::Now { Some(BLOOD) } else { None };
                std::iter::once(t.sample.label()).chain(germline).collect()
            }
            Purpose::Prenatal(p) if is_proband => vec![p.sample.label()],
            Purpose::AfterDeath { .. } if is_proband => vec!["Stored DNA or tissue"],
            _ => vec![BLOOD],
        }
    }
}

fn lost(prenatal: &Prenatal) -> &'static str {
    if prenatal.lost { ", after loss" } else { "" }
}

/// Every sample that a request needs: whose, and what.
pub fn samples_needed(request: &Request) -> Vec<(PatientId, &'static str)> {
    let proband = request.proband().map(|p| p.patient);
    let sample_of =
        |p: &Participant| request.purpose.materials(Some(p.patient) == proband).into_iter().map(|m| (p.patient, m)).collect::<Vec<_>>();
    request.people.iter().flat_map(sample_of).collect()
}

/// Whose agreement a request needs. A fetus has none of its own; earlier data were agreed to when they were made.
pub fn choices_needed(request: &Request) -> Vec<PatientId> {
    let proband = request.proband().map(|p| p.patient);
    let is_fetus = matches!(request.purpose, Purpose::Prenatal(_));
    let people = request.people.iter().filter(|p| !(is_fetus && Some(p.patient) == proband));
    if request.purpose.uses_earlier_data() { vec![] } else { people.map(|p| p.patient).collect() }
}

/// Whether nothing is said of what the patient shows, where the test is chosen and read by it.
pub fn is_phenotype_missing(request: &Request) -> bool {
    request.purpose.needs_phenotype() && request.observed.is_empty()
}

/// What the minimum data set of a request lacks for its purpose.
pub fn faults(request: &Request) -> Vec<Refusal> {
    let mut refusals = request.purpose.faults();
    let is_fetus = matches!(request.purpose, Purpose::Prenatal(_));
    if is_fetus && !request.people.iter().any(|person| person.relationship == Relationship::Mother) {
        refusals.push(Refusal::new("family", "A test of a fetus needs the pregnant person: enter the mother"));
    }
    // A hospital's system may not know them: they are asked for on the work list.
    if request.sender.is_none() && is_phenotype_missing(request) {
        refusals.push(Refusal::new("phenotype", "Enter at least one HPO term that the patient has"));
    }
    refusals
}
