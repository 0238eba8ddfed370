//! Whether a data line keeps the rules of its version: the specification's, and those that the file's own header makes.
//!
//! Source: VCF 4.1 to 4.5, sections 1.3 to 1.6; tried on the conformance files of hts-specs.

use super::{
    Header, Record,
    definition::{Definition, Kind, Space},
    meta::{Definitions, is_hla},
    record::{LineError, shown},
    sequence::{Edges, Order},
    swift,
    values::{Counts, genotypes, info_value, values},
};

/// The rules of one file.
pub struct Checker {
    minor: u8,
    definitions: Definitions,
}

/// What the last line had, since the next one mostly has the same.
#[derive(Default)]
struct Memory {
    format: Vec<u8>,
    fields: Vec<Field>,
    info: Vec<(Vec<u8>, Option<Definition>)>,
}

/// A walk over consecutive lines.
pub struct Inspection<'c, 'a> {
    checker: &'c Checker,
    memory: Memory,
    order: Order<'a>,
}

impl<'a> Inspection<'_, 'a> {
    /// Checks the next line, whose columns were found, by itself.
    pub fn line(&mut self, record: &Record<'a>) -> Result<(), LineError> {
        self.checker.record(record, &mut self.memory)
    }

    /// Checks the next line against those before it: sorted, contigs in one piece, no change twice.
    pub fn order(&mut self, record: &Record<'a>, line: u64) -> Result<(), LineError> {
        if self.checker.is_ordered() { self.order.add(record, line) } else { Ok(()) }
    }

    /// What is needed to join these lines to others.
    pub fn edges(self) -> Edges {
        self.order.edges()
    }
}

/// One key of FORMAT.
#[derive(Clone, Copy)]
enum Field {
    Genotype,
    Defined(Definition),
    Free,
}

impl Checker {
    /// The rules that a header sets.
    pub fn new(header: &Header) -> Checker {
        Checker { minor: header.minor(), definitions: header.definitions.clone() }
    }

    /// Starts on some lines.
    pub fn begin(&self) -> Inspection<'_, '_> {
        Inspection { checker: self, memory: Memory::default(), order: Order::default() }
    }

    /// Whether positions must not fall and the last line must end. The conformance set of 4.5 holds a file that does neither.
    pub fn is_ordered(&self) -> bool {
        self.minor < 5
    }

    /// What is wrong with a last line that does not end, if that is forbidden: such a file may have been cut off.
    /// Source: VCF 4.3, section 1.2.
    pub fn unterminated(&self) -> Option<LineError> {
        let rule = "the last line does not end with a line break: the file may have been cut off";
        [3, 4].contains(&self.minor).then(|| ("line", rule.to_owned()))
    }

    fn record(&self, record: &Record, memory: &mut Memory) -> Result<(), LineError> {
        self.contig(record.contig_name)?;
        if !record.reference.iter().all(|b| b"ACGTNacgtn".contains(b)) {
            return Err(("REF", format!("'{}' has a letter other than A, C, G, T and N", shown(record.reference))));
        }
        list("ID", record.id, self.minor >= 3)?;
        list("FILTER", record.filter, true)?;
        if record.filter.split(|b| *b == b';').any(|f| f == b"0") {
            return Err(("FILTER", "0 is a reserved word and names no filter".into()));
        }
        let alternates = record.alternate_alleles().count() as u32;
        self.info(record.info, alternates, memory)?;
        if record.samples.is_empty() { Ok(()) } else { self.samples(record.samples, alternates, memory) }
    }

    fn contig(&self, name: &[u8]) -> Result<(), LineError> {
        let inner = bare(name);
        let refused = inner.iter().any(|b| b":,<>".contains(b) || (*b == b'*' && self.minor == 3));
        if refused && !is_hla(inner) {
            Err(("CHROM", format!("'{}' has a character that no contig name may have", shown(name))))
        } else {
            Ok(())
        }
    }

