//! What a report says.

use super::{Inheritance, stored};
use crate::{
    NhsNumber, ReportId,
    interpretation::case::Outcome,
    ordering::family::{Affected, Relationship},
    people::patient::{Demographics, Identity, Sex},
};
use genome::{HgncId, Pathogenicity, Variant, Zygosity};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// Everything that a report says, in the order in which it says it. Content after ACGS general genetic laboratory
/// reporting recommendations 2020 and ISO 15189:2022, 7.4.1.6.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Content {
    /// Report.
    pub id: ReportId,
    /// Order number.
    pub order_number: String,
    /// When it was authorised.
    pub authorised: Timestamp,
    /// Whose report it is. Version 1 stored what was printed.
    #[serde(deserialize_with = "stored::patient")]
    pub patient: Subject,
    /// Requester: name and organisation.
    pub requester: [String; 2],
    /// Relatives tested. Version 1 stored what was printed.
    #[serde(deserialize_with = "stored::relatives")]
    pub relatives: Vec<Relative>,
    /// Test code and clinical indication.
    pub test: [String; 2],
    /// Clinical features given: HPO identifier and name; and those excluded.
    pub features: Vec<[String; 2]>,
    /// Features excluded.
    pub excluded: Vec<[String; 2]>,
    /// What was asked; a cause in reports of before it was written down.
    #[serde(rename = "asked", default)]
    pub question: ReportQuestion,
    /// Result.
    pub outcome: Outcome,
    /// What that means for the question of this order; empty in reports of before it was written down.
    #[serde(default)]
    pub headline: String,
    /// A final report follows.
    #[serde(default)]
    pub interim: bool,
    /// Result in plain words.
    pub plain: String,
    /// Those words were edited before signing: the letter to the patient says what was found in them too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_plain_edited: bool,
    /// The scientist's summary.
    pub summary: String,
    /// Variants reported.
    pub variants: Vec<ReportedVariant>,
    /// What was tested.
    pub tested: Vec<String>,
    /// What was not tested, or not well.
    pub not_tested: Vec<String>,
    /// Methods and versions: what, version.
    pub methods: Vec<[String; 2]>,
    /// Signatures: what was done, name and role, when.
    pub signatures: Vec<[String; 3]>,
    /// Report that this one replaces, and what changed.
    pub supersedes: Option<(ReportId, String)>,
}

/// Whose report it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Subject {
    /// Given name and family name.
    pub name: String,
    /// NHS number, or why there is none.
    pub identity: Identity,
    /// Date of birth; of a fetus, the estimated date of delivery.
    pub birth_date: Date,
    /// Sex.
    pub sex: Sex,
}

/// A relative who was tested too.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Relative {
    /// Relationship to the patient.
    pub relationship: Relationship,
    /// Name.
    pub name: String,
    /// Whether they have the condition asked about.
    pub affected: Affected,
}

/// What a report answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum ReportQuestion {
    /// Why somebody is ill.
    #[default]
    Cause,
    /// Whether somebody has the variant that is known in the family.
    FamilyVariant,
    /// Whether somebody carries a variant that their children could have.
    Carrier,
    /// What a tumour has.
    Tumour,
}

impl Content {
    /// Whether something was found that somebody has to act on: what answers the question, or beyond it.
    pub fn is_finding(&self) -> bool {
        self.outcome.is_finding() || self.variants.iter().any(|v| v.secondary)
    }

    /// Variants that answer the question.
    pub fn primary(&self) -> impl Iterator<Item = &ReportedVariant> {
        self.variants.iter().filter(|v| !v.secondary)
    }

    /// Pathogenic and likely pathogenic variants: those for which relatives may be tested.
    pub fn pathogenic(&self) -> impl Iterator<Item = &ReportedVariant> {
        self.variants.iter().filter(|v| v.class.is_pathogenic())
    }

    /// Symbols of the genes in which something was found that answers the question, as words.
    pub fn genes(&self) -> String {
        let mut genes: Vec<&str> = self.primary().map(|v| v.gene.as_str()).collect();
        genes.dedup();
        genes.join(" and ")
    }

