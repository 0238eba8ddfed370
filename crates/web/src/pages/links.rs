//! Where else a variant or a gene is looked up. An address names the variant, its gene and its disorder, and never a person or an order.

use genome::{Contig, Gene, Variant, transcript::Exon};
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
pub(crate) fn of_variant(candidate: &Candidate, found: &CandidateVariant) -> Vec<Link> {
    let (variant, symbol) = (&found.variant, candidate.symbol.as_str());
    let mut links = vec![
        link("gnomAD", gnomad(variant)),
        link("ClinVar", clinvar(found)),
        link("DECIPHER", decipher(variant, symbol)),
        link("OMIM", omim(candidate)),
        link("PubMed", pubmed(symbol, found.effect.hgvs_c.as_deref())),
        link("UCSC genome browser", ucsc(variant)),
    ];
    links.push(link("PanelApp", panelapp(symbol)));
    links
}

/// Pages about a gene; where it lies on GRCh38, if that is known.
pub(crate) fn of_gene(gene: &Gene, place: Option<(Contig, Exon)>) -> Vec<Link> {
    let symbol = gene.symbol.as_str();
    let mut links = vec![
        link("HGNC", format!("https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/{}", gene.id)),
        link("gnomAD", format!("https://gnomad.broadinstitute.org/gene/{symbol}?dataset=gnomad_r4")),
        link("ClinVar", format!("https://www.ncbi.nlm.nih.gov/clinvar/?{}", encoded(&[("term", format!("{symbol}[gene]"))]))),
        link("DECIPHER", decipher_gene(symbol)),
        link("OMIM", omim_search(symbol)),
        link("PubMed", pubmed(symbol, None)),
    ];
    links.extend(place.map(|(contig, extent)| link("UCSC genome browser", ucsc_place(contig, extent.start, extent.end))));
    links.push(link("PanelApp", panelapp(symbol)));
    links
}

fn link(label: &str, address: String) -> Link {
    Link { label: label.into(), address }
}

fn panelapp(symbol: &str) -> String {
    format!("https://panelapp.genomicsengland.co.uk/panels/entities/{symbol}")
}

fn decipher_gene(symbol: &str) -> String {
    format!("https://www.deciphergenomics.org/gene/{symbol}/overview/clinical-info")
}

fn omim_search(symbol: &str) -> String {
    format!("https://www.omim.org/search?{}", encoded(&[("search", symbol.to_owned())]))
}

/// The name of a contig where the mitochondrial genome is `M`.
fn contig(contig: Contig) -> String {
    if contig == Contig::MT { "M".into() } else { contig.to_string() }
}

fn encoded(fields: &[(&str, String)]) -> String {
    serde_urlencoded::to_string(fields).unwrap_or_default()
}

fn gnomad(variant: &Variant) -> String {
    let (contig, start) = (contig(variant.contig), variant.position.get());
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
        return decipher_gene(symbol);
    }
    format!("https://www.deciphergenomics.org/sequence-variant/{variant}")
}

fn omim(candidate: &Candidate) -> String {
    match candidate.disease.as_ref().and_then(|(id, _)| id.strip_prefix("OMIM:")) {
        Some(number) => format!("https://www.omim.org/entry/{number}"),
        None => omim_search(&candidate.symbol),
    }
}

fn pubmed(symbol: &str, coding: Option<&str>) -> String {
    let term = coding.map_or_else(|| symbol.to_owned(), |coding| format!("{symbol} AND \"{coding}\""));
    format!("https://pubmed.ncbi.nlm.nih.gov/?{}", encoded(&[("term", term)]))
}

fn ucsc(variant: &Variant) -> String {
    let (start, end) = (variant.position.get().saturating_sub(MARGIN_BASES).max(1), variant.end() + MARGIN_BASES);
    ucsc_place(variant.contig, start, end)
}

fn ucsc_place(on: Contig, start: u32, end: u32) -> String {
    let position = format!("chr{}:{start}-{end}", contig(on));
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
