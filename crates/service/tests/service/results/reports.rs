//! Reports that are amended: nothing is overwritten.

use crate::bench::*;
use care::results::report;
use service::{
    clock::{Clock, MachineClock},
    interpretation::{self},
    lines, ordering, results,
};

#[tokio::test]
async fn an_amended_report_says_what_changed_and_the_earlier_one_stays_as_it_was_signed() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let clinician = bench.desk(Role::Clinician, 0);
    bench.signed(order).await;
    let (earlier, signed, content) = results::reports::report(&clinician, order).await.expect("a report");
    let bytes = results::reports::rendered(&bench.service, &signed).await.expect("rendered");
    assert!(bytes[1].starts_with(b"%PDF"), "as it was signed");
    results::reports::acknowledge(&clinician, order, "").await.expect("read");

    let first = bench.desk(Role::ClinicalScientist, 0);
    refused(interpretation::cases::reopen(&first, order, " ".into()).await, "Give a reason");
    interpretation::cases::reopen(&first, order, "One of the two variants is in another transcript".into()).await.expect("opened again");
    assert_eq!(results::reports::report(&clinician, order).await.expect("still there").0, earlier, "the signed report stands meanwhile");
    assert_eq!(bench.state(order).await.1, "Waiting for the first scientist");
    let mut conclusion = bench.conclusion(order).await;
    let dropped = conclusion.variants.pop().expect("two variants");
    conclusion.summary = "One variant fits.".into();
    // Of a pair it does not explain the condition alone.
    conclusion.outcome = Outcome::Uncertain;
    bench.sign(order, conclusion).await;

    let (now, _, amended) = results::reports::report(&clinician, order).await.expect("the amended report");
    let (of, what) = amended.supersedes.clone().expect("says what it replaces");
    assert_eq!((of, now == earlier), (earlier, false));
    assert!(what.contains(&format!("{} ", dropped.symbol)) && what.contains("is no longer reported"), "{what}");
    assert!(what.ends_with("Why it was amended: One of the two variants is in another transcript"), "{what}");
    let (old, kept) = results::reports::report_by_id(&clinician, order, earlier).await.expect("the earlier one");
    assert_eq!((kept, matches!(old.state, report::State::Superseded { by } if by == now)), (content, true));
    // Bytes that were kept, not rendered anew: so they stay whatever the program becomes.
    assert_eq!(results::reports::rendered(&*bench.again().await, &old).await.expect("rendered"), bytes);
    results::reports::acknowledge(&clinician, order, "Tell the family").await.expect("the amended one is read");
    assert_eq!(results::reports::reports(&clinician, order).await.expect("every report").len(), 2);
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_relative_in_another_hospital_is_tested_and_counted_in_the_family() {
    use care::{ordering::order::purpose::Purpose, results::cascade::State as OutputState};
    use service::results::cascades::CascadeAction;
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let clinician = bench.desk(Role::Clinician, 0);
    let content = bench.signed(order).await;
    results::cascades::change(&clinician, order, CascadeAction::Begin).await.expect("listed");
    refused(results::cascades::change(&clinician, order, CascadeAction::Begin).await, "listed already");
    let listed = results::cascades::cascade(&clinician, order).await.expect("a list");
    let begun = listed.begun.clone().expect("begun");
    assert_eq!((listed.relatives.len(), listed.relatives.iter().all(|r| r.degree == 1)), (2, true), "both parents");
    for parent in &listed.relatives {
        assert_eq!(parent.state, OutputState::Tested { order }, "sequenced with the child");
        refused(results::cascades::order_for(&clinician, order, &parent.id).await, "was tested with the patient already");
    }
    assert!(content.variants.iter().any(|v| begun.variant.contains(&v.hgvs[0])));
    results::cascades::change(&clinician, order, CascadeAction::Add { name: "Cara Bell".into(), degree: 1 }).await.expect("added");
    let invite = |id: &str| CascadeAction::Mark { id: id.into(), to: OutputState::Invited { how: "Letter by the patient".into() } };
    let id =
        |name: &str, list: &care::results::cascade::Cascade| list.relatives.iter().find(|r| r.name == name).expect("listed").id.clone();
    let cara = id("Cara Bell", &results::cascades::cascade(&clinician, order).await.expect("a list"));
    results::cascades::change(&clinician, order, invite(&cara)).await.expect("invited");
    let offered = results::cascades::order_for(&clinician, order, &cara).await.expect("offered");
    assert_eq!((offered.test, offered.name.as_str()), ("R244.1", "Cara Bell"), "two copies are needed: a test of carriers, and no genome");
    assert_eq!(offered.variant, begun.variant);
    let funnel = results::cascades::cascades(&clinician).await.expect("lines").remove(0).funnel;
    assert_eq!(funnel, results::cascades::cascade(&clinician, order).await.expect("a list").funnel(), "counted as the page shows them");

    // Another hospital, which sees nothing of the family, quotes the number of the letter.
    let elsewhere = bench.desk(Role::Clinician, 1);
    assert!(results::cascades::cascade(&elsewhere, order).await.is_err());
    let mut form = bench.form().await;
    form.people = vec![person(Relationship::Proband, 1990, Sex::Female, "9990000042")];
    form.people[0].demographics.given_name = "Cara".into();
    form.people[0].demographics.family_name = "Bell".into();
    form.purpose =
        Purpose::Predictive { variant: begun.variant.clone(), relative: format!("her brother, order {}", begun.number.to_lowercase()) };
    let test = ordering::orders::place(&elsewhere, form).await.expect("placed");
    let state =
        |list: &care::results::cascade::Cascade| list.relatives.iter().find(|r| r.name == "Cara Bell").expect("listed").state.clone();
    assert_eq!(state(&results::cascades::cascade(&clinician, order).await.expect("a list")), OutputState::Ordered { order: test });
    let funnel = results::cascades::cascades(&clinician).await.expect("lines").remove(0).funnel;
    assert_eq!((funnel.at_risk, funnel.invited, funnel.ordered, funnel.resulted), (3, 1, 1, 0));
    assert!(results::cascades::cascades(&elsewhere).await.expect("lines").is_empty());
    refused(results::cascades::change(&clinician, order, invite(&cara)).await, "has a test already");

    // She is tested: one copy of the family's variant, and no word of a cause.
    let permit = elsewhere.permit(access::Action::ReadOrder, test).await.expect("a permit");
    let request = elsewhere.status(&permit, test).await.expect("a status").order.request.expect("submitted");
    let people: Vec<PatientId> = request.people.iter().map(|p| p.patient).collect();
    ordering::choices::record(&elsewhere, people[0], discussion(test, Category::AdultOwn)).await.expect("recorded");
    bench.receive(test).await;
    let mut planted = published::all().expect("cases").remove(1).planted().expect("variants");
    planted.retain(|(variant, _)| Some(variant) == content.variants[0].coded.variant.as_ref());
    planted[0].1 = ["0/1", "0/0", "0/1"];
    bench.analyse_with(test, &planted, &people, false).await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let (_, analysis) = interpretation::cases::case(&scientist, test).await.expect("a case");
    let found = cases::select(&analysis, &planted[0].0.to_string()).expect("a candidate in a relative who is tested alone");
    bench.sign(test, Conclusion { variants: vec![found], outcome: Outcome::Diagnostic, summary: "One copy was found.".into() }).await;
    let content = results::reports::report(&elsewhere, test).await.expect("a report").2;
    assert_eq!(content.headline(), "The variant that is known in the family was found");
    assert!(!content.plain.contains("explains"), "{}", content.plain);
    let funnel = results::cascades::cascades(&clinician).await.expect("lines").remove(0).funnel;
    assert_eq!((funnel.ordered, funnel.resulted, funnel.carriers), (1, 1, 1), "the family's clinic sees that she was tested");
    refused(results::reports::report(&clinician, test).await, "may not read");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

/// Relatives are not tested for a variant that is no longer said to be pathogenic, in whatever way the report was amended.
#[tokio::test]
async fn no_relative_is_tested_for_what_the_report_no_longer_says() {
    use service::results::cascades::CascadeAction;
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let clinician = bench.desk(Role::Clinician, 0);
    bench.signed(order).await;
    results::cascades::change(&clinician, order, CascadeAction::Begin).await.expect("listed");
    results::cascades::change(&clinician, order, CascadeAction::Add { name: "Cara Bell".into(), degree: 1 }).await.expect("added");
    let listed = results::cascades::cascade(&clinician, order).await.expect("a list");
    let cara = listed.relatives.iter().find(|r| r.name == "Cara Bell").expect("listed").id.clone();
    results::cascades::order_for(&clinician, order, &cara).await.expect("offered");
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    interpretation::cases::reopen(&scientist, order, "The assay was wrong".into()).await.expect("opened");
    let mut conclusion = bench.conclusion(order).await;
    for variant in &mut conclusion.variants {
        variant.class = Pathogenicity::Uncertain;
    }
    conclusion.outcome = Outcome::Uncertain;
    bench.sign(order, conclusion).await;
    refused(results::cascades::order_for(&clinician, order, &cara).await, "is no longer reported as pathogenic or likely pathogenic");
}

#[tokio::test]
async fn the_record_is_read_as_it_stood_and_a_relatives_result_only_with_their_agreement() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    bench.signed(order).await;
    let clinician = bench.desk(Role::Clinician, 0);
    let people = bench.people(order).await;
    let today = MachineClock.today();
    let record = results::record::record_on(&clinician, people[0], today).await.expect("a record");
    assert_eq!((record.tests.len(), record.reports().count(), record.relatives.len()), (1, 1, 2));
    // Both parents carry what was found in the child, and have no test of their own: of neither is it said that nothing was found.
    assert!(record.relatives.iter().all(|parent| !parent.finding().contains("No pathogenic variant")));
    let before =
        results::record::record_on(&clinician, people[0], today.saturating_sub(jiff::Span::new().days(1))).await.expect("a record");
    assert_eq!((before.tests.len(), before.reports().count()), (0, 0), "yesterday nothing was known");
    assert!(record.data[0][1].starts_with("Small variants of 3 people; analysed, reference demo"), "{:?}", record.data);
    assert!(record.may_see.iter().any(|line| line.contains("RP4DEMO")), "{:?}", record.may_see);
    assert!(service::results::record::pdf(&record, MachineClock.now()).await.expect("a PDF").starts_with(b"%PDF"));
    let of_parent = results::record::record_on(&clinician, people[1], today).await.expect("the parent's record");
    let child = &of_parent.relatives[0];
    assert_eq!(child.relationship, "Child");
    assert_eq!(child.name.is_some(), !child.variants.is_empty(), "{}", child.why);
    let shared = child.variants.len();
    // The child has another test, in which the parent has no part: that closes nobody's record.
    let alone = OrderForm { people: vec![person(Relationship::Proband, 2019, Sex::Female, "4010232137")], ..bench.form().await };
    ordering::orders::place(&clinician, alone).await.expect("placed");
    let of_parent = results::record::record_on(&clinician, people[1], today).await.expect("the parent's record");
    assert_eq!(of_parent.relatives[0].variants.len(), shared);
    let from = today;
    ordering::choices::withdraw(
        &clinician,
        order,
        people[0],
        care::ordering::choice::Purpose::FamilySharing,
        from,
        "Changed their mind".into(),
    )
    .await
    .expect("withdrawn");
    let of_parent = results::record::record_on(&clinician, people[1], today).await.expect("the parent's record");
    let child = &of_parent.relatives[0];
    assert!(child.name.is_none() && child.variants.is_empty() && child.why.contains("withdrawn"), "{}", child.why);
}

