//! Emergency access, and who looked at a person's record.

use crate::{Desk, ServiceError, ServiceResult};
use access::{Action, Resource};
use care::{
    NhsNumber, PatientId, Refusals,
    people::emergency::{self, Emergencies, Event},
};
use store::{Change, Looked};

/// Lines of the audit on a page.
const SHOWN: u64 = 200;
/// The last page that can be named.
const PAGES_MAX: u64 = 100_000;

/// A page of the audit, latest first. What is written meanwhile moves lines to later pages, so that none is missed on the way.
pub struct Looks {
    /// Its lines.
    pub lines: Vec<Looked>,
    /// Which page it is, from 1.
    pub page: u64,
    /// There are earlier lines.
    pub has_more: bool,
    /// The last page that there is, where this one is beyond it.
    last: Option<u64>,
}

impl Looks {
    /// Lines before a page, and how many are read of it: one more than are shown, to know whether there are more.
    pub(crate) fn window(page: u64) -> (u64, u64) {
        ((page.clamp(1, PAGES_MAX) - 1) * SHOWN, SHOWN + 1)
    }

    pub(crate) fn new(mut lines: Vec<Looked>, page: u64) -> Looks {
        let has_more = lines.len() as u64 > SHOWN;
        lines.truncate(SHOWN as usize);
        Looks { lines, page: page.clamp(1, PAGES_MAX), has_more, last: None }
    }

    /// No line is so early.
    pub(crate) fn is_beyond(&self) -> bool {
        self.lines.is_empty() && self.page > 1
    }

    /// The same, of a list of so many lines.
    fn of_all(self, count: u64) -> Looks {
        Looks { last: Some(count.div_ceil(SHOWN).max(1)), ..self }
    }

    /// The page of later lines: the nearest that there is.
    pub fn later(&self) -> Option<u64> {
        (self.page > 1).then(|| (self.page - 1).min(self.last.unwrap_or(PAGES_MAX)))
    }

    /// The page of earlier lines.
    pub fn earlier(&self) -> Option<u64> {
        self.has_more.then(|| self.page + 1)
    }
}

/// Opens a person's record to this desk for a while.
#[crate::boxed]
pub async fn break_glass(desk: &Desk, patient: PatientId, reason: &str) -> ServiceResult<()> {
    let time = desk.now();
    let events = emergency::open(&desk.staff, reason, time)?;
    let resource = Resource { name: patient.stream(), ..Resource::default() };
    let store = &desk.service.store;
    let permit = store.permit_because(&desk.staff, Action::BreakGlass, &resource, reason.trim(), time).await?;
    let loaded = store.load::<Emergencies>(&permit, emergency::stream(patient)).await?;
    let Event::Opened(opened) = &events[0];
    let mut change = Change { reason: opened.reason.clone(), ..Change::default() };
    change.add(&loaded, &events);
    Ok(store.commit(&permit, change, time).await?)
}

/// Who looked at a person's record, or tried to.
#[crate::boxed]
pub async fn who_looked(desk: &Desk, patient: PatientId, page: u64) -> ServiceResult<Looks> {
    let permit = desk.permit_patient(Action::ReadAudit, patient).await?;
    let looks = Looks::new(desk.service.store.looked_at(&permit, patient, None, Looks::window(page)).await?, page);
    if !looks.is_beyond() {
        return Ok(looks);
    }
    Ok(looks.of_all(desk.service.store.count_looked_at(&permit, patient).await?))
}

/// The record of which somebody wants to see who looked, by NHS number or by the number of an order. That somebody is known elsewhere is
/// said no more than that nobody is.
#[crate::boxed]
pub async fn record_to_audit(desk: &Desk, number: &str) -> ServiceResult<PatientId> {
    let permit = desk.permit_general(Action::ReadAudit).await?;
    let typed = number.trim();
    let found = match typed.parse::<NhsNumber>() {
        Ok(number) => desk.service.store.patient_by_nhs_number(&permit, number).await?,
        Err(_) => desk.service.store.order_by_number(&typed.to_uppercase()).await?.map(|order| order.patient_id),
    };
    let nobody =
        || Refusals::one("number", "Nobody of your organisation’s orders has this NHS number or order number: check it, and type it again");
    let patient = found.ok_or_else(nobody)?;
    match desk.permit_patient(Action::ReadAudit, patient).await {
        Ok(_) => Ok(patient),
        Err(ServiceError::Denied(_)) => Err(nobody().into()),
        Err(error) => Err(error),
    }
}

/// Every time that the glass was broken.
#[crate::boxed]
pub async fn emergencies(desk: &Desk, page: u64) -> ServiceResult<Looks> {
    let permit = desk.permit_general(Action::ReadAudit).await?;
    let looks = Looks::new(desk.service.store.emergencies(&permit, Looks::window(page)).await?, page);
    if !looks.is_beyond() {
        return Ok(looks);
    }
    Ok(looks.of_all(desk.service.store.count_emergencies(&permit).await?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn lines(count: u64) -> Vec<Looked> {
        let line = || Looked {
            at: Timestamp::UNIX_EPOCH,
            who: "Ada".into(),
            action: "ReadRecord".into(),
            resource: String::new(),
            allowed: true,
            reason: String::new(),
        };
        (0..count).map(|_| line()).collect()
    }

    #[test]
    fn a_page_of_the_audit_says_whether_there_are_earlier_lines_and_none_is_beyond_counting() {
        let ends = |page: u64, found: u64| {
            let looks = Looks::new(lines(found), page);
            (looks.lines.len() as u64, looks.later(), looks.earlier())
        };
        assert_eq!(ends(1, 0), (0, None, None));
        assert_eq!(ends(1, SHOWN), (SHOWN, None, None));
        assert_eq!(ends(2, SHOWN + 1), (SHOWN, Some(1), Some(3)));
        assert_eq!((Looks::window(0), Looks::window(2)), ((0, SHOWN + 1), (SHOWN, SHOWN + 1)));
        assert_eq!(Looks::window(u64::MAX).0, (PAGES_MAX - 1) * SHOWN);
        let beyond = |count: u64| Looks::new(vec![], u64::MAX).of_all(count).later();
        assert_eq!([0, 1, SHOWN, SHOWN + 1].map(beyond), [Some(1), Some(1), Some(1), Some(2)]);
    }
}
