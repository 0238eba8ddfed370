//! The five classes of a germline variant.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How likely a variant is to cause disease, in five classes. Source: Richards 2015 (Genet Med 17:405); ACGS Best Practice
/// Guidelines for Variant Classification 2024.
///
/// An analysis stores the name of the variant (`LikelyPathogenic`), a conclusion and a report store the label (`Likely pathogenic`,
/// by [`label`]); either is read in both places.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
pub enum Pathogenicity {
    /// Class 1.
    Benign,
    /// Class 2.
    #[serde(alias = "Likely benign")]
    LikelyBenign,
    /// Class 3: not enough is known, or what is known conflicts.
    #[serde(alias = "Uncertain significance")]
    Uncertain,
    /// Class 4.
    #[serde(alias = "Likely pathogenic")]
    LikelyPathogenic,
    /// Class 5.
    Pathogenic,
}

/// Text that names none of the five classes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is none of the five classes: Pathogenic, Likely pathogenic, Uncertain significance, Likely benign, Benign")]
pub struct NotAPathogenicity(pub String);

impl Pathogenicity {
    /// All classes, most pathogenic first.
    pub const ALL: [Pathogenicity; 5] = [
        Pathogenicity::Pathogenic,
        Pathogenicity::LikelyPathogenic,
        Pathogenicity::Uncertain,
        Pathogenicity::LikelyBenign,
        Pathogenicity::Benign,
    ];

    /// Class of a sum of points. Source: Tavtigian 2020: P ≥ 10, LP 6–9, VUS 0–5, LB −1…−6, B ≤ −7; but a single supporting
    /// criterion does not make a variant likely benign (Richards 2015, table 5), so −1 stays uncertain.
    pub fn of_points(points: i32) -> Pathogenicity {
        match points {
            10.. => Pathogenicity::Pathogenic,
            6..=9 => Pathogenicity::LikelyPathogenic,
            -1..=5 => Pathogenicity::Uncertain,
            -6..=-2 => Pathogenicity::LikelyBenign,
            _ => Pathogenicity::Benign,
        }
    }

    /// The class as people read it: `Likely pathogenic`.
    pub fn label(self) -> &'static str {
        match self {
            Pathogenicity::Benign => "Benign",
            Pathogenicity::LikelyBenign => "Likely benign",
            Pathogenicity::Uncertain => "Uncertain significance",
            Pathogenicity::LikelyPathogenic => "Likely pathogenic",
            Pathogenicity::Pathogenic => "Pathogenic",
        }
    }

    /// Number of the class, 1 (benign) to 5 (pathogenic). Source: ACGS Best Practice Guidelines 2024.
    pub fn class(self) -> u8 {
        self as u8 + 1
    }

    /// Pathogenic or likely pathogenic: a cause of disease may be told, and relatives may be tested for it.
    pub fn is_pathogenic(self) -> bool {
        self >= Pathogenicity::LikelyPathogenic
    }

    /// Benign or likely benign.
    pub fn is_benign(self) -> bool {
        self <= Pathogenicity::LikelyBenign
    }
}

impl fmt::Display for Pathogenicity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

impl FromStr for Pathogenicity {
    type Err = NotAPathogenicity;

    /// Reads a label, in upper or lower case, or the usual longer name of the uncertain class. Nothing else: `Not pathogenic` is no
    /// class.
    fn from_str(text: &str) -> Result<Pathogenicity, NotAPathogenicity> {
        match text.trim().to_lowercase().as_str() {
            "pathogenic" => Ok(Pathogenicity::Pathogenic),
            "likely pathogenic" => Ok(Pathogenicity::LikelyPathogenic),
            "uncertain significance" | "variant of uncertain significance" => Ok(Pathogenicity::Uncertain),
            "likely benign" => Ok(Pathogenicity::LikelyBenign),
            "benign" => Ok(Pathogenicity::Benign),
            _ => Err(NotAPathogenicity(text.into())),
        }
    }
}

/// The class stored by its label, as conclusions and reports store it: `#[serde(with = "genome::pathogenicity::label")]`.
pub mod label {
    use super::Pathogenicity;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    /// Writes the label.
    pub fn serialize<S: Serializer>(class: &Pathogenicity, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(class.label())
    }

    /// Reads a label.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Pathogenicity, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_read_from_its_label_and_from_nothing_that_merely_ends_like_it() {
        for class in Pathogenicity::ALL {
            assert_eq!(class.label().parse(), Ok(class));
            assert_eq!(class.label().to_lowercase().parse(), Ok(class));
            assert_eq!(class.label().to_uppercase().parse(), Ok(class));
        }
        assert_eq!("variant of uncertain significance".parse(), Ok(Pathogenicity::Uncertain));
        let others =
            ["Not pathogenic", "Pathogenic, low penetrance", "Conflicting classifications of pathogenicity", "Unlikely benign", "", "3"];
        for text in others {
            assert_eq!(text.parse::<Pathogenicity>(), Err(NotAPathogenicity(text.into())), "{text}");
        }
    }

    #[test]
    fn classes_4_and_5_are_pathogenic_and_1_and_2_benign() {
        let decided = Pathogenicity::ALL.map(|c| (c.class(), c.is_pathogenic(), c.is_benign()));
        assert_eq!(decided, [(5, true, false), (4, true, false), (3, false, false), (2, false, true), (1, false, true)]);
    }
}
