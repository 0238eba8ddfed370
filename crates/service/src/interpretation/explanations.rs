//! Why a gene or a variant is, or is not, among the candidates of a case.

use crate::{Desk, ServiceError, ServiceResult, laboratory};
use access::Action;
use annotation::{Knowledge, name};
use anyhow::Context;
use care::{OrderId, Refusals};
use engine::{explain, sidefile};
use germline::Analysis;
use std::{path::Path, sync::Arc};

/// What became of a gene, by symbol or identifier, or of a variant, by position or HGVS: in words, a line each.
#[crate::boxed]
pub async fn explained(desk: &Desk, order: OrderId, query: &str) -> ServiceResult<Vec<String>> {
    let permit = desk.permit(Action::ReadCase, order).await?;
    let status = desk.status(&permit, order).await?;
    let based_on = status.interpretation().and_then(|(_, interpretation)| interpretation.analysis);
    let (analysis, _) = based_on.ok_or(ServiceError::NotFound("analysis"))?;
    let folder = laboratory::data::beside::folder(desk, &status, analysis).await?;
    let result = laboratory::data::result(desk, &status).await?;
    let (knowledge, query) = (Arc::clone(&desk.service.knowledge), query.trim().to_owned());
    tokio::task::spawn_blocking(move || answer(&result, &folder, &query, &knowledge)).await.context("explaining")?
}

fn answer(analysis: &Analysis, folder: &Path, query: &str, knowledge: &Knowledge) -> ServiceResult<Vec<String>> {
    if !folder.join(sidefile::NAME).is_file() {
        let message = "What this analysis dropped was not kept, so that no whole answer can be given: run the analysis again";
        return Err(Refusals::one("why", message).into());
    }
    let text = if let Some(gene) = knowledge.gene_named(query) {
        explain::gene_in(analysis, folder, &gene.symbol, knowledge)?
    } else {
        let refused = |why: name::NameError| {
            let message = format!("'{query}' is no gene that the reference pack knows, and no variant ({why}). Try a symbol such as SCN1A");
            ServiceError::from(Refusals::one("why", message))
        };
        let named = name::variant(query, knowledge).map_err(refused)?;
        explain::variant_in(analysis, folder, &named.variant, None, knowledge)?
    };
    Ok(text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect())
}