    fn info(&self, info: &[u8], alternates: u32, memory: &mut Memory) -> Result<(), LineError> {
        if info == b"." || memory.knows(info, alternates) {
            return Ok(());
        }
        memory.info.clear();
        for (place, field) in info.split(|b| *b == b';').enumerate() {
            let (key, value) = match memchr::memchr(b'=', field) {
                Some(equals) => (&field[..equals], Some(&field[equals + 1..])),
                None => (field, None),
            };
            // A semicolon at the end is common and harmless.
            if field.is_empty() && place > 0 && info.ends_with(b";") {
                continue;
            }
            if key.is_empty() {
                return Err(("INFO", "has a value without a key".into()));
            }
            if self.minor >= 3 && memory.info.iter().any(|(known, _)| known == key) {
                return Err(("INFO", format!("the key {} stands there twice", shown(key))));
            }
            memory.info.push((key.to_vec(), self.definitions.find(Space::Info, key)));
            if let Some(definition) = self.definitions.find(Space::Info, key) {
                let counts = Counts { alternates, genotypes: None };
                info_value(key, value, definition, counts).map_err(|rule| ("INFO", format!("{}: {rule}", shown(key))))?;
            }
        }
        Ok(())
    }

    fn samples(&self, samples: &[u8], alternates: u32, memory: &mut Memory) -> Result<(), LineError> {
        let mut columns = samples.split(|b| *b == b'\t');
        let format = columns.next().unwrap_or_default();
        if memory.format != format {
            memory.fields = self.fields(format)?;
            memory.format = format.to_vec();
        }
        columns.try_for_each(|column| self.sample(column, alternates, &memory.fields, format))
    }

    fn fields(&self, format: &[u8]) -> Result<Vec<Field>, LineError> {
        let keys: Vec<&[u8]> = format.split(|b| *b == b':').collect();
        let fault = |key: &[u8], rule: &str| Err(("FORMAT", format!("'{}' {rule}", shown(key))));
        for (place, key) in keys.iter().enumerate() {
            let starts = key.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
            if !starts || !key.iter().all(|b| b.is_ascii_alphanumeric() || b"_.".contains(b)) {
                return fault(key, "is no key: a letter or underscore, then letters, digits, dots and underscores");
            }
            // Before 4.3 keys are letters and digits; callers write others (MIN_DP), which a header that defines them makes plain.
            let plain = key.iter().all(u8::is_ascii_alphanumeric) || self.definitions.find(Space::Format, key).is_some();
            if self.minor < 3 && !plain {
                return fault(key, "is neither letters and digits, as versions before 4.3 have it, nor defined in the header");
            }
            if *key == b"GT" && place > 0 {
                return fault(format, "must have GT first");
            }
            if self.minor >= 3 && keys[..place].contains(key) {
                return fault(key, "stands there twice");
            }
        }
        let field = |key: &&[u8]| match self.definitions.find(Space::Format, key) {
            _ if *key == b"GT" => Field::Genotype,
            Some(definition) => Field::Defined(definition),
            None => Field::Free,
        };
        Ok(keys.iter().map(field).collect())
    }

    fn sample(&self, column: &[u8], alternates: u32, fields: &[Field], format: &[u8]) -> Result<(), LineError> {
        if is_plain(column, alternates, fields) {
            return Ok(());
        }
        let mut ploidy = Some(2);
        for (place, value) in column.split(|b| *b == b':').enumerate() {
            let Some(field) = fields.get(place) else {
                return Err(("sample", format!("'{}' has more values than FORMAT has keys", shown(column))));
            };
            match field {
                Field::Genotype => ploidy = self.genotype(value, alternates)?,
                Field::Defined(definition) => {
                    if value.is_empty() && self.minor >= 5 {
                        continue;
                    }
                    let counts = Counts { alternates, genotypes: ploidy.map(|p| genotypes(alternates, p)) };
                    values(value, *definition, counts).map_err(|rule| {
                        let key = format.split(|b| *b == b':').nth(place).unwrap_or_default();
                        ("sample", format!("{}: {rule}", shown(key)))
                    })?;
                }
                Field::Free => {}
            }
        }
        Ok(())
    }

