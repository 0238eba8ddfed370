//! Where else a variant is looked up. An address names the variant, its gene and its disorder, and never a person or an order.

use genome::{Contig, Variant};
use germline::{Candidate, analysis::CandidateVariant};

/// A page of another service about the variant, its gene or its disorder.
pub(crate) struct Link {
    /// Name of the service, and what its page is about.
    pub label: String,
    /// Address.
    pub address: String,
}

/// Bases shown on either side of a variant in a genome browser.
const MARGIN_BASES: u32 = 50;

/// Pages about a variant, on GRCh38.
pub(crate) fn links(candidate: &Candidate, found: &CandidateVariant) -> Vec<Link> {
    let (variant, symbol) = (&found.variant, candidate.symbol.as_str());
    let link = |label: &str, address: String| Link { label: label.into(), address };
    let mut links = vec![
        link("gnomAD", gnomad(variant)),
        link("ClinVar", clinvar(found)),
        link("DECIPHER", decipher(variant, symbol)),
        link("OMIM", omim(candidate)),
        link("PubMed", pubmed(symbol, found.effect.hgvs_c.as_deref())),
        link("UCSC genome browser", ucsc(variant)),
    ];
    links.push(link("PanelApp", format!("https://panelapp.genomicsengland.co.uk/panels/entities/{symbol}")));
    links
}

/// The name of a contig where the mitochondrial genome is `M`.
fn contig(variant: &Variant) -> String {
    if variant.contig == Contig::MT { "M".into() } else { variant.contig.to_string() }
}

fn encoded(fields: &[(&str, String)]) -> String {
    serde_urlencoded::to_string(fields).unwrap_or_default()
}

fn gnomad(variant: &Variant) -> String {
    let (contig, start) = (contig(variant), variant.position.get());
    if variant.structure().is_some() {
        return format!("https://gnomad.broadinstitute.org/region/{contig}-{start}-{}?dataset=gnomad_sv_r4", variant.end());
    }
    format!("https://gnomad.broadinstitute.org/variant/{contig}-{start}-{}-{}?dataset=gnomad_r4", variant.reference, variant.alternate)
}

fn clinvar(found: &CandidateVariant) -> String {
    if let Some(assertion) = found.assertion {
        return format!("https://www.ncbi.nlm.nih.gov/clinvar/variation/{}/", assertion.variation);
    }
    let variant = &found.variant;
    let term = format!("{}[chr] AND {}:{}[chrpos38]", variant.contig, variant.position, variant.end());
    format!("https://www.ncbi.nlm.nih.gov/clinvar/?{}", encoded(&[("term", term)]))
}

fn decipher(variant: &Variant, symbol: &str) -> String {
    if variant.structure().is_some() {
        return format!("https://www.deciphergenomics.org/gene/{symbol}/overview/clinical-info");
    }
    format!("https://www.deciphergenomics.org/sequence-variant/{variant}")
}

fn omim(candidate: &Candidate) -> String {
    match candidate.disease.as_ref().and_then(|(id, _)| id.strip_prefix("OMIM:")) {
        Some(number) => format!("https://www.omim.org/entry/{number}"),
        None => format!("https://www.omim.org/search?{}", encoded(&[("search", candidate.symbol.clone())])),
    }
}

fn pubmed(symbol: &str, coding: Option<&str>) -> String {
    let term = coding.map_or_else(|| symbol.to_owned(), |coding| format!("{symbol} AND \"{coding}\""));
    format!("https://pubmed.ncbi.nlm.nih.gov/?{}", encoded(&[("term", term)]))
}

fn ucsc(variant: &Variant) -> String {
    let (start, end) = (variant.position.get().saturating_sub(MARGIN_BASES).max(1), variant.end() + MARGIN_BASES);
    let position = format!("chr{}:{start}-{end}", contig(variant));
    format!("https://genome.ucsc.edu/cgi-bin/hgTracks?{}", encoded(&[("db", "hg38".into()), ("position", position)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_the_variant_on_grch38_and_nothing_else() {
        let variant: Variant = "1-119757272-C-T".parse().expect("a variant");
        let mitochondrial: Variant = "MT-3243-A-G".parse().expect("a variant");
        assert_eq!(gnomad(&variant), "https://gnomad.broadinstitute.org/variant/1-119757272-C-T?dataset=gnomad_r4");
        assert_eq!(gnomad(&mitochondrial), "https://gnomad.broadinstitute.org/variant/M-3243-A-G?dataset=gnomad_r4");
        assert_eq!(decipher(&variant, "HMGCS2"), "https://www.deciphergenomics.org/sequence-variant/1-119757272-C-T");
        assert_eq!(ucsc(&mitochondrial), "https://genome.ucsc.edu/cgi-bin/hgTracks?db=hg38&position=chrM%3A3193-3293");
        assert_eq!(
            pubmed("HMGCS2", Some("c.1016+1G>A")),
            "https://pubmed.ncbi.nlm.nih.gov/?term=HMGCS2+AND+%22c.1016%2B1G%3EA%22",
            "a plus sign is no blank"
        );
    }
}
