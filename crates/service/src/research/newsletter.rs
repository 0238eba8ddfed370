//! The newsletter: what was done with people's data in a quarter, in figures of the journal.

use super::declined::Answered;
use crate::{Service, ServiceResult, research};
use care::{
    ProjectId,
    research::project::{Project, State, airlock::OutputState},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use library::disclosure::Count;
use std::{collections::BTreeSet, sync::Arc};

/// A quarter, in figures.
pub struct Newsletter {
    /// First day, and the first day after.
    pub quarter: [Date; 2],
    /// People whose data are in the library today, as it may be told.
    pub people: Count,
    /// What people answered in the quarter when they were asked about research.
    pub answers: Answered,
    /// Projects that were approved in the quarter or before and are open today.
    pub open: Vec<(ProjectId, Project)>,
    /// Questions and queries of the quarter.
    pub queries: usize,
    /// Results that left a workspace, and that were held back, in the quarter.
    pub left: [usize; 2],
    /// Findings that went back to care and were answered, ever. What a laboratory wrote is about one person, and stays with the project.
    pub answered: usize,
}

/// The quarter of a day: its first day, and the first of the next.
pub fn quarter(day: Date) -> [Date; 2] {
    let first = day.first_of_month();
    let first = first.saturating_sub(jiff::Span::new().months((i64::from(first.month()) - 1) % 3));
    [first, first.saturating_add(jiff::Span::new().months(3))]
}

/// People whose data are in the library today, each of them once, however many analyses they had.
async fn people(service: &Arc<Service>) -> ServiceResult<u64> {
    let permit = research::library_permit(service).await?;
    let lines = research::participants_allowed(service, &permit, service.today()).await?;
    Ok(lines.into_iter().map(|line| line.patient).collect::<BTreeSet<_>>().len() as u64)
}

/// The newsletter of the quarter of a day.
#[crate::boxed]
pub async fn newsletter(service: &Arc<Service>, day: Date) -> ServiceResult<Newsletter> {
    let quarter = quarter(day);
    let within = |time: &Timestamp| (quarter[0]..quarter[1]).contains(&time.to_zoned(TimeZone::UTC).date());
    let today = service.now().to_zoned(TimeZone::UTC).date();
    let projects = research::projects::register(service).await?;
    let all = || projects.iter().map(|(_, project)| project);
    let decided = |state: fn(OutputState) -> bool| {
        let outputs = all().flat_map(|p| &p.outputs).filter(|o| !o.inward);
        outputs.filter(|o| state(o.state()) && o.checks.last().is_some_and(|c| within(&c.at))).count()
    };
    Ok(Newsletter {
        quarter,
        answers: research::declined::answered(service, quarter).await?,
        people: Count::rounded(people(service).await?),
        queries: all().flat_map(|p| &p.queries).filter(|query| within(&query.at)).count(),
        left: [decided(|s| s == OutputState::Released), decided(|s| matches!(s, OutputState::Refused | OutputState::ToBeChanged))],
        answered: all().flat_map(|p| &p.findings).filter(|f| !f.outcome.is_empty()).count(),
        open: projects.iter().filter(|(_, p)| matches!(p.state, State::Approved { .. }) && p.is_open(today)).cloned().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_in_its_quarter() {
        let date = |text: &str| text.parse::<Date>().expect("a date");
        assert_eq!(quarter(date("2026-11-22")), [date("2026-10-01"), date("2027-01-01")]);
        assert_eq!(quarter(date("2026-03-31")), [date("2026-01-01"), date("2026-04-01")]);
    }
}
