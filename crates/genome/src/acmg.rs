//! The criteria for small germline variants by their codes, and the strengths at which they are applied.
//!
//! Sources: Richards 2015 (Genet Med 17:405), tables 3 and 4; Tavtigian 2020 (Hum Mutat 41:1734) for points; ACGS Best Practice
//! Guidelines for Variant Classification 2024 for what is not used in the United Kingdom.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Strength of a criterion. Points after Tavtigian 2020, table 2.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Strength {
    /// 1 point, or odds of pathogenicity of 2.08.
    Supporting,
    /// 2 points, or odds of 4.33.
    Moderate,
    /// 4 points, or odds of 18.7.
    Strong,
    /// 8 points, or odds of 350.
    VeryStrong,
    /// Decides by itself (BA1).
    StandAlone,
}

impl Strength {
    /// Points of one criterion of this strength, before its sign. Source: Tavtigian 2020, table 2.
    pub fn points(self) -> i32 {
        match self {
            Strength::Supporting => 1,
            Strength::Moderate => 2,
            Strength::Strong => 4,
            Strength::VeryStrong | Strength::StandAlone => 8,
        }
    }

    /// The strength as people read it: `Very strong`.
    pub fn label(self) -> &'static str {
        match self {
            Strength::Supporting => "Supporting",
            Strength::Moderate => "Moderate",
            Strength::Strong => "Strong",
            Strength::VeryStrong => "Very strong",
            Strength::StandAlone => "Stand-alone",
        }
    }

    /// What follows the code of a criterion that is applied at another strength than its own.
    pub fn suffix(self) -> &'static str {
        match self {
            Strength::Supporting => "_Supporting",
            Strength::Moderate => "_Moderate",
            Strength::Strong => "_Strong",
            Strength::VeryStrong => "_VeryStrong",
            Strength::StandAlone => "",
        }
    }
}

macro_rules! criteria {
    ($($code:ident $summary:literal),* $(,)?) => {
        /// A criterion of ACMG/AMP 2015.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum AcmgCode {
            $(#[doc = $summary] $code,)*
        }

        impl AcmgCode {
            /// Every criterion, in the order of the guideline's tables.
            pub const ALL: &[AcmgCode] = &[$(AcmgCode::$code),*];

            /// As it is written: `PVS1`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(AcmgCode::$code => stringify!($code),)*
                }
            }

            /// What it asks, in a few words.
            pub fn summary(self) -> &'static str {
                match self {
                    $(AcmgCode::$code => $summary,)*
                }
            }
        }
    };
}

criteria! {
    PVS1 "Null variant in a gene in which loss of function causes the disorder",
    PS1 "Same protein change as an established pathogenic variant",
    PS2 "De novo, with both parents confirmed",
    PS3 "Functional studies show a damaging effect",
    PS4 "More frequent in affected people than in controls",
    PM1 "In a hot spot or critical domain without benign variation",
    PM2 "Absent from population databases, or extremely rare",
    PM3 "In trans with a pathogenic variant, in a recessive disorder",
    PM4 "Changes the length of the protein",
    PM5 "Another change of the same residue is pathogenic",
    PM6 "Assumed de novo, without confirmed parentage",
    PP1 "Segregates with the disorder in the family",
    PP2 "Missense in a gene in which missense variants cause disease and few are benign",
    PP3 "Computational evidence of damage",
    PP4 "Phenotype or family history highly specific for the gene",
    PP5 "A reputable source reports it as pathogenic",
    BA1 "Allele frequency above 5 %",
    BS1 "More frequent than the disorder allows",
    BS2 "Seen in healthy adults, where the disorder has full penetrance early",
    BS3 "Functional studies show no damaging effect",
    BS4 "Does not segregate with the disorder in the family",
    BP1 "Missense in a gene in which truncating variants cause the disorder",
    BP2 "In trans with a pathogenic variant of a dominant disorder, or in cis with any",
    BP3 "In-frame change in a repeat without known function",
    BP4 "Computational evidence of no effect",
    BP5 "Found in a case with another cause",
    BP6 "A reputable source reports it as benign",
    BP7 "Silent, with no predicted effect on splicing",
}

/// Text that names no criterion.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no criterion of ACMG/AMP 2015, such as PVS1 or BP4")]
pub struct NotACriterion(pub String);

impl AcmgCode {
    /// Speaks for benign.
    pub fn is_benign(self) -> bool {
        self >= AcmgCode::BA1
    }

    /// The strength that its name says.
    pub fn default_strength(self) -> Strength {
        match self.as_str().trim_end_matches(|c: char| c.is_ascii_digit()) {
            "PVS" => Strength::VeryStrong,
            "PS" | "BS" => Strength::Strong,
            "PM" => Strength::Moderate,
            "BA" => Strength::StandAlone,
            _ => Strength::Supporting,
        }
    }

    /// Strengths at which it may be applied, strongest first. Sources: ClinGen SVI, recommendations for single criteria, and PM2 1.0
    /// (2020) for PM2; Richards 2015 for BA1, which alone decides by itself.
    pub fn strengths(self) -> &'static [Strength] {
        use Strength::{Moderate, StandAlone, Strong, Supporting, VeryStrong};
        match self {
            AcmgCode::BA1 => &[StandAlone],
            AcmgCode::PM2 => &[Moderate, Supporting],
            code if code.is_benign() => &[Strong, Moderate, Supporting],
            _ => &[VeryStrong, Strong, Moderate, Supporting],
        }
    }

    /// Why it is not used, where it is not. Sources: ACGS Best Practice Guidelines for Variant Classification 2024; Biesecker and
    /// Harrison 2018 (Genet Med 20:1687).
    pub fn reason_not_used(self) -> Option<&'static str> {
        matches!(self, AcmgCode::PP5 | AcmgCode::BP6).then_some(
            "not used in the United Kingdom (ACGS 2024): another laboratory's class is no evidence, what it rests on is. Apply the criterion of that evidence",
        )
    }
}

impl fmt::Display for AcmgCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for AcmgCode {
    type Err = NotACriterion;
    fn from_str(text: &str) -> Result<AcmgCode, NotACriterion> {
        let code = AcmgCode::ALL.iter().copied().find(|code| code.as_str() == text.trim());
        code.ok_or_else(|| NotACriterion(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Source: Richards 2015, tables 3 and 4: 16 criteria for pathogenic, 12 for benign.
    #[test]
    fn there_are_28_criteria_each_with_the_strength_of_its_name() {
        assert_eq!(AcmgCode::ALL.len(), 28);
        assert_eq!(AcmgCode::ALL.iter().filter(|code| code.is_benign()).count(), 12);
        for code in AcmgCode::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
            let own = code.default_strength();
            assert!(code.strengths().contains(&own), "{code} {own:?}");
            assert_eq!(code.strengths().contains(&Strength::StandAlone), *code == AcmgCode::BA1, "{code}");
        }
        assert!("PP6".parse::<AcmgCode>().is_err() && "pvs1 ".parse::<AcmgCode>().is_err());
    }

    #[test]
    fn only_the_class_of_another_laboratory_is_no_criterion() {
        let unused: Vec<&AcmgCode> = AcmgCode::ALL.iter().filter(|code| code.reason_not_used().is_some()).collect();
        assert_eq!(unused, [&AcmgCode::PP5, &AcmgCode::BP6]);
    }
}
