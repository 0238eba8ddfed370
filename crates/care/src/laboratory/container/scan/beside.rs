//! What stands in a scan beside the positions and the tubes that were read: the barcode of the rack, or of a second tube. Whether it is
//! one is known by who knows the barcodes; nothing is passed over before that.

use super::{Lines, Position};
use crate::{Refusal, laboratory::barcode::scanned};
use std::collections::{BTreeMap, BTreeSet};

/// Signs of a barcode at least: shorter words are positions, numbers of rows and columns, and states.
const SIGNS_MIN: usize = 5;
/// Signs of a barcode that this service prints: one in a hundred of them has no digit.
const SIGNS_PRINTED: usize = 13;

/// A word of a scan that may be a barcode.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Beside {
    /// Its line, counted from 1.
    pub line: usize,
    /// The word, as barcodes are compared.
    pub word: String,
    /// Barcodes of tubes that were read in the same line.
    pub tubes: Vec<String>,
}

/// Every word that may be a barcode and is no tube that was read.
pub fn beside(text: &str, tubes: &BTreeMap<Position, String>) -> Vec<Beside> {
    let read: BTreeSet<&str> = tubes.values().map(String::as_str).collect();
    let mut found = Vec::new();
    for (line, cells) in super::lines(text) {
        let distinct: BTreeSet<String> = cells.iter().flat_map(|cell| candidates(cell)).collect();
        let (in_tubes, others): (Vec<String>, Vec<String>) = distinct.into_iter().partition(|word| read.contains(word.as_str()));
        found.extend(others.into_iter().map(|word| Beside { line, word, tubes: in_tubes.clone() }));
    }
    found
}

/// What may be a barcode of a cell: the whole of it, and each of its words, as in `Rack Barcode: SA001`.
fn candidates(cell: &str) -> impl Iterator<Item = String> {
    let pieces = cell.split(|c: char| c.is_whitespace() || [':', '=', '(', ')'].contains(&c));
    std::iter::once(cell).chain(pieces).map(scanned).filter(|word| may_be_barcode(word))
}

fn may_be_barcode(word: &str) -> bool {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || ['-', '_'].contains(&c);
    let has_digit = word.chars().any(|c| c.is_ascii_digit());
    word.chars().all(is_sign) && (word.len() >= SIGNS_MIN && has_digit || word.len() == SIGNS_PRINTED)
}

/// Lines of a list in which the barcodes of two tubes stand: which of them is at the position is not for a program to guess.
pub(super) fn doubled(lines: &Lines, tubes: &BTreeMap<Position, String>) -> Vec<Refusal> {
    let read: BTreeSet<&str> = tubes.values().map(String::as_str).filter(|barcode| barcode.len() >= SIGNS_MIN).collect();
    let mut refusals = Vec::new();
    for (number, cells) in lines {
        let both: BTreeSet<String> = cells.iter().map(|cell| scanned(cell)).filter(|cell| read.contains(cell.as_str())).collect();
        if both.len() > 1 {
            let both = both.into_iter().collect::<Vec<_>>().join(" and ");
            refusals.push(Refusal::new(
                "scan",
                format!("Line {number}: {both} are tubes of this scan both: write one tube beside each position"),
            ));
        }
    }
    refusals
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laboratory::container::scan::read;

    fn shown(text: &str) -> Vec<String> {
        let tubes = read(text).unwrap_or_else(|why| panic!("{text}: {why}"));
        beside(text, &tubes).into_iter().map(|beside| format!("{} {} {}", beside.line, beside.word, beside.tubes.join("+"))).collect()
    }

    #[test]
    fn the_barcode_of_a_rack_or_of_a_second_tube_is_seen_wherever_it_stands() {
        for (text, expected) in [
            ("C32CR8FM4XXMV,A01,S0001", "1 C32CR8FM4XXMV S0001"),
            ("A01,S0001,C32CR8FM4XXMV", "1 C32CR8FM4XXMV S0001"),
            ("Rack ID,Position,Tube\nC32CR8FM4XXMV,A01,S0001", "2 C32CR8FM4XXMV S0001"),
            ("Rack Barcode: c32cr8fm4xxmv\nPosition,Tube\nA01,S0001", "1 C32CR8FM4XXMV "),
            ("Rack,]C1C32CR8FM4XXMV\nPosition,Tube\nA01,S0001", "1 C32CR8FM4XXMV "),
            ("A01,S0001,SAEF0PHNZ98RN", "1 SAEF0PHNZ98RN S0001"),
            ("CXXXXXXXXXXXX,A01,S0001", "1 CXXXXXXXXXXXX S0001"),
        ] {
            assert_eq!(shown(text), [expected], "{text}");
        }
        assert_eq!(shown("Position,Tube,Status,Read at\nA01,S0001,OK,10:00:03\nA02,s0001a,OK,10:00:04"), Vec::<String>::new());
    }

    #[test]
    fn two_tubes_of_one_scan_in_one_line_are_refused() {
        let refused = read("A01,S0001,S0002\nA02,S0002").expect_err("two in a line").to_string();
        assert!(refused.contains("Line 1: S0001 and S0002 are tubes of this scan both"), "{refused}");
        assert!(read("A01,S0001,S0001\nA02,S0002").is_ok(), "one barcode, twice");
    }
}
