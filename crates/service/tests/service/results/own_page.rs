//! Choices given, taken back and kept to; a person's own page.

use crate::bench::*;
use care::{
    Refusals, Role,
    ordering::{
        choice::{Answer, Category, Discussion, How, Purpose},
        family::Relationship,
        order::purpose,
        patient_stage::PatientStage,
    },
    people::patient::Sex,
    results::{
        invitation::FAILURES_MAX,
        next_steps::{Progress, Step},
        report::release::Notice,
    },
};
use jiff::civil::Date;
use service::{
    ServiceError,
    clock::{Clock, MachineClock},
    laboratory,
    ordering::{self, orders::OrderForm},
    people,
    results::{
        self,
        letters::Reader,
        own_page::{LinkState, Own, Whose},
        releases,
    },
};

/// Born as the mother of the form was.
pub(super) const MOTHER_BORN: Date = Date::constant(1990, 4, 3);

/// A day as a letter has it.
fn day(at: jiff::Timestamp) -> String {
    at.to_string()
}

/// Somebody at their own page.
pub(super) async fn opened(bench: &Bench, order: care::OrderId, patient: care::PatientId, born: Date) -> Own {
    let (secret, _) = results::own_page::invite(&bench.desk(Role::Clinician, 0), order, patient).await.expect("a link");
    let link = results::own_page::open_invitation(&bench.service, &secret, born).await.expect("opened");
    results::own_page::own(&bench.service, link).await.expect("read").expect("open")
}

#[tokio::test]
async fn a_released_result_is_on_the_parents_pages_and_a_recalled_or_amended_one_is_gone() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let order = super::releases::acknowledged(&bench).await;
    let [_, _, mother] = bench.people(order).await[..] else { panic!("three people") };
    let own = opened(&bench, order, mother, MOTHER_BORN).await;
    let notice = async || own.page().await.expect("a page").tests[0].notice;
    let (report, ..) = results::reports::report(&desk, order).await.expect("a report");
    assert_eq!(notice().await, Notice::WithClinic, "never that there is none");
    refused(own.result(report).await, "result on your page");
    refused(own.letter(report, day).await, "result on your page");

    let seen = super::releases::seen(&desk, order).await.seen;
    releases::release(&desk, order, seen, super::releases::plan()).await.expect("released");
    assert_eq!(notice().await, Notice::Shown(report));
    let result = own.result(report).await.expect("a result");
    assert!(result.letter.iter().any(|p| p.contains("HMGCS2")) && result.plain.contains("HMGCS2"));
    let head = result.head.dated("3 May 2027".into());
    let (_, _, content) = results::reports::report(&desk, order).await.expect("a report");
    let of = |label: &str| head.iter().find(|[row, _]| row == label).map(|[_, value]| value.as_str());
    assert_eq!((of("Date of the result"), of("Patient")), (Some("3 May 2027"), Some(content.patient.name.as_str())));
    assert_eq!(of("NHS number").map(str::to_owned), Some(results::content::printed(&content.patient)[1].clone()));
    assert_eq!(of("Clinic"), Some(content.requester[1].as_str()));
    let for_relative = results::letters::head(&content, Reader::Relative).dated("3 May 2027".into()).concat().concat();
    let [name, number, ..] = results::content::printed(&content.patient);
    assert!(!for_relative.contains(&name) && !for_relative.contains(&number), "no relative is told whose test it was");
    let (number, pdf) = own.letter(report, day).await.expect("a letter");
    assert!(number == result.number && pdf.starts_with(b"%PDF"));
    assert_eq!(own.letter(report, day).await.expect("a letter").1, pdf, "the same bytes each time");

    let seen = super::releases::seen(&desk, order).await.seen;
    releases::recall(&desk, order, seen, "Another variant came up").await.expect("recalled");
    assert_eq!(notice().await, Notice::Recalled);
    refused(own.result(report).await, "result on your page");
    refused(own.letter(report, day).await, "result on your page");

    let seen = super::releases::seen(&desk, order).await.seen;
    releases::release(&desk, order, seen, super::releases::plan()).await.expect("released anew");
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    interpretation::cases::reopen(&scientist, order, "New reads".into()).await.expect("opened again");
    assert_eq!(notice().await, Notice::InWork);
    refused(own.result(report).await, "result on your page");
    let conclusion = bench.conclusion(order).await;
    bench.sign(order, conclusion).await;
    assert_eq!(notice().await, Notice::WithClinic);
    let (amended, ..) = results::reports::report(&desk, order).await.expect("a report");
    for report in [report, amended] {
        refused(own.result(report).await, "result on your page");
    }
}

