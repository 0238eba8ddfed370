//! What comes after a report was read: the steps that follow, in order, with what is done of them and when.

use super::report::{Report, State, release::Presence};
use jiff::{Timestamp, civil::Date};

/// One thing that is done with a result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Whoever asked reads the report.
    Read,
    /// It is talked about with the patient, or the parents.
    Talk,
    /// It is released to the patient's page.
    Release,
    /// The patient, or a parent, opens that page.
    Open,
    /// Care and referrals follow the report.
    Act,
    /// Relatives are offered a test.
    Relatives,
    /// The question is asked again once more is known.
    LookAgain,
}

/// How far a step is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// Not done.
    Due,
    /// Nobody writes it down here when it is done.
    NotFollowed,
    /// Done at a moment.
    Done(Timestamp),
    /// Done on a day.
    DoneOn(Date),
}

/// What the steps follow from.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The latest report.
    pub report: &'a Report,
    /// Whether the patient's page shows it.
    pub presence: &'a Presence,
    /// When a link to a page on which it can be read was opened last.
    pub opened: Option<Timestamp>,
    /// Something was found on which somebody acts.
    pub is_finding: bool,
    /// The relatives whom the finding concerns; nothing where it concerns none.
    pub relatives: Option<Relatives>,
}

/// How far relatives are, whom a finding concerns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relatives {
    /// Nobody listed them, or somebody on the list waits to be spoken to.
    Due,
    /// Nobody on the list waits since then.
    Done(Timestamp),
}

/// The steps, in order; none before the report was read, or of one that another replaced.
pub fn next_steps(facts: &Facts) -> Vec<(Step, Progress)> {
    let State::Acknowledged { at, .. } = &facts.report.state else { return vec![] };
    let release = facts.report.release.as_ref();
    let is_shown = *facts.presence == Presence::Shown;
    let shown = release.filter(|_| is_shown).map(|release| release.at);
    // A link that was opened before serves other ends, such as choices: nobody read the result by it.
    let opened = facts.opened.filter(|opened| shown.is_some_and(|shown| *opened >= shown));
    let done = |moment: Option<Timestamp>| moment.map_or(Progress::Due, Progress::Done);
    let mut steps = vec![
        (Step::Read, Progress::Done(*at)),
        (Step::Talk, release.map_or(Progress::Due, |release| Progress::DoneOn(release.discussed))),
        (Step::Release, done(shown)),
        (Step::Open, done(opened)),
        (Step::Act, Progress::NotFollowed),
    ];
    steps.extend(facts.relatives.map(|relatives| match relatives {
        Relatives::Due => (Step::Relatives, Progress::Due),
        Relatives::Done(moment) => (Step::Relatives, Progress::Done(moment)),
    }));
    if !facts.is_finding {
        steps.push((Step::LookAgain, Progress::NotFollowed));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Role, Staff, StaffId,
        results::report::release::{Disclosure, Release},
    };

    fn staff() -> Staff {
        Staff {
            id: StaffId(uuid::Uuid::nil()),
            name: "Ann".into(),
            role: Role::Clinician,
            organisation: "RP4".parse().expect("a code"),
            organisation_name: String::new(),
        }
    }

    fn moment(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a moment")
    }

    fn read() -> Report {
        Report { state: State::Acknowledged { by: staff(), at: moment(10) }, ..Report::default() }
    }

    fn facts<'a>(report: &'a Report, presence: &'a Presence) -> Facts<'a> {
        Facts { report, presence, opened: None, is_finding: true, relatives: None }
    }

    #[test]
    fn nothing_follows_before_a_report_was_read() {
        assert!(next_steps(&facts(&Report::default(), &Presence::NotReleased)).is_empty());
        let steps = next_steps(&facts(&read(), &Presence::NotReleased));
        assert_eq!(steps[0], (Step::Read, Progress::Done(moment(10))));
        assert!(steps[1..4].iter().all(|(_, progress)| *progress == Progress::Due), "{steps:?}");
        assert_eq!(steps.last(), Some(&(Step::Act, Progress::NotFollowed)));
    }

    #[test]
    fn a_page_that_was_opened_before_the_release_or_is_hidden_is_not_said_to_have_been_read() {
        let discussed = Date::constant(2026, 11, 20);
        let release = Release { by: staff(), at: moment(20), discussed, how: Disclosure::InPerson, after_death: false };
        let report = Report { release: Some(release), ..read() };
        let opened = |presence: &Presence, second: i64| {
            let steps = next_steps(&Facts { opened: Some(moment(second)), ..facts(&report, presence) });
            (steps[2].1, steps[3].1)
        };
        assert_eq!(opened(&Presence::Shown, 30), (Progress::Done(moment(20)), Progress::Done(moment(30))));
        assert_eq!(opened(&Presence::Shown, 15), (Progress::Done(moment(20)), Progress::Due));
        assert_eq!(opened(&Presence::Hidden(vec!["why"]), 30), (Progress::Due, Progress::Due));
        let steps = next_steps(&facts(&report, &Presence::Shown));
        assert_eq!(steps[1], (Step::Talk, Progress::DoneOn(discussed)));
    }

    #[test]
    fn relatives_and_another_look_follow_only_where_they_serve() {
        let report = read();
        let kinds = |is_finding: bool, relatives: Option<Relatives>| -> Vec<Step> {
            let steps = next_steps(&Facts { is_finding, relatives, ..facts(&report, &Presence::NotReleased) });
            steps.into_iter().map(|(step, _)| step).collect()
        };
        assert!(kinds(true, Some(Relatives::Due)).ends_with(&[Step::Act, Step::Relatives]));
        assert!(kinds(false, None).ends_with(&[Step::Act, Step::LookAgain]));
    }
}
