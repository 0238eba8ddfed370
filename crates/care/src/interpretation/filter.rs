//! Which candidates of a case a scientist wants to see: what a form or an address says, and the same as criteria. A filter changes
//! what is shown and never what is known: what cannot be looked at, such as a frequency that the pack does not know, is not hidden.

use crate::{Refusal, Refusals};
use genome::Pathogenicity;
use serde::{Deserialize, Serialize};

/// A filter as it is typed; what is empty filters nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Symbols of genes, or parts of them, parted by commas or blanks.
    pub gene: String,
    /// Class, by its label.
    pub class: String,
    /// Tier, 1 to 3.
    pub tier: String,
    /// Kind of consequence, by its name.
    pub consequence: String,
    /// Kind of inheritance, by its name.
    pub inheritance: String,
    /// Highest population frequency, as a share (`0.001`) or in per cent (`0.1%`).
    pub frequency: String,
    /// Which panel, by its name.
    pub panel: String,
    /// What is noted, by its name.
    pub note: String,
    /// Lowest quality of the proband's genotype, Phred-scaled.
    pub quality: String,
}

/// A filter that was read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Criteria {
    /// Parts of symbols in small letters; any of them.
    pub genes: Vec<String>,
    /// Class, as whoever looks assesses it.
    pub class: Option<Pathogenicity>,
    /// Tier.
    pub tier: Option<u8>,
    /// Kind of consequence.
    pub consequence: Option<ConsequenceKind>,
    /// Kind of inheritance.
    pub inheritance: Option<InheritanceKind>,
    /// Highest share of alleles in the population.
    pub frequency_max: Option<f32>,
    /// Which panel.
    pub panel: Option<PanelKind>,
    /// What is noted.
    pub note: Option<NoteKind>,
    /// Lowest quality of the proband's genotype.
    pub quality_min_phred: Option<f32>,
}

