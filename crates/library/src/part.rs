//! What a number of an answer counts, whichever way it was asked for.

use crate::{
    Checked,
    question::{Group, What},
};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// The conditions of a set of people in one form: terms by their descendants, variants as they are normalised, lists in order. Two
/// questions of one form count the same people; two sets that only happen to be the same people have two forms.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Part {
    variants: String,
    with: Vec<BTreeSet<u32>>,
    with_any: Vec<BTreeSet<u32>>,
    without: Vec<BTreeSet<u32>>,
    born: Option<(i16, i16)>,
    sex: Option<String>,
    ancestry: Option<String>,
    solved: Option<bool>,
}

impl Part {
    /// People who fit the conditions of a question: of one about burden cases and controls together.
    pub fn cohort(checked: &Checked) -> Part {
        let cases = Part::cases(checked);
        if checked.question.what == What::Burden { Part { with: vec![], with_any: vec![], ..cases } } else { cases }
    }

    /// People who fit every condition of a question, features included.
    pub fn cases(checked: &Checked) -> Part {
        let q = &checked.question;
        Part {
            variants: String::new(),
            with: in_order(&checked.with),
            with_any: in_order(&checked.with_any),
            without: in_order(&checked.without),
            born: q.born,
            sex: q.sex.clone(),
            ancestry: q.ancestry.clone(),
            solved: q.solved,
        }
    }

    /// The other people of a question about burden.
    pub fn controls(checked: &Checked) -> Part {
        let mut part = Part::cohort(checked);
        match (&checked.with[..], checked.with_any.is_empty()) {
            ([term], true) => {
                part.without.push(term.clone());
                part.without = in_order(&part.without);
            }
            (with, _) => part.variants = format!("not with {:?} {:?}", in_order(with), in_order(&checked.with_any)),
        }
        part
    }

    /// Those of a part who carry what the question is about.
    pub fn carrying(mut self, checked: &Checked) -> Part {
        let q = &checked.question;
        let kind = match q.what {
            What::CompoundHeterozygotes => "compound heterozygotes",
            What::Variants => "variants",
            What::People | What::Carriers | What::Alleles(_) | What::Seen(_) | What::Burden => "carriers",
        };
        let genes: BTreeSet<&String> = q.genes.iter().collect();
        let variants = format!("{kind} {genes:?} {:?} {:?} {:?} {:?}", q.effect, q.frequency_max, q.shape, checked.variant);
        self.variants.push_str(&variants);
        self
    }

    /// Those of a part who are in a group.
    pub fn in_group(mut self, by: Group, name: &str) -> Part {
        match by {
            Group::Sex => self.sex = Some(name.to_owned()),
            Group::Ancestry => self.ancestry = Some(name.to_owned()),
        }
        self
    }

    /// By what it is remembered.
    pub fn digest(&self) -> String {
        hex::encode(&Sha256::digest(format!("{self:?}"))[..16])
    }
}

fn in_order(terms: &[BTreeSet<u32>]) -> Vec<BTreeSet<u32>> {
    let all: BTreeSet<_> = terms.iter().cloned().collect();
    all.into_iter().collect()
}
