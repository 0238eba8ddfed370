//! What each piece of evidence counts in the ranking. This is the only table of weights; its values stand in the digest of the ruleset.
//!
//! A weight is in units of the score: evidence as natural log odds, before [`RankingWeights::posterior_scale`] fits the score to
//! probabilities. No published source gives these numbers: where the documentation of a field names none, the value was tuned on the
//! visible published cases put into real backgrounds (`cargo xtask bench`), and is unconfirmed.

/// The weights of the ranking, each in units of the score unless it says otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankingWeights {
    /// Factor of the phenotype's log likelihood ratio beside the variant and its pattern; 0–1, no unit. Tuned; unconfirmed.
    pub phenotype_factor: f32,
    /// Log odds of a unit of score; above 0. Fitted by `cargo xtask bench calibrate` on the visible published cases, each once with and once
    /// without its variants in the background; unconfirmed elsewhere.
    pub posterior_scale: f32,
    /// Score of "the cause is none of the candidates". Fitted together with [`RankingWeights::posterior_scale`]; unconfirmed elsewhere.
    pub none_of_these: f32,

    /// A truncating variant, before what the gene adds. Tuned; unconfirmed.
    pub truncating: f32,
    /// Added where ClinVar has truncating variants of the gene enough to establish the mechanism
    /// ([`crate::settings::TRUNCATING_KNOWN_MIN`]). Tuned; unconfirmed.
    pub truncating_mechanism_known: f32,
    /// Added for one truncated copy of a gene that is constrained against loss of function ([`crate::settings::LOEUF_CONSTRAINED`]).
    /// Tuned; unconfirmed.
    pub truncating_constrained: f32,
    /// Added for one truncated copy of a gene that tolerates loss of function; below 0. Tuned; unconfirmed.
    pub truncating_tolerated: f32,
    /// LOEUF above which a gene tolerates loss of function: as many losses are seen as are expected; no unit. Source: gnomAD, Karczewski
    /// 2020, by definition of the ratio (1).
    pub loeuf_tolerated_min: f32,
    /// Added where nonsense-mediated decay is expected. Tuned; unconfirmed.
    pub truncating_decay: f32,

    /// A gain of a whole gene of which a third copy is known to matter. Tuned; unconfirmed.
    pub gain_triplosensitive: f32,
    /// A gain of a whole gene of which that is not known; below 0. Tuned; unconfirmed.
    pub gain_other: f32,
    /// Added to a truncating variant that is one end of a rearrangement, whose rest is not known; below 0. Tuned; unconfirmed.
    pub junction: f32,
    /// A repeat in its locus's pathogenic range. Tuned; unconfirmed.
    pub repeat_pathogenic: f32,
    /// A repeat between its locus's ranges. Tuned; unconfirmed.
    pub repeat_intermediate: f32,
    /// A repeat in its locus's normal range, or of no known locus; below 0. Tuned; unconfirmed.
    pub repeat_normal: f32,

    /// One point of a calibrated missense prediction. Source: Tavtigian 2020, odds of 350^(1/8) a point, as their natural logarithm.
    pub prediction_point: f32,
    /// Missense Z of gnomAD that counts one unit of score; no unit. Tuned; unconfirmed.
    pub missense_z_unit: f32,
    /// Least that missense constraint counts. Tuned; unconfirmed.
    pub missense_constraint_min: f32,
    /// Most that missense constraint counts. Tuned; unconfirmed.
    pub missense_constraint_max: f32,
    /// A change of protein length in frame. Tuned; unconfirmed.
    pub in_frame: f32,
    /// A change of coding bases that cannot be translated for want of sequence: as often silent as not; below 0. Tuned; unconfirmed.
    pub untranslatable: f32,
    /// A silent or intronic change that is predicted to change splicing. Tuned; unconfirmed.
    pub splicing_predicted: f32,
    /// A silent or intronic change of which no such prediction is made; below 0. Tuned; unconfirmed.
    pub splicing_not_predicted: f32,

    /// Pathogenic in ClinVar, before its stars. Tuned; unconfirmed.
    pub clinvar_pathogenic: f32,
    /// Likely pathogenic in ClinVar, before its stars. Tuned; unconfirmed.
    pub clinvar_likely_pathogenic: f32,
    /// Each star of a pathogenic or likely pathogenic record. Tuned; unconfirmed.
    pub clinvar_star: f32,
    /// Stars from which on more add nothing, 0–4; no unit. Tuned; unconfirmed.
    pub clinvar_stars_max: u8,
    /// Benign or likely benign in ClinVar; below 0. Tuned; unconfirmed.
    pub clinvar_benign: f32,

    /// Population frequency, 0–1, up to which frequency counts nothing; no unit of score. Tuned; unconfirmed.
    pub frequency_free_max: f32,
    /// Each factor of ten of frequency beyond that; below 0. Tuned; unconfirmed.
    pub frequency_decade: f32,
    /// Looked for in the population and not seen. Tuned; unconfirmed.
    pub not_seen: f32,
    /// Two copies of an allele whose frequency is not known, which say above all that it is common; below 0. Tuned; unconfirmed.
    pub unknown_frequency_two_copies: f32,
    /// Two alleles of unknown phase, the frequency of one of which is not known; below 0. Half of the above; unconfirmed.
    pub unknown_frequency_unphased: f32,

    /// The caller's own filter failed; below 0. Tuned; unconfirmed.
    pub filter_failed: f32,
    /// Each doubt about the proband's call ([`annotation::screen::doubts`]); below 0. Tuned; unconfirmed.
    pub doubt: f32,

    /// De novo, both parents well covered. Tuned; unconfirmed.
    pub de_novo: f32,
    /// Apparently de novo, a parent poorly covered. Tuned; unconfirmed.
    pub de_novo_poorly_covered: f32,
    /// One copy that every affected and no unaffected relative has. Tuned; unconfirmed.
    pub dominant: f32,
    /// One copy, parents not there to tell. Tuned; unconfirmed.
    pub heterozygous: f32,
    /// One copy that an unaffected relative has too; below 0. Tuned; unconfirmed.
    pub from_unaffected: f32,
    /// Two copies of one allele, of which each parent has one. Tuned; unconfirmed.
    pub homozygous_from_both: f32,
    /// Two copies of one allele, origin not known of both. Tuned; unconfirmed.
    pub homozygous: f32,
    /// Two alleles proved to lie on different copies. Tuned; unconfirmed.
    pub compound_in_trans: f32,
    /// Two alleles of unknown phase. Tuned; unconfirmed.
    pub compound_unphased: f32,
    /// The only copy of a sex chromosome. Tuned; unconfirmed.
    pub hemizygous: f32,
    /// In the mitochondrial genome. Tuned; unconfirmed.
    pub mitochondrial: f32,
    /// From an unaffected parent, on the expressed copy of an imprinted gene. Tuned; unconfirmed.
    pub imprinted_expressed: f32,
    /// Inherited on the silent copy of an imprinted gene; below 0. Tuned; unconfirmed.
    pub imprinted_silent: f32,

    /// The gene's disorder has the pattern's mode of inheritance. Tuned; unconfirmed.
    pub mode_fits: f32,
    /// The gene's disorders have other modes of inheritance; below 0. Tuned; unconfirmed.
    pub mode_contradicts: f32,
    /// The gene has no annotated disorder; below 0. Tuned; unconfirmed.
    pub mode_unknown: f32,
    /// The test's panel states another mode of inheritance; below 0. Tuned; unconfirmed.
    pub panel_mode_contradicts: f32,
}

