//! A gene in a case: how the patient's features match its diseases, what the patient has in it, and what is known of it.

use crate::{
    chart::{MarkKind, VariantMark},
    pages::{
        Banner, Layout, PageResult,
        directory::gene::{self, GeneQuery, GeneView},
        id, show,
    },
    session::At,
};
use access::Action;
use askama::Template;
use axum::extract::{Path, Query};
use care::{
    OrderId,
    results::cascade::{Begun, Funnel},
};
use germline::analysis::CandidateVariant;
use ontology::{Hpo, TermId, likelihood::Shown, panel::Rating};
use service::{
    Desk, directory,
    directory::genes::KnownGene,
    interpretation::{
        genes::{self, DiseaseMatch, Earlier, GeneInCase},
        next::{self, Next},
    },
    results,
};

#[derive(Template)]
#[template(path = "interpretation/gene.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    view: GeneView,
    case: GeneInCase,
    /// Diseases of the gene by how well they explain the features, term by term.
    matches: Vec<MatchLine>,
    /// Features that the patient has, and those that are absent, by name.
    features: [Vec<String>; 2],
    earlier: Earlier,
    /// The cascade of this order, where it began with this gene.
    cascade: Option<(Begun, Funnel)>,
    /// The next case of whoever looks.
    next: Option<Next>,
}

/// How the patient's features match a disease.
struct MatchLine {
    disease: String,
    total: String,
    /// Term, how the disease shows it, what that counts.
    terms: Vec<[String; 3]>,
    uncounted: Vec<String>,
}

impl MatchLine {
    fn title(&self) -> String {
        format!("{}: {}", self.disease, self.total)
    }
}

impl Page {
    /// The gene's rating on the panel of the order, as a tag.
    fn rating(rating: &Rating) -> (&'static str, &'static str) {
        gene::rating(*rating)
    }

    fn named(variant: &CandidateVariant) -> String {
        variant.effect.hgvs_c.clone().unwrap_or_else(|| variant.variant.to_string())
    }
}

fn named(hpo: &Hpo, term: TermId) -> String {
    hpo.name(term).map_or_else(|| term.to_string(), |name| format!("{name} ({term})"))
}

/// A logarithm with its sign.
fn counted(log_ratio: f32) -> String {
    format!("{log_ratio:+.2}")
}

fn line(hpo: &Hpo, matched: &DiseaseMatch) -> MatchLine {
    let parts = &matched.parts;
    let percent = |share: f32| format!("{:.0} % of patients", share * 100.0);
    let observed = parts.observed.iter().map(|part| {
        let shown = match part.shown {
            Shown::AsSuch { frequency } if frequency > 0.0 => format!("shown, in {} as annotated or counted", percent(frequency)),
            Shown::AsSuch { .. } => "stated to be absent".into(),
            Shown::ByWider { term } => format!("only as {}", named(hpo, term)),
            Shown::Not => "not annotated".into(),
        };
        [named(hpo, part.term), shown, counted(part.log_ratio)]
    });
    let excluded = parts.excluded.iter().map(|part| {
        let shown = part.frequency.map_or_else(|| "not annotated".to_owned(), |share| format!("shown, in {}", percent(share)));
        [format!("{}, absent in the patient", named(hpo, part.term)), shown, counted(part.log_ratio)]
    });
    let features = [["Number of features annotated".to_owned(), String::new(), counted(parts.features)]];
    MatchLine {
        disease: format!("{} ({})", matched.disease.1, matched.disease.0),
        total: counted(parts.total()),
        terms: observed.chain(excluded).chain(features).collect(),
        uncounted: parts.uncounted.iter().map(|term| named(hpo, *term)).collect(),
    }
}

/// What the case and earlier ones have in the gene, for the picture.
fn marks(known: &KnownGene, case: &GeneInCase, earlier: &Earlier) -> Vec<VariantMark> {
    let mut marks = Vec::new();
    if let Some(found) = &case.found {
        for variant in found.candidates.iter().flat_map(|candidate| &candidate.variants) {
            if gene::on_contig(known, variant.variant.contig) {
                marks.push(gene::mark(&variant.variant, Page::named(variant), MarkKind::Candidate));
            }
        }
        for considered in found.considered.iter().filter(|considered| gene::on_contig(known, considered.variant.contig)) {
            marks.push(gene::mark(&considered.variant, considered.variant.to_string(), MarkKind::SetAside));
        }
    }
    marks.extend(gene::earlier_marks(earlier));
    marks
}

/// The cascade of an order, where it began with a gene.
async fn cascade(desk: &Desk, order: OrderId, known: &KnownGene) -> PageResult<Option<(Begun, Funnel)>> {
    if !desk.may(Action::ReadReport) {
        return Ok(None);
    }
    let cascade = results::cascades::cascade(desk, order).await?;
    let is_this = |begun: &Begun| begun.gene == known.gene.symbol || known.gene.other_symbols.contains(&begun.gene);
    Ok(cascade.begun.clone().filter(is_this).map(|begun| (begun, cascade.funnel())))
}

pub(crate) async fn get(At(desk): At, Path((order, name)): Path<(String, String)>, Query(query): Query<GeneQuery>) -> PageResult {
    let order = id(&order, "order")?;
    // Whether the case may be opened is asked first: what is known of a gene is for everybody.
    let banner = Banner::for_action(&desk, Action::ReadCase, order).await?;
    let known = directory::genes::known(&desk, &name).await?;
    let next = next::next(&desk, order).await?;
    let case = genes::in_case(&desk, order, &known.gene).await?;
    let earlier = genes::earlier(&desk, &known.gene, Some(order)).await?;
    let marks = marks(&known, &case, &earlier);
    let hpo = &desk.service.knowledge.hpo;
    let names = |terms: &[TermId]| terms.iter().map(|term| named(hpo, *term)).collect();
    let layout = Layout::new(format!("{} in this case", known.gene.symbol), Some(&desk.staff));
    let mut layout = layout.about(banner).below_order(&case.number, order).for_work();
    if case.found.is_some() {
        layout = layout.below("Case", format!("/orders/{order}/case"));
    }
    show(&Page {
        layout,
        order,
        cascade: cascade(&desk, order, &known).await?,
        matches: case.matches.iter().map(|matched| line(hpo, matched)).collect(),
        features: [names(&case.phenotype.observed), names(&case.phenotype.excluded)],
        next,
        view: GeneView::new(&desk, known, &marks, &query),
        case,
        earlier,
    })
}
