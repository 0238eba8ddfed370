//! The steps after a report was read, in words, each with the pages where it is done.

use crate::when;
use care::{
    OrderId,
    results::{
        cascade::Funnel,
        next_steps::{Progress, Step},
        report::{
            Report, State,
            release::{Presence, Release},
        },
    },
};
use service::results::{
    next_steps::After,
    own_page::{LinkState, PersonLinks, SentLink},
};

/// One step as a page shows it.
pub(crate) struct NextStep {
    pub label: &'static str,
    /// When it was done, and by whom where that is known.
    pub done: Option<String>,
    /// Whether it is known here when it is done.
    pub is_followed: bool,
    /// What else there is to say.
    pub text: String,
    /// Where it is done: label and address.
    pub pages: Vec<(&'static str, String)>,
}

/// The steps of an order's latest report.
pub(crate) fn next_steps(order: OrderId, report: &Report, presence: &Presence, after: &After) -> Vec<NextStep> {
    let step = |(step, progress): &(Step, Progress)| NextStep {
        label: label(*step),
        done: done(*step, *progress, report),
        is_followed: *progress != Progress::NotFollowed,
        text: text(*step, report, presence, after.funnel.as_ref()),
        pages: pages(*step, order),
    };
    after.steps.iter().map(step).collect()
}

fn label(step: Step) -> &'static str {
    match step {
        Step::Read => "Read the report",
        Step::Talk => "Talk about the result with the patient, or with the parents of a child",
        Step::Release => "Release the result to the patient’s own page",
        Step::Open => "Give the link to the page to whoever reads it, and see that it was opened",
        Step::Act => "Act on the report: treatment, surveillance, referral",
        Step::Relatives => "Offer a test to relatives who may share the finding",
        Step::LookAgain => "Ask again when more is known",
    }
}

/// When a step was done, in words that go on a label.
fn done(step: Step, progress: Progress, report: &Report) -> Option<String> {
    match progress {
        Progress::Due | Progress::NotFollowed => None,
        Progress::Done(at) => Some(match by(step, report) {
            Some(name) => format!("{}, {name}", when::moment(at)),
            None => when::moment(at),
        }),
        Progress::DoneOn(day) => {
            let how = report.release.as_ref().map(|release| release.how.label().to_lowercase());
            Some(how.map_or_else(|| when::day(day), |how| format!("{}, {how}", when::day(day))))
        }
    }
}

/// Who did it.
fn by(step: Step, report: &Report) -> Option<&str> {
    match (step, &report.state) {
        (Step::Read, State::Acknowledged { by, .. }) => Some(by.name.as_str()),
        (Step::Release, _) => report.release.as_ref().map(|Release { by, .. }| by.name.as_str()),
        (Step::Read | Step::Talk | Step::Open | Step::Act | Step::Relatives | Step::LookAgain, _) => None,
    }
}

fn text(step: Step, report: &Report, presence: &Presence, funnel: Option<&Funnel>) -> String {
    match (step, presence, funnel) {
        (Step::Act, ..) if !report.action.is_empty() => format!(
            "Whoever read it wrote: {}. Referrals and appointments are made in your hospital’s own systems.",
            report.action.trim_end_matches('.')
        ),
        (Step::Act, ..) => "Referrals and appointments are made in your hospital’s own systems.".into(),
        (Step::Release, Presence::Hidden(why), _) => format!("It was released, and is hidden at present: {}.", why.join("; ")),
        (Step::Relatives, _, None) => "Nobody is listed yet.".into(),
        (Step::Relatives, _, Some(funnel)) => format!(
            "{} listed, {} invited, {} tests ordered, {} with a result.",
            funnel.at_risk,
            funnel.invited,
            funnel.ordered,
            funnel.resulted + funnel.tested
        ),
        (Step::LookAgain, ..) => {
            "The data can be analysed again as knowledge grows: order a reanalysis and quote this order’s number.".into()
        }
        (Step::Read | Step::Talk | Step::Release | Step::Open, ..) => String::new(),
    }
}

fn pages(step: Step, order: OrderId) -> Vec<(&'static str, String)> {
    match step {
        Step::Read => vec![],
        Step::Talk => vec![("Letter in plain words", format!("/orders/{order}/letters/patient"))],
        Step::Release => vec![("Release or recall", format!("/orders/{order}/release"))],
        Step::Open => vec![("Links to the page", "#access".into())],
        Step::Act => vec![("Order another test", "/order-a-test".into())],
        Step::Relatives => vec![("Relatives at risk", format!("/orders/{order}/cascade"))],
        Step::LookAgain => vec![("Order a reanalysis", "/order-a-test".into())],
    }
}

/// How a link is, in a sentence.
pub(crate) fn link_sentence(link: &SentLink) -> String {
    let made = format!("Made by {} on {}", link.by, when::moment(link.made));
    let opened = match link.opened {
        Some(opened) => format!("opened last on {}", when::moment(opened)),
        None => "not opened yet".into(),
    };
    match link.state {
        LinkState::Open => format!("{made}; good until {}; {opened}.", when::moment(link.until)),
        LinkState::Ended => format!("{made}; ended on {}; {}.", when::moment(link.until), opened.trim_end_matches(" yet")),
        LinkState::Closed => format!("{made}; closed after wrong dates of birth; {}.", opened.trim_end_matches(" yet")),
    }
}

/// Whether somebody has a link that opens.
pub(crate) fn has_open_link(person: &PersonLinks) -> bool {
    person.links.iter().any(|link| link.state == LinkState::Open)
}
