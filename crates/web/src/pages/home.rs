//! The first page of each role: the orders of its organisation, those that wait for this role first.

use super::{Layout, PageResult, show};
use crate::session::At;
use access::Action;
use askama::Template;
use care::Role;
use store::OrderView;

struct Row {
    view: OrderView,
    mine: bool,
    late: bool,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    layout: Layout,
    rows: Vec<Row>,
    can_order: bool,
    heading: &'static str,
}

pub(crate) async fn get(At(desk): At) -> PageResult {
    let permit = desk.permit_general(Action::SeeWorkList).await?;
    let role = desk.staff.role;
    let today = service::desk::today().to_string();
    let mut rows: Vec<Row> = desk
        .service
        .store
        .orders(&permit)
        .await?
        .into_iter()
        .map(|view| Row { mine: waits_for(role, &view.waiting), late: view.due < today && view.state != "Closed", view })
        .collect();
    rows.sort_by_key(|row| !row.mine);
    let heading = match role {
        Role::Clinician => "My patients' orders",
        Role::GenomicAssociate => "Orders and what they wait for",
        Role::LaboratoryScientist => "Bench",
        Role::ClinicalScientist => "Cases to interpret and check",
        Role::Consultant => "Reports to authorise",
        Role::Bioinformatician => "Sequence data and analyses",
        Role::Curator => "Directory and panels",
        Role::Administrator => "Accounts and audit",
        _ => "Orders",
    };
    let can_order = matches!(role, Role::Clinician | Role::GenomicAssociate);
    show(&Page { layout: Layout::of(heading, Some(&desk.staff)), rows, can_order, heading })
}

/// Whether what an order waits for is this role's work.
fn waits_for(role: Role, waiting: &str) -> bool {
    let signs: &[&str] = match role {
        Role::Clinician | Role::GenomicAssociate => &["choice of", "requester to read", "On hold"],
        Role::LaboratoryScientist => &["to be received and accepted", "accept the request", "On hold"],
        Role::ClinicalScientist => &["first scientist", "second scientist"],
        Role::Consultant => &["consultant's signature"],
        Role::Bioinformatician => &["sequence data", "laboratory must act", "On hold"],
        _ => &[],
    };
    signs.iter().any(|sign| waiting.contains(sign))
}
