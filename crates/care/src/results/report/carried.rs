//! How the patient carries a reported variant, and what that means for relatives, in plain words: from the zygosity and the pattern of
//! inheritance that the report holds.
//!
//! Chances are those of Mendelian inheritance. Source: Read and Donnai, New Clinical Genetics, 4th edition, chapter 1. That a variant which
//! neither parent has in their blood can come again in a brother or sister: Rahbari et al. 2016, Nature Genetics 48:126.

use super::{ReportQuestion, ReportedVariant};
use genome::{Contig, Pathogenicity, Zygosity};

/// How a variant runs in the family, as the pattern of a report says it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Course {
    /// In neither parent.
    DeNovo,
    /// In neither parent, of whom one was not read well.
    ApparentlyDeNovo,
    /// On one of two copies of the gene.
    OneCopy,
    /// On both copies.
    TwoCopies,
    /// With a second variant, on the other copy.
    InTrans,
    /// With a second variant, of which it is not known on which copy it lies.
    PhaseUnknown,
    /// On the only copy.
    OnlyCopy,
    /// In the mitochondrial DNA.
    Mitochondrial,
    /// The report does not say.
    NotSaid,
}

/// What stands before a pattern that does not say the zygosity by itself.
const HETEROZYGOUS: &str = "heterozygous, ";

/// How patterns begin, behind the word for one copy of two where a report has it.
const STARTS: [(&str, Course); 8] = [
    ("de novo", Course::DeNovo),
    ("apparently de novo", Course::ApparentlyDeNovo),
    ("dominant", Course::OneCopy),
    ("compound heterozygous, in trans", Course::InTrans),
    ("compound heterozygous", Course::PhaseUnknown),
    ("homozygous", Course::TwoCopies),
    ("X-linked hemizygous", Course::OnlyCopy),
    ("mitochondrial", Course::Mitochondrial),
];

impl Course {
    /// As the pattern of a report says it, such as `de novo` or `heterozygous, from the mother`.
    pub fn read(pattern: &str) -> Course {
        let rest = pattern.strip_prefix(HETEROZYGOUS).unwrap_or(pattern);
        let known = STARTS.iter().find(|(start, _)| rest.starts_with(start)).map(|(_, course)| *course);
        let otherwise = if rest == pattern { Course::NotSaid } else { Course::OneCopy };
        known.unwrap_or(otherwise)
    }
}

/// A pattern that says the zygosity too, as new reports have it.
pub fn with_zygosity(pattern: &str, zygosity: Option<Zygosity>) -> String {
    let is_unsaid =
        !pattern.starts_with(HETEROZYGOUS) && matches!(Course::read(pattern), Course::DeNovo | Course::ApparentlyDeNovo | Course::OneCopy);
    if is_unsaid && zygosity == Some(Zygosity::Heterozygous) { format!("{HETEROZYGOUS}{pattern}") } else { pattern.to_owned() }
}

impl ReportedVariant {
    /// Zygosity and origin in words.
    pub fn carried(&self) -> String {
        let pattern = &self.inheritance.pattern;
        let course = Course::read(pattern);
        let rest = pattern.strip_prefix(HETEROZYGOUS).unwrap_or(pattern);
        let origin = match course {
            Course::DeNovo => "found in neither parent (de novo)",
            Course::ApparentlyDeNovo => "not seen in either parent, one of whom was poorly covered at this place",
            Course::InTrans => "with a second variant on the other copy of the gene (in trans)",
            Course::PhaseUnknown => "with a second variant of the gene; whether they lie on different copies is not known",
            Course::TwoCopies | Course::OnlyCopy => rest.split_once(", ").map_or("origin not written in this report", |(_, origin)| origin),
            Course::Mitochondrial => rest.strip_prefix("mitochondrial, ").unwrap_or(rest),
            Course::OneCopy => rest,
            Course::NotSaid if rest.is_empty() => "inheritance not written in this report",
            Course::NotSaid => rest,
        };
        let copies = if course == Course::Mitochondrial { "In the DNA of the mitochondria" } else { self.copies(course) };
        format!("{copies}: {origin}")
    }

