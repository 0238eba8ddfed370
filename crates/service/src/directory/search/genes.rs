//! Which tests look at a gene.

use super::phrases::Group;
use annotation::Knowledge;
use care::directory::Test;
use genome::HgncId;
use ontology::{Panel, panel::Rating};
use std::collections::{BTreeSet, HashMap};

/// Genes by symbol in capitals, and the tests and clinical indications that look at each.
pub(super) struct Genes {
    tests: HashMap<String, Vec<u32>>,
    groups: HashMap<String, Vec<u32>>,
    /// Genes that each indication looks at.
    sizes: Vec<usize>,
    /// Earlier and other symbols, and symbols typed without their hyphen.
    aliases: HashMap<String, String>,
    /// Genes of diseases: symbol, and the indications that look at it.
    of_diseases: HashMap<HgncId, (String, Vec<u32>)>,
}

impl Genes {
    pub(super) fn new(tests: &[Test], groups: &[Group], panels: &[Panel], knowledge: &Knowledge) -> Genes {
        let mut genes = Genes {
            tests: HashMap::new(),
            groups: HashMap::new(),
            sizes: Vec::new(),
            aliases: HashMap::new(),
            of_diseases: HashMap::new(),
        };
        for (group, number) in groups.iter().zip(0_u32..) {
            let mut of_group: BTreeSet<String> = BTreeSet::new();
            for place in &group.tests {
                let symbols = symbols_of(&tests[*place as usize], panels, knowledge);
                for symbol in &symbols {
                    genes.tests.entry(symbol.clone()).or_default().push(*place);
                }
                of_group.extend(symbols);
            }
            genes.sizes.push(of_group.len());
            for symbol in of_group {
                genes.groups.entry(symbol).or_default().push(number);
            }
        }
        genes.tests.values_mut().for_each(|places| places.sort_unstable());
        genes.aliases = genes.other_symbols(panels, knowledge);
        for id in knowledge.diseases.all().iter().flat_map(|disease| &disease.genes) {
            let symbol = knowledge.symbol(*id).to_uppercase();
            if let Some(groups) = genes.groups.get(&symbol) {
                genes.of_diseases.insert(*id, (symbol, groups.clone()));
            }
        }
        genes
    }

    /// Other symbols that are no gene's own, each with the gene's; one that two genes share names none.
    fn other_symbols(&self, panels: &[Panel], knowledge: &Knowledge) -> HashMap<String, String> {
        let mut found: HashMap<String, BTreeSet<String>> = HashMap::new();
        for gene in panels.iter().flat_map(|panel| &panel.genes) {
            let symbol = gene.symbol.to_uppercase();
            for other in knowledge.gene(gene.gene).into_iter().flat_map(|gene| std::iter::once(&gene.symbol).chain(&gene.other_symbols)) {
                found.entry(other.to_uppercase()).or_default().insert(symbol.clone());
            }
        }
        for symbol in self.groups.keys().filter(|symbol| symbol.contains('-')) {
            found.entry(symbol.replace('-', "")).or_default().insert(symbol.clone());
        }
        let single = |(alias, symbols): (String, BTreeSet<String>)| {
            let symbol = symbols.into_iter().next().filter(|symbol| self.groups.contains_key(symbol))?;
            (!self.groups.contains_key(&alias)).then_some((alias, symbol))
        };
        found.into_iter().filter(|(_, symbols)| symbols.len() == 1).filter_map(single).collect()
    }

    /// The symbol that tests use for what was typed, and whether it was typed itself.
    pub(super) fn symbol(&self, typed: &str) -> Option<(&str, bool)> {
        let capitals = typed.to_uppercase();
        let own = self.groups.get_key_value(&capitals).map(|(symbol, _)| (symbol.as_str(), true));
        own.or_else(|| self.aliases.get(&capitals).map(|symbol| (symbol.as_str(), false)))
    }

    /// Clinical indications that look at a gene, by its symbol in capitals.
    pub(super) fn groups(&self, symbol: &str) -> &[u32] {
        self.groups.get(symbol).map_or(&[], Vec::as_slice)
    }

    /// Symbol of a gene of some disease, and the indications that look at it.
    pub(super) fn of_disease(&self, gene: HgncId) -> Option<(&str, &[u32])> {
        self.of_diseases.get(&gene).map(|(symbol, groups)| (symbol.as_str(), groups.as_slice()))
    }

    pub(super) fn is_in_test(&self, symbol: &str, test: u32) -> bool {
        self.tests.get(symbol).is_some_and(|tests| tests.binary_search(&test).is_ok())
    }

    /// Genes that an indication looks at; at least one.
    pub(super) fn size(&self, group: u32) -> f32 {
        self.sizes[group as usize].max(1) as f32
    }
}

/// Symbols, in capitals, of the genes that a test looks at.
fn symbols_of(test: &Test, panels: &[Panel], knowledge: &Knowledge) -> BTreeSet<String> {
    let mut symbols: BTreeSet<String> = test.genes.iter().map(|gene| gene.to_uppercase()).collect();
    let ids = test.panels.iter().filter_map(|panel| panel.parse::<HgncId>().ok());
    symbols.extend(ids.map(|id| knowledge.symbol(id).to_uppercase()));
    if let Some(panel) = super::super::catalogue::panel_of(test, panels) {
        symbols.extend(panel.genes.iter().filter(|gene| gene.rating == Rating::Green).map(|gene| gene.symbol.to_uppercase()));
    }
    symbols.remove("NOT SPECIFIED");
    symbols
}
