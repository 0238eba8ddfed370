//! Structural alleles as their callers write them: symbolic alleles and breakends (VCF 4.5, section 5), copy numbers of DRAGEN,
//! GATK gCNV and CNVkit, junctions of Manta, repeats of ExpansionHunter.

use super::Record;
use genome::{Build, Contig, Genotype, Structure, Variant, Zygosity, structure::NUMBER_MAX};

/// Copies that a person is expected to have, where a caller tells copies and not alleles.
const COPIES_EXPECTED: u32 = 2;

fn text<'a>(record: &Record<'a>, key: &str) -> Option<&'a str> {
    std::str::from_utf8(record.info(key)?).ok()
}

/// Last base: END, or what SVLEN says.
fn end(record: &Record) -> Option<u32> {
    let stated = text(record, "END").and_then(|e| e.parse().ok());
    let length = || text(record, "SVLEN")?.split(',').next()?.parse::<i64>().ok()?.unsigned_abs().try_into().ok();
    stated.or_else(|| record.position.checked_add(length()?)).filter(|end| *end > record.position)
}

/// Whether an alternate allele is symbolic or a breakend.
pub fn is_structural(allele: &[u8]) -> bool {
    allele.len() > 2 && (allele[0] == b'<' || allele.iter().any(|b| *b == b'[' || *b == b']'))
}

/// The `index`-th alternate (from 1) as a structural variant; nothing for what names no change, such as `<NON_REF>`. `copies` is
/// what the caller counted in the person, which alone tells a loss from a gain where the allele is only `<CNV>`.
pub fn variant(record: &Record, index: usize, copies: Option<u32>) -> Option<(Variant, Structure)> {
    let allele = std::str::from_utf8(record.alternate_alleles().nth(index - 1)?).ok()?;
    let position = genome::Position::new(record.position)?;
    let structure = structure(record, allele, copies)?;
    let contig = record.contig?;
    // What lies beyond the contig in every build names no place.
    let length = [Build::GRCh37, Build::GRCh38].map(|build| contig.length(build)).into_iter().max()?;
    (structure.end(record.position) <= length).then(|| (Variant::structural(contig, position, structure), structure))
}

fn structure(record: &Record, allele: &str, copies: Option<u32>) -> Option<Structure> {
    let Some(symbol) = allele.strip_prefix('<').and_then(|a| a.strip_suffix('>')) else { return breakend(allele) };
    let kind = symbol.split(':').next().unwrap_or(symbol);
    let counted = kind.strip_prefix("CN").filter(|n| *n != "V").map_or(copies, |n| n.parse().ok());
    match kind {
        "DEL" => Some(Structure::Deletion { end: end(record)? }),
        "DUP" => Some(Structure::Duplication { end: end(record)? }),
        "INV" => Some(Structure::Inversion { end: end(record)? }),
        "INS" => {
            let length = text(record, "SVLEN").and_then(|l| l.split(',').next()?.parse::<i64>().ok());
            Some(Structure::Insertion { length: length.map_or(0, |l| l.unsigned_abs().min(u64::from(NUMBER_MAX)) as u32) })
        }
        _ if kind.starts_with("CN") => match counted?.cmp(&COPIES_EXPECTED) {
            std::cmp::Ordering::Less => Some(Structure::Deletion { end: end(record)? }),
            std::cmp::Ordering::Greater => Some(Structure::Duplication { end: end(record)? }),
            std::cmp::Ordering::Equal => None,
        },
        _ => {
            let copies = kind.strip_prefix("STR")?.parse().ok().filter(|n| *n <= NUMBER_MAX)?;
            Some(Structure::Repeat { end: end(record)?, copies })
        }
    }
}

/// The other end of `t[p[`, `t]p]`, `]p]t` or `[p[t`.
fn breakend(allele: &str) -> Option<Structure> {
    let mate = allele.split(['[', ']']).nth(1)?;
    let (contig, position) = mate.rsplit_once(':')?;
    let position = position.parse().ok().filter(|p| *p <= NUMBER_MAX)?;
    Some(Structure::Breakend { contig: contig.parse::<Contig>().ok()?, position })
}

/// Copies that the caller counted in a sample.
pub fn copies(record: &Record, sample: usize) -> Option<u32> {
    let format = record.samples.split(|b| *b == b'\t').next()?;
    let place = format.split(|b| *b == b':').position(|key| key == b"CN")?;
    std::str::from_utf8(record.sample(sample)?.split(|b| *b == b':').nth(place)?).ok()?.parse().ok()
}