    /// The result in a line.
    pub fn headline(&self) -> &str {
        if self.headline.is_empty() { self.outcome.label() } else { &self.headline }
    }

    /// What kind of report it is.
    pub fn kind(&self) -> &'static str {
        match (self.interim, &self.supersedes) {
            (true, _) => "Interim report",
            (false, Some(_)) => "Amended report",
            (false, None) => "Report",
        }
    }
}

/// A variant as reported.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ReportedVariant {
    /// Gene symbol.
    pub gene: String,
    /// Transcript with version.
    pub transcript: String,
    /// HGVS c., p., g.
    pub hgvs: [String; 3],
    /// How it runs in the family, and how common it is. Version 1 stored what was printed.
    #[serde(deserialize_with = "stored::inheritance")]
    pub inheritance: Inheritance,
    /// Class that two scientists gave it.
    #[serde(with = "genome::pathogenicity::label")]
    pub class: Pathogenicity,
    /// Criteria with evidence.
    pub criteria: Vec<[String; 2]>,
    /// Disorder.
    pub disorder: String,
    /// What the scientist adds.
    pub note: String,
    /// It has nothing to do with the question, and the person chose to be told.
    #[serde(default)]
    pub secondary: bool,
    /// The same for machines.
    #[serde(default)]
    pub coded: Coded,
}

/// What other systems read of a variant; empty in reports of before it was written down.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Coded {
    /// Gene.
    #[serde(with = "stored::text_or_empty")]
    pub gene: Option<HgncId>,
    /// The variant on GRCh38.
    #[serde(with = "stored::text_or_empty")]
    pub variant: Option<Variant>,
    /// How many copies the patient has.
    #[serde(with = "stored::zygosity_or_empty")]
    pub zygosity: Option<Zygosity>,
    /// Disorder, such as `OMIM:230400`, and its name.
    pub disorder: [String; 2],
}

impl Subject {
    /// The NHS number, where there is one.
    pub fn nhs_number(&self) -> Option<NhsNumber> {
        match self.identity {
            Identity::NhsNumber(number) => Some(number),
            Identity::Unavailable(_) | Identity::Fetus => None,
        }
    }
}

impl From<&Demographics> for Subject {
    fn from(who: &Demographics) -> Subject {
        Subject { name: who.full_name(), identity: who.nhs_number.clone(), birth_date: who.birth_date, sex: who.sex }
    }
}

/// What differs from an earlier report of the same order, in words for whoever read that one.
pub fn changed(before: &Content, after: &Content) -> String {
    let mut sentences = Vec::new();
    if before.outcome != after.outcome {
        sentences.push(format!("The result was: {}; it is: {}", lower(before.headline()), lower(after.headline())));
    }
    let same = |a: &ReportedVariant, b: &ReportedVariant| a.hgvs[2] == b.hgvs[2];
    let named = |v: &ReportedVariant| format!("{} {}:{}", v.gene, v.transcript, v.hgvs[0]);
    for variant in &before.variants {
        match after.variants.iter().find(|other| same(variant, other)) {
            None => sentences.push(format!("{} is no longer reported", named(variant))),
            Some(other) if other.class != variant.class => {
                sentences.push(format!(
                    "{} was classified as {}; it is {}",
                    named(variant),
                    lower(variant.class.label()),
                    lower(other.class.label())
                ));
            }
            Some(_) => {}
        }
    }
    let came = after.variants.iter().filter(|v| !before.variants.iter().any(|other| same(v, other)));
    sentences.extend(came.map(|v| format!("{} is reported for the first time ({})", named(v), lower(v.class.label()))));
    if before.outcome == after.outcome && before.plain != after.plain {
        sentences.push("The result in plain words was written otherwise".into());
    }
    if sentences.is_empty() {
        sentences.push(if before.summary == after.summary {
            "Result, variants and summary are the same".into()
        } else {
            "Result and variants are the same; the summary was changed".into()
        });
    }
    format!("{}.", sentences.join(". "))
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}
