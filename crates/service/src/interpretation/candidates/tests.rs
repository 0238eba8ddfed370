use super::*;
use genome::{Effect, FrequencyDetail, Genotype, HgncId, Zygosity};
use germline::{Classification, Tier};

/// Candidates of as many genes, every third on the panel.
fn candidates(count: usize) -> Vec<Candidate> {
    let candidate = |rank: usize| Candidate {
        rank,
        gene: HgncId(1),
        symbol: format!("GENE{rank}"),
        pattern: Pattern::DeNovo { well_covered: true },
        disease: None,
        phenotype_score: 0.0,
        phenotype_rank: None,
        on_panel: Some(rank.is_multiple_of(3)),
        score: 0.0,
        posterior: 0.0,
        reasons: vec![],
        variants: vec![],
    };
    (1..=count).map(candidate).collect()
}

/// A variant in which everything that a filter looks at is known.
fn variant(name: &str, class: Pathogenicity, frequency: f32, quality: f32) -> CandidateVariant {
    CandidateVariant {
        variant: name.parse().expect("a variant"),
        hgvs_g: String::new(),
        effect: Effect::new("NM_1.1", Consequence::Missense),
        genotypes: vec![Genotype { zygosity: Zygosity::Heterozygous, quality_phred: Some(quality), ..Genotype::MISSING }],
        frequency: Some(genome::Frequency { overall: frequency, highest_group: frequency, homozygotes: 0, alleles_examined: 1000 }),
        frequency_known: true,
        frequency_detail: FrequencyDetail::default(),
        assertion: None,
        conditions: None,
        classification: Classification { class, points: 0, score: None, criteria: vec![], not_evaluated: vec![] },
        tier: Some(Tier::Two),
        doubts: vec![],
    }
}

fn pair() -> Candidate {
    let mut pair = candidates(1).remove(0);
    pair.pattern = Pattern::CompoundHeterozygous { phase: germline::inherit::Phase::Trans };
    pair.variants =
        vec![variant("1-100-A-T", Pathogenicity::Pathogenic, 0.0001, 99.0), variant("1-200-A-T", Pathogenicity::Uncertain, 0.02, 12.0)];
    pair
}

fn filtered<'a>(candidates: &'a [Candidate], filter: &Filter, is_all: bool, notes: &[Note]) -> Fitting<'a> {
    let class = |_: &Candidate, v: &CandidateVariant| v.classification.class;
    let notes = |v: &CandidateVariant| Notes::on(&v.variant.to_string(), notes);
    let criteria = filter.criteria().expect("a filter");
    fitting(candidates, &criteria, is_all, &Facts { proband: 0, class: &class, notes: &notes, is_further: &|c| c.rank == 2 })
}

#[test]
fn what_is_not_shown_is_counted() {
    let counts = |count, gene: &str, panel: &str, is_all| {
        let filter = Filter { gene: gene.into(), panel: panel.into(), ..Filter::default() };
        let candidates = candidates(count);
        let fitting = filtered(&candidates, &filter, is_all, &[]);
        assert_eq!(fitting.all, count);
        (fitting.shown.len(), fitting.count, fitting.shown.last().map_or(0, |c| c.rank))
    };
    assert_eq!(counts(0, "", "", false), (0, 0, 0));
    assert_eq!(counts(100, "", "", false), (100, 100, 100));
    assert_eq!(counts(101, "", "", false), (100, 101, 100), "the lowest ranked is left out");
    assert_eq!(counts(101, "", "", true), (101, 101, 101));
    assert_eq!(counts(270, "", "on", false), (90, 90, 270), "only those that fit are counted");
    assert_eq!(counts(306, "", "on", false), (100, 102, 300));
    assert_eq!(counts(306, "", "on", true), (102, 102, 306));
    assert_eq!(counts(306, "", "outside", true), (204, 204, 305));
    assert_eq!(counts(306, "", "further", true), (1, 1, 2));
    assert_eq!(counts(306, " gene7 ", "", false), (11, 11, 79));
    assert_eq!(counts(306, "gene30, gene40", "", false), (9, 9, 306), "any of several");
}