#[tokio::test]
async fn a_result_is_on_nobodys_page_but_of_the_person_or_of_who_chooses_for_a_child() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let mut form = bench.form().await;
    // Old enough to choose for herself, so that her parents do not read her result.
    form.people[0] = person(Relationship::Proband, 2009, Sex::Female, "4010232137");
    let order = ordering::orders::place(&desk, form).await.expect("placed");
    let people = bench.people(order).await;
    for person in &people {
        ordering::choices::record(&desk, *person, discussion(order, Category::AdultOwn)).await.expect("recorded");
    }
    bench.receive(order).await;
    bench.analyse(order, false).await;
    bench.signed(order).await;
    results::reports::acknowledge(&desk, order, "").await.expect("acknowledged");
    let seen = super::releases::seen(&desk, order).await.seen;
    releases::release(&desk, order, seen, super::releases::plan()).await.expect("released");
    let own = opened(&bench, order, people[0], Date::constant(2009, 4, 3)).await;
    assert_eq!(own.page().await.expect("a page").tests[0].notice, Notice::Shown(seen.report));
    own.result(seen.report).await.expect("her own result");
    let mother = opened(&bench, order, people[2], MOTHER_BORN).await;
    let page = mother.page().await.expect("a page");
    assert_eq!((&page.tests[0].whose, page.tests[0].notice), (&Whose::OfRelative, Notice::None));
    assert_eq!((page.tests[0].stage, page.tests[0].milestones.len()), (PatientStage::PartDone, 0));
    refused(mother.result(seen.report).await, "result on your page");
    // Another family with the identifier of the report.
    let mut other = bench.form().await;
    other.people = vec![person(Relationship::Proband, 1990, Sex::Female, "9990003009")];
    let elsewhere = ordering::orders::place(&desk, other).await.expect("placed");
    let stranger = opened(&bench, elsewhere, bench.people(elsewhere).await[0], MOTHER_BORN).await;
    refused(stranger.result(seen.report).await, "result on your page");
    refused(stranger.letter(seen.report, day).await, "result on your page");
}

#[tokio::test]
async fn a_withdrawal_is_in_force_at_once() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let person = bench.people(order).await[1];
    let (desk, today) = (bench.desk(Role::Clinician, 0), MachineClock.today());
    let yesterday = today.yesterday().expect("a day");
    refused(ordering::choices::withdraw(&desk, order, person, Purpose::Test, yesterday, String::new()).await, "today or a later day");
    refused(ordering::choices::withdraw(&desk, order, person, Purpose::Research, today, String::new()).await, "no agreement to research");
    ordering::choices::withdraw(&desk, order, person, Purpose::Test, today, "changed their mind".into()).await.expect("withdrawn");
    assert!(bench.state(order).await.1.contains("Waiting for the choice of 1 person"));
    // The samples may be on a sequencer by now; what comes off it is not taken in.
    let case = sim::published::all().expect("cases").remove(1);
    let vcf = bench.folder.path().join("late.vcf.gz");
    let (planted, pack) = (case.planted().expect("variants"), engine::reference::open("demo").expect("a pack"));
    sim::family::write_trio(&vcf, ["kid", "dad", "mum"], &planted, &pack, 3, false).expect("a VCF");
    let names = bench.people(order).await.into_iter().zip(["kid", "dad", "mum"].map(str::to_owned)).collect();
    let late = laboratory::data::register_data(
        &bench.desk(Role::Bioinformatician, 0),
        order,
        &service::laboratory::data::Delivered::small(&vcf),
        names,
    )
    .await;
    refused(late, "Father Testcase has not agreed to the test");
}

#[tokio::test]
async fn a_reanalysis_rests_on_what_everybody_agreed_to() {
    let bench = Bench::new().await;
    let (order, desk) = (bench.ready().await, bench.desk(Role::Clinician, 0));
    let view = bench.service.store.order_view(order).await.expect("read").expect("a line");
    let again = async |number: &str| OrderForm {
        purpose: purpose::Purpose::Reanalysis { order: number.into(), reason: "A new gene is known".into() },
        ..bench.form().await
    };
    refused(ordering::orders::place(&desk, again("OG-00000-00000").await).await, "No order has the number");
    let mut stranger = again(&view.number).await;
    stranger.people = vec![person(Relationship::Proband, 2001, Sex::Male, "9990000018")];
    refused(ordering::orders::place(&desk, stranger).await, "is not an order of");
    refused(ordering::orders::place(&bench.desk(Role::Clinician, 1), again(&view.number).await).await, "placed by another organisation");
    ordering::orders::place(&desk, again(&view.number.to_lowercase()).await).await.expect("placed");
    let mother = bench.people(order).await[2];
    ordering::choices::withdraw(&desk, order, mother, Purpose::Test, MachineClock.today(), String::new()).await.expect("withdrawn");
    refused(ordering::orders::place(&desk, again(&view.number).await).await, "cannot be looked at again");
    let administrator = bench.desk(Role::Administrator, 0);
    let looked = people::emergency::who_looked(&administrator, mother, 1).await;
    let shown =
        looked.map(|looks| looks.lines.iter().any(|l| l.action == "Use" && !l.allowed && l.reason.contains("wording 2026-11, version 2")));
    assert!(matches!(shown, Ok(true)), "a receipt of the decision: {shown:?}");
}

