//! The facts of pharmacogenomics in our own format, from the published tables: named alleles and the positions that tell them
//! apart, what functions mean together, and the codes of medicines.

use anyhow::{Context, ensure};
use pharmacogenomics::definition::{Allele, Definitions, Gene, Position, Together};
use serde::Deserialize;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

/// Genes whose alleles a VCF can tell, by PharmCAT's files.
const GENES: [&str; 19] = [
    "ABCG2", "CACNA1S", "CFTR", "CYP2B6", "CYP2C19", "CYP2C9", "CYP3A4", "CYP3A5", "CYP4F2", "DPYD", "G6PD", "IFNL3", "NAT2", "NUDT15",
    "RYR1", "SLCO1B1", "TPMT", "UGT1A1", "VKORC1",
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Translation {
    version: String,
    chromosome: String,
    variants: Vec<Variant>,
    named_alleles: Vec<Named>,
}

#[derive(Deserialize)]
struct Variant {
    position: u32,
    rsid: Option<String>,
    #[serde(rename = "ref")]
    reference: String,
    alts: Vec<String>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    alleles: Vec<Option<String>>,
    reference: bool,
}

/// Writes `data/pharmacogenomics`.
pub fn run(sources: &Path, to: &Path) -> anyhow::Result<()> {
    let tables = definitions(sources)?;
    let mut text = format!("{{\"version\":{},\"genes\":[\n", serde_json::to_string(&tables.version)?);
    for (index, gene) in tables.genes.iter().enumerate() {
        let _ = writeln!(text, "{}{}", serde_json::to_string(gene)?, if index + 1 < tables.genes.len() { "," } else { "" });
    }
    text += "]}\n";
    fs::write(to.join("definitions.json"), text)?;
    fs::write(to.join("medicines.tsv"), medicines(sources, to)?)?;
    println!("{} genes, {} named alleles", tables.genes.len(), tables.genes.iter().map(|g| g.alleles.len()).sum::<usize>());
    Ok(())
}

/// The definitions as the sources give them.
pub fn definitions(sources: &Path) -> anyhow::Result<Definitions> {
    let (pharmcat, pypgx) = (sources.join("pharmcat"), sources.join("pypgx"));
    let of_pypgx = table(&pypgx.join("allele-table.csv.gz"))?;
    let (mut genes, mut version) = (Vec::new(), String::new());
    for symbol in GENES {
        let translation: Translation =
            serde_json::from_value(json(&pharmcat.join("definition/alleles"), &format!("{symbol}_translation"))?)?;
        version.clone_from(&translation.version);
        let mut gene = gene(symbol, translation)?;
        meanings(&mut gene, &pharmcat, &of_pypgx).with_context(|| symbol.to_owned())?;
        genes.push(gene);
    }
    genes.push(mitochondrial(&pharmcat)?);
    genes.push(cyp2d6(&of_pypgx)?);
    Ok(Definitions { version, genes })
}

fn json(folder: &Path, name: &str) -> anyhow::Result<Value> {
    let plain = folder.join(format!("{name}.json"));
    let path = if plain.is_file() { plain } else { folder.join(format!("{name}.json.gz")) };
    serde_json::from_reader(formats::open::reader(&path)?).with_context(|| path.display().to_string())
}

fn table(path: &Path) -> anyhow::Result<Vec<BTreeMap<String, String>>> {
    let mut reader = csv::Reader::from_reader(formats::open::reader(path)?);
    Ok(reader.deserialize().collect::<Result<_, _>>()?)
}

fn gene(symbol: &str, translation: Translation) -> anyhow::Result<Gene> {
    let mut order: Vec<usize> = (0..translation.variants.len()).collect();
    order.sort_by_key(|index| translation.variants[*index].position);
    let position = |index: &usize| {
        let v = &translation.variants[*index];
        Position {
            position: v.position,
            rsid: v.rsid.clone().unwrap_or_default(),
            reference: v.reference.clone(),
            alternates: v.alts.clone(),
        }
    };
    let positions: Vec<Position> = order.iter().map(position).collect();
    let mut alleles = Vec::new();
    for named in &translation.named_alleles {
        let whole = named.alleles.iter().all(Option::is_some);
        let explicit = order.iter().enumerate().filter_map(|(place, index)| Some((place, named.alleles[*index].clone()?)));
        let defined = explicit.filter(|(place, bases)| !whole || *bases != positions[*place].reference).collect();
        let allele = Allele { name: named.name.clone(), defined, whole, function: String::new(), activity: None };
        if named.reference { alleles.insert(0, allele) } else { alleles.push(allele) }
    }
    ensure!(translation.named_alleles.iter().filter(|n| n.reference).count() == 1, "{symbol} has not one reference allele");
    Ok(Gene { symbol: symbol.into(), contig: translation.chromosome.parse()?, positions, alleles, phenotypes: vec![] })
}

/// Functions of the alleles, and what they mean together: of PharmCAT's tables, else of pypgx's.
fn meanings(gene: &mut Gene, pharmcat: &Path, of_pypgx: &[BTreeMap<String, String>]) -> anyhow::Result<()> {
    let known = ["json", "json.gz"].iter().any(|end| pharmcat.join("phenotype").join(format!("{}.{end}", gene.symbol)).is_file());
    if known {
        let table = json(&pharmcat.join("phenotype"), &gene.symbol)?;
        for allele in &mut gene.alleles {
            allele.function = table["haplotypes"][&allele.name].as_str().unwrap_or_default().to_owned();
            allele.activity = table["activityValues"][&allele.name].as_str().and_then(|value| value.parse().ok());
        }
        gene.phenotypes = together(&table)?;
    }
    let listed = |allele: &str| of_pypgx.iter().find(|row| row["Gene"] == gene.symbol && row["StarAllele"] == allele);
    match gene.symbol.as_str() {
        "G6PD" => {
            for allele in &mut gene.alleles {
                allele.function = listed(&allele.name).map_or_else(String::new, |row| row["Function"].clone());
            }
            gene.phenotypes = g6pd();
        }
        "RYR1" => {
            for (index, allele) in gene.alleles.iter_mut().enumerate() {
                // Of PharmCAT's many variants, those that the European Malignant Hyperthermia Group lists are in pypgx's table.
                let function = listed(&allele.name).map_or("", |row| row["Function"].as_str());
                allele.function = match function {
                    _ if index == 0 => "Normal function".into(),
                    "Malignant Hyperthermia Associated" => "Malignant Hyperthermia associated".into(),
                    _ => "Uncertain function".into(),
                };
            }
            gene.phenotypes = ryr1();
        }
        "IFNL3" => {
            gene.phenotypes = pairs(&[
                ("Favorable response allele", "Favorable response allele", "Favorable Response"),
                ("Favorable response allele", "Unfavorable response allele", "Unfavorable Response"),
                ("Unfavorable response allele", "Unfavorable response allele", "Unfavorable Response"),
            ]);
        }
        _ => {}
    }
    Ok(())
}

/// What functions mean together, where the table of diplotypes gives one answer for each pair of them.
fn together(table: &Value) -> anyhow::Result<Vec<Together>> {
    let mut found: BTreeMap<Vec<String>, String> = BTreeMap::new();
    for diplotype in table["diplotypes"].as_array().context("diplotypes")? {
        let mut functions = Vec::new();
        for (name, times) in diplotype["diplotypekey"].as_object().context("a key")? {
            let function = table["haplotypes"][name].as_str().context("a function")?.to_owned();
            functions.extend(std::iter::repeat_n(function, times.as_u64().context("a count")? as usize));
        }
        functions.sort();
        let phenotype = diplotype["phenotype"].as_str().context("a phenotype")?.to_owned();
        if let Some(other) = found.insert(functions.clone(), phenotype.clone()) {
            ensure!(other == phenotype, "{functions:?} is {other} and {phenotype}");
        }
    }
    Ok(found.into_iter().map(|(functions, phenotype)| Together { functions, phenotype }).collect())
}

fn pairs(list: &[(&str, &str, &str)]) -> Vec<Together> {
    let sorted = |a: &str, b: &str| {
        let mut functions = vec![a.to_owned(), b.to_owned()];
        functions.sort();
        functions
    };
    list.iter().map(|(a, b, phenotype)| Together { functions: sorted(a, b), phenotype: (*phenotype).into() }).collect()
}

/// G6PD by the classes of the World Health Organization: of one copy, and of two. Source: CPIC G6PD 2022, PMID 36049896, table 1.
fn g6pd() -> Vec<Together> {
    const CLASSES: [(&str, u8); 4] =
        [("Class IV (Normal)", 0), ("Class III (Deficient)", 1), ("Class II (Deficient)", 1), ("Class I (Deficient with CNSHA)", 2)];
    let label = |rank: u8| ["Normal", "Deficient", "Deficient with CNSHA"][usize::from(rank)].to_owned();
    let mut list: Vec<Together> =
        CLASSES.iter().map(|(class, rank)| Together { functions: vec![(*class).into()], phenotype: label(*rank) }).collect();
    let mut seen = BTreeSet::new();
    for (one, a) in CLASSES {
        for (other, b) in CLASSES {
            let mut functions = vec![one.to_owned(), other.to_owned()];
            functions.sort();
            let phenotype = match (a, b) {
                (0, 0) => "Normal".into(),
                // One working copy: which copy works where differs from cell to cell.
                (0, _) | (_, 0) => "Variable".into(),
                (2, 2) => "Deficient with CNSHA".into(),
                _ => "Deficient".into(),
            };
            if seen.insert(functions.clone()) {
                list.push(Together { functions, phenotype });
            }
        }
    }
    list
}

/// RYR1: one variant that is known to cause malignant hyperthermia is enough. Source: CPIC 2018, PMID 30499100, table 1.
fn ryr1() -> Vec<Together> {
    let (known, uncertain, normal) = ("Malignant Hyperthermia associated", "Uncertain function", "Normal function");
    let (yes, no) = ("Malignant Hyperthermia Susceptibility", "Uncertain Susceptibility");
    pairs(&[
        (known, known, yes),
        (known, uncertain, yes),
        (known, normal, yes),
        (uncertain, uncertain, no),
        (uncertain, normal, no),
        (normal, normal, no),
    ])
}

/// MT-RNR1 from its table of variants, those of one base.
fn mitochondrial(pharmcat: &Path) -> anyhow::Result<Gene> {
    let table = json(&pharmcat.join("phenotype"), "MT_RNR1")?;
    let functions = table["haplotypes"].as_object().context("haplotypes")?;
    let mut bases: BTreeMap<u32, (String, Vec<String>)> = BTreeMap::new();
    let parsed = |name: &str| -> Option<(u32, String, String)> {
        let text = name.strip_prefix("m.")?;
        let (left, new) = text.split_once('>')?;
        let (digits, old) = left.split_at(left.len().checked_sub(1)?);
        let is_base = |text: &str| matches!(text, "A" | "C" | "G" | "T");
        (is_base(old) && is_base(new)).then_some(())?;
        Some((digits.parse().ok()?, old.into(), new.into()))
    };
    for (position, old, new) in functions.keys().filter_map(|name| parsed(name)) {
        bases.entry(position).or_insert_with(|| (old, vec![])).1.push(new);
    }
    let positions: Vec<Position> = bases
        .iter()
        .map(|(position, (reference, alternates))| Position {
            position: *position,
            rsid: String::new(),
            reference: reference.clone(),
            alternates: alternates.clone(),
        })
        .collect();
    let mut alleles = vec![];
    for (name, function) in functions {
        let function = function.as_str().unwrap_or_default().to_owned();
        let defined = match parsed(name) {
            Some((position, _, new)) => vec![(positions.iter().position(|p| p.position == position).context("a position")?, new)],
            None if name == "Reference" => vec![],
            // Deletions and insertions in runs of one base are not told from a VCF.
            None => continue,
        };
        let allele = Allele { name: name.clone(), whole: defined.is_empty(), defined, function, activity: None };
        if name == "Reference" { alleles.insert(0, allele) } else { alleles.push(allele) }
    }
    Ok(Gene { symbol: "MT-RNR1".into(), contig: "MT".parse()?, positions, alleles, phenotypes: together(&table)? })
}

/// CYP2D6 is told by other methods; the values of its alleles are held.
fn cyp2d6(of_pypgx: &[BTreeMap<String, String>]) -> anyhow::Result<Gene> {
    let rows = of_pypgx.iter().filter(|row| row["Gene"] == "CYP2D6");
    let alleles = rows.map(|row| Allele {
        name: row["StarAllele"].clone(),
        defined: vec![],
        whole: false,
        function: row["Function"].clone(),
        activity: row["ActivityScore"].parse().ok(),
    });
    Ok(Gene { symbol: "CYP2D6".into(), contig: "22".parse()?, positions: vec![], alleles: alleles.collect(), phenotypes: vec![] })
}

/// Names that differ from those of the source, which are American.
const BRITISH: [(&str, &str); 3] =
    [("succinylcholine", "suxamethonium"), ("thioguanine", "tioguanine"), ("methylene blue", "methylthioninium chloride")];

/// Codes of the medicines of the guidance.
fn medicines(sources: &Path, to: &Path) -> anyhow::Result<String> {
    let rows = table(&sources.join("pypgx/cpic-table.csv.gz"))?;
    let guidance = fs::read_to_string(to.join("guidance.tsv"))?;
    let names: BTreeSet<&str> = guidance.lines().skip(1).flat_map(|line| line.split('\t').next().unwrap_or("").split(", ")).collect();
    let mut text = "name\tother names\trxnorm\tatc\n".to_owned();
    for name in names {
        let other = BRITISH.iter().find(|(_, british)| *british == name).map_or("", |(american, _)| american);
        let listed = if other.is_empty() { name } else { other };
        let row = rows.iter().find(|row| row["Drug"] == listed).with_context(|| format!("{listed} is not in the table of pairs"))?;
        let known = |value: &str| if value == "NA" { String::new() } else { value.to_owned() };
        let _ = writeln!(text, "{name}\t{other}\t{}\t{}", known(&row["RxNorm"]), known(&row["ATC"]));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_are_those_of_the_published_tables() {
        let sources = Path::new("../../shared/data/pgx");
        if !sources.is_dir() {
            eprintln!("skipped: the published tables are not beside the project");
            return;
        }
        let made = definitions(sources).expect("made");
        assert!(made == *Definitions::built_in(), "run `cargo xtask pharmacogenomics`");
        let written = Path::new("../data/pharmacogenomics");
        let text = fs::read_to_string(written.join("medicines.tsv")).expect("medicines.tsv");
        assert_eq!(medicines(sources, written).expect("made"), text);
    }
}
