//! The words of a question that say where variants lie, and of what form they are.

use super::{NotAQuestion, Tokens};
use genome::shape::{self, KINDS, STRETCH_BASES_MAX, Shape, Stretch};

/// Where variants lie, and of what form they are.
pub(super) fn clause(word: &str, tokens: &mut Tokens, shape: &mut Shape) -> Result<(), NotAQuestion> {
    match word {
        "at" => shape.overlapping = Some(stretch(tokens)?),
        "starting" => shape.starting = Some(stretch(tokens)?),
        "ending" => shape.ending = Some(read(tokens, "write two positions, such as ending 1000-2000", shape::numbers)?),
        "kind" => {
            let known = |word: &str| KINDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, kind)| *kind);
            shape.kind = Some(read(tokens, "write one of SNP, MNP, INDEL, DEL, INS, DUP, INV or CNV", known)?);
        }
        "length-min" => shape.length_min = Some(read(tokens, "write a number of bases", |word| word.parse().ok())?),
        "length-max" => shape.length_max = Some(read(tokens, "write a number of bases", |word| word.parse().ok())?),
        "reference" => shape.reference = Some(read(tokens, CODES, codes)?),
        "alternate" => shape.alternate = Some(read(tokens, CODES, codes)?),
        "among" => shape.among.push(read(tokens, "name the variant, such as 1-119757272-C-T", |word| word.parse().ok())?),
        _ => {
            tokens.next -= 1;
            return Err(tokens.wrong(FORMS));
        }
    }
    Ok(())
}

const CODES: &str = "write bases, or IUPAC codes of them, such as ANNT";
const FORMS: &str = "write in GENE, at 19:1000-2000, starting 19:1000-2000, ending 1000-2000, kind DEL, length-min, length-max, \
                     reference A, alternate T or among VARIANT, or what another question is narrowed by";

fn codes(word: &str) -> Option<String> {
    let upper = word.to_ascii_uppercase();
    upper.bytes().all(|code| !shape::bases_of(code).is_empty()).then_some(upper)
}

fn stretch(tokens: &mut Tokens) -> Result<Stretch, NotAQuestion> {
    let known = |word: &str| Stretch::read(word).filter(|stretch| stretch.bases() <= STRETCH_BASES_MAX);
    read(tokens, "write a stretch of at most 5,000,000 bases on GRCh38, such as 19:55661001-55662000", known)
}

fn read<T>(tokens: &mut Tokens, rule: &'static str, known: impl Fn(&str) -> Option<T>) -> Result<T, NotAQuestion> {
    let found = tokens.all.get(tokens.next).and_then(|word| known(word)).ok_or_else(|| tokens.wrong(rule))?;
    tokens.next += 1;
    Ok(found)
}
