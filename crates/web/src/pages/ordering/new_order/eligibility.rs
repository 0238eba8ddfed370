//! Step 3: does the patient meet the criteria.

use super::{Draft, Orderer, PageResult, who::Banner};
use crate::pages::{Layout, Problem, show};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use care::{
    directory::{
        Test,
        eligibility::{self, Criterion, PUBLISHED_AT, Subject},
    },
    ordering::order::Responsible,
    people::patient::Demographics,
};
use ontology::Panel;
use service::{
    Desk,
    directory::{self, catalogue::Catalogue},
    ordering,
};
use store::OrderView;
use tower_sessions::Session;

#[derive(Template)]
#[template(path = "ordering/new_order/eligibility.html")]
struct Page<'a> {
    layout: Layout,
    /// What names the draft.
    key: String,
    banner: Option<Banner>,
    test: &'a Test,
    /// Version of the directory that the test is of.
    version: String,
    published_at: &'static str,
    panel: Option<&'a Panel>,
    green: usize,
    purpose: String,
    /// Criteria that whoever orders is asked about.
    criteria: Vec<Criterion>,
    /// Those of age and sex, and whether the patient fits.
    fixed: Vec<(String, Option<bool>)>,
    /// What the name of the test says and the patient is not, and what was ordered before.
    cautions: Vec<String>,
    /// Earlier orders that this one would repeat.
    repeated: Vec<OrderView>,
    draft: Draft,
    problems: Vec<Problem>,
}

/// What age, sex and earlier orders of the patient say of a test.
struct Fitness {
    fixed: Vec<(String, Option<bool>)>,
    cautions: Vec<String>,
    faults: Vec<Problem>,
    /// Earlier orders that this one would repeat.
    repeated: Vec<OrderView>,
}

impl Fitness {
    async fn find(desk: &Desk, draft: &Draft, test: &Test) -> PageResult<Fitness> {
        let mut fitness = Fitness::of_person(desk, draft, test);
        if let Some(patient) = draft.patient_form() {
            let purpose = draft.purpose.purpose().unwrap_or_default();
            for (view, repeat) in ordering::repeated::repeated(desk, &patient.demographics, &test.code, &purpose).await? {
                fitness.cautions.push(ordering::repeated::sentence(&view, repeat));
                fitness.repeated.push(view);
            }
        }
        Ok(fitness)
    }

    fn of_person(desk: &Desk, draft: &Draft, test: &Test) -> Fitness {
        let subject = draft.purpose.purpose().map_or(Subject::Living, |purpose| purpose.subject());
        let on = subject.age_counts_on(desk.today());
        let who = draft.patient_form().map(|patient| patient.demographics);
        let fits = |criterion: &Criterion| who.as_ref().and_then(|who| eligibility::fits(criterion, who, on));
        let cautions = |who: &Demographics| eligibility::cautions(test, subject, who, desk.today());
        let faults = |who: &Demographics| eligibility::faults(test, who, on).into_iter().map(Problem::from).collect();
        Fitness {
            fixed: eligibility::fixed(test).iter().map(|criterion| (criterion.label(), fits(criterion))).collect(),
            cautions: who.as_ref().map(cautions).unwrap_or_default(),
            faults: who.as_ref().map(faults).unwrap_or_default(),
            repeated: vec![],
        }
    }
}

/// What the name of the test says and the patient is not, and what was ordered before, that nobody said was considered.
pub(super) async fn open_cautions(desk: &Desk, draft: &Draft) -> PageResult<Vec<Problem>> {
    let Some(test) = &draft.seen else { return Ok(vec![]) };
    Ok(to_consider(&Fitness::find(desk, draft, test).await?.cautions, draft))
}

/// Each with its own box to tick, which the page numbers.
fn to_consider(cautions: &[String], draft: &Draft) -> Vec<Problem> {
    let open = (1..).zip(cautions).filter(|(_, caution)| !draft.considered.contains(caution));
    let message = |caution: &String| format!("{caution}: tick that this was considered, or choose another test");
    open.map(|(number, caution)| Problem::new(format!("considered-{number}"), message(caution))).collect()
}

pub(super) async fn page(desk: &Desk, draft: Draft, problems: Vec<Problem>) -> PageResult<Response> {
    let catalogue = directory::catalogue::current(&desk.service).await?;
    let Some(test) = catalogue.test(&draft.test) else {
        return Ok(Redirect::to("/order-a-test").into_response());
    };
    let fitness = Fitness::find(desk, &draft, test).await?;
    shown(desk, &catalogue, test, draft, fitness, problems).await
}

/// The page of what was found already.
async fn shown(
    desk: &Desk,
    catalogue: &Catalogue,
    test: &Test,
    draft: Draft,
    fitness: Fitness,
    problems: Vec<Problem>,
) -> PageResult<Response> {
    let panel = catalogue.panel_of(test);
    let Fitness { fixed, cautions, repeated, .. } = fitness;
    let banner = draft.banner_with_death(desk).await?;
    let page = Page {
        layout: draft.layout("Is the patient eligible?", desk),
        key: draft.key(),
        banner,
        test,
        version: catalogue.version_of(&test.code),
        published_at: PUBLISHED_AT,
        panel,
        green: panel.map_or(0, Panel::green_genes),
        purpose: draft.purpose_label(),
        criteria: test.criteria.iter().filter(|c| c.is_asked()).cloned().collect(),
        fixed,
        cautions,
        repeated,
        draft,
        problems,
    };
    Ok(show(&page)?.into_response())
}

pub(crate) async fn get(Orderer(desk): Orderer, session: Session) -> PageResult<Response> {
    page(&desk, Draft::begun(&session).await?, vec![]).await
}

pub(crate) async fn post(Orderer(desk): Orderer, session: Session, body: String) -> PageResult<Response> {
    let fields: Vec<(String, String)> = crate::pages::form(&body)?;
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim());
    let values = |name: &str| fields.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect::<Vec<_>>();
    let mut draft = Draft::load_shown(&session, field("draft")).await?;
    let catalogue = directory::catalogue::current(&desk.service).await?;
    let Some(test) = catalogue.test(&draft.test) else {
        return Ok(Redirect::to("/order-a-test").into_response());
    };
    let mut fitness = Fitness::find(&desk, &draft, test).await?;
    let mut problems = std::mem::take(&mut fitness.faults);
    draft.met = values("met");
    draft.considered = values("considered").into_iter().filter(|caution| fitness.cautions.contains(caution)).collect();
    draft.eligibility = field("eligibility").to_owned();
    draft.history = field("history").to_owned();
    draft.urgent = !field("urgent").is_empty();
    let [consultant, address] = ["consultant", "address"].map(|name| field(name).to_owned());
    draft.responsible = Responsible { consultant, address };
    problems.extend(draft.responsible.faults().into_iter().map(Problem::from));
    draft.is_for_another = false;
    draft.save(&desk, &session).await?;
    if draft.met.is_empty() && draft.eligibility.is_empty() {
        problems.push(Problem::new("eligibility", "Say how the patient meets the criteria of the test"));
    }
    problems.extend(to_consider(&fitness.cautions, &draft));
    if !problems.is_empty() {
        return shown(&desk, &catalogue, test, draft, fitness, problems).await;
    }
    let next = if draft.patient_form().is_some() { "/order-a-test/phenotype" } else { "/order-a-test/family" };
    Ok(Redirect::to(next).into_response())
}