    /// Number of alleles of a call; nothing when it was not made.
    fn genotype(&self, value: &[u8], alternates: u32) -> Result<Option<u32>, LineError> {
        let inner = if self.minor >= 4 { value.strip_prefix(b"/").or(value.strip_prefix(b"|")).unwrap_or(value) } else { value };
        let mut ploidy = 0;
        for allele in inner.split(|b| *b == b'/' || *b == b'|') {
            ploidy += 1;
            if allele == b"." {
                continue;
            }
            let number =
                allele.iter().try_fold(0u32, |n, b| b.is_ascii_digit().then(|| n.saturating_mul(10).saturating_add(u32::from(b - b'0'))));
            match number.filter(|_| !allele.is_empty()) {
                None => return Err(("GT", format!("'{}' is not allele numbers joined by / or |", shown(value)))),
                Some(n) if n > alternates && alternates > 0 => {
                    return Err(("GT", format!("'{}' names allele {n}, but the site has {alternates} alternate alleles", shown(value))));
                }
                Some(_) => {}
            }
        }
        Ok((value != b".").then_some(ploidy))
    }
}

impl Memory {
    /// Whether INFO has the keys of the line before, in the same order, with plain values.
    fn knows(&self, info: &[u8], alternates: u32) -> bool {
        let mut place = 0;
        for (index, (key, definition)) in self.info.iter().enumerate() {
            if index > 0 {
                if info.get(place) != Some(&b';') {
                    return false;
                }
                place += 1;
            }
            let Some(after) = info[place..].strip_prefix(key.as_slice()) else { return false };
            place = info.len() - after.len();
            if definition.is_some_and(|d| d.kind == Kind::Flag) {
                continue;
            }
            if after.first() != Some(&b'=') {
                return false;
            }
            place += 1;
            let end = match definition {
                Some(definition) if key != b"CIGAR" => {
                    let expected = swift::expected(definition.number, alternates, None);
                    swift::values(info, place, b';', *definition, expected)
                }
                Some(_) => None,
                None => Some(memchr::memchr(b';', &info[place..]).map_or(info.len(), |n| place + n)),
            };
            let Some(end) = end else { return false };
            place = end;
        }
        place == info.len() && !self.info.is_empty()
    }
}

/// Whether a sample's column plainly holds what FORMAT promises: a diploid call first, then plain values.
fn is_plain(column: &[u8], alternates: u32, fields: &[Field]) -> bool {
    let mut place = 0;
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            match column.get(place) {
                Some(b':') => place += 1,
                // Values may be left off at the end.
                None => return true,
                Some(_) => return false,
            }
        }
        let end = match field {
            Field::Genotype => swift::diploid(column, alternates),
            Field::Defined(definition) => {
                let expected = swift::expected(definition.number, alternates, Some(genotypes(alternates, 2)));
                // Only after a diploid call is the number of genotypes known.
                matches!(fields[0], Field::Genotype).then(|| swift::values(column, place, b':', *definition, expected)).flatten()
            }
            Field::Free => Some(memchr::memchr(b':', &column[place..]).map_or(column.len(), |n| place + n)),
        };
        let Some(end) = end else { return false };
        place = end;
    }
    place == column.len()
}

/// Parts joined by semicolons: none empty, none missing beside others, none twice.
fn list(column: &'static str, value: &[u8], once: bool) -> Result<(), LineError> {
    if value == b"." || !value.contains(&b';') {
        return Ok(());
    }
    let parts: Vec<&[u8]> = value.split(|b| *b == b';').collect();
    for (place, part) in parts.iter().enumerate() {
        if part.is_empty() || *part == b"." {
            return Err((column, format!("'{}' has an empty part; parts are joined by single semicolons", shown(value))));
        }
        if once && parts[..place].contains(part) {
            return Err((column, format!("'{}' stands there twice", shown(part))));
        }
    }
    Ok(())
}

/// A contig's name; one that stands in the assembly file is written between angle brackets.
pub(super) fn bare(name: &[u8]) -> &[u8] {
    name.strip_prefix(b"<").and_then(|n| n.strip_suffix(b">")).unwrap_or(name)
}