#[tokio::test]
async fn a_parent_in_whom_the_variant_of_the_child_was_looked_for_is_never_said_to_have_none() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let people = bench.people(order).await;
    let clinician = bench.desk(Role::Clinician, 0);
    let before = results::record::record(&clinician, people[0]).await.expect("a record");
    let lines: Vec<String> = before.relatives.iter().map(results::record::Relative::finding).collect();
    assert!(lines.iter().all(|line| line.contains("that is no negative result")), "no test of their own: {lines:?}");
    let content = bench.signed(order).await;
    let record = results::record::record(&clinician, people[0]).await.expect("a record");
    for relative in &record.relatives {
        let line = relative.finding();
        assert!(line.contains("They took part in order") && !line.contains("names no variant"), "{line}");
        for variant in &content.variants {
            assert!(line.contains(&variant.hgvs[0]) && line.contains(&variant.inheritance.pattern), "{line}");
        }
    }
    let of_parent = results::record::record(&clinician, people[1]).await.expect("the parent's record");
    let [part] = &of_parent.parts[..] else { panic!("they took part in the order of their child") };
    assert_eq!((part.order, part.data.len()), (Some(order), 1));
    assert!(part.line().contains("ther of its patient"), "{}", part.line());
    assert!(of_parent.tests.is_empty() && of_parent.data == part.data, "their data are those of that order");
    ordering::choices::withdraw(
        &clinician,
        order,
        people[1],
        care::ordering::choice::Purpose::FamilySharing,
        clinician.today(),
        "Changed their mind".into(),
    )
    .await
    .expect("withdrawn");
    let record = results::record::record(&clinician, people[0]).await.expect("a record");
    let hidden = record.relatives.iter().find(|relative| relative.name.is_none()).expect("one who no longer agrees").finding();
    let is_named = content.variants.iter().any(|variant| hidden.contains(&variant.hgvs[0]));
    assert!(!is_named && hidden.contains("that is no negative result"), "{hidden}");
}

