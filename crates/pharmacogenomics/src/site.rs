//! What a sample was called at the positions of one gene.

use crate::definition::Gene;
use std::collections::BTreeMap;

/// Calls by place in the gene's list of positions.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sites(pub BTreeMap<usize, Site>);

/// What was called at one position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// Alleles as bases in the convention of the position: two, or one where there is one copy.
    pub alleles: Vec<String>,
    /// Phase set, when it is known which allele stands on which copy.
    pub phase: Option<u64>,
}

/// A line of a VCF for one sample, as far as it is needed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line<'a> {
    /// Position on GRCh38, 1-based.
    pub position: u32,
    /// Last position of a block of reference (gVCF), else none.
    pub end: Option<u32>,
    /// Bases of the reference, as the line states them.
    pub reference: &'a str,
    /// Alternate alleles, in order.
    pub alternates: Vec<&'a str>,
    /// Allele numbers of the sample; nothing where it was not called.
    pub genotype: Vec<Option<usize>>,
    /// Phase set of a phased call: that of the file, or 0 for the whole chromosome.
    pub phase: Option<u64>,
}

impl Sites {
    /// Takes what a line says of the gene's positions.
    pub fn take(&mut self, gene: &Gene, line: &Line) {
        let last = line.end.unwrap_or(line.position).max(line.position);
        let first = gene.positions.partition_point(|p| p.position < line.position);
        for (place, defined) in gene.positions.iter().enumerate().skip(first).take_while(|(_, p)| p.position <= last) {
            let of_block = line.genotype.iter().all(|allele| *allele == Some(0)) && !line.genotype.is_empty();
            let alleles: Option<Vec<String>> = if of_block {
                // Called as reference, over the whole of what the position names.
                let covered = line.end.is_some_and(|end| defined.position + defined.reference.len() as u32 - 1 <= end);
                let matches_line = defined.position == line.position
                    && (line.reference.starts_with(&defined.reference) || defined.reference.starts_with(line.reference));
                (covered || matches_line).then(|| line.genotype.iter().map(|_| defined.reference.clone()).collect())
            } else if defined.position == line.position {
                line.genotype.iter().map(|allele| bases((*allele)?, line, &defined.reference)).collect()
            } else {
                None
            };
            if let Some(alleles) = alleles.filter(|alleles| !alleles.is_empty()) {
                // A called variant stands before a block of reference that runs over it.
                let fresh = Site { alleles, phase: line.phase };
                match self.0.get(&place) {
                    Some(existing) if existing.alleles.iter().any(|a| *a != defined.reference) => {}
                    _ => drop(self.0.insert(place, fresh)),
                }
            }
        }
    }

    /// Takes every position that was not called as that of the reference: for a file whose silence is said to mean that.
    pub fn assume_reference(&mut self, gene: &Gene) {
        for (place, defined) in gene.positions.iter().enumerate() {
            let reference = || Site { alleles: vec![defined.reference.clone(); 2], phase: Some(0) };
            self.0.entry(place).or_insert_with(reference);
        }
    }

    /// Makes calls of two equal alleles single, where there is one copy.
    pub fn single(&mut self) {
        for site in self.0.values_mut() {
            if site.alleles.len() == 2 && site.alleles[0] == site.alleles[1] {
                site.alleles.pop();
            }
        }
    }
}

/// An allele of a line as the position writes it: with the position's own reference bases after what differs.
fn bases(allele: usize, line: &Line, expected: &str) -> Option<String> {
    let text = if allele == 0 { line.reference } else { line.alternates.get(allele - 1)? };
    if !text.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let (reference, text) = (line.reference.to_ascii_uppercase(), text.to_ascii_uppercase());
    if reference == expected {
        return Some(text);
    }
    if let Some(more) = expected.strip_prefix(reference.as_str()) {
        // The position names more bases than the line: they follow unchanged.
        return Some(text + more);
    }
    // The line names more bases than the position, which must follow unchanged in the allele too.
    let more = reference.strip_prefix(expected)?;
    Some(text.strip_suffix(more).map_or(text.clone(), str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Definitions;

    fn line<'a>(position: u32, reference: &'a str, alternates: &[&'a str], genotype: &[usize]) -> Line<'a> {
        let genotype = genotype.iter().map(|a| Some(*a)).collect();
        Line { position, end: None, reference, alternates: alternates.to_vec(), genotype, phase: None }
    }

    #[test]
    fn alleles_are_written_as_the_position_writes_them() {
        // UGT1A1 rs3064744: CAT, and one TA less or more.
        let gene = Definitions::built_in().gene("UGT1A1").expect("a gene");
        let place = gene.positions.iter().position(|p| p.rsid == "rs3064744").expect("the repeat");
        let index = gene.positions[place].position;
        for (reference, alternate, expected) in
            [("C", "CAT", "CATAT"), ("CAT", "CATAT", "CATAT"), ("CAT", "C", "C"), ("CATATA", "CATATATA", "CATAT")]
        {
            let mut sites = Sites::default();
            sites.take(gene, &line(index, reference, &[alternate], &[0, 1]));
            assert_eq!(
                sites.0.get(&place).map(|s| s.alleles.clone()),
                Some(vec!["CAT".to_owned(), expected.to_owned()]),
                "{reference}>{alternate}"
            );
        }
    }

    #[test]
    fn a_block_of_reference_covers_what_lies_in_it_and_silence_is_no_reference() {
        let gene = Definitions::built_in().gene("CYP2C19").expect("a gene");
        let mut sites = Sites::default();
        let block = Line { end: Some(94_762_760), ..line(94_761_000, "N", &["<NON_REF>"], &[0, 0]) };
        sites.take(gene, &block);
        assert_eq!(sites.0.len(), gene.positions.iter().filter(|p| p.position <= 94_762_760).count());
        let silent = line(94_781_859, "G", &["A"], &[]);
        sites.take(gene, &silent);
        assert!(!sites.0.contains_key(&gene.positions.iter().position(|p| p.position == 94_781_859).expect("*2")));
    }
}
