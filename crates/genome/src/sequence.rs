//! Reference sequence and the genetic code.

use crate::Contig;

/// Reference bases of an assembly, as far as they are known.
pub trait Reference: Sync {
    /// Upper-case bases `start..=end` (1-based), or nothing if any of them is not held.
    fn bases(&self, contig: Contig, start: u32, end: u32) -> Option<Vec<u8>>;

    /// The base at a position, 1-based; nothing if it is not held.
    fn base(&self, contig: Contig, position: u32) -> Option<u8> {
        self.bases(contig, position, position).map(|b| b[0])
    }
}

/// The Watson–Crick complement; what is not a base stays as it is.
pub fn complement(base: u8) -> u8 {
    match base {
        b'A' => b'T',
        b'C' => b'G',
        b'G' => b'C',
        b'T' => b'A',
        other => other,
    }
}

/// The reverse complement of a sequence.
pub fn reverse_complement(bases: &[u8]) -> Vec<u8> {
    bases.iter().rev().map(|&b| complement(b)).collect()
}

/// NCBI translation table 1 (standard), codons in TCAG order.
const STANDARD: &[u8; 64] = b"FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG";
/// NCBI translation table 2 (vertebrate mitochondrial), codons in TCAG order.
const MITOCHONDRIAL: &[u8; 64] = b"FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIMMTTTTNNKKSS**VVVVAAAADDEEGGGG";

/// One-letter amino acid of a codon, `*` for a stop, `X` where a base is unknown.
pub fn translate_codon(codon: [u8; 3], contig: Contig) -> u8 {
    let table = if contig == Contig::MT { MITOCHONDRIAL } else { STANDARD };
    let mut index = 0;
    for base in codon {
        let Some(digit) = b"TCAG".iter().position(|&b| b == base) else { return b'X' };
        index = index * 4 + digit;
    }
    table[index]
}

/// Protein of a coding sequence, up to and with the first stop; a last partial codon is dropped.
pub fn translate(coding: &[u8], contig: Contig) -> Vec<u8> {
    let mut protein = Vec::with_capacity(coding.len() / 3);
    for codon in coding.chunks_exact(3) {
        let residue = translate_codon([codon[0], codon[1], codon[2]], contig);
        protein.push(residue);
        if residue == b'*' {
            break;
        }
    }
    protein
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_genetic_code_is_ncbi_table_1_and_2() {
        let autosome = Contig::from_number(1).expect("a contig");
        assert_eq!(translate(b"ATGGCCTAAGGG", autosome), b"MA*");
        assert_eq!(translate_codon(*b"TGA", Contig::MT), b'W');
        assert_eq!(translate_codon(*b"ATA", Contig::MT), b'M');
        assert_eq!(translate_codon(*b"AGA", Contig::MT), b'*');
        assert_eq!(translate_codon(*b"NNN", autosome), b'X');
    }
}
