//! One site, as a view into its line.

use genome::{Contig, Genotype, Position, Variant, Zygosity};

/// A data line of a VCF, its eight fixed columns found and its samples not yet read.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Contig name as it stands.
    pub contig_name: &'a [u8],
    /// Contig, if it is one of the primary assembly.
    pub contig: Option<Contig>,
    /// Position of the first reference base, 1-based (POS); 0 for the telomere.
    pub position: u32,
    /// Identifiers (ID), `.` where there is none.
    pub id: &'a [u8],
    /// Reference allele as it stands.
    pub reference: &'a [u8],
    /// Alternate alleles, comma-separated, as they stand.
    pub alternates: &'a [u8],
    /// Filters that failed (FILTER), `PASS` or `.`.
    pub filter: &'a [u8],
    /// Fields of the site (INFO), separated by semicolons.
    pub info: &'a [u8],
    /// FORMAT and the samples, tab-separated; empty when there are none.
    pub samples: &'a [u8],
}

/// What is wrong with a line: the column and the rule.
pub type LineError = (&'static str, String);

pub(super) fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
    if bytes.len() > 40 { format!("{text}…") } else { text }
}

impl<'a> Record<'a> {
    /// Finds the columns of a line and checks the fixed ones. `sample_count` is the number of samples that the header names.
    ///
    /// ```
    /// use formats::vcf::Record;
    ///
    /// let line = b"chr1\t12345\trs1\tA\tG,<DEL>\t50\tPASS\tEND=12400\tGT:DP\t0/1:30";
    /// let record = Record::parse(line, 1).map_err(|(field, rule)| format!("{field}: {rule}"))?;
    /// assert_eq!(record.variant(1).map(|v| v.to_string()).as_deref(), Some("1-12345-A-G"));
    /// assert_eq!(record.variant(2), None, "a structural allele is no small variant");
    /// assert_eq!(record.info("END"), Some(&b"12400"[..]));
    /// assert!(Record::parse(b"chr1\t0x5\t.\tA\tG\t.\t.\t.", 0).is_err());
    /// # Ok::<(), String>(())
    /// ```
    pub fn parse(line: &'a [u8], sample_count: usize) -> Result<Record<'a>, LineError> {
        let mut columns = [&line[..0]; 8];
        let mut rest = line;
        for (slot, column) in columns.iter_mut().enumerate() {
            match memchr::memchr(b'\t', rest) {
                Some(tab) => {
                    *column = &rest[..tab];
                    rest = &rest[tab + 1..];
                }
                None if slot == 7 => {
                    *column = rest;
                    rest = &rest[rest.len()..];
                }
                None => return Err(("columns", format!("{} columns, at least 8 are needed (tab-separated)", slot + 1))),
            }
        }
        let [contig_name, position, id, reference, alternates, quality, filter, info] = columns;
        check_columns(rest, sample_count)?;
        for (name, value) in [("CHROM", contig_name), ("ID", id), ("FILTER", filter), ("INFO", info)] {
            if value.is_empty() || value.contains(&b' ') {
                return Err((name, format!("'{}' is empty or has a space; a missing value is written '.'", shown(value))));
            }
        }
        let position = std::str::from_utf8(position)
            .ok()
            .and_then(|p| p.parse().ok())
            .ok_or_else(|| ("POS", format!("'{}' is not a whole number", shown(position))))?;
        if reference.is_empty() || !reference.iter().all(|b| b"ACGTNacgtnRYSWKMBDHVryswkmbdhv".contains(b)) {
            return Err(("REF", format!("'{}' is not made of bases", shown(reference))));
        }
        if quality != b"." && !std::str::from_utf8(quality).is_ok_and(|q| q.parse::<f64>().is_ok_and(|q| q.is_nan() || q >= 0.0)) {
            return Err(("QUAL", format!("'{}' is not a number of 0 or more, or '.'", shown(quality))));
        }
        let record = Record {
            contig_name,
            contig: Contig::from_bytes(contig_name),
            position,
            id,
            reference,
            alternates,
            filter,
            info,
            samples: rest,
        };
        record.check_alternates()?;
        Ok(record)
    }

    fn check_alternates(&self) -> Result<(), LineError> {
        if self.alternates == b"." {
            return Ok(());
        }
        for allele in self.alternates.split(|b| *b == b',') {
            let simple = !allele.is_empty() && allele.iter().all(|b| b"ACGTNacgtn".contains(b));
            if !(simple || is_symbolic(allele) || is_breakend(allele) || allele == b"*") {
                return Err(("ALT", format!("'{}' is not bases, *, a symbolic allele or a breakend", shown(allele))));
            }
        }
        Ok(())
    }

    /// FILTER is PASS or was not applied.
    pub fn passed(&self) -> bool {
        self.filter == b"PASS" || self.filter == b"."
    }

    /// Alternate alleles in order, symbolic ones too.
    pub fn alternate_alleles(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let none = self.alternates == b".";
        self.alternates.split(|b| *b == b',').filter(move |_| !none)
    }

    /// The `index`-th alternate (from 1) as a small variant; nothing for `*`, symbolic and breakend alleles.
    pub fn variant(&self, index: usize) -> Option<Variant> {
        let alternate = std::str::from_utf8(self.alternate_alleles().nth(index - 1)?).ok()?;
        let reference = std::str::from_utf8(self.reference).ok()?;
        Variant::new(self.contig?, Position::new(self.position)?, reference, alternate).ok()
    }

    /// Value of an INFO key.
    pub fn info(&self, key: &str) -> Option<&'a [u8]> {
        self.info.split(|b| *b == b';').find_map(|field| field.strip_prefix(key.as_bytes())?.strip_prefix(b"="))
    }

