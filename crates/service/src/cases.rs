//! Interpreting a case: a first scientist, a second.

use crate::{Desk, ServiceError, ServiceResult, Status};
use access::Action;
use care::{
    OrderId,
    interpretation::{self, Command, Conclusion, Interpretation, Selected},
};
use interpret::Analysis;
use store::{Change, Classified};

impl Desk {
    /// A first scientist's conclusion.
    pub async fn propose(&self, order: OrderId, conclusion: Conclusion) -> ServiceResult<()> {
        self.interpretation(order, Action::Interpret, Command::Propose(conclusion)).await
    }

    /// A second scientist agrees.
    pub async fn check(&self, order: OrderId) -> ServiceResult<()> {
        self.interpretation(order, Action::CheckInterpretation, Command::Check).await
    }

    /// A second scientist asks for changes.
    pub async fn send_back(&self, order: OrderId, reason: String) -> ServiceResult<()> {
        self.interpretation(order, Action::CheckInterpretation, Command::Return { reason }).await
    }

    async fn interpretation(&self, order: OrderId, action: Action, command: Command) -> ServiceResult<()> {
        let permit = self.permit(action, order).await?;
        let status = self.status(&permit, order).await?;
        let (id, _) = status.interpretation().ok_or(ServiceError::NotFound("interpretation"))?;
        let loaded = self.service.store.load::<Interpretation>(&permit, id.stream()).await?;
        let mut change = Change::default();
        if let Command::Return { reason } = &command {
            change.reason.clone_from(reason);
        }
        change.add(&loaded, &interpretation::decide(&loaded.state, command, &self.staff)?);
        self.commit(&permit, order, change).await
    }

    /// An order's status together with the result of its analysis.
    pub async fn case(&self, order: OrderId) -> ServiceResult<(Status, Analysis)> {
        let permit = self.permit(Action::ReadCase, order).await?;
        let status = self.status(&permit, order).await?;
        let result = self.result(&status).await?;
        Ok((status, result))
    }
}

impl Desk {
    /// Classes that variants of an order's analysis were given in other cases, latest first.
    pub async fn classified_before(&self, order: OrderId, analysis: &Analysis) -> ServiceResult<Vec<Classified>> {
        let permit = self.permit(Action::ReadCase, order).await?;
        let variants: Vec<String> = analysis.candidates.iter().flat_map(|c| &c.variants).map(|v| v.variant.to_string()).collect();
        let mut found = self.service.store.classified(&permit, &variants).await?;
        found.retain(|earlier| earlier.order != order);
        Ok(found)
    }

    /// Variants to which different classes were given, with every class: each is to be looked at again.
    pub async fn discordant(&self) -> ServiceResult<Vec<Classified>> {
        let permit = self.permit_named(Action::ReadCase, "discordances", self.staff.organisation.clone()).await?;
        Ok(self.service.store.discordant(&permit).await?)
    }
}

/// A variant of the analysis as a scientist selects it, with the class and criteria that the engine proposes.
pub fn select(analysis: &Analysis, variant: &str) -> Option<Selected> {
    analysis.candidates.iter().find_map(|candidate| {
        let held = candidate.variants.iter().find(|v| v.variant.to_string() == variant)?;
        Some(Selected {
            variant: variant.into(),
            gene: candidate.gene,
            symbol: candidate.symbol.clone(),
            class: held.classification.class.name().into(),
            criteria: held.classification.criteria.iter().map(|c| (c.to_string(), c.evidence.clone())).collect(),
            note: String::new(),
        })
    })
}