    /// How many copies have it.
    fn copies(&self, course: Course) -> &'static str {
        match (self.coded.zygosity, course) {
            // What is opposite a deletion is called as if both copies had it.
            (Some(Zygosity::Homozygous | Zygosity::Hemizygous), Course::InTrans | Course::PhaseUnknown) => {
                "One copy, where the other is deleted"
            }
            (Some(Zygosity::Heterozygous), _) | (None, Course::InTrans | Course::PhaseUnknown) => "Heterozygous (one copy of two)",
            (Some(Zygosity::Homozygous), _) | (None, Course::TwoCopies) => "Homozygous (both copies)",
            (Some(Zygosity::Hemizygous), _) | (None, Course::OnlyCopy) => "Hemizygous (the only copy)",
            (None, Course::OneCopy) if self.inheritance.pattern.starts_with(HETEROZYGOUS) => "Heterozygous (one copy of two)",
            (Some(Zygosity::NoCall | Zygosity::Reference) | None, _) => "Zygosity not written in this report",
        }
    }

    /// What it means for relatives, in a line; nothing of a variant that does no harm.
    pub fn for_relatives(&self, question: ReportQuestion) -> Option<&'static str> {
        if question == ReportQuestion::Tumour {
            return Some("It was found in a tumour; whether relatives can have it is a question for a test of blood.");
        }
        match self.class {
            Pathogenicity::Benign | Pathogenicity::LikelyBenign => None,
            Pathogenicity::Uncertain => Some(
                "Its meaning is uncertain, so no decision about a relative’s care rests on it. Testing the parents, or relatives who have \
                 the condition, can help to classify it.",
            ),
            Pathogenicity::LikelyPathogenic | Pathogenicity::Pathogenic => Some(self.meaning()),
        }
    }

    /// The same of one that does harm.
    fn meaning(&self) -> &'static str {
        let contig = self.coded.variant.as_ref().map(|variant| variant.contig);
        let is_on_only_copy = self.coded.zygosity == Some(Zygosity::Hemizygous);
        match (Course::read(&self.inheritance.pattern), contig) {
            (Course::DeNovo | Course::ApparentlyDeNovo | Course::OneCopy, Some(Contig::X)) if is_on_only_copy => {
                "X-linked: a man passes it on to each daughter and to no son. What his mother carries says what it means for brothers and \
                 sisters; where she was found not to have it, the chance for them is low, and not nil."
            }
            (Course::DeNovo | Course::ApparentlyDeNovo | Course::OneCopy, Some(Contig::Y)) => {
                "A father passes it on to each son, and to no daughter."
            }
            (Course::OnlyCopy, Some(Contig::Y)) => "A father passes it on to each son, and to no daughter.",
            (Course::OnlyCopy, _) => {
                "X-linked: a man passes it on to each daughter and to no son. If his mother carries it, each of her children has a 1 in 2 \
                 chance of having it; sons are affected more often."
            }
            (Course::OneCopy | Course::DeNovo | Course::ApparentlyDeNovo, Some(Contig::X)) => {
                "X-linked: each child of the patient has a 1 in 2 chance of having it, and sons are affected more often. What the parents \
                 carry says what it means for brothers and sisters."
            }
            (Course::DeNovo, _) => {
                "Each child of the patient has a 1 in 2 chance of having it. For brothers and sisters the chance is low, and not nil: a \
                 parent can have it in some cells only."
            }
            (Course::ApparentlyDeNovo, _) => {
                "Each child of the patient has a 1 in 2 chance of having it. Confirm that the parents do not have it before anything is \
                 said of brothers and sisters."
            }
            (Course::OneCopy, _) => {
                "Each child of the patient has a 1 in 2 chance of having it; so has each brother and sister, if a parent has it. Relatives \
                 can be offered a test."
            }
            (Course::TwoCopies, Some(Contig::X)) => {
                "X-linked, on both copies: each child of the patient has it; both parents are likely to."
            }
            (Course::TwoCopies | Course::InTrans, _) => {
                "Recessive: both parents are likely to be carriers. Each brother and sister then has a 1 in 4 chance of being affected and \
                 a 1 in 2 chance of being a carrier; each child of the patient has one of the variants."
            }
            (Course::PhaseUnknown, _) => {
                "Test the parents first: only if the two variants lie on different copies is the condition explained, and the chance for a \
                 brother or sister 1 in 4."
            }
            (Course::Mitochondrial, _) => {
                "Mothers alone pass it on: relatives on the mother’s side may have it, in another share of their cells; children of a man \
                 do not have it from him."
            }
            (Course::NotSaid, _) => {
                "The report does not say how it runs in the family: ask the laboratory before anything is said to relatives."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::report::{Coded, Inheritance};

    fn variant(pattern: &str, zygosity: Option<Zygosity>, class: Pathogenicity) -> ReportedVariant {
        ReportedVariant {
            gene: "GENE".into(),
            transcript: "NM_1.1".into(),
            hgvs: ["c.1A>G".into(), "p.(Met1?)".into(), "g.1A>G".into()],
            inheritance: Inheritance { pattern: pattern.into(), frequency: None },
            class,
            criteria: vec![],
            disorder: String::new(),
            note: String::new(),
            secondary: false,
            coded: Coded { zygosity, ..Coded::default() },
        }
    }

    #[test]
    fn zygosity_and_origin_are_said_in_words_and_never_guessed() {
        use Zygosity::{Hemizygous, Heterozygous, Homozygous, NoCall};
        let says = |pattern: &str, zygosity| variant(pattern, zygosity, Pathogenicity::Pathogenic).carried();
        assert_eq!(says("de novo", Some(Heterozygous)), "Heterozygous (one copy of two): found in neither parent (de novo)");
        assert_eq!(says("heterozygous, de novo", Some(Heterozygous)), says("de novo", Some(Heterozygous)));
        assert_eq!(says("heterozygous, from the mother", None), "Heterozygous (one copy of two): from the mother");
        assert_eq!(says("homozygous, from both parents", Some(Homozygous)), "Homozygous (both copies): from both parents");
        assert_eq!(says("X-linked hemizygous, from the mother", Some(Hemizygous)), "Hemizygous (the only copy): from the mother");
        assert_eq!(says("mitochondrial, heteroplasmic 40 %", Some(Heterozygous)), "In the DNA of the mitochondria: heteroplasmic 40 %");
        assert_eq!(says("de novo", Some(NoCall)), "Zygosity not written in this report: found in neither parent (de novo)");
        let opposite = says("compound heterozygous, in trans", Some(Homozygous));
        assert_eq!(opposite, "One copy, where the other is deleted: with a second variant on the other copy of the gene (in trans)");
        assert_eq!(says("", None), "Zygosity not written in this report: inheritance not written in this report");
    }

    #[test]
    fn a_new_report_says_the_zygosity_once() {
        let het = Some(Zygosity::Heterozygous);
        assert_eq!(with_zygosity("de novo", het), "heterozygous, de novo");
        assert_eq!(with_zygosity("dominant, from the father", het), "heterozygous, dominant, from the father");
        for pattern in [
            "heterozygous, from the mother",
            "compound heterozygous, in trans",
            "homozygous, from both parents",
            "mitochondrial, homoplasmic",
        ] {
            assert_eq!(with_zygosity(pattern, het), pattern);
        }
        assert_eq!(with_zygosity("de novo", None), "de novo", "what was not called is not written");
    }

    #[test]
    fn a_new_variant_on_the_only_x_is_never_said_to_go_to_each_child_with_an_equal_chance() {
        for pattern in ["de novo", "apparently de novo", "dominant, from the mother", "X-linked hemizygous, from the mother"] {
            let mut of_boy = variant(pattern, Some(Zygosity::Hemizygous), Pathogenicity::Pathogenic);
            of_boy.coded.variant = Some(genome::Variant {
                contig: Contig::X,
                position: genome::Position::new(1).expect("a position"),
                reference: "A".into(),
                alternate: "G".into(),
            });
            let line = of_boy.for_relatives(ReportQuestion::Cause).expect("a line");
            assert!(line.contains("each daughter and to no son") && !line.contains("each child of the patient"), "{line}");
        }
    }

    #[test]
    fn what_a_variant_means_for_relatives_is_said_of_harmful_ones_alone() {
        let het = Some(Zygosity::Heterozygous);
        let says = |pattern: &str, class| variant(pattern, het, class).for_relatives(ReportQuestion::Cause);
        assert!(says("de novo", Pathogenicity::Pathogenic).is_some_and(|line| line.contains("low, and not nil")));
        assert!(says("compound heterozygous, in trans", Pathogenicity::LikelyPathogenic).is_some_and(|line| line.contains("1 in 4")));
        assert!(says("something else", Pathogenicity::Pathogenic).is_some_and(|line| line.contains("ask the laboratory")));
        assert!(says("de novo", Pathogenicity::Uncertain).is_some_and(|line| line.contains("uncertain") && !line.contains("1 in")));
        assert_eq!(says("de novo", Pathogenicity::LikelyBenign), None);
        let of_tumour = variant("de novo", het, Pathogenicity::Pathogenic).for_relatives(ReportQuestion::Tumour);
        assert!(of_tumour.is_some_and(|line| line.contains("tumour") && !line.contains("1 in")));
    }
}
