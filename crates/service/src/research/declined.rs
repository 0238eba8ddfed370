//! What people answer when they are asked about research, and why some say no: figures for everybody, their words for those who
//! look after the library, so that they can do better.

use crate::{Desk, Service, ServiceResult, research};
use access::Action;
use care::ordering::choice::{Answer, Event, Purpose};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use library::disclosure::Count;
use std::sync::Arc;

/// Answers of a time.
pub struct Answered {
    /// Discussions in which somebody said yes.
    pub yes: Count,
    /// Discussions in which somebody said no.
    pub no: Count,
    /// Agreements that were taken back.
    pub taken_back: Count,
    /// What those who said no or took it back gave as their reason, in no order that tells when or who.
    pub comments: Vec<String>,
}

impl Answered {
    /// Each figure with what it counts.
    pub fn lines(&self) -> [(&'static str, Count); 3] {
        [("Said yes when they were asked", self.yes), ("Said no", self.no), ("Took it back", self.taken_back)]
    }
}

/// Answers about research between two days, the second not included.
pub(super) async fn answered(service: &Arc<Service>, [from, to]: [Date; 2]) -> ServiceResult<Answered> {
    let permit = research::library_permit(service).await?;
    let start_of = |day: Date| day.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp()).map_err(anyhow::Error::from);
    let between: [Timestamp; 2] = [start_of(from)?, start_of(to)?];
    let (mut yes, mut no, mut taken_back, mut comments) = (0, 0, 0, Vec::new());
    for event in service.store.choices_between(&permit, between).await? {
        let why = match event {
            Event::Recorded(said) if said.research == Answer::Yes => {
                yes += 1;
                continue;
            }
            Event::Recorded(said) if said.research == Answer::No => {
                no += 1;
                said.comment
            }
            Event::Withdrawn { what: Purpose::Research, reason, .. } => {
                taken_back += 1;
                reason
            }
            _ => continue,
        };
        comments.push(why.trim().to_owned());
    }
    comments.retain(|why| !why.is_empty());
    comments.sort();
    let [yes, no, taken_back] = [yes, no, taken_back].map(Count::rounded);
    Ok(Answered { yes, no, taken_back, comments })
}

/// Answers about research in the quarter of a day, with the reasons that people gave: for the access committee.
#[crate::boxed]
pub async fn declined(desk: &Desk, day: Date) -> ServiceResult<([Date; 2], Answered)> {
    desk.permit_general(Action::ReviewProject).await?;
    let quarter = super::newsletter::quarter(day);
    Ok((quarter, answered(&desk.service, quarter).await?))
}
