//! Looking again: unsolved cases of people who agreed, asked for what the reference pack holds as pathogenic now.

use crate::{Desk, Service, ServiceResult, desk::today};
use access::Action;
use care::{OrderId, PatientId, Role};
use genome::Variant;
use library::PersonNo;
use std::collections::{BTreeMap, BTreeSet};

/// An unsolved case that new knowledge touches.
pub struct Touched {
    /// Order, and its number.
    pub order: (OrderId, String),
    /// Variant that the person carries.
    pub variant: Variant,
    /// Gene.
    pub gene: String,
    /// Why it is listed.
    pub reason: String,
}

impl Desk {
    /// Unsolved cases of this laboratory that carry what ClinVar holds as pathogenic in the present pack, and what no report named.
    /// The choice is asked anew.
    pub async fn to_look_again(&self) -> ServiceResult<Vec<Touched>> {
        if !matches!(self.staff.role, Role::ClinicalScientist | Role::Consultant) {
            self.permit_named(Action::ReadCase, "cases to look at again", self.staff.organisation.clone()).await?;
        }
        let permit = Service::library_permit()?;
        let service = &self.service;
        let mut unsolved: BTreeMap<u32, Unsolved> = BTreeMap::new();
        for line in service.participants_allowed(&permit, today()).await? {
            if let Some(case) = self.unsolved(line.patient).await? {
                unsolved.insert(line.no, case);
            }
        }
        let numbers: Vec<PersonNo> = unsolved.keys().map(|no| PersonNo(*no)).collect();
        let evidence = &service.knowledge.evidence;
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        let library = service.library().await?;
        library
            .carried(&numbers, |no, variant, gene| {
                let Some(case) = unsolved.get(&no.0) else { return };
                let Some(assertion) = evidence.assertion(&variant).filter(|a| a.significance.is_pathogenic()) else { return };
                let key = variant.to_string();
                if case.named.contains(&key) || !seen.insert((no, key)) {
                    return;
                }
                let reason = format!(
                    "ClinVar holds it {} ({} stars) in the pack {}",
                    assertion.significance.name().to_lowercase(),
                    assertion.stars,
                    service.reference.0
                );
                found.push(Touched { order: case.order.clone(), variant, gene: gene.to_owned(), reason });
            })
            .await?;
        Ok(found)
    }

    /// The person's latest case at this laboratory, if it was reported without a cause.
    async fn unsolved(&self, patient: PatientId) -> ServiceResult<Option<Unsolved>> {
        let permit = Service::library_permit()?;
        let views = self.service.store.orders_of(&permit, patient).await?;
        let own = views.into_iter().rev().find(|v| v.laboratory == self.staff.organisation.to_string());
        let Some(view) = own else { return Ok(None) };
        let status = self.status(&permit, view.id).await?;
        let Some(report) = status.report_of_latest() else { return Ok(None) };
        let content = self.service.content(report).await?;
        if content.outcome.is_finding() {
            return Ok(None);
        }
        let named = content.variants.iter().map(|v| v.coded.variant.clone()).collect();
        Ok(Some(Unsolved { order: (view.id, view.number), named }))
    }
}

/// A case that was reported without a cause, and the variants that its report names.
struct Unsolved {
    order: (OrderId, String),
    named: BTreeSet<String>,
}
