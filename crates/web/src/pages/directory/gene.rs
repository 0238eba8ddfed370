//! A gene: what the reference pack and the panels know of it, and what earlier cases had in it.

use crate::{
    chart::{self, Chart, MarkKind, VariantMark},
    pages::{
        Layout, PageResult,
        links::{self, Link},
        show,
    },
    session::At,
};
use askama::Template;
use axum::extract::{Path, Query};
use genome::{
    Contig, Gene, Transcript, Variant,
    dosage::DosageEvidence,
    transcript::{Exon, Mane, Strand},
};
use ontology::{
    Disease,
    disease::{FREQUENCY_UNSTATED, Feature},
    panel::Rating,
};
use serde::Deserialize;
use service::{
    Desk, directory,
    directory::genes::{KnownGene, OnPanel},
    interpretation::genes::{self, Earlier},
};

/// Features of a disease that are shown, unless all of them are asked for.
const FEATURES_SHOWN: usize = 12;

#[derive(Template)]
#[template(path = "directory/gene/page.html")]
struct Page {
    layout: Layout,
    view: GeneView,
    earlier: Earlier,
}

/// How much of the page is shown.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct GeneQuery {
    /// `all` shows every feature of every disease.
    features: String,
}

/// What is known of a gene, as pages show it.
pub(crate) struct GeneView {
    pub known: KnownGene,
    pub picture: Option<Chart>,
    pub links: Vec<Link>,
    /// Features of each disease, in the order of the diseases.
    features: Vec<FeatureList>,
}

/// Features of a disease: those that are shown, and how many there are.
pub(crate) struct FeatureList {
    pub shown: Vec<String>,
    pub count: usize,
}

impl GeneView {
    /// What is known of a gene, with variants in its picture.
    pub(crate) fn new(desk: &Desk, known: KnownGene, marks: &[VariantMark], query: &GeneQuery) -> GeneView {
        let most = if query.features == "all" { usize::MAX } else { FEATURES_SHOWN };
        let features = known.diseases.iter().map(|(_, disease)| features(desk, disease, most)).collect();
        let transcript = known.main_transcript();
        let title = format!("Exons of {} and variants in them", known.gene.symbol);
        let picture = transcript.map(|transcript| chart::gene(&title, transcript, marks));
        let links = links::of_gene(&known.gene, transcript.map(|transcript| (transcript.contig, transcript.extent())));
        GeneView { known, picture, links, features }
    }

    pub(crate) fn gene(&self) -> &Gene {
        &self.known.gene
    }

    /// The diseases, each with its features.
    pub(crate) fn diseases(&self) -> Vec<(&Disease, &FeatureList)> {
        self.known.diseases.iter().map(|(_, disease)| disease).zip(&self.features).collect()
    }

    /// Where it lies, from the first base of its transcripts to the last.
    pub(crate) fn place(&self) -> Option<String> {
        let first = self.known.main_transcript()?;
        let on_it = self.known.transcripts.iter().filter(|transcript| transcript.contig == first.contig);
        let whole = on_it.map(Transcript::extent).reduce(|a, b| Exon { start: a.start.min(b.start), end: a.end.max(b.end) })?;
        let strand = match first.strand {
            Strand::Forward => "forward",
            Strand::Reverse => "reverse",
        };
        Some(format!("{}:{}-{} (GRCh38), {strand} strand", first.contig, whole.start, whole.end))
    }