    /// The column of a sample (0-based), its values colon-separated.
    pub fn sample(&self, index: usize) -> Option<&'a [u8]> {
        self.samples.split(|b| *b == b'\t').nth(index + 1)
    }

    /// Whether a sample's GT names an allele other than the reference, without parsing more.
    pub fn carries_any_alternate(&self, index: usize) -> bool {
        let Some(column) = self.sample(index) else { return false };
        let genotype = column.split(|b| *b == b':').next().unwrap_or_default();
        genotype.iter().any(|b| (b'1'..=b'9').contains(b))
    }

    /// A sample's call for one alternate allele (from 1).
    pub fn genotype(&self, sample: usize, allele: usize) -> Result<Genotype, LineError> {
        let format = self.samples.split(|b| *b == b'\t').next().unwrap_or_default();
        let column = self.sample(sample).unwrap_or_default();
        let mut genotype = Genotype::MISSING;
        let mut allele_depths: Option<&[u8]> = None;
        let mut share: Option<f32> = None;
        for (key, value) in format.split(|b| *b == b':').zip(column.split(|b| *b == b':')) {
            match key {
                b"GT" => read_call(value, allele, self.alternate_alleles().count(), &mut genotype)?,
                b"AD" => allele_depths = Some(value),
                b"DP" => genotype.depth_reads = number(value),
                b"GQ" => genotype.quality_phred = std::str::from_utf8(value).ok().and_then(|q| q.parse().ok()),
                b"PS" => genotype.phase_set = number(value),
                b"AF" | b"VAF" | b"HF" => share = value.split(|b| *b == b',').nth(allele - 1).and_then(fraction),
                _ => {}
            }
        }
        // Mitochondrial callers tell the share of reads (heteroplasmy) and their number.
        if let (Some(share), Some(depth), None) = (share, genotype.depth_reads, allele_depths) {
            genotype.alternate_reads = Some((share * depth as f32).round() as u32);
        }
        if let Some(depths) = allele_depths {
            let depths: Vec<Option<u32>> = depths.split(|b| *b == b',').map(number).collect();
            genotype.alternate_reads = depths.get(allele).copied().flatten();
            let total = depths.iter().flatten().sum();
            genotype.depth_reads = genotype.depth_reads.or((total > 0).then_some(total));
        }
        Ok(genotype)
    }
}

/// `<ID>`, without brackets, commas or spaces inside.
fn is_symbolic(allele: &[u8]) -> bool {
    let inner = allele.strip_prefix(b"<").and_then(|a| a.strip_suffix(b">"));
    inner.is_some_and(|id| !id.is_empty() && !id.iter().any(|b| b"<>, ".contains(b)))
}

/// `t[p[`, `t]p]`, `]p]t`, `[p[t`, or with the mate unknown `.t`, `t.`: always with bases at one side.
fn is_breakend(allele: &[u8]) -> bool {
    let bases = |side: &[u8]| !side.is_empty() && side.iter().all(|b| b"ACGTNacgtn.".contains(b));
    let place = |inner: &[u8]| inner.contains(&b':') && !inner.iter().any(|b| b"[] ".contains(b));
    let bracket = |b: &u8| *b == b'[' || *b == b']';
    match (allele.iter().position(bracket), allele.iter().rposition(bracket)) {
        (None, None) => allele.len() > 1 && (allele[0] == b'.') != allele.ends_with(b".") && bases(allele),
        (Some(first), Some(last)) if first < last && allele[first] == allele[last] => {
            let (before, after) = (&allele[..first], &allele[last + 1..]);
            place(&allele[first + 1..last]) && ((bases(before) && after.is_empty()) || (before.is_empty() && bases(after)))
        }
        _ => false,
    }
}