#[test]
fn a_pair_is_shown_whole_where_either_of_its_variants_fits() {
    let candidates = [pair()];
    let is_shown = |filter: Filter| !filtered(&candidates, &filter, false, &[]).shown.is_empty();
    assert!(is_shown(Filter { class: "Pathogenic".into(), ..Filter::default() }));
    assert!(is_shown(Filter { class: "Uncertain significance".into(), ..Filter::default() }));
    assert!(!is_shown(Filter { class: "Benign".into(), ..Filter::default() }));
    assert!(is_shown(Filter { frequency: "0.001".into(), quality: "20".into(), ..Filter::default() }));
    assert!(
        !is_shown(Filter { class: "Uncertain significance".into(), frequency: "0.001".into(), ..Filter::default() }),
        "one variant has to fit all of it"
    );
    assert!(is_shown(Filter { tier: "2".into(), inheritance: "compound".into(), consequence: "altering".into(), ..Filter::default() }));
    assert!(!is_shown(Filter { tier: "1".into(), ..Filter::default() }));
}

#[test]
fn what_is_not_known_is_not_hidden() {
    let mut unknown = pair();
    for v in &mut unknown.variants {
        v.frequency = None;
        v.frequency_known = false;
        v.genotypes = vec![Genotype::MISSING];
    }
    let candidates = [unknown];
    let filter = Filter { frequency: "0".into(), quality: "99".into(), ..Filter::default() };
    assert_eq!(filtered(&candidates, &filter, false, &[]).count, 1);
}

#[test]
fn a_pinned_variant_that_a_filter_hides_is_counted() {
    let staff = crate::people::staff::system();
    let note = |what| Note { variant: "1-200-A-T".into(), what, by: staff.clone(), at: jiff::Timestamp::UNIX_EPOCH };
    let (candidates, notes) = ([pair()], [note(Noted::Pinned)]);
    let outside = Filter { gene: "SCN1A".into(), ..Filter::default() };
    assert_eq!(filtered(&candidates, &outside, false, &notes).pinned_hidden, 1);
    assert_eq!(filtered(&candidates, &outside, false, &[]).pinned_hidden, 0);
    let pinned = Filter { note: "pinned".into(), ..Filter::default() };
    let fitting = filtered(&candidates, &pinned, false, &notes);
    assert_eq!((fitting.count, fitting.pinned_hidden), (1, 0));
    assert_eq!(filtered(&candidates, &Filter { note: "dismissed".into(), ..Filter::default() }, false, &notes).count, 0);
}

#[test]
fn every_pattern_is_found_by_its_kind_of_inheritance() {
    let (new, mother) = (Origin::Neither { well_covered: true }, Origin::Mother);
    let kinds = |pattern: Pattern| {
        let kinds = InheritanceKind::ALL.iter().filter(|(kind, ..)| is_inherited(&pattern, *kind));
        kinds.map(|(_, name, _)| *name).collect::<Vec<_>>()
    };
    assert_eq!(kinds(Pattern::DeNovo { well_covered: false }), ["de_novo"]);
    assert_eq!(kinds(Pattern::FromUnaffected { origin: mother }), ["one_copy"]);
    assert_eq!(kinds(Pattern::Heterozygous { origin: new }), ["de_novo"]);
    assert_eq!(kinds(Pattern::Hemizygous { origin: new }), ["de_novo", "hemizygous"]);
    assert_eq!(kinds(Pattern::Hemizygous { origin: mother }), ["hemizygous"]);
    assert_eq!(kinds(Pattern::Mitochondrial { level: 0.4, homoplasmic: false }), ["mitochondrial"]);
}

#[test]
fn every_consequence_has_a_kind() {
    for term in [Consequence::StopGained, Consequence::Missense, Consequence::Synonymous, Consequence::Intron, Consequence::SpliceRegion] {
        let kinds = ConsequenceKind::ALL.iter().filter(|(kind, ..)| is_consequence(&[term], *kind)).count();
        assert_eq!(kinds, 1, "{}", term.name());
    }
    assert!(is_consequence(&[Consequence::SpliceDonor], ConsequenceKind::Truncating));
    assert!(is_consequence(&[Consequence::SpliceDonor], ConsequenceKind::Splicing), "a splice site is both");
}