/// The unit of a repeat, as ExpansionHunter names it.
pub fn unit<'a>(record: &Record<'a>) -> Option<&'a str> {
    text(record, "RU")
}

/// A call corrected by the copies counted: of a loss no copy left is two alleles, of a gain or loss the expected number is none.
/// `single` says that the person has one copy of the contig.
#[must_use]
pub fn counted(mut call: Genotype, structure: Structure, copies: Option<u32>, single: bool) -> Genotype {
    let Some(copies) = copies else { return call };
    let expected = if single { 1 } else { COPIES_EXPECTED };
    let changed = match structure {
        Structure::Deletion { .. } => copies < expected,
        Structure::Duplication { .. } => copies > expected,
        _ => return call,
    };
    call.zygosity = match (changed, single, copies) {
        (false, ..) => Zygosity::Reference,
        (true, true, _) => Zygosity::Hemizygous,
        (true, false, 0) => Zygosity::Homozygous,
        (true, false, _) => Zygosity::Heterozygous,
    };
    call
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let line = line.replace(' ', "\t");
        let record = Record::parse(line.as_bytes(), 1).expect(&line);
        let copies = copies(&record, 0);
        let shown = match variant(&record, 1, copies) {
            None => "nothing".to_owned(),
            Some((variant, structure)) => {
                let call = record.genotype(0, 1).expect("a call");
                let call = counted(call, structure, copies, false);
                format!("{variant} {}", call.zygosity.notation())
            }
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn each_callers_writing_is_read() {
        // DRAGEN CNV: the allele number is not known, the copies are.
        check("1 100 x N <DEL> 50 PASS SVTYPE=CNV;END=900;SVLEN=-800 GT:SM:CN ./1:0.5:1", "1-100-N-<DEL=900> 0/1");
        check("1 100 x N <DEL> 50 PASS SVTYPE=CNV;END=900 GT:CN 1/1:0", "1-100-N-<DEL=900> 1/1");
        check("1 100 x N <CNV> 50 PASS SVTYPE=CNV;END=900 GT:CN ./.:3", "1-100-N-<DUP=900> 0/1");
        check("1 100 x N <CNV> 50 PASS SVTYPE=CNV;END=900 GT:CN ./.:2", "nothing");
        // GATK gCNV: haploid allele numbers over <DEL>,<DUP>.
        check("1 100 x N <DEL>,<DUP> 50 . END=900 GT:CN 1:1", "1-100-N-<DEL=900> 0/1");
        check("1 100 x N <DEL>,<DUP> 50 . END=900 GT:CN 0:2", "1-100-N-<DEL=900> 0/0");
        // CNVkit.
        check("1 100 x N <DUP> . . IMPRECISE;SVTYPE=DUP;END=900;SVLEN=800;FOLD_CHANGE=1.4 GT:CN 0/1:3", "1-100-N-<DUP=900> 0/1");
        // Manta.
        check("1 100 x A <DUP:TANDEM> 9 PASS END=900;SVTYPE=DUP;SVLEN=800 GT:PR 0/1:9,4", "1-100-N-<DUP=900> 0/1");
        check("1 100 x A <INS> 9 PASS SVTYPE=INS GT 0/1", "1-100-N-<INS=0> 0/1");
        check("1 100 x A A[chr5:1234[ 9 PASS SVTYPE=BND;MATEID=y GT 0/1", "1-100-N-<BND=5_1234> 0/1");
        check("1 100 x A ]X:77]A 9 PASS SVTYPE=BND GT 0/1", "1-100-N-<BND=X_77> 0/1");
        // ExpansionHunter.
        check(
            "4 3074876 . C <STR45>,<STR19> . PASS END=3074933;REF=19;RL=57;RU=CAG;REPID=HTT GT:REPCN 1/2:45/19",
            "4-3074876-N-<STR=3074933_45> 0/1",
        );
        check("1 100 . A <NON_REF> . . END=900 GT 0/0", "nothing");
        check("1 100 . A <DEL> . . SVTYPE=DEL GT 0/1", "nothing");
        // Beyond the contig, or before the position.
        check("1 100 . A <DEL> . . SVTYPE=DEL;END=4294967295 GT 0/1", "nothing");
        check("1 100 . A <DUP> . . SVTYPE=DUP;END=1 GT 0/1", "nothing");
        check("1 4294967294 . A <DEL> . . END=4294967295 GT 0/1", "nothing");
    }
}
