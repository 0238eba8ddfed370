//! Further panels: applied to the analysis of a case with a reason, shown with the candidates that they tier, named by the report.

use crate::{Desk, ServiceError, ServiceResult, Status, directory::panels, laboratory};
use access::Action;
use annotation::Knowledge;
use care::{
    AnalysisId, OrderId, Refusals,
    interpretation::{
        case::{self, Command, Interpretation},
        further::{self, FurtherPanel, Known, PanelChange},
    },
};
use genome::HgncId;
use germline::{Analysis, Candidate, analysis::CandidateVariant, tier};
use ontology::{
    Panel,
    panel::{Rating, published::Published},
};
use std::collections::BTreeSet;
use store::Change;

pub use germline::Tier;

/// A further panel of a case.
pub struct Applied {
    /// As it was applied.
    pub further: FurtherPanel,
    /// The version that tests use now, where that is another one.
    pub newer: Option<String>,
    /// Its content; nothing where it is no longer held.
    pub panel: Option<Panel>,
}

/// What a page shows of a case's panels.
pub struct Panelled {
    /// Result of the analysis.
    pub analysis: Analysis,
    /// Which.
    pub analysis_id: Option<AnalysisId>,
    /// Further panels that count.
    pub applied: Vec<Applied>,
    /// What was done with further panels, oldest first.
    pub history: Vec<PanelChange>,
    /// Panels that were applied to an earlier analysis, and do not count over this one.
    pub earlier: Vec<FurtherPanel>,
    /// Panels that can be applied, by name.
    pub choices: Vec<Offered>,
    /// The interpretation can be changed.
    pub is_open: bool,
}

/// A panel that can be applied.
pub struct Offered {
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// The version in use.
    pub version: String,
}

/// A candidate variant that a further panel puts in tier 1 or 2.
pub struct Tiered<'a> {
    /// Tier.
    pub tier: Tier,
    /// Candidate.
    pub candidate: &'a Candidate,
    /// Variant.
    pub variant: &'a CandidateVariant,
}

impl Panelled {
    /// Why no panel can be applied or removed, where none can.
    pub fn closed(&self) -> Option<&'static str> {
        let message = "Panels are applied while a case is open. One that is signed is returned first, or opened again where it is reported";
        (!self.is_open).then_some(message)
    }
}

impl Applied {
    /// Its candidates of tier 1 and 2, and how many variants are in tier 3.
    pub fn tiered<'a>(&self, analysis: &'a Analysis) -> (Vec<Tiered<'a>>, usize) {
        let all = self.panel.as_ref().map(|panel| tier::under(analysis, panel)).unwrap_or_default();
        let (first, third): (Vec<_>, Vec<_>) = all.into_iter().partition(|(tier, ..)| *tier != Tier::Three);
        (first.into_iter().map(|(tier, candidate, variant)| Tiered { tier, candidate, variant }).collect(), third.len())
    }

    /// Whether a gene is green on it.
    pub fn has(&self, gene: HgncId) -> bool {
        self.panel.as_ref().is_some_and(|panel| panel.is_green(gene))
    }
}

/// Changes of further panels over the analysis that the latest interpretation is over, oldest first.
pub fn changes(status: &Status) -> Vec<&PanelChange> {
    let latest = status.interpretation().and_then(|(_, interpretation)| interpretation.analysis).map(|(analysis, _)| analysis);
    let same = status.interpretations.iter().filter(|(_, i)| latest.is_some() && i.analysis.map(|(analysis, _)| analysis) == latest);
    same.flat_map(|(_, interpretation)| &interpretation.panels).collect()
}

/// Further panels that count over that analysis.
pub fn in_force(status: &Status) -> Vec<FurtherPanel> {
    further::in_force(changes(status))
}

/// Further panels of a case, with their content.
#[crate::boxed]
pub async fn applied(desk: &Desk, status: &Status) -> ServiceResult<Vec<Applied>> {
    let book = panels::book(&desk.service).await?;
    let in_use = |id: &str| book.panels.0.get(id).and_then(care::directory::panel::Panel::in_use).map(|version| version.number.clone());
    let of = |further: FurtherPanel| Applied {
        newer: in_use(&further.panel).filter(|number| *number != further.version),
        panel: book.panel(&further.panel, &further.version),
        further,
    };
    Ok(in_force(status).into_iter().map(of).collect())
}