macro_rules! kinds {
    ($(#[$doc:meta])* $kind:ident { $($(#[$what:meta])* $variant:ident $name:literal $label:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $kind {
            $($(#[$what])* $variant,)*
        }

        impl $kind {
            /// Every one, with its name in forms and what people read.
            pub const ALL: &[($kind, &'static str, &'static str)] = &[$(($kind::$variant, $name, $label)),*];

            /// By its name in forms.
            pub fn named(name: &str) -> Option<$kind> {
                $kind::ALL.iter().find(|(_, known, _)| *known == name).map(|(kind, ..)| *kind)
            }
        }
    };
}

kinds! {
    /// Kinds of consequence.
    ConsequenceKind {
        /// Of high impact by Ensembl's classes.
        Truncating "truncating" "Truncating",
        /// Of moderate impact.
        Altering "altering" "Missense or in-frame",
        /// At a splice site or in its region.
        Splicing "splicing" "Splice site or region",
        /// Of low impact, or outside coding sequence.
        Other "other" "Other",
    }
}

kinds! {
    /// Kinds of inheritance.
    InheritanceKind {
        /// In neither parent.
        DeNovo "de_novo" "De novo",
        /// One copy that was inherited, or whose origin is not known.
        OneCopy "one_copy" "One copy, not de novo",
        /// Two copies of one allele.
        Homozygous "homozygous" "Homozygous",
        /// Two alleles.
        Compound "compound" "Compound heterozygous",
        /// The only copy of a sex chromosome.
        Hemizygous "hemizygous" "Hemizygous",
        /// Mitochondrial.
        Mitochondrial "mitochondrial" "Mitochondrial",
    }
}

kinds! {
    /// Which panel a gene is on.
    PanelKind {
        /// Green on the panel of the order.
        On "on" "On the order’s panel",
        /// Not on it, or the order has none.
        Outside "outside" "Outside the order’s panel",
        /// Green on a further panel.
        Further "further" "On a further panel",
    }
}

kinds! {
    /// What is noted on a variant.
    NoteKind {
        /// It is pinned.
        Pinned "pinned" "Pinned",
        /// It is dismissed.
        Dismissed "dismissed" "Dismissed",
        /// It is not dismissed.
        NotDismissed "not_dismissed" "Not dismissed",
    }
}

impl Criteria {
    /// Whether something is asked of each variant, beside the gene.
    pub fn is_about_variants(&self) -> bool {
        let is_by_evidence = self.class.is_some() || self.tier.is_some() || self.consequence.is_some() || self.frequency_max.is_some();
        is_by_evidence || self.note.is_some() || self.quality_min_phred.is_some()
    }
}

impl Filter {
    /// Whether nothing is filtered.
    pub fn is_empty(&self) -> bool {
        self.fields().iter().all(|(_, value)| value.trim().is_empty())
    }

    /// Fields with their names in addresses.
    pub fn fields(&self) -> [(&'static str, &str); 9] {
        [
            ("gene", &self.gene),
            ("class", &self.class),
            ("tier", &self.tier),
            ("consequence", &self.consequence),
            ("inheritance", &self.inheritance),
            ("frequency", &self.frequency),
            ("panel", &self.panel),
            ("note", &self.note),
            ("quality", &self.quality),
        ]
    }

    /// What it says, or everything that is wrong with it.
    pub fn criteria(&self) -> Result<Criteria, Refusals> {
        let mut wrong = Vec::new();
        let criteria = Criteria {
            genes: self.gene.split([',', ';', ' ', '\t']).filter(|g| !g.is_empty()).map(str::to_lowercase).collect(),
            class: read(&self.class, &mut wrong, |text| {
                let class = Pathogenicity::ALL.into_iter().find(|class| class.label() == text);
                class.ok_or_else(|| Refusal::new("class", format!("'{text}' is none of the five classes: choose one of the list")))
            }),
            tier: read(&self.tier, &mut wrong, |text| {
                let tier = text.parse().ok().filter(|tier| (1..=3).contains(tier));
                tier.ok_or_else(|| Refusal::new("tier", format!("'{text}' is no tier: choose 1, 2 or 3")))
            }),
            consequence: read(&self.consequence, &mut wrong, |text| named("consequence", text, ConsequenceKind::named)),
            inheritance: read(&self.inheritance, &mut wrong, |text| named("inheritance", text, InheritanceKind::named)),
            frequency_max: read(&self.frequency, &mut wrong, frequency),
            panel: read(&self.panel, &mut wrong, |text| named("panel", text, PanelKind::named)),
            note: read(&self.note, &mut wrong, |text| named("note", text, NoteKind::named)),
            quality_min_phred: read(&self.quality, &mut wrong, quality),
        };
        Refusals::check(wrong)?;
        Ok(criteria)
    }
}

/// A field that is not empty.
fn read<T>(text: &str, wrong: &mut Vec<Refusal>, parse: impl Fn(&str) -> Result<T, Refusal>) -> Option<T> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    parse(text).map_err(|refusal| wrong.push(refusal)).ok()
}

fn named<T>(field: &'static str, text: &str, kind: impl Fn(&str) -> Option<T>) -> Result<T, Refusal> {
    kind(text).ok_or_else(|| Refusal::new(field, format!("'{text}' is not in the list of the filter '{field}': choose one of the list")))
}

fn frequency(text: &str) -> Result<f32, Refusal> {
    let (digits, part) = text.strip_suffix('%').map_or((text, 1.0), |digits| (digits.trim_end(), 100.0));
    let share = digits.parse::<f32>().ok().map(|number| number / part).filter(|share| (0.0..=1.0).contains(share));
    let message =
        || format!("The maximal frequency '{text}' is no share: write a number from 0 to 1, such as 0.001, or per cent, such as 0.1%");
    share.ok_or_else(|| Refusal::new("frequency", message()))
}

fn quality(text: &str) -> Result<f32, Refusal> {
    let number = text.parse::<f32>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| Refusal::new("quality", format!("The minimal quality '{text}' is no number: write one of 0 or more, such as 20")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_read_as_a_person_writes_it() {
        let filter = Filter { gene: "scn1a, KCNQ2  HMGCS".into(), frequency: "0.1 %".into(), quality: "20".into(), ..Filter::default() };
        let criteria = filter.criteria().expect("a filter");
        assert_eq!(criteria.genes, ["scn1a", "kcnq2", "hmgcs"]);
        assert_eq!((criteria.frequency_max, criteria.quality_min_phred), (Some(0.001), Some(20.0)));
        assert_eq!(Filter { gene: " , ".into(), tier: " ".into(), ..Filter::default() }.criteria(), Ok(Criteria::default()));
        assert!(Filter::default().is_empty() && !filter.is_empty());
    }

    #[test]
    fn everything_that_is_wrong_with_a_filter_is_said_at_once() {
        let filter = Filter {
            class: "Bad".into(),
            tier: "4".into(),
            frequency: "1.5".into(),
            quality: "-1".into(),
            panel: "x".into(),
            ..Filter::default()
        };
        let refusals = filter.criteria().expect_err("refused").0;
        assert_eq!(refusals.iter().map(|r| r.field).collect::<Vec<_>>(), ["class", "tier", "frequency", "panel", "quality"]);
        for text in ["NaN", "inf", "-0.1", "200%", "ten"] {
            assert!(Filter { frequency: text.into(), ..Filter::default() }.criteria().is_err(), "{text}");
        }
    }

    #[test]
    fn every_kind_is_found_by_its_name() {
        assert!(ConsequenceKind::ALL.iter().all(|(kind, name, _)| ConsequenceKind::named(name) == Some(*kind)));
        assert!(InheritanceKind::ALL.iter().all(|(kind, name, _)| InheritanceKind::named(name) == Some(*kind)));
        assert!(PanelKind::ALL.iter().all(|(kind, name, _)| PanelKind::named(name) == Some(*kind)));
        assert!(NoteKind::ALL.iter().all(|(kind, name, _)| NoteKind::named(name) == Some(*kind)));
    }
}
