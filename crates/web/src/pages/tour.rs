//! A tour of the pages of each role, offered in a demonstration until somebody took or left it.

use super::{Layout, PageResult, show};
use crate::{error::PageError, session::At};
use access::Action;
use askama::Template;
use axum::response::Redirect;
use care::Role;
use tower_sessions::Session;

/// A stop of the tour: a page, what is done there, and where it is.
type Stop = (&'static str, &'static str, &'static str);

const CLINICIAN: &[Stop] = &[
    (
        "Order a test",
        "Search by condition, sign, gene or code, or describe the patient. Each step is saved; a colleague can go on with it.",
        "/order-a-test",
    ),
    ("Order templates", "Keep what is usual of an order that you place often. You confirm each part for each patient.", "/order-templates"),
    ("Your patients’ orders", "Open an order to see its stages, when the report is expected, and who to ask about it.", "/"),
    (
        "Unread and undelivered results",
        "Open a report, acknowledge it, and release it to the patient once you have talked about it.",
        "/unread",
    ),
    ("Questions", "Questions that patients and parents ask on their own pages.", "/questions"),
    ("Families", "Who still has to consent or to send a sample, and who chased them.", "/families"),
];
const ASSOCIATE: &[Stop] = &[
    ("Families", "Who still has to consent or to send a sample. Record each attempt to reach them, and when to try again.", "/families"),
    ("Orders", "Record discussions and consents on an order, and add clinical features that came later.", "/"),
    (
        "Questions",
        "Questions that patients and parents ask on their own pages: answer them, or record that you talked about them.",
        "/questions",
    ),
    ("Relatives", "Relatives at risk after a finding: who was invited, and who was tested.", "/cascades"),
    ("Messages", "Orders of your hospital’s system that could not be read: correct them and send them again.", "/messages"),
];
const LABORATORY: &[Stop] = &[
    ("Receive", "Scan tubes one after another: each line says whose it is, or why it is put aside.", "/bench/receipt"),
    ("Worklists", "Put samples on a worklist for a step and an instrument, and record each outcome.", "/bench/worklists"),
    ("Racks", "Fill a plate or rack by scanning, compare it with a scan, and send it.", "/containers"),
    ("Reagents and lots", "Register lots and open them; a lot lists every sample processed with it.", "/bench/lots"),
];
const SCIENTIST: &[Stop] = &[
    (
        "Cases to interpret and check",
        "Open a case: filter candidates, assess a variant criterion by criterion, propose a conclusion or check one.",
        "/",
    ),
    ("Reanalysis", "Earlier cases that may be looked at again, because of what is new.", "/findings"),
    ("Classification conflicts", "Variants that were given different classes in different cases.", "/discordances"),
    ("Panels", "Genes of each panel, with their ratings and your reviews.", "/panels"),
];
const CONSULTANT: &[Stop] = &[
    (
        "Reports to authorise",
        "Read the report before you sign it: what changed since it was proposed, and its text, which you may edit.",
        "/",
    ),
    ("Unread and undelivered results", "Reports that nobody has acknowledged, and messages that did not arrive.", "/unread"),
    ("Classification conflicts", "Variants that were given different classes: settle the class for all.", "/discordances"),
];
const BIOINFORMATICIAN: &[Stop] = &[
    ("Sequence data and analyses", "Register the sequence data of an order; the analysis runs by itself.", "/"),
    ("Other laboratories", "Results that other laboratories sent, to file on their orders.", "/outside"),
];
const MANAGER: &[Stop] = &[
    ("Where the days go", "Your first page: days before each milestone, and who acts next on open orders.", "/"),
    ("Turnaround", "Other weeks, and the orders of each stage.", "/turnaround"),
    ("Laboratories", "Which tests each laboratory can do, and pauses.", "/laboratories"),
    ("Unread and undelivered results", "Reports that nobody has acknowledged, and messages that did not arrive.", "/unread"),
];
const CURATOR: &[Stop] = &[
    ("Test Directory", "Proposals to change it, votes, and new versions.", "/directory"),
    ("Panels", "Reviews, ratings, changes of many genes at once, and signing off.", "/panels"),
];
const ADMINISTRATOR: &[Stop] = &[
    ("Accounts", "Open and close accounts of your organisation, and set passwords.", "/accounts"),
    ("Audit", "Emergency access with its reasons, and who looked at a record.", "/audit"),
    ("Messages", "Messages of your organisation’s systems that could not be acted on.", "/messages"),
];
const RESEARCHER: &[Stop] = &[
    ("Projects", "Open a project to build a question, read its answer as charts, and query its tables.", "/research/projects"),
    ("Apply", "Apply for access with a plain-English summary.", "/research/apply"),
    ("Public register", "What everybody may read of every project.", "/research"),
];
const COMMITTEE: &[Stop] = &[
    ("Projects", "Applications to review: two votes, then a decision with its conditions.", "/research/projects"),
    ("Reasons for declining", "Why people declined research, in rounded numbers.", "/research/declined"),
];
const CHECKER: &[Stop] = &[
    ("Outputs", "Results that wait to leave a workspace: what the rules flagged, and your answer to each.", "/research/outputs"),
    ("Projects", "The projects that they come from.", "/research/projects"),
];

/// The stops of a role; none for programs and for those at their own page.
fn stops(role: Role) -> &'static [Stop] {
    match role {
        Role::Clinician => CLINICIAN,
        Role::GenomicAssociate => ASSOCIATE,
        Role::LaboratoryScientist => LABORATORY,
        Role::ClinicalScientist => SCIENTIST,
        Role::Consultant => CONSULTANT,
        Role::Bioinformatician => BIOINFORMATICIAN,
        Role::Manager => MANAGER,
        Role::Curator => CURATOR,
        Role::Administrator => ADMINISTRATOR,
        Role::Researcher => RESEARCHER,
        Role::AccessCommittee => COMMITTEE,
        Role::OutputChecker => CHECKER,
        Role::Patient | Role::PrescribingSystem | Role::OrderingSystem | Role::LaboratorySystem | Role::MatchingService | Role::System => {
            &[]
        }
    }
}

