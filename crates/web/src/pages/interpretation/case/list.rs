//! The cells of a candidate: what is known of each variant, in short.

use annotation::case::Family;
use genome::{Affected, Genotype};
use germline::{Candidate, analysis::CandidateVariant, rank};

/// A person's call of a variant.
pub(crate) struct Call {
    /// Whose: a name of the file.
    pub sample: String,
    pub genotype: &'static str,
    /// Reads with the allele, and their share.
    pub reads: String,
    pub quality: String,
}

/// The head of each person's column: who it is, and the name in the file where that says something else.
pub(crate) fn heads(family: &Family) -> Vec<String> {
    members(family).into_iter().map(|(sample, who)| head(&sample, who)).collect()
}

fn head(sample: &str, who: &str) -> String {
    let mut name = who.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    if sample.eq_ignore_ascii_case(who) { name } else { format!("{name} ({sample})") }
}

/// The family's samples, each with who it is.
fn members(family: &Family) -> Vec<(String, &'static str)> {
    let proband = family.proband_index();
    let parents = &family.members()[proband];
    let role = |index: usize, affected: Affected| match affected {
        _ if index == proband => "patient",
        _ if parents.father == Some(index) => "father",
        _ if parents.mother == Some(index) => "mother",
        Affected::Yes => "affected relative",
        Affected::No | Affected::Unknown => "relative",
    };
    family.members().iter().enumerate().map(|(index, member)| (member.sample.clone(), role(index, member.affected))).collect()
}

/// Everybody's call, in the order of the family's samples.
pub(crate) fn calls(family: &Family, variant: &CandidateVariant) -> Vec<Call> {
    family.members().iter().zip(&variant.genotypes).map(|(member, genotype)| call(&member.sample, genotype)).collect()
}

fn call(sample: &str, genotype: &Genotype) -> Call {
    let reads = match (genotype.alternate_reads, genotype.depth_reads, genotype.allele_balance()) {
        (Some(alternate), Some(depth), Some(balance)) => format!("{alternate} of {depth} reads ({balance:.2})"),
        (_, Some(depth), _) => format!("{depth} reads"),
        _ => "reads not reported".into(),
    };
    let quality = genotype.quality_phred.map_or_else(|| "quality not reported".into(), |quality| format!("quality {quality:.0}"));
    Call { sample: sample.into(), genotype: genotype.zygosity.notation(), reads, quality }
}

/// Population frequency: overall, then what adds to it.
pub(crate) fn frequency(v: &CandidateVariant) -> [String; 2] {
    match (v.frequency, v.frequency_known) {
        (Some(seen), _) => {
            let copies = if seen.homozygotes == 1 { "1 homozygote".to_owned() } else { format!("{} homozygotes", seen.homozygotes) };
            [format!("{:.6}", seen.overall), format!("highest group {:.6}; {copies}", seen.highest_group)]
        }
        (None, true) => ["Not seen".into(), String::new()],
        (None, false) => ["Not evaluated".into(), "the reference data have no frequencies for this position".into()],
    }
}

/// ClinVar's classification with its stars.
pub(crate) fn clinvar(v: &CandidateVariant) -> String {
    v.assertion.map_or_else(|| "No record".into(), |a| format!("{}, {} of 4 stars", a.significance.name(), a.stars))
}

/// What the engine's ranking and the points of a variant say.
pub(crate) fn scores(candidate: &Candidate, v: &CandidateVariant) -> Vec<String> {
    let mut scores = vec![format!("score {:.2}", candidate.score), format!("phenotype {:.2}", candidate.phenotype_score)];
    // Analyses of before there were probabilities have none.
    scores.extend((candidate.posterior > 0.0).then(|| format!("{} likely", rank::likelihood(candidate.posterior))));
    scores.extend(v.classification.score.map(|score| format!("copy number {score:+.2}")));
    scores
}

#[cfg(test)]
mod tests {
    use super::*;
    use genome::{Sex, Zygosity};

    #[test]
    fn a_call_says_reads_share_and_quality_and_what_was_not_reported() {
        let genotype = Genotype {
            zygosity: Zygosity::Heterozygous,
            depth_reads: Some(30),
            alternate_reads: Some(14),
            quality_phred: Some(98.6),
            ..Genotype::MISSING
        };
        let shown = |genotype: &Genotype| {
            let call = call("kid", genotype);
            format!("{}; {}; {}", call.genotype, call.reads, call.quality)
        };
        assert_eq!(shown(&genotype), "0/1; 14 of 30 reads (0.47); quality 99");
        assert_eq!(shown(&Genotype { alternate_reads: None, ..genotype }), "0/1; 30 reads; quality 99");
        assert_eq!(shown(&Genotype::MISSING), "./.; reads not reported; quality not reported");
        assert_eq!(
            shown(&Genotype { depth_reads: Some(0), alternate_reads: Some(0), ..Genotype::MISSING }),
            "./.; 0 reads; quality not reported"
        );
    }

    #[test]
    fn a_column_says_whose_it_is() {
        assert_eq!(members(&Family::singleton("kid", Sex::Male)), [("kid".to_owned(), "patient")]);
        assert_eq!(heads(&Family::singleton("kid", Sex::Male)), ["Patient (kid)"]);
        assert_eq!([head("father", "father"), head("Mother", "mother")], ["Father", "Mother"]);
    }
}
