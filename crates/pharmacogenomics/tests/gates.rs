//! Against the published peers: PharmCAT's calls of its own test samples, pypgx's table of diplotypes, and what CPIC's table
//! of recommendations asks to change. The files are not part of the project; without them the tests say so.

use pharmacogenomics::{
    Definitions,
    call::Diplotype,
    guidance::{self, Level},
    matcher, phenotype,
    site::{Line, Sites},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
    path::PathBuf,
};

fn file(name: &str) -> Option<String> {
    let path = PathBuf::from("../../../shared/data/pgx").join(name);
    if !path.is_file() {
        eprintln!("skipped: {name} is not beside the project");
        return None;
    }
    let mut text = String::new();
    formats::open::reader(&path).expect("a file").read_to_string(&mut text).expect("text");
    Some(text)
}

/// The sites of a gene as a VCF has them for one of its samples.
fn sites(gene: &pharmacogenomics::Gene, vcf: &str, sample: usize) -> Sites {
    let mut sites = Sites::default();
    for line in vcf.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        if columns[0].parse() != Ok(gene.contig) {
            continue;
        }
        let call = columns[9 + sample].split(':').next().expect("a call");
        let genotype = call.split(['/', '|']).map(|allele| allele.parse().ok()).collect();
        let phase = call.contains('|').then_some(0);
        let alternates = if columns[4] == "." { vec![] } else { columns[4].split(',').collect() };
        let position = columns[1].parse().expect("a position");
        sites.take(gene, &Line { position, end: None, reference: columns[3], alternates, genotype, phase });
    }
    sites
}

#[test]
fn samples_of_pharmcat_are_called_as_pharmcat_calls_them() {
    let (mut same, mut differing) = (0, Vec::new());
    for (name, sample, expected) in [
        ("pharmcat.example.vcf.gz", 0, "pharmcat.example.match.json.gz"),
        ("pharmcat.example2.vcf.gz", 0, "pharmcat.example2.match.json.gz"),
        ("multisample.vcf.gz", 0, "pharmcat.example.match.json.gz"),
        ("multisample.vcf.gz", 1, "pharmcat.example2.match.json.gz"),
    ] {
        let (Some(vcf), Some(expected)) = (file(&format!("pharmcat/{name}")), file(&format!("pharmcat/{expected}"))) else { return };
        let expected: serde_json::Value = serde_json::from_str(&expected).expect("JSON");
        for result in expected["results"].as_array().expect("results") {
            let symbol = result["gene"].as_str().expect("a gene");
            let gene = Definitions::built_in().gene(symbol).unwrap_or_else(|| panic!("{symbol}"));
            let expected: BTreeSet<String> =
                result["diplotypes"].as_array().expect("a list").iter().map(|d| sorted(d["name"].as_str().expect("a name"))).collect();
            let call = matcher::call(gene, &sites(gene, &vcf, sample));
            let ours: BTreeSet<String> = call.label().split(" or ").map(sorted).collect();
            if ours == expected {
                same += 1;
            } else {
                differing.push(format!("{name} {symbol}: {ours:?}, PharmCAT {expected:?}"));
            }
            assert!(call.missing.is_empty() && call.not_excluded.is_empty(), "{symbol}");
        }
    }
    assert!(same >= 76 && differing.is_empty(), "{same} the same; {differing:#?}");
}

/// Two alleles in one order.
fn sorted(diplotype: &str) -> String {
    let mut alleles: Vec<&str> = diplotype.split('/').collect();
    alleles.sort_unstable();
    alleles.join("/")
}

/// Alleles whose function the two tables give differently, and why.
const EXPLAINED: [(&str, &str); 7] = [
    // No variant that responds to ivacaftor is no response; pypgx gives the reference none.
    ("CFTR", "ivacaftor non-responsive CFTR sequence"),
    // Of uncertain function in the tables of November 2025; pypgx has earlier ones.
    ("CYP2B6", "*22"),
    ("CYP2B6", "*24"),
    ("CYP2B6", "*35"),
    // Without function since a later release than pypgx's.
    ("SLCO1B1", "*39"),
    ("SLCO1B1", "*41"),
    // pypgx's own table of functions does not know it, its table of diplotypes says deficient.
    ("G6PD", UNKNOWN),
];