/// Key of the offer in a session.
const KEY: &str = "tour";

/// Offers the tour on the first page of this session.
pub(crate) async fn offer(session: &Session) -> PageResult<()> {
    session.insert(KEY, true).await.map_err(PageError::fault)
}

/// Whether the tour is offered, and was neither taken nor left.
pub(crate) async fn is_offered(session: &Session) -> PageResult<bool> {
    Ok(session.get::<bool>(KEY).await.map_err(PageError::fault)?.unwrap_or_default())
}

#[derive(Template)]
#[template(path = "tour.html")]
struct Page {
    layout: Layout,
    role: &'static str,
    stops: Vec<Stop>,
}

pub(crate) async fn get(At(desk): At, session: Session) -> PageResult {
    desk.permit_general(Action::ReadDirectory).await?;
    session.remove::<bool>(KEY).await.map_err(PageError::fault)?;
    let role = desk.staff.role;
    show(&Page { layout: Layout::new("A tour of your work", Some(&desk.staff)), role: role.label(), stops: stops(role).to_vec() })
}

/// Leaves the tour.
pub(crate) async fn post(At(_): At, session: Session) -> PageResult<Redirect> {
    session.remove::<bool>(KEY).await.map_err(PageError::fault)?;
    Ok(Redirect::to("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::layout::role_menu;

    /// Pages that open from a page of the menu, for those who are led there.
    const BESIDE: [&str; 7] =
        ["/order-a-test", "/order-templates", "/bench/lots", "/turnaround", "/research/apply", "/research", "/research/declined"];

    #[test]
    fn everybody_who_works_here_has_a_tour_of_pages_that_they_may_open() {
        for role in Role::ALL.into_iter().filter(|role| !role.is_program() && *role != Role::Patient) {
            assert!(stops(role).len() >= 2, "{role:?}");
            for (_, _, href) in stops(role) {
                let opens = role_menu(role).iter().any(|entry| entry.href == *href) || BESIDE.contains(href);
                assert!(opens, "{role:?} may not open {href}");
            }
        }
    }
}
