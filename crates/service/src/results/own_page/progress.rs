//! Where a person's tests are, what comes next, and whether there is a result.

use super::Own;
use crate::{Desk, ServiceResult, Status, people, results::releases, results::reports};
use access::Permit;
use care::{
    PatientId,
    ordering::{
        expected::Expected,
        family::{Participant, Relationship},
        milestones::{Milestone, milestones},
        order::State,
        patient_stage::PatientStage,
    },
    people::patient::Identity,
    results::report::release::{Circumstances, Notice, notice},
};
use jiff::{Timestamp, civil::Date};
use store::{Entry, OrderView};

/// One test, for the person who had it or takes part in it.
pub struct OwnTest {
    /// Number to be read out.
    pub number: String,
    /// Whose it is, and what it is for.
    pub whose: Whose,
    /// Day on which it was asked for.
    pub submitted: Date,
    /// Where it is.
    pub stage: PatientStage,
    /// When each stage was reached; nothing of a relative's test, or of one to which nothing more happens.
    pub milestones: Vec<(Milestone, Option<Timestamp>)>,
    /// When the result can be expected, while it is waited for.
    pub expected: Option<Expected>,
    /// Day by which the laboratory has to report, while that is waited for.
    pub due: Option<Date>,
    /// The organisation that asked for it, where it is known.
    pub requester: Option<String>,
    /// What is said of its result.
    pub notice: Notice,
}

/// Whose a test is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Whose {
    /// Of the person at the page.
    Own {
        /// What it is for.
        indication: String,
    },
    /// Of a child for whom they choose.
    OfChild {
        /// What it is for.
        indication: String,
        /// The child's name.
        name: String,
    },
    /// Of a relative: what it is for is not theirs to know.
    OfRelative,
}

/// An order in which the person at the page takes part.
pub(super) struct Part {
    pub view: OrderView,
    pub status: Status,
    pub whose: Whose,
}

impl Whose {
    /// The result is for the person at the page: their own, or their child's.
    pub fn is_theirs(&self) -> bool {
        match self {
            Whose::Own { .. } | Whose::OfChild { .. } => true,
            Whose::OfRelative => false,
        }
    }
}

impl Own {
    /// Orders in which the person takes part, latest first.
    pub(super) async fn parts(&self, permit: &Permit) -> ServiceResult<Vec<Part>> {
        let mut parts = Vec::new();
        for view in self.desk.service.store.orders_with(permit, self.patient).await?.into_iter().rev() {
            let status = self.desk.status(permit, view.id).await?;
            if let Some(whose) = whose(&self.desk, permit, self.patient, &status).await? {
                parts.push(Part { view, status, whose });
            }
        }
        Ok(parts)
    }

    /// The person's tests, latest first.
    pub(super) async fn tests(&self, permit: &Permit) -> ServiceResult<Vec<OwnTest>> {
        let mut tests = Vec::new();
        for part in self.parts(permit).await? {
            tests.push(self.test(permit, part).await?);
        }
        Ok(tests)
    }

    async fn test(&self, permit: &Permit, Part { view, status, whose }: Part) -> ServiceResult<OwnTest> {
        let is_theirs = whose.is_theirs();
        let is_waited_for = is_theirs && !status.order.state.is_final() && !matches!(status.order.state, State::Reported { .. });
        let notice = if is_theirs { self.notice(permit, &view, &status).await? } else { Notice::None };
        let is_expected = is_waited_for && notice == Notice::None;
        let requester = status.order.requester.as_ref().map(|staff| staff.organisation_name.trim().to_owned());
        Ok(OwnTest {
            stage: if is_theirs { PatientStage::of_own(&status) } else { PatientStage::of_relatives(&status) },
            milestones: if is_waited_for || notice != Notice::None { self.reached(permit, &view).await? } else { vec![] },
            expected: if is_expected { self.desk.expected(&view).await? } else { None },
            due: is_expected.then_some(view.due),
            requester: requester.filter(|name| !name.is_empty()),
            notice,
            number: view.number,
            submitted: view.submitted,
            whose,
        })
    }

    async fn notice(&self, permit: &Permit, view: &OrderView, status: &Status) -> ServiceResult<Notice> {
        let Some((_, report)) = status.report() else { return Ok(notice(status, &Circumstances::of_order(status))) };
        let content = reports::content(&self.desk.service, report).await?;
        Ok(notice(status, &releases::circumstances(&self.desk, permit, view.id, status, &content).await?))
    }

    async fn reached(&self, permit: &Permit, view: &OrderView) -> ServiceResult<Vec<(Milestone, Option<Timestamp>)>> {
        let entries: Vec<Entry> = self.desk.service.store.order_events(permit, view.id).await?;
        let reached = milestones(entries.iter().map(|entry| (entry.at, entry.recorded()))).map_err(anyhow::Error::from)?;
        Ok(reached.to_vec())
    }
}

/// Whose the test of an order is, for somebody who takes part in it: a child's is that of its parents too, until it chooses for
/// itself; before birth it is its mother's alone.
pub(super) async fn whose(desk: &Desk, permit: &Permit, person: PatientId, status: &Status) -> ServiceResult<Option<Whose>> {
    let Some(request) = &status.order.request else { return Ok(None) };
    let Some(me) = request.people.iter().find(|p| p.patient == person) else { return Ok(None) };
    let indication = request.indication.clone();
    if me.relationship == Relationship::Proband {
        return Ok(Some(Whose::Own { indication }));
    }
    Ok(Some(match request.proband() {
        Some(child) if is_childs_parent(desk, permit, me, child).await? => Whose::OfChild { indication, name: child.name.clone() },
        _ => Whose::OfRelative,
    }))
}

async fn is_childs_parent(desk: &Desk, permit: &Permit, me: &Participant, proband: &Participant) -> ServiceResult<bool> {
    if !me.relationship.is_parent() {
        return Ok(false);
    }
    let who = people::patients::demographics(desk, permit, proband.patient).await?;
    let is_before_birth = who.nhs_number == Identity::Fetus;
    Ok(who.is_child(desk.today()) && (!is_before_birth || me.relationship == Relationship::Mother))
}