/// Any allele of the function that pypgx calls unknown.
const UNKNOWN: &str = "Unknown Function";

fn is_explained(gene: &pharmacogenomics::Gene, names: &[String]) -> bool {
    let has =
        |name: &String, allele: &str| name == allele || (allele == UNKNOWN && gene.allele(name).is_some_and(|a| a.function == UNKNOWN));
    EXPLAINED.iter().any(|(symbol, allele)| gene.symbol == *symbol && names.iter().any(|name| has(name, allele)))
}

#[test]
fn diplotypes_mean_what_pypgx_says_or_it_is_explained() {
    let Some(text) = file("pypgx/diplotype-table.csv.gz") else { return };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let (mut same, mut other) = (BTreeMap::<String, usize>::new(), BTreeMap::<(String, String, String), (usize, String)>::new());
    for row in reader.records() {
        let row = row.expect("a row");
        let (symbol, diplotype, theirs) = (&row[0], &row[1], &row[2]);
        let Some(gene) = Definitions::built_in().gene(symbol) else { continue };
        let mut names: Vec<String> = diplotype.split('/').map(|name| renamed(symbol, name)).collect();
        if symbol == "MT-RNR1" {
            // Of mitochondria there is one kind.
            names.dedup();
        }
        if names.iter().any(|name| gene.allele(name).is_none()) {
            continue;
        }
        let ours = phenotype::phenotype(gene, &Diplotype { alleles: names.clone() });
        if plain(&ours) == plain(theirs) {
            *same.entry(symbol.to_owned()).or_default() += 1;
        } else if !is_explained(gene, &names) {
            other.entry((symbol.to_owned(), ours, theirs.to_owned())).or_insert((0, diplotype.to_owned())).0 += 1;
        }
    }
    println!("the same: {} of {same:?}", same.values().sum::<usize>());
    assert!(other.is_empty(), "the same {same:?}; not explained: {other:#?}");
}

/// Names that the two tables write differently.
fn renamed(gene: &str, name: &str) -> String {
    match (gene, name) {
        ("ABCG2", "Reference") => "rs2231142 reference (G)".into(),
        ("ABCG2", "rs2231142") => "rs2231142 variant (T)".into(),
        ("CFTR", "Reference") => "ivacaftor non-responsive CFTR sequence".into(),
        _ => name.to_owned(),
    }
}

/// Phenotypes without the words in which only the tables differ.
fn plain(phenotype: &str) -> String {
    let text = phenotype.to_lowercase().replace("ivacaftor responsive in cf patients", "favorable response");
    text.replace("g6pd ", "").replace("possible ", "").replace("likely ", "")
}

/// Wherever CPIC's table asks for something else than the usual, so does the guidance; and the other way round.
#[test]
fn the_guidance_changes_what_cpic_changes() {
    let Some(text) = file("pypgx/recommendation-table.csv.gz") else { return };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let (mut compared, mut differing) = (0, Vec::new());
    for row in reader.records() {
        let row = row.expect("a row");
        let (drug, gene, phenotype, second, advice) = (&row[0], &row[1], &row[2], &row[3], row[5].to_lowercase());
        // Where a score decides, pypgx's table has the line of the higher one.
        let scored = format!("{phenotype} 1.5");
        let fits = |p: &&str| *p == phenotype || *p == scored;
        let lines = guidance::all().iter().filter(|l| l.medicines.contains(&drug) && l.gene == gene && l.phenotypes.iter().any(&fits));
        let Some(level) = lines.map(|l| l.level).max().filter(|_| second == "None") else { continue };
        compared += 1;
        let advice = advice.replace("no need to avoid", "").replace("avoid moderate and strong cyp2d6 inhibitors", "");
        let avoids = ["avoid", "alternative", "select another", "do not use", "not recommended"].iter().any(|w| advice.contains(w));
        let usual = advice.starts_with("initiate therapy with recommended")
            || advice.starts_with("use ") && advice.contains("standard")
            || advice.contains("no recommendation");
        if avoids && level < Level::Watch || usual && !avoids && level > Level::Watch {
            differing.push(format!("{drug} {gene} {phenotype}: {level:?}; {advice}"));
        }
    }
    println!("{compared} lines of guidance compared");
    assert!(compared > 40 && differing.is_empty(), "{compared} compared; {differing:#?}");
}
