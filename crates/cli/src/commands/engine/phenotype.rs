//! HPO terms from the command line, with everything that is unknown told at once.

use anyhow::bail;
use ontology::{Hpo, likelihood::Phenotype, search};

/// Reads present and absent terms.
pub fn read(hpo: &Hpo, observed: &[String], excluded: &[String]) -> anyhow::Result<Phenotype> {
    match (search::resolve(hpo, observed), search::resolve(hpo, excluded)) {
        (Ok(observed), Ok(excluded)) => Ok(Phenotype { observed, excluded }),
        (a, b) => {
            let unknown: Vec<String> = [a.err(), b.err()].into_iter().flatten().flatten().map(|e| e.to_string()).collect();
            bail!("{}", unknown.join("\n       "))
        }
    }
}