#[tokio::test]
async fn an_interim_report_goes_out_and_the_final_one_replaces_it() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let is_urgent = |request: &mut care::ordering::order::Request| request.urgency = Urgency::Urgent;
    ordering::orders::amend(&bench.desk(Role::Clinician, 0), order, is_urgent, "On the ward".into()).await.expect("amended");
    bench.analyse(order, false).await;
    let conclusion = bench.conclusion(order).await;
    interpretation::cases::propose(&bench.desk(Role::ClinicalScientist, 0), order, conclusion.clone()).await.expect("proposed");
    interpretation::cases::check(&bench.desk(Role::ClinicalScientist, 1), order).await.expect("checked");
    let interim = results::reports::authorise_interim(&bench.desk(Role::Consultant, 0), order).await.expect("signed");
    results::deliver::deliver(&bench.service).await.expect("delivered");
    let clinician = bench.desk(Role::Clinician, 0);
    let (report_id, _, content) = results::reports::report(&clinician, order).await.expect("a report");
    assert_eq!((report_id, content.interim, content.kind()), (interim, true, "Interim report"));
    let later = |days: i64| jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days);
    assert_eq!(results::deliver::escalate_at(&bench.service, later(4)).await.expect("looked"), 1, "unread, though the case goes on");
    let results::reports::NotArrived { unread, urgent, .. } = results::reports::not_arrived(&clinician, 1).await.expect("a list");
    assert!(urgent.contains(&order) && results::inbox::inbox(&clinician).await.expect("a list").lines[0].is_urgent);
    assert_eq!(unread[0].1.escalated, Some(Role::GenomicAssociate));
    assert_eq!(bench.state(order).await, (State::InProgress, "Waiting for the first scientist".into()));
    results::reports::acknowledge(&clinician, order, "").await.expect("an interim report is read too");
    assert_eq!(bench.state(order).await.0, State::InProgress, "and the case goes on");
    assert!(results::reports::not_arrived(&clinician, 1).await.expect("a list").unread.is_empty());
    assert_eq!(results::deliver::escalate_at(&bench.service, later(60)).await.expect("looked"), 0);
    bench.sign(order, conclusion).await;
    let (_, _, content) = results::reports::report(&clinician, order).await.expect("the final report");
    assert_eq!((content.interim, content.supersedes.map(|(of, _)| of)), (false, Some(interim)));
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}