/// The weights in use.
pub const RANKING: RankingWeights = RankingWeights {
    phenotype_factor: 0.8,
    posterior_scale: 0.9,
    none_of_these: 9.5,

    truncating: 1.5,
    truncating_mechanism_known: 1.5,
    truncating_constrained: 1.0,
    truncating_tolerated: -1.0,
    loeuf_tolerated_min: 1.0,
    truncating_decay: 0.5,

    gain_triplosensitive: 3.0,
    gain_other: -1.5,
    junction: -1.0,
    repeat_pathogenic: 6.0,
    repeat_intermediate: 0.0,
    repeat_normal: -3.0,

    prediction_point: 0.73,
    missense_z_unit: 4.0,
    missense_constraint_min: -0.5,
    missense_constraint_max: 0.8,
    in_frame: 0.5,
    untranslatable: -2.0,
    splicing_predicted: 0.5,
    splicing_not_predicted: -1.5,

    clinvar_pathogenic: 4.0,
    clinvar_likely_pathogenic: 3.5,
    clinvar_star: 0.5,
    clinvar_stars_max: 3,
    clinvar_benign: -5.0,

    frequency_free_max: 1e-5,
    frequency_decade: -1.2,
    not_seen: 1.0,
    unknown_frequency_two_copies: -1.5,
    unknown_frequency_unphased: -0.75,

    filter_failed: -1.5,
    doubt: -0.7,

    de_novo: 3.5,
    de_novo_poorly_covered: 1.5,
    dominant: 1.5,
    heterozygous: 0.0,
    from_unaffected: -4.0,
    homozygous_from_both: 2.0,
    homozygous: 1.0,
    compound_in_trans: 2.0,
    compound_unphased: 0.5,
    hemizygous: 1.0,
    mitochondrial: 0.0,
    imprinted_expressed: 1.0,
    imprinted_silent: -4.0,

    mode_fits: 0.5,
    mode_contradicts: -5.0,
    mode_unknown: -1.0,
    panel_mode_contradicts: -1.0,
};
