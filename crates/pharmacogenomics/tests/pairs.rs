//! Every pair of named alleles is found again in the calls that it gives.

use pharmacogenomics::{
    Definitions, Gene,
    call::{Diplotype, Made},
    definition::Allele,
    matcher,
    site::{Site, Sites},
};

/// What two copies give, phased or not.
fn sites(gene: &Gene, one: &Allele, other: &Allele, phase: Option<u64>) -> Sites {
    let bases = |allele: &Allele, place: usize| allele.bases_at(place).unwrap_or(&gene.positions[place].reference).to_owned();
    let site = |place| (place, Site { alleles: vec![bases(one, place), bases(other, place)], phase });
    Sites((0..gene.positions.len()).map(site).collect())
}

/// Alleles whose definition leaves no base open.
fn plain(gene: &Gene) -> Vec<&Allele> {
    let known = |a: &&Allele| {
        a.defined
            .iter()
            .all(|(place, bases)| *bases == gene.positions[*place].reference || gene.positions[*place].alternates.contains(bases))
    };
    gene.alleles.iter().filter(known).collect()
}

#[test]
fn every_pair_of_alleles_is_among_what_its_calls_allow() {
    let mut pairs = 0;
    for gene in Definitions::built_in().genes.iter().filter(|g| g.is_callable() && g.symbol != "MT-RNR1") {
        let alleles = plain(gene);
        // Of genes with many alleles every seventh pair.
        let step = if alleles.len() > 40 { 7 } else { 1 };
        for (index, one) in alleles.iter().enumerate() {
            for other in alleles.iter().skip(index).step_by(step) {
                let free = sites(gene, one, other, None).0.values().filter(|s| s.alleles[0] != s.alleles[1]).count();
                for phase in [Some(1), None].into_iter().filter(|phase| phase.is_some() || free < 9) {
                    let call = matcher::call(gene, &sites(gene, one, other, phase));
                    let Made::Fits { diplotypes, otherwise, .. } = &call.made else {
                        panic!("{} {}/{}: {}", gene.symbol, one.name, other.name, call.label())
                    };
                    let is_pair = |d: &&Diplotype| {
                        d.alleles == [one.name.clone(), other.name.clone()] || d.alleles == [other.name.clone(), one.name.clone()]
                    };
                    assert!(
                        diplotypes.iter().chain(otherwise).any(|d| is_pair(&d)),
                        "{} {}/{} {phase:?}: {}",
                        gene.symbol,
                        one.name,
                        other.name,
                        call.label()
                    );
                    pairs += 1;
                }
            }
        }
    }
    assert!(pairs > 5_000, "{pairs}");
}

#[test]
fn what_was_not_called_is_not_taken_for_the_reference() {
    let gene = Definitions::built_in().gene("CYP2C19").expect("a gene");
    let (one, two) = (gene.allele("*1").expect("*1"), gene.allele("*2").expect("*2"));
    let mut seen = sites(gene, one, two, None);
    let of_two = gene.positions.iter().position(|p| p.position == 94_781_859).expect("the site of *2");
    seen.0.remove(&of_two);
    let call = matcher::call(gene, &seen);
    assert_eq!(call.missing.len(), 1);
    assert!(call.not_excluded.contains(&"*2".to_owned()), "{:?}", call.not_excluded);
    let none = matcher::call(gene, &Sites::default());
    assert!(matches!(none.made, Made::No(_)) && none.missing.len() == gene.positions.len());
    let mut strange = sites(gene, one, one, None);
    strange.0.get_mut(&of_two).expect("a site").alleles[1] = "C".into();
    assert!(matcher::call(gene, &strange).label().contains("94781859:G>C"), "an allele that no definition has");
}

#[test]
fn two_variants_of_dpyd_count_by_themselves() {
    let gene = Definitions::built_in().gene("DPYD").expect("a gene");
    let place = |name: &str| gene.allele(name).expect("an allele").differs(gene).next().expect("a place");
    let with = |changes: &[(usize, [bool; 2])], phase| {
        let reference = &gene.alleles[0];
        let mut sites = sites(gene, reference, reference, phase);
        for (place, copies) in changes {
            let position = &gene.positions[*place];
            let bases = |carries: bool| if carries { position.alternates[0].clone() } else { position.reference.clone() };
            sites.0.insert(*place, Site { alleles: copies.map(bases).to_vec(), phase });
        }
        let call = matcher::call(gene, &sites);
        format!("{}: {:?}", call.label(), pharmacogenomics::phenotype::interpret(gene, &call).phenotypes)
    };
    let (two_a, thirteen) = (place("c.1905+1G>A (*2A)"), place("c.1679T>G (*13)"));
    let normal = place("c.85T>C (*9A)");
    let on_one = [(two_a, [true, false]), (thirteen, [true, false]), (normal, [true, false])];
    let on_both = [(two_a, [true, false]), (thirteen, [false, true]), (normal, [true, false])];
    assert!(with(&on_one, Some(1)).ends_with("[\"Intermediate Metabolizer\"]"), "{}", with(&on_one, Some(1)));
    assert!(with(&on_both, Some(1)).ends_with("[\"Poor Metabolizer\"]"), "{}", with(&on_both, Some(1)));
    assert!(with(&on_both, None).ends_with("[\"Poor Metabolizer\"]"), "of unknown phase the worst is taken: {}", with(&on_both, None));
}