/// The panels of a case: what was applied, and what can be.
#[crate::boxed]
pub async fn panelled(desk: &Desk, order: OrderId) -> ServiceResult<Panelled> {
    let (status, analysis) = super::cases::case(desk, order).await?;
    let book = panels::book(&desk.service).await?;
    let offered = |panel: &Panel| Offered { number: panel.id.clone(), name: panel.name.clone(), version: panel.version.clone() };
    let mut choices: Vec<Offered> = book.in_use.iter().map(offered).collect();
    choices.sort_by_key(|offered| offered.name.to_lowercase());
    let applied = applied(desk, &status).await?;
    let history: Vec<PanelChange> = changes(&status).into_iter().cloned().collect();
    let every = further::in_force(status.interpretations.iter().flat_map(|(_, interpretation)| &interpretation.panels));
    let is_counted = |panel: &FurtherPanel| applied.iter().any(|other| other.further == *panel);
    let interpretation = status.interpretation().map(|(_, interpretation)| interpretation);
    Ok(Panelled {
        analysis,
        analysis_id: interpretation.and_then(|i| i.analysis).map(|(analysis, _)| analysis),
        earlier: every.into_iter().filter(|panel| !is_counted(panel)).collect(),
        applied,
        history,
        choices,
        is_open: interpretation.is_some_and(|i| i.state == case::State::Open),
    })
}

/// Refuses to sign where panels were applied or removed since the list was opened.
pub(super) fn refuse_unseen(status: &Status, changes_seen: usize) -> Result<(), Refusals> {
    if changes(status).len() == changes_seen {
        return Ok(());
    }
    let message = "A further panel was applied or removed since you opened this list, so nothing was signed: look at its candidates first";
    Err(Refusals::one("panel", message))
}

/// What the page showed on which somebody acts.
pub struct Seen {
    /// Analysis.
    pub analysis: AnalysisId,
    /// How many changes of further panels there were.
    pub changes: usize,
}

/// Applies a version of a panel to the analysis of a case.
#[crate::boxed]
pub async fn apply(desk: &Desk, order: OrderId, seen: Seen, panel: &str, version: &str, reason: &str) -> ServiceResult<()> {
    let permit = desk.permit(Action::Interpret, order).await?;
    let status = desk.status(&permit, order).await?;
    refuse_changed(&status, &seen)?;
    let book = panels::book(&desk.service).await?;
    let known = book.panels.0.get(panel).ok_or_else(|| Refusals::one("panel", "Choose a panel of the list"))?;
    let version = if version.trim().is_empty() { known.in_use().map(|v| v.number.as_str()) } else { Some(version.trim()) };
    let found = version.and_then(|number| Some((known.version(number)?, book.panel(panel, number)?)));
    let (of_panel, content) = found.ok_or_else(|| {
        let numbers: Vec<&str> = known.versions.iter().map(|v| v.number.as_str()).collect();
        Refusals::one("version", format!("This version is not held. Versions that are: {}", numbers.join(", ")))
    })?;
    let analysis = laboratory::data::result(desk, &status).await?;
    let genes = green(&content);
    let published = book.content(of_panel);
    let further = FurtherPanel {
        panel: panel.into(),
        name: content.name.clone(),
        version: content.version.clone(),
        green: genes.len(),
        not_looked_at: not_looked_at(&content, published, &analysis, &desk.service.knowledge),
        reason: reason.trim().into(),
        by: desk.staff.clone(),
        at: desk.now(),
    };
    further::check(&further, &genes, &looked_at(&book, &status))?;
    change(desk, order, &status, PanelChange::Applied(further)).await
}