#[tokio::test]
async fn a_parent_answers_for_themselves_and_their_child_on_their_own_page() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let order = ordering::orders::place(&desk, bench.form().await).await.expect("placed");
    let [child, father, mother] = bench.people(order).await[..] else { panic!("three people") };
    refused(results::own_page::invite(&desk, order, child).await, "send the link to the parent");
    let (secret, _) = results::own_page::invite(&desk, order, mother).await.expect("a link");
    assert!(matches!(results::own_page::open_invitation(&bench.service, "0000", MOTHER_BORN).await, Err(ServiceError::NotFound(_))));
    refused(results::own_page::open_invitation(&bench.service, &secret, Date::constant(1990, 4, 4)).await, "not the date of birth");
    let link = results::own_page::open_invitation(&bench.service, &secret, MOTHER_BORN).await.expect("opened");
    let own = results::own_page::own(&bench.service, link).await.expect("read").expect("open");
    let page = own.page().await.expect("a page");
    assert_eq!(page.tests.len(), 1);
    assert!(matches!(&page.tests[0].whose, Whose::OfChild { name, .. } if name == "Proband Testcase"), "{:?}", page.tests[0].whose);
    assert_eq!((page.tests[0].stage, page.tests[0].notice), (PatientStage::Choices, Notice::None));
    assert_eq!(page.tests[0].requester.as_deref(), Some(desk.staff.organisation_name.as_str()));
    assert_eq!(page.people.iter().map(|p| p.patient).collect::<Vec<_>>(), [child, mother]);
    own.choose(mother, Some(0), discussion(order, Category::AdultOwn)).await.expect("given");
    for (seen, says) in [(Some(0), "changed since you opened this page"), (None, "does not say what its page showed")] {
        refused(own.choose(mother, seen, discussion(order, Category::AdultOwn)).await, says);
        refused(own.withdraw(mother, seen, Purpose::Test, String::new()).await, says);
    }
    own.choose(child, Some(0), discussion(order, Category::Child { by: Relationship::Mother, assent: true })).await.expect("given");
    refused(own.choose(father, Some(0), discussion(order, Category::AdultOwn)).await, "may not give or withdraw");
    refused(own.withdraw(father, Some(0), Purpose::Test, String::new()).await, "may not give or withdraw");
    let permit = desk.permit(access::Action::ReadOrder, order).await.expect("a permit");
    let recorded = ordering::choices::choice(&desk, &permit, mother).await.expect("a choice").discussion.expect("recorded");
    assert_eq!((recorded.how, recorded.research), (How::OwnPage, Answer::No));
    assert_eq!(desk.status(&permit, order).await.expect("a status").choices_missing(), [father]);
    own.withdraw(child, Some(1), Purpose::Test, "Not now".into()).await.expect("taken back");
    assert_eq!(desk.status(&permit, order).await.expect("a status").choices_missing(), [child, father]);
    let looks = own.who_looked(1).await.expect("a list");
    let looked = &looks.lines;
    assert!(looked.iter().any(|l| l.who.contains("Amara Okafor") && l.action == "RecordChoice"), "{looked:?}");
    assert!(
        looks.earlier().is_none() && looked.iter().all(|l| !l.who.starts_with("Mother Testcase")),
        "one's own looks are left out: {looked:?}"
    );
    let other = opened(&bench, order, father, Date::constant(1988, 4, 3)).await;
    other.page().await.expect("a page");
    other.choose(father, Some(0), discussion(order, Category::AdultOwn)).await.expect("given");
    let looked = own.who_looked(999_999_999).await.expect("the first page, where there is one alone").lines;
    assert!(looked.iter().any(|l| l.who.starts_with("Father Testcase") && l.action == "GiveChoice"), "those of others are not: {looked:?}");
}

