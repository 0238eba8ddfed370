//! People of a made-up cohort, and what they carry.

use genome::{Contig, consequence::Impact};
use library::{Call, Person, PersonNo};

/// A woman without features.
pub fn person(no: u32) -> Person {
    Person {
        no: PersonNo(no),
        first: PersonNo(no),
        family: no,
        sex: "female".into(),
        born_from: 2000,
        ancestry: "UNKNOWN".into(),
        affected: true,
        solved: false,
        present: vec![],
        absent: vec![],
    }
}

/// A T instead of an A on chromosome 2.
pub fn call(no: u32, position: u32, gene: &str, impact: Impact, frequency: Option<f32>, copies: u8) -> Call {
    Call {
        person: PersonNo(no),
        contig: "2".parse::<Contig>().expect("a contig"),
        position,
        end: position,
        reference: "A".into(),
        alternate: "T".into(),
        gene: gene.into(),
        consequence: "stop_gained".into(),
        impact,
        frequency,
        copies,
    }
}
