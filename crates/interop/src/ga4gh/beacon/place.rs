//! Where the variants of a request lie, and of what form they are. Positions of a request are counted from 0, half open; here from 1.

use super::parameters::Parameters;
use genome::{
    Build, Contig, Variant,
    shape::{Kind, STRETCH_BASES_MAX, Shape, Stretch, bases_of},
};

/// One variant, or what narrows variants.
pub(super) enum Placed {
    One(Variant),
    Form(Shape),
}

/// Kinds as they are written. Source: Beacon v2.1, `variantType`; Experimental Factor Ontology (copy number), Sequence Ontology.
const KINDS: [(&str, Kind); 19] = [
    ("SNP", Kind::Snp),
    ("SNV", Kind::Snp),
    ("SO:0001483", Kind::Snp),
    ("MNP", Kind::Mnp),
    ("SO:0002007", Kind::Mnp),
    ("INDEL", Kind::Indel),
    ("SO:1000032", Kind::Indel),
    ("DEL", Kind::Deletion),
    ("SO:0000159", Kind::Deletion),
    ("EFO:0030067", Kind::Deletion),
    ("INS", Kind::Insertion),
    ("SO:0000667", Kind::Insertion),
    ("DUP", Kind::Duplication),
    ("SO:1000035", Kind::Duplication),
    ("EFO:0030070", Kind::Duplication),
    ("INV", Kind::Inversion),
    ("SO:1000036", Kind::Inversion),
    ("CNV", Kind::CopyNumber),
    ("SO:0001019", Kind::CopyNumber),
];

/// Reads the place and the form.
pub(super) fn placed(parameters: &Parameters) -> Result<Placed, String> {
    assembly(parameters)?;
    let (start, end) = (positions(parameters, "start")?, positions(parameters, "end")?);
    let [reference, alternate] = [bases(parameters, "referenceBases")?, bases(parameters, "alternateBases")?];
    let shape = Shape {
        kind: kind(parameters)?,
        length_min: length(parameters, "variantMinLength")?,
        length_max: length(parameters, "variantMaxLength")?,
        reference,
        alternate,
        ..Shape::default()
    };
    if let (Some(least), Some(most)) = (shape.length_min, shape.length_max)
        && least > most
    {
        return Err(format!("variantMinLength {least} is more than variantMaxLength {most}"));
    }
    let contig = contig(parameters, !start.is_empty() || !end.is_empty())?;
    match (contig, &start[..], &end[..]) {
        (_, [], []) if shape.reference.is_some() || shape.alternate.is_some() => {
            Err("start is missing: referenceBases and alternateBases are looked for at a position".into())
        }
        (_, [], []) => Ok(Placed::Form(shape)),
        (_, [], _) => Err("start is missing: end alone says no place".into()),
        (Some(contig), [start], []) => sequence(contig, *start, shape),
        (Some(contig), [start], [end]) => range(contig, *start, *end, shape),
        (Some(contig), [from, to], [end_from, end_to]) => bracket(contig, (*from, *to), (*end_from, *end_to), shape),
        _ => Err(format!(
            "start has {} and end {} positions: a range has one of each, a bracket two of each, a sequence one start alone",
            start.len(),
            end.len()
        )),
    }
}

/// What begins exactly at a position: one variant, or each whose bases fit.
fn sequence(contig: Contig, start: u32, shape: Shape) -> Result<Placed, String> {
    let Some(alternate) = &shape.alternate else {
        return Err(format!("start {start} without end and without alternateBases names neither a variant nor a range: add one of them"));
    };
    if let Some(reference) = &shape.reference
        && let Ok(variant) = format!("{contig}-{}-{reference}-{alternate}", start + 1).parse::<Variant>()
        && !reference.contains('N')
        && !alternate.contains('N')
        && (shape.kind, shape.length_min, shape.length_max) == (None, None, None)
    {
        return Ok(Placed::One(variant));
    }
    Ok(Placed::Form(Shape { starting: Some(Stretch { contig, from: start + 1, to: start + 1 }), ..shape }))
}

/// What lies wholly or in part within a range.
fn range(contig: Contig, start: u32, end: u32, shape: Shape) -> Result<Placed, String> {
    if end <= start {
        return Err(format!("end {end} is not after start {start}: end is the base after the last, counted from 0"));
    }
    let stretch = looked_through(Stretch { contig, from: start + 1, to: end }, "start and end")?;
    let is_whole = shape.reference.as_ref().is_some_and(|reference| reference.len() as u32 == end - start);
    if is_whole && shape.alternate.is_some() {
        return sequence(contig, start, shape);
    }
    Ok(Placed::Form(Shape { overlapping: Some(stretch), ..shape }))
}