    pub(crate) fn mane(transcript: &Transcript) -> &'static str {
        match transcript.mane {
            Mane::Select => "MANE Select",
            Mane::PlusClinical => "MANE Plus Clinical",
            Mane::Other => "not in MANE",
        }
    }

    pub(crate) fn inheritance(disease: &Disease) -> String {
        let modes: Vec<&str> = disease.inheritance.iter().map(|mode| mode.label()).collect();
        if modes.is_empty() { "inheritance not stated".into() } else { modes.join(", ") }
    }

    /// The rating on a panel as a tag: colour and word.
    pub(crate) fn rating_of(on: &OnPanel) -> (&'static str, &'static str) {
        rating(on.entity.rating())
    }

    pub(crate) fn dosage(evidence: &DosageEvidence) -> &'static str {
        match evidence {
            DosageEvidence::Sufficient => "sufficient evidence",
            DosageEvidence::Unlikely => "dosage sensitivity unlikely",
            DosageEvidence::Other => "no sufficient evidence, or not evaluated",
        }
    }

    /// How variants in it do harm, as panels say it: the wording, and which panels.
    pub(crate) fn mechanisms(&self) -> Vec<(String, String)> {
        let mut found: Vec<(String, Vec<String>)> = Vec::new();
        for on in &self.known.panels {
            let Some(wording) = on.entity.mode_of_pathogenicity.as_ref().filter(|wording| !wording.trim().is_empty()) else { continue };
            let panel = format!("{} {}", on.name, on.version);
            match found.iter_mut().find(|(known, _)| known == wording) {
                Some((_, panels)) => panels.push(panel),
                None => found.push((wording.clone(), vec![panel])),
            }
        }
        found.into_iter().map(|(wording, panels)| (wording, panels.join(", "))).collect()
    }
}

/// A rating as a tag: colour and word.
pub(crate) fn rating(rating: Rating) -> (&'static str, &'static str) {
    match rating {
        Rating::Green => ("green", "Green"),
        Rating::Amber => ("yellow", "Amber"),
        Rating::Red => ("red", "Red"),
    }
}

/// The features of a disease, the most frequent first.
fn features(desk: &Desk, disease: &Disease, most: usize) -> FeatureList {
    let mut sorted: Vec<&Feature> = disease.features.iter().collect();
    sorted.sort_by(|a, b| b.frequency.total_cmp(&a.frequency).then(a.term.cmp(&b.term)));
    let hpo = &desk.service.knowledge.hpo;
    let named = |feature: &&Feature| {
        let name = hpo.name(feature.term).map_or_else(|| feature.term.to_string(), str::to_owned);
        format!("{name} ({})", frequency(feature.frequency))
    };
    FeatureList { shown: sorted.iter().take(most).map(named).collect(), count: sorted.len() }
}

/// How often a feature is seen, in words. What stands for no statement is not told as a number alone.
fn frequency(share: f32) -> String {
    if share <= 0.0 {
        return "stated to be absent".into();
    }
    let percent = format!("{:.0} %", share * 100.0);
    let is_stand_in = (share - FREQUENCY_UNSTATED).abs() < f32::EPSILON;
    if is_stand_in { format!("{percent}, or how often is not stated") } else { percent }
}

/// Variants of earlier cases in the picture.
pub(crate) fn earlier_marks(earlier: &Earlier) -> Vec<VariantMark> {
    let mut marks: Vec<VariantMark> = Vec::new();
    for case in &earlier.cases {
        let Ok(variant) = case.classified.variant.parse::<Variant>() else { continue };
        if !marks.iter().any(|mark| mark.label == case.classified.variant) {
            marks.push(mark(&variant, case.classified.variant.clone(), MarkKind::Earlier));
        }
    }
    marks
}

/// A variant in the picture.
pub(crate) fn mark(variant: &Variant, label: String, kind: MarkKind) -> VariantMark {
    VariantMark { label, start: variant.position.get(), end: variant.end(), kind }
}

/// Only what lies on the contig of the picture's transcript is drawn in it.
pub(crate) fn on_contig(known: &KnownGene, contig: Contig) -> bool {
    known.main_transcript().is_some_and(|transcript| transcript.contig == contig)
}

pub(crate) async fn get(At(desk): At, Path(name): Path<String>, Query(query): Query<GeneQuery>) -> PageResult {
    let known = directory::genes::known(&desk, &name).await?;
    let earlier = genes::earlier(&desk, &known.gene, None).await?;
    let layout = Layout::new(format!("Gene {}", known.gene.symbol), Some(&desk.staff)).below("Gene panels", "/panels").for_work();
    let view = GeneView::new(&desk, known, &earlier_marks(&earlier), &query);
    show(&Page { layout, view, earlier })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frequency_that_nobody_stated_is_not_told_as_one() {
        assert_eq!(frequency(0.95), "95 %");
        assert_eq!(frequency(0.0), "stated to be absent");
        assert_eq!(frequency(FREQUENCY_UNSTATED), "60 %, or how often is not stated");
    }
}
