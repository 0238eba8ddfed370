//! The stages of an order as a line with their days, and who acts next.

use crate::{
    chart::{self, Chart, Deadline, Step, StepState},
    when,
};
use care::ordering::{
    expected::Expected,
    milestones::{Milestone, Reached},
};
use jiff::{Timestamp, civil::Date};
use service::Status;
use store::OrderView;

/// Who acts next: the role, and whoever has taken it on.
pub(super) fn turn(status: &Status, view: Option<&OrderView>) -> Option<String> {
    let role = status.stage().turn()?.label().to_owned();
    let assignee = view.and_then(|view| view.assignee.as_ref());
    Some(assignee.map_or_else(|| role.clone(), |name| format!("{name}, {role}")))
}

/// The stages of an order as a line, with when its report is expected while it is waited for.
pub(super) fn stages((reached, status): (&Reached, &Status), view: Option<&OrderView>, expected: Option<&Expected>, today: Date) -> Chart {
    let is_final = status.order.state.is_final();
    let expected = expected.map(|e| [e.earliest, e.day, e.latest]);
    let is_reported = reached.iter().any(|(milestone, at)| *milestone == Milestone::Reported && at.is_some());
    let deadline = view.filter(|_| !is_final && !is_reported).map(|view| Deadline { due: view.due, expected });
    chart::stages("Stages of the order", &steps(reached, is_final), today, deadline)
}

/// Each stage with its day. One that a later one has overtaken is left out, such as the data of a test that was done elsewhere; of an
/// order to which nothing more happens, so is what is still to come.
fn steps(reached: &[(Milestone, Option<Timestamp>)], is_final: bool) -> Vec<Step> {
    let last = reached.iter().rposition(|(_, at)| at.is_some());
    let mut steps = Vec::new();
    for (index, (milestone, at)) in reached.iter().enumerate() {
        let state = match at {
            Some(at) => StepState::Reached(when::local_day(*at)),
            None if is_final || last.is_some_and(|last| index < last) => continue,
            None if last.is_none_or(|last| index == last + 1) => StepState::Current,
            None => StepState::ToCome,
        };
        steps.push(Step { label: milestone.label().into(), state });
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(reached: &[Milestone], is_final: bool) -> Vec<(String, StepState)> {
        let at = |milestone| reached.contains(&milestone).then_some(Timestamp::UNIX_EPOCH);
        let all = Milestone::ALL.map(|milestone| (milestone, at(milestone)));
        steps(&all, is_final).into_iter().map(|step| (step.label, step.state)).collect()
    }

    #[test]
    fn the_first_stage_that_is_not_reached_is_the_present_one() {
        let steps = labels(&[Milestone::Requested, Milestone::Consents], false);
        assert_eq!(steps.len(), Milestone::ALL.len());
        assert_eq!(steps[2], ("Samples accepted".into(), StepState::Current));
        assert_eq!(steps[3].1, StepState::ToCome);
    }

    #[test]
    fn what_was_done_elsewhere_is_left_out_and_so_is_what_will_not_happen() {
        let elsewhere = labels(&[Milestone::Requested, Milestone::Consents, Milestone::Samples, Milestone::Reported], false);
        let names: Vec<&str> = elsewhere.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!(names, ["Requested", "Consents", "Samples accepted", "Reported", "Acknowledged"]);
        assert_eq!(labels(&[Milestone::Requested], true).len(), 1);
    }
}