/// What begins between two positions and ends between two others.
fn bracket(contig: Contig, start: (u32, u32), end: (u32, u32), shape: Shape) -> Result<Placed, String> {
    for (name, (from, to)) in [("start", start), ("end", end)] {
        if to <= from {
            return Err(format!("{name} {from},{to} is empty: the second position is after the first"));
        }
    }
    let starting = looked_through(Stretch { contig, from: start.0 + 1, to: start.1 }, "start")?;
    if end.1 - 1 < end.0.max(1) {
        return Err(format!("end {},{} is before every base", end.0, end.1));
    }
    // The end of a request is the base after the last, counted from 0: the last, counted from 1.
    Ok(Placed::Form(Shape { starting: Some(starting), ending: Some((end.0.max(1), end.1 - 1)), ..shape }))
}

fn looked_through(stretch: Stretch, name: &str) -> Result<Stretch, String> {
    if stretch.bases() > STRETCH_BASES_MAX {
        return Err(format!("{name} span {} bases; this beacon looks through {STRETCH_BASES_MAX} at once: ask in parts", stretch.bases()));
    }
    Ok(stretch)
}

/// GRCh38 by its names; nothing else is kept.
fn assembly(parameters: &Parameters) -> Result<(), String> {
    let Some(name) = parameters.one("assemblyId")? else { return Ok(()) };
    let lower = name.to_ascii_lowercase();
    let version = lower.strip_prefix("gcf_000001405.").and_then(|version| version.parse::<u32>().ok());
    // The first RefSeq version of GRCh38 is GCF_000001405.26; .25 is the last of GRCh37.
    let is_38 = lower == "hg38" || lower == "grch38" || lower.starts_with("grch38.p") || version.is_some_and(|version| version >= 26);
    if is_38 { Ok(()) } else { Err(format!("assemblyId '{name}' is not held; ask on GRCh38")) }
}

fn contig(parameters: &Parameters, is_needed: bool) -> Result<Option<Contig>, String> {
    let Some(name) = parameters.one("referenceName")? else {
        return if is_needed { Err("referenceName is missing: say on which chromosome".into()) } else { Ok(None) };
    };
    let bare = name.strip_prefix("refseq:").unwrap_or(name);
    if bare.starts_with("NC_") {
        let known = Contig::all().find(|contig| contig.refseq(Build::GRCh38) == bare);
        return known.map(Some).ok_or_else(|| format!("referenceName '{name}' is no chromosome of GRCh38, such as NC_000019.10"));
    }
    bare.parse().map(Some).map_err(|why| format!("referenceName: {why}"))
}

fn positions(parameters: &Parameters, name: &str) -> Result<Vec<u32>, String> {
    let read = |text: &String| match text.parse::<u64>() {
        Ok(position) if position < 300_000_000 => Ok(position as u32),
        Ok(position) => Err(format!("{name} {position} is beyond every chromosome")),
        Err(_) => Err(format!("{name} '{text}' is no position, counted from 0")),
    };
    parameters.all(name).iter().map(read).collect()
}

fn bases(parameters: &Parameters, name: &str) -> Result<Option<String>, String> {
    let Some(text) = parameters.one(name)? else { return Ok(None) };
    let upper = text.to_ascii_uppercase();
    if upper.bytes().all(|code| matches!(code, b'-' | b'.')) {
        return Err(format!(
            "{name} '{text}' stands for no bases: write what is inserted or deleted with the base before it, as a VCF does"
        ));
    }
    if upper.len() > 1_000 || upper.bytes().any(|code| bases_of(code).is_empty()) {
        return Err(format!("{name} is not made of at most 1,000 bases or IUPAC codes of them"));
    }
    Ok(Some(upper))
}

fn length(parameters: &Parameters, name: &str) -> Result<Option<u32>, String> {
    let number = |text: &str| text.parse().map_err(|_| format!("{name} '{text}' is no number of bases"));
    parameters.one(name)?.map(number).transpose()
}

fn kind(parameters: &Parameters) -> Result<Option<Kind>, String> {
    let Some(name) = parameters.one("variantType")? else { return Ok(None) };
    if let Some((_, kind)) = KINDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        return Ok(Some(*kind));
    }
    let known: Vec<&str> = KINDS.iter().map(|(known, _)| *known).collect();
    Err(format!(
        "variantType '{name}' cannot be told apart in this library, which keeps neither how many copies there are nor what is joined to \
         what; known are {}",
        known.join(", ")
    ))
}