#[tokio::test]
async fn a_link_is_closed_by_wrong_dates_and_shows_no_relative_what_is_not_theirs() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let mut form = bench.form().await;
    form.people.push(person(Relationship::Sibling, 2000, Sex::Male, "9990000018"));
    let order = ordering::orders::place(&desk, form).await.expect("placed");
    let sibling = bench.people(order).await[3];
    let (secret, _) = results::own_page::invite(&desk, order, sibling).await.expect("a link");
    let link = results::own_page::open_invitation(&bench.service, &secret, Date::constant(2000, 4, 3)).await.expect("opened");
    let page = results::own_page::own(&bench.service, link).await.expect("read").expect("open").page().await.expect("a page");
    assert_eq!(page.tests[0].whose, Whose::OfRelative);
    assert_eq!(page.people.len(), 1);
    for _ in 0..FAILURES_MAX {
        refused(results::own_page::open_invitation(&bench.service, &secret, MOTHER_BORN).await, "not the date of birth");
    }
    refused(results::own_page::open_invitation(&bench.service, &secret, Date::constant(2000, 4, 3)).await, "This link has ended");
    assert!(results::own_page::own(&bench.service, link).await.expect("read").is_none(), "nor does a page that was open stay so");
}

#[tokio::test]
async fn whoever_asked_for_a_test_sees_which_links_were_made_for_its_result_and_whether_they_were_used() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let order = super::releases::acknowledged(&bench).await;
    let [_, father, mother] = bench.people(order).await[..] else { panic!("three people") };
    let readers = results::own_page::links(&desk, order).await.expect("read");
    assert_eq!(readers.iter().map(|reader| reader.patient).collect::<Vec<_>>(), [father, mother], "a child has no page");
    assert!(readers.iter().all(|reader| reader.links.is_empty()));

    let (secret, until) = results::own_page::invite(&desk, order, mother).await.expect("a link");
    let of_mother = async || {
        let readers = results::own_page::links(&desk, order).await.expect("read");
        readers.into_iter().find(|reader| reader.patient == mother).expect("the mother").links
    };
    let made = of_mother().await;
    let [link] = &made[..] else { panic!("one link: {made:?}") };
    assert_eq!((link.state, link.until, link.opened, link.by.as_str()), (LinkState::Open, until, None, desk.staff.name.as_str()));
    assert!(!format!("{made:?}").contains(&secret), "what opens it is kept nowhere");

    let after = async || {
        let (report, state, content) = results::reports::report(&desk, order).await.expect("a report");
        let presence = releases::presence(&desk, order, report).await.expect("read");
        results::next_steps::after(&desk, order, &state, &content, &presence).await.expect("read").steps
    };
    let is_done = |steps: &[(Step, Progress)], step: Step| {
        let found = steps.iter().find(|(other, _)| *other == step).expect("a step");
        matches!(found.1, Progress::Done(_) | Progress::DoneOn(_))
    };
    results::own_page::open_invitation(&bench.service, &secret, MOTHER_BORN).await.expect("opened");
    assert!(of_mother().await[0].opened.is_some());
    assert!(!is_done(&after().await, Step::Open), "what was opened before the release showed no result");
    releases::release(&desk, order, super::releases::seen(&desk, order).await.seen, super::releases::plan()).await.expect("released");
    let steps = after().await;
    assert!(is_done(&steps, Step::Talk) && is_done(&steps, Step::Release) && !is_done(&steps, Step::Open), "{steps:?}");
    assert!(!is_done(&steps, Step::Relatives), "a pathogenic variant concerns relatives: {steps:?}");
    results::own_page::open_invitation(&bench.service, &secret, MOTHER_BORN).await.expect("opened");
    assert!(is_done(&after().await, Step::Open));

    for _ in 0..FAILURES_MAX {
        refused(results::own_page::open_invitation(&bench.service, &secret, Date::constant(1990, 4, 4)).await, "not the date of birth");
    }
    let later = opened(&bench, order, mother, MOTHER_BORN).await;
    later.page().await.expect("a page");
    let states: Vec<LinkState> = of_mother().await.iter().map(|link| link.state).collect();
    assert_eq!(states, [LinkState::Open, LinkState::Closed], "the latest first");
    refused(results::own_page::links(&bench.desk(Role::Clinician, 1), order).await, "may not read the report");
}

#[tokio::test]
async fn an_answer_on_old_wording_is_asked_again() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let order = ordering::orders::place(&desk, bench.form().await).await.expect("placed");
    let mother = bench.people(order).await[2];
    let old = Discussion { wording: "2020-01".into(), ..discussion(order, Category::AdultOwn) };
    let said: Result<(), Refusals> = match ordering::choices::record(&desk, mother, old).await {
        Err(ServiceError::Refused(refusals)) => Err(refusals),
        other => panic!("{other:?}"),
    };
    assert!(said.expect_err("refused").to_string().contains("The wording has changed"));
}
