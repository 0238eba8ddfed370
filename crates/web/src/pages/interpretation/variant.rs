//! One variant with its reasons.

use crate::{
    pages::{Banner, Layout, PageResult, id, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::extract::Path;
use care::OrderId;
use engine::table;
use germline::{Candidate, analysis::CandidateVariant};
use service::{ServiceError, interpretation};

#[derive(Template)]
#[template(path = "interpretation/variant.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    candidate: Candidate,
    candidate_variant: CandidateVariant,
    people: Vec<(String, String, String)>,
    frequency: String,
    /// GA4GH VRS identifier, where the sequence around it is held.
    vrs: Option<String>,
    /// Classes that it was given in other cases: when, which, on what.
    before: Vec<(String, germline::Pathogenicity, String)>,
}

pub(crate) async fn get(At(desk): At, Path((order, variant)): Path<(String, String)>) -> PageResult {
    let order = id(&order, "order")?;
    let (_, analysis) = interpretation::cases::case(&desk, order).await?;
    let found = analysis.candidates.iter().find_map(|c| Some((c, c.variants.iter().find(|v| v.variant.to_string() == variant)?)));
    let (candidate, candidate_variant) = found.ok_or(ServiceError::NotFound("such variant among the candidates"))?;
    let before = interpretation::cases::classified_before(&desk, order, &analysis)
        .await?
        .into_iter()
        .filter(|earlier| earlier.variant == candidate_variant.variant.to_string());
    let day = |at: jiff::Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%-d %b %Y").to_string();
    let before = before.map(|earlier| (day(earlier.at), earlier.class, earlier.criteria)).collect();
    let reads = |g: &genome::Genotype| match (g.alternate_reads, g.depth_reads) {
        (Some(a), Some(d)) => format!("{a} of {d} reads"),
        _ => "reads not reported".into(),
    };
    let people = analysis
        .family
        .members()
        .iter()
        .zip(&candidate_variant.genotypes)
        .map(|(m, g)| (m.sample.clone(), g.zygosity.notation().to_owned(), reads(g)));
    show(&Page {
        layout: Layout::new(format!("{} in {}", candidate_variant.variant, candidate.symbol), Some(&desk.staff))
            .about(Banner::for_action(&desk, Action::ReadCase, order).await?),
        order,
        people: people.collect(),
        frequency: table::frequency_words(candidate_variant),
        vrs: interop::ga4gh::vrs::allele(desk.service.knowledge.evidence.as_ref(), &candidate_variant.variant).map(|allele| allele.id),
        before,
        candidate: candidate.clone(),
        candidate_variant: candidate_variant.clone(),
    })
}
