//! Relatives who may share a finding: listed, invited, tested here or elsewhere, and counted.

use crate::{Desk, ServiceError, ServiceResult, Status};
use access::{Action, Permit};
use care::{
    OrderId, Refusals,
    cascade::{self, Begun, Cascade, Event, Funnel, State},
    choice::policy::Use,
    interpretation::Outcome,
    order::purpose::Purpose,
};
use store::Change;

/// What somebody does with the list.
pub enum Act {
    /// Lists the relatives of the pedigree.
    Begin,
    /// Adds one whom it does not show.
    Add {
        /// Who.
        name: String,
        /// How closely related.
        degree: u8,
    },
    /// Says how things stand with one.
    Mark {
        /// Whom.
        id: String,
        /// How.
        to: State,
    },
}

/// One cascade as a list shows it.
pub struct Line {
    /// What it began with.
    pub begun: Begun,
    /// How many came how far.
    pub funnel: Funnel,
}

impl Desk {
    /// The cascade of an order, and whether one can begin: a signed pathogenic variant is needed, and the patient's agreement.
    pub async fn cascade(&self, order: OrderId) -> ServiceResult<Cascade> {
        let permit = self.permit(Action::ReadReport, order).await?;
        Ok(self.service.store.load::<Cascade>(&permit, cascade::stream(order)).await?.state)
    }

    /// Does something with the list of relatives.
    pub async fn change_cascade(&self, order: OrderId, act: Act) -> ServiceResult<()> {
        let permit = self.permit(Action::ChangeOrder, order).await?;
        let loaded = self.service.store.load::<Cascade>(&permit, cascade::stream(order)).await?;
        let events = match act {
            Act::Begin => {
                let begun = self.begun(&permit, order).await?;
                cascade::begin(&loaded.state, begun, &self.pedigree(order).await?.0)?
            }
            Act::Add { name, degree } => cascade::add(&loaded.state, &name, degree)?,
            Act::Mark { id, to } => cascade::mark(&loaded.state, &id, to)?,
        };
        let mut change = Change::default();
        change.add(&loaded, &events);
        change.links.push((order, cascade::stream(order)));
        self.commit(&permit, order, change).await
    }

    async fn begun(&self, permit: &Permit, order: OrderId) -> ServiceResult<Begun> {
        let (report, _, content) = self.report(order).await?;
        let status = self.status(permit, order).await?;
        let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
        let proband = request.proband().ok_or(ServiceError::NotFound("patient"))?;
        let receipt = self.decide_use(permit, proband.patient, Use::FamilyCare).await?;
        if !receipt.allowed {
            let words =
                format!("The result may not be used in the care of relatives: {}. Talk with the patient first", receipt.why.to_lowercase());
            return Err(Refusals::one("choice", words).into());
        }
        let found = content
            .pathogenic()
            .next()
            .ok_or_else(|| Refusals::one("report", "The report names no pathogenic or likely pathogenic variant"))?;
        Ok(Begun {
            order,
            number: request.number.clone(),
            report,
            organisation: status.order.requester.as_ref().ok_or(ServiceError::NotFound("order"))?.organisation.clone(),
            gene: found.gene.clone(),
            variant: format!("{}:{} {}", found.transcript, found.hgvs[0], found.hgvs[1]),
            disorder: found.disorder.clone(),
        })
    }

    /// Every cascade of this organisation.
    pub async fn cascades(&self) -> ServiceResult<Vec<Line>> {
        let permit = self.permit_general(Action::SeeWorkList).await?;
        let mut lines = Vec::new();
        for order in self.service.store.cascades(&permit).await? {
            let held = self.service.store.load::<Cascade>(&permit, cascade::stream(order)).await?.state;
            let funnel = held.funnel();
            lines.extend(held.begun.map(|begun| Line { begun, funnel }));
        }
        Ok(lines)
    }

    /// Adds to a change that a predictive test belongs to the cascade whose order number it names; another hospital's does too.
    pub(crate) async fn join_cascade(
        &self,
        permit: &Permit,
        change: &mut Change,
        order: OrderId,
        purpose: &Purpose,
        who: &str,
    ) -> ServiceResult<()> {
        let Purpose::Predictive { relative, .. } = purpose else { return Ok(()) };
        let number = relative.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).find(|word| word.to_uppercase().starts_with("OG-"));
        let Some(number) = number else { return Ok(()) };
        let Some(index) = self.service.store.order_by_number(&number.to_uppercase()).await? else { return Ok(()) };
        let loaded = self.service.store.load::<Cascade>(permit, cascade::stream(index.id)).await?;
        if loaded.state.begun.is_some() {
            change.add(&loaded, &cascade::ordered(&loaded.state, who, order));
            change.links.push((order, loaded.stream.clone()));
        }
        Ok(())
    }

    /// Adds to a change what a signed report says in the cascade that its order belongs to.
    pub(crate) async fn tell_cascade(
        &self,
        permit: &Permit,
        change: &mut Change,
        order: OrderId,
        status: &Status,
        outcome: Outcome,
    ) -> ServiceResult<()> {
        let is_predictive = status.order.request.as_ref().is_some_and(|r| matches!(r.purpose, Purpose::Predictive { .. }));
        if !is_predictive {
            return Ok(());
        }
        for stream in self.service.store.order_streams(permit, order, cascade::KIND).await? {
            let loaded = self.service.store.load::<Cascade>(permit, stream).await?;
            change.add(&loaded, &[Event::Resulted { order, carries: outcome.is_finding() }]);
        }
        Ok(())
    }
}