/// Takes a further panel away again: it stays in the history and counts no more.
#[crate::boxed]
pub async fn remove(desk: &Desk, order: OrderId, seen: Seen, panel: &str, reason: &str) -> ServiceResult<()> {
    let permit = desk.permit(Action::Interpret, order).await?;
    let status = desk.status(&permit, order).await?;
    refuse_changed(&status, &seen)?;
    let applied = in_force(&status).into_iter().find(|applied| applied.panel == panel);
    let applied = applied.ok_or_else(|| Refusals::one("panel", "This panel is not applied"))?;
    if reason.trim().is_empty() {
        return Err(Refusals::one("reason", format!("Say why {} is removed", applied.named())).into());
    }
    let (named, reason, by) = (applied.named(), reason.trim().to_owned(), desk.staff.clone());
    change(desk, order, &status, PanelChange::Removed { panel: panel.into(), named, reason, by, at: desk.now() }).await
}

async fn change(desk: &Desk, order: OrderId, status: &Status, what: PanelChange) -> ServiceResult<()> {
    let permit = desk.permit(Action::Interpret, order).await?;
    let (id, seen) = status.interpretation().ok_or(ServiceError::NotFound("interpretation"))?;
    let loaded = desk.service.store.load::<Interpretation>(&permit, id.stream()).await?;
    if loaded.state.panels != seen.panels {
        return Err(changed_since().into());
    }
    let reason = match &what {
        PanelChange::Applied(panel) => panel.reason.clone(),
        PanelChange::Removed { reason, .. } => reason.clone(),
    };
    let mut change = Change { reason, ..Change::default() };
    change.add(&loaded, &case::decide(&loaded.state, Command::ChangePanels(Box::new(what)), &desk.staff)?);
    desk.commit(&permit, change).await
}

fn refuse_changed(status: &Status, seen: &Seen) -> Result<(), Refusals> {
    let analysis = status.interpretation().and_then(|(_, interpretation)| interpretation.analysis).map(|(analysis, _)| analysis);
    if analysis == Some(seen.analysis) && changes(status).len() == seen.changes { Ok(()) } else { Err(changed_since()) }
}

fn changed_since() -> Refusals {
    Refusals::one("panel", "The analysis or its panels changed since you opened this page, so nothing was done: look at it again")
}

/// The order's own panel and the further ones, each with its green genes.
fn looked_at(book: &panels::Book, status: &Status) -> Vec<Known> {
    let own = status.order.request.as_ref().and_then(|request| request.panel.clone());
    let own = own.map(|(panel, name, version)| (panel, name, version, true));
    let further = in_force(status).into_iter().map(|f| (f.panel, f.name, f.version, false));
    let known = |(panel, name, version, is_own): (String, String, String, bool)| {
        let genes = book.panel(&panel, &version).as_ref().map(green).unwrap_or_default();
        Known { panel, named: format!("{name}, version {version}"), genes, is_own }
    };
    own.into_iter().chain(further).map(known).collect()
}

fn green(panel: &Panel) -> BTreeSet<HgncId> {
    panel.genes.iter().filter(|gene| gene.rating == Rating::Green).map(|gene| gene.gene).collect()
}

/// How many symbols are named before the rest are counted.
const NAMED_MAX: usize = 20;

/// What of a panel a finished analysis did not look at.
fn not_looked_at(panel: &Panel, published: Option<&Published>, analysis: &Analysis, knowledge: &Knowledge) -> Vec<String> {
    let mut lines = Vec::new();
    let unknown = panel.genes.iter().filter(|gene| gene.rating == Rating::Green && knowledge.gene(gene.gene).is_none());
    let unknown: Vec<&str> = unknown.map(|gene| gene.symbol.as_str()).collect();
    lines.extend(listed("green genes that the reference pack does not know", &unknown));
    if let Some(published) = published {
        for (what, entities) in [("regions, which have no tier", &published.regions), ("repeats, which have no tier", &published.strs)] {
            let names: Vec<&str> = entities.iter().map(|entity| entity.entity_name.as_str()).collect();
            lines.extend(listed(what, &names));
        }
    }
    let dropped: u64 = analysis.counts.dropped.iter().map(|(_, count)| *count).sum();
    lines.push(format!("the {dropped} alleles that the run dropped were not looked at again"));
    lines
}

fn listed(what: &str, names: &[&str]) -> Option<String> {
    let more = names.len().saturating_sub(NAMED_MAX);
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    let shown = names[..names.len() - more].join(", ");
    (!names.is_empty()).then(|| format!("{} {what}: {shown}{rest}", names.len()))
}