fn check_columns(samples: &[u8], sample_count: usize) -> Result<(), LineError> {
    let found = if samples.is_empty() { 0 } else { memchr::memchr_iter(b'\t', samples).count() };
    let has_format = !samples.is_empty();
    if sample_count > 0 && !has_format {
        return Err(("columns", format!("no FORMAT or samples, but the header names {sample_count} samples")));
    }
    if has_format && found != sample_count {
        return Err(("columns", format!("{found} sample columns, but the header names {sample_count}")));
    }
    Ok(())
}

fn number(value: &[u8]) -> Option<u32> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

/// A share of 0 to 1.
fn fraction(value: &[u8]) -> Option<f32> {
    std::str::from_utf8(value).ok()?.parse().ok().filter(|share| (0.0..=1.0).contains(share))
}

fn read_call(value: &[u8], allele: usize, alternates: usize, genotype: &mut Genotype) -> Result<(), LineError> {
    let wrong = |rule: &str| ("GT", format!("'{}' {rule}", shown(value)));
    let value_phased = value.contains(&b'|');
    let (mut copies, mut ploidy, mut missing, mut first_copy) = (0u8, 0u8, 0u8, None);
    for part in value.split(|b| *b == b'/' || *b == b'|') {
        if ploidy == u8::MAX {
            return Err(wrong("has more than 254 alleles"));
        }
        ploidy += 1;
        if part == b"." {
            missing += 1;
            continue;
        }
        let index = number(part).ok_or_else(|| wrong("is not allele numbers joined by / or |"))? as usize;
        if index > alternates {
            return Err(wrong(&format!("names allele {index}, but the site has {alternates} alternate alleles")));
        }
        if index == allele {
            copies += 1;
            first_copy = first_copy.or(Some(ploidy - 1));
        }
    }
    genotype.ploidy = ploidy - missing;
    genotype.zygosity = match (copies, ploidy - missing) {
        (_, 0) => Zygosity::NoCall,
        (0, _) if missing > 0 => Zygosity::NoCall,
        (0, _) => Zygosity::Reference,
        (1, 1) if ploidy == 1 => Zygosity::Hemizygous,
        (c, p) if c == p && p > 1 => Zygosity::Homozygous,
        _ => Zygosity::Heterozygous,
    };
    if value_phased && genotype.zygosity == Zygosity::Heterozygous {
        genotype.phase = first_copy;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let line = line.replace(' ', "\t");
        let shown = match Record::parse(line.as_bytes(), 1) {
            Err((field, rule)) => format!("{field}: {rule}"),
            Ok(record) => match record.genotype(0, 1) {
                Err((field, rule)) => format!("{field}: {rule}"),
                Ok(g) => format!("{} depth {:?} alt {:?} phase {:?}", g.zygosity.notation(), g.depth_reads, g.alternate_reads, g.phase),
            },
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn calls_are_read_with_their_evidence() {
        check("1 5 . A G 9 PASS . GT:AD:DP 0/1:5,6:11", "0/1 depth Some(11) alt Some(6) phase None");
        check("1 5 . A G,T 9 PASS . GT:AD 1|2:5,6,7", "0/1 depth Some(18) alt Some(6) phase Some(0)");
        check("X 5 . A G 9 PASS . GT 1", "1 depth None alt None phase None");
        check("1 5 . A G . . . GT ./.", "./. depth None alt None phase None");
        check("MT 5 . A G . . . GT:AF:DP 0/1:0.12:1000", "0/1 depth Some(1000) alt Some(120) phase None");
        check("1 5 . A G . . . DP 5", "./. depth Some(5) alt None phase None");
    }

    #[test]
    fn faults_name_the_field_and_the_rule() {
        check("1 5 . A G 9 PASS", "columns: 7 columns, at least 8 are needed (tab-separated)");
        check("1 x . A G 9 PASS . GT 0/1", "POS: 'x' is not a whole number");
        check("1 5 . Q G 9 PASS . GT 0/1", "REF: 'Q' is not made of bases");
        check("1 5 . A <DEL 9 PASS . GT 0/1", "ALT: '<DEL' is not bases, *, a symbolic allele or a breakend");
        check("1 5 . A G nine PASS . GT 0/1", "QUAL: 'nine' is not a number of 0 or more, or '.'");
        check("1 5 . A G 9 PASS . GT 0/2", "GT: '0/2' names allele 2, but the site has 1 alternate alleles");
        check("1 5 . A G 9 PASS . GT 0/1 0/0", "columns: 2 sample columns, but the header names 1");
        check("1 5 . A G 9 PASS .", "columns: no FORMAT or samples, but the header names 1 samples");
    }
}
